"""Our own JSON: lossless, strict when read, described by its schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import enrich
from enrich import formats
from enrich.errors import InputError
from enrich.record import Identifier, Mention, Person, Problem, Published, Record, Withdrawn
from tests import records

SCHEMAS = Path(enrich.__file__).parent / "schemas"

# Lone surrogates apart, any text survives, control characters included.
_text = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
_texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5), max_size=2).map(tuple)
_year = st.none() | st.integers(1, 9999)
_person = st.one_of(
    st.builds(Person, _text, st.text("aé\x85", min_size=1), _text, st.none(), _texts),
    st.builds(Person, literal=st.text("aé\u202e", min_size=1)),
)
_published = st.builds(Published, _text, _text, _text, _year, _text, _text, _text, _text, _text, _text, _texts)
_record = st.builds(
    Record,
    id=st.sampled_from(["arXiv:2110.14168", "arXiv:hep-th/9901001"]),
    version=st.none() | st.integers(1, 99),
    key=_text,
    title=_text,
    authors=st.lists(_person, max_size=2).map(tuple),
    abstract=_text,
    submitted=_text,
    updated=_text,
    year=_year,
    month=st.none() | st.integers(1, 12),
    primary_category=_text,
    categories=_texts,
    comment=_text,
    journal_ref=_text,
    doi=_text,
    arxiv_doi=_text,
    url=_text,
    pdf_url=_text,
    license=_text,
    withdrawn=st.none() | st.builds(Withdrawn, _text, _text),
    published=st.none() | _published,
    origin=st.dictionaries(st.sampled_from(["title", "doi"]), st.sampled_from(["arxiv", "crossref"])),
    retrieved=_text,
)
_kinds = st.sampled_from(["invalid", "not-found", "unreachable", "not-understood"])
_problem = st.builds(Problem, _kinds, st.text("aé\x1b"), _text, _text, _text, st.none() | st.integers(1, 10**6), _text)


def text_of(name: str, works: list[Record], problems: list[Problem] | None = None) -> str:
    return "".join(formats.render(name, works, problems=problems or []))


@settings(max_examples=100, deadline=None)
@given(st.lists(_record, max_size=3), st.lists(_problem, max_size=2))
def test_json_comes_back_exactly(works: list[Record], problems: list[Problem]) -> None:
    reading = formats.read("json", text_of("json", works, problems))
    assert (reading.records, reading.problems) == (works, problems)


@settings(max_examples=100, deadline=None)
@given(st.lists(_record, max_size=3))
def test_json_lines_come_back_exactly(works: list[Record]) -> None:
    text = text_of("jsonl", works)
    assert formats.read("jsonl", text).records == works
    assert len([line for line in text.split("\n") if line]) == len(works)


def test_json_is_valid_by_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = json.loads((SCHEMAS / "enrich-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    works = [*records.READABLE, records.UNTYPESETTABLE]
    problems = [Problem("invalid", "no identifier", "x", None, "notes.md", 3, "look"), Problem("unreachable", "down")]
    jsonschema.Draft202012Validator(schema).validate(json.loads(text_of("json", works, problems)))
    for wrong in (
        {"schema": "enrich/2", "records": []},
        {"schema": "enrich/1", "records": [{"id": "2110.14168"}]},
        {"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168", "author": []}]},
        {"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168", "authors": [{"given": "Ada"}]}]},
        {"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168", "title": ""}]},
    ):
        assert not jsonschema.Draft202012Validator(schema).is_valid(wrong), wrong


def test_the_schema_describes_every_field_that_is_written() -> None:
    schema = json.loads((SCHEMAS / "enrich-1.schema.json").read_text("utf-8"))
    definitions = schema["$defs"]
    assert list(definitions["record"]["properties"]) == list(records.PLAIN.to_json())
    assert list(definitions["person"]["properties"]) == list(Person(literal="x").to_json())
    assert set(definitions["problem"]["properties"]) == set(Problem("invalid", "").to_json())
    for definition in ("record", "person", "problem"):
        assert all("description" in field for field in definitions[definition]["properties"].values())


def test_mentions_are_valid_by_the_schema_of_find() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = json.loads((SCHEMAS / "find-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    mention = Mention(Identifier("2110.14168", 2), "arXiv:2110.14168v2", "notes.md", 3, 1)
    jsonschema.Draft202012Validator(schema).validate({"mentions": [mention.to_json()]})


def test_each_field_and_author_has_a_line_of_its_own() -> None:
    lines = text_of("json", [records.PLAIN]).split("\n")
    assert '   "title": "Training Verifiers to Solve Math Word Problems",' in lines
    assert sum('"family"' in line for line in lines) == len(records.PLAIN.authors)


def test_a_lone_surrogate_is_replaced_when_written() -> None:
    text = text_of("json", [replace(records.BARE, title="half \ud835 pair")])
    assert formats.read("json", text).records[0].title == "half \ufffd pair"


def wrong_record(**fields: Any) -> str:
    return json.dumps(
        {"schema": "enrich/1", "records": [{"id": "arXiv:2401.00001"}, {"id": "arXiv:2110.14168", **fields}]}
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "[[]]",
        '"enrich/1"',
        "{}",
        '{"schema": null}',
        '{"schema": ["enrich/1"]}',
        '{"schema": "enrich/2", "records": []}',
        '{"schema": "enrich/1", "records": {}}',
        '{"schema": "enrich/1", "records": 3}',
        '{"schema": "enrich/1", "records": [], "problems": "none"}',
        '{"schema": "enrich/1", "records": [], "problems": [{"kind": "bad", "message": ""}]}',
        '{"schema": "enrich/1", "records": [], "problems": [{"kind": ["invalid"], "message": ""}]}',
        '{"schema": "enrich/1", "records": [], "problems": [{"kind": "invalid"}]}',
        '{"schema": "enrich/1", "records": [], "problems": [{"kind": "invalid", "message": "", "line": 1.5}]}',
        '{"schema": "enrich/1", "records": [null]}',
        '{"schema": "enrich/1", "records": [{}]}',
        '{"schema": "enrich/1", "records": [{"id": "2110.14168"}]}',
        '{"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168v2"}]}',
        '{"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168\\n"}]}',
        '{"schema": "enrich/1", "records": [{"id": "doi:10.1/x"}]}',
        '{"schema": "enrich/1", "records": [{"id": 2110.14168}]}',
        '{"schema": "enrich/1", "records": [' + "[" * 100_000 + "]" * 100_000 + "]}",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168", "year": ' + "9" * 10_000 + "}]}",
        '{"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168", "year": NaN}]}',
        '{"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168", "year": 1e400}]}',
        wrong_record(title=3),
        wrong_record(title=["x"]),
        wrong_record(title="\ud800"),
        wrong_record(version="2"),
        wrong_record(version=0),
        wrong_record(version=True),
        wrong_record(year=2021.0),
        wrong_record(year=-1),
        wrong_record(month=13),
        wrong_record(authors="Karl Cobbe"),
        wrong_record(authors=["Karl Cobbe"]),
        wrong_record(authors=[{"given": "Karl"}]),
        wrong_record(authors=[{"family": 3}]),
        wrong_record(authors=[{"family": "C", "affiliations": "x"}]),
        wrong_record(categories="cs.LG"),
        wrong_record(categories=[None]),
        wrong_record(withdrawn=True),
        wrong_record(withdrawn={"reason": 1}),
        wrong_record(published=[]),
        wrong_record(published={"year": "2021"}),
        wrong_record(published={"evidence": [1]}),
        wrong_record(origin=[]),
        wrong_record(origin={"title": None}),
        wrong_record(origin={"\udfff": "x"}),
    ],
    ids=lambda text: text[:60].encode("ascii", "backslashreplace").decode(),
)
def test_what_is_not_of_the_documented_shape_is_one_clear_error(text: str) -> None:
    with pytest.raises(InputError) as caught:
        formats.read("json", text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_the_error_says_which_record_and_field() -> None:
    with pytest.raises(InputError, match="record 2, author 1: 'family' is not text"):
        formats.read("json", wrong_record(authors=[{"family": 3}]))
    with pytest.raises(InputError, match="line 2: not JSON"):
        formats.read("jsonl", '{"id": "arXiv:2110.14168"}\n{"id"')
    with pytest.raises(InputError, match="line 3: not JSON"):
        formats.read("json", '{\n"schema": "enrich/1",\n"records": [}')


def test_a_csl_file_under_our_suffix_is_recognised() -> None:
    with pytest.raises(InputError, match=r"csl"):
        formats.read("json", "".join(formats.render("csl-json", [records.PLAIN])))


def test_a_hand_made_snapshot_may_leave_fields_out() -> None:
    text = '{"schema": "enrich/1", "records": [{"id": "arXiv:2110.14168", "title": "T", "authors": [{"family": "C"}]}]}'
    (record,) = formats.read("json", text).records
    assert record == Record("arXiv:2110.14168", title="T", authors=(Person(family="C"),))
