"""INSPIRE: what is asked, when a reply is whole, and what was published of a preprint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import UnexpectedReply
from enrich.record import Candidate, Identifier, Person, Published
from enrich.sources import inspire

ROOT = "http://127.0.0.1:1"
ASKED = Identifier("1607.01710")

WORK: dict[str, Any] = {
    "titles": [{"title": "Thick branes", "source": "publisher"}, {"title": "Thick branes?", "source": "arXiv"}],
    "authors": [{"full_name": "Di First, Ann B."}, {"full_name": "Second, C.D., Jr."}],
    "author_count": 2,
    "arxiv_eprints": [{"value": "1607.01710", "categories": ["hep-th"]}],
    "document_type": ["article"],
    "dois": [{"value": "10.5555/LakeRevD.96.032004", "material": "publication", "source": "publisher"}],
    "publication_info": [
        {
            "journal_title": "Lake.Rev.D",
            "journal_volume": "96",
            "journal_issue": "3",
            "artid": "032004",
            "page_start": "032004",
            "year": 2017,
            "material": "publication",
        }
    ],
}


def page(*works: Any, total: int | None = None) -> bytes:
    hits = [{"id": str(number), "metadata": work} for number, work in enumerate(works, 1)]
    return json.dumps({"hits": {"total": len(hits) if total is None else total, "hits": hits}}).encode()


def some(**fields: Any) -> tuple[Candidate, ...]:
    return inspire.candidates(page({**WORK, **fields}), [ASKED]).get(ASKED, ())


def place(**fields: Any) -> dict[str, Any]:
    return {**WORK["publication_info"][0], **fields}


# --- asking -------------------------------------------------------------------------------------------------------


def test_many_papers_are_asked_for_in_one_request() -> None:
    address, body = inspire.request(ROOT, [ASKED, Identifier("hep-th/9901001", 2)])
    assert body is None
    assert urlsplit(address).path == "/api/literature"
    asked = parse_qs(urlsplit(address).query)
    assert asked["q"] == ["arxiv:1607.01710 or arxiv:hep-th/9901001"]
    assert asked["size"] == ["2"]
    assert "publication_info" in asked["fields"][0]


def test_portions_are_small() -> None:
    asked = [Identifier(f"1607.{number:05}") for number in range(1, 61)]
    assert [len(portion) for portion in inspire.batches(asked, ROOT)] == [25, 25, 10]


# --- when a reply is whole ----------------------------------------------------------------------------------------


def test_a_page_with_fewer_works_than_asked_is_whole() -> None:
    inspire.check(page(), [ASKED])
    inspire.check(page(WORK), [ASKED, Identifier("1607.01711")])


@pytest.mark.parametrize(
    ("content", "says", "status"),
    [
        (b"", "empty", 0),
        (b"<html>", "not JSON", 0),
        (page(WORK)[:-2], "not JSON", 0),
        (b"[]", "not a list of works", 0),
        (b'{"hits": {"hits": [], "total": null}}', "not a list of works", 0),
        (b'{"status": 400, "message": "The syntax of the search query is invalid."}', "syntax", 400),
        (page(WORK, total=2), "1 of 2", 0),
    ],
)
def test_what_is_not_whole_is_refused(content: bytes, says: str, status: int) -> None:
    with pytest.raises(UnexpectedReply, match=says) as raised:
        inspire.check(content, [ASKED, Identifier("1607.01711")])
    assert raised.value.status == status


# --- reading ------------------------------------------------------------------------------------------------------


def test_an_article() -> None:
    assert inspire.candidates(page(WORK), [ASKED]) == {
        ASKED: (
            Candidate(
                "inspire",
                Published(
                    type="article",
                    title="Thick branes",
                    venue="Lake. Rev. D",
                    year=2017,
                    volume="96",
                    issue="3",
                    pages="032004",
                    doi="10.5555/lakerevd.96.032004",
                ),
                authors=(Person("Ann B.", "Di First"), Person("C. D.", "Second", "Jr.")),
                kind="article",
                eprints=("1607.01710",),
                relation="arxiv_eprints",
                keys={"inspire": "1"},
            ),
        )
    }


def test_a_version_asked_for_is_answered_by_what_is_said_of_the_work() -> None:
    assert list(inspire.candidates(page(WORK), [Identifier("1607.01710", 2)])) == [Identifier("1607.01710", 2)]


def test_another_paper_and_an_unpublished_one_are_absent() -> None:
    assert inspire.candidates(page(WORK), [Identifier("1607.01711")]) == {}
    assert some(dois=[], publication_info=[]) == ()
    assert some(dois=None, publication_info=None) == ()


def test_an_erratum_an_addendum_and_a_reprint_are_not_the_paper() -> None:
    others = [
        place(artid="019903", journal_volume="99", material=material)
        for material in ("erratum", "addendum", "reprint", "translation")
    ]
    dois = [{"value": "10.5555/lakerevd.99.019903", "material": "erratum"}, *WORK["dois"]]
    (found,) = some(publication_info=[*others, place()], dois=dois)
    assert (found.published.volume, found.published.doi) == ("96", "10.5555/lakerevd.96.032004")


def test_a_conference_without_a_journal_is_no_place_of_publication() -> None:
    talk = {"cnum": "C16-08-03", "conf_acronym": "LAKES", "year": 2016}
    assert len(some(publication_info=[talk, place()])) == 1
    (only_doi,) = some(publication_info=[talk])
    assert only_doi.published == Published(title="Thick branes", doi="10.5555/lakerevd.96.032004")


def test_a_journal_without_volume_and_page_has_not_printed_it_yet() -> None:
    coming = {"journal_title": "Lake.Rev.D", "year": 2017}
    assert some(publication_info=[coming], dois=[]) == ()


def test_a_conference_paper_in_a_journal_is_an_article() -> None:
    (found,) = some(document_type=["article", "conference paper"])
    assert (found.kind, found.published.type) == ("conference paper", "article")
    (thesis,) = some(document_type=["thesis"])
    assert (thesis.kind, thesis.published.type) == ("thesis", None)


def test_of_two_places_and_two_dois_those_belong_together_that_share_volume_and_page() -> None:
    letter = place(journal_title="JLP", journal_volume="01", artid="042", page_start="042")
    dois = [{"value": "10.5555/JLP01(2010)042"}, {"value": "10.5555/lakerevd.96.032004"}]
    found = some(publication_info=[place(), letter], dois=dois)
    assert [(one.published.venue, one.published.doi) for one in found] == [
        ("Lake. Rev. D", "10.5555/lakerevd.96.032004"),
        ("JLP", "10.5555/jlp01(2010)042"),
    ]


def test_a_lone_doi_belongs_to_the_place_that_it_names() -> None:
    letter = place(journal_title="Lake.Lett.", journal_volume="7", artid="L12", page_start="L12")
    found = some(publication_info=[place(), letter], dois=[{"value": "10.5555/lakelett.7.L12"}])
    assert [one.published.doi for one in found] == [None, "10.5555/lakelett.7.l12"]


def test_a_doi_whose_place_is_not_known_stands_alone() -> None:
    found = some(dois=[{"value": "10.5555/x1"}, {"value": "10.5555/x2"}, {"value": "10.5555/X2"}])
    assert [(one.published.venue, one.published.doi) for one in found] == [
        ("Lake. Rev. D", None),
        (None, "10.5555/x1"),
        (None, "10.5555/x2"),
    ]


@pytest.mark.parametrize(
    ("fields", "pages"),
    [
        ({"page_start": "12", "page_end": "34", "artid": None}, "12-34"),
        ({"page_start": "12", "page_end": None, "artid": None}, "12"),
        ({"page_start": "12", "page_end": "12", "artid": None}, "12"),
        ({"page_start": None, "page_end": None, "artid": "060"}, "060"),
        ({"page_start": None, "page_end": None, "artid": None}, None),
    ],
)
def test_pages_or_the_articles_number(fields: dict[str, Any], pages: str | None) -> None:
    (found,) = some(publication_info=[place(**fields)])
    assert found.published.pages == pages


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("JHEP", "JHEP"),
        ("Phys.Rev.Lett.", "Phys. Rev. Lett."),
        ("Nucl.Phys.B Proc.Suppl.", "Nucl. Phys. B Proc. Suppl."),
        ("SciPost Phys.", "SciPost Phys."),
    ],
)
def test_journals_get_their_blanks_back(stored: str, read: str) -> None:
    (found,) = some(publication_info=[place(journal_title=stored)])
    assert found.published.venue == read


def test_collaborations_come_first_and_a_list_that_was_cut_is_told() -> None:
    (found,) = some(collaborations=[{"value": "LAKES"}, {"value": "Tide Working Group"}], author_count=2999)
    assert found.authors[:3] == (
        Person(literal="LAKES Collaboration"),
        Person(literal="Tide Working Group"),
        Person("Ann B.", "Di First"),
    )
    assert not found.complete
    assert some(author_count=None)[0].complete


def test_a_subtitle_belongs_to_the_title() -> None:
    (found,) = some(titles=[{"title": "Thick <math>x</math> branes", "subtitle": "a review"}])
    assert found.published.title == "Thick x branes: a review"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3000, 3000)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "erratum", "10.1/x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "material", "title", "full_name", "journal_title", "year"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*WORK, "collaborations"]), json_values))
def test_an_odd_work_does_not_lose_the_others(odd: dict[str, Any]) -> None:
    content = page({**WORK, "arxiv_eprints": [{"value": "1607.00001"}], **odd}, WORK, None)
    inspire.check(content, [ASKED])
    found = inspire.candidates(content, [ASKED, Identifier("1607.00001")])
    assert [one.published for one in found[ASKED]][-1] == inspire.candidates(page(WORK), [ASKED])[ASKED][0].published


def test_real_records_are_read(shared_data: Path) -> None:
    folder = shared_data / "published" / "inspire_hep"
    works: list[Any] = []
    for path in [*folder.glob("merger__*.json"), *folder.glob("*_expected.json")]:
        data = json.loads(path.read_bytes())
        works += data if isinstance(data, list) else [data]
    for work in works:
        # The ones without a preprint are given one.
        work.setdefault("arxiv_eprints", [{"value": "1607.00001"}])
    content = page(*works)
    asked = [Identifier(value) for value in ("1607.01710", "1607.00001", "1706.05371")]
    found = inspire.candidates(content, asked)
    assert found[asked[0]][0].published == Published(
        title="Refinements of the Weyl pure geometrical thick branes from information-entropic measure",
        doi="10.1002/andp.201700188",
    )
    assert found[asked[0]][0].authors[0] == Person("C. A. S.", "Almeida")
    journal = found[asked[1]][0].published
    assert (journal.venue, journal.volume, journal.issue, journal.year) == ("J. Appl. Phys.", "133", "3", 2023)
    assert asked[2] not in found
