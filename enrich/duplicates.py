"""Entries of one file that are the same work: by identifier, by DOI, by publication, perhaps by title and authors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from enrich import fields
from enrich.bibfile import BibFile, Entry, Naming
from enrich.latex import to_text
from enrich.match import AuthorComparison, compare_authors, compare_titles
from enrich.names import parse_bibtex_names
from enrich.record import Person


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry and a later one that are the same work, ``why``, and whether that is ``certain``."""

    first: Entry
    second: Entry
    why: str
    certain: bool


def pairs(bib: BibFile, namings: Mapping[int, Naming], appeared: Mapping[str, str]) -> Iterator[Pair]:
    """Each entry that is the same work as an earlier one, with the first of its kind.

    ``appeared`` maps works (``arXiv:2105.00001``) to the DOIs, in lower case, of their published versions.
    """
    search = _Search(bib, namings, appeared)
    for entry in bib.entries:
        yield from search.by_name(entry)
    yield from search.by_title()


class _Search:
    def __init__(self, bib: BibFile, namings: Mapping[int, Naming], appeared: Mapping[str, str]) -> None:
        self.bib = bib
        self.namings = namings
        self.appeared = appeared
        self.works = {doi: work for work, doi in appeared.items()}
        self.named: dict[str, Entry] = {}
        self.firsts: dict[int, Entry] = {}
        self.told: set[tuple[int, int]] = set()
        self.titles: dict[str | bytes, list[Entry]] = {}

    def first(self, entry: Entry) -> Entry:
        """The first entry of the same work, as far as is known."""
        while entry.start in self.firsts:
            entry = self.firsts[entry.start]
        return entry

    def by_name(self, entry: Entry) -> Iterator[Pair]:
        """Pairs that an entry's names make: with the entry itself, or of two before it that it connects."""
        names: dict[str, tuple[str, bool]] = {}  # why, and whether it may be the name of a larger whole
        doi = title = None
        for span in entry.fields:
            if span.name == "doi" and doi is None:
                doi = span
            elif span.name == "title" and title is None:
                title = span
        naming = self.namings.get(entry.start)
        if naming is not None and naming.identifier is not None and not naming.others:
            work = naming.identifier.id
            names[str(naming.identifier)] = f"both are {naming.identifier}", False
            names.setdefault(work, (f"both are {work}", False))
            if published := self.appeared.get(work):
                names[f"doi:{published}"] = f"{work} appeared as doi:{published}", False
        if doi is not None and (value := fields.doi(self.bib.value(doi))):
            whose = self.works.get(value)
            why = f"{whose} appeared as doi:{value}" if whose else f"both have doi:{value}"
            names.setdefault(f"doi:{value}", (why, whose is None))
        if title is not None and (key := _key(self.bib.value(title))):
            self.titles.setdefault(key, []).append(entry)
        for name, (why, of_whole) in names.items():
            before = self.named.setdefault(name, entry)
            if before is not entry:
                yield from self.pair(before, entry, why, of_whole=of_whole)

    def pair(
        self, before: Entry, entry: Entry, why: str, *, of_whole: bool = False, sure: bool = True
    ) -> Iterator[Pair]:
        """The pair that two entries make, unless it is known. Only what is certain makes one work of them."""
        one, other = sorted((self.first(before), self.first(entry)), key=lambda known: known.start)
        if one is other or (one.start, other.start) in self.told:
            return
        certain = sure and self.is_certain(one, other, of_whole=of_whole)
        self.told.add((one.start, other.start))
        if certain:
            self.firsts[other.start] = one
        yield Pair(one, other, why, certain)

    def is_certain(self, one: Entry, other: Entry, *, of_whole: bool) -> bool:
        """Whether two entries with a name in common cite the same thing.

        They do not where they cite two versions. The chapters of a book may all have its DOI, and an identifier may be
        wrong: titles have to agree, or, where the name is that of one work, authors.
        """
        versions = [self.version(entry) for entry in (one, other)]
        if None not in versions and versions[0] != versions[1]:
            return False
        titles = [self.bib.get(entry, "title") for entry in (one, other)]
        if not all(titles) or compare_titles(*titles).how != "other":
            return True
        people = [self.people(entry) for entry in (one, other)]
        return not of_whole and compare_authors(*people).shared > 0

    def version(self, entry: Entry) -> int | None:
        """The version that an entry cites, 0 for a work as a whole; ``None`` for what is not on arXiv."""
        naming = self.namings.get(entry.start)
        return naming.identifier.version or 0 if naming is not None and naming.identifier is not None else None

    def people(self, entry: Entry) -> tuple[Person, ...]:
        return parse_bibtex_names(self.bib.get(entry, "author") or "")

    def by_title(self) -> Iterator[Pair]:
        """Pairs with title and authors in common that nothing else connects."""
        for group in self.titles.values():
            if len(group) == 1:
                continue
            works: list[tuple[Entry, Sequence[Person]]] = []
            for entry in group:
                people = self.people(entry)
                if not people:
                    continue
                found = next((one for one, others in works if self.may_be_one(one, others, entry, people)), None)
                if found is None:
                    works.append((entry, people))
                else:
                    yield from self.pair(found, entry, "the same title and authors", sure=False)

    def may_be_one(self, one: Entry, people: Sequence[Person], other: Entry, others: Sequence[Person]) -> bool:
        works = [self.namings.get(entry.start) for entry in (one, other)]
        identifiers = [naming.identifier.id for naming in works if naming is not None and naming.identifier]
        return len({*identifiers}) < 2 and agree(compare_authors(people, others))


def agree(comparison: AuthorComparison) -> bool:
    """Whether two lists name the same people in the same order, as far as they go."""
    return bool(comparison.shared and comparison.ordered and not comparison.missing and not comparison.added)


_NO_LETTERS = bytes(code for code in range(256) if not chr(code).isalnum() or code > 127)


def _key(title: str) -> str | bytes:
    """What titles that are the same have in common; quick, as every title of a file is read."""
    if title.isascii() and "\\" not in title:
        return title.lower().encode().translate(None, _NO_LETTERS)
    text = re.sub(r"\W|_", "", to_text(title, bibtex=True).casefold())
    return text.encode() if text.isascii() else text
