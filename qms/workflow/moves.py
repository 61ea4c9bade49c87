"""Arrows. Each workflow is a table of transitions; `move` is the only code that sets a status."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Person
from qms.people.roles import May
from qms.trail.actor import Actor
from qms.trail.door import Change
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.guard import Controlled


class Flowing(Protocol):
    """A record with a status: `facility_id` says where a permission must hold, `status_word` is the status in words."""

    status: str
    facility_id: int | None

    @property
    def status_word(self) -> str: ...


Objection = Callable[[Any, Person], str | None]
"""Why this person may not do this to this record, in a sentence; None when nothing is against it."""


OutOfTurn = Callable[[Any], str]
"""Where this record stands, why that closes an arrow, and the way on, in plain sentences."""


def _out_of_turn(record: Any) -> str:
    return _("%(record)s cannot do this now: its status is “%(status)s”.") % {
        "record": record, "status": record.status_word,
    }  # fmt: skip


@dataclass(frozen=True)
class Transition:
    """One arrow: from which states to which, who may (None: the system alone), and what must come with it.

    `signed` arrows need a signature with the purpose `name` in the same change. `meaning` is the words that are signed.
    `out_of_turn` says why the arrow is closed to a record that is in none of its `sources`. `where` gives the
    facilities of which one must allow it; without, the record's own.
    """

    name: str
    word: str | Promise
    sources: frozenset[str]
    target: str
    may: May | None
    meaning: str | Promise = ""
    needs_reason: bool = False
    objections: tuple[Objection, ...] = field(default=())
    out_of_turn: OutOfTurn = _out_of_turn
    where: Callable[[Any], Iterable[int | None]] | None = None

    def is_allowed(self, record: Any, by: Person) -> bool:
        """Return whether the roles of a person allow this arrow for a record."""
        places = (record.facility_id,) if self.where is None else self.where(record)
        return self.may is not None and any(by.may(self.may, place) for place in places)

    @property
    def signed(self) -> bool:
        return bool(self.meaning)


def refusal(record: Any, transition: Transition, by: Person | Actor) -> str | None:
    """Return why this arrow is closed to this person now, in a sentence; None when it is open."""
    if record.status not in transition.sources:
        return transition.out_of_turn(record)
    if isinstance(by, Actor):
        system = transition.may is None and by.person_id is None
        return None if system else _("Only a person does this.")
    if transition.may is None:
        return _("Engraft does this by itself on the day.")
    if not transition.is_allowed(record, by):
        return _("Your roles do not allow “%(act)s” here. Ask your quality manager.") % {"act": transition.word}
    return next(filter(None, (objection(record, by) for objection in transition.objections)), None)


def check_open(record: Any, transition: Transition, by: Person | Actor) -> None:
    """Raise NotAllowed where the arrow is closed to this person, read afresh with the roles of this moment."""
    now = by if isinstance(by, Actor) else as_now(by.pk)
    closed = _("Only a person does this.") if now is None else refusal(record, transition, now)
    if closed:
        raise NotAllowed(closed)


def move(c: Change, record: Controlled, transition: Transition, *, by: Person | Actor) -> None:
    """Set the status of a locked record along one arrow and save it. Raises NotAllowed or Invalid with a sentence."""
    if c.by != by.actor:
        raise NotAllowed(_("Nobody acts for another."))
    check_open(record, transition, by)
    if transition.needs_reason and not c.reason:
        raise Invalid(_("Write why. The reason is kept with the record."))
    if transition.signed:
        signed = [signature for signature in c.signatures_on(record) if signature.purpose == transition.name]
        if not signed:
            raise NotAllowed(_("“%(act)s” needs a signature.") % {"act": transition.word})
    c.allow_move(record, transition.target)
    record.status = transition.target  # type: ignore[attr-defined]
    c.save(record)


def allowed_for(record: Any, person: Person, transitions: Iterable[Transition]) -> list[Transition]:
    """Return the arrows that are open to this person now: what the page shows as buttons."""
    return [transition for transition in transitions if refusal(record, transition, person) is None]
