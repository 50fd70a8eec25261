"""arXiv's query API: many identifiers in one request, the newest metadata, any version.

Terms: https://info.arxiv.org/help/api/tou.html (metadata is CC0; one request in 3 s on one connection).
Replies: https://info.arxiv.org/help/api/user-manual.html; the server is open source (arXiv/arxiv-search), and
several of its habits are known only from there. They are named where they matter.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

# Private: there is no public way to parse a reply that one has already; `arxiv.Client` fetches by itself, without a
# time-out, and takes an HTML page for "no results". Its types and parsing are what we want of it.
from arxiv import Result, _feed
from lxml import etree

from enrich import latex
from enrich.errors import SourceUnavailable, UnexpectedReply
from enrich.names import split_name
from enrich.record import Identifier, Record
from enrich.sources import metadata

NAME = "arxiv"
BATCH = 200
REQUEST_LINE = 3_900
"""Bytes of the request line. The server (gunicorn's default) refuses more than 4,094 with status 400."""

SEARCH_TITLES = 8
SEARCH_RESULTS = 10
"""So many titles are searched for in one request, and so many results are asked for of each."""

_MOST_WORDS = 10
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[^\s\w]|_")
_BETWEEN = frozenset("-‐‑–—:,;.?!()[]{}~/\"“”‘’'`")

# What it leaves out it logs; that is checked below, and must not appear between the lines of our own report.
logging.getLogger("arxiv").addHandler(logging.NullHandler())

_ATOM = "{http://www.w3.org/2005/Atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"


def batches(asked: Iterable[Identifier], url: str, size: int = BATCH) -> Iterator[list[Identifier]]:
    """``asked`` in portions that fit into one request each."""
    room = REQUEST_LINE - len(address(url, []))
    return metadata.fitting(asked, size, room, lambda identifier: len(identifier.versioned) + 1)


def address(url: str, asked: Sequence[Identifier]) -> str:
    """The address that asks for ``asked``. Without ``max_results`` the server answers at most ten of them."""
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}max_results={max(len(asked), 1)}&id_list=" + ",".join(i.versioned for i in asked)


