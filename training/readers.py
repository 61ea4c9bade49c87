"""Who must read: pure reads over rules and the roles of a day. A deputy acts for somebody, but reads for nobody."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from qms.people.models import Person, RoleAssignment
from sops.models import Document, Version, Weight
from training.models import READABLE, Reading, ReadingRule

Members = dict[int, set[int]]
"""{rule id: ids of the people whom it names}"""


def open_rules(document: Document) -> QuerySet[ReadingRule]:
    """Return the rules of a document that hold now."""
    return document.reading_rules.filter(ended_at=None).select_related("facility")


def rules_on_page(document: Document) -> list[ReadingRule]:
    """Return the same, fetched once for all who ask it of this object."""
    now = ReadingRule.objects.filter(ended_at=None).select_related("facility")
    prefetch_related_objects([document], Prefetch("reading_rules", now, to_attr="rules_now"))
    found: list[ReadingRule] = document.rules_now  # type: ignore[attr-defined]
    return found


def members(rules: Iterable[ReadingRule], day: date, person: Person | None = None) -> Members:
    """Return whom each rule names by the roles of that day, in one query; with `person`, only whether it is them.

    Somebody who holds the role for the whole programme holds it at each facility.
    """
    given = list(rules)
    here = Q(person__joined_on__lte=day) & (Q(person__left_on=None) | Q(person__left_on__gte=day))
    held = RoleAssignment.objects.on(day).filter(here, role__in={rule.role for rule in given}).order_by()
    if person is not None:
        held = held.filter(person=person)
    found: Members = {rule.pk: set() for rule in given}
    for role, facility, who in held.values_list("role", "facility", "person") if given else ():
        for rule in given:
            if rule.role == role and (facility is None or rule.facility_id in (None, facility)):
                found[rule.pk].add(who)
    return found


def must_read(document: Document, day: date, person: Person | None = None) -> set[int]:
    """Return the ids of those who must read a document by the roles of that day."""
    return set().union(*members(open_rules(document), day, person).values())


def to_ask(version: Version, day: date, person: Person | None = None) -> set[int]:
    """Return the ids of those who must read this version: of a minor change, those who do not know the text before."""
    wanted = must_read(version.document, day, person)
    return wanted - know_already(version) if wanted else wanted


def know_already(version: Version) -> set[int]:
    """Return who need not read a minor change, because they have signed the version before it (or before that,
    where that one was minor too); nobody for a major or an urgent one."""
    if version.weight != Weight.MINOR:
        return set()
    before = version.document.versions.filter(n__lt=version.n, effective_at__isnull=False).order_by("-n")
    chain = []
    for key, weight in before.values_list("pk", "weight"):
        chain.append(key)
        if weight != Weight.MINOR:
            break
    return set(Reading.objects.signed().filter(version__in=chain).values_list("person", flat=True))


def to_reconcile(person: Person | None = None) -> QuerySet[Version]:
    """Return the versions for which somebody (or this person) might have to be asked, or is asked."""
    rules = ReadingRule.objects.filter(ended_at=None)
    asked = Reading.objects.open()
    if person is not None:
        rules = rules.filter(role__in=person.role_assignments.values("role"))
        asked = asked.filter(person=person)
    might = Q(status__in=READABLE, document__in=rules.values("document")) | Q(pk__in=asked.values("version"))
    return Version.objects.filter(might).select_related("document").order_by("pk")
