"""Whose turn it is to ask a service: one request at a time, with a pause between starts, for the whole machine.

A lock file beside the cache is held during each request, so that all processes sharing the cache queue up; a stamp in
a second file says when the last request started, and until when the service asked to be left alone. The operating
system frees the lock of a process that dies.
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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock

TICK = 0.2
"""Seconds between two looks at the lock, and between two reports while waiting."""

LONGEST_HOLD = 86_400.0
"""No service is believed when it asks for a pause of more than a day."""

LONGEST_QUEUE = 300.0
"""Seconds after which a process that never gets its turn gives up: somebody holds it who does not go on."""


class NoTurn(Exception):
    """The turn did not come: ``seconds`` of rest that the service asked for, or 0 where another process has it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no turn for {seconds:.0f} s")
        self.seconds = seconds


class NotWanted(Exception):
    """When the turn came, there was nothing to ask any more."""


class Pace:
    """The queue for one service. ``waiting`` is told every :data:`TICK` why and how many seconds more we wait.

    ``patience`` is for how many seconds a rest that the service asked for is waited out.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        patience: float = LONGEST_HOLD,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        waiting: Callable[[str, float], None] = lambda why, seconds: None,
    ) -> None:
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._waiting = waiting
        self._started = 0.0
        self._folder = _writable(folder)
        self._name = name
        self._lock: FileLock | None = None
        if self._folder is not None:
            from filelock import FileLock  # Only who asks somebody needs it.

            self._lock = FileLock(self._folder / f"{name}.lock")

    @contextlib.contextmanager
    def turn(self, interval: float, wanted: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """Wait until a request may start, and hold everybody else back until it has ended.

        Raises :class:`NoTurn` when the service wants to be left alone for longer than the user's patience, and
        :class:`NotWanted` when after queueing ``wanted`` says so.
        """
        self._queue()
        try:
            self._wait(interval)
            # After the pause: whoever asked last has had time to write down his answer.
            if not wanted():
                raise NotWanted
            self._started = self._clock()
            self._write(self._started, 0.0)
            yield
        finally:
            if self._lock is not None:
                self._lock.release()

    def hold(self, seconds: float) -> None:
        """Let no request of any process start for so long: the service asked for it. Called in one's own turn."""
        self._write(self._started or self._clock(), self._clock() + min(seconds, LONGEST_HOLD))

    def held(self) -> float:
        """For how many seconds more the service wants to be left alone."""
        now, (started, until) = self._clock(), self._read()
        # The rest was asked for at the end of that request; if that lies ahead the clock was set back.
        return until - now if started <= now and 0 < until - now <= LONGEST_HOLD else 0.0

    def _queue(self) -> None:
        if self._lock is None:
            return
        from filelock import Timeout

        end = time.monotonic() + LONGEST_QUEUE
        while True:
            try:
                # 10 ms between tries: the queue of several processes must not cost more than the pace itself.
                self._lock.acquire(timeout=TICK, poll_interval=0.01)
                return
            except Timeout:
                if time.monotonic() > end:
                    raise NoTurn(0.0) from None
                self._waiting("queue", 0.0)
            except OSError:
                # Another user's lock, a folder of that name: then only this process is kept in order.
                self._lock = None
                return

    def _wait(self, interval: float) -> None:
        entered = self._clock()
        while True:
            now = self._clock()
            held = self.held()
            if held > self._patience:
                raise NoTurn(held)
            # A stamp from the future is a clock that was set back: one interval from now is always enough.
            pause = min(max(self._read()[0], self._started), entered) + interval - now
            if max(pause, held) <= 0:
                return
            self._waiting("hold" if held > pause else "pause", max(pause, held))
            self._sleep(min(max(pause, held), TICK))

    def _read(self) -> tuple[float, float]:
        """When the last request started, and until when the service wants to be left alone."""
        if self._folder is None:
            return self._started, 0.0
        try:
            stamp = json.loads((self._folder / f"{self._name}.stamp").read_text("ascii"))
            return float(stamp["started"]), float(stamp["hold"])
        except FileNotFoundError:
            return 0.0, 0.0
        except (OSError, ValueError, KeyError, TypeError):
            # A half-written stamp: somebody asked just now and was killed.
            return self._clock(), 0.0

    def _write(self, started: float, hold: float) -> None:
        if self._folder is None:
            return
        # A full disk must not stop the run: the lock still keeps processes apart, and this one remembers its own start.
        with contextlib.suppress(OSError):
            stamp = json.dumps({"started": started, "hold": hold})
            (self._folder / f"{self._name}.stamp").write_text(stamp, "ascii")


def _writable(folder: Path) -> Path | None:
    """``folder/pace``, or where the cache is read-only a folder of this user's that all his runs will choose too.

    ``None`` where there is no such place: then each process keeps only itself in order.
    """
    name = hashlib.sha256(str(folder.absolute()).encode(errors="surrogateescape")).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else "user"
    for own in (folder / "pace", Path(tempfile.gettempdir()) / f"enrich-{user}-{name}"):
        with contextlib.suppress(OSError):
            own.mkdir(mode=0o755 if own.parent == folder else 0o700, parents=True, exist_ok=True)
            if os.access(own, os.W_OK | os.X_OK):
                return own
    return None
