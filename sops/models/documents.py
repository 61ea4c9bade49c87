"""Controlled documents: the documents, their versions, who is asked about them, and what is said."""

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.people.models import Facility, Person
from qms.trail.guard import AppendOnly, Controlled, GuardedQuerySet
from sops.models.kinds import DocumentType, Edition, Kept


class Document(Controlled):
    """One controlled document. `shown` is the version that lists speak of: the one in force, else the newest."""

    number = models.CharField(_("Number"), max_length=60, unique=True)
    title = models.CharField(_("Title"), max_length=200)
    type = models.ForeignKey(DocumentType, verbose_name=_("Type"), on_delete=models.PROTECT)
    facility = models.ForeignKey(Facility, verbose_name=_("Facility"), on_delete=models.PROTECT)
    owner = models.ForeignKey(Person, verbose_name=_("Owner"), on_delete=models.PROTECT, related_name="documents_owned")
    shown = models.OneToOneField("Version", null=True, on_delete=models.PROTECT, related_name="+")
    review_due = models.DateField(_("Next review"), null=True, blank=True, db_index=True)
    is_shared = models.BooleanField(default=False)  # other facilities work by it too: see `Serving`

    class Meta(Controlled.Meta):
        ordering = ["number"]
        indexes = [
            models.Index(fields=["facility", "number"], name="document_facility"),
            models.Index(fields=["facility", "review_due"], name="document_facility_review"),
            models.Index(fields=["title", "number"], name="document_title"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.number])

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read it again, with the facilities that work by it."""
        self.__dict__.pop("places", None)
        super().refresh_from_db(*args, **kwargs)

    @cached_property
    def places(self) -> frozenset[int]:
        """The facilities that work by it: its own and those that it serves; asked only where there are such."""
        if not self.is_shared:
            return frozenset({self.facility_id})
        served = self.servings.filter(ended_at=None).values_list("facility_id", flat=True)
        return frozenset({self.facility_id, *served})


class Status(models.TextChoices):
    """The life of a version. Approved is not effective: its day may be ahead."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    IN_APPROVAL = "in_approval", _("In approval")
    APPROVED = "approved", _("Approved")
    EFFECTIVE = "effective", _("Effective")
    SUPERSEDED = "superseded", _("Obsolete")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")


class Weight(models.TextChoices):
    """How much a version changes: what it asks of its readers, and which way it takes."""

    MAJOR = "major", _("Major change")
    MINOR = "minor", _("Minor change")
    URGENT = "urgent", _("Urgent change")


OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.IN_APPROVAL, Status.APPROVED)


class VersionQuerySet(GuardedQuerySet):
    def open(self) -> "VersionQuerySet":
        """Those on their way: written, reviewed, approved, not yet in force."""
        return self.filter(status__in=OPEN)

    def due_to_take_effect(self, day: date) -> "VersionQuerySet":
        """Those approved whose day has come, however long ago."""
        return self.filter(status=Status.APPROVED, effective_on__lte=day)


