"""What can go wrong, as one tree.

::

    EnrichError
    ├── InputError            what the user gave cannot be used
    ├── SourceError           a service did not answer as it should
    │   ├── SourceUnavailable   not reachable, refusing, or too slow
    │   └── UnexpectedReply     it answered, and the answer is not understood
    ├── StoreError            the cache cannot be read or written
    └── OutputError           a result cannot be written

Every error says what happened, where, and what to try next. Trouble with one paper is not an error but a
:class:`enrich.record.Problem`: it is reported, and the rest goes on.
"""

from __future__ import annotations


class EnrichError(Exception):
    """The base of all errors that a user can cause or meet.

    ``message`` is one line; ``hint`` (may be empty) says what to try next.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InputError(EnrichError):
    """An identifier, file, option or configuration that cannot be used."""


class SourceError(EnrichError):
    """A service did not give a usable answer.

    ``source`` is its name, ``url`` what was asked, ``status`` the HTTP status of the reply (0 where there was none).
    """

    def __init__(self, message: str, *, source: str = "", url: str = "", hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.source = source
        self.url = url
        self.status = status

    @property
    def may_be_too_much(self) -> bool:
        """Whether fewer items in one request may get an answer where this error came."""
        return self.status in (400, 408, 413, 414) or self.status >= 500


class SourceUnavailable(SourceError):
    """Not reachable, refusing (429, 403, 5xx) or too slow. Asking later may help."""


class UnexpectedReply(SourceError):
    """The service answered with something that is not what its documentation promises."""

    @property
    def may_be_too_much(self) -> bool:
        """Also true of an answer that is not whole: one bad item can spoil it."""
        return self.status == 0 or super().may_be_too_much


class StoreError(EnrichError):
    """The cache folder cannot be read or written."""


class OutputError(EnrichError):
    """A result cannot be written. Nothing of what was there before is lost."""
