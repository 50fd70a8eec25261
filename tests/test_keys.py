"""Citation keys: what they are made of, that none is given twice, and that none ever changes."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.errors import InputError
from enrich.keys import assign_keys, make_key
from enrich.names import split_name
from enrich.record import Record


def paper(
    name: str = "Karl Cobbe", title: str | None = "Training Verifiers to Solve Math Word Problems", **more: object
) -> Record:
    fields = {"id": "arXiv:2110.14168", "year": 2021, "month": 10, "primary_category": "cs.LG", **more}
    return Record(title=title, authors=(split_name(name),) if name else (), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("Karl Cobbe", "Training Verifiers to Solve", "cobbe2021training"),
        ("Klaus-Robert Müller", "The Art of It", "muller2021art"),
        ("Jan Łoś", "On the Extending of Models", "los2021extending"),
        ("Søren Weiß", "$k$-means", "weiss2021means"),
        ("J. D. van der Waals", "Let's Verify Step by Step", "vanderwaals2021lets"),
        ("Jason Wei", "Chain-of-Thought Prompting", "wei2021chain"),
        ("A B", "GSM8K Revisited", "b2021gsm8k"),
        ("A B", "2020: A Year", "b2021year"),
        ("A B", "Of the In", "b2021of"),
        ("The LIGO Scientific Collaboration", "GW150914 Seen", "ligo2021gw150914"),
        ("王小明", "Deep Learning", "arxiv2021deep"),
        ("王小明", "深度学习", "arxiv2021211014168"),
        ("", None, "arxiv2021211014168"),
        ("Conan O'Brien-Smith", "“Quoted” Words", "obriensmith2021quoted"),
        ("Nguyễn Văn Đạt", "Été", "dat2021ete"),
    ],
)
def test_the_default_key_is_family_year_and_word(name: str, title: str | None, expected: str) -> None:
    assert make_key(paper(name, title)) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{Family}{yy}{Word}", "Cobbe21Training"),
        ("{family}:{year}-{month}", "cobbe:2021-10"),
        ("{Words3}_{FAMILY}", "TrainingVerifiersSolve_COBBE"),
        ("{words2}", "trainingverifiers"),
        ("{id}{version}", "2110.14168"),
        ("arXiv:{id}", "arXiv:2110.14168"),
        ("{initials}{category}", "ccs.LG"),
        ("{families}", "cobbe"),
        ("{version}", "arxiv211014168"),
    ],
)
def test_a_template_makes_other_keys(template: str, expected: str) -> None:
    assert make_key(paper(), template) == expected


def test_the_version_in_a_key_is_the_one_that_is_cited() -> None:
    cited = paper(version=2, url="https://arxiv.org/abs/2110.14168v2")
    assert make_key(cited, "{id}{version}") == "2110.14168v2"
    assert make_key(paper(version=2, url="https://arxiv.org/abs/2110.14168"), "{id}{version}") == "2110.14168"


def test_an_old_identifier_makes_a_safe_key() -> None:
    assert make_key(paper(id="arXiv:hep-th/9901001"), "{id}") == "hep-th.9901001"


@pytest.mark.parametrize(
    "template", ["{author}", "{family", "{family!r}", "{year:>9}", "{family} {year}", "{}", "x", "ü{id}"]
)
def test_a_bad_template_is_refused_with_the_choices(template: str) -> None:
    with pytest.raises(InputError) as error:
        make_key(paper(), template)
    assert error.value.hint


def keys(records: list[Record]) -> list[str | None]:
    return [record.key for record in records]


def test_the_first_keeps_the_plain_key_and_later_ones_get_letters() -> None:
    assert keys(assign_keys([paper()] * 3)) == ["cobbe2021training", "cobbe2021traininga", "cobbe2021trainingb"]
    assert keys(assign_keys([paper()] * 29))[-3:] == [f"cobbe2021training{end}" for end in ("z", "aa", "ab")]


def test_keys_that_differ_in_capitals_only_collide() -> None:
    assert keys(assign_keys([paper()], taken={"COBBE2021Training": "x"})) == ["cobbe2021traininga"]
    assert keys(assign_keys([paper(key="Same"), paper(key="same")])) == ["Same", "cobbe2021training"]


def test_an_existing_key_never_changes_and_nobody_else_gets_it() -> None:
    existing = {("arXiv:2110.14168", None): "cobbe2021training"}
    other = paper(id="arXiv:2110.99999")
    assert keys(assign_keys([other, paper(key="mine")], existing=existing)) == [
        "cobbe2021traininga",
        "cobbe2021training",
    ]


def test_a_records_own_key_is_kept_if_it_is_free() -> None:
    assert keys(assign_keys([paper(), paper(key="cobbe2021training")])) == ["cobbe2021traininga", "cobbe2021training"]
    assert keys(assign_keys([paper(key="mine")], taken=["MINE"])) == ["cobbe2021training"]


def test_what_can_only_be_asked_is_asked() -> None:
    class Registry:
        def __contains__(self, key: object) -> bool:
            return key in ("cobbe2021training", "cobbe2021traininga")

    assert keys(assign_keys([paper()], taken=Registry())) == ["cobbe2021trainingb"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=20)), max_size=6))
def test_keys_are_safe_and_unique_for_any_text(papers: list[tuple[str, str]]) -> None:
    made = keys(assign_keys([paper(name, title) for name, title in papers]))
    assert all(key and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_:.+-]*", key) for key in made)
    assert len({str(key).lower() for key in made}) == len(papers)


def test_ten_thousand_equal_keys_take_no_quadratic_time() -> None:
    start = time.process_time()
    made = keys(assign_keys([paper()] * 10_000))
    assert len(set(made)) == 10_000
    assert time.process_time() - start < 5


def test_two_works_that_bring_the_same_key_do_not_share_it() -> None:
    one, two = Record("arXiv:2401.00001", title="One"), Record("arXiv:2401.00002", title="Two")
    existing = {(one.id, None): "mine", (two.id, None): "Mine"}
    assert [record.key for record in assign_keys([one, two], existing=existing)] == ["mine", "Minea"]
