"""OpenAlex: the works that it merged with arXiv's, by arXiv's DOI, 100 a request. It wants a key.

A work has locations: where copies of it are. One of them may be the publisher's, another arXiv's.
https://developers.openalex.org/api-reference/works
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from enrich.errors import UnexpectedReply
from enrich.names import split_name
from enrich.record import Candidate, Identifier, Published
from enrich.sources import metadata

NAME = "openalex"
BATCH = 100
NOTHING: Mapping[int, bytes] = {}

_FIELDS = "id,doi,title,publication_year,type,authorships,primary_location,locations,biblio,ids"
_AUTHORS = 100
"""Lists of works are cut off after so many authors each."""

_PAPERS = {"journal-article": "article", "proceedings-article": "inproceedings", "book-chapter": None}
"""What publishers' copies are, in Crossref's words."""

_VENUES = {"journal": "article", "conference": "inproceedings"}

# Its own words for what may be a paper; others (paratext, erratum, dataset) say what the publisher's kind does not.
_GENERIC = frozenset({"article", "preprint", "review", "letter", "book-chapter"})


def batches(asked: Iterable[Identifier], url: str, size: int = BATCH) -> Iterator[list[Identifier]]:
    """``asked`` in portions that fit into one request each."""
    return metadata.portions(asked, size)


def request(url: str, asked: Sequence[Identifier]) -> tuple[str, bytes | None]:
    """The address that asks for ``asked``; there is no body."""
    names = "|".join(f"10.48550/arxiv.{identifier.value.lower()}" for identifier in asked)
    return f"{url}/works?filter=doi:{quote(names, safe='/')}&per-page={BATCH}&select={_FIELDS}", None


def check(content: bytes, asked: Sequence[Identifier]) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole page of works, or empty."""
    if not content:
        return
    data = metadata.load_json(content)
    if isinstance(data, dict) and isinstance(said := data.get("message") or data.get("error"), str):
        raise UnexpectedReply(f"it reports {' '.join(said.split())[:200]!r}")
    results = metadata.mapping(data).get("results")
    total = metadata.whole_number(metadata.mapping(metadata.mapping(data).get("meta")).get("count"))
    if not isinstance(results, list) or total is None:
        raise UnexpectedReply("it is not a list of works")
    if len(results) != min(total, BATCH):
        raise UnexpectedReply(f"it holds {len(results)} of {total} works")


def candidates(content: bytes, asked: Sequence[Identifier]) -> dict[Identifier, tuple[Candidate, ...]]:
    """The works that OpenAlex connects with each of ``asked``, by its DOI or a copy that is on arXiv."""
    found: dict[Identifier, tuple[Candidate, ...]] = {}
    if not content:
        return found
    wanted = {identifier.value.lower(): identifier for identifier in asked}
    for item in metadata.mappings(metadata.mapping(metadata.load_json(content)).get("results")):
        candidate = _candidate(item)
        for eprint in () if candidate is None else candidate.eprints:
            if candidate is not None and (identifier := wanted.get(eprint.lower())):
                found[identifier] = (*found.get(identifier, ()), candidate)
    return found


def _candidate(item: Mapping[str, Any]) -> Candidate | None:
    title = metadata.plain(item.get("title") or item.get("display_name"))
    if title is None:
        return None
    primary = metadata.mapping(item.get("primary_location"))
    copies = [primary, *metadata.mappings(item.get("locations"))]
    printed = next((copy for copy in copies if _is_publishers(copy)), None)
    copy = primary if printed is None else printed
    venue = metadata.mapping(copy.get("source"))
    is_repository = venue.get("type") == "repository"
    kind, raw = metadata.text(item.get("type")), metadata.text(copy.get("raw_type"))
    if printed is not None and raw is not None and kind in _GENERIC:
        kind = raw
    people = item.get("authorships")
    names = [name for person in metadata.mappings(people) if (name := _name(person))]
    eprints = _eprints(item, copies)
    where = metadata.mapping(item.get("biblio"))
    key = metadata.text(item.get("id"))
    return Candidate(
        NAME,
        Published(
            type=None if printed is None else _PAPERS.get(raw or "") or _VENUES.get(str(venue.get("type"))),
            title=title,
            # A repository's own name for its copy is a whole reference.
            venue=metadata.plain(venue.get("display_name"))
            or (None if is_repository else metadata.plain(copy.get("raw_source_name"))),
            year=metadata.year(item.get("publication_year")),
            volume=metadata.number_text(where.get("volume")),
            issue=metadata.number_text(where.get("issue")),
            pages=_pages(where),
            doi=(None if printed is None else _doi(printed)) or metadata.bare_doi(item.get("doi")),
        ),
        authors=tuple(split_name(name) for name in names),
        complete=isinstance(people, list)
        and len(names) == len(people) < _AUTHORS
        and item.get("is_authors_truncated") is not True,
        kind=kind,
        eprints=eprints,
        relation="locations" if eprints else None,
        keys={} if key is None else {"openalex": key.rpartition("/")[2]},
    )


def _is_publishers(copy: Mapping[str, Any]) -> bool:
    """Whether this copy is at its publisher's, in the published version, with a DOI."""
    return (
        copy.get("version") == "publishedVersion"
        and metadata.mapping(copy.get("source")).get("type") != "repository"
        and _doi(copy) is not None
    )


def _doi(copy: Mapping[str, Any]) -> str | None:
    name = metadata.text(copy.get("id"))
    return metadata.bare_doi(copy.get("landing_page_url")) or metadata.bare_doi(
        name if name and name.startswith("doi:") else None
    )


def _eprints(item: Mapping[str, Any], copies: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The arXiv works among the copies, and the one that the work's DOI names."""
    said = [metadata.mapping(item.get("ids")).get("doi"), item.get("doi")]
    for copy in copies:
        said += [copy.get("landing_page_url"), copy.get("pdf_url"), copy.get("id")]
    values = []
    for address in said:
        if isinstance(address, str) and "arxiv" in address.lower():
            # As harvested: "pmh:oai:arXiv.org:2410.07166", "doi:10.48550/arxiv.2410.07166".
            _, harvested, value = address.partition("oai:arXiv.org:")
            identifier = metadata.identifier_in(value if harvested else address)
            if identifier is not None:
                values.append(identifier.value)
    return tuple(dict.fromkeys(values))


def _name(person: Mapping[str, Any]) -> str | None:
    """The name as the paper prints it, before that of the profile it was assigned to."""
    return metadata.text(person.get("raw_author_name")) or metadata.text(
        metadata.mapping(person.get("author")).get("display_name")
    )


def _pages(where: Mapping[str, Any]) -> str | None:
    first, last = metadata.pages(where.get("first_page")), metadata.pages(where.get("last_page"))
    return first if last in (None, first) else f"{first or ''}-{last}".strip("-")
