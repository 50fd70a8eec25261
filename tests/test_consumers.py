"""The programs that people feed our output to accept it, and understand it as meant.

Each test skips itself where its program is not installed.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from enrich.formats import render
from enrich.record import Record
from tests import records

Enrich = Callable[..., "subprocess.CompletedProcess[str]"]

CITABLE = tuple(record for record in records.READABLE if record is not records.BARE)
"""Every style warns of a work without author, title and year, and is right."""


@pytest.fixture(name="run_enrich")
def fixture_run_enrich(request: pytest.FixtureRequest) -> Enrich:
    """The fixture ``run``, whose name is taken here."""
    enrich: Enrich = request.getfixturevalue("run")
    return enrich


def write(folder: Path, filename: str, name: str, works: Sequence[Record] = CITABLE) -> Path:
    path = folder / filename
    path.write_text("".join(render(name, works)), encoding="utf-8", newline="\n")
    return path


def need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def need_tex_file(*names: str) -> None:
    need("kpsewhich")
    for name in names:
        if not run(["kpsewhich", name], Path("/"), check=False).strip():
            pytest.skip(f"TeX's {name} is not installed")


def run(command: Sequence[str], folder: Path, *, check: bool = True) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120)
    output = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    if check:
        assert done.returncode == 0, output[-3000:]
    return output


def pandoc() -> str:
    if importlib.util.find_spec("pypandoc") is None:
        pytest.skip("pypandoc_binary is not installed")
    import pypandoc  # type: ignore[import-untyped, import-not-found, unused-ignore]

    return str(pypandoc.get_pandoc_path())


def typeset(folder: Path, preamble: str, style: str | None) -> str:
    """The text of the bibliography as pdflatex sets it, without any complaint, on pages too wide to break lines."""
    need("pdflatex", "pdftotext", "bibtex" if style else "biber")
    need_tex_file("lmodern.sty")
    head = (
        "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{lmodern}\n\\usepackage{amssymb}\n"
        "\\usepackage[paperwidth=150cm,textwidth=140cm]{geometry}\n"
    )
    body = f"\\bibliographystyle{{{style}}}\n\\bibliography{{refs}}\n" if style else "\\printbibliography\n"
    (folder / "paper.tex").write_text(
        f"{head}{preamble}\\begin{{document}}\n\\nocite{{*}}\n{body}\\end{{document}}\n", encoding="utf-8"
    )
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
    run(latex, folder)
    said = run(["bibtex", "paper"] if style else ["biber", "paper"], folder)
    assert not re.search("Warning--|WARN|ERROR", said), said
    run(latex, folder)
    run(latex, folder)
    log = (folder / "paper.log").read_text("latin-1")
    complaints = [line for line in log.splitlines() if re.search(r"^!|Warning:|Missing character", line)]
    assert not complaints, complaints
    text = run(["pdftotext", "-layout", "-enc", "UTF-8", "paper.pdf", "-"], folder)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))


# Not among them: Thị Hồng Nguyễn, whose letters this font encoding puts together from parts.
NAMES = (
    "Karl Cobbe, Vineet Kosaraju, Łukasz Kaiser, and John Schulman",
    "J. D. van der Waals",
    "María José García Márquez",
    "Sammy Davis",
    "Henry Ford",
    "Paul Erdős",
    "Þórdís Gísladóttir",
    "Ludwig van Beethoven",
    "Charles-Jean de La Vallée Poussin",
    "Gemini Team",
    "The ATLAS and CMS Collaborations",
    "Aristotle",
    "Bo Åkesson",
)


@pytest.mark.parametrize("style", ["plain", "alpha"])
def test_bibtex_with_the_oldest_styles_sets_every_entry_without_a_warning(style: str, tmp_path: Path) -> None:
    write(tmp_path, "refs.bib", "bibtex")
    text = typeset(tmp_path, "", style)
    if style == "plain":
        for name in NAMES:
            assert name in text
    assert "Training verifiers to solve math word problems" in text
    assert "R&D at 100% (and $5 more) buys in DNA_seq #1" in text
    assert "GPT-3 models are few-shot learners in NLP" in text
    assert "Nucl.Phys. B 545 (1999) 1-10" in text
    assert "Withdrawn because of an error in Lemma 3" in text
    assert "Journal of Graph Theory, 21(1):1–10, 1996" in text


@pytest.mark.parametrize("package", ["url", "hyperref"])
def test_bibtex_with_natbib_prints_the_true_dois_and_addresses(package: str, tmp_path: Path) -> None:
    need_tex_file("plainnat.bst", "natbib.sty")
    write(tmp_path, "refs.bib", "bibtex")
    text = typeset(tmp_path, f"\\usepackage[numbers]{{natbib}}\n\\usepackage{{{package}}}\n", "plainnat")
    for name in NAMES:
        assert name in text
    squeezed = text.replace(" ", "")
    assert "doi:10.1002/(SICI)1097-0118(199601)21:1<1::AID-JGT1>3.0.CO;2-W" in squeezed
    assert "doi:10.1007/978-3-642-00000-1_5" in squeezed
    assert "https://onlinelibrary.wiley.com/doi/10.1002/%28SICI%291097-0118?a=1&b=2#top_1" in squeezed
    assert "https://arxiv.org/abs/hep-th/9901001" in squeezed


def test_hostile_records_compile_and_break_out_of_nothing(tmp_path: Path) -> None:
    hostile = (records.HOSTILE, records.HOSTILE_PUBLISHED, records.PLAIN)
    need("bibtex")
    write(tmp_path, "refs.bib", "bibtex", hostile)
    (tmp_path / "paper.aux").write_text("\\citation{*}\n\\bibstyle{plain}\n\\bibdata{refs}\n")
    said = run(["bibtex", "paper"], tmp_path)
    assert "error message" not in said, said
    assert (tmp_path / "paper.bbl").read_text("utf-8").count("\\bibitem") == 3
    if shutil.which("pdflatex"):
        text = typeset(tmp_path, "", "plain")
        assert "broken out" in text
        assert "Training verifiers" in text


def test_biblatex_is_valid_by_its_data_model(tmp_path: Path) -> None:
    need("biber")
    write(tmp_path, "refs.biblatex.bib", "biblatex", (*CITABLE, records.UNTYPESETTABLE, records.HOSTILE))
    said = run(["biber", "--tool", "--validate-datamodel", "--output-file=out.bib", "refs.biblatex.bib"], tmp_path)
    assert not re.search("WARN|ERROR", said), said


def test_biblatex_sets_a_document(tmp_path: Path) -> None:
    need_tex_file("biblatex.sty", "etoolbox.sty")
    # pdflatex has no font for Vietnamese and Greek; people whose files hold such letters use lualatex.
    people = replace(records.PEOPLE, authors=records.PEOPLE.authors[1:], title="Naïve “Bayes” à la Erdős")
    write(tmp_path, "refs.bib", "biblatex", [record for record in CITABLE if record is not records.PEOPLE] + [people])
    text = typeset(tmp_path, "\\usepackage[maxnames=99]{biblatex}\n\\addbibresource{refs.bib}\n", None)
    for name in NAMES:
        assert name.replace(", and", " and").split(",")[0] in text
    squeezed = text.replace(" ", "")
    assert "10.1002/(SICI)1097-0118(199601)21:1<1::AID-JGT1>3.0.CO;2-W" in squeezed
    assert "arXiv:2110.14168[cs.LG]" in squeezed
    assert squeezed.count("arXiv:2110.14168[cs.LG]") == 1


# ---------------------------------------------------------------------------------------------------------- pandoc

READERS = {"bibtex": "bibtex", "biblatex": "biblatex", "csl-json": "csljson", "ris": "ris"}


@pytest.fixture(scope="module", params=READERS)
def understood(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, dict]]:  # type: ignore[type-arg]
    name = request.param
    folder = tmp_path_factory.mktemp("pandoc")
    path = write(folder, "refs", name)
    done = subprocess.run([pandoc(), "-f", READERS[name], "-t", "csljson", str(path)], capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    return name, {item["id"]: item for item in json.loads(done.stdout)}


def test_pandoc_reads_every_entry_under_our_key(understood: tuple[str, dict[str, dict]]) -> None:  # type: ignore[type-arg]
    assert set(understood[1]) == {record.key for record in CITABLE}


def test_pandoc_reads_the_true_doi_title_and_date(understood: tuple[str, dict[str, dict]]) -> None:  # type: ignore[type-arg]
    _name, items = understood
    assert items["jung1996trees"]["DOI"] == "10.1002/(SICI)1097-0118(199601)21:1<1::AID-JGT1>3.0.CO;2-W"
    assert items["brown2020language"]["DOI"] == "10.1007/978-3-642-00000-1_5"
    assert items["jung1996trees"]["container-title"] == "Journal of Graph Theory"
    title = re.sub(r"</?span[^>]*>", "", items["brown2020language"]["title"])
    assert title.lower() == "gpt-3 models are few-shot learners in nlp"
    assert "GPT-3" in title
    assert "NLP" in title
    assert items["cobbe2021training"]["issued"]["date-parts"][0][0] == 2021


def test_pandoc_reads_the_names_as_meant(understood: tuple[str, dict[str, dict]]) -> None:  # type: ignore[type-arg]
    name, items = understood
    people = items["nguyen2017naive"]["author"]
    family = [
        " ".join(
            filter(None, (person.get("non-dropping-particle"), person.get("dropping-particle"), person.get("family")))
        )
        or person["literal"]
        for person in people
    ]
    family = [name.replace("\u0131\u0301", "í") for name in family]  # pandoc keeps the dotless i of \\'\\i
    assert family[:7] == ["Nguyễn", "Davis", "Ford", "Erdős", "Gísladóttir", "van Beethoven", "de La Vallée Poussin"]
    assert family[7].replace("\u2019", "'") == "O'Brien"
    assert family[8:] == ["Gemini Team", "The ATLAS and CMS Collaborations", "Aristotle"]
    if name != "ris":  # where pandoc takes the parts in BibTeX's order, against the specification
        assert people[1]["suffix"].rstrip(".") == "Jr"
        assert people[1]["given"] == "Sammy"


def test_pandoc_formats_the_citations_of_csl_json(tmp_path: Path) -> None:
    write(tmp_path, "refs.json", "csl-json", records.EVERYTHING)
    (tmp_path / "paper.md").write_text("---\nbibliography: refs.json\nnocite: '@*'\n---\n", encoding="utf-8")
    text = run([pandoc(), "--citeproc", "-t", "plain", "--wrap=none", "paper.md"], tmp_path)
    assert "Training Verifiers to Solve Math Word Problems" in text
    assert "<script>alert(1)</script>" in text.lower()  # as text: nothing of it was taken for markup
    assert "$\\ell_1$" in text  # title case stays out of mathematics


def test_pandoc_reads_the_reading_list_as_text_and_our_own_markup_only(tmp_path: Path) -> None:
    path = write(tmp_path, "list.md", "markdown", records.EVERYTHING)
    for dialect in ("gfm", "markdown", "commonmark_x"):
        html = run([pandoc(), "-f", dialect, "-t", "html", "--wrap=none", str(path)], tmp_path)
        tags = set(re.findall(r"<([a-z0-9]+)", html))
        assert tags <= {"h1", "ul", "li", "p", "strong", "a", "br", "code", "em", "details", "summary"}, (dialect, tags)
        assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', html))
        assert html.count("<li>") == len(records.EVERYTHING)


# ---------------------------------------------------------------------------------------------------------- the rest


@pytest.mark.parametrize("style", ["ieee", "apa", "chicago-author-date"])
def test_typst_compiles_the_hayagriva_file_and_runs_nothing_in_it(style: str, tmp_path: Path) -> None:
    typst = pytest.importorskip("typst", reason="typst is not installed")
    write(tmp_path, "refs.yaml", "hayagriva", records.EVERYTHING)
    (tmp_path / "paper.typ").write_text(
        f'#set page(width: 150cm, height: auto)\n#bibliography("refs.yaml", style: "{style}", full: true)\n'
    )
    typst.compile(str(tmp_path / "paper.typ"), output=str(tmp_path / "paper.pdf"))
    if shutil.which("pdftotext"):
        text = re.sub(r"\s+", " ", run(["pdftotext", "-layout", "paper.pdf", "-"], tmp_path))
        assert "GPT-3" in text
        assert "NLP" in text
        assert '#panic("typst")' in text or "#panic(“typst”)" in text
        assert "ATLAS Collaboration" in text


def test_bibutils_reads_the_ris_file(tmp_path: Path) -> None:
    need("ris2xml")
    write(tmp_path, "refs.ris", "ris", records.EVERYTHING)
    done = subprocess.run(["ris2xml", "refs.ris"], cwd=tmp_path, capture_output=True, timeout=60)
    xml = done.stdout.decode("utf-8")
    assert done.returncode == 0
    assert xml.count("<mods ID=") == len(records.EVERYTHING)
    assert '<mods ID="cobbe2021training">' in xml
    assert "Training Verifiers to Solve Math Word Problems" in xml or "Training Verifiers" in xml
    assert "10.1002/(SICI)1097-0118(199601)21:1&lt;1::AID-JGT1&gt;3.0.CO;2-W" in xml


# What a refresh makes of files --------------------------------------------------------------------------------------

CITED = ("2105.00001", "2105.00002", "2105.00003", "2105.00004", "2105.00006", "2403.05678")


def refreshed(name: str, enrich: Enrich, folder: Path, services: dict[str, str]) -> str:
    """A bibliography of preprints, made and then refreshed."""
    enrich("get", *CITED, "--to", name, "-o", "refs.bib", env=services)
    before = (folder / "refs.bib").read_text("utf-8")
    done = enrich("refresh", "refs.bib", env=services)
    assert done.returncode == 0, done.stderr
    after = (folder / "refs.bib").read_text("utf-8")
    assert before.count("@article") == 0
    assert (after.count("@article"), after.count("@inproceedings")) == (2, 2)
    return after


def test_bibtex_sets_what_was_refreshed_without_a_warning(
    run_enrich: Enrich, tmp_path: Path, published_services: dict[str, str]
) -> None:
    need("bibtex", "pdflatex")
    refreshed("bibtex", run_enrich, tmp_path, published_services)
    text = typeset(tmp_path, "", "plain")
    assert "A census of lanterns. Journal of Invented Results, 17(2):101–120, 2022." in text
    assert "In International Conference on Invented Representations, 2022." in text
    assert "Withdrawn: This paper has been withdrawn" in text


def test_biber_finds_nothing_wrong_with_what_was_refreshed(
    run_enrich: Enrich, tmp_path: Path, published_services: dict[str, str]
) -> None:
    need("biber")
    text = refreshed("biblatex", run_enrich, tmp_path, published_services)
    assert "journaltitle = {Journal of Invented Results}" in text
    assert "date = {2022}" in text
    said = run(["biber", "--tool", "--validate-datamodel", "refs.bib"], tmp_path)
    assert not re.search("WARN|ERROR", said), said
