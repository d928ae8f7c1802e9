"""Lịch nhắc: the office's reminder policies, their steps and texts with a preview, and which one a dispatch follows."""
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.domain.policies import DEFAULT, MOST_STEPS, TOKENS, Ladder, PolicyStep, Rank, from_json
from tracker.domain.wording import joined, tr
from tracker.models.policies import Policy
from tracker.services import drafts, office_hours, plan_page, policies, policy_preview
from tracker.web.guards import actor, needs

blueprint = Blueprint("policies", __name__)
WHEN = (("before", tr("trước hạn")), ("on", tr("đúng ngày hạn")), ("after", tr("sau hạn")))
#: Empty rows below the steps that there are.
SPARE = 2
#: The mail's own styles stand on its elements; nothing else may load.
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'; sandbox"


@blueprint.before_request
def _section() -> None:
    g.section = "reminders"


@blueprint.get("/policies")
@needs(Right.REMINDER_READ)
def index() -> ResponseReturnValue:
    """All policies, and the hours in which reminders leave."""
    return _index()


def _index(error: BadInput | None = None) -> ResponseReturnValue:
    rows = [(policy, for_whom(policy), ladder_words(from_json(policy.steps))) for policy in policies.office(actor())]
    html = render_template(
        "policies/index.html", rows=rows, default=ladder_words(DEFAULT), general=any(not (p.kind or p.urgency) for p, _, _ in rows),
        dispatches=policies.of_dispatches(actor()), hours=office_hours.hours(), error=i18n.words(error) if error else "",
        typed=request.form, may_change=actor().can(Right.REMINDER_SEND),
    )
    return html, 422 if error else 200


@blueprint.post("/policies/hours")
@needs(Right.REMINDER_SEND)
def hours() -> ResponseReturnValue:
    """Keeps the office hours."""
    try:
        with transaction():
            office_hours.set_hours(actor(), request.form.get("from", ""), request.form.get("until", ""))
    except BadInput as error:
        return _index(error)
    flash(i18n.say("policy.hours_saved"), "success")
    return redirect(url_for("policies.index"))


@blueprint.get("/policies/new")
@needs(Right.REMINDER_SEND)
def new() -> ResponseReturnValue:
    """The form of a new policy, beginning with the built-in steps."""
    return _form(None, {"name": "", "kind": "", "urgency": ""}, rows_of(DEFAULT))


@blueprint.post("/policies/new")
@needs(Right.REMINDER_SEND)
def create() -> ResponseReturnValue:
    """Keeps a new policy."""
    return _save(None)


@blueprint.get("/policies/<int:policy_id>")
@needs(Right.REMINDER_READ)
def show(policy_id: int) -> ResponseReturnValue:
    """One policy: its steps, to change for those who may."""
    policy = policies.get(actor(), policy_id)
    return _form(policy, {"name": policy.name, "kind": policy.kind or "", "urgency": policy.urgency or ""}, rows_of(from_json(policy.steps)))


@blueprint.post("/policies/<int:policy_id>")
@needs(Right.REMINDER_SEND)
def change(policy_id: int) -> ResponseReturnValue:
    """Keeps a changed policy."""
    return _save(policies.get(actor(), policy_id))


def _save(policy: Policy | None) -> ResponseReturnValue:
    form = request.form
    head = {name: form.get(name, "").strip() for name in ("name", "kind", "urgency")}
    try:
        with transaction():
            kept = policies.save(
                actor(), policy.id if policy else None, name=head["name"], kind=head["kind"] or None, urgency=head["urgency"] or None,
                steps=typed_steps(), version=form.get("version", type=int) if policy else None,
            )
    except BadInput as error:
        return _form(policy, head, typed_rows(), error)
    flash(i18n.say("policy.saved", name=kept.name), "success")
    return redirect(url_for("policies.index"))


def _form(policy: Policy | None, head: dict[str, str], rows: list[dict[str, Any]], error: BadInput | None = None) -> ResponseReturnValue:
    spare = [_row(None)] * min(SPARE, max(MOST_STEPS - len(rows), 0)) if actor().can(Right.REMINDER_SEND) else []
    html = render_template(
        "policies/form.html", policy=policy, head=head, rows=rows + spare, whens=WHEN, ranks=list(i18n.RANKS.items()), tokens=TOKENS,
        kinds=[("", tr("Mọi loại văn bản")), *((kind, kind.capitalize()) for kind in drafts.KINDS)],
        urgencies=[("", tr("Mọi độ khẩn")), *((key, words) for key, words in i18n.URGENCIES.items() if key)],
        error=i18n.words(error) if error else "", may_change=actor().can(Right.REMINDER_SEND),
    )
    return html, 422 if error else 200


@blueprint.post("/policies/preview")
@needs(Right.REMINDER_SEND)
def preview() -> ResponseReturnValue:
    """The mail of the step whose button was pressed, from what is typed and not kept yet; as=html for how a mail program shows it."""
    try:
        rows, wanted = typed_rows(), request.form.get("preview", 0, type=int)
        step = policy_step(rows[wanted], wanted + 1) if 0 <= wanted < len(rows) else None
        words = policy_preview.mail(step) if step else {}
    except BadInput as error:
        return render_template("policies/preview.html", words={}, error=i18n.words(error)), 422
    if words and request.form.get("as") == "html":
        return Response(words["body_html"], mimetype="text/html", headers={"Content-Security-Policy": MAIL_CSP})
    return render_template("policies/preview.html", words=words, error="", fields=list(request.form.items(multi=True)))


