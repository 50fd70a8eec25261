"""The stand-ins are what the other tests trust, so they are held against what is known of the services."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request as Ask
from urllib.request import urlopen

import pytest

from . import SHARED_DATA, conftest, needs_shared_data
from .standins import (
    EXAMPLES,
    ArxivStandin,
    Author,
    DataciteStandin,
    Library,
    OaiStandin,
    Paper,
    Reply,
    Request,
    Version,
)
from .standins.arxiv_api import passes_check, query_url, render_entry, render_feed, render_old_entry
from .standins.papers import HOSTILE, PLAIN, WITHDRAWN_IN_COMMENT, synthetic_papers

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
PATIENCE = 60.0
"""Seconds after which a test gives up; long, since a busy machine may be slow, and waited for only if all is lost."""


def get(
    url: str, *, data: bytes | None = None, timeout: float = PATIENCE, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes, Any]:
    """Status, body and headers, whatever the status."""
    asked = Ask(url, data=data, headers={"Accept": "*/*", **(headers or {})})
    try:
        with urlopen(asked, timeout=timeout) as reply:
            return reply.status, reply.read(), reply.headers
    except HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def ask(server: ArxivStandin, *ids: str, **parameters: object) -> tuple[int, bytes]:
    status, body, _ = get(query_url(server.url, ids, **parameters))
    return status, body


def names(body: bytes) -> list[str]:
    """The identifiers with versions of a feed's entries, in its order."""
    ids = (entry.findtext(f"{ATOM}id", "") for entry in ET.fromstring(body).iter(f"{ATOM}entry"))
    return [name.removeprefix("http://arxiv.org/abs/") for name in ids]


def total(body: bytes) -> int:
    return int(ET.fromstring(body).findtext(f"{OPENSEARCH}totalResults", ""))


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def wait_until_idle(server: ArxivStandin) -> None:
    wait_until(lambda: not server.in_flight)


# arXiv: what is asked and what comes ----------------------------------------------------------------------------------


def test_entries_come_in_another_order_than_asked_and_always_in_the_same(arxiv: ArxivStandin) -> None:
    ids = ["2401.01234", "hep-th/9901001", "2104.00001", "math/0309136"]
    _, first = ask(arxiv, *ids)
    _, again = ask(arxiv, *ids)
    asked = ["2401.01234v2", "hep-th/9901001v2", "2104.00001v1", "math/0309136v1"]
    assert sorted(names(first)) == sorted(asked)
    assert names(first) != asked
    assert names(again) == names(first)
    for pair in pairwise(ids):
        assert [name.rpartition("v")[0] for name in names(ask(arxiv, *pair)[1])] == [pair[1], pair[0]]


def test_a_repeated_id_comes_once_and_so_does_a_paper_with_its_current_version(arxiv: ArxivStandin) -> None:
    _, body = ask(arxiv, "2401.01234", "2401.01234v2", "2401.01234")
    assert names(body) == ["2401.01234v2"]
    assert total(body) == 1
    _, body = ask(arxiv, "2401.01234", "2401.01234v1")
    assert sorted(names(body)) == ["2401.01234v1", "2401.01234v2"]


def test_an_older_version_says_what_it_said_then(arxiv: ArxivStandin) -> None:
    entry = ET.fromstring(ask(arxiv, "2401.01234v1")[1]).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Hedges: A First Count"
    assert entry.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}published") == "2024-01-02T18:59:59Z"
    assert entry.find(f"{ARXIV}doi") is None
    entry = ET.fromstring(ask(arxiv, "2401.01234")[1]).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}published") == "2024-01-02T18:59:59Z"
    assert entry.findtext(f"{ATOM}updated") == "2024-03-05T09:00:01Z"


@pytest.mark.parametrize("unknown", ["2401.99999", "2401.01234v0", "2401.01234v3", "2401.01234v02", "0000.0000"])
def test_unknown_ids_are_left_out_without_a_word(arxiv: ArxivStandin, unknown: str) -> None:
    status, body = ask(arxiv, unknown, "2104.00001")
    assert (status, names(body), total(body)) == (200, ["2104.00001v1"], 1)
    status, body = ask(arxiv, unknown)
    assert (status, names(body), total(body)) == (200, [], 0)


@pytest.mark.parametrize(
    "shape",
    [
        "arXiv:2104.00001",
        "2104.00001.pdf",
        " 2104.00001",
        "2104.00001V1",
        "2104.00001v",
        "https://arxiv.org/abs/2104.00001",
        "oai:arXiv.org:2104.00001",
        "1234.12345",
        "9913.00001",
        "math.GT/0309136",
    ],
)
def test_wrong_shapes_that_pass_the_check_are_not_found(arxiv: ArxivStandin, shape: str) -> None:
    assert passes_check(shape)
    status, body = ask(arxiv, shape)
    assert (status, total(body)) == (200, 0)


