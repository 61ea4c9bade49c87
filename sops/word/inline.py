"""Reads the inside of a paragraph: runs with their emphasis, links, fields, notes, and what hangs in them as blocks."""

import re
from collections.abc import Callable
from urllib.parse import quote as percent

from django.utils.translation import gettext as _

from sops.blocks import LINK, REFERENCE, Block
from sops.word.alternative import chosen
from sops.word.controls import content, name_control
from sops.word.drawing import drawing_blocks
from sops.word.emphasis import look_of
from sops.word.equations import equation_text
from sops.word.fields import MARK, Field
from sops.word.losses import gettext_noop, quote
from sops.word.reading import Reading, Run
from sops.word.symbols import UNKNOWN, in_font, symbol
from sops.word.xml import Element, attr, child, local, relation

_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_SILENT = frozenset(
    """pPr rPr tcPr sdtPr sdtEndPr smartTagPr customXmlPr rubyPr ffData fldData proofErr bookmarkStart bookmarkEnd
    permStart permEnd lastRenderedPageBreak instrText delInstrText annotationRef footnoteRef endnoteRef separator
    continuationSeparator moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd customXmlInsRangeStart
    customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd customXmlMoveFromRangeStart
    customXmlMoveFromRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd""".split()  # noqa: SIM905
)
_THROUGH = ("smartTag", "customXml", "sdtContent", "ins", "moveTo", "dir", "bdo", "rubyBase")


