"""The published version of preprints, proven: who may know is asked in few requests, and nobody is believed unproven.

arXiv's own DOI field comes first, then catalogues that know works by their arXiv identifier (Semantic Scholar, INSPIRE
for physics, DataCite's relations, OpenAlex with a key). What they name is looked up at Crossref, where the publishers
themselves register, and only that description is compared with the preprint. What has no DOI must be in DBLP. INSPIRE's
own description counts where Crossref has none, and Semantic Scholar's until DBLP can be asked. See :mod:`enrich.match`
for what counts as proof.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from enrich import venues
from enrich.asking import Asking
from enrich.config import DAY, Settings
from enrich.match import are_different_works, compare_titles, mixture, prove
from enrich.record import Candidate, Identifier, Published, Record
from enrich.resolve import Outages, Watcher
from enrich.store import Publication, Store

NONE_AGE = 7 * DAY
"""How long "nothing was found" holds: a paper may be published any day, and asking again is a request or two."""

DESCRIBES = " describes it"
"""The end of the first evidence, after the name of the service whose description was proven."""

SEARCHES = 25
"""How many papers are searched by title, one by one, at DBLP and at Crossref: about a minute at their pace."""

LIKELY_SEARCHES = 100
"""How many papers are searched at DBLP if a catalogue names a venue for all of them: nearly all are found, once, and
Semantic Scholar has a third of what appeared in computer science without a DOI."""


@dataclass(slots=True)
class Publications:
    """What became of each record asked, by its id: ``found``, or in ``reasons`` why no published version is believed,
    or in ``unreachable`` why that could not be found out. ``another`` says whose the DOI in arXiv's record is where it
    is another work's. ``interrupted``: the user stopped it.
    """

    found: dict[str, Published] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    unreachable: dict[str, str] = field(default_factory=dict)
    another: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False

    def corrected(self, record: Record) -> Record:
        """The record without the DOI in it, where that is another work's."""
        if record.id not in self.another:
            return record
        origin = {name: source for name, source in record.origin.items() if name != "doi"}
        return replace(record, doi=None, origin=origin)

    def attach(self, record: Record) -> Record:
        """The record with its published version, if one is known, and without a DOI that is another work's."""
        record, published = self.corrected(record), self.found.get(record.id)
        if published is None:
            return record
        return replace(record, published=published, origin={**record.origin, "published": source_of(published)})


def source_of(published: Published) -> str:
    """The name of the service that describes a published version: ``Crossref``."""
    first = published.evidence[0] if published.evidence else ""
    return first.removesuffix(DESCRIBES) if first.endswith(DESCRIBES) else "unknown"


def proof(published: Published) -> str:
    """Why a published version is believed, in words."""
    said = published.evidence
    return "; ".join(said[1:] if said and said[0].endswith(DESCRIBES) else said)


def publish(
    records: Iterable[Record],
    settings: Settings,
    store: Store,
    *,
    watcher: Watcher | None = None,
    outages: Outages | None = None,
) -> Publications:
    """Look for the published version of each record. What the store knows and is young enough is not asked again.

    ``outages`` are known from what was asked before in this run."""
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
        settled = _ask(open_ones, settings, store, watcher or Watcher(), result, outages)
        for record in open_ones:
            # On a bad day what was known counts, however old.
            if record.id not in settled and (before := known.get(record.id)) and before.published:
                result.unreachable.pop(record.id, None)
                _take(record.id, before, result)
    return result


def _counts(known: Publication, settings: Settings) -> bool:
    age = time.time() - known.retrieved
    limit = settings.max_age if known.published else min(NONE_AGE, settings.max_age)
    return not settings.fresh and 0 <= age < limit


def _take(identifier: str, known: Publication, result: Publications) -> None:
    if known.another:
        result.another[identifier] = known.another
    if known.published is not None:
        result.found[identifier] = known.published
    else:
        result.reasons[identifier] = known.reason


