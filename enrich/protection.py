"""What the user forbids to change: ``% enrich: keep`` in the file, a field ``keep = {title, year}``, and settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

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
            for start, names in self._meant(match):
                found[start] = found.get(start, NOTHING) | names
        return found

    def _meant(self, match: re.Match[str]) -> Iterable[tuple[int, frozenset[str]]]:
        """The entry that a comment is about, by its offset, and the fields it protects.

        On a line of its own above or in an entry, or behind its end, it is about the entry; behind a field about that.
        """
        bib, place = self._bib, match.start()
        line = max(bib.text.rfind("\n", 0, place), bib.text.rfind("\r", 0, place)) + 1
        alone = not bib.text[line:place].strip("\ufeff% \t")
        before = [entry for entry in bib.entries if line <= entry.end - 1 < place]
        if before:
            return [(before[-1].start, _named(match[2], before[-1]))]
        entry = next((entry for entry in bib.entries if entry.end > place), None)
        if entry is None:
            return []
        if place < entry.start:
            between = bib.text[match.end() : entry.start]
            near = all(part.lstrip().startswith("%") for part in re.split(r"\r\n|\n|\r", between)[1:-1])
            return [(entry.start, _named(match[2], entry))] if alone and near else []
        if any(span.start <= place < span.end for span in entry.fields):
            return []  # These are words in a value, not a comment.
        names = _named(match[2], entry)
        if names == WHOLE and not alone:
            first, last = bib.line_of(line), bib.line_of(place)
            names = frozenset(
                span.name
                for span in entry.fields
                if span.start < place and bib.line_of(max(span.start, span.end - 1)) in (first, last)
            )
        return [(entry.start, names or WHOLE)]


def _named(text: str, entry: Entry) -> frozenset[str]:
    """The fields that ``title, year`` names. Words that name no field are a remark: then all is meant."""
    names = frozenset(name.lower() for name in re.split(r"[\s,;]+", text.strip()) if name)
    own = {span.name for span in entry.fields}
    return names if names and all(name in own or name in _KNOWN for name in names) else WHOLE


def protects(kept: frozenset[str], name: str) -> bool:
    """Whether a field is among the protected ones, by its name or the other dialect's."""
    return bool(kept) and (kept == WHOLE or any(one in kept for one in fields.names(name)))
