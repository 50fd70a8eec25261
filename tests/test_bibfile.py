"""A .bib as exact text: every span is where it says, and adding to it leaves every old byte."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.bibfile import BibFile, Entry
from enrich.errors import OutputError
from enrich.identify import parse_id
from enrich.mentions import find_ids
from enrich.record import Identifier, Record

BIBS = Path(__file__).resolve().parents[2] / "shared" / "data" / "bib"
REAL = sorted(BIBS.glob("*")) if BIBS.is_dir() else []
NEW = "@misc{new2026entry,\n  title = {A Title},\n  eprint = {2110.14168},\n}\n"


def check_spans(bib: BibFile) -> None:
    assert bib.text.encode(bib.encoding) == bib.data
    position = 0
    for entry in bib.entries:
        assert entry.start >= position
        assert bib.text[entry.start] == "@"
        assert bib.text[entry.key_start : entry.key_start + len(entry.key)] == entry.key
        assert bib.line_of(entry.start) == entry.line
        inside = entry.key_start
        for span in entry.fields:
            assert bib.text[span.start : span.end] == span.raw
            assert bib.text[span.name_start : span.name_end] == span.written
            assert span.name == span.written.lower()
            assert inside <= span.name_start <= span.name_end <= span.start <= span.end <= span.stop <= entry.end
            bib.value(span)
            inside = span.stop
        position = entry.end


def located(text: str) -> BibFile:
    bib = BibFile.parse(text.encode())
    check_spans(bib)
    return bib


def only(text: str) -> tuple[BibFile, Entry]:
    bib = located(text)
    (entry,) = bib.entries
    return bib, entry


def test_entries_and_fields_are_located_in_the_exact_text() -> None:
    bib, entry = only('\n% a remark\n@Article {Key:1 ,\r\n  Title = "A {B}",\n year=2021, note = {x, y = z}}\n')
    assert (entry.type, entry.key, entry.line) == ("article", "Key:1", 3)
    assert [(span.name, span.written, span.raw, span.line) for span in entry.fields] == [
        ("title", "Title", '"A {B}"', 4),
        ("year", "year", "2021", 5),
        ("note", "note", "{x, y = z}", 5),
    ]
    assert [bib.value(span) for span in entry.fields] == ["A {B}", "2021", "x, y = z"]


def test_a_value_is_put_together_from_its_parts_and_macros() -> None:
    macros = '@string{NIPS = n # more}@string(more = {Systems})@string{n = "Neural "}'
    bib, entry = only(macros + '@misc{a, b = nips # { #1 } # "~" # jan}')
    assert bib.get(entry, "b") == "Neural Systems #1 ~jan"
    assert bib.get(entry, "c") is None


def test_a_macro_that_names_itself_ends() -> None:
    bib, entry = only("@string{a = a # {x}}@misc{k, b = a}")
    assert (bib.get(entry, "b") or "").startswith("a")


def test_a_comment_line_before_a_field_is_not_part_of_its_name() -> None:
    _, entry = only("@misc{a,\n  % the year\n  year = 2020,\n  title = {T}\n}")
    assert [span.name for span in entry.fields] == ["year", "title"]
    assert entry.fields[0].line == 3


@pytest.mark.parametrize(
    ("written", "raw", "value"),
    [
        ("{T} % why", "{T}", "T"),
        ('"50\\% {"} of" # {, % } % why', '"50\\% {"} of" # {, % }', '50\\% {"} of, %'),
        ("2020 % or so", "2020", "2020"),
        ("% why\n  {T}", "{T}", "T"),
        ("{50\\% % of}", "{50\\% % of}", "50\\% % of"),
        ("{T} no % comment", "{T} no % comment", "{T} no % comment"),
    ],
)
def test_a_comment_beside_a_value_is_not_part_of_it(written: str, raw: str, value: str) -> None:
    bib, entry = only(f"@misc{{a,\n  note = {written}\n  , year = 2020\n}}")
    assert [(span.raw, bib.value(span)) for span in entry.fields] == [(raw, value), ("2020", "2020")]
    assert bib.text[entry.fields[0].start : entry.fields[0].stop].endswith(written[-3:])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(newline: str) -> None:
    text = (
        "\n@string{s = {x}}\n\n@misc{a,\n year = 1,\n\n note =\n {x\ny}, url = {z}}\n% {\n@misc{b, year = 2}\n@misc{c\n"
    )
    bib = located(text.replace("\n", newline))
    assert [(entry.line, [span.line for span in entry.fields]) for entry in bib.entries] == [
        (4, [5, 7, 9]),
        (11, [11]),
    ]
    assert [failure.line for failure in bib.failures] == [12]


def test_parentheses_delimit_entries_too() -> None:
    bib, entry = only("@misc(a, title = {T (x)}, year = 2020)")
    assert bib.get(entry, "title") == "T (x)"


def test_entries_with_one_key_and_fields_with_one_name_are_all_there() -> None:
    bib = located("@misc{a, year=1}\n@misc{a, year=2, year=3}")
    assert [[span.raw for span in entry.fields] for entry in bib.entries] == [["1"], ["2", "3"]]
    assert bib.get(bib.entries[1], "year") == "2"


def test_a_broken_entry_is_a_failure_with_its_line_and_the_others_are_read() -> None:
    bib = located("@misc{ok1, year=1}\n\n@misc{bad, title={never closed,\n\n@misc{ok2, year=2}\n")
    assert [entry.key for entry in bib.entries] == ["ok1", "ok2"]
    ((failure),) = bib.failures
    assert (failure.line, failure.key) == (3, "bad")
    assert "bad" in failure.what
    assert "\n" not in failure.what
    assert bib.keys() == {"ok1", "ok2", "bad"}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("@misc{a, title={é}}".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "@misc{a, title={é}}".encode(), "utf-8"),
        (codecs.BOM_UTF16_BE + "@misc{a, title={é}}".encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF16_LE + "@misc{a, title={é}}".encode("utf-16-le"), "utf-16-le"),
        ("% Encoding: UTF-16BE\n@misc{a, title={é}}".encode("utf-16-be"), "utf-16-be"),
        ("@misc{a, title={é}}".encode("latin-1"), "cp1252"),
        ("@misc{a, title={é\x81}}".encode("latin-1"), "latin-1"),
        ("% Encoding: GB18030\n@misc{a, title={é论文}}".encode("gb18030"), "GB18030"),
        ("% Encoding: no-such\n@misc{a, title={é}}".encode("cp1252"), "cp1252"),
    ],
)
def test_the_encoding_is_found_and_gives_the_same_bytes_back(data: bytes, encoding: str) -> None:
    bib = BibFile.parse(data)
    check_spans(bib)
    assert bib.encoding == encoding
    (entry,) = bib.entries
    assert (bib.get(entry, "title") or "").startswith("é")
    assert bib.append(NEW.replace("A Title", "Für"))[: len(data)] == data
    assert [entry.key for entry in BibFile.parse(bib.append(NEW)).entries] == ["a", "new2026entry"]


# --- which work an entry is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "identifier", "field"),
    [
        ("eprint={2110.14168}", "2110.14168", "eprint"),
        ("eprint={2110.14168v2}, archivePrefix={arXiv}", "2110.14168v2", "eprint"),
        ("eprint={arXiv:2110.14168 [cs.CL]}", "2110.14168", "eprint"),
        ("eprint={https://arxiv.org/abs/2110.14168}, eprinttype={arXiv}", "2110.14168", "eprint"),
        ("eprint={0309136}, primaryClass={math.GT}", "math/0309136", "eprint"),
        ("EPRINT = {{hep-th/9901001}}", "hep-th/9901001", "eprint"),
        ("arxivId={2110.14168}", "2110.14168", "arxivid"),
        ("doi={10.48550/arXiv.2110.14168}", "2110.14168", "doi"),
        ("doi={https://doi.org/10.48550/ARXIV.2110.14168}", "2110.14168", "doi"),
        (r"url={http://arxiv.org/abs/2110.14168\#x}", "2110.14168", "url"),
        ("adsurl={https://ui.adsabs.harvard.edu/abs/2021arXiv211014168C}", "2110.14168", "adsurl"),
        ("journal={arXiv preprint arXiv:2110.14168}", "2110.14168", "journal"),
        ("journal={CoRR}, volume={abs/2110.14168}", "2110.14168", "volume"),
        ("journal={arXiv}, volume={2110.14168}", "2110.14168", "volume"),
        ("publisher={arXiv}, number={2110.14168}", "2110.14168", "number"),
        ("journal={arXiv e-prints}, eid={arXiv:2110.14168}, pages={arXiv:2110.14168}", "2110.14168", "eid"),
        ("note={arXiv:2110.14168 [cs]}", "2110.14168", "note"),
        (r"howpublished={\url{https://arxiv.org/abs/2110.14168}}", "2110.14168", "howpublished"),
        ("extra={arXiv: 2110.14168}", "2110.14168", "extra"),
    ],
)
def test_the_work_is_told_by_the_field_that_names_it(fields: str, identifier: str, field: str) -> None:
    bib, entry = only(f"@misc{{key,\n  title = {{T}},\n  {fields}\n}}")
    naming = bib.identifier_of(entry)
    assert naming is not None
    assert naming.identifier == parse_id(identifier)
    assert naming.field is not None
    assert naming.field.name == field
    assert naming.others == ()
    assert naming.text in bib.text[naming.offset :]
    assert bib.line_of(naming.offset) == 3


@pytest.mark.parametrize(
    ("key", "identifier"),
    [
        ("DBLP:journals/corr/abs-2110-14168", "2110.14168"),
        ("2021arXiv211014168C", "2110.14168"),
        ("arXiv:2110.14168", "2110.14168"),
        ("smith2110.14168", None),
        ("DBLP:journals/corr/SmithJ14", None),
    ],
)
def test_the_key_names_the_work_where_it_is_an_identifier(key: str, identifier: str | None) -> None:
    bib, entry = only(f"@article{{{key}, title = {{T}}}}")
    naming = bib.identifier_of(entry)
    assert (naming and naming.identifier) == (identifier and parse_id(identifier))


@pytest.mark.parametrize(
    "fields",
    [
        "abstract={We extend arXiv:2110.14168}",
        "title={A reply to arXiv:2110.14168}",
        "keywords={arXiv:2110.14168}",
        "doi={10.1234/2110.14168}",
        "eprint={2110.14168}, eprinttype={hal}",
        "eprint={hal-012345}, archiveprefix={HAL}",
        "eprint={PsyArXiv}",
        "note={see arXiv:2110.14168 and arXiv:2009.03393}",
        "journal={Nature}, volume={2110.14168}",
        "journal={arXiv preprint}",
        "journal={J. Foo}, doi={10.1103/PhysRevD.1.1}, note={Comment on arXiv:2110.14168}",
        "journal={J. Foo}, addendum={Data from https://arxiv.org/abs/2110.14168}",
        "note={Reply to arXiv:2110.14168}",
        "eprint={123}, eprinttype={pubmed}, note={see arXiv:2110.14168}",
        "journal={J. Foo}, note={arXiv:2110.14168, 37 pages}",
    ],
)
def test_a_mention_elsewhere_does_not_make_an_entry_that_work(fields: str) -> None:
    bib, entry = only(f"@article{{key, {fields}}}")
    assert bib.identifier_of(entry) is None


@pytest.mark.parametrize(
    "fields",
    [
        "journal={J. Foo}, doi={10.1103/PhysRevD.1.1}, note={arXiv:2110.14168 [cs.LG]}",
        "journal={J. Foo}, note={Also available as arXiv:2110.14168}",
        "note={Preprint available at https://arxiv.org/abs/2110.14168}",
        "howpublished={arXiv e-print \\url{https://arxiv.org/abs/2110.14168v2}, 2021}",
        "journal={arXiv preprint}, note={2110.14168}",
    ],
)
def test_a_remark_that_is_nothing_but_the_identifier_names_the_entry(fields: str) -> None:
    bib, entry = only(f"@article{{key, {fields}}}")
    naming = bib.identifier_of(entry)
    assert naming is not None
    assert naming.identifier is not None
    assert naming.identifier.id == "arXiv:2110.14168"


def test_a_paper_that_another_entry_remarks_on_is_not_held() -> None:
    bib = located("@article{smith2022, title={A reply}, journal={J. Foo}, note={Comment on arXiv:2110.14168}}")
    assert not bib.holds(Record("arXiv:2110.14168", 1, url="https://arxiv.org/abs/2110.14168"))
    assert bib.identified() == ()


def test_an_entry_that_names_two_works_says_so_and_the_eprint_counts() -> None:
    bib, entry = only("@misc{a, url={https://arxiv.org/abs/2009.03393}, eprint={2110.14168}}")
    naming = bib.identifier_of(entry)
    assert naming is not None
    assert naming.identifier == Identifier("2110.14168")
    assert naming.others == (("url", Identifier("2009.03393")),)


_numbers = st.sampled_from(["2110.14168", "2110.14169", "1406.2661", "hep-th/9901001", "math/0309136", "th/9901001"])
_hosts = [
    "https://arxiv.org/",
    "http://arxiv.org/",
    "https://www.arxiv.org/",
    "HTTPS://ARXIV.ORG/",
    "https://site.org/",
]
_addresses = st.one_of(
    st.tuples(st.sampled_from(_hosts), st.sampled_from(["abs/", "pdf/", "list/"]), _numbers),
    st.tuples(st.sampled_from(["", "https://doi.org/", "1"]), st.sampled_from(["10.48550/arXiv."] * 2), _numbers),
)
_ends = st.sampled_from(["", "v2", "v0", "v1000", ".pdf", "8", "/", "\\#x", " and arXiv:2009.03393"])


@given(_numbers, _addresses.map("".join), _ends)
def test_an_address_contradicts_the_eprint_where_it_names_one_work_and_that_is_another(
    eprint: str, address: str, end: str
) -> None:
    bib, entry = only(f"@misc{{a, eprint={{{eprint}}}, url={{{address}{end}}}}}")
    naming = bib.identifier_of(entry)
    named = {found.identifier for found in find_ids(f"¦ {address}{end.replace(chr(92), '')}") if found.identifier}
    if eprint == "th/9901001":  # there is no such archive
        assert (naming and naming.identifier) == (named.pop() if len(named) == 1 else None)
        return
    assert naming is not None
    assert naming.identifier == parse_id(eprint)
    others = {("url", one) for one in named if one.id != naming.identifier.id}
    assert set(naming.others) == (others if len({one.id for one in named}) == 1 else set())


def test_a_malformed_eprint_is_told() -> None:
    bib, entry = only("@misc{a, eprint={2113.14168}, archiveprefix={arXiv}}")
    naming = bib.identifier_of(entry)
    assert naming is not None
    assert naming.identifier is None
    assert naming.fault is not None
    assert naming.fault.why == "month 13 does not exist"


def test_a_malformed_eprint_gives_way_to_a_good_address() -> None:
    bib, entry = only("@misc{a, eprint={2113.14168}, url={https://arxiv.org/abs/2110.14168}}")
    naming = bib.identifier_of(entry)
    assert naming is not None
    assert naming.identifier == Identifier("2110.14168")


def test_entries_are_found_by_their_work() -> None:
    bib = located("@misc{a, eprint={2110.14168v1}}@misc{b, eprint={2110.14168}}@misc{c, eprint={hep-th/9901001v3}}")
    found = [
        bib.find(parse_id(text))
        for text in ("2110.14168", "2110.14168v1", "2110.14168v9", "hep-th/9901001", "2009.03393")
    ]
    assert [entry and entry.key for entry in found] == ["b", "a", "a", "c", None]
    assert [(entry.key, identifier.versioned) for entry, identifier in bib.identified()] == [
        ("a", "2110.14168v1"),
        ("b", "2110.14168"),
        ("c", "hep-th/9901001v3"),
    ]


def test_the_file_holds_a_work_in_any_version_but_a_version_only_as_that() -> None:
    bib = located("@misc{c, eprint={hep-th/9901001v3}}")
    work = Record("arXiv:hep-th/9901001", 5, url="https://arxiv.org/abs/hep-th/9901001")
    third = Record("arXiv:hep-th/9901001", 3, url="https://arxiv.org/abs/hep-th/9901001v3")
    fifth = Record("arXiv:hep-th/9901001", 5, url="https://arxiv.org/abs/hep-th/9901001v5")
    assert [bib.holds(record) for record in (work, third, fifth)] == [True, True, False]


# --- adding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "gap"),
    [
        ("", ""),
        ("\n", ""),
        ("@misc{a}", "\n\n"),
        ("@misc{a}\n", "\n"),
        ("@misc{a}\n\n", ""),
        ("% only a remark", "\n\n"),
        ("@misc{a}\r\n@misc{b}\r\n", "\r\n"),
        ("@misc{a}\r@misc{b}", "\r\r"),
        ("\ufeff", ""),
    ],
)
def test_what_is_added_comes_after_a_blank_line_in_the_file_s_own_line_ends(old: str, gap: str) -> None:
    bib = BibFile.parse(old.encode())
    assert bib.append(NEW) == (old + gap + NEW.replace("\n", bib.newline)).encode()


@pytest.mark.parametrize("nothing", ["", "\n", "  \n\n"])
def test_adding_nothing_leaves_the_bytes(nothing: str) -> None:
    data = b"@misc{a}  "
    assert BibFile.parse(data).append(nothing) == data


def test_characters_that_the_encoding_lacks_are_named() -> None:
    bib = BibFile.parse("@misc{a, title={é}}\n".encode("cp1252"))
    with pytest.raises(OutputError, match="cp1252, which has no 文 论"):
        bib.append("@misc{b, title={论文}}")


@pytest.mark.parametrize(
    "old",
    [
        "@misc{ok}\n@misc{bad, title={never closed\n",
        "@misc{ok}\n@misc{bad, title={x}\n",
        '@misc{ok}\n@misc{bad, title="never closed\n',
        "@misc{ok}\n@string{bad = {x\n",
        "@misc{ok}\n@misc{bad, title={never closed\n\n@misc{later, year=1}\n",
        "@misc{ok}\n@misc{bad, title = {a \\{ b}\n}\n",
    ],
)
def test_nothing_is_added_to_a_file_that_would_swallow_it(old: str) -> None:
    with pytest.raises(OutputError, match=r"line 2: .*never closed") as error:
        BibFile.parse(old.encode()).append(NEW)
    assert error.value.hint


def test_a_broken_but_closed_entry_does_not_hinder() -> None:
    data = b"@misc{ok}\n@misc{ author = {no key}, title {no sign} }\n"
    new = BibFile.parse(BibFile.parse(data).append(NEW))
    assert [entry.key for entry in new.entries] == ["ok", "new2026entry"]


def test_a_comment_that_is_never_closed_is_no_block_for_bibtex() -> None:
    bib = BibFile.parse(b"@misc{ok}\n% see @ {x\n")
    assert [entry.key for entry in BibFile.parse(bib.append(NEW)).entries][-1] == "new2026entry"


_pieces = st.sampled_from(
    [
        "@misc{a, title = {T}}",
        "@article{b,\n  year = 2020,\n}\n",
        "@misc{a, title = {T}}",
        "@string{s = {x}}\n",
        "@comment{x {y} z}\n",
        '@preamble{"\\x"}',
        "% remark\n",
        "text @ text\n",
        "@misc{broken, title {x}}\n",
        "@misc{open, title = {x}\n",
        "\r\n",
        "\\",
        "}",
        "é论",
    ]
)


@given(st.lists(_pieces, max_size=8).map("".join))
def test_old_entries_stay_and_new_ones_are_there_or_it_is_refused(text: str) -> None:
    bib = located(text)
    try:
        new = bib.append(NEW)
    except OutputError:
        return
    assert new.startswith(bib.data)
    again = BibFile.parse(new)
    check_spans(again)
    assert again.entries[:-1] == bib.entries
    assert again.entries[-1].key == "new2026entry"
    assert again.append("") == new


def test_a_broken_entry_ends_where_the_next_begins() -> None:
    bib = located("@{\r@{\n}a\n@misc{x\n@misc{y, year = 1}")
    assert [entry.key for entry in bib.entries] == ["", "y"]
    assert [(failure.start, failure.end) for failure in bib.failures] == [(0, 3), (9, 17)]


@given(st.text('@misc{}(),="\\%#\n\r abé', max_size=120))
def test_any_text_parses(text: str) -> None:
    check_spans(BibFile.parse(text.encode()))


@pytest.mark.skipif(not REAL, reason="the real .bib files are not here")
def test_real_files_give_their_bytes_back_and_can_be_added_to() -> None:
    for path in REAL:
        data = path.read_bytes()
        bib = BibFile.parse(data)
        check_spans(bib)
        new = bib.append(NEW)
        assert new.startswith(data), path.name
        again = BibFile.parse(new)
        assert again.entries[:-1] == bib.entries, path.name
        assert again.entries[-1].key == "new2026entry", path.name
