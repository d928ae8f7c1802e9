"""Which tasks a district's document is about: its items hold most words of a task, in whatever order."""
from collections.abc import Iterable, Mapping, Sequence

from tracker.reading.folding import fold

#: Share of a task's words that an item must hold; words of one or two letters say nothing.
ENOUGH = 0.7
_LEAST = 3
_COMMON = frozenset(fold("của các cho với những trong theo được trên này việc thực hiện hội huyện tỉnh").split())


def covered(items: Sequence[str], tasks: Mapping[int, Sequence[str]]) -> list[int]:
    """Ids of the tasks that some item is about. tasks: id → its title and its text, of which one has to be held."""
    said = [_words(item) for item in items]
    return [id for id, texts in tasks.items() if any(_holds(said, _words(text)) for text in texts)]


def _holds(said: Iterable[frozenset[str]], wanted: frozenset[str]) -> bool:
    return len(wanted) >= _LEAST and any(len(wanted & words) >= ENOUGH * len(wanted) for words in said)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in fold(text).split() if len(word) > 1) - _COMMON
