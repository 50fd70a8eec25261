"""``enrich refresh`` and ``enrich log`` as people and scripts meet them: what is printed, written, kept and refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from .standins import ArxivStandin, Library, SemanticScholarStandin
from .standins.papers import IN_JOURNAL, PLAIN, WRONG_DOI, synthetic_papers

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SCHEMAS = Path(__file__).resolve().parents[1] / "enrich" / "schemas"

REFS = """\
% Ten years of reading. Do not reformat!
@string{jir = "J. Invented"}

@article{lanterns,
  author  = {Example, Ada B. and van der Sample, Ludwig and \\AA{}kerlund, Zo\\"e},
  title   = {A Census of {Lanterns}},
  journal = {CoRR},
  volume  = {abs/2105.00001},
  year    = {2021},
  file    = {:lanterns.pdf:PDF},
}

@misc{kites, author = {Editor, Jan and Bug, Hanna}, title = {Notes on Kites}, eprint = {2105.00006}, year = 2021}
"""

BOUND = "@misc{bound, title = {A Bound That Does Not Hold}, eprint = {2403.05678}, author = {Mistake, Carla}}\n"


@pytest.fixture
def refs(tmp_path: Path) -> Path:
    path = tmp_path / "refs.bib"
    path.write_text(REFS)
    return path


@pytest.fixture
def refresh(run: Run, published_services: dict[str, str]) -> Run:
    """``refresh("refs.bib", "--diff")`` with all services there."""

    def refresh(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        return run("refresh", *arguments, **{**options, "env": {**published_services, **options.get("env", {})}})

    return refresh


# showing --------------------------------------------------------------------------------------------------------------


def test_a_diff_shows_each_field_with_its_source_and_reason_and_writes_nothing(refresh: Run, refs: Path) -> None:
    done = refresh("refs.bib", "--diff")
    assert done.returncode == 0, done.stderr
    assert "# refs.bib:4 lanterns" in done.stdout
    assert "#     journal: CoRR -> Journal of Invented Results" in done.stdout
    assert "#     pages: (absent) -> 101--120" in done.stdout
    assert "#   Crossref: " in done.stdout
    assert "title the same" in done.stdout
    assert "-  journal = {CoRR},\n" in done.stdout
    assert "+  journal = {Journal of Invented Results},\n" in done.stdout
    assert "1 of 2 entries would change" in done.stderr
    assert refs.read_text() == REFS
    assert not refs.with_name("refs.bib~").exists()


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "%"])
def test_patch_makes_of_the_diff_what_a_refresh_writes(refresh: Run, refs: Path, ending: str, last: str) -> None:
    text = (REFS + last).replace("\n", ending).encode()
    refs.write_bytes(text)
    diff = refresh("refs.bib", "--diff").stdout
    refresh("refs.bib")
    written = refs.read_bytes()
    assert written != text
    refs.write_bytes(text)
    (refs.parent / "change.diff").write_bytes(diff.encode())
    subprocess.run(
        ["patch", "--binary", "refs.bib", "change.diff"], cwd=refs.parent, check=True, stdout=subprocess.DEVNULL
    )
    assert refs.read_bytes() == written


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
def test_a_diff_of_many_changes_is_one_that_patch_reads(refresh: Run, refs: Path) -> None:
    entries = [REFS.replace("lanterns", f"lanterns{n}").replace("kites", f"kites{n}") + "\n" * n for n in range(12)]
    refs.write_text("\f\n\x0b text \x85 between\u2028\n" + "".join(entries))
    before = refs.read_bytes()
    diff = refresh("refs.bib", "--diff").stdout
    refresh("refs.bib")
    written = refs.read_bytes()
    refs.write_bytes(before)
    (refs.parent / "change.diff").write_text(diff)
    subprocess.run(["patch", "refs.bib", "change.diff"], cwd=refs.parent, check=True, stdout=subprocess.DEVNULL)
    assert refs.read_bytes() == written


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_diff_has_the_files_own_bytes_whatever_they_are(refresh: Run, tmp_path: Path, encoding: str) -> None:
    mark = "\u200e" if encoding.startswith("utf") else ""
    before = f"{REFS}  {mark}of caf\xe9 and old\rlines, \x1b[31m\n".replace("% Ten years", "% Fünf").encode(encoding)
    path = tmp_path / "my refs.bib"
    path.write_bytes(before)
    done = refresh(path.name, "--diff")
    refresh(path.name)
    written = path.read_bytes()
    assert written != before
    path.write_bytes(before)
    (tmp_path / "change.diff").write_bytes(done.stdout.encode("utf-8", "surrogateescape"))
    subprocess.run(["patch", "--binary", "-p0", "-i", "change.diff"], cwd=tmp_path, check=True, capture_output=True)
    assert path.read_bytes() == written


def test_a_check_tells_by_its_status_whether_anything_would_change(refresh: Run, refs: Path) -> None:
    assert refresh("refs.bib", "--check").returncode == 1
    assert refs.read_text() == REFS
    assert refresh("refs.bib").returncode == 0
    assert refresh("refs.bib", "--check").returncode == 0


@pytest.mark.parametrize("how", [(), ("--check",), ("--diff",)])
def test_the_plan_is_to_be_had_as_data_that_fits_its_schema(refresh: Run, refs: Path, how: tuple[str, ...]) -> None:
    plan = json.loads(refresh("refs.bib", "--json", *how).stdout)
    jsonschema.validate(plan, json.loads((SCHEMAS / "refresh-1.schema.json").read_text("utf-8")))
    changes = {change["field"]: change for change in plan["changes"]}
    assert changes["journal"]["before"] == "CoRR"
    assert changes["journal"]["after"] == "Journal of Invented Results"
    assert (changes["journal"]["line"], changes["journal"]["key"]) == (7, "lanterns")
    assert changes["journal"]["source"] == "Crossref"
    assert changes["doi"]["before"] is None
    assert [one["key"] for one in plan["abstained"]] == ["kites"]
    assert (refs.read_text() == REFS) is bool(how)


def test_nothing_from_outside_reaches_the_terminal_as_a_command(
    refresh: Run, refs: Path, published_examples: Library
) -> None:
    published_examples.add(IN_JOURNAL.telling("crossref", **{"container-title": ["Journal \x1b[31m of \x07 Results"]}))
    for how in ("--diff", "--check", "--json"):
        done = refresh("refs.bib", how)
        assert "Results" in done.stdout + done.stderr
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", done.stdout + done.stderr)


# writing --------------------------------------------------------------------------------------------------------------


def test_only_what_changes_is_written_in_the_entrys_own_layout(refresh: Run, refs: Path) -> None:
    assert refresh("refs.bib").returncode == 0
    assert refs.read_text() == REFS.replace(
        """\
  journal = {CoRR},
  volume  = {abs/2105.00001},
  year    = {2021},
""",
        """\
  journal = {Journal of Invented Results},
  volume  = {17},
  number  = {2},
  pages   = {101--120},
  publisher = {Invented Press},
  year    = {2022},
  eprint  = {2105.00001},
  archivePrefix = {arXiv},
  primaryClass = {cs.DL},
  doi     = {10.5555/jir.2022.17},
""",
    )


def test_a_second_run_changes_nothing_and_leaves_file_and_backup_alone(refresh: Run, refs: Path) -> None:
    refresh("refs.bib")
    backup = refs.with_name("refs.bib~")
    os.utime(refs, (1, 1))
    before = refs.read_bytes(), refs.stat(), backup.read_bytes(), backup.stat().st_mtime_ns
    done = refresh("refs.bib")
    assert done.returncode == 0
    assert "nothing to change" in done.stderr
    after = refs.read_bytes(), refs.stat(), backup.read_bytes(), backup.stat().st_mtime_ns
    assert (after[0], after[2], after[3]) == (before[0], before[2], before[3])
    assert after[1].st_mtime_ns == before[1].st_mtime_ns
    assert after[1].st_ino == before[1].st_ino


def test_the_former_content_is_kept_with_the_files_permissions(refresh: Run, refs: Path) -> None:
    refs.chmod(0o640)
    refresh("refs.bib")
    backup = refs.with_name("refs.bib~")
    assert backup.read_text() == REFS
    assert stat.S_IMODE(refs.stat().st_mode) == stat.S_IMODE(backup.stat().st_mode) == 0o640


def test_without_a_backup_nothing_is_put_beside_the_file(refresh: Run, refs: Path) -> None:
    refresh("refs.bib", "--no-backup")
    assert refs.read_text() != REFS
    assert sorted(path.name for path in refs.parent.glob("refs*")) == ["refs.bib"]


def test_a_link_is_followed_and_stays_one(refresh: Run, refs: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = refs.rename(tmp_path / "real" / "library.bib")
    refs.symlink_to(real)
    refresh("refs.bib")
    assert refs.is_symlink()
    assert "Invented Press" in real.read_text()
    assert refs.with_name("refs.bib~").read_text() == REFS


def test_undo_restores_the_file_and_undoing_that_is_possible_too(refresh: Run, refs: Path) -> None:
    refresh("refs.bib")
    changed = refs.read_bytes()
    assert refresh("--undo", "refs.bib").returncode == 0
    assert refs.read_text() == REFS
    assert refs.with_name("refs.bib~").read_bytes() == changed
    again = refresh("--undo", "refs.bib")
    assert again.returncode == 3
    assert "already as it was" in again.stderr
    assert refs.read_text() == REFS


def test_undo_never_takes_away_what_was_edited_since(refresh: Run, refs: Path) -> None:
    refresh("refs.bib")
    edited = refs.read_text() + "% a remark of tonight\n"
    refs.write_text(edited)
    done = refresh("--undo", "refs.bib")
    assert done.returncode == 3
    assert "edited after it was refreshed" in done.stderr
    assert refs.read_text() == edited


def test_undo_says_where_there_is_no_backup(refresh: Run, refs: Path) -> None:
    done = refresh("--undo", "refs.bib")
    assert done.returncode == 3
    assert "there is no backup refs.bib~" in done.stderr


def test_a_file_that_is_edited_meanwhile_is_not_written(
    spawn: Callable[..., Any], published_services: dict[str, str], arxiv: ArxivStandin, refs: Path
) -> None:
    arxiv.fail("hang", next=1, seconds=3)
    process = spawn("refresh", "refs.bib", env=published_services)
    deadline = time.monotonic() + 60
    while not arxiv.requests and time.monotonic() < deadline:
        time.sleep(0.02)
    edited = REFS + "% edited while enrich was waiting\n"
    refs.write_text(edited)
    _, errors = process.communicate(timeout=120)
    assert b"changed by somebody else meanwhile" in errors
    assert process.returncode == 3
    assert refs.read_text() == edited
    assert not refs.with_name("refs.bib~").exists()


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one(
    refresh: Run, refs: Path, spawn: Callable[..., Any], published_services: dict[str, str]
) -> None:
    entries = "".join(
        REFS.replace("lanterns", f"lanterns{number}").replace("kites", f"kites{number}") for number in range(300)
    )
    refs.write_text(entries)
    started = time.monotonic()
    refresh("refs.bib")
    whole, written = time.monotonic() - started, refs.read_text()
    for part in (0.5, 0.7, 0.8, 0.9, 0.95):
        refs.write_text(entries)
        refs.with_name("refs.bib~").unlink(missing_ok=True)
        process = spawn("refresh", "refs.bib", env=published_services)
        time.sleep(whole * part)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        backup = refs.with_name("refs.bib~")
        assert refs.read_text() in (entries, written)
        assert not backup.exists() or backup.read_text() == entries
    assert refresh("refs.bib").returncode == 0
    assert refs.read_text() == written


# many files, narrowed -------------------------------------------------------------------------------------------------


def test_many_files_are_asked_for_at_once_and_each_is_written(
    refresh: Run, refs: Path, tmp_path: Path, arxiv: ArxivStandin, semanticscholar: SemanticScholarStandin
) -> None:
    shutil.copy(refs, tmp_path / "second.bib")
    (tmp_path / "third.bib").write_text("@misc{plain, title = {Something of my own}}\n")
    done = refresh("refs.bib", "second.bib", "third.bib")
    assert done.returncode == 0
    assert (len(arxiv.requests), len(semanticscholar.requests)) == (1, 1)
    assert refs.read_bytes() == (tmp_path / "second.bib").read_bytes() != REFS.encode()
    assert "third.bib: nothing to change in 1 entry" in done.stderr


def test_a_file_that_cannot_be_used_is_told_in_a_line_and_the_others_are_done(
    refresh: Run, refs: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.bib").write_text("")
    (tmp_path / "binary.bib").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "folder.bib").mkdir()
    (tmp_path / "prose.bib").write_text("No entry at all in this one.\n")
    before = {path: path.read_bytes() for path in tmp_path.glob("*.bib") if path.is_file()}
    done = refresh("empty.bib", "binary.bib", "folder.bib", "prose.bib", "missing.bib", "refs.bib")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for words in (
        "empty.bib: there is no BibTeX entry in this file",
        "binary.bib: this is a binary file",
        "folder.bib: this is a folder",
        "prose.bib: there is no BibTeX entry in this file",
        "missing.bib: no such file",
    ):
        assert words in done.stderr
    assert "Invented Press" in refs.read_text()
    for path, data in before.items():
        assert path == refs or path.read_bytes() == data


@pytest.mark.parametrize("name", ["empty.bib", "missing.bib"])
def test_where_no_file_can_be_used_nothing_could_be_done(refresh: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.bib").write_text("")
    assert refresh(name).returncode == 3


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs permissions that are obeyed")
def test_a_file_that_may_not_be_written_is_left_alone(refresh: Run, refs: Path) -> None:
    refs.parent.chmod(0o555)
    try:
        done = refresh("refs.bib")
        assert done.returncode == 3
        assert "Traceback" not in done.stderr
        assert refs.read_text() == REFS
    finally:
        refs.parent.chmod(0o755)


def test_a_broken_block_is_told_and_stays_while_the_rest_is_refreshed(refresh: Run, refs: Path) -> None:
    broken = "@article{broken, title = {No end,\n\n"
    refs.write_text(REFS.replace("@misc{kites", broken + "@misc{kites"))
    done = refresh("refs.bib")
    assert done.returncode == 1
    assert "the entry 'broken' cannot be read" in done.stderr
    assert broken in refs.read_text()
    assert "Invented Press" in refs.read_text()


def test_keys_and_kinds_narrow_what_is_changed(refresh: Run, refs: Path) -> None:
    assert refresh("refs.bib", "--check", "--keys", "kites").returncode == 0
    assert refresh("refs.bib", "--check", "--only", "withdrawn,version").returncode == 0
    assert refresh("refs.bib", "--check", "--only", "published", "--keys", "other,lanterns").returncode == 1


def test_an_unknown_kind_is_wrong_usage_and_says_which_there_are(refresh: Run, refs: Path) -> None:
    done = refresh("refs.bib", "--only", "publishd")
    assert done.returncode == 2
    assert "published, version, withdrawn, fields" in done.stderr


# what is told ---------------------------------------------------------------------------------------------------------


def test_a_withdrawn_paper_is_told_first_and_even_to_who_wants_quiet(refresh: Run, refs: Path) -> None:
    refs.write_text(REFS + BOUND)
    done = refresh("refs.bib")
    told = [line for line in done.stderr.splitlines() if line.startswith("refs.bib") or "WITHDRAWN" in line]
    assert told[0].startswith("WITHDRAWN refs.bib:14 bound")
    assert "crucial sign error" in told[0]
    assert "note = {Withdrawn: " in refs.read_text()
    quiet = refresh("refs.bib", "--quiet")
    assert re.search(r"^WITHDRAWN refs.bib:\d+ bound", quiet.stderr, re.MULTILINE)


def test_what_changed_since_the_last_refresh_is_told_once(
    refresh: Run, run: Run, tmp_path: Path, library: Library, published_services: dict[str, str]
) -> None:
    run("get", PLAIN.id, "-o", "mine.bib", env=published_services)
    refresh("mine.bib")
    library.add(PLAIN.revised(title="Counting Hedges, Corrected", versions=3))
    done = refresh("mine.bib", "--fresh")
    assert "v2 -> v3; title changed: 'Counting Hedges with GPU Clusters' -> 'Counting Hedges, Corrected'" in done.stderr
    assert "title = {Counting Hedges, Corrected}" in (tmp_path / "mine.bib").read_text()
    again = refresh("mine.bib")
    assert "v2 -> v3" not in again.stderr
    log = run("log", PLAIN.id, env=published_services).stdout
    assert re.search(r"^\d{4}-\d\d-\d\d  arXiv:2401\.01234  v2 -> v3$", log, re.MULTILINE)
    assert log.splitlines()[-1].endswith("known since: v2, 'Counting Hedges with GPU Clusters'")


def test_what_a_narrow_run_did_not_look_at_is_told_later(
    refresh: Run, run: Run, library: Library, published_services: dict[str, str]
) -> None:
    run("get", PLAIN.id, "2105.00006", "-o", "mine.bib", env=published_services)
    refresh("mine.bib")
    library.add(PLAIN.revised(title="Counting Hedges, Corrected", versions=3))
    assert "v2 -> v3" not in refresh("mine.bib", "--fresh", "--keys", "editor2021notes").stderr
    assert "v2 -> v3" in refresh("mine.bib", "--fresh").stderr


def test_the_summary_is_markdown_for_a_commit_message(refresh: Run, refs: Path, tmp_path: Path) -> None:
    refs.write_text(REFS + BOUND)
    assert refresh("refs.bib", "--summary", "news.md").returncode == 0
    news = (tmp_path / "news.md").read_text()
    assert news.index("## Withdrawn") < news.index("## Changed in refs.bib")
    assert "**lanterns**" in news
    assert "Crossref" in news or "10.5555/jir.2022.17" in news


def test_the_history_of_papers_is_data_that_fits_its_schema(refresh: Run, refs: Path, run: Run) -> None:
    refresh("refs.bib")
    done = run("log", "--json")
    log = json.loads(done.stdout)
    jsonschema.validate(log, json.loads((SCHEMAS / "log-1.schema.json").read_text("utf-8")))
    assert [event["id"] for event in log["events"]] == ["arXiv:2105.00001"] * 2
    assert log["events"][0]["news"][0]["what"] == "published"
    assert run("log", "2105.00006").returncode == 0
    assert run("log", "2105.77777").returncode == 3
    assert run("log", "no-such-id").returncode == 2


def test_without_anything_known_nothing_is_changed_and_that_is_told(refresh: Run, refs: Path) -> None:
    done = refresh("refs.bib", "--offline")
    assert done.returncode == 3
    assert "nothing to change in 2 entries; of 2 papers nothing is known" in done.stderr
    assert refs.read_text() == REFS


def test_a_service_that_refuses_is_told_and_the_rest_is_done(
    refresh: Run, refs: Path, semanticscholar: SemanticScholarStandin
) -> None:
    semanticscholar.fail(429, next=None, retry_after=3600)
    done = refresh("refs.bib")
    assert "Invented Press" in refs.read_text(), "Crossref alone proves what arXiv names"
    assert "Not looked up: the published version of 1 paper: Semantic Scholar" in done.stderr
    assert done.returncode == 1


# duplicates -----------------------------------------------------------------------------------------------------------

TWICE = REFS + "\n@misc{kites2, author = {Jan Editor and Hanna Bug}, eprint = {2105.00006}, keywords = {wind}}\n"


def test_the_same_work_under_two_keys_is_told_and_never_merged_silently(refresh: Run, refs: Path) -> None:
    refs.write_text(TWICE)
    done = refresh("refs.bib")
    assert "kites2: left alone: the same work as 'kites' (line 13)" in done.stderr
    assert "@misc{kites2," in refs.read_text()


def test_merging_keeps_the_first_key_and_prints_the_others(refresh: Run, refs: Path) -> None:
    refs.write_text(TWICE)
    done = refresh("refs.bib", "--merge-duplicates")
    assert done.stdout == "kites2\tkites\n"
    text = refs.read_text()
    assert "kites2" not in text
    assert "keywords = {wind}" in text
    assert text.startswith("% Ten years of reading.")


def test_an_entry_that_was_not_named_is_not_merged_into(refresh: Run, refs: Path) -> None:
    refs.write_text(TWICE)
    done = refresh("refs.bib", "--merge-duplicates", "--keys", "kites2")
    assert refs.read_text().startswith(REFS)
    assert "kites2" in refs.read_text()
    assert "--keys kites,kites2 names both" in done.stderr
    refresh("refs.bib", "--merge-duplicates", "--keys", "kites2,kites")
    assert "kites2" not in refs.read_text()


# what adversaries and newcomers found ---------------------------------------------------------------------------------


def test_a_doi_of_another_work_is_never_filled_in_nor_put_out(
    refresh: Run, run: Run, refs: Path, published_services: dict[str, str]
) -> None:
    refs.write_text(
        "@misc{clocks, title = {Clocks That Count Hedges}, author = {Thought, Emil}, eprint = {2105.00005}}\n"
    )
    refresh("refs.bib", "--fill", "doi,year")
    assert "doi = {10.48550/arXiv.2105.00005}" in refs.read_text()
    for _ in range(2):
        done = run("get", "2105.00005", "--published", env=published_services)
        assert "10.5555/lamps.2011.3" not in done.stdout
        assert "arXiv:2105.00005: without the DOI that arXiv has, which is another work's" in done.stderr
        assert "On the Repair of Street Lamps" in done.stderr


@pytest.mark.parametrize(
    "told",
    [{"type": "monograph"}, {name: {"date-parts": [[1999]]} for name in ("published-print", "published", "issued")}],
)
def test_a_doi_that_is_merely_not_believed_is_not_said_to_be_another_works(
    told: dict[str, Any], run: Run, published_examples: Library, published_services: dict[str, str]
) -> None:
    paper = IN_JOURNAL.telling("crossref", told)
    for name in ("semanticscholar", "dblp", "openalex"):
        paper = paper.telling(name)
    published_examples.add(paper)
    done = run("get", "2105.00001", "--published", env=published_services)
    assert done.stdout.startswith("@misc{"), "it is not proven"
    assert "doi = {10.5555/jir.2022.17}" in done.stdout
    assert "another work" not in done.stderr
    assert "10.5555/jir.2022.17" in run("get", "2105.00001", "--published", "--offline", env=published_services).stdout


def test_a_doi_of_another_work_does_not_come_with_the_right_venue(
    refresh: Run, run: Run, refs: Path, published_examples: Library, published_services: dict[str, str]
) -> None:
    published_examples.add(
        WRONG_DOI.appeared("Conference on Invented Clocks", "inproceedings", day="2022", short="CIC")
    )
    refs.write_text(
        "@misc{clocks, title = {Clocks That Count Hedges}, author = {Thought, Emil}, eprint = {2105.00005}}\n"
    )
    refresh("refs.bib")
    assert refs.read_text().startswith("@inproceedings{clocks,")
    assert "10.5555/lamps.2011.3" not in refs.read_text()
    for format in ("bibtex", "json"):
        done = run("get", "2105.00005", "--published", "--to", format, env=published_services)
        assert "Invented Clocks" in done.stdout
        assert "10.5555/lamps.2011.3" not in done.stdout


def test_a_doi_that_nobody_knows_does_not_come_with_the_venue(
    refresh: Run, refs: Path, published_examples: Library
) -> None:
    paper = WRONG_DOI.revised(doi="10.5555/unheard.of")
    published_examples.add(paper.appeared("Conference on Invented Clocks", "inproceedings", day="2022", short="CIC"))
    refs.write_text(
        "@misc{clocks, title = {Clocks That Count Hedges}, author = {Thought, Emil}, eprint = {2105.00005}}\n"
    )
    refresh("refs.bib")
    assert "Invented Clocks" in refs.read_text()
    assert "unheard" not in refs.read_text()


def test_with_the_newest_version_comes_its_title(refresh: Run, refs: Path) -> None:
    refs.write_text(
        "@misc{hedges, title = {Hedges: A First Count}, eprint = {2401.01234v1}, year = 2024,\n"
        " author = {Example, Ada B. and van der Sample, Ludwig and Testcase, Jr., Sammy}}\n"
    )
    assert refresh("refs.bib", "--check").returncode == 0
    refresh("refs.bib", "--only", "version")
    text = refs.read_text()
    assert "eprint = {2401.01234v2}" in text
    assert "Hedges: A First Count" not in text


def test_the_title_of_an_earlier_version_that_is_known_was_copied(
    refresh: Run, run: Run, refs: Path, published_services: dict[str, str]
) -> None:
    run("get", "2401.01234v1", env=published_services)
    refs.write_text(
        "@misc{hedges, title = {Hedges: A First Count}, eprint = {2401.01234}, year = 2024,\n"
        " author = {Example, Ada B. and van der Sample, Ludwig and Testcase, Jr., Sammy}}\n"
    )
    refresh("refs.bib")
    assert "title = {Counting Hedges with {GPU} Clusters}" in refs.read_text()


def test_a_check_comes_clean_where_nothing_would_change_whatever_else_is_wrong(refresh: Run, refs: Path) -> None:
    refs.write_text("@misc{gone, title = {Gone}, author = {Nobody, Ann}, year = 2021, eprint = {2105.99999}}\n" + BOUND)
    refresh("refs.bib")
    done = refresh("refs.bib", "--check")
    assert "arXiv has no paper 2105.99999" in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("option", ["--fill", "--overwrite"])
def test_a_field_that_is_never_written_is_wrong_usage(refresh: Run, refs: Path, option: str) -> None:
    done = refresh("refs.bib", option, "abstrakt")
    assert done.returncode == 2
    assert "abstrakt" in done.stderr


def test_a_misspelt_protection_is_told_and_protects_all(refresh: Run, refs: Path) -> None:
    refs.write_text(REFS.replace("year    = {2021},", "year    = {2021},\n  keep    = {titel},"))
    done = refresh("refs.bib")
    assert "titel: no such field, so all of the entry is kept" in done.stderr
    assert "Invented Press" not in refs.read_text()


def test_the_report_says_where_a_paper_appeared(refresh: Run, refs: Path, tmp_path: Path) -> None:
    done = refresh("refs.bib", "--summary", "news.md")
    assert "refs.bib:4 lanterns: now in Journal of Invented Results 2022: " in done.stderr
    assert "**lanterns**: now in Journal of Invented Results 2022: " in (tmp_path / "news.md").read_text()


# the configuration's run ----------------------------------------------------------------------------------------------


def test_a_run_of_the_configuration_refreshes_what_stands_in_its_outputs(
    run: Run, tmp_path: Path, library: Library, published_services: dict[str, str]
) -> None:
    (tmp_path / "enrich.toml").write_text(f'inputs = ["{PLAIN.id}"]\noutputs = ["all.bib"]\n')
    run(env=published_services)
    mine = "\n@misc{mine, title = {My own words}, eprint = {2105.00006}, author = {Editor, Jan}, year = 2021}\n"
    path = tmp_path / "all.bib"
    path.write_text(path.read_text() + mine)
    library.add(PLAIN.revised(title="Counting Hedges, Corrected"))
    done = run("--fresh", env=published_services)
    assert done.returncode == 0, done.stderr
    assert "title = {Counting Hedges, Corrected}" in path.read_text()
    assert "title = {My own words}" in path.read_text()
    before = path.read_bytes()
    run(env=published_services)
    assert path.read_bytes() == before


def test_published_in_the_configuration_makes_published_entries(
    run: Run, tmp_path: Path, published_services: dict[str, str]
) -> None:
    (tmp_path / "enrich.toml").write_text(
        'inputs = ["2105.00001"]\noutputs = ["all.bib", "all.json"]\npublished = true\n'
    )
    assert run(env=published_services).returncode == 0
    text = (tmp_path / "all.bib").read_text()
    assert text.startswith("@article{")
    assert "journal = {Journal of Invented Results}" in text
    assert "eprint = {2105.00001}" in text
    (record,) = json.loads((tmp_path / "all.json").read_text())["records"]
    assert record["published"]["evidence"]
    assert record["origin"]["published"] == "Crossref"
    before = (tmp_path / "all.bib").read_bytes()
    run(env=published_services)
    assert (tmp_path / "all.bib").read_bytes() == before, "what get writes, refresh leaves alone"


# size -----------------------------------------------------------------------------------------------------------------


def test_a_big_file_is_read_and_only_its_entries_are_looked_at(
    refresh: Run, tmp_path: Path, library: Library, published_services: dict[str, str]
) -> None:
    library.extend(synthetic_papers(3))
    big = "% " + "x" * 1000 + "\n"
    (tmp_path / "big.bib").write_text(big * 5000 + REFS)
    done = refresh("big.bib", "--check")
    assert done.returncode == 1
    assert "1 of 2 entries would change" in done.stderr


def test_what_should_change_is_to_be_had_from_python_too(
    tmp_path: Path, refs: Path, published_services: dict[str, str]
) -> None:
    code = (
        "import enrich, enrich.refresh\n"
        "result = enrich.propose('refs.bib')\n"
        "print(result.changes[0].key, len(result.plans), b'Invented Press' in result.plans[0].data)\n"
    )
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root), **published_services},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "lanterns 1 True\n", done.stderr
    assert refs.read_text() == REFS


# what must never happen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["refs.bib", "./refs.bib", "refs.bib~", "other.bib"])
def test_a_summary_never_replaces_a_bibliography(refresh: Run, refs: Path, name: str) -> None:
    refs.with_name("other.bib").write_text(BOUND)
    done = refresh("refs.bib", "--summary", name)
    assert done.returncode == 2
    assert "name of a bibliography" in done.stderr
    assert refs.read_text() == REFS
    assert refs.with_name("other.bib").read_text() == BOUND
    assert not refs.with_name("refs.bib~").exists()


def test_a_summary_that_cannot_be_written_does_not_hide_what_was_done(refresh: Run, refs: Path) -> None:
    done = refresh("refs.bib", "--summary", "/dev/full")
    assert done.returncode == 1
    assert "/dev/full could not be written" in done.stderr
    assert "1 of 2 entries changed" in done.stderr


@pytest.mark.parametrize("promise", ["--diff", "--check"])
def test_undo_does_not_write_where_nothing_was_to_be_written(refresh: Run, refs: Path, promise: str) -> None:
    refresh("refs.bib")
    written = refs.read_text()
    assert refresh("refs.bib", "--undo", promise).returncode == 2
    assert refs.read_text() == written


def test_a_file_that_is_named_twice_is_one(refresh: Run, refs: Path) -> None:
    refs.with_name("link.bib").symlink_to("refs.bib")
    done = refresh("refs.bib", "./refs.bib", "link.bib")
    assert done.returncode == 0, done.stderr
    assert "somebody else" not in done.stderr
    assert done.stderr.count("1 of 2 entries changed") == 1
    assert refs.with_name("refs.bib~").read_text() == REFS


def test_a_write_protected_file_stays_as_it_is(refresh: Run, refs: Path) -> None:
    refs.chmod(0o444)
    done = refresh("refs.bib")
    assert done.returncode == 3
    assert "write-protected" in done.stderr
    assert refs.read_text() == REFS
    assert not refs.with_name("refs.bib~").exists()


def test_a_backup_never_goes_through_a_link_into_another_file(refresh: Run, refs: Path) -> None:
    precious = refs.with_name("precious.txt")
    precious.write_text("mine")
    refs.with_name("refs.bib~").symlink_to("precious.txt")
    done = refresh("refs.bib")
    assert done.returncode == 3
    assert "is a link" in done.stderr
    assert precious.read_text() == "mine"
    assert refs.read_text() == REFS


def test_other_names_of_a_file_are_told_that_they_keep_the_old_content(refresh: Run, refs: Path) -> None:
    os.link(refs, refs.with_name("same.bib"))
    done = refresh("refs.bib", "--quiet")
    assert "2 names (hard links)" in done.stderr
    assert refs.with_name("same.bib").read_text() == REFS


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_shown_and_never_written(refresh: Run, refs: Path) -> None:
    os.mkfifo(refs.with_name("pipe.bib"))
    for options, status in (("--diff",), 0), ((), 3):
        writer = subprocess.Popen(["sh", "-c", "cat refs.bib > pipe.bib"], cwd=refs.parent)
        done = refresh("pipe.bib", *options)
        writer.wait(timeout=30)
        assert done.returncode == status, done.stderr
        assert ("no file that can be changed" in done.stderr) == (status == 3)
    assert not refs.with_name("pipe.bib~").exists()


def test_stdin_is_no_file_to_refresh(refresh: Run, refs: Path) -> None:
    done = refresh("-", stdin=REFS)
    assert done.returncode == 2
    assert "stdin" in done.stderr


def test_a_key_that_no_entry_has_is_told(refresh: Run, refs: Path) -> None:
    done = refresh("refs.bib", "--keys", "latnerns,kites")
    assert done.returncode == 1
    assert "--keys latnerns: no entry has this key" in done.stderr
    assert "none of them names" not in refresh("refs.bib", "--keys", "latnerns").stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_a_file_name_of_any_bytes_is_told_in_diff_and_summary(refresh: Run, refs: Path) -> None:
    name = os.fsdecode(b"caf\xe9\n.bib")
    refs.rename(refs.with_name(name))
    assert refresh(name, "--diff").stdout.startswith("# caf\\xdce9\\x0a.bib:4 lanterns\n")
    assert refresh(name, "--summary", "news.md").returncode == 0
    assert "Changed in caf" in refs.with_name("news.md").read_text()


def test_a_letter_that_a_files_encoding_lacks_does_not_stop_the_rest(
    refresh: Run, refs: Path, library: Library
) -> None:
    library.add(PLAIN.revised(id="2401.00009", title="Counting 中 Hedges", versions=1))
    text = "% caf\xe9\n@misc{new, eprint = {2401.00009}, year = 2024, author = {Example, Ada}, title = {}}\n" + REFS
    refs.write_bytes(text.encode("latin-1"))
    done = refresh("refs.bib")
    assert done.returncode == 0
    assert "which has no 中" in done.stderr
    written = refs.read_bytes().decode("latin-1")
    assert "title = {}}" in written
    assert "Journal of Invented Results" in written


def test_entries_on_one_line_are_told_apart(refresh: Run, refs: Path) -> None:
    one = REFS[REFS.index("@article") : REFS.index("@misc")].replace("\n", " ")
    refs.write_text(one + BOUND.replace("2403.05678", "2105.00006").replace("A Bound That Does Not Hold", ""))
    done = refresh("refs.bib", "--diff")
    assert "# refs.bib:1 lanterns\n" in done.stdout
    assert "# refs.bib:1 bound\n" in done.stdout
    assert "2 of 2 entries would change" in done.stderr
