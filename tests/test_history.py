"""What is new about a paper, in words: what changed is told, what a source merely does not carry is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.history import Event, News, news, since, timeline
from enrich.names import split_name
from enrich.record import Person, Published, Record, Withdrawn
from enrich.store import Answer, Publication

ID = "arXiv:2401.01234"


def people(*names: str) -> tuple[Person, ...]:
    return tuple(split_name(name) for name in names)


def paper(source: str = "arxiv", **changes: Any) -> Record:
    said = {
        "version": 2,
        "title": "On examples",
        "authors": people("Ann Example", "Bob Sample"),
        "abstract": "We give examples.",
        "primary_category": "cs.LG",
        "categories": ("cs.LG", "cs.CL"),
        **changes,
    }
    return Record(ID, origin=dict.fromkeys(said, source), **said)


def told(before: Record, after: Record) -> list[str]:
    return [new.text for new in news(before, after)]


def changed(**changes: Any) -> list[str]:
    return told(paper(), paper(**changes))


def authors(before: tuple[Person, ...], after: tuple[Person, ...]) -> list[str]:
    return told(paper(authors=before), paper(authors=after))


# --- news -------------------------------------------------------------------------------------------------------------


def test_the_same_record_is_no_news() -> None:
    assert news(paper(), paper()) == ()
    assert news(paper(), replace(paper(), key="mine", retrieved="2026-01-01T00:00:00Z", license="CC0")) == ()


@pytest.mark.parametrize(
    ("changes", "what", "text"),
    [
        ({"version": 4}, "version", "v2 -> v4"),
        ({"title": "On more examples"}, "title", "title changed: 'On examples' -> 'On more examples'"),
        ({"abstract": "We give none."}, "abstract", "abstract changed"),
        ({"doi": "10.1234/x"}, "doi", "DOI: 10.1234/x"),
        ({"journal_ref": "J. Ex. 1 (2024) 2"}, "journal_ref", "journal reference: 'J. Ex. 1 (2024) 2'"),
        ({"comment": "12 pages"}, "comment", "comment: '12 pages'"),
        ({"categories": ("cs.LG", "cs.AI")}, "category", "categories: + cs.AI, - cs.CL"),
        (
            {"primary_category": "cs.CL", "categories": ("cs.CL", "cs.LG")},
            "category",
            "primary category cs.LG -> cs.CL",
        ),
        (
            {"primary_category": "stat.ML", "categories": ("stat.ML", "cs.CL")},
            "category",
            "primary category cs.LG -> stat.ML",
        ),
        ({"withdrawn": Withdrawn("There is an error.")}, "withdrawn", "withdrawn: There is an error."),
        ({"withdrawn": Withdrawn()}, "withdrawn", "withdrawn"),
        (
            {"published": Published("article", venue="J. Ex.", year=2024, doi="10.1234/x")},
            "published",
            "now published in J. Ex. 2024 (10.1234/x)",
        ),
    ],
)
def test_each_change_is_told_in_a_phrase(changes: dict[str, Any], what: str, text: str) -> None:
    assert news(paper(), paper(**changes)) == (News(ID, what, text, what == "withdrawn"),)


def test_a_change_names_what_was_and_what_is() -> None:
    before = paper(doi="10.1234/x", journal_ref="J. Ex. 1", comment="12 pages")
    assert told(before, paper(doi="10.1234/y", journal_ref="J. Ex. 2", comment="13 pages")) == [
        "DOI changed: 10.1234/x -> 10.1234/y",
        "journal reference changed: 'J. Ex. 1' -> 'J. Ex. 2'",
        "comment changed: '12 pages' -> '13 pages'",
    ]
    assert told(before, paper()) == [
        "DOI removed: 10.1234/x",
        "journal reference removed: 'J. Ex. 1'",
        "comment removed: '12 pages'",
    ]


def test_a_long_title_is_shown_whole() -> None:
    title = "On examples " * 60
    assert changed(title=title.strip()) == [f"title changed: 'On examples' -> '{title.strip()}'"]


def test_what_only_services_do_to_text_is_no_change() -> None:
    before = paper(title="Café examples", abstract="First line\nsecond line", doi="10.1234/ABC")
    assert told(before, paper(title="Cafe\u0301  examples", abstract="First line second line", doi="10.1234/abc")) == []


def test_a_withdrawal_and_what_stands_instead_come_first_and_loud() -> None:
    notice = "Withdrawn; superseded by arXiv:2402.00001"
    after = paper(version=3, title="Gone", comment=notice, withdrawn=Withdrawn(notice, "arXiv:2402.00001"))
    found = news(paper(comment="12 pages"), after)
    assert [(new.what, new.loud) for new in found] == [
        ("withdrawn", True),
        ("superseded", True),
        ("version", False),
        ("title", False),
    ]
    assert found[1].text == "superseded by arXiv:2402.00001"


def test_a_withdrawn_paper_that_stays_so_is_no_news() -> None:
    before = paper(withdrawn=Withdrawn("An error.", "arXiv:2402.00001"))
    assert news(before, before) == ()
    assert told(before, replace(before, withdrawn=Withdrawn("An error in section 2.", "arXiv:2402.00001"))) == [
        "withdrawn, now with the words: An error in section 2."
    ]


def test_a_paper_can_come_back() -> None:
    before = paper(comment="Withdrawn.", withdrawn=Withdrawn("Withdrawn."))
    assert told(before, paper(version=3)) == ["no longer withdrawn", "v2 -> v3"]


def test_that_it_appeared_elsewhere_than_thought_is_told() -> None:
    before = paper(published=Published(venue="J. Ex.", year=2024))
    assert told(before, paper(published=Published(venue="Conf. Ex.", year=2025))) == [
        "published in Conf. Ex. 2025, not in J. Ex. 2024"
    ]
    assert told(before, paper(published=Published(venue="J. Ex.", year=2024, pages="1--9", volume="3"))) == [
        "published in J. Ex. 2024: other volume, pages"
    ]
    assert told(before, paper(published=Published(venue="J. Ex.", year=2024, evidence=("title the same",)))) == []


def test_a_year_in_the_venue_is_not_said_twice() -> None:
    assert changed(published=Published(venue="Proceedings of Ex 2024", year=2024)) == [
        "now published in Proceedings of Ex 2024"
    ]


# --- sources that do not carry everything -----------------------------------------------------------------------------


FULL = paper(comment="12 pages", journal_ref="J. Ex. 1", doi="10.1234/x", withdrawn=Withdrawn("An error."))
BARE = paper("datacite", abstract=None)


def test_what_another_source_does_not_carry_has_not_changed() -> None:
    assert news(FULL, BARE) == ()
    assert news(replace(BARE, withdrawn=FULL.withdrawn), FULL) == ()


def test_what_another_source_does_say_can_be_news() -> None:
    assert told(FULL, replace(BARE, version=3, title="On more examples", comment="13 pages")) == [
        "v2 -> v3",
        "title changed: 'On examples' -> 'On more examples'",
        "comment changed: '12 pages' -> '13 pages'",
    ]


def test_a_source_that_lags_behind_tells_nothing_new() -> None:
    assert news(FULL, replace(BARE, version=1, title="On old examples")) == ()
    assert told(FULL, replace(FULL, version=1)) == ["v2 -> v1"], "arXiv's own word is believed"


def test_a_source_that_does_not_count_versions_tells_the_rest() -> None:
    after = replace(FULL, version=None, title="On more examples", origin={"title": "oai"})
    assert told(FULL, after) == ["title changed: 'On examples' -> 'On more examples'"]


def test_dois_and_categories_are_held_only_against_the_same_source() -> None:
    other = paper("datacite", doi="10.1234/z", categories=("cs.AI", "cs.LG"), primary_category="cs.AI")
    assert news(paper(doi="10.1234/x"), other) == ()
    assert news(other, paper(doi="10.1234/x")) == ()
    assert told(paper("datacite", doi="10.1234/x"), other) == [
        "DOI changed: 10.1234/x -> 10.1234/z",
        "primary category cs.LG -> cs.AI; categories: - cs.CL",
    ]


# --- authors ----------------------------------------------------------------------------------------------------------


def test_authors_who_came_and_went_are_named() -> None:
    assert authors(people("Ann Example", "Bob Sample"), people("Ann Example", "Cleo Case")) == [
        "authors changed: + Cleo Case, - Bob Sample"
    ]


def test_another_order_is_told_and_who_is_first_now() -> None:
    before = people("Ann Example", "Bob Sample", "Cleo Case")
    assert authors(before, people("Ann Example", "Cleo Case", "Bob Sample")) == ["authors reordered"]
    assert authors(before, people("Cleo Case", "Ann Example", "Bob Sample")) == [
        "authors reordered, Cleo Case is first now"
    ]


def test_given_names_written_out_are_no_other_authors() -> None:
    assert authors(people("A. Example", "B. Sample"), people("Ann Example", "Bob C. Sample")) == [
        "given names written out: A. Example -> Ann Example, B. Sample -> Bob C. Sample"
    ]
    assert authors(people("J.-P. Example"), people("Jean-Pierre Example")) == [
        "given names written out: J.-P. Example -> Jean-Pierre Example"
    ]


def test_who_is_who_is_found_in_another_order_too() -> None:
    assert authors(people("A. Example", "B. Sample"), people("Bob Sample", "Ann Example")) == [
        "authors reordered, Bob Sample is first now;"
        " given names written out: A. Example -> Ann Example, B. Sample -> Bob Sample"
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("José Muñoz", "Jose Munoz"),
        ("Erwin Schrödinger", "Erwin Schroedinger"),
        ("Søren Łukasz", "Soren Lukasz"),
        ("Karl Groß", "Karl Gross"),
        ("Ann B. Example", "Ann Example"),
        ("Ann Example", "A. Example"),
        ("Jon Example", "John Example"),
        ("Xiao-Ming Li", "Xiaoming Li"),
        ("Li Xiaoming", "Xiaoming Li"),
        ("O\u2019Neil", "O'Neil"),
    ],
)
def test_another_spelling_is_told_as_that(before: str, after: str) -> None:
    assert authors(people(before), people(after)) == [f"names written otherwise: {before} -> {after}"]


def test_people_of_one_family_name_are_kept_apart() -> None:
    assert authors(people("Wei Wang", "Xin Wang"), people("Xin Wang", "Yu Wang")) == [
        "authors changed: + Yu Wang, - Wei Wang"
    ]
    assert authors(people("ALPHA Collaboration"), people("ASTER Collaboration")) == [
        "authors changed: + ASTER Collaboration, - ALPHA Collaboration"
    ]
    assert authors(people("Wei Wang", "Wei Wang"), people("Wei Wang")) == ["authors changed: - Wei Wang"]


def test_how_a_name_was_taken_apart_is_no_change() -> None:
    before = (Person("Ana", "García López"), Person(literal="Example Team"))
    after = (Person("Ana García", "López", affiliations=("Here",)), Person(literal="Example  Team"))
    assert authors(before, after) == []


def test_of_many_authors_some_are_named() -> None:
    many = tuple(Person("Ada", f"Example{letter}") for letter in "abcdefgh")
    assert authors(people("Ann Author"), (*people("Ann Author"), *many)) == [
        "authors changed: + Ada Examplea, + Ada Exampleb, + Ada Examplec, + Ada Exampled, + Ada Examplee, + 3 more"
    ]


@given(st.permutations([f"{given} {family}" for given in ("Ann", "Bob", "Cleo") for family in ("Example", "Sample")]))
def test_a_permutation_is_never_told_as_other_people(order: list[str]) -> None:
    before = people(*sorted(order))
    found = authors(before, people(*order))
    assert (found == []) == (order == sorted(order))
    assert all(text.startswith("authors reordered") and "->" not in text for text in found)


@given(st.lists(st.builds(Person, st.sampled_from(["A.", "Ann", "Bo Ann", None]), st.sampled_from(["Li", "Lü", "Wu"]))))
def test_everybody_is_either_the_same_or_came_or_went(persons: list[Person]) -> None:
    fixed = people("Ann Li", "B. Wu", "Ann Lu")
    (text,) = authors(fixed, tuple(persons)) or [""]
    came = sum(part.strip(" ").startswith("+") for part in text.removeprefix("authors changed:").split(","))
    if persons and "more" not in text:
        gone = sum(part.strip(" ").startswith("-") for part in text.partition(";")[0].split(":")[-1].split(","))
        assert len(persons) - came == len(fixed) - gone


# --- history ----------------------------------------------------------------------------------------------------------


def answer(record: Record | None, first: float, last: float | None = None) -> Answer:
    return Answer(record, first if last is None else last, first)


def test_a_timeline_tells_what_came_when_newest_first() -> None:
    past = [answer(paper(version=1), 100.0, 150.0), answer(paper(), 200.0)]
    present = answer(paper(version=3, title="On more examples"), 300.0, 900.0)
    assert [(event.moment, [new.text for new in event.news]) for event in timeline(present, past)] == [
        (300.0, ["v2 -> v3", "title changed: 'On examples' -> 'On more examples'"]),
        (200.0, ["v1 -> v2"]),
        (100.0, ["known since: v1, 'On examples'"]),
    ]


def test_of_a_paper_nobody_asked_for_nothing_is_told() -> None:
    assert timeline(None, []) == ()
    assert timeline(answer(None, 1.0), []) == ()
    assert since(5.0, None, []) is None


def test_the_timeline_begins_with_the_first_that_was_known() -> None:
    assert timeline(answer(FULL, 7.0), []) == (
        Event(7.0, (News(ID, "known", "known since: v2, 'On examples', withdrawn"),)),
    )


def test_an_answer_without_a_beginning_counts_from_when_it_was_given() -> None:
    assert timeline(Answer(paper(), 7.0), [])[0].moment == 7.0


def test_what_makes_no_news_makes_no_event() -> None:
    present, past = answer(replace(paper(), license="CC0"), 200.0), [answer(paper(), 100.0)]
    assert [event.moment for event in timeline(present, past)] == [100.0]


def test_a_source_in_between_that_carries_less_hides_no_change() -> None:
    past = [answer(FULL, 100.0), answer(BARE, 200.0)]
    present = answer(replace(FULL, comment="13 pages"), 300.0)
    assert [(event.moment, [new.text for new in event.news]) for event in timeline(present, past)][:-1] == [
        (300.0, ["comment changed: '12 pages' -> '13 pages'"])
    ]
    assert timeline(answer(FULL, 300.0), past)[:-1] == ()


def test_a_source_in_between_that_lags_behind_hides_no_change() -> None:
    past = [answer(FULL, 100.0), answer(replace(BARE, version=1, title="On old examples"), 200.0)]
    assert timeline(answer(FULL, 300.0), past)[:-1] == ()
    assert [new.text for new in timeline(answer(replace(FULL, version=5), 300.0), past)[0].news] == ["v2 -> v5"]


def test_a_source_in_between_with_its_own_categories_makes_no_news() -> None:
    other = paper("datacite", categories=("cs.AI", "cs.LG"), primary_category="cs.AI", doi="10.1234/z")
    past = [answer(paper(), 100.0), answer(other, 200.0)]
    assert timeline(answer(paper(), 300.0), past)[:-1] == ()
    more = answer(replace(other, license="CC0"), 250.0)
    assert timeline(answer(paper(), 300.0), [*past, more])[:-1] == ()
    assert len(timeline(answer(paper(), 300.0), past[1:])) == 1, "there is nothing to hold it against"


def test_arxivs_silence_stays_known_behind_another_source() -> None:
    past = [answer(paper(), 100.0), answer(BARE, 200.0)]
    present = answer(paper(journal_ref="J. Ex. 1", doi="10.1234/x", categories=("cs.LG",)), 300.0)
    assert [new.text for new in timeline(present, past)[0].news] == [
        "DOI: 10.1234/x",
        "journal reference: 'J. Ex. 1'",
        "categories: - cs.CL",
    ]


def test_where_a_paper_appeared_is_told_once() -> None:
    found = Published(venue="J. Ex.", year=2024)
    past, present = [answer(paper(), 50.0)], answer(paper(published=found), 100.0)
    assert [event.moment for event in timeline(present, past, [Publication(found, "", 101.0)])] == [100.0, 50.0]


def test_a_timeline_tells_where_a_paper_appeared() -> None:
    found = Published(venue="J. Ex.", year=2024)
    publications = [
        Publication(None, "no source knows it", 100.0),
        Publication(found, "", 900.0, since=300.0),
        Publication(None, "other authors", 1000.0),
    ]
    assert [
        (event.moment, [new.text for new in event.news]) for event in timeline(answer(paper(), 50.0), [], publications)
    ] == [
        (1000.0, ["no longer taken to be published in J. Ex. 2024: other authors"]),
        (300.0, ["now published in J. Ex. 2024"]),
        (50.0, ["known since: v2, 'On examples'"]),
    ]


def test_what_was_known_at_a_moment() -> None:
    first, second, third = paper(version=1), paper(), paper(version=3)
    past = [answer(first, 100.0, 150.0), answer(second, 200.0, 250.0)]
    present = answer(third, 300.0, 900.0)
    at = {moment: since(moment, present, past) for moment in (99.0, 100.0, 199.0, 200.0, 299.0, 300.0, 5000.0)}
    assert list(at.values()) == [None, first, first, second, second, third, third]


def test_what_was_known_includes_what_the_last_source_did_not_carry() -> None:
    known = since(250.0, answer(FULL, 300.0), [answer(FULL, 100.0), answer(replace(BARE, version=3), 200.0)])
    assert known is not None
    assert (known.version, known.comment, known.withdrawn) == (3, "12 pages", FULL.withdrawn)
    assert (known.origin["title"], known.origin["comment"]) == ("datacite", "arxiv")
    assert since(250.0, None, [answer(FULL, 100.0)]) == FULL
