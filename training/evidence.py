"""What training brings to a review of a document: how many of each team signed late, and nobody's name or time."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.people.models import User
from qms.people.programme import today, zone
from sops.evidence import Signal
from sops.models import Document
from training.models import Reading
from training.readers import members, open_rules
from training.services import may_see_readers


def late_signing(document: Document, since: datetime, user: User) -> Iterator[Signal]:
    """Give for each team how many of its people signed the version in force late, or have not yet; four queries."""
    if document.shown_id is None or not may_see_readers(user.person, document):
        return
    day = today()
    asked = Reading.objects.filter(version=document.shown_id, round=F("version__round"), ended_at=None)
    signed_on = TruncDate("signature__at", tzinfo=zone())
    late = asked.annotate(signed_on=signed_on).filter(Q(signed_on__gt=F("due_on")) | Q(signature=None, due_on__lt=day))
    people = set(late.values_list("person", flat=True))
    if not people:
        return
    rules = list(open_rules(document))
    named = members(rules, day)
    counted = Counter({rule.pk: len(people & set(named[rule.pk])) for rule in rules})
    for rule in rules:
        n = counted[rule.pk]
        if n:
            words = ngettext(
                "%(n)d of %(all)d signed late, or has not yet", "%(n)d of %(all)d signed late, or have not yet", n,
            ) % {"n": n, "all": len(named[rule.pk])}  # fmt: skip
            yield Signal(
                f"late:{document.shown_id}:{rule.pk}:{n}",
                _("Read late: %(team)s") % {"team": rule.team},
                words,
                document.get_absolute_url(),  # others read the signed review too, and not all of them see who signed
            )
