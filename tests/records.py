"""Awkward works to test with, invented or described in our own words; shared by the tests of all formats.

``READABLE`` are what real papers are like. ``UNTYPESETTABLE`` have letters that pdflatex has no font for.
``HOSTILE`` try to break out of their field in every format.
"""

from __future__ import annotations

from enrich.record import Person, Published, Record, Withdrawn


def _abs(eprint: str) -> str:
    return f"https://arxiv.org/abs/{eprint}"


PLAIN = Record(
    id="arXiv:2110.14168",
    version=2,
    key="cobbe2021training",
    title="Training Verifiers to Solve Math Word Problems",
    authors=(
        Person("Karl", "Cobbe"),
        Person("Vineet", "Kosaraju"),
        Person("Łukasz", "Kaiser"),
        Person("John", "Schulman"),
    ),
    abstract="We introduce GSM8K, a set of 8.5K grade school problems; 60% & more are solved by sampling 100 times.",
    submitted="2021-10-27T04:49:45Z",
    updated="2021-11-18T02:10:33Z",
    year=2021,
    month=10,
    primary_category="cs.LG",
    categories=("cs.LG", "cs.CL"),
    comment="22 pages, 12 figures; code at https://example.org/grade_school_math",
    arxiv_doi="10.48550/arXiv.2110.14168",
    url=_abs("2110.14168"),
    pdf_url="https://arxiv.org/pdf/2110.14168",
    license="http://creativecommons.org/licenses/by/4.0/",
    origin={"title": "arxiv", "abstract": "arxiv"},
    retrieved="2026-11-23T12:00:00Z",
)

MATHEMATICS = Record(
    id="arXiv:2203.00001",
    version=1,
    key="lin2022ell",
    title="An $O(n^2)$ bound for $\\ell_1$-regression: what R&D at 100% (and $5 more) buys in DNA_seq #1",
    authors=(Person("Hsuan-Tien", "Lin"), Person("J. D.", "van der Waals"), Person("María José", "García Márquez")),
    abstract="Let $f : \\mathbb{R}^n \\to \\{0, 1\\}$ with $a < b$ & c. Costs $5 & 50% of $10. Use no tricks_here.",
    submitted="2022-03-01T00:00:01Z",
    updated="2022-03-01T00:00:01Z",
    year=2022,
    month=3,
    primary_category="math.ST",
    categories=("math.ST", "stat.TH"),
    arxiv_doi="10.48550/arXiv.2203.00001",
    url=_abs("2203.00001"),
    pdf_url="https://arxiv.org/pdf/2203.00001",
)

PEOPLE = Record(
    id="arXiv:1706.03762",
    version=7,
    key="nguyen2017naive",
    title="Naïve Bayes à la Erdős: from \u201cquotes\u201d \u2014 and dashes \u2013 to \u00bd \u00d7 \u03b1",
    authors=(
        Person("Thị Hồng", "Nguyễn"),
        Person("Sammy", "Davis", "Jr."),
        Person("Henry", "Ford", "III"),
        Person("Paul", "Erdős"),
        Person("Þórdís", "Gísladóttir"),
        Person("Ludwig", "van Beethoven"),
        Person("Charles-Jean", "de La Vallée Poussin"),
        Person("Patrick", "O'Brien"),
        Person(literal="Gemini Team"),
        Person(literal="The ATLAS and CMS Collaborations", affiliations=("CERN",)),
        Person(literal="Aristotle"),
    ),
    abstract="Ångström, façade, Øresund, Győr, Kraków, Čapek, ß.",
    submitted="2017-06-12T17:57:34Z",
    year=2017,
    month=6,
    primary_category="cs.CL",
    categories=("cs.CL",),
    url=_abs("1706.03762"),
)

OLD = Record(
    id="arXiv:hep-th/9901001",
    version=3,
    key="oldman1999strings",
    title="Strings and D-branes in AdS(5) x S**5",
    authors=(Person("A. B.", "Oldman"),),
    abstract="Old.",
    submitted="1999-01-01T00:00:00Z",
    year=1999,
    month=1,
    primary_category="hep-th",
    categories=("hep-th",),
    comment="LaTeX, 12 pp; minor typos corrected",
    journal_ref="Nucl.Phys. B 545 (1999) 1-10",
    doi="10.1016/S0550-3213(99)00001-2",
    arxiv_doi="10.48550/arXiv.hep-th/9901001",
    url=_abs("hep-th/9901001"),
    pdf_url="https://arxiv.org/pdf/hep-th/9901001",
)

VERSIONED = Record(
    id="arXiv:2110.14169",
    version=1,
    key="cobbe2021first",
    title="The First Version, Cited as Such",
    authors=(Person("Karl", "Cobbe"),),
    submitted="2021-10-27T04:49:45Z",
    updated="2021-10-27T04:49:45Z",
    year=2021,
    month=10,
    primary_category="cs.LG",
    categories=("cs.LG",),
    url=_abs("2110.14169v1"),
    pdf_url="https://arxiv.org/pdf/2110.14169v1",
)

