"""How fast and how large, each figure against something named, all in one run::

    python -m tests.benchmarks.speed            (about eight minutes; prints a Markdown table)
    python -m tests.benchmarks.speed --quick    (fewer repetitions and a shorter pace)

Whole processes are measured, alternating with what they are compared with, and medians are given. Services are the
stand-ins of the tests, on loopback.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.standins import (
    ArxivStandin,
    CrossrefStandin,
    DataciteStandin,
    DblpStandin,
    InspireStandin,
    Library,
    SemanticScholarStandin,
    Standin,
)
from tests.standins.papers import synthetic_papers

ROOT = Path(__file__).resolve().parents[2]
PAPERS = 10_000

PARSE = """
import sys, bibtexparser
bibtexparser.parse_string(open(sys.argv[1], encoding="utf-8").read())
"""
PARSE_AND_WRITE = """
import sys, bibtexparser
library = bibtexparser.parse_string(open(sys.argv[1], encoding="utf-8").read())
open(sys.argv[2], "w", encoding="utf-8").write(bibtexparser.write_string(library))
"""

BARE = (sys.executable, "-c", "pass")
# What the installed command is: `python -m` would add the price of finding the module.
ENRICH = (sys.executable, "-c", "import sys; from enrich.cli import main; sys.exit(main())")

SERVICES: tuple[type[Standin], ...] = (
    DataciteStandin,
    SemanticScholarStandin,
    CrossrefStandin,
    DblpStandin,
    InspireStandin,
)

Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class Run:
    """One finished process: seconds by the clock, and its peak memory in MB."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Bench:
    """Where it runs: a home of its own, and an environment in which every service is a stand-in."""

    home: Path
    env: dict[str, str]
    arxiv: ArxivStandin
    quick: bool

    def path(self, name: str) -> str:
        return str(self.home / name)

    def megabytes(self, name: str) -> str:
        return f"{(self.home / name).stat().st_size / 1e6:.0f} MB"


def measure(command: Sequence[str], env: dict[str, str], *, expect: Sequence[int] = (0,)) -> Run:
    """Run one process to its end and ask the system what it took."""
    started = time.perf_counter()
    with open(os.devnull, "r+b") as null:
        process = subprocess.Popen(command, env=env, stdin=null, stdout=null, stderr=null, cwd=env["HOME"])
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expect:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(seconds, usage.ru_maxrss / 1024)


def in_turn(
    one: Sequence[str],
    other: Sequence[str],
    env: dict[str, str],
    runs: int,
    *,
    before: Callable[[], object] = lambda: None,
) -> list[tuple[Run, Run]]:
    """Both commands alternately, after a warm-up. ``before`` puts things in place for the first of them."""
    pairs = []
    for _ in range(runs + 1):
        before()
        pairs.append((measure(one, env), measure(other, env)))
    return pairs[1:]


