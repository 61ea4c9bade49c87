"""What the worker does for documents. Each task is safe to run twice."""

from qms.trail.outbox import outbox_task
from sops.models import Version
from sops.services import attach_pdf, make_due_effective, make_effective


@outbox_task("sops.prepare")
def prepare_version(*, version: int) -> None:
    """Make the controlled PDF of a version just approved; where its day is today, put it into force."""
    found = Version.objects.select_related("document__type", "document__facility").get(pk=version)
    attach_pdf(found)
    make_effective(found)


def put_due_into_force() -> None:
    """Put everything into force whose day has come; the worker calls this every minute."""
    make_due_effective()
