"""A stand-in for INSPIRE's REST API: ``/api/literature?q=arxiv:A or arxiv:B``.

INSPIRE holds the papers of high energy physics and of what is near it; names come family first, journals without
blanks, a paper with many people's names also with their number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from .arxiv_api import STRANGER
from .papers import Author, Paper, retold
from .published import JSON, Item, PublishedStandin, Refused, json_body, json_reply, natural, number_of
from .server import Reply, Request, shuffled

MOST = 1000
_FIELD = re.compile(r"(?:hep-|gr-qc|nucl-|astro-ph|math-ph|quant-ph|physics\.acc-ph)")
_TERM = re.compile(r"\s*(?:arxiv|eprint)(?::|\s)\s*(?P<id>\S+)\s*", re.I)
_KINDS = {"article": "article", "inproceedings": "conference paper", "incollection": "book chapter"}


def render_paper(paper: Paper) -> Item:
    """The ``metadata`` of one paper."""
    edition, work = paper.at(), paper.work
    authors = edition.authors if work is None else work.authors
    people = [author for author in authors if not author.collective]
    metadata: Item = {
        "control_number": number_of(paper.id),
        "document_type": [_KINDS["article" if work is None else work.publication.kind]],
        "titles": [{"source": "arXiv", "title": edition.title}],
        "authors": [
            {"full_name": _family_first(author), "uuid": f"{number_of(author.name):032x}"} for author in people
        ],
        "author_count": len(people),
        "arxiv_eprints": [{"value": paper.id, "categories": list(edition.categories)}],
    }
    if any(author.collective for author in authors):
        names = [author.name.removesuffix(" Collaboration") for author in authors if author.collective]
        metadata["collaborations"] = [{"value": name} for name in names]
    if work is not None:
        publication = work.publication
        if work.title != edition.title:
            metadata["titles"].insert(0, {"source": "publisher", "title": work.title})
        first, _, last = publication.pages.partition("-")
        where = {
            "journal_title": re.sub(r"\.\s+", ".", work.short_venue) if publication.kind == "article" else "",
            "journal_volume": publication.volume,
            "journal_issue": publication.issue,
            "page_start": first,
            "page_end": last,
            "artid": publication.article_number,
            "year": work.year,
            "material": "publication",
        }
        if publication.kind == "inproceedings":
            where["pubinfo_freetext"] = publication.venue
        metadata["publication_info"] = [{name: value for name, value in where.items() if value}]
        if publication.doi:
            metadata["dois"] = [{"value": publication.doi, "material": "publication", "source": "publisher"}]
    return metadata


def _family_first(author: Author) -> str:
    given, family, suffix = author.parts()
    return ", ".join(part for part in (family, given, suffix) if part)


class InspireStandin(PublishedStandin):
    """INSPIRE, for ``ENRICH_INSPIRE_URL``."""

    endpoint = "/api/literature"
    identity = ("control_number", "arxiv_eprints")
    statuses: ClassVar[Mapping[int, tuple[bytes, str]]] = {
        404: (json_body({"status": 404, "message": "The requested URL was not found on the server."}), JSON),
        405: (json_body({"status": 405, "message": "The method is not allowed for the requested URL."}), JSON),
        429: (json_body({"status": 429, "message": "Too many requests"}), JSON),
    }

    def read_ids(self, request: Request) -> tuple[str, ...]:
        return tuple(_ids(request.value("q")) or ())

    def record(self, identifier: str) -> Item | None:
        """The metadata of one paper."""
        paper = self.library.get(identifier)
        if paper is None or identifier in self.hidden:
            return None
        if "inspire" not in paper.told and not any(_FIELD.match(category) for category in paper.categories):
            return None
        return retold(render_paper(paper), paper.told, "inspire")

    def find(self, request: Request) -> tuple[list[Any], int]:
        size, number = natural(request.value("size", "10")), natural(request.value("page", "1"))
        if size is None or number is None or size > MOST:
            raise Refused(
                json_reply({"status": 400, "message": f"Maximum search page size of `{MOST}` results exceeded."}, 400)
            )
        wanted = _ids(request.value("q"))
        if wanted is None:
            raise Refused(json_reply({"status": 400, "message": "The syntax of the search query is invalid."}, 400))
        found = [metadata for name in shuffled(list(dict.fromkeys(wanted))) if (metadata := self.record(name))]
        shown = found[(number - 1) * size : number * size]
        fields = request.value("fields").split(",") if "fields" in request.query else []
        return [_hit(metadata, fields) for metadata in shown], len(found)

    def page(self, request: Request, items: list[Any], total: int) -> Any:
        links = {"self": f"{self.root}{request.path}?{request.raw_query}"}
        return {"hits": {"hits": items, "total": total}, "links": links}

    def fields_of(self, item: Item) -> Item:
        metadata: Item = item["metadata"]
        return metadata

    def with_fields(self, item: Item, fields: Item) -> Item:
        return {**item, "metadata": fields}

    def stranger(self) -> Item:
        return _hit(render_paper(STRANGER), [])

    def fail_error(self, request: Request, options: dict[str, Any]) -> Reply:
        return json_reply({"status": 500, "message": options.pop("message", "Internal server error")})


def _ids(query: str) -> list[str] | None:
    """The identifiers in ``arxiv:A or arxiv:B``; ``None`` for any other query."""
    terms = [_TERM.fullmatch(term) for term in re.split(r"\s+or\s+", query, flags=re.I)]
    return None if None in terms else [term["id"] for term in terms if term]


def _hit(metadata: Item, fields: list[str]) -> Item:
    """What is shown of a record. ``authors.full_name`` leaves of each author only the name."""
    if fields:
        shown: Item = {}
        for name, value in metadata.items():
            inner = [field.partition(".")[2] for field in fields if field.partition(".")[0] == name]
            if inner and all(inner) and isinstance(value, list):
                shown[name] = [{key: item[key] for key in inner if key in item} for item in value]
            elif inner:
                shown[name] = value
    else:
        shown = metadata
    number = str(metadata.get("control_number", 1))
    return {
        "id": number,
        "metadata": shown,
        "created": "2021-05-04T00:00:00+00:00",
        "updated": "2022-01-01T00:00:00+00:00",
        "links": {"json": f"/api/literature/{number}"},
    }
