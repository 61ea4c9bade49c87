"""The first page of everybody, and the help."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from qms.home.presenters import grouped
from qms.home.work import work_of
from qms.people.access import AuthenticatedRequest, anyone
from qms.people.programme import current, today
from qms.people.roles import May
from qms.signatures.models import Signature


@anyone
@require_safe
def home(request: AuthenticatedRequest) -> HttpResponse:
    """/: what awaits this person."""
    if current() is None:
        return redirect("welcome")
    user, items = request.user, work_of(request.user.person)
    context = {
        "groups": grouped(items, today()),
        "count": sum(item.stands_for for item in items),
        "first_due": min((item.due for item in items if item.due), default=None),
        "signatures_to_review": _to_review() if user.may(May.MARK_SIGNATURES) else 0,
        "can_read": user.may(May.READ_DOCUMENTS),
        "has_role": bool(user.person.grants),
    }
    return render(request, "home/home.html", context)


def _to_review() -> int:
    return Signature.objects.filter(for_review=True, remarks=None).count()


@anyone
@require_safe
def help_page(request: AuthenticatedRequest) -> HttpResponse:
    """/help/"""
    user = request.user
    context = {
        "may_draft": user.may(May.DRAFT_DOCUMENTS), "may_approve": user.may(May.APPROVE_DOCUMENTS),
        "may_manage": user.may(May.MANAGE_PEOPLE), "may_inspect": user.may(May.SEE_PROGRAMME_TRAIL),
        "may_mark": user.may(May.MARK_SIGNATURES),
    }  # fmt: skip
    return render(request, "home/help.html", context)
