"""Layers that Keras had and has no more, with the arguments that they had."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx import activations, constraints, initializers, layers, ops, regularizers
from keryx._core import check
from keryx._core.errors import ShapeError

Shape = tuple[int | None, ...]


class _Weighted(layers.Layer):
    """Keeps the settings of `W` and `b` under the names that Keras 1 had for them."""

    W_regularizer: Any
    b_regularizer: Any
    W_constraint: Any
    b_constraint: Any

    def _roles(self, given: dict[str, Any]) -> None:
        self.init = initializers.get(given["init"])
        for name in ("W_regularizer", "b_regularizer"):
            setattr(self, name, regularizers.get(given[name]))
        for name in ("W_constraint", "b_constraint"):
            setattr(self, name, constraints.get(given[name]))

    def _kernel(self, shape: Any, name: str) -> Any:
        return self.add_weight(
            shape,
            self.init,
            regularizer=self.W_regularizer,
            constraint=self.W_constraint,
            name=name,
        )

    def _bias(self, shape: Any, name: str, initializer: Any = "zeros") -> Any:
        return self.add_weight(
            shape,
            initializer,
            regularizer=self.b_regularizer,
            constraint=self.b_constraint,
            name=name,
        )

    def _features(self, input_shape: Shape) -> int:
        size = input_shape[-1]
        if len(input_shape) != 2 or size is None:
            raise ShapeError(
                f"layer {self.name!r} ({type(self).__name__})",
                expected="inputs of shape (batch, features)",
                got=f"{input_shape}",
            )
        return size


class MaxoutDense(_Weighted):
    """The largest of several affine maps: `max_i (inputs @ W_i + b_i)`.

    Args:
        output_dim: Size of the output's last axis.
        nb_feature: How many maps.
        init: Makes `W`.
        weights: Values to begin with: `[W]` or `[W, b]`.
        W_regularizer: Penalty of `W`.
        b_regularizer: Penalty of `b`.
        activity_regularizer: Penalty of the output.
        W_constraint: Projection of `W` after each update.
        b_constraint: Projection of `b`.
        bias: Whether to add `b`.

    Shapes:
        inputs:  `(batch, features)`
        W:       `(nb_feature, features, output_dim)`
        b:       `(nb_feature, output_dim)`
        outputs: `(batch, output_dim)`

    Source:
        Goodfellow et al., "Maxout Networks" (ICML 2013).
    """

    __module__ = "keryx.layers"

    def __init__(
        self,
        output_dim: int,
        nb_feature: int = 4,
        init: Any = "glorot_uniform",
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **options: Any,
    ) -> None:
        given = dict(locals())
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.output_dim = check.positive_int(output_dim, "output_dim", owner=self)
        self.nb_feature = check.positive_int(nb_feature, "nb_feature", owner=self)
        self.bias = bias
        self._roles(given)

    def build(self, input_shape: Shape) -> None:
        size = self._features(input_shape)
        self.W = self._kernel((self.nb_feature, size, self.output_dim), "W")
        shape = (self.nb_feature, self.output_dim)
        self.b = self._bias(shape, "b") if self.bias else None

    def call(self, inputs: jax.Array) -> jax.Array:
        rows = jnp.einsum("bi,kio->bko", inputs, self.W.value)
        if self.b is not None:
            rows = rows + self.b.value
        return rows.max(axis=1)


class Highway(_Weighted):
    """Lets part of the input pass: `t · f(x @ W + b) + (1 - t) · x`.

        t = sigmoid(x @ W_carry + b_carry)

    Args:
        init: Makes `W` and `W_carry`.
        activation: The function f.
        W_regularizer: Penalty of `W` and `W_carry`.
        b_regularizer: Penalty of `b` and `b_carry`.
        activity_regularizer: Penalty of the output.
        W_constraint: Projection of `W` and `W_carry` after each update.
        b_constraint: Projection of `b` and `b_carry`.
        bias: Whether to add `b` and `b_carry`.
        transform_bias: Value that `b_carry` begins with; Keras 0's -2 is today's
            advice, 1 is what Keras 1 and 2 did.

    Shapes:
        inputs:  `(batch, features)`
        outputs: `(batch, features)`

    Source:
        Srivastava et al., "Highway Networks" (arXiv:1505.00387).
    """

    __module__ = "keryx.layers"

    def __init__(
        self,
        init: Any = "glorot_uniform",
        activation: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        transform_bias: float = 1.0,
        **options: Any,
    ) -> None:
        given = dict(locals())
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.activation = activations.get(activation)
        self.bias = bias
        self.transform_bias = transform_bias
        self._roles(given)

    def build(self, input_shape: Shape) -> None:
        size = self._features(input_shape)
        self.W = self._kernel((size, size), "W")
        self.W_carry = self._kernel((size, size), "W_carry")
        self.b = self.b_carry = None
        if self.bias:
            first = initializers.Constant(self.transform_bias)
            self.b = self._bias((size,), "b")
            self.b_carry = self._bias((size,), "b_carry", first)

    def call(self, inputs: jax.Array) -> jax.Array:
        gate, new = inputs @ self.W_carry.value, inputs @ self.W.value
        if self.b is not None and self.b_carry is not None:
            gate, new = gate + self.b_carry.value, new + self.b.value
        share = jax.nn.sigmoid(gate)
        outputs: jax.Array = share * self.activation(new) + (1 - share) * inputs
        return outputs


class ThresholdedReLU(layers.Layer):
    """The input where it is above `theta`, zero elsewhere.

    Args:
        theta: The threshold.

    Source:
        Konda et al., "Zero-bias autoencoders and the benefits of co-adapting features"
        (arXiv:1402.3337).
    """

    __module__ = "keryx.layers"

    def __init__(self, theta: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.theta = theta
        self.supports_masking = True

    def call(self, inputs: jax.Array) -> jax.Array:
        return jnp.where(inputs > self.theta, inputs, 0)


class ThresholdedLinear(ThresholdedReLU):
    """The input where it is larger than `theta` in magnitude, zero elsewhere."""

    __module__ = "keryx.layers"

    def call(self, inputs: jax.Array) -> jax.Array:
        return jnp.where(jnp.abs(inputs) > self.theta, inputs, 0)


class ParametricSoftplus(layers.Layer):
    """A softplus that learns its size and slope: `alpha · log(1 + exp(beta · x))`.

    Args:
        alpha_init: First value of `alphas`.
        beta_init: First value of `betas`.
        shared_axes: Axes along which all parameters are one.

    Shapes:
        inputs:        `(batch, ...)`
        alphas, betas: `(...)`, with 1 at the shared axes
    """

    __module__ = "keryx.layers"

    def __init__(
        self,
        alpha_init: float = 0.2,
        beta_init: float = 5.0,
        shared_axes: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.alpha_init = alpha_init
        self.beta_init = beta_init
        self.shared_axes = shared_axes
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        shape = _per_unit(input_shape, self.shared_axes)
        alpha, beta = float(self.alpha_init), float(self.beta_init)
        self.alphas = self.add_weight(
            shape, initializers.Constant(alpha), name="alphas"
        )
        self.betas = self.add_weight(shape, initializers.Constant(beta), name="betas")

    def call(self, inputs: jax.Array) -> jax.Array:
        return self.alphas.value * jax.nn.softplus(self.betas.value * inputs)


class SReLU(layers.Layer):
    """Three straight lines with learnt slopes and joints.

        y = t_l + a_l (x - t_l)      x < t_l
            x                        t_l <= x <= t_r
            t_r + a_r (x - t_r)      x > t_r        with t_r = t_l + |t_right|

    Args:
        t_left_init: Makes the left joint.
        a_left_init: Makes the left slope.
        t_right_init: Makes the distance of the right joint.
        a_right_init: Makes the right slope.
        shared_axes: Axes along which all parameters are one.

    Source:
        Jin et al., "Deep Learning with S-shaped Rectified Linear Activation Units"
        (arXiv:1512.07030).
    """

    __module__ = "keryx.layers"

    def __init__(
        self,
        t_left_init: Any = "zeros",
        a_left_init: Any = "glorot_uniform",
        t_right_init: Any = "glorot_uniform",
        a_right_init: Any = "ones",
        shared_axes: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.t_left_init = initializers.get(t_left_init)
        self.a_left_init = initializers.get(a_left_init)
        self.t_right_init = initializers.get(t_right_init)
        self.a_right_init = initializers.get(a_right_init)
        self.shared_axes = shared_axes
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        shape = _per_unit(input_shape, self.shared_axes)
        self.t_left = self.add_weight(shape, self.t_left_init, name="t_left")
        self.a_left = self.add_weight(shape, self.a_left_init, name="a_left")
        self.t_right = self.add_weight(shape, self.t_right_init, name="t_right")
        self.a_right = self.add_weight(shape, self.a_right_init, name="a_right")

    def call(self, inputs: jax.Array) -> jax.Array:
        left = self.t_left.value
        right = left + jnp.abs(self.t_right.value)
        below = left + self.a_left.value * (inputs - left)
        above = right + self.a_right.value * (inputs - right)
        return jnp.where(inputs < left, below, jnp.where(inputs > right, above, inputs))


def _per_unit(input_shape: Shape, shared_axes: Any) -> list[Any]:
    """Returns the shape of parameters of which each unit has one."""
    axes = [shared_axes] if isinstance(shared_axes, int) else (shared_axes or ())
    return [1 if i in axes else size for i, size in enumerate(input_shape) if i]


class MergeCosine(layers.Dot):
    """Keras 1's merge by cosine: `Dot(axes, normalize=True)` with one axis more.

    Args:
        axes: The axes of the product.

    Shapes:
        inputs:  two of `(batch, features)`
        outputs: `(batch, 1, 1)`
    """

    __module__ = "keryx.layers"

    def __init__(self, axes: Any = -1, **options: Any) -> None:
        super().__init__(axes=axes, normalize=True, **options)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns a symbolic output, leaving the graph as it was."""
        return ops.expand_dims(super().compute_output_spec(inputs), 1)

    def call(self, inputs: Any) -> jax.Array:
        return jnp.expand_dims(super().call(inputs), 1)


class AbstractRNNCell(layers.Layer):
    """Base class of a user's recurrent cells, as `tf.keras` has it.

    A subclass gives `state_size` and `output_size` and writes
    `call(inputs, states) -> (output, states)`.
    """

    __module__ = "keryx.layers"

    @property
    def state_size(self) -> Any:
        """Size of the state, or a list of sizes."""
        raise NotImplementedError(f"{type(self).__name__} must give `state_size`.")

    @property
    def output_size(self) -> Any:
        """Size of the output."""
        raise NotImplementedError(f"{type(self).__name__} must give `output_size`.")

    def get_initial_state(
        self, inputs: Any = None, batch_size: Any = None, dtype: Any = None
    ) -> Any:
        """Returns zeros for each state."""
        sizes = self.state_size
        many = isinstance(sizes, list | tuple)
        zeros = [
            jnp.zeros((batch_size, size), dtype or self.compute_dtype)
            for size in (sizes if many else [sizes])
        ]
        return zeros if many else zeros[0]
