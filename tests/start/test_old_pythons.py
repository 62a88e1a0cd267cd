"""start.py under Pythons that cannot run Sketchnet: it parses there, and says which one is needed.

Where none is installed, forms that they do not know are looked for in the syntax tree.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.start.starting import ROOT, assert_one_sentence

NAMES = ("python2.7", "python2", "pypy", *(f"python3.{minor}" for minor in range(11)))
TEXT = (ROOT / "start.py").read_text(encoding="utf-8")


def old_pythons() -> dict[tuple[int, ...], str]:
    """The oldest Python 2 and the oldest Python 3 on this computer that are too old, by their versions."""
    beside = Path(sys.base_prefix).parent.glob("*/bin/python")  # as version managers have it
    found: dict[tuple[int, ...], str] = {}
    for candidate in (*filter(None, map(shutil.which, NAMES)), *map(str, beside)):
        question = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([candidate, "-c", question], capture_output=True, text=True, check=False)
        version = tuple(map(int, answer.stdout.split("."))) if answer.returncode == 0 else (3, 11)
        if version < (3, 11):
            found[version] = candidate
    chosen = [min(group) for major in (2, 3) if (group := [version for version in found if version[0] == major])]
    return {version: found[version] for version in chosen}


def test_old_pythons_say_which_one_is_needed(folder: Path) -> None:
    found = old_pythons()
    if not found:
        pytest.skip("no Python before 3.11 is installed here")
    for version, python in found.items():
        answer = subprocess.run([python, str(folder / "start.py"), "info"], capture_output=True, text=True, check=False)
        assert_one_sentence(answer, "3.11, 3.12 or 3.13", f"this is Python {version[0]}.{version[1]}", ". ")
    assert not (folder / ".venv").exists()
    assert not (folder / ".venv.lock").exists()


def newer_forms(text: str) -> list[str]:
    """What stands in the text that Python 2.7 or an early Python 3 has no syntax for."""
    found = [] if text.isascii() else ["letters beyond ASCII"]
    newer = (ast.AnnAssign, ast.AsyncFunctionDef, ast.Await, ast.JoinedStr, ast.MatMult, ast.Match, ast.NamedExpr)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (*newer, ast.Nonlocal, ast.YieldFrom, ast.Starred, ast.TryStar)):
            found.append(type(node).__name__)
        elif isinstance(node, ast.arguments):
            found += ["keyword-only or positional-only arguments"] * bool(node.kwonlyargs or node.posonlyargs)
        elif isinstance(node, ast.arg | ast.FunctionDef):
            note = node.returns if isinstance(node, ast.FunctionDef) else node.annotation
            found += ["an annotation"] * (note is not None)
        elif isinstance(node, ast.Raise):
            found += ["raise from"] * (node.cause is not None)
        elif isinstance(node, ast.Dict):
            found += ["** in a dict"] * (None in node.keys)
        elif isinstance(node, ast.Call):
            found += ["two ** in a call"] * (sum(word.arg is None for word in node.keywords) > 1)
        elif isinstance(node, ast.ClassDef):
            found += ["keywords of a class"] * bool(node.keywords)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value is not True:
            found += ["_ in a number"] * ("_" in (ast.get_source_segment(text, node) or ""))
    return found


def test_no_newer_form_is_used() -> None:
    assert newer_forms(TEXT) == []


@pytest.mark.parametrize(
    "text",
    ["f'{a}'", "def f(a: int): pass", "def f() -> int: pass", "def f(*, a): pass", "raise A from B", "a: int = 1",
     "{**a}", "[*a]", "print('…')", "1_000", "(a := 1)", "f(**a, **b)", "def f():\n  nonlocal a"],
)  # fmt: skip
def test_newer_forms_are_seen(text: str) -> None:
    """The test above is worth as much as this."""
    assert newer_forms(text if "nonlocal" not in text else f"def g():\n a = 1\n {text}".replace("\n  ", "\n   "))


def test_no_module_is_imported_that_python_2_lacks() -> None:
    """Those at the top are loaded before the version is looked at."""
    top = [node for node in ast.parse(TEXT).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name if isinstance(node, ast.Import) else str(node.module) for node in top for alias in node.names}
    assert names == {"collections", "contextlib", "json", "os", "sys", "time"}


def test_a_fitting_python_is_named_only_if_it_runs(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if os.name != "posix":
        pytest.skip("the made-up Pythons are shell scripts")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "python.org" in start.where_to_get_one()
    for name, status in (("python3.13", 127), ("python3.12", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (tmp_path / name).chmod(0o755)
    assert start.where_to_get_one() == "Try: python3.12 start.py"
