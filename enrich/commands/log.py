"""``enrich log``: what the papers in the cache said before."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from enrich import api, history
from enrich.commands.common import DONE, NOTHING, PROBLEMS, count, moment, settings_of
from enrich.errors import OutputError
from enrich.record import Identifier
from enrich.screen import Screen, printable
from enrich.store import Store

if TYPE_CHECKING:
    from enrich.history import Event


def log(options: argparse.Namespace, screen: Screen) -> int:
    """The history of papers, newest first; without any named, of all that changed."""
    settings = settings_of(options)
    if sys.stdout is None:
        raise OutputError("there is no stdout to write to", hint="run it without >&-")
    named = [identifier for item in options.what for identifier in api.identifiers(item)]
    with Store(settings.cache_folder, warn=screen.note) as store:
        papers = list(dict.fromkeys(named)) or store.changed()
        known = store.get(papers)
        past = store.past(papers)
        names = [identifier.id for identifier in papers]
        publications, earlier = store.publications(names), store.past_publications(names)
    events: list[tuple[Event, Identifier]] = []
    unknown = []
    for identifier in papers:
        if identifier not in known and identifier not in past:
            unknown.append(identifier)
            continue
        told = [
            *earlier.get(identifier.id, ()),
            *([publications[identifier.id]] if identifier.id in publications else []),
        ]
        timeline = history.timeline(known.get(identifier), past.get(identifier, ()), told)
        events += [(event, identifier) for event in timeline]
    events.sort(key=lambda one: one[0].moment, reverse=True)
    if options.json:
        print(json.dumps({"events": [_as_json(*one) for one in events]}, ensure_ascii=False, indent=1))
    else:
        for event, identifier in events:
            day = time.strftime("%Y-%m-%d", time.localtime(event.moment))
            for new in event.news:
                print(printable(f"{day}  {identifier}  {new.text}"))
    for identifier in unknown:
        screen.line(f"{identifier} is not in the cache")
    if not papers:
        screen.note("nothing in the cache has changed so far")
    else:
        screen.note(f"{count(len(events), 'event')} of {count(len(papers) - len(unknown), 'paper')}")
    return NOTHING if papers and len(unknown) == len(papers) else PROBLEMS if unknown else DONE


def _as_json(event: Event, identifier: Identifier) -> dict[str, object]:
    return {
        "time": moment(event.moment),
        "id": identifier.id,
        "version": identifier.version,
        "news": [{"what": new.what, "text": new.text, "loud": new.loud} for new in event.news],
    }
