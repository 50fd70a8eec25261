"""RIS: one mention for each reference."""

from __future__ import annotations

from enrich import inputs

TEXT = """TY  - UNPB
ID  - cobbe
TI  - A title with arXiv:2001.00001
AB  - see arXiv:2001.00002
UR  - https://arxiv.org/abs/2110.14168
DO  - 10.48550/arXiv.2110.14168
ER  -\x20

TY  - JOUR
DO  - 10.1234/2110.14168
N2  - arXiv:2001.00003
ER  -\x20

TY  - GEN
PB  - arXiv
AN  - 2009.03393
ER  -\x20

TY  - GEN
UR  - https://arxiv.org/abs/2113.00001
"""


def test_each_reference_is_one_mention_by_its_most_trustworthy_tag() -> None:
    for name, text in [("a.ris", TEXT), ("-", TEXT), ("a.ris", TEXT.replace("\n", "\r\n"))]:
        document = inputs.read(text.encode(), name)
        assert [(mention.text, mention.line, mention.column, mention.key) for mention in document.mentions] == [
            ("10.48550/arXiv.2110.14168", 6, 7, "cobbe"),
            ("2009.03393", 16, 7, None),
        ]
        assert [(problem.text, problem.line) for problem in document.problems] == [
            ("https://arxiv.org/abs/2113.00001", 20)
        ]


def test_a_note_about_another_paper_does_not_name_the_reference() -> None:
    text = "TY  - JOUR\nJO  - J. Foo\nN1  - {}\nER  - \n"
    for note, count in (("Comment on arXiv:2110.14168", 0), ("arXiv:2110.14168 [cs.LG]", 1)):
        document = inputs.read(text.format(note).encode(), "a.ris")
        assert [(mention.line, mention.column) for mention in document.mentions] == [(3, 7)] * count
