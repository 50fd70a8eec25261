"""Stand-ins on loopback for the services that enrich asks: arXiv's query API, DataCite and arXiv's OAI-PMH server.

They answer from one :class:`Library` of invented papers, as the services would, and fail on command in every known way
(the list is in :mod:`tests.standins.failures`)::

    def test_a_busy_arxiv_is_asked_again(arxiv, run):
        arxiv.fail(429, retry_after=0, next=2)
        assert run("get", "2401.01234").returncode == 0
        assert len(arxiv.requests) == 3

To play with them by hand: ``python -m tests.standins``.
"""

from .arxiv_api import ArxivStandin
from .datacite_api import DataciteStandin
from .oai_pmh import OaiStandin
from .papers import EXAMPLES, Author, Library, Paper, Version, synthetic_papers
from .server import Failure, Reply, Request, Standin

__all__ = [
    "EXAMPLES",
    "ArxivStandin",
    "Author",
    "DataciteStandin",
    "Failure",
    "Library",
    "OaiStandin",
    "Paper",
    "Reply",
    "Request",
    "Standin",
    "Version",
    "synthetic_papers",
]
