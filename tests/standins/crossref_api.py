"""A stand-in for Crossref's REST API: ``/works`` by DOI and by bibliographic query, and ``/works/DOI``.

Crossref knows the works that have a DOI of its own, and nothing of arXiv's. The parameters, filters and fields are
those that https://api.crossref.org names when it refuses another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from .papers import Author, Library, Publication, Work, retold, work_of
from .published import Change, Item, PublishedStandin, Refused, date_parts, json_reply, names_in, natural, picked, words
from .server import Reply, Request, shuffled

PARAMETERS = names_in("""
    query query.bibliographic query.author query.title query.container-title filter rows offset cursor sample
    sort order select facet mailto
""")
FILTERS = names_in("""
    doi type from-pub-date until-pub-date prefix issn isbn member container-title updates
""")
SELECTABLE = names_in("""
    abstract URL member posted score created degree update-policy short-title license ISSN container-title
    issued update-to issue prefix approved indexed article-number clinical-trial-number accepted author
    group-title DOI is-referenced-by-count updated-by event chair standards-body original-title funder
    translator archive published published-print alternative-id subject subtitle published-online
    publisher-location content-domain reference title link type publisher volume references-count ISBN issn-type
    assertion deposited page content-created short-container-title relation editor
""")
_TYPES = {"article": "journal-article", "inproceedings": "proceedings-article", "incollection": "book-chapter"}


def render_item(work: Work) -> Item:
    """The item of one work, with every field that Crossref may hold of it."""
    publication = work.publication
    doi = publication.doi.lower()
    first = min(filter(None, (publication.online, publication.day)))
    item: Item = {
        "publisher": publication.publisher,
        "issue": publication.issue,
        "short-container-title": [publication.short] if publication.short and publication.kind == "article" else [],
        "published-print": {"date-parts": [date_parts(publication.day)]},
        "DOI": doi,
        "type": publication.crossref_type or _TYPES[publication.kind],
        "page": publication.pages,
        "source": "Crossref",
        "title": [work.title],
        "prefix": doi.partition("/")[0],
        "volume": publication.volume,
        "author": [_author(author, index) for index, author in enumerate(work.authors)],
        "member": "297",
        "published-online": {"date-parts": [date_parts(publication.online)]} if publication.online else None,
        "container-title": [publication.venue],
        "event": {"name": publication.venue} if publication.kind == "inproceedings" else None,
        "issued": {"date-parts": [date_parts(first)]},
        "URL": f"https://doi.org/{doi}",
        "relation": {},
        "published": {"date-parts": [date_parts(first)]},
        "article-number": publication.article_number,
    }
    # What Crossref does not hold is not there at all; an empty relation is.
    return {name: value for name, value in item.items() if value or name == "relation"}


def _author(author: Author, index: int) -> Item:
    sequence = "additional" if index else "first"
    given, family, suffix = author.parts()
    affiliation = [{"name": name} for name in author.affiliations]
    if author.collective:
        return {"name": family, "sequence": sequence, "affiliation": affiliation}
    parts = {"given": given, "family": family, "suffix": suffix}
    return {**{k: v for k, v in parts.items() if v}, "sequence": sequence, "affiliation": affiliation}


_AGENCIES = {"crossref": "Crossref", "datacite": "DataCite", "jalc": "JaLC", "medra": "mEDRA", "op": "OP"}
_AGENCY = "/agency"
EXAMPLE_DOI = "10.5555/12345678"
"""Crossref's own example, which is always there."""


