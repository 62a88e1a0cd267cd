"""MultiLabel, of which a sample may have several: read from tables, learned, measured as elsewhere, exported."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn import metrics

from engine.cli import main
from engine.data.dataset import DataError
from engine.data.fields import Role
from engine.data.profile.table_profile import profile_of
from engine.data.profile.warnings import WarningKind
from engine.data.sources import own_table
from engine.data.sources.own_table_roles import with_label
from engine.data.splitting import split_rows, strata
from engine.data.stable_split import split_stably
from engine.graph.output_activation import OutputActivation
from engine.graph.targets import MultiLabel, SeveralTargets, TargetKind
from engine.tasks.supervised_targets import task_for
from engine.tasks.table_proposal import propose
from engine.training.recipe import Recipe

pytestmark = pytest.mark.usefixtures("nothing_read")
NAMES = ("red", "round", "sweet")


def fruits(rows: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Three measures a row, and whether it has each of the labels, which follow from them."""
    chance = np.random.default_rng(seed)
    measures = chance.normal(size=(rows, 3))
    return measures, measures @ np.array([[3.0, 0, 1], [0, 3, 1], [1, 0, 3]]) > np.array([0.0, 1, -1])


@pytest.fixture
def columns(tmp_path: Path) -> Path:
    """A table with a column of 0 and 1 for each label."""
    measures, labels = fruits()
    path = tmp_path / "fruits.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["a", "b", "c", *NAMES])
        writer.writerows([*row.round(3), *has.astype(int)] for row, has in zip(measures, labels, strict=True))
    return path


def of_cells(path: Path, separator: str) -> Path:
    """The same with one column that lists the labels of a row."""
    measures, labels = fruits()
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["a", "b", "c", "tags"])
        for row, has in zip(measures, labels, strict=True):
            listed = [name for name, one in zip(NAMES, has, strict=True) if one]
            writer.writerow([*row.round(3), separator.join(listed) or "plain"])
    return path


# -- what a table has to learn ------------------------------------------------------------------------------------


def test_several_columns_of_yes_and_no_are_proposed_as_labels(columns: Path) -> None:
    proposal = propose(columns, target="red,round,sweet")
    options = proposal.recipe.dataset_options
    assert options["learn_as"] == "labels"
    made = own_table.table(options)
    assert made.schema.target == MultiLabel(3, NAMES)
    np.testing.assert_array_equal(own_table.OWN_TABLE.make(own_table._plain(options)).rows.targets, fruits()[1])


def test_projects_made_before_learn_what_they_did(columns: Path) -> None:
    """There the option is not set: numbers together, and words each by itself."""
    options = {"path": str(columns), "target": "red,round"}
    assert own_table.table(options).schema.target.kind is TargetKind.VALUES
    words = columns.with_name("words.csv")
    words.write_text(
        "a,b,c\n" + "\n".join(f"{n},{'yes' if n % 3 else 'no'},{'no' if n % 5 else 'yes'}" for n in range(40))
    )
    assert isinstance(own_table.table({"path": str(words), "target": "b,c"}).schema.target, SeveralTargets)


def test_two_columns_that_are_no_yes_and_no_are_learned_each_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "age,sex,survived\n" + "\n".join(f"{n * 7 % 80},{'male' if n % 3 else 'female'},{n % 2}" for n in range(60))
    )
    proposal = propose(path, target="sex,survived")
    assert "learn_as" not in proposal.recipe.dataset_options


@pytest.mark.parametrize("separator", [";", "|", " ", "; "])
def test_cells_that_list_labels_are_recognised_and_offered(tmp_path: Path, separator: str) -> None:
    path = of_cells(tmp_path / "fruits.csv", separator)
    options = {"path": str(path)}
    assert own_table.table(options).schema.target.kind is TargetKind.CLASSES, "never unasked"
    warning = next(one for one in profile_of(options).warnings if one.kind is WarningKind.LISTS)
    several = int((fruits()[1].sum(1) > 1).sum())
    assert f"{several} of 400 cells list several values" in warning.words
    (repair,) = warning.repairs
    made = own_table.table({**options, **repair.options})
    assert made.schema.target == MultiLabel(4, ("plain", *NAMES))
    targets = own_table.OWN_TABLE.make(own_table._plain({**options, **repair.options})).rows.targets
    np.testing.assert_array_equal(targets[:, 1:], fruits()[1])