class Inline:
    """The content of one paragraph: `runs`, and blocks that come `before` or `after` its text."""

    def __init__(self, reading: Reading, paragraph_style: str, is_heading: bool) -> None:
        self.reading = reading
        self.runs: list[Run] = []
        self.before: list[Block] = []
        self.after: list[Block] = []
        self._style, self._is_heading = paragraph_style, is_heading
        self._marks: list[str] = []
        self._font = ""
        self._link = ""
        self._result_from = -1  # length of the text where the result of the last field began

    @property
    def text(self) -> str:
        """Return the words so far."""
        return "".join(run["text"] for run in self.runs)

    def walk(self, container: Element) -> None:
        """Read everything below an element."""
        for e in container:
            name = local(e)
            handler = _HANDLERS.get(name)
            if handler is not None:
                handler(self, e)
            elif name in _THROUGH:
                self.walk(e)
            elif name not in _SILENT:
                self._unknown(e, name)

    def add(self, text: str) -> None:
        """Add text with the emphasis and link of the moment."""
        if not text or self.reading.in_field_code():
            return
        link = self._link or self._field_link()
        run: Run = {"text": text}
        marks = [m for m in self._marks if not (link and m == "underline")]
        if marks:
            run["marks"] = marks
        if link:
            run["link"] = link
        if self.runs and {**self.runs[-1], "text": ""} == {**run, "text": ""}:
            self.runs[-1]["text"] += text
        else:
            self.runs.append(run)
        for words in self.reading.open_comments.values():
            words.append(text)

    def hang(self, blocks: list[Block]) -> None:
        """Put blocks where they stand: before the text of the paragraph, or else after it."""
        if self.reading.in_field_code():
            return
        (self.after if self.text.strip() else self.before).extend(blocks)

    # ------------------------------------------------------------------ runs

    def _run(self, e: Element) -> None:
        look = look_of(e, self.reading, self._style, self._is_heading)
        outer = self._marks, self._font
        self._marks, self._font = look.marks, look.font
        if look.hidden and not self.reading.in_field_code():
            words = "".join(t.text or "" for t in e if local(t) == "t").strip()
            if words:
                self.reading.losses.name(look.hidden, _(_HIDDEN[look.hidden]) % {"words": quote(words)})
        self.walk(e)
        self._marks, self._font = outer

    def _text(self, e: Element) -> None:
        text = in_font(self._font, e.text or "")
        if _INVISIBLE.search(text):
            self.reading.losses.name(
                "invisible characters",
                _("Letters that nobody sees (direction marks, spaces without width) stand in %(words)s; they are kept.")
                % {"words": quote(_INVISIBLE.sub("·", text))},
            )
        if UNKNOWN in text and UNKNOWN not in (e.text or ""):
            self._lost_symbol()
        self.add(text)

    def _symbol(self, e: Element) -> None:
        try:
            char = symbol(attr(e, "font"), int(attr(e, "char", "0"), 16))
        except ValueError:
            char = UNKNOWN
        if char == UNKNOWN:
            self._lost_symbol()
        self.add(char)

    def _lost_symbol(self) -> None:
        self.reading.losses.count(
            "unknown symbol", _("A sign of a symbol font is not known and shown as �; write it anew.")
        )

    def _break(self, e: Element) -> None:
        if attr(e, "type") in ("page", "column"):
            self.reading.losses.count("layout", _("Page and column breaks are left to the page layout."))
        else:
            self.add("\n")

    def _page_number(self, e: Element) -> None:
        self.reading.losses.count("field PAGE", _("Page numbers inside the text are not kept."))

    def _ruby(self, e: Element) -> None:
        self.walk(child(e, "rubyBase") if child(e, "rubyBase") is not None else ())
        if child(e, "rt") is not None:
            self.add(" (")
            self.walk(child(e, "rt"))
            self.add(")")

    def _equation(self, e: Element) -> None:
        text = equation_text(e)
        self.reading.losses.name(
            "equation",
            _("An equation is kept as one line of text: %(text)s. Compare it with the Word file.")
            % {"text": quote(text)},
        )
        self.add(text)

    # ------------------------------------------------------------------ links and fields

    def _hyperlink(self, e: Element) -> None:
        outer = self._link
        name = relation(e, "id")
        target = self.reading.relation(name) if name else None
        if target is not None:
            self._link = self._allowed(target.target + (f"#{attr(e, 'anchor')}" if attr(e, "anchor") else ""))
        elif REFERENCE.match(attr(e, "tooltip")) and self.reading.origin:
            self._link = attr(e, "tooltip")
        elif attr(e, "anchor"):
            self.reading.losses.count(
                "internal link", _("Links to other places of the document are kept as plain text.")
            )
        elif name:
            self.reading.losses.count("link", _("A link that points to nothing is kept as plain text."))
        self.walk(e)
        self._link = outer

    def _allowed(self, address: str) -> str:
        """Return the address where it may be followed, "" with its loss named where not."""
        scheme, colon, rest = address.strip().partition(":")
        clean = percent(scheme.lower() + colon + rest, safe="%/:=&?~#+!$,;'@()*[]")
        if LINK.match(clean):
            return clean
        self.reading.losses.name(
            "link", _("The link to %(target)s is not kept; its text is.") % {"target": quote(address, 120)}
        )
        return ""

    def _field_link(self) -> str:
        address = next((f.link for f in reversed(self.reading.open_fields) if f.link), "")
        return address if LINK.match(address) else ""

    def _field_char(self, e: Element) -> None:
        index, reading = attr(e, MARK), self.reading
        if not index:
            return  # a field that never ends: what follows is text
        f, kind = reading.fields[int(index)], attr(e, "fldCharType")
        if kind == "begin":
            f.in_code = True
            reading.open_fields.append(f)
        elif kind == "separate":
            f.in_code, self._result_from = False, len(self.text)
        elif f in reading.open_fields:
            reading.open_fields.remove(f)
            if not reading.in_field_code():
                self._name_field(f, empty=len(self.text) == self._result_from)

    def _simple_field(self, e: Element) -> None:
        self._name_field(Field(attr(e, "instr"), has_result=len(e) > 0))
        self.walk(e)

    def _name_field(self, f: Field, empty: bool = False) -> None:
        losses = self.reading.losses
        if empty or not f.has_result:
            self.add(f.shown_without_result())
        if f.fetches:
            losses.name(
                "field",
                _("The field %(code)s would fetch from outside; only its last text is kept.") % {"code": quote(f.code)},
            )
        elif f.kind == "HYPERLINK":
            if f.link and not LINK.match(f.link):
                self._allowed(f.link)
        elif f.kind == "EQ":
            losses.name(
                "equation", _("The formula field %(code)s is not kept; write it anew.") % {"code": quote(f.code)}
            )
        elif not f.is_silent or f.has_result:
            sentence = _(
                "Fields of the kind %(kind)s are kept as the text they showed last; they do not change any more."
            )
            losses.count(f"field {f.kind}", sentence % {"kind": f.kind or "?"})

    # ------------------------------------------------------------------ notes, comments, changes, drawings

    def _note(self, e: Element) -> None:
        kind = local(e).removesuffix("Reference")
        if self.reading.in_field_code():
            return
        if (kind, attr(e, "id")) not in self.reading.known_notes:
            self.reading.losses.name("footnote", _("The mark of a note that does not exist is not kept."))
            return
        notes = self.reading.notes
        count = 1 + sum(1 for known, _id, _label in notes if known == kind)
        label = str(count) if kind == "footnote" else f"e{count}"
        if attr(e, "customMarkFollows") in ("1", "true", "on"):
            label = ""  # the mark follows as text of its own
        notes.append((kind, attr(e, "id"), label))
        if label:
            outer, self._marks = self._marks, ["sup"]
            self.add(label)
            self._marks = outer

    def _comment_start(self, e: Element) -> None:
        self.reading.open_comments[attr(e, "id")] = []

    def _comment(self, e: Element) -> None:
        name = attr(e, "id")
        sentence = self.reading.comments.pop(name, None)
        words = "".join(self.reading.open_comments.pop(name, []))
        if sentence is not None:
            about = _(" It is about %(words)s.") % {"words": quote(words, 120)} if words.strip() else ""
            self.reading.name_comment(sentence + about)

    def _change(self, e: Element) -> None:
        self.reading.name_change(attr(e, "n"))

    def _control(self, e: Element) -> None:
        name_control(self.reading, e)
        self.walk(content(e))

    def _drawing(self, e: Element) -> None:
        self.hang(drawing_blocks(self.reading, e))

    def _alternative(self, e: Element) -> None:
        self.walk(chosen(e))

    def _paragraph(self, e: Element) -> None:
        self.hang(self.reading.blocks_of(self.reading, [e]))

    def _unknown(self, e: Element, name: str) -> None:
        self.reading.losses.count(
            f"unknown element {name[:40]}",
            _("Something of the kind %(name)s is not known here; its words are kept.") % {"name": name[:40]},
        )
        if e.text and e.text.strip() and not len(e):
            self.add(e.text)
        self.walk(e)


