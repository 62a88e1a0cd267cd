"""What was to be learned from data of the user's, as JSON: kept with a run beside what the data was like."""

from __future__ import annotations

from typing import Any

from engine.data.fields import MOST_WIDE
from engine.graph.targets import TARGETS, SeveralTargets, Target, TargetKind


def target_to_json(target: Target) -> dict[str, Any]:
    """What ``target_from_json`` reads."""
    data: dict[str, Any] = {"kind": target.kind.value, "size": target.size, "names": list(target.names)}
    return data | {"each": list(map(target_to_json, target.each))} if isinstance(target, SeveralTargets) else data


def target_from_json(data: Any) -> Target:
    """Read what ``target_to_json`` wrote. Raises KeyError, TypeError, ValueError."""
    names, size = data["names"], data["size"]
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names) or type(size) is not int:
        raise ValueError("its target")
    kind = TARGETS[TargetKind(data["kind"])]
    if size < min(1, getattr(kind, "size", 1)) or len(names) > MOST_WIDE:  # 0: the network says how many
        raise ValueError("it has no target, or too many")
    if kind is not SeveralTargets:
        return kind(size, tuple(names))
    each = [target_from_json(one) for one in data["each"]]
    if not 1 < len(each) == size == len(set(names)) or any(isinstance(one, SeveralTargets) for one in each):
        raise ValueError("its targets")
    return SeveralTargets.of(dict(zip(names, each, strict=True)))
