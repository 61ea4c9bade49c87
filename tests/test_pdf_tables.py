"""How wide tables must be, so that wide ones turn the page and long words do not push others off it."""

from lxml import html

from qms.pdf.tables import fit_tables


def _cells(*texts: str) -> str:
    return "<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"


def _classes(text: str, path: str) -> list[set[str]]:
    root = html.fragment_fromstring(fit_tables(text), create_parent="main")
    return [set(found.classes) for found in root.xpath(path)]


def test_text_without_tables_comes_back_as_it_was() -> None:
    assert fit_tables("a &lt; b<p>x</p>") == "a &lt; b<p>x</p>"


def test_a_table_that_fits_stays_as_it_was() -> None:
    text = f"a &lt; b<p>x</p><table><tbody>{_cells('1', 'two words', '3')}</tbody></table>"
    assert fit_tables(text) == text


def test_a_wide_table_turns_the_page_with_the_heading_that_leads_to_it() -> None:
    wide = f"<table><tbody>{_cells(*['Parameter'] * 10)}</tbody></table>"
    text = f'<h2>Earlier</h2><p>x</p><h2>Form</h2><p class="caption">Table 1</p><div><div>{wide}</div></div><p>y</p>'
    assert _classes(text, "/main/*") == [set(), set(), {"landscape"}, {"caption", "landscape"}, {"landscape"}, set()]
    assert _classes(text, "//table") == [set()]


def test_a_table_too_wide_even_for_that_is_set_small() -> None:
    assert _classes(f"<table>{_cells(*['Parameter'] * 20)}</table>", "//table") == [{"landscape", "tight"}]


def test_words_may_break_only_in_the_cell_that_holds_a_very_long_one() -> None:
    text = f"<table>{_cells('10.2', 'x' * 200, 'Untersuchungsdurchführung')}</table>"
    assert _classes(text, "//td") == [set(), {"breaks"}, set()]
    assert _classes(text, "//table") == [set()]


def test_spans_count_as_the_columns_they_cover() -> None:
    """The second row starts in the second column: the table is as wide as eight words, not as nine."""
    word = "Parameters"  # 12 with its padding: seven fit side by side, eight do not
    spans = f'<tr><td rowspan="2">{word}</td><td colspan="6">x</td></tr>'
    assert _classes(f"<table>{spans}{_cells(*[word] * 6)}</table>", "//table") == [set()]
    assert _classes(f"<table>{spans}{_cells(*[word] * 7)}</table>", "//table") == [{"landscape"}]


def test_a_table_inside_a_table_counts_with_its_width() -> None:
    inner = f"<table>{_cells(*['Parameter'] * 10)}</table>"
    assert _classes(f"<table>{_cells('x', inner)}</table>", "/main/table") == [{"landscape"}]
    assert _classes(f"<table>{_cells('x', inner)}</table>", "//table//table") == [set()]


def test_spans_that_are_no_numbers_are_read_as_one() -> None:
    text = '<table><tr><td colspan="x" rowspan="-1">a</td><td colspan="0">b</td></tr></table>'
    assert fit_tables(text) == text


def test_a_table_of_one_column_is_laid_out_without_weighing() -> None:
    inner = f"<table>{_cells('1', '2')}</table>"
    assert _classes(f"<table>{_cells(inner)}{_cells('x')}</table>", "//table") == [{"single"}, set()]


def test_the_one_column_that_is_filled_in_by_hand_gets_room() -> None:
    form = f"<table>{_cells('Field', 'Entry')}{_cells('Out of the bath', '')}{_cells('Bag intact', ' ')}</table>"
    assert _classes(form, "//td") == [set(), {"towrite"}, set(), set(), set(), set()]
    some = f"<table>{_cells('Field', 'Entry')}{_cells('Out of the bath', '')}{_cells('Bag intact', 'yes')}</table>"
    two = f"<table>{_cells('Field', 'Entry', 'Initials')}{_cells('Out of the bath', '', '')}</table>"
    picture = some.replace("yes", '<img alt="" src="x">')
    merged = f'<table>{_cells("Field", "Entry")}<tr><td colspan="2"></td></tr></table>'
    for text in (some, two, picture, merged, f"<table>{_cells('Field', '')}</table>", "<table></table>"):
        assert not any(_classes(text, "//td"))
