"""From identifiers to records: the order of the places asked, and the three reasons why a paper stays open."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from enrich import config
from enrich.identify import parse_id
from enrich.record import Identifier, Record
from enrich.resolve import MISSING_AGE, SECONDARY_AGE, Resolution, Watcher, resolve
from enrich.snapshot import Snapshot
from enrich.store import Store

from .standins import EXAMPLES, ArxivStandin, DataciteStandin, Library, OaiStandin
from .standins.papers import PLAIN, synthetic_papers

PAPERS = [paper.id for paper in EXAMPLES]
Ask = Callable[..., Resolution]


class Noted(Watcher):
    def __init__(self) -> None:
        self.notes: list[str] = []
        self.waits: list[tuple[str, str]] = []

    def note(self, message: str) -> None:
        self.notes.append(message)

    def wait(self, label: str, why: str, seconds: float) -> None:
        self.waits.append((label, why))


@pytest.fixture
def watcher() -> Noted:
    return Noted()


@pytest.fixture
def ask(services: Mapping[str, str], tmp_path: Path, watcher: Noted) -> Ask:
    """``ask("2401.01234", "hep-th/9901001v1", patience=1, env={...})``: one run with the stand-ins and one cache."""

    def ask(*identifiers: str, env: Mapping[str, str] = {}, snapshots: Any = (), **changes: Any) -> Resolution:
        settings = config.load(tmp_path, {**services, **env})
        settings = dataclasses.replace(settings, **{"patience": 0.5, **changes})
        with Store(settings.cache_folder, warn=watcher.note) as store:
            return resolve([parse_id(i) for i in identifiers], settings, store, snapshots=snapshots, watcher=watcher)

    return ask


def by_name(result: Resolution) -> dict[str, Record]:
    return {str(identifier): record for identifier, record in result.records.items()}


def kinds(result: Resolution) -> dict[str, str]:
    return {str(identifier): problem.kind for identifier, problem in result.problems.items()}


def test_every_paper_comes_back_whatever_the_order_of_the_reply(ask: Ask, arxiv: ArxivStandin) -> None:
    result = ask(*PAPERS)
    assert {record.eprint for record in result.records.values()} == set(PAPERS)
    assert result.problems == {}
    assert len(arxiv.requests) == 1


def test_a_record_says_all_that_arxiv_says(ask: Ask) -> None:
    record = by_name(ask(PLAIN.id))["arXiv:2401.01234"]
    assert record.title == "Counting Hedges with GPU Clusters"
    assert [(a.given, a.family, a.suffix) for a in record.authors] == [
        ("Ada B.", "Example", None),
        ("Ludwig", "van der Sample", None),
        ("Sammy", "Testcase", "Jr."),
    ]
    assert record.version == 2
    assert (record.submitted, record.updated) == ("2024-01-02T18:59:59Z", "2024-03-05T09:00:01Z")
    assert (record.year, record.month) == (2024, 1)
    assert (record.primary_category, record.categories) == ("cs.LG", ("cs.LG", "cs.DC"))
    assert record.doi == "10.5555/hedges.2024.345"
    assert record.arxiv_doi == "10.48550/arXiv.2401.01234"
    assert record.url == "https://arxiv.org/abs/2401.01234"
    assert record.journal_ref == "Journal of Invented Results 12 (2024) 345-367"
    assert record.license is None, "the feed does not say it"
    assert record.origin["title"] == record.origin["submitted"] == "arxiv"
    assert record.origin["url"] == "identifier"
    assert record.retrieved is not None


def test_a_version_and_the_newest_are_two_asks(ask: Ask) -> None:
    found = by_name(ask("2401.01234v1", "2401.01234", "2401.01234v2"))
    assert found["arXiv:2401.01234v1"].title == "Hedges: A First Count"
    assert found["arXiv:2401.01234v1"].cited_version == 1
    assert found["arXiv:2401.01234v1"].url == "https://arxiv.org/abs/2401.01234v1"
    assert found["arXiv:2401.01234"].version == 2
    assert found["arXiv:2401.01234"].cited_version is None
    assert found["arXiv:2401.01234v2"].cited_version == 2


def test_the_cached_newest_version_does_not_answer_for_a_numbered_one(ask: Ask, arxiv: ArxivStandin) -> None:
    ask("2401.01234")
    ask("2401.01234v2")
    assert [request.ids for request in arxiv.requests] == [("2401.01234",), ("2401.01234v2",)]


def test_a_paper_asked_twice_is_asked_once(ask: Ask, arxiv: ArxivStandin) -> None:
    ask("2401.01234", "arXiv:2401.01234", "https://arxiv.org/abs/2401.01234")
    assert arxiv.requests[0].ids == ("2401.01234",)


def test_known_papers_are_not_asked_for_again(ask: Ask, arxiv: ArxivStandin) -> None:
    first = ask(*PAPERS)
    second = ask(*PAPERS)
    assert second.records == first.records
    assert second.stored == len(PAPERS)
    assert len(arxiv.requests) == 1


def test_fresh_asks_again(ask: Ask, arxiv: ArxivStandin, library: Library) -> None:
    ask("2401.01234")
    library.add(PLAIN.revised(title="Counting Hedges, Corrected"))
    assert by_name(ask("2401.01234"))["arXiv:2401.01234"].title == "Counting Hedges with GPU Clusters"
    assert by_name(ask("2401.01234", fresh=True))["arXiv:2401.01234"].title == "Counting Hedges, Corrected"


def test_what_is_older_than_the_limit_is_asked_again(ask: Ask, arxiv: ArxivStandin) -> None:
    ask("2401.01234")
    ask("2401.01234", max_age=0.0)
    assert len(arxiv.requests) == 2


def test_a_thousand_unknown_papers_take_five_requests_and_are_remembered(ask: Ask, arxiv: ArxivStandin) -> None:
    names = [f"2102.{number:05d}" for number in range(1, 1001)]
    result = ask(*names)
    assert len(arxiv.requests) == 5
    assert set(kinds(result).values()) == {"not-found"}
    assert len(result.problems) == 1000
    ask(*names)
    assert len(arxiv.requests) == 5


def test_that_a_paper_is_missing_is_remembered_only_for_a_while(
    ask: Ask, arxiv: ArxivStandin, library: Library, services: Mapping[str, str], tmp_path: Path
) -> None:
    identifier = Identifier("2101.00001")
    with Store(Path(services["ENRICH_CACHE"])) as store:
        store.put([(identifier, None)], time.time() - MISSING_AGE - 1)
    library.extend(synthetic_papers(1))
    assert by_name(ask("2101.00001"))["arXiv:2101.00001"].year == 2021


def test_the_request_line_stays_under_the_limit_with_long_identifiers(ask: Ask, arxiv: ArxivStandin) -> None:
    ask(*[f"cond-mat/99{month:02d}{number:03d}v12" for month in range(1, 13) for number in range(1, 40)])
    assert all(request.line_bytes < 4094 for request in arxiv.requests)
    assert len(arxiv.requests) <= 3


def test_an_unknown_version_is_not_found(ask: Ask) -> None:
    result = ask("2401.01234v9", "2401.01234")
    assert kinds(result) == {"arXiv:2401.01234v9": "not-found"}
    assert result.problems[Identifier("2401.01234", 9)].message == "arXiv has no version 9 of a paper 2401.01234"


@pytest.mark.parametrize(
    "mode",
    [
        429, 403, 406, 500, 503, "rate-exceeded", "html", "empty", "empty-page", "partial", "truncated", "cut-off",
        "reset", "error", "invalid-utf8", "xml-bomb", "external-entity", "old-server",
    ],
)  # fmt: skip
def test_a_passing_failure_is_asked_again_and_never_believed(mode: str | int, ask: Ask, arxiv: ArxivStandin) -> None:
    arxiv.fail(mode)
    result = ask("2401.01234", "2403.05678", "2101.99999")
    assert {str(i) for i in result.records} == {"arXiv:2401.01234", "arXiv:2403.05678"}
    assert {r.origin["title"] for r in result.records.values()} == {"arxiv"}
    assert kinds(result) == {"arXiv:2101.99999": "not-found"}
    assert not arxiv.leaked


@pytest.mark.parametrize(
    "mode",
    [429, 403, 406, 500, 503, "rate-exceeded", "html", "empty", "empty-page", "truncated", "reset", "gzip-bomb"],
)
def test_while_arxiv_refuses_datacite_answers_and_origin_says_so(
    mode: str | int, ask: Ask, arxiv: ArxivStandin, datacite: DataciteStandin
) -> None:
    arxiv.fail(mode, next=None)
    result = ask("2401.01234", "hep-th/9901001")
    assert {r.origin["title"] for r in result.records.values()} == {"datacite"}
    assert by_name(result)["arXiv:2401.01234"].title == "Counting Hedges with GPU Clusters"
    assert result.problems == {}
    assert len(datacite.requests) == 1


def test_a_reply_of_two_gigabytes_is_not_read_to_its_end(ask: Ask, arxiv: ArxivStandin) -> None:
    arxiv.fail("endless", next=None, declared=False)
    result = ask("2401.01234")
    assert by_name(result)["arXiv:2401.01234"].origin["title"] == "datacite"


def test_datacite_and_arxiv_agree_about_a_paper(ask: Ask, arxiv: ArxivStandin) -> None:
    one = by_name(ask("2401.01234"))["arXiv:2401.01234"]
    arxiv.fail(429, next=None)
    two = by_name(ask("2401.01234", fresh=True))["arXiv:2401.01234"]
    same = ("title", "version", "abstract", "submitted", "updated", "year", "categories", "doi", "comment", "url")
    assert [getattr(one, name) for name in same] == [getattr(two, name) for name in same]
    assert [a.name for a in one.authors] == [a.name for a in two.authors]
    assert two.license == "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


def test_a_hundred_papers_take_two_requests_to_datacite(
    ask: Ask, arxiv: ArxivStandin, datacite: DataciteStandin, library: Library
) -> None:
    library.extend(synthetic_papers(100))
    arxiv.fail(429, next=None)
    result = ask(*[paper.id for paper in synthetic_papers(100)])
    assert len(result.records) == 100
    assert len(datacite.requests) == 2


def test_what_datacite_does_not_have_yet_oai_answers(
    ask: Ask, arxiv: ArxivStandin, datacite: DataciteStandin, oai: OaiStandin
) -> None:
    arxiv.fail(429, next=None)
    datacite.hidden.add("2401.01234")
    result = ask("2401.01234", "2101.99999")
    record = by_name(result)["arXiv:2401.01234"]
    assert record.origin["title"] == "oai"
    assert [(a.given, a.family, a.suffix) for a in record.authors][2] == ("Sammy", "Testcase", "Jr.")
    assert (record.year, record.month, record.submitted) == (2024, 1, None), "OAI-PMH does not say it"
    assert record.origin["year"] == "identifier"
    assert kinds(result) == {"arXiv:2101.99999": "not-found"}, "OAI-PMH is arXiv's own word"


def test_an_old_version_stays_open_when_only_others_answer(ask: Ask, arxiv: ArxivStandin, oai: OaiStandin) -> None:
    arxiv.fail(429, next=None)
    result = ask("2401.01234v1", "2401.01234v2")
    assert [r.cited_version for r in result.records.values()] == [2]
    assert kinds(result) == {"arXiv:2401.01234v1": "unreachable"}
    assert oai.requests == []


def test_a_silence_of_datacite_does_not_mean_that_there_is_no_such_paper(
    ask: Ask, arxiv: ArxivStandin, oai: OaiStandin
) -> None:
    arxiv.fail(429, next=None)
    oai.fail(503, next=None)
    assert kinds(ask("2101.99999")) == {"arXiv:2101.99999": "unreachable"}
    assert kinds(ask("2101.99999", offline=True)) == {"arXiv:2101.99999": "unreachable"}, "nor is it remembered"


@pytest.mark.parametrize("mode", [429, 500, "html", "partial", "nulls", "empty", "truncated"])
def test_datacites_failures_are_not_believed_either(
    mode: str | int, ask: Ask, arxiv: ArxivStandin, datacite: DataciteStandin
) -> None:
    arxiv.fail(503, next=None)
    datacite.fail(mode, next=None)
    result = ask("2401.01234")
    assert [r.origin["title"] for r in result.records.values()] in (["oai"], ["datacite"])
    assert all(r.title and r.version != 0 for r in result.records.values())


def test_a_record_of_another_source_is_renewed_sooner(
    ask: Ask, arxiv: ArxivStandin, services: Mapping[str, str]
) -> None:
    arxiv.fail(429, next=4)
    record = by_name(ask("2401.01234"))["arXiv:2401.01234"]
    assert record.origin["title"] == "datacite"
    with Store(Path(services["ENRICH_CACHE"])) as store:
        store.put([(Identifier("2401.01234"), record)], time.time() - SECONDARY_AGE - 1)
    assert by_name(ask("2401.01234"))["arXiv:2401.01234"].origin["title"] == "arxiv"


def test_when_nobody_can_be_reached_the_old_answer_counts_and_is_marked(
    ask: Ask, closed_port: int, services: Mapping[str, str]
) -> None:
    ask("2401.01234")
    dead = dict.fromkeys(
        ("ENRICH_ARXIV_URL", "ENRICH_OAI_URL", "ENRICH_DATACITE_URL"), f"http://127.0.0.1:{closed_port}/"
    )
    started = time.monotonic()
    result = ask("2401.01234", "2403.05678", env=dead, max_age=0.0)
    assert time.monotonic() - started < 25, "a dead network is noticed before the patience ends"
    assert list(result.old) == [Identifier("2401.01234")]
    assert kinds(result) == {"arXiv:2403.05678": "unreachable"}


def test_offline_opens_no_connection(ask: Ask, arxiv: ArxivStandin, datacite: DataciteStandin, oai: OaiStandin) -> None:
    ask("2401.01234")
    result = ask("2401.01234", "2403.05678", offline=True, max_age=0.0)
    assert list(by_name(result)) == ["arXiv:2401.01234"]
    assert kinds(result) == {"arXiv:2403.05678": "unreachable"}
    assert (len(arxiv.requests), len(datacite.requests), len(oai.requests)) == (1, 0, 0)


def test_a_snapshot_answers_last(ask: Ask, arxiv: ArxivStandin) -> None:
    snapshot = Snapshot("mine", [Record("arXiv:2401.01234", title="Old"), Record("arXiv:2101.99999", title="Kept")])
    assert by_name(ask("2401.01234", snapshots=[snapshot]))["arXiv:2401.01234"].title != "Old"
    result = ask("2101.99999", snapshots=[snapshot], offline=True)
    assert result.shipped == {Identifier("2101.99999"): "mine"}
    assert kinds(ask("2101.99999", snapshots=[snapshot])) == {"arXiv:2101.99999": "not-found"}, "arXiv's word counts"


def test_one_bad_identifier_does_not_spoil_its_batch(ask: Ask, arxiv: ArxivStandin, library: Library) -> None:
    library.extend(synthetic_papers(40))
    names = [paper.id for paper in synthetic_papers(40)]
    arxiv.poison(names[17])
    result = ask(*names, patience=20)
    assert len(result.records) == 40
    assert by_name(result)[f"arXiv:{names[17]}"].origin["title"] == "datacite"
    assert sum(r.origin["title"] == "arxiv" for r in result.records.values()) == 39


def test_a_paper_whose_reply_nobody_understands_is_told_as_such(
    ask: Ask, arxiv: ArxivStandin, datacite: DataciteStandin, oai: OaiStandin
) -> None:
    arxiv.poison("2401.01234")
    datacite.hidden.add("2401.01234")
    oai.fail(503, next=None)
    result = ask("2401.01234", "2403.05678", patience=20)
    assert kinds(result) == {"arXiv:2401.01234": "not-understood"}
    assert "HTTP 400" in result.problems[Identifier("2401.01234")].message


@pytest.mark.parametrize("status", [413, 414, 503])
def test_batches_that_are_too_large_are_halved(status: int, ask: Ask, arxiv: ArxivStandin, library: Library) -> None:
    library.extend(synthetic_papers(60))
    arxiv.limit_batch(20, status)
    result = ask(*[paper.id for paper in synthetic_papers(60)], patience=20)
    assert len(result.records) == 60
    assert {r.origin["title"] for r in result.records.values()} == {"arxiv"}


def test_entries_that_come_twice_count_once(ask: Ask, arxiv: ArxivStandin) -> None:
    arxiv.fail("duplicates")
    result = ask("2401.01234", "2403.05678")
    assert [r.title for r in result.records.values()] == [
        "Counting Hedges with GPU Clusters",
        "A Bound That Does Not Hold",
    ]


def test_a_reply_about_something_else_proves_nothing(ask: Ask, arxiv: ArxivStandin) -> None:
    arxiv.fail("stranger")
    result = ask("2401.01234", "2403.05678")
    assert {str(i): r.id for i, r in result.records.items()} == {
        "arXiv:2401.01234": "arXiv:2401.01234",
        "arXiv:2403.05678": "arXiv:2403.05678",
    }
    assert {r.origin["title"] for r in result.records.values()} == {"arxiv"}


def test_a_known_record_outlives_the_word_that_there_is_none(ask: Ask, arxiv: ArxivStandin, library: Library) -> None:
    ask("2401.01234")
    library.remove("2401.01234")
    result = ask("2401.01234", fresh=True)
    assert kinds(result) == {"arXiv:2401.01234": "not-found"}
    assert list(by_name(result)) == ["arXiv:2401.01234"]
    assert list(by_name(ask("2401.01234", offline=True))) == ["arXiv:2401.01234"]


def test_another_source_never_takes_away_what_arxiv_said(ask: Ask, arxiv: ArxivStandin, oai: OaiStandin) -> None:
    first = by_name(ask("2401.01234"))["arXiv:2401.01234"]
    arxiv.fail(429, next=None)
    second = by_name(ask("2401.01234", fresh=True))["arXiv:2401.01234"]
    assert second.origin["title"] == "datacite"
    assert second.journal_ref == first.journal_ref
    assert second.origin["journal_ref"] == "arxiv"


def test_oai_does_not_replace_a_better_record(
    ask: Ask, arxiv: ArxivStandin, datacite: DataciteStandin, oai: OaiStandin
) -> None:
    first = by_name(ask("2401.01234"))["arXiv:2401.01234"]
    arxiv.fail(429, next=None)
    datacite.fail(503, next=None)
    result = ask("2401.01234", fresh=True)
    assert by_name(result)["arXiv:2401.01234"] == first
    assert list(result.old) == [Identifier("2401.01234")]
    assert oai.requests == []


def test_oai_is_not_believed_about_a_paper_of_this_month(
    ask: Ask, arxiv: ArxivStandin, datacite: DataciteStandin
) -> None:
    arxiv.fail(429, next=None)
    today = time.gmtime()
    name = f"{today.tm_year % 100:02d}{today.tm_mon:02d}.00001"
    assert kinds(ask(name)) == {f"arXiv:{name}": "unreachable"}


def test_an_answer_from_the_future_is_asked_for_again(
    ask: Ask, arxiv: ArxivStandin, services: Mapping[str, str]
) -> None:
    record = by_name(ask("2401.01234"))["arXiv:2401.01234"]
    with Store(Path(services["ENRICH_CACHE"])) as store:
        store.put([(Identifier("2401.01234"), record)], time.time() + 1e8)
    ask("2401.01234")
    assert len(arxiv.requests) == 2


@pytest.mark.parametrize("mode", [400, 413, "endless"])
def test_a_service_that_refuses_everything_is_given_up_within_the_patience(
    mode: str | int, ask: Ask, arxiv: ArxivStandin, library: Library
) -> None:
    library.extend(synthetic_papers(64))
    arxiv.fail(mode, next=None)
    result = ask(*[paper.id for paper in synthetic_papers(64)], env={"ENRICH_ARXIV_INTERVAL": "0.05"}, patience=0.4)
    assert {r.origin["title"] for r in result.records.values()} == {"datacite"}
    assert len(arxiv.requests) < 20


def test_who_queues_while_the_service_wants_rest_does_not_wait_for_hours(
    services: Mapping[str, str], arxiv: ArxivStandin, spawn: Callable[..., Any]
) -> None:
    arxiv.fail("status", status=429, retry_after=3600)
    env = {"ENRICH_ARXIV_INTERVAL": "0.5"}
    running = [spawn("get", name, env=env) for name in ("2401.01234", "hep-th/9901001", "math/0309136")]
    for process in running:
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert b"DataCite" in errors
    assert len(arxiv.requests) == 1


def test_retry_after_is_waited_for(ask: Ask, arxiv: ArxivStandin) -> None:
    arxiv.fail(429, retry_after=1)
    started = time.monotonic()
    result = ask("2401.01234", patience=5)
    assert time.monotonic() - started >= 1
    assert by_name(result)["arXiv:2401.01234"].origin["title"] == "arxiv"


def test_a_long_retry_after_is_not_waited_for_and_holds_for_the_next_run(
    ask: Ask, arxiv: ArxivStandin, watcher: Noted
) -> None:
    arxiv.fail(429, retry_after=3600)
    ask("2401.01234")
    asked = len(arxiv.requests)
    assert asked == 1
    assert "asks to wait 60 min" in watcher.notes[-1]
    result = ask("2403.05678")
    assert len(arxiv.requests) == asked, "the service asked to be left alone, and is"
    assert by_name(result)["arXiv:2403.05678"].origin["title"] == "datacite"


def test_other_client_errors_are_not_asked_again(ask: Ask, arxiv: ArxivStandin) -> None:
    arxiv.fail(404, next=None)
    ask("2401.01234")
    assert len(arxiv.requests) == 1


@pytest.mark.parametrize(
    ("identifier", "reason", "instead"),
    [
        ("2403.05678", "This paper has been withdrawn by the author due to a crucial sign error in equation 3", None),
        ("2312.00007", "This paper has been withdrawn by the authors. It is superseded by arXiv:2401.01234.",
         "arXiv:2401.01234"),
        ("cond-mat/0309395", "This paper has been withdrawn", None),
        (
            "2405.11111",
            "arXiv admin note: This paper has been withdrawn by arXiv due to disputed and unverifiable authorship and "
            "affiliation",
            None,
        ),
        (
            "2410.04701",
            "Withdrawn because of errors in proofs, see 2401.01234 for a correct treatment",
            "arXiv:2401.01234",
        ),
        ("2406.02222", None, None),
        ("2406.02223", None, None),
        ("2401.01234", None, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("source", ["arxiv", "datacite"])
def test_a_withdrawal_is_recognised_with_its_reason_and_nothing_else_is(
    source: str, identifier: str, reason: str | None, instead: str | None, ask: Ask, arxiv: ArxivStandin
) -> None:
    if source == "datacite":
        arxiv.fail(429, next=None)
    record = by_name(ask(identifier))[f"arXiv:{identifier}"]
    assert record.origin["title"] == source
    if reason is None:
        assert record.withdrawn is None
    else:
        assert record.withdrawn is not None
        assert (record.withdrawn.reason, record.withdrawn.superseded_by) == (reason, instead)


def test_an_old_version_of_a_withdrawn_paper_is_not_withdrawn(ask: Ask) -> None:
    assert by_name(ask("2403.05678v1"))["arXiv:2403.05678v1"].withdrawn is None


def test_who_waits_is_told_why(ask: Ask, watcher: Noted, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def wait(label: str, why: str, seconds: float) -> None:
        told.append((label, why))
        if why.startswith("asks for"):
            raise KeyboardInterrupt  # a minute's pause need not be sat out to see that it is told

    monkeypatch.setattr(watcher, "wait", wait)
    slow = {"ENRICH_ARXIV_INTERVAL": "60"}
    ask("2401.01234", env=slow)
    assert ask("2402.03456", env=slow, fresh=True).interrupted
    assert ("arXiv", "asks for 60 s between requests") in told


def test_an_interrupt_keeps_what_has_arrived(
    ask: Ask, arxiv: ArxivStandin, library: Library, watcher: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.extend(synthetic_papers(300))

    def step(done: int, batches: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(watcher, "step", step)
    names = [paper.id for paper in synthetic_papers(300)]
    result = ask(*names)
    assert result.interrupted
    assert len(result.records) == 200
    assert len(ask(*names, offline=True).records) == 200, "they are in the cache"


def test_four_runs_at_once_keep_the_pace_and_one_connection(
    services: Mapping[str, str], arxiv: ArxivStandin, library: Library, spawn: Callable[..., Any]
) -> None:
    library.extend(synthetic_papers(8))
    arxiv.min_interval, arxiv.single_connection = 0.5, True
    names = [paper.id for paper in synthetic_papers(8)]
    env = {"ENRICH_ARXIV_INTERVAL": "1"}
    running = [spawn("get", names[2 * i], names[2 * i + 1], "--to", "json", env=env) for i in range(4)]
    for process in running:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(arxiv.requests) == 4, "nobody was refused and asked again"
    starts = sorted(request.started for request in arxiv.requests)
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 0.5


def test_two_runs_that_want_the_same_papers_ask_once(
    services: Mapping[str, str], arxiv: ArxivStandin, library: Library, spawn: Callable[..., Any], tmp_path: Path
) -> None:
    library.extend(synthetic_papers(500))
    names = [paper.id for paper in synthetic_papers(500)]
    (tmp_path / "ids.txt").write_text("\n".join([*names, "2101.99999"]))
    running = [spawn("get", "ids.txt", "--to", "jsonl", env={"ENRICH_ARXIV_INTERVAL": "1"}) for _ in range(3)]
    for process in running:
        out, _ = process.communicate(timeout=60)
        assert out.count(b"\n") == 500
        assert process.returncode == 1, "one paper there is not"
    assert len(arxiv.requests) == 3


def test_memory_does_not_grow_with_the_number_of_batches(ask: Ask, library: Library) -> None:
    def peak(count: int) -> int:
        library.extend(synthetic_papers(count))
        names = [paper.id for paper in synthetic_papers(count)]
        gc.collect()
        tracemalloc.start()
        ask(*names, fresh=True)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(200)  # Imports and caches that stay.
    one, four = peak(200), peak(800)
    held = 8 * 1024 * 800  # The records themselves, which are the result.
    assert four < one + held


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between retries are in units of the pace, which is 0 here; the smallest is made smaller still."""
    monkeypatch.setattr("enrich.http.SMALLEST_PAUSE", 0.005)
