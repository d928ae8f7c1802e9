"""Names in capitals, as running text writes them: words of office small, the field behind 'Bộ' or 'Sở' and proper names large."""

import re

# Words of office; any other word in a letterhead is a proper name. Both spellings of the tone (uỷ, ủy) stand here.
_OFFICE = frozenset(
    re.findall(
        r"\w+",
        """
    ủy uỷ ban nhân dân hội đồng tỉnh thành phố quận huyện thị xã phường trấn đặc khu và của tại cho về thuộc các sở bộ cục chi tổng vụ viện văn phòng phó
    trung tâm trường đại học cao đẳng trung tiểu mầm non nghề cơ quan chấp hành thường vụ trực liên đoàn lao động thanh niên phụ nữ nông hiệp hợp tác xã mặt
    trận tổ quốc đảng bộ công an quân sự chỉ huy chỉ đạo quản lý dự án bệnh viện đa khoa y tế giáo dục đào tạo khoa công nghệ tài chính kế hoạch đầu tư
    xây dựng giao thông vận tải nội vụ ngoại vụ tư pháp thông tin truyền thông văn hóa hoá thể thao du lịch nông nghiệp phát triển thôn nguyên môi trường
    thương binh xã thanh tra dân tộc tôn giáo thuế hải kho bạc nhà nước ngân hàng chính sách bảo hiểm kiểm sát tòa toà án tuyên giáo vận tổ chức nội chính
    sinh sản dự kiểm soát bệnh tật an toàn thực phẩm thị trường thống kê đất đai lâm thủy thuỷ lợi thú y bảo vệ cựu chiến binh chữ thập đỏ làm vườn khuyến
    học tập đoàn công ty cổ phần trách nhiệm hữu hạn một viên khu kinh công khoa sau tham mưu nghĩa trang quỹ rừng hạt trạm đội tổ tướng chủ tịch
    điện lực kiểm lâm kỹ thuật khám chữa bệnh hóa chất lượng chuyên môn nghiệp vụ sư phạm dạy luật dược dân tộc nhánh cảnh sát
    phòng cháy cứu nạn cứu hộ
        """,
    )
)
_FIELD_BEHIND = re.compile(
    r"(?:^|.* )(?:bộ|sở|cục|chi cục|tổng cục|vụ|viện|trường|trường (?:đại học|cao đẳng|trung học)|phòng|ban|hội|liên đoàn|trung tâm|thanh tra|"
    r"công ty|bệnh viện|hiệp hội|công đoàn) "
)
_NAMES = ("Chính phủ", "Trung ương", "Việt Nam", "Quốc hội", "Hồ Chí Minh", "Thủ tướng", "Mặt trận Tổ quốc", "Nhà nước", "Tổng Liên đoàn")
_BRANCHED = re.compile(r"(?:bộ|sở|phòng|ban|cục|vụ|trường) ")
_PLACES = re.compile(
    r"(?:^| )(?:tỉnh|tỉnh ủy|thành phố|thành ủy|quận|huyện|huyện ủy|thị xã|xã|phường|thị trấn|đặc khu) (?!.*\b(?:hội|đoàn|ban|trường|phòng)\b)"
)
_SMALL_ALWAYS = {"và", "của", "tỉnh", "huyện", "quận", "xã", "phường", "thị", "trấn", "thành", "phố"}


def readable(capitals: str) -> str:
    """'ỦY BAN NHÂN DÂN TỈNH BÌNH DƯƠNG' → 'Ủy ban nhân dân tỉnh Bình Dương'; what is not in capitals stays as it is."""
    letters = [c for c in capitals if c.isalpha()]
    if sum(c.isupper() for c in letters) < 0.75 * len(letters):
        return capitals
    words: list[str] = []
    for word in capitals.split(" "):
        before = " ".join(words).lower() + " "
        words.append(_cased(word, before))
    text = " ".join(words)
    for name in _NAMES:
        text = re.sub(name, name, text, flags=re.I)
    text = text.replace("xã Hội", "xã hội").replace("quốc Gia", "quốc gia")
    return text[:1].upper() + text[1:]


def _cased(word: str, before: str) -> str:
    bare = word.lower().strip(".,-()")
    if (
        any(c.isdigit() for c in word)
        or re.fullmatch(r"[IVX]{1,4}", word)
        or not re.search(r"[aeiouyàáảãạăắằẳẵặâấầẩẫậèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ]", bare)
    ):
        return word
    if bare in ("ủy", "uỷ") and before.endswith(("tỉnh ", "thành ", "huyện ", "quận ", "đảng ")):
        return word.lower()
    if bare not in _OFFICE:
        return word if len(bare) <= 5 and not is_syllable(bare) and not _MARKED.search(bare) else word[:1] + word[1:].lower()
    if bare == "thành" and _PLACES.search(before) and _follows_proper(before):
        return word[:1] + word[1:].lower()
    if bare in _SMALL_ALWAYS:
        return word.lower()
    field = _FIELD_BEHIND.fullmatch(before) and not before.endswith(("ủy ban ", "uỷ ban "))
    second_field = _BRANCHED.match(before) and before.endswith((" và ", ", ", " - "))
    if field or second_field or _PLACES.search(before) or _follows_proper(before):
        return word[:1] + word[1:].lower()
    return word.lower()


_MARKED = re.compile(r"[^\W\da-zđ&]")


def _follows_proper(before: str) -> bool:
    last = before.split()[-1:] or [""]
    return last[0] not in _OFFICE and is_syllable(last[0])


_INITIALS = r"(?:b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x)?"
_SYLLABLE = re.compile(rf"{_INITIALS}[aàáảãạăắằẳẵặâấầẩẫậeèéẻẽẹêếềểễệiìíỉĩịoòóỏõọôốồổỗộơớờởỡợuùúủũụưứừửữựyỳýỷỹỵ]{{1,3}}(?:c|ch|k|m|n|ng|nh|p|t)?")


def is_syllable(word: str) -> bool:
    """Whether the word can be a Vietnamese syllable; otherwise it is an abbreviation (UBND, THPT)."""
    return bool(_SYLLABLE.fullmatch(word))
