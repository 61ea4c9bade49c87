"""Collects what is lost: single losses with their place, and many of a kind as one with a count."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sops.word.model import Loss


def quote(text: str, most: int = 300) -> str:
    """Return words in quotation marks, shortened at a word."""
    text = " ".join(text.split())
    if len(text) > most:
        text = text[:most].rpartition(" ")[0] + " …"
    return f"“{text}”"


@dataclass
class Losses:
    """The list in the making; knows where the reading stands."""

    heading: str = ""
    paragraph: int = 0
    at_heading: bool = False
    note: str = ""  # set while a footnote is read
    single: list[Loss] = field(default_factory=list)
    many: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # kind: count, first place, sentence

    def enter_heading(self, words: str) -> None:
        """Say that the reading has reached this heading."""
        self.heading, self.paragraph, self.at_heading = words, 0, True

    def enter_paragraph(self) -> None:
        """Say that the reading has reached the next paragraph with content."""
        self.paragraph += 1
        self.at_heading = False

    @property
    def place(self) -> str:
        """Return where the reading stands, in words for a person."""
        if self.note:
            return self.note
        if self.at_heading:
            return _("heading %(words)s") % {"words": quote(self.heading, 80)}
        if self.heading:
            return _("paragraph %(n)d under %(words)s") % {"n": self.paragraph, "words": quote(self.heading, 80)}
        return _("paragraph %(n)d, before the first heading") % {"n": max(self.paragraph, 1)}

    def name(self, kind: str, sentence: str, place: str | None = None) -> None:
        """Name one loss, here or at a given place."""
        self.single.append(Loss(kind, self.place if place is None else place, sentence))

    def count(self, kind: str, sentence: str) -> None:
        """Count one of many of the same kind; `sentence` is the same for all of them."""
        count, place, kept = self.many.get(kind, (0, self.place, sentence))
        self.many[kind] = (count + 1, place, kept)

    def result(self) -> list[Loss]:
        """Return all losses: the single ones in reading order, then the counted ones."""
        counted = [Loss(kind, place, _times(sentence, n)) for kind, (n, place, sentence) in self.many.items()]
        return self.single + counted


def _times(sentence: str, count: int) -> str:
    return (
        sentence
        if count == 1
        else _("%(sentence)s (%(count)d times, here first.)")
        % {
            "sentence": sentence,
            "count": count,
        }
    )
