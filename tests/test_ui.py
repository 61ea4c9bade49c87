"""The parts of the interface: each renders what it promises and refuses what it does not know."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.core.management import call_command
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory, override_settings
from django.utils import timezone

from qms.ui import dates
from qms.ui.numbers import kept_together, unbroken
from qms.ui.options import Option
from qms.ui.samples import DIGEST, WRONG, SampleForm
from qms.ui.sheets import OneSheetStorage, joined
from qms.ui.status import STATUS, TONES, state

AT = datetime(2026, 9, 14, 8, 16, 42, tzinfo=UTC)
LEAVES = {
    "icon": '"lock"', "status": '"doc" "draft"', "glyph": '"sign" "signed"', "count": "3", "number": '"PROC-SOP-014"',
    "when": "day", "digest": '"9f3c71aa02be4d18c6e5"', "crumb": '"People"', "link_button": '"Read" "/x/"',
    "button": '"Save"', "post_button": '"Remind" "/x/"', "stages": '"doc" "draft in_review" at="draft"',
    "signature": 'name="Bea Thistledown"', "error_summary": "form", "pager": "page", "sort_header": '"Number" "number"',
    "filter_menu": '"Type" "type" options', "tab": '"All" "/x/"',
}  # fmt: skip
BLOCKS = {
    "fragment": "", "page_head": '"Title"', "section": '"History"', "note": "", "blank": '"Nothing yet"', "facts": "",
    "fact": '"Owner"', "route": "", "step": '"signed" "Bea"', "comment_box": '"must_fix" who="Hal"', "reply": '"Ines"',
    "dialog": '"d" "Withdraw?"', "menu": '"Export"', "scroll": '"Entries"',
}  # fmt: skip


def shown(source: str, **given: object) -> str:
    """Render a template with the tags loaded, times in Paris."""
    request = RequestFactory().get("/documents/?q=thaw&page=2")
    context = {
        "request": request, "day": date(2026, 9, 14), "form": SampleForm(), "options": [Option("SOP", "Procedure")],
        "page": Paginator(range(50), 20).page(2), "csrf_token": "x" * 32, **given,
    }  # fmt: skip
    with timezone.override("Europe/Paris"):
        return Template("{% load i18n ui %}" + source).render(Context(context))


@pytest.mark.parametrize(("tag", "arguments"), LEAVES.items())
def test_leaf_renders_and_refuses_unknown_arguments(tag: str, arguments: str) -> None:
    shown(f"{{% {tag} {arguments} %}}")
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument"):
        shown(f"{{% {tag} {arguments} colour=1 %}}")


@pytest.mark.parametrize(("tag", "arguments"), BLOCKS.items())
def test_wrapper_keeps_its_body_and_refuses_unknown_arguments(tag: str, arguments: str) -> None:
    assert "<i>the body</i>" in shown(f"{{% {tag} {arguments} %}}<i>the body</i>{{% end{tag} %}}")
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument"):
        shown(f"{{% {tag} {arguments} colour=1 %}}x{{% end{tag} %}}")


@pytest.mark.parametrize(
    "source",
    [
        "{% button word %}", '{% link_button word "/x/" %}', "{% crumb word %}",
        "{% section word %}{% endsection %}", "{% page_head word %}{% endpage_head %}", "{% number word %}",
        "{% note lead=word %}{% endnote %}", "{% signature name=word %}", '{% icon "lock" label=word %}',
        "{% fact word %}{{ word }}{% endfact %}", '{% dialog "d" word %}{% enddialog %}', "{% button 'x' value=word %}",
    ],
)  # fmt: skip
def test_words_are_escaped(source: str) -> None:
    html = shown(source, word='<script>alert("x")</script>')
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_status_shows_icon_word_and_tone() -> None:
    html = shown('{% status "due" "late" %}')
    assert 'class="st st-bad"' in html
    assert "#alert-triangle" in html
    assert ">Overdue<" in html


def test_a_date_in_the_place_of_the_word_keeps_the_word_for_screen_readers() -> None:
    html = shown('{% status "due" "late" word="9 Sep 2026" %}')
    assert '<span class="visually-hidden">Overdue</span> 9 Sep 2026' in html


@pytest.mark.parametrize(("family", "key"), [("doc", "lost"), ("nothing", "draft")])
def test_there_is_no_status_outside_the_vocabulary(family: str, key: str) -> None:
    with pytest.raises(KeyError, match="there are"):
        state(family, key)


def test_every_state_has_one_of_the_five_tones() -> None:
    assert {shows.tone for states in STATUS.values() for shows in states.values()} == set(TONES)


def test_every_status_of_a_version_has_its_word() -> None:
    from_model = pytest.importorskip("sops.models").Status
    assert {value: str(label) for value, label in from_model.choices} == {
        key: str(shows.word) for key, shows in STATUS["doc"].items()
    }


@time_machine.travel(datetime(2026, 9, 10, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("value", "style", "words"),
    [
        (date(2026, 9, 14), "", "14 Sep 2026"),
        (date(2025, 9, 17), "day", "17 Sep 2025"),
        (date(2027, 1, 4), "day", "Mon 4 Jan"),
        (date(2026, 9, 17), "day", "Thu 17 Sep"),
        (AT, "", "14 Sep 2026, 10:16"),
        (AT, "date", "14 Sep 2026"),
        (AT, "zone", "14 Sep 2026, 10:16:42 (UTC+2)"),
    ],
)
def test_dates_in_words(value: date, style: str, words: str) -> None:
    with timezone.override("Europe/Paris"):
        assert dates.in_words(value, style) == words


def test_zones_west_and_with_half_hours() -> None:
    with timezone.override("America/St_Johns"):
        assert dates.in_words(AT, "zone").endswith("05:46:42 (UTC−2:30)")
    with timezone.override("UTC"):
        assert dates.in_words(AT, "zone").endswith("(UTC)")


@pytest.mark.parametrize("style", ["zone", "iso"])
def test_a_date_has_no_zone_and_no_other_style(style: str) -> None:
    with pytest.raises(ValueError, match="zone"):
        dates.in_words(date(2026, 9, 14), style)


def test_digest_is_short_or_whole() -> None:
    assert ">9f3c 71aa … 43b5 97d2<" in shown("{% digest hex %}", hex=DIGEST)
    assert shown("{% digest hex full=True %}", hex=DIGEST).count(" ") == 17


def test_a_counted_zero_is_a_dash_without_link() -> None:
    html = shown('{% count 0 "/x/" %}')
    assert "–" in html
    assert "href" not in html


def test_a_blocked_button_stays_and_names_its_reason() -> None:
    html = shown('{% button "Approve and sign" kind="primary" blocked_by="why-not" %}')
    assert 'aria-disabled="true"' in html
    assert 'aria-describedby="why-not"' in html
    assert 'type="button"' in html


def test_there_are_no_other_kinds_of_buttons() -> None:
    with pytest.raises(ValueError, match="No button"):
        shown('{% button "x" kind="success" %}')


def test_a_menu_without_word_needs_a_label() -> None:
    with pytest.raises(ValueError, match="label"):
        shown('{% menu icon="dots" %}x{% endmenu %}')


def test_error_summary_links_each_field_to_what_takes_the_focus() -> None:
    html = shown("{% error_summary form %}", form=SampleForm(WRONG, prefix="wrong"))
    assert 'role="alert"' in html
    assert "5 things to correct" in html
    for target in ("id_wrong-title", "id_wrong-effective_on", "id_wrong-language", "id_wrong-facilities_0"):
        assert f'href="#{target}"' in html


def test_error_summary_is_shown_once() -> None:
    form = SampleForm(WRONG, prefix="wrong")
    assert shown("{% error_summary form %}{{ form }}", form=form).count("data-error-summary") == 1
    assert shown("{% error_summary form %}", form=SampleForm()).strip() == ""


def test_errors_of_the_whole_form_are_not_lost() -> None:
    class Whole(forms.Form):
        secret = forms.CharField(widget=forms.HiddenInput)

        def clean(self) -> None:
            raise forms.ValidationError("Somebody else changed it meanwhile.")

    html = shown("{{ form }}", form=Whole({}))
    assert "Somebody else changed it meanwhile." in html
    assert "2 things to correct" in html


def test_one_error_of_the_whole_form_is_said_at_once() -> None:
    bound = forms.Form({})
    bound.full_clean()
    bound.add_error(None, "E-mail and password do not belong together.")
    html = shown("{{ form }}", form=bound)
    assert "<b>E-mail and password do not belong together.</b>" in html
    assert "to correct" not in html


def test_empty_fields_say_what_to_do() -> None:
    form = SampleForm({})
    assert form.errors["title"] == ["Fill this in."]
    assert form.errors["language"] == ["Choose one."]
    assert form.errors["facilities"] == ["Choose at least one."]


def test_a_field_carries_label_hint_error_and_their_ids() -> None:
    html = shown("{{ form.title.as_field_group }}", form=SampleForm({"title": ""}))
    assert '<label for="id_title">' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_pager_keeps_the_rest_of_the_address() -> None:
    html = shown("{% pager page %}")
    assert "<b>21–40</b> of 50" in html
    assert 'rel="prev" href="?q=thaw&amp;page=1"' in html
    assert 'rel="next" href="?q=thaw&amp;page=3"' in html


@pytest.mark.parametrize(
    ("asked", "default", "aria", "link"),
    [
        ("", True, 'aria-sort="ascending"', "?sort=-number"),
        ("?sort=-number", True, 'aria-sort="descending"', "?sort=number"),
        ("?sort=title", True, "", "?sort=number"),
        ("", False, "", "?sort=number"),
    ],
)
def test_sort_header_turns_the_order(asked: str, default: bool, aria: str, link: str) -> None:
    request = RequestFactory().get(f"/documents/{asked}")
    html = shown('{% sort_header "Number" "number" default=on %}', request=request, on=default)
    assert (aria in html) if aria else ("aria-sort" not in html)
    assert f'href="{link}"' in html


def test_stages_say_which_is_current() -> None:
    html = shown('{% stages "doc" "draft in_review in_approval" at="in_review" %}')
    assert '<li class="done">' in html
    assert '<li class="now" aria-current="step">' in html
    assert '<li class="ahead">' in html


def test_a_marked_signature_stays_readable() -> None:
    html = shown('{% signature name="Fenn Mossgrove" at=at state="marked" remark="wrong version" %}', at=AT)
    assert "Fenn Mossgrove" in html
    assert "14 Sep 2026, 10:16:42 (UTC+2)" in html
    assert "Marked as signed in error" in html
    assert "wrong version" in html


def test_the_style_sheet_imports_every_file_once() -> None:
    folder = Path(settings.BASE_DIR) / "static" / "css"
    main = (folder / "app.css").read_text()
    for path in folder.rglob("*.css"):
        if path.name != "app.css":
            assert main.count(f'url("{path.relative_to(folder)}")') == 1, path.name


def test_no_sheet_turns_on_how_a_phone_is_held() -> None:
    """WCAG 1.3.4; axe would read every sheet anew for it on each page."""
    for path in (Path(settings.BASE_DIR) / "static" / "css").rglob("*.css"):
        assert "orientation" not in path.read_text(), path.name


def test_the_collected_style_sheet_is_one_file_with_its_layers_and_fonts(tmp_path: Path) -> None:
    files = OneSheetStorage(location=tmp_path, base_url="/static/")
    with override_settings(STATIC_ROOT=str(tmp_path), STORAGES=settings.STORAGES | {"staticfiles": {
        "BACKEND": "qms.ui.sheets.OneSheetStorage", "OPTIONS": {"location": tmp_path, "base_url": "/static/"},
    }}):  # fmt: skip
        for _twice in range(2):  # the second time most files are there already
            call_command("collectstatic", interactive=False, verbosity=0)
            files.hashed_files = files.load_manifest()[0]
            sheet = (tmp_path / files.stored_name("css/app.css")).read_text()
    assert "@import" not in sheet
    assert sheet.index("@layer reset, tokens") < sheet.index("@layer reset {") < sheet.index("@layer print {")
    [font, *_more] = re.findall(r'url\("\.\./(vendor/fonts/[^"]+)"\)', sheet)
    assert (tmp_path / font).exists()
    assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)


def test_a_sheet_below_may_hold_no_address() -> None:
    sheets = {"css/app.css": '@import url("pages/x.css") layer(pages);', "css/pages/x.css": 'a { b: url("../x.svg") }'}
    with pytest.raises(ValueError, match=r"css/pages/x\.css holds an address"):
        joined(sheets.__getitem__)


def test_a_number_in_a_title_does_not_break_and_the_rest_is_escaped():
    assert unbroken("Sign PROC-SOP-014 v3, <b>") == 'Sign <span class="nowrap">PROC-SOP-014 v3</span>, &lt;b&gt;'
    assert unbroken("T-cells and HPC-A") == "T-cells and HPC-A"
    assert unbroken("SIG-000018") == '<span class="nowrap">SIG-000018</span>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at 37 °C.", 'at <span class="nowrap">37 °C</span>.'),
        ("36.5 to 37.5 °C, −20 °C", '36.5 to <span class="nowrap">37.5 °C</span>, <span class="nowrap">−20 °C</span>'),
        ("below 40 % <b>", 'below <span class="nowrap">40 %</span> &lt;b&gt;'),
        ("within 15 min or 5 minutes", 'within <span class="nowrap">15 min</span> or 5 minutes'),
        ("version 2 has step 3 more", "version 2 has step 3 more"),
        ("PROC-SOP-014 mentions it", "PROC-SOP-014 mentions it"),
    ],
)
def test_a_value_stays_with_its_unit_and_no_character_changes(text: str, shown: str) -> None:
    assert kept_together(text) == shown
