"""Loading is authorising: who may see a signature, and who a deputation."""

from django.db.models import Q

from qms.people.access import load
from qms.people.models import User
from qms.people.roles import May
from qms.signatures.models import Deputation, Signature


def get_signature(user: User, pk: int) -> Signature:
    """Return a signature: one's own, or any for who may see the history of records."""
    visible = Signature.objects.select_related("signer")
    if not user.may(May.SEE_TRAIL):
        visible = visible.filter(signer=user.person_id)
    found: Signature = load(visible, pk=pk)
    return found


def get_deputation(user: User, pk: int) -> Deputation:
    """Return a deputation that one gave or holds, or any for who manages people."""
    visible = Deputation.objects.select_related("assignment__person", "assignment__facility", "deputy")
    if not user.may(May.MANAGE_PEOPLE):
        visible = visible.filter(Q(assignment__person=user.person_id) | Q(deputy=user.person_id))
    found: Deputation = load(visible, pk=pk)
    return found
