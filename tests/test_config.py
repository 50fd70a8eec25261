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


def test_each_service_that_knows_of_publications_has_an_address_a_pace_and_a_queue_of_its_own(tmp_path: Path) -> None:
    services = config.load(tmp_path, {}).services
    assert {name: (service.label, service.url, service.interval) for name, service in services.items()} == {
        "arxiv": ("arXiv", "https://export.arxiv.org/api/query", 3.0),
        "oai": ("arXiv's OAI-PMH", "https://oaipmh.arxiv.org/oai", 3.0),
        "datacite": ("DataCite", "https://api.datacite.org", 0.6),
        "crossref": ("Crossref", "https://api.crossref.org", 1.1),
        "dblp": ("DBLP", "https://dblp.org", 2.0),
        "openalex": ("OpenAlex", "https://api.openalex.org", 0.2),
        "semanticscholar": ("Semantic Scholar", "https://api.semanticscholar.org", 1.1),
        "inspire": ("INSPIRE", "https://inspirehep.net", 0.4),
    }
    assert len({service.pace for service in services.values()}) == len(services) - 1, "only arXiv's two share one"


def test_crossref_is_asked_faster_by_those_who_say_who_they_are(tmp_path: Path) -> None:
    mine = {"ENRICH_MAILTO": "me@example.org"}
    assert config.load(tmp_path, mine).services["crossref"].interval == 0.4
    assert config.load(tmp_path, mine).services["dblp"].interval == 2.0
    assert config.load(tmp_path, {**mine, "ENRICH_CROSSREF_INTERVAL": "5"}).services["crossref"].interval == 5.0
    written(tmp_path, "[crossref]\ninterval = 0\n")
    assert config.load(tmp_path, mine).services["crossref"].interval == 0.0


def test_roots_have_no_slash_at_the_end_and_endpoints_are_left_alone(tmp_path: Path) -> None:
    addresses = {f"ENRICH_{name.upper()}_URL": "http://127.0.0.1:9/x/" for name in config.SERVICES}
    services = config.load(tmp_path, addresses).services
    whole = {name for name, service in services.items() if service.url == "http://127.0.0.1:9/x/"}
    assert whole == {"arxiv", "oai"}
    assert {service.url for name, service in services.items() if name not in whole} == {"http://127.0.0.1:9/x"}


def test_keys_come_from_the_file_and_the_environment_wins(tmp_path: Path) -> None:
    written(tmp_path, '[semanticscholar]\nkey = "from-file"\n[openalex]\nkey = "too"\n')
    services = config.load(tmp_path, {}).services
    assert (services["semanticscholar"].key, services["openalex"].key) == ("from-file", "too")
    services = config.load(tmp_path, {"ENRICH_SEMANTICSCHOLAR_KEY": "env", "ENRICH_OPENALEX_KEY": ""}).services
    assert (services["semanticscholar"].key, services["openalex"].key) == ("env", "too")
    assert [name for name, service in services.items() if service.takes_key] == ["openalex", "semanticscholar"]


def test_a_key_is_not_shown(tmp_path: Path) -> None:
    settings = config.load(tmp_path, {"ENRICH_OPENALEX_KEY": "s3cr3t"})
    assert settings.services["openalex"].key == "s3cr3t"
    assert "s3cr3t" not in repr(settings)
    for table in ('[openalex]\nkey = "s3cr3t two"\n', '[openalex]\nkey = ["s3cr3t"]\n'):
        with pytest.raises(InputError) as caught:
            config.load(written(tmp_path, table), {})
        assert "openalex.key must be one word" in caught.value.message
        assert "s3cr3t" not in str(caught.value)
    (tmp_path / "enrich.toml").unlink()
    with pytest.raises(InputError, match="ENRICH_OPENALEX_KEY must be one word") as caught:
        config.load(tmp_path, {"ENRICH_OPENALEX_KEY": "s3cr3t\r\nX-Other: 1"})
    assert "s3cr3t" not in str(caught.value)


def test_variables_of_services_that_are_pushed_to_are_no_error(tmp_path: Path) -> None:
    variables = {"ENRICH_ZOTERO_URL": "http://127.0.0.1:9", "ENRICH_ZOTERO_KEY": "k", "ENRICH_CROSSREF_KEY": "k"}
    assert config.load(tmp_path, variables) == config.load(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", {}),
        ("keep = []", {}),
        ('keep = ["smith2020", "doe2021.Title"]', {"smith2020": set(), "doe2021": {"title"}}),
        ('keep = ["a.title", "a.year", "b.year", "b"]', {"a": {"title", "year"}, "b": set()}),
        ('keep = ["b", "b.year"]', {"b": set()}),
        ('keep = ["smith.2020", "DBLP:conf/nips/X17"]', {"smith.2020": set(), "DBLP:conf/nips/X17": set()}),
        ('keep = {smith2020 = true, doe = ["Title", "year"]}', {"smith2020": set(), "doe": {"title", "year"}}),
        ('[keep]\n"a.b" = true', {"a.b": set()}),
    ],
)
def test_what_is_to_be_kept_is_a_list_or_a_table(text: str, kept: dict[str, set[str]], tmp_path: Path) -> None:
    assert config.load(written(tmp_path, text), {}).keep == kept


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("keep = true", "keep must be a list of keys"),
        ('keep = "smith2020"', "keep must be a list of keys"),
        ("keep = [1]", "keep must be a list of keys"),
        ('keep = [""]', "keep must be a list of keys"),
        ("keep = {a = false}", "keep.a must be true or a list of fields"),
        ("keep = {a = []}", "keep.a must be true or a list of fields"),
        ("[crossref]\nkey = 'x'", "unknown setting crossref.key"),
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
