"""Plain text and Markdown: running text, and lists of identifiers."""

from __future__ import annotations

import re

from enrich.identify import Fault, judge
from enrich.inputs.document import Document, Source, malformed
from enrich.mentions import find_ids, list_line
from enrich.record import Mention, Problem

_ENTRY = re.compile(r"[ \t\ufeff]*(?:[-*+•‣·][ \t]+)?(?P<text>[^#\r\n]*?)[ \t]*(?:(?:^|(?<=\s))#[^\r\n]*)?", re.M)

_LINE_END = re.compile(r"\r\n|\n|\r")
_WORD = re.compile(r"\w.*\w", re.S)
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

    A text is such a list when each line is one word or identifiers alone, a ``# comment`` apart, and at least half of
    them name a work or try to. A word without a number or address (``References``, ``---``) was not meant for an
    identifier, unless it stands among three times as many lines that are, and is no heading.
    """
    known = {mention.line for mention in document.mentions} | {problem.line for problem in document.problems}
    attempts: list[tuple[int, str]] = []
    words: list[tuple[int, str]] = []
    lines = _LINE_END.split(source.text) if document.mentions else []
    for number, line in enumerate(lines, 1):
        entry = _ENTRY.fullmatch(line)
        written = entry["text"] if entry else line.strip()
        if number in known:
            if list_line(line, 0, len(line)) < 0:
                return document
        elif " " in written or "\t" in written:
            return document
        elif _ATTEMPT.search(written):
            attempts.append((number, written))
        elif written and number > 1:
            words.append((number, written))
    meant = len(known) + len(attempts)
    if len(words) > meant:
        return document
    if len(words) * 3 <= meant:
        attempts += [(number, word) for number, word in words if _WORD.fullmatch(word)]
    mentions, problems = list(document.mentions), list(document.problems)
    for number, written in attempts:
        verdict = judge(written)
        if isinstance(verdict, Fault):
            problems.append(malformed(written, verdict, source.name, number))
        else:
            # A spelling that running text must not take for an identifier; alone in a list it is one.
            column = lines[number - 1].index(written) + 1
            mentions.append(Mention(verdict, written, source.name, number, column))
    mentions.sort(key=lambda mention: (mention.line or 0, mention.column or 0))
    problems.sort(key=lambda problem: problem.line or 0)
    return Document(tuple(mentions), document.records, tuple(problems))
