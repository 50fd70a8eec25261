"""The audit: which references exist, are the works that the text says they are, and are still the best to cite.

Nothing is written but the cache.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from enrich import judge, references
from enrich.config import Settings
from enrich.errors import InputError
from enrich.finding import Finding
from enrich.ignore import Ignores
from enrich.match import title_key, title_words
from enrich.publish import Publications, publish
from enrich.record import Identifier, Problem, Record
from enrich.reference import Description, Reference
from enrich.references import Reading
from enrich.resolve import Resolution, Watcher, resolve
from enrich.snapshot import Snapshot
from enrich.store import Store

if TYPE_CHECKING:
    from enrich.authority import Authority
    from enrich.lookup import Looked

RIGHT, WRONG, UNCHECKED = "right", "wrong", "unchecked"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one reference: ``state`` is ``right``, ``wrong`` or ``unchecked``.

    ``why`` says why it could not be checked; or, of one that is right or wrong, why one of its names could not be.
    ``answered`` is whether those answered who were asked: that nobody has the work is an answer.

    ``file``, ``line``, ``key`` and ``id`` as in a :class:`~enrich.finding.Finding`; ``name`` is what people call it:
    its key, else what is written there.
    """

    file: str
    line: int | None
    key: str | None
    id: str | None
    name: str
    state: str
    why: str = ""
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit came to.

    - ``findings``: in the order of the files and their lines; those that were ignored or are in the baseline are not
      among them, but counted in ``ignored`` and ``old``.
    - ``outcomes``: of each reference, once. ``unchecked`` are also those that no source has (``unresolvable``).
    - ``problems``: files that cannot be read, and why sources could not be asked.
    - ``unpublished``: the papers whose published version could not be looked for, with why.
    - ``texts``: the files' texts, by the names in findings, to quote lines from.
    """

    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[Problem, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    unpublished: Mapping[str, str] = field(default_factory=dict)
    ignored: int = 0
    old: int = 0
    interrupted: bool = False

    def count(self, *states: str) -> int:
        """How many references came to one of these states."""
        return sum(outcome.state in states for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Terms:
    """How an audit is made: ``strict`` forgives less, ``ignore`` names rules that are not reported."""

    strict: bool = False
    ignore: frozenset[str] = frozenset()


def check(
    files: Mapping[str, Path | bytes],
    settings: Settings,
    store: Store,
    terms: Terms | None = None,
    *,
    authority: Authority | None = None,
    snapshots: Sequence[Snapshot] = (),
    watcher: Watcher | None = None,
    today: date | None = None,
) -> Audit:
    """Audit the files, which are given by the names to show (or as their bytes, of stdin).

    A file that cannot be read is a problem in the result; the others are audited all the same. ``authority`` answers
    before anybody is asked.
    """
    today = today or date.today()
    readings, problems = _read(files, today)
    _stand_apart(readings, authority)
    if authority and authority.broken and watcher:
        (path, line), more = authority.broken[0], len(authority.broken) - 1
        others = f", and {more:,} more" if more else ""
        watcher.note(f"--against {path}: what begins in line {line:,} cannot be read, and says nothing{others}")
    case = _Case(readings, settings, store, terms or Terms(), authority, today)
    case.resolve(snapshots, watcher)
    case.look_up(watcher)
    case.compare(range(len(case.references)))
    case.compare_lists()
    if disputed := case.disputed():
        case.resolve_versions(disputed, snapshots, watcher)
        case.compare(disputed)
        case.compare_lists()
    case.look_for_publications(watcher)
    case.suggest(watcher)
    return case.audit(problems)


def _read(files: Mapping[str, Path | bytes], today: date) -> tuple[list[Reading], list[Problem]]:
    readings: list[Reading] = []
    problems: list[Problem] = []
    for name, file in files.items():
        try:
            if isinstance(file, bytes):
                readings.append(references.read_bytes(file, name, today=today))
            else:
                readings += references.read(file, name, today=today)
        except InputError as error:
            problems.append(Problem("invalid", error.message, text=name, file=name, hint=error.hint or None))
    # A bibliography that is named itself is audited whole, also where a document names it, too.
    whole = {reading.file: reading for reading in readings if reading.file in files}
    kept = {reading.file: whole.get(reading.file, reading) for reading in readings}
    for reading in kept.values():
        problems += reading.problems
    return list(kept.values()), problems


def _stand_apart(readings: Sequence[Reading], authority: Authority | None) -> None:
    """What is audited is no authority on itself: everything would be right."""
    audited = {os.path.realpath(reading.file) for reading in readings}
    for path in authority.paths if authority else ():
        if os.path.realpath(path) in audited:
            raise InputError(
                f"--against {path}: this file is checked itself, so that it proves nothing",
                hint="name it only once: to be checked, or as the authority",
            )


class _Case:
    """One audit while it is made: of each reference, what its names were found to be, or why that is not known.

    References are known by their place in ``references``, counted on over all files.
    """

    def __init__(
        self,
        readings: Sequence[Reading],
        settings: Settings,
        store: Store,
        terms: Terms,
        authority: Authority | None,
        today: date,
    ) -> None:
        self.readings = readings
        self.settings = settings
        self.store = store
        self.terms = terms
        self.authority = authority
        self.today = today
        self.references = [reference for reading in readings for reference in reading.references]
        self.resolution = Resolution()
        self.outages = self.resolution.outages
        self.versions: dict[str, list[Record]] = {}
        self.publications = Publications()
        self.known_at_home: dict[Identifier, tuple[Description, ...]] = {}
        self.works: dict[int, list[Description]] = {}
        """What a DOI or a search was found to be."""
        self.missing: dict[int, tuple[Finding, ...]] = {}
        """That a name is nobody's, or nobody has the work."""
        self.unknown: dict[int, str] = {}
        """Why it could not be found out."""
        self.described: dict[int, list[Description]] = {}
        """What is known of it under all its names, as far as it has been worked out."""
        self.judged: dict[int, tuple[Finding, ...]] = {}
        self.standing: dict[int, tuple[Finding, ...]] = {}
        self.interrupted = False

    # --- finding out

    def resolve(self, snapshots: Sequence[Snapshot], watcher: Watcher | None) -> None:
        """What arXiv says of the identifiers."""
        named = dict.fromkeys(one.identifier for one in self.references if one.identifier is not None)
        wanted = dict.fromkeys([*named, *(identifier.bare for identifier in named)])
        self.resolution = resolve(wanted, self.settings, self.store, snapshots=snapshots, watcher=watcher)
        self.interrupted |= self.resolution.interrupted
        self.outages = self.resolution.outages
        self.versions = {name: list(known) for name, known in self.store.versions({i.id for i in wanted}).items()}
        for number, reference in enumerate(self.references):
            identifier = reference.identifier
            problem = None if identifier is None else self.resolution.problems.get(identifier)
            if identifier is None or problem is None:
                continue
            if problem.kind != "not-found":
                if not self.held(identifier):
                    self.unknown[number] = problem.message
            elif identifier in self.resolution.records:
                # arXiv removes no papers: its word of before counts more than that of now.
                told = f"{problem.message} any more; it had it before"
                gone = reference.finding("not-found", told, found=str(identifier), source="arXiv", severity="note")
                self.missing[number] = (gone,)
            elif identifier.bare in self.resolution.records:
                newest = self.resolution.records[identifier.bare].version
                hint = f"its newest is {newest}" if newest else None
                gone = reference.finding(
                    "version-gone", problem.message, found=str(identifier), source="arXiv", hint=hint, at=_EPRINT
                )
                self.missing[number] = (gone,)
            else:
                found = reference.text
                nobody = reference.finding("not-found", problem.message, found=found, source="arXiv", at=_EPRINT)
                self.missing[number] = (nobody,)

    def held(self, identifier: Identifier) -> tuple[Description, ...]:
        """What the user's own authority has under an identifier."""
        if self.authority is None:
            return ()
        if identifier not in self.known_at_home:
            self.known_at_home[identifier] = self.authority.by_identifier(identifier)
        return self.known_at_home[identifier]

    def look_up(self, watcher: Watcher | None) -> None:
        """What the DOIs are, and where an entry has no name at all, what a search for its title finds."""
        from enrich import lookup

        dois: dict[str, list[int]] = {}
        nameless: dict[str, int] = {}
        for number, reference in enumerate(self.references):
            if reference.doi is not None:
                if self.authority and (known := self.authority.by_doi(reference.doi)):
                    self.works[number] = list(known)
                else:
                    dois.setdefault(reference.doi, []).append(number)
            elif reference.identifier is None and not self.take_from_home(number):
                nameless[str(number)] = number
        for number in self.unknown:
            # What arXiv cannot be asked of, the user's own authority may know by its title.
            if self.take_from_home(number):
                self.contradict(number)
        looked = lookup.dois(
            () if self.interrupted else dois, self.settings, self.store, watcher=watcher, outages=self.outages
        )
        self.interrupted |= looked.interrupted
        for doi, numbers in dois.items():
            for number in numbers:
                self.take_doi(number, doi, looked)
        if self.interrupted:
            self.unknown.update(dict.fromkeys(nameless.values(), "the run was stopped"))
            return
        asked = {name: _titled(self.references[number]) for name, number in nameless.items()}
        looked = lookup.titles(asked, self.settings, self.store, watcher=watcher, outages=self.outages)
        self.interrupted |= looked.interrupted
        for name, number in nameless.items():
            if not self.take_meant(number, looked.found.get(name, ())):
                self.give_up(number, looked.unreachable.get(name), looked.found.get(name, ()))

    def take_doi(self, number: int, doi: str, looked: Looked) -> None:
        reference = self.references[number]
        if doi in looked.found:
            self.works[number] = list(looked.found[doi])
        elif doi in looked.absent:
            # Beside another name that is right the reference exists, and only this name of it does not.
            known = self.take_from_home(number) or self.cited(number) is not None
            message = f"there is no doi:{doi}: {looked.absent[doi]}"
            rule = "doi" if known else "not-found"
            absent = reference.finding(rule, message, found=doi, at=("doi", "url"), id=f"doi:{doi}")
            self.missing[number] = (*self.missing.get(number, ()), absent)
        else:
            self.unknown[number] = looked.unreachable.get(doi, "the run was stopped")
            self.take_from_home(number)

    def contradict(self, number: int) -> None:
        """Tell where the user's own authority knows the work under another identifier, and nobody else can be asked."""
        reference = self.references[number]
        others = {eprint: one for one in self.works[number] for eprint in one.eprints}
        if reference.identifier is None or not others or reference.identifier.value in others:
            return
        eprint, known = next(iter(others.items()))
        self.missing[number] = (
            reference.finding(
                "wrong-work",
                f"{known.source} has this work as arXiv:{eprint}",
                found=str(reference.identifier),
                expected=f"arXiv:{eprint}",
                source=known.source,
                severity="warning",
                at=_EPRINT,
            ),
        )

    def take_from_home(self, number: int) -> bool:
        """Whether the user's own authority has the work by its title; what it has is taken."""
        reference = _titled(self.references[number])
        title = reference.title
        if self.authority is None or title is None:
            return False
        # An identifier and a DOI may both lead here.
        if number in self.works or self.take_meant(number, self.authority.by_title(title)):
            return True
        near = [one for one in self.authority.near(title, reference.authors) if judge.nearly(reference, one)]
        if near:
            self.works.setdefault(number, []).extend(near[:1])
        return bool(near)

    def take_meant(self, number: int, hits: Sequence[Description]) -> bool:
        """Take what a search found and title and authors show to be the work; else what is surely meant."""
        reference = self.references[number]
        if not reference.is_entry:
            meant = [one for one in hits if _is_in(reference, one)]
        else:
            meant = [one for one in hits if judge.accepts(reference, one)]
            meant = meant or [one for one in hits if judge.nearly(reference, one)][:1]
        if meant:
            self.works.setdefault(number, []).extend(meant)
        return bool(meant)

    def give_up(self, number: int, why: str | None, hits: Sequence[Description]) -> None:
        """Nobody is known to have the work: because nobody could say, or as far as those asked can."""
        reference = self.references[number]
        if why is not None:
            self.unknown[number] = why
            return
        likeliest = next((one for one in hits if one.title), None)
        # Of another work under the same title that is worth knowing; it is no proof of anything.
        people = ", ".join(person.name for person in likeliest.authors[:3]) if likeliest else ""
        near = f"; the nearest is {likeliest.title!r} by {people}" if likeliest and people else ""
        self.unknown[number] = why = "no source that was asked has a work with this title and these authors"
        self.missing[number] = (reference.finding("unresolvable", f"{why}{near}", found=reference.title),)

    def resolve_versions(
        self, disputed: Mapping[int, Record], snapshots: Sequence[Snapshot], watcher: Watcher | None
    ) -> None:
        """The earlier versions of papers: a title may be that of the first, and authors may have joined."""
        wanted: dict[Identifier, None] = {}
        for record in disputed.values():
            eprint = record.id.partition(":")[2]
            known = {one.version for one in self.versions.get(record.id, ())} | {record.version}
            first = [number for number in range(1, min(record.version or 1, MOST_VERSIONS) + 1) if number not in known]
            wanted.update(dict.fromkeys(Identifier(eprint, number) for number in first))
        if not wanted or self.interrupted or "arxiv" in self.outages.down:  # sources.arxiv.NAME, which loads much
            return
        more = resolve(wanted, self.settings, self.store, snapshots=snapshots, watcher=watcher)
        self.interrupted |= more.interrupted
        for number in disputed:
            self.described.pop(number, None)
        for identifier, record in more.records.items():
            self.versions.setdefault(identifier.id, []).append(record)

    def look_for_publications(self, watcher: Watcher | None) -> None:
        """Whether preprints have appeared, and whether what is cited as published did."""
        wanted = {
            record.id: record
            for number, record in self.records()
            if self.references[number].is_entry
            and not self.condemned(number)
            # Of a DOI that was looked up the publication is known.
            and not (self.references[number].doi and self.works.get(number))
        }
        if not self.interrupted:
            self.publications = publish(
                wanted.values(), self.settings, self.store, watcher=watcher, outages=self.outages
            )
            self.interrupted |= self.publications.interrupted
        again = []
        for number, record in self.records():
            published = self.publications.found.get(record.id)
            if published is not None and self.references[number].is_entry:
                self.described.pop(number, None)
                again.append(number)
            self.standing[number] = judge.standing(
                self.references[number],
                self.cited(number) or record,
                record,
                published,
                self.publications.reasons.get(record.id, ""),
                looked=record.id in self.publications.reasons,
                strict=self.terms.strict,
            )
        self.compare(again)

    def records(self) -> Iterator[tuple[int, Record]]:
        """The references to papers that arXiv knows, with the record of the newest version."""
        for number, reference in enumerate(self.references):
            if reference.identifier is not None:
                record = self.resolution.records.get(reference.identifier.bare) or self.cited(number)
                if record is not None:
                    yield number, record

    def cited(self, number: int) -> Record | None:
        identifier = self.references[number].identifier
        return None if identifier is None else self.resolution.records.get(identifier)

    def condemned(self, number: int) -> bool:
        """Whether the identifier is another work's, so that what became of that work says nothing."""
        told = (*self.missing.get(number, ()), *self.judged.get(number, ()))
        return any(finding.rule == "wrong-work" for finding in told)

    # --- comparing

    def compare(self, numbers: Iterable[int]) -> None:
        """Judge the entries by what is known of them by now."""
        for number in numbers:
            reference = self.references[number]
            descriptions = self.descriptions(number)
            if descriptions and reference.is_entry:
                self.judged[number] = judge.judge(reference, descriptions, strict=self.terms.strict, today=self.today)

    def compare_lists(self) -> None:
        """Judge what stands in lists, pages and items of a ``.bbl``, each document by itself."""
        number = 0
        for reading in self.readings:
            count = len(reading.references)
            # What stands in a bibliography's item where the title does is nothing else.
            self.compare_mentions(range(number, number + count), titled=reading.kind == "tex")
            number += count

    def compare_mentions(self, numbers: range, *, titled: bool) -> None:
        """Judge the links of one document. Where most labels are titles, one that is not is the more telling."""
        strict = self.terms.strict
        found = {
            number: descriptions[0]
            for number in numbers
            if not self.references[number].is_entry and (descriptions := self.descriptions(number))
        }
        labelled = [number for number in found if self.references[number].label]
        right = [n for n in labelled if not judge.judge_mention(self.references[n], found[n], titled=True)]
        titled = titled or (len(right) >= FEWEST_TITLED and 2 * len(right) >= len(labelled))
        others = {title_key(title) for description in found.values() for title in description.titles}
        for number, description in found.items():
            reference = self.references[number]
            self.judged[number] = judge.judge_mention(
                reference, description, titled=titled, strict=strict, others=others
            )

    def descriptions(self, number: int) -> list[Description]:
        if number not in self.described:
            self.described[number] = self.describe(number)
        return self.described[number]

    def describe(self, number: int) -> list[Description]:
        reference = self.references[number]
        found: list[Description] = []
        if reference.identifier is not None:
            if (record := self.cited(number)) is not None:
                newest = self.resolution.records.get(reference.identifier.bare)
                others = [*([newest] if newest and newest is not record else []), *self.versions.get(record.id, ())]
                found.append(judge.of_record(record, others=others, published=self.publications.found.get(record.id)))
            found += self.held(reference.identifier)
        return [*found, *self.works.get(number, ())]

    def disputed(self) -> dict[int, Record]:
        """The references that say something of a paper that its newest version does not, each with that paper."""
        rules = {"title", "wrong-work", "authors"}
        return {
            number: record
            for number, record in self.records()
            if any(finding.rule in rules for finding in self.judged.get(number, ()))
        }

    def suggest(self, watcher: Watcher | None) -> None:
        """What was meant where a name is nobody's or another work's, found by the title."""
        from enrich import lookup

        lost: dict[str, int] = {}
        for number, reference in enumerate(self.references):
            own = [*self.missing.get(number, ()), *self.judged.get(number, ())]
            if any(one.rule in MISNAMED for one in own) and _titled(reference).title:
                lost[str(number)] = number
        meant: dict[int, Description] = {}
        for name, number in [*lost.items()]:
            title = _titled(self.references[number]).title
            hits = self.authority.by_title(title) if self.authority and title else ()
            if one := self.likeliest(number, hits):
                meant[lost.pop(name)] = one
        if lost and not self.interrupted:
            some = [*lost.items()][:MOST_SUGGESTIONS]
            asked = {name: _titled(self.references[number]) for name, number in some}
            looked = lookup.titles(asked, self.settings, self.store, watcher=watcher, outages=self.outages)
            self.interrupted |= looked.interrupted
            for name, number in some:
                if one := self.likeliest(number, looked.found.get(name, ())):
                    meant[number] = one
        for number, one in meant.items():
            known = one.name if one.name.startswith(("arXiv:", "doi:")) else f"{one.name} in {one.source}"
            hint = f"the title is that of {known}; is that meant?"
            for told in (self.missing, self.judged):
                if number in told:
                    told[number] = tuple([replace(f, hint=hint) if f.rule in MISNAMED else f for f in told[number]])

    def likeliest(self, number: int, hits: Sequence[Description]) -> Description | None:
        """The work that an entry or a link means by its title."""
        reference = self.references[number]
        label = title_key(reference.label or "")
        for one in hits:
            same = bool(label) and any(title_key(title) == label for title in one.titles)
            if judge.accepts(reference, one) if reference.is_entry else same:
                return one
        return None

    # --- the result

    def audit(self, problems: Sequence[Problem]) -> Audit:
        findings: list[Finding] = []
        outcomes: list[Outcome] = []
        problems = list(problems)
        ignored = number = 0
        for reading in self.readings:
            ignores = Ignores.of_bib(reading.bib) if reading.bib else Ignores.of_text(reading.text, reading.kind)
            problems += [_unknown_rule(reading.file, line, word) for line, word in ignores.unknown]
            by_place: dict[_Place, list[Finding]] = {}
            for finding in reading.findings:
                by_place.setdefault(_place(finding), []).append(finding)
            told: list[Finding] = []
            for reference in reading.references:
                own = by_place.pop(_place(reference), [])
                said = self.said(number, own)
                shown = [one for one in said if not self.hides(ignores, one)]
                ignored += len(said) - len(shown)
                told += shown
                outcomes.append(self.outcome(number, shown))
                number += 1
            rest = [finding for left in by_place.values() for finding in left]
            told += (shown := [one for one in rest if not self.hides(ignores, one)])
            ignored += len(rest) - len(shown)
            findings += sorted(dict.fromkeys(told), key=lambda one: (one.line or 0, one.column or 0))
        problems += [
            Problem("unreachable", one.why, one.name, one.id, one.file, one.line)
            for one in outcomes
            if one.why and not (one.state == UNCHECKED and one.answered)
        ]
        return Audit(
            tuple(findings),
            tuple(outcomes),
            tuple(problems),
            {reading.file: reading.text for reading in self.readings},
            self.publications.unreachable,
            ignored,
            0,
            self.interrupted,
        )

    def hides(self, ignores: Ignores, finding: Finding) -> bool:
        return finding.rule in self.terms.ignore or ignores.hides(finding)

    def said(self, number: int, own: Sequence[Finding]) -> list[Finding]:
        """What there is to say of a reference: by the sources, and of ``own``, what its text shows, the rest.

        What a source says of a rule is the better founded, also where it says nothing: a name that stands twice may be
        that of two people. Of an identifier that is another work's nothing follows.
        """
        condemned = self.condemned(number)
        found = [*self.missing.get(number, ()), *self.judged.get(number, ())]
        found += () if condemned else self.standing.get(number, ())
        rules = {finding.rule for finding in found} | (_OF_THE_IDENTIFIER if condemned else frozenset())
        # What was found is the work meant, and the judge has looked at its authors.
        if self.references[number].is_entry and not condemned and any(one.authors for one in self.descriptions(number)):
            rules |= {"authors"}
        return [*found, *(finding for finding in own if finding.rule not in rules)]

    def outcome(self, number: int, findings: Sequence[Finding]) -> Outcome:
        reference, why = self.references[number], self.unknown.get(number, "")
        if any(one.rule in DECIDING and one.severity != "note" for one in findings):
            state = WRONG
        elif self.descriptions(number):
            state = RIGHT
        else:
            state, why = UNCHECKED, why or "what is known of it is ignored"
        answered = not why or number in self.missing
        return Outcome(
            reference.file, reference.line, reference.key, reference.id, reference.name, state, why, answered
        )


