"""arXiv's OAI-PMH interface: one identifier a request, the newest version only, with split names and the licence.

Asked when the query API refuses. It shares arXiv's pace. https://info.arxiv.org/help/oa/index.html
"""

from __future__ import annotations

from urllib.parse import quote

from lxml import etree

from enrich.errors import UnexpectedReply
from enrich.names import split_name
from enrich.record import Identifier, Person, Record
from enrich.sources import metadata
from enrich.sources.arxiv import metadata_root

NAME = "oai"

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_ARXIV = "{http://arxiv.org/OAI/arXiv/}"


def address(url: str, asked: Identifier) -> str:
    return f"{url}?verb=GetRecord&metadataPrefix=arXiv&identifier={quote(f'oai:arXiv.org:{asked.value}', safe=':/')}"


def check(content: bytes, asked: Identifier) -> None:
    """Raise :class:`UnexpectedReply` unless this is a whole answer: the record of ``asked``, or that there is none."""
    root = metadata_root(content)
    if root.tag != f"{_OAI}OAI-PMH":
        raise UnexpectedReply(f"it is not OAI-PMH but <{etree.QName(root).localname}>")
    error = root.find(f"{_OAI}error")
    if error is not None and error.get("code") != "idDoesNotExist":
        raise UnexpectedReply(f"it reports {error.get('code')}: {' '.join((error.text or '').split())[:200]}")
    if error is None:
        body = root.find(f".//{_ARXIV}arXiv")
        if body is None:
            raise UnexpectedReply("it holds neither a record nor an error")
        found = metadata.identifier_in(body.findtext(f"{_ARXIV}id"))
        if found is None or found.value != asked.value:
            raise UnexpectedReply(f"it is about {found or 'something else'}, not {asked}")


def record(content: bytes, asked: Identifier, retrieved: str) -> Record | None:
    """The record in a whole reply; ``None`` where arXiv says that there is no such paper."""
    body = metadata_root(content).find(f".//{_ARXIV}arXiv")
    if body is None:
        return None
    categories = (body.findtext(f"{_ARXIV}categories") or "").split()
    return metadata.record(
        asked,
        NAME,
        retrieved,
        version=None,  # This format does not say; a guess from the dates would be one.
        title=metadata.text(body.findtext(f"{_ARXIV}title")),
        authors=[person for author in body.iterfind(f"{_ARXIV}authors/{_ARXIV}author") if (person := _person(author))],
        abstract=metadata.paragraphs(body.findtext(f"{_ARXIV}abstract")),
        # "created" is the day of the first version in replies before March 2025 and of the current one since, and
        # "updated" the last change of metadata; neither can be told apart, so neither is taken.
        submitted=None,
        primary_category=categories[0] if categories else None,
        categories=categories,
        comment=metadata.text(body.findtext(f"{_ARXIV}comments")),
        journal_ref=metadata.text(body.findtext(f"{_ARXIV}journal-ref")),
        doi=metadata.published_doi(body.findtext(f"{_ARXIV}doi")),
        license=metadata.text(body.findtext(f"{_ARXIV}license")),
    )


def _person(author: etree._Element) -> Person | None:
    family = metadata.text(author.findtext(f"{_ARXIV}keyname"))
    given = metadata.text(author.findtext(f"{_ARXIV}forenames"))
    suffix = metadata.text(author.findtext(f"{_ARXIV}suffix"))
    affiliations = tuple(a for item in author.iterfind(f"{_ARXIV}affiliation") if (a := metadata.text(item.text)))
    family = family and family.rstrip(" ,")  # "Forney," with the suffix "Jr." beside it
    if not family:
        return None
    if given is None:
        # A collaboration, a team or a single name: the same rules as for a display name.
        return split_name(family if suffix is None else f"{family} {suffix}", affiliations)
    return Person(given, family, suffix, None, affiliations)
