"""JSON: our own, CSL-JSON, Jupyter notebooks, and any other whose strings mention works."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from enrich.errors import InputError
from enrich.identify import parse_id
from enrich.inputs.document import BARE, NAMES_A_WORK, Document, Flat, Source, scan
from enrich.mentions import Found, find_ids, remark_id
from enrich.record import SCHEMA, Mention, Problem

_STRING = r'"(?P<string>[^"\\]*+(?:\\.[^"\\]*+)*+)(?:"|\\?\Z)'  # one that is never closed goes on to the end
_TOKEN = re.compile(_STRING + r'|(?P<mark>[{}\[\],:])|(?P<scalar>[^\s{}\[\],:"]++)', re.S)
_ESCAPE = re.compile(r'\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|["\\/bfnrt])')
_OWN = re.compile(rf'\ufeff?\s*\{{\s*"schema"\s*:\s*"{SCHEMA.partition("/")[0]}/')
_OWN_LINE = re.compile(r'\ufeff?\s*\{\s*"id"\s*:\s*"arXiv:[^\n]*"origin"\s*:')
_OWN_ID = re.compile(r'"id"\s*:\s*"(arXiv:[^"]{1,60})"')
_DEPTH = 8  # keys kept of a path: more than any known shape has, few enough for JSON that nests without end


@dataclass(frozen=True, slots=True)
class _Value:
    """A string or number: the last keys above it (without indexes), the number of its top-level item, its place."""

    path: tuple[str, ...]
    item: int
    written: str
    start: int
    is_string: bool

    @property
    def key(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def text(self) -> str:
        return _unescape(self.written) if "\\" in self.written else self.written


def read(text: str, name: str) -> Document:
    """The mentions in the strings of a JSON text; where it is our own, the records as well."""
    if _OWN.match(text):
        return _own("json", text, name)
    problem = _syntax_problem(text, name)
    values = list(_values(text))
    document = _citations(values, text, name) if _is_csl(values) else _strings(values, text, name)
    return _with(document, [problem] if problem else [])


def read_lines(text: str, name: str) -> Document:
    """The same for a text with one JSON value a line."""
    if _OWN_LINE.match(text):
        return _own("jsonl", text, name)
    problems = [
        problem
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip("\ufeff\r \t") and (problem := _syntax_problem(line, name, number)) is not None
    ]
    return _with(_strings(_values(text), text, name), problems)


def read_notebook(text: str, name: str) -> Document:
    """The mentions in the cells of a Jupyter notebook, with their lines in the file. Outputs do not count."""
    problem = _syntax_problem(text, name)
    flat = cells(text)
    return _with(scan(flat, Source(text, name), find_ids(flat.text)), [problem] if problem else [])


def cells(text: str) -> Flat:
    """What stands in the cells of a notebook, one after the other, with a blank line between them."""
    flat = Flat()
    for value in _values(text):
        if value.is_string and value.key == "source" and "outputs" not in value.path:
            _add(flat, value)
            if not value.written.endswith("\\n"):
                flat.add("\n\n", value.start + len(value.written), step=0)
    return flat


def _with(document: Document, problems: list[Problem]) -> Document:
    return Document(document.mentions, document.records, (*problems, *document.problems))


def _syntax_problem(text: str, name: str, line: int | None = None) -> Problem | None:
    """What is wrong with the JSON. Its strings are read all the same, as far as they can be told."""
    try:
        json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        what, place = f"not JSON: {error.msg}", error.lineno if line is None else line
    except RecursionError:
        what, place = "the JSON is nested too deeply", line or 1
    except ValueError as error:  # a number with thousands of digits
        what, place = f"not JSON: {error}", line or 1
    else:
        return None
    return Problem("not-understood", what, None, None, name, place, "mentions were looked for all the same")


# --- strings and their places ----------------------------------------------------------------------------------------


def _values(text: str) -> Iterator[_Value]:
    """The strings and numbers of a JSON text in order. Text that is not JSON gives what can be made of it."""
    stack: list[str] = []  # "" for a list, else "{" and the key that is current in that object
    keys: list[str] = []
    expects_key = False
    item = 0
    for token in _TOKEN.finditer(text):
        mark = token["mark"]
        if mark is None:
            written = token["string"]
            if written is None:
                yield _Value(tuple(keys[-_DEPTH:]), item, token["scalar"], token.start(), False)
            elif expects_key:
                keys[-1] = _unescape(written)
            else:
                yield _Value(tuple(keys[-_DEPTH:]), item, written, token.start("string"), True)
        elif mark == "{":
            stack.append(mark)
            keys.append("")
            expects_key = True
        elif mark == "[":
            stack.append(mark)
            expects_key = False
        elif mark in "}]":
            if stack and stack.pop() == "{":
                keys.pop()
            expects_key = False
        elif mark == ",":
            expects_key = bool(stack) and stack[-1] == "{"
            item += len(stack) == 1
        else:
            expects_key = False


def _unescape(written: str) -> str:
    return _ESCAPE.sub(lambda escape: str(json.loads(f'"{escape.group()}"')), written)


def _add(flat: Flat, value: _Value) -> None:
    """Adds the string as it reads, each character with its place."""
    done = 0
    if "\\" in value.written:
        for escape in _ESCAPE.finditer(value.written):
            flat.add(value.written[done : escape.start()], value.start + done)
            flat.add(json.loads(f'"{escape.group()}"'), value.start + escape.start(), step=0)
            done = escape.end()
    flat.add(value.written[done:], value.start + done)


def _strings(values: Iterable[_Value], text: str, name: str) -> Document:
    flat = Flat()
    for value in values:
        stripped = value.written.strip()
        if not value.is_string and not NAMES_A_WORK.search(value.key):
            continue
        if BARE.fullmatch(stripped):
            # Alone on its line it counts by itself: for strings that stand in a list or where an identifier should.
            if not value.path or NAMES_A_WORK.search(value.key) or _in_list(text, value):
                flat.add("\n", value.start, step=0)
                _add(flat, value)
                flat.add("\n", value.start, step=0)
            continue
        flat.add(f'{value.key}": "', value.start, step=0)
        _add(flat, value)
        flat.add('"\n', value.start + len(value.written), step=0)
    return scan(flat, Source(text, name), find_ids(flat.text))


def _in_list(text: str, value: _Value) -> bool:
    before = text[max(0, value.start - 40) : value.start - 1].rstrip()
    return before.endswith(("[", ","))


# --- known shapes ----------------------------------------------------------------------------------------------------

_CSL_FIELDS = (
    *("number", "archive_location", "archiveID", "archiveLocation", "DOI", "URL"),
    *("archive", "container-title", "volume", "page", "note"),
)  # fmt: skip


def _is_csl(values: list[_Value]) -> bool:
    """Whether this is CSL-JSON: a list of items that have a ``type`` and something only CSL-JSON has."""
    keys = {value.path for value in values[:2000]}
    return ("type",) in keys and any(
        (key,) in keys or (key, "date-parts") in keys for key in ("DOI", "issued", "container-title", "citation-key")
    )


def _citations(values: list[_Value], text: str, name: str) -> Document:
    """One mention for each item of CSL-JSON, by the field that is most to be trusted."""
    source = Source(text, name)
    mentions: list[Mention] = []
    problems: list[Problem] = []
    for _, group in groupby(values, key=lambda value: value.item):
        fields = {value.key: value for value in group if len(value.path) == 1}
        archive = " ".join(fields[key].text for key in ("archive", "publisher", "container-title") if key in fields)
        found = _first(fields, loose=re.search(r"arxiv", archive, re.I) is not None)
        if found is not None:
            value, mention = found
            key = next((fields[key].text for key in ("citation-key", "id") if key in fields), None)
            place = value.written.find(mention.text)
            source.report(mention, value.start + max(place, 0), mentions, problems, key=key)
    return Document(tuple(mentions), (), tuple(problems))


def items(text: str) -> list[int] | None:
    """Where in CSL-JSON the values of each item begin; ``None`` where it is not that."""
    values = list(_values(text))
    if not _is_csl(values):
        return None
    starts: list[int] = []
    for value in values:
        while len(starts) <= value.item:
            starts.append(value.start)
    return starts


def _first(fields: dict[str, _Value], *, loose: bool) -> tuple[_Value, Found] | None:
    homeless = not any(
        key in fields and not re.search(r"arxiv|\bcorr\b", fields[key].text, re.I) for key in ("DOI", "container-title")
    )
    bad: tuple[_Value, Found] | None = None
    for key in _CSL_FIELDS:
        value = fields.get(key)
        if value is None:
            continue
        finds: Iterable[Found] = find_ids(
            value.text, loose=loose and key in ("number", "archive_location", "archiveID")
        )
        if key == "note":
            remark = remark_id(value.text, homeless=homeless)
            finds = [remark] if remark else []
        for found in finds:
            if found.identifier is not None:
                return value, found
            bad = bad or (value, found)
    return bad


def _own(format: str, text: str, name: str) -> Document:
    from enrich import formats

    try:
        reading = formats.read(format, text)
    except InputError as error:
        raise InputError(f"{name}: {error.message}", hint=error.hint) from error
    source = Source(text, name)
    places = iter(_ids(text))
    mentions = []
    for record in reading.records:
        identifier = parse_id(record.cited_eprint)
        offset = next((start for written, start in places if written == record.id), None)
        line, column = (None, None) if offset is None else source.place(offset)
        mentions.append(Mention(identifier, record.id, name, line, column, record.key))
    return Document(tuple(mentions), tuple(reading.records))


def _ids(text: str) -> Iterator[tuple[str, int]]:
    """The identifiers of the records in our own JSON, each with its place. In a string its quotes would be escaped."""
    for match in _OWN_ID.finditer(text):
        yield match[1], match.start(1)
