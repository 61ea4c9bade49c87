"""The words of a presentation: slide by slide in their order, with the speaker's notes."""

from sops.kept.model import Collected
from sops.kept.office import Office
from sops.word.xml import Element, attr, find, relation


def read_slides(package: Office, found: Collected) -> int:
    """Add the words of all slides; return how many there are."""
    show = package.tree(package.main)
    if show is None:
        return 0
    slides = list(find(show, "sldId"))
    for number, slide in enumerate(slides, start=1):
        target = package.relations(package.main).get(relation(slide, "id"))
        tree = package.tree(target.target) if target else None
        hidden = " (hidden)" if tree is not None and attr(tree, "show") == "0" else ""
        found.heading(f"Slide {number}{hidden}")
        if target is None or tree is None:
            continue
        _paragraphs(tree, found)
        for part in package.related(target.target, "notesSlide"):
            notes = package.tree(part)
            if notes is not None:
                _paragraphs(notes, found, "Notes: ")
    return len(slides)


def _paragraphs(tree: Element, found: Collected, before: str = "") -> None:
    for paragraph in find(tree, "p"):
        words = "".join(one.text or "" for one in find(paragraph, "t"))
        if words.strip() and not (before and words.strip().isdigit()):  # the number of the slide stands in its notes
            found.paragraph(before + words)
