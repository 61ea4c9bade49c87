"""What stands beside a text: words that are not in the draft yet, and which documents a text refers to."""

from typing import Any

from django.db import models

from qms.people.models import Person
from sops.models.documents import Document, Version


class WorkingText(models.Model):
    """What somebody typed into a draft and did not save yet: no record, written over every few seconds, then gone.

    `revision` is that of the version they began with, `text` the JSON of {"blocks", "title", "summary"}.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="working_texts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    text = models.TextField()
    at: Any = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="working_text_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.version}"


class Citation(models.Model):
    """A passage of a version refers to a document: a copy of what its text says, which can be made again at any time.

    `number` is what the text says; `document` is empty where nothing has that number. `is_link`: it was inserted as a
    reference; else the number stands among the words, and only numbers that documents have are kept.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="citations")
    number = models.CharField(max_length=240)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="cited_by")
    block = models.CharField(max_length=40)
    is_link = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["version", "number", "block"], name="cited_once_a_passage")]

    def __str__(self) -> str:
        return f"{self.version}: {self.number}"
