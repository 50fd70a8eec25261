"""What a person sees on stderr: progress, notes, problems. Nothing from outside reaches a terminal as a command."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from enrich.errors import EnrichError
from enrich.record import Problem
from enrich.resolve import Watcher

if TYPE_CHECKING:
    from tqdm import tqdm

# Control characters, and those that turn the direction of text round so that a line reads as another.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

_HEADINGS = {
    "not-found": "Not found",
    "invalid": "Not usable",
    "unreachable": "Could not be asked",
    "not-understood": "Not understood",
}
_PLACES = 12
"""Places shown of one problem; a list of 300 dead links should not scroll the rest away."""


def printable(text: str) -> str:
    """``text`` without anything that a terminal would obey."""
    return _UNPRINTABLE.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


class Screen(Watcher):
    """Says on ``stream`` what is going on: a moving bar on a terminal, plain lines elsewhere."""

    def __init__(self, stream: TextIO | None, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self._lively = stream is not None and not quiet and stream.isatty()
        self._bar: tqdm[None] | None = None
        self._label = ""
        self._batches = 0
        self._done = 0
        self._told = ""
        self._since = 0.0

    def line(self, text: str = "") -> None:
        """One line, whatever ``quiet`` says."""
        if self._stream is None:
            return  # Somebody closed it (2>&-) and does not want to know.
        try:
            if self._bar is not None:
                self._bar.clear()
            print(printable(text), file=self._stream, flush=True)
            if self._bar is not None:
                self._bar.refresh()
        except OSError:
            # Nobody reads it any more, or its disk is full; what the command does and its status are not about that.
            if self._stream is sys.stderr:
                sys.stderr = None  # Python would try again at exit, and make its own status of it.
            self._stream = self._bar = None

    def note(self, message: str) -> None:
        if not self._quiet:
            self.line(message)

    def error(self, error: EnrichError) -> None:
        """What happened and what to try, for an error that ends something."""
        self.line(f"enrich: {error.message}")
        if error.hint:
            self.line(f"    try: {error.hint}")

    def begin(self, label: str, batches: int, papers: int) -> None:
        self.end()
        self._label, self._batches, self._done, self._since = label, batches, 0, time.monotonic()
        what = f"{label}: asking for {papers:,} paper{'s' * (papers != 1)}"
        requests = f"{batches} request{'s' * (batches != 1)}"
        if not self._lively:
            self.note(f"{what} in {requests}")
            return
        from tqdm import tqdm

        self._bar = tqdm(
            total=batches, file=self._stream, leave=False, dynamic_ncols=True, bar_format="{desc} |{bar}| {elapsed}"
        )
        self._describe(what)

    def step(self, done: int, batches: int) -> None:
        self._done, self._batches = done, batches
        if self._bar is not None:
            self._bar.total = batches
            self._bar.n = done
            self._describe(f"{self._label}: {done} of {batches} requests answered")
        elif time.monotonic() - self._since > 10 and done < batches:
            # Plain lines go into logs: one in ten seconds says that it lives, and is not too much.
            self._since = time.monotonic()
            self.note(f"{self._label}: {done} of {batches} requests answered")

    def wait(self, label: str, why: str, seconds: float) -> None:
        again = why.endswith("asking again")
        text = f"{label}: {why}" if again else f"{label} {why}"
        joint = " in" if again else " for another"
        left = "" if why.startswith("asks") or seconds < 1 else f"{joint} {seconds:.0f} s"
        if self._bar is not None:
            self._describe(f"{text}{left}: {self._done + 1} of {max(self._batches, self._done + 1)} batches")
        elif not why.startswith(("asks", "has been asked")) and text != self._told:
            self._told = text
            self.note(f"{text}{left}")

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _describe(self, text: str) -> None:
        if self._bar is not None:
            self._bar.set_description_str(printable(text))

    def problems(self, problems: Sequence[Problem]) -> None:
        """The problems, those of one kind and reason together, each with its places and what to try."""
        for kind, heading in _HEADINGS.items():
            alike: dict[tuple[str, str | None], list[Problem]] = {}
            for problem in problems:
                if problem.kind == kind:
                    alike.setdefault((problem.message, problem.hint), []).append(problem)
            for (message, hint), group in alike.items():
                self.line(f"{heading}: {message}")
                shown = [_place(problem) for problem in group]
                shown = [place for place in dict.fromkeys(shown) if place and place != message]
                for place in shown[:_PLACES]:
                    self.line(f"    {place}")
                if len(shown) > _PLACES:
                    self.line(f"    and {len(shown) - _PLACES} more places")
                if hint:
                    self.line(f"    try: {hint}")


def _place(problem: Problem) -> str:
    where = problem.file or ""
    if problem.line:
        where += f":{problem.line}"
    what = problem.text if problem.text and problem.text != problem.file else ""
    return f"{where}: {what}" if where and what else where or what
