"""Keep a set of child processes running: a dead one is restarted with back-off, and all end together."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.cli.children import Child, Part

TICK = 0.1
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
STEADY_AFTER = 60.0
# So many deaths in a row, none after a steady run, are told to whoever looks after the machine.
TOO_OFTEN = 3
LOOK_EVERY = 60.0
# Together below ten seconds: ask, ask harder, kill.
PATIENCE = ((signal.SIGTERM, 5.0), (signal.SIGQUIT, 1.0))


class Stopped(Exception):
    """A signal asked the supervisor to end while it was waiting for something."""


class Failed(Exception):
    """Something that must work at start did not; the text is for the terminal."""


@dataclass
class _Slot:
    """One part, its running child if any, and when to try again."""

    part: Part
    child: Child | None = None
    started_at: float = 0.0
    delay: float = FIRST_DELAY
    retry_at: float = 0.0
    deaths: int = 0


class Supervisor:
    """Starts parts, watches them in every wait, and ends them all; `say` prints one line on the terminal."""

    def __init__(self, log_dir: Path, env: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._log_dir = log_dir
        self._env = env
        self._say = say
        self._slots: dict[str, _Slot] = {}
        self._stop = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: object) -> None:
        self._stop = True

    def pids(self) -> dict[str, int]:
        """Process ids of the running parts, by name."""
        return {name: slot.child.pid for name, slot in self._slots.items() if slot.child}

    def failing(self) -> dict[str, tuple[str, int]]:
        """Parts that die again and again without having run for a while: name → (label, how often in a row)."""
        now = time.monotonic()
        return {
            name: (slot.part.label, slot.deaths)
            for name, slot in self._slots.items()
            if slot.deaths >= TOO_OFTEN and not (slot.child and now - slot.started_at > STEADY_AFTER)
        }

    def start(self, part: Part) -> None:
        """Start a part and watch it from now on."""
        slot = self._slots[part.name] = _Slot(part)
        self._launch(slot)

    def _launch(self, slot: _Slot) -> None:
        slot.child = Child(slot.part, self._log_dir, self._env)
        slot.started_at = time.monotonic()

    def run_once(self, part: Part, seconds: float) -> list[str]:
        """Run a part to its end, watching the others; returns its output lines; raises Failed with them where it fails."""
        log = self._log_dir / f"{part.name}.log"
        log.unlink(missing_ok=True)
        child = Child(part, self._log_dir, self._env)
        try:
            self.wait(child.ended, seconds, part.label)
        finally:
            child.kill()
        lines = log.read_text("utf-8", "replace").splitlines()
        if child.process.returncode != 0:
            raise Failed("\n".join([f"Không làm được bước “{part.label}”:", *lines[-12:]]))
        return lines

    def wait(self, done: Callable[[], bool], seconds: float, label: str) -> None:
        """Wait until done() while watching all children; raises Stopped on a signal, Failed after `seconds`."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise Failed(f"{label}: chờ {seconds:.0f} giây mà chưa xong. Xem thêm trong thư mục {self._log_dir}.")
            self._tick()

    def watch(self, changed: Callable[[], None], look: Callable[[], object]) -> None:
        """Watch until a signal comes; calls `changed` after a restart or when a part fails or recovers, and `look` once a minute."""
        looked = time.monotonic()
        before = self._told()
        while True:
            try:
                self._tick()
            except Stopped:
                return
            if self._told() != before:
                before = self._told()
                changed()
            if time.monotonic() - looked > LOOK_EVERY:
                looked = time.monotonic()
                look()

    def _told(self) -> tuple[object, object]:
        return self.pids(), self.failing()

    def _tick(self) -> None:
        if self._stop:
            raise Stopped
        for slot in self._slots.values():
            self._look_after(slot)
        time.sleep(TICK)

    def _look_after(self, slot: _Slot) -> None:
        now = time.monotonic()
        if slot.child is None:
            if now >= slot.retry_at:
                self._relaunch(slot, now)
        elif slot.child.ended():
            self._bury(slot, now)
        else:
            slot.child.trim_log()

    def _relaunch(self, slot: _Slot, now: float) -> None:
        """Tries a dead part again; a machine that has no room for a process now may have it later, and the other parts run on."""
        try:
            self._launch(slot)
        except OSError as error:
            slot.delay = min(slot.delay * 2, LONGEST_DELAY)
            slot.retry_at = now + slot.delay
            self._say(f"{slot.part.label}: chưa chạy lại được ({error.strerror}), thử lại sau {slot.delay:.0f} giây.")
        else:
            self._say(f"{slot.part.label}: đã chạy lại.")

    def _bury(self, slot: _Slot, now: float) -> None:
        """Note a death, end what the dead left behind (it may hold the port), and set the time of the next try."""
        assert slot.child is not None
        child, slot.child = slot.child, None
        child.kill()
        steady = now - slot.started_at > STEADY_AFTER
        slot.delay = FIRST_DELAY if steady else min(slot.delay * 2, LONGEST_DELAY)
        slot.deaths = 1 if steady else slot.deaths + 1
        slot.retry_at = now + slot.delay
        self._say(f"{slot.part.label}: đã dừng đột ngột (mã {child.process.returncode}), chạy lại sau {slot.delay:.0f} giây. Nhật ký: {child.log}")
        for line in child.last_lines():
            self._say(f"    {line}")

    def stop(self, stages: Sequence[Sequence[str]]) -> None:
        """End the named parts stage by stage (later ones serve the earlier ones), then whatever else there is."""
        named = {name for stage in stages for name in stage}
        rest = [name for name in self._slots if name not in named]
        for stage in [*stages, rest]:
            self._stop_stage([slot.child for name in stage if (slot := self._slots.get(name)) and slot.child])

    def _stop_stage(self, children: Sequence[Child]) -> None:
        for number, seconds in PATIENCE:
            end = time.monotonic() + seconds
            for child in children:
                if not child.ended():
                    child.signal(number)
            while time.monotonic() < end and not all(child.ended() for child in children):
                time.sleep(TICK / 2)
        for child in children:
            child.kill()
