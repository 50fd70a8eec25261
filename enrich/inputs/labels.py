"""Which words of a document claim to be the title of the work that a link or identifier names.

A document is cut into blocks (a list item, a paragraph, a row of a table, a heading), and all that names one work in
one block is one place. Its passage is what the block says; its label is, in this order, the words of the link, words
beside it that are marked as a title (bold, quoted, in italics), the words of a list item before its first link, and
for a block of links alone the item or heading that it stands under.

A label is a claim that can be held against its author, so that words are taken for one only where they look like a
title: ``paper``, ``2023``, ``Cobbe et al.`` and ``this blog post explains it well`` are none.
"""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

_WINDOW = 2000  # characters of a block that are looked at as a whole; of longer ones, what is around each mention
_STEP = 600
_FAR = 600  # characters before a link that may be dates, tags and badges


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names a work: ``text[start:end]``. ``work`` is the work's name, with its scheme before a colon."""

    start: int
    end: int
    work: str

    @property
    def scheme(self) -> str:
        return self.work.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Place:
    """The mentions of one work in one block, by their numbers; the words that claim to be its title; the block."""

    mentions: tuple[int, ...]
    label: str | None
    passage: str | None


@dataclass(frozen=True, slots=True)
class _Block:
    """``text[start:end]``, of which kind, and the numbers of the item and of the heading above it."""

    start: int
    end: int
    kind: str  # item, row, heading, paragraph, code
    parent: int | None
    heading: int | None


def places(text: str, named: Sequence[Named], *, html: bool = False) -> list[Place]:
    """The places of a document in order. ``named`` are its mentions, by where they begin."""
    blocks = list(_html_blocks(text) if html else _blocks(text))
    starts = [block.start for block in blocks]
    groups: dict[tuple[int, str], list[int]] = {}
    for number, one in enumerate(named):
        at = bisect_right(starts, one.start) - 1
        groups.setdefault((at, one.work), []).append(number)
    document = _Document(text, named, blocks, _aliases(text) if "][" in text else {})
    by_block: dict[int, list[list[int]]] = {}
    for (at, _), numbers in groups.items():
        by_block.setdefault(at, []).append(numbers)
    for at, gathered in by_block.items():
        document.read(at, gathered)
    document.inherit()
    return [
        Place(tuple(numbers), document.labels.get(numbers[0]), document.passages.get(numbers[0]))
        for numbers in groups.values()
    ]


# --- blocks ----------------------------------------------------------------------------------------------------------

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+\S|={1,6}[ \t]+\S")
_UNDERLINE = re.compile(r"[ ]{0,3}(=|-|~|\^|\"|#|\*|\+)\1{2,}[ \t]*$")
_ITEM = re.compile(
    r"(?P<indent>[ \t>]*)(?:(?:[-*+•‣·]|\(?[0-9]{1,4}[.)]|\[[0-9]{1,4}\](?!\()|\*{2,}|#{1,6})[ \t]+|[0-9]{1,4}、"
    r"|(?:论文|文章|标题|题目|paper|title)[ \t]*[0-9]{0,3}[ \t]*[:：](?=[ \t]*[A-Z]))"
)
_LONG = 200  # characters of a line at which nobody wraps a paragraph: then each line is one
_DASHES = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")


