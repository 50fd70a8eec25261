"""Results onto the disk: whole or not at all, and only where something changes."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from enrich.errors import OutputError


def write(
    path: Path,
    pieces: Iterable[str | bytes],
    *,
    expected: bytes | None = None,
    new: bool = False,
    like: Path | None = None,
) -> None:
    """Replace the file by ``pieces`` (text becomes UTF-8), in one step.

    Symbolic links are followed and permissions kept; ``like`` is the file whose permissions it gets instead. With
    ``expected`` the file must still hold exactly that, with ``new`` there must still be none: somebody may have edited
    or made it meanwhile. Raises :class:`OutputError`, and then the file is as it was.
    """
    target = _target(path)
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        mode = None
    except OSError as error:
        raise _failed(path, error) from error
    if mode is not None and stat.S_ISDIR(mode):
        raise OutputError(f"{path} is a folder", hint="name a file in it")
    if mode is not None and not stat.S_ISREG(mode):
        _write_through(path, pieces)
        return
    temporary = None
    try:
        number, name = tempfile.mkstemp(prefix=".enrich-", suffix=".part", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(number, "wb") as file:
            for piece in pieces:
                file.write(piece if isinstance(piece, bytes) else piece.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if like is not None:
            mode = like.stat().st_mode
        os.chmod(temporary, stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
        if expected is not None and target.read_bytes() != expected:
            raise OutputError(f"{path} was changed by somebody else meanwhile; nothing was written", hint="run again")
        if new:
            _put_first(temporary, target)
        else:
            os.replace(temporary, target)
    except FileExistsError as error:
        raise OutputError(f"{path} was made by somebody else meanwhile; it is untouched", hint="run again") from error
    except OSError as error:
        raise _failed(path, error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
    # The rename itself is on disk only once the folder is; a system that cannot do that loses nothing but speed.
    with contextlib.suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def unchanged(path: Path, expected: bytes) -> None:
    """Raise :class:`OutputError` unless the file holds exactly what was expected."""
    try:
        if _target(path).read_bytes() == expected:
            return
    except OSError as error:
        raise _failed(path, error) from error
    raise OutputError(f"{path} was changed by somebody else meanwhile; nothing was written", hint="run again")


def check(path: Path) -> None:
    """Raise :class:`OutputError` where it can be known beforehand that ``path`` cannot be written."""
    target = _target(path)
    if target.is_dir():
        raise OutputError(f"{path} is a folder", hint="name a file in it")
    if not target.parent.is_dir():
        raise OutputError(f"{path} cannot be written: there is no folder {target.parent}", hint="make it first")
    if target.is_file() and not (os.access(target, os.W_OK) and target.stat().st_mode & 0o222):
        raise OutputError(f"{path} is write-protected", hint="change its permissions, or choose another name")
    if not os.access(target.parent, os.W_OK) and not (target.exists() and not target.is_file()):
        raise OutputError(f"{path} cannot be written: no permission in {target.parent}", hint="choose another folder")


def _target(path: Path) -> Path:
    """What ``path`` leads to in the end."""
    try:
        target = Path(os.path.realpath(path))
        if not target.exists() and path.exists():
            return path  # A pipe behind /dev/stdout has a name that leads nowhere.
    except (OSError, ValueError) as error:
        raise OutputError(f"{str(path)[:80]!r} is no name for a file: {error}", hint="choose another name") from error
    return target


def _put_first(temporary: Path, target: Path) -> None:
    """Give the file its name, unless somebody has it already."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: the moment between looking and renaming stays.
        if target.exists():
            raise FileExistsError(str(target)) from None
        os.replace(temporary, target)


def _write_through(path: Path, pieces: Iterable[str | bytes]) -> None:
    """A device or a pipe (``/dev/stdout``) cannot be replaced, only written to."""
    try:
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece if isinstance(piece, bytes) else piece.encode("utf-8"))
    except OSError as error:
        raise _failed(path, error) from error


def _failed(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path} could not be written: {error.strerror}; what was there is untouched")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