class CrossrefStandin(PublishedStandin):
    """Crossref's REST API, for ``ENRICH_CROSSREF_URL``. ``hidden`` holds DOIs, or the papers they belong to.

    ``aliases``: second DOIs of works, by which they are found only at their address. ``agencies``: with whom DOIs are
    registered beside those of the library.
    """

    endpoint = "/works"
    identity = ("DOI",)
    statuses: ClassVar[Mapping[int, tuple[bytes, str]]] = {
        404: (b"Resource not found.", "text/plain;charset=utf-8"),
        405: (b"Method Not Allowed", "text/plain;charset=utf-8"),
    }

    def __init__(self, library: Library | None = None, **options: Any) -> None:
        super().__init__(library, **options)
        self.aliases: dict[str, str] = {}
        self.agencies: dict[str, str] = {EXAMPLE_DOI: "crossref"}

    def agency(self, doi: str) -> str | None:
        """With whom a DOI is registered."""
        works = {work.publication.doi.lower(): work.publication.agency for work in self.library.works()}
        return {**works, **self.agencies, **dict.fromkeys(self.aliases, "crossref")}.get(doi)

    def items(self) -> dict[str, Item]:
        """Everything that Crossref holds, by DOI."""
        found: dict[str, Item] = {}
        for work in self.library.works():
            if work.publication.agency != "crossref":
                continue
            if not work.publication.doi or work.publication.doi.lower() in self.hidden or work.eprint in self.hidden:
                continue
            item = retold(render_item(work), work.told, "crossref")
            if item is not None:
                found[work.publication.doi.lower()] = item
        return found

    def read_ids(self, request: Request) -> tuple[str, ...]:
        if request.path.startswith("/works/"):
            return (unquote(request.path.removeprefix("/works/").removesuffix(_AGENCY)),)
        return tuple(value for name, value in _filters(request) if name == "doi")

    def refuses(self, request: Request) -> Reply | None:
        if request.path.startswith("/works/") and request.line_bytes <= self.request_line_limit:
            return None
        return super().refuses(request)

    def _answer(self, request: Request, change: Change | None = None) -> Reply:
        if not request.path.startswith("/works/"):
            return super()._answer(request, change)
        doi = request.ids[0].lower()
        if request.path.endswith(_AGENCY):
            agency = self.agency(doi)
            if agency is None:
                return Reply(404, *self.statuses[404])
            message = {"DOI": doi, "agency": {"id": agency, "label": _AGENCIES.get(agency, agency)}}
            return json_reply(
                {"status": "ok", "message-type": "work-agency", "message-version": "1.0.0", "message": message}
            )
        item = self.items().get(self.aliases.get(doi, doi))
        shown = [] if item is None else change([item]) if change else [item]
        if not shown:
            return Reply(404, *self.statuses[404])
        return json_reply({"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": shown[0]})

    def find(self, request: Request) -> tuple[list[Any], int]:
        problems = _problems(request)
        if problems:
            raise Refused(_failure(problems))
        rows, offset = natural(request.value("rows", "20")) or 0, natural(request.value("offset", "0")) or 0
        filters = _filters(request)
        items = {doi: item for doi, item in self.items().items() if _passes(doi, item, filters)}
        query = " ".join(request.value(name) for name in request.query if name.partition(".")[0] == "query")
        if query:
            wanted = set(words(query))
            scored = [{**item, "score": float(len(wanted & _said(item)))} for item in items.values()]
            # Whatever shares a word is found; the better ones come first.
            found = sorted((item for item in scored if item["score"]), key=lambda item: -item["score"])
        else:
            found = [{**items[doi], "score": 0.0} for doi in shuffled(list(items))]
        shown = found[offset : offset + rows]
        if "select" in request.query:
            shown = [picked(item, request.value("select").split(",")) for item in shown]
        return shown, len(found)

    def page(self, request: Request, items: list[Any], total: int) -> Any:
        return {
            "status": "ok",
            "message-type": "work-list",
            "message-version": "1.0.0",
            "message": {
                "facets": {},
                "total-results": total,
                "items": items,
                "items-per-page": natural(request.value("rows", "20")),
                "query": {"start-index": 0, "search-terms": request.value("query") or None},
            },
        }

    def stranger(self) -> Item:
        return render_item(
            work_of(
                Publication(
                    "Journal of Strangers",
                    title="A Work Nobody Asked For",
                    authors=["Nemo Stranger"],
                    doi="10.5555/stranger",
                    volume="1",
                )
            )
        )

    def fail_error(self, request: Request, options: dict[str, Any]) -> Reply:
        message = {"name": "class java.lang.NullPointerException", "description": options.pop("message", "null")}
        return json_reply(
            {"status": "error", "message-type": "exception", "message-version": "1.0.0", "message": message}
        )


def _filters(request: Request) -> list[tuple[str, str]]:
    """Commas divide the filters, and a DOI that holds one with them."""
    parts = [part.partition(":") for part in request.value("filter").split(",") if part]
    return [(name, value) for name, _, value in parts]


def _passes(doi: str, item: Item, filters: list[tuple[str, str]]) -> bool:
    """Filters of one name are joined by OR, different ones by AND."""
    fields = {"doi": doi, "type": item.get("type"), "prefix": doi.partition("/")[0]}
    for name in {name for name, _ in filters}:
        if fields.get(name) not in [value.lower() for other, value in filters if other == name]:
            return False
    return True


def _said(item: Item) -> set[str]:
    people = [" ".join(filter(None, (a.get("given"), a.get("family"), a.get("name")))) for a in item.get("author", [])]
    return set(words(" ".join([*(item.get("title") or []), *people, *(item.get("container-title") or [])])))


def _problems(request: Request) -> list[Item]:
    """What is wrong with the request, in Crossref's words."""
    problems: list[Item] = []

    def problem(kind: str, value: str, message: str) -> None:
        problems.append({"type": kind, "value": value, "message": message})

    for name in request.query:
        if name not in PARAMETERS:
            problem("parameter-not-allowed", name, f"This route does not support {name}")
    for name, _ in _filters(request):
        if name not in FILTERS:
            valid = ", ".join(sorted(FILTERS))
            problem(
                "filter-not-available",
                name,
                f"Filter {name} specified but there is no such filter for this route. "
                f"Valid filters for this route are: {valid}",
            )
    for name in request.value("select").split(",") if "select" in request.query else []:
        if name not in SELECTABLE:
            valid = ", ".join(sorted(SELECTABLE))
            problem(
                "select-not-available",
                name,
                f"Select {name} specified but there is no such select for this route. "
                f"Valid selects for this route are: {valid}",
            )
    for name, most in (("rows", 1000), ("offset", 10_000)):
        number = natural(request.value(name, "0"))
        if number is None or number > most:
            problem(
                "integer-not-valid",
                request.value(name),
                f"Integer specified as {request.value(name)} but must be a positive integer of at most {most}.",
            )
    return problems


def _failure(problems: list[Item]) -> Reply:
    return json_reply(
        {"status": "failed", "message-type": "validation-failure", "message-version": "1.0.0", "message": problems}, 400
    )
