"""The Celery application of beat alone: it sends names, so it loads neither the tasks nor the product."""

from __future__ import annotations

from celery import Celery

from tracker.config import Settings
from workers.conf import configure

celery = Celery("tracker")
configure(celery, Settings.from_env())
