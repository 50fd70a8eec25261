"""A user's ``.bib`` as exact text, with its entries and fields located.

bibtexparser's splitter says what the blocks are; here each is found again in the text it came from, so that a change
can be made by replacing one stretch of the original and nothing else. Nothing is ever joined together from parts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from enrich.errors import InputError, OutputError
from enrich.identify import Fault, judge
from enrich.inputs.text import detect, line_starts
from enrich.mentions import Found, find_ids, remark_id
from enrich.record import Identifier, Record

if TYPE_CHECKING:
    from datetime import date


# There are a hundred thousand of these in a large file: a tuple is made in a quarter of the time of a dataclass.
class FieldSpan(NamedTuple):
    """One field of an entry: ``text[start:end] == raw``, the value with its braces or quotes.

    ``name`` is in lower case; ``written`` and ``text[name_start:name_end]`` are the name as the user wrote it.
    ``line`` is the name's, from 1. A comment behind the value ends at ``stop``; without one that is ``end``.
    """

    name: str
    written: str
    name_start: int
    name_end: int
    start: int
    end: int
    raw: str
    line: int
    stop: int


class Entry(NamedTuple):
    """One entry: ``text[start:end]`` from its ``@`` to its closing brace.

    ``type`` is in lower case, ``key`` as written, at ``key_start``. Of two entries with one key both are here.
    """

    key: str
    type: str
    start: int
    end: int
    line: int
    fields: tuple[FieldSpan, ...]
    key_start: int

    def field(self, name: str) -> FieldSpan | None:
        """The first field of this name (in lower case). BibTeX, too, takes the first."""
        for span in self.fields:
            if span.name == name:
                return span
        return None


@dataclass(frozen=True, slots=True)
class Failure:
    """A block that cannot be read: what is wrong, in words, and where. ``key`` is its citation key if one shows."""

    line: int
    start: int
    end: int
    what: str
    hint: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """Which arXiv work an entry is, and the field that says so (``None``: its citation key).

    ``text`` and ``offset`` are the words and their place in the file. ``fault`` says what is wrong with an eprint
    that is malformed. ``others`` are works that fields of the same weight name instead: the entry contradicts itself.
    """

    identifier: Identifier | None
    text: str
    offset: int
    field: FieldSpan | None = None
    fault: Fault | None = None
    others: tuple[tuple[str, Identifier], ...] = ()

    @property
    def contradiction(self) -> str:
        """What is contradictory, in words; empty where the entry names one work."""
        if not self.others:
            return ""
        others = ", ".join(f"{identifier} in {field}" for field, identifier in self.others)
        where = f" in {self.field.written}" if self.field else ""
        return f"names two papers: {self.identifier}{where}, but {others}"


@dataclass(frozen=True)
class BibFile:
    """A ``.bib`` file: its bytes, its text, and where everything stands in it.

    ``text.encode(encoding) == data``; a byte-order mark is part of the text. ``strings`` maps the names of
    ``@string`` macros (lower case) to their raw values.
    """

    data: bytes = field(repr=False)
    text: str = field(repr=False)
    encoding: str
    newline: str
    entries: tuple[Entry, ...]
    strings: Mapping[str, str]
    failures: tuple[Failure, ...]
    _blocks_end: int = field(default=0, repr=False, compare=False)
    _unclosed: tuple[int, str] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def parse(cls, data: bytes) -> BibFile:
        """Locates what is in the bytes. Anything parses; what makes no sense is in ``failures``."""
        text, encoding = detect(data)
        return _locate(data, text, encoding)

    @classmethod
    def of_text(cls, text: str) -> BibFile:
        """The same of a text that is decoded already."""
        return _locate(text.encode("utf-8", "surrogatepass"), text, "utf-8")

    def line_of(self, offset: int) -> int:
        """The line (from 1) of a place in the text."""
        return bisect_right(self._line_starts, offset)

    def column_of(self, offset: int) -> int:
        """The column (from 1, in characters) of a place in the text."""
        start = self._line_starts[self.line_of(offset) - 1]
        return offset - start + (0 if start == 0 and self.text.startswith("\ufeff") else 1)

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    def keys(self) -> frozenset[str]:
        """Every citation key in the file, those of blocks that cannot be read included."""
        return frozenset(
            [*(entry.key for entry in self.entries), *(failure.key for failure in self.failures if failure.key)]
        )

    def value(self, span: FieldSpan) -> str:
        """A field's value without its delimiters, parts put together, ``@string`` macros in place.

        A macro that the file does not define (``jan``) stands for itself.
        """
        raw = span.raw
        if raw[:1] == "{" and raw[-1] == "}" and "#" not in raw:  # as nearly all are
            return raw[1:-1].strip()
        return _value(raw, self.strings, 0).strip()

    def get(self, entry: Entry, name: str) -> str | None:
        """The value of the field of this name, or ``None``."""
        span = entry.field(name)
        return None if span is None else self.value(span)

    def identifier_of(self, entry: Entry, *, today: date | None = None) -> Naming | None:
        """Which arXiv work the entry is, by its most trustworthy field; ``None`` where it is none.

        An identifier that is merely mentioned, in an abstract, a title or a remark (``Comment on arXiv:…``), does
        not count; see :func:`enrich.mentions.remark_id`.
        """
        return _naming(self, entry, today)

    def identified(self) -> tuple[tuple[Entry, Identifier], ...]:
        """The entries that are arXiv works, each with its identifier, in order."""
        return self._identified

    def find(self, identifier: Identifier) -> Entry | None:
        """The entry of this work: the one that cites the same version, else the first that names the work."""
        return self._by_identifier.get(identifier) or self._by_work.get(identifier.id)

    def holds(self, record: Record) -> bool:
        """Whether the file has what the record cites: that version of the work, or the work in whatever version."""
        if record.cited_version is None:
            return record.id in self._by_work
        return Identifier(record.eprint, record.cited_version) in self._by_identifier

    @cached_property
    def _identified(self) -> tuple[tuple[Entry, Identifier], ...]:
        namings = ((entry, _naming(self, entry, None)) for entry in self.entries)
        return tuple([(entry, naming.identifier) for entry, naming in namings if naming and naming.identifier])

    @cached_property
    def _by_identifier(self) -> dict[Identifier, Entry]:
        return {identifier: entry for entry, identifier in reversed(self._identified)}

    @cached_property
    def _by_work(self) -> dict[str, Entry]:
        return {identifier.id: entry for entry, identifier in reversed(self._identified)}

    def append(self, entries_text: str) -> bytes:
        """The bytes of the file with ``entries_text`` added at its end, after a blank line.

        Every old byte stays. With nothing to add, the bytes are the old ones.

        :raises OutputError: when the file's encoding lacks a character, or an entry of the file is never closed, so
            that BibTeX would read what is added as a part of it.
        """
        added = re.sub(r"\r\n?", "\n", entries_text).strip("\n")
        if not added.strip():
            return self.data
        if self._unclosed is not None:
            line, what = self._unclosed
            raise OutputError(
                f"line {line}: {what} is never closed, so it is not certain what an addition would become",
                hint="close its braces, then run again",
            )
        blank = self.newline * 2
        old = self.text.lstrip("\ufeff")
        if not old.strip():
            gap = "" if not old or old.endswith(("\n", "\r")) else self.newline
        elif old.endswith(blank):
            gap = ""
        else:
            gap = self.newline if old.endswith(("\n", "\r")) else blank
        addition = gap + added.replace("\n", self.newline) + self.newline
        try:
            new = self.data + addition.encode(self.encoding)
        except UnicodeEncodeError as error:
            missing = sorted({letter for letter in addition if not _fits(letter, self.encoding)})
            raise OutputError(
                f"the file is in {self.encoding}, which has no {' '.join(missing[:10])}",
                hint="convert the file to UTF-8, then run again",
            ) from error
        self._check_seam(addition)
        return new

    def _check_seam(self, addition: str) -> None:
        """Reads the end of the file again with the addition behind it: nothing of either may change.

        The splitter begins anew after each block, so only what follows the last good one can matter.
        """
        tail = self.text[self._blocks_end :]
        if "@" not in tail:
            return
        if _sound(tail + addition) != _sound(tail) + _sound(addition):
            line = self.line_of(self._blocks_end + len(tail) - len(tail.lstrip()))
            raise OutputError(
                f"line {line}: what stands at the end of the file would swallow anything added",
                hint="close or remove it, then run again",
            )


# --- locating --------------------------------------------------------------------------------------------------------

_OPENING = re.compile(r"@\w*[ \t]*[{(]")
_NEXT_BLOCK = re.compile(r"@\w*[ \t]*\Z")
_TYPED = re.compile(r"@(?!comment)\w", re.I)  # for BibTeX neither @comment nor a lone @ begins anything
_BRACE = re.compile(r"[{})]")
_FAILED_KEY = re.compile(_OPENING.pattern + r"\s*([^\s,{}()=\"]+)\s*(?:,|\Z)")


def _split(text: str) -> Sequence[Any]:
    """The blocks that bibtexparser's splitter finds, in order."""
    import logging

    from bibtexparser.exceptions import ParserStateException
    from bibtexparser.splitter import Splitter

    # The splitter logs each broken block as a warning, which Python prints when nobody listens. We report it ourselves.
    logger = logging.getLogger("bibtexparser")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    try:
        return Splitter(text).split().blocks
    except ParserStateException as error:
        raise InputError(f"this BibTeX cannot be understood: {error}", hint="check quotes and braces") from error


