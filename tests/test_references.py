"""What files cite: references of every kind of input, their places, and the words that claim to be titles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import inputs, references
from enrich.errors import InputError
from enrich.inputs import bbl, labels
from enrich.reference import Reference

TODAY = date(2026, 11, 24)
COBBE = "Training Verifiers to Solve Math Word Problems"
URL = "https://arxiv.org/abs/2110.14168"


def read(text: str, name: str = "list.md", **options: str) -> references.Reading:
    return references.read_bytes(text.encode(), name, today=TODAY, **options)


def claims(text: str, name: str = "list.md") -> list[tuple[str | None, str | None]]:
    return [(reference.id, reference.label) for reference in read(text, name).references]


def label(text: str, name: str = "list.md") -> str | None:
    (reference,) = read(text, name).references
    return reference.label


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"- [{COBBE}]({URL})",
        f"- [{COBBE}]({URL}) [[pdf](https://arxiv.org/pdf/2110.14168)]",
        f"- [**{COBBE}**]({URL})\n  - Karl Cobbe, Vineet Kosaraju",
        f"* [*{COBBE}*]({URL}), 2021.",
        f"1. [{COBBE}.]({URL} 'the paper')",
        f"- (NeurIPS 2021) [{COBBE}]({URL})",
        f"- [2021/10] [{COBBE}]({URL}) ![stars](https://img.shields.io/x.svg)",
        f"- [OpenAI] [{COBBE} (arXiv 2021)]({URL})",
        f"- **{COBBE}**, arXiv 2021.10 [[Paper]({URL})] [[GitHub](https://github.com/openai/grade-school-math)]",
        f"- **{COBBE}** *Karl Cobbe, Vineet Kosaraju* [[paper]]({URL})",
        f"- __{COBBE}__ [here]({URL})",
        f'- Cobbe et al. "{COBBE}." 2021. [arXiv]({URL})',
        f"- Cobbe et al. “{COBBE}”, {URL}",
        f"- *{COBBE}*. Karl Cobbe et al. [link]({URL})",
        f"- {COBBE}. Karl Cobbe, Vineet Kosaraju. arXiv 2021. [[paper]({URL})]",
        f"- {COBBE}, NeurIPS 2021 [[pdf]({URL})]",
        f"- {COBBE} [[2110.14168]({URL})]",
        f"- {COBBE}: {URL}",
        f"- `GSM8K` {COBBE} [paper]({URL})",
        f"- [2110.14168]({URL}) {COBBE}",
        f"- [[arXiv:2110.14168]({URL})] **{COBBE}**",
        f"- {COBBE}\n  - Paper: [arXiv]({URL})",
        f"- **{COBBE}**\n\n  [paper]({URL})",
        f"- [{COBBE}](https://openreview.net/forum?id=x) [[arXiv]({URL})]",
        f"| 2021 | GSM8K | [{COBBE}]({URL}) |",
        f"| Title | Link |\n|---|---|\n| {COBBE} | [paper]({URL}) |",
        f"#### {COBBE}\n\npaper link: [here]({URL})\n\ncode link: [here](https://github.com/x/y)",
        f"{COBBE}\n{'=' * 46}\n\n[[Paper]({URL})]",
        f"## [{COBBE}]({URL})",
        f"**{COBBE}** <br>\nKarl Cobbe, Vineet Kosaraju <br>\n[[paper]({URL})] [[code](https://github.com/x)]",
        f'<a href="{URL}">{COBBE}</a>',
        f"- [{COBBE}][1]\n\n[1]: {URL}",
        f"`{COBBE} <{URL}>`_",
        f"- [[{URL}][{COBBE}]]",
        f"* [{URL} {COBBE}]",
        f"* {URL}[{COBBE}]",
        f'- #link("{URL}")[{COBBE}]',
        f"论文 1:{COBBE}机构:OpenAI作者:Karl Cobbe, Vineet Kosaraju链接:{URL}论文概述:这篇论文发布于 2021 年",
        f"这个数据集来自论文[《{COBBE}》]({URL})，它提出了验证器。",
        f"- 《{COBBE}》[[论文]({URL})]",
        f"OpenAI showed in [{COBBE}]({URL}) that verifiers help.",
        f'The paper "{COBBE}" ([arXiv]({URL})) introduced GSM8K, a set of problems that many have used since then.',
    ],
)
def test_the_words_that_claim_to_be_the_title_are_the_label(text: str) -> None:
    assert label(text) == COBBE


@pytest.mark.parametrize(
    "text",
    [
        f"As shown by Cobbe et al. [2110.14168]({URL}), verifiers help when the problems are hard.",
        f"See [the paper]({URL}), [here]({URL}) or [arXiv]({URL}).",
        f"- [paper]({URL})",
        f"- [Cobbe et al., 2021]({URL})",
        f"- [NeurIPS 2021]({URL})",
        f"- [GSM8K]({URL}) - A Dataset of Grade School Math Problems for Language Models",
        f"- [Karl Cobbe, Vineet Kosaraju and John Schulman]({URL})",
        f"- [this blog post explains very well how it works]({URL})",
        f"- We use the problems of [Cobbe]({URL}) and train on them.",
        f"- Karl Cobbe, Vineet Kosaraju, Mohammad Bavarian, 2021. [arXiv]({URL})",
        f"- **Heterogeneous Memory Management** ([GSM8K]({URL}))",
        f"- Cobbe, K., Kosaraju, V.: {COBBE}. {URL}",
        f"## Papers\n\n- [pdf]({URL})",
        f"## Useful papers for prompt engineering\n\n- [pdf]({URL})",
        f"#### {COBBE}\n\nfollow-up work: [here]({URL})",
        f"[![arXiv](https://img.shields.io/badge/arXiv-b31b1b.svg)]({URL})",
        f"论文：[链接]({URL})",
        f"每个模型都用到了[验证器与数学应用题的训练方法]({URL})。",
        f"```\n{COBBE} {URL}\n```",
        f"**Please read the whole text before you start**: it is about {URL} and about many other things that matter.",
    ],
)
def test_other_words_claim_nothing(text: str) -> None:
    reading = read(text)
    assert {reference.label for reference in reading.references} == {None}
    assert {reference.id for reference in reading.references} == {"arXiv:2110.14168"}


def test_a_work_in_one_item_is_one_reference_and_each_item_has_its_own() -> None:
    text = f"- [{COBBE}]({URL}) [[pdf](https://arxiv.org/pdf/2110.14168v2)]\n- [{COBBE}]({URL})\n"
    assert claims(text) == [("arXiv:2110.14168", COBBE)] * 2


def test_two_works_in_one_item_keep_their_titles_apart() -> None:
    text = f"- **{COBBE}** [[a]({URL})], **Attention Is All You Need** [[b](https://arxiv.org/abs/1706.03762)]\n"
    assert claims(text) == [("arXiv:2110.14168", COBBE), ("arXiv:1706.03762", "Attention Is All You Need")]


def test_a_heading_over_links_to_several_papers_is_the_title_of_none() -> None:
    text = f"### {COBBE}\n\n[paper]({URL})\n\n[paper](https://arxiv.org/abs/1706.03762)\n"
    assert [found for _, found in claims(text)] == [None, None]
    assert [COBBE in (reference.passage or "") for reference in read(text).references] == [True, True]


def test_the_passage_is_what_one_reads_of_the_item() -> None:
    text = f"- Before.\n- **{COBBE}** <br> *Karl &amp; Co* [[paper]({URL})] ![x](y.png)\n  more words\n- After.\n"
    (reference,) = read(text).references
    assert reference.passage == f"- {COBBE} Karl & Co [paper] more words"
    assert (reference.line, reference.text, reference.file) == (2, URL, "list.md")
    assert not reference.is_entry


def test_prose_has_its_paragraph_as_passage() -> None:
    text = f"First.\n\nAs Cobbe\nshows in {URL}, it\nworks.\n\nLast.\n"
    (reference,) = read(text, "notes.txt").references
    assert reference.passage == f"As Cobbe shows in {URL}, it works."
    assert reference.label is None


def test_a_malformed_identifier_is_a_finding_and_no_reference() -> None:
    reading = read(f"- [{COBBE}](https://arxiv.org/abs/2113.14168)\n")
    assert reading.references == ()
    assert reading.problems == ()
    (finding,) = reading.findings
    assert (finding.rule, finding.severity, finding.line, finding.file) == ("bad-id", "error", 1, "list.md")
    assert "2113.14168" in finding.message
    assert "month 13 does not exist" in finding.message


def test_bibtex_in_a_readme_is_read_as_entries_with_their_lines() -> None:
    text = (
        f"# Code of our paper\n\n[paper]({URL})\n\n```bibtex\n@misc{{cobbe2021training,\n  title={{{COBBE}}},\n"
        "  author={Karl Cobbe and Vineet Kosaraju},\n  eprint={2110.14168},\n  archivePrefix={arXiv}\n}\n```\n"
    )
    link, entry = read(text).references
    assert (link.line, link.label) == (3, None)
    assert (entry.key, entry.title, entry.id, entry.line) == ("cobbe2021training", COBBE, "arXiv:2110.14168", 9)
    assert entry.lines["title"] == 7


def test_a_list_of_bare_identifiers_gives_one_reference_each() -> None:
    assert claims("2110.14168\n1706.03762v5  # comment\n", "ids.txt") == [
        ("arXiv:2110.14168", None),
        ("arXiv:1706.03762", None),
    ]


# --- DOIs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("- [Paper](https://doi.org/10.1145/3560815)", "10.1145/3560815"),
        ("See doi:10.1038/S41586-023-06647-8.", "10.1038/s41586-023-06647-8"),
        ("<https://dx.doi.org/10.1016/S0140-6736(20)30183-5>", "10.1016/s0140-6736(20)30183-5"),
        ("(https://doi.org/10.1145/3560815)", "10.1145/3560815"),
        ("“https://doi.org/10.1145/3560815”，论文", "10.1145/3560815"),
        ("**https://doi.org/10.1145/3560815**", "10.1145/3560815"),
        ("https://doi.org/10.1002%2Fabc.1?utm_source=x", "10.1002/abc.1"),
    ],
)
def test_dois_in_documents_are_references(text: str, doi: str) -> None:
    (reference,) = read(text).references
    assert (reference.doi, reference.identifier, reference.id) == (doi, None, f"doi:{doi}")


def test_arxivs_own_doi_is_an_identifier_and_no_doi() -> None:
    (reference,) = read("[x](https://doi.org/10.48550/arXiv.2110.14168)").references
    assert (reference.id, reference.doi) == ("arXiv:2110.14168", None)


def test_a_doi_link_has_its_own_label_only() -> None:
    text = f"- **{COBBE}** [[paper]({URL})] [[data](https://doi.org/10.5281/zenodo.1)]\n"
    assert claims(text) == [("arXiv:2110.14168", COBBE), ("doi:10.5281/zenodo.1", None)]


# --- HTML and notebooks ----------------------------------------------------------------------------------------------


def test_html_lists_have_labels() -> None:
    text = (
        f'<html><body><h2>Papers</h2><ul>\n<li><a href="{URL}"><b>{COBBE}</b></a> <a href="{URL}v1">pdf</a></li>\n'
        '<li><strong>Attention Is All You Need</strong> <a href="https://arxiv.org/abs/1706.03762">[arXiv]</a></li>\n'
        '<li>See <a href="https://arxiv.org/abs/2009.03393">here</a> &amp; there.</li></ul></body></html>'
    )
    found = read(text, "page.html").references
    assert [(one.id, one.label, one.line) for one in found] == [
        ("arXiv:2110.14168", COBBE, 2),
        ("arXiv:1706.03762", "Attention Is All You Need", 3),
        ("arXiv:2009.03393", None, 4),
    ]
    assert found[2].passage == "See here & there."


def test_what_a_dt_names_is_described_by_its_dd() -> None:
    text = f'<dl><dt><a href="{URL}">arXiv:2110.14168</a></dt><dd><div>Title: {COBBE}</div></dd><dt>x</dt></dl>'
    (reference,) = read(text, "listing.html").references
    assert COBBE in (reference.passage or "")


def test_notebooks_are_read_by_their_cells() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Notes\n", f"- **{COBBE}**\n", f"  [arXiv]({URL})"]},
        {"cell_type": "markdown", "source": "See “Attention Is All You Need” (https://arxiv.org/abs/1706.03762)."},
        {"cell_type": "code", "source": ["x = 1"], "outputs": [{"text": ["https://arxiv.org/abs/2009.03393"]}]},
    ]
    text = json.dumps({"cells": cells, "nbformat": 4}, indent=1, ensure_ascii=False)
    first, second = read(text, "notes.ipynb").references
    assert (first.id, first.label) == ("arXiv:2110.14168", COBBE)
    assert (second.id, second.label) == ("arXiv:1706.03762", "Attention Is All You Need")
    line = text.split("\n")[(first.line or 0) - 1]
    assert line[(first.column or 0) - 1 :].startswith(URL)


# --- .bbl and LaTeX --------------------------------------------------------------------------------------------------

PLAINNAT = r"""
\begin{thebibliography}{2}
\bibitem[Cobbe et~al.(2021)Cobbe, Kosaraju]{cobbe2021training}
Karl Cobbe, Vineet Kosaraju, et~al.
\newblock Training Verifiers to Solve {M}ath {W}ord {P}roblems.
\newblock \emph{arXiv preprint arXiv:2110.14168}, 2021.

