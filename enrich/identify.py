"""Which arXiv work a piece of writing names.

:func:`parse_id` reads a text that *is* an identifier, in any of the ways people and services write one;
:func:`enrich.mentions.find_ids` finds the identifiers that stand *in* a text. Both give the same answer for the same
writing, and both say why when something looks like an identifier and is none.

The grammar (info.arxiv.org/help/arxiv_identifier): ``YYMM.NNNN`` from 0704 to 1412, ``YYMM.NNNNN`` since 1501,
``archive/YYMMNNN`` from 9107 to 0703, each with an optional version ``vV``; months 01 to 12, numbers and versions
from 1. An archive may carry a subject class (``math.GT/0309136``), which is not part of the identifier.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from enrich.errors import InputError
from enrich.record import Identifier

if TYPE_CHECKING:
    from datetime import date

ARCHIVES: Mapping[str, str] = MappingProxyType(
    {
        "astro-ph": "astro-ph",
        "cond-mat": "cond-mat",
        "cs": "cs",
        "gr-qc": "gr-qc",
        "hep-ex": "hep-ex",
        "hep-lat": "hep-lat",
        "hep-ph": "hep-ph",
        "hep-th": "hep-th",
        "math": "math",
        "math-ph": "math-ph",
        "nlin": "nlin",
        "nucl-ex": "nucl-ex",
        "nucl-th": "nucl-th",
        "physics": "physics",
        "q-bio": "q-bio",
        "quant-ph": "quant-ph",
        # Archives that were merged into others. Their papers keep the old name in the identifier.
        "acc-phys": "physics.acc-ph",
        "adap-org": "nlin.AO",
        "alg-geom": "math.AG",
        "ao-sci": "physics.ao-ph",
        "atom-ph": "physics.atom-ph",
        "bayes-an": "physics.data-an",
        "chao-dyn": "nlin.CD",
        "chem-ph": "physics.chem-ph",
        "cmp-lg": "cs.CL",
        "comp-gas": "nlin.CG",
        "dg-ga": "math.DG",
        "funct-an": "math.FA",
        "mtrl-th": "cond-mat.mtrl-sci",
        "patt-sol": "nlin.PS",
        "plasm-ph": "physics.plasm-ph",
        "q-alg": "math.QA",
        "solv-int": "nlin.SI",
        "supr-con": "cond-mat.supr-con",
    }
)
"""The archives that identifiers of the old form name, each with the category its papers belong to today."""

# Younger than the old form: an identifier that names one of these cannot exist.
YOUNG_ARCHIVES = frozenset({"econ", "eess", "q-fin", "stat"})

SUBJECT = r"(?:[A-Z]{2}|[a-z]{2,6}(?:-[a-z]{2,4})?)"
"""What stands behind the archive's dot: ``GT`` in ``math.GT``, ``mes-hall``, ``ao-ph``, ``optics``."""


def is_category(text: str) -> bool:
    """Whether this is a category of arXiv's by its form: ``cs.LG``, ``hep-th``, ``q-bio.QM``, ``cond-mat.mes-hall``."""
    archive, dot, subject = text.partition(".")
    known = archive in ARCHIVES or archive in YOUNG_ARCHIVES
    return known and (not dot or re.fullmatch(SUBJECT, subject) is not None)


class Fault(NamedTuple):
    """Why a writing is no identifier, and what to try (may be empty)."""

    why: str
    hint: str = ""


def parse_id(text: str, *, today: date | None = None) -> Identifier:
    """The identifier that the whole of ``text`` is, normalised.

    ``parse_id("https://arxiv.org/pdf/math.GT/0309136v2.pdf")`` is ``Identifier("math/0309136", 2)``. Identifiers of
    a month later than the one after ``today`` are refused.

    :raises InputError: saying why it is none.
    """
    verdict = judge(text, today=today)
    if isinstance(verdict, Identifier):
        return verdict
    if not text.strip():
        raise InputError("no identifier given: the text is empty", hint=verdict.hint)
    raise InputError(f"{shown(text)} is not an arXiv identifier: {verdict.why}", hint=verdict.hint)


def judge(text: str, *, today: date | None = None) -> Identifier | Fault:
    """What :func:`parse_id` returns, or why it would raise."""
    horizon = month_limit(today)
    if bare := _BARE.fullmatch(text.strip()):
        return judge_bare(bare[1], horizon)
    # The many other ways of writing one need patterns that take longer to load than to use.
    from enrich.mentions import judge_text

    return judge_text(text, horizon)


# --- the grammar -----------------------------------------------------------------------------------------------------

_BARE = re.compile(
    r"(?:[aA][rR][xX][iI][vV]:)?([0-9]{4}\.[0-9]{4,5}(?:v[0-9]{1,4})?|[a-z-]{2,9}/[0-9]{7}(?:v[0-9]{1,4})?)"
)
NEW = re.compile(r"([0-9]{4})\.([0-9]{1,9})(?:[vV]([0-9]{0,4}))?")
OLD = re.compile(r"([A-Za-z-]{1,20})(?:\.[A-Za-z-]{2,10})?//?([0-9]{1,9})(?:[vV]([0-9]{0,4}))?")
LONG = re.compile(r"[0-9]{5,}(?:[vV][0-9]*)?")
_BROKEN = re.compile(r"[0-9]{4}\.")


