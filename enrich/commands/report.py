"""What a refresh did or would do, in words: lines for a person, a unified diff, JSON, Markdown."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from enrich.commands.common import count
from enrich.config import label_of
from enrich.latex import to_text
from enrich.plan import Abstention, Change, Plan
from enrich.refresh import Refreshing
from enrich.screen import printable
from enrich.splice import Edit

CONTEXT = 3
"""Lines around a change in a diff."""

SHOWN = 20
"""Of what was left alone that many are shown; --diff and --json tell all."""


def as_json(result: Refreshing) -> dict[str, Any]:
    """The plan as data; see the schema ``refresh-1``."""
    return {
        "changes": [change.to_json() for change in result.changes],
        "abstained": [one.to_json() for plan in result.plans for one in plan.abstained],
    }


# --- for a person


def lines(result: Refreshing, *, detailed: bool) -> Iterator[tuple[str, bool]]:
    """The report, line by line, each with whether it must be shown even to who wants quiet. Loudest first."""
    abstained = [one for plan in result.plans for one in plan.abstained]
    for one in abstained:
        if one.loud:
            yield f"WITHDRAWN {place(one)}: {one.id} {one.reason}", True
            yield f"    try: {one.hint}", True
    for file, tellings in result.told.items():
        for telling in tellings:
            news = [new.text for new in telling.news if not new.loud]
            if news:
                yield f"{file}:{telling.line} {telling.key}: {'; '.join(news)}", False
    for plan in result.plans if detailed else ():
        for (key, line), changes in _by_entry(plan).items():
            where = appeared(changes)
            now = f"now in {where}: " if where else ""
            yield f"{plan.file}:{line} {key}: {now}{', '.join(in_short(changes))}", False
            for source, reason in dict.fromkeys((change.source, change.reason) for change in changes):
                yield f"    {': '.join(part for part in (label(source), reason) if part)}", False
    rest = [one for one in abstained if not (one.loud or one.quiet)]
    for one in rest[:SHOWN]:
        yield f"{place(one)}: left alone: {one.reason}", False
        if one.hint:
            yield f"    try: {one.hint}", False
    if len(rest) > SHOWN:
        yield f"and {len(rest) - SHOWN} more that were left alone (--json tells all)", False


def _by_entry(plan: Plan) -> dict[tuple[str, int], list[Change]]:
    """The changes of each entry, by its key and the line where it begins."""
    starts: dict[str, list[int]] = {}
    for entry in plan.bib.entries:
        starts.setdefault(entry.key, []).append(entry.line)
    found: dict[tuple[str, int], list[Change]] = {}
    for change in plan.changes:
        key, lines = change.key, starts[change.key]
        line = lines[max(bisect_right(lines, change.line) - 1, 0)]
        found.setdefault((key, line), []).append(change)
    return found


def appeared(changes: Iterable[Change]) -> str:
    """The venue and the year where the changes are those of publication; empty for others."""
    after = {change.field.lower(): change.after for change in changes}
    venue = next((after[name] for name in ("journal", "journaltitle", "booktitle") if after.get(name)), None)
    year = after.get("year") or after.get("date")
    return " ".join(to_text(part, bibtex=True) for part in (venue, year) if part) if venue else ""


def label(source: str) -> str:
    """The name of a source as people know it."""
    return "its identifier" if source == "identifier" else label_of(source)


def totals(result: Refreshing, *, written: bool, backup: bool, narrowed: bool = False) -> Iterator[str]:
    """One line for each file. ``narrowed``: only the entries with certain keys were looked at."""
    for plan in result.plans:
        total = count(len(plan.bib.entries), "entry")
        if not plan.changes:
            unknown = result.papers - result.known
            rest = f"; of {count(unknown, 'paper')} nothing is known" if unknown else ""
            none = "none of those asked about names" if narrowed else "none of them names"
            rest = rest if result.papers else f"; {none} an arXiv paper"
            yield f"{plan.file}: nothing to change in {total}{rest}"
            continue
        entries = len(_by_entry(plan))
        number = f"{entries:,} of {total}"
        kept = f"; what it was is in {plan.file}~" if backup else ""
        yield f"{plan.file}: {number} changed{kept}" if written else f"{plan.file}: {number} would change"


def place(one: Abstention) -> str:
    """``refs.bib:12 vaswani2017 title``."""
    return f"{one.file}:{one.line} {one.key}" + (f" {one.field}" if one.field else "")


def in_short(changes: Iterable[Change]) -> Iterator[str]:
    """``misc -> article, year 2017 -> 2018, + journal``: each change in a few words."""
    for change in changes:
        if change.field == "entrytype":
            yield f"{change.before} -> {change.after}"
        elif change.field == "key":
            yield f"merged into {change.after}"
        elif change.before is None:
            yield f"+ {change.field}"
        elif change.after is None:
            yield f"- {change.field}"
        elif len(change.before) + len(change.after) < 40:
            yield f"{change.field} {change.before} -> {change.after}"
        else:
            yield change.field


# --- a diff


def diff(result: Refreshing) -> Iterator[str | bytes]:
    """For each file every change with its source and reason, and then a unified diff, which ``patch`` reads: its lines
    are bytes where the file is not in UTF-8."""
    for plan in result.plans:
        if not plan.changes:
            continue
        for (key, line), changes in _by_entry(plan).items():
            yield f"# {printable(plan.file)}:{line} {key}\n"
            why = None
            for change in sorted(changes, key=lambda change: change.reason):
                if (change.source, change.reason) != why:
                    why = (change.source, change.reason)
                    yield f"#   {': '.join(_one_line(part) for part in (label(why[0]), why[1]) if part)}\n"
                yield f"#     {change.field}: {_one_line(change.before)} -> {_one_line(change.after)}\n"
        # A name with a space ends with a tab.
        name = printable(plan.file) + "\t" * (" " in plan.file)
        yield f"--- {name}\n+++ {name}\n"
        yield from _as_in(plan.bib.encoding, hunks(plan))
    for plan in result.plans:
        for one in plan.abstained:
            yield f"# left alone: {_one_line(place(one))}: {_one_line(one.reason)}\n"


def _one_line(text: str | None) -> str:
    return "(absent)" if text is None else printable(" ".join(text.split()))


def _as_in(encoding: str, pieces: Iterable[str]) -> Iterator[str | bytes]:
    """Lines in the encoding of their file, where that has the line ends of ASCII."""
    if encoding.lower().startswith("utf"):
        return iter(pieces)
    return (piece.encode(encoding, "backslashreplace") for piece in pieces)


# A carriage return alone ends no line for patch.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def hunks(plan: Plan) -> Iterator[str]:
    """The hunks of a unified diff. Only lines that edits touch are compared, so that big files cost no more."""
    lines = _LINE.findall(plan.bib.text)
    replaced = list(_replaced(plan, lines))
    shift = begin = 0
    for end_of_hunk in range(1, len(replaced) + 1):
        if end_of_hunk < len(replaced) and replaced[end_of_hunk][0] - replaced[end_of_hunk - 1][1] <= 2 * CONTEXT:
            continue  # The next change is too near for a hunk of its own.
        together, begin = replaced[begin:end_of_hunk], end_of_hunk
        first, last = max(together[0][0] - CONTEXT, 0), min(together[-1][1] + CONTEXT, len(lines))
        grown = sum(len(new) - (end - start) for start, end, new in together)
        yield f"@@ -{_range(first, last - first)} +{_range(first + shift, last - first + grown)} @@\n"
        shift += grown
        for start, end, new in together:
            yield from _marked(" ", lines[first:start])
            yield from _marked("-", lines[start:end])
            yield from _marked("+", new)
            first = end
        yield from _marked(" ", lines[first:last])


def _replaced(plan: Plan, lines: Sequence[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Which lines (from 0, the end excluded) are replaced by which."""
    from difflib import SequenceMatcher

    starts = [0, *accumulate(len(line) for line in lines)]
    for first, last, edits in _touched(plan, starts):
        text, position = "", starts[first]
        for edit in edits:
            text += plan.bib.text[position : edit.start] + edit.text
            position = edit.end
        before, after = lines[first:last], _LINE.findall(text + plan.bib.text[position : starts[last]])
        for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag != "equal":
                yield first + i, first + j, after[k:m]


