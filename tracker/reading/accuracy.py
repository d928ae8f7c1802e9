"""How right a reading was, against what the clerk made of it: per field right, wrong, missed, and what the doubt flags caught."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.reading.folding import fold

#: Values of the head as both sides keep them.
HEAD = ("kind", "number", "issued_on", "issuer", "subject", "signatory_name", "signatory_title", "report_to_office", "report_to_email")


@dataclass
class Tally:
    """Counts of one field over all dispatches. missed: the reader gave nothing where there was a value; flagged: wrong ones that carried a doubt."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    flagged_wrong: int = 0
    flagged_right: int = 0

    @property
    def judged(self) -> int:
        return self.right + self.wrong + self.missed

    @property
    def share(self) -> float | None:
        """Right ones among those that there were; None where there were none."""
        return self.right / self.judged if self.judged else None

    def add(self, read: Any, final: Any, doubted: bool) -> None:
        """Judges one value; where neither side has one there is nothing to judge."""
        if not read and not final:
            return
        if not read:
            self.missed += 1
        elif _same(read, final):
            self.right += 1
            self.flagged_right += doubted
        else:
            self.wrong += 1
            self.flagged_wrong += doubted


@dataclass
class Accuracy:
    """The counts of all fields; tasks are judged by their boundaries: wrong ones were none, missed ones were added or cut otherwise."""

    dispatches: int = 0
    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in (*HEAD, "tasks", "deadlines")})

    def add(self, read: Mapping[str, Any], final: Mapping[str, Any]) -> None:
        """Adds one dispatch. Both: {"head": {name: value}, "tasks": [{"span": [start, end], "due_on": date, "doubted": bool}]},
        read also {"doubts": names of doubtful head values}."""
        self.dispatches += 1
        doubts = set(read.get("doubts", ()))
        for name in HEAD:
            self.fields[name].add(read["head"].get(name), final["head"].get(name), name in doubts)
        self._tasks(read["tasks"], final["tasks"])

    def _tasks(self, read: list[dict[str, Any]], final: list[dict[str, Any]]) -> None:
        kept = {tuple(task["span"]): task for task in final if task["span"]}
        tasks, deadlines = self.fields["tasks"], self.fields["deadlines"]
        for task in read:
            same = kept.pop(tuple(task["span"]), None)
            doubted = bool(task.get("doubted"))
            tasks.add(True, same is not None, doubted)
            # A date that the clerk put where the dispatch has none is no mistake of the reader's.
            if same is not None and task["due_on"]:
                deadlines.add(task["due_on"], same["due_on"], doubted)
        tasks.missed += len(kept) + sum(1 for task in final if not task["span"])

    def caught(self) -> Counter[str]:
        """wrong, right: values that the reader gave; flagged_wrong, flagged_right: those of them that carried a doubt."""
        found: Counter[str] = Counter()
        for tally in self.fields.values():
            found.update({"wrong": tally.wrong, "right": tally.right, "flagged_wrong": tally.flagged_wrong, "flagged_right": tally.flagged_right})
        return found


def _same(read: Any, final: Any) -> bool:
    return fold(str(read)) == fold(str(final)) if final not in (None, "", False) else False
