"""Settings take what they declare, in one canonical form, and refuse everything else with a sentence."""

from __future__ import annotations

import math
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph.parameter_sets import counterpart, former_names, resolve, with_current_names
from engine.graph.parameters import BadParameter, Choice, Flag, Integer, Parameter, Params, Real, Size, Sizes

UNITS = Integer(name="units", title="Units", default=8, low=1, high=1000, words=("answer",), help="How many.")
RATE = Real(name="rate", title="Rate", default=0.1, low=0.0, high=2.5, help="How fast.")
MODE = Choice(name="mode", title="Mode", default="a", options=("a", "b"), labels=("first", "second"), help="Which.")
BIAS = Flag(name="bias", title="Bias", default=True, help="Whether.")
KERNEL = Size(name="kernel", title="Kernel", default=(3, 3), low=1, high=99, words=("same",), help="How large.")
LENGTH = Size(name="length", title="Length", default=(3,), axes=1, low=0, high=99, help="How long.")
SHAPE = Sizes(name="shape", title="Shape", default=(1, 2), low=-1, high=50, longest=3, help="Which shape.")
ALL = (UNITS, RATE, MODE, BIAS, KERNEL, LENGTH, SHAPE)


def deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


JUNK: list[Any] = [
    *(None, math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e308, "", "same ", "x" * 10_000, b"3", 3j, object()),
    *([], {}, {"a": 1}, [None], ["3", "3"], [math.nan, 1], [10**400, 1], [3, 3, 3, 3, 3], deep(500), set()),
]


def scalars() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.binary(max_size=4),
        st.just("same"),
    )


@pytest.mark.parametrize("parameter", ALL, ids=lambda p: type(p).__name__)
@pytest.mark.parametrize("junk", JUNK, ids=lambda j: type(j).__name__)
def test_junk_is_refused_in_a_short_sentence(parameter: Parameter, junk: Any) -> None:
    with pytest.raises(BadParameter) as caught:
        parameter.check(junk)
    assert str(caught.value).startswith(f"{parameter.title} must be ")
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("parameter", ALL, ids=lambda p: p.name)
@given(value=st.one_of(scalars(), st.lists(scalars(), max_size=4), st.dictionaries(st.text(max_size=2), scalars())))
def test_what_is_taken_is_canonical_and_can_be_typed(parameter: Parameter, value: Any) -> None:
    try:
        taken = parameter.check(value)
    except BadParameter:
        return
    assert parameter.check(taken) == taken
    assert type(parameter.check(taken)) is type(taken)
    hash(taken)
    if not isinstance(parameter, Real):  # typed with ten digits
        assert parameter.parse(parameter.show(taken)) == taken


@pytest.mark.parametrize("parameter", ALL, ids=lambda p: p.name)
@given(text=st.one_of(st.text(max_size=12), st.from_regex(r"[-0-9.,x× %e]{0,9}", fullmatch=True)))
def test_typed_text_is_read_or_refused(parameter: Parameter, text: str) -> None:
    try:
        value = parameter.parse(text)
    except BadParameter:
        return
    assert parameter.check(value) == value


