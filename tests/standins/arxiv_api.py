"""A stand-in for arXiv's query API as its server has behaved since November 2025.

The set semantics, the unanchored check of identifiers, the limits and the bytes of the feed follow arXiv's own server
(``arXiv/arxiv-search``, ``search/controllers/classic_api`` and ``search/serialize``) and replies recorded in 2026.
"""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlencode
from xml.sax.saxutils import escape, quoteattr

from .failures import HTML, page
from .papers import Author, Edition, Library, Paper
from .published import words
from .server import Reply, Request, Standin, shuffled

ATOM = "application/atom+xml; charset=utf-8"
SCHEMA = "http://arxiv.org/schemas/atom"
REQUEST_LINE_LIMIT = 4094
"""Bytes of a request line that gunicorn takes (its default)."""
WINDOW = 10_000
"""How deep into the results one may page."""

_ARCHIVES = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga "
    "econ eess funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics "
    "plasm-ph q-alg q-bio q-fin quant-ph solv-int stat supr-con"
)
_CLASSES = {
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "cs": "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF PL RO SC "
    "SD SE SI SY",
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "math": "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST",
    "nlin": "AO CD CG PS SI",
    "physics": "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph "
    "geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph",
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "stat": "AP CO ME ML OT TH",
}
_OLD_NAMES = _ARCHIVES.split()
_OLD_NAMES += [f"{archive}.{name}" for archive, names in _CLASSES.items() for name in names.split()]

# arXiv's check finds an identifier anywhere in what was sent, so that many a wrong one passes: it is then looked up to
# the letter, not found, and left out without a word.
_NEW = re.compile(r"(?<![\d=.])(?:arxiv:)?\d{4}\.\d{4,5}(?:v\d*)?", re.I)
_OLD = re.compile(rf"(?:arxiv:)?(?:{'|'.join(map(re.escape, _OLD_NAMES))})/\d{{2}}[01]\d{{4}}(?:v\d*)?", re.I)


def passes_check(identifier: str) -> bool:
    """Whether arXiv's server takes that for an identifier; if not, it refuses the whole request."""
    return bool(_NEW.search(identifier) or _OLD.search(identifier))


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# The feed -------------------------------------------------------------------------------------------------------------

_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns="http://www.w3.org/2005/Atom">\n'
)


def render_feed(
    entries: Iterable[str],
    *,
    search_query: str = "",
    id_list: Sequence[str] = (),
    start: int = 0,
    max_results: int = 10,
    total: int,
    updated: str,
) -> str:
    """The feed of 2026 around rendered entries. ``updated`` is the time of the request."""
    ids = ",".join(id_list)
    title = f"search_query={search_query}&id_list={ids}&start={start}&max_results={max_results}"
    digest = base64.b64encode(hashlib.sha1(title.encode()).digest()).decode()[:27]
    link = f"search_query={search_query}&start={start}&max_results={max_results}&id_list={ids}"
    return (
        f"{_HEAD}"
        f"  <id>https://arxiv.org/api/{digest}</id>\n"
        f"  <title>arXiv Query: {escape(title)}</title>\n"
        f"  <updated>{updated}</updated>\n"
        f'  <link href="https://arxiv.org/api/query?{_attribute(link)}" type="application/atom+xml"/>\n'
        f"  <opensearch:itemsPerPage>{max_results}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n"
        f"{''.join(entries)}</feed>\n"
    )


def render_entry(paper: Edition) -> str:
    """One entry of the feed of 2026: its identifier with http, its links with https, the DOIs after the authors."""
    name = paper.versioned
    lines = [
        "  <entry>",
        f"    <id>http://arxiv.org/abs/{name}</id>",
        f"    <title>{escape(paper.title)}</title>",
        f"    <updated>{paper.submitted}</updated>",
        f'    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>',
        f'    <link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf" title="pdf"/>',
        f"    <summary>{escape(paper.abstract)}</summary>",
    ]
    lines += [f'    <category term="{term}" scheme="{SCHEMA}"/>' for term in paper.categories]
    lines.append(f"    <published>{paper.first_submitted}</published>")
    if paper.comment:
        lines.append(f"    <arxiv:comment>{escape(paper.comment)}</arxiv:comment>")
    lines.append(f'    <arxiv:primary_category term="{paper.categories[0]}"/>')
    if paper.journal_ref:
        lines.append(f"    <arxiv:journal_ref>{escape(paper.journal_ref)}</arxiv:journal_ref>")
    for author in paper.authors:
        lines += ["    <author>", f"      <name>{escape(author.name)}</name>"]
        lines += [f"      <arxiv:affiliation>{escape(text)}</arxiv:affiliation>" for text in author.affiliations]
        lines.append("    </author>")
    for doi in paper.dois:
        lines.append(f"    <arxiv:doi>{escape(doi)}</arxiv:doi>")
        lines.append(f'    <link rel="related" href="https://doi.org/{_attribute(doi)}" title="doi"/>')
    lines.append("  </entry>\n")
    return "\n".join(lines)


