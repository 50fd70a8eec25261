"""What a field of an entry says, and what a citation says in its place: two ways of writing compared as plain text.

BibTeX and BibLaTeX have different names for the same field; LaTeX has many ways to write the same letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from enrich import venues
from enrich.bibfile import BibFile, Entry, FieldSpan
from enrich.formats import bibtex, clean
from enrich.formats.citation import Citation
from enrich.latex import to_text
from enrich.names import parse_bibtex_names
from enrich.record import Person, Record

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

_HOMES = frozenset({*VENUES, "institution", "school", "crossref", "xdata"})
"""Fields that say where a work appeared, or in which other entry that stands."""

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


def is_empty(bib: BibFile, span: FieldSpan) -> bool:
    """Whether a field says nothing: ``{}``, ``""``, ``{{}}``."""
    raw = span.raw
    if len(raw) > 2 and raw[0] in '{"' and raw[1] not in ' {}"\r\n\t':
        return False
    return not bib.value(span).strip("{} \r\n\t")


def value(rendered: Mapping[str, str], name: str) -> tuple[str, str] | None:
    """Name and value of that field among those that :func:`enrich.formats.bibtex.fields` made, in either dialect."""
    for one in names(name):
        spelled = _SPELLED.get(one, one)
        if spelled in rendered:
            return spelled, rendered[spelled]
    return None


def is_preprint(bib: BibFile, entry: Entry) -> bool:
    """Whether the entry cites the work as a preprint: it names no journal, proceedings or institution but arXiv."""
    if entry.type not in _PREPRINT_TYPES:
        return False
    return not any(span.name in _HOMES and not is_placeholder(bib, span) for span in entry.fields)


def is_placeholder(bib: BibFile, span: FieldSpan) -> bool:
    """Whether a value says only that this is on arXiv (``arXiv preprint arXiv:1706.03762``, ``abs/1706.03762``)."""
    value = to_text(bib.value(span), bibtex=True).strip()
    return not value or venues.says_only_arxiv(value)


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _names(persons: Iterable[Person]) -> str:
    return "\n".join(person.name for person in persons)


_DASHES = re.compile(r"\s*(?:-+|[‐-―])\s*")


def doi(value: str) -> str:
    """A DOI as it compares: lower case, without resolver, prefix, percent-encoding and LaTeX's escapes."""
    if value.startswith("10.") and not any(mark in value for mark in "\\{}$%"):
        return value.strip().lower()
    return (clean.true_doi(bibtex.verbatim(value)) or "").lower()


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
        return doi(citation.doi) if citation.doi else None
    if name == "pages":
        return _DASHES.sub("-", citation.pages) if citation.pages else None
    plain = {"number": "issue", "primaryclass": "primary", "eprintclass": "primary", "annotation": "comment"}
    if name in ("archiveprefix", "eprinttype"):
        return "arxiv"
    value = getattr(citation, plain.get(name, name), None)
    return _collapsed(value) if isinstance(value, str) else None


def written(bib: BibFile, span: FieldSpan) -> str:
    """What an entry says in a field, as plain text that compares with :func:`said`."""
    return plain(span.name, bib.value(span))


def plain(name: str, value: str) -> str:
    """The value of a field (LaTeX, without delimiters) as plain text that compares."""
    name = name.lower()
    if name == "author":
        return _names(parse_bibtex_names(value))
    if name == "month":
        month = bibtex.month(value)
        return value if month is None else str(month)
    if name == "doi":
        return doi(value)
    if name in ("url", "eprint", "primaryclass", "eprintclass"):
        return bibtex.verbatim(value)
    if name in ("archiveprefix", "eprinttype"):
        return value.lower()
    text = value
    if any(mark in value for mark in "\\{}~$-`'\"^"):
        text = to_text(value, bibtex=True)
    text = _collapsed(text)
    return _DASHES.sub("-", text) if name == "pages" else text


def repeats(span: FieldSpan, record: Record) -> bool:
    """Whether a field says what the record says, seen at a glance: letter by letter, but for braces.

    That it does not see it means nothing; :func:`agrees` knows.
    """
    name, raw = span.name, span.raw
    inner = raw[1:-1] if raw[:1] in ("{", '"') else raw
    if name == "title":
        return inner == record.title or ("\\" not in inner and _unbraced(inner) == record.title)
    if name == "author":
        names = " and ".join([_sorted_name(person) for person in record.authors])
        return inner == names or ("{" in inner and names == to_text(inner, bibtex=True))
    if name == "year":
        return inner == str(record.year)
    if name == "month":
        return bibtex.month(inner) == record.month is not None
    if name in ("primaryclass", "eprintclass"):
        return inner == record.primary_category
    if name in ("comment", "annotation"):
        return inner == record.comment
    if name == "abstract" and record.abstract is not None:
        return inner == record.abstract or _letters(inner) == _letters(record.abstract)
    return False


def agrees(bib: BibFile, span: FieldSpan, citation: Citation) -> bool:
    """Whether the entry's field says what the citation says; quick where it does so letter by letter."""
    wanted = said(citation, span.name)
    if wanted is None:
        return False
    raw = _collapsed(span.raw[1:-1]) if span.raw[:1] in ("{", '"') else span.raw
    unbraced = _unbraced(raw) if "\\" not in raw else raw
    if span.name == "author":
        if unbraced == " and ".join(_sorted_name(person) for person in citation.authors):
            return True
        if "\\" not in raw and unbraced == wanted.replace("\n", " and "):
            return True
    elif wanted in (raw, unbraced):
        return True
    elif span.name in ("abstract", "comment", "annotation", "note") and _letters(raw) == _letters(wanted):
        return True  # Escapes and wrapping apart the same; not worth decoding half a page.
    found = written(bib, span)
    if span.name == "date":
        return bool(found) and (wanted.startswith(found) or found.startswith(wanted))
    return found == wanted


def _unbraced(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def _sorted_name(person: Person) -> str:
    if person.literal is not None:
        return person.literal
    return ", ".join(part for part in (person.family, person.suffix, person.given) if part)


_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def _letters(text: str) -> bytes:
    """The ASCII letters and digits of a text."""
    return text.encode("ascii", "ignore").translate(None, _NO_LETTERS)
