"""Old Vietnamese encodings that reach us as Western letters: TCVN3 ('Céng hßa x· héi') and VNI ('Coäng hoøa xaõ hoäi')."""

import re

# TCVN 5712:1993, the third table (VN3), as Windows-1252 shows its bytes.
_TCVN3 = dict(
    zip(
        "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉËÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\xadøõö÷ùýúûüþ®§¡¢£¤¥¦",
        "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđĐĂÂÊÔƠƯ",
        strict=True,
    )
)
# VNI for Windows: a letter, then the letter that carries its mark.
_VNI_TONES = {
    "a": ("áàảãạ", "ùøûõï"), "â": ("ấầẩẫậ", "áàåãä"), "ă": ("ắằẳẵặ", "éèúüë"), "e": ("éèẻẽẹ", "ùøûõï"), "ê": ("ếềểễệ", "áàåãä"), "o": ("óòỏõọ", "ùøûõï"),
    "ô": ("ốồổỗộ", "áàåãä"), "ơ": ("ớờởỡợ", "ùøûõï"), "u": ("úùủũụ", "ùøûõï"), "ư": ("ứừửữự", "ùøûõï"), "y": ("ýỳỷỹ", "ùøûõ"),
}  # fmt: skip
_VNI_BASE = {"â": "a", "ă": "a", "ê": "e", "ô": "o", "ơ": "ô", "ư": "ö"}
_VNI_SINGLE = {"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư", "Ñ": "Đ", "Æ": "Ỉ", "Ó": "Ĩ", "Ò": "Ị", "Î": "Ỵ", "Ô": "Ơ", "Ö": "Ư"}
_MODERN = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_TCVN3_WORD = re.compile(r"(?i)\b(?:x· héi|céng hßa|céng hoµ|viÖt nam|®éc lËp|nh©n d©n|kÝnh göi|n¬i nhËn|ngµy)\b")
_VNI_WORD = re.compile(r"(?i)\b(?:xaõ hoäi|coäng hoøa|coäng hoaø|vieät nam|ñoäc laäp|nhaân daân|kính göûi|nôi nhaän|ngaøy)\b")


def _vni_table() -> dict[str, str]:
    table = {"aâ": "â", "aê": "ă", "eâ": "ê", "oâ": "ô"}
    for letter, (toned, marks) in _VNI_TONES.items():
        base = _VNI_BASE.get(letter, letter)
        table |= {base + mark: with_tone for with_tone, mark in zip(toned, marks, strict=True)}
    return table | {k.upper(): v.upper() for k, v in table.items()} | {k[0].upper() + k[1]: v.upper() for k, v in table.items()}


_VNI = _vni_table()
_VNI_PAIR = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)) + "|[" + "".join(_VNI_SINGLE) + "]")
_TCVN3_TABLE = str.maketrans(_TCVN3)


def modernise(text: str) -> str:
    """The text in Unicode where it was TCVN3 or VNI; any text that already holds modern Vietnamese letters stays untouched."""
    if _MODERN.search(text):
        return text
    if _TCVN3_WORD.search(text):
        return text.translate(_TCVN3_TABLE)
    if _VNI_WORD.search(text):
        return _VNI_PAIR.sub(lambda match: _VNI.get(match[0]) or _VNI_SINGLE[match[0]], text)
    return text
