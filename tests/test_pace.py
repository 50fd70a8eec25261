"""Whose turn it is: one request at a time, a pause between starts, for every process that shares the cache."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from enrich.pace import NoTurn, Pace


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.slept = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(tmp_path: Path, clock: Clock) -> Callable[[], Pace]:
    return lambda: Pace("arxiv", tmp_path, clock=clock, sleep=clock.sleep)


def test_the_first_request_waits_for_nobody(pace: Callable[[], Pace], clock: Clock) -> None:
    with pace().turn(3.0):
        pass
    assert clock.slept == 0.0


def test_the_second_request_starts_three_seconds_after_the_first_started(
    pace: Callable[[], Pace], clock: Clock
) -> None:
    queue = pace()
    with queue.turn(3.0):
        clock.now += 1.0  # The request itself takes a second.
    with queue.turn(3.0):
        assert clock.slept == pytest.approx(2.0)


def test_another_process_waits_as_well(pace: Callable[[], Pace], clock: Clock) -> None:
    with pace().turn(3.0):
        pass
    with pace().turn(3.0):
        assert clock.slept == pytest.approx(3.0)


def test_a_long_pause_since_the_last_request_costs_nothing(pace: Callable[[], Pace], clock: Clock) -> None:
    with pace().turn(3.0):
        pass
    clock.now += 100
    with pace().turn(3.0):
        assert clock.slept == 0.0


def test_a_rest_longer_than_the_patience_is_not_waited_for(tmp_path: Path, clock: Clock) -> None:
    Pace("arxiv", tmp_path, clock=clock).hold(3600.0)
    with (
        pytest.raises(NoTurn) as caught,
        Pace("arxiv", tmp_path, clock=clock, sleep=clock.sleep, patience=30).turn(3.0),
    ):
        pass
    assert caught.value.seconds == pytest.approx(3600.0)
    assert clock.slept == 0.0


def test_a_rest_that_is_asked_for_while_somebody_waits_holds_for_him_too(tmp_path: Path, clock: Clock) -> None:
    first = Pace("arxiv", tmp_path, clock=clock, sleep=clock.sleep)
    with first.turn(3.0):
        pass
    told: list[str] = []

    def waiting(why: str, left: float) -> None:
        if not told:
            first.hold(60.0)
        told.append(why)

    with Pace("arxiv", tmp_path, clock=clock, sleep=clock.sleep, waiting=waiting).turn(3.0):
        assert clock.slept >= 59.0
    assert told[0] == "pause"
    assert "hold" in told


def test_a_hold_keeps_everybody_waiting(pace: Callable[[], Pace], clock: Clock) -> None:
    pace().hold(20.0)
    assert pace().held() == pytest.approx(20.0)
    with pace().turn(3.0):
        assert clock.slept == pytest.approx(20.0)
    assert pace().held() == 0.0


def test_a_clock_set_back_costs_one_interval_at_most(pace: Callable[[], Pace], clock: Clock, tmp_path: Path) -> None:
    with pace().turn(3.0):
        pass
    pace().hold(60.0)
    clock.now -= 10 * 86_400
    assert pace().held() == 0.0
    with pace().turn(3.0):
        assert clock.slept <= 3.0


@pytest.mark.parametrize("content", ["", "{", "[]", '{"started": "soon"}', '{"started": null, "hold": 0}'])
def test_a_half_written_stamp_counts_as_a_request_just_now(
    content: str, pace: Callable[[], Pace], clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "pace").mkdir()
    (tmp_path / "pace" / "arxiv.stamp").write_text(content)
    with pace().turn(3.0):
        assert clock.slept == pytest.approx(3.0)


def test_who_waits_is_told_why_and_how_long(tmp_path: Path, clock: Clock) -> None:
    told: list[tuple[str, float]] = []
    queue = Pace("arxiv", tmp_path, clock=clock, sleep=clock.sleep, waiting=lambda why, left: told.append((why, left)))
    with queue.turn(3.0):
        pass
    with queue.turn(3.0):
        pass
    assert told[0] == ("pause", pytest.approx(3.0))


def test_without_a_writable_cache_the_queue_is_elsewhere_but_still_one(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    for _ in range(2):
        with Pace("arxiv", tmp_path / "file", clock=clock, sleep=clock.sleep).turn(3.0):
            pass
    assert clock.slept == pytest.approx(3.0)


def test_a_lock_that_cannot_be_opened_leaves_each_process_to_itself(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "pace" / "arxiv.lock").mkdir(parents=True)
    queue = Pace("arxiv", tmp_path, clock=clock, sleep=clock.sleep)
    for _ in range(2):
        with queue.turn(3.0):
            pass
    assert clock.slept == pytest.approx(3.0)


_ASKER = """
import json, sys, time
from pathlib import Path
from enrich.pace import Pace
pace = Pace("arxiv", Path(sys.argv[1]))
for _ in range(4):
    with pace.turn(0.1):
        # What the queue itself wrote down: our own look at the clock may come late on a busy machine.
        start = json.loads((Path(sys.argv[1]) / "pace" / "arxiv.stamp").read_text())["started"]
        time.sleep(0.02)
        print(json.dumps([start, time.time()]), flush=True)
"""


def test_three_processes_never_overlap_and_keep_the_pause(tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[1])
    askers = [
        subprocess.Popen(
            [sys.executable, "-c", _ASKER, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": root},
        )
        for _ in range(3)
    ]
    spans = sorted(json.loads(line) for asker in askers for line in asker.communicate(timeout=60)[0].splitlines())
    assert len(spans) == 12
    for (start, end), (following, _) in itertools.pairwise(spans):
        assert following >= end
        assert following - start >= 0.099


def test_a_process_that_is_killed_in_its_turn_blocks_nobody(tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[1])
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom enrich.pace import Pace\n"
        "with Pace('arxiv', Path(sys.argv[1])).turn(0.1):\n    print('mine', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate()
    started = time.monotonic()
    with Pace("arxiv", tmp_path).turn(0.1):
        pass
    assert time.monotonic() - started < 50, "the killed one would have held it for a minute"
