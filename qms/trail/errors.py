"""Refusals. The text of each is a sentence for the person who is refused: what is wrong and what to do."""


class Refused(Exception):
    """Something was asked that is not done; nothing has been changed."""


class NotAllowed(Refused):
    """The person, the state or a rule forbids it."""


class Stale(Refused):
    """The record changed since the person saw it."""


class Invalid(Refused):
    """What was given cannot be used as it is."""