def median(runs: Iterable[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def told(runs: Sequence[Run]) -> str:
    return f"{median(runs):.2f} s, {max(run.megabytes for run in runs):.0f} MB"


def ratio(pairs: Sequence[tuple[Run, Run]]) -> float:
    return statistics.median(a.seconds / b.seconds for a, b in pairs)


# --- the rows --------------------------------------------------------------------------------------------------------


def beside_python(bench: Bench, what: str, command: Sequence[str], aim: int) -> Row:
    """A short command: what it takes beyond the start of Python, as the median of the pairwise differences."""
    pairs = in_turn(command, BARE, bench.env, 9 if bench.quick else 31)
    difference = statistics.median(a.seconds - b.seconds for a, b in pairs) * 1000
    ours = median(a for a, _ in pairs) * 1000
    return what, f"{ours:.0f} ms", "bare Python", f"+{difference:.0f} ms (aim: +{aim})"


def cached_papers(bench: Bench) -> Row:
    ours = [*ENRICH, "get", bench.path("ids.txt"), "--force", "-o", bench.path("big.bib")]
    theirs = [sys.executable, "-c", PARSE_AND_WRITE, bench.path("first.bib"), bench.path("theirs.bib")]
    pairs = in_turn(ours, theirs, bench.env, 3 if bench.quick else 7)
    return (
        f"{PAPERS:,} cached papers to `.bib` ({bench.megabytes('big.bib')})",
        told([a for a, _ in pairs]),
        f"bibtexparser parses and writes that file: {told([b for _, b in pairs])}",
        f"{ratio(pairs):.2f} times (aim: 1.0, under 200 MB)",
    )


def refresh_of_nothing(bench: Bench) -> Iterator[Row]:
    """A refresh that finds everything as it is, and the same of twice as many entries."""
    ours = [*ENRICH, "refresh", bench.path("first.bib")]
    twice = [*ENRICH, "refresh", bench.path("twice.bib")]
    theirs = [sys.executable, "-c", PARSE, bench.path("first.bib")]
    # The first time the services are asked, and more is written about what they said.
    for command in (twice, ours):
        measure(command, bench.env)
    untouched = [(bench.home / name).stat().st_mtime_ns for name in ("first.bib", "twice.bib")]
    runs = 3 if bench.quick else 7
    pairs = in_turn(ours, theirs, bench.env, runs)
    doubled = in_turn(twice, ours, bench.env, runs)
    if untouched != [(bench.home / name).stat().st_mtime_ns for name in ("first.bib", "twice.bib")]:
        raise SystemExit("a refresh with nothing to do has written the file")
    yield (
        f"`refresh` of {PAPERS:,} entries, nothing to do ({bench.megabytes('first.bib')})",
        told([a for a, _ in pairs]),
        f"bibtexparser parses that file: {told([b for _, b in pairs])}",
        f"{ratio(pairs):.2f} times (aim: 2.0, under 300 MB)",
    )
    yield (
        f"the same of {2 * PAPERS:,} entries",
        told([a for a, _ in doubled]),
        f"{PAPERS:,} entries: {told([b for _, b in doubled])}",
        f"{ratio(doubled):.2f} times (aim: 2.0)",
    )


def refresh_of_everything(bench: Bench) -> Row:
    """A refresh that adds four fields to each entry."""
    whole = (bench.home / "first.bib").read_text()
    poor, taken = re.subn(r"^ *(?:primaryClass|doi|url|abstract) = .*\n", "", whole, flags=re.MULTILINE)
    if taken != 4 * PAPERS:
        raise SystemExit(f"{taken} fields were taken out of {PAPERS} entries")
    changing = bench.home / "changing.bib"
    ours = [*ENRICH, "refresh", str(changing), "--fill", "all"]
    theirs = [sys.executable, "-c", PARSE_AND_WRITE, bench.path("first.bib"), bench.path("theirs.bib")]
    pairs = in_turn(ours, theirs, bench.env, 1 if bench.quick else 5, before=lambda: changing.write_text(poor))
    if sorted(re.findall(r"\w+ = ", changing.read_text())) != sorted(re.findall(r"\w+ = ", whole)):
        raise SystemExit("the refresh has not added what was taken out")
    return (
        f"`refresh` that adds {taken:,} fields",
        told([a for a, _ in pairs]),
        f"bibtexparser parses and writes that file: {told([b for _, b in pairs])}",
        f"{ratio(pairs):.2f} times",
    )


def audit(bench: Bench) -> Iterator[Row]:
    """An audit of cached papers that finds nothing, and the same by what a file of one's own says, with no cache."""
    theirs = [sys.executable, "-c", PARSE, bench.path("first.bib")]
    ours = [*ENRICH, "check", bench.path("first.bib"), "--offline"]
    # The first time, whether they were published is asked.
    measure([*ENRICH, "check", bench.path("first.bib")], bench.env)
    by_hand = [*ours, "--against", bench.path("twice.bib"), "--cache", bench.path("empty")]
    for command, what in (
        (ours, f"`check` of these entries, offline ({bench.megabytes('first.bib')})"),
        (by_hand, f"the same with an empty cache `--against` a `.bib` of {2 * PAPERS:,} entries"),
    ):
        pairs = in_turn(command, theirs, bench.env, 3 if bench.quick else 7)
        yield (
            what,
            told([a for a, _ in pairs]),
            f"bibtexparser parses that file: {told([b for _, b in pairs])}",
            f"{ratio(pairs):.2f} times" + " (aim: 3.0)" * (command is ours),
        )


def unknown_papers(bench: Bench) -> Row:
    pace = 1.0 if bench.quick else 3.0
    (bench.home / "unknown.txt").write_text("".join(f"2011.{number:05d}\n" for number in range(1, 1001)))
    bench.arxiv.forget()
    run = measure(
        [*ENRICH, "get", bench.path("unknown.txt"), "--fresh"],
        {**bench.env, "ENRICH_ARXIV_INTERVAL": str(pace)},
        expect=(3,),
    )
    requests = len(bench.arxiv.requests)
    least = (requests - 1) * pace
    return (
        f"1,000 unknown papers, {pace:g} s between requests",
        f"{requests} requests, {run.seconds:.2f} s",
        f"the pauses alone: {least:.0f} s",
        f"+{(run.seconds / least - 1) * 100:.0f} % (aim: +10 %, 6 requests)",
    )


def memory_of_batches(bench: Bench) -> Row:
    def unknown(batches: int) -> float:
        (bench.home / "many.txt").write_text("".join(f"2012.{number:05d}\n" for number in range(1, 200 * batches + 1)))
        command = [*ENRICH, "get", bench.path("many.txt"), "--fresh", "--quiet", "--cache", bench.path("other")]
        return measure(command, bench.env, expect=(3,)).megabytes

    few, many = unknown(5), unknown(50)
    return (
        "peak memory, 50 batches",
        f"{many:.0f} MB",
        f"5 batches: {few:.0f} MB",
        f"{(many - few) / 9000 * 1000:.1f} kB a paper",
    )


def rows(bench: Bench) -> Iterator[Row]:
    # First what needs no library: a process that is started seems to take as much memory as the one that starts it.
    unknown = [unknown_papers(bench), memory_of_batches(bench)]
    fill(bench)
    yield beside_python(bench, "`--help`", [*ENRICH, "--help"], 30)
    two = [*ENRICH, "get", "2101.00001", "2101.00002"]
    yield beside_python(bench, "`get` of two cached papers", two, 120)
    yield cached_papers(bench)
    yield from refresh_of_nothing(bench)
    yield refresh_of_everything(bench)
    yield from audit(bench)
    yield from unknown


def fill(bench: Bench) -> None:
    """The papers of ``first.bib`` and, twice as many, of ``twice.bib``: into the library, the cache and these files."""
    # Twice the invented abstract is 860 characters; those of 121 records of arXiv's have 825 on average.
    papers = [paper.revised(abstract=f"{paper.abstract} {paper.abstract}") for paper in synthetic_papers(2 * PAPERS)]
    bench.arxiv.library.extend(papers)
    for ids, bib, number in (("ids.txt", "first.bib", PAPERS), ("twice.txt", "twice.bib", 2 * PAPERS)):
        (bench.home / ids).write_text("".join(f"{paper.id}\n" for paper in papers[:number]))
        measure([*ENRICH, "get", bench.path(ids), "-o", bench.path(bib)], bench.env)


@contextmanager
def prepared(*, quick: bool) -> Iterator[Bench]:
    library = Library()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        env = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "ENRICH_CACHE": str(home / "cache"),
        }
        arxiv = ArxivStandin(library, single_connection=True)
        for standin in (arxiv, *(service(library) for service in SERVICES)):
            stack.enter_context(standin)
            name = type(standin).__name__.removesuffix("Standin").upper()
            env |= {f"ENRICH_{name}_URL": standin.url, f"ENRICH_{name}_INTERVAL": "0"}
        yield Bench(home, env, arxiv, quick)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with prepared(quick=quick) as bench:
        table = list(rows(bench))
    print(
        f"Measured on {date.today()} with Python {platform.python_version()} on {os.cpu_count()} cores"
        f" ({platform.machine()}).\n"
    )
    print("| what | enrich | compared with | result |\n|---|---|---|---|")
    for row in table:
        print(f"| {' | '.join(row)} |")
    print(f"\nPeak memory of this script itself: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB.")


if __name__ == "__main__":
    main()
