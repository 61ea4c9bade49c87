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
    """Documents in force and drafts of three facilities and the whole programme; one of PROC serves CLIN."""
    shared = do.in_force(world, title="Shared").document
    services.serve(shared, by=world.fenn, revision=None, facilities=[world.clin], reason="The ward thaws too")
    do.in_force(world)
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


def test_a_document_without_a_version_that_is_shown_is_seen_by_no_reader(people_and_places: dict[str, Person]) -> None:
    reader = people_and_places["nurse-proc"].user
    before = listed_documents(reader)[0].count()
    draft = visible_documents(people_and_places["quality_manager"].user).filter(title="Draft")[0]
    type(draft)._base_manager.filter(pk=draft.pk).update(shown=None)
    assert listed_documents(reader)[0].count() == before > 0
    assert Facility.objects.filter(pk__in=listed_documents(reader)[1]).count() == 2  # its own, and the whole programme
