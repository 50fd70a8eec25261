"""Citation keys: made from a template, unique in their file, and never changed once given."""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from enrich import latex
from enrich.errors import InputError
from enrich.record import Person, Record

DEFAULT_TEMPLATE = "{family}{year}{word}"

# Words that a key does not begin with, in the languages of most titles.
_STOP_WORDS = frozenset(
    """
    a an and are as at be by can do does for from how if in into is it its not of on or our some that the their there
    these this to toward towards under up upon us via was we what when where which while who why will with within
    without you your
    der die das ein eine und für von zur zum im den dem le la les un une des du de et sur dans pour par el los las una
    y en del il lo gli
    """.split()
)
_FOLDED = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
     "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ŋ": "n", "Ŋ": "N", "ħ": "h", "Ħ": "H"}
)  # fmt: skip
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")
_WORD_BREAK = re.compile(r"[\s\-\u2010-\u2015/:;,.()\[\]{}\"“”|=<>]+")
_UNSAFE = re.compile(r"[^A-Za-z0-9_:.+-]")
_NOT_ID = re.compile(r"[^A-Za-z0-9.-]+")


def make_key(record: Record, template: str = DEFAULT_TEMPLATE) -> str:
    """The citation key that the template gives this record: ``cobbe2021training``. Never empty.

    The template's fields:

    - ``{family}`` family name of the first author, whole, particles included (``vandenberg``); of a collaboration its
      first significant word (``atlas``); ``arxiv`` where no Latin letter is known
    - ``{families}`` the same for the first three authors together
    - ``{initials}`` the first letters of all authors' family names, at most six
    - ``{year}`` ``{yy}`` ``{month}`` of the submission (``2021``, ``21``, ``10``)
    - ``{word}`` first significant word of the title, ``{words2}`` and ``{words3}`` that many; of ``Chain-of-Thought``
      it is ``chain``; the digits of the identifier where the title has none
    - ``{id}`` the identifier (``2110.14168``), ``{version}`` the version cited (``v2``) or nothing
    - ``{category}`` the primary category (``cs.LG``)

    ``{Family}``, ``{Word}`` and so on begin each word with a capital; ``{FAMILY}`` is all capitals. Other characters
    stand for themselves. Raises :class:`InputError` for an unknown field or a character that is not safe in a key.
    """
    pieces = _compiled(template)
    key = "".join([piece if isinstance(piece, str) else piece(record) for piece in pieces]).strip(":.+-")
    return key or "arxiv" + _identifier_digits(record)


def assign_keys(
    records: Sequence[Record],
    *,
    template: str = DEFAULT_TEMPLATE,
    taken: Mapping[str, str] | Container[str] = (),
    existing: Mapping[tuple[str, int | None], str] | None = None,
) -> list[Record]:
    """The records, each with a citation key; no two works share one, however it is capitalised.

    - A key in ``existing``, by identifier and cited version, is kept as it is: a key once given never changes. Where
      two works bring the same one (out of two files), the first keeps it.
    - Else the record's own key, if it is free.
    - Else the template's. The first to ask has the plain key, the next ones ``a``, ``b``, … ``z``, ``aa`` after it,
      so a paper that is added later changes nobody's key.

    ``taken`` are keys that others use. Takes time in proportion to the number of records.
    """
    _compiled(template)
    known = existing or {}
    free = Free(taken)
    keys: list[str | None] = []
    given: set[str] = set()
    for record in records:
        key = known.get((record.id, record.cited_version))
        if key is not None and key.lower() in given:
            key = None
        if key is not None:
            given.add(key.lower())
        keys.append(key)
    free.used |= given
    for place, record in enumerate(records):
        if keys[place] is None and record.key and free.take(record.key):
            keys[place] = record.key

    def made(record: Record) -> str:
        return free.next(known.get((record.id, record.cited_version)) or make_key(record, template))

    return [record.with_key(key or made(record)) for record, key in zip(records, keys, strict=True)]


class Free:
    """Which keys are still free. Remembers, for each plain key, how far its letters are used up."""

    def __init__(self, taken: Mapping[str, str] | Container[str]) -> None:
        self.used: set[str] = set()
        self._asked: Container[str] = ()
        if isinstance(taken, Iterable):
            self.used.update([key.lower() for key in taken])
        else:
            self._asked = taken
        self._counts: dict[str, int] = {}

    def take(self, key: str) -> bool:
        """Whether the key was free; it is not any more."""
        lower = key.lower()
        if lower in self.used or key in self._asked or lower in self._asked:
            return False
        self.used.add(lower)
        return True

    def next(self, key: str) -> str:
        """The key, or with the first letter behind it that makes it free."""
        lower = key.lower()
        count = self._counts.get(lower, 0)
        while not self.take(key + _letters(count)):
            count += 1
        self._counts[lower] = count + 1
        return key + _letters(count)


