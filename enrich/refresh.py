"""From ``.bib`` files to plans and news: one resolve for all of them, the published versions, then :mod:`enrich.plan`.

Nothing is written but the cache.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from enrich import fields, history
from enrich.bibfile import BibFile, Entry, Naming
from enrich.config import Settings
from enrich.errors import InputError
from enrich.history import News
from enrich.plan import Change, Known, Plan, Wishes, plan
from enrich.publish import Publications, publish
from enrich.record import Identifier, Problem, Published, Record
from enrich.resolve import Resolution, Watcher, resolve
from enrich.snapshot import Snapshot
from enrich.store import Publication, Store


@dataclass(frozen=True, slots=True)
class Told:
    """What is new about the paper that an entry cites, at the line where the entry begins."""

    key: str
    line: int
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class Refreshing:
    """What a look at ``.bib`` files came to: a plan for each that could be read, and what could not be done.

    ``told`` says by file what changed since it was last refreshed. ``unpublished`` are the papers whose published
    version could not be looked for, with why. ``papers`` counts the works asked about, ``known`` those of which
    something is known. ``began`` is when the look began, in seconds since 1970.
    """

    plans: tuple[Plan, ...]
    problems: tuple[Problem, ...]
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    unpublished: Mapping[str, str] = field(default_factory=dict)
    papers: int = 0
    known: int = 0
    resolution: Resolution | None = None
    began: float = 0.0

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for plan in self.plans for change in plan.changes)


def refresh(
    files: Mapping[str, Path],
    settings: Settings,
    store: Store,
    wishes: Wishes,
    *,
    snapshots: Sequence[Snapshot] = (),
    watcher: Watcher | None = None,
    resolution: Resolution | None = None,
) -> Refreshing:
    """Find out what should change in the files, which are given by the names to show.

    A file that cannot be read is a problem in the result; the others are still looked at. Where the papers have just
    been asked for, ``resolution`` is what became of them.
    """
    began = time.time()
    bibs, problems = _read(files)
    library = _Library(bibs, wishes)
    asked = library.identifiers
    wanted = dict.fromkeys([*asked, *(identifier.bare for identifier in asked)])
    if resolution is None:
        resolution = resolve(wanted, settings, store, snapshots=snapshots, watcher=watcher)
    problems += library.placed({i: problem for i, problem in resolution.problems.items() if i in asked})
    newest = {i.id: resolution.records[i] for i in wanted if i.version is None and i in resolution.records}
    publications = Publications()
    if wishes.want("published") and not resolution.interrupted:
        preprints = [record for name, record in newest.items() if name in library.preprints]
        publications = publish(preprints, settings, store, watcher=watcher)
        resolution.interrupted |= publications.interrupted
    past = _Past(store, wanted, newest)
    known = {
        i: Known(
            publications.corrected(resolution.records[i]),
            newest.get(i.id),
            past.records(i),
            publications.found.get(i.id) or past.published(i.id),
            publications.reasons.get(i.id, ""),
        )
        for i in asked
        if i in resolution.records
    }
    plans = [plan(name, bib, library.namings[name], known, wishes) for name, bib in bibs.items()]
    told = {}
    for name in bibs:
        last = store.refreshed(str(files[name].absolute()))
        told[name] = tuple(library.told(name, known, past, last.moment if last else began))
    return Refreshing(
        tuple(plans),
        tuple(problems),
        told,
        publications.unreachable,
        len({i.id for i in asked}),
        len({i.id for i in known}),
        resolution,
        began,
    )


def _read(files: Mapping[str, Path]) -> tuple[dict[str, BibFile], list[Problem]]:
    from enrich import inputs
    from enrich.inputs.text import looks_binary

    bibs: dict[str, BibFile] = {}
    problems: list[Problem] = []
    for name, path in files.items():
        try:
            bib = BibFile.parse(inputs.load(path))
        except InputError as error:
            problems.append(Problem("invalid", error.message, text=name, file=name, hint=error.hint or None))
            continue
        if looks_binary(bib.text):
            what, hint = "this is a binary file, not a bibliography", "name a .bib file"
        elif not bib.entries and not bib.failures:
            what, hint = "there is no BibTeX entry in this file", "check the name of the file"
        else:
            bibs[name] = bib
            continue
        problems.append(Problem("invalid", f"{name}: {what}", text=name, file=name, hint=hint))
    for name, bib in bibs.items():
        for failure in bib.failures:
            problems.append(
                Problem(
                    "not-understood", failure.what, text=failure.key, file=name, line=failure.line, hint=failure.hint
                )
            )
    return bibs, problems


class _Library:
    """The files' entries and which works they are."""

    def __init__(self, bibs: Mapping[str, BibFile], wishes: Wishes) -> None:
        self.namings: dict[str, dict[int, Naming]] = {}
        self.preprints: set[str] = set()
        self._cited: dict[str, list[tuple[Entry, Identifier]]] = {}
        for name, bib in bibs.items():
            self.namings[name] = namings = {}
            self._cited[name] = cited = []
            for entry in bib.entries:
                naming = bib.identifier_of(entry)
                if naming is None:
                    continue
                namings[entry.start] = naming
                if naming.identifier is None or (wishes.keys is not None and entry.key not in wishes.keys):
                    continue
                cited.append((entry, naming.identifier))
                if fields.is_preprint(bib, entry):
                    self.preprints.add(naming.identifier.id)
        self.identifiers = dict.fromkeys(identifier for cited in self._cited.values() for _, identifier in cited)

    def placed(self, problems: Mapping[Identifier, Problem]) -> list[Problem]:
        """Each problem at every entry that cites its paper."""
        return [
            replace(problems[identifier], text=f"{entry.key} ({identifier})", file=name, line=entry.line)
            for name, cited in self._cited.items()
            for entry, identifier in cited
            if identifier in problems
        ]

    def told(self, file: str, known: Mapping[Identifier, Known], past: _Past, moment: float) -> Iterator[Told]:
        """What is new, since ``moment``, about the papers that a file cites."""
        for entry, identifier in self._cited[file]:
            if identifier not in known:
                continue
            one = known[identifier]
            record = one.newest or one.cited
            before = past.known_at(moment, identifier.bare if one.newest else identifier)
            news = () if before is None else history.news(before, replace(record, published=one.published))
            if news:
                yield Told(entry.key, entry.line, news)