@pytest.mark.parametrize(
    "values",
    [
        ["New York", "San Francisco", "Los Angeles", "New Orleans", "San Diego", "El Paso"],
        ["Smith, John", "Miller, Ann", "Jones, Bob"],
        ["low", "middle", "high"],
        ["10;20", "30;40", "50;60"],
    ],
)
def test_phrases_are_no_lists(tmp_path: Path, values: list[str]) -> None:
    path = tmp_path / "places.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["n", "place"])
        writer.writerows([n * 37 % 101, values[n % len(values)]] for n in range(120))
    assert not [one for one in profile_of({"path": str(path)}).warnings if one.kind is WarningKind.LISTS]


def test_lists_that_can_be_learned_no_other_way_are_labels(tmp_path: Path) -> None:
    """Where nearly every row has a combination of its own, so that as classes nothing could be learned."""
    chance = np.random.default_rng(0)
    words = [f"tag{n}" for n in range(12)]
    rows = [
        (n, ";".join(w for w, k in zip(words, chance.random(12) < 0.5, strict=True) if k) or "none") for n in range(200)
    ]
    path = tmp_path / "tags.csv"
    path.write_text("a,tags\n" + "\n".join(f"{n * 31 % 97},{tags}" for n, tags in rows))
    made = own_table.table({"path": str(path), "target": "tags"})
    assert made.schema.target.kind is TargetKind.LABELS
    assert set(words) <= set(made.schema.target.names)


