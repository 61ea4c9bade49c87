"""Numbers of records in running text: PROC-SOP-014 v3 does not break at a hyphen."""

import re

from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

NUMBER = re.compile(r"\b[A-Z]+(?:-[A-Z0-9]+)*-[0-9]+(?: v[0-9]+)?\b")


def unbroken(text: str | Promise) -> SafeString:
    """Return a text, escaped, in which every number of a record stands in a span that does not break."""
    escaped = conditional_escape(str(text) if isinstance(text, Promise) else text)
    return SafeString(NUMBER.sub(r'<span class="nowrap">\g<0></span>', escaped))
