"""The known ways in which a service fails, by name.

========================  =============================================================================================
``status``                that status, with the body such a status has (``fail(429)`` for short);
                          ``retry_after``: seconds, a text, or a ``timedelta`` for the form with a date; ``body``
``rate-exceeded``         200 with ``Rate exceeded.``
``html``                  200 with a web page
``error``                 200 with the service's own error document
``empty``                 200 without a body
``empty-page``            a page without entries that claims there are some
``partial``               entries missing against the claimed number; ``drop=1``
``truncated``             a whole transfer of half a document; ``keep=0.6``
``cut-off``               the connection ends before the promised length; ``keep=0.6``
``reset``                 the connection is reset; ``after``: bytes of the answer sent before
``hang``                  no answer; ``seconds=60``, ``after``: bytes sent before
``slow``                  the right answer, late; ``seconds=0.5``
``drip``                  the right answer, byte by byte; ``chunk=1``, ``pause=0.05``
``endless``               a body of ``size`` bytes (2 GB); ``declared=False`` leaves out its length
``gzip-bomb``             a small body that unpacks to ``size`` bytes (2 GB)
``xml-bomb``              nine entities, each ten times the one before (a billion laughs)
``external-entity``       an entity read from ``uri`` (by default of the stand-in, which notes it in ``leaked``)
``stranger``              an entry that was not asked for, in ``place`` of the first one or ``added``
``duplicates``            every entry twice
``old-server``            (arXiv) the feed of the server before November 2025
``bad-id``                (arXiv) 400 for a good id; ``naming``: ``self``, ``other`` or ``none``
``nulls``                 (not arXiv) fields that are null; ``fields``
``unpadded``              (Semantic Scholar) no ``null`` in the place of what is not known
``bare-hit``              (DBLP) a lone hit without the list round it
``wrong-type``            the right answer under another ``content_type``
``redirect``              ``code=301`` to ``to`` (by default the same address)
``invalid-utf8``          a byte that no UTF-8 text has
========================  =============================================================================================

A service adds its own or does one differently by having a method ``fail_<name>`` (dashes as underscores).
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from .server import Failure, Reply, Request, Standin, Wire

HTML = "text/html; charset=utf-8"
PAGE = """<!DOCTYPE html>
<html lang="en">
  <head><title>{title}</title></head>
  <body><h1>{title}</h1><p>{text}</p></body>
