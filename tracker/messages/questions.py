"""What is said about questions and answers."""

MESSAGES: dict[str, str] = {
    "question.empty": "Chưa ghi câu hỏi. Hãy ghi rõ điều cần hỏi.",
    "question.no_answer": "Chưa ghi câu trả lời. Hãy ghi rồi gửi.",
    "question.too_long": "Dài quá {most} ký tự. Hãy viết ngắn hơn, hoặc tách thành nhiều câu.",
    "question.many": "Đơn vị đang có {most} câu hỏi chờ trả lời về công văn này. Hãy chờ tỉnh trả lời, hoặc gọi điện.",
    "question.closed": "Công văn này không còn theo dõi nên không nhận câu hỏi. Nếu vẫn cần, hãy gọi điện cho tỉnh.",
    "question.audience": "Chưa chọn ai thấy câu trả lời. Hãy chọn chỉ đơn vị hỏi, hoặc mọi đơn vị nhận công văn.",
    "question.private": "Câu hỏi về tồn tại của riêng một đơn vị. Hãy chọn chỉ trả lời đơn vị ấy.",
    "question.taken_back": "Đơn vị đã rút câu hỏi này nên không cần trả lời nữa.",
    "question.open": "Câu hỏi chưa có câu trả lời nào để rút. Hãy tải lại trang.",
    "question.answered": "Tỉnh vừa trả lời câu hỏi này nên không rút được nữa. Hãy tải lại trang để xem.",
}
