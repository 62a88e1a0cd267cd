"""The frozen command line."""

import sys

import frozen

if __name__ == "__main__":
    frozen.begin()
    from engine.cli import main

    sys.exit(main())
