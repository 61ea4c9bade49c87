"""What is wrong afterwards: acts that were acknowledged and are not there, acts that are there by half, mails twice."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from benchmarks.drill.acts import Load
from qms.files.store import exists
from qms.people.models import User
from qms.search.models import SearchEntry
from qms.signatures.models import Signature
from qms.trail.models import Event
from sops.models import Document, Import, Status, Version
from training.models import Reading


@dataclass
class Findings:
    """Sentences about what was lost, is there by half, or was told twice; `again` counts mails delivered once more
    under the same Message-ID, which a mail program shows as one."""

    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    again: int = 0

    @property
    def all(self) -> list[str]:
        return [*self.lost, *self.half, *self.twice]


def look(load: Load, mails: list[tuple[str, str]]) -> Findings:
    """Compare what browsers were told with what the database holds."""
    found = Findings()
    _versions(load, found)
    _readings(load, found)
    _imports(load, found)
    _invitations(load, mails, found)
    return found


def _acts(label: str, name: str, purpose: str) -> tuple[Counter[str], Counter[str]]:
    signed = Signature.objects.filter(label=label, purpose=purpose).values_list("record_id", flat=True)
    told = Event.objects.filter(label=label, name=name).values_list("record_id", flat=True)
    return Counter(signed), Counter(told)


def _versions(load: Load, found: Findings) -> None:
    signed, told = _acts("sops.version", "version.approve", "version.approve")
    wanted = set(load.acknowledged["approve"])
    for version in Version.objects.filter(document__title__startswith="To approve"):
        key = str(version.pk)
        steps = version.steps.filter(kind="approve", signature__isnull=False).count()
        done = version.status in (Status.APPROVED, Status.EFFECTIVE)
        if key in wanted and not done:
            found.lost.append(f"{version}: its approval was acknowledged and is not there.")
        if {signed[key], told[key], steps} != {int(done)}:
            found.half.append(f"{version}: {version.status}, {signed[key]} signatures, {told[key]} events.")
        if done and (version.status != Status.EFFECTIVE or not version.pdf or not exists(version.pdf)):
            found.half.append(f"{version}: approved for today and not in force, or without its PDF.")


def _readings(load: Load, found: Findings) -> None:
    signed, told = _acts("training.reading", "reading.sign", "reading.sign")
    for reading in Reading.objects.filter(version__document__title__startswith="To read"):
        key, done = str(reading.pk), reading.signature_id is not None
        if key in load.acknowledged["read"] and not done:
            found.lost.append(f"{reading}: its signature was acknowledged and is not there.")
        if {signed[key], told[key]} != {int(done)}:
            found.half.append(f"{reading}: {signed[key]} signatures, {told[key]} events, done: {done}.")


def _imports(load: Load, found: Findings) -> None:
    titles = Counter(Document.objects.filter(title__startswith="Imported").values_list("title", flat=True))
    for title in load.acknowledged["import"]:
        if titles[title] != 1:
            found.lost.append(f"{title}: acknowledged, and there {titles[title]} times.")
    found.half += [f"{title}: there {count} times." for title, count in titles.items() if count != 1]
    told = Counter(Event.objects.filter(name="import.draft").values_list("record_id", flat=True))
    for row in Import.objects.select_related("version"):
        drafted = row.outcome == Import.Outcome.DRAFT
        if drafted != (row.version is not None) or told[str(row.pk)] != int(drafted) or not exists(row.digest):
            found.half.append(f"{row}: {row.outcome}, version {row.version}, {told[str(row.pk)]} events.")
    indexed = set(SearchEntry.objects.filter(label="sops.document").values_list("record_id", flat=True))
    found.half += [f"{one}: not in the search." for one in Document.objects.exclude(pk__in=indexed)]
    found.half += [f"{one}: without a version." for one in Document.objects.filter(versions=None)]


def _invitations(load: Load, mails: list[tuple[str, str]], found: Findings) -> None:
    got: dict[str, Counter[str]] = defaultdict(Counter)
    for to, name in mails:
        got[to][name] += 1
    accounts = set(User.objects.values_list("email", flat=True))
    for key in load.acknowledged["invite"]:
        email = f"{key.lower()}@engraft.example"
        if email not in accounts:
            found.lost.append(f"{email}: added, and not there.")
        if not got[email]:
            found.lost.append(f"{email}: no invitation came.")
    for email, names in got.items():
        if email.startswith("guest") and len(names) > 1:
            found.twice.append(f"{email}: {len(names)} invitations.")
        found.again += sum(count - 1 for count in names.values())
