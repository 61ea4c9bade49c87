"""How words are looked up: in the catalogues that hold some."""

from django.conf import settings
from django.utils.translation import trans_real


def leave_out_empty_catalogues() -> None:
    """Leave out the catalogues behind that of our language which hold nothing but their head.

    Behind British English stand four English ones of Django's parts, all empty; each of the hundred words of a page was
    looked for in all of them, which cost as much as a query.
    """
    found = trans_real.translation(settings.LANGUAGE_CODE)
    behind = found._fallback  # type: ignore[attr-defined]
    while behind is not None and len(getattr(behind, "_catalog", ())) <= 1:
        behind = behind._fallback
    found._fallback = behind  # type: ignore[attr-defined]
