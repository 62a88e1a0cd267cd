"""The frozen program with the window. Called sketchnet-cli, through a link of that name, it is the command line."""

import sys
from pathlib import Path

import frozen

if __name__ == "__main__":
    frozen.begin()
    if Path(sys.argv[0]).name == "sketchnet-cli":
        from engine.cli import main
    else:
        from gui.app import main

    sys.exit(main())