def _ask(
    records: Sequence[Record],
    settings: Settings,
    store: Store,
    watcher: Watcher,
    result: Publications,
    outages: Outages | None,
) -> set[str]:
    """Ask everybody, and keep what is settled. Returns the ids of those records."""
    asking = Asking(settings, store, watcher, began=time.time(), outages=outages)
    search = _Search(settings, asking, {record.id: record for record in records})
    # Nothing is settled by what did not come to its end: only a whole search may say that there is nothing.
    ended = False
    settled: dict[str, Publication] = {}
    try:
        with asking:
            search.run()
        ended = True
    except KeyboardInterrupt:
        result.interrupted = True
    finally:
        now = time.time()
        result.another |= search.another
        for record in records:
            another = search.another.get(record.id, "")
            if published := search.found.get(record.id):
                result.found[record.id] = published
                if record.id not in search.makeshift:
                    settled[record.id] = Publication(published, "", now, another=another)
            elif not ended:
                result.unreachable[record.id] = "not looked for any more: the run was stopped"
            elif failure := search.missed.get(record.id):
                result.unreachable[record.id] = failure
            else:
                result.reasons[record.id] = reason = search.reason_of(record)
                settled[record.id] = Publication(None, reason, now, another=another)
        store.keep_publications(settled.items())
    return set(settled)


class _Catalogue(Protocol):
    """A module of :mod:`enrich.sources` that knows works by their arXiv identifier."""

    NAME: str
    NOTHING: Mapping[int, bytes]

    def batches(self, asked: Iterable[Identifier], url: str) -> Iterator[list[Identifier]]: ...

    def request(self, url: str, asked: Sequence[Identifier]) -> tuple[str, bytes | None]: ...

    def check(self, content: bytes, asked: Sequence[Identifier]) -> None: ...

    def candidates(self, content: bytes, asked: Sequence[Identifier]) -> Mapping[Identifier, Sequence[Candidate]]: ...


