"""Answers already known, on disk: one row per paper and version asked, in SQLite in the cache folder.

Safe with many processes (write-ahead log); a kill at any moment loses at most the answer in flight. A damaged file,
or one of a format this version does not know, is set aside under another name and never misread.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enrich.errors import StoreError
from enrich.record import Identifier, Record

FORMAT = 1
"""The number of this file's format, kept in SQLite's ``user_version``."""

BUSY_SECONDS = 30.0
"""For how long another process's writing is waited for; it takes milliseconds."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answer (
    id TEXT NOT NULL,             -- arXiv:2110.14168
    asked INTEGER NOT NULL,       -- the version asked for, 0 for the newest
    record TEXT,                  -- JSON; NULL: the source says there is no such paper
    retrieved REAL NOT NULL,      -- seconds since 1970
    PRIMARY KEY (id, asked)
)
"""

_REPLIES = """
CREATE TABLE IF NOT EXISTS reply (
    key TEXT PRIMARY KEY,
    reply TEXT NOT NULL,          -- as requests-cache writes it
    kept REAL NOT NULL            -- seconds since 1970
)
"""
REPLY_AGE = 600.0
"""Seconds for which a raw reply is kept: long enough for a run that is started again, and much shorter than anything
that is made of it may be believed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said: a record, or (``None``) that there is no such paper. ``retrieved`` in seconds since 1970."""

    record: Record | None
    retrieved: float


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a store: counts, size in bytes, and times in seconds since 1970 (``None`` when empty)."""

    path: Path
    records: int
    missing: int
    size: int
    oldest: float | None
    newest: float | None


