"""Makes the folder that starts by double-click, and on request the package for this system.

    python3 start.py bundle              dist/Sketchnet (on macOS dist/Sketchnet.app as well)
    python3 start.py bundle --deb        and dist/sketchnet_VERSION_ARCHITECTURE.deb
    python3 start.py bundle --deb --only-package        the package of the bundle that is there
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / "build" / "bundle"
DIST = ROOT / "dist"
BUNDLE = DIST / "Sketchnet"
# This folder for what lies beside this file, and the root for the program: the words -P and a script mean neither.
sys.path[:0] = [str(HERE), str(ROOT)]


def main(words: list[str]) -> int:
    """Do what the words ask; the exit status."""
    parser = argparse.ArgumentParser(prog="start.py bundle", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--deb", action="store_true", help="make a Debian package as well")
    parser.add_argument("--only-package", action="store_true", help="make it of the bundle that is there already")
    arguments = parser.parse_args(words)
    began = time.monotonic()
    if not arguments.only_package:
        if status := freeze():
            return status
        print(f"The bundle lies in {BUNDLE} ({time.monotonic() - began:.0f} s).\n{report()}", flush=True)
    if not arguments.deb:
        return 0
    from debian import PackagingError, make_package

    began = time.monotonic()
    try:
        package = make_package(BUNDLE, WORK, DIST)
    except (PackagingError, OSError) as error:
        print(f"No package could be made. {error}", file=sys.stderr)
        return 1
    print(f"The package is {package}: {in_mb(package.stat().st_size)} ({time.monotonic() - began:.0f} s).")
    return 0


def freeze() -> int:
    """Have PyInstaller make the bundle; its exit status. What it says lies in a log, and is shown where it fails."""
    for there in (BUNDLE, DIST / "Sketchnet.app"):
        shutil.rmtree(there, ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    write_pictures_and_data()
    log = WORK / "pyinstaller.log"
    command = [
        *(sys.executable, "-P", "-m", "PyInstaller", "--noconfirm", "--log-level", "INFO"),
        *("--distpath", str(DIST), "--workpath", str(WORK), str(HERE / "sketchnet.spec")),
    ]
    print("Freezing the program; this takes some minutes ...", flush=True)
    with log.open("wb") as talk:
        environment = {**os.environ, "SKETCHNET_WORK": str(WORK)}
        status = subprocess.call(command, cwd=ROOT, env=environment, stdout=talk, stderr=subprocess.STDOUT)
    if status:
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
        print(*said, f"The program could not be frozen; all that was said is in {log}.", sep="\n", file=sys.stderr)
    elif sys.platform.startswith("linux"):
        (BUNDLE / "sketchnet-cli").symlink_to("Sketchnet")
    return status


def write_pictures_and_data() -> None:
    """What the spec takes from the work folder: licences, icons for Windows and macOS, the version data of Windows."""
    from PIL import Image

    from gui.desktop import icons
    from resources import licences

    licences.write(WORK / "licences")

    for which in (icons.PROGRAM, icons.PROJECT):
        drawn = Image.open(io.BytesIO(icons.png(which, 1024)))
        drawn.save(WORK / f"{which}.ico", sizes=[(size, size) for size in (16, 24, 32, 48, 64, 128, 256)])
        drawn.save(WORK / f"{which}.icns")
    if sys.platform == "win32":
        sys.path.insert(0, str(HERE / "windows"))
        from version_data import version_data

        for name, about in (("Sketchnet", "Sketchnet"), ("sketchnet-cli", "Sketchnet's command line")):
            (WORK / f"{name}-version.txt").write_text(version_data(name, about), encoding="utf-8")


def report() -> str:
    """The size of the bundle beside what it would be untrimmed, and what was left out, in lines."""
    left_out: dict[str, int] = json.loads((WORK / "sizes.json").read_text(encoding="utf-8"))
    size = size_of(BUNDLE)
    lines = [f"{in_mb(size)}; untrimmed it would be {in_mb(size + sum(left_out.values()))}. Left out:"]
    lines += [f"{in_mb(one):>12}  {why}" for why, one in sorted(left_out.items(), key=lambda pair: -pair[1])]
    return "\n".join(lines)


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder; links count nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def in_mb(size: int) -> str:
    """Bytes as millions of them."""
    return f"{size / 1e6:,.1f} MB"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
