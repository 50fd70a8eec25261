"""Local authorities: files the user trusts (a ``.bib``, our JSON, CSL-JSON, RIS) that say what works there are.

A hundred thousand entries are indexed in seconds by what is written in them, without taking them apart; the few that
a look-up finds are then read as any entry is read. The index may hold too much, never too little: what it finds under
an identifier or a DOI counts only if the entry, once read, says so.
"""

from __future__ import annotations

import codecs
import heapq
import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import log
from pathlib import Path
from typing import NamedTuple, Protocol

from enrich import entries, fields, formats, judge, match
from enrich.bibfile import BibFile
from enrich.errors import InputError
from enrich.inputs import reading
from enrich.inputs.text import detect
from enrich.latex import to_text
from enrich.record import SCHEMA, Candidate, Identifier, Person, Published, Record
from enrich.reference import Description, Reference

_HINT = "name a .bib, a .json or .jsonl of ours, CSL-JSON or RIS"

MOST_NEAR = 10
"""So many works are given as near a title: taking one apart costs a tenth of a millisecond, comparing it as much."""

_ENOUGH_IN_COMMON = 0.3
"""How much of the weight of two titles' words must be common to both for one to be near the other (0 to 1). A title
with a subtitle more has 0.4 and above; works that have nothing but their subject in common stay below."""

_OF_THE_BEST = 0.5
"""What has less than this share of what the nearest title has in common is not looked at."""

_MOST_COUNTED = 10_000
"""So many titles are looked at for the words of one title, the rarest first: a few milliseconds. Two words are always
looked at, however common."""


class _Held(NamedTuple):
    """What a file says of one work, and the names it gives it: arXiv's (``2110.14168``) and DOIs (lower case)."""

    description: Description
    eprint: str | None
    dois: Collection[str]


class _Shelf(Protocol):
    """The works of one file, by their place in it."""

    name: str

    def __len__(self) -> int: ...

    def titles(self, number: int) -> Iterator[str]:
        """The titles of a work, as LaTeX or text."""

    def describe(self, number: int, by: str) -> _Held | None:
        """What the file says of a work; ``by`` is how it was come by. ``None`` where it cannot be read after all."""


class _Index:
    """Numbers by a key. Nearly all keys have one, for which a list would cost three times the memory."""

    def __init__(self) -> None:
        self._one: dict[bytes, int] = {}
        self._more: dict[bytes, list[int]] = {}

    def add(self, key: bytes, number: int) -> None:
        first = self._one.setdefault(key, number)
        if first != number:
            numbers = self._more.setdefault(key, [])
            if number not in numbers[-1:]:
                numbers.append(number)

    def get(self, key: bytes) -> list[int]:
        first = self._one.get(key)
        return [] if first is None else [first, *self._more.get(key, ())]


