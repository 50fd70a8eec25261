"""DBLP: the words of a search, when a reply is whole, and what a hit says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import UnexpectedReply
from enrich.names import split_name
from enrich.record import Candidate, Person, Published, Record
from enrich.sources import dblp

ROOT = "http://127.0.0.1:1"

PAPER: dict[str, Any] = {
    "authors": {"author": [{"@pid": "1/1", "text": "Ann First 0003"}, {"@pid": "1/2", "text": "Bo van Second"}]},
    "title": "Lakes &amp; Pandora&apos;s Box.",
    "venue": "LAKE (2)",
    "volume": "12",
    "number": "3",
    "pages": "101-110",
    "publisher": "Lake Press",
    "year": "2020",
    "type": "Conference and Workshop Papers",
    "access": "closed",
    "key": "conf/lake/FirstS20",
    "doi": "10.5555/LAKE.7",
    "ee": "https://doi.org/10.5555/LAKE.7",
    "url": "https://dblp.org/rec/conf/lake/FirstS20",
}


def hits(*infos: Any, total: int | None = None, **more: Any) -> bytes:
    said: dict[str, Any] = {"@total": str(len(infos) if total is None else total), "@sent": str(len(infos)), **more}
    if infos:
        said["hit"] = [{"@score": "5", "@id": "7", "info": info} for info in infos]
    return json.dumps({"result": {"status": {"@code": "200", "text": "OK"}, "hits": said}}).encode()


def one(**fields: Any) -> Candidate:
    (found,) = dblp.candidates(hits({"title": "T.", **fields}))
    return found


def query(title: str | None, *authors: str) -> str:
    return dblp.query(Record("arXiv:2001.00001", title=title, authors=tuple(split_name(name) for name in authors)))


# --- asking -------------------------------------------------------------------------------------------------------


def test_a_search_asks_for_title_and_first_author() -> None:
    record = Record("arXiv:2001.00001", title="Training Verifiers to Solve", authors=(Person("Karl", "Cobbe"),))
    address, body = dblp.request(ROOT, record)
    assert body is None
    assert urlsplit(address).path == "/search/publ/api"
    assert parse_qs(urlsplit(address).query) == {
        "q": ["Training Verifiers Solve Cobbe"],
        "format": ["json"],
        "h": ["20"],
        "f": ["0"],
    }


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("BERT: Pre-training of Deep Transformers", "BERT Pre Deep Transformers"),
        ("U-Net++: A Nested U-Net Architecture", "Net Nested Architecture"),
        ("Pandora’s Box & the Lake's edge", "Pandora Box Lake edge"),
        ("$k$-means is $O(\\log k)$ competitive", "means is competitive"),
        ("Sr$_2$RuO$_4$ revisited", "Sr revisited"),
        ('The H\\"older norm of \\emph{small} lakes', "norm small lakes"),
        ('|not|: a $ sign, -or "minus" (x|y)', "not sign minus"),
        ("one two three four five six seven eight nine ten", "one two three four five six seven eight"),
        ("lakes and lakes", "lakes"),
    ],
)
def test_only_words_that_dblp_would_find_are_asked_for(title: str, words: str) -> None:
    assert query(title) == words


def test_the_authors_name_is_added_where_it_is_one_plain_word() -> None:
    assert query("Lakes", "Ann First") == "Lakes First"
    assert query("Lakes", "Łukasz Kaiser", "Bo Second") == "Lakes Kaiser"
    for name in ("Ludwig van Beethoven", "Jürgen Müller", "Ana Garcia-Molina", "Lake Collaboration", "Sean O'Neil"):
        assert query("Lakes", name) == "Lakes"


def test_a_title_of_nothing_but_formulas_or_of_another_script_is_asked_for_as_it_is() -> None:
    assert query("$\\ell_1$") == "ell 1"
    assert query("量子 计算") == "量子 计算"


@given(st.text(max_size=80))
def test_a_query_has_no_mark_that_dblp_takes_for_an_operator(title: str) -> None:
    assert not set(query(title, "Ann First")) & set("$|*?:\"'(){}\\-\0")


# --- when a reply is whole ----------------------------------------------------------------------------------------

ASKED = Record("arXiv:2001.00001", title="Lakes")


def test_no_hit_is_an_answer() -> None:
    dblp.check(hits(), ASKED)
    assert dblp.candidates(hits()) == ()


def test_more_hits_than_were_asked_for_is_an_answer() -> None:
    dblp.check(hits(*[PAPER] * 20, total=4711), ASKED)


@pytest.mark.parametrize(
    ("content", "says", "status"),
    [
        (b"", "empty", 0),
        (b"<html>busy</html>", "not JSON", 0),
        (hits(PAPER)[:-4], "not JSON", 0),
        (b"[]", "not a list of hits", 0),
        (b'{"result": {"status": {"@code": "200"}}}', "not a list of hits", 0),
        (b'{"result": {"status": {"@code": "500", "text": "Oops"}}}', "Oops", 500),
        (hits(PAPER, **{"@sent": "2"}), "1 of 2", 0),
        (hits(total=3, **{"@sent": None}), "0 of 3", 0),
    ],
)
def test_what_is_not_whole_is_refused(content: bytes, says: str, status: int) -> None:
    with pytest.raises(UnexpectedReply, match=says) as raised:
        dblp.check(content, ASKED)
    assert raised.value.status == status


# --- reading ------------------------------------------------------------------------------------------------------


def test_a_conference_paper() -> None:
    assert dblp.candidates(hits(PAPER)) == (
        Candidate(
            "dblp",
            Published(
                type="inproceedings",
                title="Lakes & Pandora's Box",
                venue="LAKE",
                year=2020,
                volume="12",
                issue="3",
                pages="101-110",
                publisher="Lake Press",
                doi="10.5555/lake.7",
                url="https://doi.org/10.5555/LAKE.7",
            ),
            authors=(Person("Ann", "First"), Person("Bo", "van Second")),
            kind="Conference and Workshop Papers",
            keys={"dblp": "conf/lake/FirstS20"},
        ),
    )


def test_arxivs_own_paper_is_among_the_hits_and_names_itself() -> None:
    preprint = one(venue="CoRR", volume="abs/2110.14168", type="Informal and Other Publications")
    assert (preprint.eprints, preprint.relation) == (("2110.14168",), "CoRR volume")
    assert (preprint.kind, preprint.published.type) == ("Informal and Other Publications", None)
    assert one(venue="CoRR", volume="abs/cs/0701001").eprints == ("cs/0701001",)
    assert one(venue="CoRR", volume="cs.CL/9906001").eprints == ("cs/9906001",)
    for elsewhere in (
        one(venue="J. Lakes", volume="abs/2110.14168"),
        one(venue="CoRR", volume="12"),
        one(venue="CoRR"),
    ):
        assert (elsewhere.eprints, elsewhere.relation) == ((), None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("On lakes.", "On lakes"),
        ("Why lakes?", "Why lakes?"),
        ("Lakes, lakes...", "Lakes, lakes..."),
        ("On H<sub>2</sub>O.", "On H2O"),
        (".", None),
        ("", None),
    ],
)
def test_the_dot_that_ends_every_title_is_not_the_titles(written: str, read: str | None) -> None:
    assert one(title=written).published.title == read


def test_what_may_be_one_or_several_is_read_in_both_shapes() -> None:
    assert one(authors={"author": {"@pid": "1", "text": "Ann First"}}).authors == (Person("Ann", "First"),)
    assert one(authors={"author": "Ann First 0001"}).authors == (Person("Ann", "First"),)
    assert one(authors={"author": ["Ann First", {"text": "Plato"}, {"@pid": "2"}, None]}).authors == (
        Person("Ann", "First"),
        Person(literal="Plato"),
    )
    assert one().authors == ()
    both = one(venue=["LAKE", "LNCS"], ee=["https://a.example/1", "https://b.example/2"])
    assert (both.published.venue, both.published.url) == ("LAKE", "https://a.example/1")


def test_a_lone_hit_need_not_be_in_a_list() -> None:
    content = json.loads(hits(PAPER))
    content["result"]["hits"]["hit"] = content["result"]["hits"]["hit"][0]
    packed = json.dumps(content).encode()
    dblp.check(packed, ASKED)
    assert dblp.candidates(packed) == dblp.candidates(hits(PAPER))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3000, 3000)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "CoRR", "abs/1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["author", "text"]), inner, max_size=2),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(PAPER)), json_values))
def test_an_odd_hit_does_not_lose_the_others(odd: dict[str, Any]) -> None:
    content = hits({**PAPER, **odd}, None, PAPER)
    dblp.check(content, ASKED)
    assert dblp.candidates(content)[-1] == dblp.candidates(hits(PAPER))[0]


def test_real_answers_are_read(shared_data: Path) -> None:
    found: list[Candidate] = []
    for path in sorted((shared_data / "published" / "dblp").glob("*.json")):
        real = json.loads(path.read_bytes())
        packed = json.dumps(
            {"result": {"hits": {"@total": str(len(real)), "@sent": str(len(real)), "hit": real}}}
        ).encode()
        dblp.check(packed, ASKED)
        found += dblp.candidates(packed)
    by_key = {one.keys["dblp"]: one for one in found}
    assert len(found) == 150
    assert all(one.published.title and one.published.year and one.authors for one in found)
    assert not any(character.isdigit() for one in found for person in one.authors for character in person.name)
    assert all(bool(one.eprints) == (one.kind == "Informal and Other Publications") for one in found)
    paper = by_key["conf/aaai/BergerEFF24"].published
    assert (paper.title, paper.venue, paper.year, paper.pages) == (
        "Pandora's Problem with Deadlines",
        "AAAI",
        2024,
        "20337-20343",
    )
