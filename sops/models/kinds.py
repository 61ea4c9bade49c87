"""What kinds of controlled documents there are, and what a version is made of: a text, a kept file, an edition."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.numbering.models import NumberingScheme
from qms.people.models import Person
from qms.trail.guard import AppendOnly, Controlled


class Body(models.TextChoices):
    """What the documents of a type are made of."""

    EITHER = "either", _("A text written here, or a kept file")
    TEXT = "text", _("A text written here")
    FILE = "file", _("A file kept as it is")
    OUTSIDE = "outside", _("A publication of others: edition, issuer, where it lies")


class Kept(models.TextChoices):
    """What a file is that is kept as it is; the value is the ending of its name."""

    PDF = "pdf", _("PDF")
    XLSX = "xlsx", _("Excel workbook")
    PPTX = "pptx", _("PowerPoint presentation")
    DOCX = "docx", _("Word document")


class DocumentType(Controlled):
    """A kind of controlled document, e.g. SOP: numbers, reviews, sections that its texts need, how long it is kept.

    `sections` has one section a line, other words for it after a slash. `retention_years` None: for as long as the
    programme exists. Of a type with `closed_at` no new documents are made.
    """

    code = models.CharField(_("Code"), max_length=8, unique=True)
    name = models.CharField(_("Name"), max_length=80)
    scheme = models.ForeignKey(NumberingScheme, on_delete=models.PROTECT)
    review_months = models.PositiveSmallIntegerField(_("Months between reviews"), default=24)
    purpose = models.CharField(_("What it is for"), max_length=300, blank=True)
    body = models.CharField(_("Made of"), max_length=8, choices=Body, default=Body.EITHER)
    sections = models.TextField(_("Sections that each text needs"), blank=True)
    retention_years = models.PositiveSmallIntegerField(_("Years kept after it is obsolete"), null=True, blank=True)
    closed_at: Any = models.DateTimeField(_("No new documents since"), null=True, blank=True)
    route = models.JSONField(_("Route"), default=dict, blank=True)  # what is proposed at sending: see `sops.routing`

    class Meta(Controlled.Meta):
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_outside(self) -> bool:
        """Whether its documents are publications of others, which we check for newer editions and do not write."""
        return self.body == Body.OUTSIDE


class Edition(AppendOnly):
    """One edition of a publication of others. A version is of one; other facts are another row."""

    name = models.CharField(_("Edition"), max_length=80)
    issuer = models.CharField(_("Issued by"), max_length=120)
    issued_on = models.DateField(_("Published on"), null=True)
    address = models.CharField(_("Where it lies"), max_length=500)
    at: Any = models.DateTimeField(_("Recorded"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    moment_field: ClassVar[str] = "at"

    def __str__(self) -> str:
        return f"{self.issuer}, {self.name}"

    @property
    def is_link(self) -> bool:
        """Whether the address can be followed in a browser."""
        return self.address.startswith(("https://", "http://"))
