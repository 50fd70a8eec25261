"""Tables (CSV, TSV) and YAML: text in which a number under a name such as ``arxiv_id`` is an identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator

from enrich.inputs import plain
from enrich.inputs.document import BARE, NAMES_A_WORK, Document, Flat, Source, scan
from enrich.mentions import find_ids

_PAIR = re.compile(
    r"^[ \t]*(?:-[ \t]+)?[\"']?(?P<key>[A-Za-z][\w.-]{0,40})[\"']?[ \t]*(?::[ \t]|=)[ \t]*"
    rf"(?P<quote>[\"']?)(?P<value>{BARE.pattern})(?P=quote)[ \t]*(?:#[^\r\n]*)?$",
    re.M,
)


def read_yaml(text: str, name: str) -> Document:
    """The mentions in a text of ``key: value`` lines (YAML, TOML)."""
    flat = Flat()
    done = 0
    for pair in _PAIR.finditer(text):
        if NAMES_A_WORK.search(pair["key"]):
            start, end = pair.span("value")
            flat.add(text[done:start], done)
            _add_alone(flat, pair["value"], start)
            done = end
    flat.add(text[done:], done)
    return scan(flat, Source(text, name), find_ids(flat.text))


def read_table(text: str, name: str) -> Document:
    """The mentions in a table. A first row that names no column of identifiers makes it running text."""
    rows = _rows(text, _delimiter(text))
    header = next(rows, [])
    columns = {number for number, (cell, _) in enumerate(header) if _is_name(cell)}
    if not columns:
        return plain.read(text, name)
    flat = Flat()
    for row in rows:
        alone = [number in columns and BARE.fullmatch(cell) is not None for number, (cell, _) in enumerate(row)]
        mark = "¦ " if any(alone) else ""  # a number in another column is no identifier
        for (cell, start), is_alone in zip(row, alone, strict=True):
            if is_alone:
                _add_alone(flat, cell, start)
            else:
                flat.add(mark, start, step=0)
                flat.add(cell, start)
                flat.add(" ", start, step=0)
        flat.add("\n", row[-1][1], step=0)
    source = Source(text, name)
    document = scan(flat, source, find_ids(flat.text))
    return plain.with_typing_errors(document, source)


def _add_alone(flat: Flat, value: str, start: int) -> None:
    """Adds the value on a line of its own, where it counts by itself."""
    flat.add("\n", start, step=0)
    flat.add(value, start)
    flat.add("\n", start, step=0)


def _is_name(cell: str) -> bool:
    return len(cell) <= 40 and NAMES_A_WORK.search(cell.replace(" ", "_")) is not None and not _is_mention(cell)


def _is_mention(cell: str) -> bool:
    """Whether a cell of the first row is a mention already: then the table has no header."""
    return BARE.fullmatch(cell) is not None or next(iter(find_ids(cell)), None) is not None


def _delimiter(text: str) -> str:
    first = re.match(r"[^\r\n]*", text)
    line = first.group() if first else ""
    return max(",\t;|", key=line.count)


def _rows(text: str, delimiter: str) -> Iterator[list[tuple[str, int]]]:
    """The rows of a table: of each cell the words, without quotes around them, and where they begin."""
    cell = re.compile(
        rf"[ \ufeff]*(?:\"(?P<quoted>(?:[^\"]|\"\")*+)\"[ ]*|(?P<plain>[^{re.escape(delimiter)}\r\n]*))"
        rf"(?P<end>{re.escape(delimiter)}|\r\n|\n|\r|\Z)"
    )
    row: list[tuple[str, int]] = []
    position = 0
    while position < len(text) and (match := cell.match(text, position)):
        group = "plain" if match["quoted"] is None else "quoted"
        row.append((match[group].rstrip(), match.start(group)))
        if match["end"] != delimiter:
            yield row
            row = []
        position = match.end()
    if row:
        yield row
