"""Results on the disk: whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from enrich import output
from enrich.errors import OutputError


def test_text_is_written_as_utf8_without_leftovers(tmp_path: Path) -> None:
    output.write(tmp_path / "a.bib", ["é", b"\xff"])
    assert (tmp_path / "a.bib").read_bytes() == b"\xc3\xa9\xff"
    assert os.listdir(tmp_path) == ["a.bib"]


def test_permissions_are_kept_and_new_files_get_the_usual_ones(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    old.chmod(0o640)
    output.write(old, ["y"])
    output.write(new, ["y"])
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    usual = tmp_path / "usual"
    usual.write_text("x")
    assert new.stat().st_mode == usual.stat().st_mode


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "real.bib").write_text("old")
    (tmp_path / "link.bib").symlink_to(tmp_path / "there" / "real.bib")
    output.write(tmp_path / "link.bib", ["new"])
    assert (tmp_path / "link.bib").is_symlink()
    assert (tmp_path / "there" / "real.bib").read_text() == "new"


def test_a_failure_while_rendering_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_text("old")

    def pieces() -> Iterator[str]:
        yield "half"
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        output.write(path, pieces())
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.bib"]


def test_a_file_that_was_edited_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_text("edited")
    with pytest.raises(OutputError, match="changed by somebody else"):
        output.write(path, ["new"], expected=b"as it was read")
    assert path.read_text() == "edited"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_device_is_one_clear_line() -> None:
    with pytest.raises(OutputError, match="No space left"):
        output.write(Path("/dev/full"), ["x" * 100_000])


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on file sizes")
def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_text("old")
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom enrich import output\n"
        "from enrich.errors import OutputError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n    output.write(Path(sys.argv[1]), ['x' * 100_000])\n"
        "except OutputError as error:\n    print(error.message)\n"
    )
    root = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, env={**os.environ, "PYTHONPATH": root}, check=True
    )
    assert b"could not be written" in done.stdout
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.bib"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: (path.write_text("x"), path.chmod(0o444)), "write-protected"),
    ],
)
def test_what_cannot_be_written_is_known_beforehand(make: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "out.bib"
    make(path)  # type: ignore[operator]
    if message == "write-protected" and os.access(path, os.W_OK):
        pytest.skip("permissions do not stop this user")
    with pytest.raises(OutputError, match=message):
        output.check(path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder"):
        output.check(tmp_path / "nowhere" / "out.bib")


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_kill_at_any_moment_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    old = "o" * 300_000
    code = (
        "import sys\nfrom pathlib import Path\nfrom enrich import output\nprint('go', flush=True)\n"
        "for n in range(10_000):\n    output.write(Path(sys.argv[1]), [str(n % 10) * 300_000])\n"
    )
    root = str(Path(__file__).resolve().parents[1])
    for delay in (0.0, 0.005, 0.02, 0.05):
        path.write_text(old)
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.kill()
        process.communicate()
        text = path.read_text()
        assert len(text) == 300_000
        assert len(set(text)) == 1


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="needs /dev/stdout")
def test_a_pipe_behind_a_link_is_written_through(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    try:
        output.write(Path(f"/dev/fd/{writing}"), ["told"])
        assert os.read(reading, 100) == b"told"
    finally:
        os.close(reading)
        os.close(writing)
