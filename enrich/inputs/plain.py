"""Plain text and Markdown: running text, and lists of identifiers."""

from __future__ import annotations

import re

from enrich.identify import Fault, judge
from enrich.inputs.document import Document, Source, malformed
from enrich.mentions import find_ids
from enrich.record import Mention, Problem

_ENTRY = re.compile(r"[ \t\ufeff]*(?:[-*+•‣·][ \t]+)?(?P<text>[^#\r\n]*?)[ \t]*(?:(?:^|(?<=\s))#[^\r\n]*)?", re.M)


def read(text: str, name: str) -> Document:
    """The mentions in a text. In a list of identifiers, a line that is none is a problem."""
    source = Source(text, name)
    mentions: list[Mention] = []
    problems: list[Problem] = []
    for found in find_ids(text):
        source.report(found, found.start, mentions, problems)
    if mentions:
        problems = sorted([*problems, *_not_in_list(source, mentions, problems)], key=lambda problem: problem.line or 0)
    return Document(tuple(mentions), (), tuple(problems))


def _not_in_list(source: Source, mentions: list[Mention], problems: list[Problem]) -> list[Problem]:
    """The lines of a list of identifiers that name nothing: a typing error there must not be lost silently.

    A text is such a list when each line is one word, a ``# comment`` apart, and most of them are mentions.
    """
    known = {mention.line for mention in mentions} | {problem.line for problem in problems}
    missed: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", source.text), 1):
        entry = _ENTRY.fullmatch(line)
        written = entry["text"] if entry else line.strip()
        if not written or number in known:
            continue
        if " " in written or "\t" in written or len(missed) >= len(known):
            return []
        missed.append((number, written))
    found: list[Problem] = []
    for number, written in missed:
        verdict = judge(written)
        if isinstance(verdict, Fault):
            found.append(malformed(written, verdict, source.name, number))
    return found
