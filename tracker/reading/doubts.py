"""Which values of a reading may be wrong, and why in words that a clerk understands: signals of how each was found, never the value's fault alone."""

from collections.abc import Mapping
from dataclasses import replace

from tracker.reading.doubts_head import head_doubts
from tracker.reading.doubts_tasks import task_doubts
from tracker.reading.doubts_terms import finding_doubts, term_doubts
from tracker.reading.model import Reading
from tracker.reading.noise import accents, noise
from tracker.reading.page import Page
from tracker.reading.wear import Wear
from tracker.reading.zones import Zones


def find_doubts(page: Page, zones: Zones, reading: Reading) -> dict[str, str]:
    """Path of the value ('number', 'tasks.0', 'deadlines.2.date') → why it may be wrong; a value without an entry is sure."""
    wear = Wear(noise(page.text), accents(page.text))
    tasks = task_doubts(reading, wear)
    return head_doubts(page, zones, reading, wear) | tasks | term_doubts(page, reading, wear, tasks) | finding_doubts(reading)


def with_doubts(reading: Reading, doubts: Mapping[str, str]) -> Reading:
    """The reading with its doubts, those about a task also on the task."""
    tasks = tuple(replace(task, doubt=doubts.get(f"tasks.{index}")) for index, task in enumerate(reading.tasks))
    return replace(reading, tasks=tasks, doubts=doubts)
