"""What the program says to the desktop around it, by the system's own means and where there are any.

``task_bar`` shows the progress of runs, ``notification`` says that a long one has ended, ``awake`` keeps the computer
from falling asleep meanwhile; ``gui.run_watch`` decides when. ``recently_used`` is the system's list of files.
``presence`` tells whether there is a desktop at all.
"""
