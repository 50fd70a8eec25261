"""CSL-JSON, the input of citation processors: pandoc, Zotero, citeproc.

A preprint is an ``article`` with ``publisher`` arXiv and its identifier as ``number``, as CSL 1.0.2 advises and
Zotero writes; a published work is an ``article-journal`` or ``paper-conference`` with the identifier in ``archive``
and ``archive_location`` (styles print both places, so each work has one). ``keyword`` holds the categories, the
primary one first; ``annote`` arXiv's comment; ``note`` what a reader must not miss.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from enrich.errors import InputError
from enrich.formats import reading
from enrich.formats.citation import Citation, citations
from enrich.formats.contract import Reading, Rendering
from enrich.formats.enrich_json import decode
from enrich.identify import is_category
from enrich.latex import mathematics
from enrich.record import Person, Record

_TYPES = {"preprint": "article", "article": "article-journal", "inproceedings": "paper-conference"}

_encode = json.JSONEncoder(ensure_ascii=False).encode


def render(records: Iterable[Record], rendering: Rendering) -> Iterator[str]:
    """A list of CSL items, one piece each. Problems have no place in this format."""
    yield "["
    separator = "\n"
    for citation in citations(records, rendering.options):
        fields = ",\n".join([f"  {_encode(name)}: {_encode(value)}" for name, value in _item(citation).items()])
        yield f"{separator} {{\n{fields}\n }}"
        separator = ",\n"
    yield "]\n" if separator == "\n" else "\n]\n"


def _item(citation: Citation) -> dict[str, Any]:
    preprint = citation.kind == "preprint"
    date = [part for part in (citation.year, citation.month, citation.day) if part is not None]
    item = {
        "id": citation.key,
        "citation-key": citation.key,
        "type": _TYPES[citation.kind],
        "title": _title(citation.title) if citation.title else None,
        "author": [_name(person) for person in citation.authors],
        "issued": {"date-parts": [date]} if date else None,
        "container-title": citation.venue,
        "volume": citation.volume,
        "issue": citation.issue,
        "page": citation.pages,
        "publisher": "arXiv" if preprint and not citation.published else citation.publisher,
        "number": f"arXiv:{citation.eprint}" if preprint else None,
        "genre": "Preprint" if preprint and not citation.published else None,
        "archive": "arXiv" if not preprint else None,
        "archive_location": citation.eprint if not preprint else None,
        "DOI": citation.doi,
        "URL": citation.url,
        "status": "Withdrawn" if citation.withdrawn else None,
        "note": citation.note,
        "annote": citation.comment,
        "keyword": ", ".join(_primary_first(citation)) or None,
        "abstract": citation.abstract,
    }
    return {name: value for name, value in item.items() if value}


def _title(title: str) -> str:
    """Mathematics as written, marked so that a style's title case does not make ``\\Ell`` of ``\\ell``."""
    return "".join([f"{_NOCASE}{piece}</span>" if formula else piece for formula, piece in mathematics(title)])


_NOCASE = '<span class="nocase">'


def _primary_first(citation: Citation) -> list[str]:
    return list(dict.fromkeys([name for name in (citation.primary, *citation.categories) if name]))


def _name(person: Person) -> dict[str, str]:
    if person.literal is not None:
        return {"literal": person.literal}
    parts = {"family": person.family, "given": person.given, "suffix": person.suffix}
    return {name: part for name, part in parts.items() if part}


# ---------------------------------------------------------------------------------------------------------- reading


def read(name: str, text: str) -> Reading:
    """The items that carry an arXiv identifier; the others, and items of a wrong shape, become problems.

    Raises :class:`~enrich.errors.InputError` when the text is not a JSON list.
    """
    document = decode(text, "the file")
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        document = document["items"]  # Zotero's API and pandoc wrap the list.
    elif isinstance(document, dict) and isinstance(document.get("references"), list):
        document = document["references"]
    if not isinstance(document, list):
        raise InputError("this JSON is not CSL-JSON", hint="CSL-JSON is a list of items")
    gathered = reading.Gathering(name)
    for number, item in enumerate(document, 1):
        try:
            gathered.add(_work(item))
        except InputError as error:
            gathered.problem(f"item {number}: {error.message}", text=_label(item))
    return gathered.reading()


def _label(item: Any) -> str | None:
    label = item.get("id") if isinstance(item, dict) else None
    return label if isinstance(label, str) else None


def _work(item: Any) -> reading.Work:
    if not isinstance(item, dict):
        raise InputError("not an object")
    text = {name: _text(item, name) for name in _TEXTS}
    year, month = _issued(item.get("issued"))
    archive = (text["archive"] or text["publisher"] or "arxiv").lower()
    candidates = [text["archive_location"] if archive == "arxiv" else None, text["number"], text["DOI"], text["URL"]]
    keywords = [word.strip() for word in (text["keyword"] or "").split(",")]
    return reading.Work(
        key=text["citation-key"] or text["id"],
        eprints=candidates,
        mentions=[text["note"], text["container-title"]],
        kind={"article-journal": "article", "paper-conference": "inproceedings"}.get(text["type"] or ""),
        title=text["title"] and re.sub(rf"{_NOCASE}(.*?)</span>", r"\1", text["title"]),
        authors=tuple([person(author) for author in _names(item.get("author"))]),
        year=year,
        month=month,
        venue=text["container-title"],
        volume=text["volume"],
        issue=text["issue"],
        pages=text["page"],
        publisher=text["publisher"],
        categories=tuple(filter(is_category, keywords)),
        doi=text["DOI"],
        url=text["URL"],
        abstract=text["abstract"],
        comment=text["annote"],
        note=text["note"],
    )


_TEXTS = (
    "id", "citation-key", "type", "title", "container-title", "volume", "issue", "page", "publisher", "number",
    "archive", "archive_location", "DOI", "URL", "note", "annote", "keyword", "abstract",
)  # fmt: skip


def _text(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    if value is None or isinstance(value, str):
        return value or None
    if type(value) is int and -(2**53) < value < 2**53:  # CSL allows numbers for volumes, pages and ids.
        return str(value)
    raise InputError(f"{name!r} is not text")


def _names(value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, dict) for name in value):
        raise InputError("'author' is not a list of names")
    return value


def person(name: dict[str, Any]) -> Person:
    """The name of a CSL-JSON item. Raises :class:`~enrich.errors.InputError` where a part of it is no text."""
    literal, family, given = _text(name, "literal"), _text(name, "family"), _text(name, "given")
    if literal is not None or family is None:
        return Person(literal=literal or given or "?")
    # Particles are part of the family name here; CSL keeps those that sort with it and those that do not apart.
    particles = (_text(name, "dropping-particle"), _text(name, "non-dropping-particle"), family)
    return Person(given, " ".join(part for part in particles if part), _text(name, "suffix"))


def _issued(value: Any) -> tuple[int | None, int | None]:
    if value is None:
        return None, None
    if isinstance(value, str):
        return reading.date(value)
    if not isinstance(value, dict):
        raise InputError("'issued' is not a date")
    parts = value.get("date-parts")
    if parts is None:
        raw = value.get("raw") or value.get("literal")
        return reading.date(raw) if isinstance(raw, str) else (None, None)
    if not (isinstance(parts, list) and parts and isinstance(parts[0], list)):
        raise InputError("'issued' has no date")
    written = [str(part) if type(part) is int or isinstance(part, str) else "" for part in parts[0][:2]]
    return reading.date("-".join(written))
