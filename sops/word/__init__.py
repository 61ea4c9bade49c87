"""Word in: our own walk over the XML of a Word file, because every library we tried loses words without saying so."""
