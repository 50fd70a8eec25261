"""Tables and YAML: a number under a name that says so is an identifier."""

from __future__ import annotations

import time

import pytest

from enrich import inputs


def places(text: str, name: str) -> list[tuple[str, int | None, int | None]]:
    return [(mention.text, mention.line, mention.column) for mention in inputs.read(text.encode(), name).mentions]


@pytest.mark.parametrize("head", ["arxiv_id", "arXiv", "eprint", "paper_id", "id", "ID", "arXiv ID", "arxivId"])
@pytest.mark.parametrize(("suffix", "sign"), [("csv", ","), ("csv", ";"), ("tsv", "\t")])
def test_a_column_of_identifiers_is_read(head: str, suffix: str, sign: str) -> None:
    text = f'title{sign}{head}\nGSM8K{sign}2110.14168\r\n"Two, {sign} ""words"""{sign}"2009.03393v2"\n'
    assert places(text, f"a.{suffix}") == [("2110.14168", 2, 7), ("2009.03393v2", 3, 20 + 1)]


def test_other_columns_are_text() -> None:
    text = "price,arxiv_id,weight,link\n1299.9900,2110.14168,2009.03393,https://arxiv.org/abs/2201.11903\n"
    assert [written for written, _, _ in places(text, "a.csv")] == ["2110.14168", "https://arxiv.org/abs/2201.11903"]
    assert places("title,price\nFoo,2110.14168\n", "a.csv") == []
    assert places("id,name\n17,Foo\n2021.0415,Bar\n", "a.csv") == []


def test_a_table_without_a_header_is_a_list() -> None:
    assert [written for written, _, _ in places("2110.14168\n2009.03393,2201.11903\n", "a.csv")] == [
        *("2110.14168", "2009.03393", "2201.11903")
    ]
    assert places("arXiv:2110.14168,x\nFoo,2009.03393\n", "a.csv") == [("arXiv:2110.14168", 1, 1)]


def test_a_malformed_identifier_in_its_column_is_told() -> None:
    (problem,) = inputs.read(b"title,arxiv_id\nFoo,2110.14168\nBar,2113.14168\n", "a.csv").problems
    assert (problem.kind, problem.text, problem.line) == ("invalid", "2113.14168", 3)


def test_yaml_is_read_by_its_keys() -> None:
    text = """papers:
  - id: 2110.14168
  - arxiv_id: "2009.03393"  # quoted
  - eprint: '2201.11903v1'
  - price: 2206.05802
  - title: id 2305.20050
  - 2407.00215
"""
    assert places(text, "a.yaml") == [
        ("2110.14168", 2, 9),
        ("2009.03393", 3, 16),
        ("2201.11903v1", 4, 14),
        ("2407.00215", 7, 5),
    ]
    assert places('id = "2110.14168"\n', "a.toml") == [("2110.14168", 1, 7)]


@pytest.mark.parametrize("unit", ['"', 'a,"', '"",', '"a"b,', '"x,""y', "id,", "2110.14168,"])
def test_the_time_grows_with_the_length_of_a_hostile_table_and_not_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = ("id,x\n" + unit * length)[:length].encode()
        begin = time.process_time()
        inputs.read(text, "a.csv")
        return time.process_time() - begin

    seconds(1000)
    assert min(seconds(100_000) for _ in range(2)) < 40 * max(seconds(10_000), 0.002)
