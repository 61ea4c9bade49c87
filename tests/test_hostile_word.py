"""Hostile Word files, by the browser's form and by the shell: each is refused or read as its manifest says.

In little memory and little time, with no connection to anywhere, and with nothing half-stored of a refused one.
"""

import json
import logging
import os
import shutil
import socket
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from qms.files.store import read as stored
from sops.blocks import image_digests, plain_text
from sops.bodies import read_body
from sops.models import Document, Import, Version
from sops.word import child
from sops.word.sandbox import read_word_safely
from tests import snapshot
from tests.corpus import ROOT, needs_corpus, rows
from tests.word_files import docx, p

FILES = [row for row in rows("hostile/MANIFEST.csv") if row["file"].endswith((".docx", ".docm"))]
ALLOWED_EITHER = "or "  # the manifest names a second good answer in its detail: "or refuse with the limit named"
LIMITS = {"paragraphs-100000.docx": "20000", "table-20000-rows.docx": "20000"}
WORDS = {
    "xml-utf16.docx": "UTF-16 part",
    "style-loop.docx": "Looped style",
    "numbering-missing.docx": "Dangling list",
    "dangling-ids.docx": "Dangling link",
    "field-unclosed.docx": "After the field",
    "lookalike-text.docx": "Sodium ch\u043e\u0433ide",
    "script-text.docx": "<script>alert(1)</script> {{ 7*7 }} {% debug %} ${7*7}",
    "link-schemes.docx": "click share data",
    "tracked-unresolved.docx": "Thaw at 4 degrees",
    "bidi-text.docx": "Give 10 mg \u202egm 01 evig\u202c now",
    "field-include.docx": "cachedpic",
    "picture-lies.docx": "[A picture",
    "picture-svg.docx": "[A drawing",
    "remote-image.docx": "before\n[A picture is only linked",
    "altchunk-html.docx": "before\n[Another document",
    "picture-bomb.docx": "[A picture of the Word file cannot be shown. This picture has more than 40 megapixels",
}
NAMED = {
    "hidden-text.docx": {"hidden text", "white text"},
    "tracked-unresolved.docx": {"tracked change"},
    "bidi-text.docx": {"invisible characters"},
    "link-schemes.docx": {"link"},
    "field-include.docx": {"field"},
    "remote-template.docx": {"outside"},
    "remote-image.docx": {"linked picture"},
    "local-image.docx": {"linked picture"},
    "altchunk-html.docx": {"embedded document"},
    "picture-bomb.docx": {"picture"},
    "picture-lies.docx": {"picture"},
    "picture-svg.docx": {"drawing"},
    "from_packages/dde.docx": {"field"},
    "from_packages/ole-link.docx": {"embedded object"},
}
SAYS = {
    "renamed-pdf.docx": "This is a PDF",
    "renamed-xlsx.docx": "workbook",
    "macro-renamed.docx": "macros",
    "zero.docx": "empty",
    "empty-body.docx": "This document is empty",
    "zip-encrypted.docx": "password",
    "from_packages/word97.docx": ".doc",
    "from_packages/password.docx": "password",
    "from_packages/macro.docm": "macros",
    "from_packages/macro-form.docm": "macros",
}


MEMORY, SECONDS = 500 * 1024, 10  # KiB, and seconds of processor time, of the child that reads one file


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """Let no other test store files in the folder whose files are compared."""
    disk = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}


def files_kept() -> set[str]:
    """Return all files of the installation of the tests that lie where documents are stored."""
    root = Path(default_storage.location)
    return {str(path) for path in root.rglob("*") if path.is_file()}


def rows_kept() -> dict:
    """Return all rows but those that tell of the import itself."""
    told = ("sops_import", "sops_historicalimport", "qms_event", "qms_unsealed", "django_session")
    return {
        model._meta.db_table: lines for model, lines in snapshot.taken().items() if model._meta.db_table not in told
    }


def check_taken(caplog) -> None:
    """Hold what the child took, as its keeper measured it, against the limits."""
    taken = [record.args for record in caplog.records if record.name == "sops.word.sandbox"]
    assert taken
    assert all(memory < MEMORY and seconds < SECONDS for _size, _status, memory, seconds in taken), taken


