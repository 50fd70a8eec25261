"""Titles for BibTeX, whose styles lower the capitals of a title: those that must stay are braced, and nothing else."""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
from collections.abc import Callable

from enrich import latex

# Names that are names wherever they stand in a title, and adjectives from them that keep their capital. A word that
# is also an ordinary one (Bell, Fisher, Church, Young, Turkey, Java) is left out.
_PROPER = frozenset(
    """
    Africa African America American Amazon Antarctic Antarctica Arabic Archimedean Archimedes Arctic Aristotelian
    Aristotle Asia Asian Australia Australian Austria Austrian Banach Bayes Bayesian Beijing Belgian Bengali Berlin
    Bernoulli Bessel Boltzmann Boole Boolean Borel Brazil Brazilian Britain British Brownian California Calabi Canada
    Canadian Cantor Cartesian Casimir Cauchy Cayley Chebyshev Chern Chile China Chinese Chomsky Clifford Coulomb
    Coxeter Czech Danish Darwin Darwinian Dedekind Denmark Descartes Diophantine Dirac Dirichlet Doppler Dutch Eilenberg
    Einstein England English Erdős Erdos Euclid Euclidean Euler Eulerian Europe European Facebook Fermat Fermi Feynman
    Fibonacci Finland Finnish Fock Fourier France Fredholm French Freud Frobenius Fukaya Galilean Galileo Galois
    Gauss Gaussian Gelfand German Germany Gibbs Gödel Godel Google Grassmann Grassmannian Greece Greek Grothendieck
    Hadamard Hamilton Hamiltonian Hamming Haskell Hausdorff Hawking Hebrew Heisenberg Hermite Hermitian Hessian Higgs
    Hilbert Hindi Hölder Holder Hopf Hubble Huffman Hungarian Hungary Icelandic India Indian Indonesia Indonesian Iran
    Iranian Ireland Irish Ising Israel Israeli Italian Italy Jacobi Jacobian Japan Japanese Jupiter Kähler Kahler Kalman
    Kant Kantian Kepler Keplerian Kerr Kolmogorov Korea Korean Kronecker Kubernetes Kullback Kyoto Lagrange Lagrangian
    Laguerre Landau Langevin Laplace Laplacian Lebesgue Legendre Leibler Leibniz Linux Lipschitz London Lorentz
    Lorentzian Lyapunov Malaysia Mandarin Markov Markovian Maxwell Mexican Mexico Michelson Milnor Minkowski Möbius
    Mobius Moscow Navier Nepal Nepali Netherlands Newton Newtonian Nigeria Nobel Noether Noetherian Norway Norwegian
    Nyquist Paris Pareto Pauli Peano Persian Petri Planck Platonic Poincaré Poincare Poisson Poland Portugal Portuguese
    Prolog Pythagoras Pythagorean Python Ramanujan Ramsey Rayleigh Reddit Ricci Riemann Riemannian Romania Romanian
    Russia Russian Rydberg Sanskrit Saturn Schrödinger Schrodinger Schwarzschild Scotland Scottish Seifert Shakespeare
    Shannon Shapley Singapore Slavic Sobolev Spain Spanish Stokes Swahili Sweden Swedish Swiss Switzerland Sylow Taiwan
    Tamil Telugu Thai Thailand Tibetan Tokyo Turing Turkish Twitter Ukraine Ukrainian Unix Urdu Vietnam Vietnamese
    Wasserstein Weierstrass Weibull Wiener Wigner Wikidata Wikipedia Zariski Zeeman Zermelo Zipf Zurich Zürich
    """.split()
)
_PHRASES = (
    "Monte Carlo", "Las Vegas", "Los Angeles", "New York", "New Zealand", "Hong Kong", "South Africa", "South Korea",
    "North America", "South America", "Latin America", "United States", "United Kingdom", "European Union",
    "Saudi Arabia", "Sri Lanka", "San Francisco", "Milky Way", "Large Hadron Collider", "Middle East",
    "Stack Overflow", "Stack Exchange", "Raspberry Pi", "Costa Rica", "Puerto Rico", "Silicon Valley",
)  # fmt: skip
# Long words that stay small in Title Case too, and so do not show that a title is an ordinary sentence.
_SMALL = frozenset(
    "about above across after against along amid among around before behind below beneath beside between beyond during"
    " from inside into like near onto over past than that their then through throughout till toward towards under until"
    " unlike upon versus when where which while with within without based using".split()
)

_PHRASES_FROM: dict[str, list[str]] = {}
for _phrase in _PHRASES:
    _PHRASES_FROM.setdefault(_phrase.split()[0], []).append(_phrase)