@blueprint.post("/policies/<int:policy_id>/remove")
@needs(Right.REMINDER_SEND)
def remove(policy_id: int) -> ResponseReturnValue:
    """Takes a policy out, once confirmed."""
    policy = policies.get(actor(), policy_id)
    if "confirmed" not in request.form:
        return render_template("policies/confirm.html", policy=policy)
    name = policy.name
    with transaction():
        policies.remove(actor(), policy_id)
    flash(i18n.say("policy.removed", name=name), "success")
    return redirect(url_for("policies.index"))


@blueprint.get("/dispatches/<int:dispatch_id>/policy")
@needs(Right.REMINDER_READ)
def of_dispatch(dispatch_id: int) -> ResponseReturnValue:
    """Which policy a dispatch follows, with its steps."""
    dispatch = policies.of_dispatch(actor(), dispatch_id)
    now = policies.in_force(dispatch)
    choices = [("", tr("Theo loại văn bản và độ khẩn")), *((policy.id, policy.name) for policy in policies.office(actor()))]
    return render_template(
        "policies/dispatch.html", d=dispatch, now=now, steps=rows_of(now.ladder), whens=dict(WHEN), ranks=i18n.RANKS, choices=choices,
        urgencies=list(i18n.URGENCIES.items()), may_change=actor().can(Right.REMINDER_SEND), plan_day=plan_page.day(),
    )


@blueprint.post("/dispatches/<int:dispatch_id>/policy")
@needs(Right.REMINDER_SEND)
def pick(dispatch_id: int) -> ResponseReturnValue:
    """Has the dispatch follow a policy; do=own makes one for it alone and opens it."""
    form = request.form
    with transaction():
        if form.get("do") == "own":
            return redirect(url_for("policies.show", policy_id=policies.own(actor(), dispatch_id).id))
        policies.pick(actor(), dispatch_id, form.get("policy_id", type=int), form.get("urgency"))
    flash(i18n.say("policy.picked", number=policies.of_dispatch(actor(), dispatch_id).number or ""), "success")
    return redirect(url_for("policies.of_dispatch", dispatch_id=dispatch_id))


def for_whom(policy: Policy) -> str:
    """Kế hoạch, hoả tốc: the dispatches that a policy of the office is for."""
    words = [tr(policy.kind or ""), i18n.URGENCIES[policy.urgency].lower() if policy.urgency else ""]
    return joined(", ", filter(None, words)).capitalize() or tr("Mọi công văn")


def ladder_words(ladder: Ladder) -> str:
    """Trước 5, 3, 1 ngày; đúng ngày; sau 3, 6 ngày, rồi cứ 3 ngày."""
    before, after = ([str(abs(step.days)) for step in ladder.steps if step.days * sign > 0] for sign in (-1, 1))
    parts = [tr("trước {names} ngày", names=', '.join(before)) if before else "", tr("đúng ngày") if any(not step.days for step in ladder.steps) else ""]
    last = ladder.steps[-1].every
    parts.append(tr("sau {names} ngày", names=', '.join(after)) + (tr(", rồi cứ {last} ngày", last=last) if last else "") if after else "")
    return joined("; ", filter(None, parts)).capitalize()


def _row(step: PolicyStep | None) -> dict[str, Any]:
    if step is None:
        return {"when": "after", "days": "", "ranks": (), "opening": "", "every": ""}
    when = "before" if step.days < 0 else "after" if step.days else "on"
    return {"when": when, "days": abs(step.days) or "", "ranks": step.ranks, "opening": step.opening, "every": step.every or ""}


def rows_of(ladder: Ladder) -> list[dict[str, Any]]:
    """The steps as the form has them."""
    return [_row(step) for step in ladder.steps]


def typed_rows() -> list[dict[str, Any]]:
    """The rows of the form that hold anything, as they were typed."""
    form, every = request.form, request.form.get("every", "").strip()
    found = []
    for n in range(MOST_STEPS + SPARE):
        row = {
            "when": form.get(f"when-{n}", ""), "days": form.get(f"days-{n}", "").strip(), "every": every,
            "ranks": tuple(rank for rank in Rank if rank in form.getlist(f"rank-{n}")), "opening": " ".join(form.get(f"opening-{n}", "").split()),
        }
        if row["when"] and (row["days"] or (row["when"] == "on" and (row["ranks"] or row["opening"]))):
            found.append(row)
    return found


def typed_steps() -> list[PolicyStep]:
    """The steps that were typed. Raises BadInput for a number that is none."""
    return [policy_step(row, n) for n, row in enumerate(typed_rows(), 1)]


def policy_step(row: dict[str, Any], n: int) -> PolicyStep:
    """One typed row as a step. Raises BadInput("policy.number")."""
    for text in (row["days"], row["every"]):
        if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise BadInput("policy.number", n=n, text=text[:20])
    days = 0 if row["when"] == "on" else int(row["days"] or 0) * (-1 if row["when"] == "before" else 1)
    return PolicyStep(days, row["ranks"], row["opening"], int(row["every"] or 0) if days > 0 else 0)
