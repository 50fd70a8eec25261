"""The proof that two descriptions are of one work, or why there is none.

:func:`prove` compares a paper on arXiv with what a source holds and may be its published version. It looks at the
title, the authors, the years, the kind, and whom the source connects with whom; a wrong entry in somebody's
bibliography is worse than a missing one, so that what is not proven is not believed. :func:`title_key`,
:func:`compare_titles` and :func:`compare_authors` are of use for themselves.
"""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from enrich import latex
from enrich.config import label_of
from enrich.record import Candidate, Person, Record
from enrich.venues import (
    is_preprint_doi,
    is_preprint_venue,
    is_unpublished,
    no_publication,
    parse_journal_ref,
    same_venue,
)

# --- thresholds -----------------------------------------------------------------------------------------------------
# Measured with tests/benchmarks/published.py; the reasons are those of 2,609 pairs of equal titles.

_SHORT_KEY = 20
_FEW_WORDS = 2
_SHORT_FOR_FEW = 25
"""A title whose key is shorter than the first, or than the last with no more words of weight than the second, is
generic: "Deep Learning", "Quantum electrodynamics"."""

_YEARS_BEFORE = 3
"""A paper may have appeared so many years before it was put on arXiv, if all else agrees and the year is sure. Of the
pairs 134 appeared one year before, 76 two, 17 three, and 24 longer. Among those 24 are papers of which arXiv has the
later version in a journal under the same title, and names that; nothing but arXiv's own word tells them apart."""

_YEARS_AFTER = 5
"""So late is a preprint's publication without a source that connects the two: none of the pairs with common authors
is later than four years; the one that is eight years later is another work."""

_YEARS_AFTER_RELATED = 12
"""With such a source. Journals of mathematics take long; but beyond that even such a source is often wrong."""

_ONE_SIDED = 4
"""One author in so many of the longer list (or one of three) may be missing from the other: people join and leave
between versions. Both at once, somebody missing and somebody new, is how a follow-up paper looks."""

_LARGE_TEAM = 20
_LARGE_TEAM_DIFFERENCE = 0.05
"""In lists so long, one name in twenty is spelled beyond recognition or was corrected."""

_RELATED_SHARE = 2 / 3
"""The share of authors that must agree even where a source connects the two: sources merge works that are not one."""

_CHANGED_LIKENESS = 0.5
"""How alike a changed title must be, when a source connects the two and all authors are the same. Below that
nothing but the source's word speaks for the pair, and sources merge papers of one group."""

_MERGING = frozenset({"semanticscholar", "openalex"})
"""Sources that keep one description of a preprint and its publication. Its year is often the preprint's: of
32 of Semantic Scholar's records that name a publication's key in DBLP, 16 have an earlier year than that key. So a year
that may be the preprint's counts only where something else names it too."""

# Patterns that take long to compile are kept as text: `re` compiles and keeps them when they are first used.

# --- titles ---------------------------------------------------------------------------------------------------------

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?|\\.")
_WORD = re.compile(r"[^\W_]+")
_GREEK = re.compile(r"GREEK (?:SMALL|CAPITAL) LETTER (?:FINAL )?(\w+)")
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n"}
_LETTER_COMMANDS = frozenset(
    """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi
    chi psi omega varepsilon vartheta varpi varrho varsigma varphi ell hbar aleph log ln exp sin cos tan min max mod
    gcd poly polylog""".split()
)
_VALUES = {"lamda": "lambda", "ell": "l", "hbar": "h", "planck": "h"}


@lru_cache(maxsize=8192)
def title_words(title: str) -> tuple[str, ...]:
    """The words of a title without case, marks, markup and punctuation; Greek letters by name.

    >>> title_words(r"The $\\ell_1$-norm of B{\\'e}zier's {GPT}-4, $\\alpha$ & k-means++")
    ('the', 'l1', 'norm', 'of', 'beziers', 'gpt', '4', 'alpha', 'and', 'k', 'means', 'plus')
    """
    text = html.unescape(title)
    if "<" in text:
        text = _TAG.sub("", text)
    pieces = []
    for is_maths, piece in latex.mathematics(text):
        if is_maths:
            pieces.append(_read_formula(piece))
        else:  # to_text takes the spaces at the ends away
            plain = re.sub(r"(?<=\w{3})\+|(?<=\w)\+\+", " plus ", latex.to_text(piece, bibtex=True))
            pieces.append(f"{' ' * piece[:1].isspace()}{plain}{' ' * piece[-1:].isspace()}")
    text = "".join(pieces)
    if "\\" in text:
        text = _COMMAND.sub(_command, text)
    text = text.replace("&", " and ").replace("_", "").replace("^", "")
    if not text.isascii():
        text = _fold(text)
    text = re.sub(r"['’‘`´{}$]", "", text.casefold())
    return tuple(_WORD.findall(text))


def _read_formula(formula: str) -> str:
    body = _COMMAND.sub(_command, formula.strip("$").replace("\\(", "").replace("\\)", ""))
    return re.sub(r"[{}_^$~]|(?<=\w)\s+(?=[_^])", "", body)


def _command(found: re.Match[str]) -> str:
    """Letters and functions keep their name, fonts and signs go, as the characters for signs do."""
    name = found[1] or ""
    lower = name.lower()
    if lower not in _LETTER_COMMANDS:
        return "" if name.startswith(("math", "text", "bm", "bold", "rm", "it", "bf", "cal", "operatorname")) else " "
    return _VALUES.get(lower, lower.removeprefix("var"))


