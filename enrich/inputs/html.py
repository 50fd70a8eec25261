"""HTML and XML: the text one reads, and the addresses behind it."""

from __future__ import annotations

import re
from html import unescape

from enrich.inputs.document import Document, Flat, Source, scan
from enrich.mentions import find_ids

_PART = re.compile(
    r"<!--|<!\[CDATA\[|<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9:-]{0,30})(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|[\r\n]+|[\u00ad\u200b\u2060]+"
)
_ATTRIBUTE = re.compile(
    r"(?<![\w:-])(?P<name>href|src|cite|content|title|alt|action|xlink:href|data-[a-z-]{1,40})\s*=\s*"
    r"(?:(?P<quote>[\"'])(?P<value>.*?)(?P=quote)|(?P<bare>[^\s\"'<>`]+))",
    re.I | re.S,
)
_META_NAME = re.compile(r"(?:name|property)\s*=\s*[\"']?([^\s\"'<>]{1,60})", re.I)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BREAKS = re.compile(
    r"p|div|li|ul|ol|dl|dt|dd|br|hr|h[1-6]|section|article|header|footer|main|nav|aside|blockquote|pre|table|tbody|thead"
    r"|tr|figure|figcaption|title|head|body|html|id|link|entry|summary"
)
_CELLS = frozenset(["td", "th"])
_NOTHING = frozenset("\u00ad\u200b\u2060")  # where a word may be broken
_UNSEEN = frozenset(["script", "style"])


def read(text: str, name: str) -> Document:
    """The mentions in the text and in the addresses, in the order of the source. Scripts and comments do not count."""
    flat = _flatten(text)
    return scan(flat, Source(text, name), find_ids(flat.text))


def _flatten(text: str) -> Flat:
    flat = Flat()
    position = 0
    while part := _PART.search(text, position):
        start, end = part.span()
        flat.add(text[position:start], position)
        written = part.group()
        if written == "<!--":
            end = _after(text, "-->", end)
        elif written == "<![CDATA[":
            pass
        elif part["tag"] is not None:
            end = _tag(flat, text, part)
        elif written[0] == "&":
            character = unescape(written)
            flat.add("" if character in _NOTHING else character, start, step=0)
        elif written[0] in _NOTHING:
            pass
        else:
            flat.add(" ", start)  # a line end in the source is a blank on the page
        position = end
    flat.add(text[position:], position)
    return flat


def _tag(flat: Flat, text: str, part: re.Match[str]) -> int:
    """Adds what a tag says to the text; returns where reading goes on."""
    start, end = part.span()
    tag = part["tag"].lower()
    if not part["close"]:
        if tag == "a":
            flat.add(" ", start)
        _attributes(flat, tag, part["attributes"], part.start("attributes"))
        if tag in _UNSEEN and not (tag == "script" and re.search(r"json", part["attributes"], re.I)):
            end = _after(text, f"</{tag}", end)
    if _BREAKS.fullmatch(tag):
        flat.add("\n", start)
    elif tag in _CELLS:
        flat.add(" ¦ ", start, step=0)  # a number alone in a cell of a table is no identifier
    elif tag != "wbr" and (tag != "a" or part["close"]):
        flat.add(" ", start)
    return end


def _attributes(flat: Flat, tag: str, attributes: str, origin: int) -> None:
    named = _META_NAME.search(attributes) if tag == "meta" else None
    for attribute in _ATTRIBUTE.finditer(attributes):
        group = "bare" if attribute["bare"] is not None else "value"
        value, place = attribute[group], origin + attribute.start(group)
        if value.startswith(("data:", "#")) or not any(character.isdigit() for character in value):
            continue
        label = named[1] if named else attribute["name"]
        inline = tag == "a"  # the words of a link follow its address, as in <a href="…">2110.14168</a>
        flat.add(("" if inline else "\n") + label + '="', place, step=0)
        done = 0
        for entity in _ENTITY.finditer(value):
            flat.add(value[done : entity.start()], place + done)
            flat.add(unescape(entity.group()), place + entity.start(), step=0)
            done = entity.end()
        flat.add(value[done:], place + done)
        flat.add('">' if inline else '"\n', place + len(value), step=0)


def _after(text: str, mark: str, position: int) -> int:
    """Just after the next ``mark``, in any case; the end of the text where there is none."""
    found = re.compile(re.escape(mark), re.I).search(text, position)
    return found.end() if found else len(text)
