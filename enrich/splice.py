"""Changes inside a user's ``.bib``: only the stretches that change are written, in the layout of their entry.

An entry is taken apart into pieces that, put together, are its text; a change alters some of the pieces, adds or
drops a field; the pieces that differ become edits of the file. Nothing here touches the disk.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from enrich.bibfile import BibFile, Entry, FieldSpan, part_end
from enrich.errors import OutputError


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` in place of ``bib.text[start:end]``."""

    start: int
    end: int
    text: str


class Macro(str):
    """A value to be written as it is, without delimiters: the name of an ``@string`` or of a month (``jun``), or parts
    put together (``jun # "~12"``)."""

    __slots__ = ()


ORDER = (
    *("title", "author", "journal", "journaltitle", "booktitle", "volume", "number", "issue", "pages", "publisher"),
    *("year", "date", "month", "eprint", "archivePrefix", "eprinttype", "primaryClass", "eprintclass", "doi", "url"),
    *("note", "comment", "abstract"),
)
"""A new field goes behind the nearest of those before it here that the entry has, else to the end of the entry."""


def change(
    bib: BibFile, entry: Entry, values: Mapping[str, str | None], *, kind: str | None = None
) -> tuple[Edit, ...]:
    """The edits that give the entry these values: none where it has them already.

    ``values`` maps the names of fields, in their usual spelling (``archivePrefix``), to what shall stand between
    their delimiters, as LaTeX; ``None`` takes the field out. ``kind`` is the new type of the entry. Of fields with
    one name the first is meant. All that is to change in an entry goes into one call.

    :raises OutputError: when a value would end its field or the entry early (its braces are not in pairs), or a
        comment inside the entry stands so that nothing can be put beside it.
    """
    wanted = {name.lower(): (name, value) for name, value in values.items()}
    for name, value in wanted.values():
        if value is not None and not _is_closed(value):
            raise OutputError(
                f"line {entry.line}: the new {name} of '{entry.key}' cannot be written: it would not stay in its field",
                hint="change this field by hand",
            )
    items = _take_apart(bib, entry)
    places = {item.name.lower(): item for item in reversed(items[1:-1])}
    layout: _Layout | None = None
    new: list[tuple[str, str]] = []
    dropped: list[_Item] = []
    for key, (name, value) in wanted.items():
        item = places.get(key)
        if value is None:
            if item is not None:
                dropped.append(item)
        elif item is None:
            new.append((name, value))
        elif item.value:
            item.value = _revalued(item.value, value, _newline(bib, entry))
        else:
            layout = layout or _Layout.of(bib, entry)
            spaces = item.after[: len(item.after) - len(item.after.lstrip(" \t"))]
            item.equals += spaces or layout.post
            item.value, item.after = layout.value(value), item.after[len(spaces) :]
    if new:
        layout = layout or _Layout.of(bib, entry)
        for name, value in sorted(new, key=lambda pair: _rank(pair[0])):
            _add(items, layout, name, value)
    leading = bool(dropped) and (layout or _Layout.of(bib, entry)).leading
    for item in dropped:
        _drop(items, item, leading=leading)
    if kind is not None:
        items[0].name = _retyped(items[0].name, kind)
    edits = _edits(entry.start, items)
    if (new or dropped) and any("%" in piece for item in items for piece in (item.before, item.name, item.after)):
        _check_beside_comments(bib, entry, edits, wanted)
    return edits


def remove(bib: BibFile, entry: Entry) -> Edit:
    """The edit that takes an entry out, with the blank lines between it and the one before it.

    Where blank lines stand on one side of it only, they stay, as does a comment next to it.
    """
    text = bib.text
    first, last = _line_start(text, entry.start), _line_end(text, entry.end)
    if first is None or last is None:
        # Something else is on its line, and stays; so do all line ends.
        return Edit(entry.start, entry.end + (len(_spaces(text, entry.end)) if last is None else 0), "")
    above, below = first, last
    while above > 0 and text[above - 1] in "\r\n":
        start = _line_start(text, above - (2 if text[above - 2 : above] == "\r\n" else 1))
        if start is None:
            break
        above = start
    while below < len(text) and (end := _line_end(text, below)) is not None:
        below = end
    if above == 0 or (above == 1 and text[0] == "\ufeff"):
        return Edit(above, below, "")
    return Edit(above if below > last or last == len(text) else first, last, "")


