"""Asking a service: what is kept, what is asked again, what is given up, and what each error says."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from enrich import config
from enrich.config import Service, Settings
from enrich.errors import SourceUnavailable, UnexpectedReply
from enrich.http import REPLY_BYTES, Http, Reply
from enrich.identify import parse_id
from enrich.sources import arxiv as arxiv_source
from enrich.sources import oai as oai_source
from enrich.store import Store

from .standins import ArxivStandin, OaiStandin, Request, Standin
from .standins import Reply as Served

ASKED = parse_id("2401.01234")
Open = Callable[..., Http]


@pytest.fixture
def settings(services: Mapping[str, str], tmp_path: Path) -> Settings:
    return dataclasses.replace(config.load(tmp_path, services), patience=0.3)


@pytest.fixture
def http(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setattr("enrich.http.SMALLEST_PAUSE", 0.002)
    opened: list[Http] = []
    stores: list[Store] = []

    def open_(**changes: Any) -> Http:
        changed = dataclasses.replace(settings, **changes)
        stores.append(Store(changed.cache_folder))
        opened.append(Http(changed, stores[-1]))
        return opened[-1]

    yield open_
    for one in (*opened, *stores):
        one.close()


def oai_url(settings: Settings) -> str:
    return oai_source.address(settings.services["oai"].url, ASKED)


def arxiv_url(settings: Settings) -> str:
    return arxiv_source.address(settings.services["arxiv"].url, [ASKED])


def ask_oai(http: Http, service: Service, settings: Settings) -> Reply:
    return http.get(service, oai_url(settings), check=partial(oai_source.check, asked=ASKED), keep=True)


def ask_arxiv(http: Http, settings: Settings) -> Reply:
    check = partial(arxiv_source.check, asked=[ASKED])
    return http.get(settings.services["arxiv"], arxiv_url(settings), check=check)


def test_a_reply_about_one_address_is_kept(http: Open, settings: Settings, oai: OaiStandin) -> None:
    service = settings.services["oai"]
    first = ask_oai(http(), service, settings)
    assert ask_oai(http(), service, settings).content == first.content
    assert len(oai.requests) == 1
    ask_oai(http(fresh=True), service, settings)
    assert len(oai.requests) == 2


def test_a_kept_reply_waits_for_nobody(http: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    service = settings.services["oai"]
    one = http()
    first = ask_oai(one, service, settings)
    monkeypatch.setattr("enrich.http.Pace.turn", lambda *_: pytest.fail("it queued"))
    assert ask_oai(one, service, settings).content == first.content


def test_a_kept_reply_keeps_its_time(http: Open, settings: Settings) -> None:
    service = settings.services["oai"]
    before = time.time()
    first = ask_oai(http(), service, settings)
    after = time.time()
    time.sleep(0.05)
    again = ask_oai(http(), service, settings)
    assert before - 1 <= first.given <= after
    assert before - 1 <= again.given <= after + 0.001
    assert ask_oai(http(), service, settings).given == again.given


def test_batches_of_arxiv_are_not_kept_as_replies(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    for _ in range(2):
        ask_arxiv(http(), settings)
    assert len(arxiv.requests) == 2


@pytest.mark.parametrize("mode", ["rate-exceeded", "html", "empty", "truncated", "error"])
def test_a_reply_that_is_not_whole_never_gets_into_the_cache(
    mode: str, http: Open, settings: Settings, oai: OaiStandin
) -> None:
    oai.fail(mode, next=None)
    with pytest.raises((SourceUnavailable, UnexpectedReply)):
        ask_oai(http(), settings.services["oai"], settings)
    oai.heal()
    assert b"Counting Hedges" in ask_oai(http(), settings.services["oai"], settings).content


def test_an_unwritable_cache_is_done_without(http: Open, settings: Settings, oai: OaiStandin, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    one = http(cache=tmp_path / "file")
    assert b"Counting Hedges" in ask_oai(one, settings.services["oai"], settings).content


def test_a_cache_that_somebody_locks_is_not_waited_for(
    http: Open, settings: Settings, oai: OaiStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.store.BUSY_SECONDS", 0.2)
    one = http()
    other = sqlite3.connect(settings.cache_folder / "records.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    # That it comes back at all is the point: the lock stays.
    assert b"Counting Hedges" in ask_oai(one, settings.services["oai"], settings).content
    other.execute("ROLLBACK")
    other.close()


def test_two_gigabytes_are_cut_off(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail("endless", declared=False)
    with pytest.raises(UnexpectedReply, match=f"more than {REPLY_BYTES // 2**20} MB"):
        ask_arxiv(http(), settings)


def test_a_small_body_that_unpacks_to_gigabytes_is_cut_off(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail("gzip-bomb", next=None)
    with pytest.raises(UnexpectedReply, match="MB"):
        ask_arxiv(http(), settings)


def test_a_service_that_hangs_is_given_up(
    http: Open, settings: Settings, arxiv: ArxivStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.http.READ_SECONDS", 0.2)
    arxiv.fail("hang", next=None, seconds=600)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="took too long"):
        ask_arxiv(http(), settings)
    assert time.monotonic() - started < 300


def test_a_service_that_drips_is_given_up(
    http: Open, settings: Settings, arxiv: ArxivStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.http.REPLY_SECONDS", 0.3)
    arxiv.fail("drip", next=None, chunk=1, pause=0.05)
    with pytest.raises(SourceUnavailable, match="does not finish its answer"):
        ask_arxiv(http(), settings)


def test_retry_after_may_be_a_date(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail(429, retry_after=timedelta(seconds=2))
    ask_arxiv(http(patience=60), settings)
    assert len(arxiv.requests) == 2
    assert arxiv.gaps[0] > 0.9, "such a date has whole seconds"


def test_a_redirect_elsewhere_waits_for_its_turn(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    paced = dataclasses.replace(settings.services["arxiv"], interval=1.5)
    with ArxivStandin(arxiv.library) as other:
        path = arxiv_url(settings).partition("/api/")[2]
        arxiv.fail("redirect", to=f"{other.root}/api/{path}")
        one = http(services={**settings.services, "arxiv": paced}, patience=5.0)
        check = partial(arxiv_source.check, asked=[ASKED])
        assert b"Counting Hedges" in one.get(paced, arxiv_url(settings), check=check).content
        assert other.requests[0].started - arxiv.requests[0].started >= 0.75


def test_a_redirect_in_a_circle_is_given_up_soon(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail("redirect", next=None)
    with pytest.raises(SourceUnavailable, match="could not be asked"):
        ask_arxiv(http(), settings)
    assert len(arxiv.requests) <= 4


def test_after_a_reply_that_was_too_slow_there_is_never_a_second_connection(
    http: Open, settings: Settings, arxiv: ArxivStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.http.REPLY_SECONDS", 1.0)
    arxiv.single_connection = True
    arxiv.fail("drip", chunk=20, pause=0.05)
    ask_arxiv(http(patience=60.0), settings)
    assert arxiv.most_concurrent == 1


def test_a_redirect_on_the_way_is_followed(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail("redirect")
    assert b"Counting Hedges" in ask_arxiv(http(), settings).content


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:{port}/", "refused"),
        ("http://127.0.0.1:99999/", "could not be asked"),
        ("http://[::1/", "could not be asked"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_at_once(
    url: str, said: str, http: Open, settings: Settings, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service("arxiv", "arXiv", url.format(port=closed_port), 0.0, "arxiv")
    attempts = []
    attempt = Http._attempt
    monkeypatch.setattr(Http, "_attempt", lambda *given: attempts.append(given) or attempt(*given))
    with pytest.raises(SourceUnavailable, match=said) as caught:
        http(patience=600.0).get(service, service.url, check=lambda content: None)
    assert len(attempts) == 1
    assert caught.value.url == service.url
    assert caught.value.source == "arxiv"


# Questions with a body, answers that say "nothing", keys --------------------------------------------------------------

SECRET = "s3cr3t+/=key"


class Echo(Standin):
    """Answers what ``says`` says, in JSON: by default that all is well."""

    says: Callable[[Request], Served] = staticmethod(lambda request: Served(200, b'{"fine": true}', "application/json"))

    def read_ids(self, request: Request) -> tuple[str, ...]:
        return ()

    def answer(self, request: Request) -> Served:
        return self.says(request)


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as server:
        yield server


def service_at(server: Standin, **changes: Any) -> Service:
    return dataclasses.replace(Service("echo", "Echo", server.root, 0.0, "echo"), **changes)


def anything(content: bytes) -> None:
    pass


def test_a_question_with_a_body_is_posted_as_json_and_its_reply_kept(http: Open, echo: Echo) -> None:
    service, url = service_at(echo), f"{echo.root}/batch"
    for body in (b'{"ids": ["1", "2"]}', b'{"ids": ["1", "2"]}', b'{"ids": ["2", "1"]}'):
        assert http().get(service, url, check=anything, body=body, keep=True).content == b'{"fine": true}'
    assert [request.body for request in echo.requests] == [b'{"ids": ["1", "2"]}', b'{"ids": ["2", "1"]}']
    assert {request.method for request in echo.requests} == {"POST"}
    assert {request.headers["Content-Type"] for request in echo.requests} == {"application/json"}


def test_a_reply_to_a_body_is_kept_only_when_whole(http: Open, echo: Echo) -> None:
    def no(content: bytes) -> None:
        raise UnexpectedReply("no")

    with pytest.raises(UnexpectedReply):
        http().get(service_at(echo), f"{echo.root}/batch", check=no, body=b"{}", keep=True)
    asked = len(echo.requests)
    http().get(service_at(echo), f"{echo.root}/batch", check=anything, body=b"{}", keep=True)
    assert len(echo.requests) == asked + 1


def test_a_refused_body_is_asked_again(http: Open, echo: Echo) -> None:
    echo.fail(429)
    assert http(patience=60.0).get(service_at(echo), echo.root, check=anything, body=b"{}").content
    assert [request.body for request in echo.requests] == [b"{}", b"{}"]


@pytest.mark.parametrize("status", [400, 404, 429])
def test_a_status_that_means_nothing_is_an_empty_reply_and_not_kept(status: int, http: Open, echo: Echo) -> None:
    echo.says = lambda request: Served(status, b'{"error": "No valid paper ids given"}', "application/json")

    before = time.time()
    for _ in range(2):
        reply = http().get(service_at(echo), echo.root, check=anything, keep=True, nothing={status: b"No valid paper"})
        assert reply.content == b""
        assert before - 1 <= reply.given <= time.time() + 1
    assert len(echo.requests) == 2


def test_the_same_status_with_other_words_is_an_error(http: Open, echo: Echo) -> None:
    echo.says = lambda request: Served(400, b'{"error": "Unrecognized or unsupported fields"}', "application/json")
    with pytest.raises(UnexpectedReply, match="400"):
        http().get(service_at(echo), echo.root, check=anything, nothing={400: b"No valid paper"})


def test_a_status_that_means_nothing_for_one_service_is_an_error_of_another(http: Open, echo: Echo) -> None:
    echo.says = lambda request: Served(404)
    with pytest.raises(UnexpectedReply, match="404"):
        http().get(service_at(echo), echo.root, check=anything, nothing={400: b""})


def test_a_key_goes_where_the_service_wants_it(http: Open, echo: Echo) -> None:
    header = service_at(echo, key=SECRET, key_header="x-api-key")
    http().get(header, f"{echo.root}/a?x=1", check=anything, body=b"{}")
    parameter = service_at(echo, key=SECRET, key_parameter="api_key")
    http().get(parameter, f"{echo.root}/a?x=1", check=anything)
    http().get(service_at(echo, key=None, key_parameter="api_key"), f"{echo.root}/a?x=1", check=anything)
    assert [request.headers["x-api-key"] for request in echo.requests] == [SECRET, None, None]
    assert [request.query for request in echo.requests] == [
        {"x": ["1"]},
        {"x": ["1"], "api_key": [SECRET]},
        {"x": ["1"]},
    ]


@pytest.mark.parametrize("where", [{"key_header": "x-api-key"}, {"key_parameter": "api_key"}])
def test_a_key_is_never_kept_and_never_told(where: dict[str, Any], http: Open, echo: Echo, settings: Settings) -> None:
    service = service_at(echo, key=SECRET, **where)
    there = [f"{echo.root}/a", f"{echo.root}/a?api_key={quote(SECRET, safe='')}"]

    def moved_once(request: Request) -> Served:
        if request.path == "/":
            return Served(302, headers={"Location": there[len(echo.requests) % 2]})
        return Served(200, b"{}", "application/json")

    echo.says = moved_once
    for _ in range(2):
        http().get(service, f"{echo.root}/?q=1", check=anything, keep=True)
    assert [request.path for request in echo.requests] == ["/", "/a"], "the second was kept"
    kept = b"".join(file.read_bytes() for file in settings.cache_folder.rglob("*") if file.is_file())
    assert b"/a" in kept
    for shape in (SECRET, quote(SECRET, safe="")):
        assert shape.encode() not in kept
    assert SECRET not in repr(service)
    echo.says = lambda request: Served(500)
    with pytest.raises(SourceUnavailable) as caught:
        http().get(service, f"{echo.root}/b", check=anything)
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error!r} {error} {vars(error)}"
        error = error.__cause__


def test_another_key_is_answered_by_the_same_kept_reply(http: Open, echo: Echo) -> None:
    for key in (SECRET, "other", None):
        service = service_at(echo, key=key, key_parameter="api_key")
        http().get(service, f"{echo.root}/a?x=1", check=anything, keep=True)
    assert len(echo.requests) == 1


def test_a_key_does_not_follow_a_redirect_to_another_host(http: Open, echo: Echo) -> None:
    with Echo() as stranger:
        echo.says = lambda request: Served(307, headers={"Location": f"{stranger.root}/a"})
        for where in ({"key_header": "x-api-key"}, {"key_parameter": "api_key"}):
            http().get(service_at(echo, key=SECRET, **where), f"{echo.root}/a", check=anything, body=b"{}")
        assert len(stranger.requests) == 2
        for request in stranger.requests:
            assert SECRET not in f"{request.headers} {request.query}"
