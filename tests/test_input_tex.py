"""LaTeX: mentions, keys that are cited, and the bibliographies and files a document names."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from enrich import inputs


def cited(text: str, name: str = "paper.tex") -> list[str]:
    return [citation.key for citation in inputs.read(text.encode(), name).cited]


def found(text: str, name: str = "paper.tex") -> list[tuple[str, int | None, int | None, str | None]]:
    document = inputs.read(text.encode(), name)
    return [(mention.text, mention.line, mention.column, mention.key) for mention in document.mentions]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (r"\cite{a}", ["a"]),
        (r"\cite {a, b,%" + "\n  c}", ["a", "b", "c"]),
        (r"\citep[see][p.~2]{a}", ["a"]),
        (r"\citet*{a} \Citeauthor{b} \parencite{c} \footfullcite[1]{d} \autocite{e} \citeyearpar{f}", [*"abcdef"]),
        (r"\cites(pre)(post)[1]{a}[2][3]{b}", []),
        (r"\cites[1]{a}[2][3]{b}{c}", ["a", "b", "c"]),
        (r"\nocite{*}", ["*"]),
        (r"\cite{a}{not a key}", ["a"]),
        (r"% \cite{a}" + "\n" + r"50\% \cite{b} % \cite{c}", ["b"]),
        (
            r"\citestyle{acm} \setcitestyle{round} \renewcommand{\cite}{x}"
            r"\newcommand{\mycite}[1]{\cite{#1}} \cite{\key}",
            [],
        ),
        (r"\citation{a,b}", ["a", "b"]),
        (r"\abx@aux@cite{0}{a} \abx@aux@cite{b} \abx@aux@defaultrefcontext{0}{c}{x}", ["a", "b"]),
        (r"\bibcite{a}{{1}{2021}{Cobbe}{}}", []),
        (r"\begin{filecontents}\end{filecontents}\fullcite{DBLP:conf/x/Y14}", ["DBLP:conf/x/Y14"]),
    ],
)
def test_keys_are_read_from_the_commands_that_cite(text: str, keys: list[str]) -> None:
    assert cited(text) == keys


def test_citations_have_their_places() -> None:
    (first, second) = inputs.read(b"x\n  \\citep[p]{a,  bb}", "paper.tex").cited
    assert (first.key, first.file, first.line, first.column) == ("a", "paper.tex", 2, 13)
    assert (second.key, second.line, second.column) == ("bb", 2, 17)


def test_keys_that_are_identifiers_are_mentions() -> None:
    text = r"\cite{arXiv:2110.14168, 2021arXiv211014168C,2110.14168v2} \citep{DBLP:journals/corr/abs-2009-03393, x2110}"
    assert found(text) == [
        ("arXiv:2110.14168", 1, 7, "arXiv:2110.14168"),
        ("2021arXiv211014168C", 1, 25, "2021arXiv211014168C"),
        ("2110.14168v2", 1, 45, "2110.14168v2"),
        ("DBLP:journals/corr/abs-2009-03393", 1, 66, "DBLP:journals/corr/abs-2009-03393"),
    ]


def test_a_key_that_begins_like_an_identifier_and_is_none_is_a_problem() -> None:
    document = inputs.read(rb"\cite{arXiv:2113.14168}", "paper.tex")
    assert [(problem.text, problem.line) for problem in document.problems] == [("arXiv:2113.14168", 1)]


def test_comments_do_not_count_but_a_percent_sign_in_an_address_is_one() -> None:
    text = "% arXiv:2001.00001\n10\\% of arXiv:2110.14168 % arXiv:2001.00002\n"
    text += r"\url{https://doi.org/10.48550%2FarXiv.2009.03393} \\% arXiv:2001.00003"
    assert [written for written, _, _, _ in found(text)] == [
        "arXiv:2110.14168",
        "https://doi.org/10.48550%2FarXiv.2009.03393",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\\begin{comment}\narXiv:2110.14168\n\\end{comment} arXiv:2009.03393", ["2009.03393"]),
        (r"\iffalse arXiv:2110.14168 \ifx a b \else \fi \fi arXiv:2009.03393", ["2009.03393"]),
        (r"\iffalse arXiv:2110.14168 \else arXiv:2201.11903 \fi arXiv:2009.03393", ["2201.11903", "2009.03393"]),
        (r"\iffalse $a \iff b$ arXiv:2110.14168 \fi arXiv:2009.03393", ["2009.03393"]),
        (r"\newif\iffalsehood \iffalse arXiv:2110.14168", ["2110.14168"]),
        (r"\begin{comment} arXiv:2110.14168", ["2110.14168"]),
        (r"\verb|%| arXiv:2110.14168 \verb*!%! arXiv:2009.03393 % arXiv:2201.11903", ["2110.14168", "2009.03393"]),
        ("\\begin{verbatim}\n% arXiv:2110.14168\n\\end{verbatim}\n% arXiv:2009.03393", ["2110.14168"]),
        (r"% \begin{comment}" + "\narXiv:2110.14168", ["2110.14168"]),
        (r"\\% arXiv:2110.14168", []),
        (r"\% arXiv:2110.14168", ["2110.14168"]),
    ],
)
def test_comments_are_what_tex_does_not_read(text: str, expected: list[str]) -> None:
    document = inputs.read(text.encode(), "paper.tex")
    assert [mention.identifier.value for mention in document.mentions] == expected


def test_what_follows_a_comment_keeps_its_place() -> None:
    text = "\\begin{comment}\nx\n\\end{comment} arXiv:2009.03393"
    assert found(text) == [("arXiv:2009.03393", 3, 15, None)]


@pytest.mark.parametrize(
    "unit", ["\\iffalse ", "\\begin{comment}", "\\verb|", "\\begin{verbatim}", "%", "\\", "\\input a "]
)
def test_the_time_grows_with_the_length_of_hostile_tex_and_not_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length].encode()
        begin = time.process_time()
        inputs.read(text, "a.tex")
        return time.process_time() - begin

    seconds(1000)
    assert min(seconds(100_000) for _ in range(2)) < 40 * max(seconds(10_000), 0.002)


def test_a_key_that_bibtex_would_not_take_is_not_kept() -> None:
    assert found(r"\cite{https://arxiv.org/abs/2110.14168?a=b}") == []
    assert found(r"\cite{arXiv:2110.14168}") == [("arXiv:2110.14168", 1, 7, "arXiv:2110.14168")]
    assert found(r"\cite{10.48550/arXiv.2110.14168}") == [
        ("10.48550/arXiv.2110.14168", 1, 7, "10.48550/arXiv.2110.14168")
    ]


def test_in_a_bibliography_a_mention_carries_the_key_of_its_item() -> None:
    text = "\\begin{thebibliography}{9}\n"
    text += "\\bibitem[Cobbe et~al.(2021)]{cobbe} K. Cobbe, arXiv preprint arXiv:2110.14168.\n"
    text += "\\bibitem{polu}\n\\href{https://arxiv.org/abs/2009.03393}{2009.03393}\n\\end{thebibliography}"
    assert [(written, line, key) for written, line, _, key in found(text, "paper.bbl")] == [
        ("arXiv:2110.14168", 2, "cobbe"),
        ("https://arxiv.org/abs/2009.03393", 4, "polu"),
        ("2009.03393", 4, "polu"),
    ]


def test_biblatex_bbl_is_read() -> None:
    text = "\\entry{cobbe}{misc}{}\n \\field{eprinttype}{arXiv}\n \\verb{eprint}\n \\verb 2110.14168\n \\endverb\n"
    text += "\\entry{other}{misc}{}\n\\field{eprintclass}{cs.LG}\n"
    assert found(text, "paper.bbl") == [("2110.14168", 4, 8, "cobbe")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (r"\bibliography{refs, more.bib}", ("refs.bib", "more.bib")),
        (r"\addbibresource[datatype=bibtex]{my refs.bib}\addbibresource{my refs.bib}", ("my refs.bib",)),
        (r"\bibdata{refs,IEEEabrv}", ("refs.bib", "IEEEabrv.bib")),
        (r"% \bibliography{refs}", ()),
    ],
)
def test_the_bibliographies_are_named(text: str, names: tuple[str, ...]) -> None:
    assert inputs.read(text.encode(), "paper.tex").bibliographies == names


# --- files that belong together --------------------------------------------------------------------------------------

REFS = """@misc{unused, eprint = {2001.00001}}
@misc{cobbe,
  eprint = {2110.14168}}