def apply(bib: BibFile, edits: Iterable[Edit]) -> bytes:
    """The bytes of the file with the edits made, in its encoding; with no edit, the bytes it has.

    The result is read again before it is handed out: every block must stand where the edits leave it, and every field
    that was not to change must be as it was.

    :raises OutputError: when it is not so, when two edits overlap, or when the encoding lacks a character.
    """
    ordered = _in_order(bib, edits)
    if not ordered:
        return bib.data
    pieces: list[str] = []
    position = 0
    for edit in ordered:
        pieces += (bib.text[position : edit.start], edit.text)
        position = edit.end
    pieces.append(bib.text[position:])
    text = "".join(pieces)
    data = _encoded(bib, text, ordered)
    _verify(bib, BibFile.parse(data), text, ordered)
    return data


# --- an entry in pieces ----------------------------------------------------------------------------------------------

_NEWLINE = re.compile(r"\r\n|\n|\r")
_COMMA = re.compile(r"\s*,")
_DIGITS = re.compile(r"[0-9]+")
_JOINT = re.compile(r"\s*#\s*")
_BARE = re.compile(r"[^\s#%{}\",]+")


@dataclass(slots=True)
class _Item:
    """A field, and what stands around it.

    ``before`` is what stands between the last comma and the name, ``after`` what stands between the value and the
    next comma; ``comma`` is empty where none follows. The head of the entry (``@misc{key``) and its end (``}``) are
    items with no more than a name. ``was`` are the pieces as they are in the file; a new field has none. A field that
    is ``gone`` has left what must stay of it to its neighbours.
    """

    before: str
    name: str
    equals: str
    value: str
    after: str
    comma: str
    was: tuple[str, ...] = ()
    gone: bool = False

    def pieces(self) -> tuple[str, ...]:
        return (self.before, self.name, self.equals, self.value, self.after, self.comma)


def _take_apart(bib: BibFile, entry: Entry) -> list[_Item]:
    """The head, the fields and the end of an entry. All pieces joined are its text."""
    text = bib.text
    head_end = entry.key_start + len(entry.key)
    after, comma, position = _comma(text, head_end)
    items = [_Item("", text[entry.start : head_end], "", "", after, comma)]
    for span in entry.fields:
        name_start = max(span.name_start, position)
        name_end = max(span.name_end, name_start)
        after, comma, end = _comma(text, span.stop)
        items.append(
            _Item(
                text[position:name_start],
                text[name_start:name_end],
                text[name_end : span.start],
                span.raw,
                text[span.end : span.stop] + after,
                comma,
            )
        )
        position = end
    items.append(_Item(text[position : entry.end - 1], text[entry.end - 1 : entry.end], "", "", "", ""))
    for item in items:
        item.was = item.pieces()
    return items


def _comma(text: str, position: int) -> tuple[str, str, int]:
    """What stands before the next comma, the comma, and the place behind it; empty where something else comes."""
    match = _COMMA.match(text, position)
    if match is None:
        return "", "", position
    return text[position : match.end() - 1], ",", match.end()


def _edits(start: int, items: Sequence[_Item]) -> tuple[Edit, ...]:
    """What differs between the items as they are and as they were."""
    stretches: list[tuple[int, str, str]] = []  # where it begins, what stands there, what shall stand there
    pending = ""  # what is new and has no place of its own in the file
    position = start
    for item in items:
        if not item.was:
            pending += "".join(item.pieces())
            continue
        for old, new in zip(item.was, ("",) * 6 if item.gone else item.pieces(), strict=True):
            if pending or old != new:
                begin, former, latter = position, "", ""
                if stretches and stretches[-1][0] + len(stretches[-1][1]) == position:
                    begin, former, latter = stretches.pop()
                stretches.append((begin, former + old, latter + pending + new))
                pending = ""
            position += len(old)
    edits = [_trimmed(begin, old, new) for begin, old, new in stretches]
    return tuple([edit for edit in edits if edit.text or edit.start < edit.end])


