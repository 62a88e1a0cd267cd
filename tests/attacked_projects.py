"""Everything the command line does with a project file, done to one that was tampered with, and what went wrong."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.cli import main
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from tests.engine.project.projects import same_project

LARGEST_GROWTH = 10**9
"""Bytes of memory that one file may take."""


def peak_memory() -> int:
    """The most memory this process has had since ``forget_peak``, in bytes; 0 where the system does not tell."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def forget_peak() -> None:
    """Begin to measure anew."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def attacked(
    way: str, path: Path, sound: Project, inputs: Path, at: Callable[[str], None] = lambda _stage: None
) -> dict[str, Any]:
    """Open, describe, ask, train and go on with one file: "outcome", "faults" and "grown" (bytes of memory).

    ``sound`` is the project before it was tampered with in the given ``way``, ``inputs`` a picture or table for its
    network. ``at`` is told what comes next.
    """
    forget_peak()
    before = peak_memory()
    faults, outcome = [], "refused"
    at("open")
    try:
        opened = read(path)
        outcome = "opened"
    except ProjectError as error:
        opened = None
        if not 15 < len(str(error)) < 500 or "\n" in str(error) or not str(error).isprintable():
            faults.append(f"open: not a sentence: {str(error)[:200]!r}")
    except BaseException as error:
        opened = None
        faults.append(f"open: {type(error).__name__}: {str(error)[:200]}")
    if opened is not None:
        if way == "spoil_bytes" and not same_project(opened, sound):
            faults.append("open: damaged, and opened as something else")
        try:
            write(opened, path.with_suffix(".again"))
            if not same_project(read(path.with_suffix(".again")), opened):
                faults.append("open: other values after saving and opening again")
        except ProjectError as error:
            faults.append(f"save: what was opened could not be saved: {str(error)[:200]}")
        except BaseException as error:
            faults.append(f"save: {type(error).__name__}: {str(error)[:200]}")
    out = str(path.with_suffix(".out.sketchnet"))
    for name, words in (
        ("info", ["info", str(path)]),
        ("info --json", ["info", str(path), "--json"]),
        ("predict", ["predict", str(path), *([str(inputs)] if inputs.suffix == ".png" else ["--csv", str(inputs)])]),
        ("resume", ["train", str(path), "--resume", "--epochs", "2", "--out", out, "--json"]),
        ("train", ["train", str(path), "--epochs", "1", "--out", out, "--json"]),
    ):
        if opened is None and name != "info":
            break
        at(name)
        faults += [f"{name}: {fault}" for fault in commanded(words)]
        Path(out).unlink(missing_ok=True)
    grown = peak_memory() - before
    if grown > LARGEST_GROWTH:
        faults.append(f"memory: {grown / 2**20:,.0f} MB")
    return {"outcome": outcome, "faults": faults, "grown": grown}


def commanded(words: list[str]) -> list[str]:
    """Faults of one command: anything but an end in order with a line or none on stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(words)
    except BaseException as error:
        return [f"{type(error).__name__}: {str(error)[:300]}"]
    said = err.getvalue()
    faults = []
    if "Traceback" in said or "Warning" in said:
        faults.append(f"stderr: {said[-300:]!r}")
    if status not in (0, 1, 2) or (status != 0 and not said.strip()):
        faults.append(f"status {status} and {said[-200:]!r}")
    loud = [
        letter
        for letter in out.getvalue() + said
        if (ord(letter) < 32 and letter not in "\n\t\r") or ord(letter) == 127
    ]
    if loud:
        faults.append(f"control characters {set(loud)}")
    if words[-1] == "--json":
        for line in out.getvalue().splitlines():
            try:
                json.loads(line, parse_constant=lambda word: 1 / 0)
            except (ValueError, ZeroDivisionError):
                faults.append(f"a line that is not JSON: {line[:100]!r}")
    return faults
