"""What the user forbids to change: ``% enrich: keep`` in the file, a field ``keep = {title, year}``, and settings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from enrich import fields, splice
from enrich.bibfile import BibFile, Entry

NOTHING: frozenset[str] = frozenset()
WHOLE = frozenset({"*"})
"""All of an entry."""

_DIRECTIVE = re.compile(r"(%[ \t]*)enrich:[ \t]*keep\b[ \t]*([^\r\n]*)", re.I)
_NO = frozenset({"false", "no", "none", "0"})
_ALL = frozenset({"", "true", "all", "yes", "entry", "1", "*"})
_KNOWN = frozenset(name.lower() for name in (*splice.ORDER, "entrytype", "keywords", "editor", "publisher", "month"))


class Protection:
    """Which fields of a file's entries are protected. ``settings`` names keys, each with its fields (none: all)."""

    def __init__(self, bib: BibFile, settings: Mapping[str, frozenset[str]]) -> None:
        self._bib = bib
        self._settings = settings

    def of(self, entry: Entry) -> frozenset[str]:
        """The names (lower case) of the protected fields of an entry: :data:`WHOLE` for all of it."""
        found = set(self._directives.get(entry.start, NOTHING)) if self._directives else set()
        if entry.key in self._settings:
            found |= {name.lower() for name in self._settings[entry.key]} or WHOLE
        if (span := entry.field("keep")) and (value := self._bib.value(span)).lower() not in _NO:
            found |= _named(value, entry)
        return WHOLE if WHOLE & found else frozenset(found)

    def unknown(self, entry: Entry) -> tuple[str, ...]:
        """The words in the field ``keep`` that are neither a field's name nor mean the whole entry."""
        span = entry.field("keep")
        words = [] if span is None else re.split(r"[\s,;]+", self._bib.value(span).strip().lower())
        own = {span.name for span in entry.fields} | _KNOWN | _NO | _ALL
        return tuple([word for word in words if word not in own])

    @cached_property
    def _directives(self) -> dict[int, frozenset[str]]:
        found: dict[int, frozenset[str]] = {}
        for match in _DIRECTIVE.finditer(self._bib.text):
            meant = comment_place(self._bib, match.start(), match.end())
            if meant is None:
                continue
            names = _named(match[2], meant.entry)
            names = (names if names != WHOLE else frozenset(meant.fields)) or WHOLE
            found[meant.entry.start] = found.get(meant.entry.start, NOTHING) | names
        return found


class Place(NamedTuple):
    """The entry that a comment is about. ``fields`` are those on its line, if it stands behind a field."""

    entry: Entry
    fields: tuple[str, ...] = ()


def comment_place(bib: BibFile, start: int, end: int) -> Place | None:
    """What a comment at ``text[start:end]`` is about; ``None`` for nothing, or where it is no comment but a value.

    On a line of its own above or in an entry, or behind its end, it is about the entry; behind a field about that.
    """
    line = max(bib.text.rfind("\n", 0, start), bib.text.rfind("\r", 0, start)) + 1
    following = bisect_right(bib.entries, start, key=lambda entry: entry.end - 1)
    if following and bib.entries[following - 1].end - 1 >= line:
        return Place(bib.entries[following - 1])
    if following == len(bib.entries):
        return None
    entry = bib.entries[following]
    alone = stands_alone(bib, start)
    if start < entry.start:
        return Place(entry) if alone and stands_above(bib, end, entry.start) else None
    if any(span.start <= start < span.end for span in entry.fields):
        return None  # These are words in a value, not a comment.
    if alone:
        return Place(entry)
    first, last = bib.line_of(line), bib.line_of(start)
    return Place(
        entry,
        tuple(
            span.name
            for span in entry.fields
            if span.start < start and bib.line_of(max(span.start, span.end - 1)) in (first, last)
        ),
    )


def stands_alone(bib: BibFile, start: int) -> bool:
    """Whether there is nothing before a comment on its line."""
    line = max(bib.text.rfind("\n", 0, start), bib.text.rfind("\r", 0, start)) + 1
    return not bib.text[line:start].strip("\ufeff% \t")


def stands_above(bib: BibFile, end: int, block: int) -> bool:
    """Whether there are only other comments between the end of a comment and a block that begins behind it."""
    return all(part.lstrip().startswith("%") for part in re.split(r"\r\n|\n|\r", bib.text[end:block])[1:-1])


def _named(text: str, entry: Entry) -> frozenset[str]:
    """The fields that ``title, year`` names. Words that name no field are a remark: then all is meant."""
    names = frozenset(name.lower() for name in re.split(r"[\s,;]+", text.strip()) if name)
    own = {span.name for span in entry.fields}
    return names if names and all(name in own or name in _KNOWN for name in names) else WHOLE


def protects(kept: frozenset[str], name: str) -> bool:
    """Whether a field is among the protected ones, by its name or the other dialect's."""
    return bool(kept) and (kept == WHOLE or any(one in kept for one in fields.names(name)))
