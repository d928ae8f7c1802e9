"""A report to draw: 27 units × 8 tasks in every state, with figures known beforehand (216 = 72 done + 144 open)."""
from datetime import date, timedelta

from tracker.domain.progress import Evidence, Line
from tracker.domain.report import DispatchFacts, Kind, Letterhead, ReportData, UnitFacts
from tracker.domain.status import State

AS_OF = date(2020, 9, 8)

#: One letter per task: o not acknowledged, a acknowledged, n acknowledged on a task without date, r returned, w waiting,
#: d accepted in time, a digit accepted so many days late.
UNITS = (
    ("392", "Huyện Hà Trung", "naraaana"), ("384", "Huyện Mường Lát", "oooaoaoo"), ("387", "Huyện Quan Sơn", "oooaoaoo"),
    ("388", "Huyện Lang Chánh", "nanaaana"), ("396", "Huyện Thường Xuân", "oooaoaoo"), ("402", "Huyện Như Xuân", "nanaaana"),
    ("401", "Huyện Nga Sơn", "nrr4aana"), ("395", "Huyện Thọ Xuân", "nrnaawda"), ("386", "Huyện Bá Thước", "nar1aana"),
    ("394", "Huyện Yên Định", "wwwdwwna"), ("390", "Huyện Cẩm Thủy", "waddadna"), ("393", "Huyện Vĩnh Lộc", "wdndadna"),
    ("397", "Huyện Triệu Sơn", "wandadda"), ("399", "Huyện Hoằng Hóa", "waddadnd"), ("406", "Huyện Quảng Xương", "wadddddd"),
    ("380", "Thành phố Thanh Hóa", "ddndddna"), ("381", "Thị xã Bỉm Sơn", "nan3adda"), ("382", "Thành phố Sầm Sơn", "nanda3da"),
    ("385", "Huyện Quan Hóa", "dandadda"), ("389", "Huyện Ngọc Lặc", "dan1a1da"), ("391", "Huyện Thạch Thành", "dandddnd"),
    ("398", "Huyện Thiệu Hóa", "nan2a2da"), ("400", "Huyện Hậu Lộc", "dandadna"), ("403", "Huyện Như Thanh", "dandadna"),
    ("404", "Huyện Nông Cống", "dadddddd"), ("405", "Huyện Đông Sơn", "ddddadna"), ("407", "Thị xã Nghi Sơn", "dandadda"),
)
SILENT = {"384", "387", "396"}
TASKS = (
    ("Tuyên truyền, vận động gửi tiết kiệm", None, date(2020, 9, 30),
     "Tuyên truyền cho hội viên, nông dân về các chương trình tín dụng chính sách đang thực hiện trên địa bàn; vận động hội viên gửi tiết "
     "kiệm dân cư, tiết kiệm gửi góp linh hoạt tại Ngân hàng Chính sách xã hội."),
    ("Kiểm tra theo kế hoạch quý III", date(2020, 9, 30), None,
     "Tăng cường kiểm tra theo kế hoạch đã xây dựng; hoàn thành tỷ lệ kiểm tra theo tháng, quý, năm và thực hiện đủ quy trình kiểm tra."),
    ("Bình xét, giám sát ở xã", None, date(2020, 9, 15),
     "Nâng cao trách nhiệm của Hội cấp xã khi tham gia họp bình xét, giám sát hoạt động của tổ tiết kiệm và vay vốn và hộ vay vốn."),
    ("Củng cố tổ tiết kiệm và vay vốn", date(2020, 8, 31), None,
     "Duy trì các tổ tiết kiệm và vay vốn hoạt động tốt; rà soát, kiện toàn các tổ trung bình, yếu kém, phân tích rõ nguyên nhân để có "
     "giải pháp phù hợp."),
    ("Kiện toàn tổ trưởng", date(2020, 9, 15), None,
     "Sau Đại hội, rà soát, kiện toàn tổ trưởng và thành viên ban quản lý tổ của các tổ hoạt động yếu kém."),
    ("Thu hồi nợ xấu", date(2020, 9, 4), None,
     "Nắm chắc và chỉ đạo xử lý các khoản nợ xấu, nợ của hộ vay bỏ đi khỏi địa phương sẽ đến hạn trong những tháng cuối năm 2020."),
    ("Điểm giao dịch xã", None, date(2020, 9, 30),
     "Quan tâm hoạt động giao dịch xã, tham mưu cho chính quyền tạo điều kiện về cơ sở vật chất để giao dịch được thông suốt."),
    ("Tập huấn nghiệp vụ uỷ thác", date(2020, 10, 15), None,
     "Phối hợp tổ chức các lớp tập huấn nghiệp vụ uỷ thác cho cán bộ Hội các cấp chưa được tập huấn."),
)
RESULT = "Đã ban hành văn bản chỉ đạo và triển khai đến 100% cơ sở Hội; rà soát 1.234 hộ vay, dư nợ 3.380,5 triệu đồng."


