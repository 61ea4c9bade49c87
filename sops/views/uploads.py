"""Word files on their way into a draft: kept at once by digest, and gone on with only by the one who brought them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from qms.files.store import read
from qms.people.access import AuthenticatedRequest
from qms.people.models import Facility, Person
from qms.trail.errors import Invalid
from sops import services
from sops.blocks import image_digests
from sops.import_forms import too_large
from sops.loaders import get_waiting
from sops.models import Document, DocumentType, Import
from sops.services.importing import keep_word, version_number
from sops.word.model import WordText
from sops.word.sandbox import read_word_safely
from sops.word.tracked import Decision

SESSION_KEY, MOST = "word_pictures", 20
SHOWN_FIRST: Decision = "comments"  # undecided changes: the text as it was before them


@dataclass(frozen=True)
class Upload:
    """A Word file that waits, read; `chosen` is what the person asked to see of tracked changes, "" for nothing yet."""

    row: Import
    data: bytes
    word: WordText
    chosen: str


def take(request: AuthenticatedRequest, files: Sequence[Any], document: Document | None = None) -> list[Import]:
    """Read and keep files that were brought at once; return a row for each, waiting or refused."""
    batch = secrets.token_hex(16) if len(files) > 1 else ""
    return [_one(request.user.person, file, batch, document) for file in files]


def _one(person: Person, file: Any, batch: str, document: Document | None) -> Import:
    why = too_large(file.size)
    if why:
        return services.record_refusal(file.name, b"", why, by=person, batch=batch)
    data = file.read()
    try:
        word = read_word_safely(data, SHOWN_FIRST)
        keep_word(data, word)
    except Invalid as refused:
        return services.record_refusal(file.name, data, str(refused), by=person, batch=batch)
    return services.wait(file.name, data, word, by=person, batch=batch, document=document)


def brought(request: AuthenticatedRequest, pk: int) -> Upload:
    """Return a file that waits for this person, read as they asked; 404 for anybody else's, or one that is done."""
    row = get_waiting(request.user, pk)
    if not row.is_waiting:
        raise Http404(_("This file does not wait to be checked any more."))
    asked = request.POST.get("tracked") or request.GET.get("tracked") or ""
    chosen = asked if asked in Import.Decision.values else ""
    data = read(row.digest)
    word = read_word_safely(data, _as(chosen))
    kept = dict(list(request.session.get(SESSION_KEY, {}).items())[-MOST:])
    request.session[SESSION_KEY] = {**kept, str(pk): sorted(word.pictures)}
    return Upload(row, data, word, chosen)


def _as(chosen: str) -> Decision:
    known: dict[str, Decision] = {"accept": "accept", "reject": "reject", "comments": "comments"}
    return known.get(chosen, SHOWN_FIRST)


def shows(request: AuthenticatedRequest, pk: int, picture: str) -> bool:
    """Return whether a picture belongs to a file that this person looks at."""
    return picture in request.session.get(SESSION_KEY, {}).get(str(pk), ())


def proposed(upload: Upload, person: Person) -> dict[str, object]:
    """Return what the file says of itself, as the beginning of the form that a person confirms."""
    told, name = upload.word.proposal, upload.row.name
    number = (told.number or "").strip()
    parts = number.upper().replace("_", "-").split("-")
    owner = Person.objects.filter(printed_name__iexact=(told.owner or "").strip(), left_on=None).first()
    kinds = {kind.code.upper(): kind for kind in DocumentType.objects.all()}
    places = {place.code.upper(): place for place in Facility.objects.filter(closed_on=None)}
    return {
        "title": (told.title or name.rpartition(".")[0] or name)[:200],
        "number": number,
        "n": version_number(told.version),
        "owner": owner or person,
        "type": next((kinds[part] for part in parts if part in kinds), kinds.get("SOP")),
        "facility": next((places[part] for part in parts if part in places), None),
        "tracked": upload.chosen,
    }


def picture_count(upload: Upload) -> int:
    """Return how many pictures the text shows."""
    return len(image_digests(upload.word.blocks))
