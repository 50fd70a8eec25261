"""What sources share: JSON read with care, clean text, and for arXiv's own metadata the withdrawal notice, the record.

Only what services always get wrong is repaired here (wrapped lines, TeX accents, addresses where a DOI belongs);
taste belongs to formats.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import unquote

from enrich import latex
from enrich.errors import InputError, UnexpectedReply
from enrich.identify import month_of, parse_id
from enrich.mentions import find_ids
from enrich.record import Identifier, Person, Record, Withdrawn

_T = TypeVar("_T")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_PARAGRAPH = re.compile(r"\s*\n(?:[ \t]*\n\s*|[ \t]{1,})")
_DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)

# What JATS, HTML and MathML put into titles. By name, since "p<q and q>r" is no tag; whole formulas come twice.
_TAG = re.compile(
    r"""</?(?:[a-z]+:[\w.-]+|m(?:ath|row|i|n|o|s?up|s?ub|subsup|sup|sub|text|frac|sqrt|root|over|under|underover|style
        |space|fenced|table|tr|td|semantics)|i|b|u|em|strong|sub|sup|inf|sc|scp|tt|br|p|span|div|small|big|font|a|strike
        |italic|bold|roman|underline|monospace|title|inline-formula|tex-math|alternatives|named-content|styled-content|xref
        |fn|ext-link|ovl|hi)
        (?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*\s*/?>""",
    re.I | re.X,
)
_BREAKS = re.compile(r"</?(?:jats:)?(?:br|p|div|title)\b[^<>]*>", re.I)
_SECOND_FORM = re.compile(r"<((?:\w+:)?(?:tex-math|annotation(?:-xml)?))\b[^<>]*>[^<>]{0,2000}</\1\s*>", re.I)
_MATHML = re.compile(r"<(?:\w+:)?math\b", re.I)
_DISPLAYED = re.compile(r"\$\$([^$]{1,500})\$\$")
_BESIDE_A_DOI = re.compile(r"\s+|[,;](?=\s*10\.\d{4,9}/)", re.ASCII)
_PAGES = re.compile(r"\d|^[ivxlc]+\b", re.I)
_DASHES = re.compile(r"\s*(?:-{1,3}|[\u2010-\u2015\u2212])\s*")
_RESOLVER = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:)\s*", re.I)

# Who withdrew what is said in the comment for most papers (731 of 929 such records of arXiv's computer science up to
# 2016) and in the abstract for the others, which then starts with the notice. No notice: a paper *about* withdrawal,
# one "withdrawn from" a journal or from consideration, a single claim or section withdrawn in a revision, an admin note
# about text overlap.
_WORK = r"(?:paper|article|manuscript|submission|preprint|work|document|report|note|draft|version|e-?print)s?"
_IN_COMMENT = re.compile(
    r"\bwithdrawn\b(?!\s+from\b(?!\s+(?:the\s+)?(?:arxiv|e-?print|archive)))"
    rf"|\bwithdraw(?:s|ing)?\s+(?:this|the|our|my)\s+{_WORK}\b",
    re.I,
)
_ONLY_A_PART = re.compile(
    r"\b(?:claims?|sections?|theorems?|lemmas?|appendi\w+|results?|conjectures?|proofs?|parts?|figures?|statements?"
    r"|chapters?|tables?|v(?:ersion)?\s?\d+)\b[^.;:]{0,25}$",
    re.I,
)
_NOTICE = re.compile(
    rf"""\s*(?:\[|\(|\*+|arxiv\ admin\ note:)?\s*(?:
      (?:this|the)\s+(?:\w+\s+){{0,2}}?{_WORK}(?:\s+\w+){{0,3}}?\s+(?:has|have|had|is|was|were)\s+(?:\w+\s+){{0,2}}?(?:withdrawn|retracted)
     |(?:withdrawn|retracted)\b(?=\s*(?:$|[.:;,!\])]|by\b|because\b|due\b|as\b|since\b|for\b|pending\b|until\b))
     |{_WORK}\s+(?:(?:has|have|had)\s+been\s+|is\s+|was\s+)?(?:withdrawn|retracted)
     |(?:the\s+)?(?:authors?|submitter)(?:\(s\))?\s+(?:\w+\s+){{0,2}}?(?:withdrew|withdraws?|(?:has|have)\s+withdrawn)
       \s+(?:this|the)\s+{_WORK}
    )""",
    re.I | re.X,
)
# What stands in its place is named in the same sentence, after such a word; what was copied or refuted is not it.
_INSTEAD = re.compile(
    r"supersed|replac|merged|subsum|incorporat|absorb|included\s+in|combined|\bsee\b|new(?:er)?\b|recent|instead|refer"
    r"|available|updated|revised|corrected|appear|found\s+(?:in|at)|part\s+of|version",
    re.I,
)
_NOT_INSTEAD = re.compile(r"overlap|plagiar|contradict|disprov|refut|duplicate\s+of\s+work", re.I)


def portions(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """``items`` in lists of ``size``, the last one shorter."""
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion


def fitting(items: Iterable[_T], size: int, room: int, length: Callable[[_T], int]) -> Iterator[list[_T]]:
    """``items`` in lists of at most ``size`` that are no longer than ``room``; one that is longer is alone."""
    portion: list[_T] = []
    taken = 0
    for item in items:
        more = length(item)
        if portion and (len(portion) >= size or taken + more > room):
            yield portion
            portion, taken = [], 0
        portion.append(item)
        taken += more
    if portion:
        yield portion


def load_json(content: bytes) -> Any:
    """What a JSON reply holds. Raises :class:`UnexpectedReply` where it is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        shown = " ".join(content[:60].decode("utf-8", errors="replace").split())
        raise UnexpectedReply(f"it is not JSON: {shown!r}" if shown else "it is empty") from error


def mapping(value: object) -> Mapping[str, Any]:
    """``value`` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The JSON objects in ``value`` if it is a list, else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def whole_number(value: object) -> int | None:
    """``2017`` of ``2017``, ``"2017"`` or ``2017.0``; ``None`` of anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,9}\s*", value, re.ASCII):
        return int(value)
    return None