def _sound(text: str) -> list[str]:
    """The blocks of a text that can be read, as written."""
    from bibtexparser.model import ParsingFailedBlock

    return [block.raw for block in _split(text) if block.raw[:1] == "@" and not isinstance(block, ParsingFailedBlock)]


def _locate(data: bytes, text: str, encoding: str) -> BibFile:
    from bibtexparser import model

    # Lines are counted on along with the blocks, in a text where each ends with one "\n" at the same place.
    lines = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
    entries: list[Entry] = []
    strings: dict[str, str] = {}
    failures: list[Failure] = []
    names: dict[str, tuple[str, str]] = {}
    unclosed: tuple[int, str] | None = None
    position = good = counted = 0
    line = 1
    for block in _split(text):
        raw = block.raw
        start = text.find("@", position) if raw[:1] == "@" else -1
        if start < 0 or not text.startswith(raw, start):
            start = text.find(raw, position)
        end = start + len(raw)
        if type(block) is model.ParsingFailedBlock and (next_block := _NEXT_BLOCK.search(raw, 1)):
            end = start + next_block.start()  # what the splitter gave up at is part of this block and begins the next
        position = end
        line += lines.count("\n", counted, start)
        counted = start
        inner = block
        while isinstance(inner, (model.DuplicateFieldKeyBlock, model.DuplicateBlockKeyBlock)):
            inner = inner.ignore_error_block
        what: str | None = None
        if isinstance(inner, model.Entry):
            entries.append(_entry(inner, text, lines, start, end, line, names))
            what = f"entry '{inner.key}'"
        elif isinstance(inner, model.String):
            strings.setdefault(inner.key.lower(), inner.value)
            what = f"@string '{inner.key}'"
        elif isinstance(inner, model.Preamble):
            what = "@preamble"
        elif isinstance(inner, model.ParsingFailedBlock):
            failure = _failure(inner, text[start:end], start, end, line)
            failures.append(failure)
            if unclosed is None and _TYPED.match(raw) and not _closes(text, start):
                unclosed = line, f"entry '{failure.key}'" if failure.key else "the block"
        if not isinstance(inner, (model.ImplicitComment, model.ParsingFailedBlock)):
            good = end
        if unclosed is None and what is not None and _TYPED.match(raw) and raw.count("{") > raw.count("}"):
            unclosed = line, what  # BibTeX counts every brace, also one after a backslash, and reads on to the end
    return BibFile(data, text, encoding, _newline(text), tuple(entries), strings, tuple(failures), good, unclosed)


