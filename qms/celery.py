"""Celery, where CELERY_BROKER_URL names a broker: it only carries. What is to be done stands in the outbox.

celery -A qms worker        as many as wanted
celery -A qms beat          one
"""

import os
from typing import Any

import django
from celery import Celery
from celery.signals import worker_init
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")

if not apps.ready:
    django.setup()  # before the imports below, which read models; a worker is the only one to come in here

from qms.trail import heartbeat, outbox, rhythm
from qms.trail.triggers import refuse_when_unguarded

app = Celery("qms")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL or None,
    # A hanging broker is noticed in seconds; by default publishing to one blocked for 45.
    broker_transport_options={
        "visibility_timeout": 3600,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "retry_on_timeout": False,
        "max_retries": 0,
    },
    broker_connection_retry_on_startup=True,
    task_publish_retry=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    timezone=settings.TIME_ZONE,
    beat_schedule={
        "outbox": {"task": "qms.poll_outbox", "schedule": 2.0, "options": {"expires": 10}},
        "minute": {"task": "qms.minute", "schedule": 60.0, "options": {"expires": 60}},
    },
)


@worker_init.connect  # type: ignore[untyped-decorator]
def look_at_the_guards(**kwargs: Any) -> None:
    """Refuse to start a worker on an unguarded trail. An ordinary exception would only be logged."""
    try:
        refuse_when_unguarded()
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from refusal


@app.task(name="qms.run_outbox_row")  # type: ignore[untyped-decorator]
def run_outbox_row(pk: int, tries: int) -> None:
    """Carry out one row of the outbox."""
    outbox.run(pk, tries)


@app.task(name="qms.poll_outbox")  # type: ignore[untyped-decorator]
def poll_outbox() -> None:
    """Offer what is due to the workers."""
    outbox.hand_over(send)
    heartbeat.beat(heartbeat.POLL, timezone.now())


@app.task(name="qms.minute")  # type: ignore[untyped-decorator]
def minute() -> None:
    """Seal the trail and do what else is due each minute."""
    rhythm.every_minute(timezone.now())


def send(pk: int, tries: int) -> Any:
    """Hand one row to the broker. Raises when it does not answer."""
    return run_outbox_row.apply_async((pk, tries), retry=False)
