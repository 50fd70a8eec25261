"""What all sources share: JSON read with care, titles without markup, numbers, pages and DOIs in one shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import UnexpectedReply
from enrich.sources import metadata


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"a": ', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_not_understood(content: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        metadata.load_json(content)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("H<sub>2</sub>O &amp; <i>E.&nbsp;coli</i>", "H2O & E. coli"),
        ("AT&amp;amp;T", "AT&T"),
        ("&lt;i&gt;p&lt;/i&gt;-adic", "p-adic"),
        ("One<br/>Two", "One Two"),
        ('<jats:title xml:lang="en">One</jats:title>\n <jats:p>Two</jats:p>', "One Two"),
        ('The <mml:math xmlns:mml="http://x"><mml:msup><mml:mi>x</mml:mi></mml:msup></mml:math>\n set', "The x set"),
        ("<alternatives><tex-math>$x$</tex-math><mml:math><mml:mi>x</mml:mi></mml:math></alternatives> y", "x y"),
        ("<tex-math>$x$</tex-math> y", "$x$ y"),
        (r"A $$p$$ -adic $$\mathcal {N}=4$$ theory", r"A $p$ -adic $\mathcal {N}=4$ theory"),
        ("for p < q and q > r", "for p < q and q > r"),
        ("a<b and c>d", "a<b and c>d"),
        ("Vector<T> in <unknown>", "Vector<T> in <unknown>"),
        (r"Erd{\H o}s", "Erdős"),
        ("  ", None),
        ("<i></i>", None),
        (None, None),
        (["x"], None),
    ],
)
def test_titles_lose_their_markup_and_nothing_else(written: object, read: str | None) -> None:
    assert metadata.plain(written) == read


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    for function in (metadata.plain, metadata.pages, metadata.bare_doi, metadata.year, metadata.whole_number):
        function(text)


@given(st.text(alphabet=st.characters(blacklist_characters="<>&$\\{}^_~`'\"-", max_codepoint=0x24F)))
def test_text_without_markup_is_left_as_it_is(text: str) -> None:
    assert metadata.plain(text) == metadata.text(text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (2017, 2017), ("2017", 2017), (" 2017 ", 2017), (2017.0, 2017),
        (2017.5, None), ("2017a", None), ("-1", None), ("²", None), (True, None), (None, None), ([2017], None),
    ],
)  # fmt: skip
def test_whole_numbers(written: object, read: int | None) -> None:
    assert metadata.whole_number(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [(2017, 2017), ("2017-03-04", 2017), ("2017", 2017), (0, None), ("0000-00", None), (9999, None), ("soon", None)],
)
def test_years_are_those_of_print(written: object, read: int | None) -> None:
    assert metadata.year(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" 12 - 34 ", "12-34"), ("12–34", "12-34"), ("12--34", "12-34"), ("D383 \u2212 D388", "D383-D388"),
        ("e0123", "e0123"), (7, "7"), ("-", None), ("", None), (None, None), (True, None), ("pp. 12-15", "12-15"),
        ("21:1-21:42", "21:1-21:42"), ("ix-xii", "ix-xii"), ("107-107", "107"), ("n/a-n/a", None), ("NO.PAG", None),
        ("?", None), ("No Pagination Specified", None),
    ],
)  # fmt: skip
def test_pages_have_one_hyphen(written: object, read: str | None) -> None:
    assert metadata.pages(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10.1145/ABC.1", "10.1145/abc.1"),
        ("https://doi.org/10.1145/abc", "10.1145/abc"),
        ("http://dx.doi.org/10.1145/abc", "10.1145/abc"),
        ("doi: 10.1145/abc", "10.1145/abc"),
        ("https://www.doi.org/10.1145/abc", "10.1145/abc"),
        ("10.1002/(SICI)45:9%3C656::AID-ASI3%3E3.0.CO;2-1", "10.1002/(sici)45:9<656::aid-asi3>3.0.co;2-1"),
        ("https://example.org/10.1145/abc", None),
        ("10.1145", None),
        ("10.1145/a b", None),
        ("", None),
        (None, None),
        (10.1145, None),
    ],
)  # fmt: skip
def test_dois_are_bare_and_in_lower_case(written: object, read: str | None) -> None:
    assert metadata.bare_doi(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10.1103/PhysRevD.1.1", "10.1103/PhysRevD.1.1"),
        ("doi:10.1016/S0550-3213(99)00001-2.", "10.1016/S0550-3213(99)00001-2"),
        ("https://doi.org/10.5555/ABC", "10.5555/ABC"),
        ("10.5555/first, 10.5555/second", "10.5555/first"),
        ("10.5555/first,10.5555/second", "10.5555/first"),
        ("10.5555/first;10.5555/second", "10.5555/first"),
        ("10.48550/arXiv.2101.00001 10.5555/printed", "10.5555/printed"),
        ("10.5555/printed 10.48550/arXiv.2101.00001", "10.5555/printed"),
        ("(10.5555/abc)", "10.5555/abc"),
        ("10.5555/a,b;2-o", "10.5555/a,b;2-o"),
        ("10.48550/arXiv.2101.00001", None),
        ("12.1103/PhysRevD.73.123509", None),
        (None, None),
    ],
)
def test_of_what_authors_wrote_for_a_doi_the_first_that_is_not_arxivs_is_taken(
    written: object, read: str | None
) -> None:
    assert metadata.published_doi(written) == read
