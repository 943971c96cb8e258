"""The optimizer contract: pure functions inside, Keras's methods outside."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, cast, Self

import jax
import jax.numpy as jnp

from keryx._core import configurable
from keryx._core.hook import assigned, hooked
from keryx._core.registry import snake_case
from keryx._core.variable import Variable
from keryx.optimizers import _checks, _descent, _scalar, _shell
from keryx.optimizers._bookkeeping import Bookkeeping
from keryx.optimizers._rule import Rule
from keryx.optimizers._state import Arrays, Gradients, Hyper, OptState, ParamInfo

Rate = float | Callable[..., Any]

# Settings of every optimizer that live in the state when they are set.
SHARED = ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "ema_momentum")


class Optimizer(Rule, Bookkeeping, configurable.Configurable):
    """Base class: a rule for one parameter, lifted here to all of them.

    A subclass names its slots (arrays like the parameter) and its hyperparameters, and
    writes `rule`. `init` and `update` are then pure functions that can be compiled and
    mapped over; `build`, `apply` and the rest are Keras's methods around them. A class
    written for Keras, with `build` and `update_step`, works as well.

    One update does, in this order: divide by `loss_scale_factor`, accumulate, clip,
    decay weights, apply the rule, average, project on the constraints.

    Example:
        >>> class SignDescent(Optimizer):
        ...     def rule(self, grad, param, slots, hyper):
        ...         return -hyper["learning_rate"] * jnp.sign(grad), slots
        >>> optimizer = SignDescent(learning_rate=0.5)
        >>> params = (jnp.array([1.0, 2.0]),)
        >>> state = optimizer.init(params)
        >>> params, state = optimizer.update((jnp.array([3.0, -4.0]),), state, params)
        >>> params[0].tolist()
        [0.5, 2.5]

    Args:
        learning_rate: Step size; a number, a schedule, or a function without arguments.
        weight_decay: Share of each parameter to take off per update, times the learning
            rate (decoupled from the gradient).
        clipnorm: Largest Euclidean norm of one parameter's gradient.
        clipvalue: Largest magnitude of a gradient's elements.
        global_clipnorm: Largest Euclidean norm of all gradients together.
        use_ema: Whether to keep running averages of the parameters, which replace them
            when training ends.
        ema_momentum: How much of the average to keep per update, in [0, 1].
        ema_overwrite_frequency: Every how many updates the averages replace the
            parameters; `None` only at the end.
        loss_scale_factor: Factor of the loss, which gradients are divided by.
        gradient_accumulation_steps: Number of gradients of which one update uses the
            mean; `None` updates with each.
        name: Name, the first part of the variables' paths.

    Attributes:
        decay: The learning rate is divided by `1 + decay · updates`; 0 at first.

    Raises:
        ArgumentError: If more than one limit on gradients is set, or a value lies
            outside of its range.

    Source:
        Weight decay: Loshchilov & Hutter (arXiv:1711.05101). Limits on norms: Pascanu
        et al. (arXiv:1211.5063). Departs from Keras: 16-bit parameters are updated in
        32-bit arithmetic; a number may replace a schedule as `learning_rate`; names
        that were not given are not numbered.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in cls.__dict__.get("hyper_names", ()):
            if name != "learning_rate":
                setattr(cls, name, _scalar.Scalar(name))

    def __init__(
        self,
        learning_rate: Rate,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        self.name = name or snake_case(type(self).__name__)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        _checks.shared_settings(self)
        self.decay = 0.0
        self.built = False
        self._variables = []
        self._parameters = []
        self._slots: dict[str, list[Variable]] = {}
        self._extra = {}
        self._kept_whole = (set(), ())
        self._layout: tuple[Any, list[Variable], Any] | None = None
        self._rate: Any
        self._iterations = self._track(Variable(0, dtype="int32"), "iteration")
        self.learning_rate = learning_rate

    def __setattr__(self, name: str, value: Any) -> None:
        """Finds the variables that user code makes; forgets programs made before."""
        if assigned(self, name, value):
            return
        if name == "learning_rate":  # its setter does both
            super().__setattr__(name, value)
            return
        if not isinstance(getattr(type(self), name, None), _scalar.Scalar):
            self.__dict__.pop("_compiled", None)
        own = self.__dict__.get("_variables")
        if isinstance(value, Variable) and own is not None:
            known = {id(v) for v in (*own, *self._parameters)}
            if id(value) not in known:
                self._track(value, value.name)
        super().__setattr__(name, value)

    # The pure functions.

    def init(self, params: Arrays, infos: Sequence[ParamInfo] = ()) -> OptState:
        """Returns the state before the first update. Pure.

        Args:
            params: The parameters.
            infos: One `ParamInfo` per parameter; no first value depends on them.

        Raises:
            StateError: If the optimizer writes `update_step` and was not built: only
                its own `build` knows its variables.
        """
        if not _descent.is_keras_style(self):
            return _descent.first_state(self, params)
        _checks.is_built(self)
        return self._state_of({id(v): jnp.copy(v.value) for v in self._variables})

    def update(
        self,
        grads: Gradients,
        state: OptState,
        params: Arrays,
        infos: Sequence[ParamInfo] = (),
    ) -> tuple[Arrays, OptState]:
        """Returns the parameters and the state after one update. Pure.

        Args:
            grads: One gradient per parameter; `None` leaves the parameter as it is.
            state: What `init` or the last update returned.
            params: The parameters.
            infos: One `ParamInfo` per parameter; none means no constraint.
        """
        if _descent.overridden(self, "apply_gradients", "apply"):
            return _descent.through_apply(self, grads, state, params)
        return _descent.update(self, grads, state, params, infos)

    def advance(
        self, grads: Gradients, state: OptState, params: Arrays, hyper: Hyper
    ) -> tuple[Arrays, OptState]:
        """Applies the rule, or a Keras-style `update_step`, to every parameter.

        The gradients are clipped and the parameters decayed; `hyper` has the learning
        rate of this update. The step is counted elsewhere.
        """
        if _descent.is_keras_style(self):
            return _descent.by_update_step(self, grads, state, params, hyper)
        return _descent.by_rule(self, grads, state, params, hyper)

    def scalars(self) -> Hyper:
        """Returns the hyperparameters of the state, without the learning rate."""
        shared = [name for name in SHARED if name != "ema_momentum" or self.use_ema]
        own = [name for name in self.hyper_names if name != "learning_rate"]
        fading = ["decay"] if self.__dict__.get("decay") else []
        return _scalar.state_of(self, [*own, *shared, *fading])

    # The live object.

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes the optimizer's variables for the model's; a second call does nothing.

        Args:
            variables: The model's trainable variables.
        """
        if not self.built:
            _shell.build(self, variables)
            self.built = True

    def follow(self, variables: Sequence[Variable]) -> tuple[int | None, ...]:
        """Makes room for the variables that are trained now.

        Those that were frozen when `build` ran get slots; those that are frozen now
        keep theirs.

        Returns:
            For each variable that the optimizer was built for, its place among
            `variables`, or `None` if it is not trained now.
        """
        if not self.built:
            self.build(variables)
        known = {id(v) for v in self._parameters}
        if any(id(v) not in known for v in variables):
            _shell.extend(self, variables)
        places = {id(v): i for i, v in enumerate(variables)}
        return tuple(places.get(id(v)) for v in self._parameters)

    @property
    def iterations(self) -> Any:
        """How often parameters were updated; gradients may have been fed more often."""
        if self.gradient_accumulation_steps:
            return self._iterations.value // self.gradient_accumulation_steps
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """The learning rate: a variable, or the value now of a schedule.

        It can be set to a number, a schedule or a function; a new number compiles
        nothing anew.
        """
        if isinstance(self._rate, Variable):
            return self._rate
        return _descent.rate(self, self._iterations.value)

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        old = self.__dict__.get("_rate")
        rate = _checks.learning_rate(value, self)
        if callable(rate):
            self.__dict__.pop("_compiled", None)
            if isinstance(old, Variable):
                self._variables = [v for v in self._variables if v is not old]
            self.__dict__["_rate"] = rate
            return
        self.__dict__["_given_rate"] = rate
        if isinstance(old, Variable):
            old.assign(rate)
            return
        self.__dict__["_rate"] = self._track(
            Variable(rate, dtype="float32"), "learning_rate"
        )
        self._variables.insert(1, self._variables.pop())

    @property
    def infos(self) -> tuple[ParamInfo, ...]:
        """What `update` has to know about each of the variables of `build`."""
        return tuple(
            ParamInfo(v.path, v.constraint, self._use_weight_decay(v))
            for v in self._parameters
        )

    # The state, for whoever runs compiled programs.

    def read(self) -> OptState:
        """Returns the state in arrays that may be donated; `write` puts it back."""
        _checks.is_built(self)
        return self._state_of({id(v): v.release() for v in self._variables})

    def write(self, state: OptState) -> None:
        """Takes over the arrays of a state."""
        values = self._values_of(state)
        for variable in self._variables:
            variable.adopt(values[id(variable)])
        scalars = {k: v for k, v in state.hyper.items() if k != "learning_rate"}
        _scalar.arrays(self).update(scalars)

    def signature(self) -> Hashable:
        """Returns what a compiled update depends on besides shapes and the state."""
        return _shell.signature(self)

    def _live(self) -> tuple[list[Variable], Any]:
        """The variables in the state, and its structure; kept while they stay."""
        key = (id(self._rate), *map(id, self._variables))
        if self._layout is None or self._layout[0] != key:
            self._layout = key, *_shell.layout(self)
        return self._layout[1], self._layout[2]

    def _state_of(self, values: dict[int, Any]) -> OptState:
        """Returns the state with the given values of variables, by id."""
        variables, structure = self._live()
        found = [values[id(variable)] for variable in variables]
        state = OptState(*jax.tree.unflatten(structure, found))
        state.hyper.update(self.scalars())
        return state

    def _values_of(self, state: OptState) -> dict[int, Any]:
        """Returns the arrays of a state by their variable's id."""
        variables, structure = self._live()
        rate = {k: v for k, v in state.hyper.items() if k == "learning_rate"}
        hyper = rate if isinstance(self._rate, Variable) else {}
        arrays = structure.flatten_up_to(tuple(state._replace(hyper=hyper)))
        return {id(v): a for v, a in zip(variables, arrays, strict=True)}

    # Keras's methods.

    @hooked
    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Any:
        """Updates variables, given as pairs of a gradient and a variable.

        Returns:
            `iterations`.
        """
        pairs = list(grads_and_vars)
        self.apply([g for g, _ in pairs], [v for _, v in pairs])
        return self.iterations

    def apply(
        self,
        grads: Sequence[Any],
        trainable_variables: Sequence[Variable] | None = None,
    ) -> None:
        """Updates variables; makes the optimizer's own on the first call.

        Args:
            grads: One gradient per variable; `None` leaves the variable as it is.
            trainable_variables: Variables among those of `build`; `None` means all.

        Raises:
            ArgumentError: If there are not as many gradients as variables, or none.
            StateError: If the optimizer was built for other variables.
        """
        if trainable_variables is None:
            _checks.is_built(self)
        variables = list(trainable_variables or self._parameters)
        if not self.built:  # a user's `build` does not ask
            self.build(variables)
        _shell.apply(self, _shell.aligned(self, list(grads), variables))

    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Any],
    ) -> tuple[list[Any], list[Any]]:
        """Returns new values of the model's and of the optimizer's variables. Pure.

        Args:
            optimizer_variables: Values of `variables`.
            grads: One gradient per variable of `build`.
            trainable_variables: Values of the variables of `build`.
        """
        _checks.is_built(self)
        pairs = zip(self._variables, optimizer_variables, strict=True)
        state = self._state_of({id(v): jnp.asarray(a) for v, a in pairs})
        params = tuple(jnp.asarray(p) for p in trainable_variables)
        params, state = self.update(tuple(grads), state, params, self.infos)
        values = self._values_of(state)
        return list(params), [values[id(v)] for v in self._variables]

    def update_step(
        self, gradient: jax.Array, variable: Variable, learning_rate: Any
    ) -> None:
        """Updates one variable; what an optimizer written for Keras overrides.

        Args:
            gradient: Its gradient, clipped.
            variable: One of the variables of `build`, after weight decay.
            learning_rate: The learning rate of this update.
        """
        _descent.update_one(self, gradient, variable, learning_rate)

    def _arguments(self) -> list[tuple[str, Any]]:
        return list(_shell.settings(self).items())

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Makes an optimizer from `get_config`'s result.

        Args:
            config: Arguments of the constructor; a schedule as plain data.
            custom_objects: Classes and functions by the names that it uses.
        """
        return cast("Self", _shell.restored(cls, config, custom_objects))


for _name in (*SHARED, "decay"):
    setattr(Optimizer, _name, _scalar.Scalar(_name))
