"""A reading list in Markdown: who, what, when, where, with the abstract folded away.

Nothing from outside becomes markup: not HTML, not a link, not mathematics, not a mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from enrich.formats.citation import ARXIV_DOI, Citation, citations
from enrich.formats.contract import Rendering
from enrich.record import Record

_AUTHORS_SHOWN = 10


def render(records: Iterable[Record], rendering: Rendering) -> Iterator[str]:
    """A heading, then one list item a piece, in the order given. Problems have no place in this format."""
    yield "# Reading list\n"
    for citation in citations(records, rendering.options):
        yield _item(citation)


def _item(citation: Citation) -> str:
    title = _escape(citation.title) if citation.title else f"arXiv:{citation.eprint}"
    lines = [f"\n- **[{title}]({_address(citation.url)})**\\"]
    lines.append("  " + " \u00b7 ".join([part for part in _facts(citation) if part]))
    if citation.note:
        label, colon, rest = citation.note.partition(": ")
        lines[-1] += "\\"
        lines.append(f"  **{_escape(label)}{colon.strip()}** {_escape(rest)}".rstrip())
    if citation.abstract:
        lines += ["", "  <details><summary>Abstract</summary>", "", f"  {_paragraph(citation.abstract)}", ""]
        lines.append("  </details>")
    return "\n".join(lines) + "\n"


def _facts(citation: Citation) -> Iterator[str | None]:
    yield _authors(citation)
    yield _venue(citation) if citation.published else None
    yield str(citation.year) if citation.year is not None else None
    yield f"arXiv:{citation.eprint}" + (f" [{citation.primary}]" if citation.primary else "")
    if citation.doi and not citation.doi.startswith(ARXIV_DOI):
        yield f"[doi:{_escape(citation.doi)}]({_address('https://doi.org/' + citation.doi)})"
    yield f"`{citation.key}`"


def _authors(citation: Citation) -> str | None:
    names = [_escape(person.name) for person in citation.authors]
    if len(names) > _AUTHORS_SHOWN:
        return ", ".join(names[:_AUTHORS_SHOWN]) + " et al."
    return ", ".join(names) or None


def _venue(citation: Citation) -> str | None:
    if citation.venue is None:
        return None
    number = f" {_escape(citation.volume)}" if citation.volume else ""
    number += f"({_escape(citation.issue)})" if citation.issue else ""
    number += f", {_escape(citation.pages)}" if citation.pages else ""
    return f"published in *{_escape(citation.venue)}*{number}"


# Besides the characters that mark something up anywhere: entities, bare addresses and ``:emoji:``.
_MARKUP = re.compile(r"[\\`*_\[\]<>$~|@^]|&(?=#?\w+;)|:(?=//|\w+:)|(?<=www)\.", re.IGNORECASE)


def _escape(text: str) -> str:
    return _MARKUP.sub(lambda match: "\\" + match[0], text)


def _paragraph(text: str) -> str:
    """Escaped text that may begin a line, where more characters mean something: ``#``, ``-``, ``1.``, ``===``."""
    return re.sub(r"^(\d*)([#+=.)-])", r"\1\\\2", _escape(text))


def _address(url: str) -> str:
    """An address inside ``(...)``: no parenthesis, bracket or space ends it, no entity changes it."""
    encoded = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "&": "&amp;", "\\": "%5C", " ": "%20", "*": "%2A"}
    return "".join([encoded.get(character, character) for character in url])
