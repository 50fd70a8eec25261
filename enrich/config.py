"""What the user has set: flags over environment over configuration file over defaults.

The file is ``enrich.toml``, or ``[tool.enrich]`` in ``pyproject.toml``, in this folder or the nearest one above it.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from enrich.errors import InputError

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Service:
    """A service that answers questions: where it is, and how many seconds must lie between two requests to it.

    Services with the same ``pace`` share one queue: arXiv counts its query API and its OAI-PMH interface together.
    ``polite`` is the shorter interval for those who give an e-mail address, where the service has one and the user
    has set none. ``key`` is the user's own, a secret; it is sent in the header ``key_header`` or the query's
    parameter ``key_parameter``, to services that have one of them.
    """

    name: str
    label: str
    url: str
    interval: float
    pace: str
    polite: float | None = None
    key: str | None = field(default=None, repr=False)
    key_header: str | None = None
    key_parameter: str | None = None

    @property
    def takes_key(self) -> bool:
        return self.key_header is not None or self.key_parameter is not None


_ENDPOINTS = frozenset({"arxiv", "oai"})
"""Services whose address is that of the interface itself; of the others it is the root."""

SERVICES = {
    service.name: service
    for service in (
        # https://info.arxiv.org/help/api/tou.html: one request every three seconds, one connection at a time,
        # for the query API, OAI-PMH and RSS together.
        Service("arxiv", "arXiv", "https://export.arxiv.org/api/query", 3.0, pace="arxiv"),
        Service("oai", "arXiv's OAI-PMH", "https://oaipmh.arxiv.org/oai", 3.0, pace="arxiv"),
        # https://support.datacite.org/docs/rate-limit: about 500 requests in five minutes without an account.
        Service("datacite", "DataCite", "https://api.datacite.org", 0.6, pace="datacite"),
        # https://www.crossref.org/documentation/retrieve-metadata/rest-api/access-and-authentication/: lists three
        # times a second in the polite pool, once in the public one.
        Service("crossref", "Crossref", "https://api.crossref.org", 1.1, pace="crossref", polite=0.4),
        # https://dblp.org/faq/1474706.html: a second or two between two requests.
        Service("dblp", "DBLP", "https://dblp.org", 2.0, pace="dblp"),
        # https://developers.openalex.org/api-reference/authentication: a hundred a second; what is scarce is the
        # day's allowance, which a free key makes ten times larger.
        Service("openalex", "OpenAlex", "https://api.openalex.org", 0.2, pace="openalex", key_parameter="api_key"),
        # https://www.semanticscholar.org/product/api: one request a second with a key; without one, a share of what
        # all others leave.
        Service(
            "semanticscholar",
            "Semantic Scholar",
            "https://api.semanticscholar.org",
            1.1,
            pace="semanticscholar",
            key_header="x-api-key",
        ),
        # https://github.com/inspirehep/rest-api-doc#rate-limiting: 15 requests in five seconds, refused ones too.
        Service("inspire", "INSPIRE", "https://inspirehep.net", 0.4, pace="inspire"),
    )
}


def label_of(source: str) -> str:
    """The name of a source as people know it: ``Semantic Scholar`` of ``semanticscholar``."""
    if source == "snapshot":  # so the records that come with the program name theirs
        return "the snapshot"
    return SERVICES[source].label if source in SERVICES else source


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, after flags, environment and file were put together.

    ``base`` is the folder that paths of the configuration are relative to; ``file`` the configuration file, if any.
    ``max_age`` is how many seconds an answer counts as fresh; ``patience`` how many seconds refusals and failures of
    one service are waited out before others are asked. ``keep`` names what refreshing a bibliography must not touch: by
    citation key, the fields in lower case; no field means the whole entry.
    """

    base: Path
    file: Path | None = None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    snapshots: tuple[str, ...] = ()
    cache: Path | None = None
    key: str | None = None
    published: bool = False
    mailto: str | None = None
    offline: bool = False
    fresh: bool = False
    max_age: float = 30 * DAY
    patience: float = 30.0
    keep: Mapping[str, frozenset[str]] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=lambda: dict(SERVICES))

    @property
    def cache_folder(self) -> Path:
        """The folder of the cache: the one that was set, else the user's own cache folder."""
        if self.cache is not None:
            return self.cache
        from platformdirs import user_cache_path

        return user_cache_path("enrich")


