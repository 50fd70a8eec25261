"""Changes inside a .bib: what changes is written as the entry is written, and not another byte is touched."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from enrich.bibfile import BibFile, Entry
from enrich.errors import OutputError
from enrich.splice import Edit, Macro, apply, change, remove

Values = Mapping[str, str | None]


def changed(text: str, values: Values, kind: str | None = None, key: str | None = None) -> str:
    """The text with one entry changed: the one with this key, or the first."""
    bib = BibFile.parse(text.encode())
    entry = next(entry for entry in bib.entries if key in (None, entry.key))
    return apply(bib, change(bib, entry, values, kind=kind)).decode()


def removed(text: str, *keys: str) -> str:
    bib = BibFile.parse(text.encode())
    return apply(bib, [remove(bib, entry) for entry in bib.entries if entry.key in keys]).decode()


PUBLISHED: Values = {
    "journal": "J. Foo",
    "year": "2022",
    "archivePrefix": "arXiv",
    "doi": "10.1234/x",
    "note": None,
}

GOLDEN = {
    "the layout of most files": (
        """
@misc{key,
  title = {A Title},
  author = {Doe, Jane},
  year = {2021},
  eprint = {2110.14168},
  note = {mine},
}
""",
        """
@article{key,
  title = {A Title},
  author = {Doe, Jane},
  journal = {J. Foo},
  year = {2022},
  eprint = {2110.14168},
  archivePrefix = {arXiv},
  doi = {10.1234/x},
}
""",
    ),
    "aligned signs, quotes, no comma at the end": (
        """
@Misc{ key,
    author    = "Doe, Jane",
    title     = "A {Title}",
    year      = 2021,
    publisher = "nobody"
}
""",
        """
@Article{ key,
    author    = "Doe, Jane",
    title     = "A {Title}",
    journal   = "J. Foo",
    year      = 2022,
    archivePrefix = "arXiv",
    doi       = "10.1234/x",
    publisher = "nobody"
}
""",
    ),
    "names that end in one column": (
        """
@ARTICLE{2021arXiv211014168D,
       author = {{Doe}, Jane},
        title = "{A Title}",
         year = "2021",
       eprint = {2110.14168},
 primaryClass = {cs.LG},
         note = {mine}
}
""",
        """
@ARTICLE{2021arXiv211014168D,
       author = {{Doe}, Jane},
        title = "{A Title}",
      journal = {J. Foo},
         year = "2022",
       eprint = {2110.14168},
archivePrefix = {arXiv},
 primaryClass = {cs.LG},
          doi = {10.1234/x}
}
""",
    ),
    "values in one column": (
        """
@misc{key,
  title =        {A Title},
  year =         {2021},
  eprint =       {2110.14168}
}
""",
        """
@article{key,
  title =        {A Title},
  journal =      {J. Foo},
  year =         {2022},
  eprint =       {2110.14168},
  archivePrefix = {arXiv},
  doi =          {10.1234/x}
}
""",
    ),
    "all on one line": (
        "@misc{key, title={A Title}, note={mine}, eprint={2110.14168}}",
        "@article{key, title={A Title}, journal={J. Foo}, year={2022}, eprint={2110.14168}, archivePrefix={arXiv}, "
        "doi={10.1234/x}}",
    ),
    "all on one line without spaces, in parentheses": (
        '@MISC(key,title="A Title",year=2021)',
        '@ARTICLE(key,title="A Title",journal="J. Foo",year=2022,archivePrefix="arXiv",doi="10.1234/x")',
    ),
    "commas before the fields": (
        """
@misc{key
  , title  = {A Title}
  , note   = {mine}
  , eprint = {2110.14168} % the preprint
  }
""",
        """
@article{key
  , title  = {A Title}
  , journal = {J. Foo}
  , year   = {2022}
  , eprint = {2110.14168} % the preprint
  , archivePrefix = {arXiv}
  , doi    = {10.1234/x}
  }
""",
    ),
    "names in capitals and a macro": (
        """
