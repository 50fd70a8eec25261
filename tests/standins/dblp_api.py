"""A stand-in for DBLP's publication search, ``/search/publ/api``.

Every word of the query must begin a word of the record (``word$``: be one). Records have the shape of DBLP's: a single
author is no list, texts are escaped as if for XML, titles end with a dot, DOIs are in capitals. The preprint in CoRR
and the published version are two records that nothing connects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from .failures import HTML, page
from .papers import Author, Paper, Work, retold
from .published import Item, PublishedStandin, Refused, json_reply, natural, number_of, words
from .server import Reply, Request

_TYPES = {
    "article": "Journal Articles",
    "inproceedings": "Conference and Workshop Papers",
    "incollection": "Parts in Books or Collections",
}


def render_work(work: Work) -> Item:
    """The ``info`` of a published work."""
    publication = work.publication
    return _info(
        authors=work.authors,
        title=work.title,
        venue=work.short_venue,
        volume=publication.volume,
        number=publication.issue,
        pages=publication.pages or publication.article_number,
        publisher=publication.publisher if publication.kind == "incollection" else "",
        year=str(work.year),
        type=_TYPES[publication.kind],
        access="closed" if publication.doi else "open",
        key=work.dblp_key,
        doi=publication.doi.upper(),
        ee=f"https://doi.org/{publication.doi}" if publication.doi else publication.homepage,
    )


def render_corr(paper: Paper) -> Item:
    """The ``info`` of a preprint."""
    edition = paper.at()
    old = "/" in paper.id
    doi = f"10.48550/arXiv.{paper.id}"
    return _info(
        authors=edition.authors,
        title=edition.title,
        venue="CoRR",
        volume=paper.id if old else f"abs/{paper.id}",
        year=edition.first_submitted[:4],
        type="Informal and Other Publications",
        access="open",
        key="journals/corr/" + (paper.id.replace("/", "-") if old else "abs-" + paper.id.replace(".", "-")),
        doi=doi.upper(),
        ee=f"https://doi.org/{doi}",
    )


def _info(*, authors: Sequence[Author], title: str, **fields: str) -> Item:
    people = [{"@pid": f"{number_of(a.name) % 400}/{number_of(a.name) % 9973}", "text": _xml(a.name)} for a in authors]
    ended = title if title.endswith((".", "?", "!")) else title + "."
    info: Item = {"authors": {"author": people[0] if len(people) == 1 else people}} if people else {}
    info["title"] = _xml(ended)
    info.update((name, _xml(value)) for name, value in fields.items() if value)
    return {**info, "url": f"https://dblp.org/rec/{fields['key']}"}


def _xml(text: str) -> str:
    return escape(text, {"'": "&apos;", '"': "&quot;"})


class DblpStandin(PublishedStandin):
    """DBLP's search, for ``ENRICH_DBLP_URL``. Who asks too fast gets 429 with Retry-After and no body. ``hidden`` holds
    the identifiers of preprints and the keys of published works.
    """

    endpoint = "/search/publ/api"
    identity = ("key",)
    statuses: ClassVar[Mapping[int, tuple[bytes, str]]] = {429: (b"", HTML)}

    def infos(self) -> list[Item]:
        """Everything that DBLP holds: papers of computer science, and published works with a key."""
        found: list[Item | None] = []
        for paper in self.library:
            if paper.id not in self.hidden and any(category.startswith("cs.") for category in paper.categories):
                found.append(retold(render_corr(paper), paper.told, "corr"))
        for work in self.library.works():
            if work.dblp_key and work.dblp_key not in self.hidden:
                found.append(retold(render_work(work), work.told, "dblp"))
        return [info for info in found if info is not None]

    def read_ids(self, request: Request) -> tuple[str, ...]:
        """The search words: DBLP is not asked for identifiers."""
        return tuple(request.value("q").split())

    def find(self, request: Request) -> tuple[list[Any], int]:
        limits = [natural(request.value(name, default)) for name, default in (("h", "30"), ("f", "0"), ("c", "10"))]
        if "q" not in request.query or None in limits:
            raise Refused(Reply(400, page("400 Bad Request", "The request could not be understood."), HTML))
        if request.value("format", "xml") != "json":
            raise Refused(Reply(200, b'<?xml version="1.0"?>\n<result>\n</result>\n', "text/xml; charset=utf-8"))
        most, first = limits[0] or 0, limits[1] or 0
        infos = [(score, info) for info in self.infos() if (score := _score(info, request.value("q")))]
        infos.sort(key=lambda scored: (-scored[0], -int(scored[1].get("year", 0)), scored[1].get("key", "")))
        found = [_hit(info, score) for score, info in infos]
        return found[first : first + min(most, 1000)], len(found)

    def page(self, request: Request, items: list[Any], total: int) -> Any:
        hits: Item = {
            "@total": str(total),
            "@computed": str(total),
            "@sent": str(len(items)),
            "@first": request.value("f", "0"),
        }
        if items:
            hits["hit"] = items
        return {
            "result": {
                "query": " ".join(f"{word}*" for word in request.value("q").split()),
                "status": {"@code": "200", "text": "OK"},
                "time": {"@unit": "msecs", "text": "2.71"},
                "completions": {"@total": "1", "@computed": "0", "@sent": "0"},
                "hits": hits,
            }
        }

    def fields_of(self, item: Item) -> Item:
        info: Item = item["info"]
        return info

    def with_fields(self, item: Item, fields: Item) -> Item:
        return {**item, "info": fields}

    def stranger(self) -> Item:
        key = "journals/strange/Stranger99"
        known = {"venue": "STRANGE", "year": "1999", "type": _TYPES["article"], "key": key}
        return _hit(_info(authors=[Author("Nemo Stranger")], title="A Work Nobody Asked For", **known), 1)

    # Failures of its own ----------------------------------------------------------------------------------------------

    def fail_error(self, request: Request, options: dict[str, Any]) -> Reply:
        status = {"@code": "500", "text": options.pop("message", "Internal Server Error")}
        return json_reply({"result": {"query": request.value("q"), "status": status}})

    def fail_bare_hit(self, request: Request, options: dict[str, Any]) -> Reply:
        """As converters of XML to JSON do: a lone hit is not in a list."""
        items, total = self.find(request)
        document = self.page(request, items, total)
        if len(items) == 1:
            document["result"]["hits"]["hit"] = items[0]
        return json_reply(document)


def _hit(info: Item, score: int) -> Item:
    number = number_of(info.get("key", ""))
    return {"@score": str(score), "@id": str(number), "info": info, "url": f"URL#{number}"}


def _score(info: Item, query: str) -> int:
    """How well a record answers; 0 if one of the words is missing."""
    people = info.get("authors", {}).get("author", [])
    names = [person["text"] for person in (people if isinstance(people, list) else [people])]
    venue = info.get("venue") or ""
    text = " ".join(
        [info.get("title") or "", *names, venue if isinstance(venue, str) else " ".join(venue), info.get("year") or ""]
    )
    said = set(words(re.sub(r"&\w+;", " ", text)))
    score = 0
    for term in query.split():
        ways = [_matches(way, said) for way in term.split("|")]
        if not any(ways):
            return 0
        score += max(ways)
    return score


def _matches(term: str, said: set[str]) -> int:
    """2 for a whole word, 1 for the beginning of one. Marks inside a term divide it."""
    exact = term.endswith("$")
    best = 2
    for part in words(term):
        if part not in said:
            if exact or not any(word.startswith(part) for word in said):
                return 0
            best = 1
    return best
