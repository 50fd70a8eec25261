"""Asking a service: what is kept, what is asked again, what is given up, and what each error says."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from enrich import config
from enrich.config import Service, Settings
from enrich.errors import SourceUnavailable, UnexpectedReply
from enrich.http import REPLY_BYTES, Http
from enrich.identify import parse_id
from enrich.sources import arxiv as arxiv_source
from enrich.sources import datacite as datacite_source
from enrich.sources import oai as oai_source

from .standins import ArxivStandin, OaiStandin

CHECKS = {module.NAME: module.check for module in (arxiv_source, datacite_source, oai_source)}
Open = Callable[..., Http]


@pytest.fixture
def settings(services: Mapping[str, str], tmp_path: Path) -> Settings:
    return dataclasses.replace(config.load(tmp_path, services), patience=0.3)


@pytest.fixture
def http(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setattr("enrich.http.SMALLEST_PAUSE", 0.002)
    opened: list[Http] = []

    def open_(**changes: Any) -> Http:
        writable = changes.pop("writable", True)
        opened.append(Http(dataclasses.replace(settings, **changes), checks=CHECKS, writable=writable))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


def oai_url(settings: Settings) -> str:
    return oai_source.address(settings.services["oai"].url, parse_id("2401.01234"))


def arxiv_url(settings: Settings) -> str:
    return arxiv_source.address(settings.services["arxiv"].url, [parse_id("2401.01234")])


def test_a_reply_about_one_address_is_kept(http: Open, settings: Settings, oai: OaiStandin) -> None:
    service = settings.services["oai"]
    first = http().get(service, oai_url(settings))
    assert http().get(service, oai_url(settings)).content == first.content
    assert len(oai.requests) == 1
    http(fresh=True).get(service, oai_url(settings))
    assert len(oai.requests) == 2


def test_a_kept_reply_waits_for_nobody(http: Open, settings: Settings) -> None:
    slow = dataclasses.replace(settings.services["oai"], interval=60.0)
    one = http(services={**settings.services, "oai": slow})
    one.get(slow, oai_url(settings))
    started = time.monotonic()
    one.get(slow, oai_url(settings))
    assert time.monotonic() - started < 5


def test_a_kept_reply_keeps_its_time(http: Open, settings: Settings) -> None:
    service = settings.services["oai"]
    before = time.time()
    first = http().get(service, oai_url(settings))
    time.sleep(0.05)
    assert http().get(service, oai_url(settings)).given == pytest.approx(first.given, abs=0.03)
    assert before - 1 <= first.given <= time.time()


def test_batches_of_arxiv_are_not_kept_as_replies(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    for _ in range(2):
        http().get(settings.services["arxiv"], arxiv_url(settings))
    assert len(arxiv.requests) == 2


@pytest.mark.parametrize("mode", ["rate-exceeded", "html", "empty", "truncated", "error"])
def test_a_reply_that_is_not_whole_never_gets_into_the_cache(
    mode: str, http: Open, settings: Settings, oai: OaiStandin
) -> None:
    oai.fail(mode, next=None)
    with pytest.raises((SourceUnavailable, UnexpectedReply)):
        http().get(settings.services["oai"], oai_url(settings))
    oai.heal()
    assert b"Counting Hedges" in http().get(settings.services["oai"], oai_url(settings)).content


def test_an_unwritable_cache_is_done_without(http: Open, settings: Settings, oai: OaiStandin, tmp_path: Path) -> None:
    one = http(writable=False)
    one.get(settings.services["oai"], oai_url(settings))
    one.get(settings.services["oai"], oai_url(settings))
    assert len(oai.requests) == 1, "it is remembered as long as the run lasts"
    assert not (settings.cache_folder / "replies.sqlite").exists()


def test_a_damaged_cache_of_replies_does_not_end_the_run(http: Open, settings: Settings, oai: OaiStandin) -> None:
    settings.cache_folder.mkdir(parents=True, exist_ok=True)
    (settings.cache_folder / "replies.sqlite").write_bytes(b"this is no database" * 500)
    assert b"Counting Hedges" in http().get(settings.services["oai"], oai_url(settings)).content


def test_two_gigabytes_are_cut_off(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail("endless", declared=False)
    with pytest.raises(UnexpectedReply, match=f"more than {REPLY_BYTES // 2**20} MB"):
        http().get(settings.services["arxiv"], arxiv_url(settings))


def test_a_small_body_that_unpacks_to_gigabytes_is_cut_off(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail("gzip-bomb", next=None)
    with pytest.raises(UnexpectedReply, match="MB"):
        http().get(settings.services["arxiv"], arxiv_url(settings))


def test_a_service_that_hangs_is_given_up(
    http: Open, settings: Settings, arxiv: ArxivStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.http.READ_SECONDS", 0.2)
    arxiv.fail("hang", next=None, seconds=5)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="took too long"):
        http().get(settings.services["arxiv"], arxiv_url(settings))
    assert time.monotonic() - started < 4


def test_a_service_that_drips_is_given_up(
    http: Open, settings: Settings, arxiv: ArxivStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.http.REPLY_SECONDS", 0.3)
    arxiv.fail("drip", next=None, chunk=1, pause=0.05)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="took too long"):
        http().get(settings.services["arxiv"], arxiv_url(settings))
    assert time.monotonic() - started < 4


def test_retry_after_may_be_a_date(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail(429, retry_after=timedelta(seconds=2))
    started = time.monotonic()
    http(patience=10).get(settings.services["arxiv"], arxiv_url(settings))
    assert 0.9 < time.monotonic() - started < 5


def test_a_redirect_on_the_way_is_followed(http: Open, settings: Settings, arxiv: ArxivStandin) -> None:
    arxiv.fail("redirect")
    assert b"Counting Hedges" in http().get(settings.services["arxiv"], arxiv_url(settings)).content


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
        http().get(service, service.url)
    assert time.monotonic() - started < 2
    assert caught.value.url == service.url
    assert caught.value.source == "arxiv"