@pytest.mark.parametrize("bad", ["", "abc", "hepth/9901001", "1234.123", "10.48550/arXiv.2104.00001", "0309136"])
def test_one_bad_id_fails_the_whole_request_and_is_named(arxiv: ArxivStandin, bad: str) -> None:
    status, body = ask(arxiv, "2401.01234", bad, "xyz")
    assert status == 400
    feed = ET.fromstring(body)
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert feed.findtext(f"{ATOM}title") == "arXiv Search Results"
    assert total(body) == 1
    assert [(child.tag.rpartition("}")[2], child.text) for child in entry if child.tag != f"{ATOM}updated"][:4] == [
        ("id", f"https://arxiv.org/api/errors#incorrect_id_format_for_{bad}"),
        ("title", "Error"),
        ("link", None),
        ("summary", f"incorrect id format for {bad}"),
    ]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "arXiv api core"


def test_ten_entries_come_unless_more_are_asked_for(arxiv: ArxivStandin) -> None:
    ids = [paper.id for paper in EXAMPLES]
    assert len(ids) > 12
    _, body = ask(arxiv, *ids)
    assert (len(names(body)), total(body)) == (10, len(ids))
    _, rest = ask(arxiv, *ids, start=10, max_results=100)
    assert sorted(names(body) + names(rest)) == sorted(f"{paper.id}v{paper.newest}" for paper in EXAMPLES)


@pytest.mark.parametrize(
    ("parameters", "status", "says"),
    [
        ({"max_results": 0}, 500, "internal error"),
        ({"max_results": -1}, 400, "max_results must be non-negative"),
        ({"max_results": "ten"}, 400, "max_results must be an integer"),
        ({"start": "x"}, 400, "start must be an integer"),
        ({"start": -1}, 400, "start must be non-negative"),
        ({"sortBy": "date"}, 400, "sortBy must be in"),
        ({"start": 10_000, "max_results": 10}, 500, "internal error"),
    ],
)
def test_bad_parameters_are_refused(arxiv: ArxivStandin, parameters: dict[str, object], status: int, says: str) -> None:
    answered, body = ask(arxiv, "2401.01234", **parameters)
    assert answered == status
    assert says in body.decode()


def test_a_search_and_a_list_of_ids_give_what_is_in_both(arxiv: ArxivStandin) -> None:
    _, body = ask(arxiv, "2401.01234", "2104.00001", search_query="ti:hedges AND cat:cs.LG")
    assert names(body) == ["2401.01234v2"]
    assert get(arxiv.url)[0] == 400


