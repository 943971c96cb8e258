"""Layers that leave their inputs as they are, but for what they add to them."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx import regularizers
from keryx._core.errors import ArgumentError, ShapeError
from keryx._graph.call import describe
from keryx._graph.layer import BareOptions, Layer, LayerOptions


class Identity(Layer):
    """Returns its inputs.

    Example:
        >>> import numpy as np
        >>> Identity()(np.ones(2)).tolist()
        [1.0, 1.0]
    """

    def __init__(self, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return inputs


class Masking(Layer):
    """Masks the time steps at which every feature has one value.

    The layers that follow skip them, if they understand masks.

    Example:
        >>> import numpy as np
        >>> layer = Masking()
        >>> steps = np.array([[[1.0, 0.0], [0.0, 0.0]]])
        >>> layer.compute_mask(steps).tolist()
        [[True, False]]

    Args:
        mask_value: The value.

    Shapes:
        inputs:  `(batch, time, features)`
        outputs: `(batch, time, features)`, zero at the masked steps
        mask:    `(batch, time)`, true at the steps that count

    Raises:
        ArgumentError: If `mask_value` is no number.
        ShapeError: On a call, if the inputs have fewer than two axes.
    """

    makes_mask = True

    def __init__(
        self, mask_value: float = 0.0, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        if not isinstance(mask_value, int | float):
            raise ArgumentError(self, "mask_value", expected="a number", got=mask_value)
        self.mask_value = mask_value
        self.supports_masking = True

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Returns which time steps count."""
        return jnp.any(jnp.asarray(inputs) != self.mask_value, axis=-1)

    def call(self, inputs: jax.Array) -> jax.Array:
        if inputs.ndim < 2:
            raise ShapeError(
                describe(self),
                expected="inputs of shape (batch, time, features)",
                got=f"{inputs.shape}",
            )
        kept = self.compute_mask(inputs)[..., None]
        return jnp.where(kept, inputs, jnp.zeros((), inputs.dtype))


class ActivityRegularization(Layer):
    """Adds a penalty of its inputs to the loss; they pass through unchanged.

        penalty = (l1 Σ |x| + l2 Σ x²) / batch

    Example:
        >>> import numpy as np
        >>> layer = ActivityRegularization(l1=0.5)
        >>> _ = layer(np.ones((2, 3)))
        >>> [float(loss) for loss in layer.losses]
        [1.5]

    Args:
        l1: Factor of the sum of absolute values.
        l2: Factor of the sum of squares.

    Raises:
        ArgumentError: If a factor is no number of 0 or more.
    """

    def __init__(
        self, l1: float = 0.0, l2: float = 0.0, **options: Unpack[BareOptions]
    ) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1, l2), **options)
        self.l1 = l1
        self.l2 = l2
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return inputs

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        config = super().get_config()
        del config["activity_regularizer"]
        return config
