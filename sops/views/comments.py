"""What is said beside a text: comments, answers, and that one is settled."""

from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import Act, carry_out, page, see_other
from qms.people.views.doors import FORM
from qms.signatures.services import acting_role
from qms.signatures.views.ceremony import ceremony
from qms.trail.errors import Invalid
from sops import forms, services
from sops.loaders import get_comment, get_version
from sops.models import Comment, Version
from sops.presenters.steps import url_of
from sops.services.review import check_settle
from sops.signable import settle_content
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
    """/documents/<number>/v<n>/comments/<comment>/resolve/: at once, or with a signed reason where quality steps in."""
    found = get_comment(request.user, number, n, comment, may=May.REVIEW_DOCUMENTS)
    if request.method == "POST" and "reason" not in request.POST:
        services.resolve_comment(found, by=request.user.person)
        return said_at(request, found.version, _place(found), _("The comment is resolved."))
    act = Act(
        _("Resolve a comment of %s?") % found.by, _("Go on to sign"), _back(found), str(found.version),
        _("%(person)s marked it as “%(kind)s”. Quality settles it in their place only with a reason, and signs it.")
        % {"person": found.by, "kind": found.get_kind_display()},
    )  # fmt: skip
    form = forms.Reason(request.POST if request.method == "POST" else None)
    if carry_out(form, lambda reason: check_settle(found, by=request.user.person)):
        address = resolve_url("comment-settle", number, n, comment)
        return see_other(f"{address}?{urlencode(form.cleaned_data)}")
    return page(request, "people/act.html", {"form": form, "act": act}, form)


@needs(May.REVIEW_DOCUMENTS)
@FORM
def settle(request: AuthenticatedRequest, number: str, n: int, comment: int) -> HttpResponse:
    """/documents/<number>/v<n>/comments/<comment>/settle/?reason=…: quality signs it."""
    found = get_comment(request.user, number, n, comment, may=May.REVIEW_DOCUMENTS)
    person, reason = request.user.person, request.GET.get("reason", "").strip()
    if not reason:
        raise Invalid(_("Write why. The reason is kept with the record."))
    if request.method == "GET":
        check_settle(found, by=person)
    return ceremony(
        request, content=settle_content(found, reason), record=found, back=_back(found),
        act=lambda proof: services.settle_comment(found, by=person, resolution=reason, proof=proof),
        done=_("The comment is resolved, with your signed reason."), text_url=found.version.get_absolute_url(),
        capacity=acting_role(person, May.MARK_SIGNATURES, None, timezone.now(), person.roles), to=_back(found),
    )  # fmt: skip


def _back(found: Comment) -> str:
    return f"{url_of(_page(found.version), found.version)}#{_place(found)}"


def _page(version: Version) -> str:
    return "version-approve" if version.status == "in_approval" else "version-review"