def render_error(message: str, *, link: str, updated: str) -> str:
    """The feed that says what is wrong: one entry, titled ``Error``, without a date of publication."""
    return (
        f"{_HEAD}"
        "  <id>https://arxiv.org/</id>\n"
        "  <title>arXiv Search Results</title>\n"
        f"  <updated>{updated}</updated>\n"
        "  <opensearch:itemsPerPage>1</opensearch:itemsPerPage>\n"
        "  <opensearch:totalResults>1</opensearch:totalResults>\n"
        "  <opensearch:startIndex>0</opensearch:startIndex>\n"
        "  <entry>\n"
        f"    <id>{escape(link)}</id>\n"
        "    <title>Error</title>\n"
        f"    <updated>{updated}</updated>\n"
        f'    <link href="{_attribute(link)}" rel="alternate" type="text/html"/>\n'
        f"    <summary>{escape(message)}</summary>\n"
        "    <author>\n"
        "      <name>arXiv api core</name>\n"
        "    </author>\n"
        "  </entry>\n"
        "</feed>\n"
    )


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})


# The feed before November 2025 ----------------------------------------------------------------------------------------


def render_old_feed(entries: Iterable[str], *, id_list: Sequence[str], start: int, max_results: int, total: int) -> str:
    """The feed of the server before November 2025: namespaces where they are used, the totals counting every ask."""
    title = f"search_query=&id_list={','.join(id_list)}&start={start}&max_results={max_results}"
    digest = base64.b64encode(hashlib.sha1(title.encode()).digest()).decode()[:27]
    opensearch = 'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f'  <link href="http://arxiv.org/api/query?{quote(title, safe="")}" rel="self" type="application/atom+xml"/>\n'
        f'  <title type="html">ArXiv Query: {escape(title)}</title>\n'
        f"  <id>http://arxiv.org/api/{digest}</id>\n"
        f"  <updated>{now()[:10]}T00:00:00-04:00</updated>\n"
        f"  <opensearch:totalResults {opensearch}>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex {opensearch}>{start}</opensearch:startIndex>\n"
        f"  <opensearch:itemsPerPage {opensearch}>{max_results}</opensearch:itemsPerPage>\n"
        f"{''.join(entries)}</feed>\n"
    )


def render_old_entry(paper: Edition | None) -> str:
    """One entry of the old feed; for ``None`` the blank one that stood for an unknown identifier."""
    arxiv = f'xmlns:arxiv="{SCHEMA}"'
    if paper is None:
        return (
            f'  <entry>\n    <arxiv:primary_category {arxiv} term="" scheme="{SCHEMA}"/>\n'
            f'    <category term="" scheme="{SCHEMA}"/>\n  </entry>\n'
        )
    name = paper.versioned
    paragraphs = [textwrap.fill(" ".join(part.split()), 80) for part in paper.abstract.split("\n  ")]
    lines = [
        "  <entry>",
        f"    <id>http://arxiv.org/abs/{name}</id>",
        f"    <updated>{paper.submitted}</updated>",
        f"    <published>{paper.first_submitted}</published>",
        f"    <title>{escape(textwrap.fill(paper.title, 72, subsequent_indent='  '))}</title>",
        f"    <summary>  {escape((chr(10) + '  ').join(paragraphs))}\n</summary>",
    ]
    for author in paper.authors:
        lines += ["    <author>", f"      <name>{escape(author.name)}</name>"]
        lines += [f"      <arxiv:affiliation {arxiv}>{escape(a)}</arxiv:affiliation>" for a in author.affiliations]
        lines.append("    </author>")
    if paper.dois:
        doi = " ".join(paper.dois)
        lines.append(f"    <arxiv:doi {arxiv}>{escape(doi)}</arxiv:doi>")
        lines.append(f'    <link title="doi" href={quoteattr(f"http://dx.doi.org/{doi}")} rel="related"/>')
    if paper.comment:
        comment = textwrap.fill(paper.comment, 72, subsequent_indent="  ")
        lines.append(f"    <arxiv:comment {arxiv}>{escape(comment)}</arxiv:comment>")
    if paper.journal_ref:
        lines.append(f"    <arxiv:journal_ref {arxiv}>{escape(paper.journal_ref)}</arxiv:journal_ref>")
    lines += [
        f'    <link href="http://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>',
        f'    <link title="pdf" href="http://arxiv.org/pdf/{name}" rel="related" type="application/pdf"/>',
        f'    <arxiv:primary_category {arxiv} term="{paper.categories[0]}" scheme="{SCHEMA}"/>',
    ]
    lines += [f'    <category term="{term}" scheme="{SCHEMA}"/>' for term in (*paper.categories, "68T50")]
    lines.append("  </entry>\n")
    return "\n".join(lines)


