"""What a field of an entry says, and what a citation says in its place: two ways of writing compared as plain text.

BibTeX and BibLaTeX have different names for the same field; LaTeX has many ways to write the same letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from enrich import venues
from enrich.bibfile import BibFile, Entry, FieldSpan
from enrich.formats import bibtex
from enrich.formats.citation import Citation
from enrich.latex import to_text
from enrich.names import parse_bibtex_names
from enrich.record import Person

VENUES = ("journal", "journaltitle", "booktitle")
"""Where an entry says in what it appeared."""

_PAIRS = (
    ("journal", "journaltitle"),
    ("year", "date"),
    ("number", "issue"),
    ("archivePrefix", "eprinttype"),
    ("primaryClass", "eprintclass"),
    ("comment", "annotation"),
)
_ALSO = {one.lower(): other.lower() for pair in _PAIRS for one, other in (pair, pair[::-1])}
_SPELLED = {name.lower(): name for pair in _PAIRS for name in pair}

_PREPRINT_TYPES = frozenset(
    {"misc", "online", "electronic", "www", "article", "unpublished", "techreport", "report", "inproceedings"}
    | {"conference", "manual", "preprint", "eprint"}
)


def names(name: str) -> tuple[str, ...]:
    """The field's name in lower case, and its name in the other dialect: ``("year", "date")``."""
    name = name.lower()
    return (name, _ALSO[name]) if name in _ALSO else (name,)


def span(entry: Entry, name: str) -> FieldSpan | None:
    """The entry's field of this name, or of the other dialect's."""
    return next((found for one in names(name) if (found := entry.field(one))), None)


def value(rendered: Mapping[str, str], name: str) -> tuple[str, str] | None:
    """Name and value of that field among those that :func:`enrich.formats.bibtex.fields` made, in either dialect."""
    for one in names(name):
        spelled = _SPELLED.get(one, one)
        if spelled in rendered:
            return spelled, rendered[spelled]
    return None


def is_preprint(bib: BibFile, entry: Entry) -> bool:
    """Whether the entry cites the work as a preprint: it names no journal or proceedings but arXiv."""
    if entry.type not in _PREPRINT_TYPES:
        return False
    if any((span := entry.field(name)) and not is_placeholder(bib, span) for name in VENUES):
        return False
    institution = entry.field("institution") or entry.field("school")
    return institution is None or is_placeholder(bib, institution)


def is_placeholder(bib: BibFile, span: FieldSpan) -> bool:
    """Whether a value says only that this is on arXiv (``arXiv preprint arXiv:1706.03762``, ``abs/1706.03762``)."""
    value = to_text(bib.value(span), bibtex=True).strip()
    if not value or venues.is_preprint_venue(value):
        return True
    return _BARE.fullmatch(value) is not None


_BARE = re.compile(
    r"(?:abs/|arxiv[:\s]*(?:preprint\s*)?|https?://arxiv\.org/\w+/)*(?:[a-z-]+(?:\.[A-Z]{2})?/)?[0-9]{4}\.?[0-9]{3,5}"
    r"(?:v[0-9]+)?(?:\s*\[[\w.-]+\])?",
    re.I,
)


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _names(persons: Iterable[Person]) -> str:
    return "\n".join(person.name for person in persons)


_DOI_ADDRESS = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.I)
_DASHES = re.compile(r"\s*(?:-+|[‐-―])\s*")


def doi(value: str) -> str:
    """A DOI as it compares: lower case, without resolver, prefix and LaTeX's escapes."""
    return _DOI_ADDRESS.sub("", bibtex.verbatim(value)).strip().lower()


def said(citation: Citation, name: str) -> str | None:
    """What a citation says in the field ``name`` (lower case), as plain text that compares; authors one a line."""
    if name in ("journal", "journaltitle"):
        return citation.venue if citation.kind == "article" else None
    if name == "booktitle":
        return citation.venue if citation.kind == "inproceedings" else None
    if name == "author":
        return _names(citation.authors) or None
    if name == "year":
        return None if citation.year is None else str(citation.year)
    if name == "date":
        parts = [citation.year, citation.month, citation.day]
        return "-".join(f"{part:02d}" for part in parts if part is not None) or None
    if name == "month":
        return None if citation.month is None else str(citation.month)
    if name == "doi":
        return citation.doi.lower() if citation.doi else None
    if name == "pages":
        return _DASHES.sub("-", citation.pages) if citation.pages else None
    plain = {"number": "issue", "primaryclass": "primary", "eprintclass": "primary", "annotation": "comment"}
    if name in ("archiveprefix", "eprinttype"):
        return "arxiv"
    value = getattr(citation, plain.get(name, name), None)
    return _collapsed(value) if isinstance(value, str) else None


def written(bib: BibFile, span: FieldSpan) -> str:
    """What an entry says in a field, as plain text that compares with :func:`said`."""
    value = bib.value(span)
    if span.name == "author":
        return _names(parse_bibtex_names(value))
    if span.name == "month":
        month = bibtex.month(value)
        return value if month is None else str(month)
    if span.name == "doi":
        return doi(value)
    if span.name in ("url", "eprint", "primaryclass", "eprintclass"):
        return bibtex.verbatim(value)
    if span.name in ("archiveprefix", "eprinttype"):
        return value.lower()
    text = value
    if any(mark in value for mark in "\\{}~$-`'\"^"):
        text = to_text(value, bibtex=True)
    text = _collapsed(text)
    return _DASHES.sub("-", text) if span.name == "pages" else text


def agrees(bib: BibFile, span: FieldSpan, citation: Citation) -> bool:
    """Whether the entry's field says what the citation says; quick where it does so letter by letter."""
    wanted = said(citation, span.name)
    if wanted is None:
        return False
    raw = _collapsed(span.raw[1:-1]) if span.raw[:1] in ("{", '"') else span.raw
    plain = raw.replace("{", "").replace("}", "") if "\\" not in raw else raw
    if span.name == "author":
        if plain == " and ".join(_sorted_name(person) for person in citation.authors):
            return True
        if "\\" not in raw and plain == wanted.replace("\n", " and "):
            return True
    elif wanted in (raw, plain):
        return True
    elif span.name in ("abstract", "comment", "annotation", "note") and _letters(raw) == _letters(wanted):
        return True  # Escapes and wrapping apart the same; not worth decoding half a page.
    found = written(bib, span)
    if span.name == "date":
        return wanted.startswith(found) or found.startswith(wanted)
    return found == wanted


def _sorted_name(person: Person) -> str:
    if person.literal is not None:
        return person.literal
    return ", ".join(part for part in (person.family, person.suffix, person.given) if part)


def _letters(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "", text)