WITHDRAWN = Record(
    id="arXiv:1410.4701",
    version=4,
    key="wrong2014proof",
    title="A Proof That Was Not One",
    authors=(Person("Some", "Body"),),
    abstract="We proved it.",
    submitted="2014-10-17T10:00:00Z",
    updated="2016-02-01T10:00:00Z",
    year=2014,
    month=10,
    primary_category="math.NT",
    categories=("math.NT",),
    comment="Withdrawn because of an error in Lemma 3; see arXiv:1602.00001",
    url=_abs("1410.4701"),
    withdrawn=Withdrawn("Withdrawn because of an error in Lemma 3; see arXiv:1602.00001", "arXiv:1602.00001"),
)

ARTICLE = Record(
    id="arXiv:math/9601001",
    version=1,
    key="jung1996trees",
    title="Trees & Forests in the Plane",
    authors=(Person("Ada", "Jung"), Person("Bo", "Åkesson")),
    abstract="Trees.",
    submitted="1995-12-30T00:00:00Z",
    year=1995,
    month=12,
    primary_category="math.CO",
    categories=("math.CO",),
    journal_ref="J. Graph Theory 21 (1996) 1",
    doi="10.1002/(SICI)1097-0118(199601)21:1<1::AID-JGT1>3.0.CO;2-W",
    url=_abs("math/9601001"),
    published=Published(
        type="article",
        title="Trees & Forests in the Plane",
        venue="Journal of Graph Theory",
        year=1996,
        volume="21",
        issue="1",
        pages="1-10",
        publisher="Wiley & Sons",
        doi="10.1002/(SICI)1097-0118(199601)21:1<1::AID-JGT1>3.0.CO;2-W",
        url="https://onlinelibrary.wiley.com/doi/10.1002/%28SICI%291097-0118?a=1&b=2#top_1",
        evidence=("same title and authors",),
    ),
)

PAPER = Record(
    id="arXiv:2005.14165",
    version=4,
    key="brown2020language",
    title="GPT-3 Models Are Few-Shot Learners in NLP",
    authors=(Person("Tom B.", "Brown"), Person("Benjamin", "Mann")),
    abstract="Few shots.",
    submitted="2020-05-28T17:29:03Z",
    year=2020,
    month=5,
    primary_category="cs.CL",
    categories=("cs.CL",),
    url=_abs("2005.14165"),
    published=Published(
        type="inproceedings",
        title="GPT-3 Models Are Few-Shot Learners in NLP",
        venue="Advances in Neural Information Processing Systems 33",
        year=2020,
        pages="1877-1901",
        publisher="Curran Associates",
        doi="10.1007/978-3-642-00000-1_5",
        evidence=("DBLP",),
    ),
)

BARE = Record(id="arXiv:2401.00001")

MANY = Record(
    id="arXiv:1207.7214",
    key="atlas2012observation",
    title="Observation of a new particle in the search for the Standard Model Higgs boson",
    authors=(Person(literal="ATLAS Collaboration"), *(Person("A.", f"Author{letter}") for letter in "abcdefghijklmno")),
    year=2012,
    month=7,
    primary_category="hep-ex",
    categories=("hep-ex",),
    url=_abs("1207.7214"),
)

UNTYPESETTABLE = Record(
    id="arXiv:2301.00001",
    key="zhang2023shu",
    title="数学应用题 and Теорема 🎓",
    authors=(Person("伟", "张"), Person("Иван", "Петров")),
    abstract="摘要：数学。",
    year=2023,
    month=1,
    primary_category="cs.CL",
    categories=("cs.CL",),
    url=_abs("2301.00001"),
)

_ATTACK = (
    "x}, note = {broken out}} @misc{evil, title = {evil\n@misc{evil2,\n} \\write18{ls} $\\{ \\ [a](javascript:x) "
    '<script>alert(1)</script> #panic("typst") \x1b[31m\u202e %} \\end{document} *b* _c_ `d` & $ % \\\\{ \x9b31m "'
)

HOSTILE = Record(
    id="arXiv:2402.00001",
    version=1,
    key="ev}il,{key\n\x1b[0m",
    title=_ATTACK,
    authors=(
        Person("Ev}il {", "Per\\son, and {other"),
        Person(literal="Team } and { Co\x1b[2J"),
        Person("A \\", "B } and Evil, C"),
    ),
    abstract=_ATTACK + "\nTY  - JOUR\nER  - \n",
    submitted="not a date",
    updated="2024-02-31T\n",
    year=2024,
    month=2,
    primary_category="cs.LG}, x = {",
    categories=("cs.LG", "a,b}\n"),
    comment=_ATTACK + "\\",
    journal_ref=_ATTACK + "{",
    doi="10.1000/x}, evil = {\\y\n z",
    url='https://arxiv.org/abs/2402.00001} , {\n\\x%"',
    pdf_url="javascript:alert(1)",
    license="\x00",
    withdrawn=Withdrawn(_ATTACK, "arXiv:1} {"),
    origin={"title": _ATTACK},
)

HOSTILE_PUBLISHED = Record(
    id="arXiv:2402.00002",
    title="\\",
    authors=(Person("\\", "\\"),),
    year=2024,
    url="https://arxiv.org/abs/2402.00002",
    published=Published("article", "{{{", "Jour}nal \\", 2024, "}1", "{2", "}3-4{", "P}ub", "10.1/}{", "https://x/}{"),
)

READABLE = (PLAIN, MATHEMATICS, PEOPLE, OLD, VERSIONED, WITHDRAWN, ARTICLE, PAPER, BARE, MANY)
EVERYTHING = (*READABLE, UNTYPESETTABLE, HOSTILE, HOSTILE_PUBLISHED)
