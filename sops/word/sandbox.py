"""Reads a file in a process of its own, so that no file can take the memory or the time of the server."""

import atexit
import contextlib
import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from qms.trail.errors import Invalid
from sops.kept import model as kept
from sops.word.child import REFUSED, Task
from sops.word.model import WordText
from sops.word.nursery import FOOT, SECONDS_ON_THE_CLOCK
from sops.word.tracked import Decision
from sops.word.transport import load

MAX_UPLOAD = 100 * 1024 * 1024  # bytes of one Word file
_ROOT = Path(__file__).resolve().parents[2]
_LETTER: dict[Task, bytes] = {"accept": b"a", "reject": b"r", "comments": b"c", "keep": b"k"}
log = logging.getLogger(__name__)


class Taken(NamedTuple):
    """How a child ended, the most memory it had (KiB) and its processor time (seconds)."""

    status: int
    memory: int
    seconds: float


class _Nursery:
    """The process of `sops.word.nursery`, started when first needed; one for each process of the server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._owner = 0

    def send(self, letter: bytes, ends: list[int]) -> None:
        """Hand the ends of one file to the nursery; a nursery that died is started again, once."""
        with self._lock:
            for last in (False, True):
                try:
                    socket.send_fds(self._there(), [letter], ends)
                except OSError:
                    self._end()
                    if last:
                        raise
                else:
                    return

    def _there(self) -> socket.socket:
        if self._socket is not None and self._owner == os.getpid():
            return self._socket
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sops.word.nursery"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
            )
        self._owner = os.getpid()
        return self._socket

    def _end(self) -> None:
        if self._owner == os.getpid() and self._socket and self._process:
            self._socket.close()
            self._process.wait(timeout=10)
        self._socket = self._process = None

    def end(self) -> None:
        """Close the socket, which ends the nursery, and wait for it."""
        with self._lock, contextlib.suppress(subprocess.TimeoutExpired):
            self._end()


_nursery = _Nursery()
atexit.register(_nursery.end)


def read_word_safely(data: bytes, tracked: Decision = "accept") -> WordText:
    """Return what `read_word` returns, read in a child with limits; raise Invalid with a sentence for the person."""
    out = _asked(data, tracked, _unreadable)
    try:
        return load(out)
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(_unreadable()) from error


def read_kept_safely(data: bytes) -> kept.KeptText:
    """Return what `read_kept` returns of a file that is to be kept as it is, read in such a child."""
    out = _asked(data, "keep", _too_much)
    try:
        return kept.load(out)
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(_too_much()) from error


def _asked(data: bytes, task: Task, otherwise: Callable[[], str]) -> bytes:
    if len(data) > MAX_UPLOAD:
        raise Invalid(
            _("This file is larger than %(most)d MB. Make its pictures smaller and try again.") % {"most": 100}
        )
    out, taken = ask(data, task)
    log.debug("read %d bytes: status %d, %d KiB, %.2f s", len(data), *taken)
    if taken.status == REFUSED:
        raise Invalid(_(out.decode("utf-8", "replace")))
    if taken.status != 0:
        raise Invalid(otherwise())
    return out


def ask(data: bytes, tracked: Task) -> tuple[bytes, Taken]:
    """Return the answer of a fresh child to a file, and what the child took; a status other than 0 and 3 is a failure.

    The child has 30 seconds of processor time, its keeper ends it after 60 on the clock.
    """
    their_source, our_source = os.pipe()
    our_answer, their_answer = os.pipe()
    try:
        try:
            _nursery.send(_LETTER[tracked], [their_source, their_answer])
        finally:
            os.close(their_source)
            os.close(their_answer)
        with os.fdopen(our_source, "wb", buffering=0) as handle, contextlib.suppress(BrokenPipeError):
            rest = memoryview(data)
            while rest:
                rest = rest[handle.write(rest) :]
        out = _answer(our_answer)
    finally:
        os.close(our_answer)
    if len(out) < FOOT.size:
        return b"", Taken(1, 0, 0.0)
    return out[: -FOOT.size], Taken(*FOOT.unpack(out[-FOOT.size :]))


def _answer(end: int) -> bytes:
    """Return all that comes; nothing where it does not end in time."""
    pieces: list[bytes] = []
    until = time.monotonic() + SECONDS_ON_THE_CLOCK + 5
    while select.select([end], [], [], max(until - time.monotonic(), 0))[0]:
        piece = os.read(end, 1024 * 1024)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
    return b""


def _too_much() -> str:
    return _("This file could not be read: it is damaged, or too much for one document. Save it as PDF and try again.")


def _unreadable() -> str:
    return _("This Word file could not be read. Open it in Word, save it again as .docx, and try once more.")
