"""Words of command: which sentences charge somebody, which only close the letter."""

import re

from tracker.reading.folding import phrase
from tracker.reading.model import Span
from tracker.reading.page import Page

#: 'Các' before these counts things and names nobody.
_THINGS = (
    r"(?:phan|noi dung|hinh thuc|hoat dong|giai phap|nhiem vu|chi tieu|muc tieu|van de|truong hop|ket qua|mon|khoan|tieu chi|buoc|yeu cau|bien phap|"
    r"cong viec|viec|quy dinh|van ban|dieu kien)"
)
_WHO = (
    rf"(?:cac(?! {_THINGS}\b)|ong|ba|dong chi|lanh dao|thu truong|giam doc|chu tich|truong|ban|so|phong|chi cuc|cuc|vien|hoi|"
    r"uy ban|ubnd|hdnd|thanh tra|van phong|cong an|"
    r"bo|bo chi huy|trung tam|benh vien|don vi|co quan|dai|bao|ngan hang|kho bac|lien minh|tinh doan|huyen|"
    r"thanh pho|thi|xa|phuong|nguoi dung dau|toan the|"
    r"moi|tung|nhung|toi|cap|to chuc|doanh nghiep|cong ty|quy|quan|can bo|giao vien|hoc vien|nghien cuu sinh|"
    r"hiep hoi|cong doan|bhxh|bao hiem|kbnn|nhcsxh|hnd|ldld|mttq|ccb|lien hiep|hat|tram|doan|lien doan|"
    r"phan hieu|dang bo|nong truong|hop tac xa|tieu ban|khoa|nha truong|bi thu|mat tran|hieu truong|"
    r"dang uy|chi bo|vu|tong|doi|nganh|vinaphone|chu dau tu|chu nhiem|phap che|bo phan|to|hoi dong|thay)"
)
#: Words of action that begin like the name of a body (Ban hành, Bố trí, Báo cáo, Quán triệt).
_VERB = (
    r"(?:ban hanh|bo (?:sung|tri)|so (?:ket|tan|tuyen)|phong,? (?:chong|ngua)|hoi (?:nghi|thao|dap)|cap (?:nhat|phat|kinh)|truong hop|"
    r"quan (?:ly|triet|tam|trac)|doi (?:moi|chieu|thoai|ngu)|bao (?:cao|dam|quan|ve|gom)|tong (?:hop|ket|so)|"
    r"thi (?:dua|hanh|diem)|vu viec|quy (?:dinh|trinh|hoach|che|mo)|khoa hoc|"
    r"thay (?:the|doi)|moi (?:truong|quan he)|dai (?:hoi|dien)|to chuc(?! (?:dang|chinh|doan|hoi|cong|tin|ca nhan)))"
)
_BODY = rf"(?!{_VERB}\b){_WHO}"
#: 'Giao ban' is a meeting, 'giao Ban …' an order.
_BRIEFING = r"giao ban(?: hang| dinh ky| thang| quy| tuan| dau| cuoi| voi| ngay|\W|$)"
#: Without accents 'giao' is also the second word of sách giáo khoa, nhà giáo, Tuyên giáo, chuyển giao, được giao.
_NOT_ASSIGNED = "".join(rf"(?<!\b{word}\s)" for word in ("sach", "nha", "ton", "thay", "co", "mau", "tuyen", "chuyen", "duoc", "phat"))
_TEACHER = r"giao vien\b(?! (?:kiem sat|ksnd|nghien cuu|khoa hoc|cong nghe|quy hoach))"
ORDER = phrase(
    rf"\b(?:yeu cau|de nghi|kinh de nghi|(?!{_BRIEFING})(?!{_TEACHER}){_NOT_ASSIGNED}giao(?: cho| nhiem vu cho)?|phan cong|chi thi|uy quyen|kien nghi|chi dao)"
    rf"\s*:?\s*(?!so \d)(?={_WHO}\b)"
)
HAS_DUTY = phrase(r"\b(?:chiu )?trach nhiem\b|\bchu tri\b|\bchi dao, |\bphai \b|\bcan \b")
_UNIT_SUBJECT = phrase(
    rf"(?:doi voi )?{_BODY}\b[^.;:]{{3,160}}?\b(?P<verb>chu tri|co trach nhiem|chiu trach nhiem|chi dao|khan truong|"
    rf"to chuc|phoi hop|tham muu|ra soat|huong dan|bao cao|bo tri|xay dung|tang cuong|chuan bi|thuc hien|"
    rf"cung co)\b"
)
_NAMES_BODY = phrase(rf"(?:doi voi |rieng |giao |de nghi |yeu cau )?{_BODY}\b")
SHORTCOMING = phrase(r"\b(?:ton tai|han che|khuyet diem|yeu kem|thieu sot|vuong mac|kho khan|chua tot)\b")
RESULT = phrase(r"\b(?:dat duoc|ket qua (?:dat duoc|noi bat|cu the|nhu sau|chinh|chu yeu|thuc hien)|thanh tich|uu diem)\b")
_CLOSING = phrase(
    r"\b(?:trien khai,? thuc hien|nghiem tuc|to chuc thuc hien|thuc hien (?:hieu qua|tot|nghiem|day du|dung|"
    r"cac noi dung|noi dung)|cac noi dung (?:neu )?tren|(?:trien khai|thuc hien)(?=;|\W*$)|biet,? (?:va |de )?(?:thuc hien|chi dao)|"
    r"quan tam,? (?:chi dao|thuc hien|phoi hop)|chi dao,? (?:to chuc |trien khai )?thuc hien|"
    r"phoi hop thuc hien|phoi hop,? (?:chi dao|giai quyet)|khan truong thuc hien|lien he|"
    r"phan anh (?:kip thoi )?ve|bao cao (?:kip thoi )?ve|quan triet|nhan duoc)\b"
)
_SUPERVISES = phrase(r"\b(?:theo doi|don doc|kiem tra|giam sat|tong hop)\b")
CONTACT = phrase(
    r"^(?:\W*)(?:neu can|moi chi tiet|chi tiet (?:xin )?lien he|thong tin chi tiet|moi thong tin|moi vuong mac|"
    r"vui long lien he|xin lien he|dau moi lien he|\(?moi (?:quy|xem|tham khao|truy cap|lien he))\b"
)
_TRANSITION = phrase(
    r"\b(?:trong qua trinh|neu co|truong hop|qua trinh trien khai|tren day la|van ban nay|chi thi nay|"
    r"ke hoach nay|cong van nay|tran trong)\b"
)


