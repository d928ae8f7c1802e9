"""How a step's mail would look: the real templates with an invented unit, dispatch and tasks."""
from collections import Counter
from types import SimpleNamespace
from typing import Any

from tracker import clock
from tracker.domain.policies import PolicyStep, Rank
from tracker.domain.status import State
from tracker.domain.wording import tr
from tracker.services import digests, outbox
from tracker.services.addressees import Addressee
from tracker.services.calendar import working_calendar
from tracker.services.digests import Told
from tracker.services.ledger import Key

UNIT, NUMBER = tr("Huyện Ví Dụ"), "12-CV/VD"
TITLES = (tr("Rà soát, củng cố tổ tiết kiệm và vay vốn"), tr("Lập phương án thu hồi nợ đến hạn"), tr("Báo cáo kết quả tập huấn"))


def mail(step: PolicyStep) -> dict[str, Any]:
    """Subject, body_text and body_html of the mail that a step sends to the nearest of those it addresses; empty where it sends none."""
    rank = next((rank for rank in Rank if rank in step.ranks), Rank.LETTER)
    if rank in (Rank.LETTER, Rank.CRITICISM):
        return {}
    who = Addressee("p0", 0, UNIT, "vi.du@huyen.example", tr("đồng chí Nguyễn Văn Ví Dụ, {unit}", unit=UNIT), leader=rank != Rank.OFFICER,
        keys=(Key("p0", rank),))
    today, calendar = clock.today(), working_calendar()
    chase_on = calendar.add(today, -step.days)
    rows = [
        SimpleNamespace(
            title=title, number=NUMBER, dispatch_id=0, state=State.ASSIGNED, due_on=chase_on, review_on=None, chase_on=chase_on, late_before=0,
            name=UNIT, count=1, oldest=chase_on,
        )
        for title in TITLES[: 1 if who.of_province else len(TITLES)]
    ]
    words = [digests.opening(step.opening, UNIT, today, [(NUMBER, len(TITLES))])] if step.opening else []
    said = Told(rows, Counter({"over" if chase_on < today else "soon": len(rows)}), words)
    context = digests.digest_context(who, said, today, "")
    return outbox.worded(digests.kind_of(who, flash=False), address=who.address, name=who.name, context=context)
