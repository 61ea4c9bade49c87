"""How readings are said on a page."""
