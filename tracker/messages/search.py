"""What is said about saved views of lists."""

MESSAGES: dict[str, str] = {
    "view.saved": "Đã lưu bộ lọc “{name}”.",
    "view.changed": "Đã đổi bộ lọc “{name}”.",
    "view.removed": "Đã xoá bộ lọc “{name}”.",
    "view.no_name": "Chưa đặt tên. Hãy gõ một tên ngắn, ví dụ “Nợ xấu năm nay”.",
    "view.long": "Tên dài quá {most} ký tự. Hãy đặt ngắn hơn.",
    "view.many": "Đã có {most} bộ lọc của riêng bạn. Hãy xoá bớt rồi lưu lại.",
    "view.path": "Trang này không lưu thành bộ lọc được. Hãy mở danh sách cần lưu, lọc, rồi lưu từ chính trang ấy.",
}
