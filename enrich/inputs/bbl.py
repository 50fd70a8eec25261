r"""The items of a bibliography that BibTeX or biber has made: ``\bibitem`` and ``\entry``, one work each as a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from enrich import latex
from enrich.bibfile import part_end
from enrich.inputs import tex
from enrich.names import bibtex_name
from enrich.record import Person


@dataclass(frozen=True, slots=True)
class Item:
    r"""One item: its key, and where it stands in the text.

    Of a ``\bibitem``, ``passage`` is what one reads and ``title`` the title where it is marked up; of biblatex's
    ``\entry``, ``type`` and ``fields`` are those of the entry behind it, as LaTeX.
    """

    key: str
    start: int
    end: int
    passage: str | None = None
    title: str | None = None
    type: str | None = None
    fields: dict[str, str] = field(default_factory=dict)


def items(text: str) -> Iterator[Item]:
    """The items in order. An entry that biber lists several times comes once."""
    visible = tex.without_comments(text)
    seen: set[str] = set()
    for key, opening, start, end in tex.spans(visible):
        body = visible[start:end]
        if visible.startswith("\\entry", opening):
            kind = _KIND.match(body)
            if kind is not None and key not in seen:
                seen.add(key)
                yield Item(key, opening, end, type=kind[1].lower(), fields=_fields(body))
        else:
            passage = _plain(body)
            yield Item(key, opening, end, passage or None, _title(body))


# --- \bibitem --------------------------------------------------------------------------------------------------------

_MARKED = re.compile(
    # What ACM's, REVTeX's and Elsevier's styles call the title, then IEEE's quotes.
    r"\\(?:bibinfo\s*\{title\}|showarticletitle|bibtitle|BibitemTitle)\s*(?=\{)"
)
_QUOTED = re.compile(r"``((?:[^`']|'(?!')){5,500})''|“([^“”]{5,500})”")
_NEWBLOCK = re.compile(r"\\newblock(?![A-Za-z])")
_EMPHASISED = re.compile(r"\\(?:emph|textit)\s*(?=\{)|\{\\(?:em|it|itshape|sl)(?![A-Za-z])\s*")
_LINKED = re.compile(r"\\href\s*(?:@noop\s*)?\{[^{}]*\}\s*(?=\{)|\\(?:url|doi|nolinkurl)\s*\{([^{}]*)\}")
_GLUE = re.compile(
    r"\\(?:hskip|hspace|vskip)\s*[-0-9.a-z]+(?:\s+(?:plus|minus)\s+[-0-9.a-z]+)*(?:\s*\\relax)?"
    r"|\\bib(?:info|field|namefont|fnamefont)\s*\{[a-z]+\}|\\bib(?:name|fname)font(?![A-Za-z])"
    r"|\\(?:newblock|bysame|BIBentry\w+|penalty[-0-9]*|relax|unskip|natexlab|eprint|path|urlprefix|providecommand|em|it|bf|sc)(?![A-Za-z])"
)
_NO_TITLE = re.compile(
    r"(?i)(?:in\s+|the\s+)?(?:proc\b|proceedings|journal|j\.|trans\b|transactions|advances\s+in|lecture\s+notes|ieee"
    r"|acm\b|physical\s+review|phys\b|annals|arxiv|conference|international|annual|symposium|workshop|monthly\s+notices"
    r"|ph\.?\s?d|[a-z]+\.\s)"
)
_INITIAL_OR_NAME = re.compile(
    r"(?:[^\W\d_]\.[\s~-]*|[^\W\d_a-z][\w'’-]*\s+){0,6}[^\W\d_a-z][\w'’-]*\.?"
    r"|[^\W\d_]\.(?:[\s~-]*[^\W\d_]\.){0,4}|[Jj]r\.?|et\s+al\.?"
)


def _plain(body: str) -> str:
    """What one reads of a piece of an item."""
    text = _LINKED.sub(lambda match: match[1] or "", body)
    return latex.to_text(_GLUE.sub(" ", text), bibtex=True).strip()


def _title(body: str) -> str | None:
    """The title of an item, where its style marks it so that there is no doubt."""
    if marked := _MARKED.search(body):
        return _clean(_group(body, marked.end()))
    if quoted := _QUOTED.search(body):
        return _clean(quoted[1] or quoted[2])
    blocks = list(_NEWBLOCK.finditer(body))
    if blocks:
        end = blocks[1].start() if len(blocks) > 1 else len(body)
        block = body[blocks[0].end() : end]
        return _clean(block) if len(blocks) > 1 or len(block) < 300 else None
    emphasised = _EMPHASISED.search(body)
    if emphasised is None or not _only_names(_plain(body[: emphasised.start()])):
        return None  # a journal is in italics as often as a title is
    at = emphasised.start() if emphasised.group().startswith("{") else emphasised.end()
    title = _clean(_group(body, at))
    return None if title is None or _NO_TITLE.match(title) else title


def _group(body: str, start: int) -> str:
    end = part_end(body, start)
    return body[start + 1 : end - 1] if end is not None else ""


def _clean(written: str) -> str | None:
    title = _plain(written).strip(' ,;:"“”')
    title = re.sub(r"(?<!\.)\.$", "", title)
    words = re.findall(r"[^\W\d_]{2,}", title)
    return title if len(words) >= 2 and len(title) <= 400 else None


def _only_names(text: str) -> bool:
    """Whether this is a list of people and nothing else: ``K. Cobbe, V. Kosaraju, and J. Schulman,``."""
    parts = [part.strip(" ,:") for part in re.split(r",|;|\band\b|&", text) if part.strip(" ,:")]
    return bool(parts) and all(len(part.split()) <= 4 and _INITIAL_OR_NAME.fullmatch(part) for part in parts)


# --- \entry ----------------------------------------------------------------------------------------------------------

_KIND = re.compile(r"\s*\{([A-Za-z]+)\}")
_FIELD = re.compile(r"\\(?:field|strng)\s*\{([A-Za-z]+)\}\s*(?=\{)")
_VERB = re.compile(r"\\verb\s*\{([A-Za-z]+)\}\s*\\verb[ \t]([^\r\n]*)")
_LIST = re.compile(r"\\list\s*\{([A-Za-z]+)\}\s*\{[0-9]+\}\s*(?=\{)")
_NAME = re.compile(r"\\name\s*\{author\}\s*\{([0-9]+)\}\s*\{[^{}]*\}\s*(?=\{)")
_PART = re.compile(r"(?<![A-Za-z])(family|given|prefix|suffix)\s*=\s*(?=\{)")
_MORE = re.compile(r"\\true\s*\{moreauthor\}")
_INNER = re.compile(r"\\bibini\w+\s*|\\bibnamedelim[a-z](?![A-Za-z])\s?|\\bibrangedash(?![A-Za-z])\s?")
_SORTING = frozenset("sortinit sortinithash extradatescope labeldatesource labelnamesource labeltitlesource".split())  # noqa: SIM905


def _fields(body: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(body):
        if match[1] not in _SORTING:
            fields.setdefault(match[1].lower(), _join(_group(body, match.end())))
    for match in _VERB.finditer(body):
        fields.setdefault(match[1].lower(), match[2].strip())
    for match in _LIST.finditer(body):
        fields.setdefault(match[1].lower(), _join(_group(body, match.end())).strip("{} \r\n\t%"))
    if names := _NAME.search(body):
        people = [person for person in _people(_group(body, names.end())) if person.name]
        written = [bibtex_name(person, encode=str) for person in people]
        if written and (_MORE.search(body) or len(written) < int(names[1])):
            written.append("others")
        if written:
            fields["author"] = " and ".join(written)
    return {name: value for name, value in fields.items() if value}


def _people(group: str) -> Iterator[Person]:
    """The names as biber took them apart. The family name comes first of each; initials have names of their own."""
    parts: dict[str, str] = {}
    for match in _PART.finditer(group):
        if match[1] == "family" and "family" in parts:
            yield _person(parts)
            parts = {}
        parts.setdefault(match[1], _join(_group(group, match.end())))
    if parts:
        yield _person(parts)


def _person(parts: dict[str, str]) -> Person:
    family = " ".join(part for part in (parts.get("prefix"), parts.get("family")) if part)
    if family.startswith("{") and family.endswith("}") and "given" not in parts:
        return Person(literal=family[1:-1])
    return Person(parts.get("given"), family or None, parts.get("suffix"))


def _join(value: str) -> str:
    """A value without the marks that biber leaves between the parts of a name."""
    return " ".join(_INNER.sub(lambda match: "" if "ini" in match.group() else " ", value).split())
