"""Models that `tf.keras` had ready-made: linear ones, wide and deep ones."""

from typing import Any

from keryx import activations, initializers, layers, models, regularizers
from keryx._core import check, tree
from keryx._core.errors import ArgumentError


class LinearModel(models.Model):
    """Affine map of one input, or of several together.

        activation(sum inputs_i @ kernel_i + bias)

    Example:
        >>> import numpy as np
        >>> model = LinearModel(kernel_initializer="ones")
        >>> model.predict([np.ones((1, 2)), np.ones((1, 3))], verbose=0).tolist()
        [[5.0]]

    Args:
        units: Size of the output's last axis.
        activation: Elementwise function of the output.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes each kernel.
        bias_initializer: Makes the bias.
        kernel_regularizer: Penalty of each kernel.
        bias_regularizer: Penalty of the bias.

    Shapes:
        inputs:  `(batch, features)`; a list or a dict of them for several
        outputs: `(batch, units)`

    Raises:
        ArgumentError: If `units` is not a positive integer.
    """

    __module__ = "keryx.models"

    def __init__(
        self,
        units: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "zeros",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.units = check.positive_int(units, "units", self)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.bias: Any = None

    def build(self, input_shape: Any = None) -> None:
        """Makes a kernel for each of the inputs' shapes."""
        self.dense_layers = [
            layers.Dense(
                self.units,
                use_bias=False,
                kernel_initializer=self.kernel_initializer,
                kernel_regularizer=self.kernel_regularizer,
                name=name,
            )
            for name, shape in _named(input_shape)
        ]
        for layer, (_, shape) in zip(
            self.dense_layers, _named(input_shape), strict=True
        ):
            layer.build(shape)
        if self.use_bias:
            self.bias = self.add_weight((self.units,), role="bias")

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Computes the outputs."""
        values = tree.leaves(inputs)
        pairs = zip(self.dense_layers, values, strict=True)
        outputs = sum(layer(value) for layer, value in pairs)
        if self.bias is not None:
            outputs = outputs + self.bias.value
        return self.activation(outputs)


def _named(shape: Any) -> list[tuple[str, Any]]:
    """Returns names and shapes of inputs."""
    if isinstance(shape, dict):
        return [(name, shape[name]) for name in sorted(shape)]
    several = isinstance(shape[0], list | tuple)
    return [(f"dense_{i}", one) for i, one in enumerate(shape if several else [shape])]


class WideDeepModel(models.Model):
    """Sum of a linear model and a deep one, trained together.

        activation(linear_model(inputs) + dnn_model(inputs))

    Example:
        >>> import numpy as np
        >>> deep = models.Sequential([layers.Dense(1, kernel_initializer="ones")])
        >>> model = WideDeepModel(LinearModel(kernel_initializer="ones"), deep)
        >>> model.predict(np.ones((1, 2)), verbose=0).tolist()
        [[4.0]]

    Args:
        linear_model: The wide part.
        dnn_model: The deep part.
        activation: Elementwise function of the sum.

    Shapes:
        inputs:  what both parts take, or a pair: for the wide part, for the deep one
        outputs: as those of the parts

    Source:
        Cheng et al., "Wide & Deep Learning for Recommender Systems" (arXiv:1606.07792).
        Departs from Keras: one optimizer trains both parts.
    """

    __module__ = "keryx.models"

    def __init__(
        self, linear_model: Any, dnn_model: Any, activation: Any = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.linear_model = linear_model
        self.dnn_model = dnn_model
        self.activation = activations.get(activation)

    def compile(self, optimizer: Any = "rmsprop", *args: Any, **kwargs: Any) -> None:
        """Chooses how to train; see `Model.compile`.

        Raises:
            ArgumentError: If there is more than one optimizer.
        """
        if isinstance(optimizer, list | tuple):
            if len(optimizer) > 1:
                raise ArgumentError(
                    "WideDeepModel.compile", "optimizer",
                    expected="one, for both parts", got=optimizer,
                )  # fmt: skip
            optimizer = optimizer[0]
        super().compile(optimizer, *args, **kwargs)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Computes the outputs."""
        pair = isinstance(inputs, list | tuple) and len(inputs) == 2
        wide, deep = inputs if pair else (inputs, inputs)
        return self.activation(self.linear_model(wide) + self.dnn_model(deep))
