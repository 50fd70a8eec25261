"""Published versions: who is asked, in how few requests, what is believed, and what happens on bad days."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from enrich import config, formats
from enrich.asking import DEAD
from enrich.identify import parse_id
from enrich.publish import NONE_AGE, SEARCHES, Publications, publish, source_of
from enrich.record import Published, Record
from enrich.resolve import Watcher, resolve
from enrich.store import REPLY_AGE, Publication, Store

from .conftest import Run
from .standins import (
    PUBLISHED_EXAMPLES,
    ArxivStandin,
    CrossrefStandin,
    DataciteStandin,
    DblpStandin,
    InspireStandin,
    Library,
    OpenAlexStandin,
    SemanticScholarStandin,
)
from .standins.papers import (
    AT_CONFERENCE_UNKNOWN_TO_ARXIV,
    AT_CONFERENCE_WITHOUT_DOI,
    HIGH_ENERGY,
    IN_JOURNAL,
    MIXED_RECORD,
    NEVER_PUBLISHED,
    ONLY_SUBMITTED,
    SAME_TITLE,
    SAME_TITLE_OF_OTHERS,
    WRONG_DOI,
    Paper,
    synthetic_papers,
)
from .standins.papers import Publication as Work
from .standins.server import Standin

KEY = "s3cret-key-of-mine"


class Noted(Watcher):
    def __init__(self) -> None:
        self.notes: list[str] = []
        self.begun: list[tuple[str, int, int]] = []

    def note(self, message: str) -> None:
        self.notes.append(message)

    def begin(self, label: str, batches: int, papers: int) -> None:
        self.begun.append((label, batches, papers))


@dataclasses.dataclass
class World:
    """The stand-ins of those who know published works, what they were asked, and runs that ask them."""

    library: Library
    variables: Mapping[str, str]
    folder: Path
    servers: dict[str, Standin]
    watcher: Noted = dataclasses.field(default_factory=Noted)

    def settings(self, env: Mapping[str, str] = {}, **changes: Any) -> config.Settings:
        settings = config.load(self.folder, {**self.variables, **env})
        return dataclasses.replace(settings, **{"patience": 0.2, **changes})

    def records(self, *papers: Paper) -> list[Record]:
        """What arXiv says of them."""
        self.library.add(*papers)
        settings = self.settings()
        with Store(settings.cache_folder) as store:
            found = resolve([parse_id(paper.id) for paper in papers], settings, store)
        self.forget()
        return list(found.records.values())

    def find(self, *papers: Paper, env: Mapping[str, str] = {}, **changes: Any) -> Publications:
        """One run, which looks for the published versions of these papers."""
        records = self.records(*papers)
        settings = self.settings(env, **changes)
        self.watcher = Noted()
        with Store(settings.cache_folder, warn=self.watcher.note) as store:
            return publish(records, settings, store, watcher=self.watcher)

    def known(self, paper: Paper) -> Publication | None:
        """What the store holds of a paper."""
        with Store(self.settings().cache_folder) as store:
            return store.publications([name(paper)]).get(name(paper))

    def age(self, seconds: float) -> None:
        """Let what the store knows of publications be that much older, and forget the raw replies."""
        with Store(self.settings().cache_folder) as store:
            rows = store._read("SELECT id FROM publication")
            known = store.publications([row[0] for row in rows])
            store.keep_publications(
                (one, dataclasses.replace(it, retrieved=it.retrieved - seconds)) for one, it in known.items()
            )
            for key in store.reply_keys():
                store.forget_reply(key)

    def forget(self) -> None:
        for server in self.servers.values():
            server.forget()

    @property
    def requests(self) -> dict[str, int]:
        """How many requests each service got since the records were fetched."""
        return {label: len(server.requests) for label, server in self.servers.items() if server.requests}

    def all_fail(self, mode: str | int, *but: str, **options: Any) -> None:
        for label, server in self.servers.items():
            if label not in but and label != "arxiv":
                server.fail(mode, next=None, **options)


@pytest.fixture
def world(
    published_services: dict[str, str],
    published_examples: Library,
    arxiv: ArxivStandin,
    datacite: DataciteStandin,
    crossref: CrossrefStandin,
    dblp: DblpStandin,
    semanticscholar: SemanticScholarStandin,
    openalex: OpenAlexStandin,
    inspire: InspireStandin,
    tmp_path: Path,
) -> World:
    servers: dict[str, Standin] = {
        "arxiv": arxiv,
        "datacite": datacite,
        "crossref": crossref,
        "dblp": dblp,
        "semanticscholar": semanticscholar,
        "openalex": openalex,
        "inspire": inspire,
    }
    return World(published_examples, published_services, tmp_path, servers)


def name(paper: Paper) -> str:
    return f"arXiv:{paper.id}"


def journal(identifier: str, *, doi: str | None = None, **fields: Any) -> Paper:
    """A paper of mathematics that appeared in a journal, of which arXiv knows the DOI."""
    number = identifier.replace(".", "")
    doi = f"10.5555/{number}" if doi is None else doi
    paper = Paper(
        identifier,
        title=f"On the Number {number} and Its Lanterns",
        authors=["Ada B. Example", "Emil Thought"],
        categories=["math.CO"],
        doi=doi,
    )
    publication = {"day": "2022-03", "volume": "3", "pages": "1-9", "publisher": "Invented Press"}
    return paper.appeared("Annals of Lanterns", **{**publication, "doi": doi, **fields})


# What comes out -------------------------------------------------------------------------------------------------------


def test_the_examples_come_out_as_they_appeared(world: World) -> None:
    result = world.find(*PUBLISHED_EXAMPLES)
    assert {
        identifier: (one.type, one.venue, one.year, one.volume, one.pages, one.doi, source_of(one))
        for identifier, one in result.found.items()
    } == {
        name(IN_JOURNAL): (
            "article",
            "Journal of Invented Results",
            2022,
            "17",
            "101-120",
            "10.5555/jir.2022.17",
            "Crossref",
        ),
        name(AT_CONFERENCE_WITHOUT_DOI): (
            "inproceedings",
            "International Conference on Invented Representations",
            2022,
            None,
            None,
            None,
            "DBLP",
        ),
        name(AT_CONFERENCE_UNKNOWN_TO_ARXIV): (
            "inproceedings",
            "Proceedings of the Invented Conference on Vision",
            2021,
            None,
            "1201-1210",
            "10.5555/icv.2021.00123",
            "Crossref",
        ),
        name(HIGH_ENERGY): (
            "article",
            "Invented Review D",
            2021,
            "104",
            "054001",
            "10.5555/invrevd.104.054001",
            "Crossref",
        ),
        name(MIXED_RECORD): ("inproceedings", "SIA", 2022, None, "33-47", None, "DBLP"),
        name(SAME_TITLE_OF_OTHERS): (
            "inproceedings",
            "Conference on Invented Interaction",
            2021,
            None,
            "1-12",
            "10.5555/3400000.3400010",
            "Crossref",
        ),
    }
    assert set(result.reasons) == {name(p) for p in (WRONG_DOI, NEVER_PUBLISHED, ONLY_SUBMITTED, SAME_TITLE)}
    assert result.unreachable == {}
    assert not result.interrupted
    assert world.watcher.notes == []


def test_the_examples_take_eight_requests(world: World) -> None:
    world.find(*PUBLISHED_EXAMPLES)
    assert world.requests == {"crossref": 3, "semanticscholar": 1, "datacite": 1, "dblp": 3}


def test_the_reasons_say_what_was_seen_and_why_it_is_not_believed(world: World) -> None:
    reasons = world.find(*PUBLISHED_EXAMPLES).reasons
    assert reasons[name(WRONG_DOI)] == (
        "arXiv's record names doi:10.5555/lamps.2011.3, by Crossref 'On the Repair of Street Lamps' "
        "(Archives of Lighting, 2011): no author in common: Otto Null, Dora Second"
    )
    assert reasons[name(ONLY_SUBMITTED)] == "Semantic Scholar names 'Submitted to ICIR 2022': it is a submission"
    assert reasons[name(NEVER_PUBLISHED)] == "no source knows a published version"


def test_the_evidence_says_who_led_there_who_described_it_and_what_agrees(world: World) -> None:
    found = world.find(IN_JOURNAL, AT_CONFERENCE_UNKNOWN_TO_ARXIV).found
    assert found[name(IN_JOURNAL)].evidence[:4] == (
        "Crossref describes it",
        "arXiv's record names doi:10.5555/jir.2022.17",
        "title the same",
        "all 3 authors the same, in the same order",
    )
    assert found[name(AT_CONFERENCE_UNKNOWN_TO_ARXIV)].evidence[:2] == (
        "Crossref describes it",
        "Semantic Scholar names doi:10.5555/icv.2021.00123",
    )
    assert not [proof for one in found.values() for proof in one.evidence if proof.startswith("crossref")]


def test_a_result_is_attached_to_its_record_with_its_source(world: World) -> None:
    result = world.find(IN_JOURNAL, NEVER_PUBLISHED)
    found, none = world.records(IN_JOURNAL, NEVER_PUBLISHED)
    attached = result.attach(found)
    assert attached.published == result.found[name(IN_JOURNAL)]
    assert attached.origin["published"] == "Crossref"
    assert result.attach(none) is none
    assert source_of(Published(title="by hand")) == "unknown"


def test_arxivs_wrong_doi_does_not_keep_others_from_naming_the_right_one(world: World) -> None:
    paper = journal("2106.00001").revised(doi="10.5555/lamps.2011.3")
    found = world.find(paper).found[name(paper)]
    assert (found.doi, found.venue) == ("10.5555/210600001", "Annals of Lanterns")
    assert found.evidence[1] == "Semantic Scholar names doi:10.5555/210600001"


def test_a_doi_that_only_crossref_lacks_is_made_up_for_by_its_search(world: World) -> None:
    """As with a second DOI of one work, of which Crossref tells only under the first."""
    paper = journal("2106.00002").revised(doi="10.5555/second-name").telling("semanticscholar")
    found = world.find(paper).found[name(paper)]
    assert (found.doi, found.year) == ("10.5555/210600002", 2022)


def test_a_preprint_servers_doi_in_arxivs_field_is_no_publication(world: World) -> None:
    paper = NEVER_PUBLISHED.revised(id="2106.00003", title="Kites of the Night Sky", doi="10.1101/2021.05.01.442244")
    result = world.find(paper)
    assert "doi:10.1101/2021.05.01.442244, which is no publication's" in result.reasons[name(paper)]
    assert not [request for request in world.servers["crossref"].requests if "442244" in request.raw_query]


@pytest.mark.parametrize("kind", ["posted-content", "dissertation", "dataset", "peer-review", "report", "book"])
def test_a_work_of_another_kind_with_the_same_title_and_authors_is_not_believed(world: World, kind: str) -> None:
    paper = journal("2106.00004", crossref_type=kind).telling("semanticscholar").telling("inspire")
    result = world.find(paper)
    assert result.found == {}
    assert "doi:10.5555/210600004" in result.reasons[name(paper)]


def test_the_same_title_by_others_is_not_believed(world: World) -> None:
    found = world.find(SAME_TITLE)
    assert found.found == {}


def test_dblps_record_of_the_preprint_is_neither_a_publication_nor_worth_a_word(world: World) -> None:
    paper = NEVER_PUBLISHED.telling("semanticscholar")
    result = world.find(paper)
    assert result.reasons == {name(paper): "no source knows a published version"}
    assert len(world.servers["dblp"].requests) == 1


def test_dblp_is_searched_where_the_authors_say_that_it_appeared_and_semantic_scholar_knows_nothing_of_it(
    world: World,
) -> None:
    preprint = {"venue": "arXiv.org", "publicationVenue": None, "journal": None}
    ids = {"ArXiv": AT_CONFERENCE_WITHOUT_DOI.id, "DOI": f"10.48550/arXiv.{AT_CONFERENCE_WITHOUT_DOI.id}"}
    paper = AT_CONFERENCE_WITHOUT_DOI.telling("semanticscholar", {**preprint, "externalIds": ids})
    assert source_of(world.find(paper).found[name(paper)]) == "DBLP"
    silent = paper.revised(id="2106.00011", comment="12 pages, submitted to ICIR 2022, may appear elsewhere")
    world.find(silent)
    assert "dblp" not in world.requests


def test_of_two_publications_the_one_that_a_catalogue_names_is_taken(world: World) -> None:
    paper = AT_CONFERENCE_WITHOUT_DOI
    people = list(paper.authors)
    for venue, key in (("J. Inv. Learn.", "journals/jil/Li22"), ("Kites", "journals/kites/Li22")):
        world.library.publish(Work(venue, day="2022", title=paper.title, authors=people, dblp_key=key))
    assert world.find(paper).found[name(paper)].type == "inproceedings"
    named = paper.revised(id="2105.00012").telling("semanticscholar").revised(journal_ref="Kites 3 (2022) 1-9")
    assert world.find(named).found[name(named)].venue == "Kites"


def test_a_merged_record_of_semantic_scholars_is_not_taken_for_the_paper(
    world: World, semanticscholar: SemanticScholarStandin
) -> None:
    semanticscholar.merge(NEVER_PUBLISHED.id, HIGH_ENERGY.id)
    result = world.find(NEVER_PUBLISHED)
    assert result.reasons == {
        name(NEVER_PUBLISHED): f"Semantic Scholar answers with another paper, {name(HIGH_ENERGY)}"
    }
    assert world.requests.get("crossref") is None
    assert len(world.servers["dblp"].requests) == 1, "Semantic Scholar has said nothing of this paper"


def test_a_doi_that_a_catalogue_gives_the_wrong_paper_is_found_out(world: World) -> None:
    ids = {"ArXiv": NEVER_PUBLISHED.id, "DOI": "10.5555/jir.2022.17"}
    paper = NEVER_PUBLISHED.telling("semanticscholar", externalIds=ids)
    result = world.find(paper)
    assert result.found == {}
    assert "Semantic Scholar names doi:10.5555/jir.2022.17, by Crossref" in result.reasons[name(paper)]


def test_a_changed_title_is_believed_where_a_catalogue_connects_the_two(world: World) -> None:
    paper = journal("2106.00005", title="On the Number 210600005 and Its Big Lanterns").revised(doi="")
    assert world.find(paper).found[name(paper)].title == "On the Number 210600005 and Its Big Lanterns"


def test_inspire_is_believed_where_crossref_does_not_know_the_doi(world: World) -> None:
    world.servers["crossref"].hidden.add(HIGH_ENERGY.id)
    paper = HIGH_ENERGY.telling("semanticscholar")
    found = world.find(paper).found[name(paper)]
    assert (source_of(found), found.venue, found.volume, found.pages) == ("INSPIRE", "Inv. Rev. D", "104", "054001")


def test_inspire_is_not_believed_against_crossref(world: World) -> None:
    world.servers["crossref"].hidden.add(HIGH_ENERGY.id)
    paper = HIGH_ENERGY.telling("semanticscholar").telling("inspire", dois=[{"value": "10.5555/lamps.2011.3"}])
    result = world.find(paper)
    assert result.found == {}
    assert "INSPIRE names doi:10.5555/lamps.2011.3" in result.reasons[name(paper)]


def test_inspire_is_not_believed_about_a_doi_that_could_not_be_looked_up(world: World) -> None:
    world.servers["crossref"].fail(503, next=None)
    paper = HIGH_ENERGY.telling("semanticscholar")
    result = world.find(paper)
    assert result.found == {}
    assert set(result.unreachable) == {name(paper)}


@pytest.mark.parametrize(
    ("ours", "theirs", "cited"),
    [
        (
            "Sums of $x^2$ over Knots and Ladders",
            "SUMS OF x2 OVER KNOTS AND LADDERS.",
            "Sums of $x^2$ over Knots and Ladders",
        ),
        (
            "SUMS OVER KNOTS AND LADDERS, AGAIN",
            "Sums over Knots and Ladders, Again",
            "Sums over Knots and Ladders, Again",
        ),
        ("Summing over Knots and Ladderes", "Summing over Knots and Ladders", "Summing over Knots and Ladders"),
    ],
)
def test_a_title_that_differs_in_writing_only_stays_as_arxiv_has_it_unless_all_are_capitals(
    world: World, ours: str, theirs: str, cited: str
) -> None:
    paper = dataclasses.replace(IN_JOURNAL, title=ours)
    paper = dataclasses.replace(paper, published=dataclasses.replace(paper.published, title=theirs))
    assert world.find(paper).found[name(paper)].title == cited


def test_pages_of_another_catalogue_are_added_only_to_the_same_publication(world: World) -> None:
    def told(identifier: str, venue: str) -> Paper:
        paper = journal(identifier, pages="", volume="").revised(doi="")
        return paper.telling(
            "semanticscholar",
            venue=venue,
            publicationVenue={"name": venue, "type": "journal"},
            journal={"name": venue, "volume": "77", "pages": "5-6"},
        )

    same, other = told("2106.00006", "Annals of Lanterns"), told("2106.00007", "Proceedings of the Kite Symposium")
    found = world.find(same, other).found
    assert (found[name(same)].volume, found[name(same)].pages) == ("77", "5-6")
    assert (found[name(other)].volume, found[name(other)].pages) == (None, None)


def test_a_catalogue_that_names_a_venue_nobody_describes_is_quoted(world: World) -> None:
    paper = AT_CONFERENCE_WITHOUT_DOI.telling("dblp")
    assert world.find(paper).reasons[name(paper)] == (
        "Semantic Scholar names International Conference on Invented Representations, "
        "but nobody describes what appeared there"
    )


def test_dois_in_any_case_and_with_a_comma_are_found(world: World) -> None:
    upper = journal("2106.00008", doi="10.5555/ABC.Def").revised(doi="10.5555/abc.DEF")
    comma = journal("2106.00009", doi="10.5555/s0021(99)1,2:3").revised(doi="10.5555/S0021(99)1,2:3")
    found = world.find(upper, comma).found
    assert {one.doi for one in found.values()} == {"10.5555/abc.def", "10.5555/s0021(99)1,2:3"}
    assert world.requests == {"crossref": 2}


def test_the_doi_that_crossref_calls_the_works_own_is_taken(world: World) -> None:
    paper = journal("2106.00012", doi="10.5555/second,name").telling("crossref", DOI="10.5555/own")
    found = world.find(paper).found[name(paper)]
    assert found.doi == "10.5555/own"
    assert "arXiv's record names doi:10.5555/second,name" in found.evidence


def test_a_doi_with_a_comma_that_crossref_does_not_know_is_no_failure(world: World) -> None:
    paper = NEVER_PUBLISHED.revised(id="2106.00010", title="Kites, Again", doi="10.5555/no,such")
    result = world.find(paper)
    assert "doi:10.5555/no,such, which Crossref does not know" in result.reasons[name(paper)]


# How few requests -----------------------------------------------------------------------------------------------------


def test_a_hundred_dois_of_arxivs_take_four_requests_to_crossref_and_nothing_else(world: World) -> None:
    papers = [journal(f"2107.{number:05}") for number in range(1, 101)]
    result = world.find(*papers)
    assert len(result.found) == 100
    assert world.requests == {"crossref": 4}
    assert world.watcher.begun == [("Crossref", 4, 100)]


def test_three_hundred_papers_that_nobody_knows_take_seven_requests(world: World) -> None:
    papers = [
        paper.revised(categories=["math.CO"]).telling("semanticscholar")
        for paper in synthetic_papers(300, first="2108.00001")
    ]
    result = world.find(*papers)
    assert len(result.reasons) == 300
    assert world.requests == {"semanticscholar": 1, "datacite": 6}


def test_a_thousand_papers_that_were_never_published_take_few_requests(world: World) -> None:
    papers = list(synthetic_papers(1000, first="2108.00001"))
    result = world.find(*papers)
    assert len(result.reasons) == 1000
    # INSPIRE is asked of physics alone, and DBLP of nobody whom Semantic Scholar knows to have no venue.
    physics = sum(paper.categories[0].startswith(("hep-", "astro-", "quant-")) for paper in papers)
    assert world.requests == {"semanticscholar": 2, "inspire": -(-physics // 25), "datacite": 20}


def test_only_papers_of_physics_are_asked_of_inspire(world: World) -> None:
    world.find(NEVER_PUBLISHED, HIGH_ENERGY.telling("semanticscholar"))
    assert world.servers["inspire"].asked == [(HIGH_ENERGY.id,)]


def test_openalex_is_asked_only_with_a_key(world: World) -> None:
    world.find(NEVER_PUBLISHED)
    assert "openalex" not in world.requests
    result = world.find(
        AT_CONFERENCE_UNKNOWN_TO_ARXIV.telling("semanticscholar").revised(id="2105.00099"),
        env={"ENRICH_OPENALEX_KEY": KEY},
    )
    assert world.requests["openalex"] == 1
    assert "OpenAlex names doi:10.5555/icv.2021.00123" in result.found["arXiv:2105.00099"].evidence


def test_searches_by_title_are_limited_and_the_next_run_goes_on(world: World) -> None:
    papers = [
        paper.revised(categories=["cs.LG"]).telling("semanticscholar") for paper in synthetic_papers(SEARCHES + 5)
    ]
    first = world.find(*papers)
    assert world.requests["dblp"] == SEARCHES
    assert len(first.reasons) == SEARCHES
    assert set(first.unreachable.values()) == {
        f"DBLP is searched for {SEARCHES} papers a run; run again for the others"
    }
    second = world.find(*papers)
    assert world.requests["dblp"] == 5
    assert (len(second.reasons), second.unreachable) == (SEARCHES + 5, {})


def test_more_papers_are_searched_where_a_catalogue_names_a_venue(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    likely = SEARCHES + 5
    monkeypatch.setattr("enrich.publish.LIKELY_SEARCHES", likely)
    papers = [
        paper.revised(categories=["cs.LG"]).appeared("Kite Conference", "inproceedings", day="2022", short="KITE")
        for paper in synthetic_papers(likely + 3)
    ]
    result = world.find(*papers)
    assert world.requests["dblp"] == likely
    assert "crossref" not in world.requests, "of what is left to the next run nobody else is asked"
    sources = [source_of(one) for one in result.found.values()]
    assert (sources.count("DBLP"), sources.count("Semantic Scholar")) == (likely, 3)
    assert [source_of(one) for one in world.find(*papers).found.values()].count("DBLP") == likely + 3


def test_the_next_run_goes_on_even_where_somebody_else_keeps_refusing(world: World) -> None:
    world.servers["semanticscholar"].fail(429, next=None)
    papers = [paper.revised(categories=["cs.LG"]) for paper in synthetic_papers(SEARCHES + 5)]
    world.find(*papers)
    searched = {request.raw_query for request in world.servers["dblp"].requests}
    world.find(*papers)
    again = {request.raw_query for request in world.servers["dblp"].requests}
    assert (len(searched), len(again)) == (SEARCHES, 5)
    assert not searched & again


def test_on_another_day_others_are_searched_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.servers["semanticscholar"].fail(429, next=None)
    papers = [paper.revised(categories=["cs.LG"]) for paper in synthetic_papers(2 * SEARCHES)]
    world.find(*papers)
    searched = {request.raw_query for request in world.servers["dblp"].requests}
    with Store(world.settings().cache_folder) as store:
        store.clear()
    now = time.time() - REPLY_AGE
    monkeypatch.setattr("enrich.publish.time", SimpleNamespace(time=lambda: now))
    world.find(*papers)
    assert not searched & {request.raw_query for request in world.servers["dblp"].requests}


# What is remembered ---------------------------------------------------------------------------------------------------


def test_what_is_known_is_not_asked_again(world: World) -> None:
    first = world.find(*PUBLISHED_EXAMPLES)
    second = world.find(*PUBLISHED_EXAMPLES)
    assert (second.found, second.reasons, second.unreachable) == (first.found, first.reasons, {})
    assert world.requests == {}


def test_that_nothing_was_found_holds_for_a_week_and_a_publication_for_max_age(world: World) -> None:
    papers = (IN_JOURNAL, NEVER_PUBLISHED)
    world.find(*papers)
    world.age(NONE_AGE - 3600)
    world.find(*papers)
    assert world.requests == {}
    world.age(3601)
    world.find(*papers)
    assert set(world.requests) == {"semanticscholar", "datacite"}, "only the one without a publication"
    world.age(30 * config.DAY - NONE_AGE + 1)
    world.find(*papers)
    assert world.requests["crossref"] == 1


def test_fresh_asks_again(world: World) -> None:
    world.find(IN_JOURNAL)
    world.find(IN_JOURNAL, fresh=True)
    assert world.requests == {"crossref": 1}


def test_an_answer_from_the_future_is_asked_again(world: World) -> None:
    world.find(IN_JOURNAL)
    world.age(-3600)
    world.find(IN_JOURNAL)
    assert world.requests == {"crossref": 1}


def test_offline_nobody_is_asked_and_what_is_known_counts_whatever_its_age(world: World) -> None:
    world.find(IN_JOURNAL, NEVER_PUBLISHED)
    world.age(400 * config.DAY)
    result = world.find(IN_JOURNAL, NEVER_PUBLISHED, HIGH_ENERGY, offline=True)
    assert set(result.found) == {name(IN_JOURNAL)}
    assert set(result.reasons) == {name(NEVER_PUBLISHED)}
    assert result.unreachable == {name(HIGH_ENERGY): "nobody is asked offline"}
    assert world.requests == {}


def test_a_publication_found_earlier_stays_on_a_bad_day(world: World) -> None:
    first = world.find(AT_CONFERENCE_UNKNOWN_TO_ARXIV)
    world.age(31 * config.DAY)
    world.all_fail(503)
    second = world.find(AT_CONFERENCE_UNKNOWN_TO_ARXIV)
    assert second.found == first.found
    assert second.unreachable == {}


def test_a_cache_that_cannot_be_used_does_not_stop_it(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    records = world.records(IN_JOURNAL, NEVER_PUBLISHED)
    settings = world.settings({"ENRICH_CACHE": str(tmp_path / "file" / "cache")})
    with Store(settings.cache_folder, warn=world.watcher.note) as store:
        result = publish(records, settings, store)
    assert set(result.found) == {name(IN_JOURNAL)}
    assert set(result.reasons) == {name(NEVER_PUBLISHED)}


# Bad days -------------------------------------------------------------------------------------------------------------

FAILURES: list[tuple[str, str | int, dict[str, Any]]] = [
    *[("semanticscholar", mode, {}) for mode in (429, 403, 401, 404, 500, "html", "truncated", "cut-off", "error")],
    *[(service, mode, {}) for service in ("datacite", "inspire", "crossref") for mode in (503, "html", 404)],
    ("dblp", 429, {"retry_after": 3600}),
    ("dblp", "empty", {}),
]


@pytest.mark.parametrize(("failing", "mode", "options"), FAILURES, ids=lambda value: str(value) if value else "")
def test_who_fails_is_missed_by_those_papers_alone_that_he_might_know(
    world: World, failing: str, mode: str | int, options: dict[str, Any]
) -> None:
    world.servers[failing].fail(mode, next=None, **options)
    hidden = {"semanticscholar": None}
    papers = [
        IN_JOURNAL,
        AT_CONFERENCE_WITHOUT_DOI,
        HIGH_ENERGY if failing == "semanticscholar" else dataclasses.replace(HIGH_ENERGY, told=hidden),
        NEVER_PUBLISHED,
    ]
    result = world.find(*papers)
    expected = {
        # Of three of them two others know of what was published; only what was not stays open.
        "semanticscholar": {name(NEVER_PUBLISHED)},
        "datacite": {name(NEVER_PUBLISHED)},
        "inspire": {name(HIGH_ENERGY)},
        "dblp": set(),
        "crossref": {name(HIGH_ENERGY)},
    }[failing]
    assert set(result.unreachable) == expected
    assert set(result.found) | set(result.reasons) == {name(paper) for paper in papers} - expected
    open_ones = expected or {name(AT_CONFERENCE_WITHOUT_DOI)}
    for paper in papers:
        assert (world.known(paper) is None) == (name(paper) in open_ones), "what was not found out is not stored"
    assert len([note for note in world.watcher.notes if "going on without" in note]) <= 1
    world.servers[failing].heal()


def test_what_dblp_cannot_be_asked_for_is_taken_from_semantic_scholar_until_it_can(world: World) -> None:
    world.servers["dblp"].fail(429, next=None)
    result = world.find(AT_CONFERENCE_WITHOUT_DOI)
    found = result.found[name(AT_CONFERENCE_WITHOUT_DOI)]
    assert (source_of(found), found.type, found.year) == ("Semantic Scholar", "inproceedings", 2022)
    assert found.venue == "International Conference on Invented Representations"
    assert result.unreachable == {}
    assert world.watcher.notes[-1].startswith("1 paper is described by Semantic Scholar alone")
    world.servers["dblp"].heal()
    assert source_of(world.find(AT_CONFERENCE_WITHOUT_DOI).found[name(AT_CONFERENCE_WITHOUT_DOI)]) == "DBLP"


def test_what_dblp_said_before_is_better_than_semantic_scholars_own_description(world: World) -> None:
    first = world.find(AT_CONFERENCE_WITHOUT_DOI)
    world.age(31 * config.DAY)
    world.servers["dblp"].fail(429, next=None)
    assert world.find(AT_CONFERENCE_WITHOUT_DOI).found == first.found


@pytest.mark.parametrize(
    "fields",
    [
        {"externalIds": {"ArXiv": "2105.00002", "DBLP": "journals/corr/abs-2105-00002"}},
        {"externalIds": {"ArXiv": "2105.00002"}},
        {"year": 2020},
        {"title": "Learning to Knot: Part II"},
        {"authors": [{"name": "Gus Nobody"}]},
        {"externalIds": {"ArXiv": "2105.00002", "DBLP": "conf/icir/Li22", "DOI": "10.48550/arXiv.2105.00002"}},
    ],
    ids=["CoRR", "no key", "year", "title", "authors", "preprint's DOI"],
)
def test_semantic_scholars_own_description_must_be_proven_too(world: World, fields: dict[str, Any]) -> None:
    world.servers["dblp"].fail(429, next=None)
    paper = AT_CONFERENCE_WITHOUT_DOI.telling("semanticscholar", fields)
    result = world.find(paper)
    assert result.found == {}
    assert set(result.unreachable) == {name(paper)}


def test_a_service_that_is_down_is_noted_once_however_often_it_is_needed(world: World) -> None:
    world.servers["crossref"].fail(503, next=None)
    result = world.find(*PUBLISHED_EXAMPLES)
    assert world.watcher.notes == ["Crossref refuses to answer now (HTTP 503); going on without Crossref"]
    assert name(AT_CONFERENCE_WITHOUT_DOI) in result.found


def test_one_bad_doi_does_not_spoil_its_batch(world: World) -> None:
    papers = [journal(f"2109.{number:05}") for number in range(1, 9)]
    world.servers["crossref"].fail(400, next=None, when=lambda request: "10.5555/210900003" in request.ids)
    result = world.find(*papers, patience=60)
    assert len(result.found) == 8
    assert "10.5555/210900003" in (result.found["arXiv:2109.00003"].doi or ""), "found by its title"


def test_one_search_that_fails_does_not_end_the_others(world: World) -> None:
    world.servers["dblp"].fail(500, next=None, when=lambda request: "Kites" in request.ids)
    papers = (NEVER_PUBLISHED.telling("semanticscholar"), AT_CONFERENCE_WITHOUT_DOI.telling("semanticscholar"))
    result = world.find(*papers, patience=60)
    assert result.unreachable == {name(NEVER_PUBLISHED): "DBLP refuses to answer now (HTTP 500)"}
    assert set(result.found) == {name(AT_CONFERENCE_WITHOUT_DOI)}


def test_answers_full_of_nulls_prove_nothing(world: World) -> None:
    world.all_fail("nulls")
    result = world.find(*PUBLISHED_EXAMPLES)
    assert result.found == {}


def test_semantic_scholars_refusal_says_that_a_key_would_help(world: World) -> None:
    world.servers["semanticscholar"].fail(429, next=None)
    result = world.find(NEVER_PUBLISHED)
    expected = "Semantic Scholar refuses to answer now (HTTP 429); a free key in ENRICH_SEMANTICSCHOLAR_KEY would help"
    assert result.unreachable == {name(NEVER_PUBLISHED): expected}
    assert world.watcher.notes == [f"{expected}; going on without Semantic Scholar"]


def test_a_wrong_key_is_named_but_not_shown(world: World, semanticscholar: SemanticScholarStandin) -> None:
    semanticscholar.key = "another"
    result = world.find(NEVER_PUBLISHED, env={"ENRICH_SEMANTICSCHOLAR_KEY": KEY})
    assert "is ENRICH_SEMANTICSCHOLAR_KEY right?" in result.unreachable[name(NEVER_PUBLISHED)]
    assert KEY not in repr((result, world.watcher.notes))


def test_keys_are_sent_and_kept_nowhere(world: World, tmp_path: Path) -> None:
    keys = {"ENRICH_SEMANTICSCHOLAR_KEY": KEY, "ENRICH_OPENALEX_KEY": KEY}
    result = world.find(NEVER_PUBLISHED, HIGH_ENERGY, env=keys)
    assert world.servers["semanticscholar"].requests[0].headers["x-api-key"] == KEY
    assert world.servers["openalex"].requests[0].value("api_key") == KEY
    assert KEY not in repr(result)
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if KEY.encode() in path.read_bytes()]


def test_a_dead_network_is_noticed_after_two_services(world: World, closed_port: int) -> None:
    nowhere = f"http://127.0.0.1:{closed_port}"
    names = ("CROSSREF", "SEMANTICSCHOLAR", "INSPIRE", "DATACITE", "DBLP")
    result = world.find(*PUBLISHED_EXAMPLES, env={f"ENRICH_{name}_URL": nowhere for name in names})
    assert set(result.unreachable) == {name(paper) for paper in PUBLISHED_EXAMPLES}
    assert [note.partition(" could")[0] for note in world.watcher.notes] == ["Crossref", "Semantic Scholar"]
    assert len(world.watcher.notes) == DEAD


def test_two_dead_services_among_living_ones_do_not_stop_the_others(world: World, closed_port: int) -> None:
    nowhere = f"http://127.0.0.1:{closed_port}"
    dead = {f"ENRICH_{name}_URL": nowhere for name in ("SEMANTICSCHOLAR", "DATACITE")}
    result = world.find(AT_CONFERENCE_WITHOUT_DOI, HIGH_ENERGY, env=dead)
    assert set(result.found) == {name(AT_CONFERENCE_WITHOUT_DOI), name(HIGH_ENERGY)}


def test_a_search_that_breaks_off_settles_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr("enrich.sources.datacite.candidates", broken)
    with pytest.raises(RuntimeError):
        world.find(IN_JOURNAL, NEVER_PUBLISHED)
    assert world.known(IN_JOURNAL) is not None, "what was proven is kept"
    assert world.known(NEVER_PUBLISHED) is None


def test_an_interrupted_search_keeps_what_was_proven(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("enrich.sources.semanticscholar.candidates", stopped)
    result = world.find(IN_JOURNAL, NEVER_PUBLISHED)
    assert result.interrupted
    assert set(result.found) == {name(IN_JOURNAL)}
    assert "the run was stopped" in result.unreachable[name(NEVER_PUBLISHED)]
    assert world.known(IN_JOURNAL) is not None
    assert world.known(NEVER_PUBLISHED) is None


def test_a_hanging_network_costs_two_time_outs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrich.http.READ_SECONDS", 0.5)
    world.all_fail("hang")
    result = world.find(*PUBLISHED_EXAMPLES, patience=0.6)
    assert set(result.unreachable) == {name(paper) for paper in PUBLISHED_EXAMPLES}
    assert world.requests == {"crossref": 1, "semanticscholar": 1}


def test_a_service_that_answers_nonsense_is_left_alone_when_patience_is_over(world: World) -> None:
    world.servers["crossref"].fail("html", next=None)
    papers = [journal(f"2110.{number:05}") for number in range(1, 101)]
    result = world.find(*papers, patience=0.0)
    assert len(result.unreachable) == 100
    assert world.requests["crossref"] == 1


def test_what_is_too_much_for_a_service_is_asked_in_halves(world: World) -> None:
    world.servers["crossref"].limit_batch(7, 503)
    papers = [journal(f"2110.{number:05}") for number in range(1, 26)]
    result = world.find(*papers, patience=60)
    assert len(result.found) == 25
    assert world.watcher.notes == []


def test_two_runs_at_once_do_not_disturb_each_other(
    world: World, spawn: Callable[..., subprocess.Popen[bytes]]
) -> None:
    world.servers["crossref"].single_connection = True
    names = [paper.id for paper in PUBLISHED_EXAMPLES]
    running = [spawn("get", *names, "--published", "--to", "json", env=world.variables) for _ in range(2)]
    said = [(process.communicate(timeout=60), process.returncode) for process in running]
    assert [status for _, status in said] == [0, 0], said
    for (output, _), _ in said:
        published = [record["id"] for record in json.loads(output)["records"] if record["published"]]
        assert len(published) == 6
    assert not [one for one in world.servers["crossref"].requests if one.status != 200]


# The command ----------------------------------------------------------------------------------------------------------


def test_get_writes_what_was_published_and_json_reads_back(run: Run, world: World, tmp_path: Path) -> None:
    names = [paper.id for paper in PUBLISHED_EXAMPLES]
    done = run("get", *names, "--published", "-o", "out.json", "-o", "out.bib", env=world.variables)
    assert done.returncode == 0, done.stderr
    assert "6 published" in done.stderr
    records = {record.id: record for record in formats.read("json", (tmp_path / "out.json").read_text("utf-8")).records}
    published = records[name(IN_JOURNAL)].published
    assert published is not None
    assert (published.venue, published.year) == ("Journal of Invented Results", 2022)
    assert "title the same" in published.evidence
    assert records[name(IN_JOURNAL)].origin["published"] == "Crossref"
    assert records[name(NEVER_PUBLISHED)].published is None
    entries = (tmp_path / "out.bib").read_text()
    assert entries.count("@article{") == 2
    assert entries.count("@inproceedings{") == 4
    again = run("get", "out.json", "--published", "--offline", "--to", "json", env=world.variables)
    assert {one["id"]: one["published"] for one in json.loads(again.stdout)["records"]} == {
        identifier: record.published.to_json() if record.published else None for identifier, record in records.items()
    }


def test_get_says_what_could_not_be_looked_up_and_why(run: Run, world: World) -> None:
    world.servers["semanticscholar"].fail(429, next=None, retry_after=600)
    done = run("get", NEVER_PUBLISHED.id, SAME_TITLE.id, "--published", env=world.variables)
    assert done.returncode == 1
    assert "Not looked up: the published version of 2 papers: Semantic Scholar refuses to answer now (HTTP 429)" in (
        done.stderr
    )
    assert "ENRICH_SEMANTICSCHOLAR_KEY" in done.stderr
    assert done.stdout.count("@misc{") == 2


def test_without_being_asked_to_nobody_is_asked(run: Run, world: World) -> None:
    assert run("get", IN_JOURNAL.id, env=world.variables).returncode == 0
    assert set(world.requests) == {"arxiv"}


@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")
def test_an_interrupt_keeps_what_was_proven(world: World, spawn: Callable[..., subprocess.Popen[bytes]]) -> None:
    world.servers["semanticscholar"].fail("hang", next=None)
    process = spawn(
        "get",
        IN_JOURNAL.id,
        NEVER_PUBLISHED.id,
        "--published",
        env=world.variables,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 60
    while not world.servers["semanticscholar"].requests and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert b"@article{" in output
    assert world.known(IN_JOURNAL) is not None
    assert world.known(NEVER_PUBLISHED) is None
