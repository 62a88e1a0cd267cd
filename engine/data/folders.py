"""Where data lies on this computer: the user's data folder, the cache folder, and folders the user names.

``SKETCHNET_DATA`` names further folders to look in, separated as in PATH; nothing is ever written into those.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

VARIABLE = "SKETCHNET_DATA"


def downloads() -> Path:
    """The folder that holds one folder for each downloaded dataset. It need not exist yet."""
    return platformdirs.user_data_path("sketchnet", appauthor=False) / "datasets"


def cache() -> Path:
    """The folder for files that can be made again at any time. It need not exist yet."""
    return platformdirs.user_cache_path("sketchnet", appauthor=False)


def own_examples() -> Path:
    """The folder with the user's own datasets, drawn and painted. It need not exist yet."""
    return platformdirs.user_data_path("sketchnet", appauthor=False) / "examples"


def further() -> tuple[Path, ...]:
    """The folders named by ``SKETCHNET_DATA`` that exist."""
    named = os.environ.get(VARIABLE, "").split(os.pathsep)
    folders = (Path(name).expanduser() for name in named if name.strip())
    return tuple(folder for folder in folders if folder.is_dir())
