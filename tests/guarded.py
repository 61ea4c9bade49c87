"""Every way that Django offers around the door, for every guarded model there is."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import models
from django.db.models import F

from qms.trail.guard import AppendOnly, Controlled, GuardedModel

GUARDED = [model for model in apps.get_models() if issubclass(model, GuardedModel)]
CONTROLLED = [model for model in GUARDED if issubclass(model, Controlled)]
APPEND_ONLY = [model for model in GUARDED if issubclass(model, AppendOnly)]
NAMES = [model._meta.label for model in GUARDED]
Way = Callable[[type[models.Model]], object]


def ways() -> dict[str, Way]:
    """Return {name: what tries to write a row of the model it is given}. None needs a row to be there."""
    return {
        "save": lambda m: m().save(),
        "save with fields": lambda m: m(pk=1).save(update_fields=[m._meta.concrete_fields[-1].name]),
        "save_base": lambda m: m().save_base(),
        "save_base raw": lambda m: m().save_base(raw=True),
        "delete": lambda m: m(pk=1).delete(),
        "create": lambda m: m._default_manager.create(),
        "get_or_create": lambda m: m._default_manager.get_or_create(pk=987654),
        "update_or_create": lambda m: m._default_manager.update_or_create(pk=987654),
        "update": lambda m: m._default_manager.update(**some(m)),
        "update by F()": lambda m: m._default_manager.update(**{last(m): F(last(m))}),
        "queryset delete": lambda m: m._default_manager.all().delete(),
        "raw delete": lambda m: m._default_manager.all()._raw_delete("default"),  # type: ignore[attr-defined]
        "bulk_create": lambda m: m._default_manager.bulk_create([m()]),
        "bulk_create of nothing": lambda m: m._default_manager.bulk_create([]),
        "bulk_create over conflicts": lambda m: m._default_manager.bulk_create([m()], ignore_conflicts=True),
        "bulk_update": lambda m: m._default_manager.bulk_update([m(pk=1)], [last(m)]),
        "base manager create": lambda m: m._base_manager.create(),
        "base manager update": lambda m: m._base_manager.update(**some(m)),
        "base manager delete": lambda m: m._base_manager.all().delete(),
        "base manager bulk_create": lambda m: m._base_manager.bulk_create([m()]),
        "private update": lambda m: m._base_manager.all()._update([]),  # type: ignore[attr-defined]
        "private insert": lambda m: m._base_manager.all()._insert([m()], m._meta.concrete_fields),  # type: ignore[attr-defined]
        "loaddata": load,
    }


def last(model: type[models.Model]) -> str:
    """Return the name of a column that is not the key."""
    return next(field.name for field in reversed(model._meta.concrete_fields) if not field.primary_key)


def some(model: type[models.Model]) -> dict[str, Any]:
    return {last(model): None}


def load(model: type[models.Model]) -> None:
    """Do what loaddata does with each row of a fixture."""
    row = {"model": model._meta.label_lower, "pk": "1", "fields": {}}
    for loaded in serializers.deserialize("python", [row]):
        loaded.save()