@dataclass(slots=True)
class _Search:
    """One run's looking.

    By a record's id: what is ``found``; what catalogues ``said`` of it; the ``doubts`` about what was not believed;
    why somebody who might know was not asked (``missed``); DOIs ``disproved``, and whose arXiv's is where it is plainly
    ``another`` work's. ``seen`` is Crossref by DOI. ``later``
    are those whose search at DBLP is left to the next run, and ``makeshift`` those found that are to be found better.
    """

    settings: Settings
    asking: Asking
    records: dict[str, Record]
    found: dict[str, Published] = field(default_factory=dict)
    said: dict[str, list[Candidate]] = field(default_factory=dict)
    doubts: dict[str, dict[str, None]] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Candidate | None] = field(default_factory=dict)
    disproved: dict[str, set[str]] = field(default_factory=dict)
    another: dict[str, str] = field(default_factory=dict)
    later: set[str] = field(default_factory=set)
    makeshift: set[str] = field(default_factory=set)

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
        self.make_do()

    def open(self) -> list[Record]:
        return [record for record in self.records.values() if record.id not in self.found]

    # --- by identifier and by DOI

    def look_up(self, catalogue: _Catalogue, records: Sequence[Record]) -> None:
        """What a catalogue connects with the records: believed where it is the last word, else verified by its DOI."""
        asked = {Identifier(record.eprint): record for record in records}
        service = self.settings.services[catalogue.NAME]
        leads: dict[str, list[tuple[str, str]]] = {}
        replies = self.asking.batches(
            catalogue.NAME,
            catalogue.batches(asked, service.url),
            len(asked),
            catalogue.request,
            catalogue.check,
            lambda identifier, why: self.miss(asked[identifier], why),
            lambda batch: catalogue.NOTHING,
        )
        for batch, content in replies:
            for identifier, candidates in catalogue.candidates(content, batch).items():
                record = asked[identifier]
                for candidate in candidates:
                    published = candidate.published
                    if candidate.eprints and record.eprint not in candidate.eprints:
                        other = candidate.eprints[0]
                        self.doubt(record, f"{service.label} answers with another paper, arXiv:{other}")
                        continue
                    self.said.setdefault(record.id, []).append(candidate)
                    if published.doi and not venues.is_preprint_doi(published.doi):
                        leads.setdefault(record.id, []).append((published.doi, service.label))
                    elif why := venues.is_unpublished(published.venue):
                        self.doubt(record, f"{service.label} names {published.venue!r}: {why}")
        self.verify(leads, related=True)
        if catalogue.NAME == "inspire":
            # INSPIRE's librarians curate this, also for journals that are not at Crossref.
            for record in records:
                if record.id not in self.found:
                    self.believe(record, [one for one in self.said.get(record.id, ()) if self.stands(record, one)])

    def stands(self, record: Record, candidate: Candidate) -> bool:
        """Whether INSPIRE's word is all there is to be had: Crossref does not know its DOI, or there is none."""
        published = candidate.published
        if candidate.source != "inspire" or published.venue is None:
            return False
        if published.doi is None:
            return True
        return published.doi in self.seen and published.doi not in self.disproved.get(record.id, ())

    def verify(self, leads: Mapping[str, Sequence[tuple[str, str]]], *, related: bool = False) -> None:
        """Look the DOIs up at Crossref and believe those whose description there is proven to be the same work.

        By a record's id, the DOIs and who names them; ``related``: he does it for that arXiv identifier.
        """
        from enrich.sources import crossref, metadata

        named: dict[str, list[tuple[str, str]]] = {}
        for identifier, dois in leads.items():
            for said, who in dict.fromkeys(dois):
                doi = metadata.bare_doi(said)
                if doi is None:
                    self.doubt(self.records[identifier], f"{who} names {said!r}, which is no DOI")
                elif venues.is_preprint_doi(doi):
                    self.doubt(self.records[identifier], f"{who} names doi:{doi}, which is no publication's")
                else:
                    named.setdefault(doi, []).append((identifier, who))
        service = self.settings.services[crossref.NAME]
        wanted = [doi for doi in named if doi not in self.seen]
        failures: dict[str, str] = {}
        replies = self.asking.batches(
            crossref.NAME,
            crossref.batches(wanted, service.url),
            len(wanted),
            crossref.request,
            crossref.check,
            failures.setdefault,
            crossref.nothing,
        )
        for batch, content in replies:
            answers = crossref.candidates(content, batch)
            self.seen.update({doi: answers.get(doi) for doi in batch})
        for doi, places in named.items():
            for identifier, who in places:
                record, candidate = self.records[identifier], self.seen.get(doi)
                if identifier in self.found or doi in self.disproved.get(identifier, ()):
                    continue
                if doi in failures:
                    self.miss(record, failures[doi])
                elif candidate is None:
                    self.doubt(record, f"{who} names doi:{doi}, which Crossref does not know")
                else:
                    said = f"{who} names doi:{doi}"
                    if related and not candidate.eprints:
                        # Crossref itself seldom says whose preprint it was; who names the DOI does.
                        candidate = replace(candidate, eprints=(record.eprint,), relation=None)
                    if not self.believe(record, [candidate], said):
                        self.disproved.setdefault(identifier, set()).add(doi)
                        named_work = candidate.published.title
                        if doi == metadata.bare_doi(record.doi) and are_different_works(
                            record.title, record.authors, named_work, candidate.authors
                        ):
                            self.another[identifier] = f"doi:{doi} is {named_work!r} at {service.label}"

    # --- by title, one by one

    def search_dblp(self) -> None:
        """DBLP knows what computer science published, also at conferences that register no DOIs."""
        from enrich.sources import dblp

        # Semantic Scholar has read DBLP: where it knows the paper and names no venue, hardly one is to be found, unless
        # the authors say so, and it is new.
        read = {id for id, said in self.said.items() if any(one.source == "semanticscholar" for one in said)}
        fit = [
            record
            for record in self.open()
            if record.title
            and (self.hinted(record) or (_is_computing(record) and (record.id not in read or _is_claimed(record))))
        ]
        # Where Semantic Scholar keeps refusing, nothing that is not found here gets settled: others first another time.
        hinted = [record for record in fit if self.hinted(record)]
        rest = [record for record in fit if not self.hinted(record)]
        fit = [*hinted, *self.asking.in_turn(rest, SEARCHES)]
        most = max(SEARCHES, min(LIKELY_SEARCHES, len(hinted)))
        self.search("dblp", fit, most, dblp.request, dblp.check, dblp.candidates)

    def search_crossref(self) -> None:
        """Crossref's own search, for papers of which their authors or a catalogue say that they appeared."""
        from enrich.sources import crossref

        fit = [
            record
            for record in self.open()
            if record.title and record.id not in self.later and (_names_a_place(record) or self.hinted(record))
        ]
        fit.sort(key=lambda record: not self.hinted(record))
        check = crossref.search_check
        self.search(
            "crossref", fit, SEARCHES, crossref.search_request, lambda content, _: check(content), crossref.found
        )

    def make_do(self) -> None:
        """Of what DBLP could not be asked for, take Semantic Scholar's own description, until it can be asked.

        That has seldom pages, and is right only where it names DBLP's key, too: that of a publication there.
        """
        for record in self.open():
            if record.id not in self.missed:
                continue
            for one in self.said.get(record.id, ()):
                kind, _, rest = one.keys.get("dblp", "").partition("/")
                series = rest.partition("/")[0]
                type_ = {"conf": "inproceedings", "journals": "article"}.get(kind)
                venue = one.published.venue
                if type_ is None or series == "corr" or one.published.doi or venues.same_venue(series, venue) is False:
                    continue
                if self.believe(record, [replace(one, published=replace(one.published, type=type_))]):
                    self.makeshift.add(record.id)
                    break
        if number := len(self.makeshift):
            papers = "1 paper is" if number == 1 else f"{number:,} papers are"
            self.asking.watcher.note(
                f"{papers} described by Semantic Scholar alone, mostly without pages; DBLP is asked later"
            )

    def search(
        self,
        name: str,
        records: Sequence[Record],
        limit: int,
        request: Callable[[str, Record], tuple[str, bytes | None]],
        check: Callable[[bytes, Record], None],
        read: Callable[[bytes], Sequence[Candidate]],
    ) -> None:
        replies = self.asking.one_by_one(
            name, records, limit, request, check, self.miss, later=lambda record: self.later.add(record.id)
        )
        for record, content in replies:
            self.believe(record, self.likely(record, read(content)))

    def likely(self, record: Record, hits: Sequence[Candidate]) -> list[Candidate]:
        """What a search found that may be meant, the likeliest first.

        It finds whatever shares some words, and the preprint itself: that neither is what was looked for is no news.
        """
        meant = [
            one
            for one in hits
            if compare_titles(record.title, one.published.title).how not in ("other", "unknown")
            and venues.no_publication(one.kind) != "a preprint"
            and not venues.is_preprint_venue(one.published.venue)
            and not venues.is_preprint_doi(one.published.doi)
        ]
        said = self.said.get(record.id, ())
        keys = {one.keys["dblp"] for one in said if "dblp" in one.keys}
        names = [venues.parse_journal_ref(record.journal_ref).venue, *(one.published.venue for one in said)]

        def unexpected(one: Candidate) -> tuple[bool, bool]:
            # A work may have appeared twice, at a conference and in a journal.
            return (
                one.keys.get("dblp") not in keys,
                not any(venues.same_venue(name, one.published.venue) for name in names),
            )

        return sorted(meant, key=unexpected)

    def hinted(self, record: Record) -> bool:
        """Whether some catalogue names a venue for it."""
        return any(
            one.published.venue
            and not venues.is_preprint_venue(one.published.venue)
            and not venues.is_unpublished(one.published.venue)
            for one in self.said.get(record.id, ())
        )

    # --- what all share

    def believe(self, record: Record, candidates: Sequence[Candidate], lead: str = "") -> bool:
        """Take the first candidate that is proven to be the published version and says where it appeared.

        ``lead`` is what led to it, in words. Of the others it is noted why they are not believed.
        """
        for candidate in candidates:
            label = self.settings.services[candidate.source].label
            published = candidate.published
            verdict = prove(record, candidate)
            reason = verdict.reason
            if verdict.same and (not published.venue or published.type not in ("article", "inproceedings")):
                reason = f"it is a {candidate.kind or 'work'} and names no journal or proceedings"
            if reason:
                shown = ", ".join(str(part) for part in (published.venue, published.year) if part)
                work = f"{published.title!r}" + (f" ({shown})" if shown else "") if published.title else "a work"
                self.doubt(record, f"{lead}, by {label} {work}: {reason}" if lead else f"{label} has {work}: {reason}")
                continue
            # That the lead's author connects the two is his word, not that of who describes the work.
            borrowed = bool(candidate.eprints) and candidate.relation is None
            proofs = [proof for proof in verdict.evidence if not (borrowed and "connects it with" in proof)]
            self.found[record.id] = replace(
                self.completed(record, candidate),
                title=_better_written(record.title, published.title),
                evidence=(f"{label}{DESCRIBES}", *([lead] if lead else []), *proofs),
            )
            return True
        return False

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
            # Of a merged description the pages may be another publication's than the DOI.
            if same_doi and venues.same_venue(published.venue, other.published.venue) and not mixture(other):
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
        if doubts := self.doubts.get(record.id):
            return "; ".join(doubts)
        for one in self.said.get(record.id, ()) if self.hinted(record) else ():
            label = self.settings.services[one.source].label
            if one.published.venue and not venues.is_preprint_venue(one.published.venue):
                return f"{label} names {one.published.venue}, but nobody describes what appeared there"
        return "no source knows a published version"


