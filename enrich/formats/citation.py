"""What a bibliography says about a record, decided once for all formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from enrich.formats import clean
from enrich.formats.contract import Options
from enrich.keys import Free
from enrich.record import Person, Record, Withdrawn

ARXIV_DOI = "10.48550/arXiv."
"""arXiv registers every paper with DataCite under this prefix, old identifiers too, never with a version."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One entry of a bibliography, each text on one line and free of control characters.

    ``kind`` is ``preprint``, ``article`` or ``inproceedings``. ``published`` says whether title, date, DOI and
    venue are those of the published version; ``eprint`` (``2110.14168``, ``2110.14168v1``) is always there.
    ``doi`` may be arXiv's own. ``pages`` is ``1-10``. ``note`` is for the reader: a withdrawal, a journal reference.
    """

    key: str
    kind: str
    published: bool
    title: str | None
    authors: tuple[Person, ...]
    year: int | None
    month: int | None
    day: int | None
    venue: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    publisher: str | None
    eprint: str
    version: int | None
    primary: str | None
    categories: tuple[str, ...]
    doi: str | None
    url: str
    pdf_url: str
    abstract: str | None
    comment: str | None
    note: str | None
    withdrawn: bool


def citations(records: Iterable[Record], options: Options) -> Iterator[Citation]:
    """The records as citations, in order. Each key comes once: a repeated one gets a letter."""
    free = Free(())
    for record in records:
        yield _cite(record, free.next(clean.key(record.key) or clean.key(record.eprint) or "unknown"), options)


def _cite(record: Record, key: str, options: Options) -> Citation:
    eprint = clean.token(record.eprint) or "unknown"
    cited = clean.token(record.cited_eprint) or eprint
    preprint = f"https://arxiv.org/abs/{cited}"
    published = record.published
    own_doi = record.arxiv_doi or ARXIV_DOI + eprint
    if published is None:
        kind = "preprint"
        title, doi, url = record.title, record.doi or own_doi, record.url
        year, month, day = _date(record, options)
    else:
        # Without a type or a venue nobody can write a journal's or a conference's entry; the facts still go in.
        kind = published.type if published.type in ("article", "inproceedings") and published.venue else "preprint"
        title, doi, url = published.title or record.title, published.doi or record.doi or own_doi, published.url
        year, month, day = published.year, None, None
    return Citation(
        key=key,
        kind=kind,
        published=published is not None,
        title=clean.optional(title),
        authors=tuple([_person(person) for person in record.authors]),
        year=year,
        month=month,
        day=day,
        venue=clean.optional(published.venue) if published else None,
        volume=clean.optional(published.volume) if published else None,
        issue=clean.optional(published.issue) if published else None,
        pages=_pages(clean.optional(published.pages)) if published else None,
        publisher=clean.optional(published.publisher) if published else None,
        eprint=cited,
        version=record.cited_version,
        primary=clean.token(record.primary_category),
        categories=tuple([name for name in map(clean.token, record.categories) if name]),
        doi=clean.doi(doi) or clean.doi(own_doi),
        url=clean.url(url) or clean.url(record.url) or preprint,
        pdf_url=clean.url(record.pdf_url) or f"https://arxiv.org/pdf/{cited}",
        abstract=clean.optional(record.abstract),
        comment=clean.optional(record.comment),
        note=_note(record),
        withdrawn=record.withdrawn is not None,
    )


def _person(person: Person) -> Person:
    given, family, suffix, literal = map(clean.optional, (person.given, person.family, person.suffix, person.literal))
    if literal is None and family is None:
        literal, given, suffix = " ".join(part for part in (given, suffix) if part) or "?", None, None
    return Person(given, family, suffix, literal)


def _date(record: Record, options: Options) -> tuple[int | None, int | None, int | None]:
    """Year, month and day of the submission, or of the cited version. The day only where the rest agrees."""
    if options.year == "latest":
        latest = _iso(record.updated)
        if latest is not None:
            return latest
    submitted = _iso(record.submitted)
    if submitted is not None and submitted[:2] == (record.year, record.month):
        return submitted
    return record.year, record.month if record.year is not None and record.month in range(1, 13) else None, None


def _iso(time: str | None) -> tuple[int, int, int] | None:
    match = re.match(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)", time or "", re.ASCII)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _pages(pages: str | None) -> str | None:
    return re.sub(r"(?<=\w)\s*[-\u2010-\u2015]+\s*(?=\w)", "-", pages) if pages else None


# ---------------------------------------------------------------------------------------------------------- the note

_NOTE = re.compile(
    r"^(?:(?P<withdrawn>Withdrawn(?:: (?P<reason>.*?)| \w.*?)?)(?:; superseded by (?P<by>\S+?))?)?"
    r"(?:(?:^|; )[Jj]ournal reference: (?P<reference>.*))?$"
)


def _note(record: Record) -> str | None:
    """What a reader must not miss: ``Withdrawn: <reason>; superseded by <id>; journal reference: <text>``.

    A reason that begins with the word stands alone. A journal reference that its authors gave to arXiv is repeated
    in their words, not turned into a venue; a published version that is known says it better.
    """
    parts = []
    if record.withdrawn is not None:
        reason = clean.optional(record.withdrawn.reason)
        speaks = reason is not None and re.match(r"Withdrawn \w", reason) is not None
        parts.append(reason if reason and speaks else f"Withdrawn: {reason}" if reason else "Withdrawn")
        superseded_by = clean.optional(record.withdrawn.superseded_by)
        if superseded_by:
            parts.append(f"superseded by {superseded_by}")
    reference = clean.optional(record.journal_ref)
    if reference and record.published is None:
        parts.append(f"{'journal' if parts else 'Journal'} reference: {reference}")
    return "; ".join(parts) or None


def parse_note(note: str | None) -> tuple[Withdrawn | None, str | None]:
    """The withdrawal and the journal reference that a note written here speaks of; both ``None`` for other notes."""
    match = _NOTE.match(note or "")
    if match is None:
        return None, None
    said = match["withdrawn"]
    if not said:
        return None, match["reference"]
    reason = match["reason"] or (said if said != "Withdrawn" else None)
    return Withdrawn(reason, match["by"]), match["reference"]
