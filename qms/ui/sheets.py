"""One style sheet: what app.css imports is put into it when the static files are collected.

In the repository each component keeps a sheet of its own. A browser would ask for all of them, one after the other.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

MAIN = "css/app.css"
_IMPORT = re.compile(r'@import url\("([\w/.-]+)"\)(?: layer\((\w+)\))?;')
_ADDRESS = re.compile(r'url\("(?!data:)')


def joined(read: Callable[[str], str]) -> str:
    """Return the main sheet with its imports in their layers. `read` gives a file of the static files by its path.

    A sheet of another folder than the main one's must hold no address: it would mean another file from there.
    """

    def sheet(found: re.Match[str]) -> str:
        name, layer = found.groups()
        text = read(f"css/{name}")
        if "/" in name and _ADDRESS.search(text):
            raise ValueError(f"css/{name} holds an address of a file. Move it into a sheet beside app.css.")
        return f"@layer {layer} {{\n{text}}}\n" if layer else text

    return _IMPORT.sub(sheet, read(MAIN))


class OneSheetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """The static files of production: hashed, compressed, and one style sheet."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run and MAIN in paths:

            def read(name: str) -> str:
                storage, path = paths[name]
                with storage.open(path) as file:
                    return str(file.read().decode())

            self.delete(MAIN)
            self._save(MAIN, ContentFile(joined(read).encode()))
            paths = {**paths, MAIN: (self, MAIN)}
        yield from super().post_process(paths, dry_run, **options)
