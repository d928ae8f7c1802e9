"""Units put together by cluster: the smallest recipient group that a unit is in, else the district above it."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from sqlalchemy import select

from tracker.db import read
from tracker.domain.wording import tr
from tracker.models.units import RecipientGroup, group_units

OUTSIDE = tr("Ngoài các nhóm")


class Row(Protocol):
    """What a line must tell to be put into a cluster; above: the name of the district over a commune, "" for others."""

    unit_id: int
    late: int
    above: str


LineT = TypeVar("LineT", bound=Row)


@dataclass(frozen=True, slots=True)
class Cluster(Generic[LineT]):
    """Lines under one heading ("" for the only one); late: how much of them is overdue."""

    name: str
    lines: list[LineT] = field(default_factory=list)

    @property
    def late(self) -> int:
        """Overdue cells or tasks of all its lines."""
        return sum(line.late for line in self.lines)


@dataclass(frozen=True)
class Groups:
    """The recipient groups: (id, name) for a choice, and who is in which."""

    choices: list[tuple[int, str]]
    members: dict[int, set[int]]

    def clusters(self, lines: Sequence[LineT], wanted: bool) -> list[Cluster[LineT]]:
        """The lines in their own order under each cluster, clusters by name and whoever is in none last; one without a name where not wanted."""
        if not wanted:
            return [Cluster("", list(lines))]
        names = dict(self.choices)
        home: dict[int, str] = {}
        for group_id in sorted(self.members, key=lambda id: (-len(self.members[id]), names[id])):
            home |= dict.fromkeys(self.members[group_id], names[group_id])
        found: dict[str, Cluster[LineT]] = {}
        for line in lines:
            name = home.get(line.unit_id) or line.above or OUTSIDE
            found.setdefault(name, Cluster(name)).lines.append(line)
        return sorted(found.values(), key=lambda cluster: (cluster.name == OUTSIDE, cluster.name))


_MEMBERS = (
    select(RecipientGroup.id, RecipientGroup.name, group_units.c.unit_id)
    .outerjoin(group_units, group_units.c.group_id == RecipientGroup.id).order_by(RecipientGroup.name, RecipientGroup.id)
)


def groups() -> Groups:
    """All recipient groups with their units, in one query."""
    choices: dict[int, str] = {}
    members: dict[int, set[int]] = {}
    for group_id, name, unit_id in read(_MEMBERS):
        choices[group_id] = name
        if unit_id is not None:
            members.setdefault(group_id, set()).add(unit_id)
    return Groups(list(choices.items()), members)
