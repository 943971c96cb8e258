"""`tf.debugging`: checks that stop a program."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from keryx._core.errors import DataError, KeryxError, ShapeError


class InvalidArgumentError(KeryxError, ValueError):
    """A check of values failed."""


def _compared(name: str, words: str, holds: Callable[..., Any]) -> Callable[..., None]:
    """Returns a check of two tensors' values."""

    def check(x: Any, y: Any, message: Any = None, **options: Any) -> None:
        if _traced(x, y) or bool(np.all(holds(np.asarray(x), np.asarray(y)))):
            return
        raise InvalidArgumentError(
            f"{message or name}: expected x {words} y, but got\n{x!r}\nand\n{y!r}."
        )

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"Checks that x {words} y everywhere; not in compiled functions."
    return check


assert_equal = _compared("assert_equal", "equal to", np.equal)
assert_none_equal = _compared("assert_none_equal", "different from", np.not_equal)
assert_less = _compared("assert_less", "less than", np.less)
assert_less_equal = _compared("assert_less_equal", "at most", np.less_equal)
assert_greater = _compared("assert_greater", "greater than", np.greater)
assert_greater_equal = _compared("assert_greater_equal", "at least", np.greater_equal)
assert_near = _compared(
    "assert_near", "near", functools.partial(np.isclose, rtol=1e-5, atol=1e-5)
)


def assert_positive(x: Any, message: Any = None, **options: Any) -> None:
    """Checks that all values are above 0."""
    assert_greater(x, 0, message or "assert_positive")


def assert_non_negative(x: Any, message: Any = None, **options: Any) -> None:
    """Checks that all values are at least 0."""
    assert_greater_equal(x, 0, message or "assert_non_negative")


def check_numerics(tensor: Any, message: str = "", name: Any = None) -> Any:
    """Checks that there is no NaN and no infinity; returns the tensor."""
    if not _traced(tensor) and not np.isfinite(np.asarray(tensor)).all():
        raise DataError(message or "check_numerics", expected="finite numbers",
                        got="NaN or infinity")  # fmt: skip
    return tensor


assert_all_finite = check_numerics


def enable_check_numerics(*args: Any, **options: Any) -> None:
    """Stops programs where a NaN appears: JAX's `jax_debug_nans`."""
    jax.config.update("jax_debug_nans", True)


def assert_shapes(shapes: Any, *args: Any, **options: Any) -> None:
    """Checks shapes given as pairs of a tensor and its sizes, numbers or letters."""
    sizes: dict[Any, int] = {}
    for tensor, wanted in dict(shapes).items() if isinstance(shapes, dict) else shapes:
        given = tuple(np.shape(tensor))
        fits = len(given) == len(wanted)
        for size, want in zip(given, wanted, strict=False):
            known = want if isinstance(want, int) else sizes.setdefault(want, size)
            fits = fits and (want is None or known == size)
        if not fits:
            raise ShapeError("assert_shapes", expected=str(wanted), got=str(given))


def assert_rank(x: Any, rank: int, message: Any = None, name: Any = None) -> None:
    """Checks the number of axes."""
    if len(np.shape(x)) != rank:
        got = f"shape {np.shape(x)}"
        raise ShapeError(message or "assert_rank", expected=f"{rank} axes", got=got)


def assert_type(
    tensor: Any, tf_type: Any, message: Any = None, name: Any = None
) -> None:
    """Checks the element type."""
    if tf_type != tensor.dtype:
        got = str(tensor.dtype)
        raise DataError(message or "assert_type", expected=repr(tf_type), got=got)


def Assert(condition: Any, data: Any, summarize: Any = None, name: Any = None) -> None:
    """Checks that a condition holds."""
    if not _traced(condition) and not np.all(np.asarray(condition)):
        raise InvalidArgumentError(f"Assert: expected a condition that holds: {data}.")


def _traced(*values: Any) -> bool:
    return any(isinstance(x, jax.core.Tracer) for x in values)