def test_a_request_line_may_have_4094_bytes(arxiv: ArxivStandin) -> None:
    overhead = len("GET  HTTP/1.1") + len(urlsplit(query_url(arxiv.url, [])).path) + len("?id_list=")
    fitting = "2401.01234," * ((4094 - overhead) // 11)
    fitting += "2" * (4094 - overhead - len(fitting))
    url = f"{arxiv.url}?id_list={fitting}"
    assert get(url)[0] == 400  # for the id at its end, not for its length
    assert b"incorrect id format" in get(url)[1]
    assert arxiv.requests[-1].line_bytes == 4094
    status, body, headers = get(url + "2")
    assert (status, headers.get_content_type()) == (400, "text/html")
    assert b"Request Line is too large (4095 &gt; 4094)" in body


def test_ids_may_be_posted_as_a_form(arxiv: ArxivStandin) -> None:
    form = urlencode({"id_list": ",".join(["2401.01234"] * 2000 + ["2104.00001"]), "max_results": 5}).encode()
    status, body, _ = get(arxiv.url, data=form)
    assert (status, sorted(names(body))) == (200, ["2104.00001v1", "2401.01234v2"])
    assert get(arxiv.url, data=b"{}", headers={"Content-Type": "application/json"})[0] == 400


def test_a_request_without_accept_is_not_acceptable(arxiv: ArxivStandin) -> None:
    address = urlsplit(query_url(arxiv.url, ["2401.01234"]))
    connection = http.client.HTTPConnection(address.netloc, timeout=PATIENCE)
    connection.request("GET", f"{address.path}?{address.query}")
    assert connection.getresponse().status == 406
    connection.close()


def test_asking_too_fast_is_answered_429() -> None:
    with ArxivStandin(Library(), min_interval=10 * PATIENCE) as server:
        assert ask(server, "2401.01234")[0] == 200
        assert ask(server, "2401.01234") == (429, b"Rate exceeded.")
        server.min_interval = 0.05
        time.sleep(0.05)
        assert ask(server, "2401.01234")[0] == 200
    first, second = server.gaps
    assert first < 10 * PATIENCE
    assert second >= 0.05


def test_asking_twice_at_once_is_answered_429(library: Library) -> None:
    first_may_end = threading.Event()

    class Thoughtful(ArxivStandin):
        def answer(self, request: Request) -> Reply:
            if request.number == 1:
                first_may_end.wait(PATIENCE)
            return super().answer(request)

    with Thoughtful(library) as server:
        slow: list[int] = []
        thread = threading.Thread(target=lambda: slow.append(ask(server, "2401.01234")[0]))
        thread.start()
        wait_until(lambda: server.in_flight)
        assert ask(server, "2104.00001")[0] == 429
        first_may_end.set()
        thread.join()
        assert slow == [200]
        assert server.most_concurrent == 2
        assert ask(server, "2104.00001")[0] == 200


def test_a_slow_answer_comes_late_and_whole(arxiv: ArxivStandin) -> None:
    arxiv.fail("slow", seconds=0.1)
    started = time.monotonic()
    assert names(ask(arxiv, "2401.01234")[1]) == ["2401.01234v2"]
    assert time.monotonic() - started >= 0.1


def test_one_request_after_the_other_is_never_taken_for_two_at_once(arxiv: ArxivStandin) -> None:
    for _ in range(50):
        assert ask(arxiv, "2401.01234")[0] == 200
    assert arxiv.most_concurrent == 1


def test_requests_are_recorded(arxiv: ArxivStandin) -> None:
    get(query_url(arxiv.url, ["2401.01234", "2104.00001v1"], max_results=2), headers={"User-Agent": "test/1"})
    (request,) = arxiv.requests
    assert (request.method, request.path, request.ids) == ("GET", "/api/query", ("2401.01234", "2104.00001v1"))
    assert (request.status, request.failure, request.concurrent, request.gap) == (200, None, 1, None)
    assert request.headers["User-Agent"] == "test/1"
    assert request.value("max_results") == "2"
    assert request.ended is not None
    assert request.ended >= request.started
    assert arxiv.asked == [("2401.01234", "2104.00001v1")]


# arXiv: the bytes -----------------------------------------------------------------------------------------------------


def test_the_feed_has_the_bytes_of_2026(arxiv: ArxivStandin) -> None:
    arxiv.library.add(
        Paper(
            "2410.00001",
            title="A & B < C",
            authors=[Author('Jo "J" Doe', ("Here & There",)), "Ann Other"],
            abstract="One.\n  Two.",
            categories=["cs.DL", "cs.IR"],
            versions=["2024-10-01T00:00:00Z", "2024-10-02T00:00:00Z"],
            comment="3 pages",
            journal_ref="J. 1",
            doi="10.5555/a<b 10.5555/c",
        )
    )
    body = ask(arxiv, "2410.00001", max_results=1)[1].decode()
    updated = ET.fromstring(body).findtext(f"{ATOM}updated", "")
    assert body.replace(updated, "NOW") == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns="http://www.w3.org/2005/Atom">\n'
        "  <id>https://arxiv.org/api/uBPTQRHw0PIgeFDnDczH01Utv6k</id>\n"
        "  <title>arXiv Query: search_query=&amp;id_list=2410.00001&amp;start=0&amp;max_results=1</title>\n"
        "  <updated>NOW</updated>\n"
        '  <link href="https://arxiv.org/api/query?search_query=&amp;start=0&amp;max_results=1&amp;id_list=2410.00001" '
        'type="application/atom+xml"/>\n'
        "  <opensearch:itemsPerPage>1</opensearch:itemsPerPage>\n"
        "  <opensearch:totalResults>1</opensearch:totalResults>\n"
        "  <opensearch:startIndex>0</opensearch:startIndex>\n"
        "  <entry>\n"
        "    <id>http://arxiv.org/abs/2410.00001v2</id>\n"
        "    <title>A &amp; B &lt; C</title>\n"
        "    <updated>2024-10-02T00:00:00Z</updated>\n"
        '    <link href="https://arxiv.org/abs/2410.00001v2" rel="alternate" type="text/html"/>\n'
        '    <link href="https://arxiv.org/pdf/2410.00001v2" rel="related" type="application/pdf" title="pdf"/>\n'
        "    <summary>One.\n  Two.</summary>\n"
        '    <category term="cs.DL" scheme="http://arxiv.org/schemas/atom"/>\n'
        '    <category term="cs.IR" scheme="http://arxiv.org/schemas/atom"/>\n'
        "    <published>2024-10-01T00:00:00Z</published>\n"
        "    <arxiv:comment>3 pages</arxiv:comment>\n"
        '    <arxiv:primary_category term="cs.DL"/>\n'
        "    <arxiv:journal_ref>J. 1</arxiv:journal_ref>\n"
        "    <author>\n"
        '      <name>Jo "J" Doe</name>\n'
        "      <arxiv:affiliation>Here &amp; There</arxiv:affiliation>\n"
        "    </author>\n"
        "    <author>\n"
        "      <name>Ann Other</name>\n"
        "    </author>\n"
        "    <arxiv:doi>10.5555/a&lt;b</arxiv:doi>\n"
        '    <link rel="related" href="https://doi.org/10.5555/a&lt;b" title="doi"/>\n'
        "    <arxiv:doi>10.5555/c</arxiv:doi>\n"
        '    <link rel="related" href="https://doi.org/10.5555/c" title="doi"/>\n'
        "  </entry>\n"
        "</feed>\n"
    )