class Store:
    """The answers in ``folder``. With ``warn`` it tells, in one line, what it had to put up with.

    Where nothing can be written (a read-only or full disk) reading goes on and writing is skipped, after a warning;
    ``writable`` then is false.
    """

    def __init__(self, folder: Path, *, warn: Callable[[str], None] = lambda message: None) -> None:
        self.folder = folder
        self.path = folder / "records.sqlite"
        self.writable = True
        self._warn = warn
        self._connection = self._open()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def get(self, asked: Iterable[Identifier]) -> dict[Identifier, Answer]:
        """What is known of ``asked``, whatever its age. Read in bulk."""
        wanted = {(identifier.id, identifier.version or 0): identifier for identifier in asked}
        found: dict[Identifier, Answer] = {}
        # A list as one JSON parameter: SQLite limits the number of parameters, not their length.
        query = (
            "SELECT answer.id, asked, record, retrieved FROM json_each(?) AS wanted"
            " JOIN answer ON answer.id = wanted.value"
        )
        for identifier_id, version, record, retrieved in self._read(query, json.dumps([*{i for i, _ in wanted}])):
            identifier = wanted.get((identifier_id, version))
            if identifier is None:
                continue
            try:
                found[identifier] = Answer(None if record is None else Record.from_json(json.loads(record)), retrieved)
            except (ValueError, KeyError, TypeError, AttributeError):
                # One row that makes no sense is as good as none: the paper is asked again and the row replaced.
                continue
        return found

    def put(self, answers: Iterable[tuple[Identifier, Record | None]], retrieved: float | None = None) -> None:
        """Keep ``answers`` in one transaction: all of them, or none."""
        now = time.time() if retrieved is None else retrieved
        rows = [
            (
                identifier.id,
                identifier.version or 0,
                None if record is None else _dump(record),
                now,
            )
            for identifier, record in answers
        ]
        self._write("INSERT OR REPLACE INTO answer (id, asked, record, retrieved) VALUES (?, ?, ?, ?)", rows)

    def merge(self, answers: Iterable[tuple[Identifier, Answer]]) -> None:
        """Keep ``answers`` in one transaction, except where a younger one is known."""
        now = time.time()  # No answer is younger than now: that would be a clock that was wrong.
        rows = [
            (
                identifier.id,
                identifier.version or 0,
                None if a.record is None else _dump(a.record),
                min(a.retrieved, now),
            )
            for identifier, a in answers
        ]
        self._write(
            "INSERT INTO answer (id, asked, record, retrieved) VALUES (?, ?, ?, ?) ON CONFLICT (id, asked) DO UPDATE"
            " SET record = excluded.record, retrieved = excluded.retrieved WHERE excluded.retrieved > answer.retrieved",
            rows,
        )

    def all(self) -> Iterator[tuple[Identifier, Answer]]:
        """Every record in the store, ordered by identifier and version, one at a time."""
        query = "SELECT id, asked, record, retrieved FROM answer WHERE record IS NOT NULL ORDER BY id, asked"
        for identifier_id, version, record, retrieved in self._read(query):
            scheme, _, value = identifier_id.partition(":")
            try:
                answer = Answer(Record.from_json(json.loads(record)), retrieved)
            except (ValueError, KeyError, TypeError, AttributeError):
                self._warn(f"{self.path}: the record of {identifier_id} is damaged and left out")
                continue
            yield Identifier(value, version or None, scheme), answer

    def reply(self, key: str) -> str | None:
        """A raw reply that was kept, if it is young enough."""
        rows = self._read("SELECT reply FROM reply WHERE key = ? AND kept > ?", key, time.time() - REPLY_AGE)
        return next((str(row[0]) for row in rows), None)

    def keep_reply(self, key: str, reply: str) -> None:
        """Keep a raw reply for a while, and forget those that are too old."""
        now = time.time()
        self._write("DELETE FROM reply WHERE kept <= ?", [(now - REPLY_AGE,)])
        self._write("INSERT OR REPLACE INTO reply (key, reply, kept) VALUES (?, ?, ?)", [(key, reply, now)])

    def forget_reply(self, key: str) -> None:
        self._write("DELETE FROM reply WHERE key = ?", [(key,)])

    def reply_keys(self) -> list[str]:
        return [str(row[0]) for row in self._read("SELECT key FROM reply")]

    def contents(self) -> Contents:
        query = "SELECT count(record), count(*) - count(record), min(retrieved), max(retrieved) FROM answer"
        records, missing, oldest, newest = next(iter(self._read(query)), (0, 0, None, None))
        size = sum(file.stat().st_size for file in self._files() if file.exists())
        return Contents(self.path, records, missing, size, oldest, newest)

    def clear(self) -> int:
        """Forget everything; returns how many answers were forgotten."""
        contents = self.contents()
        self._write("DELETE FROM answer", [()])
        self._write("DELETE FROM reply", [()])
        if not self.writable:
            raise StoreError(f"{self.path} cannot be changed", hint="check its permissions and the space on the disk")
        if self._connection is not None:
            # To give the space back takes space; where there is none the rows are gone all the same.
            with contextlib.suppress(sqlite3.DatabaseError):
                self._connection.execute("VACUUM")
        return contents.records + contents.missing

    def _files(self) -> Sequence[Path]:
        return [self.path, *(self.path.with_name(self.path.name + end) for end in ("-wal", "-shm"))]

    def _open(self) -> sqlite3.Connection | None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._give_up_writing(f"the cache folder {self.folder} cannot be made: {error.strerror}")
            return None
        try:
            connection = self._connect()
        except _SetAside:
            connection = self._start_anew()
        return connection

    def _start_anew(self) -> sqlite3.Connection | None:
        """Set the file aside and begin another. Of several processes that notice at once, one does it."""
        from filelock import FileLock

        try:
            with FileLock(self.folder / "records.lock", timeout=30):
                try:
                    return self._connect()
                except _SetAside as reason:
                    self._set_aside(reason)
                    return self._connect()
        except OSError as error:
            raise StoreError(
                f"the cache {self.path} cannot be set aside: {error.strerror or error}",
                hint="remove it, or name another folder with --cache",
            ) from error

    def _connect(self) -> sqlite3.Connection | None:
        try:
            if os.access(self.folder, os.W_OK) and (not self.path.exists() or os.access(self.path, os.W_OK)):
                connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
                return self._prepared(connection)
        except sqlite3.DatabaseError as error:
            if not _is_read_only(error):
                self._give_up_writing(f"the cache {self.path} cannot be used: {error}")
                return None
        return self._connect_read_only()

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        try:
            number = connection.execute("PRAGMA user_version").fetchone()[0]
            if number not in (0, FORMAT):
                raise _SetAside(f"format-{number}", f"it has format {number}, this version reads {FORMAT}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            if number == 0:
                if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    # Another process may just have made the table and not yet numbered it, so look at the table.
                    columns = [row[1] for row in connection.execute("PRAGMA table_info(answer)")]
                    if columns != ["id", "asked", "record", "retrieved"]:
                        raise _SetAside("foreign", "it is not a cache of this program")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_SCHEMA)
                connection.execute(_REPLIES)
                connection.execute(f"PRAGMA user_version = {FORMAT}")
                connection.execute("COMMIT")
            else:
                connection.execute("SELECT id, asked, record, retrieved FROM answer LIMIT 1").fetchone()
                connection.execute(_REPLIES)  # Losing these costs nothing; there is no reason to want them here.
        except _SetAside:
            connection.close()
            raise
        except sqlite3.DatabaseError as error:
            connection.close()
            if _is_damage(error):
                raise _SetAside("damaged", str(error)) from error
            raise
        return connection

    def _connect_read_only(self) -> sqlite3.Connection | None:
        self._give_up_writing(f"the cache {self.folder} is read-only; what is asked now will not be remembered")
        if not self.path.exists():
            return None
        # Beside a read-only file SQLite cannot make its shared memory, so the file is read as one that nobody changes.
        for mode in ("mode=ro", "mode=ro&immutable=1"):
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?{mode}", uri=True)
            try:
                number = connection.execute("PRAGMA user_version").fetchone()[0]
                if number == FORMAT:
                    connection.execute("SELECT id, asked, record, retrieved FROM answer LIMIT 1").fetchone()
                    return connection
                self._warn(f"the cache {self.path} has format {number}, this version reads {FORMAT}; it is not used")
                connection.close()
                return None
            except sqlite3.DatabaseError as error:
                connection.close()
                reason = error
        self._warn(f"the cache {self.path} cannot be read: {reason}")
        return None

    def _set_aside(self, reason: _SetAside) -> None:
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        aside = self.path.with_name(f"records.{reason.what}-{stamp}-{os.getpid()}.sqlite")
        with contextlib.suppress(FileNotFoundError):
            self.path.replace(aside)
            for end in ("-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    self.path.with_name(self.path.name + end).replace(aside.with_name(aside.name + end))
            self._warn(f"the cache {self.path} was set aside as {aside.name}: {reason.why}")

    def _read(self, query: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        if self._connection is None:
            return
        try:
            yield from self._connection.execute(query, parameters)
        except sqlite3.DatabaseError as error:
            if not self.writable or not _is_damage(error):
                self._warn(f"the cache {self.path} cannot be read: {error}")
                return
            self._connection.close()
            self._set_aside(_SetAside("damaged", str(error)))
            self._connection = self._open()

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if self._connection is None or not self.writable:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(statement, rows)
            self._connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            with contextlib.suppress(sqlite3.DatabaseError):
                self._connection.execute("ROLLBACK")
            self._give_up_writing(f"the cache {self.path} cannot be written: {error}; going on without it")
        except BaseException:
            # Ctrl-C in the middle: what comes after must not find a transaction half done.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _give_up_writing(self, message: str) -> None:
        self.writable = False
        self._warn(message)


class _SetAside(Exception):
    def __init__(self, what: str, why: str) -> None:
        super().__init__(why)
        self.what = what
        self.why = why


def _dump(record: Record) -> str:
    return json.dumps(record.with_key(None).to_json(), ensure_ascii=False, separators=(",", ":"))


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorname.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such" in str(error)


def _is_read_only(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"))
