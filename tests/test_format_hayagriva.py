"""Hayagriva YAML: safe scalars, no Typst code, mathematics that plain text can show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from enrich import formats
from enrich.record import Record
from tests import records


def parsed(*works: Record) -> Any:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    return yaml.safe_load("".join(formats.render("hayagriva", works)))


def test_a_preprint() -> None:
    assert "".join(formats.render("hayagriva", [replace(records.PLAIN, authors=records.PLAIN.authors[:1])])) == (
        '"cobbe2021training":\n'
        "  type: article\n"
        '  title: "Training Verifiers to Solve Math Word Problems"\n'
        '  author: [{name: "Cobbe", given-name: "Karl"}]\n'
        '  date: "2021-10-27"\n'
        '  serial-number: {arxiv: "2110.14168", doi: "10.48550/arXiv.2110.14168"}\n'
        '  url: "https://arxiv.org/abs/2110.14168"\n'
        f'  abstract: "{records.PLAIN.abstract}"\n'
        '  parent: {type: repository, title: "arXiv"}\n'
    )


def test_a_published_work() -> None:
    entry = parsed(records.ARTICLE)["jung1996trees"]
    assert entry["date"] == "1996"
    assert entry["page-range"] == "1-10"
    assert entry["serial-number"]["arxiv"] == "math/9601001"
    assert entry["parent"] == {
        "type": "periodical",
        "title": "Journal of Graph Theory",
        "volume": "21",
        "issue": "1",
        "publisher": "Wiley & Sons",
    }
    assert parsed(records.PAPER)["brown2020language"]["parent"]["type"] == "proceedings"


def test_everything_is_one_mapping_with_text_in_it() -> None:
    entries = parsed(*records.EVERYTHING)
    assert len(entries) == len(records.EVERYTHING)
    assert parsed() == {}
    assert all(isinstance(key, str) for key in entries)
    assert parsed(replace(records.BARE, key="no"))["no"]["serial-number"]["arxiv"] == "2401.00001"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("An $O(n^2)$ bound", "An O(n²) bound"),
        ("$\\ell_1$ and $x_{i+1}$ in $\\mathbb{R}^{n}$", "ℓ₁ and x_(i+1) in ℝⁿ"),
        ("$\\alpha \\to \\infty$, \\(k\\)-means", "α→∞, k-means"),
        ("$\\mathcal{N} = 4$ and $\\log n$", "N = 4 and log n"),
        ("$10^{−3} \\le x_2$ and $x^{ab}$", "10⁻³ ≤x₂ and x^ab"),
        ("B̄ and D̄", "B̄ and D̄"),
        ("plain", "plain"),
    ],
)
def test_simple_mathematics_becomes_plain_text(title: str, shown: str) -> None:
    (entry,) = parsed(replace(records.BARE, title=title)).values()
    assert entry["title"].replace("{", "").replace("}", "") == shown


@pytest.mark.parametrize("title", ["$\\frac{1}{2}$", "costs $5", "a {b", "back\\slash", "$\\sqrt{2}$ and $x$"])
def test_what_typst_would_read_as_code_is_given_literally(title: str) -> None:
    (entry,) = parsed(replace(records.BARE, title=title)).values()
    assert entry["title"]["value"]["verbatim"] is True
    assert entry["title"]["value"]["value"] == title.replace("$x$", "x")


def test_no_plain_title_has_a_character_that_hayagriva_obeys() -> None:
    for entry in parsed(*records.EVERYTHING).values():
        for field in ("title", "note", "abstract"):
            text = entry.get(field)
            assert not isinstance(text, str) or not set("$\\") & set(text)
