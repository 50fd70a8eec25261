"""LaTeX: ``.tex``, ``.aux`` and ``.bbl`` files, their mentions and the keys they cite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from enrich.identify import judge
from enrich.inputs.document import Citation, Document, Source, malformed
from enrich.mentions import find_ids
from enrich.record import Identifier, Mention, Problem

_HIDING = re.compile(
    r"\\(?:verb|lstinline)\*?(?P<mark>[^A-Za-z\s*{\[])[^\r\n]{0,500}?(?P=mark)"
    r"|\\begin\s*\{(?P<verbatim>(?:[vV]erbatim|lstlisting|minted|alltt)\*?)\}"
    r"|\\begin\s*\{(?P<comment>comment)\}|\\(?P<iffalse>iffalse)(?![A-Za-z@])"
    r"|\\[^A-Za-z]|(?P<percent>%)"
)
_CONDITIONAL = re.compile(
    # \newif\ifdraft begins nothing; \iff and \ifthenelse are no conditionals of TeX's.
    r"\\newif\s*\\[A-Za-z@]+|\\(?P<word>(?!iff(?![A-Za-z@])|ifthenelse)(?:if[A-Za-z@]*|else|fi))(?![A-Za-z@])"
    r"|\\[^A-Za-z]|%[^\r\n]*"
)
_GIVE_UP = 10  # so many conditionals without an end are looked for to the end of the file, and no more
_LINE_END = re.compile(r"[\r\n]")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_ADDRESS_BEFORE = re.compile(r"(?:\\(?:url|href|nolinkurl|path)\s*\{[^{}]*|https?://\S*)\Z")
_OPTION = r"\s*(?:\[[^\]]{0,500}\]\s*){0,2}"
_CITE = re.compile(
    r"\\(?P<command>(?:[A-Za-z]{0,30}[cC]ite[A-Za-z]{0,30}|citation|bibentry|abx@aux@(?:cite|defaultrefcontext)"
    r"|bibcite)\*?)"
    rf"(?:<[^>]{{0,100}}>)?{_OPTION}(?P<groups>\{{[^{{}}]{{0,5000}}\}}(?:{_OPTION}\{{[^{{}}]{{0,5000}}\}}){{0,20}})"
)
_GROUP = re.compile(r"\{([^{}]*)\}")
_NO_KEYS = re.compile(
    r"(?:set|new|renew|provide|Declare|define)\w*[cC]ite|[cC]itestyle|[cC]itereset|citetracker|citetext|AtEveryCite"
    r"|bibcite|defaultrefcontext",
)
_ITEM = re.compile(r"\\(?:bibitem(?:\[(?:[^\[\]]|\[[^\]]{0,200}\]){0,500}\])?|entry)\s*\{([^{}]{1,200})\}")
_ITEM_END = re.compile(r"\\(?:end\s*\{thebibliography\}|endentry(?![A-Za-z]))")
_BIBLIOGRAPHY = re.compile(
    r"\\(?P<command>bibliography|bibdata|addbibresource|addglobalbib|addsectionbib|nobibliography\*?)"
    r"\s*(?:\[[^\]]{0,300}\]\s*)?\{(?P<names>[^{}]{1,2000})\}"
)
_CHILD = re.compile(
    r"\\(?P<command>input|include|subfile|InputIfFileExists|@input|(?:sub)?import\*?\s*\{(?P<folder>[^{}]{0,300})\})"
    r"\s*\{(?P<name>[^{}]{1,300})\}|\\input[ \t]+(?P<bare>[^\s{}\\$&,]{1,300})"
)
_KEY_IS_ID = re.compile(
    r"(?i:arxiv:|oai:arxiv|dblp:journals/corr/(?:abs-|[a-z-]+-[0-9]{7})|10\.48550/)|[0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?\Z"
    r"|[0-9]{4}(?:arXiv|[a-z]+\.)[0-9a-z.]{5,13}[A-Z.]\Z|[a-z-]{2,8}(?:\.[A-Z]{2})?/[0-9]{7}(?:v[0-9]+)?\Z"
)

_SAFE_KEY = re.compile(r"[^\s,{}()\"#%'=~\\&$^]+")  # what BibTeX and LaTeX allow in a key
_CONTROL = re.compile(r"(?:REVTEX|apsrev|aip|aps)[0-9A-Za-z.-]*Control|biblatex-control", re.I)


@dataclass(frozen=True, slots=True)
class Child:
    """Another file that a document takes in. ``required``: it is the author's own, so it ought to be there."""

    name: str
    folder: str
    line: int
    required: bool


