"""What Word writes twice, for newer and for older programs: which of the two is read."""

from sops.word.xml import Element, child, find

_SHOWN = ("blip", "imagedata", "txbxContent", "textpath", "chart", "relIds", "OLEObject", "control", "contentPart")


def chosen(alternative: Element) -> Element:
    """Return the branch of an mc:AlternateContent that is read: the fallback only where the choice shows nothing."""
    choice, fallback = child(alternative, "Choice"), child(alternative, "Fallback")
    if choice is None:
        return () if fallback is None else fallback
    shows = any(True for _e in find(choice, *_SHOWN, "t")) or fallback is None
    if not shows and any(True for _e in find(fallback, "blip", "imagedata")):
        return fallback
    return choice
