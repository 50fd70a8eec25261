"""What each command does, one function each: call the jobs of ``api``, write the results, say what happened.

Results go to stdout or files, text for people through the screen to stderr. Every function returns an exit status.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from enrich import api, config, formats, keys, latex, output
from enrich.config import Settings
from enrich.errors import InputError, OutputError, StoreError
from enrich.record import Identifier, Mention, Problem, Record
from enrich.resolve import Resolution
from enrich.screen import Screen, printable
from enrich.snapshot import SHIPPED
from enrich.store import Answer, Store

if TYPE_CHECKING:
    from enrich.bibfile import BibFile
    from enrich.inputs import Citation

DONE, PROBLEMS, USAGE, NOTHING = 0, 1, 2, 3
"""Exit statuses: all done; done, with problems; wrong usage; nothing could be done."""


def get(options: argparse.Namespace, screen: Screen) -> int:
    settings = _settings(options)
    targets = _targets(options.output, options.to)
    asked = api.gather(options.what)
    return _resolve_and_write(asked, settings, targets, options, screen)


def project(options: argparse.Namespace, screen: Screen) -> int:
    settings = _settings(options)
    if settings.file is None:
        raise InputError(
            "there is no configuration here: neither enrich.toml nor [tool.enrich] in pyproject.toml",
            hint="enrich --help shows what else can be done",
        )
    if not settings.inputs or not settings.outputs:
        missing = "inputs" if not settings.inputs else "outputs"
        raise InputError(f"{settings.file} names no {missing}", hint=f'write {missing} = ["..."]')
    if settings.published:
        screen.note("published = true: this version does not look for published versions yet")
    base = "" if settings.base == config.here() else os.path.relpath(settings.base)
    targets = _targets([os.path.join(base, name) for name in settings.outputs], None)
    # What is no identifier is a file beside the configuration, and nowhere else.
    named = [name if _is_identifier(name) else os.path.join(base, name) for name in settings.inputs]
    return _resolve_and_write(api.gather(named), settings, targets, options, screen)


def _resolve_and_write(
    asked: api.Asked, settings: Settings, targets: Sequence[_Target], options: argparse.Namespace, screen: Screen
) -> int:
    rendering = _rendering(options)
    force = getattr(options, "force", False)
    files = {target: None if force else target.existing() for target in targets}
    standing: dict[tuple[str, int | None], str] = {}
    for file in files.values():
        for entry, identifier in file.identified() if file else ():
            standing.setdefault((identifier.id, identifier.version), entry.key)
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
    with Store(settings.cache_folder, warn=screen.note) as store:
        result = api.bibliography(
            asked, settings, store, snapshots=shipped, standing=standing, taken=taken, watcher=screen
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
    _tell_summary(result, screen)
    return NOTHING if failed == len(targets) else PROBLEMS if failed and result.records else _status(result, settings)


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
    screen.note(f"{_count(len(mentions), 'mention')} of {_count(papers, 'paper')} in {_count(read, 'file')}")
    return NOTHING if not read else PROBLEMS if problems else DONE


def convert(options: argparse.Namespace, screen: Screen) -> int:
    targets = _targets(options.output, options.to)
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
    screen.note(_count(len(result.records), "paper"))
    return NOTHING if failed == len(targets) else PROBLEMS if failed or problems else DONE


def cache(options: argparse.Namespace, screen: Screen) -> int:
    settings = _settings(options)
    with Store(settings.cache_folder, warn=screen.line) as store:
        return {"info": _cache_info, "clear": _cache_clear, "export": _cache_export, "import": _cache_import}[
            options.action
        ](options, store, screen)


def _cache_info(options: argparse.Namespace, store: Store, screen: Screen) -> int:
    if sys.stdout is None:
        raise OutputError("there is no stdout to write to", hint="run it without >&-")
    contents = store.contents()
    if options.json:
        data = {
            "path": str(contents.path),
            "records": contents.records,
            "missing": contents.missing,
            "bytes": contents.size,
            "oldest": _moment(contents.oldest),
            "newest": _moment(contents.newest),
        }
        print(json.dumps(data, ensure_ascii=False, indent=1))
        return DONE
    print(f"cache:     {contents.path}")
    print(f"papers:    {contents.records:,} known, {contents.missing:,} known not to exist")
    print(f"size:      {contents.size / 1e6:.1f} MB")
    if contents.oldest is not None and contents.newest is not None:
        ages = [(time.time() - moment) / 86_400 for moment in (contents.oldest, contents.newest)]
        print(f"answers:   {ages[1]:.1f} to {ages[0]:.1f} days old")
    return DONE


def _cache_clear(options: argparse.Namespace, store: Store, screen: Screen) -> int:
    screen.note(f"{_count(store.clear(), 'answer')} forgotten")
    return DONE


def _cache_export(options: argparse.Namespace, store: Store, screen: Screen) -> int:
    target = _targets([options.file], "json")[0]
    count = 0

    def records() -> Iterator[Record]:
        nonlocal count
        for _, answer in store.all():
            if answer.record is not None:
                count += 1
                yield answer.record

    target.put(formats.render("json", records()))
    screen.note(f"{_count(count, 'paper')} exported")
    return DONE


def _cache_import(options: argparse.Namespace, store: Store, screen: Screen) -> int:
    result = api.load(Path(options.file), None if options.file.endswith((".json", ".jsonl")) else "json")
    store.merge(
        (Identifier(record.eprint, record.cited_version), Answer(record, _seconds(record.retrieved)))
        for record in result.records
    )
    if not store.writable:
        raise StoreError(f"{store.path} cannot be written; nothing was imported", hint="check its permissions")
    screen.problems(result.problems)
    screen.note(f"{_count(len(result.records), 'paper')} imported")
    return DONE


# What the jobs share.


def _write(
    result: api.Bibliography,
    files: Mapping[_Target, BibFile | None],
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


@dataclass(frozen=True)
class _Target:
    """One place where a result goes: a file, or stdout where ``path`` is ``None``."""

    path: Path | None
    format: str

    @property
    def would_shrink(self) -> bool:
        """Whether writing could lose what is there. A .bib is added to, and our JSON is a snapshot of its own run."""
        added_to = self.format in ("bibtex", "biblatex", "json", "jsonl")
        return self.path is not None and not added_to and self.path.is_file()

    def existing(self) -> BibFile | None:
        """The bibliography that stands there already, which is added to and otherwise left alone."""
        if self.path is None or self.format not in ("bibtex", "biblatex") or not self.path.is_file():
            return None
        from enrich.bibfile import BibFile

        try:
            return BibFile.parse(self.path.read_bytes())
        except OSError as error:
            raise OutputError(f"{self.path} cannot be read: {error.strerror}", hint="check its permissions") from error
        except InputError as error:
            raise OutputError(f"{self.path}: {error.message}", hint="or start it anew with --force") from error

    def write(
        self,
        result: api.Bibliography,
        existing: BibFile | None,
        rendering: formats.Options,
        screen: Screen,
        *,
        force: bool = False,
    ) -> None:
        if existing is None:
            # A .bib that was not there when it was looked for, and is there now, is somebody's.
            new = not force and self.path is not None and self.format in ("bibtex", "biblatex")
            pieces = formats.render(self.format, result.records, problems=result.problems, options=rendering)
            self.put(self._looked_through(pieces, screen), new=new)
            if self.path is not None:
                screen.note(f"{self.path}: {_count(len(result.records), 'paper')} written")
            return
        missing = [record for record in result.records if not existing.holds(record)]
        there = len(result.records) - len(missing)
        if missing:
            pieces = formats.render(self.format, missing, options=rendering)
            text = "".join(self._looked_through(pieces, screen))
            try:
                grown = existing.append(text)
            except OutputError as error:
                raise OutputError(f"{self.path}: {error.message}", hint=error.hint) from error
            self.put([grown], existing.data)
        screen.note(f"{self.path}: {_count(len(missing), 'paper')} added, {there:,} there already")

    def _looked_through(self, pieces: Iterable[str], screen: Screen) -> Iterator[str]:
        """The pieces; and a line about entries that bibtex and pdflatex cannot print, if there are any."""
        found: dict[str, str] = {}
        for piece in pieces:
            if self.format == "bibtex" and not piece.isascii():
                key = ""
                for line in piece.splitlines():
                    if line.startswith("@"):
                        key = line.partition("{")[2].rstrip(",")
                    # No common style prints these two.
                    elif not line.isascii() and not line.startswith(("  abstract =", "  comment =")):
                        found[key] = found.get(key, "") + latex.beyond_latex(line)
            yield piece
        if found:
            letters = "".join(dict.fromkeys("".join(found.values())))
            more = f" and {len(found) - 5:,} more" if len(found) > 5 else ""
            screen.note(
                f"plain LaTeX cannot print {letters[:20]}{'…' * (len(letters) > 20)}"
                f" in {', '.join([*found][:5])}{more}; .biblatex.bib and biber can"
            )

    def put(self, pieces: Iterable[str | bytes], expected: bytes | None = None, *, new: bool = False) -> None:
        if self.path is not None:
            output.write(self.path, pieces, expected=expected, new=new)
            return
        if sys.stdout is None:
            raise OutputError("there is no stdout to write to", hint="name a file with -o")
        for piece in pieces:
            sys.stdout.write(piece if isinstance(piece, str) else piece.decode())


def _targets(files: Sequence[str] | None, format: str | None) -> list[_Target]:
    """Where results go, checked before anybody is asked anything."""
    targets = []
    for name in files or ["-"]:
        chosen = format or ("bibtex" if name == "-" else formats.by_suffix(name))
        if chosen is None:
            raise InputError(
                f"{name}: the suffix names no format", hint="use .bib .json .ris ..., or name the format with --to"
            )
        path = api.expanded(name)
        if name != "-":
            output.check(path)
        targets.append(_Target(None if name == "-" else path, chosen))
    return targets


def _is_identifier(name: str) -> bool:
    try:
        return bool(api.identifiers(name))
    except InputError:
        return False


def _rendering(options: argparse.Namespace) -> formats.Options:
    return formats.Options(
        year=getattr(options, "year", "submitted"), howpublished=getattr(options, "howpublished", False)
    )


def _settings(options: argparse.Namespace) -> Settings:

    settings = config.load(config.here())
    if getattr(options, "offline", False) and getattr(options, "fresh", False):
        raise InputError("--offline and --fresh exclude each other", hint="leave one of them out")
    chosen = {
        name: value
        for name in ("offline", "fresh", "cache", "key")
        if (value := getattr(options, name, None)) is not None
    }
    if "cache" in chosen:
        chosen["cache"] = api.expanded(chosen["cache"])
    if getattr(options, "max_age", None) is not None:
        chosen["max_age"] = options.max_age * config.DAY
    return replace(settings, **chosen)


def _tell_origin(result: api.Bibliography, screen: Screen, *, offline: bool) -> None:
    """Say where an answer is not what arXiv says today."""
    resolution = result.resolution
    if resolution is None:
        return
    gone = [i for i, problem in resolution.problems.items() if problem.kind == "not-found" and i in resolution.records]
    if gone:
        screen.line(f"{_count(len(gone), 'paper')} kept as known here, although arXiv says that there is none")
    why = "you stopped it" if resolution.interrupted else "arXiv could not be asked"
    why = "nobody is asked offline" if offline else why
    for name, number in Counter(name for i, name in resolution.shipped.items() if i not in gone).items():
        what = "the snapshot that comes with enrich, without abstracts" if name == str(SHIPPED) else name
        screen.note(f"{_count(number, 'paper')} out of {what}: {why}")
    ages = [age for i, age in resolution.old.items() if i not in gone]
    if ages:
        # An answer that may be outdated is told even to those who want to hear of nothing else.
        screen.line(f"{_count(len(ages), 'paper')} as known {_ago(max(ages))}: {why}")
    for record in result.records:
        if notice := record.withdrawn:
            instead = f"; see {notice.superseded_by}" if notice.superseded_by else ""
            screen.note(f"withdrawn: {record.id} ({notice.reason or 'no reason given'}){instead}")


def _tell_summary(result: api.Bibliography, screen: Screen) -> None:

    resolution = result.resolution or Resolution()
    parts = [f"{resolution.stored:,} from the cache"] if resolution.stored else []
    for source, number in Counter(resolution.fetched.values()).items():
        parts.append(f"{number:,} from {config.SERVICES[source].label}")
    parts += [f"{len(resolution.old):,} old"] if resolution.old else []
    parts += [f"{len(resolution.shipped):,} from a snapshot"] if resolution.shipped else []
    parts += [_count(len(result.problems), "problem")] if result.problems else []
    if resolution.interrupted:
        parts.append("stopped by you; run again for the rest")
    screen.note(f"{_count(len(result.records), 'paper')}" + (f": {', '.join(parts)}" if parts else ""))


def _status(result: api.Bibliography, settings: Settings) -> int:
    if not result.records:
        return NOTHING
    resolution = result.resolution or Resolution()
    not_renewed = settings.fresh and bool(resolution.old or resolution.shipped)
    return PROBLEMS if result.problems or not_renewed or resolution.interrupted else DONE


def _at(*place: str | int | None) -> str:
    return ":".join(str(part) for part in place if part is not None)


def _ago(seconds: float) -> str:
    if seconds < 2 * config.DAY:
        return "less than an hour ago" if seconds < 3_600 else f"{seconds / 3_600:.0f} hours ago"
    return f"up to {seconds / config.DAY:.0f} days ago"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _seconds(moment: str | None) -> float:
    """Seconds since 1970 of an ISO time. Without one an answer counts as old: known, and renewed when possible."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(moment).timestamp() if moment else 0.0
    except ValueError:
        return 0.0


def _moment(seconds: float | None) -> str | None:

    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
