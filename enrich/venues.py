"""What the name of a venue, a DOI or a source's word for a kind says about a work: published, a preprint, or neither.

Only what the words themselves say; nothing is looked up. Whether two descriptions are of one work is the business of
:mod:`enrich.match`.
"""
# ruff: noqa: SIM905 - lists of words read better as text

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from enrich import latex

# --- DOIs ---------------------------------------------------------------------------------------------------------

PREPRINT_PREFIXES = (
    *(
        f"10.{number}/"
        for number in (
            48550,  # arXiv
            2139,  # SSRN
            1101,  # bioRxiv, medRxiv
            64898,  # the same, since openRxiv has them
            21203,  # Research Square
            31219,  # OSF
            31234,  # PsyArXiv
            31235,  # SocArXiv
            31223,  # EarthArXiv
            26434,  # ChemRxiv
            36227,  # TechRxiv
            20944,  # Preprints.org
            22541,  # Authorea
            32388,  # Qeios
            5281,  # Zenodo
            6084,  # figshare
            5061,  # Dryad, data sets
            17632,  # Mendeley Data
            7910,  # Dataverse
            13140,  # ResearchGate
            2172,  # OSTI, reports
            3386,  # NBER, working papers
            17863,  # Cambridge's theses
        )
    ),
    # Parts of prefixes that publishers use for their journals too.
    "10.2196/preprints.",
    "10.1590/scielopreprints.",
    "10.7287/peerj.preprints.",
    "10.5194/egusphere-",
    "10.1002/essoar.",
)
"""Where DOIs begin that name no published version: preprint servers, repositories, reports, theses."""

# bioRxiv shares 10.1101 with the journals of Cold Spring Harbor Laboratory Press (10.1101/gr.123456.111).
_CSHL_JOURNAL = re.compile(r"10\.1101/(?:gr|gad|lm|rna|cshperspect|cshprotocols?|pdb|sqb|mcs)\.", re.ASCII)


def is_preprint_doi(doi: str | None) -> bool:
    """Whether a DOI names a preprint, report, data set or thesis and not a published version. ``10.48550/arXiv.…``."""
    if not doi:
        return False
    name = doi.strip().lower()
    name = name[name.find("10.") :] if "10." in name else name
    return name.startswith(PREPRINT_PREFIXES) and not _CSHL_JOURNAL.match(name)


# The patterns that take long to compile are text here; `re` compiles and keeps them when they are first used.

# --- names that are no venue --------------------------------------------------------------------------------------

_PREPRINT_VENUE = r"""(?ix)^(?:the\s+)?(?:
      corr\b(?!\w) (?=$|[\s,;:/(]) (?!\s+(?:conference|workshop))
     |(?:computing\s+research\s+repository)
     |ar\s?xiv\b
     |(?:bio|med|chem|psy|soc|eng|tech|earth|edu|meta|ecoevo|agri|paleo)(?:r|ar)?xiv\b
     |ssrn\b |social\s+science\s+research\s+network
     |research\s*square |authorea |preprints?(?:\.org)?\s*$ |hal\b(?:\s*[(,-]|$) |viXra |qeios |zenodo |figshare
     |osf\s+preprints? |peerj\s+preprints? |techrxiv |openreview(?:\.net)?\s*$ |researchgate
     |informal\s+(?:and\s+other\s+)?publications? |(?:iacr\s+)?cryptology\s+eprint |iacr\s+cryptol\.\s+eprint
     |electron(?:ic)?\.?\s+colloq(?:uium)?\.?\s+(?:on\s+)?comput |eccc\b |e-?prints?\s*$
     |nber\s+working |working\s+papers?\b |repec\b |mpra\b |optimization\s+online
    )"""
