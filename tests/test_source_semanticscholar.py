"""Semantic Scholar: what is asked, when an answer is whole, and what a record of it says and does not say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enrich.errors import UnexpectedReply
from enrich.identify import parse_id
from enrich.record import Candidate, Person, Published
from enrich.sources import semanticscholar

ROOT = "https://s2.example"
ONE, TWO, OLD = parse_id("2401.01234"), parse_id("2401.05678"), parse_id("hep-th/9901001")

WHOLE: dict[str, Any] = {
    "paperId": "0123456789abcdef",
    "externalIds": {
        "ArXiv": "2401.01234",
        "DBLP": "conf/hedge/FloraA24",
        "ACL": "2024.hedge-main.7",
        "DOI": "10.5555/HEDGE.2024.7",
        "CorpusId": 12345,
    },
    "publicationVenue": {"id": "v", "name": "International Conference on Hedges", "type": "conference"},
    "title": "Counting  Hedges in $O(n)$",
    "venue": "International Conference on Hedges",
    "year": 2024,
    "journal": {"name": "Proceedings of the 3rd International Conference on Hedges", "pages": "\n  12 - 34 "},
    "publicationTypes": ["JournalArticle", "Conference"],
    "publicationDate": "2024-07-01",
    "authors": [{"authorId": "1", "name": "Flora van der Hecke"}, {"authorId": None, "name": "Hedge Collaboration"}],
}


def read(*items: object) -> dict[Any, tuple[Candidate, ...]]:
    asked = [ONE, TWO, OLD][: len(items)]
    content = json.dumps(items).encode()
    semanticscholar.check(content, asked)
    return semanticscholar.candidates(content, asked)


def one(**changes: Any) -> Candidate:
    (candidate,) = read({**WHOLE, **changes})[ONE]
    return candidate


def test_papers_are_asked_by_bare_identifier_in_one_body() -> None:
    url, body = semanticscholar.request(ROOT, [parse_id("2401.01234v2"), OLD])
    assert url == (
        f"{ROOT}/graph/v1/paper/batch?fields=title,authors,year,externalIds,venue,publicationVenue,journal,"
        "publicationTypes,publicationDate"
    )
    assert body is not None
    assert json.loads(body) == {"ids": ["ARXIV:2401.01234", "ARXIV:hep-th/9901001"]}


def test_five_hundred_papers_go_into_one_request() -> None:
    asked = [parse_id(f"2401.{number:05d}") for number in range(1, 1002)]
    assert [len(batch) for batch in semanticscholar.batches(asked, ROOT)] == [500, 500, 1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "not JSON"),
        (b'[{"paperId": "x"', "not JSON"),
        (b'{"error": "Unrecognized or unsupported fields: [x]"}', "unsupported fields"),
        (b'{"message": "Too Many Requests.", "code": "429"}', "Too Many Requests"),
        (b'{"data": []}', "not a list"),
        (b"[null]", "1 answers to 2 questions"),
        (b"[null, null, null]", "3 answers to 2 questions"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(UnexpectedReply, match=said):
        semanticscholar.check(content, [ONE, TWO])


def test_an_empty_answer_says_that_nothing_is_known() -> None:
    semanticscholar.check(b"", [ONE])
    assert semanticscholar.candidates(b"", [ONE]) == {}


def test_a_record_becomes_a_candidate_with_all_that_it_says() -> None:
    assert one() == Candidate(
        "semanticscholar",
        Published(
            type="inproceedings",
            title="Counting Hedges in $O(n)$",
            venue="International Conference on Hedges",
            year=2024,
            pages="12-34",
            doi="10.5555/hedge.2024.7",
        ),
        authors=(Person("Flora", "van der Hecke"), Person(literal="Hedge Collaboration")),
        kind="JournalArticle, Conference",
        eprints=("2401.01234",),
        relation="externalIds.ArXiv",
        keys={"dblp": "conf/hedge/FloraA24", "s2": "0123456789abcdef", "acl": "2024.hedge-main.7"},
    )


def test_what_is_not_known_is_null_in_its_place() -> None:
    answers = read(None, WHOLE, None)
    assert list(answers) == [TWO]


def test_a_record_merged_into_another_paper_says_so() -> None:
    assert one(externalIds={"ArXiv": "1706.03762"}).eprints == ("1706.03762",)
    assert one(externalIds={"ArXiv": "hep-th/9901001v3"}).eprints == ("hep-th/9901001",)
    assert one(externalIds={"ArXiv": "mangled"}).eprints == ("mangled",)
    nowhere = one(externalIds={"DOI": "10.5555/x"})
    assert (nowhere.eprints, nowhere.relation) == ((), None)


def test_a_mixed_record_stays_recognisable() -> None:
    mixed = one(
        externalIds={"ArXiv": "2401.01234", "DOI": "10.48550/arXiv.2401.01234"},
        journal={"name": "ArXiv", "volume": "abs/2401.01234"},
    )
    assert mixed.published.venue == "International Conference on Hedges"
    assert (mixed.published.doi, mixed.published.volume) == ("10.48550/arxiv.2401.01234", "abs/2401.01234")


def test_the_volume_of_the_preprint_does_not_stand_beside_the_doi_of_the_publisher() -> None:
    assert one(journal={"name": "ArXiv", "volume": "abs/2401.01234"}).published.volume is None


def test_the_journal_that_printed_it_comes_before_the_repository_it_is_linked_to() -> None:
    linked = {"name": "bioRxiv", "type": "journal"}
    printed = one(publicationVenue=linked, venue="bioRxiv", journal={"name": "Hedge Research", "volume": "48"})
    assert (printed.published.venue, printed.published.volume) == ("Hedge Research", "48")
    assert one(publicationVenue=linked, venue="bioRxiv", journal=None).published.venue == "bioRxiv"
    assert one(publicationVenue=None, venue="ICH", journal={"name": "ArXiv"}).published.venue == "ICH"


def test_a_repository_publishes_neither_articles_nor_proceedings() -> None:
    preprint = one(
        publicationVenue={"name": "arXiv.org", "type": "journal"},
        venue="arXiv.org",
        journal={"name": "ArXiv"},
        publicationTypes=["JournalArticle"],
    )
    assert (preprint.published.venue, preprint.published.type) == ("arXiv.org", None)


@pytest.mark.parametrize(
    ("linked", "types", "type_"),
    [
        ("conference", ["JournalArticle"], "inproceedings"),
        ("journal", ["Conference"], "article"),
        (None, ["JournalArticle"], "article"),
        (None, ["Conference"], "inproceedings"),
        (None, ["JournalArticle", "Conference"], None),
        (None, ["Review"], None),
        (None, None, None),
    ],
)
def test_the_linked_venue_says_what_a_paper_is_before_the_list_of_types(
    linked: str | None, types: list[str] | None, type_: str | None
) -> None:
    assert one(publicationVenue={"name": "Hedges", "type": linked}, publicationTypes=types).published.type == type_


def test_volume_and_issue_may_come_in_one() -> None:
    published = one(journal={"name": "Hedges", "volume": "18 6", "pages": "D383 – D388"}).published
    assert (published.volume, published.issue, published.pages) == ("18", "6", "D383-D388")


def test_the_year_may_be_in_the_date_only() -> None:
    assert one(year=None).published.year == 2024
    assert one(year=None, publicationDate=None).published.year is None


def test_authors_without_a_name_make_the_list_incomplete() -> None:
    assert not one(authors=[{"authorId": "1", "name": "Ann Aye"}, {"authorId": "2", "name": None}]).complete
    assert not one(authors=[{"name": "Ann Aye"}, None]).complete
    nobody = one(authors=None)
    assert (nobody.authors, nobody.complete) == ((), False)


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "title"])
@pytest.mark.parametrize("odd", [None, [], {}, "", 7, True, [None], {"name": None}])
def test_a_field_of_an_odd_type_costs_neither_the_record_nor_its_neighbours(name: str, odd: object) -> None:
    answers = read({**WHOLE, name: odd}, {**WHOLE, "title": odd}, WHOLE)
    assert answers[ONE][0].published.title == "Counting Hedges in $O(n)$"
    assert answers[OLD] == (one(),)


# Real answers ---------------------------------------------------------------------------------------------------------


def test_every_real_record_is_read(shared_data: Path) -> None:
    papers: list[dict[str, Any]] = []
    for file in sorted((shared_data / "published" / "semantic_scholar").iterdir()):
        data = json.loads(file.read_bytes())
        papers += data if isinstance(data, list) else [data]
    asked = [parse_id(f"2401.{number:05d}") for number in range(1, len(papers) + 1)]
    content = json.dumps(papers).encode()
    semanticscholar.check(content, asked)
    answers = semanticscholar.candidates(content, asked)
    assert len(answers) == len(papers) > 100
    for identifier, paper in zip(asked, papers, strict=True):
        (candidate,) = answers[identifier]
        ids = paper["externalIds"]
        assert candidate.eprints == ((ids["ArXiv"],) if "ArXiv" in ids else ())
        assert len(candidate.authors) == len(paper["authors"])
        assert candidate.published.year == paper.get("year")


def test_real_records_read_as_people_would(shared_data: Path) -> None:
    def paper(name: str) -> Candidate:
        item = json.loads((shared_data / "published" / "semantic_scholar" / f"{name}.json").read_bytes())
        return read(item[0] if isinstance(item, list) else item)[ONE][0]

    boosting = paper("00d74b9b14a22a94")
    assert boosting.published.title == "XGBoost: A Scalable Tree Boosting System"
    assert boosting.published.type == "inproceedings"
    assert boosting.published.doi == "10.1145/2939672.2939785"
    assert [person.family for person in boosting.authors] == ["Chen", "Guestrin"]
    assert boosting.keys["dblp"] == "conf/kdd/ChenG16"
    mixed = paper("027b9d41e5f40260").published
    assert mixed.venue == "Conference on Empirical Methods in Natural Language Processing"
    assert (mixed.doi, mixed.volume) == ("10.48550/arxiv.2312.02213", "abs/2312.02213")


def test_the_recorded_batch_has_null_for_what_is_unknown(shared_data: Path) -> None:
    content = recorded_body(shared_data / "published" / "semanticscholar" / "test_get_papers_not_found_warning.yaml")
    asked = [parse_id(f"2401.0000{number}") for number in range(1, 5)]
    semanticscholar.check(content, asked)
    answers = semanticscholar.candidates(content, asked)
    assert asked[0] not in answers
    (candidate,) = answers[asked[1]]
    assert candidate.published.title == "How Much Should We Trust Differences-in-Differences Estimates?"
    assert candidate.eprints == ()


def test_every_recorded_answer_is_read_or_refused(shared_data: Path) -> None:
    read_whole: dict[str, int] = {}
    for file in sorted((shared_data / "published" / "semanticscholar").glob("*.yaml")):
        data = json.loads(recorded_body(file))
        papers = data.get("data", []) if isinstance(data, dict) else []
        content = json.dumps(papers).encode()
        asked = [parse_id(f"2401.{number:05d}") for number in range(1, len(papers) + 1)]
        semanticscholar.check(content, asked)
        read_whole[file.stem] = len(semanticscholar.candidates(content, asked))
    assert max(read_whole.values()) >= 9


def recorded_body(file: Path) -> bytes:
    """The first reply in a cassette: a YAML string in single quotes, folded over lines."""
    text = file.read_text("utf-8")
    start = text.index("string: '") + len("string: '")
    end: Callable[[int], int] = lambda at: text.index("'", at)  # noqa: E731
    at = end(start)
    while text[at + 1] == "'":
        at = end(at + 2)
    lines = text[start:at].replace("''", "'").split("\n")
    return " ".join([lines[0], *(line.strip() for line in lines[1:])]).encode()
