"""Choices, loops, functions, and what only graphs needed."""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import ops
from keryx._core import tree
from keryx._core.errors import SignatureError
from keryx._core.op import find_symbolic, op
from keryx.dialects import backend
from keryx.dialects.tensorflow._dtypes import narrow
from keryx.dialects.tensorflow._tensor import convert_to_tensor, is_text, text


def function(
    func: Any = None, input_signature: Any = None, **options: Any
) -> Callable[..., Any]:
    """Decorates a function; it runs as it is, line by line.

    Example:
        >>> @function(reduce_retracing=True)
        ... def double(x):
        ...     return 2 * x
        >>> double(3)
        6

    Args:
        func: The function; left out where the decorator has arguments.
        input_signature: Kept as an attribute.
        options: Options of TensorFlow's compiler, without a meaning here.

    Departs from TensorFlow: nothing is traced, so Python's side effects happen on each
    call; `model.fit` compiles whole epochs without it.
    """
    if func is None:
        return functools.partial(function, input_signature=input_signature, **options)

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    more: Any = call
    more.python_function = func
    more.input_signature = input_signature
    more.get_concrete_function = lambda *args, **kwargs: call
    return call


def _flag(pred: Any) -> bool | None:
    """Returns a truth value that is known now, or `None`."""
    if find_symbolic(pred) is not None or isinstance(pred, jax.core.Tracer):
        return None
    return bool(np.asarray(pred))


def cond(pred: Any, true_fn: Any, false_fn: Any, name: Any = None) -> Any:
    """Calls one of two functions."""
    known = _flag(pred)
    if known is not None:
        return true_fn() if known else false_fn()
    if find_symbolic(pred) is not None:
        return backend.switch(pred, true_fn, false_fn)
    return ops.cond(pred, true_fn, false_fn)


def case(
    pred_fn_pairs: Any, default: Any = None, exclusive: bool = False, name: Any = None
) -> Any:
    """Calls the function of the first condition that holds."""
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict)
                 else pred_fn_pairs)  # fmt: skip
    if not pairs:
        return default()
    if len(pairs) == 1 and default is None:
        return pairs[0][1]()
    pred, then = pairs[0]
    return cond(pred, then, lambda: case(pairs[1:], default))


def switch_case(
    branch_index: Any, branch_fns: Any, default: Any = None, name: Any = None
) -> Any:
    """Calls the function with a number; the last one, or `default`, for any other."""
    listed = not isinstance(branch_fns, dict)
    if listed and not isinstance(branch_fns[0], tuple):
        branch_fns = enumerate(branch_fns)
    known = dict(branch_fns)
    last = default or known[max(known)]
    return known.get(int(np.asarray(branch_index)), last)()


def while_loop(
    cond: Any,
    body: Any,
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: Any = None,
) -> Any:
    """Repeats `body` as long as `cond` holds; differentiable outside of `jit`."""
    values = list(loop_vars) if isinstance(loop_vars, list | tuple) else [loop_vars]
    values = [convert_to_tensor(v) for v in values]
    if any(isinstance(x, jax.core.Tracer) for x in jax.tree.leaves(values)):
        step = lambda *args: tuple(_several(body(*args)))
        found = ops.while_loop(cond, step, tuple(values), maximum_iterations)
        return list(found)
    count = 0
    while bool(cond(*values)) and (
        maximum_iterations is None or count < int(maximum_iterations)
    ):
        values = [convert_to_tensor(v) for v in _several(body(*values))]
        count += 1
    return values


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _rows(elems: Any) -> Any:
    return tree.map_leaves(convert_to_tensor, elems)


