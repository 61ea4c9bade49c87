"""What of reading awaits a person: versions to read and sign, each with its day."""

from django.utils.translation import gettext as _

from qms.home.work import WorkItem
from qms.people.models import Person
from qms.people.programme import day_of
from training.models import Reading
from training.queries import open_of, signed_before


def reading_work(person: Person) -> list[WorkItem]:
    """Return what this person has to read and sign; two queries for any number."""
    waiting = open_of(person)
    before = signed_before(person, waiting) if waiting else {}
    return [_item(reading, before.get(reading.version.document_id)) for reading in waiting]


def _item(reading: Reading, before: int | None) -> WorkItem:
    version, asked = reading.version, day_of(reading.asked_at)
    return WorkItem(
        kind="reading",
        number=str(version),
        title=version.title,
        sentence=_sentence(version.summary, before),
        url=reading.get_absolute_url(),
        act=_("Read and sign"),
        since=asked,
        due=reading.due_on,
        told=reading.is_urgent_on(asked),
        of_another=_("It waits to be read and signed."),
        url_of_another=version.document.get_absolute_url(),  # a reading is opened by nobody but its reader
    )


def _sentence(summary: str, before: int | None) -> str:
    if before is None:
        return _("New for you: please read all of it.")
    said = " ".join(summary.split())
    if not said:
        return _("Read what changed since version %(n)d, which you signed.") % {"n": before}
    short = said if len(said) <= 160 else said[:160].rsplit(" ", 1)[0] + " …"
    return _("Changed since version %(n)d, which you signed: %(summary)s") % {"n": before, "summary": short}
