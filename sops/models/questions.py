"""Questions about documents in force, problems reported from paper, what was answered, and what became of them."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.signatures.models import Signature
from qms.trail.guard import Controlled
from sops.models.copies import Copy
from sops.models.documents import Document, Version


class QuestionStatus(models.TextChoices):
    """The life of a question. Closed is without an answer, with a reason; merged is answered elsewhere."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed without an answer")
    MERGED = "merged", _("Same as another")


class Question(Controlled):
    """Somebody asks about a passage (`block`, "" for the whole), or reports a problem, as a rule from a paper copy.

    `text`, and the `name` that a stranger may leave, are digests of payloads: they may hold what the law wants erased.
    `by` is None for who was not logged in.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        PROBLEM = "problem", _("Problem")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="questions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="questions")
    block = models.CharField(max_length=40, blank=True)
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind, default=Kind.QUESTION)
    copy = models.ForeignKey(Copy, null=True, on_delete=models.PROTECT, related_name="questions")
    text = models.CharField(max_length=64)
    name = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="questions")
    at: Any = models.DateTimeField(_("Asked"))
    status = models.CharField(_("Status"), max_length=8, choices=QuestionStatus, default=QuestionStatus.OPEN)
    since: Any = models.DateTimeField(_("Since"))
    same_as = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    erasing = models.ForeignKey(Signature, null=True, on_delete=models.PROTECT, related_name="+")

    moved_only: ClassVar[tuple[str, ...]] = ("status",)

    class Meta(Controlled.Meta):
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="merged", same_as__isnull=False)
                | (~models.Q(status="merged") & models.Q(same_as=None)),
                name="merged_question_names_the_other",
            ),
        ]
        indexes = [
            models.Index(fields=["document", "at"], name="question_document"),
            models.Index(fields=["status", "at"], name="question_status"),
            models.Index(fields=["document"], name="question_open", condition=models.Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}, {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("question", args=[self.pk])

    @property
    def facility_id(self) -> int:
        return self.document.facility_id

    @property
    def status_word(self) -> str:
        return str(QuestionStatus(self.status).label)


class Said(Controlled):
    """What was said about a question after it was asked; `text` is the digest of a payload."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Answer")
        AGAIN = "again", _("This does not answer it")
        CLOSED = "closed", _("Closed without an answer")

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="said")
    kind = models.CharField(max_length=6, choices=Kind)
    text = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at: Any = models.DateTimeField()

    class Meta(Controlled.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.question}"


class Handling(Controlled):
    """What the authors of a draft say of a question: this draft deals with it, or not, with a word."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="handlings")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="handlings")
    dealt = models.BooleanField(_("Dealt with"))
    word = models.CharField(_("In a word"), max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at: Any = models.DateTimeField()

    class Meta(Controlled.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["question", "version"], name="question_handled_once")]

    def __str__(self) -> str:
        return f"{self.question}, {self.version}"
