"""Pooling with dilation: what the shape rule takes, torch takes, and no window lies in the padding alone."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import nn

from engine.graph.layers import kinds
from engine.graph.parameter_sets import resolve
from engine.graph.shapes import Shape, ShapeError


@pytest.mark.parametrize("length", range(1, 7))
def test_every_window_holds_a_number(length: int) -> None:
    kind = kinds()["MaxPool1d"]
    signal = torch.rand(1, 2, length)
    for kernel, stride, padding, dilation in itertools.product(range(1, 5), range(1, 4), range(3), range(1, 6)):
        settings = {"kernel_size": (kernel,), "stride": (stride,), "padding": (padding,), "dilation": (dilation,)}
        try:
            pooled = nn.MaxPool1d(kernel, stride, padding, dilation)(signal)
            sound = bool(torch.isfinite(pooled).all())
        except RuntimeError:
            sound = False
        try:
            shape = kind.shape(resolve(kind.parameters, settings, kind.name), (Shape.signal(2, length),))
        except ShapeError:
            shape = None
        assert (shape is not None) == sound, (length, settings)
        if shape is not None:
            assert shape.sizes == tuple(pooled.shape[1:])


def test_it_is_said_what_to_do() -> None:
    kind = kinds()["MaxPool2d"]
    settings = {"kernel_size": (2, 2), "stride": (1, 1), "padding": (1, 1), "dilation": (3, 1)}
    with pytest.raises(ShapeError, match=r"the whole height of 2\. Use a smaller dilation, or no padding") as caught:
        kind.shape(resolve(kind.parameters, settings, kind.name), (Shape.picture(1, 2, 2),))
    fitted = {**settings, "dilation": caught.value.details["fits"]}
    assert kind.shape(resolve(kind.parameters, fitted, kind.name), (Shape.picture(1, 2, 2),))
