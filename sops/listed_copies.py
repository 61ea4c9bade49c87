"""A list of copies as it is pasted: holder; place; how many. A holder who is a person here is taken as that person."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from qms.people.models import Person
from qms.trail.errors import Invalid
from sops.services import Holding
from sops.services.copies import MOST

LONGEST = 80


def listed(text: str, people: Iterable[Person]) -> list[Holding]:
    """Return the copies that a pasted list asks for; tabs, as from a spreadsheet, part as semicolons do.

    Raises Invalid with the line that is wrong, and what to do.
    """
    known: dict[str, Person | None] = {}
    for person in people:
        name = person.printed_name.casefold()
        known[name] = None if name in known else person  # two of one name are nobody: their line stays in words
    found: list[Holding] = []
    for n, line in enumerate(text.replace("\0", "").splitlines(), start=1):
        if line.strip():
            found += _line(n, line, known)
        if len(found) > MOST:
            raise Invalid(_("These are more than %(most)d copies. Issue them in several parts.") % {"most": MOST})
    return found


def _line(n: int, line: str, known: dict[str, Person | None]) -> list[Holding]:
    holder, place, count, *more = [*(part.strip() for part in line.replace("\t", ";").split(";")), "", ""][:4]
    if not holder or not place or any(more):
        raise Invalid(_("Line %(n)d: write holder; place, and where it is several, their number.") % {"n": n})
    if max(len(holder), len(place)) > LONGEST:
        raise Invalid(_("Line %(n)d: at most %(most)d characters each.") % {"n": n, "most": LONGEST})
    if count and not (count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= MOST):
        raise Invalid(_("Line %(n)d: the number of copies is 1 to %(most)d.") % {"n": n, "most": MOST})
    person = known.get(holder.casefold())
    one = Holding(place=place, holder=person) if person is not None else Holding(place=place, name=holder)
    return [one] * int(count or 1)
