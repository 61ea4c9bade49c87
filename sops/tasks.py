"""What the worker does for documents. Each task is safe to run twice."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from qms.trail.outbox import outbox_task
from qms.trail.rhythm import EVERY_MINUTE, NIGHTLY
from sops.models import Version
from sops.services import attach_pdf, expire_deviations, make_copies, make_due_effective, make_effective
from sops.services.release import NotInForce
from sops.signals import FACTS


@outbox_task("sops.prepare", _("Controlled PDF of an approved version"))
def prepare_version(*, version: int) -> None:
    """Make the controlled PDF of a version just approved; where its day is today, put it into force."""
    found = Version.objects.select_related("document__type", "document__facility").get(pk=version)
    attach_pdf(found)
    make_effective(found)


@outbox_task("sops.tell", _("News of a version for other parts"))
def tell_fact(*, version: int, fact: str) -> None:
    """Tell upper apps of a fact about a version; one that fails is told again."""
    found = Version.objects.select_related("document__type", "document__facility").get(pk=version)
    FACTS[fact].send(sender=Version, version=found)


@outbox_task("sops.stamp", _("PDFs of controlled copies"))
def stamp_copies(*, copies: Sequence[int] = (), copy: int | None = None) -> None:
    """Make the PDFs of copies just issued; `copy` is what rows from before this release ask for."""
    make_copies([*copies, *([copy] if copy is not None else [])])


def put_due_into_force(now: datetime) -> None:
    """Put everything into force whose day has come; the worker calls this every minute."""
    make_due_effective()


def put_into_force_tonight(day: date) -> dict[str, int]:
    """Put everything into force whose day has come, and count it for the night."""
    try:
        return {"versions into force": make_due_effective(day)}
    except NotInForce as failed:
        return {"versions into force": failed.done, "versions not put into force": len(failed.numbers)}


def expire_what_is_over(now: datetime) -> None:
    """Let planned deviations expire; the worker calls this every minute."""
    expire_deviations(now)


def expire_tonight(day: date) -> dict[str, int]:
    """The same in the night, where the worker stood still."""
    return {"planned deviations expired": expire_deviations()}


EVERY_MINUTE.append(put_due_into_force)
EVERY_MINUTE.append(expire_what_is_over)
NIGHTLY.append(put_into_force_tonight)
NIGHTLY.append(expire_tonight)
