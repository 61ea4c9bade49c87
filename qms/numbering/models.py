"""Numbers of records, as data: a pattern, and a counter for each set of its fields."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.trail.guard import Controlled


class NumberingScheme(Controlled):
    """How numbers look, e.g. "{facility}-{type}-{n:03d}" gives PROC-SOP-014.

    Gapless: a number is drawn in the transaction of the record that bears it, so that none is lost.
    """

    key = models.CharField(max_length=40, unique=True)
    pattern = models.CharField(_("Pattern"), max_length=60)

    def __str__(self) -> str:
        return self.pattern


class Counter(models.Model):
    """The last number drawn for one scope, e.g. PROC-SOP. Locked while a number is drawn."""

    scheme = models.ForeignKey(NumberingScheme, on_delete=models.PROTECT)
    scope = models.CharField(max_length=80)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "scope"], name="one_counter_a_scope")]
