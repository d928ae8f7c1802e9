"""Abbreviations in the names of bodies, written out: what everybody writes short in a letterhead and nobody can sort or search by."""

import re

_WRITTEN_OUT = {
    "UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân", "BCH": "Ban Chấp hành", "BTV": "Ban Thường vụ", "BTC": "Ban Tổ chức", "BCĐ": "Ban Chỉ đạo",
    "HND": "Hội Nông dân", "LHPN": "Liên hiệp Phụ nữ", "CCB": "Cựu chiến binh", "LĐLĐ": "Liên đoàn Lao động", "MTTQ": "Mặt trận Tổ quốc",
    "TNCS": "Thanh niên Cộng sản", "BHXH": "Bảo hiểm xã hội", "KBNN": "Kho bạc Nhà nước", "NHCSXH": "Ngân hàng Chính sách xã hội", "BQL": "Ban Quản lý",
    "GD&ĐT": "Giáo dục và Đào tạo", "GDĐT": "Giáo dục và Đào tạo", "LĐTBXH": "Lao động - Thương binh và Xã hội",
    "NN&PTNT": "Nông nghiệp và Phát triển nông thôn", "TN&MT": "Tài nguyên và Môi trường", "KH&ĐT": "Kế hoạch và Đầu tư", "TT&TT": "Thông tin và Truyền thông",
}  # fmt: skip
_SHORT = re.compile(r"(?<![\w&])(?:" + "|".join(sorted(map(re.escape, _WRITTEN_OUT), key=len, reverse=True)) + r")(?![\w&])")
_YOUTH = re.compile(r"(?<=Ban Chấp hành )Đoàn(?= (?:tỉnh|thành phố|huyện|thị xã|xã|phường|trường|khối))|(?<=Ban Thường vụ )Đoàn(?= (?:tỉnh|thành phố))", re.I)


def written_out(name: str) -> str:
    """'BCH HND tỉnh' → 'Ban Chấp hành Hội Nông dân tỉnh'; a 'Đoàn' of a place is the Youth Union."""
    name = _SHORT.sub(lambda match: _WRITTEN_OUT[match[0]], name)
    return _YOUTH.sub("Đoàn TNCS Hồ Chí Minh", name)
