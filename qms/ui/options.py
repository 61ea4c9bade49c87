"""What a filter offers."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Option:
    """One choice of a filter: its value in the address, its word, how many rows it gives, whether it is chosen."""

    value: str
    word: str | Promise
    count: int | None = None
    on: bool = False
