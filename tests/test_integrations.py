"""Where people run the audit: the hook of pre-commit, the action of GitHub, and the recipes of the README."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from enrich.cli import main

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Step = Callable[..., "subprocess.CompletedProcess[str]"]

# The snapshot that comes with enrich knows this paper, so that nobody need be asked.
GOOD = """\
@misc{polu2020,
  title = {Generative Language Modeling for Automated Theorem Proving},
  author = {Polu, Stanislas and Sutskever, Ilya},
  year = {2020},
  eprint = {2009.03393},
  archivePrefix = {arXiv}
}
"""
BAD = GOOD.replace("Generative Language Modeling for Automated Theorem Proving", "A Census of Lanterns").replace(
    "Polu, Stanislas and Sutskever, Ilya", "Example, Ada and van der Sample, Ludwig"
)


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


# pre-commit -----------------------------------------------------------------------------------------------------------


def test_pre_commit_understands_the_hook() -> None:
    clientlib = pytest.importorskip("pre_commit.clientlib", reason="pre-commit is not installed")
    (hook,) = clientlib.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    assert (hook["id"], hook["language"], hook["require_serial"]) == ("enrich-check", "python", True)


def test_the_hook_is_for_bibliographies() -> None:
    (hook,) = load(".pre-commit-hooks.yaml")
    for name, wanted in {
        "refs.bib": True,
        "a b/refs.bib": True,
        "paper.bbl": True,
        "x.bib.bak": False,
        "bib": False,
    }.items():
        assert bool(re.search(hook["files"], name)) is wanted


@pytest.mark.parametrize(("text", "status"), [(GOOD, 0), (BAD, 1)])
def test_the_hook_runs_the_audit(text: str, status: int, run: Run, tmp_path: Path) -> None:
    (hook,) = load(".pre-commit-hooks.yaml")
    (tmp_path / "my refs.bib").write_text(text)
    program, *arguments = shlex.split(hook["entry"])
    assert program == "enrich"
    done = run(*arguments, *hook.get("args", []), "my refs.bib", env={"ENRICH_OFFLINE": "1"})
    assert done.returncode == status, done.stdout + done.stderr


# The action of GitHub -------------------------------------------------------------------------------------------------


def steps() -> dict[str, dict[str, Any]]:
    return {step.get("id", str(n)): step for n, step in enumerate(load("action.yml")["runs"]["steps"])}


def test_no_input_becomes_a_part_of_a_script() -> None:
    for step in steps().values():
        assert "${{" not in step.get("run", "")


def test_every_input_is_used_and_described() -> None:
    action = load("action.yml")
    text = (ROOT / "action.yml").read_text("utf-8")
    for name, described in action["inputs"].items():
        assert described["description"]
        assert f"inputs.{name} }}}}" in text
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(action["inputs"])


def test_what_an_audit_has_learned_is_kept_where_it_fails_too() -> None:
    *_, last = load("action.yml")["runs"]["steps"]
    assert last["uses"].startswith("actions/cache/save@")
    assert "always()" in last["if"]
    assert last["with"]["path"] == steps()["cache"]["with"]["path"]


@pytest.fixture
def step(environment: dict[str, str], tmp_path: Path) -> Step:
    """``step("audit", {"files": "*.bib"})``: the script of a step as GitHub runs it, with the inputs' defaults for
    those that are not given, and a program ``enrich`` that is this one. Its outputs are in ``outputs``."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    program = tmp_path / "bin" / "enrich"
    program.parent.mkdir()
    program.write_text(f'#!{bash}\nexec {shlex.quote(sys.executable)} -m enrich "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def step(name: str, inputs: Mapping[str, str] | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        action = load("action.yml")
        given = {key: one.get("default", "") for key, one in action["inputs"].items()} | dict(inputs or {})
        known = {f"inputs.{key}": value for key, value in given.items()}
        known |= {"steps.install.outputs.command": str(program), "runner.temp": str(tmp_path / "temp")}
        world = {
            key: re.sub(r"\$\{\{ *(.*?) *\}\}", lambda found: known[found[1]], value)
            for key, value in steps()[name]["env"].items()
        }
        script = tmp_path / "script.sh"
        script.write_text(steps()[name]["run"])
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        return subprocess.run(
            # So GitHub calls bash where a step says "shell: bash".
            [bash, "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=work,
            env={
                **environment,
                **world,
                "ENRICH_OFFLINE": "1",
                "GITHUB_OUTPUT": str(tmp_path / "outputs"),
                "RUNNER_TEMP": str(tmp_path / "temp"),
                **variables,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return step


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def outputs(tmp_path: Path) -> str:
    return (tmp_path / "outputs").read_text()


def test_the_action_is_content_with_a_right_bibliography(step: Step, work: Path, tmp_path: Path) -> None:
    (work / "refs.bib").write_text(GOOD)
    done = step("audit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::error" not in done.stdout
    assert outputs(tmp_path) == "status=0\n"


def test_the_action_annotates_what_is_wrong(step: Step, work: Path, tmp_path: Path) -> None:
    folder = work / "part one"
    folder.mkdir()
    (folder / "my refs.bib").write_text(BAD)
    (work / "fine.bib").write_text(GOOD.replace("polu2020", "polu"))
    done = step("audit", {"files": "fine.bib\n\npart*/**/*.bib\n", "sarif-file": "out put.sarif"})
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"^::error file=part one/my refs\.bib,line=\d+,", done.stdout, re.M)
    assert "file=fine.bib" not in done.stdout
    assert outputs(tmp_path) == "status=1\n"
    report = json.loads((work / "out put.sarif").read_text("utf-8"))
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in report["runs"][0]["results"]
        if result["level"] == "error"
    }
    assert uris == {"part%20one/my%20refs.bib"}


def test_what_is_in_the_baseline_does_not_fail_the_action(step: Step, work: Path, run: Run) -> None:
    (work / "refs.bib").write_text(BAD)
    report = run("check", "refs.bib", "--format", "json", cwd=work, env={"ENRICH_OFFLINE": "1"})
    (work / "known of old.json").write_text(report.stdout)
    assert step("audit").returncode == 1
    done = step("audit", {"baseline": "known of old.json"})
    assert done.returncode == 0, done.stdout + done.stderr


def test_inputs_of_the_action_are_text_and_never_commands(step: Step, work: Path) -> None:
    evil = "$(touch pwned) `touch pwned`; touch pwned.bib"
    (work / evil).write_text(GOOD)
    (work / "-x.bib").write_text(GOOD)
    done = step(
        "audit", {"files": f"{evil}\n-x.bib\n-?.bib", "args": "--ignore\nduplicate", "mailto": "`id`+$HOME@x.org"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (work / "pwned").exists()
    refused = step("audit", {"files": "-x.bib", "args": "--strict; touch pwned"})
    assert refused.returncode != 0
    assert not (work / "pwned").exists()


def test_further_authorities_and_arguments_reach_the_audit(step: Step, work: Path) -> None:
    (work / "our library.bib").write_text(GOOD.replace("2009.03393", "2401.00001"))
    (work / "refs.bib").write_text(BAD.replace("2009.03393", "2401.00001"))
    unknown = step("audit", {"files": "refs.bib"})
    assert "::error" not in unknown.stdout
    known = step("audit", {"files": "refs.bib", "against": "our library.bib\n", "args": "--strict\r\n"})
    assert known.returncode == 1, known.stdout + known.stderr
    assert "::error file=refs.bib" in known.stdout


@pytest.mark.parametrize("files", ["*.bib", "", "\n\n"])
def test_an_action_without_files_says_so(files: str, step: Step, tmp_path: Path) -> None:
    done = step("audit", {"files": files})
    assert done.returncode == 2
    assert "::error title=enrich::" in done.stdout
    assert outputs(tmp_path) == "status=2\n"


# What the README shows ------------------------------------------------------------------------------------------------


def shown(language: str, sign: str) -> str:
    """The block of the README in a language in which a word stands."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    found = [block for block in blocks if sign in block]
    assert len(found) == 1, f"{len(found)} blocks of {language} in the README with {sign}"
    return found[0]


def understood(command: str) -> None:
    """That the command line knows these arguments."""
    from enrich.cli import _options

    _options(shlex.split(command)[1:])


def test_the_pre_commit_recipe_names_the_hook() -> None:
    recipe = yaml.safe_load(shown("yaml", "repos:"))
    (hook,) = recipe["repos"][0]["hooks"]
    (offered,) = load(".pre-commit-hooks.yaml")
    assert hook["id"] == offered["id"]
    understood(" ".join([offered["entry"], *hook.get("args", []), "refs.bib"]))


def test_the_github_recipe_gives_inputs_that_there_are() -> None:
    recipe = yaml.safe_load(shown("yaml", "runs-on:"))
    (job,) = recipe["jobs"].values()
    (ours,) = (one for one in job["steps"] if "/enrich@" in one["uses"])
    assert ours["with"].keys() <= load("action.yml")["inputs"].keys()


def test_the_gitlab_recipe_keeps_the_report_it_writes() -> None:
    (job,) = yaml.safe_load(shown("yaml", "artifacts:")).values()
    command = next(line for line in job["script"] if line.startswith("enrich "))
    command, _, report = command.partition(" > ")
    understood(command)
    assert job["artifacts"]["reports"]["junit"] == report
    assert job["artifacts"]["when"] == job["cache"]["when"] == "always"


def test_the_latexmk_recipe_runs_the_audit(tmp_path: Path, environment: dict[str, str]) -> None:
    recipe = shown("perl", "success_cmd")
    understood(re.search(r"enrich check [^|'\"]*", recipe)[0].replace("%S", "paper.tex"))  # type: ignore[index]
    if shutil.which("latexmk") is None or shutil.which("pdflatex") is None:
        pytest.skip("latexmk is not installed")
    (tmp_path / ".latexmkrc").write_text(recipe)
    (tmp_path / "paper.tex").write_text(
        "\\documentclass{article}\\begin{document}\\cite{polu2020}\\bibliographystyle{plain}\\bibliography{refs}"
        "\\end{document}\n"
    )
    (tmp_path / "refs.bib").write_text(BAD)
    program = tmp_path / "bin" / "enrich"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m enrich "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    done = subprocess.run(
        ["latexmk", "-pdf", "-interaction=nonstopmode", "paper.tex"],
        cwd=tmp_path,
        env={**environment, "ENRICH_OFFLINE": "1", "PATH": f"{program.parent}{os.pathsep}{environment['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "paper.pdf").is_file()
    assert "wrong-work" in done.stdout


def test_help_names_the_formats_that_the_readme_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    told = capsys.readouterr().out
    for name in ("text", "json", "sarif", "github", "junit"):
        assert name in told
        assert f"`{name}`" in README