class Version(Controlled):
    """One text of a document. Text, original and PDF are files, named here by their SHA-256.

    Where `kept` says what it is, the original is the document itself and `body` the words found in it. `edition` is
    that of a publication of others. `round` counts how often it was sent to review: draft 3 is the text of round 3.
    `replaced_by` is the document to use instead of one that was withdrawn.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    n = models.PositiveIntegerField(_("Version"))
    status = models.CharField(_("Status"), max_length=12, choices=Status, default=Status.DRAFT, db_index=True)
    title = models.CharField(_("Title"), max_length=200)
    language = models.CharField(max_length=12, default="en")
    body = models.CharField(max_length=64)
    source = models.CharField(max_length=64, blank=True)
    source_name = models.CharField(max_length=255, blank=True)
    kept = models.CharField(_("Kept file"), max_length=4, choices=Kept, blank=True)
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")
    losses = models.JSONField(default=list, blank=True)
    summary = models.TextField(_("What changed and why"), blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    weight = models.CharField(_("Kind of change"), max_length=6, choices=Weight, default=Weight.MAJOR)
    weight_reason = models.TextField(_("Why it is minor, or urgent"), blank=True)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    started_at: Any = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    effective_on = models.DateField(_("Takes effect on"), null=True)
    effective_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    pdf = models.CharField(max_length=64, blank=True)
    replaced_by = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="replaces")

    objects: ClassVar[Any] = VersionQuerySet.as_manager()
    moved_only: ClassVar[tuple[str, ...]] = ("status",)

    class Meta(Controlled.Meta):
        ordering = ["document", "n"]
        constraints = [
            models.UniqueConstraint(fields=["document", "n"], name="version_numbered_once"),
            models.UniqueConstraint(
                fields=["document"], condition=models.Q(status="effective"), name="one_effective_version"
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=models.Q(status__in=["draft", "in_review", "in_approval", "approved"]),
                name="one_version_on_its_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="effective") | (~models.Q(pdf="") & models.Q(effective_at__isnull=False)),
                name="effective_has_pdf_and_moment",
            ),
            models.CheckConstraint(condition=models.Q(kept="") | ~models.Q(source=""), name="kept_file_is_stored"),
        ]
        indexes = [
            models.Index(fields=["effective_on"], name="version_waits", condition=models.Q(status="approved")),
        ]

    def __str__(self) -> str:
        return f"{self.document.number} v{self.n}"

    def get_absolute_url(self) -> str:
        return reverse("version", args=[self.document.number, self.n])

    @property
    def facility_id(self) -> int:
        return self.document.facility_id

    @property
    def places(self) -> frozenset[int]:
        return self.document.places

    @property
    def weight_word(self) -> str:
        """Return that a change is minor or urgent; "" for a major one, which is the rule."""
        return "" if self.weight == Weight.MAJOR else str(Weight(self.weight).label)

    @property
    def status_word(self) -> str:
        return str(Status(self.status).label)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Authorship(Controlled):
    """Somebody wrote in a version. Who did does not approve it."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="authorships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta(Controlled.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="author_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.version}"


class Comment(Controlled):
    """A remark on a version, beside a block of its text (`block`, "" for the whole). Must fix blocks signing."""

    class Kind(models.TextChoices):
        MUST_FIX = "must_fix", _("Must fix")
        QUESTION = "question", _("Question")
        SUGGESTION = "suggestion", _("Suggestion")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="comments")
    block = models.CharField(max_length=40, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    text = models.TextField(_("Comment"), max_length=4000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at: Any = models.DateTimeField()
    resolved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolution = models.TextField(blank=True)

    class Meta(Controlled.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.version}"

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


class Reply(Controlled):
    """An answer to a comment."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField(_("Answer"), max_length=4000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at: Any = models.DateTimeField()

    class Meta(Controlled.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.by}, {self.comment}"


class Rendering(AppendOnly):
    """A PDF of a version in a state that is not in force (draft, obsolete …), kept so that it is made once."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="renderings")
    facts = models.CharField(max_length=64)  # digest of everything printed
    pdf = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "facts"], name="rendered_once")]


class Import(Controlled):
    """A Word file that somebody brought: what was read, what was decided, and what became of it.

    One row for each file that came, refused ones too; of those the bytes are not kept. `batch` is shared by files that
    came at once. `words` are counted in the file, in the text made of it, and in what `losses` lists beside the text.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting to be checked")
        DRAFT = "draft", _("Draft")
        REFUSED = "refused", _("Refused")
        PUT_ASIDE = "put_aside", _("Put aside")

    class Decision(models.TextChoices):
        """What became of changes that Word still tracked."""

        ACCEPT = "accept", _("All accepted")
        REJECT = "reject", _("All rejected")
        COMMENTS = "comments", _("Kept as comments")

    name = models.CharField(_("File"), max_length=255)
    digest = models.CharField(_("Digest of the file"), max_length=64)
    size = models.PositiveBigIntegerField(_("Size"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="imports")
    at: Any = models.DateTimeField(_("Brought on"))
    batch = models.CharField(max_length=32, blank=True)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="imports")
    outcome = models.CharField(_("Outcome"), max_length=9, choices=Outcome, default=Outcome.WAITING)
    refusal = models.TextField(_("Why it was refused"), blank=True)
    losses = models.JSONField(default=list, blank=True)
    words = models.JSONField(default=dict, blank=True)
    tracked = models.PositiveIntegerField(_("Open tracked changes"), default=0)
    decision = models.CharField(_("Tracked changes"), max_length=8, choices=Decision, blank=True)
    comments = models.PositiveIntegerField(_("Comments in the file"), default=0)
    keeps_comments = models.BooleanField(_("Comments kept"), null=True)
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="imports")
    ended_at = models.DateTimeField(null=True)

    class Meta(Controlled.Meta):
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["by"], name="import_waits", condition=models.Q(outcome="waiting")),
            models.Index(fields=["batch"], name="import_batch", condition=~models.Q(batch="")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import-report", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.outcome == self.Outcome.WAITING
