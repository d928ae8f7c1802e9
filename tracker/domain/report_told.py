"""The sentences that every consolidated report has: the arithmetic, what happened on the way, the indicators, and what is asked now."""
from collections.abc import Iterator
from typing import Any

from tracker.domain.report_narrative import Sentence, Teller


def arithmetic(tell: Teller, figures: dict[str, Any]) -> Iterator[Sentence]:
    """total = accepted {on time, late, no deadline} + open {in time, overdue, no deadline}; both rates; what is outside."""
    yield tell.sentence("whole.total", "Tổng số: {total.total} lượt nhiệm vụ giao, trong đó:")
    yield tell.sentence(
        "whole.done", "Đã hoàn thành: {total.accepted} (đúng hạn {total.accepted_on_time}, quá hạn {total.accepted_late}, "
        "không hạn {total.accepted_no_deadline}).", "item")
    yield tell.sentence(
        "whole.open", "Chưa hoàn thành: {total.open} (trong hạn {total.open_in_time}, quá hạn {total.open_overdue}, "
        "không hạn {total.open_no_deadline}); trong số này có {total.waiting} đang chờ duyệt, {total.returned} bị trả lại để bổ sung.", "item")
    yield tell.sentence(
        "whole.rates", "Tỷ lệ hoàn thành: {total.accepted/total.total}; tỷ lệ cập nhật (đã gửi kết quả ít nhất một lần): "
        "{total.updated/total.total}.", "item")
    yield tell.sentence("whole.unanswered", "Chưa tiếp nhận: {total.not_acknowledged}; chưa gửi kết quả lần nào: {total.unanswered}.", "item")
    if figures["total"]["outside"]:
        yield tell.sentence(
            "whole.outside", "Không tính vào tổng số: {total.outside} (đã huỷ, hoặc không thuộc trách nhiệm của đơn vị).", "item")


def on_the_way(tell: Teller, figures: dict[str, Any]) -> Iterator[Sentence]:
    """Extensions, returns, findings remedied, and who has most overdue: each only where there was any."""
    happened = figures["happened"]
    if happened["asked"]:
        yield tell.sentence(
            "way.extensions", "Gia hạn: đơn vị xin {happened.asked} lượt; đã đồng ý {happened.granted} (tổng cộng {happened.days} ngày), "
            "từ chối {happened.refused}, chưa trả lời {happened.waiting}.")
    if happened["returns"]:
        yield tell.sentence("way.returns", "Kết quả bị trả lại để bổ sung: {happened.returns} lượt.")
    if happened["findings"]:
        yield tell.sentence(
            "way.findings", "Tồn tại nêu đích danh: đã khắc phục {happened.remedied} trên {happened.findings} "
            "({happened.remedied/happened.findings}).")
    if figures["most_late"]:
        named = ", ".join(f"{{most_late.{n}.name}} ({{most_late.{n}.n}})" for n in range(len(figures["most_late"])))
        yield tell.sentence("way.most_late", f"Nhiều nhiệm vụ đang quá hạn nhất: {named}.")


def indicators(tell: Teller, figures: dict[str, Any]) -> Iterator[Sentence]:
    """One sentence an indicator that has a total: actual, against the plan and the same period, and who is missing."""
    for n, one in enumerate(figures["indicators"]):
        if one.get("actual", "–") == "–":
            continue
        at = f"indicators.{n}"
        text = f"{{{at}.name}}{f' ({{{at}.period}})' if one['period'] else ''}: thực hiện {{{at}.actual}}{'' if one['unit'] == '%' else ' '}{{{at}.unit}}"
        text += f", bằng {{{at}.of_plan}} kế hoạch" if one["of_plan"] != "–" else ""
        text += f", bằng {{{at}.of_same}} so với cùng kỳ" if one["of_same"] != "–" else ""
        text += f"; {{{at}.missing}} trên {{{at}.units}} đơn vị chưa gửi số liệu" if one["missing"] else ""
        yield tell.sentence(f"indicator.{n}", f"{text}.", "item")


def wishes(tell: Teller, figures: dict[str, Any], of: str = "") -> Iterator[Sentence]:
    """What the report asks of the units; of: what the silent ones have not answered, where they may have answered the rest."""
    if figures["sizes"]["late_units"]:
        yield tell.sentence(
            "ask.late", "Đề nghị {sizes.late_units} đơn vị có nhiệm vụ quá hạn tập trung hoàn thành, gửi kết quả kèm văn bản chỉ đạo "
            "và nêu rõ nguyên nhân chậm.", "item")
    if figures["sizes"]["silent"]:
        yield tell.sentence(
            "ask.silent", f"Đề nghị {{sizes.silent}} đơn vị chưa gửi kết quả nhiệm vụ nào{of} tiếp nhận và báo cáo ngay tình hình thực hiện.", "item")
    if any(one["missing"] for one in figures["indicators"]):
        yield tell.sentence("ask.figures", "Đề nghị các đơn vị chưa gửi số liệu hoàn thành biểu số liệu.", "item")
    yield tell.sentence("ask.rest", "Các đơn vị còn lại tiếp tục thực hiện nhiệm vụ theo đúng thời hạn được giao.", "item")
