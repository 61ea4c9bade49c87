"""Checks keys and seals: each key is named by the one before, each seal signed and bound to the one before."""

from collections.abc import Iterable

from qms.trail.keys import is_signed, succession_text
from qms.trail.merkle import Frontier
from qms.trail.models import Seal, SealKey
from qms.trail.sealer import seal_text
from qms.trail.verify.report import Report


def check_keys(report: Report) -> dict[int, SealKey]:
    """Return the keys by number, having checked that each was signed by its predecessor."""
    keys = {key.number: key for key in SealKey.objects.order_by("number")}
    for number, key in keys.items():
        report.checked["keys"] += 1
        before = keys.get(number - 1)
        first = number == 1 and not key.signed_by_previous
        if first or (before and is_signed(before.public, key.signed_by_previous, succession_text(key, before))):
            continue
        report.find("key altered", f"qms.sealkey {number}", f"Key {number} was not named by key {number - 1}.")
    return keys


def check_seal(report: Report, keys: dict[int, SealKey], seal: Seal, before: Seal | None, roots: Iterable[str]) -> bool:
    """Return whether a seal is what the sealer wrote. `roots` are the roots that the log may have had before it.

    More than one, because a seal is not to blame when the one before it was altered.
    """
    report.checked["seals"] += 1
    what = f"qms.seal {seal.size}"
    if seal.previous_id != (before.size if before else None):
        report.find(
            "seal altered", what, f"The seal at {seal.size} does not follow the seal before it: one is missing."
        )
        return False
    if not _folds(seal):
        report.find("seal altered", what, f"The frontier and the root of the seal at {seal.size} do not agree.")
        return False
    key = keys.get(seal.key_id)
    texts = {seal_text(seal.size, seal.root, root, seal.at, seal.key_id) for root in roots}
    if key is None or not any(is_signed(key.public, seal.signature, text) for text in texts):
        report.find("seal altered", what, f"The seal at {seal.size} is not what key {seal.key_id} signed.")
        return False
    return True


def _folds(seal: Seal) -> bool:
    try:
        return Frontier.from_text(seal.size, seal.frontier).root().hex() == seal.root
    except (ValueError, TypeError):
        return False
