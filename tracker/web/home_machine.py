"""The administrator's first page: the machine's health."""
from flask import render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.domain.access import Actor
from tracker.services import machine_page, overview, watch


def page(actor: Actor) -> ResponseReturnValue:
    """What is to be mended, each part of the machine, and in one line what the office is at."""
    found = overview.overview(actor)
    troubles = [] if found.health.starting else watch.troubles()
    return render_template("home/machine.html", o=found, parts=machine_page.parts(actor), troubles=troubles, today=clock.today())