def letterhead(unit: str) -> Letterhead:
    """The letterhead of a district's own report."""
    return Letterhead(
        parent="HỘI NÔNG DÂN TỈNH THANH HÓA", issuer=f"BCH HND {unit.upper()}", place=unit.removeprefix("Huyện ").removeprefix("Thị xã "),
        symbol="-BC/HND", star=True, authority="T/M BAN THƯỜNG VỤ", addressee="Ban Thường vụ Hội Nông dân tỉnh Thanh Hóa",
        speaker=f"Ban Thường vụ Hội Nông dân {unit[0].lower()}{unit[1:]}",
        recipients=("Như kính gửi;", "Lưu: VP."),
    )


def line(code: str, name: str, position: int, mark: str) -> Line:
    """One assignment in the state that the letter says."""
    title, due_on, review_on, text = TASKS[position - 1]
    facts: dict[str, object] = {"state": State.ACKNOWLEDGED, "acknowledged": code not in SILENT}
    on = due_on or date(2020, 8, 28)
    if mark == "o" or code in SILENT:
        facts["state"] = State.ASSIGNED
    elif mark == "r":
        facts |= {"state": State.RETURNED, "submitted_on": date(2020, 8, 25), "fix_by": date(2020, 9, 11), "return_reason": "Thiếu biên bản của 4 xã"}
    elif mark == "w":
        facts |= {"state": State.SUBMITTED, "submitted_on": min(on, date(2020, 9, 3))}
    elif mark == "d" or mark.isdigit():
        sent = min(on, date(2020, 8, 30)) if mark == "d" else on + timedelta(days=int(mark))
        facts |= {
            "state": State.ACCEPTED, "submitted_on": sent, "accepted_submitted_on": sent, "accepted_due_on": due_on,
            "accepted_on": sent + timedelta(days=1),
        }
    if facts.get("submitted_on"):
        facts["result"] = RESULT
        facts["evidence"] = (
            Evidence("implementing_document", "cv-chi-dao.pdf", f"{int(code) - 300}-CV/HND", date(2020, 8, 20), "Lê Văn Bình"),
            Evidence("photo", f"anh-{position}.jpg"),
        )
    return Line(
        unit_code=code, unit_name=name, task_position=position, task_title=title, task_text=text, due_on=due_on, original_due_on=due_on,
        review_on=review_on, **facts,
    )


def province_data() -> ReportData:
    """The consolidated report of the whole province."""
    return ReportData(
        kind=Kind.PROVINCE,
        dispatch=DispatchFacts(
            "công văn", "931-CV/HNDT", date(2020, 8, 11), "Ban Thường vụ Hội Nông dân tỉnh Thanh Hóa",
            "V/v tiếp tục đẩy mạnh hoạt động uỷ thác với Ngân hàng Chính sách xã hội những tháng còn lại năm 2020.", 1),
        letterhead=Letterhead(
            "HỘI NÔNG DÂN VIỆT NAM", "BCH HND TỈNH THANH HÓA", "Thanh Hóa", "-BC/HNDT", True, "T/M BAN THƯỜNG VỤ", "PHÓ CHỦ TỊCH",
            "Nguyễn Thị An", "", "Ban Thường vụ Hội Nông dân tỉnh",
            ("Thường trực Tỉnh hội;", "NHCSXH tỉnh;", "Hội Nông dân 27 huyện, thị, thành phố;", "Lưu: VP, Ban KT-XH.")),
        as_of=AS_OF,
        prepared_on=date(2020, 9, 8),
        units=tuple(UnitFacts(code, name, letterhead(name)) for code, name, _ in UNITS),
        lines=tuple(line(code, name, n, mark) for code, name, marks in UNITS for n, mark in enumerate(marks, 1)),
    )
