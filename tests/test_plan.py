"""What a refresh would change in a .bib, and what it leaves alone: the plan, made of invented papers and entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import fields
from enrich.bibfile import BibFile
from enrich.names import parse_bibtex_names
from enrich.plan import Known, Plan, Wishes, plan
from enrich.record import Identifier, Person, Published, Record, Withdrawn

RECORD = Record(
    id="arXiv:2105.00001",
    version=2,
    title="A Census of $n$ Lanterns for the DNA of Gödel",
    authors=(Person("Ada B.", "Example"), Person("Ludwig", "van der Sample"), Person("Zoë", "Åkerlund")),
    abstract="Lanterns are counted, twice.",
    submitted="2021-05-03T10:00:00Z",
    updated="2021-08-01T10:00:00Z",
    year=2021,
    month=5,
    primary_category="cs.DL",
    categories=("cs.DL", "stat.ML"),
    arxiv_doi="10.48550/arXiv.2105.00001",
    url="https://arxiv.org/abs/2105.00001",
    origin={"title": "arxiv"},
)
JOURNAL = Published(
    type="article",
    title="A Census of $n$ Lanterns for the DNA of Gödel",
    venue="Journal of Invented Results",
    year=2022,
    volume="17",
    issue="2",
    pages="101-120",
    publisher="Invented Press",
    doi="10.5555/jir.2022.17",
    evidence=("Crossref describes it", "all 3 authors the same, in the same order"),
)
CONFERENCE = Published(
    type="inproceedings",
    title="A Census of $n$ Lanterns for the DNA of Gödel",
    venue="Conference on Invented Results",
    year=2021,
    pages="1-9",
    doi="10.5555/ICIR.3",
    evidence=("DBLP describes it",),
)
TITLE = r"A Census of {$n$} Lanterns for the {DNA} of {G{\"o}del}"
AUTHORS = r"Example, Ada B. and van der Sample, Ludwig and {\AA}kerlund, Zo{\"e}"

ENTRY = f"""@misc{{lanterns,
  title = {{{TITLE}}},
  author = {{{AUTHORS}}},
  year = {{2021}},
  eprint = {{2105.00001}},
  archivePrefix = {{arXiv}},
  primaryClass = {{cs.DL}},
}}
"""


def entry(*, kind: str = "misc", key: str = "lanterns", **values: str | None) -> str:
    """An entry of the paper, with these fields (raw) besides or instead; ``None`` leaves one out."""
    usual: dict[str, str | None] = {
        "title": f"{{{TITLE}}}",
        "author": f"{{{AUTHORS}}}",
        "year": "{2021}",
        "eprint": "{2105.00001}",
        "archivePrefix": "{arXiv}",
        "primaryClass": "{cs.DL}",
    }
    fields = "".join(f"  {name} = {raw},\n" for name, raw in (usual | values).items() if raw is not None)
    return f"@{kind}{{{key},\n{fields}}}\n"


def look(
    text: str | bytes, *records: Record, published: Published | None = None, known: Known | None = None, **wishes: Any
) -> Plan:
    """The plan for a file, where ``records`` (without any: the lanterns) are what is known."""
    bib = BibFile.parse(text.encode() if isinstance(text, str) else text)
    namings = {one.start: naming for one in bib.entries if (naming := bib.identifier_of(one))}
    answers: dict[Identifier, Known] = {}
    for naming in namings.values():
        if naming.identifier is None:
            continue
        for record in records or (RECORD,):
            if record.id == naming.identifier.id:
                answers[naming.identifier] = known or Known(record, record, published=published)
    return plan("refs.bib", bib, namings, answers, Wishes(**wishes))


def changed(made: Plan) -> dict[str, tuple[str | None, str | None]]:
    return {change.field: (change.before, change.after) for change in made.changes}


def again(made: Plan, *records: Record, **options: Any) -> Plan:
    return look(made.data, *records, **options)


def told(made: Plan) -> list[str]:
    return [one.reason for one in made.abstained if not one.quiet]


def fields_of(data: bytes, key: str = "lanterns") -> dict[str, str]:
    bib = BibFile.parse(data)
    one = next(one for one in bib.entries if one.key == key)
    return {"type": one.type, **{span.name: bib.value(span) for span in one.fields}}


# --- nothing to do


def test_an_entry_that_says_what_arxiv_says_is_left_alone() -> None:
    made = look(ENTRY)
    assert (made.changes, made.abstained, made.edits) == ((), (), ())
    assert made.data == ENTRY.encode()


@pytest.mark.parametrize(
    "values",
    [
        {"title": "{{A Census of $n$ Lanterns for the DNA of Gödel}}"},
        {"title": '"A {Census} of $n$ {L}anterns for the {DNA} of G\\"{o}del"'},
        {"title": '{A Census of $n$\n     Lanterns for the {DNA} of {G}{\\"o}del}'},
        {"author": '{Ada B. Example and Ludwig van der Sample and Zo{\\"e} {\\AA}kerlund}'},
        {"author": '"Example, Ada B. and van der Sample, Ludwig and Åkerlund, Zoë"'},
        {"author": "{Example, A. B. and van der Sample, L. and {\\AA}kerlund, Z.}"},
        {"author": "{Example, Ada B. and others}"},
        {"year": "2021"},
        {"year": '"2021"'},
        {"year": None, "date": "{2021-05-03}"},
        {"year": None, "date": "{2021}"},
        {"month": "may"},
        {"month": "{May}"},
        {"month": "5"},
        {"primaryClass": None, "archivePrefix": None, "eprinttype": "{arxiv}", "eprintclass": "{cs.DL}"},
        {"primaryClass": None},
        {"abstract": "{Lanterns are counted,\n   twice.}"},
        {"doi": "{10.48550/arXiv.2105.00001}"},
        {"doi": "{https://doi.org/10.48550/arxiv.2105.00001}"},
        {"url": "{http://arxiv.org/abs/2105.00001v1}", "note": "{mine}", "keywords": "{light}", "file": "{a.pdf}"},
    ],
    ids=str,
)
def test_other_ways_to_write_the_same_are_left_alone(values: dict[str, str | None]) -> None:
    made = look(entry(**values))
    assert (made.changes, made.abstained) == ((), ())


def test_macros_and_parts_put_together_are_understood() -> None:
    text = "@string{ada = {Example, Ada B.}}\n@string{may_ = {may}}\n" + entry(
        author='ada # " and van der Sample, Ludwig and " # {{\\AA}kerlund, Zo{\\"e}}', month="may_"
    )
    made = look(text)
    assert (made.changes, made.abstained) == ((), ())


# --- what the user wrote by hand


def test_a_title_of_the_users_own_stays_and_is_told() -> None:
    made = look(entry(title="{A Census of Lamps and DNA}"))
    assert not made.changes
    assert [(one.field, one.line, one.hint) for one in made.abstained] == [
        ("title", 2, "--overwrite title takes arXiv's")
    ]
    assert "differs from arXiv's title" in made.abstained[0].reason


def test_other_capitals_or_hyphens_are_a_matter_of_taste() -> None:
    made = look(entry(title="{A census of $n$ lanterns for the dna of Godel}"))
    assert (made.changes, made.abstained) == ((), ())


def test_authors_that_are_missing_or_too_many_are_told() -> None:
    made = look(entry(author='{Example, Ada B. and {\\AA}kerlund, Zo{\\"e} and Nobody, Gus}'))
    assert not made.changes
    assert "missing: Ludwig van der Sample" in told(made)[0]
    assert "not arXiv's: Gus Nobody" in told(made)[0]


def test_a_year_of_a_newer_version_is_no_mistake_but_another_one_is() -> None:
    later = replace(RECORD, updated="2023-01-01T00:00:00Z")
    assert told(look(entry(year="{2023}"), later)) == []
    assert "is neither the year of the submission (2021)" in told(look(entry(year="{2019}"), later))[0]


@pytest.mark.parametrize("field", ["title", "author", "year", "primaryClass", "abstract"])
def test_overwrite_replaces_the_users_own(field: str) -> None:
    values = {"title": "{Lanterns, a Census of DNA}", "author": "{Example, A. and Nobody, G.}", "year": "{2019}"}
    values |= {"primaryClass": "{math.CO}", "abstract": "{Mine.}"}
    made = look(entry(**values), overwrite=frozenset({field.lower()}))
    assert list(changed(made)) == [field]
    assert made.changes[0].reason == "you asked for it (--overwrite)"
    assert not again(made, overwrite=frozenset({field.lower()})).changes


def test_overwrite_leaves_what_says_the_same() -> None:
    text = entry(title="{{A Census of $n$ Lanterns for the DNA of Gödel}}", author='"Ada B. Example and others"')
    made = look(text, overwrite=frozenset({"title", "year", "eprint"}))
    assert not made.changes


def test_overwrite_knows_the_other_dialects_name() -> None:
    text = entry(year=None, date="{2019}", archivePrefix=None, primaryClass=None, eprinttype="{arxiv}")
    assert changed(look(text, overwrite=frozenset({"year"}))) == {"date": ("2019", "2021-05-03")}


# --- what was copied


OLD = replace(RECORD, version=1, title="Counting $n$ Lanterns", authors=RECORD.authors[:2], year=2021, abstract="Old.")


def test_what_a_source_said_before_follows_what_it_says_now() -> None:
    text = entry(
        title="{Counting $n$ Lanterns}",
        author="{Ada B. Example and van der Sample, Ludwig}",
        abstract="{Old.}",
        note="{mine}",
    )
    known = Known(RECORD, RECORD, before=(OLD,))
    made = look(text, known=known)
    assert changed(made) == {
        "title": ("Counting $n$ Lanterns", TITLE),
        "author": ("Ada B. Example and van der Sample, Ludwig", AUTHORS),
        "abstract": ("Old.", "Lanterns are counted, twice."),
    }
    assert {change.source for change in made.changes} == {"arxiv"}
    assert "version 2" in made.changes[0].reason
    assert not again(made, known=known).changes


def test_what_was_copied_and_then_edited_is_the_users_own() -> None:
    made = look(entry(title="{Counting $n$ Lanterns (draft)}"), known=Known(RECORD, RECORD, before=(OLD,)))
    assert not made.changes
    assert "differs from arXiv's title" in told(made)[0]


# --- what is absent or empty


def test_only_title_author_and_year_are_added_unasked() -> None:
    made = look("@misc{lanterns,\n  eprint = {2105.00001},\n}\n")
    assert changed(made) == {"title": (None, TITLE), "author": (None, AUTHORS), "year": (None, "2021")}
    assert {change.reason for change in made.changes} == {"the entry has none"}
    assert not again(made).changes


def test_a_date_is_a_year_and_an_editor_an_author() -> None:
    made = look(entry(year=None, date="{2021-05}", author=None, editor="{Example, Ada B.}"))
    assert not made.changes


def test_an_entry_that_inherits_is_not_filled() -> None:
    made = look(entry(year=None, crossref="{proceedings}"), published=JOURNAL)
    assert not made.changes


@pytest.mark.parametrize("raw", ["{}", '""', "{ }", "{{}}"])
def test_empty_fields_are_filled(raw: str) -> None:
    made = look(entry(abstract=raw, doi=raw, year=raw))
    assert {name: after for name, (_, after) in changed(made).items()} == {
        "abstract": "Lanterns are counted, twice.",
        "doi": "10.48550/arXiv.2105.00001",
        "year": "2021",
    }
    assert not again(made).changes


def test_fill_adds_what_it_names_in_the_entrys_dialect() -> None:
    made = look(entry(archivePrefix=None, primaryClass=None), fill=frozenset({"primaryclass", "abstract"}))
    assert list(changed(made)) == ["primaryClass", "abstract"]
    biblatex = entry(archivePrefix=None, primaryClass=None, eprinttype="{arxiv}")
    assert list(changed(look(biblatex, fill=frozenset({"primaryclass"})))) == ["eprintclass"]


def test_fill_all_adds_what_get_writes() -> None:
    made = look(ENTRY, fill=frozenset({"all"}))
    assert list(changed(made)) == ["month", "doi", "url", "abstract"]
    assert "month = may," in made.data.decode()
    assert not again(made, fill=frozenset({"all"})).changes


def test_fill_also_serves_published_entries() -> None:
    made = look(entry(kind="article", journal="{Journal of Invented Results}"), fill=frozenset({"abstract", "month"}))
    assert list(changed(made)) == ["abstract"]  # the month would be the preprint's


# --- published

UPGRADED = f"""@article{{lanterns,
  title = {{{TITLE}}},
  author = {{{AUTHORS}}},
  journal = {{Journal of Invented Results}},
  volume = {{17}},
  number = {{2}},
  pages = {{101--120}},
  publisher = {{Invented Press}},
  year = {{2022}},
  eprint = {{2105.00001}},
  archivePrefix = {{arXiv}},
  primaryClass = {{cs.DL}},
  doi = {{10.5555/jir.2022.17}},
}}
"""


def test_a_preprint_becomes_the_article_with_its_eprint() -> None:
    made = look(ENTRY, published=JOURNAL)
    assert made.data.decode() == UPGRADED
    assert {change.source for change in made.changes} == {"Crossref"}
    assert {change.reason for change in made.changes} == {"; ".join(JOURNAL.evidence[1:])}
    assert not again(made, published=JOURNAL).changes
    assert not again(made, published=JOURNAL).abstained


def test_a_preprint_becomes_the_conference_paper() -> None:
    made = look(ENTRY, published=CONFERENCE)
    assert {name: after for name, (_, after) in changed(made).items()} == {
        "entrytype": "inproceedings",
        "booktitle": "Conference on Invented Results",
        "pages": "1--9",
        "doi": "10.5555/ICIR.3",
    }
    assert not again(made, published=CONFERENCE).changes


def test_biblatex_keeps_its_dialect() -> None:
    text = entry(
        kind="online",
        year=None,
        date="{2021-05-03}",
        archivePrefix=None,
        primaryClass=None,
        eprinttype="{arxiv}",
        eprintclass="{cs.DL}",
        pubstate="{prepublished}",
    )
    made = look(text, published=JOURNAL)
    assert fields_of(made.data) == {
        "type": "article",
        "title": TITLE,
        "author": AUTHORS,
        "journaltitle": "Journal of Invented Results",
        "volume": "17",
        "number": "2",
        "pages": "101--120",
        "date": "2022",
        "eprint": "2105.00001",
        "eprinttype": "arxiv",
        "eprintclass": "cs.DL",
        "doi": "10.5555/jir.2022.17",
    }
    assert not again(made, published=JOURNAL).changes


@pytest.mark.parametrize(
    "journal",
    [
        "{arXiv preprint arXiv:2105.00001}",
        '"CoRR"',
        "corr",
        "corr # {, abs/2105.00001}",
        "{CoRR}",
        "{ArXiv e-prints}",
        "{arXiv:2105.00001 [cs.DL]}",
        "{abs/2105.00001}",
        "{}",
    ],
)
def test_a_placeholder_gives_way_to_the_journal(journal: str) -> None:
    text = '@string{corr = "CoRR"}\n' + entry(kind="article", journal=journal, volume="{abs/2105.00001}", month="may")
    made = look(text, published=JOURNAL)
    found = fields_of(made.data)
    assert (found["journal"], found["volume"], found["year"]) == ("Journal of Invented Results", "17", "2022")
    assert "month" not in found
    assert '@string{corr = "CoRR"}' in made.data.decode()
    assert not again(made, published=JOURNAL).changes


def test_a_placeholder_goes_where_a_conference_paper_has_no_journal() -> None:
    text = entry(kind="article", journal="{CoRR}", volume="{abs/2105.00001}", year="2021", month="may")
    made = look(text, published=CONFERENCE)
    assert fields_of(made.data) == {
        "type": "inproceedings",
        "title": TITLE,
        "author": AUTHORS,
        "booktitle": "Conference on Invented Results",
        "pages": "1--9",
        "year": "2021",
        "eprint": "2105.00001",
        "archiveprefix": "arXiv",
        "primaryclass": "cs.DL",
        "doi": "10.5555/ICIR.3",
    }
    assert not again(made, published=CONFERENCE).changes


def test_the_identifier_is_added_where_it_would_be_lost() -> None:
    text = (
        f"@article{{lanterns,\n  title = {{{TITLE}}},\n  author = {{{AUTHORS}}},\n"
        "  journal = {arXiv preprint arXiv:2105.00001},\n  year = {2021}\n}\n"
    )
    found = fields_of(look(text, published=JOURNAL).data)
    assert (found["eprint"], found["archiveprefix"], found["primaryclass"]) == ("2105.00001", "arXiv", "cs.DL")


def test_every_other_field_stays_as_it_is() -> None:
    own = {"note": "{mine}", "keywords": "{light}", "file": "{a.pdf}", "url": "{https://arxiv.org/abs/2105.00001}"}
    own |= {"abstract": "{Mine.}", "month": "jul", "annote": "{read}"}
    made = look(entry(**own), published=JOURNAL)
    text = made.data.decode()
    assert all(f"  {name} = {raw},\n" in text for name, raw in own.items())


def test_a_journal_reference_in_the_note_goes_with_its_reason() -> None:
    record = replace(RECORD, journal_ref="J. Invented Results 17")
    text = entry(note="{Journal reference: J. Invented Results 17}")
    assert "note" not in fields_of(look(text, record, published=JOURNAL).data)
    own = entry(note="{Journal reference: see the blackboard}")
    assert "note" in fields_of(look(own, record, published=JOURNAL).data)


@pytest.mark.parametrize(
    ("field", "raw"),
    [("volume", "{16}"), ("pages", "{1--5}"), ("number", "{9}"), ("year", "{1999}"), ("doi", "{10.5555/other}")],
)
def test_a_field_that_contradicts_leaves_the_whole_entry(field: str, raw: str) -> None:
    made = look(entry(**{field: raw}), published=JOURNAL)
    assert not made.changes
    one = next(one for one in made.abstained if one.reason.startswith("appeared in Journal of Invented Results 2022"))
    assert (one.field, one.source, one.hint) == (
        field,
        "Crossref",
        f"--overwrite {field} takes the published version's",
    )
    overwritten = look(entry(**{field: raw}), published=JOURNAL, overwrite=frozenset({field}))
    assert fields_of(overwritten.data) | {"type": "article"} == fields_of(overwritten.data)
    assert not again(overwritten, published=JOURNAL, overwrite=frozenset({field})).changes


def test_a_field_the_user_keeps_leaves_the_whole_entry() -> None:
    made = look(entry(keep="{year}"), published=JOURNAL)
    assert not made.changes
    assert told(made) == ["appeared in Journal of Invented Results 2022, but you keep year"]


def test_what_says_the_same_as_the_published_version_is_no_contradiction() -> None:
    made = look(entry(volume="{17}", pages="{101-120}", year="2022", number='"2"'), published=JOURNAL)
    found = fields_of(made.data)
    assert (found["pages"], found["volume"], found["number"], found["year"]) == ("101-120", "17", "2", "2022")
    assert not again(made, published=JOURNAL).changes


def test_a_date_of_publication_with_its_day_is_kept() -> None:
    made = look(entry(year=None, date="{2022-02-01}"), published=JOURNAL)
    assert fields_of(made.data)["date"] == "2022-02-01"


def test_the_published_title_replaces_a_copied_one_only() -> None:
    retitled = replace(JOURNAL, title="Counting All Lanterns of Gödel: A Census of DNA")
    made = look(ENTRY, published=retitled)
    assert fields_of(made.data)["title"].startswith("Counting All Lanterns")
    assert not again(made, published=retitled).changes
    own = entry(title="{A Census of $n$ Lamps for the DNA of Gödel}")
    kept = look(own, published=retitled)
    assert fields_of(kept.data)["title"] == "A Census of $n$ Lamps for the DNA of Gödel"
    assert not again(kept, published=retitled).changes


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("phdthesis", {"school": "{University of Nowhere}"}),
        ("book", {"publisher": "{Invented Press}"}),
        ("incollection", {"booktitle": "{Lanterns}"}),
        ("article", {"journal": "{Annals of Light}"}),
        ("inproceedings", {"booktitle": "{Light 2021}"}),
        ("techreport", {"institution": "{Lamp Institute}"}),
        ("inproceedings", {"crossref": "{light}"}),
    ],
)
def test_what_appeared_elsewhere_is_never_made_another(kind: str, values: dict[str, str]) -> None:
    made = look(entry(kind=kind, **values), published=JOURNAL)
    assert not made.changes


def test_a_publication_without_a_venue_changes_nothing() -> None:
    made = look(ENTRY, published=replace(JOURNAL, venue=None))
    assert not made.changes
    assert told(made) == ["is published, but it is not known where"]
    made = look(ENTRY, published=replace(JOURNAL, type=None))
    assert told(made) == ["is published, but it is not known whether in a journal or at a conference"]


def test_the_entry_of_the_published_version_follows_it() -> None:
    early = replace(JOURNAL, volume=None, issue=None, pages=None, year=2021)
    text = look(ENTRY, published=early).data.decode()
    known = Known(RECORD, RECORD, before=(replace(RECORD, published=early),), published=JOURNAL)
    made = look(text, known=known)
    found = fields_of(made.data)
    assert (found["year"], found["journal"]) == ("2022", "Journal of Invented Results")
    assert not again(made, known=known).changes


def test_why_there_is_no_published_version_is_told_quietly() -> None:
    made = look(ENTRY, known=Known(RECORD, RECORD, why="nobody knows one"))
    assert [(one.reason, one.quiet) for one in made.abstained] == [("no published version: nobody knows one", True)]


# --- versions

FIRST = replace(RECORD, version=1, url="https://arxiv.org/abs/2105.00001v1", title="Counting $n$ Lanterns")
VERSIONED = entry(
    title="{Counting $n$ Lanterns}",
    eprint="{2105.00001v1}",
    url="{https://arxiv.org/abs/2105.00001v1}",
    note="{arXiv:2105.00001v1, and 2105.00001v10 is none}",
)
CITES_FIRST = Known(FIRST, RECORD)


def test_a_version_cited_by_number_is_the_users_choice() -> None:
    made = look(VERSIONED, known=CITES_FIRST)
    assert not made.changes
    assert [(one.field, one.reason, one.hint) for one in made.abstained] == [
        ("eprint", "cites version 1; the newest is version 2", "--overwrite eprint cites the newest")
    ]


@pytest.mark.parametrize(
    "wish", [{"versions": True, "only": frozenset({"version"})}, {"overwrite": frozenset({"eprint"})}]
)
def test_the_newest_version_is_cited_on_demand(wish: dict[str, Any]) -> None:
    made = look(VERSIONED, known=CITES_FIRST, **wish)
    found = fields_of(made.data)
    assert found["eprint"] == "2105.00001v2"
    assert found["url"] == "https://arxiv.org/abs/2105.00001v2"
    assert found["note"] == "arXiv:2105.00001v2, and 2105.00001v10 is none"
    newest = replace(RECORD, url="https://arxiv.org/abs/2105.00001v2")
    assert not again(made, known=Known(newest, RECORD, before=(FIRST,)), **wish).changes


def test_with_another_version_come_its_facts() -> None:
    made = look(VERSIONED, known=CITES_FIRST, overwrite=frozenset({"eprint"}))
    assert changed(made)["title"] == ("Counting $n$ Lanterns", TITLE)


def test_a_kept_eprint_keeps_its_version() -> None:
    made = look(
        VERSIONED.replace("note =", "keep = {eprint},\n  note ="), known=CITES_FIRST, overwrite=frozenset({"eprint"})
    )
    assert "eprint" not in changed(made)
    assert not made.changes


# --- withdrawn

GONE = replace(RECORD, version=3, withdrawn=Withdrawn("Lemma 2 is wrong", "arXiv:2201.00009"))


def test_a_withdrawal_is_noted_and_loud() -> None:
    made = look(ENTRY, GONE)
    assert changed(made) == {"note": (None, "Withdrawn: Lemma 2 is wrong; superseded by arXiv:2201.00009")}
    assert [(one.loud, one.reason) for one in made.abstained] == [
        (True, "withdrawn: Lemma 2 is wrong; superseded by arXiv:2201.00009")
    ]
    assert not again(made, GONE).changes
    assert [one.loud for one in again(made, GONE).abstained] == [True]


def test_an_empty_note_is_filled_once() -> None:
    made = look(entry(note="{}"), GONE)
    assert len(made.changes) == 1


def test_the_users_own_note_stays_beside_a_withdrawal() -> None:
    made = look(entry(note="{read this}"), GONE)
    assert not made.changes
    assert made.abstained[0].loud


def test_an_old_version_of_a_withdrawn_paper_is_told_only() -> None:
    made = look(entry(eprint="{2105.00001v1}", title="{Counting $n$ Lanterns}"), known=Known(FIRST, GONE))
    assert not made.changes
    assert [one.field for one in made.abstained if one.loud] == [None]


def test_a_protected_entry_hears_of_a_withdrawal() -> None:
    made = look("% enrich: keep\n" + ENTRY, GONE)
    assert not made.changes
    assert [one.loud for one in made.abstained] == [True]


# --- protection

DIFFERENT = {"abstract": "{}", "year": None}


@pytest.mark.parametrize(
    "text",
    [
        "% enrich: keep\n" + entry(**DIFFERENT),
        "%%  Enrich: Keep\n% another comment\n" + entry(**DIFFERENT),
        entry(**DIFFERENT).replace("  eprint", "  % enrich: keep\n  eprint"),
        entry(**DIFFERENT).rstrip("\n") + " % enrich: keep\n",
        "% enrich: keep because the lawyers say so\n" + entry(**DIFFERENT),
        entry(**DIFFERENT, keep="{true}"),
        entry(**DIFFERENT, keep="{}"),
        "% enrich: keep\r\n" + entry(**DIFFERENT).replace("\n", "\r\n"),
    ],
)
def test_a_protected_entry_is_left_alone(text: str) -> None:
    made = look(text, published=JOURNAL)
    assert not made.changes


@pytest.mark.parametrize(
    "text",
    [
        "% enrich: keep\n\n" + entry(**DIFFERENT),
        "I wrote % enrich: keep somewhere\n" + entry(**DIFFERENT),
        "@misc{other,\n  note = {a}\n} % enrich: keep\n" + entry(**DIFFERENT),
        "@misc{other,\n  note = {a}, % enrich: keep\n}\n" + entry(**DIFFERENT),
        entry(**DIFFERENT, keep="{false}"),
        entry(**DIFFERENT).replace("  eprint", "  note = {use % enrich: keep to protect},\n  eprint"),
    ],
)
def test_what_protects_something_else_does_not_protect(text: str) -> None:
    assert sorted(changed(look(text))) == ["abstract", "year"]


@pytest.mark.parametrize(
    "text",
    [
        entry(**DIFFERENT, note="{mine}").replace("abstract = {},", "abstract = {}, % enrich: keep"),
        entry(**DIFFERENT).replace("abstract = {},\n", "abstract = {} % enrich: keep abstract\n"),
        entry(**DIFFERENT, keep="{abstract, title}"),
        "% enrich: keep abstract\n" + entry(**DIFFERENT),
        "% enrich: keep title, Abstract\n" + entry(**DIFFERENT),
    ],
)
def test_a_protected_field_is_left_alone(text: str) -> None:
    assert list(changed(look(text))) == ["year"]


def test_settings_protect_too() -> None:
    text = entry(**DIFFERENT)
    assert not look(text, keep={"lanterns": frozenset()}).changes
    assert list(changed(look(text, keep={"lanterns": frozenset({"abstract"})}))) == ["year"]


def test_overwrite_does_not_break_protection() -> None:
    made = look(entry(title="{Census of DNA Lanterns}", keep="{title}"), overwrite=frozenset({"title"}))
    assert not made.changes


# --- narrowing

TWO = ENTRY + "\n" + entry(key="other", eprint="{2105.00002}", abstract="{}")
SECOND = replace(RECORD, id="arXiv:2105.00002", url="https://arxiv.org/abs/2105.00002", authors=(Person("Wei", "Li"),))


def test_keys_narrow_to_entries() -> None:
    assert look(TWO, RECORD, replace(RECORD, id="arXiv:2105.00002"), keys=frozenset({"lanterns"})).changes == ()
    assert len(look(TWO, RECORD, replace(RECORD, id="arXiv:2105.00002"), keys=frozenset({"other"})).changes) == 1


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ("published", {"entrytype", "journal", "volume", "number", "pages", "publisher", "year", "doi"}),
        ("fields", {"abstract"}),
        ("withdrawn", {"note"}),
        ("version", set()),
    ],
)
def test_only_narrows_to_kinds_of_change(only: str, expected: set[str]) -> None:
    record = replace(GONE, withdrawn=Withdrawn("no")) if only == "withdrawn" else RECORD
    made = look(entry(abstract="{}"), record, published=JOURNAL, only=frozenset({only}))
    assert set(changed(made)) == expected


def test_only_fields_leaves_a_published_entrys_year_alone() -> None:
    text = look(ENTRY, published=JOURNAL).data
    made = look(text, published=JOURNAL, only=frozenset({"fields"}), overwrite=frozenset({"year"}))
    assert (made.changes, made.abstained) == ((), ())


# --- what is not as it says


def test_an_entry_of_another_work_is_left_alone_and_told() -> None:
    made = look(entry(title="{Deep Learning}", author="{Goodfellow, Ian}", abstract="{}"), published=JOURNAL)
    assert not made.changes
    assert told(made) == [f"is arXiv:2105.00001, which is another work: {RECORD.title}"]
    assert made.abstained[0].field == "eprint"


def test_an_entry_that_names_two_papers_is_left_alone_and_told() -> None:
    made = look(entry(url="{https://arxiv.org/abs/1706.03762}", abstract="{}"), published=JOURNAL)
    assert not made.changes
    assert "names two papers" in told(made)[0]


def test_a_malformed_eprint_is_told() -> None:
    made = look(entry(eprint="{2105.99}"))
    assert not made.changes
    assert "'2105.99' is no arXiv identifier" in told(made)[0]


def test_what_could_not_be_had_is_not_planned() -> None:
    bib = BibFile.parse(ENTRY.encode())
    namings = {one.start: naming for one in bib.entries if (naming := bib.identifier_of(one))}
    made = plan("refs.bib", bib, namings, {}, Wishes())
    assert (made.changes, made.abstained) == ((), ())


# --- duplicates

COPY = entry(
    key="copy",
    note="{second}",
    month="may",
    keywords="{light}",
    title="{A {Census} of $n$ Lanterns for the {DNA} of Gödel}",
)


def test_the_same_work_under_two_keys_is_told() -> None:
    made = look(ENTRY + COPY)
    assert not made.changes
    assert [(one.key, one.reason, one.hint) for one in made.abstained] == [
        (
            "copy",
            "the same work as 'lanterns' (line 1): both are arXiv:2105.00001",
            "enrich refresh --merge-duplicates puts them together",
        )
    ]


def test_merging_keeps_the_first_key_and_loses_nothing() -> None:
    made = look("% top\n" + ENTRY + "\n% between\n" + COPY + "\n% end\n", merge=True)
    merged = ENTRY.replace("  year = {2021},\n", "  year = {2021},\n  month = may,\n")
    merged = merged.replace("{cs.DL},\n}", "{cs.DL},\n  note = {second},\n  keywords = {light},\n}")
    assert made.data.decode() == "% top\n" + merged + "\n% between\n\n% end\n"
    assert dict(made.merged) == {"copy": "lanterns"}
    found = fields_of(made.data)
    assert (found["note"], found["keywords"], found["month"]) == ("second", "light", "may")
    assert "month = may" in made.data.decode()
    assert b"copy" not in made.data
    assert ("key", "copy", "lanterns") in [(change.field, change.before, change.after) for change in made.changes]
    assert not again(made, merge=True).changes


def test_conflicts_of_merged_entries_are_told() -> None:
    made = look(entry(note="{one}") + entry(key="copy", note="{two}"), merge=True)
    assert fields_of(made.data)["note"] == "one"
    assert "'copy' had note = two; that of 'lanterns' stays" in told(made)


def test_three_of_a_kind_become_one() -> None:
    made = look(ENTRY + entry(key="b", note="{n}") + entry(key="c", keywords="{k}", note="{m}"), merge=True)
    assert dict(made.merged) == {"b": "lanterns", "c": "lanterns"}
    found = fields_of(made.data)
    assert (found["note"], found["keywords"]) == ("n", "k")
    assert any("'c' had note = m" in reason for reason in told(made))
    assert not again(made, merge=True).changes


PUBLISHED_ENTRY = f"""@article{{journal,
  title = {{{TITLE}}},
  author = {{{AUTHORS}}},
  journal = {{J. Inv. Res.}},
  volume = {{17}},
  year = {{2022}},
  month = feb,
  doi = {{10.5555/JIR.2022.17}},
}}
"""


def test_a_preprint_and_its_published_version_are_one_work() -> None:
    made = look(ENTRY + PUBLISHED_ENTRY, published=JOURNAL, only=frozenset({"fields"}))
    assert told(made) == ["the same work as 'lanterns' (line 1): arXiv:2105.00001 appeared as doi:10.5555/jir.2022.17"]


def test_the_published_entry_gives_type_and_venue_to_the_first_key() -> None:
    made = look(ENTRY + PUBLISHED_ENTRY, published=JOURNAL, only=frozenset({"fields"}), merge=True)
    found = fields_of(made.data)
    assert found["type"] == "article"
    assert (found["journal"], found["volume"], found["year"], found["month"]) == ("J. Inv. Res.", "17", "2022", "feb")
    assert (found["doi"], found["eprint"]) == ("10.5555/JIR.2022.17", "2105.00001")
    reverse = look(PUBLISHED_ENTRY + ENTRY, published=JOURNAL, only=frozenset({"fields"}), merge=True)
    found = fields_of(reverse.data, "journal")
    assert (found["type"], found["year"], found["eprint"]) == ("article", "2022", "2105.00001")


def test_merging_and_publishing_at_once_settle_in_one_run() -> None:
    made = look(ENTRY + PUBLISHED_ENTRY, published=JOURNAL, merge=True)
    found = fields_of(made.data)
    assert (found["type"], found["year"], found["eprint"]) == ("article", "2022", "2105.00001")
    assert not again(made, published=JOURNAL, merge=True).changes
    assert any("had journal = J. Inv. Res." in reason for reason in told(made))


def test_the_same_title_and_authors_are_perhaps_the_same_work() -> None:
    text = ENTRY + entry(key="copy", eprint=None, archivePrefix=None, primaryClass=None)
    made = look(text, merge=True)
    assert not made.changes
    assert told(made) == ["perhaps the same work as 'lanterns' (line 1): the same title and authors"]


def test_the_same_title_by_others_is_another_work() -> None:
    text = "@book{a,\n title={Introduction},\n author={A, B}\n}\n@book{b,\n title={Introduction},\n author={C, D}\n}\n"
    assert told(look(text)) == []
    third = "@book{c,\n title={Introduction},\n author={D. C}\n}\n"
    assert told(look(text + third)) == ["perhaps the same work as 'b' (line 5): the same title and authors"]


def test_chapters_with_the_dois_of_their_book_are_not_merged() -> None:
    chapters = "".join(
        f"@incollection{{{key},\n  title = {{{title}}},\n  author = {{Example, Ada}},\n  doi = {{10.5555/book}},\n}}\n"
        for key, title in (("a", "Of Lamps"), ("b", "Of Ladders and Bridges"))
    )
    made = look(chapters, merge=True)
    assert not made.changes
    assert told(made) == ["perhaps the same work as 'a' (line 1): both have doi:10.5555/book"]


def test_other_versions_are_not_merged() -> None:
    made = look(entry(eprint="{2105.00001v1}") + entry(key="copy", eprint="{2105.00001v2}"), merge=True)
    assert not made.changes
    assert "perhaps the same work as 'lanterns' (line 1): both are arXiv:2105.00001" in told(made)


def test_of_three_the_two_of_one_version_are_merged() -> None:
    first, second = entry(eprint="{2105.00001v1}"), entry(key="b", eprint="{2105.00001v2}")
    made = look(first + second + second.replace("{b,", "{c,"), merge=True, only=frozenset({"fields"}))
    assert dict(made.merged) == {"c": "b"}
    assert told(made) == [
        "perhaps the same work as 'lanterns' (line 1): both are arXiv:2105.00001",
    ]


def test_an_entry_can_connect_two_before_it() -> None:
    text = ENTRY + PUBLISHED_ENTRY + entry(key="both", doi="{10.5555/jir.2022.17}")
    made = look(text, merge=True, only=frozenset({"fields"}))
    assert dict(made.merged) == {"journal": "lanterns", "both": "lanterns"}


@pytest.mark.parametrize("name", ["crossref", "xref", "xdata", "related", "entryset"])
def test_an_entry_that_others_refer_to_stays(name: str) -> None:
    made = look(ENTRY + COPY + f"@misc{{child,\n  {name} = {{copy}}\n}}\n", merge=True)
    assert not made.changes
    assert any("'child' refers to it" in reason for reason in told(made))


@pytest.mark.parametrize("protected", ["% enrich: keep\n" + COPY, COPY.replace("note =", "keep = {note},\n  note =")])
def test_a_protected_duplicate_stays(protected: str) -> None:
    made = look(ENTRY + "\n" + protected, merge=True)
    assert not made.changes
    assert any("protected" in reason for reason in told(made))


def test_a_key_that_stands_twice_is_told_and_not_merged() -> None:
    made = look(ENTRY + ENTRY.replace("{2021}", "{2021} "), merge=True)
    assert not made.changes
    assert told(made) == ["the key 'lanterns' stands twice, first in line 1: both are arXiv:2105.00001"]
    other = look(ENTRY + "@book{lanterns,\n  title = {Else}\n}\n", merge=True)
    assert not other.changes
    assert told(other) == ["the key 'lanterns' stands twice, first in line 1"]


def test_a_macro_that_is_defined_too_late_is_taken_over_as_text() -> None:
    text = ENTRY + '@string{lab = "Lamp Lab"}\n' + entry(key="copy", note="lab")
    made = look(text, merge=True)
    assert "note = {Lamp Lab}" in made.data.decode()
    early = '@string{lab = "Lamp Lab"}\n' + ENTRY + entry(key="copy", note="lab")
    assert "note = lab" in look(early, merge=True).data.decode()


def test_parts_put_together_are_taken_over_as_they_are() -> None:
    text = '@string{lab = "Lamp Lab"}\n' + ENTRY + entry(key="copy", note='lab # ", east"', month='may # "~12"')
    after = look(text, merge=True).data.decode()
    assert '  note = lab # ", east",\n' in after
    assert '  month = may # "~12",\n' in after


def test_a_month_in_words_is_taken_over_in_its_delimiters() -> None:
    after = look(ENTRY + entry(key="copy", month="{July 4}"), merge=True).data.decode()
    assert "  month = {July 4},\n" in after


def test_keys_narrow_duplicates_too() -> None:
    assert look(ENTRY + COPY, keys=frozenset({"nobody"})).abstained == ()


# --- files that are not neat

NEAT = {
    "broken block before": ("@misc{broken,\n  title {no sign},\n}\n", ""),
    "broken block behind": ("", "\n@misc{broken,\n  title = {no end\n"),
    "comments": ('% a comment\nfree text\n@comment{x}\n@preamble{"y"}\n', "% the end"),
    "the same key twice": ("@book{lanterns,\n  title = {Else}\n}\n", ""),
    "parentheses": ("@book(paren,\n  title = {Else}\n)\n", ""),
}


@pytest.mark.parametrize("name", NEAT)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_nothing_else_in_the_file_changes(name: str, newline: str, encoding: str) -> None:
    before, after = ((part + "% für alle\n").replace("\n", newline) for part in NEAT[name])
    old, new = ENTRY.replace("\n", newline), UPGRADED.replace("\n", newline)
    made = look((before + old + after).encode(encoding), published=JOURNAL)
    assert made.data == (before + new + after).encode(encoding)


# --- properties

_WORD = st.sampled_from(["Lanterns", "Ladders", "DNA", "über", 'G{\\"o}del', "$n$", "of", "the", "{GSM8K}", "R\\&D"])
_TITLES = st.lists(_WORD, min_size=1, max_size=6).map(" ".join)
_PEOPLE = st.sampled_from(
    [AUTHORS, "Ada B. Example and others", "Example, A.", "{ATLAS Collaboration}", "Li, Wei and Example, Ada B.", ""]
)
_RAW = {
    "title": st.one_of(_TITLES.map("{{{}}}".format), st.just(f"{{{TITLE}}}"), st.just("{Counting $n$ Lanterns}")),
    "author": _PEOPLE.map("{{{}}}".format),
    "year": st.sampled_from(["{2021}", "2021", '"2022"', "{2019}", "{}"]),
    "date": st.sampled_from(["{2021-05-03}", "{2022}", "{}"]),
    "month": st.sampled_from(["may", "{5}", "jul", '"May"', "{}"]),
    "journal": st.sampled_from(["{CoRR}", "corr", "{arXiv preprint arXiv:2105.00001}", "{Annals of Light}", "{}"]),
    "journaltitle": st.sampled_from(["{arXiv}", "{Journal of Invented Results}"]),
    "booktitle": st.sampled_from(["{CoRR}", "{Conference on Invented Results}"]),
    "volume": st.sampled_from(["{abs/2105.00001}", "17", "{3}", "{}"]),
    "pages": st.sampled_from(["{101--120}", "{101-120}", "{1}", "{}"]),
    "publisher": st.sampled_from(["{arXiv}", "{Invented Press}", "{ACM}"]),
    "doi": st.sampled_from(["{10.48550/arXiv.2105.00001}", "{10.5555/JIR.2022.17}", "{10.5555/x}", "{}"]),
    "archivePrefix": st.just("{arXiv}"),
    "eprinttype": st.just("{arxiv}"),
    "primaryClass": st.sampled_from(["{cs.DL}", "{math.CO}", "{}"]),
    "url": st.sampled_from(["{https://arxiv.org/abs/2105.00001}", "{https://arxiv.org/abs/2105.00001v1}", "{}"]),
    "note": st.sampled_from(["{mine}", "{}", "{Journal reference: J. Invented Results 17}", "{Withdrawn}"]),
    "abstract": st.sampled_from(["{Lanterns are counted, twice.}", "{Old.}", "{}", "{Mine}"]),
    "keep": st.sampled_from(["{title}", "{year}", "{false}"]),
    "keywords": st.just("{light}"),
}
_ENTRIES = st.builds(
    lambda kind, eprint, values: "".join(
        [f"@{kind}{{lanterns,\n", *(f"  {n} = {raw},\n" for n, raw in {"eprint": eprint, **values}.items()), "}\n"]
    ),
    st.sampled_from(["misc", "article", "online", "inproceedings", "unpublished", "phdthesis", "InProceedings"]),
    st.sampled_from(["{2105.00001}", "{2105.00001v1}", '"arXiv:2105.00001"']),
    st.fixed_dictionaries({}, optional=_RAW),
)
_CITED = {
    "plain": RECORD,
    "withdrawn": GONE,
    "with reference": replace(RECORD, journal_ref="J. Invented Results 17", doi="10.5555/jir.2022.17"),
}
_BEFORE = {
    "": (),
    "first version": (OLD,),
    "other volume": (OLD, replace(RECORD, published=replace(JOURNAL, year=2021, volume=None))),
}
_APPEARED = {
    "": None,
    "journal": JOURNAL,
    "conference": CONFERENCE,
    "retitled": replace(JOURNAL, title="Counting All Lanterns", doi=None),
}
_KNOWN = st.tuples(st.sampled_from([*_CITED]), st.sampled_from([*_BEFORE]), st.sampled_from([*_APPEARED]))


def _known(names: tuple[str, str, str], *, cites_first: bool) -> Known:
    newest, before, published = _CITED[names[0]], _BEFORE[names[1]], _APPEARED[names[2]]
    return (
        Known(FIRST, newest, before, published) if cites_first else Known(newest, newest, (*before, FIRST), published)
    )


def _plan(data: bytes, names: tuple[str, str, str], wishes: Mapping[str, Any]) -> Plan:
    bib = BibFile.parse(data)
    namings = {one.start: naming for one in bib.entries if (naming := bib.identifier_of(one))}
    known = {
        naming.identifier: _known(names, cites_first=naming.identifier.version == 1)
        for naming in namings.values()
        if naming.identifier is not None
    }
    return plan("refs.bib", bib, namings, known, Wishes(**wishes))


_WISHES = st.fixed_dictionaries(
    {},
    optional={
        "only": st.sampled_from([frozenset({"published"}), frozenset({"fields"}), frozenset({"withdrawn", "version"})]),
        "versions": st.booleans(),
        "overwrite": st.sampled_from([frozenset({"title"}), frozenset({"all"}), frozenset({"year", "eprint", "doi"})]),
        "fill": st.sampled_from([frozenset({"all"}), frozenset({"abstract", "doi"})]),
        "merge": st.booleans(),
    },
)


@given(_ENTRIES, _KNOWN, _WISHES)
def test_a_second_run_plans_nothing(text: str, names: tuple[str, str, str], wishes: Mapping[str, Any]) -> None:
    whole = f"% before\n@string{{corr = {{CoRR}}}}\n{text}% behind\n@book{{other,\n  title = {{Else}}\n}}\n"
    made = _plan(whole.encode(), names, wishes)
    assert made.data.startswith(b"% before\n@string{corr = {CoRR}}\n@")
    assert made.data.endswith(b"}\n% behind\n@book{other,\n  title = {Else}\n}\n")
    assert [one.key for one in BibFile.parse(made.data).entries] == ["lanterns", "other"]
    assert bool(made.changes) == bool(made.edits)
    second = _plan(made.data, names, wishes)
    assert [(change.field, change.before, change.after) for change in second.changes] == []


@given(_ENTRIES, _ENTRIES, _KNOWN, _WISHES)
def test_merging_loses_no_field(first: str, other: str, names: tuple[str, str, str], wishes: dict[str, Any]) -> None:
    whole = "@string{corr = {CoRR}}\n" + first + other.replace("{lanterns", "{copy")
    made = _plan(whole.encode(), names, wishes | {"merge": True})
    bib = BibFile.parse(made.data)
    assert [one.key for one in bib.entries] == (["lanterns"] if made.merged else ["lanterns", "copy"])
    apart = _plan(whole.encode(), names, wishes | {"merge": False})  # what goes for other reasons than merging
    gone = {change.field.lower() for one in (made, apart) for change in one.changes if change.after is None}
    had = {span.name for one in made.bib.entries for span in one.fields if not fields.is_empty(made.bib, span)}
    has = {name for one in bib.entries for span in one.fields for name in fields.names(span.name)}
    lost = {name for one in made.abstained if one.field for name in fields.names(one.field)}
    assert had - gone - lost - {"keep"} <= has
    if made.merged:
        assert not _plan(made.data, names, wishes | {"merge": True}).merged


# --- other people's files


def _known_as_written(bib: BibFile) -> dict[Identifier, Known]:
    """What would be known if every entry were right."""
    from enrich.latex import to_text

    found: dict[Identifier, Known] = {}
    for one in bib.entries:
        naming = bib.identifier_of(one)
        if naming is None or naming.identifier is None or naming.identifier in found:
            continue
        title = bib.get(one, "title")
        people = parse_bibtex_names(bib.get(one, "author") or "")
        identifier = naming.identifier
        found[identifier] = Known(
            Record(
                id=identifier.id,
                version=identifier.version,
                title=" ".join(to_text(title, bibtex=True).split()) if title else None,
                authors=tuple(person for person in people if person.name.lower() not in ("others", "et al.")),
                url=f"https://arxiv.org/abs/{identifier.versioned}",
                arxiv_doi=f"10.48550/arXiv.{identifier.value}",
            )
        )
    return found


def _files(shared_data: Path) -> Iterable[Path]:
    return sorted(path for path in (shared_data / "bib").iterdir() if path.is_file() and path.suffix == ".bib")


def test_other_peoples_files_stay_as_they_are_where_nothing_is_new(shared_data: Path) -> None:
    for path in _files(shared_data):
        bib = BibFile.parse(path.read_bytes())
        namings = {one.start: naming for one in bib.entries if (naming := bib.identifier_of(one))}
        made = plan(path.name, bib, namings, _known_as_written(bib), Wishes())
        empty = {change.field for change in made.changes if change.before}
        assert not empty, path
        assert made.data == path.read_bytes() or made.changes, path


def test_in_other_peoples_files_only_the_entry_that_appeared_changes(shared_data: Path) -> None:
    upgraded = 0
    for path in _files(shared_data):
        data = path.read_bytes()
        bib = BibFile.parse(data)
        namings = {one.start: naming for one in bib.entries if (naming := bib.identifier_of(one))}
        known = _known_as_written(bib)
        entries = [
            one
            for one in bib.entries
            if one.start in namings and namings[one.start].identifier in known and fields.is_preprint(bib, one)
        ][:3]
        for one in entries:
            identifier = namings[one.start].identifier
            assert identifier is not None
            published = replace(JOURNAL, title=known[identifier].cited.title)
            now = {identifier: replace(known[identifier], published=published)}
            made = plan(path.name, bib, namings, now, Wishes())
            touched = [
                other
                for other in bib.entries
                if namings.get(other.start) and namings[other.start].identifier == identifier
            ]
            for edit in made.edits:
                assert any(other.start <= edit.start and edit.end <= other.end for other in touched), path
            after = BibFile.parse(made.data)
            assert [other.key for other in after.entries] == [other.key for other in bib.entries], path
            again = {other.start: naming for other in after.entries if (naming := after.identifier_of(other))}
            assert plan(path.name, after, again, now, Wishes()).changes == (), path
            upgraded += any(change.field == "entrytype" or change.after == JOURNAL.venue for change in made.changes)
    assert upgraded > 20


def test_what_only_the_preprint_had_does_not_stay_beside_the_venue() -> None:
    made = look(entry(kind="online", organization="{arXiv}", month="5", day="3"), published=CONFERENCE)
    now = fields_of(made.data)
    assert now["type"] == "inproceedings"
    assert {"organization", "month", "day"}.isdisjoint(now)
    assert fields_of(look(entry(organization="{Lantern Society}"), published=CONFERENCE).data)["organization"]


@pytest.mark.parametrize("venue", ["Journal of 中 Results", "Journal \ud800"])
def test_a_publication_that_cannot_be_written_in_the_files_encoding_is_not_taken_in_parts(venue: str) -> None:
    bib = BibFile.parse(("% caf\xe9\n" + ENTRY).encode("latin-1"))
    made = look(bib.data, published=replace(JOURNAL, venue=venue), fill=frozenset({"doi"}))
    assert {change.field for change in made.changes} <= {"doi"}
    assert any("the file is in" in reason for reason in told(made)) or "�" in venue
    assert fields_of(made.data)["type"] == "misc"


def test_nothing_is_merged_where_a_key_would_then_lead_to_another_work() -> None:
    other = replace(RECORD, id="arXiv:2105.00002", title="Notes on Kites")
    kites = entry(key="same", title="{Notes on Kites}", eprint="{2105.00002}")
    text = kites + entry(key="same") + entry(key="copy")
    made = look(text, RECORD, other, merge=True)
    assert made.merged == {}
    assert made.data == text.encode()
    assert any("stands twice" in reason and "not merged" in reason for reason in told(made))


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"ids": "{old}"}, {"ids": "{older}"}, "further keys"),
        ({}, {"crossref": "{whole}"}, "inherits from 'whole'"),
        ({"journal": "{Nature}", "kind": "article"}, {"booktitle": "{A Book}", "kind": "incollection"}, "journal"),
    ],
)
def test_entries_that_cannot_become_one_without_loss_stay_two(
    first: dict[str, str], second: dict[str, str], why: str
) -> None:
    text = entry(**first) + entry(key="copy", **second)  # type: ignore[arg-type]
    made = look(text, merge=True)
    assert made.merged == {}
    assert made.data == text.encode()
    assert any(why in reason for reason in told(made)), told(made)
