""".bib files as input: one mention for each entry, problems for the broken ones."""

from __future__ import annotations

from enrich import inputs


def test_entries_are_mentions_with_their_keys_and_the_places_of_the_fields() -> None:
    text = b"""% arXiv:2001.00001 in a comment
@article{cobbe,
  title  = {About arXiv:2001.00002},
  eprint = {2110.14168v2},
  url    = {https://arxiv.org/abs/2110.14168},
}
arXiv:2001.00003 between entries
@string{pre = "arXiv preprint "}
@article{polu, journal = pre # {arXiv:2009.03393}}
@book{other, title = {T}}
"""
    document = inputs.read(text, "refs.bib")
    assert [(m.identifier.versioned, m.text, m.line, m.column, m.key) for m in document.mentions] == [
        ("2110.14168v2", "2110.14168v2", 4, 13, "cobbe"),
        ("2009.03393", "arXiv:2009.03393", 9, 33, "polu"),
    ]
    assert document.problems == ()


def test_what_cannot_be_read_is_a_problem_and_the_rest_goes_on() -> None:
    text = b"""@misc{bad, title = {never closed,
@misc{good, eprint = {2110.14168}}
@misc{typo, eprint = {2113.14168}, archiveprefix = {arXiv}}
@misc{two, eprint = {2009.03393}, doi = {10.48550/arXiv.2201.11903}}
"""
    document = inputs.read(text, "refs.bib")
    assert [mention.key for mention in document.mentions] == ["good", "two"]
    assert [(problem.kind, problem.line) for problem in document.problems] == [
        ("not-understood", 1),
        ("invalid", 3),
        ("not-understood", 4),
    ]
    contradiction = document.problems[-1]
    assert contradiction.message.startswith("entry 'two' names two papers: arXiv:2009.03393 in eprint, but arXiv:2201")
    assert contradiction.id == "arXiv:2009.03393"
