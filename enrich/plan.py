"""What should change in a user's ``.bib``, with the source and the reason of every change. Nothing is asked or written.

The plan is made of three rules. What the user wrote by hand wins: a value is replaced only where it is what a source
said before (then it was copied, not written), or stands where only a preprint has something (``journal = {arXiv
preprint …}``), or the user asks for it. Nothing is filled in that the entry can do without. And a published version
is taken whole or not at all, so that no entry mixes the venue of one with the year of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from enrich import fields, splice, venues
from enrich.bibfile import BibFile, Entry, FieldSpan, Naming
from enrich.formats import Options, bibtex
from enrich.formats.citation import Citation, citations
from enrich.match import AuthorComparison, compare_authors, compare_titles, title_key
from enrich.names import parse_bibtex_names
from enrich.publish import source_of
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
    user's own. ``fill``: fields that are added where they are absent (``all``: every field that ``get`` writes).
    ``keep``: protected keys, each with the fields meant (none: the whole entry). ``merge``: put duplicates together.
    """

    only: frozenset[str] | None = None
    versions: bool = False
    keys: frozenset[str] | None = None
    overwrite: frozenset[str] = frozenset()
    fill: frozenset[str] = frozenset()
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
    changes: list[Change] = field(default_factory=list)
    abstained: list[Abstention] = field(default_factory=list)
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
        changes = sorted(self.changes, key=lambda change: change.line)  # in the order of the file, stable
        return Plan(self.file, self.bib, tuple(changes), tuple(self.abstained), tuple(edits), self.merged)

    # --- one entry

    def entry(self, entry: Entry, naming: Naming) -> None:
        if naming.identifier is None:
            why = naming.fault.why if naming.fault else "it is malformed"
            self.abstain(
                entry, naming.field.written if naming.field else None, f"'{naming.text}' is no arXiv identifier: {why}"
            )
            return
        known = self.known.get(naming.identifier)
        if known is None:
            return  # It could not be had; that is a problem of the run and told there.
        if naming.others:
            self.abstain(entry, None, f"the entry {naming.contradiction}", hint="correct the entry")
            return
        kept = self.kept(entry)
        if kept is not None and not kept:
            return
        one = _Entry(self, entry, naming, known, kept or frozenset())
        if why := one.is_another():
            hint = "compare the identifier with the paper; nothing was changed here"
            self.abstain(entry, naming.field.written if naming.field else None, why, hint=hint)
            return
        if self.wishes.want("withdrawn"):
            one.withdrawal()
        if self.wishes.want("version"):
            one.version()
        if self.wishes.want("published") and one.published():
            return
        if self.wishes.want("fields"):
            one.facts()

    def kept(self, entry: Entry) -> frozenset[str] | None:
        """The fields that the user protects; an empty set for the whole entry, ``None`` for nothing."""
        found: list[frozenset[str]] = []
        if entry.key in self.wishes.keep:
            found.append(self.wishes.keep[entry.key])
        if span := entry.field("keep"):
            names = _field_names(self.bib.value(span))
            found.append(frozenset() if names & _WHOLE else names)
        found += self._directives.get(entry.start, ())
        if not found:
            return None
        return frozenset() if any(not names for names in found) else frozenset().union(*found)

    @cached_property
    def _directives(self) -> Mapping[int, Sequence[frozenset[str]]]:
        return _directives(self.bib)

    # --- noting

    def change(
        self, entry: Entry, name: str, after: str | None, source: str, reason: str, *, before: str | None = None
    ) -> None:
        """Plan a new value for a field, under the name by which the entry has it."""
        span = fields.span(entry, name)
        if span is not None:
            name = span.written
            before = self.inner(span)
        if before is None and after is None:
            return
        self.values.setdefault(entry.start, {})[name] = (
            splice.Macro(after) if after and name.lower() == "month" else after
        )
        self.changes.append(
            Change(self.file, span.line if span else entry.line, entry.key, name, before, after, source, reason)
        )

    def retype(self, entry: Entry, kind: str, source: str, reason: str) -> None:
        if entry.type == kind or (kind == "inproceedings" and entry.type == "conference"):
            return
        self.kinds[entry.start] = kind
        self.changes.append(Change(self.file, entry.line, entry.key, "entrytype", entry.type, kind, source, reason))

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
        self.abstained.append(
            Abstention(self.file, line, entry.key, identifier, name, reason, source, hint, loud, quiet)
        )

    def inner(self, span: FieldSpan) -> str:
        """The value as it stands in the file, without its delimiters."""
        raw = span.raw
        return raw[1:-1] if len(raw) > 1 and raw[0] + raw[-1] in ("{}", '""') and "#" not in raw else raw

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
        for group in _duplicates(self.bib, self.namings, self.known):
            first, second, why, certain = group
            if self.wishes.keys is not None and not {first.key, second.key} & self.wishes.keys:
                continue
            place = f"'{first.key}' (line {first.line})"
            if self.wishes.merge and certain and self.merge(first, second, why):
                continue
            self.abstain(
                second,
                None,
                f"the same work as {place}: {why}" if certain else f"perhaps the same work as {place}: {why}",
                hint="enrich refresh --merge-duplicates puts them together" if certain else None,
            )

    def merge(self, first: Entry, second: Entry, why: str) -> bool:
        """Put the second entry into the first: what the first lacks is taken over, and the second goes."""
        first = self.stays(first)
        if first.key == second.key and first is not second:
            self.abstain(second, None, f"the key '{second.key}' stands twice", hint="rename or remove one by hand")
            return False
        cross = next(
            (e for e in self.bib.entries if (s := e.field("crossref")) and self.bib.value(s) == second.key), None
        )
        if cross is not None:
            self.abstain(second, None, f"not merged into '{first.key}': '{cross.key}' refers to it by crossref")
            return False
        if any((kept := self.kept(e)) is not None and not kept for e in (first, second)):
            self.abstain(second, None, f"not merged into '{first.key}': one of them is protected")
            return False
        reason = f"merged from '{second.key}' (line {second.line}): {why}"
        upgraded = (
            fields.is_preprint(self.bib, first)
            and not fields.is_preprint(self.bib, second)
            and first.start not in self.kinds
        )
        if upgraded:
            self.retype(first, second.type, second.key, reason)
            for name in (*fields.VENUES, "volume", "number", "issue", "pages", "publisher", "eid"):
                span = first.field(name)
                if span is not None and second.field(name) is None and fields.is_placeholder(self.bib, span):
                    self.change(first, name, None, second.key, "said only that it is a preprint")
        planned = {name.lower() for name in self.values.get(first.start, {})}
        for span in second.fields:
            mine = fields.span(first, span.name)
            value = self.inner(span)
            replaces = upgraded and (
                span.name in ("year", "date", "doi", "month")
                or (mine is not None and fields.is_placeholder(self.bib, mine))
            )
            if span.name in planned or (mine is not None and mine.name in planned):
                continue
            if mine is None or not self.bib.value(mine) or replaces:
                if span.name in ("keep", "crossref", "ids"):
                    continue
                bare = value == span.raw
                self.values.setdefault(first.start, {})[mine.written if mine else span.written] = (
                    splice.Macro(value) if bare else value
                )
                before = self.inner(mine) if mine else None
                self.changes.append(
                    Change(self.file, first.line, first.key, span.written, before, value, second.key, reason)
                )
            elif fields.written(self.bib, mine) != fields.written(self.bib, span):
                self.abstain(
                    first,
                    mine.written,
                    f"'{second.key}' had {span.written} = {value}; that of '{first.key}' stays",
                    source=second.key,
                )
        self.removed[second.start] = first
        self.values.pop(second.start, None)
        self.kinds.pop(second.start, None)
        self.changes = [change for change in self.changes if not (change.key == second.key != first.key)]
        self.changes.append(Change(self.file, second.line, second.key, "key", second.key, first.key, "", why))
        self.merged[second.key] = first.key
        return True

    def stays(self, entry: Entry) -> Entry:
        """The entry itself, or the one that it has been merged into."""
        while entry.start in self.removed:
            entry = self.removed[entry.start]
        return entry