def _paper_of(entry: ET.Element) -> Paper:
    """The paper that a recorded entry of the 2026 server describes."""
    name, _, number = entry.findtext(f"{ATOM}id", "").removeprefix("http://arxiv.org/abs/").rpartition("v")
    times = [entry.findtext(f"{ATOM}published", "")] * int(number)
    times[-1] = entry.findtext(f"{ATOM}updated", "")
    versions = [Version(moment) for moment in times]
    authors = [
        Author(
            author.findtext(f"{ATOM}name", ""),
            tuple(affiliation.text or "" for affiliation in author.iter(f"{ARXIV}affiliation")),
        )
        for author in entry.iter(f"{ATOM}author")
    ]
    return Paper(
        name,
        title=entry.findtext(f"{ATOM}title", ""),
        authors=authors,
        abstract=entry.findtext(f"{ATOM}summary", ""),
        categories=[category.get("term", "") for category in entry.iter(f"{ATOM}category")],
        versions=versions,
        comment=entry.findtext(f"{ARXIV}comment", ""),
        journal_ref=entry.findtext(f"{ARXIV}journal_ref", ""),
        doi=" ".join(doi.text or "" for doi in entry.iter(f"{ARXIV}doi")),
    )


_RECORDED = sorted(SHARED_DATA.glob("atom/*_s*_m*.json")) if SHARED_DATA.is_dir() else []


@needs_shared_data
def test_recorded_replies_of_2026_come_out_of_the_stand_in_byte_by_byte() -> None:
    assert len(_RECORDED) > 10
    entries = 0
    for path in _RECORDED:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        feed = ET.fromstring(recorded["body"].encode())
        title = feed.findtext(f"{ATOM}title", "").removeprefix("arXiv Query: ")
        asked = dict(part.split("=", 1) for part in title.split("&"))
        rendered = [render_entry(_paper_of(entry).at()) for entry in feed.iter(f"{ATOM}entry")]
        entries += len(rendered)
        again = render_feed(
            rendered,
            search_query=asked["search_query"],
            id_list=[name for name in asked["id_list"].split(",") if name],
            start=int(asked["start"]),
            max_results=int(asked["max_results"]),
            total=int(feed.findtext(f"{OPENSEARCH}totalResults", "")),
            updated=feed.findtext(f"{ATOM}updated", ""),
        )
        assert again == recorded["body"], path.name
    assert entries > 50


def _shape(element: ET.Element) -> list[object]:
    return [element.tag, sorted(element.attrib), [_shape(child) for child in element]]


@needs_shared_data
def test_the_old_server_has_the_shape_of_a_recorded_reply(arxiv: ArxivStandin) -> None:
    recorded = ET.fromstring((SHARED_DATA / "atom" / "old_missing_ids_2025-08.xml").read_bytes())
    arxiv.library.add(Paper("2201.00001", authors=["A. One", "B. Two"], comment="34 pages"))
    arxiv.fail("old-server")
    _, body = ask(arxiv, "2201.99999", "2201.00001", "2201.99998", "2201.99997")
    assert _shape(ET.fromstring(body)) == _shape(recorded)
    assert total(body) == 4


def test_every_example_is_one_well_formed_entry(arxiv: ArxivStandin) -> None:
    _, body = ask(arxiv, *(paper.id for paper in EXAMPLES), max_results=100)
    titles = {entry.findtext(f"{ATOM}title") for entry in ET.fromstring(body).iter(f"{ATOM}entry")}
    assert titles == {paper.title for paper in EXAMPLES}
    assert HOSTILE.title in titles
    for paper in EXAMPLES:
        ET.fromstring(render_old_entry(paper.at()))


def test_the_arxiv_package_reads_what_the_stand_in_says(arxiv: ArxivStandin) -> None:
    package = pytest.importorskip("arxiv")
    client = package.Client(delay_seconds=0, num_retries=0)
    client.query_url_format = arxiv.url + "?{}"
    ids = [paper.id for paper in EXAMPLES]
    results = {result.get_short_id(): result for result in client.results(package.Search(id_list=ids))}
    assert sorted(results) == sorted(paper.at().versioned for paper in EXAMPLES)
    result = results["2207.09876v1"]
    assert [author.name for author in result.authors] == ["Kim Detector", "EXAMPLE Collaboration", "Lee Beam III"]
    assert result.authors[0].affiliation == ["Institute of Examples, Town", "for the EXAMPLE Collaboration"]
    assert result.doi == "10.5555/PhysRevX.12.345"
    assert result.pdf_url == "https://arxiv.org/pdf/2207.09876v1"
    assert results["2205.04321v1"].summary.startswith("  We bound $|K| < n^2$ & more")


def test_ten_thousand_papers_are_cheap() -> None:
    library = Library()
    library.extend(synthetic_papers(10_000, first="2112.99990"))
    assert len(library) == 10_000
    ids = [paper.id for paper in library]
    assert ids[:11] == [f"2112.{number}" for number in range(99_990, 100_000)] + ["2201.00001"]
    assert library.get("2201.05000") is not None


