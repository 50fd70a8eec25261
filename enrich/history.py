"""What is new about a paper: two records compared, in words for people, and a paper's history.

Nothing here reads or writes; what was known before comes out of the store.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from enrich.record import Person, Published, Record, Withdrawn

if TYPE_CHECKING:
    from enrich.store import Answer, Publication

LOUD = frozenset({"withdrawn", "superseded"})
"""What somebody who cites the paper must hear of."""

_WHOLE = frozenset({"arxiv", "oai"})
"""The sources that say all that arXiv says: what is absent from their records is absent. DataCite has no journal
reference, for one, and a file may have been cut to anything."""

_OWN = ("doi", "primary_category", "categories")
"""What others than arXiv say in their own way: DataCite has DOIs from people who match works, and categories in another
order. Each is held only against what the same source said."""

_NAMES_SHOWN = 5
"""Of a collaboration of thousands that many who came or went are named."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is new about the paper ``id``.

    ``what`` is ``withdrawn``, ``superseded``, ``reinstated``, ``version``, ``published``, ``title``, ``authors``,
    ``doi``, ``journal_ref``, ``abstract``, ``category`` or ``comment``; in a timeline also ``known``, for the first
    that was known. ``text`` says it (``v2 -> v4``).
    """

    id: str
    what: str
    text: str
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What became known at one ``moment``, in seconds since 1970."""

    moment: float
    news: tuple[News, ...]


def news(before: Record, after: Record) -> tuple[News, ...]:
    """What ``after`` says of a paper that ``before`` did not, loudest first.

    What a source does not carry has not changed, nor has anything where one that lags behind tells of an older version.
    """
    return _changes(before, after, was_whole=_is_whole(before))


def timeline(
    present: Answer | None, past: Sequence[Answer], publications: Sequence[Publication] = ()
) -> tuple[Event, ...]:
    """A paper's history, newest first. ``past`` and ``publications`` come oldest first, the present publication last.

    >>> [event.news[0].text for event in timeline(present, past)]        # doctest: +SKIP
    ['v1 -> v2', "known since: v1, 'A title'"]
    """
    moments: dict[float, list[News]] = defaultdict(list)
    known: _Known | None = None
    for moment, record in _told(present, past):
        if known is None:
            moments[moment].append(_first(record))
            known = _Known(record, _is_whole(record))
        else:
            moments[moment].extend(_changes(known.record, record, was_whole=known.whole))
            known = known.then(record)
    # A record that tells the published version itself would say it twice.
    said = {new.text for told in moments.values() for new in told if new.what == "published"}
    record_id = known.record.id if known else ""
    for moment, new in _appearances(record_id, publications):
        if new.text not in said:
            moments[moment].append(new)
    return tuple(
        Event(moment, tuple(_loudest_first(moments[moment])))
        for moment in sorted(moments, reverse=True)
        if moments[moment]
    )


def since(moment: float, present: Answer | None, past: Sequence[Answer]) -> Record | None:
    """What was known of a paper at ``moment`` (seconds since 1970); ``None`` if nothing was.

    What the last source to be asked did not carry is what the one before it said.
    """
    known: _Known | None = None
    for began, record in _told(present, past):
        if began > moment:
            break
        known = _Known(record, _is_whole(record)) if known is None else known.then(record)
    return known.record if known else None


def _told(present: Answer | None, past: Sequence[Answer]) -> list[tuple[float, Record]]:
    """Each record with the moment from which it was known, oldest first."""
    answers = [*past] if present is None else [*past, present]
    return [(a.retrieved if a.since is None else a.since, a.record) for a in answers if a.record is not None]


