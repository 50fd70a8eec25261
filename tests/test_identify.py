"""Identifiers: every way of writing one, every way of getting it wrong, and what merely looks like one."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import InputError
from enrich.identify import ARCHIVES, Fault, is_category, judge, parse_id
from enrich.mentions import find_ids, remark_id
from enrich.record import Identifier

TODAY = date(2026, 11, 23)
LISTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "lists"

# --- strategies ------------------------------------------------------------------------------------------------------

_versions = st.none() | st.integers(1, 999)


@st.composite
def new_ids(draw: st.DrawFn) -> Identifier:
    year, month = draw(st.integers(7, 26)), draw(st.integers(1, 12))
    if year == 7:
        month = max(month, 4)
    digits = 4 if (year, month) <= (14, 12) else 5
    number = draw(st.integers(1, 10**digits - 1))
    return Identifier(f"{year:02d}{month:02d}.{number:0{digits}d}", draw(_versions))


@st.composite
def old_ids(draw: st.DrawFn) -> Identifier:
    year, month = draw(st.sampled_from([*range(92, 100), *range(0, 7)])), draw(st.integers(1, 12))
    number = draw(st.integers(1, 999))
    return Identifier(f"{draw(st.sampled_from(sorted(ARCHIVES)))}/{year:02d}{month:02d}{number:03d}", draw(_versions))


identifiers = new_ids() | old_ids()

BARE_FORMS = ["{}", " {}\n", "<{}>", "{}.pdf", "{}.", "/{}"]
SIGNED_FORMS = [
    "arXiv:{}",
    "arxiv: {}",
    "ARXIV:{}",
    "arXiv:{} [cs.CL]",
    "arXiv:{} [math.AG] 1 Jun 2007",
    "arXiv preprint arXiv:{}",
    "https://arxiv.org/abs/{}",
    "http://www.arxiv.org/pdf/{}.pdf",
    "https://arxiv.org/pdf/{}#page=3",
    "export.arxiv.org/abs/{}/",
    "https://arxiv.org/abs//{}",
    "https://arxiv.org/abs/{}?context=cs",
    "https://arxiv.org/html/{}",
    "https://arxiv.org/format/{}",
    "https://arxiv.org/ps/{}",
    "https://arxiv.org/dvi/{}",
    "https://arxiv.org/src/{}",
    "https://arxiv.org/e-print/{}",
    "https://arxiv.org/tb/{}",
    "https://arxiv.org/trackback/{}",
    "https://arxiv.org/bibtex/{}",
    "https://arxiv.org/audio/{}",
    "https://arxiv.org/refs/{}",
    "https://arxiv.org/cits/{}",
    "https://arxiv.org/prevnext?id={}&function=next",
    "https://xxx.lanl.gov/abs/{}",
    "http://cn.arxiv.org/pdf/{}",
    "http://de.arxiv.org/abs/{}",
    "https://www.alphaxiv.org/abs/{}",
    "https://alphaxiv.org/overview/{}",
    "https://ar5iv.org/html/{}",
    "https://ar5iv.labs.arxiv.org/html/{}",
    "https://scirate.com/arxiv/{}",
    "https://papers.cool/arxiv/{}",
    "https://api.semanticscholar.org/graph/v1/paper/ARXIV:{}?fields=title",
    "https://ui.adsabs.harvard.edu/abs/arXiv:{}/abstract",
    "https://inspirehep.net/api/arxiv/{}",
    "oai:arXiv.org:{}",
    "10.48550/arXiv.{}",
    "doi:10.48550/ARXIV.{}",
    "https://doi.org/10.48550/arXiv.{}",
    "http://dx.doi.org/10.48550%2FarXiv.{}",
]
NEW_ONLY_FORMS = ["https://huggingface.co/papers/{}", "https://hf.co/papers/{}", "https://arxiv.org/{}"]


@given(identifiers, st.sampled_from([*BARE_FORMS, *SIGNED_FORMS]))
def test_every_form_reads_back(identifier: Identifier, form: str) -> None:
    assert parse_id(form.format(identifier.versioned), today=TODAY) == identifier


@given(new_ids(), st.sampled_from(NEW_ONLY_FORMS))
def test_forms_of_sites_that_know_only_new_identifiers_read_back(identifier: Identifier, form: str) -> None:
    assert parse_id(form.format(identifier.versioned), today=TODAY) == identifier


@given(identifiers, st.sampled_from(SIGNED_FORMS), st.sampled_from(["see {} for this", "论文{}论文", "({})", "“{}”,"]))
def test_every_signed_form_is_found_in_running_text_once(identifier: Identifier, form: str, around: str) -> None:
    text = around.format(form.format(identifier.versioned))
    (found,) = find_ids(text, today=TODAY)
    assert found.identifier == identifier
    assert text[found.start : found.end] == found.text
    assert identifier.versioned in found.text


@given(identifiers)
def test_what_is_found_reads_back_by_itself(identifier: Identifier) -> None:
    for form in SIGNED_FORMS:
        for found in find_ids(form.format(identifier.versioned), today=TODAY):
            assert parse_id(found.text, today=TODAY) == identifier


@given(st.text(max_size=200) | st.text("arxiv:/.[](){}=0123456789vVhep-th# \n", max_size=200))
def test_any_text_gives_identifiers_or_a_reason_and_never_another_error(text: str) -> None:
    position = 0
    for found in find_ids(text, today=TODAY):
        assert position <= found.start < found.end
        assert text[found.start : found.end] == found.text
        assert (found.identifier is None) != (found.reason is None)
        position = found.end
    verdict = judge(text, today=TODAY)
    if isinstance(verdict, Fault):
        with pytest.raises(InputError) as error:
            parse_id(text, today=TODAY)
        assert "\n" not in str(error.value)
        assert str(error.value).isprintable()
    else:
        assert parse_id(verdict.versioned, today=TODAY) == verdict


# --- one identifier --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2110.14168v2", "2110.14168v2"),
        ("2110.14168V2", "2110.14168v2"),
        ("math.GT/0309136v1", "math/0309136v1"),
        ("math.gt/0309136", "math/0309136"),
        ("cond-mat.str-el/0309136", "cond-mat/0309136"),
        ("hepth/9901001", "hep-th/9901001"),
        ("HEP-TH/9901001", "hep-th/9901001"),
        ("hep--th//9901001", "hep-th/9901001"),
        ("arXiv:0706.0001v1 [q-bio.CB] 1 Jun 2007", "0706.0001v1"),
        ("arXiv：2110.14168", "2110.14168"),
        ("https://arxiv.org/html/2110.14168v2/x1.png", "2110.14168v2"),
        ("https://arxiv.org/ftp/arxiv/papers/2110/2110.14168.pdf", "2110.14168"),
        ("https://arxiv.org/ftp/hep-th/papers/9901/9901001.pdf", "hep-th/9901001"),
        ("https://www.arxiv-vanity.com/papers/1706.03762/", "1706.03762"),
        ("2021arXiv211014168C", "2110.14168"),
        ("2008arXiv0801.1234S", "0801.1234"),
        ("1997hep.th...11200M", "hep-th/9711200"),
        ("1999astro.ph..1001M", "astro-ph/9901001"),
        ("2003math......9136A", "math/0309136"),
        ("https://ui.adsabs.harvard.edu/abs/2021arXiv211014168C/abstract", "2110.14168"),
        ("journals/corr/abs-2110-14168", "2110.14168"),
        ("DBLP:journals/corr/abs-0804-2273", "0804.2273"),
        ("DBLP:journals/corr/cs-CL-0001001", "cs/0001001"),
        ("https://dblp.org/rec/journals/corr/abs-2110-14168.html", "2110.14168"),
        ("https://dblp.uni-trier.de/rec/bibtex/journals/corr/cs-CL-0001001", "cs/0001001"),
        ("“arXiv:2110.14168”", "2110.14168"),
        ("\ufeff2110.14168\u200b", "2110.14168"),
        ("{arXiv:2110.14168}", "2110.14168"),
        ("1501.00001", "1501.00001"),
        ("0704.0001", "0704.0001"),
        ("1412.9999", "1412.9999"),
        ("2612.00001", "2612.00001"),
        ("hep-th/0703999", "hep-th/0703999"),
        ("hep-th/9107001", "hep-th/9107001"),
        ("cmp-lg/9404001", "cmp-lg/9404001"),
    ],
)
def test_a_form_is_normalised(written: str, meant: str) -> None:
    assert parse_id(written, today=TODAY).versioned == meant


@pytest.mark.parametrize(
    ("written", "why", "hint"),
    [
        ("2113.99999", "month 13 does not exist", ""),
        ("2100.00001", "month 00 does not exist", ""),
        ("2110.1416", "since 1501 the number has five digits, this one has 4", ""),
        ("2110.141688", "since 1501 the number has five digits, this one has 6", ""),
        ("0801.12345", "until 1412 the number has four digits, this one has 5", ""),
        ("2110.00000", "numbers begin with 1", ""),
        ("hep-th/9901000", "numbers begin with 1", ""),
        ("2110.14168v0", "versions begin with 1", ""),
        ("2110.14168v", "the version has no number", "v2"),
        ("2110.14168v1000", "version 1000 does not exist", ""),
        ("hepx/9901001", "unknown archive 'hepx'", "did you mean hep-ex?"),
        ("stat/0703001", "the archive stat is younger", ""),
        ("2701.00001", "2701 would be 2027-01, which is in the future", ""),
        ("0703.0001", "begin with 0704", "hep-th/0703001"),
        ("hep-th/0704001", "from 9107 to 0703", ""),
        ("hep-th/9106001", "from 9107 to 0703", ""),
        ("math/1309136", "from 9107 to 0703", ""),
        ("hep-th/9913001", "month 13 does not exist", ""),
        ("hep-th/990101", "seven digits", ""),
        ("211014168", "the dot is missing", "did you mean 2110.14168?"),
        ("9901001", "the archive is missing", "hep-th/9901001"),
        ("10.1103/PhysRevD.1.2", "a publisher's DOI", ""),
        ("https://doi.org/10.1234/2110.14168", "a publisher's DOI", ""),
        ("https://arxiv.org/abs/2113.99999", "month 13 does not exist", ""),
        ("https://arxiv.org/list/cs.CL/2110", "names no paper", ""),
        ("https://example.org/2110.14168", "names no paper", ""),
        ("https://paperswithcode.com/paper/some-paper", "names no paper", ""),
        ("https://arxiv.org/abs/2110.14168论文", "it contains '论'", "give it alone: arXiv:2110.14168"),
        ("ＡＲＸＩＶ：２１１０．１４１６８", "fullwidth", "did you mean arXiv:2110.14168?"),
        ("٢١١٠.١٤١٦٨", "arabic-indic digit", "did you mean arXiv:2110.14168?"),
        ("hep‑th/9901001", "non-breaking hyphen", "did you mean arXiv:hep-th/9901001?"),
        ("DBLP:journals/corr/SmithJ14", "does not contain the identifier", ""),
        ("cs.CL", "a category", ""),
        ("2021arXiv211314168C", "month 13 does not exist", ""),
        ("1990arXiv211014168C", "does not fit", ""),
        ("arXiv:2110.14168 and more", "other text follows", "2110.14168"),
        ("Attention is all you need", "neither the form", ""),
    ],
)
def test_a_refusal_says_why(written: str, why: str, hint: str) -> None:
    with pytest.raises(InputError) as error:
        parse_id(written, today=TODAY)
    assert why in error.value.message
    assert hint in error.value.hint


@pytest.mark.parametrize("nothing", ["", "  \n", "\ufeff", "<>", "."])
def test_an_empty_text_is_no_identifier(nothing: str) -> None:
    with pytest.raises(InputError, match=r"empty|neither"):
        parse_id(nothing)


def test_the_month_after_this_one_is_the_last_that_can_have_identifiers() -> None:
    assert parse_id("2701.00001", today=date(2026, 12, 31)) == Identifier("2701.00001")
    with pytest.raises(InputError, match="future"):
        parse_id("2702.00001", today=date(2026, 12, 31))


def test_control_characters_do_not_reach_the_message() -> None:
    with pytest.raises(InputError) as error:
        parse_id("2110.14168\x1b[31m\nsecond line")
    assert str(error.value).isprintable()


# --- mentions in a text ----------------------------------------------------------------------------------------------


def found_in(text: str, *, loose: bool = False) -> list[str]:
    return [found.identifier.versioned for found in find_ids(text, loose=loose, today=TODAY) if found.identifier]


def faults_in(text: str) -> list[tuple[str, str]]:
    return [(found.text, found.reason or "") for found in find_ids(text, today=TODAY) if found.identifier is None]


@pytest.mark.parametrize(
    "text",
    [
        "arXiv~2110.14168",
        "arXiv preprint 2110.14168",
        "arXiv e-prints, arXiv:2110.14168",
        "CoRR abs/2110.14168, 2021",
        "![](https://img.shields.io/badge/arXiv-2110.14168-b31b1b.svg)",
        "https://img.shields.io/badge/paper-%5BarXiv%3A2110.14168%5D-red",
        r"\eprint{2110.14168}",
        r"\bibinfo{eprint}{2110.14168}",
        "\\verb{eprint}\n  \\verb 2110.14168\n  \\endverb",
        r"\arxiv{2110.14168}",
        "{{arxiv|2110.14168}}",
        "{{cite arXiv |title=T |eprint=2110.14168 |class=cs.CL}}",
        "| arxiv = 2110.14168 | title = T",
        "  eprint = {2110.14168},",
        '"eprint": "2110.14168",',
        'arxiv_id: "2110.14168"',
        "**arXiv:** 2110.14168",
        "arXiv: [2110.14168] and more",
        "arXiv：2110.14168，论文",
        "arXiv:\n2110.14168 on the next line",
        "https://web.archive.org/web/2020/https://arxiv.org/abs/2110.14168",
        "2110.14168",
        "- 2110.14168",
        "* [ ] 2110.14168  # to read",
        "12. `2110.14168`",
        "text\n  2110.14168\ntext",
        "2110.14168.",
        "see https://arxiv.org/abs/2110.14168.",
        "https://arxiv.org/abs/2110.14168，https://example.org",
        "<https://arxiv.org/abs/2110.14168>",
        "_arXiv:2110.14168_",
        "https://arxiv.org/abs/arXiv:2110.14168",
    ],
)
def test_a_number_next_to_a_sign_or_alone_on_its_line_is_one_mention(text: str) -> None:
    assert found_in(text) == ["2110.14168"]


@pytest.mark.parametrize(
    "text",
    [
        "on 2021.0415 and 2024.12345",
        "2021.0415",
        "it costs 1299.9900 dollars",
        "at 192.168.1.1 or 1712.0.1, version 1712.00123.4",
        "https://doi.org/10.1234/2110.14168",
        "10.1103/PhysRevD.1102.1234",
        "10.1007/arXiv.2110.14168",
        "vol. 3, 1102.1234",
        "47.1234, 1102.1234 E",
        "US1102.1234",
        "https://example.org/?id=2110.14168",
        "https://example.org/2110.14168.pdf",
        "https://example.org/abs/2110.14168",
        "/srv/www/math/0309136/index.html",
        "https://example.org/math/0309136/",
        "https://example.org/?q=math/0309136",
        "acs/1234567",
        "non-math/0309136",
        "math/0309136/x",
        "in math/1309136 or cs/9913001",
        "SocArXiv:2110.14168 and bioRxiv 2110.14168",
        "preprint 2110.14168",
        "notarxiv.org/abs/2110.14168 fake-arxiv.org/abs/2110.14168",
        "https://arxiv.org/list/hep-th/9901 https://arxiv.org/a/cobbe_k_1",
        "12021arXiv211014168C",
        "2021arXiv2110141689C",
        "ID 2110.14168 in running text",
        "# 2110.14168 commented out",
        "arXiv:YYMM.NNNNN, arXiv: a service",
        "on arXiv since 2021",
        "2110.14168 2110.14168 said twice",
        "3.2110.14168",
        "a-2110.14168",
    ],
)
def test_what_merely_looks_like_an_identifier_is_no_mention(text: str) -> None:
    assert list(find_ids(text, today=TODAY)) == []


def test_loose_takes_bare_numbers_that_can_be_identifiers() -> None:
    assert found_in("ID 2110.14168, 2113.00001, 10.1234/2110.14168, 2021.0415", loose=True) == ["2110.14168"]


@pytest.mark.parametrize(
    ("text", "written", "why"),
    [
        ("https://arxiv.org/abs/2113.99999", "https://arxiv.org/abs/2113.99999", "month 13"),
        ("see arXiv:2110.141 there", "arXiv:2110.141", "five digits"),
        ("a list\n2113.99999\n", "2113.99999", "month 13"),
        ("arXiv:hepx/9901001", "arXiv:hepx/9901001", "unknown archive"),
        ("arXiv:2110.\n14168", "arXiv:2110.", "broken after the dot"),
        ("https://arxiv.org/abs/2110.14168and", "https://arxiv.org/abs/2110.14168", "other characters follow"),
        ("arXiv:211014168", "arXiv:211014168", "the dot is missing"),
        ("10.48550/arXiv.2110.1416", "10.48550/arXiv.2110.1416", "five digits"),
        ("https://arxiv.org/abs/2110.14168v0", "https://arxiv.org/abs/2110.14168v0", "versions begin with 1"),
        ("https://arxiv.org/abs/2812.00001", "https://arxiv.org/abs/2812.00001", "future"),
    ],
)
def test_a_malformed_mention_is_told_with_its_reason(text: str, written: str, why: str) -> None:
    ((shown, reason),) = faults_in(text)
    assert shown == written
    assert why in reason


def test_the_words_of_a_link_and_its_address_are_two_occurrences() -> None:
    texts = [
        "[arXiv:2110.14168](https://arxiv.org/abs/2110.14168)",
        "[2110.14168](https://arxiv.org/abs/2110.14168)",
        r"\href{https://arxiv.org/abs/2110.14168}{2110.14168}",
        r"\href{https://arxiv.org/abs/2110.14168}{\texttt{2110.14168}}",
        '<a href="https://arxiv.org/abs/2110.14168?context=cs" class="x">2110.14168</a>',
    ]
    assert [found_in(text) for text in texts] == [["2110.14168"] * 2] * len(texts)


def test_several_on_one_line_count_when_nothing_else_stands_there() -> None:
    text = "2110.14168, 2009.03393v2 hep-th/9901001;https://arxiv.org/abs/2201.11903  # and 2305.20050"
    assert found_in(text) == ["2110.14168", "2009.03393v2", "hep-th/9901001", "2201.11903"]


def test_the_identifiers_of_a_query_are_all_found() -> None:
    text = "https://export.arxiv.org/api/query?max_results=2&id_list=2110.14168,2009.03393v1&start=0"
    assert found_in(text) == ["2110.14168", "2009.03393v1"]


def test_unmistakable_forms_count_by_themselves() -> None:
    text = (
        "by 10.48550/arXiv.2110.14168, in hep-th/9901001v2, math.GT/0309136; 2021arXiv211014168C."
        " DBLP:journals/corr/abs-2110-14168 and oai:arXiv.org:0804.2273"
    )
    assert found_in(text) == [
        *("2110.14168", "hep-th/9901001v2", "math/0309136", "2110.14168"),
        *("2110.14168", "0804.2273"),
    ]


def test_an_address_may_run_straight_into_chinese_text() -> None:
    text = "链接:https://arxiv.org/abs/2110.14168论文概述:这篇论文arXiv:2009.03393发布于 2020 年"
    assert found_in(text) == ["2110.14168", "2009.03393"]


@pytest.mark.skipif(not LISTS.is_dir(), reason="the lists of real data are not here")
def test_the_seed_article_has_its_six_papers_in_order() -> None:
    text = (LISTS / "non-english__seed_article_zh.txt").read_text(encoding="utf-8")
    assert found_in(text) == ["2110.14168", "2009.03393", "2201.11903", "2305.20050", "2407.00215", "2206.05802"]


@pytest.mark.skipif(not LISTS.is_dir(), reason="the lists of real data are not here")
def test_in_real_lists_everything_of_the_right_form_is_found_but_publishers_dois() -> None:
    import re

    for path in sorted(LISTS.iterdir()):
        text = path.read_text(encoding="utf-8")
        spans = [(found.start, found.end) for found in find_ids(text, today=TODAY)]
        for match in re.finditer(r"[0-9]{4}\.[0-9]{4,5}", text):
            if not any(start <= match.start() < end for start, end in spans):
                line = text[text.rfind("\n", 0, match.start()) + 1 : match.end()]
                assert re.search(r"10\.[0-9]{4}/|ICAIF 2023\.11 ", line), (path.name, line)


HOSTILE = {
    "digits": "1",
    "the word arxiv": "arxiv",
    "signs": "arXiv: ",
    "hyphens": "a-",
    "run-together numbers": "2110.14168",
    "numbers on one line": "2110.14168 ",
    "addresses without an end": "https://arxiv.org/abs/",
    "slashes": "/0309136",
    "bibcodes without an end": "1997hep.th....",
    "openers": "arXiv[[[",
    "escapes": "arxiv%20",
    "line ends": "\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_length_of_hostile_text_and_not_faster(name: str) -> None:
    unit = HOSTILE[name]

    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        begin = time.process_time()
        for _ in find_ids(text, today=TODAY):
            pass
        return time.process_time() - begin

    seconds(1000)
    assert min(seconds(200_000) for _ in range(2)) < 40 * max(seconds(20_000), 0.002)


# --- enumerations, templates, remarks, categories --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("Authors: arXiv:2110.14168, 2009.03393 and 2206.05802.", ["2110.14168", "2009.03393", "2206.05802"]),
        ("arXiv:2110.14168 [cs.LG], 2009.03393v2; 2206.05802", ["2110.14168", "2009.03393v2", "2206.05802"]),
        ("arXiv identifiers 2110.14168 and 2009.03393", ["2110.14168", "2009.03393"]),
        ("(arXiv:2110.14168,\n2009.03393, and 2206.05802)", ["2110.14168", "2009.03393", "2206.05802"]),
        ("arXiv:2110.14168、2009.03393 和 2206.05802", ["2110.14168", "2009.03393", "2206.05802"]),
        (r"arXiv:2110.14168~\& 2009.03393", ["2110.14168", "2009.03393"]),
        ("arXiv:2110.14168, 2021.0415 and 1299.9900", ["2110.14168"]),
        ("arXiv:2110.14168, 1102.1234.5", ["2110.14168"]),
        ("arXiv:2110.14168, vol. 1102.1234", ["2110.14168"]),
        ("arXiv:2110.14168 2009.03393", ["2110.14168"]),
        ("arXiv:2110.14168/2009.03393", ["2110.14168"]),
        ("https://arxiv.org/abs/2110.14168, 2009.03393 Foo", ["2110.14168"]),
        ("arXiv:2110.14168, 10.1234/2009.03393", ["2110.14168"]),
    ],
)
def test_a_sign_stands_for_the_identifiers_listed_behind_it(text: str, identifiers: list[str]) -> None:
    found = found_in("¦ " + text)
    assert found == identifiers or (text.endswith("14168/2009.03393") and found == [])


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("{{arXiv|archive=cs|id=0501001}}", "cs/0501001"),
        ("{{arxiv|hep-th|9711201}}", "hep-th/9711201"),
        ("{{arxiv | math.GT | 0309136v2 }}", "math/0309136v2"),
        ("{{arxiv|id=2110.14168}}", "2110.14168"),
        ("{{arxiv|2110.14168}}", "2110.14168"),
    ],
)
def test_wikipedia_s_templates_are_read(text: str, identifier: str) -> None:
    assert found_in(text) == [identifier]


@pytest.mark.parametrize(
    ("text", "alone", "homeless"),
    [
        ("arXiv:2110.14168", True, True),
        ("arXiv preprint arXiv:2110.14168v2 [cs.LG], 27 Oct 2021", True, True),
        (r"\url{https://arxiv.org/abs/2110.14168}", True, True),
        (r"\href{https://arxiv.org/abs/2110.14168}{arXiv:2110.14168} (q-bio.QM)", True, True),
        ("Available online at https://arxiv.org/abs/2110.14168 (accessed 2021-11-01)", False, True),
        ("arXiv:2110.14168, 37 pages, submitted to NeurIPS", False, True),
        ("Comment on arXiv:2110.14168", False, False),
        ("Data from https://arxiv.org/abs/2110.14168", False, False),
        ("see arXiv:2110.14168", False, False),
        ("extended version of arXiv:2110.14168 [reply]", False, False),
        ("arXiv:2110.14168 and arXiv:2009.03393", False, False),
        ("2110.14168", False, False),
        ("", False, False),
    ],
)
def test_a_remark_names_its_own_work_only_when_it_says_nothing_else(text: str, alone: bool, homeless: bool) -> None:
    assert (remark_id(text, homeless=False, today=TODAY) is not None) is alone
    assert (remark_id(text, homeless=True, today=TODAY) is not None) is homeless


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        *[
            (name, True)
            for name in ("cs.LG", "hep-th", "q-bio.QM", "q-fin.ST", "q-bio", "cond-mat.mes-hall", "math-ph")
        ],
        *[(name, True) for name in ("physics.optics", "physics.ao-ph", "eess.AS", "cmp-lg", "stat.ML")],
        *[(name, False) for name in ("", "cs.", "deep-learning", "a.b", "cs.lg.x", "68T05", "I.2.7", "machine")],
    ],
)
def test_a_category_is_told_by_its_archive(text: str, verdict: bool) -> None:
    assert is_category(text) is verdict