# Failing --------------------------------------------------------------------------------------------------------------


def test_failures_are_played_as_often_as_ordered_and_in_order(arxiv: ArxivStandin) -> None:
    arxiv.fail(503, next=2).fail(429, retry_after=7)
    assert [ask(arxiv, "2401.01234")[0] for _ in range(4)] == [503, 503, 429, 200]
    assert [request.failure for request in arxiv.requests] == ["status", "status", "status", None]
    arxiv.script([None, 500, ("status", {"status": 403}), "html", "ok"])
    assert [ask(arxiv, "2401.01234")[0] for _ in range(6)] == [200, 500, 403, 200, 200, 200]
    arxiv.script(lambda request: 502 if "2104.00001" in request.ids else None)
    assert [ask(arxiv, name)[0] for name in ("2401.01234", "2104.00001")] == [200, 502]
    arxiv.fail(504, next=None)
    arxiv.heal()
    assert ask(arxiv, "2104.00001")[0] == 200


@pytest.mark.parametrize("status", [403, 406, 413, 414, 429, 500, 502, 503, 504])
def test_a_status_can_come_with_retry_after_in_both_forms(arxiv: ArxivStandin, status: int) -> None:
    arxiv.fail(status).fail(status, retry_after=3).fail(status, retry_after=timedelta(hours=1))
    url = query_url(arxiv.url, ["2401.01234"])
    (first, _, bare), (_, _, seconds), (_, _, date) = get(url), get(url), get(url)
    assert first == status
    assert bare["Retry-After"] is None
    assert seconds["Retry-After"] == "3"
    assert 3500 < parsedate_to_datetime(date["Retry-After"]).timestamp() - time.time() <= 3600


def test_a_mistyped_failure_is_an_error_of_the_test() -> None:
    mistakes: list[tuple[str, dict[str, int]]] = [("no-such-mode", {}), ("partial", {"dorp": 1})]
    for mode, options in mistakes:
        server = ArxivStandin(Library()).start()
        server.script([(mode, options)])
        with pytest.raises(http.client.RemoteDisconnected):
            ask(server, "2401.01234")
        with pytest.raises(LookupError):
            server.stop()


def test_replies_with_200_that_are_no_answer(arxiv: ArxivStandin) -> None:
    arxiv.script(["rate-exceeded", "html", "error", "empty", "empty-page", "partial", "truncated", "wrong-type"])
    ids = ("2401.01234", "2104.00001")
    with ArxivStandin(arxiv.library) as sound:
        _, whole = ask(sound, *ids)
    assert ask(arxiv, *ids) == (200, b"Rate exceeded.")
    assert b"<html" in ask(arxiv, *ids)[1]
    assert b"<title>Error</title>" in ask(arxiv, *ids)[1]
    assert ask(arxiv, *ids) == (200, b"")
    _, body = ask(arxiv, *ids)
    assert (names(body), total(body)) == ([], 2)
    _, body = ask(arxiv, *ids)
    assert (len(names(body)), total(body)) == (1, 2)
    _, body = ask(arxiv, *ids)
    assert len(body) == int(0.6 * len(whole))
    assert body.startswith(whole[:100])
    status, body, headers = get(query_url(arxiv.url, ids))
    assert (status, names(body), headers.get_content_type()) == (200, names(whole), "text/html")


def test_connections_that_break(arxiv: ArxivStandin) -> None:
    arxiv.script(["cut-off", "reset", ("reset", {"after": 400}), ("hang", {"seconds": 300}), ("hang", {"after": 300})])
    with pytest.raises(http.client.IncompleteRead):
        ask(arxiv, "2401.01234")
    for _ in range(2):
        with pytest.raises(ConnectionResetError):
            ask(arxiv, "2401.01234")
    for _ in range(2):
        with pytest.raises(TimeoutError):
            get(query_url(arxiv.url, ["2401.01234"]), timeout=0.1)
    wait_until_idle(arxiv)  # who has hung up is no longer counted
    assert ask(arxiv, "2401.01234")[0] == 200


def test_a_body_that_drips_comes_whole_in_the_end(arxiv: ArxivStandin) -> None:
    arxiv.fail("drip", chunk=500, pause=0.01)
    started = time.monotonic()
    _, body = ask(arxiv, "2401.01234")
    assert names(body) == ["2401.01234v2"]
    assert time.monotonic() - started > 0.03
    assert ask(arxiv, "2401.01234")[0] == 200


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_without_end_stops_when_the_client_goes(arxiv: ArxivStandin, declared: bool) -> None:
    arxiv.fail("endless", declared=declared)
    with urlopen(Ask(query_url(arxiv.url, ["2401.01234"]), headers={"Accept": "*/*"}), timeout=PATIENCE) as reply:
        assert reply.headers["Content-Length"] == (str(2 << 30) if declared else None)
        assert len(reply.read(1 << 20)) == 1 << 20
    wait_until_idle(arxiv)


