"""The identifiers that stand in a text, with their places, and a whole text as one identifier written at length.

The grammar of an identifier is in :mod:`enrich.identify`; here are the ways of writing one that need a second look:
addresses, DOIs, bibcodes, keys of other services, signs beside a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.identify import (
    ARCHIVES,
    LONG,
    NEW,
    OLD,
    SUBJECT,
    YOUNG_ARCHIVES,
    Fault,
    archive_named,
    is_category,
    judge_bare,
    judge_new,
    judge_old,
    month_limit,
    shown,
)
from enrich.record import Identifier

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Found:
    """One mention in a text: ``text[start:end]`` was written.

    Either ``identifier`` is set, or ``reason`` says why what looks like an identifier is none, and ``hint`` what to
    try, if anything comes to mind.
    """

    start: int
    end: int
    text: str
    identifier: Identifier | None
    reason: str | None = None
    hint: str | None = None


def find_ids(text: str, *, loose: bool = False, today: date | None = None) -> Iterator[Found]:
    """The mentions in ``text``, each occurrence, in order.

    ``2110.14168`` counts only next to a sign that it is an identifier (an address, ``arXiv:``, ``eprint``), or on a
    line that holds nothing but identifiers; ``loose`` drops that condition. The sign also stands for those that are
    listed behind: ``arXiv:2110.14168, 2009.03393 and 2206.05802``. What carries a sign and is malformed comes with
    ``identifier=None`` and the reason. Takes time linear in the text.
    """
    horizon = month_limit(today)
    lines = _Lines(text)
    previous: Found | None = None
    signed = False  # whether arXiv's name stands before the previous mention, or before a list that it ends
    position = 0
    while match := _next(text, position):
        floor = previous.end if previous else 0
        listed = signed and match["number"] is not None and _LISTED.fullmatch(text, floor, match.start()) is not None
        found = _judge_match(match, floor, previous, lines, loose or listed, horizon)
        if found is None:
            position = match.start() + 1  # a match is short, so looking again from its second character is cheap
            continue
        yield found
        signed = listed or match["sign"] is not None
        previous, position = found, found.end


_LISTED = re.compile(
    # Between two identifiers of an enumeration; the first may carry its category: [cs.CL].
    r"(?:[ ]?\[[A-Za-z.-]{2,20}\])?[\s~]{0,8}(?:[,;、和&]|\\&|(?:and|und|et)(?=[\s~]))[\s~]{0,8}"
    r"(?:(?:[&和]|\\&|(?:and|und|et)(?=[\s~]))[\s~]{0,8})?"
)


def remark_id(text: str, *, homeless: bool, loose: bool = False, today: date | None = None) -> Found | None:
    """The mention that a remark beside a work makes of that work itself: ``arXiv preprint arXiv:2110.14168 [cs.LG]``.

    ``Comment on arXiv:2110.14168`` names another one. With ``homeless`` (nothing else says where the work appeared)
    ``Available at https://arxiv.org/abs/2110.14168, 37 pages`` is taken for the work's own, too.
    """
    marked = "¦ " + text  # that a number is alone in a field is no sign that it is an identifier
    found = [mention for mention in find_ids(marked, loose=loose, today=today) if mention.identifier is not None]
    if len({mention.identifier.id for mention in found if mention.identifier}) != 1:
        return None
    rests, done = [], 2
    for mention in found:
        rests.append(marked[done : mention.start])
        done = mention.end
    rests.append(marked[done:])
    if homeless and re.match(r"[\s)\]}]*[,;.(]", rests[-1]):
        rests.pop()
    for rest in rests:
        for word in _REMARK_WORD.findall(_MACRO.sub(" ", rest)):
            if not (_OWN_WORDS.fullmatch(word) or (homeless and _LEAD_WORDS.fullmatch(word)) or is_category(word)):
                return None
    first = found[0]
    return Found(first.start - 2, first.end - 2, first.text, first.identifier)


_MACRO = re.compile(r"\\[A-Za-z]+")
_REMARK_WORD = re.compile(r"[^\W\d_]+(?:[.-][^\W\d_]+)*|[0-9]{5,}")  # years and days say nothing
_OWN_WORDS = re.compile(
    r"arxiv(?:\.org)?|corr|(?:pre|e)-?prints?|abs|v|version|url|doi|also|available|online|as|at"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may"
    r"|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?",
    re.I,
)
_LEAD_WORDS = re.compile(
    r"an?|accessed|and|date|download|first|from|https?|id|identifier|in|last|manuscript|no|number|of"
    r"|on|paper|posted|published|report|retrieved|submitted|technical|the|to|under|review|unpublished|via|visited"
    r"|working",
    re.I,
)


# --- a whole text ----------------------------------------------------------------------------------------------------

_SUFFIX = r"(?:\.(?i:pdf|ps\.gz|ps|dvi|tar\.gz|gz|html?|txt|tex|xml|bib|epub)(?![A-Za-z0-9]))?"
_TAIL = re.compile(
    # What may follow an identifier: the category and date of arXiv's page stamp, or the rest of an address.
    r"(?:\s*[\[(][A-Za-z][A-Za-z.-]{1,20}[\])])?(?:\s+[0-9]{1,2}\s+[A-Za-z]{3,9}\s+[0-9]{4})?\s*\Z"
)
_ADDRESS_TAIL = re.compile(r"(?:\.(?=[?#/]|\Z)|[/?#&:;,)\]}\"'>]|\Z)")

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"
_PAIRS = {"<": ">", '"': '"', "'": "'", "`": "`", "{": "}", "(": ")", "[": "]", "“": "”"}
_DOI = re.compile(r"(?:(?:https?://)?(?:[a-z0-9-]+\.)*doi\.org/+|doi\s*:?\s*)?(10\.[0-9]{4,9}/\S+)", re.I | re.A)
_LOOKALIKE = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "。": ".", "·": ".", "：": ":"})


def _unwrapped(text: str) -> str:
    """The text without blanks, quotes and a final full stop around it."""
    written = text.strip().strip(_INVISIBLE).strip()
    while len(written) > 1 and _PAIRS.get(written[0]) == written[-1]:
        written = written[1:-1].strip()
    return written.rstrip(".,;")


def judge_text(text: str, horizon: int) -> Identifier | Fault:
    """The identifier that the whole of ``text`` is, however it is written, or why it is none."""
    written = _unwrapped(text)
    if not written:
        return Fault("it is empty", "for example 2110.14168 or hep-th/9901001")
    return _read(written, horizon)


def _read(written: str, horizon: int) -> Identifier | Fault:
    if "%" in written:
        from urllib.parse import unquote

        written = unquote(written)
    written = written.replace("：", ":")  # a Chinese colon is a colon
    if not written.isascii():
        return _not_ascii(written, horizon)
    core = re.sub(_SUFFIX + r"\Z", "", written.lstrip("/"), flags=re.A)
    tail = _TAIL.search(core)
    if tail and tail.group():
        core = core[: tail.start()]
    if NEW.fullmatch(core) or OLD.fullmatch(core) or LONG.fullmatch(core):
        return judge_bare(core, horizon)
    found = _found_in(written, horizon)
    if found is not None:
        return found
    return _why_not(written)


def _found_in(written: str, horizon: int) -> Identifier | Fault | None:
    """The one mention that the text is, an address with other parts included. ``None``: it is none."""
    lines = _Lines(written)
    position = 0
    is_address = _ADDRESS.match(written) is not None
    while match := _next(written, position):
        found = _judge_match(match, 0, None, lines, False, horizon)
        if found is None:
            position = match.start() + 1
            continue
        if not is_address:
            rest = written[found.end :]
            if found.start > 0 and not _LEAD.fullmatch(written, 0, found.start):
                return None
            if found.identifier is not None and not (_TAIL.match(rest) or _BIBLIOGRAPHIC_TAIL.fullmatch(rest)):
                return Fault("other text follows it", f"give one identifier, for example {found.identifier.versioned}")
        if found.identifier is not None:
            return found.identifier
        return Fault(found.reason or "it is malformed", found.hint or "")
    return None


_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,10}:)?//|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?/(?<!10\.)", re.I | re.A)
_LEAD = re.compile(
    r"\s*(?:arxiv\s+(?:e-?prints?|preprints?)?,?\s*|corr,?\s*|doi\s*:?\s*|\\?[a-z]{0,8}\{?)?", re.I | re.A
)
_BIBLIOGRAPHIC_TAIL = re.compile(r"[\s}\])/.,;]*|[?#/].*", re.S)


def _why_not(written: str) -> Fault:
    if match := _DOI.fullmatch(written):
        if match[1].lower().startswith("10.48550/"):
            return Fault("a DOI of arXiv's reads 10.48550/arXiv.2110.14168")
        return Fault("this is a publisher's DOI", "give the arXiv identifier, or arXiv's DOI 10.48550/arXiv.…")
    if re.search(r"journals/corr/", written, re.I):
        return Fault("this DBLP key does not contain the identifier", "give the arXiv identifier itself")
    if _ADDRESS.match(written):
        return Fault("this address names no paper on arXiv", "for example https://arxiv.org/abs/2110.14168")
    if re.fullmatch(r"[A-Za-z-]+(?:\.[A-Za-z-]+)?", written) and (
        archive_named(written.partition(".")[0]) or written.partition(".")[0].lower() in YOUNG_ARCHIVES
    ):
        return Fault("this is a category", "for example hep-th/9901001")
    return Fault("it has neither the form 2110.14168 nor hep-th/9901001")


def _not_ascii(written: str, horizon: int) -> Fault:
    """Full-width letters, foreign digits, typographic hyphens: said, never taken silently for what they look like."""
    plain = unicodedata.normalize("NFKC", written.translate(_LOOKALIKE)).translate(_LOOKALIKE)
    plain = "".join(
        str(unicodedata.decimal(character, character)) for character in plain if character not in _INVISIBLE
    )
    odd = next(character for character in written if not character.isascii())
    name = unicodedata.name(odd, f"U+{ord(odd):04X}").lower()
    hint = ""
    if plain.isascii():
        meant = _read(plain, horizon)
        if isinstance(meant, Identifier):
            hint = f"did you mean {meant}?"
    else:
        found = _found_in(written, horizon)
        if isinstance(found, Identifier):
            hint = f"give it alone: {found}"
    return Fault(f"it contains {shown(odd)} ({name})", hint)


# --- mentions in a text ----------------------------------------------------------------------------------------------


_BEGINNING = re.compile(
    # The first characters of everything that _mention() describes. One set and a few letters: ten times as fast.
    r"[aAeEhHxXjJ0-9/](?:[rR](?:[xX][iI][vV]|5[iI][vV])|[lL][pP][hH][aA][xX]|bs/|[pP][rR][iI][nN][tT]|uggingf|f\.co"
    r"|f-mi|xx\.|ournals/c|0\.48550|[0-9]{3}[.a-z]|(?<=/)[0-9]{7})",
    re.A,
)


def _next(text: str, position: int) -> re.Match[str] | None:
    """The next thing from ``position`` on that may be a mention."""
    match_here = _mention().match
    while beginning := _BEGINNING.search(text, position):
        if match := match_here(text, beginning.start()):
            return match
        position = beginning.start() + 1
    return None


@lru_cache(maxsize=1)
def _mention() -> re.Pattern[str]:
    """All that may be a mention. Compiled when first wanted: that takes some milliseconds."""
    words = (
        r"(?:[ _-]?(?i:ids?|identifiers?|nos?\.?|numbers?|papers?|pre-?prints?|e-?prints?|articles?|version)"
        r"(?![A-Za-z])){0,2}"
    )
    gap = r"(?:[ \t~\xa0]|\\[,; ]|&nbsp;|%20|\r?\n(?![ \t]*\r?\n)){0,4}"
    separator = (
        rf"{words}[\"'`*_\])}}]{{0,3}}{gap}(?P<punctuation>(?:[:：=|,./#-]|%3[aAdD]|%2[fF]|--)?[:=]?)"
        rf"{gap}(?:\\verb[ ])?[\"'`*_\[({{<]{{0,3}}{gap}"
        r"(?:(?i:abs|pdf)/|(?i:arxiv)[:.][ ]?|id[ ]?=[ ]?)?"
    )
    route = (
        r"/{1,2}(?:[a-z]{2}/)?(?:(?i:abs|pdf|html|format|ps|dvi|src|e-print|eprint|tb|trackback|bibtex|audio|refs|cits"
        r"|cit|overview|papers?|resources|prevnext|show-email/[0-9a-f]{1,40}|auth/show-endorsers|ftp/arxiv/papers/[0-9]{4}"
        r"|ps_cache/arxiv/[a-z]{1,8}/[0-9]{4})(?:/{1,2}|%2[fF])"
        r"|(?:prevnext|api/query)/?\?(?:[!-%'-~]{0,40}&){0,4}id(?:_list)?=)?(?:(?i:arxiv)(?::|%3[aA]))?"
    )
    old = (
        r"[A-Za-z]{1,9}(?:--?[A-Za-z]{1,5})?(?:\.[A-Za-z]{2,5}(?:-[A-Za-z]{2,5})?)?"
        r"(?://?|%2[fF])(?=[0-9]{5})[0-9]{1,9}"
    )
    version = r"(?:[vV][0-9]{0,4})?"
    return re.compile(
        rf"""
        (?:(?P<address>
              [aA](?i:rxiv\.org|r5iv(?:\.labs\.arxiv)?\.org|lphaxiv\.org)(?::[0-9]{{1,5}})?{route}
            | [aA](?i:rxiv-vanity)\.com/papers/
            | [xX]xx\.(?:[a-z0-9-]{{1,20}}\.){{1,3}}[a-z]{{2,3}}{route}
            | [hH](?i:uggingface|f|f-mirror)\.com?/(?:api/)?papers/
            | [aA]bs/
           )
         | (?P<doi>10\.48550(?:/|%2[fF])(?i:arxiv)[.:])
         | (?P<sign>[aA](?i:rxiv)(?:\.org)?{separator.replace("punctuation", "arxiv_punctuation")}
            | [eE](?i:print){separator.replace("punctuation", "eprint_punctuation")})
        )
        (?P<core>(?:{old}|[0-9]{{4}}\.[0-9]{{1,9}}|[0-9]{{5,9}}|[0-9]{{4}}\.(?=\s{{1,8}}[0-9]{{4,5}}(?![0-9]))){version})
        {_SUFFIX}
        | [aA](?i:rxiv\.org)/(?i:ftp|ps_cache)/(?P<folder>[a-z-]{{2,9}})/(?:papers|[a-z]{{2,6}})/[0-9]{{4}}/
          (?P<file>[0-9]{{7}}{version}){_SUFFIX}
        | [aA](?i:rxiv)[ ]?\|[ ]?(?:archive[ ]?=[ ]?)?(?P<template>[a-z-]{{2,9}})(?:\.[A-Za-z-]{{2,8}})?[ ]?\|[ ]?
          (?:id[ ]?=[ ]?)?(?P<template_id>[0-9]{{7}}{version})
        | [jJ](?i:ournals/corr/)(?P<dblp>abs-[0-9]{{4}}-[0-9]{{1,6}}|[A-Za-z][A-Za-z-]{{1,20}}-[0-9]{{7}})
        | (?P<number>[0-9]{{4}}\.[0-9]{{4,5}}{version}){_SUFFIX}
        | (?P<bibcode>[0-9]{{4}}
            (?:arXiv[0-9]{{4}}[.0-9][0-9]{{4}} | [a-z]{{2,7}}(?:\.[a-z]{{2,4}})?\.{{1,10}}[0-9]{{4,5}})
            [A-Z.](?![A-Za-z0-9]))
        | /(?P<old>[0-9]{{7}}(?:[vV][0-9]{{1,4}})?){_SUFFIX}
        """,
        re.X | re.A,
    )


def _judge_match(
    match: re.Match[str],
    floor: int,
    previous: Found | None,
    lines: _Lines,
    loose: bool,
    horizon: int,
) -> Found | None:
    """What a match of :func:`_mention` means. ``floor``: where the previous mention ended."""
    text = match.string
    if match["core"] is not None:
        return _signed(match, floor, lines, horizon)
    if match["number"] is not None:
        return _bare(match, previous, lines, loose, horizon)
    if match["old"] is not None:
        return _old_in_text(match, floor, lines, horizon)
    start, end = match.span()
    if match["bibcode"] is not None:
        if start and _is_word(text[start - 1]):
            return None
        verdict = _from_bibcode(match["bibcode"], horizon)
    elif match["dblp"] is not None:
        if end < len(text) and _is_word(text[end]):
            return None
        verdict = _from_dblp(match["dblp"], horizon)
        start = _begin(_BEFORE_DBLP, text, floor, start)
    elif match["template"] is not None:  # Wikipedia's {{arXiv|archive=cs|id=0501001}}
        verdict = judge_bare(f"{match['template']}/{match['template_id']}", horizon)
    else:
        verdict = judge_bare(f"{match['folder']}/{match['file']}", horizon)
        start = _begin(_BEFORE_HOST, text, floor, start)
    return None if verdict is None else _found(text, start, end, verdict)


def _found(text: str, start: int, end: int, verdict: Identifier | Fault) -> Found:
    if isinstance(verdict, Identifier):
        return Found(start, end, text[start:end], verdict)
    return Found(start, end, text[start:end], None, verdict.why, verdict.hint or None)


_BEFORE_HOST = re.compile(r"(?<![A-Za-z0-9-])(?:(?:(?:https?|ftp):)?//)?(?:[A-Za-z0-9-]{1,30}\.){0,3}\Z")
_BEFORE_DOI = re.compile(r"(?:(?:https?:)?//)?(?:(?:dx|www)\.)?doi\.org/{1,2}\Z|doi:[ ]?\Z", re.I)
_BEFORE_DBLP = re.compile(
    r"(?:(?:https?:)?//)?dblp\.[a-z.-]{2,20}/(?:rec|db)/(?:(?:bib[0-9]?|bibtex[0-9]?|html|xml|conf)/)?\Z|DBLP:\Z", re.I
)
_BEFORE_SIGN = re.compile(r"(?:oai|info):\Z", re.I)
_PUBLISHER_DOI = re.compile(r"10\.[0-9]{4,9}/\Z")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}\Z")
_RUNS_INTO = re.compile(r"[A-Za-z0-9_/]|\.[0-9a-z]|-[0-9A-Za-z]")  # a longer name, a path, a range
_YEAR_LIKE = re.compile(r"(?:19[0-9]{2}|20(?:1[3-9]|[2-9][0-9]))\.")
_ARCHIVE_BEFORE = re.compile(
    r"(?:\A|[^A-Za-z0-9_/.=%&?#@$+\\-])((?:"
    + "|".join(sorted(ARCHIVES, key=len, reverse=True))
    + rf")(?:\.{SUBJECT})?)\Z"
)


def _is_word(character: str) -> bool:
    """An ASCII letter or digit. Not ``\\w``: an address often runs straight into Chinese text."""
    return character.isascii() and character.isalnum()


def _begin(pattern: re.Pattern[str], text: str, floor: int, start: int) -> int:
    """Where a mention begins when what ``pattern`` describes stands directly before it."""
    window = max(floor, start - 80)
    before = pattern.search(text[window:start])
    return window + before.start() if before else start


def _runs_on(text: str, end: int) -> bool:
    following = text[end : end + 2]
    return bool(following) and (
        _is_word(following[0]) or (len(following) == 2 and following[0] == "." and following[1] in "0123456789")
    )


def _signed(match: re.Match[str], floor: int, lines: _Lines, horizon: int) -> Found | None:
    text, core, (start, end) = match.string, match["core"], match.span()
    sign = match["address"] or match["doi"] or match["sign"]
    if match["address"] is not None:
        strong = True
        if sign[:4].lower() == "abs/":  # "CoRR abs/2110.14168"; in the address of another site it says nothing
            if start and (_is_word(text[start - 1]) or text[start - 1] in "/._-=:"):
                return None
            strong = False
        else:
            start = _begin(_BEFORE_HOST, text, floor, start)
            if start == match.start() and start and (_is_word(text[start - 1]) or text[start - 1] in "-_."):
                return None
        if core.isdigit() and not re.search(r"(?:abs|pdf|html|arxiv:)/*$", sign, re.I):
            return None
    elif match["doi"] is not None:
        strong = True
        if start and text[start - 1] in "0123456789.":
            return None
        start = _begin(_BEFORE_DOI, text, floor, start)
    else:
        before = text[max(0, start - 16) : start]
        if before and before[-1].isascii() and before[-1].isalpha() and not _PERCENT.search(before):
            return None  # SocArXiv, preprint
        punctuation = match["arxiv_punctuation"] or match["eprint_punctuation"] or ""
        inner = sign.lower().rfind("arxiv")
        if inner > 0:
            start += inner  # "arXiv preprint arXiv:2110.14168"
        if any(mark in sign for mark in "\"'`*_[({<}|="):
            start = match.start("core")  # "eprint = {2110.14168": the sign is not part of what was written
        strong = any(mark in punctuation for mark in ":：=|") or "%3" in punctuation or sign[-1] == ":"
        if punctuation.startswith(".") and _PUBLISHER_DOI.search(before):
            return None
        if sign[:1] in "eE" and not NEW.match(core):
            strong = False  # other repositories have eprints too
        if "\n" in sign:
            start = match.start("core")
            strong = strong and not lines.is_list(start)
        elif start == match.start():
            start = _begin(_BEFORE_SIGN, text, floor, start)
    core = core.replace("%2F", "/").replace("%2f", "/")
    verdict: Identifier | Fault = judge_bare(core, horizon)
    if _runs_on(text, end):
        if isinstance(verdict, Identifier):
            verdict = Fault("other characters follow it directly")
        strong = strong and not (text[end] == "." and len(core) < 8)
    if isinstance(verdict, Identifier):
        return _found(text, start, end, verdict)
    if strong or (NEW.fullmatch(core) and len(core) >= 9 and not _YEAR_LIKE.match(core)):
        if core.isdigit() and len(core) < 7:
            return None
        return _found(text, start, end, verdict)
    return None


# What stands between an address and the words of its link: \href{…}{2110.14168}, <a href="…">2110.14168</a>; and
# between the identifiers of a query.
_LINK_BEHIND = re.compile(r"(?:[?#/][^\s\"'<>{}]{0,100})?(?:\}\s?\{(?:\\[a-z]+\{)?|[\"'][^<>]{0,100}>(?:<[a-z]+>)?)|,")
_LINK_AHEAD = re.compile(r"\]\(<?(?:https?:)?/{0,2}(?:[A-Za-z0-9-]{1,30}\.){0,3}(?:arxiv\.org|ar5iv|alphaxiv)", re.I)


def _bare(match: re.Match[str], previous: Found | None, lines: _Lines, loose: bool, horizon: int) -> Found | None:
    text, (start, end) = match.string, match.span()
    before = text[start - 1] if start else ""
    if (before and (_is_word(before) or before in "._/=-")) or _runs_on(text, end) or text[end : end + 1] == "_":
        return None
    linked = _LINK_AHEAD.match(text, end) is not None or (
        previous is not None
        and start - previous.end < 200
        and _LINK_BEHIND.fullmatch(text, previous.end, start) is not None
        and (before != "," or "id_list=" in previous.text)
    )
    alone = not linked and lines.is_list(start)
    if not (loose or linked or alone):
        return None
    verdict = judge_bare(match["number"], horizon)
    if isinstance(verdict, Fault) and (not alone or _YEAR_LIKE.match(match["number"])):
        return None
    return _found(text, start, end, verdict)


def _old_in_text(match: re.Match[str], floor: int, lines: _Lines, horizon: int) -> Found | None:
    text, (slash, end) = match.string, match.span()
    archive = _ARCHIVE_BEFORE.search(text[max(floor, slash - 24) : slash])
    if archive is None:
        return None
    following = text[end : end + 2]
    if _RUNS_INTO.match(following):
        return None
    start = slash - len(archive[1])
    verdict = judge_bare(f"{archive[1]}/{match['old']}", horizon)
    if isinstance(verdict, Fault) and not lines.is_list(start):
        return None
    return _found(text, start, end, verdict)


def _from_bibcode(code: str, horizon: int) -> Identifier | Fault | None:
    """``2021arXiv211014168C``, ``2008arXiv0801.1234S``, ``1997hep.th...11200M`` (19 characters, dots pad)."""
    if len(code) != 19:
        return None
    year, rest = code[:4], code[4:-1]
    if rest.startswith("arXiv"):
        digits = rest[5:]
        number = digits[4:].lstrip(".")
        if abs(int(year) - 2000 - int(digits[:2])) > 1:
            return Fault(f"the year {year} does not fit the number {digits[:4]}.{number}")
        return judge_new(digits[:4], number, None, horizon)
    parts = re.fullmatch(r"([a-z]+(?:\.[a-z]+)?)\.+([0-9]{1,2})([0-9]{3})", rest)
    if parts is None:
        return None
    archive = archive_named(parts[1].replace(".", "-"))
    if archive is None:
        return None
    return judge_old(archive, f"{year[2:]}{int(parts[2]):02d}{parts[3]}", None)


def _from_dblp(key: str, horizon: int) -> Identifier | Fault | None:
    """``abs-2110-14168``, ``abs-cs-0501001``, ``cs-CL-0001001``. ``None``: the key has no identifier in it."""
    if match := re.fullmatch(r"abs-([0-9]{4})-([0-9]+)", key):
        return judge_new(match[1], match[2], None, horizon)
    name, _, digits = key.rpartition("-")
    name = re.sub(r"-[A-Z]{2}$", "", name.removeprefix("abs-"))
    if archive_named(name) is None:
        return None
    return judge_old(name, digits, None)


class _Lines:
    """Which lines of a text hold nothing but identifiers. Remembers the last answer, so each line is read once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = -1
        self._ids_end = -1

    def is_list(self, position: int) -> bool:
        """Whether the line around ``position`` holds only identifiers, up to there and on to a ``# comment``."""
        if not self._start <= position <= self._end:
            # Positions only grow, so the line begins where the last one asked for ended, or after.
            self._start = self._text.rfind("\n", max(self._end, 0), position) + 1
            end = self._text.find("\n", position)
            self._end = len(self._text) if end < 0 else end
            self._ids_end = list_line(self._text, self._start, self._end)
        return position < self._ids_end


_BULLET = re.compile(r"[ \t\ufeff>|]*(?:[-*+•‣·–]|\(?[0-9]{1,4}[.)](?=[ \t]))?[ \t]*(?:\[[0-9 xX]{1,4}\])?[ \t]*")
_TOKEN = re.compile(r"[^\s,;]+")
_LONE = re.compile(
    r"[0-9]{4}\.[0-9]{4,5}(?:[vV][0-9]{0,4})?\.?"
    r"|[A-Za-z.-]{2,20}/[0-9]{7}(?:[vV][0-9]{1,4})?\.?"
    r"|(?i:https?://|arxiv:|doi:|10\.48550/|oai:)[!-~]{0,200}",
    re.A,
)


def list_line(text: str, start: int, end: int) -> int:
    """Where the identifiers end on a line that holds nothing else; -1 where it holds anything else."""
    bullet = _BULLET.match(text, start, end)
    for token in _TOKEN.finditer(text, bullet.end() if bullet else start, end):
        written = token.group()
        if written.startswith("#"):
            return token.start()
        if not _LONE.fullmatch(written.strip("\"'`<>[](){}")):
            return -1
    return end
