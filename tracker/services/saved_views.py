"""Saved views: a filtered list under a name, for oneself or the whole office. Only the address is kept, so whoever opens it sees what they may see."""
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import and_, func, or_, select

from tracker import clock
from tracker.db import db, read
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Forbidden, NotFound
from tracker.models.people import Person
from tracker.models.saved_views import SavedView

LONGEST_NAME, LONGEST_PATH, MOST = 80, 500, 50
#: Lists that take filters from their address.
LISTS = re.compile(r"/search|/dispatches|/dispatches/\d+/matrix|/matrix|/requests|/mail|/registers/(?:in|out)|/questions|/deadlines|/reminders|/units")
#: Where a page begins is no part of a view.
PLACES = frozenset({"before", "after", "page", "more"})


@dataclass(frozen=True, slots=True)
class Line:
    """One view in a list. by: whose it is, "" for one's own."""

    id: int
    name: str
    path: str
    shared: bool
    by: str

    @property
    def mine(self) -> bool:
        """Whether the reader may rename and delete it."""
        return not self.by


def may_share(actor: Actor) -> bool:
    """Whether the actor may show a view to their office; an auditor changes nothing for others."""
    return actor.role != Role.AUDITOR and actor.unit_id is not None


def listed(actor: Actor) -> list[Line]:
    """The actor's own views, then those that colleagues share, by name."""
    shared = and_(SavedView.shared, SavedView.unit_id == actor.unit_id, SavedView.unit_id.is_not(None))
    columns = (SavedView.id, SavedView.name, SavedView.path, SavedView.shared, SavedView.person_id, Person.name.label("by"))
    wanted = select(*columns).join(Person, Person.id == SavedView.person_id).where(or_(SavedView.person_id == actor.id, shared))
    own_first = wanted.order_by(SavedView.person_id != actor.id, SavedView.id).limit(MOST * 4)
    rows = sorted(read(own_first), key=lambda row: (row.person_id != actor.id, row.name.casefold(), row.id))
    return [Line(row.id, row.name, row.path, row.shared, "" if row.person_id == actor.id else row.by) for row in rows]


def get(actor: Actor, view_id: int) -> SavedView:
    """One of the actor's own. Raises NotFound, for another's too."""
    found = db.session.get(SavedView, view_id)
    if found is None or found.person_id != actor.id:
        raise NotFound()
    return found


def save(actor: Actor, name: str, path: str, shared: bool = False) -> SavedView:
    """Keeps a list's address under a name; the same address of the same person is renamed. Raises as clean, BadInput("view.path", "view.many")."""
    name, path = clean(name), address(path)
    own = select(SavedView).where(SavedView.person_id == actor.id)
    view = db.session.scalars(own.where(SavedView.path == path)).first()
    if view is None:
        if (db.session.scalar(select(func.count()).select_from(own.subquery())) or 0) >= MOST:
            raise BadInput("view.many", most=MOST, field="name")
        view = SavedView(person_id=actor.id or 0, path=path, name=name, created_at=clock.now())
        db.session.add(view)
    _set(actor, view, name, shared)
    db.session.flush()
    return view


def change(actor: Actor, view_id: int, name: str, shared: bool) -> SavedView:
    """Renames one of the actor's own, and shares it or not. Raises NotFound, Forbidden, and as clean."""
    view = get(actor, view_id)
    _set(actor, view, clean(name), shared)
    return view


def remove(actor: Actor, view_id: int) -> str:
    """Deletes one of the actor's own; gives its name. Raises NotFound."""
    view = get(actor, view_id)
    db.session.delete(view)
    return view.name


def clean(name: str) -> str:
    """A name on one line. Raises BadInput("view.no_name", "view.long")."""
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise BadInput("view.no_name", field="name")
    if len(name) > LONGEST_NAME:
        raise BadInput("view.long", most=LONGEST_NAME, field="name")
    return name


def address(path: str) -> str:
    """A list's address with the filters that are set, on this site alone. Raises BadInput("view.path")."""
    try:
        parts = urlsplit(path)
    except ValueError:
        raise BadInput("view.path", field="path") from None
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key not in PLACES and value.strip() and "\x00" not in key + value]
    told = parts.path + (f"?{urlencode(kept)}" if kept else "")
    if parts.scheme or parts.netloc or not path.startswith("/") or not LISTS.fullmatch(parts.path) or len(told) > LONGEST_PATH:
        raise BadInput("view.path", field="path")
    return told


def _set(actor: Actor, view: SavedView, name: str, shared: bool) -> None:
    if shared and not may_share(actor):
        raise Forbidden("forbidden")
    view.name, view.shared, view.unit_id = name, shared, actor.unit_id
