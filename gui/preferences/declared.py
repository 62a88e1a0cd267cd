"""Every entry of the settings dialog, declared once: its title, its values, what it does and when that begins."""

from __future__ import annotations

import os
from dataclasses import dataclass

from engine.graph.parameters import Choice, Flag, Parameter
from gui.preferences import scaling

AT_ONCE, NEXT_START, NEXT_RUN = "", "Takes effect at the next start.", "Takes effect at the next run."
APPEARANCE, START, TRAINING, WORK = "Appearance", "At start", "Training", "Your work"

APPEARANCES = (
    ("system", "Follow the system"),
    ("light", "Light"),
    ("dark", "Dark"),
    ("light-contrast", "Light, high contrast"),
    ("dark-contrast", "Dark, high contrast"),
)
"""(name of the theme, its words)."""
AUTOMATIC = "auto"
DEVICES = {"cpu": "CPU", "cuda": "NVIDIA GPU", "mps": "Apple GPU"}
MOST_THREADS = 256
AUTOSAVE, NOTIFY, AWAKE = "autosave", "notify", "stay_awake"
SHORTCUTS = "shortcuts"
"""The name by which ``Preferences.changed`` tells that keys were changed; ``gui.shortcuts`` keeps them."""
LAST, EXAMPLE, EMPTY = "last", "example", "empty"


@dataclass(frozen=True)
class Preference:
    """One thing to decide. ``when`` says when a change begins to count; "" for at once."""

    parameter: Parameter
    when: str = AT_ONCE

    @property
    def name(self) -> str:
        """By which the settings know it."""
        return self.parameter.name


def _cores() -> int:
    return max(1, min(MOST_THREADS, os.cpu_count() or 1))


def _threads() -> Choice:
    counts = tuple(str(count) for count in range(1, _cores() + 1))
    return Choice(
        name="threads",
        title="CPU threads",
        default=AUTOMATIC,
        group=TRAINING,
        options=(AUTOMATIC, *counts),
        labels=("Automatic", *counts),
        help="Automatic chooses by the size of the network: one thread for a small one, all cores but one for a large "
        "one on four cores or more. Another number can change the last digits of the results; a run that is resumed "
        "keeps the number it began with.",
    )


PREFERENCES: tuple[Preference, ...] = (
    Preference(
        Choice(
            name="theme",
            title="Theme",
            default="system",
            group=APPEARANCE,
            options=tuple(name for name, _ in APPEARANCES),
            labels=tuple(words for _, words in APPEARANCES),
            help="Light, dark, or as the system is set; with high contrast, text and lines stand out more.",
        )
    ),
    Preference(
        Choice(
            name=scaling.SETTING,
            title="Interface size",
            default=scaling.USUAL,
            group=APPEARANCE,
            options=scaling.SCALES,
            labels=tuple(f"{scale} %" for scale in scaling.SCALES),
            help="The size of text and controls, relative to what the system asks for.",
        ),
        NEXT_START,
    ),
    Preference(
        Choice(
            name="start",
            title="Open",
            default=LAST,
            group=START,
            options=(LAST, EXAMPLE, EMPTY),
            labels=("The last project", "The example", "An empty project"),
            help="What is shown when Sketchnet is started without a file. Unsaved work from a crash is offered first.",
        )
    ),
    Preference(
        Flag(
            name="restore_layout",
            title="Restore the window",
            default=True,
            group=START,
            help="Open the window and its panels where they were, as large as they were.",
        ),
        NEXT_START,
    ),
    Preference(
        Choice(
            name="device",
            title="Device",
            default=AUTOMATIC,
            group=TRAINING,
            options=(AUTOMATIC, *DEVICES),
            labels=("Automatic", *DEVICES.values()),
            help="Where networks are trained whose own setting is Automatic; the fastest that is found, unless another "
            "is chosen.",
        ),
        NEXT_RUN,
    ),
    Preference(_threads(), NEXT_RUN),
    Preference(
        Flag(
            name=NOTIFY,
            title="Notify when a run ends",
            default=True,
            group=TRAINING,
            help="A notification of the system, when a run of half a minute or more ends and no window of Sketchnet "
            "is in front.",
        )
    ),
    Preference(
        Flag(
            name=AWAKE,
            title="Stay awake during a run",
            default=True,
            group=TRAINING,
            help="The computer does not go to sleep while a network is trained, unless the run is paused.",
        )
    ),
    Preference(
        Choice(
            name=AUTOSAVE,
            title="Save for recovery",
            default="3",
            group=WORK,
            options=("1", "3", "10", "30", "60"),
            labels=("1 second", "3 seconds", "10 seconds", "30 seconds", "1 minute"),
            help="How soon after a change unsaved work is written down, so that a crash does not lose it. The project "
            "file itself changes only when you save.",
        )
    ),
)


def preference(name: str) -> Preference:
    """The entry of that name. Raises KeyError."""
    for found in PREFERENCES:
        if found.name == name:
            return found
    raise KeyError(name)
