"""What a PDF takes in and carries: pictures by their digest, and files that travel inside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from qms.trail.errors import Invalid

ReadFile = Callable[[str], bytes]


@dataclass(frozen=True)
class EmbeddedFile:
    """A file that travels inside the PDF. `made_at` is explicit, so that the same PDF has the same bytes tomorrow."""

    name: str
    data: bytes
    made_at: datetime
    description: str = ""
    relationship: str = "Data"  # ISO 19005-3: Source, Data, Alternative, Supplement or Unspecified


def no_files(digest: str) -> bytes:
    """Refuse: this document shows no stored pictures."""
    raise Invalid(_("A text without pictures asks for one (%(digest)s).") % {"digest": digest[:12]})
