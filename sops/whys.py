"""Reads why changes were made: those of one version, or of all versions between two texts."""

from collections.abc import Iterable

from django.db.models import Q

from qms.people.models import User
from sops.bodies import read_body
from sops.compare import Redline, compare
from sops.compare.places import WhyWords, blocks_of_changes
from sops.models import Status, Version, Why
from sops.origins import Origin, origins_of
from sops.render import Whys


def whys_between(old: Version, new: Version) -> list[Why]:
    """Return what was said in the versions after `old` up to `new`, the oldest first; none backwards."""
    counted = Q(version=new.pk) | ~Q(version__status=Status.DISCARDED)
    among = Why.objects.filter(counted, version__document=new.document_id, version__n__gt=old.n, version__n__lte=new.n)
    return list(among.exclude(text="").select_related("version", "by").order_by("version__n", "pk"))


def by_change(redline: Redline, whys: Iterable[Why]) -> dict[int, list[Why]]:
    """Return the reasons of each change that has any, by its number."""
    beside: dict[str, list[Why]] = {}
    for why in whys:
        beside.setdefault(why.block, []).append(why)
    changes = blocks_of_changes(redline).items()
    return {
        number: found
        for number, names in changes
        if (found := sorted((why for name in names for why in beside.get(name, ())), key=lambda why: why.pk))
    }


def whys_shown(user: User | None, old: Version, new: Version, redline: Redline) -> Whys:
    """Return the words of the reasons by change, with links to what they came of where `user` may go there."""
    found = by_change(redline, whys_between(old, new))
    numbers = {why.origin for whys in found.values() for why in whys}
    origins = origins_of(user, numbers) if user is not None else {}
    return {number: [_words(why, new, origins) for why in whys] for number, whys in found.items()}


def _words(why: Why, new: Version, origins: dict[str, Origin]) -> WhyWords:
    origin = origins.get(why.origin, Origin("", ""))
    return WhyWords(why.text, why.origin, origin.label, origin.url, why.version.n if why.version_id != new.pk else 0)


def unexplained(old: Version, new: Version) -> tuple[int, int] | None:
    """Return (changes without a reason of their own, all changes); None where each has one."""
    redline = compare(read_body(old.body), read_body(new.body))
    total = len(redline.changes)
    left = total - len(by_change(redline, whys_between(old, new)))
    return (left, total) if left else None
