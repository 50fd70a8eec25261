"""RIS, the exchange format of EndNote, Mendeley and Zotero.

RIS has no type for preprints. ``UNPB`` (unpublished work) with the identifier in ``AN`` and arXiv as database and
publisher is the one that loses least; a published work is ``JOUR`` or ``CONF``. Values never run over a line, because
readers disagree on what continues one. Lines end with a plain line feed, which every reader tried accepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from enrich.errors import InputError
from enrich.formats import reading
from enrich.formats.citation import Citation, citations
from enrich.formats.contract import Reading, Rendering
from enrich.identify import is_category
from enrich.names import split_name
from enrich.record import Person, Record

_TYPES = {"preprint": "UNPB", "article": "JOUR", "inproceedings": "CONF"}


def render(records: Iterable[Record], rendering: Rendering) -> Iterator[str]:
    """One reference a piece, with an empty line between them. Problems have no place in this format."""
    separator = ""
    for citation in citations(records, rendering.options):
        yield separator + "".join([f"{tag}  - {value}\n" for tag, value in _lines(citation) if value]) + "ER  - \n"
        separator = "\n"
    if not separator:
        yield "\n"


def _lines(citation: Citation) -> Iterator[tuple[str, str | None]]:
    yield "TY", _TYPES[citation.kind]
    yield "ID", citation.key
    yield "TI", citation.title
    for person in citation.authors:
        yield "AU", _name(person)
    yield "PY", f"{citation.year:04d}" if citation.year is not None else None
    yield "DA", _date(citation)
    yield "JO" if citation.kind == "article" else "T2", citation.venue
    yield "VL", citation.volume
    yield "IS", citation.issue
    first, _, last = (citation.pages or "").partition("-")
    yield "SP", first
    yield "EP", last
    yield "PB", citation.publisher if citation.published else "arXiv"
    yield "DO", citation.doi
    yield "UR", citation.url
    yield "L1", citation.pdf_url
    yield "DB", "arXiv"
    yield "AN", f"arXiv:{citation.eprint}"
    for category in dict.fromkeys([name for name in (citation.primary, *citation.categories) if name]):
        yield "KW", category
    yield "N1", citation.note
    yield "N1", f"Comment: {citation.comment}" if citation.comment else None
    yield "AB", citation.abstract


def _name(person: Person) -> str:
    # The comma parts the name here and cannot be escaped. One at the end keeps a name in one piece: EndNote asks for
    # it, and without it others take ``Gemini Team`` for Mr or Mrs Team.
    if person.literal is not None:
        return person.literal.replace(", ", " ").replace(",", " ") + ","
    parts = (person.family, person.given, person.suffix)
    if person.suffix and not person.given:
        parts = (person.family, "", person.suffix)
    return ", ".join([part.replace(", ", " ").replace(",", " ") for part in parts if part is not None])


def _date(citation: Citation) -> str | None:
    """``YYYY/MM/DD/``: the parts keep their places, the fourth is for seasons."""
    if citation.year is None or citation.month is None:
        return None
    day = f"{citation.day:02d}" if citation.day is not None else ""
    return f"{citation.year:04d}/{citation.month:02d}/{day}"


# ---------------------------------------------------------------------------------------------------------- reading

_TAG = re.compile(r"^\s*([A-Z][A-Z0-9])  ?-(?: |$)(.*)$")
_KINDS = {"JOUR": "article", "MGZN": "article", "EJOUR": "article", "CONF": "inproceedings", "CPAPER": "inproceedings"}


def read(name: str, text: str) -> Reading:
    """The references that carry an arXiv identifier; the others become problems with their line.

    Raises :class:`~enrich.errors.InputError` when the text is not RIS.
    """
    gathered = reading.Gathering(name)
    fields: dict[str, list[str]] | None = None
    last: list[str] | None = None
    start = 0
    for number, written in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), 1):
        match = _TAG.match(written)
        if match is None:
            if not written.strip():
                continue
            if fields is None or last is None:
                raise InputError(f"line {number}: not RIS", hint="a reference begins with a TY line")
            last[-1] += " " + written.strip()  # EndNote wraps long values.
            continue
        tag, value = match[1], match[2].strip()
        if tag == "TY":
            if fields is not None:
                gathered.add(_work(fields, start))
            fields, start = {"TY": [value]}, number
            last = fields["TY"]
        elif fields is None:
            raise InputError(f"line {number}: {tag} before any TY line", hint="a reference begins with a TY line")
        elif tag == "ER":
            gathered.add(_work(fields, start))
            fields, last = None, None
        else:
            last = fields.setdefault(tag, [])
            last.append(value)
    if fields is not None:
        gathered.add(_work(fields, start))
    return gathered.reading()


def _work(fields: dict[str, list[str]], line: int) -> reading.Work:
    def first(*tags: str) -> str | None:
        return next((value for tag in tags for value in fields.get(tag, ()) if value), None)

    notes = fields.get("N1", []) + fields.get("N2", []) * ("AB" in fields)
    comment = next((note for note in notes if note.startswith("Comment: ")), None)
    note = next((note for note in notes if note and note != comment), None)
    year, month = reading.date(first("DA", "Y1", "PY") or "")
    start, end = first("SP"), first("EP")
    return reading.Work(
        key=first("ID"),
        eprints=[*fields.get("AN", ()), *fields.get("M1", ()), *fields.get("DO", ()), *fields.get("UR", ())],
        mentions=[*fields.get("JO", ()), *fields.get("T2", ()), *fields.get("PB", ()), *notes],
        kind=_KINDS.get(first("TY") or ""),
        title=first("TI", "T1"),
        authors=tuple([person(author) for tag in ("AU", "A1") for author in fields.get(tag, ()) if author]),
        year=year if year is not None else reading.date(first("PY") or "")[0],
        month=month,
        venue=first("JO", "JF", "T2", "BT"),
        volume=first("VL"),
        issue=first("IS"),
        pages=f"{start}-{end}" if start and end else start,
        publisher=first("PB"),
        categories=tuple([keyword for keyword in fields.get("KW", ()) if is_category(keyword)]),
        doi=first("DO"),
        url=first("UR"),
        pdf_url=first("L1"),
        abstract=first("AB", "N2"),
        comment=comment.removeprefix("Comment: ") if comment else None,
        note=note,
        line=line,
    )


def person(author: str) -> Person:
    """The author of an ``AU`` line: ``Family, Given, Suffix``, or a name as one reads it."""
    family, comma, rest = (part.strip() for part in author.partition(","))
    if not comma or not family:
        return split_name(author)
    given, _, suffix = (part.strip() for part in rest.partition(","))
    return Person(given or None, family, suffix or None) if given or suffix else Person(literal=family)
