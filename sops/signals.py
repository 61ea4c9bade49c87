"""Facts about versions that upper apps may act on, each told once it is committed, by the outbox.

A receiver may be called twice for one fact, and later than it happened: it looks at how things stand, and reconciles.
All give `version`.
"""

from django.dispatch import Signal

document_created = Signal()  # `version` is its first draft
version_approved = Signal()
version_in_force = Signal()
version_ended = Signal()  # it gave way to another one, or was withdrawn: its status says which
approval_cancelled = Signal()

FACTS: dict[str, Signal] = {
    "created": document_created,
    "approved": version_approved,
    "in_force": version_in_force,
    "ended": version_ended,
    "cancelled": approval_cancelled,
}
