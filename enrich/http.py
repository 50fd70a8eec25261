"""Asking a service over the network: one session with cache, pace, retries, limits and our name.

Everything that the libraries below do not do by themselves is done here, once:

- ``requests`` has no time-out and no size limit: :class:`_Adapter` has both.
- The pause belongs under the cache, so that known replies are instant: it is taken in the adapter, which a cache hit
  never reaches.
- ``requests-cache`` keeps whatever came with status 200; here a reply is kept only when its source calls it whole.
- A service's key is put on the request in the adapter as well, so that the cache never sees it.
- A refusal (429, 403, 406), a failure (5xx), a time-out or half a reply is asked again with ``tenacity``, as long as
  the user's patience lasts; any other 4xx is not.
"""

from __future__ import annotations

import email.utils
import io
import queue
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote

import requests
import requests_cache
import tenacity
import urllib3
from requests.adapters import HTTPAdapter
from requests_cache.backends.base import BaseCache, BaseStorage

from enrich import __version__
from enrich.config import Service, Settings
from enrich.errors import SourceError, SourceUnavailable, UnexpectedReply
from enrich.pace import LONGEST_HOLD, TICK, NoTurn, Pace
from enrich.store import REPLY_AGE, Store

if TYPE_CHECKING:
    from requests import PreparedRequest, Response
    from requests_cache import AnyResponse

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
REPLY_SECONDS = 60.0
REPLY_BYTES = 64 * 1024 * 1024
"""200 papers are about half a megabyte; what is a hundred times that is no answer."""

SMALLEST_PAUSE = 0.05
"""Seconds before the first repetition where a service has no pace of its own."""

ATTEMPTS = 4
ATTEMPTS_OF_A_BATCH = 2
"""A reply that fails because the batch is too large fails again: the batch is halved instead (see resolve)."""

REDIRECTS = 3

_REFUSALS = frozenset({403, 406, 408, 425, 429})
"""Worth another try. arXiv throttles with 429 and 406; 408 also stands for a time-out noticed on our side."""

_T = TypeVar("_T")

Waiting = Callable[[str, str, float], None]
"""Told while nothing happens: the service's label, why, and for how many seconds more (0 where unknown)."""

NEVER: Mapping[int, bytes] = {}
"""No status says that there is nothing."""

Check = Callable[[bytes], None]
"""Raises :class:`SourceError` unless the reply is whole."""


class Reply(NamedTuple):
    """A whole reply, and when the service gave it (seconds since 1970): earlier than now if it had been kept."""

    content: bytes
    given: float


