"""BibTeX and BibLaTeX, made with bibtexparser's model and writer and read by way of :mod:`enrich.bibfile`.

A preprint is ``@misc`` (BibTeX, as arXiv itself exports it) or ``@online`` (BibLaTeX); a published work is
``@article`` or ``@inproceedings`` with the venue's fields and the eprint's. BibTeX is ASCII as far as LaTeX has
macros, BibLaTeX is UTF-8.

Decisions:

- ``doi`` and ``url`` stand unescaped: biblatex, pandoc, JabRef and styles that print them with ``\\url`` or ``\\doi``
  take them verbatim, and an escaped underscore would be part of the address.
- The identifier is not repeated in ``howpublished`` or ``note``: styles that know ``eprint``, ``doi`` or ``url`` would
  print it twice. For the oldest styles, which print none of the three, there is ``Options.howpublished``.
- ``note`` is printed by every style, so it holds what a reader must see: a withdrawal, or the journal reference that
  the authors gave to arXiv. arXiv's comment (``37 pages``) goes where no style prints it.
- bibtexparser's default writing stack copies every entry and escapes LaTeX greedily; its bare ``writer.write`` does
  neither. It counts no escaped braces, BibTeX counts all: values are balanced for both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from bibtexparser.library import Library
from bibtexparser.model import Block, Entry, Field
from bibtexparser.writer import BibtexFormat, write

from enrich.errors import InputError
from enrich.formats.citation import Citation, citations
from enrich.formats.contract import Options, Reading, Rendering
from enrich.identify import is_category
from enrich.latex import to_latex, to_text
from enrich.names import bibtex_name, parse_bibtex_names
from enrich.record import Identifier, Record
from enrich.titles import protect

if TYPE_CHECKING:
    from enrich import bibfile
    from enrich.formats import reading

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# ---------------------------------------------------------------------------------------------------------- writing

_ENTRIES_AT_ONCE = 500
"""The writer makes one text of a library; pieces of this size keep memory flat."""


def render(records: Iterable[Record], rendering: Rendering) -> Iterator[str]:
    """The entries in pieces of many. Problems have no place in this format."""
    layout = BibtexFormat()  # type: ignore[no-untyped-call]
    layout.indent = "  "
    layout.block_separator = "\n"
    entries: Iterator[Block] = (_entry(citation, rendering) for citation in citations(records, rendering.options))
    separator = ""
    while batch := list(islice(entries, _ENTRIES_AT_ONCE)):
        yield separator + write(Library(batch), layout)
        separator = "\n"
    if not separator:
        yield "\n"


def fields(citation: Citation, name: str, options: Options, *, ascii: bool) -> tuple[str, dict[str, str]]:
    """The entry type and the fields, in their order, that the dialect ``name`` has for a citation.

    Values are LaTeX without delimiters and with balanced braces; ``month`` is a macro (``jun``). With ``ascii``
    letters are written as LaTeX macros, as far as there are any.
    """
    encode = _ascii if ascii else _unicode
    values = _biblatex_values(citation, encode) if name == "biblatex" else _bibtex_values(citation, options, encode)
    preprint = "online" if name == "biblatex" else "misc"
    kept = {field: value if field == "month" else _balanced(value) for field, value in values.items() if value}
    return preprint if citation.kind == "preprint" else citation.kind, kept


def _bibtex_values(citation: Citation, options: Options, encode: Callable[[str], str]) -> dict[str, str | None]:
    article, paper = citation.kind == "article", citation.kind == "inproceedings"
    printed = citation.venue if citation.published else f"arXiv:{citation.eprint}" if options.howpublished else None
    return {
        "title": protect(citation.title, encode) if citation.title else None,
        "author": _authors(citation, encode),
        "howpublished": encode(printed) if printed and citation.kind == "preprint" else None,
        "journal": encode(citation.venue) if article and citation.venue else None,
        "booktitle": encode(citation.venue) if paper and citation.venue else None,
        "volume": encode(citation.volume) if citation.volume else None,
        # plain.bst warns of a number without a series in @inproceedings, and reads no ``issue`` anywhere.
        "issue" if paper else "number": encode(citation.issue) if citation.issue else None,
        "pages": _page_range(encode(citation.pages)) if citation.pages else None,
        "publisher": encode(citation.publisher) if citation.publisher else None,
        "year": str(citation.year) if citation.year is not None else None,
        "month": _MONTHS[citation.month - 1] if citation.month is not None else None,
        "eprint": citation.eprint,
        "archivePrefix": "arXiv",
        "primaryClass": citation.primary,
        "doi": citation.doi,
        "url": citation.url,
        "note": encode(citation.note) if citation.note else None,
        "comment": encode(citation.comment) if citation.comment else None,
        "abstract": encode(citation.abstract) if citation.abstract else None,
    }


def _biblatex_values(citation: Citation, encode: Callable[[str], str]) -> dict[str, str | None]:
    article, paper = citation.kind == "article", citation.kind == "inproceedings"
    return {
        "title": protect(citation.title, encode) if citation.title else None,
        "author": _authors(citation, encode),
        "organization": encode(citation.venue) if citation.kind == "preprint" and citation.venue else None,
        "journaltitle": encode(citation.venue) if article and citation.venue else None,
        "booktitle": encode(citation.venue) if paper and citation.venue else None,
        "volume": encode(citation.volume) if citation.volume and (article or paper) else None,
        "number": encode(citation.issue) if citation.issue and (article or paper) else None,
        "pages": _page_range(encode(citation.pages)) if citation.pages and (article or paper) else None,
        # The data model has no publisher for articles.
        "publisher": encode(citation.publisher) if citation.publisher and paper else None,
        "date": _iso_date(citation),
        "eprint": citation.eprint,
        "eprinttype": "arxiv",
        "eprintclass": citation.primary,
        "doi": citation.doi,
        "url": citation.url,
        "note": encode(citation.note) if citation.note else None,
        "annotation": encode(citation.comment) if citation.comment else None,
        "abstract": encode(citation.abstract) if citation.abstract else None,
    }


def _entry(citation: Citation, rendering: Rendering) -> Entry:
    kind, values = fields(citation, rendering.name, rendering.options, ascii=rendering.name != "biblatex")
    written = [Field(name, value if name == "month" else f"{{{value}}}") for name, value in values.items()]
    return Entry(kind, citation.key, written)


def _page_range(pages: str) -> str:
    """A range with the two hyphens that BibTeX wants, however it was written: ``345--367``."""
    return re.sub(r"-+|\{\\text(?:en|em)dash\}|[\u2012-\u2015]", "--", pages)


def _ascii(text: str) -> str:
    return to_latex(text, ascii=True)


def _unicode(text: str) -> str:
    return to_latex(text, ascii=False)


def _authors(citation: Citation, encode: Callable[[str], str]) -> str | None:
    return " and ".join([bibtex_name(person, encode) for person in citation.authors]) or None


def _iso_date(citation: Citation) -> str | None:
    if citation.year is None:
        return None
    parts = [f"{citation.year:04d}"]
    parts += [f"{part:02d}" for part in (citation.month, citation.day) if part is not None]
    return "-".join(parts)


def _balanced(value: str) -> str:
    """The value with its braces in pairs, for BibTeX (which counts escaped ones) and for bibtexparser (which does not).

    LaTeX made by us is balanced already; this is the last door before the file, for what came from outside.
    """
    if "{" in value or "}" in value:
        # In \\{ bibtexparser takes the brace for an escaped one.
        value = re.sub(r"\\\\(?=[{}])", r"\\\\ ", value)
        if not _pairs(value) or not _pairs(re.sub(r"\\[{}]", "", value)):
            value = _paired(value.replace("\\{", "\\lbrace ").replace("\\}", "\\rbrace "))
    trailing = len(value) - len(value.rstrip("\\"))
    return value + " {}" if trailing % 2 else value + " " if trailing else value


def _pairs(value: str) -> bool:
    depth = 0
    for brace in re.findall("[{}]", value):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _paired(value: str) -> str:
    """The value without the braces that have no partner."""
    open_at: list[int] = []
    unpaired: set[int] = set()
    for match in re.finditer("[{}]", value):
        if match[0] == "{":
            open_at.append(match.start())
        elif open_at:
            open_at.pop()
        else:
            unpaired.add(match.start())
    unpaired.update(open_at)
    return "".join([character for index, character in enumerate(value) if index not in unpaired])


# ---------------------------------------------------------------------------------------------------------- reading

_KINDS = {"article": "article", "inproceedings": "inproceedings", "conference": "inproceedings"}


def read(name: str, text: str) -> Reading:
    """The entries that name a work on arXiv; the others, and what cannot be parsed, become problems with their line.

    Both dialects are read alike, because files mix them. Raises :class:`~enrich.errors.InputError` when there is
    no BibTeX in the text.
    """
    if text.strip() and "@" not in text:
        raise InputError("no BibTeX entry in this text")
    from enrich.bibfile import BibFile, Failure  # Only now: who writes needs none of this.
    from enrich.formats import reading

    bib = BibFile.of_text(text)
    gathered = reading.Gathering(name)
    blocks: list[bibfile.Entry | bibfile.Failure] = [*bib.entries, *bib.failures]
    for block in sorted(blocks, key=lambda block: block.start):
        if isinstance(block, Failure):
            first_line = bib.text[block.start : block.end].split("\n")[0]
            gathered.problem(block.what, text=first_line[:80], line=block.line, hint=block.hint)
        else:
            _gather(bib, block, gathered)
    return gathered.reading()


def _gather(bib: bibfile.BibFile, entry: bibfile.Entry, gathered: reading.Gathering) -> None:
    """One entry: its record, or why there is none, and what of it cannot be kept."""
    naming = bib.identifier_of(entry)
    if naming is not None and naming.identifier is None:
        why, hint = naming.fault or ("it is malformed", "")
        gathered.problem(
            f"'{naming.text}' is no arXiv identifier: {why}", text=entry.key, line=entry.line, hint=hint or None
        )
        return
    work = _work(bib, entry, naming.identifier if naming else None)
    gathered.add(work)
    if naming is None:
        return
    if naming.others:
        hint = f"{naming.identifier} was taken; correct the entry"
        gathered.problem(f"the entry {naming.contradiction}", text=entry.key, line=entry.line, hint=hint)
    if _AND_OTHERS.search(bib.get(entry, "author") or ""):
        gathered.problem(
            f"the author list ends in 'and others'; the record holds the first {len(work.authors)}",
            text=entry.key,
            line=entry.line,
            hint=f"enrich get {naming.identifier} has them all",
        )


_AND_OTHERS = re.compile(r"\sand\s+others\s*\Z", re.IGNORECASE)


def _work(bib: bibfile.BibFile, entry: bibfile.Entry, identifier: Identifier | None) -> reading.Work:
    from enrich.formats import reading

    values: dict[str, str] = {}
    for span in entry.fields:
        values.setdefault(span.name, bib.value(span))  # A repeated field counts the first time, as in BibTeX.

    def text(*names: str) -> str | None:
        return next((to_text(values[name], bibtex=True) for name in names if values.get(name)), None)

    def address(*names: str) -> str | None:
        return next((verbatim(values[name]) for name in names if values.get(name)), None)

    year, in_month = reading.date(values.get("date", ""))
    if year is None:
        year, in_month = reading.date(values.get("year", ""))[0], month(values.get("month"))
    primary = address("primaryclass", "eprintclass")
    return reading.Work(
        key=entry.key or None,
        identifier=identifier,
        kind=_KINDS.get(entry.type),
        title=text("title"),
        authors=parse_bibtex_names(values.get("author", "")),
        year=year,
        month=in_month,
        venue=text("journal", "journaltitle", "booktitle"),
        volume=text("volume"),
        issue=text("number", "issue"),
        pages=_pages(text("pages")),
        publisher=text("publisher"),
        categories=(primary,) if primary and is_category(primary) else (),
        doi=address("doi"),
        url=address("url"),
        abstract=text("abstract"),
        comment=text("comment", "annotation"),
        note=text("note"),
        line=entry.line,
    )


def _pages(pages: str | None) -> str | None:
    return re.sub(r"\s*(?:--+|[\u2013\u2014])\s*", "-", pages) if pages else None


def month(value: str | None) -> int | None:
    """The number of a month however it is written: ``jun``, ``June``, ``6``; ``None`` for what is none."""
    if not value:
        return None
    if value.strip().isdecimal():
        return int(value) if 1 <= int(value) <= 12 else None
    begins = value.strip().lower()[:3]
    return _MONTHS.index(begins) + 1 if begins in _MONTHS else None


def verbatim(value: str) -> str:
    """An identifier or address as meant, whatever a person or a tool escaped in it: ``\\_``, ``{\\_}``, ``$<$``."""
    value = re.sub(r"\\(?:url|href|path|nolinkurl|doi)\s*\{([^{}]*)\}", r"\1", value)
    value = re.sub(r"\\([_%&#~$<>{}])", r"\1", value)
    value = value.replace("\\textless", "<").replace("\\textgreater", ">").replace("\\textasciitilde", "~")
    return re.sub(r"[{}]|\$(?=[<>])|(?<=[<>])\$", "", value).strip()