def _blocks(text: str) -> Iterator[_Block]:
    """The blocks of a text in any of the light markups, which are alike in what matters here."""
    blocks: list[_Block] = []
    stack: list[tuple[int, int]] = []  # open items: how far indented, and their number
    heading: int | None = None
    fence = ""
    table = open_block = False

    def begin(start: int, end: int, kind: str, parent: int | None = None) -> None:
        blocks.append(_Block(start, end, kind, parent, heading))

    def extend(end: int) -> None:
        last = blocks[-1]
        blocks[-1] = _Block(last.start, end, last.kind, last.parent, last.heading)

    position = previous = 0
    while position < len(text):
        match = _LINE.match(text, position)
        start, end = position, match.end() if match else len(text)
        position = end
        line = text[start:end].rstrip()
        fenced = _FENCE.match(line)
        length, previous = previous, len(line)
        if fence:
            begin(start, end, "code")
            if fenced and fenced[1].startswith(fence) and not line.strip(" \t>`~"):
                fence = ""
            continue
        if fenced:
            fence, open_block = fenced[1], False
            begin(start, end, "code")
            continue
        bare = line.strip(" \t>")
        if not bare:
            open_block = table = False
            begin(start, end, "paragraph")
            continue
        item = _ITEM.match(line)
        if _HEADING.match(line):
            begin(start, end, "heading")
            heading, stack, open_block = len(blocks) - 1, [], False
        elif _UNDERLINE.match(line) and open_block and blocks[-1].kind == "paragraph" and _is_line(text, blocks[-1]):
            last = blocks[-1]
            blocks[-1] = _Block(last.start, end, "heading", None, last.heading)
            heading, stack, open_block = len(blocks) - 1, [], False
        elif bare.startswith("|") or (table and "|" in bare):
            begin(start, end, "row")
            open_block = False
        elif _DASHES.match(line) and "|" in line:
            begin(start, end, "row")
            table, open_block = True, False
        elif item:
            indent = len(item["indent"].expandtabs(4))
            while stack and stack[-1][0] >= indent:
                stack.pop()
            begin(start, end, "item", stack[-1][1] if stack else None)
            stack.append((indent, len(blocks) - 1))
            open_block = True
        elif open_block and length <= _LONG:
            extend(end)
        else:
            indent = len(line) - len(line.lstrip(" \t"))
            while stack and stack[-1][0] >= indent:
                stack.pop()
            begin(start, end, "paragraph", stack[-1][1] if stack else None)
            open_block = True
    yield from blocks
    if not blocks:
        yield _Block(0, len(text), "paragraph", None, None)


def _is_line(text: str, block: _Block) -> bool:
    return "\n" not in text[block.start : block.end].rstrip("\r\n")


_BLOCK_TAG = re.compile(
    r"<(?P<close>/?)(?P<tag>p|li|ul|ol|dl|dt|tr|h[1-6]|section|article|blockquote|pre|table|body|div|entry|item)\b",
    re.I,
)


def _html_blocks(text: str) -> Iterator[_Block]:
    """The same of HTML. What a ``dt`` names is described by its ``dd``."""
    heading: int | None = None
    number = begin = in_list = 0
    kind = "paragraph"
    for match in [*_BLOCK_TAG.finditer(text), None]:
        tag = match["tag"].lower() if match else ""
        close = bool(match and match["close"])
        if tag == "dl":
            in_list += -1 if close else 1
        if (in_list > 0 and tag in ("div", "p", "ul", "ol", "li")) or (close and tag == "dt"):
            continue
        start = match.start() if match else len(text)
        if start > begin or number == 0:
            yield _Block(begin, start, kind, None, heading)
            heading = number if kind == "heading" else heading
            number += 1
        begin = start
        heads = tag.startswith("h") and tag[1:].isdigit()
        kinds = {"li": "item", "dt": "item", "tr": "row", "pre": "code"}
        kind = "paragraph" if close else "heading" if heads else kinds.get(tag, "paragraph")


# --- links and marks -------------------------------------------------------------------------------------------------

