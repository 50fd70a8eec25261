"""Names of authors: taken apart, and written and read as BibTeX does.

arXiv gives names as they are read (``Sammy Davis Jr.``); a bibliography needs to know which part is the family name,
and which names must not be taken apart at all. The rules know particles, suffixes and the words that end the name of
a collaboration, and no single person.
"""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from enrich import latex
from enrich.record import Person

_SUFFIXES = frozenset("jr jr. jnr jnr. sr sr. snr snr. ii iii iv 2nd 3rd 4th".split())
_DEGREES = frozenset("md m.d. phd ph.d. esq esq. dds msc m.sc. dsc d.sc. facp frs".split())  # only after a comma

# Particles that belong to the family name however they are written, and those that do only in lower case, because
# with a capital they are given names or family names of their own (Ben, Du, Ten, Do, San).
_PARTICLES = frozenset(
    "van von vom vander vanden der de del della dello degli delle dei dal dalla dall' da di la le lo las los las"
    " mac mc ter el al ibn st. d' 't dos das du des te ver".split()
)
_LOWER_PARTICLES = frozenset(
    "bin bint binti ben den ten op in onder uit zu zum zur auf af av aus'm y e i do san santa st abu bar ould"
    " oude".split()
)
_JOINING = frozenset({"y", "e", "i"})
_CAPITAL_EXCEPTIONS = frozenset({"lo", "das", "te", "ver", "mc"})

# Alone before a family name, these are no particle to biber.
_APOSTROPHES = frozenset({"'t", "'s", "\u2019t", "\u2019s"})

_GROUP_WORDS = frozenset(
    "collaboration collaborations collab collab. consortium consortia team teams group project committee initiative"
    " foundation institute institution laboratory laboratories university corporation association investigators"
    " participants authors contributors organization organisation inc inc. ltd ltd. gmbh workshop network".split()
)
_GROUP_INSIDE = re.compile(
    r"\b(?:collaborations?|consortium|team|working group|task force)\b|^(?:for the|on behalf of|the members of) ",
    re.IGNORECASE,
)
_FOR_A_GROUP = re.compile(r"^(.*\S) \(((?:for|on behalf of|representing) [^()]*)\)$", re.IGNORECASE)
_NOT_A_PERSON = re.compile(r"[0-9@:;/&|+=()]|\bet al\b|(?:^| )and ", re.IGNORECASE)
_EAST_ASIAN = tuple(
    # Jamo, radicals to kana, compatibility jamo, ideographs, syllables, compatibility ideographs. A regular expression
    # for them costs every start four milliseconds.
    range(first, last + 1)
    for first, last in (
        (0x1100, 0x11FF), (0x2E80, 0x30FF), (0x3130, 0x318F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF),
        (0xF900, 0xFAFF),
    )
)  # fmt: skip


def split_name(display: str, affiliations: Sequence[str] = ()) -> Person:
    """Take a name as it is read apart into given name, family name and suffix.

    What is no person's name (a collaboration, a team, a company), a single name, and a name in East Asian characters
    come as ``literal``, whole. ``Family, Given`` is understood too. No character of the name is lost but its comma:
    ``split_name(x).name == x`` after single-spacing. A collaboration in brackets (``J. Smith (for the ATLAS
    Collaboration)``) becomes an affiliation, where arXiv itself puts it.

    >>> split_name("Ludwig van Beethoven")
    Person(given='Ludwig', family='van Beethoven', suffix=None, literal=None, affiliations=())
    """
    name = " ".join(display.split())
    name = name.rstrip(" ,") or name
    places = tuple(affiliations)
    if found := _FOR_A_GROUP.match(name):
        name, places = found[1], (*places, found[2])
    words = name.split(" ")
    if len(words) == 1 or _is_literal(name, words):
        return Person(literal=name, affiliations=places)
    suffix = None
    last = words[-1].lower()
    if len(words) > 2 and (last in _SUFFIXES or (last in _DEGREES and words[-2].endswith(","))):
        suffix = words.pop()
    if suffix and words[-1].endswith(","):
        words[-1] = words[-1][:-1]
    if not all(words) or (suffix and len(words) == 1):
        return Person(literal=name, affiliations=places)
    rest = " ".join(words)
    if "," in rest:
        return _comma_form(name, rest, suffix, places)
    start = _family_start(words)
    if (suffix and not start) or words[0] in _APOSTROPHES:
        return Person(literal=name, affiliations=places)
    return Person(" ".join(words[:start]) or None, " ".join(words[start:]), suffix, None, places)


