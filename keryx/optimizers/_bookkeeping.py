"""The methods with which an optimizer written for Keras keeps its own variables."""

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.errors import ShapeError, StateError
from keryx._core.hook import missing
from keryx._core.variable import Variable

_FIRST: dict[str, Callable[..., jax.Array]] = {"zeros": jnp.zeros, "ones": jnp.ones}


class Bookkeeping:
    """Mixin of `Optimizer`: variables by name and by parameter."""

    name: str
    loss_scale_factor: float | None
    _variables: list[Variable]  # in the order in which files hold them
    _parameters: list[Variable]  # the model's variables, in the order of `build`
    _extra: dict[str, Any]
    _kept_whole: tuple[set[int], tuple[str, ...]]  # not decayed: ids, patterns

    __getattr__ = missing

    @property
    def variables(self) -> list[Variable]:
        """The optimizer's variables, in the order in which Keras saves them."""
        return list(self._variables)

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Makes a variable of the optimizer's own; it is trained, saved and restored.

        Args:
            shape: Its shape.
            initializer: `"zeros"`, `"ones"`, or a function `(shape, dtype) -> value`.
            dtype: Element type; `None` is the default float type.
            aggregation: Accepted for Keras's sake.
            layout: Accepted for Keras's sake.
            name: Last part of its path.

        Raises:
            ArgumentError: If `initializer` is a name other than those two.
        """
        if not callable(initializer):
            known = check.one_of(initializer, tuple(_FIRST), "initializer", self)
            initializer = _FIRST[known]
        return self._track(Variable(initializer, tuple(shape), dtype), name or "var")

    def add_variable_from_reference(
        self,
        reference_variable: Variable,
        name: str | None = None,
        initializer: Any = "zeros",
    ) -> Variable:
        """Makes a variable of the shape and type of one of the model's.

        Args:
            reference_variable: The model's variable.
            name: What the new one holds, such as `"momentum"`.
            initializer: As for `add_variable`.
        """
        return self.add_variable(
            reference_variable.shape,
            initializer,
            reference_variable.dtype,
            name=slot_path(reference_variable, name or "var"),
        )

    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: Any,
        initializer: Any = "zeros",
    ) -> Any:
        """Makes a variable for each of the model's.

        Args:
            trainable_variables: The model's variables.
            name: What the new ones hold, or a list of such names.
            initializer: As for `add_variable`, or a list of them, one per name.

        Returns:
            A list of variables, or a tuple of such lists, one per name.
        """
        names = [name] if isinstance(name, str) else list(name)
        several = isinstance(initializer, list | tuple)
        firsts = list(initializer) if several else [initializer] * len(names)
        rows = [
            [
                self.add_variable_from_reference(v, *pair)
                for pair in zip(names, firsts, strict=True)
            ]
            for v in trainable_variables
        ]
        columns = tuple([row[i] for row in rows] for i in range(len(names)))
        return columns[0] if isinstance(name, str) else columns

    def assign(self, variable: Variable, value: Any) -> None:
        """Sets a variable: for `update_step`."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Adds to a variable: for `update_step`."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtracts from a variable: for `update_step`."""
        variable.assign_sub(value)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets all of `variables` from a list in their order.

        Raises:
            ShapeError: If the number of arrays or one of their shapes differs.
        """
        if len(weights) != len(self._variables):
            raise ShapeError(
                f"optimizer {self.name!r}",
                expected=f"values of {len(self._variables)} variables",
                got=f"{len(weights)} values",
                fix="Build it for the same model, with the same settings.",
            )
        for variable, value in zip(self._variables, weights, strict=True):
            variable.assign(value)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Writes the variables into `store` as `"0"`, `"1"`, …"""
        for i, variable in enumerate(self._variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Reads the variables from what `save_own_variables` wrote.

        Raises:
            ShapeError: If `store` holds another number of variables.
        """
        self.set_weights([np.asarray(store[str(i)]) for i in range(len(store.keys()))])

    def scale_loss(self, loss: Any) -> Any:
        """Returns the loss times `loss_scale_factor`; `update` divides by it."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Gives the model's variables their running averages, if there are any.

        Args:
            var_list: Variables among those of `build`.
        """
        for variable in var_list if "average" in self._extra else ():
            average = self._extra["average"][self._get_variable_index(variable)]
            variable.assign(average.value)

    def exclude_from_weight_decay(
        self,
        var_list: Sequence[Variable] | None = None,
        var_names: Sequence[str] | None = None,
    ) -> None:
        """Leaves some of the model's variables out of weight decay.

        Args:
            var_list: The variables themselves.
            var_names: Regular expressions searched in the variables' names.
        """
        self._kept_whole = ({id(v) for v in var_list or ()}, tuple(var_names or ()))

    def _use_weight_decay(self, variable: Variable) -> bool:
        ids, patterns = self._kept_whole
        return id(variable) not in ids and not any(
            re.search(pattern, variable.name) for pattern in patterns
        )

    def _get_variable_index(self, variable: Variable) -> int:
        """Returns the place of one of the model's variables; user code calls this."""
        for index, own in enumerate(self._parameters):
            if own is variable:
                return index
        raise StateError(
            f"optimizer {self.name!r}",
            expected="variables that it was built for",
            got=f"{variable.path!r}",
            fix="Make a new optimizer for another set of variables.",
        )

    def _track(self, variable: Variable, name: str) -> Variable:
        """Adds a variable under the optimizer's name."""
        variable.name, variable.path = name, f"{self.name}/{name}"
        variable.trainable = variable.autocast = False
        self._variables.append(variable)
        return variable


def slot_path(reference: Variable, name: str) -> str:
    """Returns a slot's name: `dense/kernel`, `momentum` → `dense_kernel_momentum`."""
    return f"{reference.path.replace('/', '_')}_{name}"
