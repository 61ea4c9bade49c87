"""How long a Word file of about ten pages takes to be read, in the process of its own in which it is read."""

from pathlib import Path

from benchmarks.texts import TEXT, median_of
from sops.word.sandbox import read_word_safely
from tests.word_files import docx, p, table


def import_seconds(times: int = 9) -> tuple[float, int, int]:
    """Return (seconds, bytes, passages) for the benchmarks' procedure, so many times, each with a table."""
    lines = Path(TEXT).read_text(encoding="utf-8").splitlines()
    inner = "".join(
        "".join(p(line.lstrip("#-1234567890. ").replace("&", "and").replace("<", "")) for line in lines if line.strip())
        + table(["Step", "Limit"], [f"Bag {n}", "37 °C"])
        for n in range(times)
    )
    data = docx(inner)
    return median_of(lambda: read_word_safely(data)), len(data), len(read_word_safely(data).blocks)