def _is_literal(name: str, words: list[str]) -> bool:
    last = words[-1]
    lower = last.lower()
    if lower in _GROUP_WORDS or last == "AI" or _GROUP_INSIDE.search(name):
        return True
    if _NOT_A_PERSON.search(name) and not (lower in _SUFFIXES and not _NOT_A_PERSON.search(" ".join(words[:-1]))):
        return "(" not in name or not _NICKNAME.fullmatch(name)
    return not name.isascii() and any(ord(character) in block for character in name for block in _EAST_ASIAN)


_NICKNAME = re.compile(r"[^()0-9@:;/&|+=]+ \([^\W\d_]+\) [^()0-9@:;/&|+=]+")  # John (Jack) Smith


def _comma_form(name: str, rest: str, suffix: str | None, places: tuple[str, ...]) -> Person:
    parts = [part.strip() for part in rest.split(",")]
    if len(parts) == 3 and parts[1].lower() in _SUFFIXES and not suffix:
        parts, suffix = [parts[0], parts[2]], parts[1]
    if len(parts) != 2 or not all(parts) or parts[0].split()[-1].lower() in _GROUP_WORDS:
        return Person(literal=name, affiliations=places)
    return Person(parts[1], parts[0], suffix, None, places)


def _is_particle(word: str) -> bool:
    lower = word.lower().replace("\u2019", "'")
    if word[0].islower():
        return lower in _PARTICLES or lower in _LOWER_PARTICLES
    return lower in _PARTICLES and lower not in _CAPITAL_EXCEPTIONS and word[1:].islower()


def _family_start(words: list[str]) -> int:
    """Where the family name begins: at the particles before the last word, if any."""
    start = len(words) - 1
    lowest = 0 if words[0][0].islower() and _is_particle(words[0]) else 1
    while start > lowest and _is_particle(words[start - 1]):
        start -= 1
    while 1 < start < len(words) - 1 and words[start] in _JOINING:
        start -= 1  # Ramón y Cajal, de Souza e Silva
        while start > 1 and _is_particle(words[start - 1]):
            start -= 1
    return start


# --- BibTeX -------------------------------------------------------------------------------------------------------


def bibtex_name(person: Person, encode: Callable[[str], str] = latex.to_latex) -> str:
    """The name as it stands in an ``author`` field: ``Family, Given``, ``Family, Jr., Given``, ``{A Collaboration}``.

    ``encode`` makes LaTeX of a piece of text and leaves ASCII letters alone. What BibTeX would read otherwise
    (a comma, the word ``and``) is braced; beside a suffix biber counts even braced commas, so that name stays whole.
    """
    family, given = person.family, person.given
    if family and family.endswith(","):  # arXiv has "Forney," before "Jr."
        family = family.rstrip(" ,")
    if family and given and person.suffix is None and person.literal is None:
        plain = f"{family}, {given}"
        if _PLAIN.fullmatch(plain):
            return plain
    if person.literal is not None or not family:
        return f"{{{encode(person.name)}}}"
    if (not given and (person.suffix or not _reads_as_family(family))) or (person.suffix and "," in family):
        return f"{{{encode(person.name)}}}"
    parts = [f"{{{encode(family)}}}" if _von_goes_too_far(family) else _part(family, encode)]
    if person.suffix:
        parts.append(_part(person.suffix, encode))
    if given:
        parts.append(f"{{{encode(given)}}}" if given.lower() in _SUFFIXES else _part(given, encode))
    return ", ".join(parts)


