"""The stand-ins of the services that know published works, held against what is known of the services."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request as Ask
from urllib.request import urlopen

import pytest

from . import SHARED_DATA, needs_shared_data
from .standins import (
    OTHER_WORKS,
    PUBLISHED_EXAMPLES,
    CrossrefStandin,
    DataciteStandin,
    DblpStandin,
    InspireStandin,
    Library,
    OpenAlexStandin,
    Paper,
    Publication,
    SemanticScholarStandin,
    synthetic_papers,
)
from .standins.papers import (
    AT_CONFERENCE_UNKNOWN_TO_ARXIV,
    AT_CONFERENCE_WITHOUT_DOI,
    HIGH_ENERGY,
    IN_JOURNAL,
    MIXED_RECORD,
    NEVER_PUBLISHED,
    OF_ANOTHER_WORK,
    ONLY_SUBMITTED,
    SAME_TITLE_OF_OTHERS,
    WRONG_DOI,
)
from .standins.published import PublishedStandin

PATIENCE = 60.0
SELECT = (
    "DOI,type,title,subtitle,author,container-title,short-container-title,event,published,published-print,"
    "published-online,issued,volume,issue,page,article-number,publisher,URL,relation,update-to"
)
S2_FIELDS = "title,authors,year,externalIds,venue,publicationVenue,journal,publicationTypes,publicationDate"
OPENALEX_SELECT = "id,doi,title,publication_year,type,authorships,primary_location,locations,biblio,ids"
INSPIRE_FIELDS = (
    "titles,authors.full_name,dois,publication_info,arxiv_eprints,document_type,collaborations,author_count"
)

pytestmark = pytest.mark.usefixtures("published_examples")


def ask(
    url: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None, method: str | None = None
) -> tuple[int, bytes, Any]:
    """Status, body and headers, whatever the status."""
    asked = Ask(url, data=data, headers={"Accept": "*/*", **(headers or {})}, method=method)
    try:
        with urlopen(asked, timeout=PATIENCE) as reply:
            return reply.status, reply.read(), reply.headers
    except HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def fetched(url: str, **options: Any) -> tuple[int, Any]:
    status, body, _ = ask(url, **options)
    return status, json.loads(body)


def by_doi(server: CrossrefStandin, *dois: str, **more: object) -> tuple[int, Any]:
    asked = {"filter": ",".join(f"doi:{doi}" for doi in dois), "rows": len(dois), "select": SELECT, **more}
    return fetched(f"{server.url}/works?{urlencode(asked)}")


def searched(server: DblpStandin, q: str, **more: object) -> list[Any]:
    status, reply = fetched(
        f"{server.url}/search/publ/api?{urlencode({'q': q, 'format': 'json', 'h': 20, 'f': 0, **more})}"
    )
    assert status == 200
    hits: list[Any] = reply["result"]["hits"].get("hit", [])
    return hits


def batch(server: SemanticScholarStandin, *ids: str, fields: str = S2_FIELDS, **headers: str) -> tuple[int, Any]:
    body = json.dumps({"ids": [f"ARXIV:{name}" for name in ids]}).encode()
    url = f"{server.url}/graph/v1/paper/batch?fields={fields}"
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return fetched(url, data=body, headers=sent)


def listed(server: OpenAlexStandin, *ids: str, **more: object) -> tuple[int, Any]:
    dois = "|".join(f"10.48550/arxiv.{name}" for name in ids)
    asked = {"filter": f"doi:{dois}", "per-page": 100, "select": OPENALEX_SELECT, **more}
    return fetched(f"{server.url}/works?{urlencode(asked)}")


def found(server: InspireStandin, *ids: str, **more: object) -> tuple[int, Any]:
    q = " or ".join(f"arxiv:{name}" for name in ids)
    return fetched(
        f"{server.url}/api/literature?{urlencode({'q': q, 'fields': INSPIRE_FIELDS, 'size': len(ids), **more})}"
    )


# What papers became ---------------------------------------------------------------------------------------------------


def test_a_paper_is_told_how_it_appeared_and_what_is_said_of_it() -> None:
    paper = Paper("2401.00001", title="Knots", authors=["Jo Doe"], categories=["cs.DL"])
    assert paper.work is None
    paper = paper.appeared("Journal of Knots", day="2024-05", doi="10.5555/k.1").telling("crossref", volume="7")
    work = paper.work
    assert work is not None
    assert (work.title, work.authors[0].name, work.year, work.eprint) == ("Knots", "Jo Doe", 2024, "2401.00001")
    assert work.dblp_key == "journals/journalofknots/Doe24"
    assert work.told == {"crossref": {"volume": "7"}}
    assert paper.telling("crossref").told == {"crossref": None}
    assert hash(paper) == hash(paper.revised())


def test_a_work_of_its_own_needs_title_and_authors(library: Library) -> None:
    library.publish(Publication("Journal of Knots"))
    with pytest.raises(ValueError, match="title and authors"):
        library.works()


def test_the_library_lists_what_appeared(library: Library) -> None:
    papers = [paper for paper in PUBLISHED_EXAMPLES if paper.published]
    assert [work.eprint for work in library.works()] == [*(paper.id for paper in papers), *("" for _ in OTHER_WORKS)]
    library.clear()
    assert library.works() == []


# Crossref -------------------------------------------------------------------------------------------------------------


def test_crossref_gives_works_by_doi_in_its_own_order_and_leaves_out_unknown_ones(crossref: CrossrefStandin) -> None:
    dois = [IN_JOURNAL.doi.upper(), "10.5555/nobody", OF_ANOTHER_WORK.doi, "10.5555/icv.2021.00123"]
    status, reply = by_doi(crossref, *dois)
    message = reply["message"]
    assert (status, reply["status"], reply["message-type"]) == (200, "ok", "work-list")
    assert message["total-results"] == 3
    assert [item["DOI"] for item in message["items"]] != sorted(item["DOI"] for item in message["items"])
    assert {item["DOI"]: item["type"] for item in message["items"]} == {
        "10.5555/jir.2022.17": "journal-article",
        "10.5555/lamps.2011.3": "journal-article",
        "10.5555/icv.2021.00123": "proceedings-article",
    }
    assert crossref.asked == [tuple(dois)]


def test_a_crossref_item_holds_what_was_selected_and_is_known(crossref: CrossrefStandin) -> None:
    _, reply = by_doi(crossref, IN_JOURNAL.doi)
    assert reply["message"]["items"] == [
        {
            "publisher": "Invented Press",
            "issue": "2",
            "short-container-title": ["J. Invented Results"],
            "published-print": {"date-parts": [[2022, 2]]},
            "DOI": "10.5555/jir.2022.17",
            "type": "journal-article",
            "page": "101-120",
            "title": ["A Census of Lanterns"],
            "volume": "17",
            "author": [
                {"given": "Ada B.", "family": "Example", "sequence": "first", "affiliation": []},
                {"given": "Ludwig", "family": "van der Sample", "sequence": "additional", "affiliation": []},
                {"given": "Zoë", "family": "Åkerlund", "sequence": "additional", "affiliation": []},
            ],
            "published-online": {"date-parts": [[2021, 11, 30]]},
            "container-title": ["Journal of Invented Results"],
            "issued": {"date-parts": [[2021, 11, 30]]},
            "URL": "https://doi.org/10.5555/jir.2022.17",
            "relation": {},
            "published": {"date-parts": [[2021, 11, 30]]},
        }
    ]
    _, reply = by_doi(crossref, IN_JOURNAL.doi, select="DOI,volume")
    assert reply["message"]["items"] == [{"DOI": "10.5555/jir.2022.17", "volume": "17"}]


def test_crossref_gives_a_single_work_by_its_path_which_may_hold_a_comma(
    crossref: CrossrefStandin, library: Library
) -> None:
    library.publish(Publication("Journal of Knots", title="Commas", authors=["Jo Doe"], doi="10.5555/a,b"))
    status, reply = fetched(f"{crossref.url}/works/{quote('10.5555/A,B', safe='')}")
    assert (status, reply["message-type"], reply["message"]["title"]) == (200, "work", ["Commas"])
    assert ask(f"{crossref.url}/works/10.5555/nobody")[:2] == (404, b"Resource not found.")
    assert crossref.asked == [("10.5555/A,B",), ("10.5555/nobody",)]


def test_crossref_searches_loosely_and_puts_the_best_first(crossref: CrossrefStandin) -> None:
    asked = {"query.bibliographic": "On the repair of street lamps Null", "rows": 5, "select": SELECT + ",score"}
    status, reply = fetched(f"{crossref.url}/works?{urlencode(asked)}")
    items = reply["message"]["items"]
    assert (status, items[0]["DOI"]) == (200, OF_ANOTHER_WORK.doi)
    assert len(items) > 1  # whoever shares a word is there too
    assert items[0]["score"] > items[1]["score"]


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("rows=x", "integer-not-valid"),
        ("rows=1001", "integer-not-valid"),
        ("filter=doi:10.5555/a,b", "filter-not-available"),
        ("select=DOI,doi", "select-not-available"),
        ("query.bibliografic=Knots", "parameter-not-allowed"),
    ],
)
def test_crossref_says_what_it_does_not_understand(crossref: CrossrefStandin, query: str, kind: str) -> None:
    status, reply = fetched(f"{crossref.url}/works?{query}")
    assert (status, reply["status"], reply["message-type"]) == (400, "failed", "validation-failure")
    assert [problem["type"] for problem in reply["message"]] == [kind]


def test_crossref_gives_twenty_unless_told_otherwise(crossref: CrossrefStandin, library: Library) -> None:
    library.extend(
        paper.appeared("Journal of Knots", doi=f"10.5555/knots.{index}")
        for index, paper in enumerate(synthetic_papers(30))
    )
    _, reply = fetched(f"{crossref.url}/works?filter=prefix:10.5555")
    assert (len(reply["message"]["items"]), reply["message"]["total-results"]) == (20, 35)


@needs_shared_data
def test_crossref_items_have_the_shape_of_real_ones(crossref: CrossrefStandin) -> None:
    real = [
        item for path in (SHARED_DATA / "published" / "crossref").glob("*.json") for item in _real(path.read_bytes())
    ]
    articles = [item for item in real if item["type"] == "journal-article" and "author" in item]
    assert len(articles) > 30
    _, reply = by_doi(crossref, IN_JOURNAL.doi)
    (mine,) = reply["message"]["items"]
    for item in articles:
        for name in set(item) & set(mine):
            assert type(mine[name]) is type(item[name]), name
        people = [
            set(author) - {"ORCID", "authenticated-orcid", "suffix", "prefix", "name"} for author in item["author"]
        ]
        assert all(names <= {"given", "family", "sequence", "affiliation"} for names in people)


def _real(body: bytes) -> list[Any]:
    found = json.loads(body)
    return found if isinstance(found, list) else [found]


# DBLP -----------------------------------------------------------------------------------------------------------------


def test_dblp_has_the_preprint_and_the_published_version_as_two_records(dblp: DblpStandin) -> None:
    published, preprint = (hit["info"] for hit in searched(dblp, "census of lanterns example"))
    assert preprint == {
        "authors": preprint["authors"],
        "title": "A Census of Lanterns.",
        "venue": "CoRR",
        "volume": "abs/2105.00001",
        "year": "2021",
        "type": "Informal and Other Publications",
        "access": "open",
        "key": "journals/corr/abs-2105-00001",
        "doi": "10.48550/ARXIV.2105.00001",
        "ee": "https://doi.org/10.48550/arXiv.2105.00001",
        "url": "https://dblp.org/rec/journals/corr/abs-2105-00001",
    }
    assert published == {
        "authors": preprint["authors"],
        "title": "A Census of Lanterns.",
        "venue": "J. Invented Results",
        "volume": "17",
        "number": "2",
        "pages": "101-120",
        "year": "2022",
        "type": "Journal Articles",
        "access": "closed",
        "key": "journals/jinventedresults/Example22",
        "doi": "10.5555/JIR.2022.17",
        "ee": "https://doi.org/10.5555/jir.2022.17",
        "url": "https://dblp.org/rec/journals/jinventedresults/Example22",
    }
    assert [author["text"] for author in preprint["authors"]["author"]] == [
        "Ada B. Example",
        "Ludwig van der Sample",
        "Zoë Åkerlund",
    ]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("learning to knot: ladders as representations?", 2),
        ("learn knot ladd rep", 2),
        ("learn$ knot", 0),
        ("learning$ knot", 2),
        ("knot nobody", 0),
        ("kowalski|census", 4),
        ("akerlund lantern", 2),
        ("ladder diagrams", 0),  # no computer science
        ("street lamps", 0),
    ],
)
def test_dblp_wants_every_word_to_begin_one(dblp: DblpStandin, query: str, hits: int) -> None:
    assert len(searched(dblp, query)) == hits


def test_dblp_writes_a_single_author_without_a_list_and_texts_as_for_xml(dblp: DblpStandin, library: Library) -> None:
    library.add(Paper("2401.00009", title="Eve's A&B?", authors=["Conan O'Hara"], categories=["cs.DL"]))
    (hit,) = searched(dblp, "conan")
    assert hit["info"]["authors"]["author"]["text"] == "Conan O&apos;Hara"
    assert hit["info"]["title"] == "Eve&apos;s A&amp;B?"
    assert hit["url"] == f"URL#{hit['@id']}"


def test_dblp_counts_and_pages_its_hits(dblp: DblpStandin, library: Library) -> None:
    library.extend(paper.revised(categories=["cs.DL"]) for paper in synthetic_papers(50))
    _, reply = fetched(f"{dblp.url}/search/publ/api?q=dimension&format=json&h=20&f=40")
    hits = reply["result"]["hits"]
    assert {name: hits[name] for name in hits if name != "hit"} == {
        "@total": "50",
        "@computed": "50",
        "@sent": "10",
        "@first": "40",
    }
    assert len(hits["hit"]) == 10
    assert len(searched(dblp, "dimension")) == 20
    _, reply = fetched(f"{dblp.url}/search/publ/api?q=nothinglikethis&format=json")
    assert reply["result"]["hits"] == {"@total": "0", "@computed": "0", "@sent": "0", "@first": "0"}


def test_dblp_speaks_xml_unless_asked_for_json_and_refuses_what_makes_no_sense(dblp: DblpStandin) -> None:
    _, _, headers = ask(f"{dblp.url}/search/publ/api?q=knot")
    assert headers.get_content_type() == "text/xml"
    assert ask(f"{dblp.url}/search/publ/api?format=json")[0] == 400
    assert ask(f"{dblp.url}/search/publ/api?q=knot&format=json&h=many")[0] == 400


def test_dblp_is_busy_without_a_word_but_says_until_when(dblp: DblpStandin) -> None:
    dblp.fail(429, retry_after=12)
    status, body, headers = ask(f"{dblp.url}/search/publ/api?q=knot&format=json")
    assert (status, body, headers["Retry-After"]) == (429, b"", "12")
    dblp.min_interval = 10 * PATIENCE
    status, body, headers = ask(f"{dblp.url}/search/publ/api?q=knot&format=json")
    assert (status, body, headers["Retry-After"]) == (429, b"", "1")


def test_dblp_can_give_a_lone_hit_without_a_list(dblp: DblpStandin) -> None:
    dblp.fail("bare-hit", next=2)
    assert searched(dblp, "kites notes")["info"]["title"] == "Notes on Kites."  # type: ignore[call-overload]
    assert len(searched(dblp, "census")) == 2


@needs_shared_data
def test_dblp_hits_have_the_shape_of_real_ones(dblp: DblpStandin) -> None:
    real = [hit for path in (SHARED_DATA / "published" / "dblp").glob("*.json") for hit in _real(path.read_bytes())]
    mine = {hit["info"]["type"]: hit for q in ("census", "wild") for hit in searched(dblp, q)}
    assert len(real) > 100
    for hit in real:
        own = mine[hit["info"]["type"]]
        assert list(own) == list(hit)
        shared = [name for name in hit["info"] if name in own["info"]]
        assert shared == [name for name in own["info"] if name in hit["info"]]
        assert set(own["info"]) - set(hit["info"]) <= {"volume", "number", "pages", "doi", "ee", "access", "authors"}


# Semantic Scholar -----------------------------------------------------------------------------------------------------


def test_semantic_scholar_answers_in_order_and_with_null_for_what_it_does_not_know(
    semanticscholar: SemanticScholarStandin,
) -> None:
    semanticscholar.hidden.add("2105.00003")
    asked = ["2105.00002", "2105.99999", "2105.00006", "2105.00001v1", "2105.00003", "hep-th/9901001"]
    status, reply = batch(semanticscholar, *asked)
    assert status == 200
    assert [item and item["externalIds"]["ArXiv"] for item in reply] == [
        "2105.00002",
        None,
        "2105.00006",
        None,
        None,
        "hep-th/9901001",
    ]
    assert semanticscholar.asked == [tuple(asked)]


def test_semantic_scholar_tells_of_the_published_version(semanticscholar: SemanticScholarStandin) -> None:
    _, (journal, conference, preprint) = batch(
        semanticscholar, IN_JOURNAL.id, AT_CONFERENCE_WITHOUT_DOI.id, NEVER_PUBLISHED.id
    )
    assert sorted(journal) == sorted(["paperId", *S2_FIELDS.split(",")])
    assert journal["externalIds"]["DOI"] == IN_JOURNAL.doi
    assert journal["journal"] == {"name": "Journal of Invented Results", "pages": "101-120", "volume": "17"}
    assert (journal["year"], journal["publicationVenue"]["type"]) == (2022, "journal")
    assert [author["name"] for author in journal["authors"]] == [
        a if isinstance(a, str) else a.name for a in IN_JOURNAL.authors
    ]
    assert sorted(conference["externalIds"]) == ["ArXiv", "CorpusId", "DBLP"]
    assert conference["venue"] == "International Conference on Invented Representations"
    assert (conference["journal"], conference["publicationTypes"]) == (None, ["Conference"])
    assert preprint["externalIds"]["DOI"] == "10.48550/arXiv.2105.00006"
    assert (preprint["venue"], preprint["journal"]["volume"]) == ("arXiv.org", "abs/2105.00006")


def test_semantic_scholar_mixes_what_belongs_apart(semanticscholar: SemanticScholarStandin) -> None:
    semanticscholar.merge(WRONG_DOI.id, into=IN_JOURNAL.id)
    _, (mixed, submitted, merged) = batch(semanticscholar, MIXED_RECORD.id, ONLY_SUBMITTED.id, WRONG_DOI.id)
    assert mixed["publicationVenue"]["name"] == "Symposium on Invented Algorithms"
    assert (mixed["year"], mixed["journal"]["name"], mixed["externalIds"]["DOI"]) == (
        2021,
        "ArXiv",
        "10.48550/arXiv.2105.00007",
    )
    assert submitted["venue"].startswith("Submitted to")
    assert merged["externalIds"]["ArXiv"] == IN_JOURNAL.id


def test_semantic_scholar_refuses_when_nothing_is_known_or_too_much_is_asked(
    semanticscholar: SemanticScholarStandin,
) -> None:
    nobody = (400, {"error": "No valid paper ids given"})
    assert batch(semanticscholar, "2105.99999", "2105.00001v2") == nobody
    assert batch(semanticscholar) == nobody
    assert batch(semanticscholar, *["2105.00001"] * 500)[0] == 200
    assert batch(semanticscholar, *["2105.00001"] * 501)[0] == 400
    assert batch(semanticscholar, "2105.00001", fields="title,colour") == (
        400,
        {"error": "Unrecognized or unsupported fields: [colour]"},
    )
    assert ask(f"{semanticscholar.url}/graph/v1/paper/batch", data=b"ids=1")[0] == 400


def test_semantic_scholar_refuses_a_wrong_key_only(semanticscholar: SemanticScholarStandin) -> None:
    semanticscholar.key = "right"
    assert batch(semanticscholar, "2105.00001", x_api_key="wrong") == (403, {"message": "Forbidden"})
    assert batch(semanticscholar, "2105.00001", x_api_key="right")[0] == 200
    assert batch(semanticscholar, "2105.00001")[0] == 200


def test_semantic_scholar_fails_in_ways_of_its_own(semanticscholar: SemanticScholarStandin) -> None:
    semanticscholar.script([429, "unpadded", "nulls", ("nulls", {"fields": ["externalIds"]}), "partial", "stranger"])
    ids = ("2105.99999", "2105.00001")
    status, reply = batch(semanticscholar, *ids)
    assert (status, reply["code"]) == (429, "429")
    assert [item["externalIds"]["ArXiv"] for item in batch(semanticscholar, *ids)[1]] == ["2105.00001"]
    _, (_, empty) = batch(semanticscholar, *ids)
    assert empty["externalIds"]["ArXiv"] == "2105.00001"
    assert {empty[name] for name in empty if name not in ("paperId", "externalIds")} == {None}
    assert batch(semanticscholar, *ids)[1][1]["externalIds"] is None
    assert batch(semanticscholar, *ids)[1] == [None]
    assert batch(semanticscholar, *ids)[1][0]["title"] == "A Paper Nobody Asked For"


# OpenAlex -------------------------------------------------------------------------------------------------------------


def test_openalex_gives_a_merged_work_under_another_doi_than_asked(openalex: OpenAlexStandin) -> None:
    status, reply = listed(openalex, IN_JOURNAL.id, NEVER_PUBLISHED.id, "2105.99999", AT_CONFERENCE_WITHOUT_DOI.id)
    assert (status, reply["meta"]["count"], reply["meta"]["per_page"]) == (200, 3, 100)
    works = {work["title"]: work for work in reply["results"]}
    merged, preprint = works["A Census of Lanterns"], works["Notes on Kites"]
    assert list(merged) == ["id", "doi", "title", "publication_year", "type", "ids", "primary_location", "locations",
                            "authorships", "biblio"]  # fmt: skip
    assert merged["doi"] == "https://doi.org/10.5555/jir.2022.17"
    assert [place["landing_page_url"] for place in merged["locations"]] == [
        "https://doi.org/10.5555/jir.2022.17",
        "http://arxiv.org/abs/2105.00001",
        "https://doi.org/10.48550/arxiv.2105.00001",
    ]
    assert merged["primary_location"]["version"] == "publishedVersion"
    assert merged["biblio"] == {"volume": "17", "issue": "2", "first_page": "101", "last_page": "120"}
    assert (preprint["type"], preprint["doi"]) == ("preprint", "https://doi.org/10.48550/arxiv.2105.00006")
    assert works[AT_CONFERENCE_WITHOUT_DOI.title]["type"] == "preprint"
    assert openalex.asked[0][:2] == (IN_JOURNAL.id, NEVER_PUBLISHED.id)


def test_openalex_may_have_lost_a_paper_in_a_merger(openalex: OpenAlexStandin) -> None:
    openalex.hidden.add(IN_JOURNAL.id)
    assert listed(openalex, IN_JOURNAL.id)[1]["results"] == []


@pytest.mark.parametrize(
    "more", [{"select": "title,colour"}, {"per-page": 0}, {"filter": "colour:red"}, {"rows": 5}, {"page": "first"}]
)
def test_openalex_refuses_what_it_does_not_understand(openalex: OpenAlexStandin, more: dict[str, object]) -> None:
    status, reply = listed(openalex, IN_JOURNAL.id, **more)
    assert (status, sorted(reply)) == (400, ["error", "message"])


def test_openalex_takes_a_hundred_dois_and_no_more(openalex: OpenAlexStandin, library: Library) -> None:
    library.extend(synthetic_papers(101))
    ids = [paper.id for paper in synthetic_papers(101)]
    assert len(listed(openalex, *ids[:100])[1]["results"]) == 100
    assert listed(openalex, *ids)[0] == 400


def test_openalex_wants_its_key(openalex: OpenAlexStandin) -> None:
    openalex.key = "right"
    assert listed(openalex, IN_JOURNAL.id)[0] == 429
    assert listed(openalex, IN_JOURNAL.id, api_key="wrong")[0] == 403
    assert listed(openalex, IN_JOURNAL.id, api_key="right")[0] == 200


@needs_shared_data
def test_openalex_works_have_the_shape_of_real_ones(openalex: OpenAlexStandin) -> None:
    real = [w for path in (SHARED_DATA / "published" / "openalex").glob("*.json") for w in _real(path.read_bytes())]
    assert len(real) > 100
    _, reply = listed(openalex, IN_JOURNAL.id, NEVER_PUBLISHED.id)
    for mine in reply["results"]:
        same = [work for work in real if work["type"] == mine["type"] and work["authorships"]]
        for work in same:
            assert set(mine) - set(work) == {"biblio"}
            assert list(mine["locations"][0]) == list(work["locations"][0])
            assert set(mine["authorships"][0]) <= set(work["authorships"][0])


# INSPIRE --------------------------------------------------------------------------------------------------------------


def test_inspire_knows_high_energy_physics_and_leaves_out_the_rest(inspire: InspireStandin) -> None:
    status, reply = found(inspire, HIGH_ENERGY.id, IN_JOURNAL.id, "hep-th/9901001", "2105.99999")
    assert (status, reply["hits"]["total"]) == (200, 2)
    records = {hit["metadata"]["arxiv_eprints"][0]["value"]: hit["metadata"] for hit in reply["hits"]["hits"]}
    assert sorted(records) == ["2105.00004", "hep-th/9901001"]
    assert records["2105.00004"] == {
        "document_type": ["article"],
        "titles": [{"source": "arXiv", "title": HIGH_ENERGY.title}],
        "authors": [{"full_name": "Knot, M."}, {"full_name": "Detector, Kim"}],
        "author_count": 2,
        "arxiv_eprints": [{"value": "2105.00004", "categories": ["hep-ph", "hep-th"]}],
        "publication_info": [
            {
                "journal_title": "Inv.Rev.D",
                "journal_volume": "104",
                "journal_issue": "5",
                "artid": "054001",
                "year": 2021,
                "material": "publication",
            }
        ],
        "dois": [{"value": "10.5555/InvRevD.104.054001", "material": "publication", "source": "publisher"}],
    }
    assert "publication_info" not in records["hep-th/9901001"]
    assert inspire.asked == [(HIGH_ENERGY.id, IN_JOURNAL.id, "hep-th/9901001", "2105.99999")]


def test_inspire_names_collaborations_apart_from_people(inspire: InspireStandin) -> None:
    _, reply = found(inspire, "2207.09876")
    metadata = reply["hits"]["hits"][0]["metadata"]
    assert metadata["collaborations"] == [{"value": "EXAMPLE"}]
    assert [author["full_name"] for author in metadata["authors"]] == ["Detector, Kim", "Beam, Lee, III"]


def test_inspire_shows_ten_unless_told_otherwise_and_refuses_what_it_cannot_read(
    inspire: InspireStandin, library: Library
) -> None:
    library.extend(paper.revised(categories=["hep-ph"]) for paper in synthetic_papers(12))
    q = quote(" or ".join(f"arxiv:2101.{number:05d}" for number in range(1, 13)))
    _, reply = fetched(f"{inspire.url}/api/literature?q={q}")
    assert (len(reply["hits"]["hits"]), reply["hits"]["total"]) == (10, 12)
    for query in ("", "q=", "q=arxiv:2101.00001+and+x", f"q={q}&size=1001", f"q={q}&size=x"):
        status, reply = fetched(f"{inspire.url}/api/literature?{query}")
        assert (status, reply["status"]) == (400, 400)


# All of them ----------------------------------------------------------------------------------------------------------

QUERIES = {
    "crossref": f"/works?filter=doi:{IN_JOURNAL.doi},doi:{OF_ANOTHER_WORK.doi}",
    "dblp": "/search/publ/api?q=census&format=json",
    "semanticscholar": f"/graph/v1/paper/batch?fields={S2_FIELDS}",
    "openalex": "/works?filter=doi:10.48550/arxiv.2105.00001|10.48550/arxiv.2105.00006",
    "inspire": "/api/literature?q=arxiv:2105.00004+or+arxiv:hep-th/9901001",
}
BODY = json.dumps({"ids": ["ARXIV:2105.00001", "ARXIV:2105.00006"]}).encode()


@pytest.fixture(params=sorted(QUERIES))
def service(request: pytest.FixtureRequest) -> PublishedStandin:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def put(service: PublishedStandin, **options: Any) -> tuple[int, bytes, Any]:
    """A good question, answered with two items by each of the services."""
    name = next(name for name in QUERIES if name in type(service).__name__.lower())
    body = BODY if name == "semanticscholar" else None
    return ask(service.url + QUERIES[name], data=body, **options)


def items(service: PublishedStandin, body: bytes) -> list[Any]:
    reply = json.loads(body)
    if isinstance(reply, list):
        return reply
    for names in (("message", "items"), ("result", "hits", "hit"), ("results",), ("hits", "hits")):
        found: Any = reply
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, list):
            return found
    return []


def test_every_service_answers_and_records_what_was_asked(service: PublishedStandin) -> None:
    status, body, headers = put(service, headers={"User-Agent": "test/1"})
    assert (status, headers.get_content_type(), len(items(service, body))) == (200, "application/json", 2)
    (request,) = service.requests
    assert (request.status, request.failure, request.headers["User-Agent"]) == (200, None, "test/1")
    assert request.ids


def test_every_service_says_the_same_again(service: PublishedStandin) -> None:
    assert put(service)[1] == put(service)[1]


def test_unknown_paths_and_wrong_methods_are_refused(service: PublishedStandin) -> None:
    assert ask(f"{service.url}/nowhere", data=BODY if "POST" in service.methods else None)[0] == 404
    assert ask(f"{service.url}{service.endpoint}/")[0] in (404, 405)
    wrong = "GET" if "POST" in service.methods else "POST"
    for method in (wrong, "PUT", "DELETE"):
        status, _, headers = ask(service.url + service.endpoint, method=method)
        assert (status, headers["Allow"]) == (405, ", ".join(service.methods))


def test_a_request_line_may_be_too_long(service: PublishedStandin) -> None:
    service.request_line_limit = 20
    assert put(service)[0] == 414


@pytest.mark.parametrize("status", [403, 429, 500, 502, 503, 504])
def test_every_status_can_come_from_every_service(service: PublishedStandin, status: int) -> None:
    service.fail(status, retry_after=3)
    answered, _, headers = put(service)
    assert (answered, headers["Retry-After"]) == (status, "3")
    assert put(service)[0] == 200


def test_every_service_fails_in_the_known_ways(service: PublishedStandin) -> None:
    whole = put(service)[1]
    service.script(["html", "error", "empty", "truncated", "wrong-type", "invalid-utf8", "cut-off", "reset"])
    assert b"<html" in put(service)[1]
    assert items(service, put(service)[1]) == []
    assert put(service)[1] == b""
    assert put(service)[1] == whole[: int(0.6 * len(whole))]
    assert put(service)[2].get_content_type() == "text/html"
    with pytest.raises(UnicodeDecodeError):
        put(service)[1].decode()
    with pytest.raises(http.client.IncompleteRead):
        put(service)
    with pytest.raises(ConnectionResetError):
        put(service)
    assert put(service)[1] == whole


def test_every_service_can_lose_and_add_items(service: PublishedStandin) -> None:
    service.script(["empty-page", "partial", "duplicates", "stranger", ("stranger", {"added": True})])
    lengths = [len(items(service, put(service)[1])) for _ in range(5)]
    assert lengths == [0, 1, 4, 2, 3]
    assert b"Asked For" not in put(service)[1]


def test_every_service_can_have_nulls(service: PublishedStandin) -> None:
    service.fail("nulls")
    for item in items(service, put(service)[1]):
        known = service.fields_of(item)
        assert {name for name, value in known.items() if value is not None} <= set(service.identity)
        assert known


@pytest.mark.parametrize("paper", [IN_JOURNAL, HIGH_ENERGY], ids=["journal", "physics"])
def test_one_service_can_be_made_to_say_something_else(service: PublishedStandin, paper: Paper) -> None:
    name = next(name for name in QUERIES if name in type(service).__name__.lower())
    library = service.library
    said = put(service)[1]
    library.add(paper.telling(name, title="A Census Told Otherwise", titles=["A Census Told Otherwise"], year=...))
    assert (b'"A Census Told Otherwise"' in put(service)[1]) == (paper.id in _papers_in(name))
    others = sorted(set(QUERIES) - {name})
    library.add(paper.telling(others[0], title="A Census Told Otherwise"))
    assert put(service)[1] == said
    library.add(paper.telling(name))
    count = sum(item is not None for item in items(service, put(service)[1]))
    assert count == (1 if paper.id in _papers_in(name) else 2)


def _papers_in(name: str) -> tuple[str, ...]:
    return (HIGH_ENERGY.id,) if name == "inspire" else (IN_JOURNAL.id,)


def test_datacite_can_be_made_to_say_something_else_too(datacite: DataciteStandin, library: Library) -> None:
    related = {"relationType": "IsVersionOf", "relatedIdentifier": "10.5555/k.1", "relatedIdentifierType": "DOI"}
    library.add(NEVER_PUBLISHED.telling("datacite", relatedIdentifiers=[related]), IN_JOURNAL.telling("datacite"))
    record = datacite.record(NEVER_PUBLISHED.id)
    assert record is not None
    assert record["attributes"]["relatedIdentifiers"] == [related]
    assert datacite.record(IN_JOURNAL.id) is None


def test_the_examples_differ_in_who_knows_what(
    crossref: CrossrefStandin, dblp: DblpStandin, semanticscholar: SemanticScholarStandin, openalex: OpenAlexStandin
) -> None:
    crossref_knows = set(crossref.items())
    dblp_knows = {info["title"] for info in dblp.infos() if info["venue"] != "CoRR"}
    for paper in (AT_CONFERENCE_WITHOUT_DOI, MIXED_RECORD):
        assert paper.published is not None
        assert not paper.published.doi
        assert any(title.startswith(paper.title) for title in dblp_knows)
    assert AT_CONFERENCE_UNKNOWN_TO_ARXIV.doi == ""
    assert "10.5555/icv.2021.00123" in crossref_knows
    assert WRONG_DOI.doi in crossref_knows
    assert sum(title.lower() == "counting is hard." for title in dblp_knows) == 1
    assert len(searched(dblp, "counting is hard")) == 3
    assert SAME_TITLE_OF_OTHERS.work is not None
    assert batch(semanticscholar, ONLY_SUBMITTED.id)[1][0]["externalIds"]["DOI"].startswith("10.48550/")
    assert listed(openalex, ONLY_SUBMITTED.id)[1]["results"][0]["type"] == "preprint"


def test_the_published_services_lead_to_the_stand_ins(
    published_services: dict[str, str], library: Library, closed_port: int
) -> None:
    urls = {name: urlsplit(value) for name, value in published_services.items() if name.endswith("_URL")}
    assert {name for name, url in urls.items() if url.port == closed_port} == {"ENRICH_ZOTERO_URL"}
    assert {url.hostname for url in urls.values()} == {"127.0.0.1"}
    assert published_services["ENRICH_SEMANTICSCHOLAR_INTERVAL"] == "0"
    assert NEVER_PUBLISHED.id in library
