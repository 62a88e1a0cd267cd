"""Everything the command line does with a project file, done to one that was tampered with, and what went wrong."""

from __future__ import annotations

import contextlib
import io
import json
import re
import time
from pathlib import Path

from engine.cli import main
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from tests.engine.project.projects import same_project
from tests.hostile_texts import acting

QUICK_S, TRAINING_S = 5.0, 20.0
"""More seconds of the processor than this for one command are a fault, however busy the computer is."""


def attack(way: str, path: Path, sound: Project, inputs: Path) -> list[str]:
    """Open, save, describe, ask, train and go on with the file at ``path``; the faults, none when all is well.

    ``sound`` is the project before it was tampered with in the given ``way`` (a name of ``hostile_projects``), and
    ``inputs`` a picture or table for its network. Raises ProjectError when the file is refused, as it may be.
    """
    began = time.process_time()
    try:
        opened = read(path)
    except ProjectError:
        if faults := _commanded(["info", str(path)]):
            raise AssertionError(f"info: {faults}") from None
        raise
    faults = []
    if way == "spoil_bytes" and not same_project(opened, sound):
        faults.append("open: damaged, and opened as something else")
    again = path.with_suffix(".again")
    try:
        write(opened, again)
        if not same_project(read(again), opened):
            faults.append("open: other values after saving and opening again")
    except ProjectError as error:
        faults.append(f"save: what was opened could not be saved and opened: {error}")
    if time.process_time() - began > QUICK_S:
        faults.append(f"open: {time.process_time() - began:.1f} s")
    out = path.with_suffix(".out.sketchnet")
    asked = [str(inputs)] if inputs.suffix == ".png" else ["--csv", str(inputs)]
    for words in (
        ["info", str(path)],
        ["info", str(path), "--json"],
        ["predict", str(path), *asked],
        ["train", str(path), "--resume", "--epochs", "2", "--out", str(out), "--json"],
        ["train", str(path), "--epochs", "1", "--out", str(out), "--json"],
    ):
        faults += [f"{words[0]} {words[-1]}: {fault}" for fault in _commanded(words)]
        out.unlink(missing_ok=True)
    return faults


def _commanded(words: list[str]) -> list[str]:
    """Faults of one command: anything but an end in order, in time, with plain text or JSON."""
    out, err = io.StringIO(), io.StringIO()
    began = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words)
    took, said = time.process_time() - began, err.getvalue()
    faults = []
    if took > (TRAINING_S if words[0] == "train" else QUICK_S):
        faults.append(f"{took:.1f} s")
    if "Traceback" in said or re.search(r"\w+Warning\b", said):  # Python's own; ours begin with the plain word
        faults.append(f"stderr: {said[-300:]!r}")
    if status not in (0, 1) or (status != 0 and not said.strip()):
        faults.append(f"status {status} and {said[-200:]!r}")
    if loud := acting(out.getvalue() + said):
        faults.append(f"characters that act: {loud[:5]!r}")
    if words[-1] == "--json":
        for line in out.getvalue().splitlines():
            try:
                json.loads(line, parse_constant=lambda word: 1 / 0)
            except (ValueError, ZeroDivisionError):
                faults.append(f"a line that is not JSON: {line[:100]!r}")
    return faults
