"""Asking services many questions in one run: in batches or one by one, and no longer than it makes sense.

What is refused as too much is asked in halves. A service that is down is not asked any further, and where two of them
could not even be reached it is the network, and nobody is.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from enrich.config import Service, Settings
from enrich.errors import SourceError, SourceUnavailable
from enrich.resolve import Outages, Watcher
from enrich.store import REPLY_AGE, Store

if TYPE_CHECKING:
    from enrich.http import Reply

PATIENCE = 0.5
"""The part of the user's patience that each service gets here: there are several of them, and none is indispensable."""

DEAD = 2
"""When so many services in a row cannot be reached or do not answer in time, it is the network, and nobody is asked."""

_NOT_OURS = frozenset({401, 404, 405, 410})
"""Statuses of a service that will have none of our requests: its address, its rules or our key are others."""

_T = TypeVar("_T")


class Asking:
    """One run's asking of several services::

        with Asking(settings, store, watcher) as asking:
            for batch, content in asking.batches("crossref", ...):

    ``began`` is when it began, in seconds since 1970; ``outages`` are known from what was asked before in this run.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        watcher: Watcher,
        *,
        began: float | None = None,
        outages: Outages | None = None,
    ) -> None:
        from enrich.http import Http

        self.watcher = watcher
        self.began = time.time() if began is None else began
        self.outages = outages or Outages()
        self._services = settings.services
        self._http = Http(replace(settings, patience=settings.patience * PATIENCE), store, waiting=watcher.wait)

    def __enter__(self) -> Asking:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.watcher.end()
        self._http.close()

    def batches(
        self,
        name: str,
        batches: Iterable[list[_T]],
        total: int,
        request: Callable[[str, Sequence[_T]], tuple[str, bytes | None]],
        check: Callable[[bytes, Sequence[_T]], None],
        missed: Callable[[_T, str], object],
        nothing: Callable[[Sequence[_T]], Mapping[int, bytes]],
    ) -> Iterator[tuple[list[_T], bytes]]:
        """Whole replies, batch by batch; what is refused as too much or fails is asked in halves.

        ``missed`` is told of everything that was not answered, and why. ``nothing`` is how the service says that it
        has nothing of a batch.
        """
        service = self._services[name]
        queue = deque(batches)

        def open_ones(why: str) -> None:
            for one in [one for part in queue for one in part]:
                missed(one, why)

        if not queue or self.is_down(name, open_ones):
            return
        self.watcher.begin(service.label, len(queue), total)
        done = 0
        while queue:
            batch = queue[0]
            url, body = request(service.url, batch)
            try:
                reply = self._http.get(
                    service,
                    url,
                    check=partial(_check, check, batch),
                    body=body,
                    batch=len(batch) > 1,
                    keep=True,
                    nothing=nothing(batch),
                )
            except SourceError as error:
                if len(batch) > 1 and error.may_be_too_much and not self._http.impatient(service):
                    middle = len(batch) // 2
                    queue.popleft()
                    queue.extendleft([batch[middle:], batch[:middle]])
                    continue
                if self._gives_up(service, error):
                    open_ones(self.outages.down[name])
                    return
                queue.popleft()
                for one in batch:
                    missed(one, error.message)
                continue
            queue.popleft()
            self._answered(reply)
            done += 1
            yield batch, reply.content
            self.watcher.step(done, done + len(queue))

    def one_by_one(
        self,
        name: str,
        asked: Sequence[_T],
        limit: int,
        request: Callable[[str, _T], tuple[str, bytes | None]],
        check: Callable[[bytes, _T], None],
        missed: Callable[[_T, str], object],
        *,
        later: Callable[[_T], object] = lambda one: None,
        nothing: Callable[[_T], Mapping[int, bytes]] = lambda one: {},
        what: str = "searched for {limit} papers",
    ) -> Iterator[tuple[_T, bytes]]:
        """Whole replies, of which at most ``limit`` are asked for now: what was kept costs nothing, so that a run
        just after another goes on where that one ended.

        ``missed`` is told of everything that was not answered, and why; ``later`` also of what is beyond the limit.
        ``what`` is what the service is then said to be, a run.
        """
        service = self._services[name]
        queue = deque(asked)

        def open_ones(why: str) -> None:
            for one in queue:
                missed(one, why)

        if not queue or self.is_down(name, open_ones):
            return
        most = min(len(queue), limit)
        self.watcher.begin(service.label, most, most)
        now = done = 0
        while queue:
            if now >= limit:
                open_ones(f"{service.label} is {what.format(limit=limit)} a run; run again for the others")
                for one in queue:
                    later(one)
                return
            one = queue[0]
            url, body = request(service.url, one)
            done += 1
            try:
                reply = self._http.get(
                    service, url, check=partial(_check, check, one), body=body, keep=True, nothing=nothing(one)
                )
            except SourceError as error:
                now += 1
                if self._gives_up(service, error):
                    open_ones(self.outages.down[name])
                    return
                queue.popleft()
                missed(one, error.message)
                continue
            queue.popleft()
            now += self._answered(reply)
            yield one, reply.content
            self.watcher.step(min(done, most), most)

    def in_turn(self, items: Sequence[_T], most: int) -> list[_T]:
        """The items, of which only the first ``most`` may get their turn: others first another time.

        As long as replies are kept, it is the same ones.
        """
        turn = int(self.began // REPLY_AGE) * most % len(items) if items else 0
        return [*items[turn:], *items[:turn]]

    def is_down(self, name: str, tell: Callable[[str], object]) -> bool:
        """Whether a service is not to be asked any more; then ``tell`` is told why."""
        why = self.outages.down.get(name)
        if why is None and self.outages.dead >= DEAD:
            why = next(reversed(self.outages.down.values()))
        if why is not None:
            tell(why)
        return why is not None

    def _answered(self, reply: Reply) -> bool:
        """Note that the service is there, unless the reply had been kept."""
        now = reply.given >= self.began
        if now:
            self.outages.dead = 0
        return now

    def _gives_up(self, service: Service, error: SourceError) -> bool:
        """Whether this failure is of a kind that the service is not to be asked any more in this run."""
        unavailable = isinstance(error, SourceUnavailable)
        # What failed over this one question may answer the next, until patience is over.
        lasting = unavailable and not error.may_be_too_much
        if not lasting and error.status not in _NOT_OURS and not self._http.impatient(service):
            return False
        why = error.message
        if service.takes_key and error.status in (401, 403, 429):
            variable = f"ENRICH_{service.name.upper()}_KEY"
            if service.key is None:
                why += f"; a free key in {variable} would help"
            elif error.status != 429:
                why += f"; is {variable} right?"
        self.outages.down[service.name] = why
        if unavailable and error.status in (0, 408):
            self.outages.dead += 1
        self.watcher.note(f"{why}; going on without {service.label}")
        return True


def _check(check: Callable[[bytes, _T], None], asked: _T, content: bytes) -> None:
    check(content, asked)
