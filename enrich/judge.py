"""What is wrong with a reference, given what authorities say of the work: pure decisions, nobody is asked.

Two rules before all others: a real reference is not called wrong, however sloppy; and what may be another edition of
the work (the preprint of a paper that is cited as published, a workshop's version that a search found) is no proof
against what the text says: then there is a note at most.
"""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from enrich import latex
from enrich.config import label_of
from enrich.finding import Finding
from enrich.identify import month_of
from enrich.match import (
    AuthorComparison,
    TitleComparison,
    compare_authors,
    compare_titles,
    is_generic,
    is_part,
    some,
    title_key,
    title_words,
    weighty_words,
)
from enrich.mentions import find_ids
from enrich.record import Candidate, Person, Published, Record
from enrich.reference import Description, Reference
from enrich.venues import (
    another_venue,
    is_preprint_doi,
    is_preprint_venue,
    is_unpublished,
    kind_of,
    parse_journal_ref,
    same_venue,
    says_only_arxiv,
)

# --- thresholds -----------------------------------------------------------------------------------------------------
# Tried on 4,000 conference records, written as sloppy people write them and then spoiled, and on arXiv's papers beside
# what was published of them.

_YEARS_OFF = 1
"""So many years beside the year of publication are forgiven: online first, a conference in December, its proceedings in
spring. ``strict`` forgives none."""

_JOURNAL_YEARS_OFF = 2
"""Journals print what was online two years before: a year so far off is a note for them, and no warning."""

_EDITION_YEARS_BEFORE = 3
_EDITION_YEARS_AFTER = 5
"""The years beside a preprint's in which the work may have been published. As in :mod:`enrich.match`: no paper of the
2,609 pairs of one title and common authors was published later, and 24 of them earlier."""

_ONE_SIDED = 4
"""One author in so many may have joined or left between two editions: 171 of those pairs have not all authors the same,
in 138 of them one is missing."""

_LARGE_TEAM = 20
_LARGE_TEAM_DIFFERENCE = 0.05
"""In lists so long, one name in twenty is spelled beyond recognition or was corrected."""

_MISQUOTED = 0.85
"""How alike a misquoted title is to the true one, at least: a word or two of ten differ."""

_MISQUOTED_HERE = 0.7
_MISQUOTED_WORDS = 2
"""The same where venue and year are the same, too, and no more than so many words differ: of 143,227 conference papers
26 are so like another one of their authors there."""

_MISATTRIBUTED_WORDS = 4
"""A title with so many words of weight, in one venue and year, is one work's. Shorter ones come twice even there."""

_DIFFERENT_WORDS = 3
"""Where one side names no authors, only two titles with so many words of weight are called different."""

_CLAIMED_WORDS = 3
"""So many words of weight a link's text has that claims to be a title; "GPT-4" and "the paper" claim nothing."""

_LABEL_WORDS = 4
"""So many words in all: of three words "Vision Transformer Survey" may be somebody's own name for a paper."""

_CJK_LABEL = 8
"""So many characters a title has in a script without spaces."""

_OTHER_KEY = 10
"""So many letters has the title of another work, at least, that a link's text can be taken for; "Adam" is a name."""

_QUOTED_SHARE = 0.6
"""Whoever has this part of a title's words in his line writes of that work, in an order of his own."""

_HARDLY_ANY = 0.25
"""Two titles of different works share a word at times: "learning", "neural", "quantum"."""

_EVERYWHERE = frozenset(
    """analysis approach approaches based benchmark comprehensive data deep effective efficient evaluating evaluation
    framework improve improved improving language large learn learning llm llms method methods model modeling modelling
    models network networks neural new novel problem problems review study survey system systems task tasks toward
    towards train training understanding""".split()
)
"""Words that stand in the titles of every list on one subject (most in 2 to 12 of a hundred conference papers). That
two titles have them in common says nothing where each has words of its own: links put beside wrong titles in 14 real
lists are seen in 76 of a hundred cases instead of 68, and of 37 pairs of titles that versions of one paper have, two
are taken for different works instead of three."""

_ITEM_SHARE = 0.4
"""A .bbl item that holds this part of the title's words holds the title, cut by LaTeX or by its style."""

_ITEM_WORDS = 6
"""So many words, at least, has an item of a .bbl that is more than a key and a link."""

_CUT_KEY = 9
"""So many letters, at least, has a title that ends in dots."""

_HOLDER_KEY = 12
"""So many letters, at least, has the name of a book or of proceedings in which a DOI's title is looked for."""

_SHOWN = 25
"""So many authors are shown of a list."""

_FINE = frozenset({"same", "version", "spelling", "subtitle"})
_TITLE_RANK = {"same": 0, "version": 1, "spelling": 2, "subtitle": 3, "changed": 4, "other": 5, "unknown": 6}
_AUTHOR_RANK = {
    "same": 0,
    "swapped": 1,
    "given": 2,
    "truncated": 3,
    "missing": 4,
    "added": 4,
    "differ": 5,
    "nobody": 6,
    "unknown": 7,
}

_PATCHY = frozenset({"Crossref", "DataCite", "OpenAlex", "INSPIRE", "Semantic Scholar"})
"""Sources whose lists of authors are often cut, to the first one even: who is not in them may be an author."""


# --- descriptions -----------------------------------------------------------------------------------------------------


def of_record(
    record: Record, *, others: Sequence[Record] = (), published: Published | None = None, by: str = "arxiv"
) -> Description:
    """What arXiv says of a paper: with the ``others`` among its versions, and the proven published version."""
    published = published or record.published
    reference = parse_journal_ref(record.journal_ref)
    versions = (record, *others)
    years = [version.year for version in versions]
    years += [int(version.updated[:4]) for version in versions if version.updated and version.updated[:4].isdecimal()]
    years += [month_of(record.eprint)[0], published.year if published else None, reference.year]
    source = label_of(record.origin.get("title", "arxiv"))
    doi = (published.doi if published else None) or record.doi
    return Description(
        source="arXiv" if source.startswith("arXiv") else source,
        by=by,
        name=record.id,
        titles=_distinct([*(version.title for version in versions), published.title if published else None]),
        bylines=tuple(dict.fromkeys(version.authors for version in versions if version.authors)),
        years=tuple(dict.fromkeys(year for year in years if year)),
        venues=_distinct([published.venue if published else None, reference.venue]),
        doi=doi.lower() if doi else None,
        eprints=(record.eprint,),
        kind=published.type if published else None,
        preprint=True,
    )


