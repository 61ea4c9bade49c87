"""Content controls: their text is kept, what they could do is named."""

from django.utils.translation import gettext as _

from sops.word.losses import gettext_noop
from sops.word.reading import Reading
from sops.word.xml import Element, child, is_on, local, val

_SENTENCES = {
    "checkbox": ("check box", gettext_noop("Check boxes are kept as signs; they cannot be ticked any more.")),
    "dropDownList": ("choice list", gettext_noop("Lists to choose from are kept as the text that is chosen.")),
    "comboBox": ("choice list", gettext_noop("Lists to choose from are kept as the text that is chosen.")),
    "showingPlcHdr": (
        "placeholder",
        gettext_noop("Texts like “click here to enter text” stand where nothing was filled in."),
    ),
    "repeatingSection": ("repeating section", gettext_noop("Sections that could be repeated are kept as they are.")),
}


def name_control(reading: Reading, sdt: Element) -> None:
    """Name what is lost with a w:sdt."""
    properties = child(sdt, "sdtPr")
    for e in () if properties is None else properties:
        name = local(e)
        if name in _SENTENCES and is_on(e):
            kind, sentence = _SENTENCES[name]
            reading.losses.count(kind, _(sentence))
        elif name == "docPartObj" and val(e, "docPartGallery") == "Table of Contents":
            reading.losses.count(
                "table of contents",
                _("The table of contents is kept as text with its old page numbers. Delete it; another is made."),
            )


def content(sdt: Element) -> Element:
    """Return the content of a w:sdt, nothing where it has none."""
    found = child(sdt, "sdtContent")
    return () if found is None else found
