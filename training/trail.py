"""What the pages of the trail need to know of reading: who sees its trail, and the words for its events."""

from django.utils.translation import gettext_lazy as _

from qms.people.models import User
from qms.people.roles import May
from qms.records.registry import Words, event_families, event_sentences, field_words, record_kinds, trail_access
from training.models import Reading, ReadingRule

FAMILIES: dict[str, Words] = {
    "reading": _("Reading and signing"),
    "reading_rule": _("Who must read"),
    "type_rule": _("Who must read new documents of a type"),
}
KINDS: dict[str, Words] = {
    "training.reading": _("Reading"),
    "training.readingrule": _("Who must read a document"),
    "training.typerule": _("Who must read new documents of a type"),
}
SENTENCES: dict[str, Words] = {
    "reading.ask": _("People were asked to read and sign %(record)s: %(people)s."),
    "reading.end": _("People need not read %(record)s any more: %(people)s."),
    "reading.remind": _("%(by)s reminded those who have yet to sign %(record)s: %(people)s."),
    "reading.sign": _("%(by)s read and understood %(record)s, and signed it."),
    "reading.withdrawn": _("Readers were told that %(record)s is withdrawn: %(people)s."),
    "reading_rule.add": _("%(by)s said who must read. %(record)s."),
    "reading_rule.take_over": _("It took over from its type who must read. %(record)s."),
    "type_rule.add": _("%(by)s said who must read new documents of a type. %(record)s."),
    "type_rule.end": _("%(by)s ended that somebody must read new documents of a type. %(record)s."),
    "reading_rule.end": _("%(by)s ended that somebody must read. %(record)s."),
}
FIELDS: dict[tuple[str, str], Words] = {
    ("training.reading", "signature_id"): _("Signature"),
    ("training.reading", "asked_at"): _("Asked"),
    ("training.reading", "ended_at"): _("Not asked any more since"),
    ("training.reading", "ended_why"): _("Why not"),
    ("training.typerule", "from_at"): _("From"),
    ("training.typerule", "ended_at"): _("Until"),
    ("training.readingrule", "from_at"): _("From"),
    ("training.readingrule", "ended_at"): _("Until"),
}


def _reading(user: User, record_id: str) -> bool:
    found = Reading.objects.filter(pk=record_id).select_related("version__document") if record_id.isdecimal() else []
    return any(user.may(May.SEE_TRAIL, reading.facility_id) for reading in found)


def _rule(user: User, record_id: str) -> bool:
    found = ReadingRule.objects.filter(pk=record_id).select_related("document") if record_id.isdecimal() else []
    return any(user.may(May.SEE_TRAIL, rule.document.facility_id) for rule in found)


def _type_rule(user: User, record_id: str) -> bool:
    return user.may(May.SEE_TRAIL)


def tell_trail() -> None:
    """Add all this to the registry; called once, when the app is ready."""
    event_families.update(FAMILIES)
    event_sentences.update(SENTENCES)
    field_words.update(FIELDS)
    record_kinds.update(KINDS)
    trail_access.update({"training.reading": _reading, "training.readingrule": _rule, "training.typerule": _type_rule})
