"""The process that reads one Word file with little memory and little time: bytes in on stdin, a WordText on stdout.

Exit 0: a WordText. Exit 3: a refusal, its sentence on stdout. Anything else: the file was too much for it.
"""

import resource
import sys

from django.conf import settings

from qms.trail.errors import Refused
from sops.word.reader import read_word
from sops.word.tracked import Decision
from sops.word.transport import dump

MEMORY = 1536 * 1024 * 1024  # bytes of address space
SECONDS = 30  # of processor time
REFUSED = 3


def limit() -> None:
    """Take away what reading a file does not need: memory, time, files to write, other processes."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)


def main(tracked: Decision) -> int:
    """Read stdin and write stdout; return the exit status."""
    settings.configure(USE_I18N=False)  # sentences in English; the parent translates what it shows
    limit()
    data = sys.stdin.buffer.read()
    try:
        out, status = dump(read_word(data, tracked)), 0
    except Refused as refusal:
        out, status = str(refusal).encode(), REFUSED
    sys.stdout.buffer.write(out)
    return status


if __name__ == "__main__":
    sys.exit(main("reject" if sys.argv[1:] == ["reject"] else "accept"))