_WORDS_OF_LINK = r"(?P<{}>(?:[^\[\]\r\n]|\r?\n(?!\r?\n)|\[[^\[\]]{{0,300}}\]){{0,500}}+)"
_LINK = re.compile(
    # Markdown [words](address "title") and [words][name]; Org [[address][words]]; HTML; reStructuredText `words
    # <address>`_; MediaWiki [address words]; AsciiDoc address[words]; Typst #link("address")[words].
    rf"\[{_WORDS_OF_LINK.format('md')}\](?:\(\s*<?(?P<md_url>(?:[^\s()<>]|\([^\s()]{{0,200}}\)){{0,1000}}+)>?"
    r"(?:\s+(?:\"(?P<md_title>[^\"]{0,400})\"|'[^']{0,400}'))?\s*\)|\[(?P<name>[^\[\]\r\n]{1,100})\])"
    r"|\[\[(?P<org_url>[^\[\]\s]{1,1000})\]\[(?P<org>[^\[\]]{1,500})\]\]"
    r"|<a\s(?P<attributes>[^<>]{0,1500})>(?P<html>(?:(?!</a\b).){0,1500})</a\s*>"
    r"|`(?P<rst>[^`<>]{1,500})\s<(?P<rst_url>[^<>\s]{1,1000})>`__?"
    r"|#link\(\"(?P<typst_url>[^\"]{1,1000})\"\)\[(?P<typst>[^\[\]]{1,500})\]"
    r"|\[(?P<wiki_url>https?://[^\s\[\]]{1,1000})[ ](?P<wiki>[^\[\]]{1,500})\]"
    r"|(?P<adoc_url>https?://[^\s\[\]()<>\"]{1,1000})\[(?P<adoc>[^\[\]]{1,500})\]"
    r"|\\href\s*\{(?P<tex_url>[^{}]{1,1000})\}\s*\{(?P<tex>(?:[^{}]|\{[^{}]{0,200}\}){1,500})\}",
    re.I | re.S,
)
_WORDINGS = ("md", "org", "html", "rst", "typst", "wiki", "adoc", "tex")
_IMAGE = re.compile(r"!\[[^\[\]]{0,300}\](?:\([^()\s]{0,1000}(?:\s[^()]{0,300})?\)|\[[^\[\]]{0,100}\])")
_USE = re.compile(rf"\[{_WORDS_OF_LINK.format('words')}\]\[(?P<name>[^\[\]\r\n]{{1,100}})\]")
_DEFINITION = re.compile(r"[ \t]{0,3}\[(?P<name>[^\[\]\r\n]{1,100})\]:\s")
_BOLD = re.compile(
    r"\*\*(?P<b1>[^*\r\n](?:[^*]|\*(?!\*)){1,400}?)\*\*(?!\*)|__(?P<b2>[^_\r\n][^\r\n]{1,400}?)__"
    r"|<(?P<tag>b|strong)\b[^<>]{0,200}>(?P<b3>.{1,400}?)</(?P=tag)\s*>",
    re.S | re.I,
)
_ITALIC = re.compile(
    r"(?<![*\w])\*(?P<i1>[^*\s][^*]{1,400}?)\*(?![*\w])|(?<![_\w])_(?P<i2>[^_\s][^_]{1,400}?)_(?![_\w])"
    r"|<(?P<tag>i|em|cite)\b[^<>]{0,200}>(?P<i3>.{1,400}?)</(?P=tag)\s*>",
    re.S | re.I,
)
_QUOTED = re.compile(
    r"(?<!\w)\"(?P<q1>[^\"\r\n]{4,400})\"(?!\w)|“(?P<q2>[^“”]{4,400})”|《(?P<q3>[^《》]{4,400})》"
    r"|「(?P<q4>[^「」]{4,400})」|``(?P<q5>(?:[^`']|'(?!')){4,400})''|«(?P<q6>[^«»]{4,400})»"
)
_TAG = re.compile(r"<!--.{0,2000}?-->|</?[A-Za-z][^<>]{0,1500}>", re.S)
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`+|~~")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")


@dataclass(frozen=True, slots=True)
class _Link:
    start: int
    end: int
    words: str
    title: str


def _links(text: str, start: int, end: int) -> list[_Link]:
    links = []
    for match in _LINK.finditer(text, start, end):
        group = next((name for name in _WORDINGS if match[name] is not None), "md")
        words, whole = match[group] or "", match.span()
        inner = _LINK.search(words + "]") if group == "md" and "](" in words else None
        if inner is not None and not words.lstrip().startswith("!"):
            words = inner["md"] or words  # [[Title](address)] with more in the outer brackets
        links.append(_Link(*whole, words, match["md_title"] or ""))
    return links


def _aliases(text: str) -> dict[str, str]:
    """The words of links whose address is given elsewhere: ``[words][name]``."""
    aliases: dict[str, str] = {}
    for match in _USE.finditer(text):
        aliases.setdefault(match["name"].lower(), match["words"])
    return aliases


def plain(text: str) -> str:
    """What one reads of a piece of markup, on one line."""
    if "![" in text:
        text = _IMAGE.sub(" ", text)
    if "](" in text or "][" in text or "<a" in text or "`" in text or "http" in text or "#link" in text:
        text = _LINK.sub(_words_of, text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    text = _EMPHASIS.sub("", text)
    if "&" in text:
        text = unescape(text)
    return " ".join(_ESCAPED.sub(r"\1", text).split())


def _words_of(match: re.Match[str]) -> str:
    return next((match[name] for name in _WORDINGS if match[name] is not None), "")


def _marked(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, int, int]]:
    for match in pattern.finditer(text):
        words = next((found for name, found in match.groupdict().items() if found is not None and name != "tag"), "")
        yield plain(words), *match.span()


