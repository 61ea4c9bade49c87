"""Who must read a document, and who was asked to read which version, and signed."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import Facility, Person
from qms.people.roles import ROLES, Role
from qms.signatures.models import Signature
from qms.trail.guard import Controlled, GuardedQuerySet
from sops.models import Document, DocumentType, Status, Version

READABLE = (Status.APPROVED, Status.EFFECTIVE)
"""The states in which a version is read and signed: an approved one at once, however far its day lies ahead."""

TOLD_AT_ONCE = timedelta(days=3)
"""A mail goes at once where no more than this is left to read it; of everything else the night's mail tells."""


class ReadingRule(Controlled):
    """Whoever holds a role at a facility must read a document (facility None: wherever they hold it).

    A rule is ended and never deleted, so that "who had to read it then" has an answer.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="reading_rules")
    role = models.CharField(_("Role"), max_length=40, choices=[(role.slug, role.word) for role in ROLES.values()])
    facility = models.ForeignKey(Facility, verbose_name=_("Facility"), null=True, blank=True, on_delete=models.PROTECT)
    from_at: Any = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(Controlled.Meta):
        ordering = ["facility__code", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "role", "facility"], name="one_open_rule", condition=models.Q(ended_at=None)
            ),
            models.UniqueConstraint(
                fields=["document", "role"], name="one_open_rule_everywhere",
                condition=models.Q(ended_at=None, facility=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.document}: {self.team}"

    @property
    def definition(self) -> Role:
        return ROLES[self.role]

    @property
    def team(self) -> str:
        """Return whom it names: Nurse, Transplant ward."""
        return f"{self.definition.word}, {self.facility.name if self.facility else _now('Whole programme')}"


class TypeRule(Controlled):
    """Whoever holds a role must read the new documents of a type: each takes this over as a rule of its own.

    `everywhere`: wherever they hold it; otherwise at the facility of the document.
    """

    type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="reading_rules")
    role = models.CharField(_("Role"), max_length=40, choices=[(role.slug, role.word) for role in ROLES.values()])
    everywhere = models.BooleanField(_("Wherever they hold it"))
    from_at: Any = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(Controlled.Meta):
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "role"], name="one_open_rule_of_type", condition=models.Q(ended_at=None)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.type}: {self.team}"

    @property
    def team(self) -> str:
        """Return whom it names: Nurse, facility of the document."""
        where = _now("Whole programme") if self.everywhere else _now("facility of the document")
        return f"{ROLES[self.role].word}, {where}"


class ReadingQuerySet(GuardedQuerySet):
    def open(self) -> "ReadingQuerySet":
        """Those that somebody is still asked for."""
        return self.filter(signature=None, ended_at=None)

    def signed(self) -> "ReadingQuerySet":
        """Those that were signed, and not marked as signed in error since."""
        return self.filter(signature__isnull=False).exclude(signature__remarks__kind="error")


class Reading(Controlled):
    """A person is asked to read a version, as it was approved in one round, and signs that it was understood.

    An ask that is over without a signature has an end and says why; asked again, it is open again.
    """

    class Why(models.TextChoices):
        SUPERSEDED = "superseded", _("The version was replaced")
        WITHDRAWN = "withdrawn", _("The document was withdrawn")
        CANCELLED = "cancelled", _("The approval was cancelled")
        LEFT = "left", _("The role that must read it is not held any more")
        RULE_ENDED = "rule_ended", _("The role need not read it any more")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="readings")
    round = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="readings")
    asked_at: Any = models.DateTimeField()
    due_on: Any = models.DateField(_("Due on"))
    signature = models.OneToOneField(Signature, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, choices=Why, blank=True)

    objects: ClassVar[Any] = ReadingQuerySet.as_manager()

    class Meta(Controlled.Meta):
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "round", "person"], name="asked_to_read_once"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_why="") | (models.Q(ended_at__isnull=False, signature=None)),
                name="reading_signed_or_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "due_on"], name="reading_waits", condition=models.Q(signature=None, ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)

    def get_absolute_url(self) -> str:
        return reverse("reading", args=[self.pk])

    def get_url_for_others(self) -> str:
        """Return where others see who has signed: a reading's own page is for its person alone."""
        return reverse("readers", args=[self.version.document.number, self.version.n])

    @property
    def facility_id(self) -> int:
        return self.version.document.facility_id

    @property
    def is_open(self) -> bool:
        return self.signature_id is None and self.ended_at is None

    def is_urgent_on(self, asked: date) -> bool:
        """Return whether a mail told of it on the day on which it was asked for, instead of the night's mail."""
        return bool(self.due_on - asked <= TOLD_AT_ONCE)
