"""What a start of the program asks for, and how one start says it to another that is already running."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NEW_WINDOW = "--new-window"
MOST_BYTES = 2**20
"""The length of a request in bytes: a hundred files with paths as long as systems allow."""
_LONGEST_TOKEN = 4_096
_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


@dataclass(frozen=True)
class Request:
    """``files`` to open, by full path, in the window in use or in a ``new_window``.

    ``token`` is what the desktop gave this start, so that the window of another process may come to the front for it.
    """

    files: tuple[Path, ...] = ()
    new_window: bool = False
    token: str = ""

    def packed(self) -> bytes:
        """As one line."""
        import json  # most starts have nobody to say it to

        said = {"files": [str(file) for file in self.files], "new_window": self.new_window, "token": self.token}
        return json.dumps(said).encode() + b"\n"


def request_of(arguments: Sequence[str]) -> Request:
    """What the words behind the program's name ask for. Words that begin with a dash are Qt's own, but for two."""
    files: list[Path] = []
    rest = False
    for word in arguments:
        if word == "--" and not rest:
            rest = True
        elif word and (rest or not word.startswith("-")):
            files.append(_full(word))
    new_window = NEW_WINDOW in arguments[: arguments.index("--") if "--" in arguments else None]
    token = next((os.environ[name] for name in _TOKENS if os.environ.get(name)), "")
    return Request(tuple(files), new_window, token)


def unpacked(line: bytes) -> Request:
    """The request that a line holds, whoever has sent it. Raises ValueError where it is none."""
    import json

    if len(line) > MOST_BYTES:
        raise ValueError(f"Expected a request of at most {MOST_BYTES} bytes, found {len(line)}.")
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("Expected a request as JSON.") from error
    files, new_window, token = (said.get(name) for name in ("files", "new_window", "token")) if isinstance(
        said, dict
    ) else (None, None, None)
    if not isinstance(files, list) or not all(isinstance(file, str) and _is_full(file) for file in files):
        raise ValueError("Expected the files of a request as full paths.")
    if not isinstance(new_window, bool) or not isinstance(token, str):
        raise ValueError("Expected new_window as true or false and token as a text.")
    return Request(tuple(Path(file) for file in files), new_window, token if _is_token(token) else "")


def _full(word: str) -> Path:
    """The path from here: another process is somewhere else."""
    try:
        return Path(os.path.abspath(word))
    except OSError:  # the present folder is gone
        return Path(os.sep, word)


def _is_full(file: str) -> bool:
    return os.path.isabs(file) and "\0" not in file


def _is_token(token: str) -> bool:
    return len(token) <= _LONGEST_TOKEN and token.isprintable()
