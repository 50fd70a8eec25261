"""The formats: each turns records into text, some also read it back. None of them knows a path.

A new format is one module with ``render(records, rendering)`` (and ``read(name, text)``), and one line in the registry
below. Modules are imported when they are first used, so that JSON never pays for BibTeX.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import NamedTuple

from enrich.errors import InputError
from enrich.formats.contract import Options, Reading, Rendering
from enrich.record import Problem, Record

__all__ = ["FORMATS", "Format", "Options", "Reading", "Rendering", "by_suffix", "names", "read", "readable", "render"]


class Format(NamedTuple):
    """A line of the registry: where a format lives, which file names mean it, what it is in a few words."""

    module: str
    suffixes: tuple[str, ...]
    about: str
    readable: bool = True


FORMATS: dict[str, Format] = {
    "bibtex": Format("bibtex", (".bib",), "BibTeX, for bibtex with pdflatex (ASCII)"),
    "biblatex": Format("bibtex", (".biblatex.bib",), "BibLaTeX, for biber (UTF-8)"),
    "json": Format("enrich_json", (".json",), "everything that is known, without loss"),
    "jsonl": Format("enrich_json", (".jsonl",), "the same records, one JSON object a line"),
    "csl-json": Format("csl", (".csl.json",), "CSL-JSON, for pandoc, Zotero and citeproc"),
    "ris": Format("ris", (".ris",), "RIS, for EndNote, Mendeley and Zotero"),
    "hayagriva": Format("hayagriva", (".yaml", ".yml"), "Hayagriva YAML, for Typst", readable=False),
    "markdown": Format("markdown", (".md", ".markdown"), "a reading list in Markdown", readable=False),
}


def names() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(FORMATS)


def readable() -> tuple[str, ...]:
    """The names of the formats that :func:`read` understands."""
    return tuple([name for name, format in FORMATS.items() if format.readable])


def by_suffix(filename: str) -> str | None:
    """The format that a file's name asks for, or ``None``. The longest suffix wins: ``refs.csl.json`` is CSL-JSON."""
    lowered = filename.lower()
    fitting = [
        (len(suffix), name)
        for name, format in FORMATS.items()
        for suffix in format.suffixes
        if lowered.endswith(suffix)
    ]
    return max(fitting)[1] if fitting else None


def render(
    name: str, records: Iterable[Record], *, problems: Sequence[Problem] = (), options: Options | None = None
) -> Iterator[str]:
    """The records as text in pieces, in their order; joined, they end with a line end.

    Problems go into the formats that have a place for them (``json``). The same input gives the same text.
    Raises :class:`~enrich.errors.InputError` for an unknown name, at once and not when the first piece is asked for.
    """
    module = import_module(f"enrich.formats.{_known(name).module}")
    pieces: Iterator[str] = module.render(records, Rendering(name, problems, options or Options()))
    return pieces


def read(name: str, text: str) -> Reading:
    """What a text in this format says. Raises :class:`~enrich.errors.InputError` when it is not in this format."""
    format = _known(name)
    if not format.readable:
        raise InputError(f"{name} cannot be read, only written", hint=f"readable are {', '.join(readable())}")
    reading: Reading = import_module(f"enrich.formats.{format.module}").read(name, text)
    return reading


def _known(name: str) -> Format:
    try:
        return FORMATS[name]
    except KeyError:
        raise InputError(f"unknown format {name!r}", hint=f"known are {', '.join(FORMATS)}") from None
