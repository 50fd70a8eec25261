"""Hayagriva YAML, the bibliography format of Typst.

Every text is a double-quoted scalar, so that YAML never takes ``2110.14168`` for a number or ``no`` for false. In
titles Hayagriva reads ``$`` as Typst mathematics (which can run code), braces as case protection, and stops at an
escape; a text that contains one of these is given as ``{value: {value: ..., verbatim: true}}``, which is taken
literally. Before that, formulas that plain text can show become plain text (``$O(n^2)$`` is ``O(n²)``); others stay as
written. Dates are ISO strings: months of date mappings count from 0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from enrich.formats.citation import Citation, citations
from enrich.formats.contract import Rendering
from enrich.latex import mathematics, to_text
from enrich.record import Person, Record
from enrich.titles import protect

_encode = json.JSONEncoder(ensure_ascii=False).encode
_YAML_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def render(records: Iterable[Record], rendering: Rendering) -> Iterator[str]:
    """One entry a piece, as a mapping from keys. Problems have no place in this format."""
    separator = ""
    for citation in citations(records, rendering.options):
        yield f"{separator}{_string(citation.key)}:\n" + "".join(
            [f"  {name}: {value}\n" for name, value in _fields(citation) if value]
        )
        separator = "\n"
    if not separator:
        yield "{}\n"


def _fields(citation: Citation) -> Iterator[tuple[str, str | None]]:
    yield "type", "article"
    yield "title", _formatted(citation.title, protected=True)
    yield "author", "[" + ", ".join(map(_name, citation.authors)) + "]" if citation.authors else None
    yield "date", _date(citation)
    yield "page-range", _string(citation.pages) if citation.pages else None
    serial = {"arxiv": citation.eprint, "doi": citation.doi}
    yield "serial-number", "{" + ", ".join([f"{name}: {_string(id)}" for name, id in serial.items() if id]) + "}"
    yield "url", _string(citation.url)
    yield "note", _formatted(citation.note)
    yield "abstract", _formatted(citation.abstract)
    yield "parent", _parent(citation)


def _parent(citation: Citation) -> str:
    if citation.kind == "preprint":
        return "{type: repository, title: " + (_formatted(citation.venue) or '"arXiv"') + "}"
    parts = {
        "type": "periodical" if citation.kind == "article" else "proceedings",
        "title": _formatted(citation.venue),
        "volume": _string(citation.volume) if citation.volume else None,
        "issue": _string(citation.issue) if citation.issue else None,
        "publisher": _formatted(citation.publisher),
    }
    return "{" + ", ".join([f"{name}: {value}" for name, value in parts.items() if value]) + "}"


def _name(person: Person) -> str:
    if person.literal is not None:
        return f"{{name: {_string(person.literal)}}}"
    parts = {"name": person.family, "given-name": person.given, "suffix": person.suffix}
    return "{" + ", ".join([f"{name}: {_string(part)}" for name, part in parts.items() if part]) + "}"


def _date(citation: Citation) -> str | None:
    if citation.year is None:
        return None
    parts = [f"{citation.year:04d}"]
    parts += [f"{part:02d}" for part in (citation.month, citation.day) if part is not None]
    return _string("-".join(parts))


def _formatted(text: str | None, *, protected: bool = False) -> str | None:
    if not text:
        return None
    text = "".join([_shown(piece) if formula else piece for formula, piece in mathematics(text)])
    if re.search(r"[$\\{}]", text):
        return f"{{value: {{value: {_string(text)}, verbatim: true}}}}"
    return _string(protect(text, str) if protected else text)


_FUNCTIONS = (
    "log", "ln", "exp", "sin", "cos", "tan", "max", "min", "sup", "inf", "lim", "det", "dim", "ker", "gcd", "deg",
)  # fmt: skip
_FONT = re.compile(r"\\(?:math(?:rm|cal|it|sf|tt)|text(?:rm|it)?|operatorname)\s*(?:\{(\w+)\}|(\w))")
_COMMAND = re.compile(r"\\(?:mathbb\s*(?:\{([A-Z])\}|([A-Z]))|([A-Za-z]+)\s*)")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}^_\\$]+)\}|([^{}\\$\s]))")


def _shown(formula: str) -> str:
    """A formula as plain text, or as written when plain text cannot show it."""
    text = re.sub(r"^(?:\$\$?|\\[(\[])|(?:\$\$?|\\[)\]])$", "", formula)
    text = _FONT.sub(r"\1\2", text)
    text = re.sub(r"\\[,;:! ]", " ", text)
    text = _COMMAND.sub(lambda match: _symbol(match[1] or match[2], match[3]) or match[0], text)
    text = _SCRIPT.sub(lambda match: _script(match[1], match[2] or match[3]), text)
    return formula if re.search(r"[$\\{}]", text) else text.strip()


def _symbol(double_struck: str | None, command: str | None) -> str | None:
    if command in _FUNCTIONS:
        return f"{command} "
    latex = f"\\mathbf{{{double_struck}}}" if double_struck else f"\\{command}"
    decoded = to_text(f"\\ensuremath{{{latex}}}", bibtex=True)
    return decoded if len(decoded) == 1 else None


def _script(mark: str, content: str) -> str:
    content = content.replace("−", "-")
    small = to_text(f"\\text{'super' if mark == '^' else 'sub'}script{{{content}}}", bibtex=True)
    if small != content:
        return small
    return f"{mark}{content}" if content.isalnum() else f"{mark}({content})"


def _string(text: str) -> str:
    """A YAML double-quoted scalar: a JSON string, with YAML's own unprintable characters escaped too."""
    return _YAML_ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", _encode(text))
