"""What the entries of a ``.bib`` say, as references, and what is wrong with them by themselves, without any source."""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from enrich import dois, duplicates, fields
from enrich.bibfile import BibFile, Entry, FieldSpan, Naming, part_end
from enrich.finding import RULES, Finding
from enrich.formats import bibtex, clean
from enrich.identify import month_of
from enrich.latex import to_text
from enrich.match import some
from enrich.reference import Reference
from enrich.venues import is_preprint_venue

if TYPE_CHECKING:
    from datetime import date

    from enrich.record import Person

# --- references -------------------------------------------------------------------------------------------------------

_NO_REFERENCES = frozenset("xdata set control ieeetranbstctl bstctl comment string preamble bibnote settings".split())
"""Containers of fields and of keys, and entries by which styles are controlled (IEEEtran's, REVTeX's, achemso's)."""


def references(bib: BibFile, name: str, keys: Collection[str] | None = None) -> tuple[Reference, ...]:
    """One reference for each entry, in order; with ``keys`` for those that are cited, in whatever case.

    ``name`` is the file's. Values are read when they are asked for: most never are.
    """
    wanted = None if keys is None else {key.lower() for key in keys}
    family = _Family(bib)
    found = []
    for entry in bib.entries:
        if entry.type in _NO_REFERENCES or (wanted is not None and entry.key.lower() not in wanted):
            continue
        values = Fields(family, entry)
        naming = values.naming
        line, offset, text = entry.line, entry.start, entry.key
        if naming is not None and naming.identifier is not None:
            offset, text = naming.offset, naming.text
            line = _line(bib, entry, offset)
        found.append(
            Reference(
                file=name,
                line=line,
                column=_column(bib, offset),
                key=entry.key,
                text=text,
                identifier=naming.identifier if naming is not None else None,
                doi=_doi_of(bib, entry),
                type=entry.type,
                fields=values,
                lines={span.name: span.line for span in reversed(entry.fields)},
            )
        )
    return tuple(found)


def _line(bib: BibFile, entry: Entry, offset: int) -> int:
    """The line of a place in an entry, counted from the field before it: nearly always its own."""
    if "\r" in bib.text[entry.start : entry.end]:
        return bib.line_of(offset)
    start, line = entry.start, entry.line
    for span in entry.fields:
        if span.name_start > offset:
            break
        start, line = span.name_start, span.line
    return line + bib.text.count("\n", start, offset)


def _column(bib: BibFile, offset: int) -> int:
    start = bib.text.rfind("\n", 0, offset) + 1
    if start == 0 or "\r" in bib.text[start:offset]:
        return bib.column_of(offset)
    return offset - start + 1


class _Family:
    """The entries of a file by their keys, to inherit from."""

    def __init__(self, bib: BibFile) -> None:
        self.bib = bib

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The first entry of each key, in lower case."""
        return {entry.key.lower(): entry for entry in reversed(self.bib.entries)}

    def parents(self, entry: Entry) -> Iterator[tuple[Entry, bool]]:
        """The entries that this one inherits from, and whether everything (``xdata``) or a parent's (``crossref``)."""
        for name in ("xdata", "crossref"):
            for key in _named_keys(self.bib, entry, name):
                if (parent := self.entries.get(key.lower())) is not None and parent is not entry:
                    yield parent, name == "xdata"


def _named_keys(bib: BibFile, entry: Entry, name: str) -> list[str]:
    span = entry.field(name)
    if span is None:
        return []
    value = bib.value(span).strip('{}" \t\r\n')
    return [key for part in value.split(",") if (key := part.strip())] if name == "xdata" else [value] if value else []


_GENERATIONS = 5  # BibTeX knows one; biber any number. Circles must end.
_OWN = frozenset(
    """doi eprint archiveprefix eprinttype eprintclass primaryclass arxivid arxiv url urldate ee pdf file isbn abstract
    annotation annote note addendum pages keywords crossref xref xdata ids key label shorthand options related keep
    entryset entrysubtype execute presort sortkey sorttitle shorttitle timestamp biburl bibsource""".split()
)
"""What is said of the parent only: its identifiers, and what biber never passes on."""

