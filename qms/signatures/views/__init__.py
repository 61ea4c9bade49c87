"""Pages of signing. `ceremony` is the page on which everything in Engraft is signed."""

from qms.signatures.views.ceremony import ceremony

__all__ = ["ceremony"]
