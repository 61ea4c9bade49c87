"""Documents for tests, brought by verbs into any state: draft, sent, reviewed, approved, in force."""

from datetime import date

from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.signatures.content import Content
from qms.signatures.proofs import Given, reauthenticate
from qms.signatures.services import has_pledged, pledge, pledge_content
from sops import services
from sops.blocks import Block
from sops.models import DocumentType, Version
from sops.signable import approve_content, cancel_content, review_content, send_content, withdraw_content
from tests import snapshot
from tests.world import PASSWORD, World, last_event

SESSION = "a-session-of-the-tests"


def paragraph(name: str, text: str) -> Block:
    return {"id": name, "kind": "paragraph", "runs": [{"text": text}]}


TEXT = [
    {"id": "b1", "kind": "heading", "level": 1, "runs": [{"text": "Objective"}]},
    paragraph("b2", "To thaw cells so that they live."),
    {"id": "b3", "kind": "item", "level": 0, "runs": [{"text": "Lower the bag into the bath."}],
     "number": {"list": "s", "style": "decimal", "pattern": "%1."}},
]  # fmt: skip


def sop_type() -> DocumentType:
    """Return the type SOP, which every programme starts with."""
    return DocumentType.objects.select_related("scheme").get(code="SOP")


def given(person: Person, content: Content, session: str = SESSION) -> Given:
    """Prove who one is for a content, the pledge included where it lacks."""
    user = person.user
    if not has_pledged(person):
        first = pledge_content().digest
        proof = reauthenticate(user, session=session, digest=first, password=PASSWORD, email=user.email)
        pledge(by=person, proof=proof)
    return reauthenticate(user, session=session, digest=content.digest, password=PASSWORD, email=None)


def fresh(version: Version) -> Version:
    return by_key(version.pk)


def by_key(key: int) -> Version:
    return Version.objects.select_related("document__facility", "document__type").get(pk=key)


def draft(
    world: World, *, title: str = "Thawing of HPC", text: list[Block] = TEXT, at: Facility | None = None
) -> Version:
    return services.create_document(by=world.fenn, type=sop_type(), facility=at or world.proc, title=title, blocks=text)


def send(version: Version, world: World, *, by: Person | None = None) -> Version:
    author = by or world.fenn
    content = send_content(version, [world.bea], world.thessaly)
    services.send_to_review(
        version, by=author, revision=None, reviewers=[world.bea], approver=world.thessaly, proof=given(author, content)
    )
    return fresh(version)


def review(version: Version, world: World, *, by: Person | None = None) -> Version:
    reviewer = by or world.bea
    services.sign_review(version, by=reviewer, revision=None, proof=given(reviewer, review_content(version)))
    return fresh(version)


def approve(version: Version, world: World, *, by: Person | None = None, on: date | None = None) -> Version:
    approver, day = by or world.thessaly, on or today()
    proof = given(approver, approve_content(version, day))
    services.approve_version(version, by=approver, revision=None, effective_on=day, proof=proof)
    return fresh(version)


def cancel(version: Version, world: World, *, by: Person | None = None, reason: str = "Wrong day") -> Version:
    person = by or world.thessaly
    services.cancel_approval(
        version, by=person, revision=None, reason=reason, proof=given(person, cancel_content(version, reason))
    )
    return fresh(version)


def withdraw(version: Version, world: World, *, by: Person | None = None, reason: str = "Not used any more") -> Version:
    person = by or world.thessaly
    services.withdraw_document(
        version, by=person, revision=None, reason=reason, proof=given(person, withdraw_content(version, reason))
    )
    return fresh(version)


def sent(world: World, **more: object) -> Version:
    return send(draft(world, **more), world)  # type: ignore[arg-type]


def reviewed(world: World, **more: object) -> Version:
    return review(sent(world, **more), world)


def approved(world: World, *, on: date | None = None, **more: object) -> Version:
    return approve(reviewed(world, **more), world, on=on)


def in_force(world: World, **more: object) -> Version:
    """Return a version in force, laid down again where a test begins with it: most of it is the making of its PDF."""

    def act() -> Version:
        version = approved(world, **more)
        services.make_effective(version)
        return version

    return by_key(snapshot.again("in force", more, act, untouched=last_event()))
