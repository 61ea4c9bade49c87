"""Where a record of any kind is shown."""

from django.urls import NoReverseMatch


def page_of(record: object, *, of_others: bool = True) -> str:
    """Return the address of a record's page, "" where it has none.

    `of_others`: the page for people other than the one whom it concerns, where these are two: `get_url_for_others`.
    """
    own = getattr(record, "get_absolute_url", None)
    way = (getattr(record, "get_url_for_others", None) or own) if of_others else own
    try:
        return str(way()) if way else ""
    except NoReverseMatch:
        return ""
