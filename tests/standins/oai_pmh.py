"""A stand-in for arXiv's OAI-PMH server, as far as ``GetRecord`` goes (``arXiv/oaipmh``, in use since March 2025).

It knows papers, not versions: a version in the identifier is passed over. In the format ``arXiv``, ``created`` is the
day of the *current* version there (the server before gave the first); ``arXivRaw`` has the time of every version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from .arxiv_api import now
from .failures import HTML, page
from .papers import Edition, Library, Paper
from .server import Reply, Request, Standin

XML = "application/xml"
PREFIX = "oai:arXiv.org:"
FORMATS = ("oai_dc", "arXiv", "arXivOld", "arXivRaw")

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" \n'
    '         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n'
    '         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ '
    'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
)
_BAD_ARGUMENT = "Parameters provided did not match expected. Expected: verb, identifier, metadataPrefix"


class _OaiError(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def render_record(paper: Paper, prefix: str, *, first_created: bool = False) -> str:
    """The ``record`` element. ``first_created``: in the format ``arXiv``, the day of version 1 as ``created``."""
    edition = paper.at()
    sets = "".join(f"        <setSpec>{_set(category)}</setSpec>\n" for category in edition.categories)
    datestamp = paper.updated or edition.submitted[:10]
    metadata = {"arXiv": _arxiv, "arXivRaw": _raw, "oai_dc": _dublin_core, "arXivOld": _old}[prefix]
    return (
        "    <record>\n"
        "      <header>\n"
        f"        <identifier>{PREFIX}{paper.id}</identifier>\n"
        f"        <datestamp>{datestamp}</datestamp>\n"
        f"{sets}"
        "      </header>\n"
        "      <metadata>\n"
        f"{metadata(paper, edition, first_created)}"
        "      </metadata>\n"
        "    </record>\n"
    )


def _set(category: str) -> str:
    archive, _, name = category.partition(".")
    group = archive if archive in ("cs", "econ", "eess", "math", "q-bio", "q-fin", "stat") else "physics"
    return ":".join([group, archive, name] if name else [group, archive])


def _root(prefix: str, inner: str) -> str:
    return (
        f'        <{prefix} xmlns="http://arxiv.org/OAI/{prefix}/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://arxiv.org/OAI/{prefix}/ http://arxiv.org/OAI/{prefix}.xsd">\n'
        f"{inner}        </{prefix}>\n"
    )


def _lines(fields: Mapping[str, str]) -> str:
    return "".join(f"          <{name}>{_text(text)}</{name}>\n" for name, text in fields.items() if text)


def _text(text: str) -> str:
    return escape(text, {'"': "&#34;", "'": "&#39;"})


def _tail(paper: Paper, edition: Edition) -> dict[str, str]:
    return {
        "categories": " ".join(edition.categories),
        "comments": edition.comment,
        "report-no": paper.report_number,
        "journal-ref": edition.journal_ref,
        "doi": " ".join(edition.dois),
        "license": edition.license,
        "abstract": edition.abstract,
    }


def _arxiv(paper: Paper, edition: Edition, first_created: bool) -> str:
    authors = []
    for author in edition.authors:
        given, family, suffix = author.parts()
        parts = [("keyname", family), ("forenames", given), ("suffix", suffix)]
        parts += [("affiliation", text) for text in author.affiliations]
        authors.append("".join(f"<{name}>{_text(text)}</{name}>" for name, text in parts if text))
    # "updated" is the day of the last change to the metadata, for papers with one version too; before 2025 it was the
    # day of the newest version, where there was more than one.
    created, updated = edition.submitted[:10], paper.updated or edition.submitted[:10]
    if first_created:
        created, updated = edition.first_submitted[:10], edition.submitted[:10] if edition.version > 1 else ""
    return _root(
        "arXiv",
        _lines({"id": paper.id, "created": created, "updated": updated})
        + "          <authors>\n"
        + "".join(f"            <author>{author}</author>\n" for author in authors)
        + "          </authors>\n"
        + _lines({"title": edition.title, **_tail(paper, edition)}),
    )


def _raw(paper: Paper, edition: Edition, first_created: bool) -> str:
    versions = ""
    for number in range(1, paper.newest + 1):
        version = paper.at(number)
        date = datetime.fromisoformat(version.submitted).strftime("%a, %d %b %Y %H:%M:%S GMT")
        # A withdrawn version has no source: flag I, and nothing to weigh.
        size, flag = ("0kb", "I") if version.withdrawn else (f"{number * 17 + 5}kb", "D")
        versions += (
            f'          <version version="v{number}">\n            <date>{date}</date>\n'
            f"            <size>{size}</size>\n            <source_type>{flag}</source_type>\n          </version>\n"
        )
    return _root(
        "arXivRaw",
        _lines({"id": paper.id, "submitter": edition.authors[0].name})
        + versions
        + _lines({"title": edition.title, "authors": _author_line(edition), **_tail(paper, edition)}),
    )


def _old(paper: Paper, edition: Edition, first_created: bool) -> str:
    fields = {"id": paper.id, "title": edition.title, "authors": _author_line(edition), **_tail(paper, edition)}
    return _root("arXivOld", _lines(fields))


def _author_line(edition: Edition) -> str:
    return ", ".join(
        author.name + (f" ({'; '.join(author.affiliations)})" if author.affiliations else "")
        for author in edition.authors
    )


def _dublin_core(paper: Paper, edition: Edition, first_created: bool) -> str:
    creators = []
    for author in edition.authors:
        given, family, suffix = author.parts()
        creators.append(family + (f" {suffix}" if suffix else "") + (f", {given}" if given else ""))
    dates = sorted({edition.first_submitted[:10], edition.submitted[:10]})
    identifiers = [f"http://arxiv.org/abs/{paper.id}", edition.journal_ref, *(f"doi:{doi}" for doi in edition.dois)]
    rows = [
        ("title", [edition.title]),
        ("creator", creators),
        ("subject", list(edition.categories)),
        ("description", [edition.abstract, edition.comment]),
        ("date", dates),
        ("type", ["text"]),
        ("identifier", identifiers),
    ]
    return (
        '        <oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ '
        'http://www.openarchives.org/OAI/2.0/oai_dc.xsd">\n'
        + "".join(f"          <dc:{name}>{_text(t)}</dc:{name}>\n" for name, texts in rows for t in texts if t)
        + "        </oai_dc:dc>\n"
    )


class OaiStandin(Standin):
    """arXiv's OAI-PMH server. ``url`` is the endpoint, for ``ENRICH_OAI_URL``.

    Its own errors come with status 200, as the protocol wants it. ``first_created=True`` gives the ``created`` of the
    server before March 2025.
    """

    path = "/oai"

    def __init__(self, library: Library | None = None, *, first_created: bool = False, **options: Any) -> None:
        super().__init__(library, **options)
        self.first_created = first_created

    def read_ids(self, request: Request) -> tuple[str, ...]:
        if request.method == "POST":
            request.query = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        return tuple(text.removeprefix(PREFIX) for text in request.query.get("identifier", []))

    def answer(self, request: Request) -> Reply:
        if request.path != self.path:
            return Reply(404, page("Not Found", "No such address"), HTML)
        try:
            record, attributes = self._record(request)
        except _OaiError as error:
            return self._reply({}, f"    <error code='{error.code}'>{_text(str(error))}</error>\n")
        return self._reply(attributes, f"    <GetRecord>\n{record}    </GetRecord>\n")

    def _reply(self, attributes: Mapping[str, str], inner: str) -> Reply:
        described = "".join(f' {name}="{_text(value)}"' for name, value in attributes.items())
        text = (
            f"{_HEAD}    <responseDate>{now()}</responseDate>\n"
            f"    <request{described}>https://oaipmh.arxiv.org/oai</request>\n{inner}</OAI-PMH>"
        )
        return Reply(200, text.encode(), XML)

    def _record(self, request: Request) -> tuple[str, dict[str, str]]:
        if any(len(values) > 1 for values in request.query.values()):
            raise _OaiError("badArgument", "Duplicate parameters not allowed")
        verb = request.value("verb")
        if verb != "GetRecord":
            raise _OaiError("badVerb", "Invalid verb provided")
        if set(request.query) != {"verb", "identifier", "metadataPrefix"}:
            raise _OaiError("badArgument", _BAD_ARGUMENT)
        identifier, prefix = request.value("identifier"), request.value("metadataPrefix")
        if prefix not in FORMATS:
            raise _OaiError("cannotDisseminateFormat", "Did not recognize requested format")
        if not identifier.startswith(PREFIX):
            raise _OaiError("idDoesNotExist", f"All identifiers start with: {PREFIX}")
        name = re.sub(r"v[1-9]\d*$", "", identifier.removeprefix(PREFIX))
        paper = self.library.get(name)
        if paper is None or name in self.hidden:
            raise _OaiError("idDoesNotExist", "Nothing found for this ID")
        attributes = {"verb": verb, "identifier": identifier, "metadataPrefix": prefix}
        return render_record(paper, prefix, first_created=self.first_created), attributes

    # Failures of its own ----------------------------------------------------------------------------------------------

    def fail_error(self, request: Request, options: dict[str, Any]) -> Reply:
        code, message = options.pop("code", "badArgument"), options.pop("message", "Something is wrong")
        return self._reply({}, f"    <error code='{code}'>{_text(message)}</error>\n")

    def fail_stranger(self, request: Request, options: dict[str, Any]) -> Reply:
        from .arxiv_api import STRANGER

        attributes = {name: request.value(name) for name in request.query}
        prefix = request.value("metadataPrefix", "arXiv")
        return self._reply(attributes, f"    <GetRecord>\n{render_record(STRANGER, prefix)}    </GetRecord>\n")
