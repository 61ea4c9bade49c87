"""The text of a version as a stored file: canonical JSON of its blocks, found by digest."""

import json

from django.utils.translation import gettext as _

from qms.files.models import StoredFile
from qms.files.store import read, store
from qms.trail.canonical import canonical
from qms.trail.errors import Invalid
from sops.blocks import BadBlocks, Block, check, image_digests

BODY_TYPE = "application/vnd.engraft.blocks+json"


def store_body(blocks: list[Block]) -> str:
    """Check and store a text; return its digest. Raises Invalid where it is no canonical text.

    A text names only pictures that are stored: else it could not be printed on its day.
    """
    try:
        check(blocks)
    except BadBlocks as wrong:
        raise Invalid(str(wrong)) from wrong
    pictures = image_digests(blocks)
    stored = StoredFile.objects.filter(pk__in=pictures, media_type__startswith="image/")
    if pictures and stored.count() != len(pictures):
        raise Invalid(_("A picture of this text is not stored. Take it out, or import the file again."))
    return store(canonical({"format": 1, "blocks": blocks}).encode(), BODY_TYPE)


def read_body(digest: str) -> list[Block]:
    """Return the blocks of a stored text. The bytes are hashed on the way: altered ones are refused."""
    found: list[Block] = json.loads(read(digest))["blocks"]
    return found