@misc{polu, eprint = {2009.03393}}
@book{knuth, title = {TeX}}
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def keyed(document: inputs.Document) -> list[tuple[str, str | None]]:
    return [(mention.identifier.value, mention.key) for mention in document.mentions]


def test_a_paper_gives_the_entries_it_cites_in_the_order_it_cites_them(tmp_path: Path) -> None:
    paper = r"\cite{polu,cobbe,knuth} \cite{cobbe} arXiv:2201.11903 \bibliography{refs}"
    write(tmp_path, paper_tex=paper, refs_bib=REFS)
    document = inputs.read_file(tmp_path / "paper.tex")
    assert keyed(document) == [("2201.11903", None), ("2009.03393", "polu"), ("2110.14168", "cobbe")]
    assert document.problems == ()
    last = document.mentions[-1]
    assert (last.file, last.line, last.column) == (str(tmp_path / "refs.bib"), 3, 13)
    assert [citation.key for citation in document.cited] == ["polu", "cobbe", "knuth", "cobbe"]


def test_an_aux_file_does_the_same(tmp_path: Path) -> None:
    write(tmp_path, paper_aux="\\relax\n\\citation{cobbe}\n\\bibstyle{plain}\n\\bibdata{refs}\n", refs_bib=REFS)
    assert keyed(inputs.read_file(tmp_path / "paper.aux")) == [("2110.14168", "cobbe")]


def test_nocite_of_everything_gives_everything(tmp_path: Path) -> None:
    write(tmp_path, paper_tex=r"\nocite{*}\addbibresource{refs.bib}", refs_bib=REFS)
    document = inputs.read_file(tmp_path / "paper.tex")
    assert [key for _, key in keyed(document)] == ["unused", "cobbe", "polu"]


