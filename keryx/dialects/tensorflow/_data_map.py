"""`Dataset.map`: a user's function of each element, compiled for many at a time."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import scope
from keryx.dialects.tensorflow._data_flow import called, CHUNK, Flow, Seeds
from keryx.dialects.tensorflow._data_rows import on_host, parts, structured, taken
from keryx.dialects.tensorflow._tensor import is_text

# So few elements are not worth a compilation.
FEW = 32


class Mapped:
    """A function of each element of a data set.

    Where the elements are rows of arrays, the function is compiled for blocks of them,
    each element with random numbers of its own. A function that cannot be compiled, as
    it reads files, calls NumPy or branches on values, is called for each element.

    Args:
        source: The data set.
        function: The user's function.
    """

    def __init__(self, source: Flow, function: Callable[..., Any]) -> None:
        self.source, self.function = source, function
        self.count = 0  # elements so far, in all passes: what randomness depends on
        self.seed = Seeds().seed % 2**31
        self.program: Any = jax.jit(jax.vmap(self._one))
        few = 0 <= source._count < FEW
        self.wide: bool | None = None if source._wide and not few else False

    def pull(self) -> Iterator[Any]:
        """Yields the results one by one."""
        if self._is_wide():
            for block in self.blocks(CHUNK):
                for index in range(len(parts(block)[0])):
                    yield taken(block, index)
            return
        for element in self.source._pull():
            yield structured(_kept, called(self.function, element))

    def blocks(self, size: int) -> Iterator[Any]:
        """Yields so many results at a time."""
        if not self._is_wide():
            yield from Flow(self.pull)._blocks(size)
            return
        for block in self.source._blocks(size):
            yield structured(np.asarray, self._compute(block))

    def _compute(self, block: Any) -> Any:
        count = len(parts(block)[0])
        numbers = np.arange(self.count, self.count + count, dtype=np.uint32)
        self.count += count
        return self.program(numbers, structured(jnp.asarray, block))

    def _one(self, number: Any, element: Any) -> Any:
        root = jax.random.PRNGKey(self.seed)
        key = jax.random.fold_in(root, number)
        with scope.entered(scope.Scope(key=key, step=number)):
            return structured(_leaf, called(self.function, element))

    def _is_wide(self) -> bool:
        """Tells whether the function can be compiled, by trying it once."""
        if self.wide is None:
            try:
                block = next(itertools.islice(self.source._blocks(2), 1))
                jax.eval_shape(self.program, jnp.arange(len(parts(block)[0]),
                               dtype="uint32"), structured(_number, block))  # fmt: skip
                self.wide = True
            except Exception:  # whatever it is, the call for one element may work
                self.wide = False
        return self.wide


def _number(value: Any) -> Any:
    if is_text(value):
        raise TypeError("Text cannot be compiled.")
    return jnp.asarray(value)


def _leaf(value: Any) -> Any:
    if isinstance(value, Flow) or is_text(value):
        raise TypeError("Only numbers can be compiled.")
    return jnp.asarray(value)


def _kept(value: Any) -> Any:
    return value if isinstance(value, Flow) else on_host(value)
