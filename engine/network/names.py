"""The fixed table of names that a layer's expression can use: torch, torch.nn, its functions, our own modules."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from engine.network import modules

ROOTS: Mapping[str, Any] = MappingProxyType({"torch": torch, "nn": nn, "F": functional, "modules": modules})


def resolve(path: str) -> Any:
    """The object called ``path``, such as ``nn.Conv2d``. Raises LookupError when the table does not have it."""
    root, _, rest = path.partition(".")
    value: Any = ROOTS.get(root)
    for part in rest.split("."):
        value = None if part.startswith("_") else getattr(value, part, None)
    if value is None:
        raise LookupError(f"{path!r} is not a name that a layer may use.")
    return value


def printed(path: str) -> str:
    """The name as it stands in an exported file, which holds our own modules itself."""
    return path.removeprefix("modules.")


def source_of(path: str) -> str:
    """The source code of one of our own modules."""
    return inspect.getsource(resolve(path)).rstrip()
