"""Where a version stands on its route: its stages one after the other, in each those who are asked side by side."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.translation import gettext as _

from qms.people.models import User
from qms.people.programme import day_of, today
from sops.models import Status, Step, Version
from sops.presenters.steps import Round, url_of
from sops.printing import SENT
from sops.routing import quorum_words
from sops.seats import TURN, fills, role_words
from sops.services.routes import may_steer
from sops.unheld import unheld_among


@dataclass(frozen=True)
class Leg:
    """One leg of the route: `key` is a key of the status family "sign"; `instead` leads to asking somebody else."""

    key: str
    who: str
    what: str
    at: datetime | None = None
    meaning: str = ""
    due: date | None = None
    reminded: datetime | None = None
    note: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Part:
    """A stage of the route: what is asked in it, and its legs side by side."""

    word: str
    legs: list[Leg]
    is_now: bool = False


@dataclass(frozen=True)
class Drawn:
    """The route of a version as a page draws it, and what this person can do about it."""

    parts: list[Part]
    may_steer: bool
    remind_url: str
    ask_url: str


def route(version: Version, user: User, now: Round) -> Drawn:
    """Return who wrote, reviews and approves a version in this round, in which order, and what they did."""
    parts = [Part(_("Written"), [_author(version, now)])]
    away = unheld_among(version, now.steps)
    steers = may_steer(version, user.person)
    kept = [step for step in now.steps if step.over != Step.Over.REPLACED]
    ordered = sorted(kept, key=_place)
    for (_is_approval, _stage), group in groupby(ordered, key=_place):
        steps = list(group)
        legs = [_leg(version, step, user, away, steers) for step in steps]
        parts.append(Part(_part_word(steps), legs, any(leg.key in ("turn", "asked", "away") for leg in legs)))
    return Drawn(parts, steers, url_of("route-remind", version), url_of("route-ask", version))


def _place(step: Step) -> tuple[bool, int]:
    return step.kind == Step.Kind.APPROVE, step.stage


def _part_word(steps: list[Step]) -> str:
    word = str({Step.Kind.REVIEW: _("Review"), Step.Kind.APPROVE: _("Approval")}[Step.Kind(steps[0].kind)])
    if steps[0].needed:
        return f"{word}, {quorum_words(steps[0].needed, len(steps))}"
    return word


def _author(version: Version, now: Round) -> Leg:
    who = _("%(who)s, %(role)s") % {"who": version.started_by.printed_name, "role": _("author")}
    sent = next((one for one in now.signatures if one.purpose in SENT), None)
    if sent is None:
        return Leg("turn", who, _("Writes this version."))
    if sent.signer_id != version.started_by_id:
        who = _("%(who)s, %(role)s") % {"who": sent.printed_name, "role": _("author")}
    return Leg("signed", who, _("Signed"), sent.at, sent.meaning)


def named(step: Step) -> str:
    """Return who is asked, as the raw row of a round has it: a person, or a role at a place."""
    name: str | None = getattr(step, "name", None) if hasattr(step, "name") else str(step.person or "")
    return name or role_words(step.role, getattr(step, "place", None) or "")


def _leg(version: Version, step: Step, user: User, away: Collection[int], steers: bool) -> Leg:
    roles = {Step.Kind.REVIEW: _("reviewer"), Step.Kind.APPROVE: _("approver")}
    mine = step.person_id == user.person_id
    who = _("%(who)s, %(role)s") % {
        "who": _("You") if mine else named(step), "role": roles[Step.Kind(step.kind)],
    }  # fmt: skip
    if step.signature is not None:
        return Leg("signed", _signer(step, who), _("Signed"), step.signature.at, step.signature.meaning)
    if step.ended_at is not None:
        return Leg("skipped", who, _("Not needed: enough others have signed."))
    if version.status == Status.DRAFT:
        return Leg("returned", who, _("The version went back to its authors."))
    if step.kind != TURN.get(Status(version.status)) or step.asked_at is None:
        return Leg("waiting", who, _("Waits for those before."))
    return _asked(version, step, who, user, away=step.pk in away, steers=steers)


def _signer(step: Step, who: str) -> str:
    """Name who signed where it was asked of a role, or a deputy signed."""
    signature = step.signature
    if signature is None or (step.person_id == signature.signer_id):
        return who
    return _("%(signer)s, for %(asked)s") % {"signer": signature.printed_name, "asked": named(step)}


def _asked(version: Version, step: Step, who: str, user: User, *, away: bool, steers: bool) -> Leg:
    instead = ""
    if steers:
        instead = f"{url_of('version-route', version)}{step.pk}/"
    due = day_of(step.asked_at) + timedelta(days=step.days)
    if away:
        return Leg("away", who, _("Not here for it any more. Asked"), step.asked_at, due=due, instead=instead)
    turn = fills(step, user.person, version.places)
    return Leg(
        "turn" if turn else "asked", who, _("Asked"), step.asked_at, due=due, reminded=step.reminded_at,
        note=_("late") if due < today() else "", instead=instead,
    )  # fmt: skip