# A repository's copy, as OpenAlex names it: "Oxford University Research Archive (ORA) (University of Oxford)".
_REPOSITORY = (
    r"(?i)\((?:[^()]*\b)?(?:universit\w+|universidade?|institute of technology|foundation|library|college|école"
    r"|hochschule|laboratory|cern|centre pour la communication)\b[^()]*\)\s*$"
    r"|\b(?:institutional|digital|open|data) repository\b|\bresearch (?:archive|repository|portal)\b|\bphilpapers\b"
    r"|\bescholarship\b|\bdspace\b|\beprints\b"
)
_ARXIV_INSIDE = r"(?i)\barxiv(?:\.org|\s+preprint|\s+e-?prints?|:\s*\d|\s+abs/)|\bpreprint\b|^abs/\d"


def is_preprint_venue(name: str | None) -> bool:
    """Whether what stands where a venue should is a preprint server, a repository or their like: ``CoRR``, ``ArXiv
    e-prints``, SSRN, ``UvA-DARE (University of Amsterdam)``."""
    if not name:
        return False
    text = _plain(name)
    return bool(re.match(_PREPRINT_VENUE, text) or re.search(_ARXIV_INSIDE, text) or re.search(_REPOSITORY, text))


_NUMBER_ONLY = (
    r"(?i)\W*(?:abs/|arxiv[:\W]*(?:preprint\s*)?|https?://arxiv\.org/\w+/)*(?:[a-z-]+(?:\.[a-z]{2})?/)?\d{4}\.?\d{3,5}"
    r"(?:v\d+)?(?:\s*\[[\w.-]+\])?\W*"
)


def says_only_arxiv(name: str) -> bool:
    """Whether what stands where a venue should says no more than that this is a preprint, or its number: ``CoRR``,
    ``abs/1706.03762``, ``arXiv preprint arXiv:1706.03762 [cs.CL]``."""
    return is_preprint_venue(name) or re.fullmatch(_NUMBER_ONLY, name) is not None


_UNPUBLISHED = (
    (r"\bwithdrawn\b|\bwithdrawal\b", "it was withdrawn"),
    (r"\bdesk[\s-]+reject|\breject(?:ed)?(?:\s+submission)?\s*$|^reject", "it was rejected"),
    (
        r"\bsubmitted\b|\bsubmission\b|\bin\s+review\b"
        r"|\bunder\s+(?:double[\s-]blind\s+)?(?:review|consideration|submission)\b",
        "it is a submission",
    ),
    (r"\bin\s+(?:preparation|progress)\b|\bmanuscript\b|\bunpublished\b|\bdraft\b", "it is not published"),
    (
        r"\b(?:ph\.?\s?d\.?|doctoral|master'?s?|bachelor'?s?|m\.?sc\.?|diploma|habilitation)\b"
        r".*\b(?:thes[ie]s|dissertation)\b"
        r"|^(?:thes[ie]s|dissertation)\b|\b(?:thes[ie]s|dissertation)s?\s*$|\bdiplomarbeit\b|\bproquest\b",
        "it is a thesis",
    ),
    (r"\btechnical\s+report\b|\btech\.?\s+rep\b|\bwhite\s*paper\b", "it is a report"),
)
_NOT_A_SUBMISSION = re.compile(r"\bsubmission\s+(?:track|system)\b", re.IGNORECASE)


def is_unpublished(name: str | None) -> str | None:
    """Why the name of a venue says that the work is not published there, or ``None`` where it does not.

    >>> is_unpublished("Submitted to ICLR 2026")
    'it is a submission'
    """
    if not name:
        return None
    text = _plain(name)
    for pattern, why in _UNPUBLISHED:
        if re.search(pattern, text, re.IGNORECASE) and not _NOT_A_SUBMISSION.search(text):
            return why
    return None


# --- kinds --------------------------------------------------------------------------------------------------------

