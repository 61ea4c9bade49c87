"""A series of signings: one continuous time of one person (21 CFR 11.200(a)(1)).

The first signature of a series takes e-mail and password, each further one the password. The clock of the session
ends a series after SIGNING_IDLE_MINUTES; logging out or in ends it with the session.
"""

from qms.people.access import AuthenticatedRequest

KEY = "signing_series"


def is_running(request: AuthenticatedRequest) -> bool:
    """Return whether this person has signed in this session, and has not been idle since."""
    return bool(request.session.get(KEY) == request.user.person_id)


def begin(request: AuthenticatedRequest) -> None:
    """Let further signatures of this person in this session take the password alone."""
    request.session[KEY] = request.user.person_id
