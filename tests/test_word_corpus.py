"""Real Word files that nobody on this project wrote: words out are words in, structure is there, losses are named."""

import functools
import io
import re
import zipfile
from collections import Counter
from xml.etree import ElementTree

import pytest

from qms.trail.errors import Invalid
from sops.blocks import check, labels, plain_text, text_of, walk
from sops.word.reader import read_word
from tests.corpus import ROOT, needs_corpus, rows

EMPTY = {"docx/p-no-settings.docx", "docx/s-mc.docx"}  # no words, no pictures: refused with "this document is empty"
MACRO_KIND = {"docx/s-docm.docm"}  # no macro inside, but of the kind that may have some: refused with what to do
MANIFEST = [row for row in rows("docx/MANIFEST.csv") if row["file"] not in EMPTY | MACRO_KIND]
TRACKED = [row["file"] for row in MANIFEST if row["file"].endswith("-tracked.docx")]
# Letters that come from what is not written as text: chosen entries of form fields, drawn letters.
FROM_ELSEWHERE = {
    "docx/y-checkboxes.docx",
    "docx/d-legacy-forms.docx",
    "docx/y-dropdown.docx",
    "docx/isac-application.docx",
    "docx/s-complex2010.docx",
}

# Files that give no headings or lists, because they have none that can be told from text.
WITHOUT = {
    "docx/questionnaire-v2-0.docx": {"headings"},
    "docx/d-same-as-previous.docx": {"headings"},
    "docx/d-tables.docx": {"headings"},
    "docx/d-docprops.docx": {"headings"},
    "docx/c-gridbefore.docx": {"headings"},
}


@functools.cache
def read(name):
    return read_word((ROOT / name).read_bytes())


# ------------------------------------------------------------ an own count of what a reader of the Word file sees

GONE = {"del", "moveFrom", "Fallback", "instrText", "delText", "rPrChange", "pPrChange"}


def local(element):
    return element.tag.rpartition("}")[2]


def relations(archive, part):
    folder, _slash, base = part.rpartition("/")
    name = f"{folder}/_rels/{base}.rels".lstrip("/")
    if name not in archive.namelist():
        return {}
    found = ElementTree.fromstring(archive.read(name))
    return {e.get("Type", "").rpartition("/")[2]: (folder + "/" + e.get("Target")).lstrip("/") for e in found}


def letters_of(root, in_code=None):
    """Count letters and digits of the text that is shown: nothing deleted, nothing twice, no code of fields."""
    found = Counter()
    fields = complete_fields(root)

    def visit(element):
        name = local(element)
        if name in GONE or is_deleted(element):
            return
        if name == "fldChar" and element in fields:
            code.append(True) if fields[element] == "begin" else None
            code.__setitem__(-1, False) if fields[element] == "separate" and code else None
            code.pop() if fields[element] == "end" and code else None
        if name == "t" and not any(code):
            found.update(filter(str.isalnum, element.text or ""))
        if name == "footnoteReference":
            counts["notes"] += 1
            found.update(str(counts["notes"]))
        if name == "endnoteReference":
            counts["ends"] += 1
            found.update(f"e{counts['ends']}")
        for inner in element:
            visit(inner)

    code, counts = [], Counter()
    visit(root)
    return found


def is_deleted(element):
    marks = {"tr": ("trPr", "del"), "tc": ("tcPr", "cellDel")}.get(local(element))
    if not marks:
        return False
    return any(local(mark) == marks[1] for e in element if local(e) == marks[0] for mark in e)


def complete_fields(root):
    found, open_ = {}, []
    for e in root.iter():
        if local(e) != "fldChar":
            continue
        kind = next(v for k, v in e.attrib.items() if k.endswith("fldCharType"))
        if kind == "begin":
            open_.append([(e, kind)])
        elif open_:
            open_[-1].append((e, kind))
            if kind == "end":
                found.update(open_.pop())
    return found


def letters_in(name):
    with zipfile.ZipFile(io.BytesIO((ROOT / name).read_bytes())) as archive:
        main = relations(archive, "")["officeDocument"].lstrip("/")
        found = letters_of(ElementTree.fromstring(archive.read(main)))
        body = ElementTree.fromstring(archive.read(main))
        for kind in ("footnote", "endnote"):
            part = relations(archive, main).get(f"{kind}s")
            if part in archive.namelist():
                used = {id_of(e) for e in body.iter() if local(e) == f"{kind}Reference"}
                for note in ElementTree.fromstring(archive.read(part)):
                    if id_of(note) in used:
                        found += letters_of(note)
    return found, body


def id_of(element):
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), None)


def is_placeholder(block):
    return block.get("role") == "note" and text_of(block).startswith("[") and text_of(block).endswith("]")


def letters_out(text):
    kept = [b for b in walk(text.blocks) if b["kind"] not in ("table", "image") and not is_placeholder(b)]
    return Counter(filter(str.isalnum, "".join(map(text_of, kept))))


# ------------------------------------------------------------ every file


