"""How rows were divided is told as it was done: by what, with how many groups and copies, and what came with them."""

from __future__ import annotations

import numpy as np

from engine.data import catalogue
from engine.data.dataset import Split
from engine.data.division import DividedBy, Division
from engine.data.sources.source import Pool
from engine.data.splitting import divided
from engine.reports.split_words import division_words
from engine.training.recipe import Recipe


def rows(count: int) -> Split:
    return Split(np.arange(2 * count, dtype=np.float32).reshape(count, 2), np.arange(count) % 2)


def test_groups_copies_and_given_parts_are_counted() -> None:
    own = rows(60)
    twice = Split(np.concatenate([own.inputs, own.inputs[:4]]), np.concatenate([own.targets, own.targets[:4]]))
    groups = np.array([*(np.arange(60) % 12), -1, -2, -3, -4])
    found = divided(Pool(twice, groups=groups, is_own=True), 0.2, 0.2, 0, stratified=True)[1]
    assert found == Division(DividedBy.GROUP, True, lasting=True, groups=12, copies=4)
    found = divided(Pool(twice, is_own=True), 0.2, 0.2, 0, stratified=True)[1]
    assert found == Division(DividedBy.CHANCE, True, lasting=True, copies=4)
    found = divided(Pool(own, times=np.arange(60)), 0.2, 0.2, 0, stratified=False)[1]
    assert found == Division(DividedBy.TIME)
    found = divided(Pool(own, rows(5), is_own=True), 0.2, 0.2, 0, stratified=True)[1]
    assert found == Division(DividedBy.CHANCE, True, lasting=True, given=("test",))
    assert divided(Pool(own), 0.2, 0.2, 0, stratified=True)[1] == Division(DividedBy.CHANCE, True)
    assert divided(Pool(rows(2), is_own=True), 0.2, 0.2, 0, stratified=True)[1].lasting


def test_the_words_say_what_stays_together() -> None:
    schema = catalogue.schema("moons")
    said = division_words(Division(DividedBy.CHANCE, True, lasting=True, copies=1, given=("test",)), schema)
    assert said == (
        "At random, each class in proportion. 1 copy stays with the sample it repeats. Samples added later move no "
        "other. Test came with the data and stays."
    )
    assert division_words(Division(DividedBy.GROUP, groups=12), schema).startswith("By group: 12 groups. No group")


def test_each_dataset_says_how_it_is_divided() -> None:
    assert catalogue.load("moons").division == Division(DividedBy.CHANCE, True)
    assert catalogue.load("python-topics", options={"window": 32}).division == Division(DividedBy.ORDER)
    assert Recipe().split == "auto"