def month_limit(today: date | None) -> int:
    """The last month that can have identifiers, counted from the year 0: arXiv's clock may be a day ahead of ours."""
    if today is not None:
        return today.year * 12 + today.month  # months count from 0, so this is next month
    now = time.localtime()
    return now.tm_year * 12 + now.tm_mon


def judge_bare(core: str, horizon: int) -> Identifier | Fault:
    """The identifier in its bare form (``2110.14168v2``, ``math.GT/0309136``), or what is wrong with it."""
    if match := NEW.fullmatch(core):
        return judge_new(match[1], match[2], match[3], horizon)
    if match := OLD.fullmatch(core):
        return judge_old(match[1], match[2], match[3])
    if LONG.fullmatch(core):
        digits = re.split("[vV]", core)[0]
        if len(digits) == 7:
            return Fault("the archive is missing", f"for example hep-th/{digits}")
        dotted = f"{digits[:4]}.{digits[4:]}"
        if isinstance(judge_bare(dotted, horizon), Identifier):
            return Fault("the dot is missing", f"did you mean {dotted}?")
        return Fault("the dot is missing", "for example 2110.14168")
    if _BROKEN.fullmatch(core):
        return Fault("it is broken after the dot", "write it on one line")
    return Fault("it has neither the form 2110.14168 nor hep-th/9901001")


def judge_new(yymm: str, number: str, version: str | None, horizon: int) -> Identifier | Fault:
    year, month = 2000 + int(yymm[:2]), int(yymm[2:])
    if not 1 <= month <= 12:
        return Fault(f"month {yymm[2:]} does not exist")
    if yymm < "0704":
        return Fault("identifiers of this form begin with 0704", "before that, hep-th/0703001")
    if year * 12 + month - 1 > horizon:
        return Fault(f"{yymm} would be {year}-{month:02d}, which is in the future")
    digits = 4 if yymm <= "1412" else 5
    if len(number) != digits:
        if digits == 5:
            return Fault(f"since 1501 the number has five digits, this one has {len(number)}")
        return Fault(f"until 1412 the number has four digits, this one has {len(number)}")
    if int(number) == 0:
        return Fault("numbers begin with 1")
    return _versioned(f"{yymm}.{number}", version)


def judge_old(archive: str, digits: str, version: str | None) -> Identifier | Fault:
    name = archive_named(archive)
    if name is None:
        known = archive.lower()
        if known in YOUNG_ARCHIVES:
            return Fault(f"the archive {known} is younger than this form", "for example 2110.14168")
        return Fault(f"unknown archive '{archive}'", _similar_archive(known))
    if len(digits) != 7:
        return Fault(f"after the archive come seven digits (year, month, number), here {len(digits)}")
    year, month = int(digits[:2]), int(digits[2:4])
    if not 1 <= month <= 12:
        return Fault(f"month {digits[2:4]} does not exist")
    if not (year >= 91 or year <= 7) or "0703" < digits[:4] < "9107":
        return Fault("identifiers of this form were given from 9107 to 0703")
    if digits[4:] == "000":
        return Fault("numbers begin with 1")
    return _versioned(f"{name}/{digits}", version)


def _versioned(value: str, version: str | None) -> Identifier | Fault:
    if version is None:
        return Identifier(value)
    if not version:
        return Fault("the version has no number", f"for example {value}v2")
    if int(version) == 0:
        return Fault("versions begin with 1")
    if len(version) > 3 or version[0] == "0":
        return Fault(f"version {version} does not exist")
    return Identifier(value, int(version))


@lru_cache(maxsize=256)
def archive_named(written: str) -> str | None:
    """The archive as arXiv spells it: any case, ``hepth``, ``hep--th``. ``None`` where there is no such archive."""
    name = written.lower().replace("--", "-")
    if name in ARCHIVES:
        return name
    squeezed = name.replace("-", "")
    return next((archive for archive in ARCHIVES if archive.replace("-", "") == squeezed), None)


def month_of(value: str) -> tuple[int, int]:
    """Year and month of announcement in an identifier: ``2110.14168`` is (2021, 10), ``hep-th/9901001`` (1999, 1)."""
    digits = value.rpartition("/")[2]
    year, month = int(digits[:2]), int(digits[2:4])
    return (1900 if year >= 91 else 2000) + year, month


def _similar_archive(name: str) -> str:
    from difflib import get_close_matches  # wanted only for a mistake

    near = get_close_matches(name, list(ARCHIVES), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "archives are hep-th, math, cs and so on"


def shown(text: str) -> str:
    """The text as it can be shown on one line of a terminal: quoted, shortened, without control characters."""
    line = "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
    return f"'{line if len(line) <= 80 else line[:77] + '…'}'"
