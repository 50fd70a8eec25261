"""RIS: what is written to the letter, and what foreign files are understood to say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from enrich import formats
from enrich.errors import InputError
from enrich.record import Person
from tests import records


def test_a_preprint() -> None:
    work = replace(records.PLAIN, authors=(Person("Sammy", "Davis", "Jr."), Person(literal="Gemini Team")))
    assert "".join(formats.render("ris", [work])) == (
        "TY  - UNPB\n"
        "ID  - cobbe2021training\n"
        "TI  - Training Verifiers to Solve Math Word Problems\n"
        "AU  - Davis, Sammy, Jr.\n"
        "AU  - Gemini Team,\n"
        "PY  - 2021\n"
        "DA  - 2021/10/27\n"
        "PB  - arXiv\n"
        "DO  - 10.48550/arXiv.2110.14168\n"
        "UR  - https://arxiv.org/abs/2110.14168\n"
        "L1  - https://arxiv.org/pdf/2110.14168\n"
        "DB  - arXiv\n"
        "AN  - arXiv:2110.14168\n"
        "KW  - cs.LG\n"
        "KW  - cs.CL\n"
        "N1  - Comment: 22 pages, 12 figures; code at https://example.org/grade_school_math\n"
        f"AB  - {records.PLAIN.abstract}\n"
        "ER  - \n"
    )


def test_a_published_work() -> None:
    text = "".join(formats.render("ris", [records.ARTICLE, records.PAPER]))
    assert "TY  - JOUR\n" in text
    assert "JO  - Journal of Graph Theory\nVL  - 21\nIS  - 1\nSP  - 1\nEP  - 10\nPB  - Wiley & Sons\n" in text
    assert "TY  - CONF\n" in text
    assert "T2  - Advances in Neural Information Processing Systems 33\n" in text


def test_every_line_is_a_tag_with_a_value() -> None:
    for line in "".join(formats.render("ris", records.EVERYTHING)).split("\n"):
        assert line == "" or (line[:2].isupper() and line[2:6] == "  - " and (line[6:] or line.startswith("ER")))


def test_a_file_of_another_tool_is_understood() -> None:
    reading = formats.read(
        "ris",
        "\ufeffTY  - JOUR\r\nT1  - A title that\r\nruns on\r\nA1  - Cobbe, Karl\r\nA1  - ATLAS Collaboration\r\n"
        "Y1  - 2021/10/27/Winter\r\nJF  - Physics\r\nUR  - https://example.org/x\r\nUR  - https://arxiv.org/abs/2110.14168\r\n"
        "N2  - The abstract.\r\nER  - \r\n\r\nTY  - BOOK\r\nID  - book\r\nTI  - None\r\nER  -\r\n"
        "TY  - GEN\r\nM1  - arXiv:2110.14169\r\n",
    )
    first, second = reading.records
    assert (first.title, first.abstract) == ("A title that runs on", "The abstract.")
    assert first.authors == (Person("Karl", "Cobbe"), Person(literal="ATLAS Collaboration"))
    assert first.published is not None
    assert (first.published.venue, first.published.year) == ("Physics", 2021)
    assert second.id == "arXiv:2110.14169"
    (problem,) = reading.problems
    assert (problem.text, problem.line) == ("book", 13)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello\n", "line 1: not RIS"),
        ("\n\nAU  - x\nER  - \n", "line 3: AU before any TY"),
        ("TY  - A\nER  - \nx", "line 3"),
    ],
)
def test_what_is_no_ris_is_an_error_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        formats.read("ris", text)


def test_categories_of_all_archives_are_read_from_the_keywords() -> None:
    text = "TY  - UNPB\nAN  - arXiv:2110.14168\nKW  - machine\nKW  - q-fin.ST\nKW  - stat.ML\nER  - \n"
    (record,) = formats.read("ris", text).records
    assert record.categories == ("q-fin.ST", "stat.ML")