# The words of Crossref, DataCite, DBLP, OpenAlex, Semantic Scholar, INSPIRE and BibTeX, letters only.
_ARTICLE = frozenset(
    """journalarticle journalarticles article articlejournal review reviewarticle casereport clinicaltrial metaanalysis
    study letter published datapaper shortcommunication briefreport communication magazinearticle""".split()
)
_INPROCEEDINGS = frozenset(
    """proceedingsarticle inproceedings conference conferencepaper conferencepapers conferenceandworkshoppapers
    paperconference bookchapter chapter incollection booksection bookpart partsinbooksorcollections booktrack
    workshoppaper inbook conferenceproceeding""".split()
)
_WHY_NOT = {
    "a preprint": """postedcontent preprint preprints informalpublications informalandotherpublications
        informalorotherpublication submittedversion workingpaper eprint unpublished""",
    "a thesis": "dissertation thesis phdthesis mastersthesis doctoralthesis bachelorthesis booksandtheses",
    "a data set": "dataset data database dataandartifacts collection physicalobject",
    "software": "software computationalnotebook model",
    "a report": "report reportcomponent reportseries techreport technicalreport activityreport note standard grant",
    "a book": """book books monograph editedbook referencebook referenceentry referencework referenceworks bookseries
        bookset""",
    "a whole volume": "proceedings proceedingsseries editorship journal journalvolume journalissue paratext libguides",
    "a review report": "peerreview",
    "an editorial": "editorial editorialmaterial news newsitem introductory",
    "a correction": """erratum corrigendum correction addendum retraction retractionnotice expressionofconcern
        withdrawal""",
    "a comment": "lettersandcomments comment reply",
    "an abstract": "abstract conferenceabstract meetingabstract poster conferenceposter demo",
    "a talk": "presentation talk slides lecture tutorial audiovisual video film sound image interactiveresource event",
    "a part of a work": "component supplementarymaterials supplement figure",
}
_NO_PUBLICATION = {word: why for why, words in _WHY_NOT.items() for word in words.split()}


def _kinds(kind: str | None) -> list[str]:
    return [re.sub(r"[^a-z]", "", part) for part in re.split(r"[,;|]", (kind or "").lower())]


def kind_of(kind: str | None) -> str | None:
    """``article``, ``inproceedings`` or ``None`` (not said, or no publication) for a source's word for a kind.

    Several words may stand in it with commas between them (Semantic Scholar's ``JournalArticle, Conference``); then
    the conference counts, since that source calls everything a journal article.
    """
    words = _kinds(kind)
    if any(word in _INPROCEEDINGS for word in words):
        return "inproceedings"
    return "article" if any(word in _ARTICLE for word in words) else None


def no_publication(kind: str | None) -> str | None:
    """What it is instead (``a data set``), where a source's word for a kind says it is no published paper.

    Where one of several words is a paper's, it is a paper: ``Book, Conference``; but a correction stays one.
    """
    words = _kinds(kind)
    found = [_NO_PUBLICATION[word] for word in words if word in _NO_PUBLICATION]
    if not found:
        return None
    lasting = [why for why in found if why not in ("a book", "a comment", "a whole volume")]
    if kind_of(kind) is not None:
        return lasting[0] if lasting else None
    return found[0]


# --- whether two names are of one venue -----------------------------------------------------------------------------

