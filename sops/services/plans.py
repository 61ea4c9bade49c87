"""Whether a route will do, before anybody is asked: each refusal says what is wrong and the way on."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Facility, Person
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Step, Version, Weight
from sops.queries import authors_of, who_holds
from sops.routing import Plan, Seat, Stage, director_of, facilities_of
from sops.seats import ASKED_FOR, lets
from sops.workflow import for_an_author, is_author

LONGEST = 120  # days to answer
MOST_SEATS = 20


def check_plan(version: Version, plan: Plan) -> None:
    """Raise Invalid or NotAllowed with a sentence unless this route can be gone for this version today."""
    places = facilities_of(version.document)
    _check_weight(version, plan)
    if plan.weight == Weight.URGENT:
        _check_urgent(plan, places)
    elif not any(stage.seats for stage in plan.of(Step.Kind.REVIEW)):
        raise Invalid(_("Choose at least one reviewer."))
    if not any(stage.seats for stage in plan.of(Step.Kind.APPROVE)):
        raise Invalid(_("Choose who approves."))
    if not 1 <= plan.days <= LONGEST:
        raise Invalid(_("Give them 1 to %(most)d days to answer.") % {"most": LONGEST})
    for stage in plan.stages:
        check_stage(version, stage)
    _check_two_people(plan)
    if len(places) > 1:
        _check_directors(plan, places)


def _check_weight(version: Version, plan: Plan) -> None:
    if plan.weight not in Weight.values:
        raise Invalid(_("Choose what kind of change it is: major, minor or urgent."))
    if plan.weight != Weight.MAJOR and not plan.reason.strip():
        raise Invalid(
            _("Write why it cannot wait.") if plan.weight == Weight.URGENT else _("Write why nobody has to be trained.")
        )
    if plan.weight == Weight.MINOR and not version.document.versions.exclude(effective_at=None).exists():
        raise Invalid(_("A first version is no minor change: nobody has read it yet. Choose a major change."))


def _check_urgent(plan: Plan, places: Sequence[Facility]) -> None:
    wanted = {director_of(place) for place in places}
    asked = {seat for stage in plan.stages for seat in stage.seats}
    if len(plan.stages) != 1 or not wanted < asked or not any(seat.role == "quality_manager" for seat in asked):
        raise Invalid(_("An urgent change is signed by the director and by quality, and by nobody else."))


def check_stage(version: Version, stage: Stage) -> None:
    """Raise where a stage is empty, asks for more signatures than it has seats, or asks who cannot sign."""
    if not stage.seats or len(stage.seats) > MOST_SEATS:
        raise Invalid(_("Ask 1 to %(most)d in each step of the route.") % {"most": MOST_SEATS})
    if stage.needed > len(stage.seats):
        raise Invalid(
            _("%(needed)d are to sign, but only %(count)d are asked. Ask more, or let fewer suffice.")
            % {"needed": stage.needed, "count": len(stage.seats)}
        )
    for seat in stage.seats:
        check_seat(version, stage.kind, seat)


def check_seat(version: Version, kind: str, seat: Seat) -> None:
    """Raise where one who is asked could not sign: an author, somebody without the role, a role that nobody holds."""
    if seat.person is None:
        if not who_can_fill(version, seat):
            raise NotAllowed(
                _(
                    "Nobody but the authors holds “%(role)s” today. Ask somebody by name, or ask your quality manager "
                    "to give somebody that role."
                )
                % {"role": seat}
            )
        return
    person = seat.person
    if is_author(version, person):
        raise NotAllowed(
            _("%(person)s wrote in this version and so does not review or approve it.") % {"person": person}
        )
    permission = ASKED_FOR[Step.Kind(kind)]
    now = as_now(person.pk)
    if now is None or not any(now.may(permission, place) for place in version.places):
        raise NotAllowed(_("%(person)s has no role that allows this here.") % {"person": person})
    if for_an_author(permission)(version, now):
        raise NotAllowed(_("%(person)s would act in the place of an author of this version.") % {"person": person})


def who_can_fill(version: Version, seat: Seat) -> list[Person]:
    """Return who may sign in a seat that is asked by role, the authors left out."""
    authors = authors_of(version)
    return [one for one in who_holds(seat.role, seat.facility) if one.pk not in authors]


def _check_two_people(plan: Plan) -> None:
    """Where review and approval are one and the same person's, nobody else would look."""
    asked = {kind: {seat for stage in plan.of(kind) for seat in stage.seats} for kind in Step.Kind.values}
    review, approve = asked[Step.Kind.REVIEW], asked[Step.Kind.APPROVE]
    if len(review) == 1 and review == approve:
        raise NotAllowed(_("Let somebody else approve than the one who reviews."))


def _check_directors(plan: Plan, places: Iterable[Facility]) -> None:
    """A document that serves several facilities is signed by the director of each (FACT-JACIE x4.5 by its parts)."""
    seats = [seat for stage in plan.of(Step.Kind.APPROVE) if not stage.needed for seat in stage.seats]
    for place in places:
        if not any(seat == director_of(place) or _directs(seat, place) for seat in seats):
            raise NotAllowed(
                _("%(place)s works by it too: its director signs as well. Add “%(seat)s” to those who approve.")
                % {"place": place, "seat": director_of(place)}
            )


def _directs(seat: Seat, place: Facility) -> bool:
    now = as_now(seat.person.pk) if seat.person else None
    permission = ASKED_FOR[Step.Kind.APPROVE]
    return now is not None and any(held.facility_id and lets(held, permission, {place.pk}) for held in now.roles)