def _fold(text: str) -> str:
    """Without marks, ligatures and mathematical alphabets; Greek letters by their names."""
    out = []
    for letter in unicodedata.normalize("NFKD", text.replace("ſ", "s")):
        if letter.isascii():
            out.append(letter)
        elif unicodedata.combining(letter):
            continue
        elif (lower := letter.lower()) in _LETTERS:
            out.append(_LETTERS[lower])
        elif found := _GREEK.match(unicodedata.name(letter, "")):
            name = found[1].lower()
            out.append(_VALUES.get(name, name))
        elif unicodedata.category(letter) in ("Cf", "Mn"):
            continue
        else:
            out.append(letter.casefold())
    return "".join(out)


def title_key(title: str) -> str:
    """Letters and digits of a title, for an index: equal for titles that differ in writing only. May be ``""``.

    >>> title_key("Non-linear {B}{\\"o}hm trees") == title_key("Nonlinear Bohm Trees.")
    True
    """
    return "".join(title_words(title))


_SMALL_WORDS = frozenset("a an the of for in on to and or with by from at as via using is are its be being".split())
_SECTION = r"\s*(?::|\?|!|\s[-–—]+\s|---?|[–—]|\.\s)\s*"
_ROMAN = frozenset("i ii iii iv v vi vii viii ix x xi xii".split())
_NUMBER_WORDS = frozenset("one two three four five six seven eight nine ten first second third fourth fifth".split())
_TELLING = frozenset(
    """part volume chapter survey review overview tutorial introduction primer lecture lectures reply response comment
    comments remark remarks rejoinder discussion erratum errata corrigendum corrigenda correction addendum retraction
    retracted withdrawn abstract extended poster demo demonstration talk presentation slides dataset data supplement
    supplementary appendix editorial preface foreword thesis dissertation revisited summary announcement preliminary
    workshop competition challenge proceedings followup sequel not without beyond un non""".split()
)
# What arXiv papers add to the title they are published under, in brackets or after a colon at the end.
_FULL_VERSION = (
    r"(?i)\s*(?:[(\[]\s*(?:the\s+)?(?:extended|full|long|complete|technical|journal|arxiv|preprint|longer|revised)"
    r"(?:\s+(?:version|paper|report|edition|technical\s+report))?\s*[)\]]"
    r"|\s*[:.,–—-]+\s*(?:the\s+)?(?:extended|full|long|longer|complete)\s+(?:version|paper)"
    r"|[:.,–—-]\s*technical\s+report)\s*\.?\s*$"
)


@dataclass(frozen=True, slots=True)
class TitleComparison:
    """How two titles compare.

    - ``how``: ``same`` (but for writing), ``version`` (one adds "full version" or the like), ``spelling`` (a letter or
      a small word differs), ``subtitle`` (one has a part more, after a colon or before it), ``changed`` (much the same
      words), ``other``, or ``unknown`` where there is no title.
    - ``likeness``: 0 to 1; ``missing``: words only in the first title; ``added``: only in the second.
    - ``telling``: words among them that make another work of it: a number, ``survey``, ``reply``.
    """

    how: str
    likeness: float
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return self.how == "same"


def compare_titles(a: str | None, b: str | None) -> TitleComparison:
    """How title ``b`` compares with title ``a``."""
    first, second = title_words(a or ""), title_words(b or "")
    if not first or not second:
        return TitleComparison("unknown", 0.0)
    if "".join(first) == "".join(second):
        return TitleComparison("same", 1.0)
    missing, added = _only_in(first, second), _only_in(second, first)
    likeness = _likeness("".join(first), "".join(second))
    if re.sub(_FULL_VERSION, "", a or "") != a or re.sub(_FULL_VERSION, "", b or "") != b:
        plain = [title_words(re.sub(_FULL_VERSION, "", title or "")) for title in (a, b)]
        if plain[0] and "".join(plain[0]) == "".join(plain[1]):
            return TitleComparison("version", likeness, missing, added)
    spelled = _differs_in_spelling(first, second)
    numbers = _numbers(first) != _numbers(second)
    telling = tuple(
        word
        for word in dict.fromkeys((*missing, *added))
        if word in _TELLING or word in _ROMAN or word in _NUMBER_WORDS or (numbers and not word.isalpha())
    )
    if not spelled and not telling:
        telling = _opposites(missing, added)
    if telling:
        return TitleComparison("other" if likeness < 0.5 else "changed", likeness, missing, added, telling)
    if spelled:
        return TitleComparison("spelling", likeness, missing, added)
    if _is_section(a or "", second) or _is_section(b or "", first):
        return TitleComparison("subtitle", likeness, missing, added)
    return TitleComparison("changed" if likeness >= _CHANGED_LIKENESS else "other", likeness, missing, added)


def _numbers(words: Sequence[str]) -> list[str]:
    """The numbers in a title, wherever they stand: formulas are cut into words in many ways."""
    return sorted(re.findall(r"\d+", " ".join(words)))


