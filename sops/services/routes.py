"""The route of a version: sent, handed on from stage to stage, reminded of, and asked of others on the way."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from qms.files.store import store
from qms.people import telling
from qms.people.access import as_now
from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.roles import May
from qms.signatures.models import Signature
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role, sign
from qms.trail.door import Change, change
from qms.trail.errors import NotAllowed
from qms.workflow.moves import move
from sops.models import Status, Step, Version, Weight
from sops.queries import deputies_of
from sops.routing import Plan, Seat, Stage, plain
from sops.seats import TURN, asked_now, capacity, seats_of, steps_of
from sops.services.plans import check_plan, check_seat, who_can_fill
from sops.signable import plan_content, reasons_of, reasons_text
from sops.standing import refused
from sops.workflow import SEND, SEND_URGENT, is_author

MAILS = {Step.Kind.REVIEW: "asked_to_review", Step.Kind.APPROVE: "asked_to_approve"}


def send_on_route(version: Version, *, by: Person, revision: int | None, plan: Plan, proof: Given) -> None:
    """Sign a draft as written and ask the people and roles of a route, stage by stage. None of them is an author."""
    if said := reasons_of(version):
        store(reasons_text(said).encode(), "application/json")  # what is signed by its digest can be shown for ever
    with change(by=by, on=[version.document, version]) as c:
        c.expect(version, revision)
        check_plan(version, plan)
        version.round += 1
        version.weight, version.weight_reason = plan.weight, plan.reason.strip()
        arrow = SEND_URGENT if plan.weight == Weight.URGENT else SEND
        role, behalf = acting_role(by, May.DRAFT_DOCUMENTS, version.facility_id, c.at)
        signature = sign(c, version, plan_content(version, plan), by=by, proof=proof, role=role, on_behalf_of=behalf)
        stages = [_seated(c, version, number, stage, plan.days) for number, stage in enumerate(plan.stages, 1)]
        move(c, version, arrow, by=by)
        _ask(c, version, stages[0])
        c.event(arrow.name, version, also=[version.document], text=version.body, signature=signature.pk)


def send_to_review(
    version: Version, *, by: Person, revision: int | None, reviewers: Sequence[Person], approver: Person, proof: Given
) -> None:
    """Send a draft on the plainest route: reviewers side by side, then one approver."""
    send_on_route(version, by=by, revision=revision, plan=plain(reviewers, approver), proof=proof)


def _seated(c: Change, version: Version, number: int, stage: Stage, days: int) -> list[Step]:
    steps = [
        Step(
            version=version, round=version.round, kind=stage.kind, stage=number, needed=stage.needed, days=days,
            person=seat.person, role=seat.role, facility=seat.facility,
        )
        for seat in stage.seats
    ]  # fmt: skip
    for step in steps:
        c.save(step)
    return steps


def _ask(c: Change, version: Version, steps: Iterable[Step]) -> None:
    """Let it be the turn of these steps, and tell who may sign them."""
    for step in steps:
        step.version, step.asked_at = version, c.at
        c.save(step)
        for person in people_asked(version, step):
            tell(c, version, person, MAILS[Step.Kind(step.kind)], f"{step.stage}")


def people_asked(version: Version, step: Step) -> list[Person]:
    """Return who hears that a step waits: the person and their deputies, or who holds the role; no author."""
    if step.person is not None:
        return [step.person, *(one for one in deputies_of(step.person) if not is_author(version, one))]
    return who_can_fill(version, Seat(role=step.role, facility=step.facility))


def steps_now(version: Version) -> list[Step]:
    """Return the steps of the present round that are not over, in the order of the route."""
    return sorted(steps_of(version), key=_place)


def _place(step: Step) -> tuple[bool, int]:
    return step.kind == Step.Kind.APPROVE, step.stage


class Leg:
    """What a signature of one person does to the route: which steps it fills, and what comes next.

    `is_enough`: their stage is over with it. `is_last_of_kind`: the version itself moves on with it.
    """

    def __init__(self, version: Version, by: Person) -> None:
        person = as_now(by.pk) or by
        steps = steps_now(version)
        self.mine = seats_of(version, person, steps)
        if not self.mine:
            raise NotAllowed(_("You are not asked to sign this version now."))
        here = _place(self.mine[0])
        self._beside = [step for step in steps if _place(step) == here]
        later = [step for step in steps if _place(step) > here]
        self.following = [step for step in later if _place(step) == _place(later[0])]
        self.role, self.on_behalf_of = capacity(self.mine[0], person, version.places)
        self.is_enough = self._is_enough()
        self.is_last_of_kind = self.is_enough and all(step.kind != self.mine[0].kind for step in self.following)

    def _is_enough(self) -> bool:
        open_ones = [step for step in self._beside if step.signature_id is None and step not in self.mine]
        given = {step.signature_id for step in self._beside} - {None}
        needed = self.mine[0].needed
        return not open_ones or bool(needed and len(given) + 1 >= needed)

    def fill(self, c: Change, version: Version, signature: Signature) -> None:
        """Put the signature on its steps; where they are enough, ask those who come next."""
        for step in self.mine:
            step.version, step.signature = version, signature
            c.save(step)
        if not self.is_enough:
            return
        for step in self._beside:
            if step.signature_id is None:
                step.version, step.ended_at, step.over = version, c.at, Step.Over.ENOUGH
                c.save(step)
        _ask(c, version, self.following)


def empty_signatures(c: Change, version: Version) -> None:
    """Tell those who signed in this round that their signature no longer counts; the text will be signed anew."""
    signed = version.steps.filter(round=version.round, signature__isnull=False).select_related("signature__signer")
    signers = {step.signature.signer_id: step.signature.signer for step in signed}
    for person in signers.values():
        if person.pk not in (c.by.person_id, version.started_by_id):
            tell(c, version, person, "signature_emptied", round=version.round)


def remind_asked(version: Version, *, by: Person) -> list[Person]:
    """Write to those who are asked and have not signed, each once a day at most; return to whom."""
    with change(by=by, on=[version]) as c:
        _may_steer(version, by)
        steps = asked_now(version, steps_of(version))
        if not steps:
            raise NotAllowed(refused(version, _("Nobody is asked to sign it now.")))
        day = day_of(c.at)
        due = [step for step in steps if step.reminded_at is None or day_of(step.reminded_at) < day]
        if not due:
            raise NotAllowed(_("All who are asked were reminded today already. Tomorrow you can again."))
        told: dict[int, Person] = {}
        for step in due:
            step.version, step.reminded_at = version, c.at
            c.save(step)
            told |= {person.pk: person for person in people_asked(version, step)}
        for person in told.values():
            tell(c, version, person, "reminded", day.isoformat(), asked=MAILS[Step.Kind(due[0].kind)])
        people = list(told.values())
        c.event("version.remind", version, also=[version.document, *people], people=len(people))
    return people


def replace_asked(step: Step, *, by: Person, seat: Seat, reason: str) -> Step:
    """Ask somebody else in the place of one who is asked and has not signed; the route goes on."""
    version = step.version
    with change(by=by, reason=reason, on=[version.document, version, step]) as c:
        _may_steer(version, by)
        if step.round != version.round or step.signature_id or step.ended_at:
            raise NotAllowed(_("This step is over: it was signed, or somebody else is asked already."))
        if version.status not in TURN:
            raise NotAllowed(refused(version, _("Nobody is asked to sign it now.")))
        _check_new(version, step.kind, step.stage, seat)
        step.ended_at, step.over = c.at, Step.Over.REPLACED
        c.save(step)
        new = _seat_beside(c, version, step, seat)
        people = [person for person in (step.person, seat.person) if person is not None]
        c.event("version.replace_asked", version, also=[version.document, *people], who=str(seat))
        if step.person is not None and step.person.left_on is None:
            tell(c, version, step.person, "no_longer_asked", str(step.pk))
    return new


def ask_more(version: Version, *, by: Person, kind: str, seat: Seat, reason: str) -> Step:
    """Ask one more during the review, beside those who are asked (for an approval: beside the last approvers)."""
    with change(by=by, reason=reason, on=[version.document, version]) as c:
        _may_steer(version, by)
        same = [step for step in steps_now(version) if step.kind == kind]
        turn = TURN.get(Status(version.status))
        if turn is None or not same or (turn == Step.Kind.APPROVE and kind == Step.Kind.REVIEW):
            raise NotAllowed(refused(version, _("Nobody can be asked in addition.")))
        now = [step for step in same if step.is_open] if turn == kind else []
        beside = (now or same)[-1]
        _check_new(version, kind, beside.stage, seat)
        step = _seat_beside(c, version, beside, seat)
        people = [seat.person] if seat.person else []
        c.event("version.ask_more", version, also=[version.document, *people], who=str(seat))
    return step


def _check_new(version: Version, kind: str, stage: int, seat: Seat) -> None:
    for step in steps_now(version):
        same = step.person_id == seat.person.pk if seat.person else (step.role, step.facility) == (
            seat.role, seat.facility,
        )  # fmt: skip
        if step.kind == kind and step.stage == stage and same:
            raise NotAllowed(_("%(who)s is asked already. Choose somebody else.") % {"who": seat})
    check_seat(version, kind, seat)


def _seat_beside(c: Change, version: Version, beside: Step, seat: Seat) -> Step:
    stage = Stage(beside.kind, (seat,), beside.needed)
    step = _seated(c, version, beside.stage, stage, beside.days)[0]
    if beside.asked_at is not None:
        _ask(c, version, [step])
    return step


def _may_steer(version: Version, by: Person) -> None:
    """An author, or quality, keeps a route going."""
    now = as_now(by.pk)
    is_theirs = now is not None and (
        (is_author(version, by) and now.may(May.DRAFT_DOCUMENTS, version.facility_id)) or now.may(May.MARK_SIGNATURES)
    )
    if not is_theirs:
        raise NotAllowed(_("Only an author of this version or quality does this."))


def may_steer(version: Version, person: Person) -> bool:
    """Return whether the page offers the acts on a route to this person."""
    if version.status not in TURN:
        return False
    return person.may(May.MARK_SIGNATURES) or (
        person.may(May.DRAFT_DOCUMENTS, version.facility_id) and is_author(version, person)
    )


def tell(c: Change, version: Version, person: Person, what: str, more: str = "", **facts: Any) -> None:
    """Ask for the mail `sops/<what>` to somebody about a version; once for each round, and for each `more`."""
    key = "-".join(str(part) for part in (version.pk, version.round, person.pk, more) if part != "")
    telling.tell(
        c, person, f"sops/{what}", key, document=version.document.number, title=version.title, n=version.n,
        by=c.by.name, reason=c.reason, path=version.get_absolute_url(), **facts,
    )  # fmt: skip
