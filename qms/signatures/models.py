"""Signatures, the proofs that precede them, remarks beside them, and deputations, which are signed."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person, RoleAssignment, User
from qms.trail.guard import AppendOnly, Controlled


class Signature(AppendOnly):
    """Somebody signed something. `envelope` is canonical JSON and says it all; the columns repeat it for lists.

    21 CFR 11.50: printed name, date and time, meaning. 11.70: bound to the content by its digest.
    """

    id = models.BigAutoField(primary_key=True)
    signer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")
    printed_name = models.CharField(max_length=120)
    role = models.CharField(max_length=200)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=60)
    meaning = models.TextField()
    content_digest = models.CharField(max_length=64, db_index=True)
    label = models.CharField(max_length=60)
    record_id = models.CharField(max_length=40)
    at = models.DateTimeField()
    zone = models.CharField(max_length=60)
    method = models.CharField(max_length=40)
    for_review = models.BooleanField(default=False)
    envelope = models.TextField()

    class Meta(AppendOnly.Meta):
        indexes = [
            models.Index(fields=["label", "record_id"], name="signature_record"),
            models.Index(fields=["signer", "purpose"], name="signature_signer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"SIG-{self.pk:06d}"


class Remark(AppendOnly):
    """A note beside a signature, which itself stays: made in error, or looked at after a change of password."""

    class Kind(models.TextChoices):
        ERROR = "error", _("Signed in error")
        REVIEWED = "reviewed", _("Looked at and accepted")

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints = [models.UniqueConstraint(fields=["signature", "kind"], name="one_remark_of_a_kind")]


class Proof(models.Model):
    """Somebody just proved who they are, for one content, in one session, for two minutes, once."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    session_hash = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    method = models.CharField(max_length=40)
    made_at: Any = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class Deputation(Controlled):
    """A person lets another act in a role from a day to a day. It holds once the person has signed it."""

    assignment = models.ForeignKey(RoleAssignment, verbose_name=_("Role"), on_delete=models.PROTECT)
    deputy = models.ForeignKey(Person, verbose_name=_("Deputy"), on_delete=models.PROTECT, related_name="deputations")
    from_date = models.DateField(_("From"))
    until_date = models.DateField(_("Until"))
    signature = models.OneToOneField(Signature, null=True, on_delete=models.PROTECT)
    ended_on = models.DateField(null=True)

    class Meta(Controlled.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_date__gte=models.F("from_date")), name="deputation_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.assignment}"