_HIDDEN = {
    "hidden text": gettext_noop(
        "Text that is hidden in Word is shown here: %(words)s. Delete it if it is not meant to be read."
    ),
    "white text": gettext_noop(
        "White text of the Word file is shown here: %(words)s. Delete it if it is not meant to be read."
    ),
}

_HANDLERS: dict[str, Callable[[Inline, Element], None]] = {
    "r": Inline._run, "t": Inline._text, "delText": Inline._text, "sym": Inline._symbol, "br": Inline._break,
    "cr": lambda line, e: line.add("\n"), "tab": lambda line, e: line.add("\t"), "ptab": lambda line, e: line.add("\t"),
    "noBreakHyphen": lambda line, e: line.add("\u2011"), "softHyphen": lambda line, e: line.add("\u00ad"),
    "pgNum": Inline._page_number, "ruby": Inline._ruby, "oMath": Inline._equation,
    "oMathPara": lambda line, e: line.walk(e),
    "hyperlink": Inline._hyperlink, "fldChar": Inline._field_char, "fldSimple": Inline._simple_field,
    "footnoteReference": Inline._note, "endnoteReference": Inline._note, "commentRangeStart": Inline._comment_start,
    "commentRangeEnd": lambda line, e: None, "commentReference": Inline._comment, "engraft-change": Inline._change,
    "sdt": Inline._control, "drawing": Inline._drawing, "pict": Inline._drawing, "object": Inline._drawing,
    "AlternateContent": Inline._alternative, "p": Inline._paragraph, "tbl": Inline._paragraph,
}  # fmt: skip
