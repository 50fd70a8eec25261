"""From .bib files to plans and news, with the stand-ins, with a store that remembers, and through the command."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from enrich import config
from enrich.identify import parse_id
from enrich.plan import Wishes
from enrich.record import Person, Published, Record, Withdrawn
from enrich.refresh import Refreshing, refresh
from enrich.store import Publication, Refreshed, Store

from .standins import ArxivStandin, Library
from .standins.papers import AT_CONFERENCE_WITHOUT_DOI, IN_JOURNAL, NEVER_PUBLISHED

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Look = Callable[..., Refreshing]

ENTRY = """@misc{lanterns,
  title = {A Census of Lanterns},
  author = {Example, Ada B. and van der Sample, Ludwig and {\\AA}kerlund, Zo{\\"e}},
  year = {2021},
  eprint = {2105.00001},
  archivePrefix = {arXiv},
}
"""
KITES = """@misc{kites,
  title = {Notes on Kites},
  author = {Editor, Jan and Bug, Hanna},
  year = 2021,
  eprint = {2105.00006},
}
"""


@pytest.fixture
def look(published_services: Mapping[str, str], tmp_path: Path) -> Look:
    """``look("refs.bib", offline=True, wishes=Wishes())``: one refresh with the stand-ins, in ``tmp_path``."""

    def look(*names: str, wishes: Wishes | None = None, **changes: Any) -> Refreshing:
        settings = dataclasses.replace(config.load(tmp_path, {**published_services}), **{"patience": 0.5, **changes})
        with Store(settings.cache_folder) as store:
            return refresh({name: tmp_path / name for name in names}, settings, store, wishes or Wishes())

    return look


# --- from files to plans


def test_many_files_make_one_request(look: Look, arxiv: ArxivStandin, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(ENTRY)
    (tmp_path / "b.bib").write_text(KITES + ENTRY)
    result = look("a.bib", "b.bib")
    assert [plan.file for plan in result.plans] == ["a.bib", "b.bib"]
    assert len(arxiv.requests) == 1
    assert (result.papers, result.known, result.problems) == (2, 2, ())
    assert {change.field for change in result.changes if change.file == "a.bib"} >= {"entrytype", "journal", "doi"}
    assert [change for change in result.changes if change.key == "kites"] == []


def test_nothing_is_written_and_a_second_look_at_the_result_finds_nothing(look: Look, tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_text(ENTRY + KITES)
    (made,) = look("a.bib").plans
    assert path.read_text() == ENTRY + KITES
    path.write_bytes(made.data)
    (second,) = look("a.bib").plans
    assert (second.changes, second.edits) == ((), ())


def test_a_file_that_cannot_be_read_does_not_stop_the_others(look: Look, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(ENTRY)
    (tmp_path / "empty.bib").write_text("")
    (tmp_path / "binary.bib").write_bytes(b"\x00\x01\x02@misc{a,\x00}" * 50)
    (tmp_path / "folder.bib").mkdir()
    result = look("empty.bib", "a.bib", "binary.bib", "folder.bib", "none.bib")
    assert [plan.file for plan in result.plans] == ["a.bib"]
    assert {(problem.kind, problem.file) for problem in result.problems} == {
        ("invalid", "empty.bib"),
        ("invalid", "binary.bib"),
        ("invalid", "folder.bib"),
        ("invalid", "none.bib"),
    }


def test_broken_blocks_are_problems_with_their_place(look: Look, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(KITES + "@misc{broken,\n  title {no sign}\n}\n")
    result = look("a.bib")
    assert [(problem.kind, problem.text, problem.line) for problem in result.problems] == [
        ("not-understood", "broken", 7)
    ]


def test_a_paper_that_is_not_there_is_told_at_each_entry(look: Look, tmp_path: Path) -> None:
    missing = "@misc{%s,\n  eprint = {2105.09999},\n}\n"
    (tmp_path / "a.bib").write_text(KITES + missing % "one" + missing % "two")
    result = look("a.bib")
    assert [(problem.kind, problem.file, problem.line) for problem in result.problems] == [
        ("not-found", "a.bib", 7),
        ("not-found", "a.bib", 10),
    ]
    assert (result.papers, result.known, result.changes) == (2, 1, ())


def test_only_the_entries_with_the_keys_are_asked_about(look: Look, arxiv: ArxivStandin, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(ENTRY + KITES)
    result = look("a.bib", wishes=Wishes(keys=frozenset({"kites"})))
    assert (result.papers, result.changes) == (1, ())
    assert (result.known, len(arxiv.requests)) == (1, 1)


def test_published_versions_are_looked_for_only_where_they_are_wanted(look: Look, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(ENTRY)
    assert look("a.bib", wishes=Wishes(only=frozenset({"fields"}))).changes == ()


# --- what is new since last time

V2 = Record(
    id="arXiv:2105.00001",
    version=2,
    title="A Census of Lanterns",
    authors=(Person("Ada B.", "Example"), Person("Ludwig", "van der Sample"), Person("Zoë", "Åkerlund")),
    abstract="Lanterns are counted, twice.",
    submitted="2021-05-03T10:00:00Z",
    updated="2021-08-01T10:00:00Z",
    year=2021,
    month=5,
    primary_category="cs.DL",
    categories=("cs.DL",),
    url="https://arxiv.org/abs/2105.00001",
    origin={"title": "arxiv"},
)
V4 = replace(V2, version=4, title="A Census of All Lanterns", updated="2022-01-01T10:00:00Z")
JOURNAL = Published(
    "article", V2.title, "Journal of Knots", 2022, doi="10.5555/k.1", evidence=("Crossref describes it",)
)
DAY = 86400.0


@pytest.fixture
def remembered(published_services: Mapping[str, str], tmp_path: Path) -> Callable[..., list[str]]:
    """What a refresh, offline, tells as new: ``remembered([(days ago, record)], refreshed=days ago)``."""

    def remembered(
        said: Sequence[tuple[float, Record]],
        published: Sequence[tuple[float, Published | None]] = (),
        *,
        refreshed: float | None = None,
        text: str = ENTRY,
    ) -> list[str]:
        now = time.time()
        path = tmp_path / "refs.bib"
        path.write_text(text)
        settings = dataclasses.replace(config.load(tmp_path, {**published_services}), offline=True)
        with Store(settings.cache_folder) as store:
            for ago, record in said:
                store.put([(parse_id(record.cited_eprint), record)], now - ago * DAY)
            for ago, one in published:
                store.keep_publications([("arXiv:2105.00001", Publication(one, "", now - ago * DAY))])
            if refreshed is not None:
                store.mark_refreshed(str(path.absolute()), Refreshed(now - refreshed * DAY))
            result = refresh({"refs.bib": path}, settings, store, Wishes())
        assert [(one.key, one.line) for one in result.told["refs.bib"]] in ([], [("lanterns", 1)])
        return [new.text for one in result.told["refs.bib"] for new in one.news]

    return remembered


Remembered = Callable[..., "list[str]"]


def test_what_a_paper_says_since_the_last_refresh_is_news(remembered: Remembered) -> None:
    assert remembered([(20, V2), (1, V4)], refreshed=10) == [
        "v2 -> v4",
        "title changed: 'A Census of Lanterns' -> 'A Census of All Lanterns'",
    ]


def test_what_was_known_at_the_last_refresh_is_none(remembered: Remembered) -> None:
    assert remembered([(20, V2), (10, V4)], refreshed=5) == []


def test_a_file_that_was_never_refreshed_hears_of_nothing_old(remembered: Remembered) -> None:
    assert remembered([(20, V2), (10, V4)], [(10, None), (5, JOURNAL)]) == []


def test_a_paper_that_nobody_knew_before_has_no_news(remembered: Remembered) -> None:
    assert remembered([(1, V4)], refreshed=10) == []


def test_a_published_version_that_was_found_since_is_news(remembered: Remembered) -> None:
    assert remembered([(20, V2)], [(20, None), (1, JOURNAL)], refreshed=10) == [
        "now published in Journal of Knots 2022 (10.5555/k.1)"
    ]


def test_a_published_version_that_was_known_is_none(remembered: Remembered) -> None:
    assert remembered([(20, V2), (1, V4)], [(15, JOURNAL)], refreshed=10) == [
        "v2 -> v4",
        "title changed: 'A Census of Lanterns' -> 'A Census of All Lanterns'",
    ]


def test_a_withdrawal_comes_first(remembered: Remembered) -> None:
    gone = replace(V4, withdrawn=Withdrawn("Lemma 2 is wrong"))
    assert remembered([(20, V2), (1, gone)], refreshed=10)[:2] == ["withdrawn: Lemma 2 is wrong", "v2 -> v4"]


def test_a_title_of_an_earlier_version_was_copied_and_follows(
    remembered: Remembered, look: Look, tmp_path: Path
) -> None:
    remembered([(20, V2), (1, V4)], refreshed=10)
    (made,) = look("refs.bib", offline=True).plans
    assert [(change.field, change.after) for change in made.changes] == [("title", "A Census of All Lanterns")]


# --- through the command


def refreshed(run: Run, env: Mapping[str, str], tmp_path: Path, text: str, *options: str) -> tuple[str, str, int]:
    (tmp_path / "refs.bib").write_text(text)
    done = run("refresh", "refs.bib", *options, env=env)
    return (tmp_path / "refs.bib").read_text(), done.stderr, done.returncode


def test_the_command_upgrades_what_appeared_and_says_by_whom(
    run: Run, published_services: dict[str, str], tmp_path: Path
) -> None:
    text, err, status = refreshed(run, published_services, tmp_path, KITES + "\n" + ENTRY)
    assert status == 0
    assert text.startswith(KITES + "\n@article{lanterns,\n")
    assert (
        "  journal = {Journal of Invented Results},\n  volume = {17},\n  number = {2},\n  pages = {101--120},\n" in text
    )
    assert "  eprint = {2105.00001},\n  archivePrefix = {arXiv},\n" in text
    assert "Crossref: arXiv's record names doi:" in err
    assert refreshed(run, published_services, tmp_path, text)[0] == text


def test_the_json_has_the_documented_shape(run: Run, published_services: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(ENTRY.replace("2021", "1999") + KITES.replace("Notes on Kites", "Kites, Noted"))
    done = run("refresh", "refs.bib", "--json", "--check", "--overwrite", "title", env=published_services)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert list(told) == ["changes", "abstained"]
    assert [list(one) for one in told["changes"]] == [
        ["file", "line", "key", "field", "before", "after", "source", "reason"]
    ]
    assert told["changes"][0]["before"] == "Kites, Noted"
    assert all(
        list(one) == ["file", "line", "key", "id", "field", "reason", "source", "hint"] for one in told["abstained"]
    )
    assert {one["field"] for one in told["abstained"] if one["key"] == "lanterns"} == {"year"}


def test_merged_keys_are_printed(run: Run, published_services: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(ENTRY + KITES + KITES.replace("{kites", "{kites2"))
    done = run("refresh", "refs.bib", "--merge-duplicates", env=published_services)
    assert done.stdout == "kites2\tkites\n"
    assert "kites2" not in (tmp_path / "refs.bib").read_text()


def test_papers_move_on_between_two_runs(
    run: Run, published_services: dict[str, str], library: Library, tmp_path: Path
) -> None:
    assert refreshed(run, published_services, tmp_path, KITES)[0] == KITES
    library.add(replace(NEVER_PUBLISHED, title="More Notes on Kites", versions=3))
    text, err, _ = refreshed(run, published_services, tmp_path, KITES, "--fresh")
    assert "title = {More Notes on Kites}" in text
    assert "v1 -> v3" in err


def test_papers_of_each_kind_end_as_they_should(look: Look, tmp_path: Path) -> None:
    entries = "".join(
        f"@misc{{p{paper.id[-1]},\n  eprint = {{{paper.id}}}\n}}\n" for paper in (IN_JOURNAL, AT_CONFERENCE_WITHOUT_DOI)
    )
    (tmp_path / "a.bib").write_text(entries)
    (made,) = look("a.bib").plans
    kinds = [(change.key, change.after) for change in made.changes if change.field == "entrytype"]
    assert kinds == [("p1", "article"), ("p2", "inproceedings")]
