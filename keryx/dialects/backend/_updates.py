"""Changes of variables: at once in a run, or as a part of `function`."""

import operator
from collections.abc import Callable
from typing import Any

import jax

from keryx import ops
from keryx._core import scope
from keryx._core.errors import ArgumentError
from keryx._core.op import find_symbolic, unwrap
from keryx._core.variable import Variable

Rule = Callable[[Any, Any], Any]


class Update:
    """A change of a variable: `variable ← rule(variable, amount)`.

    With an amount that has a value it is applied at once. `function` takes that back:
    there it belongs to each call.

    Args:
        variable: What changes.
        rule: The new value from the old one and the amount.
        amount: Array, variable or symbolic tensor.
    """

    def __init__(self, variable: Variable, rule: Rule, amount: Any) -> None:
        if not isinstance(variable, Variable):
            raise ArgumentError(
                "update", "x", expected="a variable", got=type(variable).__name__
            )
        self.variable, self.rule, self.amount = variable, rule, amount
        self._before: jax.Array | None = None
        if find_symbolic(amount) is None:
            outside = scope.current() is None
            self._before = variable.value if outside else None
            variable.assign(self.new(unwrap(amount)))

    @classmethod
    def of(cls, update: Any) -> "Update":
        """Returns an update, or a pair `(variable, new value)`, as one to come."""
        if not isinstance(update, Update):
            made = cls.__new__(cls)
            made.variable, made.amount = update
            made.rule, made._before = _replaced, None
            return made
        if update._before is not None:
            update.variable.assign(update._before)
            update._before = None
        return update

    def new(self, amount: Any) -> Any:
        """Returns the variable's next value."""
        value = self.variable.value
        return ops.cast(self.rule(value, amount), value.dtype)


def _replaced(value: Any, amount: Any) -> Any:
    return amount


def update(x: Variable, new_x: Any) -> Update:
    """Sets a variable.

    Example:
        >>> v = Variable(1.0)
        >>> _ = update(v, 3.0)
        >>> float(v)
        3.0

    Args:
        x: Variable.
        new_x: Its next value; a symbolic one is for the `updates` of `function`.
    """
    return Update(x, _replaced, new_x)


def update_add(x: Variable, increment: Any) -> Update:
    """Adds to a variable."""
    return Update(x, operator.add, increment)


def update_sub(x: Variable, decrement: Any) -> Update:
    """Subtracts from a variable."""
    return Update(x, operator.sub, decrement)


def moving_average_update(x: Variable, value: Any, momentum: Any) -> Update:
    """Moves a variable towards a value: `x ← momentum · x + (1 - momentum) · value`."""

    def mixed(old: Any, new: Any) -> Any:
        return old * momentum + new * (1 - momentum)

    return Update(x, mixed, value)
