"""Work in slices: in order, a little at a time, all of it when somebody asks, and never half of it for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from gui.canvas.incremental import Slices


@pytest.fixture
def slices(qapp) -> Slices:
    made = Slices()
    made.said = []
    made.done.connect(lambda: made.said.append("done"))
    return made


def steps(told: list[str], name: str, count: int, seconds: float = 0.0) -> Iterator[None]:
    for k in range(count):
        time.sleep(seconds)
        told.append(f"{name}{k}")
        yield


def test_little_work_is_done_at_once_and_nobody_is_told(slices: Slices) -> None:
    told: list[str] = []
    slices.do(steps(told, "a", 3))
    assert told == ["a0", "a1", "a2"]
    assert not slices.pending
    assert slices.said == []


def test_much_work_is_done_later_and_what_follows_waits_for_it(slices: Slices, qtbot) -> None:
    told: list[str] = []
    slices.do(steps(told, "a", 3), much=True)
    slices.do(steps(told, "b", 2))
    assert told == []
    assert slices.pending
    qtbot.waitUntil(lambda: slices.said == ["done"])
    assert told == ["a0", "a1", "a2", "b0", "b1"]
    assert not slices.pending


def test_a_slice_is_short(slices: Slices, qtbot) -> None:
    told: list[str] = []
    slices.do(steps(told, "a", 40, 0.004), much=True)
    seen: set[int] = set()

    def over() -> bool:
        seen.add(len(told))
        return not slices.pending

    slices.do_slice()
    assert told == [], "the frame that asked for it has done enough"
    slices.do_slice()
    assert 1 <= len(told) <= 3
    qtbot.waitUntil(over)
    assert len(seen) > 3, "the window was let go on in between"


def test_who_needs_it_has_all_of_it_done(slices: Slices) -> None:
    told: list[str] = []
    slices.do(steps(told, "a", 50), much=True)
    slices.do(steps(told, "b", 1))
    slices.finish()
    assert len(told) == 51
    assert slices.said == ["done"]
    slices.finish()
    assert slices.said == ["done"]


def test_work_may_ask_for_what_is_there_and_for_more_work(slices: Slices) -> None:
    told: list[str] = []

    def work() -> Iterator[None]:
        slices.finish()  # what the work itself makes is not there yet, and cannot be waited for
        told.append("first")
        slices.do(steps(told, "more", 1))
        yield
        told.append("last")

    slices.do(work(), much=True)
    slices.finish()
    assert told == ["first", "last", "more0"]


def test_work_that_fails_says_so_and_holds_up_nothing_else(slices: Slices, qtbot) -> None:
    told: list[str] = []

    def fails() -> Iterator[None]:
        yield
        raise ValueError("no")

    slices.do(fails(), much=True)
    slices.do(steps(told, "b", 2))
    with pytest.raises(ValueError, match="no"):
        slices.finish()
    qtbot.waitUntil(lambda: slices.said == ["done"])
    assert told == ["b0", "b1"]
    assert not slices.pending
