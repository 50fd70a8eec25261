"""What the user does not want to hear of: ``enrich: ignore RULE`` in a comment of the file that is checked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from enrich.bibfile import BibFile
from enrich.finding import RULES, Finding
from enrich.inputs.text import line_starts
from enrich.protection import comment_place, stands_above, stands_alone

_ALL = frozenset(RULES)
_WORDS_FOR_ALL = frozenset({"all", "*"})

# In backticks it is an example of a directive. Looking back only from a mark: many times as fast.
_DIRECTIVE = r"(?i:enrich:[ \t]*ignore(-file)?)(?![\w-])[ \t]*"
_PERCENT = re.compile(r"%(?<![\\`]%)[ \t]*" + _DIRECTIVE + r"([^\r\n]*)")
_TAG = re.compile(r"<!--(?<!`<!--)[ \t]*" + _DIRECTIVE + r"(.*?)[ \t]*-->")
_HASH = re.compile(r"#(?<![^\s\"',\[]#)[ \t]*" + _DIRECTIVE + r"([^\r\n]*)")

_COMMENTS = {
    "tex": (_PERCENT,),
    "html": (_TAG,),
    "yaml": (_HASH,),
    "csv": (_HASH,),
    "ipynb": (_TAG, _HASH),
    "text": (_TAG, _HASH),
}
"""How comments are written in documents of a kind; JSON, RIS and PDF have none."""

_REMARK = re.compile(r"\s*(?:--|[–—(]|\\n|[\"']).*", re.DOTALL)


class Ignores:
    """Which findings of one file are not told.

    ``unknown`` are the words in directives, with their lines, that name no rule; they silence nothing.
    """

    def __init__(self, directives: Iterable[tuple[int, str, range | None]] = ()) -> None:
        """``directives``: of each its line, the words behind ``ignore``, and the lines it is about (``None``: all)."""
        self._everywhere: frozenset[str] = frozenset()
        self._lines: dict[int, frozenset[str]] = {}
        unknown: list[tuple[int, str]] = []
        for line, words, about in directives:
            rules, strange = _rules(words)
            unknown += [(line, word) for word in strange]
            if about is None:
                self._everywhere |= rules
            for one in about or ():
                self._lines[one] = self._lines.get(one, frozenset()) | rules
        self.unknown: tuple[tuple[int, str], ...] = tuple(unknown)

    def hides(self, finding: Finding) -> bool:
        """Whether a directive says not to tell this finding."""
        if finding.rule in self._everywhere:
            return True
        return finding.line is not None and finding.rule in self._lines.get(finding.line, ())

    @classmethod
    def of_bib(cls, bib: BibFile) -> Ignores:
        """The directives of a ``.bib``: ``% enrich: ignore year, venue`` above, in or behind an entry is about it."""
        return cls(_of_bib(bib))

    @classmethod
    def of_text(cls, text: str, kind: str) -> Ignores:
        """The directives of a document of this kind (as :data:`enrich.inputs.reading.KINDS` names them).

        ``<!-- enrich: ignore RULE -->``, ``# …`` or ``% …`` behind something is about its line, alone on a line about
        the next that is not blank; in a ``thebibliography`` about the item.
        """
        return cls(_of_text(text, kind))


def _rules(words: str) -> tuple[frozenset[str], list[str]]:
    """The rules that a directive names (none named: all), and the words that name none."""
    named = [word for word in re.split(r"[\s,;]+", _REMARK.sub("", words).strip().lower()) if word]
    if not named or not _WORDS_FOR_ALL.isdisjoint(named):
        return _ALL, [word for word in named if word not in _ALL and word not in _WORDS_FOR_ALL]
    return frozenset(named) & _ALL, [word for word in named if word not in _ALL]


def _of_bib(bib: BibFile) -> Iterator[tuple[int, str, range | None]]:
    for match in _PERCENT.finditer(bib.text):
        line = bib.line_of(match.start())
        if match[1]:
            if not _in_a_value(bib, match.start()):
                yield line, match[2], None
        elif block := _block(bib, match.start(), match.end()):
            yield line, match[2], range(bib.line_of(block[0]), bib.line_of(block[1] - 1) + 1)


def _block(bib: BibFile, start: int, end: int) -> tuple[int, int] | None:
    """Where the entry is that a comment is about, or the block that cannot be read."""
    if place := comment_place(bib, start, end):
        return place.entry.start, place.entry.end
    for failure in bib.failures:
        above = start < failure.start and stands_alone(bib, start) and stands_above(bib, end, failure.start)
        if above or failure.start <= start < failure.end:
            return failure.start, failure.end
    return None


def _in_a_value(bib: BibFile, offset: int) -> bool:
    at = bisect_right(bib.entries, offset, key=lambda entry: entry.start) - 1
    return at >= 0 and any(span.start <= offset < span.end for span in bib.entries[at].fields)


# --- other documents --------------------------------------------------------------------------------------------------

_ITEM = re.compile(r"[ \t]*\\(?:bibitem|entry)\b")
_LAST = re.compile(r"[ \t]*\\(?:end\{thebibliography\}|endentry\b|enddatalist\b)")
_QUOTED = re.compile(r"\\n|[\s\"',]")  # what is around a line of a notebook's cell
_BULLETS = " \t-*+>"


def _of_text(text: str, kind: str) -> Iterator[tuple[int, str, range | None]]:
    patterns = _COMMENTS.get(kind, ())
    found = sorted(
        ((match.start(), match.end(), match) for pattern in patterns for match in pattern.finditer(text)),
        key=lambda one: one[:2],
    )
    if not found:
        return
    starts = line_starts(text)
    lines = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    items = _items(lines) if kind == "tex" else {}
    for start, end, match in found:
        line = bisect_right(starts, start)
        if match[1]:
            yield line, match[2], None
            continue
        before, after = lines[line - 1][: start - starts[line - 1]], lines[line - 1][end - starts[line - 1] :]
        about: int | None = line
        if not _plain(before, kind).strip(_BULLETS) and not _plain(after, kind):
            about = next(
                (number for number in range(line + 1, len(lines) + 1) if _says(lines[number - 1], kind, patterns)), None
            )
            if line in items and about not in items:
                about = line  # the last line of the last item
        if about is not None:
            yield line, match[2], items.get(about, range(about, about + 1))


def _plain(line: str, kind: str) -> str:
    return _QUOTED.sub("", line) if kind == "ipynb" else line.strip().removeprefix("\ufeff")


def _says(line: str, kind: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    """Whether there is more on a line than blanks and comments."""
    if kind in ("tex", "yaml", "csv") and line.lstrip().startswith("%" if kind == "tex" else "#"):
        return False
    for pattern in patterns:
        line = pattern.sub("", line)
    return bool(_plain(line, kind))


def _items(lines: list[str]) -> dict[int, range]:
    """The lines of the bibliography's item that each line belongs to."""
    items: dict[int, range] = {}
    first: int | None = None

    def close(last: int) -> None:
        if first is not None:
            items.update(dict.fromkeys(range(first, last + 1), range(first, last + 1)))

    for number, line in enumerate(lines, 1):
        if _ITEM.match(line):
            close(number - 1)
            first = number
        elif _LAST.match(line):
            close(number - 1)
            first = None
    close(len(lines))
    return items