def _trimmed(start: int, old: str, new: str) -> Edit:
    """An edit without what it leaves as it is at its beginning and at its end."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    return Edit(start + head, start + len(old) - tail, new[head : len(new) - tail])


# --- values and types ------------------------------------------------------------------------------------------------


def _is_closed(value: str) -> bool:
    """Whether a value stays within its delimiters: for BibTeX, which counts every brace, and for its readers, for
    whom one after a backslash does not count."""
    if isinstance(value, Macro):
        return _are_parts(value)
    for pattern in (r"[{}]", r"(?<!\\)[{}]"):
        depth = 0
        for mark in re.findall(pattern, value):
            depth += 1 if mark == "{" else -1
            if depth < 0:
                return False
        if depth:
            return False
    return not value.endswith("\\")


def _are_parts(value: str) -> bool:
    """Whether a value is parts with ``#`` between them, each in braces, in quotes or bare, and nothing else."""
    position = 0
    while True:
        end = part_end(value, position)
        if end is None or not _is_part(value[position:end]):
            return False
        if end == len(value):
            return True
        joint = _JOINT.match(value, end)
        if joint is None:
            return False
        position = joint.end()


def _is_part(part: str) -> bool:
    return _is_closed(part[1:-1]) if part[:1] in ("{", '"') else _BARE.fullmatch(part) is not None


def _quotable(value: str) -> bool:
    """Whether a value can stand in quotes: the quotes in it are in braces, each as ``{"}`` or behind a backslash."""
    depth = 0
    for match in re.finditer(r'[{}"]', value):
        place = match.start()
        if match.group() == '"':
            alone = value[place - 1 : place + 2] == '{"}' if place else False
            if depth == 0 or not (alone or value[place - 1] == "\\"):
                return False
        else:
            depth += 1 if match.group() == "{" else -1
    return True


def _delimited(value: str, *, quotes: bool, bare: bool, newline: str) -> str:
    if isinstance(value, Macro):
        return str(value)
    value = _NEWLINE.sub(newline, value)
    if bare and _DIGITS.fullmatch(value):
        return value
    return f'"{value}"' if quotes and _quotable(value) else f"{{{value}}}"


def _revalued(old: str, value: str, newline: str) -> str:
    """The new value in the delimiters of the old one, where it can stand in them."""
    quotes = old.startswith('"') and part_end(old, 0) == len(old)
    return _delimited(value, quotes=quotes, bare=_DIGITS.fullmatch(old) is not None, newline=newline)


_HUMPS = {
    kind.lower(): kind
    for kind in ("InProceedings", "InCollection", "InBook", "PhdThesis", "MastersThesis", "TechReport", "BookInBook")
}


def _retyped(head: str, kind: str) -> str:
    """The head of an entry with another type, in the case of the old one."""
    match = re.match(r"@(\w*)", head)
    if match is None or match[1].lower() == kind.lower():
        return head
    old = match[1]
    new = kind.lower()
    if len(old) > 1 and old.isupper():
        new = new.upper()
    elif old[:1].isupper():
        flat = old == old.capitalize() and old.lower() in _HUMPS
        new = new.capitalize() if flat else _HUMPS.get(new, new.capitalize())
    return f"@{new}{head[match.end() :]}"


# --- layout ----------------------------------------------------------------------------------------------------------

_CAMEL = frozenset(name.lower() for name in ORDER if name != name.lower())


