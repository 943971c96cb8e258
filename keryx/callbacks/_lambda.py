"""A callback made of functions."""

from collections.abc import Callable
from typing import Any

from keryx._core.errors import ArgumentError, nearest
from keryx.callbacks._callback import Callback, HOOKS

Hook = Callable[..., Any] | None


class LambdaCallback(Callback):
    """Calls functions at the moments of a run.

    Example:
        >>> show = lambda epoch, logs: print(epoch, logs)
        >>> callback = LambdaCallback(on_epoch_end=show)
        >>> callback.on_epoch_end(0, {"loss": 0.5})
        0 {'loss': 0.5}

    Args:
        on_epoch_begin: Function of `(epoch, logs)`, called before an epoch.
        on_epoch_end: Function of `(epoch, logs)`, called after an epoch.
        on_train_begin: Function of `(logs)`, called before training.
        on_train_end: Function of `(logs)`, called after training.
        on_train_batch_begin: Function of `(batch, logs)`, called before each batch.
        on_train_batch_end: Function of `(batch, logs)`, called after each batch.
        kwargs: Functions for the other hooks of `Callback`, by their names.

    Raises:
        ArgumentError: If `kwargs` has a name that is no hook.
    """

    def __init__(
        self,
        on_epoch_begin: Hook = None,
        on_epoch_end: Hook = None,
        on_train_begin: Hook = None,
        on_train_end: Hook = None,
        on_train_batch_begin: Hook = None,
        on_train_batch_end: Hook = None,
        **kwargs: Hook,
    ) -> None:
        super().__init__()
        for name in kwargs:
            if name not in HOOKS:
                raise ArgumentError(
                    self,
                    name,
                    expected=f"one of the hooks {', '.join(HOOKS)}",
                    got=name,
                    fix=nearest(name, HOOKS),
                )
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }
        self.functions = {name: f for name, f in given.items() if f is not None}
        # As attributes they take the place of the methods, and count as overridden.
        self.__dict__.update(self.functions)
