"""Invented papers, and the library the stand-ins answer from.

Whatever arXiv itself holds under these numbers, titles, people and abstracts here are made up. What is true to life is
the *kind* of thing: versions that change the title, withdrawal notices, several DOIs, affiliations, old identifiers.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

NONEXCLUSIVE = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
CC_BY = "http://creativecommons.org/licenses/by/4.0/"

_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IVX]{2,4}")
_PARTICLES = {"de", "del", "della", "der", "den", "di", "la", "le", "van", "von", "zu"}


@dataclass(frozen=True)
class Author:
    """One author. ``name`` is the display name of the Atom feed; the parts are what OAI and DataCite show.

    Parts left out are taken from the name (particles to the family, ``Jr.`` to the suffix), which is good enough for
    invented people; give them where the cut matters. ``collective``: a collaboration, never taken apart.
    """

    name: str
    affiliations: tuple[str, ...] = ()
    given: str | None = None
    family: str | None = None
    suffix: str | None = None
    collective: bool = False

    def parts(self) -> tuple[str | None, str, str | None]:
        """Given name, family name, suffix."""
        if self.family is not None:
            return self.given, self.family, self.suffix
        words = self.name.split()
        if self.collective or len(words) < 2:
            return None, self.name, None
        suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else None
        cut = len(words) - 1
        while cut > 1 and words[cut - 1].lower() in _PARTICLES:
            cut -= 1
        return " ".join(words[:cut]), " ".join(words[cut:]), suffix


@dataclass(frozen=True)
class Version:
    """One version: when it was submitted, and what it says differently from the paper's current fields.

    ``None`` means "as the paper"; an empty string means that this version has no such field.
    """

    submitted: str
    title: str | None = None
    authors: Sequence[Author | str] | None = None
    abstract: str | None = None
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Edition:
    """A paper at one version, everything filled in. Empty strings and tuples mean absent."""

    id: str
    version: int
    current: bool
    first_submitted: str
    submitted: str
    title: str
    authors: tuple[Author, ...]
    abstract: str
    categories: tuple[str, ...]
    comment: str
    journal_ref: str
    dois: tuple[str, ...]
    license: str
    withdrawn: bool

    @property
    def versioned(self) -> str:
        return f"{self.id}v{self.version}"


Told = Mapping[str, Mapping[str, Any] | None]
"""What a service says instead, by its name (see :meth:`Paper.telling`)."""


@dataclass(frozen=True)
class Publication:
    """How a work appeared: of a paper (see :meth:`Paper.appeared`), or on its own, and then with title and authors.

    ``venue``: the full name; ``short``: the abbreviated one, as DBLP and INSPIRE use it. ``kind``: ``article``,
    ``inproceedings`` or ``incollection``. ``day``: ``2024``, ``2024-03`` or ``2024-03-05``; ``online``: the same for
    the day it was first seen, where that is another. ``crossref_type``: for a work that Crossref takes for something
    else (``posted-content``, ``peer-review``). ``dblp_key``: given, DBLP knows the work; without, it knows papers of
    computer science only and makes up the key. ``homepage``: where it is read if it has no DOI.
    ``agency``: with whom its DOI is registered (``crossref``, ``datacite``, or one that nobody asks: ``jalc``);
    ``resource``: what it is for DataCite.
    """

    venue: str
    kind: str = "article"
    day: str = "2024"
    title: str | None = None
    authors: Sequence[Author | str] | None = None
    short: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    article_number: str = ""
    publisher: str = ""
    doi: str = ""
    online: str = ""
    dblp_key: str = ""
    crossref_type: str = ""
    homepage: str = ""
    agency: str = "crossref"
    resource: str = "Dataset"
    told: Told = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Work:
    """A published work with its title, its people and its key in DBLP filled in (``""``: DBLP does not know it).

    ``eprint``: the paper it is the published version of, or ``""``.
    """

    title: str
    authors: tuple[Author, ...]
    dblp_key: str
    eprint: str
    publication: Publication
    told: Told = field(default_factory=dict, hash=False)

    @property
    def year(self) -> int:
        return int(self.publication.day[:4])

    @property
    def short_venue(self) -> str:
        return self.publication.short or self.publication.venue


def work_of(publication: Publication, paper: Paper | None = None) -> Work:
    title, authors, key = publication.title, publication.authors, publication.dblp_key
    if paper is not None:
        title = paper.title if title is None else title
        authors = paper.authors if authors is None else authors
    if title is None or authors is None:
        raise ValueError("a publication without a paper needs a title and authors")
    people = _authors(authors)
    if not key and paper is not None and any(category.startswith("cs.") for category in paper.categories):
        stream = re.sub(r"[^a-z]", "", (publication.short or publication.venue).lower())
        family = re.sub(r"\W", "", people[0].parts()[1])
        key = f"{'journals' if publication.kind == 'article' else 'conf'}/{stream}/{family}{publication.day[2:4]}"
    told = publication.told if paper is None else {**publication.told, **paper.told}
    return Work(title, people, key, "" if paper is None else paper.id, publication, told)


def retold(item: dict[str, Any], told: Told, service: str) -> dict[str, Any] | None:
    """A service's item with what a test makes it say instead: fields put in, left out where the value is ``...``.
    ``None`` if the service is made not to know it."""
    changes = told.get(service, {})
    if changes is None:
        return None
    return {name: value for name, value in {**item, **changes}.items() if value is not ...}


@dataclass(frozen=True)
class Paper:
    """A paper with all its versions::

        Paper("2401.01234", title="On Hedges", authors=["Ada Example"], versions=2)
        Paper("2401.01234", versions=["2024-01-02T10:00:00Z", Version("2024-02-02T10:00:00Z", comment="v2")])

    ``versions`` may be a number, times, or :class:`Version`; the fields of the paper are those of its newest version
    unless that version says otherwise. ``doi`` may hold several, separated by spaces. ``updated``: the day of the last
    change to the metadata (OAI's datestamp), by default the day of the newest version. ``published`` and ``told``:
    see :meth:`appeared` and :meth:`telling`.
    """

    id: str
    title: str = "A Paper Without Surprises"
    authors: Sequence[Author | str] = ("Ada Example", "Ben Sample")
    abstract: str = "We show that an example can be given."
    categories: Sequence[str] = ("cs.DL",)
    versions: Sequence[Version | str] | int = 1
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    license: str = NONEXCLUSIVE
    updated: str = ""
    report_number: str = ""
    published: Publication | None = None
    told: Told = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        versions = self.versions
        if isinstance(versions, int):
            versions = [_default_time(self.id, number) for number in range(1, versions + 1)]
        object.__setattr__(self, "versions", tuple(v if isinstance(v, Version) else Version(v) for v in versions))
        object.__setattr__(self, "authors", _authors(self.authors))
        object.__setattr__(self, "categories", tuple(self.categories))

    @property
    def history(self) -> tuple[Version, ...]:
        """The versions, as they are kept whatever they were given as."""
        return self.versions  # type: ignore[return-value]

    @property
    def newest(self) -> int:
        return len(self.history)

    def at(self, number: int | None = None) -> Edition:
        """The paper at that version (the newest if ``None``); ``IndexError`` if there is no such version."""
        versions = self.history
        number = len(versions) if number is None else number
        if number < 1:
            raise IndexError(number)
        version = versions[number - 1]

        def own(name: str) -> Any:
            value = getattr(version, name)
            return getattr(self, name) if value is None else value

        return Edition(
            id=self.id,
            version=number,
            current=number == len(versions),
            first_submitted=versions[0].submitted,
            submitted=version.submitted,
            title=own("title"),
            authors=_authors(own("authors")),
            abstract=own("abstract"),
            categories=tuple(self.categories),
            comment=own("comment"),
            journal_ref=own("journal_ref"),
            dois=tuple(own("doi").split()),
            license=self.license,
            withdrawn=version.withdrawn,
        )

    def revised(self, **fields: Any) -> Paper:
        """The same paper with other fields: ``paper.revised(doi="10.1000/x")``."""
        return replace(self, **fields)

    def appeared(self, venue: str, kind: str = "article", **fields: Any) -> Paper:
        """The same paper, published: ``paper.appeared("Journal of Knots", day="2024-03", doi="10.5555/k.1")``; the
        fields are those of :class:`Publication`. arXiv learns nothing of it (see ``doi`` and ``journal_ref``)."""
        return replace(self, published=Publication(venue, kind, **fields))

    def telling(self, service: str, fields: Mapping[str, Any] | None = None, **more: Any) -> Paper:
        """The same paper, of which one service says something else.

        ``service``: ``crossref``, ``dblp``, ``corr`` (DBLP's record of the preprint), ``semanticscholar``,
        ``openalex``, ``inspire`` or ``datacite``. The fields, named as in the service's own item, replace its own:
        ``paper.telling("semanticscholar", year=2019)``; ``...`` leaves a field out. No fields at all: the service does
        not know the paper.
        """
        changes = {**(fields or {}), **more}
        return replace(self, told={**self.told, service: changes or None})

    @property
    def work(self) -> Work | None:
        """The published version, if there is one."""
        return None if self.published is None else work_of(self.published, self)


def _authors(authors: Iterable[Author | str]) -> tuple[Author, ...]:
    return tuple(a if isinstance(a, Author) else Author(a) for a in authors)


def _default_time(identifier: str, number: int) -> str:
    digits = re.sub(r"^[^/]*/", "", identifier)
    century = "19" if "/" in identifier and digits[0] == "9" else "20"
    return f"{century}{digits[:2]}-{digits[2:4]}-{min(number, 28):02d}T17:59:{number % 60:02d}Z"


@dataclass
class Library:
    """What the stand-ins know, by identifier. May be changed while they run."""

    _papers: dict[str, Paper] = field(default_factory=dict)
    _others: list[Publication] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *papers: Paper) -> None:
        """Add papers, or put new states of known ones in their place."""
        self.extend(papers)

    def extend(self, papers: Iterable[Paper]) -> None:
        with self._lock:
            self._papers.update((paper.id, paper) for paper in papers)

    def publish(self, *publications: Publication) -> None:
        """Add works that have nothing to do with arXiv."""
        with self._lock:
            self._others.extend(publications)

    def works(self) -> list[Work]:
        """Everything that has been published, of papers and others."""
        with self._lock:
            papers, others = list(self._papers.values()), list(self._others)
        return [*(work for paper in papers if (work := paper.work) is not None), *map(work_of, others)]

    def remove(self, *identifiers: str) -> None:
        with self._lock:
            for identifier in identifiers:
                del self._papers[identifier]

    def clear(self) -> None:
        with self._lock:
            self._papers.clear()
            self._others.clear()

    def get(self, identifier: str) -> Paper | None:
        return self._papers.get(identifier)

    def edition(self, asked: str) -> Edition | None:
        """The paper for ``2401.01234`` or ``2401.01234v2``, compared to the letter, or ``None``."""
        paper = self._papers.get(asked)
        if paper is not None:
            return paper.at()
        name, mark, number = asked.rpartition("v")
        paper = self._papers.get(name) if mark and number.isascii() and number.isdigit() else None
        # "v01" and "v0" are keywords nobody has: the index compares text, not numbers.
        if paper is None or str(int(number)) != number or not 1 <= int(number) <= paper.newest:
            return None
        return paper.at(int(number))

    def __iter__(self) -> Iterator[Paper]:
        return iter(list(self._papers.values()))

    def __len__(self) -> int:
        return len(self._papers)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._papers


_SURNAMES = ("Abel", "Baum", "Celan", "Dufour", "Engels", "Ferrari", "Grün", "Høeg", "Ivanov", "Jansen", "Kowalski")
_TOPICS = ("Hedges", "Ladders", "Knots", "Lanterns", "Rivers", "Bridges", "Kites", "Clocks", "Gardens", "Sieves")
_FIELDS = ("cs.LG", "cs.CL", "math.CO", "hep-th", "stat.ML", "quant-ph", "astro-ph.CO")
_ABSTRACT = (
    "We study {topic} from the point of view of somebody who has to count them. The main result says that there are "
    "at most $n^2$ of them, and that this is sharp up to a constant. Experiments with {number} examples agree with the "
    "bound, and the counterexamples of earlier work are explained by a missing hypothesis. Along the way we correct a "
    "small error in the literature, give a shorter proof of the lemma on which it rests, and list open questions."
)


def synthetic_papers(count: int, *, first: str = "2101.00001", versions: int = 1) -> Iterator[Paper]:
    """That many different papers with consecutive new-style identifiers; cheap enough for ten thousand and more.

    ``first`` sets month and number; after 99,999 the month goes on by one.
    """
    year, month, number = int(first[:2]), int(first[2:4]), int(first[5:])
    for index in range(count):
        topic = _TOPICS[index % len(_TOPICS)]
        yield Paper(
            f"{year:02d}{month:02d}.{number:05d}",
            title=f"Counting {topic} in Dimension {index + 2}",
            authors=[
                f"{chr(65 + index % 26)}. {_SURNAMES[index % 11]}",
                f"Maria {_SURNAMES[(index // 11 + 5) % 11]}",
            ],
            abstract=_ABSTRACT.format(topic=topic.lower(), number=index),
            categories=(_FIELDS[index % 7], "cs.DL"),
            versions=versions,
            comment=f"{index % 40 + 5} pages" if index % 3 else "",
        )
        number += 1
        if number > 99_999:
            number, month = 1, month + 1
            if month > 12:
                month, year = 1, year + 1


PLAIN = Paper(
    "2401.01234",
    title="Counting Hedges with GPU Clusters",
    authors=["Ada B. Example", "Ludwig van der Sample", "Sammy Testcase Jr."],
    abstract="Hedges are counted. We use 12 machines and report a speed-up of 3.5x over counting by hand.",
    categories=["cs.LG", "cs.DC"],
    versions=[
        Version("2024-01-02T18:59:59Z", title="Hedges: A First Count", comment="9 pages", journal_ref="", doi=""),
        Version("2024-03-05T09:00:01Z"),
    ],
    comment="12 pages, 4 figures; code at https://example.org/hedges",
    journal_ref="Journal of Invented Results 12 (2024) 345-367",
    doi="10.5555/hedges.2024.345",
)
WITHDRAWN_IN_COMMENT = Paper(
    "2403.05678",
    title="A Bound That Does Not Hold",
    authors=["Carla Mistake"],
    abstract="We prove a bound on the number of lanterns. The proof uses the main lemma twice.",
    categories=["math.CO"],
    versions=[
        Version("2024-03-08T12:00:00Z", comment="8 pages"),
        Version("2024-04-01T12:00:00Z", withdrawn=True),
    ],
    comment="This paper has been withdrawn by the author due to a crucial sign error in equation 3",
)
WITHDRAWN_IN_ABSTRACT = Paper(
    "2312.00007",
    title="Rivers Without Bridges",
    authors=["Dora Second", "Emil Thought"],
    abstract="This paper has been withdrawn by the authors. It is superseded by arXiv:2401.01234.",
    categories=["math.GT"],
    versions=[
        Version("2023-12-01T08:00:00Z", abstract="Every river without bridges is a knot."),
        Version("2024-01-10T08:00:00Z", withdrawn=True),
    ],
)
WITHDRAWN_IN_TITLE = Paper(
    "cond-mat/0309395",
    title="This paper has been withdrawn",
    authors=["F. Erratum"],
    abstract="This paper has been withdrawn",
    categories=["cond-mat.str-el"],
    versions=[
        Version("2003-09-17T10:00:00Z", title="Lanterns at Low Temperature", abstract="Lanterns are cooled."),
        Version("2003-09-30T10:00:00Z", withdrawn=True),
    ],
)
WITHDRAWN_BY_ARXIV = Paper(
    "2405.11111",
    title="A Paper Nobody Signed",
    authors=["Gus Nobody"],
    abstract=(
        "arXiv admin note: This paper has been withdrawn by arXiv due to disputed and unverifiable authorship and "
        "affiliation"
    ),
    categories=["cs.AI"],
    versions=[
        Version("2024-05-18T10:00:00Z", abstract="Everything is shown to follow from nothing."),
        Version("2024-06-02T10:00:00Z", withdrawn=True),
    ],
)
WITHDRAWN_BRIEFLY = Paper(
    "2410.04701",
    title="Sieves in Small Space",
    authors=["Hanna Bug"],
    abstract="The sieve problem asks for a sieve. We give one in linear space.",
    categories=["cs.DS"],
    versions=[
        "2024-10-05T10:00:00Z",
        "2024-10-09T10:00:00Z",
        Version("2025-01-26T13:56:24Z", withdrawn=True),
    ],
    comment="Withdrawn because of errors in proofs, see 2401.01234 for a correct treatment",
)
NOT_WITHDRAWN_OVERLAP = Paper(
    "2406.02222",
    title="Withdrawal from Markets and from Medication",
    authors=["Ida Market"],
    abstract="Participants who had withdrawn money, or who withdrew from the trial, are compared. Nothing else is.",
    categories=["econ.GN"],
    comment="arXiv admin note: substantial text overlap with arXiv:2401.01234",
)
NOT_WITHDRAWN_CONSIDERATION = Paper(
    "2406.02223",
    title="A Letter That Moved On",
    authors=["Jan Editor"],
    abstract="A letter about ladders.",
    categories=["physics.soc-ph"],
    comment="Withdrawn from consideration at the Journal of Ladders, now with another journal",
)
TEX_TITLE = Paper(
    "2205.04321",
    title="An $O(n^2)$ Bound for Kites & Knots: 50% of <Nothing> with $\\ell_1$-Norm_s in {Monte Carlo} #7",
    authors=["Åsa Ćosić", "Erdős Pál", "Nguyễn Văn Ảnh"],
    abstract=(
        '  We bound $|K| < n^2$ & more, after B\\"uttiker.\n  A second paragraph says that 5 > 3 and "quotes" it.'
    ),
    categories=["math.CO", "cs.DS"],
    comment="Fixed a typo in Eq. (3) & Fig. 2",
)
AFFILIATIONS = Paper(
    "2207.09876",
    title="Search for Invented Particles at 13 TeV",
    authors=[
        Author("Kim Detector", ("Institute of Examples, Town", "for the EXAMPLE Collaboration")),
        Author("EXAMPLE Collaboration", collective=True),
        "Lee Beam III",
    ],
    abstract="No invented particle is found, at 95% confidence.",
    categories=["hep-ex"],
    doi="10.5555/PhysRevX.12.345 10.5555/errata.12",
    journal_ref="Phys.Rev.X12:345,2022",
)
OLD_STYLE = Paper(
    "hep-th/9901001",
    title="Strings and How to Tie Them",
    authors=["M. Knot"],
    abstract="  Strings are tied in ten dimensions.",
    categories=["hep-th", "math.GT"],
    versions=["1999-01-01T12:00:00Z", "1999-02-01T12:00:00Z"],
    license="",
)
OLD_MATH = Paper("math/0309136", title="Old Mathematics", authors=["N. Lemma"], categories=["math.GT"], license="")
TITLE_ZERO = Paper("2104.00001", title="0", authors=["Otto Null"], categories=["cs.CR"], abstract="Zero.")
NON_LATIN = Paper(
    "2308.12345",
    title="Über Gärten: 花园的计数",
    authors=[
        Author("Wei Li", given="Wei", family="Li"),
        Author("李伟", collective=True),
        "José Raúl Muñoz",
        "Plato",
    ],
    abstract="Gardens (花园) are counted in two languages – and the results agree.",
    categories=["cs.CL"],
)
HOSTILE = Paper(
    "2309.06660",
    title=(
        "\u009b31mRed\u009b0m \u202eesrever \\input{/etc/hosts} \\write18{ls} }{ \\end{document} "
        "<script>alert(1)</script>"
    ),
    authors=["Eve \\csname Evil", "Mallory {Brace", "Trent % Comment", "a and b"],
    abstract="An abstract with an unbalanced { brace, a %comment, a \\verb|command| and a $ sign.",
    categories=["cs.CR"],
    comment="\\href{https://example.org}{see here} ~ ^ _ # & %",
)
FIRST_OF_NEW_STYLE = Paper("0704.0001", title="The First of Its Kind", categories=["hep-ph"])
LAST_WITH_FOUR_DIGITS = Paper("1412.9999", title="The Last with Four Digits", categories=["math.NT"])
FIRST_WITH_FIVE_DIGITS = Paper("1501.00001", title="The First with Five Digits", categories=["math.NT"])
MANY_AUTHORS = Paper(
    "2212.10001",
    title="Measured by Everybody",
    authors=[f"{chr(65 + n % 26)}. Physicist{n}" for n in range(1200)],
    categories=["hep-ex"],
    abstract="Everybody measured.",
)

EXAMPLES = (
    PLAIN,
    WITHDRAWN_IN_COMMENT,
    WITHDRAWN_IN_ABSTRACT,
    WITHDRAWN_IN_TITLE,
    WITHDRAWN_BY_ARXIV,
    WITHDRAWN_BRIEFLY,
    NOT_WITHDRAWN_OVERLAP,
    NOT_WITHDRAWN_CONSIDERATION,
    TEX_TITLE,
    AFFILIATIONS,
    OLD_STYLE,
    OLD_MATH,
    TITLE_ZERO,
    NON_LATIN,
    HOSTILE,
    FIRST_OF_NEW_STYLE,
    LAST_WITH_FOUR_DIGITS,
    FIRST_WITH_FIVE_DIGITS,
    MANY_AUTHORS,
)
"""One paper of each kind; the fixtures' library starts with these."""

# Published versions ---------------------------------------------------------------------------------------------------

IN_JOURNAL = Paper(
    "2105.00001",
    title="A Census of Lanterns",
    authors=["Ada B. Example", "Ludwig van der Sample", "Zoë Åkerlund"],
    abstract="Lanterns are counted, twice.",
    categories=["cs.DL", "stat.ML"],
    versions=2,
    doi="10.5555/jir.2022.17",
    journal_ref="J. Invented Results 17 (2022) 101-120",
).appeared(
    "Journal of Invented Results",
    day="2022-02",
    online="2021-11-30",
    short="J. Invented Results",
    volume="17",
    issue="2",
    pages="101-120",
    publisher="Invented Press",
    doi="10.5555/jir.2022.17",
)
AT_CONFERENCE_WITHOUT_DOI = Paper(
    "2105.00002",
    title="Learning to Knot: Ladders as Representations?",
    authors=["Wei Li", "Maria Grün", "Sammy Testcase Jr."],
    abstract="Ladders are learnt.",
    categories=["cs.LG"],
    comment="Published as a conference paper at ICIR 2022",
).appeared(
    "International Conference on Invented Representations",
    "inproceedings",
    day="2022",
    short="ICIR",
    homepage="https://example.org/forum?id=knot",
)
AT_CONFERENCE_UNKNOWN_TO_ARXIV = Paper(
    "2105.00003",
    title="Bridges in the Wild",
    authors=["Wei Li", "Jean-Luc Dufour"],
    abstract="Bridges are found.",
    categories=["cs.CV"],
).appeared(
    "Proceedings of the Invented Conference on Vision",
    "inproceedings",
    day="2021-10",
    title="Bridges in the Wild.",
    authors=["Wei Li", "Jean-Luc Dufour"],
    short="ICV",
    pages="1201-1210",
    publisher="Invented Society",
    doi="10.5555/ICV.2021.00123",
)
HIGH_ENERGY = Paper(
    "2105.00004",
    title="Ladder Diagrams at $\\mathcal{O}(\\alpha_s^3)$",
    authors=["M. Knot", "Kim Detector"],
    abstract="Diagrams are climbed.",
    categories=["hep-ph", "hep-th"],
    report_number="EX-TH-2021-04",
).appeared(
    "Invented Review D",
    day="2021-09-15",
    short="Inv. Rev. D",
    volume="104",
    issue="5",
    article_number="054001",
    publisher="Invented Physical Society",
    doi="10.5555/InvRevD.104.054001",
)
OF_ANOTHER_WORK = Publication(
    "Archives of Lighting",
    day="2011-06",
    title="On the Repair of Street Lamps",
    authors=["Otto Null", "Dora Second"],
    volume="3",
    pages="7-9",
    publisher="Invented Press",
    doi="10.5555/lamps.2011.3",
)
WRONG_DOI = Paper(
    "2105.00005",
    title="Clocks That Count Hedges",
    authors=["Emil Thought"],
    abstract="Clocks are built.",
    categories=["cs.DC"],
    doi="10.5555/lamps.2011.3",
)
NEVER_PUBLISHED = Paper(
    "2105.00006",
    title="Notes on Kites",
    authors=["Jan Editor", "Hanna Bug"],
    abstract="Notes are taken.",
    categories=["cs.CL"],
)
MIXED_RECORD = (
    Paper(
        "2105.00007",
        title="Sieves for Gardens",
        authors=["Hanna Bug", "Ivo Kowalski"],
        abstract="Gardens are sieved.",
        categories=["cs.DS"],
    )
    .appeared("Symposium on Invented Algorithms", "inproceedings", day="2022-01", short="SIA", pages="33-47")
    .telling(
        "semanticscholar",
        year=2021,
        journal={"name": "ArXiv", "volume": "abs/2105.00007"},
        externalIds={
            "ArXiv": "2105.00007",
            "DBLP": "journals/corr/abs-2105-00007",
            "DOI": "10.48550/arXiv.2105.00007",
            "CorpusId": 210500007,
        },
    )
)
ONLY_SUBMITTED = Paper(
    "2105.00008",
    title="Rivers Under Review",
    authors=["Dora Second"],
    abstract="Rivers are reviewed.",
    categories=["cs.LG"],
    comment="Submitted to ICIR 2022",
).telling("semanticscholar", venue="Submitted to ICIR 2022", publicationVenue=None, journal=None)
SAME_TITLE = Paper(
    "2105.00009",
    title="Counting Is Hard",
    authors=["Ada B. Example", "Emil Thought"],
    abstract="Counting is shown to be hard for machines.",
    categories=["cs.CC"],
)
SAME_TITLE_OF_OTHERS = Paper(
    "2105.00010",
    title="Counting is hard",
    authors=["Gus Nobody", "Trent Comment"],
    abstract="Counting is shown to be hard for children.",
    categories=["cs.HC"],
).appeared(
    "Conference on Invented Interaction",
    "inproceedings",
    day="2021-05",
    short="CII",
    pages="1-12",
    publisher="Invented Society",
    doi="10.5555/3400000.3400010",
)

PUBLISHED_EXAMPLES = (
    IN_JOURNAL,
    AT_CONFERENCE_WITHOUT_DOI,
    AT_CONFERENCE_UNKNOWN_TO_ARXIV,
    HIGH_ENERGY,
    WRONG_DOI,
    NEVER_PUBLISHED,
    MIXED_RECORD,
    ONLY_SUBMITTED,
    SAME_TITLE,
    SAME_TITLE_OF_OTHERS,
)
"""One paper of each way to appear or not to, with ``OTHER_WORKS`` beside them."""
OTHER_WORKS = (OF_ANOTHER_WORK,)
"""Works that arXiv does not hold."""