def check_refusal(row: dict[str, str], sentence: str) -> None:
    name = row["file"]
    assert row["expected"] == "refuse" or LIMITS[name] in sentence
    assert SAYS.get(name, "") in sentence
    assert sentence[0].isupper() and sentence.endswith(".")


def check_text(row: dict[str, str], text: str, kinds: set[str]) -> None:
    name = row["file"]
    assert row["expected"] == "accept" or ALLOWED_EITHER in row["detail"]
    assert WORDS.get(name, "") in text
    assert NAMED.get(name, set()) <= kinds


@needs_corpus
@pytest.mark.parametrize("row", FILES, ids=lambda row: row["file"])
def test_a_hostile_file_by_the_browser(world, as_, caplog, row):
    caplog.set_level(logging.DEBUG, "sops.word.sandbox")
    data = (ROOT / "hostile" / row["file"]).read_bytes()
    client, files, kept = as_(world.fenn), files_kept(), rows_kept()
    answer = client.post("/documents/import/", {"file": SimpleUploadedFile("a.docx", data)})
    came = Import.objects.get()
    if came.outcome == "refused":
        assert answer.status_code == 422
        check_refusal(row, came.refusal)
        assert files_kept() == files and rows_kept() == kept
    else:
        assert answer.headers["Location"] == f"/documents/imports/{came.pk}/check/"
        assert stored(came.digest) == data
        named = {loss["kind"] for loss in came.losses}
        if came.tracked:  # not decided yet: the page says how many there are and asks
            page = client.get(answer.headers["Location"]).content.decode()
            assert f"The file has {came.tracked} tracked change" in page and 'name="tracked"' in page
            named |= {"tracked change"}
        assert NAMED.get(row["file"], set()) <= named
    check_taken(caplog)


@needs_corpus
def test_all_hostile_files_by_the_shell(world, caplog, tmp_path):
    caplog.set_level(logging.DEBUG, "sops.word.sandbox")
    folder = tmp_path / "hostile"
    folder.mkdir()
    for row in FILES:
        shutil.copy(ROOT / "hostile" / row["file"], folder / row["file"].replace("/", "_"))
    out = StringIO()
    options = {"as_json": True, "tracked": "accept", "stdout": out}
    call_command("import_documents", str(folder), "--as", world.fenn.user.email, "--facility", "PROC", **options)
    told = {one["file"]: one for one in json.loads(out.getvalue())["files"]}
    assert len(told) == len(FILES) == Import.objects.count()
    for row in FILES:
        one = told[row["file"].replace("/", "_")]
        if one["refused"]:
            check_refusal(row, one["refused"])
            continue
        number, n = one["version"].rsplit(" v", 1)
        version = Version.objects.get(document__number=number, n=n)
        blocks = read_body(version.body)
        check_text(row, plain_text(blocks), {loss["kind"] for loss in version.losses})
        assert not any(
            b"<script" in stored(picture) or b"<html" in stored(picture) for picture in image_digests(blocks)
        )
    assert Document.objects.count() == sum(bool(one["version"]) for one in told.values())
    check_taken(caplog)


def test_nothing_is_fetched_whatever_a_file_points_to():
    """A listener hears nothing, neither by a picture, a template, a field nor an entity."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        there = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        field = f'<w:p><w:fldSimple w:instr=" INCLUDEPICTURE {there} "><w:r><w:t>cached</w:t></w:r></w:fldSimple></w:p>'
        outside = (("e1", "image", there), ("e2", "attachedTemplate", there))
        picture = '<w:p><w:r><w:drawing><blip r:link="e1"/></w:drawing></w:r></w:p>'
        text = read_word_safely(docx(p("before") + field + picture, external=outside))
        assert {"field", "linked picture", "outside"} <= {loss.kind for loss in text.losses}
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_child_can_open_neither_a_connection_nor_a_file():
    """Even code of the file's making could not: the limits of the child leave no room for one more."""
    pid = os.fork()
    if pid == 0:
        child.limit()
        refused = 0
        for opens in (lambda: socket.socket(), lambda: os.open("/dev/null", os.O_RDONLY)):
            try:
                opens()
            except OSError:
                refused += 1
        os._exit(refused)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 2