#: Right before the verb the number of another document: that one ordered it ('công văn số 140/SXD-QLN đề nghị các huyện …').
_TOLD_OF = phrase(
    r"\b(?:co|ban hanh|phat hanh|gui|tiep theo) (?:cong van|van ban|chi thi|cong dien|thong bao|ke hoach) "
    r"(?:so )?\d[^\s,;:]{0,24}(?: ngay \d[^,;:]{0,24})?(?: cua [^,;:]{2,60})?,? $"
)
_REACH = 140
#: What a body has already done is told, not asked for ('Chi cục đã tổ chức …').
_DONE = re.compile(r"\bda\s+$")


def is_order(flat: str) -> bool:
    """Whether the sentence commands somebody named, itself and not by the document it tells of."""
    return any(not _TOLD_OF.search(flat[max(0, found.start() - _REACH) : found.start()]) for found in ORDER.finditer(flat))


def is_unit_duty(flat: str) -> bool:
    """Whether the sentence begins with a body and says what it must do."""
    found = _UNIT_SUBJECT.match(flat)
    return found is not None and not _DONE.search(flat, found.start(), found.start("verb"))


_WHOEVER = phrase(rf"(?:cac )?(?:{_WHO}) nao\b")


def goes_on(flat: str) -> bool:
    """Whether the sentence only goes on with the order before it ('Đơn vị nào chưa …')."""
    return bool(_WHOEVER.match(flat))


_ONLY_WHEN = phrase(
    rf"(?:{_WHO}\b[^.;:,]{{0,60}}? )?(?:thuc hien|hoan thanh|trien khai)(?: xong)? (?:truoc|cham nhat|trong|den het|xong truoc) [^.;]{{4,60}}\W*$"
)


def only_when(flat: str) -> bool:
    """Whether the sentence names no work, only by when the work before it is to be done ('Các đơn vị thực hiện trước ngày …')."""
    return bool(_ONLY_WHEN.match(flat))


def names_body(flat: str) -> bool:
    """Whether the words begin with a body that can be charged ('Sở Y tế', 'Đối với UBND các xã', 'Giao …')."""
    return bool(_NAMES_BODY.match(flat))


_BY_WHEN = r"(?:(?:truoc|cham nhat|den het|han chot)[^.]{0,30}?\d{1,2} ?[/.t]|(?:hang|moi) (?:ngay|tuan|thang|quy)\b|trong (?:thoi han|vong) \d)"
_SENDS = re.compile(r"\bbao\s+cao\b|\bgui\b|\bnop\b")
_REPORTS_BY = phrase(
    rf"\b{_WHO}\b(?:[^.]|\.\S){{0,200}}?\b(?:bao cao|gui|nop)\b(?:[^.]|\.\S){{0,200}}?\b{_BY_WHEN}|"
    rf"(?:moi )?(?:ket qua|van ban|danh sach|ho so|ke hoach|phieu|y kien)\b[^.:]{{0,80}}?\b(?:bao cao|gui|nop) (?:ve|cho)\b(?:[^.]|\.\S){{0,160}}?\b{_BY_WHEN}|"
    rf"{_WHO}\b[^.]{{0,120}}?\b(?:cu \d+ (?:gio|ngay) (?:mot|1|01)? ?lan|hang (?:ngay|tuan))[^.]{{0,40}}?\bbao cao\b"
)


