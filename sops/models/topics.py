"""What there must be procedures on (FACT-JACIE x5.1), for which part of the programme, and what covers it."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.people.models import Facility
from qms.trail.guard import Controlled
from sops.models.documents import Document

PARTS = ("B", "CM", "C", "D")
"""The parts of the standard, as it orders them."""


class Topic(Controlled):
    """A subject that the programme must have a procedure on, in our words. Closed, it is asked of nobody any more."""

    code = models.CharField(_("Code"), max_length=12, unique=True)
    name = models.CharField(_("Topic"), max_length=120)
    words = models.CharField(_("What belongs to it"), max_length=300, blank=True)
    closed_at: Any = models.DateTimeField(_("Closed"), null=True, blank=True)

    class Meta(Controlled.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.code])


class TopicPart(Controlled):
    """A topic in one part. `is_asked`: the part needs it; `not_applicable` says why it does not in this programme."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(_("Part"), max_length=2, choices=[(part, Facility.Part(part).label) for part in PARTS])
    is_asked = models.BooleanField(_("Needed"), default=True)
    not_applicable = models.CharField(_("Not applicable, because"), max_length=300, blank=True)

    class Meta(Controlled.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["topic", "part"], name="topic_part_once")]

    def __str__(self) -> str:
        return f"{self.topic}, {self.part}"


class Coverage(Controlled):
    """A document covers a topic in a part of the programme; taken off, the row stays with `is_on` False."""

    cell = models.ForeignKey(TopicPart, on_delete=models.PROTECT, related_name="coverage")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="coverage")
    is_on = models.BooleanField(_("Covers it"), default=True)

    class Meta(Controlled.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cell", "document"], name="covered_once")]

    def __str__(self) -> str:
        return f"{self.document}: {self.cell}"
