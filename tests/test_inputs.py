"""Documents: their kinds, their encodings, the places of mentions, and files that cannot be read."""

from __future__ import annotations

import codecs
import contextlib
import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import inputs
from enrich.errors import InputError
from enrich.inputs import reading

from . import SHARED_DATA, needs_shared_data


def ids(document: inputs.Document) -> list[str]:
    return [mention.identifier.versioned for mention in document.mentions]


def places(document: inputs.Document) -> list[tuple[str, int | None, int | None]]:
    return [(mention.text, mention.line, mention.column) for mention in document.mentions]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("arXiv:2110.14168", "text"),
        ("# Heading\n\n- [x](https://arxiv.org/abs/2110.14168)", "text"),
        ("[2110.14168](https://arxiv.org/abs/2110.14168)", "text"),
        ('{"a": "arXiv:2110.14168"}', "json"),
        ('\ufeff[\n {"id": 1}]', "json"),
        ('["2110.14168"]', "json"),
        ('{"a": 1}\n{"a": 2}\n', "jsonl"),
        ('{"cells": [{"cell_type": "markdown", "source": []}], "nbformat": 4}', "ipynb"),
        ("<!DOCTYPE html><p>x", "html"),
        ("<?xml version='1.0'?><feed/>", "html"),
        ("% a comment\n@article{key,\n title={x}}", "bib"),
        ("some text\n\n@misc{key, title={x}}", "bib"),
        ("\\documentclass{article}\n@x{y,", "tex"),
        ("\\relax \n\\citation{a}", "tex"),
        ("\\begin{thebibliography}{9}\\bibitem{a}", "tex"),
        ("TY  - JOUR\nER  - ", "ris"),
        ("mail me@home {x}, now", "text"),
    ],
)
def test_the_kind_of_stdin_is_told_by_how_it_begins(text: str, kind: str) -> None:
    assert reading.sniff(text) == kind


def test_the_suffix_decides_before_the_content() -> None:
    text = b"@misc{a, eprint={2110.14168}}"
    assert [mention.key for mention in inputs.read(text, "refs.bib").mentions] == ["a"]
    assert [mention.key for mention in inputs.read(text, "refs.txt").mentions] == [None]
    assert [mention.key for mention in inputs.read(text, "refs.txt", kind="bib").mentions] == ["a"]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="unknown kind of document 'docx'"):
        inputs.read(b"x", "x", kind="docx")


def test_places_count_lines_and_characters_from_one() -> None:
    text = "é arXiv:2110.14168\r\n\r\n论文 https://arxiv.org/abs/2009.03393论文\rarXiv:2201.11903\n"
    expected = [("arXiv:2110.14168", 1, 3), ("https://arxiv.org/abs/2009.03393", 3, 4), ("arXiv:2201.11903", 4, 1)]
    for data in (text.encode(), codecs.BOM_UTF8 + text.encode(), text.encode("gb18030"), text.encode("utf-16")):
        document = inputs.read(data, "-")
        assert places(document)[1:] == expected[1:] or data == text.encode("gb18030")
        assert places(document)[0] == expected[0] or data == text.encode("gb18030")
        assert ids(document) == ["2110.14168", "2009.03393", "2201.11903"]
        assert {mention.file for mention in document.mentions} == {"<stdin>"}
        assert document.problems == ()


def test_each_occurrence_is_a_mention() -> None:
    assert ids(inputs.read(b"arXiv:2110.14168 and arXiv:2110.14168", "a.md")) == ["2110.14168", "2110.14168"]


def test_a_malformed_mention_is_a_problem_with_its_place() -> None:
    (problem,) = inputs.read(b"ok\n see arXiv:hepx/9901001\n", "a.md").problems
    assert (problem.kind, problem.text, problem.file, problem.line) == ("invalid", "arXiv:hepx/9901001", "a.md", 2)
    assert problem.message == "unknown archive 'hepx'"
    assert problem.hint == "did you mean hep-ex?"


def test_in_a_list_of_identifiers_a_line_that_is_none_is_a_problem() -> None:
    text = b"# my papers\n2110.14168\n\n2009.0339   # a digit is missing\nhep-th/9901001v2\nhttps://example.org/x\n"
    document = inputs.read(text, "ids.txt")
    assert ids(document) == ["2110.14168", "hep-th/9901001v2"]
    assert [(problem.line, problem.text) for problem in document.problems] == [
        (4, "2009.0339"),
        (6, "https://example.org/x"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "References\n==========\n"
        + "".join(f"- Foo {n} et al. https://arxiv.org/abs/2110.1416{n}\n" for n in range(5))
        + "---\nBye!\n",
        "Papers\n~~~~~~\n\n* https://arxiv.org/abs/2110.14168\n* https://arxiv.org/abs/2009.03393\n\nEnd\n",
        ":PROPERTIES:\n:END:\n- https://arxiv.org/abs/2110.14168\n- 2009.03393\n- 2201.11903\n",
        "2110.14168\n2009.03393\n---\nmisc\n",
        "2110.14168\narXiv:2009.03393 is nice\n1234\n",
    ],
)
def test_ordinary_notes_have_no_problems(text: str) -> None:
    document = inputs.read(text.encode(), "notes.md")
    assert len(document.mentions) > 1
    assert document.problems == ()


