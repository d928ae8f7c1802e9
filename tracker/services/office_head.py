"""The letterhead of the office's own documents about a dispatch: what is set for the office, else what the dispatch itself bears."""
from dataclasses import replace

from sqlalchemy import select

from tracker.db import db
from tracker.domain import letterheads
from tracker.domain.report import Letterhead
from tracker.models.dispatches import Dispatch
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import office


def above(dispatch: Dispatch, own: office.Names | None = None) -> Letterhead:
    """The letterhead of the province's documents; own: the office's names of another day than today."""
    own = own or office.names()
    province = db.session.scalar(select(Unit.name).where(Unit.level == "province").order_by(Unit.id)) or ""
    made = letterheads.of_province(
        number=dispatch.number, issuer=own.name or dispatch.issuer or "", parent=own.parent or parent(dispatch), province=province,
        title=own.signer_title or dispatch.signatory_title, signer=own.signer_name or dispatch.signatory_name, addressees=dispatch.recipients,
        style=own.style or letterheads.style(dispatch.number, dispatch.issuer or "", dispatch.text),
    )
    return replace(made, place=own.place or made.place)


def parent(dispatch: Dispatch) -> str:
    """The body above the issuer as the dispatch's own letterhead has it; empty where the reader took one for the other."""
    found = str(dispatch.reading.get("found", {}).get("parent") or "")
    return "" if fold(found) == fold(dispatch.issuer or "") else found


def signer(dispatch: Dispatch) -> tuple[str, str]:
    """(title, name) of who signs for the office."""
    own = office.names()
    return own.signer_title or dispatch.signatory_title or "", own.signer_name or dispatch.signatory_name or ""