# --- what is said of one work ----------------------------------------------------------------------------------------


class _Document:
    """The labels and passages of the places, by the number of each place's first mention."""

    def __init__(self, text: str, named: Sequence[Named], blocks: Sequence[_Block], aliases: dict[str, str]) -> None:
        self.labels: dict[int, str] = {}
        self.passages: dict[int, str] = {}
        self._text = text
        self._named = named
        self._blocks = blocks
        self._aliases = aliases
        self._wordless: list[tuple[int, int]] = []  # places in blocks of links alone: block, first mention
        self._busy: set[int] = set()  # blocks that name a work themselves

    def read(self, at: int, groups: Sequence[list[int]]) -> None:
        """The places in one block: ``groups`` are the mentions of each work."""
        block = self._blocks[at]
        self._busy.add(at)
        small = block.end - block.start <= _WINDOW
        if small:
            links, passage = self._look(block.start, block.end)
        in_order = sorted(number for group in groups for number in group)
        rank = {number: index for index, number in enumerate(in_order)}
        schemes = Counter(self._named[group[0]].scheme for group in groups)
        looks: dict[int, tuple[list[_Link], str]] = {}
        for group in groups:
            first = self._named[group[0]]
            start, end = block.start, block.end
            if not small:
                # Neighbours share what is looked at, which reaches half a step beyond either side.
                at_step = first.start - (first.start - block.start) % _STEP
                start = max(block.start, at_step - _STEP // 2)
                end = min(block.end, at_step + _STEP + _STEP // 2)
                if start not in looks:
                    looks[start] = self._look(start, end)
                links, passage = looks[start]
            if block.kind == "code":
                self.passages[group[0]] = passage
                continue
            alone = schemes[first.scheme] == 1
            # What stands before the work that is named before belongs to that one.
            index = rank[group[0]] - 1
            while index >= 0 and self._named[in_order[index]].scheme != first.scheme:
                index -= 1
            if index >= 0:
                before = self._named[in_order[index]].end
                start = max(start, next((link.end for link in links if link.start <= before < link.end), before))
            else:
                start = max(start, block.start)
            scene = _Scene(self._text, block, start, end, links, passage, alone)
            scene.follows_doi = first.scheme == "doi" and len(groups) > 1
            definition = _DEFINITION.match(self._text, block.start)
            if definition and definition["name"].lower() in self._aliases:
                label = _title(plain(self._aliases[definition["name"].lower()]), "strict")
            else:
                label = scene.label([self._named[number] for number in group])
            if label:
                self.labels[group[0]] = label
            elif scene.is_wordless and (alone or first.scheme == "arXiv"):
                self._wordless.append((at, group[0]))
            self.passages[group[0]] = passage

    def _look(self, start: int, end: int) -> tuple[list[_Link], str]:
        return _links(self._text, start, end), plain(self._text[start:end])

    def inherit(self) -> None:
        """Give the places in blocks of links alone what stands above them: an item or paragraph, or a heading."""
        above: dict[tuple[int, str], list[int]] = {}
        for at, number in self._wordless:
            over = self._above(at)
            if over is not None:
                above.setdefault((over, self._named[number].scheme), []).append(number)
        for (over, _), numbers in above.items():
            block = self._blocks[over]
            words = plain(_without_mark(self._said(block)))
            for number in numbers:
                self.passages[number] = f"{words} {self.passages[number]}"
            works = {self._named[number].work for number in numbers}
            listed = all(self._blocks[at].kind == "item" for at, number in self._wordless if number in numbers)
            if len(works) == 1 and over not in self._busy and (label := self._label_above(block, listed)):
                self.labels[numbers[0]] = label

    def _above(self, at: int) -> int | None:
        block = self._blocks[at]
        return block.parent if block.parent is not None else block.heading

    def _said(self, block: _Block) -> str:
        text = self._text[block.start : min(block.end, block.start + _WINDOW)]
        return text.lstrip().split("\n", 1)[0] if block.kind == "heading" and "<" not in text else text

    def _label_above(self, block: _Block, listed: bool) -> str | None:
        text = self._said(block)
        if block.kind == "heading":
            # A heading over a list is that of a section; over "Paper: [link](…)" it is the title.
            return _title(_cut(plain(_without_mark(text))), "plain" if listed else "heading")
        links = _links(text, 0, len(text))
        candidates = [_title(_cut(plain(link.words)), "link") for link in links[:1]]
        candidates += [_title(words, "marked") for words, _, _ in _marked(_BOLD, text)]
        candidates.append(_title(_cut(plain(_without_mark(text))), "plain"))
        return next((label for label in candidates if label), None)


@dataclass(slots=True)
class _Scene:
    """One work in its block: ``start`` and ``end`` are those of the part that belongs to it."""

    text: str
    block: _Block
    start: int
    end: int
    links: Sequence[_Link]
    passage: str
    alone: bool
    follows_doi: bool = False
    says_more: bool = False  # the link has words of its own, which are no title: [PatrickStar](…)

    @property
    def is_wordless(self) -> bool:
        """Whether the block says nothing but "paper" and its like."""
        return self.block.kind in ("item", "paragraph", "row") and _is_mere(self.passage)

    def label(self, mentions: Sequence[Named]) -> str | None:
        mine = [link for link in self.links if any(link.start <= one.start < link.end for one in mentions)]
        for link in mine:
            level = "link" if self._begins(link) else "strict"
            words = plain(link.words)
            if any(words.strip(left + right) != words for left, right in ("《》", "“”", '""', "「」", "**")):
                level = "marked"
            elif re.match(r"\s*(?:[*_]|<(?:i|em|b|strong)\b)", link.words):
                level = "marked" if level == "strict" else level
            if label := _title(_cut(words), level) or _title(plain(link.title), "strict"):
                return label
        if self.follows_doi:
            return None
        first = min([one.start for one in mentions] + [link.start for link in mine])
        self.says_more = any(not _is_mere(plain(link.words)) for link in mine)
        return self._beside(first) or (self._behind(mine, mentions) if self.alone else None)

    def _begins(self, link: _Link) -> bool:
        """Whether a link stands where the title does: at the beginning of an item, alone in a cell."""
        if self.block.kind == "heading":
            return True
        if self.block.kind == "row":
            bar = self.text.rfind("|", max(self.block.start, link.start - _FAR), link.start)
            return bar >= 0 and not _is_wordy(plain(self.text[bar + 1 : link.start]))
        return self.block.kind == "item" and not self._is_late(link.start)

    def _is_late(self, offset: int) -> bool:
        """Whether running words stand between the beginning of the block and this place."""
        if offset - self.block.start > _FAR:
            return True
        return _is_wordy(plain(_without_mark(self.text[self.block.start : offset])))

    def _beside(self, first: int) -> str | None:
        """The title before the link, within this work's part of the block."""
        segment = self.text[self.start : first]
        wordy = self.block.kind == "paragraph" and len(_rest_words(segment)) > 12
        for pattern in (_BOLD, _QUOTED, _ITALIC):
            for words, _, end in reversed(list(_marked(pattern, segment))):
                beside = pattern is _QUOTED and re.fullmatch(r"[\s*_,，.:：;(\[（【<]*", segment[end:]) is not None
                label = _title(_cut(words), "marked") if beside or not wordy else None
                if label and not (self.says_more and len(_words(label)) < 5):
                    return label
        if self.block.kind == "row":
            cells = [_title(plain(cell), "plain") for cell in segment.split("|") if "](" not in cell]
            titles = [cell for cell in cells if cell]
            return titles[0] if self.alone and len(titles) == 1 else None
        if self.block.kind in ("item", "heading"):
            others = [link for link in self.links if self.start <= link.start and link.end <= first]
            if others:  # the title may well be the link before: [Title](publisher) [[arXiv](…)]
                leading = others[0]
                return _title(_cut(plain(leading.words)), "link") if self._begins(leading) and self.alone else None
            announced = _ANNOUNCED.match(segment) is not None
            return _title(_cut(plain(_without_mark(segment).rstrip(" \t([<【（"))), "marked" if announced else "plain")
        return None

    def _behind(self, mine: Sequence[_Link], mentions: Sequence[Named]) -> str | None:
        """The title behind an identifier or a word for a link that begins the block."""
        if self.block.kind not in ("item", "heading"):
            return None
        first = min([one.start for one in mentions] + [link.start for link in mine])
        if self._is_late(first):
            return None
        last = max([one.end for one in mentions] + [link.end for link in mine])
        if any(not _is_mere(plain(link.words)) for link in mine):
            return None
        segment = self.text[last : self.end]
        for pattern in (_BOLD, _QUOTED):
            for words, start, _ in _marked(pattern, segment):
                if start < 20 and (label := _title(_cut(words), "marked")):
                    return label
        return _title(_cut(plain(re.sub(r"^[\s\])}>*_.,:;–—-]+", "", segment))), "plain")


_BEGINNING = re.compile(
    r"[ \t>]*(?:[-*+•‣·|]|\(?[0-9]{1,4}[.)、]|\[[0-9]{1,4}\](?!\()|[#=*]+)?[ \t]*(?:\[[ xX]\][ \t]+)?"
)
_CODE_TAGS = re.compile(r"\A(?:`[^`\r\n]{1,40}`[ \t|]*)+(?=\S)")  # `GPT-3` Language Models are Few-Shot Learners


def _without_mark(segment: str) -> str:
    """A piece from the beginning of a block on, without what makes it an item, a row or a heading."""
    match = _BEGINNING.match(segment)
    rest = segment[match.end() :] if match else segment
    return _CODE_TAGS.sub("", rest, count=1)


def _rest_words(segment: str) -> list[str]:
    """The words outside links and marks."""
    return _words(plain(_BOLD.sub(" ", _LINK.sub(" ", segment))))


# --- what looks like a title -----------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+(?:['’.&/+-]+[^\W_]+)*")
_CJK = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_MERE = frozenset(
    """
    a abs abstract acl aclanthology alphaxiv an and anthology appendix april archive article arxiv at august
    available bib bibtex blog by cite citation code colab conference data dataset datasets december demo details
    doc docs doi download e-print eprint february figure for free from full github github.io hf homepage here
    html http https huggingface icml iclr in is january journal july june link links march may model models
    neurips nips november october of official on one online open openreview or page paper papers pdf pmlr poster
    pre-print preprint preprints presentation project proceedings pub publication publisher read ref reference
    references repo repository report research review see september site slide slides source supplement
    supplementary talk technical text thesis the this to tweet twitter url version video view web webpage
    website workshop www x youtube
    论文 链接 地址 论文链接 论文地址 代码 代码链接 项目 主页 项目主页 原文 原论文 文章 这里 链接地址 参考
    模型 数据 数据集
    """.split()
)
_DATE_OR_NUMBER = re.compile(r"v?[0-9]+(?:[./-][0-9]+)*(?:v[0-9]+)?|[A-Za-z]+[-'’]?(?:19|20)?[0-9]{2}", re.A)
_LIKE_ID = re.compile(r"[0-9]{4}\.[0-9]{4,5}|arxiv:|https?://|\bdoi\b|10\.[0-9]{4,}/", re.I)
_SMALL = frozenset(
    """
    a about against all an are as at be beyond by can could do does during enough for from how in into is it its
    not of on or over should the through to toward towards under up using via vs versus what when where which
    who why will with within without you your
    """.split()
)
_SPEAKS = re.compile(
    r"(?:we|our|this|these|those|see|read|click|check|here|i|my|they|he|she|there|also|note|please|thanks|available"
    r"|follow-?up|introduced|proposed|released|based|according)\b",
    re.I,
)
_ABOUT_TEXT = re.compile(
    r"\b(?:paper|preprint|article|blog|post|repo|repository|slides|video|website|homepage)s?\b", re.I
)
_ET_AL = re.compile(r"\bet\.?\s+al\b", re.I)
_NO_TITLE = re.compile(
    r"(?:proceedings|proc\.|journal|transactions|advances\s+in\s+neural|lecture\s+notes|(?:ieee|acm)\b|international\s"
    r"+conference|annual\s+meeting|conference\s+on|findings\s+of\s+the|physical\s+review|springer|in\s+proc)",
    re.I,
)
_VENUE = (
    r"(?:arxiv|corr\b|neurips|nips\b|iclr\b|icml\b|acl\b|emnlp\b|naacl\b|eacl\b|coling\b|cvpr\b|iccv\b|eccv\b|aaai\b|ijcai\b"
    r"|kdd\b|sigir\b|www\b|colm\b|tmlr\b|jmlr\b|tacl\b|findings\b|interspeech\b|icassp\b|wacv\b|bmvc\b|icra\b|iros\b|corl\b"
    r"|uai\b|aistats\b|colt\b|chi\b|osdi\b|sosp\b|mlsys\b|isca\b|asplos\b|proc(?:eedings|\.)|in\s+proc|published|preprint"
    r"|submitted|accepted|ieee|acm|nature\b|science\b|technical\s+report|tech\s+report|workshop|transactions)"
)
_YEAR = r"(?:19|20)[0-9]{2}\b"
_VENUE_YEAR = re.compile(
    rf"(?:in\s+|@\s*)?(?:{_VENUE}|{_YEAR}|[A-Z][A-Za-z&-]{{1,14}}[ '’-]?(?:{_YEAR}|[0-9]{{2}}\b)|[0-9]{{1,2}}/{_YEAR})",
    re.I,
)
_NAMES = re.compile(
    r"(?:by\s+)?(?:[^\W\d_a-z][\w'’-]*\.?\s+){1,3}(?:(?:van|von|de|der|den|la|le|di|da)\s+){0,2}[^\W\d_a-z][\w'’-]+"
    r"(?:\s*[,;&]|\s+and\s|\s+et\s+al|\.?\s*$)|[^\W\d_a-z][\w'’-]+,\s+[A-Z]\.|(?:[A-Z]\.[\s-]?){1,3}[^\W\d_a-z][\w'’-]+"
)
_BYLINE = re.compile(r"[^\W\d_a-z][\w'’-]+,\s+[A-Z]\.|(?:[A-Z]\.[\s-]?){1,3}[^\W\d_a-z][\w'’-]+")  # Yao, S.: ReAct …
_SEPARATOR = re.compile(r"(?P<stop>[.?!]\s+)|(?P<comma>[,;]\s+)|\s*(?P<bracket>[(\[（【])|\s(?P<dash>[|–—-]|by)\s")
_ANNOUNCED = re.compile(r"[ \t>*+-]*(?:论文|文章|标题|题目|paper|title)[ \t]*[0-9]{0,3}[ \t]*[:：]", re.I)
_CJK_SIGN = re.compile(r"\s*[,，。;；:：]?\s*[\u3400-\u9fff]")
_PREFIX = re.compile(
    rf"\s*(?:(?:[\[(【（]\s*[^\[\]()【】（）]{{1,40}}[\])】）]|{_YEAR}(?:[./-][0-9]{{1,2}}){{0,2}}|[0-9]{{1,2}}/{_YEAR}"
    r"|(?:paper|title|论文|文章|标题|题目)\s*[0-9]{0,3}\s*[:：.、]|[^\w\s\"“《「'‘$(\[<]{1,3}(?=\s))[\s,:：|–—-]*)+",
    re.I,
)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _is_mere(text: str) -> bool:
    """Whether these are words for a link, numbers and dates, and nothing else."""
    return all(
        word.lower() in _MERE or _DATE_OR_NUMBER.fullmatch(word) or len(word) == 1
        for word in _words(_ADDRESS.sub(" ", text))
    )


_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\])]+|\b10\.[0-9]{4,9}/[^\s<>\])]+|(?:arxiv[:.]\s?)?[0-9]{4}\.[0-9]{4,5}", re.I
)


