"""BibTeX and BibLaTeX: what is written to the letter, and what foreign files are understood to say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from enrich import formats, inputs
from enrich.errors import InputError
from enrich.formats import Options
from enrich.record import Identifier, Person, Published, Record, Withdrawn
from tests import records

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "bib"


def text_of(name: str, *works: Record, options: Options | None = None) -> str:
    return "".join(formats.render(name, works, options=options))


def read(text: str) -> Record:
    reading = formats.read("bibtex", text)
    assert reading.problems == []
    (record,) = reading.records
    return record


def test_a_preprint_in_bibtex() -> None:
    assert text_of("bibtex", records.PLAIN) == (
        "@misc{cobbe2021training,\n"
        "  title = {Training Verifiers to Solve Math Word Problems},\n"
        "  author = {Cobbe, Karl and Kosaraju, Vineet and Kaiser, {\\L}ukasz and Schulman, John},\n"
        "  year = {2021},\n"
        "  month = oct,\n"
        "  eprint = {2110.14168},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.LG},\n"
        "  doi = {10.48550/arXiv.2110.14168},\n"
        "  url = {https://arxiv.org/abs/2110.14168},\n"
        "  comment = {22 pages, 12 figures; code at https://example.org/grade\\_school\\_math},\n"
        "  abstract = {We introduce GSM8K, a set of 8.5K grade school problems; "
        "60\\% \\& more are solved by sampling 100 times.}\n"
        "}\n"
    )


def test_a_preprint_in_biblatex() -> None:
    assert text_of("biblatex", replace(records.PLAIN, comment=None, abstract=None)) == (
        "@online{cobbe2021training,\n"
        "  title = {Training Verifiers to Solve Math Word Problems},\n"
        "  author = {Cobbe, Karl and Kosaraju, Vineet and Kaiser, Łukasz and Schulman, John},\n"
        "  date = {2021-10-27},\n"
        "  eprint = {2110.14168},\n"
        "  eprinttype = {arxiv},\n"
        "  eprintclass = {cs.LG},\n"
        "  doi = {10.48550/arXiv.2110.14168},\n"
        "  url = {https://arxiv.org/abs/2110.14168}\n"
        "}\n"
    )


def test_a_published_work_has_the_venue_and_the_eprint() -> None:
    assert text_of("bibtex", replace(records.ARTICLE, abstract=None)) == (
        "@article{jung1996trees,\n"
        "  title = {Trees \\& Forests in the Plane},\n"
        "  author = {Jung, Ada and {\\AA}kesson, Bo},\n"
        "  journal = {Journal of Graph Theory},\n"
        "  volume = {21},\n"
        "  number = {1},\n"
        "  pages = {1--10},\n"
        "  publisher = {Wiley \\& Sons},\n"
        "  year = {1996},\n"
        "  eprint = {math/9601001},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {math.CO},\n"
        "  doi = {10.1002/(SICI)1097-0118(199601)21:1<1::AID-JGT1>3.0.CO;2-W},\n"
        "  url = {https://onlinelibrary.wiley.com/doi/10.1002/%28SICI%291097-0118?a=1&b=2#top_1}\n"
        "}\n"
    )
    assert text_of("bibtex", records.PAPER).startswith("@inproceedings{brown2020language,")
    assert "booktitle = {Advances in Neural Information Processing Systems 33}" in text_of("biblatex", records.PAPER)


def test_a_publication_of_unknown_type_or_venue_stays_misc() -> None:
    work = replace(records.PLAIN, published=Published(venue="A Workshop", year=2022))
    text = text_of("bibtex", work)
    assert text.startswith("@misc{")
    assert "howpublished = {A Workshop}" in text
    assert "year = {2022}" in text
    assert text_of("bibtex", replace(work, published=Published(type="article", year=2022))).startswith("@misc{")


def test_the_identifier_is_printed_by_the_oldest_styles_only_on_request() -> None:
    assert "howpublished" not in text_of("bibtex", records.PLAIN)
    asked = text_of("bibtex", records.VERSIONED, options=Options(howpublished=True))
    assert "howpublished = {arXiv:2110.14169v1}" in asked
    assert "howpublished" not in text_of("bibtex", records.ARTICLE, options=Options(howpublished=True))


def test_bibtex_is_ascii_where_latex_has_a_macro_and_biblatex_is_not() -> None:
    assert text_of("bibtex", *records.READABLE).isascii()
    assert "Thị Hồng" in text_of("biblatex", records.PEOPLE)
    assert "数学" in text_of("bibtex", records.UNTYPESETTABLE)


def test_many_entries_are_separated_by_one_empty_line_across_pieces() -> None:
    works = [replace(records.BARE, id=f"arXiv:2401.{number:05d}") for number in range(1, 1202)]
    text = text_of("bibtex", *works)
    assert text.count("}\n\n@misc{") == 1200
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("@misc{k, eprint = {2110.14168}}", Identifier("2110.14168")),
        ("@misc{k, eprint = {2110.14168v2}, archivePrefix = {arXiv}}", Identifier("2110.14168", 2)),
        ("@misc{k, eprint = {arXiv:2110.14168}, eprinttype = {arxiv}}", Identifier("2110.14168")),
        ('@misc{k, eprint = "hep-th/9901001", archiveprefix = "arXiv"}', Identifier("hep-th/9901001")),
        ("@misc{k, arxivId = {2110.14168}}", Identifier("2110.14168")),
        ("@misc{k, doi = {10.48550/arXiv.2110.14168}}", Identifier("2110.14168")),
        ("@misc{k, doi = {https://doi.org/10.48550/ARXIV.2110.14168}}", Identifier("2110.14168")),
        ("@misc{k, howpublished = {\\url{https://arxiv.org/abs/2110.14168v1}}}", Identifier("2110.14168", 1)),
        ("@online{k, url = {https://arxiv.org/pdf/2110.14168.pdf}}", Identifier("2110.14168")),
        ("@article{k, journal = {arXiv preprint arXiv:2110.14168}, year = 2021}", Identifier("2110.14168")),
        ("@article{k, journal = {CoRR}, volume = {abs/2110.14168}}", Identifier("2110.14168")),
        ("@article{DBLP:journals/corr/abs-2110-14168, title = {x}}", Identifier("2110.14168")),
        ("@ARTICLE(k, EPRINT = {2110.14168})", Identifier("2110.14168")),
        ("@misc{k, number = {arXiv:2110.14168}, publisher = {arXiv}}", Identifier("2110.14168")),
    ],
)
def test_the_identifier_is_found_wherever_tools_put_it(entry: str, expected: Identifier) -> None:
    record = read(entry)
    assert (record.id, record.cited_version) == (expected.id, expected.version)
    assert record.published is None


@pytest.mark.parametrize(
    "entry",
    [
        "@article{k, title = {No arXiv}, doi = {10.1000/182}, year = 2020}",
        "@misc{k, eprint = {2110.14168}, eprinttype = {jstor}}",
        "@misc{k, title = {2110.14168}}",
        "@misc{k}",
    ],
)
def test_an_entry_without_one_is_a_problem_with_its_key_and_line(entry: str) -> None:
    reading = formats.read("bibtex", f"% first line\n\n{entry}\n")
    assert reading.records == []
    (problem,) = reading.problems
    assert (problem.kind, problem.text, problem.line) == ("not-understood", "k", 3)


def test_macros_joined_values_and_months_are_resolved() -> None:
    record = read(
        '@string{nips = "NeurIPS"}\n@String(jmlr = {JMLR} # " " # nips)\n'
        '@article{k, eprint = {2110.14168}, journal = jmlr # {, vol. 3}, month = "10~" # oct, year = 2021,\n'
        '  title = "The {GSM8K} {"}set{"}", author = {Cobbe, Karl}, pages = {1 -- 10}}'
    )
    assert record.published is not None
    assert record.published.venue == "JMLR NeurIPS, vol. 3"
    assert record.published.pages == "1-10"
    assert record.title == 'The GSM8K "set"'
    assert record.authors == (Person("Karl", "Cobbe"),)


@pytest.mark.parametrize(
    ("month", "number"), [("oct", 10), ("{October}", 10), ("{10}", 10), ("10", 10), ("{13}", None), ("{x}", None)]
)
def test_a_month_is_understood_in_its_usual_forms(month: str, number: int | None) -> None:
    assert read(f"@misc{{k, eprint = {{2110.14168}}, year = 2021, month = {month}}}").month == number


@pytest.mark.parametrize(
    "written",
    ["10.1007/978-3-642-00000-1\\_5", "10.1007/978-3-642-00000-1{\\_}5", "doi:10.1007/978-3-642-00000-1%5F5"],
)
def test_a_doi_means_the_same_however_it_was_escaped(written: str) -> None:
    assert read(f"@article{{k, eprint = {{2110.14168}}, doi = {{{written}}}}}").doi == "10.1007/978-3-642-00000-1_5"


def test_an_entry_that_cannot_be_parsed_is_a_problem_with_its_line_and_the_rest_is_read() -> None:
    reading = formats.read(
        "bibtex",
        "@misc{one, eprint = {2110.14168}}\n\n@misc{two, title = {no end,\n\n@misc{three, eprint = {2110.14169}}\n",
    )
    assert [record.key for record in reading.records] == ["one", "three"]
    (problem,) = reading.problems
    assert problem.line == 3
    assert problem.text is not None
    assert problem.text.startswith("@misc{two")


def test_repeated_keys_and_fields_lose_no_work() -> None:
    reading = formats.read(
        "bibtex",
        "@misc{k, eprint = {2110.14168}, title = {First}, title = {Second}}\n@misc{k, eprint = {2110.14169}}\n",
    )
    assert [record.id for record in reading.records] == ["arXiv:2110.14168", "arXiv:2110.14169"]
    assert reading.records[0].title == "First"
    assert reading.problems == []


def test_a_comment_inside_an_entry_hides_no_field() -> None:
    assert read("@misc{k,\n  eprint = {2110.14168}, % the id\n  % checked\n  year = 2021\n}").year == 2021


def test_a_withdrawal_is_read_from_the_note() -> None:
    record = read("@misc{k, eprint = {1410.4701}, note = {Withdrawn: wrong; superseded by arXiv:1602.00001}}")
    assert record.withdrawn == Withdrawn("wrong", "arXiv:1602.00001")
    assert read("@misc{k, eprint = {1410.4701}, note = {Withdrawn in spirit? No: a note}}").withdrawn is not None
    assert read("@misc{k, eprint = {1410.4701}, note = {Best paper}}").withdrawn is None


def test_a_text_without_any_entry_is_an_error() -> None:
    with pytest.raises(InputError, match="no BibTeX entry"):
        formats.read("bibtex", "Dear reader")
    assert formats.read("bibtex", "\n").records == []


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder with .bib files from the wild is not here")
def test_files_from_the_wild_are_read_and_come_back_from_every_format() -> None:
    count = 0
    for path in sorted(DATA.rglob("*.bib")):
        text = path.read_bytes().decode("utf-8", "replace")
        if len(text) > 300_000:
            continue
        works = formats.read("bibtex", text).records
        count += len(works)
        for name in ("bibtex", "biblatex", "csl-json", "ris") if works else ():
            again = formats.read(name, text_of(name, *works)).records
            for field in ("id", "title", "authors", "abstract", "year"):
                assert [getattr(work, field) for work in again] == [getattr(work, field) for work in works], path
    assert count > 100


@pytest.mark.parametrize("pages", ["345-367", "345--367", "345–367", "345—367"])
@pytest.mark.parametrize("name", ["bibtex", "biblatex"])
def test_a_range_of_pages_has_two_hyphens_however_it_came(name: str, pages: str) -> None:
    published = Published(type="article", title="T", venue="J", year=2024, pages=pages)
    assert "pages = {345--367}" in text_of(name, replace(records.PLAIN, published=published))


def test_a_list_of_authors_that_is_cut_off_is_told_and_the_entry_read() -> None:
    text = "@misc{k, eprint = {2110.14168}, author = {Cobbe, Karl and Kosaraju, Vineet\nand others}}"
    reading = formats.read("bibtex", text)
    assert [len(record.authors) for record in reading.records] == [2]
    (problem,) = reading.problems
    assert (problem.kind, problem.text, problem.line) == ("not-understood", "k", 1)
    assert problem.message == "the author list ends in 'and others'; the record holds the first 2"


@pytest.mark.parametrize(
    ("fields", "identifier"),
    [
        ("eprint={0310011}, archivePrefix={arXiv}, primaryClass={q-bio.QM}", "arXiv:q-bio/0310011"),
        ("journal={CoRR}, volume={abs/2110.14168}", "arXiv:2110.14168"),
        ("pdf={https://arxiv.org/pdf/2110.14168}", "arXiv:2110.14168"),
        ("note={Comment on arXiv:2110.14168}, journal={J. Foo}, doi={10.1103/PhysRevD.1.1}", None),
        ("eprint={12345}, eprinttype={pubmed}, note={see arXiv:2110.14168}", None),
        ("eprint={2113.14168}, archivePrefix={arXiv}", None),
    ],
)
def test_a_file_is_read_as_the_works_that_are_found_in_it(fields: str, identifier: str | None) -> None:
    text = f"@article{{k, {fields}}}"
    expected = [identifier] if identifier else []
    assert [record.id for record in formats.read("bibtex", text).records] == expected
    assert [mention.identifier.id for mention in inputs.read(text.encode(), "a.bib").mentions] == expected


def test_a_malformed_eprint_and_two_papers_in_one_entry_are_told() -> None:
    text = "@misc{a, eprint={2113.14168}, archiveprefix={arXiv}}\n"
    text += "@misc{b, eprint={2110.14168}, doi={10.48550/arXiv.2009.03393}}"
    messages = [(problem.text, problem.message) for problem in formats.read("bibtex", text).problems]
    assert messages == [
        ("a", "'2113.14168' is no arXiv identifier: month 13 does not exist"),
        ("b", "the entry names two papers: arXiv:2110.14168 in eprint, but arXiv:2009.03393 in doi"),
    ]


@pytest.mark.parametrize("category", ["q-bio.QM", "q-fin.ST", "cs.LG", "physics.ao-ph", "math-ph"])
def test_every_category_is_kept(category: str) -> None:
    record = read(f"@misc{{k, eprint = {{2110.14168}}, primaryClass = {{{category}}}}}")
    assert (record.primary_category, record.categories) == (category, (category,))


@pytest.mark.parametrize(
    ("url", "doi"),
    [
        ("https://doi.org/10.1000/x", "10.1000/x"),
        ("http://dx.doi.org/10.1000/x_y", "10.1000/x_y"),
        ("https://doi.org/10.48550/arXiv.2110.14168", None),
        ("https://example.org/10.1000/x", None),
    ],
)
def test_an_address_of_a_doi_is_the_doi_where_no_other_is(url: str, doi: str | None) -> None:
    assert read(f"@misc{{k, eprint = {{2110.14168}}, url = {{{url}}}}}").doi == doi
    assert read(f"@misc{{k, eprint = {{2110.14168}}, url = {{{url}}}, doi = {{10.2/y}}}}").doi == "10.2/y"
