"""Where data comes from: sources, preparation, and what a dataset says of itself.

Whatever comes from a file passes one door for its kind: ``pictures.file`` and ``pictures.input`` for pictures (what the
file paints, and what a dataset's network is given of it), ``tables.file`` for tables, ``idx`` for datasets; numbers in
tables and typed ones are read by ``engine.number_text``. Data is looked at as it is loaded (``checking``). Beside the
weights a project keeps what inputs they have learned from: the range of each column (``learned_range``), and for
pictures a small record by which those unlike all of them are told (``novelty``, fitted in ``engine.tasks.novelty``).
"""
