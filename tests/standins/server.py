"""A stand-in on loopback: one HTTP server in a thread that records what is asked and can be told to fail."""

from __future__ import annotations

import contextlib
import hashlib
import select
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs

from .papers import Edition, Library

LEAK = "/leak"
"""The path that the external entity of a hostile document points at."""
LEEWAY = 0.02
"""How much earlier than asked a request may come (seconds): the way to the server does not always take equally long."""


@dataclass
class Request:
    """One request as it came, and what became of it.

    ``started`` and ``ended`` are seconds of ``time.monotonic()``; ``gap`` is the time since the start of the request
    before it (``None`` for the first); ``concurrent`` counts the requests in flight, this one included; ``failure`` is
    the mode that was played (``None``: answered in earnest); ``status`` what was sent.
    """

    number: int
    method: str
    path: str
    raw_query: str
    query: dict[str, list[str]]
    headers: Message
    body: bytes
    line_bytes: int
    started: float
    gap: float | None
    concurrent: int
    ids: tuple[str, ...] = ()
    ended: float | None = None
    failure: str | None = None
    status: int | None = None

    def value(self, name: str, default: str = "") -> str:
        """The first value of a parameter."""
        return self.query.get(name, [default])[0]


class Wire:
    """The connection to one client, for answers that misbehave."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping
        self.broken = False

    def write(self, data: bytes) -> bool:
        """Send; ``False`` once the client is gone or the server stops."""
        if self._stopping.is_set():
            return False
        try:
            self._connection.sendall(data)
        except OSError:
            return False
        return True

    def wait(self, seconds: float) -> bool:
        """Sleep; ``False`` as soon as the client is gone or the server stops."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stopping.is_set():
                return False
            try:
                readable, _, _ = select.select([self._connection], [], [], min(left, 0.05))
                if readable and not self._connection.recv(1, socket.MSG_PEEK):
                    return False
            except (OSError, ValueError):
                return False
            if readable:  # a client that talks on: nothing to notice until it goes
                time.sleep(min(left, 0.05))
        return not self._stopping.is_set()

    def reset(self) -> None:
        """Make the close that follows a reset (RST) instead of an orderly end."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.broken = True


@dataclass(frozen=True)
class Reply:
    """An answer. ``deliver``, where given, sends it by hand; the connection is closed after that."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    deliver: Callable[[Wire, bytes], None] | None = None

    def head(self, length: int | None = None) -> bytes:
        """Status line and headers. ``length``: the promised body, the true one by default, none at all if negative."""
        length = len(self.body) if length is None else length
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Reason')}", f"Content-Type: {self.content_type}"]
        if length >= 0:
            lines.append(f"Content-Length: {length}")
        if self.deliver is not None:
            lines.append("Connection: close")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


_REASONS = {status: text[0] for status, text in BaseHTTPRequestHandler.responses.items()}


@dataclass
class Failure:
    """A way to fail, how often (``None``: for ever) and for which requests. See :mod:`tests.standins.failures`."""

    mode: str
    options: Mapping[str, Any] = field(default_factory=dict)
    remaining: int | None = 1
    when: Callable[[Request], bool] | None = None


Step = Failure | str | int | None