_PARTS = frozenset(
    "inproceedings incollection conference inbook inreference suppbook suppcollection bookinbook".split()
)


class Fields(Mapping[str, str]):
    """The values of an entry as written, by names in lower case, with what it inherits; read when asked for.

    Of two fields with one name the first counts. From a ``crossref`` come the fields that the entry has not, and the
    parent's title as booktitle (of an issue: as journaltitle).
    """

    def __init__(self, family: _Family, entry: Entry) -> None:
        self.family = family
        self.bib = family.bib
        self.entry = entry

    @cached_property
    def naming(self) -> Naming | None:
        """Which arXiv work the entry is."""
        return self.bib.identifier_of(self.entry)

    @cached_property
    def spans(self) -> Mapping[str, FieldSpan]:
        """Each field, own or inherited, where it stands."""
        return self._spans(self.entry, _GENERATIONS)

    def _spans(self, entry: Entry, generations: int) -> dict[str, FieldSpan]:
        own = {span.name: span for span in reversed(entry.fields)}
        if generations and ("crossref" in own or "xdata" in own):
            for parent, whole in self.family.parents(entry):
                theirs = self._spans(parent, generations - 1)
                for name, span in theirs.items() if whole else self._passed(entry, theirs):
                    own.setdefault(name, span)
        return own

    @staticmethod
    def _passed(entry: Entry, theirs: Mapping[str, FieldSpan]) -> Iterator[tuple[str, FieldSpan]]:
        home = "booktitle" if entry.type in _PARTS else "journaltitle" if entry.type == "article" else None
        for name, span in theirs.items():
            if name not in _OWN and not (name in ("title", "subtitle") and home):
                yield name, span
        if home and home not in theirs and "title" in theirs:
            yield home, theirs["title"]

    def __getitem__(self, name: str) -> str:
        return self.bib.value(self.spans[name])

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        span = self.spans.get(name)
        return default if span is None else self.bib.value(span)

    def __contains__(self, name: object) -> bool:
        return name in self.spans

    def __iter__(self) -> Iterator[str]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self.spans)


# --- DOIs -------------------------------------------------------------------------------------------------------------

_DOI_ADDRESS = re.compile(r"(?:https?:)?/*(?:www\.)?(?:dx\.)?doi\.org/+(?=10\.)", re.I)
_DOI_LABEL = re.compile(r"(?:doi|digital object identifier)[\s:.]*(?=10\.|http|/|dx\.|doi\.|www\.)", re.I)
# The patterns that are seldom needed are text: `re` compiles and keeps them when they are first used.
_SECOND_DOI = (
    r"(?i)(?:[\s,;]+(?:and\s+)?|(?<=\S))(?=(?:https?://(?:dx\.)?doi\.org/|doi:\s*)10\.)|[\s,;]+(?=10\.\d{4,9}/)"
)
_SHORT_DOI = r"(?i)10/[a-z0-9]+|https?://doi\.org/[a-z0-9]+"  # shortdoi.org's: no DOIs, but they resolve
_INSIDE = r"(?<![\w.])10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s?#&\"<>]*[^\s?#&\"<>.,;:)]"
_STRAY_STRINGS = 2
"""So many undefined macros in a file that defines none are slips; more are those of a file that comes before it."""

_NOTHING = r"(?i)[\W_]*(?:n\W?a|none|null|nan|no\s*doi|tba|tbd|todo|unknown|missing|doi|x+)?[\W_]*"


def _read_doi(value: str) -> str | None:
    """The DOI that a field means, bare and in lower case; ``None`` where it is none."""
    if value.startswith("10.") and not any(mark in value for mark in "\\{}$% ") and dois.is_doi(value):
        return value.lower()
    text = bibtex.verbatim(value).strip().strip("\"'")
    text = text.strip("<>[]()") if text[:1] in ("<", "[", "(") else text
    text = re.split(_SECOND_DOI, text, maxsplit=1)[0] if not text.lower().startswith(("http", "doi")) else text
    text = _DOI_ADDRESS.sub("", _DOI_LABEL.sub("", text, count=1), count=1)
    text = re.sub(r"\s+", "", clean.true_doi(text) or "").rstrip(".,;:/").lower()
    return text if dois.is_doi(text) else None


