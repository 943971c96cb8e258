"""The model of `tf.keras` that is trained towards flat minima."""

from typing import Any

import jax.numpy as jnp

from keryx import models, utils
from keryx._core import check
from keryx._core.errors import DataError
from keryx.dialects.tensorflow._tape import GradientTape

_SMALL = 1e-12


class SharpnessAwareMinimization(models.Model):
    """Trains a model by the gradients where the loss near its weights is largest.

        e = rho g / ‖g‖,  g = ∇L(w)
        w ← optimizer(w, ∇L(w + e))

    Args:
        model: The model to train.
        rho: How far to look, in the units of the weights.
        num_batch_splits: Into how many parts to cut a batch, each of which has an `e`
            of its own; `None` for one.
        name: Name of the model.

    Raises:
        ArgumentError: If `rho` is negative, or `num_batch_splits` not positive.
        DataError: In training, if a batch cannot be cut into equal parts.

    Source:
        Foret et al., "Sharpness-Aware Minimization for Efficiently Improving
        Generalization" (arXiv:2010.01412), algorithm 1.
    """

    __module__ = "keryx.models"

    def __init__(
        self,
        model: Any,
        rho: float = 0.05,
        num_batch_splits: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        self.model = model
        self.rho = check.in_interval(rho, 0, float("inf"), "rho", self)
        if num_batch_splits is not None:
            check.positive_int(num_batch_splits, "num_batch_splits", self)
        self.num_batch_splits = num_batch_splits

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Computes the outputs of the model."""
        return self.model(inputs)

    def train_step(self, data: Any) -> Any:  # type: ignore[override]  # one of its forms
        """Makes one update; returns the logs."""
        x, y, weight = utils.unpack_x_y_sample_weight(data)
        count = self.num_batch_splits or 1
        found = []
        for i in range(count):
            part = (_part(value, i, count) for value in (x, y, weight))
            found.append(self._sharp_gradients(*part))
        means = [sum(grads) / count for grads in zip(*found, strict=True)]
        pairs = zip(means, self.trainable_variables, strict=True)
        self.optimizer.apply_gradients(pairs)
        return self.compute_metrics(x, y, self(x, training=False), weight)

    # The engine looks here for whether a step is not the library's usual one.
    train_step.__module__ = "keras.models.experimental"

    def _gradients(self, x: Any, y: Any, weight: Any) -> list[Any]:
        with GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True), weight)
        found: list[Any] = tape.gradient(
            loss, self.trainable_variables, unconnected_gradients="zero"
        )
        return found

    def _sharp_gradients(self, x: Any, y: Any, weight: Any) -> list[Any]:
        """Returns the gradients a step of `rho` uphill from the weights."""
        variables = self.trainable_variables
        grads = self._gradients(x, y, weight)
        norm = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in grads))
        before = [variable.value for variable in variables]
        for variable, grad in zip(variables, grads, strict=True):
            variable.assign(variable.value + grad * (self.rho / (norm + _SMALL)))
        sharp = self._gradients(x, y, weight)
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
        return sharp


def _part(value: Any, i: int, count: int) -> Any:
    """Returns one of several equal parts of a batch."""
    if value is None or count == 1:
        return value
    size, rest = divmod(len(value), count)
    if rest:
        raise DataError(
            "SharpnessAwareMinimization",
            expected=f"batches that can be cut into {count} equal parts",
            got=f"{len(value)} samples",
        )
    return value[i * size : (i + 1) * size]
