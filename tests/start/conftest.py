"""What the tests of start.py share: a checkout of their own, and its start.py as a module."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from tests.start.starting import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout with start.py and nothing set up."""
    place = tmp_path / "a checkout"
    (place / "engine").mkdir(parents=True)
    for name in ("start.py", "pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, place / name)
    return place


@pytest.fixture
def start(folder: Path) -> ModuleType:
    """The copy of start.py as a module; its paths are those of the temporary checkout."""
    spec = importlib.util.spec_from_file_location("start_under_test", folder / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
