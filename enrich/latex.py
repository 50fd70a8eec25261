r"""Between LaTeX and Unicode text, with mathematics left alone.

:func:`to_text` reads LaTeX, :func:`to_latex` writes it, :func:`mathematics` is the one rule both follow about what
between dollars is mathematics. Reading what was written gives the text back:
``to_text(to_latex(x), bibtex=True) == normalise(x)``.

Only what is sure to mean the same on both sides is translated. TeX's ASCII ligatures (``--``, ````x''``) are therefore
the same in text and in LaTeX; a dash character is ``\textendash``.
"""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

# --- tables -------------------------------------------------------------------------------------------------------

_MARKS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
_MARKS_BELOW = frozenset("\u0323\u0327\u0328\u0331")
# LaTeX takes the dot off itself here, and pandoc reads \'{\i} as an accent on a dotless i.
_DOT_TAKEN_OFF = frozenset({"i\u0300", "i\u0301", "i\u0302", "i\u0307", "i\u0308"})
_ACCENT_OF = {mark: command for command, mark in _MARKS.items()}
_SPACING_MARKS = {"^": "^", "~": "~", "`": "`", "'": "´", '"': "¨", "=": "¯", ".": "˙", "u": "˘", "v": "ˇ", "r": "˚",
                  "c": "¸", "k": "˛", "H": "˝"}  # fmt: skip


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


# Letters that are commands of the LaTeX kernel (the second line in the T1 encoding only).
_LETTERS = _pairs("""
    ss ß o ø O Ø l ł L Ł aa å AA Å ae æ AE Æ oe œ OE Œ i ı j ȷ
    dh ð DH Ð dj đ DJ Đ th þ TH Þ ng ŋ NG Ŋ SS ẞ
""")

# What to_latex writes for other characters of running text. All are in today's LaTeX kernel.
_TEXT_SYMBOLS = _pairs("""
    textendash – textemdash — textquoteleft ‘ textquoteright ’ textquotedblleft “ textquotedblright ”
    quotesinglbase ‚ quotedblbase „ guilsinglleft ‹ guilsinglright › guillemotleft « guillemotright »
    textexclamdown ¡ textquestiondown ¿ ldots … S § P ¶ dag † ddag ‡ textbullet • textperiodcentered ·
    copyright © textregistered ® texttrademark ™ pounds £ texteuro € textyen ¥ textcent ¢ textcurrency ¤ textdegree °
    textordfeminine ª textordmasculine º textonequarter ¼ textonehalf ½ textthreequarters ¾ textmu µ textbrokenbar ¦
    textasciidieresis ¨ textasciiacute ´ textasciimacron ¯ textnumero № textperthousand ‰ textbardbl ‖
    textopenbullet ◦ textmusicalnote ♪ textwon ₩ textdong ₫ textmho ℧ textestimated ℮
""")

# Other names that mean one character in running text.
_TEXT_ALIASES = _pairs(r"""
    textellipsis … dots … textsection § textparagraph ¶ textdagger † textdaggerdbl ‡ textcopyright © textsterling £
    guillemetleft « guillemetright » textquotedbl " textquotesingle ' textasciigrave ` textdollar $ textunderscore _
    textbackslash \ textasciitilde ~ textasciicircum ^ textless < textgreater > textbar | textbraceleft {
    textbraceright } lbrace { rbrace } slash / textvisiblespace ␣ textasteriskcentered * EUR € euro €
    textnumbersign # textpercent % textampersand &
    LaTeX LaTeX TeX TeX LaTeXe LaTeX2ε BibTeX BibTeX BibLaTeX BibLaTeX XeTeX XeTeX XeLaTeX XeLaTeX LuaTeX LuaTeX
    LuaLaTeX LuaLaTeX pdfTeX pdfTeX pdfLaTeX pdfLaTeX ConTeXt ConTeXt AmSTeX AmSTeX AmSLaTeX AmSLaTeX MiKTeX MiKTeX
    METAFONT METAFONT
""")

_WORDS = {**_LETTERS, **_TEXT_SYMBOLS, **_TEXT_ALIASES, "textbackslash": "\\", "nobreakspace": " ", "space": " ",
          "quad": " ", "qquad": " ", "thinspace": " ", "enspace": " "}  # fmt: skip

