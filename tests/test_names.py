"""Names: taken apart as people and groups are, written for BibTeX and read back."""

from __future__ import annotations

import gzip
import html
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enrich.latex import normalise, to_latex, to_text
from enrich.names import bibtex_name, parse_bibtex_names, split_name
from enrich.record import Person

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def plain(text: str) -> str:
    return text


@pytest.mark.parametrize(
    ("display", "given_name", "family", "suffix"),
    [
        ("Karl Cobbe", "Karl", "Cobbe", None),
        ("G. David Forney,", "G. David", "Forney", None),
        ("Gerard 't Hooft", "Gerard", "'t Hooft", None),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven", None),
        ("Herbert Van de Sompel", "Herbert", "Van de Sompel", None),
        ("Anton van den Hengel", "Anton", "van den Hengel", None),
        ("Clelia De Felice", "Clelia", "De Felice", None),
        ("Hesham El Gamal", "Hesham", "El Gamal", None),
        ("Y. Le Cun", "Y.", "Le Cun", None),
        ("Ernesto Dal Bo'", "Ernesto", "Dal Bo'", None),
        ("Pierfrancesco La Mura", "Pierfrancesco", "La Mura", None),
        ("Santiago Ramón y Cajal", "Santiago", "Ramón y Cajal", None),
        ("Edmundo de Souza e Silva", "Edmundo", "de Souza e Silva", None),
        ("Ahmad bin Abdullah", "Ahmad", "bin Abdullah", None),
        ("Ekin D. Cubuk", "Ekin D.", "Cubuk", None),
        ("Jean-Baptiste Alayrac", "Jean-Baptiste", "Alayrac", None),
        ("Sammy Davis Jr.", "Sammy", "Davis", "Jr."),
        ("Martin Luther King, Jr.", "Martin Luther", "King", "Jr."),
        ("John Smith III", "John", "Smith", "III"),
        ("Harry B. Hunt III", "Harry B.", "Hunt", "III"),
        ("Le Song", "Le", "Song", None),
        ("Di Wu", "Di", "Wu", None),
        ("Ben Poole", "Ben", "Poole", None),
        ("The Anh Han", "The Anh", "Han", None),
        ("Wei Dai", "Wei", "Dai", None),
        ("Weiwei Ai", "Weiwei", "Ai", None),
        ("Quoc V. Le", "Quoc V.", "Le", None),
        ("John (Jack) Smith", "John (Jack)", "Smith", None),
        ("Alexander V. Gavrilov", "Alexander V.", "Gavrilov", None),
        ("van Gogh", None, "van Gogh", None),
        ("bell hooks", "bell", "hooks", None),
        ("Cobbe, Karl", "Karl", "Cobbe", None),
        ("Anderson Sandes", "Anderson", "Sandes", None),
        ("Sizwe M. Dhlamini*", "Sizwe M.", "Dhlamini*", None),
    ],
)
def test_a_persons_name_is_taken_apart(display: str, given_name: str | None, family: str, suffix: str | None) -> None:
    assert split_name(display) == Person(given_name, family, suffix)


@pytest.mark.parametrize(
    "display",
    [
        "ATLAS Collaboration",
        "The LIGO Scientific Collaboration",
        "LIGO Scientific Collaboration and Virgo Collaboration",
        "for the ATLAS Collaboration",
        "on behalf of the CMS Collaboration",
        "Gemini Team",
        "LCM team",
        "Gemini Team, Google",
        "Llama Team, AI @ Meta",
        "Team GLM",
        "Team OLMo",
        "Gemini Team Google",
        "'t Hooft",
        "Meta AI",
        "01. AI",
        "OpenAI",
        "Gitanjali",
        "others",
        "Smith et al.",
        "Simon and Schuster",
        "王小明",
        "王 小明",
    ],
)
def test_what_is_no_persons_name_stays_whole(display: str) -> None:
    assert split_name(display) == Person(literal=display)


def test_a_collaboration_in_brackets_is_an_affiliation() -> None:
    assert split_name("Jane Smith (for the ATLAS Collaboration)", ["CERN"]) == Person(
        "Jane", "Smith", affiliations=("CERN", "for the ATLAS Collaboration")
    )


AWKWARD_WORDS = """
van de la y and And et al. Jr. III JR Collaboration Team {x} \\ $ , for the Müller Ünal Łukasz Ng O'Neil van der Al- d'
~ others 王 A. and, { <
"""
NAMES = st.lists(st.one_of(st.text(max_size=6), st.sampled_from(AWKWARD_WORDS.split())), max_size=6).map(" ".join)


