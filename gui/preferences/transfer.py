"""Settings as a file: a plain JSON text that another computer, or another person, can take over.

Such a file may come from anywhere. Only values that a preference or an action declares are taken; everything else is
left out and said. Places of windows, recent files and the like belong to one computer and are not in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.counting import counted
from engine.files.atomic import WriteError, write_whole
from engine.files.bounded import NotReadable, read_bounded
from engine.files.json_input import JsonError, parse_json
from engine.graph.parameters import BadParameter
from engine.text import brief
from gui.preferences.declared import PREFERENCES, preference
from gui.preferences.store import Preferences
from gui.shortcuts import Shortcuts

FORMAT = 1
LARGEST = 2**20
_MOST_VALUES = 20_000
_MOST_TOLD = 3
SUFFIX = ".json"


class SettingsFileError(ValueError):
    """Settings cannot be written or read; the message says why."""


@dataclass
class Imported:
    """What was taken over: the number of settings and shortcuts, and a sentence for each entry left out."""

    settings: int = 0
    shortcuts: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What came of it, in a few sentences."""
        said = [f"Imported {counted(self.settings, 'setting')} and {counted(self.shortcuts, 'shortcut')}."]
        said += self.left_out[:_MOST_TOLD]
        more = len(self.left_out) - _MOST_TOLD
        if more > 0:
            said.append(f"{counted(more, 'other entry', 'other entries')} left out.")
        return " ".join(said)


def export_settings(path: Path, preferences: Preferences, shortcuts: Shortcuts) -> None:
    """Write every preference, and the shortcuts that were changed. Raises SettingsFileError."""
    values = {entry.name: preferences.value(entry.name) for entry in PREFERENCES}
    data = {"sketchnet": "settings", "format": FORMAT, "settings": values, "shortcuts": shortcuts.given()}
    try:
        write_whole(path, json.dumps(data, indent=2, ensure_ascii=False).encode("utf-8") + b"\n")
    except WriteError as error:
        raise SettingsFileError(str(error)) from None


def import_settings(path: Path, preferences: Preferences, shortcuts: Shortcuts) -> Imported:
    """Take over what a file holds. Raises SettingsFileError, and then nothing has changed."""
    data = _read(path)
    values, keys = _part(path, data, "settings"), _part(path, data, "shortcuts")
    done = Imported()
    for name in sorted(data.keys() - {"sketchnet", "format", "settings", "shortcuts"}):
        done.left_out.append(f"{brief(name)} is not known here and was left out.")
    for name, value in values.items():
        try:
            preferences.set(name, value)
        except KeyError:
            done.left_out.append(f"{brief(name)} is not a setting of this version and was left out.")
        except BadParameter as error:
            done.left_out.append(f"{error} It stays {_shown(preferences, name)}.")
        else:
            done.settings += 1
    if "shortcuts" in data:
        given, problems = shortcuts.sorted_out(keys)
        shortcuts.use(given)
        done.shortcuts = len(given)
        done.left_out += problems
    return done


def _shown(preferences: Preferences, name: str) -> str:
    return preference(name).parameter.show(preferences.value(name))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = parse_json(read_bounded(path, LARGEST), most_values=_MOST_VALUES)
    except NotReadable as error:
        raise SettingsFileError(f"{path.name} {error}.") from None
    except JsonError as error:
        raise SettingsFileError(f"{path.name} is not a file of settings: {error}.") from None
    if not isinstance(data, dict) or data.get("sketchnet") != "settings":
        raise SettingsFileError(f"{path.name} is not a file of Sketchnet's settings.")
    found = data.get("format")
    if type(found) is not int or not 1 <= found <= FORMAT:
        raise SettingsFileError(f"{path.name} has format {brief(found)}; this version reads format {FORMAT}.")
    return data


def _part(path: Path, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name, {})
    if not isinstance(part, dict):
        raise SettingsFileError(f"{path.name}: “{name}” must be an object, not {brief(part)}.")
    return part
