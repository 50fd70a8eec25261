"""Asking a service over the network: one session with cache, pace, retries, limits and our name.

Everything that the libraries below do not do by themselves is done here, once:

- ``requests`` has no time-out and no size limit: :class:`_Adapter` has both.
- The pause belongs under the cache, so that known replies are instant: it is taken in the adapter, which a cache hit
  never reaches.
- ``requests-cache`` keeps whatever came with status 200; here a reply is kept only when its source calls it whole.
- A refusal (429, 403, 406), a failure (5xx), a time-out or half a reply is asked again with ``tenacity``, as long as
  the user's patience lasts; any other 4xx is not.
"""

from __future__ import annotations

import contextlib
import email.utils
import functools
import io
import queue
import random
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import requests
import requests_cache
import tenacity
import urllib3
from requests.adapters import HTTPAdapter
from requests_cache.backends.base import BaseCache
from requests_cache.backends.sqlite import SQLiteCache

from enrich import __version__
from enrich.config import Service, Settings
from enrich.errors import SourceError, SourceUnavailable, UnexpectedReply
from enrich.pace import TICK, Pace

if TYPE_CHECKING:
    from requests import PreparedRequest, Response
    from requests_cache import AnyResponse

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
REPLY_SECONDS = 120.0
REPLY_BYTES = 64 * 1024 * 1024
"""200 papers are about half a megabyte; what is a hundred times that is no answer."""

SMALLEST_PAUSE = 0.05
"""Seconds before the first repetition where a service has no pace of its own."""

ATTEMPTS = 4
ATTEMPTS_OF_A_BATCH = 2
"""A reply that fails because the batch is too large fails again: the batch is halved instead (see resolve)."""

KEPT = 3_600.0
"""Seconds for which replies of per-address services are kept: no longer than "there is no such paper" is believed
(see resolve). What is worth keeping longer are the records made of them, which have their own age in the store."""

_REFUSALS = frozenset({403, 406, 408, 425, 429})
"""Worth another try. arXiv throttles with 429 and 406; 408 also stands for a time-out noticed on our side."""

_T = TypeVar("_T")

Waiting = Callable[[str, str, float], None]
"""Told while nothing happens: the service's label, why, and for how many seconds more (0 where unknown)."""

Check = Callable[[bytes], None]
"""Raises :class:`UnexpectedReply` unless the reply is whole."""


class Reply(NamedTuple):
    """A whole reply, and when the service gave it (seconds since 1970): earlier than now if it had been kept."""

    content: bytes
    given: float


