"""The states that layers hand from one batch to the next."""

from typing import Any

import jax

from keryx._core import scope
from keryx._core.place import placed
from keryx._core.variable import Variable


class Carried(Variable):
    """A layer's state from batch to batch, with one row for each of the batch's.

    Training has one value; evaluation and prediction have another, `aside`, that begins
    as training's whenever training (or a reset) sets it. So predicting between two
    epochs leaves the training alone, and still goes on from call to call.

    Example:
        >>> import jax.numpy as jnp
        >>> state = Carried(jnp.zeros((1, 2)), trainable=False)
        >>> state.aside = jnp.ones((1, 2))
        >>> state.numpy().tolist(), state.aside.tolist()
        ([[0.0, 0.0]], [[1.0, 1.0]])
        >>> _ = state.assign(jnp.zeros((3, 2)))
        >>> state.aside.shape
        (3, 2)
    """

    __slots__ = ("_aside",)

    _aside: jax.Array | None

    @property
    def aside(self) -> jax.Array:
        """The value for evaluation and prediction."""
        found: jax.Array | None = getattr(self, "_aside", None)
        return self._value if found is None else found

    @aside.setter
    def aside(self, value: jax.Array) -> None:
        self._aside = value

    def adopt(self, array: jax.Array) -> None:
        """Takes `array` as training's value, from which prediction goes on too."""
        super().adopt(array)
        self._aside = None

    def assign(self, value: Any) -> jax.Array:
        """Sets the value, which may have another number of rows; returns it."""
        value = value.value if isinstance(value, Variable) else value
        array = placed(value, self._value.dtype)
        here = scope.current()
        if here is not None and (id(self) in here.values or here.abstract):
            here.values[id(self)] = array
        elif isinstance(array, jax.core.Tracer) or not self._fits(array):
            super().assign(array)  # which says what is wrong
        else:
            self.adopt(array)
            self._lent = True
        return array

    def begin(self, value: Any, *, own: bool = False) -> None:
        """Sets the value and hands nothing out, so that training need not copy it.

        Args:
            value: The new value.
            own: Whether it is an array that nobody else has, to be taken as it is.
        """
        running = scope.current() is not None
        if own and not running and value.dtype == self._value.dtype:
            self.adopt(value)
            return
        self.assign(value)
        if not running:
            self._lent = False

    def _fits(self, array: jax.Array) -> bool:
        return array.ndim == self.ndim and array.shape[1:] == self.shape[1:]
