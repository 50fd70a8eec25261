"""What a DOI says by itself: some publishers write the venue and the year into it.

Nothing is looked up. Only what is certain is here: a DOI that says nothing is ``None``, and so is the series of a venue
that is named in a way that could be another's.
"""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from enrich.latex import to_text
from enrich.venues import is_unpublished, same_venue

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S*[^\s.,;:]")


def is_doi(text: str) -> bool:
    """Whether a text, bare, has the form of a DOI."""
    return _DOI.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Imprint:
    """The series (``CVPR``, ``Physical Review D``) and the year that a DOI names; each ``None`` where it does not."""

    series: str | None = None
    year: int | None = None


# --- what DOIs name ---------------------------------------------------------------------------------------------------

# 10.1109/CVPR52688.2022.00751: the conference's acronym, IEEE's number of the conference, its year. Journals' DOIs
# have the year of acceptance there, and no number (10.1109/TPAMI.2016.2577031).
_IEEE = re.compile(r"10\.1109/([a-z][a-z-]*)[0-9]{4,6}\.((?:19|20)[0-9]{2})\.[0-9]+")
# Until 2018 without the number: 10.1109/CVPR.2016.90. Only from the acronym one sees that it is a conference.
_IEEE_OLD = re.compile(r"10\.1109/([a-z][a-z-]*)\.((?:19|20)[0-9]{2})\.[0-9]+")
_IEEE_SERIES = {
    acronym.lower(): acronym
    for acronym in "CVPR ICCV WACV ICRA IROS ICASSP ICDM ICDE ICIP ICPR ICME FOCS INFOCOM IJCNN".split()
}
# 10.1609/aaai.v37i5.25786: the proceedings' volume. The 24th is that of 2010, and there was one in each year since;
# before, there were years without. The same volumes hold IAAI and EAAI, which is why those are no other venue here.
_AAAI = re.compile(r"10\.1609/aaai\.v([0-9]{2})i[0-9]+\.[0-9]+")
_AAAI_FIRST, _AAAI_OFFSET = 24, 1986
# 10.18653/v1/2021.acl-long.1: the ACL Anthology's own identifiers since 2020. Workshops and Findings have others.
_ACL = re.compile(r"10\.18653/v1/((?:19|20)[0-9]{2})\.([a-z0-9]+)-([a-z0-9]+)\.[0-9]+")
_ACL_SERIES = {"acl": "ACL", "emnlp": "EMNLP", "naacl": "NAACL", "eacl": "EACL"}
_ACL_VOLUMES = frozenset({"main", "long", "short"})
# 10.18653/v1/D19-1234: before, a letter for the venue, the year, the volume; from volume 3 on it may be a workshop.
_ACL_OLD = re.compile(r"10\.18653/v1/([a-z])([0-9]{2})-([0-9])[0-9]{3}")
_ACL_LETTERS = {"p": "ACL", "d": "EMNLP", "n": "NAACL", "e": "EACL"}
# 10.1103/PhysRevD.65.123456: the journal.
_APS = re.compile(r"10\.1103/(physrev(?:lett|[abcdex])|revmodphys)\.[0-9]+\.")
_APS_SERIES = {
    "physrevlett": "Physical Review Letters",
    "revmodphys": "Reviews of Modern Physics",
    **{f"physrev{letter}": f"Physical Review {letter.upper()}" for letter in "abcdex"},
}


def imprint(doi: str) -> Imprint | None:
    """The venue and year that a DOI (bare) names, or ``None``.

    >>> imprint("10.1609/aaai.v37i5.25786")
    Imprint(series='AAAI', year=2023)
    """
    doi = doi.lower()
    if found := _IEEE.fullmatch(doi):
        return Imprint(_IEEE_SERIES.get(found[1]), int(found[2]))
    if (found := _IEEE_OLD.fullmatch(doi)) and found[1] in _IEEE_SERIES:
        return Imprint(_IEEE_SERIES[found[1]], int(found[2]))
    if (found := _AAAI.fullmatch(doi)) and int(found[1]) >= _AAAI_FIRST:
        return Imprint("AAAI", int(found[1]) + _AAAI_OFFSET)
    if found := _ACL.fullmatch(doi):
        return Imprint(_ACL_SERIES.get(found[2]) if found[3] in _ACL_VOLUMES else None, int(found[1]))
    if found := _ACL_OLD.fullmatch(doi):
        year = int(found[2])
        main = found[3] in "12"
        return Imprint(_ACL_LETTERS.get(found[1]) if main else None, year + (2000 if year < 70 else 1900))
    if found := _APS.match(doi):
        return Imprint(_APS_SERIES[found[1]])
    return None


# --- what venues are --------------------------------------------------------------------------------------------------

