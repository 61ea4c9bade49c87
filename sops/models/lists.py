"""How somebody likes to see the register."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person


class SavedView(models.Model):
    """The register, narrowed and ordered in one way, under a name: a person's own, or shared with everybody.

    A setting and no quality record: it changes nothing of any document, so it stands outside the door, as what somebody
    types into a draft does. Sharing one puts it before everybody, and is an event. `query` is that of the register.
    """

    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField(_("Name"), max_length=40)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField(_("For everybody"), default=False)
    at: Any = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=models.Q(removed_at=None), name="view_named_once"
            ),
        ]
        indexes = [
            models.Index(fields=["shared"], name="view_shared", condition=models.Q(shared=True, removed_at=None)),
        ]

    def __str__(self) -> str:
        return self.name
