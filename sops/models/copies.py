"""Controlled copies: the paper that Engraft knows of, who holds it, where it is, and when its code was last scanned."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.trail.guard import Controlled, GuardedQuerySet
from sops.models.documents import Document, Version


class CopyStatus(models.TextChoices):
    """The life of a copy. Its PDF is made by the worker; from then on there is paper to look after."""

    MAKING = "making", _("Being made")
    ISSUED = "issued", _("In use")
    RECALLED = "recalled", _("Recalled")
    MISSING = "missing", _("Missing")
    RETURNED = "returned", _("Returned")
    DESTROYED = "destroyed", _("Destroyed")


OUT = (CopyStatus.MAKING, CopyStatus.ISSUED)
WORST_FIRST = (
    CopyStatus.RECALLED, CopyStatus.MISSING, CopyStatus.MAKING, CopyStatus.ISSUED, CopyStatus.RETURNED,
    CopyStatus.DESTROYED,
)  # fmt: skip


class CopyQuerySet(GuardedQuerySet):
    def out(self) -> "CopyQuerySet":
        """Those that people may work by."""
        return self.filter(status__in=OUT)

    def to_collect(self) -> "CopyQuerySet":
        """Those recalled and not yet back."""
        return self.filter(status=CopyStatus.RECALLED)

    def worst_first(self) -> "CopyQuerySet":
        """Recalled and not back first, then missing, then those in use, then what is settled."""
        place = Case(
            *(When(status=status, then=Value(n)) for n, status in enumerate(WORST_FIRST)), output_field=IntegerField()
        )
        return self.order_by(place, "document__number", "n")


class Copy(Controlled):
    """Copy `n` of a document: a printed version with a stamp on each page.

    `token` is the SHA-256 of what its QR code says: the token itself is on the paper and in the PDF, nowhere else.
    `holder` is the person who has it, or None where `holder_name` says it in words. `since` and `why` belong to the
    present status; earlier ones are in the history. `claimed_*` is what a holder says by the code: that a recalled copy
    is destroyed; the name is the digest of a payload, `claimed_by` whoever was logged in.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="copies")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="copies")
    n = models.PositiveIntegerField(_("Copy"))
    status = models.CharField(_("Status"), max_length=10, choices=CopyStatus, default=CopyStatus.MAKING)
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="copies_held")
    holder_name = models.CharField(_("Held by"), max_length=80)
    place = models.CharField(_("Place"), max_length=80)
    token = models.CharField(max_length=64, blank=True)
    pdf = models.CharField(max_length=64, blank=True)
    issued_at: Any = models.DateTimeField(_("Issued"))
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since: Any = models.DateTimeField(_("Since"))
    why = models.CharField(_("Why"), max_length=500, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True)
    claimed_at: Any = models.DateTimeField(_("Said to be destroyed"), null=True)
    claimed_how = models.CharField(_("How, as was said"), max_length=200, blank=True)
    claimed_name = models.CharField(max_length=64, blank=True)
    claimed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = CopyQuerySet.as_manager()
    moved_only: ClassVar[tuple[str, ...]] = ("status",)

    class Meta(Controlled.Meta):
        ordering = ["document", "n"]
        constraints = [
            models.UniqueConstraint(fields=["document", "n"], name="copy_numbered_once"),
            models.UniqueConstraint(fields=["token"], condition=~Q(token=""), name="copy_token_once"),
            models.CheckConstraint(
                condition=~Q(status="issued") | (~Q(pdf="") & ~Q(token="")), name="issued_copy_has_pdf_and_token"
            ),
        ]
        indexes = [
            models.Index(fields=["document"], name="copy_to_collect", condition=Q(status="recalled")),
        ]

    def __str__(self) -> str:
        return f"{self.version}, copy {self.n}"

    def get_absolute_url(self) -> str:
        return f"{reverse('copies', args=[self.document.number])}#copy-{self.n}"

    @property
    def facility_id(self) -> int:
        return self.document.facility_id

    def has_expired(self, day: date) -> bool:
        """Return whether the last day has passed on which one may work by this copy."""
        return self.valid_until is not None and self.valid_until < day

    @property
    def status_word(self) -> str:
        return str(CopyStatus(self.status).label)


class Sighting(models.Model):
    """When the code of a copy was last scanned: no record, no address, nobody's name; only that the paper was there."""

    copy = models.OneToOneField(Copy, on_delete=models.PROTECT, related_name="sighting")
    day: date = models.DateField()  # type: ignore[assignment]
