"""What should change in a user's ``.bib``, with the source and the reason of every change. Nothing is asked or written.

The plan is made of three rules. What the user wrote by hand wins: a value is replaced only where it is what a source
said before (then it was copied, not written), or stands where only a preprint has something (``journal = {arXiv
preprint …}``), or the user asks for it. Nothing is filled in that the entry can do without. And a published version
is taken whole or not at all, so that no entry mixes the venue of one with the year of the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from enrich import duplicates, fields, splice, venues
from enrich.bibfile import BibFile, Entry, FieldSpan, Naming, part_end
from enrich.duplicates import Pair, agree
from enrich.formats import Options, bibtex
from enrich.formats.citation import Citation, citations
from enrich.match import AuthorComparison, are_different_works, compare_authors, title_key
from enrich.names import parse_bibtex_names
from enrich.protection import WHOLE, Protection, protects
from enrich.publish import proof, source_of
from enrich.record import Identifier, Published, Record

CATEGORIES = ("published", "version", "withdrawn", "fields")
"""The kinds of change, as ``--only`` names them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one entry, before and after (LaTeX as in the file, without delimiters; ``None``: absent).

    ``field`` is ``entrytype`` for the entry's type, and ``key`` where an entry is merged into the one of the key
    ``after``. ``source`` is who says so, ``reason`` why it is believed.
    """

    file: str
    line: int
    key: str
    field: str
    before: str | None
    after: str | None
    source: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "source": self.source,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Abstention:
    """Something that is known of an entry and was not changed, and why. ``field`` may be ``None``: the whole entry.

    ``loud`` marks what nobody may overlook: a withdrawn paper. ``quiet`` what is no news: no published version.
    """

    file: str
    line: int
    key: str
    id: str | None
    field: str | None
    reason: str
    source: str | None = None
    hint: str | None = None
    loud: bool = False
    quiet: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "id": self.id,
            "field": self.field,
            "reason": self.reason,
            "source": self.source,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the work that an entry names.

    ``cited`` describes the version that the entry cites, ``newest`` the newest one; ``before`` is what sources said
    earlier, also of other versions; ``published`` the proven published version, or ``None`` and ``why`` there is none
    (empty: nobody looked).
    """

    cited: Record
    newest: Record | None = None
    before: tuple[Record, ...] = ()
    published: Published | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants changed.

    ``only``: the categories, ``None`` for all. ``versions``: also cite the newest version where the user cites another
    by number. ``keys``: the entries, ``None`` for all. ``overwrite``: fields that are replaced also where they are the
    user's own. ``fill``: fields that are added where they are absent (``all``: every field that ``get`` writes), only
    to entries of the works ``fill_for`` (``arXiv:2110.14168``; ``None``: of all).
    ``keep``: protected keys, each with the fields meant (none: the whole entry). ``merge``: put duplicates together.
    """

    only: frozenset[str] | None = None
    versions: bool = False
    keys: frozenset[str] | None = None
    overwrite: frozenset[str] = frozenset()
    fill: frozenset[str] = frozenset()
    fill_for: frozenset[str] | None = None
    keep: Mapping[str, frozenset[str]] = field(default_factory=dict)
    merge: bool = False
    options: Options = field(default_factory=Options)

    def want(self, category: str) -> bool:
        return self.only is None or category in self.only


@dataclass(frozen=True)
class Plan:
    """What would change in one file: ``changes`` with ``edits`` that make them, and what was left alone.

    ``merged`` maps the keys of entries that go to the keys that stay.
    """

    file: str
    bib: BibFile
    changes: tuple[Change, ...]
    abstained: tuple[Abstention, ...]
    edits: tuple[splice.Edit, ...]
    merged: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def data(self) -> bytes:
        """The file's bytes after the changes. Raises :class:`~enrich.errors.OutputError` where they cannot be made."""
        return splice.apply(self.bib, self.edits) if self.edits else self.bib.data


def plan(
    file: str,
    bib: BibFile,
    namings: Mapping[int, Naming],
    known: Mapping[Identifier, Known],
    wishes: Wishes,
) -> Plan:
    """Work out what should change. ``namings`` says which work the entry at an offset is, ``known`` what is known.

    A version that the user cites by number is his decision: it is only renewed on demand.
    """
    planning = _Planning(file, bib, wishes, namings, known)
    for entry in bib.entries:
        naming = namings.get(entry.start)
        if naming is None or (wishes.keys is not None and entry.key not in wishes.keys):
            continue
        planning.entry(entry, naming)
    planning.duplicates()
    return planning.plan()


# --- planning --------------------------------------------------------------------------------------------------------