@dataclass(frozen=True, slots=True)
class _Layout:
    """How an entry is written.

    ``gap`` stands between a field and the next: a line end and the indent, or a space. In the ``leading`` style it
    stands before the comma, and ``post_comma`` behind it. ``pre`` and ``post`` are around the ``=``; where the signs
    or the values stand in a ``column``, ``pads`` says what is filled up to reach it: the ``indent``, ``pre`` or
    ``post``.
    """

    gap: str
    leading: bool
    post_comma: str
    pre: str
    post: str
    pads: str
    column: int
    tab: int
    quotes: bool
    bare: bool
    case: str
    newline: str
    last_comma: str
    closing: str

    @classmethod
    def of(cls, bib: BibFile, entry: Entry) -> _Layout:
        """The layout of the entry; that of its nearest neighbour where it has no field itself."""
        model = entry if _fields(entry) else _neighbour(bib, entry)
        newline = _newline(bib, entry)
        if model is None:
            return cls(f"{newline}  ", False, "", " ", " ", "", 0, 8, False, False, "", newline, ",", newline)
        items = _take_apart(bib, model)
        fields = [item for item in items[1:-1] if item.name.strip() and "%" not in item.name]
        commas = [item for item in items[:-1] if item.comma]
        led = [item for item in commas if _NEWLINE.search(item.after)]
        leading = len(led) * 2 > len(commas)
        post_comma = ""
        if leading:
            gaps = [item.after for item in led]
            post_comma = _most([b.before for a, b in pairwise(items) if a in led and "%" not in b.before], " ")
        else:
            gaps = [item.before for item in fields]
        gap = _gap(gaps)
        if model is not entry:
            gap = _NEWLINE.sub(newline, gap)
        # Only fields below one another can be aligned.
        below = leading or _NEWLINE.search(gap) is not None
        pads, column, tab, pre, post = _columns(fields, "" if leading else gap, below=below)
        first = Counter(item.value[:1] for item in fields)
        numbers = [item.value for item in fields if _DIGITS.fullmatch(item.value.strip('{}"'))]
        closing = items[-1].before if "%" not in items[-1].before else newline
        return cls(
            gap=gap,
            leading=leading,
            post_comma=post_comma,
            pre=pre,
            post=post,
            pads=pads,
            column=column,
            tab=tab,
            quotes=first['"'] > first["{"],
            bare=bool(numbers) and all(_DIGITS.fullmatch(number) for number in numbers),
            case=_case([item.name for item in fields]),
            newline=newline,
            last_comma=items[-2].comma,
            closing=closing if model is entry else _NEWLINE.sub(newline, closing),
        )

    def value(self, value: str) -> str:
        bare = self.bare and not value.startswith("0")
        return _delimited(value, quotes=self.quotes, bare=bare, newline=self.newline)

    def item(self, name: str, value: str) -> _Item:
        """A new field; unless commas lead, with the gap in front of it."""
        name = self._cased(name)
        gap, pre, post = "" if self.leading else self.gap, self.pre, self.post
        at = _last_line(gap)
        indent = gap[at:]
        if self.pads == "indent":
            indent = " " * (self.column - len(pre) - len(name))
        elif self.pads == "pre":
            pre = self._padded(indent + name, pre)
        elif self.pads == "post":
            post = self._padded(f"{indent}{name}{pre}=", post)
        return _Item(gap[:at] + indent, name, f"{pre}={post}", self.value(value), "", "")

    def _padded(self, line: str, shortest: str) -> str:
        """What leads from the end of ``line`` to the column; ``shortest`` where that is passed already."""
        padding = ""
        if "\t" in shortest:
            while len((line + padding).expandtabs(self.tab)) < self.column:
                padding += "\t"
            return padding or "\t"
        return " " * (self.column - len(line.expandtabs(self.tab))) or shortest

    def _cased(self, name: str) -> str:
        if self.case == "upper":
            return name.upper()
        if self.case == "capital":
            return name.capitalize()
        if self.case == "camel":
            return name[:1].upper() + name[1:]
        return name.lower() if self.case == "lower" else name


def _fields(entry: Entry) -> list[FieldSpan]:
    return [span for span in entry.fields if span.written and "%" not in span.written]


def _neighbour(bib: BibFile, entry: Entry) -> Entry | None:
    """The nearest entry that has fields; of two as near the one before."""
    place = bisect_left(bib.entries, entry.start, key=lambda other: other.start)
    for distance in range(1, min(len(bib.entries), 100)):
        for near in (place - distance, place + distance):
            if 0 <= near < len(bib.entries) and _fields(bib.entries[near]):
                return bib.entries[near]
    return None


def _newline(bib: BibFile, entry: Entry) -> str:
    """The line end used in the entry, else that after it or before it."""
    inside: Counter[str] = Counter(_NEWLINE.findall(bib.text, entry.start, entry.end))
    if inside:
        return inside.most_common(1)[0][0]
    around = _NEWLINE.search(bib.text, entry.end, entry.end + 1000)  # A file may be one line.
    return around.group() if around else bib.newline


def _most(choices: Sequence[str], otherwise: str) -> str:
    return Counter(choices).most_common(1)[0][0] if choices else otherwise


def _last_line(text: str) -> int:
    """Where the last line begins; 0 if there is one only."""
    return max((match.end() for match in _NEWLINE.finditer(text)), default=0)


def _gap(gaps: Sequence[str]) -> str:
    """The usual of the gaps between fields: of those with a line end, unless most have none."""
    plain = []
    for gap in gaps:
        if "%" in gap:  # the end of the comment's line, and the indent
            ends = list(_NEWLINE.finditer(gap))
            gap = gap[ends[-1].start() :] if ends else ""
        plain.append(gap)
    broken = [gap for gap in plain if _NEWLINE.search(gap)]
    if broken and len(broken) * 2 >= len(plain):
        return _most(broken, "")
    flat = [gap for gap in plain if gap not in broken]
    return _most(flat[1:] or flat, " ")


