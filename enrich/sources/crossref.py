"""Crossref, where most publishers register their DOIs: what a DOI stands for, and a search by title and first author.

It knows no arXiv identifiers: arXiv's own DOIs are DataCite's. So it says what a published work is, seldom whose
preprint it had. https://www.crossref.org/documentation/retrieve-metadata/rest-api/; the metadata may be used freely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

from enrich import latex
from enrich.errors import UnexpectedReply
from enrich.names import split_name
from enrich.record import Candidate, Person, Published, Record
from enrich.sources import metadata

NAME = "crossref"
BATCH = 25
REQUEST_LINE = 3_900
"""Bytes of the address, well below what servers and proxies refuse; old DOIs are long and full of brackets."""

SEARCH_ROWS = 5
_SELECT = (
    "DOI,type,title,subtitle,original-title,author,container-title,short-container-title,event,published,published-print,"
    "published-online,issued,volume,issue,page,article-number,publisher,URL,relation,update-to"
)
_SEARCH_LENGTH = 300

_TYPES = {"journal-article": "article", "proceedings-article": "inproceedings"}

# Springer registers conference papers as chapters of books. These series hold proceedings (with a few exceptions); for
# other books their title tells.
_PROCEEDINGS_SERIES = re.compile(
    r"lecture notes (?:in|on|of) (?:the institute|computer science|artificial|bioinformatics|electrical|networks"
    r"|business information|data eng|control and information|civil eng|mechanical eng|computational vision"
    r"|information systems|operations|computational science)"
    r"|communications in computer and information|advances in intelligent systems and comput|ifip\b"
    r"|springer proceedings in|smart innovation, systems|(?:leibniz international|spie|aip conference) proceedings"
    r"|proceedings of spie",
    re.I,
)
_A_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.ASCII)
_SERIES = re.compile(
    r"(?:lecture notes|synthesis lectures|studies|advances|springer\w*|handbook|progress|graduate texts|monographs"
    r"|undergraduate texts|communications) (?:in|on|of|for|the)\b",
    re.I,
)
# What stands in old titles of IEEE's and is no part of the name.
_CATALOGUE = re.compile(r"\s*\((?:IEEE\s+)?Cat\.?\s*No\.?[^()]*\)", re.I)
_PROCEEDINGS = re.compile(r"\b(?:proceedings|conference|symposium|workshop|congress)\b", re.I)

# A new version or edition of a work is a work; everything else that updates one is a notice about it.
_NEW_WORK = frozenset({"new_version", "new_edition"})
_INITIAL = re.compile(r"(?:^|\s)[^\W\d_]\.")


NO_WORK: Mapping[int, bytes] = {404: b"Resource not found"}
"""The status by which Crossref says of one DOI that there is nothing, with its words."""


def batches(asked: Iterable[str], url: str, size: int = BATCH) -> Iterator[list[str]]:
    """``asked``, DOIs in lower case, in portions that fit into one request each. What is no DOI is left out.

    A comma separates filters, and there is no way to escape it: one such DOI would spoil the others. It comes alone,
    and :func:`request` asks for it in another way.
    """
    room = REQUEST_LINE - len(request(url, ["10.1000/1", "10.1000/2"])[0])
    known = [doi for doi in dict.fromkeys(asked) if metadata.bare_doi(doi) == doi and doi.isprintable()]
    yield from ([doi] for doi in known if "," in doi)
    fit = [doi for doi in known if "," not in doi]
    yield from metadata.fitting(fit, size, room, lambda doi: len(quote(doi)) + len(",doi:"))


def request(url: str, asked: Sequence[str]) -> tuple[str, bytes | None]:
    """The address that asks for ``asked`` (and no body). Without ``rows`` Crossref answers 20 of them."""
    if _by_address(asked):
        return f"{url}/works/{quote(asked[0], safe='')}", None
    names = quote(",".join(f"doi:{doi}" for doi in asked), safe=":,/")
    return f"{url}/works?filter={names}&rows={max(len(asked), 1)}&select={_SELECT}", None


def nothing(asked: Sequence[str]) -> Mapping[int, bytes]:
    """The status by which Crossref says that it knows none of ``asked``, with its words: 404, if asked by address."""
    return NO_WORK if _by_address(asked) else {}


def _by_address(asked: Sequence[str]) -> bool:
    return len(asked) == 1 and "," in asked[0]


def check(content: bytes, asked: Sequence[str]) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole list of works, or the one work asked for by its address."""
    _items(content, len(asked))


def candidates(content: bytes, asked: Sequence[str]) -> dict[str, Candidate]:
    """The works in a whole reply, by the DOI asked for. What is not in it, Crossref does not know.

    No content at all stands for a status that says :func:`nothing`.
    """
    works = [_candidate(item) for item in _items(content)] if content else []
    if _by_address(asked):
        return dict.fromkeys(asked, works[0]) if works else {}  # Of two DOIs of one work it may tell the other.
    return {doi: work for work in works if (doi := work.published.doi) and doi in asked}


