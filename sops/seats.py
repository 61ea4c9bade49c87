"""Who may sign a step: the person asked, who holds the role that is asked, or a deputy of either."""

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person, RoleAssignment
from qms.people.roles import ROLES, May
from sops.models import Status, Step, Version, Weight

ASKED_FOR = {Step.Kind.REVIEW: May.REVIEW_DOCUMENTS, Step.Kind.APPROVE: May.APPROVE_DOCUMENTS}
TURN = {Status.IN_REVIEW: Step.Kind.REVIEW, Status.IN_APPROVAL: Step.Kind.APPROVE}
DIRECTOR, PROGRAMME_DIRECTOR, QUALITY, AUTHOR = "director", "programme_director", "quality_manager", "author"
HOLDERS = {
    DIRECTOR: frozenset({"medical_director", "laboratory_director"}),
    PROGRAMME_DIRECTOR: frozenset({"programme_director"}),
    QUALITY: frozenset({"quality_manager"}),
    AUTHOR: frozenset({"author"}),
}
"""Whom a route may ask by role: {key that a step keeps: roles that fill it}. The first and last are of a facility."""
OF_A_FACILITY = (DIRECTOR, AUTHOR)
WORDS = {
    DIRECTOR: _("Director"),
    PROGRAMME_DIRECTOR: ROLES["programme_director"].word,
    QUALITY: ROLES["quality_manager"].word,
    AUTHOR: ROLES["author"].word,
}

# By hand: each page of signing asks for them several times, because what decides is read afresh.
STEPS = """
    SELECT step.*, signature.signer_id AS signer FROM sops_step step
    LEFT JOIN qms_signature signature ON signature.id = step.signature_id
    WHERE step.version_id = %s AND step.round = %s AND step.ended_at IS NULL ORDER BY step.stage, step.id"""


def role_words(role: str, place: str = "") -> str:
    """Return whom a role asks: Director, Processing laboratory."""
    return f"{WORDS[role]}, {place}" if place else str(WORDS[role])


def lets(held: RoleAssignment, permission: May, places: Iterable[int]) -> bool:
    """Return whether a role that somebody holds allows this at one of these facilities."""
    known = ROLES.get(held.role)
    return known is not None and permission in known.may and (held.facility_id is None or held.facility_id in places)


def filled_by(step: Step, person: Person, places: frozenset[int]) -> RoleAssignment | None:
    """Return the role by which a person fills a step today, an own one before a lent one; None where they do not.

    Asked by name it is any own or lent role that allows the act, or for a deputy the one lent by who is asked.
    """
    permission = ASKED_FOR[Step.Kind(step.kind)]

    def fits(held: RoleAssignment) -> bool:
        if step.role:
            here = step.facility_id is None or held.facility_id in (None, step.facility_id)
            return here and held.role in HOLDERS[step.role]
        return (step.person_id in (person.pk, held.person_id)) and lets(held, permission, places)

    def order(held: RoleAssignment) -> tuple[bool, int, bool, int]:
        return held.person_id != person.pk, len(ROLES[held.role].may), held.facility_id is None, held.pk

    return min(filter(fits, person.roles), key=order, default=None)


def fills(step: Step, person: Person, places: frozenset[int]) -> bool:
    """Return whether this person may sign this step."""
    return filled_by(step, person, places) is not None


def capacity(step: Step, person: Person, places: frozenset[int]) -> tuple[str, str]:
    """Return (capacity in words, on whose behalf) in which a person signs a step: what `acting_role` gives for others.

    A deputy of who is asked signs on their behalf, though a role of their own might do.
    """
    held = filled_by(step, person, places)
    if held is None:
        return person.title, ""
    word = ROLES[held.role].capacity(ASKED_FOR[Step.Kind(step.kind)])
    return word, "" if held.person_id == person.pk else str(held.person)


def steps_of(version: Version) -> list[Step]:
    """Return the steps of the present round that are not over, each with `signer`, the key of who signed it."""
    return list(Step.objects.raw(STEPS, [version.pk, version.round]))


def asked_now(version: Version, steps: Iterable[Step]) -> list[Step]:
    """Return those of the steps that wait for a signature now."""
    kind = TURN.get(Status(version.status))
    return [step for step in steps if step.kind == kind and step.is_open]


def seats_of(version: Version, person: Person, steps: Iterable[Step]) -> list[Step]:
    """Return those of the steps asked now that this person may sign, own ones first.

    Of an urgent change one person signs one of the two, and nobody both.
    """
    held = [(step, filled_by(step, person, version.places)) for step in asked_now(version, steps)]
    mine = [(role.person_id != person.pk, step) for step, role in held if role is not None]
    found = [step for _is_lent, step in sorted(mine, key=lambda one: one[0])]
    return found[:1] if version.weight == Weight.URGENT else found


def why_not_asked(version: Version, by: Person, steps: list[Step], word: str) -> str:
    """Return why somebody has nothing to sign: their turn is to come, or they are the deputy of a deputy."""
    kind = TURN.get(Status(version.status))
    if any(step.kind == kind and step.asked_at is None and fills(step, by, version.places) for step in steps):
        return _now("Your turn comes once those before you have signed.")
    lenders = {held.person_id for held in by.roles if held.person_id != by.pk}
    for lender in Person.objects.filter(pk__in=lenders) if lenders else ():
        for step in asked_now(version, steps):
            if filled_by(step, lender, version.places) is not None:
                return _now(
                    "You act for %(deputy)s, who may sign as a deputy only. A deputy does not hand on what was lent: "
                    "%(asked)s or that deputy signs."
                ) % {"deputy": lender, "asked": step.person or role_words(step.role)}
    return word