def reports_by_a_day(flat: str) -> bool:
    """Whether somebody named is to report or send something by a day or in a rhythm: a task of its own even in closing words."""
    return bool(_SENDS.search(flat) and _REPORTS_BY.search(flat))


_ASKS_BACK = phrase(
    r"\b(?:dang ky|xac nhan|gui|nop|nhan (?:bai|ho so))\b[^.]{0,120}?(?:\b(?:truoc|cham nhat|den het|han|ve)\b|@)|"
    r"\bhan (?:chot|cuoi|nop|gui|dang ky|nhan)\b"
)


def asks_back(flat: str) -> bool:
    """Whether an invitation asks for an answer: to register, confirm or send something by a day or to a mailbox."""
    return bool(_ASKS_BACK.search(flat))


_ASSIGNS = phrase(rf"{_WHO}\b[^.;:,\d]{{3,90}}: ?[a-z]")


_FOLLOWS_UP = phrase(
    rf"{_WHO}\b[^.;:]{{3,90}}?\b(?:chu tri|chiu trach nhiem|co trach nhiem|tham muu|giup)\b[^.]{{0,120}}?\b(?:theo doi|don doc|kiem tra|giam sat)\b|"
    rf"rieng {_WHO}\b"
)


def follows_up(flat: str) -> bool:
    """Whether the paragraph charges a body beside the list: to follow up ('Ban Tổ chức chủ trì theo dõi, đôn đốc …'), or apart ('Riêng Hội …')."""
    return bool(_FOLLOWS_UP.match(flat))


def assigns(flat: str) -> bool:
    """Whether the paragraph is a body's name, a colon and what it is to do ('Phòng Thanh tra: kết thúc …')."""
    return bool(_ASSIGNS.match(flat))


_CHARGES_BY_NAME = phrase(rf"(?:(?:doi voi|rieng|giao(?: nhiem vu cho)?) |(?:(?:de nghi|yeu cau) )?{_WHO}\b)[^.;:]{{2,180}}:")


def charges_by_name(flat: str) -> bool:
    """Whether the paragraph begins with a body and a colon ('Đối với các hộ gia đình: phân loại …', 'Trưởng các thôn:')."""
    named = _CHARGES_BY_NAME.match(flat)
    ordered = ORDER.search(flat, 1, named.end()) if named else None
    return named is not None and (ordered is None or named.end() < len(flat))


_ANSWERS = phrase(r"\b(?:tra loi|phuc dap|giai dap|co y kien|thong tin|giai trinh)(?: cu the)?(?: ve [^:]{0,80})? nhu sau\W*$")


def answers(flat: str) -> bool:
    """Whether the words announce an answer ('… trả lời như sau:'), not orders."""
    return bool(_ANSWERS.search(flat))


#: What an order asks for stands at its beginning; carrying out and reporting behind it belong to that.
_SAID_AT_ONCE = 240


def is_closing(flat: str) -> bool:
    """Whether an order only asks to carry the dispatch out: no task of its own. Charging somebody to follow up is one."""
    found = ORDER.search(flat)
    head = flat[found.end() : found.end() + _SAID_AT_ONCE] if found else flat[:_SAID_AT_ONCE]
    closing = _CLOSING.search(head)
    if not closing:
        return bool(_TRANSITION.match(flat))
    if re.search(r"\bco\s+trach\s+nhiem\b", head):
        return False
    supervises = _SUPERVISES.search(head)
    return not (supervises and supervises.start() < closing.start())


_SENTENCE = re.compile(
    r"(?<=(?:[^\WA-Z\d_]|\))[.!?])[\"”)]?\s+(?=[A-ZĐÀ-Ỹ])|(?<=\d[.])\s+(?=[A-ZĐÀ-Ỹ][a-zà-ỹ])|;\s+(?=(?:Thủ trưởng|"
    r"Chủ tịch|Giám đốc|UBND|Ủy ban|Uỷ ban|Sở|Công an|Ban|Giao|Đề nghị|Yêu cầu)\b)"
)
_PURPOSE = phrase(
    r"(?:de|nham|vi vay|do do|do vay|tu ket qua tren|thuc hien|can cu|theo|trong boi canh|tren co so|"
    r"nhan)\b[^.]{5,700}?[,;]\s+(?=(?:[^,;.]{0,90}?)\b(?:yeu cau|de nghi|giao|chi thi)\b)"
)


def sentences(page: Page, span: Span) -> list[Span]:
    """Spans of the sentences; abbreviations and numbers do not end one."""
    found, at = [], span[0]
    for match in _SENTENCE.finditer(page.text, *span):
        found.append((at, match.start()))
        at = match.end()
    found.append((at, span[1]))
    return [(a, b) for a, b in found if b > a]


def command_start(page: Page, sentence: Span) -> int:
    """Where the commanding clause begins: a purpose ('Để …,') before it is left out."""
    match = _PURPOSE.match(page.flat, *sentence)
    return match.end() if match and page.text[match.end()].isupper() else sentence[0]