@settings(max_examples=500, deadline=None)
@given(NAMES)
def test_no_character_of_a_name_is_lost(display: str) -> None:
    name = " ".join(display.split())
    read = split_name(display)
    whole = " ".join((read.name, *read.affiliations))
    assert sorted(re.sub(r"[,\s()]", "", whole)) == sorted(re.sub(r"[,\s()]", "", name))
    if "," not in name and not read.affiliations:
        assert read.name == name


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Person("Karl", "Cobbe"), "Cobbe, Karl"),
        (Person("Ludwig", "van Beethoven"), "van Beethoven, Ludwig"),
        (Person("Sammy", "Davis", "Jr."), "Davis, Jr., Sammy"),
        (Person(literal="ATLAS Collaboration"), "{ATLAS Collaboration}"),
        (Person(literal="others"), "{others}"),
        (Person("Santiago", "Ramón y Cajal"), r"{Ram{\'o}n y Cajal}, Santiago"),
        (Person("Jo And", "Doe"), "Doe, Jo {And}"),
        (Person(None, "and"), "{and}"),
        (Person("Kurt", "Gödel"), r"G{\"o}del, Kurt"),
        (Person("Ann", "Smith, Inc"), "{Smith, Inc}, Ann"),
        (Person("Ann", "Smith, Inc", "Jr."), "{Ann Smith, Inc Jr.}"),
        (Person("G. David", "Forney,", "Jr."), "Forney, Jr., G. David"),
        (Person("Robert W.", "Heath,"), "Heath, Robert W."),
        (Person("Gerard", "'t Hooft"), "'t Hooft, Gerard"),
        (Person(literal="'t Hooft"), "{'t Hooft}"),
        (Person(None, "van Gogh"), "van Gogh"),
        (Person(None, "Dal Bo'"), "{Dal Bo'}"),
        (Person("Q", "A & B"), r"A \& B, Q"),
        (Person(None, "X  y z"), "{X y z}"),
    ],
)
def test_a_name_is_written_so_that_bibtex_reads_the_same_parts(person: Person, expected: str) -> None:
    assert bibtex_name(person, to_latex) == expected


def test_a_biblatex_name_keeps_its_characters() -> None:
    assert bibtex_name(Person("Kurt", "Gödel"), plain) == "Gödel, Kurt"


@settings(max_examples=500, deadline=None)
@given(st.lists(NAMES.filter(lambda name: bool(normalise(name))), min_size=1, max_size=4), st.booleans())
@example(["others", "Jo and Doe", "王小明", "Santiago Ramón y Cajal"], True)
def test_an_author_field_is_read_back_as_it_was_written(names: list[str], ascii: bool) -> None:
    people = tuple(split_name(normalise(name)) for name in names)

    def encode(text: str) -> str:
        return to_latex(text, ascii=ascii)

    read = parse_bibtex_names(" and ".join(bibtex_name(person, encode) for person in people))
    assert read == tuple(Person(p.given, p.family, p.suffix, p.literal) for p in people)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Donald E. Knuth and Lamport, Leslie", (Person("Donald E.", "Knuth"), Person("Leslie", "Lamport"))),
        ("Beeblebrox, IV, Zaphod and others", (Person("Zaphod", "Beeblebrox", "IV"),)),
        ("{Simon and Schuster}", (Person(literal="Simon and Schuster"),)),
        ("{\\'E}douard {Le Cun}", (Person("Édouard", "Le Cun"),)),
        ('Fran{\\c{c}}ois Chollet\n  AND  {\\"U}nal, X.', (Person("François", "Chollet"), Person("X.", "Ünal"))),
        ("van der Waals, J.~D.", (Person("J. D.", "van der Waals"),)),
        ("Davis Jr., Sammy", (Person("Sammy", "Davis Jr."),)),
        ("Smith, John, Jr.", (Person("John", "Smith", "Jr."),)),
        ("LIGO Scientific Collaboration", (Person(literal="LIGO Scientific Collaboration"),)),
        ("Smith,", (Person(literal="Smith"),)),
        ("", ()),
        ("  and  ", ()),
        ("others", ()),
        ("{unbalanced", (Person(literal="{unbalanced"),)),
    ],
)
def test_author_fields_of_other_peoples_files_are_read(field: str, expected: tuple[Person, ...]) -> None:
    assert parse_bibtex_names(field) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}\\, andAxé~'\"\n"))
def test_no_author_field_makes_the_reader_fail(field: str) -> None:
    parse_bibtex_names(field)


def test_names_are_split_as_arxivs_own_metadata_splits_them() -> None:
    pages = sorted((DATA / "oai").glob("*.xml.gz"))
    if not pages:
        pytest.skip("shared/data is not here")
    author = re.compile(
        r"<author><keyname>([^<]*)</keyname><forenames>([^<]+)</forenames>(?:<suffix>([^<]*)</suffix>)?"
    )
    known = {
        tuple(part.rstrip(",") for part in found)
        for page in pages
        for found in author.findall(to_text(html.unescape(gzip.decompress(page.read_bytes()).decode("utf-8"))))
    }
    assert len(known) > 4_000
    same = sum(
        split_name(" ".join(part for part in (given_name, family, suffix) if part)).family == family
        for family, given_name, suffix in known
    )
    assert same / len(known) > 0.99
