"""How far a run goes, and when it is over: rules that the loop, the window and the command line share."""

from __future__ import annotations


def epochs_left_to(done: int, asked: int, before: int | None = None) -> int | None:
    """Up to which epoch a run that has finished ``done`` epochs goes on; None when it has done all of them.

    To as many as are ``asked`` for now; where it has done these, to as many as it was to have ``before``.
    """
    return next((epochs for epochs in (asked, before) if epochs is not None and epochs > done), None)


def patience_is_over(patience: int, best_epoch: int, epoch: int) -> bool:
    """Whether nothing has become better in ``patience`` epochs (0: any number of them) up to ``epoch``.

    ``best_epoch`` is the one with the least loss, 0 for none yet.
    """
    return bool(patience and best_epoch and epoch - best_epoch >= patience)
