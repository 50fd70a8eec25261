"""JSON: any strings, CSL-JSON, notebooks, JSON lines, and our own."""

from __future__ import annotations

import json

import pytest

from enrich import formats, inputs
from enrich.errors import InputError
from enrich.record import Person, Record


def found(data: object, name: str = "a.json", *, indent: int | None = 1) -> list[tuple[str, int | None, int | None]]:
    document = inputs.read(json.dumps(data, indent=indent).encode(), name)
    assert document.problems == ()
    return [(mention.text, mention.line, mention.column) for mention in document.mentions]


def test_strings_are_read_wherever_they_stand_with_their_places_in_the_file() -> None:
    data = {
        "a": ["see arXiv:2110.14168"],
        "https://arxiv.org/abs/2001.00001": {"b": "é\thttps://arxiv.org/abs/2009.03393"},
    }
    assert found(data) == [("arXiv:2110.14168", 3, 8), ("https://arxiv.org/abs/2009.03393", 6, 17)]


def test_a_bare_number_counts_in_a_list_and_where_an_identifier_should_stand() -> None:
    data = {
        "papers": ["2110.14168", "2009.03393v2"],
        "id": "2201.11903",
        "arxivId": "2305.20050",
        "eprint": "2407.00215",
        "price": "1203.4567",
        "latitude": "1402.1234",
        "value": 1203.4567,
    }
    written = [text for text, _, _ in found(data)]
    assert written == ["2110.14168", "2009.03393v2", "2201.11903", "2305.20050", "2407.00215"]


def test_escapes_are_read_and_the_place_is_that_of_what_was_written() -> None:
    text = rb'{"u": "\u0022https:\/\/arxiv.org\/abs\/2110.14168\u8bba\ud83d\ude00 arXiv:2009.03393"}'
    document = inputs.read(text, "-")
    assert [(mention.text, mention.column) for mention in document.mentions] == [
        ("https://arxiv.org/abs/2110.14168", 14),
        ("arXiv:2009.03393", 69),
    ]


def test_a_line_of_a_string_stands_alone_as_a_line() -> None:
    assert [text for text, _, _ in found({"a": "list:\n2110.14168\nend"})] == ["2110.14168"]


def test_broken_json_is_a_problem_and_its_strings_are_read_all_the_same() -> None:
    document = inputs.read(b'{"a": "arXiv:2110.14168",\n "b": }', "a.json")
    assert [mention.text for mention in document.mentions] == ["arXiv:2110.14168"]
    (problem,) = document.problems
    assert (problem.kind, problem.line) == ("not-understood", 2)
    assert problem.message.startswith("not JSON: ")


@pytest.mark.parametrize("text", ["[" * 100_000, "1" * 10_000, '{"a":' * 50_000])
def test_json_without_end_is_a_problem_and_not_a_crash(text: str) -> None:
    (problem,) = inputs.read(text.encode(), "a.json").problems
    assert problem.kind == "not-understood"


def test_csl_json_gives_one_mention_for_each_item_with_its_key() -> None:
    data = [
        {
            "id": "cobbe",
            "type": "article",
            "title": "About arXiv:2001.00001",
            "abstract": "like arXiv:2001.00002",
            "DOI": "10.48550/arXiv.2110.14168",
            "URL": "https://arxiv.org/abs/2110.14168",
            "issued": {"date-parts": [[2021, 10]]},
        },
        {"id": 7, "citation-key": "polu", "type": "article", "archive": "arXiv", "archive_location": "2009.03393"},
        {"id": "other", "type": "book", "DOI": "10.1234/2110.14168"},
    ]
    document = inputs.read(json.dumps(data, indent=1).encode(), "refs.csl.json")
    assert [(mention.identifier.value, mention.key, mention.line) for mention in document.mentions] == [
        ("2110.14168", "cobbe", 7),
        ("2009.03393", "polu", 23),
    ]


def test_notebooks_are_read_by_their_cells_with_the_lines_of_the_file() -> None:
    data = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Papers\n", "- arXiv:2110.14168\n", "- 2009.03393"]},
            {
                "cell_type": "code",
                "source": "# https://arxiv.org/abs/2201.11903\nx = 2110.14168",
                "outputs": [{"text": ["arXiv:2001.00001"]}],
            },
        ],
        "metadata": {"source": "arXiv:2001.00001", "title": "arXiv:2001.00001"},
        "nbformat": 4,
    }
    data["metadata"] = {"title": "arXiv:2001.00001"}
    for name in ("a.ipynb", "-"):
        assert found(data, name) == [
            ("arXiv:2110.14168", 7, 8),
            ("2009.03393", 8, 8),
            ("https://arxiv.org/abs/2201.11903", 13, 17),
        ]


def test_json_lines_are_read_line_by_line() -> None:
    text = b'{"id": "0704.0001", "abstract": "arXiv:2009.03393"}\n\n{broken\n{"id": "hep-th/9901001"}\n'
    document = inputs.read(text, "a.jsonl")
    assert [(mention.identifier.value, mention.line) for mention in document.mentions] == [
        ("0704.0001", 1),
        ("2009.03393", 1),
        ("hep-th/9901001", 4),
    ]
    assert [problem.line for problem in document.problems] == [3]


RECORDS = [
    Record(
        "arXiv:2110.14168",
        2,
        key="cobbe2021training",
        title="About arXiv:2001.00001",
        authors=(Person("Karl", "Cobbe"),),
        url="https://arxiv.org/abs/2110.14168",
        origin={"title": "arxiv"},
    ),
    Record("arXiv:hep-th/9901001", 1, key="x1999y", title="T", url="https://arxiv.org/abs/hep-th/9901001v1", origin={}),
]


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_our_own_json_gives_its_records_and_a_mention_of_each(format: str) -> None:
    text = "".join(formats.render(format, RECORDS))
    for name in (f"refs.{format}", "-"):
        document = inputs.read(text.encode(), name)
        assert list(document.records) == RECORDS
        assert [(mention.identifier.versioned, mention.key) for mention in document.mentions] == [
            ("2110.14168", "cobbe2021training"),
            ("hep-th/9901001v1", "x1999y"),
        ]
        lines = text.split("\n")
        for mention in document.mentions:
            assert mention.line is not None
            assert mention.column is not None
            assert lines[mention.line - 1][mention.column - 1 :].startswith(mention.text)


def test_our_own_json_of_another_shape_is_one_error() -> None:
    with pytest.raises(InputError, match=r"^refs\.json: ") as error:
        inputs.read(b'{"schema": "enrich/99", "records": []}', "refs.json")
    assert error.value.hint


def test_a_note_about_another_paper_does_not_name_the_item_of_csl_json() -> None:
    text = '[{"id": "k", "type": "article-journal", "container-title": "J. Foo", "DOI": "10.1/x", "note": "%s"}]'
    for note, count in (("Comment on arXiv:2110.14168", 0), ("arXiv:2110.14168 [cs.LG]", 1)):
        assert len(inputs.read((text % note).encode(), "a.json").mentions) == count
