"""How fast and how large, each figure against something named, all in one run::

    python -m tests.benchmarks.speed            (about five minutes; prints a Markdown table)
    python -m tests.benchmarks.speed --quick    (fewer repetitions and a shorter pace)

Whole processes are measured, alternating with what they are compared with, and medians are given. Services are the
stand-ins of the tests, on loopback.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.standins import ArxivStandin, Library
from tests.standins.papers import synthetic_papers

ROOT = Path(__file__).resolve().parents[2]
PAPERS = 10_000

PARSE_AND_WRITE = """
import sys, bibtexparser
library = bibtexparser.parse_string(open(sys.argv[1], encoding="utf-8").read())
open(sys.argv[2], "w", encoding="utf-8").write(bibtexparser.write_string(library))
"""


@dataclass(frozen=True)
class Run:
    """One finished process: seconds by the clock, and its peak memory in MB."""

    seconds: float
    megabytes: float


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
    one: Sequence[str], other: Sequence[str], env: dict[str, str], runs: int
) -> tuple[list[Run], list[Run], float]:
    """Both commands alternately, after a warm-up; also the median of the pairwise differences in milliseconds."""
    measure(one, env)
    measure(other, env)
    pairs = [(measure(one, env), measure(other, env)) for _ in range(runs)]
    difference = statistics.median(a.seconds - b.seconds for a, b in pairs) * 1000
    return [a for a, _ in pairs], [b for _, b in pairs], difference


def median(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    rows: list[tuple[str, str, str, str]] = []
    with tempfile.TemporaryDirectory() as folder, ArxivStandin(Library(), single_connection=True) as arxiv:
        home = Path(folder)
        env = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": folder,
            "PYTHONPATH": str(ROOT),
            "ENRICH_CACHE": str(home / "cache"),
            "ENRICH_ARXIV_URL": arxiv.url,
            "ENRICH_ARXIV_INTERVAL": "0",
        }
        bare = [sys.executable, "-c", "pass"]
        # What the installed command is: `python -m` would add the price of finding the module.
        enrich = [sys.executable, "-c", "import sys; from enrich.cli import main; sys.exit(main())"]

        papers = list(synthetic_papers(PAPERS))
        arxiv.library.extend(papers)
        (home / "ids.txt").write_text("".join(f"{paper.id}\n" for paper in papers))
        measure([*enrich, "get", str(home / "ids.txt"), "-o", str(home / "first.bib")], env)

        started = 9 if quick else 31
        ours, _, difference = in_turn([*enrich, "--help"], bare, env, started)
        rows.append(("`--help`", f"{median(ours) * 1000:.0f} ms", "bare Python", f"+{difference:.0f} ms (aim: +30)"))

        two = [*enrich, "get", papers[0].id, papers[1].id]
        ours, _, difference = in_turn(two, bare, env, started)
        rows.append(
            (
                "`get` of two cached papers",
                f"{median(ours) * 1000:.0f} ms",
                "bare Python",
                f"+{difference:.0f} ms (aim: +120)",
            )
        )

        big = [*enrich, "get", str(home / "ids.txt"), "--force", "-o", str(home / "big.bib")]
        theirs = [sys.executable, "-c", PARSE_AND_WRITE, str(home / "first.bib"), str(home / "theirs.bib")]
        ours, others, _ = in_turn(big, theirs, env, 3 if quick else 7)
        ratio = statistics.median(a.seconds / b.seconds for a, b in zip(ours, others, strict=True))
        size = max(run.megabytes for run in ours)
        rows.append(
            (
                f"{PAPERS:,} cached papers to `.bib` ({(home / 'big.bib').stat().st_size / 1e6:.0f} MB)",
                f"{median(ours):.2f} s, {size:.0f} MB",
                f"bibtexparser parses and writes that file: {median(others):.2f} s, "
                f"{max(run.megabytes for run in others):.0f} MB",
                f"{ratio:.2f} times (aim: 1.0, under 200 MB)",
            )
        )

        pace = 1.0 if quick else 3.0
        (home / "unknown.txt").write_text("".join(f"2011.{number:05d}\n" for number in range(1, 1001)))
        arxiv.forget()
        run = measure(
            [*enrich, "get", str(home / "unknown.txt"), "--fresh"],
            {**env, "ENRICH_ARXIV_INTERVAL": str(pace)},
            expect=(3,),
        )
        requests = len(arxiv.requests)
        least = (requests - 1) * pace
        rows.append(
            (
                f"1,000 unknown papers, {pace:g} s between requests",
                f"{requests} requests, {run.seconds:.2f} s",
                f"the pauses alone: {least:.0f} s",
                f"+{(run.seconds / least - 1) * 100:.0f} % (aim: +10 %, 6 requests)",
            )
        )

        def unknown(batches: int) -> float:
            (home / "many.txt").write_text("".join(f"2012.{number:05d}\n" for number in range(1, 200 * batches + 1)))
            command = [*enrich, "get", str(home / "many.txt"), "--fresh", "--quiet", "--cache", str(home / "other")]
            return measure(command, env, expect=(3,)).megabytes

        few, many = unknown(5), unknown(50)
        rows.append(
            (
                "peak memory, 50 batches",
                f"{many:.0f} MB",
                f"5 batches: {few:.0f} MB",
                f"{(many - few) / 9000 * 1000:.1f} kB a paper",
            )
        )

    print(
        f"Measured on {date.today()} with Python {platform.python_version()} on {os.cpu_count()} cores"
        f" ({platform.machine()}).\n"
    )
    print("| what | enrich | compared with | result |\n|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(f"\nPeak memory of this script itself: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB.")


if __name__ == "__main__":
    main()
