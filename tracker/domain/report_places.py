"""What a figure of a report is, in words: the reader who asks where a sentence's number comes from is told this."""

from tracker.domain.wording import tr

_HEADS = {
    "total": tr("toàn bộ"), "happened": tr("trong quá trình thực hiện"), "sizes": tr("đếm trong báo cáo"), "most_late": tr("đơn vị quá hạn nhiều nhất"),
    "indicators": tr("chỉ tiêu toàn tỉnh"),
}
_NAMES = {
    "total": tr("tổng số lượt nhiệm vụ"), "accepted": tr("đã hoàn thành"), "accepted_on_time": tr("hoàn thành đúng hạn"),
    "accepted_late": tr("hoàn thành quá hạn"),
    "accepted_no_deadline": tr("hoàn thành, không hạn"), "open": tr("chưa hoàn thành"), "open_in_time": tr("còn mở, trong hạn"),
    "open_overdue": tr("còn mở, quá hạn"),
    "open_no_deadline": tr("còn mở, không hạn"), "waiting": tr("chờ tỉnh duyệt hoặc trả lời"), "returned": tr("đang bị trả lại"),
    "not_acknowledged": tr("chưa tiếp nhận"),
    "updated": tr("đã gửi kết quả ít nhất một lần"), "unanswered": tr("chưa gửi kết quả lần nào"), "outside": tr("không tính vào tổng số"),
    "asked": tr("lượt xin gia hạn"), "granted": tr("lượt được gia hạn"), "refused": tr("lượt bị từ chối gia hạn"), "days": tr("tổng số ngày gia hạn"),
    "returns": tr("lượt bị trả lại"), "findings": tr("tồn tại nêu đích danh"), "remedied": tr("tồn tại đã khắc phục"), "units": tr("số đơn vị"),
    "tasks": tr("số nhiệm vụ"),
    "dispatches": tr("số văn bản"), "fields": tr("số lĩnh vực"), "carried": tr("kỳ trước chuyển sang"), "new": tr("giao trong kỳ"),
    "late": tr("lượt đang quá hạn"),
    "late_units": tr("đơn vị có việc đang quá hạn"), "done_late": tr("lượt hoàn thành quá hạn"), "done_late_units": tr("đơn vị có việc hoàn thành quá hạn"),
    "longest": tr("số ngày quá hạn nhiều nhất"), "silent": tr("đơn vị chưa gửi kết quả nào"), "silent_times": tr("lượt văn bản chưa có kết quả nào"),
    "name": tr("tên"), "n": tr("số lượt quá hạn"), "unit": tr("đơn vị tính"), "period": tr("kỳ"), "plan": tr("kế hoạch"), "same": tr("cùng kỳ"),
    "actual": tr("thực hiện"),
    "cumulative": tr("luỹ kế"), "of_plan": tr("so với kế hoạch"), "of_same": tr("so với cùng kỳ"), "missing": tr("đơn vị chưa gửi số liệu"),
    "form": tr("biểu số liệu"),
}


def words(place: str) -> str:
    """"total.accepted" in words: "toàn bộ: đã hoàn thành"; a place that is not known stays as it is."""
    head, *rest = place.split(".")
    if head not in _HEADS or not rest or rest[-1] not in _NAMES:
        return place
    nth = tr(" thứ {rest}", rest=int(rest[0]) + 1) if rest[0].isdigit() else ""
    return tr("{head}{nth}: {name}", head=_HEADS[head], nth=nth, name=_NAMES[rest[-1]])