def here() -> Path:
    """The current folder. Raises :class:`InputError` where somebody has removed it."""
    try:
        return Path.cwd()
    except OSError as error:
        raise InputError("the current folder does not exist any more", hint="change to another one") from error


def load(start: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that hold in the folder ``start``. Raises :class:`InputError` for what cannot be used."""
    file, table = _find(start)
    settings = Settings(base=start) if file is None else _from_table(file, table)
    return _with_environment(settings, environ)


def _find(start: Path) -> tuple[Path | None, dict[str, Any]]:
    for folder in (start, *start.parents):
        own = folder / "enrich.toml"
        if own.is_file():
            return own, _read_toml(own)
        project = folder / "pyproject.toml"
        if project.is_file() and _speaks_of_us(project):
            tool = _read_toml(project).get("tool", {})
            if isinstance(tool, dict) and "enrich" in tool:
                table = tool["enrich"]
                if not isinstance(table, dict):
                    raise InputError(f"{project}: tool.enrich must be a table", hint="write it as [tool.enrich]")
                return project, table
    return None, {}


def _speaks_of_us(project: Path) -> bool:
    """Whether a project's file may hold our table: another's that is broken is not our business."""
    try:
        return b"enrich" in project.read_bytes()
    except OSError:
        return False


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is not valid TOML: {error}", hint="mend that line") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start})", hint="save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint="check its permissions") from error


def _from_table(file: Path, table: dict[str, Any]) -> Settings:
    base = file.parent
    known = {"inputs", "outputs", "snapshots", "cache", "key", "published", "mailto", "max_age", "keep", *SERVICES}
    for name in table:
        if name not in known:
            raise InputError(f"{file}: unknown setting {name!r}", hint=f"known: {', '.join(sorted(known))}")

    def value(name: str, kind: type, what: str) -> Any:
        found = table.get(name)
        if found is not None and (not isinstance(found, kind) or (kind is not bool and isinstance(found, bool))):
            raise InputError(f"{file}: {name} must be {what}, not {found!r}")
        return found

    def strings(name: str) -> tuple[str, ...]:
        found = table.get(name, [])
        found = [found] if isinstance(found, str) else found
        if not isinstance(found, list) or not all(isinstance(item, str) and "\0" not in item for item in found):
            raise InputError(f"{file}: {name} must be a list of strings, not {found!r}")
        return tuple(found)

    services = dict(SERVICES)
    for name, service in SERVICES.items():
        part = value(name, dict, "a table with url and interval") or {}
        settings = ("url", "interval", "key") if service.takes_key else ("url", "interval")
        for setting in part:
            if setting not in settings:
                raise InputError(f"{file}: unknown setting {name}.{setting!s}", hint=f"known: {', '.join(settings)}")
        services[name] = _service(service, part, f"{file}: {name}.")
    cache = value("cache", str, "the path of a folder")
    days = table.get("max_age", 30)
    return Settings(
        base=base,
        file=file,
        inputs=strings("inputs"),
        outputs=strings("outputs"),
        snapshots=strings("snapshots"),
        cache=None if cache is None else base / _folder(cache, f"{file}: cache"),
        key=value("key", str, "a template such as '{family}{year}{word}'"),
        published=value("published", bool, "true or false") or False,
        mailto=value("mailto", str, "an e-mail address"),
        max_age=_number(days, f"{file}: max_age (days)") * DAY,
        services=services,
        keep=_kept(table.get("keep", []), f"{file}: keep"),
    )


def _kept(found: object, where: str) -> dict[str, frozenset[str]]:
    """``["smith2020", "doe2021.title"]`` or ``{smith2020 = true, doe2021 = ["title"]}`` by key."""
    named: list[tuple[str, Sequence[str]]]
    if isinstance(found, list) and all(isinstance(item, str) and item.strip() for item in found):
        named = [_key_and_field(item.strip()) for item in found]
    elif isinstance(found, dict):
        named = []
        for key, fields in found.items():
            listed = isinstance(fields, list) and fields and all(isinstance(item, str) and item for item in fields)
            if fields is not True and not listed:
                raise InputError(f"{where}.{key} must be true or a list of fields, not {fields!r}")
            named.append((key, () if fields is True else fields))
    else:
        raise InputError(f"{where} must be a list of keys, or a table of keys and their fields, not {found!r}")
    kept: dict[str, frozenset[str]] = {}
    for key, fields in named:
        whole = not fields or kept.get(key) == frozenset()
        kept[key] = frozenset() if whole else kept.get(key, frozenset()) | {name.lower() for name in fields}
    return kept


def _key_and_field(item: str) -> tuple[str, tuple[str, ...]]:
    # A key may have dots itself (``smith.2020``); where its last part looks like a field, the table is unambiguous.
    found = re.fullmatch(r"(.+)\.([A-Za-z][A-Za-z_-]*)", item)
    return (item, ()) if found is None else (found[1], (found[2],))


def _with_environment(settings: Settings, environ: Mapping[str, str]) -> Settings:
    services = {
        name: _service(
            service,
            {what: environ.get(f"ENRICH_{name.upper()}_{what.upper()}") or None for what in ("url", "interval", "key")},
            f"ENRICH_{name.upper()}_",
        )
        for name, service in settings.services.items()
    }
    settings = replace(settings, services=services)
    if cache := environ.get("ENRICH_CACHE"):
        settings = replace(settings, cache=_folder(cache, "ENRICH_CACHE"))
    if mailto := environ.get("ENRICH_MAILTO"):
        settings = replace(settings, mailto=mailto)
    offline = environ.get("ENRICH_OFFLINE", "").strip().lower()
    if offline in ("1", "true", "yes", "on"):
        settings = replace(settings, offline=True)
    elif offline not in ("", "0", "false", "no", "off"):
        raise InputError(f"ENRICH_OFFLINE is {offline!r}", hint="write 1 or 0")
    if settings.mailto and not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", settings.mailto):
        raise InputError(f"mailto is no e-mail address: {settings.mailto!r}", hint="it is sent to the services")
    if settings.mailto:
        services = {
            name: service if service.polite is None else replace(service, interval=service.polite)
            for name, service in settings.services.items()
        }
        settings = replace(settings, services=services)
    return settings


def _folder(name: str, where: str) -> Path:
    try:
        if "\0" in name:
            raise InputError(f"{where} holds a zero byte", hint="check where the name comes from")
        return Path(name).expanduser()
    except RuntimeError as error:
        raise InputError(f"{where}: there is no such user in {name!r}", hint="write the folder's whole name") from error


def _service(service: Service, changes: Mapping[str, object], where: str) -> Service:
    def name(setting: str) -> str:
        return f"{where}{setting.upper() if where.endswith('_') else setting}"

    url, interval, key = (changes.get(setting) for setting in ("url", "interval", "key"))
    if url is not None:
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise InputError(f"{name('url')} must start with http:// or https://, not {url!r}")
        service = replace(service, url=url if service.name in _ENDPOINTS else url.rstrip("/"))
    if interval is not None:
        service = replace(service, interval=_number(interval, f"{name('interval')} (seconds)"), polite=None)
    if key is not None and service.takes_key:
        # What is wrong with it is said without showing it: messages end up in logs.
        if not isinstance(key, str) or not re.fullmatch(r"[!-~]+", key):
            raise InputError(f"{name('key')} must be one word of plain characters", hint="copy it again")
        service = replace(service, key=key)
    return service


def _number(value: object, what: str) -> float:
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except ValueError:
        number = math.nan
    if not (0 <= number < math.inf):
        raise InputError(f"{what} must be a number, zero or more, not {value!r}")
    return number
