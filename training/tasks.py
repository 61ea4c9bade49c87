"""What the worker does for reading. Each is safe to run twice."""

import logging
from datetime import date

from django.utils.translation import gettext_lazy as _

from qms.trail.outbox import outbox_task
from qms.trail.rhythm import NIGHTLY
from sops.models import Document
from training.models import READABLE, Reading
from training.readers import to_reconcile
from training.reconcile import Reconciled, ask_readers

log = logging.getLogger(__name__)


@outbox_task("training.ask", _("Asking people to read a document"))
def ask_for_document(*, document: int) -> None:
    """Ask the readers of one document anew, after a rule began or ended."""
    found = Document.objects.get(pk=document)
    asked = Reading.objects.open().filter(version__document=found).values("version")
    for version in found.versions.filter(status__in=READABLE) | found.versions.filter(pk__in=asked):
        ask_readers(version)


def reconcile_tonight(day: date) -> dict[str, int]:
    """Make who is asked agree with rules, roles and versions, also where roles began or ended by their dates."""
    total, failed = Reconciled(), 0
    for version in to_reconcile():
        try:
            total += ask_readers(version)
        except Exception:
            log.exception("The readers of %s could not be asked; the next night tries again", version)
            failed += 1
    counts = {"people asked to read": total.asked, "readings ended": total.ended}
    return counts | ({"versions whose readers were not asked": failed} if failed else {})


NIGHTLY.append(reconcile_tonight)
