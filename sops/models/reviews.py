"""Periodic reviews of documents in force: who looks, at what, what was said of each signal, and what came of it."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.signatures.models import Signature
from qms.trail.guard import Controlled
from sops.models.documents import Document, Version


class ReviewStatus(models.TextChoices):
    """A review is open from the first word, or since somebody was asked, until it is signed."""

    OPEN = "open", _("Under way")
    NO_CHANGE = "no_change", _("No change")
    REVISE = "revise", _("To be revised")


class PeriodicReview(Controlled):
    """One periodic review of a document. `reviewer` is who was asked instead of the owner; `version` what was in force.

    `due` is the day it was due, `next_due` the day it set; `draft` the version that a revision was begun with.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    status = models.CharField(_("Outcome"), max_length=9, choices=ReviewStatus, default=ReviewStatus.OPEN)
    reviewer = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="reviews_asked")
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at: Any = models.DateTimeField()
    due = models.DateField(_("Was due"), null=True)
    signed_at: Any = models.DateTimeField(_("Signed"), null=True)
    signature = models.OneToOneField(Signature, null=True, on_delete=models.PROTECT, related_name="+")
    next_due = models.DateField(_("Next review"), null=True)
    draft = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="began_by")

    moved_only: ClassVar[tuple[str, ...]] = ("status",)

    class Meta(Controlled.Meta):
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["document"], condition=models.Q(status="open"), name="one_open_review"),
            models.CheckConstraint(
                condition=models.Q(status="open") | (models.Q(signature__isnull=False, signed_at__isnull=False)),
                name="ended_review_is_signed",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="no_change") | models.Q(next_due__isnull=False), name="no_change_sets_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["signed_at"], name="review_signed"),
            models.Index(fields=["reviewer"], name="review_waits", condition=models.Q(status="open")),
        ]

    def __str__(self) -> str:
        return str(_("Review %(n)s of %(document)s") % {"n": self.pk or "", "document": self.document}).replace(
            "  ", " "
        )

    def get_absolute_url(self) -> str:
        return reverse("review-record", args=[self.pk])

    @property
    def facility_id(self) -> int:
        return self.document.facility_id

    @property
    def status_word(self) -> str:
        return str(ReviewStatus(self.status).label)


class Judgement(Controlled):
    """What a reviewer says of one signal. `key` names the signal; label, words and link are kept as they were shown.

    `counted`: it was there when the review was signed, and so is a part of what was signed.
    """

    class Outcome(models.TextChoices):
        NOTED = "noted", _("Noted")
        DEALT = "dealt", _("Dealt with")
        REVISE = "revise", _("Revise because …")

    review = models.ForeignKey(PeriodicReview, on_delete=models.PROTECT, related_name="judgements")
    key = models.CharField(max_length=120)
    label = models.CharField(max_length=120)
    words = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    day = models.DateField(null=True)
    outcome = models.CharField(_("What of it"), max_length=6, choices=Outcome)
    word = models.CharField(_("In a word"), max_length=500, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at: Any = models.DateTimeField()
    counted = models.BooleanField(default=False)

    class Meta(Controlled.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "key"], name="signal_judged_once")]

    def __str__(self) -> str:
        return f"{self.label}, {self.review}"
