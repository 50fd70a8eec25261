"""What the commands share: exit statuses, settings, where results go, small words."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from enrich import api, config, formats, latex, output
from enrich.config import Settings
from enrich.errors import InputError, OutputError
from enrich.screen import Screen

if TYPE_CHECKING:
    from enrich.bibfile import BibFile

DONE, PROBLEMS, USAGE, NOTHING = 0, 1, 2, 3
"""Exit statuses: all done; done, with problems; wrong usage; nothing could be done."""


def settings_of(options: argparse.Namespace) -> Settings:

    settings = config.load(config.here())
    if getattr(options, "offline", False) and getattr(options, "fresh", False):
        raise InputError("--offline and --fresh exclude each other", hint="leave one of them out")
    chosen = {
        name: value
        for name in ("offline", "fresh", "cache", "key", "published")
        if (value := getattr(options, name, None)) is not None
    }
    if "cache" in chosen:
        chosen["cache"] = api.expanded(chosen["cache"])
    if getattr(options, "max_age", None) is not None:
        chosen["max_age"] = options.max_age * config.DAY
    return replace(settings, **chosen)


@dataclass(frozen=True)
class Target:
    """One place where a result goes: a file, or stdout where ``path`` is ``None``."""

    path: Path | None
    format: str

    @property
    def would_shrink(self) -> bool:
        """Whether writing could lose what is there. A .bib is added to, and our JSON is a snapshot of its own run."""
        added_to = self.format in ("bibtex", "biblatex", "json", "jsonl")
        return self.path is not None and not added_to and self.path.is_file()

    @property
    def stands(self) -> bool:
        """Whether a bibliography stands there already, which is added to and otherwise left alone."""
        return self.path is not None and self.format in ("bibtex", "biblatex") and self.path.is_file()

    def existing(self) -> BibFile | None:
        """The bibliography that stands there already, if one does."""
        if self.path is None or not self.stands:
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
                screen.note(f"{self.path}: {count(len(result.records), 'paper')} written")
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
        screen.note(f"{self.path}: {count(len(missing), 'paper')} added, {there:,} there already")

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


def targets_of(files: Sequence[str] | None, format: str | None) -> list[Target]:
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
        targets.append(Target(None if name == "-" else path, chosen))
    return targets


def ago(seconds: float) -> str:
    if seconds < 2 * config.DAY:
        return "less than an hour ago" if seconds < 3_600 else f"{seconds / 3_600:.0f} hours ago"
    return f"up to {seconds / config.DAY:.0f} days ago"


def count(number: int, what: str) -> str:
    """``1 entry``, ``1,200 entries``."""
    if number == 1:
        return f"1 {what}"
    return f"{number:,} {what.removesuffix('y')}ies" if what.endswith("ry") else f"{number:,} {what}s"


def moment(seconds: float | None) -> str | None:

    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def tell_unpublished(papers: Mapping[str, str], settings: Settings, screen: Screen) -> None:
    """Of how many papers it could not be found out whether they were published, and why."""
    if settings.offline:
        return
    for why, number in Counter(papers.values()).items():
        screen.line(f"Not looked up: the published version of {count(number, 'paper')}: {why}")
