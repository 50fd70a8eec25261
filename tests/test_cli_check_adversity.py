"""``enrich check`` where things go wrong: odd files, wrong usage, services that fail, readers that have had enough."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from .standins import ArxivStandin, CrossrefStandin, DataciteStandin, DblpStandin, OaiStandin

Run = Callable[..., "subprocess.CompletedProcess[str]"]

WRONG = """\
@misc{größe,
  title = {A Wholly Unrelated Study of Rivers},
  author = {Nobody Known},
  eprint = {2401.01234}}
"""
"""An entry whose identifier, in line 4, is another work's."""

COMMAND = "\x1b]0;owned\x07\x1b[31mred\x9b2J\u202eback\x7f\u2028"
"""What would write to a terminal's title bar, colour it, empty it and turn its text round."""


@pytest.fixture
def check(run: Run, published_services: dict[str, str], tmp_path: Path) -> Run:
    """``check("refs.bib", text=WRONG)`` with all services there; ``text`` is written to the first file."""

    def check(*arguments: object, text: str | bytes | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
        if text is not None:
            (tmp_path / str(arguments[0])).write_bytes(text if isinstance(text, bytes) else text.encode())
        return run("check", *arguments, **{**options, "env": {**published_services, **options.get("env", {})}})

    return check


def places(done: subprocess.CompletedProcess[str]) -> list[tuple[int, str]]:
    """Line and rule of what was found, without advice."""
    found = json.loads(done.stdout)["findings"]
    return [(one["line"], one["rule"]) for one in found if one["severity"] != "note"]


# files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (WRONG.encode("latin-1"), 4),
        (WRONG.encode("utf-16"), 4),
        (b"\xef\xbb\xbf" + WRONG.encode(), 4),
        (WRONG.replace("\n", "\r\n").encode(), 4),
        (WRONG.replace("\n", "\r").encode(), 4),
        (WRONG[:-1].encode(), 4),
        (b"% a\r% b\r\n% c\n" + WRONG.encode(), 7),
        (b"% \xff\xfe\x80\n" + WRONG.encode(), 5),
        # What Python takes for the end of a line, and no editor does.
        (("% \x0c \x0b \x1c \x85 \u2028 \u2029\n" + WRONG.replace("Wholly", "Wholly\x0b\u2028")).encode(), 5),
        (WRONG.replace("A Wholly", "A\n\nWholly").encode(), 6),
    ],
    ids=["latin-1", "utf-16", "bom", "crlf", "cr", "no-end", "mixed", "invalid", "separators", "multi-line"],
)
def test_the_line_is_the_one_that_an_editor_shows(check: Run, text: bytes, line: int) -> None:
    assert places(check("refs.bib", "--json", text=text)) == [(line, "wrong-work")]


def test_a_file_cut_in_half_is_a_finding_with_its_line_and_the_rest_is_audited(check: Run) -> None:
    done = check("refs.bib", "--json", text=WRONG + "@misc{cut,\n  title = {Notes on")
    assert places(done) == [(4, "wrong-work"), (5, "unbalanced")]
    assert done.returncode == 1


def test_of_several_files_those_that_are_none_are_told_and_the_others_audited(check: Run, tmp_path: Path) -> None:
    (tmp_path / "binary.bib").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "folder.bib").mkdir()
    (tmp_path / "loop.bib").symlink_to("loop.bib")
    (tmp_path / "broken.ipynb").write_text('{"cells": [')
    names = ("binary.bib", "folder.bib", "loop.bib", "nothere.bib", "broken.ipynb")
    done = check("refs.bib", *names, "--json", text=WRONG)
    assert places(done) == [(4, "wrong-work")]
    assert {problem["file"] for problem in json.loads(done.stdout)["problems"]} == set(names)


def test_a_file_that_is_named_by_several_names_is_audited_once(check: Run, tmp_path: Path) -> None:
    (tmp_path / "link.bib").symlink_to("refs.bib")
    done = check("refs.bib", "link.bib", "./refs.bib", tmp_path / "refs.bib", "--json", text=WRONG)
    assert places(done) == [(4, "wrong-work")]


