"""Looking after the cache."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from enrich import api, formats
from enrich.commands.common import DONE, count, moment, settings_of, targets_of
from enrich.errors import OutputError, StoreError
from enrich.record import Identifier, Record
from enrich.screen import Screen
from enrich.store import Answer, Store


def cache(options: argparse.Namespace, screen: Screen) -> int:
    settings = settings_of(options)
    with Store(settings.cache_folder, warn=screen.line) as store:
        return {"info": _cache_info, "clear": _cache_clear, "export": _cache_export, "import": _cache_import}[
            options.action
        ](options, store, screen)


def _cache_info(options: argparse.Namespace, store: Store, screen: Screen) -> int:
    if sys.stdout is None:
        raise OutputError("there is no stdout to write to", hint="run it without >&-")
    contents = store.contents()
    if options.json:
        data = {
            "path": str(contents.path),
            "records": contents.records,
            "missing": contents.missing,
            "past": contents.past,
            "bytes": contents.size,
            "oldest": moment(contents.oldest),
            "newest": moment(contents.newest),
        }
        print(json.dumps(data, ensure_ascii=False, indent=1))
        return DONE
    print(f"cache:     {contents.path}")
    print(f"papers:    {contents.records:,} known, {contents.missing:,} known not to exist")
    print(f"history:   {contents.past:,} former answers")
    print(f"size:      {contents.size / 1e6:.1f} MB")
    if contents.oldest is not None and contents.newest is not None:
        ages = [(time.time() - moment) / 86_400 for moment in (contents.oldest, contents.newest)]
        print(f"answers:   {ages[1]:.1f} to {ages[0]:.1f} days old")
    return DONE


def _cache_clear(options: argparse.Namespace, store: Store, screen: Screen) -> int:
    screen.note(f"{count(store.clear(), 'answer')} forgotten")
    return DONE


def _cache_export(options: argparse.Namespace, store: Store, screen: Screen) -> int:
    target = targets_of([options.file], "json")[0]
    exported = 0

    def records() -> Iterator[Record]:
        nonlocal exported
        for _, answer in store.all():
            if answer.record is not None:
                exported += 1
                yield answer.record

    target.put(formats.render("json", records()))
    screen.note(f"{count(exported, 'paper')} exported")
    return DONE


def _cache_import(options: argparse.Namespace, store: Store, screen: Screen) -> int:
    result = api.load(Path(options.file), None if options.file.endswith((".json", ".jsonl")) else "json")
    store.merge(
        (Identifier(record.eprint, record.cited_version), Answer(record, _seconds(record.retrieved)))
        for record in result.records
    )
    if not store.writable:
        raise StoreError(f"{store.path} cannot be written; nothing was imported", hint="check its permissions")
    screen.problems(result.problems)
    screen.note(f"{count(len(result.records), 'paper')} imported")
    return DONE


def _seconds(moment: str | None) -> float:
    """Seconds since 1970 of an ISO time. Without one an answer counts as old: known, and renewed when possible."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(moment).timestamp() if moment else 0.0
    except ValueError:
        return 0.0
