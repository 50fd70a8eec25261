"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from enrich import config, formats
from enrich.cli import main

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line.rpartition("| ")[2].split("  #")[0] for line in lines if re.match(r"(?:.*\| )?enrich ", line)]


@pytest.mark.parametrize("session", blocks("console"))
def test_what_is_shown_is_printed(session: str, run: Run) -> None:
    command, _, shown = session.partition("\n")
    done = run(*shlex.split(command.removeprefix("$ enrich")))
    assert done.returncode == 0
    assert shown == done.stdout + done.stderr


@pytest.mark.parametrize("command", commands())
def test_every_command_that_is_shown_is_understood(command: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("arXiv:2401.01234")
    (tmp_path / "notes.txt").write_text("hep-th/9901001")
    (tmp_path / "paper.tex").write_text("\\cite{arXiv:2401.01234}")
    (tmp_path / "known.json").write_text('{"findings": []}')
    done = run(*shlex.split(command)[1:], stdin="2401.01234")
    assert done.returncode in (0, 1, 3), done.stderr
    assert "Traceback" not in done.stderr


def test_every_format_is_in_the_table() -> None:
    for name, format in formats.FORMATS.items():
        assert f"`{name}`" in README
        assert f"`{format.suffixes[0]}`" in README


def test_the_configuration_that_is_shown_can_be_used(tmp_path: Path) -> None:
    (example,) = blocks("toml")
    tomllib.loads(example)
    (tmp_path / "enrich.toml").write_text(example)
    settings = config.load(tmp_path, {})
    assert settings.inputs
    assert settings.outputs
    assert settings.mailto == "you@example.org"


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENRICH_CACHE", str(tmp_path / "cache"))
    (tmp_path / "notes.md").write_text("arXiv:2009.03393 and arXiv:2401.01234")
    (example,) = blocks("python")
    names: dict[str, object] = {}
    exec(example, names)
    printed = capsys.readouterr().out
    assert "arXiv:2110.14168 Training Verifiers" in printed
    assert "unreachable" in printed
    assert "@online{" in str(names["text"])


def test_the_linked_files_exist() -> None:
    root = Path(__file__).resolve().parents[1]
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (root / target).exists(), target


def test_the_module_can_be_run_in_this_process_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "examples:" in capsys.readouterr().out