def _entry(
    block: Any, text: str, lines: str, start: int, end: int, line: int, names: dict[str, tuple[str, str]]
) -> Entry:
    """An entry with its fields found. ``names`` remembers how names are written and in lower case: there are few."""
    opening = _OPENING.match(text, start)
    key = block.key
    key_start = text.find(key, opening.end() if opening else start)
    position = key_start + len(key)
    fields: list[FieldSpan] = []
    counted, field_line = start, line
    for item in block.fields:
        name, value = item.key, item.value
        name_end = text.find(name, position) + len(name)
        value_start = text.index("=", name_end) + 1
        if value:
            if text[value_start] == " ":
                value_start += 1
            if not text.startswith(value, value_start):
                value_start = text.find(value, value_start)
        position = value_start + len(value)
        both = names.get(name)
        if both is None:
            # A "% comment" line before a field is part of its name for the splitter.
            written = re.split(r"[\r\n]", name)[-1].strip()
            both = names[name] = written, written.lower()
        written, lower = both
        name_start = name_end - len(written)
        field_line += lines.count("\n", counted, name_start)
        counted = name_start
        if "%" in value:
            first, last = _core(value)
            value_start, value = value_start + first, value[first:last]
        value_end = value_start + len(value)
        fields.append(
            FieldSpan(lower, written, name_start, name_end, value_start, value_end, value, field_line, position)
        )
    return Entry(key, block.entry_type.lower(), start, end, line, tuple(fields), key_start)