def _columns(fields: Sequence[_Item], gap: str, *, below: bool) -> tuple[str, int, int, str, str]:
    """How the fields are aligned: what is padded, the column, the width of a tab, and what stands around ``=``."""
    rows = []
    for item in fields:
        pre, _, post = item.equals.partition("=")
        if not _NEWLINE.search(pre) and "%" not in item.equals:
            indent = item.before[_last_line(item.before) :] if _NEWLINE.search(item.before) else gap[_last_line(gap) :]
            rows.append((indent, item.name, pre, post))
    if not rows:
        return "", 0, 8, " ", " "
    pre = _most([row[2] for row in rows], " ")
    post = _most([row[3] for row in rows], " ")
    tabs = (8, 4, 2) if any("\t" in "".join(row) for row in rows) else (8,)
    for pads in ("pre", "post") if below else ():
        for tab in tabs:
            lined = [row for row in rows if pads == "pre" or not _NEWLINE.search(row[3])]
            widths = []
            for indent, name, before, after in lined:
                line = f"{indent}{name}{before}" + (f"={after}" if pads == "post" else "")
                widths.append((len(line.expandtabs(tab)), len(f"{indent}{name}".expandtabs(tab))))
            if not widths:
                continue
            column, count = Counter(width for width, _ in widths).most_common(1)[0]
            within = [row for row, (width, _) in zip(lined, widths, strict=True) if width == column]
            room = sum(named < column for _, named in widths)
            if len({len(row[1]) for row in within}) < 2 or count * 2 <= room:
                continue
            ends = {named for width, named in widths if width == column}
            if pads == "pre" and len(ends) == 1:  # names that end in one column, as the ADS writes them
                return "indent", column, tab, pre, post
            fills = [row[2] if pads == "pre" else row[3] for row in rows]
            shortest = "\t" if any("\t" in fill for fill in fills) else " " if all(fills) else ""
            return (pads, column, tab, shortest, post) if pads == "pre" else (pads, column, tab, pre, shortest)
    if below and len(rows) == 1 and len(pre) > 1 and not pre.strip(" "):  # one field, as if there were more
        return "pre", len((rows[0][0] + rows[0][1] + pre).expandtabs(8)), 8, " ", post
    return "", 0, 8, pre, post


def _case(names: Sequence[str]) -> str:
    """The habit of a file's names: upper, capital (``Archiveprefix``), camel (``ArchivePrefix``), lower or none."""
    lettered = [name for name in names if any(letter.isalpha() for letter in name)]
    if not lettered:
        return ""
    if all(name.isupper() for name in lettered):
        return "upper"
    if all(name[:1].isupper() for name in lettered):
        return "capital" if all(part == part.capitalize() for name in lettered for part in name.split("-")) else "camel"
    if any(name in _CAMEL for name in lettered) and all(name.islower() for name in lettered):
        return "lower"
    return ""


# --- adding and dropping fields --------------------------------------------------------------------------------------


_RANKS = {name.lower(): rank for rank, name in enumerate(ORDER)}
# Entries are written in either order of these: what comes behind them comes behind the last of them.
_TOGETHER = {"title": "author", "eprint": "eprintclass", "archiveprefix": "eprintclass", "eprinttype": "eprintclass"}
_TOGETHER["primaryclass"] = "eprintclass"


def _rank(name: str) -> int:
    return _RANKS.get(name.lower(), len(_RANKS))


def _place(items: Sequence[_Item], name: str) -> int:
    """Behind which of the items a new field belongs."""
    rank = _rank(name)
    if rank == len(_RANKS):
        return len(items) - 2
    before = []
    for place, item in enumerate(items[1:-1], 1):
        other = item.name.lower()
        if _rank(other) < rank:
            before.append((_rank(_TOGETHER.get(other, other)), place))
    return max(before)[1] if before else len(items) - 2


