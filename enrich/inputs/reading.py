"""Reads a document: which kind it is, what it says, and what the files it names say."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from enrich.errors import InputError
from enrich.inputs.document import Citation, Document
from enrich.inputs.text import decode, looks_binary
from enrich.record import Mention, Problem

if TYPE_CHECKING:
    from enrich.bibfile import BibFile
    from enrich.inputs import tex

LIMIT = 256 * 1024 * 1024
"""The largest document that is read, in bytes."""

KINDS: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text", ".md", ".markdown", ".mdown", ".qmd", ".rmd", ".rst", ".org", ".adoc", ".log", ".py",
             ".wiki", ".typ", ".ids", ".list"),
    "csv": (".csv", ".tsv"),
    "yaml": (".yaml", ".yml", ".toml", ".cff"),
    "html": (".html", ".htm", ".xhtml", ".xml", ".atom", ".rss", ".svg", ".opml"),
    "tex": (".tex", ".ltx", ".latex", ".aux", ".bbl", ".sty", ".cls"),
    "bib": (".bib", ".bibtex", ".biblatex"),
    "ipynb": (".ipynb",),
    "json": (".json", ".csljson"),
    "jsonl": (".jsonl", ".ndjson"),
    "ris": (".ris",),
    "pdf": (".pdf",),
}  # fmt: skip
"""The kinds of documents, and the suffixes that mean them. Any other file is judged by how it begins."""

_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x7fELF")


def read(data: bytes, name: str, *, kind: str | None = None) -> Document:
    """The mentions in a document. ``name`` is what it is called in places (``-`` is ``<stdin>``).

    ``kind`` is one of :data:`KINDS`; without it, the name's suffix decides, else how the document begins.

    :raises InputError: when it is binary, of an unknown kind, or broken as a whole.
    """
    kind, text = recognise(data, name, kind=kind)
    shown = "<stdin>" if name == "-" else name
    if kind == "pdf":
        from enrich.inputs import pdf

        return pdf.read(data, shown)
    if kind == "bib":
        from enrich.inputs import bib

        return bib.read(data, shown)
    return read_text(text, shown, kind)


def recognise(data: bytes, name: str, *, kind: str | None = None) -> tuple[str, str]:
    """The kind of a document, and its text (none of a PDF). The arguments and errors are those of :func:`read`."""
    shown = "<stdin>" if name == "-" else name
    if kind is not None and kind not in KINDS:
        raise InputError(f"unknown kind of document '{kind}'", hint=f"kinds are {', '.join(KINDS)}")
    if len(data) > LIMIT:
        raise _too_big(shown)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        kind = "pdf"
    if kind == "pdf" or (kind is None and _kind_by_name(name) == "pdf"):
        return "pdf", ""
    text = decode(data)
    if data.startswith(_BINARY) or looks_binary(text):
        raise InputError(f"{shown}: this is a binary file, not a document", hint="export it as text, HTML or PDF")
    return kind or _kind_by_name(name) or sniff(text), text


def read_text(text: str, name: str, kind: str) -> Document:
    """What :func:`read` gives, of a text that is decoded already; any kind but ``bib`` and ``pdf``."""
    return _reader(kind)(text, name)


def read_file(path: Path) -> Document:
    """The mentions in a file, and for LaTeX also those in the files it takes in and the entries it cites.

    The entries come after the document's own mentions, in the order they are cited; with ``\\nocite{*}``, all.
    Only relative names below the folder of the document, or the folder above it, are followed.

    :raises InputError: when the file cannot be read or is no document.
    """
    data = load(path)
    document = read(data, str(path))
    kind = _kind_by_name(path.name)
    if kind == "tex" or (kind is None and (document.bibliographies or document.cited)):
        return Project(path).read(data)
    return document


def load(path: Path) -> bytes:
    """The bytes of a file.

    :raises InputError: when there is no such file, it is no file, too big, or may not be read.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path}: this is a folder", hint="name the files in it")
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode)):
            raise InputError(f"{path}: this is a device, not a file", hint="use - for stdin")
        if status.st_size > LIMIT:
            raise _too_big(str(path))
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file", hint="check the name and the folder") from error
    except PermissionError as error:
        raise InputError(f"{path}: no permission to read it", hint="check its permissions") from error
    except ValueError as error:  # a zero byte in the name
        raise InputError(f"{str(path)!r}: this is no file name") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}", hint="check the disk") from error
    if len(data) > LIMIT:
        raise _too_big(str(path))
    return data


