"""The proof that two works are one: every rule with an invented example, and what must hold for all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import latex
from enrich.match import (
    Verdict,
    compare_authors,
    compare_titles,
    is_generic,
    is_part,
    mixture,
    prove,
    title_key,
    weighty_words,
)
from enrich.names import split_name
from enrich.record import Candidate, Person, Published, Record

PEOPLE = (
    Person("Anna Maria", "Lindqvist"),
    Person("Bogdan", "Wójcik"),
    Person("Xiaoming", "Zhou"),
    Person("Johann", "Schröder"),
)
PAPER = Record(
    id="arXiv:1706.01234",
    title="Counting Migrating Cranes with Sparse Bayesian Filters",
    authors=PEOPLE,
    year=2017,
)
PRINTED = Candidate(
    "crossref",
    Published(
        title="Counting migrating cranes with sparse Bayesian filters",
        venue="Journal of Invented Ornithology",
        year=2018,
        volume="12",
        pages="34-56",
        doi="10.5555/jio.12.34",
    ),
    authors=PEOPLE,
    kind="journal-article",
)
RELATED: dict[str, Any] = {"eprints": ("1706.01234",), "relation": "IsVersionOf"}


def _same_person(one: str, other: str) -> bool:
    return compare_authors([split_name(one)], [split_name(other)]).shared == 1


def described(candidate: Candidate = PRINTED, **changes: Any) -> Candidate:
    """The candidate with other fields, of its own or of what was published."""
    names = {"authors", "complete", "eprints", "keys", "kind", "relation", "source"}
    own = {name: changes.pop(name) for name in names & set(changes)}
    return replace(candidate, published=replace(candidate.published, **changes), **own)


def people(*names: str) -> tuple[Person, ...]:
    return tuple(split_name(name) for name in names)


# --- titles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wang XL", "Xiao Long Wang"),
        ("Li M", "Min Li"),
        ("JY Chen", "Jianyu Chen"),
        ("Mohammad Alkhatib", "Al-Khatib, Muhammad"),
    ],
)
def test_initials_behind_and_names_from_arabic_are_one_person(one: str, other: str) -> None:
    assert compare_authors([split_name(one)], [split_name(other)]).shared == 1
    assert compare_authors([split_name(other)], [split_name(one)]).shared == 1


@pytest.mark.parametrize(("one", "other"), [("Wang XL", "Bo Wang"), ("Li M", "Tao Li"), ("Chen JY", "Xin Yu Chen")])
def test_other_initials_behind_are_another_person(one: str, other: str) -> None:
    assert not compare_authors([split_name(one)], [split_name(other)]).shared


def test_beside_authors_who_agree_a_name_may_be_written_from_another_alphabet() -> None:
    for one, other in (
        ("Kolmogoroff, A.", "Kolmogorov, A."),
        ("Yefremov, Sergey", "Efremov, Sergei"),
        ("K. Venkatesan", "Venkatesan Krishnamurthy"),
    ):
        first, second = ([split_name("Anna Lindqvist"), split_name(name)] for name in (one, other))
        assert compare_authors(first, second).shared == 2
        assert not compare_authors(first[1:], second[1:]).shared or one.startswith("Kolm")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Non-linear Trees", "Nonlinear trees."),
        ('B{\\"o}hm {T}rees', "Böhm Trees"),
        ("Bohm Trees", "Böhm Trees"),
        ("An $\\ell_1$ bound", "An ℓ₁ bound"),
        ("The $\\alpha$-decay of $^{212}$Po", "The α-decay of ²¹²Po"),
        ("$\\mathcal{N}=4$ super Yang-Mills", "𝒩=4 Super Yang–Mills"),
        ("On $\\mathbb{R}^3$", "On ℝ³"),
        ("Cats &amp; dogs", "Cats and Dogs"),
        ("A study of <i>E. coli</i>", "A Study of E. coli"),
        ("Deep learning: a critique", "Deep Learning -- A Critique"),
        ("What's ''in'' a name?", "What’s “in” a Name?"),
        ("Eﬃcient ﬁlters", "Efficient Filters"),
        ("Łojasiewicz inequalities", "{\\L}ojasiewicz inequalities"),
        ("Lévy flights", "L\\'{e}vy flights"),
        ("Straße", "Strasse"),
        ("Flights at $\\sqrt{s}=13$ TeV", "Flights at √s = 13 TeV"),
        ("Flights at $\\sqrt{s}=13$ TeV", "Flights at $$ \\sqrt{s}=13 $$ TeV"),
        ("Decays of $B^0 \\to K^{*0} \\mu^+ \\mu^-$", "Decays of B⁰ → K*⁰ μ⁺ μ⁻"),
    ],
)
def test_titles_written_otherwise_have_one_key(one: str, other: str) -> None:
    assert title_key(one) == title_key(other) != ""
    assert compare_titles(one, other).same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("k-means", "k-means++"),
        ("C++ in depth", "C in depth"),
        ("Sums in $\\alpha$", "Sums in $\\beta$"),
        ("GPT-3", "GPT-4"),
    ],
)
def test_titles_of_other_works_have_other_keys(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Modelling of colour in birds", "Modeling of colour in birds", "spelling"),
        ("On the Growth of Reeds", "Growth of Reeds", "spelling"),
        ("Filters for counting cranes", "Filter for counting cranes", "spelling"),
        ("Cranes: How to Count Them", "How to count them", "subtitle"),
        ("Counting Cranes", "Counting Cranes: Filters for Flying Birds", "subtitle"),
        ("Counting Cranes (Extended Version)", "Counting Cranes", "version"),
        ("Counting Cranes - full version", "Counting Cranes", "version"),
        ("Counting Cranes over Lakes", "Counting Storks over Lakes", "changed"),
        ("Counting Cranes", "On the Value of Sleep", "other"),
        ("", "Counting Cranes", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_how_titles_differ_is_told(one: str | None, other: str | None, how: str) -> None:
    assert compare_titles(one, other).how == how
    assert compare_titles(other, one).how == how


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Counting cranes", "Counting cranes, Part II"),
        ("Counting cranes I", "Counting cranes II"),
        ("Counting cranes 1", "Counting cranes 2"),
        ("Counting cranes", "Counting cranes: a survey"),
        ("Counting cranes", "Counting cranes (extended abstract)"),
        ("Counting cranes", "Reply to 'Counting cranes'"),
        ("Counting cranes", "Counting cranes revisited"),
        ("Supervised counting of cranes", "Unsupervised counting of cranes"),
        ("Finite flocks of cranes", "Infinite flocks of cranes"),
        ("Flocks in 2D", "Flocks in 3D"),
        ("Flights at $\\sqrt{s}=13$ TeV", "Flights at √s = 7 TeV"),
    ],
)
def test_some_words_make_another_work_of_it(one: str, other: str) -> None:
    assert compare_titles(one, other).telling
    assert compare_titles(other, one).telling


@pytest.mark.parametrize(
    "title", ["Introduction", "Deep learning", "Deep Learning.", "Quantum electrodynamics", "", None]
)
def test_short_titles_are_generic(title: str | None) -> None:
    assert is_generic(title)


def test_a_whole_title_is_not_generic() -> None:
    assert not is_generic(PAPER.title)


# --- authors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Johann Schröder", "J. Schröder"),
        ("Johann Schröder", "Johann Schroeder"),
        ("Johann Schröder", "Johann Schroder"),
        ("Johann Schröder", "Schröder, Johann"),
        ("Johann Schröder", "SCHRÖDER, J."),
        ("Johann Schröder", "Johann Schröder 0003"),
        ("Johann Schröder", "Johann K. Schröder"),
        ('Johann Schr\\"oder', "Johann Schröder"),
        ("Franz Weiß", "Franz Weiss"),
        ("Łukasz Żak", "Lukasz Zak"),
        ("Søren Ågård", "Soeren Aagaard"),
        ("Xiaoming Zhou", "Zhou Xiaoming"),
        ("Xiao-Ming Zhou", "Xiaoming Zhou"),
        ("Xiaoming Zhou", "X.-M. Zhou"),
        ("Xiaoming Zhou", "Zhou X."),
        ("Manuel Gomez-Rodriguez", "Manuel Gomez Rodriguez"),
        ("Manuel Gomez-Rodriguez", "Gomez-Rodriguez, M."),
        ("Manuel Gómez Rodríguez", "Manuel Gomez"),
        ("Jan van der Berg", "Berg, J."),
        ("Jan van der Berg", "van der Berg, Jan"),
        ("Sammy Bird Jr.", "Sammy Bird"),
        ("J. David Stork", "David Stork"),
        ("Michael Stork", "Mike Stork"),
        ("Dan Stork", "Daniel Stork"),
        ("J. Andrew Crane", "Drew Crane"),
        ("Alexander Petrov", "Aleksandr Petrov"),
        ("Sergey Petrov", "Sergei Petrov"),
        ("JD Crane", "J. D. Crane"),
        ("De-Nian Yang", "D.-N. Yang"),
        ("Conan O'Hare", "Conan O’Hare"),
        ("ATLAS Collaboration", "The ATLAS Collaboration"),
    ],
)
def test_one_person_is_recognised_however_the_name_is_written(one: str, other: str) -> None:
    assert _same_person(one, other)
    assert _same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Johann Schröder", "Maria Schröder"),
        ("Johann Schröder", "Johann Schreiber"),
        ("Wei Xu", "Wei Xue"),
        ("Lei Zhang", "Lei Zheng"),
        ("Jiang Li", "Liang Li"),
        ("Li Wei", "Li Wen"),
        ("Jia Crane", "Jian Crane"),
        ("J. Crane", "K. Crane"),
        ("ATLAS Collaboration", "CMS Collaboration"),
        ("ATLAS Collaboration", "Maria Atlas"),
    ],
)
def test_other_people_stay_other_people(one: str, other: str) -> None:
    assert not _same_person(one, other)


def test_lists_of_authors_are_compared_with_who_is_missing_and_who_is_new() -> None:
    compared = compare_authors(PEOPLE, (PEOPLE[0], PEOPLE[2], PEOPLE[3], Person("Nora", "Newman")))
    assert compared.shared == 3
    assert compared.missing == ("Bogdan Wójcik",)
    assert compared.added == ("Nora Newman",)
    assert compared.ordered
    assert not compared.all_same
    assert str(compared) == "3 of 4 authors"


def test_another_order_is_seen() -> None:
    compared = compare_authors(PEOPLE, PEOPLE[::-1])
    assert compared.all_same
    assert not compared.ordered
    assert not compared.same_first
    assert str(compared) == "all 4 authors the same, in another order"


@pytest.mark.parametrize("last", [Person(literal="others"), Person(literal="et al."), Person(literal="et al")])
def test_et_al_makes_a_list_incomplete_and_nobody_missing(last: Person) -> None:
    compared = compare_authors(PEOPLE, (*PEOPLE[:2], last))
    assert (compared.complete, compared.missing, compared.added, compared.shared) == (False, (), (), 2)
    assert not compared.all_same


def test_a_collaboration_beside_the_people_is_no_author_who_joined() -> None:
    compared = compare_authors(PEOPLE, (*PEOPLE, Person(literal="CRANE Collaboration")))
    assert compared.all_same


def test_a_collaboration_alone_is_an_author() -> None:
    atlas = (Person(literal="CRANE Collaboration"),)
    assert compare_authors(atlas, (Person(literal="The CRANE Collaboration"),)).all_same
    assert not compare_authors(atlas, PEOPLE).shared


def test_two_authors_of_one_family_name_are_not_mixed_up() -> None:
    compared = compare_authors(people("Wei Zhang", "Wen Zhang"), people("W. Zhang", "Wei Zhang"))
    assert compared.all_same
    assert not compared.ordered


def test_nobody_compares_with_nobody() -> None:
    compared = compare_authors((), ())
    assert (compared.shared, compared.all_same, compared.share) == (0, False, 0.0)


# --- the proof: accepted ------------------------------------------------------------------------------------------


def test_the_published_version_is_proven_with_evidence_in_words() -> None:
    assert prove(PAPER, PRINTED) == Verdict(
        True, "", ("title the same", "all 4 authors the same, in the same order", "appeared in 2018, submitted in 2017")
    )


def test_a_relation_is_evidence_and_named() -> None:
    verdict = prove(PAPER, described(source="semanticscholar", eprints=("1706.01234",), relation="externalIds.ArXiv"))
    assert verdict.same
    assert "Semantic Scholar connects it with arXiv:1706.01234 (externalIds.ArXiv)" in verdict.evidence


def test_the_doi_that_arxiv_names_is_evidence() -> None:
    verdict = prove(replace(PAPER, doi="10.5555/JIO.12.34"), PRINTED)
    assert "the DOI is the one that arXiv names, 10.5555/jio.12.34" in verdict.evidence


def test_the_journal_reference_that_arxiv_names_is_evidence() -> None:
    reference = "J. Invented Ornithol. 12 (2018) 34"
    verdict = prove(replace(PAPER, journal_ref=reference), PRINTED)
    assert f"arXiv's journal reference is this: {reference}" in verdict.evidence


def test_a_changed_title_needs_a_relation_and_all_authors() -> None:
    other = "Counting migrating storks with sparse Bayesian filters"
    assert not prove(PAPER, described(title=other)).same
    assert prove(PAPER, described(title=other, **RELATED)).same
    assert not prove(PAPER, described(title=other, authors=PEOPLE[:3], **RELATED)).same


def test_a_wholly_other_title_is_not_believed_even_with_a_relation() -> None:
    assert not prove(PAPER, described(title="On the value of sleep", **RELATED)).same


def test_a_dropped_subtitle_needs_a_relation() -> None:
    paper = replace(PAPER, title="Cranes: Counting Migrating Birds with Sparse Filters")
    candidate = described(title="Counting Migrating Birds with Sparse Filters")
    assert prove(paper, candidate).reason.startswith("one title has a subtitle more")
    assert prove(paper, described(candidate, **RELATED)).same


def test_the_mark_of_a_full_version_is_no_difference() -> None:
    assert prove(replace(PAPER, title=f"{PAPER.title} (Full Version)"), PRINTED).same


def test_one_author_of_many_may_join_or_leave() -> None:
    assert prove(PAPER, described(authors=PEOPLE[:3])).same
    assert prove(PAPER, described(authors=(*PEOPLE, Person("Nora", "Newman")))).same


def test_a_list_that_says_it_goes_on_is_enough() -> None:
    assert prove(PAPER, described(authors=PEOPLE[:2], complete=False)).same


def test_large_teams_may_differ_in_a_few_names() -> None:
    letters = "abcdefghij"
    team = tuple(Person(f"G{one}n", f"F{one}{other}rm{other}k") for one in letters for other in letters[:6])
    changed = (*team[:30], Person("Nora", "Newman"), *team[31:])
    assert prove(replace(PAPER, authors=team), described(authors=changed)).same
    assert not prove(replace(PAPER, authors=team), described(authors=team[:45] + changed[:15])).same


def test_it_may_have_appeared_before_it_was_put_on_arxiv_where_the_year_is_said_twice() -> None:
    early = described(year=2015, venue="Conference on Invented Birds, CIB 2015")
    assert prove(PAPER, early).same
    assert prove(PAPER, described(year=2015, venue="CIB", keys={"dblp": "conf/cib/LindqvistWZS15"})).same
    assert prove(replace(PAPER, comment="Appeared at CIB 2015"), described(year=2015)).same
    assert not prove(PAPER, described(year=2015)).same


def test_long_before_is_believed_only_on_arxivs_own_word() -> None:
    early = described(year=2009, venue="CIB 2009")
    assert not prove(PAPER, early).same
    assert prove(replace(PAPER, journal_ref="CIB 2009"), early).same


def test_a_journal_reference_of_another_year_speaks_against_an_early_one() -> None:
    early = described(year=2015, venue="CIB 2015")
    assert "journal reference says 2016" in prove(replace(PAPER, journal_ref="J. Birds 3, 2016"), early).reason


def test_a_generic_title_is_proven_by_all_authors() -> None:
    paper, candidate = replace(PAPER, title="Counting cranes"), described(title="Counting Cranes")
    assert prove(paper, candidate).same
    assert not prove(paper, described(candidate, authors=PEOPLE[:3])).same
    assert not prove(paper, described(candidate, authors=PEOPLE[::-1])).same
    alone = replace(paper, authors=PEOPLE[:1])
    assert not prove(alone, described(candidate, authors=PEOPLE[:1])).same
    assert prove(alone, described(candidate, authors=PEOPLE[:1], **RELATED)).same


# --- the proof: refused ---------------------------------------------------------------------------------------------

_STRANGER = Person("Nora", "Newman")


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (described(eprints=("1901.00001",), relation="externalIds.ArXiv"),
         "Crossref connects it with arXiv:1901.00001 (externalIds.ArXiv), another paper"),
        (described(authors=(_STRANGER,)), "no author in common: Nora Newman"),
        (described(authors=()), "there are no authors to compare"),
        (described(title=None), "there is no title to compare"),
        (described(authors=PEOPLE[:2]), "the authors differ: without Xiaoming Zhou, Johann Schröder"),
        (described(authors=(_STRANGER, *PEOPLE[1:])),
         "the authors differ: without Anna Maria Lindqvist, with Nora Newman"),
        (described(authors=(*PEOPLE[:3], _STRANGER)), "the authors differ: without Johann Schröder, with Nora Newman"),
        (described(year=2016), "it appeared in 2016, before it was submitted to arXiv in 2017"),
        (described(year=2010), "it appeared in 2010, 7 years before it was submitted to arXiv"),
        (described(year=2025), "it appeared in 2025, 8 years after it was submitted to arXiv"),
        (described(year=None), "it does not say when it appeared"),
        (described(kind="posted-content"), "Crossref says that it is a preprint"),
        (described(kind="dissertation"), "Crossref says that it is a thesis"),
        (described(kind="dataset"), "Crossref says that it is a data set"),
        (described(kind="Presentation"), "Crossref says that it is a talk"),
        (described(kind="erratum"), "Crossref says that it is a correction"),
        (described(venue="CoRR"), "CoRR is no publication"),
        (described(venue="arXiv preprint arXiv:1706.01234"), "arXiv preprint arXiv:1706.01234 is no publication"),
        (described(venue="Submitted to ICLR 2026"), "it is a submission: Submitted to ICLR 2026"),
        (described(venue="PhD thesis, Somewhere"), "it is a thesis: PhD thesis, Somewhere"),
        (described(venue=None, doi="10.48550/arXiv.1706.01234"), "it is a preprint, with no venue"),
        (described(venue=None, doi=None), "it names neither a venue nor a DOI"),
        (described(doi="10.48550/arXiv.1706.01234"),
         "it mixes two descriptions: Journal of Invented Ornithology with the DOI of a preprint,"
         " 10.48550/arXiv.1706.01234"),
        (described(volume="abs/1706.01234"),
         "it mixes two descriptions: Journal of Invented Ornithology with a volume of CoRR"),
        (described(year=2017, keys={"dblp": "conf/cib/LindqvistWZS18"}),
         "it mixes two descriptions: the year is 2017, but conf/cib/LindqvistWZS18 says 2018"),
        (described(year=2017, doi="10.1109/CIB12345.2019.00123"),
         "it mixes two descriptions: the year is 2017, but 10.1109/CIB12345.2019.00123 says 2019"),
        (described(year=2017, venue="CIB 2019"),
         "it mixes two descriptions: the year is 2017, but CIB 2019 says 2019"),
        (described(title=f"Erratum: {PAPER.title}"), "its title says that it is another thing: Erratum"),
        (described(title=f"Correction to: {PAPER.title}"), "its title says that it is another thing: Correction to"),
        (described(title=f"Reply to {PAPER.title}"), "its title says that it is another thing: Reply to"),
        (described(title=f"Comment on {PAPER.title}"), "its title says that it is another thing: Comment on"),
        (described(title=f"Poster: {PAPER.title}"), "its title says that it is another thing: Poster"),
        (described(title=f"Publisher’s Note: {PAPER.title}", **RELATED),
         "its title says that it is another thing: Publisher’s Note"),
        (described(title=f"Commentary: {PAPER.title}", **RELATED),
         "its title says that it is another thing: Commentary"),
        (described(title=f"Supplemental Material for {PAPER.title}", **RELATED),
         "its title says that it is another thing: Supplemental Material for"),
        (described(year=None, **RELATED), "it does not say when it appeared"),
        (described(title=f"{PAPER.title}: A Survey"),
         "the title differs in what makes another work of it: it has 'a survey'"),
        (described(title=f"{PAPER.title} II"), "the title differs in what makes another work of it: it has 'ii'"),
        (described(title=f"{PAPER.title} (extended abstract)"),
         "the title differs in what makes another work of it: it has 'extended abstract'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_not_proven_is_refused_with_the_reason(candidate: Candidate, reason: str) -> None:
    assert prove(PAPER, candidate).reason == reason
    assert not prove(PAPER, candidate).same


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Lower bounds for the flocks of migrating cranes", "Upper bounds for the flocks of migrating cranes"),
        ("Search for cranes in events with photons", "Search for cranes in events with jets"),
        ("Search for cranes in the electron channel", "Search for cranes in the dimuon channel"),
        ("The smallest maximum flock of cranes", "The smallest minimum flock of cranes"),
    ],
)
def test_no_relation_makes_siblings_of_one_series_the_same(ours: str, theirs: str) -> None:
    verdict = prove(replace(PAPER, title=ours), described(title=theirs, **RELATED))
    assert verdict.reason.startswith("the title differs in what makes another work of it")


@pytest.mark.parametrize("title", ["Part II", "a survey", "reply", "extended abstract"])
def test_no_relation_makes_another_work_the_same(title: str) -> None:
    assert not prove(PAPER, described(title=f"{PAPER.title}: {title}", **RELATED)).same


def test_the_year_of_a_source_that_merges_counts_where_it_is_not_the_preprints() -> None:
    merged = described(source="semanticscholar", year=2017, eprints=("1706.01234",), relation="externalIds.ArXiv")
    assert prove(PAPER, merged).reason == (
        "the year 2017 may be the preprint's: Semantic Scholar keeps one description of both"
    )
    assert prove(PAPER, described(merged, year=2018)).same
    assert prove(PAPER, described(merged, keys={"dblp": "conf/cib/LindqvistWZS17"})).same
    assert prove(PAPER, described(merged, doi="10.18653/v1/2017.cib-main.12")).same


def test_a_mixed_record_is_told_without_a_paper_to_compare() -> None:
    assert mixture(PRINTED) == ""
    assert mixture(described(doi="10.48550/arXiv.1706.01234"))


@pytest.mark.parametrize("year", [2018, 2019])
def test_proceedings_may_come_out_the_year_after(year: int) -> None:
    assert prove(PAPER, described(year=year, keys={"dblp": "conf/cib/LindqvistWZS18"})).same


# --- what holds for all ---------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        "crane",
        "stork",
        "filter",
        "lake",
        "sparse",
        "migrating",
        "Bayesian",
        "kernel",
        "flock",
        "census",
        "über",
        "naïve",
    ]
)
_TITLES = st.lists(_WORDS, min_size=4, max_size=9, unique=True).map(" ".join)
_FAMILIES = ["Lindqvist", "Wójcik", "Zhou", "Schröder", "Gómez-Rodríguez", "Nørgård", "Okafor", "Tanaka", "Björnsson"]
_GIVEN = st.sampled_from(["Anna", "Bogdan", "Xiao-Ming", "Jörg", "Chidi", "Hanako", "Émile", "Jean-Luc"])
_AUTHORS = st.lists(st.sampled_from(_FAMILIES), min_size=1, max_size=6, unique=True).flatmap(
    lambda families: st.tuples(*(_GIVEN.map(lambda given, family=family: Person(given, family)) for family in families))
)
_STRANGERS = st.lists(
    st.sampled_from(["Abbott", "Cho", "Duval", "Eriksen", "Fischer"]), min_size=1, max_size=5, unique=True
)


def _initials(person: Person) -> Person:
    assert person.given is not None
    return replace(person, given="".join(f"{part[0]}." for part in person.given.split("-")))


def _in_latex(person: Person) -> Person:
    return Person(latex.to_latex(person.given or ""), latex.to_latex(person.family or ""))


_HARMLESS = {
    "case": lambda c: described(c, title=(c.published.title or "").upper()),
    "hyphens": lambda c: described(c, title=(c.published.title or "").replace(" ", "-")),
    "latex": lambda c: described(
        c, title=latex.to_latex(c.published.title or ""), authors=tuple(map(_in_latex, c.authors))
    ),
    "braces": lambda c: described(c, title=f"{{{c.published.title}}}."),
    "initials": lambda c: described(c, authors=tuple(map(_initials, c.authors))),
    "hyphens in names": lambda c: described(
        c, authors=tuple(replace(p, family=(p.family or "").replace("-", " ")) for p in c.authors)
    ),
    "one piece": lambda c: described(c, authors=tuple(split_name(p.name) for p in c.authors)),
}


@given(_TITLES, _AUTHORS, st.integers(0, 4), st.sampled_from(sorted(_HARMLESS)))
def test_harmless_changes_do_not_change_the_verdict(title: str, authors: Any, later: int, change: str) -> None:
    paper = replace(PAPER, title=title, authors=authors)
    candidate = described(title=title, authors=authors, year=2017 + later)
    before, after = prove(paper, candidate), prove(paper, _HARMLESS[change](candidate))
    generic = is_generic(title)
    if not (generic and change == "initials"):  # of a generic title more than initials is asked
        assert after.same == before.same
    assert before.same or generic


@given(_TITLES, _AUTHORS, _STRANGERS, st.booleans(), st.integers(2015, 2020))
def test_without_an_author_in_common_nothing_is_proven(
    title: str, authors: Any, strangers: list[str], related: bool, year: int
) -> None:
    paper = replace(PAPER, title=title, authors=authors, doi="10.5555/jio.12.34" if related else None)
    candidate = described(title=title, authors=people(*(f"Ulla {name}" for name in strangers)), year=year)
    verdict = prove(paper, described(candidate, **RELATED) if related else candidate)
    assert not verdict.same
    assert verdict.reason


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_titles_can_be_compared_either_way_round(one: str, other: str) -> None:
    there, back = compare_titles(one, other), compare_titles(other, one)
    assert there.how == back.how
    assert (there.missing, there.added) == (back.added, back.missing)
    assert 0 <= there.likeness <= 1


_ANYBODY = st.builds(Person, st.none() | st.text(max_size=12), st.text(min_size=1, max_size=12)) | st.builds(
    split_name, st.text(min_size=1, max_size=30)
)


@given(st.lists(_ANYBODY, max_size=6), st.lists(_ANYBODY, max_size=6))
def test_any_names_can_be_compared(one: list[Person], other: list[Person]) -> None:
    compared = compare_authors(one, other)
    assert compared.shared <= min(len(one), len(other))
    assert 0 <= compared.share <= 1
    assert str(compared)


@given(st.lists(_ANYBODY, max_size=6))
def test_everybody_is_in_their_own_list(authors: list[Person]) -> None:
    compared = compare_authors(authors, authors)
    assert (compared.missing, compared.added) == ((), ())
    assert compared.ordered


# --- for the audit ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tan Le, Ngoc", "Le, Ngoc Tan"), ("K R, Prajwal", "R, Prajwal K"), ("S, Rajalakshmi", "S, R.")],
)
def test_a_name_may_be_cut_into_its_parts_anywhere(one: str, other: str) -> None:
    assert _same_person(one, other)


def test_initials_alone_are_those_of_the_same_name_only() -> None:
    assert not _same_person("S, Rajalakshmi", "T, R.")
    assert not _same_person("Smith, Rachel", "T, R.")


def test_a_part_of_a_title_stands_before_or_after_its_colon() -> None:
    assert is_part("Counting Cranes", "Counting cranes: a survey")
    assert is_part("A survey", "Counting cranes: a survey")
    assert not is_part("Counting", "Counting cranes: a survey")
    assert not is_part(None, "Counting cranes")


def test_weighty_words_say_something() -> None:
    assert weighty_words("On the Counting of Cranes in 3D") == ["counting", "cranes"]
    assert weighty_words(None) == []
