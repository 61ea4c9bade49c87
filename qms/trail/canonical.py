"""One text for one fact: the canonical JSON (RFC 8785) that is hashed, signed and kept.

Values that databases write differently (times, dates, decimals) are turned into text here, so that no migration and
no change of database can alter a digest.
"""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _


def plain(value: Any) -> Any:
    """Return `value` as canonical JSON knows it; times as UTC with microseconds. Refuses floats and unknown types."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def stamp(moment: datetime) -> str:
    """Return a moment as text in UTC, always with microseconds: 2026-09-14T08:02:00.000000Z. Refuses a naive one."""
    if moment.tzinfo is None:
        raise TypeError("A moment without a time zone has no canonical form")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> str:
    """Return the canonical JSON text of `value` (RFC 8785)."""
    return rfc8785.dumps(plain(value)).decode()


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def settle(record: models.Model) -> None:
    """Turn the values of a record into those that the database will give back, so that its text never differs.

    A day given as "2026-09-14" becomes a date, 1.5 with two decimals 1.50. Raises TypeError on an expression (F()),
    and Django's ValidationError on what is no value of the field.
    """
    for field in record._meta.concrete_fields:
        value = getattr(record, field.attname)
        if hasattr(value, "resolve_expression"):
            raise TypeError(f"{field.name}: write a value, not an expression")
        if value is not None:
            setattr(record, field.attname, _settled(field, value))


def _settled(field: "models.Field[Any, Any]", value: Any) -> Any:
    value = field.to_python(value)
    if isinstance(value, str) and "\0" in value:
        raise ValidationError(
            _("A sign that cannot be kept is in “%(field)s”. Type it anew.") % {"field": field.verbose_name}
        )
    if isinstance(field, models.DecimalField) and isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return value


def row_fields(record: models.Model) -> dict[str, Any]:
    """Return {column: plain value} of a record, or of its history row without the history's own columns."""
    return {
        field.attname: plain(getattr(record, field.attname))
        for field in record._meta.concrete_fields
        if not field.name.startswith("history_")
    }