def _letters(count: int) -> str:
    """0 → nothing, 1 → a, … 26 → z, 27 → aa."""
    letters = ""
    while count:
        count, place = divmod(count - 1, 26)
        letters = chr(97 + place) + letters
    return letters


# --- the template -------------------------------------------------------------------------------------------------


def _plain_ascii(text: str) -> str:
    """Letters and digits only: ``Müller`` → ``Muller``, ``Let's`` → ``Lets``."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return _NOT_PLAIN.sub("", text)


def _significant_words(text: str, count: int) -> list[str]:
    """The first words of a title that say something; all words where every one is a stop word."""
    words, skipped = [], []
    for raw in _WORD_BREAK.split(latex.without_mathematics(text)):
        word = _plain_ascii(raw)
        if not any(letter.isalpha() for letter in word):
            continue
        if word.lower() in _STOP_WORDS or raw.lower() in _STOP_WORDS:
            skipped.append(word)
            continue
        words.append(word)
        if len(words) == count:
            return words
    return words or skipped[:count]


def _family(person: Person) -> list[str]:
    if person.family:
        return [plain for word in person.family.split() if (plain := _plain_ascii(word))]
    return _significant_words(person.name, 1)


def _identifier_digits(record: Record) -> str:
    return _NOT_PLAIN.sub("", record.eprint) or "unknown"


def _first_family(record: Record) -> list[str]:
    return (_family(record.authors[0]) if record.authors else []) or ["arxiv"]


def _families(record: Record) -> list[str]:
    return [part for person in record.authors[:3] for part in _family(person)] or ["arxiv"]


def _initials(record: Record) -> list[str]:
    names = ["".join(_family(person)) for person in record.authors[:6]]
    return ["".join([name[0].lower() for name in names if name]) or "x"]


def _title_words(count: int) -> Callable[[Record], list[str]]:
    def words(record: Record) -> list[str]:
        return _significant_words(record.title or "", count) or [_identifier_digits(record)]

    return words


def _category(record: Record) -> list[str]:
    return [_UNSAFE.sub("", record.primary_category or "")]


_FIELDS: dict[str, Callable[[Record], list[str]]] = {
    "family": _first_family,
    "families": _families,
    "initials": _initials,
    "year": lambda record: [str(record.year) if record.year else ""],
    "yy": lambda record: [f"{record.year % 100:02}" if record.year else ""],
    "month": lambda record: [f"{record.month:02}" if record.month else ""],
    "word": _title_words(1),
    "words2": _title_words(2),
    "words3": _title_words(3),
    "id": lambda record: [_NOT_ID.sub(".", record.eprint)],
    "version": lambda record: [f"v{record.cited_version}" if record.cited_version else ""],
    "category": _category,
}
_AS_WRITTEN = frozenset({"id", "version", "category"})
_templates: dict[str, tuple[str | Callable[[Record], str], ...]] = {}


def _compiled(template: str) -> tuple[str | Callable[[Record], str], ...]:
    """The template as literal pieces and functions of a record."""
    known = _templates.get(template)
    if known is not None:
        return known
    choices = ", ".join(_FIELDS)
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError as error:
        raise InputError(
            f"The key template {template!r} is not well formed: {error}", hint=f"fields: {choices}"
        ) from error
    pieces: list[str | Callable[[Record], str]] = []
    for literal, name, specification, conversion in parsed:
        if unsafe := _UNSAFE.search(literal):
            raise InputError(
                f"The key template {template!r} has {unsafe[0]!r}, which is not safe in a citation key",
                hint="letters, digits and _ : . + - are",
            )
        if literal:
            pieces.append(literal)
        if name is None:
            continue
        if name.lower() not in _FIELDS or name not in (name.lower(), name.capitalize(), name.upper()):
            raise InputError(
                f"The key template {template!r} has an unknown field {{{name}}}", hint=f"fields: {choices}"
            )
        if specification or conversion:
            raise InputError(f"The key template {template!r}: {{{name}}} takes no format", hint=f"write {{{name}}}")
        pieces.append(_field(name))
    if all(isinstance(piece, str) for piece in pieces):
        raise InputError(f"The key template {template!r} has no field", hint=f"fields: {choices}")
    _templates[template] = tuple(pieces)
    return _templates[template]


def _field(name: str) -> Callable[[Record], str]:
    words = _FIELDS[name.lower()]
    if name.lower() in _AS_WRITTEN:
        return lambda record: "".join(words(record))
    if name.islower():
        return lambda record: "".join(words(record)).lower()
    if name.isupper():
        return lambda record: "".join(words(record)).upper()
    return lambda record: "".join([word[:1].upper() + word[1:] for word in words(record)])
