"""What people do meanwhile, by their browsers' requests: approve, read and sign, import Word files, invite."""

import http.client
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.browser import Visitor
from qms.people.programme import today
from tests import word_files as word
from tests.world import PASSWORD


@dataclass
class Job:
    """One act to be done: who does it, on what. `where` keeps how far it came before a request broke off."""

    kind: str
    email: str
    key: str
    url: str = ""
    where: str = ""


@dataclass
class Load:
    """What the threads share: jobs that wait, and what was acknowledged to a browser (kind -> key -> address)."""

    port: int
    waiting: dict[str, "queue.Queue[Job]"] = field(default_factory=dict)
    acknowledged: dict[str, dict[str, str]] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    under_fire: int = 0
    place: int = 0
    kind: int = 0
    author: int = 0

    def add(self, job: Job) -> None:
        self.waiting.setdefault(job.kind, queue.Queue()).put(job)
        self.acknowledged.setdefault(job.kind, {})


def work_off(load: Load, kind: str, end: float, pause: Callable[[], float]) -> None:
    """Do the acts of one kind until none waits; what broke off is tried again, as a person would."""
    visitors: dict[str, Visitor] = {}
    while time.monotonic() < end:
        try:
            job = load.waiting[kind].get_nowait()
        except queue.Empty:
            return
        try:
            if job.email not in visitors:
                visitor = Visitor(load.port)
                visitor.log_in(job.email, PASSWORD)
                visitors[job.email] = visitor
            address = ACTS[kind](load, visitors[job.email], job)
            if address:
                load.acknowledged[kind][job.key] = address
        except (OSError, http.client.HTTPException, RuntimeError) as problem:
            load.broken[type(problem).__name__] += 1
            if isinstance(problem, RuntimeError):
                load.odd.append(str(problem)[:300])
                visitors.pop(job.email, None)
            load.waiting[kind].put(job)
            time.sleep(0.2)
        time.sleep(pause())


def start(load: Load, threads: dict[str, int], seconds: float, pause: float) -> list[threading.Thread]:
    """Start so many browsers for each kind of act."""
    end = time.monotonic() + seconds
    found = [
        threading.Thread(target=work_off, args=(load, kind, end, lambda: random.uniform(0, 2 * pause)), daemon=True)
        for kind, count in threads.items()
        for _one in range(count)
    ]
    for thread in found:
        thread.start()
    return found


def _sign(load: Load, visitor: Visitor, job: Job) -> str:
    """Sign on a page of signing; "" where an attempt that broke off was carried out all the same."""
    status, _to, page = visitor.ask("GET", job.url)
    if status in (303, 403, 409):
        return ""  # the findings look whether it is so
    if status != 200:
        raise RuntimeError(f"{job.url}: {status}")
    fields = {**visitor.hidden(page), "email": job.email, "password": PASSWORD}
    status, to, page = visitor.ask("POST", job.url, fields)
    if status == 303 and to.startswith("/signatures/"):
        return to
    if status != 409:
        raise RuntimeError(f"{job.url}: {status} {to}")
    return ""


def _import(load: Load, visitor: Visitor, job: Job) -> str:
    """Bring a Word file and confirm what was read of it."""
    if not job.where:
        _status, _to, page = visitor.ask("GET", "/documents/import/")
        file = ("file", f"{job.key}.docx", word.docx(word.p(job.key, "Heading1") + word.p("Lower the bag slowly.")))
        status, to, page = visitor.ask("POST", "/documents/import/", visitor.hidden(page), file=file)
        if status != 303:
            raise RuntimeError(f"import of {job.key}: {status}")
        job.where = to
    status, _to, page = visitor.ask("GET", job.where)
    if status == 404:
        return ""  # it does not wait any more: confirmed by an attempt that broke off
    fields = {
        **visitor.hidden(page), "title": job.key, "number": "", "n": "1", "type": str(load.kind),
        "facility": str(load.place), "owner": str(load.author),
    }  # fmt: skip
    status, to, page = visitor.ask("POST", job.where, fields)
    if status == 404:
        return ""
    if status != 303:
        raise RuntimeError(f"{job.where}: {status}")
    return to


def _invite(load: Load, visitor: Visitor, job: Job) -> str:
    """Add somebody; their invitation is mailed."""
    _status, _to, page = visitor.ask("GET", "/people/add/")
    fields = {
        **visitor.hidden(page), "printed_name": job.key, "title": "", "joined_on": today().isoformat(),
        "email": f"{job.key.lower()}@engraft.example",
    }  # fmt: skip
    status, to, page = visitor.ask("POST", "/people/add/", fields)
    if status == 303:
        return to
    if f"{job.key.lower()}@engraft.example" in page and status in (200, 409, 422):
        return ""  # the address has an account already
    raise RuntimeError(f"invitation of {job.key}: {status}")


ACTS: dict[str, Callable[[Load, Visitor, Job], str]] = {
    "approve": _sign, "read": _sign, "import": _import, "invite": _invite,
}  # fmt: skip
