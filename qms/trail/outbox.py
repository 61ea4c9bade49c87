"""Work after a commit: which function carries out which task of the outbox."""

from collections.abc import Callable
from typing import Any, TypeVar

Task = TypeVar("Task", bound=Callable[..., Any])
tasks: dict[str, Callable[..., Any]] = {}


def outbox_task(name: str) -> Callable[[Task], Task]:
    """Register a function that carries out the task of this name; it must be safe to run twice."""

    def register(function: Task) -> Task:
        tasks[name] = function
        return function

    return register
