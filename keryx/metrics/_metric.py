"""The contract of a metric: three pure functions, and Keras's methods around them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import numpy as np

from keryx import initializers
from keryx._core import config, dtypes, scope
from keryx._core.configurable import Configurable
from keryx._core.errors import StateError
from keryx._core.hook import missing
from keryx._core.place import blank, placed
from keryx._core.registry import snake_case
from keryx._core.tree import Tree, walk
from keryx._core.variable import Variable

PURE = ("init", "update", "compute")
OWN = ("_given", "_added", "_slots", "_structure")
STATEFUL = ("update_state", "result", "reset_state")


class Metric(Configurable):
    """Base class of all metrics.

    A metric is written in one of two ways. Either as three pure functions, in which a
    state is any pytree of arrays:

        init() -> state
        update(state, y_true, y_pred, sample_weight=None) -> state
        compute(state) -> result

    or, as in Keras, with `add_variable` in the constructor, `update_state` and
    `result`. Each gives the other: training uses the pure functions alone.

    Example:
        >>> import jax.numpy as jnp
        >>> class Largest(Metric):
        ...     def __init__(self, name="largest"):
        ...         super().__init__(name=name)
        ...         self.top = self.add_variable((), "zeros", name="top")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         self.top.assign(jnp.maximum(self.top.value, y_pred.max()))
        ...     def result(self):
        ...         return self.top.value
        >>> metric = Largest()
        >>> update = jax.jit(metric.update)
        >>> float(metric.compute(update(metric.init(), 0.0, jnp.array([1.0, 5.0]))))
        5.0

    Args:
        dtype: Float type of the state; the default float type if `None`.
        name: Name of the metric; the class's own in lower case if `None`.
    """

    # A metric whose state has the size of the outputs is built from their shape first.
    built = True

    __getattr__ = missing

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = cls.__dict__
        if any(name in own for name in STATEFUL) and not any(n in own for n in PURE):
            for name in PURE:  # what a parent class computes is not what this one means
                setattr(cls, name, getattr(Metric, name))

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        # Departs from Keras: names are not numbered by how many metrics were made.
        self.name = name or snake_case(type(self).__name__)
        self.dtype = dtypes.policy(dtype or config.floatx()).variable_dtype
        self._added: list[tuple[Variable, jax.Array]] = []
        self._slots: list[tuple[Variable, jax.Array]] | None = None
        self._structure: Any = None

    def build(
        self, y_true_shape: tuple[int | None, ...], y_pred_shape: tuple[int | None, ...]
    ) -> None:
        """Fixes the state's sizes, where they depend on the data's.

        Args:
            y_true_shape: Shape of the targets, with the batch axis.
            y_pred_shape: Shape of the predictions, with the batch axis.
        """

    # The pure functions. These here are those of a metric that defines `update_state`.

    def init(self) -> Tree:
        """Returns the state before the first sample."""
        start = [value for _, value in self._pairs()]
        return self._run(start, self.reset_state)[1]

    def update(self, state: Tree, *args: Tree, **kwargs: Tree) -> Tree:
        """Returns the state after one more batch: `y_true, y_pred, sample_weight`."""
        given = {name: value for name, value in kwargs.items() if value is not None}
        while args and args[-1] is None:
            args = args[:-1]
        return self._run(state, lambda: self.update_state(*args, **given))[1]

    def compute(self, state: Tree) -> Tree:
        """Returns the result of all batches so far."""
        return self._run(state, self.result)[0]

    def _run(
        self, state: Tree, method: Callable[[], Any]
    ) -> tuple[Any, tuple[jax.Array, ...]]:
        """Calls a method as if the variables had the values in `state`."""
        variables = self.variables
        outer = scope.current() or scope.Scope()
        given = {id(v): x for v, x in zip(variables, state, strict=True)}
        here = replace(outer, values={**outer.values, **given}, cast=None)
        with scope.entered(here):
            result = _values(method())
        return result, tuple(here.values[id(v)] for v in variables)

    # Keras's methods. These here are those of a metric that defines `update`.

    def update_state(self, *args: Tree, **kwargs: Tree) -> None:
        """Takes one more batch into account: `y_true, y_pred, sample_weight`."""
        update = self._written("update")
        if not self.built:
            self.build(*(np.shape(array) for array in args[:2]))
        slots = self._state_slots()
        state = jax.tree.unflatten(self._structure, [v.value for v, _ in slots])
        values = jax.tree.leaves(update(state, *args, **kwargs))
        for (variable, _), value in zip(slots, values, strict=True):
            variable.assign(value)

    def result(self) -> Tree:
        """Returns the metric of all batches since the last reset."""
        compute = self._written("compute")
        slots = self._state_slots()
        return compute(jax.tree.unflatten(self._structure, [v.value for v, _ in slots]))

    def reset_state(self) -> None:
        """Forgets all batches."""
        # Departs from Keras: back to the initial value, which need not be zero.
        for variable, value in self._pairs():
            variable.assign(value)

    def reset_states(self) -> None:
        """As `reset_state`, under its older name."""
        self.reset_state()

    def __call__(self, *args: Tree, **kwargs: Tree) -> Tree:
        """Takes one more batch into account and returns the result so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def stateless_update_state(
        self, metric_variables: list[Any], *args: Tree, **kwargs: Tree
    ) -> list[Any]:
        """Returns the values of `variables` after one more batch."""
        update = self._run(metric_variables, lambda: self.update_state(*args, **kwargs))
        return list(update[1])

    def stateless_result(self, metric_variables: list[Any]) -> Tree:
        """Returns the result for given values of `variables`."""
        return self._run(metric_variables, self.result)[0]

    def stateless_reset_state(self) -> list[Any]:
        """Returns the values of `variables` before the first batch."""
        return list(self._run([v for _, v in self._pairs()], self.reset_state)[1])

    # The variables.

    @property
    def variables(self) -> list[Variable]:
        """The variables of this metric and of those that it holds."""
        return [variable for variable, _ in self._pairs()]

    def add_variable(
        self,
        shape: tuple[int, ...],
        initializer: Any,
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """Returns a new variable of the state.

        Args:
            shape: Its shape.
            initializer: Its first value: a name, or a function `(shape, dtype)`.
            dtype: Its element type; the metric's if `None`.
            aggregation: Accepted for Keras's sake; there is one copy.
            name: Its name.
        """
        # Evaluated now even inside a trace, as the state outlives it.
        with jax.ensure_compile_time_eval():
            start = initializers.get(initializer or "zeros")(
                tuple(shape), dtype=dtype or self.dtype
            )
        variable, value = self._slot(name or "variable", start)
        self._added.append((variable, value))
        return variable

    def add_weight(
        self,
        shape: tuple[int, ...] = (),
        initializer: Any = None,
        dtype: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Returns a new variable of the state; see `add_variable`."""
        return self.add_variable(shape, initializer, dtype=dtype, name=name)

    def _slot(self, name: str, start: Any) -> tuple[Variable, jax.Array]:
        variable = Variable(
            start,
            trainable=False,
            autocast=False,
            name=name,
            path=f"{self.name}/{name}",
        )
        return variable, placed(start)

    def _pairs(self) -> list[tuple[Variable, jax.Array]]:
        """All variables with the values they are reset to."""
        own = [*self._added, *self._state_slots()]
        seen = {id(variable) for variable, _ in own}
        for item in walk([v for k, v in vars(self).items() if k not in OWN]):
            more = item._pairs() if isinstance(item, Metric) else []
            if isinstance(item, Variable):
                more = [(item, blank(item.shape, item.dtype))]
            own += [pair for pair in more if id(pair[0]) not in seen]
            seen |= {id(variable) for variable, _ in more}
        return own

    def _state_slots(self) -> list[tuple[Variable, jax.Array]]:
        """The variables that hold the state of the pure functions, if there are any."""
        if self._slots is None:
            init = self._written("init", required=False)
            if init is None or not self.built:
                return []
            with jax.ensure_compile_time_eval():
                paths, self._structure = jax.tree.flatten_with_path(init())
            self._slots = [self._slot(_name(path), value) for path, value in paths]
        return self._slots

    def _written(self, name: str, *, required: bool = True) -> Any:
        """Returns a pure function that the class or one above it wrote itself."""
        for base in type(self).__mro__:
            method = base.__dict__.get(name)
            if method is not None and method is not Metric.__dict__[name]:
                return method.__get__(self)
        if not required:
            return None
        raise StateError(
            f"metric {self.name!r} ({type(self).__name__})",
            expected="a class with `update_state` and `result`, or with `init`, "
            "`update` and `compute`",
            got="one without",
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _name(path: tuple[Any, ...]) -> str:
    """Returns the name of a leaf: `.total.sum` → total, `.total.rest` → total_rest."""
    parts = [str(getattr(key, "name", getattr(key, "idx", key))) for key in path]
    return "_".join(parts).removesuffix("_sum") or "state"


def _values(result: Tree) -> Tree:
    """Replaces variables in a result by their values."""
    return jax.tree.map(
        lambda x: x.value if isinstance(x, Variable) else x,
        result,
        is_leaf=lambda x: isinstance(x, Variable),
    )
