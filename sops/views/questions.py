"""Questions: asking about a text, the page of one, the register."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.models import Facility
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import carry_out, given, page, see_other
from qms.people.views.doors import FORM
from qms.ui.spreadsheet import csv_file
from sops import services
from sops.bodies import read_body
from sops.inquiries import Asked, find_questions, get_question, others_of
from sops.loaders import get_version
from sops.models import Question, QuestionStatus, Status, Version
from sops.presenters import questions as said
from sops.question_forms import AgainForm, AnswerForm, AskForm, CloseForm, MergeForm

PAGE = 30
MOST_IN_A_FILE = 5000


@needs(May.ASK_QUESTIONS)
@FORM
def ask(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/ask/?block=<block>"""
    found = get_version(request.user, number, n)
    return ask_page(request, found, found.get_absolute_url())


def ask_page(request: AuthenticatedRequest, found: Version, back: str) -> HttpResponse:
    """Show the form, or ask and go `back` to the text; for every page on which a text is read."""
    passages = [(one["id"], said.passage(one)) for one in read_body(found.body)]
    form = AskForm(given(request), passages=passages, initial={"block": request.GET.get("block", "")})
    made: list[Question] = []
    if form.is_bound and carry_out(form, lambda **kw: made.append(services.ask(found, by=request.user.person, **kw))):
        messages.success(
            request,
            _("Sent to %(owner)s. The answer will stand beside the text, and a mail tells you.")
            % {"owner": found.document.owner},
        )
        return see_other(f"{back}#q{made[0].pk}")
    newer = None
    if found.status not in services.ASKED_OF:
        newer = found.document.versions.filter(status=Status.EFFECTIVE).first()
    context = {
        "version": found, "document": found.document, "form": form, "back": back, "newer": newer,
        "closed": found.status not in services.ASKED_OF,
    }  # fmt: skip
    return page(request, "sops/ask.html", context, form)


@needs(May.READ_DOCUMENTS)
@require_safe
def question(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/questions/<id>/"""
    return question_page(request, get_question(request.user, pk))


def question_page(request: AuthenticatedRequest, found: Question, **sent: object) -> HttpResponse:
    """Show a question with what can be done; `sent` are forms that were refused, by their names."""
    user = request.user
    [talk] = said.talks([found], user, acts=True)
    mark = {"revision": found.revision}
    forms: dict[str, object] = {}
    if "question.answer" in talk.may:
        forms = {"answer": AnswerForm(initial=mark), "close": CloseForm(initial=mark)}
        offered = [(str(one.pk), _other(one)) for one in others_of(found)[:50]]
        forms |= {"merge": MergeForm(initial=mark, others=offered)} if offered else {}
    if "question.again" in talk.may:
        forms["again"] = AgainForm(initial=mark)
    context = {
        "question": found, "talk": talk, "document": found.document, "forms": forms | sent,
        "merged": said.talks(list(found.merged.select_related("by", "version", "copy", "document")), user),
        "sees_trail": user.may(May.SEE_TRAIL, found.facility_id),
        "may_erase": user.may(May.ERASE_TEXTS, found.facility_id) and talk.text != str(said.ERASED),
        "handlings": found.handlings.select_related("version__document", "by"),
    }  # fmt: skip
    return render(request, "sops/question.html", context, status=422 if sent else 200)


def _other(question: Question) -> str:
    return _("%(question)s, %(status)s") % {"question": question, "status": question.status_word.lower()}


@needs(May.READ_DOCUMENTS)
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponseBase:
    """/questions/: all questions that this person sees, the newest first."""
    user, asked = request.user, _asked(request)
    found = find_questions(user, asked)
    if request.GET.get("format") == "csv":
        kept = list(found.prefetch_related("said__by")[:MOST_IN_A_FILE])
        return csv_file(f"questions-{today().isoformat()}.csv", said.csv_head(), said.csv_lines(kept, user))
    one_page = Paginator(found.prefetch_related("said__by"), PAGE).get_page(request.GET.get("page"))
    file = request.GET.copy()
    file.pop("page", None)
    file["format"] = "csv"
    context = {
        "asked": asked, "views": said.views(asked, answers=user.may(May.DRAFT_DOCUMENTS)),
        "menus": said.menus(asked, Facility.objects.all()), "file_query": file.urlencode(), "page": one_page,
        "talks": said.talks(list(one_page), user),
    }  # fmt: skip
    return render(request, "sops/questions.html", context)


def _asked(request: HttpRequest) -> Asked:
    sent = request.GET
    return Asked(
        text=sent.get("q", "").replace("\x00", "")[:200],
        statuses=[one for one in sent.getlist("status") if one in QuestionStatus.values],
        kinds=[one for one in sent.getlist("kind") if one in Question.Kind.values],
        facilities=[int(one) for one in sent.getlist("facility") if one.isascii() and one.isdigit() and len(one) < 10],
        mine="mine" in sent,
    )