def test_documents_that_explode(arxiv: ArxivStandin) -> None:
    arxiv.script([("gzip-bomb", {"size": 5 << 20}), "xml-bomb", "external-entity"])
    url = query_url(arxiv.url, ["2401.01234"])
    _, body, headers = get(url)
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < 20_000
    assert len(gzip.decompress(body)) > 5 << 20
    _, body, _ = get(url)
    assert body.count(b"&lol8;") == 10
    assert b"<title>&lol9;Counting Hedges" in body
    _, body, _ = get(url)
    assert f'<!ENTITY leak SYSTEM "{arxiv.root}/leak">'.encode() in body
    assert not arxiv.leaked
    get(f"{arxiv.root}/leak")
    assert arxiv.leaked


def test_entries_that_do_not_belong(arxiv: ArxivStandin) -> None:
    arxiv.script(["stranger", ("stranger", {"added": True}), "duplicates", "invalid-utf8"])
    assert names(ask(arxiv, "2401.01234")[1]) == ["9912.99999v1"]
    _, body = ask(arxiv, "2401.01234")
    assert (names(body), total(body)) == (["9912.99999v1", "2401.01234v2"], 2)
    assert names(ask(arxiv, "2401.01234")[1]) == ["2401.01234v2"] * 2
    with pytest.raises(UnicodeDecodeError):
        ask(arxiv, "2401.01234")[1].decode()


def test_large_batches_can_be_refused(arxiv: ArxivStandin) -> None:
    arxiv.limit_batch(2, status=503)
    assert ask(arxiv, "2401.01234", "2104.00001", "0704.0001")[0] == 503
    assert ask(arxiv, "2401.01234", "2104.00001")[0] == 200


def test_a_good_id_can_poison_every_batch(arxiv: ArxivStandin) -> None:
    arxiv.poison("2104.00001")
    assert ask(arxiv, "2401.01234")[0] == 200
    for naming, says in (
        ("self", b"incorrect id format for 2104.00001<"),
        ("other", b"incorrect id format for 2401.01234<"),
        ("none", b"<summary>bad request<"),
    ):
        arxiv.heal()
        arxiv.poison("2104.00001", naming=naming)
        for _ in range(2):
            status, body = ask(arxiv, "2401.01234", "2104.00001")
            assert status == 400
            assert says in body


def test_a_redirect_leads_to_the_answer(arxiv: ArxivStandin) -> None:
    arxiv.fail("redirect", code=302)
    assert names(ask(arxiv, "2401.01234")[1]) == ["2401.01234v2"]
    assert [request.status for request in arxiv.requests] == [302, 200]


def test_stopping_does_not_wait_for_those_who_hang() -> None:
    server = ArxivStandin(Library()).start()
    server.fail("hang", seconds=10 * PATIENCE)

    def left_hanging() -> None:
        with pytest.raises((OSError, http.client.HTTPException)):
            get(query_url(server.url, ["2401.01234"]), timeout=10 * PATIENCE)

    thread = threading.Thread(target=left_hanging)
    thread.start()
    wait_until(lambda: server.in_flight)
    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < PATIENCE  # who waits for those who hang waits ten times as long
    thread.join(PATIENCE)
    assert not thread.is_alive()


# DataCite -------------------------------------------------------------------------------------------------------------


def dois(server: DataciteStandin, query: str, size: int | None = None) -> tuple[int, Any]:
    page = {} if size is None else {"page[size]": size}
    status, body, _ = get(f"{server.url}/dois?{urlencode({'query': query, **page})}")
    return status, json.loads(body)


@pytest.mark.parametrize(
    "query",
    [
        'doi:("10.48550/arxiv.2401.01234" OR "10.48550/arxiv.hep-th/9901001" OR "10.48550/arxiv.2401.99999")',
        "doi:(10.48550\\/arXiv.2401.01234 OR 10.48550\\/arXiv.hep-th\\/9901001)",
        'id:"10.48550/arxiv.2401.01234" OR id:"10.48550/arxiv.hep-th/9901001"',
        '"10.48550/ARXIV.2401.01234" OR "10.48550/arxiv.hep-th/9901001"',
    ],
)
def test_datacite_finds_dois_in_its_own_order_and_leaves_out_unknown_ones(
    datacite: DataciteStandin, query: str
) -> None:
    status, reply = dois(datacite, query)
    assert status == 200
    assert [record["id"] for record in reply["data"]] == [
        "10.48550/arxiv.hep-th/9901001",
        "10.48550/arxiv.2401.01234",
    ]
    assert reply["meta"] == {"total": 2, "totalPages": 1, "page": 1}
    assert [name.lower() for name in datacite.asked[0][:2]] == ["2401.01234", "hep-th/9901001"]


