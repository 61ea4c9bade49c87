"""The trail: what was done, its place in the log, the seals over the log; and what is still to be carried out."""

from typing import ClassVar

from django.db import models

from qms.trail.guard import AppendOnly


class Event(AppendOnly):
    """One act. `text` is the canonical JSON that is hashed; the other columns repeat parts of it for lists."""

    moment_field: ClassVar[str] = ""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    label = models.CharField(max_length=60)
    record_id = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    by_id = models.BigIntegerField(null=True, db_index=True)
    by_name = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    text = models.TextField()

    class Meta(AppendOnly.Meta):
        indexes = [
            models.Index(fields=["label", "record_id", "-id"], name="event_record"),
            models.Index(fields=["name", "-id"], name="event_name"),
        ]


class Subject(AppendOnly):
    """A record that an event also concerns: a version's act is listed on its document's page too."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="subjects")
    label = models.CharField(max_length=60)
    record_id = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        constraints = [models.UniqueConstraint(fields=["label", "record_id", "event"], name="subject_once")]


class Unsealed(models.Model):
    """An event that waits for its place in the log. The sealer empties this; an event in neither was smuggled in."""

    event = models.OneToOneField(Event, on_delete=models.DO_NOTHING, primary_key=True)


class Leaf(AppendOnly):
    """The place of an event in the log. `digest` is SHA-256(0x00 || text), RFC 9162 section 2.1.1, in hexadecimal."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64)


class SealKey(AppendOnly):
    """A public key that seals are checked with; a later one is signed by its predecessor."""

    moment_field: ClassVar[str] = "made_at"

    number = models.PositiveIntegerField(primary_key=True)
    public = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    signed_by_previous = models.CharField(max_length=128, blank=True)

    def __str__(self) -> str:
        return f"no. {self.number}"


class Seal(AppendOnly):
    """A signed statement that the first `size` leaves have this root; `frontier`: see merkle.py, as JSON."""

    moment_field: ClassVar[str] = ""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    frontier = models.TextField()
    previous = models.OneToOneField("self", null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    key = models.ForeignKey(SealKey, on_delete=models.PROTECT)
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"of {self.size} entries"


class Payload(models.Model):
    """Bytes that the law may want erased. Everything else holds only `digest` = SHA-256(nonce || bytes)."""

    digest = models.CharField(max_length=64, primary_key=True)
    nonce = models.BinaryField()
    data = models.BinaryField()


class Outbox(models.Model):
    """Work to do after a commit, written in the same transaction; a row stays until it is done."""

    key = models.CharField(max_length=200, unique=True)
    task = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="outbox_due", condition=models.Q(done_at=None))]


class Heartbeat(models.Model):
    """When the worker last did something that it does all the time; `note` names what failed then."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
