"""Whole projects for tests, one by hand and many at random."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.data.novelty import Novelty, View
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.project.project import Project
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord
from engine.training.state import TrainingState
from tests.engine.graph.drawings import answer, drawings, row

texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=40)
numbers = st.floats(-1e6, 1e6, width=32)
arrays = st.builds(
    lambda kind, sizes, seed: (np.random.default_rng(seed).random(sizes) * 100).astype(kind),
    st.sampled_from([np.float32, np.float64, np.float16, np.int64, np.int32, np.uint8, np.uint64, np.bool_]),
    st.lists(st.integers(0, 3), max_size=3),
    st.integers(0, 99),
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), texts
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
figures = st.one_of(st.none(), st.floats(-1e200, 1e200), st.integers(-(2**53), 2**53))
names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True).filter(lambda name: name not in ("step", "seconds"))
rows = st.dictionaries(names, figures, max_size=4)
by_class = {name: [0.5, None] for name in ("precision", "recall", "f1")} | {"confusion": [[3, 1], [0, 4]]}
tests = st.builds(dict.__or__, st.dictionaries(names, figures, max_size=4), st.sampled_from([{}, by_class]))
objects = st.dictionaries(texts, json_values, max_size=4)
points = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """A project in any state: with or without weights, training, history, drawings."""
    graph = draw(drawings())
    named = [f"{node.name}.{part}" for node in graph.nodes.values() for part in ("weight", "a.bias")]
    weights = draw(st.dictionaries(st.sampled_from(named), arrays, max_size=4)) if named else {}
    columns = draw(st.lists(st.tuples(numbers, st.floats(0.25, 1e6, width=32)), min_size=1, max_size=3))
    shift, scale = zip(*columns, strict=True)
    recipe = Recipe().with_settings(
        {
            "optimizer.learning_rate": draw(st.sampled_from([0.1, 1e-3, 0.0123456789])),
            "batch_size": draw(st.integers(1, 512)),
            "seed": draw(st.integers(0, 1000)),
            "dataset": draw(st.sampled_from(["strokes", "iris", "moons"])),
            "schedule.kind": draw(st.sampled_from(["constant", "cosine"])),
        }
    )
    return Project(
        graph=graph,
        recipe=recipe,
        run=RunRecord(
            weights=draw(st.sampled_from([None, weights])),
            training=draw(
                st.one_of(
                    st.none(),
                    st.builds(TrainingState, st.dictionaries(texts.filter(_is_a_key), arrays, max_size=3), objects),
                )
            ),
            history=tuple({**draw(rows), "epoch": 2 * number + 1} for number in range(draw(st.integers(0, 3)))),
            test=draw(st.one_of(st.none(), tests)),
            preparation=draw(st.sampled_from([None, Preparation(shift, scale, shift[:1], scale[:1])])),
        ),
        drawings=tuple(
            draw(st.lists(st.lists(st.lists(points, max_size=4).map(tuple), max_size=3).map(tuple), max_size=12))
        ),
        notes=draw(texts),
        title=draw(texts),
        trained_on=draw(texts),
        preview=draw(st.binary(max_size=20)),
    )


def _is_a_key(name: str) -> bool:
    return name != "__metadata__"


def a_record() -> Novelty:
    """A record of novelty as small as one can be."""
    return Novelty(
        views=(
            View(2, np.array([0.5, 0.25], np.float32), np.array([[127, 0], [1, -2]], np.int8)),
            View(3, np.array([1.5, 1.0, 2.0], np.float32), np.array([[127, 0, -5], [1, 2, 3]], np.int8)),
        ),
        owners=np.array([0, 2], np.uint16),
        centre=(0.5, 2.0, -4.0, 30.0),
        spread=(0.25, 1.0, 3.0, 20.0),
        threshold=1.25,
    )


def example() -> Project:
    """A small project with a bit of everything."""
    graph: Graph = row(("Linear", {"out_features": 3}), "ReLU", answer()).set("n3", note="Größe 3 ✓")
    weights = {
        "linear1.weight": np.arange(12, dtype=np.float32).reshape(3, 4) / 7,
        "linear1.bias": np.zeros(3, np.float32),
        "linear2.weight": np.ones((3, 3), np.float32),
        "linear2.bias": np.array([0.5, -0.25, 1e-9], np.float32),
    }
    return Project(
        graph=graph,
        recipe=Recipe().with_setting("dataset", "iris"),
        run=RunRecord(
            weights=weights,
            training=TrainingState({"weights/linear1.bias": np.zeros(3, np.float32)}, {"format": 3, "epoch": 2}),
            history=({"epoch": 1, "train_loss": 0.75, "validation_loss": None}, {"epoch": 2, "train_loss": 0.5}),
            test={"test_loss": 0.4, "confusion": [[3, 1], [0, 4]]},
            preparation=Preparation(
                (0.5, 1.0, 0.0, 2.0), (1.0, 2.0, 0.25, 4.0), input_low=(0.0,) * 4, input_high=(7.5,) * 4
            ),
            novelty=a_record(),
        ),
        drawings=((((1.0, 2.0), (3.5, 4.25)),), ()),
        notes="Erste Versuche\nмного",
        title="Iris",
        trained_on="iris",
        preview=b"\x89PNG\r\n\x1a\n",
    )


def same_arrays(a: Mapping[str, np.ndarray] | None, b: Mapping[str, np.ndarray] | None) -> bool:
    if a is None or b is None:
        return a is b
    return a.keys() == b.keys() and all(
        a[k].dtype == b[k].dtype and a[k].shape == b[k].shape and a[k].tobytes() == b[k].tobytes() for k in a
    )


def same_project(a: Project, b: Project) -> bool:
    """Equal in every part, arrays bit for bit."""
    plain = ("graph", "recipe", "drawings", "notes", "title", "trained_on", "preview")
    if any(getattr(a, name) != getattr(b, name) for name in plain):
        return False
    one, other = a.run, b.run
    if any(getattr(one, name) != getattr(other, name) for name in ("history", "test", "preparation", "novelty")):
        return False
    if one.training is None or other.training is None:
        trained = one.training is other.training
    else:
        trained = same_arrays(one.training.tensors, other.training.tensors)
        trained = trained and one.training.position == other.training.position
    return trained and same_arrays(one.weights, other.weights)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of anything, as somebody else might write it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def changed(path: Path, **changes: Any) -> None:
    """Replace values in the project.json of a file."""
    parts = parts_of(path)
    parts["project.json"] = json.dumps(json.loads(parts["project.json"]) | changes).encode()
    path.write_bytes(zipped(parts))