# --- what is known ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """All that was said of a paper; ``whole``: by somebody whose silence means something, too."""

    record: Record
    whole: bool

    def then(self, after: Record) -> _Known:
        """What is known once ``after`` was said, too."""
        if _lags(self.record, after):
            return self
        before = self.record
        silent = ["version", "submitted", "updated", "license", "published"]
        if not _is_whole(after):
            silent += ["abstract", "comment", "journal_ref", "withdrawn", *_OWN]
        kept = {name: value for name in silent if not getattr(after, name) and (value := getattr(before, name))}
        if self.whole and not _is_whole(after):
            kept |= {name: getattr(before, name) for name in _OWN}
        origin = {name: source for name, source in after.origin.items() if name not in kept}
        origin |= {name: before.origin[name] for name in kept if name in before.origin}
        return _Known(replace(after, **kept, origin=origin) if kept else after, self.whole or _is_whole(after))


def _is_whole(record: Record) -> bool:
    return record.origin.get("title") in _WHOLE


def _lags(before: Record, after: Record) -> bool:
    """Whether ``after`` tells of an older version, which only arXiv's own word may do."""
    if before.version is None or after.version is None or _is_whole(after):
        return False
    return after.version < before.version


# --- what changed -------------------------------------------------------------------------------------------------


def _changes(before: Record, after: Record, *, was_whole: bool) -> tuple[News, ...]:
    if _lags(before, after):
        return ()
    is_whole = _is_whole(after)
    found = [*_withdrawals(before, after, is_whole)]

    def tell(what: str, text: str | None) -> None:
        if text:
            found.append(News(after.id, what, text, what in LOUD))

    if before.version and after.version and before.version != after.version:
        tell("version", f"v{before.version} -> v{after.version}")
    if after.published:
        tell("published", _appeared(before.published, after.published))
    if before.title and after.title and _differ(before.title, after.title):
        tell("title", f"title changed: {_quoted(before.title)} -> {_quoted(after.title)}")
    if before.authors and after.authors and before.authors != after.authors:
        tell("authors", _authors(before.authors, after.authors))

    def both_say(name: str) -> bool:
        """Whether what one says can be held against what the other does."""
        return bool((getattr(before, name) or was_whole) and (getattr(after, name) or is_whole))

    def comparable(name: str) -> bool:
        return (was_whole and is_whole) or before.origin.get(name) == after.origin.get(name)

    if comparable("doi") and both_say("doi") and (before.doi or "").lower() != (after.doi or "").lower():
        tell("doi", _turned("DOI", before.doi, after.doi))
    if both_say("journal_ref"):
        tell("journal_ref", _reworded("journal reference", before.journal_ref, after.journal_ref))
    if before.abstract and after.abstract and _differ(before.abstract, after.abstract):
        tell("abstract", "abstract changed")
    if comparable("categories"):
        tell("category", _categories(before, after))
    notice = {before.withdrawn and before.withdrawn.reason, after.withdrawn and after.withdrawn.reason} - {None}
    if both_say("comment") and not {before.comment, after.comment} & notice:
        # The comment of a withdrawn paper is the notice, which is told as that.
        tell("comment", _reworded("comment", before.comment, after.comment))
    return tuple(_loudest_first(found))


# Of what is not loud, what changes a citation comes before what changes only the paper.
_ORDER = (
    *("withdrawn", "superseded", "reinstated", "version", "published", "title", "authors", "doi", "journal_ref"),
    *("abstract", "category", "comment", "known"),
)


def _loudest_first(found: Sequence[News]) -> list[News]:
    return sorted(found, key=lambda new: _ORDER.index(new.what))


def _withdrawals(before: Record, after: Record, is_whole: bool) -> list[News]:
    was, now = before.withdrawn, after.withdrawn
    if now is None:
        if was is None or not is_whole:
            return []
        return [News(after.id, "reinstated", "no longer withdrawn")]
    found = []
    if was is None:
        found.append(News(after.id, "withdrawn", f"withdrawn: {now.reason}" if now.reason else "withdrawn", True))
    elif now.reason and _differ(was.reason, now.reason):
        found.append(News(after.id, "withdrawn", f"withdrawn, now with the words: {now.reason}", True))
    if now.superseded_by and now.superseded_by != (was or Withdrawn()).superseded_by:
        found.append(News(after.id, "superseded", f"superseded by {now.superseded_by}", True))
    return found


