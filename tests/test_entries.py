"""What the entries of a .bib say, and what is wrong with them by themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import dois, entries
from enrich.bibfile import BibFile
from enrich.finding import RULES, Finding
from enrich.record import Identifier
from enrich.reference import Reference

TODAY = date(2026, 11, 24)

LANTERNS = """@inproceedings{ward2021counting,
  title     = {Counting {GSM}-8 Lanterns},
  author    = {Ward, Ada and Lopez, Bea},
  booktitle = {ICML},
  year      = {2021},
}
"""


def read(text: str, keys: list[str] | None = None) -> tuple[Reference, ...]:
    return entries.references(BibFile.parse(text.encode()), "refs.bib", keys)


def audit(text: str, keys: list[str] | None = None) -> list[Finding]:
    bib = BibFile.parse(text.encode())
    return list(entries.findings(bib, "refs.bib", entries.references(bib, "refs.bib", keys), today=TODAY))


def entry(kind: str = "inproceedings", key: str = "ward2021counting", **fields: str | None) -> str:
    """A good entry with other fields; ``None`` takes one away."""
    values = {
        "title": "{Counting Lanterns}",
        "author": "{Ward, Ada and Lopez, Bea}",
        "booktitle": "{ICML}",
        "year": "{2021}",
        **fields,
    }
    return f"@{kind}{{{key},\n" + "".join(f"  {name} = {raw},\n" for name, raw in values.items() if raw) + "}\n"


def told(text: str) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in audit(text)]


# --- references


def test_each_entry_is_a_reference_at_its_place() -> None:
    (reference,) = read("% mine\n\n" + LANTERNS)
    assert (reference.file, reference.line, reference.column) == ("refs.bib", 3, 1)
    assert (reference.key, reference.text, reference.type) == ("ward2021counting", "ward2021counting", "inproceedings")
    assert (reference.identifier, reference.doi, reference.id) == (None, None, None)
    assert reference.title == "Counting GSM-8 Lanterns"
    assert [person.family for person in reference.authors] == ["Ward", "Lopez"]
    assert (reference.year, reference.venue) == (2021, "ICML")
    assert reference.line_of("booktitle") == 6


def test_an_entry_with_an_identifier_stands_where_that_does() -> None:
    (reference,) = read("@misc{a,\n  title = {X\n  Y},\n  eprint = {2105.00001v2}, archivePrefix = {arXiv}\n}\n")
    assert reference.identifier == Identifier("2105.00001", 2)
    assert (reference.text, reference.line, reference.column) == ("2105.00001v2", 4, 13)


def test_the_place_is_right_within_a_value_of_many_lines_and_with_any_line_ends() -> None:
    text = "@misc{a,\n  title = {X},\n  howpublished =\n    {Preprint\n    arXiv:2105.00001}\n}\n"
    for ending in ("\n", "\r\n", "\r"):
        (reference,) = read(text.replace("\n", ending))
        assert (reference.line, reference.column) == (5, 5), ending


@pytest.mark.parametrize(
    "field",
    [
        "doi = {10.1000/ABC.1}",
        "doi = {https://doi.org/10.1000/abc.1}",
        "doi = {http://dx.doi.org/10.1000/abc.1}",
        "doi = {doi:10.1000/abc.1.}",
        "doi = {DOI: 10.1000/abc.1,}",
        "doi = {\\url{https://doi.org/10.1000/abc.1}}",
        'doi = "10.1000/abc.1"',
        "doi = {{10.1000/abc.1}}",
        "doi = {10.1000/abc.1, 10.1000/def}",
        "doi = {10.1000/\n  abc.1}",
        "url = {https://doi.org/10.1000/abc.1}",
        "doi = {10.48550/arXiv.2105.00001}, url = {https://doi.org/10.1000/abc.1}",
        "doi = {https://press.example/doi/10.1000/abc.1?x=1}",
    ],
)
def test_the_doi_is_bare_and_in_lower_case(field: str) -> None:
    assert read(f"@misc{{a, title = {{X}}, {field}}}")[0].doi == "10.1000/abc.1"


@pytest.mark.parametrize("raw", ["{10.1000/a\\_b}", "{10.1000/a{\\_}b}", "{10.1000/a_b}"])
def test_escapes_in_a_doi_are_forgiven(raw: str) -> None:
    text = entry(doi=raw)
    assert read(text)[0].doi == "10.1000/a_b"
    assert audit(text) == []


def test_a_doi_in_brackets_keeps_those_that_are_its_own() -> None:
    assert read(entry(doi="{10.1016/0370-2693(89)90001-1}"))[0].doi == "10.1016/0370-2693(89)90001-1"
    assert read(entry(doi="{https://doi.org/10.1000/a(1)}"))[0].doi == "10.1000/a(1)"
    assert read(entry(doi="{<10.1000/a>}"))[0].doi == "10.1000/a"


@pytest.mark.parametrize("raw", ["{10.48550/arXiv.2105.00001}", "{none}", "{}", "{10.abc/1}"])
def test_arxivs_own_doi_and_what_is_none_are_no_published_doi(raw: str) -> None:
    assert read(entry(doi=raw))[0].doi is None


def test_containers_and_the_control_of_styles_are_no_references() -> None:
    text = (
        "@IEEEtranBSTCTL{ctl, CTLuse_forced_etal = {yes}}\n@CONTROL{REVTEX41Control}\n"
        "@xdata{x, year = {2020}}\n@set{s, entryset = {a,b}}\n" + LANTERNS
    )
    assert [reference.key for reference in read(text)] == ["ward2021counting"]
    assert audit(text) == []


def test_only_what_is_cited_comes_in_the_order_of_the_file() -> None:
    text = entry(key="b") + entry(key="A", title="{Other Lamps}") + entry(key="c", title="{Third Lamps}")
    assert [reference.key for reference in read(text, ["C", "a", "unknown"])] == ["A", "c"]


def test_the_first_of_two_fields_counts_and_macros_stand_in_place() -> None:
    (reference,) = read('@string{v = "ICML"}\n@misc{a, Title = {X}, title = {Y}, booktitle = v # " 2021"}')
    assert dict(reference.fields) == {"title": "X", "booktitle": "ICML 2021"}
    assert "year" not in reference.fields
    assert reference.fields.get("year") is None
    assert len(reference.fields) == 2
    with pytest.raises(KeyError):
        reference.fields["year"]


def test_a_paper_inherits_from_its_proceedings() -> None:
    text = (
        "@inproceedings{a, title = {Lamps}, author = {Ward, Ada}, crossref = {ICML21}}\n"
        "@proceedings{icml21, title = {Proceedings of ICML}, year = {2021}, doi = {10.1000/book}, pages = {1--900}}\n"
    )
    child, parent = read(text)
    assert (child.title, child.venue, child.year) == ("Lamps", "Proceedings of ICML", 2021)
    assert child.doi is None
    assert "pages" not in child.fields
    assert (child.line_of("year"), parent.doi) == (1, "10.1000/book")
    assert audit(text) == []


def test_a_booktitle_of_the_parent_comes_before_its_title() -> None:
    text = "@incollection{a, title = {X}, crossref = {b}}\n@book{b, title = {Long Title}, booktitle = {Short}}"
    assert read(text)[0].venue == "Short"


def test_a_part_of_a_book_has_the_title_of_the_book_only_where_bibtex_says_so() -> None:
    assert read("@inproceedings{a, crossref = {b}}\n@proceedings{b, title = {Whole}}")[0].title is None
    assert read("@book{a, volume = {2}, crossref = {b}}\n@book{b, title = {Whole}}")[0].title == "Whole"


def test_xdata_passes_everything_on() -> None:
    text = "@online{a, xdata = {x, y}, year = {2020}}\n@xdata{x, title = {T}, year = {1999}}\n@xdata{y, note = {N}}"
    assert dict(read(text)[0].fields) == {"xdata": "x, y", "year": "2020", "title": "T", "note": "N"}


def test_entries_that_refer_to_each_other_in_a_circle_come_to_an_end() -> None:
    first, second = read("@book{a, title = {X}, crossref = {b}}\n@book{b, year = {2020}, crossref = {a}}")
    assert (first.year, second.title) == (2020, "X")


# --- the file


def test_a_good_entry_is_told_nothing_of() -> None:
    assert audit(LANTERNS) == []


def test_what_cannot_be_read_is_told_with_its_line_and_the_rest_is_checked() -> None:
    text = LANTERNS + "\n@misc{broken,\n  title = {X\n\n@misc{next,\n  note = {y},\n  title = {},\n}\n"
    found = audit(text)
    assert (found[0].rule, found[0].severity, found[0].line, found[0].key) == ("unbalanced", "error", 8, "broken")
    assert found[0].hint


def test_a_string_that_nobody_defines_is_told_once() -> None:
    text = "@string{icml = {ICML}}\n" + entry(booktitle="icml", month="jan # {~3}", publisher="acme")
    text += entry(key="b", title="{Lamps}", booktitle="TOPLAS", publisher="ACME", series="IEEE_J_PROC", volume="3")
    (found,) = audit(text)
    assert (found.rule, found.severity, found.line, found.found) == ("undefined-string", "warning", 8, "acme")
    assert "2 entries" in found.message


def test_strings_of_another_file_are_a_note_in_a_file_without_any() -> None:
    names = [f"v{number}" for number in range(7)]
    text = "".join(
        entry(key=f"k{name}", title=f"{{Lamps {number}}}", booktitle=name) for number, name in enumerate(names)
    )
    (found,) = audit(text)
    assert (found.rule, found.severity) == ("undefined-string", "note")
    assert "v0, v1, v2, v3, v4 and 2 more" in found.message


def test_a_crossref_to_nothing_is_told_and_its_entry_not_blamed_for_what_it_lacks() -> None:
    (found,) = audit(entry(crossref="{icml21}", booktitle=None, year=None))
    assert (found.rule, found.severity, found.found, found.line) == ("undefined-crossref", "warning", "icml21", 4)
    (found,) = audit(entry(xdata="{gone}"))
    assert (found.rule, found.found) == ("undefined-crossref", "gone")


def test_a_parent_before_its_child_is_a_note() -> None:
    parent = "@proceedings{p, title = {Proceedings}, year = {2021}}\n"
    assert audit(entry(crossref="{P}") + parent) == []
    assert told(parent + entry(crossref="{P}")) == [("undefined-crossref", "note")]


def test_an_empty_crossref_is_none() -> None:
    assert audit(entry(crossref="{}")) == []


# --- identifiers


def test_a_malformed_eprint_is_told_as_written() -> None:
    (found,) = audit(entry(eprint="{2113.00001}", archiveprefix="{arXiv}"))
    assert (found.rule, found.severity, found.found) == ("bad-id", "error", "2113.00001")
    assert "month 13" in found.message


def test_an_entry_that_names_two_papers_is_told() -> None:
    text = entry(eprint="{2105.00001}", archiveprefix="{arXiv}", url="{https://arxiv.org/abs/2106.00002}")
    (found,) = audit(text)
    assert (found.rule, found.severity) == ("bad-id", "warning")
    assert "names two papers" in found.message


@pytest.mark.parametrize("raw", ["{somewhere}", "{10/3212.3123}", "{10.12/abc}", "{ABC-123}"])
def test_what_is_no_doi_is_told(raw: str) -> None:
    (found,) = audit(entry(doi=raw))
    assert (found.rule, found.severity, found.found, found.line) == ("bad-id", "error", raw[1:-1], 6)


@pytest.mark.parametrize(
    "raw", ["{N/A}", "{none}", "{https://press.example/doi/abs/10.1000/abc}", "{arXiv:2105.00001}"]
)
def test_a_doi_that_is_left_open_or_an_address_is_a_note(raw: str) -> None:
    assert told(entry(doi=raw)) == [("bad-id", "note")]


@pytest.mark.parametrize("raw", ["{}", '""', "{{}}", "{ }", "{10/abcd}", "{https://doi.org/10.1000/x}"])
def test_an_empty_or_good_doi_is_told_nothing_of(raw: str) -> None:
    assert audit(entry(doi=raw)) == []


# --- fields that are missing


def test_all_fields_that_are_missing_are_one_finding() -> None:
    (found,) = audit(entry(title=None, author="{}", booktitle=None, year="{??}"))
    assert (found.rule, found.severity) == ("missing-field", "warning")
    assert found.message == "the entry has no title, author, year and booktitle"


def test_a_missing_venue_is_a_note() -> None:
    assert told(entry(booktitle=None)) == [("missing-field", "note")]
    assert told(entry("article", booktitle=None)) == [("missing-field", "note")]
    assert told(entry("phdthesis", booktitle=None)) == [("missing-field", "note")]


@pytest.mark.parametrize(
    "text",
    [
        entry("article", booktitle=None, eprint="{2105.00001}", archiveprefix="{arXiv}"),
        entry("article", booktitle=None, journal="{Nature}", year="{to appear}"),
        entry("article", booktitle=None, journaltitle="{Nature}", year=None, date="{2021-03}"),
        entry("misc", author=None, booktitle=None, year=None, url="{https://example.org}"),
        entry("online", author=None, booktitle=None, year=None),
        entry("book", author=None, booktitle=None, editor="{Ward, Ada}"),
        entry("proceedings", author=None, booktitle=None),
        entry("techreport", author=None, booktitle=None, institution="{Lamp Office}"),
        entry("inproceedings", year=None, note="{Forthcoming}"),
        entry("patent", author=None, booktitle=None, year=None, title=None),
        entry("inbook", title=None, chapter="{3}"),
    ],
)
def test_what_a_type_does_without_is_not_missing(text: str) -> None:
    assert audit(text) == []


def test_physicists_cite_without_a_title() -> None:
    text = entry("article", title=None, booktitle=None, journal="{Phys. Rev. D}", volume="{65}", pages="{123456}")
    assert told(text) == [("missing-field", "note")]


@pytest.mark.parametrize("raw", ["{??}", "{TODO}", "{n.d.}", "{Unknown}", '""', "{ }"])
def test_a_field_that_is_left_open_is_missing(raw: str) -> None:
    assert ("missing-field", "warning") in told(entry(year=raw))


# --- authors


@pytest.mark.parametrize(
    "names",
    [
        "Doe, John and Ward, Ada",
        "Jane Doe",
        "First Author and Second Author",
        "A. Author and B. Author",
        "Author, A.",
        "Firstname Lastname",
        "Author One and Author Two",
        "John Smith and Jane Doe",
        "John Smith and Jane Smith",
        "TBD Author and XXX",
        "et al.",
    ],
)
def test_placeholders_for_authors_are_errors(names: str) -> None:
    assert ("authors", "error") in told(entry(author=f"{{{names}}}"))


@pytest.mark.parametrize("names", ["Anonymous", "{Anonymous}", "Anonymous Authors", "{Unknown}"])
def test_an_author_without_a_name_is_a_note(names: str) -> None:
    assert [one for one in told(entry(author=f"{{{names}}}")) if one[0] == "authors"] == [("authors", "note")]


@pytest.mark.parametrize(
    "names",
    [
        "Doe, Marian",
        "Smith, John",
        "Jane Smith and Ada Ward",
        "Smith, Adam and others",
        "Arthur, Ada",
        "Ward, Ada and others",
        "Ward, Ada and Lopez, Bea et al.",
        "{The Author Project}",
        "W. Wang and W. Wang",
        "{OpenAI}",
    ],
)
def test_real_people_are_no_placeholders(names: str) -> None:
    assert audit(entry(author=f"{{{names}}}")) == []


def test_a_name_that_stands_twice_is_told() -> None:
    (found,) = audit(entry(author="{Ward, Ada and Lopez, Bea and Ada Ward}"))
    assert (found.rule, found.severity, found.found) == ("authors", "warning", "Ada Ward")


def test_in_a_long_list_two_people_may_have_one_name() -> None:
    crowd = " and ".join(f"Person{chr(97 + number)}, Given" for number in range(24))
    assert told(entry(author=f"{{Wang, Wei and {crowd} and Wang, Wei}}")) == [("authors", "note")]


# --- dates


@pytest.mark.parametrize(("year", "expected"), [("2026", []), ("2027", []), ("2028", ["future-date"])])
def test_the_next_year_is_not_the_future_yet(year: str, expected: list[str]) -> None:
    assert [finding.rule for finding in audit(entry(year=f"{{{year}}}"))] == expected
    assert [finding.rule for finding in audit(entry(year=None, date=f"{{{year}-01}}"))] == expected


def test_a_number_that_is_no_year_is_told() -> None:
    for raw in ("{20222}", "{97}", "0999"):
        assert told(entry(year=raw)) == [("year", "warning")]
    for raw in ("{1543}", "{2020--2021}", "{c. 1900}", "{2020a}"):
        assert audit(entry(year=raw)) == []


# --- what DOI and identifier show


@pytest.mark.parametrize(
    ("doi", "expected"),
    [
        ("10.1109/CVPR52688.2022.00751", ("CVPR", 2022)),
        ("10.1109/CVPR.2016.90", ("CVPR", 2016)),
        ("10.1109/BigData55660.2022.10020001", (None, 2022)),
        ("10.1609/aaai.v37i5.25786", ("AAAI", 2023)),
        ("10.1609/aaai.v33i01.33013558", ("AAAI", 2019)),
        ("10.18653/v1/2021.acl-long.1", ("ACL", 2021)),
        ("10.18653/v1/2021.findings-acl.1", (None, 2021)),
        ("10.18653/v1/D19-1234", ("EMNLP", 2019)),
        ("10.18653/v1/P98-1001", ("ACL", 1998)),
        ("10.18653/v1/D19-5001", (None, 2019)),
        ("10.1103/PhysRevLett.123.456", ("Physical Review Letters", None)),
    ],
)
def test_some_dois_name_venue_and_year(doi: str, expected: tuple[str | None, int | None]) -> None:
    assert dois.imprint(doi) == dois.Imprint(*expected)


@pytest.mark.parametrize(
    "doi",
    [
        "10.1145/3292500.3330701",
        "10.1109/TPAMI.2016.2577031",
        "10.1609/aaai.v18i1.1",
        "10.1609/icwsm.v15i1.18034",
        "10.1103/PhysRev.47.777",
        "10.1109/5.771073",
    ],
)
def test_others_name_nothing(doi: str) -> None:
    assert dois.imprint(doi) is None


@pytest.mark.parametrize(
    ("venue", "expected"),
    [
        ("CVPR", "CVPR"),
        ("Proc. {CVPR}'16", "CVPR"),
        ("2016 IEEE Conference on Computer Vision and Pattern Recognition (CVPR)", "CVPR"),
        ("Proceedings of the 31st International Conference on Machine Learning, {ICML} 2014, Beijing", "ICML"),
        ("Advances in Neural Information Processing Systems 30 (NIPS)", "NeurIPS"),
        ("Proceedings of the AAAI Conference on Artificial Intelligence", "AAAI"),
        ("CVPR Workshops", None),
        ("International Conference on Computer Vision Theory and Applications", None),
        ("Pacific-Asia Conference on Knowledge Discovery and Data Mining", None),
        ("ACL-IJCNLP", None),
        ("AAAI Press", None),
        ("AAAI Spring Symposium", None),
        ("Submitted to CVPR", None),
        ("Nature", None),
    ],
)
def test_the_series_of_a_venue_is_known_only_where_it_is_certain(venue: str, expected: str | None) -> None:
    assert dois.series(venue) == expected


def test_a_doi_of_another_venue_is_an_error() -> None:
    (found,) = audit(entry(booktitle="{UAI}", doi="{10.1109/CVPR46437.2021.00751}"))
    assert (found.rule, found.severity, found.expected) == ("doi", "error", "CVPR")
    assert found.message == "the DOI is one of CVPR 2021, and the entry says UAI"
    (found,) = audit(entry("article", booktitle=None, journal="{Phys. Rev. Lett.}", doi="{10.1103/PhysRevD.65.123456}"))
    assert (found.rule, found.expected) == ("doi", "Physical Review D")


@pytest.mark.parametrize(
    ("venue", "doi"),
    [
        ("CVPR Workshops", "10.1109/CVPRW53098.2021.00001"),
        ("2021 {IEEE/CVF} Conference on Computer Vision and Pattern Recognition", "10.1109/CVPR46437.2021.00751"),
        ("Innovative Applications of Artificial Intelligence", "10.1609/aaai.v35i17.17777"),
        ("Phys.Rev.", "10.1103/PhysRevD.65.123456"),
        ("Physical Review D", "10.1103/PhysRevD.65.123456"),
        ("EMNLP-IJCNLP", "10.18653/v1/2021.emnlp-main.1"),
        (
            "Proceedings of the 59th Annual Meeting of the Association for Computational Linguistics and the 11th"
            " International Joint Conference on Natural Language Processing (Volume 1: Long Papers)",
            "10.18653/v1/2021.acl-long.1",
        ),
        ("COLING-ACL", "10.18653/v1/2021.acl-long.1"),
    ],
)
def test_a_doi_of_the_same_or_an_unknown_venue_is_told_nothing_of(venue: str, doi: str) -> None:
    assert audit(entry(booktitle=f"{{{venue}}}", doi=f"{{{doi}}}")) == []


def test_a_doi_of_another_year_is_told() -> None:
    (found,) = audit(entry(booktitle="{CVPR}", doi="{10.1109/CVPR.2016.90}"))
    assert (found.rule, found.severity, found.found, found.expected) == ("year", "warning", "2021", "2016")
    assert audit(entry(booktitle="{AAAI}", year="{2022}", doi="{10.1609/aaai.v37i5.25786}")) == []


def test_a_preprint_is_not_older_than_its_identifier() -> None:
    def preprint(year: str, eprint: str) -> list[tuple[str, str]]:
        return told(entry("misc", booktitle=None, year=year, eprint=f"{{{eprint}}}", archiveprefix="{arXiv}"))

    assert preprint("{2022}", "2405.00001") == [("year", "warning")]
    assert preprint("{2023}", "2405.00001") == [("year", "note")]
    assert preprint("{2023}", "2401.00001") == []
    assert preprint("{2024}", "2405.00001") == []
    assert preprint("{2026}", "2405.00001") == []
    assert preprint("{1992}", "hep-th/9901001") == [("year", "warning")]


def test_a_published_paper_may_be_older_than_its_preprint() -> None:
    assert audit(entry(year="{2001}", eprint="{2105.00001}", archiveprefix="{arXiv}")) == []


def test_arxivs_doi_beside_a_venue_is_a_note() -> None:
    assert told(entry(doi="{10.48550/arXiv.2105.00001}")) == [("preprint-as-published", "note")]
    assert audit(entry(booktitle="{arXiv preprint}", doi="{10.48550/arXiv.2105.00001}")) == []
    late = told(entry(year="{2018}", doi="{10.48550/arXiv.2105.00001}"))
    assert sorted(late) == [("preprint-as-published", "note"), ("year", "warning")]


# --- duplicates


def test_a_key_that_is_used_twice_is_told_once() -> None:
    (found,) = audit(LANTERNS + LANTERNS)
    assert (found.rule, found.severity, found.line) == ("duplicate", "warning", 7)
    assert "first in line 1" in found.message


def test_keys_that_differ_in_case_are_a_note() -> None:
    assert told(entry(key="Ward") + entry(key="ward", title="{Lamps}")) == [("duplicate", "note")]


def test_entries_without_a_key_are_not_compared() -> None:
    assert audit(entry(key="") + entry(key="", title="{Lamps}")) == []


def test_the_same_work_under_two_keys_is_told_at_the_later_one() -> None:
    (found,) = audit(entry(doi="{10.1000/a}") + entry(key="again", doi="{10.1000/A}"))
    assert (found.rule, found.severity, found.line, found.key) == ("duplicate", "warning", 8, "again")
    assert "ward2021counting in line 1" in found.message


def test_the_same_title_and_authors_are_a_note() -> None:
    assert told(entry() + entry(key="again")) == [("duplicate", "note")]


def test_a_duplicate_of_what_is_not_cited_is_none() -> None:
    text = entry(doi="{10.1000/a}") + entry(key="again", doi="{10.1000/a}")
    assert audit(text, ["again"]) == []


def test_findings_are_told_only_of_what_is_cited() -> None:
    text = entry(key="a", year="{2033}") + entry(key="b", title="{Lamps}", year="{2034}")
    assert [finding.key for finding in audit(text, ["b"])] == ["b"]


# --- whatever comes


@given(st.text(alphabet='@{}(),="#%\\ \n\rabAuthor0123./:doiyear', max_size=200))
def test_any_text_is_audited(text: str) -> None:
    for finding in audit(text):
        assert finding.rule in RULES
        assert finding.line is None or 1 <= finding.line <= text.count("\n") + text.count("\r") + 1


def test_real_files_are_audited_without_false_alarms(shared_data: Path) -> None:
    """What was looked at by eye: papers in the wild are seldom wrong, and never by their DOI."""
    total = 0
    for path in sorted((shared_data / "bib").glob("*.bib")):
        bib = BibFile.parse(path.read_bytes())
        references = entries.references(bib, path.name)
        total += len(references)
        for finding in entries.findings(bib, path.name, references, today=TODAY):
            assert finding.rule != "doi", finding
    assert total > 1000