@STRING{jfoo = "Journal of Foo"}
@MISC{key,
  TITLE = {A Title},
  JOURNAL = jfoo # { B},
  MONTH = jun # "~12",
  YEAR = 2021 }
""",
        """
@STRING{jfoo = "Journal of Foo"}
@ARTICLE{key,
  TITLE = {A Title},
  JOURNAL = {J. Foo},
  MONTH = jun # "~12",
  ARCHIVEPREFIX = {arXiv},
  DOI = {10.1234/x},
  YEAR = 2022 }
""",
    ),
    "capitalised names, tabs, the brace on the last line": (
        """
@misc{key,
\tAuthor = {Doe, Jane},
\tDate-Added = {2021-10-30},
\tTitle = {A Title},
\tYear = {2021},
\tNote = {mine}}
""",
        """
@article{key,
\tAuthor = {Doe, Jane},
\tDate-Added = {2021-10-30},
\tTitle = {A Title},
\tJournal = {J. Foo},
\tYear = {2022},
\tArchiveprefix = {arXiv},
\tDoi = {10.1234/x}}
""",
    ),
    "signs aligned by tabs": (
        "@misc{key,\n\ttitle\t\t= {A},\n\tpublisher\t= {B},\n}\n",
        "@article{key,\n\ttitle\t\t= {A},\n\tjournal\t\t= {J. Foo},\n\tpublisher\t= {B},\n\tyear\t\t= {2022},\n"
        "\tarchivePrefix\t= {arXiv},\n\tdoi\t\t= {10.1234/x},\n}\n",
    ),
    "comments beside and between fields": (
        """
@misc{key,
  title = {A Title}, % checked
  % from the web page
  year = {2021}, % 50% sure
  note = {mine}, % really
  eprint = {2110.14168} % found by hand
}
""",
        """
@article{key,
  title = {A Title}, % checked
  journal = {J. Foo},
  % from the web page
  year = {2022}, % 50% sure
  % really
  eprint = {2110.14168}, % found by hand
  archivePrefix = {arXiv},
  doi = {10.1234/x}
}
""",
    ),
    "a field that was commented out": (
        """
@misc{key,
  title = {A Title},
  % year = {2019},
  note = {mine}
}
""",
        """
@article{key,
  title = {A Title},
  journal = {J. Foo},
  year = {2022},
  archivePrefix = {arXiv},
  doi = {10.1234/x},
  % year = {2019}
}
""",
    ),
    "a blank line between fields, and a field without a value": (
        """
@misc{key,

  title = {A Title},

  year = ,

  note = {mine},

}
""",
        """
