"""OpenAlex: what is asked, when an answer is whole, which copy of a work is the published one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from enrich.errors import UnexpectedReply
from enrich.identify import parse_id
from enrich.record import Candidate, Person, Published
from enrich.sources import openalex

ROOT = "https://openalex.example"
ONE, TWO, OLD = parse_id("2401.01234"), parse_id("2401.05678"), parse_id("hep-th/9901001")


def copy(doi: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"doi:{doi}",
        "landing_page_url": doi and f"https://doi.org/{doi}",
        "pdf_url": None,
        "source": None,
        "version": "publishedVersion",
        "raw_source_name": None,
        "raw_type": "journal-article",
        **changes,
    }


JOURNAL = copy("10.5555/hedge.7", source={"display_name": "Hedge Research", "type": "journal"})
ARXIV = copy(
    id="pmh:oai:arXiv.org:2401.01234",
    landing_page_url="http://arxiv.org/abs/2401.01234",
    source={"display_name": "arXiv (Cornell University)", "type": "repository"},
    version="submittedVersion",
    raw_type="text",
)
DATACITE = copy("10.48550/arxiv.2401.01234", source=ARXIV["source"], version=None, raw_type="article")


def author(name: str, raw: str | None = None) -> dict[str, Any]:
    return {"author": {"id": "https://openalex.org/A1", "display_name": name}, "raw_author_name": raw}


WORK: dict[str, Any] = {
    "id": "https://openalex.org/W123",
    "doi": "https://doi.org/10.5555/HEDGE.7",
    "title": "Counting <i>Hedges</i> &amp; Ditches",
    "publication_year": 2024,
    "type": "article",
    "authorships": [author("Flora Hecke", "Flora van der Hecke"), author("Ditch Consortium")],
    "primary_location": JOURNAL,
    "locations": [JOURNAL, ARXIV],
    "biblio": {"volume": "48", "issue": "D1", "first_page": "D383", "last_page": "D388"},
    "ids": {"openalex": "https://openalex.org/W123", "doi": "https://doi.org/10.5555/hedge.7"},
}
PREPRINT = {
    **WORK,
    "doi": "https://doi.org/10.48550/arxiv.2401.01234",
    "type": "preprint",
    "primary_location": ARXIV,
    "locations": [ARXIV, DATACITE],
    "biblio": {"volume": None, "issue": None, "first_page": None, "last_page": None},
    "ids": {},
}


def page(*works: object, count: int | None = None) -> bytes:
    return json.dumps({"meta": {"count": len(works) if count is None else count}, "results": works}).encode()


def read(*works: object) -> dict[Any, tuple[Candidate, ...]]:
    content = page(*works)
    openalex.check(content, [ONE, TWO, OLD])
    return openalex.candidates(content, [ONE, TWO, OLD])


def one(base: dict[str, Any] = WORK, **changes: Any) -> Candidate:
    (candidate,) = read({**base, **changes})[ONE]
    return candidate


def test_papers_are_asked_by_the_doi_that_arxiv_gives_them() -> None:
    url, body = openalex.request(ROOT, [ONE, parse_id("math.GT/0309136v1")])
    assert body is None
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ROOT}/works"
    assert parse_qs(parts.query) == {
        "filter": ["doi:10.48550/arxiv.2401.01234|10.48550/arxiv.math/0309136"],
        "per-page": ["100"],
        "select": ["id,doi,title,publication_year,type,authorships,primary_location,locations,biblio,ids"],
    }


def test_a_hundred_papers_go_into_one_request_that_servers_accept() -> None:
    asked = [parse_id(f"2401.{number:05d}") for number in range(1, 202)]
    batches = list(openalex.batches(asked, ROOT))
    assert [len(batch) for batch in batches] == [100, 100, 1]
    assert all(len(openalex.request(ROOT, batch)[0]) < 4000 for batch in batches)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "not JSON"),
        (b'{"meta": {"count": 1}, "results": [{', "not JSON"),
        (b'{"error": "Invalid query parameters error.", "message": "x is not a valid field."}', "not a valid field"),
        (b"[]", "not a list of works"),
        (b'{"results": []}', "not a list of works"),
        (b'{"meta": {"count": 2}, "results": [{}]}', "1 of 2 works"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(UnexpectedReply, match=said):
        openalex.check(content, [ONE])


def test_an_empty_answer_and_an_empty_page_say_that_nothing_is_known() -> None:
    openalex.check(b"", [ONE])
    assert openalex.candidates(b"", [ONE]) == {}
    assert read() == {}


def test_more_works_than_fit_on_a_page_are_no_half_answer() -> None:
    content = page(*[PREPRINT] * 100, count=103)
    openalex.check(content, [ONE])
    assert len(openalex.candidates(content, [ONE])[ONE]) == 100


def test_a_work_becomes_a_candidate_with_all_that_it_says() -> None:
    assert one() == Candidate(
        "openalex",
        Published(
            type="article",
            title="Counting Hedges & Ditches",
            venue="Hedge Research",
            year=2024,
            volume="48",
            issue="D1",
            pages="D383-D388",
            doi="10.5555/hedge.7",
        ),
        authors=(Person("Flora", "van der Hecke"), Person(literal="Ditch Consortium")),
        kind="journal-article",
        eprints=("2401.01234",),
        relation="locations",
        keys={"openalex": "W123"},
    )


def test_the_published_copy_counts_wherever_it_stands() -> None:
    later = one(PREPRINT, locations=[ARXIV, DATACITE, JOURNAL])
    assert (later.published.venue, later.published.doi) == ("Hedge Research", "10.5555/hedge.7")
    assert later.published.type == "article"


def test_a_preprint_alone_stays_recognisable() -> None:
    alone = one(PREPRINT)
    assert alone.published.doi == "10.48550/arxiv.2401.01234"
    assert (alone.published.type, alone.published.venue) == (None, "arXiv (Cornell University)")
    assert (alone.kind, alone.eprints) == ("preprint", ("2401.01234",))


def test_proceedings_without_a_source_are_named_by_their_publisher() -> None:
    proceedings = copy("10.5555/h.1", raw_type="proceedings-article", raw_source_name="Proceedings of HEDGE '24")
    found = one(primary_location=proceedings, locations=[proceedings, ARXIV])
    assert (found.published.type, found.published.venue) == ("inproceedings", "Proceedings of HEDGE '24")
    assert found.kind == "proceedings-article"


def test_a_copy_in_a_repository_is_not_the_published_one() -> None:
    held = copy("10.5555/held", source={"display_name": "University Portal", "type": "repository"})
    assert one(PREPRINT, locations=[ARXIV, held]).published.doi == "10.48550/arxiv.2401.01234"


def test_a_kind_that_is_no_paper_is_not_hidden_by_the_journal_it_is_in() -> None:
    assert one(type="erratum").kind == "erratum"
    assert one(type="paratext").kind == "paratext"


def test_the_works_copies_say_which_preprints_it_was_merged_with() -> None:
    other = {**ARXIV, "id": "pmh:oai:arXiv.org:hep-th/9901001", "landing_page_url": None}
    answers = read({**WORK, "locations": [JOURNAL, ARXIV, other]})
    assert list(answers) == [ONE, OLD]
    assert answers[ONE][0].eprints == ("2401.01234", "hep-th/9901001")


def test_a_work_that_names_none_of_the_papers_asked_is_nobodys() -> None:
    assert read({**WORK, "locations": [JOURNAL]}) == {}


def test_two_works_with_the_same_preprint_are_both_told() -> None:
    assert [candidate.kind for candidate in read(WORK, PREPRINT)[ONE]] == ["journal-article", "preprint"]


def test_lists_of_a_hundred_authors_are_cut_off() -> None:
    assert one(authorships=[author(f"Ann Name{number}") for number in range(99)]).complete
    assert not one(authorships=[author(f"Ann Name{number}") for number in range(100)]).complete
    assert not one(is_authors_truncated=True).complete
    assert not one(authorships=[author("Ann Aye"), {"author": None}]).complete
    assert not one(authorships=None).complete


@pytest.mark.parametrize(
    ("first", "last", "pages"),
    [
        ("1", "9", "1-9"),
        ("e12", "e12", "e12"),
        ("e12", None, "e12"),
        (None, None, None),
        (None, "9", "9"),
        (1, 9, "1-9"),
    ],
)
def test_pages_are_first_and_last(first: object, last: object, pages: str | None) -> None:
    assert one(biblio={"first_page": first, "last_page": last}).published.pages == pages


@pytest.mark.parametrize("name", [name for name in WORK if name not in ("title", "locations")])
@pytest.mark.parametrize("odd", [None, [], {}, "", 7, True, [None], {"source": 3}])
def test_a_field_of_an_odd_type_costs_neither_the_work_nor_its_neighbours(name: str, odd: object) -> None:
    answers = read({**WORK, name: odd}, {**WORK, "title": odd}, odd, {**WORK, "locations": odd}, WORK)
    assert answers[ONE][0].published.title == "Counting Hedges & Ditches"
    assert answers[ONE][-1] == one()


# Real answers ---------------------------------------------------------------------------------------------------------


def test_every_real_work_is_read(shared_data: Path) -> None:
    works: list[dict[str, Any]] = []
    for file in sorted((shared_data / "published" / "openalex").iterdir()):
        data = json.loads(file.read_bytes())
        works += data if isinstance(data, list) else [data]
    assert len(works) > 300
    published = 0
    for work in works:
        addresses = [place.get("landing_page_url") or "" for place in work["locations"]]
        on_arxiv = [address.rpartition("/abs/")[2] for address in addresses if "arxiv.org/abs/" in address]
        asked = [parse_id(value) for value in on_arxiv]
        answers = openalex.candidates(page(work), asked)
        assert set(answers) == {identifier.bare for identifier in asked}
        for (candidate,) in answers.values():
            assert len(candidate.authors) == len(work["authorships"])
            assert candidate.published.year == work["publication_year"]
            published += not (candidate.published.doi or "10.48550/").startswith("10.48550/")
    assert published >= 14


def test_a_real_work_reads_as_people_would(shared_data: Path) -> None:
    works = json.loads((shared_data / "published" / "openalex" / "18d96c76300fcfa0.json").read_bytes())
    (candidate,) = openalex.candidates(page(*works), [parse_id("1812.06224")]).values()
    assert candidate[0].published == Published(
        type="article",
        title="A Low Effort Approach to Structured CNN Design Using PCA",
        venue="IEEE Access",
        year=2019,
        doi="10.1109/access.2019.2961960",
    )
    assert [person.family for person in candidate[0].authors] == ["Garg", "Panda", "Roy"]