def _is_wordy(before: str) -> bool:
    """Whether running words stand before a link, and not just a date, a tag or a mark."""
    match = _PREFIX.match(before)
    rest = before[match.end() :] if match else before
    return bool(_words(rest)) and not _is_mere(rest)


def _cut(text: str) -> str:
    """The part of a line that may be the title: without dates and tags before it, authors and venue behind it."""
    text = text.strip()
    if prefix := _PREFIX.match(text):
        rest = text[prefix.end() :]
        if _words(rest):
            text = rest
    if not _CJK.match(text) and len(_CJK.findall(text)) * 3 < len(text) and (sign := _CJK_SIGN.search(text)):
        text = text[: sign.start()]  # an English title in a Chinese text ends where Chinese begins
    for separator in _SEPARATOR.finditer(text):
        rest = text[separator.end() :]
        end: object
        if separator["comma"]:
            end = _VENUE_YEAR.match(rest) or _ET_AL.match(rest)
        elif separator["bracket"]:
            end = _VENUE_YEAR.match(rest) or _is_mere(rest)
        else:
            end = _VENUE_YEAR.match(rest) or _NAMES.match(rest) or _is_mere(rest)
        if end:
            text = text[: separator.start()] + (separator["stop"] or "").strip()
            break
    return _trimmed(text)


