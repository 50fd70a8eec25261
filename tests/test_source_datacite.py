"""DataCite's relations: what arXiv's records call themselves versions of."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.record import Candidate, Identifier, Published
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