def _first(record: Record) -> News:
    what = [f"v{record.version}"] if record.version else []
    what += [_quoted(record.title)] if record.title else []
    what += ["withdrawn"] if record.withdrawn else []
    return News(record.id, "known", f"known since: {', '.join(what) or record.id}")


def _turned(name: str, before: str | None, after: str | None) -> str:
    if before is None:
        return f"{name}: {after}"
    return f"{name} removed: {before}" if after is None else f"{name} changed: {before} -> {after}"


def _reworded(name: str, before: str | None, after: str | None) -> str | None:
    if not _differ(before, after):
        return None
    return _turned(name, before and _quoted(before), after and _quoted(after))


def _categories(before: Record, after: Record) -> str | None:
    parts = []
    if before.primary_category and after.primary_category and before.primary_category != after.primary_category:
        parts.append(f"primary category {before.primary_category} -> {after.primary_category}")
    if before.categories and after.categories:
        moved = [f"+ {name}" for name in after.categories if name not in before.categories]
        moved += [f"- {name}" for name in before.categories if name not in after.categories]
        # The primary category is among them: that it moved has been told.
        told = {f"+ {after.primary_category}", f"- {before.primary_category}"} if parts else set()
        if rest := [move for move in moved if move not in told]:
            parts.append(f"categories: {', '.join(rest)}")
    return "; ".join(parts) or None


# --- published ----------------------------------------------------------------------------------------------------


def _appearances(record_id: str, publications: Sequence[Publication]) -> list[tuple[float, News]]:
    found = []
    before: Published | None = None
    for publication in publications:
        moment = publication.retrieved if publication.since is None else publication.since
        now = publication.published
        if now is not None:
            if text := _appeared(before, now):
                found.append((moment, News(record_id, "published", text)))
        elif before is not None:
            why = f": {publication.reason}" if publication.reason else ""
            text = f"no longer taken to be published in {_where(before)}{why}"
            found.append((moment, News(record_id, "published", text)))
        before = now
    return found


def _appeared(before: Published | None, after: Published) -> str | None:
    """``now published in NeurIPS 2017 (10.5555/…)``, or what became of that; ``None`` if nothing did."""
    if before is None:
        return f"now published in {_where(after)}"
    if (was := _where(before)) != (now := _where(after)):
        return f"published in {now}, not in {was}" if _differ(was, now) else None
    changed = [
        name
        for name in ("type", "title", "volume", "issue", "pages", "publisher", "url")
        if getattr(before, name) != getattr(after, name)
    ]
    return f"published in {now}: other {', '.join(changed)}" if changed else None


def _where(published: Published) -> str:
    words = [published.venue or published.publisher or "a venue without a name"]
    # "Proceedings of … 2017" need not be told its year again.
    if published.year and str(published.year) not in words[0]:
        words.append(str(published.year))
    if published.doi:
        words.append(f"({published.doi})")
    return " ".join(words)


# --- authors ------------------------------------------------------------------------------------------------------


def _authors(before: Sequence[Person], after: Sequence[Person]) -> str | None:
    """Who came, who went, who is written otherwise; whether the order is another. ``None``: nothing of that."""
    pairs, gone, come = _paired(before, after)
    parts = []
    if gone or come:
        who = [f"+ {after[at].name}" for at in come], [f"- {before[at].name}" for at in gone]
        parts.append("authors changed: " + ", ".join(part for names in who if (part := _some(names))))
    order = [then for _, then in sorted(pairs)]
    if order != sorted(order):
        first = after[0].name
        now_first = f", {first} is first now" if not (gone or come) and min(order) != order[0] else ""
        parts.append(f"authors reordered{now_first}")
    other = [(before[was], after[now]) for was, now in pairs if _differ(before[was].name, after[now].name)]
    if other:
        longer = all(_is_longer(was, now) for was, now in other)
        shown = _some([f"{was.name} -> {now.name}" for was, now in other])
        parts.append(f"{'given names written out' if longer else 'names written otherwise'}: {shown}")
    return "; ".join(parts) or None


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    if more <= 1:  # The one more takes no more room than its number.
        return ", ".join(names)
    return ", ".join([*names[:_NAMES_SHOWN], f"{names[0][:2] if names[0][:2] in ('+ ', '- ') else ''}{more:,} more"])


