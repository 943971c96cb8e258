"""Branches, loops and maps that compiled programs can run.

The functions passed to them see arrays and must be free of side effects.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.op import op, unwrap
from keryx.ops._make import as_array

Function = Callable[..., Any]


@op
def cond(pred: Any, true_fn: Function, false_fn: Function) -> Any:
    """The result of one of two functions without arguments.

    A condition known while tracing runs its own function only.

    Example:
        >>> cond(jnp.array(2) > 1, lambda: 10, lambda: 20)
        10

    Args:
        pred: Whether to take the first.
        true_fn: Called if it holds.
        false_fn: Called if not; its results have the same shapes and types.
    """
    pred = as_array(pred)
    if not isinstance(pred, jax.core.Tracer):
        return true_fn() if pred else false_fn()
    return jax.lax.cond(
        pred.astype(bool).reshape(()),
        lambda: unwrap(true_fn()),
        lambda: unwrap(false_fn()),
    )


@op
def switch(index: Any, branches: Sequence[Function], *operands: Any) -> Any:
    """The result of one of several functions of the same arguments.

    Example:
        >>> switch(1, [lambda x: x, lambda x: -x], 5)
        Array(-5, dtype=int32, weak_type=True)

    Args:
        index: Which; taken as the nearest that exists.
        branches: The functions; their results have the same shapes and types.
        *operands: Their arguments.
    """
    return jax.lax.switch(as_array(index), list(branches), *operands)


@op
def scan(
    f: Function,
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """Calls `f(carry, x) -> (carry, y)` on one slice of `xs` after the other.

    Example:
        >>> scan(lambda total, x: (total + x, total), 0.0, jnp.array([1.0, 2.0]))
        (Array(3., dtype=float32), Array([0., 1.], dtype=float32, weak_type=True))

    Args:
        f: The step.
        init: First carry; shapes and types stay the same throughout.
        xs: Arrays to take slices of, along their first axis.
        length: Number of steps, if there are no `xs`.
        reverse: Whether to start with the last slice.
        unroll: Steps written out in one round of the compiled loop; `True` for all.

    Returns:
        The last carry, and the `y`s along a new first axis.
    """
    return jax.lax.scan(f, init, xs, length, reverse, unroll)


@op
def associative_scan(
    f: Function, elems: Any, reverse: bool = False, axis: int = 0
) -> Any:
    """Running results of an associative function, in logarithmically many rounds.

    Example:
        >>> associative_scan(jnp.add, jnp.array([1, 2, 3]))
        Array([1, 3, 6], dtype=int32)

    Args:
        f: Function of two slices, such as `jnp.add`.
        elems: Arrays.
        reverse: Whether to start at the end.
        axis: The axis to run along.

    Source:
        Blelloch, "Prefix Sums and Their Applications" (1990).
    """
    return jax.lax.associative_scan(f, jax.tree.map(as_array, elems), reverse, axis)


@op
def while_loop(
    cond: Function,
    body: Function,
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Repeats `body` while `cond` holds.

    Example:
        >>> while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, 2 * x), (0, 1))
        (Array(3, dtype=int32, weak_type=True), Array(8, dtype=int32, weak_type=True))

    Args:
        cond: Function of the variables that returns a boolean.
        body: Function of the variables that returns their next values.
        loop_vars: First values: a tuple or a list of them, or a single one.
        maximum_iterations: Most repetitions; no limit if `None`.

    Returns:
        The last values, in the form of `loop_vars`.
    """
    several = isinstance(loop_vars, tuple | list)
    start = tuple(loop_vars) if several else (loop_vars,)

    def proceed(state: Any) -> Any:
        count, values = state
        more = as_array(cond(*values)).astype(bool)
        return (
            more if maximum_iterations is None else more & (count < maximum_iterations)
        )

    def step(state: Any) -> Any:
        count, values = state
        values = body(*values)
        values = tuple(values) if isinstance(values, tuple | list) else (values,)
        return count + 1, unwrap(values)

    _, end = jax.lax.while_loop(proceed, step, (0, start))
    return type(loop_vars)(end) if several else end[0]


@op
def fori_loop(lower: Any, upper: Any, body_fun: Function, init_val: Any) -> Any:
    """Repeats `value = body_fun(i, value)` for `i` from `lower` to before `upper`.

    Example:
        >>> fori_loop(0, 4, lambda i, total: total + i, 0)
        Array(6, dtype=int32, weak_type=True)
    """
    return jax.lax.fori_loop(lower, upper, body_fun, init_val)


@op
def map(f: Function, xs: Any) -> Any:
    """`f` of one slice of `xs` along the first axis after the other.

    `vectorized_map` is the same, all at once: faster, for more memory.
    """
    return jax.lax.map(f, jax.tree.map(as_array, xs))


@op
def vectorized_map(function: Function, elements: Any) -> Any:
    """`function` of all slices of `elements` along the first axis at once.

    Example:
        >>> vectorized_map(jnp.sum, jnp.array([[1, 2], [3, 4]]))
        Array([3, 7], dtype=int32)
    """
    return jax.vmap(function)(jax.tree.map(as_array, elements))


def vectorize(
    pyfunc: Function, *, excluded: Any = None, signature: str | None = None
) -> Function:
    """Makes a function of single elements (or vectors) one of arrays of them.

    Example:
        >>> vectorize(jnp.dot, signature="(n),(n)->()")([[1, 2], [3, 4]], [1, 1])
        Array([3, 7], dtype=int32)

    Args:
        pyfunc: The function.
        excluded: Places of the arguments that are passed as they are.
        signature: The axes that one call takes, such as "(n),(n)->()".
    """
    inner = jnp.vectorize(pyfunc, excluded=excluded or set(), signature=signature)
    skip = excluded or set()

    def call(*args: Any) -> Any:
        return inner(*[a if i in skip else as_array(a) for i, a in enumerate(args)])

    return op(call)


@op
def jvp(fun: Function, primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """Value of a function, and its derivative in one direction.

    Example:
        >>> value, slope = jvp(jnp.square, (3.0,), (1.0,))
        >>> float(value), float(slope)
        (9.0, 6.0)

    Args:
        fun: Function.
        primals: Its arguments.
        tangents: The direction: one array for each argument.
        has_aux: Whether it returns something else besides its value, which is then
            returned as the third result.
    """
    return jax.jvp(fun, tuple(primals), tuple(tangents), has_aux=has_aux)
