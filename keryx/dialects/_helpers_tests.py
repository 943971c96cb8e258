"""What the tests of Keras 1 and 2 used, and those of layers written for them."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from keryx import layers, models, utils
from keryx._core.errors import ArgumentError


def keras_test(func: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a test start names of layers anew when it is done."""

    @functools.wraps(func)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return func(*args, **kwargs)
        finally:
            utils.clear_session()

    return run


def layer_test(
    layer_cls: Any,
    kwargs: dict[str, Any] | None = None,
    input_shape: Any = None,
    input_dtype: str | None = None,
    input_data: Any = None,
    expected_output: Any = None,
    expected_output_dtype: str | None = None,
    fixed_batch_size: bool = False,
) -> Any:
    """Checks what every layer has to do, and returns what it makes of some data.

    The layer is made anew from its configuration and its weights, used in a graph and
    in a row, and trained for one batch.

    Args:
        layer_cls: The layer's class.
        kwargs: Its arguments.
        input_shape: Shape of the data, batch included; any size for `None`.
        input_dtype: Element type of the data.
        input_data: The data; drawn if `None`.
        expected_output: What the layer must make of them.
        expected_output_dtype: Element type of the output.
        fixed_batch_size: Whether the graph is told the size of the batch.

    Raises:
        AssertionError: If the layer does not.
        ArgumentError: If there is neither a shape nor data.
    """
    given = dict(kwargs or {})
    data = _data(input_shape, input_dtype, input_data)
    shape = data.shape if fixed_batch_size else (None, *data.shape[1:])
    start = layers.Input(batch_shape=shape, dtype=input_dtype or str(data.dtype))
    layer = layer_cls(**given)
    end = layer(start)
    model = models.Model(start, end)
    found = model.predict(data, verbose=0)
    wanted = expected_output_dtype or str(end.dtype)
    _require(str(end.dtype) == wanted, f"an output of {wanted}", end.dtype)
    _require(_agree(end.shape, found.shape), f"shape {end.shape}", found.shape)
    if expected_output is not None:
        np.testing.assert_allclose(found, expected_output, rtol=1e-3)
    _check_copies(layer, model, data, found)
    model.compile("rmsprop", "mse")
    model.train_on_batch(data, np.zeros_like(found))
    return found


def _data(shape: Any, dtype: str | None, data: Any) -> Any:
    if data is not None:
        return np.asarray(data)
    if shape is None:
        raise ArgumentError(
            "layer_test", "input_shape", expected="given, or `input_data`", got=None
        )
    sizes = [np.random.randint(1, 4) if size is None else size for size in shape]
    return (10 * np.random.random(sizes)).astype(dtype or "float32")


def _check_copies(layer: Any, model: Any, data: Any, found: Any) -> None:
    """Compares the layer with those made of its configuration and weights."""
    weights = layer.get_weights()
    copy = type(layer).from_config(layer.get_config())
    row = models.Sequential([_like(model.inputs[0]), copy])
    copy.set_weights(weights)
    again = models.model_from_json(model.to_json(), {type(layer).__name__: type(layer)})
    again.set_weights(model.get_weights())
    for one in (row, again):
        made = one.predict(data, verbose=0)
        np.testing.assert_allclose(made, found, rtol=1e-3, atol=1e-6)


def _like(start: Any) -> Any:
    return layers.Input(batch_shape=start.shape, dtype=start.dtype)


def _agree(inferred: Any, real: Any) -> bool:
    return len(inferred) == len(real) and all(
        size in (None, got) for size, got in zip(inferred, real, strict=True)
    )


def _require(holds: bool, expected: str, got: Any) -> None:
    if not holds:
        raise AssertionError(f"layer_test: expected {expected}, but got {got}.")
