"""From papers to a bibliography: ``get``, the configuration's run, ``find`` and ``convert``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from enrich import api, config, formats, keys
from enrich.commands.common import (
    DONE,
    NOTHING,
    PROBLEMS,
    Target,
    ago,
    count,
    settings_of,
    targets_of,
    tell_unpublished,
)
from enrich.config import Settings
from enrich.errors import InputError, OutputError
from enrich.record import Identifier, Mention, Problem
from enrich.resolve import Resolution
from enrich.screen import Screen, printable
from enrich.snapshot import SHIPPED
from enrich.store import Store

if TYPE_CHECKING:
    from enrich.bibfile import BibFile
    from enrich.inputs import Citation


def get(options: argparse.Namespace, screen: Screen) -> int:
    settings = settings_of(options)
    targets = targets_of(options.output, options.to)
    asked = api.gather(options.what)
    return _resolve_and_write(asked, settings, targets, options, screen)[0]


def project(options: argparse.Namespace, screen: Screen) -> int:
    settings = settings_of(options)
    if settings.file is None:
        raise InputError(
            "there is no configuration here: neither enrich.toml nor [tool.enrich] in pyproject.toml",
            hint="enrich --help shows what else can be done",
        )
    if not settings.inputs or not settings.outputs:
        missing = "inputs" if not settings.inputs else "outputs"
        raise InputError(f"{settings.file} names no {missing}", hint=f'write {missing} = ["..."]')
    base = "" if settings.base == config.here() else os.path.relpath(settings.base)
    targets = targets_of([os.path.join(base, name) for name in settings.outputs], None)
    # What is no identifier is a file beside the configuration, and nowhere else.
    named = [name if _is_identifier(name) else os.path.join(base, name) for name in settings.inputs]
    standing = [target.path for target in targets if target.path is not None and target.stands]
    asked = api.gather(named)
    status, resolution = _resolve_and_write(asked, settings, targets, options, screen)
    if not standing or status == NOTHING:
        return status
    from enrich.commands.refresh import refresh_outputs

    mine = frozenset(mention.identifier.id for mention in asked.mentions)
    good = refresh_outputs(standing, resolution, mine, settings, _rendering(options), screen)
    return status if good else max(status, PROBLEMS)


def _resolve_and_write(
    asked: api.Asked, settings: Settings, targets: Sequence[Target], options: argparse.Namespace, screen: Screen
) -> tuple[int, Resolution]:
    """The exit status, and what became of everything asked."""
    rendering = _rendering(options)
    force = getattr(options, "force", False)
    files = {target: None if force else target.existing() for target in targets}
    standing = [found for file in files.values() if file for found in file.identified()]
    keys_there: dict[tuple[str, int | None], str] = {}
    for entry, identifier in standing:
        keys_there.setdefault((identifier.id, identifier.version), entry.key)
    taken = {name for file in files.values() if file for name in file.keys()}  # noqa: SIM118 - our own method
    snapshot_files = [api.expanded(name) for name in getattr(options, "snapshot", None) or ()]
    for target in targets:
        # A JSON output of an earlier run is the nearest snapshot: committed, it makes a build without network.
        if target.path is not None and target.format in ("json", "jsonl") and target.path.is_file():
            snapshot_files.append(target.path)
    try:
        shipped = api.snapshots(settings, snapshot_files)
    except InputError as error:
        if getattr(options, "snapshot", None):
            raise
        screen.note(f"not used as a snapshot: {error.message}")
        shipped = api.snapshots(settings)
    # A run of the configuration refreshes what stands in its outputs, too: all is asked at once.
    also = [one for _, i in standing for one in (i, i.bare)] if options.command is None else []
    with Store(settings.cache_folder, warn=screen.note) as store:
        result = api.bibliography(
            asked, settings, store, snapshots=shipped, standing=keys_there, taken=taken, also=also, watcher=screen
        )
    # Where nothing could be had a file that is there already is worth more than an empty one; and where something
    # could not be asked, one that would lose it is.
    chosen = targets if result.records else [target for target in targets if target.path is None]
    if not force and any(problem.kind == "unreachable" for problem in result.problems):
        spared = [target for target in chosen if target.would_shrink]
        chosen = [target for target in chosen if target not in spared]
        for target in spared:
            screen.line(f"{target.path}: left as it is, since not everything could be asked (--force writes it)")
    failed = _write(result, {target: files[target] for target in chosen}, rendering, screen, force=force)
    screen.problems(result.problems)
    _tell_origin(result, screen, offline=settings.offline)
    tell_unpublished(result.unpublished, settings, screen)
    for name, why in result.disproved.items():
        screen.line(f"{name}: without the DOI that arXiv has, which is another work's: {why}")
    _tell_summary(result, screen)
    status = PROBLEMS if failed and result.records else _status(result, settings)
    return NOTHING if failed == len(targets) else status, result.resolution or Resolution()


def find(options: argparse.Namespace, screen: Screen) -> int:
    mentions: list[Mention] = []
    cited: list[Citation] = []
    problems: list[Problem] = []
    read = 0
    for name in options.what:
        try:
            document = api.read(name)
        except InputError as error:
            problems.append(Problem("invalid", error.message, text=name, file=name, hint=error.hint or None))
            continue
        read += 1
        mentions += document.mentions
        cited += document.cited
        problems += document.problems
    if sys.stdout is None:
        raise OutputError("there is no stdout to write to", hint="run it without >&-")
    if options.json:
        data: dict[str, object] = {"mentions": [mention.to_json() for mention in mentions]}
        if options.cited:
            data["cited"] = [
                {"key": one.key, "file": one.file, "line": one.line, "column": one.column} for one in cited
            ]
        print(json.dumps(data, ensure_ascii=False, indent=1))
    elif options.cited:
        for one in cited:
            print(f"{printable(_at(one.file, one.line, one.column))}\t{printable(one.key)}")
    else:
        for mention in mentions:
            place = _at(mention.file, mention.line, mention.column)
            print(f"{printable(place)}\t{mention.identifier}\t{printable(mention.text)}")
    screen.problems(problems)
    papers = len({mention.identifier.id for mention in mentions})
    screen.note(f"{count(len(mentions), 'mention')} of {count(papers, 'paper')} in {count(read, 'file')}")
    return NOTHING if not read else PROBLEMS if problems else DONE


def convert(options: argparse.Namespace, screen: Screen) -> int:
    targets = targets_of(options.output, options.to)
    if options.file == "-":
        if not options.from_format:
            raise InputError("the format of stdin is not known", hint="name it with --from")
        from enrich import inputs

        if sys.stdin is None:
            raise InputError("there is no stdin to read from", hint="name a file")
        reading = formats.read(options.from_format, inputs.decode(sys.stdin.buffer.read()))
        result = api.Bibliography(tuple(keys.assign_keys(reading.records)), tuple(reading.problems))
    else:
        result = api.load(Path(options.file), options.from_format)
    if not result.records:
        screen.problems(result.problems)
        screen.line(f"enrich: {options.file} holds no record of an arXiv paper; nothing was written")
        return NOTHING
    own = (options.from_format or formats.by_suffix(options.file)) in ("json", "jsonl")
    # What stands in our JSON are the problems of the run that wrote it, not of this one.
    problems = () if own else result.problems
    files = {target: None if options.force else target.existing() for target in targets}
    failed = _write(result, files, _rendering(options), screen, force=options.force)
    screen.problems(problems)
    screen.note(count(len(result.records), "paper"))
    return NOTHING if failed == len(targets) else PROBLEMS if failed or problems else DONE


# What the jobs share.


def _write(
    result: api.Bibliography,
    files: Mapping[Target, BibFile | None],
    rendering: formats.Options,
    screen: Screen,
    *,
    force: bool,
) -> int:
    """Write every target; one that fails is told and does not stop the others. Returns how many failed."""
    failed = 0
    for target, existing in files.items():
        try:
            target.write(result, existing, rendering, screen, force=force)
        except OutputError as error:
            failed += 1
            screen.error(error)
    return failed


def _is_identifier(name: str) -> bool:
    try:
        return bool(api.identifiers(name))
    except InputError:
        return False


def _rendering(options: argparse.Namespace) -> formats.Options:
    return formats.Options(
        year=getattr(options, "year", "submitted"), howpublished=getattr(options, "howpublished", False)
    )


def _tell_origin(result: api.Bibliography, screen: Screen, *, offline: bool) -> None:
    """Say where an answer is not what arXiv says today."""
    resolution = result.resolution
    if resolution is None:
        return
    gone = [i for i, problem in resolution.problems.items() if problem.kind == "not-found" and i in resolution.records]
    if gone:
        screen.line(f"{count(len(gone), 'paper')} kept as known here, although arXiv says that there is none")
    why = "you stopped it" if resolution.interrupted else "arXiv could not be asked"
    why = "nobody is asked offline" if offline else why
    for name, number in Counter(name for i, name in resolution.shipped.items() if i not in gone).items():
        what = "the snapshot that comes with enrich, without abstracts" if name == str(SHIPPED) else name
        screen.note(f"{count(number, 'paper')} out of {what}: {why}")
    ages = [age for i, age in resolution.old.items() if i not in gone]
    if ages:
        # An answer that may be outdated is told even to those who want to hear of nothing else.
        screen.line(f"{count(len(ages), 'paper')} as known {ago(max(ages))}: {why}")
    for record in result.records:
        if notice := record.withdrawn:
            instead = f"; see {notice.superseded_by}" if notice.superseded_by else ""
            screen.note(f"withdrawn: {record.id} ({notice.reason or 'no reason given'}){instead}")


def _tell_summary(result: api.Bibliography, screen: Screen) -> None:

    resolution = result.resolution or Resolution()
    # A run of the configuration also asks for what stands in its outputs; that is told by its refresh.
    mine = {Identifier(record.eprint, record.cited_version) for record in result.records}
    fetched = Counter(source for i, source in resolution.fetched.items() if i in mine)
    old, shipped = (len(mine.intersection(known)) for known in (resolution.old, resolution.shipped))
    stored = len(mine) - fetched.total() - old - shipped if result.resolution else 0
    parts = [f"{stored:,} from the cache"] if stored else []
    parts += [f"{number:,} from {config.label_of(source)}" for source, number in fetched.items()]
    parts += [f"{old:,} old"] if old else []
    parts += [f"{shipped:,} from a snapshot"] if shipped else []
    published = sum(record.published is not None for record in result.records)
    parts += [f"{published:,} published"] if published else []
    parts += [count(len(result.problems), "problem")] if result.problems else []
    if resolution.interrupted:
        parts.append("stopped by you; run again for the rest")
    screen.note(f"{count(len(result.records), 'paper')}" + (f": {', '.join(parts)}" if parts else ""))


def _status(result: api.Bibliography, settings: Settings) -> int:
    if not result.records:
        return NOTHING
    resolution = result.resolution or Resolution()
    not_renewed = settings.fresh and bool(resolution.old or resolution.shipped)
    not_looked_up = bool(result.unpublished) and not settings.offline
    return PROBLEMS if result.problems or not_renewed or not_looked_up or resolution.interrupted else DONE


def _at(*place: str | int | None) -> str:
    return ":".join(str(part) for part in place if part is not None)