class Authority:
    """What the files given with ``--against`` say. The order of the files is the order of the answers."""

    def __init__(self) -> None:
        self._shelves: list[_Shelf] = []
        self._starts: list[int] = []
        self.paths: list[Path] = []
        self.broken: list[tuple[Path, int]] = []
        self._count = 0
        self._definitions: list[bytes] = []
        self._titles = _Index()
        self._dois = _Index()
        self._identifiers = _Index()

    @classmethod
    def load(cls, paths: Iterable[Path]) -> Authority:
        """Read the files. What a ``.bib`` has besides broken blocks is used.

        :raises InputError: naming a file that cannot be read, or is none of those that can be an authority.
        """
        authority = cls()
        for path in paths:
            authority.paths.append(path)
            data = reading.load(path)
            kind = _kind(path, data)
            try:
                authority._add(path, data, kind)
            except InputError as error:
                raise InputError(f"{path}: {error.message}", hint=error.hint or _HINT) from error
        return authority

    def _add(self, path: Path, data: bytes, kind: str) -> None:
        self._starts.append(self._count)
        number = self._count
        shelf: _Shelf
        if kind == "bib":
            library = _Library(path.name, _utf8(data), self._definitions)
            del data
            for title_keys, dois, identifiers in library.scan():
                self._enter(number, title_keys, dois, identifiers)
                number += 1
            self.broken += [(path, line) for line in library.broken]
            shelf = library
        elif kind in ("json", "jsonl"):
            records = _Records(path.name, data, kind)
            del data
            for record in records.scan():
                published = record.published
                named = [record.title, published.title if published else None]
                held = [record.doi, published.doi if published else None]
                self._enter(
                    number,
                    {_title_key(title.encode("utf-8", "replace")) for title in named if title},
                    {fields.doi(doi).encode() for doi in held if doi},
                    {_digits(record.eprint)},
                )
                number += 1
            shelf = records
        else:
            items = _Items(path, data)
            for reference in items.references:
                identifier = reference.identifier
                self._enter(
                    number,
                    {_title_key(reference.title.encode())} if reference.title else set(),
                    {reference.doi.encode()} if reference.doi else set(),
                    {_digits(identifier.value)} if identifier else set(),
                )
                number += 1
            shelf = items
        self._shelves.append(shelf)
        self._count = number

    def _enter(self, number: int, titles: Iterable[bytes], dois: Iterable[bytes], identifiers: Iterable[bytes]) -> None:
        for key in titles:
            if key:
                self._titles.add(key, number)
        for key in dois:
            self._dois.add(key, number)
        for key in identifiers:
            self._identifiers.add(key, number)

    def __len__(self) -> int:
        return self._count

    # --- look-ups

    def by_identifier(self, identifier: Identifier) -> tuple[Description, ...]:
        """What the files say of a work on arXiv, whichever version of it they cite."""
        numbers = self._identifiers.get(_digits(identifier.value))
        return tuple([held.description for held in self._held(numbers, "arxiv") if held.eprint == identifier.value])

    def by_doi(self, doi: str) -> tuple[Description, ...]:
        """What the files say of the work that has this DOI (lower case)."""
        return tuple([held.description for held in self._held(self._dois.get(doi.encode()), "doi") if doi in held.dois])

    def by_title(self, title: str) -> tuple[Description, ...]:
        """What the files say of works that bear this title, but for its writing."""
        key = match.title_key(title).encode()
        return tuple([held.description for held in self._held(self._titles.get(key), "title")]) if key else ()

    def near(self, title: str, authors: Sequence[Person]) -> tuple[Description, ...]:
        """Works whose titles have the rarest words of this one in common, the likeliest first, at most ten.

        Of titles equally near, those by ``authors`` come first.
        """
        found = [
            (nearness + match.compare_authors(authors, held.description.authors).share, -number, held.description)
            for nearness, number in self._words.near(title)
            for held in self._held([number], "title")
        ]
        return tuple([description for _, _, description in sorted(found, key=lambda one: one[:2], reverse=True)])

    def _held(self, numbers: Iterable[int], by: str) -> Iterator[_Held]:
        for number in numbers:
            shelf, place = self._place(number)
            if (held := shelf.describe(place, by)) is not None:
                yield held

    def _place(self, number: int) -> tuple[_Shelf, int]:
        place = bisect_right(self._starts, number) - 1
        return self._shelves[place], number - self._starts[place]

    def _titles_of(self, number: int) -> Iterator[str]:
        shelf, place = self._place(number)
        return shelf.titles(place)

    @cached_property
    def _words(self) -> _Words:
        words = _Words(self._titles_of)
        for number in range(len(self)):
            words.add(number)
        return words


class _Words:
    """Works by the words of their titles."""

    def __init__(self, titles: Callable[[int], Iterator[str]]) -> None:
        self._titles = titles
        self._numbers: dict[str, array[int]] = {}
        self._count = 0

    def add(self, number: int) -> None:
        self._count += 1
        for word in {word for title in self._titles(number) for word in _title_words(title)}:
            numbers = self._numbers.get(word)
            if numbers is None:
                self._numbers[word] = array("L", (number,))
            else:
                numbers.append(number)

    def near(self, title: str) -> list[tuple[float, int]]:
        """The works nearest to a title, the nearest first, each with how near it is (0 to 1)."""
        words = set(_title_words(title))
        common: dict[int, float] = {}
        looked_at = 0
        for place, word in enumerate(sorted(words & self._numbers.keys(), key=lambda word: len(self._numbers[word]))):
            numbers = self._numbers[word]
            looked_at += len(numbers)
            if place >= 2 and looked_at > _MOST_COUNTED:
                break
            weight = self._weight(word)
            for number in numbers:
                common[number] = common.get(number, 0.0) + weight
        enough = _OF_THE_BEST * max(common.values(), default=0.0)
        likely = [(weight, number) for number, weight in common.items() if weight >= enough]
        found = [(self._nearness(words, number), number) for _, number in heapq.nlargest(4 * MOST_NEAR, likely)]
        enough = max(_ENOUGH_IN_COMMON, _OF_THE_BEST * max((nearness for nearness, _ in found), default=0.0))
        return heapq.nlargest(MOST_NEAR, [one for one in found if one[0] >= enough])

    def _weight(self, word: str) -> float:
        """How much a word tells: next to nothing, if every title has it."""
        return log((2 + self._count) / (1 + len(self._numbers.get(word, ()))))

    def _nearness(self, words: set[str], number: int) -> float:
        mine = sum(map(self._weight, words))
        return max(
            (
                2 * sum(map(self._weight, words & theirs)) / (mine + sum(map(self._weight, theirs)))
                for theirs in (set(_title_words(title)) for title in self._titles(number))
                if theirs
            ),
            default=0.0,
        )


