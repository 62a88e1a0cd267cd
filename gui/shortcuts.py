"""The keys of every action: which are in force, which the user gave, and that no two actions answer to one key.

What the user changed is kept in the program's settings, by the names of the actions, and put into force at the start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from engine.files.json_input import JsonError, parse_json
from engine.text import brief
from gui.actions import show_keys
from gui.settings_file import settings

SETTING = "shortcuts"
"""Under this name the settings hold a JSON object: action name -> list of keys, for what differs from the start."""

_MOST_KEYS = 8
"""Of one action."""
_Mods = Qt.KeyboardModifier
_TYPING = _Mods.ControlModifier | _Mods.AltModifier | _Mods.MetaModifier
_MOVING = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_ANSWERING = {
    Qt.Key.Key_Tab: "moves the keyboard focus",
    Qt.Key.Key_Backtab: "moves the keyboard focus back",
    Qt.Key.Key_Escape: "cancels",
    Qt.Key.Key_Return: "confirms dialogs and opens what is selected",
    Qt.Key.Key_Enter: "confirms dialogs and opens what is selected",
}


_RARE = frozenset(
    (
        *(Qt.Key(number) for number in range(Qt.Key.Key_F13, Qt.Key.Key_F35 + 1)),
        *(Qt.Key.Key_Cut, Qt.Key.Key_Copy, Qt.Key.Key_Paste, Qt.Key.Key_Undo, Qt.Key.Key_Redo, Qt.Key.Key_Find),
        *(Qt.Key.Key_New, Qt.Key.Key_Open, Qt.Key.Key_Save, Qt.Key.Key_Close, Qt.Key.Key_Exit, Qt.Key.Key_ZoomIn),
        *(Qt.Key.Key_ZoomOut, Qt.Key.Key_Help),
    )
)
"""Keys of old workstations that systems still know for cutting, copying and the like."""


@dataclass(frozen=True)
class ShortcutEntry:
    """An action that may have keys. ``name`` never changes, ``title`` is what the list calls it."""

    name: str
    group: str
    title: str
    action: QAction
    defaults: tuple[QKeySequence, ...]

    @property
    def keys(self) -> tuple[QKeySequence, ...]:
        """The keys in force."""
        return tuple(self.action.shortcuts())

    @property
    def changed(self) -> bool:
        """Whether the keys are not those that the program came with."""
        return self.keys != self.defaults

    @property
    def where(self) -> str:
        """Where the keys work: "everywhere", "canvas", "canvas and outline"."""
        places = sorted(widget.objectName() or "window" for widget in _places(self.action))
        return " and ".join(places) if places else "everywhere"


class KeyRefused(ValueError):
    """A key cannot be given; the message says why. ``holder`` is the action that has it, if that is the reason."""

    def __init__(self, message: str, holder: ShortcutEntry | None = None) -> None:
        super().__init__(message)
        self.holder = holder


class Shortcuts(QObject):
    """All entries by name. After every edit no two actions whose places overlap have a key in common."""

    changed = Signal()
    kept = Signal()
    """The user's keys were written into the settings: other windows may read them."""

    def __init__(self, entries: Iterable[ShortcutEntry], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: dict[str, ShortcutEntry] = {entry.name: entry for entry in entries}
        self._taken: dict[str, list[list[int]]] = {}
        """The keys of each action as plain numbers: asking Qt for them each time would take long."""
        for entry in self.entries.values():
            self._taken[entry.name] = [_plain(key) for key in entry.keys]

    # Asking

    def holder(self, name: str, key: QKeySequence) -> ShortcutEntry | None:
        """The other action that has a key where this one would want it."""
        wanted, plain = self.entries[name], _plain(key)
        for other, taken in self._taken.items():
            if plain in taken and other != name and overlap(wanted.action, self.entries[other].action):
                return self.entries[other]
        return None

    def check(self, name: str, key: QKeySequence) -> None:
        """Raise KeyRefused when this action cannot have this key, in words for the user."""
        words = unfit(key)
        if words:
            raise KeyRefused(words)
        holder = self.holder(name, key)
        if holder is not None:
            raise KeyRefused(f"{shown(key)} belongs to “{holder.title}” ({holder.group}).", holder)

    # Changing

    def give(self, name: str, keys: Sequence[QKeySequence]) -> None:
        """Give an action exactly these keys. Raises KeyRefused, and then changes nothing."""
        entry = self.entries[name]
        wanted: list[QKeySequence] = []
        for key in keys:
            # What it came with, such as Space or Delete, an action may always have.
            if not _has(entry.defaults, key):
                self.check(name, key)
            else:
                holder = self.holder(name, key)
                if holder is not None:
                    raise KeyRefused(f"{shown(key)} belongs to “{holder.title}” ({holder.group}).", holder)
            if not _has(wanted, key):
                wanted.append(key)
        self._put(entry, wanted)
        self._keep()

    def take(self, name: str, key: QKeySequence) -> None:
        """Give an action a key that others have. The first of them gets this one's old key in exchange, if it can
        have it, and goes without otherwise. Raises KeyRefused for a key that nobody may have."""
        entry = self.entries[name]
        words = unfit(key)
        if words and not _has(entry.defaults, key):
            raise KeyRefused(words)
        old = [k for k in entry.keys if not same(k, key)]
        first: ShortcutEntry | None = None
        while (other := self.holder(name, key)) is not None:
            first = first or other
            self._put(other, [k for k in other.keys if not same(k, key)])
        self._put(entry, [key])
        if first is not None and old and not unfit(old[0]) and self.holder(first.name, old[0]) is None:
            self._put(first, [*first.keys, old[0]])
        self._keep()

    def reset(self, name: str) -> None:
        """Give an action the keys it came with. Raises KeyRefused when another one has one of them now."""
        self.give(name, self.entries[name].defaults)

    def reset_all(self) -> None:
        """Give every action the keys it came with."""
        self._apply({})
        self._keep()

    # Keeping

    def load(self) -> None:
        """Put what the settings hold into force. What cannot be read or would give one key to two is left out."""
        try:
            stored = parse_json(str(settings().value(SETTING, "{}")))
        except JsonError:
            stored = {}
        if stored == self.given():
            return
        given, _problems = self.sorted_out(stored if isinstance(stored, dict) else {})
        if given or any(entry.changed for entry in self.entries.values()):
            self._apply(given)

    def given(self) -> dict[str, list[str]]:
        """The keys that the user gave, as plain text, by the names of the actions."""
        portable = QKeySequence.SequenceFormat.PortableText
        return {e.name: [k.toString(portable) for k in e.keys] for e in self.entries.values() if e.changed}

    def sorted_out(self, stored: Mapping[str, object]) -> tuple[dict[str, list[QKeySequence]], list[str]]:
        """What of ``stored``, as ``given`` has it, can be used, and a sentence for everything that cannot."""
        given: dict[str, list[QKeySequence]] = {}
        problems: list[str] = []
        for name, keys in stored.items():
            if name not in self.entries:
                problems.append(f"{brief(name)} is not an action of this version and was left out.")
                continue
            entry = self.entries[name]
            several = keys[:_MOST_KEYS] if isinstance(keys, list) else []
            read = [QKeySequence.fromString(key) for key in several if isinstance(key, str)]
            usable = [key for key in read if key.count() and (_has(entry.defaults, key) or not unfit(key))]
            if usable or keys == []:
                given[name] = usable
            if not isinstance(keys, list) or len(usable) < len(keys):
                problems.append(f"{brief(keys)} cannot be the shortcut of “{entry.title}” and was left out.")
        return given, problems

    def use(self, given: Mapping[str, Sequence[QKeySequence]]) -> None:
        """Put the keys of all actions into force: these, and for every other action those it came with.

        Where two have one key, the first keeps it.
        """
        self._apply(given)
        self._keep()

    def _apply(self, given: Mapping[str, Sequence[QKeySequence]]) -> None:
        self._taken = {name: [] for name in self.entries}
        # What the user gave goes before what the program came with.
        order = [*given, *(name for name in self.entries if name not in given)]
        for name in order:
            entry = self.entries[name]
            free = [key for key in given.get(name, entry.defaults) if self.holder(name, key) is None]
            self._set(entry, free)
        self.changed.emit()

    def _put(self, entry: ShortcutEntry, keys: Sequence[QKeySequence]) -> None:
        self._set(entry, keys)
        self.changed.emit()

    def _set(self, entry: ShortcutEntry, keys: Sequence[QKeySequence]) -> None:
        self._taken[entry.name] = [_plain(key) for key in keys]
        if entry.keys != tuple(keys):
            entry.action.setShortcuts(list(keys))
            show_keys(entry.action)

    def _keep(self) -> None:
        stored = self.given()
        if stored:
            settings().setValue(SETTING, json.dumps(stored))
        else:
            settings().remove(SETTING)
        self.kept.emit()


def overlap(one: QAction, other: QAction) -> bool:
    """Whether there is a place where the keys of both actions would work."""
    first, second = _places(one), _places(other)
    if not first or not second:
        return True
    return any(a is b or a.isAncestorOf(b) or b.isAncestorOf(a) for a in first for b in second)


def _places(action: QAction) -> list[QWidget]:
    """The widgets that an action's keys are limited to; none when they work in the whole window."""
    context = action.shortcutContext()
    if context not in (Qt.ShortcutContext.WidgetShortcut, Qt.ShortcutContext.WidgetWithChildrenShortcut):
        return []
    return [w for w in action.associatedObjects() if isinstance(w, QWidget) and not isinstance(w, (QMenu, QMenuBar))]


def same(one: QKeySequence, other: QKeySequence) -> bool:
    """Whether two keys are one: Qt takes Shift+? and ? for the same."""
    return _plain(one) == _plain(other)


def _plain(key: QKeySequence) -> list[int]:
    return [_without_shift(_pressed(key, number)).toCombined() for number in range(key.count())]


def _pressed(key: QKeySequence, number: int = 0) -> QKeyCombination:
    pressed: QKeyCombination = key[number]  # type: ignore[index]  # the stubs do not know of it
    return pressed


def _without_shift(pressed: QKeyCombination) -> QKeyCombination:
    code = int(pressed.key())
    sign = 0x20 < code < 0x7F and not chr(code).isalnum()
    return QKeyCombination(pressed.keyboardModifiers() & ~_Mods.ShiftModifier, pressed.key()) if sign else pressed


def _has(keys: Iterable[QKeySequence], key: QKeySequence) -> bool:
    return any(same(k, key) for k in keys)


def keys_shown(entry: ShortcutEntry) -> list[str]:
    """The keys of an action as the system writes them, without those it came with that no keyboard has any more."""
    rare = [key for key in entry.keys if _has(entry.defaults, key) and _pressed(key).key() in _RARE]
    return [shown(key) for key in entry.keys if key not in rare] or [shown(key) for key in rare]


def shown(key: QKeySequence) -> str:
    """A key as the system writes it."""
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def unfit(key: QKeySequence) -> str:
    """Why a key is no shortcut for anyone, in a sentence; "" when it could be one."""
    if key.count() != 1 or _pressed(key).key() == Qt.Key.Key_unknown:
        return "Press one key, alone or together with Ctrl, Alt or Shift."
    pressed = _pressed(key)
    code, modifiers = pressed.key(), pressed.keyboardModifiers()
    if code in _ANSWERING:
        return f"{shown(key)} {_ANSWERING[code]}, and is reserved for that."
    if code in _MOVING and not modifiers & (_Mods.AltModifier | _Mods.MetaModifier):
        return f"{shown(key)} moves around, and is reserved for that."
    if code in (Qt.Key.Key_Left, Qt.Key.Key_Right) and modifiers == _Mods.AltModifier:
        return f"{shown(key)} selects wires, and is reserved for that."
    letter = 0x20 < int(code) < 0x7F and chr(int(code)).isalnum()
    if letter and not modifiers:
        return "A letter or digit alone starts a search, and is reserved for that."
    if letter and modifiers == _Mods.AltModifier:
        return f"{shown(key)} may open a menu, and is reserved for that."
    return ""
