"""The fictional people and places of Northmere: who they are, since when, and what they may do."""

from collections.abc import Iterator
from dataclasses import dataclass

PASSWORD = "three-calm-herons"  # noqa: S105 - printed by the command; the demonstration is refused in production
PROGRAMME = "Northmere Cell Therapy Programme"
DOMAIN = "northmere.example"
FACILITIES = (
    ("CLIN", "Transplant ward 7", "B"),
    ("MAR", "Marrow collection, theatre 3", "CM"),
    ("APH", "Apheresis unit", "C"),
    ("PROC", "Processing laboratory", "D"),
)
FOUNDED = 74.5
"""Months before today on which the programme began to use the system."""


@dataclass(frozen=True)
class Somebody:
    """One of the cast: `facility` "" stands for the whole programme, `came` and `left` are months before today."""

    name: str
    title: str
    role: str
    facility: str = ""
    came: float = FOUNDED
    left: float | None = None

    @property
    def key(self) -> str:
        words = self.name.lower().replace("dr ", "").replace("'", "").split()
        return f"{words[0]}.{words[-1]}"

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


LEADERS = (
    Somebody("Marit Oakenshaw", "Quality manager", "quality_manager"),
    Somebody("Dr Orla Fennimore", "Programme director", "programme_director"),
    Somebody("Idris Mallowfield", "Quality coordinator", "author"),
    Somebody("Dr Corin Applegarth", "Medical director", "medical_director", "CLIN"),
    Somebody("Dr Wilf Brackenbury", "Director of marrow collection", "medical_director", "MAR"),
    Somebody("Dr Leif Harrowgate", "Director of apheresis", "medical_director", "APH"),
    Somebody("Dr Thessaly Quince", "Laboratory director", "laboratory_director", "PROC"),
    Somebody("Bea Thistledown", "Senior nurse", "author", "CLIN"),
    Somebody("Perrin Larkspur", "Ward pharmacist", "author", "CLIN"),
    Somebody("Odile Fernsby", "Theatre nurse", "author", "MAR"),
    Somebody("Sunniva Hartleap", "Apheresis nurse", "author", "APH"),
    Somebody("Nye Collingbrook", "Senior apheresis nurse", "author", "APH"),
    Somebody("Fenn Mossgrove", "Processing technician", "author", "PROC"),
    Somebody("Hal Underbough", "Senior technician", "author", "PROC"),
    Somebody("Ursa Wintle", "Quality control technician", "author", "PROC"),
    Somebody("Dr Merrin Sedgewell", "Physician on call", "on_call", "PROC", 14),
    Somebody("Tamsin Wick", "IT administrator", "administrator"),
)
STAFF = """
nurse CLIN: Jory Pennyroyal, Elowen Marsh 61, Rufus Tidewell, Ottilie Crane, Bram Nettlefold 48, Isolde Farrow,
  Cass Winterbourne 30, Petra Lowmoor, Silas Underhay 22-4, Wren Ashcombe 17, Maud Hollins 9, Tobin Sayle 2.5
physician CLIN: Dr Hester Vane, Dr Ludo Finch 55, Dr Amabel Stroud, Dr Piers Holloway 41-13, Dr Saskia Thorne 12
data_manager CLIN: Greta Millbank, Osric Dunmore 26
nurse MAR: Hollis Brandreth, Lettice Oakes 44, Mungo Pell 7
physician MAR: Dr Rowan Sedgeley, Dr Fay Tarrant 33
nurse APH: Dilys Greenhalgh, Ansel Rookwood, Marnie Wetherby 52, Corwin Blythe 19, Thea Lockhart 6
physician APH: Dr Ewan Skelby 64
technician APH: Una Saltmarsh 38
technician PROC: Kit Hawksworth, Bryony Dale, Alaric Stone 58, Nell Fairweather 46-20, Jago Reedham 29, Sorrel Pike 15,
  Ivo Larkin 10, Ada Millstone 3
physician PROC: Dr Clement Yarrow 50
data_manager PROC: Winnie Cobb 24
inspector: Dr Benedikt Grau 1
"""


def staff() -> Iterator[Somebody]:
    """Yield everybody of STAFF: role and facility, then names with the months since they came (and until they left)."""
    for line in STAFF.strip().replace("\n  ", " ").splitlines():
        post, _, names = line.partition(": ")
        role, _, facility = post.partition(" ")
        for entry in names.strip().strip(",").split(", "):
            yield _somebody(entry.strip(), role, facility)


def _somebody(entry: str, role: str, facility: str) -> Somebody:
    name, _, since = entry.rpartition(" ")
    if not since[:1].isdigit():
        return Somebody(entry, TITLES[role], role, facility)
    came, _, left = since.partition("-")
    return Somebody(name, TITLES[role], role, facility, float(came), float(left) if left else None)


TITLES = {
    "nurse": "Nurse",
    "physician": "Physician",
    "data_manager": "Data manager",
    "technician": "Technician",
    "inspector": "Visiting inspector",
}
CAST = (*LEADERS, *staff())
