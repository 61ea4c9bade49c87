"""Facts about roles that upper apps may act on, told by the outbox once they are committed.

A receiver may be called twice for one fact, and later than it happened: it looks at how things stand, and reconciles.
Both give `assignment`. A role that begins or ends on a later day is told of at once; the night of that day reconciles.
"""

from django.dispatch import Signal

role_granted = Signal()
role_ended = Signal()

FACTS: dict[str, Signal] = {"granted": role_granted, "ended": role_ended}