class Standin:
    """The common part of the stand-ins: start and stop, the record of requests, the script of failures, the pace.

    ``min_interval`` (seconds): what comes sooner after the start of the request before is answered 429;
    ``single_connection``: so is what comes while another request is being answered. Failures come before the pace.
    ``hidden``: identifiers that this service does not know although the library does. ``leaked``: somebody followed
    the external entity of a hostile document.
    """

    path = "/"
    """Where the service answers; :attr:`url` ends with it."""
    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "POST")
    statuses: ClassVar[Mapping[int, tuple[bytes, str]]] = {}
    """The service's own body and content type of a status, where it is known."""

    def __init__(
        self, library: Library | None = None, *, min_interval: float = 0.0, single_connection: bool = False
    ) -> None:
        self.library = Library() if library is None else library
        self.min_interval = min_interval
        self.single_connection = single_connection
        self.hidden: set[str] = set()
        self.requests: list[Request] = []
        self.errors: list[BaseException] = []
        self.in_flight = 0
        self.leaked = False
        self._failures: list[Failure] = []
        self._script: Iterator[Step] | Callable[[Request], Step] | None = None
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    # Running ----------------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        self._server = _Server(self)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name=type(self).__name__, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop, close every connection, and raise what went wrong inside, if anything did."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.stopping.set()
        server.hang_up()
        server.server_close()
        assert self._thread is not None
        self._thread.join()
        if self.errors:
            raise self.errors[0]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def root(self) -> str:
        """The service's root, ``http://127.0.0.1:12345``; stays known after the stop."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """What the environment variable of the service wants."""
        return self.root + self.path

    # Failing ----------------------------------------------------------------------------------------------------------

    def fail(
        self,
        mode: str | int,
        *,
        next: int | None = 1,  # "fail(next=3)" reads as it works
        when: Callable[[Request], bool] | None = None,
        **options: Any,
    ) -> Self:
        """Fail the next requests in the named way (a number is that status), ``next=None`` for ever.

        ``when`` picks the requests that count. Several failures are played in the order they were ordered.
        """
        self._failures.append(_failure(mode, next, when, options))
        return self

    def script(self, steps: Iterable[Step | tuple[str | int, Mapping[str, Any]]] | Callable[[Request], Step]) -> Self:
        """What to do with each request in turn: ``None`` or ``"ok"`` answers, anything else is a mode (or
        ``(mode, options)``). A callable is asked for each request. After the last step all is well."""
        if callable(steps):
            self._script = steps
        else:
            self._script = iter(
                [_failure(step[0], 1, None, step[1]) if isinstance(step, tuple) else step for step in steps]
            )
        return self

    def limit_batch(self, most: int, status: int = 414) -> Self:
        """Refuse every request for more than so many identifiers (413, 414, 503, ...)."""
        return self.fail(status, next=None, when=lambda request: len(request.ids) > most)

    def heal(self) -> None:
        """Forget every failure that was ordered."""
        self._failures.clear()
        self._script = None

    def _next_failure(self, request: Request) -> Failure | None:
        step: Step = None
        if callable(self._script):
            step = self._script(request)
        elif self._script is not None:
            step = next(self._script, None)
        if step is not None and step != "ok":
            return step if isinstance(step, Failure) else _failure(step, 1, None, {})
        for failure in self._failures:
            if failure.remaining != 0 and (failure.when is None or failure.when(request)):
                if failure.remaining is not None:
                    failure.remaining -= 1
                return failure
        return None

    # Looking back -----------------------------------------------------------------------------------------------------

    @property
    def asked(self) -> list[tuple[str, ...]]:
        """The identifiers of each request, in the order the requests came."""
        return [request.ids for request in self.requests]

    @property
    def gaps(self) -> list[float]:
        """Seconds between the starts of one request and the next."""
        return [request.gap for request in self.requests if request.gap is not None]

    @property
    def most_concurrent(self) -> int:
        """The most requests that were ever in flight together."""
        return max((request.concurrent for request in self.requests), default=0)

    def forget(self) -> None:
        """Start the record of requests anew."""
        with self._lock:
            self.requests.clear()

    # Answering --------------------------------------------------------------------------------------------------------

    def read_ids(self, request: Request) -> tuple[str, ...]:
        """Which identifiers are asked for."""
        raise NotImplementedError

    def answer(self, request: Request) -> Reply:
        """The answer in earnest."""
        raise NotImplementedError

    def too_fast(self, request: Request) -> Reply:
        return Reply(429, b"Rate exceeded.")

    def refuses(self, request: Request) -> Reply | None:
        """What the front of the service refuses before the service itself sees it."""
        return None

    def editions(self, asked: Iterable[str]) -> list[Edition]:
        """What the library has of these, each once, in an order that is never the one asked (if there are two)."""
        found: dict[str, Edition] = {}
        order: list[str] = []
        for identifier in asked:
            edition = self.library.edition(identifier)
            if edition is not None and edition.id not in self.hidden and edition.versioned not in found:
                found[edition.versioned] = edition
                order.append(edition.versioned)
        return [found[name] for name in shuffled(order)]

    def handle(self, request: Request) -> Reply:
        from .failures import play

        if request.path == LEAK:
            self.leaked = True
            return Reply(200, b"leaked")
        with self._lock:
            failure = self._next_failure(request)
        if failure is not None:
            request.failure = failure.mode
            return play(self, request, failure)
        if request.method not in self.methods:
            body, kind = self.statuses.get(405, (b"Method Not Allowed", "text/plain; charset=utf-8"))
            return Reply(405, body, kind, {"Allow": ", ".join(self.methods)})
        refusal = self.refuses(request)
        if refusal is not None:
            return refusal
        early = request.gap is not None and request.gap < self.min_interval - LEEWAY
        if early or (self.single_connection and request.concurrent > 1):
            return self.too_fast(request)
        return self.answer(request)

    def begin(self, method: str, target: str, headers: Message, body: bytes, line_bytes: int) -> Request:
        path, _, raw_query = target.partition("?")
        query = parse_qs(raw_query, keep_blank_values=True)
        with self._lock:
            now = time.monotonic()
            self.in_flight += 1
            before = self.requests[-1].started if self.requests else None
            request = Request(
                number=len(self.requests) + 1,
                method=method,
                path=path,
                raw_query=raw_query,
                query=query,
                headers=headers,
                body=body,
                line_bytes=line_bytes,
                started=now,
                gap=None if before is None else now - before,
                concurrent=self.in_flight,
            )
            self.requests.append(request)
        request.ids = self.read_ids(request)
        return request

    def finish(self, request: Request) -> None:
        with self._lock:
            if request.ended is None:
                request.ended = time.monotonic()
                self.in_flight -= 1


def shuffled(asked: Sequence[str]) -> list[str]:
    """The same, in an order of its own: always the same for the same things, never (of two or more) the one given."""
    order = sorted(asked, key=lambda text: hashlib.sha1(text.encode()).digest())
    if len(order) > 1 and order == list(asked):
        order.reverse()
    return order


def _failure(
    mode: str | int, count: int | None, when: Callable[[Request], bool] | None, options: Mapping[str, Any]
) -> Failure:
    if isinstance(mode, int):
        mode, options = "status", {"status": mode, **options}
    return Failure(mode, options, count, when)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, standin: Standin) -> None:
        self.standin = standin
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._broken: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks the name service for this machine's name.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        if request in self._broken:  # an orderly shutdown would come before the reset
            self._broken.discard(request)
            request.close()
        else:
            super().shutdown_request(request)

    def break_off(self, request: socket.socket) -> None:
        self._broken.add(request)

    def hang_up(self) -> None:
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, (ConnectionError, TimeoutError)):
            self.standin.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    raw_requestline: bytes

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def do_HEAD(self) -> None:
        self._respond()

    def do_PUT(self) -> None:
        self._respond()

    def do_DELETE(self) -> None:
        self._respond()

    def _respond(self) -> None:
        standin = self.server.standin
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        line = len(self.raw_requestline.rstrip(b"\r\n"))
        request = standin.begin(self.command, self.path, self.headers, body, line)
        try:
            reply = standin.handle(request)
            request.status = reply.status
            if reply.deliver is None:
                # Ended before the last byte goes: a client that has it all may ask again at once.
                standin.finish(request)
                whole = reply.head() + (b"" if self.command == "HEAD" else reply.body)
                self.wfile.write(whole)
            else:
                self.close_connection = True
                wire = Wire(self.connection, self.server.stopping)
                reply.deliver(wire, reply.head())
                if wire.broken:
                    self.server.break_off(self.connection)
        finally:
            standin.finish(request)
