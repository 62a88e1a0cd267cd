"""Where the views of results lie for each kind of learning: kept in the settings, for the next time it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QByteArray

from gui.settings_file import settings


class ViewPlace(Enum):
    """Where a view may lie."""

    NOWHERE = "nowhere"
    TAB = "tab"
    BESIDE = "beside the curves"
    ENLARGED = "over the window"
    WINDOW = "a window of its own"


@dataclass(frozen=True)
class Beside:
    """The view that stands beside the curves where there is room, by ``name``; "" for none.

    Where it does not fit the data nobody sees it; where it is wide it has a tab of its own however much room there is.
    """

    name: str = ""
    fits: bool = False
    is_wide: bool = False


class ViewPlaces:
    """What is remembered for one kind of learning, by the names of its views; for "" nothing is."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def _key(self, what: str) -> str:
        return f"views/{self._kind}/{what}"

    @property
    def front(self) -> str:
        """The view whose tab somebody has chosen last; "" for none yet."""
        return str(settings().value(self._key("front"), "")) if self._kind else ""

    @front.setter
    def front(self, name: str) -> None:
        if self._kind:
            settings().setValue(self._key("front"), name)

    @property
    def detached(self) -> tuple[str, ...]:
        """The views that stand in windows of their own."""
        stored = settings().value(self._key("detached"), []) if self._kind else []
        # Qt gives a list of one back as the one.
        return tuple(str(name) for name in (stored if isinstance(stored, list) else [stored]) if name)

    @detached.setter
    def detached(self, names: Sequence[str]) -> None:
        if self._kind and tuple(names) != self.detached:
            settings().setValue(self._key("detached"), list(names))

    @property
    def share(self) -> float | None:
        """The part of the width that what stands beside the curves has, 0 to 1; None where nobody has chosen."""
        stored = settings().value(self._key("share")) if self._kind else None
        try:
            found = float(str(stored))
        except ValueError:
            return None
        return found if 0 < found < 1 else None

    @share.setter
    def share(self, part: float) -> None:
        if self._kind:
            settings().setValue(self._key("share"), part)

    def geometry(self, name: str) -> QByteArray | None:
        """Where the window of a view was; None where it has had none."""
        stored = settings().value(self._key(f"geometry/{name}")) if self._kind else None
        return stored if isinstance(stored, QByteArray) else None

    def set_geometry(self, name: str, geometry: QByteArray) -> None:
        """Remember where the window of a view is."""
        if self._kind:
            settings().setValue(self._key(f"geometry/{name}"), geometry)
