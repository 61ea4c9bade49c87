"""Periodic reviews for which nobody is here, as work of quality: the first of them, and how many there are beside."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.home.work import WorkItem
from qms.people.models import Person
from sops.models import Document
from sops.review_work import Due

MOST = 20  # so many stand one by one: nobody works off a list of thousands


def unheld_reviews(lost: Sequence[Due]) -> list[WorkItem]:
    """Return these reviews, the earliest first as they are given; those after the first few as one thing."""
    first, rest = lost[:MOST], lost[MOST:]
    documents = Document.objects.select_related("owner").in_bulk([one.document for one in first])
    people = Person.objects.in_bulk({one.holder for one in first})
    found = [_item(documents[one.document], people[one.holder]) for one in first]
    return [*found, _others(rest)] if rest else found


def _item(document: Document, holder: Person) -> WorkItem:
    own = holder == document.owner
    sentence = (
        _("Its periodic review falls due. Its owner, %(person)s, is not here for it: change the owner.")
        if own
        else _("Its periodic review falls due. %(person)s, who was asked, is not here for it: ask somebody else.")
    )
    return WorkItem(
        kind="review_due",
        number=document.number,
        title=document.title,
        sentence=sentence % {"person": holder},
        url=document.get_absolute_url() if own else reverse("periodic-review", args=[document.number]),
        act=_("Open"),
        due=document.review_due,
    )


def _others(rest: Sequence[Due]) -> WorkItem:
    """Return one thing that stands for many; the register lists them among all that fall due."""
    said = ngettext(
        "%(n)d more review falls due, and who would do it is not here: change the owner.",
        "%(n)d more reviews fall due, and who would do them is not here: change the owners.",
        len(rest),
    )
    asked = urlencode({"review": ["late", "soon"], "sort": "review"}, doseq=True)
    return WorkItem(
        kind="review_due",
        number=_("%(n)d more") % {"n": len(rest)},
        title=_("Periodic reviews for which nobody is here"),
        sentence=said % {"n": len(rest)},
        url=f"{reverse('register')}?{asked}",
        act=_("See the register"),
        due=rest[0].day,
        stands_for=len(rest),
    )
