"""Titles: which capitals are kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enrich.latex import normalise, to_latex, to_text
from enrich.titles import protect


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("GPT-4 Technical Report", "{GPT}-4 Technical Report"),
        ("Training Verifiers to Solve Math Word Problems", "Training Verifiers to Solve Math Word Problems"),
        ("Results on GSM8K and ImageNet", "Results on {GSM8K} and {ImageNet}"),
        ("A Monte Carlo Method in $O(n^2)$ Time", "A {Monte Carlo} Method in {$O(n^2)$} Time"),
        ("Monte Carlo Tree Search", "{Monte Carlo} Tree Search"),
        ("Approximate Bayesian Computation in Python", "Approximate {Bayesian} Computation in {Python}"),
        ("Gaussian Processes", "Gaussian Processes"),
        ("A C++ Library for R and F#", r"A {C++} Library for {R} and {F\#}"),
        ("Toward A Theory", "Toward A Theory"),
        ("Why Should I Trust You?", "Why Should {I} Trust You?"),
        ("World War II and H2O in 3D", "World War {II} and {H2O} in {3D}"),
        ("ChatGPT's Impact on U.S. Law", "{ChatGPT}'s Impact on {U.S.} Law"),
        ("BERT", "{BERT}"),
        ("A BAYESIAN THEORY OF LEARNING", "A BAYESIAN THEORY OF LEARNING"),
        ("THE $k$-MEANS ALGORITHM OF LLOYD", "THE {$k$}-MEANS ALGORITHM OF LLOYD"),
        ("$k$-means for x-ray p53 data", "{$k$}-means for x-ray p53 data"),
        ("Müller & the AdS/CFT Duality", r"M{\"u}ller \& the {AdS}/{CFT} Duality"),
        # In a title written like a sentence, a capital in the middle is meant
        (
            "A measurement of tidal streams in Andromeda galaxies",
            "A measurement of tidal streams in {Andromeda} galaxies",
        ),
        ("Solving random equations in Garside groups", "Solving random equations in {Garside} groups"),
        ("Learning to Rank with Selection Bias", "Learning to Rank with Selection Bias"),
        ("Deep learning for galaxies: Methods and uses", "Deep learning for galaxies: Methods and uses"),
        (
            "Near Ohba's Conjecture: choice number of planar graphs",
            "Near {Ohba}'s Conjecture: choice number of planar graphs",
        ),
        # … but common words are no names, and their writer gives capitals freely
        ("Lessons Learned from the deployment of a honeypot", "Lessons Learned from the deployment of a honeypot"),
        (
            "A Novel method for the design of Parallel mechanisms",
            "A Novel method for the design of Parallel mechanisms",
        ),
        (
            "Dynamic Exploration of Networks: from principles to use",
            "Dynamic Exploration of Networks: from principles to use",
        ),
        (
            "On crossover, buildings blocks and Estimation-Of-Distribution Algorithms",
            "On crossover, buildings blocks and Estimation-Of-Distribution Algorithms",
        ),
        ("Detection in a dynamic environment Part I: data", "Detection in a dynamic environment Part {I}: data"),
        ("Herding cats - Modelling and simulation", "Herding cats - Modelling and simulation"),
        # Names in Title Case
        ("Codes Derived From Reed-Solomon Codes", "Codes Derived From {Reed-Solomon} Codes"),
        ("Computing Two-Player Nash Equilibria", "Computing Two-Player {Nash} Equilibria"),
        ("Jacobians and Erdős–Rényi Graphs", r"Jacobians and {Erd{\H{o}}s}{\textendash}{R{\'e}nyi} Graphs"),
        # BibTeX spares the first character, and what follows a colon and a space
        ("What can we learn? Analyzing protests", "What can we learn? {Analyzing} protests"),
        ("Stop. A Theory of Halting! Now", "Stop. {A} Theory of Halting! {Now}"),
        ("Part I. Foundations", "Part {I}. {Foundations}"),
        ('"Embedded solitons"', '"{Embedded} solitons"'),
        ("“Why Should I Trust You?”", r"{\textquotedblleft}{Why} Should {I} Trust You?{\textquotedblright}"),
        ("¿Qué es esto?", r"{\textquestiondown}{Qu{\'e}} es esto?"),
        ("(Super)conducting wires", "({Super})conducting wires"),
        ("Networks: “Deep” ones", r"Networks: {\textquotedblleft}{Deep}{\textquotedblright} ones"),
        ("``Bayesian'' Views", "``{Bayesian}'' Views"),
        ("Deep vs. Shallow Networks, by J. Smith", "Deep vs. Shallow Networks, by {J}. Smith"),
        ("Networks: Deep Ones", "Networks: Deep Ones"),
        # A mark belongs to its letter
        ("B̄ to D̄ decays", r"{{\=B}} to {{\=D}} decays"),
        ("@foo GSM8K", "{@}foo {GSM8K}"),
        ("", ""),
    ],
)
def test_capitals_that_must_stay_are_braced(title: str, expected: str) -> None:
    assert protect(title, to_latex) == expected


def test_a_formula_that_may_not_be_kept_is_printed() -> None:
    assert "\\input" not in protect(r"On $\input{x}$ in BERT", to_latex)


TITLES = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            [
                "GPT-4",
                "Monte Carlo",
                "$x^2$",
                "$\\input{x}$",
                "{",
                "}",
                "of",
                "A",
                "BERT",
                "Müller",
                "Ünal",
                "$",
                "C++",
                "Hilbert",
                "$5",
                "10$",
                "@a",
                "α",
                "x\u0301",
                "\\",
                "\ue000",
                "learning",
                "networks",
                "Kerr",
                "I",
                "—",
            ]
        ),
        max_size=10,
    ).map(" ".join),
)


@settings(max_examples=500, deadline=None)
@given(TITLES, st.booleans())
@example("{ GPT-4 }", True)
@example("B̄ to (Λ̄ C̄). “D̄” $x$̄", True)
def test_bracing_changes_nothing_but_braces(title: str, ascii: bool) -> None:
    def encode(text: str) -> str:
        return to_latex(text, ascii=ascii)

    title = re.sub("[\ue000-\ue003]", "", title)  # private characters, which it uses itself
    braced = protect(title, encode)
    assert to_text(braced, bibtex=True) == normalise(title)
    without = braced.replace("{", "").replace("}", "")
    assert without == encode(title).replace("{", "").replace("}", "")
    depth = 0
    for character in braced:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
