"""The answers on disk: what is kept comes back, and no damage, disk or process takes the run down."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.record import Identifier, Person, Published, Record, Withdrawn
from enrich.store import FORMAT, Answer, Lookup, Publication, Refreshed, Store

A = Identifier("2401.01234")
A2 = Identifier("2401.01234", 2)
B = Identifier("hep-th/9901001")
NOWHERE = Lookup(None, "no agency has it", 1.0)


def record(identifier: Identifier, title: str = "A title") -> Record:
    return Record(identifier.id, title=title, authors=(Person("Ada", "Example"),), origin={"title": "arxiv"})


def titles(answers: tuple[Answer, ...]) -> list[str | None]:
    return [answer.record.title if answer.record else None for answer in answers]


def set_aside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("records.*.sqlite"))


def test_what_is_put_in_comes_back(tmp_path: Path) -> None:
    kept = record(A)
    with Store(tmp_path) as store:
        store.put([(A, kept), (B, None)], 1000.0)
    with Store(tmp_path) as store:
        found = store.get([A, A2, B])
    assert set(found) == {A, B}
    assert found[A].record == kept
    assert found[B].record is None
    assert found[A].retrieved == 1000.0


def test_a_version_has_a_row_of_its_own(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A, "newest")), (A2, record(A, "second"))])
        found = store.get([A2, A])
    assert found[A].record is not None
    assert found[A].record.title == "newest"
    assert found[A2].record is not None
    assert found[A2].record.title == "second"


def test_a_citation_key_is_not_remembered(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A).with_key("mine"))])
        found = store.get([A])[A].record
    assert found is not None
    assert found.key is None


def test_any_identifier_is_only_data_to_the_database(tmp_path: Path) -> None:
    odd = Identifier("x' OR '1'='1")
    with Store(tmp_path) as store:
        store.put([(A, record(A)), (odd, record(odd))])
        assert set(store.get([odd])) == {odd}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        kept = Record(A.id, title=text, withdrawn=Withdrawn(text))
        store.put([(A, kept)])
        assert store.get([A])[A].record == kept


def test_ten_thousand_are_read_at_once(tmp_path: Path) -> None:
    many = [Identifier(f"2101.{number:05d}") for number in range(1, 10_001)]
    with Store(tmp_path) as store:
        store.put([(identifier, record(identifier)) for identifier in many])
        assert len(store.get(many)) == 10_000
        assert store.contents().records == 10_000


def test_contents_counts_and_clear_forgets(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A)), (B, None)], 50.0)
        contents = store.contents()
        assert (contents.records, contents.missing, contents.oldest, contents.newest) == (1, 1, 50.0, 50.0)
        assert store.clear() == 2
        assert store.get([A, B]) == {}


@pytest.mark.parametrize("content", [b"this is no database, " * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_set_aside_and_the_run_goes_on(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_bytes(content)
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        store.put([(A, record(A))])
        assert set(store.get([A])) == {A}
    (aside,) = set_aside(tmp_path)
    assert (tmp_path / aside).read_bytes() == content
    assert len(warnings) == 1
    assert "set aside" in warnings[0]


def test_damage_in_the_middle_is_noticed_when_it_is_met(tmp_path: Path) -> None:
    many = [Identifier(f"2101.{number:05d}") for number in range(1, 2001)]
    with Store(tmp_path) as store:
        store.put([(identifier, record(identifier, "t" * 500)) for identifier in many])
    path = tmp_path / "records.sqlite"
    data = bytearray(path.read_bytes())
    data[8192:200_000] = os.urandom(200_000 - 8192)
    path.write_bytes(data)
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        store.get(many)
        store.put([(A, record(A))])
        assert set(store.get([A])) == {A}
    assert set_aside(tmp_path)
    assert warnings


def test_a_newer_format_is_set_aside_and_not_misread(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A))])
    connection = sqlite3.connect(tmp_path / "records.sqlite")
    connection.execute(f"PRAGMA user_version = {FORMAT + 98}")
    connection.close()
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        assert store.get([A]) == {}
        store.put([(B, record(B))])
        assert set(store.get([B])) == {B}
    assert "format 99" in warnings[0]
    (aside,) = set_aside(tmp_path)
    assert "format-99" in aside


def test_another_programs_database_is_left_whole(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "records.sqlite")
    connection.execute("CREATE TABLE answer (anything TEXT)")
    connection.commit()
    connection.close()
    with Store(tmp_path) as store:
        store.put([(A, record(A))])
        assert set(store.get([A])) == {A}
    assert len(set_aside(tmp_path)) == 1


def test_a_cache_without_kept_replies_is_no_damage(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A))])
    connection = sqlite3.connect(tmp_path / "records.sqlite")
    connection.execute("DROP TABLE reply")
    connection.commit()
    connection.close()
    with Store(tmp_path) as store:
        assert set(store.get([A])) == {A}
        store.keep_reply("key", "reply")
        assert store.reply("key") == "reply"
    assert set_aside(tmp_path) == []


def test_one_row_without_sense_is_as_good_as_none(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A)), (B, record(B))])
    connection = sqlite3.connect(tmp_path / "records.sqlite")
    connection.execute("UPDATE answer SET record = '[1, 2' WHERE id = ?", [A.id])
    connection.commit()
    connection.close()
    with Store(tmp_path) as store:
        assert set(store.get([A, B])) == {B}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not stop this user")
def test_a_read_only_cache_is_read(tmp_path: Path) -> None:
    _read_only(tmp_path)


def test_a_read_only_cache_is_read_by_another_user(tmp_path: Path) -> None:
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    os.chmod(tmp_path, 0o755)
    for parent in [*tmp_path.parents][:3]:
        os.chmod(parent, 0o755)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with Store(tmp_path / "cache") as store:
                store.put([(A, record(A))])
            os.chmod(tmp_path / "cache", 0o555)
            os.chmod(tmp_path / "cache" / "records.sqlite", 0o444)
            os.setuid(65534)
            warnings: list[str] = []
            with Store(tmp_path / "cache", warn=warnings.append) as store:
                found = store.get([A])
                store.put([(B, record(B))])
                if set(found) == {A} and not store.writable and "read-only" in warnings[0]:
                    status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _read_only(folder: Path) -> None:
    with Store(folder) as store:
        store.put([(A, record(A))])
    os.chmod(folder / "records.sqlite", 0o444)
    os.chmod(folder, 0o555)
    try:
        warnings: list[str] = []
        with Store(folder, warn=warnings.append) as store:
            assert set(store.get([A])) == {A}
            store.put([(B, record(B))])
            assert not store.writable
        assert "read-only" in warnings[0]
    finally:
        os.chmod(folder, 0o755)


def test_a_full_disk_costs_the_memory_of_this_run_and_nothing_else(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A))])
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        assert store._connection is not None
        store._connection.execute("PRAGMA max_page_count = 8")  # SQLite then answers as it does on a full disk.
        store.put([(Identifier(f"2101.{n:05d}"), record(A, "x" * 3000)) for n in range(1, 200)])
        assert not store.writable
        assert set(store.get([A])) == {A}, "what was known still is"
    assert "full" in warnings[0]
    with Store(tmp_path) as store:
        assert store.contents().records == 1, "half a batch was not kept"


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    warnings: list[str] = []
    with Store(tmp_path / "file" / "cache", warn=warnings.append) as store:
        store.put([(A, record(A))])
        assert store.get([A]) == {}
    assert "cannot be made" in warnings[0]


# --- history ------------------------------------------------------------------------------------------------------


def test_what_is_replaced_by_something_else_becomes_past_oldest_first(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for moment, title in enumerate(["first", "second", "third"]):
            store.put([(A, record(A, title)), (B, record(B))], 100.0 * moment)
        past = store.past([A, A2, B])
        assert set(past) == {A}
        assert titles(past[A]) == ["first", "second"]
        assert [(answer.since, answer.retrieved) for answer in past[A]] == [(0.0, 0.0), (100.0, 100.0)]
        assert store.contents().past == 2


def test_the_same_said_again_is_no_history_whoever_says_it(tmp_path: Path) -> None:
    said = replace(record(A), retrieved="2026-01-01T00:00:00Z")
    again = replace(said, key="mine", origin={"title": "datacite"}, retrieved="2026-02-01T00:00:00Z")
    with Store(tmp_path) as store:
        store.put([(A, said)], 100.0)
        store.put([(A, again)], 200.0)
        assert store.past([A]) == {}
        present = store.get([A])[A]
    assert present.record == replace(again, key=None)
    assert (present.since, present.retrieved) == (100.0, 200.0), "said first, and said last"


def test_a_past_record_tells_from_when_to_when_it_was_said(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for moment, title in [(1.0, "first"), (2.0, "first"), (3.0, "second"), (4.0, "second")]:
            store.put([(A, record(A, title))], moment)
        (former,) = store.past([A])[A]
        present = store.get([A])[A]
    assert (former.since, former.retrieved) == (1.0, 2.0)
    assert (present.since, present.retrieved) == (3.0, 4.0)


def test_versions_have_a_past_of_their_own(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A, "newest")), (A2, record(A2, "second"))])
        store.put([(A, record(A, "newer"))])
        assert set(store.past([A, A2])) == {A}
        assert store.past([A2]) == {}


def test_a_paper_twice_in_one_batch_is_one_after_the_other(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A, "one")), (A, record(A, "two")), (A, record(A, "two"))])
        assert titles(store.past([A])[A]) == ["one"]
        assert titles((store.get([A])[A],)) == ["two"]


def test_that_there_is_no_such_paper_is_no_record_of_the_past(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, None)], 1.0)
        store.put([(A, record(A))], 2.0)
        assert store.past([A]) == {}
        assert store.get([A])[A].since == 2.0
        store.put([(A, None)], 3.0)
        assert titles(store.past([A])[A]) == ["A title"]


def test_an_import_makes_history_only_where_it_is_younger(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A, "mine")), (B, record(B, "mine"))], 200.0)
        store.merge([(A, Answer(record(A, "older"), 100.0)), (B, Answer(record(B, "younger"), 300.0))])
        found, past = store.get([A, B]), store.past([A, B])
    assert titles((found[A], found[B])) == ["mine", "younger"]
    assert set(past) == {B}
    assert titles(past[B]) == ["mine"]


def test_more_than_one_portion_is_compared_whole(tmp_path: Path) -> None:
    many = [Identifier(f"2101.{number:05d}") for number in range(1, 2_502)]
    with Store(tmp_path) as store:
        store.put([(identifier, record(identifier)) for identifier in many])
        store.put([(identifier, record(identifier)) for identifier in many])
        assert store.contents().past == 0
        store.put([(identifier, record(identifier, "Another")) for identifier in many])
        assert store.contents().past == 2_501
        assert len(store.past(many)) == 2_501


@given(st.lists(st.sampled_from(["a", "b", None]), max_size=8))
def test_past_and_present_are_all_that_was_said_one_after_the_other(said: list[str | None]) -> None:
    import itertools
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        for moment, title in enumerate(said):
            store.put([(A, None if title is None else record(A, title))], float(moment))
        present = store.get([A])
        told = titles(store.past([A]).get(A, ())) + [a.record.title for a in present.values() if a.record]
    runs = [title for title, _ in itertools.groupby(said)]
    assert told == [title for title in runs if title is not None]


def _without_history(folder: Path) -> None:
    """A cache as it was before there was a history, with one record in it."""
    folder.mkdir(exist_ok=True)
    connection = sqlite3.connect(folder / "records.sqlite")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "CREATE TABLE answer (id TEXT NOT NULL, asked INTEGER NOT NULL, record TEXT, retrieved REAL NOT NULL,"
        " PRIMARY KEY (id, asked))"
    )
    connection.execute("CREATE TABLE reply (key TEXT PRIMARY KEY, reply TEXT NOT NULL, kept REAL NOT NULL)")
    connection.execute("PRAGMA user_version = 1")
    connection.execute(
        "INSERT INTO answer VALUES (?, 0, ?, 50.0)", [A.id, json.dumps(record(A, "of old").to_json(), indent=1)]
    )
    connection.commit()
    connection.close()


def test_a_cache_from_before_the_history_is_taken_over(tmp_path: Path) -> None:
    _without_history(tmp_path)
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        assert store.get([A])[A] == Answer(record(A, "of old"), 50.0)
        assert store.past([A]) == {}
        store.put([(A, record(A, "of old"))], 100.0)
        assert store.past([A]) == {}, "it says the same, though it was written otherwise"
        assert store.get([A])[A].since == 50.0
        store.put([(A, record(A, "new"))], 200.0)
        assert store.past([A])[A] == (Answer(record(A, "of old"), 100.0),)
        assert store.past([A])[A][0].since == 50.0
    assert warnings == []
    assert set_aside(tmp_path) == []


def test_of_an_old_cache_that_is_read_only_no_history_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_history(tmp_path)
    before = (tmp_path / "records.sqlite").read_bytes()
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # To the superuser nothing is read-only.
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        assert store.get([A])[A] == Answer(record(A, "of old"), 50.0)
        assert store.past([A]) == {}
        assert store.publications([A.id]) == {}
        assert store.past_publications([A.id]) == {}
        assert store.lookups("doi", ["10.5555/x"]) == {}
        assert store.refreshed("/refs.bib") is None
        assert store.reply("key") is None
        assert store.contents().past == 0
        store.mark_refreshed("/refs.bib", Refreshed(1.0))
        store.keep_publications([(A.id, Publication(None, "not found", 1.0))])
        assert store.refreshed("/refs.bib") is None
    assert len(warnings) == 1
    assert "read-only" in warnings[0]
    assert (tmp_path / "records.sqlite").read_bytes() == before


def test_history_is_read_from_a_read_only_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A, "first"))])
        store.put([(A, record(A, "second"))])
        store.keep_publications([(A.id, Publication(None, "not found", 1.0))])
        store.keep_lookups("doi", [("10.5555/x", NOWHERE)])
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with Store(tmp_path) as store:
        assert titles(store.past([A])[A]) == ["first"]
        assert store.publications([A.id]) == {A.id: Publication(None, "not found", 1.0)}
        assert store.lookups("doi", ["10.5555/x"]) == {"10.5555/x": NOWHERE}
        store.keep_lookups("doi", [("10.5555/y", NOWHERE)])
        assert store.lookups("doi", ["10.5555/y"]) == {}


def test_an_old_cache_on_a_full_disk_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_history(tmp_path)
    connect = sqlite3.connect

    def full(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA max_page_count = 1")  # No page more than there are.
        return connection

    monkeypatch.setattr(sqlite3, "connect", full)
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        assert not store.writable
        assert set(store.get([A])) == {A}
        assert store.past([A]) == {}
        assert store.publications([A.id]) == {}
    assert len(warnings) == 1
    assert "full" in warnings[0]


def test_an_answer_that_cannot_be_kept_leaves_no_history(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A, "first"))])
        assert store._connection is not None
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        store.put([(A, record(A, "x" * 9000))])
        assert not store.writable
    with Store(tmp_path) as store:
        assert titles((store.get([A])[A],)) == ["first"]
        assert store.contents().past == 0


def test_rows_of_the_past_without_sense_are_left_out(tmp_path: Path) -> None:
    found = Publication(Published(venue="A Venue"), "", 1.0)
    with Store(tmp_path) as store:
        for title in ("first", "second", "third"):
            store.put([(A, record(A, title)), (B, record(B, title))])
        store.keep_publications([(A.id, found), (B.id, found)])
    connection = sqlite3.connect(tmp_path / "records.sqlite")
    connection.execute("UPDATE past SET record = '{}' WHERE number = 1")
    connection.execute("UPDATE answer SET record = '[1, 2' WHERE id = ?", [B.id])
    connection.execute("UPDATE publication SET published = '[' WHERE id = ?", [B.id])
    connection.commit()
    connection.close()
    with Store(tmp_path) as store:
        assert titles(store.past([A])[A]) == ["second"]
        assert set(store.publications([A.id, B.id])) == {A.id}
        store.put([(B, record(B, "fourth"))])
        assert titles(store.past([B])[B]) == ["first", "second"], "nonsense does not become past"
        store.keep_publications([(B.id, found)])
        assert store.publications([B.id]) == {B.id: found}
        assert store.past_publications([B.id]) == {}


def test_a_publication_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    found = Publication(Published("article", "A title", "J. Ex.", 2020, "1", "2", "3--4", "P", "10.1/x"), "", 10.0)
    none = Publication(None, "no source knows it", 11.0)
    with Store(tmp_path) as store:
        store.keep_publications([(A.id, found), (B.id, none)])
    with Store(tmp_path) as store:
        assert store.publications([A.id, B.id, "arXiv:2101.00001"]) == {A.id: found, B.id: none}
        assert store.past_publications([A.id, B.id]) == {}


def test_a_publication_that_differs_is_kept_as_past_but_other_evidence_is_no_difference(tmp_path: Path) -> None:
    none = Publication(None, "no source knows it", 1.0)
    found = Publication(Published(venue="A Venue", year=2020, evidence=("title the same",)), "", 2.0)
    again = Publication(Published(venue="A Venue", year=2020, evidence=("title and authors the same",)), "", 3.0)
    other = Publication(Published(venue="Another Venue", year=2021), "", 4.0)
    with Store(tmp_path) as store:
        for publication in (none, found, again, other):
            store.keep_publications([(A.id, publication)])
        assert store.publications([A.id]) == {A.id: other}
        past = store.past_publications([A.id])[A.id]
        assert past == (none, again)
        assert [publication.since for publication in past] == [1.0, 2.0]


def test_when_a_file_was_refreshed_is_remembered(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert store.refreshed("/home/ada/refs.bib") is None
        store.mark_refreshed("/home/ada/refs.bib", Refreshed(1.0, "a" * 64, "b" * 64))
        assert store.refreshed("/home/ada/refs.bib") == Refreshed(1.0, "a" * 64, "b" * 64)
        assert store.refreshed("/home/bob/refs.bib") is None


def test_a_file_whose_name_is_no_text_is_remembered_too(tmp_path: Path) -> None:
    name = os.fsdecode(b"/home/ada/r\xe9fs.bib")
    with Store(tmp_path) as store:
        store.mark_refreshed(name, Refreshed(1.0))
        assert store.refreshed(name) == Refreshed(1.0)


def test_a_refresh_that_writes_nothing_leaves_the_last_that_wrote_known(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.mark_refreshed("/refs.bib", Refreshed(1.0))
        assert store.refreshed("/refs.bib") == Refreshed(1.0)
        store.mark_refreshed("/refs.bib", Refreshed(2.0, "a" * 64, "b" * 64))
        store.mark_refreshed("/refs.bib", Refreshed(3.0))
        assert store.refreshed("/refs.bib") == Refreshed(3.0, "a" * 64, "b" * 64)


def test_clear_forgets_the_past_too(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A, "first"))])
        store.put([(A, record(A, "second"))])
        store.keep_publications([(A.id, Publication(None, "not found", 1.0))])
        store.keep_publications([(A.id, Publication(Published(venue="V"), "", 2.0))])
        store.mark_refreshed("/refs.bib", Refreshed(1.0))
        store.keep_lookups("doi", [("10.5555/x", NOWHERE)])
        assert store.clear() == 1
        assert store.lookups("doi", ["10.5555/x"]) == {}
        assert store.past([A]) == {}
        assert store.publications([A.id]) == {}
        assert store.past_publications([A.id]) == {}
        assert store.refreshed("/refs.bib") is None
        assert store.contents().past == 0
        store.put([(A, record(A, "third"))], 500.0)
        assert store.get([A])[A].since == 500.0, "not since what was forgotten"


def _take_turns(folder: Path, writer: int) -> None:
    with Store(folder) as store:
        for number in range(25):
            store.put([(A, record(A, f"{writer}-{number}"))])


def test_no_change_is_lost_when_processes_take_turns(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    _without_history(tmp_path)
    workers = [context.Process(target=_take_turns, args=(tmp_path, n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(600)
        assert worker.exitcode == 0
    with Store(tmp_path) as store:
        told = [*titles(store.past([A])[A]), *titles((store.get([A])[A],))]
    assert sorted(map(str, told)) == sorted(["of old", *(f"{n}-{number}" for n in range(3) for number in range(25))])


def _without_a_column(folder: Path) -> Publication:
    """A cache as it was before publications knew whose a wrong DOI is."""
    found = Publication(Published(venue="Annals", year=2025), "", 2.0)
    with Store(folder) as store:
        store.put([(A, record(A))], 1.0)
        store.keep_publications([(A.id, found)])
    with sqlite3.connect(folder / "records.sqlite") as connection:
        connection.execute("ALTER TABLE publication DROP COLUMN another")
    connection.close()
    return found


def test_a_cache_whose_table_lacks_a_column_is_taken_on_with_all_that_it_holds(tmp_path: Path) -> None:
    found = _without_a_column(tmp_path)
    for another in ("", "doi:10.5555/x is 'Lamps'"):
        with Store(tmp_path) as store:
            known = store.publications([A.id])
            assert (known[A.id].published, known[A.id].another) == (found.published, "")
            assert A in store.get([A])
            if another:
                store.keep_publications([(A.id, Publication(None, "not proven", 3.0, another=another))])
                assert store.publications([A.id])[A.id].another == another
    assert set_aside(tmp_path) == []


def test_a_cache_that_lacks_a_column_and_cannot_be_written_is_read_for_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_a_column(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        assert store.publications([A.id]) == {}
        assert A in store.get([A])
    assert not [warning for warning in warnings if "cannot be read" in warning]
    assert set_aside(tmp_path) == []


# --- many processes, and kill -------------------------------------------------------------------------------------


def _write_many(folder: Path, start: int) -> None:
    with Store(folder) as store:
        for number in range(start, start + 100):
            identifier = Identifier(f"2101.{number:05d}")
            store.put([(identifier, record(identifier))])


def test_four_processes_write_into_one_cache(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write_many, args=(tmp_path, 1 + 100 * n)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(600)
        assert worker.exitcode == 0
    with Store(tmp_path) as store:
        assert store.contents().records == 400


_WRITER = """
import sys
from pathlib import Path
from enrich.record import Identifier, Record
from enrich.store import Store
store = Store(Path(sys.argv[1]))
for batch in range(10_000):
    asked = [Identifier(f"2101.{batch // 2 % 900 * 100 + n + 1:05d}") for n in range(100)]
    store.put([(i, Record(i.id, title=f"batch {batch}", abstract="x" * 500)) for i in asked])
    print(batch, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
@pytest.mark.parametrize("batch", [1, 2, 5, 12])
def test_kill_at_any_moment_loses_at_most_the_batch_in_flight(batch: int, tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[1])
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
    )
    assert process.stdout is not None
    for _ in range(batch):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    told = process.stdout.read().split()
    process.wait()
    process.stdout.close()
    batches = int(told[-1]) + 1 if told else batch
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        count = store.contents().records
        past = store.contents().past
        assert count % 100 == 0 == past % 100, "a batch is there whole or not at all, and so is what it replaced"
        assert count + past >= 100 * batches
        assert all(answer.record is not None for _, answer in store.all())
    assert warnings == []


