"""What packages are made with: what is trimmed, and that the files for every system name the same things. Quick."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import engine
from gui.desktop.identity import COMPONENT, ENDING, MIME
from resources.licences import normal

ROOT = Path(engine.__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"


def loaded(path: str) -> ModuleType:
    """A module of the folder, which is no package: one of that name is installed."""
    spec = importlib.util.spec_from_file_location(f"packaging_{Path(path).stem}", PACKAGING / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("torch/bin/torch_shm_manager", True),
        ("torch/bin/test_api", False),
        ("torch/lib/libtorch_cpu.so", True),
        ("torch/lib/libtorch_python.so", True),
        ("torch/include/ATen/ATen.h", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6\\Qt\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so", True),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/lib/libQt6Network.so.6", True),
        ("libgtk-3.so.0", False),
        ("libglib-2.0.so.0", True),
        ("sklearn/datasets/data/iris.csv", True),
        ("sklearn/datasets/images/china.jpg", False),
        ("resources/examples/digits.sketchnet", True),
        ("resources/icons/app/sketchnet.svg", True),
        ("engine/network/modules.py", True),
        ("torch-2.13.0.dist-info/METADATA", True),
        ("torch-2.13.0.dist-info/licenses/LICENSE", True),
        ("torch-2.13.0.dist-info/RECORD", False),
    ],
)
def test_what_is_left_out(place: str, kept: bool) -> None:
    assert (loaded("trimming.py").reason(place) is None) is kept


def test_what_is_left_out_is_counted_by_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(7))
    left_out: dict[str, int] = {}
    table = [(place, str(file), "DATA") for place in ("torch/bin/a", "torch/bin/b", "torch/lib/c.so")]
    assert loaded("trimming.py").trimmed(table, left_out) == [table[2]]
    assert left_out == {"torch: programs and tests": 14}


def test_the_releases_are_those_of_the_changelog() -> None:
    found = loaded("debian.py").releases((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert found[0][0] == engine.__version__
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for _, date in found)


def test_the_version_data_of_windows_is_what_its_reader_evaluates() -> None:
    text = loaded("windows/version_data.py").version_data("Sketchnet", "about")
    made = {name: lambda *given, **named: (given, named) for name in re.findall(r"\b([A-Z]\w+)\(", text)}
    _, parts = eval(text, {"__builtins__": {}}, made)
    assert f"StringStruct('ProductVersion', '{engine.__version__}')" in text
    assert ".".join(map(str, parts["ffi"][1]["filevers"])) == f"{engine.__version__}.0"


def test_every_system_is_told_the_same_kind_of_file() -> None:
    installer = (PACKAGING / "windows" / "sketchnet.iss").read_text(encoding="utf-8")
    assert f'"Software\\Classes\\.{ENDING}"' in installer
    assert f'"{MIME}"' in installer
    assert f'AppUserModelID: "{COMPONENT}"' in installer
    types = loaded("macos/plist.py").document_types()
    (exported,) = types["UTExportedTypeDeclarations"]
    assert exported["UTTypeTagSpecification"] == {"public.filename-extension": [ENDING], "public.mime-type": [MIME]}
    assert types["CFBundleDocumentTypes"][0]["LSItemContentTypes"] == [exported["UTTypeIdentifier"]]


def test_what_freezes_the_program_is_no_part_of_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not any("pyinstaller" in one.lower() for one in project["dependencies"])
    (wanted,) = [one for one in project["optional-dependencies"]["bundle"] if "pyinstaller" in one]
    pinned = re.search(r"^pyinstaller==(.+)$", (ROOT / "constraints.txt").read_text(), flags=re.MULTILINE)
    assert pinned is not None
    assert wanted == f"pyinstaller>={pinned[1]},<7"


def test_the_workflow_makes_the_bundle_on_every_system() -> None:
    text = (ROOT / ".github" / "workflows" / "bundle.yml").read_text(encoding="utf-8")
    for system in ("ubuntu", "windows", "macos"):
        assert re.search(rf"runs-on: {system}-", text), system
    assert text.count("start.py bundle") == 3
    assert "sketchnet.iss" in text
    assert "dmg_settings.py" in text


@pytest.mark.skipif(not os.environ.get("SKETCHNET_BUNDLE"), reason="SKETCHNET_BUNDLE names no bundle")
def test_the_licences_are_those_of_what_is_in_the_bundle() -> None:
    inside = Path(os.environ["SKETCHNET_BUNDLE"]) / "_internal"
    listed = json.loads((inside / "resources" / "licences" / "licences.json").read_text("utf-8"))
    named = {normal(part["name"]) for part in listed}
    found = {normal(folder.name.split("-")[0]) for folder in inside.glob("*.dist-info")}
    assert found
    assert found - named == set()
    assert all(part["text"].strip() for part in listed)
    readable = (inside / "LICENCES.txt").read_text("utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in readable