def test_a_label_that_never_occurs_is_said(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,x,y,z\n" + "\n".join(f"{n * 7 % 50},{n % 2},{n % 3 // 2},0" for n in range(60)))
    options = {"path": str(path), "target": "x,y,z", "learn_as": "labels"}
    assert own_table.table(options).schema.target.names == ("x", "y", "z")
    said = [one.words for one in profile_of(options).warnings if one.kind is WarningKind.IDLE_LABEL]
    assert said == ["No row has the label 'z'. There is nothing to learn of it."]


def test_a_column_of_anything_else_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,x,y\n" + "\n".join(f"{n},{n % 2},{n % 3}" for n in range(60)))
    with pytest.raises(DataError, match="The label y has 3 different values"):
        own_table.table({"path": str(path), "target": "x,y", "learn_as": "labels"})
    with pytest.raises(DataError, match="lists no labels"):
        own_table.table({"path": str(path), "target": "y", "learn_as": "labels"})


def test_a_column_becomes_a_label_and_an_input_again(columns: Path) -> None:
    options = {"path": str(columns), "target": "red"}
    fields = own_table.table(options).schema.fields
    more = with_label(options, fields, "sweet", True)
    assert own_table.table(more).schema.target == MultiLabel(2, ("red", "sweet"))
    fewer = with_label(more, own_table.table(more).schema.fields, "red", False)
    made = own_table.table(fewer).schema
    assert made.target.kind is TargetKind.YES_NO
    assert [field.name for field in made.fields if field.role is Role.TARGET] == ["sweet"]
    with pytest.raises(ValueError, match="cannot be a label"):
        with_label(options, fields, "a", True)


# -- splits -------------------------------------------------------------------------------------------------------


def test_every_combination_is_in_proportion_and_rows_keep_their_part_when_others_come() -> None:
    labels = fruits(2_000)[1].astype(np.float32)
    train, _held, test = split_stably(strata(labels), np.arange(2_000), 0.1, 0.2, 0, stratified=True)
    assert labels[train].mean(0) == pytest.approx(labels[test].mean(0), abs=0.02)
    before = split_stably(strata(labels[:1_500]), np.arange(1_500), 0.1, 0.2, 0, stratified=True)[2]
    assert set(before) == {row for row in test if row < 1_500}
    by_chance = split_rows(strata(labels), 0.1, 0.2, 0, stratified=True)
    assert labels[by_chance[0]].mean(0) == pytest.approx(labels[by_chance[2]].mean(0), abs=0.02)


# -- figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [OutputActivation.PLAIN, OutputActivation.SIGMOID])
def test_the_figures_are_those_of_scikit_learn(ending: OutputActivation) -> None:
    chance = np.random.default_rng(1)
    right = (chance.random((300, 5)) < [0.5, 0.1, 0.9, 0.3, 0.0]).astype(np.float32)  # the last never occurs
    logits = (4 * right - 2 + chance.normal(size=right.shape) * 3).astype(np.float32)
    logits[:, 1] = -5.0  # never predicted
    outputs = torch.from_numpy(logits)
    outputs = outputs.sigmoid() if ending is OutputActivation.SIGMOID else outputs
    task = task_for(MultiLabel(5, tuple("abcde")), Recipe(), ending=ending)
    found = task.test(outputs, torch.from_numpy(right))
    said = logits > 0
    assert found["test_exact_match"] == pytest.approx(metrics.accuracy_score(right, said))
    assert found["test_label_accuracy"] == pytest.approx(1 - metrics.hamming_loss(right, said))
    for name, average in (("test_micro_f1", "micro"), ("test_macro_f1", "macro"), ("f1", None)):
        assert found[name] == pytest.approx(metrics.f1_score(right, said, average=average, zero_division=0))
    for name, score in (("precision", metrics.precision_score), ("recall", metrics.recall_score)):
        assert found[name] == pytest.approx(score(right, said, average=None, zero_division=0))
    assert found["support"] == right.sum(0).astype(int).tolist()
    assert float(task.measure(outputs, torch.from_numpy(right))) / 300 == pytest.approx(found["test_exact_match"])
    if ending is OutputActivation.PLAIN:
        expected = metrics.log_loss(right.ravel(), 1 / (1 + np.exp(-logits.astype(np.float64).ravel())), labels=[0, 1])
        assert found["test_loss"] == pytest.approx(expected, rel=1e-5)


# -- from the table to the answers --------------------------------------------------------------------------------


def test_labels_are_learned_predicted_scored_and_exported(columns: Path, tmp_path: Path, capsys) -> None:
    project, answers, script = tmp_path / "fruits.sketchnet", tmp_path / "answers.csv", tmp_path / "fruits.py"

    def command(*words: str | Path) -> str:
        assert main([str(word) for word in words]) == 0
        return capsys.readouterr().out

    assert "learns any of 3 labels: red, round, sweet" in " ".join(
        command("new", "--data", columns, "--target", "red,round,sweet", project).split()
    )
    trained = json.loads(command("train", project, "--json").strip().splitlines()[-1])
    assert trained["task"] == "multi-label"
    assert trained["test_exact_match"] > 0.8
    assert trained["test_micro_f1"] > 0.9
    said = command("info", project)
    assert f"F1 score {trained['test_micro_f1']:.3f} over all labels together (micro)" in said
    shown = [json.loads(line) for line in command("predict", project, "--csv", columns).splitlines()]
    shares = np.array([[row["probabilities"][name] for name in NAMES] for row in shown])
    assert np.mean((shares > 0.5) == fruits()[1]) > 0.9
    assert shown[0]["labels"] == [name for name, share in zip(NAMES, shares[0], strict=True) if share > 0.5]
    assert abs(shares.sum(1) - 1).max() > 0.3, "they are no shares of one whole"

    assert "exact match" in command("score", project, columns, "--out", answers)
    with answers.open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["labels"] for row in rows] == [";".join(row["labels"]) for row in shown]
    assert [float(rows[5][f"P({name})"]) for name in NAMES] == pytest.approx(shares[5], abs=1e-6)

    command("source", project, "--out", script)
    asked = [f"{value:g}" for value in fruits()[0][5].round(3)]
    done = subprocess.run([sys.executable, script, *asked], capture_output=True, text=True, check=True, cwd=tmp_path)
    each = ", ".join(f"{name} {share:.1%}" for name, share in zip(NAMES, shares[5], strict=True))
    assert done.stdout.strip().endswith(f"({each})")