_COMMENTS = re.compile(r"(?:%[^\r\n]*\s+)*")
_PART_MARK = re.compile(r'[{}"](?<!\\.)')  # looking back only from a mark: four times as fast
_BARE = re.compile(r"[^\s#%{}\",]+")


def _core(raw: str) -> tuple[int, int]:
    """Where in ``raw`` the value is, without the comments around it, which the splitter takes for a part of it."""
    comments = _COMMENTS.match(raw)
    start = position = comments.end() if comments else 0
    while True:
        end = part_end(raw, position)
        if end is None:
            return 0, len(raw)
        rest = raw[end:].lstrip()
        if not rest.startswith("#"):
            return (start, end) if not rest or rest.startswith("%") else (0, len(raw))
        position = len(raw) - len(rest[1:].lstrip())


def part_end(raw: str, position: int) -> int | None:
    """Where the part of a value (in braces, in quotes, bare) at ``position`` ends; ``None`` if it does not."""
    mark = raw[position : position + 1]
    if mark not in ("{", '"'):
        match = _BARE.match(raw, position)
        return match.end() if match else None
    depth = 0
    for found in _PART_MARK.finditer(raw, position + (mark == '"')):
        if found.group() == '"':
            if mark == '"' and depth == 0:
                return found.end()
            continue
        depth += 1 if found.group() == "{" else -1
        if mark == "{" and depth == 0:
            return found.end()
    return None


def _failure(block: Any, raw: str, start: int, end: int, line: int) -> Failure:
    key = _FAILED_KEY.match(raw)
    reason = " ".join(str(getattr(block.error, "abort_reason", block.error)).replace("`", "").split()).rstrip(". ")
    name = f"the entry '{key[1]}'" if key else "a block"
    return Failure(
        line,
        start,
        end,
        f"{name} cannot be read: {reason[:1].lower()}{reason[1:]}",
        "check its braces, quotes and commas",
        key[1] if key else None,
    )


def _closes(text: str, start: int) -> bool:
    """Whether a block that could not be read ends somewhere, as BibTeX counts: every brace, to the end of the file."""
    opening = _OPENING.match(text, start)
    if opening is None:
        return True
    parenthesis = opening.group().endswith("(")
    depth = 0
    for match in _BRACE.finditer(text, opening.end()):
        mark = match.group()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        if depth < 0 or (parenthesis and depth == 0 and mark == ")"):
            return True
    return False


def _newline(text: str) -> str:
    """The line end that the file uses most; ``\\n`` where it has none."""
    both, line_feeds, returns = text.count("\r\n"), text.count("\n"), text.count("\r")
    if both * 2 > line_feeds and both:
        return "\r\n"
    return "\r" if returns > line_feeds else "\n"


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


# --- values ----------------------------------------------------------------------------------------------------------

_DEPTH = 10  # macros may name macros; one that names itself must end


