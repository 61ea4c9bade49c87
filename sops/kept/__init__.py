"""Files that are kept as they are: what may come in, and the words that are found in them."""