class Http:
    """Asks services and gives back whole replies. ``checks`` says, by service name, when a reply is whole."""

    def __init__(
        self,
        settings: Settings,
        *,
        checks: Mapping[str, Check],
        waiting: Waiting = lambda label, why, seconds: None,
        writable: bool = True,
    ) -> None:
        self._settings = settings
        self._checks = dict(checks)
        self._waiting = waiting
        self._failing_since: dict[str, float] = {}
        self._paces: dict[str, Pace] = {}
        self._session = self._open_session(self._open_replies(settings.cache_folder) if writable else BaseCache())

    def close(self) -> None:
        self._session.close()  # type: ignore[no-untyped-call]

    def get(self, service: Service, url: str, *, batch: bool = False) -> Reply:
        """The whole reply to a GET of ``url``.

        With ``batch`` a reply that fails in a way that fewer items may cure is given up early, for the caller to ask
        in halves. Raises :class:`SourceUnavailable` or :class:`UnexpectedReply`, both with the address.
        """
        held = self._pace(service).held()
        if held > self._settings.patience:
            raise SourceUnavailable(
                f"{service.label} asked to be left alone for another {_duration(held)}",
                source=service.name,
                url=url,
                hint="try again later",
                status=429,
            )

        def wait(state: tenacity.RetryCallState) -> float:
            error = _failure(state)
            asked = error.retry_after if isinstance(error, _Refused) else None
            # Growing pauses with jitter, in units of the service's own pace: 3, 6, 12 seconds and more for arXiv.
            growing = max(service.interval, SMALLEST_PAUSE) * 2 ** (state.attempt_number - 1)
            return growing * random.uniform(1, 1.5) if asked is None else asked  # noqa: S311 - jitter, no secret

        def stop(state: tenacity.RetryCallState) -> bool:
            error = _failure(state)
            curable = batch and isinstance(error, SourceError) and error.may_be_too_much
            spent = time.monotonic() - self._failing_since.setdefault(service.name, time.monotonic())
            return (
                state.attempt_number >= (ATTEMPTS_OF_A_BATCH if curable else ATTEMPTS)
                or spent + state.upcoming_sleep > self._settings.patience
            )

        def sleep(seconds: float) -> None:
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                self._waiting(service.label, "refused; asking again", left)
                time.sleep(min(left, 0.2))

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, _Refused | _Half)),
            wait=wait,
            stop=stop,
            sleep=sleep,
            reraise=True,
        )
        try:
            reply: Reply = retrying(self._attempt, service, url)
        except SourceError as error:
            error.source, error.url = service.name, url
            raise
        self._failing_since.pop(service.name, None)
        return reply

    def impatient(self, service: Service) -> bool:
        """Whether the service has been failing for longer than the user wants to wait."""
        since = self._failing_since.get(service.name)
        return since is not None and time.monotonic() - since >= self._settings.patience

    def _attempt(self, service: Service, url: str) -> Reply:
        try:
            response = self._session.get(
                url, timeout=(CONNECT_SECONDS, READ_SECONDS), force_refresh=self._settings.fresh
            )
        except requests.exceptions.ConnectTimeout as error:
            raise SourceUnavailable(
                f"{service.label} could not be reached: no answer within {CONNECT_SECONDS:.0f} s",
                hint="is the network up?",
            ) from error
        except (requests.exceptions.Timeout, _TooSlow) as error:
            raise _Refused(f"{service.label} took too long to answer", status=408) from error
        except _TooLarge as error:
            raise UnexpectedReply(
                f"{service.label} sent more than {REPLY_BYTES // 2**20} MB; the rest was not read",
            ) from error
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
            urllib3.exceptions.HTTPError,
        ) as error:
            raise _Half(f"{service.label} broke off in the middle of its answer") from error
        except requests.exceptions.ConnectionError as error:
            if _was_reset(error):
                raise _Half(f"{service.label} closed the connection without an answer") from error
            raise SourceUnavailable(
                f"{service.label} could not be reached: {_why(error)}",
                hint="is the network up?",
            ) from error
        except sqlite3.DatabaseError as error:
            # Damage further inside the file of replies than was looked at when it was opened.
            self._session = self._open_session(BaseCache())
            raise _Half(f"the cache of {service.label}'s replies is damaged: {error}") from error
        except (requests.exceptions.RequestException, ValueError) as error:
            raise SourceUnavailable(
                f"{service.label} could not be asked: {_why(error)}",
                hint="check the address",
            ) from error
        return self._reply(service, response)

    def _reply(self, service: Service, response: AnyResponse) -> Reply:
        status = response.status_code
        if status == 200:
            content = response.content
            try:
                self._checks[service.name](content)
            except SourceUnavailable as error:
                raise _Refused(
                    f"{service.label} refuses to answer now: {error.message}",
                    status=error.status,
                ) from error
            except UnexpectedReply as error:
                raise _Half(
                    f"{service.label} sent no whole answer: {error.message}",
                    status=error.status,
                ) from error
            return Reply(content, response.created_at.timestamp())
        if status in _REFUSALS or status >= 500:
            after = _retry_after(response.headers.get("Retry-After"))
            if after:
                self._pace(service).hold(after)
            asks = f" and asks to wait {_duration(after)}" if after else ""
            raise _Refused(
                f"{service.label} refuses to answer now (HTTP {status}){asks}",
                hint="try again later",
                status=status,
                retry_after=after,
            )
        raise UnexpectedReply(f"{service.label} answered with HTTP {status}", status=status)

    def _open_replies(self, folder: Path) -> BaseCache:
        """The replies kept in ``folder``. A damaged file is removed: it holds nothing that cannot be asked again."""
        path = folder / "replies.sqlite"
        for _ in range(2):
            try:
                # As JSON, since unpickling what lies in a shared folder would run it.
                cache = SQLiteCache(path, wal=True, serializer="json")
                for table in (cache.responses, cache.redirects):
                    len(table)
                return cache
            except sqlite3.DatabaseError:
                try:
                    path.unlink()
                except OSError:
                    break
        return BaseCache()

    def _open_session(self, backend: BaseCache) -> requests_cache.CachedSession:
        """The session, and in one place the rules of what is kept of the replies.

        arXiv's batches are never kept: a batch is asked in that composition only once. What is kept of them are
        their records, in the store.
        """
        session = requests_cache.CachedSession(
            backend=backend,
            expire_after=KEPT,
            urls_expire_after={f"{self._settings.services['arxiv'].url}*": requests_cache.DO_NOT_CACHE, "*": KEPT},
            allowable_codes=(200,),
            allowable_methods=("GET",),
            filter_fn=self._is_whole,
        )
        contact = f" (mailto:{self._settings.mailto})" if self._settings.mailto else ""
        session.headers["User-Agent"] = f"enrich/{__version__}{contact}"
        # arXiv's edge answers 406 to a request without this header.
        session.headers["Accept"] = "application/atom+xml, application/json, text/xml;q=0.9, */*;q=0.5"
        for service in self._settings.services.values():
            adapter = _Adapter(functools.partial(self._turn, service), functools.partial(self._answering, service))
            session.mount(service.url, adapter)
        session.mount("http://", _Adapter())
        session.mount("https://", _Adapter())
        return session

    def _is_whole(self, response: Response) -> bool:
        for service in self._settings.services.values():
            if response.url.startswith(service.url):
                try:
                    self._checks[service.name](response.content)
                except SourceError:
                    return False  # Not kept; the caller meets the same reply in _reply and reports it.
                return True
        return False

    def _turn(self, service: Service) -> contextlib.AbstractContextManager[None]:
        return self._pace(service).turn(service.interval)

    def _answering(self, service: Service) -> None:
        self._waiting(service.label, "has been asked; waiting for its answer", 0.0)

    def _pace(self, service: Service) -> Pace:
        if service.pace not in self._paces:

            def waiting(why: str, seconds: float) -> None:
                text = f"asks for {service.interval:g} s between requests" if why == "pause" else why
                self._waiting(service.label, text, seconds)

            self._paces[service.pace] = Pace(service.pace, self._settings.cache_folder, waiting=waiting)
        return self._paces[service.pace]