@needs_corpus
@pytest.mark.parametrize("row", MANIFEST, ids=lambda row: row["file"])
def test_a_real_file_comes_in_whole(row):
    """No word is lost and none invented, tables, pictures and lists are there, and what is lost is named."""
    name, text = row["file"], read(row["file"])
    check(text.blocks)
    expected, body = letters_in(name)
    compare_words(name, expected, body, text)
    compare_structure(row, body, text)
    compare_losses(row, text)


def compare_words(name, expected, body, text):
    found = letters_out(text)
    assert not expected - found, f"lost: {expected - found}"
    assert text.words.missing <= 0, f"words of the file neither in the text nor listed: {text.words}"
    if name not in FROM_ELSEWHERE:
        signs = sum(1 for e in body.iter() if local(e) in ("sym", "textpath"))
        assert sum((found - expected).values()) <= signs * 20, f"invented: {found - expected}"


def compare_structure(row, body, text):
    found = Counter(b["kind"] for b in walk(text.blocks))
    places = sum(is_placeholder(b) for b in walk(text.blocks))
    assert found["table"] == shown(body, {"tbl"}), "tables"
    assert found["image"] + places >= shown(body, {"blip", "imagedata"}), "pictures"
    assert (
        {b["digest"] for b in walk(text.blocks) if b["kind"] == "image"} <= set(text.pictures) == set(text.media_types)
    )
    numbered = found["item"] + sum("number" in b for b in walk(text.blocks))
    missing = (["notes"] if int(row["footnotes"]) and not found["footnote"] else []) + (
        ["lists"] if int(row["numbered"]) and not numbered else []
    )
    missing += ["headings"] if int(row["paragraphs"]) > 100 and not found["heading"] else []
    assert set(missing) <= WITHOUT.get(row["file"], set())


def compare_losses(row, text):
    kinds = Counter(loss.kind for loss in text.losses)
    assert all(loss.kind and loss.sentence.strip() for loss in text.losses)
    assert kinds["comment"] == int(row["comments"])
    assert bool(text.tracked.open) == bool(int(row["tracked"])) == bool(kinds["tracked change"])
    if int(row["textboxes"]):
        assert kinds["text box"] or kinds["drawing"]


def shown(element, names):
    if local(element) in {"Fallback", "del", "moveFrom", "instrText"} or is_deleted(element):
        return 0
    counts = local(element) in names and (
        local(element) != "tbl" or any(local(e) == "tr" and not is_deleted(e) for e in element.iter())
    )
    return counts + sum(shown(inner, names) for inner in element)


@needs_corpus
def test_structure_comes_out_of_at_least_95_percent():
    assert len(WITHOUT) <= 0.05 * len(MANIFEST)


@needs_corpus
@pytest.mark.parametrize("name", TRACKED)
@pytest.mark.parametrize(("decision", "twin"), [("accept", "accepted"), ("reject", "rejected")])
def test_tracked_files_give_the_text_of_their_twins(name, decision, twin):
    other = name.removesuffix("-tracked.docx") + f"-{twin}.docx"
    if not (ROOT / other).exists():
        pytest.skip(f"the corpus holds no {other}")
    tracked = read_word((ROOT / name).read_bytes(), tracked=decision)
    assert plain_text(tracked.blocks) == plain_text(read(other).blocks)


@needs_corpus
def test_a_long_tracked_file_names_both_texts_of_its_changes():
    accepted = read("docx/asvs-redline.docx")
    rejected = read_word((ROOT / "docx/asvs-redline.docx").read_bytes(), tracked="reject")
    assert accepted.tracked == rejected.tracked
    assert sum(loss.kind == "tracked change" for loss in accepted.losses) > 200
    assert plain_text(accepted.blocks) != plain_text(rejected.blocks)
    told = " ".join(loss.sentence for loss in accepted.losses if loss.kind == "tracked change")
    assert "“December” was replaced by “January”" in told


@needs_corpus
@pytest.mark.parametrize("name", sorted(EMPTY))
def test_files_without_words_are_refused(name):
    with pytest.raises(Invalid, match="empty"):
        read_word((ROOT / name).read_bytes())


@needs_corpus
@pytest.mark.parametrize("name", sorted(MACRO_KIND))
def test_files_of_the_macro_kind_are_refused(name):
    with pytest.raises(Invalid, match="macros"):
        read_word((ROOT / name).read_bytes())


@needs_corpus
def test_typed_and_counted_numbers_agree_in_a_table_of_contents():
    """The contents that Word wrote into the file name the numbers of the headings: ours have to be the same."""
    text = read("docx/protocol-casecontrol-v2.docx")
    numbers = labels(text.blocks)
    headings = {text_of(b): numbers.get(b["id"]) for b in text.blocks if b["kind"] == "heading"}
    written = [re.fullmatch(r"([\d.]+)\t(.+)\t\d+", text_of(b)) for b in text.blocks if b["kind"] == "paragraph"]
    pairs = [(m[2], m[1]) for m in written if m and m[2] in headings]
    assert len(pairs) > 40
    unique = [(words, number) for words, number in pairs if [w for w, _n in pairs].count(words) == 1]
    assert all(headings[words] == number for words, number in unique)
