"""What every test has: stand-ins for the services, an environment that leads nowhere else, and a guard to hold it so.

The fixtures, in a line each: ``library`` (the invented papers the stand-ins answer from), ``arxiv``, ``datacite``,
``oai`` (running stand-ins), ``services`` (the environment variables that point at them), ``environment`` (a whole
environment for a subprocess), ``run`` (the command as a subprocess), ``spawn`` (the same, not waited for),
``closed_port``, ``shared_data``. For published versions: ``published_examples`` (puts papers of each kind into the
library), ``crossref``, ``dblp``, ``semanticscholar``, ``openalex``, ``inspire`` (running stand-ins) and
``published_services`` (``services``, and these too).
"""

from __future__ import annotations

import contextlib
import gc
import io
import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from . import SHARED_DATA
from .standins import (
    EXAMPLES,
    OTHER_WORKS,
    PUBLISHED_EXAMPLES,
    ArxivStandin,
    CrossrefStandin,
    DataciteStandin,
    DblpStandin,
    InspireStandin,
    Library,
    OaiStandin,
    OpenAlexStandin,
    SemanticScholarStandin,
)

ROOT = Path(__file__).resolve().parents[1]

# The same examples in every run, and no time limit per example on a busy machine. HYPOTHESIS_PROFILE=search looks for
# new ones.
settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", deadline=None, database=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


# Nobody gets out ------------------------------------------------------------------------------------------------------


class NetworkRefused(AssertionError):
    """A test tried to reach something that is not this machine. Not an ``OSError``, so that no retry swallows it."""


refused: list[str] = []
"""What tests tried to reach; the guard also fails a test that went on as if nothing had happened."""

_LOOPBACK_NAMES = {"localhost", "ip6-localhost"}


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", *_LOOPBACK_NAMES):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _check(host: object, what: str) -> None:
    if not _is_loopback(host):
        refused.append(f"{what} {host!r}")
        raise NetworkRefused(f"a test may not {what} {host!r}")


