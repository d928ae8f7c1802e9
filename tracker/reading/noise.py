"""How much a text has suffered on its way (scan, lost accents): which words cannot be Vietnamese as they stand."""

import re
import unicodedata
from functools import lru_cache

_SIGN = r"[^\s.,;:()\[\]/|\"'!?“”…+=&%*_–—-]"
_WORD = re.compile(rf"{_SIGN}+")
_BARE = re.compile(rf"{_SIGN}*[^\W_]{_SIGN}*")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?:(?:uyê|iê|oa|oă|oe|oo|uâ|uê|uô|uơ|uy|ươ|yê|[aăâeêioôơuưy])(?:ch|ng|nh|[ckmnpt])?"
    r"|uya|uyu|uôi|uây|ươi|ươu|iêu|yêu|oai|oay|oao|oeo|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu)"
)
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_ODD = re.compile(r"[\\^~«»°©®ˆ‹›§¢£¥ﬀ-ﬆ#$<>{}¬¦†‡Øð|]")
_MIXED = re.compile(r"[^\W\d_]\d+[^\W\d_]|\d[^\W\d_]{3,}|[^\W\d_]{3,}\d")
_SAMPLE = 8_000
#: No word of Vietnamese is nearly as long; what is longer is a link, a rule of signs, or words run together.
_LONGEST_WORD = 40
#: Running Vietnamese carries a mark on most of its words; below this share the accents are gone.
FEW_ACCENTS = 0.45


@lru_cache(maxsize=20_000)
def is_damaged(word: str) -> bool:
    """Whether a word cannot stand like this in Vietnamese; foreign words without accents and abbreviations can."""
    if len(word) == 1:
        return word in "øØð~^|"
    if len(word) > _LONGEST_WORD:
        return not word.isascii()
    if _ODD.search(word) or (_MIXED.search(word) and not word.isupper()):
        return True
    if word[0].islower() and any(c.isupper() for c in word):
        return True
    if word.isascii() or any(c.isdigit() for c in word):
        return False
    if word.isupper() and len(word) <= 8:
        return False
    toneless = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(_TONES))
    tones = sum(unicodedata.combining(c) > 0 and ord(c) in _TONES for c in unicodedata.normalize("NFD", word))
    return tones > 1 or not _SYLLABLE.fullmatch(toneless)


def damaged_words(text: str) -> int:
    """How many words of the text are damaged."""
    return sum(is_damaged(word) for word in _WORD.findall(text))


def noise(text: str) -> float:
    """Which share of the words is damaged, 0 to 1, from the beginning of the text."""
    words = _BARE.findall(text[:_SAMPLE])
    return sum(map(is_damaged, words)) / len(words) if words else 0.0


def accents(text: str) -> float:
    """Which share of the words of at least two letters carries a mark, 0 to 1."""
    words = _LETTERS.findall(text[:_SAMPLE])
    return 1 - sum(map(str.isascii, words)) / len(words) if words else 1.0
