"""A table of the user's on the command line: new --data, train, predict, and what becomes of a file that changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.data.sources import own_table
from engine.project.file import read
from engine.tasks.registry import KINDS

pytestmark = pytest.mark.usefixtures("nothing_read")

Refused = Callable[..., str]
Shown = pytest.CaptureFixture[str]


def houses(rows: int = 120, seed: int = 0) -> str:
    generator = np.random.default_rng(seed)
    area, age = generator.uniform(30, 200, rows).round(1), generator.integers(0, 90, rows)
    town = generator.choice(["Bonn", "Ulm", "Kiel"], rows)
    price = 2 * area - age + 50 * (town == "Bonn")
    lines = [
        f"{n},{'' if n % 9 == 0 else a},{g},{t},{p:.1f}"
        for n, (a, g, t, p) in enumerate(zip(area, age, town, price, strict=True))
    ]
    return "house id,area,age,town,price\n" + "\n".join(lines) + "\n"


@pytest.fixture
def table(here: Path) -> Path:
    path = here / "houses.csv"
    path.write_text(houses(), encoding="utf-8")
    return path


def lines(shown: Shown) -> list[dict[str, object]]:
    return [json.loads(line) for line in shown.readouterr().out.splitlines()]


def test_a_project_for_a_table_says_what_it_made_of_each_column(table: Path, capsys: Shown) -> None:
    assert main(["new", "--data", "houses.csv", "net"]) == 0
    shown = capsys.readouterr().out
    assert "price (its name says so)" in shown
    for name, word in (("house id", "identity"), ("area", "number"), ("town", "category"), ("price", "target")):
        assert any(line.startswith(name) and word in line for line in shown.splitlines())
    assert "14 missing: the median stands in" in shown
    project = read(table.parent / "net.sketchnet")
    assert project.recipe.dataset == "own-table"
    assert project.recipe.dataset_options["path"] == str(table)
    assert project.title == "houses"


def test_it_trains_predicts_and_tells_its_figures_under_stable_names(table: Path, capsys: Shown) -> None:
    assert main(["new", "--data", "houses.csv", "net"]) == 0
    capsys.readouterr()
    assert main(["train", "net", "--epochs", "3", "--json"]) == 0
    last = lines(capsys)[-1]
    assert last["state"] == "finished"
    assert last["task"] == "regression"
    assert isinstance(last["seconds"], float)
    assert last["compute_dtype"] == "float32"
    assert last["parameters"] == 7 * 16 + 17  # a column says where the area is missing
    assert {"test_r2", "test_mae", "test_rmse", "test_mse"} <= last.keys()
    assert last["test_rmse"] == pytest.approx(float(str(last["test_mse"])) ** 0.5)
    new = table.parent / "new.csv"
    new.write_text("town;more;age;area\nUlm;x;20;80,5\nRom;y;;90\n", encoding="utf-8")
    assert main(["predict", "net", "--csv", "new.csv"]) == 0
    shown = capsys.readouterr()
    first, second = (json.loads(line) for line in shown.out.splitlines())
    assert set(first["values"]) == {"price"}
    assert "warnings" not in first
    assert "town is 'Rom'" in second["warnings"][0]
    assert "row 2" in shown.err
    assert main(["runs", "net", "--json"]) == 0
    (run,) = lines(capsys)
    assert (run["task"], run["state"], run["epochs"]) == ("regression", "finished", 3)
    assert run["test_r2"] == last["test_r2"]
    assert main(["info", "net"]) == 0
    told = capsys.readouterr().out
    assert "(the median)" in told
    assert "one-hot, 3 columns" in told


def test_columns_in_another_order_predict_the_same(table: Path, capsys: Shown) -> None:
    assert main(["new", "--data", "houses.csv", "net"]) == 0
    assert main(["train", "net", "--epochs", "2"]) == 0
    capsys.readouterr()
    answers = []
    for text in ("area,age,town\n80.5,20,Ulm\n", "town,extra,area,age\nUlm,1,80.5,20\n", "80.5,20,Ulm\n"):
        (table.parent / "new.csv").write_text(text, encoding="utf-8")
        assert main(["predict", "net", "--csv", "new.csv"]) == 0
        answers.append(lines(capsys)[0]["values"])
    assert answers[0] == answers[1] == answers[2]


def test_a_file_that_is_gone_costs_nothing_but_training(table: Path, capsys: Shown, refused: Refused) -> None:
    assert main(["new", "--data", "houses.csv", "net"]) == 0
    assert main(["train", "net", "--epochs", "2"]) == 0
    (table.parent / "new.csv").write_text("area,age,town\n80.5,20,Ulm\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["predict", "net", "--csv", "new.csv"]) == 0
    before = lines(capsys)
    table.unlink()
    own_table.forget()  # as in another process
    assert main(["predict", "net", "--csv", "new.csv"]) == 0
    assert lines(capsys) == before
    assert main(["info", "net"]) == 0
    told = capsys.readouterr()
    assert "houses.csv is not there" in told.out
    assert "5" in told.out
    assert "?" not in told.out.split("Training settings")[0].split("LAYER")[1].split("houses.csv")[0]
    weights = read(table.parent / "net.sketchnet").run.weights
    told_how = refused("train", "net", "--epochs", "1")
    assert "houses.csv is not there" in told_how
    assert "--set dataset_options.path=FILE" in told_how
    assert read(table.parent / "net.sketchnet").run.weights is not None
    assert weights is not None
    moved = table.parent / "moved.csv"
    moved.write_text(houses(), encoding="utf-8")
    assert main(["train", "net", "--epochs", "1", "--set", f"dataset_options.path={moved}"]) == 0


def test_a_file_that_has_changed_is_said_and_a_run_on_it_cannot_go_on(
    table: Path, capsys: Shown, refused: Refused
) -> None:
    assert main(["new", "--data", "houses.csv", "net"]) == 0
    assert main(["train", "net", "--epochs", "2"]) == 0
    table.write_text(houses(140, 3).replace("Kiel", "Jena"), encoding="utf-8")
    own_table.forget()
    (table.parent / "new.csv").write_text("area,age,town\n80.5,20,Kiel\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["predict", "net", "--csv", "new.csv"]) == 0
    assert "warnings" not in lines(capsys)[0]  # the network knows Kiel, whatever the file says now
    assert main(["info", "net"]) == 0
    assert "has changed since" in capsys.readouterr().out
    assert "it has changed since. The training in net.sketchnet cannot continue" in refused("train", "net", "--resume")
    assert main(["train", "net", "--epochs", "1", "--set", "patience=0"]) == 0
    (table.parent / "new.csv").write_text("area,age,town\n80.5,20,Kiel\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["predict", "net", "--csv", "new.csv"]) == 0
    assert "town is 'Kiel'" in str(lines(capsys)[0]["warnings"])


def test_a_run_stopped_and_gone_on_with_ends_as_an_unbroken_one(table: Path, capsys: Shown) -> None:
    for name in ("one", "two"):
        assert main(["new", "--data", "houses.csv", name]) == 0
    assert main(["train", "one", "--epochs", "4", "--set", "schedule.kind=constant"]) == 0
    assert main(["train", "two", "--epochs", "2", "--set", "schedule.kind=constant"]) == 0
    own_table.forget()
    assert main(["train", "two", "--epochs", "4", "--resume"]) == 0
    one, two = (read(table.parent / f"{name}.sketchnet").run.weights for name in ("one", "two"))
    assert one is not None
    assert two is not None
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_target_and_task_may_be_chosen(table: Path, capsys: Shown, refused: Refused) -> None:
    assert main(["new", "--data", "houses.csv", "--target", "Town", "net"]) == 0
    assert "one of 3 classes: Bonn, Kiel, Ulm" in capsys.readouterr().out
    stars = table.parent / "stars.csv"
    stars.write_text("a,stars\n" + "".join(f"{n / 3},{n % 5}\n" for n in range(60)), encoding="utf-8")
    assert main(["new", "--data", "stars.csv", "--task", "regression", "as-numbers"]) == 0
    assert "learns a number: stars" in capsys.readouterr().out
    assert main(["new", "--data", "stars.csv", "by-itself"]) == 0
    assert "learns a number: stars" in capsys.readouterr().out, "stars are more or fewer, not of another kind"
    assert main(["new", "--data", "stars.csv", "--task", "classification", "as-classes"]) == 0
    assert "one of 5 classes" in capsys.readouterr().out
    assert "there is no column called 'cost'" in refused("new", "--data", "houses.csv", "--target", "cost", "x")
    assert "no kind of learning called 'magic'" in refused("new", "--data", "houses.csv", "--task", "magic", "x")
    said = refused("new", "--data", "houses.csv", "--target", "town", "--task", "regression", "x")
    assert "Regression learns numbers" in said
    assert not (table.parent / "x.sketchnet").exists()


def test_what_new_refuses(table: Path, refused: Refused) -> None:
    assert "either a TEMPLATE or --data" in refused("new", "--data", "houses.csv", "digit-cnn", "x", status=2)
    assert "a TEMPLATE or --data PATH" in refused("new", "x", status=2)
    assert "belong to --data" in refused("new", "digit-cnn", "x", "--target", "price", status=2)
    assert "is not there" in refused("new", "--data", "gone.csv", "x")
    assert "open a table in it by itself: houses.csv" in refused("new", "--data", str(table.parent), "x")
    (table.parent / "sound.mp3").write_bytes(b"abc")
    assert "tables (*.csv" in refused("new", "--data", "sound.mp3", "x")
    (table.parent / "empty.csv").write_bytes(b"")
    assert "is empty" in refused("new", "--data", "empty.csv", "x")


def test_single_columns_are_chosen_and_wrong_choices_refused(table: Path, capsys: Shown, refused: Refused) -> None:
    chosen = ["--column", "area:missing=mean,title=Area in m²", "--column", "age:type=category,sensitive=yes"]
    assert main(["new", "--data", "houses.csv", *chosen, "--column", "town:rare=50%", "net"]) == 0
    shown = capsys.readouterr().out
    assert "area (called Area in m²)" in shown
    assert "14 missing: the mean stands in" in shown
    assert "age, sensitive" in shown
    options = read(table.parent / "net.sketchnet").recipe.dataset_options
    assert json.loads(options["settings"]) == {
        "age": {"sensitive": True, "type": "category"},
        "area": {"missing": "mean", "title": "Area in m²"},
        "town": {"rare": 0.5},
    }
    assert main(["data", "inspect", "houses.csv", "--column", "town:type=identity", "--json"]) == 0
    (found,) = lines(capsys)
    columns = found["columns"]
    assert isinstance(columns, list)
    assert next(one for one in columns if one["name"] == "town")["role"] == "identity"
    new = ["new", "--data", "houses.csv", "other", "--column"]
    assert "--column: missing is one of median" in refused(*new, "age:missing=none", status=2)
    assert "COLUMN:CHOICE=VALUE is expected" in refused(*new, "age=number", status=2)
    assert "there is no column called 'height'" in refused(*new, "height:type=number")
    assert "cannot be read as numbers: found 'Bonn'" in refused(*new, "town:type=number").replace("'Kiel'", "'Bonn'")
    assert not (table.parent / "other.sketchnet").exists()


def test_dates_are_proposed_as_inputs(here: Path, capsys: Shown) -> None:
    rows = [f"{k % 28 + 1}.{k % 12 + 1}.2024,{k % 9},{k % 12 * 10}" for k in range(60)]
    (here / "sales.csv").write_text("day,shop,sold\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert main(["new", "--data", "sales.csv", "net"]) == 0
    shown = capsys.readouterr().out
    assert "Dates from 01.01.2024 to" in shown
    assert "date: days, month sin, month cos, weekday sin, weekday cos" in shown


def test_a_table_is_inspected_without_a_project(table: Path, capsys: Shown, refused: Refused) -> None:
    assert main(["data", "inspect", "houses.csv"]) == 0
    assert "a number: price" in capsys.readouterr().out
    assert main(["data", "inspect", "houses.csv", "--set", "target=town", "--set", "flags=true", "--json"]) == 0
    (found,) = lines(capsys)
    assert found["target"] == {"kind": "classes", "size": 3, "names": ["Bonn", "Kiel", "Ulm"]}
    assert found["encoded"] == ["area", "area missing", "age", "price"]
    assert sum(found["rows"].values()) == 120  # type: ignore[attr-defined]
    assert "OPTION=VALUE" in refused("data", "inspect", "houses.csv", "--set", "target")


def test_the_kinds_of_learning_are_listed(capsys: Shown) -> None:
    assert main(["tasks", "--json"]) == 0
    found = lines(capsys)
    assert [one["name"] for one in found] == list(KINDS)
    assert all({"title", "summary", "settings"} <= one.keys() for one in found)
    assert main(["tasks"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in KINDS)


def test_a_project_that_is_not_trained_has_no_runs(here: Path, capsys: Shown) -> None:
    assert main(["new", "points-2d", "net"]) == 0
    capsys.readouterr()
    assert main(["runs", "net"]) == 0
    assert capsys.readouterr().out == "The network is not trained yet.\n"
    assert main(["runs", "net", "--json"]) == 0
    assert capsys.readouterr().out == ""


def test_a_column_may_say_the_split(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{n},{n % 7},{'train' if n % 4 else 'test'},{('f', 'm')[n % 2]}" for n in range(60)]
    Path("told.csv").write_text("size,price,which,sex\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert main(["new", "--data", "told.csv", "--target", "price", "--parts", "which", "net"]) == 0
    said = capsys.readouterr().out
    assert "It says which split each row belongs to." in said
    assert main(["train", "net", "--epochs", "1", "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["test_rows"] == 15
    assert main(["new", "--parts", "which", "digit-cnn", "other"]) == 2
