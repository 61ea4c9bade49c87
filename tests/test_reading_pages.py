"""Pages of reading: what a reader sees and signs, what who answers for it sees, and who sees neither."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from qms.files.store import store
from qms.people import services as people
from qms.people.programme import today
from qms.signatures.models import Signature
from qms.trail import outbox
from tests import documents as do
from tests import readings as read
from tests import world as worlds
from tests.texts import image
from training.models import Reading, ReadingRule

SLOWER = [*do.TEXT[:2], do.TEXT[2] | {"runs": [{"text": "Lower the bag slowly into the bath."}]}]


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def nurses(world, count: int) -> None:
    for n in range(count):
        person = worlds.add(world.marit, f"Reader{n} Testwell", "Nurse")
        people.assign_role(person, "nurse", world.clin, by=world.marit)
    outbox.run_all()


def addresses(version) -> dict[str, str]:
    number = version.document.number
    return {name: reverse(name, args=[number, version.n]) for name in ("readers", "readers-remind")} | {
        "must-read": reverse("must-read", args=[number]), "document": reverse("document", args=[number]),
    }  # fmt: skip


@pytest.fixture
def two(world):
    """Jory signed version 1 and is asked to read version 2."""
    one = read.asked(world)
    read.sign(read.reading_of(world.jory, one))
    return read.next_version(one, world, SLOWER, summary="Slower, after a leak.")


def test_my_work_leads_to_what_changed(world, as_, two):
    client, reading = as_(world.jory), read.reading_of(world.jory, two)
    page = body(client.get("/"))
    assert "Changed since version 1, which you signed: Slower, after a leak." in page
    assert f'href="{reading.get_absolute_url()}"' in page
    shown = body(client.get(reading.get_absolute_url()))
    assert "<ins>" in shown and "slowly" in shown
    assert "To thaw cells so that they live." not in shown
    assert "2 passages without change" in shown or "1 passage without change" in shown
    whole = body(client.get(f"{reading.get_absolute_url()}?show=marked"))
    assert "<ins>" in whole and "To thaw cells so that they live." in whole
    clean = body(client.get(f"{reading.get_absolute_url()}?show=clean"))
    assert "<ins>" not in clean and "Lower the bag slowly into the bath." in clean


def test_whoever_reads_for_the_first_time_reads_all_of_it(world, as_):
    version = read.asked(world)
    page = body(as_(world.jory).get(read.reading_of(world.jory, version).get_absolute_url()))
    assert "new for you: all of it" in page and "To thaw cells so that they live." in page
    assert "Only what changed" not in page


def test_a_text_issued_anew_says_that_no_word_changed(world, as_, two):
    read.sign(read.reading_of(world.jory, two))
    three = read.next_version(two, world, SLOWER, summary="The same.")
    page = body(as_(world.jory).get(read.reading_of(world.jory, three).get_absolute_url()))
    assert "No word of the text changed" in page


def sign_by_hand(client, reading, password=worlds.PASSWORD):
    url = f"/reading/{reading.pk}/sign/?revision={reading.revision}"
    page = client.get(url)
    form = page.context["form"]
    given = {"digest": form["digest"].value(), "seen": form["seen"].value(), "password": password}
    return client.post(url, given | {"email": "jory@engraft.example"})


def test_signing_leads_to_a_receipt_that_leads_to_the_next_one(world, as_, two):
    other = read.asked(world, title="Washing")
    client = as_(world.jory)
    answer = sign_by_hand(client, read.reading_of(world.jory, other))
    made = Signature.objects.get(purpose="reading.sign", record_id=str(read.reading_of(world.jory, other).pk))
    assert answer.headers["Location"] == f"/signatures/{made.pk}/"
    page = body(client.get(answer.headers["Location"]))
    assert "Read the next one (1 left)" in page
    assert f'href="{read.reading_of(world.jory, two).get_absolute_url()}"' in page
    sign_by_hand(client, read.reading_of(world.jory, two))
    last = Signature.objects.filter(purpose="reading.sign").latest("pk")
    assert "All read: nothing else waits for you to read." in body(client.get(f"/signatures/{last.pk}/"))


def test_a_wrong_password_signs_nothing(world, as_, two):
    reading = read.reading_of(world.jory, two)
    answer = sign_by_hand(as_(world.jory), reading, "wrong")
    assert answer.status_code == 422
    assert Reading.objects.get(pk=reading.pk).signature is None


def test_of_the_receipt_the_next_one_is_only_for_the_signer(world, as_, two):
    made = Signature.objects.filter(purpose="reading.sign").latest("pk")
    page = body(as_(world.marit).get(f"/signatures/{made.pk}/"))
    assert "Read the next one" not in page and "All read" not in page


def test_a_signed_one_says_so_and_is_not_signed_again(world, as_, two):
    reading, client = read.reading_of(world.jory, two), as_(world.jory)
    made = read.sign(reading)
    page = body(client.get(reading.get_absolute_url()))
    assert "You have signed this." in page and made.number in page and "/sign/" not in page
    answer = client.get(f"{reading.get_absolute_url()}sign/")
    assert answer.headers["Location"] == f"/signatures/{made.pk}/"


def test_a_replaced_one_says_not_to_work_by_it(world, as_, two):
    first = Reading.objects.get(person=world.jory, version__n=1)
    page = body(as_(world.jory).get(first.get_absolute_url()))
    assert "Do not work by this version." in page


def test_anothers_reading_is_not_there(world, as_, two):
    """Not even for quality: the readers page is theirs."""
    reading = read.reading_of(world.jory, two)
    for person in (world.marit, world.thessaly, world.fenn, world.ivo):
        client = as_(person)
        for path in ("", "sign/", f"pictures/{'0' * 64}/"):
            assert client.get(f"{reading.get_absolute_url()}{path}").status_code == 404


def test_a_reader_of_another_facility_finds_no_link_that_is_closed_to_them(world, as_, two):
    """Jory reads for the ward what the laboratory wrote; its page is not hers."""
    client = as_(world.jory)
    assert client.get(two.document.get_absolute_url()).status_code == 404
    page = body(client.get(read.reading_of(world.jory, two).get_absolute_url()))
    assert two.document.get_absolute_url() not in page
    assert two.document.get_absolute_url() not in body(client.get("/reading/"))


def test_my_reading_lists_what_is_open_and_what_is_signed(world, as_, two):
    client = as_(world.jory)
    page = body(client.get("/reading/"))
    assert page.index("To read") < page.index(read.reading_of(world.jory, two).get_absolute_url())
    made = Signature.objects.get(purpose="reading.sign")
    assert made.number in page
    assert 'href="/reading/"' in body(client.get("/"))  # its place in the navigation


@pytest.mark.parametrize(
    ("who", "status"), [("marit", 200), ("ivo", 200), ("bea", 403), ("sorrel", 403), ("jory", 403)]
)
def test_who_sees_what_somebody_has_read(world, as_, two, who, status):
    client = as_(getattr(world, who))
    assert client.get(f"/people/{world.jory.pk}/reading/").status_code == status
    person = client.get(f"/people/{world.jory.pk}/")
    if person.status_code == 200 and who != "jory":
        assert (f"/people/{world.jory.pk}/reading/" in body(person)) == (status == 200)


def test_a_director_sees_of_somebodys_reading_what_belongs_to_the_own_facility(world, as_, two):
    elsewhere = do.services.create_document(
        by=world.marit, type=do.sop_type(), facility=world.aph, title="Apheresis", blocks=do.TEXT
    )
    client = as_(world.thessaly)
    assert two.document.number in body(client.get(f"/people/{world.jory.pk}/reading/"))
    assert client.get(reverse("readers", args=[elsewhere.document.number, 1])).status_code == 404


@pytest.mark.parametrize(
    ("who", "readers", "rules"),
    [("marit", 200, 200), ("fenn", 200, 200), ("thessaly", 200, 403), ("ivo", 200, 403), ("bea", 403, 403),
     ("jory", 404, 404)],
)  # fmt: skip
def test_who_sees_the_readers_and_who_says_who_must(world, as_, two, who, readers, rules):
    client, at = as_(getattr(world, who)), addresses(two)
    assert client.get(at["readers"]).status_code == readers
    assert client.get(f"{at['readers']}?format=csv").status_code == readers
    assert client.get(at["must-read"]).status_code == rules
    rule = ReadingRule.objects.get()
    assert client.get(f"{at['must-read']}{rule.pk}/end/").status_code == rules
    assert client.post(f"{at['must-read']}{rule.pk}/end/", {"reason": ""}).status_code == (
        422 if rules == 200 else rules
    )
    assert ReadingRule.objects.get().ended_at is None


def test_the_readers_by_tab_and_as_a_file(world, as_):
    nurses(world, 2)
    one = read.asked(world)
    read.sign(read.reading_of(world.jory, one))
    client, at = as_(world.marit), addresses(one)
    page = body(client.get(at["readers"]))
    assert "1 of 3 have signed" in page and "Reader0 Testwell" in page and "Jory Pennyroyal" not in page
    signed = body(client.get(f"{at['readers']}?show=signed"))
    assert "Jory Pennyroyal" in signed and "Reader0 Testwell" not in signed
    answer = client.get(f"{at['readers']}?format=csv")
    assert answer.headers["Content-Disposition"].endswith(f'-v1-readers-{today().isoformat()}.csv"')
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    found = {row["Name"]: row for row in rows}
    assert len(rows) == 3 and found["Jory Pennyroyal"]["Team"] == "Nurse, Transplant ward"
    assert found["Jory Pennyroyal"]["Signature"].startswith("SIG-")
    assert (found["Reader1 Testwell"]["Due"], found["Reader1 Testwell"]["Signed"]) == (
        (today() + timedelta(days=14)).isoformat(), "",
    )  # fmt: skip


def test_the_file_holds_no_formula(world, as_):
    person = worlds.add(world.marit, "Nell Testwell", "=HYPERLINK(1)")
    people.assign_role(person, "nurse", world.clin, by=world.marit)
    one = read.asked(world)
    answer = as_(world.marit).get(f"{addresses(one)['readers']}?format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK" in text


def test_reminding_from_the_page_once_a_day(world, as_, two):
    client, at = as_(world.marit), addresses(two)
    answer = client.post(at["readers-remind"])
    assert answer.headers["Location"] == at["readers"]
    page = body(client.get(at["readers"]))
    assert "1 person gets a mail." in page and "Last reminder:" in page
    assert client.post(at["readers-remind"]).status_code == 403
    assert as_(world.ivo).post(at["readers-remind"]).status_code == 403
    assert client.get(at["readers-remind"]).status_code == 405


def test_a_rule_is_given_and_ended_on_its_page(world, as_):
    version = do.in_force(world)
    client, at = as_(world.fenn), addresses(version)
    assert "Nobody is asked to read and sign it." in body(client.get(at["document"]))
    assert client.post(at["must-read"], {"role": "", "facility": ""}).status_code == 422
    assert client.post(at["must-read"], {"role": "quality_manager", "facility": world.clin.pk}).status_code == 422
    assert client.post(at["must-read"], {"role": "nurse", "facility": world.clin.pk}).status_code == 303
    outbox.run_all()
    assert "Nurse, Transplant ward" in body(client.get(at["document"]))
    rule = ReadingRule.objects.get()
    assert client.post(f"{at['must-read']}{rule.pk}/end/", {"reason": "Not theirs"}).status_code == 303
    assert client.get(f"{at['must-read']}{rule.pk}/end/").status_code == 404
    assert "Before" in body(client.get(at["must-read"]))


def test_who_approves_reads_how_many_will_be_asked(world, as_):
    version = do.reviewed(world)
    client = as_(world.thessaly)
    url = reverse("version-approve", args=[version.document.number, 1])
    assert "Nobody will be asked to read it: nobody said who must." in body(client.get(url))
    read.require(version.document, world, "nurse", world.clin)
    assert "1 person will be asked to read it: Nurse, Transplant ward (1)." in body(client.get(url))


def test_the_page_of_a_document_says_to_each_what_is_theirs(world, as_):
    people.assign_role(world.bea, "nurse", world.clin, by=world.marit)
    version = read.asked(world)
    url = version.document.get_absolute_url()
    asked = body(as_(world.bea).get(url))
    assert "You are asked to read and sign it by" in asked and "Who must read" not in asked
    reading = read.reading_of(world.bea, version)
    assert f'href="{reading.get_absolute_url()}">Read and sign</a>' in asked.split("<aside")[0]  # at the head, too
    made = read.sign(reading)
    signed = body(as_(world.bea).get(url))
    assert made.number in signed and ">Read and sign</a>" not in signed
    quality = body(as_(world.marit).get(url))
    assert "1 of 2" in quality and "Jory Pennyroyal" in quality and "Who must read" in quality


def test_pictures_of_the_text_are_the_readers_own(world, as_):
    file = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    digest = store(file.getvalue(), "image/png")
    block = image() | {"id": "picture", "digest": digest}
    version = read.asked(world, text=[*do.TEXT, block])
    reading = read.reading_of(world.jory, version)
    client = as_(world.jory)
    assert f"/reading/{reading.pk}/pictures/{digest}/" in body(client.get(reading.get_absolute_url()))
    assert client.get(f"/reading/{reading.pk}/pictures/{digest}/").status_code == 200
    assert client.get(f"/reading/{reading.pk}/pictures/{'0' * 64}/").status_code == 404


@pytest.mark.once
def test_pages_cost_the_same_with_one_reader_and_with_thirty(world, as_):
    read.sign(read.reading_of(world.jory, read.asked(world, title="Signed before")))
    version = read.asked(world)
    marit, jory, bea, at = as_(world.marit), as_(world.jory), as_(world.bea), addresses(version)
    reading = read.reading_of(world.jory, version)
    pages = [
        (marit, at["readers"]), (marit, f"{at['readers']}?format=csv"), (marit, at["document"]), (bea, at["document"]),
        (jory, reading.get_absolute_url()), (jory, "/reading/"), (jory, "/"),
    ]  # fmt: skip
    before = [queries(client, url) for client, url in pages]
    nurses(world, 29)
    for n in range(6):
        other = read.asked(world, title=f"Other {n}")
        if n % 2:
            read.sign(read.reading_of(world.jory, other))
    assert version.readings.count() == 30
    assert [queries(client, url) for client, url in pages] == before


def test_panels_cost_nothing_for_who_does_not_see_them_and_little_for_who_does(world, as_, django_assert_num_queries):
    from qms.people.models import User  # noqa: PLC0415
    from sops.loaders import get_document_whole  # noqa: PLC0415
    from sops.panels import panels_of  # noqa: PLC0415

    draft, version = do.draft(world, title="A draft"), read.asked(world)
    for person, of, cost in ((world.bea, draft, 0), (world.bea, version, 1), (world.marit, version, 4)):
        user = User.objects.get(person=person)
        document, versions = get_document_whole(user, of.document.number)
        user.person.may("read_documents")
        with django_assert_num_queries(cost):
            panels_of(user, document, versions)
