"""The process that reads Word files for the server: it has all code ready, and forks a fresh child for each file.

On its stdin, a socket, it gets the two ends that concern one file: where its bytes come from, where the answer goes.
Nothing of a file ever reaches this process itself, so that no hostile file outlives its own child. Between the two
stands a keeper, which waits for the child, ends it when its time is over, and closes the answer with what it took.
"""

import codecs
import contextlib
import os
import signal
import socket
import struct
import sys
from encodings.aliases import aliases
from importlib import import_module
from types import FrameType

from django.conf import settings

DECISIONS = {b"a": "accept", b"r": "reject", b"c": "comments", b"k": "keep"}
FOOT = struct.Struct("!iId")  # exit status (below 0: ended by a signal), memory in KiB, seconds of processor time
SECONDS_ON_THE_CLOCK = 60


def main() -> None:
    """Fork a keeper for each request until the server closes its end."""
    settings.configure(USE_I18N=False)  # sentences in English; the server translates what it shows
    _make_ready()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=os.dup(0)) as requests:
        while True:
            tracked, ends, _flags, _address = socket.recv_fds(requests, 1, 2)
            if not tracked:
                return
            if os.fork() == 0:
                requests.close()
                os.close(0)
                _keep(DECISIONS[tracked], *ends)
            for end in ends:
                os.close(end)


def _make_ready() -> None:
    """Load all that reading may need, since a child opens no file any more, code included."""
    import_module("fontTools.cffLib")  # for fonts inside PDFs
    from PIL import Image  # noqa: PLC0415  (after the settings, as all that follows)

    from sops.kept.samples import WARM_UP  # noqa: PLC0415
    from sops.word.child import answer_to  # noqa: PLC0415
    from sops.word.vocabulary import day_words  # noqa: PLC0415

    Image.init()
    for name in {"charmap", "idna", "utf-8-sig", *aliases.values()}:  # a PDF may name any of them
        with contextlib.suppress(LookupError):
            codecs.lookup(name)
    day_words("2026-01-01")
    answer_to(b"", "accept")
    for sample in WARM_UP:
        answer_to(sample, "keep")


def _keep(tracked: str, source: int, answer: int) -> None:
    """Let a child read the file; add how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        _read(tracked, source, answer)
    os.close(source)

    def end(_signal: int, _frame: FrameType | None) -> None:
        os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS_ON_THE_CLOCK)
    _pid, status, usage = os.wait4(child, 0)
    taken = FOOT.pack(os.waitstatus_to_exitcode(status), usage.ru_maxrss, usage.ru_utime + usage.ru_stime)
    with contextlib.suppress(BrokenPipeError):  # the server does not wait any more
        os.write(answer, taken)
    os._exit(0)


def _read(tracked: str, source: int, answer: int) -> None:
    """Read one file with little memory and time; no file or connection can be opened from here on."""
    from sops.word.child import answer_to, limit  # noqa: PLC0415

    status = 1
    try:
        limit()
        with os.fdopen(source, "rb") as handle:
            data = handle.read()
        out, status = answer_to(data, tracked)  # type: ignore[arg-type]
        with os.fdopen(answer, "wb") as handle:
            handle.write(out)
    except BaseException:
        status = 1
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
    sys.exit()
