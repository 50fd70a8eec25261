"""``enrich refresh``: show what should change in ``.bib`` files, write it, take it back."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from enrich import api, formats, output
from enrich.commands import report
from enrich.commands.common import DONE, NOTHING, PROBLEMS, settings_of, tell_unpublished
from enrich.config import Settings
from enrich.errors import EnrichError, InputError, OutputError
from enrich.plan import CATEGORIES, Plan, Wishes
from enrich.refresh import Refreshing
from enrich.refresh import refresh as look
from enrich.screen import Screen, printable
from enrich.splice import ORDER
from enrich.store import Refreshed, Store

if TYPE_CHECKING:
    from enrich.resolve import Resolution


def refresh(options: argparse.Namespace, screen: Screen) -> int:
    settings = settings_of(options)
    files = _files(options.file)
    if options.undo:
        if options.diff or options.check:
            raise InputError("--undo writes, and --diff and --check promise not to", hint="give one of them")
        return _undo_all(files, settings, screen)
    writes = not (options.diff or options.check)
    if sys.stdout is None and (options.diff or options.json):
        raise OutputError("there is no stdout to write to", hint="run it without >&-")
    summary = api.expanded(options.summary) if options.summary else None
    if summary is not None:
        _check_summary(summary, files)
    wishes = _wishes(options, settings)
    snapshots = api.snapshots(settings, [api.expanded(name) for name in options.snapshot or ()])
    with Store(settings.cache_folder, warn=screen.note) as store:
        result = look(files, settings, store, wishes, snapshots=snapshots, watcher=screen)
        screen.end()
        stopped = result.resolution is not None and result.resolution.interrupted
        # Who stops a run does not want his files changed; what has arrived is in the cache.
        writes = writes and not stopped
        if writes:
            # Of papers that this run was not about, the news are still to be told.
            failed = write(result, files, store, screen, backup=options.backup, told=wishes.keys is None)
        else:
            failed = sound(result, screen)
    done = replace(result, plans=tuple(plan for plan in result.plans if plan.file not in failed))
    if options.json:
        print(json.dumps(report.as_json(done), ensure_ascii=False, indent=1))
    elif options.diff:
        _show(report.diff(done))
    elif done.changes and any(plan.merged for plan in done.plans):
        for plan in done.plans:
            for old, new in plan.merged.items():
                print(f"{printable(old)}\t{printable(new)}")
    untold = summary is not None and not _summarized(summary, report.summary(done, written=writes), screen)
    for line, loud in report.lines(done, detailed=not options.diff):
        (screen.line if loud else screen.note)(line)
    screen.problems(result.problems)
    tell_unpublished(result.unpublished, settings, screen)
    for line in report.totals(done, written=writes, backup=options.backup, narrowed=wishes.keys is not None):
        screen.note(line)
    keys = {entry.key for plan in result.plans for entry in plan.bib.entries}
    unknown = sorted((wishes.keys or frozenset()) - keys) if result.plans else []
    for key in unknown:
        screen.line(f"--keys {key}: no entry has this key")
    if stopped:
        screen.line("stopped by you: no file was written; run again for the rest")
    status = _status(result, failed, settings, check=options.check)
    return PROBLEMS if status == DONE and (unknown or untold) else status


def _files(names: Iterable[str]) -> dict[str, Path]:
    """The files by the names to show them under; a file that is named twice, perhaps through a link, once."""
    files: dict[str, tuple[str, Path]] = {}
    for name in names:
        if name == "-":
            raise InputError("refresh changes files, and stdin is none", hint="name the .bib file")
        path = api.expanded(name)
        files.setdefault(os.path.realpath(path), (name, path))
    return dict(files.values())


def _check_summary(path: Path, files: Mapping[str, Path]) -> None:
    """A summary must never replace a bibliography or its backup."""
    taken = {os.path.realpath(one) for file in files.values() for one in (file, backup_of(file))}
    if os.path.realpath(path) in taken or path.suffix.lower() == ".bib":
        raise InputError(f"--summary {path}: this is the name of a bibliography", hint="choose another, as news.md")
    output.check(path)


def _summarized(path: Path, text: str, screen: Screen) -> bool:
    try:
        output.write(path, [text])
    except OutputError as error:
        screen.error(error)
        return False
    return True


def _show(pieces: Iterable[str | bytes]) -> None:
    """A diff for a person, or to the byte for a program: ``patch`` compares it with what is in the file."""
    if sys.stdout.isatty():
        for piece in pieces:
            print(printable_lines(piece if isinstance(piece, str) else piece.decode("utf-8", "replace")), end="")
        return
    sys.stdout.flush()
    for piece in pieces:
        sys.stdout.buffer.write(piece if isinstance(piece, bytes) else piece.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def refresh_outputs(
    files: Sequence[Path],
    resolution: Resolution,
    inputs: frozenset[str],
    settings: Settings,
    rendering: formats.Options,
    screen: Screen,
) -> bool:
    """Refresh what stood in the outputs of a configuration before its run, which asked for all of it.

    ``inputs`` are the papers (``arXiv:2110.14168``) that the run itself is about; their entries are completed, too.
    Returns whether all of it could be done.
    """
    only = None if settings.published else frozenset(CATEGORIES) - {"published"}
    fill = frozenset({"all"})
    wishes = Wishes(only=only, fill=fill, fill_for=inputs, keep=settings.keep, options=rendering)
    named = {str(path): path for path in files}
    with Store(settings.cache_folder, warn=screen.note) as store:
        result = look(named, settings, store, wishes, watcher=screen, resolution=resolution)
        failed = {} if resolution.interrupted else write(result, named, store, screen, backup=True)
    for line, loud in report.lines(result, detailed=True):
        (screen.line if loud else screen.note)(line)
    problems = [problem for problem in result.problems if problem.id not in inputs]
    screen.problems(problems)
    tell_unpublished(result.unpublished, settings, screen)
    for line in report.totals(result, written=True, backup=True):
        screen.note(line)
    return not (failed or problems or (result.unpublished and not settings.offline))


def write(
    result: Refreshing, files: Mapping[str, Path], store: Store, screen: Screen, *, backup: bool, told: bool = True
) -> dict[str, OutputError]:
    """Write every plan that changes something; one that fails is told and does not stop the others.

    ``told`` is whether all that is new about a file's papers has been told now. Returns the files that were not
    written, with why.
    """
    failed: dict[str, OutputError] = {}
    moment = time.time()
    for plan in result.plans:
        path = files[plan.file]
        try:
            done = Refreshed(moment)
            if plan.edits:
                names = _names(path)
                done = _write(plan, path, moment, backup=backup)
                if names > 1:
                    screen.line(f"{plan.file}: it had {names} names (hard links); under the others is what it was")
        except OutputError as error:
            failed[plan.file] = error
            screen.error(_at(plan, error))
            continue
        last = store.refreshed(str(path.absolute()))
        if not told or (result.resolution is not None and (result.resolution.interrupted or result.resolution.old)):
            done = replace(done, moment=last.moment if last else result.began)
        if last is not None or plan.edits or told:
            store.mark_refreshed(str(path.absolute()), done)
    return failed


def _write(plan: Plan, path: Path, moment: float, *, backup: bool) -> Refreshed:
    new = plan.data
    _check_replaceable(path)
    output.unchanged(path, plan.bib.data)
    if backup:
        _check_backup(backup_of(path))
        output.write(backup_of(path), [plan.bib.data], like=path)
    output.write(path, [new], expected=plan.bib.data)
    return Refreshed(moment, _digest(plan.bib.data), _digest(new))


def _names(path: Path) -> int:
    try:
        return path.stat().st_nlink
    except OSError:
        return 1  # It has gone meanwhile, which is told when it is to be written.


def _check_replaceable(path: Path) -> None:
    """A pipe has been read and is empty; what is reached through ``/dev`` has no place for a backup."""
    if path.exists() and (not path.is_file() or path.absolute().is_relative_to("/dev")):
        raise OutputError(f"{path} is no file that can be changed", hint="--diff shows what would change")
    output.check(path)


def _check_backup(path: Path) -> None:
    if path.is_symlink():
        raise OutputError(f"{path} is a link; the backup would replace what it leads to", hint="move it away")


def sound(result: Refreshing, screen: Screen) -> dict[str, OutputError]:
    """The files whose plan could not be carried out, with why; each is told."""
    failed: dict[str, OutputError] = {}
    for plan in result.plans:
        try:
            _ = plan.data
        except OutputError as error:
            failed[plan.file] = error
            screen.error(_at(plan, error))
    return failed


def _at(plan: Plan, error: OutputError) -> OutputError:
    named = error.message.startswith(plan.file)
    return error if named else OutputError(f"{plan.file}: {error.message}", hint=error.hint)


def backup_of(path: Path) -> Path:
    """Where the former content of a file goes: ``refs.bib~``."""
    return path.with_name(path.name + "~")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- undo


def _undo_all(files: Mapping[str, Path], settings: Settings, screen: Screen) -> int:
    failed = 0
    with Store(settings.cache_folder, warn=screen.note) as store:
        for name, path in files.items():
            try:
                _undo(name, path, store)
            except EnrichError as error:
                failed += 1
                screen.error(error)
            else:
                screen.note(f"{name}: as it was before the refresh; what the refresh made of it is in {name}~ now")
    return NOTHING if failed == len(files) else PROBLEMS if failed else DONE


def _undo(name: str, path: Path, store: Store) -> None:
    """Put the backup in the file's place and the file in the backup's, so that nothing is lost either way."""
    from enrich import inputs

    backup = backup_of(path)
    if not backup.exists():
        raise InputError(f"{name}: there is no backup {name}~", hint="was it refreshed with --no-backup?")
    now, before = inputs.load(path), inputs.load(backup)
    done = store.refreshed(str(path.absolute()))
    if done is not None and done.before is not None:
        if _digest(now) == done.before:
            raise InputError(f"{name} is already as it was before the refresh", hint=f"the other state is {name}~")
        if _digest(now) != done.after:
            raise InputError(
                f"{name} was edited after it was refreshed; undoing would take that away",
                hint=f"compare it with {name}~ and copy what you want",
            )
        if _digest(before) != done.before:
            raise InputError(
                f"{name}~ is not what the refresh kept; somebody else wrote it", hint="look at both before you choose"
            )
    output.check(path)
    _check_backup(backup)
    output.write(path, [before], expected=now)
    output.write(backup, [now], expected=before)


# --- what was wished


def _wishes(options: argparse.Namespace, settings: Settings) -> Wishes:
    only = _words(options.only)
    if only is not None and (unknown := sorted(only - {*CATEGORIES})):
        raise InputError(
            f"--only {unknown[0]}: there is no such kind of change", hint=f"known: {', '.join(CATEGORIES)}"
        )
    overwrite, fill = _words(options.overwrite) or frozenset(), _words(options.fill) or frozenset()
    for option, names in (("--overwrite", overwrite), ("--fill", fill)):
        if unknown := sorted(names - _WRITTEN):
            hint = f"known: all, {', '.join(ORDER)}"
            raise InputError(f"{option} {unknown[0]}: no field of this name is ever written", hint=hint)
    return Wishes(
        only=only,
        versions=only is not None and "version" in only,
        keys=_words(options.keys, lower=False),
        overwrite=overwrite,
        fill=fill,
        keep=settings.keep,
        merge=options.merge_duplicates,
        options=formats.Options(year=options.year),
    )


_WRITTEN = frozenset(name.lower() for name in ORDER) | {"all", "annotation"}


def _words(values: Iterable[str] | None, *, lower: bool = True) -> frozenset[str] | None:
    """The names in options that may be repeated and may hold several, separated by commas."""
    if values is None:
        return None
    words = [word.strip() for value in values for word in value.split(",") if word.strip()]
    return frozenset(word.lower() if lower else word for word in words)


def printable_lines(text: str) -> str:
    """The text with its line ends and tabs, but without anything else that a terminal would obey."""
    parts = re.split(r"(\r?\n|\t)", text)
    return "".join(part if index % 2 else printable(part) for index, part in enumerate(parts))


def _status(result: Refreshing, failed: Mapping[str, OutputError], settings: Settings, *, check: bool) -> int:
    if not result.plans or len(failed) == len(result.plans) or (result.papers and not result.known):
        return NOTHING
    resolution: Resolution | None = result.resolution
    interrupted = resolution is not None and resolution.interrupted
    if check:
        # Of use to a script only if it can come clean: what else is wrong is told and has other remedies.
        return PROBLEMS if result.changes or failed or interrupted else DONE
    not_renewed = settings.fresh and resolution is not None and bool(resolution.old or resolution.shipped)
    not_looked_up = bool(result.unpublished) and not settings.offline
    trouble = result.problems or failed or interrupted or not_renewed or not_looked_up
    return PROBLEMS if trouble else DONE
