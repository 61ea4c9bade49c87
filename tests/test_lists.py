"""Saved views, the master list as a file, the map of a document, and references that lead nowhere."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from openpyxl import load_workbook  # type: ignore[import-untyped]

from qms.people import services as people
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event
from sops import services
from sops.models import SavedView
from sops.services.saved_views import MOST_VIEWS
from tests import documents as do
from tests.pdf_text import pages_of


def printed(answer) -> str:
    assert answer["Content-Type"] == "application/pdf"
    return " ".join(" ".join(pages_of(answer.content)).split())


def words(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def refer(number: str, name: str = "b9") -> dict[str, object]:
    return {"id": name, "kind": "paragraph", "runs": [{"text": number, "link": f"doc:{number}"}]}


def written(world, title: str, *refers: str, by=None):
    blocks = [do.paragraph("b1", "Words."), *(refer(number, f"r{n}") for n, number in enumerate(refers))]
    return services.create_document(
        by=by or world.marit, type=do.sop_type(), facility=world.proc, title=title, blocks=blocks
    )  # fmt: skip


# Views


def test_a_view_is_kept_named_anew_removed_and_brought_back(world, as_):
    """A person's own setting: no event, and nobody else sees it."""
    client, written_before = as_(world.fenn), Event.objects.count()
    written(world, "One", by=world.fenn)
    written_before = Event.objects.count()
    page = words(client.get("/documents/?status=draft&q=one&sort=-title&page=9&type=nonsense"))
    address = "/documents/views/save/?status=draft&amp;q=one&amp;sort=-title"
    assert f'href="{address}"' in page
    answer = client.post(address.replace("&amp;", "&"), {"name": "  My   drafts "})
    assert answer.status_code == 303
    view = SavedView.objects.get()
    assert (view.name, view.query, view.shared) == ("My drafts", "status=draft&q=one&sort=-title", False)
    assert f'<a href="/documents/?{escape(view.query)}" aria-current="page">My drafts' in words(
        client.get(answer["Location"])
    )
    assert "Save this view" not in words(client.get(answer["Location"]))
    client.post(f"/documents/views/{view.pk}/rename/", {"name": "Drafts"})
    assert "Status: Draft" in words(client.get("/documents/views/"))
    client.post(f"/documents/views/{view.pk}/remove/")
    assert "Drafts</a>" not in words(client.get("/documents/"))
    client.post(f"/documents/views/{view.pk}/back/")
    assert ">Drafts</a>" in words(client.get("/documents/")).replace(" </a>", "</a>")
    assert Event.objects.count() == written_before
    assert as_(world.bea).post(f"/documents/views/{view.pk}/remove/").status_code == 404
    assert "Drafts</a>" not in words(as_(world.bea).get("/documents/"))


def test_quality_shares_a_view_and_it_is_on_record(world, as_):
    client = as_(world.marit)
    client.post("/documents/views/save/?review=late", {"name": "Late", "shared": "on"})
    view = SavedView.objects.get()
    assert "/documents/?review=late" in words(as_(world.jory).get("/documents/"))
    assert "everybody, by Marit Oakenshaw" in words(as_(world.fenn).get("/documents/views/"))
    with pytest.raises(NotAllowed):
        services.remove_view(view, by=world.fenn)
    with pytest.raises(NotAllowed):
        services.share_view(view, False, by=world.fenn)
    with pytest.raises(NotAllowed):
        services.save_view("Mine for all", "review=late", by=world.fenn, shared=True)
    services.rename_view(view, "Overdue", by=world.marit)
    client.post(f"/documents/views/{view.pk}/share/", {"shared": ""})
    client.post(f"/documents/views/{view.pk}/share/", {"shared": "1"})
    services.remove_view(SavedView.objects.get(), by=world.marit)
    told = [name for name in Event.objects.order_by("pk").values_list("name", flat=True) if name.startswith("view.")]
    assert told == ["view.share", "view.rename", "view.unshare", "view.share", "view.unshare"]
    assert not SavedView.objects.get().shared
    assert "showed the view “Overdue” of the register to everybody" in words(client.get("/trail/?family=view"))


def test_views_are_refused_in_words(world):
    save = services.save_view
    for name, query, said in (("x", "", "nothing to save"), (" ", "q=1", "name of up to 40"), ("x" * 41, "q=1", "40")):
        with pytest.raises(Invalid, match=said):
            save(name, query, by=world.fenn)
    for n in range(MOST_VIEWS):
        save(f"View {n}", "q=1", by=world.fenn)
    with pytest.raises(Invalid, match="20 views, which is the most"):
        save("One more", "q=1", by=world.fenn)
    first = SavedView.objects.get(name="View 0")
    services.remove_view(first, by=world.fenn)
    with pytest.raises(Invalid, match="already"):
        save("View 1", "q=2", by=world.fenn)
    save("View 0", "q=2", by=world.fenn)
    with pytest.raises(Invalid, match="which is the most"):
        services.bring_back_view(first, by=world.fenn)