def of_candidate(candidate: Candidate, by: str, source: str | None = None, name: str | None = None) -> Description:
    """What a source says of a work that it was asked for by its DOI, or found."""
    published = candidate.published
    doi = published.doi.lower() if published.doi else None
    key = next(iter(candidate.keys.values()), "")
    eprint = f"arXiv:{candidate.eprints[0]}" if candidate.eprints else ""
    return Description(
        source=source or label_of(candidate.source),
        by=by,
        name=name or (f"doi:{doi}" if doi else key or eprint),
        titles=_distinct([published.title]),
        bylines=(candidate.authors,) if candidate.authors else (),
        complete=candidate.complete,
        years=(published.year,) if published.year else (),
        venues=_distinct([published.venue]),
        doi=doi,
        eprints=candidate.eprints,
        kind=candidate.kind or published.type,
        preprint=is_preprint_doi(doi) or (published.venue is not None and is_preprint_venue(published.venue)),
    )


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


# --- titles -----------------------------------------------------------------------------------------------------------

_SAME = TitleComparison("same", 1.0)
_UNKNOWN_TITLE = TitleComparison("unknown", 0.0)
_IN_BRACKETS = re.compile(r"\s*\[[^\[\]]{8,}\]\W*$")
_TONGUES = {
    "en": frozenset("the of and for with on by from to".split()),
    "de": frozenset("der die das und zur zum von für über ein eine einer mit auf bei im den dem des".split()),
    "fr": frozenset("le la les des du une et dans pour sur sous chez aux au".split()),
    "es": frozenset("el los las del una y en para sobre por con e os da do dos uma na no em".split()),
    "it": frozenset("il lo gli della delle dei degli di nel nella per sulla sulle".split()),
}
"""Small words by which the language of a title is told: where both have them, and none in common, one is translated."""

_FORMULA = re.compile(r"[$\\^_=√<>∼~±×→∞≥≤|]|[^\W\da-zA-Z]")
_CUT = re.compile(r"\s*(?:\.\s?\.\s?\.|…)\W*$")
_RETRACTED = r"(?i)^\W*(?:retracted(?:\s+(?:article|paper|chapter))?|withdrawn(?:\s+article)?|removed)\s*[:\]—–-]+\s*"
_GREEK = frozenset(
    """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi
    omega sqrt times to pm sim approx infty mathcal mathbb mathrm text rm bf it em tev gev mev kev""".split()
)


_MARKS = re.compile(r"[\\$~]|--|``|''")


def _at_a_glance(value: str) -> str:
    """A field's text without its braces and line breaks, where it holds no other LaTeX; else decoded."""
    if _MARKS.search(value):
        return latex.to_text(value, bibtex=True).strip()
    if "{" in value:
        value = value.replace("{", "").replace("}", "")
    return " ".join(value.split())


def _title(reference: Reference, description: Description) -> tuple[TitleComparison, str | None]:
    """How the reference's title compares with the nearest of a work's titles, and that title."""
    raw = reference.fields.get("title", "")
    if raw and "subtitle" not in reference.fields and (plain := _at_a_glance(raw)) in description.titles:
        return _SAME, plain
    claimed = reference.title
    if not claimed or not description.titles:
        return _UNKNOWN_TITLE, description.title
    found = [(_compare_title(claimed, title), title) for title in description.titles]
    if len(found) == 1:
        return found[0]
    return min(found, key=lambda one: (_TITLE_RANK[one[0].how], -one[0].likeness))


def _compare_title(claimed: str, title: str) -> TitleComparison:
    """As :func:`compare_titles`, and forgiving what is cut, in another script, or differs in a formula only."""
    if (key := title_key(claimed)) and key == title_key(title):
        return _SAME
    true = re.sub(_RETRACTED, "", title)
    if true != title and not re.match(_RETRACTED, claimed):
        return _compare_title(claimed, true)
    for bracketed, other in ((claimed, title), (title, claimed)):
        plain = _IN_BRACKETS.sub("", bracketed)
        if plain != bracketed and (key := title_key(plain)) and key == title_key(other):
            return _SAME  # Its translation stands behind it.
    cut = _CUT.search(claimed)
    if cut and len(start := title_key(claimed[: cut.start()])) >= _CUT_KEY and title_key(title).startswith(start):
        return _SAME
    compared = compare_titles(claimed, title)
    if compared.how in _FINE or compared.how == "unknown":
        return compared
    if _script(claimed) != _script(title) or (compared.how == "other" and _tongue(claimed) != _tongue(title)):
        return _UNKNOWN_TITLE  # A translation, or what a source made of it.
    if _is_acronym_of(compared.missing, compared.added) or _is_acronym_of(compared.added, compared.missing):
        return replace(compared, how="spelling", telling=())
    differing = (*compared.missing, *compared.added)
    if differing and (_FORMULA.search(claimed) or _FORMULA.search(title)):
        if all(len(word) <= 2 or word in _GREEK or not word.isalpha() or not word.isascii() for word in differing):
            return TitleComparison("spelling", compared.likeness, compared.missing, compared.added)
        if compared.likeness >= _MISQUOTED and _without_formulas(claimed) == _without_formulas(title):
            return TitleComparison("spelling", compared.likeness, compared.missing, compared.added)
    return compared


def _tongue(title: str) -> str | None:
    """The language of a title by its small words; English where that cannot be told."""
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", title)}
    counts = {tongue: len(words & small) for tongue, small in _TONGUES.items()}
    best = max(counts, key=lambda tongue: counts[tongue])
    return best if counts[best] and not counts["en"] else "en"