# Mathematical characters, and the command of the LaTeX kernel for each.
_MATHS_SYMBOLS = _pairs(r"""
    alpha α beta β gamma γ delta δ varepsilon ε epsilon ϵ zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
    nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ varphi φ phi ϕ chi χ psi ψ omega ω
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
    pm ± mp ∓ times × div ÷ cdot ⋅ ast ∗ star ⋆ circ ∘ leq ≤ geq ≥ neq ≠ equiv ≡ approx ≈ sim ∼ simeq ≃ cong ≅
    propto ∝ ll ≪ gg ≫ prec ≺ succ ≻ preceq ⪯ succeq ⪰ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ in ∈ ni ∋ notin ∉
    cup ∪ cap ∩ setminus ∖ vee ∨ wedge ∧ neg ¬ forall ∀ exists ∃ emptyset ∅ nabla ∇ partial ∂ infty ∞ sum ∑ prod ∏
    coprod ∐ int ∫ oint ∮ surd √ perp ⟂ bot ⊥ top ⊤ parallel ∥ mid ∣ angle ∠ triangle △ langle ⟨ rangle ⟩
    lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ leftarrow ← rightarrow → uparrow ↑ downarrow ↓ leftrightarrow ↔ updownarrow ↕
    Leftarrow ⇐ Rightarrow ⇒ Uparrow ⇑ Downarrow ⇓ Leftrightarrow ⇔ mapsto ↦ longleftarrow ⟵ longrightarrow ⟶
    longleftrightarrow ⟷ Longrightarrow ⟹ Longleftrightarrow ⟺ longmapsto ⟼ hookleftarrow ↩ hookrightarrow ↪
    nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ leftharpoonup ↼ rightharpoonup ⇀ rightleftharpoons ⇌
    oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ uplus ⊎ sqcup ⊔ sqcap ⊓ sqsubseteq ⊑ sqsupseteq ⊒ wr ≀ amalg ⨿
    ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ wp ℘ vdash ⊢ dashv ⊣ models ⊨ asymp ≍ doteq ≐ bowtie ⋈ diamond ⋄
    clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ flat ♭ natural ♮ sharp ♯ cdots ⋯ vdots ⋮ ddots ⋱ bigcirc ◯
""")
_GREEK_LIKE_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
_DOUBLE_STRUCK = dict(zip("ℂℕℙℚℝℤℍ", "CNPQRZH", strict=True))
_SUPERSCRIPTS = dict(zip("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))

# The kernel's accents in mathematics. They are not those of text, which set nothing on a formula.
_MATHS_MARKS = {
    "grave": "\u0300", "acute": "\u0301", "hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "overline": "\u0305",
    "breve": "\u0306", "dot": "\u0307", "ddot": "\u0308", "mathring": "\u030a", "check": "\u030c",
}  # fmt: skip
_MATHS_ACCENT_OF = {mark: command for command, mark in _MATHS_MARKS.items()}
# A bare \prime is a character of full size on the line; raised it is what the character looks like.
_PRIMES = {"^{\\prime}": "′", "^{\\prime\\prime}": "″"}
# What only the decoder knows: other names, and primes that are raised already.
_ENSURED_ALIASES = {"\\prime": "′", "\\prime\\prime": "″", "\\le": "≤", "\\ge": "≥", "\\ne": "≠", "\\to": "→",
                    "\\gets": "←", "\\land": "∧", "\\lor": "∨", "\\lnot": "¬", "\\owns": "∋"}  # fmt: skip

_ENSURED = {f"\\{command}": character for command, character in _MATHS_SYMBOLS.items()}
_ENSURED |= {f"\\mathrm{{{latin}}}": greek for greek, latin in _GREEK_LIKE_LATIN.items()}
_ENSURED |= {f"\\mathbf{{{letter}}}": character for character, letter in _DOUBLE_STRUCK.items()}
_ENSURED |= {"-": "−"} | _PRIMES

_FONT_COMMANDS = frozenset(
    "emph textit textbf texttt textsc textsf textrm textsl textup textmd textnormal textin mbox text underline uline"
    " NoCaseChange nocase MakeUppercase MakeLowercase url path nolinkurl".split()
) - {"MakeUppercase", "MakeLowercase"}
_VERBATIM_COMMANDS = frozenset({"url", "path", "nolinkurl"})
_FONT_SWITCHES = frozenset(
    "em it bf tt sc sl sf rm itshape bfseries ttfamily scshape slshape sffamily rmfamily upshape mdseries normalfont"
    " small footnotesize normalsize large relax protect".split()
)
_CONTROL_SYMBOLS = {"&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", " ": " ", "\n": " ",
                    "\t": " ", ",": " ", "/": "", "-": "", "@": ""}  # fmt: skip

# Commands that a formula may keep. Everything else could do more than typeset: \input, \write, \def, \csname …
_MATHS_COMMANDS = frozenset(_MATHS_SYMBOLS) | frozenset(
    r"""
    ne le ge to gets land lor lnot owns iff implies impliedby colon dots ldots dotsb dotsc dotsi dotsm dotso
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf injlim ker lg lim liminf limsup ln log
    max min Pr projlim sec sin sinh sup tan tanh bmod mod pmod pod
    frac dfrac tfrac cfrac binom dbinom tbinom sqrt over atop choose above brace brack genfrac
    hat widehat check tilde widetilde acute grave dot ddot dddot ddddot breve bar vec mathring overline underline
    overbrace underbrace overleftarrow overrightarrow overleftrightarrow underleftarrow underrightarrow
    underleftrightarrow overset underset stackrel xrightarrow xleftarrow sideset substack
    mathrm mathbf mathit mathsf mathtt mathcal mathnormal mathbb mathfrak boldsymbol pmb
    rm bf it sf tt sl sc cal mit em boldmath unboldmath text textrm textbf textit textsf texttt textsc textsl textup
    textnormal emph mbox hbox operatorname mathop mathbin mathrel mathord mathopen mathclose mathpunct mathinner
    mathstrut
    limits nolimits displaystyle textstyle scriptstyle scriptscriptstyle
    left right middle big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr biggm Biggl Biggr Biggm
    lbrace rbrace lbrack rbrack lvert rvert lVert rVert vert Vert backslash lgroup rgroup lmoustache rmoustache
    llcorner lrcorner ulcorner urcorner arrowvert Arrowvert bracevert
    quad qquad thinspace negthinspace medspace thickspace negmedspace negthickspace enspace phantom hphantom vphantom
    smash not
    imath jmath Bbbk hslash eth beth gimel daleth complement mho digamma varkappa nexists varnothing blacktriangle
    blacktriangledown blacksquare blacklozenge bigstar sphericalangle measuredangle square Box Diamond lozenge
    circledS circledR backprime diagup diagdown surd triangledown
    bullet bigtriangleup bigtriangledown triangleleft triangleright lhd rhd unlhd unrhd bigoplus bigotimes bigodot
    bigcup bigcap biguplus bigsqcup bigvee bigwedge dagger ddagger dag ddag S P pounds copyright
    iint iiint iiiint idotsint smallint
    leqslant geqslant lesssim gtrsim lessapprox gtrapprox lessgtr gtrless lesseqgtr gtreqless lesseqqgtr gtreqqless
    leqq geqq lneq gneq lneqq gneqq lnsim gnsim lnapprox gnapprox nless ngtr nleq ngeq nleqslant ngeqslant nleqq ngeqq
    nprec nsucc npreceq nsucceq precsim succsim precapprox succapprox preccurlyeq succcurlyeq curlyeqprec curlyeqsucc
    eqslantless eqslantgtr lessdot gtrdot lll ggg llless gggtr triangleq circeq bumpeq Bumpeq doteqdot risingdotseq
    fallingdotseq backsim backsimeq approxeq eqcirc thicksim thickapprox shortmid shortparallel nmid nparallel
    nshortmid nshortparallel subseteqq supseteqq Subset Supset sqsubset sqsupset nsubseteq nsupseteq nsubseteqq
    nsupseteqq subsetneq supsetneq subsetneqq supsetneqq varsubsetneq varsupsetneq varpropto smile frown smallsmile
    smallfrown between pitchfork backepsilon therefore because blacktriangleleft blacktriangleright vartriangle
    vartriangleleft vartriangleright trianglelefteq trianglerighteq ntriangleleft ntriangleright ntrianglelefteq
    ntrianglerighteq vDash Vdash Vvdash nvdash nvDash nVdash nVDash ncong nsim Join perp multimap upharpoonleft
    upharpoonright downharpoonleft downharpoonright restriction
    dotplus smallsetminus Cap Cup doublecap doublecup barwedge veebar doublebarwedge boxminus boxtimes boxdot boxplus
    divideontimes ltimes rtimes leftthreetimes rightthreetimes curlywedge curlyvee circleddash circledast circledcirc
    centerdot intercal
    Longleftarrow leftharpoondown rightharpoondown Updownarrow leadsto dashrightarrow dashleftarrow leftleftarrows
    rightrightarrows leftrightarrows rightleftarrows Lleftarrow Rrightarrow twoheadleftarrow twoheadrightarrow
    leftarrowtail rightarrowtail looparrowleft looparrowright leftrightharpoons curvearrowleft curvearrowright
    circlearrowleft circlearrowright Lsh Rsh upuparrows downdownarrows rightsquigarrow leftrightsquigarrow nleftarrow
    nrightarrow nLeftarrow nRightarrow nleftrightarrow nLeftrightarrow
    varGamma varDelta varTheta varLambda varXi varPi varSigma varUpsilon varPhi varPsi varOmega
    varlimsup varliminf varinjlim varprojlim
    lq rq prime nonumber hfill begin end
    """.split()
)
_MATHS_CONTROL_SYMBOLS = frozenset(",;:!> {}|\\&%#$_/")
_ENVIRONMENTS = frozenset(
    "array matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases aligned split gathered".split()
)

# --- what is mathematics ------------------------------------------------------------------------------------------

_DIGITS = frozenset("0123456789")
_DELIMITER = re.compile(r"\\(?:[^()\[\]]|$)|(\$|\\[()\[\]])", re.DOTALL)
_GROUP = re.compile(r"\\[A-Za-z]+|\{[^{}]*\}")
_PROSE = re.compile(
    r"(?<![A-Za-z])[A-Za-z]{2,}[,.;:]? [A-Za-z]{2,}(?![A-Za-z])"
    r"|(?<= )(?:an|and|are|as|at|by|for|from|if|in|is|of|on|or|per|the|to|we|with)(?= |$)"
)


def mathematics(text: str) -> Iterator[tuple[bool, str]]:
    r"""Cut text into pieces, each with whether it is mathematics; together they are the text again.

    Mathematics is ``$…$``, ``$$…$$``, ``\(…\)`` and ``\[…\]`` with something inside whose braces balance. A dollar
    reaches for the next one and no further, and the two are money or a slip, not a formula, when running words stand
    between them, or when an amount follows the first (``from $5 to $10``, ``$5/$10``). Takes linear time.
    """
    if "$" not in text and "\\(" not in text and "\\[" not in text:
        if text:
            yield False, text
        return
    marks = [(found.start(1), found[1]) for found in _DELIMITER.finditer(text) if found[1]]
    done, index, count = 0, 0, len(marks)
    while index < count - 1:
        start, mark = marks[index]
        closing, end = index + 1, -1
        if mark == "$":
            if marks[index + 1] == (start + 1, "$"):  # $$ … $$
                if (
                    index + 3 < count
                    and marks[index + 2][1] == "$"
                    and marks[index + 3] == (marks[index + 2][0] + 1, "$")
                    and _is_body(text[start + 2 : marks[index + 2][0]])
                ):
                    closing, end = index + 3, marks[index + 3][0] + 1
            elif marks[index + 1][1] == "$":
                stop = marks[index + 1][0]
                if _is_inline(text[start + 1 : stop], text[stop + 1 : stop + 2] in _DIGITS):
                    end = stop + 1
        elif mark in ("\\(", "\\[") and marks[index + 1][1] == ("\\)" if mark == "\\(" else "\\]"):
            stop = marks[index + 1][0]
            if _is_body(text[start + 2 : stop]):
                end = stop + 2
        if end < 0:
            index += 1
            continue
        if done < start:
            yield False, text[done:start]
        yield True, text[start:end]
        done, index = end, closing + 1
    if done < len(text):
        yield False, text[done:]


def without_mathematics(text: str) -> str:
    """The running text alone, each formula replaced by a space."""
    return "".join([" " if is_maths else piece for is_maths, piece in mathematics(text)])


def _is_body(body: str) -> bool:
    return bool(body.strip()) and _balanced(body)


@lru_cache(maxsize=4096)
def _is_inline(body: str, before_digit: bool) -> bool:
    inner = body.strip()
    if not inner or not _balanced(body):
        return False
    if body[0].isdigit() and (body[-1].isspace() or before_digit):
        return False
    if inner.isalpha() and len(inner) > 1 and body[0].isspace():
        return False
    if " " in body:
        bare = body
        while "{" in bare:
            shorter = _GROUP.sub("\\\\", bare)
            if shorter == bare:
                break
            bare = shorter
        return not _PROSE.search(_GROUP.sub("\\\\", bare))
    return True


def _balanced(body: str) -> bool:
    """Whether braces pair up as TeX sees them, where ``\\{`` is a character."""
    if "{" not in body and "}" not in body:
        return True
    depth, escaped = 0, False
    for character in body:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


# --- LaTeX to text ------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\\(?:([A-Za-z]+)|(.)|$)|([{}~])|[^\\{}~]+", re.DOTALL)
_SPACE = re.compile(r"\s+")
_GROUPED = r"\{[^{}$]*\}"
for _ in range(3):
    _GROUPED = rf"\{{(?:[^{{}}$]|{_GROUPED})*\}}"
_ENSURE = rf"\{{((?:[^{{}}$\\]|\\[A-Za-z]|{_GROUPED})*)\}}"  # as text, since compiling it takes long
_VERBATIM = re.compile(r"\{([^{}]*)\}")
_TIE = re.compile(r"(?:[a-z]{3}|[A-Za-z]\.)$")
_MAX_ACCENTS = 4
"""How many accents may be nested; text from strangers may hold thousands."""


def to_text(source: str, *, bibtex: bool = False) -> str:
    r"""Decode the LaTeX in a string to Unicode (NFC), outside mathematics; what is not understood stays as written.

    There are two kinds of source. arXiv's own metadata (the default) is Unicode text in which authors left some TeX:
    accents, font commands, escaped specials are decoded; a bare ``{``, ``%``, ``~`` or ``--`` is what it is. With
    ``bibtex`` it is a field of a ``.bib``: grouping braces go, ``~`` is a space, white space runs are one space.

    >>> to_text(r"Schr\"odinger's {\em cat} at 5% of $\hbar$")
    "Schrödinger's cat at 5% of $\\hbar$"
    >>> to_text(r"{GSM8K} and~{\L}ukasiewicz", bibtex=True)
    'GSM8K and Łukasiewicz'
    """
    if "\\" in source or "{" in source or "~" in source or (bibtex and "}" in source):
        reader = _Reader(bibtex)
        for is_maths, piece in mathematics(source):
            if is_maths:
                reader.out.append(_unmark(piece) if bibtex and "\\" in piece else piece)
            else:
                reader.read(piece)
        source = "".join(reader.out)
    if bibtex:
        source = " ".join(source.split())
    return source if source.isascii() else unicodedata.normalize("NFC", source)


class _Reader:
    """One pass over LaTeX text. An opener waits in ``out`` as written and is blanked when its ``}`` comes."""

    def __init__(self, bibtex: bool) -> None:
        self.bibtex = bibtex
        self.out: list[str] = []
        self.open: list[tuple[str, int, str]] = []  # (kind, where in out, data); kinds are explained in _close
        self.accents = 0

    def read(self, text: str) -> None:
        out, match, position, end = self.out, _TOKEN.match, 0, len(text)
        literal_argument = False  # the last thing was an unknown command or one of its arguments
        while position < end:
            token = match(text, position)
            if token is None:  # pragma: no cover - the pattern takes any character
                break
            word, symbol, single = token.groups()
            start, position = position, token.end()
            was_argument, literal_argument = literal_argument, False
            if word:
                position, literal_argument = self._word(word, text, position)
            elif symbol:
                position = self._symbol(symbol, text, position)
            elif single == "{":
                self._push("argument" if was_argument else "group", "{", "")
            elif single == "}":
                literal_argument = self._close()
            elif single == "~":
                out.append(self._tie(text, start))
            else:
                out.append(text[start:position])

    def _push(self, kind: str, opener: str, data: str) -> None:
        self.open.append((kind, len(self.out), data))
        self.out.append(opener)

    def _close(self) -> bool:
        """Meet a ``}``. Returns whether it ended an argument of an unknown command."""
        out = self.out
        if not self.open:
            out.append("}")
            return False
        kind, start, data = self.open.pop()
        if kind == "group":  # braces only; in arXiv's text they are characters unless TeX stands in them
            if self.bibtex or (len(out) == start + 2 and len(out[-1]) == 1 and out[-1] > "\x7f" and out[-1].isalpha()):
                out[start] = ""
            else:
                out.append("}")
        elif kind == "tex":  # a group that TeX stands in, or a font command with its argument
            out[start] = ""
        elif kind == "accent":
            self.accents -= 1
            content = "".join(out[start + 1 :])
            marked = self._accent(data, content) if content else _SPACING_MARKS.get(data[-1])
            if marked is None:
                out.append("}")
            else:
                out[start:] = [marked]
        elif kind in ("super", "sub"):
            table = _SUPERSCRIPTS if kind == "super" else _SUBSCRIPTS
            content = "".join(out[start + 1 :]) if len(out) - start < 6 else ""
            if content and all(character in table for character in content):
                out[start:] = ["".join([table[character] for character in content])]
            else:
                out[start] = ""
        else:  # an argument of an unknown command
            out.append("}")
            return True
        return False

    def _word(self, word: str, text: str, position: int) -> tuple[int, bool]:
        """Read a control word that ends at ``position``. Returns where to go on, and whether it is unknown."""
        out, following = self.out, text[position : position + 1]
        character = _WORDS.get(word)
        if character is not None:
            self._mark_group()
            out.append(character)
            return self._after_word(word, text, position), False
        if following == "{":
            if word in _VERBATIM_COMMANDS and (found := _VERBATIM.match(text, position)):
                self._mark_group()
                out.append(found[1])
                return found.end(), False
            if word in _FONT_COMMANDS:
                self._mark_group()
                self._push("tex", f"\\{word}{{", "")
                return position + 1, False
            if word == "textsuperscript" or word == "textsubscript":
                self._push("super" if word == "textsuperscript" else "sub", f"\\{word}{{", "")
                return position + 1, False
            if word == "ensuremath" and (found := re.compile(_ENSURE).match(text, position)):
                out.append(_ensured(found[1]) or f"${found[1]}$")
                return found.end(), False
        if word in _FONT_SWITCHES:
            in_group = bool(self.open) and self.open[-1][0] in ("group", "tex")
            if in_group:
                self.open[-1] = ("tex", self.open[-1][1], "")
            if in_group or self.bibtex:
                space = _SPACE.match(text, position)
                return (space.end() if space else position), False
        if word in _MARKS and (accented := self._accented(word, text, position)) >= 0:
            return accented, False
        out.append(f"\\{word}")
        return position, True

    def _symbol(self, symbol: str, text: str, position: int) -> int:
        """Read a control symbol (``\\&``, ``\\'``) that ends at ``position``. Returns where to go on."""
        if symbol in _MARKS and (accented := self._accented(symbol, text, position)) >= 0:
            return accented
        character = _CONTROL_SYMBOLS.get(symbol)
        if character is None and self.bibtex and symbol in "\\;:!>":
            character = "" if symbol == "!" else " "
        self.out.append(f"\\{symbol}" if character is None else character)
        return position

    def _accented(self, command: str, text: str, position: int) -> int:
        """Read what an accent stands on. Returns where to go on, or -1: then it is no accent, and nothing was read."""
        start, commands, end = position - 1 - len(command), command, len(text)
        while True:
            if self.bibtex or commands[-1].isalpha():
                space = _SPACE.match(text, position)
                position = space.end() if space else position
            following = text[position : position + 1]
            if following == "{":
                if self.accents >= _MAX_ACCENTS:
                    return -1
                self._mark_group()
                self.accents += 1
                self._push("accent", text[start : position + 1], commands)
                return position + 1
            if following != "\\" or position + 1 >= end:
                break
            found = _TOKEN.match(text, position)
            name = (found[1] or found[2]) if found else ""
            if name in _LETTERS and found:
                marked = self._accent(commands, _LETTERS[name])
                if marked is None:
                    return -1
                self._mark_group()
                self.out.append(marked)
                return self._after_word(name, text, found.end())
            if name not in _MARKS or not found or len(commands) >= _MAX_ACCENTS:
                return -1
            commands, position = commands + name, found.end()
        marked = self._accent(commands, following)
        if marked is None:
            return -1
        self._mark_group()
        self.out.append(marked)
        return position + 1

    def _accent(self, commands: str, content: str) -> str | None:
        """Put accents (outermost first) on the first character of ``content``; ``None`` where they cannot stand."""
        letter = {"ı": "i", "ȷ": "j"}.get(content[:1], content[:1])
        if not letter.isalpha():
            return None
        rest = 1
        while rest < len(content) and unicodedata.combining(content[rest]):
            rest += 1
        marked = letter + content[1:rest] + "".join([_MARKS[command] for command in reversed(commands)])
        marked = unicodedata.normalize("NFC", marked)
        if not self.bibtex and len(marked) != 1:
            return None  # arXiv's text has backslashes that are no accents (\"so-called\"); no language has s̈
        return marked + content[rest:]

    def _after_word(self, word: str, text: str, position: int) -> int:
        """TeX drops the space after a control word, and ``{}`` is the usual way to keep it."""
        if text.startswith("{}", position):
            return position + 2
        if self.bibtex or word in _LETTERS:
            space = _SPACE.match(text, position)
            if space:
                return space.end()
        return position

    def _mark_group(self) -> None:
        """A TeX command right after a ``{`` shows that the brace is TeX's too."""
        if not self.bibtex and self.open and self.open[-1][0] == "group" and self.open[-1][1] == len(self.out) - 1:
            self.open[-1] = ("tex", self.open[-1][1], "")

    def _tie(self, text: str, position: int) -> str:
        """A ``~``: TeX's tie, or, in arXiv's text, a tilde in an address or an approximate number."""
        if self.bibtex:
            return " "
        following = text[position + 1 : position + 2]
        tied = (following.isalpha() or following in ("\\", "")) and _TIE.search(text, max(0, position - 3), position)
        return " " if tied else "~"


# --- text to LaTeX ------------------------------------------------------------------------------------------------

# Control characters, and what has no width but can hide or turn text. Joiners stay: Persian and Hindi need them.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPECIALS = tuple("\\{}$&#%_^~<>|`@")
# In an order in which no escape is escaped again; a NUL, which normalised text cannot have, waits for \textbackslash.
_ESCAPES = (
    ("\\", "\0"), ("{", "\\{"), ("}", "\\}"), ("&", "\\&"), ("#", "\\#"), ("%", "\\%"), ("_", "\\_"), ("$", "\\$"),
    ("^", "\\textasciicircum{}"), ("~", "\\textasciitilde{}"), ("<", "\\textless{}"), (">", "\\textgreater{}"),
    ("|", "\\textbar{}"), ("\0", "\\textbackslash{}"),
)  # fmt: skip
# A brace without its partner would unbalance the field: BibTeX counts an escaped one too.
_ESCAPES_LONE = (("\\", "\0"), ("{", "\1"), ("}", "\\textbraceright{}"), ("\1", "\\textbraceleft{}"), *_ESCAPES[3:])
_CLUSTER = re.compile(r"[A-Za-z][\u0300-\u036f]+|[^\x00-\x7f][\u0300-\u036f]*")
_SPANISH = re.compile(r"([?!])`")
_ENTRY_START = re.compile(r"@(?=\w*[ \t]*\{)")


def normalise(text: str) -> str:
    """The text as it is kept and compared: NFC, no control or invisible characters, single spaces between words."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    text = " ".join(text.split())
    text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def to_latex(text: str, *, ascii: bool = True) -> str:
    r"""Encode text for a field of a ``.bib``: everything prints as itself, and mathematics is set as mathematics.

    A command is never obeyed: in running text a backslash is printed, and a formula is kept only if its braces
    balance and it uses none but known mathematical commands. Braces in the result always balance, as BibTeX counts
    them (an escaped one too) and as TeX does. With ``ascii`` other characters become the macros of plain LaTeX, where
    it has one (``{\"u}``, ``\ensuremath{\alpha}``); Chinese or Cyrillic stays. Without, they all stay (BibLaTeX).
    The text is normalised first, see :func:`normalise`.
    """
    text = normalise(text)
    if not any([special in text for special in _SPECIALS]):  # noqa: C419 - a list is twice as fast here
        return text if ascii is False or text.isascii() else _CLUSTER.sub(_encode_found, text)
    pieces = [(piece, _keep(piece, ascii) if is_maths else None) for is_maths, piece in mathematics(text)]
    lone = False
    if "{" in text or "}" in text:
        lone = not _nested("".join([piece for piece, kept in pieces if kept is None]))
    encoded = "".join([_escape(piece, lone, ascii) if kept is None else kept for piece, kept in pieces])
    return quiet(encoded)


def quiet(encoded: str) -> str:
    """LaTeX for a field in which no ``@word {`` looks to a parser like the next entry."""
    return _ENTRY_START.sub("{@}", encoded) if "@" in encoded else encoded


def _escape(text: str, lone_braces: bool, ascii: bool) -> str:
    for character, escape in _ESCAPES_LONE if lone_braces else _ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    if "`" in text:
        text = _SPANISH.sub(r"\1{}`", text)
    return text if ascii is False or text.isascii() else _CLUSTER.sub(_encode_found, text)


def _nested(text: str) -> bool:
    """Whether every brace has its partner, escaped or not: how BibTeX counts."""
    depth = 0
    for found in _BRACE.finditer(text):
        depth += 1 if found[0] == "{" else -1
        if depth < 0:
            return False
    return depth == 0


@lru_cache(maxsize=4096)
def _keep(formula: str, ascii: bool) -> str | None:
    """The formula as it may stand in a ``.bib``, or ``None``: then it must be printed as the characters it is."""
    if "^^" in formula or "\\ensuremath" in formula or ("{}" in formula and re.search(_LIKE_OURS, formula)):
        return None
    width = 1 if formula[0] == "$" and formula[1] != "$" else 2
    body = formula[width:-width]
    depth = environments = 0
    for found in _FORMULA_TOKEN.finditer(body):
        word, symbol, bare = found.groups()
        if word:
            if word not in _MATHS_COMMANDS:
                return None
            if word == "left":
                depth += 1
            elif word == "right":
                depth -= 1
                if depth < 0:
                    return None
            elif word == "begin" or word == "end":
                environment = _ENVIRONMENT.match(body, found.end())
                if not environment or environment[1] not in _ENVIRONMENTS:
                    return None
                environments += 1 if word == "begin" else -1
        elif symbol:
            if symbol not in _MATHS_CONTROL_SYMBOLS:
                return None
        elif bare != "&" or not environments:
            return None
    if depth or environments or _BAD_SCRIPT.search(body):
        return None
    as_written = body
    if not _nested_for_readers(body):
        body = _PAIR.sub(lambda found: _NAMED_BRACES.get(found[0], found[0]), body)
        if not _nested_for_readers(body):
            return None
    if ascii and not body.isascii():
        body = _CLUSTER.sub(_encode_in_formula, body)
    if width == 1 and body is not as_written and not _is_inline(body, False):
        return None
    return formula[:width] + body + formula[-width:]


def _nested_for_readers(body: str) -> bool:
    """Whether braces balance for BibTeX, which counts every one, and for parsers that skip one after a backslash."""
    return ("{" not in body and "}" not in body) or (
        _nested(body) and ("\\" not in body or _nested(body.replace("\\{", "").replace("\\}", "")))
    )


def _encode_found(found: re.Match[str]) -> str:
    return _macro(found[0])


def _encode_in_formula(found: re.Match[str]) -> str:
    r"""``\ensuremath`` does nothing in a formula, and none is kept that has its own: so it marks what we wrote.

    What takes an argument before it, as in ``\bar Λ`` and ``x_é``, takes one token, so there it is braced; a second
    pair of braces within says that the first is ours: ``\bar {\ensuremath{{\Lambda}}}``. A delimiter can stand in no
    braces: ``\left\langle{}``.
    """
    cluster = found[0]
    macro = _macro(cluster)
    if macro == cluster:
        return macro
    body, start = found.string, found.start()
    before = body[max(0, start - _LOOK_BACK) : start]
    if (command := re.fullmatch(_COMMAND_ALONE, macro)) and re.search(_TAKES_DELIMITER, before):
        return f"{command[1]}{{}}"
    if cluster in _PRIMES.values():
        if re.search(_OPEN_SCRIPT, before):
            return "{\\ensuremath{{" + macro[len("\\ensuremath{^{") : -2] + "}}}"
        if re.search(_RAISED_BEFORE, before) or re.match(_RAISED_AFTER, body[found.end() : found.end() + _LOOK_BACK]):
            return "{\\ensuremath{" + macro[len("\\ensuremath") :] + "}}"  # two superscripts on one letter fail
        return macro
    if macro.startswith("\\ensuremath{"):
        inside = macro[len("\\ensuremath{") : -1]
    else:
        inside = _with_maths_marks(cluster[0], cluster[1:]) or f"\\mbox{{{macro}}}"
    return f"{{\\ensuremath{{{{{inside}}}}}}}" if re.search(_TAKES_ARGUMENT, before) else f"\\ensuremath{{{inside}}}"


@lru_cache(maxsize=8192)
def _macro(cluster: str) -> str:
    """The macro for one character with the accents on it, or the same again where plain LaTeX has none."""
    known = _MACROS.get(cluster)
    if known is not None:
        return known
    decomposed = unicodedata.normalize("NFD", cluster)
    base, marks = decomposed[:1], decomposed[1:]
    if not marks:
        return _alphanumerics().get(cluster, cluster)
    if len(marks) > _MAX_ACCENTS or base in "ıȷ":
        return cluster
    if (not base.isascii() or "\u0305" in marks) and (formula := _with_maths_marks(base, marks)):
        return f"\\ensuremath{{{formula}}}"
    if not all(mark in _ACCENT_OF for mark in marks):
        return cluster
    if base in "ij" and not _MARKS_BELOW.issuperset(marks) and base + marks not in _DOT_TAKEN_OFF:
        macro = f"\\{base}"
    elif base.isascii():
        macro = base
    else:
        macro = _MACROS.get(base, "")
        if macro.startswith("{\\"):
            macro = macro[1:-1]
    if not macro or not base.isalpha():
        return cluster
    for mark in marks:
        accent = _ACCENT_OF[mark]
        bare = not accent.isalpha() and (len(macro) == 1 or macro in ("\\i", "\\j"))
        macro = f"\\{accent}{macro}" if bare else f"\\{accent}{{{macro}}}"
    return f"{{{macro}}}"


def _with_maths_marks(base: str, marks: str) -> str | None:
    r"""A letter with accents as mathematics, ``\bar{\Lambda}``; ``None`` where that is not how to write it."""
    if len(marks) > _MAX_MATHS_ACCENTS or not marks or not all(mark in _MATHS_ACCENT_OF for mark in marks):
        return None
    if base.isascii():
        formula = base if base.isalpha() else ""
    else:
        macro = _MACROS.get(base) or _alphanumerics().get(base, "")
        formula = macro[len("\\ensuremath{") : -1] if macro.startswith("\\ensuremath{") else ""
    for mark in marks:
        formula = formula and f"\\{_MATHS_ACCENT_OF[mark]}{{{formula}}}"
    return formula or None


_MAX_MATHS_ACCENTS = 2


def _ensured(formula: str) -> str | None:
    r"""The character that a formula is, ``Λ̄`` for ``\bar{\Lambda}``, if it is no more than one."""
    known = _ENSURED.get(formula) or _ENSURED_ALIASES.get(formula)
    if known or "{" not in formula:
        return known
    marks = ""
    while len(marks) <= _MAX_MATHS_ACCENTS and (found := re.fullmatch(_MATHS_ACCENT, formula)):
        marks, formula = _MATHS_MARKS[found[1]] + marks, found[2]
    if marks:
        letter = formula if len(formula) == 1 and formula.isalpha() and formula.isascii() else _ensured(formula)
        return letter and unicodedata.normalize("NFC", letter + marks)
    return _alphanumeric_formulas().get(f"\\ensuremath{{{formula}}}")


@cache
def _alphanumerics() -> dict[str, str]:
    r"""Mathematical letters and digits (``𝒪``, ``𝔽``, ``𝐱``), as the nearest that the kernel's alphabets have.

    Two alphabets around a letter set the inner one; the outer keeps apart what is set alike (``\mathbf{\mathit{x}}``).
    Fraktur needs a package for mathematics, which every paper that has such a letter loads.
    """
    macros = {}
    for code in (*range(0x1D400, 0x1D800), *map(ord, _LETTERLIKE)):
        character = chr(code)
        decomposition = unicodedata.decomposition(character)
        if not decomposition.startswith("<font> "):
            continue
        style, letter = unicodedata.name(character), chr(int(decomposition[7:], 16))
        if letter.isascii():
            formula = letter
        elif letter in "ıȷ":
            formula = "\\imath" if letter == "ı" else "\\jmath"
        else:
            formula = _MACROS.get(letter, "")[len("\\ensuremath{") : -1]
        plain = formula
        if not formula:
            continue
        if "ITALIC" in style or character == "ℎ" or (letter.islower() and "SCRIPT" in style):
            formula = f"\\mathit{{{formula}}}"
        for word, alphabet in _ALPHABETS.items():
            if word in style:
                formula = f"\\{alphabet}{{{formula}}}"
        if "BOLD" in style:  # a single pair of braces is the double-struck letter
            formula = f"\\mathbf{{{{{formula}}}}}" if formula == plain else f"\\mathbf{{{formula}}}"
        elif formula == plain:
            formula = f"\\mathit{{{formula}}}"
        macros[character] = f"\\ensuremath{{{formula}}}"
    return macros


@cache
def _alphanumeric_formulas() -> dict[str, str]:
    return {formula: character for character, formula in _alphanumerics().items()}


_LETTERLIKE = "ℊℋℌℎℐℒℛℨℬℭℯℰℱℳℴ"
_ALPHABETS = {"SCRIPT": "mathcal", "FRAKTUR": "mathfrak", "BLACK-LETTER": "mathfrak", "DOUBLE-STRUCK": "mathbf",
              "SANS-SERIF": "mathsf", "MONOSPACE": "mathtt"}  # fmt: skip


def beyond_latex(encoded: str) -> str:
    """The characters, each once, that :func:`to_latex` left in ASCII LaTeX because the kernel has no macro for them."""
    if encoded.isascii():
        return ""
    return "".join(dict.fromkeys([character for character in encoded if character > "\x7f"]))


_MACROS = {character: f"{{\\{word}}}" for word, character in (*_LETTERS.items(), *_TEXT_SYMBOLS.items())}
_MACROS |= {character: f"\\ensuremath{{{formula}}}" for formula, character in _ENSURED.items()}
_MACROS |= {character: f"\\textsuperscript{{{plain}}}" for plain, character in _SUPERSCRIPTS.items()}
_MACROS |= {character: f"\\textsubscript{{{plain}}}" for plain, character in _SUBSCRIPTS.items()}
_MACROS["¸"] = "{\\c{}}"

_BRACE = re.compile(r"[{}]")
_PAIR = re.compile(r"\\.", re.DOTALL)
_FORMULA_TOKEN = re.compile(r"\\(?:([A-Za-z]+)|(.))|([%#&@])", re.DOTALL)
_NAMED_BRACES = {"\\{": "\\lbrace{}", "\\}": "\\rbrace{}"}
_ENVIRONMENT = re.compile(r"\{([A-Za-z]+)\}")
_MATHS_ACCENT = rf"\\({'|'.join(_MATHS_MARKS)})\{{([^$]*)\}}"
_SCRIPT = r"(?:\\[A-Za-z]+|\{[^{}]*\}|[^\\{}\s^_])"
_BAD_SCRIPT = re.compile(rf"[_^]\s*(?:[}}_^&]|$)|\^\s*{_SCRIPT}\s*\^|_\s*{_SCRIPT}\s*_")
# Written as text: few bibliographies need them, and every start would pay for compiling them.
_LOOK_BACK = 200  # characters in which a command is sought whose argument a character is
_ONE_ARGUMENT = (
    r"hat|widehat|check|tilde|widetilde|acute|grave|d{1,4}ot|dot|breve|bar|vec|mathring|overline|underline|"
    r"over(?:brace|leftarrow|rightarrow|leftrightarrow)|under(?:brace|leftarrow|rightarrow|leftrightarrow)|"
    r"math(?:rm|bf|it|sf|tt|cal|normal|bb|frak|op|bin|rel|ord|open|close|punct|inner)|boldsymbol|pmb|Bbbk|"
    r"text(?:rm|bf|it|sf|tt|sc|sl|up|normal)?|emph|mbox|hbox|operatorname|substack|[hv]?phantom|smash|"
    r"sqrt\s*(?:\[[^\[\]]*\])?|x(?:right|left)arrow\s*(?:\[[^\[\]]*\])?|[bp]?mod|pod"
)
_TWO_ARGUMENTS = r"[dtc]?frac|[dt]?binom|overset|underset|stackrel"
_ARGUMENT = r"(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\\[A-Za-z]+|[^\\{}\s])"
_TAKES_ARGUMENT = rf"(?:\\(?:{_ONE_ARGUMENT})|\\(?:{_TWO_ARGUMENTS})(?![A-Za-z])(?:\s*{_ARGUMENT})?|[_^])\s*$"
_TAKES_DELIMITER = r"\\(?:left|right|middle|[Bb]igg?[lrm]?|not)\s*$"
_COMMAND_ALONE = r"\\ensuremath\{(\\[A-Za-z]+)\}"
_OPEN_SCRIPT = r"[_^]\s*$"
_RAISED_BEFORE = rf"(?:['′″]|\^\s*{_ARGUMENT}\s*(?:_\s*{_ARGUMENT})?)\s*$"
_RAISED_AFTER = rf"\s*(?:_\s*{_ARGUMENT})?\s*[\^'′″]"
_OURS = r"\\(?:left|right|middle|[Bb]igg?[lrm]?|not)\s*(\\(?![lr]brace\{)[A-Za-z]+)\{\}"
_LIKE_OURS = rf"\\[lr]brace\{{\}}|{_OURS}"
_MARKED = rf"(\{{?)\\ensuremath\{{|\\([lr])brace\{{\}}|{_OURS}"


def _unmark(formula: str) -> str:
    """Undo in a formula what :func:`_keep` did to its characters."""
    out, done, marked = [], 0, re.compile(_MARKED)
    while found := marked.search(formula, done):
        out.append(formula[done : found.start()])
        done = found.end()
        if found[2]:
            out.append("\\{" if found[2] == "l" else "\\}")
            continue
        if found[3]:
            delimiter = _ENSURED.get(found[3])
            out.append(found[0] if delimiter is None else f"{formula[found.start() : found.start(3)]}{delimiter}")
            continue
        end = _group_end(formula, done)
        inside, braced = formula[done : end - 1], bool(found[1])
        if braced and inside[:1] == "{" and inside[-1:] == "}" and formula[end : end + 1] == "}":
            inside, after = inside[1:-1], end + 1
        else:
            braced, after = False, end
        character = _ensured(inside) or ""
        if not character and end > done:
            reader = _Reader(bibtex=True)
            reader.read(inside)
            character = unicodedata.normalize("NFC", "".join(reader.out))
        if character.isascii() or not _CLUSTER.fullmatch(character) or _macro(character) == character:
            out.append(found[0])
        else:
            out.append(character if braced else found[1] + character)
            done = after
    out.append(formula[done:])
    return "".join(out)


def _group_end(text: str, start: int) -> int:
    """Where the group ends whose content begins at ``start``, or ``start`` where it never does."""
    depth, end = 1, start
    while depth and (brace := _BRACE.search(text, end)):
        depth, end = depth + (1 if brace[0] == "{" else -1), brace.end()
    return start if depth else end
