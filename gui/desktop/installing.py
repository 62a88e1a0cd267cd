"""Puts Sketchnet into the menus of one user, and takes it out again; nothing outside the home folder is touched.

What was put there is noted down with its content, so that nothing else is ever replaced or removed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine.files.atomic import write_whole
from engine.files.json_input import JsonError, parse_json
from gui.desktop.identity import MIME
from gui.desktop.layout import shared_files

_OF_MIME = (
    *("XMLnamespaces", "aliases", "generic-icons", "globs", "globs2", "icons", "magic", "mime.cache", "subclasses"),
    *("treemagic", "types", "version"),
)
"""What update-mime-database makes of the packages in its folder."""


def starts_window() -> list[str]:
    """What starts the window of this very copy: a program and its arguments."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name("Sketchnet"))]
    return [sys.executable, "-P", "-m", "gui"]


def starts_command_line() -> list[str]:
    """The same for the command line."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name("sketchnet-cli"))]
    return [sys.executable, "-P", "-m", "engine.cli"]


@dataclass(frozen=True)
class Home:
    """The folders of one user in which programs are looked for."""

    share: Path
    programs: Path
    kept: list[Path] = field(default_factory=list)
    """Files that were in the way and belong to somebody else."""

    @classmethod
    def of_user(cls) -> Home:
        """Those of who runs this."""
        home = Path.home()
        named = os.environ.get("XDG_DATA_HOME", "")
        return cls(Path(named) if os.path.isabs(named) else home / ".local" / "share", home / ".local" / "bin")

    @property
    def notes(self) -> Path:
        """Where it is noted what was put where."""
        return self.share / "sketchnet" / "desktop.json"

    def install(self) -> None:
        """Put everything in its place, in place of what an earlier time has left. Raises OSError and WriteError."""
        self.uninstall()
        made: list[Path] = []
        noted: dict[str, str] = {}
        try:
            for path, content in self._files().items():
                self._put(path, content, made, noted)
        finally:
            _make_folder(self.notes.parent, made)
            folders = [str(folder) for folder in made]
            write_whole(self.notes, json.dumps({"files": noted, "folders": folders}, indent=1).encode())
        self._refresh()

    def uninstall(self) -> bool:
        """Take away what is noted and still as it was put there. Whether there was anything. Raises OSError."""
        noted = self._noted()
        if noted is None:
            return False
        files, folders = noted
        for name, digest in files.items():
            path = Path(name)
            if path.is_file() and _digest(path.read_bytes()) == digest:
                path.unlink()
        self.notes.unlink()
        self._refresh()
        for folder in sorted(folders, key=len, reverse=True):
            with suppress(OSError):  # something else lies there by now
                Path(folder).rmdir()
        return True

    def _files(self) -> dict[Path, bytes]:
        files = {self.share / path: data for path, data in shared_files(starts_window(), starts_command_line()).items()}
        for name, words in (("sketchnet", starts_window()), ("sketchnet-cli", starts_command_line())):
            files[self.programs / name] = f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n'.encode()
        return files

    def _put(self, path: Path, content: bytes, made: list[Path], noted: dict[str, str]) -> None:
        if os.path.lexists(path):
            self.kept.append(path)
            return
        _make_folder(path.parent, made)
        path.write_bytes(content)
        noted[str(path)] = _digest(content)
        if path.parent == self.programs:
            path.chmod(0o755)

    def _noted(self) -> tuple[Mapping[str, str], list[str]] | None:
        try:
            noted = parse_json(self.notes.read_text(encoding="utf-8"))
            return {str(name): str(digest) for name, digest in noted["files"].items()}, list(map(str, noted["folders"]))
        except (OSError, ValueError, JsonError, KeyError, TypeError, AttributeError):
            return None

    def _refresh(self) -> None:
        """Have the desktop look again; where a tool is missing, it does so by itself sooner or later."""
        mime, applications = self.share / "mime", self.share / "applications"
        _run("update-mime-database", mime)
        _run("update-desktop-database", applications)
        if (self.share / "icons" / "hicolor" / "icon-theme.cache").exists():
            _run("gtk-update-icon-cache", "-q", "-t", self.share / "icons" / "hicolor")
        # What those two made of nothing is not left behind.
        if not any((mime / "packages").glob("*.xml")):
            for name in _OF_MIME:
                (mime / name).unlink(missing_ok=True)
            with suppress(OSError):
                (mime / MIME.split("/")[0]).rmdir()
        if not any(applications.glob("*.desktop")):
            (applications / "mimeinfo.cache").unlink(missing_ok=True)


def _make_folder(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it that are missing, and add them to ``made``."""
    for one in (*reversed(folder.parents), folder):
        if not one.is_dir():
            one.mkdir()
            made.append(one)


def _run(program: str, *words: str | Path) -> None:
    found = shutil.which(program)
    if found is not None:
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run([found, *words], capture_output=True, timeout=60, check=False)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
