"""Answers already known, on disk: one row per paper and version asked, in SQLite in the cache folder.

What an answer replaces is kept as history, if it said something else. Beside the answers lies what was found out about
published versions, what DOIs and titles without an arXiv identifier came to, and when files were last refreshed.

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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from enrich.errors import StoreError
from enrich.record import Identifier, Published, Record

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

# Tables that a cache may lack: those of former versions of this program do, and nothing is known of them then.
_LATER = {
    "reply": """
CREATE TABLE {where}.reply (
    key TEXT PRIMARY KEY,
    reply TEXT NOT NULL,          -- as requests-cache writes it
    kept REAL NOT NULL            -- seconds since 1970
)
""",
    "known": """
CREATE TABLE {where}.known (
    id TEXT NOT NULL,
    asked INTEGER NOT NULL,
    since REAL NOT NULL,          -- when what is in `answer` was said first
    PRIMARY KEY (id, asked)
) WITHOUT ROWID
""",
    "past": """
CREATE TABLE {where}.past (
    number INTEGER PRIMARY KEY,   -- in the order in which they became past
    id TEXT NOT NULL,
    asked INTEGER NOT NULL,
    record TEXT NOT NULL,
    since REAL NOT NULL,          -- when this was said first
    retrieved REAL NOT NULL       -- when it was said last
);
CREATE INDEX {where}.past_of ON past (id, asked)
""",
    "publication": """
CREATE TABLE {where}.publication (
    id TEXT PRIMARY KEY,          -- arXiv:2110.14168
    published TEXT,               -- JSON; NULL: looked for, and not found or not proven
    reason TEXT NOT NULL,         -- why it is not
    another TEXT NOT NULL,        -- whose the DOI in arXiv's record is, if it is not this paper's
    since REAL NOT NULL,
    retrieved REAL NOT NULL
)
""",
    "past_publication": """
CREATE TABLE {where}.past_publication (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    published TEXT,
    reason TEXT NOT NULL,
    since REAL NOT NULL,
    retrieved REAL NOT NULL
);
CREATE INDEX {where}.past_publication_of ON past_publication (id)
""",
    "lookup": """