# --- files ------------------------------------------------------------------------------------------------------------


_LIST = re.compile(r"[\ufeff\s]*\[")


def _kind(path: Path, data: bytes) -> str:
    """``bib``, ``json`` or ``jsonl`` (ours), or ``items`` (CSL-JSON, RIS). Raises :class:`InputError` for all else."""
    kind, head = reading.recognise(data[:65_536], str(path))
    if kind in ("bib", "jsonl"):
        return kind
    if kind == "ris" or (kind == "json" and (path.name.lower().endswith(".csl.json") or _LIST.match(head))):
        return "items"
    if kind == "json":
        return kind
    raise InputError(f"{path}: this is no bibliography that could be an authority", hint=_HINT)


def _utf8(data: bytes) -> bytes:
    """The same text in UTF-8, with a line end in front, which is what blocks are searched by."""
    if b"\0" in data[:4096] or not _is_utf8(data):
        data = detect(data)[0].encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return b"\n" + data


def _is_utf8(data: bytes) -> bool:
    """Piece by piece: as text, a file with one rare character may take four times its size."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        for start in range(0, len(data), 1 << 20):
            decode(data[start : start + (1 << 20)])
        decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


class _Items:
    """Entries of CSL-JSON or RIS, read as any input is."""

    def __init__(self, path: Path, data: bytes) -> None:
        from enrich import references

        self.name = path.name
        self.references = [one for one in references.read_bytes(data, path.name).references if one.is_entry]
        if not self.references:
            raise InputError("there is no entry in it", hint=_HINT)

    def __len__(self) -> int:
        return len(self.references)

    def titles(self, number: int) -> Iterator[str]:
        if title := self.references[number].title:
            yield title

    def describe(self, number: int, by: str) -> _Held | None:
        return _as_held(self.references[number], by, self.name)


# --- keys of the index ------------------------------------------------------------------------------------------------

_PLAIN = re.compile(rb"[A-Za-z0-9\s(){}\[\],.:;?!/'*-]*+")
"""A title in which a letter is a letter: no commands, mathematics, entities, tags, plus signs or comments."""

_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
_NO_WORD = str.maketrans("", "", "'{}")
_WORD = re.compile(r"[a-z0-9]+")


def _title_key(title: bytes) -> bytes:
    """:func:`enrich.match.title_key`, quick for most titles."""
    if _PLAIN.fullmatch(title):
        return title.lower().translate(None, _NO_LETTERS)
    return match.title_key(title.decode("utf-8", "replace")).encode()


def _title_keys(title: bytes) -> set[bytes]:
    """The keys of a title in LaTeX: as it stands, and as the plain text it is for whoever asks for it."""
    if _PLAIN.fullmatch(title):
        return {title.lower().translate(None, _NO_LETTERS)}
    written = title.decode("utf-8", "replace")
    return {match.title_key(written).encode(), match.title_key(to_text(written, bibtex=True)).encode()}


def _title_words(title: str) -> Sequence[str]:
    """:func:`enrich.match.title_words`, quick for most titles."""
    if title.isascii() and _PLAIN.fullmatch(title.encode()):
        return _WORD.findall(title.lower().translate(_NO_WORD))
    return match.title_words(title)


def _digits(eprint: str) -> bytes:
    return re.sub(r"\D", "", eprint).encode()


# --- BibTeX -----------------------------------------------------------------------------------------------------------

# The line end in front makes a search of it twenty times as fast as a search of the beginnings of lines.
_MARK = re.compile(rb"\n[ \t\r]*(?:@([A-Za-z]\w*)[ \t]*[{(]|((?:sub)?title)[ \t]*=\s*)", re.I)
_START = re.compile(rb"@\w*[ \t]*[{(]")
_INLINE = re.compile(rb"[,\s]((?:sub)?title)[ \t]*=\s*", re.I)
_DEEP = rb"[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}[^{}]*+)*+"
_TITLE = re.compile(
    rb"(?:\{(" + _DEEP + rb")\}|\"([^\"{}]*+(?:\{" + _DEEP + rb"\}[^\"{}]*+)*+)\")(?=\s*(?:,|[})]\s*(?:$|[@%\n])))"
)
_DOI = re.compile(rb"10\.[0-9]{4,9}(?:/|%2[fF])(?:[^\s\"{}]|\{[^\s{}]*\})+")
_DIGITS = re.compile(rb"(?<![0-9])[0-9]{4}[.-]?[0-9]{3,5}(?![0-9])")
_OLD = re.compile(rb"/([0-9]{7})")  # math.AG/0503247, which needs no sign
_KEY = re.compile(rb"@\w*[ \t]*[{(]\s*([^\s,{}()=\"]+)")
_NO_ENTRIES = frozenset({b"comment", b"preamble", b"string"})
_INHERITS = re.compile(rb"\b(?:crossref|xdata)[ \t]*=\s*[{\"]\s*([^{}\"]+)", re.I)


class _Library:
    """The entries of a ``.bib``, as stretches of its bytes.

    ``definitions`` are the ``@string`` blocks of all files, to which this one adds its own: people keep the names of
    journals in a file by itself.
    """

    def __init__(self, name: str, data: bytes, definitions: list[bytes]) -> None:
        self.name = name
        self._data = data
        self._starts = array("L")
        self._ends = array("L")
        self._titles = array("L")  # where a title's value begins; 0 where that must be read to be known
        self._title_ends = array("L")
        self._definitions: list[bytes] = []
        self._all_definitions = definitions
        self.broken: list[int] = []
        """The lines where blocks begin that cannot be read."""

    def __len__(self) -> int:
        return len(self._starts)

    def scan(self) -> Iterator[tuple[set[bytes], set[bytes], set[bytes]]]:
        """Find the entries: for each, the keys of its titles, and what may be its DOIs and identifiers."""
        data = self._data
        start, kind, marks = 0, b"", []
        for mark in _MARK.finditer(data):
            if mark[1] is None:
                marks.append(mark)
            else:
                yield from self._block(start, mark.start(), kind, marks)
                start, kind, marks = mark.start(), mark[1].lower(), []
        yield from self._block(start, len(data), kind, marks)
        if not len(self) and not self._definitions and data.strip():
            raise InputError("there is no entry in it", hint=_HINT)

    def _block(
        self, start: int, end: int, kind: bytes, marks: Sequence[re.Match[bytes]]
    ) -> Iterator[tuple[set[bytes], set[bytes], set[bytes]]]:
        """What stands from one beginning of a block at the beginning of a line to the next."""
        raw = self._data[start:end]
        more = raw.count(b"@") > 1 and len(_START.findall(raw)) > 1
        if kind == b"string" and not more:
            self._definitions.append(raw)
            self._all_definitions.append(raw)
        if (kind in _NO_ENTRIES or not kind) and not more and not (start == 0 and _START.search(raw)):
            return
        if b"=" not in raw:
            return
        odd = more or not kind or raw.count(b"{") != raw.count(b"}")
        span = None if odd else self._title(raw, start, marks)
        if span is None:
            yield from self._by_reading(raw, start)
            return
        titles = _title_keys(raw[span[0] : span[1]])
        if len(span) == 4:
            titles |= {one + other for one in titles for other in _title_keys(raw[span[2] : span[3]])}
        yield self._hold(start, end, (start + span[0], start + span[1]), titles)

    def _title(self, raw: bytes, start: int, marks: Sequence[re.Match[bytes]]) -> tuple[int, ...] | None:
        """Where title and subtitle stand; ``(0, 0)`` for none, ``None`` where a glance does not tell."""
        places = [(mark[2].lower(), mark.end() - start) for mark in marks]
        if not places:
            places = [(mark[1].lower(), mark.end()) for mark in _INLINE.finditer(raw)]
            if not places:
                return None if b"title" in raw.lower().replace(b"booktitle", b"") else (0, 0)
        names = dict(places)
        if len(places) != len(names) or (b"subtitle" not in names and b"subtitle" in raw.lower()):
            return None
        span: list[int] = []
        for name in (b"title", b"subtitle"):
            place = names.get(name)
            if place is None:
                continue
            found = _TITLE.match(raw, place)
            if found is None or b"\\{" in found[0] or b"\\}" in found[0]:
                return None
            span += found.span(1 if found[1] is not None else 2)
        return tuple(span) if b"title" in names else None

    def _hold(
        self, start: int, end: int, title: tuple[int, int], titles: set[bytes]
    ) -> tuple[set[bytes], set[bytes], set[bytes]]:
        self._starts.append(start)
        self._ends.append(end)
        self._titles.append(title[0] if title[1] > title[0] else 0)
        self._title_ends.append(title[1])
        raw = self._data[start:end]
        dois = set()
        if b"10." in raw:
            dois = {
                fields.doi(found.decode("utf-8", "replace")).rstrip(".,;:/").encode() for found in _DOI.findall(raw)
            }
        lower = raw.lower()
        # One after the other: a loop over them takes four times as long, and this is done for every entry.
        if not (b"xiv" in lower or b"eprint" in lower or b"abs/" in lower or b"corr" in lower
                or b"5iv" in lower or b"papers/" in lower or b"lanl" in lower):  # fmt: skip
            key = _KEY.search(raw)
            raw = b" ".join([key[1] if key else b"", *_OLD.findall(raw)])
        identifiers = {found.translate(None, b".-") for found in _DIGITS.findall(raw)}
        return titles, dois, identifiers

    def _by_reading(self, raw: bytes, start: int) -> Iterator[tuple[set[bytes], set[bytes], set[bytes]]]:
        text = raw.decode("utf-8", "replace")
        bib = self._with_macros(BibFile.of_text(text))
        before = self._data.count(b"\n", 0, start) - 1  # the line end in front is ours
        self.broken += [before + failure.line for failure in bib.failures]
        for entry in bib.entries:
            if not entry.fields:
                continue
            title, subtitle = (bib.get(entry, name) for name in ("title", "subtitle"))
            titles = _title_keys(title.encode()) if title else set()
            if subtitle:
                titles |= {one + other for one in titles for other in _title_keys(subtitle.encode())}
            begins = start + len(text[: entry.start].encode())
            yield self._hold(begins, begins + len(text[entry.start : entry.end].encode()), (0, 0), titles)

    # --- reading an entry

    def titles(self, number: int) -> Iterator[str]:
        if self._titles[number]:
            title = self._data[self._titles[number] : self._title_ends[number]].decode("utf-8", "replace")
        else:
            entry = self._read(number)
            title = (entry.title or "") if entry else ""
        if title:
            yield title

    def describe(self, number: int, by: str) -> _Held | None:
        reference = self._read(number)
        return None if reference is None else _as_held(reference, by, self.name)

    def _read(self, number: int) -> Reference | None:
        """The entry, with what it inherits; ``None`` where it is broken or none."""
        raw = self._raw(number)
        text = raw.decode("utf-8", "replace")
        if _INHERITS.search(raw):
            text = "\n".join([text, *self._ancestors(raw)])
        bib = self._with_macros(BibFile.of_text(text))
        found = entries.references(bib, self.name)
        return found[0] if found and found[0].key == bib.entries[0].key else None

    def _raw(self, number: int) -> bytes:
        return self._data[self._starts[number] : self._ends[number]]

    def _ancestors(self, raw: bytes) -> Iterator[str]:
        """The entries from which one inherits, and those from which they do, as text."""
        seen: set[int] = set()
        wanted = [raw]
        while wanted:
            for keys in _INHERITS.findall(wanted.pop()):
                for key in keys.split(b","):
                    number = self._keys.get(key.strip().lower())
                    if number is not None and number not in seen:
                        seen.add(number)
                        wanted.append(self._raw(number))
                        yield self._raw(number).decode("utf-8", "replace")

    @cached_property
    def _keys(self) -> dict[bytes, int]:
        keys: dict[bytes, int] = {}
        for number in range(len(self)):
            if found := _KEY.search(self._raw(number)):
                keys.setdefault(found[1].lower(), number)
        return keys

    @cached_property
    def _macros(self) -> Mapping[str, str]:
        """What macros stand for; the file's own definitions come before those of others."""
        return BibFile.of_text(b"\n".join(self._definitions + self._all_definitions).decode("utf-8", "replace")).strings

    def _with_macros(self, bib: BibFile) -> BibFile:
        """The same with the definitions of the whole file."""
        return replace(bib, strings=self._macros) if self._all_definitions else bib


