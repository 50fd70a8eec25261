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

import pytest

from enrich import config
from enrich.config import Service, Settings
from enrich.errors import SourceUnavailable, UnexpectedReply
from enrich.http import REPLY_BYTES, Http, Reply
from enrich.identify import parse_id
from enrich.sources import arxiv as arxiv_source
from enrich.sources import oai as oai_source
from enrich.store import Store

from .standins import ArxivStandin, OaiStandin

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


def test_a_kept_reply_waits_for_nobody(http: Open, settings: Settings) -> None:
    slow = dataclasses.replace(settings.services["oai"], interval=60.0)
    one = http(services={**settings.services, "oai": slow})
    ask_oai(one, slow, settings)
    started = time.monotonic()
    ask_oai(one, slow, settings)
    assert time.monotonic() - started < 5


def test_a_kept_reply_keeps_its_time(http: Open, settings: Settings) -> None:
    service = settings.services["oai"]
    before = time.time()
    first = ask_oai(http(), service, settings)
    time.sleep(0.05)
    assert ask_oai(http(), service, settings).given == pytest.approx(first.given, abs=0.03)
    assert before - 1 <= first.given <= time.time()


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


def test_a_cache_that_somebody_locks_costs_its_memory_and_no_time(
    http: Open, settings: Settings, oai: OaiStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.store.BUSY_SECONDS", 0.2)
    one = http()
    other = sqlite3.connect(settings.cache_folder / "records.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    assert b"Counting Hedges" in ask_oai(one, settings.services["oai"], settings).content
    assert time.monotonic() - started < 5
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
    arxiv.fail("hang", next=None, seconds=5)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="took too long"):
        ask_arxiv(http(), settings)
    assert time.monotonic() - started < 4


def test_a_service_that_drips_is_given_up(
    http: Open, settings: Settings, arxiv: ArxivStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.http.REPLY_SECONDS", 0.3)
    arxiv.fail("drip", next=None, chunk=1, pause=0.05)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="does not finish its answer"):
        ask_arxiv(http(), settings)
    assert time.monotonic() - started < 4


def test_retry_after_may_be_a_date(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail(429, retry_after=timedelta(seconds=2))
    started = time.monotonic()
    ask_arxiv(http(patience=10), settings)
    assert 0.9 < time.monotonic() - started < 5


def test_a_redirect_elsewhere_waits_for_its_turn(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    paced = dataclasses.replace(settings.services["arxiv"], interval=0.4)
    with ArxivStandin(arxiv.library) as other:
        path = arxiv_url(settings).partition("/api/")[2]
        arxiv.fail("redirect", to=f"{other.root}/api/{path}")
        one = http(services={**settings.services, "arxiv": paced}, patience=5.0)
        check = partial(arxiv_source.check, asked=[ASKED])
        assert b"Counting Hedges" in one.get(paced, arxiv_url(settings), check=check).content
        assert other.requests[0].started - arxiv.requests[0].started >= 0.29


def test_a_redirect_in_a_circle_is_given_up_soon(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail("redirect", next=None)
    with pytest.raises(SourceUnavailable, match="could not be asked"):
        ask_arxiv(http(), settings)
    assert len(arxiv.requests) <= 4


def test_after_a_reply_that_was_too_slow_there_is_never_a_second_connection(
    http: Open, settings: Settings, arxiv: ArxivStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.http.REPLY_SECONDS", 0.3)
    arxiv.single_connection = True
    arxiv.fail("drip", chunk=200, pause=0.05)
    ask_arxiv(http(patience=5.0), settings)
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
    url: str, said: str, http: Open, settings: Settings, closed_port: int
) -> None:
    service = Service("arxiv", "arXiv", url.format(port=closed_port), 0.0, "arxiv")
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match=said) as caught:
        http().get(service, service.url, check=lambda content: None)
    assert time.monotonic() - started < 2
    assert caught.value.url == service.url
    assert caught.value.source == "arxiv"
