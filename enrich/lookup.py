"""Works without an arXiv identifier: what their DOIs stand for, and what searches for their titles find.

Nothing is judged here. Three things are kept apart: what was found; what is nowhere, as whole replies of everybody who
would know it say; and what could not be found out. See :mod:`enrich.judge` for which hit is the work meant. The first
two are kept in the store, so that nobody is asked the same again soon, and another run goes on where one ended.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from enrich import judge, venues
from enrich.asking import Asking
from enrich.config import DAY, Settings
from enrich.match import compare_authors, compare_titles, is_generic, title_key
from enrich.record import Candidate, Person, Record
from enrich.reference import Description, Reference
from enrich.resolve import Outages, Watcher
from enrich.store import Lookup, Store

CROSSREF_BATCH = 50
"""DOIs in a request to Crossref, as far as its address has room."""

EXAMPLE = "10.5555/12345678"
"""The DOI by which Crossref's documentation explains its interface."""

AGENCIES = 100
"""How many DOIs a run are asked one by one for their agency: those that neither Crossref nor DataCite has."""

CROSSREF_SEARCHES = 200
DBLP_SEARCHES = 50
ARXIV_REQUESTS = 20
"""How many searches a run each gets: one to four minutes at its pace. arXiv's are for eight titles each."""

MOST_HITS = 5
"""So many works at most are told of one search: preprint, conference and journal, and the like."""

ABSENT_DOI_AGE = 1 * DAY
"""Seconds for which "no agency has this DOI" holds: DOIs are cited in the very days in which they are registered. To
be told for a week that a good one is nobody's would be worse than the few requests that asking again takes."""

ABSENT_TITLE_AGE = 7 * DAY
"""Seconds for which it holds that a search found nothing, or nothing that is surely meant: the work may be catalogued
any day, but each title takes a search of every service at its pace."""

OFFLINE = "not in the cache, and nobody is asked offline"
NOTHING = "no source that was asked has a work with such a title"
STOPPED = "not looked for any more: the run was stopped"
OUTSIDE = "outside what the sources cover: it is no paper, book, thesis or report"


