"""INSPIRE, the bibliography of high-energy physics: what became of arXiv's papers, in batches, by arXiv's identifiers.

Curated by hand; one work there is the preprint and what was published of it.
https://github.com/inspirehep/rest-api-doc: 15 requests in 5 seconds, most metadata CC0. The fields are described at
https://inspire-schemas.readthedocs.io/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from enrich.errors import UnexpectedReply
from enrich.names import split_name
from enrich.record import Candidate, Identifier, Person, Published
from enrich.sources import metadata

NAME = "inspire"
BATCH = 25
NOTHING: Mapping[int, bytes] = {}

_FIELDS = "titles,authors.full_name,dois,publication_info,arxiv_eprints,document_type,collaborations,author_count"
_TYPES = {"article": "article", "conference paper": "article"}
_TOLD_FIRST = ("thesis", "proceedings", "book", "book chapter", "conference paper")
_DOT = re.compile(r"\.(?=[^\W_])")
_GROUP = re.compile(r"\b(?:collab\w*|consorti\w+|group|team|project|working)\b", re.I)


def batches(asked: Iterable[Identifier], url: str, size: int = BATCH) -> Iterator[list[Identifier]]:
    """``asked`` in portions that fit into one request each."""
    return metadata.portions(asked, size)


def request(url: str, asked: Sequence[Identifier]) -> tuple[str, bytes | None]:
    """The address that asks for ``asked`` (and no body). Without a size INSPIRE answers ten of them."""
    names = " or ".join(f"arxiv:{identifier.value}" for identifier in asked)
    return f"{url}/api/literature?q={quote(names, safe=':/')}&fields={_FIELDS}&size={max(len(asked), 1)}", None


def check(content: bytes, asked: Sequence[Identifier]) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole page of results."""
    hits, total = _hits(content)
    if len(hits) < min(total, len(asked)):
        raise UnexpectedReply(f"it holds {len(hits)} of {total} results")


def candidates(content: bytes, asked: Sequence[Identifier]) -> dict[Identifier, tuple[Candidate, ...]]:
    """What was published of each paper asked for; a paper is absent where INSPIRE knows of nothing."""
    found: dict[str, list[Candidate]] = {}
    for hit in metadata.mappings(_hits(content)[0]):
        work = metadata.mapping(hit.get("metadata"))
        eprints = _eprints(work)
        for eprint in eprints:
            found.setdefault(eprint, []).extend(_candidates(work, eprints, metadata.number_text(hit.get("id"))))
    return {ask: tuple(found[ask.value]) for ask in asked if found.get(ask.value)}


def _hits(content: bytes) -> tuple[list[Any], int]:
    data = metadata.mapping(metadata.load_json(content))
    result = metadata.mapping(data.get("hits"))
    hits, total = result.get("hits"), metadata.whole_number(result.get("total"))
    if not isinstance(hits, list) or total is None:
        said = metadata.text(data.get("message"))
        raise UnexpectedReply(
            f"it reports an error: {said[:200]}" if said else "it is not a list of works",
            status=metadata.whole_number(data.get("status")) or 0,
        )
    return hits, total


def _eprints(work: Mapping[str, Any]) -> tuple[str, ...]:
    found = (metadata.identifier_in(item.get("value")) for item in metadata.mappings(work.get("arxiv_eprints")))
    return tuple(dict.fromkeys(identifier.value for identifier in found if identifier))


