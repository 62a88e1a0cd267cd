"""Keeps the suite away from the user's real folders, screen and processor.

Everything here happens at import, before pytest-qt imports Qt and before any test imports torch: both read their
surroundings once. Each worker of pytest-xdist imports this file again and so has a home of its own.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the computer is: no test has a deadline, or too few examples a second.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A build that only repeats what was checked must not fail by chance: there the examples are always the same ones.
# Everywhere else every run tries new ones.
settings.register_profile("same", settings.get_profile("patient"), derandomize=True)
settings.load_profile("same" if os.environ.get("CI") else "patient")

_HOME = Path(tempfile.mkdtemp(prefix="sketchnet-tests-"))

_FOLDERS = {
    # Where Linux, then macOS, then Windows keep what belongs to the user; platformdirs and Qt follow them.
    "HOME": "",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "runtime",
    "USERPROFILE": "",
    "APPDATA": "roaming",
    "LOCALAPPDATA": "local",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "local",
    "WIN_PD_OVERRIDE_APPDATA": "roaming",
}
for _name, _folder in _FOLDERS.items():
    _path = _HOME / _folder
    _path.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[_name] = str(_path)


def _scale() -> float:
    """How many pixels of a screen Qt makes one of the window's, as far as the environment says so."""
    try:
        return max(0.5, min(4.0, float(os.environ.get("QT_SCALE_FACTOR", "1"))))
    except ValueError:
        return 1.0


# A screen with room for the window, however fine it is: the pointer can go nowhere else, nor can a menu.
_SCREEN = {
    "name": "Screen of the tests",
    "x": 0,
    "y": 0,
    "width": round(1920 * _scale()),
    "height": round(1200 * _scale()),
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
    "dpr": 1,
}
(_HOME / "screen.json").write_text(
    json.dumps({"synchronousWindowSystemEvents": False, "windowFrameMargins": True, "screens": [_SCREEN]}),
    encoding="utf-8",
)
# Qt takes what is behind a colon for the next setting, as in paths of Windows: there the screen is as Qt has it.
_screen = f"{_HOME / 'screen.json'}"
os.environ["QT_QPA_PLATFORM"] = "offscreen" if ":" in _screen else f"offscreen:configfile={_screen}"
# Several workers, each with several threads spinning, take turns at standing still.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"


def pytest_configure(config: pytest.Config) -> None:
    """Send what QSettings would write into the temporary home as well, whatever the system's own place for it is."""
    # A test's threads would otherwise collect, and so destroy, widgets of the tests before: see gui/gc_control.py.
    gc.disable()
    try:
        from PySide6.QtCore import QSettings, QStandardPaths
    except ImportError:  # the engine's tests need no Qt
        return
    QStandardPaths.setTestModeEnabled(True)
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
            QSettings.setPath(form, scope, str(_HOME / "settings"))


def pytest_runtest_logfinish(nodeid: str, location: object) -> None:
    """Collect reference cycles here, between two tests and in the main thread, as the window does while it runs."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [generation for generation in (2, 1, 0) if counts[generation] > thresholds[generation]]
    if due:
        gc.collect(due[0])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the temporary home away again."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def home() -> Path:
    """The temporary folder that stands in for the user's home."""
    return _HOME


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run what takes minutes, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        for item in items:
            if item.get_closest_marker("slow") is not None:
                item.add_marker(pytest.mark.skip(reason="takes minutes: run with --slow"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real datasets that SKETCHNET_DATA names (the first one, where it names several)."""
    named = os.environ.get("SKETCHNET_DATA", "")
    folder = Path(named.split(os.pathsep)[0])
    if not named or not folder.is_dir():
        pytest.skip("SKETCHNET_DATA does not name a folder with real data")
    return folder


@pytest.fixture
def nothing_read() -> Iterator[None]:
    """No file of the user's has been read by an earlier test, and none is remembered for a later one."""
    from engine.data import catalogue
    from engine.data.sources import own_picture_fits, own_pictures, own_table, own_text

    def forget() -> None:
        own_picture_fits.forget()
        own_pictures.forget()
        own_table.forget()
        own_text.forget()
        catalogue.CACHE.clear()

    forget()
    yield
    forget()


@pytest.fixture
def clean_environment() -> dict[str, str]:
    """The environment for a subprocess: this one, with the temporary home and no screen."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(Path(__file__).resolve().parent.parent), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    )
    environment["PYTHONIOENCODING"] = "utf-8"
    if sys.platform.startswith("linux"):
        environment.pop("DISPLAY", None)
        environment.pop("WAYLAND_DISPLAY", None)
    return environment


@pytest.fixture
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty library for the user's own examples."""
    from engine.data import folders
    from engine.data.examples import file

    folder = tmp_path / "library"
    monkeypatch.setattr(folders, "own_examples", lambda: folder)
    file.forget()
    yield folder
    file.forget()
