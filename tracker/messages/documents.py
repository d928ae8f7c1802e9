"""What is said about documents that are read."""

MESSAGES = {
    "document.empty": "Tệp “{name}” không có nội dung (rỗng). Hãy kiểm tra tệp rồi chọn lại.",
    "document.encrypted": "Tệp “{name}” đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi tải lên lại.",
    "document.unreadable": "Tệp “{name}” hỏng nên không đọc được. Hãy mở thử bằng phần mềm gốc, lưu lại rồi tải lên lại.",
    "document.unsupported": "Không đọc được loại tệp của “{name}”. Hãy dùng Word, PDF, ODT, RTF, HTML, thư (.eml), ảnh chụp hoặc văn bản thường.",
    "document.bomb": "Tệp “{name}” bung ra quá lớn nên không mở để giữ an toàn. Hãy lưu lại tệp từ phần mềm gốc rồi tải lên lại.",
    "document.no_text": "Không thấy chữ nào trong tệp “{name}”. Nếu là bản chụp, hãy quét lại rõ hơn hoặc dán nội dung vào.",
    "document.encoding": "Tệp “{name}” dùng bảng mã chữ lạ nên không đọc được. Hãy lưu lại bằng bảng mã Unicode (UTF-8).",
    "document.secret": "Văn bản “{name}” có dấu mật. Phần mềm này không nhận tài liệu mật; hãy xử lý theo quy định bảo vệ bí mật nhà nước.",
    "document.scanned": "Văn bản là bản chụp, chữ do máy nhận dạng. Hãy so kỹ số, ngày và tên với bản gốc.",
    "document.low_confidence": "Trang {pages} mờ, máy đọc không chắc (có trang chỉ chắc {sure}%). Hãy so từng dòng với bản gốc, hoặc quét lại rõ hơn.",
    "document.pages_unread": "Có trang là ảnh chụp mà máy chưa có Tesseract tiếng Việt nên chưa đọc được trang ấy. Hãy báo quản trị viên cài, hoặc gõ thêm phần thiếu.",
    "document.pages_cut": "Bản chụp quá dài, máy chỉ đọc {limit} trang đầu. Hãy tách tệp, hoặc gõ thêm phần còn lại.",
    "document.too_long": "Tệp “{name}” là bản chụp quá nhiều trang nên máy đọc không kịp. Hãy tách thành nhiều tệp nhỏ rồi tải lên lại, hoặc dán nội dung vào.",
    "document.numbers_lost": "Tệp .doc này quá cũ nên máy không đọc được số thứ tự tự động. Hãy so số mục với bản gốc, hoặc lưu lại thành .docx rồi tải lên.",
    "document.pdf_fallback": "Máy thiếu công cụ đọc PDF (poppler-utils) nên số và ngày có thể lạc chỗ. Hãy so với bản gốc, hoặc báo quản trị viên cài thêm.",
    "document.ocr_missing": "Tệp “{name}” là bản chụp nhưng máy chưa có Tesseract tiếng Việt. Hãy báo quản trị viên cài, hoặc dán nội dung vào.",
}
