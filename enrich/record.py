"""What is known about a work, as plain frozen values.

Everything here prints well, compares equal by value, and turns into JSON and back without loss:
``Record.from_json(record.to_json()) == record``. Absent is ``None`` (or an empty tuple), never ``""`` or a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

SCHEMA = "enrich/1"
"""The name of the JSON shape, written into every file and checked when one is read."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """The name of a work, normalised: ``Identifier("2110.14168", 2)`` prints as ``arXiv:2110.14168v2``.

    ``value`` has no prefix and no version (``2110.14168``, ``hep-th/9901001``); ``version`` is ``None`` when the
    work was named without one, which means its newest version. Made by :func:`enrich.identify.parse_id`.
    """

    value: str
    version: int | None = None
    scheme: str = "arXiv"

    @property
    def id(self) -> str:
        """The work's name without the version, as in the JSON: ``arXiv:2110.14168``."""
        return f"{self.scheme}:{self.value}"

    @property
    def versioned(self) -> str:
        """Value and version as arXiv writes them in addresses: ``2110.14168v2``, or ``2110.14168``."""
        return self.value if self.version is None else f"{self.value}v{self.version}"

    @property
    def bare(self) -> Identifier:
        """The same work without the version."""
        return self if self.version is None else Identifier(self.value, None, self.scheme)

    def __str__(self) -> str:
        return f"{self.scheme}:{self.versioned}"


@dataclass(frozen=True, slots=True)
class Person:
    """One author. Either ``family`` (with ``given`` and ``suffix`` where known) or ``literal`` is set.

    ``literal`` is a name that must not be taken apart: a collaboration, a team, a single name.
    Particles belong to ``family`` (``van der Waals``).
    """

    given: str | None = None
    family: str | None = None
    suffix: str | None = None
    literal: str | None = None
    affiliations: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name as one reads it: ``Sammy Davis Jr.``, ``ATLAS Collaboration``."""
        if self.literal is not None:
            return self.literal
        return " ".join(part for part in (self.given, self.family, self.suffix) if part)

    def to_json(self) -> dict[str, Any]:
        return {
            "given": self.given,
            "family": self.family,
            "suffix": self.suffix,
            "literal": self.literal,
            "affiliations": list(self.affiliations),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Person:
        return cls(
            data.get("given"),
            data.get("family"),
            data.get("suffix"),
            data.get("literal"),
            tuple(data.get("affiliations") or ()),
        )


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That a paper was withdrawn: the notice's own words, and the identifier it names instead, if any."""

    reason: str | None = None
    superseded_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"reason": self.reason, "superseded_by": self.superseded_by}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Withdrawn:
        return cls(data.get("reason"), data.get("superseded_by"))


