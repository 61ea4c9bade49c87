"""Readings for tests: a rule, who is asked, and the signature of a reader; all by verbs."""

from typing import Any

from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.signatures.models import Signature
from qms.trail import outbox
from sops import services as sops
from sops.models import Document, Version
from tests import documents as do
from tests import snapshot
from tests.world import World, last_event
from training import services
from training.delta import delta_of
from training.models import Reading, ReadingRule
from training.signable import reading_content


def require(
    document: Document, world: World, role: str = "nurse", at: Facility | None = None, *, by: Person | None = None
) -> ReadingRule:
    """Name a role as readers of a document, and let the worker ask them."""
    rule = services.require_reading(document, role, at, by=by or world.marit)
    outbox.run_all()
    return rule


def asked(world: World, *, at: Facility | None = None, title: str = "Thawing of HPC", **more: Any) -> Version:
    """Return a version in force which the nurses of CLIN are asked to read; laid down again where a test begins so."""

    def act() -> Version:
        version = do.in_force(world, title=title, at=at or world.proc, **more)
        require(version.document, world, "nurse", world.clin)
        return version

    key = snapshot.again("asked", {"title": title, "at": at, **more}, act, untouched=last_event())
    return do.by_key(key)


def next_version(version: Version, world: World, text: list[dict[str, Any]], *, summary: str = "Slower.") -> Version:
    """Return the next version in force, with its readers asked."""
    return in_force(approved_next(version, world, text, summary=summary))


def approved_next(
    version: Version, world: World, text: list[dict[str, Any]], *, summary: str = "Slower.", **more: Any
) -> Version:
    """Return the next version, approved."""
    draft = sops.start_version(version.document, by=world.fenn)
    sops.save_text(draft, by=world.fenn, revision=None, blocks=text, summary=summary)
    done = do.approve(do.review(do.send(do.fresh(draft), world), world), world, **more)
    outbox.run_all()
    return do.fresh(done)


def in_force(version: Version) -> Version:
    sops.make_effective(version)
    outbox.run_all()
    return do.fresh(version)


def reading_of(person: Person, version: Version) -> Reading:
    return Reading.objects.select_related("version__document", "person").get(person=person, version=version)


def sign(reading: Reading, *, by: Person | None = None, revision: int | None = None) -> Signature:
    """Sign a reading as its page would."""
    reader = by or reading.person
    proof = do.given(reader, reading_content(reading, delta_of(reading), today()))
    return services.sign_reading(reading, by=reader, revision=revision, proof=proof)
