"""What documents call their own facts, in English, German, French and Spanish; and dates as people write them."""

import re
from datetime import date

from qms.ui.dates import in_words

_LABELS = {
    "number": """
        sop no; sop number; sop id; sop #; sop; document number; document no; document id; doc no; doc number;
        doc id; procedure no; procedure number; reference no; reference number; document reference;
        dokumentennummer; dokumentnummer; dokumenten-nr; dokument-nr; dok-nr; sop-nr; sop nr; sop-nummer; nummer;
        numéro; numéro de document; n° de document; n° document; référence; référence du document; número; número
        de documento; nº de documento; n.º de documento; código; código del documento
    """,
    "title": """
        title; document title; sop title; procedure title; titel; dokumententitel; dokumenttitel; titre; titre du
        document; título; título del documento
    """,
    "version": """
        version; version no; version number; document version; revision; revision no; revision number; rev; rev
        no; edition; edition no; issue; issue no; versionsnummer; versions-nr; revisionsstand; fassung; ausgabe;
        révision; n° de version; indice de révision; édition; versión; edición; revisión; n.º de versión
    """,
    "owner": """
        owner; document owner; process owner; sop owner; author; authors; prepared by; written by; responsible
        person; verantwortlich; verantwortliche person; dokumenteneigner; autor; autorin; verfasser; verfasserin;
        ersteller; erstellt von; auteur; auteurs; rédacteur; rédigé par; propriétaire; propietario; elaborado
        por; responsable
    """,
    "effective_on": """
        effective date; date effective; effective; effective from; effective on; in force from; valid from;
        implementation date; gültig ab; gültig seit; in kraft ab; in kraft seit; inkraftsetzung; datum der
        inkraftsetzung; date d'application; date d'entrée en vigueur; applicable à partir du; en vigueur depuis;
        fecha de vigencia; fecha de entrada en vigor; fecha efectiva; vigente desde
    """,
    "review_on": """
        review date; next review; next review date; next review due; review due; review due date; due for review;
        date of next review; nächste überprüfung; überprüfung fällig; nächste revision; prüfdatum; prochaine
        révision; date de révision; date de réexamen; prochain réexamen; próxima revisión; fecha de revisión;
        fecha de próxima revisión
    """,
}
_FIELD_OF = {" ".join(label.split()): name for name, text in _LABELS.items() for label in text.split(";")}

_MONTHS = [
    line.split()
    for line in (
        "january januar jänner janvier enero",
        "february februar février febrero",
        "march märz mars marzo",
        "april avril abril",
        "may mai mayo",
        "june juni juin junio",
        "july juli juillet julio",
        "august août agosto",
        "september septembre septiembre",
        "october oktober octobre octubre",
        "november novembre noviembre",
        "december dezember décembre diciembre",
    )
]
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DOTS = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
_SLASHES = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:\.|st|nd|rd|th|er)?[\s-]+(?:de\s+)?([^\W\d_]{3,10})\.?,?[\s-]+(?:de\s+)?(\d{4})\b"
)
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")


def field_of(label: str) -> str | None:
    """Return the field that a label stands for: "Doc. No.:" is "number"."""
    clean = re.sub(r"[.:*]+", "", label.lower().replace("’", "'")).strip()
    return _FIELD_OF.get(" ".join(clean.split()))


def day(text: str) -> date | None:
    """Return the date that a text names; None where there is none or it can be read two ways (02/03/2026)."""
    for reader in (_iso, _dots, _slashes, _day_first, _month_first):
        found = reader(text)
        if found is not None:
            return _date(*found)
    return None


def _date(year: int, month: int, of_month: int) -> date | None:
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def _iso(text: str) -> tuple[int, int, int] | None:
    found = _ISO.search(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _dots(text: str) -> tuple[int, int, int] | None:
    found = _DOTS.search(text)
    return (int(found[3]), int(found[2]), int(found[1])) if found else None


def _slashes(text: str) -> tuple[int, int, int] | None:
    found = _SLASHES.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if first > 12 or first == second:
        return year, second, first
    return (year, first, second) if second > 12 else None


def _day_first(text: str) -> tuple[int, int, int] | None:
    found = _DAY_FIRST.search(text)
    month = _month(found[2]) if found else 0
    return (int(found[3]), month, int(found[1])) if found and month else None


def _month_first(text: str) -> tuple[int, int, int] | None:
    found = _MONTH_FIRST.search(text)
    month = _month(found[1]) if found else 0
    return (int(found[3]), month, int(found[2])) if found and month else None


def _month(word: str) -> int:
    """Return the month that a whole or shortened name means, 0 where it means none or more than one."""
    found = {
        n for n, names in enumerate(_MONTHS, 1) for name in names if name.startswith(word.lower()) and len(word) >= 3
    }
    return found.pop() if len(found) == 1 else 0


def day_words(moment: str) -> str:
    """Return the day of a moment as Word writes it (2021-03-04T10:11:00Z), as pages write days; "" where it is none."""
    try:
        return in_words(date.fromisoformat(moment[:10]))
    except ValueError:
        return ""