def map_fn(
    fn: Callable[..., Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: Any = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: Any = None,
    fn_output_signature: Any = None,
) -> Any:
    """Returns `fn` of each element along the first axis."""
    wanted = dtype if fn_output_signature is None else fn_output_signature
    if any(is_text(x) for x in tree.leaves(elems)):
        found: Any = [fn(x) for x in elems]
        return text(found) if is_text(found[0]) else jnp.stack(found)
    result = op(jax.lax.map)(fn, _rows(elems))
    if wanted is None or isinstance(wanted, list | tuple | dict):
        return result
    kind = narrow(getattr(wanted, "dtype", wanted))
    return jax.tree.map(lambda x: ops.cast(x, kind.name), result)


vectorized_map = map_fn


def scan(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: Any = None,
) -> Any:
    """Returns all intermediate results of combining the elements one after another."""
    rows = _rows(elems)
    if initializer is None:
        place = -1 if reverse else 0
        first = jax.tree.map(lambda x: x[place], rows)
        rest = jax.tree.map(lambda x: x[:-1] if reverse else x[1:], rows)
    else:
        first, rest = _rows(initializer), rows

    def step(total: Any, row: Any) -> Any:
        new = jax.tree.map(
            lambda a, b: jnp.asarray(a).astype(b.dtype), fn(total, row), total
        )
        return new, new

    totals = jax.lax.scan(step, first, rest, reverse=reverse)[1]
    if initializer is not None:
        return totals

    def joined(one: Any, many: Any) -> Any:
        parts = [many, one[None]] if reverse else [one[None], many]
        return jnp.concatenate(parts)

    return jax.tree.map(joined, first, totals)


def foldl(fn: Any, elems: Any, initializer: Any = None, **options: Any) -> Any:
    """Combines the elements along the first axis from the first to the last."""
    return backend.foldl(fn, elems, initializer)


def foldr(fn: Any, elems: Any, initializer: Any = None, **options: Any) -> Any:
    """Combines the elements along the first axis from the last to the first."""
    return backend.foldr(fn, elems, initializer)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a function a gradient of its own: `f` returns its value and `dy -> dx`."""
    return ops.custom_gradient(f)


# --- Python's and NumPy's functions ---------------------------------------------------


def numpy_function(
    func: Callable[..., Any],
    inp: Any,
    Tout: Any,
    stateful: bool = True,
    name: Any = None,
) -> Any:
    """Calls a function of NumPy arrays; outside of compiled functions.

    Raises:
        SignatureError: If the arguments have no values yet.
    """
    _with_values(inp, "numpy_function")
    found = func(*(_host(x) for x in inp))
    return _typed(found, Tout)


def py_function(
    func: Callable[..., Any] | None = None, inp: Any = (), Tout: Any = None,
    name: Any = None,
) -> Any:  # fmt: skip
    """Calls a function of tensors line by line; outside of compiled functions."""
    _with_values(inp, "py_function")
    assert func is not None
    return _typed(func(*map(convert_to_tensor, inp)), Tout)


def _with_values(inputs: Any, name: str) -> None:
    if any(isinstance(x, jax.core.Tracer) for x in jax.tree.leaves(list(inputs))):
        raise SignatureError(
            f"`{name}(...)`",
            expected="tensors with values",
            got="tensors of a compiled function",
            fix="Compute with `tf` functions here, or call it in a loop of your own.",
        )


def _host(value: Any) -> Any:
    values = np.asarray(value)
    return values if values.ndim else values[()]


def _typed(found: Any, kinds: Any) -> Any:
    if isinstance(found, list | tuple) and isinstance(kinds, list | tuple):
        return [convert_to_tensor(x, k) for x, k in zip(found, kinds, strict=True)]
    one = kinds[0] if isinstance(kinds, list | tuple) and kinds else kinds
    kind = None if one in (None, []) or is_text(found) else one
    value = None if found is None else convert_to_tensor(found, kind)
    return [value] if isinstance(kinds, list | tuple) and kinds else value


# --- what only graphs needed ----------------------------------------------------------


def print_(*inputs: Any, **options: Any) -> None:
    """Prints values when they are computed, in compiled functions too."""
    stream = options.get("output_stream", sys.stderr)
    end, sep = options.get("end", "\n"), options.get("sep", " ")
    target = stream if hasattr(stream, "write") else sys.stderr
    arrays = [x for x in inputs if isinstance(x, jax.core.Tracer)]

    def write(*values: Any) -> None:
        rest = iter(values)
        shown = [next(rest) if isinstance(x, jax.core.Tracer) else x for x in inputs]
        print(*map(_shown, shown), sep=sep, end=end, file=target)

    if arrays:
        jax.debug.callback(write, *arrays)
    else:
        write()


def _shown(value: Any) -> Any:
    return np.asarray(value) if hasattr(value, "__array__") else value


def group(*inputs: Any, **options: Any) -> None:
    """Does nothing: what was computed is computed."""


def no_op(name: Any = None) -> None:
    """Does nothing."""


@contextlib.contextmanager
def scope(*args: Any, **options: Any) -> Iterator[Any]:
    """Does nothing, as the context of a `with` statement; yields its first argument."""
    yield args[0] if args else None
