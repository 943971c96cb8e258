"""Steps of optimizers in one pass over memory, for large arrays on a CPU.

XLA writes a step's outputs one after another and reads most arrays two or three times.
Milliseconds a step of 3.6 million parameters, two cores, XLA's loops and these
(`benchmarks/bench_passes.py`):

    Adam      2.6   1.4
    RMSprop   1.8   1.1
"""

import jax
import jax.numpy as jnp

from keryx.ops import _kernels

# From so many numbers on the call pays. Smaller arrays stay in a cache, and their loops
# may become one function, which a call of a kernel would prevent.
LEAST = 65_536


def suits(*arrays: jax.Array) -> bool:
    """Whether a step of these arrays, of one shape, is to be taken by a kernel."""
    return (
        arrays[0].size >= LEAST
        and all(array.dtype == jnp.float32 for array in arrays)
        and _kernels.available()
    )


def adam(
    param: jax.Array,
    mean: jax.Array,
    square: jax.Array,
    grad: jax.Array,
    hyper: tuple[jax.Array, jax.Array, jax.Array, jax.Array],
    wait: jax.Array,
) -> list[jax.Array]:
    """Returns the parameter and its moments after a step.

        mean   += near (grad - mean)
        square += far (grad² - square)
        param  -= rate mean / (sqrt(square) + epsilon)

    Args:
        param: The parameter.
        mean: Running mean of the gradient.
        square: Running mean of its square.
        grad: The gradient.
        hyper: near, far, rate, epsilon.
        wait: Numbers that are to be known before the parameter changes.
    """
    return _step("keryx_adam", (param, mean, square), grad, hyper, wait)


def rmsprop(
    param: jax.Array,
    square: jax.Array,
    grad: jax.Array,
    hyper: tuple[jax.Array, ...],
    wait: jax.Array,
) -> list[jax.Array]:
    """Returns the parameter and its mean square after a step.

        square = rho square + rest grad²
        param -= rate grad / (sqrt(square + inside) + outside)

    Args:
        param: The parameter.
        square: Running mean of the gradient's square.
        grad: The gradient.
        hyper: rho, rest, rate, inside, outside.
        wait: Numbers that are to be known before the parameter changes.
    """
    return _step("keryx_rmsprop", (param, square), grad, hyper, wait)


def _step(
    name: str,
    changed: tuple[jax.Array, ...],
    grad: jax.Array,
    hyper: tuple[jax.Array, ...],
    wait: jax.Array,
) -> list[jax.Array]:
    """Calls a kernel that changes the first arrays in place.

    The kernel reads `wait` as little as any rule does, but XLA copies the parameter
    unless it knows that everybody else has read it by then.
    """
    numbers = jnp.stack([jnp.asarray(x, jnp.float32) for x in hyper])
    numbers = jnp.concatenate([numbers, wait.astype(jnp.float32)])
    call = jax.ffi.ffi_call(
        name,
        [jax.ShapeDtypeStruct(x.shape, x.dtype) for x in changed],
        vmap_method="sequential",
        input_output_aliases={i: i for i in range(len(changed))},
    )
    return list(call(*changed, grad, numbers))
