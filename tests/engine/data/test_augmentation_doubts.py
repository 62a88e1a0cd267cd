"""A change that may alter the answer is told of, and one that does not is not."""

from __future__ import annotations

import pytest

from engine.data.augmentation.doubts import doubts

DIGITS = [str(digit) for digit in range(10)]


@pytest.mark.parametrize(
    ("values", "classes", "words"),
    [
        ({"horizontal_flip": 0.5}, DIGITS, "2 flipped left to right is no 2"),
        ({"vertical_flip": 0.1}, DIGITS, "upside down"),
        ({"rotation": 120.0}, DIGITS, "6 rotated that far may be 9"),
        ({"horizontal_flip": 0.5}, ["a", "b", "d"], "b flipped left to right may be d"),
        ({"horizontal_flip": 0.5}, ["turn_left", "turn_right", "straight"], "left"),
        ({"horizontal_flip": 0.5}, ["Left", "Right"], "left"),
        ({"vertical_flip": 0.5}, ["thumbs up", "thumbs down"], "up"),
        ({"rotation": 90.0}, ["horizontal", "vertical"], "horizontal"),
        ({"horizontal_flip": 0.5}, ["2", "3", "5"], "2 flipped"),
        ({"horizontal_flip": 0.5}, ["A", "B", "H"], "B flipped left to right is no B"),
        ({"vertical_flip": 0.5}, ["A", "B", "H"], "A flipped upside down is no A"),
        ({"hue": 90.0}, ["red car", "blue car"], "colours"),
        ({"saturation": 1.0}, ["red", "blue"], "colours"),
    ],
)
def test_what_may_alter_the_answer_is_told(values: dict[str, float], classes: list[str], words: str) -> None:
    told = list(doubts(values, classes))
    assert len(told) == 1
    assert words in told[0]


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ({"rotation": 15.0, "shift": 3.0, "noise": 0.1}, DIGITS),
        ({"horizontal_flip": 0.0}, DIGITS),
        ({"horizontal_flip": 0.5, "rotation": 180.0, "hue": 180.0}, ["cat", "dog", "frog"]),
        ({"horizontal_flip": 0.5}, ["0", "8", "A", "H"]),
        ({"horizontal_flip": 0.5}, ["pi", "cat", "dog", "frog"]),
        ({"hue": 5.0}, ["red", "blue"]),
        ({"hue": 90.0}, ["red", "cat"]),
        ({"horizontal_flip": 1.0}, []),
    ],
)
def test_what_does_not_is_not(values: dict[str, float], classes: list[str]) -> None:
    assert list(doubts(values, classes)) == []
