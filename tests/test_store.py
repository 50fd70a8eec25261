"""The answers on disk: what is kept comes back, and no damage, disk or process takes the run down."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.record import Identifier, Person, Record, Withdrawn
from enrich.store import FORMAT, Store

A = Identifier("2401.01234")
A2 = Identifier("2401.01234", 2)
B = Identifier("hep-th/9901001")


def record(identifier: Identifier, title: str = "A title") -> Record:
    return Record(identifier.id, title=title, authors=(Person("Ada", "Example"),), origin={"title": "arxiv"})


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
        worker.join(60)
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
    asked = [Identifier(f"2101.{batch % 900 * 100 + n + 1:05d}") for n in range(100)]
    store.put([(i, Record(i.id, title=f"batch {batch}", abstract="x" * 500)) for i in asked])
    print(batch, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.07])
def test_kill_at_a_random_moment_loses_at_most_the_batch_in_flight(delay: float, tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[1])
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    told = process.stdout.read().split()
    process.wait()
    process.stdout.close()
    batches = 1 + (int(told[-1]) if told else 0)
    warnings: list[str] = []
    with Store(tmp_path, warn=warnings.append) as store:
        count = store.contents().records
        assert count % 100 == 0, "a batch is there whole or not at all"
        assert count >= 100 * min(batches, 900)
        assert all(answer.record is not None for _, answer in store.all())
    assert warnings == []
