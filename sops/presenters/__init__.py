"""How documents and versions are said on a page."""
