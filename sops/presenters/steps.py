"""What can be done with a version now, as buttons; and the signatures that count for it."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from qms.people.models import Person, User
from qms.people.roles import May
from qms.signatures.models import Remark, Signature
from qms.workflow.moves import allowed_for
from sops.loaders import sees_drafts
from sops.models import Status, Step, Version
from sops.printing import signatures_of
from sops.seats import TURN, fills, seats_of
from sops.services.editions import may_check
from sops.workflow import CANCEL, DISCARD, SEND, TAKE_BACK, WITHDRAW


@dataclass(frozen=True)
class Action:
    """A button: where it leads; `is_post` for what is done at once."""

    word: str
    url: str
    is_post: bool = False
    is_decision: bool = False


# By hand, with the name of who is asked: every page about a version reads them.
STEPS = """
    SELECT step.*, person.printed_name AS name, place.name AS place FROM sops_step step
    LEFT JOIN qms_person person ON person.id = step.person_id
    LEFT JOIN qms_facility place ON place.id = step.facility_id
    WHERE step.version_id = %s AND step.round = %s ORDER BY step.id"""
PAGES = {
    SEND.name: "version-send", TAKE_BACK.name: "version-take-back", CANCEL.name: "version-cancel",
    WITHDRAW.name: "version-withdraw", DISCARD.name: "version-discard",
}  # fmt: skip


def url_of(name: str, version: Version) -> str:
    """Return the address of a page of a version."""
    return reverse(name, args=[version.document.number, version.n])


@dataclass(frozen=True)
class Round:
    """Who is asked in the present round, and the signatures that count; a page reads them once and hands them on."""

    steps: list[Step]
    signatures: list[Signature]


def round_of(version: Version) -> Round:
    """Return the present round of a version, in two queries."""
    steps = list(Step.objects.raw(STEPS, [version.pk, version.round]))
    signatures = signatures_of(version, steps)
    known = {one.pk: one for one in signatures}
    for step in steps:
        if step.signature_id in known:
            step.signature = known[step.signature_id]
    return Round(steps, signatures)


def actions(version: Version, user: User, now: Round) -> list[Action]:
    """Return what this person can do with a version now, the decision first."""
    found = [*_asked(version, user.person, now), *_checking(version, user.person), *_writing(version, user)]
    found += _reading(version, user, now)
    for transition in allowed_for(version, user.person, (SEND, TAKE_BACK, CANCEL, WITHDRAW, DISCARD)):
        action = Action(_("%(act)s …") % {"act": transition.word}, url_of(PAGES[transition.name], version))
        if transition is SEND and (version.kept or version.edition_id):  # nothing is left to be written
            found.insert(0, replace(action, is_decision=True))
        else:
            found.append(action)
    return found


def _asked(version: Version, person: Person, now: Round) -> list[Action]:
    if not is_asked(version, now, person):
        return []
    if version.status == Status.IN_REVIEW:
        return [Action(_("Review"), url_of("version-review", version), is_decision=True)]
    return [Action(_("Read and approve"), url_of("version-approve", version), is_decision=True)]


def is_asked(version: Version, now: Round, person: Person) -> bool:
    """Return whether this person may sign in the present round now: asked by name or role, or as a deputy."""
    return bool(seats_of(version, person, now.steps))


def is_to_come(version: Version, now: Round, person: Person, kind: str) -> bool:
    """Return whether this person is to sign later in this round, once those before have."""
    if version.status not in TURN or is_asked(version, now, person):
        return False
    later = [step for step in now.steps if step.kind == kind and step.signature_id is None and step.ended_at is None]
    waits = kind != TURN[Status(version.status)]
    return any((waits or step.asked_at is None) and fills(step, person, version.places) for step in later)


def _writing(version: Version, user: User) -> list[Action]:
    if not user.may(May.DRAFT_DOCUMENTS, version.facility_id):
        return []
    if version.status == Status.DRAFT and (version.kept or version.edition_id):
        word = _("Change the edition") if version.edition_id else _("Change the file")
        return [Action(word, url_of("version-material", version), is_decision=True)]
    if version.status == Status.DRAFT:
        return [Action(_("Go on writing"), url_of("version-write", version), is_decision=True)]
    ended = version.status in (Status.EFFECTIVE, Status.WITHDRAWN, Status.DISCARDED)
    if ended and not version.document.versions.open().exists():
        if version.edition_id:
            newer = reverse("document-newer", args=[version.document.number])
            return [Action(_("A newer edition came …"), newer, is_decision=True)]
        if version.kept:
            bring = reverse("document-file", args=[version.document.number])
            return [Action(_("Bring the next file …"), bring, is_decision=True)]
        last = version.document.versions.order_by("-n").values_list("n", flat=True)[0]
        start = reverse("version-start", args=[version.document.number])
        return [Action(_("Start version %(n)d") % {"n": last + 1}, start, is_post=True)]
    return []


def _checking(version: Version, person: Person) -> list[Action]:
    """Offer to record that there is no newer edition, of the one in force."""
    if version.edition_id is None or version.status != Status.EFFECTIVE or not may_check(person, version.document):
        return []
    check = reverse("document-check", args=[version.document.number])
    return [Action(_("No newer edition …"), check, is_decision=True)]


def _reading(version: Version, user: User, now: Round) -> list[Action]:
    if not sees_drafts(user, version) or version.status not in TURN or is_asked(version, now, user.person):
        return []
    page = "version-review" if version.status == Status.IN_REVIEW else "version-approve"
    return [Action(_("Text and comments"), url_of(page, version))]


@dataclass(frozen=True)
class Signed:
    """A signature as a page shows it."""

    signature: Signature
    state: str
    remark: str


def signed(now: Round) -> list[Signed]:
    """Return the signatures that count for the present text, with what was remarked on them."""
    remarks = Remark.objects.filter(signature__in=now.signatures, kind=Remark.Kind.ERROR)
    errors = dict(remarks.values_list("signature", "reason"))
    return [Signed(one, "marked" if one.pk in errors else "signed", errors.get(one.pk, "")) for one in now.signatures]
