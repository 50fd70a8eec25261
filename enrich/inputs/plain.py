"""Plain text and Markdown: running text, and lists of identifiers."""

from __future__ import annotations

import re

from enrich.identify import Fault, judge
from enrich.inputs.document import Document, Source, malformed
from enrich.mentions import find_ids, list_line
from enrich.record import Mention, Problem

_ENTRY = re.compile(r"[ \t\ufeff]*(?:[-*+•‣·][ \t]+)?(?P<text>[^#\r\n]*?)[ \t]*(?:(?:^|(?<=\s))#[^\r\n]*)?", re.M)

_LINE_END = re.compile(r"\r\n|\n|\r")
_ATTEMPT = re.compile(r"[0-9]{3}|[a-z]/[0-9]|arxiv|://", re.I)


def read(text: str, name: str) -> Document:
    """The mentions in a text. In a list of identifiers, a line that is none is a problem."""
    source = Source(text, name)
    mentions: list[Mention] = []
    problems: list[Problem] = []
    for found in find_ids(text):
        source.report(found, found.start, mentions, problems)
    return with_typing_errors(Document(tuple(mentions), (), tuple(problems)), source)


def with_typing_errors(document: Document, source: Source) -> Document:
    """The document, with the lines of a list of identifiers that were meant for one and are none as problems.

    A text is such a list when each line is one word or identifiers alone, a ``# comment`` apart, and most of them
    name a work. A word without a number or address (``References``, ``---``) was not meant for an identifier.
    """
    known = {mention.line for mention in document.mentions} | {problem.line for problem in document.problems}
    missed: list[tuple[int, str]] = []
    for number, line in enumerate(_LINE_END.split(source.text) if document.mentions else (), 1):
        entry = _ENTRY.fullmatch(line)
        written = entry["text"] if entry else line.strip()
        if number in known:
            if list_line(line, 0, len(line)) < 0:
                return document
        elif " " in written or "\t" in written or len(missed) >= len(known):
            return document
        elif _ATTEMPT.search(written):
            missed.append((number, written))
    found: list[Problem] = []
    for number, written in missed:
        verdict = judge(written)
        if isinstance(verdict, Fault):
            found.append(malformed(written, verdict, source.name, number))
    problems = sorted([*document.problems, *found], key=lambda problem: problem.line or 0)
    return Document(document.mentions, document.records, tuple(problems))
