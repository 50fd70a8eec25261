"""The jobs as functions, for programs and for the command line alike: :func:`get`, :func:`find`, :func:`load`,
:func:`propose`, :func:`audit`.

None of them prints. Trouble with one item is a :class:`~enrich.record.Problem` in the result; trouble with the whole
call raises an :class:`~enrich.errors.EnrichError`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich import config, formats, identify, keys
from enrich.errors import InputError
from enrich.record import Identifier, Mention, Problem, Record
from enrich.resolve import Resolution, Watcher, resolve
from enrich.snapshot import SHIPPED, Snapshot
from enrich.store import Store

if TYPE_CHECKING:
    from enrich.check import Audit
    from enrich.inputs import Document
    from enrich.refresh import Refreshing

Keys = Mapping[tuple[str, int | None], str]
"""Citation keys that stand already, by a record's ``(id, cited_version)``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, before anybody answered: mentions in their order, problems met on the way.

    ``records`` are those that came with the inputs (our own JSON); they answer when nobody else can.
    """

    mentions: tuple[Mention, ...] = ()
    problems: tuple[Problem, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def keys(self) -> Keys:
        """The citation keys that stand with the mentions."""
        found: dict[tuple[str, int | None], str] = {}
        for mention in self.mentions:
            if mention.key:
                found.setdefault((mention.identifier.id, mention.identifier.version), mention.key)
        return found


@dataclass(frozen=True, slots=True)
class Bibliography:
    """Records with their citation keys, in the order asked, and the problems of those that could not be had.

    ``resolution`` tells how the records were come by: which are old, which out of a snapshot; ``unpublished`` of which
    it could not be found out whether they were published, by id, with why (only where that was asked); ``disproved``
    whose DOI at arXiv is another work's and was left out, likewise.
    """

    records: tuple[Record, ...]
    problems: tuple[Problem, ...] = ()
    resolution: Resolution | None = None
    unpublished: Mapping[str, str] = field(default_factory=dict)
    disproved: Mapping[str, str] = field(default_factory=dict)

    def render(self, format: str = "bibtex", *, year: str = "submitted") -> str:
        """The bibliography as text. ``format`` is one of ``enrich.formats.names()``; ``year`` dates preprints by
        the first version (``submitted``) or the cited one (``latest``). Raises :class:`InputError`."""
        options = formats.Options(year=year)
        return "".join(formats.render(format, self.records, problems=self.problems, options=options))


def get(
    *what: str | Path,
    offline: bool | None = None,
    fresh: bool | None = None,
    cache: str | Path | None = None,
    key: str | None = None,
    published: bool | None = None,
) -> Bibliography:
    """The full metadata of every arXiv paper that ``what`` names.

    ``what`` are identifiers in any form (``"2110.14168"``, ``"https://arxiv.org/abs/hep-th/9901001v2"``,
    ``"10.48550/arXiv.2110.14168"``), or paths of documents, in which every mention counts. ``offline`` opens no
    connection; ``fresh`` asks again for what is in the cache; ``cache`` is the cache's folder; ``key`` is the template
    of citation keys (see :mod:`enrich.keys`); ``published`` looks for the published versions, too (see
    :mod:`enrich.publish`). What is not given is taken from the environment and the configuration
    file.

    Records come from arXiv's API (up to 200 papers a request, one request in 3 s), from DataCite or OAI-PMH while arXiv
    refuses, or out of the cache; ``Record.origin`` says so for each field. Raises :class:`InputError` for settings that
    cannot be used; a paper that cannot be had is a problem in the result.

    >>> enrich.get("2110.14168").records[0].authors[0].family    # doctest: +SKIP
    'Cobbe'
    """
    settings = _settings(offline=offline, fresh=fresh, cache=cache, key=key, published=published)
    with Store(settings.cache_folder) as store:
        return bibliography(gather(what), settings, store, snapshots=snapshots(settings))


def find(*files: str | Path) -> tuple[Mention, ...]:
    """Every mention of an arXiv paper in the documents, with its place, in their order. No network.

    Raises :class:`InputError` for a file that cannot be read.
    """
    return tuple(mention for file in files for mention in read(Path(file)).mentions)


def load(file: str | Path, format: str | None = None) -> Bibliography:
    """The records in a file that was saved before. No network.

    ``format`` is needed where the file's name does not tell it. Raises :class:`InputError`.
    """
    path = expanded(file)
    format = format or formats.by_suffix(path.name)
    if format is None:
        raise InputError(
            f"{path}: the name does not tell the format", hint=f"name one of {', '.join(formats.readable())}"
        )
    from enrich import inputs

    data = inputs.load(path)
    try:
        reading = formats.read(format, inputs.decode(data))
    except InputError as error:
        raise InputError(f"{path}: {error.message}", hint=error.hint) from error
    problems = [replace(problem, file=problem.file or str(path)) for problem in reading.problems]
    return Bibliography(tuple(keys.assign_keys(reading.records)), tuple(problems))


def propose(
    *files: str | Path,
    published: bool = True,
    offline: bool | None = None,
    fresh: bool | None = None,
    cache: str | Path | None = None,
) -> Refreshing:
    """What should change in ``.bib`` files, by the rules of ``enrich refresh``. The files are not written.

    ``published`` also looks for published versions; the other settings are those of :func:`get`. In the result each
    file has a :class:`~enrich.plan.Plan`: ``plan.changes``, one for each field with its source and reason, and
    ``plan.data``, the bytes of the file with them. What cannot be read is a problem in the result.

    >>> enrich.propose("refs.bib").changes[0].field              # doctest: +SKIP
    'journal'
    """
    from enrich.plan import CATEGORIES, Wishes
    from enrich.refresh import refresh as look

    settings = _settings(offline=offline, fresh=fresh, cache=cache)
    wishes = Wishes(only=None if published else frozenset(CATEGORIES) - {"published"}, keep=settings.keep)
    with Store(settings.cache_folder) as store:
        named = {str(file): expanded(file) for file in files}
        return look(named, settings, store, wishes, snapshots=snapshots(settings))


def audit(
    *files: str | Path,
    against: Iterable[str | Path] = (),
    strict: bool = False,
    offline: bool | None = None,
    fresh: bool | None = None,
    cache: str | Path | None = None,
) -> Audit:
    """Which references in documents are wrong, by the rules of ``enrich check``. No file is changed.

    ``against`` are files of ours or ``.bib`` files that are an authority, too; ``strict`` forgives less; the other
    settings are those of :func:`get`. In the result there are ``findings``, and what became of each reference
    (``outcomes``). What cannot be read is a problem in the result. Raises :class:`InputError` for an authority that
    cannot be read.

    >>> [finding.rule for finding in enrich.audit("refs.bib").findings]      # doctest: +SKIP
    ['wrong-work']
    """
    from enrich.authority import Authority
    from enrich.check import Terms, check

    settings = _settings(offline=offline, fresh=fresh, cache=cache)
    known = [expanded(file) for file in against]
    authority = Authority.load(known) if known else None
    with Store(settings.cache_folder) as store:
        named: dict[str, Path | bytes] = {str(file): expanded(file) for file in files}
        return check(named, settings, store, Terms(strict), authority=authority, snapshots=snapshots(settings))


def _settings(*, cache: str | Path | None = None, **chosen: bool | str | None) -> config.Settings:
    """The settings that hold here, with what the caller has chosen."""
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    if cache is not None:
        given["cache"] = Path(cache)
    return replace(config.load(config.here()), **given)


def gather(what: Iterable[str | Path], stdin: bytes | None = None) -> Asked:
    """Find out what is asked for: identifiers, documents, ``-`` for ``stdin`` (read now if ``None``)."""
    mentions: list[Mention] = []
    problems: list[Problem] = []
    records: list[Record] = []
    for item in what:
        if isinstance(item, str) and item != "-":
            try:
                mentions += [Mention(identifier, item) for identifier in identifiers(item)]
                continue
            except InputError as error:
                if not _is_there(item):
                    problems.append(_no_such(item, error))
                    continue
        try:
            document = read(item, stdin)
        except InputError as error:
            problems.append(Problem("invalid", error.message, text=str(item), file=str(item), hint=error.hint or None))
            continue
        mentions += document.mentions
        problems += document.problems
        records += document.records
        if not (document.mentions or document.problems):
            name = "<stdin>" if item == "-" else str(item)
            problems.append(
                Problem(
                    "invalid",
                    "no arXiv paper is mentioned there",
                    text=name,
                    file=name,
                    hint="a bare number counts only beside a sign such as arXiv: or alone on its line",
                )
            )
    return Asked(tuple(mentions), tuple(problems), tuple(records))


def read(item: str | Path, stdin: bytes | None = None) -> Document:
    """A document, or ``-`` for ``stdin`` (read now if ``None``). Raises :class:`InputError`."""
    from enrich import inputs  # Only now: a run on identifiers alone needs none of the readers.

    if item == "-":
        if stdin is None:
            if sys.stdin is None:
                raise InputError("there is no stdin to read from", hint="name a file")
            stdin = sys.stdin.buffer.read()
        return inputs.read(stdin, "<stdin>")
    return inputs.read_file(expanded(item))


def bibliography(
    asked: Asked,
    settings: config.Settings,
    store: Store,
    *,
    snapshots: Sequence[Snapshot] = (),
    standing: Keys | None = None,
    taken: Container[str] = (),
    also: Iterable[Identifier] = (),
    watcher: Watcher | None = None,
) -> Bibliography:
    """Resolve what was asked and give every record its key.

    ``standing`` are keys that papers have already where the result will go, ``taken`` those that others have there.
    ``also`` is resolved in the same requests, for the store.
    """
    template = settings.key or keys.DEFAULT_TEMPLATE
    keys.make_key(Record("arXiv:2110.14168"), template)  # A bad template is told before anybody is asked.
    wanted = [mention.identifier for mention in asked.mentions]
    own = [Snapshot("the input itself", asked.records, given=True)] if asked.records else []
    resolution = resolve([*wanted, *also], settings, store, snapshots=[*own, *snapshots], watcher=watcher)
    records = [resolution.records[i] for i in dict.fromkeys(wanted) if i in resolution.records]
    unpublished: Mapping[str, str] = {}
    disproved: Mapping[str, str] = {}
    if settings.published and not resolution.interrupted:
        from enrich.publish import publish

        publications = publish(records, settings, store, watcher=watcher)
        records = [publications.attach(record) for record in records]
        disproved = publications.another
        unpublished = publications.unreachable
        resolution.interrupted |= publications.interrupted
    existing = {**asked.keys, **(standing or {})}
    return Bibliography(
        tuple(keys.assign_keys(records, template=template, taken=taken, existing=existing)),
        (*asked.problems, *_placed(resolution.problems, asked.mentions)),
        resolution,
        unpublished,
        disproved,
    )


def snapshots(settings: config.Settings, files: Iterable[Path] = ()) -> list[Snapshot]:
    """The snapshots that apply, nearest first: ``files``, those of the configuration, the one that is shipped."""
    paths = [*files, *(settings.base / name for name in settings.snapshots), SHIPPED]
    return [Snapshot.load(path) for path in dict.fromkeys(paths)]


def identifiers(item: str) -> list[Identifier]:
    """The identifiers that one piece of writing is: one, or several separated by commas or blanks.

    Raises :class:`InputError`, saying why it is none.
    """
    try:
        return [identify.parse_id(item)]
    except InputError:
        parts = [part for part in re.split(r"[,;\s]+", item) if part]
        verdicts = [identify.judge(part) for part in parts] if len(parts) > 1 else []
        found = [verdict for verdict in verdicts if isinstance(verdict, Identifier)]
        if found and len(found) == len(verdicts):
            return found
        raise


def expanded(path: str | Path) -> Path:
    """The path with ``~`` for the home folder. Raises :class:`InputError` for what no system takes for a path."""
    try:
        if "\0" in str(path):
            raise InputError("a path cannot hold a zero byte", hint="check where the name comes from")
        return Path(path).expanduser()
    except RuntimeError as error:
        raise InputError(f"{path}: there is no such user", hint="write the folder's whole name") from error


def _is_there(item: str) -> bool:
    """Whether something of that name can be read; what no system takes for a name is not there."""
    try:
        return bool(item) and expanded(item).exists()
    except (OSError, InputError):
        return False


def _no_such(item: str, error: InputError) -> Problem:
    if re.search(r"\.[A-Za-z]{1,8}$", item) and "://" not in item:
        return Problem("invalid", f"there is no file {item}", text=item, hint="check the name and the folder")
    shown = item if len(item) <= 80 else f"{item[:77]}…"
    return Problem("invalid", error.message, text=shown, hint=error.hint or None)


def _placed(problems: Mapping[Identifier, Problem], mentions: Iterable[Mention]) -> list[Problem]:
    """Each problem at every place that mentions its paper."""
    placed = []
    for mention in dict.fromkeys(mentions):
        if problem := problems.get(mention.identifier):
            placed.append(replace(problem, text=mention.text, file=mention.file, line=mention.line))
    return placed
