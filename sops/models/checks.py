"""Whether a newer edition of an outside document came: each time that somebody looked."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.trail.guard import AppendOnly
from sops.models.documents import Document, Version


class EditionCheck(AppendOnly):
    """Somebody looked whether a newer edition is out: of which version, what was found, and when to look again."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="edition_checks")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    is_newer = models.BooleanField(_("A newer edition came"))
    note = models.CharField(_("Where it was looked"), max_length=500, blank=True)
    next_on = models.DateField(_("Next check"), null=True)
    at: Any = models.DateTimeField(_("Checked"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.version}"