def _doi_of(bib: BibFile, entry: Entry) -> str | None:
    """The DOI of an entry but arXiv's own, by its field or by an address that is one."""
    address = None
    for span in entry.fields:
        if span.name == "doi":
            value = bib.value(span)
            found = _read_doi(value) or _doi_inside(value)
            if found is not None and not found.startswith("10.48550/arxiv"):
                return found
        elif span.name == "url" and address is None and "doi.org/" in span.raw:
            address = bibtex.verbatim(bib.value(span))
    if address is not None and (match := _DOI_ADDRESS.match(address)):
        found = _read_doi(address[match.end() :])
        if found is not None and not found.startswith("10.48550/arxiv"):
            return found
    return None


def _doi_inside(value: str) -> str | None:
    """The DOI in a publisher's address, if the field has one in place of the bare DOI."""
    found = re.findall(_INSIDE, bibtex.verbatim(value))
    return found[0].lower() if len(found) == 1 else None


# --- findings ---------------------------------------------------------------------------------------------------------


def findings(bib: BibFile, name: str, references: Sequence[Reference], *, today: date) -> tuple[Finding, ...]:
    """What the text alone shows to be wrong with the entries of ``references``, and with the file as a whole.

    ``references`` are those of :func:`references` of the same file; with fewer of them, the others are not looked at.
    """
    audit = _Audit(bib, name, references, today)
    found = [*audit.unbalanced(), *audit.strings(), *audit.repetitions()]
    for reference, values in audit.cited:
        found += audit.of_entry(reference, values)
    return tuple(sorted(found, key=lambda finding: finding.line or 0))


