"""Looks at the served processes while people are on it: memory of web and workers; and kills workers where asked."""
import random
import threading
from contextlib import suppress
from typing import Self

import psutil

from tests.setup.processes import Served

EVERY, KILL_EVERY = 5.0, 10.0
#: Growth between the first quarter and the end that is still flat: caches fill, requests of the moment come and go.
FLAT = 1.15


class Watch:
    """Runs beside the people, from when they are all there."""

    def __init__(self, served: Served, ramp: int, killing: bool) -> None:
        self._served, self._ramp, self._killing, self._end = served, ramp, killing, threading.Event()
        self.killed = 0
        self._memory: list[dict[str, float]] = []
        self._threads = [threading.Thread(target=self._look), threading.Thread(target=self._kill)][: 1 + killing]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _processes(self, part: str) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess, KeyError):
            root = psutil.Process(self._served.told()["children"][part])
            return [root, *root.children(recursive=True)]
        return []

    def _look(self) -> None:
        self._end.wait(self._ramp)
        while not self._end.wait(EVERY):
            self._memory.append({part: sum(map(_own, self._processes(part))) / 1e6 for part in ("web", "worker")})

    def _kill(self) -> None:
        self._end.wait(self._ramp)
        while not self._end.wait(KILL_EVERY):
            if there := self._processes("worker"):
                with suppress(psutil.NoSuchProcess):
                    random.choice(there).kill()
                    self.killed += 1

    def _early(self, part: str) -> float:
        """The most in the first quarter, when everybody is there and caches are full."""
        return max((one[part] for one in self._memory[: 1 + len(self._memory) // 4]), default=0)

    def _late(self, part: str) -> float:
        """What it stands at in the end: the middle of the last quarter."""
        last = sorted(one[part] for one in self._memory[-(1 + len(self._memory) // 4) :])
        return last[len(last) // 2] if last else 0

    def text(self) -> str:
        """Memory that belongs to these processes alone (USS), early and late."""
        return "memory: " + "; ".join(f"{part} {self._early(part):.0f} MB early, {self._late(part):.0f} MB late" for part in ("web", "worker"))

    def missed(self) -> list[str]:
        """Parts that grew; killed workers begin anew and say nothing."""
        parts = ("web",) if self._killing else ("web", "worker")
        grown = [part for part in parts if self._late(part) > FLAT * self._early(part)]
        return [f"memory of {part} grew from {self._early(part):.0f} to {self._late(part):.0f} MB" for part in grown]


def _own(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().uss)
    except psutil.Error:
        return 0
