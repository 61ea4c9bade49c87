"""What is said beside a text: comments, answers, and that one is settled."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import Act, answer, carry_out
from qms.people.views.doors import FORM
from qms.trail.errors import Invalid
from sops import forms, services
from sops.loaders import get_comment, get_version
from sops.models import Comment, Version
from sops.presenters.steps import url_of
from sops.views.review import look, page_asked, said_at


def _place(comment: Comment) -> str:
    """Return the anchor of a comment: its number on the page."""
    before: int = comment.version.comments.filter(pk__lte=comment.pk).count()
    return f"k{before}"


@needs(May.REVIEW_DOCUMENTS)
@require_POST
def add(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/comments/add/"""
    found = get_version(request.user, number, n, may=May.REVIEW_DOCUMENTS)
    form = forms.Remark(request.POST)
    made: list[Comment] = []
    if carry_out(form, lambda **kw: made.append(services.add_comment(found, by=request.user.person, **kw))):
        return said_at(request, found, _place(made[0]), _added(made[0]))
    return look(request, found, page_asked(request), says=request.POST.get("block", ""), remark=form)


def _added(comment: Comment) -> str:
    if comment.kind == Comment.Kind.MUST_FIX:
        return _("Your comment is kept. Nobody signs until you mark it as resolved.")
    return _("Your comment is kept. The authors see it beside the text.")


@needs(May.REVIEW_DOCUMENTS)
@require_POST
def reply(request: AuthenticatedRequest, number: str, n: int, comment: int) -> HttpResponse:
    """/documents/<number>/v<n>/comments/<comment>/reply/"""
    found = get_comment(request.user, number, n, comment, may=May.REVIEW_DOCUMENTS)
    form = forms.Answer(request.POST)
    if not form.is_valid():
        raise Invalid(_("Write the answer."))
    services.reply_to_comment(found, by=request.user.person, text=form.cleaned_data["text"])
    return said_at(request, found.version, _place(found), _("Your answer is kept."))


@needs(May.REVIEW_DOCUMENTS)
@FORM
def resolve(request: AuthenticatedRequest, number: str, n: int, comment: int) -> HttpResponse:
    """/documents/<number>/v<n>/comments/<comment>/resolve/: at once, or with a reason where quality steps in."""
    found = get_comment(request.user, number, n, comment, may=May.REVIEW_DOCUMENTS)
    person = request.user.person
    if request.method == "POST" and "reason" not in request.POST:
        services.resolve_comment(found, by=person)
        return said_at(request, found.version, _place(found), _("The comment is resolved."))
    back = f"{url_of(_page(found.version), found.version)}#{_place(found)}"
    act = Act(
        _("Resolve a comment of %s?") % found.by, _("Resolve"), back, str(found.version),
        _("%(person)s marked it as “%(kind)s”. Quality settles it in their place only with a reason.")
        % {"person": found.by, "kind": found.get_kind_display()},
    )  # fmt: skip
    form = forms.Reason(request.POST if request.method == "POST" else None)
    return answer(
        request, form, act, lambda reason: services.resolve_comment(found, by=person, resolution=reason),
        done=_("The comment is resolved, with your reason."),
    )  # fmt: skip


def _page(version: Version) -> str:
    return "version-approve" if version.status == "in_approval" else "version-review"
