"""A recurrent layer that reads its inputs both ways."""

from collections.abc import Callable
from typing import Any, Self, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check, serial, tree
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.hook import hooked
from keryx._core.shapes import Shape
from keryx._core.variable import Variable
from keryx._graph.call import describe, ensure_built
from keryx._graph.layer import Layer, LayerOptions
from keryx._graph.node import KerasTensor
from keryx.layers._loop import as_list

Merge = Callable[[jax.Array, jax.Array], Any]
_MERGES: dict[Any, Merge] = {
    "concat": lambda y, z: jnp.concatenate([y, z], axis=-1),
    "sum": lambda y, z: y + z,
    "ave": lambda y, z: (y + z) / 2,
    "mul": lambda y, z: y * z,
    None: lambda y, z: (y, z),
}


class Bidirectional(Layer):
    """Runs a recurrent layer forwards and another backwards, and merges their outputs.

    The layer given is copied, twice unless `backward_layer` is given, so that each
    direction has weights of its own. With `return_sequences`, masked steps give zeros.

    Example:
        >>> import numpy as np
        >>> from keryx.layers import LSTM
        >>> layer = Bidirectional(LSTM(3, return_sequences=True))
        >>> layer(np.ones((2, 5, 4))).shape
        (2, 5, 6)

    Args:
        layer: A recurrent layer.
        merge_mode: "concat" (along the last axis), "sum", "mul", "ave" (mean), or
            `None` for both outputs apart.
        weights: Weights to begin with, those of the forward layer first.
        backward_layer: The layer that reads backwards, with `go_backwards` set; a copy
            of `layer` turned round if `None`.

    Shapes:
        inputs:  `(batch, time, ...)`
        outputs: as the layers', the last axis twice as long for "concat"

    Returns:
        The merged outputs; with `return_state` a tuple of them, the states of the
        forward layer and those of the other.

    Raises:
        ArgumentError: If `layer` is not recurrent, the two do not fit together, or
            `merge_mode` is unknown.
        ShapeError: On a call, if `initial_state` is not two times as many states as
            one layer has.

    Source:
        Schuster and Paliwal, "Bidirectional Recurrent Neural Networks", IEEE
        Transactions on Signal Processing 45 (1997).
        Departs from Keras, which takes `weights` but does not set them.
    """

    def __init__(
        self,
        layer: Any,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Any = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self._require_recurrent("layer", layer)
        self.merge_mode = check.one_of(
            merge_mode, tuple(_MERGES), "merge_mode", owner=self
        )
        self.forward_layer = _copy(layer, "forward", layer.go_backwards)
        if backward_layer is None:
            self.backward_layer = _copy(layer, "backward", not layer.go_backwards)
        else:
            self._require_recurrent("backward_layer", backward_layer)
            self._require_match(layer, backward_layer)
            self.backward_layer = backward_layer
        if self.return_sequences:
            # What one direction repeats at a masked step is not the other's there.
            self.forward_layer.zero_output_for_mask = True
            self.backward_layer.zero_output_for_mask = True
        self._first_weights = weights
        self.supports_masking = True

    @hooked
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*args, **kwargs)

    def build(self, input_shape: Shape) -> None:
        inputs = KerasTensor(tuple(input_shape), self.compute_dtype)
        for layer in (self.forward_layer, self.backward_layer):
            ensure_built(layer, (inputs,), {})
        if self._first_weights is not None:
            self.built = True
            self.set_weights(list(self._first_weights))

    def call(
        self,
        sequences: jax.Array,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        layers = (self.forward_layer, self.backward_layer)
        results = [
            layer(sequences, initial_state=state, mask=mask, training=training)
            for layer, state in zip(layers, self._halves(initial_state), strict=True)
        ]
        states: list[Any] = []
        if self.return_state:
            states = [state for result in results for state in result[1:]]
            results = [result[0] for result in results]
        forward, backward = results
        if self.return_sequences:
            backward = backward[:, ::-1]
        merged = _MERGES[self.merge_mode](forward, backward)
        if not self.return_state:
            return merged
        return (*(merged if self.merge_mode is None else [merged]), *states)

    def _halves(self, states: Any) -> tuple[Any, Any]:
        """Returns the initial states of the forward and of the backward layer."""
        if states is None:
            return None, None
        given = as_list(states)
        if len(given) % 2:
            raise ShapeError(
                describe(self),
                expected="the forward layer's initial states, then the backward one's",
                got=f"{len(given)} states",
            )
        return given[: len(given) // 2], given[len(given) // 2 :]

    @property
    def layer(self) -> Any:
        """The forward layer."""
        return self.forward_layer

    @property
    def return_sequences(self) -> bool:
        """Whether the outputs of all steps are returned."""
        return bool(self.forward_layer.return_sequences)

    @property
    def return_state(self) -> bool:
        """Whether the states are returned."""
        return bool(self.forward_layer.return_state)

    @property
    def stateful(self) -> bool:
        """Whether the layers carry their states from batch to batch."""
        return bool(self.forward_layer.stateful)

    @property
    def states(self) -> list[Variable] | None:
        """The states that the layers carry, or `None`."""
        forward, backward = self.forward_layer.states, self.backward_layer.states
        return None if forward is None else [*forward, *backward]

    def reset_state(self) -> None:
        """Sets the carried states back to those with which a sequence begins."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    reset_states = reset_state

    def carry(self, batch_size: int, *, aside: bool = False) -> None:
        """Begins to carry the states of batches of a size; see `RNN.carry`."""
        self.forward_layer.carry(batch_size, aside=aside)
        self.backward_layer.carry(batch_size, aside=aside)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Returns the masks of the outputs: of the sequences if those are returned."""
        found = [leaf for leaf in tree.walk(previous_mask) if leaf is not None]
        own = found[0] if found and self.return_sequences else None
        outputs = [own] * (2 if self.merge_mode is None else 1)
        if self.return_state:
            sizes = as_list(self.forward_layer.cell.state_size)
            outputs += [None] * (2 * len(sizes))
        return outputs if len(outputs) > 1 else own

    def _arguments(self) -> list[tuple[str, Any]]:
        return [pair for pair in super()._arguments() if pair[0] != "weights"]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer, and those inside, from `get_config`'s result."""
        inner = {
            name: serial.deserialize(config[name])
            for name in ("layer", "backward_layer")
            if config.get(name) is not None
        }
        return super().from_config({**config, **inner})

    def _require_recurrent(self, name: str, layer: Any) -> None:
        wanted = ("go_backwards", "return_sequences", "return_state", "stateful")
        if not isinstance(layer, Layer) or not all(hasattr(layer, a) for a in wanted):
            raise ArgumentError(
                self,
                name,
                expected="a recurrent layer",
                got=layer,
                fix="Give an instance, such as `LSTM(32)`.",
            )

    def _require_match(self, layer: Any, backward: Any) -> None:
        same = ("return_sequences", "return_state", "stateful")
        if layer.go_backwards == backward.go_backwards or any(
            getattr(layer, name) != getattr(backward, name) for name in same
        ):
            raise ArgumentError(
                self,
                "backward_layer",
                expected=f"like `layer` in {', '.join(same)}, unlike in go_backwards",
                got=backward,
                fix="Set its `go_backwards=True` and leave the others as in `layer`.",
            )


def _copy(layer: Any, direction: str, go_backwards: bool) -> Any:
    """Returns an unbuilt layer of the same arguments, named after its direction."""
    prefix = f"{direction}_"
    name = layer.name.removeprefix("forward_")
    config = {**layer.get_config(), "go_backwards": go_backwards}
    return type(layer).from_config({**config, "name": prefix + name})
