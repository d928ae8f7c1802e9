"""What is said about backups and restoring them."""

MESSAGES: dict[str, str] = {
    "backup.exists": "Đã có tệp {path} nên không ghi đè. Hãy chọn tên khác, ví dụ thêm ngày giờ vào tên.",
    "backup.twice": "Đang có một lần sao lưu khác ghi vào {path}. Hãy chờ lần ấy xong, hoặc chọn tên khác.",
    "backup.folder": "Không ghi được vào thư mục {path} ({reason}). Hãy chọn thư mục khác hoặc cấp quyền ghi.",
    "backup.nothing": "Cơ sở dữ liệu này còn trống nên chưa có gì để sao lưu. Hãy kiểm tra TRACKER_HOME và DATABASE_URL, hoặc chạy tracker init trước.",
    "backup.not_ours": "Tệp “{name}” không phải bản sao lưu của Đôn Đốc, hoặc bị cắt cụt. Chưa có gì thay đổi; hãy chọn tệp khác.",
    "backup.damaged": "Bản sao lưu “{name}” hỏng ở phần {part}: không khớp mã băm lúc ghi. Chưa có gì thay đổi; hãy dùng bản khác.",
    "backup.newer": "Bản sao lưu làm bằng phần mềm mới hơn (dữ liệu ở bản {revision}, phần mềm này chỉ biết đến {head}). Hãy cài phần mềm mới rồi phục hồi.",
    "backup.not_empty": "Nơi phục hồi đã có dữ liệu ({where}: {rows} dòng) nên dừng lại. Hãy dùng thư mục hoặc cơ sở dữ liệu trống; muốn thay hẳn dữ liệu này thì thêm --force.",
    "backup.unreadable": "Cơ sở dữ liệu ở nơi phục hồi hỏng hoặc không phải của Đôn Đốc. Hãy kiểm tra DATABASE_URL; muốn thay hẳn thì thêm --force.",
    "backup.running": "Đôn Đốc đang chạy trên dữ liệu này. Hãy dừng tracker serve (hoặc web, worker, beat), chờ hai phút rồi phục hồi lại.",
    "backup.different": "Bảng {table} sau khi nạp không giống bản sao lưu, nên đã bỏ tất cả những gì vừa nạp. Hãy báo người phát triển kèm bản sao lưu này.",
    "backup.refused": "Bảng {table} không nạp được vào cơ sở dữ liệu này ({reason}). Chưa có gì thay đổi; hãy báo người phát triển kèm dòng này.",
    "backup.file_lost": "Tệp {sha256} ghi xuống không đúng nội dung. Hãy kiểm tra đĩa rồi phục hồi lại với --force.",
}
