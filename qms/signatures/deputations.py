"""Deputations: somebody acts in another's role from a day to a day, because the other signed that."""

from datetime import date

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.people.models import Person, RoleAssignment
from qms.people.programme import day_of
from qms.people.roles import ROLES, May
from qms.signatures.content import Content
from qms.signatures.models import Deputation
from qms.signatures.proofs import Given
from qms.signatures.services import sign
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed

LENT_ROLES = """
    SELECT lent.assignment_id FROM qms_deputation lent
    JOIN qms_roleassignment held ON held.id = lent.assignment_id JOIN qms_person lender ON lender.id = held.person_id
    WHERE lent.deputy_id = %(person)s AND lent.signature_id IS NOT NULL
    AND lent.from_date <= %(day)s AND lent.until_date >= %(day)s AND (lent.ended_on IS NULL OR lent.ended_on > %(day)s)
    AND (lender.left_on IS NULL OR lender.left_on >= %(day)s)"""
"""Which of the roles held on a day others lent to a person: signed, not ended, the lender here. See `role_sources`."""


def depute_content(assignment: RoleAssignment, deputy: Person, from_date: date, until_date: date) -> Content:
    """Return the words by which one hands over a role for some days."""
    place = assignment.facility.name if assignment.facility else _("the whole programme")
    return Content(
        purpose="deputation",
        language=get_language() or "en-gb",
        title=_("the deputation to %(deputy)s") % {"deputy": deputy},
        meaning=_("%(deputy)s acts for me in this role from the first to the last day. The responsibility stays mine.")
        % {"deputy": deputy},
        facts=(
            (_("Role"), f"{ROLES[assignment.role].word}, {place}"),
            (_("Deputy"), deputy.printed_name),
            (_("First day"), date_format(from_date, "j F Y")),
            (_("Last day"), date_format(until_date, "j F Y")),
        ),
    )


def depute(
    assignment: RoleAssignment, *, deputy: Person, from_date: date, until_date: date, by: Person, proof: Given
) -> Deputation:
    """Let another act in one's own role for some days; signed by the one who holds the role."""
    deputation = Deputation(assignment=assignment, deputy=deputy, from_date=from_date, until_date=until_date)
    with change(by=by, on=[assignment]) as c:
        check_deputation(deputation, by=by, day=day_of(c.at))
        content = depute_content(assignment, deputy, from_date, until_date)
        c.save(deputation)
        deputation.signature = sign(c, deputation, content, by=by, proof=proof, role=str(ROLES[assignment.role].word))
        c.save(deputation)
        c.event("deputation.sign", deputation, also=[by, deputy], signature=deputation.signature.pk)
    return deputation


def check_deputation(deputation: Deputation, *, by: Person, day: date) -> None:
    """Raise NotAllowed or Invalid, with a sentence, unless `by` may give this deputation on that day."""
    held, deputy = deputation.assignment, deputation.deputy
    if held.person_id != by.pk or held.person_id == deputy.pk:
        raise NotAllowed(_("You hand over your own roles, to somebody else."))
    if deputation.until_date < deputation.from_date:
        raise Invalid(_("The last day is before the first. Choose a later one."))
    if deputation.from_date < day:
        raise Invalid(_("The first day has passed. Choose today or a later day."))
    if held.taken_back or (held.until_date and held.until_date < deputation.until_date):
        raise Invalid(_("Your role ends before the last day. Choose an earlier one."))
    if not deputy.is_active_on(deputation.from_date) or not deputy.is_active_on(deputation.until_date):
        raise Invalid(_("%(person)s is not here on all these days. Choose somebody else.") % {"person": deputy})
    if _overlapping(deputation).exists():
        raise Invalid(_("%(person)s has this role from you in these days already.") % {"person": deputy})


def _overlapping(deputation: Deputation) -> QuerySet[Deputation]:
    same = Deputation.objects.filter(assignment=deputation.assignment, deputy=deputation.deputy, ended_on=None)
    return same.filter(from_date__lte=deputation.until_date, until_date__gte=deputation.from_date)


def end_deputation(deputation: Deputation, *, by: Person, reason: str) -> None:
    """End a deputation today, before its last day; by the one who gave it, or by quality."""
    if by.pk != deputation.assignment.person_id and not by.may(May.MANAGE_PEOPLE):
        raise NotAllowed(_("Only the one who gave this deputation, or quality, ends it."))
    with change(by=by, reason=reason, on=[deputation]) as c:
        if deputation.ended_on or deputation.until_date < day_of(c.at):
            raise NotAllowed(_("This deputation has ended already."))
        deputation.ended_on = day_of(c.at)
        c.save(deputation)
        c.event("deputation.end", deputation, also=[deputation.assignment.person, deputation.deputy])