@given(st.floats(0.0, 2.5))
def test_a_number_is_typed_to_ten_digits(value: float) -> None:
    assert RATE.parse(RATE.show(value)) == pytest.approx(value, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("parameter", "value", "taken"),
    [
        (UNITS, 1, 1),
        (UNITS, 1000, 1000),
        (UNITS, 3.0, 3),
        (UNITS, "answer", "answer"),
        (RATE, 2, 2.0),
        (RATE, 0, 0.0),
        (MODE, "b", "b"),
        (BIAS, False, False),
        (KERNEL, 3, (3, 3)),
        (KERNEL, [3, 5], (3, 5)),
        (KERNEL, (3.0, 5), (3, 5)),
        (KERNEL, "same", "same"),
        (LENGTH, 4, (4,)),
        (LENGTH, [0], (0,)),
        (SHAPE, [1], (1,)),
        (SHAPE, (-1, 2, 50), (-1, 2, 50)),
    ],
)
def test_values_within_the_bounds_are_taken(parameter: Parameter, value: Any, taken: Any) -> None:
    found = parameter.check(value)
    assert found == taken
    assert type(found) is type(taken)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (UNITS, 0),
        (UNITS, 1001),
        (UNITS, 2.5),
        (UNITS, True),
        (UNITS, "7"),
        (UNITS, "Answer"),
        (RATE, -1e-9),
        (RATE, 2.5000001),
        (RATE, True),
        (RATE, "0.1"),
        (MODE, "c"),
        (MODE, "A"),
        (BIAS, 1),
        (BIAS, "true"),
        (KERNEL, 0),
        (KERNEL, (3,)),
        (KERNEL, (3, 3, 3)),
        (KERNEL, (3, 100)),
        (KERNEL, (True, 3)),
        (KERNEL, "valid"),
        (LENGTH, (1, 1)),
        (LENGTH, -1),
        (SHAPE, ()),
        (SHAPE, (1, 2, 3, 4)),
        (SHAPE, (-2,)),
        (SHAPE, 3),
        (SHAPE, "3"),
    ],
)
def test_values_beyond_the_bounds_are_refused(parameter: Parameter, value: Any) -> None:
    with pytest.raises(BadParameter, match=f"{parameter.title} must be"):
        parameter.check(value)


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (UNITS, " 12 ", 12),
        (UNITS, "answer", "answer"),
        (RATE, "1e-3", 0.001),
        (RATE, "25%", 0.25),
        (BIAS, "Yes", True),
        (BIAS, "off", False),
        (KERNEL, "5", (5, 5)),
        (KERNEL, "3 × 5", (3, 5)),
        (KERNEL, "3x5", (3, 5)),
        (KERNEL, "(3, 5)", (3, 5)),
        (KERNEL, "same", "same"),
        (SHAPE, "1, -1", (1, -1)),
        (SHAPE, "1×28×28", (1, 28, 28)),
        (UNITS, "1,000", 1000),
        (UNITS, "1.000", 1000),
        (UNITS, "1\u202f000", 1000),
        (UNITS, "1e3", 1000),
        (RATE, "1,5", 1.5),
        (RATE, "1.000", 1.0),
        (RATE, "0.5e-3", 0.0005),
        (RATE, " 3e-4\n", 0.0003),
        (RATE, "12,5 %", 0.125),
        (KERNEL, "3;5", (3, 5)),
        (SHAPE, "[3, 5, ]", (3, 5)),
        (SHAPE, "(3,)", (3,)),
        (SHAPE, "\u22121 2", (-1, 2)),
        (Integer(name="n", title="N", default=1, low=-9, help="N."), "\u22125", -5),
        (Size(name="n", title="N", default=(3,), axes=1, high=2000, help="N."), "1,000", (1000,)),
        (Sizes(name="n", title="N", default=(3,), high=2000, help="N."), "1.000, 20", (1000, 20)),
    ],
)
def test_settings_are_typed_as_people_write_them(parameter: Parameter, text: str, value: Any) -> None:
    assert parameter.parse(text) == value


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        *[(UNITS, text) for text in ("1,5", "1.5", "2.0", "1,00", "2,000,0", "1e-3", "50%")],
        *[(RATE, text) for text in ("1,2,3", "1.2.3", "1,5.5", "1 5", "1.5kg", "inf", "0x1")],
        *[(KERNEL, text) for text in ("3.5", "1,000", "1 000", "3,", "3x", "3,,5", "(3")],
        *[(LENGTH, text) for text in ("3,5", "3,", "3.5")],
        *[(SHAPE, text) for text in ("1,000", "1.5", "2,5.5")],
    ],
)
def test_no_beginning_is_taken_for_a_number(parameter: Parameter, text: str) -> None:
    with pytest.raises(BadParameter, match=f"^{parameter.title} must be .*{re.escape(text)}"):
        parameter.parse(text)


def test_a_number_that_can_be_meant_two_ways_is_refused_with_both() -> None:
    with pytest.raises(BadParameter, match=r"^Rate: '1,500' can mean 1500 or 1\.5\. Write one of these\.$"):
        RATE.parse("1,500")


