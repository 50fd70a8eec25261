"""The user's own files as authority: what they hold is found, as it stands there, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import authority, entries, formats
from enrich.authority import Authority
from enrich.bibfile import BibFile
from enrich.errors import InputError
from enrich.match import title_key, title_words
from enrich.record import Identifier, Person, Published, Record

LIBRARY = r"""
@string{jim = "Journal of Invented Matters"}

@article{quist2019lattice,
  title = {{L}attices of Alpine Meadows: The {GPT}-4 Case},
  author = {Quist, Aurelia and Brandl, Ottokar},
  journal = jim,
  year = 2019,
  doi = {10.1000/JIM.2019\_7},
}

@inproceedings{brandl2020,
  author = "Ottokar Brandl and others",
  title = "On the $\ell_1$-norm of B{\'e}zier meadows",
  crossref = {meadows},
  url = {https://doi.org/10.1000/meadow.12}
}

@misc{quist2021, title = {Snow on Meadows}, author = {Aurelia Quist}, year = {2021}, eprint = {2101.00012v2},
  archivePrefix = {arXiv}}

@article{old, title = {Old Snow}, author = {Noor Vesterholt}, journal = {math.AG/0503247}}

@proceedings{meadows, title = {Proceedings of the Meadow Conference}, year = {2020}}
"""


@pytest.fixture
def library(tmp_path: Path) -> Authority:
    path = tmp_path / "library.bib"
    path.write_text(LIBRARY, encoding="utf-8")
    return Authority.load([path])


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_title_is_found_however_it_is_written(library: Authority) -> None:
    for title in ("Lattices of alpine meadows -- the GPT 4 case", r"Lattices of {Alpine} Meadows: The GPT-4 Case."):
        [found] = library.by_title(title)
        assert found.name == "quist2019lattice"
    assert [one.name for one in library.by_title("On the l1-norm of Bezier meadows")] == ["brandl2020"]
    assert library.by_title("Lattices of Alpine Meadows") == ()
    assert library.by_title("") == library.by_title("?!") == ()


def test_an_entry_is_described_as_it_stands_with_macros_in_place(library: Authority) -> None:
    [found] = library.by_doi("10.1000/jim.2019_7")
    assert (found.source, found.by, found.name) == ("library.bib", "doi", "quist2019lattice")
    assert found.title == "Lattices of Alpine Meadows: The GPT-4 Case"
    assert found.authors == (Person("Aurelia", "Quist"), Person("Ottokar", "Brandl"))
    assert found.complete
    assert (found.venues, found.years) == (("Journal of Invented Matters",), (2019,))


def test_what_an_entry_inherits_is_its_own(library: Authority) -> None:
    [found] = library.by_doi("10.1000/meadow.12")
    assert (found.venues, found.years) == (("Proceedings of the Meadow Conference",), (2020,))
    assert not found.complete


def test_a_paper_is_found_by_its_identifier_in_whatever_version(library: Authority) -> None:
    for identifier in (Identifier("2101.00012"), Identifier("2101.00012", 7)):
        [found] = library.by_identifier(identifier)
        assert (found.by, found.name, found.eprints) == ("arxiv", "quist2021", ("2101.00012",))
        assert found.preprint
    assert [one.name for one in library.by_identifier(Identifier("math/0503247"))] == ["old"]
    assert library.by_identifier(Identifier("hep-th/0503247")) == ()
    assert library.by_identifier(Identifier("2101.00013")) == ()


def test_an_identifier_that_is_merely_mentioned_is_not_the_entrys(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.bib",
        "@article{a, title = {Reply}, journal = {Nature}, abstract = {We reply to arXiv:2101.00012, 10.1000/x.}}",
    )
    held = Authority.load([path])
    assert held.by_identifier(Identifier("2101.00012")) == held.by_doi("10.1000/x") == ()
    assert len(held.by_title("Reply")) == 1


def test_titles_with_a_word_another_or_a_slip_are_near_the_likeliest_first(library: Authority) -> None:
    near = library.near("Lattices of Alpine Pastures: The GPT-4 Case", ())
    assert near[0].name == "quist2019lattice"
    assert library.near("Snow on Meadow", [Person("Aurelia", "Quist")])[0].name == "quist2021"
    assert library.near("Quantum chromodynamics at finite temperature", ()) == ()


def test_of_titles_equally_near_those_by_the_same_authors_come_first(tmp_path: Path) -> None:
    text = "".join(
        f"@article{{{name.lower()}, title = {{Glaciers and their {what} streams}}, author = {{{name}, Ann}}}}\n"
        for name, what in (("Quist", "cold"), ("Brandl", "warm"), ("Vesterholt", "slow"))
    )
    held = Authority.load([write(tmp_path / "a.bib", text)])
    for name in ("Quist", "Brandl", "Vesterholt"):
        found = held.near("Glaciers and their grey streams", [Person("A.", name)])
        assert len(found) == 3
        assert found[0].name == name.lower()


def test_works_that_share_a_title_are_all_given_in_the_order_of_the_files(tmp_path: Path) -> None:
    one = write(tmp_path / "one.bib", "@misc{a, title={Snow}}\n@misc{b, title={Ice}}\n@misc{c, title={Snow}}\n")
    empty = write(tmp_path / "empty.bib", "")
    two = write(tmp_path / "two.bib", "@misc{d, title={SNOW}}")
    held = Authority.load([one, empty, two])
    assert [(found.source, found.name) for found in held.by_title("snow")] == [
        ("one.bib", "a"),
        ("one.bib", "c"),
        ("two.bib", "d"),
    ]
    assert len(held) == 4


@pytest.mark.parametrize(
    "text",
    [
        "@article{a, title = {Snow} # { and } # {Ice}, year = 2020}",
        "@article{a,title={Snow and Ice},year=2020}@article{b,title={Other}}",
        "@article{b, title = {Other}} @article{a, title = {Snow and Ice}}",
        "Exported by hand. @article{a, title = {Snow and Ice}}",
        '@string{s = {Snow}}\n@article{a, title = s # " and Ice"}',
        "@article(a, title = {Snow and Ice})",
        '@ARTICLE{a,\r\n  TITLE\t=\r\n   "Snow and\r\n  Ice"\r\n}\r\n',
        "@article{a,\r title = {Snow and Ice}\r}\r",
        "@article{a,\n abstract = {see\n title = {Nothing} here},\n title = {Snow and Ice}\n}",
        "@article{a,\n title = {Snow and \\{Ice\\}},\n}",
        "@article{a,\n title = {{{S}now {{and {I}}ce}}},\n}",
        "@article{a,\n title = {Snow}, subtitle = {and Ice},\n}",
        "@article{a,\n title = {Snow},\n subtitle = {and Ice},\n}",
        "@article{a,\n % title = {Nothing},\n title = {Snow and Ice},\n}",
        "@article{broken, title = {Nothing\n\n@article{a,\n title = {Snow and Ice},\n}",
        "\ufeff@article{a, title = {Snow and Ice}}",
    ],
)
def test_an_entry_is_found_however_odd_its_writing(tmp_path: Path, text: str) -> None:
    [found] = Authority.load([write(tmp_path / "a.bib", text)]).by_title("Snow and Ice")
    assert found.name == "a"


def test_macros_may_be_defined_in_another_file_and_the_own_definition_comes_first(tmp_path: Path) -> None:
    strings = write(tmp_path / "strings.bib", "@string{jim = {Journal of Meadows}}\n@string{jis = {Journal of Snow}}\n")
    library = write(
        tmp_path / "library.bib",
        "@string{jim = {Journal of Invented Matters}}\n"
        "@article{a, title = {Snow}, journal = jim}\n@article{b, title = {Ice}, journal = jis}\n",
    )
    for files in ([library, strings], [strings, library]):
        held = Authority.load(files)
        assert held.by_title("Snow")[0].venues == ("Journal of Invented Matters",)
        assert held.by_title("Ice")[0].venues == ("Journal of Snow",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_may_be_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "@article{a,\n title = {Schnee für Böhm},\n author = {Jürgen Groß}\n}\n"
    [found] = Authority.load([write(tmp_path / "a.bib", text.encode(encoding))]).by_title("Schnee fur Bohm")
    assert found.authors == (Person("Jürgen", "Groß"),)


def test_what_the_whole_file_says_is_what_the_authority_says(shared_data: Path) -> None:
    for path in sorted((shared_data / "bib").glob("*.bib")):
        data = path.read_bytes()
        references = entries.references(BibFile.parse(data), path.name)
        if not any(reference.fields for reference in references):
            continue
        held = Authority.load([path])
        for reference in references:
            if not reference.key:
                continue
            own = reference.fields.entry.field("title")  # type: ignore[attr-defined]
            if own is not None and reference.title and title_key(reference.title):
                found = [one for one in held.by_title(reference.title) if one.name == reference.name]
                assert found, (path.name, reference.key, reference.title)
                assert any(
                    (one.title, one.authors, one.venues[:1], one.years[:1])
                    == (
                        reference.title,
                        reference.authors,
                        (reference.venue,) if reference.venue else (),
                        (reference.year,) if reference.year else (),
                    )
                    for one in found
                ), (path.name, reference.key)
            if reference.identifier is not None:
                assert reference.name in {one.name for one in held.by_identifier(reference.identifier)}, path.name
            if reference.doi is not None:
                assert reference.name in {one.name for one in held.by_doi(reference.doi)}, (path.name, reference.doi)


@given(st.text("aB7 :-.'{}()[]/,;?!*éα\\$&<+%~\n", max_size=30))
def test_the_quick_key_and_words_of_a_title_are_those_of_the_comparison(title: str) -> None:
    assert authority._title_key(title.encode()).decode() == title_key(title)
    assert tuple(authority._title_words(title)) == title_words(title)


# --- JSON -------------------------------------------------------------------------------------------------------------

RECORDS = (
    Record(
        "arXiv:2101.00012",
        version=2,
        title="Snow on Meadows",
        authors=(Person("Aurelia", "Quist"),),
        year=2021,
        published=Published("article", "Snow on Alpine Meadows", "Journal of Snow", 2022, doi="10.1000/Snow.1"),
        origin={"title": "arxiv"},
    ),
    Record("arXiv:hep-th/9901001", title='Ice, "so called", of $x^2$', authors=(Person(literal="The Ice Team"),)),
)


def as_written(records: tuple[Record, ...]) -> str:
    return "".join(formats.render("json", records))


def as_lines(records: tuple[Record, ...]) -> str:
    return "".join(formats.render("jsonl", records))


def as_others_indent(records: tuple[Record, ...]) -> str:
    return json.dumps(json.loads(as_written(records)), indent=2)


def on_one_line(records: tuple[Record, ...]) -> str:
    return json.dumps(json.loads(as_written(records)))


@pytest.mark.parametrize("layout", [as_written, as_lines, as_others_indent, on_one_line])
def test_records_are_found_by_all_their_names(tmp_path: Path, layout: Callable[[tuple[Record, ...]], str]) -> None:
    path = write(tmp_path / f"records.{'jsonl' if layout is as_lines else 'json'}", layout(RECORDS))
    held = Authority.load([path])
    assert len(held) == 2
    [found] = held.by_identifier(Identifier("2101.00012", 1))
    assert (found.source, found.by, found.name) == (path.name, "arxiv", "arXiv:2101.00012")
    assert found.titles == ("Snow on Meadows", "Snow on Alpine Meadows")
    assert (found.venues, found.doi, found.eprints) == (("Journal of Snow",), "10.1000/snow.1", ("2101.00012",))
    assert [one.by for one in held.by_doi("10.1000/snow.1")] == ["doi"]
    assert held.by_title("Snow on alpine meadows") == held.by_title("SNOW ON MEADOWS") != ()
    assert [one.name for one in held.by_title(r"Ice, ``so called'', of $x^2$")] == ["arXiv:hep-th/9901001"]
    assert [one.name for one in held.near("Snow on Alpine Meadow", ())] == ["arXiv:2101.00012"]


def test_a_snapshot_without_records_holds_nothing(tmp_path: Path) -> None:
    held = Authority.load([write(tmp_path / "a.json", as_written(()))])
    assert len(held) == 0
    assert held.by_title("Snow") == held.near("Snow", ()) == ()


def test_many_records_are_all_there(tmp_path: Path) -> None:
    records = tuple(Record(f"arXiv:2101.{number:05d}", title=f"Snow {number}") for number in range(1, 502))
    held = Authority.load([write(tmp_path / "a.json", as_written(records))])
    assert len(held) == 501
    assert all(held.by_title(f"Snow {number}")[0].name.endswith(f"{number:05d}") for number in (1, 200, 201, 501))


# --- other bibliographies ---------------------------------------------------------------------------------------------

CSL = """[{"id": "quist2019", "type": "article-journal", "title": "Lattices of Alpine Meadows", "DOI": "10.1000/JIM.7",
  "author": [{"family": "Quist", "given": "Aurelia"}], "issued": {"date-parts": [[2019]]},
  "container-title": "Journal of Invented Matters"}]"""

RIS = """TY  - JOUR
ID  - quist2019
TI  - Lattices of Alpine Meadows
AU  - Quist, Aurelia
PY  - 2019
JO  - Journal of Invented Matters
DO  - 10.1000/JIM.7
ER  -
"""


@pytest.mark.parametrize(("name", "text"), [("a.csl.json", CSL), ("a.json", CSL), ("a.ris", RIS)])
def test_csl_json_and_ris_are_authorities_too(tmp_path: Path, name: str, text: str) -> None:
    held = Authority.load([write(tmp_path / name, text)])
    [found] = held.by_doi("10.1000/jim.7")
    assert (found.source, found.title, found.authors) == (
        name,
        "Lattices of Alpine Meadows",
        (Person("Aurelia", "Quist"),),
    )
    assert (found.venues, found.years) == (("Journal of Invented Matters",), (2019,))
    assert len(held.by_title("LATTICES OF ALPINE MEADOWS")) == len(held.near("Lattices of the Meadows", ())) == 1


# --- what is no authority -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.bib", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
        ("a.bib", b"<html><style>@media (x) {}</style></html>"),
        ("a.json", b'{"records": []}'),
        ("a.json", b'{"schema": "enrich/99", "records": []}'),
        ("a.json", b'{"schema": "enrich/1", "records": ['),
        ("a.json", b'{"schema": "enrich/1", "records": [{"id": "arXiv:2101.00012", "title": 7}]}'),
        ("a.json", b"\xff\xfe\xfd{"),
        ("a.json", b'["https://arxiv.org/abs/2101.00012"]'),
        ("a.jsonl", b'{"id": "doi:10.1000/1"}\n'),
        ("a.md", b"- [Snow](https://arxiv.org/abs/2101.00012)\n"),
        ("a.pdf", b"%PDF-1.5"),
    ],
)
def test_a_file_that_is_no_authority_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(InputError) as caught:
        Authority.load([path])
    assert caught.value.message.startswith(f"{path}: ")
    assert caught.value.message.count(str(path)) == 1
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.bib: no such file"):
        Authority.load([tmp_path / "nowhere.bib"])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"title": "Snow 300"', '"title": 7', "record 300: 'title' is not text"),
        ('"title": "Snow 300"', '"title": Snow', "record 300: not JSON"),
    ],
)
@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_a_broken_record_is_named_by_its_place(tmp_path: Path, kind: str, before: str, after: str, said: str) -> None:
    records = tuple(Record(f"arXiv:2101.{number:05d}", title=f"Snow {number}") for number in range(1, 502))
    text = "".join(formats.render(kind, records))
    assert before in text
    with pytest.raises(InputError, match=said):
        Authority.load([write(tmp_path / f"a.{kind}", text.replace(before, after))])
