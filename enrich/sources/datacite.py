"""DataCite, where arXiv registers its DOIs: arXiv's own metadata of the newest version, in batches.

Asked when arXiv refuses. It lags behind by some hours and is no authority on what does not exist. Repositories of data
and software register there as well: what such a DOI stands for is told by :func:`works`.
https://support.datacite.org/docs/api; metadata is CC0.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from enrich.errors import UnexpectedReply
from enrich.names import split_name
from enrich.record import Candidate, Identifier, Person, Published, Record, Withdrawn
from enrich.sources import metadata
from enrich.venues import is_preprint_doi

NAME = "datacite"
BATCH = 50
NOTHING: Mapping[int, bytes] = {}
REQUEST_LINE = 3_900
"""Bytes of the address, well below what servers and proxies refuse."""

_RELATION = "IsVersionOf"
"""How arXiv's records name what was published of them; among 1,004 such relations was no other."""

_CATEGORY = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)\s*$")


def batches(asked: Iterable[Identifier], url: str, size: int = BATCH) -> Iterator[list[Identifier]]:
    """``asked`` in portions that fit into one request each."""
    return metadata.portions(asked, size)


def address(url: str, asked: Sequence[Identifier]) -> str:
    """The address that asks for ``asked``. Without a page size DataCite answers 25 of them."""
    names = " OR ".join(f'"10.48550/arxiv.{identifier.value.lower()}"' for identifier in asked)
    return f"{url}/dois?query={quote(f'doi:({names})', safe='')}&page%5Bsize%5D={max(len(asked), 1)}"


def check(content: bytes, asked: Sequence[Identifier]) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole page of results. What else than ``asked`` it holds is of
    no consequence: DataCite's silence on a paper means nothing."""
    data = _load(content)
    results = data.get("data")
    total = metadata.whole_number(metadata.mapping(data.get("meta")).get("total"))
    if not isinstance(results, list) or total is None:
        raise UnexpectedReply("it is not a list of DOIs")
    if len(results) != total:
        raise UnexpectedReply(f"it holds {len(results)} of {total} results")


def records(content: bytes, asked: Sequence[Identifier], retrieved: str) -> dict[Identifier, Record]:
    """The records in a whole reply, by what was asked.

    A version asked for by number is answered only where it is the one DataCite describes, the newest.
    """
    answers: dict[Identifier, Record] = {}
    for ask, attributes in _attributes(content, asked).items():
        answer = _record(attributes, ask, retrieved)
        if answer.title is not None and ask.version in (None, answer.version):
            answers[ask] = answer
    return answers


def request(url: str, asked: Sequence[Identifier]) -> tuple[str, bytes | None]:
    """The address that asks for ``asked`` (and no body)."""
    return address(url, asked), None


def candidates(content: bytes, asked: Sequence[Identifier]) -> dict[Identifier, tuple[Candidate, ...]]:
    """What arXiv's records call themselves versions of: DOIs, nothing else being said of them.

    Authors and a matching of titles put them there; reports, other preprint servers' copies and mistakes are among
    them.
    """
    answers: dict[Identifier, tuple[Candidate, ...]] = {}
    for ask, attributes in _attributes(content, asked).items():
        dois = [
            metadata.bare_doi(item.get("relatedIdentifier"))
            for item in metadata.mappings(attributes.get("relatedIdentifiers"))
            if item.get("relationType") == _RELATION and item.get("relatedIdentifierType") in ("DOI", "URL")
        ]
        if found := tuple(
            Candidate(NAME, Published(doi=doi), eprints=(ask.value,), relation=_RELATION)
            for doi in dict.fromkeys(dois)
            if doi
        ):
            answers[ask] = found
    return answers


def work_batches(asked: Iterable[str], url: str, size: int = BATCH) -> Iterator[list[str]]:
    """``asked``, DOIs in lower case, in portions that fit into one request each. What is no DOI is left out, and what
    would have to be escaped in the query; no DOI of DataCite's has such a character."""
    room = REQUEST_LINE - len(work_request(url, ["10.1000/1"])[0])

    def length(doi: str) -> int:
        return len(quote(f'"{doi}" OR ', safe=""))

    known = [doi for doi in dict.fromkeys(asked) if metadata.bare_doi(doi) == doi and doi.isprintable()]
    fit = [doi for doi in known if not _QUOTING.search(doi) and length(doi) <= room]
    return metadata.fitting(fit, size, room, length)


