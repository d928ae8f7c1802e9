"""What locust told, as a table and as the goals it misses."""
from collections import Counter
from typing import Any


def percentile(times: Counter[int], share: float) -> int:
    """Milliseconds below which that share of the requests lies."""
    left = share * times.total()
    for time in sorted(times):
        left -= times[time]
        if left <= 0:
            return time
    return 0


class Table:
    """Requests by page: how many, how long, what failed."""

    def __init__(self, told: list[dict[str, Any]]) -> None:
        self._pages = sorted(told, key=lambda one: one["name"])
        self._times = {id(one): Counter({int(float(time)): count for time, count in one["response_times"].items()}) for one in told}
        self._all = sum(self._times.values(), Counter[int]())
        self._failed = sum(one["num_failures"] for one in told)

    def text(self, seconds: int) -> str:
        """The table with its sum."""
        lines = [f"{'page':<20}{'requests':>9}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'max ms':>8}{'errors':>8}"]
        for one in self._pages:
            lines.append(self._line(one["name"], self._times[id(one)], one["max_response_time"], one["num_failures"]))
        lines.append(self._line("all", self._all, max((one["max_response_time"] for one in self._pages), default=0), self._failed))
        return "\n".join([*lines, f"{self._all.total() / seconds:.0f} requests a second"])

    @staticmethod
    def _line(name: str, times: Counter[int], longest: float, failed: int) -> str:
        shown = "".join(f"{percentile(times, share):>8}" for share in (0.5, 0.95, 0.99))
        return f"{name:<20}{times.total():>9}{shown}{longest:>8.0f}{failed:>8}"

    def missed(self, goal: int) -> list[str]:
        """Sentences, one a goal."""
        found = [f"{self._failed} requests failed"] if self._failed or not self._all else []
        slow = percentile(self._all, 0.95)
        return found + ([f"p95 is {slow} ms, not {goal}"] if slow > goal else [])
