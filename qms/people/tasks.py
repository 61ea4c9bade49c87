"""Work that the outbox carries out after an act, each one line and safe to run twice."""

from qms.people.services.passwords import send_password_reset
from qms.trail.outbox import outbox_task


@outbox_task("people.reset_asked")
def reset_asked(email: str) -> None:
    """Look whether a forgotten password belongs to an account, and mail the link."""
    send_password_reset(email)
