"""Sealers and makers of keys take turns."""

from django.db import connection

LOCK = 0x656E6772  # "engr"


def one_at_a_time() -> None:
    """Wait for one's turn until the transaction ends. On SQLite the transaction itself is it: it began IMMEDIATE."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