</html>
"""

Mode = Callable[[Standin, Request, dict[str, Any]], Reply]
MODES: dict[str, Mode] = {}


def play(standin: Standin, request: Request, failure: Failure) -> Reply:
    """The reply that a failure makes. An option nobody reads is an error, so that a test cannot mistype one."""
    name = failure.mode.replace("-", "_")
    own = getattr(standin, f"fail_{name}", None)
    options = dict(failure.options)
    if own is not None:
        reply: Reply = own(request, options)
    elif failure.mode in MODES:
        reply = MODES[failure.mode](standin, request, options)
    else:
        raise LookupError(f"{type(standin).__name__} cannot fail by {failure.mode!r}")
    if options:
        raise LookupError(f"failure {failure.mode!r} does not know {', '.join(options)}")
    return reply


def _mode(function: Mode) -> Mode:
    MODES[function.__name__.strip("_").replace("_", "-")] = function
    return function


def page(title: str, text: str) -> bytes:
    return PAGE.format(title=title, text=text).encode()


_STATUS: Mapping[int, tuple[bytes, str]] = {
    403: (page("Access denied", "Sadly, you do not currently appear to have permission to access this."), HTML),
    406: (b"Not Acceptable", "text/plain"),
    413: (page("413 Request Entity Too Large", "nginx"), HTML),
    414: (page("414 Request-URI Too Large", "nginx"), HTML),
    429: (b"Rate exceeded.", "text/plain"),
    500: (page("Internal Server Error", "The server encountered an internal error."), HTML),
    502: (page("502 Bad Gateway", "nginx"), HTML),
    503: (page("503 Backend fetch failed", "Guru Meditation"), HTML),
    504: (page("504 Gateway Time-out", "nginx"), HTML),
}


@_mode
def _status(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    status = options.pop("status")
    plain = (page(f"Status {status}", "That is all there is to say."), HTML)
    body, kind = standin.statuses.get(status) or _STATUS.get(status, plain)
    headers = {}
    after = options.pop("retry_after", None)
    if isinstance(after, timedelta):
        after = format_datetime(datetime.now(UTC) + after, usegmt=True)
    if after is not None:
        headers["Retry-After"] = str(after)
    return Reply(status, options.pop("body", body), kind, headers)


@_mode
def _rate_exceeded(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    return Reply(200, b"Rate exceeded.", options.pop("content_type", "text/plain"))


@_mode
def _html(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    return Reply(200, page("Down for maintenance", "We will be back soon."), options.pop("content_type", HTML))


@_mode
def _empty(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    return replace(standin.answer(request), body=b"")


@_mode
def _truncated(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply = standin.answer(request)
    return replace(reply, body=reply.body[: int(len(reply.body) * options.pop("keep", 0.6))])


@_mode
def _cut_off(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply = standin.answer(request)
    part = reply.body[: int(len(reply.body) * options.pop("keep", 0.6))]

    def deliver(wire: Wire, head: bytes) -> None:
        wire.write(head + part)

    return replace(reply, deliver=deliver)


@_mode
def _reset(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply, after = standin.answer(request), options.pop("after", 0)

    def deliver(wire: Wire, head: bytes) -> None:
        wire.write((head + reply.body)[:after])
        if after:
            # What is still on its way is thrown away by a reset: give the client time to have read it.
            wire.wait(0.05)
        wire.reset()

    return replace(reply, deliver=deliver)


@_mode
def _hang(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply, after, seconds = standin.answer(request), options.pop("after", 0), options.pop("seconds", 60.0)

    def deliver(wire: Wire, head: bytes) -> None:
        if wire.write((head + reply.body)[:after]):
            wire.wait(seconds)

    return replace(reply, deliver=deliver)


@_mode
def _slow(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply, seconds = standin.answer(request), options.pop("seconds", 0.5)

    def deliver(wire: Wire, head: bytes) -> None:
        if wire.wait(seconds):
            standin.finish(request)
            wire.write(head + reply.body)

    return replace(reply, deliver=deliver)


@_mode
def _drip(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply, chunk, pause = standin.answer(request), options.pop("chunk", 1), options.pop("pause", 0.05)

    def deliver(wire: Wire, head: bytes) -> None:
        whole = head + reply.body
        for start in range(0, len(whole), chunk):
            if start + chunk >= len(whole):
                standin.finish(request)  # whoever has the last byte may ask again at once
            if not wire.write(whole[start : start + chunk]) or not wire.wait(pause):
                return

    return replace(reply, deliver=deliver)


@_mode
def _endless(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply, size = standin.answer(request), options.pop("size", 2 << 30)
    declared = options.pop("declared", True)
    start = reply.body[: len(reply.body) // 2]
    filler = b" " * 65_536

    def deliver(wire: Wire, head: bytes) -> None:
        if not wire.write(reply_.head(size if declared else -1) + start):
            return
        left = size - len(start)
        while left > 0 and wire.write(filler[:left]):
            left -= len(filler)

    reply_ = replace(reply, deliver=deliver)
    return reply_


@lru_cache(maxsize=1)
def _mebibyte() -> bytes:
    return gzip.compress(b" " * (1 << 20), mtime=0)


@_mode
def _gzip_bomb(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply, size = standin.answer(request), options.pop("size", 2 << 30)
    # A gzip stream may have many members: the same megabyte of blanks again and again.
    body = gzip.compress(reply.body[: len(reply.body) // 2], mtime=0) + _mebibyte() * (size >> 20)
    return replace(reply, body=body, headers={**reply.headers, "Content-Encoding": "gzip"})


def _with_doctype(reply: Reply, doctype: str, reference: str) -> Reply:
    """The document with a DOCTYPE, and the reference put into its first title (or first element with text)."""
    text = reply.body.decode()
    declaration, _, document = text.partition("?>\n")
    start = document.find("<title>", document.find("<entry"))
    start = document.find("<title>") if start < 0 else start
    at = document.find(">", start) + 1
    return replace(reply, body=f"{declaration}?>\n{doctype}\n{document[:at]}{reference}{document[at:]}".encode())


@_mode
def _xml_bomb(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    levels = "\n".join(
        f'  <!ENTITY lol{n} "{"&lol" + str(n - 1) + ";"}{("&lol" + str(n - 1) + ";") * 9}">' for n in range(1, 10)
    )
    doctype = f'<!DOCTYPE feed [\n  <!ENTITY lol0 "lol">\n{levels}\n]>'
    return _with_doctype(standin.answer(request), doctype, "&lol9;")


@_mode
def _external_entity(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    uri = options.pop("uri", f"{standin.root}/leak")
    return _with_doctype(standin.answer(request), f'<!DOCTYPE feed [\n  <!ENTITY leak SYSTEM "{uri}">\n]>', "&leak;")


@_mode
def _wrong_type(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    return replace(standin.answer(request), content_type=options.pop("content_type", HTML))


@_mode
def _redirect(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    same = f"{standin.root}{request.path}?{request.raw_query}"
    code = options.pop("code", 301)
    return Reply(code, page(f"{code} Moved", "nginx"), HTML, {"Location": options.pop("to", same)})


@_mode
def _invalid_utf8(standin: Standin, request: Request, options: dict[str, Any]) -> Reply:
    reply = standin.answer(request)
    marks = [b"<summary>", b"<abstract>", b'"description":"', b'"title":"', b'"title":["', b"<title>"]
    at = next((found + len(mark) for mark in marks if (found := reply.body.find(mark)) >= 0), len(reply.body) // 2)
    return replace(reply, body=reply.body[:at] + b"\xff\xfe" + reply.body[at:])
