"""What is said about mail that comes in, beyond why a message waits."""

MESSAGES = {
    "incoming.reading": "Máy đang đọc tệp đính kèm; đọc xong mà rõ thì thư tự được xếp.",
    "incoming.read_failed": "Máy không đọc được tệp này. Hãy mở tệp để xem.",
    "incoming.whose_task": "Thư nêu số nhiệm vụ nhưng trả lời nhiều công văn, nên chưa rõ nhiệm vụ của công văn nào.",
    "incoming.secret": "Tệp “{name}” có dấu mật. Phần mềm này không nhận tài liệu mật: hãy xử lý theo quy định bảo vệ bí mật nhà nước.",
    "incoming.filed_but": "Đã xếp, nhưng khi đọc tệp thì thấy: {why} Hãy xem lại, sai thì bấm “Bỏ xếp”.",
}
