"""From identifiers to records: the store, then arXiv, then others who carry its metadata, then what is old.

:func:`resolve` is the whole story. What nobody could answer becomes a problem, and the three reasons are never
mixed: *not found* (arXiv said so in a whole reply), *unreachable* (nobody could be asked), *not understood*.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from enrich.config import DAY, Settings
from enrich.errors import SourceError, SourceUnavailable, UnexpectedReply
from enrich.identify import month_of
from enrich.pace import NotWanted
from enrich.record import Identifier, Problem, Record
from enrich.snapshot import Snapshot
from enrich.store import Answer, Store

if TYPE_CHECKING:
    from enrich.http import Http

MISSING_AGE = 3_600.0
"""Seconds for which "there is no such paper" is remembered: a paper announced today may be asked for too early."""

SECONDARY_AGE = 1 * DAY
"""Seconds for which a record from another source than arXiv's query API counts as fresh: it may lag behind."""

OAI_MOST = 20
"""How many papers are asked one by one at most, which takes a minute at arXiv's pace."""


class Watcher:
    """Told what is going on, so that somebody waiting can see it. This one says nothing."""

    def begin(self, label: str, batches: int, papers: int) -> None:
        """``papers`` will be asked of the service ``label`` in about ``batches`` requests."""

    def step(self, done: int, batches: int) -> None:
        """``done`` of ``batches`` requests have been answered."""

    def wait(self, label: str, why: str, seconds: float) -> None:
        """Nothing happens for ``seconds`` more (0: nobody knows), because of ``why``."""

    def note(self, message: str) -> None:
        """One line that a person should read."""

    def end(self) -> None:
        """Nobody is asked any more."""


@dataclass(slots=True)
class Outages:
    """What does not answer in this run: ``down`` says of a service, by its name, why it is asked no more; ``dead``
    counts those in a row that could not be reached at all."""

    down: dict[str, str] = field(default_factory=dict)
    dead: int = 0


@dataclass(slots=True)
class Resolution:
    """What became of each identifier asked: it is in ``records`` or in ``problems``; in both, where arXiv says that
    there is no such paper, and a record of it is here nevertheless.

    ``old`` holds those records that could not be renewed, with their age in seconds; ``shipped`` those that came out
    of a snapshot, with its name; ``fetched`` those that a source answered now, with its name. ``stored`` records were
    known and fresh. ``outages``: who did not answer.
    """

    records: dict[Identifier, Record] = field(default_factory=dict)
    problems: dict[Identifier, Problem] = field(default_factory=dict)
    old: dict[Identifier, float] = field(default_factory=dict)
    shipped: dict[Identifier, str] = field(default_factory=dict)
    fetched: dict[Identifier, str] = field(default_factory=dict)
    stored: int = 0
    interrupted: bool = False
    outages: Outages = field(default_factory=Outages)


def resolve(
    asked: Iterable[Identifier],
    settings: Settings,
    store: Store,
    *,
    snapshots: Sequence[Snapshot] = (),
    watcher: Watcher | None = None,
    now: Callable[[], float] = time.time,
) -> Resolution:
    """Answer every identifier of ``asked`` from the youngest trustworthy place that has it."""
    watcher = watcher or Watcher()
    result = Resolution()
    wanted = list(dict.fromkeys(asked))
    began = time.time()
    known = store.get(wanted)
    for identifier in wanted:
        answer = known.get(identifier)
        if answer is None or not _counts(answer, settings, now()):
            continue
        if answer.record is None:
            result.problems[identifier] = _not_found(identifier)
        else:
            result.records[identifier] = answer.record
            result.stored += 1
    open_ones = [i for i in wanted if i not in result.records and i not in result.problems]
    reasons: Mapping[Identifier, SourceError] = {}
    if open_ones and not settings.offline:
        reasons = _ask_everybody(open_ones, settings, store, watcher, result, known, began)
    for identifier in wanted:
        if identifier in result.records:
            continue
        # Also of a paper that arXiv says it does not have: what is the user's own is told about, not thrown away.
        if not _fall_back(identifier, known.get(identifier), snapshots, result, now()):
            result.problems.setdefault(identifier, _still_open(identifier, reasons.get(identifier), result))
    return result


def _counts(answer: Answer, settings: Settings, now: float) -> bool:
    if settings.fresh:
        return False
    age = now - answer.retrieved
    if answer.record is None:
        limit = MISSING_AGE
    elif answer.record.origin.get("title") != "arxiv":
        limit = min(SECONDARY_AGE, settings.max_age)
    else:
        limit = settings.max_age
    return 0 <= age < limit  # An answer from the future is one of a clock that was wrong.