def year(value: object) -> int | None:
    """The year that ``value`` is or starts with, as in a date, if it can be one of print: not 0, not 9999."""
    number = whole_number(value[:4] if isinstance(value, str) else value)
    return number if number is not None and 1400 <= number <= 2100 else None


def number_text(value: object) -> str | None:
    """A volume or issue, which comes as text or as a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(value)


def pages(value: object) -> str | None:
    """``12-34``, whatever the dash and the space around it; an article number as it is; ``None`` of ``n/a``."""
    found = number_text(value)
    if found is None:
        return None
    found = re.sub(r"^pp?\.\s*(?=\d)", "", _DASHES.sub("-", found).strip("-,;. "))
    first, _, last = found.partition("-")
    return (first if first == last else found) if _PAGES.search(found) else None


def bare_doi(value: object) -> str | None:
    """``10.1145/2939672.2939785`` in lower case, without a resolver's address; ``None`` where it is no DOI."""
    if not isinstance(value, str):
        return None
    # "45:9%3C656::AID-ASI3%3E3.0.CO;2-1" was taken from an address.
    doi = unquote(_RESOLVER.sub("", value.strip(), count=1)).lower()
    return doi if _DOI.fullmatch(doi) else None


def plain(value: object) -> str | None:
    """One line of text out of what may hold HTML, JATS or MathML (``H<sub>2</sub>O``), and references, even twice."""
    if not isinstance(value, str):
        return None
    for _ in range(2):  # "&amp;lt;" is common
        value = html.unescape(value)
    if "<" in value:
        if _MATHML.search(value):
            value = _SECOND_FORM.sub("", value)
        value = _TAG.sub("", _BREAKS.sub(" ", value))
    # Springer's formulas in titles stand between double dollars, which would display them.
    return text(_DISPLAYED.sub(lambda found: f"${found[1].strip()}$", value))


def text(value: object) -> str | None:
    """One line of Unicode text, TeX accents decoded, mathematics as written; ``None`` where nothing is said."""
    if not isinstance(value, str):
        return None
    return _SPACE.sub(" ", latex.to_text(_CONTROL.sub(" ", value))).strip() or None


