"""Works without an arXiv identifier: what is found, what is nowhere, and what could not be found out."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import config, lookup
from enrich.asking import Asking
from enrich.lookup import OFFLINE, OUTSIDE, STOPPED, Looked
from enrich.record import Person
from enrich.reference import Description, Reference
from enrich.resolve import Watcher
from enrich.store import Lookup, Store

from .standins import ArxivStandin, CrossrefStandin, DataciteStandin, DblpStandin, Library, Publication
from .standins.papers import AT_CONFERENCE_WITHOUT_DOI, NEVER_PUBLISHED, Paper, synthetic_papers
from .standins.server import Standin

LAMPS = "10.5555/lamps.2011.3"
COUNTS = Publication(
    "Zenzizenzic",
    title="Counts of Hedges in Ten Counties",
    authors=["Ada B. Example", "Emil Thought"],
    day="2020-03",
    doi="10.5555/data.7",
    agency="datacite",
)
TIDES = Publication(
    "Annals of Small Lakes",
    title="On the Tides of Small Lakes and Larger Puddles",
    authors=["Ann First", "Bo Second"],
    day="2020-02",
    online="2018-12-30",
    volume="7",
    doi="10.5555/tides.7",
)
FAR_AWAY = Publication(
    "Invented Bulletin", title="Bridges", authors=["Cy Third"], doi="10.5555/jalc.bridges", agency="jalc"
)
FAILURES: dict[str, tuple[str | int, dict[str, Any]]] = {
    "429": (429, {"retry_after": 0}),
    "500": (500, {}),
    "html": ("html", {}),
    "truncated": ("truncated", {}),
    "error": ("error", {}),
    "reset": ("reset", {}),
}


@dataclasses.dataclass
class World:
    """The stand-ins, what they were asked, and runs that ask them."""

    library: Library
    variables: Mapping[str, str]
    folder: Path
    servers: dict[str, Standin]

    def settings(self, env: Mapping[str, str] = {}, **changes: Any) -> config.Settings:
        settings = config.load(self.folder, {**self.variables, **env})
        return dataclasses.replace(settings, **{"patience": 0.2, **changes})

    def dois(self, *asked: str, env: Mapping[str, str] = {}, **changes: Any) -> Looked:
        return self._run(lambda settings, store: lookup.dois(asked, settings, store), env, changes)

    def titles(self, *asked: Reference, env: Mapping[str, str] = {}, **changes: Any) -> Looked:
        named = {reference.key or "": reference for reference in asked}
        return self._run(lambda settings, store: lookup.titles(named, settings, store), env, changes)

    def _run(self, look: Any, env: Mapping[str, str], changes: Mapping[str, Any]) -> Looked:
        for server in self.servers.values():
            server.forget()
        settings = self.settings(env, **changes)
        with Store(settings.cache_folder) as store:
            looked: Looked = look(settings, store)
        return looked

    @contextmanager
    def cache(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.settings().cache_folder / "records.sqlite")) as connection:
            yield connection
            connection.commit()

    def later(self, days: float) -> None:
        """Let so many days pass: raw replies are forgotten, what is kept is older."""
        with self.cache() as connection:
            connection.execute("DELETE FROM reply")
            connection.execute("UPDATE lookup SET retrieved = retrieved - ?", [days * config.DAY])

    @property
    def requests(self) -> dict[str, int]:
        return {label: len(server.requests) for label, server in self.servers.items() if server.requests}


@pytest.fixture
def world(
    published_services: dict[str, str],
    published_examples: Library,
    arxiv: ArxivStandin,
    datacite: DataciteStandin,
    crossref: CrossrefStandin,
    dblp: DblpStandin,
    tmp_path: Path,
) -> World:
    published_examples.publish(COUNTS, TIDES, FAR_AWAY)
    servers: dict[str, Standin] = {"arxiv": arxiv, "datacite": datacite, "crossref": crossref, "dblp": dblp}
    return World(published_examples, published_services, tmp_path, servers)


def entry(key: str, type_: str = "article", **fields: str) -> Reference:
    return Reference("refs.bib", 1, key=key, text=key, type=type_, fields=fields)


TIDES_CITED = entry(
    "tides",
    title="On the tides of small lakes and larger puddles",
    author="First, Ann and Second, Bo",
    journal="Annals of Small Lakes",
    year="2020",
)
NOWHERE = entry(
    "nowhere",
    title="Zyzzyvas Quarrel with Quokkas near Xanadu",
    author="Nobody, Ned",
    journal="Journal of Quarrels",
    year="2020",
)


def only(looked: Looked, name: str) -> Description:
    (one,) = looked.found[name]
    return one


# DOIs -----------------------------------------------------------------------------------------------------------------


def test_a_doi_is_described_by_crossref(world: World) -> None:
    looked = world.dois("10.5555/tides.7")
    assert looked == Looked(
        {
            "10.5555/tides.7": (
                Description(
                    "Crossref",
                    "doi",
                    "doi:10.5555/tides.7",
                    ("On the Tides of Small Lakes and Larger Puddles",),
                    ((Person("Ann", "First"), Person("Bo", "Second")),),
                    years=(2020, 2018),
                    venues=("Annals of Small Lakes",),
                    doi="10.5555/tides.7",
                    kind="journal-article",
                ),
            )
        }
    )
    assert world.requests == {"crossref": 1}


def test_what_crossref_does_not_know_is_described_by_datacite(world: World) -> None:
    looked = world.dois("10.5555/data.7", "10.5555/tides.7")
    one = only(looked, "10.5555/data.7")
    assert (one.source, one.title, one.years, one.kind) == ("DataCite", COUNTS.title, (2020,), "Dataset")
    assert one.authors == (Person("Ada B.", "Example"), Person("Emil", "Thought"))
    assert set(looked.found) == {"10.5555/data.7", "10.5555/tides.7"}
    assert (looked.absent, looked.unreachable) == ({}, {})
    assert world.requests == {"crossref": 1, "datacite": 1}


def test_only_a_doi_that_is_registered_with_no_agency_is_absent(world: World) -> None:
    looked = world.dois("10.5555/nothing.1", "10.5555/jalc.bridges", "10.5555/tides.7")
    assert looked.absent == {"10.5555/nothing.1": "it is registered with no agency, says Crossref"}
    assert looked.unreachable == {"10.5555/jalc.bridges": "it is registered with JaLC, which is not asked"}
    assert world.requests == {"crossref": 4, "datacite": 1}


def test_a_server_that_tells_no_agencies_does_not_make_dois_absent(world: World, crossref: CrossrefStandin) -> None:
    crossref.agencies.clear()
    looked = world.dois("10.5555/nothing.1")
    assert looked.absent == {}
    assert looked.unreachable == {"10.5555/nothing.1": "Crossref does not tell with whom DOIs are registered"}


def test_whether_a_server_tells_agencies_must_be_known_before_it_is_believed(
    world: World, crossref: CrossrefStandin
) -> None:
    crossref.fail("html", next=None, when=lambda request: "12345678" in request.path)
    looked = world.dois("10.5555/nothing.1")
    assert looked.absent == {}
    assert set(looked.unreachable) == {"10.5555/nothing.1"}


def test_a_second_doi_of_a_work_is_as_right_as_the_first(world: World, crossref: CrossrefStandin) -> None:
    crossref.aliases["10.5555/old.name"] = "10.5555/tides.7"
    one = only(world.dois("10.5555/old.name"), "10.5555/old.name")
    assert (one.name, one.doi, one.title) == ("doi:10.5555/old.name", "10.5555/old.name", TIDES.title)
    assert one.years == (2020, 2018)


@pytest.mark.parametrize("agency", ["crossref", "datacite"])
def test_a_doi_whose_agency_does_not_describe_it_is_not_absent(
    world: World, crossref: CrossrefStandin, agency: str
) -> None:
    crossref.agencies["10.5555/silent"] = agency
    looked = world.dois("10.5555/silent")
    assert (looked.found, looked.absent) == ({}, {})
    assert "which does not describe it" in looked.unreachable["10.5555/silent"]


def test_a_doi_of_a_work_without_title_and_authors_is_found_nevertheless(world: World) -> None:
    world.library.publish(
        dataclasses.replace(TIDES, doi="10.5555/bare", told={"crossref": {"title": ..., "author": ...}})
    )
    one = only(world.dois("10.5555/bare"), "10.5555/bare")
    assert (one.titles, one.bylines, one.venues) == ((), (), ("Annals of Small Lakes",))


def test_titles_in_other_languages_count_as_the_works_own(world: World) -> None:
    told = {"crossref": {"title": ["Tides", "Les marées"], "original-title": ["Gezeiten"]}}
    world.library.publish(dataclasses.replace(TIDES, doi="10.5555/languages", told=told))
    assert only(world.dois("10.5555/languages"), "10.5555/languages").titles == ("Tides", "Les marées", "Gezeiten")


def test_a_preprint_servers_work_at_crossref_is_a_preprint(world: World) -> None:
    world.library.publish(dataclasses.replace(TIDES, doi="10.5555/posted", crossref_type="posted-content"))
    assert only(world.dois("10.5555/posted"), "10.5555/posted").preprint


def test_a_hundred_dois_take_three_requests(world: World) -> None:
    for number in range(100):
        agency = "crossref" if number < 90 else "datacite"
        world.library.publish(dataclasses.replace(TIDES, doi=f"10.5555/many.{number}", agency=agency))
    looked = world.dois(*(f"10.5555/many.{number}" for number in range(100)))
    assert len(looked.found) == 100
    assert world.requests == {"crossref": 2, "datacite": 1}


def test_agencies_are_asked_for_a_limited_number_of_dois_and_others_another_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.lookup.AGENCIES", 3)
    looked = world.dois(*(f"10.5555/none.{number}" for number in range(5)))
    assert len(looked.absent) == 3
    assert set(looked.unreachable.values()) == {
        "Crossref is asked for the agencies of 3 DOIs a run; run again for the others"
    }


def test_nothing_malformed_is_sent(world: World) -> None:
    odd = ["10.5555/a b", "nonsense", "10.5555/tab\there", "10.5555/nul\0", ""]
    looked = world.dois(*odd)
    assert set(looked.unreachable) == set(odd)
    assert world.requests == {}


@pytest.mark.parametrize("doi", ["10.5555/with,comma", '10.5555/with"quote', "10.5555/s0021(99)1<2:3>", "10.5555/a\\b"])
def test_dois_with_odd_characters_are_asked_for_as_they_are(world: World, doi: str) -> None:
    world.library.publish(dataclasses.replace(TIDES, doi=doi))
    assert only(world.dois(doi), doi).title == TIDES.title
    looked = world.dois(doi + ".no", "10.5555/data.7")
    assert set(looked.absent) == {doi + ".no"}
    assert set(looked.found) == {"10.5555/data.7"}


@pytest.mark.parametrize("failure", FAILURES)
def test_where_crossref_fails_nothing_is_absent_and_datacite_is_still_asked(world: World, failure: str) -> None:
    mode, options = FAILURES[failure]
    world.servers["crossref"].fail(mode, next=None, **options)
    looked = world.dois("10.5555/tides.7", "10.5555/data.7", "10.5555/nothing.1")
    assert set(looked.found) == {"10.5555/data.7"}
    assert looked.absent == {}
    assert set(looked.unreachable) == {"10.5555/tides.7", "10.5555/nothing.1"}
    assert all("Crossref" in why for why in looked.unreachable.values())


@pytest.mark.parametrize("failure", FAILURES)
def test_where_datacite_fails_nothing_is_absent(world: World, failure: str) -> None:
    mode, options = FAILURES[failure]
    world.servers["datacite"].fail(mode, next=None, **options)
    looked = world.dois("10.5555/tides.7", "10.5555/data.7", "10.5555/nothing.1")
    assert set(looked.found) == {"10.5555/tides.7"}
    assert looked.absent == {}
    assert set(looked.unreachable) == {"10.5555/data.7", "10.5555/nothing.1"}


@pytest.mark.parametrize("mode", ["html", "truncated", "reset", 500, 429, "empty", "stranger", "nulls"])
def test_where_the_agencies_cannot_be_asked_nothing_is_absent(world: World, mode: str | int) -> None:
    if mode in ("stranger", "nulls"):
        body = b'{"status":"ok","message-type":"work-agency","message":{"DOI":"10.5555/x","agency":{"id":null}}}'
        failure: tuple[str | int, dict[str, Any]] = ("status", {"status": 200, "body": body})
    else:
        failure = (mode, {})
    world.servers["crossref"].fail(
        failure[0], next=None, when=lambda request: request.path.endswith("/agency"), **failure[1]
    )
    looked = world.dois("10.5555/nothing.1", "10.5555/tides.7")
    assert (looked.absent, set(looked.unreachable)) == ({}, {"10.5555/nothing.1"})
    assert set(looked.found) == {"10.5555/tides.7"}


def test_a_half_page_of_crossrefs_or_datacites_makes_nothing_absent(world: World) -> None:
    world.servers["crossref"].fail("partial", next=None)
    world.servers["datacite"].fail("partial", next=None)
    looked = world.dois("10.5555/tides.7", "10.5555/data.7")
    assert (looked.found, looked.absent, len(looked.unreachable)) == ({}, {}, 2)


def test_works_that_were_not_asked_for_are_not_taken(world: World) -> None:
    world.servers["datacite"].fail("stranger", next=None, added=True)
    looked = world.dois("10.5555/data.7")
    assert (looked.found, looked.absent, set(looked.unreachable)) == ({}, {}, {"10.5555/data.7"})


def test_a_dead_network_is_noticed_once(world: World, closed_port: int) -> None:
    nowhere = f"http://127.0.0.1:{closed_port}"
    env = {f"ENRICH_{name}_URL": nowhere for name in ("CROSSREF", "DATACITE", "DBLP", "ARXIV")}
    looked = world.dois("10.5555/tides.7", "10.5555/data.7", env=env)
    assert (len(looked.unreachable), looked.absent) == (2, {})
    looked = world.titles(TIDES_CITED, NOWHERE, env=env)
    assert (len(looked.unreachable), looked.absent) == (2, {})


def test_a_service_that_hangs_costs_one_time_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrich.http.READ_SECONDS", 0.3)
    world.servers["datacite"].fail("hang", next=None)
    looked = world.dois("10.5555/tides.7", "10.5555/nothing.1")
    assert set(looked.found) == {"10.5555/tides.7"}
    assert set(looked.unreachable) == {"10.5555/nothing.1"}


def test_offline_nobody_is_asked(world: World) -> None:
    assert world.dois("10.5555/tides.7", offline=True).unreachable == {"10.5555/tides.7": OFFLINE}
    assert world.titles(TIDES_CITED, offline=True).unreachable == {"tides": OFFLINE}
    assert world.requests == {}


def test_no_question_opens_no_session(world: World) -> None:
    assert world.dois() == world.titles() == Looked()


def test_an_interrupted_run_keeps_what_was_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("enrich.sources.datacite.works", stopped)
    looked = world.dois("10.5555/tides.7", "10.5555/data.7")
    assert looked.interrupted
    assert set(looked.found) == {"10.5555/tides.7"}
    assert looked.unreachable == {"10.5555/data.7": STOPPED}


def test_what_was_answered_just_before_is_not_asked_again(world: World) -> None:
    first = world.dois("10.5555/tides.7", "10.5555/data.7")
    assert world.dois("10.5555/tides.7", "10.5555/data.7") == first
    assert world.requests == {}


# Titles ---------------------------------------------------------------------------------------------------------------


def test_a_journal_article_is_found_by_crossrefs_search_and_nobody_else_is_asked(world: World) -> None:
    looked = world.titles(TIDES_CITED)
    one = looked.found["tides"][0]
    assert (one.source, one.by, one.name) == ("Crossref", "title", "doi:10.5555/tides.7")
    assert (looked.absent, looked.unreachable) == ({}, {})
    assert world.requests == {"crossref": 1}


def test_a_conference_paper_without_a_doi_is_found_at_dblp(world: World) -> None:
    paper = AT_CONFERENCE_WITHOUT_DOI
    authors = " and ".join(author.name for author in paper.at().authors)
    cited = entry("conf", "inproceedings", title=paper.title, author=authors, booktitle="ICIR", year="2022")
    looked = world.titles(cited)
    assert looked.found["conf"][0].source == "DBLP"
    assert not looked.found["conf"][0].preprint
    assert {one.preprint for one in looked.found["conf"]} == {True, False}, "the preprint is told as well"
    assert looked.unreachable == {}


def test_a_preprint_is_searched_for_at_arxiv_first(world: World) -> None:
    paper = NEVER_PUBLISHED
    authors = " and ".join(author.name for author in paper.at().authors)
    cited = entry("pre", "misc", title=paper.title, author=authors, note="arXiv preprint")
    one = only(world.titles(cited), "pre")
    assert (one.source, one.by, one.name, one.preprint) == ("arXiv", "title", f"arXiv:{paper.id}", True)
    assert world.requests == {"arxiv": 1}


def test_what_is_cited_as_published_and_is_only_on_arxiv_is_found_there_last(world: World) -> None:
    paper = NEVER_PUBLISHED.telling("corr")
    world.library.add(paper)
    authors = " and ".join(author.name for author in paper.at().authors)
    cited = entry("pre", title=paper.title, author=authors, journal="Nature", year="2021")
    assert only(world.titles(cited), "pre").source == "arXiv"
    assert world.requests == {"crossref": 1, "dblp": 1, "arxiv": 1}


def test_absent_is_what_nobody_has_of_all_who_were_asked(world: World) -> None:
    looked = world.titles(NOWHERE)
    assert looked == Looked(absent={"nowhere": "no source that was asked has a work with such a title"})
    assert world.requests == {"crossref": 1, "dblp": 1, "arxiv": 1}


def test_another_work_by_the_same_people_is_no_hit(world: World) -> None:
    cited = entry("other", title="Zyzzyvas near Xanadu", author="First, Ann and Second, Bo", journal="X")
    assert set(world.titles(cited).absent) == {"other"}


def test_the_same_title_by_others_is_told_last_and_settles_nothing(world: World) -> None:
    others = dataclasses.replace(TIDES, authors=["Zoe Stranger"], doi="10.5555/others")
    world.library.publish(others)
    looked = world.titles(TIDES_CITED)
    assert [one.name for one in looked.found["tides"]] == ["doi:10.5555/tides.7", "doi:10.5555/others"]
    alone = world.titles(
        entry("mine", title=TIDES.title, author="Mine, Max", journal="Annals of Small Lakes", year="2020")
    )
    assert len(alone.found["mine"]) == 2
    assert (alone.absent, alone.unreachable) == ({}, {})
    assert set(world.requests) == {"crossref", "arxiv", "dblp"}


def test_where_the_work_appeared_elsewhere_too_others_are_asked_as_well(world: World) -> None:
    world.library.publish(
        dataclasses.replace(TIDES, venue="Journal of Ponds", doi="10.5555/ponds"),
        dataclasses.replace(TIDES, venue="Lake Conference", kind="inproceedings", doi="", dblp_key="conf/lake/First20"),
    )
    world.servers["crossref"].hidden.add("10.5555/tides.7")
    cited = entry(
        "tides", "inproceedings", title=TIDES.title, author="First, Ann and Second, Bo", booktitle="Lake Conference"
    )
    looked = world.titles(cited)
    assert [one.name for one in looked.found["tides"]] == ["conf/lake/First20", "doi:10.5555/ponds"]
    assert world.requests == {"crossref": 1, "dblp": 1}


def test_a_book_is_searched_for_at_crossref_alone(world: World) -> None:
    looked = world.titles(entry("book", "book", title="A Book about Zyzzyvas", author="Nobody, Ned", publisher="P"))
    assert set(looked.absent) == {"book"}
    assert world.requests == {"crossref": 1}


@pytest.mark.parametrize("type_", ["online", "misc", "software", "manual", "electronic"])
def test_pages_and_programs_are_outside_of_what_the_sources_cover(world: World, type_: str) -> None:
    looked = world.titles(entry("page", type_, title="The Zyzzyva Project", url="https://zyzzyva.example.org"))
    assert looked == Looked(unreachable={"page": OUTSIDE})
    assert world.requests == {}


def test_an_entry_without_a_title_cannot_be_searched_for(world: World) -> None:
    assert world.titles(entry("bare", author="Nobody, Ned")).unreachable == {"bare": "it has no title to search for"}
    assert world.requests == {}


def test_a_title_without_a_word_for_arxiv_is_not_called_absent_there(world: World) -> None:
    looked = world.titles(entry("odd", "misc", title="?!", author="Nobody, Ned", note="arXiv"))
    assert looked.unreachable == {"odd": "arXiv cannot be searched for such a title"}
    assert "arxiv" not in world.requests


def test_arxiv_is_asked_for_eight_titles_in_one_request(world: World) -> None:
    papers = list(synthetic_papers(20))
    world.library.add(*papers)
    looked = world.titles(*(preprint(paper, str(number)) for number, paper in enumerate(papers)))
    assert {name: one.name for name, (one, *_) in looked.found.items()} == {
        str(number): f"arXiv:{paper.id}" for number, paper in enumerate(papers)
    }
    assert (looked.absent, looked.unreachable) == ({}, {})
    assert world.requests == {"arxiv": 3}
    assert all(request.line_bytes < 4000 for request in world.servers["arxiv"].requests)


def preprint(paper: Paper, key: str) -> Reference:
    authors = " and ".join(author.name for author in paper.at().authors)
    return entry(key, "misc", title=paper.title, author=authors, howpublished="arXiv")


def test_a_title_that_others_crowd_out_is_asked_for_alone(world: World) -> None:
    crowd = [Paper(f"2301.{number:05}", title=f"Deep Kites, Part {number}") for number in range(1, 100)]
    rare = Paper("2302.00001", title="A Rare Title about Quokkas", authors=["Ned Nobody"])
    world.library.add(*crowd, rare)
    looked = world.titles(
        entry("deep", "misc", title="Deep Kites", author="Nobody, Ned", note="arXiv"), preprint(rare, "rare")
    )
    assert looked.found["rare"][0].name == "arXiv:2302.00001"
    assert looked.unreachable == {"deep": "arXiv has too many works with the words of this title"}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("service", ["crossref", "dblp", "arxiv"])
def test_where_one_service_fails_nothing_is_absent_and_the_others_are_asked(
    world: World, service: str, failure: str
) -> None:
    mode, options = FAILURES[failure]
    world.servers[service].fail(mode, next=None, **options)
    looked = world.titles(NOWHERE, preprint(NEVER_PUBLISHED, "pre"))
    assert looked.absent == {}
    assert set(looked.unreachable) == {"nowhere"}
    assert set(looked.found) == {"pre"}
    assert set(world.requests) == {"crossref", "dblp", "arxiv"}


def test_half_a_feed_makes_nothing_absent(world: World) -> None:
    world.servers["arxiv"].fail("partial", next=None)
    looked = world.titles(preprint(NEVER_PUBLISHED.revised(title="Counting Is Hard"), "pre"))
    assert looked.absent == {}


@pytest.mark.parametrize(
    ("limit", "server"), [("CROSSREF_SEARCHES", "crossref"), ("DBLP_SEARCHES", "dblp"), ("ARXIV_REQUESTS", "arxiv")]
)
def test_searches_are_limited_and_the_next_run_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: str, server: str
) -> None:
    monkeypatch.setattr(f"enrich.lookup.{limit}", 2)
    monkeypatch.setattr("enrich.sources.arxiv.SEARCH_TITLES", 1)
    monkeypatch.setattr("enrich.sources.arxiv.search_batches.__defaults__", (1,))
    cited = [dataclasses.replace(NOWHERE, key=f"nowhere{n}", fields=_about(f"Quokka{'abc'[n]}")) for n in range(3)]
    looked = world.titles(*cited)
    assert world.requests[server] == 2
    assert len(looked.absent) == 2
    (why,) = looked.unreachable.values()
    assert why.endswith("a run; run again for the others")
    assert len(world.titles(*cited).absent) == 3
    assert world.requests == {server: 1}


def _about(word: str) -> dict[str, str]:
    return {**NOWHERE.fields, "title": f"{word} and Zyzzyvas Quarrel near Xanadu"}


def test_an_interrupted_search_keeps_what_was_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("enrich.sources.dblp.candidates", stopped)
    looked = world.titles(TIDES_CITED, NOWHERE)
    assert looked.interrupted
    assert (set(looked.found), looked.unreachable) == ({"tides"}, {"nowhere": STOPPED})


def test_who_waits_is_told_who_is_asked(world: World) -> None:
    class Noted(Watcher):
        def __init__(self) -> None:
            self.begun: list[tuple[str, int, int]] = []

        def begin(self, label: str, batches: int, papers: int) -> None:
            self.begun.append((label, batches, papers))

    watcher, settings = Noted(), world.settings()
    with Store(settings.cache_folder) as store:
        lookup.titles({"a": TIDES_CITED, "b": NOWHERE}, settings, store, watcher=watcher)
    assert watcher.begun == [("Crossref", 2, 2), ("DBLP", 1, 1), ("arXiv", 1, 1)]


# What is kept ---------------------------------------------------------------------------------------------------------

DOIS = ("10.5555/tides.7", "10.5555/data.7", "10.5555/nothing.1")
SAME_TITLE = dataclasses.replace(
    TIDES_CITED, key="same", fields={**TIDES_CITED.fields, "author": "Mine, Max", "journal": "Another Journal"}
)


def test_tomorrow_nobody_is_asked_again(world: World) -> None:
    dois, titles = world.dois(*DOIS), world.titles(TIDES_CITED, SAME_TITLE, NOWHERE)
    assert (set(dois.found), set(dois.absent)) == ({"10.5555/tides.7", "10.5555/data.7"}, {"10.5555/nothing.1"})
    assert (set(titles.found), set(titles.absent)) == ({"tides", "same"}, {"nowhere"})
    world.later(0.5)
    assert world.dois(*DOIS) == dois
    assert world.requests == {}
    assert world.titles(TIDES_CITED, SAME_TITLE, NOWHERE) == titles
    assert world.requests == {}


def test_offline_what_is_kept_counts_however_old(world: World) -> None:
    dois, titles = world.dois(*DOIS), world.titles(TIDES_CITED, NOWHERE)
    world.later(400)
    assert world.dois(*DOIS, offline=True) == dois
    assert world.titles(TIDES_CITED, NOWHERE, offline=True) == titles
    assert world.dois("10.5555/never.asked", offline=True).unreachable == {"10.5555/never.asked": OFFLINE}
    assert world.requests == {}


def test_fresh_asks_again_and_keeps_the_new_answer(world: World, crossref: CrossrefStandin) -> None:
    world.dois("10.5555/tides.7")
    world.titles(TIDES_CITED)
    world.library.publish(dataclasses.replace(TIDES, authors=["Ann First", "Bo Second", "Cy Third"]))
    assert len(only(world.dois("10.5555/tides.7", fresh=True), "10.5555/tides.7").authors) == 3
    assert world.requests == {"crossref": 1}
    assert len(world.titles(TIDES_CITED, fresh=True).found["tides"][0].authors) == 3
    assert world.requests == {"crossref": 1}
    world.later(1)
    assert len(only(world.dois("10.5555/tides.7"), "10.5555/tides.7").authors) == 3
    assert world.requests == {}


def test_a_doi_that_was_nobodys_is_asked_for_again_after_a_day(world: World) -> None:
    assert set(world.dois("10.5555/soon", "10.5555/tides.7").absent) == {"10.5555/soon"}
    world.library.publish(dataclasses.replace(TIDES, doi="10.5555/soon"))
    world.later(0.9)
    assert set(world.dois("10.5555/soon", "10.5555/tides.7").absent) == {"10.5555/soon"}
    world.later(0.2)
    assert set(world.dois("10.5555/soon", "10.5555/tides.7").found) == {"10.5555/soon", "10.5555/tides.7"}
    assert world.requests == {"crossref": 1}


@pytest.mark.parametrize("cited", [SAME_TITLE, NOWHERE], ids=["found, but hardly meant", "nowhere"])
def test_a_title_without_a_sure_hit_is_searched_for_again_after_a_week(world: World, cited: Reference) -> None:
    world.titles(cited, TIDES_CITED)
    world.later(6.9)
    world.titles(cited, TIDES_CITED)
    assert world.requests == {}
    world.later(0.2)
    world.titles(cited, TIDES_CITED)
    assert world.requests == {"crossref": 1, "dblp": 1, "arxiv": 1}


def test_what_was_found_is_asked_for_again_when_it_is_older_than_the_user_allows(world: World) -> None:
    world.dois("10.5555/tides.7")
    world.titles(TIDES_CITED)
    world.later(29)
    world.dois("10.5555/tides.7")
    world.titles(TIDES_CITED)
    assert world.requests == {}
    world.dois("10.5555/tides.7", max_age=28 * config.DAY)
    assert world.requests == {"crossref": 1}
    world.later(2)
    world.titles(TIDES_CITED)
    assert world.requests == {"crossref": 1}


def test_an_answer_from_the_future_is_asked_for_again(world: World) -> None:
    world.dois("10.5555/tides.7")
    world.later(-1)
    world.dois("10.5555/tides.7")
    assert world.requests == {"crossref": 1}


def test_what_could_not_be_found_out_is_not_kept(world: World) -> None:
    world.servers["datacite"].fail("html", next=None)
    assert set(world.dois(*DOIS).unreachable) == {"10.5555/data.7", "10.5555/nothing.1"}
    world.servers["datacite"].heal()
    world.later(0)
    looked = world.dois(*DOIS)
    assert (set(looked.found), set(looked.absent)) == ({*DOIS[:2]}, {DOIS[2]})


def test_what_is_found_and_not_settled_is_not_kept_as_an_answer(world: World) -> None:
    world.servers["dblp"].fail("html", next=None)
    first = world.titles(SAME_TITLE)
    assert set(first.found) == set(first.unreachable) == {"same"}
    assert world.titles(SAME_TITLE, offline=True).unreachable == {"same": OFFLINE}


def test_when_a_service_is_back_only_it_is_asked(world: World) -> None:
    world.servers["dblp"].fail("html", next=None)
    first = world.titles(SAME_TITLE, NOWHERE)
    assert set(first.unreachable) == {"same", "nowhere"}
    world.servers["dblp"].heal()
    world.later(2)
    again = world.titles(SAME_TITLE, NOWHERE)
    assert (again.found, set(again.absent), again.unreachable) == (first.found, {"nowhere"}, {})
    assert world.requests == {"dblp": 2}
    world.later(5.1)
    world.titles(NOWHERE)
    assert world.requests == {"crossref": 1, "dblp": 1, "arxiv": 1}, "it is as old as the oldest word"


def test_what_one_service_said_is_asked_again_after_a_week_too(world: World) -> None:
    world.servers["dblp"].fail("html", next=None)
    world.titles(NOWHERE)
    world.later(4)
    world.titles(NOWHERE)
    assert set(world.requests) == {"dblp"}
    world.later(3.1)
    world.titles(NOWHERE)
    assert world.requests["crossref"] == world.requests["arxiv"] == 1


def test_on_a_bad_day_what_was_surely_found_counts_however_old(world: World) -> None:
    dois, titles = world.dois(*DOIS), world.titles(TIDES_CITED, NOWHERE)
    world.later(100)
    for server in world.servers.values():
        server.fail(500, next=None)
    looked = world.dois(*DOIS)
    assert (looked.found, looked.absent, set(looked.unreachable)) == (dois.found, {}, {"10.5555/nothing.1"})
    looked = world.titles(TIDES_CITED, NOWHERE)
    assert (looked.found, looked.absent, set(looked.unreachable)) == (titles.found, {}, {"nowhere"})


def test_what_was_found_before_an_interruption_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("enrich.sources.datacite.works", stopped)
        patched.setattr("enrich.sources.dblp.candidates", stopped)
        assert world.dois(*DOIS).interrupted
        assert world.titles(TIDES_CITED, NOWHERE).interrupted
    world.later(1)
    world.dois("10.5555/tides.7")
    assert world.requests == {}
    assert set(world.titles(TIDES_CITED, NOWHERE).absent) == {"nowhere"}
    assert world.requests == {"dblp": 1, "arxiv": 1}


def test_a_quarter_more_titles_than_a_run_searches_for_are_settled_in_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 250, at a fifth of their number.
    for limit in ("CROSSREF_SEARCHES", "DBLP_SEARCHES", "ARXIV_REQUESTS"):
        monkeypatch.setattr(f"enrich.lookup.{limit}", getattr(lookup, limit) // 5)
    cited = []
    for number in range(50):
        title = f"Quokkas and Zyzzyvas near {_in_letters(number)}"
        world.library.publish(dataclasses.replace(TIDES, title=title, doi=f"10.5555/quokka.{number}"))
        cited.append(dataclasses.replace(TIDES_CITED, key=str(number), fields={**TIDES_CITED.fields, "title": title}))
    first = world.titles(*cited)
    assert len(first.unreachable) == 10
    assert world.requests["crossref"] == 40
    world.later(0.5)
    second = world.titles(*cited)
    assert (len(second.found), second.absent, second.unreachable) == (50, {}, {})
    assert world.requests["crossref"] == 10
    world.titles(*cited)
    assert world.requests == {}


def _in_letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] * 2 for digit in f"{number:03}")


@pytest.mark.parametrize("turn", range(4))
def test_of_what_nobody_has_no_service_is_asked_twice_over_all_runs(
    world: World, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    def in_turn(asking: Asking, items: Sequence[Any], most: int) -> list[Any]:
        start = turn * most % max(len(items), 1)
        return [*items[start:], *items[:start]]

    monkeypatch.setattr(Asking, "in_turn", in_turn)
    monkeypatch.setattr("enrich.sources.arxiv.search_batches.__defaults__", (2,))
    for limit, most in (("CROSSREF_SEARCHES", 4), ("DBLP_SEARCHES", 2), ("ARXIV_REQUESTS", 1)):
        monkeypatch.setattr(f"enrich.lookup.{limit}", most)
    cited = [
        dataclasses.replace(
            NOWHERE, key=str(n), fields={**NOWHERE.fields, "title": f"Quokkas Quarrel near {_in_letters(n)}"}
        )
        for n in range(8)
    ]
    asked = {"crossref": 0, "dblp": 0, "arxiv": 0}
    for run in range(1, 5):
        looked = world.titles(*cited)
        assert len(looked.absent) == 2 * run
        asked = {name: number + world.requests.get(name, 0) for name, number in asked.items()}
        world.later(0.1)
    assert asked == {"crossref": 8, "dblp": 8, "arxiv": 4}


def test_another_way_of_writing_a_title_is_the_same_question_and_other_claims_are_not(world: World) -> None:
    world.titles(TIDES_CITED)
    world.later(1)
    braced = {**TIDES_CITED.fields, "title": "{On} the {Tides} of Small Lakes, and Larger Puddles."}
    assert set(world.titles(dataclasses.replace(TIDES_CITED, key="braced", fields=braced)).found) == {"braced"}
    assert world.requests == {}
    for name, value in (("author", "First, Ann"), ("year", "2019"), ("journal", "Lakes")):
        world.titles(dataclasses.replace(TIDES_CITED, fields={**TIDES_CITED.fields, name: value}))
        assert world.requests.get("crossref") == 1, name
        world.later(0)


DAMAGES = ["[", "[]", "{}", "7", "null", "[null]", "[7]", '["text"]', "[{}]", '[{"source": "Crossref"}]']


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_kept_row_without_sense_is_ignored_and_replaced(world: World, damage: str) -> None:
    dois, titles = world.dois("10.5555/tides.7"), world.titles(TIDES_CITED)
    with world.cache() as connection:
        connection.execute("DELETE FROM reply")
        connection.execute("UPDATE lookup SET found = ?", [damage])
    assert world.dois("10.5555/tides.7", offline=True).unreachable == {"10.5555/tides.7": OFFLINE}
    assert world.dois("10.5555/tides.7") == dois
    assert world.titles(TIDES_CITED) == titles
    world.later(1)
    assert world.dois("10.5555/tides.7") == dois
    assert world.titles(TIDES_CITED) == titles
    assert world.requests == {}


@pytest.mark.parametrize(
    "change",
    [
        {"source": 7},
        {"doi": ["10.5555/x"]},
        {"titles": [7]},
        {"titles": None},
        {"years": ["2020"]},
        {"bylines": [["Ann First"]]},
        {"bylines": [[{"family": 7}]]},
        {"complete": "yes"},
        {"preprint": None},
        {"unknown": "field"},
    ],
)
def test_a_kept_description_with_a_value_of_another_kind_makes_no_sense(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no description"):
        lookup.from_json({**lookup.to_json(SOME), **change})


SOME = Description("Crossref", "doi", "doi:10.5555/x", ("A Title",), ((Person("Ann", "First"),),), years=(2020,))
_words = st.text(max_size=8)
_people = st.builds(
    Person, st.none() | _words, st.none() | _words, st.none() | _words, st.none() | _words, st.tuples(_words)
)


@given(
    st.builds(
        Description,
        _words,
        _words,
        _words,
        titles=st.lists(_words, max_size=2).map(tuple),
        bylines=st.lists(st.lists(_people, max_size=2).map(tuple), max_size=2).map(tuple),
        complete=st.booleans(),
        years=st.lists(st.integers(0, 9999), max_size=2).map(tuple),
        venues=st.lists(_words, max_size=2).map(tuple),
        doi=st.none() | _words,
        eprints=st.lists(_words, max_size=2).map(tuple),
        kind=st.none() | _words,
        preprint=st.booleans(),
    )
)
def test_a_description_comes_back_from_json_as_it_was(description: Description) -> None:
    assert lookup.from_json(json.loads(json.dumps(lookup.to_json(description)))) == description


def test_a_cache_that_has_only_nonsense_is_asked_as_if_empty(world: World) -> None:
    settings = world.settings()
    with Store(settings.cache_folder) as store:
        store.keep_lookups("doi", [("10.5555/tides.7", Lookup(({"source": "\ud800"},), "", time.time()))])
    assert set(world.dois("10.5555/tides.7").found) == {"10.5555/tides.7"}
