"""The training of groups, of new samples and of text as Python: on the same rows it ends where the program ends."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.cli import main
from engine.export.source import export_source, source_text
from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer
from engine.project.file import write
from engine.project.project import Project
from engine.running.run import Run
from engine.tasks import registry
from engine.tasks.gan.figures import energy_distance
from engine.tasks.setup import TaskError
from engine.training.data_loading import dataset_schema, load_rows
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord
from engine.training.state import TrainingState
from tests.engine.network.networks import executed
from tests.engine.tasks.gan_diagrams import gan_diagram
from tests.engine.tasks.toy_kind import REMEMBER

RUFF = Path(sysconfig.get_path("scripts")) / ("ruff.exe" if sys.platform == "win32" else "ruff")
VERSE = "the quick brown fox jumps over the lazy dog.\n"
TABLE = "length,colour,kept\n" + "".join(
    f"{'' if k % 11 == 3 else k % 7 + k / 50},{('red', 'blue', '')[k % 3]},{('no', 'yes')[k % 2]}\n" for k in range(90)
)


def groups(*before: Any, count: int = 3) -> Graph:
    return chain([*before, layer("KMeans", n_clusters=count)])


def text(kind: str = "GRU") -> Graph:
    steps = layer(kind, hidden_size=10, output="sequence")
    answer = layer("Linear", out_features="answer", last_axis=True)
    return chain([layer("Embedding", embedding_dim=8), steps, layer("Dropout", p=0.2), answer])


def narrow(*before: Any, end: Any = ()) -> Graph:
    answer = layer("Linear", out_features="answer")
    return chain([*before, layer("Linear", out_features=2), layer("Tanh"), layer("Dropout", p=0.1), answer, *end])


BACK = {"dataset": "iris", "task.kind": "autoencoder", "batch_size": 16, "epochs": 3, "seed": 3}
K_MEANS = {"dataset": "iris", "task.kind": "k-means", "epochs": 12, "seed": 3}
GAN = {"dataset": "moons", "task.kind": "gan", "batch_size": 16, "epochs": 3, "seed": 3, "validation": 0.4, "test": 0.4}
TEXT = {"dataset": "own-text", "dataset_options.window": 12, "batch_size": 8, "epochs": 2, "seed": 3}

CASES: dict[str, tuple[Graph, dict[str, Any]]] = {
    "groups": (groups(), K_MEANS),
    "groups from any samples": (groups(), {**K_MEANS, "task.initial": "random", "task.starts": 1}),
    "groups in few samples at a time": (groups(), {**K_MEANS, "task.batch_size": 20, "epochs": 4}),
    "groups behind a layer, until all rest": (
        groups(layer("Linear", out_features=2)), {**K_MEANS, "task.tolerance": 0.0}),
    "hardly more samples than groups": (
        groups(count=9), {**K_MEANS, "dataset": "line", "dataset_options.samples": 12}),
    "groups of a table": (groups(), {**K_MEANS, "dataset": "own-table", "epochs": 5}),
    "new ones": (gan_diagram(between="Dropout"), GAN),
    "new ones, falling rates, critic steps": (
        gan_diagram(between="Dropout", noises=2), {**GAN, "task.critic_steps": 3, "task.final_rate": 0.1}),
    "new ones, Wasserstein": (
        gan_diagram(between="Tanh"), {**GAN, "task.loss": "wasserstein", "task.gradient_penalty": 4.0}),
    "new ones, hinge, layers before": (gan_diagram(real_side="Tanh", between="Dropout"), {**GAN, "task.loss": "hinge"}),
    "new ones, in 16 bit": (gan_diagram(between="Dropout"), {**GAN, "precision": "bfloat16"}),
    "new ones, Wasserstein in 16 bit": (
        gan_diagram(between="Tanh"), {**GAN, "task.loss": "wasserstein", "precision": "bfloat16"}),
    "new ones of a table": (gan_diagram(between="Dropout"), {**GAN, "dataset": "own-table"}),
    "text": (text(), TEXT),
    "text, all at once": (
        text("LSTM"),
        {**TEXT, "optimizer": "AdamW", "schedule": "one-cycle", "gradient_clipping": 0.5, "patience": 1, "l1": 1e-4},
    ),
    "reconstructed": (narrow(), BACK),
    "reconstructed, all at once": (
        narrow(),
        {**BACK, "optimizer": "AdamW", "schedule": "one-cycle", "task.noise": 0.3, "task.masking": 0.2, "patience": 2},
    ),
    "reconstructed images": (
        narrow(layer("Flatten"), end=(layer("Reshape", sizes=(1, 8, 8)),)),
        {**BACK, "dataset": "uci-digits", "loss": "unit_cross_entropy", "batch_size": 128, "augmentation": "affine"},
    ),
    "a reconstructed table": (narrow(), {**BACK, "dataset": "own-table", "loss": "huber"}),
    "text, without validation": (text(), {**TEXT, "validation": 0.0, "epochs": 1}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def case(name: str, folder: Path) -> tuple[Graph, Recipe]:
    graph, changes = CASES[name]
    if changes["dataset"] == "own-table":
        changes = {**changes, "dataset_options.path": str(folder / "table.csv")}
        (folder / "table.csv").write_text(TABLE)
    if changes["dataset"] == "own-text":
        changes = {**changes, "dataset_options.path": str(folder / "verse.txt")}
        (folder / "verse.txt").write_text("".join(VERSE[k % 7 :] for k in range(40)))
    recipe = Recipe().with_settings(changes)
    if graph.of_kind("Noise"):  # it makes as many numbers as the data has
        graph = graph.set_params(graph.of_kind("Linear")[0].id, out_features=dataset_schema(recipe).input.count)
    return graph, recipe


def ran_by_file(project: Project, folder: Path) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, Any]]:
    """The weights that the file makes of the rows beside it, and all it defines."""
    written = export_source(project, folder / "taken.py", with_training=True)
    assert written.data is not None
    scope: dict[str, Any] = {"__name__": "taken", "__file__": str(written.source)}
    exec(compile(written.source.read_text("utf-8"), "taken.py", "exec"), scope)
    scope["train_on_file"]([])
    network = scope["load"]()
    return {name: value.numpy() for name, value in network.state_dict().items()}, scope


def test_the_training_computes_in_the_precision_that_the_run_has_chosen(tmp_path: Path) -> None:
    graph, recipe = case("new ones", tmp_path)
    auto = Project(graph=graph, recipe=recipe.with_setting("precision", "auto"), title="Mine")
    assert "autocast" not in source_text(auto, with_training=True), "nothing was chosen yet"
    for precision in ("float32", "bfloat16"):
        state = TrainingState({}, {"precision": precision})
        ran = replace(auto, run=replace(auto.run, training=state))
        assert ("autocast" in source_text(ran, with_training=True)) is (precision == "bfloat16")
        fixed = replace(ran, recipe=recipe.with_setting("precision", "float32"))
        assert "autocast" not in source_text(fixed, with_training=True), "the recipe says it"


@pytest.mark.parametrize("name", CASES)
def test_it_learns_what_the_program_learns(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph, recipe = case(name, tmp_path)
    data = load_rows(recipe)
    outcome = Run(graph, recipe, data).run()
    assert outcome.failure is None, outcome.message
    weights, _ = ran_by_file(Project(graph=graph, recipe=recipe, title="Mine"), tmp_path)
    assert weights.keys() == outcome.weights.keys()
    for key, value in weights.items():
        np.testing.assert_allclose(value, outcome.weights[key], rtol=2e-3, atol=2e-5, err_msg=key)
    said = capsys.readouterr().out.splitlines()
    epochs = [line for line in said if line.startswith("epoch ")]
    assert len(epochs) == len(outcome.history)
    first = next(value for key, value in outcome.history[-1].items() if key.startswith("train_"))
    figure = float(epochs[-1].split(", ")[0].rsplit(" ", 1)[1])
    assert figure == pytest.approx(first, rel=1e-3, abs=1e-3), "the same figure of the last epoch"
    if outcome.test and "inertia" in outcome.test:
        inertia = next(line for line in said if line.startswith("inertia "))
        assert float(inertia.split()[1].rstrip(",")) == pytest.approx(outcome.test["inertia"], rel=1e-5)
        assert inertia.endswith(f"groups of {outcome.test['group_sizes']}")
    if outcome.history[-1].get("validation_loss") is not None:
        found = float(epochs[-1].split("validation loss ")[1].split(",")[0])
        assert found == pytest.approx(outcome.history[-1]["validation_loss"], rel=1e-3)


def test_new_ones_of_the_file_are_as_near_to_real_ones_as_the_programs(tmp_path: Path) -> None:
    template = templates.describe("gan-points")
    recipe = Recipe().with_settings({**template.recipe, "epochs": 12, "dataset_options.samples": 600})
    graph, data = template.draw(), load_rows(recipe)
    outcome = Run(graph, recipe, data).run()
    assert outcome.test is not None
    _, scope = ran_by_file(Project(graph=graph, recipe=recipe, title="Mine"), tmp_path)
    made = scope["new_samples"](scope["load"](), 1000, seed=5)
    real = torch.from_numpy(np.array(data.test.inputs))
    prepared = scope.get("prepare", lambda inputs: inputs)
    found = energy_distance(prepared(made), prepared(real))
    assert found == pytest.approx(outcome.test["test_energy_distance"], abs=0.05)


def test_a_text_of_ones_own_is_read_as_the_program_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph, recipe = case("text", tmp_path)
    data = load_rows(recipe)
    scope = executed(source_text(Project(graph=graph, recipe=recipe, title="Mine"), with_training=True))
    tokens, validation = scope["read_text"](tmp_path / "verse.txt")
    assert np.array_equal(tokens[:-1].numpy(), data.train.inputs.reshape(-1))
    assert np.array_equal(validation[:-1].numpy(), data.validation.inputs.reshape(-1))
    assert capsys.readouterr().out == ""
    strange = tmp_path / "other.txt"
    strange.write_text((tmp_path / "verse.txt").read_text() + "Ω€" + 30 * VERSE, encoding="utf-8")
    scope["read_text"](strange)
    assert "read as unknown: 'Ω' '€'." in capsys.readouterr().out
    for content, why in ((b"too short", "too short for windows of 12"), (b"\xff\xfe\x81" * 99, "plain text in UTF-8")):
        strange.write_bytes(content)
        with pytest.raises(SystemExit, match=why):
            scope["read_text"](strange)
    np.savez(tmp_path / "other.npz", tokens=np.full(100, 999))
    with pytest.raises(SystemExit, match="must be from 0 to"):
        scope["read_npz"](tmp_path / "other.npz")


def test_a_text_that_is_gone_leaves_what_was_trained(tmp_path: Path) -> None:
    graph, recipe = case("text", tmp_path)
    record = Run(graph, recipe, load_rows(recipe)).run().record
    project = Project(graph=graph, recipe=recipe, title="Mine").with_run(record, recipe)
    before = source_text(project)
    (tmp_path / "verse.txt").write_text("ZZ" + 400 * "other letters: äöü ")
    assert source_text(project) == before, "the vocabulary is the one that was trained"
    written = export_source(project, tmp_path / "a.py", with_training=True)
    assert written.data is None, "the text that is there now means other tokens"
    (tmp_path / "verse.txt").unlink()
    assert source_text(project) == before
    assert "--train FILE.txt or FILE.npz" in source_text(project, with_training=True)


def test_a_table_with_names_is_read_without_answers(tmp_path: Path) -> None:
    graph, recipe = case("groups", tmp_path)
    scope = executed(source_text(Project(graph=graph, recipe=recipe, title="Mine"), with_training=True))
    rows = load_rows(recipe).train.inputs
    lines = [",".join(scope["COLUMNS"]), *(",".join(map(str, row.tolist())) for row in rows)]
    (tmp_path / "flowers.csv").write_text("\n".join(lines))
    inputs, validation = scope["read_csv"](tmp_path / "flowers.csv")
    np.testing.assert_allclose(inputs.numpy(), rows, rtol=1e-6)
    assert validation is None


def test_a_kind_whose_training_nobody_writes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "KINDS", {**registry.KINDS, REMEMBER.name: REMEMBER})
    recipe = Recipe().with_settings({"dataset": "iris", "task": "remember"})
    project = Project(graph=chain([layer("Linear", out_features="answer")]), recipe=recipe)
    with pytest.raises(TaskError, match="training of Remember cannot be exported"):
        source_text(project, with_training=True)


def test_the_script_by_itself(tmp_path: Path, clean_environment: Mapping[str, str]) -> None:
    graph, recipe = case("text", tmp_path)
    file = tmp_path / "mine.sketchnet"
    write(Project(graph=graph, recipe=recipe, title="Mine"), file)
    assert main(["source", str(file), "--with-training", "--out", str(tmp_path / "mine.py")]) == 0
    done = subprocess.run(
        [sys.executable, "-W", "error", "mine.py", "--train"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=200,
        env={name: value for name, value in clean_environment.items() if name != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "The weights are in mine.safetensors."


@pytest.mark.skipif(not RUFF.exists(), reason="ruff is not installed")
def test_it_is_formatted_and_clean(tmp_path: Path) -> None:
    for number, name in enumerate(CASES):
        graph, recipe = case(name, tmp_path)
        made = Project(graph=graph, recipe=recipe, title=f"Mine {number}", run=RunRecord())
        export_source(replace(made, title="T" * 60), tmp_path / f"n{number}.py", with_training=True)
    for command in (["check", "--isolated", "--no-cache"], ["format", "--isolated", "--no-cache", "--diff"]):
        done = subprocess.run([RUFF, *command, tmp_path], capture_output=True, text=True, encoding="utf-8", timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
