"""The words of records, for the search: a copy that can be made again at any time, and no record itself."""

from django.db import models


class SearchEntry(models.Model):
    """What the search knows of one record. Each database keeps an index over `words` (see the migration)."""

    label = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["label", "record_id"], name="search_once")]


class SearchText(models.Model):
    """The text of an entry: as it is read, for showing where words stand; and its words in a row, for phrases.

    Apart from the entry: the list of what was found reads many entries and few texts.
    """

    entry = models.OneToOneField(SearchEntry, primary_key=True, on_delete=models.CASCADE, related_name="text")
    shown = models.TextField()
    plain = models.TextField()
