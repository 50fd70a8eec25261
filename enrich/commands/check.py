"""``enrich check``: audit references, and report what is wrong. Nothing is written."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from enrich import __version__, api
from enrich.check import Audit, Terms
from enrich.check import check as audit
from enrich.commands import findings
from enrich.commands.baseline import Baseline
from enrich.commands.common import DONE, NOTHING, PROBLEMS, settings_of, tell_unpublished
from enrich.errors import InputError, OutputError
from enrich.finding import RULES, SEVERITIES
from enrich.screen import Screen, printable
from enrich.store import Store


def check(options: argparse.Namespace, screen: Screen) -> int:
    settings = settings_of(options)
    if sys.stdout is None:
        raise OutputError("there is no stdout to write to", hint="run it without >&-")
    if options.json and options.format not in (None, "json"):
        raise InputError(f"--json and --format {options.format} exclude each other", hint="give one of them")
    format = "json" if options.json else options.format or "text"
    terms = Terms(options.strict, _rules(options.ignore or ()))
    # An empty name is a variable that was not set, and no wish to do without.
    baseline = None if options.baseline is None else Baseline.load(api.expanded(options.baseline))
    files = _files(options.file)
    snapshots = api.snapshots(settings, [api.expanded(name) for name in options.snapshot or ()])
    authority = None
    if options.against:
        from enrich.authority import Authority

        authority = Authority.load([api.expanded(name) for name in options.against])
    with Store(settings.cache_folder, warn=screen.note) as store:
        result = audit(files, settings, store, terms, authority=authority, snapshots=snapshots, watcher=screen)
    screen.end()
    stale = 0
    if baseline is not None:
        new, old = baseline.split(result.findings)
        result = replace(result, findings=tuple(new), old=len(old))
        stale = baseline.stale(old, result.texts)
    try:
        _report(result, format, options.fail_on)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read it has had enough (head). That is no answer to whether references are wrong: the status is.
        sys.stdout = None
    # What was not asked is told in the summary, by its reasons; the rest are the files' own problems.
    screen.problems([problem for problem in result.problems if problem.kind != "unreachable"])
    for line in findings.summary(result, stale=stale):
        screen.note(line)
    tell_unpublished(result.unpublished, settings, screen)
    if result.interrupted:
        screen.line("stopped by you: run it again for the rest, what has arrived is in the cache")
    return _status(result, files, options.fail_on)


def _files(names: Iterable[str]) -> dict[str, Path | bytes]:
    """The files by the names to show them under; a file that is named twice, perhaps through a link, once."""
    files: dict[str, tuple[str, Path | bytes]] = {}
    for name in names:
        if name == "-":
            if sys.stdin is None:
                raise InputError("there is no stdin to read", hint="name a file")
            files.setdefault("-", ("<stdin>", sys.stdin.buffer.read()))
            continue
        path = api.expanded(name)
        files.setdefault(os.path.realpath(path), (name, path))
    return dict(files.values())


def _rules(named: Iterable[str]) -> frozenset[str]:
    """The rules that ``--ignore`` names."""
    rules = {rule.strip() for names in named for rule in names.split(",") if rule.strip()}
    if unknown := sorted(rules - RULES.keys()):
        raise InputError(f"--ignore {unknown[0]}: there is no such rule", hint=f"rules are {', '.join(RULES)}")
    return frozenset(rules)


def _report(result: Audit, format: str, fail_on: str) -> None:
    if format == "text":
        stream = sys.stdout
        colour = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        width = shutil.get_terminal_size().columns if stream.isatty() else 100
        _show(findings.text(result, colour=colour, width=width))
    elif format == "json":
        print(_json(findings.as_json(result)))
    elif format == "sarif":
        print(_json(findings.sarif(result, __version__)))
    elif format == "github":
        _show(findings.github(result))
    else:
        print(findings.junit(result, fail_on))


def _json(report: Mapping[str, Any]) -> str:
    """JSON that can also be looked at: characters that a terminal obeys are escaped, without loss."""
    text = json.dumps(report, ensure_ascii=False, indent=1)
    # Of ASCII's own control characters JSON escapes all but the last.
    return _NOT_PLAIN.sub(lambda found: _escaped(found.group()), text)


_NOT_PLAIN = re.compile(r"[^\x00-\x7e]")


def _escaped(character: str) -> str:
    return character if printable(character) == character else f"\\u{ord(character):04x}"


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _status(result: Audit, files: Mapping[str, Path | bytes], fail_on: str) -> int:
    """Findings that count make 1; so does a file that could not be read, beside others that could."""
    worst = SEVERITIES.index(fail_on)
    if any(SEVERITIES.index(finding.severity) >= worst for finding in result.findings):
        return PROBLEMS
    unread = {problem.file for problem in result.problems if problem.kind == "invalid"} & files.keys()
    unread -= result.texts.keys()
    silent = not result.count("right", "wrong") and not any(one.answered for one in result.outcomes)
    if len(unread) == len(files) or (result.outcomes and silent):
        return NOTHING
    other = any(problem.kind != "unreachable" for problem in result.problems)
    return PROBLEMS if other or result.interrupted else DONE
