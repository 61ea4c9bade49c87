"""The verbs of people, roles and accounts: the only writers. Each opens the door and leaves an event."""

from qms.people.services.accounts import accept_invitation, activate_account, deactivate_account, invite
from qms.people.services.emails import change_own_email, confirm_email_change, open_email_change, request_email_change
from qms.people.services.passwords import (
    change_password,
    request_password_reset,
    reset_password,
    send_password_reset,
)
from qms.people.services.people import add_person, change_person, reactivate, record_leaver
from qms.people.services.programme import (
    FirstRun,
    add_facility,
    change_facility,
    change_programme,
    close_facility,
    start_programme,
)
from qms.people.services.roles import assign_role, end_role

__all__ = [
    "FirstRun", "accept_invitation", "activate_account", "add_facility", "add_person", "assign_role",
    "change_facility", "change_own_email", "change_password", "change_person", "change_programme", "close_facility",
    "confirm_email_change", "deactivate_account", "end_role", "invite", "open_email_change", "reactivate",
    "record_leaver", "request_email_change", "request_password_reset", "reset_password", "send_password_reset",
    "start_programme",
]  # fmt: skip