def check(content: bytes, asked: Sequence[Identifier]) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole feed about nothing but what was ``asked``.

    The parser mends cut XML, and takes a page of HTML or the words "Rate exceeded." for an empty feed; so being
    well-formed, being a feed, being no error and holding as many entries as it claims are checked here.
    """
    _check(content, {identifier.value for identifier in asked})


def _check(content: bytes, values: Collection[str] | None, most: int | None = None) -> int:
    """How many results there are, in a whole feed about nothing but these works. It may hold only the first ``most``
    of them."""
    root = metadata_root(content)
    if root.tag != f"{_ATOM}feed":
        raise UnexpectedReply(f"it is not an Atom feed but <{etree.QName(root).localname}>")
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in (entry.findtext(f"{_ATOM}id") or ""):
            said = " ".join((entry.findtext(f"{_ATOM}summary") or "no reason given").split())
            raise UnexpectedReply(f"it reports an error: {said[:200]}", status=400)
    claimed = (root.findtext(_TOTAL) or "").strip()
    if not claimed.isdecimal():
        raise UnexpectedReply("it does not say how many results there are")
    if len(entries) != (int(claimed) if most is None else min(int(claimed), most)):
        raise UnexpectedReply(f"it holds {len(entries)} of {claimed} results")
    for entry in entries:
        # An entry without an id is the old server's way to say that there is no such paper. The parser leaves out
        # entries that lack a date, and raises at one that is none.
        if name := (entry.findtext(f"{_ATOM}id") or "").strip():
            identifier = metadata.identifier_in(name)
            asked_for = values is None or (identifier is not None and identifier.value in values)
            if identifier is None or identifier.version is None or not asked_for:
                raise UnexpectedReply(f"it is about something that was not asked for: {name[:80]!r}")
            for name in ("published", "updated"):
                date = (entry.findtext(f"{_ATOM}{name}") or "").strip()
                try:
                    datetime.fromisoformat(date.replace("Z", "+00:00"))
                except ValueError as error:
                    raise UnexpectedReply(f"an entry's {name} is no date: {date[:40]!r}") from error
    return int(claimed)


def metadata_root(content: bytes) -> etree._Element:
    """The root of an XML reply, with nothing expanded and nothing mended.

    What is no XML at all (a page of HTML, "Rate exceeded.", nothing) is told from XML that was cut: only the second
    may be cured by asking for less.
    """
    start = content[:4096].decode("utf-8-sig", errors="replace").lstrip()
    if not start.startswith("<?xml") or "<!DOCTYPE" in start or b"<!ENTITY" in content:
        shown = " ".join(start[:60].split())
        if shown.lower().startswith("rate exceeded"):
            raise SourceUnavailable("it says: rate exceeded", status=429)
        raise UnexpectedReply(f"it begins with {shown!r}" if shown else "it is empty", status=200)
    try:
        content.decode("utf-8")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.fromstring(content, parser)
    except UnicodeDecodeError as error:
        raise UnexpectedReply(f"it is not UTF-8 (byte {error.start})") from error
    except etree.XMLSyntaxError as error:
        raise UnexpectedReply(f"its XML is broken in line {error.lineno} or ends there") from error


def records(content: bytes, asked: Sequence[Identifier], retrieved: str) -> dict[Identifier, Record]:
    """The records in a whole reply, by what was asked. What is not in it, arXiv does not have.

    The order is not the order asked, and a version asked for by number is one entry with the bare identifier where it
    is the newest; so every ask looks for its own entry.
    """
    found: dict[Identifier, Result] = {}
    newest: dict[str, int] = {}
    for result in _feed.parse(content).results:
        identifier = metadata.identifier_in(result.entry_id)
        if identifier is None or identifier.version is None:
            continue  # check() refuses a reply with such an entry.
        found[identifier] = result
        newest[identifier.value] = max(newest.get(identifier.value, 0), identifier.version)
    answers: dict[Identifier, Record] = {}
    for ask in asked:
        version = ask.version or newest.get(ask.value)
        if version is None:
            continue
        result = found.get(Identifier(ask.value, version))
        if result is not None:
            answers[ask] = _record(result, ask, version, retrieved)
    return answers


def search_words(title: str) -> str:
    """The words of a title (plain text) to search for, or ``""`` where there are none.

    The server looks for works that have all of them, whatever stands between; its forerunner took them for a phrase,
    and so they are one here as well: the longest piece of the title without a formula and without a letter that may be
    written otherwise. In lower case, since AND, OR and NOT are operators even between quotes.
    """
    runs: list[list[str]] = [[]]
    for is_maths, piece in latex.mathematics(latex.normalise(title)):
        if is_maths:
            runs.append([])
            continue
        for token in _TOKEN.findall(re.sub(r"\\[A-Za-z]+", "&", piece)):
            word, apostrophe, _ = token.replace("’", "'").partition("'")
            if token in _BETWEEN:
                continue
            if word.isascii() and word.isalnum():
                runs[-1].append(word.lower())
            if apostrophe or not (word.isascii() and word.isalnum()):
                runs.append([])
    longest = max(runs, key=lambda run: len("".join(run)))
    if sum(len(word) > 3 for word in longest) < 2:
        # Too little to find one work by: then rather a letter that may be written otherwise.
        longest = re.findall(r"[^\W_]+", re.sub(r"\\[A-Za-z]+", " ", title.lower()))
    return " ".join(longest[:_MOST_WORDS])


def search_batches(titles: Iterable[str], url: str, size: int = SEARCH_TITLES) -> Iterator[list[str]]:
    """``titles`` in portions that fit into one request each. Those without a word to search for are left out."""
    room = REQUEST_LINE - len(search_request(url, [])[0]) - 16

    def length(title: str) -> int:
        return len(quote(f'ti:"{search_words(title)}" OR ', safe=":"))

    fit = [title for title in dict.fromkeys(titles) if search_words(title) and length(title) <= room]
    return metadata.fitting(fit, size, room, length)


def search_request(url: str, titles: Sequence[str]) -> tuple[str, bytes | None]:
    """The address that searches for works with these titles (and no body)."""
    separator = "&" if "?" in url else "?"
    query = " OR ".join(f'ti:"{words}"' for words in dict.fromkeys(map(search_words, titles)))
    return f"{url}{separator}max_results={_most(titles)}&search_query={quote(query, safe=':')}", None


def search_check(content: bytes, titles: Sequence[str]) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole feed, which may be empty."""
    _check(content, None, _most(titles))


def found(content: bytes, titles: Sequence[str], retrieved: str) -> tuple[tuple[Record, ...], bool]:
    """The newest versions of the works in a whole feed, and whether these are all that the search found."""
    total = _check(content, None, _most(titles))
    works: list[Record] = []
    for result in _feed.parse(content).results:
        identifier = metadata.identifier_in(result.entry_id)
        if identifier is not None and identifier.version is not None:
            works.append(_record(result, identifier.bare, identifier.version, retrieved))
    return tuple(works), total <= _most(titles)


def _most(titles: Sequence[str]) -> int:
    return SEARCH_RESULTS * max(len(titles), 1)


def _record(result: Result, asked: Identifier, version: int, retrieved: str) -> Record:
    return metadata.record(
        asked,
        NAME,
        retrieved,
        version=version,
        title=metadata.text(result.title),
        authors=[
            split_name(name, [affiliation for item in author.affiliation if (affiliation := metadata.text(item))])
            for author in result.authors
            if (name := metadata.text(author.name))
        ],
        abstract=metadata.paragraphs(result.summary),
        submitted=metadata.iso(result.published),
        updated=metadata.iso(result.updated),
        primary_category=result.primary_category or None,
        categories=result.categories,
        comment=metadata.text(result.comment),
        journal_ref=metadata.text(result.journal_ref),
        doi=metadata.published_doi(result.doi),
    )
