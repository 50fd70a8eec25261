"""A stand-in for Semantic Scholar's graph API: ``POST /graph/v1/paper/batch``.

It knows every paper of arXiv, published or not; what it says of a published one is the published version, with the
preprint's number among its ``externalIds``. The list it answers with is as long as the one that was asked, with
``null`` for what it does not know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from .arxiv_api import STRANGER
from .papers import Author, Library, Paper, retold
from .published import JSON, Item, PublishedStandin, Refused, json_body, json_reply, names_in, number_of
from .server import Reply, Request

MOST_IDS = 500
FIELDS = names_in("""
    abstract authors citationCount citationStyles corpusId embedding externalIds fieldsOfStudy
    influentialCitationCount isOpenAccess journal openAccessPdf paperId publicationDate publicationTypes
    publicationVenue referenceCount s2FieldsOfStudy title tldr url venue year
""")
_ARXIV = {
    "id": "1901e811-ee72-4b20-8f7e-de08cd395a10",
    "name": "arXiv.org",
    "alternate_names": ["ArXiv"],
    "issn": "2331-8422",
    "url": "https://arxiv.org",
}
_KINDS = {"article": ["JournalArticle"], "inproceedings": ["Conference"], "incollection": ["Book"]}


def render_paper(paper: Paper) -> Item:
    """The record of one paper, with all the fields that a client may ask for by name."""
    edition, work = paper.at(), paper.work
    number = number_of(paper.id)
    ids: Item = {"ArXiv": paper.id}
    first = edition.first_submitted[:10]
    item: Item = {
        "paperId": f"{number:040x}",
        "externalIds": ids,
        "url": f"https://www.semanticscholar.org/paper/{number:040x}",
        "title": edition.title,
        "publicationDate": first,
    }
    if work is None:
        ids |= {"DBLP": "journals/corr/abs-" + paper.id.replace(".", "-"), "DOI": f"10.48550/arXiv.{paper.id}"}
        item |= {
            "venue": "arXiv.org",
            "publicationVenue": _ARXIV,
            "year": int(first[:4]),
            "journal": {"name": "ArXiv", "volume": f"abs/{paper.id}"},
            "publicationTypes": ["JournalArticle"],
            "authors": _authors(edition.authors),
        }
    else:
        publication = work.publication
        ids |= {name: value for name, value in (("DBLP", work.dblp_key), ("DOI", publication.doi)) if value}
        journal = {"pages": publication.pages, "volume": publication.volume}
        if publication.kind == "article":
            journal = {"name": publication.venue, **journal}
        item |= {
            "title": work.title,
            "venue": publication.venue,
            "publicationVenue": {
                "id": f"{number_of(publication.venue):08x}-0000-4000-8000-000000000000",
                "name": publication.venue,
                "type": "journal" if publication.kind == "article" else "conference",
                "alternate_names": [publication.short] if publication.short else [],
            },
            "year": work.year,
            "journal": {name: value for name, value in journal.items() if value} or None,
            "publicationTypes": _KINDS[publication.kind],
            "authors": _authors(work.authors),
        }
    ids["CorpusId"] = number
    return item


def _authors(authors: Sequence[Author]) -> list[Item]:
    return [{"authorId": str(number_of(author.name)), "name": author.name} for author in authors]


class SemanticScholarStandin(PublishedStandin):
    """Semantic Scholar's graph API, for ``ENRICH_SEMANTICSCHOLAR_URL``. ``key``: another ``x-api-key`` than this is
    refused (none at all is not)."""

    endpoint = "/graph/v1/paper/batch"
    methods = ("POST",)
    identity = ("paperId", "externalIds")
    statuses: ClassVar[Mapping[int, tuple[bytes, str]]] = {
        403: (json_body({"message": "Forbidden"}), JSON),
        404: (json_body({"message": "Not Found"}), JSON),
        405: (json_body({"message": "Method Not Allowed"}), JSON),
        429: (
            json_body({"message": "Too Many Requests. Please wait and try again or apply for a key.", "code": "429"}),
            JSON,
        ),
        500: (json_body({"message": "Internal Server Error"}), JSON),
        504: (json_body({"message": "Endpoint request timed out"}), JSON),
    }

    def __init__(self, library: Library | None = None, *, key: str | None = None, **options: Any) -> None:
        super().__init__(library, **options)
        self.key = key
        self.merged: dict[str, str] = {}

    def merge(self, identifier: str, into: str) -> Self:
        """Take the first paper for the second: whoever asks for it gets the record of the other."""
        self.merged[identifier] = into
        return self

    def read_ids(self, request: Request) -> tuple[str, ...]:
        try:
            ids = json.loads(request.body)["ids"]
        except (ValueError, LookupError, TypeError):
            return ()
        if not isinstance(ids, list):
            return ()
        return tuple(name[6:] if str(name).upper().startswith("ARXIV:") else str(name) for name in ids)

    def refuses(self, request: Request) -> Reply | None:
        given = request.headers.get("x-api-key")
        if self.key is not None and given not in (None, self.key):
            return Reply(403, *self.statuses[403])
        return super().refuses(request)

    def record(self, asked: object) -> Item | None:
        """The record for ``ARXIV:2110.14168``; versions are unknown here, and so is whatever is not arXiv's."""
        if not isinstance(asked, str) or not asked.upper().startswith("ARXIV:"):
            return None
        name = asked[len("ARXIV:") :]
        paper = self.library.get(self.merged.get(name, name))
        if paper is None or name in self.hidden:
            return None
        return retold(render_paper(paper), paper.told, "semanticscholar")

    def find(self, request: Request) -> tuple[list[Any], int]:
        try:
            ids = json.loads(request.body)["ids"]
        except (ValueError, LookupError, TypeError):
            ids = None
        if not isinstance(ids, list):
            raise Refused(json_reply({"error": "Request body must be JSON with a list of ids"}, 400))
        if len(ids) > MOST_IDS:
            raise Refused(json_reply({"error": f"Too many paper ids given, at most {MOST_IDS}"}, 400))
        asked = [name for name in request.value("fields", "title").split(",") if name]
        unknown = [name for name in asked if name.partition(".")[0] not in FIELDS]
        if unknown:
            raise Refused(json_reply({"error": f"Unrecognized or unsupported fields: [{', '.join(unknown)}]"}, 400))
        found = [self.record(name) for name in ids]
        if not any(found):
            raise Refused(json_reply({"error": "No valid paper ids given"}, 400))
        wanted = ["paperId", *(name.partition(".")[0] for name in asked)]
        return [
            # A field that was asked for is always there, if only as null.
            item if item is None else {name: item.get(name) for name in dict.fromkeys(wanted)}
            for item in found
        ], len(found)

    def page(self, request: Request, items: list[Any], total: int) -> Any:
        return items

    def stranger(self) -> Item:
        return render_paper(STRANGER)

    # Failures of its own ----------------------------------------------------------------------------------------------

    def fail_unpadded(self, request: Request, options: dict[str, Any]) -> Reply:
        """Without the ``null`` of what is not known, as once: the places say nothing any more."""
        return self._answer(request, lambda items: [item for item in items if item is not None])
