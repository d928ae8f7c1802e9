"""The only place that asks what time it is."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def today() -> date:
    """The present day in Vietnam, where deadlines are counted."""
    return local(now()).date()


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Vietnam."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on Vietnam's clock."""
    return moment.astimezone(LOCAL)


@contextmanager
def frozen(at: datetime | date) -> Iterator[None]:
    """Holds the clock still: at a moment (aware), or at 09:00 local on a day. For tests and for building the sample's past."""
    global _source
    moment = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, 9, tzinfo=LOCAL)
    if moment.tzinfo is None:
        raise ValueError("a frozen clock needs an aware datetime")
    before, _source = _source, lambda: moment.astimezone(UTC)
    try:
        yield
    finally:
        _source = before