# Names that no rule of abbreviation connects. The first is what the others stand for here.
_ALIASES: dict[str, str] = {}
for _line in """
    neurips|nips|neural information processing systems|advances in neural information processing systems
    neurips|conf neural inf process syst|adv neural inf process syst
    iclr|international conference on learning representations|int conf learn represent
    icml|international conference on machine learning|int conf mach learn
    cvpr|computer vision and pattern recognition|comput vis pattern recognit
    iccv|international conference on computer vision|int conf comput vis
    eccv|european conference on computer vision|eur conf comput vis
    aaai|aaai conference on artificial intelligence|national conference on artificial intelligence
    ijcai|international joint conference on artificial intelligence|int jt conf artif intell
    acl|annual meeting of the association for computational linguistics|association for computational linguistics
    emnlp|empirical methods in natural language processing
    naacl|north american chapter of the association for computational linguistics|naacl hlt|hlt naacl
    eacl|european chapter of the association for computational linguistics
    eacl|conference of the european chapter of the association for computational linguistics
    coling|international conference on computational linguistics
    kdd|knowledge discovery and data mining|sigkdd
    kdd|acm sigkdd international conference on knowledge discovery data mining
    www|the web conference|world wide web|world wide web conference|webconf
    sigir|research and development in information retrieval
    stoc|symposium on theory of computing|symposium on the theory of computing
    focs|foundations of computer science
    soda|symposium on discrete algorithms
    colt|conference on learning theory|computational learning theory|annual conference computational learning theory
    uai|uncertainty in artificial intelligence
    aistats|artificial intelligence and statistics
    icassp|acoustics speech and signal processing
    interspeech|annual conference of the international speech communication association
    icra|robotics and automation
    iros|intelligent robots and systems
    jmlr|journal of machine learning research|j mach learn res
    tmlr|transactions on machine learning research|trans mach learn res
    pami|ieee transactions on pattern analysis and machine intelligence|ieee trans pattern anal mach intell|tpami
    tacl|transactions of the association for computational linguistics|trans assoc comput linguistics
    jhep|journal of high energy physics|j high energy phys
    jcap|journal of cosmology and astroparticle physics|j cosmol astropart phys
    pnas|proceedings of the national academy of sciences|proc natl acad sci usa
    pnas|proceedings of the national academy of sciences of the united states of america|proc natl acad sci u s a
    prl|physical review letters|phys rev lett
    mnras|monthly notices of the royal astronomical society|mon not roy astron soc|mon not r astron soc
    apj|astrophysical journal|astrophys j
    apjl|astrophysical journal letters|astrophys j lett
    apjs|astrophysical journal supplement series|astrophys j suppl ser|astrophysical journal supplement
    aa|astronomy and astrophysics|astron astrophys
    cacm|communications of the acm|commun acm
    jacm|journal of the acm|j acm
    lmcs|logical methods in computer science|log methods comput sci
    prd|physical review d|phys rev d
    pra|physical review a|phys rev a
    prb|physical review b|phys rev b
    prc|physical review c|phys rev c
    pre|physical review e|phys rev e
    prx|physical review x|phys rev x
    plb|physics letters b|phys lett b
    npb|nuclear physics b|nucl phys b
    epjc|european physical journal c|eur phys j c
    cqg|classical and quantum gravity|class quant grav|class quantum gravity
    jphysa|journal of physics a|j phys a|journal of physics a mathematical and theoretical
    wacv|winter conference on applications of computer vision
    bmvc|british machine vision conference
    accv|asian conference on computer vision
    miccai|medical image computing and computer assisted intervention
    corl|conference on robot learning
    recsys|conference on recommender systems
    wsdm|web search and data mining
    cikm|information and knowledge management
    icdm|international conference on data mining
    icde|international conference on data engineering
    chi|human factors in computing systems
    conll|computational natural language learning
    ijcnlp|international joint conference on natural language processing
    aamas|autonomous agents and multiagent systems
    pakdd|pacific asia conference on knowledge discovery and data mining
    mfcs|mathematical foundations of computer science
    mm|acm multimedia|acm mm|acm international conference on multimedia
""".strip().splitlines():
    _names = _line.strip().split("|")
    _ALIASES.update(dict.fromkeys(_names, _names[0]))