# The server -----------------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """What arXiv answers with 400 and a feed that says why."""

    def __init__(self, message: str, link: str = "") -> None:
        super().__init__(message)
        self.link = link or "https://arxiv.org/api/errors#" + message.replace(" ", "_")


STRANGER = Paper("9912.99999", title="A Paper Nobody Asked For", authors=[Author("Nemo Stranger")])


class ArxivStandin(Standin):
    """arXiv's query API. ``url`` is the endpoint, for ``ENRICH_ARXIV_URL``.

    Two requests at once are answered 429 unless ``single_connection=False``; a pace is kept only if ``min_interval``
    is given (arXiv's own is 3 s). ``request_line_limit`` may be lowered as a front proxy would do.
    """

    path = "/api/query"

    def __init__(
        self,
        library: Library | None = None,
        *,
        min_interval: float = 0.0,
        single_connection: bool = True,
        request_line_limit: int = REQUEST_LINE_LIMIT,
    ) -> None:
        super().__init__(library, min_interval=min_interval, single_connection=single_connection)
        self.request_line_limit = request_line_limit

    # Ways to fail that tests ask for by what they mean ----------------------------------------------------------------

    def poison(self, identifier: str, *, naming: str = "self") -> Self:
        """Answer 400 to every request with that identifier, good as it is.

        ``naming`` says whom the error blames: ``self``, ``other`` (the first that is not it, if there is one) or
        ``none`` (an error that names nobody).
        """
        return self.fail(
            "bad-id", next=None, when=lambda request: identifier in request.ids, identifier=identifier, naming=naming
        )

    # Answering --------------------------------------------------------------------------------------------------------

    def read_ids(self, request: Request) -> tuple[str, ...]:
        if request.method == "POST":
            kind = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
            # Only a form is read, and a body without any type at all, which the server takes for one.
            form = kind in ("", "application/x-www-form-urlencoded")
            request.query = parse_qs(request.body.decode("utf-8", "replace") if form else "", keep_blank_values=True)
        ids = request.value("id_list")
        return tuple(ids.split(",")) if ids else ()

    def refuses(self, request: Request) -> Reply | None:
        if request.line_bytes > self.request_line_limit:
            text = f"Request Line is too large ({request.line_bytes} &gt; {self.request_line_limit})"
            return Reply(400, page("Bad Request", text), HTML)
        if request.headers.get("Accept") is None:
            return Reply(406, b"Not Acceptable")
        if request.path != self.path:
            return Reply(404, page("404 Not Found", "nginx"), HTML)
        if request.method == "HEAD":
            return Reply(200, b"", ATOM)
        return None

    def answer(self, request: Request) -> Reply:
        return self._answer(request)

    def _answer(self, request: Request, **changes: Any) -> Reply:
        """``changes``: ``entries`` (a function of the page's editions) and ``total``, for the failures."""
        try:
            text = self._feed(request, **changes)
        except _Refused as refusal:
            return Reply(400, render_error(str(refusal), link=refusal.link, updated=now()).encode(), ATOM)
        except ZeroDivisionError:
            # The server divides by max_results, and by nothing else that could be nought.
            return self._error(500, "The server encountered an internal error and was unable to complete your request.")
        return Reply(200, text.encode(), ATOM)

    def _error(self, status: int, message: str) -> Reply:
        link = "https://arxiv.org/api/errors"
        return Reply(status, render_error(message, link=link, updated=now()).encode(), ATOM)

    def _feed(self, request: Request, entries: Any = None, total: int | None = None) -> str:
        search_query = request.value("search_query")
        for identifier in request.ids:
            if not passes_check(identifier):
                raise _Refused(f"incorrect id format for {identifier}")
        max_results = _natural(request, "max_results", 10)
        start = _natural(request, "start", 0)
        for name, allowed in (
            ("sortBy", ("relevance", "lastUpdatedDate", "submittedDate")),
            ("sortOrder", ("ascending", "descending")),
        ):
            if request.value(name, allowed[0]) not in allowed:
                raise _Refused(
                    f"{name} must be in: {', '.join(allowed)}", "https://arxiv.org/help/api/user-manual#sort"
                )
        if not request.ids and not search_query:
            raise _Refused(
                "Either a search_query or id_list must be specified for the classic API.",
                "https://arxiv.org/api/errors",
            )
        if 1 + round(start / max_results) > WINDOW / max_results:
            raise ZeroDivisionError
        if search_query.count('"') % 2:
            raise _Refused(f"Quotation does not close: {search_query}")
        found = self.editions(request.ids) if request.ids else self.editions(paper.id for paper in self.library)
        if search_query:
            found = [edition for edition in found if _matches(edition, search_query)]
        shown = found[start : start + max_results]
        if entries is not None:
            shown = entries(shown)
        return render_feed(
            map(render_entry, shown),
            search_query=search_query,
            id_list=request.ids,
            start=start,
            max_results=max_results,
            total=len(found) if total is None else total,
            updated=now(),
        )

    # Failures of its own ----------------------------------------------------------------------------------------------

    def fail_error(self, request: Request, options: dict[str, Any]) -> Reply:
        message = options.pop("message", "internal error")
        link = "https://arxiv.org/api/errors#" + message.replace(" ", "_")
        return Reply(200, render_error(message, link=link, updated=now()).encode(), ATOM)

    def fail_bad_id(self, request: Request, options: dict[str, Any]) -> Reply:
        naming = options.pop("naming", "self")
        blamed = options.pop("identifier", request.ids[0] if request.ids else "")
        if naming == "other":
            blamed = next((identifier for identifier in request.ids if identifier != blamed), blamed)
        if naming == "none":
            return self._error(400, "bad request")
        message = f"incorrect id format for {blamed}"
        link = "https://arxiv.org/api/errors#" + message.replace(" ", "_")
        return Reply(400, render_error(message, link=link, updated=now()).encode(), ATOM)

    def fail_empty_page(self, request: Request, options: dict[str, Any]) -> Reply:
        total = options.pop("total", max(1, len(self.editions(request.ids))))
        return self._answer(request, entries=lambda shown: [], total=total)

    def fail_partial(self, request: Request, options: dict[str, Any]) -> Reply:
        drop = options.pop("drop", 1)
        return self._answer(request, entries=lambda shown: shown[: max(0, len(shown) - drop)])

    def fail_duplicates(self, request: Request, options: dict[str, Any]) -> Reply:
        return self._answer(request, entries=lambda shown: [entry for entry in shown for _ in range(2)])

    def fail_stranger(self, request: Request, options: dict[str, Any]) -> Reply:
        paper: Paper = options.pop("paper", STRANGER)
        if options.pop("added", False):
            total = len(self.editions(request.ids)) + 1
            return self._answer(request, entries=lambda shown: [paper.at(), *shown], total=total)
        return self._answer(request, entries=lambda shown: [paper.at(), *shown[1:]])

    def fail_old_server(self, request: Request, options: dict[str, Any]) -> Reply:
        start, max_results = _natural(request, "start", 0), _natural(request, "max_results", 10)
        asked = request.ids[start : start + max_results]
        editions = [None if name in self.hidden else self.library.edition(name) for name in asked]
        text = render_old_feed(
            map(render_old_entry, editions),
            id_list=request.ids,
            start=start,
            max_results=max_results,
            total=len(request.ids),
        )
        return Reply(200, text.encode(), "application/atom+xml; charset=UTF-8")


