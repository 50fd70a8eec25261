"""Findings that the user does not want to hear of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.bibfile import BibFile
from enrich.finding import RULES, Finding
from enrich.ignore import Ignores

FIRST = "@misc{first,\n  title = {Lamps},\n  year = {2033},\n}\n"
SECOND = FIRST.replace("first", "second")


def finding(line: int | None, rule: str = "year") -> Finding:
    return Finding("refs.bib", line, None, None, rule, "warning", "it is so")


def hidden(ignores: Ignores, text: str, rule: str = "year") -> list[int]:
    """The lines of which findings are not told."""
    return [line for line in range(1, text.count("\n") + 2) if ignores.hides(finding(line, rule))]


def in_bib(text: str, rule: str = "year") -> list[int]:
    return hidden(Ignores.of_bib(BibFile.of_text(text)), text, rule)


def in_text(text: str, kind: str = "text", rule: str = "year") -> list[int]:
    return hidden(Ignores.of_text(text, kind), text, rule)


# --- which rules


@pytest.mark.parametrize(
    "words",
    [
        "year",
        "year, title",
        "title year",
        "Year",
        "year -- checked by hand",
        "year (so it is)",
        "",
        "all",
        "*",
        "-- ok",
    ],
)
def test_a_directive_names_rules_or_means_all(words: str) -> None:
    assert in_bib(f"% enrich: ignore {words}\n{FIRST}") == [2, 3, 4, 5]


@pytest.mark.parametrize("words", ["title", "title -- not the year", "yeer", "title (year)"])
def test_other_rules_are_still_told(words: str) -> None:
    assert in_bib(f"% enrich: ignore {words}\n{FIRST}") == []


def test_words_that_name_no_rule_are_told_with_their_line() -> None:
    ignores = Ignores.of_bib(BibFile.of_text(f"% enrich: ignore yeer, title, venu -- typed fast\n{FIRST}"))
    assert ignores.unknown == ((1, "yeer"), (1, "venu"))
    assert ignores.hides(finding(2, "title"))
    assert Ignores.of_text("a\n# enrich: ignore nonsense\nb", "yaml").unknown == ((2, "nonsense"),)


def test_a_remark_names_no_rule_and_is_not_unknown() -> None:
    assert Ignores.of_bib(BibFile.of_text(f"% enrich: ignore year -- hello world\n{FIRST}")).unknown == ()


@pytest.mark.parametrize("line", ["% enrich: ignored", "% enrich: ignore-me", "% enriched: ignore", "% ignore year"])
def test_what_only_looks_like_a_directive_is_none(line: str) -> None:
    ignores = Ignores.of_bib(BibFile.of_text(f"{line}\n{FIRST}"))
    assert not ignores.hides(finding(3))
    assert ignores.unknown == ()


def test_without_a_directive_nothing_is_hidden() -> None:
    assert not Ignores().hides(finding(1))
    assert not Ignores.of_text("# enrich: ignore", "yaml").hides(finding(None))


# --- in a .bib


@pytest.mark.parametrize(
    "text",
    [
        FIRST.replace("\n  year", "\n  % enrich: ignore year\n  year"),
        FIRST.replace("{Lamps},", "{Lamps}, % enrich: ignore year"),
        FIRST.replace("{2033},", "{2033} % enrich: ignore year"),
        FIRST.rstrip("\n") + " % enrich: ignore year\n",
        "%% Enrich: Ignore year\n% another comment\n" + FIRST,
    ],
)
def test_above_in_and_behind_an_entry_it_is_about_the_entry(text: str) -> None:
    begin = text[: text.index("@")].count("\n") + 1
    end = begin + text[text.index("@") :].rstrip("\n").count("\n")
    assert in_bib(text + "\n" + SECOND) == list(range(begin, end + 1))


@pytest.mark.parametrize(
    "text",
    [
        "% enrich: ignore year\n\n" + FIRST,
        "Words % enrich: ignore year\n" + FIRST,
        FIRST.replace("{Lamps}", "{Use % enrich: ignore year}"),
        FIRST.replace("{Lamps}", "{Use\n % enrich: ignore-file year\n}"),
        FIRST + "% enrich: ignore year\n",
    ],
)
def test_elsewhere_it_is_about_nothing(text: str) -> None:
    assert in_bib(text) == []


def test_a_file_may_be_ignored_as_a_whole() -> None:
    text = FIRST + "% enrich: ignore-file year\n" + SECOND
    assert in_bib(text) == list(range(1, text.count("\n") + 2))
    assert in_bib(text, "title") == []


def test_a_block_that_cannot_be_read_may_be_ignored() -> None:
    text = "% enrich: ignore unbalanced\n@misc{broken,\n  title = {X\n\n" + FIRST
    assert in_bib(text, "unbalanced")[:2] == [2, 3]


def test_lines_may_end_in_any_way() -> None:
    for ending in ("\r\n", "\r"):
        text = f"% enrich: ignore year\n{FIRST}".replace("\n", ending)
        ignores = Ignores.of_bib(BibFile.of_text(text))
        assert [line for line in range(1, 8) if ignores.hides(finding(line))] == [2, 3, 4, 5]


# --- in other documents


def test_in_markdown_it_is_about_its_line_or_the_next_that_is_not_blank() -> None:
    text = "- [A](x) <!-- enrich: ignore year -->\n- [B](y)\n\n<!-- enrich: ignore -->\n\n- [C](z)\n- [D](z)\n"
    assert in_text(text) == [1, 6]
    assert in_text(text, "html") == [1, 6]


def test_comments_one_above_the_other_are_about_the_same_line() -> None:
    assert in_text("<!-- enrich: ignore year -->\n<!-- enrich: ignore title -->\nA\n") == [3]


def test_an_example_in_backticks_is_no_directive() -> None:
    assert in_text("Write `<!-- enrich: ignore year -->` there.\n") == []


def test_a_directive_with_a_remark_ends_with_its_comment() -> None:
    text = "A <!-- enrich: ignore year -- checked --> and more\nB\n"
    assert in_text(text) == [1]
    assert Ignores.of_text(text, "text").unknown == ()


@pytest.mark.parametrize("kind", ["yaml", "text", "csv"])
def test_lists_have_comments_with_a_hash(kind: str) -> None:
    assert in_text("2105.00001  # enrich: ignore year\n2105.00002\n# enrich: ignore year\n2105.00003\n", kind) == [1, 4]
    assert in_text("https://example.org/#enrich: ignore year\n", kind) == []


def test_a_notebook_has_them_within_its_strings() -> None:
    text = (
        '  "source": [\n   "<!-- enrich: ignore year -->\\n",\n   "\\n",\n   "- [A](x)\\n",\n'
        '   "- [B](y) <!-- enrich: ignore year -->"\n   "# enrich: ignore year\\n",\n   "x = 1"\n  ]\n'
    )
    assert in_text(text, "ipynb") == [4, 5, 7]
    assert Ignores.of_text(text, "ipynb").unknown == ()


def test_in_tex_it_is_about_its_line_or_the_next() -> None:
    text = (
        "See \\url{x}. % enrich: ignore year\n% enrich: ignore year\n% words\nAnd \\url{y}.\nMore 5\\% enrich: ignore\n"
    )
    assert in_text(text, "tex") == [1, 4]


def test_in_a_bibliography_it_is_about_the_item() -> None:
    text = (
        "\\begin{thebibliography}{9}\n% enrich: ignore year\n\\bibitem{a} Ward.\n  Lamps.\n\n"
        "\\bibitem{b} Lopez.\n  More. % enrich: ignore year\n\n\\bibitem{c} Third.\n  End.\n\\end{thebibliography}\n"
    )
    assert in_text(text, "tex") == [3, 4, 5, 6, 7, 8]


def test_a_document_may_be_ignored_as_a_whole() -> None:
    assert in_text("A\nB\n<!-- enrich: ignore-file year -->\n") == [1, 2, 3, 4]


def test_json_has_no_comments() -> None:
    assert in_text('{"a": "<!-- enrich: ignore -->"}\n', "json") == []


@given(
    st.text(alphabet="%#<!->enrich: ignore-file year title\n\r@misc{a,}=", max_size=150),
    st.sampled_from(["bib", "tex", "text", "html", "yaml", "ipynb", "json"]),
)
def test_any_text_is_read(text: str, kind: str) -> None:
    ignores = Ignores.of_text(text, kind)
    assert all(line >= 1 and word not in RULES for line, word in ignores.unknown)
