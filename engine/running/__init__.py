"""Carrying out a run: the drawing, recipe and data of a project become a learner, and the runner takes its steps.

``run.Run`` builds the module, fits the preparation on the training split, has the kind of learning make its learner and
hands it to ``engine.training.runner``. ``torch_preload`` loads what takes long, before somebody waits for it.
"""
