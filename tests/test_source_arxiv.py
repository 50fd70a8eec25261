"""arXiv's search by title: the words that are sent, how many fit into a request, and when a reply is whole."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import SourceError, UnexpectedReply
from enrich.sources import arxiv

from .standins.arxiv_api import render_entry, render_feed
from .standins.papers import Paper

URL = "http://127.0.0.1:1/api/query"


def feed(*papers: Paper, total: int | None = None) -> bytes:
    entries = [render_entry(paper.at()) for paper in papers]
    count = len(papers) if total is None else total
    return render_feed(entries, search_query="ti:x", total=count, updated="2026-11-24T00:00:00Z").encode()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("GPT-4: A Report (v2)", "gpt 4 a report v2"),
        ("Sense AND Sensibility OR Not", "sense and sensibility or not"),
        (r"On the $\ell_1$-norm of sparse matrices", "norm of sparse matrices"),
        ("The matrices of Bézier curves and their larger cousins", "curves and their larger cousins"),
        ("What's in the name of kites", "in the name of kites"),
        ('A "quoted" title {with} braces', "a quoted title with braces"),
        ("Naïve", "naïve"),
        ("C++", "c"),
        ("?!", ""),
        ("", ""),
        (" ".join(f"word{number}" for number in range(30)), " ".join(f"word{number}" for number in range(10))),
    ],
)
def test_the_words_searched_for_are_plain_and_in_lower_case(title: str, words: str) -> None:
    assert arxiv.search_words(title) == words


@given(st.lists(st.text(max_size=300), max_size=30))
def test_whatever_titles_are_asked_for_the_request_is_short_and_well_formed(titles: list[str]) -> None:
    batches = list(arxiv.search_batches(titles, URL))
    assert sorted(title for batch in batches for title in batch) == sorted(
        {title for title in titles if arxiv.search_words(title)}
    )
    for batch in batches:
        url, body = arxiv.search_request(URL, batch)
        assert body is None
        assert len(url) <= arxiv.REQUEST_LINE
        assert url.isascii()
        query = parse_qs(urlsplit(url).query, errors="surrogatepass")["search_query"][0]
        assert query.count('"') == 2 * query.count("ti:")
        assert not set("()\\[]{}") & set(query)
        assert len(batch) <= arxiv.SEARCH_TITLES


def test_a_search_says_what_it_found_and_whether_that_is_all() -> None:
    papers = [Paper(f"2301.{number:05}", title=f"Kites {number}", versions=2) for number in range(1, 11)]
    arxiv.search_check(feed(*papers), ["Kites"])
    records, whole = arxiv.found(feed(*papers), ["Kites"], "2026-11-24T00:00:00Z")
    first = records[0]
    assert (first.id, first.version, first.title) == ("arXiv:2301.00001", 2, "Kites 1")
    assert (len(records), whole) == (10, True)
    assert arxiv.found(feed(*papers, total=99), ["Kites"], "2026-11-24T00:00:00Z")[1] is False
    assert arxiv.found(feed(), ["Kites"], "2026-11-24T00:00:00Z") == ((), True)


@pytest.mark.parametrize(
    "content",
    [
        feed(Paper("2301.00001"), total=2),
        feed(Paper("2301.00001"), total=0),
        feed(total=1),
        feed(Paper("2301.00001"))[:400],
        feed(Paper("2301.00001")).replace(b"<published>", b"<published>no "),
        feed(Paper("2301.00001")).replace(b"/abs/2301", b"/nothing/2301"),
        b"Rate exceeded.",
        b"<!DOCTYPE html><html></html>",
        b"",
    ],
)
def test_a_search_is_believed_only_when_whole(content: bytes) -> None:
    with pytest.raises(SourceError):
        arxiv.search_check(content, ["Kites"])


def test_identifiers_are_still_answered_with_nothing_else() -> None:
    with pytest.raises(UnexpectedReply, match="not asked for"):
        arxiv.check(feed(Paper("2301.00001")), [])