@dataclass
class _Planning:
    """The plan of one file while it is made. What concerns one entry is kept by the entry's offset."""

    file: str
    bib: BibFile
    wishes: Wishes
    namings: Mapping[int, Naming]
    known: Mapping[Identifier, Known]
    changes: dict[int, list[Change]] = field(default_factory=dict)
    abstained: dict[int, list[Abstention]] = field(default_factory=dict)
    values: dict[int, dict[str, str | None]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    removed: dict[int, Entry] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)

    def plan(self) -> Plan:
        edits: list[splice.Edit] = []
        for entry in self.bib.entries:
            start = entry.start
            if start in self.removed:
                edits.append(splice.remove(self.bib, entry))
            elif start in self.values or start in self.kinds:
                edits += splice.change(self.bib, entry, self.values.get(start, {}), kind=self.kinds.get(start))
        # Both in the order of the file, entry by entry.
        changes = [change for start in sorted(self.changes) for change in self.changes[start]]
        abstained = [one for start in sorted(self.abstained) for one in self.abstained[start]]
        return Plan(self.file, self.bib, tuple(changes), tuple(abstained), tuple(edits), self.merged)

    @cached_property
    def protection(self) -> Protection:
        return Protection(self.bib, self.wishes.keep)

    # --- one entry

    def entry(self, entry: Entry, naming: Naming) -> None:
        written = naming.field.written if naming.field else None
        if naming.identifier is None:
            why = naming.fault.why if naming.fault else "it is malformed"
            self.abstain(entry, written, f"'{naming.text}' is no arXiv identifier: {why}")
            return
        known = self.known.get(naming.identifier)
        if known is None:
            return  # It could not be had; that is a problem of the run and told there.
        if naming.others:
            self.abstain(entry, None, f"the entry {naming.contradiction}", hint="correct the entry")
            return
        one = _Entry(self, entry, naming, known, self.protection.of(entry))
        if (keep := entry.field("keep")) and (words := self.protection.unknown(entry)):
            self.abstain(entry, keep.written, f"{', '.join(words)}: no such field, so all of the entry is kept")
        if why := one.is_another():
            hint = "compare the identifier with the paper; nothing was changed here"
            self.abstain(entry, written, why, hint=hint)
            return
        renewed = self.wishes.want("version") and one.kept != WHOLE and one.version()
        if self.wishes.want("withdrawn"):
            one.withdrawal()
        if one.kept == WHOLE:
            return  # Protection is from changes; that the paper is withdrawn has been told.
        if self.wishes.want("published"):
            one.published()
        if self.wishes.want("fields") or renewed:
            one.facts()  # Of another version the title may be another, too.

    # --- noting

    def change(
        self, entry: Entry, name: str, after: str | None, source: str, reason: str, *, bare: bool | None = None
    ) -> None:
        """Plan a new value for a field, under the name by which the entry has it.

        ``bare`` is without delimiters; as rendered (``None``) only the month is. What was planned for the field before
        is forgotten.
        """
        span = fields.span(entry, name)
        before = None if span is None else self.inner(span)
        if before is None and after is None:
            return
        if after is not None and (letters := self.lacking(after)):
            self.abstain(entry, name, self.unwritable(letters), source=source, hint=_IN_UTF8)
            return
        name = span.written if span is not None else name
        values = self.values.setdefault(entry.start, {})
        if name in values:
            self.changes[entry.start] = [one for one in self.changes[entry.start] if one.field != name]
        bare = name.lower() == "month" if bare is None else bare
        values[name] = splice.Macro(after) if bare and after is not None else after
        line = span.line if span else entry.line
        self.note(entry, Change(self.file, line, entry.key, name, before, after, source, reason))

    def lacking(self, value: str) -> str:
        """The letters of a new value that the file's encoding does not have."""
        try:
            value.encode(self.bib.encoding)
        except UnicodeEncodeError as error:
            return value[error.start : error.end]
        return ""

    def unwritable(self, letters: str) -> str:
        return f"the file is in {self.bib.encoding}, which has no {letters}"

    def planned(self, entry: Entry, name: str) -> bool:
        """Whether a new value is planned for the field, by this name or the other dialect's."""
        values = self.values.get(entry.start)
        return values is not None and not {one.lower() for one in values}.isdisjoint(fields.names(name))

    def retype(self, entry: Entry, kind: str, source: str, reason: str) -> None:
        if entry.type == kind or (kind == "inproceedings" and entry.type == "conference"):
            return
        self.kinds[entry.start] = kind
        change = Change(self.file, entry.line, entry.key, "entrytype", entry.type, kind, source, reason)
        self.note(entry, change)

    def note(self, entry: Entry, change: Change) -> None:
        self.changes.setdefault(entry.start, []).append(change)

    def abstain(
        self,
        entry: Entry,
        name: str | None,
        reason: str,
        *,
        source: str | None = None,
        hint: str | None = None,
        loud: bool = False,
        quiet: bool = False,
    ) -> None:
        span = fields.span(entry, name) if name else None
        naming = self.namings.get(entry.start)
        identifier = naming.identifier.id if naming and naming.identifier else None
        line = span.line if span else entry.line
        one = Abstention(self.file, line, entry.key, identifier, name, reason, source, hint, loud, quiet)
        self.abstained.setdefault(entry.start, []).append(one)

    def inner(self, span: FieldSpan) -> str:
        """The value as it stands in the file, without its delimiters."""
        raw = span.raw
        return raw[1:-1] if part_end(raw, 0) == len(raw) and raw[0] in '{"' else raw

    # --- how new values are written

    def rendered(self, entry: Entry, citation: Citation) -> dict[str, str]:
        """The fields that ``get`` would write for this citation, in the entry's dialect and the file's letters."""
        name = "biblatex" if self.is_biblatex(entry) else "bibtex"
        return bibtex.fields(citation, name, self.wishes.options, ascii=not self._unicode)[1]

    def is_biblatex(self, entry: Entry) -> bool:
        for span in entry.fields:
            if span.name in _BIBLATEX:
                return True
            if span.name in _BIBTEX:
                return False
        return entry.type == "online" or self._mostly_biblatex

    @cached_property
    def _mostly_biblatex(self) -> bool:
        names = [span.name for entry in self.bib.entries for span in entry.fields]
        return sum(name in _BIBLATEX for name in names) > sum(name in _BIBTEX for name in names)

    @cached_property
    def _unicode(self) -> bool:
        """Whether the file holds letters beyond ASCII, in an encoding that has them all."""
        text = self.bib.text.lstrip("\ufeff")
        return self.bib.encoding.lower().replace("-", "").startswith("utf") and not text.isascii()

    # --- the same work twice

    def duplicates(self) -> None:
        """Report what stands twice, and put together what is certain to be one work, if that is wished."""
        appeared = {
            identifier.id: one.published.doi.lower()
            for identifier, one in self.known.items()
            if one.published is not None and one.published.doi
        }
        told: set[int] = set()
        for pair in duplicates.pairs(self.bib, self.namings, appeared):
            first, second = pair.first, pair.second
            if self.wishes.keys is not None and not {first.key, second.key} & self.wishes.keys:
                continue
            if first.key == second.key and first.key:
                told.add(second.start)
                self.twice(first, second, f": {pair.why}")
            elif not pair.certain:
                place = f"'{first.key}' (line {first.line})"
                self.abstain(second, None, f"perhaps the same work as {place}: {pair.why}")
            elif not self.wishes.merge or not {first.key, second.key} <= (self.wishes.keys or {first.key, second.key}):
                # An entry that was not named stays as it is, and is not merged into either.
                hint = "enrich refresh --merge-duplicates puts them together"
                if self.wishes.merge:
                    hint = f"--keys {first.key},{second.key} names both"
                place = f"'{first.key}' (line {first.line})"
                self.abstain(second, None, f"the same work as {place}: {pair.why}", hint=hint)
            else:
                self.merge(replace(pair, first=self.stays(first)))
        keys: dict[str, Entry] = {}
        for entry in self.bib.entries:
            first = keys.setdefault(entry.key, entry)
            wanted = entry.key and (self.wishes.keys is None or entry.key in self.wishes.keys)
            if first is not entry and wanted and entry.start not in told:
                self.twice(first, entry, "")

    def twice(self, first: Entry, second: Entry, why: str) -> None:
        reason = f"the key '{second.key}' stands twice, first in line {first.line}{why}"
        self.abstain(second, None, reason, hint="rename or remove one by hand")

    def merge(self, pair: Pair) -> None:
        """Put the second entry into the first: what the first lacks is taken over, and the second goes."""
        first, second = pair.first, pair.second
        if why := self.why_not_merged(first, second):
            self.abstain(second, None, f"not merged into '{first.key}': {why}")
            return
        reason = f"merged from '{second.key}' (line {second.line}): {pair.why}"
        upgraded = (
            first.start not in self.kinds
            and fields.is_preprint(self.bib, first)
            and not fields.is_preprint(self.bib, second)
        )
        if upgraded:
            self.retype(first, second.type, second.key, reason)
            for name in (*fields.VENUES, "volume", "number", "issue", "pages", "publisher", "eid"):
                span = first.field(name)
                if span and fields.span(second, name) is None and fields.is_placeholder(self.bib, span):
                    self.change(first, name, None, second.key, "said only that it is a preprint")
        # What was planned for the second is its value; what was planned for the first stands.
        planned = {name.lower(): (name, value) for name, value in self.values.pop(second.start, {}).items()}
        said = {change.field.lower(): change for change in self.changes.get(second.start, ())}
        for span in dict.fromkeys(second.field(span.name) or span for span in second.fields):
            if span.name in planned or span.name == "keep" or fields.is_empty(self.bib, span):
                continue
            value = self.inner(span)
            self.take(first, second, span.written, value, self.bib.value(span), reason, value == span.raw, upgraded)
        for name, new in planned.values():
            if new:
                why = f"{said[name.lower()].reason}; {reason}"
                bare, source = isinstance(new, splice.Macro), said[name.lower()].source
                self.take(first, second, name, new, new, why, bare, upgraded, source=source)
        self.removed[second.start] = first
        self.kinds.pop(second.start, None)
        self.changes.pop(second.start, None)
        self.abstained[second.start] = [one for one in self.abstained.get(second.start, ()) if one.loud]
        self.note(second, Change(self.file, second.line, second.key, "key", second.key, first.key, "", pair.why))
        self.merged[second.key] = first.key

    def take(
        self,
        first: Entry,
        second: Entry,
        name: str,
        value: str,
        meaning: str,
        reason: str,
        bare: bool,
        upgraded: bool,
        *,
        source: str | None = None,
    ) -> None:
        """Take a field of the second entry over into the first, unless that has one; then tell what is lost.

        ``source`` is who says so, where it is not the second entry itself.
        """
        mine = fields.span(first, name)
        replaces = (
            mine is None
            or fields.is_empty(self.bib, mine)
            or (upgraded and (name.lower() in _OF_PUBLICATION or fields.is_placeholder(self.bib, mine)))
        )
        if replaces and not self.planned(first, name):
            if bare and not self.is_defined(value, first):
                value, bare = meaning, False
            self.change(first, name, value, source or second.key, reason, bare=bare and not value.isdecimal())
            return
        if source is None and fields.plain(name, self.value_of(first, name) or "") != fields.plain(name, meaning):
            lost = f"'{second.key}' had {name} = {value}; that of '{first.key}' stays"
            self.abstain(first, mine.written if mine else name, lost, source=second.key)

    def why_not_merged(self, first: Entry, second: Entry) -> str:
        if second.start in self.removed:
            return f"'{second.key}' is merged already"
        if first.key == second.key:
            return "both have the same key"
        if second.key in self.referring:
            return f"'{self.referring[second.key]}' refers to it"
        if self.referring.get(first.key) == second.key:
            return f"'{second.key}' refers to that"
        one_name = first.key.lower() == second.key.lower()
        for key in (first.key, second.key):
            if self.key_counts[key.lower()] > 1 + one_name:
                return f"the key '{key}' stands twice"
        if first.field("ids") and second.field("ids"):
            return "both have further keys (ids)"
        parent = next((span for name in ("crossref", "xdata") if (span := second.field(name))), None)
        if parent is not None and first.field(parent.name) is None:
            return f"'{second.key}' inherits from '{self.bib.value(parent)}'"
        homes = [self.homes(entry) for entry in (first, second)]
        if all(homes) and homes[0].isdisjoint(homes[1]):
            return "one names a journal, the other proceedings or a book"
        if any(self.protection.of(entry) for entry in (first, second)):
            return "one of them is protected"
        return ""

    def homes(self, entry: Entry) -> frozenset[str]:
        """The kinds of venue (``journal``, ``booktitle``) that an entry will name; none where it names arXiv."""
        found = set()
        for name in ("journal", "booktitle"):
            span = fields.span(entry, name)
            if self.planned(entry, name):
                if self.value_of(entry, name):
                    found.add(name)
            elif span and not fields.is_placeholder(self.bib, span):
                found.add(name)
        return frozenset(found)

    @cached_property
    def key_counts(self) -> Counter[str]:
        """How often each key stands, in lower case: to BibTeX two that differ in case only are one."""
        return Counter(entry.key.lower() for entry in self.bib.entries)

    @cached_property
    def referring(self) -> dict[str, str]:
        """The keys that fields of entries name, which must stay in the file, each with the key of such an entry."""
        return {
            key.strip(): entry.key
            for entry in self.bib.entries
            for span in entry.fields
            if span.name in _REFERRING
            for key in self.bib.value(span).split(",")
        }

    def value_of(self, entry: Entry, name: str) -> str | None:
        """What a field will say: what is planned for it, or what it says; ``None`` where it is to go or absent."""
        for key, value in self.values.get(entry.start, {}).items():
            if key.lower() in fields.names(name):
                return value
        span = fields.span(entry, name)
        return None if span is None else self.bib.value(span)

    def is_defined(self, value: str, entry: Entry) -> bool:
        """Whether the macros in a value are defined before the entry: to BibTeX they are nothing before that."""
        for name in re.findall(r"[^\s#{}\",]+", re.sub(r"\{[^{}]*\}|\"[^\"]*\"", "", value)):
            defined = re.search(rf"@string\s*[{{(]\s*{re.escape(name)}\s*=", self.bib.text, re.I)
            if defined is not None and defined.start() > entry.start:
                return False
        return True

    def stays(self, entry: Entry) -> Entry:
        """The entry itself, or the one that it has been merged into."""
        while entry.start in self.removed:
            entry = self.removed[entry.start]
        return entry


