"""The language of a text by its letters and its commonest words: files keep the language of their template."""

import re
from collections import Counter

from sops.blocks import Block, text_of

_COMMON = {
    "en": "the of and to is for with be are must shall by from this",
    "de": "der die das und ist mit von zu den im für werden nicht ein",
    "fr": "le la les des et est pour dans une du par sur doit être",
    "es": "el los las del es para con una por se que debe en",
    "it": "il gli della per con una che di sono deve nel",
    "pt": "os da do para com uma por deve não são em ao",
    "nl": "het een van voor met niet wordt moet zijn en aan",
}
_WORDS = {language: set(text.split()) for language, text in _COMMON.items()}
_KANA = re.compile("[\u3040-\u30ff]")
_SCRIPTS = {
    "ja": _KANA,
    "zh": re.compile("[\u4e00-\u9fff]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
}


def language_of(blocks: list[Block], declared: str) -> str | None:
    """Return the language of the text ("en"), by its words, else what the file declares ("en-GB")."""
    text = " ".join(text_of(block) for block in blocks[:400])[:40_000]
    if len(_KANA.findall(text)) > 20:
        return "ja"
    for language, letters in _SCRIPTS.items():
        if len(letters.findall(text)) * 5 > len(text):
            return language
    seen = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    scores = {language: sum(seen[word] for word in common) for language, common in _WORDS.items()}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] >= 5 else declared[:2].lower() or None
