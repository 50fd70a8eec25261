"""Run the three stand-ins until interrupted, and print what the environment must be to use them."""

from __future__ import annotations

import argparse
import threading

from . import EXAMPLES, ArxivStandin, DataciteStandin, Library, OaiStandin, synthetic_papers


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standins", description=__doc__)
    parser.add_argument("--papers", type=int, default=1000, help="how many invented papers to add (from 2101.00001)")
    parser.add_argument("--interval", type=float, default=0.0, help="seconds that must lie between requests to arXiv")
    parser.add_argument("--fail", action="append", default=[], metavar="MODE", help="fail for ever (a status or mode)")
    arguments = parser.parse_args()
    library = Library()
    library.add(*EXAMPLES)
    library.extend(synthetic_papers(arguments.papers))
    arxiv = ArxivStandin(library, min_interval=arguments.interval)
    with arxiv, DataciteStandin(library) as datacite, OaiStandin(library) as oai:
        for mode in arguments.fail:
            arxiv.fail(int(mode) if mode.isdigit() else mode, next=None)
        print(f"export ENRICH_ARXIV_URL={arxiv.url} ENRICH_ARXIV_INTERVAL={arguments.interval:g}")
        print(f"export ENRICH_DATACITE_URL={datacite.url} ENRICH_DATACITE_INTERVAL=0")
        print(f"export ENRICH_OAI_URL={oai.url} ENRICH_OAI_INTERVAL=0", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
