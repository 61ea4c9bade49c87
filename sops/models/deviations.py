"""Planned deviations: somebody will do otherwise than a document says, once, for a reason, and asks before."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.signatures.models import Signature
from qms.trail.guard import Controlled
from sops.models.documents import Document, Version


class DeviationStatus(models.TextChoices):
    """The life of a planned deviation. Verbal: approved by word of mouth, the signature is outstanding."""

    ASKED = "asked", _("Asked for")
    VERBAL = "verbal", _("Approved verbally, not yet signed")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    TAKEN_BACK = "taken_back", _("Taken back")
    EXPIRED = "expired", _("Expired")
    DONE_VERBAL = "done_verbal", _("Done, the approval not yet signed")
    DONE = "done", _("Done")
    UNAPPROVED = "unapproved", _("Done without approval")
    REVIEWED = "reviewed", _("Reviewed by quality")


WAITING = (DeviationStatus.ASKED, DeviationStatus.VERBAL, DeviationStatus.APPROVED, DeviationStatus.DONE_VERBAL)
UNSIGNED = (DeviationStatus.VERBAL, DeviationStatus.DONE_VERBAL)
TO_REVIEW = (DeviationStatus.DONE, DeviationStatus.UNAPPROVED)


class Deviation(Controlled):
    """Planned deviation `n` from a document, from one passage (`block`) or from the whole ("").

    `approved_at` is when it was approved, by word of mouth or by signature; `approver` who decided. `sign_by`
    is the day by which a verbal approval is signed. `occurrence`: it is to be reported as one.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="deviations")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="deviations")
    n = models.PositiveIntegerField(_("Deviation"))
    block = models.CharField(max_length=40, blank=True)
    status = models.CharField(_("Status"), max_length=11, choices=DeviationStatus, default=DeviationStatus.ASKED)
    product = models.CharField(_("Product code"), max_length=60, blank=True)
    text = models.CharField(_("What is done otherwise"), max_length=1000)
    reason = models.CharField(_("Why"), max_length=1000)
    risk = models.CharField(_("Risk, and what is done about it"), max_length=1000)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deviations_asked")
    asked_at: Any = models.DateTimeField(_("Asked"))
    expires_at: Any = models.DateTimeField(_("Expires"))
    since: Any = models.DateTimeField(_("Since"))
    approver = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="deviations_decided")
    verbal = models.BooleanField(_("Approved verbally"), default=False)
    told_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at: Any = models.DateTimeField(_("Approved"), null=True)
    sign_by = models.DateField(_("To be signed by"), null=True)
    signature = models.OneToOneField(Signature, null=True, on_delete=models.PROTECT, related_name="+")
    done_at: Any = models.DateTimeField(_("Done"), null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    occurrence = models.BooleanField(_("To be reported as an occurrence"), default=False)
    word = models.CharField(_("Word of quality"), max_length=1000, blank=True)
    reviewed_at: Any = models.DateTimeField(_("Reviewed"), null=True)
    review_signature = models.OneToOneField(Signature, null=True, on_delete=models.PROTECT, related_name="+")

    moved_only: ClassVar[tuple[str, ...]] = ("status",)

    class Meta(Controlled.Meta):
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "n"], name="deviation_numbered_once"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "done"]) | Q(signature__isnull=False), name="approved_is_signed"
            ),
            models.CheckConstraint(
                condition=~Q(status="reviewed") | Q(review_signature__isnull=False), name="reviewed_is_signed"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["verbal", "done_verbal"])
                | (
                    Q(verbal=True) & Q(approver__isnull=False) & Q(approved_at__isnull=False) & Q(sign_by__isnull=False)
                ),
                name="verbal_names_who_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["document", "asked_at"], name="deviation_document"),
            models.Index(fields=["status", "expires_at"], name="deviation_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.document.number}-D{self.n}"

    def get_absolute_url(self) -> str:
        return reverse("deviation", args=[self.pk])

    @property
    def facility_id(self) -> int:
        return self.document.facility_id

    @property
    def status_word(self) -> str:
        return str(DeviationStatus(self.status).label)

    def covers(self, moment: datetime) -> bool:
        """Return whether it was approved before this moment and had not expired: FACT-JACIE asks for it before.

        People give moments in whole minutes, so the minute of the approval counts.
        """
        if self.approved_at is None:
            return False
        from_minute: datetime = self.approved_at.replace(second=0, microsecond=0)
        until: datetime = self.expires_at
        return from_minute <= moment <= until
