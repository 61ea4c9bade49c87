"""Numbers of records in running text: PROC-SOP-014 v3 does not break at a hyphen."""

import re

from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

UNITS = (
    "°C|°F|%|‰|K|min|h|s|ms|ml|mL|µl|µL|l|L|g|kg|mg|µg|ng|cm|mm|m|µm|nm"
    "|rpm|bar|mbar|kPa|hPa|mmHg|ppm|IU|U|Gy|kV|V|mmol|mol"
)
MEASURE = re.compile(rf"(?<![\w.,])([≤≥±~−-]?[0-9][0-9.,]*) ({UNITS})(?![\w°])")
NUMBER = re.compile(r"\b[A-Z]+(?:-[A-Z0-9]+)*-[0-9]+(?: v[0-9]+)?\b")


def unbroken(text: str | Promise) -> SafeString:
    """Return a text, escaped, in which every number of a record stands in a span that does not break."""
    escaped = conditional_escape(str(text) if isinstance(text, Promise) else text)
    return SafeString(NUMBER.sub(r'<span class="nowrap">\g<0></span>', escaped))


def kept_together(text: str) -> SafeString:
    """Return a text, escaped, in which a value and its unit (37 °C, 15 min) stand in one line; no character changes."""
    escaped = conditional_escape(text)
    return SafeString(MEASURE.sub(r'<span class="nowrap">\g<0></span>', escaped)) if " " in text else escaped
