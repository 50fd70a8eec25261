"""A stand-in for DataCite's REST API: arXiv's own DOIs (10.48550/arXiv.*), and data and software of others.

arXiv's records have the shape of those that it registers: one per paper, of its newest version, names in parts, every
version's dates, the comment as a second description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import unquote

from .failures import HTML, page
from .papers import Author, Edition, Library, Work, retold
from .server import Reply, Request, Standin, shuffled

JSON = "application/json; charset=utf-8"
PREFIX = "10.48550/arxiv."

_NAMES = {
    "astro-ph.CO": "Cosmology and Nongalactic Astrophysics",
    "cond-mat.str-el": "Strongly Correlated Electrons",
    "cs.AI": "Artificial Intelligence",
    "cs.CL": "Computation and Language",
    "cs.CR": "Cryptography and Security",
    "cs.DC": "Distributed, Parallel, and Cluster Computing",
    "cs.DL": "Digital Libraries",
    "cs.DS": "Data Structures and Algorithms",
    "cs.LG": "Machine Learning",
    "econ.GN": "General Economics",
    "hep-ex": "High Energy Physics - Experiment",
    "hep-ph": "High Energy Physics - Phenomenology",
    "hep-th": "High Energy Physics - Theory",
    "math.CO": "Combinatorics",
    "math.GT": "Geometric Topology",
    "math.NT": "Number Theory",
    "physics.soc-ph": "Physics and Society",
    "quant-ph": "Quantum Physics",
    "stat.ML": "Machine Learning",
}
_RIGHTS = {
    "http://arxiv.org/licenses/nonexclusive-distrib/1.0/": "arXiv.org perpetual, non-exclusive license",
    "http://creativecommons.org/licenses/by/4.0/": "Creative Commons Attribution 4.0 International",
}


def doi_of(identifier: str) -> str:
    """arXiv's own DOI, in DataCite's lower case."""
    return PREFIX + identifier.lower()


def render_record(paper: Edition, history: Iterable[Edition]) -> dict[str, Any]:
    """The record of one paper as DataCite gives it; ``history`` holds its versions up to this one."""
    doi = doi_of(paper.id)
    versions = list(history)
    dates: list[dict[str, str]] = []
    for version in versions:
        information = f"v{version.version}"
        dates.append({"date": version.submitted, "dateType": "Submitted", "dateInformation": information})
        dates.append({"date": _announced(version), "dateType": "Updated", "dateInformation": information})
    first = versions[0]
    dates.append({"date": first.submitted[:7], "dateType": "Available", "dateInformation": "v1"})
    dates.append({"date": first.submitted[:4], "dateType": "Issued"})
    if paper.withdrawn:
        dates.append({"date": paper.submitted, "dateType": "Withdrawn", "dateInformation": f"v{paper.version}"})
    fos = {"subject": "FOS: Computer and information sciences"}
    scheme = "Fields of Science and Technology (FOS)"
    descriptions = [{"description": " ".join(paper.abstract.split()), "descriptionType": "Abstract"}]
    if paper.comment:
        descriptions.append({"description": paper.comment, "descriptionType": "Other"})
    return {
        "id": doi,
        "type": "dois",
        "attributes": {
            "doi": doi,
            "identifiers": [{"identifier": paper.id, "identifierType": "arXiv"}],
            "creators": [_creator(author) for author in paper.authors],
            "titles": [{"title": paper.title}],
            "publisher": "arXiv",
            "container": {},
            "publicationYear": int(first.submitted[:4]),
            "subjects": [
                *(
                    {
                        "lang": "en",
                        "subject": f"{_NAMES.get(category, 'Other')} ({category})",
                        "subjectScheme": "arXiv",
                    }
                    for category in paper.categories
                ),
                {**fos, "subjectScheme": scheme},
                {
                    **fos,
                    "schemeUri": "http://www.oecd.org/science/inno/38235147.pdf",
                    "subjectScheme": scheme,
                },
            ],
            "contributors": [],
            "dates": dates,
            "language": None,
            "types": {
                "ris": "RPRT",
                "bibtex": "article",
                "citeproc": "article-journal",
                "schemaOrg": "ScholarlyArticle",
                "resourceType": "Article",
                "resourceTypeGeneral": "Text",
            },
            "relatedIdentifiers": [
                {"relationType": "IsVersionOf", "relatedIdentifier": related.lower(), "relatedIdentifierType": "DOI"}
                for related in paper.dois
            ],
            "relatedItems": [],
            "sizes": [],
            "formats": [],
            "version": str(paper.version),
            "rightsList": [{"rights": _RIGHTS.get(paper.license, "Licence"), "rightsUri": paper.license}]
            if paper.license
            else [],
            "descriptions": descriptions,
            "geoLocations": [],
            "fundingReferences": [],
            "url": f"https://arxiv.org/abs/{paper.id}",
            "contentUrl": None,
            "metadataVersion": len(versions) - 1,
            "schemaVersion": "http://datacite.org/schema/kernel-4",
            "source": "mds",
            "isActive": True,
            "state": "findable",
            "reason": None,
            "viewCount": 0,
            "downloadCount": 0,
            "referenceCount": 0,
            "citationCount": 0,
            "partCount": 0,
            "partOfCount": 0,
            "versionCount": 0,
            "versionOfCount": 0,
            "created": _announced(first),
            "registered": _announced(first),
            "published": None,
            "updated": _announced(paper),
        },
        "relationships": {"client": {"data": {"id": "arxiv.content", "type": "clients"}}},
    }


def render_work(work: Work) -> dict[str, Any]:
    """The record of what is not on arXiv, as a repository registers it."""
    publication, doi = work.publication, work.publication.doi.lower()
    return {
        "id": doi,
        "type": "dois",
        "attributes": {
            "doi": doi,
            "creators": [_creator(author) for author in work.authors],
            "titles": [{"title": work.title}],
            "publisher": publication.publisher or publication.venue,
            "container": {"type": "Journal", "title": publication.venue} if publication.publisher else {},
            "publicationYear": work.year,
            "dates": [{"date": publication.day, "dateType": "Issued"}],
            "types": {"resourceTypeGeneral": publication.resource, "citeproc": "dataset", "ris": "DATA"},
            "relatedIdentifiers": [],
            "version": None,
            "state": "findable",
        },
    }


def _creator(author: Author) -> dict[str, Any]:
    given, family, suffix = author.parts()
    nobody: dict[str, Any] = {"affiliation": list(author.affiliations), "nameIdentifiers": []}
    if given is None:
        return {"name": family, "nameType": "Organizational", **nobody}
    if suffix:
        family = f"{family} {suffix}"
    return {
        "name": f"{family}, {given}",
        "nameType": "Personal",
        "givenName": given,
        "familyName": family,
        **nobody,
    }


def _announced(version: Edition) -> str:
    """The day after the submission, shortly after midnight."""
    day = datetime.fromisoformat(version.submitted) + timedelta(days=1)
    return day.strftime("%Y-%m-%dT00:30:00Z")


class DataciteStandin(Standin):
    """DataCite's REST API. ``url`` is the service's root, for ``ENRICH_DATACITE_URL``.

    ``behind``: identifiers of which DataCite still has an older version, as it may for some hours.
    """

    path = ""

    def __init__(self, library: Library | None = None, **options: Any) -> None:
        super().__init__(library, **options)
        self.behind: dict[str, int] = {}

    def lag(self, identifier: str, version: int) -> Self:
        """Know that paper only up to this version."""
        self.behind[identifier] = version
        return self

    def record(self, identifier: str) -> dict[str, Any] | None:
        """The record of one paper (by identifier, any case), or ``None``."""
        wanted = identifier.lower()
        if wanted.startswith("10."):
            return self.work(wanted)
        paper = self.library.get(identifier) or next((p for p in self.library if p.id.lower() == wanted), None)
        if paper is None or paper.id in self.hidden:
            return None
        newest = self.behind.get(paper.id, paper.newest)
        record = render_record(paper.at(newest), [paper.at(number) for number in range(1, newest + 1)])
        attributes = retold(record["attributes"], paper.told, "datacite")
        return None if attributes is None else {**record, "attributes": attributes}

    def work(self, doi: str) -> dict[str, Any] | None:
        """The record of a work that is registered here, by its DOI."""
        for work in self.library.works():
            if work.publication.doi.lower() == doi and work.publication.agency == "datacite":
                return None if doi in self.hidden else render_work(work)
        return None

    def read_ids(self, request: Request) -> tuple[str, ...]:
        if request.path.startswith("/dois/"):
            return (_bare(unquote(request.path.removeprefix("/dois/"))),)
        if "ids" in request.query:
            return tuple(_bare(doi) for doi in request.value("ids").split(","))
        return tuple(_bare(doi) for doi in _DOI.findall(request.value("query").replace("\\", "")))

    def answer(self, request: Request) -> Reply:
        return self._answer(request)

    def _answer(self, request: Request, change: Any = None) -> Reply:
        if request.path.startswith("/dois/"):
            record = self.record(request.ids[0])
            if record is None:
                return _errors(404, "The resource you are looking for doesn't exist.")
            return _json({"data": (change([record])[:1] or [None])[0] if change else record})
        if request.path.rstrip("/") != "/dois":
            return Reply(404, page("Not found", "No such resource"), HTML)
        try:
            size = min(int(request.value("page[size]", "25")), 1000)
            number = max(int(request.value("page[number]", "1")), 1)
            wanted = request.ids if "ids" in request.query else _parse_query(request.value("query"))
        except ValueError as error:
            return _errors(400, str(error))
        found = [record for name in shuffled(list(dict.fromkeys(wanted))) if (record := self.record(name))]
        shown = found[(number - 1) * size : number * size]
        pages = -(-len(found) // size) if size else 0
        return _json(
            {
                "data": change(shown) if change else shown,
                "meta": {"total": len(found), "totalPages": pages, "page": number},
                "links": {"self": f"{self.root}{request.path}?{request.raw_query}"},
            }
        )

    # Failures of its own ----------------------------------------------------------------------------------------------

    def fail_error(self, request: Request, options: dict[str, Any]) -> Reply:
        return _errors(200, options.pop("message", "Something went wrong."))

    def fail_empty_page(self, request: Request, options: dict[str, Any]) -> Reply:
        return self._answer(request, change=lambda records: [])

    def fail_partial(self, request: Request, options: dict[str, Any]) -> Reply:
        drop = options.pop("drop", 1)
        return self._answer(request, change=lambda records: records[: max(0, len(records) - drop)])

    def fail_duplicates(self, request: Request, options: dict[str, Any]) -> Reply:
        return self._answer(request, change=lambda records: [record for record in records for _ in range(2)])

    def fail_stranger(self, request: Request, options: dict[str, Any]) -> Reply:
        from .arxiv_api import STRANGER

        stranger = render_record(STRANGER.at(), [STRANGER.at()])
        added = options.pop("added", False)
        return self._answer(request, change=lambda records: [stranger, *(records if added else records[1:])])

    def fail_nulls(self, request: Request, options: dict[str, Any]) -> Reply:
        """``fields``: names of attributes; by default every one that is not the DOI. ``inside``: instead, every value
        inside their items."""
        fields = options.pop("fields", None)
        inside = options.pop("inside", False)

        def emptied(record: dict[str, Any]) -> dict[str, Any]:
            attributes = dict(record["attributes"])
            for name in attributes if fields is None else fields:
                value = attributes[name]
                if inside and isinstance(value, list):
                    attributes[name] = [dict.fromkeys(item) for item in value]
                elif name != "doi" or fields is not None:
                    attributes[name] = None
            return {**record, "attributes": attributes}

        return self._answer(request, change=lambda records: [emptied(record) for record in records])


_DOI = re.compile(r'10\.48550/arxiv\.[^\s"()]+|(?<=")10\.\d{4,9}/[^"]+(?=")', re.I)
_TOKEN = re.compile(r'\s*(?:(?P<field>[a-zA-Z_.]+):|(?P<quoted>"[^"]*")|(?P<mark>[()])|(?P<word>[^\s"()]+))')


def _bare(doi: str) -> str:
    return doi[len(PREFIX) :] if doi.lower().startswith(PREFIX) else doi


def _parse_query(query: str) -> list[str]:
    """The identifiers that ``doi:("…" OR …)`` asks for. Words that nothing joins are joined by AND, so that two DOIs
    without OR between them find nothing; a query that does not parse is refused."""
    text = query.replace("\\", "")
    outside = re.sub('"[^"]*"', "", text)
    if text.count('"') % 2 or outside.count("(") != outside.count(")"):
        raise ValueError("Failed to parse query: quotation marks or brackets do not match")
    found: list[str] = []
    words = 0
    joined = True
    for match in _TOKEN.finditer(text):
        if match["field"]:
            if match["field"] not in ("doi", "id", "uid"):
                return []
        elif match["mark"]:
            continue
        elif (match["word"] or "").upper() == "OR":
            joined = True
        else:
            word = (match["quoted"] or match["word"]).strip('"')
            if not joined:
                return []
            words, joined = words + 1, False
            found.append(_bare(word))
    return found


def _json(value: Any) -> Reply:
    return Reply(200, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), JSON)


def _errors(status: int, title: str) -> Reply:
    body = json.dumps({"errors": [{"status": str(status), "title": title}]})
    return Reply(status, body.encode(), JSON)