def test_datacite_shows_25_unless_told_otherwise(datacite: DataciteStandin, library: Library) -> None:
    library.extend(synthetic_papers(30))
    query = "doi:(" + " OR ".join(f'"10.48550/arxiv.2101.{number:05d}"' for number in range(1, 31)) + ")"
    assert [len(dois(datacite, query, size)[1]["data"]) for size in (None, 50)] == [25, 30]
    assert dois(datacite, query)[1]["meta"] == {"total": 30, "totalPages": 2, "page": 1}


def test_datacite_joins_with_and_and_refuses_what_it_cannot_parse(datacite: DataciteStandin) -> None:
    assert dois(datacite, 'doi:("10.48550/arxiv.2401.01234" "10.48550/arxiv.2104.00001")')[1]["data"] == []
    status, reply = dois(datacite, 'doi:("10.48550/arxiv.2401.01234')
    assert status == 400
    assert reply["errors"][0]["status"] == "400"


def test_datacite_describes_the_newest_version_it_knows(datacite: DataciteStandin) -> None:
    url = f"{datacite.url}/dois/10.48550/arXiv.2403.05678"
    attributes = json.loads(get(url)[1])["data"]["attributes"]
    assert attributes["version"] == "2"
    assert attributes["dates"][-1] == {
        "date": "2024-04-01T12:00:00Z",
        "dateType": "Withdrawn",
        "dateInformation": "v2",
    }
    assert attributes["descriptions"][1] == {
        "description": WITHDRAWN_IN_COMMENT.comment,
        "descriptionType": "Other",
    }
    datacite.lag("2403.05678", 1)
    attributes = json.loads(get(url)[1])["data"]["attributes"]
    assert attributes["version"] == "1"
    assert all(date["dateType"] != "Withdrawn" for date in attributes["dates"])
    status, body, _ = get(f"{datacite.url}/dois/{quote('10.48550/arXiv.2401.99999', safe='')}")
    assert (status, json.loads(body)["errors"][0]["status"]) == (404, "404")


def test_datacite_takes_names_apart(datacite: DataciteStandin) -> None:
    record = datacite.record("2401.01234")
    assert record is not None
    creators = record["attributes"]["creators"]
    assert [creator["name"] for creator in creators] == [
        "Example, Ada B.",
        "van der Sample, Ludwig",
        "Testcase Jr., Sammy",
    ]
    record = datacite.record("2207.09876")
    assert record is not None
    assert record["attributes"]["creators"][1]["nameType"] == "Organizational"
    assert record["attributes"]["creators"][0]["affiliation"] == [
        "Institute of Examples, Town",
        "for the EXAMPLE Collaboration",
    ]