def _only_in(these: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    left = list(others)
    only = []
    for word in these:
        if word in left:
            left.remove(word)
        else:
            only.append(word)
    return tuple(only)


def _likeness(a: str, b: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _differs_in_spelling(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the words are the same in the same order, but for a small word, an ending or a slip in a long one."""
    one, other = ([word for word in words if word not in _SMALL_WORDS] for words in (first, second))
    if "".join(one) == "".join(other):
        return bool(one)
    return len(one) == len(other) and all(a == b or _same_word(a, b) for a, b in zip(one, other, strict=True))


def _same_word(a: str, b: str) -> bool:
    """Whether two words are spellings of one (``modelling``, ``modeling``); ``finite`` and ``infinite`` are not."""
    return min(len(a), len(b)) >= 5 and a[:3] == b[:3] and a.isalpha() and b.isalpha() and within_edits(a, b, 1)


def _opposites(missing: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    """Words of which one is the other's opposite or sibling: ``supervised`` and ``unsupervised``, photons and jets."""
    for one in missing:
        for other in added:
            stem, another = one.removesuffix("s"), other.removesuffix("s")
            if stem != another and (series := _SERIES.get(stem)) is not None and series == _SERIES.get(another):
                return (one, other)
            short, long = sorted((one, other), key=len)
            if len(short) >= 4 and any(long == before + short for before in _NEGATIONS):
                return (one, other)
    return ()


# Papers of one group that differ in such a word only come in series.
_SERIES = {
    word: line
    for line in (
        "lower upper",
        "left right",
        "inner outer",
        "minimum maximum minimal maximal min max",
        "even odd",
        "primal dual",
        "positive negative",
        "photon jet lepton electron muon tau dijet diphoton dilepton dielectron dimuon ditau",
    )
    for word in line.split()
}
_NEGATIONS = (
    "un",
    "in",
    "im",
    "non",
    "a",
    "anti",
    "sub",
    "super",
    "semi",
    "multi",
    "hyper",
    "de",
    "dis",
    "pre",
    "post",
)


def within_edits(a: str, b: str, most: int) -> bool:
    """Whether ``a`` becomes ``b`` by at most ``most`` letters put in, taken out, replaced or swapped with the next."""
    if abs(len(a) - len(b)) > most:
        return False
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most


def is_part(part: str | None, title: str | None) -> bool:
    """Whether one title is what stands before or after a colon, dash or question mark in another: ``part`` may be all
    that a source has of ``title``, "a survey" or not."""
    return bool(part and title) and _is_section(title or "", title_words(part or ""))


def _is_section(title: str, whole: tuple[str, ...]) -> bool:
    """Whether ``whole`` is what stands before or after a colon, dash or question mark in ``title``."""
    key = "".join(whole)
    for found in re.finditer(_SECTION, title):
        if key in (title_key(title[: found.start()]), title_key(title[found.end() :])):
            return True
    return False


def is_generic(title: str | None) -> bool:
    """Whether a title is so short that different works may bear it: ``Deep learning``, ``Introduction``."""
    length = len("".join(title_words(title or "")))
    return length < _SHORT_KEY or (length < _SHORT_FOR_FEW and len(weighty_words(title)) <= _FEW_WORDS)


def weighty_words(title: str | None) -> list[str]:
    """The words of a title that say something: not the small ones, nor those of a letter or two."""
    return [word for word in title_words(title or "") if word not in _SMALL_WORDS and len(word) > 2]


# --- authors --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuthorComparison:
    """How two lists of authors compare.

    - ``shared``: how many of the first list are in the second; ``first`` and ``second``: how long the lists are
      (collaborations aside where only one list has them).
    - ``missing``: who is only in the first list; ``added``: who is only in the second.
    - ``ordered``: whether those in both stand in the same order; ``same_first``: whether both begin with the same.
    - ``by_initial``: how many agree in no more than family name and an initial.
    - ``complete``: whether the second list is said to be the whole one.
    """

    shared: int
    first: int
    second: int
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    ordered: bool = True
    same_first: bool = True
    by_initial: int = 0
    complete: bool = True

    @property
    def all_same(self) -> bool:
        """Whether nobody is missing and nobody is new, in two lists that say who there is."""
        return bool(self.shared) and not self.missing and not self.added and self.complete

    @property
    def share(self) -> float:
        """The part of the longer list that is in both, 0 to 1; of a list with "et al." only what it shows counts."""
        longer = max(self.first, self.second) if self.complete else self.second
        return min(self.shared / longer, 1.0) if longer else 0.0

    def __str__(self) -> str:
        if not self.first or not self.second:
            return "no authors to compare"
        if not self.shared:
            return "no author in common"
        if self.all_same:
            order = "" if self.shared == 1 else ", in the same order" if self.ordered else ", in another order"
            return f"the author the same{order}" if self.shared == 1 else f"all {self.shared} authors the same{order}"
        if not self.complete and not self.added:
            return f"the {self.shared} authors that are named the same, and more"
        return f"{self.shared} of {max(self.first, self.second)} authors"


def compare_authors(a: Sequence[Person], b: Sequence[Person], *, complete: bool = True) -> AuthorComparison:
    """How the authors ``b`` compare with the authors ``a``; ``complete`` is whether ``b`` names all there are.

    Forgiven are initials, missing middle names, accents and their transliterations, hyphens, the order of the parts,
    particles, suffixes and the numbers of DBLP. "et al." at the end makes a list incomplete.
    """
    others = [person for person in b if not _is_et_al(person)]
    complete = complete and len(others) == len(b)
    these = [person for person in a if not _is_et_al(person)]
    whole = len(these) == len(a)
    first, second = [_read_name(person) for person in these], [_read_name(person) for person in others]
    partner = _pair_up(first, second)
    taken = set(partner.values())
    missing = [i for i in range(len(first)) if i not in partner]
    added = [j for j in range(len(second)) if j not in taken]
    people = [len([name for name in names if not name.group]) for names in (first, second)]
    # A collaboration that only one side names beside people is no author who joined or left.
    if partner and any(not first[i].group for i in partner):
        missing = [i for i in missing if not first[i].group]
        added = [j for j in added if not second[j].group]
    groups = sum(first[i].group for i in partner)
    order = [partner[i] for i in sorted(partner)]
    return AuthorComparison(
        shared=len(partner),
        first=(people[0] + groups) if people[0] else len(first),
        second=(people[1] + groups) if people[1] else len(second),
        missing=tuple(these[i].name for i in missing) if complete else (),
        added=tuple(others[j].name for j in added) if whole else (),
        ordered=order == sorted(order),
        same_first=bool(first and second) and partner.get(0) == 0,
        by_initial=sum(_only_by_initial(first[i], second[j]) for i, j in partner.items()),
        complete=complete and whole,
    )


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: folded words of the given and the family name, and whether it is a group's. ``every`` holds
    all of its words, particles too, whatever their order."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    group: bool = False
    spellings: frozenset[str] = frozenset()
    every: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return self.given + self.family

    @property
    def other_family(self) -> str:
        """The family name, if the parts stand the wrong way round."""
        return "".join(word for word in self.given if word not in _PARTICLES) or "".join(self.given)


_PARTICLES = frozenset(
    "van von der den de del della di da dos das du la le el al ter ten zu af av bin ibn d y e do st mac".split()
)
_GROUP = r"(?i)\b(?:collaborations?|collab|consorti\w+|team|group|project|initiative|network|members)\b"
_GROUP_NOISE = r"(?i)\b(?:the|on behalf of|for|collaborations?|collab|consorti\w+|team|group|members of)\b|\W+"
_ET_AL = re.compile(r"^(?:et\.? ?al\.?(?:ii)?|others|and others|\.\.\.|…)$", re.IGNORECASE)
_DBLP_NUMBER = re.compile(r"\s+0\d{3}$")
_SUFFIX = frozenset("jr sr ii iii iv phd md".split())
_UMLAUTS = {
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ő": "oe", "ű": "ue", "ñ": "n", "ß": "ss",
    "ё": "e", "й": "i",
}  # fmt: skip
_NICKNAMES = dict(
    pair.split("=")
    for pair in """bob=robert rob=robert bill=william will=william tom=thomas jim=james mike=michael misha=mikhail
    dave=david joe=joseph nick=nicholas tony=anthony andy=andrew drew=andrew steve=stephen steven=stephen kate=katherine
    kathy=katherine liz=elizabeth beth=elizabeth peggy=margaret dick=richard rick=richard ted=edward ed=edward
    jack=john hans=johannes sasha=alexander aleksandr=alexander alexandr=alexander mikhail=michael michel=michael
    iouri=yuri yury=yuri jurij=yuri yurii=yuri sergey=sergei serguei=sergei alexey=alexei aleksey=alexei aleksei=alexei
    dmitry=dmitri dmitrii=dmitri dimitri=dimitri andrey=andrei evgeny=evgeny evgeni=evgeny evgenii=evgeny
    yevgeny=evgeny greg=gregory jeff=jeffrey geoff=geoffrey jerry=gerald larry=lawrence ron=ronald ray=raymond
    mohammad=muhammad mohammed=muhammad mohamed=muhammad mohamad=muhammad muhammed=muhammad
    pete=peter vlad=vladimir volodymyr=vladimir gabi=gabriel gaby=gabriel""".split()
)


def _is_et_al(person: Person) -> bool:
    return _ET_AL.match(person.name.strip()) is not None


@lru_cache(maxsize=16384)
def _read_name(person: Person) -> _Name:
    if person.family:
        given, family = _name_words(person.given), _name_words(person.family)
        if not family:
            given, family = (), given
    else:
        name = " ".join(_DBLP_NUMBER.sub("", latex.to_text(person.name, bibtex=True)).split())
        words = _name_words(name)
        if re.search(_GROUP, name) or re.search(r"\d", name):
            return _group(name)
        given, family = words[:-1], words[-1:]
    if re.search(_GROUP, person.family or ""):
        return _group(person.name)
    while len(family) > 1 and family[-1] in _SUFFIX:
        family = family[:-1]
    every = tuple(sorted(given + family))
    whole = "".join(family)
    bare = tuple(word for word in family if word not in _PARTICLES)
    family = bare or family
    while len(given) > 1 and len(given[-1]) > 1 and given[-1] in _PARTICLES:  # Berg, Jan van der; not De-Nian Yang
        given = given[:-1]
    if len(family) == 1 and len(family[0]) == 1 and given and len(given[0]) > 2 and len("".join(given[1:])) < 2:
        # "Zhang W.": the family name first, as some catalogues have it.
        given, family = family + given[1:], given[:1]
    if not family:  # nothing that can be taken for a word
        return _group(person.name)
    source = (person.family or person.name).casefold()
    return _Name(given, family, False, _spellings(family, source) | {whole}, every)  # Al-Khatib, Alkhatib


def _group(name: str) -> _Name:
    key = re.sub(_GROUP_NOISE, "", _fold(name.casefold()))
    return _Name((), (key or _fold(name.casefold()),), True, frozenset({key}))


def _name_words(text: str | None) -> tuple[str, ...]:
    if not text:
        return ()
    plain = _DBLP_NUMBER.sub("", latex.to_text(text, bibtex=True))
    words: list[str] = []
    for word in re.split(r"[\s.\-‐‑–~,]+", plain):
        if 1 < len(word) <= 3 and word.isupper() and word.isascii() and not re.search("[AEIOU]", word):
            words += [letter.lower() for letter in word]  # JD, PSV, JY
            continue
        folded = re.sub(r"[^\w]|_", "", _fold(word).casefold())
        if folded and not folded.isdigit():
            words.append(folded)
    return tuple(words)


def _spellings(words: tuple[str, ...], source: str) -> frozenset[str]:
    """The ways in which a family name may be written in plain letters: ``schrodinger``, ``schroedinger``."""
    joined = "".join(words)
    spellings = {joined}
    if not source.isascii():
        letters = unicodedata.normalize("NFC", source)
        expanded = "".join(_name_words("".join(_UMLAUTS.get(letter, letter) for letter in letters)))
        bare = tuple(
            word
            for word in _name_words("".join(_UMLAUTS.get(letter, letter) for letter in letters))
            if word not in _PARTICLES
        )
        spellings |= {expanded, "".join(bare)}
    if len(joined) >= 6:  # of a short one other names come: Xue, Xu
        spellings.add(_plainest(joined))
    return frozenset(spellings)


def _pair_up(first: Sequence[_Name], second: Sequence[_Name]) -> dict[int, int]:
    """Which of the first list is who in the second: those at the same place and those with a given name first."""
    index: dict[str, list[int]] = {}
    for j, name in enumerate(second):
        for word in {*name.words, *name.spellings, "".join(name.given), "".join(name.words)}:
            index.setdefault(word, []).append(j)
    partner: dict[int, int] = {}
    taken: set[int] = set()

    def pair(i: int, j: int) -> None:
        partner[i] = j
        taken.add(j)

    def near(i: int) -> Iterable[int]:
        name = first[i]
        found = {
            j
            for word in {*name.words, *name.spellings, "".join(name.given), "".join(name.words)}
            for j in index.get(word, ())
        }
        return sorted(found - taken, key=lambda j: (abs(i - j), j))

    for strict in (True, False):
        for i, name in enumerate(first):
            if i in partner:
                continue
            for j in near(i):
                if _same_name(name, second[j]) and not (strict and _only_by_initial(name, second[j])):
                    pair(i, j)
                    break
    # A slip is one where the others agree; of a lone author, Lei Zheng for Lei Zhang is somebody else.
    if partner and len(first) == len(second):
        for i, name in enumerate(first):
            if i not in partner and i not in taken and (_misspelled(name, second[i]) or _rewritten(name, second[i])):
                pair(i, i)
    return partner


def _same_name(a: _Name, b: _Name) -> bool:
    """Whether two names may be of one person: ``J. Schrödinger`` and ``Schroedinger, Johann M.``."""
    if a.group or b.group:
        return a.group and b.group and not a.spellings.isdisjoint(b.spellings)
    whole, other = "".join(a.words), "".join(b.words)
    if whole in (other, "".join(b.family) + b.other_family) or other == "".join(a.family) + a.other_family:
        return True  # also with the parts in another order: Zhang Wei
    if a.every == b.every and len(whole) >= 5:
        return True  # Tan Le, Ngoc; Le, Ngoc Tan
    for one, two in ((a, b), (b, a)):
        if len(one.every) > 1 and all(len(word) == 1 for word in one.every) and len(two.every) == len(one.every):
            # R. S. is all that initials leave of Rajalakshmi S.
            return any(len(word) == 1 for word in two.every) and sorted(word[0] for word in two.every) == [*one.every]
    if not a.spellings.isdisjoint(b.spellings):
        return _given_agree(a.given, b.given)
    for one, two in ((a, b), (b, a)):  # Wang XL, as catalogues of medicine have it
        letters = "".join(one.family)
        if len(letters) <= 3 and "".join(one.given) in two.spellings:
            if letters == "".join(word[0] for word in two.given):
                return True
            if len(one.family) > 1 and two.given and two.given[0][0] == letters[0]:
                return True
    for one, two in ((a, b), (b, a)):  # the family name where the given name should be, and a middle name on one side
        if two.other_family in one.spellings and len("".join(one.given[:1])) > 1 and one.given[0] == two.family[0]:
            return True
    # Names of several parts of which some are left out or counted to the given name: Gomez-Rodriguez, Rodriguez.
    last_a, last_b = a.family[-1], b.family[-1]
    if last_a == last_b and len(last_a) > 2 and (len(a.family) > 1 or len(b.family) > 1):
        return _given_agree(a.given, b.given)
    for one, two in ((a, b), (b, a)):
        if len(one.family) > 1 and len(two.family) == 1 and two.family[0] == one.family[0]:
            return _given_agree(one.given, two.given)
        if (
            len(two.words) > 2
            and len(one.family) == 1
            and len(one.family[0]) > 3
            and one.given
            and one.family[0] in two.words[1:-1]
        ):
            return _given_agree(one.given, two.given[:1])
    if a.given and b.given and a.given[0] == b.given[0] and len(a.given[0]) > 2:
        joined_a, joined_b = "".join(a.family), "".join(b.family)
        return (
            min(len(joined_a), len(joined_b)) >= 7
            and joined_a[0] == joined_b[0]
            and within_edits(joined_a, joined_b, 1)
        )
    return False


def _given_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if not a or not b:
        return True
    joined, other = "".join(a), "".join(b)
    full = {_NICKNAMES.get(word, word) for word in b}
    if joined == other or any(len(word) > 2 and _NICKNAMES.get(word, word) in full for word in a):
        return True
    one, two = _plainest(a[0]), _plainest(b[0])
    if one == two:
        return True
    if len(one) == 1 or len(two) == 1:
        if one[0] == two[0]:
            return True
        # The first of several given names may be left out: J. David Smith, D. Smith.
        rest = a[1:] if len(a) > 1 else b[1:] if len(b) > 1 else ()
        single = two if len(a) > 1 else one
        return any(word[0] == single[0] and (len(word) == 1 or len(single) == 1) for word in rest)
    short, long = sorted((one, two), key=len)
    # Dan, Daniel; but Jia, Jian are two names.
    if len(short) >= 3 and len(long) >= len(short) + 3 and long.startswith(short):
        return True
    if min(len(joined), len(other)) >= 5 and (joined.startswith(other) or other.startswith(joined)):
        return True  # Xiao-Ming, Xiaoming Y.
    # One letter in a long name is a transliteration or a slip. In Chinese names it is another name: Jiang, Liang.
    return len(short) >= 6 and one[0] == two[0] and within_edits(one, two, 1)


def _plainest(word: str) -> str:
    """``soeren`` and ``haakon`` as ``søren`` and ``håkon`` without marks: ``soren``, ``hakon``."""
    return word.replace("oe", "o").replace("ae", "a").replace("ue", "u").replace("aa", "a") if len(word) >= 5 else word


def _only_by_initial(a: _Name, b: _Name) -> bool:
    if a.group or b.group:
        return False
    return all(len(word) == 1 for word in a.given) or all(len(word) == 1 for word in b.given)


def _misspelled(a: _Name, b: _Name) -> bool:
    """Whether a name at the same place of two lists of one length is the other with a slip in the family name."""
    if a.group or b.group or not a.given or not b.given:
        return False
    one, other = "".join(a.family), "".join(b.family)
    given = a.given[0] == b.given[0] and len(a.given[0]) > 2
    return given and min(len(one), len(other)) >= 5 and within_edits(one, other, 1)


_TRANSLITERATED = (  # Tchebychev, Chebyshev; Yefremov, Efremov; Kolmogoroff, Kolmogorov; Zelinskii, Zelinsky
    (r"^t?sch|^tch", "ch"),
    (r"^[yj]e", "e"),
    (r"o(?:ff|w|f)$", "ov"),
    (r"e(?:ff|w|f)$", "ev"),
    (r"[yij]+$", "i"),
    (r"[yj](?=[aeou])", "i"),
    (r"sh|ch|tch|sch|zh", "s"),
    (r"kh", "h"),
    (r"t[sz]|c(?=[eiy])", "c"),
)


def _rewritten(a: _Name, b: _Name) -> bool:
    """Whether a name at the same place is the other from another alphabet, or with an initial for the family name:
    Venkatesan Krishnamurthy, K. Venkatesan."""
    if a.group or b.group or not a.given or not b.given:
        return False
    for one, two in ((a, b), (b, a)):
        if len(two.other_family) >= 5 and two.other_family in one.spellings and one.given == (two.family[0][0],):
            return True
    one_key, other_key = _alphabet_aside("".join(a.family)), _alphabet_aside("".join(b.family))
    return len(one_key) >= 5 and one_key == other_key and _given_agree(a.given, b.given)


def _alphabet_aside(family: str) -> str:
    for pattern, plain in _TRANSLITERATED:
        family = re.sub(pattern, plain, family)
    return family


# --- the proof ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two descriptions are proven to be of one work.

    ``reason``: in words why they are not, or not provably; ``""`` if they are. ``evidence``: in words, what agrees.
    """

    same: bool
    reason: str
    evidence: tuple[str, ...] = ()


def are_different_works(
    title: str | None, authors: Sequence[Person], other_title: str | None, other_authors: Sequence[Person]
) -> bool:
    """Whether two descriptions are plainly of different works: another title, and no author in common.

    What is not proven to be the same need not be different; of what lacks a title nothing is said.
    """
    if compare_titles(title, other_title).how != "other":
        return False
    return not compare_authors(authors, other_authors).shared


def prove(record: Record, candidate: Candidate) -> Verdict:
    """Whether ``candidate`` is the published version of ``record``, beyond doubt; else why not.

    All of it is evidence from the two descriptions; nobody is asked.
    """
    evidence: list[str] = []
    reason = _is_no_publication(record, candidate) or mixture(candidate) or _weigh(record, candidate, evidence)
    return Verdict(not reason, reason, tuple(evidence))


def _is_no_publication(record: Record, candidate: Candidate) -> str:
    published = candidate.published
    if why := no_publication(candidate.kind):
        return f"{label_of(candidate.source)} says that it is {why}"
    key = candidate.keys.get("dblp", "")
    if published.venue is None and (is_preprint_doi(published.doi) or key.startswith("journals/corr/")):
        return "it is a preprint, with no venue"
    if is_preprint_venue(published.venue) or (published.venue is None and is_preprint_venue(published.publisher)):
        return f"{published.venue or published.publisher} is no publication"
    if why := is_unpublished(published.venue):
        return f"{why}: {published.venue}"
    if published.venue is None and published.doi is None:
        return "it names neither a venue nor a DOI"
    found = re.match(_NOT_THE_PAPER, published.title or "")
    if found and not re.match(_NOT_THE_PAPER, record.title or ""):
        return f"its title says that it is another thing: {found[0].strip(' :')}"
    return ""


_NOT_THE_PAPER = r"""(?ix)\s*(?:
      (?:publisher['’]?s?\s+|author['’]?s?\s+)?(?:erratum|errata|corrigend(?:um|a)|correction|addendum|retraction(?:\s+note)?
        |retracted(?:\s+article)?|withdrawn|expression\s+of\s+concern)\s*(?:[:\[\]—-]|to\b|for\b|$)
     |(?:reply|response|comments?|rejoinder|remarks?|discussion|faculty\s+opinions\s+recommendation)\s+(?:to|on|of)\b
     |(?:talk|poster|demo|tutorial|keynote|invited\s+(?:talk|paper)|abstract|dataset|commentary)\s*:
     |(?:publisher|author|editor)['’]?s?['’]?\s+note\b
     |(?:data|code|supplement(?:(?:ary|al)\s+\w+)?)\s+(?:to|for)\b
    )"""


def mixture(candidate: Candidate) -> str:
    """Why a candidate looks like two descriptions mixed into one (the venue of a conference, the DOI and year of the
    preprint), or ``""``. The work may well be the right one; an entry made of this would be wrong."""
    published = candidate.published
    venue, year = published.venue or published.doi or "", published.year
    if published.venue and is_preprint_doi(published.doi):
        return f"it mixes two descriptions: {venue} with the DOI of a preprint, {published.doi}"
    if published.volume and published.volume.startswith("abs/"):
        return f"it mixes two descriptions: {venue} with a volume of CoRR"
    for named, what, later in _years_named(candidate):
        if year is not None and not named <= year <= named + later:
            return f"it mixes two descriptions: the year is {year}, but {what} says {named}"
    return ""


_DBLP_YEAR = re.compile(r"^(?:conf|journals)/.*?(\d\d)[a-z]{0,2}$")
_MEETING_YEAR = re.compile(r"(?<=[A-Z])\s?['’](\d\d)\b")  # STOC'13
_VENUE_YEAR = re.compile(r"(?<![\d/-])((?:19|20)\d\d)(?![\d/-])")
_DOI_YEAR = (
    r"(?i)10\.18653/v1/(?:[a-z](\d\d)-\d|(20\d\d)\.)|10\.1109/[a-z]+\d*\.(20\d\d|19\d\d)\.\d"
    r"|10\.1016/[a-z]\.\w+\.((?:19|20)\d\d)\.|10\.1007/\w+\(((?:19|20)\d\d)\)"
    r"|10\.(?:1007|1038|1140|1186)/s\d{4,5}-0(\d\d)-"
    r"|10\.24963/\w+\.(20\d\d)/"
)


_ACL_YEAR = (
    # P17-1001, 2020.acl-main.745, alone or in an address
    r"^(?:https?://(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology)/)?(?:[A-Z](\d\d)-\d|(20\d\d)\.[a-z])"
)


def _years_named(candidate: Candidate) -> list[tuple[int, str, int]]:
    """The years that names hold, each with where, and by how many years the publication may follow: proceedings come
    out after the meeting, and Elsevier numbers articles when they are accepted."""
    named: list[tuple[int, str, int]] = []
    published = candidate.published
    key = candidate.keys.get("dblp", "")
    if not key.startswith("journals/corr/") and (found := _DBLP_YEAR.match(key)):
        named.append((_century(int(found[1])), key, 1))
    years = _VENUE_YEAR.findall(published.venue or "")
    if len(set(years)) == 1:
        named.append((int(years[0]), published.venue or "", 1))
    elif not years and (found := _MEETING_YEAR.search(published.venue or "")):
        named.append((_century(int(found[1])), published.venue or "", 1))
    if published.doi and (found := re.search(_DOI_YEAR, published.doi)):
        digits = next(group for group in found.groups() if group)
        named.append((_century(int(digits)) if len(digits) == 2 else int(digits), published.doi, 3))
    for where in (candidate.keys.get("acl"), published.url):
        if where and (found := re.search(_ACL_YEAR, where)):
            named.append((_century(int(found[1])) if found[1] else int(found[2]), where, 1))
    return named


def _century(two: int) -> int:
    return 1900 + two if two > 50 else 2000 + two


def _weigh(record: Record, candidate: Candidate, evidence: list[str]) -> str:
    """Why the evidence is too weak, or ``""``; what speaks for it is added to ``evidence``."""
    published = candidate.published
    titles = compare_titles(record.title, published.title)
    authors = compare_authors(record.authors, candidate.authors, complete=candidate.complete)
    related = _relation(record, candidate)
    strangers = bool(candidate.eprints) and record.eprint not in candidate.eprints

    if titles.how in _TITLES_IN_WORDS:
        evidence.append(_TITLES_IN_WORDS[titles.how])
    if authors.shared:
        evidence.append(str(authors))
    evidence += related
    if strangers:
        said = f" ({candidate.relation})" if candidate.relation else ""
        others = ", ".join(candidate.eprints[:3])
        return f"{label_of(candidate.source)} connects it with arXiv:{others}{said}, another paper"

    if titles.how == "unknown":
        return "there is no title to compare"
    if not authors.first or not authors.second:
        return "there are no authors to compare"
    if not authors.shared:
        return f"no author in common: {_first_names(candidate.authors)}"
    if titles.telling:
        return f"the title differs in what makes another work of it: {_in_words(titles)}"
    if reason := _title_is_too_far(titles, authors, bool(related)):
        return reason
    if reason := _authors_are_too_far(authors, bool(related)):
        return reason
    if is_generic(record.title) and (reason := _generic_is_unsure(record, authors, bool(related))):
        return reason
    return _year_is_wrong(record, candidate, titles, authors, bool(related), evidence)


_TITLES_IN_WORDS = {
    "same": "title the same",
    "spelling": "title the same but for spelling or small words",
    "version": "title the same but for the mark of a full version",
    "subtitle": "title the same but for a subtitle",
    "changed": "title much the same",
}


def _relation(record: Record, candidate: Candidate) -> list[str]:
    """In words, what connects the two besides title and authors."""
    published = candidate.published
    found = []
    if record.eprint in candidate.eprints:
        said = f" ({candidate.relation})" if candidate.relation else ""
        found.append(f"{label_of(candidate.source)} connects it with {record.id}{said}")
    if record.doi and published.doi and record.doi.lower() == published.doi.lower():
        found.append(f"the DOI is the one that arXiv names, {published.doi}")
    reference = parse_journal_ref(record.journal_ref)
    if (
        reference.volume
        and reference.pages
        and _letters(reference.volume) == _letters(published.volume)
        and _first_page(reference.pages) == _first_page(published.pages)
        and same_venue(reference.venue, published.venue) is not False
    ):
        found.append(f"arXiv's journal reference is this: {record.journal_ref}")
    return found


def _letters(text: str | None) -> str:
    return re.sub(r"\D", "", text or "").lstrip("0")


def _first_page(pages: str | None) -> str:
    return re.split(r"[-–—]", (pages or "").replace(" ", "").lower().lstrip("e"))[0].lstrip("0") or "?"


def _title_is_too_far(titles: TitleComparison, authors: AuthorComparison, related: bool) -> str:
    if titles.how == "same":
        return ""
    if titles.how in ("spelling", "version"):
        return "" if authors.all_same or related else f"the title differs ({_in_words(titles)}), and the authors do"
    if titles.how == "subtitle":
        if related and authors.share >= _RELATED_SHARE:
            return ""
        return f"one title has a subtitle more ({_in_words(titles)}), and nothing else connects the two"
    if related and authors.all_same and titles.how == "changed":
        return ""
    return f"the title is another: {_in_words(titles)}"


def _in_words(titles: TitleComparison) -> str:
    ours, theirs = " ".join(titles.missing), " ".join(titles.added)
    parts = [f"arXiv has {ours!r}" if ours else "", f"it has {theirs!r}" if theirs else ""]
    return ", ".join(part for part in parts if part) or "the words stand in another order"


def _authors_are_too_far(authors: AuthorComparison, related: bool) -> str:
    if authors.all_same:
        return ""
    if related:
        return "" if authors.share >= _RELATED_SHARE else f"only {authors}"
    if (
        not authors.complete
        and not authors.added
        and not authors.missing
        and authors.same_first
        and authors.shared >= 2
    ):
        return ""
    longer = max(authors.first, authors.second)
    different = len(authors.missing) + len(authors.added)
    if longer >= _LARGE_TEAM and different <= 2 * _LARGE_TEAM_DIFFERENCE * longer:
        return ""
    if authors.missing and authors.added:
        return f"the authors differ: without {some(authors.missing)}, with {some(authors.added)}"
    if authors.shared < 2 or different > max(1, longer // _ONE_SIDED) or not authors.same_first:
        who = f"without {some(authors.missing)}" if authors.missing else f"with {some(authors.added)}"
        return f"the authors differ: {who}"
    return ""


def _generic_is_unsure(record: Record, authors: AuthorComparison, related: bool) -> str:
    """A short title is borne by many works, also of one author ("Quantum gravity"): it needs all authors and more."""
    if related:
        return ""
    if not authors.all_same or not authors.ordered:
        return f"many works may be called {record.title!r}, and the authors are not all the same"
    if authors.shared < 2 or authors.by_initial == authors.shared:
        return f"many works may be called {record.title!r}, and little else connects the two"
    return ""


def _year_is_wrong(
    record: Record,
    candidate: Candidate,
    titles: TitleComparison,
    authors: AuthorComparison,
    related: bool,
    evidence: list[str],
) -> str:
    appeared, submitted = candidate.published.year, record.year
    if appeared is None:
        return "it does not say when it appeared"
    if submitted is None:
        return "" if related or authors.all_same else "it is not known when it was put on arXiv"
    gap = appeared - submitted
    if gap > (_YEARS_AFTER_RELATED if related else _YEARS_AFTER):
        return f"it appeared in {appeared}, {gap} years after it was submitted to arXiv"
    if gap < 0:
        # A preprint comes first, by its name; but conferences' papers are often put on arXiv afterwards. A wrong year
        # looks the same, so the year must be said a second time, and nothing else may be in doubt.
        reference = parse_journal_ref(record.journal_ref).year
        if -gap > _YEARS_BEFORE and reference != appeared:
            return f"it appeared in {appeared}, {-gap} years before it was submitted to arXiv"
        sure = titles.same and authors.share >= _RELATED_SHARE if related else titles.same and authors.all_same
        if is_generic(record.title) and not related:
            sure = False
        if not sure or not (related or _says_year_again(record, candidate, appeared)):
            return f"it appeared in {appeared}, before it was submitted to arXiv in {submitted}"
        if not related and reference not in (None, appeared):
            return f"it appeared in {appeared}, and arXiv's journal reference says {reference}"
    if (
        candidate.source in _MERGING
        and record.eprint in candidate.eprints
        and gap <= 0
        and not _says_year_again(record, candidate, appeared)
    ):
        return f"the year {appeared} may be the preprint's: {label_of(candidate.source)} keeps one description of both"
    evidence.append(f"appeared in {appeared}, submitted in {submitted}")
    return ""


def _says_year_again(record: Record, candidate: Candidate, year: int) -> bool:
    if any(named == year for named, _, _ in _years_named(candidate)):
        return True
    return any(str(year) in text for text in (record.comment, record.journal_ref) if text)


def some(names: Sequence[str], most: int = 3) -> str:
    """The first few of many names: ``Ada, Bea, Cleo and 4 more``."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _first_names(people: Sequence[Person]) -> str:
    return some([person.name for person in people])