_EMPTY_WORDS = frozenset("the of on in and for to a an de la der und et des di del at fur".split())
_BOILERPLATE = frozenset(
    """proceedings proc procs proceeding annual international int intl conference conf symposium symp ieee acm cvf siam
    usenix aaai ser series volume vol part joint meeting congress main track papers online long short findings
    th st nd rd first second third fourth fifth sixth seventh eighth ninth tenth national european""".split()
)
_ORDINAL = (
    r"\b\d+(?:st|nd|rd|th)\b|\b(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)(?:ieth|y)"
    r"(?:[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))?\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SUFFIX_YEAR = re.compile(r"(?<=[a-z])'?(?:(?:19|20)\d\d|\d\d)\b")


@lru_cache(maxsize=4096)
def _venue_words(name: str) -> tuple[str, ...]:
    text = _fold(name)
    text = _SUFFIX_YEAR.sub("", _YEAR.sub(" ", re.sub(_ORDINAL, " ", text)))
    return tuple(re.findall(r"[^\W_]+", text.replace("&", " and ").replace("'", "")))


def same_venue(a: str | None, b: str | None) -> bool | None:
    """Whether two names are of one journal or conference series, years and numbers aside; ``None`` where that cannot
    be told. Abbreviations are forgiven: ``Phys. Rev. D`` is ``Physical Review D``, ``NIPS`` is ``NeurIPS``.

    A workshop at a conference is not that conference.
    """
    if not a or not b:
        return None
    first, second = _venue_words(a), _venue_words(b)
    if not first or not second:
        return None
    if first == second:
        return True
    if ("workshop" in first or "workshops" in first) != ("workshop" in second or "workshops" in second):
        return False
    one, other = _alias(a, first), _alias(b, second)
    if one and other:
        return one == other or one in _joint(b) or other in _joint(a)
    if not _known(a, first).isdisjoint(_known(b, second)):
        return True
    short, long = _telling(first), _telling(second)
    if not short or not long:
        return None
    if _abbreviates(short, long) or _abbreviates(long, short):
        return True
    if _is_acronym(first, second) or _is_acronym(second, first):
        return True
    if (len(short) == 1 and len(first) == 1) or (len(long) == 1 and len(second) == 1):
        return None  # an acronym that is not known here, or a name of one word
    shared = sum(any(_alike(word, other_word) for other_word in long) for word in short)
    return (
        False if shared * 2 < min(len(short), len(long)) or (len(short) == len(long) and shared < len(short)) else None
    )


# Series of proceedings, journals that carry conferences' papers, and publishers: what stands there may have appeared at
# a meeting as well.
_SERIES = (
    r"\b(?:lecture notes|communications in computer|proceedings of machine learning|pmlr|jmlr w|conference series"
    r"|conference proceedings|procedia|sigplan notices|proceedings of the acm on (?!conference|international|symposium)"
    r"|proc acm (?:comput|hum|interact|manag|meas|netw|program|softw)|proceedings of the vldb"
    r"|proc vldb|pvldb|computer graphics forum|acm trans(?:actions on)? graph(?:ics)?|robotics and automation letters"
    r"|visualization and computer graphics|bioinformatics|leibniz international|lipics|eptcs|ifac|workshops?|companion"
    r"|adjunct|extended abstracts|findings|supplements?|suppl|proceedings series|advances in intelligent systems"
    r"|theoretical computer science|\w+ notes|record|openreview|curran|springer|elsevier|ieee xplore|acm press"
    r"|association for computing)\b"
)
# Journals and meetings that are cited by their own name and in English: "Zh. Eksp. Teor. Fiz." is JETP.
_TRANSLATED = (
    r"\b(?:zh|zhurnal|teor|mat|fiz|usp|uspekhi|nauk|dokl|doklady|akad|izv|izvestiya|vestn\w*|sb|sov|pisma|actes"
    r"|journees|conference (?:sur|nationale|francophone)|colloque|atti|convegno|congreso|jornadas|tagung|tagungsband"
    r"|jahrestagung|verhandlungen|anais|simposio)\b"
)


def another_venue(a: str | None, b: str | None) -> bool:
    """Whether two names are of two venues beyond doubt. More careful than ``same_venue(a, b) is False``: nothing is
    said of acronyms that are not known here, workshops, series of proceedings, publishers and other scripts.

    >>> another_venue("ICML", "Symposium on Invented Scaling Laws"), another_venue("ICML", "PMLR")
    (True, False)
    """
    if not a or not b or same_venue(a, b):
        return False
    first, second = _venue_words(a), _venue_words(b)
    folded = [" ".join(words) for words in (first, second)]
    if any(re.search(_SERIES, text) or re.search(_TRANSLATED, text) for text in folded):
        return False
    known = _known(a, first), _known(b, second)
    if all(known):
        return known[0].isdisjoint(known[1])
    if any(short in long for short, long in (folded, folded[::-1])):
        return False
    if not "".join(folded).isascii():
        return False
    for aliases, words, name in ((known[0], second, b), (known[1], first, a)):
        if aliases:
            phrases = [phrase for alias in aliases for phrase in _phrases()[alias]]
            return not _is_short(words, name) and all(_far(words, phrase) for phrase in phrases)
    if _is_short(first, a) or _is_short(second, b):
        return False
    return _far(first, second) and same_venue(a, b) is False


def _is_short(words: tuple[str, ...], name: str) -> bool:
    """Whether a name has fewer than two words that say something: ``IEEE TIT``, ``ICALP 2015``, ``Bull.``."""
    telling = [word for word in _telling(words) if len(word) > 1]
    return len([word for word in telling if word.upper() not in name]) < 2


def _far(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether less than half of the longer name's telling words are in the shorter one."""
    short, long = sorted((_telling(one), _telling(other)), key=len)
    shared = sum(any(_alike(word, another) for another in long) for word in short)
    return shared * 2 < len(long) and shared < len(short)


@cache
def _phrases() -> dict[str, list[tuple[str, ...]]]:
    """The long names of each venue that is known here."""
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for name, alias in _ALIASES.items():
        if " " in name or name == alias:
            phrases.setdefault(alias, []).append(tuple(name.split()))
    return phrases


def _known(name: str, words: tuple[str, ...]) -> frozenset[str]:
    """The venues known here that a name is, or holds in full: ``EMNLP`` and ``IJCNLP`` met together."""
    alias = _alias(name, words)
    return frozenset({alias}) if alias else _inside(" ".join(words))


@lru_cache(maxsize=4096)
def _inside(text: str) -> frozenset[str]:
    padded = f" {text} "
    inside = [name for name in _ALIASES if " " in name and f" {name} " in padded]
    # The Association for Computational Linguistics stands in the name of its North American chapter.
    whole = [name for name in inside if not any(name != other and name in other for other in inside)]
    return frozenset(_ALIASES[name] for name in whole)


def _joint(name: str) -> frozenset[str]:
    """The venues that met together, as they are written in short: ``ACL/IJCNLP 2021``."""
    together = re.search(r"\b[A-Z][A-Za-z]*[A-Z](?:\s*[/&+–-]\s*[A-Z][A-Za-z]*[A-Z])+\b", name)
    parts = re.findall(r"[A-Za-z]+", together[0].lower()) if together else []
    return frozenset(_ALIASES[part] for part in parts) if all(part in _ALIASES for part in parts) else frozenset()


def _alias(name: str, words: tuple[str, ...]) -> str | None:
    found = _ALIASES.get(" ".join(words))
    if found is None and not _MEETING.isdisjoint(words):  # "Machine Learning" alone is a journal
        found = _meetings().get(" ".join(_telling(words)))
    if found:
        return found
    # "31st International Conference on Machine Learning (ICML 2014)", "ICML 2014, Beijing"
    known = {
        _ALIASES[word.lower()] for word in re.findall(r"\b[A-Z][A-Za-z]*[A-Z]\b", name) if word.lower() in _ALIASES
    }
    if len(known) > 1:
        known -= {"aaai", "acl"}  # also societies
    return known.pop() if len(known) == 1 else None


_MEETING = frozenset(
    "proceedings proc conference conf symposium symp meeting advances adv annual international".split()
)


@cache
def _meetings() -> dict[str, str]:
    """The venues by what is left of their names without "international conference on"; only where that is one's own:
    computer vision has two such conferences, artificial intelligence three."""
    found: dict[str, str] = {}
    for name, alias in _ALIASES.items():
        if " " in name and found.setdefault(left := " ".join(_telling(tuple(name.split()))), alias) != alias:
            found[left] = ""
    return found


def _telling(words: tuple[str, ...]) -> list[str]:
    kept = [word for word in words if word not in _EMPTY_WORDS]
    return [word for word in kept if word not in _BOILERPLATE and not word.isdigit()] or kept


def _alike(short: str, long: str) -> bool:
    """Whether one word may abbreviate the other: ``phys`` and ``physical``, ``natl`` and ``national``."""
    if len(short) > len(long):
        short, long = long, short
    if short[0] != long[0]:
        return False
    if long.startswith(short):
        return len(short) > 1 or len(long) == 1 or (short == "j" and long == "journal")
    if len(short) < 3 or len(short) > len(long) - 3:
        return False
    rest = iter(long)  # contractions keep the last letter: natl, intl, dept
    return short[-1] == long[-1] and all(letter in rest for letter in short)


def _abbreviates(short: list[str], long: list[str]) -> bool:
    return len(short) == len(long) and all(_alike(one, other) for one, other in zip(short, long, strict=True))


def _is_acronym(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if len(one) != 1 or len(one[0]) < 3 or len(other) < 3:
        return False
    words = [word for word in other if word not in _EMPTY_WORDS]
    telling = _telling(other)
    return one[0] in ("".join(word[0] for word in chosen) for chosen in (words, telling, list(other)))


# --- arXiv's journal_ref ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JournalRef:
    """What could be read in arXiv's free text ``journal_ref``; each part ``None`` where it could not."""

    venue: str | None = None
    volume: str | None = None
    pages: str | None = None
    year: int | None = None


_REF_YEAR = re.compile(r"(?<![\d.:-])((?:19|20)\d\d)(?![\d.:-]*\d)")
_REF_PAGES = (
    r"(?i)\b(?:pp?|pages?)\b\.?:?\s*([A-Za-z]{0,2}\d+\s*(?:[-–—]+\s*[A-Za-z]{0,2}\d+)?)"
    r"|(?<![\d-])([A-Z]?\d+\s*[-–—]+\s*[A-Z]?\d+)(?![\d-])"
)
_REF_VOLUME = (
    r"(?i)\b(?:vol(?:ume)?|v)\b\.?:?\s*([A-Za-z]{0,3}\d+)|^[^\d]*?\b([A-H]?\d{1,5})(?=\s*(?:[,:(;/]|\s|$|no\b))"
)
_REF_NUMBER = re.compile(r"(?:[,:]|\)|\s)\s*([A-Za-z]?\d{1,7})\b(?!\s*\))")


def parse_journal_ref(text: str | None) -> JournalRef:
    """Read what arXiv's ``journal_ref`` says, for corroboration only: it is free text, and half of it is unusual.

    >>> parse_journal_ref("Phys. Rev. D 65, 123456 (2002)")
    JournalRef(venue='Phys. Rev. D', volume='65', pages='123456', year=2002)
    """
    if not text:
        return JournalRef()
    whole = _plain(text)
    years = _REF_YEAR.findall(whole)
    year = int(years[-1]) if years and len(set(years)) == 1 else None
    rest = _REF_YEAR.sub(" ", whole) if year else whole
    found = re.search(_REF_PAGES, rest)
    pages = re.sub(r"\s*[-–—]+\s*", "-", found[1] or found[2]) if found else None
    named = re.search(_REF_VOLUME, rest)
    volume = (named[1] or named[2]) if named else None
    if (
        volume
        and not pages
        and named
        and (after := _REF_NUMBER.search(re.sub(r"\([^()]*\)|\bno\.?\s*\d+", " ", rest[named.end() :])))
    ):
        pages = after[1]
    venue = re.split(r"[\d(,:;]|\bvol(?:ume)?\b|\bpp?\.", whole, maxsplit=1, flags=re.IGNORECASE)[0].strip(" .-")
    if pages and volume and pages.startswith(f"{volume}-"):
        volume = None  # "Proc. X, 123-130": there is no volume
    return JournalRef(
        f"{venue}." if venue and whole[len(venue) :].startswith(".") else venue or None, volume, pages, year
    )


# --- text ---------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return latex.normalise(latex.to_text(text, bibtex=True))


def _fold(text: str) -> str:
    """Lower case, without marks and LaTeX."""
    plain = _plain(text).casefold()
    if plain.isascii():
        return plain
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
