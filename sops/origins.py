"""What changes of a text came of: records of upper apps, known here by their numbers alone.

An upper app registers in `ready()` a function that says which of some numbers are records of its own that a person may
see, and how they are called. A number that nobody knows stays the plain text that it is.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from qms.people.models import User


@dataclass(frozen=True)
class Origin:
    """A record that a change came of: its number with a word for what it is, and its page."""

    label: str
    url: str


origin_finders: list[Callable[[User, Collection[str]], dict[str, Origin]]] = []


def origins_of(user: User, numbers: Collection[str]) -> dict[str, Origin]:
    """Return what is known of these numbers, each app asked once for all of them."""
    found: dict[str, Origin] = {}
    asked = {number for number in numbers if number}
    for find in origin_finders if asked else ():
        found |= find(user, asked - found.keys())
    return found