_WORD = re.compile(
    r"(?:[A-Z]\.){2,}"  # U.S.
    r"|[^\W_]+(?:['’](?!s\b)[^\W\d_]+)*(?:\+\+|#(?!\w)|\*(?!\w))?"
)
_SENTENCE_ENDS = frozenset(":?!.;—–")
_OPENERS = frozenset("([{\"'`“‘«¿¡")
# Private characters stand for the added braces while the text is encoded, and for a dollar or backslash of running
# text: beside a brace it could look like mathematics when it did not before.
_OPEN, _CLOSE, _DOLLAR, _BACKSLASH = "\ue000", "\ue001", "\ue002", "\ue003"
_PRIVATE = re.compile("[\ue000-\ue003]")


def protect(title: str, encode: Callable[[str], str] = latex.to_latex) -> str:
    """The title for a ``title`` field: ``Training {GSM8K} verifiers in {$O(n)$} {Monte Carlo} steps``.

    Braced are formulas, words with a capital or digit that no sentence gives them (``GPT``, ``LLaMA``, ``3D``),
    single capital letters but the article, and proper nouns: those of a short list, and any word in the middle of a
    title otherwise written like a sentence. A title all in capitals says nothing about its words. ``encode`` makes
    LaTeX of the text; without the added braces the result is ``encode(title)``.
    """
    text = latex.normalise(title)
    if not text.isascii():
        text = _PRIVATE.sub("", text)
    encoded = encode(text)
    spans = _protected(text)
    if not spans:
        return encoded
    if encoded == text:
        return latex.quiet(_insert(text, spans, "{", "}"))
    if "$" in text or "\\" in text:
        text = "".join(
            [
                piece if is_maths else piece.replace("$", _DOLLAR).replace("\\", _BACKSLASH)
                for is_maths, piece in latex.mathematics(text)
            ]
        )
    encoded = encode(_insert(text, spans, _OPEN, _CLOSE)).replace(_OPEN, "{").replace(_CLOSE, "}")
    if _DOLLAR in encoded or _BACKSLASH in encoded:
        encoded = encoded.replace(_DOLLAR, encode("$")).replace(_BACKSLASH, encode("\\"))
    return latex.quiet(encoded)


def _insert(text: str, spans: list[tuple[int, int]], opener: str, closer: str) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += (text[done:start], opener, text[start:end], closer)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _protected(text: str) -> list[tuple[int, int]]:
    """Where the parts begin and end that need braces."""
    spans: list[tuple[int, int]] = []
    doubtful: list[tuple[int, int]] = []  # a word with a first capital within a sentence
    small = names = shouted = offset = 0
    first = True
    for is_maths, piece in latex.mathematics(text):
        if is_maths:
            spans.append((offset, offset + len(piece)))
        elif not piece.islower():
            reached = 0
            for found in _WORD.finditer(piece):
                word = found[0]
                if word.islower():
                    if len(word) > 3 and word not in _SMALL:
                        small += 1
                    first = False
                    continue
                start, end = found.span()
                if start < reached or word.isdigit():
                    continue
                if word in _PHRASES_FROM and (phrase := _phrase_at(piece, word, start)):
                    reached = end = start + len(phrase)
                    spans.append((start + offset, end + offset))
                elif word in _PROPER:
                    if not first:
                        spans.append((start + offset, end + offset))
                elif _has_lasting_capital(word, first):
                    spans.append((start + offset, end + offset))
                    shouted += len(word) > 1 and word.isupper()
                elif not first and len(word) > 1:
                    before = piece[start - 1 : start]
                    if before not in _OPENERS and piece[start - 2 : start - 1] not in _SENTENCE_ENDS:
                        doubtful.append((start + offset, end + offset))
                        names += before != "-"
                first = False
        else:
            small += 2
        first = False
        offset += len(piece)
    if shouted > 2 and not any(map(str.islower, latex.without_mathematics(text))):
        return [(start, end) for start, end in spans if text[start] in "$\\"]
    if doubtful and small >= 2 and names * 2 <= small:
        return sorted(spans + doubtful)
    return spans


def _phrase_at(text: str, first: str, start: int) -> str | None:
    for phrase in _PHRASES_FROM[first]:
        if text.startswith(phrase, start) and not text[start + len(phrase) : start + len(phrase) + 1].isalnum():
            return phrase
    return None


def _has_lasting_capital(word: str, first: bool) -> bool:
    """Whether the word has a capital, or one beside a digit, that is not just a first capital."""
    if len(word) == 1:
        return not first and word != "A"
    rest = word[1:]
    if rest.islower() or rest.isalpha():
        return rest != rest.lower()
    return word[0].isupper() or rest != rest.lower()
