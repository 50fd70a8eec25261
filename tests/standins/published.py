"""What the stand-ins of the services that know published works have in common."""

from __future__ import annotations

import json
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from .failures import HTML, page, play
from .papers import Library
from .server import Failure, Reply, Request, Standin

JSON = "application/json"
ARXIV_DOI = "10.48550/arxiv."
Item = dict[str, Any]
Change = Callable[[list[Any]], list[Any]]


class Refused(Exception):
    """What a service answers instead, when it does not like the request."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def json_reply(value: Any, status: int = 200, content_type: str = JSON) -> Reply:
    return Reply(status, json_body(value), content_type)


def json_body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def words(text: str) -> list[str]:
    """The words of a text as the searches see them: lower case, without accents or marks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"\w+", plain.casefold())


def names_in(text: str) -> frozenset[str]:
    """The names in a list that is divided by blanks."""
    return frozenset(text.split())


def date_parts(day: str) -> list[int]:
    return [int(part) for part in day.split("-")]


def number_of(text: str) -> int:
    """A number of its own for everything, always the same: the services have one for each of their records."""
    value = 0
    for letter in text:
        value = (value * 131 + ord(letter)) % 900_000_007
    return 100_000_000 + value


class PublishedStandin(Standin, ABC):
    """A service with one endpoint that answers in JSON. ``url`` is the service's root.

    A service says which items answer a request (:meth:`find`) and how a page of them looks (:meth:`page`).
    ``request_line_limit``: what is longer is answered 414.
    """

    path = ""
    endpoint: ClassVar[str]
    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD")
    identity: ClassVar[tuple[str, ...]] = ()
    """The fields that name an item: ``nulls`` leaves them alone unless told otherwise."""

    def __init__(self, library: Library | None = None, *, request_line_limit: int = 8190, **options: Any) -> None:
        super().__init__(library, **options)
        self.request_line_limit = request_line_limit

    @abstractmethod
    def find(self, request: Request) -> tuple[list[Any], int]:
        """The items of the page that is asked for, and how many there are in all; may raise :class:`Refused`."""

    @abstractmethod
    def page(self, request: Request, items: list[Any], total: int) -> Any:
        """The document."""

    def fields_of(self, item: Item) -> Item:
        """The part of an item that holds what is known of the work."""
        return item

    @abstractmethod
    def stranger(self) -> Item:
        """An item about a work that nobody asked for."""

    def refuses(self, request: Request) -> Reply | None:
        if request.line_bytes > self.request_line_limit:
            return Reply(414, page("414 Request-URI Too Large", "nginx"), HTML)
        if request.path != self.endpoint:
            body, kind = self.statuses.get(404, (page("404 Not Found", "nginx"), HTML))
            return Reply(404, body, kind)
        return None

    def too_fast(self, request: Request) -> Reply:
        return play(self, request, Failure("status", {"status": 429, "retry_after": 1}))

    def answer(self, request: Request) -> Reply:
        return self._answer(request)

    def _answer(self, request: Request, change: Change | None = None) -> Reply:
        try:
            items, total = self.find(request)
        except Refused as refusal:
            return refusal.reply
        return json_reply(self.page(request, change(items) if change else items, total))

    # Failures of its own ----------------------------------------------------------------------------------------------

    def fail_error(self, request: Request, options: dict[str, Any]) -> Reply:
        return json_reply({"error": options.pop("message", "Internal error")})

    def fail_empty_page(self, request: Request, options: dict[str, Any]) -> Reply:
        return self._answer(request, lambda items: [])

    def fail_partial(self, request: Request, options: dict[str, Any]) -> Reply:
        drop = options.pop("drop", 1)
        return self._answer(request, lambda items: items[: max(0, len(items) - drop)])

    def fail_duplicates(self, request: Request, options: dict[str, Any]) -> Reply:
        return self._answer(request, lambda items: [item for item in items for _ in range(2)])

    def fail_stranger(self, request: Request, options: dict[str, Any]) -> Reply:
        added = options.pop("added", False)
        return self._answer(request, lambda items: [self.stranger(), *(items if added else items[1:])])

    def fail_nulls(self, request: Request, options: dict[str, Any]) -> Reply:
        """``fields``: which; by default every one that does not name the work."""
        fields = options.pop("fields", None)

        def emptied(item: Any) -> Any:
            if item is None:
                return None
            known = self.fields_of(item)
            gone = [name for name in known if name not in self.identity] if fields is None else fields
            return self.with_fields(item, {**known, **dict.fromkeys(gone)})

        return self._answer(request, lambda items: [emptied(item) for item in items])

    def with_fields(self, item: Item, fields: Item) -> Item:
        """The item with other :meth:`fields_of`."""
        return fields


def natural(text: str) -> int | None:
    """The number, or ``None`` for whatever is not one."""
    return int(text) if text.isascii() and text.isdigit() else None


def bare_arxiv(doi: str) -> str | None:
    """The identifier in arXiv's own DOI, in whatever form the DOI comes."""
    bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", doi.strip(), flags=re.I)
    return bare[len(ARXIV_DOI) :] if bare.lower().startswith(ARXIV_DOI) else None


def picked(item: Item, names: Sequence[str]) -> Item:
    """The item with these fields only, in its own order."""
    return {name: value for name, value in item.items() if name in names}