def _candidates(work: Mapping[str, Any], eprints: tuple[str, ...], number: str | None) -> Iterator[Candidate]:
    """One for each place of publication, and one for each DOI that belongs to none of them."""
    authors, complete = _authors(work)
    kinds = [kind for kind in _list(work.get("document_type")) if isinstance(kind, str)]
    kind = next((kind for kind in _TOLD_FIRST if kind in kinds), kinds[0] if kinds else None)
    places = [place for place in _of_the_paper(work.get("publication_info")) if _is_a_place(place)]
    dois = list(
        dict.fromkeys(d for item in _of_the_paper(work.get("dois")) if (d := metadata.bare_doi(item.get("value"))))
    )
    title = _title(work)

    def candidate(place: Mapping[str, Any], doi: str | None) -> Candidate:
        journal = metadata.text(place.get("journal_title"))
        return Candidate(
            NAME,
            Published(
                # What appeared in a journal is an article, also where a conference was the occasion.
                type=_TYPES.get(kind or "") if journal else None,
                title=title,
                venue=_DOT.sub(". ", journal) if journal else None,
                year=metadata.year(place.get("year")),
                volume=metadata.number_text(place.get("journal_volume")),
                issue=metadata.number_text(place.get("journal_issue")),
                pages=_pages(place),
                doi=doi,
            ),
            authors=authors,
            complete=complete,
            kind=kind,
            eprints=eprints,
            relation="arxiv_eprints",
            keys={"inspire": number} if number else {},
        )

    for place in places:
        doi = _doi_of(place, places, dois)
        if doi is not None:
            dois.remove(doi)
        yield candidate(place, doi)
    for doi in dois:
        yield candidate({}, doi)


def _of_the_paper(value: object) -> list[Mapping[str, Any]]:
    """Without what belongs to an erratum, an addendum, a reprint, a translation."""
    return [
        item
        for item in metadata.mappings(value)
        if item.get("material") in (None, "publication") and item.get("hidden") is not True
    ]


def _is_a_place(place: Mapping[str, Any]) -> bool:
    """Whether it can be cited: not a conference alone, nor a journal that has only accepted the paper."""
    return metadata.text(place.get("journal_title")) is not None and (
        _pages(place) is not None or metadata.number_text(place.get("journal_volume")) is not None
    )


def _doi_of(place: Mapping[str, Any], places: Sequence[Mapping[str, Any]], dois: Sequence[str]) -> str | None:
    """The DOI of what appeared in ``place``. INSPIRE lists both without saying which belong together.

    Where there is more than one of either, a DOI is known by volume and page in it (``10.1103/physrevd.96.032004``).
    """
    if len(places) == len(dois) == 1:
        return dois[0]
    page = metadata.text(place.get("artid")) or metadata.text(place.get("page_start"))
    volume = metadata.number_text(place.get("journal_volume"))
    if page is None or volume is None:
        return None
    having = [doi for doi in dois if {page.lower().lstrip("0"), volume.lower().lstrip("0")} <= _numbers(doi)]
    return having[0] if len(having) == 1 else None


def _numbers(doi: str) -> set[str]:
    """The numbers in a DOI, with the letter before them and without."""
    parts = re.findall(r"([a-z]?)0*(\d+)", doi.partition("/")[2])
    return {number for _, number in parts} | {letter + number for letter, number in parts}


def _title(work: Mapping[str, Any]) -> str | None:
    for item in metadata.mappings(work.get("titles")):
        title, subtitle = metadata.plain(item.get("title")), metadata.plain(item.get("subtitle"))
        if title:
            return f"{title}: {subtitle}" if subtitle else title
    return None


def _pages(place: Mapping[str, Any]) -> str | None:
    start, end, number = (metadata.number_text(place.get(part)) for part in ("page_start", "page_end", "artid"))
    if start and end and start != end:
        return metadata.pages(f"{start}-{end}")
    return metadata.pages(number or start)


def _authors(work: Mapping[str, Any]) -> tuple[tuple[Person, ...], bool]:
    """The collaborations and the authors, and whether these are all. Large collaborations' lists may be cut."""
    groups = []
    for item in metadata.mappings(work.get("collaborations")):
        name = metadata.plain(item.get("value"))
        if name:
            groups.append(Person(literal=name if _GROUP.search(name) else f"{name} Collaboration"))
    people = [
        _person(name)
        for item in metadata.mappings(work.get("authors"))
        if (name := metadata.plain(item.get("full_name")))
    ]
    count = metadata.whole_number(work.get("author_count"))
    return (*groups, *people), count is None or count <= len(people)


def _person(full_name: str) -> Person:
    """``Family, Given`` or ``Family, Given, Jr.``, with no space between initials."""
    parts = [part.strip() for part in full_name.split(",")]
    if len(parts) not in (2, 3) or not all(parts):
        return split_name(full_name)
    return Person(_DOT.sub(". ", parts[1]), parts[0], parts[2] if len(parts) == 3 else None)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
