"""What a figure of a report is, in words: the reader who asks where a sentence's number comes from is told this."""

_HEADS = {
    "total": "toàn bộ", "happened": "trong quá trình thực hiện", "sizes": "đếm trong báo cáo", "most_late": "đơn vị quá hạn nhiều nhất",
    "indicators": "chỉ tiêu toàn tỉnh",
}
_NAMES = {
    "total": "tổng số lượt nhiệm vụ", "accepted": "đã hoàn thành", "accepted_on_time": "hoàn thành đúng hạn", "accepted_late": "hoàn thành quá hạn",
    "accepted_no_deadline": "hoàn thành, không hạn", "open": "chưa hoàn thành", "open_in_time": "còn mở, trong hạn", "open_overdue": "còn mở, quá hạn",
    "open_no_deadline": "còn mở, không hạn", "waiting": "chờ tỉnh duyệt hoặc trả lời", "returned": "đang bị trả lại", "not_acknowledged": "chưa tiếp nhận",
    "updated": "đã gửi kết quả ít nhất một lần", "unanswered": "chưa gửi kết quả lần nào", "outside": "không tính vào tổng số",
    "asked": "lượt xin gia hạn", "granted": "lượt được gia hạn", "refused": "lượt bị từ chối gia hạn", "days": "tổng số ngày gia hạn",
    "returns": "lượt bị trả lại", "findings": "tồn tại nêu đích danh", "remedied": "tồn tại đã khắc phục", "units": "số đơn vị", "tasks": "số nhiệm vụ",
    "dispatches": "số văn bản", "fields": "số lĩnh vực", "carried": "kỳ trước chuyển sang", "new": "giao trong kỳ", "late": "lượt đang quá hạn",
    "late_units": "đơn vị có việc đang quá hạn", "done_late": "lượt hoàn thành quá hạn", "done_late_units": "đơn vị có việc hoàn thành quá hạn",
    "longest": "số ngày quá hạn nhiều nhất", "silent": "đơn vị chưa gửi kết quả nào", "silent_times": "lượt văn bản chưa có kết quả nào",
    "name": "tên", "n": "số lượt quá hạn", "unit": "đơn vị tính", "period": "kỳ", "plan": "kế hoạch", "same": "cùng kỳ", "actual": "thực hiện",
    "cumulative": "luỹ kế", "of_plan": "so với kế hoạch", "of_same": "so với cùng kỳ", "missing": "đơn vị chưa gửi số liệu", "form": "biểu số liệu",
}


def words(place: str) -> str:
    """"total.accepted" in words: "toàn bộ: đã hoàn thành"; a place that is not known stays as it is."""
    head, *rest = place.split(".")
    if head not in _HEADS or not rest or rest[-1] not in _NAMES:
        return place
    nth = f" thứ {int(rest[0]) + 1}" if rest[0].isdigit() else ""
    return f"{_HEADS[head]}{nth}: {_NAMES[rest[-1]]}"
