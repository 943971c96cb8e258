"""Symbolic tensors and the calls that made them."""

import operator
import sys
import weakref
from collections.abc import Callable
from typing import Any

import jax

from keryx._core import scope
from keryx._core.dtypes import standardize_dtype
from keryx._core.errors import StateError
from keryx._core.hold import Hold
from keryx._core.hook import missing
from keryx._core.op import op, Recorded, Symbolic
from keryx._core.shapes import Shape
from keryx._graph import naming, trace

# How the operators of JAX's arrays are called inside JAX.
_OPERATOR = ("_operator_", "deferring_binary_op")


class KerasTensor(Symbolic):
    """A tensor of known shape and element type that has no values yet.

    Calling layers and `keryx.ops` on it records the calls, from which `Model` takes
    its graph.

    Example:
        >>> x = KerasTensor((None, 3))
        >>> (2 * x + 1).shape
        (None, 3)

    Args:
        shape: Axis sizes; `None` for those that may vary.
        dtype: Element type.
        name: Name, made up if `None`.
    """

    __slots__ = ("node",)

    # NumPy's operators give way to ours.
    __array_ufunc__ = None
    __getattr__ = missing

    def __init__(
        self, shape: Shape, dtype: Any = None, name: str | None = None
    ) -> None:
        self.shape = tuple(shape)
        self.dtype = standardize_dtype(dtype)
        self.name = name or naming.unique("keras_tensor")
        self.node: Node | None = None
        self.index = 0

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def record(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Notes the call of an operation in the graph; returns symbolic outputs.

        In a run that knows the symbolic tensors, they are their values.
        """
        here = scope.current()
        if here is not None and here.known is not None:
            given = (args, kwargs)
            found = here.known.find(trace.symbols(given), given)
            if found is not None:
                args, kwargs = trace.substitute(given, lambda t: found[id(t)])
                return function(*args, **kwargs)
        spec = trace.infer(function, args, kwargs, where=function.__name__)
        return Node(function, args, kwargs).outputs_like(spec)

    def _refuse(self, use: str) -> Any:
        raise StateError(
            f"symbolic tensor {self.name!r}",
            expected="to be passed to layers and `keryx.ops` functions",
            got=use,
            fix="It has no values: use `keryx.ops` in place of NumPy or `jax.numpy`, "
            "or put the computation into a layer.",
        )

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return self._refuse("a conversion to an array")

    @property
    def __jax_array__(self) -> Callable[[], Any]:
        # An operator of JAX's arrays gives way to ours if it is handed no array; JAX's
        # functions only ask whether there is this method.
        if sys._getframe(1).f_code.co_name.startswith(_OPERATOR):
            return lambda: self
        array: Callable[[], Any] = self._refuse("a function of `jax.numpy`")
        return array

    def now(self) -> Any:
        """Returns the tensor's value in the run in progress.

        Raises:
            StateError: If there is none.
        """
        here = scope.current()
        known = here.known if here is not None else None
        found = None if known is None else known.find([self], self)
        return self._refuse("the end of a run") if found is None else found[id(self)]

    def __iter__(self) -> Any:
        if self.shape and self.shape[0] is not None:
            return (_item(self, i) for i in range(self.shape[0]))
        return self._refuse("an iteration")

    def __bool__(self) -> bool:
        return bool(self._refuse("a test of its truth"))

    def __float__(self) -> float:
        return float(self._refuse("a conversion to a number"))

    def __int__(self) -> int:
        return int(self._refuse("a conversion to a number"))

    def __structure__(self) -> Any:
        """Returns what makes two symbolic tensors the same."""
        return self.node, self.index, self.shape, self.dtype

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"

    def __hash__(self) -> int:
        return id(self)


def _binary(function: Callable[[Any, Any], Any], name: str) -> None:
    recorded = op(function)

    def forward(self: KerasTensor, other: Any) -> Any:
        return recorded(self, other)

    def reflected(self: KerasTensor, other: Any) -> Any:
        return recorded(other, self)

    setattr(KerasTensor, f"__{name}__", forward)
    if name not in ("lt", "le", "gt", "ge", "ne", "getitem"):
        setattr(KerasTensor, f"__r{name}__", reflected)


_item: Callable[[Any, Any], Any] = op(lambda tensor, index: tensor[index])

for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _binary(getattr(operator, _name), _name)
for _name in ("and_", "or_", "xor", "lt", "le", "gt", "ge", "ne", "getitem"):
    _binary(getattr(operator, _name), _name.rstrip("_"))
for _name in ("neg", "abs", "invert"):
    _unary = op(getattr(operator, _name))
    setattr(KerasTensor, f"__{_name}__", lambda self, _f=_unary: _f(self))


class Node(Recorded):
    """One recorded call.

    Args:
        function: The layer or operation that was called; `None` for an input.
        args: Its positional arguments, symbolic tensors among them.
        kwargs: Its keyword arguments.
        outputs: Nested symbolic outputs.
    """

    __slots__ = ("function",)
    __getattr__ = missing

    def __init__(
        self,
        function: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        outputs: Any = None,
    ) -> None:
        self.function = function
        # A copy, because the caller may go on adding to a list among them.
        self.args, self.kwargs = trace.substitute((args, kwargs), lambda tensor: tensor)
        self._ends = jax.tree.map(Hold, outputs)

    @property
    def outputs(self) -> Any:
        """Nested symbolic outputs, which are one for as long as somebody holds them."""
        return jax.tree.map(lambda end: end.get(node=self), self._ends)

    def __structure__(self) -> Any:
        """Returns what makes two calls the same."""
        return self.function, self.args, self.kwargs

    def outputs_like(self, spec: Any) -> Any:
        """Makes the symbolic outputs that `spec` describes."""
        count = iter(range(10**6))

        def make(leaf: Any) -> Any:
            if leaf is None:
                return None
            tensor = KerasTensor(leaf.shape, leaf.dtype)
            tensor.node, tensor.index = self, next(count)
            return tensor

        outputs = jax.tree.map(
            make,
            spec,
            is_leaf=lambda leaf: isinstance(leaf, trace.Spec) or leaf is None,
        )
        self._ends = jax.tree.map(Hold, outputs)
        return outputs

    def inputs(self) -> list[KerasTensor]:
        """Returns the symbolic tensors among the arguments, in order."""
        return trace.symbols((self.args, self.kwargs or {}))


class Calls:
    """The recorded calls of a layer.

    The first is kept, for `layer.output`. Each other lasts as long as a tensor or a
    graph that needs it: it may be a call on what the layer itself gave.
    """

    def __init__(self) -> None:
        self._first: Hold | None = None
        self._others: list[weakref.ref[Node]] = []

    def add(self, node: Node) -> None:
        """Takes in one more call."""
        if self._first is None:
            self._first = Hold(node)
        else:
            living = [other for other in self._others if other() is not None]
            self._others = [*living, weakref.ref(node)]

    def of(self, layer: Any) -> list[Node]:
        """Returns the calls, which are those of `layer`, in their order."""
        if self._first is None:
            return []
        others = (other() for other in self._others)
        return [
            self._first.get(function=layer),
            *(node for node in others if node is not None),
        ]

    def __getstate__(self) -> tuple[Any, list[Any]]:
        return self._first, [other() for other in self._others]

    def __setstate__(self, state: tuple[Any, list[Any]]) -> None:
        self._first, others = state
        self._others = [weakref.ref(node) for node in others if node is not None]


def make_input(
    shape: Shape, dtype: Any = None, name: str | None = None, layer: Any = None
) -> KerasTensor:
    """Returns a symbolic tensor where a graph begins."""
    tensor = KerasTensor(shape, dtype, name)
    tensor.node = Node(layer, outputs=tensor)
    return tensor
