"""All models of the kernel, for Django, which looks for them here."""

from qms.files.models import StoredFile
from qms.notifications.models import Night, Reminder
from qms.numbering.models import Counter, NumberingScheme
from qms.people.models import EmailChange, Facility, Person, Programme, RoleAssignment, SignInFailure, User
from qms.search.models import SearchEntry
from qms.signatures.models import Deputation, Proof, Remark, Signature
from qms.trail.models import Event, Heartbeat, Leaf, Outbox, Payload, Seal, SealKey, Subject, Unsealed

__all__ = [
    "Counter", "Deputation", "EmailChange", "Event", "Facility", "Heartbeat", "Leaf", "Night", "NumberingScheme",
    "Outbox", "Payload", "Person", "Programme", "Proof", "Remark", "Reminder", "RoleAssignment", "Seal", "SealKey",
    "SearchEntry", "SignInFailure", "Signature", "StoredFile", "Subject", "Unsealed", "User",
]  # fmt: skip