@dataclass(slots=True)
class Looked:
    """What became of each question, by what was asked: ``found``, likeliest first; ``absent``, in whose words; or
    ``unreachable``, why it could not be found out.

    A title may be in ``found`` and in ``unreachable``: none of what was found is surely meant, and somebody who might
    know better was not asked. It may be in neither but ``found``: those are all that there are. ``interrupted``: the
    user stopped it.
    """

    found: dict[str, tuple[Description, ...]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    unreachable: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False


# --- what is kept -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Memory:
    """What the store has of one kind of questions, by the caller's names of them, and what it is to keep.

    What was found is as good as any answer if it is ``sure``, else it and what is nowhere hold for ``absent_age``.
    """

    kind: str
    questions: Mapping[str, str]
    settings: Settings
    store: Store
    looked: Looked
    absent_age: float
    sure: Callable[[str, Sequence[Description]], bool] = lambda name, hits: True
    known: dict[str, tuple[tuple[Description, ...], str, float]] = field(default_factory=dict)

    def open(self) -> list[str]:
        """What is to be asked. The rest is answered, by what is known or, offline, that it is not."""
        for question, kept in self.store.lookups(self.kind, self.questions.values()).items():
            try:
                hits = tuple(from_json(one) for one in kept.found or ())
            except ValueError:
                continue
            self.known[question] = hits, kept.reason, kept.retrieved
        left = []
        for name, question in self.questions.items():
            if question in self.known and (self.settings.offline or self.counts(name)):
                hits, why, _ = self.known[question]
                if hits:
                    self.looked.found[name] = hits
                else:
                    self.looked.absent[name] = why
            elif self.settings.offline:
                self.looked.unreachable[name] = OFFLINE
            else:
                left.append(name)
        return left

    def counts(self, name: str) -> bool:
        hits, _, retrieved = self.known[self.questions[name]]
        limit = self.settings.max_age
        if not (hits and self.sure(name, hits)):
            limit = min(self.absent_age, limit)
        return not self.settings.fresh and 0 <= time.time() - retrieved < limit

    def keep(self, asked: Iterable[str], since: Mapping[str, float] = MappingProxyType({})) -> None:
        """Keep what is settled of what was asked; ``since`` says when, if not now.

        What is not settled may have been known before. What was surely found then counts, however old.
        """
        now = time.time()
        settled: dict[str, Lookup] = {}
        for name in asked:
            question = self.questions[name]
            if name in self.looked.unreachable:
                hits = self.known[question][0] if question in self.known else ()
                if hits and self.sure(name, hits):
                    self.looked.found[name] = hits
                    del self.looked.unreachable[name]
            elif hits := self.looked.found.get(name, ()):
                settled[question] = Lookup(tuple(map(to_json, hits)), "", since.get(name, now))
            elif why := self.looked.absent.get(name):
                settled[question] = Lookup(None, why, since.get(name, now))
        self.store.keep_lookups(self.kind, settled.items())


_TEXTS = ("source", "by", "name")
_MAYBE_TEXTS = ("doi", "kind")
_LISTS: Mapping[str, type] = {"titles": str, "years": int, "venues": str, "eprints": str}


def to_json(description: Description) -> dict[str, Any]:
    """A description as JSON's values: all its fields by their names."""
    data = {one.name: getattr(description, one.name) for one in fields(description)}
    return {**data, "bylines": [[person.to_json() for person in byline] for byline in description.bylines]}


def from_json(data: Any) -> Description:
    """The description that :func:`to_json` wrote; ``ValueError`` where that makes no sense."""
    try:
        description = Description(
            **{
                **data,
                **{name: tuple(data[name]) for name in _LISTS},
                "bylines": tuple(tuple(map(Person.from_json, byline)) for byline in data["bylines"]),
            }
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no description: {error}") from error
    people = [value for byline in description.bylines for person in byline for value in _words(person)]
    sound = (
        all(isinstance(getattr(description, name), str) for name in _TEXTS)
        and all(isinstance(getattr(description, name), str | None) for name in _MAYBE_TEXTS)
        and all(isinstance(value, kind) for name, kind in _LISTS.items() for value in getattr(description, name))
        and all(isinstance(value, str | None) for value in people)
        and isinstance(description.complete, bool)
        and isinstance(description.preprint, bool)
    )
    if not sound:
        raise ValueError("no description: a value is of another kind than it should be")
    return description


def _words(person: Person) -> tuple[object, ...]:
    return person.given, person.family, person.suffix, person.literal, *person.affiliations


# --- DOIs -------------------------------------------------------------------------------------------------------------


def dois(
    asked: Iterable[str],
    settings: Settings,
    store: Store,
    *,
    watcher: Watcher | None = None,
    outages: Outages | None = None,
) -> Looked:
    """What these DOIs (bare, in lower case) stand for: Crossref is asked, then DataCite, and of what neither has, with
    which of the other agencies it is registered. Only a DOI that is registered nowhere is absent."""
    looked = Looked()
    memory = _Memory("doi", {doi: doi for doi in asked}, settings, store, looked, ABSENT_DOI_AGE)
    wanted = memory.open()
    if not wanted:
        return looked
    try:
        with Asking(settings, store, watcher or Watcher(), outages=outages) as asking:
            _Dois(settings, asking, looked).run(wanted)
    except KeyboardInterrupt:
        looked.interrupted = True
    for doi in wanted:
        if doi not in looked.found and doi not in looked.absent:
            looked.unreachable.setdefault(doi, STOPPED)
    memory.keep(wanted)
    return looked


@dataclass(slots=True)
class _Dois:
    """``names`` are the DOIs as services know them, with those that were asked; ``missed`` says by name why somebody
    who may have a DOI did not answer."""

    settings: Settings
    asking: Asking
    looked: Looked
    names: dict[str, list[str]] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    found: dict[str, None] = field(default_factory=dict)

    def run(self, wanted: Iterable[str]) -> None:
        from enrich.sources import metadata

        for doi in wanted:
            name = metadata.bare_doi(doi)
            if name is None or not name.isprintable():
                self.looked.unreachable[doi] = "it has not the form of a DOI, and nobody was asked"
            else:
                self.names.setdefault(name, []).append(doi)
        self.ask_crossref()
        self.ask_datacite()
        self.ask_agencies()
        for name, why in self.missed.items():
            for doi in self.names.get(name, ()) if name not in self.found else ():
                self.looked.unreachable[doi] = why

    def open(self) -> list[str]:
        return [name for name in self.names if name not in self.found]

    def ask_crossref(self) -> None:
        from enrich.sources import crossref

        names, service = self.open(), self.settings.services[crossref.NAME]
        replies = self.asking.batches(
            crossref.NAME,
            crossref.batches(names, service.url, CROSSREF_BATCH),
            len(names),
            crossref.request,
            crossref.check,
            self.missed.setdefault,
            crossref.nothing,
        )
        for batch, content in replies:
            others = crossref.other_titles_and_years(content)
            for name, candidate in crossref.candidates(content, batch).items():
                self.take(name, candidate, *others.get(candidate.published.doi or "", ((), ())))

    def ask_datacite(self) -> None:
        from enrich.sources import datacite

        names, service = self.open(), self.settings.services[datacite.NAME]
        replies = self.asking.batches(
            datacite.NAME,
            datacite.work_batches(names, service.url),
            len(names),
            datacite.work_request,
            datacite.work_check,
            self.missed.setdefault,
            lambda batch: datacite.NOTHING,
        )
        for batch, content in replies:
            others = datacite.other_titles_and_years(content)
            for name, candidate in datacite.works(content, batch).items():
                self.take(name, candidate, *others.get(name, ((), ())))

    def ask_agencies(self) -> None:
        """Whether a DOI exists at all, of what neither has. Crossref's list lacks second DOIs of its works, which it
        tells one by one."""
        from enrich.sources import crossref, datacite

        unknown = self.asking.in_turn([name for name in self.open() if name not in self.missed], AGENCIES)
        if not unknown:
            return
        # A server that does not answer this kind of question at all would seem to say that no DOI exists.
        known = next((name for name in self.found if self.source(name) == self.label(crossref.NAME)), EXAMPLE)
        answers = False
        crossrefs: list[str] = []
        replies = self.asking.one_by_one(
            crossref.NAME,
            [known, *unknown],
            AGENCIES + 1,
            crossref.agency_request,
            crossref.agency_check,
            self.missed.setdefault,
            nothing=lambda name: crossref.NO_WORK,
            what=f"asked for the agencies of {AGENCIES} DOIs",
        )
        for name, content in replies:
            if name == known:
                answers = bool(content)
            elif not content and not answers:
                self.missed[name] = f"{self.label(crossref.NAME)} does not tell with whom DOIs are registered"
            elif not content:
                why = f"it is registered with no agency, says {self.label(crossref.NAME)}"
                self.looked.absent |= dict.fromkeys(self.names[name], why)
            else:
                agency, label = crossref.agency(content, name)
                if agency == crossref.NAME:
                    crossrefs.append(name)
                elif agency == datacite.NAME:
                    self.missed[name] = f"it is registered with {label}, which does not describe it"
                else:
                    self.missed[name] = f"it is registered with {label}, which is not asked"
        replies = self.asking.one_by_one(
            crossref.NAME,
            crossrefs,
            AGENCIES,
            crossref.work_request,
            crossref.work_check,
            self.missed.setdefault,
            nothing=lambda name: crossref.NO_WORK,
            what="asked for {limit} second DOIs",
        )
        for name, content in replies:
            if not content:
                self.missed[name] = f"it is registered with {self.label(crossref.NAME)}, which does not describe it"
                continue
            candidate = crossref.found(content)[0]
            others = crossref.other_titles_and_years(content)
            self.take(name, candidate, *others.get(candidate.published.doi or "", ((), ())))

    def take(self, name: str, candidate: Candidate, titles: tuple[str, ...], years: tuple[int, ...]) -> None:
        # Of two DOIs of one work Crossref tells of its own; the other is as right.
        candidate = replace(candidate, published=replace(candidate.published, doi=name))
        description = _with_others(judge.of_candidate(candidate, "doi"), titles, years)
        self.found[name] = None
        self.looked.found |= dict.fromkeys(self.names[name], (description,))

    def source(self, name: str) -> str:
        """Who described a DOI that was found."""
        return self.looked.found[self.names[name][0]][0].source

    def label(self, service: str) -> str:
        return self.settings.services[service].label


def _with_others(description: Description, titles: tuple[str, ...], years: tuple[int, ...]) -> Description:
    """A description with more titles and years of the same work behind its own."""
    return replace(
        description,
        titles=tuple(dict.fromkeys((*description.titles, *titles))),
        years=tuple(dict.fromkeys((*description.years, *years))),
        preprint=description.preprint or venues.no_publication(description.kind) == "a preprint",
    )


# --- titles -----------------------------------------------------------------------------------------------------------


def titles(
    asked: Mapping[str, Reference],
    settings: Settings,
    store: Store,
    *,
    watcher: Watcher | None = None,
    outages: Outages | None = None,
) -> Looked:
    """What searches for the titles of these references find, by whatever names the caller gave them.

    All hits are told whose title is not another work's. Who is asked next depends on whether one of them is surely the
    work cited: Crossref, DBLP and arXiv of a publication, arXiv first of a preprint, Crossref alone of a book.
    """
    looked = Looked()
    questions: dict[str, str] = {}
    for name, reference in asked.items():
        if why := _not_searched(reference):
            looked.unreachable[name] = why
        else:
            questions[name] = _question(reference)
    memory = _Memory(
        "title",
        questions,
        settings,
        store,
        looked,
        ABSENT_TITLE_AGE,
        lambda name, hits: any(_is_cited(asked[name], hit) for hit in hits),
    )
    search = _Titles(settings, looked, {name: asked[name] for name in memory.open()})
    if not search.references:
        return looked
    search.recall(store, questions)
    ended = False
    try:
        with Asking(settings, store, watcher or Watcher(), outages=outages) as asking:
            search.run(asking)
        ended = True
    except KeyboardInterrupt:
        looked.interrupted = True
    search.conclude(ended)
    memory.keep(search.references, search.since)
    # The words of some are kept of what the others were not asked about, so that another run asks only them.
    for words in search.heard.values():
        words.keep(name for name in search.references if name in looked.unreachable)
    return looked


def _unsure(name: str, hits: Sequence[Description]) -> bool:
    return False


def _question(reference: Reference) -> str:
    """All that a search's outcome depends on, but not how the title is written; as text."""
    authors = [person.name.casefold() for person in reference.authors]
    venue = judge.claimed_venue(reference)
    kind = "book" if reference.type in _BOOKS else "preprint" if _is_preprint(reference) else "paper"
    title = title_key(reference.title or "") or reference.title
    return json.dumps([title, authors, reference.complete, reference.year, venue, kind])


def _not_searched(reference: Reference) -> str:
    """Why a title is not searched for, or ``""``."""
    if not reference.title:
        return "it has no title to search for"
    if judge.claimed_venue(reference) or _says_arxiv(reference) or reference.id:
        return ""
    kind = reference.type or ""
    if kind in _NEVER_PAPERS or (kind in _SELDOM_PAPERS and _has_address(reference)):
        return OUTSIDE
    return ""


_NEVER_PAPERS = frozenset(
    {"software", "dataset", "standard", "patent", "legislation", "jurisdiction", "movie", "video"}
)
_SELDOM_PAPERS = frozenset({"online", "electronic", "www", "misc", "manual", "webpage"})
_BOOKS = frozenset(
    """book mvbook booklet phdthesis mastersthesis thesis report techreport proceedings mvproceedings collection
    mvcollection reference manual periodical""".split()  # noqa: SIM905 - reads better as text
)
"""Types of what neither DBLP nor arXiv sets out to have; Crossref has the books and reports of many publishers."""


def _has_address(reference: Reference) -> bool:
    values = (reference.fields.get(name, "") for name in ("url", "howpublished", "note"))
    return any("http" in value.lower() or "www." in value.lower() or "\\url" in value for value in values)


def _says_arxiv(reference: Reference) -> bool:
    return any(
        "arxiv" in value.lower() for name, value in reference.fields.items() if name not in ("title", "abstract")
    )


def _is_preprint(reference: Reference) -> bool:
    return not judge.claimed_venue(reference) and (judge.cites_preprint(reference) or _says_arxiv(reference))


@dataclass(slots=True)
class _Titles:
    """One run's searches. By a reference's name: the ``hits``, why somebody was not asked (``missed``), and which are
    ``settled``: a hit is surely the work cited, so that nobody else need be asked. ``told`` says of which
    ones each service has spoken, now or (``since``) in an earlier run, and ``heard`` what it says now."""

    settings: Settings
    looked: Looked
    references: dict[str, Reference] = field(default_factory=dict)
    hits: dict[str, list[Description]] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    told: dict[str, set[str]] = field(default_factory=dict)
    heard: dict[str, _Memory] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    arxiv_requests: int = 0

    def recall(self, store: Store, questions: Mapping[str, str]) -> None:
        """What services said in earlier runs of what could not be settled then."""
        from enrich.sources import arxiv, crossref, dblp

        asked = {name: questions[name] for name in self.references}
        for service in (crossref.NAME, dblp.NAME, arxiv.NAME):
            memory = _Memory(f"title at {service}", asked, self.settings, store, Looked(), ABSENT_TITLE_AGE, _unsure)
            self.told[service] = asked.keys() - memory.open()
            for name in self.told[service]:
                hits, _, retrieved = memory.known[asked[name]]
                self.take(name, hits)
                self.since[name] = min(retrieved, self.since.get(name, retrieved))
            memory.looked = Looked()
            self.heard[service] = memory

    def untold(self, service: str, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self.told[service]]

    def run(self, asking: Asking) -> None:
        preprints = [name for name, reference in self.references.items() if _is_preprint(reference)]
        self.search_arxiv(asking, preprints)
        self.search_crossref(asking)
        self.search_dblp(asking)
        searched = set(preprints)
        self.search_arxiv(asking, [name for name in self.papers() if name not in searched])

    def open(self) -> list[str]:
        return [name for name in self.references if name not in self.settled]

    def papers(self) -> list[str]:
        return [name for name in self.open() if self.references[name].type not in _BOOKS]

    def search_crossref(self, asking: Asking) -> None:
        from enrich.sources import crossref

        replies = asking.one_by_one(
            crossref.NAME,
            asking.in_turn(self.untold(crossref.NAME, self.open()), CROSSREF_SEARCHES),
            CROSSREF_SEARCHES,
            lambda url, name: crossref.search_request(url, self.sought(name)),
            lambda content, name: crossref.search_check(content),
            self.missed.setdefault,
            what="searched for {limit} titles",
        )
        for name, content in replies:
            others = crossref.other_titles_and_years(content)
            self.hear(
                crossref.NAME,
                name,
                [
                    _with_others(judge.of_candidate(one, "title"), *others.get(one.published.doi or "", ((), ())))
                    for one in crossref.found(content)
                ],
            )

    def search_dblp(self, asking: Asking) -> None:
        from enrich.sources import dblp

        # What is held at meetings is computing's more often than what is in journals.
        meetings = ("inproceedings", "conference", "incollection")
        names = sorted(
            asking.in_turn(self.untold(dblp.NAME, self.papers()), DBLP_SEARCHES),
            key=lambda name: (name in self.missed, self.references[name].type not in meetings),
        )
        for name in [name for name in names if not dblp.query(self.sought(name))]:
            names.remove(name)
            self.missed.setdefault(name, f"{self.label(dblp.NAME)} cannot be searched for such a title")
        replies = asking.one_by_one(
            dblp.NAME,
            names,
            DBLP_SEARCHES,
            lambda url, name: dblp.request(url, self.sought(name)),
            lambda content, name: dblp.check(content, self.sought(name)),
            self.missed.setdefault,
            what="searched for {limit} titles",
        )
        for name, content in replies:
            hits = [judge.of_candidate(one, "title") for one in dblp.candidates(content)]
            self.hear(dblp.NAME, name, [_with_others(one, (), ()) for one in hits])

    def search_arxiv(self, asking: Asking, names: Sequence[str]) -> None:
        """By title, several in a request; those of which the reply may have left something out once more, alone.

        What has more works with all its words than a reply holds cannot be said to be nowhere.
        """
        from enrich.sources import arxiv

        by_title: dict[str, list[str]] = {}
        # First those that nobody else is left to be asked of: they are settled then, and not asked another time.
        for name in sorted(self.untold(arxiv.NAME, names), key=self.missed.__contains__):
            by_title.setdefault(self.references[name].title or "", []).append(name)
        url = self.settings.services[arxiv.NAME].url
        # A title that many works have would crowd out the others'.
        common = [title for title in by_title if is_generic(title)]
        batches = list(arxiv.search_batches([title for title in by_title if title not in common], url))
        batches += arxiv.search_batches(common, url, 1)
        searched = {title for batch in batches for title in batch}
        for name in [name for title in by_title if title not in searched for name in by_title[title]]:
            self.missed.setdefault(name, f"{self.label(arxiv.NAME)} cannot be searched for such a title")
        again: list[list[str]] = []
        for batch, hits, whole in self.ask_arxiv(asking, batches, by_title):
            for title in batch:
                self.hear_all(by_title[title], hits, whole)
                if not whole and any(name not in self.settled for name in by_title[title]):
                    again.append([title])
        for (title,), hits, whole in self.ask_arxiv(asking, again, by_title):
            self.hear_all(by_title[title], hits, whole)
            for name in by_title[title] if not whole else ():
                many = f"{self.label(arxiv.NAME)} has too many works with the words of this title"
                self.missed.setdefault(name, many)

    def ask_arxiv(
        self, asking: Asking, batches: Sequence[list[str]], by_title: Mapping[str, Sequence[str]]
    ) -> Iterable[tuple[list[str], list[Description], bool]]:
        from enrich.sources import arxiv

        def missed(title: str, why: str) -> None:
            for name in by_title[title]:
                self.missed.setdefault(name, why)

        left = max(ARXIV_REQUESTS - self.arxiv_requests, 0)
        for title in [title for batch in batches[left:] for title in batch]:
            missed(
                title, f"{self.label(arxiv.NAME)} is searched {ARXIV_REQUESTS} times a run; run again for the others"
            )
        replies = asking.batches(
            arxiv.NAME,
            batches[:left],
            sum(map(len, batches[:left])),
            arxiv.search_request,
            arxiv.search_check,
            missed,
            lambda batch: {},
        )
        for batch, content in replies:
            self.arxiv_requests += 1
            retrieved = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(asking.began))
            records, whole = arxiv.found(content, batch, retrieved)
            yield batch, [judge.of_record(record, by="title") for record in records], whole

    def label(self, service: str) -> str:
        return self.settings.services[service].label

    def sought(self, name: str) -> Record:
        """A reference as the searches take it."""
        reference = self.references[name]
        return Record(id=name, title=reference.title, authors=reference.authors)

    def hear_all(self, names: Iterable[str], hits: Sequence[Description], whole: bool) -> None:
        from enrich.sources import arxiv

        for name in names:
            if whole:
                self.hear(arxiv.NAME, name, hits)
            else:
                self.take(name, hits)

    def hear(self, service: str, name: str, hits: Iterable[Description]) -> None:
        """Take all that a service has of a title."""
        self.told[service].add(name)
        words = self.heard[service].looked
        if taken := self.take(name, hits):
            words.found[name] = taken
        else:
            words.absent[name] = NOTHING

    def take(self, name: str, hits: Iterable[Description]) -> tuple[Description, ...]:
        reference, known = self.references[name], self.hits.setdefault(name, [])
        taken = tuple(hit for hit in hits if _rank(reference, hit) is not None)
        for hit in taken:
            if not any(_are_one(hit, other) for other in known):
                known.append(hit)
            if _is_cited(reference, hit):
                self.settled.add(name)
        return taken

    def conclude(self, ended: bool) -> None:
        for name, reference in self.references.items():
            if hits := self.hits.get(name):
                self.looked.found[name] = tuple(sorted(hits, key=_unlikeliness(reference))[:MOST_HITS])
            if name in self.settled:
                continue
            if why := self.missed.get(name):
                self.looked.unreachable[name] = why
            elif not ended:
                self.looked.unreachable[name] = STOPPED
            elif not hits:
                self.looked.absent[name] = NOTHING


_RANKS = {"same": 0, "version": 0, "spelling": 0, "subtitle": 1, "changed": 2}


def _rank(reference: Reference, hit: Description) -> int | None:
    """How far a hit's title is from the reference's; ``None`` where it is another."""
    ranks = [_RANKS.get(compare_titles(reference.title, title).how) for title in hit.titles]
    return min((rank for rank in ranks if rank is not None), default=None)


def _are_one(one: Description, other: Description) -> bool:
    """Whether two descriptions are of one publication, so that the second tells nothing new."""
    return (one.name != "" and one.name == other.name) or (
        one.doi is not None and one.doi == other.doi and one.preprint == other.preprint
    )


def _is_cited(reference: Reference, hit: Description) -> bool:
    """Whether a hit is surely what is cited, that publication of it: a work may have appeared twice."""
    if not judge.accepts(reference, hit):
        return False
    if _is_preprint(reference):
        return True
    venue = judge.claimed_venue(reference)
    if venue is not None and (hit.preprint or any(venues.same_venue(venue, one) is False for one in hit.venues[:1])):
        return False
    return reference.year is None or any(abs(reference.year - year) <= 1 for year in hit.years)


def _unlikeliness(reference: Reference) -> Callable[[Description], tuple[bool, bool, int, bool, bool]]:
    """What sorts hits, the likeliest first."""
    venue = judge.claimed_venue(reference)

    def key(hit: Description) -> tuple[bool, bool, int, bool, bool]:
        rank = _rank(reference, hit) or 0
        stranger = not compare_authors(reference.authors, hit.authors, complete=hit.complete).shared
        elsewhere = venue is not None and not any(venues.same_venue(venue, one) for one in hit.venues)
        then = reference.year is not None and reference.year not in hit.years
        return rank > 1 or stranger, stranger, rank, elsewhere, then

    return key
