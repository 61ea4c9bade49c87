"""Those who were asked to read a version, as lines of a page or of a file."""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from qms.people.programme import zone
from training.models import Reading
from training.presenters.reading import due_state

STANDS = ("open", "signed", "ended")


@dataclass(frozen=True)
class Line:
    """One person: `stand` is open, signed or ended; `days_late` counts from the day after the due one."""

    reading: Reading
    stand: str
    team: str
    due: str
    days_late: int


def line(reading: Reading, teams: dict[int, str], day: date) -> Line:
    """Return where one person stands; `teams` are the words for the teams by person id."""
    stand = "signed" if reading.signature_id else "ended" if reading.ended_at else "open"
    late = max((day - reading.due_on).days, 0) if stand == "open" else 0
    return Line(reading, stand, teams.get(reading.person_id, ""), due_state(reading.due_on, day), late)


def csv_head() -> list[str]:
    """Return the heads of the file."""
    return [
        _("Name"), _("Position"), _("Team"), _("Asked"), _("Due"), _("Days late"), _("Signed"), _("Signature"),
        _("Not asked any more since"), _("Why"),
    ]  # fmt: skip


def csv_line(one: Line) -> list[str]:
    """Return one person as cells; times in the programme's zone."""
    reading, signature = one.reading, one.reading.signature
    return [
        reading.person.printed_name, reading.person.title, one.team, _moment(reading.asked_at),
        reading.due_on.isoformat(), str(one.days_late or ""), _moment(signature.at if signature else None),
        signature.number if signature else "", _moment(reading.ended_at),
        str(reading.get_ended_why_display()) if reading.ended_why else "",
    ]  # fmt: skip


def _moment(value: object) -> str:
    return localtime(value, zone()).isoformat(sep=" ", timespec="minutes") if value else ""  # type: ignore[arg-type]
