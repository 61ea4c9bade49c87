"""The HTML of a mail is made of its text, so that both say the same: paragraphs, lists, what is quoted, one button.

A paragraph whose last line is an address of this site becomes a button with the words before it; lines that begin
with a star are a list; a paragraph that is set in is a quotation; what follows "-- " is the foot.
"""

from dataclasses import dataclass

from django.conf import settings

FOOT = "\n-- \n"
INSET = "    "
STAR = "* "


@dataclass(frozen=True)
class Part:
    """One part of a mail; `kind` is words, list, quote or link, `url` is where a link leads."""

    kind: str
    lines: list[str]
    url: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """Return the words of a link without the colon that leads to the address in the text."""
        return " ".join(self.lines).removesuffix(":") or self.url


def parts_of(text: str) -> tuple[list[Part], str]:
    """Return (parts, foot) of a mail's text."""
    body, _, foot = text.rpartition(FOOT)
    return [_part(one) for one in body.split("\n\n") if one.strip()], foot.strip()


def _part(paragraph: str) -> Part:
    lines = [line.strip() for line in paragraph.strip("\n").split("\n")]
    if paragraph.strip("\n").startswith(INSET):
        return Part("quote", lines)
    if all(line.startswith(STAR) for line in lines):
        return Part("list", [line.removeprefix(STAR) for line in lines])
    if lines[-1].startswith(settings.SITE_URL + "/"):
        return Part("link", lines[:-1], lines[-1])
    return Part("words", lines)
