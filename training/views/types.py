"""Who must read the new documents of a type."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from qms.people.access import AuthenticatedRequest, load, needs
from qms.people.roles import May
from qms.people.views.acts import Act, answer, carry_out, given, page, see_other
from qms.people.views.doors import FORM
from qms.trail.errors import NotAllowed
from sops.models import DocumentType
from training import defaults, forms
from training.models import TypeRule


def _kind(request: AuthenticatedRequest, code: str) -> DocumentType:
    if not defaults.may_require_of_types(request.user.person):
        raise NotAllowed(_("Who must read the documents of a type is said by quality, for the whole programme."))
    found: DocumentType = load(DocumentType.objects.all(), code=code)
    return found


@needs(May.REQUIRE_READING)
@FORM
def must_read(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """/documents/types/<code>/must-read/"""
    kind = _kind(request, code)
    form = forms.TypeMustRead(given(request))
    if form.is_bound and carry_out(form, lambda **kw: defaults.require_of_type(kind, by=request.user.person, **kw)):
        messages.success(request, _("Recorded. Each new document of this type takes it over."))
        return see_other(resolve_url("type-must-read", code))
    rules = TypeRule.objects.filter(type=kind).order_by("pk")
    context = {
        "kind": kind, "form": form, "rules": [rule for rule in rules if rule.ended_at is None],
        "ended": [rule for rule in rules if rule.ended_at is not None],
    }  # fmt: skip
    return page(request, "training/type_must_read.html", context, form)


@needs(May.REQUIRE_READING)
@FORM
def end_rule(request: AuthenticatedRequest, code: str, rule: int) -> HttpResponse:
    """/documents/types/<code>/must-read/<rule>/end/"""
    kind = _kind(request, code)
    found: TypeRule = load(TypeRule.objects.filter(type=kind, ended_at=None).select_related("type"), pk=rule)
    act = Act(
        _("%s need not read new ones any more?") % found.team, _("End this"), resolve_url("type-must-read", code),
        kind.name, _("Documents that took it over keep it: it ends there on the page of each."),
    )  # fmt: skip
    return answer(
        request, forms.EndRule(given(request)), act,
        lambda reason: defaults.end_type_rule(found, by=request.user.person, reason=reason),
        done=_("Ended. New documents do not take it over any more."),
    )  # fmt: skip
