"""The lines of the register, on the page and in the exported list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.translation import gettext as _

from qms.people.models import User
from qms.people.programme import day_of
from qms.people.roles import May
from qms.search.hits import Hit
from qms.ui.options import Option, View
from qms.ui.status import state
from sops.finding import REVIEWS, SOON, SORTS, Filters
from sops.lines import Line, shows_coming
from sops.models import Status

PLACE = "NUMBER"  # stands in an address for the number of a document
NO_HITS: Mapping[int, Hit] = {}
READERS_SEE = (Status.EFFECTIVE, Status.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Row:
    """One document of the register. `review` is its lateness ("" where nothing is near), `sub` what else is to come."""

    line: Line
    since: date | None
    review: str
    sub: str
    url: str
    hit: Hit | None = None


def rows(lines: Iterable[Line], user: User, day: date, hits: Mapping[int, Hit] = NO_HITS) -> list[Row]:
    """Return lines as this person sees them: who sees no drafts is led straight to the text.

    `hits` are the places where the words that were searched for stand, by the key of the document.
    """
    address, drafts = Addresses(), user.person.facilities_where(May.SEE_DRAFTS)
    found = []
    for line in lines:
        to_text = drafts is not None and line.facility_id not in drafts
        sub = _beside(line) if shows_coming(line, user.person) else _planned(line)
        found.append(Row(
            line, day_if(line.shown__effective_at), review_state(line.review_due, day), sub,
            address.of(line.number, line.shown__n if to_text else None), hits.get(line.id),
        ))  # fmt: skip
    return found


class Addresses:
    """The addresses of documents, or of versions of them. To reverse fifty by themselves takes a millisecond."""

    def __init__(self) -> None:
        self._known: dict[int | None, str] = {}

    def of(self, number: str, n: int | None) -> str:
        """Return the address of a document, or of its version n."""
        if n not in self._known:
            self._known[n] = reverse("version", args=[PLACE, n]) if n else reverse("document", args=[PLACE])
        return self._known[n].replace(PLACE, quote(number, safe=f"{RFC3986_SUBDELIMS}/~:@"))  # as `reverse` does


def _planned(line: Line) -> str:
    if line.shown__status != Status.APPROVED or not line.shown__effective_on:
        return ""
    return _("takes effect %s") % date_format(line.shown__effective_on, "j M Y")


def _beside(line: Line) -> str:
    """Return what is on its way beside the version in force: v8 takes effect 28 Sep 2026; v5 in approval."""
    if line.coming__status == Status.APPROVED and line.coming__effective_on:
        return _("v%(n)d takes effect %(day)s") % {
            "n": line.coming__n, "day": date_format(line.coming__effective_on, "j M Y"),
        }  # fmt: skip
    return _("v%(n)d: %(status)s") % {"n": line.coming__n, "status": Status(line.coming__status).label.lower()}


def day_if(moment: datetime | None) -> date | None:
    """Return the programme's day of a moment, where there is one."""
    return day_of(moment) if moment else None


def review_state(due: date | None, day: date) -> str:
    """Return late, soon or "" of the day on which a periodic review falls due."""
    if due is None or due > day + SOON:
        return ""
    return "late" if due < day else "soon"


def views(user: User, asked: Filters) -> list[View]:
    """Return the views: all, in force, on their way, review due, one's own, withdrawn."""
    drafts = user.may(May.SEE_DRAFTS)
    on_way = [status.value for status in (Status.DRAFT, Status.IN_REVIEW, Status.IN_APPROVAL, Status.APPROVED)]
    offered: list[tuple[str, dict[str, list[str]]]] = [(_("All"), {}), (_("In force"), {"status": ["effective"]})]
    if drafts:
        offered += [
            (_("On their way"), {"status": on_way}),
            (_("Review due"), {"review": ["late", "soon"]}),
            (_("Mine"), {"owner": [str(user.person_id)]}),
        ]
    offered.append((_("Withdrawn"), {"status": ["withdrawn"]}))
    now = {key: sorted(values) for key, values in _chosen(asked).items() if values}
    here = reverse("register")
    return [
        View(
            word, f"{here}?{urlencode(wanted, doseq=True)}" if wanted else here,
            {key: sorted(values) for key, values in wanted.items()} == now,
        )
        for word, wanted in offered
    ]  # fmt: skip


def query_of(asked: Filters) -> str:
    """Return the query of the register that asks for this and nothing else, "" for the whole register."""
    wanted = {key: sorted(values) for key, values in _chosen(asked).items() if values}
    if asked.text.strip():
        wanted["q"] = [asked.text.strip()]
    if asked.sort != "number" and asked.sort.removeprefix("-") in SORTS:
        wanted["sort"] = [asked.sort]
    return urlencode(wanted, doseq=True)


def saved_views(asked: Filters, saved: Iterable[tuple[str, str]]) -> list[View]:
    """Return the views that are kept under a name, as [(name, query)], as they stand after those that everybody has."""
    now, here = query_of(asked), reverse("register")
    return [View(name, f"{here}?{query}", query == now) for name, query in saved]


def asked_words(asked: Filters, offered: dict[str, list[tuple[int, str]]], user: User) -> str:
    """Return in words how a list is narrowed: “Status: Effective, Approved; Owner: Fenn Mossgrove”; "" where not."""
    said = [_("“%(text)s” in number, title or text") % {"text": asked.text.strip()}] if asked.text.strip() else []
    for word, _name, options in menus(user, asked, offered):
        if chosen := [str(option.word) for option in options if option.on]:
            said.append(f"{word}: {', '.join(chosen)}")
    return "; ".join(said)


def _chosen(asked: Filters) -> dict[str, list[str]]:
    return {
        "type": [str(key) for key in asked.types], "facility": [str(key) for key in asked.facilities],
        "status": list(asked.statuses), "owner": [str(key) for key in asked.owners], "review": list(asked.reviews),
    }  # fmt: skip


def menus(user: User, asked: Filters, offered: dict[str, list[tuple[int, str]]]) -> list[tuple[str, str, list[Option]]]:
    """Return (word, name, options) of each filter; `offered` comes from `choices`."""
    statuses = [one for one in Status if one != Status.SUPERSEDED] if user.may(May.SEE_DRAFTS) else READERS_SEE
    due = {"late": _("Overdue"), "soon": _("Within 60 days"), "later": _("Later")}
    return [
        (_("Type"), "type", options_of(offered["type"], asked.types)),
        (_("Facility"), "facility", options_of(offered["facility"], asked.facilities)),
        (_("Status"), "status", [Option(one, state("doc", one).word, on=one in asked.statuses) for one in statuses]),
        (_("Owner"), "owner", options_of(offered["owner"], asked.owners)),
        (_("Review"), "review", [Option(one, due[one], on=one in asked.reviews) for one in REVIEWS]),
    ]


def options_of(offered: Iterable[tuple[int, str]], chosen: Iterable[int]) -> list[Option]:
    """Return the choices of a filter, those chosen marked."""
    return [Option(str(key), name, on=key in chosen) for key, name in offered]
