"""Acts in the order of their moments, each carried out while the clock shows its own."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from qms.trail import clock

Act = Callable[[], object]
Planned = tuple[datetime, int, Act, str]
MONTH = 30.4375
PATIENCE = timedelta(days=60)


class Timeline:
    """What happens when. An act may add later acts. Nothing happens after `today`, nor on a weekend."""

    def __init__(self, now: datetime) -> None:
        self.now, self.zone = now, now.tzinfo
        self.today: date = now.date()
        self._waiting: list[Planned] = []
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
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)

    def add(self, moment: datetime, act: Act, about: str = "") -> None:
        """Let an act happen; one that would lie ahead of now is left away. `about` names the document it is of."""
        if moment <= self.now:
            heapq.heappush(self._waiting, (moment, next(self._order), act, about))

    def run(self, after_each: Callable[[datetime], None], is_busy: Callable[[str], bool]) -> None:
        """Carry everything out, the earliest first; `after_each` is called with the clock still showing the moment.

        What is about a document whose PDF is being made stands back for others, a few weeks of the story at most.
        """
        while self._waiting:
            moment, _order, act, _about = self._next(is_busy)
            with clock.showing(moment):
                act()
                after_each(moment)

    def _next(self, is_busy: Callable[[str], bool]) -> "Planned":
        back: list[Planned] = []
        held: set[str] = set()
        chosen = None
        while self._waiting and chosen is None:
            planned = heapq.heappop(self._waiting)
            patient = not back or planned[0] - back[0][0] < PATIENCE
            if patient and planned[3] and (planned[3] in held or is_busy(planned[3])):
                held.add(planned[3])
                back.append(planned)
            elif patient:
                chosen = planned
            else:
                heapq.heappush(self._waiting, planned)
                break
        if chosen is None:
            chosen = back.pop(0)  # nothing else is near: this one waits for its PDF
        for planned in back:
            heapq.heappush(self._waiting, planned)
        return chosen
