"""Who must read new documents of a type, on the page of the type."""

from django.urls import reverse
from django.utils.translation import gettext as _

from qms.people.models import User
from sops.models import DocumentType
from sops.panels import Panel
from training.defaults import may_require_of_types
from training.models import TypeRule
from training.services import may_see_readers_of_types


def type_panel(user: User, kind: DocumentType) -> Panel | None:
    """Say who is asked to read each new document of a type."""
    if not may_see_readers_of_types(user.person):
        return None
    rules = list(TypeRule.objects.filter(type=kind, ended_at=None))
    url = reverse("type-must-read", args=[kind.code]) if may_require_of_types(user.person) else ""
    return Panel("must-read", _("Who must read new ones"), "training/_rules.html", {"rules": rules, "url": url})
