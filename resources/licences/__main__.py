"""``python -m resources.licences FOLDER [--extra NAME VERSION LICENCE FILE]…`` writes the licences of a bundle."""

from __future__ import annotations

import argparse
from pathlib import Path

from resources.licences import LicensedPart, write


def main() -> None:
    """Write what ``resources.licences`` reads in a bundle."""
    parser = argparse.ArgumentParser(description="Write the licences of what is installed here into a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--extra",
        nargs=4,
        action="append",
        default=[],
        metavar=("NAME", "VERSION", "LICENCE", "FILE"),
        help="a part of the bundle that is no Python distribution, with the file of its licence",
    )
    asked = parser.parse_args()
    extra = [
        LicensedPart(name, version, licence, "", Path(file).read_text("utf-8", "replace"))
        for name, version, licence, file in asked.extra
    ]
    every = write(asked.folder, extra)
    print(f"Wrote the licences of {len(every)} parts into {asked.folder}.")


if __name__ == "__main__":
    main()
