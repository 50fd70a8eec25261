"""What a file cites, of whatever kind it is: its references, with their places and what they claim of the works."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from enrich import fields, inputs, latex
from enrich.bibfile import BibFile, part_end
from enrich.errors import InputError
from enrich.finding import RULES, Finding
from enrich.identify import shown
from enrich.inputs.document import Document, Source
from enrich.inputs.reading import Project, read_text, recognise
from enrich.record import Mention, Person, Problem
from enrich.reference import Reference


@dataclass(frozen=True)
class Reading:
    """What one file cites.

    ``file`` is its name in places, ``text`` its text (none of a PDF), ``references`` what it cites, in order.
    ``findings`` are what its text alone shows to be wrong, ``problems`` what could not be read. ``bib`` is the parsed
    file where it is a ``.bib``, ``kind`` one of :data:`enrich.inputs.KINDS`.
    """

    file: str
    text: str
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    bib: BibFile | None = None
    kind: str = "text"


def read(path: Path, name: str, *, today: date | None = None) -> tuple[Reading, ...]:
    """What a file cites; of a LaTeX document, also the files it takes in and the entries it cites, each by itself.

    ``name`` is how the file is shown.

    :raises InputError: when it cannot be read as a whole.
    """
    data = inputs.load(path)
    reading = read_bytes(data, name, today=today)
    if reading.kind != "tex":
        return (reading,)
    return _project(path, name, data, today)


def read_bytes(data: bytes, name: str, kind: str | None = None, *, today: date | None = None) -> Reading:
    """What one document cites by itself: stdin, for example. ``name`` and ``kind`` as in :func:`enrich.inputs.read`.

    :raises InputError: when it cannot be read as a whole.
    """
    kind, text = recognise(data, name, kind=kind)
    shown_as = "<stdin>" if name == "-" else name
    if kind == "bib":
        return _bibliography(BibFile.parse(data), shown_as, today)
    document = inputs.read(data, name, kind=kind) if kind == "pdf" else read_text(text, shown_as, kind)
    return _document(document, text, shown_as, kind)


# --- .bib ------------------------------------------------------------------------------------------------------------

_NOTHING_SAID = re.compile(r"(?:\s+|%[^\r\n]*|\ufeff)*+")


def _bibliography(bib: BibFile, name: str, today: date | None, keys: Sequence[str] | None = None) -> Reading:
    from enrich import entries

    if not bib.entries and not bib.failures and not _NOTHING_SAID.fullmatch(bib.text) and "@" not in bib.text:
        raise InputError(f"{name}: there is no BibTeX entry in this file", hint="check the name of the file")
    references = entries.references(bib, name, keys)
    findings = entries.findings(bib, name, references, today=today or date.today())
    return Reading(name, bib.text, references, findings, bib=bib, kind="bib")


# --- LaTeX -----------------------------------------------------------------------------------------------------------


def _project(path: Path, name: str, data: bytes, today: date | None) -> tuple[Reading, ...]:
    project = Project(path, bbl=True)
    project.read(data)
    readings: list[Reading] = []
    for part in project.parts:
        file = name if part.path == path else str(part.path)
        document = part.document
        if file != str(part.path):
            document = read_text(part.text, file, "tex")
        reading = _document(document, part.text, file, "tex")
        problems = [problem for problem in project.problems if problem.file == str(part.path)]
        reading = replace(reading, problems=(*reading.problems, *(replace(problem, file=file) for problem in problems)))
        if reading.references or reading.findings or reading.problems or part.path == path:
            readings.append(reading)
    told = {str(part.path) for part in project.parts}
    rest = tuple(problem for problem in project.problems if problem.file not in told)
    readings[0] = replace(readings[0], problems=(*readings[0].problems, *rest))
    for listed in project.listed:
        readings.append(_bibliography(listed.bib, str(listed.path), today, listed.keys))
    return tuple(readings)


_Spans = list[tuple[int, int]]


def _items(text: str, name: str, mentions: Sequence[Mention]) -> tuple[list[Reference], _Spans]:
    """The items of a bibliography within a document, and where they stand."""
    from enrich.inputs import bbl

    items = list(bbl.items(text))
    if not items:
        return [], []
    source = Source(text, name)
    starts = [item.start for item in items]
    named: dict[int, dict[str, Mention]] = {}
    for mention, offset in _placed(mentions, source):
        at = bisect_right(starts, offset) - 1
        if at >= 0 and offset < items[at].end:
            named.setdefault(at, {}).setdefault(mention.identifier.id, mention)
    references = []
    for number, item in enumerate(items):
        written = text[item.start : item.end]
        dois = list(dict.fromkeys(doi for _, _, doi in _dois(written)))
        if item.fields.get("doi"):
            dois = [doi for doi in [fields.doi(item.fields["doi"])] if not _is_arxivs(doi)]
        works = list(named.get(number, {}).values())
        line, column = source.place(item.start)
        lone = len(works) < 2 and len(dois) < 2
        whole = Reference(
            name,
            line,
            column,
            item.key,
            item.key,
            doi=dois[0] if dois and lone else None,
            type=item.type,
            fields=item.fields,
            label=item.title if lone else None,
            passage=item.passage,
        )
        # Physicists put several works into one item: each is a reference, and none of them has the title.
        references += [_at(whole, mention) for mention in works]
        if not lone:
            references += [replace(whole, text=doi, doi=doi) for doi in dois]
        elif not works:
            references.append(whole)
    return references, [(item.start, item.end) for item in items]


def _at(reference: Reference, mention: Mention) -> Reference:
    return replace(
        reference, line=mention.line, column=mention.column, text=mention.text, identifier=mention.identifier
    )


# --- documents -------------------------------------------------------------------------------------------------------


def _document(document: Document, text: str, name: str, kind: str) -> Reading:
    references: list[Reference] = []
    mentions: Sequence[Mention] = document.mentions
    spans: _Spans = []
    if document.records:
        references, mentions = _records(document, name), ()
    elif kind in ("json", "ris"):
        references, spans = _library(text, name, kind, mentions)
    elif kind == "tex":
        references, spans = _items(text, name, mentions)
    elif kind == "text":
        references, spans = _snippets(text, name)
    if kind in ("text", "html", "ipynb", "tex"):
        references += _places(text, name, kind, mentions, spans)
    elif spans:
        source = Source(text, name)
        references += [_mentioned(mention) for mention, at in _placed(mentions, source) if not _within(spans, at)]
    else:
        references += [_mentioned(mention) for mention in mentions]
    references.sort(key=lambda reference: (reference.line or 0, reference.column or 0))
    findings = [_malformed(problem) for problem in document.problems if problem.kind == "invalid"]
    problems = [problem for problem in document.problems if problem.kind != "invalid"]
    return Reading(name, text, tuple(references), tuple(findings), tuple(problems), kind=kind)


def _mentioned(mention: Mention) -> Reference:
    return Reference(mention.file or "", mention.line, mention.column, mention.key, mention.text, mention.identifier)


def _malformed(problem: Problem) -> Finding:
    rule = RULES["bad-id"]
    return Finding(
        problem.file or "",
        problem.line,
        None,
        None,
        rule.name,
        rule.severity,
        f"{shown(problem.text or '')} is not an arXiv identifier: {problem.message}",
        found=problem.text,
        hint=problem.hint or rule.hint,
    )


def _placed(mentions: Iterable[Mention], source: Source) -> Iterator[tuple[Mention, int]]:
    for mention in mentions:
        if mention.line is not None and mention.column is not None:
            yield mention, source.offset(mention.line, mention.column)


def _within(spans: _Spans, offset: int) -> bool:
    at = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    return at >= 0 and offset < spans[at][1]


def _places(text: str, name: str, kind: str, mentions: Sequence[Mention], taken: _Spans) -> Iterator[Reference]:
    """The places of running text, a list or a table that name works; what is ``taken`` is a reference already."""
    from enrich.inputs import labels, tex
    from enrich.inputs.json import cells

    source = Source(text, name)
    flat = cells(text) if kind == "ipynb" else None
    shown_text = flat.text if flat else tex.without_comments(text) if kind == "tex" else text
    found: list[tuple[int, int, Mention | str, str]] = []
    keys: list[Mention] = []
    for mention, offset in _placed(mentions, source):
        if _within(taken, offset):
            continue
        if kind == "tex" and mention.key == mention.text:
            keys.append(mention)  # the key of a \cite claims no title
            continue
        if kind == "tex":
            mention = replace(mention, key=None)  # it stands behind the last item, and in none
        start = flat.offset(offset) if flat else offset
        found.append((start, start + len(mention.text), mention, mention.identifier.id))
    for start, end, doi in _dois(shown_text):
        if not _within(taken, start):
            found.append((start, end, doi, f"doi:{doi}"))
    found.sort(key=lambda one: one[:2])
    named = [labels.Named(start, end, work) for start, end, _, work in found]
    for place in labels.places(shown_text, named, html=kind == "html"):
        start, end, what, _ = found[place.mentions[0]]
        passage = latex.to_text(place.passage, bibtex=True) if kind == "tex" and place.passage else place.passage
        if isinstance(what, Mention):
            yield replace(_mentioned(what), label=place.label, passage=passage)
        else:
            line, column = source.place(flat.origin(start) if flat else start)
            yield Reference(
                name, line, column, text=shown_text[start:end], doi=what, label=place.label, passage=passage
            )
    for mention in keys:
        yield _mentioned(mention)


# --- libraries: our own JSON, CSL-JSON, RIS ---------------------------------------------------------------------------


def _records(document: Document, name: str) -> list[Reference]:
    """The records of our own JSON, as the entries that they would be in a bibliography."""
    from enrich.formats import bibtex
    from enrich.formats.citation import citations
    from enrich.formats.contract import Options

    options = Options()
    references = []
    for mention, citation in zip(document.mentions, citations(document.records, options), strict=True):
        type, values = bibtex.fields(citation, "bibtex", options, ascii=False)
        doi = fields.doi(values.get("doi", ""))
        references.append(
            replace(
                _mentioned(mention),
                file=name,
                doi=None if not doi or _is_arxivs(doi) else doi,
                type=type,
                fields={field.lower(): value for field, value in values.items()},
            )
        )
    return references


def _library(text: str, name: str, kind: str, mentions: Sequence[Mention]) -> tuple[list[Reference], _Spans]:
    """The items of CSL-JSON or RIS, and where they stand; none of other JSON, or of a broken one."""
    source = Source(text, name)
    works = list(_ris(text) if kind == "ris" else _csl(text))
    spans = list(pairwise([*(work.start for work in works), len(text)]))
    named: dict[int, Mention] = {}
    for mention, offset in _placed(mentions, source):
        at = bisect_right(spans, offset, key=lambda span: span[0]) - 1
        if at >= 0:
            named.setdefault(at, mention)
    references = []
    for number, work in enumerate(works):
        line, column = source.place(work.start)
        doi = fields.doi(work.fields.get("doi", ""))
        reference = Reference(
            name,
            line,
            column,
            work.key,
            work.key or "",
            doi=doi if re.match(r"10\.[0-9]{4,9}", doi) and not _is_arxivs(doi) else None,
            type=work.type,
            fields=work.fields,
        )
        references.append(_at(reference, named[number]) if number in named else reference)
    return references, spans


@dataclass(frozen=True, slots=True)
class _Work:
    start: int
    key: str | None
    type: str
    fields: dict[str, str]


_CSL_TYPES = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article", "book": "book",
    "chapter": "incollection", "paper-conference": "inproceedings", "report": "techreport", "thesis": "phdthesis",
}  # fmt: skip
_CSL_FIELDS = {"volume": "volume", "issue": "number", "page": "pages", "publisher": "publisher", "abstract": "abstract"}
_HOMES = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}
_CSL_MARKUP = re.compile(r"</?(?:i|b|sup|sub|sc|span)\b[^<>]*>")


def _csl(text: str) -> Iterator[_Work]:
    import json

    from enrich.inputs.json import items

    starts = items(text)
    try:
        listed = json.loads(text.removeprefix("\ufeff")) if starts else None
    except (ValueError, RecursionError):
        return  # a problem that the reading of its mentions has told
    if not isinstance(listed, list) or starts is None:
        return
    for item, start in zip(listed, starts, strict=False):
        if not isinstance(item, dict):
            continue
        said = {name: _said(item.get(name)) for name in ("id", "citation-key", "type", "title", "container-title")}
        type = _CSL_TYPES.get(said["type"], "misc")
        people = list(_csl_people(item.get("author")))
        values = {
            "title": said["title"],
            _HOMES.get(type, "howpublished"): said["container-title"],
            "year": _csl_year(item.get("issued")),
            **{field: _said(item.get(name)) for name, field in _CSL_FIELDS.items()},
        }
        addresses = {"doi": _said(item.get("DOI")), "url": _said(item.get("URL"))}
        yield _Work(start, said["citation-key"] or said["id"] or None, type, _written(values, people, addresses))


def _said(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) else ""


def _csl_people(names: Any) -> Iterator[Person]:
    """The authors of an item, without those whose name makes no sense."""
    from enrich.formats import csl

    for name in names if isinstance(names, list) else ():
        if isinstance(name, dict):
            with suppress(InputError):
                person = csl.person(name)
                if any(letter.isalpha() for letter in person.name):
                    yield person


def _csl_year(issued: Any) -> str:
    """The year of a date, which is given in parts or in words."""
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return _said(parts[0][0])
    words = issued if isinstance(issued, str) else (issued.get("raw") or issued.get("literal")) if issued else ""
    found = re.search(r"(?<![0-9])[0-9]{4}(?![0-9])", _said(words))
    return found.group() if found else ""


_RIS_TYPES = {
    "JOUR": "article", "JFULL": "article", "MGZN": "article", "EJOUR": "article", "CONF": "inproceedings",
    "CPAPER": "inproceedings", "BOOK": "book", "EBOOK": "book", "CHAP": "incollection", "ECHAP": "incollection",
    "THES": "phdthesis", "RPRT": "techreport",
}  # fmt: skip
_RIS_FIELDS = {
    "title": ("TI", "T1", "CT"), "volume": ("VL",), "number": ("IS",), "publisher": ("PB",), "abstract": ("AB", "N2")
}  # fmt: skip
_RIS_HOMES = ("JO", "JF", "T2", "BT", "JA", "J2", "C3")


def _ris(text: str) -> Iterator[_Work]:
    from enrich.formats.ris import person
    from enrich.inputs import ris

    for lines in ris.references(text):
        said: dict[str, list[str]] = {}
        for line in lines:
            said.setdefault(line["tag"], []).append(line["value"].strip())

        def first(*tags: str, said: dict[str, list[str]] = said) -> str:
            return next((value for tag in tags for value in said.get(tag, ()) if value), "")

        if not any(tag not in ("TY", "ER") for tag in said):
            continue
        type = _RIS_TYPES.get(first("TY"), "misc")
        people = [person(value) for tag in ("AU", "A1") for value in said.get(tag, ()) if value]
        pages = "--".join(value for value in (first("SP"), first("EP")) if value)
        year = re.search(r"(?<![0-9])[0-9]{4}(?![0-9])", first("PY", "Y1", "DA"))
        values = {
            **{field: first(*tags) for field, tags in _RIS_FIELDS.items()},
            _HOMES.get(type, "howpublished"): first(*_RIS_HOMES),
            "year": year.group() if year else "",
            "pages": pages,
        }
        addresses = {"doi": first("DO"), "url": first("UR")}
        yield _Work(lines[0].start(), first("ID") or None, type, _written(values, people, addresses))


def _written(values: dict[str, str], people: Iterable[Person], addresses: dict[str, str]) -> dict[str, str]:
    """The fields as they would stand in a ``.bib``."""
    from enrich.names import bibtex_name

    written = {name: latex.to_latex(_CSL_MARKUP.sub("", value), ascii=False) for name, value in values.items() if value}
    names = [bibtex_name(person) for person in people if person.name]
    if names:
        written["author"] = " and ".join(names)
    return written | {name: value for name, value in addresses.items() if value}


# --- DOIs in a text --------------------------------------------------------------------------------------------------

_DOI = re.compile(
    r"(?:(?:https?:)?//(?:dx\.|www\.)?doi\.org/+|\bdoi:\s?|\\doi\s*\{)"
    r"(?P<doi>10\.[0-9]{4,9}(?:\.[0-9]+)*(?:/|%2[fF])(?:[^\s<>\"'`{}\[\]|()（）【】，。、；《》“”‘’«»\u3000]|\([^\s()<>]{0,100}\)){1,300})",
    re.I,
)


def _dois(text: str) -> Iterator[tuple[int, int, str]]:
    """The DOIs that a text names by address or with their sign, with their places; arXiv's own are none of them."""
    for match in _DOI.finditer(text):
        written = match["doi"].split("\\", 1)[0] if "\\" in match["doi"] and "\\_" not in match["doi"] else match["doi"]
        written = re.split(r"[?#&](?:utm|ref|casa)", written)[0].rstrip(".,;:*_~!?\\")
        doi = fields.doi(written)
        if doi.partition("/")[2] and not _is_arxivs(doi):
            yield match.start(), match.start("doi") + len(written), doi


def _is_arxivs(doi: str) -> bool:
    return doi.startswith("10.48550/arxiv")


# --- BibTeX within a text --------------------------------------------------------------------------------------------

_ENTRY = re.compile(r"^[ \t>]*(@[A-Za-z]{3,20}[ \t]*(?=\{\s*[^\s,{}\"]+\s*,))", re.M)
_ENTRY_LIMIT = 8000  # characters of an entry within a text; most have some hundred
_LINES = re.compile(r"[^\r\n]")


def _snippets(text: str, name: str) -> tuple[list[Reference], _Spans]:
    """The BibTeX entries within a text, as READMEs have them under "Citation", and where they stand."""
    spans: _Spans = []
    position = 0
    while match := _ENTRY.search(text, position):
        start = match.end()
        end = part_end(text[start : start + _ENTRY_LIMIT], 0)
        position = start if end is None else start + end
        if end is not None:
            spans.append((match.start(1), position))
    if not spans:
        return [], []
    from enrich import entries

    pieces, done = [], 0
    for start, end in spans:
        pieces += [_LINES.sub(" ", text[done:start]), text[start:end]]
        done = end
    return list(entries.references(BibFile.of_text("".join(pieces)), name)), spans
