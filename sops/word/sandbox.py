"""Reads a Word file in a process of its own, so that no file can take the memory or the time of the server."""

import os
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from qms.trail.errors import Invalid
from sops.word.child import REFUSED
from sops.word.model import WordText
from sops.word.tracked import Decision
from sops.word.transport import load

MAX_UPLOAD = 100 * 1024 * 1024  # bytes of one Word file
_PATIENCE = 60  # seconds on the clock; the child itself has 30 seconds of processor time
_ROOT = Path(__file__).resolve().parents[2]


def read_word_safely(data: bytes, tracked: Decision = "accept") -> WordText:
    """Return what `read_word` returns, read in a child with limits; raise Invalid with a sentence for the person."""
    if len(data) > MAX_UPLOAD:
        raise Invalid(
            _("This file is larger than %(most)d MB. Make its pictures smaller and try again.") % {"most": 100}
        )
    try:
        done = subprocess.run(  # noqa: S603  (our own module, no shell, the file on stdin)
            [sys.executable, "-m", "sops.word.child", tracked],
            input=data,
            capture_output=True,
            timeout=_PATIENCE,
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid(_unreadable()) from error
    if done.returncode == REFUSED:
        raise Invalid(_(done.stdout.decode("utf-8", "replace")))
    if done.returncode != 0:
        raise Invalid(_unreadable())
    try:
        return load(done.stdout)
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(_unreadable()) from error


def _unreadable() -> str:
    return _("This Word file could not be read. Open it in Word, save it again as .docx, and try once more.")