_IN_UTF8 = "convert the file to UTF-8, then run again"
_BIBLATEX = frozenset({"date", "journaltitle", "eprinttype", "eprintclass", "annotation", "location", "urldate"})
_BIBTEX = frozenset({"archiveprefix", "primaryclass", "journal", "address"})
_REFERRING = frozenset({"crossref", "xref", "xdata", "related", "entryset"})
_OF_PUBLICATION = frozenset({"year", "date", "doi", "month"})
"""What the entry of the published version says better than the preprint's."""


@dataclass
class _Entry:
    """One entry, what is known of its work, and which fields the user ``kept``.

    ``appeared`` is the work as published, once it is known that the entry is or becomes the published version's.
    """

    planning: _Planning
    entry: Entry
    naming: Naming
    known: Known
    kept: frozenset[str]
    appeared: Citation | None = None

    @property
    def bib(self) -> BibFile:
        return self.planning.bib

    @cached_property
    def spans(self) -> dict[str, FieldSpan]:
        """The fields by name; of two with one name the first counts."""
        return {span.name: span for span in reversed(self.entry.fields)}

    def span(self, name: str) -> FieldSpan | None:
        return next((self.spans[one] for one in fields.names(name) if one in self.spans), None)

    def is_kept(self, name: str) -> bool:
        return protects(self.kept, name)

    def overwrites(self, name: str) -> bool:
        wished = self.planning.wishes.overwrite
        return "all" in wished or any(one in wished for one in fields.names(name))

    def cite(self, record: Record, published: Published | None = None) -> Citation:
        return next(citations([replace(record, published=published)], self.planning.wishes.options))

    @cached_property
    def now(self) -> Citation:
        """The work as arXiv has it."""
        return self.cite(self.known.cited)

    @cached_property
    def earlier(self) -> tuple[Citation, ...]:
        """What sources said before."""
        return tuple(self.cite(record, record.published) for record in self.known.before)

    def agrees(self, span: FieldSpan) -> bool:
        """Whether a field says what arXiv says."""
        if self.planning.wishes.options.year == "submitted" and fields.repeats(span, self.known.cited):
            return True
        return fields.agrees(self.bib, span, self.now)

    def was_copied(self, span: FieldSpan) -> bool:
        """Whether a source said before what the field says: then it was taken over, and nobody wrote it."""
        return any(fields.agrees(self.bib, span, citation) for citation in self.earlier)

    def is_free(self, span: FieldSpan | None, name: str) -> bool:
        """Whether a field may get another value: it is empty, was copied, or the user asks for it."""
        if self.is_kept(name):
            return False
        return span is None or fields.is_empty(self.bib, span) or self.was_copied(span) or self.overwrites(name)

    def is_another(self) -> str:
        """Why the entry seems to be of another work than its identifier names: then nothing of it may be touched."""
        title = self.spans.get("title")
        if title is None or fields.is_empty(self.bib, title) or self.agrees(title):
            return ""
        citations = (self.now, *self.earlier, *([self.cite(self.known.newest)] if self.known.newest else []))
        author = self.spans.get("author")
        people = parse_bibtex_names(self.bib.value(author)) if author else ()
        described = [one for one in citations if one.title]
        if not described or not all(
            are_different_works(one.title, one.authors, self.bib.value(title), people) for one in described
        ):
            return ""
        return f"is {self.known.cited.id}, which is another work: {self.now.title}"

    # --- withdrawn

    def withdrawal(self) -> None:
        newest = self.known.newest or self.known.cited
        if newest.withdrawn is None:
            return
        notice = newest.withdrawn
        what = f"withdrawn: {notice.reason or 'no reason given'}"
        if notice.superseded_by:
            what += f"; superseded by {notice.superseded_by}"
        source = _origin(newest, "withdrawn")
        span = self.span("note")
        told = span is not None and re.search(r"withdrawn|retracted", self.bib.value(span), re.I) is not None
        cites_it = self.known.cited.withdrawn is not None and fields.is_preprint(self.bib, self.entry)
        if cites_it and not told and self.is_free(span, "note"):
            note = self.planning.rendered(self.entry, self.cite(newest)).get("note")
            self.planning.change(self.entry, "note", note, source, what)
        hint = f"cite {notice.superseded_by} instead" if notice.superseded_by else "say in the text why it is cited"
        self.planning.abstain(self.entry, None, what, source=source, hint=hint, loud=True)

    # --- version

    def version(self) -> bool:
        """Plan to cite the newest version, where that is wished; returns whether it is done."""
        cited, newest, wishes = self.naming.identifier, self.known.newest, self.planning.wishes
        if cited is None or cited.version is None or newest is None or (newest.version or 0) <= cited.version:
            return False
        what = f"cites version {cited.version}; the newest is version {newest.version}"
        if not (wishes.versions or self.overwrites("eprint")):
            hint = "--overwrite eprint cites the newest"
            self.planning.abstain(self.entry, "eprint", what, source="arxiv", hint=hint)
            return False
        number = re.compile(rf"(?<={re.escape(cited.value.rpartition('/')[2])})v{cited.version}(?!\d)")
        renewed = {span: number.sub(f"v{newest.version}", self.planning.inner(span)) for span in self.spans.values()}
        renewed = {span: after for span, after in renewed.items() if after != self.planning.inner(span)}
        if barred := [span.written for span in renewed if self.is_kept(span.name)]:
            self.planning.abstain(self.entry, barred[0], f"{what}, but you keep {', '.join(barred)}", source="arxiv")
            return False
        for span, after in renewed.items():
            if not self.planning.planned(self.entry, span.name):
                self.planning.change(self.entry, span.name, after, "arxiv", what)
        self.known = replace(self.known, cited=newest, before=(*self.known.before, self.known.cited))
        for name in ("now", "earlier"):
            self.__dict__.pop(name, None)
        return bool(renewed)

    # --- published

    @cached_property
    def is_published(self) -> bool:
        """Whether the entry, as it is, says where the work appeared."""
        return not fields.is_preprint(self.bib, self.entry)

    @cached_property
    def reference(self) -> Citation:
        """What the entry should say: the work as published, if it is the entry of that, else as arXiv has it."""
        if self.appeared is not None:
            return self.appeared
        published = self.known.published
        if not self.is_published or published is None:
            return self.now
        doi = self.spans.get("doi")
        home = next((span for name in fields.VENUES if (span := self.spans.get(name))), None)
        same_doi = doi is not None and published.doi and fields.doi(self.bib.value(doi)) == published.doi.lower()
        if same_doi or (home and venues.same_venue(fields.written(self.bib, home), published.venue or "")):
            return self.cite(self.known.cited, published)
        return self.now

    def published(self) -> None:
        """Plan the published version, whole; an entry that is that version's already follows it."""
        published, planning, entry = self.known.published, self.planning, self.entry
        if self.is_published:
            self.follow()
            return
        if published is None:
            if self.known.why:
                planning.abstain(entry, None, f"no published version: {self.known.why}", quiet=True)
            return
        citation = self.cite(self.known.cited, published)
        source, where = source_of(published), f"appeared in {_where(published)}"
        if citation.kind == "preprint":
            unknown = "whether in a journal or at a conference" if published.venue else "where"
            reason = f"is published, but it is not known {unknown}"
            planning.abstain(entry, None, reason, source=source)
            return
        changes = dict(self.upgrade(citation))
        if barred := [name for name in changes if self.is_kept(name)]:
            planning.abstain(entry, barred[0], f"{where}, but you keep {', '.join(barred)}", source=source)
            return
        if span := self.contradiction(citation):
            what = "DOI" if span.name == "doi" else span.written
            hint = f"--overwrite {span.name} takes the published version's"
            reason = f"{where}, but the entry's {what} is another one"
            planning.abstain(entry, span.written, reason, source=source, hint=hint)
            return
        for name, after in changes.items():
            if letters := planning.lacking(after or ""):
                why = f"{where}, but {planning.unwritable(letters)}"
                planning.abstain(entry, name, why, source=source, hint=_IN_UTF8)
                return
        reason = proof(published)
        planning.retype(entry, citation.kind, source, reason)
        for name, after in changes.items():
            planning.change(entry, name, after, source, reason)
        self.appeared = citation

    def contradiction(self, citation: Citation) -> FieldSpan | None:
        """A field of the user's own that says something else of the publication than the published version."""
        for name in ("doi", "volume", "number", "pages", "year"):
            span = self.span(name)
            if span is None or fields.said(citation, span.name) is None or fields.agrees(self.bib, span, citation):
                continue
            if self.is_free(span, name) or fields.is_placeholder(self.bib, span):
                continue
            written = fields.written(self.bib, span)
            if name == "doi" and venues.is_preprint_doi(written):
                continue
            if name == "year" and self.is_near(written[:4], citation.year):
                continue
            if name == "pages" and re.split(r"\D", written)[0] == re.split(r"\D", citation.pages or "")[0] != "":
                continue  # The first page alone is enough for many.
            return span
        return None

    def is_near(self, year: str, published: int | None) -> bool:
        """Whether a year may be the preprint's: none before its submission nor after all that is known of it."""
        years = {*self.years, *([published] if published else [])}
        return not self.years or (year.isdecimal() and min(years) <= int(year) <= max(years))

    @property
    def years(self) -> set[int]:
        """The years in which the preprint was submitted and its versions were."""
        records = [self.known.cited, *self.known.before, *([self.known.newest] if self.known.newest else [])]
        updated = {int(record.updated[:4]) for record in records if record.updated and record.updated[:4].isdecimal()}
        return updated | {record.year for record in records if record.year is not None}

    def upgrade(self, citation: Citation) -> Iterator[tuple[str, str | None]]:
        """The fields that change with publication, by name, each with its new value; ``None`` takes it away."""
        rendered = self.planning.rendered(self.entry, citation)
        yield from self.venue(citation, rendered)
        yield from self.dated(citation, rendered)
        title = self.span("title")
        if title is None or (
            title_key(self.bib.value(title)) != title_key(citation.title or "")
            and not self.is_kept("title")
            and (self.agrees(title) or self.is_free(title, "title"))
        ):
            yield "title", rendered.get("title")
        author, editor = self.span("author"), self.span("editor")
        if (author is None and editor is None) or (author is not None and fields.is_empty(self.bib, author)):
            yield "author", rendered.get("author")
        doi, published = self.span("doi"), self.known.published
        # Of a publication without one the citation has the DOI in arXiv's record, which nobody has proven.
        if published and published.doi and citation.doi and not venues.is_preprint_doi(citation.doi):
            own = "" if doi is None else fields.doi(self.bib.value(doi))
            if own != citation.doi.lower() and (
                not own or venues.is_preprint_doi(own) or (doi is not None and self.is_free(doi, "doi"))
            ):
                yield "doi", rendered.get("doi")
        if self.span("eprint") is None:
            # What named the paper until now (journal, note) may go; its identifier must not be lost.
            for name in ("eprint", "archivePrefix", "primaryClass"):
                if self.span(name) is None and (new := fields.value(rendered, name)):
                    yield new
        note = self.span("note")
        if note is None or self.known.cited.withdrawn is not None or not _REFERENCE.match(self.bib.value(note)):
            return
        if self.agrees(note) or self.was_copied(note):
            # The journal reference that stood in for the venue goes, if it is the one that came from arXiv.
            yield "note", rendered.get("note")

    def venue(self, citation: Citation, rendered: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
        home = "journal" if citation.kind == "article" else "booktitle"
        for name in (home, "volume", "number", "pages", "publisher"):
            span, new = self.span(name), fields.value(rendered, name)
            if span is None:
                if new is not None:
                    yield new
            elif not fields.agrees(self.bib, span, citation) and (
                name == home or fields.is_placeholder(self.bib, span) or self.is_free(span, name)
            ):
                yield span.name, None if new is None else new[1]
        for name in fields.VENUES:
            if name in self.spans and self.spans[name] is not self.span(home):
                yield name, None  # It says no more than arXiv, and this kind of work has none.
        for name in ("eid", "pubstate", "institution", "organization"):
            span = self.spans.get(name)
            if span is not None and (name == "pubstate" or fields.is_placeholder(self.bib, span)):
                yield name, None

    def dated(self, citation: Citation, rendered: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
        """The year of publication. A preprint's month goes: beside another year it would name a wrong date."""
        if citation.year is None:
            return
        month, year = self.spans.get("month"), str(citation.year)
        if self.span("year") is None:
            yield fields.value(rendered, "year") or ("year", year)
        for span in filter(None, (self.spans.get("year"), self.spans.get("date"))):
            if fields.written(self.bib, span)[:4] != year or self.is_preprints_date(span):
                yield span.name, year
        if month is not None and (self.agrees(month) or self.was_copied(month)):
            yield "month", None
            if "day" in self.spans:
                yield "day", None

    def is_preprints_date(self, span: FieldSpan) -> bool:
        """Whether a ``date`` has the month and day of the submission."""
        return span.name == "date" and "-" in span.raw and (self.agrees(span) or self.was_copied(span))

    def follow(self) -> None:
        """An entry of the published version: what came from a source follows it, and what is empty is filled."""
        published, citation = self.known.published, self.reference
        if published is None or citation is self.now:
            return
        for span in self.spans.values():
            if span.name not in _OF_THE_VENUE or fields.agrees(self.bib, span, citation):
                continue
            if span.name == "doi" and not published.doi:
                continue  # The citation's is arXiv's, or the one in arXiv's record, which nobody has proven.
            if self.is_free(span, span.name):
                new = _value(self.planning.rendered(self.entry, citation), span.name, span)
                if new is not None:
                    reason = proof(published)
                    self.planning.change(self.entry, span.name, new[1], source_of(published), reason)

    # --- other fields

    def facts(self) -> None:
        """What arXiv says otherwise than before, and what is empty."""
        planning, entry, spans = self.planning, self.entry, self.spans
        is_published = self.appeared is not None or self.is_published
        rendered: dict[str, str] = {}
        for name, also in _FIELDS:
            span = spans.get(name) or spans.get(also)
            empty = True
            if span is None:
                if not (name in _NEEDED and self.lacks(name)) and not self.fills(name, also):
                    continue
            elif name in _ADDRESSES:
                if not fields.is_empty(self.bib, span):
                    continue
            elif self.agrees(span):
                continue
            else:
                empty = fields.is_empty(self.bib, span)
            if is_published and not self.is_of_the_paper(name, span, empty=empty):
                continue
            if name == "month" and (span.name != "month" if span else "date" in self.spans):
                continue
            if self.is_kept(name) or planning.planned(entry, name):
                continue
            rendered = rendered or planning.rendered(entry, self.reference if is_published else self.now)
            new = _value(rendered, name, span)
            if name == "doi" and new is not None:
                # What authors wrote into arXiv's field may be another work's: proven, it comes with the publication.
                own = self.known.cited.arxiv_doi or f"10.48550/arXiv.{self.known.cited.eprint}"
                proven = self.known.published is not None and self.known.published.doi is not None
                new = (new[0], own) if not is_published else new if proven else None
            if new is None:
                continue
            source = _origin(self.known.cited, name)
            if span is None or empty:
                planning.change(entry, span.name if span else new[0], new[1], source, "the entry has none")
            elif self.overwrites(name):
                planning.change(entry, span.name, new[1], source, "you asked for it (--overwrite)")
            elif self.was_copied(span):
                version = self.known.cited.version
                which = f"version {version}" if version else "now"
                reason = f"the entry has what arXiv said before; this is what it says in {which}"
                planning.change(entry, span.name, new[1], source, reason)
            elif not is_published and (why := self.differs(name, span)):
                hint = f"--overwrite {span.name} takes arXiv's"
                planning.abstain(entry, span.written, why, source=source, hint=hint)

    def fills(self, name: str, also: str) -> bool:
        """Whether the user wants this field where it is absent."""
        fill, works = self.planning.wishes.fill, self.planning.wishes.fill_for
        if works is not None and self.known.cited.id not in works:
            return False
        return bool(fill) and (name in fill or also in fill or "all" in fill)

    def lacks(self, name: str) -> bool:
        """Whether an entry without this field, which every entry needs, is incomplete: it inherits none."""
        if "crossref" in self.spans or "xdata" in self.spans:
            return False
        return name != "author" or "editor" not in self.spans

    def is_of_the_paper(self, name: str, span: FieldSpan | None, *, empty: bool) -> bool:
        """Whether arXiv may be asked about a field of a published entry: not about dates and the venue's DOI, nor
        where the published version's title stands."""
        if name in ("year", "month", "note") or (name == "doi" and self.reference is self.now):
            return False
        if span is None or empty or self.reference is self.now:
            return True
        if name == "title":
            return title_key(self.bib.value(span)) != title_key(self.reference.title or "")
        return not fields.agrees(self.bib, span, self.reference)

    def differs(self, name: str, span: FieldSpan) -> str:
        """In words, if what the user wrote differs in substance from what arXiv says."""
        value = self.bib.value(span)
        if (
            name == "title"
            and self.known.cited.withdrawn is None
            and title_key(value) != title_key(self.now.title or "")
        ):
            return f"differs from arXiv's title: {self.now.title}" if self.now.title else ""
        if name == "author" and self.now.authors:
            complete = re.search(r"\band\s+others\s*$|\bet\.?\s+al\b", value, re.I) is None
            comparison = compare_authors(self.now.authors, parse_bibtex_names(value), complete=complete)
            return "" if agree(comparison) else f"differs from arXiv's authors: {_in_words(comparison)}"
        if name == "year" and self.years:
            year = fields.written(self.bib, span)[:4]
            if year not in {str(known) for known in self.years}:
                return f"is neither the year of the submission ({self.now.year}) nor that of a newer version"
        return ""


_NEEDED = frozenset({"title", "author", "year"})
"""Without these an entry is none; everything else is added only on demand."""

_ADDRESSES = frozenset({"doi", "url", "eprint", "archiveprefix"})
"""These name the work; another name for it is not more correct."""

_FIELDS = tuple(
    (name, fields.names(name)[-1])
    for name in (
        *("title", "author", "year", "month", "eprint", "archiveprefix", "primaryclass", "doi", "url", "note"),
        *("comment", "abstract"),
    )
)
_OF_THE_VENUE = frozenset(
    {"journal", "journaltitle", "booktitle", "volume", "number", "issue", "pages", "publisher", "doi", "year", "date"}
)
_ORIGINS = {"author": "authors", "primaryclass": "primary_category", "note": "journal_ref"}
_REFERENCE = re.compile(r"\s*journal reference:", re.I)


def _value(rendered: Mapping[str, str], name: str, span: FieldSpan | None) -> tuple[str, str] | None:
    """Name and value of a field as rendered, for the field that the entry has: no day stands in a ``year``."""
    new = fields.value(rendered, name)
    return (new[0], new[1][:4]) if new is not None and span is not None and span.name == "year" else new


def _origin(record: Record, name: str) -> str:
    """Who says what stands in a field."""
    return record.origin.get(_ORIGINS.get(name, name)) or record.origin.get("title") or "arxiv"


def _where(published: Published) -> str:
    return " ".join(str(part) for part in (published.venue, published.year) if part)


def _in_words(comparison: AuthorComparison) -> str:
    parts = [str(comparison)]
    for what, names in (("missing", comparison.missing), ("not arXiv's", comparison.added)):
        if names:
            parts.append(f"{what}: {', '.join(names[:5])}{' and more' * (len(names) > 5)}")
    return "; ".join(parts)
