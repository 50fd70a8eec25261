"""PDF: text, the stamp in the margin, links; and files that cannot be read."""

from __future__ import annotations

import sys

import pytest

from enrich import inputs
from enrich.errors import InputError


def pdf(*pages: bytes, link: str | None = None, trailer: bytes = b"") -> bytes:
    """A small PDF: each page a content stream in one font; on the first, maybe a link."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for number, content in enumerate(pages):
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        annotation = b""
        if link is not None and number == 0:
            annotation = b"/Annots[<</Type/Annot/Subtype/Link/Rect[50 50 90 60]/A<</S/URI/URI(%s)>>>>]" % link.encode()
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>%s>>"
        objects.append(page % (len(objects), annotation))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)


STAMP = b"BT /F 20 Tf 0 1 -1 0 30 200 Tm (arXiv:2110.14168v2  [cs.LG]  18 Nov 2021) Tj ET "
WORDS = (
    b"BT /F 10 Tf 72 700 Td (We follow arXiv:2009.03393 and https://arxiv.org/) Tj"
    b" 0 -12 Td (abs/2201.11903 here.) Tj ET "
)
BROKEN = b"BT /F 10 Tf 72 700 Td (See arXiv:2305.) Tj 0 -12 Td (20050 here.) Tj ET"

pytest.importorskip("pypdfium2", reason="reading PDF is an extra")


def test_the_rotated_stamp_the_words_and_hidden_links_are_mentions_in_order() -> None:
    data = pdf(WORDS + STAMP, BROKEN, link="https://arxiv.org/abs/2407.00215")
    for name in ("paper.pdf", "-"):
        document = inputs.read(data, name)
        assert sorted(mention.identifier.versioned for mention in document.mentions) == [
            "2009.03393",
            "2110.14168v2",
            "2201.11903",
            "2407.00215",
        ]
        assert {mention.line for mention in document.mentions} == {None}
        assert [(problem.text, problem.message) for problem in document.problems] == [
            ("arXiv:2305.", "it is broken after the dot")
        ]


def test_a_link_over_words_that_say_the_same_counts_once() -> None:
    data = pdf(b"BT /F 10 Tf 72 700 Td (arXiv:2110.14168) Tj ET", link="https://arxiv.org/abs/2110.14168")
    assert len(inputs.read(data, "paper.pdf").mentions) == 1


def test_a_broken_pdf_is_one_error() -> None:
    for data in (b"%PDF-1.4 and nothing more", b"%PDF-"):
        with pytest.raises(InputError, match=r"x\.pdf: the file is no PDF, or a broken one"):
            inputs.read(data, "x.pdf")


def test_an_encrypted_pdf_is_one_error() -> None:
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32)
    with pytest.raises(InputError, match="encrypted"):
        inputs.read(pdf(WORDS, trailer=lock), "x.pdf")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(InputError, match=r"reading PDF needs enrich\[pdf\]"):
        inputs.read(pdf(WORDS), "x.pdf")