def _as_held(reference: Reference, by: str, source: str) -> _Held:
    """What an entry says, and by which identifier and DOI it names the work."""
    identifier = reference.identifier
    published = Published(
        title=reference.title, venue=reference.venue, year=reference.year, doi=reference.doi, type=reference.type
    )
    candidate = Candidate(
        source,
        published,
        reference.authors,
        reference.complete,
        reference.type,
        (identifier.value,) if identifier else (),
    )
    held = judge.of_candidate(candidate, by, source, reference.name)
    if judge.cites_preprint(reference):
        held = replace(held, preprint=True)
    return _Held(held, identifier.value if identifier else None, [reference.doi] if reference.doi else [])


# --- our JSON ---------------------------------------------------------------------------------------------------------

_TITLES = re.compile(rb'"title": ?("(?:[^"\\]|\\.)*+")')
_AT_ONCE = 200  # records; reading them one by one would cost half as much again


class _Records:
    """Records of our JSON, as stretches of its bytes: a tenth of what they would take as records."""

    def __init__(self, name: str, data: bytes, kind: str) -> None:
        self.name = name
        self._data = data
        self._kind = kind
        self._starts = array("L")
        self._ends = array("L")

    def __len__(self) -> int:
        return len(self._starts)

    def scan(self) -> Iterator[Record]:
        """Find the records, and give them one after the other. All of them are checked as any JSON of ours is."""
        self._data = self._data.removeprefix(codecs.BOM_UTF8)
        if self._kind == "json" and not self._find_records():
            # Not as we write it, but it may be ours all the same.
            records = formats.read("json", self._text(0, len(self._data))).records
            self._data = "".join(formats.render("jsonl", records)).encode()
            self._kind = "jsonl"
        if self._kind == "jsonl":
            self._find_lines()
        for number in range(0, len(self), _AT_ONCE):
            try:
                yield from self._read(number, min(number + _AT_ONCE, len(self)))
            except InputError:
                self._find_fault(number)
                raise

    def _find_fault(self, number: int) -> None:
        """Raise what is wrong with one of the records from ``number`` on, with its place in the file."""
        for one in range(number, len(self)):
            try:
                self._read(one, one + 1)
            except InputError as error:
                message = re.sub(r"^(?:record 1|the file, line \d+)(?=[:, ])", f"record {one + 1}", error.message)
                raise InputError(message, hint=error.hint) from error

    def _find_records(self) -> bool:
        """Whether the document is laid out as we write it; then its records have been found."""
        starts, ends = array("L"), array("L")
        outside = []
        end = 0
        while (start := self._data.find(b"\n  {\n", end)) >= 0:
            outside.append(self._text(end, start))
            end = self._data.find(b"\n  }", start) + 4
            if end < 4:
                return False
            starts.append(start)
            ends.append(end)
        outside.append(self._text(end, len(self._data)))
        if not starts or any(between != "," for between in outside[1:-1]):
            return False
        self._starts, self._ends = starts, ends
        # What stands around the records must be the rest of a document of ours.
        return not formats.read("json", outside[0] + outside[-1]).records

    def _find_lines(self) -> None:
        start = 0
        while start < len(self._data):
            end = self._data.find(b"\n", start)
            end = len(self._data) if end < 0 else end
            if self._data[start:end].strip():
                self._starts.append(start)
                self._ends.append(end)
            start = end + 1

    def _text(self, start: int, end: int) -> str:
        try:
            return self._data[start:end].decode()
        except UnicodeDecodeError as error:
            raise InputError(f"it is not UTF-8 text (byte {start + error.start})", hint=_HINT) from error

    def _read(self, number: int, last: int) -> Sequence[Record]:
        texts = (
            self._text(start, end)
            for start, end in zip(self._starts[number:last], self._ends[number:last], strict=True)
        )
        return formats.read("json", f'{{"schema": "{SCHEMA}", "records": [{",".join(texts)}]}}').records

    def titles(self, number: int) -> Iterator[str]:
        raw = self._data[self._starts[number] : self._ends[number]]
        for title in _TITLES.findall(raw[: raw.rfind(b'"origin"')] if b'"origin"' in raw else raw):
            yield json.loads(title)

    def describe(self, number: int, by: str) -> _Held | None:
        record = self._read(number, number + 1)[0]
        description = judge.of_record(record, published=record.published)
        published = record.published.doi if record.published else None
        dois = [fields.doi(doi) for doi in (record.doi, published) if doi]
        return _Held(replace(description, source=self.name, by=by), record.eprint, dois)
