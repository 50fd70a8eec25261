"""``enrich check`` as people and scripts meet it: what is wrong, what is right, and what could not be checked."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from enrich import cli
from enrich.finding import RULES, SEVERITIES

from .standins import ArxivStandin, CrossrefStandin, Library, SemanticScholarStandin
from .standins.papers import NEVER_PUBLISHED, Paper, synthetic_papers

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SCHEMAS = Path(__file__).resolve().parents[1] / "enrich" / "schemas"

RIGHT = """\
@article{hedges,
  author = {Ada B. Example and Ludwig {van der Sample} and Sammy {Testcase Jr.}},
  title = {Counting hedges with {GPU} clusters},
  journal = {Journal of Invented Results},
  year = {2024},
  eprint = {2401.01234},
}

@article{lanterns,
  author = {A. B. Example and L. van der Sample and Z. {\\AA}kerlund},
  title = {A Census of Lanterns},
  journal = {J. Invented Results},
  volume = 17,
  year = {2022},
  doi = {10.5555/jir.2022.17},
}

@misc{kites, author = {Editor, Jan and Bug, Hanna}, title = {Notes on Kites}, eprint = {2105.00006}, year = 2021}

@inproceedings{knots,
  author = {Wei Li and others},
  title = {Learning to Knot: Ladders as Representations?},
  booktitle = {Proc. of the International Conference on Invented Representations},
  year = {2022},
}
"""


@pytest.fixture
def check(run: Run, published_services: dict[str, str], tmp_path: Path) -> Run:
    """``check("refs.bib", "--strict", text=RIGHT)`` with all services there; ``text`` is written to the first file."""

    def check(*arguments: object, text: str | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
        if text is not None:
            (tmp_path / str(arguments[0])).write_text(text)
        return run("check", *arguments, **{**options, "env": {**published_services, **options.get("env", {})}})

    return check


@pytest.fixture
def findings(check: Run) -> Callable[..., list[dict[str, Any]]]:
    """What ``check`` finds, without the notes unless ``notes`` are wanted."""

    def findings(*arguments: object, notes: bool = False, **options: Any) -> list[dict[str, Any]]:
        done = check(*arguments, "--json", **options)
        report = json.loads(done.stdout)
        return [one for one in report["findings"] if notes or one["severity"] != "note"]

    return findings


Findings = Callable[..., list[dict[str, Any]]]


# right ----------------------------------------------------------------------------------------------------------------


def test_references_that_are_right_give_no_finding_and_status_0(check: Run, tmp_path: Path) -> None:
    done = check("refs.bib", "--json", text=RIGHT)
    report = json.loads(done.stdout)
    assert report["findings"] == []
    assert (report["checked"], report["unchecked"], report["problems"]) == (4, 0, [])
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "refs.bib").read_text() == RIGHT


def test_a_second_run_asks_nobody(check: Run, arxiv: ArxivStandin, crossref: CrossrefStandin) -> None:
    check("refs.bib", text=RIGHT)
    before = len(arxiv.requests), len(crossref.requests)
    assert min(before) > 0
    assert check("refs.bib").returncode == 0
    assert (len(arxiv.requests), len(crossref.requests)) == before


def test_the_title_of_the_first_version_is_right_too(findings: Findings) -> None:
    text = entry(title="Hedges: A First Count", author="Example, Ada B. and others")
    assert findings("refs.bib", text=text) == []


# wrong ----------------------------------------------------------------------------------------------------------------


def entry(type: str = "misc", **fields: str) -> str:
    """An entry of the key ``a``: of the paper on hedges, but for ``fields`` (empty: without it)."""
    right = {
        "title": "Counting Hedges with GPU Clusters",
        "author": "Ada B. Example and Ludwig van der Sample and Sammy Testcase Jr.",
        "year": "2024",
        "eprint": "2401.01234",
    }
    told = {name: value for name, value in {**right, **fields}.items() if value}
    return f"@{type}{{a, " + ", ".join(f"{name} = {{{value}}}" for name, value in told.items()) + "}\n"


WRONG = entry(title="Ladders in Gardens", author="Bug, Hanna")
SUPERSEDED = "This preprint is superseded by arXiv:2105.00006"
LANTERNS = {
    "title": "A Census of Lanterns",
    "author": "Ada B. Example and Ludwig van der Sample and Zoë Åkerlund",
    "year": "2022",
    "eprint": "",
    "doi": "10.5555/jir.2022.17",
}
KITES = {"title": "Notes on Kites", "author": "Editor, Jan and Bug, Hanna", "year": "2021", "eprint": "2105.00006"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (entry(eprint="2401.99999"), "not-found"),
        (entry("article", journal="Journal", eprint="", doi="10.5555/no"), "not-found"),
        (WRONG, "wrong-work"),
        (entry(title="Counting Trees with GPU Clusters"), "title"),
        (entry(author="Ada B. Example and Gus Nobody and Sammy Testcase Jr."), "authors"),
        (entry(author="Ada B. Example and Ludwig van der Sample"), "authors"),
        (entry(author="Ludwig van der Sample and Ada B. Example and Sammy Testcase Jr."), "authors"),
        (entry(author="John Doe"), "authors"),
        (entry(year="2019"), "year"),
        (entry("article", **LANTERNS, journal="Annals of Botany"), "venue"),
        (entry(doi="10.5555/lamps.2011.3"), "doi"),
        (entry(year="2031"), "future-date"),
        (entry(eprint="2401.01234v7"), "version-gone"),
        (
            entry(title="A Bound That Does Not Hold", author="Carla Mistake", eprint="2403.05678"),
            "withdrawn",
        ),
        (entry(**{**KITES, "title": "Notes on Lost Kites", "eprint": "2105.00099"}), "superseded"),
        (entry(eprint="2401.123"), "bad-id"),
        (entry().replace("{2024}", "thisyear"), "undefined-string"),
        (entry("inproceedings", **{**KITES, "crossref": "nowhere"}), "undefined-crossref"),
        (entry(author=""), "missing-field"),
        ("@misc{a, title={Notes on Kites, author={Editor, Jan}}\n\n@misc{b, title={X}}\n", "unbalanced"),
    ],
)
def test_each_rule_is_found_with_its_place_and_source(
    findings: Findings, library: Library, text: str, rule: str
) -> None:
    library.add(replace(NEVER_PUBLISHED, id="2105.00099", title="Notes on Lost Kites", comment=SUPERSEDED))
    found = findings("refs.bib", text=f"\n{text}\n")
    assert rule in {one["rule"] for one in found}
    one = next(one for one in found if one["rule"] == rule)
    assert (one["file"], one["line"]) == ("refs.bib", 2)
    assert one["key"] == "a"
    assert one["message"]
    assert not {other["rule"] for other in found} & {"not-found", "wrong-work"} - {rule}


def test_a_preprint_that_was_published_is_a_note_that_names_the_venue(check: Run) -> None:
    text = entry(**{**LANTERNS, "year": "2021", "eprint": "2105.00001", "doi": ""})
    done = check("refs.bib", "--json", text=text)
    (one,) = json.loads(done.stdout)["findings"]
    assert (one["rule"], one["severity"], one["key"]) == ("published", "note", "a")
    assert "Journal of Invented Results" in one["message"]
    assert done.returncode == 0
    assert check("refs.bib", "--fail-on", "note").returncode == 1


def test_the_same_work_twice_is_a_duplicate_at_the_second(findings: Findings) -> None:
    kites = "author = {Editor, Jan and Bug, Hanna}, title = {Notes on Kites}, eprint = {2105.00006}, year = 2021"
    (one,) = findings("refs.bib", text=f"@misc{{a, {kites}}}\n\n@misc{{b, {kites}}}\n")
    assert (one["rule"], one["line"], one["key"]) == ("duplicate", 3, "b")
    assert "a" in one["message"]


def test_of_a_wrong_identifier_the_right_one_is_named(findings: Findings) -> None:
    (one,) = findings("refs.bib", text=entry(**{**KITES, "eprint": "2401.01234"}))
    assert one["rule"] == "wrong-work"
    assert "Counting Hedges" in one["message"] or "Counting Hedges" in one["expected"]
    assert "2105.00006" in one["message"]


def test_two_authors_of_one_name_are_right_where_a_source_has_both(findings: Findings, library: Library) -> None:
    library.add(Paper("2401.07777", title="Lanterns Between Rivers", authors=["Hui Li", "Jan Editor", "Hui Li"]))
    twins = {"title": "Lanterns Between Rivers", "author": "Hui Li and Jan Editor and Hui Li"}
    assert findings("refs.bib", text=entry(**twins, eprint="2401.07777")) == []
    (one,) = findings("refs.bib", text=entry(**{**twins, "title": "A Lone Thing of Ours"}, eprint=""))
    assert (one["rule"], one["severity"]) == ("authors", "warning")


def test_placeholder_names_are_told_beside_a_work_that_is_another(findings: Findings) -> None:
    found = findings("refs.bib", text=entry(title="Ladders in Gardens and Elsewhere", author="John Doe"))
    assert sorted(one["rule"] for one in found) == ["authors", "wrong-work"]


def test_the_wrong_venue_of_a_preprint_that_was_published_is_found(findings: Findings) -> None:
    text = entry("article", **{**LANTERNS, "doi": "", "eprint": "2105.00001"}, journal="Annals of Botany")
    (one,) = findings("refs.bib", text=text)
    assert one["rule"] == "venue"
    assert "Journal of Invented Results" in one["expected"]


# could not be checked -------------------------------------------------------------------------------------------------


def test_a_work_that_no_source_has_is_unresolvable_and_not_wrong(check: Run) -> None:
    text = entry("article", title="A Treatise on Nothing Much", author="Nemo, Ned", journal="Annals of Nil", eprint="")
    done = check("refs.bib", "--json", text=text)
    report = json.loads(done.stdout)
    (one,) = report["findings"]
    assert (one["rule"], one["severity"]) == ("unresolvable", "note")
    assert (report["checked"], report["unchecked"]) == (0, 1)
    assert done.returncode == 0


def test_a_work_under_the_same_title_by_others_is_no_answer(check: Run) -> None:
    text = entry("inproceedings", title="Bridges in the Wild", author="Nemo, Ned", booktitle="Bridges", eprint="")
    report = json.loads(check("refs.bib", "--json", text=text).stdout)
    assert [one["rule"] for one in report["findings"]] == ["unresolvable"]


def test_a_source_that_is_down_makes_nothing_wrong(check: Run, closed_port: int) -> None:
    dead = f"http://127.0.0.1:{closed_port}"
    down = {f"ENRICH_{name}_URL": dead for name in ("ARXIV", "OAI", "DATACITE", "CROSSREF", "DBLP")}
    done = check("refs.bib", "--json", text=RIGHT, env=down)
    report = json.loads(done.stdout)
    assert report["findings"] == []
    assert (report["checked"], report["unchecked"]) == (0, 4)
    assert {problem["kind"] for problem in report["problems"]} == {"unreachable"}
    assert done.returncode == 3
    assert "could not be checked" in done.stderr


def test_who_does_not_answer_is_not_asked_again_in_the_same_run(check: Run, closed_port: int) -> None:
    preprint = entry(title="A Treatise on Nothing Much", author="Nemo, Ned", eprint="", note="arXiv preprint")
    down = {"ENRICH_ARXIV_URL": f"http://127.0.0.1:{closed_port}/api/query"}
    done = check("refs.bib", text=entry() + preprint.replace("{a,", "{b,"), env=down)
    assert done.returncode == 0, done.stdout
    assert "1 right, 0 wrong, 1 could not be checked" in done.stderr
    assert done.stderr.count("arXiv: asking for") == 1


def test_offline_with_an_empty_cache_only_the_text_itself_is_checked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@misc{a, title={Notes on Kites}, eprint={2105.00006}, year=2031}\n" + RIGHT)
    done = run("check", "refs.bib", "--offline", "--json")
    assert {one["rule"] for one in json.loads(done.stdout)["findings"]} == {"future-date", "missing-field", "duplicate"}
    assert done.returncode == 1
    (tmp_path / "refs.bib").write_text(RIGHT)
    assert run("check", "refs.bib", "--offline").returncode == 3


def test_offline_an_authority_of_ones_own_answers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "library.bib").write_text(RIGHT)
    swapped = RIGHT.replace("Jan and Bug, Hanna", "Jan and Nobody, Gus").replace("2401.01234", "2105.00006", 1)
    (tmp_path / "refs.bib").write_text(swapped)
    done = run("check", "refs.bib", "--offline", "--against", "library.bib", "--json")
    report = json.loads(done.stdout)
    assert [(one["key"], one["rule"]) for one in report["findings"] if one["severity"] == "error"] == [
        ("hedges", "wrong-work"),
        ("kites", "authors"),
    ]
    assert report["checked"] == 4
    assert done.returncode == 1


def test_offline_an_authority_answers_by_the_title_where_it_lacks_the_identifier(run: Run, tmp_path: Path) -> None:
    (tmp_path / "library.bib").write_text(entry("article", **LANTERNS, journal="Journal of Invented Results"))
    cited = {**LANTERNS, "doi": "", "eprint": "2105.00001"}
    (tmp_path / "refs.bib").write_text(entry("article", **cited, journal="J. Invented Results"))
    done = run("check", "refs.bib", "--offline", "--against", "library.bib", "--json")
    report = json.loads(done.stdout)
    assert (report["findings"], report["checked"], done.returncode) == ([], 1, 0)
    assert [problem["kind"] for problem in report["problems"]] == ["unreachable"]
    assert "under one of several names only" in done.stderr


def test_offline_an_authority_that_knows_the_work_under_another_identifier_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "library.bib").write_text(entry(**KITES))
    (tmp_path / "refs.bib").write_text(entry(**{**KITES, "eprint": "2310.99999"}))
    report = json.loads(run("check", "refs.bib", "--offline", "--against", "library.bib", "--json").stdout)
    assert [(one["rule"], one["expected"]) for one in report["findings"]] == [("wrong-work", "arXiv:2105.00006")]


def test_a_doi_that_could_not_be_looked_up_is_told_beside_an_identifier_that_is_right(
    check: Run, closed_port: int
) -> None:
    down = {"ENRICH_CROSSREF_URL": f"http://127.0.0.1:{closed_port}"}
    done = check("refs.bib", "--json", text=entry(doi="10.5555/lamps.2011.3"), env=down)
    report = json.loads(done.stdout)
    assert (report["findings"], report["checked"]) == ([], 1)
    assert [problem["kind"] for problem in report["problems"]] == ["unreachable"]


def test_an_invented_doi_is_told_though_an_authority_has_the_title(check: Run, tmp_path: Path) -> None:
    (tmp_path / "library.bib").write_text(entry("article", **LANTERNS, journal="Journal of Invented Results"))
    text = entry("article", **{**LANTERNS, "doi": "10.5555/made.up"}, journal="Journal of Invented Results")
    report = json.loads(check("refs.bib", "--against", "library.bib", "--json", text=text).stdout)
    assert [one["rule"] for one in report["findings"]] == ["doi"]


def test_a_version_that_is_gone_is_told_though_an_authority_has_the_work(check: Run, tmp_path: Path) -> None:
    (tmp_path / "library.bib").write_text(entry())
    text = entry(eprint="2401.01234v9")
    report = json.loads(check("refs.bib", "--against", "library.bib", "--json", text=text).stdout)
    assert [one["rule"] for one in report["findings"]] == ["version-gone"]


@pytest.mark.parametrize("against", ["refs.bib", "./refs.bib"])
def test_what_a_document_cites_is_no_authority_on_itself(check: Run, tmp_path: Path, against: str) -> None:
    (tmp_path / "refs.bib").write_text(RIGHT)
    done = check("paper.tex", "--against", against, text="\\cite{kites}\\bibliography{refs}\n")
    assert done.returncode == 2
    assert "proves nothing" in done.stderr


def test_the_status_does_not_hang_on_what_is_shown(check: Run) -> None:
    text = entry("article", title="A Treatise on Nothing Much", author="Nemo, Ned", journal="Annals of Nil", eprint="")
    assert check("refs.bib", text=text).returncode == 0
    assert check("refs.bib", "--ignore", "unresolvable").returncode == 0


def test_what_is_ignored_makes_nothing_wrong(check: Run) -> None:
    done = check("refs.bib", "--ignore", "wrong-work,year", text=WRONG)
    assert done.returncode == 0
    assert "1 right, 0 wrong" in done.stderr


# documents ------------------------------------------------------------------------------------------------------------

LIST = """\
# Reading

