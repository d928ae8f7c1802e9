"""Asking once more before an act: scripts ask in a dialog and say so, without them the server answers with the question as a page."""
from flask import render_template, request


def question(heading: str, text: str, ok: str, cancel: str) -> str | None:
    """The page that asks, with everything that was sent in it; None once the person has agreed."""
    if request.form.get("confirmed") == "1":
        return None
    return render_template("components/confirm.html", heading=heading, text=text, ok=ok, cancel=cancel, fields=list(request.form.items(multi=True)))
