"""To read a version and sign it: the page, its pictures, the signing, and the record of what one has read."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, anyone, needs
from qms.people.loaders import get_person
from qms.people.models import Person, User
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import see_other
from qms.people.views.doors import FORM
from qms.signatures.views.ceremony import ceremony
from qms.trail.errors import Invalid
from sops.blocks import image_digests
from sops.bodies import read_body
from sops.loaders import visible_documents
from sops.presenters.kinds import kind_words
from sops.presenters.questions import asking
from sops.render import redline_html
from sops.views.keeping import handed_out
from sops.views.questions import ask_page
from sops.views.versions import picture_file
from training import services
from training.delta import Delta, delta_of
from training.loaders import get_reading, readings_of
from training.models import Reading
from training.presenters.reading import changed_passages, due_state
from training.signable import reading_content

VIEWS = ("changes", "marked", "clean")
PAGE = 100


@anyone
@require_safe
def reading(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/reading/<id>/: what changed since one signed, the whole text with the changes, or clean; and the way to sign."""
    found = get_reading(request.user, pk)
    delta = delta_of(found, request.user)
    show = request.GET.get("show", "") if delta else "clean"
    show = show if show in VIEWS else VIEWS[0]
    context = {
        "reading": found, "version": found.version, "document": found.version.document, "delta": delta, "show": show,
        **{f"show_{key}": key == show for key in VIEWS},
        "due": due_state(found.due_on, today()), "is_ahead": _is_ahead(found),
        "left": Reading.objects.open().filter(person=found.person_id).count() if found.is_open else 0,
        "sees_document": visible_documents(request.user).filter(pk=found.version.document_id).exists(),
        "sign_url": f"{resolve_url('reading-sign', found.pk)}?revision={found.revision}",
        "edition": found.version.edition, "kind_words": kind_words(found.version),
        **_text(found, delta, show), **_asking(request.user, found, show),
    }  # fmt: skip
    return render(request, "training/reading.html", context)


def _is_ahead(found: Reading) -> bool:
    return found.version.effective_on is not None and found.version.effective_on > today()


def _text(found: Reading, delta: Delta | None, show: str) -> dict[str, Any]:
    """Return the text as it is asked for; pictures lie under the reading, where the reader may see them."""
    images = pictures_of(found)
    if delta is not None and show == "changes":
        return {"stretches": changed_passages(delta.redline, lambda digest: f"{images}{digest}/", delta.whys)}
    if delta is not None and show == "marked":
        return {"text": redline_html(delta.redline, image_url=lambda digest: f"{images}{digest}/", whys=delta.whys)}
    return {}


def pictures_of(found: Reading) -> str:
    """Return the address under which the pictures of what is read lie by digest."""
    return resolve_url("reading-picture", found.pk, "0").removesuffix("0/")


def _asking(user: User, found: Reading, show: str) -> dict[str, Any]:
    """Return the questions beside the clean text; beside another view of it they stand under it."""
    blocks, version = read_body(found.version.body), found.version
    facts = asking(version, user, blocks, pictures_of(found), resolve_url("reading-ask", found.pk))
    facts["has_words"] = any(block["kind"] != "heading" for block in blocks)
    if show != "clean":
        facts["elsewhere"] = [*(talk for _html, said in facts.pop("parts") for talk in said), *facts["elsewhere"]]
    return facts


@anyone
@FORM
def ask(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/reading/<id>/ask/: a question about what one is asked to read, before its day too."""
    found = get_reading(request.user, pk)
    return ask_page(request, found.version, found.get_absolute_url())


@anyone
@require_safe
def file(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/reading/<id>/file/: the file that is read, before its day too."""
    return handed_out(get_reading(request.user, pk).version)


@anyone
@require_safe
def picture(request: AuthenticatedRequest, pk: int, digest: str) -> HttpResponse:
    """/reading/<id>/pictures/<digest>/: pictures of the text that is read, or of the one it is compared to."""
    found = get_reading(request.user, pk)
    delta = delta_of(found)
    shown = image_digests(read_body(found.version.body))
    if delta is not None:
        shown |= image_digests(read_body(delta.former.body))
    if digest not in shown:
        raise Http404
    return picture_file(digest)


@anyone
@FORM
def sign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/reading/<id>/sign/"""
    found = get_reading(request.user, pk)
    if request.method == "GET" and not found.is_open:
        if found.signature_id is None:
            return see_other(found.get_absolute_url())
        messages.info(request, _("You have signed this already. Nothing was signed a second time."))
        return see_other(resolve_url("signature", found.signature_id))
    revision = _revision(request)
    person = request.user.person
    return ceremony(
        request, content=reading_content(found, delta_of(found), today()),
        act=lambda proof: services.sign_reading(found, by=person, revision=revision, proof=proof), record=found,
        back=found.get_absolute_url(), text_url=found.get_absolute_url(),
        done=_("Signed and recorded: you have read and understood %s.") % found,
    )  # fmt: skip


def _revision(request: AuthenticatedRequest) -> int:
    value = request.GET.get("revision", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Invalid(_("This address is not complete. Open what is to be read and begin from there."))
    return int(value)


@anyone
@require_safe
def my_reading(request: AuthenticatedRequest) -> HttpResponse:
    """/reading/: what one has read and signed, and what is open."""
    return _record(request, request.user.person)


@needs(May.SEE_READERS)
@require_safe
def reading_of(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/reading/: the same for somebody else, as far as one answers for it."""
    return _record(request, get_person(request.user, pk))


def _record(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    seen, day = readings_of(request.user, person), today()
    signed = Paginator(seen.filter(signature__isnull=False).order_by("-signature__at"), PAGE)
    context = {
        "person": person, "own": person.pk == request.user.person_id, "day": day,
        "page": signed.get_page(request.GET.get("page")),
        "open": [(one, due_state(one.due_on, day)) for one in seen.open().order_by("due_on", "pk")],
    }  # fmt: skip
    return render(request, "training/record.html", context)
