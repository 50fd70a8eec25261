"""Stand-ins on loopback for the services that enrich asks: arXiv's query API, DataCite and arXiv's OAI-PMH server; and
for published versions Crossref, DBLP, Semantic Scholar, OpenAlex and INSPIRE.

They answer from one :class:`Library` of invented papers, as the services would, and fail on command in every known way
(the list is in :mod:`tests.standins.failures`)::

    def test_a_busy_arxiv_is_asked_again(arxiv, run):
        arxiv.fail(429, retry_after=0, next=2)
        assert run("get", "2401.01234").returncode == 0
        assert len(arxiv.requests) == 3

What a paper became, and who tells it otherwise, is said of the paper::

    library.add(Paper("2401.01235", title="Knots").appeared("Journal of Knots", day="2024-05", doi="10.5555/knots.1"))
    library.add(NEVER_PUBLISHED.telling("semanticscholar", venue="Journal of Knots"))

To play with them by hand: ``python -m tests.standins``.
"""

from .arxiv_api import ArxivStandin
from .crossref_api import CrossrefStandin
from .datacite_api import DataciteStandin
from .dblp_api import DblpStandin
from .inspire_api import InspireStandin
from .oai_pmh import OaiStandin
from .openalex_api import OpenAlexStandin
from .papers import (
    EXAMPLES,
    OTHER_WORKS,
    PUBLISHED_EXAMPLES,
    Author,
    Library,
    Paper,
    Publication,
    Version,
    synthetic_papers,
)
from .semanticscholar_api import SemanticScholarStandin
from .server import Failure, Reply, Request, Standin

__all__ = [
    "EXAMPLES",
    "OTHER_WORKS",
    "PUBLISHED_EXAMPLES",
    "ArxivStandin",
    "Author",
    "CrossrefStandin",
    "DataciteStandin",
    "DblpStandin",
    "Failure",
    "InspireStandin",
    "Library",
    "OaiStandin",
    "OpenAlexStandin",
    "Paper",
    "Publication",
    "Reply",
    "Request",
    "SemanticScholarStandin",
    "Standin",
    "Version",
    "synthetic_papers",
]
