"""Texts and titles for very many documents: words that repeat as words do, few often and many seldom."""

import random

from sops.blocks import Block

SYLLABLES = ("al", "ber", "con", "da", "fil", "gra", "hem", "lor", "mi", "nat", "os", "per", "sta", "tum", "vel")
WORDS = [f"{one}{two}{three}" for one in SYLLABLES for two in SYLLABLES for three in SYLLABLES]
WEIGHTS = [1 / (place + 3) for place in range(len(WORDS))]
ACTS = ("Thawing", "Freezing", "Labelling", "Transport", "Storage", "Release", "Washing", "Counting", "Receipt")
THINGS = ("of apheresis products", "of marrow", "of buffy coats", "of reagents", "of cord blood", "of samples")
EVERYWHERE = "procedure"  # a word that every text has
TEXTS = 60  # different texts; each document has one of them and a word of its own


def text(seed: int, words: int = 120) -> list[Block]:
    """Return a text of so many words, always the same for a seed, each with EVERYWHERE in its first sentence."""
    draw = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    blocks: list[Block] = [{"id": "b0", "kind": "heading", "level": 1, "runs": [{"text": "Purpose"}]}]
    for index in range(words // 20):
        sentence = " ".join(draw.choices(WORDS, WEIGHTS, k=20))
        blocks.append({"id": f"b{index + 1}", "kind": "paragraph", "runs": [{"text": f"The {EVERYWHERE} {sentence}."}]})
    return blocks


def title(index: int) -> str:
    """Return a title; about one in 54 is like another but for its count."""
    return f"{ACTS[index % len(ACTS)]} {THINGS[index // len(ACTS) % len(THINGS)]}, part {index // 54 + 1}"


def own_word(index: int) -> str:
    """Return a word that is in the text of ten documents and no others."""
    return f"mark{index // 10:05d}x"
