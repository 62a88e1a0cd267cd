"""The exported file as a person meets it: it runs alone, prepares as training did, and reads as if hand-written."""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from engine.data.preparation import Preparation
from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.grouping import group
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Quantities
from engine.network.build import build
from engine.network.line_wrapping import WIDTH, laid_out
from engine.network.source import Scaling, source
from tests.engine.graph.drawings import PICTURES, PRICE, SERIES, TABLE, TEXT, answer, branches, row
from tests.engine.network.networks import batch, executed

DRAWN: dict[str, tuple[Graph, Signature]] = {
    "digits": (templates.build("digit-cnn"), PICTURES),
    "resnet": (templates.build("small-resnet"), PICTURES),
    "merge": (branches("Concatenate", ("Linear", {"out_features": 4}), "Tanh"), TABLE),
    "words": (row("Embedding", ("PositionalEmbedding", {}), ("LSTM", {"bidirectional": True}), answer()), TEXT),
    "series": (
        row(
            ("MultiheadAttention", {"num_heads": 2, "causal": True, "dropout": 0.25}),
            ("TransformerEncoderLayer", {"nhead": 3, "dim_feedforward": 32, "dropout": 0.2, "activation": "gelu"}),
            "LayerNorm",
            "GlobalAvgPool",
            ("Linear", {"out_features": "answer", "initialisation": "kaiming"}),
        ),
        SERIES,
    ),
    "noise": (row("GaussianNoise", ("Linear", {"out_features": "answer", "initialisation": "zeros"})), PRICE),
}
RUFF = Path(sysconfig.get_path("scripts")) / ("ruff.exe" if sys.platform == "win32" else "ruff")

numbers = st.floats(-1e6, 1e6, width=32) | st.just(0.0)
scales = st.floats(2.0**-10, 1e6, width=32) | st.just(1.0)


def scaling(signature: Signature) -> Scaling:
    columns = signature.input.sizes[0]
    return Scaling(tuple(np.linspace(0.1, 9, columns)), tuple(np.linspace(0.3, 70, columns)))