class _Refused(SourceUnavailable):
    """The service refused, failed or was too slow; worth another try, after ``retry_after`` seconds if it said so."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint, status=status)
        self.retry_after = retry_after


class _Half(UnexpectedReply):
    """An answer came, with status 200 or none, but it is not whole; worth another try."""


class _TooLarge(Exception):
    """The reply passed :data:`REPLY_BYTES`."""


class _TooSlow(Exception):
    """The reply was not complete within :data:`REPLY_SECONDS`, or nothing came for :data:`READ_SECONDS`."""


class _Adapter(HTTPAdapter):
    """Sends one request and reads its whole body, within limits of size and time, while it is our turn.

    ``tick`` is called every now and then while the answer is awaited.
    """

    def __init__(
        self,
        turn: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._turn = turn
        self._tick = tick

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
        options["stream"] = True
        with self._turn():
            host = urllib3.util.parse_url(request.url or "").host
            if host and not requests.utils.select_proxy(request.url or "", options.get("proxies")):
                # A dead name server would cost half a minute, which no time-out of requests covers.
                try:
                    _in_time(lambda: socket.getaddrinfo(host.strip("[]"), None), CONNECT_SECONDS, self._tick)
                except (OSError, UnicodeError, _TooSlow) as error:
                    raise requests.exceptions.ConnectionError(f"its name {host} is not known here") from error
            response, body = _in_time(lambda: self._fetch(request, options), REPLY_SECONDS, self._tick)
        headers = {
            name: value
            for name, value in response.headers.items()
            # The body is decoded and complete by now.
            if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
        }
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(body),
            headers=headers,
            status=response.status_code,
            reason=response.reason,
            preload_content=False,
            request_method=request.method,
            request_url=request.url,
        )
        return self.build_response(request, raw)

    def _fetch(self, request: PreparedRequest, options: dict[str, Any]) -> tuple[Response, bytes]:
        response = super().send(request, **options)
        try:
            parts, size = [], 0
            for part in response.raw.stream(16 * 1024, decode_content=True):
                parts.append(part)
                size += len(part)
                if size > REPLY_BYTES:
                    raise _TooLarge
            return response, b"".join(parts)
        except urllib3.exceptions.ReadTimeoutError as error:
            raise _TooSlow from error
        finally:
            response.close()


def _in_time(work: Callable[[], _T], seconds: float, tick: Callable[[], None]) -> _T:
    """What ``work`` returns or raises, or :class:`_TooSlow` after so many seconds.

    The work is done in a thread of its own, which is left behind when it is too slow: a name look-up and a server that
    sends a byte now and then cannot be interrupted otherwise, and meanwhile Ctrl-C is obeyed.
    """
    outcome: queue.SimpleQueue[tuple[_T | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((work(), None))
        except BaseException as error:
            # Handed over whole, to be raised where it is awaited.
            outcome.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    end = time.monotonic() + seconds
    while True:
        try:
            value, error = outcome.get(timeout=max(0.0, min(TICK, end - time.monotonic())))
        except queue.Empty:
            if time.monotonic() >= end:
                raise _TooSlow from None
            tick()
            continue
        if error is not None:
            raise error
        return value  # type: ignore[return-value]


def _failure(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _retry_after(value: str | None) -> float | None:
    """Seconds from a ``Retry-After`` header, which is a number or an HTTP date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


def _was_reset(error: requests.exceptions.ConnectionError) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, urllib3.exceptions.ProtocolError)


def _why(error: BaseException) -> str:
    """The reason at the bottom of a stack of wrapped errors, in a few words."""
    cause: object = error
    while isinstance(cause, requests.exceptions.RequestException | urllib3.exceptions.MaxRetryError):
        inner = cause.reason if isinstance(cause, urllib3.exceptions.MaxRetryError) else next(iter(cause.args), None)
        if not isinstance(inner, BaseException):
            break
        cause = inner
    text = str(cause)
    return text.rpartition("] ")[2] if "[Errno" in text else text.rpartition(": ")[2] or type(cause).__name__


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
