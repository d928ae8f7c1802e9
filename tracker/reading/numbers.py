"""Numbers as Vietnamese writes them: a point parts thousands, a comma begins the fraction (1.234,5)."""

import re
from decimal import Decimal

_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_WESTERN = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+")
#: A number in running text; neither a phone, nor a part of a date, a document's number or a range.
NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+|\d{1,9}(?:[.,]\d{1,6})?)"


def to_decimal(words: str) -> Decimal:
    """'3.380' is three thousand, '528,7' and '0.14' have a fraction; 'words' matched NUMBER."""
    if _THOUSANDS.fullmatch(words):
        return Decimal(words.replace(".", "").replace(",", "."))
    if _WESTERN.fullmatch(words):
        return Decimal(words.replace(",", ""))
    return Decimal(words.replace(",", "."))


def say_number(value: Decimal) -> str:
    """The number in Vietnamese form: 9853000000 → '9.853.000.000', 528.7 → '528,7'."""
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{int(whole):,}".replace(",", ".") + (f",{fraction}" if fraction else "")
