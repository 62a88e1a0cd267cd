"""Training: the recipe (every setting of a run), the runner, and the window into it (control and telemetry).

``runner.Runner`` takes the steps of a ``learner.Learner`` and publishes what they give, channel by channel, into
``telemetry``; flags of ``control`` are read once a step. ``gradient_learner`` is the learner that most kinds of
learning use: batches of rows, a loss, an optimizer and a schedule. What comes of a run (``result``) is weights and a
``state.TrainingState`` as numpy arrays, which the project file holds. The state keeps the best and the last weights;
``kept_weights`` tells which of them a project uses, whatever ended the run. Beside the weights a project keeps the
recipe they were trained with and how the run ended (``run_end``), so that opening finds the state that was saved.
"""
