"""Numbers as people write them: the number that is meant, or none; never its beginning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.number_text import NotANumber, real_number, rounded, whole_number

NONE = [
    "", " ", ",", ".", "-", "e5", "1e", "1e-", "1.2.3", "1,2,3", "1,2.3", "1.234,567.8", "12,345.678,9", "1,234,56",
    "1 5", "1 00", "0 500", "1_0", "1'00", "1 000'000", "1 e3", "0x10", "0b1", "inf", "-inf", "nan", "Infinity", "10²",
    "½", "1/2", "1.5kg", "five", "1,5 2,5", "1;5", "--5", "+-5", "1e5.5", "1e1e1", "٫", "1٫5,0", "9" * 500, "1\x005",
]  # fmt: skip
ANYWHERE = [
    ("12", 12), (" 12\n", 12), ("-7", -7), ("\u22127", -7), ("\u20137", -7), ("+5", 5), ("007", 7), ("1e3", 1000),
    ("1.5E3", 1500), ("1,5e3", 1500), ("1 000", 1000), ("1\u00a0000", 1000), ("1\u202f000\u202f000", 1_000_000),
    ("1'000", 1000), ("1\u2019000'000", 1_000_000), ("1_000", 1000), ("1.234.567", 1_234_567), ("1,234,567", 1_234_567),
    ("12,34,567", 1_234_567), ("١٬٠٠٠", 1000), ("१२", 12), ("\uff11\uff12", 12), ("\u200e12\u200f", 12),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), [*ANYWHERE, ("1,000", 1000), ("2.000", 2000), ("-65,536", -65_536)])
def test_whole_numbers(text: str, meant: int) -> None:
    found = whole_number(text)
    assert (found, type(found)) == (meant, int)


@pytest.mark.parametrize("text", [*NONE, "1,5", "1.5", "2.0", "1,", "1.", "1,00", "1,0000", "1e-3", "1e-400", "1e999"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(NotANumber):
        whole_number(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *ANYWHERE,
        *[("1,5", 1.5), ("120,5", 120.5), ("0,5", 0.5), (",5", 0.5), (".5", 0.5), ("5.", 5), ("5,", 5), ("1,50", 1.5)],
        *[("1e-3", 1e-3), ("0.5e-3", 5e-4), ("3e-4 ", 3e-4), ("1,5e-3", 1.5e-3), ("1e\u22123", 1e-3)],
        *[("1,500e3", 1500), ("\uff11\uff0c\uff15", 1.5)],
        *[("1.000", 1), ("2.500", 2.5), ("0,001", 0.001), ("0.001", 0.001), ("1234,567", 1234.567), ("1,2345", 1.2345)],
        *[("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1.234,567", 1234.567), ("1,234.567", 1234.567)],
        *[("1 234,5", 1234.5), ("1'234.5", 1234.5), ("1.000.000,5", 1_000_000.5), ("١٫٥", 1.5)],
    ],
)
def test_real_numbers(text: str, meant: float) -> None:
    assert real_number(text) == meant


@pytest.mark.parametrize("text", [*NONE, "1e-400"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(NotANumber) as caught:
        real_number(text)
    assert caught.value.readings == ()


@pytest.mark.parametrize(("text", "both"), [("1,500", ("1500", "1.5")), ("-2\uff0c000", ("-2000", "-2"))])
def test_a_comma_before_three_digits_can_mean_two_numbers(text: str, both: tuple[str, str]) -> None:
    with pytest.raises(NotANumber) as caught:
        real_number(text)
    assert caught.value.readings == both


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back(value: float) -> None:
    assert real_number(repr(value)) == value


@given(st.integers(-(10**15), 10**15), st.sampled_from(",. '_\u00a0\u202f"))
def test_thousands_are_read_back(value: int, between: str) -> None:
    assert whole_number(f"{value:,}".replace(",", between)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (273_791.4, "273,800"), (1.99249, "1.992"), (0.00004325, "0.00004325"), (4.9999998, "5"), (-12.5, "-12.5"),
        (0.0, "0"), (-0.0, "0"), (999.96, "1,000"), (99_995.0, "100,000"), (1234.5, "1,234"), (100.0, "100"),
        (3e-7, "3e-07"), (1.2345e20, "1.234e+20"), (float("nan"), "nan"), (float("-inf"), "-inf"),
    ],
)  # fmt: skip
def test_measured_numbers_are_written_as_one_reads_them(value: float, written: str) -> None:
    assert rounded(value) == written


@given(st.floats(1e-6, 1e15) | st.floats(-1e15, -1e-6))
def test_what_is_written_is_the_number_to_four_digits(value: float) -> None:
    text = rounded(value).replace(",", "")
    assert float(text) == float(f"{value:.4g}")
    assert "e" not in text or abs(float(text)) >= 1e15 or abs(float(text)) < 1e-6