def _trimmed(text: str) -> str:
    text = text.strip(' \t\r\n*_`|,;:：，。、–—-"“”《》「」«»')
    while text and text[0] in "[(" and text[-1] in ")]" and not re.search(r"[\[\]()]", text[1:-1]):
        text = text[1:-1].strip()
    text = re.sub(r"\s*[\[(（【]\s*$", "", text)
    return re.sub(r"(?<![.A-Z])\.$", "", text).strip(' "“”')


_LEAST = {"marked": 3, "link": 2, "strict": 4, "heading": 3, "plain": 4}


def _title(words: str, level: str) -> str | None:
    """The words as a title, or ``None`` where they do not look like one.

    ``level`` is where they stand. ``marked``: in bold, italics or quotes; ``link``: a link that begins an item;
    ``strict``: a link in running text; ``heading``; ``plain``: words without any mark.
    """
    text = _trimmed(" ".join(words.split()))
    letters = sum(character.isalpha() for character in text)
    if not letters or len(text) > 300 or len(_CJK.findall(text)) * 4 > letters:
        return None  # arXiv has no title in Chinese; a translation cannot be held against it
    outside = re.sub(r"\([^()]*\)", " ", text)
    said = _words(outside)
    small = any(word.lower() in _SMALL for word in said[1:])
    if len(said) < _LEAST[level] and not (len(said) == 3 and level != "marked" and (small or ":" in text)):
        return None
    if level == "plain" and _BYLINE.match(text):
        return None
    if _is_mere(text) or _LIKE_ID.search(text) or _ET_AL.search(text) or _NO_TITLE.match(text) or _lists_names(outside):
        return None
    if _VENUE_YEAR.match(text) and re.search(r"[0-9]{2}", text) and len(said) < 9 and ":" not in text:
        return None
    cased = [word for word in said if len(word) >= 4 and word.lower() not in _SMALL]
    capital = sum(not word[0].islower() or word[1:] != word[1:].lower() for word in cased)
    title_case = bool(cased) and capital >= 0.6 * len(cased)
    if _SPEAKS.match(text) and not (title_case and len(said) >= 4 and level != "plain"):
        return None
    if _ABOUT_TEXT.search(text) and not (title_case and len(said) >= 5):
        return None
    if text[0].islower() and ":" not in text and said[0] == said[0].lower() and not title_case:
        return None if level != "marked" or len(said) < 5 else text
    if level in ("strict", "plain") and not title_case:
        return None
    return text if level != "plain" or small or ":" in text else None


def _lists_names(text: str) -> bool:
    """Whether this is a list of people: two or three words each, all with a capital."""
    parts = [part.split() for part in re.split(r",\s*|\s+and\s+|;\s*|\s*&\s*", text) if part.strip()]
    if len(parts) < 2 or ":" in text or any(word.lower() in _SMALL for part in parts for word in part if len(word) > 1):
        return False
    return all(len(part) <= 3 and all(not word[0].islower() for word in part) for part in parts) and (
        sum(len(part) >= 2 for part in parts) * 2 > len(parts)
    )
