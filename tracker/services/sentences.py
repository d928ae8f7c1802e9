"""History in plain sentences: one event, one line that a person can read aloud."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, bindparam, select

from tracker.db import read
from tracker.domain.wording import PLACE, changed, tr, worded
from tracker.models.events import Event

LONGEST_HISTORY = 200
#: What is said of an act after the name of who did it; {…} are values of the event's data, already written for people.
ACTS: dict[str, str] = worded({
    "assignment.issue": "giao nhiệm vụ",
    "assignment.acknowledge": "tiếp nhận nhiệm vụ",
    "assignment.submit": "nộp kết quả lần {round}{with_files}",
    "assignment.accept": "duyệt kết quả, công nhận hoàn thành",
    "assignment.return": "trả lại, sửa chậm nhất {fix_by}: “{reason}”",
    "assignment.undo_submit": "rút lại kết quả lần {round}, việc trở lại như trước khi nộp{because}",
    "assignment.undo_review": "rút lại kết luận duyệt, kết quả lại chờ duyệt",
    "assignment.cancel": "huỷ nhiệm vụ{because}",
    "assignment.extension_ask": "xin gia hạn đến {wished} (hạn đang là {before}, {category}){because}",
    "assignment.extension_take_back": "rút đề nghị gia hạn",
    "assignment.extend": "cho gia hạn đến {after}, thay hạn {before}{because}",
    "assignment.extension_refuse": "không cho gia hạn đến {wished}{because}",
    "assignment.extension_undo": "rút lại quyết định về đề nghị gia hạn",
    "assignment.object": "đề nghị xem lại: không thuộc trách nhiệm của đơn vị{because}",
    "assignment.take_back": "rút đề nghị xem lại",
    "assignment.decider": "giao {name} quyết định đề nghị xem lại",
    "assignment.uphold": "đồng ý việc này không thuộc trách nhiệm của đơn vị{because}",
    "assignment.dismiss": "không đồng ý đề nghị xem lại{because}",
    "assignment.undo_objection": "rút lại quyết định về đề nghị xem lại",
    "assignment.pause": "tạm dừng từ {held_on} đến hết {until}{because}",
    "assignment.resume": "tính hạn tiếp từ {resumed_on}: hết tạm dừng, lùi {days} ngày",
    "assignment.amend": "sửa nhiệm vụ{because}",
    "assignment.dates": "đổi ngày: từ {before} thành {after}{because}",
    "dispatch.draft": "tạo bản dự thảo",
    "dispatch.read": "đọc xong bản chụp, tìm thấy {tasks} nhiệm vụ",
    "dispatch.typed": "gõ lại nguyên văn, máy tìm thấy {tasks} nhiệm vụ",
    "dispatch.annex": "thêm tệp kèm theo: {files}",
    "dispatch.annex_removed": "gỡ tệp kèm theo: {files}",
    "dispatch.secret": "xoá tệp vì có dấu mật",
    "dispatch.caps": "đặt mức gia hạn: tổng cộng {days}, số lần {times}",
    "dispatch.create": "nhập công văn",
    "dispatch.issue": "ban hành công văn",
    "dispatch.amend": "sửa đổi công văn{because}",
    "dispatch.withdraw": "thu hồi công văn{because}",
    "dispatch.close": "kết thúc theo dõi công văn{because}",
    "dispatch.reopen": "mở lại công văn{because}",
    "dispatch.discard": "bỏ bản dự thảo {number}",
    "dispatch.field": "đặt lĩnh vực của công văn: {after}",
    "figures.form": "lập biểu số liệu “{title}”",
    "figures.form_change": "sửa biểu số liệu “{title}”",
    "figures.period": "mở kỳ {period} của biểu “{title}”",
    "figures.cut_off": "dời ngày chốt số liệu kỳ {period} của biểu “{title}” từ {before} sang {after}",
    "figures.close": "ngừng hỏi biểu “{title}”",
    "figures.reopen": "hỏi lại biểu “{title}”",
    "figures.hand_in": "nộp số liệu biểu “{title}”, kỳ {period}",
    "figures.communes": "mở biểu “{title}”, kỳ {period} cho {count} xã",
    "figures.given": "giao {count} số kế hoạch, mốc hoặc số của ngân hàng cho biểu “{title}”",
    "figures.ask": "đề nghị sửa {count} số đã chốt của biểu “{title}”, kỳ {period}{because}",
    "figures.grant": "đồng ý sửa {count} số đã chốt của {unit}, biểu “{title}”, kỳ {period}{because}",
    "figures.refuse": "không đồng ý sửa số đã chốt của {unit}, biểu “{title}”, kỳ {period}{because}",
    "figures.correct": "sửa {count} số đã chốt của {unit}, biểu “{title}”, kỳ {period}{because}",
    "figures.nudge": "nhắc {count} đơn vị nộp biểu “{title}”, kỳ {period}",
    "indicator.add": "thêm chỉ tiêu “{name}” vào danh mục",
    "indicator.change": "sửa chỉ tiêu “{name}”",
    "indicator.retire": "ngừng dùng chỉ tiêu “{name}”",
    "indicator.return": "dùng lại chỉ tiêu “{name}”",
    "mail.aside": "để thư “{subject}” của {sender} sang mục không cần xử lý",
    "mail.again": "đưa thư “{subject}” của {sender} lại vào mục chờ xử lý",
    "mail.corrected": "chọn lại nhiệm vụ mà thư “{subject}” trả lời",
    "mail.doubt": "thấy cần xem lại thư đã nhận{because}",
    "mail.kept": "xem lại thư “{subject}” của {sender}, giữ nguyên chỗ đã xếp",
    "mail.known": "ghi từ nay thư của {sender} là của đơn vị",
    "mail.unknown": "bỏ ghi nhớ người gửi {sender}",
    "mail.secret": "giữ lại thư “{subject}” của {sender} vì có dấu mật",
    "mail.not_secret": "xác nhận thư “{subject}” của {sender} không mật, bỏ lệnh giữ",
    "mail.secret_removed": "xoá nội dung mật của thư “{subject}” do {sender} gửi ({count} tệp)",
    "mail.unfiled": "bỏ xếp thư “{subject}” của {sender}{because}",
    "mail.away_over": "bỏ ghi chú vắng mặt của {sender}",
    "mail.filed": "xếp thư “{subject}” của {sender} thành báo cáo kết quả",
    "mail.taken": "gửi thư trả lời{because}",
    "feed.make": "tạo địa chỉ lịch “{label}”",
    "feed.revoke": "thu hồi địa chỉ lịch “{label}”",
    "mail_link.revoke": "thu hồi {count} liên kết trong thư",
    "pause.plan": "lập lần tạm dừng từ {from} đến hết {until}{because}",
    "pause.begin": "tạm dừng {count} việc của {units} đơn vị{because}",
    "pause.until": "đổi ngày hết tạm dừng từ {before} thành {after}",
    "pause.end": "kết thúc tạm dừng, tính hạn tiếp từ {after}",
    "person.add": "mở tài khoản {email}",
    "person.change": "sửa thông tin tài khoản",
    "person.invite": "gửi thư mời",
    "person.invite_used": "nhận lời mời, chọn mật khẩu",
    "person.reset_used": "đặt lại mật khẩu qua thư",
    "person.password": "đổi mật khẩu",
    "person.sign_out_everywhere": "đăng xuất ở mọi máy",
    "person.two_factor_on": "bật xác nhận hai bước",
    "person.session_ended": "đăng xuất một máy khác ({browser})",
    "person.two_factor_off": "tắt xác nhận hai bước",
    "person.two_factor_replaced": "đổi điện thoại xác nhận hai bước",
    "person.recovery_made": "lập các mã dự phòng mới",
    "person.recovery_used": "đăng nhập hoặc xác nhận bằng một mã dự phòng, còn {left}",
    "person.two_factor_reset": "đặt lại xác nhận hai bước",
    "person.leave": "khoá tài khoản của {name}, người nhận bàn giao: {successor}",
    "person.come_back": "mở lại tài khoản",
    "person.absence": "ghi vắng từ {before} đến {after}, {stand_in} nhận thư thay",
    "person.absence_dropped": "bỏ lần vắng từ {before}",
    "question.ask": "hỏi: “{text}”",
    "question.answer": "trả lời câu hỏi của {unit} ({audience})",
    "question.edit": "sửa câu trả lời cho {unit} ({audience})",
    "question.withdraw": "rút câu trả lời cho {unit}",
    "question.take_back": "rút câu hỏi",
    "policy.own": "đặt lịch nhắc riêng cho công văn",
    "policy.pick": "đổi lịch nhắc: từ {before} thành {name}",
    "policy.save": "sửa lịch nhắc “{name}”",
    "policy.remove": "bỏ lịch nhắc “{name}”",
    "policy.hours": "đổi giờ gửi thư nhắc: từ {before} thành {after}",
    "plan.hold": "giữ lại khỏi kế hoạch nhắc ngày {day}{because}",
    "plan.drop": "bỏ qua một bước nhắc ngày {day}{because}",
    "plan.undo": "đưa trở lại kế hoạch nhắc ngày {day}",
    "reminder.nudge": "gửi thư đôn đốc {units} đơn vị{because}",
    "letter.draft": "soạn {count} công văn {what}",
    "letter.issue": "ban hành công văn {what} số {number} gửi {units} đơn vị",
    "letter.named": "nêu việc này trong công văn {what} số {number}",
    "letter.signed": "đính kèm bản ký của công văn số {number}: {name}",
    "series.open": "mở kỳ mới của việc định kỳ: {title} ({units} đơn vị)",
    "series.until": "đặt việc định kỳ “{title}” lặp {after}",
    "submission.document": "sửa văn bản của lần nộp: số {number}",
    "submission.take_back": "rút lại lần nộp {count} việc",
    "submission.submit": "nộp kết quả {count} việc{with_files}",
    "unit_report.draft": "soạn báo cáo kết quả thực hiện, bản {edition}",
    "unit_report.anew": "soạn lại báo cáo theo số liệu mới",
    "unit_report.discard": "bỏ bản nháp báo cáo",
    "unit_report.ask": "trình lãnh đạo ký báo cáo",
    "unit_report.take_back": "rút báo cáo lại để sửa",
    "unit_report.send_back": "trả lại người soạn báo cáo{because}",
    "unit_report.send": "gửi tỉnh báo cáo số {number} của {unit}, người ký: {signer}{by_proxy}",
    "unit_report.scan": "thêm bản chụp đã ký của báo cáo số {number} của {unit}: {name}",
    "unit_report.wanted": "nhắc {units} đơn vị nộp báo cáo kết quả thực hiện",
    "report.request": "lập báo cáo, chốt số liệu {as_of}",
    "report.correct": "lập lại báo cáo chốt số liệu {as_of}{because}",
    "report.ready": "lập xong báo cáo chốt số liệu {as_of}",
    "report.cancel": "dừng lập báo cáo chốt số liệu {as_of}",
    "report.edit": "sửa lời của báo cáo",
    "report.send": "gửi báo cáo tới {address}",
    "report.address": "đổi nơi nhận báo cáo: từ {before} thành {after}",
    "report.schedule": "đặt hoặc tắt lịch lập báo cáo",
    "report.told": "báo {units} đơn vị phần của mình trong báo cáo chốt số liệu {as_of}; {name} trả lời ý kiến",
    "contest.raise": "nêu ý kiến về số liệu của {unit} trong báo cáo chốt {as_of} ({figures}){because}",
    "contest.withdraw": "rút ý kiến về số liệu của {unit} trong báo cáo chốt {as_of} ({figures}){because}",
    "contest.uphold": "đồng ý với ý kiến của {unit} về báo cáo chốt {as_of}{because}",
    "contest.dismiss": "không đồng ý với ý kiến của {unit} về báo cáo chốt {as_of}{because}",
    "contest.answerer": "chuyển ý kiến của {unit} cho {name} trả lời",
    "unit.change": "sửa hộp thư, điện thoại hoặc thời gian tồn tại của đơn vị",
    "group.save": "ghi nhóm nơi nhận “{name}”",
    "group.remove": "bỏ nhóm nơi nhận “{name}”",
    "import.people": "nhập người dùng từ bảng {name}",
    "import.mailboxes": "nhập hộp thư của đơn vị từ bảng {name}",
    "office.names": "sửa tên cơ quan và thể thức văn bản",
    "office.allow_zip": "đổi việc nhận tệp nén",
    "office.link_days": "đổi số ngày liên kết trong thư dùng được: từ {before} thành {after}",
    "office.alert_address": "đổi địa chỉ báo sự cố: từ {before} thành {after}",
    "office.retention": "đổi thời hạn bảo quản",
    "retention.destroy": "huỷ tài liệu hết thời hạn: {what}, {count} mục",
    "office.review_days": "đổi số ngày làm việc của việc duyệt: từ {before} thành {after}",
    "office.two_factor_roles": "đổi vai trò phải xác nhận hai bước: từ {before} thành {after}",
    "office.contest_days": "đổi số ngày làm việc để nêu ý kiến về báo cáo: từ {before} thành {after}",
    "office.day": "ghi ngày {day} vào lịch: {name}",
    "office.day_dropped": "bỏ ngày {day} khỏi lịch riêng",
    "office.days": "nhập lịch nghỉ năm {year}",
})
#: Values that are words of ours, not of the people who wrote something.
OUR_WORDS = {"category", "what", "audience", "period", "by_proxy"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of history: when, and the sentence."""

    at: datetime
    text: str
    kind: str


