"""What every layer has to be able to do, whatever it computes.

`check_layer(make, inputs)` runs all checks that apply; each is a function of its own.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import serial
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor
from keryx._graph.pure import Pure, purify, Run

Make = Callable[[], Layer]
Tree = Any
RUN = Run(key=jax.random.PRNGKey(7), training=False)
TRAINING = RUN._replace(training=True)


def check_layer(make: Make, inputs: Tree, *, batch: bool = True) -> None:
    """Runs all checks.

    Args:
        make: Makes the layer, the same one each time.
        inputs: What it is called with: an array, or several, floats of the layer's
            type or whole numbers.
        batch: Whether it treats the samples of a batch apart when not in training.
    """
    check_configuration(make)
    check_inferred_shape(make, inputs)
    layer = built(make, inputs)
    check_weights(make, layer, inputs)
    check_compiled(layer, inputs)
    check_gradient(layer, inputs)
    if batch:
        check_mapped(layer, inputs)


def built(make: Make, inputs: Tree) -> Layer:
    """Returns a layer that was called once, none of its weights zero."""
    layer = make()
    layer(inputs)
    rng = np.random.default_rng(5)
    layer.set_weights(
        [rng.uniform(0.5, 1.5, w.shape).astype(w.dtype) for w in layer.weights]
    )
    return layer


def check_configuration(make: Make) -> None:
    """The configuration is plain data, and makes a layer of the same configuration."""
    layer = make()

    again = serial.deserialize(plain(serial.serialize(layer)))

    assert type(again) is type(layer)
    assert again.get_config() == layer.get_config()


def plain(data: Any) -> Any:
    """Returns configuration data as a file gives it back, tuples as lists.

    Raises:
        AssertionError: If it holds something that JSON does not know.
    """
    if isinstance(data, list | tuple):
        return type(data)(plain(item) for item in data)
    if isinstance(data, dict):
        assert all(isinstance(key, str) for key in data)
        return {key: plain(value) for key, value in data.items()}
    assert data is None or type(data) in (bool, int, float, str), repr(data)
    return data


def check_inferred_shape(make: Make, inputs: Tree) -> None:
    """A symbolic call gives the shape and the type of a real one."""
    symbols = jax.tree.map(
        lambda a: KerasTensor((None, *a.shape[1:]), str(a.dtype)), inputs
    )

    inferred = make()(symbols)
    real = jax.eval_shape(make(), inputs)

    assert inferred.shape == (None, *real.shape[1:])
    assert inferred.dtype == str(real.dtype)


def check_weights(make: Make, layer: Layer, inputs: Tree) -> None:
    """The weights, read and set, make another layer the same function."""
    other = make()
    other.build_from_config(plain(layer.get_build_config()) or {})
    if not other.built:
        other(inputs)

    other.set_weights(layer.get_weights())

    assert [w.shape for w in other.weights] == [w.shape for w in layer.weights]
    assert len({w.path for w in layer.weights}) == len(layer.weights)
    close(outputs_of(other, inputs, RUN), outputs_of(layer, inputs, RUN), 0)


def check_compiled(layer: Layer, inputs: Tree) -> None:
    """Compiled, it gives what it gives step by step, in training and not."""
    pure, params, buffers = parts(layer)

    def both(p: Tree, b: Tree, x: Tree) -> Any:
        return [pure.apply(p, b, run, x)[:2] for run in (RUN, TRAINING)]

    compiled = jax.jit(both)(params, buffers, inputs)

    close(compiled, both(params, buffers, inputs), 1e-5)


def check_mapped(layer: Layer, inputs: Tree) -> None:
    """Mapped over samples, it gives what a loop over them gives."""
    pure, params, buffers = parts(layer)

    def one(sample: Tree) -> Tree:
        single = jax.tree.map(lambda a: a[None], sample)
        return pure.apply(params, buffers, RUN, single).outputs[0]

    mapped = jax.jit(jax.vmap(one))(inputs)

    size = jax.tree.leaves(inputs)[0].shape[0]
    single = jax.jit(one)
    loop = [single(jax.tree.map(lambda a, i=i: a[i], inputs)) for i in range(size)]
    close(mapped, jnp.stack(loop), 1e-5)


def check_gradient(layer: Layer, inputs: Tree, *, step: float = 2e-3) -> None:
    """The slope along a direction is the central difference of two values."""
    pure, params, buffers = parts(layer)
    rng = np.random.default_rng(3)
    given = [
        a for a in jax.tree.leaves(inputs) if jnp.issubdtype(a.dtype, jnp.floating)
    ]
    point = (params, inputs if given else ())
    if not jax.tree.leaves(point):
        return
    direction = jax.tree.map(
        lambda a: jnp.asarray(rng.normal(size=a.shape), a.dtype), point
    )

    def value(t: Any) -> jax.Array:
        p, x = jax.tree.map(lambda a, d: a + t * d, point, direction)
        y = pure.apply(p, buffers, RUN, x if given else inputs).outputs
        return jnp.sum(y * jnp.cos(jnp.arange(y.size)).reshape(y.shape))

    high, low, slope = jax.jit(
        lambda: (value(step), value(-step), jax.grad(value)(0.0))
    )()

    # float32: the difference of two sums is good to about 1e-6 / step of them.
    difference = (high - low) / (2 * step)
    np.testing.assert_allclose(slope, difference, rtol=2e-2, atol=2e-2)


def parts(layer: Layer) -> tuple[Pure, Tree, Tree]:
    """Returns a layer as a pure function, and the values of its variables."""
    pure = purify(layer)
    params = tuple(v.value for v in pure.params)
    return pure, params, tuple(v.value for v in pure.buffers)


def outputs_of(layer: Layer, inputs: Tree, run: Run) -> Tree:
    """Returns the outputs of one pure call."""
    pure, params, buffers = parts(layer)
    return pure.apply(params, buffers, run, inputs).outputs


def close(first: Tree, second: Tree, rtol: float) -> None:
    """Compares two trees of arrays."""
    assert jax.tree.structure(first) == jax.tree.structure(second)
    for a, b in zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol)
