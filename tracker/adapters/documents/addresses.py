"""E-mail addresses that a line end cut in two: behind the @, a dot or a hyphen, or in the middle of the host's name."""

import re

_CUT_HOST = re.compile(r"(?<![\w.+-])([\w.+-]{1,64}@[\w.-]{0,200})[ \t]*\n[ \t]*([\w.-]{1,200})", re.A)
_CUT_NAME = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})[ \t]*\n[ \t]*(@[\w-]{1,63}\.[\w.-]{2,200})", re.A)
_WHOLE = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.A | re.I)
_END = re.compile(r"(?:vn|com|net|org|gov|edu|info|example)[.]?")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}[.]?")


def with_whole_addresses(text: str) -> str:
    """The text with such addresses put together; whatever is no address stays as it is."""
    if "@" not in text:
        return text
    return _CUT_NAME.sub(r"\1\2", _CUT_HOST.sub(_joined, text))


def _joined(cut: re.Match[str]) -> str:
    head, rest = cut[1], cut[2]
    if rest.startswith(".") and _END.search(rest):
        return head + rest
    if _WHOLE.fullmatch(head):
        return cut[0]
    if _WHOLE.fullmatch(head.rstrip(".")):
        return head + rest if _END.fullmatch(rest) else cut[0]
    return head + rest if _HOST.fullmatch(rest) or (head.endswith((".", "-")) and _END.fullmatch(rest)) else cut[0]
