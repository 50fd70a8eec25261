"""The Markdown reading list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from enrich import formats
from enrich.record import Person, Record
from tests import records


def text_of(*works: Record) -> str:
    return "".join(formats.render("markdown", works))


def test_a_preprint() -> None:
    assert text_of(records.PLAIN) == (
        "# Reading list\n"
        "\n"
        "- **[Training Verifiers to Solve Math Word Problems](https://arxiv.org/abs/2110.14168)**\\\n"
        "  Karl Cobbe, Vineet Kosaraju, Łukasz Kaiser, John Schulman · 2021 · arXiv:2110.14168 [cs.LG] · "
        "`cobbe2021training`\n"
        "\n"
        "  <details><summary>Abstract</summary>\n"
        "\n"
        "  We introduce GSM8K, a set of 8.5K grade school problems; 60% & more are solved by sampling 100 times.\n"
        "\n"
        "  </details>\n"
    )


def test_a_published_and_a_withdrawn_work_say_so() -> None:
    text = text_of(records.ARTICLE, records.WITHDRAWN)
    assert "published in *Journal of Graph Theory* 21(1), 1-10 · 1996" in text
    assert "](https://doi.org/10.1002/%28SICI%291097-0118%28199601%2921:1%3C1::AID-JGT1%3E3.0.CO;2-W)" in text
    assert "**Withdrawn** because of an error in Lemma 3" in text or "**Withdrawn because of an error" in text


def test_long_lists_of_authors_are_cut() -> None:
    assert "A. Authori et al. · 2012" in text_of(records.MANY)


@pytest.mark.parametrize(
    ("title", "escaped"),
    [
        ("a_b*c`d`", "a\\_b\\*c\\`d\\`"),
        ("<img src=x> [l](u)", "\\<img src=x\\> \\[l\\](u)"),
        ("AT&T &amp; &#60;", "AT&T \\&amp; \\&#60;"),
        ("https://x.org www.x.org a@b.c :smile:", "https\\://x.org www\\.x.org a\\@b.c \\:smile:"),
        ("$x^2$ ~~no~~ a|b", "\\$x\\^2\\$ \\~\\~no\\~\\~ a\\|b"),
    ],
)
def test_what_would_be_markup_is_escaped(title: str, escaped: str) -> None:
    assert f"[{escaped}](" in text_of(replace(records.PLAIN, title=title))


@pytest.mark.parametrize("start", ["# x", "- x", "1. x", "12) x", "+ x", "=== x", "> x", "--- x"])
def test_an_abstract_starts_no_block(start: str) -> None:
    (line,) = [line for line in text_of(replace(records.PLAIN, abstract=start)).split("\n") if line.endswith(" x")]
    assert "\\" in line


def test_the_authors_names_are_escaped_too() -> None:
    assert "\\<b\\>Eve\\</b\\>" in text_of(replace(records.PLAIN, authors=(Person(literal="<b>Eve</b>"),)))