def sentence(kind: str, person_name: str, data: Mapping[str, Any]) -> str:
    """What an event says, as "Lê Văn Thắng tiếp nhận nhiệm vụ."; an act without words of its own still says that something was recorded."""
    told = {key: _shown(value) for key, value in data.items()}
    reason = told["reason"] = told.get("reason", "").rstrip(". ")
    files = data.get("files")
    told |= {key: tr(told[key]) for key in OUR_WORDS & told.keys()}
    if kind.startswith("mail.") and reason:  # a reason of ours is kept with its full stop
        reason = changed(tr(told["reason"] + "."), _unended)
    told |= {"because": tr(": “{reason}”", reason=reason) if reason else "", "with_files": tr(", kèm {files} tệp", files=files) if files else ""}
    act = ACTS.get(kind, tr("ghi một thay đổi"))
    return tr("{person} {act}.", person=person_name, act=tr(act, **{place[1]: told.get(place[1], "…") for place in PLACE.finditer(act)}))


def _unended(text: str) -> str:
    return text.rstrip(". ")


def events_of(assignment_id: int) -> list[Row[Any]]:
    """The assignment's history as it is stored (at, kind, person_name, data), oldest first."""
    return list(reversed(read(_OF_ASSIGNMENT, {"id": assignment_id}).all()))