def paragraphs(value: object) -> str | None:
    """The text of an abstract: lines are joined, except where arXiv starts a paragraph (an indented or empty line)."""
    if not isinstance(value, str):
        return None
    parts = [text(part) for part in _PARAGRAPH.split(value.strip().replace("\r\n", "\n"))]
    return "\n".join(part for part in parts if part) or None


def published_doi(value: object) -> str | None:
    """The first DOI in what authors wrote into that field (``doi:10.…``, an address, several) that is not arXiv's."""
    if not isinstance(value, str):
        return None
    for part in _BESIDE_A_DOI.split(value):
        if found := _DOI.search(part):
            doi = found.group().rstrip(".,;")
            if doi.endswith(")") and "(" not in doi:
                doi = doi[:-1]
            if not doi.lower().startswith("10.48550/"):
                return doi
    return None


def withdrawal(title: str | None, abstract: str | None, comment: str | None, own: str) -> Withdrawn | None:
    """The withdrawal notice in the words of a paper's current version, or ``None``. ``own`` is the paper's value.

    arXiv has no flag for it; the rule and its counter-examples are above.
    """
    if comment and any(not _ONLY_A_PART.search(comment[: m.start()]) for m in _IN_COMMENT.finditer(comment)):
        notice = comment
    elif abstract and _NOTICE.match(abstract):
        notice = abstract if len(abstract) <= 400 else re.split(r"(?<=[.!?])\s", abstract, maxsplit=1)[0]
    elif title and _NOTICE.match(title):
        notice = title
    else:
        return None
    return Withdrawn(notice, _instead(notice, own))


def _instead(notice: str, own: str) -> str | None:
    # A bare number counts here: a notice speaks of papers on arXiv.
    for found in find_ids(notice, loose=True):
        if found.identifier is None or found.identifier.value == own:
            continue
        before = re.split(r"[.;](?:\s|$)", notice[: found.start])[-1]
        if _INSTEAD.search(before) and not _NOT_INSTEAD.search(before):
            return found.identifier.id
    return None


def iso(moment: datetime) -> str:
    """``2021-10-27T04:28:26Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def record(
    asked: Identifier,
    source: str,
    retrieved: str,
    *,
    version: int | None,
    title: str | None,
    authors: Iterable[Person],
    abstract: str | None,
    submitted: str | None,
    updated: str | None = None,
    primary_category: str | None = None,
    categories: Iterable[str] = (),
    comment: str | None = None,
    journal_ref: str | None = None,
    doi: str | None = None,
    license: str | None = None,
    withdrawn: Withdrawn | None = None,
) -> Record:
    """A record as ``source`` tells it in answer to ``asked``; what follows from the identifier alone is added."""
    said: dict[str, Any] = {
        "version": version,
        "title": title,
        "authors": tuple(authors),
        "abstract": abstract,
        "submitted": submitted,
        "updated": updated,
        "primary_category": primary_category,
        "categories": tuple(dict.fromkeys(category for category in categories if category)),
        "comment": comment,
        "journal_ref": journal_ref,
        "doi": doi,
        "license": license,
        "withdrawn": withdrawn or withdrawal(title, abstract, comment, asked.value),
    }
    if submitted:
        said["year"], said["month"] = int(submitted[:4]), int(submitted[5:7])
    origin = {name: source for name, value in said.items() if value not in (None, ())}
    follows: dict[str, Any] = {
        "arxiv_doi": f"10.48550/arXiv.{asked.value}",
        "url": f"https://arxiv.org/abs/{asked.versioned}",
        "pdf_url": f"https://arxiv.org/pdf/{asked.versioned}",
    }
    if not submitted:
        follows["year"], follows["month"] = month_of(asked.value)
    origin.update(dict.fromkeys(follows, "identifier"))
    return Record(id=asked.id, origin=origin, retrieved=retrieved, **said, **follows)


def identifier_in(address: object) -> Identifier | None:
    """The identifier in an address or id that a service sent, or ``None`` where it is none."""
    if not isinstance(address, str):
        return None
    try:
        return parse_id(address)
    except InputError:
        return None
