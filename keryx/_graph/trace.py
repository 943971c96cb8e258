"""Output shapes without running anything.

A call is evaluated abstractly by JAX. An axis whose size is unknown is given two sizes
in turn; output axes that come out different are unknown themselves. The sizes have many
small divisors, so that reshapes and strides divide them, and are large enough for any
kernel.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from keryx._core import scope, shapes
from keryx._core.op import find_symbolic, Symbolic
from keryx._core.shapes import Shape

SIZES = ((12, 960), (24, 1920))


class Spec(NamedTuple):
    """Shape, with `None` for unknown axes, and element type of an output."""

    shape: Shape
    dtype: str


def is_symbol(value: object) -> bool:
    """Tells whether `value` is a symbolic tensor."""
    return isinstance(value, Symbolic)


def symbols(value: Any) -> list[Any]:
    """Returns the symbolic tensors in nested arguments, in order."""
    found = jax.tree.leaves(value, is_leaf=is_symbol)
    return [leaf for leaf in found if is_symbol(leaf)]


def substitute(value: Any, values: Callable[[Any], Any]) -> Any:
    """Replaces every symbolic tensor in nested arguments by `values(tensor)`."""
    if is_symbol(value):
        return values(value)
    if find_symbolic(value) is None:
        return value
    return jax.tree.map(
        lambda leaf: values(leaf) if is_symbol(leaf) else leaf, value, is_leaf=is_symbol
    )


def infer(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    where: str,
) -> Any:
    """Returns the `Spec`s of what `function(*args, **kwargs)` would give.

    Errors of the function itself come through, with a note that names `where`.
    """
    tensors = list({id(t): t for t in symbols((args, kwargs))}.values())
    place = {id(tensor): i for i, tensor in enumerate(tensors)}

    def evaluate(sizes: tuple[int, int]) -> Any:
        def call(arrays: list[jax.Array]) -> Any:
            def value(tensor: Any) -> jax.Array:
                return arrays[place[id(tensor)]]

            with scope.entered(_inner_scope(sizes)):
                return function(*substitute(args, value), **substitute(kwargs, value))

        structs = [
            jax.ShapeDtypeStruct(shapes.known(t.shape, sizes), jnp.dtype(t.dtype))
            for t in tensors
        ]
        return jax.eval_shape(call, structs)

    try:
        first = evaluate(SIZES[0])
        unknown = any(None in tensor.shape for tensor in tensors)
        second = evaluate(SIZES[1]) if unknown else first
    except Exception as error:
        error.add_note(f"In {where}, called with inputs of shape {_shapes(tensors)}.")
        raise
    return jax.tree.map(
        lambda a, b: Spec(shapes.merged(a.shape, b.shape), str(a.dtype)), first, second
    )


def _inner_scope(sizes: tuple[int, int]) -> scope.Scope:
    """A scope for abstract evaluation, with the names of the outer one."""
    from keryx._graph.known import Standing

    outer = scope.current()
    names = list(outer.names) if outer else []
    training = outer.training if outer else None
    return scope.Scope(
        key=jax.random.PRNGKey(0),
        training=training,
        names=names,
        abstract=True,
        known=Standing(sizes),
    )


def _shapes(tensors: list[Any]) -> str:
    return ", ".join(str(tensor.shape) for tensor in tensors)
