"""Signs of life of the worker: a row for each thing that it does all the time, written a few times a minute at most."""

from datetime import datetime, timedelta

from qms.trail.models import Heartbeat

EVERY = timedelta(seconds=20)
POLL, MINUTE = "poll", "minute"
_written: dict[str, tuple[datetime, str]] = {}


def beat(name: str, now: datetime, note: str = "") -> None:
    """Keep that `name` was done just now, unless this process kept it a moment ago with the same `note`."""
    last = _written.get(name)
    if last is not None and last[1] == note and timedelta(0) <= now - last[0] < EVERY:
        return
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "note": note})
    _written[name] = (now, note)
