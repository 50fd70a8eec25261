"""Our own JSON: everything that is known, and back without loss; as one document or one record a line.

The shape is ``enrich/schemas/enrich-1.schema.json``. Each field stands on a line of its own, so that a committed
file gives readable differences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

from enrich.errors import InputError
from enrich.formats.contract import Reading, Rendering
from enrich.identify import parse_id
from enrich.record import SCHEMA, Problem, Record

_PROBLEM_KINDS = ("invalid", "not-found", "unreachable", "not-understood")

# ---------------------------------------------------------------------------------------------------------- writing

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

# JSON lets these stand raw inside strings; a terminal, an editor or an older JavaScript would obey them.
_ESCAPED = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def render(records: Iterable[Record], rendering: Rendering) -> Iterator[str]:
    """The document in pieces, one record each. Options do not matter: nothing is put into words here."""
    return _lines(records) if rendering.name == "jsonl" else _document(records, rendering.problems)


def _document(records: Iterable[Record], problems: Sequence[Problem]) -> Iterator[str]:
    yield f'{{\n "schema": {_encode(SCHEMA)},\n "records": ['
    separator = "\n"
    for record in records:
        yield _safe(separator + "  {\n" + ",\n".join(_fields(record.to_json())) + "\n  }")
        separator = ",\n"
    yield "],\n" if separator == "\n" else "\n ],\n"
    yield ' "problems": ['
    separator = "\n"
    for problem in problems:
        yield _safe(f"{separator}  {_encode(problem.to_json())}")
        separator = ",\n"
    yield "]\n}\n" if separator == "\n" else "\n ]\n}\n"


def _fields(data: dict[str, Any]) -> Iterator[str]:
    for name, value in data.items():
        if name == "authors" and value:
            authors = ",\n".join([f"    {_encode(author)}" for author in value])
            yield f'   "authors": [\n{authors}\n   ]'
        else:
            yield f'   "{name}": {_encode(value)}'


def _lines(records: Iterable[Record]) -> Iterator[str]:
    empty = True
    for record in records:
        empty = False
        yield _safe(_encode(record.to_json())) + "\n"
    if empty:
        yield "\n"


def _safe(text: str) -> str:
    if text.isascii() and "\x7f" not in text:
        return text
    return _ESCAPED.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    # A lone surrogate is no text and would make the file unreadable for others: U+FFFD stands in for it.
    return "\ufffd" if "\ud800" <= character <= "\udfff" else f"\\u{ord(character):04x}"


# ---------------------------------------------------------------------------------------------------------- reading


def read(name: str, text: str) -> Reading:
    """The records and problems of a document, or the records of JSON lines.

    Raises :class:`~enrich.errors.InputError` for anything that is not of the documented shape, saying where.
    """
    if name == "jsonl":
        records = [
            _record(decode(line, f"line {number}"), f"line {number}")
            for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1)
            if line.strip()
        ]
        return Reading(records, [])
    document = decode(text, "the file")
    if isinstance(document, list):
        raise InputError(
            "this JSON is a list, not our document", hint="a CSL-JSON file is named .csl.json, or given as csl-json"
        )
    if not isinstance(document, dict):
        raise InputError("this JSON is not our document", hint=f'it begins with {{"schema": "{SCHEMA}", ...')
    schema = document.get("schema")
    if schema != SCHEMA:
        found = f"schema {schema[:40]!r}" if isinstance(schema, str) else "no schema"
        raise InputError(f"this JSON has {found}, not {SCHEMA!r}", hint="it may be of a newer enrich, or not ours")
    return Reading(
        [_record(item, f"record {number}") for number, item in enumerate(_list(document, "records"), 1)],
        [_problem(item, f"problem {number}") for number, item in enumerate(_list(document, "problems"), 1)],
    )


def decode(text: str, where: str) -> Any:
    """Strict JSON as Python data; ``where`` is for the message. No NaN, no numbers or nesting without end."""
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_not_json)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}" if where == "the file" else where
        raise InputError(f"{place}: not JSON: {error.msg} (column {error.colno})") from error
    except RecursionError as error:
        raise InputError(f"{where}: the JSON is nested too deeply") from error
    except ValueError as error:
        # Python refuses integers of thousands of digits with a bare ValueError.
        reason = "a number has too many digits" if "digits" in str(error) else str(error)
        raise InputError(f"{where}: not JSON: {reason}") from error


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")


def _list(document: dict[str, Any], name: str) -> list[Any]:
    value = document.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{name!r} is not a list")
    return value


_RECORD_TEXTS = (
    "key", "title", "abstract", "submitted", "updated", "primary_category", "comment", "journal_ref", "doi",
    "arxiv_doi", "url", "pdf_url", "license", "retrieved",
)  # fmt: skip
_PUBLISHED_TEXTS = ("type", "title", "venue", "volume", "issue", "pages", "publisher", "doi", "url")
_PERSON_TEXTS = ("given", "family", "suffix", "literal")


def _record(data: Any, where: str) -> Record:
    if not isinstance(data, dict):
        raise InputError(f"{where} is not an object")
    identifier = data.get("id")
    if not isinstance(identifier, str) or not identifier.startswith("arXiv:"):
        raise InputError(f"{where}: 'id' is not an arXiv identifier", hint='it looks like "arXiv:2110.14168"')
    try:
        written = parse_id(identifier).id
    except InputError as error:
        raise InputError(f"{where}: 'id': {error.message}", hint=error.hint) from error
    if written != identifier:
        raise InputError(f"{where}: 'id' is {identifier!r}, should be {written!r}")
    _texts(data, _RECORD_TEXTS, where)
    _integer(data, "version", 1, 99_999, where)
    _integer(data, "year", 1, 9999, where)
    _integer(data, "month", 1, 12, where)
    _strings(data, "categories", where)
    authors = data.get("authors")
    if authors is not None and not isinstance(authors, list):
        raise InputError(f"{where}: 'authors' is not a list")
    for number, author in enumerate(authors or (), 1):
        _check_person(author, f"{where}, author {number}")
    withdrawn = _object(data, "withdrawn", where)
    if withdrawn is not None:
        _texts(withdrawn, ("reason", "superseded_by"), f"{where}, withdrawn")
    published = _object(data, "published", where)
    if published is not None:
        _texts(published, _PUBLISHED_TEXTS, f"{where}, published")
        _integer(published, "year", 1, 9999, f"{where}, published")
        _strings(published, "evidence", f"{where}, published")
    for field, source in (_object(data, "origin", where) or {}).items():
        if not _is_text(field) or not _is_text(source):
            raise InputError(f"{where}: 'origin' does not map fields to sources")
    return Record.from_json(data)


def _check_person(data: Any, where: str) -> None:
    if not isinstance(data, dict):
        raise InputError(f"{where} is not an object")
    _texts(data, _PERSON_TEXTS, where)
    _strings(data, "affiliations", where)
    if not data.get("family") and not data.get("literal"):
        raise InputError(f"{where} has neither 'family' nor 'literal'")


def _problem(data: Any, where: str) -> Problem:
    if not isinstance(data, dict):
        raise InputError(f"{where} is not an object")
    if data.get("kind") not in _PROBLEM_KINDS:
        raise InputError(f"{where}: 'kind' is none of {', '.join(_PROBLEM_KINDS)}")
    if not isinstance(data.get("message"), str):
        raise InputError(f"{where} has no 'message'")
    _texts(data, ("message", "text", "id", "file", "hint"), where)
    _integer(data, "line", 0, 2**53, where)
    return Problem.from_json(data)


def _is_text(value: object) -> bool:
    if not isinstance(value, str):
        return False
    return value.isascii() or _SURROGATES.search(value) is None


_SURROGATES = re.compile("[\ud800-\udfff]")


def _texts(data: dict[str, Any], names: Iterable[str], where: str) -> None:
    for name in names:
        value = data.get(name)
        if value is not None and not _is_text(value):
            what = "contains half a surrogate pair" if isinstance(value, str) else "is not text"
            raise InputError(f"{where}: {name!r} {what}")


def _integer(data: dict[str, Any], name: str, least: int, most: int, where: str) -> None:
    value = data.get(name)
    # bool is an int to Python and not to JSON.
    if value is not None and (type(value) is not int or not least <= value <= most):
        raise InputError(f"{where}: {name!r} is not a number from {least} to {most}")


def _strings(data: dict[str, Any], name: str, where: str) -> None:
    value = data.get(name)
    if value is not None and not (isinstance(value, list) and all(map(_is_text, value))):
        raise InputError(f"{where}: {name!r} is not a list of texts")


def _object(data: dict[str, Any], name: str, where: str) -> dict[str, Any] | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InputError(f"{where}: {name!r} is not an object")
    return value
