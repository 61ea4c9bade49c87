"""Which topics the programme says its documents cover, and a view of the register that everybody sees."""

from collections.abc import Mapping

from audits.demo.documents import Life
from qms.people.models import Person
from sops.models import TopicPart
from sops.services import save_view, settle_cell, take_over_topics

COVERED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("REGIMEN", "B"): ("conditioning",),
    ("TOXICITY", "B"): ("crs",),
    ("INFECTION", "B"): ("neutropenic-fever",),
    ("LINES", "B"): ("central-line",),
    ("LINES", "C"): ("central-line",),
    ("GIVE", "B"): ("thawing", "cart-infusion"),
    ("FOLLOWUP", "B"): ("registry-data",),
    ("REPORTS", "B"): ("occurrences",),
    ("DONOR", "B"): ("donor",),
    ("DONOR", "CM"): ("donor",),
    ("DONOR", "C"): ("donor",),
    ("CONSENT", "CM"): ("marrow-consent",),
    ("CONSENT", "C"): ("donor", "consent-donor"),
    ("MINORS", "C"): ("paediatric-donor",),
    ("COLLECT", "C"): ("apheresis", "cart-collection"),
    ("COLLECT", "CM"): ("marrow-harvest",),
    ("MIXUP", "CM"): ("theatre-count",),
    ("MIXUP", "D"): ("identity", "label-check"),
    ("LABELS", "D"): ("labels", "label-check"),
    ("PROCESS", "D"): ("cryopreservation", "cd34", "viability"),
    ("CRYO", "D"): ("cryopreservation", "thawing"),
    ("RECEIVE", "B"): ("identity",),
    ("RECEIVE", "D"): ("identity",),
    ("ABO", "D"): ("abo",),
    ("STORE", "D"): ("nitrogen",),
    ("EXPIRY", "D"): ("reagents",),
    ("RELEASE", "D"): ("exceptional-release",),
    ("RECALL", "D"): ("recall",),
    ("SUPPLIES", "C"): ("suppliers",),
    ("SUPPLIES", "D"): ("reagents", "suppliers"),
    ("EQUIPMENT", "C"): ("apheresis-machine",),
    ("EQUIPMENT", "D"): ("equipment",),
    ("ROOMS", "D"): ("nitrogen", "visitors"),
    ("CLEANING", "D"): ("cleaning-lab",),
    ("PROTECT", "B"): ("hand-hygiene",),
    ("DISASTER", "B"): ("it-downtime",),
    ("DISASTER", "CM"): ("marrow-emergency",),
    ("DISASTER", "D"): ("power-cut", "evacuation"),
    **{("TRANSPORT", part): ("transport",) for part in ("B", "CM", "C", "D")},
    **{("CONFIDENCE", part): ("records-retention",) for part in ("B", "CM", "C", "D")},
}
LABORATORY = "Products go to the processing laboratory on the same day."
NOT_DONE = {
    ("PHOTO", "C"): "Photopheresis is not done at Northmere.",
    ("MINORS", "CM"): "Only adults give marrow here.",
    **{("STORE", part): LABORATORY for part in ("B", "CM", "C")},
    **{("RELEASE", part): "The processing laboratory releases for all." for part in ("CM", "C")},
    **{("LABELS", part): "The processing laboratory prints and hands out all labels." for part in ("CM", "C")},
}


def cover_topics(lives: Mapping[str, Life], quality: Person) -> None:
    """Take the proposed topics over, and say what covers some of them."""
    take_over_topics(by=quality)
    cells = {(cell.topic.code, cell.part): cell for cell in TopicPart.objects.select_related("topic")}
    for key, names in COVERED.items():
        if all(name in lives and lives[name].versions for name in names):
            documents = [lives[name].versions[-1].document for name in names]
            settle_cell(cells[key], documents, by=quality, revision=None)
    for key, why in NOT_DONE.items():
        settle_cell(cells[key], [], by=quality, revision=None, not_applicable=why)


def share_view(quality: Person) -> None:
    """What quality asks everybody to look at before the meeting."""
    save_view("For the quality meeting", "review=late&review=soon&sort=review", by=quality, shared=True)
