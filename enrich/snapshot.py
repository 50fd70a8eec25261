"""Snapshots: read-only records that somebody shipped, any JSON output of this program.

The program brings one along (the papers of its first example), so that the first run gives a result without network.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from enrich import formats
from enrich.errors import InputError
from enrich.record import Identifier, Record

SHIPPED = Path(__file__).parent / "snapshots" / "seed.json"


class Snapshot:
    """Records by identifier. ``name`` is what a person calls it: its file.

    ``given``: they came with the question itself, so that they are not thrown away even if arXiv does not know them.
    """

    def __init__(self, name: str, records: Iterable[Record], *, given: bool = False) -> None:
        self.name = name
        self.given = given
        self._records: dict[tuple[str, int | None], Record] = {}
        for record in records:
            self._records.setdefault((record.id, record.cited_version), record)

    @classmethod
    def load(cls, path: Path) -> Snapshot:
        """Read one from a ``.json`` or ``.jsonl`` file. Raises :class:`InputError`."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path} is not UTF-8 text (byte {error.start})") from error
        kind = "jsonl" if path.name.endswith(".jsonl") else "json"
        try:
            return cls(str(path), formats.read(kind, text).records)
        except InputError as error:
            raise InputError(f"{path}: {error.message}", hint=error.hint) from error

    def get(self, asked: Identifier) -> Record | None:
        """The record for exactly this ask: one for the newest version does not answer for a numbered one."""
        return self._records.get((asked.id, asked.version))

    def __len__(self) -> int:
        return len(self._records)
