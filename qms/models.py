"""All models of the kernel, for Django, which looks for them here."""

from qms.files.models import StoredFile
from qms.people.models import EmailChange, Facility, Person, Programme, RoleAssignment, SignInFailure, User
from qms.trail.models import Event, Leaf, Outbox, Payload, Seal, SealKey, Subject, Unsealed

__all__ = [
    "EmailChange", "Event", "Facility", "Leaf", "Outbox", "Payload", "Person", "Programme", "RoleAssignment", "Seal",
    "SealKey", "SignInFailure", "StoredFile", "Subject", "Unsealed", "User",
]  # fmt: skip