def sniff(text: str) -> str:
    """The kind of a document that has no name, by how it begins."""
    head = text[:20_000].lstrip("\ufeff \t\r\n")
    if head.startswith(("{", "[")):
        return _json_kind(head, text)
    if re.match(r"<(?:!doctype|\?xml|html|head|body|feed|rss|div|p|a|ul|ol|table)\b", head, re.I):
        return "html"
    if re.search(r"^TY  - ", head, re.M):
        return "ris"
    if re.search(r"\\(?:documentclass|begin\{|bibitem|section\{|relax\b|citation\{|cite[a-z]*\{|input\{)", head):
        return "tex"
    if re.search(r"^[ \t]*@[A-Za-z]+[ \t]*[{(]\s*[^\s,{}]+\s*,", head, re.M):
        return "bib"
    return "text"


def _json_kind(head: str, text: str) -> str:
    if re.search(r'"(?:nbformat|cells)"\s*:', head) and '"cell_type"' in text:
        return "ipynb"
    lines = [line for line in text.split("\n", 3) if line.strip()][:2]
    if len(lines) == 2 and all(re.fullmatch(r"\s*\{.*\}\s*", line) for line in lines):
        return "jsonl"
    return "json" if re.match(r'\{\s*(?:"|\})|\[\s*(?:["{\[\]]|[\w.+-]+\s*[,\]](?!\())', head) else "text"


def _kind_by_name(name: str) -> str | None:
    suffix = PurePath(name).suffix.lower()
    return next((kind for kind, suffixes in KINDS.items() if suffix in suffixes), None)


def _reader(kind: str) -> Callable[[str, str], Document]:
    if kind == "html":
        from enrich.inputs import html

        return html.read
    if kind == "tex":
        from enrich.inputs import tex

        return tex.read
    if kind == "ris":
        from enrich.inputs import ris

        return ris.read
    if kind in ("json", "jsonl", "ipynb"):
        from enrich.inputs import json

        return {"json": json.read, "jsonl": json.read_lines, "ipynb": json.read_notebook}[kind]
    if kind in ("csv", "yaml"):
        from enrich.inputs import fields

        return fields.read_table if kind == "csv" else fields.read_yaml
    from enrich.inputs import plain

    return plain.read