def _paired(before: Sequence[Person], after: Sequence[Person]) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Which author is which, by their places, and the places of those who have no counterpart.

    First those written alike, then those whose names agree but for accents, the order of their parts, initials and
    middle names, then those who share place, family name and initial.
    """
    pairs: list[tuple[int, int]] = []
    gone, come = [*range(len(before))], [*range(len(after))]

    def pair(key_of: Callable[[Person], str], agree: Callable[[Person, Person], bool]) -> None:
        nonlocal gone, come
        waiting: dict[str, deque[int]] = defaultdict(deque)
        for at in come:
            waiting[key_of(after[at])].append(at)
        left = []
        for at in gone:
            candidates = waiting[key_of(before[at])]
            match = next((then for then in candidates if agree(before[at], after[then])), None)
            if match is None:
                left.append(at)
            else:
                candidates.remove(match)
                pairs.append((at, match))
        taken = {then for _, then in pairs}
        gone, come = left, [at for at in come if at not in taken]

    pair(lambda person: _plain(person.name), lambda a, b: True)
    pair(lambda person: _folded(person.name), lambda a, b: True)
    pair(lambda person: " ".join(sorted(map(_folded, person.name.split(" ")))), lambda a, b: True)
    pair(_family, _may_be_one)
    for at in sorted({*gone} & {*come}):
        if (initial := _initial(before[at])) is None or initial != _initial(after[at]):
            continue
        pairs.append((at, at))
        gone.remove(at)
        come.remove(at)
    return pairs, gone, come


def _family(person: Person) -> str:
    return _folded(person.family or person.name.split(" ")[-1])


def _given(person: Person) -> list[str]:
    """Given names and initials, folded: ``J.-P.`` and ``Jean Pierre`` have two each, and so has ``J.P.``."""
    words = (person.given or "").replace(".", ". ").replace("-", " ").split()
    return [word for piece in words if (word := _folded(piece))]


def _initial(person: Person) -> str | None:
    given = _given(person)
    return f"{given[0][0]} {_family(person)}" if given else None


def _may_be_one(a: Person, b: Person) -> bool:
    """Whether one's given names may be the other's, shortened to initials or with names in the middle left out."""
    shorter, longer = sorted((_given(a), _given(b)), key=len)
    if not shorter:
        return False
    rest = iter(longer[1:])
    return _agree(shorter[0], longer[0]) and all(any(_agree(name, other) for other in rest) for name in shorter[1:])


def _agree(a: str, b: str) -> bool:
    return a == b or (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b))


def _is_longer(was: Person, now: Person) -> bool:
    """Whether given names are only written out: ``J. Smith`` and ``John Smith``, ``John A. Smith``."""
    before, after = _given(was), _given(now)
    return (
        _family(was) == _family(now)
        and sum(map(len, after)) > sum(map(len, before))
        and len(after) >= len(before)
        and all(later.startswith(earlier) for earlier, later in zip(before, after, strict=False))
    )


# --- text ---------------------------------------------------------------------------------------------------------

_SPACE = re.compile(r"\s+")
_TRANSLITERATED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "a", "œ": "o", "ı": "i", "ð": "d"})


def _plain(text: str) -> str:
    """The text without what only services do to it: other spaces and line ends, other code points for one letter."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _differ(before: str | None, after: str | None) -> bool:
    return before != after and _plain(before or "") != _plain(after or "")


def _folded(text: str) -> str:
    """The letters of a name, without case, accents and punctuation."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_TRANSLITERATED))
    letters = "".join(character for character in apart if character.isalnum())
    return letters.replace("ae", "a").replace("oe", "o").replace("ue", "u")  # Schroedinger is Schrödinger.


def _quoted(text: str) -> str:
    return f"'{text}'"