- [Counting Hedges with GPU Clusters](https://arxiv.org/abs/2401.01234) (2024)
- [A Census of Lanterns](https://arxiv.org/abs/2105.00001) [[pdf](https://arxiv.org/pdf/2105.00001)]
- **Notes on Kites** [paper](https://arxiv.org/abs/2105.00006)
- [Learning to Knot: Ladders as Representations?](https://arxiv.org/abs/2401.01234)
- [Bridges Nobody Built](https://arxiv.org/abs/2401.99999)
"""


def test_a_right_looking_link_to_the_wrong_paper_is_found_in_a_list(findings: Findings) -> None:
    found = findings("README.md", text=LIST)
    assert [(one["line"], one["rule"]) for one in found] == [(6, "wrong-work"), (7, "not-found")]
    assert found[0]["found"] == "Learning to Knot: Ladders as Representations?"
    assert "2105.00002" in found[0]["message"]


def test_a_short_title_at_the_wrong_link_is_found_where_the_list_has_its_paper_too(findings: Findings) -> None:
    text = "- [Notes on Kites](https://arxiv.org/abs/2105.00001)\n- [Kites](https://arxiv.org/abs/2105.00006)\n"
    assert [(one["line"], one["rule"]) for one in findings("README.md", text=text)] == [(1, "wrong-work")]
    nickname = text.replace("Notes on Kites", "Lights of Town")
    assert findings("README.md", text=nickname) == []


def test_prose_claims_nothing(findings: Findings) -> None:
    text = "As we have seen in our own earlier work (https://arxiv.org/abs/2401.01234), all hedges are green.\n"
    assert findings("notes.md", text=text) == []


def test_a_notebook_and_a_page_are_audited_like_a_list(findings: Findings) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": LIST.splitlines(keepends=True)}
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}, indent=1)
    assert [one["rule"] for one in findings("a.ipynb", text=notebook)] == ["wrong-work", "not-found"]
    items = [
        ("Counting Hedges with GPU Clusters", "2401.01234"),
        ("A Census of Lanterns", "2105.00001"),
        ("Notes on Kites", "2105.00006"),
        ("Learning to Knot: Ladders as Representations?", "2401.01234"),
    ]
    page = "".join(f'<li><a href="https://arxiv.org/abs/{id}">{title}</a></li>\n' for title, id in items)
    found = findings("a.html", text=f"<ul>\n{page}</ul>\n")
    assert [(one["line"], one["rule"]) for one in found] == [(5, "wrong-work")]


def test_of_a_latex_project_what_it_cites_is_audited(findings: Findings, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(RIGHT + WRONG.replace("{a,", "{unread,"))
    text = "\\documentclass{article}\\begin{document}\\cite{kites}\\bibliography{refs}\\end{document}\n"
    assert findings("paper.tex", text=text) == []
    assert [one["key"] for one in findings("paper.tex", text=text.replace("kites", "kites,unread"))] == ["unread"]


def test_a_bbl_is_audited(findings: Findings) -> None:
    text = (
        "\\begin{thebibliography}{9}\n\\bibitem{hedges}\nA.~B. Example, L. van der Sample, and S. Testcase.\n"
        "\\newblock Counting hedges with {GPU} clusters.\n\\newblock \\emph{arXiv:2401.01234}, 2024.\n\n"
        "\\bibitem{wrong}\nC.~Orwell.\n\\newblock A completely different subject.\n"
        "\\newblock \\emph{arXiv:2105.00006}, 2021.\n\\end{thebibliography}\n"
    )
    assert [(one["key"], one["rule"]) for one in findings("paper.bbl", text=text)] == [("wrong", "wrong-work")]


# reports and statuses -------------------------------------------------------------------------------------------------


def test_the_json_fits_its_schema(check: Run) -> None:
    report = json.loads(check("refs.bib", "--format", "json", text=WRONG + RIGHT).stdout)
    jsonschema.validate(report, json.loads((SCHEMAS / "check-1.schema.json").read_text("utf-8")))
    assert list(report["findings"][0]) == [
        "file", "line", "key", "id", "rule", "severity", "message", "found", "expected", "source",
    ]  # fmt: skip


def test_the_text_quotes_the_line_and_says_what_to_do(check: Run) -> None:
    done = check("refs.bib", text=RIGHT + WRONG)
    assert done.returncode == 1
    assert "refs.bib" in done.stdout
    assert "wrong-work" in done.stdout
    assert "Ladders in Gardens" in done.stdout
    assert "try: " in done.stdout
    assert "5 references: 4 right, 1 wrong" in done.stderr


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github", "junit"])
def test_every_format_has_the_same_status(check: Run, format: str) -> None:
    assert check("refs.bib", "--format", format, text=WRONG).returncode == 1
    assert check("right.bib", "--format", format, text=RIGHT).returncode == 0


def test_what_is_in_the_baseline_is_not_told_again(check: Run, tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(check("refs.bib", "--format", "json", text=WRONG).stdout)
    done = check("refs.bib", "--baseline", "known.json", text="\n\n% moved\n" + WRONG + RIGHT)
    assert done.returncode == 0, done.stdout
    assert check("refs.bib", "--baseline", "known.json", text=WRONG + WRONG.replace("{a", "{b")).returncode == 1
    missing = check("refs.bib", "--baseline", "nowhere.json")
    assert missing.returncode == 2
    assert "--format json" in missing.stderr


@pytest.mark.parametrize(
    "text",
    [
        f"% enrich: ignore wrong-work\n{WRONG}",
        f"% enrich: ignore\n{WRONG}",
        WRONG.replace("@misc{a,", "@misc{a,\n% enrich: ignore wrong-work -- I know\n"),
    ],
)
def test_a_finding_can_be_ignored_in_the_file(check: Run, text: str) -> None:
    done = check("refs.bib", text=text)
    assert done.returncode == 0, done.stdout
    assert "ignored" in done.stderr


def test_a_rule_can_be_ignored_for_a_run_and_a_wrong_name_is_told(check: Run) -> None:
    assert check("refs.bib", "--ignore", "wrong-work", text=WRONG).returncode == 0
    wrong = check("refs.bib", "--ignore", "wrong-wrok")
    assert wrong.returncode == 2
    assert "no such rule" in wrong.stderr
    told = check("refs.bib", text=f"% enrich: ignore wrong-wrok\n{RIGHT}")
    assert "wrong-wrok" in told.stderr


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_audited(check: Run, tmp_path: Path) -> None:
    done = check("refs.bib", "nowhere.bib", text=RIGHT)
    assert done.returncode == 1
    assert "nowhere.bib: no such file" in done.stderr
    assert "4 right" in done.stderr
    assert check("nowhere.bib").returncode == 3


@pytest.mark.parametrize("name", ["empty.bib", "empty.md"])
def test_a_file_without_references_is_clean(check: Run, name: str) -> None:
    done = check(name, text="\n")
    assert done.returncode == 0, done.stderr


def test_stdin_is_audited_too(check: Run) -> None:
    done = check("-", "--json", stdin=WRONG)
    (one,) = json.loads(done.stdout)["findings"]
    assert (one["file"], one["rule"]) == ("<stdin>", "wrong-work")


def test_strict_forgives_less(check: Run) -> None:
    text = entry("article", title="Counting Hedge with GPU Clusters", journal="J. Invented Results", year="2025")
    assert check("refs.bib", text=text).returncode == 0
    assert check("refs.bib", "--strict").returncode == 1


def test_in_python_the_same_findings_are_to_be_had(
    published_services: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import enrich

    for name, value in published_services.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "refs.bib").write_text(WRONG)
    result = enrich.audit(tmp_path / "refs.bib", cache=tmp_path / "cache")
    assert [finding.rule for finding in result.findings] == ["wrong-work"]
    assert [outcome.state for outcome in result.outcomes] == ["wrong"]


def test_the_help_names_every_rule_and_severity() -> None:
    assert tuple(RULES) == cli.RULES
    assert {rule.severity for rule in RULES.values()} == set(SEVERITIES)


def test_a_published_version_is_looked_for_but_not_of_what_is_another_work(
    check: Run, semanticscholar: SemanticScholarStandin
) -> None:
    check("refs.bib", text=WRONG)
    assert semanticscholar.requests == []
    check("refs.bib", text=entry(**KITES))
    assert len(semanticscholar.requests) == 1


def test_many_references_are_asked_for_in_few_requests(
    check: Run, library: Library, arxiv: ArxivStandin, tmp_path: Path
) -> None:
    papers = list(synthetic_papers(300))
    library.add(*papers)
    lines = [f"- [{paper.title}](https://arxiv.org/abs/{paper.id})\n" for paper in papers]
    before = len(arxiv.requests)
    done = check("README.md", text="".join(lines))
    assert done.returncode == 0, done.stdout
    assert "300 references: 300 right" in done.stderr
    assert len(arxiv.requests) - before <= 3
