"""Old Vietnamese encodings that reach us as Western letters: TCVN3 ('Céng hßa x· héi') and VNI ('Coäng hoøa xaõ hoäi')."""

import re
import unicodedata

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

# Without a telling word: what share of the words can be Vietnamese syllables, before and after.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?:(?:uyê|iê|oa|oă|oe|oo|uâ|uê|uô|uơ|uy|ươ|yê|[aăâeêioôơuưy])(?:ch|ng|nh|[cmnpt])?"
    r"|uya|uyu|uôi|uây|ươi|ươu|iêu|yêu|oai|oay|oao|oeo|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu)"
)
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_WORD = re.compile(r"""[^\s\d.,;:()\[\]/"'!?“”–-]+""")
_NEVER_MODERN = re.compile("[¸µ¶¹¨¾¼½Æ©ÇËÎÏÑªÖ×ØÜÞßäåæçëîïñ¬øöûüþ®§¡¢£¤¥¦]")
_FROM_SYMBOLS = {0xF000 + code: code for code in range(0x20, 0x100)}
_SAMPLE, _ENOUGH = 20_000, 3


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
    """The text in Unicode where it was TCVN3 or VNI; modern Vietnamese stays untouched. In a mixed text each line is judged by itself."""
    if not _MODERN.search(text):
        return _converted(text)
    if not _NEVER_MODERN.search(text):
        return text
    return "\n".join(_converted(line) if _NEVER_MODERN.search(line) and not _MODERN.search(line) else line for line in text.split("\n"))


def by_font(text: str, font: str) -> str:
    """Words that a document sets in a font of the old encodings (.VnTime, VNI-Times), in Unicode; .VnTimeH draws small letters as capitals."""
    name = font.strip("\"' ").lower()
    old = name.startswith((".vn", "vni"))
    if not old or _MODERN.search(text):
        return text
    text = text.translate(_FROM_SYMBOLS)
    if name.startswith("vni"):
        return from_vni(text)
    return from_tcvn3(text).upper() if name.endswith("h") else from_tcvn3(text)


def from_tcvn3(text: str) -> str:
    """The letters of TCVN3, seen as Western ones, in Unicode."""
    return text.translate(_TCVN3_TABLE)


def from_vni(text: str) -> str:
    """The letters of VNI for Windows, seen as Western ones, in Unicode."""
    return _VNI_PAIR.sub(lambda match: _VNI.get(match[0]) or _VNI_SINGLE[match[0]], text)


def _converted(text: str) -> str:
    if _TCVN3_WORD.search(text):
        return from_tcvn3(text)
    if _VNI_WORD.search(text):
        return from_vni(text)
    words = [word for word in _WORD.findall(text[:_SAMPLE]) if not word.isascii()]
    if len(words) < _ENOUGH or _sound(words) >= 0.5:
        return text
    shares = ((_sound([convert(word) for word in words]), convert) for convert in (from_tcvn3, from_vni))
    share, convert = max(shares, key=lambda pair: pair[0])
    return convert(text) if share >= 0.8 else text


def _sound(words: list[str]) -> float:
    """How many of the words can be Vietnamese syllables, 0 to 1."""
    return sum(bool(_SYLLABLE.fullmatch(_toneless(word))) for word in words) / len(words)


def _toneless(word: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(_TONES))