@needs_shared_data
def test_datacite_records_have_the_shape_of_real_ones(datacite: DataciteStandin) -> None:
    (path,) = (SHARED_DATA / "pairs" / "comet").glob("test_data__*.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        real = json.loads(next(lines))
    own = datacite.record("2401.01234")
    assert own is not None
    assert list(own) == list(real)
    assert list(own["attributes"]) == list(real["attributes"])
    for name, value in real["attributes"].items():
        mine = own["attributes"][name]
        assert type(mine) is type(value), name
        if isinstance(value, list) and value:
            assert list(mine[0]) == list(value[0]), name


def test_datacite_fails_in_ways_of_its_own(datacite: DataciteStandin) -> None:
    query = 'doi:("10.48550/arxiv.2401.01234" OR "10.48550/arxiv.2104.00001")'
    datacite.fail("nulls").fail("nulls", fields=["dates"]).fail("nulls", inside=True).fail("partial").fail("empty-page")
    attributes = dois(datacite, query)[1]["data"][0]["attributes"]
    assert attributes["doi"]
    assert attributes["titles"] is None
    assert attributes["creators"] is None
    attributes = dois(datacite, query)[1]["data"][0]["attributes"]
    assert attributes["dates"] is None
    assert attributes["titles"]
    attributes = dois(datacite, query)[1]["data"][0]["attributes"]
    assert attributes["creators"][0]["familyName"] is None
    reply = dois(datacite, query)[1]
    assert (len(reply["data"]), reply["meta"]["total"]) == (1, 2)
    assert dois(datacite, query)[1]["data"] == []
    datacite.fail("html").fail("truncated")
    for _ in range(2):
        with pytest.raises(json.JSONDecodeError):
            dois(datacite, query)


# OAI-PMH --------------------------------------------------------------------------------------------------------------

OAI = "{http://www.openarchives.org/OAI/2.0/}"
OAI_ARXIV = "{http://arxiv.org/OAI/arXiv/}"
OAI_RAW = "{http://arxiv.org/OAI/arXivRaw/}"


def record(server: OaiStandin, identifier: str, prefix: str = "arXiv", **more: str) -> ET.Element:
    asked = {"verb": "GetRecord", "identifier": f"oai:arXiv.org:{identifier}", "metadataPrefix": prefix, **more}
    status, body, headers = get(f"{server.url}?{urlencode(asked)}")
    assert (status, headers.get_content_type()) == (200, "application/xml")
    return ET.fromstring(body)


def test_oai_gives_names_in_parts_and_the_licence(oai: OaiStandin) -> None:
    found = record(oai, "2401.01234").find(f".//{OAI_ARXIV}arXiv")
    assert found is not None
    order = "id created updated authors title categories comments journal-ref doi license abstract"
    assert " ".join(child.tag.removeprefix(OAI_ARXIV) for child in found) == order
    authors = [[part.text for part in author] for author in found.iter(f"{OAI_ARXIV}author")]
    assert authors == [["Example", "Ada B."], ["van der Sample", "Ludwig"], ["Testcase", "Sammy", "Jr."]]
    assert found.findtext(f"{OAI_ARXIV}license") == PLAIN.license
    assert found.findtext(f"{OAI_ARXIV}created") == "2024-03-05"
    oai.first_created = True
    assert record(oai, "2401.01234").findtext(f".//{OAI_ARXIV}created") == "2024-01-02"


def test_oai_raw_has_every_version_and_marks_withdrawn_ones(oai: OaiStandin) -> None:
    found = record(oai, "2403.05678v1", "arXivRaw").find(f".//{OAI_RAW}arXivRaw")
    assert found is not None
    assert [
        (version.get("version"), version.findtext(f"{OAI_RAW}date"), version.findtext(f"{OAI_RAW}source_type"))
        for version in found.iter(f"{OAI_RAW}version")
    ] == [("v1", "Fri, 08 Mar 2024 12:00:00 GMT", "D"), ("v2", "Mon, 01 Apr 2024 12:00:00 GMT", "I")]
    assert found.findtext(f"{OAI_RAW}submitter") == "Carla Mistake"


@pytest.mark.parametrize("prefix", ["arXiv", "arXivRaw", "arXivOld", "oai_dc"])
def test_oai_gives_every_example_in_every_format(oai: OaiStandin, prefix: str) -> None:
    for paper in EXAMPLES:
        found = record(oai, paper.id, prefix)
        assert found.findtext(f"{OAI}GetRecord/{OAI}record/{OAI}header/{OAI}identifier") == f"oai:arXiv.org:{paper.id}"
        assert any(element.text == paper.title for element in found.iter())


def test_oai_says_what_is_wrong_with_status_200(oai: OaiStandin) -> None:
    def code(root: ET.Element) -> str | None:
        error = root.find(f"{OAI}error")
        return None if error is None else error.get("code")

    assert code(record(oai, "2401.01234")) is None
    assert code(record(oai, "2401.99999")) == "idDoesNotExist"
    assert code(record(oai, "2401.01234", "marc")) == "cannotDisseminateFormat"
    assert code(record(oai, "2401.01234", set="cs")) == "badArgument"
    assert code(record(oai, "2401.01234", verb="GetRecords")) == "badVerb"


def test_oai_fails_like_the_others(oai: OaiStandin) -> None:
    oai.fail(503, retry_after=5).fail("rate-exceeded").fail("truncated").fail("stranger").fail("error")
    url = f"{oai.url}?verb=GetRecord&metadataPrefix=arXiv&identifier=oai:arXiv.org:2401.01234"
    status, _, headers = get(url)
    assert (status, headers["Retry-After"]) == (503, "5")
    for _ in range(2):
        with pytest.raises(ET.ParseError):
            ET.fromstring(get(url)[1])
    assert b"9912.99999" in get(url)[1]
    assert b"<error code='badArgument'>" in get(url)[1]
    assert oai.asked == [("2401.01234",)] * 5


# The fixtures ---------------------------------------------------------------------------------------------------------


def test_the_services_lead_to_the_stand_ins_and_nowhere_else(
    services: dict[str, str], arxiv: ArxivStandin, closed_port: int, tmp_path: Path
) -> None:
    assert services["ENRICH_ARXIV_URL"] == arxiv.url == f"{arxiv.root}/api/query"
    assert services["ENRICH_CACHE"] == str(tmp_path / "cache")
    urls = {name: urlsplit(value) for name, value in services.items() if name.endswith("_URL")}
    assert len(urls) == 9
    assert {url.hostname for url in urls.values()} == {"127.0.0.1"}
    assert sum(url.port == closed_port for url in urls.values()) == 6
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", closed_port), timeout=PATIENCE)


def test_the_guard_refuses_whatever_is_not_this_machine() -> None:
    with pytest.raises(conftest.NetworkRefused):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(conftest.NetworkRefused):
        socket.getaddrinfo("example.org", 443)
    assert conftest.refused == ["look up '192.0.2.1'", "look up 'example.org'"]
    conftest.refused.clear()
    with pytest.raises(conftest.NetworkRefused), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"?", ("192.0.2.1", 53))
    conftest.refused.clear()


def test_a_subprocess_is_led_nowhere_else_either(environment: dict[str, str]) -> None:
    program = "from urllib.request import urlopen\nurlopen('http://example.org', timeout=60)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )
    assert "Connection refused" in done.stderr


def test_nothing_of_the_user_is_seen(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert not [name for name in os.environ if name.startswith("ENRICH_")]
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