def _better_written(ours: str | None, theirs: str | None) -> str | None:
    """The title to cite. Of two that differ in writing only, arXiv's has the formulas as they were meant, and neither
    a publisher's capitals nor his full stop; unless it is all in capitals itself."""
    return ours if ours and not ours.isupper() and compare_titles(ours, theirs).same else theirs


def _is_physics(record: Record) -> bool:
    """Whether INSPIRE's subject is touched: high energy, nuclear and gravitational physics and what is near."""
    near = ("hep-", "gr-qc", "nucl-", "astro-ph", "physics.", "quant-ph", "math-ph", "cond-mat")
    return any(name.startswith(near) for name in (record.primary_category or "", *record.categories))


def _names_a_place(record: Record) -> bool:
    """Whether its authors gave arXiv a DOI or a reference to where it appeared."""
    reference, doi = record.journal_ref, record.doi
    return bool((reference and not venues.is_unpublished(reference)) or (doi and not venues.is_preprint_doi(doi)))


def _is_claimed(record: Record) -> bool:
    """Whether its authors say somewhere that it appeared, or will."""
    comment = record.comment or ""
    said = re.search(r"(?i)\b(?:accepted|published|appear(?:s|ed|ing)?|presented|camera[- ]ready)\b", comment)
    return _names_a_place(record) or (said is not None and not venues.is_unpublished(comment))


def _is_computing(record: Record) -> bool:
    names = (record.primary_category or "", *record.categories)
    return any(name.startswith(("cs.", "stat.ML", "eess.", "math.OC", "math.IT", "cmp-lg", "cs/")) for name in names)
