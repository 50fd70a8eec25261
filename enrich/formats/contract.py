"""What every format takes and gives: the options of a rendering, and the outcome of a reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from enrich.errors import InputError
from enrich.record import Problem, Record


@dataclass(frozen=True, slots=True)
class Options:
    """How records are put into words.

    - ``year``: ``submitted`` dates a preprint by its first version, ``latest`` by the version that is cited.
    - ``howpublished``: also print the identifier in BibTeX's ``howpublished``, for styles that know neither
      ``eprint`` nor ``url`` nor ``doi`` (``plain``, ``alpha``, ...). Other styles would then print it twice.
    """

    year: str = "submitted"
    howpublished: bool = False

    def __post_init__(self) -> None:
        if self.year not in ("submitted", "latest"):
            raise InputError(f"unknown year {self.year!r}", hint="it is either submitted or latest")


class Rendering(NamedTuple):
    """What a format's module is asked for: the format's name, the problems to report, and the options."""

    name: str
    problems: Sequence[Problem]
    options: Options


class Reading(NamedTuple):
    """What was found in a text: its records, and one problem for each item that is not a record of ours.

    For our own JSON the problems are the ones that stand in the file.
    """

    records: list[Record]
    problems: list[Problem]