def _fall_back(
    identifier: Identifier, answer: Answer | None, snapshots: Sequence[Snapshot], result: Resolution, now: float
) -> bool:
    """Take what is known, however old, or what somebody shipped."""
    if answer is not None and answer.record is not None:
        result.records[identifier] = answer.record
        result.old[identifier] = max(0.0, now - answer.retrieved)
        return True
    for snapshot in snapshots:
        # Others' snapshots stand in for an answer; arXiv's word that there is no such paper is one.
        if identifier in result.problems and not snapshot.given:
            continue
        if record := snapshot.get(identifier):
            result.records[identifier] = record
            result.shipped[identifier] = snapshot.name
            return True
    return False


def _still_open(identifier: Identifier, why: SourceError | None, result: Resolution) -> Problem:
    kind = "not-understood" if isinstance(why, UnexpectedReply) else "unreachable"
    if result.interrupted:
        message, hint = "not asked any more: the run was stopped", "run it again: what has arrived is in the cache"
    elif why is None:
        message, hint = "not in the cache, and nobody is asked offline", "run once without --offline"
    else:
        message = why.message
        hint = why.hint or f"open https://arxiv.org/abs/{identifier.versioned} to see what is there"
    return Problem(kind, message, id=identifier.id, text=str(identifier), hint=hint)


def _not_found(identifier: Identifier) -> Problem:
    what = "paper" if identifier.version is None else f"version {identifier.version} of a paper"
    number = identifier.value
    return Problem(
        "not-found",
        f"arXiv has no {what} {number}",
        id=identifier.id,
        text=str(identifier),
        hint="compare the number with the first page of the paper",
    )


def _ask_everybody(
    open_ones: list[Identifier],
    settings: Settings,
    store: Store,
    watcher: Watcher,
    result: Resolution,
    known: Mapping[Identifier, Answer],
    began: float,
) -> Mapping[Identifier, SourceError]:
    """Ask arXiv, and for what it refuses those who carry its metadata. Returns why papers stayed open."""
    # Imported only now: these libraries take longer to load than a whole run that asks nobody.
    from enrich.http import Http
    from enrich.sources import arxiv, datacite

    http = Http(settings, store, waiting=watcher.wait)
    asking = _Asking(settings, store, http, watcher, result, known, began)
    try:
        asking.batches(arxiv, open_ones, is_authority=True)
        if rest := asking.left(open_ones):
            watcher.note(f"{asking.reasons[rest[0]].message}; asking DataCite for {_papers(len(rest))}")
            if failure := asking.batches(datacite, rest, is_authority=False):
                watcher.note(failure.message)
        # OAI-PMH is arXiv's own word, too, but on one paper a request, only on newest versions, and without saying
        # which those are: an older answer of arXiv's is better. Where two services could not even be reached the
        # network is down, and a third try would only cost time.
        rest = [i for i in asking.left(rest) if i.version is None and not (i in known and known[i].record)]
        if rest and result.outages.dead < 2:
            asking.one_by_one(rest[:OAI_MOST])
    except KeyboardInterrupt:
        result.interrupted = True
    finally:
        watcher.end()
        http.close()
    return asking.reasons


def _papers(number: int) -> str:
    return "1 paper" if number == 1 else f"{number:,} papers"


class _BatchSource(Protocol):
    """A module of :mod:`enrich.sources` that answers many identifiers at once."""

    NAME: str

    def batches(self, asked: Iterable[Identifier], url: str) -> Iterator[list[Identifier]]: ...

    def address(self, url: str, asked: Sequence[Identifier]) -> str: ...

    def check(self, content: bytes, asked: Sequence[Identifier]) -> None: ...

    def records(self, content: bytes, asked: Sequence[Identifier], retrieved: str) -> dict[Identifier, Record]: ...


