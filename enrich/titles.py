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
    Abrikosov Africa African Aharonov Amazon America American Andromeda Antarctic Antarctica Arabic Archimedean
    Archimedes Arctic Aristotelian Aristotle Arrhenius Artin Asia Asian Australia Australian Austria Austrian Banach
    Barabasi Barabási Bayes Bayesian Beijing Bekenstein Belgian Benard Bénard Bengali Berlin Bernoulli Bessel Bethe
    Bloch Bogoliubov Bogolyubov Bohm Bohmian Bohr Boltzmann Bonferroni Boole Boolean Borel Borexino Borromean Bose
    Brazil Brazilian Bregman Brillouin Britain British Brownian Bruijn Buchi Büchi Calabi California Canada Canadian
    Cantor Carleman Cartesian Casimir Cauchy Cayley Centaurus Chaitin Chaplygin Chebyshev Cherenkov Chern Chernoff Chile
    China Chinese Chomsky Clifford Coriolis Couette Coulomb Coxeter Cygnus Czech Danish Dantzig Darwin Darwinian Debye
    Dedekind Delaunay Dempster Denmark Descartes Dijkstra Diophantine Dirac Dirichlet Doppler Drinfeld Dutch Dyck Dyson
    Ehrenfest Eilenberg Einstein England English Erdos Erdős Euclid Euclidean Euler Eulerian Europe European Fabry
    Facebook Fano Faraday Fermat Fermi Feshbach Feynman Fibonacci Finland Finnish Finsler Floquet Fock Fokker Fourier
    France Fredholm French Fresnel Freud Friedmann Frobenius Fukaya Gabor Galerkin Galilean Galileo Galois Garside Gauss
    Gaussian Gelfand Gentzen German Germany Gibbs Ginzburg Godel Gödel Google Gorenstein Grassmann Grassmannian
    Grassmannians Greece Greek Gribov Gromov Grothendieck Gumbel Haar Hadamard Hamilton Hamiltonian Hamiltonians Hamming
    Hartree Haskell Hausdorff Hawking Hebrew Hecke Heegaard Heisenberg Helmholtz Herbrand Hermite Hermitean Hermitian
    Hessian Higgs Hilbert Hindi Hodge Hoeffding Holder Hölder Hopcroft Hopf Hopfield Hubbard Hubble Hückel Huffman
    Hungarian Hungary Huygens Icelandic India Indian Indonesia Indonesian Iran Iranian Ireland Irish Ising Israel
    Israeli Italian Italy Jacobi Jacobian Jacobians Japan Japanese Jaynes Josephson Jupiter Kahler Kähler Kalman Kaluza
    Kant Kantian Kapitza Keldysh Kepler Keplerian Kerr Kibble Kitaev Kohn Kohonen Kolmogorov Kondo Korea Korean Korteweg
    Kramers Kripke Kronecker Kruskal Kubernetes Kullback Kuramoto Kuratowski Kyoto Lagrange Lagrangian Lagrangians
    Laguerre Landau Landauer Langevin Langlands Laplace Laplacian Laplacians Lebesgue Legendre Leibler Leibniz
    Levenshtein Lévy Lifshitz Lindblad Linux Liouville Lipschitz London Lorentz Lorentzian Lovasz Lovász Lovelock
    Löwenheim Lyapunov Mahalanobis Majorana Malaysia Mandarin Mandelbrot Markov Markovian Markowitz Mathematica Matlab
    Maxwell Mellin Mexican Mexico Michelson Milnor Minkowski Minkowskian Miura Mobius Möbius Monge Morita Moscow
    Mossbauer Mössbauer Mott Nakagami Nakamoto Nash Navier Nepal Nepali Neptune Nernst Nesterov Netherlands Neumann
    Newton Newtonian Nigeria Nobel Noether Noetherian Nordstrom Nordström Norway Norwegian Nyquist Onsager Orion Orlicz
    Ornstein Pade Padé Painleve Painlevé Pareto Paris Pauli Peano Peltier Penrose Perot Pérot Perron Persian Petri
    Planck Platonic Poincare Poincaré Poisson Poissonian Poland Portugal Portuguese Potts Preparata Presburger Prolog
    Pythagoras Pythagorean Python Rademacher Raman Ramanujan Ramsey Rashba Rayet Rayleigh Reddit Renyi Rényi Reynolds
    Riccati Ricci Riemann Riemannian Riesz Rindler Romania Romanian Rossby Russia Russian Rydberg Sachdev Sagnac
    Sanskrit Saturn Schrodinger Schrödinger Schur Schwarzschild Schwinger Scotland Scottish Seebeck Seiberg Seifert
    Shakespeare Shannon Shapley Shor Singapore Skolem Skyrme Slavic Slepian Sobolev Spain Spanish Stackelberg Steiner
    Stiefel Stirling Stokes Strassen Sturm Swahili Sweden Swedish Swiss Switzerland Sylow Sylvester Taiwan Tamil
    Tannakian Tarski Teichmuller Teichmüller Telugu Teukolsky Thai Thailand Tibetan Tikhonov Toda Toeplitz Tokyo Tsallis
    Turing Turkish Tutte Twitter Tychonoff Uhlenbeck Ukraine Ukrainian Unix Unruh Uranus Urdu Urysohn Vandermonde Venus
    Vietnam Vietnamese Viterbi Vlasov Volterra Voronoi Waals Wannier Wasserstein Weibull Weierstrass Weyl Wiener Wigner
    Wikidata Wikipedia Witten Wolfram Yukawa Zariski Zeeman Zener Zeno Zermelo Zipf Ziv Zorn Zurek Zurich Zürich
    """.split()
)
_PHRASES = (
    "Monte Carlo", "Las Vegas", "Los Angeles", "New York", "New Zealand", "Hong Kong", "South Africa", "South Korea",
    "North America", "South America", "Latin America", "United States", "United Kingdom", "European Union",
    "Saudi Arabia", "Sri Lanka", "San Francisco", "Milky Way", "Large Hadron Collider", "Middle East",
    "Reed-Solomon", "Reed–Solomon", "Reed-Muller", "Reed–Muller", "Yang-Mills", "Yang–Mills", "Yang-Baxter",
    "Yang–Baxter", "Burrows-Wheeler", "Burrows–Wheeler", "Chern-Simons", "Chern–Simons", "Cauchy-Schwarz",
    "Cauchy–Schwarz", "Cohen-Macaulay", "Cohen–Macaulay", "Karhunen-Loève", "Karhunen–Loève",
    "Lempel-Ziv", "Lempel–Ziv", "Mann-Whitney", "Nosé-Hoover", "Nosé–Hoover", "Cramér-Rao",
    "Cramér–Rao", "Cramer-Rao", "Slepian-Wolf", "Slepian–Wolf", "Wyner-Ziv", "Wyner–Ziv",
    "Stack Overflow", "Stack Exchange", "Raspberry Pi", "Costa Rica", "Puerto Rico", "Silicon Valley",
)  # fmt: skip
# Long words that stay small in Title Case too, and so do not show that a title is an ordinary sentence.
_SMALL = frozenset(
    "about above across after against along amid among around before behind below beneath beside between beyond during"
    " from inside into like near onto over past than that their then through throughout till toward towards under until"
    " unlike upon versus when where which while with within without based using".split()
)

# What is no name, though a title may give it a capital in the middle: by its ending, or by its place in this list.
_ORDINARY_ENDING = (
    r".+(?:[^aeiou]ing|[st]ion|ment|ness|ity|ics|ical|[^v]ic|[bct]al|[rnvt]ed|[tsc]ive|ous|able|ible|less|ful|[rt]ory"
    r"|ology|onomy|ometry|graphy|ware|ship|[rtn]ism|[iao]tor|ular|tude|[cs]ence|scope)s?"
)
_ORDINARY = frozenset(
    """
    a access algebra algorithm an analysis and approach architecture array art aspect assistant automata automaton bank
    banking base basis behavior behaviour beyond big body bound boundary brain bridge bug bus business by calculus case
    cat chain challenge change chaos chapter choice circuit city class classes classical client cloud cluster code
    coding color colour comment communities compact company complete complex computer concept condensate cone conjecture
    consensus content contract control core count course criteria cube culture curve cut cycle dark data database day
    deep degree demand design desktop detector device diagram digital dimension discovery discrete distance divergence
    diving document dog domain double dynamic early economy eddy edge effect efficient element end energy engine entropy
    error estimate event evidence example exploration expression extra face fast feature feedback field finite first
    flow fluid for form framework free full future game gap general global grammar graph gravity grid group growth guide
    hidden hierarchy high home human hybrid idea image impact index industry inside interest interface internal issue
    kernel key knowledge label language large law layer learned learner lemma lesson level libraries library light limit
    line linear link list local long loop low machine magnet manifold manipulator map market mass matrix matter measure
    mechanism media medium memory mesh message metric mind mixed mobile mode model modern modular module molecule moment
    motion multi music nano nature nested net network neural new next node noise non not note novel object of old on one
    online open operator or oracle order orthogonal out output over overview packet page pair paper parallel part
    particle path pattern people performance perspective phase plane plasma point policy polynomial post power pre prime
    principle problem process processes product profile program project proof property protocol proximity public quality
    quantum query question random rank rate ray reason recoil reduced remark report research resource response review
    revisited ring risk robot role rule run safe sample scale scheme school science search second security self semantic
    sensor sequence server service set shape signal similarity simple simulation single site small smart social society
    soft software some source space speech spin stakeholder standard star state string strong structure student study
    style sub super support surface survey symmetry syntax system task teacher team technique technology test text the
    theorem theory thermal third time to tool toolbox top topic torsion tour toward trace track trade traffic transform
    tree trend trust truth two type under unified unique unit universal use user vacuum value variable vector version
    via video view viewpoint virtual vision volume vs wave way weak web-based wild wireless with word work workflow
    world year zero
    """.split()
)


def _is_ordinary(word: str, small: set[str]) -> bool:
    """Whether a word with a first capital is a common one: by the lists, or since the title has it without capital."""
    lower = word.lower()
    stem = lower.removesuffix("s")
    return (
        not _ORDINARY.isdisjoint((lower, stem))
        or not small.isdisjoint((lower, stem, f"{lower}s"))
        or lower in _SMALL
        or (len(lower) > 4 and re.fullmatch(_ORDINARY_ENDING, lower) is not None)
    )


_PHRASES_FROM: dict[str, list[str]] = {}
for _phrase in _PHRASES:
    _PHRASES_FROM.setdefault(re.split("[ –-]", _phrase)[0], []).append(_phrase)

_WORD = re.compile(
    r"(?:[A-Z]\.){2,}"  # U.S.
    r"|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*(?:['’](?!s\b)[^\W\d_]+)*(?:\+\+|#(?!\w)|\*(?!\w))?"
)
_SENTENCE_ENDS = frozenset(":?!.;—–")
_OPENERS = frozenset("([{\"'`“‘„«‹¿¡")
_CLOSERS = frozenset(")]}\"'”’»›")
# A full stop that ends no sentence: Dr. Who, J. Smith, vs. Deep, etc.
_ABBREVIATED = (
    r"(?<!\w)(?:[A-HJ-UWYZa-z]|vs|cf|al|etc|ca|approx|resp|no|No|vol|Vol|pt|Pt|[Ff]igs?|[Ee]qs?|[Ss]ec|[Cc]h|Dr|Mrs?|Ms"
    r"|Prof|Sr|Jr|St|Mt|Inc|Ltd|Co|Corp|Ph\.D|U\.S|[a-z]\.[a-z])\.$"
)
# Private characters stand for the added braces while the text is encoded, and for a dollar or backslash of running
# text: beside a brace it could look like mathematics when it did not before.
_OPEN, _CLOSE, _DOLLAR, _BACKSLASH = "\ue000", "\ue001", "\ue002", "\ue003"
_PRIVATE = re.compile("[\ue000-\ue003]")


def protect(title: str, encode: Callable[[str], str] = latex.to_latex) -> str:
    """The title for a ``title`` field: ``Training {GSM8K} verifiers in {$O(n)$} {Monte Carlo} steps``.

    Braced are formulas, words with a capital or digit that no sentence gives them (``GPT``, ``LLaMA``, ``3D``),
    single capital letters but the article, the word that begins a sentence where BibTeX does not see that one begins
    (``Who cares? {Nobody}``), and proper nouns: those of a list, and a word in the middle of a title otherwise written
    like a sentence unless it is a common one. A title all in capitals says nothing about its words. ``encode`` makes
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
    small: set[str] = set()
    names = shouted = offset = 0
    first = True
    for is_maths, piece in latex.mathematics(text):
        if is_maths:
            spans.append((offset, offset + len(piece)))
        elif piece.islower():
            small.update([word for word in piece.split() if len(word) > 3 and word not in _SMALL])
        else:
            reached = 0
            for found in _WORD.finditer(piece):
                word = found[0]
                if word.islower():
                    if len(word) > 3 and word not in _SMALL:
                        small.add(word)
                    first = False
                    continue
                start, end = found.span()
                if start < reached or word.isdigit():
                    continue
                begins = _begins_a_sentence(text, start + offset)
                if word in _PHRASES_FROM and (phrase := _phrase_at(piece, word, start)):
                    reached = end = start + len(phrase)
                    spans.append((start + offset, end + offset))
                elif word in _PROPER:
                    if not first or begins:
                        spans.append((start + offset, end + offset))
                elif _has_lasting_capital(word, first):
                    spans.append((start + offset, end + offset))
                    shouted += len(word) > 1 and word.isupper()
                elif begins:
                    spans.append((start + offset, end + offset))
                elif not first and len(word) > 1:
                    before = piece[start - 1 : start]
                    if before not in _OPENERS and not _follows_a_pause(piece, start):
                        doubtful.append((start + offset, end + offset))
                        names += before != "-"
                first = False
        first = False
        offset += len(piece)
    if shouted > 2 and not any(map(str.islower, latex.without_mathematics(text))):
        return [(start, end) for start, end in spans if text[start] in "$\\"]
    if doubtful and len(small) >= 2 and names * 2 <= len(small):
        kept = [(start, end) for start, end in doubtful if not _is_ordinary(text[start:end], small)]
        if len(kept) < len(doubtful):  # its writer gives capitals freely; but an owner is a name
            kept = [(start, end) for start, end in kept if text[end : end + 2] in ("'s", "’s", "s'")]
        return sorted(spans + kept)
    return spans


def _follows_a_pause(text: str, start: int) -> bool:
    return text[start - 2 : start - 1] in _SENTENCE_ENDS or text[start - 3 : start] in (" - ", "-- ")


def _begins_a_sentence(text: str, start: int) -> bool:
    """Whether a sentence begins here and BibTeX does not see it: it spares offset 0, and what follows ``: ``."""
    if not start or (text[start - 1] == " " and text[start - 2].isalnum()):
        return False
    at = start
    while at and text[at - 1] in _OPENERS:
        at -= 1
    if not at:
        return True
    if text[at - 1] != " ":
        return False
    end = at - 1
    while end and text[end - 1] in _CLOSERS:
        end -= 1
    mark = text[end - 1 : end]
    if mark == ":":
        return at < start or end < at - 1
    return mark in ("?", "!") or (mark == "." and not re.search(_ABBREVIATED, text[max(0, end - 12) : end]))


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
