"""What models and fields were called when old events were written. Events are never rewritten: this map is read.

A renaming or removal in a migration adds one line here, in the same step.
"""

from typing import Any

RENAMED: dict[str, dict[str, str | None]] = {}
"""{label today: {column then: column today, or None when it was removed}}"""

RENAMED_LABELS: dict[str, str | None] = {}
"""{label then: label today, or None when the model was removed}"""


def label_today(label: str) -> str | None:
    """Return what a model of that label is called today; None when it was removed."""
    return RENAMED_LABELS.get(label, label)


def columns_today(label: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that an event tells under the names of today, without those that were removed."""
    names = RENAMED.get(label, {})
    return {str(names.get(name, name)): value for name, value in fields.items() if names.get(name, name) is not None}