# A series, and the words by which it is called in full.
_SERIES = {
    "CVPR": ("computer vision and pattern recognition",),
    "ICCV": ("international conference on computer vision",),
    "ECCV": ("european conference on computer vision",),
    "ACCV": ("asian conference on computer vision",),
    "WACV": ("winter conference on applications of computer vision",),
    "BMVC": ("british machine vision conference",),
    "ICML": ("international conference on machine learning",),
    "NeurIPS": ("neural information processing systems",),
    "ICLR": ("international conference on learning representations",),
    "AAAI": ("aaai conference on artificial intelligence", "national conference on artificial intelligence"),
    "IJCAI": (
        "international joint conference on artificial intelligence",
        "international joint conferences on artificial intelligence",
    ),
    "UAI": ("uncertainty in artificial intelligence",),
    "AISTATS": ("artificial intelligence and statistics",),
    "COLT": ("conference on learning theory", "conference on computational learning theory"),
    "CoRL": ("conference on robot learning",),
    "ACL": ("annual meeting of the association for computational linguistics",),
    "EMNLP": ("empirical methods in natural language processing",),
    "NAACL": ("north american chapter of the association for computational linguistics",),
    "EACL": ("european chapter of the association for computational linguistics",),
    "IJCNLP": ("international joint conference on natural language processing",),
    "COLING": ("international conference on computational linguistics",),
    "CoNLL": ("computational natural language learning",),
    "TACL": ("transactions of the association for computational linguistics",),
    "KDD": ("international conference on knowledge discovery and data mining",),
    "SIGIR": ("research and development in information retrieval",),
    "CIKM": ("information and knowledge management",),
    "WSDM": ("web search and data mining",),
    "WWW": ("the web conference", "world wide web conference", "international conference on world wide web"),
    "ICDM": ("ieee international conference on data mining",),
    "ICDE": ("international conference on data engineering",),
    "ICASSP": ("acoustics speech and signal processing",),
    "INTERSPEECH": (),
    "ICRA": ("international conference on robotics and automation",),
    "IROS": ("intelligent robots and systems",),
    "ICIP": ("international conference on image processing",),
    "ICPR": ("international conference on pattern recognition",),
    "ICME": ("international conference on multimedia and expo",),
    "IJCNN": ("international joint conference on neural networks",),
    "INFOCOM": ("ieee conference on computer communications",),
    "STOC": ("symposium on theory of computing", "symposium on the theory of computing"),
    "FOCS": ("symposium on foundations of computer science",),
    "SODA": ("symposium on discrete algorithms",),
    "MICCAI": ("medical image computing and computer assisted intervention",),
    "JMLR": ("journal of machine learning research",),
    "TMLR": ("transactions on machine learning research",),
    "TPAMI": ("transactions on pattern analysis and machine intelligence",),
}
_ACRONYMS = {name.lower(): name for name in _SERIES} | {"nips": "NeurIPS", "sigkdd": "KDD", "pami": "TPAMI"}
_PHRASES = [(tuple(phrase.split()), name) for name, phrases in _SERIES.items() for phrase in phrases]

_PARTLY = frozenset(
    """workshop workshops wksp findings companion adjunct symposia track satellite colocated tutorial tutorials demo
    demos demonstrations student consortium spring fall siam pacific""".split()
)
"""Words of meetings beside or within a series, or of other ones with nearly the same name."""

_AROUND = frozenset("proceedings proc procs of the in at on conference conf annual ieee acm cvf int intl".split())
_WORD = re.compile(r"[^\W\d_]+|[0-9]+")
_ENDS = re.compile(r"\s*(?:[^\s\w]|[0-9]|\Z)")
"""A name ends where a mark or number follows: ``Conference on Computer Vision`` goes on in ``… Theory and …``."""
_ORDINAL = frozenset({"st", "nd", "rd", "th"})


@lru_cache(maxsize=4096)
def series(venue: str) -> str | None:
    """The series that the name of a venue certainly is, or ``None``.

    >>> series("Proc. of the 31st International Conference on Machine Learning (ICML 2014)")
    'ICML'
    """
    plain = to_text(venue, bibtex=True)
    matches = list(_WORD.finditer(plain))
    words = [match.group() for match in matches]
    ends = [_ENDS.match(plain, match.end()) is not None for match in matches]
    lower = [word.lower() for word in words]
    if not _PARTLY.isdisjoint(lower) or is_unpublished(plain):
        return None
    called = set()
    for phrase, name in _PHRASES:
        if phrase[-1] not in lower:
            continue
        for end in range(len(phrase), len(words) + 1):
            if tuple(lower[end - len(phrase) : end]) == phrase and ends[end - 1]:
                called.add(name)
    found = {_ACRONYMS[word] for word, written in zip(lower, words, strict=True) if _is_acronym(word, written)}
    if called:
        # Acronyms beside the full name may be those of societies, or of the other half of a joint meeting.
        return called.pop() if len(called) == 1 and found - {"AAAI", "ACL"} <= called else None
    telling = [word for word in lower if word not in _AROUND and word not in _ORDINAL and not word.isdigit()]
    return found.pop() if len(found) == 1 and len(telling) == 1 else None


def _is_acronym(word: str, written: str) -> bool:
    return word in _ACRONYMS and sum(letter.isupper() for letter in written) > 1


def other_series(named: str, venue: str) -> str | None:
    """The series that a venue certainly is, if that is another than the one that a DOI names."""
    for name in _APS_SERIES.values():
        if same_venue(name, venue) is True and name != named:
            return name if same_venue(named, venue) is False else None
    found = series(venue)
    # The meeting may be a joint one, of ACL and IJCNLP.
    return found if found != named and same_venue(named, venue) is not True else None
