"""What names of venues, DOIs and words for kinds say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.venues import (
    JournalRef,
    another_venue,
    is_preprint_doi,
    is_preprint_venue,
    is_unpublished,
    kind_of,
    no_publication,
    parse_journal_ref,
    same_venue,
)


@pytest.mark.parametrize(
    "doi",
    [
        "10.48550/arXiv.1706.03762",
        "10.48550/ARXIV.1706.03762",
        "https://doi.org/10.48550/arXiv.1706.03762",
        "10.2139/ssrn.123456",
        "10.1101/2023.08.30.555473",
        "10.21203/rs.3.rs-12345/v1",
        "10.20944/preprints202603.2374.v1",
        "10.5281/zenodo.123456",
        "10.6084/m9.figshare.123456",
        "10.2172/123456",
        "10.3386/w12345",
    ],
)
def test_dois_of_preprint_servers_data_and_reports_name_no_published_version(doi: str) -> None:
    assert is_preprint_doi(doi)


@pytest.mark.parametrize(
    "doi", ["10.1103/PhysRevD.65.123456", "10.18653/v1/P17-1001", "10.1101/gr.123456.111", "", None]
)
def test_dois_of_publishers_are_no_preprints(doi: str | None) -> None:
    assert not is_preprint_doi(doi)


@pytest.mark.parametrize(
    "name",
    [
        "CoRR",
        "{CoRR}",
        "arXiv",
        "arXiv.org",
        "arXiv preprint arXiv:1706.03762",
        "ArXiv e-prints",
        "ArXiv",
        "arXiv (Cornell University)",
        "bioRxiv",
        "medRxiv",
        "SSRN Electronic Journal",
        "Informal and Other Publications",
        "Informal Publications",
        "Research Square (Research Square)",
        "Zenodo (CERN European Organization for Nuclear Research)",
        "Some Research Archive (SRA) (University of Somewhere)",
        "HAL (Le Centre pour la Communication Scientifique Directe)",
        "Cryptology ePrint Archive",
        "abs/1706.03762",
    ],
)
def test_preprint_servers_and_repositories_are_no_venues(name: str) -> None:
    assert is_preprint_venue(name)


@pytest.mark.parametrize(
    "name",
    [
        "Nature",
        "Physical Review D",
        "HPCA",
        "Proceedings of the ACM on Human-Computer Interaction",
        "Correlations in Physics",
        "Corrosion Science",
        "NIPS",
        "Haltestelle",
        "Archive for Rational Mechanics and Analysis",
        "Journal of the Franklin Institute",
        "Advances in Neural Information Processing Systems 30 (NeurIPS 2017)",
        "",
        None,
    ],
)
def test_journals_and_conferences_are_venues(name: str | None) -> None:
    assert not is_preprint_venue(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Submitted to ICLR 2026", "it is a submission"),
        ("ICLR 2026 Conference Submission", "it is a submission"),
        ("ICLR 2025 Conference Withdrawn Submission", "it was withdrawn"),
        ("Withdrawn submission", "it was withdrawn"),
        ("ICLR 2024 Conference Desk Rejected Submission", "it was rejected"),
        ("under review at JMLR", "it is a submission"),
        ("in preparation", "it is not published"),
        ("PhD thesis, University of Somewhere", "it is a thesis"),
        ("Doctoral dissertation", "it is a thesis"),
        ("Technical Report 123", "it is a report"),
    ],
)
def test_a_name_may_say_that_nothing_was_published(name: str, why: str) -> None:
    assert is_unpublished(name) == why


@pytest.mark.parametrize("name", ["ICLR 2026", "Physical Review D", "Journal of Thesis Studies and More", None, ""])
def test_names_of_venues_say_nothing_of_the_kind(name: str | None) -> None:
    assert is_unpublished(name) is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("journal-article", "article"),
        ("Journal Articles", "article"),
        ("article", "article"),
        ("proceedings-article", "inproceedings"),
        ("Conference and Workshop Papers", "inproceedings"),
        ("conference paper", "inproceedings"),
        ("book-chapter", "inproceedings"),
        ("JournalArticle, Conference", "inproceedings"),
        ("JournalArticle", "article"),
        ("posted-content", None),
        ("something new", None),
        (None, None),
    ],
)
def test_the_words_of_all_sources_for_a_kind_become_two(kind: str | None, expected: str | None) -> None:
    assert kind_of(kind) == expected


@pytest.mark.parametrize(
    "kind",
    [
        "posted-content",
        "dataset",
        "Dataset",
        "peer-review",
        "dissertation",
        "phdthesis",
        "component",
        "editorial",
        "erratum",
        "correction",
        "retraction",
        "Presentation",
        "book",
        "monograph",
        "Informal and Other Publications",
        "report",
        "talk",
        "video",
        "abstract",
        "grant",
    ],
)
def test_some_kinds_are_no_published_paper(kind: str) -> None:
    assert no_publication(kind)


@pytest.mark.parametrize(
    "kind", ["journal-article", "JournalArticle, Book", "Book, Conference", "review", None, "unheard of"]
)
def test_other_kinds_may_be_one(kind: str | None) -> None:
    assert no_publication(kind) is None


@pytest.mark.parametrize("kind", ["JournalArticle, Editorial", "JournalArticle, Dataset", "journal-article, erratum"])
def test_a_correction_in_a_journal_stays_a_correction(kind: str) -> None:
    assert no_publication(kind)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Phys. Rev. D", "Physical Review D"),
        ("Phys.Rev.D", "Physical Review D"),
        ("NeurIPS", "NIPS"),
        ("NIPS", "Advances in Neural Information Processing Systems 30"),
        ("ICLR", "8th International Conference on Learning Representations, ICLR 2020"),
        ("ICML 2014", "Proceedings of the 31st International Conference on Machine Learning"),
        ("J. High Energy Phys.", "JHEP"),
        ("Journal of High Energy Physics", "J. High Energy Phys."),
        ("Comput. Stat. Data Anal.", "Computational Statistics & Data Analysis"),
        ("IEEE Trans. Inf. Theory", "IEEE Transactions on Information Theory"),
        ("Proc. Natl. Acad. Sci. U.S.A.", "PNAS"),
        ("EMNLP", "Proceedings of the 2019 Conference on Empirical Methods in Natural Language Processing"),
        ("CVPR", "2017 IEEE Conference on Computer Vision and Pattern Recognition (CVPR)"),
        ("Nature", "nature"),
        ('Zeitschrift f{\\"u}r Physik', "Zeitschrift für Physik"),
    ],
)
def test_abbreviated_venues_are_recognised(one: str, other: str) -> None:
    assert same_venue(one, other) is True
    assert same_venue(other, one) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Phys. Rev. D", "Physical Review Letters"),
        ("Phys. Rev. D", "Phys. Rev. B"),
        ("ICML", "NeurIPS"),
        ("CVPR Workshops", "CVPR"),
        ("Annals of Mathematics", "Journal of Fluid Mechanics"),
    ],
)
def test_other_venues_are_told_apart(one: str, other: str) -> None:
    assert same_venue(one, other) is False
    assert same_venue(other, one) is False


@pytest.mark.parametrize(("one", "other"), [("Nature", "XYZ"), (None, "Nature"), ("", "Nature"), ("2019", "Nature")])
def test_nothing_is_said_where_it_cannot_be_told(one: str | None, other: str | None) -> None:
    assert same_venue(one, other) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phys. Rev. D 65, 123456 (2002)", JournalRef("Phys. Rev. D", "65", "123456", 2002)),
        ("J. Math. Phys. 48(2007), 092102.", JournalRef("J. Math. Phys.", "48", "092102", 2007)),
        ("Mind & Society, 12, 73-90, 2013", JournalRef("Mind & Society", "12", "73-90", 2013)),
        ("Phys.Rev.Lett.98:101301,2007", JournalRef("Phys.Rev.Lett.", "98", "101301", 2007)),
        ("Some Journal 40 (2007) 12315--12333", JournalRef("Some Journal", "40", "12315-12333", 2007)),
        ("In Proc. of ICML 2013, pages 12-20", JournalRef("In Proc. of ICML", None, "12-20", 2013)),
        ("to appear", JournalRef("to appear")),
        (None, JournalRef()),
        ("", JournalRef()),
    ],
)
def test_a_journal_reference_is_read_as_far_as_it_goes(text: str | None, expected: JournalRef) -> None:
    assert parse_journal_ref(text) == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_asked_about(one: str, other: str) -> None:
    assert same_venue(one, other) == same_venue(other, one)
    parse_journal_ref(one)
    assert is_preprint_venue(one) in (True, False)
    assert is_unpublished(other) is None or is_unpublished(other)
    assert kind_of(one) in (None, "article", "inproceedings")


# --- beyond doubt -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NeurIPS", "ICLR"),
        ("NeurIPS", "Proceedings of the 35th International Conference on Machine Learning, Nowhere, 2018"),
        ("ICML", "Symposium on Invented Scaling Laws"),
        ("Conference on Reward Gardening and Alignment", "KDD"),
        ("Nature Communications", "Scientific Reports"),
        ("Phys. Rev. Lett.", "Journal of Invented Ornithology"),
    ],
)
def test_two_venues_are_different_beyond_doubt(one: str, other: str) -> None:
    assert another_venue(one, other)
    assert another_venue(other, one)
    assert same_venue(one, other) is not True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ICML", "ICML"),
        ("ICML", "Proceedings of Machine Learning Research"),
        ("ICML", "ICML Workshop on Cranes"),
        ("ECCV", "Lecture Notes in Computer Science"),
        ("ICALP", "Automata, Languages and Programming"),
        ("IEEE TIT", "IEEE Transactions on Information Theory"),
        ("EMNLP", "Empirical Methods in Natural Language Processing and International Joint Conference on NLP"),
        ("AAAI", "Association for the Advancement of Artificial Intelligence"),
        ("Zh. Eksp. Teor. Fiz.", "Journal of Invented Ornithology"),
        ("統計数理研究所彙報", "Annals of the Institute of Statistical Mathematics"),
        (
            "IEEE International Conference on Computer Vision",
            "IEEE International Conference on Computer Vision, Nowhere",
        ),
        ("Nature", "Science of Cranes"),
        (None, "ICML"),
        ("", "ICML"),
    ],
)
def test_what_may_be_one_venue_is_not_called_two(one: str | None, other: str) -> None:
    assert not another_venue(one, other)
    assert not another_venue(other, one)


def test_a_venue_is_known_by_its_full_name_inside_a_longer_one() -> None:
    long = (
        "Advances in Neural Information Processing Systems 30: Annual Conference 2017, December 4-9, Nowhere, CA, USA"
    )
    assert same_venue("NeurIPS", long)
    assert same_venue(
        "NAACL", "Meeting of the North American Chapter of the Association for Computational Linguistics: HLT"
    )
    assert (
        same_venue("ACL", "2019 Meeting of the North American Chapter of the Association for Computational Linguistics")
        is not True
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_name_is_of_one_venue_and_of_two(one: str, other: str) -> None:
    assert not (same_venue(one, other) and another_venue(one, other))
    assert another_venue(one, other) == another_venue(other, one)


@pytest.mark.parametrize("joint", ["ACL/IJCNLP", "ACL-IJCNLP 2021", "ACL & IJCNLP"])
def test_a_joint_meeting_is_each_of_the_two(joint: str) -> None:
    assert same_venue("ACL", joint) is True
    assert same_venue(joint, "IJCNLP") is True
    assert same_venue(joint, "EMNLP") is False


def test_a_meeting_named_in_another_language_may_be_any() -> None:
    assert not another_venue(
        "Actes de la 13ème conférence sur le Traitement Automatique des Langues", "Dans Verbum: Proceedings of TALN"
    )
