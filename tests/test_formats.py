"""What holds for every format."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich import formats
from enrich.errors import InputError
from enrich.formats import Options, clean
from enrich.record import Person, Problem, Published, Record, Withdrawn
from tests import records

ALL = formats.names()
LOSSY = ("bibtex", "biblatex", "csl-json", "ris")


def text_of(name: str, *works: Record, **given: object) -> str:
    return "".join(formats.render(name, works, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("refs.bib", "bibtex"),
        ("refs.biblatex.bib", "biblatex"),
        ("REFS.BIB", "bibtex"),
        ("out/refs.json", "json"),
        ("refs.csl.json", "csl-json"),
        ("refs.jsonl", "jsonl"),
        ("refs.ris", "ris"),
        ("refs.yaml", "hayagriva"),
        ("refs.yml", "hayagriva"),
        ("README.md", "markdown"),
        ("refs.txt", None),
        ("json", None),
        ("", None),
    ],
)
def test_the_longest_fitting_suffix_names_the_format(filename: str, name: str | None) -> None:
    assert formats.by_suffix(filename) == name


def test_every_name_has_a_description_and_readable_ones_are_names() -> None:
    assert all(formats.FORMATS[name].about for name in ALL)
    assert set(formats.readable()) == {"bibtex", "biblatex", "json", "jsonl", "csl-json", "ris"}


def test_an_unknown_format_is_named_at_once_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"endnote.*bibtex, biblatex"):
        formats.render("endnote", [])
    with pytest.raises(InputError, match="endnote"):
        formats.read("endnote", "")
    with pytest.raises(InputError, match="cannot be read"):
        formats.read("markdown", "# Reading list")


def test_an_unknown_year_is_refused() -> None:
    with pytest.raises(InputError, match="submitted or latest"):
        Options(year="first")


def test_json_is_rendered_without_loading_bibtex_or_anything_for_the_network() -> None:
    code = (
        "import sys; from enrich import formats; from enrich.record import Record;"
        "''.join(formats.render('json', [Record('arXiv:2110.14168')]));"
        "print([name for name in ('bibtexparser', 'pylatexenc', 'requests', 'lxml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("works", [(), records.READABLE, records.EVERYTHING, (records.BARE,)], ids=len)
def test_a_rendering_ends_with_one_line_end_and_is_the_same_each_time(name: str, works: tuple[Record, ...]) -> None:
    text = text_of(name, *works)
    assert text.endswith("\n")
    assert text == "\n" or not text.endswith("\n\n")
    assert text == text_of(name, *works)
    text.encode("utf-8")  # no lone surrogate


@pytest.mark.parametrize("name", ALL)
def test_no_control_character_reaches_the_text(name: str) -> None:
    text = text_of(name, *records.EVERYTHING)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("json", "jsonl")])
def test_text_is_composed(name: str) -> None:
    text = text_of(name, replace(records.BARE, title="Poincare\u0301 in 数学", abstract="e\u0301"))
    assert "e\u0301" not in text


@pytest.mark.parametrize("name", ALL)
def test_every_work_stands_in_the_text_in_the_order_given(name: str) -> None:
    text = text_of(name, *records.READABLE)
    places = [text.find(record.eprint) for record in records.READABLE]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("name", ALL)
def test_the_same_key_names_a_work_in_every_format(name: str) -> None:
    text = text_of(name, *records.READABLE)
    assert all(record.key in text for record in records.READABLE if record.key)


@pytest.mark.parametrize("name", [name for name in formats.readable() if name not in ("json", "jsonl")])
def test_works_that_share_a_key_are_told_apart_the_same_way_everywhere(name: str) -> None:
    works = [replace(records.PLAIN, key="same"), replace(records.OLD, key="Same"), replace(records.PAPER, key="same")]
    assert [record.key for record in formats.read(name, text_of(name, *works)).records] == ["same", "Samea", "sameb"]


@pytest.mark.parametrize("name", LOSSY)
def test_nothing_breaks_out_of_its_field(name: str) -> None:
    reading = formats.read(name, text_of(name, *records.EVERYTHING))
    assert [record.id for record in reading.records] == [record.id for record in records.EVERYTHING]
    assert reading.problems == []


@pytest.mark.parametrize("name", LOSSY)
def test_the_year_is_of_the_submission_or_of_the_latest_version_as_asked(name: str) -> None:
    work = replace(records.PLAIN, updated="2023-02-01T00:00:00Z")
    submitted = formats.read(name, text_of(name, work)).records[0]
    latest = formats.read(name, text_of(name, work, options=Options(year="latest"))).records[0]
    assert (submitted.year, submitted.month) == (2021, 10)
    assert (latest.year, latest.month) == (2023, 2)


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("json", "jsonl")])
def test_a_reader_sees_that_a_paper_was_withdrawn(name: str) -> None:
    assert "Withdrawn because of an error in Lemma 3" in text_of(name, replace(records.WITHDRAWN, comment=None))
    assert "Withdrawn" in text_of(name, replace(records.BARE, withdrawn=Withdrawn()))


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("json", "jsonl")])
def test_a_published_work_carries_the_venue_and_the_eprint(name: str) -> None:
    text = text_of(name, records.ARTICLE)
    assert "Journal of Graph Theory" in text
    assert "1996" in text
    assert "math/9601001" in text
    assert "1995" not in text


@pytest.mark.parametrize("name", ALL)
def test_a_version_is_named_only_if_it_was_asked_for(name: str) -> None:
    assert "2110.14169v1" in text_of(name, records.VERSIONED)
    assert "2110.14168v2" not in text_of(name, records.PLAIN)


@pytest.mark.parametrize("name", formats.readable())
@pytest.mark.parametrize("text", ["\x00\x01\x02", "<html><body>Sorry</body></html>", "{", "[1, 2", "TY", "%PDF-1.7"])
def test_what_is_not_in_the_format_is_one_error_or_a_list_of_problems(name: str, text: str) -> None:
    said = "a problem"
    try:
        reading = formats.read(name, text)
    except InputError as error:
        said = str(error)
    else:
        assert not reading.records
        assert reading.problems
    assert "\n" not in said


@pytest.mark.parametrize("name", formats.readable())
def test_a_byte_order_mark_and_foreign_line_ends_do_not_matter(name: str) -> None:
    text = text_of(name, *records.READABLE)
    assert formats.read(name, "\ufeff" + text.replace("\n", "\r\n")).records == formats.read(name, text).records


# --- what is carried comes back -----------------------------------------------------------------------------------

_FRAGMENTS = st.sampled_from((
    "a", "B", "word", "GSM8K", "é", "Ł", "ő", "ệ", "ß", "“", "”", "‘", "’", "–", "—", "½", "α", "×", "数", "Т", "&",
    "%", "#", "_", "{", "}", "\\", "~", "^", "<", ">", "|", '"', "'", "`", "@", "$", "$x^2$", "$\\alpha_i$", "--",
    "---",     "``", "''", "\\&", "\\emph{x}", "{y}", "@misc{a,", "=,", "TY", "ER", "https://x.org/a_b~c%20",
    "and", ",", ";", ":", "!", "5%", "$5", "...", "…", "1-10", "-", " ", " ", " ", "  ", "\u00a0", "\t", "\n",
))  # fmt: skip
texts = st.lists(_FRAGMENTS, min_size=1, max_size=12).map("".join).map(clean.line).filter(bool)
words = st.text("abcdefghéñößłžAB", min_size=2, max_size=8).map(str.capitalize)
people = st.one_of(
    st.sampled_from([replace(person, affiliations=()) for person in records.PEOPLE.authors]),
    st.builds(Person, given=words, family=words),
)
dois = st.sampled_from(
    [
        "10.1002/(SICI)1097-0118(199601)21:1<1::AID-JGT1>3.0.CO;2-W",
        "10.1007/978-3-642-00000-1_5",
        "10.1000/a#b%c&d~e",
        "10.1000/x%20y",
        "10.1000/é{x}\\",
    ]
)
plain = st.text("abcXYZ089 ", min_size=1, max_size=12).map(clean.line).filter(bool)
pages = st.sampled_from(["1-10", "e1234", "12", "L3", "1-5, 9"])
publications = st.builds(
    Published,
    type=st.sampled_from(["article", "inproceedings"]),
    venue=plain.map("Journal {}".format),
    year=st.integers(1991, 2030),
    volume=st.none() | st.sampled_from(["12", "A3"]),
    issue=st.none() | st.sampled_from(["1", "2-3"]),
    pages=st.none() | pages,
    publisher=st.none() | plain.map("Press {}".format),
    doi=dois,
    url=st.none() | st.just("https://publisher.example.org/a_b?c=1&d=%20#e"),
)


@st.composite
def works(draw: st.DrawFn) -> Record:
    eprint = draw(st.sampled_from(["2110.14168", "0704.0001", "hep-th/9901001", "math/0309136"]))
    cited = draw(st.none() | st.integers(1, 12))
    title = draw(texts)
    published = draw(st.none() | publications)
    if published is not None:
        published = replace(published, title=title)
    withdrawn = draw(st.none() | st.builds(Withdrawn, st.none() | plain, st.none() | st.just("arXiv:2001.00001")))
    categories = draw(st.lists(st.sampled_from(["cs.LG", "hep-th", "math.GT", "cond-mat.mes-hall"]), unique=True))
    return Record(
        id=f"arXiv:{eprint}",
        version=cited,
        key=draw(st.sampled_from(["key2021word", "DBLP:journals/x/Y-1", "müller2020", "a+b", "o'brien1999"])),
        title=title,
        authors=tuple(draw(st.lists(people, max_size=4))),
        abstract=draw(st.none() | texts),
        year=draw(st.integers(1991, 2030)) if published is None else None,
        month=draw(st.none() | st.integers(1, 12)) if published is None else None,
        primary_category=categories[0] if categories else None,
        categories=tuple(categories),
        comment=draw(st.none() | texts),
        journal_ref=draw(st.none() | plain) if published is None else None,
        doi=published.doi if published else draw(st.none() | dois),
        url=f"https://arxiv.org/abs/{eprint}" + (f"v{cited}" if cited else ""),
        withdrawn=withdrawn,
        published=published,
    )


@settings(max_examples=150, deadline=None)
@given(work=works())
@pytest.mark.parametrize("name", LOSSY)
def test_what_a_format_carries_comes_back_equal(name: str, work: Record) -> None:
    reading = formats.read(name, text_of(name, work))
    assert reading.problems == []
    (read,) = reading.records
    expected = replace(work, arxiv_doi=read.arxiv_doi, pdf_url=read.pdf_url, origin=read.origin)
    if name in ("bibtex", "biblatex"):
        expected = replace(expected, categories=work.categories[:1])  # the others have no field there
    if name == "biblatex" and expected.published is not None and expected.published.type == "article":
        expected = replace(expected, published=replace(expected.published, publisher=None))
    assert read == expected
    assert read.cited_version == work.cited_version
    assert set(read.origin.values()) == {name}


@pytest.mark.parametrize("name", LOSSY)
def test_the_works_we_know_come_back_equal(name: str) -> None:
    for work in records.READABLE:
        (read,) = formats.read(name, text_of(name, work)).records
        assert (read.id, read.cited_version) == (work.id, work.cited_version)
        assert read.title == work.title
        assert read.abstract == work.abstract
        assert read.authors == tuple(replace(person, affiliations=()) for person in work.authors)
        assert read.withdrawn == work.withdrawn
        if work.published is not None:
            assert read.published is not None
            assert read.published.doi == work.published.doi


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(), max_size=30))
@pytest.mark.parametrize("name", ALL)
def test_any_text_anywhere_is_rendered_and_breaks_nothing(name: str, text: str) -> None:
    work = Record(
        id="arXiv:2110.14168",
        key=text,
        title=text,
        authors=(Person(text, text, text), Person(literal=text)),
        abstract=text,
        submitted=text,
        updated=text,
        year=2021,
        primary_category=text,
        categories=(text,),
        comment=text,
        journal_ref=text,
        doi="10.1/" + text,
        url="https://arxiv.org/abs/2110.14168" + text,
        pdf_url=text,
        withdrawn=Withdrawn(text, text),
        published=Published("article", text, text, 2021, text, text, text, text, "10.1/" + text, text),
    )
    for version in (work, replace(work, published=None)):
        written = text_of(name, version, records.PLAIN)
        written.encode("utf-8")
        if name in LOSSY:
            assert [record.id for record in formats.read(name, written).records] == [work.id, records.PLAIN.id]


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from('@{}"=,#()%\\ \nabmisc article string1TYER-eprint2110.14168[]:'), max_size=60))
@pytest.mark.parametrize("name", formats.readable())
def test_reading_nonsense_raises_nothing_but_an_input_error(name: str, text: str) -> None:
    with contextlib.suppress(InputError):
        formats.read(name, text)


def test_problems_stand_in_the_json_and_nowhere_else() -> None:
    problem = Problem("not-found", "arXiv has no such paper", text="2110.99999", id="arXiv:2110.99999")
    assert formats.read("json", text_of("json", problems=[problem])).problems == [problem]
    assert text_of("ris", problems=[problem]) == "\n"