class Http:
    """Asks services and gives back whole replies. Those that are worth it are kept in ``store`` for a while."""

    def __init__(
        self, settings: Settings, store: Store, *, waiting: Waiting = lambda label, why, seconds: None
    ) -> None:
        self._settings = settings
        self._waiting = waiting
        self._failing_since: dict[str, float] = {}
        self._paces: dict[str, Pace] = {}
        # Whom we are asking, and when his reply is whole: a redirect is answered in the same turn's terms, and the
        # cache looks at what it is about to keep.
        self._service = settings.services["arxiv"]
        self._check: Check = lambda content: None
        self._wanted: Callable[[], bool] = lambda: True
        self._trouble = ""
        self._session = self._open_session(store)

    def close(self) -> None:
        self._session.close()  # type: ignore[no-untyped-call]

    def get(
        self,
        service: Service,
        url: str,
        *,
        check: Check,
        batch: bool = False,
        keep: bool = False,
        wanted: Callable[[], bool] = lambda: True,
        body: bytes | None = None,
        nothing: Mapping[int, bytes] = NEVER,
    ) -> Reply:
        """The whole reply to a GET of ``url``, as ``check`` calls it; to a POST where there is a ``body`` (JSON).

        With ``batch`` a reply that fails in a way that fewer items may cure is given up early, for the caller to ask
        in halves. With ``keep`` it may be one that was kept, and is kept. ``wanted`` is asked when our turn has come;
        if it says no, :class:`~enrich.pace.NotWanted` is raised. ``nothing`` are statuses by which the service says
        that it has nothing of what was asked, each with words of that answer: the reply then is empty. Raises
        :class:`SourceUnavailable` or :class:`UnexpectedReply`, both with the address.
        """
        self._service, self._check, self._wanted = service, check, wanted
        started = time.monotonic()

        def wait(state: tenacity.RetryCallState) -> float:
            error = _failure(state)
            asked = error.retry_after if isinstance(error, _Refused) else None
            late = isinstance(error, _Refused) and error.status == 408
            self._trouble = "too slow" if late else "refused" if isinstance(error, _Refused) else "no whole answer"
            # Growing pauses with jitter, in units of the service's own pace: 3, 6, 12 seconds and more for arXiv.
            growing = max(service.interval, SMALLEST_PAUSE) * 2 ** (state.attempt_number - 1)
            return growing * random.uniform(1, 1.5) if asked is None else asked  # noqa: S311 - jitter, no secret

        def stop(state: tenacity.RetryCallState) -> bool:
            error = _failure(state)
            curable = batch and isinstance(error, SourceError) and error.may_be_too_much
            spent = time.monotonic() - self._failing_since.get(service.name, started)
            return (
                state.attempt_number >= (ATTEMPTS_OF_A_BATCH if curable else ATTEMPTS)
                or spent + state.upcoming_sleep > self._settings.patience
            )

        def sleep(seconds: float) -> None:
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                self._waiting(service.label, f"{self._trouble}; asking again", left)
                time.sleep(min(left, TICK))

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, _Refused | _Half)),
            wait=wait,
            stop=stop,
            sleep=sleep,
            reraise=True,
        )
        try:
            reply: Reply = retrying(self._attempt, url, body, keep, nothing)
        except SourceError as error:
            error.source, error.url = service.name, url
            self._failing_since.setdefault(service.name, started)
            raise
        self._failing_since.pop(service.name, None)
        return reply

    def impatient(self, service: Service) -> bool:
        """Whether the service has been failing for longer than the user wants to wait."""
        since = self._failing_since.get(service.name)
        return since is not None and time.monotonic() - since >= self._settings.patience

    def _attempt(self, url: str, body: bytes | None, keep: bool, nothing: Mapping[int, bytes]) -> Reply:
        label = self._service.label
        try:
            response = self._session.request(
                "GET" if body is None else "POST",
                url,
                data=body,
                headers=None if body is None else {"Content-Type": "application/json"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                force_refresh=self._settings.fresh,
                expire_after=int(REPLY_AGE) if keep else requests_cache.DO_NOT_CACHE,
            )
        except NoTurn as error:
            if error.seconds:
                message = f"{label} asked to be left alone for another {_duration(error.seconds)}"
                raise SourceUnavailable(message, hint="try again later", status=429) from error
            raise SourceUnavailable(
                f"another run has been asking {label} for minutes and does not go on",
                hint="look for a suspended enrich",
            ) from error
        except requests.exceptions.ConnectTimeout as error:
            raise SourceUnavailable(
                f"{label} could not be reached: no answer to the call", hint="is the network up?"
            ) from error
        except _LeftBehind as error:
            raise SourceUnavailable(f"{label} does not finish its answer", hint="try again later") from error
        except (requests.exceptions.Timeout, _TooSlow) as error:
            raise _Refused(f"{label} took too long to answer", hint="try again later", status=408) from error
        except _TooLarge as error:
            message = f"{label} sent more than {REPLY_BYTES // 2**20} MB; the rest was not read"
            raise UnexpectedReply(message) from error
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
            urllib3.exceptions.HTTPError,
        ) as error:
            raise _Half(f"{label} broke off in the middle of its answer") from error
        except requests.exceptions.ConnectionError as error:
            if _was_reset(error):
                raise _Half(f"{label} closed the connection without an answer") from error
            raise SourceUnavailable(
                f"{label} could not be reached: {_why(error)}", hint="is the network up?"
            ) from error
        except (requests.exceptions.RequestException, ValueError) as error:
            raise SourceUnavailable(f"{label} could not be asked: {_why(error)}", hint="check the address") from error
        return self._reply(response, nothing)

    def _reply(self, response: AnyResponse, nothing: Mapping[int, bytes]) -> Reply:
        status, label = response.status_code, self._service.label
        # The status alone may be a wrong address's, or a proxy's that does not like the request.
        if status in nothing and nothing[status] in response.content:
            return Reply(b"", response.created_at.timestamp())
        if status == 200:
            content = response.content
            try:
                self._check(content)
            except SourceUnavailable as error:
                message = f"{label} refuses to answer now: {error.message}"
                raise _Refused(message, hint="try again later", status=error.status) from error
            except UnexpectedReply as error:
                raise _Half(f"{label} sent no whole answer: {error.message}", status=error.status) from error
            return Reply(content, response.created_at.timestamp())
        if status in _REFUSALS or status >= 500:
            after = _retry_after(response.headers)
            asks = f" and asks to wait {_duration(after)}" if after else ""
            raise _Refused(
                f"{label} refuses to answer now (HTTP {status}){asks}",
                hint="try again later",
                status=status,
                retry_after=after,
            )
        raise UnexpectedReply(f"{label} answered with HTTP {status}", status=status)

    def _open_session(self, store: Store) -> requests_cache.CachedSession:
        """The session, and in one place the rules of what is kept of the replies.

        arXiv's batches are never kept: a batch is asked in that composition only once. What is kept of them are
        their records.
        """
        cache = BaseCache()
        # As JSON, since unpickling what lies in a shared folder would run it.
        cache.responses = _Replies(store, serializer="json")
        session = requests_cache.CachedSession(
            backend=cache, allowable_codes=(200,), allowable_methods=("GET", "POST"), filter_fn=self._is_whole
        )
        session.max_redirects = REDIRECTS
        contact = f" (mailto:{self._settings.mailto})" if self._settings.mailto else ""
        session.headers["User-Agent"] = f"enrich/{__version__}{contact}"
        # arXiv's edge answers 406 to a request without this header.
        session.headers["Accept"] = "application/atom+xml, application/json, text/xml;q=0.9, */*;q=0.5"
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(self._turn, self._answering))
        return session

    def _is_whole(self, response: Response) -> bool:
        try:
            self._check(response.content)
        except SourceError:
            return False  # Not kept; the caller meets the same reply in _reply and reports it.
        return True

    def _answering(self) -> None:
        self._waiting(self._service.label, "has been asked; waiting for its answer", 0.0)

    def _turn(self) -> tuple[Pace, Service, Callable[[], bool]]:
        """The queue of the service that is being asked, the service, and whether there is still a question."""
        service = self._service
        if service.pace not in self._paces:

            def waiting(why: str, seconds: float) -> None:
                asked = self._service
                texts = {
                    "pause": f"asks for {asked.interval:g} s between requests",
                    "hold": "asked to be left alone",
                    "queue": "is being asked by another run",
                }
                self._waiting(asked.label, texts[why], seconds)

            self._paces[service.pace] = Pace(
                service.pace, self._settings.cache_folder, patience=self._settings.patience, waiting=waiting
            )
        return self._paces[service.pace], service, self._wanted


