"""What a field of an entry says, in whatever way it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import fields
from enrich.bibfile import BibFile, Entry, FieldSpan
from enrich.formats import Options, bibtex
from enrich.formats.citation import Citation, citations
from enrich.record import Record

from .records import ARTICLE, PAPER, PEOPLE, PLAIN, READABLE


def parsed(text: str) -> tuple[BibFile, Entry]:
    bib = BibFile.parse(text.encode())
    return bib, bib.entries[-1]


def one(name: str, raw: str, strings: str = "") -> tuple[BibFile, FieldSpan]:
    bib, entry = parsed(f"{strings}@misc{{a,\n  {name} = {raw},\n}}\n")
    return bib, entry.fields[0]


def cited(record: Record) -> Citation:
    return next(citations([record], Options()))


# --- names and dialects


def test_a_field_is_found_by_the_name_of_either_dialect() -> None:
    _, entry = parsed("@misc{a,\n  DATE = {2021},\n  Journal = {X},\n}\n")
    assert fields.names("Year") == ("year", "date")
    assert fields.names("title") == ("title",)
    for name, written in (("year", "DATE"), ("date", "DATE"), ("journaltitle", "Journal")):
        span = fields.span(entry, name)
        assert span is not None
        assert span.written == written
    assert fields.span(entry, "title") is None


def test_a_rendered_field_is_found_by_the_name_of_either_dialect() -> None:
    rendered = {"archivePrefix": "arXiv", "year": "2021"}
    assert fields.value(rendered, "eprinttype") == ("archivePrefix", "arXiv")
    assert fields.value(rendered, "date") == ("year", "2021")
    assert fields.value(rendered, "title") is None


# --- empty, placeholder, preprint


@pytest.mark.parametrize("raw", ["{}", '""', "{ }", "{{}}", "{\n}", "nothing", '{} # ""'])
def test_what_says_nothing_is_empty(raw: str) -> None:
    assert fields.is_empty(*one("note", raw, '@string{nothing = ""}\n'))


@pytest.mark.parametrize("raw", ["{x}", '"x"', "2021", "jun", "{{x}}", "{ x}", "something", '{} # "x"'])
def test_what_says_something_is_not_empty(raw: str) -> None:
    assert not fields.is_empty(*one("note", raw, '@string{something = "x"}\n'))


@pytest.mark.parametrize(
    "raw",
    [
        "{arXiv preprint arXiv:1706.03762}",
        "{arXiv:1706.03762 [cs.CL]}",
        "{abs/1706.03762}",
        "{https://arxiv.org/abs/1706.03762v2}",
        "{hep-th/9901001}",
        "{math.AG/0601001}",
        "{CoRR}",
        "{{CoRR}}",
        '"ArXiv e-prints"',
        "corr",
        "{}",
    ],
)
def test_what_says_only_that_it_is_on_arxiv_is_a_placeholder(raw: str) -> None:
    assert fields.is_placeholder(*one("journal", raw, "@string{corr = {CoRR}}\n"))


@pytest.mark.parametrize(
    "raw", ["{Nature}", "{17}", "{2021}", "{Correspondence}", "{Advances in NeurIPS 30}", "{12--19}"]
)
def test_what_says_more_is_none(raw: str) -> None:
    assert not fields.is_placeholder(*one("journal", raw))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@misc{a, eprint = {1706.03762}}", True),
        ("@article{a, journal = {CoRR}, volume = {abs/1706.03762}}", True),
        ("@article{a, eprint = {1706.03762}}", True),
        ("@techreport{a, institution = {arXiv}}", True),
        ("@article{a, journal = {Nature}}", False),
        ("@article{a, journal = {CoRR}, booktitle = {NeurIPS}}", False),
        ("@techreport{a, institution = {CERN}}", False),
        ("@inproceedings{a, crossref = {nips}}", False),
        ("@book{a, eprint = {1706.03762}}", False),
        ("@phdthesis{a, eprint = {1706.03762}}", False),
        ("@incollection{a, eprint = {1706.03762}}", False),
    ],
)
def test_a_preprint_names_no_place_but_arxiv(text: str, expected: bool) -> None:
    assert fields.is_preprint(*parsed(text)) is expected


# --- what is said


@pytest.mark.parametrize(
    "value",
    [
        "10.1002/ABC_1",
        "https://doi.org/10.1002/abc_1",
        "http://dx.doi.org/10.1002/abc\\_1",
        "doi:10.1002/abc{\\_}1",
        "{10.1002/abc_1}",
        " 10.1002/abc_1 ",
    ],
)
def test_a_doi_compares_however_it_is_written(value: str) -> None:
    assert fields.doi(value) == "10.1002/abc_1"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("title", "{Trees \\& Forests in the Plane}"),
        ("title", "{{Trees {\\&} Forests\n  in the {P}lane}}"),
        ("author", "{Jung, Ada and {\\AA}kesson, Bo}"),
        ("author", "{Ada Jung and Bo Åkesson}"),
        ("author", '"Jung, Ada" # " and Bo {\\AA}kesson"'),
        ("journal", "{Journal of Graph Theory}"),
        ("journaltitle", "jgt"),
        ("volume", "21"),
        ("number", '"1"'),
        ("issue", "{1}"),
        ("pages", "{1--10}"),
        ("pages", "{1-10}"),
        ("pages", "{1 \u2013 10}"),
        ("publisher", "{Wiley \\& Sons}"),
        ("year", "1996"),
        ("date", "{1996}"),
        ("date", "{1996-01}"),
        ("doi", "{10.1002/(sici)1097-0118(199601)21:1$<$1::aid-jgt1$>$3.0.co;2-w}"),
        ("archiveprefix", "{arXiv}"),
        ("primaryclass", "{math.CO}"),
        ("eprint", "{math/9601001}"),
    ],
)
def test_the_same_in_other_words_agrees(name: str, raw: str) -> None:
    bib, span = one(name, raw, "@string{jgt = {Journal of Graph Theory}}\n")
    assert fields.agrees(bib, span, cited(ARTICLE))


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("title", "{Trees and Forests in the Plane}"),
        ("author", "{Jung, Ada}"),
        ("author", "{{\\AA}kesson, Bo and Jung, Ada}"),
        ("booktitle", "{Journal of Graph Theory}"),
        ("year", "{1995}"),
        ("date", "{}"),
        ("date", "{1995-12-30}"),
        ("month", "dec"),
        ("pages", "{1}"),
        ("abstract", "{Bushes.}"),
        ("keywords", "{trees}"),
    ],
)
def test_something_else_does_not(name: str, raw: str) -> None:
    bib, span = one(name, raw)
    assert not fields.agrees(bib, span, cited(ARTICLE))


@pytest.mark.parametrize("raw", ["jun", "{June}", "6", '"06"', "{jun.}"])
def test_a_month_compares_however_it_is_written(raw: str) -> None:
    assert fields.agrees(*one("month", raw), cited(replace(PEOPLE, published=None)))


@pytest.mark.parametrize("name", ["bibtex", "biblatex"])
@pytest.mark.parametrize("ascii", [True, False])
@pytest.mark.parametrize("record", READABLE, ids=lambda record: record.id)
def test_what_we_write_agrees_with_what_it_was_made_of(record: Record, name: str, ascii: bool) -> None:
    citation = cited(record)
    kind, values = bibtex.fields(citation, name, Options(), ascii=ascii)
    lines = [f"  {field} = {value if field == 'month' else f'{{{value}}}'},\n" for field, value in values.items()]
    bib, entry = parsed(f"@{kind}{{a,\n{''.join(lines)}}}\n")
    assert [span.written for span in entry.fields if not fields.agrees(bib, span, citation)] == []


# --- the quick look


@pytest.mark.parametrize("record", [PLAIN, PEOPLE, PAPER], ids=lambda record: record.id)
def test_the_quick_look_sees_what_we_write(record: Record) -> None:
    plain = replace(record, published=None)
    _, values = bibtex.fields(cited(plain), "bibtex", Options(), ascii=True)
    lines = [f"  {field} = {value if field == 'month' else f'{{{value}}}'},\n" for field, value in values.items()]
    _, entry = parsed(f"@misc{{a,\n{''.join(lines)}}}\n")
    seen = {span.name for span in entry.fields if fields.repeats(span, plain)}
    assert seen >= {"author", "year", "month", "primaryclass"} & {span.name for span in entry.fields}


_VALUES = st.one_of(
    st.sampled_from(
        ["GSM8K", "{GSM}8K", "Cobbe, Karl", "6", "jun", "cs.LG", "2021", "\\'a", "á", "{", "}", "$x$", " and ", " "]
    ),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=4),
)


@given(
    st.sampled_from(["title", "author", "year", "month", "primaryclass", "abstract", "comment", "note"]),
    st.lists(_VALUES, max_size=4).map("".join),
    st.sampled_from(READABLE),
)
def test_what_the_quick_look_sees_is_so(name: str, value: str, record: Record) -> None:
    plain = replace(record, published=None, title=value, abstract=value, comment=value or None)
    bib = BibFile.parse(f"@misc{{a,\n  {name} = {{{value}}},\n}}\n".encode())
    span = bib.entries[0].field(name) if bib.entries else None
    if span is not None and not fields.is_empty(bib, span) and fields.repeats(span, plain):
        assert fields.agrees(bib, span, cited(plain))
