"""Which names layers may have: they become attributes of torch modules, keys of weights and words of written code."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container

from engine.graph.errors import BadName

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}\Z")
_USED_BY_TORCH = (
    "T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches "
    "eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict "
    "modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook "
    "register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook "
    "register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook "
    "register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ "
    "set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad"
)
_USED_IN_SOURCE = "self x torch nn F"
_RESERVED = frozenset((_USED_BY_TORCH + " " + _USED_IN_SOURCE).split())
"""Names that a module of torch, or the code written for one, uses itself: a node of that name would hide them."""


def check_spelling(name: str) -> None:
    """Raise BadName when no layer may have that name."""
    if not _NAME.match(name) or keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in _RESERVED:
        raise BadName(
            f"{name!r} cannot be the name of a layer: use at most 60 letters, digits and underscores, starting "
            "with a letter, and no word that Python or torch needs itself. For example conv1."
        )


def free_name(stem: str, taken: Container[str], start: int = 1) -> tuple[str, int]:
    """The first of stem1, stem2, … from number ``start`` on that is not taken, and its number."""
    stem, number = stem[:50], start  # leaves room for the number
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}", number


def stem_of(title: str, fallback: str = "block") -> str:
    """What the names of nodes with that title begin with: "Squeeze & excite" gives squeeze_excite."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    stem = "_".join(words)[:40].strip("_").lstrip("0123456789_").rstrip("0123456789_")
    return stem or fallback
