"""Evaluates with the running averages of the weights."""

from typing import Any

from keryx._core.errors import StateError
from keryx._core.variable import Variable
from keryx._engine.state import Logs
from keryx.callbacks._callback import Callback


class SwapEMAWeights(Callback):
    """Puts the optimizer's averages of the weights in their place to evaluate.

    The optimizer needs `use_ema=True`. After the evaluation or prediction, the weights
    are back.

    Example:
        >>> SwapEMAWeights(swap_on_epoch=True).swap_on_epoch
        True

    Args:
        swap_on_epoch: Whether the averages stay in place from the end of an epoch to
            the beginning of the next, for the callbacks that come after, such as
            `ModelCheckpoint`.

    Raises:
        StateError: When it swaps, if the optimizer keeps no averages.

    Source:
        Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging",
        SIAM J. Control Optim. 30 (1992).
    """

    reads_logs = False

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        if self.swap_on_epoch:
            self._put(averages=False)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.swap_on_epoch:
            self._put(averages=True)

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self._swapped:
            # At the end of training, averages overwrite the weights: those in place.
            for variable, average in pairs(self.model):
                average.assign(variable)
            self._swapped = False

    def on_test_begin(self, logs: Logs | None = None) -> None:
        self._put(averages=True)

    def on_test_end(self, logs: Logs | None = None) -> None:
        self._put(averages=False)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._put(averages=True)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._put(averages=False)

    def _put(self, *, averages: bool) -> None:
        """Has the averages or the weights in the model, whichever is asked for."""
        if averages == self._swapped:
            return
        for variable, average in pairs(self.model):
            value = variable.numpy()
            variable.assign(average)
            average.assign(value)
        self._swapped = averages


def pairs(model: Any) -> list[tuple[Variable, Variable]]:
    """Returns the trained variables with their running averages.

    Raises:
        StateError: If the model's optimizer keeps none.
    """
    optimizer = getattr(model, "optimizer", None)
    kept = getattr(optimizer, "_extra", {}).get("average")
    if optimizer is None or kept is None:
        raise StateError(
            "SwapEMAWeights",
            expected="an optimizer that was made with `use_ema=True` and has trained",
            got=f"{type(optimizer).__name__} without averages",
        )
    return list(zip(optimizer._parameters, kept, strict=True))
