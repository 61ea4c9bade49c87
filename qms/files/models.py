"""Which bytes are kept. The bytes themselves lie in the storage under their digest."""

from django.db import models

from qms.trail.guard import AppendOnly


class StoredFile(AppendOnly):
    """One content-addressed file; `digest` is the SHA-256 of its bytes in hexadecimal, `size` is in bytes."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()
