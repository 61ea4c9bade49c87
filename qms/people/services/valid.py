"""Checks a record by its own field rules before it is saved, and says in one sentence what is wrong."""

from django.core.exceptions import ValidationError
from django.db import models

from qms.trail.errors import Invalid


def checked(record: models.Model, *names: str) -> None:
    """Raise Invalid with the first thing that a field, a unique value or a constraint refuses; `names`: only these."""
    left_out = [field.name for field in record._meta.concrete_fields if names and field.name not in names]
    try:
        record.full_clean(exclude=left_out)
    except ValidationError as wrong:
        raise Invalid(_first_sentence(record, wrong)) from wrong


def _first_sentence(record: models.Model, wrong: ValidationError) -> str:
    name, sentences = next(iter(wrong.message_dict.items()))
    if name == "__all__":
        return str(sentences[0])
    return f"{record._meta.get_field(name).verbose_name}: {sentences[0]}"  # type: ignore[union-attr]
