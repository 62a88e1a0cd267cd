"""Project files that somebody has tampered with: sound ones to begin with, and every way to spoil them.

Used by the quick tests and by the long attacks in ``tests/benchmarks/attacks``.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.grouping import group
from engine.graph.note_edits import add_note
from engine.project.file import write
from engine.project.project import Project
from engine.training.recipe import Recipe
from tests.engine.stopping import StopAfter

Parts = dict[str, bytes]

_SOUND: Mapping[str, tuple[str, dict[str, Any]]] = {
    "moons-adam": ("points-2d", {"optimizer": "Adam", "optimizer.amsgrad": True, "batch_size": 32}),
    "moons-lbfgs": ("points-2d", {"optimizer": "LBFGS", "optimizer.max_iter": 4, "batch_size": 200}),
    "line-sgd": ("line", {"optimizer": "SGD", "optimizer.momentum": 0.9, "schedule": "plateau", "patience": 50}),
    "houses-muon": ("houses", {"optimizer": "Muon", "batch_size": 256, "dataset_options.samples": 400}),
    "pictures": ("digit-mlp", {"dataset": "uci-digits", "batch_size": 512, "optimizer": "RMSprop"}),
    "five-nadam": ("always-five", {"optimizer": "NAdam", "schedule": "one-cycle"}),
}
"""Name -> template and settings. Small data, so that thousands can be trained."""


def sound_projects() -> dict[str, Project]:
    """Projects of several tasks and optimizers, each stopped in the middle of its second epoch."""
    from engine.running.run import Run
    from engine.training.data_loading import load_rows

    made = {}
    for name, (template, settings) in _SOUND.items():
        described = templates.describe(template)
        recipe = Recipe().with_settings({**described.recipe, **settings, "epochs": 3, "device": "cpu"})
        graph = _drawn(template)
        data = load_rows(recipe)
        steps = -(-len(data.train) // recipe.batch_size)
        run = Run(graph, recipe, data, control=StopAfter(steps + max(1, steps // 2)))
        outcome = run.run()
        assert outcome.training is not None, outcome.message
        made[name] = Project(
            graph=graph,
            recipe=recipe,
            run=replace(outcome.record, test={"test_loss": 0.25, "test_accuracy": 0.75}, novelty=None, end=None),
            drawings=((((1.0, 2.0), (3.5, 4.25)), ((0.0, 1.0),)),),
            notes="Notes\nin two lines",
            title=described.title,
            trained_on=recipe.dataset,
            preview=b"\x89PNG\r\n\x1a\n",
        )
    return made


def _drawn(template: str) -> Graph:
    """A template with a note, and with a block where two of its layers were."""
    graph = add_note(templates.describe(template).draw(), text="Two layers,\nand a line between them")
    return group(graph, ["n5", "n6"], "Middle") if template == "houses" else graph


def sound_files(folder: Path) -> list[Path]:
    """The sound projects as files."""
    paths = []
    for name, project in sound_projects().items():
        path = folder / f"{name}.sketchnet"
        write(project, path)
        paths.append(path)
    return paths


# Spoiling

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 7, 0.5, -0.0, 1e-320, 1e38, 1e39, 1e308, -1e308, 2**31, 2**53, 2**53 + 1, 2**63,
    2**64, 10**400, "", " ", "x", "\x1b[2J", "\u202e", "\u0000", "\ud800", "<b>", "answer", "auto", "none", "same",
    "1e999", "10" * 200, "y" * 3_000, [], [[]], {}, [None], [1, 2], [0, 0, 0, 0], {"kind": "auto"},
    {"a": {"b": {"c": []}}}, {"tensor": "x"}, {"float": "nan"}, {"pairs": []}, {"pairs": [[0, {}]]}, [[0.0] * 3] * 3,
    list(range(300)),
)  # fmt: skip
RAW = ("1e999", "-1e999", "NaN", "Infinity", "1" * 5_000, "[" * 200 + "]" * 200, '{"a":1,"a":2}', "nul", "0x10", "01")
"""Texts that stand where JSON has a value; some are none."""


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in below for place in places(part, (*at, key)))]


def _owner(root: Any, place: tuple[Any, ...]) -> tuple[Any, Any]:
    *way, last = place
    for key in way:
        root = root[key]
    return root, last


def parts_of(data: bytes) -> Parts:
    """The parts of a sound file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """A zip with right checksums, as somebody who means harm would write it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packing) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the same bytes at any time of day
            info.compress_type = packing
            archive.writestr(info, content)
    return data.getvalue()


def spoil_bytes(data: bytes, rng: random.Random) -> bytes:
    """Damage as disks and transfers do it: the checksums of the zip no longer agree."""
    spoiled = bytearray(data)
    match rng.randrange(6):
        case 0:
            del spoiled[rng.randrange(len(spoiled)) :]
        case 1:
            for _ in range(rng.choice((1, 1, 2, 8, 64))):
                spoiled[rng.randrange(len(spoiled))] ^= 1 << rng.randrange(8)
        case 2:
            start = rng.randrange(len(spoiled))
            spoiled[start : start + rng.randrange(1, 200)] = rng.randbytes(rng.randrange(200))
        case 3:
            start, length = rng.randrange(len(spoiled)), rng.randrange(1, 400)
            target = rng.randrange(len(spoiled))
            spoiled[target : target + length] = spoiled[start : start + length]
        case 4:  # the table of contents at the end, where sizes and places are told
            begin = spoiled.rfind(b"PK\x01\x02")
            spoiled[rng.randrange(max(0, begin - 200), len(spoiled))] = rng.choice((0, 1, 127, 128, 255))
        case 5:
            spoiled += rng.randbytes(rng.randrange(1, 300))
    return bytes(spoiled)


def spoil_parts(data: bytes, rng: random.Random) -> bytes:
    """Parts that are missing, doubled, exchanged, renamed, foreign, cut or packed otherwise; checksums agree."""
    parts = parts_of(data)
    name = rng.choice(list(parts))
    match rng.randrange(7):
        case 0:
            del parts[name]
        case 1:
            other = rng.choice(list(parts))
            parts[name], parts[other] = parts[other], parts[name]
        case 2:
            parts[rng.choice(("drawings/7.json", "x", "../a", "/a", "project.json ", "PROJECT.JSON", "a" * 300))] = (
                parts.pop(name)
            )
        case 3:
            body = bytearray(parts[name])
            for _ in range(rng.choice((1, 1, 3, 20))):
                if body:
                    body[rng.randrange(len(body))] = rng.randrange(256)
            parts[name] = bytes(body)
        case 4:
            parts[name] = parts[name][: rng.randrange(len(parts[name]) + 1)]
        case 5:
            return zipped(parts, rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))
        case 6:
            parts[name] = parts[name] + rng.choice((b" " * 100_000, b"\x00", parts[name], b"}"))
    return zipped(parts)


def spoil_json(data: bytes, rng: random.Random) -> bytes:
    """One to three values of the JSON replaced, removed, doubled, exchanged or added."""
    parts = parts_of(data)
    name = rng.choice([n for n in parts if n.endswith(".json")] + ["project.json", "training.json", "project.json"])
    if name not in parts:
        name = "project.json"
    document = {"root": json.loads(parts[name])}
    raw = ""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        # First how deep, then where: else most would hit the many settings of layers.
        found = [place for place in places(document) if place]
        depth = rng.choice(sorted({len(place) for place in found}))
        owner, last = _owner(document, rng.choice([place for place in found if len(place) == depth]))
        match rng.randrange(7):
            case 0 | 1:
                owner[last] = copy.deepcopy(rng.choice(ODD))
            case 2:
                value = owner[last]
                owner[last] = _near(value, rng)
            case 3 if last != "root":
                del owner[last]
            case 4:
                other, there = _owner(document, rng.choice(found[1:] or found)) if len(found) > 1 else (owner, last)
                with contextlib.suppress(KeyError, IndexError, TypeError):  # removed in an earlier turn
                    owner[last] = json.loads(json.dumps(other[there]))
            case 5 if isinstance(owner, list):
                owner.insert(last, owner[last])
            case 6 if isinstance(owner, dict):
                key = rng.choice(("x", "kind", "self", "format", "\x1b[31m", "y" * 500))
                owner[key] = copy.deepcopy(rng.choice(ODD))
            case _:
                owner[last], raw = "@raw@", rng.choice(RAW)
    text = json.dumps(document["root"], ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    parts[name] = text.replace(b'"@raw@"', raw.encode(), 1) if raw else text
    return zipped(parts)


def _near(value: Any, rng: random.Random) -> Any:
    """A value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return rng.choice((-value, value + 1, value - 1, value * 1000, value << 40, 0))
        case float():
            return rng.choice((-value, value * 1e-30, value * 1e30, value * (1 + 1e-9), 0.0))
        case str():
            return rng.choice((value.upper(), value[::-1], value + "\u0301", value[:-1], value * 50))
        case list():
            return rng.choice((value[::-1], value * 2, value[:-1], [value], value[:1]))
        case dict():
            return {key: value[key] for key in list(value)[: len(value) // 2]}
    return 0


def spoil_tensors(data: bytes, rng: random.Random) -> bytes:
    """Tensors of other sizes, types and values, in a table of contents that is right in itself."""
    parts = parts_of(data)
    names = [name for name in parts if name.endswith(".safetensors")]
    if not names:
        return spoil_json(data, rng)
    part = rng.choice(names)
    tensors = load(parts[part])
    name = rng.choice(sorted(tensors))
    array = tensors[name]
    match rng.randrange(9):
        case 0:
            tensors[name] = array.reshape(-1)[: max(0, array.size // 2)].copy()
        case 1:
            tensors[name] = np.zeros(rng.choice(((), (0,), (1,), (1, 1), (3, 0, 2), (5,) * 5)), array.dtype)
        case 2:
            tensors[name] = np.resize(array, (*array.shape[:-1], 1 + 2 * (array.shape or (1,))[-1]))
        case 3:
            kinds = (np.float64, np.float16, np.int64, np.int8, np.bool_, np.uint64)
            with np.errstate(all="ignore"):
                tensors[name] = array.astype(rng.choice(kinds))
        case 4:
            tensors[name] = (
                np.full_like(array, rng.choice((float("nan"), float("inf"), -1e38, 0.0)))
                if array.dtype.kind == "f"
                else array
            )
        case 5:
            del tensors[name]
        case 6:
            tensors[rng.choice(("x", "weights/x", name + "x", "learner/0/0/exp_avg", "best/x"))] = tensors.pop(name)
        case 7:
            other = rng.choice(sorted(tensors))
            tensors[name], tensors[other] = tensors[other], tensors[name]
        case 8:
            tensors[name] = np.ascontiguousarray(array.T) if array.ndim > 1 else -array
    parts[part] = save({n: np.ascontiguousarray(t).reshape(t.shape) for n, t in tensors.items()})
    return zipped(parts)


def spoil_header(data: bytes, rng: random.Random) -> bytes:
    """A table of contents of tensors that lies."""
    parts = parts_of(data)
    names = [name for name in parts if name.endswith(".safetensors")]
    if not names:
        return spoil_parts(data, rng)
    part = rng.choice(names)
    body = parts[part]
    length = struct.unpack("<Q", body[:8])[0]
    header = json.loads(body[8 : 8 + length])
    name = rng.choice(sorted(header))
    entry = header[name]
    match rng.randrange(5):
        case 0:
            entry["shape"] = rng.choice(([2**40], [0], [-1], [1] * 40, entry["shape"] + [2], "x", [2**62, 4], [1.5]))
        case 1:
            begin, end = entry["data_offsets"]
            entry["data_offsets"] = rng.choice(
                ([begin, end + 4], [end, begin], [0, 2**60], [begin - 4, end], [begin], None)
            )
        case 2:
            entry["dtype"] = rng.choice(("F64", "F16", "BF16", "I64", "F8_E4M3", "", 3, None, "BOOL"))
        case 3:
            header[rng.choice(sorted(header))] = entry
        case 4:
            header["__metadata__"] = rng.choice(({"a": "b"}, 3, {"a": 1}, None))
    text = json.dumps(header).encode()
    length = rng.choice((len(text), len(text), len(text), len(text) - 1, 2**63, 2**40, 0))
    parts[part] = struct.pack("<Q", length) + text + body[8 + struct.unpack("<Q", body[:8])[0] :]
    return zipped(parts)


SPOILERS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    spoil_bytes,
    spoil_parts,
    spoil_json,
    spoil_json,
    spoil_json,
    spoil_tensors,
    spoil_tensors,
    spoil_header,
)


def spoiled(data: bytes, seed: int) -> tuple[str, bytes]:
    """(name of the way, a spoiled copy of the file), the same for the same seed."""
    rng = random.Random(seed)
    way = rng.choice(SPOILERS)
    return way.__name__, way(data, rng)


def prepared_inputs(project: Project, folder: Path) -> Path:
    """A picture or a table that the project's network can be asked about."""
    from PIL import Image

    from engine.data import catalogue

    schema = catalogue.schema(project.recipe.dataset, project.recipe.dataset_options)
    if schema.kind == "pictures":
        path = folder / "picture.png"
        ink = np.zeros((40, 40), np.uint8)
        ink[8:32, 18:23] = 255
        Image.fromarray(ink).save(path)
        return path
    path = folder / f"{project.recipe.dataset}.csv"
    rows = [",".join(f"{0.25 * (row + column):g}" for column in range(len(schema.columns))) for row in range(3)]
    path.write_text("\n".join([",".join(f'"{name}"' for name in schema.columns), *rows]) + "\n", encoding="utf-8")
    return path
