"""The route by its verbs: side by side and one after the other, by name and by role, quorum, deputies, who is away."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from qms.people import services as people
from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.signatures.deputations import depute, depute_content
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event, Outbox
from sops import services
from sops.loaders import visible_documents
from sops.models import Status, Step, Version
from sops.routing import Plan, Seat, Stage, urgent_plan
from sops.seats import AUTHOR, DIRECTOR, QUALITY
from sops.signable import approve_content, plan_content
from sops.work import document_work
from tests import documents as do
from tests.world import World, add


def anew(person: Person) -> Person:
    """Return a person with the roles of now."""
    return Person.objects.select_related("user").get(pk=person.pk)


@pytest.fixture
def crew(world: World) -> list[Person]:
    """Three more reviewers of PROC."""
    found = [add(world.marit, name, "Technician") for name in ("Ada Sedge", "Cob Teasel", "Dot Willowherb")]
    for one in found:
        people.assign_role(one, "author", world.proc, by=world.marit)
    return [anew(one) for one in found]


def seats(*people: Person) -> tuple[Seat, ...]:
    return tuple(Seat(person) for person in people)


def plan(world: World, *review: Stage, approve: tuple[Seat, ...] = (), **more: Any) -> Plan:
    stages = review or (Stage("review", seats(world.bea)),)
    return Plan((*stages, Stage("approve", approve or seats(world.thessaly))), **more)


def send(version: Version, way: Plan, world: World, *, by: Person | None = None) -> Version:
    author = by or world.fenn
    proof = do.given(author, plan_content(version, way))
    services.send_on_route(version, by=author, revision=None, plan=way, proof=proof)
    return do.fresh(version)


def review(version: Version, *reviewers: Person) -> Version:
    for one in reviewers:
        version = do.review(version, None, by=anew(one))  # type: ignore[arg-type]
    return version


def approve(version: Version, by: Person, ahead: int = 0) -> Version:
    day = today() + timedelta(days=ahead)
    proof = do.given(by, approve_content(version, day))
    services.approve_version(version, by=by, revision=None, effective_on=day, proof=proof)
    return do.fresh(version)


def asked(version: Version) -> set[str]:
    """Return who is asked now, by name or role."""
    found = version.steps.filter(round=version.round, signature=None, ended_at=None).exclude(asked_at=None)
    return {str(step.person or step.role) for step in found}


def mailed(template: str) -> list[int]:
    return sorted(Outbox.objects.filter(args__template=f"sops/{template}").values_list("args__to", flat=True))


# Side by side, one after the other, how many suffice.


def test_stages_come_one_after_the_other_and_those_of_one_side_by_side(world: World, crew: list[Person]) -> None:
    ada, cob, dot = crew
    way = plan(world, Stage("review", seats(ada, cob)), Stage("review", seats(dot)))
    version = send(do.draft(world), way, world)
    assert asked(version) == {"Ada Sedge", "Cob Teasel"}
    assert mailed("asked_to_review") == sorted([ada.pk, cob.pk])
    with pytest.raises(NotAllowed, match="turn comes once those before"):
        review(version, dot)
    version = review(version, cob)
    assert (version.status, asked(version)) == (Status.IN_REVIEW, {"Ada Sedge"})
    version = review(version, ada)
    assert (version.status, asked(version)) == (Status.IN_REVIEW, {"Dot Willowherb"})
    assert dot.pk in mailed("asked_to_review")
    assert mailed("asked_to_approve") == []
    version = review(version, dot)
    assert (version.status, asked(version)) == (Status.IN_APPROVAL, {"Dr Thessaly Quince"})
    assert mailed("asked_to_approve") == [world.thessaly.pk]


def test_two_of_three_suffice_and_the_third_is_not_needed(world: World, crew: list[Person]) -> None:
    ada, cob, dot = crew
    version = send(do.draft(world), plan(world, Stage("review", seats(ada, cob, dot), 2)), world)
    version = review(version, ada)
    assert version.status == Status.IN_REVIEW
    version = review(version, dot)
    assert version.status == Status.IN_APPROVAL
    assert version.steps.get(person=cob).over == Step.Over.ENOUGH
    assert [item.kind for item in document_work(anew(cob))] == []
    with pytest.raises(NotAllowed, match="can no longer be reviewed"):
        review(version, cob)


def test_several_approve_and_a_later_one_chooses_no_earlier_day(world: World) -> None:
    way = plan(world, approve=seats(world.thessaly, world.marit))
    version = review(send(do.draft(world), way, world), world.bea)
    version = approve(version, world.thessaly, 10)
    assert (version.status, asked(version)) == (Status.IN_APPROVAL, {"Marit Oakenshaw"})
    assert Event.objects.latest("pk").name == "version.approve_part"
    with pytest.raises(Invalid, match="Choose that day or a later one"):
        approve(version, world.marit, 9)
    with pytest.raises(Invalid, match="more than a year"):
        approve(version, world.marit, 400)
    version = approve(version, world.marit, 12)
    assert (version.status, version.effective_on) == (Status.APPROVED, today() + timedelta(days=12))
    assert Event.objects.filter(name="version.approve").count() == 1


def test_whoever_sends_back_empties_all_and_each_hears_why(world: World) -> None:
    way = plan(world, approve=seats(world.thessaly, world.marit))
    version = approve(review(send(do.draft(world), way, world), world.bea), world.thessaly, 10)
    services.send_back(version, by=world.marit, reason="Step 3 is missing")
    version = do.fresh(version)
    assert (version.status, version.effective_on) == (Status.DRAFT, None)
    assert mailed("signature_emptied") == sorted([world.bea.pk, world.thessaly.pk])
    (item,) = document_work(anew(world.bea))
    assert item.kind == "emptied"
    assert "in round 1 no longer counts: Marit Oakenshaw" in item.sentence
    assert "“Step 3 is missing”" in item.sentence
    version = send(version, way, world)
    assert [item.kind for item in document_work(anew(world.bea))] == ["review"]  # the ask says it now
    version = review(version, world.bea)
    assert [item.kind for item in document_work(anew(world.bea))] == []


# By role, and by deputies.


def test_a_role_is_asked_and_whoever_holds_it_signs(world: World, crew: list[Person]) -> None:
    way = plan(
        world, Stage("review", (Seat(role=AUTHOR, facility=world.proc),)),
        approve=(Seat(role=DIRECTOR, facility=world.proc),),
    )  # fmt: skip
    version = send(do.draft(world), way, world)
    assert mailed("asked_to_review") == sorted([world.bea.pk, *(one.pk for one in crew)])  # not Fenn, who wrote it
    assert [item.kind for item in document_work(anew(crew[0]))] == ["review"]
    assert "review" not in [item.kind for item in document_work(anew(world.fenn))]
    with pytest.raises(NotAllowed, match="Authors do not approve"):
        review(version, world.fenn)
    version = review(version, crew[1])
    with pytest.raises(NotAllowed):
        approve(version, world.marit)  # quality is not the director
    version = approve(version, world.thessaly)
    assert version.status == Status.APPROVED
    assert version.steps.get(kind="approve").signature.role == "Laboratory director"


def lend(lender: Person, deputy: Person, role: str) -> Person:
    held = lender.role_assignments.get(role=role)
    last = today() + timedelta(days=5)
    proof = do.given(lender, depute_content(held, deputy, today(), last))
    depute(held, deputy=deputy, from_date=today(), until_date=last, by=lender, proof=proof)
    return anew(deputy)


def test_a_deputy_of_who_is_asked_signs_on_their_behalf(world: World, crew: list[Person]) -> None:
    version = review(do.sent(world), world.bea)
    ada = lend(world.thessaly, crew[0], "laboratory_director")
    (item,) = document_work(ada)
    assert item.sentence == "As deputy of Dr Thessaly Quince you may approve it."
    version = approve(version, ada)
    signature = version.steps.get(kind="approve").signature
    assert (signature.printed_name, signature.on_behalf_of) == ("Ada Sedge", "Dr Thessaly Quince")


def test_a_deputy_of_a_deputy_is_refused_with_a_sentence(world: World, crew: list[Person]) -> None:
    way = plan(world, Stage("review", seats(world.thessaly)), approve=seats(world.marit))
    version = send(do.draft(world), way, world)
    ada = lend(world.thessaly, crew[0], "laboratory_director")
    jory = lend(ada, world.jory, "author")
    with pytest.raises(NotAllowed, match="You act for Ada Sedge, who may sign as a deputy only"):
        review(version, jory)
    assert review(version, ada).steps.get(kind="review").signature.on_behalf_of == "Dr Thessaly Quince"


def test_a_deputy_who_wrote_it_is_refused(world: World) -> None:
    version = review(do.sent(world), world.bea)
    fenn = lend(world.thessaly, world.fenn, "laboratory_director")
    assert "approve" not in [item.kind for item in document_work(fenn)]
    with pytest.raises(NotAllowed, match="Authors do not approve"):
        approve(version, fenn)


def test_nobody_reviews_alone_and_approves(world: World) -> None:
    """Asked by role one person could be both: the rule is kept at the signature, where it is known who signed."""
    way = plan(world, Stage("review", seats(world.thessaly, world.bea), 1), approve=seats(world.thessaly, world.marit))
    version = review(send(do.draft(world), way, world), world.thessaly)
    with pytest.raises(NotAllowed, match="You alone reviewed it"):
        approve(version, world.thessaly)


# Routes that lead nowhere.


def test_a_route_that_cannot_be_gone_is_refused_at_sending(world: World) -> None:
    version = do.draft(world)
    bea, quince = Stage("review", seats(world.bea)), Stage("approve", seats(world.thessaly))
    empty, none_here = Stage("review", ()), Stage("approve", (Seat(role=DIRECTOR, facility=world.clin),))
    for way, why in [
        (Plan(()), "at least one reviewer"), (Plan((quince,)), "at least one reviewer"),
        (Plan((empty, quince)), "at least one reviewer"), (Plan((bea,)), "Choose who approves"),
        (Plan((Stage("review", seats(world.fenn)), quince)), "Fenn Mossgrove wrote in this version"),
        (Plan((Stage("review", seats(world.bea), 2), quince)), "Ask more, or let fewer suffice"),
        (Plan((bea, none_here)), "Nobody but the authors holds “Director, Transplant ward” today"),
        (Plan((bea, Stage("approve", seats(world.jory)))), "has no role that allows this"),
        (Plan((Stage("review", seats(world.thessaly)), quince)), "somebody else approve"),
        (Plan((bea, quince), days=0), "days to answer"), (Plan((bea, quince), "minor"), "why nobody has to be trained"),
        (Plan((bea, quince), "minor", "A comma"), "first version is no minor change"),
        (Plan((bea, quince), "urgent", "A recall"), "by the director and by quality"),
    ]:  # fmt: skip
        with pytest.raises((Invalid, NotAllowed), match=why):
            send(version, way, world)
        assert (do.fresh(version).status, Step.objects.count()) == (Status.DRAFT, 0)


# Kept going: reminded, replaced, one more.


def test_those_asked_are_reminded_once_a_day_and_only_those(world: World, crew: list[Person]) -> None:
    ada, cob, _dot = crew
    version = review(send(do.draft(world), plan(world, Stage("review", seats(ada, cob))), world), ada)
    assert services.remind_asked(version, by=world.fenn) == [cob]
    assert mailed("reminded") == [cob.pk]
    with pytest.raises(NotAllowed, match="reminded today already"):
        services.remind_asked(do.fresh(version), by=world.marit)
    with pytest.raises(NotAllowed, match="Only an author"):
        services.remind_asked(do.fresh(version), by=world.bea)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        services.remind_asked(do.fresh(version), by=world.marit)
    assert mailed("reminded") == [cob.pk, cob.pk]
    assert Event.objects.filter(name="version.remind").count() == 2
    with pytest.raises(NotAllowed, match="Nobody is asked"):
        services.remind_asked(do.draft(world, title="Other"), by=world.fenn)


def test_who_left_is_replaced_with_one_act_and_the_route_goes_on(world: World, crew: list[Person]) -> None:
    ada, cob, _dot = crew
    version = review(send(do.draft(world), plan(world, Stage("review", seats(world.bea, ada))), world), world.bea)
    people.end_role(ada.role_assignments.get(), by=world.marit)
    for person in (world.fenn, world.marit):  # the author and quality
        (item,) = [item for item in document_work(anew(person)) if item.kind == "unheld"]
        assert "It waits for Ada Sedge, who is not here for it" in item.sentence
    step = version.steps.get(person=ada)
    assert item.url == f"/documents/{version.document.number}/v1/route/{step.pk}/"
    for seat, why in [
        (Seat(world.bea), "asked already"),
        (Seat(world.fenn), "wrote in this"),
        (Seat(world.jory), "role"),
    ]:
        with pytest.raises(NotAllowed, match=why):
            services.replace_asked(Step.objects.get(pk=step.pk), by=world.fenn, seat=seat, reason="Left")
    services.replace_asked(Step.objects.get(pk=step.pk), by=world.fenn, seat=Seat(cob), reason="Ada changed her post")
    assert asked(version) == {"Cob Teasel"}
    assert mailed("no_longer_asked") == [ada.pk]
    assert Event.objects.latest("pk").reason == "Ada changed her post"
    assert [item for item in document_work(anew(world.marit)) if item.kind == "unheld"] == []
    with pytest.raises(NotAllowed, match="This step is over"):
        services.replace_asked(Step.objects.get(pk=step.pk), by=world.fenn, seat=Seat(cob), reason="Again")
    assert review(version, cob).status == Status.IN_APPROVAL  # Bea's signature counts as before


def test_a_role_that_nobody_holds_any_more_is_said_and_replaced(world: World) -> None:
    way = plan(world, approve=(Seat(role=DIRECTOR, facility=world.proc),))
    version = review(send(do.draft(world), way, world), world.bea)
    people.end_role(world.thessaly.role_assignments.get(), by=world.marit)
    (item,) = [item for item in document_work(anew(world.fenn)) if item.kind == "unheld"]
    assert "It waits for Director" in item.sentence
    step = version.steps.get(kind="approve")
    services.replace_asked(step, by=world.fenn, seat=Seat(role=QUALITY), reason="The post is vacant")
    assert approve(version, world.marit).status == Status.APPROVED


def test_one_more_is_asked_on_the_way_with_a_reason(world: World, crew: list[Person]) -> None:
    version = do.sent(world)
    with pytest.raises(NotAllowed, match="Only an author"):
        services.ask_more(version, by=world.bea, kind="review", seat=Seat(crew[0]), reason="x")
    services.ask_more(version, by=world.fenn, kind="review", seat=Seat(crew[0]), reason="She knows the bath")
    services.ask_more(do.fresh(version), by=world.fenn, kind="approve", seat=Seat(world.marit), reason="Both")
    version = review(version, world.bea)
    assert (version.status, asked(version)) == (Status.IN_REVIEW, {"Ada Sedge"})
    version = review(version, crew[0])
    assert asked(version) == {"Dr Thessaly Quince", "Marit Oakenshaw"}
    with pytest.raises(NotAllowed, match="asked in addition"):
        services.ask_more(version, by=world.fenn, kind="review", seat=Seat(crew[1]), reason="Too late")


# Minor and urgent changes.


def second_version(world: World) -> Version:
    return services.start_version(do.in_force(world).document, by=world.fenn)


def test_an_urgent_change_takes_the_director_and_quality_and_is_in_force_today(world: World) -> None:
    former = do.in_force(world)
    copies = services.issue_copies(former, [services.Holding(place="Bench", name="Binder")], by=world.fenn)
    services.make_copy(copies[0])
    version = services.start_version(former.document, by=world.fenn)
    way = urgent_plan([world.proc], "The bath of the former text is out of use")
    version = send(version, way, world)
    assert (version.status, version.weight, asked(version)) == (
        Status.IN_APPROVAL,
        "urgent",
        {"director", "quality_manager"},
    )
    with pytest.raises(Invalid, match="takes effect today"):
        approve(version, world.thessaly, 3)
    version = approve(version, world.thessaly)
    assert version.status == Status.IN_APPROVAL
    people.assign_role(world.thessaly, "quality_manager", by=world.marit)
    with pytest.raises(NotAllowed, match="one of the two signatures"):
        approve(version, anew(world.thessaly))
    version = approve(version, world.marit)
    services.make_effective(version)
    assert do.fresh(version).status == Status.EFFECTIVE
    copies[0].refresh_from_db()
    assert copies[0].status == "recalled"


def test_neither_signature_of_an_urgent_change_is_an_authors(world: World) -> None:
    version = second_version(world)
    people.assign_role(world.fenn, "quality_manager", by=world.marit)
    version = send(version, urgent_plan([world.proc], "A recall"), world)
    with pytest.raises(NotAllowed, match="Authors do not approve"):
        approve(version, anew(world.fenn))


def test_what_a_minor_change_spares_is_in_the_words_of_every_signature(world: World) -> None:
    version = send(second_version(world), plan(world, weight="minor", reason="A comma"), world)
    content = approve_content(version, today())
    assert "I agree that nobody has to be trained anew" in content.meaning
    assert ("Reason", "A comma") in content.facts
    version = approve(review(version, world.bea), world.thessaly)
    meanings = [step.signature.meaning for step in version.steps.all()]
    assert any("minor change" in meaning for meaning in meanings)


# Documents that serve several facilities.


@pytest.fixture
def shared(world: World) -> Version:
    """A draft of PROC by which CLIN works too; CLIN has a director, Hazel."""
    hazel = add(world.marit, "Dr Hazel Rowan", "Ward director")
    people.assign_role(hazel, "medical_director", world.clin, by=world.marit)
    version = do.draft(world)
    services.serve(version.document, by=world.fenn, revision=None, facilities=[world.clin], reason="The ward thaws too")
    return do.fresh(version)


def hazel() -> Person:
    return Person.objects.select_related("user").get(printed_name="Dr Hazel Rowan")


def test_who_is_served_sees_it_and_its_director_signs(world: World, shared: Version) -> None:
    with pytest.raises(NotAllowed, match="Transplant ward works by it too: its director signs as well"):
        send(shared, plan(world), world)
    directors = tuple(Seat(role=DIRECTOR, facility=place) for place in (world.proc, world.clin))
    version = send(shared, plan(world, approve=directors), world)
    assert visible_documents(hazel().user).filter(pk=version.document_id).exists()
    version = approve(review(version, world.bea), hazel(), 3)
    assert (version.status, asked(version)) == (Status.IN_APPROVAL, {"director"})
    version = approve(version, world.thessaly, 3)
    assert version.status == Status.APPROVED
    services.make_due_effective(version.effective_on)
    assert visible_documents(world.jory.user).filter(pk=version.document_id).exists()  # a nurse of CLIN reads it


def test_a_facility_that_is_not_served_any_more_sees_nothing(world: World, shared: Version) -> None:
    document = shared.document
    with pytest.raises(Invalid, match="already"):
        services.serve(document, by=world.fenn, revision=None, facilities=[world.clin], reason="Again")
    with pytest.raises(NotAllowed):
        services.serve(document, by=hazel(), revision=None, facilities=[], reason="No")
    services.serve(document, by=world.fenn, revision=None, facilities=[], reason="No more")
    assert not visible_documents(hazel().user).filter(pk=document.pk).exists()
    assert document.places == {world.proc.pk}
    assert Facility.objects.count() == 3
