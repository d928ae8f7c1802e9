"""What is said about mail that comes in, beyond why a message waits."""

MESSAGES = {
    "incoming.reading": "Máy đang đọc tệp đính kèm; đọc xong mà rõ thì thư tự được xếp.",
    "incoming.read_failed": "Máy không đọc được tệp này. Hãy mở tệp để xem.",
    "incoming.not_owed": "Thư nêu nhiệm vụ số {numbers}, nhưng nhiệm vụ đó của đơn vị không còn chờ nộp.",
    "incoming.whose_task": "Thư nêu số nhiệm vụ nhưng trả lời nhiều công văn, nên chưa rõ nhiệm vụ của công văn nào.",
    "incoming.secret": "Tệp “{name}” có dấu mật. Phần mềm này không nhận tài liệu mật: hãy xử lý theo quy định bảo vệ bí mật nhà nước.",
    "incoming.secret_first": "Thư này có dấu mật. Hãy xoá nội dung mật, hoặc bấm “Không phải tài liệu mật”, rồi mới làm việc khác.",
    "incoming.not_secret": "Đã xác nhận không phải tài liệu mật; chọn đơn vị, công văn và nhiệm vụ.",
    "incoming.removed": "Nội dung đã bị xoá vì có tài liệu mật.",
    "files.held": "Tệp “{name}” đang được giữ lại vì có dấu mật nên không mở được. Hãy chờ văn thư tỉnh xem và xử lý.",
    "files.removed": "Nội dung của tệp “{name}” đã bị xoá nên không mở được nữa. Cần bản gốc thì hỏi nơi gửi; nhật ký ghi ai xoá, lúc nào.",
    "incoming.filed_but": "Đã xếp, nhưng khi đọc tệp thì thấy: {why} Hãy xem lại, sai thì bấm “Bỏ xếp”.",
    "incoming.unfiled": "Đã bỏ xếp; chọn lại đơn vị, công văn và nhiệm vụ.",
    "incoming.withdrawn": "Người gửi báo thư này không trả lời các nhiệm vụ đã xếp.",
    "incoming.no_sender": "Thư không có địa chỉ gửi nên không ghi nhớ được. Hãy xếp thư này bằng tay.",
    "incoming.choose_unit": "Chưa chọn đơn vị. Hãy chọn đơn vị rồi bấm lại.",
    "files.packed": "Tệp “{name}” là tệp nén (7z, rar…) nên không nhận. Hãy bỏ nén rồi gửi từng tệp bên trong.",
    "files.locked": "Tệp “{name}” đặt mật khẩu nên không mở được. Hãy bỏ mật khẩu, lưu lại rồi gửi lại tệp này.",
    "withdraw.closed": "Công văn {number} đã kết thúc theo dõi nên không rút lại được. Hãy mở lại công văn trước.",
    "withdraw.reviewed": "Kết quả này đã có nhiệm vụ được duyệt hoặc trả lại nên không rút lại được nữa. Nếu sai, hãy trả lại ở trang Duyệt, hoặc rút kết luận duyệt trước.",
}
