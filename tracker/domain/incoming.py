"""What an incoming message is, how far its sender is trusted, and for which unit and dispatch its signals speak."""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Headers = Mapping[str, Sequence[str]]
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|no-?reply|do-?not-?reply|bounces?)(?:[+-].*)?@", re.I)
_AUTOMATIC_SUBJECT = re.compile(r"\s*(?:auto(?:matic)?[ -]?reply|out of (?:the )?office|autoreply|tự động trả lời|trả lời tự động|vắng mặt)\b", re.I)


def nature(headers: Headers, sender: str, own: Sequence[str], content_type: str) -> str:
    """answer, automatic (RFC 3834), bounce (RFC 3464), list or own: only an answer is filed or gets a receipt.

    own: the office's own addresses, in lower case.
    """
    if (_first(headers, "return-path").strip() == "<>" and content_type == "multipart/report") or sender.startswith(("mailer-daemon@", "postmaster@")):
        return "bounce"
    if sender in own:
        return "own"
    automatic = _first(headers, "auto-submitted").partition(";")[0].strip().lower()
    if automatic not in ("", "no") or _says_automatic(headers) or _first(headers, "return-path").strip() == "<>" or not sender or _DAEMON.match(sender):
        return "automatic"
    precedence = _first(headers, "precedence").strip().lower()
    if "list-id" in headers or "list-unsubscribe" in headers or precedence in ("bulk", "list", "junk"):
        return "list"
    return "answer"


def _says_automatic(headers: Headers) -> bool:
    """Marks that programs set which do not know RFC 3834."""
    marks = ("x-autoreply", "x-autorespond", "x-auto-response", "x-mail-autoreply", "x-ms-exchange-inbox-rules-loop")
    if any(name in headers for name in marks) or _first(headers, "precedence").strip().lower() == "auto_reply":
        return True
    return bool(_AUTOMATIC_SUBJECT.match(_first(headers, "subject")))


def _first(headers: Headers, name: str) -> str:
    values = headers.get(name) or ("",)
    return values[0]


def signed_by(headers: Headers, sender: str, server: str) -> bool:
    """Whether the office's own receiving server vouches for the sender's domain (RFC 8601): DMARC passed, or a DKIM signature of that very domain.

    server: its authserv-id, empty where none is known; only the topmost header counts, for anything below may have come with the message.
    """
    top = _first(headers, "authentication-results")
    name, _, results = top.partition(";")
    if not server or name.split()[:1] != [server]:
        return False
    domain = sender.rpartition("@")[2]
    results = re.sub(r"\([^()]*\)", " ", results.lower())
    for result in results.split(";"):
        words = result.split()
        if "dmarc=pass" in words and f"header.from={domain}" in words:
            return True
        if "dkim=pass" in words and (f"header.d={domain}" in words or f"header.i=@{domain}" in words):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks for a unit, a dispatch, or both. kind: token, reference, tag, number, sender, letterhead; says: the words it rests on.

    exact: each of its dispatches is meant (their numbers stand in the subject, or are cited by the attached document); else it is one of them.
    """

    kind: str
    says: str
    unit_id: int | None = None
    dispatch_ids: tuple[int, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """unit_id and dispatch_ids where all signals agree, else None and empty; doubt: a code that says why a person has to look."""

    unit_id: int | None
    dispatch_ids: tuple[int, ...] = ()
    doubt: str = ""

    @property
    def dispatch_id(self) -> int | None:
        """The first dispatch that the message answers; most answer one."""
        return self.dispatch_ids[0] if self.dispatch_ids else None


def decide(signals: Sequence[Signal], sender_units: frozenset[int]) -> Match:
    """Where a message belongs. Signals are never weighed against one another: what disagrees goes to a person.

    sender_units: the units that the sender's address is known for; one who is known for none is never taken for the unit's.
    """
    units = {signal.unit_id for signal in signals if signal.unit_id is not None} | (set(sender_units) if len(sender_units) == 1 else set())
    dispatches, doubt = _dispatches(signals)
    if len(units) > 1:
        return Match(None, dispatches, "units_disagree")
    if not units:
        return Match(None, dispatches, "no_unit")
    unit = next(iter(units))
    if sender_units and unit not in sender_units:
        return Match(None, dispatches, "units_disagree")
    return Match(unit, dispatches, doubt if sender_units else "unknown_sender")


def _dispatches(signals: Sequence[Signal]) -> tuple[tuple[int, ...], str]:
    """The dispatch that every signal about dispatches allows; a signal may allow several (a digest names many).

    Several are answered at once only where each of them is meant by a signal of its own accord, and every signal allows all of them.
    """
    said = [set(signal.dispatch_ids) for signal in signals if signal.dispatch_ids]
    if not said:
        return (), "no_dispatch"
    common = set.intersection(*said)
    if len(common) == 1:
        return tuple(common), ""
    meant = {id for signal in signals if signal.exact for id in signal.dispatch_ids}
    if common and common <= meant:
        return tuple(sorted(common)), ""
    return (), "dispatches_disagree" if not common else "several_dispatches"
