"""The command line of ``enrich``: arguments in, exit status out, errors in one line each.

Only argparse is imported until it is known what to do, so that --help is instant; what is done is in ``commands``.
"""

from __future__ import annotations

import argparse
import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("bibtex", "biblatex", "json", "jsonl", "csl-json", "ris", "hayagriva", "markdown")
"""The names of :mod:`enrich.formats`, repeated so that --help need not import them (a test compares)."""

_TOP = """\
enrich turns mentions of arXiv papers into a bibliography with full metadata and abstracts.

examples:
  enrich get 2110.14168                        BibTeX of one paper, to the terminal
  enrich get notes.md paper.tex -o refs.bib    every paper they mention; an existing refs.bib is only added to
  enrich get - -o refs.bib -o refs.json        from stdin, into two formats
  enrich refresh refs.bib --diff               what has changed since: published versions, corrections, withdrawals
  enrich check refs.bib README.md              which references are wrong, and which could not be checked
  enrich find README.md                        where papers are mentioned (no network)
  enrich convert refs.json -o refs.ris         from one format to another (no network)
  enrich                                       what enrich.toml or [tool.enrich] says

exit status: 0 all done, 1 done with problems, 2 wrong usage, 3 nothing could be done
"""

RULES = (
    "not-found", "wrong-work", "title", "authors", "year", "venue", "doi", "future-date", "version-gone", "withdrawn",
    "superseded", "published", "preprint-as-published", "duplicate", "unresolvable", "missing-field", "bad-id",
    "undefined-string", "undefined-crossref", "unbalanced",
)  # fmt: skip
"""The names of :mod:`enrich.finding`'s rules, repeated so that --help need not import them (a test compares)."""

_GET = """\
WHAT is an identifier in any form (2110.14168, hep-th/9901001v2, arXiv:..., a link, a DOI 10.48550/arXiv....),
a document (.txt .md .html .tex .aux .bbl .bib .ipynb .json .ris .pdf), or - for stdin.

examples:
  enrich get 2110.14168v1 https://arxiv.org/abs/hep-th/9901001
  enrich get ids.txt -o refs.bib               one identifier a line, # starts a comment
  enrich get README.md --to csl-json > refs.csl.json
  enrich get old.bib -o old.json --offline     only what the cache knows
  enrich get paper.tex -o refs.biblatex.bib    what the paper cites, for biber

The suffix picks the format: .bib .biblatex.bib .json .jsonl .csl.json .ris .yaml .md
An existing .bib keeps every byte and gets what is missing at its end (--force starts it anew).
arXiv is asked for up to 200 papers at once, one request in 3 seconds; when it refuses, DataCite is asked.
"""

_FIND = """\
examples:
  enrich find README.md notes/*.txt            file:line:column, the identifier, what is written there
  enrich find --json paper.tex
  enrich find --cited paper.tex                the citation keys, with their places
"""

_REFRESH = """\
Only values that change are written, in the entry's own layout; every other byte stays, keys included. What you wrote
by hand wins: a field is replaced only where it holds what a source said before, where it only says "arXiv", or where
you ask for it with --overwrite. "% enrich: keep" above an entry or behind a field protects it, and so does a field
keep = {title, year} (or keep = {true}). The former content is kept in FILE.bib~.

examples:
  enrich refresh refs.bib --diff               what would change, field by field with its source, and a unified diff
  enrich refresh refs.bib                      change it
  enrich refresh --undo refs.bib               take it back
  enrich refresh --check *.bib                 exit 1 if anything would change
  enrich refresh refs.bib --only withdrawn,published --summary news.md
  enrich refresh refs.bib --keys cobbe2021training --overwrite title,author
  enrich refresh refs.bib --fill abstract,doi  add these where they are absent
"""

_CHECK = f"""\
FILE is a .bib, .bbl or .tex (with the files it takes in and the entries it cites), a Markdown list, a notebook, an HTML
page, or any other document. Each reference is right, wrong, or could not be checked; a source that is down, and a work
that no source has, make nothing wrong. An entry without identifier is searched for by its title, and accepted only if
title and authors agree. No file is changed.

rules: {", ".join(RULES[:7])},
  {", ".join(RULES[7:13])},
  {", ".join(RULES[13:])}

Not to be reported: "% enrich: ignore RULE" in BibTeX and LaTeX, above an entry or behind a field; in Markdown and HTML
"<!-- enrich: ignore RULE -->", on the line or above it; --ignore RULE everywhere.

examples:
  enrich check refs.bib                        everything there is to say
  enrich check refs.bib --fail-on error        exit 1 only for what is certainly wrong
  enrich check README.md --format github       annotations for a pull request; sarif, junit, json
  enrich check refs.bib --offline --against library.bib --against papers.json
  enrich check refs.bib --format json > known.json
  enrich check refs.bib --baseline known.json  only what is new since then

exit status: 0 clean, 1 findings (of --fail-on or worse), 2 wrong usage, 3 nothing could be checked
"""

