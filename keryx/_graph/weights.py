"""What a layer holds: its weights and those of the layers inside it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from keryx import constraints, initializers, regularizers
from keryx._core import budget, dtypes, scope, stamp
from keryx._core.configurable import Configurable
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.hook import Hook, hooked, missing
from keryx._core.place import blank
from keryx._core.variable import Variable
from keryx._graph import walk
from keryx._graph.call import describe
from keryx.random import make_generator


class WeightOwner(Configurable):
    """The half of `Layer` that declares, finds, reads and sets weights."""

    name: str
    built: bool
    variable_dtype: str
    _seed_name: str
    _trainable: bool

    __getattr__ = missing

    @hooked
    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
        *,
        role: str | None = None,
    ) -> Variable:
        """Declares one weight and returns it.

        Args:
            shape: Shape; a scalar if `None`.
            initializer: Makes the first value; `glorot_uniform` for floats and zeros
                for other types if `None`.
            dtype: Element type; the layer's if `None`.
            trainable: Whether gradient descent may change it.
            autocast: Whether it is read in the layer's compute type.
            regularizer: Penalty of its value.
            constraint: Projection applied after each update.
            aggregation: Accepted for Keras's sake.
            overwrite_with_gradient: Whether its "gradient" is its next value.
            name: Last part of its path.
            role: Names it and picks `self.<role>_initializer`, `_regularizer` and
                `_constraint`.

        Raises:
            ShapeError: If an axis of `shape` is unknown.
        """
        if role is not None:
            name = name or role
            initializer = initializer or getattr(self, f"{role}_initializer", None)
            regularizer = regularizer or getattr(self, f"{role}_regularizer", None)
            constraint = constraint or getattr(self, f"{role}_constraint", None)
        if isinstance(shape, str):
            raise ArgumentError(self, "shape", expected="axis sizes", got=shape)
        shape = () if shape is None else tuple(shape)
        if None in shape:
            raise ShapeError(
                describe(self),
                expected=f"a known size for every axis of its weight {name!r}",
                got=f"{shape}",
                fix="Give the input's shape, e.g. with `Input(shape=...)`.",
            )
        dtype = dtypes.standardize_dtype(dtype or self.variable_dtype)
        if initializer is None:
            initializer = "glorot_uniform" if dtypes.is_float(dtype) else "zeros"
        variable = Variable(
            self._initial(initializers.get(initializer), name),
            shape,
            dtype,
            trainable=trainable,
            autocast=autocast,
            name=name,
            path="/".join([*self._scope_names(), name or "variable"]),
            regularizer=regularizers.get(regularizer),
            constraint=constraints.get(constraint),
        )
        variable.overwrite_with_gradient = overwrite_with_gradient
        self.__dict__.setdefault("_weights", []).append(variable)
        stamp.changed()
        return variable

    add_variable = add_weight

    def _initial(self, initializer: Any, name: str | None) -> Callable[..., Any]:
        """Seeds an initializer without a seed of its own by the weight's name.

        If a file has the value, nothing is drawn.
        """
        if budget.awaited():
            return blank
        draw = getattr(initializer, "draw", None)
        if draw is None or getattr(initializer, "seed", None) is not None:
            made: Callable[..., Any] = initializer
            return made
        generator = make_generator(None, f"{self._seed_name}/{name}")
        return lambda shape, dtype: draw(shape, dtype, generator)

    def _scope_names(self) -> list[str]:
        here = scope.current()
        names = list(here.names) if here else []
        return names if names and names[-1] == self.name else [*names, self.name]

    def _sublayers(self) -> list[Any]:
        return walk.sublayers(self, WeightOwner)

    @property
    def variables(self) -> list[Variable]:
        """All variables: own ones, states of seed generators, then the sublayers'."""
        found = walk.own_variables(self)
        found += [generator.state for generator in walk.generators(self)]
        for layer in self._sublayers():
            found += layer.variables
        return list({id(v): v for v in found}.values())

    @property
    def weights(self) -> list[Variable]:
        """The variables that files hold: all but the states of seed generators."""
        found = self._weights_by_layer()
        if "trainable first" in Hook.manners:
            found.sort(key=lambda variable: not variable.trainable)
        return found

    def _weights_by_layer(self) -> list[Variable]:
        """The weights, those of one layer after those of the other."""
        found = walk.own_variables(self)
        for layer in self._sublayers():
            found += layer.weights
        return list({id(v): v for v in found}.values())

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that gradient descent may change."""
        return [v for v in self.variables if v.trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that gradient descent leaves alone."""
        return [v for v in self.variables if not v.trainable]

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that gradient descent may change."""
        return [v for v in self.weights if v.trainable]

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that gradient descent leaves alone."""
        return [v for v in self.weights if not v.trainable]

    @property
    def trainable(self) -> bool:
        """Whether the weights may be trained; setting it reaches all sublayers."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for variable in walk.own_variables(self):
            variable.trainable = self._trainable and variable.born_trainable
        for layer in self._sublayers():
            layer.trainable = value

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """Returns copies of the weights, in the order of `weights`."""
        return [variable.numpy() for variable in self._weights_by_layer()]

    @hooked
    def set_weights(self, weights: list[Any]) -> None:
        """Sets the weights from arrays in the order of `weights`.

        Raises:
            ShapeError: If their number or a shape differs; then nothing is set.
        """
        slots = self._weights_by_layer()
        got = [np.shape(array) for array in weights]
        if got != [slot.shape for slot in slots]:
            raise ShapeError(
                describe(self),
                expected=f"{len(slots)} arrays of shapes {[s.shape for s in slots]}",
                got=f"{len(got)} of shapes {got}",
                fix="" if self.built else "The layer is not built yet: call it first.",
            )
        for slot, array in zip(slots, weights, strict=True):
            slot.assign(array)

    def save_own_variables(self, store: Any) -> None:
        """Puts the layer's own weights into a mapping from "0", "1", … to arrays."""
        for place, variable in enumerate(walk.own_variables(self)):
            store[str(place)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Takes the layer's own weights from what `save_own_variables` wrote.

        Raises:
            ShapeError: If their number or a shape differs.
        """
        own = walk.own_variables(self)
        if len(store) != len(own):
            raise ShapeError(
                describe(self),
                expected=f"{len(own)} arrays ({[v.path for v in own]})",
                got=f"{len(store)}",
            )
        for place, variable in enumerate(own):
            variable.assign(np.asarray(store[str(place)]))

    def count_params(self) -> int:
        """Returns the number of elements of all weights."""
        return sum(variable.size for variable in self.weights)