def work_request(url: str, asked: Sequence[str]) -> tuple[str, bytes | None]:
    """The address that asks for ``asked``, DOIs of any kind (and no body)."""
    names = " OR ".join(f'"{doi}"' for doi in asked)
    return f"{url}/dois?query={quote(f'doi:({names})', safe='')}&page%5Bsize%5D={max(len(asked), 1)}", None


def work_check(content: bytes, asked: Sequence[str]) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole page of results about nothing but what was ``asked``."""
    check(content, ())
    for item in metadata.mappings(_load(content).get("data")):
        name = metadata.mapping(item.get("attributes")).get("doi")
        if metadata.bare_doi(name) not in asked:
            raise UnexpectedReply(f"it is about something that was not asked for: {str(name)[:80]!r}")


def works(content: bytes, asked: Sequence[str]) -> dict[str, Candidate]:
    """The works in a whole reply, by the DOI asked for: data, software, theses, articles. ``kind`` is DataCite's."""
    answers: dict[str, Candidate] = {}
    for item in metadata.mappings(_load(content).get("data")):
        attributes = metadata.mapping(item.get("attributes"))
        doi = metadata.bare_doi(attributes.get("doi"))
        if doi is not None and doi in asked:
            answers[doi] = _work(attributes, doi)
    return answers


def other_titles_and_years(content: bytes) -> dict[str, tuple[tuple[str, ...], tuple[int, ...]]]:
    """By DOI, what else the works in a whole reply are called, and the years of their dates: of a data set that grows
    the years of several versions."""
    answers: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {}
    for item in metadata.mappings(_load(content).get("data")):
        attributes = metadata.mapping(item.get("attributes"))
        if doi := metadata.bare_doi(attributes.get("doi")):
            titles = _titles(attributes)
            dates = [
                date.get("date")
                for date in metadata.mappings(attributes.get("dates"))
                if date.get("dateType") in _APPEARED
            ]
            years = [metadata.year(value) for value in (attributes.get("publicationYear"), *dates)]
            answers[doi] = (
                titles[1:],
                tuple(dict.fromkeys(year for year in years if year is not None)),
            )
    return answers


_QUOTING = re.compile(r'["\\]')
_APPEARED = frozenset({"Issued", "Available", "Created", "Updated", "Submitted"})
_WORK_TYPES = {"JournalArticle": "article", "ConferencePaper": "inproceedings"}


def _work(attributes: Mapping[str, Any], doi: str) -> Candidate:
    types = metadata.mapping(attributes.get("types"))
    general, own = metadata.text(types.get("resourceTypeGeneral")), metadata.text(types.get("resourceType"))
    container = metadata.mapping(attributes.get("container"))
    # A container may also be the repository's collection, or the record that this is a part of.
    held = metadata.plain(container.get("title")) if container.get("type") in ("Journal", "Series", "Book") else None
    first, last = (metadata.number_text(container.get(name)) for name in ("firstPage", "lastPage"))
    publisher = attributes.get("publisher")
    return Candidate(
        NAME,
        Published(
            type=_WORK_TYPES.get(general or ""),
            title=next(iter(_titles(attributes)), None),
            venue=held,
            year=metadata.year(attributes.get("publicationYear")),
            volume=metadata.number_text(container.get("volume")),
            issue=metadata.number_text(container.get("issue")),
            pages=metadata.pages(f"{first}-{last}" if first and last else first),
            publisher=metadata.plain(publisher.get("name") if isinstance(publisher, dict) else publisher),
            doi=doi,
            url=f"https://doi.org/{doi}",
        ),
        authors=tuple(
            [person for item in metadata.mappings(attributes.get("creators")) if (person := _person(item)) is not None]
        ),
        # "Text" and "Other" say nothing; what kind of text, its depositor may have said in words.
        kind=own if general in (None, "Text", "Other") and own else general,
    )


