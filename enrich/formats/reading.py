"""From what a foreign file says about a work to a record, or to the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from enrich.errors import InputError
from enrich.formats import clean
from enrich.formats.citation import ARXIV_DOI, parse_note
from enrich.formats.contract import Reading
from enrich.identify import parse_id
from enrich.mentions import remark_id
from enrich.record import Identifier, Person, Problem, Published, Record


@dataclass(frozen=True, slots=True)
class Work:
    """What an entry of a bibliography says, as text, before it is known to be on arXiv.

    ``identifier`` is set where the format itself can tell. Else ``eprints`` are the fields that hold nothing but an
    identifier, likeliest first; ``mentions`` are fields whose text may name one (``arXiv preprint arXiv:2110.14168``).
    ``kind`` is ``article``, ``inproceedings`` or ``None``. ``line`` counts from 1.
    """

    key: str | None
    identifier: Identifier | None = None
    eprints: Sequence[str | None] = ()
    mentions: Sequence[str | None] = ()
    kind: str | None = None
    title: str | None = None
    authors: tuple[Person, ...] = ()
    year: int | None = None
    month: int | None = None
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publisher: str | None = None
    categories: tuple[str, ...] = ()
    doi: str | None = None
    url: str | None = None
    pdf_url: str | None = None
    abstract: str | None = None
    comment: str | None = None
    note: str | None = None
    line: int | None = None


class Gathering:
    """Collects the records and problems of one file, in its order. ``source`` is the format's name."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._records: list[Record] = []
        self._problems: list[Problem] = []

    def add(self, work: Work) -> None:
        """Keep a work as a record, or say why it cannot be one."""
        identifier = work.identifier or _identifier(work)
        if identifier is None:
            self.problem(
                "no arXiv identifier in this entry",
                text=work.key,
                line=work.line,
                hint="only works on arXiv can be read; give the identifier in an eprint field",
            )
        else:
            self._records.append(_record(work, identifier, self._source))

    def problem(self, message: str, *, text: str | None, line: int | None = None, hint: str | None = None) -> None:
        self._problems.append(
            Problem("not-understood", clean.line(message), text=clean.optional(text), line=line, hint=hint)
        )

    def reading(self) -> Reading:
        return Reading(self._records, self._problems)


def date(text: str) -> tuple[int | None, int | None]:
    """Year and month of a date that begins with them: ``2021-10-27``, ``2021/10``, ``2021``."""
    match = re.match(r"\s*(\d{4})(?:[-/](\d{1,2})(?!\d))?", text, re.ASCII)
    if match is None or match[1] == "0000":
        return None, None
    month = int(match[2]) if match[2] else None
    return int(match[1]), month if month in range(1, 13) else None


def _identifier(work: Work) -> Identifier | None:
    for text in work.eprints:
        if text:
            try:
                identifier = parse_id(text)
            except InputError:
                continue  # An eprint of another archive, an ordinary DOI or address: the next field may tell.
            if identifier.scheme == "arXiv":
                return identifier
    foreign = work.doi is not None and ARXIV_DOI.lower() not in work.doi.lower()
    at_home = work.venue is not None and _PREPRINT_VENUE.search(work.venue) is None
    for text in work.mentions:
        found = remark_id(text, homeless=not (foreign or at_home)) if text else None
        if found is not None:
            return found.identifier
    return None


_PREPRINT_VENUE = re.compile(r"\b(?:arxiv|corr)\b", re.IGNORECASE)  # "arXiv preprint arXiv:...", "CoRR"


_DOI_ADDRESS = re.compile(r"https?://(?:dx\.)?doi\.org/10\.", re.IGNORECASE)


def _record(work: Work, identifier: Identifier, source: str) -> Record:
    withdrawn, journal_ref = parse_note(clean.optional(work.note))
    venue = clean.optional(work.venue)
    if venue is not None and _PREPRINT_VENUE.search(venue):
        venue = None
    url = clean.url(work.url)
    doi, arxiv_doi = clean.true_doi(work.doi), None
    if doi is not None and doi.lower().startswith(ARXIV_DOI.lower()):
        doi, arxiv_doi = None, doi
    if doi is None and url is not None and _DOI_ADDRESS.match(url) and ARXIV_DOI.lower() not in url.lower():
        doi = clean.true_doi(url)
    own_url = f"https://arxiv.org/abs/{identifier.versioned}"
    published = None
    if work.kind is not None and venue is not None:
        published = Published(
            type=work.kind,
            title=clean.optional(work.title),
            venue=venue,
            year=work.year,
            volume=clean.optional(work.volume),
            issue=clean.optional(work.issue),
            pages=clean.optional(work.pages),
            publisher=clean.optional(work.publisher),
            doi=doi,
            url=None if url is None or "arxiv.org/" in url else url,
        )
    categories = tuple(dict.fromkeys([name for name in map(clean.token, work.categories) if name]))
    record = Record(
        id=identifier.id,
        version=identifier.version,
        key=clean.key(work.key),
        title=clean.optional(work.title),
        authors=work.authors,
        abstract=clean.optional(work.abstract),
        year=None if published else work.year,
        month=None if published else work.month,
        primary_category=categories[0] if categories else None,
        categories=categories,
        comment=clean.optional(work.comment),
        journal_ref=journal_ref,
        doi=doi,
        arxiv_doi=arxiv_doi,
        url=own_url if identifier.version is not None or url is None or "arxiv.org/" not in url else url,
        pdf_url=clean.url(work.pdf_url),
        withdrawn=withdrawn,
        published=published,
    )
    named = {
        field.name: source
        for field in fields(record)
        if field.name not in ("id", "version", "key", "origin") and getattr(record, field.name) not in (None, ())
    }
    return replace(record, origin=named)
