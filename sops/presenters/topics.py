"""The table of topics in words: its filters, and the same as a file."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from qms.people.models import Facility
from qms.ui.options import Option
from qms.ui.status import state
from sops.coverage import STATES, Row
from sops.models import PARTS


def menus(states: Sequence[str], parts: Sequence[str]) -> list[tuple[str, str, list[Option]]]:
    """Return (word, name, options) of each filter."""
    return [
        (_("Covered by"), "state", [Option(one, state("topic", one).word, on=one in states) for one in STATES]),
        (_("Part"), "part", [Option(one, Facility.Part(one).label, on=one in parts) for one in PARTS]),
    ]


def csv_head() -> list[str]:
    """Return the heads of the exported table."""
    return [_("Code"), _("Topic"), _("Part"), _("Covered by"), _("Documents"), _("Why not applicable")]


def csv_lines(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Return a line for each topic and part that is asked."""
    for row in rows:
        for cell in row.cells:
            if cell is not None:
                documents = ", ".join(one.number for one in cell.documents)
                word = str(state("topic", cell.state).word)
                yield [row.topic.code, row.topic.name, cell.part, word, documents, cell.why]