# One capitalised family name and given names or initials in ASCII letters: nothing to encode or to brace.
_NOT_AND = r"(?![Aa][Nn][Dd](?:[ ,]|$))"
_PLAIN = re.compile(rf"{_NOT_AND}[A-Z][A-Za-z'-]+, {_NOT_AND}[A-Za-z.-]+(?: {_NOT_AND}[A-Za-z.-]+)*")


def _part(text: str, encode: Callable[[str], str]) -> str:
    if "," in text:
        return f"{{{encode(text)}}}"
    if "and" in text.lower():
        return " ".join([f"{{{encode(word)}}}" if word.lower() == "and" else encode(word) for word in text.split()])
    return encode(text)


def _von_goes_too_far(family: str) -> bool:
    """BibTeX takes all up to the last lower-case word for the particle; ``Ramón y Cajal`` must not lose its Ramón."""
    words = family.split()
    last_lower = max((place for place, word in enumerate(words[:-1]) if word[:1].islower()), default=-1)
    return any(not _is_particle(word) for word in words[: last_lower + 1])


def _reads_as_family(family: str) -> bool:
    read = split_name(family)
    return read.family == family and read.given is None and "," not in family


def parse_bibtex_names(value: str) -> tuple[Person, ...]:
    """Read an ``author`` field, raw as it stands in the file. ``others`` is dropped; braces keep a name whole."""
    people = []
    for name in _split_depth_zero(value, _AND):
        if name.strip() and name.strip() != "others":
            people.append(_parse_one(name.strip()))
    return tuple(people)


_AND = re.compile(r"\s+and(?=\s)|^and(?=\s)", re.IGNORECASE)
_COMMA = re.compile(r",")
_WORD_SPACE = re.compile(r"[\s~]+")
_BRACE = re.compile(r"[{}]")


def _split_depth_zero(text: str, separator: re.Pattern[str]) -> list[str]:
    """Split where the separator stands outside all braces."""
    outside, depth = [], 0
    pieces: list[str] = []
    start = 0
    spans = [(found.start(), found.end()) for found in separator.finditer(text)]
    braces = [(found.start(), found[0]) for found in _BRACE.finditer(text)]
    at = 0
    for begin, end in spans:
        while at < len(braces) and braces[at][0] < begin:
            depth += 1 if braces[at][1] == "{" else (-1 if depth else 0)
            at += 1
        if not depth:
            outside.append((begin, end))
    for begin, end in outside:
        pieces.append(text[start:begin])
        start = end
    pieces.append(text[start:])
    return pieces


def _parse_one(name: str) -> Person:
    if _is_one_group(name):
        return Person(literal=_read(name))
    parts = [part.strip() for part in _split_depth_zero(name, _COMMA)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) == 1:
        return _parse_in_reading_order(parts[0])
    if len(parts) > 2 and parts[2].lower() in _SUFFIXES and parts[1].lower() not in _SUFFIXES:
        parts[1], parts[2] = parts[2], parts[1]  # Smith, John, Jr.: a common slip
    family, given = _read(parts[0]), _read(" ".join(parts[2:]) or parts[1])
    suffix = _read(parts[1]) or None if len(parts) > 2 else None
    if not family:
        return split_name(given)
    if len(parts) == 2 and parts[1].lower() in _SUFFIXES and " " in family:
        return split_name(f"{family} {given}")  # Martin Luther King, Jr.
    return Person(given or None, family, suffix)


def _parse_in_reading_order(name: str) -> Person:
    words = [_read(word) for word in _split_depth_zero(name, _WORD_SPACE) if word]
    if "{" not in name or not any(" " in word for word in words):
        return split_name(" ".join(words))
    start = len(words) - 1  # someone braced words together: Jean {Le Cun}
    while start > 0 and words[start - 1][:1].islower():
        start -= 1
    return Person(" ".join(words[:start]) or None, " ".join(words[start:]))


def _read(part: str) -> str:
    return latex.to_text(part, bibtex=True)


def _is_one_group(name: str) -> bool:
    if not (name.startswith("{") and name.endswith("}")):
        return False
    depth = 0
    for found in _BRACE.finditer(name):
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.end() == len(name)
    return False
