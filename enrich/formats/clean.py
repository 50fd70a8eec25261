"""Text from outside, made safe to put in a file: one line, NFC, no control characters."""

from __future__ import annotations

import re
import unicodedata

from enrich.latex import normalise

# No XML, YAML or TeX accepts noncharacters; half a surrogate pair fits into no UTF-8 file.
_NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def line(text: str) -> str:
    """The text on one line: :func:`enrich.latex.normalise`, and nothing in it that a file cannot hold."""
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", _NONCHARACTER.sub("", text))
    return normalise(text)


def optional(text: str | None) -> str | None:
    """:func:`line` for a field that may be absent; what is empty afterwards is absent."""
    return (line(text) or None) if text else None


_URL_PLAIN = re.compile(r"[!#$%&'()*+,\-./:;=?@_~A-Za-z0-9]*")
_URL_SAFE = "!#$%&'()*+,-./:;=?@_~"
"""What stays as it is in an address. Spaces, quotes, angles, braces and backslashes never do: formats use them."""


def url(text: str | None) -> str | None:
    """An http(s) address in ASCII, or ``None`` for anything else (``javascript:``, a path, nothing)."""
    address = optional(text)
    if address is None or not re.match(r"https?://[^\s/]", address, re.IGNORECASE):
        return None
    if not _URL_PLAIN.fullmatch(address):
        from urllib.parse import quote  # Rarely needed, and three milliseconds of every start.

        address = quote(address, safe=_URL_SAFE)
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", address)


_DOI_UNSAFE = re.compile(r"[\s\\{}]|[^\x00-\x7f]|%(?=[0-9A-Fa-f]{2})")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def doi(text: str | None) -> str | None:
    """A DOI as registered, without resolver: ``10.1002/(SICI)1097-0118(199601)21:1<1::AID-JGT1>3.0.CO;2-W``.

    Only what would break out of a field (braces, backslash, white space) and what is not ASCII is percent-encoded,
    which every resolver undoes; :func:`true_doi` does so too. ``None`` for what is no DOI.
    """
    name = optional(text)
    if name is None:
        return None
    name = _DOI_PREFIX.sub("", name)
    if not name.startswith("10."):
        return None
    if _DOI_UNSAFE.search(name):
        from urllib.parse import quote

        return _DOI_UNSAFE.sub(lambda match: quote(match[0], safe=""), name)
    return name


def true_doi(text: str | None) -> str | None:
    """The DOI that a file's field means, percent-encoding and resolver removed."""
    name = optional(text)
    if name is None:
        return None
    name = _DOI_PREFIX.sub("", name)
    if "%" in name:
        from urllib.parse import unquote

        name = line(unquote(name))
    return name or None


def token(text: str | None) -> str | None:
    """An identifier or category with nothing in it but letters, digits and ``. / - _``."""
    return (re.sub(r"[^A-Za-z0-9./_-]", "", text) or None) if text else None


_KEY_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff,{}\"%#~\\=&$^`<>|\[\]]")


def key(text: str | None) -> str | None:
    """A citation key without the characters that end it in BibTeX, or mean something in LaTeX or Markdown."""
    return (unicodedata.normalize("NFC", _KEY_UNSAFE.sub("", text)) or None) if text else None
