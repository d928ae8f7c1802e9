"""What is said about calendar addresses."""

MESSAGES: dict[str, str] = {
    "feed.label": "Hãy ghi địa chỉ này dùng cho lịch nào, không quá 80 ký tự, ví dụ: điện thoại anh Khải.",
    "feed.many": "Đơn vị đã có {most} địa chỉ đang dùng. Hãy thu hồi địa chỉ không dùng nữa rồi tạo mới.",
    "feed.revoked": "Đã thu hồi địa chỉ lịch “{label}”. Lịch nào đang dùng địa chỉ ấy thôi cập nhật.",
    "feed.revoked_all": "Đã thu hồi {count} địa chỉ lịch của {unit}.",
}
