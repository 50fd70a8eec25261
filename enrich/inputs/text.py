"""From bytes to text and places: which encoding a file is in, where its lines begin."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    # JabRef's header, HTML's meta, XML's declaration, Emacs' and Python's comment. Only near the beginning.
    rb"(?:%\s*Encoding:\s*|charset\s*=\s*[\"']?|encoding\s*=\s*[\"']|coding[:=]\s*)([A-Za-z0-9_.:-]{2,40})",
    re.I,
)


def decode(data: bytes) -> str:
    """The text, without a byte-order mark. Any bytes decode; see :func:`detect` for how."""
    return detect(data)[0].removeprefix("\ufeff")


def detect(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding, such that ``text.encode(encoding) == data``.

    A byte-order mark decides (it stays in the text as U+FEFF); then UTF-8 where the bytes are UTF-8; then what the
    file says of itself; then Windows-1252 and Latin-1, which fit any bytes.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _exactly(data, encoding)
            if text is not None:
                return text, encoding
    wide = _wide(data)
    declared = _DECLARED.search(data[:2048])
    candidates = [*([wide] if wide else []), "utf-8"]
    if declared:
        candidates.append(declared[1].decode("ascii"))
    for encoding in (*candidates, "cp1252"):
        text = _exactly(data, encoding)
        if text is not None:
            return text, encoding
    return data.decode("latin-1"), "latin-1"


def line_starts(text: str) -> list[int]:
    """The offsets at which the lines of a text begin; ``\\n``, ``\\r\\n`` and ``\\r`` end a line."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]


def looks_binary(text: str) -> bool:
    """Whether the bytes are no text at all: control characters that no text has, early on."""
    sample = text[:4096]
    odd = sum(character < " " and character not in "\t\n\r\f\v\x1a\x1b" for character in sample)
    return "\0" in sample or (odd > 0 and odd * 20 > len(sample))


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: nearly every other byte of Western text is zero."""
    sample = data[:512]
    if len(sample) < 8 or len(data) % 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    return None


def _exactly(data: bytes, encoding: str) -> str | None:
    """The text, if these bytes are in this encoding and come back the same."""
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except (UnicodeError, LookupError):
        return None
