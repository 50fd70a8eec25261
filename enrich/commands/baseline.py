"""A baseline: the findings that somebody knows of already. It is the report of a former ``check --format json``."""

from __future__ import annotations

import json
import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enrich.errors import InputError
from enrich.finding import Finding

_HINT = "make it with: enrich check FILE... --format json > {name}"


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of the baseline, as far as it is compared: lines move, and words and severities are ours to change."""

    file: str
    key: str | None
    id: str | None
    rule: str
    found: str

    @classmethod
    def of(cls, file: str, key: str | None, id: str | None, rule: str, found: str | None) -> Known:
        return cls(_path(file), key, id, rule, " ".join((found or "").split()))


@dataclass(frozen=True)
class Baseline:
    """Findings known of old; each of them hides one."""

    known: tuple[Known, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Baseline:
        """Read a baseline from a report in JSON. Raises :class:`InputError` if it is none."""
        hint = _HINT.format(name=path.name)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise InputError(f"the baseline {path} is not there", hint=hint) from error
        except OSError as error:
            raise InputError(f"the baseline {path} cannot be read: {error.strerror}", hint=hint) from error
        if not data.strip():
            # "check --baseline FILE > FILE": the shell has emptied it before anybody could read it.
            raise InputError(f"the baseline {path} is empty", hint=f"{hint}, and read it in another command")
        try:
            # Finds out about UTF-16, in which some shells write what a program prints.
            report = json.loads(data)
        except json.JSONDecodeError as error:
            raise InputError(f"the baseline {path}:{error.lineno} is not JSON: {error.msg}", hint=hint) from error
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(f"the baseline {path}:{line} is not UTF-8", hint=hint) from error
        except RecursionError as error:
            raise InputError(f"the baseline {path} is nested too deeply to be a report", hint=hint) from error
        if not (isinstance(report, dict) and isinstance(report.get("findings"), list)):
            raise InputError(f"the baseline {path} is JSON, but no report of enrich check", hint=hint)
        known = (_known(one, f"the baseline {path}: finding {n}", hint) for n, one in enumerate(report["findings"], 1))
        return cls(tuple(known))

    def split(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
        """The findings that are new, and those that are old, each in their order."""
        findings = list(findings)
        compared = [Known.of(one.file, one.key, one.id, one.rule, one.found) for one in findings]
        left = Counter(self.known)
        old: set[int] = set()
        for number, one in enumerate(compared):
            if left[one] > 0:
                left[one] -= 1
                old.add(number)
        # What was made in another folder names the same files by longer or shorter paths.
        elsewhere: dict[tuple[str | None, ...], Counter[str]] = defaultdict(Counter)
        for known, times in (+left).items():
            elsewhere[_without_file(known)][known.file] += times
        for number, one in enumerate(compared):
            files = elsewhere.get(_without_file(one))
            if number in old or not files:
                continue
            match = next((file for file, times in files.items() if times and _same_file(file, one.file)), None)
            if match is not None:
                files[match] -= 1
                old.add(number)
        return (
            [one for number, one in enumerate(findings) if number not in old],
            [one for number, one in enumerate(findings) if number in old],
        )

    def stale(self, old: Sequence[Finding], files: Iterable[str]) -> int:
        """How many of the baseline's findings in ``files`` (those that were checked now) hid nothing."""
        paths = {_path(file) for file in files}
        mine = Counter(one.file for one in self.known)
        there = sum(
            number for file, number in mine.items() if file in paths or any(_same_file(file, path) for path in paths)
        )
        return max(there - len(old), 0)


def _known(one: Any, name: str, hint: str) -> Known:
    if not isinstance(one, dict):
        raise InputError(f"{name} is no object", hint=hint)
    for field in ("file", "rule"):
        if not isinstance(one.get(field), str):
            raise InputError(f"{name} has no {field}", hint=hint)
    for field in ("key", "id", "found"):
        if not isinstance(one.get(field), str | None):
            raise InputError(f"{name}: its {field} is no text", hint=hint)
    return Known.of(one["file"], one.get("key"), one.get("id"), one["rule"], one.get("found"))


def _path(file: str) -> str:
    return posixpath.normpath(file.replace("\\", "/"))


def _without_file(one: Known) -> tuple[str | None, ...]:
    return one.key, one.id, one.rule, one.found


def _same_file(one: str, other: str) -> bool:
    """Whether two paths may be one file's, seen from two folders or machines: one ends as the other, or, where both
    begin at a root, a file of this name lies in a folder of the same name."""
    if _is_absolute(one) and _is_absolute(other):
        return one.split("/")[-2:] == other.split("/")[-2:]
    short, long = sorted((one, other), key=lambda path: (_is_absolute(path), len(path)))
    while short.startswith("../"):
        short = short[3:]
    return f"/{long}".endswith(f"/{short}")


def _is_absolute(path: str) -> bool:
    return path.startswith("/") or path[1:3] == ":/"
