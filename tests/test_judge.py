"""What the audit decides of one reference: every rule with an invented example, and what must never be called wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.identify import parse_id
from enrich.judge import accepts, cites_preprint, judge, judge_mention, nearly, of_candidate, of_record, standing
from enrich.names import split_name
from enrich.record import Candidate, Person, Published, Record, Withdrawn
from enrich.reference import Description, Reference

TODAY = date(2026, 11, 24)
TITLE = "Counting Migrating Cranes with Sparse Bayesian Filters"
AUTHORS = "Lindqvist, Anna Maria and Wójcik, Bogdan and Zhou, Xiaoming and Schröder, Johann"
PEOPLE = (
    Person("Anna Maria", "Lindqvist"),
    Person("Bogdan", "Wójcik"),
    Person("Xiaoming", "Zhou"),
    Person("Johann", "Schröder"),
)
PRINTED = Description(
    "Crossref",
    "doi",
    "doi:10.5555/icml.12",
    (TITLE,),
    (PEOPLE,),
    years=(2018,),
    venues=("International Conference on Machine Learning",),
    doi="10.5555/icml.12",
    kind="proceedings-article",
)
FOUND = replace(PRINTED, source="DBLP", by="title", kind="inproceedings")
RECORD = Record(
    id="arXiv:1706.01234",
    version=2,
    title=TITLE,
    authors=PEOPLE,
    year=2017,
    updated="2018-03-01T00:00:00Z",
    origin={"title": "arxiv"},
)
PREPRINT = of_record(RECORD)
OTHER = replace(
    PRINTED,
    titles=("A Lattice Model of Frozen Custard",),
    bylines=((split_name("Petra Ödegaard"), split_name("Li Wei")),),
)


def people(*names: str) -> tuple[Person, ...]:
    return tuple(split_name(name) for name in names)


def entry(type: str = "inproceedings", **changes: str | None) -> Reference:
    """The entry of the paper with other fields; ``None`` takes one away, ``arxiv`` names an identifier."""
    fields = {"title": TITLE, "author": AUTHORS, "booktitle": "ICML", "year": "2018", "doi": "10.5555/icml.12"}
    arxiv = changes.pop("arxiv", None)
    fields = {name: value for name, value in {**fields, **changes}.items() if value is not None}
    identifier = parse_id(arxiv) if arxiv else None
    lines = {name: number for number, name in enumerate(fields, 2)}
    return Reference(
        "refs.bib", 1, 1, "crane", "crane", identifier, fields.get("doi"), type=type, fields=fields, lines=lines
    )


def preprint(**changes: str | None) -> Reference:
    return entry("misc", **{"booktitle": None, "doi": None, "arxiv": "1706.01234", **changes})


def rules(reference: Reference, *descriptions: Description, **options: Any) -> list[tuple[str, str]]:
    found = judge(reference, descriptions or (PRINTED,), today=TODAY, **options)
    return [(finding.rule, finding.severity) for finding in found]


# --- what is right ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "counting migrating cranes with sparse {B}ayesian filters."},
        {"title": "{Counting Migrating Cranes\n with Sparse Bayesian Filters}"},
        {"title": "Counting migrating cranes with..."},
        {"title": "Counting Migrating Cranes with Sparse Bayesian Filters (Extended Version)"},
        {"title": "Counting Migrating Cranes with a Sparse Bayesian Filter"},
        {"title": "Counting Migrating Cranes with Sparse Bayesian Filters: A Survey"},
        {"author": "A. M. Lindqvist and B. Wojcik and X. Zhou and J. Schroeder"},
        {"author": "Lindqvist, A. and W{\\'o}jcik, B. and Zhou, X. and Schr{\\\"o}der, J."},
        {"author": "Lindqvist Anna and Wojcik Bogdan and Zhou Xiaoming and Schroder Johann"},
        {"author": "Lindqvist, Anna Maria and others"},
        {"author": "Bogdan Wójcik and Anna Lindqvist and others"},
        {"author": "Lindqvist, Anna Maria et al."},
        {"author": "Anna Maria Lindqvist, Bogdan Wójcik, Xiaoming Zhou, Johann Schröder"},
        {"author": "Lindqvist, A.; Wójcik, B.; Zhou, X.; Schröder, J."},
        {"author": None},
        {"author": None, "editor": "Someone Else"},
        {"author": "{The Crane Collaboration}"},
        {"title": None},
        {"year": "2017"},
        {"year": "2019"},
        {"year": None},
        {"year": "in press"},
        {"booktitle": "Proc. 35th Int. Conf. Mach. Learn. (ICML'18), Stockholm"},
        {"booktitle": "Proceedings of Machine Learning Research"},
        {"booktitle": "ICPRX"},
        {"booktitle": None, "journal": "arXiv preprint arXiv:1706.01234"},
        {"booktitle": None, "journal": "Transactions of Invented Ornithology", "type": "article"},
    ],
)
def test_a_sloppy_reference_is_not_called_wrong(changes: dict[str, str | None]) -> None:
    type = changes.pop("type", None) or "inproceedings"
    assert [one for one in rules(entry(type, **changes)) if one[1] != "note"] == []


def test_formulas_may_be_written_in_any_way() -> None:
    described = replace(PRINTED, titles=("Search for cranes in √s=13 TeV collisions of flocks",))
    assert rules(entry(title="Search for cranes in $\\sqrt{s} = 13$ TeV collisions of flocks"), described) == []


def test_a_translation_and_another_script_say_nothing() -> None:
    described = replace(PRINTED, titles=("以稀疏貝葉斯濾波器計數遷徙鶴",), bylines=((Person(literal="周曉明"),),))
    assert rules(entry(), described) == []


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Counting Migrating Cranes with LLMs", "Counting Migrating Cranes with Large Language Models"),
        ("Zur Zählung ziehender Kraniche [On the counting of cranes]", "Zur Zählung ziehender Kraniche"),
        ("On the Counting of Cranes in the Marshes", "Zur Zählung ziehender Kraniche"),
    ],
)
def test_an_acronym_or_a_translated_title_is_the_same_work(written: str, printed: str) -> None:
    assert rules(entry(title=written), replace(PRINTED, titles=(printed,))) == []
    assert rules(entry(title=written, author="Poe, Ed"), replace(PRINTED, titles=(printed,))) == [("authors", "error")]


def test_a_collaboration_beside_its_first_author_stands_for_all() -> None:
    whole = replace(PRINTED, source="DBLP")
    assert rules(entry(author="Anna Lindqvist and {The CRANE Collaboration}"), whole) == []
    assert rules(entry(author="Anna Lindqvist and Ed Poe and {CRANE Collaboration}"), whole) == [("authors", "error")]


@pytest.mark.parametrize(
    ("type", "changes"),
    [
        ("phdthesis", {"school": "A University", "year": "2010"}),
        ("techreport", {"institution": "A University", "year": "2010"}),
        ("misc", {"eprint": "2401.12345", "archiveprefix": "arXiv", "year": "2024"}),
    ],
)
def test_the_year_of_another_edition_that_a_search_found_is_no_proof(type: str, changes: dict[str, str]) -> None:
    found = replace(FOUND, years=(2016,))
    cited = entry(type, booktitle=None, doi=None, **changes)
    assert rules(cited, found) == [("year", "note")]


def test_a_later_edition_of_a_book_may_have_other_authors_and_another_year() -> None:
    book = replace(FOUND, venues=(), years=(1990,), kind="book")
    third = entry("book", booktitle=None, doi=None, author=f"{AUTHORS} and Poe, Ed", year="2009")
    assert rules(third, book) == [("authors", "note"), ("year", "note")]


def test_a_conference_before_the_journal_that_arxiv_names_has_its_own_year() -> None:
    record = replace(RECORD, journal_ref="Journal of Invented Ornithology 12 (2017) 1-20")
    assert ("year", "warning") not in rules(entry(year="2013", doi=None, arxiv="1706.01234"), of_record(record))


def test_proceedings_may_have_their_meeting_s_acronym_in_the_title() -> None:
    named = "Proceedings of the 38th International Conference on Machine Learning"
    volume = replace(PRINTED, titles=(named,), bylines=(), venues=())
    assert rules(entry("proceedings", title=f"{named}, ICML 2021", author=None, booktitle=None), volume) == []


def test_a_source_that_names_only_the_first_authors_proves_nothing() -> None:
    assert rules(entry(), replace(PRINTED, bylines=(PEOPLE[:1],))) == []
    assert rules(entry(), replace(PRINTED, bylines=(PEOPLE[:2],), complete=False, source="DBLP")) == []


def test_a_source_that_names_an_author_twice_proves_nothing() -> None:
    assert rules(entry(), replace(PRINTED, bylines=((*PEOPLE, PEOPLE[0]),))) == []


def test_namesakes_are_two_authors() -> None:
    namesakes = people("Yan Wang", "Li Chen", "Yan Wang")
    described = replace(PRINTED, bylines=(namesakes,), source="DBLP")
    assert rules(entry(author="Wang, Y. and Chen, L. and Wang, Y."), described) == []


def test_crossref_without_the_subtitle_proves_nothing() -> None:
    described = replace(PRINTED, titles=("Counting Migrating Cranes",))
    assert rules(entry(title="Counting Migrating Cranes: A Survey"), described) == []


def test_an_earlier_version_of_a_preprint_counts() -> None:
    earlier = replace(RECORD, version=1, title="Cranes, Counted", authors=PEOPLE[:3], updated="2017-06-01T00:00:00Z")
    described = of_record(RECORD, others=[earlier])
    reference = preprint(title="Cranes, counted", author="Lindqvist, A. and Wójcik, B. and Zhou, X.", year="2017")
    assert rules(reference, described) == []


def test_a_preprint_may_be_cited_with_any_year_between_its_versions() -> None:
    described = of_record(replace(RECORD, year=2014, updated="2018-03-01T00:00:00Z"))
    for year in range(2014, 2019):
        assert rules(preprint(year=str(year)), described, strict=True) == []
    assert rules(preprint(year="2022"), described) == [("year", "warning")]


@given(
    st.lists(st.sampled_from(["lower", "initials", "order", "others", "braces", "year", "venue"]), unique=True),
    st.sampled_from([PRINTED, FOUND, PREPRINT]),
)
def test_restyling_alone_never_makes_a_warning(styles: list[str], description: Description) -> None:
    fields = {"title": TITLE, "author": AUTHORS, "booktitle": "ICML", "year": "2018"}
    for style in styles:
        if style == "lower":
            fields["title"] = fields["title"].lower()
        elif style == "initials":
            fields["author"] = "Lindqvist, A. M. and Wojcik, B. and Zhou, X. and Schroder, J."
        elif style == "order":
            fields["author"] = "Anna M. Lindqvist and Bogdan Wójcik and Xiaoming Zhou and Johann Schröder"
        elif style == "others":
            fields["author"] = f"{fields['author'].partition(' and ')[0]} and others"
        elif style == "braces":
            fields["title"] = "{" + fields["title"] + "}"
        elif style == "year":
            fields["year"] = "2017"
        else:
            fields["booktitle"] = "Int. Conf. on Machine Learning"
    reference = entry(**fields)
    assert description.by != "title" or accepts(reference, description)
    assert [one for one in rules(reference, description) if one[1] != "note"] == []


@given(
    st.dictionaries(
        st.sampled_from(["title", "author", "year", "booktitle", "journal", "subtitle", "date"]), st.text(max_size=40)
    ),
    st.sampled_from([PRINTED, FOUND, PREPRINT, OTHER]),
    st.booleans(),
)
def test_nothing_written_in_an_entry_breaks_it(fields: dict[str, str], description: Description, strict: bool) -> None:
    reference = Reference("x.bib", 1, key="k", type="misc", fields=fields)
    found = judge(reference, [description], strict=strict, today=TODAY)
    assert len({(finding.rule, finding.source) for finding in found}) == len(found)


# --- another work -----------------------------------------------------------------------------------------------------


def test_a_doi_of_another_work_is_a_wrong_work() -> None:
    (finding,) = judge(entry(), [OTHER], today=TODAY)
    assert (finding.rule, finding.severity, finding.line) == ("wrong-work", "error", 6)
    assert finding.found == TITLE
    assert finding.expected == "A Lattice Model of Frozen Custard"
    assert "Petra Ödegaard, Li Wei" in finding.message


def test_beside_another_name_that_is_right_only_the_doi_is_wrong() -> None:
    assert rules(entry(arxiv="1706.01234"), PREPRINT, OTHER) == [("doi", "error")]
    assert rules(entry(), OTHER, FOUND) == [("doi", "error")]


def test_an_identifier_of_another_work_says_which_was_meant() -> None:
    stranger = of_record(Record("arXiv:1801.00001", title=OTHER.title, authors=OTHER.authors, year=2018))
    (finding,) = judge(preprint(), [stranger, replace(FOUND, name="conf/icml/Lindqvist18")], today=TODAY)
    assert finding.rule == "wrong-work"
    assert finding.hint == "the work of this title is conf/icml/Lindqvist18"


def test_without_authors_two_plainly_different_titles_are_two_works() -> None:
    assert rules(entry(author=None), OTHER) == [("wrong-work", "error")]
    assert rules(entry(author=None, title="Frozen custard, a lattice model"), OTHER) != [("wrong-work", "error")]


def test_a_common_title_by_nobody_of_these_is_another_work() -> None:
    assert rules(entry(title="Deep Learning"), replace(OTHER, titles=("Deep learning",))) == [("wrong-work", "error")]


def test_a_right_title_by_nobody_of_these_has_wrong_authors() -> None:
    (finding,) = judge(entry(author="Doe, Jane and Roe, Richard"), [PRINTED], today=TODAY)
    assert (finding.rule, finding.severity) == ("authors", "error")
    assert finding.expected == " and ".join(person.name for person in PEOPLE)


def test_the_doi_of_the_proceedings_is_a_note() -> None:
    volume = Description(
        "Crossref", "doi", "doi:10.5555/icml.12", ("Proceedings of the Crane Conference",), kind="book"
    )
    assert rules(entry(booktitle="Proceedings of the Crane Conference 2018"), volume) == [("doi", "note")]


def test_a_retracted_work_is_withdrawn() -> None:
    assert rules(entry(), replace(PRINTED, titles=(f"RETRACTED: {TITLE}",))) == [("withdrawn", "error")]


# --- titles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Counting Migrating Storks with Sparse Bayesian Filters",
        "Counting Migrating Cranes with Sparse Bayesian Filters II",
        "Counting Cranes with Filters",
        "Counting Migrating Cranes with Sparse Bayesian Filters Revisited",
    ],
)
def test_a_misquoted_title_is_found(title: str) -> None:
    (finding,) = judge(entry(title=title), [PRINTED], today=TODAY)
    assert (finding.rule, finding.severity, finding.found, finding.expected) == ("title", "error", title, TITLE)
    assert finding.line == 2


def test_a_defect_that_two_sources_see_is_one_finding() -> None:
    reference = entry(arxiv="1706.01234", title="Counting Migrating Storks with Sparse Bayesian Filters")
    assert rules(reference, PREPRINT, PRINTED) == [("title", "error")]


def test_a_preprint_may_be_published_under_another_title() -> None:
    reference = entry(doi=None, arxiv="1706.01234", title="Sparse Filters Count Migrating Cranes and Storks")
    assert rules(reference, PREPRINT) == [("title", "note")]
    published = Published("inproceedings", "Sparse Filters that Count Birds", "ICML", 2018)
    assert rules(reference, of_record(RECORD, published=published)) == [("title", "error")]
    assert rules(preprint(title="Sparse Filters Count Migrating Cranes and Storks"), PREPRINT) == [("title", "error")]


def test_another_paper_of_the_same_people_is_more_than_a_new_title() -> None:
    reference = entry(doi=None, arxiv="1706.01234", title="Frozen Custard in Lattice Models of Dairy Machines")
    assert rules(reference, PREPRINT) == [("title", "warning")]


def test_strict_forgives_no_subtitle_and_no_spelling() -> None:
    reference = entry(title="Counting Migrating Cranes with a Sparse Bayesian Filter")
    assert rules(reference) == []
    assert rules(reference, strict=True) == [("title", "warning")]


# --- authors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "severity", "words"),
    [
        ("Lindqvist, Anna Maria and Wójcik, Bogdan", "error", "stops before Xiaoming Zhou, Johann Schröder"),
        ("Lindqvist, A. and Zhou, X. and Schröder, J.", "error", "Bogdan Wójcik is missing"),
        (f"{AUTHORS} and Okafor, Ngozi", "error", "Ngozi Okafor is not among the authors"),
        (AUTHORS.replace("Zhou, Xiaoming", "Okafor, Ngozi"), "error", "Ngozi Okafor stands where Xiaoming Zhou should"),
        (AUTHORS.replace("Xiaoming", "Lihua"), "warning", "Lihua Zhou stands where Xiaoming Zhou should"),
        (" and ".join(reversed(AUTHORS.split(" and "))), "warning", "another order"),
        ("Okafor, Ngozi and others", "error", "none of these wrote it"),
    ],
)
def test_wrong_authors_are_found_and_named(author: str, severity: str, words: str) -> None:
    (finding,) = judge(entry(author=author), [replace(PRINTED, source="DBLP")], today=TODAY)
    assert (finding.rule, finding.severity, finding.line) == ("authors", severity, 3)
    assert words in finding.message


def test_the_best_byline_counts() -> None:
    printed = replace(PRINTED, bylines=((*PEOPLE, Person("Ngozi", "Okafor")),))
    assert rules(entry(arxiv="1706.01234"), PREPRINT, printed) == []


def test_somebody_may_join_between_a_preprint_and_what_is_published() -> None:
    cited = {"doi": None, "arxiv": "1706.01234"}
    assert rules(entry(author=f"{AUTHORS} and Okafor, Ngozi", **cited), PREPRINT) == [("authors", "note")]
    assert rules(entry(author="Okafor, Ngozi and Doe, Jane", **cited), PREPRINT) == [("authors", "error")]
    assert rules(preprint(author=f"{AUTHORS} and Okafor, Ngozi"), PREPRINT) == [("authors", "error")]


# --- years and venues -------------------------------------------------------------------------------------------------


def test_a_year_beside_the_true_one_is_forgiven_unless_strict() -> None:
    assert rules(entry(year="2019")) == []
    assert rules(entry(year="2019"), strict=True) == [("year", "warning")]
    assert rules(entry(year="2021")) == [("year", "warning")]


def test_a_journal_may_print_what_was_online_two_years_before() -> None:
    article = replace(PRINTED, venues=("Journal of Invented Ornithology",), kind="journal-article")
    reference = entry("article", booktitle=None, journal="J. Invent. Ornithol.", year="2020")
    assert rules(reference, article) == [("year", "note")]


def test_a_preprint_may_have_had_other_authors_than_what_a_search_found() -> None:
    reference = preprint(arxiv=None, author=AUTHORS.replace("Zhou, Xiaoming", "Okafor, Ngozi"))
    assert rules(reference, FOUND) == [("authors", "note")]


def test_a_long_name_of_the_venue_is_the_venue() -> None:
    long = "Proceedings of the 35th International Conference on Machine Learning, Stockholm, Sweden, July 10-15, 2018"
    assert rules(entry(), replace(FOUND, venues=(long,))) == []
    assert rules(entry(year="2022"), replace(FOUND, venues=(long,))) == [("year", "warning")]


def test_the_year_of_another_publication_does_not_count_where_the_very_one_is_known() -> None:
    demo = replace(FOUND, venues=("Invented Ornithology Demonstrations",), name="demo")
    assert rules(entry(year="2021"), FOUND, demo) == [("year", "warning")]
    assert rules(entry(year="2021"), demo) == [("venue", "note")]


def test_a_year_that_lies_in_the_future_is_said_elsewhere() -> None:
    assert rules(entry(year="2031")) == []


def test_the_year_of_publication_need_not_be_that_of_the_preprint() -> None:
    assert rules(entry(doi=None, arxiv="1706.01234", year="2021"), PREPRINT) == []
    assert rules(entry(doi=None, arxiv="1706.01234", year="2009"), PREPRINT) == [("year", "warning")]


def test_another_venue_is_found() -> None:
    assert rules(entry(booktitle="Conference on Computer Vision and Pattern Recognition")) == [("venue", "warning")]
    assert rules(entry(booktitle="NeurIPS"), FOUND) == [("venue", "warning")]
    assert rules(entry(booktitle="Symposium on Invented Scaling Laws"), FOUND) == [("venue", "warning")]


def test_a_search_may_find_another_publication_of_the_work() -> None:
    assert rules(entry("article", booktitle=None, journal="Journal of Machine Learning Research"), FOUND) == [
        ("venue", "note")
    ]
    assert rules(entry(booktitle="NeurIPS", year="2021"), FOUND) == [("venue", "note")]
    workshop = replace(FOUND, venues=("Workshop on Cranes",))
    assert rules(entry(), workshop) == []


# --- what a search found ----------------------------------------------------------------------------------------------


def test_a_search_is_believed_where_title_and_an_author_agree() -> None:
    assert accepts(entry(), FOUND)
    assert accepts(entry(author="Lindqvist, Anna Maria"), FOUND)
    assert accepts(entry(author="A. Lindqvist and B. Wojcik"), FOUND)
    assert not accepts(entry(title="Counting Migrating Storks with Sparse Bayesian Filters"), FOUND)
    assert not accepts(entry(author="Doe, Jane"), FOUND)


def test_an_initial_alone_is_no_author_in_common() -> None:
    assert not accepts(entry(author="Zhou, X. and Doe, Jane"), FOUND)
    alone = replace(FOUND, bylines=(PEOPLE[2:3],))
    assert accepts(entry(author="Zhou, X."), alone)
    assert not accepts(entry(author="Zhou, X.", year="1999", booktitle="CVPR"), alone)


def test_a_common_title_needs_all_authors() -> None:
    common = replace(FOUND, titles=("Deep learning",))
    assert accepts(entry(title="Deep Learning"), common)
    assert not accepts(entry(title="Deep Learning", author="Lindqvist, Anna Maria and Doe, Jane"), common)


def test_without_authors_year_or_venue_must_agree() -> None:
    assert accepts(entry(author=None), FOUND)
    assert accepts(entry(author=None, booktitle=None), FOUND)
    assert not accepts(entry(author=None, booktitle=None, year="2001"), FOUND)
    assert not accepts(entry(author=None, title="Deep Learning"), replace(FOUND, titles=("Deep learning",)))


def test_a_misquoted_title_is_meant_where_all_else_agrees() -> None:
    reference = entry(title="Counting Migrating Storks with Sparse Bayesian Filters")
    assert nearly(reference, FOUND)
    assert rules(reference, FOUND) == [("title", "error")]
    assert not nearly(entry(title="Counting Migrating Cranes with Sparse Bayesian Filters, Part II"), FOUND)
    assert not nearly(replace(reference, fields={**reference.fields, "year": "2011"}), FOUND)
    assert not nearly(replace(reference, fields={**reference.fields, "booktitle": "CVPR"}), FOUND)
    assert not nearly(replace(reference, fields={**reference.fields, "author": "Lindqvist, Anna Maria"}), FOUND)


def test_a_long_title_in_its_venue_and_year_is_that_work_whoever_is_named() -> None:
    reference = entry(author="Doe, Jane and Roe, Richard")
    assert nearly(reference, FOUND)
    assert rules(reference, FOUND) == [("authors", "error")]
    assert not nearly(entry(author="Doe, Jane", booktitle="CVPR"), FOUND)
    assert not nearly(entry(author="Doe, Jane", title="Counting Cranes"), replace(FOUND, titles=("Counting cranes",)))


def test_what_a_search_found_beside_it_is_left_aside() -> None:
    assert rules(entry(), replace(OTHER, by="title")) == []


# --- descriptions -----------------------------------------------------------------------------------------------------


def test_a_record_is_described_with_its_versions_and_its_publication() -> None:
    published = Published("article", "Counting Cranes", "J. Invent. Ornithol.", 2019, doi="10.5555/JIO.1")
    record = replace(RECORD, journal_ref="J. Invent. Ornithol. 12 (2020) 34-56")
    earlier = replace(RECORD, version=1, title="Cranes, Counted", updated="2017-06-01T00:00:00Z")
    assert of_record(record, others=[earlier], published=published) == Description(
        source="arXiv",
        by="arxiv",
        name="arXiv:1706.01234",
        titles=(TITLE, "Cranes, Counted", "Counting Cranes"),
        bylines=(PEOPLE,),
        years=(2017, 2018, 2019, 2020),
        venues=("J. Invent. Ornithol.",),
        doi="10.5555/jio.1",
        eprints=("1706.01234",),
        kind="article",
        preprint=True,
    )


def test_a_candidate_is_described_as_its_source_does() -> None:
    candidate = Candidate(
        "crossref",
        Published(title=TITLE, venue="ICML", year=2018, doi="10.5555/ICML.12"),
        PEOPLE,
        kind="journal-article",
    )
    assert of_candidate(candidate, "doi") == Description(
        "Crossref",
        "doi",
        "doi:10.5555/icml.12",
        (TITLE,),
        (PEOPLE,),
        years=(2018,),
        venues=("ICML",),
        doi="10.5555/icml.12",
        kind="journal-article",
    )
    posted = Candidate("crossref", Published(title=TITLE, year=2018, doi="10.1101/2018.01.01.123456"), PEOPLE)
    assert of_candidate(posted, "doi").preprint


# --- mentions ---------------------------------------------------------------------------------------------------------


def mention(label: str | None = None, passage: str | None = None, key: str | None = None) -> Reference:
    text = "https://arxiv.org/abs/1706.01234"
    return Reference("README.md", 7, 3, key, text, parse_id(text), label=label, passage=passage)


def said(
    label: str | None = None, passage: str | None = None, *, titled: bool = True, key: str | None = None
) -> list[str]:
    return [finding.rule for finding in judge_mention(mention(label, passage, key), PREPRINT, titled=titled)]


@pytest.mark.parametrize(
    "label",
    [
        TITLE,
        f"{TITLE} (ICML 2018)",
        f"12. {TITLE.lower()}",
        "Counting Migrating Cranes",
        "Migrating Cranes Sparse Filters",
        "paper",
        "1706.01234",
        "CraneNet",
        "Read the full paper here (PDF)",
        "Lindqvist, Wójcik, Zhou and Schröder",
        "Doe et al. A Very Different Looking Text",
        "用稀疏贝叶斯滤波器统计迁徙的鹤群数量",
        "https://arxiv.org/abs/1706.01234",
    ],
)
def test_a_label_that_is_the_title_or_claims_nothing_is_right(label: str) -> None:
    assert said(label) == []


def test_a_link_with_another_papers_title_is_found() -> None:
    (finding,) = judge_mention(mention("A Lattice Model of Frozen Custard Machines"), PREPRINT, titled=True)
    assert (finding.rule, finding.severity, finding.line) == ("wrong-work", "error", 7)
    assert finding.expected == TITLE


def test_where_labels_are_no_titles_only_what_looks_like_one_is_judged() -> None:
    assert said("A Lattice Model of Frozen Custard Machines", titled=False) == ["wrong-work"]
    assert said("how custard machines freeze over in winter", titled=False) == []
    assert said("how custard machines freeze over in winter") == ["wrong-work"]


def test_the_title_beside_the_label_is_enough() -> None:
    assert said("Custard Machines Frozen By Lattices", f"{TITLE}, 2018. See also the slides.") == []


def test_a_misquoted_label_is_a_title_finding() -> None:
    assert said("Counting Migrating Storks with Sparse Bayesian Filters") == ["title"]


def test_the_name_before_the_colon_stands_for_the_title() -> None:
    described = replace(PREPRINT, titles=("CraneNet: Counting Birds with Sparse Filters",))
    found = judge_mention(mention("CraneNet official code and model weights"), described, titled=True)
    assert found == ()


def test_an_item_without_a_title_is_known_by_its_authors() -> None:
    assert said(passage="A. M. Lindqvist et al., J. Invent. Ornithol. 12, 34 (2018), 1706.01234", key="crane") == []
    assert said(passage="P. Ödegaard and L. Wei, Custard Lett. B 716 (2012) 1, arXiv:1706.01234", key="crane") == [
        "wrong-work"
    ]
    assert said(passage="As somebody has shown long ago, custard freezes, see arXiv:1706.01234") == []


@given(st.text(max_size=80), st.text(max_size=80), st.booleans())
def test_nothing_written_in_a_mention_breaks_it(label: str, passage: str, titled: bool) -> None:
    assert len(judge_mention(mention(label, passage, "k"), PREPRINT, titled=titled)) <= 1


def test_words_that_stand_in_every_title_make_no_likeness() -> None:
    label = "Solving Quantitative Puzzles with Large Language Models"
    other = replace(PREPRINT, titles=("Scaling Laws of Cranes for Neural Language Models",), bylines=())
    assert [one.rule for one in judge_mention(mention(label, label), other, titled=True)] == ["wrong-work"]
    own = replace(PREPRINT, titles=("Quantitative Puzzles Solved by Scaling Cranes: A Language Model",), bylines=())
    assert judge_mention(mention(label, label), own, titled=True) == ()


# --- standing ---------------------------------------------------------------------------------------------------------


def stands(
    reference: Reference, record: Record = RECORD, published: Published | None = None, why: str = "", **options: Any
) -> list[tuple[str, str]]:
    options = {"looked": True, **options}
    newest = options.pop("newest", None)
    return [(one.rule, one.severity) for one in standing(reference, record, newest, published, why, **options)]


def test_a_preprint_that_is_cited_as_one_stands() -> None:
    assert stands(preprint()) == []
    assert stands(mention(TITLE)) == []


def test_a_withdrawn_paper_names_what_takes_its_place() -> None:
    withdrawn = replace(RECORD, withdrawn=Withdrawn("Lemma 2 is wrong.", "arXiv:1801.00001"))
    (finding,) = standing(preprint(), withdrawn, None, None, "", looked=True)
    assert (finding.rule, finding.severity, finding.expected) == ("withdrawn", "error", "arXiv:1801.00001")
    assert finding.message == "the paper was withdrawn: Lemma 2 is wrong"
    assert finding.hint == "cite arXiv:1801.00001"


def test_a_paper_that_its_authors_superseded_is_found() -> None:
    assert stands(preprint(), replace(RECORD, comment="Superseded by arXiv:1801.00001")) == [("superseded", "warning")]
    assert stands(preprint(), replace(RECORD, comment="Supersedes arXiv:1601.00001")) == []


def test_an_old_version_is_a_note() -> None:
    cited = replace(RECORD, version=1)
    assert stands(preprint(arxiv="1706.01234v1"), cited, newest=RECORD) == [("superseded", "note")]
    assert stands(preprint(arxiv="1706.01234v2"), RECORD, newest=RECORD) == []


def test_a_preprint_that_was_published_is_a_note() -> None:
    published = Published(
        "inproceedings", TITLE, "ICML", 2018, doi="10.5555/icml.12", evidence=("Crossref describes it",)
    )
    (finding,) = standing(preprint(), RECORD, None, published, "", looked=True)
    assert (finding.rule, finding.severity, finding.source) == ("published", "note", "Crossref")
    assert finding.expected == "ICML, 2018, doi:10.5555/icml.12"
    assert finding.hint == "enrich refresh refs.bib takes it over"
    assert stands(entry(arxiv="1706.01234"), RECORD, published) == []
    assert stands(mention(TITLE), RECORD, published) == []
    assert stands(mention(TITLE), RECORD, published, strict=True) == [("published", "note")]


def test_a_venue_of_which_nobody_knows_is_a_note_and_with_evidence_a_warning() -> None:
    reference = entry(doi=None, arxiv="1706.01234")
    assert stands(reference) == [("preprint-as-published", "note")]
    against = "Semantic Scholar names 'Submitted to ICML 2018': it is a submission"
    assert stands(reference, why=against) == [("preprint-as-published", "warning")]


@pytest.mark.parametrize(
    "changes",
    [{"comment": "Accepted at ICML 2018"}, {"comment": "ICML"}, {"journal_ref": "ICML 2018"}, {"doi": "10.5/x"}],
)
def test_a_paper_that_says_where_it_appeared_is_believed(changes: dict[str, str]) -> None:
    assert stands(entry(doi=None, arxiv="1706.01234"), replace(RECORD, **changes)) == []


def test_what_was_not_looked_for_is_not_missed() -> None:
    assert stands(entry(doi=None, arxiv="1706.01234"), looked=False) == []
    assert stands(entry(arxiv="1706.01234")) == []


def test_an_entry_cites_a_preprint_where_it_names_no_other_home() -> None:
    assert cites_preprint(preprint())
    assert cites_preprint(preprint(journal="arXiv preprint arXiv:1706.01234"))
    assert cites_preprint(preprint(journal="CoRR"))
    assert cites_preprint(preprint(journal="abs/1706.01234"))
    assert not cites_preprint(entry())
    assert not cites_preprint(entry("phdthesis", booktitle=None))
    assert not cites_preprint(preprint(institution="University of Nowhere"))