_Place = tuple[str | None, str | None, int | None]


def _place(one: Finding | Reference) -> _Place:
    """What a finding and the reference that it is about have in common."""
    return one.key, one.id, None if one.key else one.line


_OF_THE_IDENTIFIER = frozenset({"year", "preprint-as-published"})
"""What the text alone shows with the help of the identifier, if that is the work's."""

_EPRINT = ("eprint", "url", "doi", "journal", "note")

DECIDING = frozenset(
    """not-found wrong-work title authors year venue doi future-date version-gone withdrawn superseded
    preprint-as-published bad-id""".split()  # noqa: SIM905 - reads better as text
)
"""The rules by which a reference is wrong; the others are about the file, or advice."""

MOST_VERSIONS = 6
"""So many versions are asked for where a title is disputed: papers have 1.7 on average, and titles change early."""

MISNAMED = frozenset({"not-found", "wrong-work", "doi"})
MOST_SUGGESTIONS = 10
"""For so many references whose name is wrong the right one is looked for: the finding itself matters more."""

FEWEST_TITLED = 3
"""With fewer labels that are titles nothing is known of a document's habit."""


def _titled(reference: Reference) -> Reference:
    """What to search for: an entry as it is; of an item of a list, the words that claim to be its title."""
    if reference.is_entry or not reference.label:
        return reference
    return replace(reference, type="misc", fields={"title": reference.label})


def _is_in(reference: Reference, description: Description) -> bool:
    """Whether an item of a list says the title of a work and the name of one of its authors."""
    passage = " ".join(title_words(reference.passage or ""))
    label = title_key(reference.label or "")
    if not label or all(title_key(title) != label for title in description.titles):
        return False
    families = (title_words(person.family or person.literal or "") for person in description.authors)
    return any(family and " ".join(family) in passage for family in families)


def _unknown_rule(file: str, line: int, word: str) -> Problem:
    return Problem(
        "invalid", f"'{word}' is no rule that could be ignored", word, None, file, line, "enrich check --help names all"
    )
