"""Models that nobody writes beside the door, and models that nobody ever changes.

The guard stands in the query set and in `save_base`, so that the many ways in (save, create, update, bulk_create, F(),
loaddata, the base manager, related managers) are one way and are refused in words; and below them, where Django makes
the statements, for whoever brings a query set or a collector of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ClassVar, NoReturn

from django.core import checks
from django.db import models
from django.db.models.sql.compiler import SQLCompiler, SQLDeleteCompiler, SQLInsertCompiler, SQLUpdateCompiler
from simple_history.manager import HistoricalQuerySet
from simple_history.models import HistoricalRecords

from qms.trail.errors import NotAllowed

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def pen() -> Iterator[None]:
    """Let this block write guarded models. Only the door and the few append-only writers of the kernel take it."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def _refuse(model: type[models.Model], how: str) -> NoReturn:
    raise NotAllowed(f"{model.__name__} is a controlled record: {how} outside the door is refused. Use a service.")


class GuardedQuerySet(models.QuerySet[Any]):
    """Reads like any query set. Of the writes, only the door's single insert and update pass, and only with the pen."""

    def update(self, **kwargs: Any) -> int:
        _refuse(self.model, "update()")

    async def aupdate(self, **kwargs: Any) -> int:
        _refuse(self.model, "aupdate()")

    def delete(self) -> NoReturn:
        _refuse(self.model, "delete()")

    async def adelete(self) -> NoReturn:
        _refuse(self.model, "adelete()")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "bulk_create()")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "bulk_update()")

    def _raw_delete(self, using: str | None) -> int:
        _refuse(self.model, "deleting")

    def _update(self, values: Any) -> int:
        if not _writing.get():
            _refuse(self.model, "updating")
        return super()._update(values)  # type: ignore[misc, no-any-return]

    def _insert(self, *args: Any, **kwargs: Any) -> Any:
        if not _writing.get():
            _refuse(self.model, "inserting")
        return super()._insert(*args, **kwargs)  # type: ignore[misc]


class GuardedHistory(GuardedQuerySet, HistoricalQuerySet):  # type: ignore[misc]
    """The same for the rows of a history."""


class GuardedModel(models.Model):
    """What controlled and append-only models share."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse(type(self), "save()")

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        # loaddata comes in here, past save().
        if not _writing.get() or kwargs.get("raw"):
            _refuse(type(self), "saving")
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(type(self), "delete()")

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *_check_links(cls)]


def _check_links(model: type[models.Model]) -> Iterable[checks.CheckMessage]:
    """Say where a guarded model could be written or emptied from outside: cascades and plain many-to-many links."""
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, models.ManyToManyField) and _is_plain(field.remote_field.through):
            yield checks.Error(f"{model.__name__}.{field.name}: use a controlled link model.", id="qms.E001")
        remote = field if isinstance(field, models.ForeignKey) else getattr(field, "field", None)
        on_delete = getattr(getattr(remote, "remote_field", None), "on_delete", models.PROTECT)
        if isinstance(remote, models.ForeignKey) and on_delete not in (models.PROTECT, models.DO_NOTHING):
            yield checks.Error(f"{remote}: links to and from guarded models PROTECT.", id="qms.E002")
    if not isinstance(model._base_manager.all(), GuardedQuerySet):
        yield checks.Error(f"{model.__name__}: its base manager is not guarded.", id="qms.E003")


def _is_plain(through: type[models.Model] | None) -> bool:
    return through is not None and bool(through._meta.auto_created)


class AppendOnly(GuardedModel):
    """A row that is written once and never again; triggers in the database hold this too.

    `moment_field` names the column with the moment of the act that wrote the row (`c.at`): a model that has such a
    column holds rows of acts only, and a row that no event tells of was smuggled in.
    """

    moment_field: ClassVar[str] = "at"

    class Meta(GuardedModel.Meta):
        abstract = True


def _watch(compiler: type[SQLCompiler]) -> None:
    """Let Django make no statement of this kind for a guarded table without the pen."""
    as_sql = compiler.as_sql

    @wraps(as_sql)
    def watched(self: SQLCompiler, *args: Any, **kwargs: Any) -> Any:
        model = self.query.model
        if model is not None and issubclass(model, GuardedModel) and not _writing.get():
            _refuse(model, "writing")
        return as_sql(self, *args, **kwargs)

    compiler.as_sql = watched  # type: ignore[method-assign]


for _kind in (SQLInsertCompiler, SQLUpdateCompiler, SQLDeleteCompiler):
    _watch(_kind)


def append(rows: Sequence[AppendOnly]) -> None:
    """Insert many new append-only rows of one model at once. For the sealer alone: no event tells of its rows."""
    if rows:
        model = type(rows[0])
        with pen():
            super(GuardedQuerySet, GuardedQuerySet(model)).bulk_create(rows, batch_size=500)


class Controlled(GuardedModel):
    """A quality record: written through the door only, each write with its history row and in an event.

    `moved_only` names the fields that only `move()` may change (the status).
    """

    revision = models.PositiveIntegerField(default=0, editable=False)
    history = HistoricalRecords(
        inherit=True,
        bases=[AppendOnly],
        historical_queryset=GuardedHistory,
        history_id_field=models.BigAutoField(primary_key=True),
        history_user_id_field=models.BigIntegerField(null=True),
        history_user_getter=lambda history: history.history_user_id,
        history_user_setter=lambda history, user: None,
        history_change_reason_field=models.TextField(null=True),
    )
    moved_only: ClassVar[tuple[str, ...]] = ()

    class Meta(GuardedModel.Meta):
        abstract = True