def test_the_files_a_document_takes_in_are_read_with_it_and_a_loop_ends(tmp_path: Path) -> None:
    write(
        tmp_path,
        paper_tex="\\input{sections/one}\\include{two}\\import{sections/}{three}\\input{glyphtounicode}\\input{\\jobname}",
        sections__one_tex="arXiv:2110.14168 \\cite{polu} \\input{paper}",
        two_tex="arXiv:2009.03393 \\input{sections/one.tex}",
        sections__three_tex="arXiv:2201.11903 \\input{four}",
        sections__four_tex="arXiv:2305.20050 \\bibliography{refs}",
        refs_bib=REFS,
    )
    document = inputs.read_file(tmp_path / "paper.tex")
    assert document.problems == ()
    assert keyed(document) == [
        ("2110.14168", None),
        ("2009.03393", None),
        ("2201.11903", None),
        ("2305.20050", None),
        ("2009.03393", "polu"),
    ]
    assert document.mentions[0].file == str(tmp_path / "sections" / "one.tex")


def test_an_included_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, paper_tex="x\n\\include{chapters/one}")
    (problem,) = inputs.read_file(tmp_path / "paper.tex").problems
    assert (problem.kind, problem.text, problem.line) == ("not-understood", "chapters/one", 2)


def test_a_bibliography_that_is_not_there_is_a_problem_when_keys_are_lost_for_it(tmp_path: Path) -> None:
    write(tmp_path, paper_tex=r"\cite{cobbe,x1,x2} \bibliography{IEEEabrv,refs,gone}", refs_bib=REFS)
    problems = inputs.read_file(tmp_path / "paper.tex").problems
    assert [problem.text for problem in problems] == ["IEEEabrv.bib", "gone.bib"]
    assert "2 cited keys are unknown (x1, x2)" in problems[0].message
    write(tmp_path, paper_tex=r"\cite{cobbe} \bibliography{IEEEabrv,refs}")
    assert inputs.read_file(tmp_path / "paper.tex").problems == ()


def test_files_far_away_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, far_bib=REFS, a__near_bib=REFS, a__b__paper_tex=r"\cite{polu}\bibliography{../near}")
    assert keyed(inputs.read_file(tmp_path / "a" / "b" / "paper.tex")) == [("2009.03393", "polu")]
    write(tmp_path, a__b__paper_tex=r"\cite{polu}\bibliography{../../far}")
    assert keyed(inputs.read_file(tmp_path / "a" / "b" / "paper.tex")) == []
    (tmp_path / "a" / "b" / "paper.tex").write_text(r"\input{" + str(tmp_path / "far.bib") + "}")
    assert keyed(inputs.read_file(tmp_path / "a" / "b" / "paper.tex")) == []


def test_a_broken_entry_of_a_cited_bibliography_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, paper_tex=r"\cite{cobbe,bad}\bibliography{refs}", refs_bib=REFS + "\n@misc{bad, title = {x\n")
    document = inputs.read_file(tmp_path / "paper.tex")
    assert keyed(document) == [("2110.14168", "cobbe")]
    assert [(problem.text, problem.line) for problem in document.problems] == [("bad", 7)]


def test_tex_s_own_form_of_input_is_followed(tmp_path: Path) -> None:
    write(tmp_path, paper_tex="\\input sec/one\n\\input sec/two.tex % x\n", sec__one_tex="arXiv:2110.14168")
    write(tmp_path, sec__two_tex="arXiv:2009.03393")
    assert keyed(inputs.read_file(tmp_path / "paper.tex")) == [("2110.14168", None), ("2009.03393", None)]


def test_a_key_that_no_entry_has_is_told_once(tmp_path: Path) -> None:
    paper = "x\n\\cite{cobbe,typo2021} \\cite{typo2021,arXiv:2201.11903,other}\\bibliography{refs}"
    write(tmp_path, paper_tex=paper, refs_bib=REFS)
    (problem,) = inputs.read_file(tmp_path / "paper.tex").problems
    assert (problem.kind, problem.text, problem.line) == ("not-understood", "typo2021", 2)
    assert problem.message.startswith("2 cited keys are unknown (typo2021, other)")


def test_without_a_bibliography_no_key_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, paper_tex="\\cite{typo2021}")
    assert inputs.read_file(tmp_path / "paper.tex").problems == ()


def test_keys_are_matched_in_any_case_and_by_the_names_that_biblatex_gives_them(tmp_path: Path) -> None:
    refs = "@misc{K2020, eprint={2110.14168}}\n@misc{x, ids={old1, old2}, title={T}}\n"
    paper = r"\cite{k2020} \cite{K2020,old2}\nocite{apsrev41Control}\bibliography{refs}"
    write(tmp_path, paper_tex=paper, refs_bib=refs)
    document = inputs.read_file(tmp_path / "paper.tex")
    assert keyed(document) == [("2110.14168", "K2020")]
    assert document.problems == ()
