"""DBLP, the bibliography of computer science: a search by title and first author, one work a request.

It keeps arXiv's paper ("CoRR") and the conference's or journal's as separate works with no link between them. Data is
CC0; it asks for a second or two between requests (https://dblp.org/faq/1474706.html). The search is described at
https://dblp.org/faq/1474589.html (queries) and https://dblp.org/faq/13501473.html (the address).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from enrich import latex
from enrich.errors import UnexpectedReply
from enrich.names import split_name
from enrich.record import Candidate, Person, Published, Record
from enrich.sources import metadata

NAME = "dblp"
HITS = 20

_TYPES = {"Journal Articles": "article", "Conference and Workshop Papers": "inproceedings"}
_HOMONYM = re.compile(r"\s+\d{4}$")
_PART = re.compile(r"\s+\(\d+\)$")

_FORMULA = "\0"
_TOKEN = re.compile(r"[\w\0'’-]+")
_MOST_WORDS = 8
# Neither words that an "&" may stand for, nor any that find nothing because they are everywhere.
_STOP_WORDS = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]
)


def request(url: str, asked: Record) -> tuple[str, bytes | None]:
    """The address that searches for the work ``asked`` (and no body)."""
    return f"{url}/search/publ/api?q={quote_plus(query(asked))}&format=json&h={HITS}&f=0", None


def query(record: Record) -> str:
    """The words to search for.

    DBLP finds works that have, for every word of the query, a word that begins with it. So one word too many loses
    the work, and a part of a word costs nothing: of what is written in several ways ("pre-training", "pretraining")
    the beginning is taken, and what may be written otherwise (formulas, letters with accents) is left out. So is what
    comes late in a long title, since subtitles change.
    """
    title = latex.normalise(latex.to_text(record.title or ""))
    pieces = [_FORMULA if is_maths else piece for is_maths, piece in latex.mathematics(title)]
    tokens = _TOKEN.findall(re.sub(r"\\[A-Za-z]+", _FORMULA, "".join(pieces)))
    words = [word for word in dict.fromkeys(word for token in tokens for word in _words(token)) if word]
    plain = [word for word in words if len(word) > 1 and word.isascii() and word.lower() not in _STOP_WORDS]
    chosen = (plain or words or re.findall(r"[^\W_]+", title))[:_MOST_WORDS]
    author = next((person.family for person in record.authors if person.family), "")
    # One plain word stands in the name whatever DBLP makes of particles, hyphens, accents and the order of its parts.
    return " ".join([*chosen, author] if re.fullmatch(r"[A-Za-z]{2,}", author) else chosen)


def _words(token: str) -> list[str]:
    """What to search for of a word: without what follows a formula or an apostrophe in it, and only the beginning of
    a compound unless that is a letter or two."""
    parts = [re.split(r"[\0'’]", part)[0].replace("_", "") for part in token.split("-")]
    return parts[:1] if len(parts[0]) > 2 else parts


def check(content: bytes, asked: Record) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole list of hits, which may be empty."""
    _hits(content)


def candidates(content: bytes) -> tuple[Candidate, ...]:
    """All works that a search found, the likeliest first: arXiv's own among them (their ``kind`` tells)."""
    return tuple(_candidate(info) for hit in _hits(content) if (info := metadata.mapping(hit.get("info"))))


def _hits(content: bytes) -> list[Mapping[str, Any]]:
    result = metadata.mapping(metadata.mapping(metadata.load_json(content)).get("result"))
    status = metadata.mapping(result.get("status"))
    hits = metadata.mapping(result.get("hits"))
    code = metadata.whole_number(status.get("@code"))
    if code not in (None, 200):
        raise UnexpectedReply(f"it reports an error: {str(status.get('text'))[:200]}", status=code or 0)
    found, sent, total = hits.get("hit", []), hits.get("@sent"), metadata.whole_number(hits.get("@total"))
    if total is None:
        raise UnexpectedReply("it is not a list of hits")
    found = found if isinstance(found, list) else [found]
    expected = metadata.whole_number(sent)
    if len(found) != (min(total, HITS) if expected is None else expected):
        raise UnexpectedReply(f"it holds {len(found)} of {sent or total} hits")
    return metadata.mappings(found)


def _candidate(info: Mapping[str, Any]) -> Candidate:
    kind, key = metadata.text(info.get("type")), metadata.text(info.get("key"))
    venue = metadata.plain(_first(info.get("venue")))
    volume = metadata.number_text(info.get("volume"))
    eprint = metadata.identifier_in(volume) if volume and venue == "CoRR" else None
    return Candidate(
        NAME,
        Published(
            type=_TYPES.get(kind or ""),
            title=_title(info),
            # The parts of one conference's proceedings are numbered: "ECCV (34)".
            venue=_PART.sub("", venue) if venue else None,
            year=metadata.year(info.get("year")),
            volume=volume,
            issue=metadata.number_text(info.get("number")),
            pages=metadata.pages(info.get("pages")),
            publisher=metadata.plain(info.get("publisher")),
            doi=metadata.bare_doi(info.get("doi")),
            url=metadata.text(_first(info.get("ee"))),
        ),
        authors=_authors(info),
        kind=kind,
        eprints=(eprint.value,) if eprint else (),
        relation="CoRR volume" if eprint else None,
        keys={"dblp": key} if key else {},
    )


def _title(info: Mapping[str, Any]) -> str | None:
    # DBLP ends every title with a dot, unless it ends with another mark.
    title = metadata.plain(info.get("title"))
    if title and title.endswith(".") and not title.endswith(".."):
        title = title[:-1].rstrip()
    return title or None


def _authors(info: Mapping[str, Any]) -> tuple[Person, ...]:
    """The authors: a list, or the one there is. People of the same name are told apart by a number behind it."""
    said = metadata.mapping(info.get("authors")).get("author")
    people = []
    for one in said if isinstance(said, list) else [said]:
        name = metadata.plain(one.get("text") if isinstance(one, dict) else one)
        if name:
            people.append(split_name(_HOMONYM.sub("", name)))
    return tuple(people)


def _first(value: object) -> object:
    return next(iter(value), None) if isinstance(value, list) else value
