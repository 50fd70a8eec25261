"""Whose turn it is to ask a service: one request at a time, with a pause between starts, for the whole machine.

A lock file beside the cache is held during each request, so that all processes sharing the cache queue up; a stamp in
a second file says when the last request started. The operating system frees the lock of a process that dies.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

TICK = 0.2
"""Seconds between two looks at the lock, and between two reports while waiting."""

LONGEST_HOLD = 86_400.0
"""No service is believed when it asks for a pause of more than a day."""


class Pace:
    """The queue for one service. ``waiting`` is told every :data:`TICK` why and how many seconds more we wait."""

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        waiting: Callable[[str, float], None] = lambda why, seconds: None,
    ) -> None:
        self._name = name
        self._clock = clock
        self._sleep = sleep
        self._waiting = waiting
        self._started = 0.0
        folder = _writable(folder)
        self._stamp = folder / f"{name}.stamp"
        self._lock = FileLock(folder / f"{name}.lock")

    @contextlib.contextmanager
    def turn(self, interval: float) -> Iterator[None]:
        """Wait until a request may start, and hold everybody else back until it has ended."""
        while True:
            try:
                # 10 ms between tries: the queue of several processes must not cost more than the pace itself.
                self._lock.acquire(timeout=TICK, poll_interval=0.01)
                break
            except Timeout:
                self._waiting("another run is asking", 0.0)
        try:
            self._wait_until(self._next_start(interval))
            self._started = self._clock()
            self._write({"started": self._started, "hold": 0.0})
            yield
        finally:
            self._lock.release()

    def hold(self, seconds: float) -> None:
        """Let no request of any process start for so long: the service asked for it (``Retry-After``)."""
        stamp = self._read()
        stamp["hold"] = self._clock() + min(seconds, LONGEST_HOLD)
        self._write(stamp)

    def held(self) -> float:
        """For how many seconds more the service asked to be left alone."""
        now, stamp = self._clock(), self._read()
        # A hold is a promise of at most a day; more than that is a clock that was set back.
        left = stamp["hold"] - now
        return left if 0 < left <= LONGEST_HOLD else 0.0

    def _next_start(self, interval: float) -> float:
        now, stamp = self._clock(), self._read()
        # A stamp from the future is a clock that was set back: one interval from now is always enough.
        after_last = min(max(stamp["started"], self._started), now) + interval
        return max(after_last, now + self.held())

    def _wait_until(self, start: float) -> None:
        while (left := start - self._clock()) > 0:
            self._waiting("pause", left)
            self._sleep(min(left, TICK))

    def _read(self) -> dict[str, float]:
        try:
            stamp = json.loads(self._stamp.read_text("ascii"))
            return {"started": float(stamp["started"]), "hold": float(stamp["hold"])}
        except FileNotFoundError:
            return {"started": 0.0, "hold": 0.0}
        except (OSError, ValueError, KeyError, TypeError):
            # A half-written stamp: somebody asked just now and was killed.
            return {"started": self._clock(), "hold": 0.0}

    def _write(self, stamp: dict[str, float]) -> None:
        # A full disk must not stop the run: the lock still keeps processes apart, and this one remembers its own start.
        with contextlib.suppress(OSError):
            self._stamp.write_text(json.dumps(stamp), "ascii")


def _writable(folder: Path) -> Path:
    """``folder/pace``, or where the cache is read-only a folder of this user's that all his runs will choose too."""
    own = folder / "pace"
    try:
        own.mkdir(parents=True, exist_ok=True)
        if os.access(own, os.W_OK):
            return own
    except OSError:
        pass  # The next lines say what is done instead.
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    other = Path(tempfile.gettempdir()) / f"enrich-{os.getuid() if hasattr(os, 'getuid') else 'user'}-{name}"
    other.mkdir(mode=0o700, parents=True, exist_ok=True)
    return other