def read(text: str, name: str) -> Document:
    """The mentions, the keys cited and the bibliographies named. Comments do not count.

    A key that is itself an identifier is a mention; in a ``.bbl``, a mention carries the key of its item.
    """
    source = Source(text, name)
    visible = without_comments(text)
    cited, mentions, problems, rest = _citations(visible, source)
    items = [(match.start(), match[1].strip()) for match in _ITEM.finditer(rest)]
    at = -1
    for found in find_ids(rest):
        while at + 1 < len(items) and items[at + 1][0] < found.start:
            at += 1
        source.report(found, found.start, mentions, problems, key=items[at][1] if at >= 0 else None)
    mentions.sort(key=lambda mention: (mention.line or 0, mention.column or 0))
    problems.sort(key=lambda problem: problem.line or 0)
    return Document(tuple(mentions), (), tuple(problems), tuple(cited), _bibliographies(visible))


def children(text: str, name: str) -> list[Child]:
    """The files that the document takes in by ``\\input`` and its like."""
    source = Source(text, name)
    visible = without_comments(text)
    return [
        Child(
            (match["name"] or match["bare"]).strip().strip('"'),
            (match["folder"] or "").strip(),
            source.place(match.start())[0],
            match["command"] in ("include", "subfile"),
        )
        for match in _CHILD.finditer(visible)
    ]


def items(text: str) -> set[str]:
    """The keys that the document itself defines, in ``thebibliography`` or as a ``.bbl``."""
    return {match[1].strip() for match in _ITEM.finditer(without_comments(text))}


def spans(visible: str) -> Iterator[tuple[str, int, int, int]]:
    r"""The items of ``thebibliography`` or of a ``.bbl`` without comments.

    Of each the key, where it begins, where the words behind the key begin, and where they end.
    """
    found = list(_ITEM.finditer(visible))
    for match, following in zip_longest(found, found[1:]):
        stop = following.start() if following else len(visible)
        last = _ITEM_END.search(visible, match.end(), stop)
        yield match[1].strip(), match.start(), match.end(), last.start() if last else stop


def without_comments(text: str) -> str:
    r"""The text with comments blanked, so that every place stays where it was.

    Comments are also the ``comment`` environment and what stands in ``\iffalse``; in what is verbatim there are none.
    """
    pieces: list[str] = []
    absent: set[str] = set()  # ends that were looked for in vain
    failed = done = position = 0
    while sign := _HIDING.search(text, position):
        start, position = sign.span()
        end: int | None = None
        if sign["percent"]:
            if _in_address(text, start):
                continue
            line_end = _LINE_END.search(text, start)
            end = line_end.start() if line_end else len(text)
        elif sign["verbatim"]:
            position = _after_environment(text, sign["verbatim"], position, absent) or position
        elif sign["comment"]:
            end = _after_environment(text, "comment", position, absent)
        elif sign["iffalse"] and failed < _GIVE_UP:
            end = _after_false(text, position)
            failed += end is None
        if end is not None:
            pieces += [text[done:start], re.sub(r"[^\r\n]", " ", text[start:end])]
            done = position = end
    return "".join([*pieces, text[done:]])


