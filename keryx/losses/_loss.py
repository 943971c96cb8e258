"""The class form of a loss: settings, a reduction, and what its targets must be."""

import functools
from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from keryx._core import check, config, dtypes, scope, serial
from keryx._core.configurable import Configurable
from keryx._core.op import now
from keryx._core.registry import Registry, snake_case
from keryx._core.tree import Tree
from keryx.losses import _checks
from keryx.losses._reduce import align, merge_mask, reduce_losses, REDUCTIONS

KNOWN = Registry("Loss", "keras.losses", instantiate=True)


class Loss(Configurable):
    """Base class of all losses; a subclass writes `call`, one loss per sample.

        loss = reduction(call(y_true, y_pred) · sample_weight)

    Example:
        >>> class Quartic(Loss):
        ...     def call(self, y_true, y_pred):
        ...         return jnp.mean((y_true - y_pred) ** 4, axis=-1)
        >>> Quartic()(jnp.zeros((2, 1)), jnp.array([[1.0], [2.0]]))
        Array(8.5, dtype=float32)

    Args:
        name: Name of the loss; the class's own in lower case if `None`.
        reduction: "sum_over_batch_size" or "mean": the sum over the number of losses;
            "mean_with_sample_weight": over the sum of the weights; "sum"; "none".
        dtype: Float type of the computation; the default float type if `None`.

    Raises:
        ArgumentError: If `reduction` is none of these.
    """

    rule: ClassVar[str] = "anything"
    # Whether the loss of a sample depends on that sample alone.
    by_sample: ClassVar[bool] = True
    # The activation whose input the loss would rather have than its output.
    inverts: ClassVar[str] = ""
    # Class ids stay integers: a float of 16 bits cannot tell 256 from 257.
    keeps_integers: ClassVar[bool] = False

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        # Departs from Keras: names are not numbered by how many losses were made.
        self.name = name or snake_case(type(self).__name__)
        self.reduction = check.one_of(reduction, (*REDUCTIONS, None), "reduction", self)
        self.dtype = dtypes.policy(dtype or config.floatx()).compute_dtype

    def call(self, y_true: Tree, y_pred: Tree) -> Tree:
        """Computes one loss for each sample."""
        raise NotImplementedError(f"{type(self).__name__}.call")

    def target_mask(self, y_true: Tree, y_pred: Tree) -> jax.Array | None:
        """Returns which targets count, or `None` for all."""
        return None

    def __call__(
        self,
        y_true: Tree,
        y_pred: Tree,
        sample_weight: ArrayLike | None = None,
        *,
        mask: ArrayLike | None = None,
    ) -> jax.Array:
        """Returns the reduced loss.

        Args:
            y_true: Targets, `(batch, ...)`, or several of them.
            y_pred: Predictions, or several of them.
            sample_weight: Weights, `(batch,)` or of the shape of the losses.
            mask: True where a loss counts, of the shape of the losses; a mean is
                over those alone.
        """
        if self.inverts:
            logits = scope.logits_of(y_pred, self.inverts)
            if logits is not None:
                return self._of_logits()(y_true, logits, sample_weight, mask=mask)
        predictions = _arrays(y_pred, self.dtype)
        targets = _arrays(y_true, self.dtype, keep_integers=self.keeps_integers)
        values = jnp.asarray(now(self.call(targets, predictions))).astype(self.dtype)
        own = self.target_mask(targets, predictions)
        if own is not None and mask is not None:
            mask, own = align(jnp.asarray(mask, bool), own)
        mask = own if mask is None else mask if own is None else mask & own
        weights = merge_mask(
            sample_weight,
            mask,
            dtype=self.dtype,
            rescale=self.reduction in ("mean", "sum_over_batch_size"),
        )
        return reduce_losses(values, weights, self.reduction)

    def _of_logits(self) -> "Loss":
        """Returns the same loss for what its predictions are the activation of."""
        raise NotImplementedError

    def check_targets(
        self,
        y: np.ndarray[Any, Any],
        output_shape: tuple[int | None, ...],
        where: str,
        *,
        activation: str | None = None,
    ) -> None:
        """Looks for targets that this loss cannot mean, before anything is compiled.

        Costs one pass over the targets. Sizes that are not known are not checked.

        Args:
            y: All targets of one output, `(samples, ...)`.
            output_shape: Shape of the output, `(batch, ...)`; `None` for unknown sizes.
            where: What is checked, for the message: "output 'dense' (mse)".
            activation: Name of the output's activation, if known.

        Raises:
            DataError: If the targets do not fit the output or the loss.
        """
        y = np.asarray(y)
        _checks.numbers(y, where)
        _checks.activation(self, tuple(output_shape), where, activation)
        _checks.RULES[self.rule](self, y, tuple(output_shape), where)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make an equal loss."""
        settings = super().get_config()
        if settings.get("dtype") in (None, config.floatx()):
            settings.pop("dtype", None)
        return settings


class FunctionLoss(Loss):
    """A loss from a function `fn(y_true, y_pred, **kwargs)`.

    Example:
        >>> halved = FunctionLoss(lambda y_true, y_pred: abs(y_true - y_pred) / 2)
        >>> halved(jnp.zeros(2), jnp.ones(2))
        Array(0.5, dtype=float32)

    Args:
        fn: Returns one loss per sample, or their mean.
        reduction: How the losses become one number; see `Loss`.
        name: Name of the loss; the function's own if `None`.
        dtype: Float type of the computation.
        kwargs: Further arguments of `fn`.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name or function_name(fn), reduction, dtype)
        self.fn = fn
        self.kwargs = kwargs

    def call(self, y_true: Tree, y_pred: Tree) -> Tree:
        if isinstance(y_true, jax.Array) and isinstance(y_pred, jax.Array):
            y_true, y_pred = align(y_true, y_pred)
        return self.fn(y_true, y_pred, **self.kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make an equal loss."""
        return {**super().get_config(), **serial.serialize(self.kwargs)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "FunctionLoss":
        """Makes a loss from `get_config`'s result."""
        return cls(**{**config, "fn": KNOWN.get(config["fn"])})


def function_name(function: Callable[..., Any]) -> str:
    """Returns the name of a function, a partial or an object that can be called."""
    if isinstance(function, functools.partial):
        return function_name(function.func)
    return str(
        getattr(function, "__name__", None) or snake_case(type(function).__name__)
    )


def _arrays(values: Tree, dtype: str, *, keep_integers: bool = False) -> Tree:
    """Turns numbers, arrays, variables and nested ones of these into float arrays."""

    def convert(value: Any) -> jax.Array:
        array = jnp.asarray(value)
        whole = jnp.issubdtype(array.dtype, jnp.integer)
        return array if keep_integers and whole else array.astype(dtype)

    if isinstance(values, list | tuple) and all(
        map(np.isscalar, jax.tree.leaves(values))
    ):
        return convert(values)
    return jax.tree.map(convert, values)
