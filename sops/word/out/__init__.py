"""The canonical text as a Word file: what `sops.word.reader` gives back when the file returns."""

from sops.word.out.package import Copy, write_word

__all__ = ["Copy", "write_word"]