def test_whose_doi_arxiv_has_is_remembered(tmp_path: Path) -> None:
    told = Publication(None, "not proven", 1.0, another="doi:10.1/x is 'Lamps' at Crossref")
    with Store(tmp_path) as store:
        store.keep_publications([(A.id, told), (B.id, Publication(None, "not found", 1.0))])
    with Store(tmp_path) as store:
        assert store.publications([A.id])[A.id] == told
        assert store.publications([B.id])[B.id].another == ""


# --- DOIs and titles ----------------------------------------------------------------------------------------------


def test_what_dois_and_titles_came_to_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    found = Lookup(({"titles": ["A title", "Café"], "years": [2020]}, {"titles": []}), "", 2.0)
    with Store(tmp_path) as store:
        store.keep_lookups("doi", [("10.5555/x", found), ("10.5555/y", NOWHERE)])
        store.keep_lookups("title", [("10.5555/x", NOWHERE)])
    with Store(tmp_path) as store:
        assert store.lookups("doi", ["10.5555/x", "10.5555/y", "10.5555/z"]) == {
            "10.5555/x": found,
            "10.5555/y": NOWHERE,
        }
        assert store.lookups("title", ["10.5555/x", "10.5555/y"]) == {"10.5555/x": NOWHERE}
        store.keep_lookups("doi", [("10.5555/y", found)])
        assert store.lookups("doi", ["10.5555/y"]) == {"10.5555/y": found}


