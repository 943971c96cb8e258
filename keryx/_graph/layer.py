"""The layer contract: `build` declares the weights, `call` computes."""

from typing import Any, Self, TypedDict

import jax

from keryx import regularizers
from keryx._core import dtypes, scope, serial, stamp, tree
from keryx._core.errors import StateError
from keryx._core.hook import assigned, hooked
from keryx._core.op import find_symbolic
from keryx._core.shapes import Shape
from keryx._graph import building, call as calling, naming, structure, trace
from keryx._graph.node import Calls, KerasTensor
from keryx._graph.weights import WeightOwner


class BareOptions(TypedDict, total=False):
    """`LayerOptions` for layers that spell out the two that are missing here."""

    name: str | None
    trainable: bool
    dtype: Any
    autocast: bool
    input_shape: Any
    batch_shape: Any


class WeightOptions(BareOptions, total=False):
    """`LayerOptions` for layers that spell out `activity_regularizer`."""

    input_dim: int | None


class LayerOptions(WeightOptions, total=False):
    """The arguments that every layer takes besides its own.

    Attributes:
        name: Name; made up from the class if left out.
        trainable: Whether its weights may be trained.
        dtype: Element type or policy it computes in.
        autocast: Whether float inputs are cast to that type.
        activity_regularizer: Penalty of the layer's output, added to the loss.
        input_shape: Shape of one sample, for the first layer of a `Sequential`.
        batch_shape: The same with the batch axis.
        input_dim: Short for `input_shape=(input_dim,)`.
    """

    activity_regularizer: Any


# What Keras's configurations hold as `None`, for features that are left out here.
_LEFT_OUT = frozenset(
    ("quantization_config", "lora_rank", "lora_alpha", "gptq_unpacked_column_size")
)