def _after_environment(text: str, name: str, position: int, absent: set[str]) -> int | None:
    """Where this environment has ended; ``None`` where it never does."""
    mark = f"\\end{{{name}}}"
    place = -1 if name in absent else text.find(mark, position)
    if place < 0:
        absent.add(name)
        return None
    return place + len(mark)


def _after_false(text: str, position: int) -> int | None:
    r"""Where the branch that ``\iffalse`` opens has ended, at ``\else`` or ``\fi``; ``None`` where it never does."""
    depth = 1
    for match in _CONDITIONAL.finditer(text, position):
        word = match["word"]
        if word is None:
            continue
        if word.startswith("if"):
            depth += 1
        elif word == "fi":
            depth -= 1
        if depth == 0 or (depth == 1 and word == "else"):
            return match.end()
    return None


def _in_address(text: str, position: int) -> bool:
    r"""Whether this percent sign belongs to an address: ``\url{https://doi.org/10.48550%2FarXiv.2110.14168}``."""
    if not _ENCODED.match(text, position):
        return False
    window = max(0, position - 500)
    line = text[max(text.rfind("\n", window, position) + 1, window) : position]
    return _ADDRESS_BEFORE.search(line) is not None


def _citations(visible: str, source: Source) -> tuple[list[Citation], list[Mention], list[Problem], str]:
    """The keys cited, those among them that are identifiers, and the text without the keys."""
    cited: list[Citation] = []
    mentions: list[Mention] = []
    problems: list[Problem] = []
    pieces: list[str] = []
    done = 0
    for match in _CITE.finditer(visible):
        command = match["command"]
        if _NO_KEYS.search(command):
            continue
        groups = list(_GROUP.finditer(visible, match.start("groups"), match.end("groups")))
        if command.startswith("abx@aux@cite"):
            groups = groups[-1:]  # \abx@aux@cite{0}{key}
        elif not command.rstrip("*").endswith("s") and command != "citation":
            groups = groups[:1]  # only \cites and its like take several
        for group in groups:
            for word in re.finditer(r"[^\s,](?:[^,]*[^\s,])?", group[1]):
                key, offset = word.group(), group.start(1) + word.start()
                if "#" in key or "\\" in key:
                    continue  # the argument of a macro
                line, column = source.place(offset)
                cited.append(Citation(key, source.name, line, column))
                if _KEY_IS_ID.match(key):
                    _key_as_identifier(key, source.name, line, column, mentions, problems)
        pieces += [visible[done : groups[0].start()], " " * (groups[-1].end() - groups[0].start())]
        done = groups[-1].end()
    pieces.append(visible[done:])
    return cited, mentions, problems, "".join(pieces)


def stands_for_itself(key: str) -> bool:
    """Whether a key needs no entry to be understood: an identifier (or one gone wrong), ``*``, a style's control."""
    if key == "*" or _CONTROL.fullmatch(key):
        return True
    if _KEY_IS_ID.match(key) is None:
        return False
    return isinstance(judge(key), Identifier) or key.lower().startswith("arxiv:")


def _key_as_identifier(
    key: str, file: str, line: int, column: int, mentions: list[Mention], problems: list[Problem]
) -> None:
    verdict = judge(key)
    if isinstance(verdict, Identifier):
        mentions.append(Mention(verdict, key, file, line, column, key if _SAFE_KEY.fullmatch(key) else None))
    elif key.lower().startswith("arxiv:"):  # other keys may look like identifiers by chance
        problems.append(malformed(key, verdict, file, line))


def _bibliographies(visible: str) -> tuple[str, ...]:
    names: list[str] = []
    for match in _BIBLIOGRAPHY.finditer(visible):
        listed = [match["names"]] if match["command"].startswith("add") else match["names"].split(",")
        for listed_name in listed:
            name = listed_name.strip().strip('"')
            if name:
                names.append(name if name.endswith(".bib") or match["command"].startswith("add") else f"{name}.bib")
    return tuple(dict.fromkeys(names))
