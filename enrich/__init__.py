"""Mentions of arXiv papers in, a correct bibliography out.

>>> import enrich
>>> papers = enrich.get("2110.14168", "notes.md")        # doctest: +SKIP
>>> papers.records[0].title                              # doctest: +SKIP
'Training Verifiers to Solve Math Word Problems'
>>> print(papers.render("bibtex"))                       # doctest: +SKIP

The names below are the whole public interface; they are loaded when first used, since most runs need few of them.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # What type checkers take for typing's constant; importing typing costs every start 3 ms.
if TYPE_CHECKING:
    from enrich.api import Bibliography, audit, find, get, load, propose
    from enrich.check import Audit, Outcome
    from enrich.errors import EnrichError, InputError, OutputError, SourceError, StoreError
    from enrich.finding import Finding
    from enrich.identify import parse_id
    from enrich.plan import Change, Plan
    from enrich.record import Identifier, Mention, Person, Problem, Published, Record, Withdrawn
    from enrich.refresh import Refreshing

_WHERE = {
    **dict.fromkeys(("Bibliography", "audit", "find", "get", "load", "propose"), "enrich.api"),
    **dict.fromkeys(("EnrichError", "InputError", "OutputError", "SourceError", "StoreError"), "enrich.errors"),
    **dict.fromkeys(("Audit", "Outcome"), "enrich.check"),
    "Finding": "enrich.finding",
    "parse_id": "enrich.identify",
    **dict.fromkeys(("Change", "Plan"), "enrich.plan"),
    "Refreshing": "enrich.refresh",
    **dict.fromkeys(
        ("Identifier", "Mention", "Person", "Problem", "Published", "Record", "Withdrawn"), "enrich.record"
    ),
}

__all__ = [  # noqa: RUF022 - in the order of the reader's interest
    "get",
    "find",
    "load",
    "propose",
    "audit",
    "parse_id",
    "Bibliography",
    "Refreshing",
    "Plan",
    "Change",
    "Audit",
    "Finding",
    "Outcome",
    "Record",
    "Person",
    "Published",
    "Withdrawn",
    "Identifier",
    "Mention",
    "Problem",
    "EnrichError",
    "InputError",
    "OutputError",
    "SourceError",
    "StoreError",
]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'enrich' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