class _Past:
    """What the store remembers of the papers asked about: what was said of them before, and of their publication."""

    def __init__(self, store: Store, wanted: Iterable[Identifier], names: Iterable[str]) -> None:
        wanted, names = list(wanted), list(names)
        self._past = store.past(wanted)
        self._versions = store.versions(names)
        # The present answers only of those that have a past or a publication; most have neither.
        self._publications = store.publications(names)
        self._earlier = store.past_publications(names)
        moved = {name for name, one in self._publications.items() if one.published} | {*self._earlier}
        self._present = store.get(i for i in wanted if i in self._past or i.id in moved)

    def records(self, identifier: Identifier) -> tuple[Record, ...]:
        """What sources said before of the work, of this version or the newest, and of its published versions."""
        told = [answer.record for i in dict.fromkeys((identifier, identifier.bare)) for answer in self._past.get(i, ())]
        records = [record for record in told if record is not None]
        records += [record for record in self._versions.get(identifier.id, ()) if record.version != identifier.version]
        published = [one.published for one in self._told(identifier.id) if one.published is not None]
        present = self._present.get(identifier) or self._present.get(identifier.bare)
        if published and present is not None and present.record is not None:
            records += [replace(present.record, published=one) for one in published]
        return tuple(records)

    def published(self, name: str) -> Published | None:
        """The published version of a paper, as last looked up."""
        known = self._publications.get(name)
        return known.published if known else None

    def known_at(self, moment: float, identifier: Identifier) -> Record | None:
        """The record as it was known at ``moment``; ``None`` if nothing was, or nothing has been said since."""
        past, present = self._past.get(identifier, ()), self._present.get(identifier)
        if present is None:
            return None
        before = history.since(moment, present, past)
        if before is None:
            return None
        return replace(before, published=self._published_at(moment, identifier.id))

    def _published_at(self, moment: float, name: str) -> Published | None:
        last = None
        for one in self._told(name):
            if (one.retrieved if one.since is None else one.since) <= moment:
                last = one.published
        return last

    def _told(self, name: str) -> Sequence[Publication]:
        present = self._publications.get(name)
        return [*self._earlier.get(name, ()), *([present] if present else [])]
