"""Word files on their way into a draft: kept at once by digest, and gone on with only by the one who brought them."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _

from qms.files.store import read
from qms.people.access import AuthenticatedRequest
from qms.people.models import Facility, Person
from qms.trail.errors import Invalid
from sops import forms
from sops.blocks import image_digests
from sops.models import Document, DocumentType
from sops.services.importing import keep_word, version_number
from sops.word.model import WordText
from sops.word.sandbox import read_word_safely
from sops.word.tracked import Decision

SESSION_KEY, MOST = "word_files", 20
MOST_MB = settings.UPLOAD_MAX_BYTES // (1024 * 1024)


@dataclass(frozen=True)
class Upload:
    """A Word file that was brought and read; `tracked` says what becomes of changes that Word still tracks."""

    digest: str
    name: str
    data: bytes
    word: WordText
    tracked: Decision


def take(request: AuthenticatedRequest, form: forms.WordFile) -> str | None:
    """Read and keep the file of a form; return its digest, or None with an error in the form."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    data = file.read()
    try:
        word = read_word_safely(data)
        digest = keep_word(data, word)
    except Invalid as refused:
        form.add_error("file", str(refused))
        return None
    known = dict(list(request.session.get(SESSION_KEY, {}).items())[-MOST:])
    request.session[SESSION_KEY] = {**known, digest: {"name": file.name, "pictures": sorted(word.pictures)}}
    return digest


def brought(request: AuthenticatedRequest, digest: str) -> Upload:
    """Return a file that this person brought in this log-in, read again; 404 for anybody else's."""
    kept = request.session.get(SESSION_KEY, {}).get(digest)
    if kept is None:
        raise Http404(_("Choose the Word file again: it is kept for the one who brought it, until they log out."))
    asked = request.POST.get("tracked") or request.GET.get("tracked")
    tracked: Decision = "reject" if asked == "reject" else "accept"
    data = read(digest)
    return Upload(digest, kept["name"], data, read_word_safely(data, tracked), tracked)


def shows(request: AuthenticatedRequest, digest: str, picture: str) -> bool:
    """Return whether a picture belongs to a file that this person brought."""
    return picture in request.session.get(SESSION_KEY, {}).get(digest, {}).get("pictures", ())


def forget(request: AuthenticatedRequest, digest: str) -> None:
    """Do not offer a file again that has become a draft."""
    kept = dict(request.session.get(SESSION_KEY, {}))
    kept.pop(digest, None)
    request.session[SESSION_KEY] = kept


def proposed(upload: Upload, person: Person) -> dict[str, object]:
    """Return what the file says of itself, as the beginning of the form that a person confirms."""
    told = upload.word.proposal
    number = (told.number or "").strip()
    parts = number.upper().replace("_", "-").split("-")
    owner = Person.objects.filter(printed_name__iexact=(told.owner or "").strip(), left_on=None).first()
    kinds = {kind.code.upper(): kind for kind in DocumentType.objects.all()}
    places = {place.code.upper(): place for place in Facility.objects.filter(closed_on=None)}
    return {
        "title": (told.title or upload.name.rpartition(".")[0] or upload.name)[:200],
        "number": number,
        "n": version_number(told.version),
        "owner": owner or person,
        "type": next((kinds[part] for part in parts if part in kinds), kinds.get("SOP")),
        "facility": next((places[part] for part in parts if part in places), None),
    }


def bearer(number: str) -> Document | None:
    """Return the document that has a number already."""
    return Document.objects.filter(number=number).first() if number else None


def picture_count(upload: Upload) -> int:
    """Return how many pictures the text shows."""
    return len(image_digests(upload.word.blocks))