def _is_acronym_of(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether all that differs is an acronym here and its words there: ``llms``, ``large language models``."""
    if len(short) != 1 or len(long) < 2:
        return False
    letters = "".join(word[0] for word in long)
    return short[0] in (letters, f"{letters}s")


def _without_formulas(title: str) -> str:
    return title_key(re.sub(r"\$[^$]*\$|\\\(.*?\\\)", " ", title))


def _script(text: str) -> bool:
    """Whether most letters of a text are other than Latin ones."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(ord(letter) > 0x24F for letter in letters) * 2 > len(letters)


# --- authors ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Authors:
    """How the reference's authors compare with those of a work.

    ``how``: ``same``, ``swapped`` (in another order), ``given`` (only given names differ, at the same places),
    ``truncated`` (the first ones, and no "and others"), ``missing``, ``added``, ``differ`` (both), ``nobody`` (in
    common), or ``unknown``. ``shared`` and ``sure`` (by more than an initial) count those in both, ``longer`` is the
    longer list's length.
    """

    how: str
    byline: tuple[Person, ...] = ()
    shared: int = 0
    sure: int = 0
    longer: int = 0
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    in_order: bool = True

    @property
    def slight(self) -> bool:
        """Whether no more differs than may between two editions of one work."""
        if self.how in ("same", "swapped", "unknown"):
            return True
        if self.missing and self.added:
            return False
        return bool(self.shared) and len(self.missing) + len(self.added) <= max(1, self.longer // _ONE_SIDED)

    @property
    def whole(self) -> bool:
        """Whether all authors are the same and in order, and there are two at least."""
        return self.how == "same" and self.sure >= 1 and self.shared >= 2 and self.in_order

    @property
    def agree(self) -> bool:
        """Whether somebody is surely in both: not by an initial alone, unless two are."""
        return self.sure >= 1 or self.shared >= 2


_NO_AUTHORS = _Authors("unknown")


def _authors(reference: Reference, description: Description) -> _Authors:
    """How the reference's authors compare with the nearest of a work's bylines."""
    raw = reference.fields.get("author", "")
    if not raw or not description.bylines:
        return _NO_AUTHORS
    plain = _at_a_glance(raw)
    for byline in description.bylines:
        if plain == _family_first(byline) or plain == " and ".join([person.name for person in byline]):
            count = len(byline)
            return _Authors("same", byline, count, count, count)
    if not reference.authors:
        return _NO_AUTHORS
    found = [
        _compare_authors(reference, byline, description, whole=description.complete or number > 0)
        for number, byline in enumerate(description.bylines)
    ]
    return min(found, key=lambda one: (_AUTHOR_RANK[one.how], len(one.missing) + len(one.added)))


def _family_first(byline: tuple[Person, ...]) -> str:
    """The list as it mostly stands in a ``.bib``."""
    names = []
    for person in byline:
        if person.given and person.family and not person.suffix:
            names.append(f"{person.family}, {person.given}")
        else:
            names.append(person.literal or ", ".join(filter(None, (person.family, person.suffix, person.given))))
    return " and ".join(names)


def _compare_authors(
    reference: Reference, byline: tuple[Person, ...], description: Description, *, whole: bool
) -> _Authors:
    claimed = reference.authors
    byline = tuple([person for person in byline if any(letter.isalpha() for letter in person.name)])
    groups = [all(person.family is None for person in people) for people in (byline, claimed)]
    if not byline or groups[0] != groups[1]:
        return _NO_AUTHORS  # A collaboration here, its members there.
    if _script(" ".join(person.name for person in claimed)) != _script(" ".join(person.name for person in byline)):
        return _NO_AUTHORS
    compared = compare_authors(byline, claimed, complete=reference.complete)
    if compared.missing and len(once := tuple(dict.fromkeys(byline))) < len(byline):  # Crossref has some twice.
        byline = once
        compared = compare_authors(byline, claimed, complete=reference.complete)
    missing, added = compared.missing, compared.added if whole else ()
    if compared.shared and compared.first and compared.second:
        named = [any(person.family is None for person in people) for people in (byline, claimed)]
        if named[1] and not named[0]:
            missing = ()  # "G. Aad and the ATLAS Collaboration" names them all.
        if named[0] and not named[1]:
            added = ()
    longer = max(compared.first, compared.second)
    if longer >= _LARGE_TEAM and len(missing) + len(added) <= 2 * _LARGE_TEAM_DIFFERENCE * longer:
        missing = added = ()
    if added and not missing and compared.ordered and compared.shared and description.source in _PATCHY:
        added = ()
    if (missing or added) and _in_one_string(reference, byline):
        missing = added = ()
    how = _how_authors(compared, missing, added, reference, byline)
    return _Authors(
        how,
        byline,
        compared.shared,
        compared.shared - compared.by_initial,
        longer,
        missing,
        added,
        compared.ordered,
    )


def _how_authors(
    compared: AuthorComparison,
    missing: tuple[str, ...],
    added: tuple[str, ...],
    reference: Reference,
    byline: tuple[Person, ...],
) -> str:
    if not compared.shared:
        return "nobody" if missing or added else "unknown"
    if missing and added:
        return "given" if compared.ordered and _same_families(reference.authors, byline) else "differ"
    if added:
        return "added"
    if missing:
        tail = tuple(person.name for person in byline[len(byline) - len(missing) :])
        return "truncated" if compared.ordered and missing == tail else "missing"
    if not compared.ordered and reference.complete:
        return "swapped"
    return "same"


def _same_families(claimed: Sequence[Person], byline: Sequence[Person]) -> bool:
    """Whether two lists have the same family names in the same order: people change given names, and confuse them."""
    return [title_key(person.family or person.name) for person in claimed] == [
        title_key(person.family or person.name) for person in byline
    ]


def _in_one_string(reference: Reference, byline: tuple[Person, ...]) -> bool:
    """Whether the authors stand in a list with commas, semicolons or ampersands, which BibTeX reads as one name or two,
    and all of them are there."""
    raw = reference.fields.get("author", "")
    if len(re.findall(r"\sand\s", raw)) > 1 or not re.search(r"[,;&]", raw):
        return False
    if len(re.findall(r"[,;&]|\sand\s", raw)) + 1 < len(byline):
        return False
    text = title_key(" ".join(person.name for person in reference.authors))
    return all(title_key(person.family or person.name) in text for person in byline)


def _list(people: Sequence[Person]) -> str:
    names = [person.name for person in people]
    more = ["others"] if len(names) > _SHOWN else []
    return " and ".join([*names[:_SHOWN], *more])


# --- venues -----------------------------------------------------------------------------------------------------------

_HOMES = ("institution", "school", "crossref", "xdata")
_BOOKS = frozenset(
    "book inbook incollection booklet phdthesis mastersthesis thesis proceedings collection manual".split()
)


def claimed_venue(reference: Reference) -> str | None:
    """The venue that an entry claims, or ``None`` where it is that of a preprint, or none."""
    fields = reference.fields
    for name in ("journal", "journaltitle", "booktitle"):
        if (raw := fields.get(name)) and (venue := _venue(raw)):
            return None if _is_placeholder(venue) else venue
    return None


@lru_cache(maxsize=2048)
def _venue(raw: str) -> str:
    return _at_a_glance(raw)


@lru_cache(maxsize=2048)
def _is_placeholder(venue: str) -> bool:
    return says_only_arxiv(venue)


def cites_preprint(reference: Reference) -> bool:
    """Whether an entry cites the work as a preprint: it names no journal, proceedings or institution but arXiv."""
    if not reference.is_entry or reference.type in _BOOKS or claimed_venue(reference):
        return False
    return not any(
        value.strip() and not _is_placeholder(value)
        for name in _HOMES
        if (value := reference.fields.get(name, "")) is not None
    )


def _claims_publication(reference: Reference) -> bool:
    return reference.is_entry and not cites_preprint(reference)


def _kind(venue: str | None, said: str | None) -> str | None:
    """Whether a venue is a journal (``article``) or a conference (``inproceedings``), by its name or what is said."""
    name = (venue or "").lower()
    journal = re.search(r"national academy|natl\.? acad|royal society|proc(?:eedings|\.) (?:of the )?ieee\W*$", name)
    meeting = re.search(
        r"\b(?:conference|conf|proceedings|proc|symposium|workshop|meeting|congress|colloquium)\b", name
    )
    if meeting and not journal:
        return "inproceedings"
    if re.search(r"\b(?:journal|j\.|transactions|trans\.|letters|lett\.|review|rev\.|annals|acta|magazine)", name):
        return "article"
    return kind_of(said)


# --- one description beside the reference -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Compared:
    """A description beside the reference. ``edition``: it may be of another edition of the work than the one cited."""

    description: Description
    claimed: str
    titles: TitleComparison
    title: str | None
    authors: _Authors
    edition: bool = False


def _compare(reference: Reference, description: Description) -> _Compared:
    titles, title = _title(reference, description)
    claimed = reference.title
    # Crossref keeps subtitles apart, and people leave them out; who names the work need not repeat ": a survey".
    named = description.by != "title" and (titles.how == "other" or titles.telling)
    if named and any(is_part(claimed, one) or is_part(one, claimed) for one in description.titles):
        titles = replace(titles, how="subtitle")
    if reference.type in ("proceedings", "mvproceedings") and titles.how not in _FINE and same_venue(claimed, title):
        titles = replace(titles, how="spelling")  # "Proceedings of ..., ICML 2021"
    return _Compared(
        description,
        reference.title or "" if titles.how != "same" else title or "",
        titles,
        title,
        _authors(reference, description),
        _is_other_edition(reference, description),
    )


def _is_other_edition(reference: Reference, description: Description) -> bool:
    if description.preprint:
        # With the published version in it, a description speaks of both; but nobody says who its authors are.
        return _claims_publication(reference)
    if description.by != "title":
        return False
    venue = claimed_venue(reference)
    if venue is None:
        # Cited as a preprint, a report or a thesis, and published since; or a book, which has editions.
        return bool(description.venues) or (reference.type in _BOOKS and not _years_meet(reference, description))
    if venue in description.venues or any(same_venue(venue, one) for one in description.venues):
        return False
    return not _years_meet(reference, description) or not any(another_venue(venue, one) for one in description.venues)


def _years_meet(reference: Reference, description: Description, off: int = _YEARS_OFF) -> bool:
    year = reference.year
    return year is not None and any(abs(year - other) <= off for other in description.years)


def accepts(reference: Reference, description: Description) -> bool:
    """Whether what a title search found is the work meant: the title is the same and an author, at least, is.

    Where the reference names no authors, the year or the venue must agree, and the title be no common one.
    """
    titles, title = _title(reference, description)
    if titles.how not in _FINE:
        return False
    return _accepts(reference, description, titles, title, _authors(reference, description))


def _accepts(
    reference: Reference, description: Description, titles: TitleComparison, title: str | None, authors: _Authors
) -> bool:
    if titles.how not in _FINE:
        return False
    common = is_generic(title) or is_generic(reference.title)
    if authors.how == "unknown":
        return not common and titles.how == "same" and _same_place_or_year(reference, description)
    if common:
        return authors.how == "same" and authors.agree and titles.how == "same"
    if authors.agree:
        return True
    return authors.shared == 1 and authors.how == "same" and _same_place_or_year(reference, description)


def _same_place_or_year(reference: Reference, description: Description) -> bool:
    return _years_meet(reference, description) or _same_place(reference, description)


def _same_place(reference: Reference, description: Description) -> bool:
    venue = claimed_venue(reference)
    return venue is not None and any(same_venue(venue, other) for other in description.venues)


def nearly(reference: Reference, description: Description) -> bool:
    """Whether what a search found is surely meant, though its title or its authors are misquoted.

    With a word or two of the title changed, all authors must be the same and in order (one alone needs the venue as
    well), about the same year, and no other venue. With other authors, a long title, venue and year must be the same.
    """
    titles, title = _title(reference, description)
    if titles.how in ("other", "unknown"):
        return False
    return _nearly(reference, description, titles, title, _authors(reference, description))


def _nearly(
    reference: Reference, description: Description, titles: TitleComparison, title: str | None, authors: _Authors
) -> bool:
    if titles.how in ("same", "version", "spelling"):
        return (
            authors.how in ("nobody", "differ")
            and len(weighty_words(title)) >= _MISATTRIBUTED_WORDS
            and not is_generic(title)
            and _same_place(reference, description)
            and _years_meet(reference, description)
        )
    if titles.how != "changed" or titles.telling:
        return False
    here = max(len(titles.missing), len(titles.added)) <= _MISQUOTED_WORDS and _same_place(reference, description)
    if titles.likeness < (_MISQUOTED_HERE if here else _MISQUOTED):
        return False
    if authors.how != "same" or not authors.in_order or not authors.sure or is_generic(title):
        return False
    if not reference.complete and authors.shared < 2:
        return False
    if not _years_meet(reference, description):
        return False
    if authors.shared < 2:
        return _same_place(reference, description)
    venue = claimed_venue(reference)
    return venue is None or not any(another_venue(venue, other) for other in description.venues)


# --- entries ----------------------------------------------------------------------------------------------------------


def judge(
    reference: Reference, descriptions: Sequence[Description], *, strict: bool = False, today: date
) -> tuple[Finding, ...]:
    """What is wrong with an entry, given what was found by its identifiers or by its title.

    What a title search found and is not the work meant is left aside; the same defect is reported once. ``strict``
    forgives less: subtitles, spelling, a year more or less. Other documents' references: :func:`judge_mention`.
    """
    if not reference.is_entry:
        return ()
    right: list[_Compared] = []
    wrong: list[_Compared] = []
    volume: list[_Compared] = []
    for description in descriptions:
        one = _compare(reference, description)
        if description.by == "title":
            facts = (one.titles, one.title, one.authors)
            if _accepts(reference, description, *facts) or _nearly(reference, description, *facts):
                right.append(one)
        elif _is_whole_volume(reference, one):
            volume.append(one)
        elif _is_another_work(one):
            wrong.append(one)
        else:
            right.append(one)
    findings = _wrong_works(reference, wrong, right)
    findings += [_whole_volume(reference, one) for one in volume]
    if right:
        if retracted := _retracted(reference, right):
            findings.append(retracted)
        for finding in (
            _judge_title(reference, right, strict),
            _judge_authors(reference, right),
            _judge_year(reference, right, strict, today),
            _judge_venue(reference, right, strict),
        ):
            if finding is not None:
                findings.append(finding)
    return tuple(findings)


def _is_another_work(one: _Compared) -> bool:
    """Whether an identifier leads to another work than the entry describes: title and authors disagree."""
    how, authors = one.titles.how, one.authors
    if how == "unknown":
        return False
    if how in _FINE:
        return authors.how == "nobody" and is_generic(one.title)
    if authors.how == "unknown":
        return how == "other" and _plainly_different(one)
    if authors.how == "nobody":
        return True
    # "Wei Zhang" or "J. Smith" alone among other people is somebody else.
    return how == "other" and authors.how == "differ" and authors.sure == 0 and _plainly_different(one)


def _plainly_different(one: _Compared) -> bool:
    """Whether two titles have many words of weight each, and hardly one in common."""
    if _share(one.title or "", one.claimed) > _HARDLY_ANY:
        return False
    ours, theirs = one.titles.missing, one.titles.added
    many = min(len(set(weighty_words(" ".join(words)))) for words in (ours, theirs))
    return many >= _DIFFERENT_WORDS


def _is_whole_volume(reference: Reference, one: _Compared) -> bool:
    """Whether a DOI is that of the book or the proceedings in which the work stands."""
    if one.titles.how in _FINE or one.description.by != "doi" or one.title is None:
        return False
    holders = [
        reference.fields.get(name, "") for name in ("booktitle", "maintitle", "series", "journal", "journaltitle")
    ]
    if not any(holders):
        return False
    key = title_key(one.title)
    keys = [found for holder in holders if len(found := title_key(holder)) >= _HOLDER_KEY]
    return len(key) >= _HOLDER_KEY and any(key in found or found in key for found in keys)


def _whole_volume(reference: Reference, one: _Compared) -> Finding:
    return reference.finding(
        "doi",
        "the DOI is that of the whole volume",
        found=reference.doi,
        expected=one.title,
        source=one.description.source,
        hint="take the DOI of the paper, if there is one",
        at=("doi",),
        severity="note",
    )


def _wrong_works(reference: Reference, wrong: Sequence[_Compared], right: Sequence[_Compared]) -> list[Finding]:
    findings = []
    for one in wrong:
        description = one.description
        who = some([person.name for person in description.authors]) or "unknown authors"
        by_doi = description.by == "doi"
        known = next((other.description.name for other in right if other.description.name), None)
        findings.append(
            reference.finding(
                "doi" if by_doi and (right or reference.identifier) else "wrong-work",
                f"{description.name or 'the identifier'} is another work: {_quoted(description.title)} by {who}",
                found=reference.title,
                expected=description.title,
                source=description.source,
                hint=f"the work of this title is {known}" if known and not by_doi else None,
                at=("doi",) if by_doi else ("eprint", "doi", "url"),
                id=description.name if by_doi and description.name.startswith("doi:") else None,
            )
        )
    return findings


def _quoted(text: str | None) -> str:
    return f'"{text}"' if text else "one without a title"


def _retracted(reference: Reference, right: Sequence[_Compared]) -> Finding | None:
    for one in right:
        title = one.description.title or ""
        if re.match(_RETRACTED, title) and not re.match(_RETRACTED, reference.title or ""):
            return reference.finding(
                "withdrawn",
                "the publisher marks the work as retracted",
                found=reference.title,
                expected=title,
                source=one.description.source,
                at=("title",),
            )
    return None


def _judge_title(reference: Reference, right: Sequence[_Compared], strict: bool) -> Finding | None:
    best = min(right, key=lambda one: (_TITLE_RANK[one.titles.how], -one.titles.likeness))
    how = best.titles.how
    if how in ("same", "version", "unknown") or (how in _FINE and not strict):
        return None
    # Many papers are published under another title than their preprint's, by the same people.
    severity = None
    if how in _FINE:
        severity = "warning"
    elif all(one.edition and not _knows_publication(one.description) for one in right):
        same = best.authors.how in ("same", "swapped") and best.authors.agree
        severity = "note" if same and (how == "changed" or not _plainly_different(best)) else "warning"
    return reference.finding(
        "title",
        f"the title differs: {_difference(best.titles)}",
        found=reference.title,
        expected=best.title,
        source=best.description.source,
        hint="it may have appeared under another title than the preprint's" if severity == "note" else None,
        at=("title",),
        severity=severity,
    )


def _knows_publication(description: Description) -> bool:
    """Whether a preprint's description holds the title of what was published of it, too."""
    return description.preprint and kind_of(description.kind) is not None


def _difference(titles: TitleComparison) -> str:
    if titles.how == "other":
        return "it is another one"
    ours, theirs = " ".join(titles.missing), " ".join(titles.added)
    if ours and theirs:
        return f"{ours!r} stands where {theirs!r} should"
    if ours:
        return f"{ours!r} is not in it"
    return f"{theirs!r} is left out" if theirs else "the words stand in another order"


def _judge_authors(reference: Reference, right: Sequence[_Compared]) -> Finding | None:
    known = [one for one in right if one.authors.how != "unknown"]
    if not known:
        return None
    best = min(known, key=lambda one: (_AUTHOR_RANK[one.authors.how], one.edition))
    authors = best.authors
    if authors.how == "same":
        return None
    sources = " and ".join(dict.fromkeys(one.description.source for one in known if one.authors.how == authors.how))
    severity = "warning" if authors.how in ("swapped", "given") else None
    hint = None
    if all(one.edition and (authors.slight or _is_first_edition(reference, one)) for one in known):
        severity, hint = "note", "authors may join or leave between a preprint and what is published"
    elif authors.how == "truncated":
        hint = "end the list with 'and others', or name them all"
    return reference.finding(
        "authors",
        _author_message(authors),
        found=_list(reference.authors),
        expected=_list(authors.byline),
        source=sources,
        hint=hint,
        at=("author",),
        severity=severity,
    )


def _is_first_edition(reference: Reference, one: _Compared) -> bool:
    """Whether an entry cites the preprint of what a search found published, by half the same people at least."""
    return one.description.by == "title" and cites_preprint(reference) and 2 * one.authors.shared >= one.authors.longer


def _author_message(authors: _Authors) -> str:
    missing, added = some(authors.missing), some(authors.added)
    if authors.how == "nobody":
        return f"the authors are others: none of these wrote it, but {some([person.name for person in authors.byline])}"
    if authors.how == "swapped":
        return "the authors stand in another order"
    if authors.how == "truncated":
        return f"the list of authors stops before {missing}, without 'and others'"
    if authors.how == "missing":
        return f"{missing} {'are' if len(authors.missing) > 1 else 'is'} missing from the authors"
    if authors.how == "added":
        return f"{added} {'are' if len(authors.added) > 1 else 'is'} not among the authors"
    return f"the authors differ: {added} stands where {missing} should"


def _judge_year(reference: Reference, right: Sequence[_Compared], strict: bool, today: date) -> Finding | None:
    year = reference.year
    dated = [one for one in right if one.description.years]
    if not all(one.edition for one in dated):  # The very one is known: another publication's year does not count.
        dated = [one for one in dated if not one.edition or one.description.by != "title"]
    if year is None or not dated or any(year in one.description.years for one in dated):
        return None
    if year > today.year + 1:  # Said already: it lies in the future.
        return None
    off = 0 if strict else _YEARS_OFF
    gaps = []
    for one in dated:
        years = one.description.years
        first, last = min(years), max(years)
        if one.description.preprint:
            # Any year between the first version and the newest is one in which the work appeared.
            open_end = one.edition and not _same_place(reference, one.description)
            low = first - (_EDITION_YEARS_BEFORE if open_end else off)
            high = last + (_EDITION_YEARS_AFTER if open_end else off)
            gaps.append(max(low - year, year - high, 0))
        elif one.edition:
            low, high = first - _EDITION_YEARS_AFTER, last + _EDITION_YEARS_AFTER
            gaps.append(max(low - year, year - high, 0))
        else:
            gaps.append(max(min(abs(year - other) for other in years) - off, 0))
    if not all(gaps):
        return None
    best = dated[gaps.index(min(gaps))]
    first, last = min(best.description.years), max(best.description.years)
    journal = _kind(next(iter(best.description.venues), None), best.description.kind) == "article"
    near = journal and not best.description.preprint and min(gaps) + off <= _JOURNAL_YEARS_OFF
    # The year of another publication of the work, by what was found or by what arXiv's record names.
    near = near or (best.edition and (best.description.by == "title" or bool(best.description.venues)))
    when = f"{first}" if first == last else f"{first} to {last}"
    return reference.finding(
        "year",
        f"the year is {year}, and the work appeared in {when}",
        found=str(year),
        expected=when,
        source=best.description.source,
        at=("year", "date"),
        severity="note" if near and not strict else None,
    )


def _judge_venue(reference: Reference, right: Sequence[_Compared], strict: bool) -> Finding | None:
    venue = claimed_venue(reference)
    if venue is None:
        return None
    placed = [one for one in right if any(not _is_placeholder(name) for name in one.description.venues)]
    if not placed:
        return None
    for one in placed:
        if venue in one.description.venues or any(same_venue(venue, other) for other in one.description.venues):
            return None
    best = min(placed, key=lambda one: ("doi arxiv title".find(one.description.by), one.edition))
    description = best.description
    true = next(name for name in description.venues if not _is_placeholder(name))
    sure = all(another_venue(venue, other) for one in placed for other in one.description.venues)
    key, other_key = title_key(venue), title_key(true)
    if not sure:
        if not strict or (key and other_key and (key in other_key or other_key in key)):
            return None
        severity: str | None = "note"
    else:
        kinds = _kind(venue, reference.type), _kind(true, description.kind)
        if description.by == "doi" and description.doi == reference.doi and kinds[0] == kinds[1]:
            severity = None
        elif None in kinds or kinds[0] != kinds[1]:
            # A conference's paper and its journal version are two publications of one work.
            severity = "note"
        else:
            # The same people under the same title in another year: a second publication, perhaps.
            severity = None if _years_meet(reference, description) else "note"
    return reference.finding(
        "venue",
        f"the venue is {venue}, and the work appeared in {true}",
        found=venue,
        expected=true,
        source=description.source,
        hint="it may have appeared in both" if severity == "note" else None,
        at=("journal", "journaltitle", "booktitle"),
        severity=severity,
    )


# --- mentions ---------------------------------------------------------------------------------------------------------

# What links are called that do not claim to be a title.
_LINK_WORDS = frozenset(
    """paper papers pdf arxiv link links code project page website web site here official blog post slides demo github
    download read this that more version preprint abstract abs full text see original source dataset model models video
    repo repository huggingface openreview html poster talk bibtex cite citation supplementary release notes report
    technical article click""".split()
)
_DECORATION = re.compile(r"^\W*(?:\d+[.)]\s+|\[\d+\]\s*)|\s*[(\[（【][^()\[\]（）【】]{0,40}[)\]）】]\s*$")
_QUOTES = re.compile(r"""^\s*["“”'‘’«„「『《*_]+.+["“”'‘’»」』》*_]+\s*$""")


def judge_mention(
    reference: Reference,
    description: Description,
    *,
    titled: bool,
    strict: bool = False,
    others: Container[str] = frozenset(),
) -> tuple[Finding, ...]:
    """What is wrong with a mention in a list, a page or a ``.bbl``, given the work that its identifier names.

    Is the title there, in the link's text or around it? ``titled``: whether such texts are titles in this file as a
    rule. What may be a nickname, a translation or a remark claims nothing, unless it is to the letter the title of
    another work: ``others`` has the keys (:func:`enrich.match.title_key`) of those that are known.
    """
    label = _DECORATION.sub("", reference.label or "").strip()
    passage = reference.passage or ""
    text = f"{passage} {label}"
    if not description.titles or not text.strip():
        return ()
    whole = title_key(text)
    if any(key in whole for title in description.titles if (key := title_key(title))):
        return ()
    if not label:
        return _judge_item(reference, passage, description)
    compared = [(_compare_title(label, title), title) for title in description.titles]
    best, title = min(compared, key=lambda one: (_TITLE_RANK[one[0].how], -one[0].likeness))
    if best.how in ("same", "version", "subtitle", "unknown") or (best.how == "spelling" and not strict):
        return ()
    if _quotes_a_part(label, description.titles):
        return ()
    if len(key := title_key(label)) >= _OTHER_KEY and key in others:
        return (_wrong_mention(reference, description, label),)
    if best.likeness >= _MISQUOTED and len(weighty_words(label)) >= _CLAIMED_WORDS:
        finding = reference.finding(
            "title",
            f"the title differs: {_difference(best)}",
            found=reference.label,
            expected=title,
            source=description.source,
            severity="warning",
        )
        return (finding,)
    if not _claims_a_title(label, description, titled=titled):
        return ()
    if max(_own_share(title, text) for title in description.titles) >= _ITEM_SHARE:
        return ()
    if max(max(_own_share(title, label), _own_share(label, title)) for title in description.titles) > _HARDLY_ANY:
        return ()
    return (_wrong_mention(reference, description, label),)


def _wrong_mention(reference: Reference, description: Description, found: str) -> Finding:
    who = some([person.name for person in description.authors])
    return reference.finding(
        "wrong-work",
        f"{description.name} is another work: {_quoted(description.title)}{f' by {who}' if who else ''}",
        found=found,
        expected=description.title,
        source=description.source,
    )


def _judge_item(reference: Reference, passage: str, description: Description) -> tuple[Finding, ...]:
    """A ``\\bibitem`` has a key, and names the authors where its style leaves titles out."""
    if reference.key is None or not description.bylines or _script(passage) or len(title_words(passage)) < _ITEM_WORDS:
        return ()
    if any(_script(title) or len(weighty_words(title)) < _DIFFERENT_WORDS for title in description.titles):
        return ()
    if max(_share(title, passage) for title in description.titles) >= _ITEM_SHARE or _names_author(
        passage, description
    ):
        return ()
    return (_wrong_mention(reference, description, " ".join(passage.split())[:200]),)


def _names_author(text: str, description: Description) -> bool:
    """Whether an author's family name, or a word of a collaboration's, stands in a text."""
    key = title_key(text)
    for byline in description.bylines:
        for person in byline:
            names = [person.family] if person.family else [word for word in person.name.split() if len(word) > 2]
            for name in names:
                if (found := title_key(name)) and (found in key if len(found) > 3 else found in title_words(text)):
                    return True
    return False


def _quotes_a_part(label: str, titles: Sequence[str]) -> bool:
    """Whether a text is an abbreviation of a title: its beginning, the name before its colon, most of its words."""
    key, words = title_key(label), title_words(label)
    for title in titles:
        if title_key(title).startswith(key):
            return True
        name = re.split(r"\s*[:–—]\s|:", title, maxsplit=1)[0]
        if name != title and (short := title_key(name)) and short in ("".join(words[:count]) for count in range(1, 6)):
            return True
        if len(words) >= _CLAIMED_WORDS and set(weighty_words(label)) <= set(weighty_words(title)):
            return True
        if _share(title, label) >= _QUOTED_SHARE and compare_titles(label, title).likeness < _MISQUOTED:
            return True
    return False


def _share(title: str, text: str) -> float:
    """The part of the weighty words of ``title`` that ``text`` has, by their beginnings: ``quantum``, ``quantised``."""
    wanted = set(weighty_words(title))
    there = {word[:5] for word in title_words(text)}
    return sum(word[:5] in there for word in wanted) / len(wanted) if wanted else 1.0


def _own_share(title: str, text: str) -> float:
    """The same without the words that stand everywhere, if enough others are left of ``title`` and in ``text``."""
    own = [[word for word in weighty_words(one) if word not in _EVERYWHERE] for one in (title, text)]
    if min(len(set(words)) for words in own) < _CLAIMED_WORDS:
        return _share(title, text)
    return _share(" ".join(own[0]), text)


def _claims_a_title(label: str, description: Description, *, titled: bool) -> bool:
    """Whether a text can only be meant as a title."""
    if re.search(r"https?:|\bet\.? al\b|@|\d{4}\.\d{4,5}", label) or _script(label) != _script(description.title or ""):
        return False
    weighty = [word for word in weighty_words(label) if word not in _LINK_WORDS and not word.isdigit()]
    if _script(label):
        return titled and sum(letter.isalpha() for letter in label) >= _CJK_LABEL
    words = label.split()
    if len(words) < _LABEL_WORDS or len(set(weighty)) < _CLAIMED_WORDS or _names_author(label, description):
        return False
    if titled:
        return True
    capital = [word for word in words if word[:1].isalpha() and len(word) > 3]
    in_title_case = len(capital) >= _CLAIMED_WORDS and all(word[0].isupper() for word in capital)
    return in_title_case or _QUOTES.match(label) is not None


# --- standing ---------------------------------------------------------------------------------------------------------

# Comments that speak of a publication that the sources do not know, or not yet.
_APPEARED = (
    r"(?i)\b(?:accepted|to appear|appear(?:s|ed|ing)?|published|publication|in press|camera[\s-]ready|forthcoming"
    r"|presented|proceedings|conference|workshop|journal|symposium|oral|poster|spotlight|version of)\b"
)
_SUPERSEDED = r"(?i)\bsuperseded\s+by\b[^.;]*$"


def standing(
    reference: Reference,
    record: Record,
    newest: Record | None,
    published: Published | None,
    why: str,
    *,
    looked: bool,
    strict: bool = False,
) -> tuple[Finding, ...]:
    """Whether the work that a reference names is still the one to cite: withdrawn, superseded, published, or never.

    ``record`` is the version that is cited, ``newest`` the newest one where that is another; ``published`` the proven
    published version, ``why`` the reason where there is none, and ``looked`` whether everybody was asked for it.
    """
    findings = []
    current = newest or record
    if withdrawn := current.withdrawn or record.withdrawn:
        instead = withdrawn.superseded_by
        findings.append(
            reference.finding(
                "withdrawn",
                f"the paper was withdrawn{f': {_short(withdrawn.reason)}' if withdrawn.reason else ''}",
                expected=instead,
                source="arXiv",
                hint=f"cite {instead}" if instead else None,
            )
        )
    elif instead := _superseded_by(current):
        findings.append(
            reference.finding(
                "superseded",
                f"its authors say that {instead} takes its place",
                expected=instead,
                source="arXiv",
                hint=f"cite {instead}",
            )
        )
    cited = reference.identifier.version if reference.identifier else None
    if cited is not None and current.version is not None and cited < current.version:
        findings.append(
            reference.finding(
                "superseded",
                f"cites version {cited}; the newest is {current.version}",
                found=f"v{cited}",
                expected=f"v{current.version}",
                source="arXiv",
                hint="",
                severity="note",
            )
        )
    if published is not None:
        if not current.withdrawn and (cites_preprint(reference) or (strict and not reference.is_entry)):
            findings.append(_published(reference, published))
    elif finding := _never_published(reference, current, why, looked):
        findings.append(finding)
    return tuple(findings)


def _short(text: str, most: int = 160) -> str:
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} ..."


def _superseded_by(record: Record) -> str | None:
    comment = record.comment or ""
    if "superseded" not in comment.lower():
        return None
    for found in find_ids(comment, loose=True):
        if found.identifier and found.identifier.id != record.id and re.search(_SUPERSEDED, comment[: found.start]):
            return str(found.identifier)
    return None


def _published(reference: Reference, published: Published) -> Finding:
    where = ", ".join(
        str(part) for part in (published.venue, published.year, published.doi and f"doi:{published.doi}") if part
    )
    return reference.finding(
        "published",
        f"it was published: {where}" if where else "it was published",
        found=reference.id,
        expected=where or None,
        source=_source_of(published),
        hint=f"enrich refresh {reference.file} takes it over" if reference.file.endswith(".bib") else "cite that",
    )


def _source_of(published: Published) -> str | None:
    first = published.evidence[0] if published.evidence else ""
    return first.removesuffix(" describes it") if first.endswith(" describes it") else None


def _never_published(reference: Reference, record: Record, why: str, looked: bool) -> Finding | None:
    """That an entry names a venue, and nobody knows of a publication. That is weak: nobody knows all venues."""
    venue = claimed_venue(reference)
    if venue is None or is_unpublished(venue) or not reference.is_entry or reference.doi or not looked:
        return None
    if record.doi or record.journal_ref or re.search(_APPEARED, record.comment or ""):
        return None
    if any(same_venue(venue, part) for part in re.split(r"[,;.()]", record.comment or "") if part.strip()):
        return None
    against = re.search(r"(?i)\b(?:it was rejected|it was withdrawn|it is a submission)\b", why)
    return reference.finding(
        "preprint-as-published",
        f"it is cited as published in {venue}, and as far as the sources know it is a preprint"
        + (f": {why}" if against else ""),
        found=venue,
        source="arXiv",
        at=("journal", "journaltitle", "booktitle"),
        severity="warning" if against else "note",
    )
