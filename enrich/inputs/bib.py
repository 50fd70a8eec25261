"""``.bib`` files: one mention for each entry that is an arXiv work."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from enrich.bibfile import BibFile, Entry, Naming
from enrich.inputs.document import Document, malformed
from enrich.record import Mention, Problem


def read(data: bytes, name: str) -> Document:
    """The entries that are arXiv works, with their keys, and a problem for each block that cannot be read.

    Text between the entries does not count: BibTeX does not read it either.
    """
    return entries(BibFile.parse(data), name)


def entries(bib: BibFile, name: str, keys: Collection[str] | None = None) -> Document:
    """The same of a parsed file; with ``keys``, only those entries, in that order.

    As in BibTeX, keys that differ in case alone are one.
    """
    wanted: list[Entry] = list(bib.entries)
    if keys is not None:
        by_key: dict[str, Entry] = {}
        for entry in bib.entries:
            by_key.setdefault(entry.key.lower(), entry)
        wanted = [by_key[key] for key in dict.fromkeys(map(str.lower, keys)) if key in by_key]
    mentions: list[Mention] = []
    problems = [
        Problem("not-understood", failure.what, failure.key, None, name, failure.line, failure.hint)
        for failure in bib.failures
    ]
    for entry in wanted:
        naming = bib.identifier_of(entry)
        if naming is None:
            continue
        line = bib.line_of(naming.offset)
        if naming.identifier is None:
            if naming.fault is not None:
                problems.append(malformed(naming.text, naming.fault, name, line))
            continue
        mentions.append(Mention(naming.identifier, naming.text, name, line, bib.column_of(naming.offset), entry.key))
        if naming.others:
            problems.append(_contradiction(entry, naming, name, line))
    return Document(tuple(mentions), (), tuple(sorted(problems, key=lambda problem: problem.line or 0)))


def keys(bib: BibFile) -> Iterator[str]:
    """Every key by which an entry can be cited: its own, and the other names that biblatex's ``ids`` gives it."""
    yield from bib.keys()
    for entry in bib.entries:
        for name in (bib.get(entry, "ids") or "").split(","):
            if name.strip():
                yield name.strip()


def _contradiction(entry: Entry, naming: Naming, name: str, line: int) -> Problem:
    return Problem(
        "not-understood",
        f"entry '{entry.key}' {naming.contradiction}",
        naming.text,
        naming.identifier.id if naming.identifier else None,
        name,
        line,
        f"{naming.identifier} was taken; correct the entry",
    )