@article{key,

  title = {A Title},

  journal = {J. Foo},

  year = {2022},

  archivePrefix = {arXiv},

  doi = {10.1234/x},

}
""",
    ),
    "an entry without fields is written like its neighbour": (
        "@misc{a,\n\ttitle={A}\n}\n\n@misc{key}\n",
        "@misc{a,\n\ttitle={A}\n}\n\n@article{key,\n\tjournal={J. Foo},\n\tyear={2022},\n\tarchivePrefix={arXiv},\n"
        "\tdoi={10.1234/x}\n}\n",
    ),
    "an entry without fields, alone": (
        "@misc(key,)",
        "@article(key,\n  journal = {J. Foo},\n  year = {2022},\n  archivePrefix = {arXiv},\n  doi = {10.1234/x},\n)",
    ),
    "repeated fields: the first counts": (
        "@misc{key, title={A}, year={2020}, year={2021}, note={x}, note={y}}",
        "@article{key, title={A}, journal={J. Foo}, year={2022}, year={2021}, archivePrefix={arXiv}, doi={10.1234/x}, "
        "note={y}}",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_change_is_written_as_the_entry_is(name: str) -> None:
    before, after = GOLDEN[name]
    assert changed(before, PUBLISHED, "article", "key" if "{key" in before else None) == after


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize("name", [name for name, (before, _) in GOLDEN.items() if "\n" in before])
def test_new_lines_end_as_those_around_them(name: str, newline: str) -> None:
    before, after = (text.replace("\n", newline) for text in GOLDEN[name])
    key = "key" if "{key" in before else None
    assert changed(before, PUBLISHED, "article", key) == after


@pytest.mark.parametrize("name", GOLDEN)
def test_the_same_change_again_changes_nothing(name: str) -> None:
    values = {name: value for name, value in PUBLISHED.items() if value is not None}
    _, after = GOLDEN[name]
    bib = BibFile.parse(after.encode())
    entry = next(entry for entry in bib.entries if entry.key != "a")
    assert change(bib, entry, values, kind="ARTICLE") == ()


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("{Old}", "New {X}", "{New {X}}"),
        ('"Old"', "New {X}", '"New {X}"'),
        ('"Old"', 'the "New"', '{the "New"}'),
        ('"Old"', 'G{\\"o}del', '"G{\\"o}del"'),
        ('"Old"', 'G\\"odel', '{G\\"odel}'),
        ('"Old"', 'the {"}New{"}', '"the {"}New{"}"'),
        ("1999", "2021", "2021"),
        ("1999", "2021a", "{2021a}"),
        ("jan", "June", "{June}"),
        ("jan", Macro("jun"), "jun"),
        ("{January}", Macro("jun"), "jun"),
        ("{12 June}", Macro('jun # "~12"'), 'jun # "~12"'),
        ("{x}", Macro('{A {b}} # c#"d{\\"e}"'), '{A {b}} # c#"d{\\"e}"'),
        ('jan # "~1"', "June", "{June}"),
        ('"a" # "b"', "c", "{c}"),
        ("{{Old}}", "{New}", "{{New}}"),
        ("{a # b}", "c", "{c}"),
        ("{Old} % why", "New", "{New} % why"),
        ('"50\\% sure" # { % } % why', "New", "{New} % why"),
        ("% why\n    {Old}", "New", "% why\n    {New}"),
        ("{Old}", "", "{}"),
        ("{Old}", "two\nlines", "{two\nlines}"),
    ],
)
def test_a_value_keeps_its_delimiters_where_it_can_stand_in_them(old: str, new: str, written: str) -> None:
    before = "@misc{k,\n  a = {x},\n  b = %s,\n  c = {y}\n}\n"
    assert changed(before.replace("%s", old), {"B": new}) == before.replace("%s", written)


@pytest.mark.parametrize(
    ("old", "kind", "new"),
    [
        ("@misc", "article", "@article"),
        ("@MISC", "inproceedings", "@INPROCEEDINGS"),
        ("@Misc", "article", "@Article"),
        ("@Misc", "inproceedings", "@InProceedings"),
        ("@InCollection", "inproceedings", "@InProceedings"),
        ("@Incollection", "inproceedings", "@Inproceedings"),
        ("@mIsc", "Article", "@article"),
        ("@Article", "article", "@Article"),
    ],
)
def test_the_type_keeps_the_case_of_the_old_one(old: str, kind: str, new: str) -> None:
    assert changed(f"{old} {{k, title = {{T}}}}", {}, kind) == f"{new} {{k, title = {{T}}}}"


@pytest.mark.parametrize(
    ("names", "written"),
    [
        ("title author", "archivePrefix"),
        ("title primaryclass", "archivePrefix".lower()),
        ("Title Author", "Archiveprefix"),
        ("Title PrimaryClass", "ArchivePrefix"),
        ("TITLE AUTHOR", "ARCHIVEPREFIX"),
        ("Title author", "archivePrefix"),
    ],
)
def test_the_name_of_a_new_field_is_in_the_case_of_the_others(names: str, written: str) -> None:
    one, other = names.split()
    text = changed(f"@misc{{k, {one} = {{a}}, {other} = {{b}}}}", {"archivePrefix": "arXiv"})
    assert f" {written} = {{arXiv}}" in text


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        ("{k,\n  a = 1,\n  b = 2,\n  c = 3\n}", "b", "{k,\n  a = 1,\n  c = 3\n}"),
        ("{k,\n  a = 1,\n  b = 2,\n  c = 3\n}", "c", "{k,\n  a = 1,\n  b = 2\n}"),
        ("{k,\n  a = 1,\n  b = 2,\n  c = 3,\n}", "c", "{k,\n  a = 1,\n  b = 2,\n}"),
        ("{k,\n  a = 1,\n  b = 2,\n  c = 3,\n}", "a b", "{k,\n  c = 3,\n}"),
        ("{k,\n  a = 1,\n  b = 2,\n  c = 3\n}", "b c", "{k,\n  a = 1\n}"),
        ("{k,\n  a = 1,\n  b = 2,\n  c = 3\n}", "a b c", "{k\n}"),
        ("{k,\n  a = 1,\n  b = {x\n  y},\n  c = 3}", "b", "{k,\n  a = 1,\n  c = 3}"),
        ("{k,\n  a = 1,\n  b = 2}", "b", "{k,\n  a = 1}"),
        ("{k,\n  a = 1, b = 2,\n  c = 3}", "a", "{k,\n  b = 2,\n  c = 3}"),
        ("{k,\n  a = 1, b = 2,\n  c = 3}", "b", "{k,\n  a = 1,\n  c = 3}"),
        ("{k, a = 1, b = 2, c = 3}", "b", "{k, a = 1, c = 3}"),
        ("{k,a=1,b=2}", "b", "{k,a=1}"),
        ("{k,a=1}", "a", "{k}"),
        ("{k,\n  a = 1, % x\n  b = 2, % y\n  c = 3}", "b", "{k,\n  a = 1, % x\n  % y\n  c = 3}"),
        ("{k,\n  a = 1,\n  % about b\n  b = 2,\n  c = 3}", "b", "{k,\n  a = 1,\n  % about b\n  c = 3}"),
        ("{k,\n  a = 1, % x\n  b = 2\n}", "b", "{k,\n  a = 1 % x\n}"),
        ("{k,\r\n\r\n  a = 1,\r\n  b = 2\r\n}", "a", "{k,\r\n\r\n  b = 2\r\n}"),
        ("{k,\n  a = 1,\n\n  b = 2,\n  c = 3}", "b", "{k,\n  a = 1,\n\n  c = 3}"),
        ("{k\n  , a = 1\n  , b = 2\n  , c = 3\n}", "b", "{k\n  , a = 1\n  , c = 3\n}"),
        ("{k\n  , a = 1 % x\n  , b = 2 % y\n}", "b", "{k\n  , a = 1 % x\n  % y\n}"),
        ("{k\n  , a = 1 % x\n  , b = 2\n}", "a", "{k\n  , % x\n  b = 2\n}"),
    ],
)
def test_a_field_goes_with_its_line_and_comments_stay(before: str, names: str, after: str) -> None:
    assert changed("@misc" + before, dict.fromkeys(names.split())) == "@misc" + after


def test_the_numbers_of_an_entry_stay_without_braces() -> None:
    assert changed("@misc{k, year=2021}", {"volume": "7", "number": "07"}) == (
        "@misc{k, year=2021, volume=7, number={07}}"
    )


def test_new_fields_stand_in_the_usual_order_and_unknown_ones_at_the_end() -> None:
    text = "@misc{k, author={A}, title={T}, keep={x}}"
    values = {"zz": "1", "abstract": "2", "volume": "3", "journal": "4"}
    assert changed(text, values) == (
        "@misc{k, author={A}, title={T}, journal={4}, volume={3}, abstract={2}, keep={x}, zz={1}}"
    )


def test_what_comes_in_the_place_of_a_field_stands_where_that_was() -> None:
    text = "@article{k,\n  title = {T},\n  journal = {CoRR},\n  note = {x}\n}"
    assert changed(text, {"journal": None, "booktitle": "B"}) == text.replace("journal = {CoRR}", "booktitle = {B}")


@pytest.mark.parametrize(
    "value",
    [
        "a}",
        "{a",
        "a}, year = {1",
        "a} {b",
        "a\\",
        "\\{a}",
        Macro("a b"),
        Macro(""),
        Macro("a #"),
        Macro("# a"),
        Macro("{a} b"),
        Macro('a # "b'),
    ],
)
def test_a_value_that_would_break_out_of_its_field_is_refused(value: str) -> None:
    with pytest.raises(OutputError, match="line 2: the new title of 'k'"):
        changed("\n@misc{k, title = {T}}", {"title": value})


def test_a_comment_that_would_be_read_as_a_field_stays_behind_a_value() -> None:
    text = "@misc{k,\n  title = {T} % x = {y}\n}"
    assert changed(text, {"doi": "10.1/x"}) == "@misc{k,\n  title = {T},\n  doi = {10.1/x} % x = {y}\n}"


def test_a_comment_that_would_become_part_of_the_key_refuses_the_change() -> None:
    with pytest.raises(OutputError, match="line 1: a comment inside 'k'"):
        changed("@misc{k, % why\n  title = {T}\n}", {"title": None})


# --- entries taken out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("@a{x}\n\n@a{y}\n\n@a{z}\n", "y", "@a{x}\n\n@a{z}\n"),
        ("@a{x}\n\n@a{y}\n\n@a{z}\n", "x", "@a{y}\n\n@a{z}\n"),
        ("@a{x}\n\n@a{y}\n\n@a{z}\n", "z", "@a{x}\n\n@a{y}\n"),
        ("@a{x}\n\n@a{y}\n\n@a{z}", "z", "@a{x}\n\n@a{y}\n"),
        ("@a{x}\n\n@a{y}\n\n@a{z}\n", "y z", "@a{x}\n"),
        ("@a{x}\n\n\n@a{y}\n\n@a{z}\n", "y", "@a{x}\n\n@a{z}\n"),
        ("@a{x}\r\n\r\n@a{y}\r\n \r\n@a{z}\r\n", "y", "@a{x}\r\n \r\n@a{z}\r\n"),
        ("@a{x}\r\r@a{y}\r\r@a{z}\r", "y", "@a{x}\r\r@a{z}\r"),
        ("@a{x}\n@a{y}\n@a{z}\n", "y", "@a{x}\n@a{z}\n"),
        ("@a{x}\n\n% about y\n@a{y}\n\n@a{z}\n", "y", "@a{x}\n\n% about y\n\n@a{z}\n"),
        ("@a{x}\n\n@a{y}\n% about z\n@a{z}\n", "y", "@a{x}\n\n% about z\n@a{z}\n"),
        ("@a{x} @a{y} @a{z}", "y", "@a{x} @a{z}"),
        ("text @a{y} % why\n@a{z}", "y", "text % why\n@a{z}"),
        ("  @a{y}  \n@a{z}", "y", "@a{z}"),
        ("\ufeff@a{y}\n\n@a{z}", "y", "\ufeff@a{z}"),
        ("@a{x}", "x", ""),
    ],
)
def test_an_entry_goes_with_the_blank_lines_that_set_it_apart(before: str, keys: str, after: str) -> None:
    assert removed(before, *keys.split()) == after


# --- the file --------------------------------------------------------------------------------------------------------


def test_no_edit_gives_the_very_bytes() -> None:
    bib = BibFile.parse(b"@misc{k, year = 1}\r\n")
    assert apply(bib, []) is bib.data
    assert apply(bib, [Edit(1, 5, "misc")]) is bib.data


def test_two_changes_of_one_place_are_refused() -> None:
    bib = BibFile.parse(b"\n@misc{k, year = {1}}")
    (entry,) = bib.entries
    edits = [*change(bib, entry, {"year": "22"}), *change(bib, entry, {"year": "33"})]
    with pytest.raises(OutputError, match="line 2: two changes"):
        apply(bib, edits)


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (("{1}", "{1"), 3),
        (("{1}", "{1}}"), 3),
        (("{1}", "{1}, x"), 3),
        (("k,", "q,"), 3),
        (("@misc", ""), 3),
        (("year", "yeer, = "), 3),
        (("{1}", "{1}}\n@misc{new, a = 2"), 3),
    ],
)
def test_an_edit_that_would_change_how_the_rest_is_read_is_refused(edit: tuple[str, str], line: int) -> None:
    text = "@misc{before, year = 0}\n\n@misc{k, year = {1}, note = {x}}\n@string{s = {x}}\n@misc{after, year = 3}\n"
    start = text.index(edit[0], 20)
    bib = BibFile.parse(text.encode())
    with pytest.raises(OutputError, match=f"line {line}:"):
        apply(bib, [Edit(start, start + len(edit[0]), edit[1])])


def test_characters_that_the_encoding_lacks_are_named_with_their_line() -> None:
    bib = BibFile.parse("\n@misc{a, title={é}}\n".encode("cp1252"))
    with pytest.raises(OutputError, match="line 2: the file is in cp1252, which has no 文"):
        apply(bib, change(bib, bib.entries[0], {"title": "文"}))


def test_a_change_that_makes_other_bytes_of_the_file_look_like_utf8_is_refused() -> None:
    bib = BibFile.parse("@misc{a, title={é}}\n".encode("cp1252"))
    with pytest.raises(OutputError, match="no longer be read as cp1252"):
        apply(bib, change(bib, bib.entries[0], {"title": "Ã©"}))


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "cp1252"),
    ],
)
def test_the_encoding_and_its_mark_stay(mark: bytes, encoding: str) -> None:
    before = "@misc{a, title={é}, note={ü}}\r\n"
    bib = BibFile.parse(mark + before.encode(encoding))
    after = apply(bib, change(bib, bib.entries[0], {"title": "à la"}))
    assert after == mark + before.replace("{é}", "{à la}").encode(encoding)


def test_entries_before_a_block_that_is_never_closed_can_be_changed() -> None:
    text = "@misc{a, year={1}}\n\n@misc{bad, title={x\n\n@misc{b, year={2}}\n@misc{open, title={"
    assert changed(text, {"year": "33"}, key="a") == text.replace("{1}", "{33}")
    assert changed(text, {"year": "33"}, key="b") == text.replace("{2}", "{33}")


def test_many_changes_are_made_in_one_go() -> None:
    bib = BibFile.parse("".join(f"@misc{{k{i}, year = {i}}}\n" for i in range(2000)).encode())
    edits = [edit for entry in bib.entries for edit in change(bib, entry, {"doi": "10.1/x"})]
    new = BibFile.parse(apply(bib, reversed(edits)))
    assert all(new.get(entry, "doi") == "10.1/x" for entry in new.entries)


# --- any layout ------------------------------------------------------------------------------------------------------

_BETWEEN = (
    *(
        "\n",
        "\n\n",
        "\r\n\r\n",
        "\r",
        " ",
        "% a remark\n",
        "text @ text\n",
        "@comment{x {y} z}\n",
        "@string{s = {x}}\n",
    ),
    *('@preamble{"\\x"}\n', "@misc{broken, title {x}}\n", "@misc{dup, title = {D}}\n", "\n}\n"),
)
_NAMES = ("title", "author", "journal", "year", "month", "eprint", "doi", "note", "zz")
_WORDS = st.sampled_from(
    ["T", "A {B} c", "x, y = z", "50\\% of it", "{\\'e}t{\\'e}", "a # b", "two\n   lines", "2021", ""]
)


@st.composite
def _entries(draw: st.DrawFn) -> str:
    """An entry in one layout, with some irregularities."""
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    indent = newline + draw(st.sampled_from(["  ", "\t", "", "    ", f"{newline}  "]))
    if draw(st.booleans()) and draw(st.booleans()):
        indent = draw(st.sampled_from([" ", ""]))
    cased = draw(st.sampled_from([str, str, str.upper, str.capitalize]))
    column = draw(st.sampled_from([0, 0, 9]))
    equals = draw(st.sampled_from([" = ", "=", " =", "= ", "\t=\t"]))
    quotes = draw(st.booleans())
    leading = newline in indent and draw(st.integers(0, 4)) == 0
    comments = newline in indent and draw(st.integers(0, 3)) == 0
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=6))
    fields = []
    for name in names:
        value = draw(st.sampled_from(["2021", "jan", 'jan # "~1"', None, None, None, None, None]))
        if value is None:
            word = draw(_WORDS).replace("\n", newline)
            value = f'"{word}"' if quotes and draw(st.integers(0, 4)) else f"{{{word}}}"
        fields.append(f"{cased(name).ljust(column)}{equals}{value}")
    comma = f"{indent}, " if leading else f",{indent}"
    text = ""
    for place, field in enumerate(fields):
        beside = " % beside" if comments and draw(st.booleans()) else ""
        if leading:
            text += (comma if not comments or place == 0 else f"{beside if place else ''}{comma}") + field
        else:
            text += (f",{beside}{indent}" if beside and place else comma) + field
    end = draw(st.sampled_from([newline, newline, "", " "]))
    if fields and not leading and draw(st.booleans()):
        end = "," + end
    kind = draw(st.sampled_from(["misc", "Misc", "MISC", "InCollection"]))
    opening, closing = draw(st.sampled_from([("{", "}"), ("{", "}"), ("{", "}"), ("(", ")")]))
    key = draw(st.sampled_from(["key", "Doe:2021", "k", "dup"]))
    return f"@{kind}{opening}{key}{text}{end}{closing}"


_FILES = st.lists(st.one_of(_entries(), _entries(), st.sampled_from(_BETWEEN)), min_size=1, max_size=6).map(
    lambda pieces: "".join(piece + ("" if piece in _BETWEEN else "\n") for piece in pieces)
)
_VALUES = st.dictionaries(
    st.sampled_from([*_NAMES, "archivePrefix", "booktitle"]),
    st.one_of(st.none(), _WORDS, st.just(Macro("jun")), st.just('G{\\"o}del "x"')),
    max_size=4,
)


def outside(bib: BibFile, entry: Entry) -> tuple[str, str]:
    return bib.text[: entry.start], bib.text[entry.end :]


@given(_FILES, st.data(), _VALUES, st.sampled_from([None, "article", "inproceedings"]), st.sampled_from(["", "\ufeff"]))
def test_a_change_in_any_layout_touches_only_its_entry_and_says_what_it_should(
    text: str, data: st.DataObject, values: Values, kind: str | None, mark: str
) -> None:
    bib = BibFile.parse((mark + text).encode())
    assert apply(bib, ()) == bib.data
    assume(bib.entries)
    entry = data.draw(st.sampled_from(bib.entries))
    # Comments and no field: nothing that could be read as an entry with this key.
    bare = all(span.name in values and values[span.name] is None for span in entry.fields) and not any(values.values())
    assume(not bare or "%" not in bib.text[entry.start : entry.end])
    edits = change(bib, entry, values, kind=kind)
    new = BibFile.parse(apply(bib, edits))
    found = new.entries[bib.entries.index(entry)]
    assert all(entry.start <= edit.start <= edit.end <= entry.end for edit in edits)
    assert outside(new, found) == outside(bib, entry)
    assert (found.type, found.key) == (kind or entry.type, entry.key)
    lower = {name.lower(): value for name, value in values.items()}
    for name, value in lower.items():
        written = [span.name for span in entry.fields].count(name)
        if value is None:
            assert [span.name for span in found.fields].count(name) == max(0, written - 1)
        else:
            assert " ".join((new.get(found, name) or "").split()) == " ".join(value.split())
            assert [span.name for span in found.fields].count(name) == max(1, written)
    kept = [span.raw.partition(" % ")[0] for span in entry.fields if span.name not in lower]
    assert [span.raw.partition(" % ")[0] for span in found.fields if span.name not in lower] == kept
    assert bib.text.count("% beside", entry.start, entry.end) == new.text.count("% beside", found.start, found.end)
    again = {name: value for name, value in values.items() if value is not None}
    assert change(new, found, again, kind=kind) == ()


@given(_FILES, st.data())
def test_an_entry_taken_out_of_any_file_leaves_the_others(text: str, data: st.DataObject) -> None:
    bib = BibFile.parse(text.encode())
    assume(bib.entries)
    gone = data.draw(st.lists(st.sampled_from(bib.entries), unique_by=lambda entry: entry.start, min_size=1))
    new = BibFile.parse(apply(bib, [remove(bib, entry) for entry in gone]))
    left = [bib.text[entry.start : entry.end] for entry in bib.entries if entry not in gone]
    assert [new.text[entry.start : entry.end] for entry in new.entries] == left
    assert new.strings == bib.strings
    without = bib.text
    for entry in sorted(gone, key=lambda entry: -entry.start):
        without = without[: entry.start] + without[entry.end :]
    assert "".join(new.text.split()) == "".join(without.split())


@given(st.text('@misc{}(),="\\%#\n\r abé', max_size=120), st.data(), _VALUES)
def test_any_text_is_changed_rightly_or_refused(text: str, data: st.DataObject, values: Values) -> None:
    bib = BibFile.parse(("@misc{k, title = {T}}\n" + text).encode())
    entry = data.draw(st.sampled_from(bib.entries))
    try:
        new = BibFile.parse(apply(bib, change(bib, entry, values)))
    except OutputError:
        return
    found = new.entries[bib.entries.index(entry)]
    assert outside(new, found) == outside(bib, entry)
    assert len(new.entries) == len(bib.entries)


def some(bib: BibFile) -> Iterator[Entry]:
    """The first, the middle and the last entry."""
    places = sorted({0, len(bib.entries) // 2, len(bib.entries) - 1})
    return (bib.entries[place] for place in places if 0 <= place < len(bib.entries))


def test_real_files_change_in_one_entry_only(shared_data: Path) -> None:
    for path in sorted((shared_data / "bib").glob("*")):
        data = path.read_bytes()
        if len(data) > 100_000:
            continue  # the same at length
        bib = BibFile.parse(data)
        assert apply(bib, ()) == data
        for entry in some(bib):
            named = [span.name for span in entry.fields if span.written and "%" not in span.written]
            values = {**({named[0]: "A {New} Value"} if named else {}), "zzz": "added"}
            new = BibFile.parse(apply(bib, change(bib, entry, values, kind="unpublished")))
            found = new.entries[bib.entries.index(entry)]
            assert outside(new, found) == outside(bib, entry), path.name
            assert {name: new.get(found, name) for name in values} == values, path.name
            assert found.type == "unpublished" or not entry.type, path.name
            kept = [span.raw for span in entry.fields if span.name not in values]
            assert [span.raw for span in found.fields if span.name not in values] == kept, path.name


def test_an_entry_behind_one_that_is_never_closed_can_be_retyped() -> None:
    text = "@misc{broken,\n title = {no end\n\n@misc{whole, title = {A}}\n"
    bib = BibFile.of_text(text)
    whole = next(entry for entry in bib.entries if entry.key == "whole")
    new = apply(bib, change(bib, whole, {"journal": "J"}, kind="article")).decode()
    assert new == text.replace("@misc{whole, title = {A}}", "@article{whole, title = {A}, journal = {J}}")


def test_fields_on_one_line_are_not_aligned() -> None:
    text = "@misc{a, title = {T}, eprint = {2105.00001}, author={A}, year=2021}\n"
    bib = BibFile.of_text(text)
    (entry,) = bib.entries
    new = apply(bib, change(bib, entry, {"doi": "10.1/x", "abstract": "Words."})).decode()
    assert new == (
        "@misc{a, title = {T}, eprint = {2105.00001}, doi = {10.1/x}, abstract = {Words.}, author={A}, year=2021}\n"
    )