def test_a_refusal_names_the_bounds() -> None:
    with pytest.raises(BadParameter, match=r'Units must be a whole number from 1 to 1,000 or "answer", not 5000\.'):
        UNITS.check(5000)
    with pytest.raises(BadParameter, match=r"Rate must be a number from 0 to 2\.5, not 'fast'\."):
        RATE.parse("fast")
    with pytest.raises(BadParameter, match="one of a, b"):
        MODE.check("z")


def test_a_choice_has_words_for_the_screen() -> None:
    assert MODE.label("b") == "second"
    assert Choice(name="m", title="M", default="a", options=("a",), help="Which.").label("a") == "a"


def test_resolve_fills_in_defaults_and_refuses_strangers() -> None:
    params = resolve(ALL, {"units": 3, "kernel": 5}, "Thing")
    assert dict(params) == {p.name: p.default for p in ALL} | {"units": 3, "kernel": (5, 5)}
    with pytest.raises(BadParameter, match="Thing has no setting called 'unit'; it has: units, rate"):
        resolve(ALL, {"unit": 3}, "Thing")
    with pytest.raises(BadParameter, match="it has: none"):
        resolve((), {"unit": 3}, "Thing")


RENAMED = (
    Integer(name="out_channels", title="Filters", default=8, help="How many.", was=("filters", "maps")),
    Integer(name="groups", title="Groups", default=1, help="How many."),
)


@pytest.mark.parametrize("name", ["out_channels", "filters", "maps"])
def test_a_setting_is_read_by_the_names_it_had(name: str) -> None:
    assert resolve(RENAMED, {name: 3}, "Thing") == Params(out_channels=3, groups=1)
    assert with_current_names(RENAMED, {name: 3, "strange": 4}) == {"out_channels": 3, "strange": 4}
    with pytest.raises(BadParameter, match="Filters must be"):
        resolve(RENAMED, {name: 0}, "Thing")


def test_a_setting_is_not_given_twice() -> None:
    for twice in ({"filters": 3, "out_channels": 4}, {"out_channels": 3, "maps": 3}, {"maps": 3, "filters": 3}):
        with pytest.raises(BadParameter, match=" and ".join(twice) + " are two names of one setting.*as out_channels"):
            resolve(RENAMED, twice, "Thing")


def test_a_name_of_today_comes_before_one_of_the_past() -> None:
    swapped = (
        Integer(name="groups", title="Groups", default=1, help="How many.", was=("parts",)),
        Integer(name="parts", title="Parts", default=2, help="How many."),
    )
    assert resolve(swapped, {"parts": 7, "groups": 5}, "Thing") == Params(groups=5, parts=7)


def test_the_refusal_of_a_strange_name_lists_the_names_of_today() -> None:
    with pytest.raises(BadParameter, match="no setting called 'filter'; it has: out_channels, groups"):
        resolve(RENAMED, {"filter": 3}, "Thing")
    assert former_names(RENAMED) == {"filters": "out_channels", "maps": "out_channels"}


def test_settings_of_two_kinds_are_the_same_where_they_have_or_had_a_name_in_common() -> None:
    width = Integer(name="hidden_size", title="Units", default=8, help="How many.", was=("maps",))
    assert counterpart(width, RENAMED) is RENAMED[0]
    assert counterpart(RENAMED[1], (width, RENAMED[1])) is RENAMED[1]
    assert counterpart(UNITS, RENAMED) is None


def test_params_are_values() -> None:
    params = Params(units=3, kernel=(3, 3))
    assert params == Params({"kernel": (3, 3), "units": 3})
    assert hash(params) == hash(Params({"kernel": (3, 3), "units": 3}))
    assert params != Params(units=4, kernel=(3, 3))
    assert params.units == params["units"] == 3
    assert params.replace(units=4) == Params(units=4, kernel=(3, 3))
    assert params.units == 3
    assert pickle.loads(pickle.dumps(params)) == params  # noqa: S301 - our own bytes
    with pytest.raises(AttributeError, match="immutable"):
        params.units = 4
    with pytest.raises(AttributeError):
        _ = params.bias
    with pytest.raises(TypeError):
        params["units"] = 4  # type: ignore[index]
