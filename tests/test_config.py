"""What holds: flags over environment over file over defaults, and one clear line for what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich import config
from enrich.config import DAY
from enrich.errors import InputError


def written(folder: Path, text: str, name: str = "enrich.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_without_anything_the_public_services_and_their_pace_hold(tmp_path: Path) -> None:
    settings = config.load(tmp_path, {})
    assert settings.services["arxiv"].url == "https://export.arxiv.org/api/query"
    assert settings.services["oai"].url == "https://oaipmh.arxiv.org/oai"
    assert settings.services["datacite"].url == "https://api.datacite.org"
    assert settings.services["arxiv"].interval == settings.services["oai"].interval == 3.0
    assert settings.services["arxiv"].pace == settings.services["oai"].pace, "arXiv counts both together"
    assert settings.max_age == 30 * DAY
    assert not settings.offline
    assert settings.cache_folder.name == "enrich"


def test_the_file_is_found_in_a_folder_above_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    written(tmp_path, 'cache = "c"\ninputs = ["a.md", "2110.14168"]\noutputs = "refs.bib"\n')
    (tmp_path / "deep" / "er").mkdir(parents=True)
    settings = config.load(tmp_path / "deep" / "er", {})
    assert settings.base == tmp_path
    assert settings.cache_folder == tmp_path / "c"
    assert settings.inputs == ("a.md", "2110.14168")
    assert settings.outputs == ("refs.bib",)


def test_pyproject_counts_only_with_a_table_of_ours(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    written(tmp_path, '[tool.enrich]\nmailto = "me@example.org"\n', "pyproject.toml")
    written(inner, "[tool.other]\nx = 1\n", "pyproject.toml")
    assert config.load(inner, {}).mailto == "me@example.org"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    written(
        tmp_path,
        'cache = "c"\nmailto = "file@example.org"\n[arxiv]\nurl = "https://mirror.example/api"\ninterval = 5\n',
    )
    settings = config.load(tmp_path, {})
    assert (settings.services["arxiv"].url, settings.services["arxiv"].interval) == ("https://mirror.example/api", 5.0)
    settings = config.load(
        tmp_path,
        {
            "ENRICH_CACHE": "/elsewhere",
            "ENRICH_MAILTO": "env@example.org",
            "ENRICH_OFFLINE": "1",
            "ENRICH_ARXIV_URL": "http://127.0.0.1:1/q",
            "ENRICH_ARXIV_INTERVAL": "0.5",
            "ENRICH_DATACITE_URL": "http://127.0.0.1:2/",
        },
    )
    assert settings.cache_folder == Path("/elsewhere")
    assert settings.mailto == "env@example.org"
    assert settings.offline
    assert (settings.services["arxiv"].url, settings.services["arxiv"].interval) == ("http://127.0.0.1:1/q", 0.5)
    assert settings.services["datacite"].url == "http://127.0.0.1:2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("inputs = [", "not valid TOML"),
        ("input = []", "unknown setting 'input'"),
        ("inputs = [1]", "must be a list of strings"),
        ("cache = 3", "must be the path of a folder"),
        ("published = 'yes'", "must be true or false"),
        ("mailto = 'nobody'", "no e-mail address"),
        ("max_age = -1", "must be a number, zero or more"),
        ("[arxiv]\nurl = 'ftp://x'", "must start with http"),
        ("[arxiv]\ninterval = 'soon'", "must be a number"),
        ("[arxiv]\nspeed = 1", "unknown setting arxiv.speed"),
        ("arxiv = 3", "must be a table"),
    ],
)
def test_a_broken_file_is_one_line_that_names_it(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        config.load(written(tmp_path, text), {})
    assert message in caught.value.message
    assert "\n" not in caught.value.message


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "enrich.toml").write_bytes(b'mailto = "\xff"')
    with pytest.raises(InputError, match="not UTF-8"):
        config.load(tmp_path, {})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENRICH_OFFLINE", "perhaps"),
        ("ENRICH_ARXIV_INTERVAL", "-1"),
        ("ENRICH_ARXIV_INTERVAL", "nan"),
        ("ENRICH_ARXIV_INTERVAL", "inf"),
        ("ENRICH_OAI_URL", "oai.example.org"),
        ("ENRICH_MAILTO", "me@example.org\r\nX-Other: 1"),
    ],
)
def test_a_broken_variable_is_named(variable: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        config.load(tmp_path, {variable: value})
    assert variable in caught.value.message or "mailto" in caught.value.message
