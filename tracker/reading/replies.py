"""What a person wrote in a reply, apart from what their mail program added: quoted mail, signature marks, 'sent from'."""
import re

from tracker.reading.folding import flatten

#: The line with which programs introduce what they quote; each with the program that writes it.
_INTRODUCES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:vao|luc)\b.{6,160}\bda viet\s*:$",                 # Gmail, Vietnamese
        r"on\b.{6,160}\bwrote\s*:$",                              # Gmail, Apple, English
        r"-{2,}\s*(?:original message|thu goc|tin nhan goc|forwarded message|thu (?:da )?chuyen tiep)\s*-*$",  # Outlook, Gmail
        r"_{10,}$",                                                # Outlook on the web
        r"(?:ngay|thu|vao luc)\b.{6,160}\b(?:viet|wrote)\s*:$",   # Zimbra, Thunderbird
    )
)
_HEADER = re.compile(r"\*?(?:from|tu|nguoi gui|sent|da gui|ngay gui|date|to|den|toi|nguoi nhan|cc|subject|chu de|tieu de)\s*:\*?\s")
_SENT_FROM = re.compile(r"(?:gui tu|sent from|get outlook for|nhan outlook cho|duoc gui tu)\b.{0,60}$")
#: So many header lines together are a quoted message without any other introduction (Outlook).
_HEADERS = 3


def cut(text: str) -> tuple[str, str]:
    """(what was written, the rest); everything is in one of the two. Lines quoted with '>' below the reply belong to the rest."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((at for at in range(len(lines)) if _rest_begins(lines, at)), len(lines))
    while end and (not lines[end - 1].strip() or _SENT_FROM.match(flatten(lines[end - 1]).strip())):
        end -= 1
    if not any(line.strip() for line in lines[:end]):
        return _between_quotes(lines)
    return "\n".join(lines[:end]).strip(), "\n".join(lines[end:]).strip()


def _rest_begins(lines: list[str], at: int) -> bool:
    if lines[at].rstrip("\r") == "-- ":
        return True
    if lines[at].startswith(">"):
        return not any(line.strip() and not line.startswith(">") and not _SENT_FROM.match(flatten(line).strip()) for line in lines[at:])
    line = flatten(lines[at]).strip().lstrip("> ")
    if not line:
        return False
    joined = line if line.endswith(":") or at + 1 >= len(lines) else f"{line} {flatten(lines[at + 1]).strip()}"
    if any(rule.match(line) or rule.match(joined) for rule in _INTRODUCES):
        return True
    near = [flatten(one).strip() for one in lines[at : at + 6]]
    return bool(_HEADER.match(near[0] + " ")) and sum(bool(_HEADER.match(one + " ")) for one in near) >= _HEADERS


def _between_quotes(lines: list[str]) -> tuple[str, str]:
    """Somebody who answers below or between what is quoted."""
    own = [line for line in lines if not line.startswith(">") and not any(rule.match(flatten(line).strip()) for rule in _INTRODUCES)]
    if len(own) == len(lines):
        return "", "\n".join(lines).strip()
    return "\n".join(own).strip(), "\n".join(line for line in lines if line.startswith(">")).strip()
