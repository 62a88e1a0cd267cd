"""What the user has chosen for this machine goes before what is chosen by the size of the network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.training import machine, machine_choice


@pytest.fixture(autouse=True)
def _nothing_chosen() -> Iterator[None]:
    yield
    machine_choice.use_threads(None)
    machine_choice.use_device("")


def test_threads() -> None:
    assert machine.choose_threads(1, most=8) == 1
    assert machine.choose_threads(10**9, most=8) == 7
    machine_choice.use_threads(3)
    assert machine.choose_threads(1, most=8) == machine.choose_threads(10**9, most=2) == 3
    with pytest.raises(ValueError, match="at least one"):
        machine_choice.use_threads(0)


def test_the_device_of_a_recipe_that_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available", lambda: ("cuda", "mps", "cpu"))
    assert machine.choose_device("auto").type == "cuda"
    machine_choice.use_device("cpu")
    assert machine.choose_device("auto").type == "cpu"
    assert machine.choose_device("mps").type == "mps"
    monkeypatch.setattr(machine, "available", lambda: ("cuda",))
    assert machine.choose_device("auto").type == "cuda"
