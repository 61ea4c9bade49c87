"""The mail of the night: what awaits a person, by when, and what they are told of others. Same source as My work.

It is put together when it goes, not when it was asked for: what was done meanwhile is not in it, and when all of it
was done no mail goes.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms.home.presenters import SOON
from qms.home.work import WorkItem, work_of
from qms.notifications.audience import account_of
from qms.notifications.mail import deliver
from qms.notifications.models import Reminder
from qms.notifications.reminders import DIGEST, due_items
from qms.people.access import as_now
from qms.people.models import Person
from qms.people.programme import current, today, zone
from qms.trail.outbox import outbox_task

SHOWN = 12  # names in one line
HEADINGS: dict[str, str | Promise] = {
    "late": gettext_lazy("Late"),
    "today": gettext_lazy("Due today"),
    "soon": gettext_lazy("Due within 14 days"),
    "new": gettext_lazy("New"),
    "ahead": gettext_lazy("Coming up"),
    "others": gettext_lazy("Of others"),
}


@dataclass(frozen=True)
class Line:
    """One thing of the mail; `why` says why one hears of another's, `days` are from today to its day."""

    item: WorkItem
    days: int
    is_new: bool = False
    why: str = ""

    @property
    def sentence(self) -> str:
        return (self.why and self.item.of_another) or self.item.sentence

    @property
    def url(self) -> str:
        return f"{settings.SITE_URL}{(self.why and self.item.url_of_another) or self.item.url}"

    @property
    def late(self) -> str:
        """How late it is, or ""."""
        return ngettext("%(n)d day late", "%(n)d days late", -self.days) % {"n": -self.days} if self.days < 0 else ""


@dataclass
class Section:
    """Lines under one heading."""

    key: str
    lines: list[Line] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return str(HEADINGS[self.key])


@outbox_task(DIGEST, gettext_lazy("Reminder mail"))
def send_digest(*, to: int, day: str) -> None:
    """Send the mail of a night to person `to`. A mail of a later night tells of everything, so that this one need not.

    Raises OSError while the mail server does not take it: the outbox tries again.
    """
    person = as_now(to)
    unsent = list(Reminder.objects.filter(person_id=to, sent_at=None))
    if not unsent or any(reminder.day > date.fromisoformat(day) for reminder in unsent):
        return
    account = account_of(person) if person is not None else None
    if person is not None and account is not None and person.roles:
        with timezone.override(zone()):
            sections = sections_of(person, unsent, today())
            if sections:
                subject, text, html = written(person, sections)
                deliver(f"{DIGEST}:{to}:{day}", account.email, subject, text, html)
    Reminder.objects.filter(pk__in=[reminder.pk for reminder in unsent]).update(sent_at=timezone.now())


def sections_of(person: Person, unsent: list[Reminder], day: date) -> list[Section]:
    """Return what to say, by headings; nothing when all that was to be told is done."""
    told = {reminder.thing: reminder for reminder in unsent if reminder.about_id == person.pk}
    items = [item for item in work_of(person) if item.due]
    sections = {key: Section(key) for key in HEADINGS}
    for item in items:
        key = _place(item, told, day)
        if key:
            sections[key].lines.append(_line(item, told.get(item.thing), day))
    sections["others"].lines = _of_others(person, unsent, day)
    if not sections["others"].lines and not any(item.thing in told for item in items):
        return []
    return [section for section in sections.values() if section.lines]


def _place(item: WorkItem, told: dict[str, Reminder], day: date) -> str:
    assert item.due is not None
    if item.due <= day:
        return "late" if item.due < day else "today"
    if item.due <= day + SOON:
        return "soon"
    if item.thing not in told:
        return ""
    return "new" if told[item.thing].is_first else "ahead"


def _line(item: WorkItem, reminder: Reminder | None, day: date, why: str = "") -> Line:
    assert item.due is not None
    return Line(item, (item.due - day).days, reminder is not None and reminder.is_first, why)


def _of_others(person: Person, unsent: list[Reminder], day: date) -> list[Line]:
    """Return what others have not done, by its day: one line for what several have not done, with their names."""
    found: dict[tuple[Any, ...], tuple[WorkItem, Reminder, list[Person]]] = {}
    about = {reminder.about_id for reminder in unsent} - {person.pk}
    for other in Person.objects.filter(pk__in=about).select_related("user").order_by("printed_name", "pk"):
        items = {item.thing: item for item in due_items(other, day)}
        for reminder in unsent:
            item = items.get(reminder.thing) if reminder.about_id == other.pk else None
            if item is not None:
                address = item.url_of_another or item.url
                same = (item.number, item.of_another, address, item.due, reminder.is_first, reminder.why)
                found.setdefault(same, (item, reminder, []))[2].append(other)
    lines = [_line(item, reminder, day, _why(reminder.why, people)) for item, reminder, people in found.values()]
    return sorted(lines, key=lambda line: line.days)


def _why(key: str, people: list[Person]) -> str:
    n = len(people)
    sentences = {
        "no_account": ngettext(
            "Told you because %(who)s has no account, so no e-mail.",
            "Told you because these have no account, so no e-mail: %(who)s.", n,
        ),
        "deputy": ngettext(
            "Told you because you act for %(who)s, who has not done it.",
            "Told you because you act for these, who have not done it: %(who)s.", n,
        ),
    }  # fmt: skip
    undone = ngettext(
        "Told you because %(who)s has not done it.", "Told you because these have not done it: %(who)s.", n
    )
    return sentences.get(key, undone) % {"who": _names(people)}


def _names(people: list[Person]) -> str:
    names = ", ".join(str(one) for one in people[:SHOWN])
    return _("%(names)s and %(n)d more") % {"names": names, "n": len(people) - SHOWN} if people[SHOWN:] else names


def written(person: Person, sections: list[Section]) -> tuple[str, str, str]:
    """Return (subject, text, HTML) of the mail."""
    programme = current()
    context: dict[str, Any] = {
        "person": person, "sections": sections, "site": settings.SITE_URL, "programme": programme,
        "subject": subject_of(sections), "day": today(),
    }  # fmt: skip
    text = render_to_string("mail/night/digest.txt", context).strip() + "\n"
    return context["subject"], text, render_to_string("mail/night/digest.html", context)


def subject_of(sections: list[Section]) -> str:
    """Return e.g. “Your work: 2 late, 1 due today”: the counts of what is there."""
    counts = {section.key: len(section.lines) for section in sections}
    words = {
        "late": _("%(n)d late"), "today": _("%(n)d due today"), "soon": _("%(n)d due soon"), "new": _("%(n)d new"),
        "ahead": _("%(n)d coming up"), "others": _("%(n)d of others"),
    }  # fmt: skip
    return _("Your work: %(counts)s") % {"counts": ", ".join(words[key] % {"n": n} for key, n in counts.items())}