class _Audit:
    def __init__(self, bib: BibFile, name: str, references: Sequence[Reference], today: date) -> None:
        self.bib = bib
        self.name = name
        self.today = today
        self.cited = [(reference, reference.fields) for reference in references if isinstance(reference.fields, Fields)]
        self.starts = {values.entry.start: (reference, values) for reference, values in self.cited}
        self.keys = {key.lower() for key in bib.keys()}  # noqa: SIM118 - not a mapping

    def of_entry(self, reference: Reference, values: Fields) -> Iterator[Finding]:
        yield from self.identifiers(reference, values)
        yield from self.relatives(reference, values)
        yield from self.missing(reference, values)
        yield from self.people(reference, values)
        yield from self.dates(reference, values)
        yield from self.imprint(reference)
        yield from self.preprint(reference, values)

    # --- the file

    def unbalanced(self) -> Iterator[Finding]:
        rule = RULES["unbalanced"]
        for failure in self.bib.failures:
            yield Finding(
                self.name,
                failure.line,
                failure.key,
                None,
                rule.name,
                rule.severity,
                failure.what,
                hint=failure.hint,
                column=_column(self.bib, failure.start),
            )

    def strings(self) -> Iterator[Finding]:
        """Macros that nobody defines, each once. Where a file uses many and defines none at all, another one does."""
        first: dict[str, tuple[Reference, FieldSpan, str]] = {}
        users: dict[str, set[int]] = {}
        for reference, values in self.cited:
            for span in values.entry.fields:
                if span.raw[:1] in ("{", '"') and "#" not in span.raw:
                    continue
                for word in _macros(span.raw):
                    lower = word.lower()
                    if lower in self.bib.strings or lower in _DEFINED or lower.startswith("ieee_"):
                        continue
                    first.setdefault(lower, (reference, span, word))
                    users.setdefault(lower, set()).add(values.entry.start)
        if len(first) > _STRAY_STRINGS and not self.bib.strings:
            reference, span, _ = next(iter(first.values()))
            words = [word for _, _, word in first.values()]
            yield reference.finding(
                "undefined-string",
                f"uses strings that this file does not define: {some(words, _SOME)}",
                found=words[0],
                at=(span.name,),
                severity="note",
                hint="define them, unless another file that is loaded before this one does",
            )
            return
        for lower, (reference, span, word) in first.items():
            count = len(users[lower])
            also = f" ({count} entries use it)" if count > 1 else ""
            yield reference.finding(
                "undefined-string",
                f"{span.written} uses the string {word}, which this file does not define{also}",
                found=word,
                at=(span.name,),
            )

    def repetitions(self) -> Iterator[Finding]:
        told: set[tuple[int, int]] = set()
        by_key: dict[str, list[Reference]] = {}
        for reference, values in self.cited:
            if not values.entry.key:
                continue
            before = by_key.setdefault(values.entry.key.lower(), [])
            same = next((one for one in before if one.key == reference.key), None)
            if same is not None:
                yield self.repeated(
                    reference, values, f"the key {reference.key} is used twice, first in line {self.line(same)}"
                    "; BibTeX takes the first entry", None,
                )  # fmt: skip
            elif before:
                yield self.repeated(
                    reference, values, f"the keys {before[0].key} and {reference.key} differ only in case, "
                    "and BibTeX takes them for one", "note",
                )  # fmt: skip
            told.update((self.start(one), values.entry.start) for one in before)
            before.append(reference)
        namings = {start: values.naming for start, (_, values) in self.starts.items() if values.naming is not None}
        for pair in duplicates.pairs(self.bib, namings, {}):
            one, other = self.starts.get(pair.first.start), self.starts.get(pair.second.start)
            if one is None or other is None or (pair.first.start, pair.second.start) in told:
                continue
            if self.parent_and_child(pair.first, pair.second):
                continue
            where = f"{pair.first.key} in line {pair.first.line}"
            message = (
                f"the same work as {where}: {pair.why}" if pair.certain else f"perhaps the work of {where}: {pair.why}"
            )
            yield self.repeated(*other, message, None if pair.certain else "note")

    def repeated(self, reference: Reference, values: Fields, message: str, severity: str | None) -> Finding:
        """A finding about a later entry, at the entry itself."""
        rule = RULES["duplicate"]
        return Finding(
            self.name,
            values.entry.line,
            reference.key,
            reference.id,
            rule.name,
            severity or rule.severity,
            message,
            found=reference.key,
            hint=rule.hint,
            column=_column(self.bib, values.entry.start),
        )

    @staticmethod
    def start(reference: Reference) -> int:
        return reference.fields.entry.start if isinstance(reference.fields, Fields) else -1

    @staticmethod
    def line(reference: Reference) -> int | None:
        return reference.fields.entry.line if isinstance(reference.fields, Fields) else reference.line

    def parent_and_child(self, one: Entry, other: Entry) -> bool:
        """Whether one is a part of the other, or a kin of it, which share identifiers by right."""
        return any(
            key.lower() == parent.key.lower()
            for child, parent in ((one, other), (other, one))
            for name in ("crossref", "xref", "related", "xdata")
            for key in _named_keys(self.bib, child, name)
        )

    # --- identifiers and relatives

    def identifiers(self, reference: Reference, values: Fields) -> Iterator[Finding]:
        naming = values.naming
        if naming is not None and naming.fault is not None and naming.field is not None:
            yield reference.finding(
                "bad-id",
                f"{naming.text} is no arXiv identifier: {naming.fault.why}",
                found=naming.text,
                at=(naming.field.name,),
                hint=naming.fault.hint or None,
                severity=None if naming.field.name in _EPRINTS else "warning",
            )
        if naming is not None and naming.others:
            at = (naming.field.name,) if naming.field is not None else ()
            yield reference.finding("bad-id", naming.contradiction, found=naming.text, at=at, severity="warning")
        span = values.entry.field("doi")
        if span is None or (value := self.bib.value(span)) == "" or _read_doi(value) is not None:
            return
        plain = bibtex.verbatim(value)
        if not plain or re.fullmatch(_SHORT_DOI, plain):
            return
        inside = _doi_inside(value)
        if inside is not None:
            message, expected, severity = "the DOI is written as an address of its publisher", inside, "note"
        elif re.fullmatch(_NOTHING, plain):
            message, expected, severity = "the DOI is left open", None, "note"
        elif naming is not None and naming.field is span:
            message, expected, severity = f"doi has an identifier of arXiv's, {naming.text}", None, "note"
        elif "hdl.handle.net" in plain:
            message, expected, severity = "the DOI is a handle of another kind", None, "note"
        else:
            message, expected, severity = f"{_short(plain)} is no DOI", None, "error"
        yield reference.finding(
            "bad-id",
            message,
            found=value,
            expected=expected,
            at=("doi",),
            severity=severity,
            hint="write the bare DOI, which begins with 10." if expected is None else f"write {expected}",
        )

    def relatives(self, reference: Reference, values: Fields) -> Iterator[Finding]:
        entry = values.entry
        for name in ("crossref", "xdata"):
            for key in _named_keys(self.bib, entry, name):
                if key.lower() not in self.keys:
                    yield reference.finding(
                        "undefined-crossref", f"{name} names {key}, which is not in this file", found=key, at=(name,)
                    )
                elif name == "crossref":
                    parent = values.family.entries.get(key.lower())
                    if parent is not None and parent.start < entry.start:
                        yield reference.finding(
                            "undefined-crossref",
                            f"{key} stands before the entry that refers to it, where BibTeX does not find it",
                            found=key,
                            at=(name,),
                            severity="note",
                            hint="move it behind the entry (biber does not mind)",
                        )

    # --- fields that are missing

    def missing(self, reference: Reference, values: Fields) -> Iterator[Finding]:
        kind = reference.type or ""
        needs = _NEEDS.get(kind)
        if needs is None or any(
            key.lower() not in self.keys
            for name in ("crossref", "xdata")
            for key in _named_keys(self.bib, values.entry, name)
        ):
            return  # what is not here may have them
        grave: list[str] = []
        light: list[str] = []
        if not self.says(values, "title", *_TITLES.get(kind, ())):
            located = any(name in values for name in _LOCATING[kind == "article"])
            (light if located or reference.identifier or reference.doi else grave).append("title")
        if ("author" in needs or reference.identifier is not None) and not self.says(
            values, *_AUTHORS, *_EDITORS.get(kind, ()), *_BODIES
        ):
            (light if kind in ("article", "incollection", "inbook") and _anonymous_piece(values) else grave).append(
                "author"
            )
        if "year" in needs and not self.says(
            values, "year", "date", "origdate", "issue" if kind == "article" else "date"
        ):
            dated = reference.identifier is not None or any(
                re.search(_UNDATED, values.get(name) or "")
                for name in ("year", "date", "note", "pubstate", "journal", "howpublished", "volume", "pages")
            )
            if not dated:
                grave.append("year")
        homes = _HOMES.get(kind)
        if homes and not self.says(values, *homes) and reference.identifier is None:
            light.append(homes[0])
        names = [*grave, *light]
        if names:
            yield reference.finding(
                "missing-field",
                f"the entry has no {_listed(names)}",
                expected=", ".join(names),
                severity="warning" if grave else "note",
                hint=f"add {'it' if len(names) == 1 else 'them'}",
            )

    def says(self, values: Fields, *names: str) -> bool:
        """Whether one of these fields says something; a mark that it is left open says nothing."""
        for name in names:
            span = values.spans.get(name)
            if span is None or fields.is_empty(self.bib, span):
                continue
            if len(span.raw) > 20 or span.raw[1:2].isdigit() or not re.fullmatch(_OPEN, self.bib.value(span)):
                return True
        return False

    # --- people

    def people(self, reference: Reference, values: Fields) -> Iterator[Finding]:
        span = values.spans.get("author")
        if span is None:
            return
        raw = span.raw
        lower = raw.lower()
        if any(mark in lower for mark in _MARKS) and re.search(_SUSPICIOUS, lower):
            people = reference.authors
            sure = [person.name for person in people if re.fullmatch(_PLACEHOLDER, _name(person))]
            smiths = [person.name for person in people if re.fullmatch(_EVERYBODY, _name(person))]
            if smiths and len(smiths) + len(sure) == len(people) >= 2:
                sure = [person.name for person in people]
            if sure:
                yield reference.finding(
                    "authors",
                    f"{_listed(sure)} {'is a placeholder' if len(sure) == 1 else 'are placeholders'}, no author",
                    found=_short(self.bib.value(span)),
                    at=("author",),
                    hint="name the authors",
                )
            elif (not people and not self._is_open(span)) or (people and re.fullmatch(_ET_AL, _name(people[0]))):
                yield reference.finding(
                    "authors", "no author is named before 'et al.'", found=_short(self.bib.value(span)), at=("author",),
                    hint="name the authors",
                )  # fmt: skip
            elif nobody := next((person.name for person in people if re.fullmatch(_NOBODY, _name(person))), None):
                yield reference.finding(
                    "authors",
                    f"{nobody} is no author's name",
                    found=_short(self.bib.value(span)),
                    at=("author",),
                    severity="note",
                    hint="name the authors, or in their place the organization",
                )
        twice = _twice(raw)
        if twice:
            yield reference.finding(
                "authors",
                f"{twice} stands twice among the authors",
                found=twice,
                at=("author",),
                severity="warning" if raw.count(" and ") < _LONG_LIST else "note",
                hint="remove one of them, unless two people have this name",
            )

    def _is_open(self, span: FieldSpan) -> bool:
        return re.fullmatch(_OPEN, self.bib.value(span)) is not None

    # --- dates

    def dates(self, reference: Reference, values: Fields) -> Iterator[Finding]:
        span = values.spans.get("year") or values.spans.get("date")
        if span is None:
            return
        year = reference.year
        if year is not None and year > self.today.year + 1:
            yield reference.finding(
                "future-date", f"{year} lies in the future", found=str(year), at=(span.name,), hint="correct the year"
            )
            return
        written = self.bib.value(span).strip("{} ")
        if span.name == "year" and written.isdecimal() and (len(written) != 4 or written < "1000"):
            yield reference.finding(
                "year", f"{written} is no year", found=written, at=("year",), hint="correct the year"
            )

    # --- what DOI and identifier show

    def imprint(self, reference: Reference) -> Iterator[Finding]:
        """Whether a DOI that names venue and year names those of the entry."""
        said = dois.imprint(reference.doi) if reference.doi is not None else None
        if said is None or reference.doi is None:
            return
        venue = reference.venue
        other = dois.other_series(said.series, venue) if said.series and venue else None
        if other is not None and said.series is not None:
            year = f" {said.year}" if said.year else ""
            yield reference.finding(
                "doi",
                f"the DOI is one of {said.series}{year}, and the entry says {_short(venue or other)}",
                found=reference.doi,
                expected=said.series,
                at=("doi", "url"),
                hint="correct the DOI or the venue",
            )
        if said.year is not None and reference.year is not None and abs(said.year - reference.year) > 1:
            yield reference.finding(
                "year",
                f"the DOI is one of {said.year}, and the entry says {reference.year}",
                found=str(reference.year),
                expected=str(said.year),
                at=("year", "date", "doi"),
                hint="correct the year or the DOI",
            )

    def preprint(self, reference: Reference, values: Fields) -> Iterator[Finding]:
        """Whether an entry that is arXiv's says that it is older than its identifier, or that it is published."""
        naming, identifier = values.naming, reference.identifier
        if naming is None or identifier is None or naming.others:
            return
        by_doi = _arxiv_doi(values.entry)
        given = month_of(identifier.value)
        # What was submitted in the last days of December is numbered in January.
        first = given[0] - (given[1] == 1)
        older = first - reference.year if reference.year is not None else 0
        if older <= 0 and not by_doi:
            return
        is_preprint = fields.is_preprint(self.bib, values.entry) and reference.doi is None
        if not (is_preprint or by_doi):
            return
        if (
            by_doi
            and not is_preprint
            and reference.venue
            and reference.doi is None
            and not is_preprint_venue(reference.venue)
        ):
            yield reference.finding(
                "preprint-as-published",
                f"it is cited as published in {_short(reference.venue)}, and its DOI is the preprint's",
                found=self.bib.get(values.entry, "doi"),
                at=("doi",),
                severity="note",
                hint="give the DOI of the publication, or keep the preprint's as eprint",
            )
        # A preprint may have been handed round for a year before, and the meeting of a paper with a venue was perhaps
        # the year before.
        if older > 0 and (older > 1 or is_preprint):
            yield reference.finding(
                "year",
                f"{identifier} is of {given[0]}, and the entry says {reference.year}",
                found=str(reference.year),
                expected=str(given[0]),
                at=("year", "date"),
                hint="correct the year or the identifier",
                severity=None if older > 1 else "note",
            )