def _value(raw: str, strings: Mapping[str, str], depth: int) -> str:
    parts = []
    for part in _parts(raw):
        if len(part) >= 2 and part[0] + part[-1] in ("{}", '""'):
            parts.append(part[1:-1])
        elif part.lower() in strings and depth < _DEPTH:
            parts.append(_value(strings[part.lower()], strings, depth + 1))
        else:
            parts.append(part)
    return "".join(parts)


def _parts(raw: str) -> list[str]:
    """The parts between the ``#`` of a concatenation; a ``#`` within braces or quotes is not one."""
    if "#" not in raw:
        return [raw.strip()]
    parts, begin, depth, quoted = [], 0, 0, False
    for match in re.finditer(r'[{}"#]', raw):
        mark = match.group()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif mark == '"' and depth == 0:
            quoted = not quoted
        elif mark == "#" and depth == 0 and not quoted:
            parts.append(raw[begin : match.start()].strip())
            begin = match.end()
    parts.append(raw[begin:].strip())
    return parts


# --- which work ------------------------------------------------------------------------------------------------------

_ARXIV = re.compile(r"(?<![a-z])arxiv", re.I)  # and not SocArXiv
_PREPRINTS = re.compile(r"arxiv|\bcorr\b", re.I)
_DIGITS = re.compile(r"[0-9]{4}")  # every identifier has four in a row, in whatever form it is written
_ADDRESS = re.compile(
    # How nearly everybody writes an address or arXiv's DOI, of which it is certain what find_ids() would find.
    r"(?:https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/|10\.48550/arxiv\.)"
    r"([0-9]{4}\.[0-9]{4,5}|[a-z-]{2,9}/[0-9]{7})(?:v[1-9][0-9]{0,2})?",
    re.I | re.A,
)
_ARXIV_FIELDS = ("arxiv", "arxivid", "arxiv_id", "arxiv-id", "arxivnumber")
_PLACES = ("journal", "journaltitle", "booktitle", "publisher", "institution", "organization", "series", "school")
_STATED = ("eid", "journal", "journaltitle", "volume", "number", "pages", "reportnumber", "report-number", "type")
_ADDRESSES = ("url", "ee", "link", "adsurl", "bdsk-url-1", "bdsk-url-2", "urlraw", "pdf", "biburl", "opturl")
_REMARKS = ("note", "howpublished", "extra", "comment", "annote", "addendum", "pubstate", "publisher", "booktitle")
_HOMES = ("journal", "journaltitle", "booktitle")


def _naming(bib: BibFile, entry: Entry, today: date | None) -> Naming | None:
    """By trust: eprint, arXiv's DOI, an address, what stands in place of a journal, remarks, the citation key."""
    spans = {span.name: span for span in reversed(entry.fields)}  # of two with one name the first counts
    bad: Naming | None = None
    named: list[Naming] = []

    def consider(naming: Naming | None) -> None:
        nonlocal bad
        if naming is None:
            return
        if naming.identifier is not None:
            named.append(naming)
        elif bad is None:
            bad = naming

    consider(_from_eprint(bib, spans, today))
    own = named[0].identifier if named else None
    for name in ("doi", *_ADDRESSES):
        span = spans.get(name)
        if span is not None and not (own and _repeats(bib.value(span), own)):
            consider(_only(bib, span, today))
    stated = [spans[name] for name in _STATED if name in spans]
    remarks = [spans[name] for name in _REMARKS if name in spans]
    in_arxiv = bool(stated or remarks) and any(
        _PREPRINTS.search(bib.value(spans[name])) for name in _PLACES if name in spans
    )
    for span in stated:
        consider(_only(bib, span, today, loose=in_arxiv))
    if named:
        first = named[0]
        others = tuple(
            (other.field.written, other.identifier)
            for other in named[1:]
            if other.field and other.identifier and first.identifier and other.identifier.id != first.identifier.id
        )
        return Naming(first.identifier, first.text, first.offset, first.field, None, others)
    if bad is not None:
        return bad
    homeless = bool(remarks) and _is_homeless(bib, spans)
    for span in remarks:
        loose = in_arxiv and span.name in ("note", "extra")
        mention = remark_id(_bare(bib.value(span)), homeless=homeless, loose=loose, today=today)
        if mention is not None:
            return Naming(mention.identifier, mention.text, _offset(span, mention.text), span)
    return _from_key(bib, entry, today)


