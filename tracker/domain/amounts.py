"""Amounts as people type and read them: 1.234,5 in triệu or tỷ; kept in the base unit as exact decimals."""
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from tracker.domain.errors import BadInput
from tracker.domain.wording import tr

#: How money is shown: key → (words, so many đồng).
SCALES: dict[str, tuple[str, Decimal]] = {
    "one": (tr("đồng"), Decimal(1)), "million": (tr("triệu đồng"), Decimal(10) ** 6), "billion": (tr("tỷ đồng"), Decimal(10) ** 9),
}
MOST = Decimal(10) ** 18
MOST_PLACES = 9
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_WORDS = re.compile(r"(?<=[\d\s])(?P<words>nghìn tỷ|nghìn tỉ|tỷ|tỉ|triệu|tr|nghìn|ngàn|đồng|đ)(?: ?(?:đồng|đ))?$", re.IGNORECASE)
_POWERS = {"nghìn tỷ": 12, "nghìn tỉ": 12, "tỷ": 9, "tỉ": 9, "triệu": 6, "tr": 6, "nghìn": 3, "ngàn": 3, "đồng": 0, "đ": 0}
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_WESTERN = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_SWAP = str.maketrans(",.", ".,")
#: What stands in a cell that holds nothing.
_NOTHING = {"", "-", "–", "—", "…", "...", "x"}


def factor(scale: str) -> Decimal:
    """So many of the base unit one shown unit is; 1 for what is no money."""
    return SCALES[scale][1] if scale in SCALES else Decimal(1)


def typed(text: str, measure: str = "count", scale: str = "one") -> Decimal | None:
    """What was typed, in the base unit; None for an empty field or a dash.

    A point parts thousands, a comma begins the fraction; what can only be the other way (1,234,567.5 or 0.5) is taken so. Money may carry its own
    word (1,5 tỷ), which then counts instead of the scale. Raises BadInput("figure.number", "figure.large", "figure.places").
    """
    said = text.strip()
    if said.lower() in _NOTHING:
        return None
    power: int | None = None
    number = said
    if measure == "money" and (match := _WORDS.search(number)):
        power, number = _POWERS[match["words"].lower()], number[: match.start()]
    elif measure == "percent":
        number = number.removesuffix("%")
    amount = _decimal(_SPACES.sub("", number), said)
    amount *= Decimal(10) ** power if power is not None else factor(scale) if measure == "money" else 1
    if abs(amount) >= MOST:
        raise BadInput("figure.large", text=said[:40])
    return plain(amount)


def _decimal(number: str, said: str) -> Decimal:
    negative = number.startswith(("-", "−")) or (number.startswith("(") and number.endswith(")"))
    digits = number.strip("()").lstrip("-−+")
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif _WESTERN.fullmatch(digits):
        digits = digits.replace(",", "")
    elif _PLAIN.fullmatch(digits):
        digits = digits.replace(",", ".")
    else:
        raise BadInput("figure.number", text=said[:40])
    if not digits.isascii() or len(digits) > 40:
        raise BadInput("figure.number", text=said[:40])
    if len(digits.partition(".")[2]) > MOST_PLACES:
        raise BadInput("figure.places", text=said[:40], most=MOST_PLACES)
    return -Decimal(digits) if negative else Decimal(digits)


def from_cell(value: object, measure: str = "count", scale: str = "one") -> Decimal | None:
    """The amount of a spreadsheet's cell, a number or a text. Raises BadInput as typed does."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | Decimal):
        try:
            amount = round(Decimal(repr(value) if isinstance(value, float) else value), MOST_PLACES) * (factor(scale) if measure == "money" else 1)
        except InvalidOperation as error:
            raise BadInput("figure.number", text=str(value)[:40]) from error
        if not amount.is_finite() or abs(amount) >= MOST:
            raise BadInput("figure.large", text=str(value)[:40])
        return plain(amount)
    return typed(str(value), measure, scale)


def plain(amount: Decimal) -> Decimal:
    """The same amount without zeros behind the fraction and never as 1E+3, so that equal amounts are written alike."""
    if amount == 0:
        return Decimal(0)
    amount = amount.normalize()
    return amount.quantize(Decimal(1)) if amount.as_tuple().exponent > 0 else amount  # type: ignore[operator]


def shown(amount: Decimal | None, scale: str = "one", decimals: int = 0, *, measure: str = "count") -> str:
    """1.234,5: in the scale, at most so many decimals; nothing for None. What rounding would turn into zero keeps its digits."""
    if amount is None:
        return ""
    figure = amount / factor(scale) if measure == "money" else amount
    rounded = figure.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if rounded == 0 and figure != 0:
        rounded = figure.quantize(Decimal(1).scaleb(figure.adjusted()), ROUND_HALF_UP)
    return f"{rounded:,f}".translate(_SWAP)


def exact(amount: Decimal | None, scale: str = "one", *, measure: str = "count") -> str:
    """As it is put back into a field: every digit that was typed, so that saving an untouched form changes nothing."""
    if amount is None:
        return ""
    figure = plain(amount / factor(scale) if measure == "money" else amount)
    return f"{figure:,f}".translate(_SWAP)
