"""Drawing numbers: gapless, and right when many draw at once."""

import re
from typing import Any

from django.utils.translation import gettext as _

from qms.numbering.models import Counter, NumberingScheme
from qms.people.models import Person
from qms.people.roles import May
from qms.trail.actor import Acting
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed


def check_pattern(pattern: str) -> None:
    """Refuse a pattern that names no running number or an unknown field. Fields: facility, type, n."""
    try:
        first, second = (pattern.format(facility="F", type="T", n=number) for number in (1, 2))
    except (KeyError, IndexError, ValueError) as wrong:
        raise Invalid(_("Use the fields {facility}, {type} and {n}, e.g. {facility}-{type}-{n:03d}.")) from wrong
    if first == second:
        raise Invalid(_("The pattern has no running number. Add {n:03d}."))


def add_scheme(key: str, pattern: str, *, by: Acting) -> NumberingScheme:
    """Keep a new numbering scheme under a key."""
    if isinstance(by, Person) and not by.may(May.MANAGE_FACILITIES):
        raise NotAllowed(_("Your roles do not allow this."))
    check_pattern(pattern)
    scheme = NumberingScheme(key=key, pattern=pattern)
    with change(by=by) as c:
        c.save(scheme)
        c.event("numbering.add", scheme)
    return scheme


def draw(c: Change, scheme: NumberingScheme, **fields: Any) -> str:
    """Return the next number of a scope, inside the change that uses it: no use, no number lost."""
    counter = _locked(scheme, **fields)
    counter.last += 1
    counter.save(update_fields=["last"])
    return scheme.pattern.format(n=counter.last, **fields)


def adopt(c: Change, scheme: NumberingScheme, number: str, **fields: Any) -> None:
    """Take note of a number given elsewhere (an imported document), so that it is not drawn again."""
    before, after = re.split(r"\{n[^}]*\}", scheme.pattern)
    match = re.fullmatch(re.escape(before.format(**fields)) + r"(\d{1,9})" + re.escape(after.format(**fields)), number)
    if match is None:
        return
    counter = _locked(scheme, **fields)
    if int(match[1]) > counter.last:
        counter.last = int(match[1])
        counter.save(update_fields=["last"])


def _locked(scheme: NumberingScheme, **fields: Any) -> Counter:
    scope = scheme.pattern.format_map(_Scope(fields))
    Counter.objects.bulk_create([Counter(scheme=scheme, scope=scope)], ignore_conflicts=True)
    return Counter.objects.select_for_update().get(scheme=scheme, scope=scope)


class _Scope(dict[str, Any]):
    """Fills a pattern without its running number: PROC-SOP-…"""

    def __missing__(self, key: str) -> "_Running":
        return _Running()


class _Running:
    def __format__(self, spec: str) -> str:
        return "…"
