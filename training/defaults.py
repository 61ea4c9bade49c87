"""Who must read the new documents of a type: said once, taken over by each document that is made.

require_of_type(kind, "technician", everywhere=False, by=quality_manager)
"""

from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Facility, Person
from qms.people.roles import ROLES, May
from qms.trail.actor import SYSTEM
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Document, DocumentType
from training.models import ReadingRule, TypeRule


def may_require_of_types(person: Person) -> bool:
    """Return whether this person says who must read documents of the whole programme: a type belongs to all of it."""
    return person.may(May.REQUIRE_READING) and person.facilities_where(May.REQUIRE_READING) is None


def require_of_type(kind: DocumentType, role: str, *, everywhere: bool, by: Person) -> TypeRule:
    """Let everybody with a role read the documents of a type that are made from now on."""
    if role not in ROLES:
        raise Invalid(_("There is no such role. Choose one of the list."))
    with change(by=by, on=[kind]) as c:
        _demand(by)
        rule = TypeRule(type=kind, role=role, everywhere=everywhere or ROLES[role].whole_programme, from_at=c.at)
        if kind.reading_rules.filter(role=role, ended_at=None).exists():
            raise Invalid(_("%s must read them already. End that first to say it in another way.") % ROLES[role].word)
        c.save(rule)
        c.event("type_rule.add", rule, also=[kind])
    return rule


def end_type_rule(rule: TypeRule, *, by: Person, reason: str = "") -> None:
    """End it for documents to come. Those that took it over keep it: they have a rule of their own."""
    with change(by=by, reason=reason, on=[rule.type, rule]) as c:
        _demand(by)
        if rule.ended_at is not None:
            raise NotAllowed(_("This has ended already."))
        rule.ended_at = c.at
        c.save(rule)
        c.event("type_rule.end", rule, also=[rule.type])


def _demand(by: Person) -> None:
    now = as_now(by.pk)
    if now is None or not may_require_of_types(now):
        raise NotAllowed(_("Who must read the documents of a type is said by quality, for the whole programme."))


def take_over(document: Document) -> int:
    """Give a new document the rules of its type; return how many. Safe to repeat: what it ever had, it is not given."""
    with change(by=SYSTEM, on=[document]) as c:
        rules = TypeRule.objects.filter(type=document.type_id, ended_at=None).order_by("pk")
        return sum(_given(c, document, rule) for rule in rules)


def _given(c: Change, document: Document, rule: TypeRule) -> int:
    whole = rule.everywhere or document.facility.part == Facility.Part.WHOLE
    facility = None if whole else document.facility
    if document.reading_rules.filter(role=rule.role, facility=facility).exists():
        return 0
    own = ReadingRule(document=document, role=rule.role, facility=facility, from_at=c.at)
    c.save(own)
    c.event("reading_rule.take_over", own, also=[document, rule])
    c.later("training.ask", f"{own.pk}-added", document=document.pk)
    return 1