_LOG = """\
examples:
  enrich log                                   everything that changed, newest first
  enrich log 2110.14168                        what one paper said, and when
"""

_CONVERT = """\
examples:
  enrich convert refs.json -o refs.bib
  enrich convert refs.bib -o refs.csl.json
  cat refs.ris | enrich convert - --from ris --to json
"""

_CACHE = """\
examples:
  enrich cache info
  enrich cache export papers.json              everything known, as a file that import and get read
  enrich cache import papers.json
  enrich cache clear
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns the exit status; prints one line for an error, never a traceback."""
    try:
        return _run(_options(arguments))
    except KeyboardInterrupt:
        if sys.stderr is not None:
            print("enrich: stopped", file=sys.stderr)
        return 130


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    # argparse stops collecting WHAT at the first option; what follows later is still meant.
    collected = getattr(options, "what", None) or getattr(options, "file", None)
    if rest and isinstance(collected, list) and all(item == "-" or not item.startswith("-") for item in rest):
        collected += rest
    elif rest:
        parser.error(f"unknown argument: {' '.join(rest)}; see enrich --help")
    if getattr(options, "print_completion", None):
        import shtab

        print(shtab.complete(parser, options.print_completion))
        parser.exit()
    return options


def _run(options: argparse.Namespace) -> int:
    from enrich.commands import common, run
    from enrich.errors import EnrichError, InputError
    from enrich.screen import Screen

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Results are UTF-8 with plain line ends whatever the locale says.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    # A run makes many objects that live to its end and hardly a cycle; looking for cycles takes a sixth of its time.
    gc.set_threshold(1_000_000)
    screen = Screen(sys.stderr, quiet=getattr(options, "quiet", False))
    try:
        status = run(options, screen)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except EnrichError as error:
        screen.end()
        screen.error(error)
        return common.USAGE if isinstance(error, InputError) else common.NOTHING
    except BrokenPipeError:
        # Whoever read our output has had enough (head, a closed pager). Python would complain once more at exit.
        sys.stdout = None
        return common.DONE
    except OSError as error:
        # Every file has its own words where it is used; what is left is stdout on a full disk.
        screen.end()
        sys.stdout = None
        screen.line(f"enrich: the result could not be written: {error.strerror or error}")
        return common.NOTHING
    finally:
        screen.end()


# The arguments.


