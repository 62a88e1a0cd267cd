"""Sketchnet's window: it shows the engine's values and edits them, and never holds the only copy.

``sketch`` is the value one edits: drawing, recipe, and what training made of them. ``document`` holds it, ``history``
the steps of undo: training is an edit like any other. Where an edit follows on an undone training, the line of steps
leads through that training, so that nothing learned gets out of reach; beyond a gigabyte the oldest weights are let
go, and it is said. ``project_session`` adds the file and the journal, ``project_data`` what the data is like;
``workspace`` connects them with the run and the predictions, each in a thread of its own (``training``,
``dataset_preview``, ``measuring``), polled or answering by signal. What somebody waits for is done by ``background``:
in a thread, while the window goes on and takes no input. ``gc_control`` keeps Python's cycle collector short and in
the window's thread.

How far training is, is one value: ``training.run_state`` derives it from the document and the run under way, and
``training.run_words`` says what bar, button, status line and tooltips say in each state.

``frame`` is a window before its panels are there, which is on the screen before anything that takes long is loaded;
``interior`` is what stands in it; ``window`` connects them and decides nothing. ``open_windows`` knows which there
are, ``windows`` makes them, ``instance`` hands what a later start asks for (``request``) to the program that runs. A
panel reads the document and edits through it. The outline (``panels``) is the same value as a tree. What a file says
is shown by ``plain_text``, letter by letter.
"""
