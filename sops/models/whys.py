"""Why a change of a text was made: said by its authors, beside the change."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.trail.guard import Controlled
from sops.models.documents import Version


class Why(Controlled):
    """Why a passage of a version was changed. It hangs on the id of a block, so that it follows it through edits.

    `origin` is the number of the record that the change came of (a request, an incident), as text: that record may
    belong to an app that this one does not know (see `sops.origins`). A why without words is one that was taken back.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="whys")
    block = models.CharField(max_length=40)
    text = models.TextField(_("Why"), max_length=2000, blank=True)
    origin = models.CharField(_("Came of"), max_length=40, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at: Any = models.DateTimeField()

    class Meta(Controlled.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["version", "block"], name="why_once")]

    def __str__(self) -> str:
        return f"{self.version}, {self.block}"
