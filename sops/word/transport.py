"""A WordText as bytes between two processes: one line of JSON, then the pictures one after the other. No pickle."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from typing import Any

from sops.blocks import check
from sops.word.model import Loss, Mark, Origin, Proposal, Tracked, Words, WordText

_DATES = ("effective_on", "review_on")


def dump(text: WordText) -> bytes:
    """Return the bytes of a WordText."""
    proposal = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(text.proposal).items()}
    head = {
        "blocks": text.blocks,
        "losses": [[loss.kind, loss.place, loss.sentence] for loss in text.losses],
        "proposal": proposal,
        "tracked": asdict(text.tracked),
        "marks": [asdict(mark) for mark in text.marks],
        "words": asdict(text.words),
        "origin": asdict(text.origin),
        "pictures": [[digest, text.media_types[digest], len(data)] for digest, data in text.pictures.items()],
    }
    return json.dumps(head).encode() + b"\n" + b"".join(text.pictures.values())


def load(data: bytes) -> WordText:
    """Return the WordText of these bytes; raise ValueError (or a child of it) where they are not what `dump` writes."""
    line, _newline, rest = data.partition(b"\n")
    head = json.loads(line)
    check(head["blocks"])
    pictures, media_types = _pictures(head["pictures"], rest)
    said: dict[str, Any] = head["proposal"]
    days = {name: date.fromisoformat(said[name]) for name in _DATES if said[name]}
    return WordText(
        blocks=head["blocks"],
        pictures=pictures,
        media_types=media_types,
        losses=[Loss(*fields) for fields in head["losses"]],
        proposal=Proposal(**{**said, **days}),
        tracked=Tracked(**head["tracked"]),
        marks=[Mark(**mark) for mark in head["marks"]],
        words=Words(**head["words"]),
        origin=Origin(**head["origin"]),
    )


def _pictures(listed: list[list[Any]], data: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    pictures, media_types, at = {}, {}, 0
    for digest, media_type, size in listed:
        picture = data[at : at + size]
        at += size
        if hashlib.sha256(picture).hexdigest() != digest:
            raise ValueError("A picture is not what its digest says.")
        pictures[digest], media_types[digest] = picture, media_type
    return pictures, media_types
