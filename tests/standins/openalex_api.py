"""A stand-in for OpenAlex: ``/works?filter=doi:A|B``.

A preprint is a work of its own until OpenAlex merges it into the published one, which then has both among its
``locations``: here, as soon as the published version has a DOI. The answer for arXiv's DOI then carries another DOI
than was asked; or none comes at all, which a test gets by ``hidden``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from .arxiv_api import STRANGER
from .papers import Author, Library, Paper, retold
from .published import (
    ARXIV_DOI,
    JSON,
    Item,
    PublishedStandin,
    Refused,
    bare_arxiv,
    json_body,
    json_reply,
    names_in,
    natural,
    number_of,
    picked,
)
from .server import Reply, Request, shuffled

MOST_VALUES = 100
SELECTABLE = names_in("""
    abstract_inverted_index authorships best_oa_location biblio cited_by_count created_date display_name doi id
    ids indexed_in is_retracted keywords language locations locations_count open_access primary_location
    primary_topic publication_date publication_year referenced_works related_works title topics type
    type_crossref updated_date relevance_score
""")
PARAMETERS = names_in("""
    api_key cursor filter mailto page per-page per_page search select sort
""")
_TYPES = {"article": "article", "inproceedings": "article", "incollection": "book-chapter"}
_RAW_TYPES = {"article": "journal-article", "inproceedings": "proceedings-article", "incollection": "book-chapter"}


def render_paper(paper: Paper) -> Item:
    """The work that OpenAlex has for one paper of arXiv."""
    edition, work = paper.at(), paper.work
    own = ARXIV_DOI + paper.id.lower()
    id_ = f"https://openalex.org/W{number_of(paper.id)}"
    locations = [
        _location(
            f"pmh:oai:arXiv.org:{paper.id}", f"http://arxiv.org/abs/{paper.id}", _ARXIV, "submittedVersion", "text"
        ),
        _location(f"doi:{own}", f"https://doi.org/{own}", _ARXIV, None, "article"),
    ]
    if work is None or not work.publication.doi:
        doi, kind, title, authors = own, "preprint", edition.title, edition.authors
        year, biblio = int(edition.first_submitted[:4]), dict.fromkeys(("volume", "issue", "first_page", "last_page"))
    else:
        publication = work.publication
        doi, kind, title, authors = publication.doi.lower(), _TYPES[publication.kind], work.title, work.authors
        first, _, last = (publication.pages or publication.article_number).partition("-")
        year, biblio = (
            work.year,
            {
                "volume": publication.volume or None,
                "issue": publication.issue or None,
                "first_page": first or None,
                "last_page": last or first or None,
            },
        )
        source = {
            "id": f"https://openalex.org/S{number_of(publication.venue)}",
            "display_name": publication.venue,
            "host_organization_name": publication.publisher or None,
            "type": "journal" if publication.kind == "article" else "conference",
        }
        raw = _RAW_TYPES[publication.kind]
        locations.insert(
            0, _location(f"doi:{doi}", f"https://doi.org/{doi}", source, "publishedVersion", raw, publication.venue)
        )
    return {
        "id": id_,
        "doi": f"https://doi.org/{doi}",
        "title": title,
        "display_name": title,
        "publication_year": year,
        "type": kind,
        "ids": {"openalex": id_, "doi": f"https://doi.org/{doi}"},
        "primary_location": locations[0],
        "locations": locations,
        "authorships": _authorships(authors),
        "biblio": biblio,
    }


_ARXIV = {
    "id": "https://openalex.org/S4306400194",
    "display_name": "arXiv (Cornell University)",
    "host_organization_name": "Cornell University",
    "type": "repository",
}


def _location(
    id_: str, url: str, source: Item, version: str | None, raw_type: str, raw_source: str | None = None
) -> Item:
    published = version == "publishedVersion"
    return {
        "id": id_,
        "is_oa": not published,
        "landing_page_url": url,
        "pdf_url": None,
        "source": source,
        "license": None,
        "license_id": None,
        "version": version,
        "is_accepted": published,
        "is_published": published,
        "raw_source_name": raw_source,
        "raw_type": raw_type,
    }


def _authorships(authors: Sequence[Author]) -> list[Item]:
    last = len(authors) - 1
    return [
        {
            "author_position": "first" if index == 0 else "last" if index == last else "middle",
            "author": {
                "id": f"https://openalex.org/A{number_of(author.name)}",
                "display_name": author.name,
                "orcid": None,
            },
            "institutions": [],
            "countries": [],
            "is_corresponding": index == 0,
            "raw_author_name": author.name,
            "raw_affiliation_strings": list(author.affiliations),
        }
        for index, author in enumerate(authors)
    ]


class OpenAlexStandin(PublishedStandin):
    """OpenAlex, for ``ENRICH_OPENALEX_URL``. ``key``: who gives none has used up what is free (429), and who gives
    another one is refused (403)."""

    endpoint = "/works"
    identity = ("id", "doi", "ids")
    statuses: ClassVar[Mapping[int, tuple[bytes, str]]] = {
        403: (json_body({"error": "Forbidden", "message": "Invalid API key"}), JSON),
        404: (json_body({"error": "Not Found", "message": "The requested URL was not found."}), JSON),
        405: (json_body({"error": "Method Not Allowed", "message": "Only GET is allowed."}), JSON),
        429: (
            json_body(
                {
                    "error": "Rate limit exceeded",
                    "message": "Insufficient budget. Resets at midnight UTC.",
                }
            ),
            JSON,
        ),
    }

    def __init__(self, library: Library | None = None, *, key: str | None = None, **options: Any) -> None:
        super().__init__(library, **options)
        self.key = key

    def read_ids(self, request: Request) -> tuple[str, ...]:
        return tuple(bare_arxiv(doi) or doi for doi in _dois(request.value("filter")))

    def refuses(self, request: Request) -> Reply | None:
        if self.key is not None and request.value("api_key") != self.key:
            status = 403 if request.value("api_key") else 429
            return Reply(status, *self.statuses[status])
        return super().refuses(request)

    def record(self, asked: str) -> Item | None:
        """The work for a DOI: arXiv's own, or that of the published version."""
        name = bare_arxiv(asked)
        if name is None:
            doi = asked.lower().removeprefix("https://doi.org/")
            name = next((work.eprint for work in self.library.works() if work.publication.doi.lower() == doi), "")
        paper = self.library.get(name)
        if paper is None or paper.id in self.hidden:
            return None
        return retold(render_paper(paper), paper.told, "openalex")

    def find(self, request: Request) -> tuple[list[Any], int]:
        for name in request.query:
            if name not in PARAMETERS:
                raise _refused(
                    f"{name} is not a valid parameter. Valid parameters are: {', '.join(sorted(PARAMETERS))}."
                )
        for part in request.value("filter").split(",") if "filter" in request.query else []:
            name = part.partition(":")[0]
            if name != "doi":
                raise _refused(
                    f"{name} is not a valid field. Valid fields are underscore or hyphenated versions of: doi"
                )
        wanted = _dois(request.value("filter"))
        if len(wanted) > MOST_VALUES:
            raise _refused(f"Maximum number of values exceeded for doi. Decrease values to {MOST_VALUES} or below.")
        selected = request.value("select").split(",") if "select" in request.query else []
        for name in selected:
            if name not in SELECTABLE:
                raise _refused(f"{name} is not a valid select field. Valid fields are: {', '.join(sorted(SELECTABLE))}")
        size, number = (
            natural(request.value("per-page", request.value("per_page", "25"))),
            natural(request.value("page", "1")),
        )
        if size is None or not 1 <= size <= MOST_VALUES:
            raise _refused(f"per-page parameter must be between 1 and {MOST_VALUES}")
        if not number:
            raise _refused("page parameter must be a number above 0")
        if not wanted:
            raise _refused("doi: the filter has no value")
        found = [work for doi in shuffled(list(dict.fromkeys(map(str.lower, wanted)))) if (work := self.record(doi))]
        shown = found[(number - 1) * size : number * size]
        return [picked(item, selected) if selected else item for item in shown], len(found)

    def page(self, request: Request, items: list[Any], total: int) -> Any:
        size = natural(request.value("per-page", request.value("per_page", "25")))
        meta = {"count": total, "db_response_time_ms": 7, "page": 1, "per_page": size, "groups_count": None}
        return {"meta": meta, "results": items, "group_by": []}

    def stranger(self) -> Item:
        return render_paper(STRANGER)


def _dois(filters: str) -> list[str]:
    return [doi for part in filters.split(",") if part.startswith("doi:") for doi in part[len("doi:") :].split("|")]


def _refused(message: str) -> Refused:
    return Refused(json_reply({"error": "Invalid query parameters error.", "message": message}, 400))
