"""Types of documents: added, changed, closed, and those that a new programme begins with."""

from typing import Any

from django.utils.translation import gettext as _

from qms.numbering.models import NumberingScheme
from qms.numbering.services import add_scheme
from qms.people.access import as_now
from qms.people.models import Person
from qms.people.roles import May
from qms.trail.actor import SYSTEM, Acting
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Body, DocumentType
from sops.sections import SOP

MOST_SECTIONS = 40
CHANGEABLE = ("name", "purpose", "body", "review_months", "retention_years", "sections")


def _demand(by: Acting) -> None:
    person = as_now(by.pk) if isinstance(by, Person) else None
    if isinstance(by, Person) and (person is None or not person.may(May.MANAGE_FACILITIES)):
        raise NotAllowed(_("Your roles do not allow this."))


def add_document_type(
    code: str, name: str, scheme: NumberingScheme, *, by: Acting, review_months: int = 24, purpose: str = "",
    body: str = Body.EITHER, retention_years: int | None = None, sections: str = "",
) -> DocumentType:  # fmt: skip
    """Keep a new kind of document, e.g. ("SOP", "Standard operating procedure")."""
    _demand(by)
    kind = DocumentType(
        code=code, name=name, scheme=scheme, review_months=review_months, purpose=purpose.strip(), body=body,
        retention_years=retention_years, sections=_tidy(sections),
    )  # fmt: skip
    with change(by=by) as c:
        c.save(kind)
        c.event("document_type.add", kind)
    return kind


def change_document_type(
    kind: DocumentType, *, by: Person, revision: int | None, reason: str, is_closed: bool, **fields: Any
) -> DocumentType:
    """Change what a type says (`fields` of CHANGEABLE), and whether new documents of it are made. Numbers stay.

    What documents have already stays with them: a new number of months counts from their next review on.
    """
    _demand(by)
    if unknown := fields.keys() - set(CHANGEABLE):
        raise TypeError(f"A type has no {', '.join(sorted(unknown))} that can be changed.")
    with change(by=by, reason=reason, on=[kind]) as c:
        c.expect(kind, revision)
        if fields.get("body", kind.body) != kind.body and Body.OUTSIDE in (kind.body, fields["body"]):
            _check_no_documents(kind)
        for name, value in fields.items():
            setattr(kind, name, _tidy(value) if name == "sections" else value)
        kind.closed_at = (kind.closed_at or c.at) if is_closed else None
        c.save(kind)
        c.event("document_type.change", kind)
    return kind


def _check_no_documents(kind: DocumentType) -> None:
    if kind.document_set.exists():
        raise Invalid(
            _("There are documents of this type. Publications of others need a type of their own: add one for them.")
        )


def _tidy(sections: str) -> str:
    lines = [" ".join(line.split()) for line in sections.splitlines() if line.strip(" /\t")]
    if len(lines) > MOST_SECTIONS:
        raise Invalid(_("These are %(n)d sections; %(most)d are the most.") % {"n": len(lines), "most": MOST_SECTIONS})
    return "\n".join(lines)


TYPES: tuple[tuple[str, str, str, str], ...] = (
    ("SOP", "Standard operating procedure", Body.TEXT, "How a piece of work is done, step by step."),
    ("POL", "Policy", Body.TEXT, "What the programme wants and holds to, and who answers for it."),
    ("PLN", "Plan", Body.EITHER, "What is done when, by whom: quality, validation, emergencies."),
    ("GUI", "Guideline", Body.TEXT, "Advice for decisions that need judgement."),
    ("FRM", "Form", Body.EITHER, "Filled in, and then a record."),
    ("WRK", "Worksheet", Body.EITHER, "Filled in while the work is done; calculations too."),
    ("LBL", "Label", Body.FILE, "What is stuck on a product, a tube or a bag."),
    ("INF", "Patient and donor information", Body.EITHER, "Read by patients, donors and their families."),
    ("MAN", "Manual", Body.FILE, "How a machine or a program is used and looked after."),
    ("EXT", "External document", Body.OUTSIDE, "Standards, laws, leaflets of makers: checked for newer editions."),
)
"""The kinds that FACT-JACIE x4.5 speaks of."""
CHECK_MONTHS = 12  # a newer edition of a standard is looked for each year
RETENTION = 10  # years; FACT-JACIE x4.5 asks for no less


def found_document_types() -> None:
    """Give a new programme the types of documents that FACT-JACIE x4.5 names most, and one numbering for all."""
    if DocumentType.objects.exists():
        return
    scheme = add_scheme("documents", "{facility}-{type}-{n:03d}", by=SYSTEM)
    for code, name, body, purpose in TYPES:
        add_document_type(
            code, name, scheme, by=SYSTEM, body=body, purpose=purpose, retention_years=RETENTION,
            review_months=CHECK_MONTHS if body == Body.OUTSIDE else 24, sections=SOP if code == "SOP" else "",
        )  # fmt: skip


def change_type_route(kind: DocumentType, *, by: Person, revision: int | None, route: dict[str, Any]) -> None:
    """Keep what is proposed at sending for documents of a type: see `sops.routing`."""
    _demand(by)
    with change(by=by, on=[kind]) as c:
        c.expect(kind, revision)
        kind.route = route
        c.save(kind)
        c.event("document_type.route", kind)
