"""Which item a term belongs to: the one it stands in, or all of them."""
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from tracker.reading.folding import flatten
from tracker.reading.model import Deadline, Task

#: An item that only tells when ('Thời gian hoàn thành: …'): its term is everybody's.
_ONLY_TIME = re.compile(r"(?:thoi|thai)\s+(?:gian|han)(?:\s+\w+){0,4}\s*:")
#: So many words before a range name what is done in it ('treo cờ Tổ quốc từ ngày … đến hết ngày …').
_NAMED_BY = 3


def tied(deadlines: Sequence[Deadline], tasks: Sequence[Task]) -> list[Deadline]:
    """The terms in the order of the text, each with its item (1-based), 'all', or None where there is no item."""
    starts = [task.span[0] for task in tasks]
    found = [_in_place(d, tasks, starts) for d in sorted(deadlines, key=lambda d: d.span)]
    return [replace(d, task="all") if len(found) == 1 and _is_everybodys(d, tasks) else d for d in found]


def _in_place(deadline: Deadline, tasks: Sequence[Task], starts: list[int]) -> Deadline:
    """The item it stands in; outside the items the only task, or all."""
    where: int | Literal["all"] | None = None
    number = bisect_right(starts, deadline.span[0])
    if number and deadline.span[0] < tasks[number - 1].span[1]:
        where = "all" if len(tasks) > 1 and _ONLY_TIME.match(flatten(tasks[number - 1].text[:60])) else number
    if where is None and tasks:
        where = 1 if len(tasks) == 1 else "all"
    return replace(deadline, task=where)


def _is_everybodys(only: Deadline, tasks: Sequence[Task]) -> bool:
    """Whether the document's one term is a range in which something is done, and every other item is about that very thing
    ('kiểm tra việc treo cờ Tổ quốc'): who directs it or looks after it does so in the same days."""
    if only.kind != "range" or not isinstance(only.task, int) or len(tasks) < 2:
        return False
    texts = [" ".join(flatten(task.text).split()) for task in tasks]
    before = texts[only.task - 1].partition(" ".join(flatten(only.text).split()))[0].split()
    about = re.compile(r"\bviec (?:\w+ ){0,3}" + re.escape(" ".join(before[-_NAMED_BY:])) + r"\b")
    return len(before) >= _NAMED_BY and all(about.search(text) for number, text in enumerate(texts, 1) if number != only.task)
