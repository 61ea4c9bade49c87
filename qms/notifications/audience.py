"""Who hears of whose things on a day: a person, their deputies, the quality managers; read once for a night."""

from datetime import date

from django.db.models import Q

from qms.notifications.ladder import deputies_hear, managers_hear
from qms.people.models import Person, RoleAssignment, User
from qms.signatures.models import Deputation

DEPUTY, LATE, NO_ACCOUNT = "deputy", "late", "no_account"
Hearers = dict[int, str]


class Audience:
    """`people` are those who are here on the day with a role of their own or lent to them, by their ids."""

    def __init__(self, day: date) -> None:
        here = Person.objects.filter(Q(left_on=None) | Q(left_on__gte=day), joined_on__lte=day)
        known = {person.pk: person for person in here.select_related("user")}
        held = list(RoleAssignment.objects.on(day).filter(person__in=known).order_by("pk"))
        self.deputies = _deputies(day)
        acting = {deputy for some in self.deputies.values() for deputy in some}
        self.people = {pk: known[pk] for pk in sorted({*(role.person_id for role in held), *acting}) if pk in known}
        self._managers = [role.person_id for role in held if role.role == "quality_manager"]
        self._directors = [role.person_id for role in held if role.role == "programme_director"]

    def reaches(self, person_id: int) -> bool:
        """Return whether a mail reaches this person."""
        person = self.people.get(person_id)
        return person is not None and account_of(person) is not None

    def managers(self, about: int | None = None) -> list[int]:
        """Return the quality managers that a mail reaches; without one beside `about`, the programme directors.

        A quality manager serves every facility: the role is only held for the whole programme.
        """
        for group in (self._managers, self._directors):
            found = [pk for pk in dict.fromkeys(group) if pk != about and self.reaches(pk)]
            if found:
                return found
        return []

    def leaders(self) -> list[int]:
        """Return quality managers and programme directors that a mail reaches."""
        return [pk for pk in dict.fromkeys([*self._managers, *self._directors]) if self.reaches(pk)]

    def hearers(self, about: int, rung: int) -> Hearers:
        """Return {person id: why} for a thing of `about` that has reached this rung; "" for the person themself.

        Who has no account is stood in for by the quality managers from the start; who is late and has no deputy, as
        soon as a deputy would hear.
        """
        found: Hearers = {about: ""} if self.reaches(about) else {}
        deputies = [pk for pk in self.deputies.get(about, ()) if self.reaches(pk)] if deputies_hear(rung) else []
        for pk in deputies:
            found.setdefault(pk, DEPUTY)
        alone = not self.reaches(about)
        if alone or managers_hear(rung) or (deputies_hear(rung) and not deputies):
            for pk in self.managers(about):
                found.setdefault(pk, NO_ACCOUNT if alone else LATE)
        return found


def account_of(person: Person) -> User | None:
    """Return the account that mails go to; None for who has none, or a closed one."""
    user: User | None = getattr(person, "user", None)
    return user if user is not None and user.is_active else None


def _deputies(day: date) -> dict[int, list[int]]:
    """Return {who is stood in for: [deputies]} by the deputations that are signed and hold on that day."""
    holding = Deputation.objects.filter(from_date__lte=day, until_date__gte=day, signature__isnull=False)
    pairs = holding.exclude(ended_on__lte=day).order_by("pk").values_list("assignment__person_id", "deputy_id")
    found: dict[int, list[int]] = {}
    for lender, deputy in pairs:
        if lender != deputy and deputy not in found.setdefault(lender, []):
            found[lender].append(deputy)
    return found
