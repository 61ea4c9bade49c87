"""Drawing numbers: gapless, and right when many draw at once."""

import re
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _

from qms.numbering.models import Counter, NumberingScheme
from qms.people.models import Person
from qms.people.roles import May
from qms.trail.actor import Acting
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed

PLAIN_FIELDS = {("facility", "", None), ("type", "", None)}


def check_pattern(pattern: str) -> None:
    """Refuse a pattern without exactly one running number, or with a field other than facility, type and n."""
    try:
        found = [(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(pattern)]
    except ValueError as wrong:
        raise Invalid(_("Use the fields {facility}, {type} and {n}, e.g. {facility}-{type}-{n:03d}.")) from wrong
    fields = [part for part in found if part[0] is not None]
    if any(part not in PLAIN_FIELDS and not _is_running(part) for part in fields):
        raise Invalid(_("Use the fields {facility}, {type} and {n}, e.g. {facility}-{type}-{n:03d}."))
    if sum(map(_is_running, fields)) != 1:
        raise Invalid(_("The pattern needs one running number, e.g. {n:03d}."))


def _is_running(part: tuple[str | None, str | None, str | None]) -> bool:
    name, spec, conversion = part
    return name == "n" and conversion is None and re.fullmatch(r"(0[1-9]d)?", spec or "") is not None


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
    match = re.fullmatch(
        re.escape(before.format(**fields)) + r"([0-9]{1,9})" + re.escape(after.format(**fields)), number
    )
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