def _too_big(name: str) -> InputError:
    return InputError(f"{name}: larger than {LIMIT // 1024 // 1024} MB", hint="split it")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a LaTeX project, with what it says by itself."""

    path: Path
    text: str
    document: Document


@dataclass(frozen=True, slots=True)
class Listed:
    """A bibliography of a LaTeX project, and the keys that are cited of it (``None``: all)."""

    path: Path
    bib: BibFile
    keys: tuple[str, ...] | None


class Project:
    """A LaTeX document with the files it is made of.

    After :meth:`read`, ``parts`` are its own files, ``listed`` the bibliographies it names, and ``problems`` what is
    wrong between them: files that are not there, keys that no entry has. With ``bbl``, the ``.bbl`` beside the
    document is one of its parts where none of the bibliographies can be read.
    """

    def __init__(self, main: Path, *, bbl: bool = False) -> None:
        self.parts: list[Part] = []
        self.listed: list[Listed] = []
        self.problems: list[Problem] = []
        self._bbl = bbl
        self._main = main
        self._folder = main.parent
        self._seen: set[Path] = set()
        self._mentions: list[Mention] = []
        self._problems: list[Problem] = []
        self._cited: list[Citation] = []
        self._bibliographies: list[str] = []
        self._defined: set[str] = set()

    def read(self, data: bytes) -> Document:
        self._take(self._main, data, self._folder)
        self._cite()
        return Document(
            tuple(self._mentions),
            (),
            tuple(self._problems),
            tuple(self._cited),
            tuple(dict.fromkeys(self._bibliographies)),
        )

    def _take(self, path: Path, data: bytes, folder: Path) -> None:
        """Reads one file, then those it takes in. A loop ends where it began."""
        from enrich.inputs import tex

        waiting = [(path, data, folder)]
        while waiting:
            path, data, folder = waiting.pop()
            resolved = path.resolve()
            if resolved in self._seen:
                continue
            self._seen.add(resolved)
            text = decode(data)
            document = tex.read(text, str(path))
            self.parts.append(Part(path, text, document))
            self._mentions += document.mentions
            self._problems += document.problems
            self._cited += document.cited
            self._bibliographies += document.bibliographies
            self._defined |= tex.items(text)
            found = []
            for child in tex.children(text, str(path)):
                place = self._child(child, path, folder)
                if place is not None:
                    found.append(place)
            waiting += reversed(found)

    def _child(self, child: tex.Child, parent: Path, folder: Path) -> tuple[Path, bytes, Path] | None:
        base = folder / child.folder
        names = [child.name] if PurePath(child.name).suffix else []
        names.append(f"{child.name}.tex")
        for name in names:
            path = self._reach(base, name)
            if path is not None:
                try:
                    return path, load(path), base if child.folder else folder
                except InputError as error:
                    self._report(error.message, child.name, str(parent), child.line, error.hint)
                    return None
        if child.required and "\\" not in child.name and "#" not in child.name:
            message, hint = f"the file {child.name}.tex is not there", "what it mentions is missing"
            self._report(message, child.name, str(parent), child.line, hint)
        return None  # an \input that is not there is as a rule a file of the TeX system

    def _reach(self, base: Path, name: str) -> Path | None:
        """The file of this name, if it is one and lies within reach: not further away than the folder above."""
        if PurePath(name).is_absolute() or "\0" in name or "\\" in name:
            return None
        path = base / name
        try:
            if not path.is_file():
                return None
            path.resolve().relative_to(self._main.parent.resolve().parent)
        except (OSError, ValueError):
            return None
        return path

    def _cite(self) -> None:
        """Adds the entries that are cited, from the bibliographies that can be found."""
        from enrich.bibfile import BibFile
        from enrich.inputs import bib, tex

        keys = list(dict.fromkeys(citation.key for citation in self._cited))
        all_of_them = "*" in keys
        missing: list[str] = []
        known: set[str] = {key.lower() for key in self._defined}  # BibTeX parts no keys by case
        files: list[tuple[Path, BibFile]] = []
        for name in dict.fromkeys(self._bibliographies):
            path = self._reach(self._folder, name)
            if path is None or path.resolve() in self._seen:
                missing += [name] if path is None else []
                continue
            self._seen.add(path.resolve())
            try:
                file = BibFile.parse(load(path))
            except InputError as error:
                self._report(error.message, name, str(path), None, error.hint)
                continue
            files.append((path, file))
        bbl = self._reach(self._folder, f"{self._main.stem}.bbl") if self._bbl and not files and missing else None
        if bbl is not None and bbl.resolve() not in self._seen:
            try:
                self._take(bbl, load(bbl), self._folder)
            except InputError as error:
                self._report(error.message, bbl.name, str(self._main), None, error.hint)
            known |= {key.lower() for key in self._defined}
        entries: dict[str, Mention] = {}
        for path, file in files:
            wanted = [key for key in keys if key.lower() not in known]
            self.listed.append(Listed(path, file, None if all_of_them else tuple(wanted)))
            document = bib.entries(file, str(path), None if all_of_them else wanted)
            self._problems += document.problems
            known |= {key.lower() for key in bib.keys(file)}
            for mention in document.mentions:
                entries.setdefault((mention.key or "").lower(), mention)
        order = list(entries) if all_of_them else [key for key in map(str.lower, keys) if key in entries]
        self._mentions += [entries[key] for key in dict.fromkeys(order)]
        lost = [key for key in keys if key.lower() not in known and not tex.stands_for_itself(key)]
        if lost or all_of_them:
            for name in missing:
                what = f": {_unknown(lost)}" if lost else ""
                message = f"the bibliography {name} is not beside the document{what}"
                self._report(message, name, str(self._main), None, "put it there, or give it as well")
        if lost and files and not missing:
            first = next(citation for citation in self._cited if citation.key == lost[0])
            message = f"{_unknown(lost)}: no entry of the bibliography has {'it' if len(lost) == 1 else 'them'}"
            self._report(message, lost[0], first.file, first.line, "correct the key, or add the entry")

    def _report(self, message: str, text: str, file: str, line: int | None, hint: str) -> None:
        problem = Problem("not-understood", message, text, None, file, line, hint)
        self.problems.append(problem)
        self._problems.append(problem)


def _unknown(lost: list[str]) -> str:
    some = ", ".join(lost[:3]) + (", …" if len(lost) > 3 else "")
    return f"{len(lost)} cited {'key is' if len(lost) == 1 else 'keys are'} unknown ({some})"