def _add(items: list[_Item], layout: _Layout, name: str, value: str) -> None:
    """Put a new field behind the one it belongs behind."""
    behind = _place(items, name)
    former, latter = items[behind], items[behind + 1]
    item = layout.item(name, value)
    if layout.leading and len(items) > 2:
        end = _NEWLINE.search(former.after)
        beside, rest = (former.after[: end.start()], former.after[end.start() :]) if end else (former.after, "")
        former.after, item.before, item.after = beside + layout.gap, layout.post_comma, rest
        item.comma, former.comma = former.comma, ","
        items.insert(behind + 1, item)
        return
    carried = ""
    if not former.comma:
        if behind == 0:  # the first field there is
            item.comma = layout.last_comma
            latter.before = latter.before or layout.closing
        if _MARKS.search(former.after):
            item.after = former.after  # such a comment would begin a field if it stood behind a comma
        else:
            carried = former.after
        former.after, former.comma = "", ","
    else:
        if behind == 0 and len(items) == 2:
            item.comma = layout.last_comma
            if not _NEWLINE.search(latter.before) and _NEWLINE.search(layout.closing):
                latter.before = layout.closing
        else:
            item.comma = ","
        end = _NEWLINE.search(latter.before)
        if end and "%" in latter.before[: end.start()]:
            carried, latter.before = latter.before[: end.start()], latter.before[end.start() :]
    if ("%" in carried or "%" in former.name) and not _NEWLINE.search(item.before):
        item.before = layout.newline + item.before
    item.before = carried + item.before
    items.insert(behind + 1, item)


_MARKS = re.compile(r'[{}"=,]')


def _drop(items: Sequence[_Item], item: _Item, *, leading: bool) -> None:
    """Take a field out; what must stay of what is around it goes to those beside it that are still there."""
    place = next(index for index, other in enumerate(items) if other is item)
    former = next(other for other in reversed(items[:place]) if not other.gone)
    latter = next(other for other in items[place + 1 :] if not other.gone)
    item.gone = True
    if leading:
        above = former.after + (item.before if "%" in item.before else "")
        if item.comma and former is items[0] and "%" in item.before + item.after:
            latter.before = item.before.rstrip() + item.after  # a comment behind the key would be read as a part of it
        elif item.comma:
            former.after = _joined(above, item.after)
        else:
            former.after, latter.before = "", _joined(above, item.after + latter.before, last=True)
            former.comma = ""
        return
    beside = item.after if "%" in item.after else ""
    latter.before = _joined(item.before, beside + latter.before, last=latter is items[-1])
    if not item.comma:
        former.comma = ""
    elif latter is items[-1] and latter.before.strip():
        former.comma = ""  # a comment between the last comma and the closing brace would be read as a field


def _joined(above: str, below: str, *, last: bool = False) -> str:
    """What is left of the space around a field: its line goes if it stood there alone."""
    start = _last_line(above)
    if start == 0:
        return above + below if "%" in above else below
    end = _NEWLINE.search(below)
    if end is None:
        if last and "%" not in above:
            return below  # the closing brace stays on the line of the last field
        return above if not below.strip() else above + below.lstrip(" \t")
    if below[: end.start()].strip():
        return above + below.lstrip(" \t")
    if _BLANK_END.search(above) and _BLANK_START.match(below):
        return above.rstrip() + below  # one blank line is enough
    return above[:start] + below[end.end() :]


_BLANK_START = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r(?!\n))){2}")
_BLANK_END = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)[ \t]*\Z")


def _check_beside_comments(
    bib: BibFile, entry: Entry, edits: Sequence[Edit], wanted: Mapping[str, tuple[str, str | None]]
) -> None:
    """Where comments stand inside the entry, see that each field is still what it is."""
    text, position = "", entry.start
    for edit in edits:
        text += bib.text[position : edit.start] + edit.text
        position = edit.end
    new = BibFile.of_text(text + bib.text[position : entry.end])
    kept = [(span.written, span.raw) for span in entry.fields if span.name not in wanted]
    if len(new.entries) == 1 and new.entries[0].key == entry.key:
        found = new.entries[0]
        same = [(span.written, span.raw) for span in found.fields if span.name not in wanted] == kept
        there = {span.name for span in found.fields}
        if same and all(name in there for name, (_, value) in wanted.items() if value is not None):
            return
    raise OutputError(
        f"line {entry.line}: a comment inside '{entry.key}' is in the way of changing it",
        hint="move the comment out of the entry, then run again",
    )


# --- entries on their lines ------------------------------------------------------------------------------------------


def _spaces(text: str, position: int) -> str:
    match = _SPACES.match(text, position)
    return match.group() if match else ""


def _line_start(text: str, position: int) -> int | None:
    """Where the line begins, if nothing but spaces stands before ``position`` in it."""
    while position > 0 and text[position - 1] in " \t":
        position -= 1
    return position if position == 0 or text[position - 1] in "\r\n\ufeff" else None


