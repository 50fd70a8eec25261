"""Run the stand-ins until interrupted, and print what the environment must be to use them."""

from __future__ import annotations

import argparse
import contextlib
import threading

from . import (
    EXAMPLES,
    OTHER_WORKS,
    PUBLISHED_EXAMPLES,
    ArxivStandin,
    CrossrefStandin,
    DataciteStandin,
    DblpStandin,
    InspireStandin,
    Library,
    OaiStandin,
    OpenAlexStandin,
    SemanticScholarStandin,
    synthetic_papers,
)

OTHERS = {
    "DATACITE": DataciteStandin,
    "OAI": OaiStandin,
    "CROSSREF": CrossrefStandin,
    "DBLP": DblpStandin,
    "SEMANTICSCHOLAR": SemanticScholarStandin,
    "OPENALEX": OpenAlexStandin,
    "INSPIRE": InspireStandin,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standins", description=__doc__)
    parser.add_argument("--papers", type=int, default=1000, help="how many invented papers to add (from 2101.00001)")
    parser.add_argument("--interval", type=float, default=0.0, help="seconds that must lie between requests to arXiv")
    parser.add_argument(
        "--fail", action="append", default=[], metavar="MODE", help="let arXiv fail for ever (a status or mode)"
    )
    arguments = parser.parse_args()
    library = Library()
    library.add(*EXAMPLES, *PUBLISHED_EXAMPLES)
    library.publish(*OTHER_WORKS)
    library.extend(synthetic_papers(arguments.papers))
    arxiv = ArxivStandin(library, min_interval=arguments.interval)
    for mode in arguments.fail:
        arxiv.fail(int(mode) if mode.isdigit() else mode, next=None)
    with contextlib.ExitStack() as stack:
        stack.enter_context(arxiv)
        print(f"export ENRICH_ARXIV_URL={arxiv.url} ENRICH_ARXIV_INTERVAL={arguments.interval:g}")
        for name, kind in OTHERS.items():
            server = stack.enter_context(kind(library))
            print(f"export ENRICH_{name}_URL={server.url} ENRICH_{name}_INTERVAL=0", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
