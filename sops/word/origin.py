"""What a working copy of ours says of itself, in the properties of the file."""

from sops.word.model import Origin
from sops.word.package import Package
from sops.word.xml import attr

PROPERTY = "Engraft "


def origin_of(package: Package) -> Origin:
    """Return where the file came from; nothing where it is no working copy."""
    said: dict[str, str] = {}
    for part in package.related("", "custom-properties"):
        tree = package.tree(part)
        for e in () if tree is None else tree:
            if attr(e, "name").startswith(PROPERTY):
                said[attr(e, "name").removeprefix(PROPERTY)] = "".join(value.text or "" for value in e)
    revision = said.get("revision", "")
    return Origin(
        version=said.get("version", "")[:80],
        text=said.get("text", "") if len(said.get("text", "")) == 64 else "",
        revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0,
        notice=" ".join(said.get("notice", "").split()),
    )
