"""What each app tells the pages of the trail about its records: who sees their trail, and the words for its events.

The kernel's own are here and in `sentences.py`; other apps add theirs in `ready()`.
"""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.people.models import User
from qms.people.roles import May
from qms.records.sentences import SENTENCES
from qms.signatures.loaders import sees_signature
from qms.signatures.models import Signature

Words = str | Promise
trail_access: dict[str, Callable[[User, str], bool]] = {}
"""Label of a model -> whether this person may see the trail of the record with this id. No entry: see below."""

event_sentences: dict[str, Words] = dict(SENTENCES)
"""Name of an event -> its sentence, with %(by)s, %(record)s and the event's own facts."""

event_families: dict[str, Words] = {
    "account": _("Accounts and log-ins"),
    "deputation": _("Deputations"),
    "facility": _("Facilities"),
    "key": _("Keys of the seal"),
    "numbering": _("Numbering"),
    "payload": _("Erased content"),
    "person": _("People"),
    "programme": _("The programme"),
    "role": _("Roles"),
    "signature": _("Signatures"),
    "trail": _("The trail itself"),
}
"""The part of an event's name before the dot -> its word, for the filter."""

record_kinds: dict[str, Words] = {
    "qms.deputation": _("Deputation"),
    "qms.facility": _("Facility"),
    "qms.numberingscheme": _("Numbering scheme"),
    "qms.person": _("Person"),
    "qms.programme": _("Programme"),
    "qms.remark": _("Remark beside a signature"),
    "qms.roleassignment": _("Role"),
    "qms.seal": _("Seal"),
    "qms.sealkey": _("Key of the seal"),
    "qms.signature": _("Signature"),
}
"""Label of a model -> its word."""

field_words: dict[tuple[str, str], Words] = {
    ("qms.signature", "content_digest"): _("What was signed"),
    ("qms.signature", "for_review"): _("Quality looks at it"),
    ("qms.signature", "record_id"): _("Record"),
    ("qms.signature", "label"): _("Kind of record"),
}
"""(Label of a model, column) -> its word, where the field has none that a reader would understand."""


def may_see_trail(user: User, label: str, record_id: str) -> bool:
    """Return whether this person may see the trail of one record; without a rule, who sees the programme's may."""
    if user.may(May.SEE_PROGRAMME_TRAIL):
        return True
    rule = trail_access.get(label)
    return rule is not None and rule(user, record_id)


def _signature(user: User, record_id: str) -> bool:
    found = Signature.objects.filter(pk=record_id).first() if record_id.isdecimal() else None
    return found is not None and sees_signature(user, found)


trail_access["qms.signature"] = _signature
