"""What the process does that reads one file with little memory and little time.

Status 0: a WordText, or a KeptText where the file is to be kept as it is. Status 3: a refusal, its sentence. Anything
else: the file was too much for it.
"""

import resource
from typing import Literal

from qms.trail.errors import Refused
from sops.kept import model as kept
from sops.kept.reader import read_kept
from sops.word.reader import read_word
from sops.word.tracked import Decision
from sops.word.transport import dump

Task = Decision | Literal["keep"]
MEMORY = 1536 * 1024 * 1024  # bytes of address space
SECONDS = 30  # of processor time
REFUSED = 3


def limit() -> None:
    """Take away what reading a file does not need: memory, time, other processes, files and connections to open."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)


def answer_to(data: bytes, tracked: Task) -> tuple[bytes, int]:
    """Return the answer for a file and the status to end with."""
    try:
        if tracked == "keep":
            return kept.dump(read_kept(data)), 0
        return dump(read_word(data, tracked)), 0
    except Refused as refusal:
        return str(refusal).encode(), REFUSED