\bibitem[Lions(1984)]{lions}
P.-L. Lions.
\newblock The concentration-compactness principle.
\newblock {\em Ann. Inst. H. Poincar{\'e}}, 1:\penalty0 109--145, 1984.
\newblock \doi{10.1016/S0294-1449(16)30428-0}.
\end{thebibliography}
See \url{https://arxiv.org/abs/1706.03762}.
"""


def test_items_of_a_bbl_are_references_with_title_and_passage() -> None:
    cobbe, lions, other = read(PLAINNAT, "main.bbl").references
    assert (cobbe.key, cobbe.id, cobbe.label, cobbe.line) == ("cobbe2021training", "arXiv:2110.14168", COBBE, 6)
    assert cobbe.passage == (f"Karl Cobbe, Vineet Kosaraju, et al. {COBBE}. arXiv preprint arXiv:2110.14168, 2021.")
    assert (lions.key, lions.doi, lions.identifier) == ("lions", "10.1016/s0294-1449(16)30428-0", None)
    assert lions.label == "The concentration-compactness principle"
    assert (lions.line, lions.text) == (8, "lions")
    assert (other.key, other.id) == (None, "arXiv:1706.03762")


@pytest.mark.parametrize(
    "item",
    [
        "K.~Cobbe, V.~Kosaraju, ``Training Verifiers to Solve {M}ath Word Problems,'' \\emph{arXiv}, 2021.",
        "K.~Cobbe and V.~Kosaraju, \\emph{Training Verifiers to Solve Math Word Problems}, J. \\textbf{12} (2021).",
        "K. Cobbe, {\\em Training Verifiers to Solve Math Word Problems}, 2021.",
        "\\bibfield{author}{\\bibinfo{person}{Karl Cobbe}.} \\bibinfo{title}{Training Verifiers to Solve Math Word"
        " Problems}.",
        "\\bibinfo{author}{Cobbe, K.}: \\showarticletitle{Training Verifiers to Solve Math Word Problems}. 2021",
        "\\BibitemOpen \\emph {\\bibinfo {title} {Training Verifiers to Solve Math Word Problems}},\\ 2021",
        "Karl Cobbe.\n\\newblock \\href {https://doi.org/10.1/x} {Training Verifiers to Solve Math Word Problems}.\n"
        "\\newblock 2021.",
    ],
)
def test_titles_in_a_bibitem_are_found_where_the_style_marks_them(item: str) -> None:
    (found,) = bbl.items(f"\\bibitem{{a}}\n{item}\n")
    assert found.title == COBBE


@pytest.mark.parametrize(
    "item",
    [
        "Cobbe, K.: Training verifiers to solve math word problems. arXiv (2021)",
        "K. Cobbe, Training verifiers, \\emph{Journal of Mathematics} \\textbf{12} (2021).",
        "K. Cobbe, \\emph{Phys. Rev. Lett.} \\textbf{12} (2021).",
        "K. Cobbe, V. Kosaraju, {\\em Advances in Neural Information Processing Systems}, 2021.",
    ],
)
def test_a_journal_in_italics_is_no_title(item: str) -> None:
    (found,) = bbl.items(f"\\bibitem{{a}}\n{item}\n")
    assert found.title is None
    assert found.passage is not None


def test_several_works_in_one_item_are_references_without_a_title() -> None:
    text = "\\bibitem{ads} J. Maldacena, ``The Large N Limit,'' [hep-th/9711200]; E. Witten, [arXiv:hep-th/9802150].\n"
    found = read(text.replace("[hep", "[arXiv:hep"), "main.bbl").references
    assert [(one.key, one.id, one.label) for one in found] == [
        ("ads", "arXiv:hep-th/9711200", None),
        ("ads", "arXiv:hep-th/9802150", None),
    ]


BIBLATEX = r"""
\refsection{0}
  \datalist[entry]{nty/global//global/global}
    \entry{cobbe2021training}{article}{}
      \name{author}{2}{}{%
        {{hash=1}{%
           family={Cobbe},
           familyi={C\bibinitperiod},
           given={Karl\bibnamedelima J.},
           giveni={K\bibinitperiod}}}%
        {{hash=2}{%
           family={Berg},
           familyi={B\bibinitperiod},
           given={Ann},
           prefix={van\bibnamedelima den},
           prefixi={v\bibinitperiod}}}%
      }
      \true{moreauthor}
      \field{journaltitle}{A Journal of {Verifiers}}
      \field{title}{Training Verifiers to Solve {Math} Word Problems}
      \field{year}{2021}
      \field{eprinttype}{arxiv}
      \verb{eprint}
      \verb 2110.14168
      \endverb
      \verb{doi}
      \verb 10.1000/ABC_1
      \endverb
    \endentry
  \enddatalist
"""


def test_entries_of_biblatex_have_type_and_fields() -> None:
    (reference,) = read(BIBLATEX, "main.bbl").references
    assert (reference.key, reference.type, reference.id) == ("cobbe2021training", "article", "arXiv:2110.14168")
    assert reference.doi == "10.1000/abc_1"
    assert (reference.title, reference.year, reference.venue) == (COBBE, 2021, "A Journal of Verifiers")
    assert [person.name for person in reference.authors] == ["Karl J. Cobbe", "Ann van den Berg"]
    assert reference.complete is False
    assert reference.fields["eprint"] == "2110.14168"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    (tmp_path / "main.tex").write_text(
        "\\documentclass{article}\n\\input{intro}\n\\cite{cobbe,arXiv:1706.03762}\n\\bibliography{refs}\n"
    )
    (tmp_path / "intro.tex").write_text("See \\href{https://arxiv.org/abs/2009.03393}{the paper}.\n")
    (tmp_path / "empty.tex").write_text("Nothing.\n")
    (tmp_path / "refs.bib").write_text(
        f"@misc{{cobbe, title={{{COBBE}}}, author={{Karl Cobbe}}, year={{2021}}, eprint={{2110.14168}}}}\n"
        "@misc{unused, title={Never Cited}, author={A. Nobody}, year={2020}}\n"
    )
    return tmp_path


def by_file(readings: Sequence[references.Reading]) -> dict[str, list[str | None]]:
    return {Path(one.file).name: [reference.key or reference.id for reference in one.references] for one in readings}


def test_a_project_has_a_reading_for_each_of_its_files_and_the_cited_entries(paper: Path) -> None:
    readings = references.read(paper / "main.tex", "shown.tex", today=TODAY)
    assert by_file(readings) == {
        "shown.tex": ["arXiv:1706.03762"],
        "intro.tex": ["arXiv:2009.03393"],
        "refs.bib": ["cobbe"],
    }
    assert [one.kind for one in readings] == ["tex", "tex", "bib"]
    assert readings[2].bib is not None
    assert all(reference.file == one.file for one in readings for reference in one.references)
    assert not any(one.problems for one in readings)


def test_nocite_star_takes_all_entries(paper: Path) -> None:
    (paper / "main.tex").write_text("\\nocite{*}\\bibliography{refs}")
    assert by_file(references.read(paper / "main.tex", "main.tex"))["refs.bib"] == ["cobbe", "unused"]


def test_a_key_that_no_bibliography_has_is_a_problem_once(paper: Path) -> None:
    (paper / "main.tex").write_text("\\cite{cobbe,lost}\\bibliography{refs}")
    readings = references.read(paper / "main.tex", "shown.tex")
    (problem,) = [problem for one in readings for problem in one.problems]
    assert problem.file == "shown.tex"
    assert "lost" in problem.message


def test_a_malformed_eprint_of_a_project_is_told_once_with_its_bibliography(paper: Path) -> None:
    refs = paper / "refs.bib"
    refs.write_text(refs.read_text().replace("2110.14168", "2113.14168"))
    readings = references.read(paper / "main.tex", "main.tex", today=TODAY)
    told = [(Path(one.file).name, finding.rule) for one in readings for finding in one.findings]
    assert told.count(("refs.bib", "bad-id")) == 1
    assert not any(problem.kind == "invalid" for one in readings for problem in one.problems)


def test_the_bbl_beside_a_document_stands_in_for_a_bibliography_that_is_not_there(paper: Path) -> None:
    (paper / "refs.bib").unlink()
    (paper / "main.bbl").write_text(
        "\\bibitem{cobbe} K. Cobbe. \\newblock Training Verifiers. \\newblock arXiv:2110.14168.\n"
    )
    readings = references.read(paper / "main.tex", "main.tex")
    assert by_file(readings)["main.bbl"] == ["cobbe"]
    assert not any(one.problems for one in readings)


def test_the_bbl_is_left_alone_where_the_bibliography_is(paper: Path) -> None:
    (paper / "main.bbl").write_text("\\bibitem{cobbe} K. Cobbe. arXiv:2110.14168.\n")
    assert "main.bbl" not in by_file(references.read(paper / "main.tex", "main.tex"))


def test_an_aux_file_names_the_cited_entries(paper: Path) -> None:
    (paper / "main.aux").write_text("\\relax\n\\citation{cobbe}\n\\bibdata{refs}\n")
    assert by_file(references.read(paper / "main.aux", "main.aux"))["refs.bib"] == ["cobbe"]


# --- .bib ------------------------------------------------------------------------------------------------------------


def test_a_bib_has_its_entries_as_references() -> None:
    reading = read(f"@misc{{cobbe, title={{{COBBE}}}, eprint={{2110.14168}}}}", "refs.bib")
    assert reading.kind == "bib"
    assert reading.bib is not None
    assert [(one.key, one.id, one.title) for one in reading.references] == [("cobbe", "arXiv:2110.14168", COBBE)]


@pytest.mark.parametrize("text", ["", "\n\n", "% a comment\n% another\n", "@comment{jabref-meta: x}\n", "\ufeff"])
def test_an_empty_bib_has_no_references_and_is_no_error(text: str) -> None:
    reading = read(text, "refs.bib")
    assert (reading.references, reading.findings, reading.problems) == ((), (), ())


@pytest.mark.parametrize("data", [b"Dear Sir, this is a letter.\n", b"\x89PNG\r\n\x1a\n\0\0\0"])
def test_a_bib_that_is_none_cannot_be_read(data: bytes) -> None:
    with pytest.raises(InputError, match=r"refs\.bib"):
        references.read_bytes(data, "refs.bib")


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        references.read(tmp_path / "no.md", "no.md")


def test_stdin_is_read_by_how_it_begins() -> None:
    reading = references.read_bytes(b"@misc{a, eprint={2110.14168}}", "-", today=TODAY)
    assert (reading.file, reading.kind, [one.key for one in reading.references]) == ("<stdin>", "bib", ["a"])


# --- libraries -------------------------------------------------------------------------------------------------------


def test_items_of_csl_json_are_entries() -> None:
    items = [
        {
            "id": "cobbe",
            "type": "paper-conference",
            "title": 'Training <span class="nocase">Verifiers</span> & $50',
            "author": [{"family": "Berg", "given": "Ann", "non-dropping-particle": "van"}, {"literal": "OpenAI"}],
            "issued": {"date-parts": [[2021, 10]]},
            "container-title": "Some Conference",
            "DOI": "10.1000/ABC",
            "note": "arXiv:2110.14168",
        },
        {"id": "other", "type": "book", "title": "A Book"},
    ]
    text = json.dumps(items, indent=1)
    first, second = read(text, "refs.json").references
    assert (first.key, first.type, first.doi, first.year) == ("cobbe", "inproceedings", "10.1000/abc", 2021)
    assert (first.title, first.venue) == ("Training Verifiers & $50", "Some Conference")
    assert [person.name for person in first.authors] == ["Ann van Berg", "OpenAI"]
    assert (second.key, second.type, second.title, second.id) == ("other", "book", "A Book", None)
    assert second.line == text[: text.index('"other"')].count("\n") + 1


def test_broken_csl_json_still_has_its_mentions() -> None:
    reading = read('[{"id": "a", "type": "book", "DOI": "10.48550/arXiv.2110.14168"}, {', "refs.json")
    assert [one.id for one in reading.references] == ["arXiv:2110.14168"]
    assert len(reading.problems) == 1


def test_references_of_ris_are_entries() -> None:
    text = (
        "TY  - JOUR\nID  - cobbe\nTI  - Training Verifiers\nAU  - Cobbe, Karl\nAU  - OpenAI\nPY  - 2021/10/27\n"
        "JO  - Some Journal\nDO  - 10.1000/ABC\nSP  - 1\nEP  - 9\nUR  - https://arxiv.org/abs/2110.14168\nER  - \n\n"
        "TY  - BOOK\nT1  - A Book\nER  - \n"
    )
    first, second = read(text, "refs.ris").references
    assert (first.key, first.type, first.doi, first.id) == ("cobbe", "article", "10.1000/abc", "arXiv:2110.14168")
    assert (first.title, first.venue, first.year) == ("Training Verifiers", "Some Journal", 2021)
    assert [person.name for person in first.authors] == ["Karl Cobbe", "OpenAI"]
    assert (second.type, second.title, second.line) == ("book", "A Book", 14)


def test_records_of_our_own_json_are_entries() -> None:
    record = {
        "id": "arXiv:2110.14168", "version": 1, "key": "cobbe2021training", "title": COBBE, "year": 2021,
        "authors": [{"given": "Karl", "family": "Cobbe"}],
    }  # fmt: skip
    text = json.dumps({"schema": "enrich/1", "records": [record], "problems": []}, indent=1)
    (reference,) = read(text, "refs.json").references
    assert (reference.key, reference.id, reference.title) == ("cobbe2021training", "arXiv:2110.14168", COBBE)
    assert (reference.type, reference.year, reference.doi) == ("misc", 2021, None)
    assert [person.name for person in reference.authors] == ["Karl Cobbe"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ids.csv", "arxiv_id,title\n2110.14168,x\n"),
        ("refs.yaml", "- arxiv: '2110.14168'\n"),
        ("data.json", '{"paper": {"arxiv_id": "2110.14168"}}'),
        ("data.jsonl", '{"arxiv_id": "2110.14168"}\n'),
    ],
)
def test_other_documents_have_a_reference_for_each_mention(name: str, text: str) -> None:
    assert claims(text, name) == [("arXiv:2110.14168", None)]


# --- properties ------------------------------------------------------------------------------------------------------


def test_giant_documents_are_read_in_one_pass() -> None:
    lists = "".join(f"- [Title Number {n} of the List](https://arxiv.org/abs/2110.{n:05d})\n" for n in range(1, 5001))
    reading = read(lists)
    assert len(reading.references) == 5000
    assert reading.references[4999].label == "Title Number 5000 of the List"
    one_line = lists[:80_000].rpartition("\n")[0].replace("\n", " ")
    assert len(read(one_line).references) == one_line.count("https")
    assert len(read("[" * 5000 + "(" * 5000 + "**" * 5000 + "@misc{a, " * 500 + URL).references) == 1


@given(
    st.lists(
        st.sampled_from(
            ["- ", "[", "](", ")", URL, " ", "\n", "|", "**", "#", "`", "```", "<a href=", ">", "</a>", "Title of It"]
        ),
        max_size=40,
    )
)
def test_any_text_gives_each_mention_to_one_reference(parts: list[str]) -> None:
    text = "".join(parts)
    mentions = inputs.read(text.encode(), "x.md").mentions
    found = read(text, "x.md").references
    assert {mention.identifier for mention in mentions} == {one.identifier for one in found}
    assert len(found) <= len(mentions)


def places(found: Sequence[Reference]) -> set[tuple[int | None, int | None]]:
    return {(one.line, one.column) for one in found}


def test_every_mention_of_real_lists_belongs_to_one_reference(shared_data: Path) -> None:
    for path in sorted((shared_data / "lists").iterdir()):
        text = labels.plain(inputs.decode(path.read_bytes()))
        (reading,) = references.read(path, path.name, today=TODAY)
        mentions = inputs.read_file(path).mentions
        assert {one.identifier.id for one in mentions} == {one.id for one in reading.references if one.identifier}
        assert len(places(reading.references)) == len(reading.references), path.name
        stated = [one for one in reading.references if not one.is_entry]
        assert {(one.line, one.column) for one in stated} <= {(one.line, one.column) for one in mentions}
        for one in stated:
            assert one.label is None or labels.plain(one.label) in text, one


@pytest.mark.parametrize(
    ("name", "line", "title"),
    [
        ("lists__Hannibal046_Awesome-LLM.md", 43, "Attention Is All You Need"),
        ("lists__Hannibal046_Awesome-LLM.md", 580, "A Survey of Large Language Models"),
        ("lists__NiuTrans_ABigSurveyOfLLMs.md", 71, "Large Language Models: A Survey"),
        ("lists__NiuTrans_ABigSurveyOfLLMs.md", 399, "Large Language Models and Games: A Survey and Roadmap"),
        ("lists__llms-learning__dev__inference__quantize.md", 12, "BitNet a4.8: 4-bit Activations for 1-bit LLMs"),
        ("lists__llms-learning__dev__inference__quantize.md", 535, None),
        ("non-english__seed_article_zh.txt", 18, COBBE),
        ("non-english__seed_article_zh.txt", 24, "Self-critiquing models for assisting human evaluators"),
        ("non-english__wdndev_zh_02.md", 22, "Attention is All You Need"),
        ("non-english__wdndev_zh_03.md", 181, None),
        ("non-english__wdndev_zh_04.md", 138, None),
        ("non-english__wdndev_zh_04.md", 264, None),
        ("strawberry__README_2024-09-18_c357daa3.md", 43, COBBE),
        ("strawberry__README_2025-05-06_dd884cb1.md", 346, "Not All LLM Reasoners Are Created Equal"),
    ],
)  # fmt: skip
def test_labels_in_real_lists(shared_data: Path, name: str, line: int, title: str | None) -> None:
    (reading,) = references.read(shared_data / "lists" / name, name, today=TODAY)
    assert [one.label for one in reading.references if one.line == line] == [title]
