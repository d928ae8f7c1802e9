"""What is said about districts' own reports, and about what they contest of the province's."""

MESSAGES = {
    "unit_report.sent": "Báo cáo số {number} đã gửi tỉnh nên không sửa được nữa. Nếu có sai sót, hãy soạn bản thay thế.",
    "unit_report.waiting": "Báo cáo đang chờ lãnh đạo ký nên chưa sửa được. Hãy bấm “Rút lại để sửa” trước.",
    "unit_report.not_waiting": "Báo cáo này không còn chờ ký. Hãy tải lại trang để xem tình trạng mới.",
    "unit_report.leader": "Chỉ lãnh đạo đơn vị mới trả lại được báo cáo đang chờ ký. Muốn sửa tiếp, hãy bấm “Rút lại để sửa”.",
    "unit_report.no_leader": "Đơn vị chưa có tài khoản lãnh đạo nên không trình ký ở đây được. Hãy bấm “Xem trước khi ký”: cán bộ ký thay mặt lãnh đạo.",
    "unit_report.not_yours": "Đơn vị có tài khoản lãnh đạo nên báo cáo này do lãnh đạo ký. Hãy bấm “Trình lãnh đạo ký”.",
    "unit_report.no_number": "Chưa có số báo cáo. Hãy lấy số ở sổ văn thư rồi ghi vào ô “Số”.",
    "unit_report.no_day": "Chưa có ngày báo cáo. Hãy ghi vào ô “Ngày ký”.",
    "unit_report.no_signer": "Chưa có người ký. Hãy ghi chức vụ và họ tên người ký.",
    "unit_report.day": "Ngày báo cáo phải từ {first} đến {today}. Hãy ghi lại.",
    "unit_report.long": "Ô vừa ghi dài quá {limit} ký tự. Hãy rút gọn.",
    "unit_report.text": "Một mục nhận nhiều nhất {limit} ký tự. Hãy rút gọn, phần chi tiết để trong tài liệu minh chứng.",
    "unit_report.word": "Hãy ghi vì sao trả lại (nhiều nhất {limit} ký tự): người soạn đọc được lời này.",
    "unit_report.draft": "Báo cáo này chưa gửi nên chưa thêm bản ký được. Hãy ký và gửi trước.",
    "unit_report.scan": "Tệp “{name}” không phải bản chụp. Hãy chọn tệp PDF hoặc ảnh của báo cáo đã ký.",
    "unit_report.no_file": "Chưa chọn tệp. Hãy chọn bản chụp của báo cáo đã ký.",
    "unit_report.moved": "Người khác vừa lưu bản này. Những gì bạn gõ vẫn còn ở dưới: hãy xem bản kia, rồi bấm “Lưu nháp” để giữ bản của bạn.",
    "unit_report.nobody": "Không có đơn vị nào chưa gửi báo cáo trong số đã chọn. Hãy đánh dấu ít nhất một đơn vị chưa gửi.",
}
