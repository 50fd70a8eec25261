"""RIS: one mention for each reference, by the tag that is most to be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from enrich.inputs.document import Document, Source
from enrich.mentions import Found, find_ids, remark_id
from enrich.record import Mention, Problem

_LINE = re.compile(r"^\ufeff?(?P<tag>[A-Z][A-Z0-9])[ ]{1,2}-[ ]?(?P<value>[^\r\n]*)", re.M)
_TAGS = (
    *("AN", "DO", "UR", "L1", "L2", "L3", "L4", "LK", "M1", "M2", "M3"),
    *("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "JO", "JF", "JA", "T2", "VL", "SP", "IS", "PB", "N1", "ID"),
)


def read(text: str, name: str) -> Document:
    """The works of the references in a RIS file. What an abstract or a title mentions is not the work."""
    source = Source(text, name)
    mentions: list[Mention] = []
    problems: list[Problem] = []
    for fields in references(text):
        _reference(fields, source, mentions, problems)
    return Document(tuple(mentions), (), tuple(problems))


def references(text: str) -> Iterator[list[re.Match[str]]]:
    """The lines of each reference, as matches with ``tag`` and ``value``."""
    fields: list[re.Match[str]] = []
    for line in [*_LINE.finditer(text), None]:
        if fields and (line is None or line["tag"] == "TY"):
            yield fields
            fields = []
        if line is not None:
            fields.append(line)
        if line is not None and line["tag"] == "ER":
            yield fields
            fields = []


def _reference(fields: list[re.Match[str]], source: Source, mentions: list[Mention], problems: list[Problem]) -> None:
    key = next((field["value"].strip() or None for field in fields if field["tag"] == "ID"), None)
    in_arxiv = any(
        field["tag"] in ("PB", "JO", "JF", "T2", "DB", "DP") and re.search("arxiv", field["value"], re.I)
        for field in fields
    )
    homeless = not any(
        field["tag"] in ("JO", "JF", "T2", "DO")
        and not re.search(r"arxiv|\bcorr\b", field["value"], re.I)
        and field["value"]
        for field in fields
    )
    bad: tuple[Found, int] | None = None
    for tag in _TAGS:
        for field in fields:
            if field["tag"] != tag:
                continue
            finds: Iterable[Found] = find_ids(field["value"], loose=in_arxiv and tag in ("AN", "M1", "VL", "IS"))
            if tag == "N1":
                remark = remark_id(field["value"], homeless=homeless)
                finds = [remark] if remark else []
            for found in finds:
                offset = field.start("value") + found.start
                if found.identifier is not None:
                    source.report(found, offset, mentions, problems, key=key)
                    return
                bad = bad or (found, offset)
    if bad is not None:
        source.report(*bad, mentions, problems, key=key)
