"""What reading a document gives, and how places in it are counted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from enrich.identify import Fault
from enrich.inputs.text import line_starts
from enrich.mentions import Found
from enrich.record import Mention, Problem, Record

# Under such a name (a JSON key, the head of a column) a number by itself is an identifier.
NAMES_A_WORK = re.compile(r"(?:^|[_-])ids?$|Id$|arxiv|eprint|paper|archive_?location|^number$", re.I)
BARE = re.compile(r"[0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-z-]{2,8}(?:\.[A-Z]{2})?/[0-9]{7}(?:v[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place that cites a key: ``\\cite{cobbe2021training}``. ``line`` and ``column`` count from 1."""

    key: str
    file: str
    line: int | None
    column: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says.

    - ``mentions``: each place that names an arXiv work, in order; ``records``: of our own JSON, whole records.
    - ``problems``: what looks like a mention and is none, and parts that cannot be read.
    - ``cited``: the citation keys of a LaTeX document, each occurrence (``*`` for ``\\nocite{*}``).
    - ``bibliographies``: the ``.bib`` files it names, as written.
    """

    mentions: tuple[Mention, ...] = ()
    records: tuple[Record, ...] = ()
    problems: tuple[Problem, ...] = ()
    cited: tuple[Citation, ...] = ()
    bibliographies: tuple[str, ...] = ()


class Source:
    """A document's text under the name it is shown by: turns offsets into places."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self._starts = line_starts(text)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column (in characters), both from 1."""
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        return line, offset - start + (0 if start == 0 and self.text.startswith("\ufeff") else 1)

    def offset(self, line: int, column: int) -> int:
        """The offset of a place that :meth:`place` gave."""
        start = self._starts[line - 1]
        return start + column - (0 if start == 0 and self.text.startswith("\ufeff") else 1)

    def report(
        self,
        found: Found,
        offset: int,
        mentions: list[Mention],
        problems: list[Problem],
        *,
        key: str | None = None,
    ) -> None:
        """Adds what was found at this place to the mentions, or to the problems where it is malformed."""
        line, column = self.place(offset)
        if found.identifier is not None:
            mentions.append(Mention(found.identifier, " ".join(found.text.split()), self.name, line, column, key))
        else:
            problems.append(malformed(found.text, Fault(found.reason or "", found.hint or ""), self.name, line))


def malformed(written: str, fault: Fault, file: str, line: int | None) -> Problem:
    """The problem of something that looks like an identifier and is none."""
    return Problem("invalid", fault.why, " ".join(written.split()), None, file, line, fault.hint or None)


class Flat:
    """A text made from parts of another, which remembers where each part came from."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._at: list[int] = []
        self._from: list[int] = []
        self._steps: list[int] = []

    def add(self, part: str, origin: int, *, step: int = 1) -> None:
        """Adds ``part``, whose characters stand at ``origin`` and after (all at ``origin`` with ``step=0``)."""
        if part:
            self._parts.append(part)
            self._at.append(self._length)
            self._from.append(origin)
            self._steps.append(step)
            self._length += len(part)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def origin(self, offset: int) -> int:
        """Where in the other text the character at this offset stands."""
        index = bisect_right(self._at, offset) - 1
        return self._from[index] + (offset - self._at[index]) * self._steps[index]

    def offset(self, origin: int) -> int:
        """Where the character from this place stands here: the first, where there are several."""
        index = bisect_left(self._from, origin)
        if index == len(self._from) or self._from[index] != origin:
            index -= 1
        return self._at[index] + (origin - self._from[index]) * self._steps[index]


def scan(flat: Flat, source: Source, finds: Iterable[Found]) -> Document:
    """The document made of what was found in ``flat``, with the places of ``source``."""
    mentions: list[Mention] = []
    problems: list[Problem] = []
    for found in finds:
        source.report(found, flat.origin(found.start), mentions, problems)
    return Document(tuple(mentions), (), tuple(problems))
