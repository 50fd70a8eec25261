"""LaTeX and Unicode: what is decoded, what is escaped, and that one undoes the other."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enrich import latex
from enrich.latex import beyond_latex, mathematics, normalise, to_latex, to_text

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


# --- what is mathematics ------------------------------------------------------------------------------------------


def formulas(text: str) -> list[str]:
    return [piece for is_maths, piece in mathematics(text) if is_maths]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a $x^2$ b", ["$x^2$"]),
        ("$a$$b$", ["$a$", "$b$"]),
        ("$$x = y$$ and $z$", ["$$x = y$$", "$z$"]),
        (r"\(n\) is \[2^{n-1}\]", [r"\(n\)", r"\[2^{n-1}\]"]),
        ("$ x + y $ and $ n$", ["$ x + y $", "$ n$"]),
        (r"$\sim$5 and $>$10 and $0.5\log n$", [r"$\sim$", "$>$", r"$0.5\log n$"]),
        (r"$f(x) \text{ if it is so}$", [r"$f(x) \text{ if it is so}$"]),
        ("$n log n$", ["$n log n$"]),
        ("price $5 & 50% of $10", []),
        ("from $5 to $10 and $n$", ["$n$"]),
        ("$5/$10", []),
        ("$35,000 in total", []),
        (r"escaped \$5 and $x$", ["$x$"]),
        ("Micro$oft vs. M$ shop", []),
        ("US$ and A$", []),
        ("= (x_0,...,x_{n-1})$ be a sequence of $n$ numbers", ["$n$"]),
        ("polynomial in $n (d^{2d}), the degree of $x$", ["$x$"]),
        ("$", []),
        ("$$", []),
        ("$$$$", []),
        ("$ $", []),
        ("${$", []),
        (r"\(a \(b\)", [r"\(b\)"]),
        (r"\(x", []),
    ],
)
def test_a_dollar_pair_is_a_formula_only_if_no_money_or_prose_stands_in_it(text: str, expected: list[str]) -> None:
    assert formulas(text) == expected


@given(st.text(alphabet="$\\()[]{} ab5"))
def test_the_pieces_are_the_text_again(text: str) -> None:
    pieces = list(mathematics(text))
    assert "".join(piece for _, piece in pieces) == text
    assert all(piece for _, piece in pieces)


# --- LaTeX to text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"Schr\"odinger, Kekul\'e, Ka\v{s}par, P{\u a}tra{\c s}cu", "Schrödinger, Kekulé, Kašpar, Pătraşcu"),
        (r"d{\'e}j\`a \'{\i}ndice na\"{\i}ve \c{c}a G\k{a}sieniec", "déjà índice naïve ça Gąsieniec"),
        (r"{\L}ukasiewicz, Weierstra\ss\ and Jamio{\l}kowski, \AA", "Łukasiewicz, Weierstraß and Jamiołkowski, Å"),
        (r"Nguy\~{\^e}n", "Nguyễn"),
        (r"Ka{â}niche and Letr{é}my", "Kaâniche and Letrémy"),
        (r"{\em arf}, \emph{oracle}, \textit{a \textbf{b}}, {\it \`a la} Wang", "arf, oracle, a b, à la Wang"),
        (r"i.i.d.\ samples, da\-ta\-ba\-se, {\em x\/}", "i.i.d. samples, database, x"),
        (r"50\% \& \#1 \_ \$5 \{x\}", "50% & #1 _ $5 {x}"),
        (r"\LaTeX in use", "LaTeX in use"),
        (r"5\textsuperscript{th} x\textsuperscript{2}", "5th x²"),
        # Not LaTeX, or not LaTeX we can be sure of
        ("50% & #1 K_{1,3} a^2 {Ki(z)} -- ``x''", "50% & #1 K_{1,3} a^2 {Ki(z)} -- ``x''"),
        (r"\Omega(\min{1/\epsilon}) {\sigma} \cite{Tan02}", r"\Omega(\min{1/\epsilon}) {\sigma} \cite{Tan02}"),
        (r"the \"so-called\" text", r"the \"so-called\" text"),
        ("z~2.56, ~0.5dB, http://x.edu/~me, P(r) ~ 1/r", "z~2.56, ~0.5dB, http://x.edu/~me, P(r) ~ 1/r"),
        ("on Constant~Size~Alphabets by D.~Knuth", "on Constant Size Alphabets by D. Knuth"),
        (r"$\'e {\em x} \%$ and \'e", r"$\'e {\em x} \%$ and é"),
        ("closed}", "closed}"),
        ("\\", "\\"),
        (r"Fran\ccois", r"Fran\ccois"),
    ],
)
def test_tex_in_arxivs_text_is_decoded_and_the_rest_stays_as_written(source: str, expected: str) -> None:
    assert to_text(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{GSM8K} and {{Nested}} words", "GSM8K and Nested words"),
        (r"M{\"u}ller, {\"{U}}nal, {\O}re, {\'{\^e}}", "Müller, Ünal, Øre, ế"),
        ("tied~together\n   here", "tied together here"),
        (r"\textbackslash{}x \textasciitilde{} \textless{}b\textgreater{}", r"\x ~ <b>"),
        (r"\ensuremath{\alpha}-helix, \ensuremath{x^2}", "α-helix, $x^2$"),
        (r"\url{http://a.b/~c_d%20}", "http://a.b/~c_d%20"),
        (r"{$O(n^2)$} time", "$O(n^2)$ time"),
        (r"\unknown{kept}{as is} {but this}", r"\unknown{kept}{as is} but this"),
        (r"\texttt{pip} x \LaTeX{} y \^{} a\slash b", "pip x LaTeX y ^ a/b"),
        ("50% more", "50% more"),
    ],
)
def test_a_bibtex_field_loses_its_grouping_braces(source: str, expected: str) -> None:
    assert to_text(source, bibtex=True) == expected


# --- text to LaTeX ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller, Łódź, Ångström, naïve, ğ", r"M{\"u}ller, {\L}{\'o}d{\'z}, {\AA}ngstr{\"o}m, na{\"i}ve, {\u{g}}"),
        ("Nguyễn Việt", r"Nguy{\~{\^e}}n Vi{\^{\d{e}}}t"),
        ("α–β “x” ≤ ℝ", r"\ensuremath{\alpha}{\textendash}\ensuremath{\beta} {\textquotedblleft}x{\textquotedblright} "
         r"\ensuremath{\leq} \ensuremath{\mathbf{R}}"),
        ("5% & #1 a_b $9 ~ ^", r"5\% \& \#1 a\_b \$9 \textasciitilde{} \textasciicircum{}"),
        ("a <b> |c|", r"a \textless{}b\textgreater{} \textbar{}c\textbar{}"),
        ("中文 и 日本語", "中文 и 日本語"),
        ("K_{1,3}", r"K\_\{1,3\}"),
        ("a } b { c", r"a \textbraceright{} b \textbraceleft{} c"),
        (r"bound $O(n^2)$, $\alpha\le 5$", r"bound $O(n^2)$, $\alpha\le 5$"),
        ("price $5 & 50% of $10", r"price \$5 \& 50\% of \$10"),
        ("from @article {x}", r"from @article \{x\}"),
        ("$α ≤ é$", r"$\ensuremath{\alpha} \ensuremath{\leq} \ensuremath{\mbox{{\'e}}}$"),
        (r"$\left\{ x \right.$", r"$\left\lbrace{} x \right.$"),
        ("í ì î ï, ĩ ī ĭ ĵ ị ḯ", r"{\'i} {\`i} {\^i} {\"i}, {\~\i} {\=\i} {\u{\i}} {\^\j} {\d{i}} {\'{\"\i}}"),
        ("B̄ Λ̄ B̅ ά", r"{\=B} \ensuremath{\bar{\Lambda}} \ensuremath{\overline{B}} \ensuremath{\acute{\alpha}}"),
        ("5′ and f″", r"5\ensuremath{^{\prime}} and f\ensuremath{^{\prime\prime}}"),
        ("𝒪(n), ℱ, 𝔽, 𝐱, 𝔤", r"\ensuremath{\mathcal{O}}(n), \ensuremath{\mathcal{F}}, \ensuremath{\mathbf{F}}, "
         r"\ensuremath{\mathbf{{x}}}, \ensuremath{\mathfrak{g}}"),
        (r"$Λ\barΛ$", r"$\ensuremath{\Lambda}\bar{\ensuremath{{\Lambda}}}$"),
        (r"$\bar{Λ}$", r"$\bar{\ensuremath{\Lambda}}$"),
        ("$x_é$", r"$x_{\ensuremath{{\mbox{{\'e}}}}}$"),
        (r"$\frac αβ$", r"$\frac {\ensuremath{{\alpha}}}{\ensuremath{{\beta}}}$"),
        (r"$\alpha ≤ 1$", r"$\alpha \ensuremath{\leq} 1$"),
        (r"$\left⟨x\right⟩$", r"$\left\langle{}x\right\rangle{}$"),
        ("$x̄ Λ̄$", r"$\ensuremath{\bar{x}} \ensuremath{\bar{\Lambda}}$"),
        ("$f′ x^′ f′^2$", r"$f\ensuremath{^{\prime}} x^{\ensuremath{{\prime}}} f{\ensuremath{{^{\prime}}}}^2$"),
    ],
)  # fmt: skip
def test_text_is_escaped_outside_mathematics_only(text: str, expected: str) -> None:
    assert to_latex(text) == expected


def test_biblatex_text_keeps_its_characters() -> None:
    assert to_latex("Müller & α–β $x^é$", ascii=False) == r"Müller \& α–β $x^é$"


@pytest.mark.parametrize(
    "text",
    [
        r"\input{/etc/passwd}",
        r"$\input{/etc/passwd}$",
        r"\write18{rm}",
        r"$\csname input\endcsname$",
        r"$\def\x{1}$",
        r"$a^^5cinput$",
        r"$\begin{document}x\end{document}$",
        r"$x % \input{y}$",
        r"$\catcode`\%=12$",
        r"\(\immediate\write18{ls}\)",
        r"\[\special{x}\]",
    ],
)
def test_commands_from_strangers_are_printed_not_obeyed(text: str) -> None:
    encoded = to_latex(text)
    assert "\\textbackslash{}" in encoded or "^^" not in encoded
    for command in ("\\input", "\\write", "\\csname", "\\def", "\\begin", "\\catcode", "\\immediate", "\\special"):
        assert command not in encoded
    assert to_text(encoded, bibtex=True) == text


@pytest.mark.parametrize("formula", ["$x_$", "$x^a^b$", r"$\left( x$", r"$\right)$", r"$\begin{array}x$", "$a & b$"])
def test_a_formula_that_would_stop_latex_is_printed_as_characters(formula: str) -> None:
    assert to_latex(formula).startswith("\\$")


def test_control_and_invisible_characters_are_dropped() -> None:
    assert to_latex("a\x1b[31mb\u202ec\u200bd\x00\n e\ufeff") == "a[31mbcd e"


def balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


FRAGMENTS = st.sampled_from(
    [
        *"\\{}$&#%_^~<>|@`'-?! ab5.éαễı中“…²ℝΑ−″′≤⟨𝒪𝐱𝔤Å¸\u0301\u0304\u0305\u0323\u0338\n\x00\u200b",
        *(
            r"\alpha",
            r"\le ",
            "$x$",
            "$x^2$",
            r"\(x\)",
            r"\[y\]",
            "$$",
            "$5 ",
            "10",
            r"\{",
            r"\}",
            r"\lbrace{}",
            " and ",
        ),
        *("{{", "}}", r"\bar", r"\frac", r"\left", r"\not", r"\in{}", r"\langle{}", r"\bar{Λ}", "$Λ̄", "x^", "'"),
        *(r"\ensuremath{a}", r"\left(", r"\right)", r"\input{x}", r"\text{", r"\"", r"\'", r"\begin{cases}"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=14).map("".join))


@settings(max_examples=600, deadline=None)
@given(TEXTS, st.booleans())
@example("$\\lbrace{}\\{$", True)
@example("ı\u0301 x\u0302 ế", True)
@example("$\\{$é$\\}$", True)
@example("a-{}--b ``c''", True)
def test_what_is_written_is_read_back(text: str, ascii: bool) -> None:
    encoded = to_latex(text, ascii=ascii)
    assert to_text(encoded, bibtex=True) == normalise(text)
    assert balanced(encoded)
    assert balanced(encoded.replace("\\{", "").replace("\\}", ""))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_text_makes_the_decoder_fail(text: str) -> None:
    to_text(text)
    to_text(text, bibtex=True)
    assert normalise(normalise(text)) == normalise(text)


REPEATED = ["{", "}", "\\'{", "\\emph{", "$", "\\(", "\\", "{\\em ", "$x$ ", "\\ensuremath{", "~", "\\textsuperscript{"]
REPEATED += [
    "a\u0301",
    "\\frac{",
    "@a",
    "$\\alpha$",
    "`?",
    "{}",
    "\\'",
    "${x",
    "\\{ ",
    "a\u0489",
    "$\\frac{α}$",
    "\\bar α",
]


@pytest.mark.parametrize("unit", REPEATED)
def test_time_grows_with_length_only(unit: str) -> None:
    def seconds(count: int) -> float:
        text = unit * count
        best = 9.0
        for _ in range(3):
            latex._keep.cache_clear()
            latex._is_inline.cache_clear()
            start = time.process_time()
            to_text(text)
            to_text(text, bibtex=True)
            to_text(to_latex(text), bibtex=True)
            best = min(best, time.process_time() - start)
        return best

    short, long = seconds(1_000), seconds(8_000)
    assert long < 0.05 or long < 24 * short


def test_real_abstracts_survive_the_round_trip() -> None:
    table = DATA / "kaggle" / "kaggle_schema.jsonl"
    if not table.exists():
        pytest.skip("shared/data is not here")
    for line in table.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for field in ("title", "abstract"):
            text = normalise(to_text(row[field]))
            assert to_text(to_latex(text), bibtex=True) == text


def test_every_mathematical_letter_has_its_own_macro() -> None:
    characters = [chr(code) for code in range(0x1D400, 0x1D800) if to_latex(chr(code)) != chr(code)]
    assert len(characters) > 900
    for character in characters:
        assert to_text(to_latex(character), bibtex=True) == character


def test_what_the_kernel_has_no_macro_for_is_known() -> None:
    assert beyond_latex(to_latex("Łukasz 王 и Müller 王 α")) == "王и"
    assert beyond_latex(to_latex("Łukasz")) == ""


ACCENTS = ["bar", "hat", "tilde", "vec", "dot", "ddot", "overline", "underline", "widehat", "widetilde", "check",
           "mathring", "mathbf", "mathrm", "sqrt", "text"]  # fmt: skip
AWKWARD = [
    *(f"$Λ\\{accent}Λ, \\{accent} α, \\{accent}{{Λ}}$" for accent in ACCENTS),
    *(
        "$x_é^α$",
        "$\\frac αβ \\frac1α$",
        "$x^α_β$",
        "$\\left⟨x\\right⟩ \\big⟨$",
        "$a\\not∈B$",
        "$10^−3$",
        "$\\sqrt[3]α$",
    ),
    *("$f′ f″ f′′ f′^2 f^2′ f^2_1′ f′_1^2 f'′ x^′ x^″ f′'$", "B̄ Λ̄ x̅ $x̄$ $Λ̄$ ά 5′ 3″", "í ì î ï ĩ ī ĭ ǰ ĵ i̇ ḯ ị"),
    *("𝒪 𝔽 ℱ ℝ 𝐱 𝑥 𝓞 𝒻 𝛼 𝚨 𝚤 𝟙 𝟏 𝙭 ℎ ℬ", "$𝒪(n) \\bar 𝒪 x^𝔽$"),
]


def test_latex_sets_what_is_written(tmp_path: Path) -> None:
    if not shutil.which("pdflatex"):
        pytest.skip("pdflatex is not installed")
    lines = [to_latex(text) for text in AWKWARD]
    assert not beyond_latex("".join(lines))
    head = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}"
    (tmp_path / "a.tex").write_text("\n\n".join([head, *lines, "\\end{document}"]), encoding="utf-8")
    run = subprocess.run(["pdflatex", "-interaction=nonstopmode", "a.tex"], cwd=tmp_path, capture_output=True)
    log = run.stdout.decode("utf-8", "replace")
    assert not [line for line in log.splitlines() if line.startswith("!")], log[-3000:]
