"""PDF, by way of pypdfium2 (the extra ``pdf``): the text of the pages, arXiv's stamp, and the links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from enrich.errors import InputError
from enrich.identify import Fault
from enrich.inputs.document import Document, malformed
from enrich.mentions import find_ids
from enrich.record import Mention, Problem

# A number broken after its dot is not put together again: whether what follows belongs to it cannot be known. A line
# that ends within an address can, because there no blank may stand.
_BROKEN_ADDRESS = re.compile(r"((?:arxiv\.org|doi\.org)/\S{0,40}[/.])[ \t]*\r?\n[ \t]*(?=\S)", re.I)


def read(data: bytes, name: str) -> Document:
    """The mentions on the pages, in order; ``line`` is ``None``, for a PDF has no lines.

    :raises InputError: when pypdfium2 is missing, or the file is encrypted or broken.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise InputError(
            f"{name}: reading PDF needs enrich[pdf]", hint="pip install 'enrich[pdf]', or give the identifiers"
        ) from error
    mentions: list[Mention] = []
    problems: list[Problem] = []
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        what = "is encrypted" if "password" in str(error).lower() else "is no PDF, or a broken one"
        raise InputError(f"{name}: the file {what}", hint="try to open it in a viewer and save it anew") from error
    with pdf:
        for number in range(len(pdf)):
            try:
                text = _text(pdf, number)
            except pypdfium2.PdfiumError as error:
                message = f"page {number + 1} cannot be read: {error}"
                problems.append(Problem("not-understood", message, None, None, name))
                continue
            for found in find_ids(_BROKEN_ADDRESS.sub(r"\1", text)):
                if found.identifier is not None:
                    mentions.append(Mention(found.identifier, " ".join(found.text.split()), name))
                else:
                    problems.append(malformed(found.text, Fault(found.reason or "", found.hint or ""), name, None))
    return Document(tuple(mentions), (), tuple(problems))


def _text(pdf: Any, number: int) -> str:
    """The words of a page, then the addresses of its links that the words do not show."""
    page = pdf[number]
    try:
        textpage = page.get_textpage()
        try:
            text: str = textpage.get_text_range()
        finally:
            textpage.close()
        shown = {found.identifier for found in find_ids(text)}
        hidden = [
            address
            for address in dict.fromkeys(_links(pdf, page))
            if any(found.identifier is not None and found.identifier not in shown for found in find_ids(address))
        ]
    finally:
        page.close()
    return "\n".join([text, *hidden])


def _links(pdf: Any, page: Any) -> Iterator[str]:
    """The addresses behind the links of a page. pypdfium2 offers them through PDFium's own C interface only."""
    import ctypes

    from pypdfium2 import raw

    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, position, link):
        action = raw.FPDFLink_GetAction(link)
        size = raw.FPDFAction_GetURIPath(pdf, action, None, 0) if action else 0
        if 1 < size < 10_000:
            buffer = ctypes.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(pdf, action, buffer, size)
            yield buffer.value.decode("utf-8", "replace")
