"""Rows that a network has made are told as they would stand in the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.fields import DataField, Feature, Impute, Role, decoded
from engine.data.tables.encoding import read_encoded

FIELDS = (
    DataField("area", Feature.NUMBER, log=True),
    DataField("sex", Feature.YES_NO, categories=("female", "male")),
    DataField("price", role=Role.TARGET),
    DataField("town", Feature.CATEGORY, categories=("Ulm", "Bonn"), other=True),
    DataField("age", Feature.NUMBER, impute=Impute.MEDIAN, flag=True),
)


def test_what_is_encoded_is_decoded_to_what_stood_in_the_table(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("town,area,age,sex\nBonn,80.5,30,male\nUlm,0,,female\nParis,7,4,male\n")
    rows, _unknown = read_encoded(path, FIELDS)
    told = [decoded(FIELDS, row) for row in rows.tolist()]
    assert told[0] == (pytest.approx(80.5), "male", "Bonn", 30)
    assert told[1] == (0, "female", "Ulm", "")
    assert told[2] == (pytest.approx(7), "male", "other", 4)


def test_what_lies_between_is_told_as_the_nearest() -> None:
    made = [1.0, 0.51, -0.2, 0.3, 0.29, 12.5, 0.4]
    assert decoded(FIELDS, made) == (pytest.approx(np.e - 1), "male", "Bonn", 12.5)
    assert decoded(FIELDS, [1e30, -3.0, 9.0, 0.0, 0.0, 1.0, 0.9])[1:] == ("female", "Ulm", "")