STRANGE = ("a b%20c.bib", "::error::x.bib", "größe, 100%.bib", "two\nlines.bib", "-dash.bib")


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github", "junit"])
def test_strange_names_of_files_break_no_report(check: Run, tmp_path: Path, format: str) -> None:
    for name in STRANGE:
        (tmp_path / name).write_text(WRONG)
    done = check("--format", format, "--", *STRANGE)
    assert done.returncode == 1
    if format == "json":
        assert {one["file"] for one in json.loads(done.stdout)["findings"]} == set(STRANGE)
    elif format == "sarif":
        results = json.loads(done.stdout)["runs"][0]["results"]
        uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
        assert "a%20b%2520c.bib" in uris
        assert not any(re.search(r"[\s:]", uri) for uri in uris)
    elif format == "github":
        assert all(re.match(r"::(error|warning|notice) [^:]*::", line) for line in done.stdout.splitlines())
        assert len(done.stdout.splitlines()) == len(STRANGE)
    elif format == "junit":
        assert len(ElementTree.fromstring(done.stdout.encode()).findall("testsuite")) == len(STRANGE)


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github", "junit"])
def test_what_a_file_says_is_no_command_to_a_terminal(check: Run, format: str) -> None:
    text = WRONG.replace("größe", f"k{COMMAND}").replace("Rivers", f"Ri{COMMAND}vers\r\n::error::owned")
    done = check("refs.bib", "--format", format, text=text + f"% enrich: ignore {COMMAND}\n@misc{{x{COMMAND}\n")
    assert done.returncode == 1
    for output in (done.stdout, done.stderr):
        assert not re.search(r"[^\n -~\xa1-\u1fff\u2010-\u2027\u2030-\u205f\u3000-\ud7ff]", output)
    assert format == "text" or not re.search(r"^::error::owned", done.stdout, re.MULTILINE)


def test_the_json_says_what_it_does_not_show(check: Run) -> None:
    done = check("refs.bib", "--json", text=WRONG.replace("Rivers", "Riv\x9b\u202eers"))
    assert json.loads(done.stdout)["findings"][0]["found"] == "A Wholly Unrelated Study of Riv\x9b\u202eers"
    assert "größe" in done.stdout


# usage ----------------------------------------------------------------------------------------------------------------


def test_a_file_is_no_authority_for_itself(check: Run, tmp_path: Path) -> None:
    (tmp_path / "link.bib").symlink_to("refs.bib")
    for name in ("refs.bib", "link.bib"):
        done = check("refs.bib", "--against", name, text=WRONG)
        assert (done.returncode, done.stdout) == (2, "")
        assert "checked itself" in done.stderr


@pytest.mark.parametrize("name", ["", "nothere.json", "refs.bib", "empty.json", "list.json", "other.json"])
def test_what_is_no_baseline_is_wrong_usage(check: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "other.json").write_text('{"schema": "enrich/1", "records": []}')
    done = check("refs.bib", "--baseline", name, text=WRONG)
    assert (done.returncode, done.stdout) == (2, "")
    assert "baseline" in done.stderr


@pytest.mark.parametrize("name", ["", "nothere.json", "binary.bib", "list.md", "records.json"])
def test_what_is_no_authority_is_wrong_usage(check: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "binary.bib").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "list.md").write_text("# A list\n")
    (tmp_path / "records.json").write_text('{"records": 3}')
    done = check("refs.bib", "--against", name, text=WRONG)
    assert (done.returncode, done.stdout) == (2, "")


# readers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github", "junit"])
def test_a_reader_who_has_had_enough_changes_no_status(
    spawn: Callable[..., subprocess.Popen[bytes]], published_services: dict[str, str], tmp_path: Path, format: str
) -> None:
    (tmp_path / "refs.bib").write_text(WRONG)
    process = spawn("check", "refs.bib", "--format", format, env=published_services)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read().decode()
    assert process.wait(60) == 1
    assert "1 error" in told
    assert "Broken" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_report_that_cannot_be_written_is_told(
    spawn: Callable[..., subprocess.Popen[bytes]], published_services: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "refs.bib").write_text(WRONG)
    with open("/dev/full", "wb") as full:
        process = spawn("check", "refs.bib", stdout=full, env=published_services)
    told = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 3
    assert told.splitlines()[-1].startswith("enrich: the result could not be written")