def other_titles_and_years(content: bytes) -> dict[str, tuple[tuple[str, ...], tuple[int, ...]]]:
    """By DOI, what else the works in a whole reply are called, as in another language, and the years in which they
    appeared: in print and online, which may be years apart."""
    answers: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {}
    for item in _items(content) if content else []:
        if doi := metadata.bare_doi(item.get("DOI")):
            titles = (*_texts(item.get("title"))[1:], *_texts(item.get("original-title")))
            years = (
                _year_in(item.get(name)) for name in ("published-print", "issued", "published-online", "published")
            )
            answers[doi] = titles, tuple(dict.fromkeys(year for year in years if year is not None))
    return answers


def work_request(url: str, doi: str) -> tuple[str, bytes | None]:
    """The address that asks for one work, also under a second DOI of it, by which the list of works does not know it.

    It is answered as :func:`check` and :func:`found` understand; that there is none, by :data:`NO_WORK`.
    """
    return f"{url}/works/{quote(doi, safe='')}", None


def work_check(content: bytes, doi: str) -> None:
    """Raise :class:`UnexpectedReply` unless this is one whole work."""
    if len(_items(content, 1)) != 1:
        raise UnexpectedReply("it is not one work")


def agency_request(url: str, doi: str) -> tuple[str, bytes | None]:
    """The address that asks which agency a DOI is registered with, of all there are. :data:`NO_WORK`: with none."""
    return f"{url}/works/{quote(doi, safe='')}/agency", None


def agency_check(content: bytes, doi: str) -> None:
    """Raise :class:`UnexpectedReply` unless this names the agency of that DOI."""
    _agency(content, doi)


def agency(content: bytes, doi: str) -> tuple[str, str]:
    """The agency that a whole reply names: its id (``crossref``, ``datacite``, ``jalc``) and its name for people."""
    return _agency(content, doi)


def _agency(content: bytes, doi: str) -> tuple[str, str]:
    data = metadata.mapping(metadata.load_json(content))
    if data.get("status") != "ok" or data.get("message-type") != "work-agency":
        raise UnexpectedReply("it is not an answer of Crossref's about an agency")
    message = metadata.mapping(data.get("message"))
    told = metadata.mapping(message.get("agency"))
    name = metadata.text(told.get("id"))
    if metadata.bare_doi(message.get("DOI")) != doi:
        raise UnexpectedReply("it is about something that was not asked for")
    if name is None:
        raise UnexpectedReply("it names no agency")
    return name.lower(), metadata.plain(told.get("label")) or name


def search_request(url: str, record: Record) -> tuple[str, bytes | None]:
    """The address that looks for works with the title of ``record`` and the name of its first author."""
    title = re.sub(r"\\[A-Za-z]+|[\\${}^_]", " ", latex.normalise(record.title or ""))
    author = next((person.family or person.literal or "" for person in record.authors), "")
    words = latex.normalise(f"{title[:_SEARCH_LENGTH]} {author}")
    return f"{url}/works?query.bibliographic={quote_plus(words)}&rows={SEARCH_ROWS}&select={_SELECT}", None


def search_check(content: bytes) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole list of works."""
    _items(content, SEARCH_ROWS)


def found(content: bytes) -> tuple[Candidate, ...]:
    """The works that a search found, the likeliest first. There are always some; hardly any is the one looked for."""
    return tuple(_candidate(item) for item in _items(content))


def _items(content: bytes, rows: int = 0) -> list[Mapping[str, Any]]:
    """The works in a reply, of which at least ``rows`` must be there if Crossref says that it has so many."""
    data = metadata.mapping(metadata.load_json(content))
    message, status = data.get("message"), data.get("status")
    if status in ("failed", "error"):
        # What is wrong with the request comes as a list, what is wrong with Crossref as one object.
        said = [one.get("message") or one.get("description") for one in metadata.mappings(message)]
        said.append(metadata.mapping(message).get("description"))
        why = next(filter(None, map(metadata.text, said)), "no reason given")
        raise UnexpectedReply(f"it reports an error: {why[:200]}", status=400 if status == "failed" else 500)
    if status != "ok":
        raise UnexpectedReply("it is not an answer of Crossref's")
    if not isinstance(message, dict):
        raise UnexpectedReply("it holds no message")
    if data.get("message-type") == "work":
        return [message]
    items, total = message.get("items"), metadata.whole_number(message.get("total-results"))
    if not isinstance(items, list) or total is None:
        raise UnexpectedReply("it is not a list of works")
    if len(items) < min(total, rows):
        raise UnexpectedReply(f"it holds {len(items)} of {min(total, rows)} results")
    return metadata.mappings(items)


def _candidate(item: Mapping[str, Any]) -> Candidate:
    doi = metadata.bare_doi(item.get("DOI"))
    kind = metadata.text(item.get("type"))
    containers = [name for one in _texts(item.get("container-title")) if (name := _tidy(one))]
    event = metadata.plain(metadata.mapping(item.get("event")).get("name"))
    eprints = _preprints(item)
    type_, venue = _type(kind, containers, event), _venue(kind, containers, event)
    return Candidate(
        NAME,
        Published(
            type=type_,
            title=_title(item),
            venue=venue,
            year=_year_of_proceedings(item, venue) if type_ == "inproceedings" else _year(item),
            volume=metadata.number_text(item.get("volume")),
            issue=metadata.number_text(item.get("issue")),
            pages=_pages(item),
            publisher=metadata.plain(item.get("publisher")),
            doi=doi,
            url=f"https://doi.org/{doi}" if doi else None,
        ),
        authors=_authors(item),
        kind=_notice(item, doi) or kind,
        eprints=eprints,
        relation="has-preprint" if eprints else None,
    )


def _type(kind: str | None, containers: Sequence[str], event: str | None) -> str | None:
    if kind == "book-chapter":
        conference = event is not None or any(
            _PROCEEDINGS_SERIES.match(name) or _PROCEEDINGS.search(name) for name in containers
        )
        return "inproceedings" if conference else None
    return _TYPES.get(kind or "")


def _venue(kind: str | None, containers: Sequence[str], event: str | None) -> str | None:
    """The journal, or the book: a book's series stands before it, a journal's abbreviation behind it."""
    if kind == "journal-article":
        return containers[0] if containers else None
    books = [name for name in containers if not _PROCEEDINGS_SERIES.match(name)]
    if not books:
        return event or (containers[-1] if containers else None)
    return next((name for name in reversed(books) if not _SERIES.match(name)), books[-1])


def _tidy(venue: str) -> str:
    """The name of a venue without a library's number in it, and without the full stop after a year."""
    return re.sub(r"(?<=\b\d{4})\.$", "", _CATALOGUE.sub("", venue)).strip()