@dataclass(slots=True)
class _Asking:
    """One run's asking. Each whole reply is stored before the next request, so that nothing that arrived is lost.

    ``reasons`` says, for a paper that stayed open, what the first service asked had against it; ``began`` is when the
    store was read, in seconds since 1970.
    """

    settings: Settings
    store: Store
    http: Http
    watcher: Watcher
    result: Resolution
    known: Mapping[Identifier, Answer]
    began: float
    reasons: dict[Identifier, SourceError] = field(default_factory=dict)

    def left(self, identifiers: Iterable[Identifier]) -> list[Identifier]:
        return [i for i in identifiers if i not in self.result.records and i not in self.result.problems]

    def batches(
        self, source: _BatchSource, identifiers: Sequence[Identifier], *, is_authority: bool
    ) -> SourceError | None:
        """Ask in batches, halving those that are refused as too much or fail, until one paper is left to blame.

        Ends early, and returns why, when the service cannot be reached or has refused for too long. Only where the
        service is an authority does its silence on a paper mean that there is none.
        """
        service = self.settings.services[source.NAME]
        queue = deque(source.batches(identifiers, service.url))
        done = 0
        self.watcher.begin(service.label, len(queue), len(identifiers))
        while queue:
            batch = queue.popleft()
            try:
                reply = self.http.get(
                    service,
                    source.address(service.url, batch),
                    check=partial(source.check, asked=batch),
                    batch=len(batch) > 1,
                    keep=not is_authority,
                    wanted=partial(self._still_wanted, batch),
                )
                answers = source.records(reply.content, batch, _stamp(reply.given))
            except NotWanted:
                self._take_over(batch)
                done += 1
                self.watcher.step(done, done + len(queue))
                continue
            except SourceError as error:
                tired = self.http.impatient(service) or not error.may_be_too_much
                if len(batch) > 1 and not tired:
                    middle = len(batch) // 2
                    queue.extendleft([batch[middle:], batch[:middle]])
                    continue
                self._open(batch, error)
                if tired:
                    for rest in queue:
                        self._open(rest, error)
                    outages = self.result.outages
                    outages.down[source.NAME] = error.message
                    outages.dead += error.status in (0, 408) and isinstance(error, SourceUnavailable)
                    return error
                continue
            self.result.outages.dead = 0
            self._keep(source.NAME, batch, answers, reply.given, is_authority=is_authority)
            done += 1
            self.watcher.step(done, done + len(queue))
        return None

    def one_by_one(self, identifiers: Sequence[Identifier]) -> None:
        """Ask OAI-PMH about each paper, until it fails."""
        from enrich.sources import oai

        service = self.settings.services[oai.NAME]
        self.watcher.begin(service.label, len(identifiers), len(identifiers))
        for done, identifier in enumerate(identifiers, start=1):
            try:
                check = partial(oai.check, asked=identifier)
                reply = self.http.get(service, oai.address(service.url, identifier), check=check, keep=True)
                record = oai.record(reply.content, identifier, _stamp(reply.given))
            except SourceUnavailable:
                return  # What is open stays so, for the reason that arXiv itself gave.
            except UnexpectedReply as error:
                self._open([identifier], error)
                continue
            # OAI-PMH is renewed once a day, so it cannot know of what was announced just now.
            year, month = month_of(identifier.value)
            settled = (year, month) < time.gmtime(time.time() - 32 * DAY)[:2]
            answers = {} if record is None else {identifier: record}
            self._keep(oai.NAME, [identifier], answers, reply.given, is_authority=settled)
            self.watcher.step(done, len(identifiers))

    def _still_wanted(self, batch: Sequence[Identifier]) -> bool:
        """Whether something of the batch is still to be asked: another run may have got it while this one queued."""
        found = self.store.get(batch)
        return not all(i in found and self.began <= found[i].retrieved <= time.time() + 1 for i in batch)

    def _take_over(self, batch: Sequence[Identifier]) -> None:
        """What another run was answered."""
        for identifier, answer in self.store.get(batch).items():
            if answer.record is None:
                self.result.problems[identifier] = _not_found(identifier)
            else:
                self.result.records[identifier] = answer.record
                self.result.stored += 1

    def _open(self, identifiers: Iterable[Identifier], error: SourceError) -> None:
        for identifier in identifiers:
            self.reasons.setdefault(identifier, error)

    def _keep(
        self,
        source: str,
        asked: Sequence[Identifier],
        answers: Mapping[Identifier, Record],
        given: float,
        *,
        is_authority: bool,
    ) -> None:
        rows: list[tuple[Identifier, Record | None]] = []
        for identifier in asked:
            record = answers.get(identifier)
            before = self.known.get(identifier)
            if record is not None:
                if before is not None and before.record is not None:
                    record = _completed(record, before.record)
                self.result.records[identifier] = record
                self.result.fetched[identifier] = source
                rows.append((identifier, record))
            elif is_authority:
                self.result.problems[identifier] = _not_found(identifier)
                # A record that is known outlives the word that there is none; arXiv removes no papers.
                if before is None or before.record is None:
                    rows.append((identifier, None))
        self.store.put(rows, given)


def _completed(record: Record, before: Record) -> Record:
    """A record of another source, with what arXiv said before of the same version and that source does not carry."""
    if record.origin.get("title") == "arxiv" or before.origin.get("title") != "arxiv":
        return record
    if record.version is None or record.version != before.version:
        return record
    kept = {
        name: getattr(before, name)
        for name in ("abstract", "comment", "journal_ref", "doi", "withdrawn")
        if getattr(record, name) is None and getattr(before, name) is not None
    }
    return replace(record, **kept, origin={**record.origin, **dict.fromkeys(kept, "arxiv")}) if kept else record


def _stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
