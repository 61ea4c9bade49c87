"""All models of the kernel, for Django, which looks for them here."""

from qms.files.models import StoredFile
from qms.numbering.models import Counter, NumberingScheme
from qms.people.models import EmailChange, Facility, Person, Programme, RoleAssignment, SignInFailure, User
from qms.search.models import SearchEntry
from qms.signatures.models import Deputation, Proof, Remark, Signature
from qms.trail.models import Event, Leaf, Outbox, Payload, Seal, SealKey, Subject, Unsealed

__all__ = [
    "Counter", "Deputation", "EmailChange", "Event", "Facility", "Leaf", "NumberingScheme", "Outbox", "Payload",
    "Person", "Programme", "Proof", "Remark", "RoleAssignment", "Seal", "SealKey", "SearchEntry", "SignInFailure",
    "Signature", "StoredFile", "Subject", "Unsealed", "User",
]  # fmt: skip
