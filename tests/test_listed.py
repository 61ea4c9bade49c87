"""Documents in a list of any length: exactly those of the rule of visibility, said in another way."""

import pytest

from qms.people import services as people
from qms.people.models import Facility, Person
from sops import listed, services
from sops.listed import listed_documents
from sops.loaders import visible_documents
from tests import documents as do
from tests.world import World, add

ROLES = (
    ("author", "proc"),
    ("nurse", "clin"),
    ("technician", "aph"),
    ("inspector", "aph"),
    ("medical_director", "clin"),
)


@pytest.fixture
def people_and_places(world: World) -> dict[str, Person]:
    """Documents in force and drafts of three facilities and the whole programme; one serves CLIN, one no more APH."""
    shared = do.in_force(world, title="Shared").document
    services.serve(shared, by=world.fenn, revision=None, facilities=[world.clin], reason="The ward thaws too")
    own = do.in_force(world).document
    for served in ([world.aph], []):  # no more
        own.refresh_from_db()
        services.serve(own, by=world.fenn, revision=own.revision, facilities=served, reason="The unit thaws too")
    whole = people.add_facility(code="WHOLE", name="Whole programme", part="", by=world.marit)
    for place in (world.proc, world.aph, world.clin, whole):
        services.create_document(by=world.marit, type=do.sop_type(), facility=place, title="Draft", blocks=do.TEXT)
    found = {}
    for role, place in ROLES:
        name = f"{role}-{place}"
        person = found[name] = add(world.marit, name, "Somebody")
        people.assign_role(person, role, getattr(world, place), by=world.marit)
    both = found["nurse-clin"]  # reads here, writes there
    people.assign_role(both, "author", world.aph, by=world.marit)
    everybody = {**world.people, **found}
    return {name: Person.objects.select_related("user").get(pk=one.pk) for name, one in everybody.items()}


@pytest.mark.parametrize("most_served", [listed.MOST_SERVED, 0])
def test_who_sees_what_is_the_same_in_a_list_of_any_length(
    people_and_places: dict[str, Person], monkeypatch: pytest.MonkeyPatch, most_served: int
) -> None:
    monkeypatch.setattr(listed, "MOST_SERVED", most_served)
    seen = set()
    for name, person in people_and_places.items():
        found, places = listed_documents(person.user)
        numbers = sorted(found.values_list("number", flat=True))
        assert numbers == sorted(visible_documents(person.user).values_list("number", flat=True)), name
        assert not places or set(places) >= set(found.values_list("facility", flat=True)), name
        seen.add(tuple(numbers))
    assert len(seen) > 4, seen  # else it would say nothing


def test_the_facilities_of_a_list_are_those_of_its_documents(people_and_places: dict[str, Person]) -> None:
    """A reader's own, one whose document serves it, and the whole programme; none are named for who sees all."""
    found, places = listed_documents(people_and_places["medical_director-clin"].user)
    assert sorted(Facility.objects.filter(pk__in=places).values_list("code", flat=True)) == ["CLIN", "PROC", "WHOLE"]
    assert "Shared" in found.values_list("title", flat=True)
    assert listed_documents(people_and_places["quality_manager"].user)[1] == []
