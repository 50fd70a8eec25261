"""What the audit has to say about one reference: a rule, a severity, a place, what was found and what a source says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SEVERITIES = ("note", "warning", "error")
"""From the least to the worst. A note is advice, by which no reference is wrong."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding. ``about`` says in a sentence what it means, ``hint`` what to do if nothing better is known."""

    name: str
    severity: str
    about: str
    hint: str


RULES: dict[str, Rule] = {
    name: Rule(name, severity, about, hint)
    for name, severity, about, hint in (
        # Does it exist, and is it the work that the text says?
        (
            "not-found",
            "error",
            "the source that would know the identifier says that there is no such work",
            "look the work up by its title, and correct or remove the reference",
        ),
        (
            "wrong-work",
            "error",
            "the identifier is another work's: title and authors disagree",
            "look the work up by its title, and correct the identifier",
        ),
        ("title", "error", "the title is not the work's", "take the title of the source"),
        (
            "authors",
            "error",
            "authors are missing, added, in another order, or placeholders",
            "take the authors of the source, or end the list with 'and others'",
        ),
        ("year", "warning", "the year is none in which the work appeared", "take the year of the source"),
        ("venue", "warning", "the work appeared elsewhere", "take the venue of the source"),
        ("doi", "error", "the DOI does not belong to this work", "correct or remove the DOI"),
        ("future-date", "error", "the date lies in the future", "correct the year"),
        (
            "version-gone",
            "error",
            "the work exists, and not in the version that is cited",
            "cite a version that exists, or none",
        ),
        # Is it still the best one to cite?
        ("withdrawn", "error", "the paper was withdrawn by its authors or by arXiv", "cite another work"),
        ("superseded", "warning", "another paper or version takes its place", "cite that one"),
        ("published", "note", "a preprint is cited, and it was published since", "enrich refresh takes it over"),
        (
            "preprint-as-published",
            "warning",
            "it is cited as published, and is a preprint as far as the sources know",
            "cite the preprint",
        ),
        ("duplicate", "warning", "the same work or key stands there twice", "keep one of them"),
        (
            "unresolvable",
            "note",
            "it has no identifier, and no source that was asked has a work like it",
            "add a DOI or an arXiv identifier",
        ),
        # What the text alone shows.
        ("missing-field", "warning", "a field is missing that the entry is none without", "add it"),
        ("bad-id", "error", "the identifier is malformed, or the entry contradicts itself", "correct it"),
        ("undefined-string", "warning", "a @string is used that nobody defines", "define it, or put it in braces"),
        ("undefined-crossref", "warning", "an entry is referred to that is not there", "add it, or correct the key"),
        ("unbalanced", "error", "the text cannot be read from here on", "check braces, quotes and commas"),
    )
}
"""All rules by their names, which are stable: scripts and ``enrich: ignore`` rely on them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or could be better, at one place.

    ``file`` is as the user named it; ``line`` and ``column`` count from 1. ``key`` is the citation key, ``id`` the
    work meant (``arXiv:2110.14168``, ``doi:10.1000/1``). ``found`` is what stands there, ``expected`` what
    ``source`` (its name for people, or a file's) has in its place; all three may be ``None``. ``message`` is one line
    without a full stop, ``hint`` what to do.
    """

    file: str
    line: int | None
    key: str | None
    id: str | None
    rule: str
    severity: str
    message: str
    found: str | None = None
    expected: str | None = None
    source: str | None = None
    hint: str = ""
    column: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding as in the schema ``check-1``; the hint is a part of the message."""
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "id": self.id,
            "rule": self.rule,
            "severity": self.severity,
            "message": f"{self.message}; {self.hint}" if self.hint else self.message,
            "found": self.found,
            "expected": self.expected,
            "source": self.source,
        }