@pytest.mark.parametrize("name", ["resnet", "series", "noise"])
def test_it_runs_alone(name: str, tmp_path: Path, clean_environment: dict[str, str]) -> None:
    graph, signature = DRAWN[name]
    network = build(graph, signature, 3).eval()
    inputs = batch(signature.input)
    (tmp_path / "network.py").write_text(source(graph, signature, title="Ein „Bild“"), encoding="utf-8")
    save_file(network.state_dict(), tmp_path / "weights.safetensors")
    save_file({"inputs": inputs}, tmp_path / "inputs.safetensors")
    # A clone, since a tensor read from a file lies anywhere in memory, and where it lies may change the last bit.
    # Its own folder is not the current one, nothing of the program is there, and running it is not importing it.
    script = (
        "import runpy, sys, torch; sys.path.insert(0, sys.argv[1]); torch.set_num_threads(1)\n"
        "from safetensors.torch import load_file, save_file; import network\n"
        "with torch.no_grad(): y = network.load()(load_file(sys.argv[1] + '/inputs.safetensors')['inputs'].clone())\n"
        "save_file({'y': y.contiguous()}, sys.argv[1] + '/outputs.safetensors')\n"
        "assert not any(name.split('.')[0] in ('engine', 'gui') for name in sys.modules)\n"
        "folder = sys.argv.pop(1)\n"
        "runpy.run_path(folder + '/network.py', run_name='__main__')\n"
    )
    environment = {k: v for k, v in clean_environment.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        cwd=tmp_path.parent,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert "python network.py" in done.stdout, "without an input it says what it takes"
    from safetensors.torch import load_file

    with torch.no_grad():
        assert torch.equal(load_file(tmp_path / "outputs.safetensors")["y"], network(inputs))


@pytest.mark.skipif(not RUFF.exists(), reason="ruff is not installed")
def test_it_is_formatted_and_clean(tmp_path: Path) -> None:
    for name, (graph, signature) in DRAWN.items():
        scaled = None if signature.input.dtype == "int" else scaling(signature)
        for number, weights in enumerate(("weights.safetensors", None)):
            text = source(graph, signature, title="T" * 200, weights_file=weights, scaling=scaled)
            ast.parse(text)
            (tmp_path / f"{name}{number}.py").write_text(text, encoding="utf-8")
    for command in (["check", "--isolated", "--no-cache"], ["format", "--isolated", "--no-cache", "--diff"]):
        done = subprocess.run([RUFF, *command, tmp_path], capture_output=True, text=True, encoding="utf-8", timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_it_reads_as_a_person_would_write_it() -> None:
    lines = source(templates.build("small-resnet"), PICTURES).splitlines()
    forward = [line.strip().partition("  #")[0] for line in lines[lines.index("    def forward(self, x):") + 1 :]]
    assert "pool1 = self.pool1(x)" in forward, "a value that is needed later has its layer's name"
    begin = forward.index("pool1 = self.pool1(x)")
    assert forward[begin + 1 : begin + 7] == [
        "x = self.conv2(pool1)",
        "x = self.norm2(x)",
        "x = self.relu2(x)",
        "x = self.conv3(x)",
        "x = self.norm3(x)",
        "x = pool1 + x",
    ]


@settings(max_examples=60, deadline=None, database=None)
@given(st.data())
def test_it_prepares_and_restores_bit_for_bit_as_training_did(data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from([Shape.features(3), Shape.picture(2, 3, 4), Shape.signal(2, 3)]))
    columns = shape.sizes[0]
    values = data.draw(st.integers(1, 3))
    shift, scale = (tuple(data.draw(st.lists(e, min_size=columns, max_size=columns))) for e in (numbers, scales))
    shift2, scale2 = (tuple(data.draw(st.lists(e, min_size=values, max_size=values))) for e in (numbers, scales))
    preparation = Preparation(shift, scale, shift2, scale2)
    signature = Signature(shape, Quantities(values, ("v",) * values))
    graph = row("Flatten", answer()) if shape.rank > 1 else row(answer())
    made = executed(source(graph, signature, scaling=Scaling(shift, scale, shift2, scale2)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    kind = data.draw(st.sampled_from([np.uint8, np.float32, np.float64, np.int64]))
    raw = (rng.random((5, *shape.sizes)) * 255).astype(kind)
    prepared = made.get("prepare", torch.Tensor.float)(torch.from_numpy(raw)).numpy()
    assert prepared.dtype == np.float32
    assert prepared.tobytes() == preparation.inputs(raw).tobytes()
    outputs = rng.standard_normal((5, values)).astype(np.float32)
    restored = made.get("restore", torch.Tensor.float)(torch.from_numpy(outputs)).numpy()
    assert restored.tobytes() == preparation.restore_targets(outputs).tobytes()


@pytest.mark.parametrize(
    "title",
    ['"""', "\\", 'ends with "', "two\nlines", "\x00\x1b[31m", "\ud800", "\u202eright to left", "", "ö" * 200, "#{}%s"],
)
def test_no_title_spoils_it(title: str) -> None:
    text = source(row(answer()), TABLE, title=title)
    documentation = ast.get_docstring(ast.parse(text.encode().decode()))
    assert documentation is not None
    assert "15 parameters, drawn in Sketchnet." in " ".join(documentation.split())
    assert text.isprintable() or set(filter(lambda letter: not letter.isprintable(), text)) == {"\n"}


@pytest.mark.parametrize("name", ["weights.safetensors", 'a "quoted" name', "it's", "Gewichte für später", "a\\b"])
def test_weights_of_any_name_are_found(name: str) -> None:
    load = executed(source(row(answer()), TABLE, weights_file=name))["load"]
    assert load.__defaults__[0].name == name


@pytest.mark.parametrize(
    ("shift", "scale", "said"),
    [
        ((0.0,) * 4, (1.0,) * 4, None),
        ((0.0,) * 4, (255.0,) * 4, "return inputs.float() / scale"),
        ((3.0,) * 4, (1.0,) * 4, "return inputs.float() - shift"),
        ((0.0, 3.0, 0.0, 0.0), (1.0, 1.0, 2.0, 1.0), "return (inputs.float() - shift) / scale"),
    ],
)
def test_shift_and_scale_stand_only_where_they_do_something(shift, scale, said: str | None) -> None:  # type: ignore[no-untyped-def]
    text = source(row(answer()), PRICE, scaling=Scaling(shift, scale, shift[:1], scale[:1]))
    made = executed(text)
    assert ("prepare" in made) == (said is not None)
    assert said is None or said in text
    assert ("restore" in made) == ((shift[0], scale[0]) != (0.0, 1.0))
    assert ("shift" in text) == any(shift)
    assert ("scale" in text) == any(value != 1 for value in scale)


@pytest.mark.parametrize(
    ("title", "called"),
    [
        ("Digits", "Digits"), ("my first network", "MyFirstNetwork"), ("Häuser & Gärten", "HauserGarten"),
        ("", "Network"), ("日本", "Network"), ("network", "Network"), ("3D", "Network3D"), ("x" * 200, "X" + "x" * 59),
        ("Path", "Path2"), ("true", "True2"), ("F", "F2"), ("Repeat", "Repeat2"), ("Exception", "Exception2"),
        ("WEIGHTS", "WEIGHTS2"),
    ],
)  # fmt: skip
def test_the_class_is_called_after_the_project(title: str, called: str) -> None:
    made = executed(source(row(answer()), TABLE, title=title))
    assert made[called]().linear1.out_features == 3


def test_a_block_of_the_same_name_is_another_class() -> None:
    graph = row("Tanh", answer())
    grouped = group(graph, [node.id for node in graph.nodes.values() if node.kind == "Tanh"], "Digits")
    made = executed(source(grouped, TABLE, title="Digits"))
    assert "Digits2" in made
    assert made["Digits"]()(torch.zeros(1, *TABLE.input.sizes)).shape == (1, 3)


def test_one_that_is_not_trained_says_so_and_needs_torch_alone() -> None:
    text = source(row(answer()), TABLE, weights_file=None)
    assert "Not trained yet" in text
    assert "safetensors" not in text
    assert "load" not in executed(text)


def test_long_lines_are_broken_where_a_formatter_breaks_them() -> None:
    assert laid_out("x = f(a)", "3", 8) == ["        x = f(a)  # 3"]
    long = ", ".join(f"argument_{k}=({k}, {k})" for k in range(4))
    assert laid_out(f"x = f({long})[0]", "3") == ["x = f(", f"    {long}", ")[0]  # 3"]
    longer = [f"argument_{k}=({k}, {k})" for k in range(5)]
    assert laid_out(f"x = f({', '.join(longer)})") == ["x = f(", *(f"    {part}," for part in longer), ")"]
    terms = [f"a_rather_long_name_{k}" for k in range(5)]
    assert laid_out(f"x = {' + '.join(terms)}", "3") == [
        "x = (",
        f"    {terms[0]}",
        *(f"    + {term}" for term in terms[1:]),
        ")  # 3",
    ]
    text = 'x = f("' + "brackets ) , and commas " * 4 + '", b)'
    assert laid_out(text) == ["x = f(", f"    {text[6:-4]},", "    b,", ")"]
    assert max(map(len, laid_out(f"x = f(g({long}, {long}))"))) <= WIDTH
