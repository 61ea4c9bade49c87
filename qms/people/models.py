"""The programme, its facilities, its people, what roles they hold when, and their accounts."""

import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from qms.people.roles import PROGRAMME_WIDE, ROLES, May, Role
from qms.trail.actor import Actor
from qms.trail.guard import Controlled, GuardedQuerySet

Grants = dict[int | None, frozenset[May]]
role_sources: list[str] = []
"""Which roles of others a person has on a day, as SQL with %(person)s and %(day)s that gives their keys: deputations,
which are signed and live above, add themselves here."""
# Written by hand: every page reads the roles, and Django takes fifteen times as long to put these words together.
ROLES_ON = """
    SELECT id, revision, person_id, role, facility_id, from_date, until_date, taken_back FROM qms_roleassignment
    WHERE NOT taken_back AND from_date <= %(day)s AND (until_date IS NULL OR until_date >= %(day)s)
    AND (person_id = %(person)s"""


def check_zone(name: str) -> None:
    """Refuse a name that is no time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("There is no time zone “%(name)s”. Write one like Europe/Paris."), params={"name": name}
        )


class Programme(Controlled):
    """The cell therapy programme that this installation serves. There is exactly one."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    time_zone = models.CharField(_("Time zone"), max_length=60, validators=[check_zone])

    def __str__(self) -> str:
        return self.name


class Facility(Controlled):
    """A place with a duty of its own, by the parts of the FACT-JACIE standards; "" serves the whole programme."""

    class Part(models.TextChoices):
        WHOLE = "", _("Whole programme")
        CLINICAL = "B", _("Clinical (part B)")
        MARROW = "CM", _("Marrow collection (part CM)")
        APHERESIS = "C", _("Apheresis collection (part C)")
        PROCESSING = "D", _("Processing (part D)")

    code = models.CharField(
        _("Code"), max_length=8, unique=True, help_text=_("Begins the numbers of its documents, e.g. PROC.")
    )
    name = models.CharField(_("Name"), max_length=120)
    part = models.CharField(_("Part"), max_length=2, choices=Part, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)

    class Meta(Controlled.Meta):
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Person(Controlled):
    """Somebody of the programme, with or without a log-in. The name is printed on signatures as it stood then."""

    printed_name = models.CharField(_("Name as printed"), max_length=120)
    title = models.CharField(_("Position"), max_length=120, blank=True, help_text=_("E.g. Processing technician"))
    joined_on = models.DateField(_("Joined on"))
    left_on = models.DateField(_("Left on"), null=True, blank=True)

    class Meta(Controlled.Meta):
        ordering = ["printed_name", "pk"]

    def __str__(self) -> str:
        return self.printed_name

    @property
    def actor(self) -> Actor:
        return Actor(self.pk, self.printed_name)

    def is_active_on(self, day: date) -> bool:
        """Return whether the person belongs to the programme on that day, first and last day included."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)

    def grants_on(self, day: date) -> Grants:
        """Return {facility id, or None for the whole programme: permissions} that the roles of that day give."""
        return self._granted(self.roles_on(day))

    def roles_on(self, day: date) -> list["RoleAssignment"]:
        """Return the roles of that day, own ones and lent ones, read afresh; none for who is not here."""
        if not self.is_active_on(day):
            return []
        sql = "".join([ROLES_ON, *(f" OR id IN ({keys})" for keys in role_sources), ")"])
        return list(RoleAssignment.objects.raw(sql, {"person": self.pk, "day": day}))

    @staticmethod
    def _granted(roles: Iterable["RoleAssignment"]) -> Grants:
        found: Grants = {}
        for held in roles:
            if held.role in ROLES:
                given = held.definition.may if held.facility_id is None else held.definition.may - PROGRAMME_WIDE
                found[held.facility_id] = found.get(held.facility_id, frozenset()) | given
        return found

    @cached_property
    def roles(self) -> list["RoleAssignment"]:
        """The roles of today, own ones and lent ones; read once for the life of this object."""
        return self.roles_on(timezone.localdate())

    @cached_property
    def grants(self) -> Grants:
        """What the roles of today give; for the life of this object."""
        return self._granted(self.roles)

    def may(self, permission: May, facility_id: int | None = None) -> bool:
        """Return whether this is allowed for the facility; without one, whether it is allowed anywhere."""
        if facility_id is None:
            return any(permission in granted for granted in self.grants.values())
        return permission in self.grants.get(None, ()) or permission in self.grants.get(facility_id, ())

    def facilities_where(self, permission: May) -> set[int] | None:
        """Return the ids of the facilities where this is allowed; None means all of them."""
        if permission in self.grants.get(None, ()):
            return None
        return {key for key, granted in self.grants.items() if key is not None and permission in granted}


class RoleAssignmentQuerySet(GuardedQuerySet):
    def on(self, day: date) -> "RoleAssignmentQuerySet":
        """Those that hold on that day, first and last day included; not those taken back."""
        held = self.filter(taken_back=False, from_date__lte=day)
        return held.filter(models.Q(until_date=None) | models.Q(until_date__gte=day))


class RoleAssignment(Controlled):
    """A person holds a role, for one facility or (facility None) for the whole programme, from a day to a day."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(_("Role"), max_length=40, choices=[(role.slug, role.word) for role in ROLES.values()])
    facility = models.ForeignKey(Facility, verbose_name=_("Facility"), null=True, blank=True, on_delete=models.PROTECT)
    from_date = models.DateField(_("From"))
    until_date = models.DateField(_("Until"), null=True, blank=True)
    taken_back = models.BooleanField(default=False)  # ended on or before its first day, at once

    objects: ClassVar[Any] = RoleAssignmentQuerySet.as_manager()

    class Meta(Controlled.Meta):
        ordering = ["from_date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_date=None) | models.Q(until_date__gte=models.F("from_date")),
                name="role_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {ROLES[self.role].word}"

    @property
    def definition(self) -> Role:
        return ROLES[self.role]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """An account: how a person gets in. No history of its own; what happens to it is told by events."""

    email = models.EmailField(_("E-mail"), unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(default=True)
    invited_at = models.DateTimeField(null=True)
    security_changed_at = models.DateTimeField(null=True)  # password reset or new e-mail: see signatures

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # The e-mail is a part of it, so that a new one ends the sessions as a new password does.
        content = f"{self.password}:{self.email}"
        return salted_hmac("qms.people.User", content, secret=secret, algorithm="sha256").hexdigest()

    def may(self, permission: May, facility_id: int | None = None) -> bool:
        """Return whether the person behind this account may do this; nothing for a closed account."""
        return self.is_active and self.person.may(permission, facility_id)


class SignInFailure(models.Model):
    """A wrong password, for the lock-out: counted per account and per address, forgotten by the night."""

    account = models.CharField(max_length=254, db_index=True)
    address = models.CharField(max_length=64, db_index=True)
    at: Any = models.DateTimeField(db_index=True)


class EmailChange(models.Model):
    """A wish to change somebody's e-mail; a second person must confirm it before it holds."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    new_email = models.EmailField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at: datetime = models.DateTimeField()  # type: ignore[assignment]
    done_at = models.DateTimeField(null=True)
