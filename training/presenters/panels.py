"""What reading shows on the pages of documents: who has signed, who must read, whom an approval will ask."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.people.models import User
from qms.people.programme import today
from sops.models import Document, Version, Weight
from sops.panels import Effect, Panel
from sops.queries import end_of
from training.models import READABLE
from training.presenters.reading import due_state
from training.queries import readers_on, standing_of
from training.readers import know_already, members, open_rules, rules_on_page
from training.services import last_reminder, may_remind, may_require, may_see_readers

SHOWN = 12  # names on the page of the document; the list has all


def readers_panel(user: User, version: Version) -> Panel | None:
    """Say who has read and signed a version, to who answers for it; to everybody, whether they have."""
    if version.status not in READABLE:
        return None
    title = _("Read and signed, version %(n)d") % {"n": version.n}
    if may_see_readers(user.person, version.document):
        facts = _teams(user, version)
        return Panel(f"readers-{version.n}", title, "training/_readers.html", facts, *_asked(facts["mine"]))
    own = version.readings.filter(person=user.person_id, round=version.round, ended_at=None)
    mine = own.select_related("signature").first()
    if mine is None:
        return None
    return Panel(
        f"readers-{version.n}",
        title,
        "training/_own.html",
        {"reading": mine},
        *_asked(mine.pk if mine.is_open else None),
    )


def _asked(mine: int | None) -> tuple[str, str]:
    """Return (words, address) of the reading that this person is asked for, empty where there is none."""
    return (_("Read and sign"), reverse("reading", args=[mine])) if mine else ("", "")


def _teams(user: User, version: Version) -> dict[str, Any]:
    day = today()
    now = standing_of(version, day, rules_on_page(version.document))
    mine = next((one.reading for one in now.waiting if one.person == user.person_id), None)
    return {
        "version": version, "standing": now, "mine": mine, "more": max(len(now.waiting) - SHOWN, 0),
        "waiting": [(one, due_state(one.due_on, day)) for one in now.waiting[:SHOWN]],
        "url": reverse("readers", args=[version.document.number, version.n]),
        "may_remind": bool(now.waiting) and may_remind(user.person, version.document),
        "reminded": last_reminder(version) if now.waiting else None,
    }  # fmt: skip


def past_readers_panel(user: User, version: Version, day: date) -> Panel | None:
    """Say who had read and signed a version when a day ended, and who was still asked to, to who sees its readers."""
    if not may_see_readers(user.person, version.document):
        return None
    signed, asked = readers_on(version, end_of(day))
    facts = {"signed": signed, "asked": asked}
    return Panel("readers", _("Who had read and signed it"), "training/_past_readers.html", facts)


def rules_panel(user: User, document: Document) -> Panel | None:
    """Say who must read a document, to who answers for it."""
    if not may_see_readers(user.person, document):
        return None
    url = reverse("must-read", args=[document.number]) if may_require(user.person, document) else ""
    facts = {"rules": rules_on_page(document), "url": url}
    return Panel("must-read", _("Who must read"), "training/_rules.html", facts)


def effect_of_approval(user: User, version: Version) -> Effect:
    """Say how many people an approval will ask to read the version, by team."""
    rules = list(open_rules(version.document))
    named = members(rules, today())
    count = len(set().union(*named.values()))
    url = reverse("must-read", args=[version.document.number]) if may_require(user.person, version.document) else ""
    if not rules:
        return Effect(_("Nobody will be asked to read it: nobody said who must."), url, _("Say who must read it"))
    if version.weight == Weight.MINOR:
        named = {rule: people - know_already(version) for rule, people in named.items()}
        count = len(set().union(*named.values()))
    asked = ngettext("%(n)d person will be asked to read it", "%(n)d people will be asked to read it", count)
    teams = "; ".join(f"{rule.team} ({len(named[rule.pk])})" for rule in rules)
    return Effect(f"{asked % {'n': count}}: {teams}.", url, _("Change who must read it"))