class _Replies(BaseStorage[str, Any]):
    """The replies of requests-cache, kept in our store.

    Its own SQLite backend waits for ever, and at full speed, where it cannot write (a full disk, a lock that stays).
    """

    def __init__(self, store: Store, **options: Any) -> None:
        super().__init__(**options)
        self._store = store

    def __getitem__(self, key: str) -> Any:
        kept = self._store.reply(key)
        reply = None if kept is None else self.deserialize(key, kept)
        if reply is None:
            raise KeyError(key)
        return reply

    def __setitem__(self, key: str, value: Any) -> None:
        self._store.keep_reply(key, self.serialize(value))

    def __delitem__(self, key: str) -> None:
        self._store.forget_reply(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.reply_keys())

    def __len__(self) -> int:
        return len(self._store.reply_keys())


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


class _LeftBehind(Exception):
    """The same, and the connection could not be ended: asking again would open a second one."""


class _Adapter(HTTPAdapter):
    """Sends one request and reads its whole body, within limits of size and time, while it is our turn.

    ``turn`` tells the queue of whom we ask, and who it is; ``tick`` is called now and then while an answer is awaited.
    Redirects come through here as well, each with a turn of its own.
    """

    def __init__(self, turn: Callable[[], tuple[Pace, Service, Callable[[], bool]]], tick: Callable[[], None]) -> None:
        super().__init__()
        self._turn = turn
        self._tick = tick

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
        options["stream"] = True
        pace, service, wanted = self._turn()
        with pace.turn(service.interval, wanted):
            host = urllib3.util.parse_url(request.url or "").host
            if host and not requests.utils.select_proxy(request.url or "", options.get("proxies")):
                # A dead name server would cost half a minute, which no time-out of requests covers.
                try:
                    _Work(lambda: socket.getaddrinfo(host.strip("[]"), None)).result(CONNECT_SECONDS, self._tick)
                except (OSError, UnicodeError, _TooSlow) as error:
                    raise requests.exceptions.ConnectionError(f"its name {host} is not known here") from error
            exchange = _Exchange(super().send, _with_key(request, service), options)
            work = _Work(exchange.run)
            try:
                response, body = work.result(REPLY_SECONDS, self._tick)
            except _TooSlow:
                exchange.hang_up()
                if not work.ended(1.0):
                    raise _LeftBehind from None
                raise
            if after := _retry_after(response.headers):
                pace.hold(after)
        headers = {
            name: _without_key(value, service) if name.lower() == "location" else value
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


def _with_key(request: PreparedRequest, service: Service) -> PreparedRequest:
    """The request with the service's key where that service wants it; to another host, after a redirect, without."""
    if service.key is None or _place(request.url) != _place(service.url):
        return request
    keyed = request.copy()
    if service.key_header is not None:
        keyed.headers[service.key_header] = service.key
    if service.key_parameter is not None:
        address, _, query = (request.url or "").partition("?")
        parts = [part for part in query.split("&") if part and part.partition("=")[0] != service.key_parameter]
        parts.append(f"{service.key_parameter}={quote(service.key, safe='')}")
        keyed.url = f"{address}?{'&'.join(parts)}"
    return keyed


def _without_key(address: str, service: Service) -> str:
    """Where a redirect leads, which may repeat what was asked, and is kept with the reply that it leads to."""
    for key in () if service.key is None else (quote(service.key, safe=""), service.key):
        address = address.replace(key, "")
    return address


def _place(address: str | None) -> tuple[str | None, str | None, int | None]:
    url = urllib3.util.parse_url(address or "")
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme or "")