@pytest.mark.skipif(os.name != "posix", reason="there are no terminals to be had")
@pytest.mark.parametrize(("setting", "coloured"), [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colours_unless_no_color_says_anything(
    spawn: Callable[..., subprocess.Popen[bytes]],
    published_services: dict[str, str],
    tmp_path: Path,
    setting: dict[str, str],
    coloured: bool,
) -> None:
    (tmp_path / "refs.bib").write_text("@misc{cut,\n  title = {Notes on")
    ours, theirs = os.openpty()
    try:
        env = {**published_services, "TERM": "xterm", "NO_COLOR": None, **setting}
        process = spawn("check", "refs.bib", "--offline", stdout=theirs, env=env)
        process.communicate(timeout=60)
        shown = os.read(ours, 100_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert ("\x1b[" in shown) == coloured
    assert "unbalanced" in shown


# services -------------------------------------------------------------------------------------------------------------

FAILURES: dict[str, dict[str, Any]] = {
    "refused": {"mode": "status", "status": 429},
    "page": {"mode": "html"},
    "truncated": {"mode": "truncated"},
}


@pytest.mark.parametrize("name", FAILURES)
def test_services_that_fail_make_nothing_wrong_and_nothing_right(
    check: Run,
    arxiv: ArxivStandin,
    datacite: DataciteStandin,
    oai: OaiStandin,
    crossref: CrossrefStandin,
    dblp: DblpStandin,
    name: str,
) -> None:
    for service in (arxiv, datacite, oai, crossref, dblp):
        service.fail(FAILURES[name]["mode"], next=None, **{k: v for k, v in FAILURES[name].items() if k != "mode"})
    text = WRONG + "@misc{other, title = {Notes on Kites}, author = {Jan Editor and Hanna Bug}, doi = {10.5555/x.1}}\n"
    done = check("refs.bib", "--json", text=text)
    report = json.loads(done.stdout)
    assert (done.returncode, report["findings"], report["checked"], report["unchecked"]) == (3, [], 0, 2)
    assert {problem["kind"] for problem in report["problems"]} == {"unreachable"}


def test_a_run_that_is_stopped_says_so_and_reports_what_it_has(
    spawn: Callable[..., subprocess.Popen[bytes]],
    published_services: dict[str, str],
    tmp_path: Path,
    crossref: CrossrefStandin,
) -> None:
    lanterns = "@misc{lanterns, title = {A Census of Lanterns}, author = {A. Example}, doi = {10.5555/jir.2022.17}}\n"
    (tmp_path / "refs.bib").write_text(WRONG + lanterns)
    crossref.fail("hang", next=None, seconds=60)
    process = spawn("check", "refs.bib", "--json", env=published_services)
    until = time.monotonic() + 60
    while not crossref.requests and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    report = json.loads(out)
    assert [(one["key"], one["rule"]) for one in report["findings"]] == [("größe", "wrong-work")]
    assert (report["checked"], report["unchecked"], process.returncode) == (1, 1, 1)
    assert "stopped by you" in err.decode()
    assert "Traceback" not in err.decode()


def test_two_runs_share_a_cache(
    spawn: Callable[..., subprocess.Popen[bytes]], published_services: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "refs.bib").write_text(WRONG)
    runs = [spawn("check", "refs.bib", "--json", env=published_services) for _ in range(2)]
    reports = [run.communicate(timeout=60)[0] for run in runs]
    assert reports[0] == reports[1]
    assert [run.returncode for run in runs] == [1, 1]


def test_where_no_cache_can_be_made_references_are_audited_all_the_same(check: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = check("refs.bib", "--json", "--cache", "file", text=WRONG)
    assert places(done) == [(4, "wrong-work")]
    assert "cannot be made" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "home") == ["file", "refs.bib"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_stderr_that_takes_nothing_changes_no_status(
    environment: dict[str, str], published_services: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "refs.bib").write_text(WRONG)
    command = [sys.executable, "-m", "enrich", "check", "refs.bib", "--json"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command, env={**environment, **published_services}, cwd=tmp_path, stdout=subprocess.PIPE, stderr=full
        )
    assert done.returncode == 1
    assert json.loads(done.stdout)["checked"] == 1


def test_of_an_authority_that_is_cut_off_it_is_told_where(check: Run, tmp_path: Path) -> None:
    whole = WRONG.replace("A Wholly Unrelated Study of Rivers", "Counting Hedges with GPU Clusters")
    (tmp_path / "library.bib").write_text(whole + "\n@misc{cut, title = {Of Which\n")
    done = check("refs.bib", "--offline", "--against", "library.bib", text=WRONG)
    assert "library.bib: what begins in line 6 cannot be read" in done.stderr
    assert "1 wrong" in done.stderr
