"""Sketchnet among the system's programs: its menu entry, its kind of file, icons, manual pages and completion.

``identity`` has the names that all of these must agree on, ``entries`` the files that a desktop on Linux reads,
``icons`` draws the pictures, ``typed_words`` walks through what can be typed, for ``manual_pages`` and ``completion``.
``layout`` puts it all under a folder such as /usr: the Debian package and ``installing``, which does the same in the
user's home, take it from there. Nothing here opens a window.
"""