def _titles(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """The title, and behind it the alternative and translated ones: those that have a type."""
    items = sorted(metadata.mappings(attributes.get("titles")), key=lambda item: bool(item.get("titleType")))
    return tuple([title for item in items if (title := metadata.plain(item.get("title")))])


def _attributes(content: bytes, asked: Sequence[Identifier]) -> dict[Identifier, Mapping[str, Any]]:
    """What DataCite says of each work asked for, where it says anything."""
    found: dict[str, Mapping[str, Any]] = {}
    for item in metadata.mappings(_load(content).get("data")):
        attributes = metadata.mapping(item.get("attributes"))
        if identifier := metadata.identifier_in(attributes.get("doi")):
            found[identifier.value] = attributes
    return {ask: found[ask.value] for ask in asked if ask.value in found}


def _record(attributes: Mapping[str, Any], asked: Identifier, retrieved: str) -> Record:
    version = str(attributes.get("version") or "").strip().lstrip("v")
    number = int(version) if version.isdecimal() else None
    submitted = _date(attributes, "Submitted", "v1")
    descriptions = {
        item.get("descriptionType"): item.get("description")
        for item in metadata.mappings(attributes.get("descriptions"))
    }
    categories = [
        match.group(1)
        for subject in metadata.mappings(attributes.get("subjects"))
        if subject.get("subjectScheme") == "arXiv" and (match := _CATEGORY.search(str(subject.get("subject"))))
    ]
    title, abstract = _text(_first(attributes, "titles", "title")), _paragraphs(descriptions.get("Abstract"))
    comment = _text(descriptions.get("Other"))
    withdrawn = metadata.withdrawal(title, abstract, comment, asked.value)
    if withdrawn is None and _date(attributes, "Withdrawn"):
        withdrawn = Withdrawn(comment)
    return metadata.record(
        asked,
        NAME,
        retrieved,
        version=number,
        title=title,
        authors=[person for item in metadata.mappings(attributes.get("creators")) if (person := _person(item))],
        abstract=abstract,
        submitted=submitted,
        updated=_date(attributes, "Submitted", f"v{number}") if number else None,
        primary_category=categories[0] if categories else None,
        categories=categories,
        comment=comment,
        doi=_published(attributes),
        license=_text(_first(attributes, "rightsList", "rightsUri")),
        withdrawn=withdrawn,
    )


def _person(creator: Mapping[str, Any]) -> Person | None:
    affiliations = []
    for item in creator.get("affiliation") or ():
        name = _text(item.get("name") if isinstance(item, dict) else item)
        if name:
            affiliations.append(name)
    family, given, name = (_text(creator.get(field)) for field in ("familyName", "givenName", "name"))
    if creator.get("nameType") != "Organizational" and family and given:
        # arXiv's own split; but a suffix is put behind the family name, and a comma may be left over.
        family = family.rstrip(" ,")
        base, _, suffix = family.rpartition(" ")
        if base and split_name(f"{given} {family}").suffix == suffix:
            return Person(given, base.rstrip(" ,"), suffix, None, tuple(affiliations))
        return Person(given, family, None, None, tuple(affiliations))
    if name is None:
        return None
    if creator.get("nameType") == "Organizational":
        return Person(literal=name, affiliations=tuple(affiliations))
    return split_name(name, affiliations)


def _published(attributes: Mapping[str, Any]) -> str | None:
    """The DOI this is said to be a version of. Where several are said, none is taken: the relation is noisy."""
    related = {
        str(item.get("relatedIdentifier")).lower()
        for item in metadata.mappings(attributes.get("relatedIdentifiers"))
        if item.get("relationType") == _RELATION and item.get("relatedIdentifierType") == "DOI"
    }
    published = {doi for doi in related if not is_preprint_doi(doi)}
    return metadata.published_doi(published.pop()) if len(published) == 1 else None


def _date(attributes: Mapping[str, Any], kind: str, information: str | None = None) -> str | None:
    for item in metadata.mappings(attributes.get("dates")):
        if item.get("dateType") == kind and information in (None, item.get("dateInformation")):
            date = str(item.get("date"))
            if re.fullmatch(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", date):
                return date
    return None


def _first(attributes: Mapping[str, Any], name: str, part: str) -> object:
    return next((item.get(part) for item in metadata.mappings(attributes.get(name))), None)


def _text(value: object) -> str | None:
    # Comments and abstracts arrive with HTML's references in them ("A&amp;A"), which arXiv's text never means.
    return metadata.text(html.unescape(value)) if isinstance(value, str) else None


def _paragraphs(value: object) -> str | None:
    return metadata.paragraphs(html.unescape(value)) if isinstance(value, str) else None


def _load(content: bytes) -> Mapping[str, Any]:
    data = metadata.load_json(content)
    if not isinstance(data, dict):
        raise UnexpectedReply("it is not a JSON object")
    return data