class Layer(WeightOwner):
    """Base class of all layers.

    A subclass stores each constructor argument under its own name, declares its
    weights in `build(input_shape)` and computes in `call(inputs)`. Configuration,
    naming, output shapes, saving and compiled training follow from that.

    Example:
        >>> import numpy as np
        >>> class Scale(Layer):
        ...     def build(self, input_shape):
        ...         self.scale = self.add_weight((input_shape[-1],), "ones")
        ...     def call(self, inputs):
        ...         return inputs * self.scale
        >>> Scale()(np.ones((2, 3))).shape
        (2, 3)

    Args:
        activity_regularizer: Penalty of the layer's output, added to the loss.
        trainable: Whether its weights may be trained.
        dtype: Element type or policy it computes in.
        autocast: Whether float inputs are cast to that type.
        name: Name; made up from the class if `None`.
        input_shape: Shape of one sample, for the first layer of a `Sequential`.
        batch_shape: The same with the batch axis.
        input_dim: Short for `input_shape=(input_dim,)`.
    """

    # Attributes that a running program takes from the state, so that a change of theirs
    # compiles nothing.
    hyper_names: tuple[str, ...] = ()
    # Whether it gives its output a mask although the input has none.
    makes_mask = False
    # Whether it may be called with text, which stays as it is.
    takes_text = False
    # Whether the penalty of its output is that of the whole batch, as it once was.
    sums_penalty = False

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        input_shape: Any = None,
        batch_shape: Any = None,
        input_dim: int | None = None,
    ) -> None:
        self.name = naming.automatic(self) if name is None else str(name)
        self._seed_name = self.name if name else type(self).__name__
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.dtype_policy = dtypes.policy(dtype)
        self.autocast = autocast
        self.built = False
        self.supports_masking = False
        self.input_spec: Any = None
        self._trainable = bool(trainable)
        self._losses: list[Any] = []
        self._nodes = Calls()
        if input_dim is not None:
            input_shape = (input_dim,)
        if batch_shape is None and input_shape is not None:
            batch_shape = (None, *tuple(input_shape))
        self._declared_shape: Shape | None = (
            tuple(batch_shape) if batch_shape is not None else None
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in structure.IGNORED:
            stamp.changed()
        try:
            object.__setattr__(self, name, value)
        except AttributeError:
            if not assigned(self, name, value):
                raise

    # --- the contract -----------------------------------------------------------

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__ and not building.knows_when(cls):
            cls.build = building.finishing(cls.build)  # type: ignore[method-assign]

    @building.finishing
    def build(self, input_shape: Any) -> None:
        """Declares the weights for inputs of `input_shape` (batch axis included)."""

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Computes the output. Must be traceable by JAX."""
        raise StateError(
            calling.describe(self),
            expected="its class to define `call`",
            got="a class without it",
            fix="Write `def call(self, inputs): ...` in the class.",
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return calling.call(self, args, kwargs)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Returns the mask of the output; by default the input's."""
        return previous_mask

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the output's shape for inputs of a shape, without computing it."""
        shape = args[0] if args else next(iter(kwargs.values()))
        inputs = _symbolic(shape, self.compute_dtype)
        spec = self.compute_output_spec(inputs)
        return jax.tree.map(lambda s: s.shape, spec, is_leaf=_is_spec)

    _inferring = compute_output_shape

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Returns symbolic outputs for symbolic inputs, leaving the graph as it was."""
        spec = calling.infer_spec(self, args, kwargs)
        return jax.tree.map(
            lambda s: KerasTensor(s.shape, s.dtype), spec, is_leaf=_is_spec
        )

    _inferring_spec = compute_output_spec

    def _build_with(self, shapes: dict[str, Any]) -> None:
        build = type(self).build
        own = build is not Layer.build and not getattr(build, "composite", False)
        if own and shapes:
            self.build(**shapes)
        elif own and not calling._build_arguments(type(self).build):
            self.build()
        self._finish_build(next(iter(shapes.values()), None))

    def _finish_build(self, shape: Any) -> None:
        self._build_shapes = shape
        self.built = True
        if not self._trainable:
            self.trainable = False

    # --- losses, types, places in the graph ---------------------------------------

    @hooked
    def add_loss(self, loss: Any) -> None:
        """Adds a scalar to what training minimizes.

        Args:
            loss: Computed in `call`; or, of a model made from a graph, a symbolic
                tensor that depends on the graph's.
        """
        here = scope.current()
        terms = list(tree.walk(loss))
        if here is None and find_symbolic(terms) is not None:
            self._promised = [*self.__dict__.get("_promised", ()), *terms]
            return
        (here.losses if here else self._losses).extend(terms)

    @property
    def losses(self) -> list[Any]:
        """What `add_loss` and the regularizers gave on the last call."""
        return [*self._losses, *self._penalties()]

    def _penalties(self) -> list[Any]:
        return [
            variable.regularizer(variable.value)
            for variable in self.trainable_variables
            if variable.regularizer is not None
        ]

    def hyper(self, name: str) -> Any:
        """Returns a hyperparameter: the run's value in a run, else the attribute."""
        here = scope.current()
        own = getattr(self, name)
        return here.hyper.get((id(self), name), own) if here else own

    @property
    def dtype(self) -> str:
        """Element type of the weights."""
        return self.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """Element type in which the layer computes."""
        return self.dtype_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:  # type: ignore[override]  # read-only there too
        """Element type of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def path(self) -> str:
        """The layer's name, after those of the layers that hold it."""
        return self.name

    @property
    def input(self) -> Any:
        """The symbolic input of the layer's one call in a graph."""
        node = self._only_node("input")
        tensors = node.inputs() or trace.symbols(node.outputs)
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def output(self) -> Any:
        """The symbolic output of the layer's one call in a graph."""
        return self._only_node("output").outputs

    def _only_node(self, what: str) -> Any:
        nodes = self._nodes.of(self)
        if not nodes:
            raise StateError(
                calling.describe(self),
                expected=f"to be part of a graph when its {what} is asked for",
                got="a layer that was never called on a symbolic tensor",
            )
        return nodes[0]

    @hooked
    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        config = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serial.serialize(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = serial.serialize(self.activity_regularizer)
        return {**config, **super().get_config()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer from `get_config`'s result, or Keras's."""
        left_out = {name for name in _LEFT_OUT if config.get(name) is None}
        return cls(**{k: v for k, v in config.items() if k not in left_out})

    def get_build_config(self) -> dict[str, Any] | None:
        """Returns the shapes that the layer was built with."""
        shape = self.__dict__.get("_build_shapes")
        return {"input_shape": shape} if shape is not None else None

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the layer for the shapes that `get_build_config` gave."""
        shape = config.get("input_shape")
        if shape is not None and not self.built:
            self._build_with({next(iter(config)): _as_shape(shape)})

    def stateless_call(
        self,
        trainable_variables: Any,
        non_trainable_variables: Any,
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Calls the layer as a pure function of its variables.

        Returns:
            `(outputs, non_trainable_variables)`, and the losses if asked for.
        """
        slots = [*self.trainable_variables, *self.non_trainable_variables]
        values = [*trainable_variables, *non_trainable_variables]
        ids = [id(slot) for slot in slots]
        outer = scope.current()
        bound = scope.Scope(values=dict(zip(ids, values, strict=True)))
        if outer is not None:
            bound.key, bound.step, bound.slots = outer.key, outer.step, outer.slots
            bound.hyper = outer.hyper
        with scope.entered(bound):
            outputs = self(*args, **kwargs)
            after = [bound.values[key] for key in ids[len(trainable_variables) :]]
            if return_losses:
                return outputs, after, [*bound.losses, *self._penalties()]
        return outputs, after

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _is_spec(value: Any) -> bool:
    return isinstance(value, KerasTensor | trace.Spec)


def _as_shape(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {key: _as_shape(item) for key, item in shape.items()}
    if all(item is None or isinstance(item, int) for item in shape):
        return tuple(shape)
    return [_as_shape(item) for item in shape]


def _symbolic(shape: Any, dtype: str) -> Any:
    shape = _as_shape(shape)
    if isinstance(shape, tuple):
        return KerasTensor(shape, dtype)
    if isinstance(shape, dict):
        return {key: _symbolic(item, dtype) for key, item in shape.items()}
    return [_symbolic(item, dtype) for item in shape]
