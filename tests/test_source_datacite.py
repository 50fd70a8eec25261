"""DataCite's relations: what arXiv's records call themselves versions of."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import UnexpectedReply
from enrich.record import Candidate, Identifier, Person, Published
from enrich.sources import datacite, metadata

ASKED = Identifier("0905.0097")


def item(value: str, *related: Any) -> dict[str, Any]:
    attributes = {"doi": f"10.48550/arxiv.{value}", "titles": [{"title": "T"}], "relatedIdentifiers": list(related)}
    return {"id": attributes["doi"], "type": "dois", "attributes": attributes}


def relation(doi: Any, kind: str = "IsVersionOf", scheme: str = "DOI") -> dict[str, Any]:
    return {"relationType": kind, "relatedIdentifier": doi, "relatedIdentifierType": scheme}


def page(*items: Any) -> bytes:
    return json.dumps({"data": items, "meta": {"total": len(items)}}).encode()


def candidate(doi: str) -> Candidate:
    return Candidate("datacite", Published(doi=doi), eprints=("0905.0097",), relation="IsVersionOf")


def test_a_version_of_a_published_work() -> None:
    content = page(item("0905.0097", relation("10.5555/LAKE.7")), item("0905.0098", relation("10.5555/other")))
    assert datacite.candidates(content, [ASKED]) == {ASKED: (candidate("10.5555/lake.7"),)}


def test_every_relation_is_told_once_reports_and_other_preprint_servers_too() -> None:
    related = [relation("10.5555/a"), relation("https://doi.org/10.5555/A", scheme="URL"), relation("10.2139/ssrn.7")]
    content = page(item("0905.0097", *related))
    assert datacite.candidates(content, [ASKED])[ASKED] == (candidate("10.5555/a"), candidate("10.2139/ssrn.7"))


@pytest.mark.parametrize(
    "related",
    [
        relation("10.5555/a", kind="References"),
        relation("978-3-16-148410-0", scheme="ISBN"),
        relation("https://example.org/a", scheme="URL"),
        relation(None),
        None,
        "10.5555/a",
    ],
)
def test_other_relations_say_nothing(related: Any) -> None:
    assert datacite.candidates(page(item("0905.0097", related)), [ASKED]) == {}


def test_a_version_asked_for_is_answered_whatever_the_newest_is() -> None:
    second = Identifier("0905.0097", 2)
    assert list(datacite.candidates(page(item("0905.0097", relation("10.5555/a"))), [second])) == [second]


def test_the_request_is_the_one_for_records() -> None:
    root = "http://127.0.0.1:1"
    assert datacite.request(root, [ASKED]) == (datacite.address(root, [ASKED]), None)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*relation(""), "doi"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(json_values, json_values)
def test_an_odd_record_does_not_lose_the_others(odd: Any, related: Any) -> None:
    strange = {"attributes": {"doi": "10.48550/arxiv.0905.0098", "relatedIdentifiers": related}}
    content = page(odd, strange, item("0905.0097", relation("10.5555/a")))
    found = datacite.candidates(content, [ASKED, Identifier("0905.0098")])
    assert found[ASKED] == (candidate("10.5555/a"),)


def test_real_records_all_name_what_was_published(shared_data: Path) -> None:
    path = shared_data / "pairs" / "comet" / "test_data__20250425_arxiv_sample_1.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    asked = [name for one in items if (name := metadata.identifier_in(one["attributes"]["doi"]))]
    found = datacite.candidates(page(*items), asked)
    assert len(found) == len(items) == 1000
    assert sum(map(len, found.values())) == 1004
    assert found[ASKED] == (candidate("10.1007/jhep01(2010)042"),)


# Works of any kind, by their DOIs ------------------------------------------------------------------------------------


def work(doi: str = "10.5555/DATA.7", **changes: Any) -> dict[str, Any]:
    attributes = {
        "doi": doi,
        "titles": [
            {"title": "Les haies", "titleType": "TranslatedTitle"},
            {"title": "Counts of <i>Hedges</i> &amp; Walls"},
        ],
        "creators": [
            {"name": "Example, Ada", "nameType": "Personal", "givenName": "Ada", "familyName": "Example"},
            {"name": "Hedge Consortium", "nameType": "Organizational"},
        ],
        "publisher": "Zenodo",
        "publicationYear": 2020,
        "dates": [{"date": "2019-12-30", "dateType": "Created"}, {"date": "1995/2001", "dateType": "Collected"}],
        "types": {"resourceTypeGeneral": "Dataset"},
        **changes,
    }
    return {"id": doi.lower(), "type": "dois", "attributes": attributes}


def test_a_work_is_described_with_its_titles_people_years_and_kind() -> None:
    content = page(work())
    datacite.work_check(content, ["10.5555/data.7"])
    assert datacite.works(content, ["10.5555/data.7"]) == {
        "10.5555/data.7": Candidate(
            "datacite",
            Published(
                title="Counts of Hedges & Walls",
                year=2020,
                publisher="Zenodo",
                doi="10.5555/data.7",
                url="https://doi.org/10.5555/data.7",
            ),
            authors=(Person("Ada", "Example"), Person(literal="Hedge Consortium")),
            kind="Dataset",
        )
    }
    assert datacite.other_titles_and_years(content) == {"10.5555/data.7": (("Les haies",), (2020, 2019))}


def test_an_article_has_its_journal_and_pages() -> None:
    container = {"type": "Journal", "title": "Inv. J.", "volume": "3", "issue": 2, "firstPage": "5", "lastPage": "9"}
    types = {"resourceTypeGeneral": "JournalArticle"}
    content = page(work(container=container, types=types, publisher={"name": "Inv. Press"}))
    one = datacite.works(content, ["10.5555/data.7"])["10.5555/data.7"].published
    assert (one.type, one.venue, one.volume, one.issue, one.pages) == ("article", "Inv. J.", "3", "2", "5-9")
    assert one.publisher == "Inv. Press"


def test_a_text_is_of_the_kind_that_its_depositor_says() -> None:
    types = {"resourceTypeGeneral": "Text", "resourceType": "Thesis"}
    assert datacite.works(page(work(types=types)), ["10.5555/data.7"])["10.5555/data.7"].kind == "Thesis"


def test_a_page_with_works_that_were_not_asked_for_is_no_answer() -> None:
    with pytest.raises(UnexpectedReply, match="not asked for"):
        datacite.work_check(page(work()), ["10.5555/other"])


def test_fifty_dois_fit_into_a_request_and_long_ones_into_several() -> None:
    batches = list(datacite.work_batches([f"10.5555/{n}" for n in range(120)], "http://127.0.0.1:1"))
    assert [len(batch) for batch in batches] == [50, 50, 20]
    long = [f"10.5555/{'x' * 300}{n}" for n in range(50)]
    batches = list(datacite.work_batches(long, "http://127.0.0.1:1"))
    assert sum(map(len, batches)) == 50
    assert all(len(datacite.work_request("http://127.0.0.1:1", batch)[0]) <= 3_900 for batch in batches)


@given(st.lists(st.text(max_size=40).map(lambda rest: f"10.5555/{rest}".lower())))
def test_whatever_dois_are_asked_for_the_query_is_well_formed(dois: list[str]) -> None:
    for batch in datacite.work_batches(dois, "http://127.0.0.1:1"):
        url, _ = datacite.work_request("http://127.0.0.1:1", batch)
        query = parse_qs(urlsplit(url).query)["query"][0]
        assert query.count('"') == 2 * len(batch)
        assert "\\" not in query


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda v: st.lists(v), max_leaves=5))
def test_any_value_in_a_work_is_survived(value: Any) -> None:
    for name in ("titles", "creators", "publisher", "publicationYear", "dates", "types", "container"):
        content = page(work(**{name: value}))
        datacite.works(content, ["10.5555/data.7"])
        datacite.other_titles_and_years(content)