def _touched(plan: Plan, starts: Sequence[int]) -> Iterator[tuple[int, int, list[Edit]]]:
    """The stretches of lines that edits touch, each with its edits."""
    together: list[Edit] = []
    first = last = 0
    for edit in sorted(plan.edits, key=lambda edit: (edit.start, edit.end)):
        begin = min(bisect_right(starts, edit.start), len(starts) - 1) - 1
        end = min(bisect_right(starts, edit.end), len(starts) - 1)
        if together and begin > last:
            yield first, last, together
            together = []
        first, last = (min(first, begin), max(last, end)) if together else (begin, end)
        together.append(edit)
    if together:
        yield first, last, together


def _range(start: int, length: int) -> str:
    """Lines as a diff counts them, from 1; an empty range names the line before it."""
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _marked(mark: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"


# --- Markdown


def summary(result: Refreshing, *, written: bool) -> str:
    """What changed, as Markdown for a commit message or an e-mail: the withdrawn first."""
    parts: list[str] = []
    withdrawn = [one for plan in result.plans for one in plan.abstained if one.loud]
    if withdrawn:
        items = [f"- **{_md(one.key)}** ({_md(one.id or '')}): {_md(one.reason)}\n" for one in withdrawn]
        parts.append("## Withdrawn\n\n" + "".join(items))
    told = [(file, one) for file, tellings in result.told.items() for one in tellings]
    if told:
        items = [f"- **{_md(one.key)}**: {_md('; '.join(new.text for new in one.news))}\n" for _, one in told]
        parts.append("## New about the papers\n\n" + "".join(items))
    for plan in result.plans:
        if plan.changes:
            title = "Changed" if written else "Would change"
            parts.append(f"## {title} in {_md(plan.file)}\n\n" + "".join(_items(plan)))
    left = [one for plan in result.plans for one in plan.abstained if not (one.loud or one.quiet)]
    if left:
        items = [
            f"- **{_md(one.key)}**{f' {_md(one.field)}' if one.field else ''}: {_md(one.reason)}\n" for one in left
        ]
        parts.append("## Left alone\n\n" + "".join(items))
    return "\n".join(parts) or "Nothing has changed.\n"


def _items(plan: Plan) -> Iterator[str]:
    for (key, _), group in _by_entry(plan).items():
        reasons = "; ".join(dict.fromkeys(change.reason for change in group))
        where = appeared(group)
        now = f"now in {_md(where)}: " if where else ""
        yield f"- **{_md(key)}**: {now}{_md(', '.join(in_short(group)))} ({_md(reasons)})\n"


def _md(text: str) -> str:
    """Text from outside is never markup. It never begins a line, so that ``>`` may stay."""
    return re.sub(r"([\\`*_\[\]<#|~&])", r"\\\1", printable(" ".join(text.split())))
