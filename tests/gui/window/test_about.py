"""About: versions and licences of everything there is, by mouse and keys."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine import __version__
from gui.help.about import AboutDialog
from resources import licences

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def every() -> dict[str, licences.LicensedPart]:
    return {licences.normal(one.name): one for one in licences.of_installed()}


def loaded_by_the_program() -> set[str]:
    """The distributions whose modules are in memory once the window and a run are there."""
    script = (
        "import sys, engine.cli, engine.running.run, gui.window, sklearn.datasets, requests, pooch, PIL.Image\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    owners = importlib.metadata.packages_distributions()
    return {licences.normal(owner) for module in answer.stdout.split() for owner in owners.get(module, ())}


def test_everything_that_the_program_loads_is_there(every) -> None:
    found = loaded_by_the_program()
    assert {"torch", "numpy", "pyside6-essentials", "shiboken6", "scipy"} <= found
    assert found - every.keys() == set()


def test_every_requirement_of_what_is_there_is_there(every) -> None:
    installed = {licences.normal(found.metadata["Name"]) for found in importlib.metadata.distributions()}
    for name in every.keys() - {"python"}:
        for line in importlib.metadata.distribution(name).requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert licences.normal(requirement.name) in installed & every.keys(), (name, line)


def test_nothing_is_there_that_is_only_for_its_makers(every) -> None:
    assert every.keys() & {"pytest", "ruff", "mypy", "hypothesis", "pre-commit"} == set()


def test_every_part_has_its_version_a_licence_and_a_text(every) -> None:
    for name, one in every.items():
        if name not in ("python", "sketchnet"):
            assert one.version == importlib.metadata.version(name)
        assert one.licence
        assert len(one.text) > 200, f"{name} brings no text of its licence"
    assert every["sketchnet"].version == __version__
    assert "MIT License" in every["sketchnet"].text


def test_a_text_has_all_files_of_the_licence(every) -> None:
    torch = importlib.metadata.distribution("torch")
    for file in torch.files or ():
        if file.name.startswith("LICENSE") and "dist-info" in str(file):
            text = Path(str(file.locate())).read_text("utf-8", "replace").strip()
            assert text in every["torch"].text, file


def test_what_is_said_of_qt(every) -> None:
    for name in licences.QT:
        one = every[name]
        assert one.licence == "LGPL-3.0-only"
        for words in ("GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE", "replace them", "code.qt.io"):
            assert words in one.text


def test_a_bundle_reads_what_was_written_for_it(tmp_path: Path, monkeypatch, every) -> None:
    extra = tmp_path / "its licence"
    extra.write_text("Do what you like, but in these words.")
    command = [sys.executable, "-m", "resources.licences", str(tmp_path / "out")]
    command += ["--extra", "libx", "1", "MIT", str(extra)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    readable = (tmp_path / "out" / "LICENCES.txt").read_text("utf-8")
    assert all(one.text.strip() in readable for one in every.values())
    monkeypatch.setattr(licences, "HERE", tmp_path / "out")
    monkeypatch.setattr(importlib.metadata, "distribution", None)
    read = licences.components()
    assert [one.name for one in read] == [*(one.name for one in every.values()), "libx"]
    assert read[-1].text == "Do what you like, but in these words."
    assert len(json.loads((tmp_path / "out" / "licences.json").read_text())) == len(read)


def test_about_shows_versions_and_licences(desk, qtbot) -> None:
    desk.do("about")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, AboutDialog)
    shown = dialog.text.toPlainText()
    for part in (f"Sketchnet {__version__}", f"Python {sys.version.split()[0]}", "PySide6", "torch", "numpy"):
        assert part in shown
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == shown
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.list.currentItem().text() == "Sketchnet"
    assert "MIT License" in dialog.text.toPlainText()
    QTest.keyClicks(dialog.list, "numpy")
    assert dialog.text.toPlainText().startswith("numpy ")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None
