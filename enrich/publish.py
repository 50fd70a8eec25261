"""The published version of preprints, proven: who may know is asked in few requests, and nobody is believed unproven.

arXiv's own DOI field comes first, then catalogues that know works by their arXiv identifier (Semantic Scholar, INSPIRE
for physics, DataCite's relations, OpenAlex with a key). What they name is looked up at Crossref, where the publishers
themselves register, and only that description is compared with the preprint. What has no DOI must be in DBLP. See
:mod:`enrich.match` for what counts as proof.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from enrich import venues
from enrich.config import DAY, Settings
from enrich.errors import SourceError, SourceUnavailable
from enrich.match import compare_titles, prove
from enrich.record import Candidate, Identifier, Published, Record
from enrich.resolve import Watcher
from enrich.store import Publication, Store

if TYPE_CHECKING:
    from enrich.http import Http

NONE_AGE = 7 * DAY
"""How long "nothing was found" holds: a paper may be published any day, and asking again is a request or two."""

DESCRIBES = " describes it"
"""The end of the first evidence, after the name of the service whose description was proven."""

SEARCHES = 25
"""How many papers are searched by title, one by one, at DBLP and at Crossref: about a minute at their pace."""

_T = TypeVar("_T", bound=Hashable)
_A = TypeVar("_A")


@dataclass(slots=True)
class Publications:
    """What became of each record asked, by its id: ``found``, or in ``reasons`` why no published version is believed,
    or in ``unreachable`` why that could not be found out. ``interrupted``: the user stopped it.
    """

    found: dict[str, Published] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    unreachable: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False

    def attach(self, record: Record) -> Record:
        """The record with its published version, if one is known."""
        published = self.found.get(record.id)
        if published is None:
            return record
        return replace(record, published=published, origin={**record.origin, "published": source_of(published)})


def source_of(published: Published) -> str:
    """The name of the service that describes a published version: ``Crossref``."""
    first = published.evidence[0] if published.evidence else ""
    return first.removesuffix(DESCRIBES) if first.endswith(DESCRIBES) else "unknown"


def publish(
    records: Iterable[Record], settings: Settings, store: Store, *, watcher: Watcher | None = None
) -> Publications:
    """Look for the published version of each record. What the store knows and is young enough is not asked again."""
    result = Publications()
    open_ones: list[Record] = []
    asked = {record.id: record for record in records}
    known = store.publications(asked)
    for record in asked.values():
        before = known.get(record.id)
        if before is not None and (settings.offline or _counts(before, settings)):
            _take(record.id, before, result)
        elif settings.offline:
            result.unreachable[record.id] = "nobody is asked offline"
        else:
            open_ones.append(record)
    if open_ones:
        _ask(open_ones, settings, store, watcher or Watcher(), result)
        for record in open_ones:
            # On a bad day what was known counts, however old.
            if record.id in result.unreachable and (before := known.get(record.id)) and before.published:
                _take(record.id, before, result)
    return result


def _counts(known: Publication, settings: Settings) -> bool:
    age = time.time() - known.retrieved
    limit = settings.max_age if known.published else min(NONE_AGE, settings.max_age)
    return not settings.fresh and 0 <= age < limit


def _take(identifier: str, known: Publication, result: Publications) -> None:
    if known.published is not None:
        result.found[identifier] = known.published
    else:
        result.reasons[identifier] = known.reason


def _ask(records: Sequence[Record], settings: Settings, store: Store, watcher: Watcher, result: Publications) -> None:
    from enrich.http import Http

    http = Http(settings, store, waiting=watcher.wait)
    search = _Search(settings, http, watcher, {record.id: record for record in records})
    try:
        search.run()
    except KeyboardInterrupt:
        result.interrupted = True
    finally:
        watcher.end()
        http.close()
        now = time.time()
        settled: list[tuple[str, Publication]] = []
        for record in records:
            if published := search.found.get(record.id):
                result.found[record.id] = published
                settled.append((record.id, Publication(published, "", now)))
            elif result.interrupted:
                result.unreachable[record.id] = "not looked for any more: the run was stopped"
            elif failure := search.missed.get(record.id):
                result.unreachable[record.id] = failure
            else:
                result.reasons[record.id] = reason = search.reason_of(record)
                settled.append((record.id, Publication(None, reason, now)))
        store.keep_publications(settled)


class _Catalogue(Protocol):
    """A module of :mod:`enrich.sources` that knows works by their arXiv identifier."""

    NAME: str

    def batches(self, asked: Iterable[Identifier], url: str) -> Iterator[list[Identifier]]: ...

    def request(self, url: str, asked: Sequence[Identifier]) -> tuple[str, bytes | None]: ...

    def check(self, content: bytes, asked: Sequence[Identifier]) -> None: ...

    def candidates(self, content: bytes, asked: Sequence[Identifier]) -> Mapping[Identifier, Sequence[Candidate]]: ...


@dataclass(slots=True)
class _Search:
    """One run's looking. By a record's id: what is ``found``; what catalogues ``said`` of it; the ``doubts`` about
    what was not believed; why somebody who might know was not asked (``missed``). ``seen`` is Crossref by DOI.
    """

    settings: Settings
    http: Http
    watcher: Watcher
    records: dict[str, Record]
    found: dict[str, Published] = field(default_factory=dict)
    said: dict[str, list[Candidate]] = field(default_factory=dict)
    doubts: dict[str, dict[str, None]] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Candidate | None] = field(default_factory=dict)

    def run(self) -> None:
        from enrich.sources import datacite, inspire, openalex, semanticscholar

        self.verify({record.id: [(record.doi, "arXiv's record")] for record in self.open() if record.doi})
        catalogues: list[tuple[_Catalogue, Callable[[Record], bool]]] = [
            (semanticscholar, lambda record: True),
            (inspire, _is_physics),
            (datacite, lambda record: True),
        ]
        if self.settings.services[openalex.NAME].key:
            # Without a key OpenAlex answers some hundred questions a day to everybody together.
            catalogues.append((openalex, lambda record: True))
        for catalogue, covers in catalogues:
            self.look_up(catalogue, [record for record in self.open() if covers(record)])
        self.search_dblp()
        self.search_crossref()

    def open(self) -> list[Record]:
        return [record for record in self.records.values() if record.id not in self.found]

    # --- by identifier and by DOI

    def look_up(self, catalogue: _Catalogue, records: Sequence[Record]) -> None:
        """What a catalogue connects with the records: believed where it is the last word, else verified by its DOI."""
        from enrich.sources import semanticscholar

        asked = {Identifier(record.eprint): record for record in records}
        service = self.settings.services[catalogue.NAME]
        leads: dict[str, list[tuple[str, str]]] = {}
        replies = self.batches(
            catalogue.NAME,
            catalogue.batches(asked, service.url),
            len(asked),
            catalogue.request,
            catalogue.check,
            lambda identifier, why: self.miss(asked[identifier], why),
            semanticscholar.NOTHING if catalogue is semanticscholar else frozenset(),
        )
        for batch, content in replies:
            for identifier, candidates in catalogue.candidates(content, batch).items():
                record = asked[identifier]
                for candidate in candidates:
                    self.said.setdefault(record.id, []).append(candidate)
                    doi = candidate.published.doi
                    if candidate.eprints and record.eprint not in candidate.eprints:
                        other = candidate.eprints[0]
                        self.doubt(record, f"{service.label} answers with another paper, arXiv:{other}")
                    elif doi and not venues.is_preprint_doi(doi):
                        leads.setdefault(record.id, []).append((doi, service.label))
        self.verify(leads)
        for record in records:
            if record.id not in self.found and catalogue.NAME == "inspire":
                # INSPIRE's librarians curate this, also for journals that are not at Crossref.
                self.believe(record, [one for one in self.said.get(record.id, ()) if one.source == catalogue.NAME])

    def verify(self, leads: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Look the DOIs up at Crossref and believe those whose description there is proven to be the same work."""
        from enrich.sources import crossref

        named: dict[str, list[tuple[str, str]]] = {}
        for identifier, dois in leads.items():
            for doi, who in dict.fromkeys(dois):
                if venues.is_preprint_doi(doi):
                    self.doubt(self.records[identifier], f"{who} names doi:{doi}, which is a preprint server's")
                else:
                    named.setdefault(doi.lower(), []).append((identifier, who))
        service = self.settings.services[crossref.NAME]
        wanted = [doi for doi in named if doi not in self.seen]
        failures: dict[str, str] = {}
        replies = self.batches(
            crossref.NAME,
            crossref.batches(wanted, service.url),
            len(wanted),
            crossref.request,
            crossref.check,
            failures.setdefault,
            crossref.NOTHING,
        )
        for batch, content in replies:
            answers = crossref.candidates(content, batch)
            self.seen.update({doi: answers.get(doi) for doi in batch})
        for doi, places in named.items():
            for identifier, who in places:
                record, candidate = self.records[identifier], self.seen.get(doi)
                if identifier in self.found:
                    continue
                if doi in failures:
                    self.miss(record, failures[doi])
                elif candidate is None:
                    self.doubt(record, f"{who} names doi:{doi}, which Crossref does not know")
                else:
                    self.believe(record, [candidate], f"{who} names doi:{doi}")

    # --- by title, one by one

    def search_dblp(self) -> None:
        """DBLP knows what computer science published, also at conferences that register no DOIs."""
        from enrich.sources import dblp

        # Semantic Scholar has read DBLP: where it knows the paper and names no venue, there is none to be found.
        fit = [
            record
            for record in self.open()
            if record.title and (self.hinted(record) or (_is_computing(record) and record.id not in self.said))
        ]
        fit.sort(key=lambda record: not self.hinted(record))
        self.search("dblp", fit, dblp.request, dblp.check, dblp.candidates)

    def search_crossref(self) -> None:
        """Crossref's own search, for papers whose authors or a catalogue say that they appeared, without a DOI."""
        from enrich.sources import crossref

        fit = [record for record in self.open() if record.title and (record.journal_ref or self.hinted(record))]
        self.search(
            "crossref", fit, crossref.search_request, lambda content, _: crossref.search_check(content), crossref.found
        )

    def search(
        self,
        name: str,
        records: Sequence[Record],
        request: Callable[[str, Record], tuple[str, bytes | None]],
        check: Callable[[bytes, Record], None],
        read: Callable[[bytes], Sequence[Candidate]],
    ) -> None:
        service = self.settings.services[name]
        chosen = list(islice(records, SEARCHES))
        for record in records[SEARCHES:]:
            self.miss(record, f"{service.label} is searched for {SEARCHES} papers a run; run again for the others")
        if not chosen:
            return
        self.watcher.begin(service.label, len(chosen), len(chosen))
        for done, record in enumerate(chosen, start=1):
            url, body = request(service.url, record)
            try:
                reply = self.http.get(service, url, check=partial(_check, check, record), body=body, keep=True)
            except SourceError as error:
                stop = isinstance(error, SourceUnavailable)
                for missed in chosen[done - 1 :] if stop else [record]:
                    self.miss(missed, error.message)
                if stop:
                    return
                continue
            # A search answers with whatever shares some words; that another title is another title is no news.
            hits = [(one, compare_titles(record.title, one.published.title).how) for one in read(reply.content)]
            self.believe(record, [one for one, how in hits if how not in ("other", "unknown")])
            self.watcher.step(done, len(chosen))

    def hinted(self, record: Record) -> bool:
        """Whether some catalogue names a venue for it."""
        return any(
            one.published.venue
            and not venues.is_preprint_venue(one.published.venue)
            and (not one.eprints or record.eprint in one.eprints)
            for one in self.said.get(record.id, ())
        )

    # --- what all share

    def batches(
        self,
        name: str,
        batches: Iterable[list[_T]],
        total: int,
        request: Callable[[str, Sequence[_T]], tuple[str, bytes | None]],
        check: Callable[[bytes, Sequence[_T]], None],
        missed: Callable[[_T, str], object],
        nothing: frozenset[int] = frozenset(),
    ) -> Iterator[tuple[list[_T], bytes]]:
        """Whole replies, batch by batch; what is refused as too much or fails is asked in halves.

        A service that cannot be reached is not asked any further. ``missed`` is told of everything that was not
        answered, and why. ``nothing`` are the statuses by which the service says that it has nothing of it.
        """
        service = self.settings.services[name]
        queue = deque(batches)
        if not queue:
            return
        self.watcher.begin(service.label, len(queue), total)
        done = 0
        while queue:
            batch = queue.popleft()
            url, body = request(service.url, batch)
            try:
                reply = self.http.get(
                    service,
                    url,
                    check=partial(_check, check, batch),
                    body=body,
                    batch=len(batch) > 1,
                    keep=True,
                    nothing=nothing,
                )
            except SourceError as error:
                if len(batch) > 1 and error.may_be_too_much and not self.http.impatient(service):
                    middle = len(batch) // 2
                    queue.extendleft([batch[middle:], batch[:middle]])
                    continue
                stop = isinstance(error, SourceUnavailable)
                for one in [one for part in (batch, *queue) for one in part] if stop else batch:
                    missed(one, error.message)
                if stop:
                    self.watcher.note(f"{error.message}; going on without {service.label}")
                    return
                continue
            done += 1
            if reply.content:
                yield batch, reply.content
            self.watcher.step(done, done + len(queue))

    def believe(self, record: Record, candidates: Sequence[Candidate], *evidence: str) -> None:
        """Take the first candidate that is proven to be the published version and says where it appeared."""
        for candidate in candidates:
            label = self.settings.services[candidate.source].label
            verdict = prove(record, candidate)
            if not verdict.same:
                if verdict.reason:
                    self.doubt(record, f"{label}: {verdict.reason}")
                continue
            published = candidate.published
            if not published.venue or published.type not in ("article", "inproceedings"):
                what = candidate.kind or "something"
                self.doubt(record, f"{label} has the work as {what} and names no journal or proceedings")
                continue
            self.found[record.id] = replace(
                self.completed(record, candidate),
                evidence=(f"{label}{DESCRIBES}", *evidence, *verdict.evidence),
            )
            return

    def completed(self, record: Record, candidate: Candidate) -> Published:
        """What is proven, with what other catalogues know of that very publication: the same DOI or DBLP key."""
        published = candidate.published
        for other in self.said.get(record.id, ()):
            same_doi = other.published.doi and other.published.doi.lower() == (published.doi or "").lower()
            same_key = other.keys.get("dblp") and other.keys.get("dblp") == candidate.keys.get("dblp")
            if not (same_doi or same_key):
                continue
            # DBLP's search answers with abbreviations (ICLR) where others write the name out.
            full = other.published.venue if same_key and candidate.source == "dblp" else None
            if full and venues.same_venue(published.venue or "", full):
                published = replace(published, venue=full)
            if same_doi:
                missing = {
                    name: getattr(other.published, name)
                    for name in ("volume", "issue", "pages", "publisher")
                    if getattr(published, name) is None and getattr(other.published, name) is not None
                }
                published = replace(published, **missing)
        return published

    def miss(self, record: Record, why: str) -> None:
        self.missed.setdefault(record.id, why)

    def doubt(self, record: Record, why: str) -> None:
        self.doubts.setdefault(record.id, {})[why] = None

    def reason_of(self, record: Record) -> str:
        return "; ".join(self.doubts.get(record.id, ())) or "no source knows a published version"


def _check(check: Callable[[bytes, _A], None], asked: _A, content: bytes) -> None:
    check(content, asked)


def _is_physics(record: Record) -> bool:
    """Whether INSPIRE's subject is touched: high energy, nuclear and gravitational physics and what is near."""
    near = ("hep-", "gr-qc", "nucl-", "astro-ph", "physics.", "quant-ph", "math-ph", "cond-mat")
    return any(name.startswith(near) for name in (record.primary_category or "", *record.categories))


def _is_computing(record: Record) -> bool:
    names = (record.primary_category or "", *record.categories)
    return any(name.startswith(("cs.", "stat.ML", "eess.", "math.OC", "math.IT", "cmp-lg", "cs/")) for name in names)