_BIBLATEX = frozenset({"date", "journaltitle", "eprinttype", "eprintclass", "annotation", "location", "urldate"})
_BIBTEX = frozenset({"archiveprefix", "primaryclass", "journal", "address"})
_WHOLE = frozenset({"", "true", "all", "yes", "entry", "1", "*"})


@dataclass
class _Entry:
    """One entry, what is known of its work, and which fields the user ``kept``."""

    planning: _Planning
    entry: Entry
    naming: Naming
    known: Known
    kept: frozenset[str]

    @property
    def bib(self) -> BibFile:
        return self.planning.bib

    def is_kept(self, name: str) -> bool:
        return any(one in self.kept for one in fields.names(name))

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

    def was_copied(self, span: FieldSpan) -> bool:
        """Whether a source said before what the field says: then it was taken over, and nobody wrote it."""
        return any(fields.agrees(self.bib, span, citation) for citation in self.earlier)

    def is_free(self, span: FieldSpan | None, name: str) -> bool:
        """Whether a field may get another value: it is empty, was copied, or the user asks for it."""
        if self.is_kept(name):
            return False
        return span is None or not self.bib.value(span) or self.was_copied(span) or self.overwrites(name)

    def is_another(self) -> str:
        """Why the entry seems to be of another work than its identifier names: then nothing of it may be touched."""
        title = self.entry.field("title")
        if title is None or not self.bib.value(title) or fields.agrees(self.bib, title, self.now):
            return ""
        citations = (self.now, *self.earlier, *([self.cite(self.known.newest)] if self.known.newest else []))
        titles = [(one, compare_titles(one.title, self.bib.value(title)).how) for one in citations]
        if any(how not in ("other", "unknown") for _, how in titles):
            return ""
        author = self.entry.field("author")
        people = parse_bibtex_names(self.bib.value(author)) if author else ()
        if any(compare_authors(one.authors, people).shared for one, _ in titles):
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
        span = self.entry.field("note")
        note = self.planning.rendered(self.entry, self.cite(newest)).get("note")
        told = span is not None and re.search(r"withdrawn|retracted", self.bib.value(span), re.I) is not None
        cites_it = self.known.cited.withdrawn is not None and fields.is_preprint(self.bib, self.entry)
        if cites_it and not told and self.is_free(span, "note"):
            self.planning.change(self.entry, "note", note, source, what)
        hint = "cite what replaces it, or say in the text why it is cited"
        self.planning.abstain(self.entry, None, what, source=source, hint=hint, loud=True)

    # --- version

    def version(self) -> None:
        cited, newest, wishes = self.naming.identifier, self.known.newest, self.planning.wishes
        if cited is None or cited.version is None or newest is None or (newest.version or 0) <= cited.version:
            return
        what = f"cites version {cited.version}; the newest is version {newest.version}"
        if not (wishes.versions or self.overwrites("eprint")):
            hint = "--overwrite eprint cites the newest"
            self.planning.abstain(self.entry, "eprint", what, source="arxiv", hint=hint)
            return
        number = re.compile(rf"(?<={re.escape(cited.value)})v{cited.version}(?!\d)")
        for span in self.entry.fields:
            value = self.planning.inner(span)
            after = number.sub(f"v{newest.version}", value)
            if after != value and not self.is_kept(span.name):
                self.planning.change(self.entry, span.name, after, "arxiv", what)
        self.known = replace(self.known, cited=newest, before=(*self.known.before, self.known.cited))
        for name in ("now", "earlier"):
            self.__dict__.pop(name, None)

    # --- published

    def published(self) -> bool:
        """Plan the published version, whole. Returns whether the entry is or becomes that of a published work."""
        published, planning, entry = self.known.published, self.planning, self.entry
        if not fields.is_preprint(self.bib, entry):
            if published is not None:
                self.follow(published)
            return True
        if published is None:
            if self.known.why:
                planning.abstain(entry, None, f"no published version: {self.known.why}", quiet=True)
            return False
        citation = self.cite(self.known.cited, published)
        source, where = source_of(published), f"appeared in {_where(published)}"
        changes = dict(self.upgrade(citation))
        if barred := [name for name in changes if self.is_kept(name)]:
            planning.abstain(entry, barred[0], f"{where}, but you keep {', '.join(barred)}", source=source)
            return False
        doi = entry.field("doi")
        own = "" if doi is None or "doi" in changes else fields.doi(self.bib.value(doi))
        if published.doi and own not in ("", published.doi.lower()):
            hint = "--overwrite doi takes the published version's"
            planning.abstain(entry, "doi", f"{where}, but the entry's DOI is another one", source=source, hint=hint)
            return False
        reason = "; ".join(published.evidence)
        planning.retype(entry, citation.kind, source, reason)
        for name, after in changes.items():
            planning.change(entry, name, after, source, reason)
        return True

    def upgrade(self, citation: Citation) -> Iterator[tuple[str, str | None]]:
        """The fields that change with publication, by name, each with its new value; ``None`` takes it away."""
        rendered = self.planning.rendered(self.entry, citation)
        yield from self.venue(citation, rendered)
        yield from self.dated(citation, rendered)
        title = self.entry.field("title")
        if title is None or (
            title_key(self.bib.value(title)) != title_key(citation.title or "")
            and (fields.agrees(self.bib, title, self.now) or self.is_free(title, "title"))
        ):
            yield "title", rendered.get("title")
        author = self.entry.field("author")
        if author is None or not self.bib.value(author):
            yield "author", rendered.get("author")
        doi = self.entry.field("doi")
        if citation.doi and not venues.is_preprint_doi(citation.doi):
            own = "" if doi is None else fields.doi(self.bib.value(doi))
            if own != citation.doi.lower() and (not own or venues.is_preprint_doi(own) or self.overwrites("doi")):
                yield "doi", rendered.get("doi")
        if fields.span(self.entry, "eprint") is None:
            # What named the paper until now (journal, note) may go; its identifier must not be lost.
            for name in ("eprint", "archivePrefix", "primaryClass"):
                if fields.span(self.entry, name) is None and (new := fields.value(rendered, name)):
                    yield new
        note = self.entry.field("note")
        if note is not None and self.known.cited.withdrawn is None and _REFERENCE.match(self.bib.value(note)):
            # The journal reference that stood in for the venue goes, if it is the one that came from arXiv.
            copied = fields.agrees(self.bib, note, self.now) or self.was_copied(note)
            yield from [("note", rendered.get("note"))] if copied else []

    def venue(self, citation: Citation, rendered: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
        home = "journal" if citation.kind == "article" else "booktitle"
        for name in (home, "volume", "number", "pages", "publisher"):
            span, new = fields.span(self.entry, name), fields.value(rendered, name)
            if span is None:
                if new is not None:
                    yield new
            elif not fields.agrees(self.bib, span, citation) and (
                name == home or fields.is_placeholder(self.bib, span) or self.is_free(span, name)
            ):
                yield span.name, None if new is None else new[1]
        for name in fields.VENUES:
            if name not in fields.names(home) and self.entry.field(name) is not None:
                yield name, None  # It says no more than arXiv, and this kind of work has none.
        for name in ("eid", "pubstate", "institution"):
            span = self.entry.field(name)
            if span is not None and (name == "pubstate" or fields.is_placeholder(self.bib, span)):
                yield name, None

    def dated(self, citation: Citation, rendered: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
        """The year of publication. A preprint's month goes: beside another year it would name a wrong date."""
        if citation.year is None:
            return
        span, month = fields.span(self.entry, "year"), self.entry.field("month")
        year = str(citation.year)
        if span is None:
            yield fields.value(rendered, "year") or ("year", year)
        elif fields.written(self.bib, span) != year:
            yield span.name, year
        if month is not None and (fields.agrees(self.bib, month, self.now) or self.was_copied(month)):
            yield "month", None

    def follow(self, published: Published) -> None:
        """An entry of the published version: what came from a source follows it, and what is empty is filled."""
        citation = self.cite(self.known.cited, published)
        doi = self.entry.field("doi")
        home = next((span for name in fields.VENUES if (span := self.entry.field(name))), None)
        same_doi = doi is not None and fields.doi(self.bib.value(doi)) == (published.doi or "").lower()
        if not same_doi and not (home and venues.same_venue(fields.written(self.bib, home), published.venue or "")):
            return
        reason = "; ".join(published.evidence)
        for name, after in self.planning.rendered(self.entry, citation).items():
            span = fields.span(self.entry, name)
            if name.lower() not in _OF_THE_VENUE or span is None or fields.agrees(self.bib, span, citation):
                continue
            if self.is_free(span, name):
                self.planning.change(self.entry, span.name, after, source_of(published), reason)

    # --- other fields

    def facts(self) -> None:
        """What arXiv says otherwise than before, and what is empty."""
        wishes, record = self.planning.wishes, self.known.cited
        rendered: dict[str, str] = {}
        for name in _FIELDS:
            span = fields.span(self.entry, name)
            empty = span is None or not self.bib.value(span)
            if span is None and not (name in _NEEDED or {*fields.names(name), "all"} & wishes.fill):
                continue
            if name == "month" and (self.entry.field("date") or (span is not None and span.name != "month")):
                continue
            if span is not None and not empty and (name in _ADDRESSES or fields.agrees(self.bib, span, self.now)):
                continue
            rendered = rendered or self.planning.rendered(self.entry, self.now)
            new = fields.value(rendered, name)
            if new is None or self.is_kept(name):
                continue
            source = _origin(record, name)
            if span is None or empty:
                self.planning.change(self.entry, span.name if span else new[0], new[1], source, "the entry has none")
            elif self.overwrites(name):
                self.planning.change(self.entry, span.name, new[1], source, "you asked for it (--overwrite)")
            elif self.was_copied(span):
                which = f"version {record.version}" if record.version else "now"
                reason = f"the entry has what arXiv said before; this is what it says in {which}"
                self.planning.change(self.entry, span.name, new[1], source, reason)
            elif why := self.differs(name, span):
                hint = f"--overwrite {span.name} takes arXiv's"
                self.planning.abstain(self.entry, span.written, why, source=source, hint=hint)

    def differs(self, name: str, span: FieldSpan) -> str:
        """In words, if what the user wrote differs in substance from what arXiv says."""
        value = self.bib.value(span)
        if name == "title" and title_key(value) != title_key(self.now.title or ""):
            return f"differs from arXiv's title: {self.now.title}"
        if name == "author":
            complete = re.search(r"\band\s+others\s*$|\bet\.?\s+al\b", value, re.I) is None
            comparison = compare_authors(self.now.authors, parse_bibtex_names(value), complete=complete)
            return "" if _agree(comparison) else f"differs from arXiv's authors: {_in_words(comparison)}"
        if name == "year":
            records = [self.known.cited, *self.known.before, *([self.known.newest] if self.known.newest else [])]
            years = {str(record.year) for record in records} | {
                record.updated[:4] for record in records if record.updated
            }
            if fields.written(self.bib, span)[:4] not in years:
                return f"is neither the year of the submission ({self.now.year}) nor that of a newer version"
        return ""


_NEEDED = frozenset({"title", "author", "year"})
"""Without these an entry is none; everything else is added only on demand."""

_ADDRESSES = frozenset({"doi", "url", "eprint", "archiveprefix"})
"""These name the work; another name for it is not more correct."""

_FIELDS = (
    *("title", "author", "year", "month", "eprint", "archiveprefix", "primaryclass", "doi", "url", "note", "comment"),
    "abstract",
)
_OF_THE_VENUE = frozenset(
    {"journal", "journaltitle", "booktitle", "volume", "number", "issue", "pages", "publisher", "doi", "year", "date"}
)
_ORIGINS = {"author": "authors", "primaryclass": "primary_category", "note": "journal_ref"}
_REFERENCE = re.compile(r"\s*journal reference:", re.I)


def _origin(record: Record, name: str) -> str:
    """Who says what stands in a field."""
    return record.origin.get(_ORIGINS.get(name, name)) or record.origin.get("title") or "arxiv"


def _where(published: Published) -> str:
    return " ".join(str(part) for part in (published.venue, published.year) if part)


# --- protection ------------------------------------------------------------------------------------------------------

_DIRECTIVE = re.compile(r"%[ \t]*enrich:[ \t]*keep\b[ \t]*([^\r\n]*)", re.I)


def _field_names(text: str) -> frozenset[str]:
    return frozenset(name.lower() for name in re.split(r"[\s,;]+", text.strip()) if name) or frozenset({""})


def _directives(bib: BibFile) -> dict[int, list[frozenset[str]]]:
    """``% enrich: keep [fields]``: above an entry or on its own line in it for the entry, behind a field for that."""
    found: dict[int, list[frozenset[str]]] = {}
    entries = bib.entries
    for match in _DIRECTIVE.finditer(bib.text):
        names = frozenset(name for name in _field_names(match[1]) if name)
        after = next((entry for entry in entries if entry.end > match.start()), None)
        if after is None:
            continue
        if match.start() < after.start:
            # Above it, with nothing but other comments between.
            between = bib.text[match.end() : after.start]
            if all(
                not line.strip() or line.lstrip().startswith("%") for line in between.splitlines()
            ) and not re.search(r"\n[ \t]*\r?\n", between):
                found.setdefault(after.start, []).append(names)
            continue
        line = bib.line_of(match.start())
        if not names:
            names = frozenset(
                span.name
                for span in after.fields
                if span.start < match.start() and line in (span.line, bib.line_of(max(span.start, span.end - 1)))
            )
        found.setdefault(after.start, []).append(names)
    return found


# --- duplicates ------------------------------------------------------------------------------------------------------


def _duplicates(
    bib: BibFile, namings: Mapping[int, Naming], known: Mapping[Identifier, Known]
) -> Iterator[tuple[Entry, Entry, str, bool]]:
    """Pairs of an entry and a later one that are the same work, why, and whether that is certain."""
    seen: dict[str, Entry] = {}
    titles: dict[str, list[Entry]] = {}
    paired: set[int] = set()
    for entry in bib.entries:
        names: dict[str, str] = {}
        naming = namings.get(entry.start)
        if naming is not None and naming.identifier is not None and not naming.others:
            work = naming.identifier
            names[work.id] = f"both are {work.id}"
            one = known.get(work)
            if one is not None and one.published is not None and one.published.doi:
                doi = one.published.doi.lower()
                names[f"doi:{doi}"] = f"{work.id} appeared as doi:{doi}"
        if (span := entry.field("doi")) and (doi := fields.doi(bib.value(span))):
            names.setdefault(f"doi:{doi}", f"both have doi:{doi}")
        for name, why in names.items():
            first = seen.setdefault(name, entry)
            if first is not entry and entry.start not in paired:
                paired.add(entry.start)
                yield first, entry, why, _same_version(namings.get(first.start), naming)
        if span := entry.field("title"):
            key = _quick_key(bib.value(span))
            if key:
                titles.setdefault(key, []).append(entry)
    for group in titles.values():
        for entry in group[1:]:
            first = group[0]
            if entry.start in paired or not _same_people(bib, first, entry) or _are_different(namings, first, entry):
                continue
            paired.add(entry.start)
            yield first, entry, "the same title and authors", False


def _quick_key(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", title.lower())


def _same_version(first: Naming | None, second: Naming | None) -> bool:
    if first is None or second is None or first.identifier is None or second.identifier is None:
        return True
    return first.identifier.version == second.identifier.version


def _are_different(namings: Mapping[int, Naming], first: Entry, second: Entry) -> bool:
    """Whether both name works on arXiv, and not the same."""
    one, other = namings.get(first.start), namings.get(second.start)
    return bool(one and other and one.identifier and other.identifier and one.identifier.id != other.identifier.id)


def _same_people(bib: BibFile, first: Entry, second: Entry) -> bool:
    one, other = (entry.field("author") for entry in (first, second))
    if one is None or other is None:
        return False
    values = [bib.value(span) for span in (one, other)]
    complete = not any(re.search(r"\band\s+others\s*$", value) for value in values)
    return _agree(compare_authors(*[parse_bibtex_names(value) for value in values], complete=complete))


def _agree(comparison: AuthorComparison) -> bool:
    """Whether two lists name the same people in the same order, as far as they go."""
    return bool(comparison.shared and comparison.ordered and not comparison.missing and not comparison.added)


def _in_words(comparison: AuthorComparison) -> str:
    parts = [str(comparison)]
    for what, names in (("missing", comparison.missing), ("not arXiv's", comparison.added)):
        if names:
            parts.append(f"{what}: {', '.join(names[:5])}{' and more' * (len(names) > 5)}")
    return "; ".join(parts)
