"""The façade: every method hands its work to the package that does it."""

import json
from typing import Any, Self

from keryx import report, saving
from keryx._core import serial
from keryx._core.errors import ArgumentError
from keryx._core.hook import hooked
from keryx._graph.graph import Graph
from keryx._graph.layer import Layer
from keryx.models import _graph_config, _predict
from keryx.models._trainable import Trainable

# Compiled things, and what the last run saw.
_MADE_AGAIN = frozenset(
    ("_batch_job", "_engine", "_last_job", "_predictor", "_stepper", "_validation")
)


class Model(Trainable):
    """A layer that can be trained, evaluated, used and saved.

    Made from a graph, `Model(inputs, outputs)`, or by subclassing: make layers in
    `__init__`, use them in `call`.

    Example:
        >>> import numpy as np
        >>> from keryx.layers import Dense, Input
        >>> x = Input((3,))
        >>> model = Model(x, Dense(1, kernel_initializer="ones")(x))
        >>> model.predict(np.ones((2, 3)), verbose=0).tolist()
        [[3.0], [3.0]]

    Args:
        inputs: Symbolic tensors where the graph begins; none for a subclass.
        outputs: Symbolic tensors where it ends.
        name: Name; made up if `None`.
        trainable: Whether its weights may be trained.
    """

    _graph: Graph | None = None
    _layers: list[Layer]
    input_names: list[str]
    output_names: list[str]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        graph = len(args) >= 2 or "outputs" in kwargs
        if cls is Model and graph:
            from keryx.models._functional import Functional

            cls = Functional
        return object.__new__(cls)

    def __init__(
        self,
        inputs: Any = None,
        outputs: Any = None,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, trainable=trainable, dtype=dtype)
        self.supports_masking = True
        if outputs is not None:
            from keryx.models._functional import set_graph

            set_graph(self, inputs, outputs)

    @property
    def takes_text(self) -> bool:  # type: ignore[override]  # read-only here
        """Whether an input is text."""
        if self._graph is None:
            return False
        return any(start.dtype == "string" for start in self._graph.starts)

    def __getstate__(self) -> dict[str, Any]:
        """Returns what a copy or a pickle takes along: all but what is made again."""
        return {k: v for k, v in self.__dict__.items() if k not in _MADE_AGAIN}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Computes outputs for arrays, or records the call on symbolic tensors."""
        if len(args) == 1 and not kwargs:
            outputs = _predict.call_again(self, args[0])
            if outputs is not None:
                return outputs
        return super().__call__(*args, **kwargs)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Computes the outputs: runs the graph, unless a subclass writes its own."""
        if self._graph is None:
            return super().call(inputs)
        from keryx.models._functional import run

        return run(self, inputs, mask)

    def build(self, input_shape: Any = None) -> None:
        """Declares the weights for inputs of a shape, batch axis included."""
        if not self.built and input_shape is not None:
            Layer.compute_output_shape(self, input_shape)

    build.composite = True  # type: ignore[attr-defined]  # a call builds the parts

    # --- layers -------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """The layers that the model holds directly, in order."""
        return self._sublayers()

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Returns a layer by its name or its place.

        Raises:
            ArgumentError: If there is none.
        """
        layers = self.layers
        if index is not None and -len(layers) <= index < len(layers):
            return layers[index]
        found = [layer for layer in layers if layer.name == name]
        if not found:
            raise ArgumentError(
                "get_layer",
                "name" if index is None else "index",
                expected=f"one of {[layer.name for layer in layers]}",
                got=name if index is None else index,
            )
        return found[0]

    @hooked
    def summary(
        self,
        line_length: int | None = None,
        positions: list[float] | None = None,
        print_fn: Any = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Prints the layers, their output shapes and parameter counts as a table."""
        report.print_summary(
            self,
            line_length=line_length,
            positions=positions,
            print_fn=print_fn,
            expand_nested=expand_nested,
            show_trainable=show_trainable,
            layer_range=layer_range,
        )

    # --- files --------------------------------------------------------------------

    @hooked
    def save(self, filepath: Any, overwrite: bool = True, **options: Any) -> None:
        """Writes architecture, weights and training state to one file."""
        saving.save_model(self, filepath, overwrite=overwrite, **options)

    @hooked
    def save_weights(
        self,
        filepath: Any,
        overwrite: bool = True,
        max_shard_size: float | None = None,
        **options: Any,
    ) -> None:
        """Writes the weights alone."""
        saving.save_weights(self, filepath, overwrite, max_shard_size, **options)

    @hooked
    def load_weights(
        self, filepath: Any, skip_mismatch: bool = False, **options: Any
    ) -> None:
        """Reads weights from a file."""
        saving.load_weights(self, filepath, skip_mismatch=skip_mismatch, **options)

    def to_json(self, **options: Any) -> str:
        """Returns the architecture as JSON."""
        return json.dumps(serial.serialize(self), **options)

    def to_yaml(self, **options: Any) -> str:
        """Returns the architecture as YAML; needs PyYAML."""
        return saving.to_yaml(self, **options)

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal model, as plain data."""
        if self._graph is not None and serial.is_ours(type(self)):
            return _graph_config.describe(self)
        return super().get_config()

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the model for the shapes that `get_build_config` gave."""
        shape = config.get("input_shape")
        if type(self).build is not Model.build:
            super().build_from_config(config)
        else:
            # The layers inside learn their shapes only from a call.
            self.build(shape)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Makes a model from `get_config`'s result."""
        if "layers" in config and "output_layers" in config:
            restored: Self = _graph_config.restore(cls, config, custom_objects)
            return restored
        return cls(**config)