def _parser() -> argparse.ArgumentParser:
    from enrich import __version__

    # Every command takes these, before or after its name; only what is given is set, so that neither place undoes
    # the other.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group("everywhere")
    group.add_argument("--offline", action="store_true", help="open no connection: cache and snapshots only")
    group.add_argument("--fresh", action="store_true", help="ask again for what is in the cache")
    group.add_argument("--cache", metavar="DIR", help="folder of the cache (default: the user's cache folder)")
    group.add_argument("--quiet", "-q", action="store_true", help="no progress and no summary, only problems")

    def formatter(prog: str) -> argparse.HelpFormatter:
        return argparse.RawDescriptionHelpFormatter(prog, max_help_position=32, width=100)

    parser = argparse.ArgumentParser(
        prog="enrich", description=_TOP, formatter_class=formatter, parents=[common], allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"enrich {__version__}")
    parser.add_argument(
        "--print-completion", metavar="SHELL", choices=("bash", "zsh", "tcsh"), help="completion for bash, zsh or tcsh"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    def command(name: str, about: str, epilog: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=about,
            description=about[0].upper() + about[1:] + ".",
            epilog=epilog,
            formatter_class=formatter,
            parents=[common],
            allow_abbrev=False,
        )

    get = command("get", "get the metadata of papers as a bibliography", _GET)
    get.add_argument("what", nargs="+", metavar="WHAT", help="identifiers, links, DOIs, files, - for stdin")
    _add_output(get)
    get.add_argument("--key", metavar="TEMPLATE", help="citation keys, default '{family}{year}{word}'")
    get.add_argument("--published", action="store_true", default=None, help="look for the published versions, too")
    _add_age(get)

    find = command("find", "list the papers that documents mention, with their places", _FIND)
    find.add_argument("what", nargs="+", metavar="FILE", help="documents, - for stdin")
    find.add_argument("--json", action="store_true", help="as JSON, see the schema find-1")
    find.add_argument("--cited", action="store_true", help="the citation keys in .tex and .aux instead")

    refresh = command("refresh", "bring .bib files up to date: published versions, corrections, withdrawals", _REFRESH)
    refresh.add_argument("file", nargs="+", metavar="FILE", help=".bib files")
    shown = refresh.add_argument_group("what happens")
    shown.add_argument("--diff", action="store_true", help="print what would change and write nothing")
    shown.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    shown.add_argument("--json", action="store_true", help="the changes as JSON, see the schema refresh-1")
    shown.add_argument("--summary", metavar="FILE", help="what changed as Markdown, for a commit message or an e-mail")
    shown.add_argument("--undo", action="store_true", help="put the backup in place of the file")
    shown.add_argument("--no-backup", dest="backup", action="store_false", help="keep no FILE.bib~")
    chosen = refresh.add_argument_group("what is changed")
    chosen.add_argument(
        "--only", action="append", metavar="KINDS", help="of published, version, withdrawn, fields only these"
    )
    chosen.add_argument("--keys", action="append", metavar="KEYS", help="only the entries with these citation keys")
    chosen.add_argument(
        "--overwrite", action="append", metavar="FIELDS", help="replace these also where they are yours"
    )
    chosen.add_argument("--fill", action="append", metavar="FIELDS", help="add these where they are absent (or: all)")
    chosen.add_argument("--merge-duplicates", action="store_true", help="keep one entry of each work; print the keys")
    _add_year(refresh)
    _add_age(refresh)

    check = command(
        "check", "audit references: do they exist, are they what they say, are they the best to cite", _CHECK
    )
    check.add_argument("file", nargs="+", metavar="FILE", help="documents, - for stdin")
    told = check.add_argument_group("the report")
    told.add_argument(
        "--format", choices=("text", "json", "sarif", "github", "junit"), help="how to report (default text)"
    )
    told.add_argument("--json", action="store_true", help="the same as --format json, see the schema check-1")
    told.add_argument(
        "--fail-on",
        choices=("note", "warning", "error"),
        default="warning",
        help="exit 1 for findings as bad as this (default warning)",
    )
    told.add_argument("--baseline", metavar="FILE", help="a former JSON report: only what is not in it")
    told.add_argument("--ignore", action="append", metavar="RULES", help="do not report these")
    judged = check.add_argument_group("what is compared")
    judged.add_argument("--strict", action="store_true", help="forgive less: spelling, subtitles, a year's difference")
    judged.add_argument(
        "--against",
        action="append",
        metavar="FILE",
        help="a .bib, .json or .ris that is an authority, too (repeatable)",
    )
    _add_age(check)

    log = command("log", "show what papers in the cache said before", _LOG)
    log.add_argument("what", nargs="*", metavar="ID", help="identifiers; none: everything that changed")
    log.add_argument("--json", action="store_true", help="as JSON")

    convert = command("convert", "convert a bibliography from one format to another", _CONVERT)
    convert.add_argument("file", metavar="FILE", help="what to read, - for stdin")
    convert.add_argument("--from", dest="from_format", choices=FORMATS, metavar="FORMAT", help="its format")
    _add_output(convert)

    cache = command("cache", "look after the cache", _CACHE)
    actions = cache.add_subparsers(dest="action", required=True, metavar="ACTION", title="actions")
    for action, about in (
        ("info", "where it is and what it holds"),
        ("clear", "forget everything"),
        ("export", "write all records into a JSON file"),
        ("import", "take the records of a JSON file in"),
    ):
        one = actions.add_parser(action, help=about, description=about, parents=[common], allow_abbrev=False)
        if action in ("export", "import"):
            one.add_argument("file", metavar="FILE", help="a JSON file" + " (- for stdout)" * (action == "export"))
        if action == "info":
            one.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", action="append", metavar="FILE", help="write there (repeatable; the suffix is the format)"
    )
    parser.add_argument("--to", choices=FORMATS, metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    parser.add_argument("--force", action="store_true", help="start an existing .bib anew instead of adding to it")
    _add_year(parser)
    parser.add_argument(
        "--howpublished", action="store_true", help="BibTeX: print the identifier in styles that know no eprint (plain)"
    )


def _add_year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--year", choices=("submitted", "latest"), default="submitted", help="which date makes the year of a preprint"
    )


def _add_age(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max-age", type=_days, metavar="DAYS", help="renew what is older (default 30)")
    parser.add_argument(
        "--snapshot", action="append", metavar="FILE", help="a .json of ours to fall back on (repeatable)"
    )


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0 <= days < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days")
    return days
