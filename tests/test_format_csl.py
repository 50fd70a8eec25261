"""CSL-JSON: what is written, that its schema allows it, and what other tools' items are understood to say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from enrich import formats
from enrich.errors import InputError
from enrich.record import Person, Record
from tests import records

# The part of the CSL project's schema for input data that concerns us: what it allows, nothing else.
_TEXT = {"type": "string"}
_NUMBER = {"type": ["string", "number"]}
_ITEM = {
    "type": "object",
    "properties": {
        "type": {"enum": ["article", "article-journal", "paper-conference"]},
        "id": _NUMBER,
        "author": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"family": _TEXT, "given": _TEXT, "suffix": _TEXT, "literal": _TEXT},
                "additionalProperties": False,
            },
        },
        "issued": {
            "type": "object",
            "properties": {
                "date-parts": {
                    "type": "array",
                    "items": {"type": "array", "items": _NUMBER, "minItems": 1, "maxItems": 3},
                    "minItems": 1,
                    "maxItems": 2,
                }
            },
            "additionalProperties": False,
        },
        **dict.fromkeys(("volume", "issue", "page", "number"), _NUMBER),
        **dict.fromkeys(("citation-key", "title", "container-title", "publisher", "genre", "DOI", "URL"), _TEXT),
        **dict.fromkeys(("archive", "archive_location", "status", "note", "annote", "keyword", "abstract"), _TEXT),
    },
    "required": ["type", "id"],
    "additionalProperties": False,
}  # fmt: skip


def items(*works: Record) -> list[dict[str, Any]]:
    data = json.loads("".join(formats.render("csl-json", works)))
    assert isinstance(data, list)
    return data


def read(*given: Any) -> formats.Reading:
    return formats.read("csl-json", json.dumps(list(given)))


def test_a_preprint() -> None:
    assert items(records.PLAIN) == [
        {
            "id": "cobbe2021training",
            "citation-key": "cobbe2021training",
            "type": "article",
            "title": "Training Verifiers to Solve Math Word Problems",
            "author": [
                {"family": "Cobbe", "given": "Karl"},
                {"family": "Kosaraju", "given": "Vineet"},
                {"family": "Kaiser", "given": "Łukasz"},
                {"family": "Schulman", "given": "John"},
            ],
            "issued": {"date-parts": [[2021, 10, 27]]},
            "publisher": "arXiv",
            "number": "arXiv:2110.14168",
            "genre": "Preprint",
            "DOI": "10.48550/arXiv.2110.14168",
            "URL": "https://arxiv.org/abs/2110.14168",
            "annote": "22 pages, 12 figures; code at https://example.org/grade_school_math",
            "keyword": "cs.LG, cs.CL",
            "abstract": records.PLAIN.abstract,
        }
    ]


def test_a_published_work_keeps_the_identifier_in_its_archive() -> None:
    (item,) = items(records.ARTICLE)
    assert item["type"] == "article-journal"
    assert item["container-title"] == "Journal of Graph Theory"
    assert item["issued"] == {"date-parts": [[1996]]}
    assert (item["archive"], item["archive_location"]) == ("arXiv", "math/9601001")
    assert items(records.PAPER)[0]["type"] == "paper-conference"


def test_every_item_is_valid_by_the_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    validator = jsonschema.Draft7Validator({"type": "array", "items": _ITEM})
    validator.validate(items(*records.EVERYTHING))


def test_mathematics_is_kept_out_of_title_case_and_comes_back_as_written() -> None:
    (item,) = items(records.MATHEMATICS)
    assert '<span class="nocase">$\\ell_1$</span>-regression' in item["title"]
    assert read(item).records[0].title == records.MATHEMATICS.title


def test_an_empty_list_is_an_empty_list() -> None:
    assert items() == []
    assert read() == formats.Reading([], [])


@pytest.mark.parametrize("wrapper", ["items", "references"])
def test_the_wrappers_of_other_tools_are_opened(wrapper: str) -> None:
    text = json.dumps({wrapper: items(records.PLAIN)})
    assert formats.read("csl-json", text).records[0].id == records.PLAIN.id


def test_an_item_of_another_tool_is_understood() -> None:
    (record,) = read(
        {
            "id": "http://zotero.org/items/1",
            "citation-key": "waals2021",
            "type": "article-journal",
            "title": "On <i>gases</i>",
            "author": [
                {"family": "Waals", "given": "J. D.", "non-dropping-particle": "van der", "suffix": "Jr."},
                {"literal": "ATLAS Collaboration"},
                {"given": "Aristotle"},
            ],
            "issued": {"raw": "2021-05-03"},
            "container-title": "Physical Review",
            "volume": 12,
            "issue": 3,
            "page": "1-10",
            "note": "arXiv:2110.14168 [cs.CL]",
            "DOI": "https://doi.org/10.1000/182",
        }
    ).records
    assert (record.id, record.key, record.title) == ("arXiv:2110.14168", "waals2021", "On <i>gases</i>")
    assert record.authors == (
        Person("J. D.", "van der Waals", "Jr."),
        Person(literal="ATLAS Collaboration"),
        Person(literal="Aristotle"),
    )
    assert record.published is not None
    assert (record.published.volume, record.published.year, record.published.doi) == ("12", 2021, "10.1000/182")


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ({"date-parts": [[2021, 5]]}, (2021, 5)),
        ({"date-parts": [["2021", "5", "3"]]}, (2021, 5)),
        ({"date-parts": [[2021]]}, (2021, None)),
        ("2021-05", (2021, 5)),
        ({"literal": "in press"}, (None, None)),
        (None, (None, None)),
    ],
)
def test_dates_are_understood_in_their_forms(issued: Any, expected: tuple[int | None, int | None]) -> None:
    (record,) = read({"id": "k", "type": "article", "number": "arXiv:2110.14168", "issued": issued}).records
    assert (record.year, record.month) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ["x"]},
        {"title": {"a": 1}},
        {"title": True},
        {"author": "Cobbe"},
        {"author": [3]},
        {"author": [{"family": []}]},
        {"issued": 2021},
        {"issued": {"date-parts": []}},
        {"issued": {"date-parts": [3]}},
        {"volume": 1.5},
    ],
)
def test_an_item_of_a_wrong_shape_is_a_problem_and_the_rest_is_read(fields: dict[str, Any]) -> None:
    good = {"id": "good", "type": "article", "number": "arXiv:2110.14168"}
    reading = read(good, {**good, "id": "bad", **fields}, None)
    assert [record.key for record in reading.records] == ["good"]
    assert [problem.text for problem in reading.problems] == ["bad", None]
    assert reading.problems[0].message.startswith("item 2: ")


@pytest.mark.parametrize("text", ["{}", "3", "null", "[" * 100_000, '[{"id": NaN}]', "[1e999999]x", ""])
def test_what_is_no_list_of_items_is_one_error(text: str) -> None:
    with pytest.raises(InputError):
        formats.read("csl-json", text)


def test_half_a_surrogate_pair_does_no_harm() -> None:
    (record,) = read({"id": "k\udfff", "type": "article", "number": "arXiv:2110.14168", "title": "x\ud800y"}).records
    assert record.title == "x\ufffdy"
    assert replace(record, key=None) == replace(record, key=None)
    "".join(formats.render("json", [record])).encode("utf-8")


def test_categories_of_all_archives_are_read_from_the_keywords() -> None:
    (record,) = read(
        {"id": "k", "type": "article", "number": "arXiv:2110.14168", "keyword": "deep-learning, q-bio.QM, cs.LG"}
    ).records
    assert record.categories == ("q-bio.QM", "cs.LG")
    assert record.primary_category == "q-bio.QM"


def test_a_note_about_another_paper_does_not_name_the_item() -> None:
    item = {"id": "k", "type": "article-journal", "container-title": "J. Foo", "DOI": "10.1/x"}
    assert read({**item, "note": "Comment on arXiv:2110.14168"}).records == []
    assert [record.id for record in read({**item, "note": "arXiv:2110.14168 [cs]"}).records] == ["arXiv:2110.14168"]
