"""Loading is authorising: who may see a signature, and who a deputation."""

from django.db.models import Q
from django.http import Http404

from qms.people.access import load
from qms.people.models import User
from qms.people.roles import May
from qms.signatures.models import Deputation, Signature
from qms.signatures.services import signed_record


def get_signature(user: User, pk: int) -> Signature:
    """Return a signature: one's own, or one on a record whose history one may see; its words tell of the record."""
    found: Signature = load(Signature.objects.select_related("signer"), pk=pk)
    if not sees_signature(user, found):
        raise Http404
    return found


def sees_signature(user: User, signature: Signature) -> bool:
    """Return whether a signature is this person's own, or they see the history of what was signed, where it is."""
    if signature.signer_id == user.person_id:
        return True
    place: int | None = getattr(signed_record(signature), "facility_id", None)
    return user.may(May.SEE_TRAIL, place)


def get_deputation(user: User, pk: int) -> Deputation:
    """Return a deputation that one gave or holds, or any for who manages people."""
    visible = Deputation.objects.select_related("assignment__person", "assignment__facility", "deputy")
    if not user.may(May.MANAGE_PEOPLE):
        visible = visible.filter(Q(assignment__person=user.person_id) | Q(deputy=user.person_id))
    found: Deputation = load(visible, pk=pk)
    return found