def _title(item: Mapping[str, Any]) -> str | None:
    # Of several titles the others are translations.
    title = next(iter(_texts(item.get("title"))), None)
    subtitle = next(iter(_texts(item.get("subtitle"))), None)
    if title is None or subtitle is None or subtitle.lower() in title.lower():
        return title
    return f"{title} {subtitle}" if title[-1] in ":?!–—" else f"{title}: {subtitle}"


def _year(item: Mapping[str, Any]) -> int | None:
    """The year that the publisher cites: the issue's. A paper may be online a year before its issue.

    "published" and "issued" are the earlier of both, so they count only where there is no date of print.
    """
    dates = (item.get(name) for name in ("published-print", "published", "issued", "published-online"))
    return next((year for date in dates if (year := _year_in(date)) is not None), None)


def _year_of_proceedings(item: Mapping[str, Any], venue: str | None) -> int | None:
    """The meeting's year where the proceedings were out in December, for a meeting in January.

    It is that of its first day or, where nothing is said of that, the one in the proceedings' name.
    """
    year = _year(item)
    met = _year_in(metadata.mapping(item.get("event")).get("start"))
    if met is None and len(named := set(_A_YEAR.findall(venue or ""))) == 1:
        met = int(named.pop())
    return met if year is not None and met == year + 1 else year


def _year_in(date: object) -> int | None:
    parts = metadata.mapping(date).get("date-parts")
    while isinstance(parts, list) and parts:
        parts = parts[0]
    return metadata.year(parts)


def _pages(item: Mapping[str, Any]) -> str | None:
    # Journals without issues count every article's pages from 1, beside its number; the number is what one cites.
    pages, number = metadata.pages(item.get("page")), metadata.pages(item.get("article-number"))
    if number and (pages is None or pages == "1" or pages.startswith("1-")):
        return number
    return pages


def _authors(item: Mapping[str, Any]) -> tuple[Person, ...]:
    authors = sorted(metadata.mappings(item.get("author")), key=lambda author: author.get("sequence") == "additional")
    return tuple([person for author in authors if (person := _person(author))])


def _person(author: Mapping[str, Any]) -> Person | None:
    given, family, suffix, name = (metadata.plain(author.get(part)) for part in ("given", "family", "suffix", "name"))
    if family and given:
        return Person(given, family, suffix)
    if family or given:
        return split_name(" ".join(part for part in (family or given, suffix) if part))  # often the whole name
    if name is None:
        return None
    # Meant for organisations; but some publishers put people there.
    return split_name(name) if _INITIAL.search(name) else Person(literal=name)


def _notice(item: Mapping[str, Any], own: str | None) -> str | None:
    """``correction``, ``retraction`` and so on, where the work is a notice about another."""
    for update in metadata.mappings(item.get("update-to")):
        kind = (metadata.text(update.get("type")) or "correction").lower()
        if kind not in _NEW_WORK and metadata.bare_doi(update.get("DOI")) != own:
            return kind
    return None


def _preprints(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The arXiv works that Crossref calls preprints of this one; its others are bioRxiv's, SSRN's and so on."""
    related = metadata.mapping(item.get("relation")).get("has-preprint")
    values = []
    for one in metadata.mappings(related if isinstance(related, list) else [related]):
        name = one.get("id")
        if one.get("id-type") == "arxiv" or "arxiv" in str(name).lower():
            identifier = metadata.identifier_in(name)
            if identifier is not None:
                values.append(identifier.value)
    return tuple(dict.fromkeys(values))


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for one in values if (text := metadata.plain(one))]
