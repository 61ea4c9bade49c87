"""A text taken out as a Word file: a working copy that says so, and that may come back."""

from django.http import Http404, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.files.store import read
from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import current, zone
from qms.people.roles import May
from qms.trail import clock
from sops.bodies import read_body
from sops.loaders import get_version
from sops.models import Version
from sops.services.importing import DOCX
from sops.views.versions import file_answer
from sops.word.out import Copy, write_word


@needs(May.READ_DOCUMENTS)
@require_safe
def word(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/word/"""
    found = get_version(request.user, number, n)
    if found.kept:
        raise Http404  # a file of its own, which is had as it is
    data = write_word(read_body(found.body), copy_of(found), read)
    return file_answer(data, DOCX, f"{number}_v{n}_working_copy.docx", as_attachment=True)


def copy_of(version: Version) -> Copy:
    """Return what the file says of itself, in the page header and in its properties."""
    local = clock.now().astimezone(zone())
    programme = current()
    notice = _("Working copy, not controlled. %(number)s, version %(n)d (%(status)s), as of %(moment)s (%(zone)s).") % {
        "number": version.document.number, "n": version.n, "status": version.status_word.lower(),
        "moment": date_format(local, "j F Y, H:i"), "zone": str(zone()),
    }  # fmt: skip
    return Copy(
        notice=notice, title=f"{version.document.number} {version.title}", version=str(version), text=version.body,
        programme=programme.name if programme else "", revision=version.revision, language=version.language,
    )  # fmt: skip
