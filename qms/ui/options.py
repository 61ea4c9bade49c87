"""What a filter offers, and the views of a list that are one click away."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Option:
    """One choice of a filter: its value in the address, its word, how many rows it gives, whether it is chosen."""

    value: str
    word: str | Promise
    count: int | None = None
    on: bool = False


@dataclass(frozen=True)
class View:
    """A view of a list that is one click away: its word, its address, whether the list shows it now."""

    word: str
    address: str
    current: bool