# Files


def test_the_workbook_holds_values_and_no_formula(world, as_):
    version = do.in_force(world, title='=HYPERLINK("http://evil.example")')
    written(world, "A draft")
    answer = as_(world.marit).get("/documents/?status=effective&format=xlsx")
    assert answer["Content-Disposition"].endswith('.xlsx"')
    book = load_workbook(io.BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]][:4] == ["Number", "Title", "Type", "Version"]
    assert len(rows) == 2
    assert (rows[1][1].value, rows[1][1].data_type) == (version.title, "s")
    assert rows[1][3].value == 1
    assert rows[1][6].value.date() == version.document.review_due
    notes = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    assert notes["Shows"] == "Status: Effective"
    assert notes["Documents"] == "1"


def test_the_list_on_paper_says_what_and_when(world, as_):
    version = do.in_force(world, title="Thawing <b>of</b> HPC")
    written(world, "A draft")
    answer = as_(world.marit).get("/documents/?format=pdf")
    text = printed(answer)
    for said in ("List of controlled documents", "Wintergreen Cell Therapy Programme", version.document.number,
                 "Thawing <b>of</b> HPC", "A draft", "All documents", "Page 1 of 1", "(Europe/Paris)"):  # fmt: skip
        assert said in text, said
    narrowed = printed(as_(world.marit).get("/documents/?format=pdf&q=thaw"))
    assert "“thaw” in number, title or text" in narrowed
    assert "A draft" not in narrowed


# Map


def test_the_map_tells_both_ways_circles_and_what_is_lost(world, as_):
    first = do.in_force(world, title="First")
    number = first.document.number
    second = do.in_force(world, title="Second", text=[*do.TEXT, refer(number), refer("NOT-THERE-1", "b8")])
    back = services.start_version(first.document, by=world.fenn)
    services.save_text(back, by=world.fenn, revision=None, blocks=[*do.TEXT, refer(second.document.number)])
    page = words(as_(world.fenn).get(f"/documents/{second.document.number}/map/"))
    assert "1 reference leads to nothing that is in force." in page
    assert "no document has this number" in page
    assert f'<a href="/documents/{number}/"><b>{number}</b> First</a>' in page
    assert f'<a href="/documents/{number}/v2/"><b>{number}</b> First</a>' in page
    assert "These ways lead back" in page
    people.assign_role(world.jory, "nurse", world.proc, by=world.marit)
    for_staff = words(as_(world.jory).get(f"/documents/{second.document.number}/map/"))
    assert f"/documents/{number}/v2/" not in for_staff, "a draft is not told to who may not see it"
    assert "These ways lead back" not in for_staff


def test_all_that_lead_nowhere_with_filters_and_as_a_file(world, as_):
    gone = do.in_force(world, title="Gone")
    waiting = written(world, "Waits")
    source = do.in_force(
        world, title="Source",
        text=[*do.TEXT, refer(gone.document.number), refer("NOT-THERE-1", "b8"), refer(waiting.document.number, "b7")],
    )  # fmt: skip
    do.withdraw(gone, world)
    written(world, "Draft that refers", "NOT-THERE-2")
    client = as_(world.marit)
    assert '<p role="status">4 references' in words(client.get("/documents/references/"))
    page = words(client.get("/documents/references/?lost=withdrawn"))
    assert "1 reference<" in page
    assert gone.document.number in page
    assert "NOT-THERE-2" not in words(client.get("/documents/references/?state=force"))
    assert "No reference matches" in words(client.get(f"/documents/references/?facility={world.clin.pk}"))
    kept = b"".join(client.get("/documents/references/?format=csv")).decode()
    assert len(kept.strip().splitlines()) == 5
    assert f"{source.document.number},Source,1,Effective,NOT-THERE-1,no document has this number" in kept
    assert "Every reference leads somewhere" in words(as_(world.jory).get("/documents/references/"))


@pytest.mark.once
def test_the_pages_cost_the_same_for_one_and_for_thirty(world, as_):
    client = as_(world.marit)
    target = written(world, "Target", "LOST-0")
    number = target.document.number

    def cost() -> list[int]:
        found = []
        for address in (f"/documents/{number}/map/", "/documents/references/", "/documents/views/", "/documents/?q=a"):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address).status_code == 200
            found.append(len(caught))
        return found

    written(world, "First", number)
    services.save_view("First", "q=1", by=world.marit)
    cost()
    few = cost()
    for n in range(15):
        written(world, f"More {n}", number, f"LOST-{n + 1}")
        services.save_view(f"More {n}", "q=1", by=world.marit)
    assert cost() == few