def test_ten_thousand_dois_are_kept_and_read_at_once(tmp_path: Path) -> None:
    names = [f"10.5555/{number}" for number in range(10_000)]
    with Store(tmp_path) as store:
        store.keep_lookups("doi", ((name, NOWHERE) for name in names))
        assert store.lookups("doi", names) == dict.fromkeys(names, NOWHERE)


def test_half_a_character_in_a_description_comes_back(tmp_path: Path) -> None:
    odd = Lookup(({"titles": ["\ud800"]},), "", 1.0)
    with Store(tmp_path) as store:
        store.keep_lookups("doi", [("10.5555/x", odd)])
        assert store.lookups("doi", ["10.5555/x"]) == {"10.5555/x": odd}


@pytest.mark.parametrize("column", ["found = '['", "found = '[]'", "found = '{}'", "found = 'null'", "retrieved = 'x'"])
def test_a_row_of_a_doi_without_sense_is_as_good_as_none(column: str, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.keep_lookups("doi", [("10.5555/x", NOWHERE), ("10.5555/y", NOWHERE)])
    connection = sqlite3.connect(tmp_path / "records.sqlite")
    connection.execute(f"UPDATE lookup SET {column} WHERE name = '10.5555/x'")
    connection.commit()
    connection.close()
    with Store(tmp_path) as store:
        assert store.lookups("doi", ["10.5555/x", "10.5555/y"]) == {"10.5555/y": NOWHERE}


def test_a_cache_of_a_version_that_kept_no_dois_is_taken_over(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([(A, record(A))], 5.0)
    connection = sqlite3.connect(tmp_path / "records.sqlite")
    connection.execute("DROP TABLE lookup")
    connection.commit()
    connection.close()
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        assert store.get([A]) == {A: Answer(record(A), 5.0)}
        assert store.lookups("doi", ["10.5555/x"]) == {}
        store.keep_lookups("doi", [("10.5555/x", NOWHERE)])
        assert store.lookups("doi", ["10.5555/x"]) == {"10.5555/x": NOWHERE}
    assert (warnings, set_aside(tmp_path)) == ([], [])


def _look_up_many(folder: Path, start: int) -> None:
    with Store(folder) as store:
        for number in range(start, start + 50):
            store.keep_lookups("doi", [(f"10.5555/{number}", NOWHERE), ("10.5555/all", NOWHERE)])


def test_processes_keep_dois_in_one_cache_together(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_look_up_many, args=(tmp_path, 50 * n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(600)
        assert worker.exitcode == 0
    with Store(tmp_path) as store:
        assert len(store.lookups("doi", [*(f"10.5555/{number}" for number in range(150)), "10.5555/all"])) == 151
