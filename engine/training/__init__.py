"""Training: the recipe (every setting of a run), the runner, and the window into it (control and telemetry).

``Recipe`` + ``Graph`` + ``Dataset`` -> ``run.Run`` builds the module, fits the preparation on the training split,
loops over index batches (``runner``, ``batches``), and publishes steps and epochs into ``telemetry``; flags of
``control`` are read once a step. What comes of it (``result``) is weights and a ``state.TrainingState`` as numpy
arrays, which the project file holds. The state keeps the best and the last weights; ``kept_weights`` tells which of
them a project uses, whatever ended the run. Beside the weights a project keeps the recipe they were trained with and
how the run ended (``run_end``), so that opening finds the state that was saved.
"""