def _natural(request: Request, name: str, default: int) -> int:
    try:
        value = int(request.value(name, str(default)))
    except ValueError:
        raise _Refused(f"{name} must be an integer") from None
    if value < 0:
        raise _Refused(f"{name} must be non-negative")
    return value


def _matches(paper: Edition, query: str) -> bool:
    """The simplest part of arXiv's query language: ``field:word`` or ``field:"words"``, joined by AND or by OR.

    The quotes only hold the words together: all of them must be in the field, in whatever order. AND, OR and NOT in
    capitals are operators there as well.
    """
    if " OR " in query:
        return any(_matches(paper, part) for part in query.split(" OR "))
    fields = {
        "ti": paper.title,
        "abs": paper.abstract,
        "au": " ".join(author.name for author in paper.authors),
        "co": paper.comment,
        "jr": paper.journal_ref,
        "cat": " ".join(paper.categories),
    }
    fields["all"] = " ".join(fields.values())
    for term in query.split(" AND "):
        name, _, wanted = term.strip().rpartition(":")
        if not set(words(wanted)) <= set(words(fields.get(name or "all", ""))):
            return False
    return True


def query_url(url: str, ids: Iterable[str], **parameters: Any) -> str:
    """An address that asks for these identifiers."""
    return f"{url}?{urlencode({'id_list': ','.join(ids), **parameters})}"


__all__ = [
    "ATOM",
    "REQUEST_LINE_LIMIT",
    "ArxivStandin",
    "passes_check",
    "query_url",
    "render_entry",
    "render_error",
    "render_feed",
    "shuffled",
]
