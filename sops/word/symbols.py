"""Letters of the old symbol fonts as Unicode, by their code 0x20 to 0xFF (Word writes U+F020 to U+F0FF)."""

_NONE = "�" * 32
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?"
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼�"
    f"{_NONE}"
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪�〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭�"
)

_WINGDINGS = {
    0x20: " ", 0x21: "🖉", 0x22: "✂", 0x23: "✁", 0x24: "👓", 0x25: "🕭", 0x26: "🕮", 0x28: "🕿", 0x29: "✆", 0x2A: "🖂",
    0x2D: "📫", 0x30: "📁", 0x31: "📂", 0x32: "📄", 0x36: "⌛", 0x37: "🖮", 0x38: "🖰", 0x3C: "🖫", 0x3E: "✇", 0x3F: "✍",
    0x41: "✌", 0x43: "👍", 0x44: "👎", 0x45: "☜", 0x46: "☞", 0x47: "☝", 0x48: "☟", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹",
    0x4D: "💣", 0x4E: "☠", 0x52: "☼", 0x53: "💧", 0x54: "❄", 0x55: "🕆", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□",
    0x70: "🞐", 0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: "⌧", 0x7A: "⌘",
    0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA5: "◎", 0xA7: "▪", 0xA8: "◻", 0xAB: "★", 0xB6: "☆", 0xB2: "⯎",
    0xD5: "⌫", 0xD6: "⌦", 0xD8: "➢", 0xDC: "➲", 0xDF: "🡐", 0xE0: "🡒", 0xE1: "🡑", 0xE2: "🡓", 0xE7: "🡸", 0xE8: "🡺",
    0xE9: "🡹", 0xEA: "🡻", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xF3: "⬄", 0xFB: "🗴", 0xFC: "🗸", 0xFD: "🗵",
    0xFE: "🗹",
}  # fmt: skip
# Arrows and ticks as the fonts of browsers and of the PDF have them.
_PLAIN = {
    "🡐": "←",
    "🡒": "→",
    "🡑": "↑",
    "🡓": "↓",
    "🡸": "←",
    "🡺": "→",
    "🡹": "↑",
    "🡻": "↓",
    "🗴": "✗",
    "🗸": "✓",
    "🗵": "☒",
    "🗹": "☑",
}
_WINGDINGS2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x98: "●", 0x96: "•"}
_WINGDINGS3 = {0x22: "↑", 0x23: "↓", 0x21: "→", 0x20: " ", 0x70: "▲", 0x71: "▼", 0x74: "◀", 0x75: "▶", 0x7D: "▶"}
_WEBDINGS = {
    0x20: " ",
    0x31: "◻",
    0x32: "◼",
    0x61: "✓",
    0x63: "◻",
    0x67: "◼",
    0x72: "✗",
    0x6E: "●",
    0x34: "▶",
    0x33: "◀",
}

_FONTS: dict[str, dict[int, str]] = {
    "symbol": {0x20 + i: char for i, char in enumerate(_SYMBOL) if char != "�"},
    "wingdings": {code: _PLAIN.get(char, char) for code, char in _WINGDINGS.items()},
    "wingdings 2": _WINGDINGS2,
    "wingdings 3": _WINGDINGS3,
    "webdings": _WEBDINGS,
}
UNKNOWN = "�"


def symbol(font: str, code: int) -> str:
    """Return the letter of a symbol font as Unicode, the letter itself for other fonts, "�" where we do not know it."""
    table = _FONTS.get(font.strip().lower())
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if table is not None:
        return table.get(low, UNKNOWN)
    if low < 0x20 or 0xD800 <= low <= 0xDFFF or low > 0x10FFFF:
        return UNKNOWN
    return chr(low) if code != low or not 0xE000 <= low <= 0xF8FF else UNKNOWN


def in_font(font: str, text: str) -> str:
    """Return text of a run with its private-use letters (U+F020 to U+F0FF) as Unicode, by the font of the run."""
    if not any("\uf020" <= char <= "\uf0ff" for char in text):
        return text
    return "".join(symbol(font or "symbol", ord(char)) if "\uf020" <= char <= "\uf0ff" else char for char in text)
