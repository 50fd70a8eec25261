"""The tests of enrich. No test opens a connection to anything but this machine (see ``conftest.py``)."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Real replies and files written by others, beside the repository; may be absent."""

needs_shared_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason="the folder with other people's data is not beside this repository"
)
