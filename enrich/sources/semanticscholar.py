"""Semantic Scholar: what it holds under an arXiv identifier, 500 papers a request.

Its records are merged by machine: one may have the venue of the conference and the year, DOI and journal of the
preprint, or be another paper altogether. It is passed on as it is said, for others to judge.
https://api.semanticscholar.org/api-docs/graph
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from enrich.errors import UnexpectedReply
from enrich.names import split_name
from enrich.record import Candidate, Identifier, Published
from enrich.sources import metadata
from enrich.venues import is_preprint_doi, is_preprint_venue

NAME = "semanticscholar"
BATCH = 500
NOTHING: Mapping[int, bytes] = {400: b"No valid paper ids"}
"""The status by which it says that it knows none of what was asked: ``{"error": "No valid paper ids given"}``."""

_FIELDS = "title,authors,year,externalIds,venue,publicationVenue,journal,publicationTypes,publicationDate"
_VENUES = {"conference": "inproceedings", "journal": "article"}


def batches(asked: Iterable[Identifier], url: str, size: int = BATCH) -> Iterator[list[Identifier]]:
    """``asked`` in portions that fit into one request each."""
    return metadata.portions(asked, size)


def request(url: str, asked: Sequence[Identifier]) -> tuple[str, bytes | None]:
    """The address and the body that ask for ``asked``. Identifiers with a version would not be found."""
    body = {"ids": [f"ARXIV:{identifier.value}" for identifier in asked]}
    return f"{url}/graph/v1/paper/batch?fields={_FIELDS}", json.dumps(body).encode()


def check(content: bytes, asked: Sequence[Identifier]) -> None:
    """Raise :class:`UnexpectedReply` unless this has an answer, or null, for each of ``asked``, or is empty."""
    if not content:
        return
    data = metadata.load_json(content)
    if isinstance(data, dict) and isinstance(said := data.get("error") or data.get("message"), str):
        raise UnexpectedReply(f"it reports {' '.join(said.split())[:200]!r}")
    if not isinstance(data, list):
        raise UnexpectedReply("it is not a list of papers")
    if len(data) != len(asked):
        raise UnexpectedReply(f"it holds {len(data)} answers to {len(asked)} questions")


def candidates(content: bytes, asked: Sequence[Identifier]) -> dict[Identifier, tuple[Candidate, ...]]:
    """What is held under each of ``asked``, in the reply's order, which is that of the questions."""
    if not content:
        return {}
    answers = zip(asked, metadata.load_json(content), strict=True)
    return {
        identifier: (candidate,)
        for identifier, item in answers
        if isinstance(item, dict) and (candidate := _candidate(item)) is not None
    }


def _candidate(item: Mapping[str, Any]) -> Candidate | None:
    title = metadata.plain(item.get("title"))
    if title is None:
        return None
    ids, journal = metadata.mapping(item.get("externalIds")), metadata.mapping(item.get("journal"))
    venue, type_ = _where(item, journal)
    types = item.get("publicationTypes")
    doi = metadata.bare_doi(ids.get("DOI"))
    volume, issue = metadata.number_text(journal.get("volume")), None
    if volume and volume.startswith("abs/") and doi and not is_preprint_doi(doi):
        volume = None  # The preprint's, beside the published work's DOI.
    if volume and (both := re.fullmatch(r"(\d+) (\d+)", volume)):
        volume, issue = both.groups()  # "48 3"
    people = item.get("authors")
    names = [name for person in metadata.mappings(people) if (name := metadata.text(person.get("name")))]
    eprint = metadata.text(ids.get("ArXiv"))
    known = metadata.identifier_in(eprint)
    named = {"dblp": ids.get("DBLP"), "s2": item.get("paperId"), "acl": ids.get("ACL")}
    return Candidate(
        NAME,
        Published(
            type=type_,
            title=title,
            venue=venue,
            year=metadata.year(item.get("year")) or metadata.year(item.get("publicationDate")),
            volume=volume,
            issue=issue,
            pages=metadata.pages(journal.get("pages")),
            doi=doi,
        ),
        authors=tuple(split_name(name) for name in names),
        complete=isinstance(people, list) and len(names) == len(people),
        kind=", ".join(word for word in types if isinstance(word, str)) or None if isinstance(types, list) else None,
        eprints=() if eprint is None else (known.value if known else eprint,),
        relation=None if eprint is None else "externalIds.ArXiv",
        keys={name: key for name, key in named.items() if isinstance(key, str) and key},
    )


def _where(item: Mapping[str, Any], journal: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The venue's name and what appears there, where the record says. Records name up to three, and those linked to a
    repository may name the journal that printed them beside it."""
    linked = metadata.mapping(item.get("publicationVenue"))
    names = [metadata.plain(name) for name in (linked.get("name"), journal.get("name"), item.get("venue"))]
    venue = next((name for name in names if name and not is_preprint_venue(name)), None)
    if venue is None:
        return next((name for name in names if name), None), None
    said = linked.get("type") if venue == names[0] else None
    return venue, _VENUES.get(str(said)) or _type(item.get("publicationTypes"))


def _type(types: object) -> str | None:
    if not isinstance(types, list):
        return None
    # Many a conference paper is called both.
    conference, journal = "Conference" in types, "JournalArticle" in types
    return None if conference == journal else "inproceedings" if conference else "article"
