"""One reference as the user's text has it: what it says of the work, where, and by which names it calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from enrich import latex
from enrich.finding import RULES, Finding
from enrich.names import parse_bibtex_names
from enrich.record import Identifier, Person

_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_OTHERS = re.compile(r"(?i)(?:\band\s+|[\s,])(?:others|et\.?\s*al\.?)[\s.}]*$")


@dataclass(frozen=True, eq=False)
class Reference:
    """A place where a work is cited.

    An entry (of a ``.bib``, of CSL-JSON or RIS) has ``type`` and ``fields``: their values as written (LaTeX, without
    delimiters, macros in place, inherited ones included), by their names in lower case, and ``lines`` says where each
    stands. Other documents have a ``passage``: the words in which the work's title should be found (an item of a
    ``.bbl``, a line of a list), and ``label``: the words that claim to be the title (of a link, in bold), if any.

    ``text`` is what was written as the work's name (identifier, link, or the key of an entry without any), ``line``
    and ``column`` its place. ``identifier`` and ``doi`` (lower case, bare; never arXiv's own) may both be there, or
    neither.
    """

    file: str
    line: int | None
    column: int | None = None
    key: str | None = None
    text: str = ""
    identifier: Identifier | None = None
    doi: str | None = None
    type: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    label: str | None = None
    passage: str | None = None

    @property
    def is_entry(self) -> bool:
        return self.type is not None

    @property
    def id(self) -> str | None:
        """The work as findings name it: ``arXiv:2110.14168``, ``doi:10.1000/1`` or ``None``."""
        if self.identifier is not None:
            return self.identifier.id
        return f"doi:{self.doi}" if self.doi else None

    @property
    def name(self) -> str:
        """What people call it: its key, else what was written."""
        return self.key or self.text

    @cached_property
    def title(self) -> str | None:
        """The title that an entry claims, as plain text."""
        value = self.fields.get("title")
        subtitle = self.fields.get("subtitle")
        plain = latex.to_text(value, bibtex=True).strip() if value else ""
        if plain and subtitle:
            plain = f"{plain}: {latex.to_text(subtitle, bibtex=True).strip()}"
        return plain or None

    @cached_property
    def authors(self) -> tuple[Person, ...]:
        """The authors that an entry names; "and others" is nobody."""
        value = _OTHERS.sub("", self.fields.get("author", ""))
        return parse_bibtex_names(value) if value.strip() else ()

    @cached_property
    def complete(self) -> bool:
        """Whether an entry claims to name all authors: it does not end with "and others" or "et al."."""
        return _OTHERS.search(self.fields.get("author", "")) is None

    @cached_property
    def year(self) -> int | None:
        """The year that an entry claims, of its year or its date."""
        for name in ("year", "date"):
            if found := _YEAR.search(self.fields.get(name, "")):
                return int(found[1])
        return None

    @cached_property
    def venue(self) -> str | None:
        """The journal or proceedings that an entry claims, as plain text."""
        for name in ("journal", "journaltitle", "booktitle"):
            if plain := latex.to_text(self.fields.get(name, ""), bibtex=True).strip():
                return plain
        return None

    def line_of(self, *names: str) -> int | None:
        """The line of the first of these fields that is there, else the reference's own."""
        return next((self.lines[name] for name in names if name in self.lines), self.line)

    def finding(
        self,
        rule: str,
        message: str,
        *,
        found: str | None = None,
        expected: str | None = None,
        source: str | None = None,
        hint: str | None = None,
        at: tuple[str, ...] = (),
        severity: str | None = None,
        id: str | None = None,
    ) -> Finding:
        """A finding about this reference, at the field ``at`` (the first that is there) or where it stands."""
        known = RULES[rule]
        line = self.line_of(*at)
        return Finding(
            self.file,
            line,
            self.key,
            id or self.id,
            rule,
            severity or known.severity,
            message,
            found,
            expected,
            source,
            known.hint if hint is None else hint,
            self.column if line == self.line else None,
        )


@dataclass(frozen=True)
class Description:
    """What an authority says of one work.

    - ``source``: its name for people (``arXiv``, ``Crossref``), or the file's (``library.bib``).
    - ``by``: how it was come by: ``arxiv`` or ``doi`` (the reference names it), or ``title`` (a search found it).
    - ``name``: ``arXiv:2110.14168``, ``doi:10.1000/1``, or a key of the authority's.
    - ``titles``, ``years``, ``venues``: the present one first, those of other versions or of the published work behind;
      ``bylines``: the same of the authors. ``complete``: whether the first byline names all there are.
    - ``doi``, ``eprints``: the published DOI (lower case), and the arXiv works (``2110.14168``) it speaks of.
    - ``kind``: the source's own word for what the work is. ``preprint``: whether it describes a preprint.
    """

    source: str
    by: str
    name: str
    titles: tuple[str, ...] = ()
    bylines: tuple[tuple[Person, ...], ...] = ()
    complete: bool = True
    years: tuple[int, ...] = ()
    venues: tuple[str, ...] = ()
    doi: str | None = None
    eprints: tuple[str, ...] = ()
    kind: str | None = None
    preprint: bool = False

    @property
    def title(self) -> str | None:
        return self.titles[0] if self.titles else None

    @property
    def authors(self) -> tuple[Person, ...]:
        return self.bylines[0] if self.bylines else ()