def _is_homeless(bib: BibFile, spans: Mapping[str, FieldSpan]) -> bool:
    """Whether nothing says where the work appeared: no journal or proceedings, DOI or eprint other than arXiv's."""
    if any(name in spans and not _PREPRINTS.search(bib.value(spans[name])) for name in _HOMES):
        return False
    return not any(
        name in spans and not _ARXIV.search(bib.value(spans[name])) for name in ("doi", "eprinttype", "archiveprefix")
    )


def _from_eprint(bib: BibFile, spans: Mapping[str, FieldSpan], today: date | None) -> Naming | None:
    archive = " ".join(bib.value(spans[name]) for name in ("archiveprefix", "eprinttype") if name in spans)
    for name in ("eprint", *_ARXIV_FIELDS):
        span = spans.get(name)
        if span is None:
            continue
        written = _bare(bib.value(span))
        foreign = name == "eprint" and archive and not _ARXIV.search(archive)
        if not written or foreign:
            continue
        whole = written
        if re.fullmatch(r"[0-9]{7}(?:v[0-9]+)?", written):
            kinds = (bib.value(spans[kind]) for kind in ("primaryclass", "eprintclass") if kind in spans)
            if subject := _bare(next(kinds, "")):
                whole = f"{subject.partition('.')[0]}/{written}"
        offset = _offset(span, written)
        verdict = judge(whole, today=today)
        if isinstance(verdict, Identifier):
            return Naming(verdict, written, offset, span)
        if archive or name != "eprint" or _ARXIV.search(written) or re.match(r"[0-9]{4}\.[0-9]{3,}", written):
            return Naming(None, written, offset, span, verdict)
    return None


def _repeats(value: str, identifier: Identifier) -> bool:
    """Whether an address or DOI is certainly that of this very work. Quick; when in doubt, it does not say so."""
    address = _ADDRESS.fullmatch(value)
    return address is not None and address[1] == identifier.value


def _only(bib: BibFile, span: FieldSpan, today: date | None, *, loose: bool = False) -> Naming | None:
    """The work that a field names, if it names exactly one."""
    value = _bare(bib.value(span))
    if not _DIGITS.search(value):
        return None
    # The mark in front: that a number is alone in a field is no sign that it is an identifier.
    found = list(find_ids("¦ " + value, loose=loose, today=today))
    good: dict[str, Found] = {}
    for mention in found:
        if mention.identifier is not None:
            good.setdefault(mention.identifier.id, mention)
    if len(good) == 1:
        mention = next(iter(good.values()))
        return Naming(mention.identifier, mention.text, _offset(span, mention.text), span)
    if not good and found:
        fault = Fault(found[0].reason or "", found[0].hint or "")
        return Naming(None, found[0].text, _offset(span, found[0].text), span, fault)
    return None


def _from_key(bib: BibFile, entry: Entry, today: date | None) -> Naming | None:
    """DBLP's and ADS's keys, and identifiers used as keys, name the work by themselves."""
    if entry.type in ("string", "comment") or not re.search(r"[0-9]{4}", entry.key):
        return None
    found = next(iter(find_ids(entry.key, today=today)), None)
    if found is None or found.identifier is None or found.end - found.start != len(entry.key):
        return None
    offset = bib.text.find(entry.key, entry.start)
    return Naming(found.identifier, entry.key, offset)


def _bare(value: str) -> str:
    """The value without further braces around it and without the escapes that LaTeX wants in addresses."""
    while len(value) > 1 and value[0] == "{" and value[-1] == "}":
        value = value[1:-1].strip()
    return re.sub(r"\\([_%#&~-])", r"\1", value) if "\\" in value else value


def _offset(span: FieldSpan, written: str) -> int:
    """Where the words stand in the file; the field's value where they are not there as such (a macro, an escape)."""
    place = span.raw.find(written)
    return span.start + max(place, 0)
