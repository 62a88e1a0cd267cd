"""``python -m gui`` and the installed ``sketchnet``: opens the window with what the command line names."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Open the window; ``argv`` (the words after the program's name) may name a project file."""
    if sys.platform == "win32":
        # On Windows the libraries of torch must be in the process before those of Qt:
        # https://github.com/pytorch/pytorch/issues/169429
        import engine.network.build  # noqa: F401

    from gui.app import main as open_window

    return open_window(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