def _line_end(text: str, position: int) -> int | None:
    """Where the next line begins, if nothing but spaces stands behind ``position`` in this one."""
    position += len(_spaces(text, position))
    end = _NEWLINE.match(text, position)
    if end is not None:
        return end.end()
    return position if position == len(text) else None


_SPACES = re.compile(r"[ \t]*")


# --- making and proving the edits ------------------------------------------------------------------------------------


def _in_order(bib: BibFile, edits: Iterable[Edit]) -> list[Edit]:
    """The edits in the order of the file; removals that share blank lines as one."""
    ordered: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        last = ordered[-1] if ordered else None
        if last is not None and (edit.start < last.end or (edit.start, edit.end) == (last.start, last.end)):
            if last.text or edit.text:
                raise OutputError(
                    f"line {bib.line_of(edit.start)}: two changes of the same place; nothing was written",
                    hint="run again with one of them",
                )
            ordered[-1] = Edit(last.start, max(last.end, edit.end), "")
        else:
            ordered.append(edit)
    return [edit for edit in ordered if bib.text[edit.start : edit.end] != edit.text]


def _encoded(bib: BibFile, text: str, edits: Sequence[Edit]) -> bytes:
    try:
        return text.encode(bib.encoding)
    except UnicodeEncodeError as error:
        wrong = next(edit for edit in edits if not _encodes(edit.text, bib.encoding))
        missing = sorted({letter for letter in wrong.text if not _encodes(letter, bib.encoding)})
        raise OutputError(
            f"line {bib.line_of(wrong.start)}: the file is in {bib.encoding}, which has no {' '.join(missing[:10])}",
            hint="convert the file to UTF-8, then run again",
        ) from error


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _verify(bib: BibFile, new: BibFile, text: str, edits: Sequence[Edit]) -> None:
    """Every block must stand where the edits leave it. Between entries the text is what it was, and so is what it
    means, as reading begins anew behind each entry."""
    if new.text != text:  # "Ã©" of Windows-1252 are the bytes of "é" in UTF-8
        raise OutputError(
            f"line {bib.line_of(edits[0].start)}: with this change the file would no longer be read as {bib.encoding}",
            hint="convert the file to UTF-8, then run again",
        )
    starts = [edit.start for edit in edits]
    ends = [edit.end for edit in edits]
    shifts = [0, *accumulate(len(edit.text) - (edit.end - edit.start) for edit in edits)]

    def moved(offset: int) -> int:
        return offset + shifts[bisect_right(ends, offset)]

    def edited(start: int, end: int) -> bool:
        """Whether an edit changes something between the two, or puts something between their neighbours."""
        place = bisect_right(ends, start)
        return place < len(edits) and starts[place] < end

    kept = [entry for entry in bib.entries if not _is_gone(entry, starts, ends, edits)]
    for entry, found in zip(kept, new.entries, strict=False):
        if (found.start, found.end, found.key) != (moved(entry.start), moved(entry.end), entry.key):
            raise _refused(bib, entry.line)
        if edited(entry.start, entry.end):
            there = {span.name_start: span for span in found.fields}
            for span in entry.fields:
                if edited(span.name_start, span.end):
                    continue
                same = there.get(moved(span.name_start))
                if same is None or same.written != span.written or (span.raw and same.raw != span.raw):
                    raise _refused(bib, span.line)
    if len(kept) != len(new.entries):
        raise _refused(bib, bib.line_of(edits[0].start))
    for failure, other in zip(bib.failures, new.failures, strict=False):
        # Not its words: they may quote the type of the entry behind it.
        if (moved(failure.start), failure.key) != (other.start, other.key):
            raise _refused(bib, failure.line)
    if len(bib.failures) != len(new.failures) or new.strings != bib.strings:
        raise _refused(bib, bib.line_of(edits[0].start))


def _is_gone(entry: Entry, starts: Sequence[int], ends: Sequence[int], edits: Sequence[Edit]) -> bool:
    place = bisect_right(starts, entry.start) - 1
    return place >= 0 and ends[place] >= entry.end and not edits[place].text


def _refused(bib: BibFile, line: int) -> OutputError:
    return OutputError(
        f"line {line}: the change would alter how the rest is read; nothing was written",
        hint="check the braces and quotes near this line",
    )
