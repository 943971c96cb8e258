"""What symbolic tensors stand for while a graph runs.

A function that is called in the middle of a run may use symbolic tensors of the same
graph: a loss of Keras 1 and 2 that closes over `z_mean`, say. There they are the
arrays of the run.
"""

from collections.abc import Iterable
from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import shapes
from keryx._graph.graph import Graph
from keryx._graph.node import KerasTensor


class Known:
    """The values of symbolic tensors in one run.

    Attributes:
        values: Symbolic tensor's id → its value, for those that the run computed.
        tracked: What layers report under a name, by that name.
    """

    def __init__(self, values: dict[int, Any] | None = None) -> None:
        self.values: dict[int, Any] = {} if values is None else values
        # Held, so that the ids of their tensors stay their own.
        self._graphs: list[Graph] = []
        self.tracked: dict[str, Any] = {}

    def find(self, tensors: Iterable[KerasTensor], given: Any) -> dict[int, Any] | None:
        """Returns the values of some tensors by id; `None` if one cannot be had.

        What was recorded outside of the run is computed from what the run knows.

        Args:
            tensors: Symbolic tensors.
            given: All that the call in question was given.
        """
        for tensor in tensors:
            if id(tensor) not in self.values and not self._compute(tensor):
                return None
        return self.values

    def _compute(self, end: KerasTensor) -> bool:
        """Computes a tensor from those that are known; tells whether that is possible.

        Iterative, because deep models exceed Python's recursion limit.
        """
        starts: dict[int, KerasTensor] = {}
        stack = [end]
        seen: set[int] = set()
        while stack:
            tensor = stack.pop()
            if id(tensor) in seen:
                continue
            seen.add(id(tensor))
            if id(tensor) in self.values:
                starts[id(tensor)] = tensor
                continue
            below = tensor.node.inputs() if tensor.node is not None else []
            if not below:
                return False
            stack.extend(below)
        graph = Graph(list(starts.values()), end)
        self._graphs.append(graph)
        self.values[id(end)] = graph.run([self.values[key] for key in starts])
        return True


class Standing:
    """Stand-ins of symbolic tensors where only shapes are wanted.

    Args:
        sizes: The sizes of unknown axes in this evaluation.
    """

    def __init__(self, sizes: tuple[int, int]) -> None:
        self.sizes = sizes
        self.tracked: dict[str, Any] = {}

    def find(self, tensors: Iterable[KerasTensor], given: Any) -> dict[int, Any] | None:
        """Returns zeros of the tensors' shapes, if they meet arrays of a run."""
        leaves = jax.tree.leaves(given, is_leaf=lambda x: isinstance(x, KerasTensor))
        if not any(isinstance(leaf, jax.core.Tracer) for leaf in leaves):
            return None
        return {
            id(t): jnp.zeros(shapes.known(t.shape, self.sizes), t.dtype)
            for t in tensors
        }
