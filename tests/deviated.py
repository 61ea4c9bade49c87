"""Planned deviations for tests, brought by verbs into any state."""

from datetime import timedelta

import time_machine

from qms.people.models import Person
from qms.trail import clock
from qms.workflow.moves import Transition
from sops import services
from sops.deviating import APPROVE, CONFIRM, REFUSE, REVIEW
from sops.deviation_signable import deviation_content
from sops.models import Deviation, DeviationStatus, Version
from sops.services import Wish
from tests import documents as do
from tests.world import World

WISH = Wish(text="Bath at 39 °C", reason="The other bath is broken", risk="Warmer", hours=12, block="b3")


def fresh(one: Deviation) -> Deviation:
    return Deviation.objects.select_related("document__facility", "version").get(pk=one.pk)


def asked(version: Version, by: Person, wish: Wish = WISH) -> Deviation:
    return fresh(services.ask_deviation(version, wish, by=by))


def decide(one: Deviation, by: Person, how: Transition = APPROVE, reason: str = "") -> Deviation:
    proof = do.given(by, deviation_content(one, how, word=reason))
    services.decide_deviation(one, how, by=by, revision=one.revision, reason=reason, proof=proof)
    return fresh(one)


def said(one: Deviation, by: Person, approver: Person) -> Deviation:
    services.record_verbal(one, by=by, revision=None, approver=approver, said_at=clock.now())
    return fresh(one)


def done(one: Deviation, by: Person) -> Deviation:
    services.record_done(one, by=by, revision=None, done_at=clock.now())
    return fresh(one)


def review(one: Deviation, by: Person, *, word: str = "Right", occurrence: bool = False) -> Deviation:
    proof = do.given(by, deviation_content(one, REVIEW, word=word, occurrence=occurrence))
    services.review_deviation(one, by=by, revision=None, word=word, occurrence=occurrence, proof=proof)
    return fresh(one)


def expired(one: Deviation) -> Deviation:
    with time_machine.travel(one.expires_at + timedelta(minutes=1)):
        services.expire_deviations()
    return fresh(one)


def in_each_state(version: Version, world: World) -> dict[str, Deviation]:
    """Return a deviation in each state, asked for by Fenn, decided by Dr Quince, reviewed by Marit."""
    states = DeviationStatus
    taken = asked(version, world.fenn)
    services.take_back_deviation(taken, by=world.fenn, reason="Mended")
    by_word = said(asked(version, world.fenn), world.fenn, world.thessaly)
    return {
        states.ASKED: asked(version, world.fenn),
        states.VERBAL: by_word,
        states.APPROVED: decide(asked(version, world.fenn), world.thessaly),
        states.REFUSED: decide(asked(version, world.fenn), world.thessaly, REFUSE, "No"),
        states.TAKEN_BACK: fresh(taken),
        states.DONE_VERBAL: done(said(asked(version, world.fenn), world.fenn, world.thessaly), world.fenn),
        states.DONE: done(decide(asked(version, world.fenn), world.thessaly), world.fenn),
        states.UNAPPROVED: done(asked(version, world.fenn), world.fenn),
        states.REVIEWED: review(done(decide(asked(version, world.fenn), world.thessaly), world.fenn), world.marit),
    }


__all__ = ["CONFIRM", "WISH", "asked", "decide", "done", "expired", "fresh", "in_each_state", "review", "said"]
