"""HTML: the words and the addresses behind them."""

from __future__ import annotations

import pytest

from enrich import inputs


def found(text: str) -> list[str]:
    """What is written at the place of each mention, as far as the mention goes."""
    lines = text.split("\n")
    written = []
    for mention in inputs.read(text.encode(), "page.html").mentions:
        assert mention.line is not None
        assert mention.column is not None
        here = lines[mention.line - 1][mention.column - 1 :]
        assert here[0] == mention.text[0]
        written.append(mention.text if here.startswith(mention.text) else f"{mention.text} for {here[:25]}")
    return written


def test_words_and_addresses_count_each_in_the_order_of_the_source() -> None:
    text = '<p>See <a class="x" href="https://arxiv.org/abs/2110.14168?context=cs">arXiv:2110.14168</a>\nand\n'
    text += "  <a href='http://arxiv.org/pdf/hep-th/9901001v2'>this</a>"
    assert found(text) == [
        "https://arxiv.org/abs/2110.14168",
        "arXiv:2110.14168",
        "http://arxiv.org/pdf/hep-th/9901001v2",
    ]


def test_the_words_of_a_link_to_arxiv_may_be_the_bare_number() -> None:
    text = '<a href="https://arxiv.org/abs/2110.14168" title="Abstract">2110.14168</a> <a href="/x">2009.03393</a>'
    assert found(text) == ["https://arxiv.org/abs/2110.14168", "2110.14168"]


def test_entities_are_read_and_tags_between_do_not_hinder() -> None:
    text = "<b>arXiv</b>&#58; 2110.14168, arXiv:&nbsp;2009.03393, &lt;arXiv&#x3a;2201.11903&gt;"
    assert found(text) == [
        "arXiv : 2110.14168 for arXiv</b>&#58; 2110.14168",
        "arXiv: 2009.03393 for arXiv:&nbsp;2009.03393, &",
        "arXiv:2201.11903 for arXiv&#x3a;2201.11903&gt;",
    ]


def test_addresses_with_entities_are_read() -> None:
    text = '<a href="https://arxiv.org/prevnext?context=cs&amp;id=2110.14168&amp;function=next">next</a>'
    assert found(text) == ["https://arxiv.org/prevnext?context=cs&id=2110.14168 for https://arxiv.org/prevnex"]


def test_meta_and_data_say_identifiers() -> None:
    text = '<meta name="citation_arxiv_id" content="2110.14168"/>\n<div data-arxiv-id="2009.03393">x</div>'
    assert found(text) == ["2110.14168", "2009.03393"]


def test_comments_scripts_and_styles_do_not_count_but_structured_data_does() -> None:
    text = """<!-- arXiv:2110.14168 --><STYLE>arXiv:2110.14168</style><script>var a = "arXiv:2110.14168"</SCRIPT>
    <script type="application/ld+json">{"sameAs": "https://arxiv.org/abs/2009.03393"}</script>"""
    assert found(text) == ["https://arxiv.org/abs/2009.03393"]


def test_a_number_alone_in_an_item_counts_and_in_a_cell_does_not() -> None:
    text = "<ul><li>2110.14168</li>\n<li>2009.03393</ul><table><tr><td>1203.4567</td><td>1402.1234</td></tr></table>"
    assert found(text) == ["2110.14168", "2009.03393"]


def test_tags_separate_what_they_stand_between() -> None:
    assert found("<i>arXiv:2110.14168</i><i>PDF</i>") == ["arXiv:2110.14168"]


def test_the_declared_encoding_is_used() -> None:
    data = '<meta charset="shift_jis"><p>論文 arXiv:2110.14168'.encode("shift_jis")
    (mention,) = inputs.read(data, "-").mentions
    assert (mention.line, mention.column) == (1, 33)


def test_attributes_need_no_quotes() -> None:
    text = "<p><a href=https://arxiv.org/abs/2110.14168>GSM8K</a> <a class=x href=https://arxiv.org/abs/2009.03393/>"
    text += "<meta name=citation_arxiv_id content=2201.11903>"
    document = inputs.read(text.encode(), "a.html")
    assert [(mention.identifier.value, mention.column) for mention in document.mentions] == [
        ("2110.14168", text.index("https") + 1),
        ("2009.03393", text.rindex("https") + 1),
        ("2201.11903", text.index("2201") + 1),
    ]


@pytest.mark.parametrize("mark", ["<wbr>", "<wbr/>", "&shy;", "&#173;", "&ZeroWidthSpace;", "\u00ad", "\u200b"])
def test_a_place_where_a_word_may_be_broken_is_nothing(mark: str) -> None:
    document = inputs.read(f"<p>arXiv:2110.{mark}14168</p>".encode(), "a.html")
    assert [mention.identifier.value for mention in document.mentions] == ["2110.14168"]
    assert document.problems == ()