def _guard_sockets(patch: pytest.MonkeyPatch) -> None:
    def guarded(name: str) -> None:
        original = getattr(socket.socket, name)

        def method(self: socket.socket, *arguments: Any) -> Any:
            address = arguments[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
                _check(address[0], "connect to")
            return original(self, *arguments)

        patch.setattr(socket.socket, name, method)

    for name in ("connect", "connect_ex", "sendto"):
        guarded(name)

    def looked_up(name: str) -> None:
        original = getattr(socket, name)

        def function(host: Any, *arguments: Any, **options: Any) -> Any:
            _check(host, "look up")
            return original(host, *arguments, **options)

        patch.setattr(socket, name, function)

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        looked_up(name)


@pytest.fixture(scope="session", autouse=True)
def _own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No connection but loopback, no variable and no folder of the user who runs the tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        _guard_sockets(patch)
        for name in list(os.environ):
            if name.startswith(("ENRICH_", "XDG_")) or name.lower().endswith("_proxy"):
                patch.delenv(name)
        for name, value in _folders(home).items():
            patch.setenv(name, value)
        yield


@pytest.fixture(autouse=True)
def _nobody_got_out() -> Iterator[None]:
    before = len(refused)
    yield
    tried = refused[before:]
    del refused[before:]
    if tried:
        pytest.fail("this test left the machine: " + ", ".join(tried))


def _folders(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
    }


# The services ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def library() -> Library:
    """What the stand-ins know: one invented paper of each kind. ``add``, ``remove`` and ``clear`` at will."""
    library = Library()
    library.add(*EXAMPLES)
    return library


@pytest.fixture
def arxiv(library: Library) -> Iterator[ArxivStandin]:
    """arXiv's query API on loopback."""
    with ArxivStandin(library) as server:
        yield server


@pytest.fixture
def datacite(library: Library) -> Iterator[DataciteStandin]:
    """DataCite on loopback."""
    with DataciteStandin(library) as server:
        yield server


@pytest.fixture
def oai(library: Library) -> Iterator[OaiStandin]:
    """arXiv's OAI-PMH server on loopback."""
    with OaiStandin(library) as server:
        yield server


@pytest.fixture
def crossref(library: Library) -> Iterator[CrossrefStandin]:
    """Crossref on loopback."""
    with CrossrefStandin(library) as server:
        yield server


@pytest.fixture
def dblp(library: Library) -> Iterator[DblpStandin]:
    """DBLP's search on loopback."""
    with DblpStandin(library) as server:
        yield server


@pytest.fixture
def semanticscholar(library: Library) -> Iterator[SemanticScholarStandin]:
    """Semantic Scholar's graph API on loopback."""
    with SemanticScholarStandin(library) as server:
        yield server


@pytest.fixture
def openalex(library: Library) -> Iterator[OpenAlexStandin]:
    """OpenAlex on loopback."""
    with OpenAlexStandin(library) as server:
        yield server


@pytest.fixture
def inspire(library: Library) -> Iterator[InspireStandin]:
    """INSPIRE on loopback."""
    with InspireStandin(library) as server:
        yield server


@pytest.fixture
def published_examples(library: Library) -> Library:
    """The library, with papers that appeared in each of the known ways, or did not."""
    library.add(*PUBLISHED_EXAMPLES)
    library.publish(*OTHER_WORKS)
    return library


@pytest.fixture(scope="session")
def closed_port() -> Iterator[int]:
    """A port of 127.0.0.1 on which nobody listens (it stays bound, so that nobody else can take it)."""
    with contextlib.closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def services(
    arxiv: ArxivStandin, datacite: DataciteStandin, oai: OaiStandin, closed_port: int, tmp_path: Path
) -> dict[str, str]:
    """The variables that make enrich ask the stand-ins and nobody else, without a pause, with a cache of its own."""
    nowhere = f"http://127.0.0.1:{closed_port}"
    variables = {"ENRICH_CACHE": str(tmp_path / "cache")}
    for name, server in (("ARXIV", arxiv), ("DATACITE", datacite), ("OAI", oai)):
        variables[f"ENRICH_{name}_URL"] = server.url
        variables[f"ENRICH_{name}_INTERVAL"] = "0"
    for name in ("CROSSREF", "DBLP", "OPENALEX", "SEMANTICSCHOLAR", "INSPIRE", "ZOTERO"):
        variables[f"ENRICH_{name}_URL"] = nowhere
        variables[f"ENRICH_{name}_INTERVAL"] = "0"
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        # Whatever a subprocess asks of another machine is refused here.
        variables[name] = variables[name.upper()] = nowhere
    variables["no_proxy"] = variables["NO_PROXY"] = "127.0.0.1,localhost"
    return {**variables, **_folders(tmp_path / "home")}


@pytest.fixture
def published_services(
    services: dict[str, str],
    published_examples: Library,
    crossref: CrossrefStandin,
    dblp: DblpStandin,
    semanticscholar: SemanticScholarStandin,
    openalex: OpenAlexStandin,
    inspire: InspireStandin,
) -> dict[str, str]:
    """``services`` with the services that know published versions, and ``published_examples`` to ask them for::

    run("refresh", "refs.bib", env=published_services)
    """
    servers = {
        "CROSSREF": crossref,
        "DBLP": dblp,
        "SEMANTICSCHOLAR": semanticscholar,
        "OPENALEX": openalex,
        "INSPIRE": inspire,
    }
    return {**services, **{f"ENRICH_{name}_URL": server.url for name, server in servers.items()}}


@pytest.fixture
def environment(services: dict[str, str]) -> dict[str, str]:
    """A whole environment for a subprocess: little of the user's, all of ``services``, UTF-8."""
    kept = ("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "COVERAGE_PROCESS_START", "COVERAGE_FILE", "TZ")
    mine = {name: os.environ[name] for name in kept if name in os.environ}
    return {**mine, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), **services}


# The command ----------------------------------------------------------------------------------------------------------

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def _command(arguments: tuple[object, ...]) -> list[str]:
    return [sys.executable, "-m", "enrich", *map(str, arguments)]


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """``run("get", "2401.01234", stdin=None, env=None)``: the command, in ``tmp_path``, to its end.

    ``stdin`` is text or bytes (none: an empty one); ``env`` adds variables, or takes away those that are ``None``;
    the output is text, bytes that are not UTF-8 as surrogates. ``cwd`` may name another folder. It runs in this
    process, which costs a tenth of one of its own; with ``alone=True`` it gets one, for what only that can show.
    """

    def run(
        *arguments: object,
        stdin: str | bytes | None = None,
        env: Mapping[str, str | None] | None = None,
        timeout: float = 60,
        cwd: Path | None = None,
        alone: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        typed = stdin.encode() if isinstance(stdin, str) else stdin or b""
        world, folder = _changed(environment, env), cwd or tmp_path
        if alone:
            process = subprocess.run(
                _command(arguments),
                input=typed,
                env=world,
                capture_output=True,
                timeout=timeout,
                cwd=folder,
                check=False,
            )
            status, output = process.returncode, (process.stdout, process.stderr)
        else:
            status, output = _run_here([str(argument) for argument in arguments], typed, world, folder)
        out, err = (data.decode("utf-8", "surrogateescape") for data in output)
        return subprocess.CompletedProcess(_command(arguments), status, out, err)

    return run


def _run_here(
    arguments: list[str], typed: bytes, world: Mapping[str, str], folder: Path
) -> tuple[int, tuple[bytes, bytes]]:
    """The command in this process, as if it had its own: environment, folder and streams."""
    from enrich.cli import main

    out, err = io.BytesIO(), io.BytesIO()
    streams = {
        "stdin": io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"),
        "stdout": io.TextIOWrapper(out, encoding="utf-8", write_through=True),
        "stderr": io.TextIOWrapper(err, encoding="utf-8", write_through=True),
    }
    thresholds = gc.get_threshold()
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in world.items():
            patch.setenv(name, value)
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        try:
            os.chdir(folder)
            status = main(arguments)
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 0
        finally:
            os.chdir(before)
            gc.set_threshold(*thresholds)
    return status, (out.getvalue(), err.getvalue())


@pytest.fixture
def spawn(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """``spawn("get", "2401.01234", env=None)``: the command, started and not waited for (``Popen`` with pipes). What
    still runs at the end of the test is killed."""
    running: list[subprocess.Popen[bytes]] = []

    def spawn(
        *arguments: object, env: Mapping[str, str | None] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": tmp_path}
        process = subprocess.Popen(_command(arguments), env=_changed(environment, env), **{**pipes, **options})
        running.append(process)
        return process

    yield spawn
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _changed(environment: Mapping[str, str], changes: Mapping[str, str | None] | None) -> dict[str, str]:
    merged: dict[str, str | None] = {**environment, **(changes or {})}
    return {name: value for name, value in merged.items() if value is not None}


# Data of others -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real replies and files of others; the test is skipped where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder with other people's data is not beside this repository")
    return SHARED_DATA
