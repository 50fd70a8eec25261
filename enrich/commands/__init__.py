"""What each command does, one function each: call the jobs of ``api``, write the results, say what happened.

Results go to stdout or files, text for people through the screen to stderr. Every function returns an exit status.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from enrich.screen import Screen

_HOMES = {
    "get": "bibliography",
    "project": "bibliography",
    "find": "bibliography",
    "convert": "bibliography",
    "refresh": "refresh",
    "check": "check",
    "log": "log",
    "cache": "cache",
}


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Do what the options say; no command at all is the run of the configuration. Only that command is loaded."""
    name = options.command or "project"
    status: int = getattr(import_module(f"enrich.commands.{_HOMES[name]}"), name)(options, screen)
    return status
