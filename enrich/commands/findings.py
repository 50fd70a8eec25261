"""What an audit found: in words for a person, and for machines as JSON, SARIF, GitHub's annotations, JUnit's XML."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from enrich.check import RIGHT, UNCHECKED, WRONG, Audit, Outcome
from enrich.commands.common import count
from enrich.finding import RULES, SEVERITIES, Finding
from enrich.record import Problem
from enrich.screen import printable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

CROWD = ("unresolvable", "published")
"""Advice that whole bibliographies get: where there is more than a little of it in a file, one line tells it."""

FEW = 3
NAMED = 10
"""So many keys are named in such a line."""

REASONS = 5
"""So many reasons are named why references could not be checked."""

_LONG = 5000
"""Of longer lines no more is looked at: pages and notebooks may be one line of megabytes with hundreds of findings."""

_INDENT = " " * 7
_LINE_END = re.compile(r"\r\n|\r|\n")


def as_json(audit: Audit) -> dict[str, Any]:
    """The audit as data; see the schema ``check-1``."""
    return {
        "findings": [finding.to_json() for finding in audit.findings],
        "checked": audit.count(RIGHT, WRONG),
        "unchecked": audit.count(UNCHECKED),
        "problems": [problem.to_json() for problem in audit.problems],
    }


# --- for a person


_STYLES = {"error": "1;31", "warning": "33", "note": "36", "file": "1", "aside": "2"}


def _paint(text: str, style: str, colour: bool) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if colour else text


def text(audit: Audit, *, colour: bool = False, width: int = 80) -> Iterator[str]:
    """The findings, line by line: by file, and there by line. ``width``: of the terminal, in columns.

    Nothing in it is a command to a terminal but, with ``colour``, our own colours.
    """
    width = max(width, 40)
    for file, findings in _by_file(audit.findings).items():
        yield _paint(printable(file), "file", colour)
        hints: set[str] = set()
        quoted = None
        one_by_one, crowds = _crowds(findings)
        lines = _LINE_END.split(audit.texts[file]) if file in audit.texts else []
        for nth, finding in enumerate(one_by_one):
            if nth:
                yield ""
            line = finding.line or 0
            source_line = lines[line - 1] if 0 < line <= len(lines) and line != quoted else ""
            quoted = finding.line
            if len(source_line) > _LONG:
                source_line, finding = _near(source_line, finding)
            yield from _told(finding, source_line, hints, colour, width)
        for nth, (rule, crowd) in enumerate(crowds.items()):
            if nth or one_by_one:
                yield ""
            yield from _told_together(rule, crowd, hints, colour, width)
        yield ""


def _near(line: str, finding: Finding) -> tuple[str, Finding]:
    """The part of a line round the finding's column, and the finding as it stands in that."""
    column = finding.column or 1
    start = max(column - 1 - _LONG // 2, 0)
    return line[start : start + _LONG], replace(finding, column=column - start)


def _by_file(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.file, []).append(finding)
    return {file: sorted(group, key=lambda finding: finding.line or 0) for file, group in found.items()}


def _crowds(findings: Sequence[Finding]) -> tuple[list[Finding], dict[str, list[Finding]]]:
    """The findings to tell one by one, and those to tell together, by their rules."""
    notes = Counter(finding.rule for finding in findings if finding.severity == "note" and finding.rule in CROWD)
    one_by_one: list[Finding] = []
    crowds: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity == "note" and notes[finding.rule] > FEW:
            crowds.setdefault(finding.rule, []).append(finding)
        else:
            one_by_one.append(finding)
    return one_by_one, crowds


def _told(finding: Finding, source_line: str, hints: set[str], colour: bool, width: int) -> Iterator[str]:
    room = width - len(_INDENT)
    place = f"{finding.line or '':>5}"
    severity = _paint(finding.severity, finding.severity, colour) + " " * (7 - len(finding.severity))
    what = finding.key or finding.id or ""
    yield f"{place}  {severity}  {finding.rule}  {printable(what)}".rstrip()
    versus = _versus(finding, source_line)
    yield from _wrapped(printable(_sentence(finding, versus)), room, _INDENT)
    if quote := _quote(source_line, finding, room - 2):
        yield f"{_INDENT}{_paint(f'| {quote}', 'aside', colour)}"
    margin = max((len(word) for word, _ in versus), default=0) + 2
    start = _first_difference([value for _, value in versus], 3 * (room - margin))
    for word, value in versus:
        indent = _INDENT + " " * margin
        value = printable(f"… {value[start:]}" if start else value)
        for nth, part in enumerate(_wrapped(value, room - margin, indent, most=4)):
            yield part if nth else f"{_INDENT}{word:<{margin}}{part[len(indent) :]}"
    if finding.hint and finding.hint not in hints:
        hints.add(finding.hint)
        yield from _wrapped(f"try: {printable(finding.hint)}", room, _INDENT)


def _told_together(rule: str, crowd: Sequence[Finding], hints: set[str], colour: bool, width: int) -> Iterator[str]:
    severity = _paint("note", "note", colour) + " " * 3
    yield f"{'':>5}  {severity}  {rule}  {count(len(crowd), 'time')}"
    room = width - len(_INDENT)
    yield from _wrapped(RULES[rule].about, room, _INDENT)
    names = [printable(finding.key or finding.id or f"line {finding.line}") for finding in crowd]
    more = f" and {len(names) - NAMED:,} more (--format json tells all)" if len(names) > NAMED else ""
    yield from _wrapped(", ".join(names[:NAMED]) + more, room, _INDENT, most=5)
    for hint in dict.fromkeys(finding.hint for finding in crowd if finding.hint):
        # What to do may be told of each; together only what is told of all.
        if hint not in hints and all(finding.hint in ("", hint) for finding in crowd):
            hints.add(hint)
            yield from _wrapped(f"try: {printable(hint)}", room, _INDENT)


def _versus(finding: Finding, source_line: str) -> list[tuple[str, str]]:
    """What stands there and what should, each with a word before it; empty where message and line say it already."""
    found, expected = _flat(finding.found), _flat(finding.expected)
    told = _flat(finding.message)
    if expected and not (expected in told and (not found or found in told)):
        source = printable(finding.source or "")
        has = f"{source} has" if source and len(source) <= 24 else "expected"
        return [("found", found), (has, expected)] if found else [(has, expected)]
    if found and not expected and found not in told and found not in _flat(source_line):
        return [("found", found)]
    return []


def _flat(value: str | None) -> str:
    return " ".join((value or "").split())


def _first_difference(values: Sequence[str], room: int) -> int:
    """Where to begin showing values that are too long to be shown whole: before what sets them apart."""
    if len(values) < 2 or max(map(len, values)) <= room:
        return 0
    same = next(
        (at for at, (one, other) in enumerate(zip(*values, strict=False)) if one != other), min(map(len, values))
    )
    return max(same - 40, 0)


def _wrapped(text: str, room: int, indent: str, most: int = 10) -> list[str]:
    return textwrap.wrap(
        text[: _LONG + most * room],  # more than is shown, and still soon wrapped
        width=room + len(indent),
        initial_indent=indent,
        subsequent_indent=indent,
        max_lines=most,
        placeholder=" …",
        break_on_hyphens=False,
    )


def _quote(line: str, finding: Finding, room: int) -> str:
    """The line, without what is not its text; of a long one the part around the column, or around what was found."""
    stripped = line.expandtabs(2)
    at = stripped.find(finding.found) if finding.found else -1
    if at < 0:
        at = len(line[: (finding.column or 1) - 1].expandtabs(2))
    lead = len(stripped) - len(stripped.lstrip())
    stripped, at = stripped.strip(), max(at - lead, 0)
    # Harmless characters first: they may be longer than what they stand for.
    before, after = printable(stripped[:at]), printable(stripped[at:])
    whole = before + after
    if len(whole) <= room:
        return whole
    start = max(min(len(before) - room // 3, len(whole) - room), 0)
    part = whole[start : start + room]
    if start:
        part = "…" + part[1:]
    if start + room < len(whole):
        part = part[:-1] + "…"
    return part


def summary(audit: Audit, *, stale: int = 0) -> Iterator[str]:
    """What it came to, in a few lines. ``stale``: how many findings of the baseline are not found any more."""
    right, wrong, unchecked = (audit.count(state) for state in (RIGHT, WRONG, UNCHECKED))
    if not audit.outcomes:
        yield "no references"
    else:
        open_ = f", {unchecked:,} could not be checked" if unchecked else ""
        yield f"{count(len(audit.outcomes), 'reference')}: {right:,} right, {wrong:,} wrong{open_}"
    reasons = _reasons(audit)
    for why, number in reasons[:REASONS]:
        yield f"    {number:,} could not be checked: {why}"
    if rest := sum(number for _, number in reasons[REASONS:]):
        yield f"    {rest:,} more could not be checked for other reasons"
    partly = [outcome for outcome in audit.outcomes if outcome.why and outcome.state != UNCHECKED]
    for why, number in Counter(outcome.why for outcome in partly).most_common(REASONS):
        yield f"    {number:,} could be checked under one of several names only: {why}"
    severities = Counter(finding.severity for finding in audit.findings)
    found = ", ".join(count(severities[name], name) for name in reversed(SEVERITIES) if severities[name])
    yield found or ("no new findings" if audit.old else "no findings")
    if audit.old:
        are = "is" if audit.old == 1 else "are"
        yield f"{count(audit.old, 'old finding')} {are} in the baseline"
    if stale:
        are = "is" if stale == 1 else "are"
        yield f"{count(stale, 'finding')} of the baseline {are} gone: make it anew to keep it true"
    if audit.ignored:
        yield f"{audit.ignored:,} ignored"


def _reasons(audit: Audit) -> list[tuple[str, int]]:
    """Why references could not be checked, the commonest first."""
    return Counter(one.why or "no reason is known" for one in audit.outcomes if one.state == UNCHECKED).most_common()


def _details(finding: Finding) -> str:
    """A finding in a few lines, for places where nothing else is beside it."""
    versus = _versus(finding, "")
    lines = [_sentence(finding, versus), *(f"{word}: {value}" for word, value in versus)]
    lines += [f"try: {finding.hint}"] if finding.hint else []
    return "\n".join(printable(line) for line in lines)


def _sentence(finding: Finding, versus: Sequence[tuple[str, str]] = ()) -> str:
    """The message, and who says so unless ``versus`` or the message itself does."""
    source = finding.source
    told = not source or source in finding.message or any(source in word for word, _ in versus)
    return finding.message if told else f"{finding.message} ({source})"


# --- SARIF


def sarif(audit: Audit, version: str, root: Path | None = None) -> dict[str, Any]:
    """The audit as SARIF 2.1.0. ``root``: the folder that names of files count from, by default the current one.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/
    """
    root = root or Path.cwd()
    order = {name: number for number, name in enumerate(RULES)}
    seen: Counter[str] = Counter()
    results = []
    for finding in audit.findings:
        fingerprint = _fingerprint(finding)
        seen[fingerprint] += 1
        properties = {
            name: value
            for name in ("key", "id", "found", "expected", "source")
            if (value := getattr(finding, name)) is not None
        }
        results.append(
            {
                "ruleId": finding.rule,
                "ruleIndex": order[finding.rule],
                "level": finding.severity,
                "message": {"text": _details(finding)},
                "locations": [_location(finding.file, finding.line, finding.column, root)],
                # Lines move, so none is in it; the number tells twins apart.
                "partialFingerprints": {"enrich/v1": f"{fingerprint}:{seen[fingerprint]}"},
                "properties": properties,
            }
        )
    checked = audit.count(RIGHT, WRONG)
    run = {
        "tool": {"driver": {"name": "enrich", "version": version, "rules": [_rule(name) for name in RULES]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the folder in which enrich was run"}}},
        "invocations": [
            {
                "executionSuccessful": not audit.interrupted
                and (checked > 0 or not (audit.outcomes or audit.problems)),
                "toolExecutionNotifications": [*_notifications(audit, root)],
            }
        ],
        "results": results,
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.about},
        "help": {"text": f"{rule.about[0].upper()}{rule.about[1:]}. What to do: {rule.hint}."},
        "defaultConfiguration": {"level": rule.severity},
    }


def _notifications(audit: Audit, root: Path) -> Iterator[dict[str, Any]]:
    """Files that could not be read, sources that could not be asked, and how many references that left open."""
    for problem in _troubles(audit):
        located = {"locations": [_location(problem.file, problem.line, None, root)]} if problem.file else {}
        yield {
            "level": "warning",
            "descriptor": {"id": problem.kind},
            "message": {"text": printable(_in_words(problem))},
            **located,
        }
    for why, number in _reasons(audit):
        told = f"{count(number, 'reference')} could not be checked: {why}"
        yield {"level": "note", "descriptor": {"id": UNCHECKED}, "message": {"text": printable(told)}}


def _troubles(audit: Audit) -> list[Problem]:
    """The problems, without those that only repeat for each reference why it could not be checked."""
    told = {why for why, _ in _reasons(audit)}
    troubles = []
    for problem in audit.problems:
        if problem.kind == "unreachable":
            if problem.message in told:
                continue
            told.add(problem.message)
        troubles.append(problem)
    return troubles


def _in_words(problem: Problem) -> str:
    what = problem.text if problem.text and problem.text not in (problem.file, problem.message) else ""
    return f"{what}: {problem.message}" if what else problem.message


def _location(file: str, line: int | None, column: int | None, root: Path) -> dict[str, Any]:
    # GitHub shows no result without a line; what concerns a file stands at its top.
    region = {"startLine": line or 1, **({"startColumn": column} if line and column else {})}
    return {"physicalLocation": {"artifactLocation": _artifact(file, root), "region": region}}


def _artifact(file: str, root: Path) -> dict[str, str]:
    """Where a file is, as SARIF has it: below ``root`` relative to it, else as a ``file:`` URI."""
    import os
    from urllib.parse import quote

    # Not resolved: a link in the checkout is where the user sees it, not where it leads.
    root = Path(os.path.abspath(root))
    path = Path(os.path.normpath(root / file))
    if not path.is_relative_to(root):
        return {"uri": path.as_uri()}
    # Strange bytes in a name are there as surrogates; in a URI they are what they were. A colon would make a scheme.
    return {"uri": quote(os.fsencode(path.relative_to(root).as_posix())), "uriBaseId": "%SRCROOT%"}


def _fingerprint(finding: Finding) -> str:
    from hashlib import sha256

    parts = (_posix(finding.file), finding.key or finding.id or "", finding.rule, _flat(finding.found))
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _posix(file: str) -> str:
    return PurePath(file).as_posix()


# --- GitHub


_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(audit: Audit) -> Iterator[str]:
    """Workflow commands that make annotations. GitHub shows ten of each kind for a step, so the worst come first.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    for severity in reversed(SEVERITIES):
        for finding in audit.findings:
            if finding.severity == severity:
                where = {"file": _posix(finding.file), "line": finding.line, "col": finding.column}
                what = finding.key or finding.id
                title = f"{finding.rule}: {what}" if what else finding.rule
                yield _command(_COMMANDS[severity], {**where, "title": title}, _details(finding))
        if severity == "warning":
            for problem in _troubles(audit):
                where = {"file": _posix(problem.file) if problem.file else None, "line": problem.line}
                yield _command("warning", {**where, "title": "enrich"}, _in_words(problem))
    for why, number in _reasons(audit):
        told = f"{count(number, 'reference')} could not be checked: {why}"
        yield _command("notice", {"title": "enrich"}, told)


def _command(name: str, properties: Mapping[str, str | int | None], message: str) -> str:
    given = {key: printable(str(value)) for key, value in properties.items() if value is not None}
    shown = ",".join(f"{key}={_escaped(value, inside=True)}" for key, value in given.items())
    message = "\n".join(printable(line) for line in message.split("\n"))
    return f"::{name} {shown}::{_escaped(message)}"


def _escaped(text: str, *, inside: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if inside else text


# --- JUnit


# What XML 1.0 cannot hold and printable() leaves.
_NO_XML = re.compile("[\ufffe\uffff]")


def _legal(text: str) -> str:
    """``text`` as far as XML 1.0 can hold it; line ends stay."""
    return _NO_XML.sub("\ufffd", "\n".join(printable(line.expandtabs()) for line in text.split("\n")))


def junit(audit: Audit, fail_on: str) -> str:
    """The audit as JUnit's XML: a file is a suite and a reference a test, which fails with findings of ``fail_on`` or
    worse, and is skipped where it could not be checked. Lesser findings are its output."""
    from xml.etree import ElementTree

    top = ElementTree.Element("testsuites", {"name": "enrich"})
    findings, used = _by_file(audit.findings), Counter[tuple[str, str]]()
    files = [*(one.file for one in audit.outcomes), *findings]
    unread: dict[str, list[Problem]] = {}
    for problem in audit.problems:
        # What keeps single references from being checked is told with these; this is about whole files.
        if problem.file and problem.kind in ("invalid", "not-understood"):
            unread.setdefault(problem.file, []).append(problem)
    files = list(dict.fromkeys([*files, *unread]))
    outcomes: dict[str, list[Outcome]] = {file: [] for file in files}
    for outcome in audit.outcomes:
        outcomes[outcome.file].append(outcome)
    for file in files:
        suite = ElementTree.SubElement(top, "testsuite", {"name": _legal(file)})
        belonging, rest = _belonging(outcomes[file], findings.get(file, ()))
        for outcome, mine in zip(outcomes[file], belonging, strict=True):
            case = _case(suite, file, outcome.name or outcome.id or "a reference", outcome.line, used)
            _judge(case, mine, fail_on, outcome)
        for finding in rest:
            name = f"{finding.rule} {finding.key or finding.id or ''}".rstrip()
            _judge(_case(suite, file, name, finding.line, used), [finding], fail_on, None)
        for problem in unread.get(file, ()):
            case = _case(suite, file, "can be read", problem.line, used)
            told = _legal(printable(_in_words(problem)))
            ElementTree.SubElement(case, "error", {"type": problem.kind, "message": told}).text = told
        _count(suite)
    _count(top)
    ElementTree.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(top, encoding="unicode") + "\n"


def _belonging(outcomes: Sequence[Outcome], findings: Iterable[Finding]) -> tuple[list[list[Finding]], list[Finding]]:
    """The findings of each reference of a file, and those that are of none.

    A finding has the line of a field, a reference that of its entry: of equal keys the last one before it is meant.
    """
    by_name: dict[tuple[str | None, str | int | None], list[int]] = {}
    for number, outcome in enumerate(outcomes):
        name = outcome.key if outcome.key is not None else outcome.id or outcome.line
        by_name.setdefault((outcome.key and "key", name), []).append(number)
    belonging: list[list[Finding]] = [[] for _ in outcomes]
    rest = []
    for finding in findings:
        name = finding.key if finding.key is not None else finding.id or finding.line
        candidates = by_name.get((finding.key and "key", name), [])
        before = [number for number in candidates if (outcomes[number].line or 0) <= (finding.line or 0)]
        if candidates:
            belonging[before[-1] if before else candidates[0]].append(finding)
        else:
            rest.append(finding)
    return belonging, rest


def _case(suite: Element, file: str, name: str, line: int | None, used: Counter[tuple[str, str]]) -> Element:
    """A test. Readers take two of one name for the same, so the second says where it stands."""
    from xml.etree import ElementTree

    name = _legal(printable(_flat(name)))
    used[file, name] += 1
    if used[file, name] > 1:
        name = f"{name} ({used[file, name]}, line {line})" if line else f"{name} ({used[file, name]})"
    return ElementTree.SubElement(suite, "testcase", {"classname": _legal(file), "name": name})


def _judge(case: Element, findings: Sequence[Finding], fail_on: str, outcome: Outcome | None) -> None:
    from xml.etree import ElementTree

    bad: list[Finding] = []
    lesser: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: -SEVERITIES.index(finding.severity)):
        worth_it = SEVERITIES.index(finding.severity) >= SEVERITIES.index(fail_on)
        (bad if worth_it else lesser).append(finding)
    if bad:
        # One of all: GitLab reads a single failure of a test.
        failure = ElementTree.SubElement(case, "failure", {"type": bad[0].rule, "message": _legal(_sentence(bad[0]))})
        failure.text = _legal("\n\n".join(_placed(finding) for finding in bad))
    elif outcome is not None and outcome.state == UNCHECKED:
        ElementTree.SubElement(case, "skipped", {"message": _legal(printable(outcome.why or "could not be checked"))})
    if lesser:
        ElementTree.SubElement(case, "system-out").text = _legal("\n\n".join(_placed(finding) for finding in lesser))


def _placed(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return f"{printable(place)}: {finding.severity} {finding.rule}: {_details(finding)}"


def _count(element: Element) -> None:
    """Write the numbers of tests into a suite."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        if name == "skipped" and element.tag == "testsuites":
            continue  # No attribute of the whole.
        element.set(name, str(sum(case.find(tag) is not None for case in cases)))