CREATE TABLE {where}.lookup (
    kind TEXT NOT NULL,           -- doi, title, or title at one service
    name TEXT NOT NULL,           -- the DOI, or what was searched for
    found TEXT,                   -- JSON, a list of descriptions; NULL: it is nowhere
    reason TEXT NOT NULL,         -- who says that it is nowhere
    retrieved REAL NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID
""",
    "refreshed": """
CREATE TABLE {where}.refreshed (
    path TEXT PRIMARY KEY,        -- absolute
    moment REAL NOT NULL,
    before TEXT,                  -- SHA-256 of the file before the last refresh that wrote
    after TEXT                    -- and after it
)
""",
}
_GROWN = {"publication": {"another": "TEXT NOT NULL DEFAULT ''"}}
"""Columns that tables of former versions lack, with what a row says in them that was written before."""

REPLY_AGE = 600.0
"""Seconds for which a raw reply is kept: long enough for a run that is started again, and much shorter than anything
that is made of it may be believed."""

_PORTION = 1_000
"""How many answers are compared with what is known at once, so that a big import does not fill the memory."""

_SENSELESS = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a row raises that makes no sense. It is as good as none: the paper is asked again, the row replaced."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said: a record, or (``None``) that there is no such paper. Times in seconds since 1970.

    ``retrieved``: when it said so last. ``since``: when it said so first, ``None`` where that is not known; two answers
    that differ in nothing else are equal.
    """

    record: Record | None
    retrieved: float
    since: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Publication:
    """What was found out about a paper's published version. Times as in :class:`Answer`.

    ``published`` is ``None`` where it was looked for and not found or not proven; ``reason`` then says why, else "".
    ``another`` says, in words, whose the DOI in arXiv's record is where it is another work's, else "".
    """

    published: Published | None
    reason: str
    retrieved: float
    since: float | None = field(default=None, compare=False)
    another: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What asking for a DOI, or searching for a title, came to. ``retrieved`` in seconds since 1970.

    ``found``: the descriptions as JSON's values (see :mod:`enrich.lookup`); ``None`` where the work is nowhere, as
    ``reason`` says, else "".
    """

    found: tuple[Any, ...] | None
    reason: str
    retrieved: float


@dataclass(frozen=True, slots=True)
class Refreshed:
    """When a file was last refreshed (seconds since 1970), and what the last refresh that wrote did to it.

    ``before`` and ``after`` are SHA-256 hex digests of the file's bytes; both ``None`` where nothing was written.
    """

    moment: float
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a store: counts, size in bytes, and times in seconds since 1970 (``None`` when empty).

    ``past`` counts the records that something else was said instead of later.
    """

    path: Path
    records: int
    missing: int
    size: int
    oldest: float | None
    newest: float | None
    past: int = 0


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
        query = (
            "SELECT answer.id, answer.asked, record, retrieved, since FROM json_each(?) AS wanted"
            " JOIN answer ON answer.id = wanted.value"
            " LEFT JOIN known ON known.id = answer.id AND known.asked = answer.asked"
        )
        for identifier_id, version, record, retrieved, since in self._read(query, _list({i for i, _ in wanted})):
            identifier = wanted.get((identifier_id, version))
            if identifier is None:
                continue
            try:
                found[identifier] = Answer(None if record is None else _load(record), retrieved, since)
            except _SENSELESS:
                continue
        return found

    def put(self, answers: Iterable[tuple[Identifier, Record | None]], retrieved: float | None = None) -> None:
        """Keep ``answers`` in one transaction: all of them, or none. Records that said something else become past."""
        now = time.time() if retrieved is None else retrieved
        self._replace([_row(identifier, record, now) for identifier, record in answers])

    def merge(self, answers: Iterable[tuple[Identifier, Answer]]) -> None:
        """Keep ``answers`` as :meth:`put` does, except where a younger one is known."""
        now = time.time()  # No answer is younger than now: that would be a clock that was wrong.
        rows = [_row(identifier, a.record, min(a.retrieved, now)) for identifier, a in answers]
        self._replace(rows, only_younger=True)

    def past(self, asked: Iterable[Identifier]) -> dict[Identifier, tuple[Answer, ...]]:
        """The records that were known of ``asked`` before the present ones, oldest first. Read in bulk.

        One follows another where it says something else: in any field but ``key``, ``origin`` and ``retrieved``.
        """
        wanted = {(identifier.id, identifier.version or 0): identifier for identifier in asked}
        found: dict[Identifier, list[Answer]] = {}
        query = (
            "SELECT past.id, asked, record, retrieved, since FROM json_each(?) AS wanted"
            " JOIN past ON past.id = wanted.value ORDER BY number"
        )
        for identifier_id, version, record, retrieved, since in self._read(query, _list({i for i, _ in wanted})):
            if identifier := wanted.get((identifier_id, version)):
                with contextlib.suppress(*_SENSELESS):
                    found.setdefault(identifier, []).append(Answer(_load(record), retrieved, since))
        return {identifier: tuple(answers) for identifier, answers in found.items()}

    def versions(self, ids: Iterable[str]) -> dict[str, tuple[Record, ...]]:
        """The records of numbered versions of papers (``arXiv:2110.14168``) that are known, in order."""
        query = (
            "SELECT answer.id, record FROM json_each(?) AS wanted JOIN answer ON answer.id = wanted.value"
            " WHERE asked > 0 AND record IS NOT NULL ORDER BY answer.id, asked"
        )
        found: dict[str, list[Record]] = {}
        for record_id, record in self._read(query, _list(set(ids))):
            with contextlib.suppress(*_SENSELESS):
                found.setdefault(record_id, []).append(_load(record))
        return {record_id: tuple(records) for record_id, records in found.items()}

    def changed(self) -> list[Identifier]:
        """Of which papers something else was known before, or a published version was found; in order."""
        query = (
            "SELECT id, asked FROM past UNION SELECT id, asked FROM answer"
            " WHERE record IS NOT NULL AND id IN (SELECT id FROM publication WHERE published IS NOT NULL)"
        )
        found = [(*identifier_id.partition(":")[::2], asked) for identifier_id, asked in self._read(query)]
        return sorted(
            (Identifier(value, asked or None, scheme) for scheme, value, asked in found),
            key=lambda identifier: (identifier.id, identifier.version or 0),
        )

    def publications(self, ids: Iterable[str]) -> dict[str, Publication]:
        """What is known of the published versions of papers (``arXiv:2110.14168``), whatever its age."""
        query = (
            "SELECT publication.id, published, reason, retrieved, since, another FROM json_each(?) AS wanted"
            " JOIN publication ON publication.id = wanted.value"
        )
        return dict(self._publications(query, ids))

    def past_publications(self, ids: Iterable[str]) -> dict[str, tuple[Publication, ...]]:
        """What :meth:`publications` said before, oldest first, where it said something else (but for evidence)."""
        query = (
            "SELECT past_publication.id, published, reason, retrieved, since, '' FROM json_each(?) AS wanted"
            " JOIN past_publication ON past_publication.id = wanted.value ORDER BY number"
        )
        found: dict[str, list[Publication]] = {}
        for record_id, publication in self._publications(query, ids):
            found.setdefault(record_id, []).append(publication)
        return {record_id: tuple(publications) for record_id, publications in found.items()}

    def _publications(self, query: str, ids: Iterable[str]) -> Iterator[tuple[str, Publication]]:
        for record_id, published, reason, retrieved, since, another in self._read(query, _list(set(ids))):
            with contextlib.suppress(*_SENSELESS):
                yield record_id, Publication(_load_published(published), reason, retrieved, since, another)

    def keep_publications(self, items: Iterable[tuple[str, Publication]]) -> None:
        """Keep what was found out about published versions, by the papers' ids, in one transaction."""
        rows = list(items)

        def keep(connection: sqlite3.Connection) -> None:
            for start in range(0, len(rows), _PORTION):
                portion = rows[start : start + _PORTION]
                _keep_publications(connection, portion)

        self._write(keep)

    def lookups(self, kind: str, names: Iterable[str]) -> dict[str, Lookup]:
        """What is known of questions of a kind, by their names, whatever its age. Read in bulk.

        Kinds are ``doi``, ``title``, and what one service said of a title by itself: ``title at crossref``.
        """
        # CROSS JOIN keeps this order: SQLite would go through the list once for each row of that kind.
        query = (
            "SELECT name, found, reason, retrieved FROM json_each(?) AS wanted"
            " CROSS JOIN lookup ON kind = ? AND name = wanted.value"
        )
        found: dict[str, Lookup] = {}
        for name, text, reason, retrieved in self._read(query, _list(set(names)), kind):
            with contextlib.suppress(*_SENSELESS):
                found[name] = Lookup(_load_found(text), str(reason), float(retrieved))
        return found

    def keep_lookups(self, kind: str, items: Iterable[tuple[str, Lookup]]) -> None:
        """Keep what DOIs or searches came to, in one transaction."""
        rows = [
            # ASCII: a reply may hold half of a surrogate pair, which SQLite refuses.
            (kind, name, None if one.found is None else json.dumps(one.found), one.reason, one.retrieved)
            for name, one in items
        ]
        if rows:
            self._execute(
                "INSERT OR REPLACE INTO lookup (kind, name, found, reason, retrieved) VALUES (?, ?, ?, ?, ?)", rows
            )

    def refreshed(self, path: str) -> Refreshed | None:
        """When the file of this absolute path was last refreshed; ``None`` if that is not known."""
        rows = self._read("SELECT moment, before, after FROM refreshed WHERE path = ?", _path(path))
        return next((Refreshed(*row) for row in rows), None)

    def mark_refreshed(self, path: str, refreshed: Refreshed) -> None:
        """Remember that a file was refreshed. Where nothing was written, what an earlier refresh wrote stays known."""
        statement = "INSERT OR REPLACE INTO refreshed (path, moment, before, after) VALUES (?, ?, ?, ?)"
        if refreshed.before is None and refreshed.after is None:
            statement = (
                "INSERT INTO refreshed (path, moment, before, after) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (path) DO UPDATE SET moment = excluded.moment"
            )
        self._execute(statement, [(_path(path), refreshed.moment, refreshed.before, refreshed.after)])

    def all(self) -> Iterator[tuple[Identifier, Answer]]:
        """Every record in the store, ordered by identifier and version, one at a time."""
        query = "SELECT id, asked, record, retrieved FROM answer WHERE record IS NOT NULL ORDER BY id, asked"
        for identifier_id, version, record, retrieved in self._read(query):
            scheme, _, value = identifier_id.partition(":")
            try:
                answer = Answer(_load(record), retrieved)
            except _SENSELESS:
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
        self._execute("DELETE FROM reply WHERE kept <= ?", [(now - REPLY_AGE,)])
        self._execute("INSERT OR REPLACE INTO reply (key, reply, kept) VALUES (?, ?, ?)", [(key, reply, now)])

    def forget_reply(self, key: str) -> None:
        self._execute("DELETE FROM reply WHERE key = ?", [(key,)])

    def reply_keys(self) -> list[str]:
        return [str(row[0]) for row in self._read("SELECT key FROM reply")]

    def contents(self) -> Contents:
        query = "SELECT count(record), count(*) - count(record), min(retrieved), max(retrieved) FROM answer"
        records, missing, oldest, newest = next(iter(self._read(query)), (0, 0, None, None))
        size = sum(file.stat().st_size for file in self._files() if file.exists())
        past = next(iter(self._read("SELECT count(*) FROM past")), (0,))[0]
        return Contents(self.path, records, missing, size, oldest, newest, past)

    def clear(self) -> int:
        """Forget everything, the past as well; returns how many answers were forgotten."""
        contents = self.contents()

        def forget(connection: sqlite3.Connection) -> None:
            for table in ("answer", *_LATER):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

        self._write(forget)
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
                _make(_missing(connection), connection)
                connection.execute(f"PRAGMA user_version = {FORMAT}")
                connection.execute("COMMIT")
            else:
                connection.execute("SELECT id, asked, record, retrieved FROM answer LIMIT 1").fetchone()
                self._complete(connection)
        except _SetAside:
            connection.close()
            raise
        except sqlite3.DatabaseError as error:
            connection.close()
            if _is_damage(error):
                raise _SetAside("damaged", str(error)) from error
            raise
        return connection

    def _complete(self, connection: sqlite3.Connection) -> None:
        """Make the tables and columns that a cache of a former version lacks."""
        if not _missing(connection) and not _short(connection):
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            _make(_missing(connection), connection)  # Again: another process may just have made them.
            for table, column in _short(connection):
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {_GROWN[table][column]}")
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if _is_damage(error):
                raise
            self._give_up_writing(f"the cache {self.path} cannot be written: {error}; going on without it")
            _make(_unreadable(connection), connection, "temp")

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
                    # Empty ones in memory, so that what is missing reads as what is not known.
                    _make(_unreadable(connection), connection, "temp")
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

    def _replace(self, rows: Sequence[_Row], *, only_younger: bool = False) -> None:
        """Write answers, and what they replace into the past."""

        def write(connection: sqlite3.Connection) -> None:
            for start in range(0, len(rows), _PORTION):
                _replace(connection, rows[start : start + _PORTION], only_younger)

        self._write(write)

    def _execute(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        def execute(connection: sqlite3.Connection) -> None:
            connection.executemany(statement, rows)

        self._write(execute)

    def _write(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """Call ``write`` in one transaction that keeps other writers away. What it reads is what it replaces."""
        if self._connection is None or not self.writable:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            write(self._connection)
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


_Row = tuple[str, int, str | None, float]
"""A row of the table ``answer``."""


def _row(identifier: Identifier, record: Record | None, retrieved: float) -> _Row:
    return identifier.id, identifier.version or 0, None if record is None else _dump(record), retrieved


def _replace(connection: sqlite3.Connection, rows: Sequence[_Row], only_younger: bool) -> None:
    query = (
        "SELECT answer.id, answer.asked, record, retrieved, since FROM json_each(?) AS wanted"
        " JOIN answer ON answer.id = wanted.value"
        " LEFT JOIN known ON known.id = answer.id AND known.asked = answer.asked"
    )
    present = {
        (record_id, asked): (record, retrieved, since)
        for record_id, asked, record, retrieved, since in connection.execute(query, [_list({row[0] for row in rows})])
    }
    written: list[_Row] = []
    known: list[tuple[str, int, float]] = []
    past: list[tuple[str, int, str, float, float]] = []
    for record_id, asked, record, retrieved in rows:
        since = retrieved
        stored = None
        if before := present.get((record_id, asked)):
            former, last, stored = before
            if only_younger and retrieved <= last:
                continue
            first = last if stored is None else stored
            if _reads_the_same(former, record):
                since = min(first, retrieved)
            elif was := _said(former):  # Neither "no such paper" nor nonsense.
                if was == _said(record):
                    since = min(first, retrieved)
                else:
                    past.append((record_id, asked, former, first, last))
        written.append((record_id, asked, record, retrieved))
        if stored != since:
            known.append((record_id, asked, since))
        # The same paper may come again further down.
        present[record_id, asked] = (record, retrieved, since)
    connection.executemany("INSERT INTO past (id, asked, record, since, retrieved) VALUES (?, ?, ?, ?, ?)", past)
    connection.executemany("INSERT OR REPLACE INTO known (id, asked, since) VALUES (?, ?, ?)", known)
    connection.executemany("INSERT OR REPLACE INTO answer (id, asked, record, retrieved) VALUES (?, ?, ?, ?)", written)


def _keep_publications(connection: sqlite3.Connection, items: Sequence[tuple[str, Publication]]) -> None:
    query = (
        "SELECT publication.id, published, reason, retrieved, since FROM json_each(?) AS wanted"
        " JOIN publication ON publication.id = wanted.value"
    )
    present = {row[0]: row[1:] for row in connection.execute(query, [_list({record_id for record_id, _ in items})])}
    past: list[tuple[str, str | None, str, float, float]] = []
    others = {record_id: publication.another for record_id, publication in items}
    for record_id, publication in items:
        published = publication.published
        text = None if published is None else _compact(published.to_json())
        since = publication.retrieved
        if before := present.get(record_id):
            former, reason, last, first = before
            with contextlib.suppress(*_SENSELESS):  # What makes no sense is no history either.
                if reason == publication.reason and _bare(_load_published(former)) == _bare(published):
                    since = min(first, since)
                else:
                    past.append((record_id, former, reason, first, last))
        present[record_id] = (text, publication.reason, publication.retrieved, since)
    connection.executemany(
        "INSERT INTO past_publication (id, published, reason, since, retrieved) VALUES (?, ?, ?, ?, ?)", past
    )
    connection.executemany(
        "INSERT OR REPLACE INTO publication (id, published, reason, retrieved, since, another)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(record_id, *present[record_id], another) for record_id, another in others.items()],
    )


def _missing(connection: sqlite3.Connection) -> list[str]:
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return [table for table in _LATER if table not in there]


def _short(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The columns that tables lack, each with its table."""
    lacking = []
    for table, columns in _GROWN.items():
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        lacking += [(table, column) for column in columns if there and column not in there]
    return lacking


def _unreadable(connection: sqlite3.Connection) -> list[str]:
    """The tables that are not there as this version reads them; empty ones in memory can stand before them."""
    return [*_missing(connection), *dict.fromkeys(table for table, _ in _short(connection))]


def _make(tables: Iterable[str], connection: sqlite3.Connection, where: str = "main") -> None:
    """Make tables in the file, or (``temp``) empty ones for this connection alone."""
    if where == "temp":
        connection.execute("PRAGMA temp_store = MEMORY")
    for table in tables:
        for statement in _LATER[table].format(where=where).split(";\n"):
            connection.execute(statement)


def _list(values: Iterable[str]) -> str:
    """A list as one JSON parameter: SQLite limits the number of parameters, not their length."""
    return json.dumps([*values])


def _path(path: str) -> str:
    """The path as text: a file's name may hold bytes that are none, which SQLite refuses."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _load(text: str) -> Record:
    return Record.from_json(json.loads(text))


def _load_published(text: str | None) -> Published | None:
    return None if text is None else Published.from_json(json.loads(text))


def _load_found(text: str | None) -> tuple[Any, ...] | None:
    if text is None:
        return None
    found = json.loads(text)
    if not isinstance(found, list) or not found:
        raise ValueError("no list of descriptions")
    return tuple(found)


def _bare(published: Published | None) -> Published | None:
    return None if published is None else replace(published, evidence=())


def _reads_the_same(former: str | None, now: str | None) -> bool:
    """Whether two records are written alike, but for who said it and when: for most there is nothing to parse."""
    if former is None or now is None:
        return former is now
    # These two come last.
    return former.rpartition(',"origin":{')[0] == now.rpartition(',"origin":{')[0] != ""


def _said(text: str | None) -> Record | None:
    """What a record says, whoever said it and whenever; ``None`` where there is none or it makes no sense."""
    if text is None:
        return None
    try:
        return replace(_load(text), key=None, origin={}, retrieved=None)
    except _SENSELESS:
        return None


def _compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _dump(record: Record) -> str:
    return _compact(record.with_key(None).to_json())


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorname.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such" in str(error)


def _is_read_only(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"))
