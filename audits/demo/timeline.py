"""Acts in the order of their moments, each carried out while the clock shows its own."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from qms.people.programme import zone
from qms.trail import clock

Act = Callable[[], object]
MONTH = 30.4375


class Timeline:
    """What happens when. An act may add later acts. Nothing happens after `today`, nor on a weekend."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today: date = now.date()
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def day(self, months: float, days: float = 0) -> date:
        """Return the working day that lies so many months (and days) before today."""
        return self.working(self.today - timedelta(days=round(months * MONTH - days)))

    def working(self, day: date) -> date:
        """Return the day itself, or the Monday after a weekend; never a day to come that was none before."""
        moved = day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        return moved if moved <= self.today or day > self.today else day

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Return a moment of a day in the programme's zone."""
        return datetime.combine(day, time(hour, minute), tzinfo=zone())

    def add(self, moment: datetime, act: Act) -> None:
        """Let an act happen; one that would lie ahead of now is left away."""
        if moment <= self.now:
            heapq.heappush(self._waiting, (moment, next(self._order), act))

    def run(self, after_each: Callable[[datetime], None]) -> None:
        """Carry everything out, the earliest first; `after_each` is called with the clock still showing the moment."""
        while self._waiting:
            moment, _order, act = heapq.heappop(self._waiting)
            with clock.showing(moment):
                act()
                after_each(moment)
