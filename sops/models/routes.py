"""Who is asked about a version, one after the other or side by side; and which facilities a document serves."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.people.models import Facility, Person
from qms.signatures.models import Signature
from qms.trail.guard import Controlled
from sops.models.documents import Document, Version


class Step(Controlled):
    """Somebody is asked to review or to approve a version, in one round: a person, or who holds a role at a facility.

    Steps of one `stage` are asked side by side, its stages one after the other: `asked_at` is empty until its turn.
    `needed` signatures of the stage suffice (0: all). One step that is over without a signature says why.
    """

    class Kind(models.TextChoices):
        REVIEW = "review", _("Review")
        APPROVE = "approve", _("Approve")

    class Over(models.TextChoices):
        ENOUGH = "enough", _("Enough others have signed")
        REPLACED = "replaced", _("Somebody else is asked instead")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    stage = models.PositiveSmallIntegerField(default=1)
    needed = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=14)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="steps")
    role = models.CharField(_("Role"), max_length=40, blank=True)
    facility = models.ForeignKey(Facility, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at: Any = models.DateTimeField(null=True)
    reminded_at: Any = models.DateTimeField(null=True)
    signature = models.ForeignKey(Signature, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    over = models.CharField(max_length=8, choices=Over, blank=True)

    class Meta(Controlled.Meta):
        ordering = ["stage", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "round", "kind", "stage", "person"], name="asked_once",
                condition=models.Q(ended_at=None, person__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, role="") | (models.Q(person=None) & ~models.Q(role="")),
                name="step_person_or_role",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, over="") | (models.Q(ended_at__isnull=False, signature=None)),
                name="step_signed_or_over",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["person"], name="step_waits", condition=models.Q(signature=None, ended_at=None)),
            models.Index(
                fields=["role"], name="step_waits_role", condition=models.Q(signature=None, ended_at=None, person=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.person or self.role}, {self.version}"

    @property
    def is_open(self) -> bool:
        """Return whether it is asked and waits for a signature (its version's status and round said aside)."""
        return self.asked_at is not None and self.signature_id is None and self.ended_at is None


class Serving(Controlled):
    """Another facility works by a document too: its people read it, its director signs it. Ended, never deleted."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="servings")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    from_at: Any = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(Controlled.Meta):
        ordering = ["facility__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "facility"], name="serves_once", condition=models.Q(ended_at=None)
            ),
        ]
        indexes = [models.Index(fields=["facility", "document"], name="serving_of", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.document}: {self.facility}"