_EPRINTS = frozenset({"eprint", "arxiv", "arxivid", "arxiv_id", "arxiv-id", "arxivnumber"})


def _arxiv_doi(entry: Entry) -> bool:
    span = entry.field("doi")
    return span is not None and "10.48550/arxiv" in span.raw.lower()


# --- macros

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_STYLES = (
    "acmcs acta cacm ibmjrd ibmsj ieeese ieeetc ieeetcad ipl jacm jcss scp sicomp tocs tods tog toms toois toplas tcs"
)
"""The journals that the standard styles (plain, alpha, unsrt, abbrv) define."""
_DEFINED = frozenset(f"{_MONTHS} {_STYLES}".split())
_MACRO = re.compile(r"[^\W\d][^\s\"#%'(),={}]*")


def _macros(raw: str) -> Iterator[str]:
    """The bare words among the parts of a value."""
    position = 0
    while (end := part_end(raw, position)) is not None:
        if _MACRO.fullmatch(part := raw[position:end]):
            yield part
        rest = raw[end:].lstrip()
        if not rest.startswith("#"):
            return
        position = len(raw) - len(rest[1:].lstrip())


# --- what types need

_AUTHORS = ("author", "authors", "bookauthor", "collaboration", "key", "shortauthor", "translator", "holder")
_BODIES = ("organization", "institution")
_BOOKS = ("editor", "editors", "publisher", "editora", "compiler")
_NEEDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("article", "inproceedings", "conference", "incollection", "inbook", "book"), ("author", "year")),
    **dict.fromkeys(("phdthesis", "mastersthesis", "thesis", "techreport", "report"), ("author", "year")),
    **dict.fromkeys(("proceedings", "collection", "mvbook", "mvcollection"), ("year",)),
    **dict.fromkeys("misc online electronic www webpage manual unpublished software dataset booklet".split(), ()),
}
"""What a reference of each type is none without, beside its title. Web pages, programs and manuals often have no
author and no year; other types are not judged."""
_EDITORS = {
    **dict.fromkeys(("book", "inbook", "incollection"), _BOOKS),
    **dict.fromkeys(("techreport", "report"), ("publisher", "editor")),
}
_TITLES = {
    "inbook": ("chapter", "booktitle"),
    **dict.fromkeys(("proceedings", "collection", "mvcollection"), ("booktitle", "series", "editor", "volume")),
    "book": ("booktitle",),
}
_LOCATING = (
    ("url", "howpublished", "note", "eprint", "doi", "isbn", "file", "number", "ee", "link"),
    # Physicists cite journal, volume and page, and no title; their styles ask for none.
    ("journal", "journaltitle", "volume", "pages", "eprint", "doi", "url", "note", "eid"),
)
_HOMES = {
    name: tuple(words.split())
    for name, words in (
        ("article", "journal journaltitle shortjournal booktitle howpublished note publisher issn eprint"),
        ("inproceedings", "booktitle maintitle eventtitle series journal journaltitle howpublished note eprint"),
        ("phdthesis", "school institution university publisher organization note"),
    )
}
"""What says where a work appeared, beside an identifier of arXiv's; the first is the field that should."""
_HOMES["conference"] = _HOMES["incollection"] = _HOMES["inproceedings"]
_HOMES["mastersthesis"] = _HOMES["thesis"] = _HOMES["phdthesis"]