class _Exchange:
    """One request and the reading of its answer, which can be hung up from another thread."""

    def __init__(self, send: Callable[..., Response], request: PreparedRequest, options: dict[str, Any]) -> None:
        self._send = send
        self._request = request
        self._options = options
        self._response: Response | None = None

    def run(self) -> tuple[Response, bytes]:
        self._response = response = self._send(self._request, **self._options)
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

    def hang_up(self) -> None:
        """End the reading. Before the first line of the answer there is nothing to take hold of."""
        if self._response is not None:
            try:
                self._response.raw.shutdown()
            except (ValueError, RuntimeError, OSError):
                return  # It has just ended by itself.


class _Work:
    """Something done in a thread of its own, so that it can be too slow, and Ctrl-C is obeyed meanwhile."""

    def __init__(self, work: Callable[[], _T]) -> None:
        self._outcome: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                self._outcome.put((work(), None))
            except BaseException as error:
                # Of every kind, and hidden nowhere: result() raises it in the thread that waits, which would wait
                # to its time-out for an error that ended only this one.
                self._outcome.put((None, error))

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def result(self, seconds: float, tick: Callable[[], None]) -> Any:
        """What the work returns or raises, or :class:`_TooSlow` after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            try:
                value, error = self._outcome.get(timeout=max(0.0, min(TICK, end - time.monotonic())))
            except queue.Empty:
                if time.monotonic() >= end:
                    raise _TooSlow from None
                tick()
                continue
            if error is not None:
                raise error
            return value

    def ended(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()


def _failure(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from the header ``Retry-After``, a number or an HTTP date (RFC 9110, 10.2.3); at most a day."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value), LONGEST_HOLD)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return min(max(0.0, moment.timestamp() - time.time()), LONGEST_HOLD)


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
