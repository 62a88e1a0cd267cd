"""The blocks a user keeps for later: one readable JSON file each, in the user's own folder."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.files.atomic import WriteError, write_whole
from engine.files.bounded import NotReadable, read_bounded
from engine.files.json_input import JsonError, parse_json
from engine.files.temporaries import clear_folder
from engine.graph.block import Block
from engine.graph.errors import BadBlock, GraphError
from engine.graph.graph import Graph
from engine.graph.reading import graph_from_json
from engine.text import brief

FORMAT = 2
"""Since 2 settings have the names they have in torch; those of format 1 are read (``Parameter.was``)."""
LARGEST = 16 * 2**20
MOST = 1_000
_SUFFIX = ".block.json"


class MyBlocksError(ValueError):
    """A block cannot be kept, read or removed; the message says why."""


def folder() -> Path:
    """Where the user's blocks are kept."""
    return platformdirs.user_data_path("sketchnet", appauthor=False) / "blocks"


@dataclass(frozen=True)
class Shelf:
    """What was found: the blocks by title, and a sentence for each file that could not be read."""

    blocks: tuple[Block, ...]
    refused: tuple[str, ...]


def load(path: Path) -> Block:
    """The block in a file. Raises MyBlocksError."""
    try:
        data = parse_json(read_bounded(path, LARGEST))
    except NotReadable as error:
        raise MyBlocksError(f"{path.name} {error}.") from None
    except JsonError:
        raise MyBlocksError(f"{path.name} is not a block: it is damaged, or another kind of file.") from None
    if not isinstance(data, dict) or data.get("sketchnet") != "block":
        raise MyBlocksError(f"{path.name} is not a block of Sketchnet.")
    found = data.get("format")
    if type(found) is not int or not 1 <= found <= FORMAT:
        raise MyBlocksError(f"{path.name} has format {brief(found)}; this version reads format 1 to {FORMAT}.")
    try:
        graph = graph_from_json({"nodes": [data.get("node")], "wires": []})
    except (GraphError, RecursionError) as error:
        raise MyBlocksError(f"{path.name} cannot be read. {error}") from None
    block = next(iter(graph.nodes.values())).block
    if block is None:
        raise MyBlocksError(f"{path.name} holds a layer, not a block.")
    return block


def everything() -> Shelf:
    """All of the user's blocks, by title. Files that cannot be read are told of, and left alone. Never raises."""
    found: dict[str, Block] = {}
    refused: list[str] = []
    with suppress(OSError):
        for path in sorted(folder().glob(f"*{_SUFFIX}"))[:MOST]:
            try:
                block = load(path)
                found.setdefault(block.title, block)
            except MyBlocksError as error:
                refused.append(str(error))
    return Shelf(tuple(sorted(found.values(), key=lambda block: block.title.casefold())), tuple(refused))


def save(block: Block) -> Path:
    """Keep a block; one of the same title is replaced. Returns its file. Raises MyBlocksError."""
    try:
        graph = Graph().add_block(block, name="block")
    except BadBlock as error:
        raise MyBlocksError(str(error)) from None
    data = {"sketchnet": "block", "format": FORMAT, "node": graph.to_json()["nodes"][0]}
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    known = _file_of(block.title)
    path = known or _free(block.title)
    clear_folder(path.parent)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"), new=known is None)
    except OSError as error:
        raise MyBlocksError(f"The block cannot be kept in {path.parent}: {error.strerror or error}.") from None
    except WriteError as error:
        raise MyBlocksError(f"The block cannot be kept. {error}") from None
    return path


def kept(title: str) -> Block | None:
    """The block of that title, which ``save`` would replace; None when there is none."""
    path = _file_of(title)
    with suppress(MyBlocksError):
        return None if path is None else load(path)
    return None


def remove(title: str) -> None:
    """Keep the block of that title no longer. Raises MyBlocksError."""
    path = _file_of(title)
    if path is None:
        raise MyBlocksError(f"There is no block called “{title}” among yours.")
    try:
        path.unlink()
    except OSError as error:
        raise MyBlocksError(f"{path.name} cannot be removed: {error.strerror or error}.") from None


def _file_of(title: str) -> Path | None:
    """The file that holds the block of that title."""
    with suppress(OSError):
        for path in sorted(folder().glob(f"*{_SUFFIX}"))[:MOST]:
            with suppress(MyBlocksError):
                if load(path).title == title:
                    return path
    return None


def _free(title: str) -> Path:
    stem = "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:50] or "block"
    path, number = folder() / f"{stem}{_SUFFIX}", 2
    while os.path.lexists(path):
        path, number = folder() / f"{stem}-{number}{_SUFFIX}", number + 1
    return path
