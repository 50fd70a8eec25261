"""A baseline: which findings are old, whatever became of lines, words and folders since."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.check import Audit
from enrich.commands.baseline import Baseline
from enrich.commands.findings import as_json
from enrich.errors import InputError
from enrich.finding import RULES, Finding

TITLE = Finding("refs.bib", 2, "lamps", "arXiv:2105.00001", "title", "error", "another title", "Lamps", "Lanterns")


def baseline(path: Path, *findings: Finding) -> Baseline:
    report = path / "known.json"
    report.write_text(json.dumps(as_json(Audit(findings))), "utf-8")
    return Baseline.load(report)


def test_a_report_hides_what_it_tells(tmp_path: Path) -> None:
    year = replace(TITLE, rule="year", found="2019")
    assert baseline(tmp_path, TITLE).split([year, TITLE]) == ([year], [TITLE])


def test_lines_words_and_severities_may_change(tmp_path: Path) -> None:
    moved = replace(
        TITLE, line=90, column=3, message="other words", severity="note", hint="new", expected="x", source="DBLP"
    )
    assert baseline(tmp_path, TITLE).split([moved]) == ([], [moved])
    wrapped = replace(TITLE, found="Lamps and\n    Lanterns")
    assert baseline(tmp_path, replace(TITLE, found="Lamps and Lanterns")).split([wrapped]) == ([], [wrapped])


@pytest.mark.parametrize(
    "change", [{"key": "other"}, {"id": None}, {"rule": "venue"}, {"found": "x"}, {"file": "R.bib"}]
)
def test_anything_else_is_new(tmp_path: Path, change: dict[str, str]) -> None:
    new = replace(TITLE, **change)  # type: ignore[arg-type]
    assert baseline(tmp_path, TITLE).split([new]) == ([new], [])


def test_an_entry_hides_one_finding_only(tmp_path: Path) -> None:
    again = replace(TITLE, line=50)
    assert baseline(tmp_path, TITLE).split([TITLE, again]) == ([again], [TITLE])
    assert baseline(tmp_path, TITLE, TITLE).split([TITLE, again]) == ([], [TITLE, again])


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("./refs.bib", "refs.bib"),
        ("paper/./refs.bib", "paper\\refs.bib"),
        ("refs.bib", "paper/refs.bib"),
        ("paper/refs.bib", "refs.bib"),
        ("../paper/refs.bib", "paper/refs.bib"),
        ("/builds/me/paper/refs.bib", "paper/refs.bib"),
        ("/builds/me/paper/refs.bib", "/home/me/paper/refs.bib"),
        ("C:\\me\\paper\\refs.bib", "refs.bib"),
    ],
)
def test_files_are_recognised_from_another_folder(tmp_path: Path, then: str, now: str) -> None:
    finding = replace(TITLE, file=now)
    assert baseline(tmp_path, replace(TITLE, file=then)).split([finding]) == ([], [finding])


@pytest.mark.parametrize(
    ("then", "now"),
    [("refs.bib", "myrefs.bib"), ("a/refs.bib", "b/refs.bib"), ("/x/a/refs.bib", "/x/b/refs.bib"), ("a.bib", "A.bib")],
)
def test_other_files_are_other_files(tmp_path: Path, then: str, now: str) -> None:
    finding = replace(TITLE, file=now)
    assert baseline(tmp_path, replace(TITLE, file=then)).split([finding]) == ([finding], [])


def test_a_file_of_just_this_name_comes_before_one_of_another_folder(tmp_path: Path) -> None:
    below, here = replace(TITLE, file="paper/refs.bib"), TITLE
    assert baseline(tmp_path, TITLE).split([below, here]) == ([below], [here])


def test_what_is_gone_is_counted_in_the_files_that_were_checked(tmp_path: Path) -> None:
    known = baseline(tmp_path, TITLE, replace(TITLE, rule="year"), replace(TITLE, file="other.bib"))
    _, old = known.split([TITLE])
    assert known.stale(old, ["refs.bib"]) == 1
    assert known.stale(old, ["refs.bib", "other.bib"]) == 2
    assert known.stale([], ["nothing.bib"]) == 0


FOUND = st.lists(
    st.builds(
        Finding,
        file=st.sampled_from(["refs.bib", "./refs.bib", "a/refs.bib", "/b/a/refs.bib"]),
        line=st.none() | st.integers(1, 9),
        key=st.none() | st.text(max_size=3),
        id=st.none(),
        rule=st.sampled_from(sorted(RULES)),
        severity=st.just("error"),
        message=st.text(max_size=3),
        found=st.none() | st.text(max_size=5),
    ),
    max_size=8,
)


@settings(max_examples=50)
@given(FOUND, FOUND)
def test_nothing_is_lost_and_a_report_hides_itself(
    tmp_path_factory: pytest.TempPathFactory, one: list[Finding], other: list[Finding]
) -> None:
    known = baseline(tmp_path_factory.getbasetemp(), *one)
    assert known.split(one) == ([], one)
    new, old = known.split(other)
    assert len(new) + len(old) == len(other)
    assert len(old) <= len(one)
    assert [finding for finding in other if finding in new or finding in old] == other


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_report_that_a_shell_wrote_in_its_own_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    report = tmp_path / "known.json"
    accent = replace(TITLE, key="åkerlund2021")
    report.write_bytes(json.dumps(as_json(Audit((accent,))), ensure_ascii=False).encode(encoding))
    assert Baseline.load(report).split([accent]) == ([], [accent])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b'{"findings": [\n\n  oops', ":3 is not JSON"),
        (b'{"findings": [\n"\xff\xfe"]}', ":2 is not UTF-8"),
        (b"[]", "no report"),
        (b'{"changes": []}', "no report"),
        (b"[" * 100_000, "known.json"),
        (b'{"findings": [3]}', "finding 1 is no object"),
        (b'{"findings": [{"file": "a.bib"}]}', "finding 1 has no rule"),
        (b'{"findings": [{"file": "a.bib", "rule": "year", "found": 2019}]}', "finding 1: its found is no text"),
    ],
)
def test_what_is_no_report_is_said_with_the_way_to_make_one(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        Baseline.load(path)
    assert words in raised.value.message
    assert "--format json > known.json" in raised.value.hint


def test_a_baseline_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        Baseline.load(tmp_path / "known.json")
    with pytest.raises(InputError, match="cannot be read"):
        Baseline.load(tmp_path)
