"""The command as people and scripts meet it: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from enrich import cli, formats
from enrich.store import Store

from .standins import ArxivStandin, DataciteStandin, Library, OaiStandin
from .standins.papers import HOSTILE, PLAIN, synthetic_papers

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def records(text: str) -> list[dict[str, Any]]:
    return list(json.loads(text)["records"])


def names(text: str) -> list[str]:
    return [record["id"] for record in records(text)]


# Help and usage -------------------------------------------------------------------------------------------------------


def test_help_shows_examples_and_every_command(run: Run) -> None:
    done = run("--help", alone=True)
    assert done.returncode == 0
    for word in ("get", "find", "convert", "cache", "examples:", "exit status"):
        assert word in done.stdout


@pytest.mark.parametrize("command", ["get", "find", "convert", "cache"])
def test_every_command_has_help_with_examples(command: str, run: Run) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert "examples:" in done.stdout


def test_the_formats_named_in_the_help_are_the_formats_there_are() -> None:
    assert formats.names() == cli.FORMATS


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_is_printed_for_each_shell(shell: str, run: Run) -> None:
    done = run("--print-completion", shell)
    assert done.returncode == 0
    assert "enrich" in done.stdout
    assert "convert" in done.stdout


def test_bash_accepts_the_completion(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "enrich.bash"
    script.write_text(run("--print-completion", "bash").stdout)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["get"],
        ["get", "2401.01234", "--to", "word"],
        ["get", "2401.01234", "-o", "refs.doc"],
        ["get", "2401.01234", "--unknown"],
        ["get", "2401.01234", "--max-age", "soon"],
        ["get", "2401.01234", "--key", "{colour}"],
        ["convert", "-"],
        [],
    ],
)
def test_wrong_usage_ends_with_2_and_no_traceback(arguments: list[str], run: Run, arxiv: ArxivStandin) -> None:
    done = run(*arguments)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert arxiv.requests == [], "nobody is asked before the usage is right"


def test_the_version_is_printed(run: Run) -> None:
    assert re.fullmatch(r"enrich \d+\.\d+\.\d+\n", run("--version").stdout)


# get ------------------------------------------------------------------------------------------------------------------


def test_get_prints_bibtex(run: Run) -> None:
    done = run("get", "2401.01234")
    assert done.returncode == 0
    assert done.stdout.startswith("@misc{example2024counting,\n")
    assert "eprint = {2401.01234}" in done.stdout
    assert "1 paper: 1 from arXiv" in done.stderr


def test_the_order_is_the_order_asked_and_a_paper_comes_once(run: Run) -> None:
    done = run("get", "hep-th/9901001", "2401.01234", "arXiv:hep-th/9901001", "math/0309136", "--to", "json")
    assert names(done.stdout) == ["arXiv:hep-th/9901001", "arXiv:2401.01234", "arXiv:math/0309136"]


def test_the_same_input_and_cache_give_the_same_bytes(run: Run) -> None:
    run("get", "2401.01234", "hep-th/9901001")
    for name in formats.names():
        one, two = (
            run("get", "2401.01234", "hep-th/9901001", "--to", name, "--offline", alone=True).stdout for _ in range(2)
        )
        assert one == two != ""


def test_identifiers_and_options_may_be_mixed(run: Run) -> None:
    done = run("get", "2401.01234", "--to", "json", "hep-th/9901001", "--quiet")
    assert names(done.stdout) == ["arXiv:2401.01234", "arXiv:hep-th/9901001"]
    assert done.stderr == ""


def test_several_identifiers_in_one_argument_are_taken_apart(run: Run) -> None:
    assert len(records(run("get", "2401.01234, hep-th/9901001", "--to", "json").stdout)) == 2


def test_a_list_on_stdin_is_read_with_its_comments(run: Run) -> None:
    done = run("get", "-", "--to", "json", stdin="# mine\n2401.01234  # the best\n\nhep-th/9901001v1\n")
    assert names(done.stdout) == ["arXiv:2401.01234", "arXiv:hep-th/9901001"]
    assert records(done.stdout)[1]["version"] == 1


def test_problems_are_grouped_with_their_places_and_what_to_try(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("See arXiv:2101.99999\nand https://arxiv.org/abs/2101.99999 and arXiv:2113.12345.\n")
    done = run("get", "a.md", "2401.01234", "--to", "json")
    assert done.returncode == 1
    assert "Not found: arXiv has no paper 2101.99999\n    a.md:1: arXiv:2101.99999\n    a.md:2:" in done.stderr
    assert "Not usable:" in done.stderr
    kinds = [(problem["kind"], problem["file"], problem["line"]) for problem in json.loads(done.stdout)["problems"]]
    assert sorted(kinds) == [("invalid", "a.md", 2), ("not-found", "a.md", 1), ("not-found", "a.md", 2)]


@pytest.mark.parametrize(
    "what",
    ["2113.99999", "abc", "10.1038/nature14539", "nofile.md", ".", "2101.99999", "https://example.org/", "\x1b[31m"],
)
def test_what_cannot_be_had_is_one_line_and_status_3(what: str, run: Run) -> None:
    done = run("get", what, "-o", "out.bib")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert not Path("out.bib").exists()
    assert any(heading in done.stderr for heading in ("Not usable", "Not found"))


def test_a_missing_file_is_told_as_a_file(run: Run) -> None:
    assert "there is no file notes.md" in run("get", "notes.md").stderr


def test_files_that_cannot_be_read_do_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "binary.md").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "good.md").write_text("arXiv:2401.01234")
    done = run("get", "binary.md", "good.md", "--to", "json")
    assert done.returncode == 1
    assert names(done.stdout) == ["arXiv:2401.01234"]
    assert "binary.md" in done.stderr


def test_a_document_without_mentions_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("Nothing here.")
    done = run("get", "empty.md")
    assert done.returncode == 3
    assert "no arXiv paper is mentioned" in done.stderr


def test_outputs_go_to_files_by_their_suffix_with_the_same_keys(run: Run, tmp_path: Path) -> None:
    files = ["a.bib", "a.biblatex.bib", "a.json", "a.jsonl", "a.csl.json", "a.ris", "a.yaml", "a.md"]
    done = run("get", "2401.01234", *(part for file in files for part in ("-o", file)))
    assert done.returncode == 0
    assert done.stdout == ""
    for file in files:
        assert "example2024counting" in (tmp_path / file).read_text("utf-8"), file


def test_a_key_template_is_obeyed(run: Run) -> None:
    assert "@misc{Example:24," in run("get", "2401.01234", "--key", "{Family}:{yy}").stdout


def test_the_year_can_be_that_of_the_newest_version(run: Run, library: Library) -> None:
    library.add(PLAIN.revised(id="2312.11111", versions=["2023-12-30T10:00:00Z", "2024-02-01T10:00:00Z"]))
    assert "year = {2023}" in run("get", "2312.11111").stdout
    assert "year = {2024}" in run("get", "2312.11111", "--year", "latest").stdout


def test_an_existing_bib_keeps_every_byte_and_gets_what_is_missing(run: Run, tmp_path: Path) -> None:
    before = (
        b'% ten years of work\r\n@string{me = "Me"}\r\n@article{Mine,\r\n  title={My {Paper}}, author = me,\r\n'
        b"  eprint = {2401.01234}, archivePrefix={arXiv} }\r\n\r\n@comment{x}"
    )
    (tmp_path / "refs.bib").write_bytes(before)
    done = run("get", "2401.01234", "hep-th/9901001", "-o", "refs.bib", "-o", "refs.json")
    assert done.returncode == 0
    after = (tmp_path / "refs.bib").read_bytes()
    assert after.startswith(before)
    assert after.count(b"2401.01234") == 1
    assert b"@misc{knot1999strings," in after
    assert b"\r\n" in after[len(before) :]
    assert [r["key"] for r in records((tmp_path / "refs.json").read_text())] == ["Mine", "knot1999strings"]
    stamp = (tmp_path / "refs.bib").stat().st_mtime_ns
    run("get", "2401.01234", "hep-th/9901001", "-o", "refs.bib")
    assert (tmp_path / "refs.bib").read_bytes() == after
    assert (tmp_path / "refs.bib").stat().st_mtime_ns == stamp, "nothing to add: the file is not even touched"


def test_a_new_key_never_takes_one_that_is_in_use(run: Run, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@book{example2024counting, title = {Another}}\n")
    run("get", "2401.01234", "-o", "refs.bib")
    assert "@misc{example2024countinga," in (tmp_path / "refs.bib").read_text()


def test_force_starts_the_file_anew(run: Run, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@book{other, title = {Another}}\n")
    run("get", "2401.01234", "-o", "refs.bib", "--force")
    assert "other" not in (tmp_path / "refs.bib").read_text()


def test_a_bib_that_would_swallow_the_addition_is_left_alone(run: Run, tmp_path: Path) -> None:
    broken = "@article{a,\n  title = {never closed\n"
    (tmp_path / "refs.bib").write_text(broken)
    done = run("get", "2401.01234", "-o", "refs.bib")
    assert done.returncode == 3
    assert "refs.bib" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "refs.bib").read_text() == broken


def test_a_bib_as_input_keeps_its_keys(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.bib").write_text("@misc{my:key, eprint = {2401.01234}, archivePrefix = {arXiv}, title = {x}}\n")
    assert run("get", "old.bib").stdout.startswith("@misc{my:key,")


def test_our_json_is_input_and_snapshot(run: Run, tmp_path: Path, closed_port: int) -> None:
    run("get", "2401.01234", "-o", "refs.json")
    done = run("get", "refs.json", "--cache", "empty", "--offline", "--to", "json")
    assert done.returncode == 0
    assert records(done.stdout)[0]["title"] == PLAIN.title
    done = run("get", "2401.01234", "--cache", "empty", "--offline", "--snapshot", "refs.json")
    assert done.returncode == 0


def test_an_unreachable_network_gives_the_shipped_papers_and_says_so(run: Run, closed_port: int) -> None:
    nowhere = f"http://127.0.0.1:{closed_port}/"
    env = dict.fromkeys(("ENRICH_ARXIV_URL", "ENRICH_OAI_URL", "ENRICH_DATACITE_URL"), nowhere)
    done = run("get", "2110.14168", env=env)
    assert done.returncode == 0
    assert "cobbe2021training" in done.stdout
    assert "snapshot that comes with enrich" in done.stderr
    assert "connection refused" in done.stderr.lower()


def test_fresh_that_could_not_renew_is_not_all_done(run: Run, closed_port: int) -> None:
    run("get", "2401.01234")
    nowhere = f"http://127.0.0.1:{closed_port}/"
    env = dict.fromkeys(("ENRICH_ARXIV_URL", "ENRICH_OAI_URL", "ENRICH_DATACITE_URL"), nowhere)
    done = run("get", "2401.01234", "--fresh", env=env)
    assert done.returncode == 1
    assert "example2024counting" in done.stdout


def test_a_paper_that_arxiv_does_not_know_any_more_is_kept_and_told(run: Run, library: Library) -> None:
    run("get", "2401.01234")
    library.remove("2401.01234")
    done = run("get", "2401.01234", "--fresh", "--quiet")
    assert done.returncode == 1
    assert "example2024counting" in done.stdout
    assert "kept as known here" in done.stderr
    assert "could not be asked" not in done.stderr


def test_a_withdrawn_paper_is_told_loudly(run: Run) -> None:
    done = run("get", "2403.05678")
    assert "withdrawn: arXiv:2403.05678 (This paper has been withdrawn by the author" in done.stderr


def test_letters_that_plain_latex_cannot_print_are_told(run: Run) -> None:
    done = run("get", "2308.12345", "2401.01234")
    assert re.search(r"plain LaTeX cannot print \S*花\S* in \S+2023\w+;", done.stderr), done.stderr
    assert "plain LaTeX" not in run("get", "2308.12345", "--to", "biblatex").stderr
    assert "plain LaTeX" not in run("get", "2401.01234").stderr


def test_a_hostile_title_does_no_harm_on_a_terminal(run: Run) -> None:
    for name in formats.names():
        done = run("get", HOSTILE.id, "--to", name)
        assert done.returncode == 0
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.stdout + done.stderr), name


def test_the_service_learns_who_asks(run: Run, arxiv: ArxivStandin) -> None:
    run("get", "2401.01234", env={"ENRICH_MAILTO": "me@example.org"})
    assert re.fullmatch(r"enrich/[\d.]+ \(mailto:me@example\.org\)", arxiv.requests[0].headers["User-Agent"])
    assert arxiv.requests[0].headers["Accept"].startswith("application/atom+xml")


def test_a_closed_pipe_ends_quietly(environment: Mapping[str, str], run: Run, library: Library, tmp_path: Path) -> None:
    library.extend(synthetic_papers(300))
    (tmp_path / "ids.txt").write_text("".join(f"{paper.id}\n" for paper in synthetic_papers(300)))
    run("get", "ids.txt")
    command = "set -o pipefail; python3 -m enrich get ids.txt --offline | head -n 1"
    command = command.replace("python3", sys.executable)
    done = subprocess.run(
        ["bash", "-c", command], env=dict(environment), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("@misc{")
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk_is_one_line(run: Run) -> None:
    done = run("get", "2401.01234", "-o", "/dev/full", "--to", "bibtex")
    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unwritable_output_is_told_before_anybody_is_asked(run: Run, arxiv: ArxivStandin) -> None:
    done = run("get", "2401.01234", "-o", "nowhere/refs.bib")
    assert done.returncode == 3
    assert "there is no folder" in done.stderr
    assert arxiv.requests == []


# what only a shell can do ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "statuses"),
    [
        ("get $(printf 'a%.0s' {1..5000})", (3,)),
        ("get 2401.01234 -o $(printf 'a%.0s' {1..300}).bib", (3,)),
        ("get '~nosuchuser/x.md'", (3,)),
        ("find '~nosuchuser/x.md'", (3,)),
        ("get ''", (3,)),
        ("get - <&-", (3,)),
        ("find - <&-", (3,)),
        ("convert - --from json <&-", (2,)),
        ("get 2401.01234 2>&-", (0,)),
        ("get 2101.99999 --quiet 2>&-", (3,)),
        ("get 2401.01234 >&-", (3,)),
        ("cache info >&-", (3,)),
        ("find x.md >&-", (3,)),
        ("get 2401.01234 >/dev/full", (3,)),
        ("cache info >/dev/full", (3,)),
        ("get 2401.01234 -o $'a\\nb.bib'", (0,)),
    ],
)
def test_odd_names_and_closed_streams_give_no_traceback(
    command: str, statuses: tuple[int, ...], environment: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "x.md").write_text("arXiv:2401.01234")
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m enrich {command}"],
        env=dict(environment),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception" not in done.stderr
    assert done.returncode in statuses, done.stderr


def test_a_folder_that_was_removed_is_told(environment: Mapping[str, str], tmp_path: Path) -> None:
    command = f"mkdir gone; cd gone; rmdir ../gone; {sys.executable} -m enrich get 2401.01234"
    done = subprocess.run(
        ["bash", "-c", command], env=dict(environment), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "current folder" in done.stderr


@pytest.mark.parametrize("text", ['cache = "a\\u0000b"', 'outputs = ["a\\u0000.bib"]', 'cache = "~nosuchuser/c"'])
def test_odd_paths_in_the_configuration_are_told(text: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "enrich.toml").write_text(text)
    done = run("get", "2401.01234")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_somebody_elses_broken_project_file_is_not_our_business(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other\n")
    assert run("get", "2401.01234").returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_an_interrupt_is_not_all_done_and_keeps_what_arrived(
    spawn: Callable[..., Any], run: Run, library: Library, arxiv: ArxivStandin, tmp_path: Path
) -> None:
    library.extend(synthetic_papers(600))
    (tmp_path / "ids.txt").write_text("".join(f"{paper.id}\n" for paper in synthetic_papers(600)))
    # A shell's background job ignores interrupts, and so would everything that the tests start there.
    process = spawn(
        "get",
        "ids.txt",
        "-o",
        "out.bib",
        env={"ENRICH_ARXIV_INTERVAL": "300"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with Store(tmp_path / "cache") as store:
            if store.contents().records == 200:
                break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert b"stopped by you" in errors
    assert (tmp_path / "out.bib").read_text().count("@misc{") == 200
    assert len(records(run("get", "ids.txt", "--offline", "--to", "json").stdout)) == 200


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
@pytest.mark.parametrize("delay", [0.15, 0.35, 0.5, 0.7])
def test_a_run_that_is_killed_at_any_moment_can_simply_be_started_again(
    delay: float, spawn: Callable[..., Any], run: Run, library: Library, tmp_path: Path
) -> None:
    library.extend(synthetic_papers(900))
    (tmp_path / "ids.txt").write_text("".join(f"{paper.id}\n" for paper in synthetic_papers(900)))
    process = spawn("get", "ids.txt", "-o", "out.bib", "-o", "out.json", env={"ENRICH_ARXIV_INTERVAL": "0.05"})
    time.sleep(delay)
    process.kill()
    process.communicate()
    done = run("get", "ids.txt", "-o", "out.bib", "-o", "out.json")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.bib").read_text().count("@misc{") == 900
    assert len(records((tmp_path / "out.json").read_text())) == 900
    assert "set aside" not in done.stderr


def test_a_file_that_would_shrink_is_spared_on_a_bad_day(run: Run, tmp_path: Path, closed_port: int) -> None:
    run("get", "2401.01234", "hep-th/9901001", "-o", "all.ris", "-o", "all.json")
    before = (tmp_path / "all.ris").read_bytes()
    run("cache", "clear")
    run("get", "2401.01234")
    nowhere = dict.fromkeys(
        ("ENRICH_ARXIV_URL", "ENRICH_OAI_URL", "ENRICH_DATACITE_URL"), f"http://127.0.0.1:{closed_port}/"
    )
    done = run("get", "2401.01234", "hep-th/9901001", "-o", "all.ris", env=nowhere)
    assert done.returncode == 1
    assert (tmp_path / "all.ris").read_bytes() == before
    assert "left as it is" in done.stderr
    done = run("get", "2401.01234", "hep-th/9901001", "-o", "all.ris", "-o", "all.json", env=nowhere)
    assert done.returncode == 0, "the JSON of the last run is a snapshot"
    assert len(records((tmp_path / "all.json").read_text())) == 2


def test_of_several_runs_that_make_one_file_none_is_lost_silently(spawn: Callable[..., Any], tmp_path: Path) -> None:
    names = ("2401.01234", "hep-th/9901001", "math/0309136")
    running = [spawn("get", name, "-o", "new.bib") for name in names]
    statuses = []
    for process in running:
        process.communicate(timeout=30)
        statuses.append(process.returncode)
    assert (tmp_path / "new.bib").read_text().count("@misc{") == statuses.count(0) >= 1
    assert set(statuses) <= {0, 3}


def test_offline_and_fresh_exclude_each_other(run: Run) -> None:
    assert run("get", "2401.01234", "--offline", "--fresh").returncode == 2


def test_paths_of_the_configuration_are_relative_to_it_and_to_nothing_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "enrich.toml").write_text(f'inputs = ["only.txt"]\noutputs = ["{tmp_path}/abs.bib", "rel.bib"]\n')
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "only.txt").write_text("2401.01234")
    assert run(cwd=tmp_path / "sub").returncode == 3
    (tmp_path / "only.txt").write_text("hep-th/9901001")
    assert run(cwd=tmp_path / "sub").returncode == 0
    assert (tmp_path / "abs.bib").read_text() == (tmp_path / "rel.bib").read_text()
    assert "9901001" in (tmp_path / "rel.bib").read_text()


def test_clearing_the_cache_clears_kept_replies_too(
    run: Run, arxiv: ArxivStandin, datacite: DataciteStandin, oai: OaiStandin
) -> None:
    arxiv.fail(404, next=None)
    run("get", "2401.01234")
    run("cache", "clear")
    run("get", "2401.01234")
    assert len(datacite.requests) == 2


# find -----------------------------------------------------------------------------------------------------------------


def test_find_lists_every_occurrence_with_its_place(run: Run, tmp_path: Path, arxiv: ArxivStandin) -> None:
    (tmp_path / "a.md").write_text("arXiv:2401.01234\n\nand [here](https://arxiv.org/abs/2401.01234v2)\n")
    done = run("find", "a.md")
    assert done.returncode == 0
    assert done.stdout == (
        "a.md:1:1\tarXiv:2401.01234\tarXiv:2401.01234\n"
        "a.md:3:12\tarXiv:2401.01234v2\thttps://arxiv.org/abs/2401.01234v2\n"
    )
    assert arxiv.requests == []


def test_find_json_is_the_contract(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("arXiv:2401.01234v2\n")
    assert json.loads(run("find", "--json", "a.md").stdout) == {
        "mentions": [
            {
                "id": "arXiv:2401.01234",
                "version": 2,
                "text": "arXiv:2401.01234v2",
                "file": "a.md",
                "line": 1,
                "column": 1,
            }
        ]
    }


def test_find_reads_stdin_and_tells_what_it_could_not_read(run: Run) -> None:
    done = run("find", "-", "missing.md", stdin="arXiv:2401.01234")
    assert done.returncode == 1
    assert done.stdout.startswith("<stdin>:1:1\t")
    assert run("find", "missing.md").returncode == 3


def test_find_cited_lists_citation_keys(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.tex").write_text("\\cite{one}\n\\citep[see][]{two,three}\n")
    assert run("find", "--cited", "p.tex").stdout.splitlines() == [
        "p.tex:1:7\tone",
        "p.tex:2:15\ttwo",
        "p.tex:2:19\tthree",
    ]
    assert [c["key"] for c in json.loads(run("find", "--cited", "--json", "p.tex").stdout)["cited"]] == [
        "one",
        "two",
        "three",
    ]


# convert --------------------------------------------------------------------------------------------------------------


def test_convert_needs_no_network(run: Run, arxiv: ArxivStandin, tmp_path: Path) -> None:
    run("get", "2401.01234", "-o", "a.json")
    asked = len(arxiv.requests)
    done = run("convert", "a.json", "-o", "a.bib", "-o", "a.ris")
    assert done.returncode == 0
    assert len(arxiv.requests) == asked
    assert (tmp_path / "a.bib").read_text() == run("get", "2401.01234").stdout
    done = run("convert", "a.bib", "--to", "json")
    assert records(done.stdout)[0]["key"] == "example2024counting"
    assert (
        "TY  - " in run("convert", "-", "--from", "json", "--to", "ris", stdin=(tmp_path / "a.json").read_text()).stdout
    )


def test_convert_is_not_failed_by_the_problems_of_an_earlier_run(run: Run, tmp_path: Path) -> None:
    run("get", "2401.01234", "2101.99999", "-o", "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["problems"]
    done = run("convert", "a.json", "-o", "a.ris")
    assert done.returncode == 0
    assert "2101.99999" not in done.stderr


@pytest.mark.parametrize("content", ["", "{", '{"schema": "enrich/9", "records": []}', "[" * 100_000, "\xff\xfe"])
def test_convert_of_something_else_is_one_line(content: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(content.encode("latin-1"))
    done = run("convert", "a.json", "--to", "bibtex")
    assert done.returncode in (2, 3)
    assert "a.json" in done.stderr
    assert "Traceback" not in done.stderr


# cache ----------------------------------------------------------------------------------------------------------------


def test_the_cache_is_counted_carried_elsewhere_and_forgotten(run: Run, arxiv: ArxivStandin) -> None:
    run("get", "2401.01234", "hep-th/9901001v1", "2101.99999")
    info = json.loads(run("cache", "info", "--json").stdout)
    assert (info["records"], info["missing"]) == (2, 1)
    assert "2 known" in run("cache", "info").stdout
    assert run("cache", "export", "all.json").returncode == 0
    assert run("cache", "import", "all.json", "--cache", "second").returncode == 0
    asked = len(arxiv.requests)
    done = run("get", "2401.01234", "hep-th/9901001v1", "--cache", "second", "--to", "json")
    assert [r["version"] for r in records(done.stdout)] == [2, 1]
    assert len(arxiv.requests) == asked, "what was imported keeps its age"
    assert run("cache", "clear").returncode == 0
    assert json.loads(run("cache", "info", "--json").stdout)["records"] == 0


def test_an_import_never_replaces_what_is_younger(run: Run, library: Library) -> None:
    run("get", "2401.01234")
    run("cache", "export", "old.json")
    library.add(PLAIN.revised(title="Corrected"))
    time.sleep(1.1)
    run("get", "2401.01234", "--fresh")
    run("cache", "import", "old.json")
    assert records(run("get", "2401.01234", "--offline", "--to", "json").stdout)[0]["title"] == "Corrected"


# the configuration ----------------------------------------------------------------------------------------------------


def test_enrich_alone_runs_the_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("arXiv:2401.01234")
    (tmp_path / "enrich.toml").write_text(
        'inputs = ["notes.md", "hep-th/9901001"]\noutputs = ["refs.bib", "refs.json"]\nkey = "{Family}{year}"\n'
    )
    done = run()
    assert done.returncode == 0, done.stderr
    assert [r["key"] for r in records((tmp_path / "refs.json").read_text())] == ["Example2024", "Knot1999"]
    before = (tmp_path / "refs.bib").read_bytes()
    assert run().returncode == 0
    assert (tmp_path / "refs.bib").read_bytes() == before


def test_a_committed_json_output_makes_a_build_without_network(run: Run, tmp_path: Path) -> None:
    (tmp_path / "enrich.toml").write_text('inputs = ["2401.01234"]\noutputs = ["refs.json"]\n')
    run()
    before = (tmp_path / "refs.json").read_bytes()
    done = run("--offline", env={"ENRICH_CACHE": str(tmp_path / "empty")})
    assert done.returncode == 0
    assert (tmp_path / "refs.json").read_bytes() == before


def test_a_broken_configuration_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "enrich.toml").write_text("inputs = [")
    done = run("get", "2401.01234")
    assert done.returncode == 2
    assert "enrich.toml" in done.stderr
    assert "Traceback" not in done.stderr


# the seed -------------------------------------------------------------------------------------------------------------


def test_the_seed_article_yields_its_six_papers(run: Run, shared_data: Path) -> None:
    done = run("get", shared_data / "lists" / "non-english__seed_article_zh.txt", "--offline", "--to", "json")
    assert done.returncode == 0
    assert [name.partition(":")[2] for name in names(done.stdout)] == [
        "2110.14168",
        "2009.03393",
        "2201.11903",
        "2305.20050",
        "2407.00215",
        "2206.05802",
    ]


def test_the_shipped_snapshot_is_what_is_known_of_the_seed(shared_data: Path) -> None:
    shipped = json.loads((Path(cli.__file__).parent / "snapshots" / "seed.json").read_text("utf-8"))["records"]
    known = json.loads((shared_data / "seeds.json").read_text("utf-8"))["records"]
    assert [r["id"].partition(":")[2] for r in shipped] == [r["arxiv_id"] for r in known]
    for ours, theirs in zip(shipped, known, strict=True):
        assert ours["title"] == theirs["title"]
        assert [f"{a['given']} {a['family']}" for a in ours["authors"]] == theirs["authors"]
        assert ours["primary_category"] == theirs["primary_category"]
        assert ours["submitted"] == theirs["submitted_v1"]
        assert ours["abstract"] is None