def test_running_text_is_no_list() -> None:
    assert inputs.read(b"Title\n\narXiv:2110.14168\n\nand some words\nmore\n", "a.md").problems == ()
    assert inputs.read(b"Title\narXiv:2110.14168\nEnd\nx\n", "a.md").problems == ()


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04rest", b"\x1f\x8b\x08", b"text\0text\0" * 9, bytes(range(1, 32)) * 9],
)
def test_a_binary_file_is_refused_in_one_line(data: bytes) -> None:
    for name in ("-", "a.txt", "a.bib", "a"):
        with pytest.raises(InputError, match="a binary file") as error:
            inputs.read(data, name)
        assert error.value.hint


@given(st.binary(max_size=300), st.sampled_from([*reading.KINDS, None]))
def test_any_bytes_give_a_document_or_one_error(data: bytes, kind: str | None) -> None:
    with contextlib.suppress(InputError):
        document = inputs.read(data, "-", kind=kind)
        assert all(problem.message for problem in document.problems)


_words = st.sampled_from(
    [
        *(
            "arXiv:2110.14168",
            '"',
            "{",
            "}",
            "[",
            "]",
            "<a href='",
            "<!--",
            "-->",
            "\\cite{",
            "\\",
            "%",
            "&#x3a;",
            "&amp;",
        ),
        *("\n", ",", ":", "2110.14168", "@misc{a,", "eprint=", "TY  - ", "UR  - ", "ER  - ", "\\u00e9", "é", " ", ">"),
    ]
)


_kinds = st.sampled_from(["text", "html", "tex", "bib", "ipynb", "json", "ris"])


@given(st.lists(_words, max_size=25).map("".join), _kinds)
def test_every_mention_stands_where_it_says(text: str, kind: str) -> None:
    document = inputs.read(text.encode(), "-", kind=kind)
    lines = text.split("\n")
    for mention in document.mentions:
        assert mention.line is not None
        assert mention.column is not None
        here = lines[mention.line - 1][mention.column - 1 :]
        assert here[:1] in (mention.text[:1], "&", "\\")


@pytest.mark.parametrize("kind", ["html", "json", "tex", "bib", "ris", "text", "ipynb", "jsonl"])
@pytest.mark.parametrize(
    "unit", ['<a "', "<a '", "<!--", '"a": ', "{[", '"\\', "\\cite{a,", "\\cite[", "@a{b,c={", "%&a;", "@a(b,"]
)
def test_hostile_documents_take_time_in_proportion(kind: str, unit: str) -> None:
    def seconds(length: int) -> float:
        data = (unit * length)[:length].encode()
        begin = time.process_time()
        with contextlib.suppress(InputError):
            inputs.read(data, "-", kind=kind)
        return time.process_time() - begin

    seconds(500)
    assert seconds(64_000) < 60 * max(seconds(8_000), 0.004)


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_shown_by_the_name_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("arXiv:2110.14168")
    (mention,) = inputs.read_file(path).mentions
    assert mention.file == str(path)


def test_what_is_no_readable_file_is_told_in_one_line(tmp_path: Path) -> None:
    for path, what in [
        (tmp_path / "absent.txt", "no such file"),
        (tmp_path, "this is a folder"),
        (Path("/dev/zero"), "this is a device"),
        (tmp_path / "a\0b", "no file name"),
    ]:
        with pytest.raises(InputError, match=what) as error:
            inputs.read_file(path)
        assert "\n" not in str(error.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(InputError, match="no permission"):
        inputs.read_file(path)


def test_a_file_beyond_the_limit_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(inputs.LIMIT + 1)
    with pytest.raises(InputError, match="larger than 256 MB"):
        inputs.read_file(path)


def test_a_pipe_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("arXiv:2110.14168",))
    writer.start()
    assert ids(inputs.read_file(path)) == ["2110.14168"]
    writer.join()


def test_an_empty_file_mentions_nothing(tmp_path: Path) -> None:
    for suffix in ("txt", "bib", "tex", "html", "ris", "jsonl", "md"):
        path = tmp_path / f"empty.{suffix}"
        path.touch()
        assert inputs.read_file(path) == inputs.Document()


@needs_shared_data
def test_the_seed_article_mentions_its_six_papers_with_their_places() -> None:
    document = inputs.read_file(SHARED_DATA / "lists" / "non-english__seed_article_zh.txt")
    assert [(mention.identifier.value, mention.line) for mention in document.mentions] == [
        ("2110.14168", 18),
        ("2009.03393", 19),
        ("2201.11903", 20),
        ("2305.20050", 21),
        ("2407.00215", 23),
        ("2206.05802", 24),
    ]
    assert document.problems == ()


def test_in_a_list_of_identifiers_every_line_that_is_none_is_told() -> None:
    text = "2101.00001\n21101.4168\nfoo\n9901001\narXiv:foo\nhepth/9901001\n2101.00002v0\n2110-14168\nmath/0309136\n"
    document = inputs.read(text.encode(), "ids.txt")
    assert [(str(m.identifier), m.line, m.column) for m in document.mentions] == [
        ("arXiv:2101.00001", 1, 1),
        ("arXiv:hep-th/9901001", 6, 1),
        ("arXiv:math/0309136", 9, 1),
    ]
    assert [(problem.line, problem.text) for problem in document.problems] == [
        (2, "21101.4168"),
        (3, "foo"),
        (4, "9901001"),
        (5, "arXiv:foo"),
        (7, "2101.00002v0"),
        (8, "2110-14168"),
    ]


def test_words_beside_a_lone_identifier_make_no_list() -> None:
    assert inputs.read(b"Title\n2101.00001\nAbstract\nKeywords\n", "notes.txt").problems == ()
