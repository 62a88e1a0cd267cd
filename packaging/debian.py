"""The Debian package: the bundle in /usr/lib/sketchnet, links to it in /usr/bin, and the rest in /usr/share.

Nothing is run when it is installed or removed: the desktops' own packages notice what has come and gone.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from engine import __version__
from gui.desktop.identity import ID, NAME, SUMMARY
from gui.desktop.layout import shared_files

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = {"sketchnet": "Sketchnet", "sketchnet-cli": "sketchnet-cli"}
"""What can be typed, and the program in the bundle that it is."""


class PackagingError(Exception):
    """The package cannot be made; the message says why."""


def make_package(bundle: Path, work: Path, to: Path) -> Path:
    """Make the package of a bundle; where it lies. Raises PackagingError."""
    for tool in ("dpkg-deb", "dpkg", "ldd"):
        if shutil.which(tool) is None:
            raise PackagingError(f"{tool} is not here: a Debian package is made on Debian or Ubuntu.")
    stage = work / "deb"
    shutil.rmtree(stage, ignore_errors=True)
    home = stage / "usr" / "lib" / ID
    # Links cost neither time nor room; the package is made of what they lead to.
    shutil.copytree(bundle, home, symlinks=True, copy_function=os.link)
    programs = stage / "usr" / "bin"
    programs.mkdir(parents=True)
    for name, program in PROGRAMS.items():
        (programs / name).symlink_to(f"../lib/{ID}/{program}")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    shared = shared_files(["/usr/bin/sketchnet"], ["/usr/bin/sketchnet-cli"], releases(changelog))
    shared[f"doc/{ID}/changelog.gz"] = gzip.compress(changelog.encode(), mtime=0)
    shared[f"doc/{ID}/copyright"] = _copyright()
    for path, content in shared.items():
        file = stage / "usr" / "share" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    _tidy_modes(stage)
    architecture = _said("dpkg", "--print-architecture")
    _control(stage, architecture, needed(home))
    package = to / f"{ID}_{__version__}_{architecture}.deb"
    to.mkdir(parents=True, exist_ok=True)
    _said("dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(stage), str(package))
    shutil.rmtree(stage)
    return package


def releases(changelog: str) -> list[tuple[str, str]]:
    """The versions of a changelog and their dates, newest first."""
    return re.findall(r"^## \[([0-9.]+)\] - (\d{4}-\d{2}-\d{2})$", changelog, flags=re.MULTILINE)


def needed(folder: Path) -> list[str]:
    """The packages of the system that libraries in the bundle are linked with, as a package states them."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and _is_program(path)]
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder / "_internal")}
    inside = str(folder)
    outside: set[str] = set()
    missing: set[str] = set()
    for number in range(0, len(files), 100):
        command = ["ldd", *map(str, files[number : number + 100])]
        answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        for line in answer.stdout.splitlines():
            name, arrow, place = line.strip().partition(" => ")
            if place.startswith("not found"):
                missing.add(name)
            elif arrow and not place.startswith(inside):
                outside.add(os.path.realpath(place.split(" ")[0]))
    # A library that is in the bundle is found by the path that its user has noted, which ldd does not always know.
    there = {path.name for path in folder.rglob("*.so*")}
    if lacking := sorted(missing - there):
        raise PackagingError(f"The bundle needs libraries that are not on this system: {', '.join(lacking)}.")
    packages = {_package_of(path) for path in outside}
    libc = _said("dpkg-query", "-W", "-f", "${Version}", "libc6").split("-")[0]
    packages.add("fontconfig-config")  # which our own fontconfig reads, and which brings fonts
    return sorted({f"libc6 (>= {libc})" if package == "libc6" else package for package in packages})


def _is_program(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _package_of(path: str) -> str:
    """The package that has brought a library; one that calls its folder /lib may mean /usr/lib."""
    for one in (path, path.removeprefix("/usr")):
        answer = subprocess.run(["dpkg", "-S", one], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return answer.stdout.split(":")[0].split(",")[0]
    raise PackagingError(f"{path} belongs to no package of this system, so it cannot be said what to install for it.")


def _control(stage: Path, architecture: str, packages: Iterable[str]) -> None:
    files = [path for path in sorted(stage.rglob("*")) if path.is_file() and not path.is_symlink()]
    folder = stage / "DEBIAN"
    folder.mkdir()
    size = sum(path.stat().st_size for path in files)
    (folder / "control").write_text(
        f"Package: {ID}\nVersion: {__version__}\nArchitecture: {architecture}\nMaintainer: the Sketchnet authors\n"
        f"Installed-Size: {size // 1024}\nDepends: {', '.join(packages)}\n"
        "Recommends: desktop-file-utils, shared-mime-info, hicolor-icon-theme\n"
        f"Section: science\nPriority: optional\nDescription: {SUMMARY[:1].lower() + SUMMARY[1:]}\n"
        f" {NAME} is a window in which one draws a network layer by layer, chooses data and an\n"
        " optimizer, and watches it learn. It brings its own Python and PyTorch, and needs no\n connection.\n",
        encoding="utf-8",
    )
    sums = [f"{_md5(path)}  {path.relative_to(stage)}\n" for path in files]
    (folder / "md5sums").write_text("".join(sums), encoding="utf-8")


def _tidy_modes(stage: Path) -> None:
    """What everybody may read, whatever was allowed to whom where the bundle was made."""
    for path in (stage, *stage.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & 0o100 else 0o644)


def _copyright() -> bytes:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    there = f"/usr/lib/{ID}/_internal/LICENCES.txt"
    return f"{NAME}\n\n{licence}\nIt brings libraries of others. Their licences are in {there}.\n".encode()


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def _said(*command: str) -> str:
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise PackagingError(f"{command[0]} failed: {(answer.stderr or answer.stdout).strip()}")
    return answer.stdout.strip()
