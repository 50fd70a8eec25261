"""Crossref: what is asked, when a reply is whole, and what its items say of a published work."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import UnexpectedReply
from enrich.record import Candidate, Person, Published, Record
from enrich.sources import crossref

ROOT = "http://127.0.0.1:1"
DOI = "10.5555/tides.7"

ARTICLE: dict[str, Any] = {
    "DOI": "10.5555/Tides.7",
    "type": "journal-article",
    "title": ["On the tides of <i>small</i> lakes &amp; H<sub>2</sub>O"],
    "subtitle": ["A first look"],
    "author": [
        {"given": "Bo", "family": "Second", "sequence": "additional", "affiliation": []},
        {"given": "Ann", "family": "van First", "suffix": "Jr.", "sequence": "first", "affiliation": [{"name": "X"}]},
        {"name": "Lake Collaboration", "sequence": "additional"},
    ],
    "container-title": ["Journal of Lakes", "J. Lakes"],
    "published": {"date-parts": [[2019, 12, 30]]},
    "published-online": {"date-parts": [[2019, 12, 30]]},
    "published-print": {"date-parts": [[2020, 2]]},
    "issued": {"date-parts": [[2019, 12, 30]]},
    "volume": "7",
    "issue": "2",
    "page": "12–34",
    "publisher": "Lake Press",
    "URL": "http://dx.doi.org/10.5555/tides.7",
    "relation": {
        "has-preprint": [
            {"id-type": "doi", "id": "10.1101/2019.01.01.1234", "asserted-by": "object"},
            {"id-type": "doi", "id": "10.48550/arXiv.1901.01234", "asserted-by": "subject"},
        ]
    },
}


def works(*items: Any, total: int | None = None) -> bytes:
    message = {"total-results": len(items) if total is None else total, "items": items}
    return json.dumps({"status": "ok", "message-type": "work-list", "message": message}).encode()


def one(**fields: Any) -> Candidate:
    """The candidate made of an item with these fields (``container_title`` for ``container-title``)."""
    (found,) = crossref.found(works({name.replace("_", "-"): value for name, value in fields.items()}))
    return found


# --- asking -------------------------------------------------------------------------------------------------------


def test_dois_are_asked_for_in_one_request_each_encoded() -> None:
    old = "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"
    address, body = crossref.request(ROOT, [DOI, old, "10.5555/a#b&c+d"])
    assert body is None
    assert parse_qs(urlsplit(address).query)["filter"] == [f"doi:{DOI},doi:{old},doi:10.5555/a#b&c+d"]
    assert parse_qs(urlsplit(address).query)["rows"] == ["3"]
    assert not set("<>#;() ") & set(address)


def test_no_address_grows_too_long_and_no_doi_is_lost() -> None:
    asked = [f"10.1002/(sici)1097-4571(199806)49:8<693::aid-asi{n}>3.0.co;2-{'o' * (n % 160)}" for n in range(200)]
    portions = list(crossref.batches(asked, ROOT))
    assert [doi for portion in portions for doi in portion] == asked
    assert all(len(crossref.request(ROOT, portion)[0]) < 4_000 for portion in portions)
    assert all(len(portion) <= crossref.BATCH for portion in portions)


def test_what_is_no_doi_is_not_sent() -> None:
    asked = [
        DOI,
        "",
        "tides",
        "10.5555/",
        "10.5555/a b",
        "10.5555/a\nb",
        "10.5555/\ud800",
        "https://doi.org/10.5555/x",
        DOI,
    ]
    assert list(crossref.batches(asked, ROOT)) == [[DOI]]


def test_a_doi_with_a_comma_is_asked_for_alone_and_not_by_a_filter() -> None:
    portions = list(crossref.batches([DOI, "10.5555/a,b", "10.5555/c"], ROOT))
    assert sorted(portions) == [["10.5555/a,b"], [DOI, "10.5555/c"]]
    assert crossref.request(ROOT, ["10.5555/a,b"])[0] == f"{ROOT}/works/10.5555%2Fa%2Cb"


def test_a_search_asks_for_title_and_first_author_without_dollars_and_commands() -> None:
    record = Record(
        "arXiv:1901.01234", title="The $\\alpha_s$ of Schrödinger's  cat", authors=(Person("Ann", "de Wit"),)
    )
    address, body = crossref.search_request(ROOT, record)
    assert body is None
    assert parse_qs(urlsplit(address).query)["query.bibliographic"] == ["The s of Schrödinger's cat de Wit"]
    assert parse_qs(urlsplit(address).query)["rows"] == ["5"]


# --- when a reply is whole ----------------------------------------------------------------------------------------


def test_a_list_with_fewer_works_than_asked_is_whole() -> None:
    crossref.check(works(ARTICLE), [DOI, "10.5555/unknown"])
    crossref.check(works(), [DOI])
    crossref.search_check(works(*[ARTICLE] * crossref.SEARCH_ROWS, total=1_000_000))


@pytest.mark.parametrize(
    ("content", "says", "status"),
    [
        (b"", "empty", 0),
        (b"<html>busy</html>", "not JSON", 0),
        (works(ARTICLE)[:-3], "not JSON", 0),
        (b"[]", "not an answer of Crossref's", 0),
        (b'{"status": "ok"}', "holds no message", 0),
        (b'{"status": "ok", "message": {"items": {}, "total-results": 0}}', "not a list of works", 0),
        (b'{"status": "ok", "message": {"items": []}}', "not a list of works", 0),
        (works(ARTICLE, total=2), "1 of 2", 0),
        (b'{"status": "failed", "message": [{"type": "x", "message": "no such filter"}]}', "no such filter", 400),
        (b'{"status": "error", "message": {"description": "NullPointer"}}', "NullPointer", 500),
        (b'{"status": "failed", "message": null}', "no reason given", 400),
    ],
)
def test_what_is_not_whole_is_refused(content: bytes, says: str, status: int) -> None:
    with pytest.raises(UnexpectedReply, match=says) as raised:
        crossref.check(content, [DOI, "10.5555/b"])
    assert raised.value.status == status


# --- reading ------------------------------------------------------------------------------------------------------


def test_an_article() -> None:
    assert crossref.candidates(works(ARTICLE), [DOI]) == {
        DOI: Candidate(
            "crossref",
            Published(
                type="article",
                title="On the tides of small lakes & H2O: A first look",
                venue="Journal of Lakes",
                year=2020,
                volume="7",
                issue="2",
                pages="12-34",
                publisher="Lake Press",
                doi=DOI,
                url=f"https://doi.org/{DOI}",
            ),
            authors=(Person("Ann", "van First", "Jr."), Person("Bo", "Second"), Person(literal="Lake Collaboration")),
            kind="journal-article",
            eprints=("1901.01234",),
            relation="has-preprint",
        )
    }


def test_only_what_was_asked_for_is_answered() -> None:
    assert crossref.candidates(works(ARTICLE), ["10.5555/other"]) == {}
    assert crossref.candidates(b"", [DOI]) == {}


def test_the_answer_to_a_single_doi_is_one_work() -> None:
    content = json.dumps(
        {"status": "ok", "message-type": "work", "message": {**ARTICLE, "DOI": "10.5555/A,B"}}
    ).encode()
    crossref.check(content, ["10.5555/a,b"])
    assert list(crossref.candidates(content, ["10.5555/a,b"])) == ["10.5555/a,b"]


def test_the_year_is_that_of_the_issue() -> None:
    online, printed, null = {"date-parts": [[2017, 11, 3]]}, {"date-parts": [[2018, 4]]}, {"date-parts": [[None]]}
    assert one(published_online=online, published=online, issued=online, published_print=printed).published.year == 2018
    assert one(published_online=online, published=online).published.year == 2017
    assert one(published_print=null, issued=online).published.year == 2017
    assert one(published_online=online).published.year == 2017
    assert one(published=null, issued={"date-parts": []}).published.year is None


def test_a_chapter_is_a_conference_paper_where_the_series_or_the_book_says_so() -> None:
    series = one(type="book-chapter", container_title=["Lecture Notes in Computer Science", "Vision – ABC 2024"])
    assert (series.published.type, series.published.venue) == ("inproceedings", "Vision – ABC 2024")
    turned = one(type="book-chapter", container_title=["Advances in Codes – XYZ", "Lecture Notes in Computer Science"])
    assert (turned.published.type, turned.published.venue) == ("inproceedings", "Advances in Codes – XYZ")
    book = one(type="book-chapter", container_title=["Proceedings of the Lake Symposium"])
    assert (book.published.type, book.published.venue) == ("inproceedings", "Proceedings of the Lake Symposium")
    handbook = one(type="book-chapter", container_title=["Handbook of Lakes", "Small Lakes"])
    assert (handbook.published.type, handbook.published.venue) == (None, "Small Lakes")
    assert handbook.kind == "book-chapter"


def test_a_conference_paper_is_in_its_proceedings_not_in_their_series() -> None:
    names = ["International Joint Conference on Lakes", "Proceedings of the Third Joint Conference on Lakes"]
    assert one(type="proceedings-article", container_title=names).published.venue == names[1]
    paper = one(type="proceedings-article", container_title=["SPIE Proceedings", "Lakes 2013"], event={"name": "L"})
    assert (paper.published.type, paper.published.venue) == ("inproceedings", "Lakes 2013")
    assert one(
        type="proceedings-article", container_title=["Advances in Lake Systems 30"], event={"name": "L"}
    ).published.venue == ("Advances in Lake Systems 30")
    for containers in ([], None, ["Lecture Notes in Computer Science"]):
        event = {"name": "The 3rd Lake Conference"}
        lone = one(type="proceedings-article", container_title=containers, event=event)
        assert lone.published.venue == "The 3rd Lake Conference"


@pytest.mark.parametrize("kind", ["posted-content", "dataset", "peer-review", "dissertation", "book", "component"])
def test_other_kinds_have_no_type_but_are_named(kind: str) -> None:
    assert (one(type=kind).published.type, one(type=kind).kind) == (None, kind)


def test_a_notice_about_another_work_is_told() -> None:
    notice = one(DOI="10.5555/b", type="journal-article", update_to=[{"DOI": DOI, "type": "Retraction"}])
    assert notice.kind == "retraction"
    edition = one(DOI="10.5555/b", type="journal-article", update_to=[{"DOI": DOI, "type": "new_version"}])
    assert edition.kind == "journal-article"
    itself = one(DOI=DOI, type="journal-article", update_to=[{"DOI": DOI, "type": "correction"}])
    assert itself.kind == "journal-article"


def test_pages_are_the_articles_number_where_pages_only_count_its_length() -> None:
    assert one(page="1-6", article_number="3804742").published.pages == "3804742"
    assert one(page="101-106", article_number="7").published.pages == "101-106"
    assert one(article_number="022212").published.pages == "022212"
    assert one(page="1-6").published.pages == "1-6"


def test_a_subtitle_that_the_title_holds_is_not_said_twice() -> None:
    assert one(title=["Lakes: a first look"], subtitle=["A first look"]).published.title == "Lakes: a first look"
    assert one(title=["Why lakes?"], subtitle=["A first look"]).published.title == "Why lakes? A first look"
    assert one(title=["Seen", "Gesehen"], subtitle=[]).published.title == "Seen"


def test_mathematics_in_a_title_is_read() -> None:
    title = 'Decay of <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>B</mml:mi></mml:math> mesons'
    assert one(title=[title]).published.title == "Decay of B mesons"


def test_names_come_in_several_shapes() -> None:
    authors = [
        {"family": "Junrong Wang"},
        {"given": "Mono"},
        {"name": "Waley W. J. Liang"},
        {"name": "The Lake Survey"},
        {"ORCID": "x"},
        None,
    ]
    assert one(author=authors).authors == (
        Person("Junrong", "Wang"),
        Person(literal="Mono"),
        Person("Waley W. J.", "Liang"),
        Person(literal="The Lake Survey"),
    )


def test_a_preprint_on_arxiv_is_told_in_any_shape_and_others_are_not() -> None:
    def preprints(value: object) -> tuple[str, ...]:
        return one(relation={"has-preprint": value}).eprints

    assert preprints({"id-type": "arxiv", "id": "hep-th/9901001"}) == ("hep-th/9901001",)
    assert preprints([{"id-type": "uri", "id": "https://arxiv.org/abs/1901.01234v2"}] * 2) == ("1901.01234",)
    assert preprints([{"id-type": "doi", "id": "10.21203/rs.3.rs-1/v1"}, {"id": None}, "x"]) == ()
    assert one(relation=[]).relation is None


# --- odd replies --------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3000, 3000)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "2020", "10.1/x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["date-parts", "name", "given", "family", "id", "id-type", "DOI", "type"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(set(ARTICLE) | {"event", "article-number", "update-to"})), json_values))
def test_an_odd_item_does_not_lose_the_others(odd: dict[str, Any]) -> None:
    content = works({**ARTICLE, "DOI": "10.5555/odd", **odd}, ARTICLE, None, 7)
    crossref.check(content, [DOI])
    assert crossref.candidates(content, [DOI])[DOI] == crossref.candidates(works(ARTICLE), [DOI])[DOI]


def real_items(folder: Path) -> Iterator[list[Any]]:
    for path in sorted(
        [*folder.glob("crossref/*.json"), *folder.glob("*/*crossref*.json"), *folder.glob("manubot/*.json")]
    ):
        data = json.loads(path.read_bytes())
        yield data if isinstance(data, list) else [data.get("message", data)]


def test_real_answers_are_read(shared_data: Path) -> None:
    folder = shared_data / "published"
    found = {one.published.doi: one for items in real_items(folder) for one in crossref.found(works(*items))}
    assert len(found) > 300
    assert found["10.1103/physreva.106.022212"].published == Published(
        type="article",
        title="Toy model for local and deterministic wave-function collapse",
        venue="Physical Review A",
        year=2022,
        volume="106",
        issue="2",
        pages="022212",
        publisher="American Physical Society (APS)",
        doi="10.1103/physreva.106.022212",
        url="https://doi.org/10.1103/physreva.106.022212",
    )
    chapter = found["10.1007/978-3-031-72913-3_19"]
    assert (chapter.published.type, chapter.published.venue) == ("inproceedings", "Computer Vision – ECCV 2024")
    assert chapter.published.title == "On the Viability of Monocular Depth Pre-training for Semantic Segmentation"
    assert found["10.1109/tasc.2017.2776938"].published.year == 2018  # online in 2017


def test_recorded_lists_are_whole(shared_data: Path) -> None:
    whole = 0
    for path in sorted((shared_data / "published" / "habanero_crossref").glob("test_works*.yaml")):
        for packed in re.findall(r"string: !!binary \|\n((?:\s+[\w+/=]+\n)+)", path.read_text(encoding="utf-8")):
            body = base64.b64decode(packed)
            body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            if b'"work' in body[:100]:
                crossref.check(body, [DOI])
                whole += any(one.published.title for one in crossref.found(body))
    assert whole


# --- as a person would cite it


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Proceedings 2001 Conference on Lakes (Cat. No.01EX123)", "Proceedings 2001 Conference on Lakes"),
        ("IEEE Workshop on Lakes, 2005.", "IEEE Workshop on Lakes, 2005"),
        ("Phys. Lakes Lett.", "Phys. Lakes Lett."),
    ],
)
def test_a_venue_has_no_catalogue_number_and_no_full_stop_after_its_year(written: str, read: str) -> None:
    assert one(DOI=DOI, type="proceedings-article", container_title=[written]).published.venue == read


@pytest.mark.parametrize(
    ("kind", "started", "year"),
    [
        ("proceedings-article", [[2014, 1, 5]], 2014),
        ("proceedings-article", [[2013, 12, 5]], 2013),
        ("proceedings-article", [[2012, 11, 5]], 2013),
        ("proceedings-article", [[2016]], 2013),
        ("proceedings-article", [[None]], 2013),
        ("journal-article", [[2014, 1, 5]], 2013),
    ],
)
def test_proceedings_printed_before_their_meeting_are_of_its_year(kind: str, started: Any, year: int) -> None:
    event = {"name": "Symposium on Lakes", "start": {"date-parts": started}}
    printed = {"date-parts": [[2013, 12, 18]]}
    found = one(DOI=DOI, type=kind, container_title=["Lakes"], event=event, published_print=printed)
    assert found.published.year == year


@pytest.mark.parametrize(
    ("venue", "year"),
    [
        ("2014 Conference on Lakes", 2014),
        ("2013 Conference on Lakes", 2013),
        ("Lakes 2013/2014", 2013),
        ("Lakes", 2013),
    ],
)
def test_proceedings_that_name_the_year_after_are_of_that_year(venue: str, year: int) -> None:
    printed = {"date-parts": [[2013, 12, 18]]}
    found = one(DOI=DOI, type="proceedings-article", container_title=[venue], published_print=printed)
    assert found.published.year == year


def test_the_number_of_an_article_of_one_page_is_cited() -> None:
    assert one(DOI=DOI, type="journal-article", page="1-1", article_number="e107").published.pages == "e107"


# One DOI: with whom it is registered, and what it is -----------------------------------------------------------------


def agency(**changes: Any) -> bytes:
    message = {"DOI": "10.5555/Tides.7", "agency": {"id": "jalc", "label": "JaLC"}}
    return json.dumps({"status": "ok", "message-type": "work-agency", "message": message, **changes}).encode()


def test_the_agency_of_a_doi() -> None:
    url, body = crossref.agency_request(ROOT, "10.5555/s0021(99)1/2?3")
    assert (url, body) == (f"{ROOT}/works/10.5555%2Fs0021%2899%291%2F2%3F3/agency", None)
    crossref.agency_check(agency(), DOI)
    assert crossref.agency(agency(), DOI) == ("jalc", "JaLC")


@pytest.mark.parametrize(
    "content",
    [
        agency(status="failed"),
        agency(**{"message-type": "work"}),
        agency(message=None),
        agency(message={"DOI": "10.5555/tides.7", "agency": {}}),
        agency(message={"DOI": "10.5555/another", "agency": {"id": "jalc"}}),
        agency()[:60],
        b"<!DOCTYPE html>",
        b"",
        works(ARTICLE),
    ],
)
def test_the_answer_about_an_agency_is_believed_only_when_whole(content: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        crossref.agency_check(content, DOI)


def test_one_work_is_asked_for_by_its_address() -> None:
    assert crossref.work_request(ROOT, "10.5555/a,b")[0] == f"{ROOT}/works/10.5555%2Fa%2Cb"
    whole = json.dumps({"status": "ok", "message-type": "work", "message": ARTICLE}).encode()
    crossref.work_check(whole, DOI)
    assert crossref.found(whole)[0].published.doi == DOI
    for content in (works(), works(ARTICLE, ARTICLE), agency(), b"{}"):
        with pytest.raises(UnexpectedReply):
            crossref.work_check(content, DOI)


def test_other_titles_and_the_years_in_print_and_online() -> None:
    item = {**ARTICLE, "title": ["Tides", "Marées"], "original-title": ["Gezeiten"]}
    assert crossref.other_titles_and_years(works(item, {"DOI": "10.5555/bare"}, {})) == {
        DOI: (("Marées", "Gezeiten"), (2020, 2019)),
        "10.5555/bare": ((), ()),
    }
    assert crossref.other_titles_and_years(b"") == {}