@dataclass(frozen=True, slots=True)
class Published:
    """The published version of a preprint. ``type`` is ``article`` or ``inproceedings``; ``year`` a number.

    ``evidence`` lists, in words, why this is believed to be the same work.
    """

    type: str | None = None
    title: str | None = None
    venue: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publisher: str | None = None
    doi: str | None = None
    url: str | None = None
    evidence: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "type": self.type,
            "title": self.title,
            "venue": self.venue,
            "year": self.year,
            "volume": self.volume,
            "issue": self.issue,
            "pages": self.pages,
            "publisher": self.publisher,
            "doi": self.doi,
            "url": self.url,
            "evidence": list(self.evidence),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Published:
        return cls(
            data.get("type"),
            data.get("title"),
            data.get("venue"),
            data.get("year"),
            data.get("volume"),
            data.get("issue"),
            data.get("pages"),
            data.get("publisher"),
            data.get("doi"),
            data.get("url"),
            tuple(data.get("evidence") or ()),
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A work that a source holds and that may be the published version of a preprint, as that source describes it.

    - ``published``: title, venue, year and so on; its ``evidence`` is empty, and ``type`` is ``None`` where the source
      does not say whether it is an article or a conference paper.
    - ``authors``: in the source's order; ``complete`` is false where it says that there are more.
    - ``kind``: the source's own word for what the work is (``journal-article``, ``posted-content``, ``Dataset``).
    - ``eprints``: the arXiv works (``2110.14168``) that the source connects with it, and ``relation`` how it says so
      (``externalIds.ArXiv``, ``IsVersionOf``); empty where it says nothing.
    - ``keys``: the work's names in other catalogues (``{"dblp": "conf/kdd/ChenG16"}``).
    """

    source: str
    published: Published
    authors: tuple[Person, ...] = ()
    complete: bool = True
    kind: str | None = None
    eprints: tuple[str, ...] = ()
    relation: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known about one work.

    - ``id``: ``arXiv:2110.14168``; ``version``: the version that the other fields describe.
    - ``key``: the citation key, set only when records are written out.
    - ``title``, ``abstract``, ``comment``, ``journal_ref``: Unicode text; mathematics stays as written (``$x^2$``).
    - ``submitted``: when version 1 was submitted; ``updated``: when this version was; both ISO 8601 in UTC.
    - ``year``, ``month``: of the submission (of the identifier where the date is unknown).
    - ``doi``: of the published work, as its authors gave it to arXiv; ``arxiv_doi``: arXiv's own.
    - ``url``, ``pdf_url``: name a version exactly when the user asked for one (see :attr:`cited_version`).
    - ``origin``: which source said each field; ``retrieved``: when that source answered, ISO 8601 in UTC.
    """

    id: str
    version: int | None = None
    key: str | None = None
    title: str | None = None
    authors: tuple[Person, ...] = ()
    abstract: str | None = None
    submitted: str | None = None
    updated: str | None = None
    year: int | None = None
    month: int | None = None
    primary_category: str | None = None
    categories: tuple[str, ...] = ()
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    arxiv_doi: str | None = None
    url: str | None = None
    pdf_url: str | None = None
    license: str | None = None
    withdrawn: Withdrawn | None = None
    published: Published | None = None
    origin: Mapping[str, str] = field(default_factory=dict, hash=False)
    retrieved: str | None = None

    @property
    def eprint(self) -> str:
        """The identifier without its scheme: ``2110.14168``."""
        return self.id.partition(":")[2]

    @property
    def cited_version(self) -> int | None:
        """The version the user asked for by number, or ``None``: then the work is cited as a whole."""
        if self.version is not None and self.url and self.url.endswith(f"{self.eprint}v{self.version}"):
            return self.version
        return None

    @property
    def cited_eprint(self) -> str:
        """What a bibliography cites: ``2110.14168``, or ``2110.14168v1`` when that version was asked for."""
        cited = self.cited_version
        return self.eprint if cited is None else f"{self.eprint}v{cited}"

    def with_key(self, key: str | None) -> Record:
        return self if key == self.key else replace(self, key=key)

    def to_json(self) -> dict[str, Any]:
        """The record as the ``enrich/1`` JSON object, fields in the documented order."""
        return {
            "id": self.id,
            "version": self.version,
            "key": self.key,
            "title": self.title,
            "authors": [person.to_json() for person in self.authors],
            "abstract": self.abstract,
            "submitted": self.submitted,
            "updated": self.updated,
            "year": self.year,
            "month": self.month,
            "primary_category": self.primary_category,
            "categories": list(self.categories),
            "comment": self.comment,
            "journal_ref": self.journal_ref,
            "doi": self.doi,
            "arxiv_doi": self.arxiv_doi,
            "url": self.url,
            "pdf_url": self.pdf_url,
            "license": self.license,
            "withdrawn": self.withdrawn.to_json() if self.withdrawn else None,
            "published": self.published.to_json() if self.published else None,
            "origin": dict(self.origin),
            "retrieved": self.retrieved,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Record:
        """The inverse of :meth:`to_json`. Trusts its input's shape; files go through ``enrich.formats.read``."""
        get = data.get
        withdrawn, published = get("withdrawn"), get("published")
        return cls(
            data["id"],
            get("version"),
            get("key"),
            get("title"),
            tuple([Person.from_json(person) for person in get("authors") or ()]),
            get("abstract"),
            get("submitted"),
            get("updated"),
            get("year"),
            get("month"),
            get("primary_category"),
            tuple(get("categories") or ()),
            get("comment"),
            get("journal_ref"),
            get("doi"),
            get("arxiv_doi"),
            get("url"),
            get("pdf_url"),
            get("license"),
            Withdrawn.from_json(withdrawn) if withdrawn else None,
            Published.from_json(published) if published else None,
            dict(get("origin") or {}),
            get("retrieved"),
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a work is named: what was written, where, and which work it is.

    ``line`` and ``column`` count from 1, columns in characters; both are ``None`` for the command line.
    ``key`` is the citation key that stands with it (the entry of a ``.bib``), if any.
    """

    identifier: Identifier
    text: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.identifier.id,
            "version": self.identifier.version,
            "text": self.text,
            "file": self.file,
            "line": self.line,
            "column": self.column,
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one item could not be done.

    ``kind`` is ``invalid`` (what was written is no identifier), ``not-found`` (a source that would know says there
    is no such work), ``unreachable`` (nobody could be asked) or ``not-understood`` (a file or reply makes no sense).
    """

    kind: str
    message: str
    text: str | None = None
    id: str | None = None
    file: str | None = None
    line: int | None = None
    hint: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "text": self.text,
            "id": self.id,
            "file": self.file,
            "line": self.line,
            "message": self.message,
            "hint": self.hint,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Problem:
        return cls(
            data["kind"],
            data["message"],
            data.get("text"),
            data.get("id"),
            data.get("file"),
            data.get("line"),
            data.get("hint"),
        )
