"""Pages of reading and signing."""
