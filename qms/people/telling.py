"""Asks for a mail to a person, in the same transaction as the act that it tells of."""

from typing import Any

from qms.people.models import Person
from qms.trail.door import Change


def tell(
    c: Change, person: Person, template: str, key: str, *, address: str = "", one_time: str = "", **facts: Any
) -> None:
    """Ask for the mail `templates/mail/<template>.txt` to the person, once and for all for this `key`.

    `address` sends it there instead of to the person's account; `one_time` (a Purpose) puts a link that serves once
    into it, made when the mail goes, so that no such link is stored; `facts` are plain values for the template.
    """
    name = f"{template}:{key}"
    c.later(
        "mail.send", name, name=name, template=template, to=person.pk, address=address, one_time=one_time, facts=facts
    )
