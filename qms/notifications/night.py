"""The night: asked for once for each of the programme's days, carried out by whatever runs the outbox."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from qms.people.models import Programme
from qms.people.programme import zone
from qms.signatures.proofs import forget_old_proofs
from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.models import Outbox
from qms.trail.outbox import outbox_task
from qms.trail.rhythm import EVERY_MINUTE, NIGHTLY, every_night

HOUR = 2  # in the programme's zone; a worker that starts later in the day makes up for it


def ask_for_night(now: datetime) -> None:
    """Ask for the night of today once its hour has come; the key holds that there is one for each day."""
    here = timezone.localtime(now, zone())
    if here.hour < HOUR or not Programme.objects.exists():
        return
    day = here.date().isoformat()
    row = Outbox(key=f"night:{day}", task="night", args={"day": day}, made_at=now, due_at=now)
    Outbox.objects.bulk_create([row], ignore_conflicts=True)


@outbox_task("night")
def carry_out_night(*, day: str) -> None:
    """Do everything that a night does, and keep one event with the counts."""
    counts = every_night(date.fromisoformat(day))
    programme = Programme.objects.get()
    with change(by=SYSTEM) as c:
        facts: dict[str, Any] = {"day": day, "counts": counts}
        c.event("programme.night", programme, **facts)


def forget_proofs(day: date) -> dict[str, int]:
    """Remove proofs of identity that can serve no more."""
    return {"proofs forgotten": forget_old_proofs(timezone.now())}


EVERY_MINUTE.append(ask_for_night)
NIGHTLY.append(forget_proofs)
