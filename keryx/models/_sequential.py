"""Models that are a row of layers."""

from typing import Any, Self

from keryx._core import scope, serial, stamp, tree
from keryx._core.errors import ArgumentError, StateError
from keryx._core.hook import Hook
from keryx._graph import naming
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor
from keryx.layers import InputLayer
from keryx.models import _functional
from keryx.models._model import Model


class Sequential(Model):
    """A row of layers, each fed with what the one before gives.

    The shapes are known once there is an `Input`, a first layer with `input_shape`, or
    data; until then the weights do not exist.

    Example:
        >>> from keryx.layers import Dense, Input
        >>> model = Sequential([Input((8,)), Dense(12, activation="relu"), Dense(1)])
        >>> model.count_params(), model.output_shape
        (121, (None, 1))

    Args:
        layers: The layers; more can be added.
        trainable: Whether the weights may be trained.
        name: Name; made up if `None`.

    Raises:
        ArgumentError: If something in `layers` is not a layer.
    """

    def __init__(
        self, layers: Any = None, trainable: bool = True, name: str | None = None
    ) -> None:
        if isinstance(trainable, str):
            raise ArgumentError(
                "Sequential", "trainable", expected="True or False", got=trainable
            )
        super().__init__(name=name, trainable=trainable)
        self._rows: list[Layer] = []
        self._start: Any = None  # a tensor; a list of them for a model with branches
        for layer in layers or ():
            self.add(layer, rebuild=False)
        self._rebuild()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Puts a layer at the end.

        Args:
            layer: A layer, or what `Input(...)` returned.
            rebuild: Whether to compute the shapes at once.

        Raises:
            ArgumentError: If it is not a layer, or its name is taken.
        """
        if isinstance(layer, KerasTensor) and layer.node is not None:
            layer = layer.node.function
        if not isinstance(layer, Layer):
            raise ArgumentError(
                "Sequential.add",
                "layer",
                expected="a layer",
                got=layer,
                fix="Activations go into layers: `Activation('relu')`.",
            )
        if any(layer.name == row.name for row in self._rows):
            raise ArgumentError(
                "Sequential.add",
                "layer",
                expected="a layer with a name of its own",
                got=f"a second {layer.name!r}",
                fix="Give it another `name`.",
            )
        if isinstance(layer, InputLayer):
            if self._start is not None or self._rows:
                raise ArgumentError(
                    "Sequential.add",
                    "layer",
                    expected="an input before all other layers",
                    got="one after them",
                )
            self._start = layer.output
        else:
            self._declare(layer)
            self._rows = [*self._rows, layer]
        if rebuild:
            self._rebuild()

    def _declare(self, layer: Layer) -> None:
        """Takes the shape of the inputs from the first layer, if it says so."""
        if self._start is not None or self._rows:
            return
        graph = getattr(layer, "_graph", None)
        if layer._declared_shape is not None:
            shape, dtype = layer._declared_shape, _input_dtype(layer)
        elif graph is not None:
            made = [InputLayer(batch_shape=s.shape, dtype=s.dtype).output
                    for s in graph.starts]  # fmt: skip
            self._start = made[0] if len(made) == 1 else made
            return
        else:
            return
        self._start = _input(layer, shape, dtype)

    def pop(self, rebuild: bool = True) -> Layer:
        """Takes off the last layer and returns it.

        Raises:
            StateError: If there is none.
        """
        if not self._rows:
            raise StateError("Sequential.pop", expected="a layer", got="none")
        layer, self._rows = self._rows[-1], self._rows[:-1]
        if rebuild:
            self._rebuild()
        return layer

    def _rebuild(self) -> None:
        """Computes the graph anew, if the shape of the inputs is known."""
        self.built = False
        self._graph = None
        self.__dict__.pop("_layers", None)
        stamp.changed()
        if self._start is None or not self._rows:
            return
        tensor: Any = self._start
        with scope.ensured() as here:
            outer = here.names
            if not outer or outer[-1] != self.name:
                here.names = [*outer, self.name]
            try:
                for layer in self._rows:
                    tensor = layer(tensor)
            finally:
                here.names = outer
        _functional.set_graph(self, self._start, tensor)

    def build(self, input_shape: Any = None) -> None:
        """Declares the weights for inputs of a shape, batch axis included."""
        if self._graph is None and input_shape is not None and self._rows:
            dtype = _input_dtype(self._rows[0])
            self._start = _input(self._rows[0], tuple(input_shape), dtype)
            self._rebuild()

    @property
    def takes_text(self) -> bool:  # type: ignore[override]  # read-only here
        """Whether the input is text."""
        if self._graph is not None or not self._rows:
            return super().takes_text
        return getattr(self._rows[0], "input_dtype", None) == "string"

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Runs the layers one after the other."""
        if self._graph is None:
            self.build(tuple(inputs.shape))
        return super().call(inputs, training, mask)

    def _sublayers(self) -> list[Any]:
        return list(self._rows)

    @property
    def input_shape(self) -> Any:
        """Shape of the inputs, batch axis included."""
        return tree.map_leaves(lambda t: t.shape, self._known("input shape")[0])

    @property
    def output_shape(self) -> Any:
        """Shape of the outputs, batch axis included."""
        return self._known("output shape")[1].shape

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic input, in a list."""
        return list(tree.leaves(self._known("inputs")[0]))

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic output, in a list."""
        return [self._known("outputs")[1]]

    @property
    def input(self) -> Any:
        """The symbolic input."""
        return self._known("input")[0]

    @property
    def output(self) -> Any:
        """The symbolic output."""
        return self._known("output")[1]

    def _known(self, what: str) -> tuple[Any, Any]:
        if self._graph is None:
            raise StateError(
                f"model {self.name!r}",
                expected=f"a known shape of the inputs when its {what} is asked for",
                got="a model that was not built",
                fix="Begin with `Input(shape=...)`, or call it on data first.",
            )
        return self._graph.inputs, self._graph.outputs

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal model, as plain data."""
        rows: list[Any] = list(self._rows)
        one = isinstance(self._start, KerasTensor)
        if one and self._start.node is not None:
            rows = [self._start.node.function, *rows]
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serial.serialize(self.dtype_policy),
            "layers": [serial.serialize(row) for row in rows],
        }
        if one:
            config["build_input_shape"] = self._start.shape
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Makes a model from `get_config`'s result."""
        if isinstance(config, list) and Hook.config is not None:
            config = Hook.config({"class_name": "Sequential", "config": config})[0]
            config = config["config"]
        made = [serial.deserialize(row, custom_objects) for row in config["layers"]]
        model = cls(made, name=config.get("name"))
        shape = config.get("build_input_shape")
        if not model.built and shape is not None:
            model.build(tuple(shape))
        return model


def _input(first: Layer, shape: Any, dtype: str) -> Any:
    """Returns the symbolic input of a row of layers that begins with `first`."""
    name = naming.of_input(first)
    return InputLayer(batch_shape=shape, dtype=dtype, name=name).output


def _input_dtype(layer: Any) -> str:
    """Returns the element type of inputs for a first layer."""
    wanted = getattr(layer, "input_dtype", None)
    return str(wanted or layer.compute_dtype)