def lines(events: Sequence[Row[Any]]) -> list[Line]:
    """Stored events as sentences."""
    return [Line(row.at, sentence(row.kind, row.person_name, row.data), row.kind) for row in events]


def of_dispatch(dispatch_id: int) -> list[Line]:
    """What was done with the dispatch as a whole, oldest first."""
    return _lines(_OF_DISPATCH, {"id": dispatch_id})


def of_unit_report(report_id: int, unit_id: int, whole: bool) -> list[Line]:
    """What was done with a district's report, oldest first; what the unit did before it sent it only where whole."""
    kinds = Event.kind.startswith("unit_report.") if whole else Event.kind.in_(("unit_report.send", "unit_report.scan"))
    return _lines(_EVENTS.where(Event.unit_id == unit_id, kinds, Event.data["report_id"].as_integer() == report_id))


def of_person(person_id: int, unit_id: int | None) -> list[Line]:
    """What was done with somebody's account while they belonged to this unit, oldest first."""
    of_unit = Event.unit_id == unit_id
    return _lines(_EVENTS.where(of_unit, Event.kind.startswith("person."), Event.data["target_id"].as_integer() == person_id))


#: Built once, at import: building them would cost a page more than running them.
_ID = bindparam("id", type_=Integer)
_EVENTS = select(Event.at, Event.kind, Event.person_name, Event.data).order_by(Event.id.desc()).limit(LONGEST_HISTORY)
_OF_ASSIGNMENT = _EVENTS.where(Event.assignment_id == _ID)
_OF_DISPATCH = _EVENTS.where(Event.dispatch_id == _ID, Event.assignment_id.is_(None))


def _lines(statement: Select[Any], values: Mapping[str, Any] | None = None) -> list[Line]:
    return lines(list(reversed(read(statement, values).all())))


def _shown(value: object) -> str:
    """A stored JSON value as people write it: 2026-09-11 becomes 11/09/2026."""
    text = "" if value is None else str(value)
    if len(text) == 10 and text[4:5] == "-":
        try:
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        except ValueError:
            return text
    return text
