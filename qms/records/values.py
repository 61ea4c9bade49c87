"""Values of the trail in words: days, choices, digests, and names instead of ids."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from qms.records.registry import field_words
from qms.ui.dates import in_words

DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST = 400
SILENT = {"id", "revision", "envelope"}  # the envelope repeats the other columns of a signature


def model_of(label: str) -> type[models.Model] | None:
    """Return the model of a label, or None where this release has none of this name."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def field_of(label: str, name: str) -> "models.Field[Any, Any] | None":
    """Return a field of a model by its column's name, e.g. ("sops.version", "document_id")."""
    model = model_of(label)
    if model is None:
        return None
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    return by_column.get(name)


def field_word(label: str, name: str) -> str:
    """Return how a field is called on pages."""
    if (label, name) in field_words:
        return str(field_words[label, name])
    field = field_of(label, name)
    return capfirst(str(field.verbose_name)) if field is not None else name


class Names:
    """Printed names of records by (label, id), read at once for a whole page: one query for each kind of record."""

    def __init__(self, wanted: Iterable[tuple[str, str]]) -> None:
        ids: dict[str, set[str]] = defaultdict(set)
        for label, key in wanted:
            ids[label].add(key)
        self._known: dict[tuple[str, str], str] = {}
        for label, keys in ids.items():
            self._read(label, keys)

    def _read(self, label: str, keys: set[str]) -> None:
        model = model_of(label)
        if model is None or model.__str__ is models.Model.__str__:
            return
        for record in model._base_manager.select_related().filter(pk__in=[key for key in keys if key.isdigit()]):
            self._known[label, str(record.pk)] = str(record)

    def get(self, label: str, key: str) -> str:
        """Return the printed name as it is now, or the id where there is none."""
        return self._known.get((label, key), f"#{key}")


def link_of(label: str, name: str, value: Any) -> tuple[str, str] | None:
    """Return (label, id) where a value names another record."""
    field = field_of(label, name)
    if field is None or value is None or not field.is_relation:
        return None
    related: Any = field.related_model
    return related._meta.label_lower, str(value)


def value_words(label: str, name: str, value: Any, names: Names) -> str:
    """Return a value of an event's text in words; "" for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    link = link_of(label, name, value)
    if link is not None:
        return names.get(*link)
    field = field_of(label, name)
    chosen = [word for key, word in getattr(field, "flatchoices", None) or () if key == value]
    return str(chosen[0]) if chosen else _plain(field, value)


def _plain(field: "models.Field[Any, Any] | None", value: Any) -> str:
    if isinstance(value, dict | list):
        return Truncator(json.dumps(value, ensure_ascii=False)).chars(LONGEST)
    text = str(value)
    if isinstance(field, models.DateTimeField):
        return in_words(datetime.fromisoformat(text), "zone")
    if isinstance(field, models.DateField):
        return in_words(date.fromisoformat(text))
    return short_digest(text) if DIGEST.fullmatch(text) else Truncator(text).chars(LONGEST)


def short_digest(value: str) -> str:
    """Return the two ends of a SHA-256: 9f3c 71aa … 43b5 97d2."""
    return f"{value[:4]} {value[4:8]} … {value[-8:-4]} {value[-4:]}"