_OPEN = r"(?i)[\W_]*(?:todo|tbd|tba|unknown|n\W{0,2}d|n\W{0,2}a|none|null|nan|missing|xxx+|title|year|author)?[\W_]*"
"""What people and programs write where they know nothing."""
_UNDATED = (
    r"(?i)forthcoming|to\s+(?:be\s+)?(?:appear|publish)|in\s+press|in\s+print|inpress|accepted|submitted|under\s+review"
    r"|in\s+prep|preprint|manuscript|unpublished|(?<!\d)(?:1[4-9]|20)\d\d(?!\d)"
)


def _anonymous_piece(values: Fields) -> bool:
    """Whether a piece without an author may well have none: an article in a newspaper, an entry of an encyclopaedia."""
    return any(name in values for name in ("url", "booktitle", "journal", "journaltitle", "publisher", "note"))


# --- names

_MARKS = "doe|smith|author|anonym|unknown|tbd|tba|??|n/a|someone|name|et al|et. al|others|todo|xxx".split("|")
"""Without one of these in it, a list of authors has no placeholder."""
_SUSPICIOUS = (
    r"\bdoe\b|\bsmith\b|\bauthors?\b|anonym|\bunknown|\btb[da]\b|\?\?|\bn/a\b|someone|name\b|et\.? al|others|todo|xxx"
)
_PLACEHOLDER = (
    r"(?:john|jane|jon) (?:[a-z] )?doe|doe|(?:first|second|third|fourth|last|another|main|corresponding|some|other)"
    r" ?authors?(?: name)?|authors?(?: (?:[a-z]|[0-9]+|one|two|three|four|name|names|unknown))?|[a-z] (?:[a-z] )?author"
    r"|(?:first|given|fore) ?name(?: [a-z])?(?: middle ?name)? (?:last|family|sur) ?name"
    r"|(?:last|family|sur) ?name(?: (?:first|given) ?name)?"
    r"|tbd|tba|todo|someone|x{3,}|(?:name|names) (?:here|todo)"
)
_EVERYBODY = r"(?:john|jane|alice|bob) (?:[a-z] )?(?:smith|doe|johnson|jones|brown)"
_NOBODY = r"(?:anonym(?:ous|e|us|o)|anon|unknown|n a)(?: (?:authors?|submission|et al))?|authors? unknown|no authors?"
"""Papers under review are cited so, and standards without an author."""
_ET_AL = r"et ?al|and others|others|al et"
_LONG_LIST = 20
"""In lists so long two people of one name are not rare: collaborations have several Wei Wangs."""


def _name(person: Person) -> str:
    """A name as it compares with placeholders: words in lower case."""
    return " ".join(re.findall(r"[^\W_]+", person.name.lower()))


def _twice(raw: str) -> str | None:
    """A full name that stands twice in a list of authors, in whatever order of its parts."""
    parts = raw[1:-1].split(" and ") if " and " in raw else []
    if len(parts) < 2:
        return None
    seen: set[tuple[str, ...]] = set()
    for part in parts:
        words = tuple(sorted(part.replace(",", " ").lower().split()))
        if words not in seen:
            seen.add(words)
        elif _is_full(words):
            return " ".join(to_text(part, bibtex=True).split())
    return None


def _is_full(words: Sequence[str]) -> bool:
    """Whether these are the words of a person's full name, and not initials or a single name."""
    return len(words) > 1 and all(len(word.strip("{}.")) > 1 and not word.endswith(".") for word in words)


# --- words


@lru_cache(maxsize=256)
def _short(text: str) -> str:
    """A text in one line, shortened."""
    line = " ".join(to_text(text, bibtex=True).split())
    return line if len(line) <= 80 else f"{line[:77]}…"


def _listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


_SOME = 5
