"""What the night remembers: which days had one, and of what somebody was reminded. Means, not records of quality."""

from datetime import date, datetime
from typing import Any

from django.db import models

from qms.people.models import Person


class Night(models.Model):
    """The night of one of the programme's days. `held_until`: while one carries it out, nobody else does.

    `missed` days directly before it had none: it was carried out for these too. `failed` and `findings` are sentences.
    """

    day: date = models.DateField(primary_key=True)  # type: ignore[assignment]
    begun_at: datetime = models.DateTimeField()  # type: ignore[assignment]
    held_until: datetime | None = models.DateTimeField(null=True)  # type: ignore[assignment]
    done_at: datetime | None = models.DateTimeField(null=True)  # type: ignore[assignment]
    missed = models.PositiveIntegerField(default=0)
    counts: Any = models.JSONField(default=dict)
    failed: Any = models.JSONField(default=list)
    findings: Any = models.JSONField(default=list)

    @property
    def is_well(self) -> bool:
        return not self.failed and not self.findings


class Reminder(models.Model):
    """A rung of the ladder of a thing that awaits `about`, told to `person`: the same one, a deputy or a manager.

    `thing` is `WorkItem.thing`, `rung` the days after the due day (see ladder.py), `why` a key of WHY.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reminders")
    about = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    thing = models.CharField(max_length=200)
    rung = models.IntegerField()
    why = models.CharField(max_length=12, blank=True)
    is_first = models.BooleanField(default=False)
    day = models.DateField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "about", "thing", "rung"], name="reminded_once")]
        indexes = [models.Index(fields=["person"], name="reminder_unsent", condition=models.Q(sent_at=None))]
