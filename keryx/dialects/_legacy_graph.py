"""Models of Keras 0: `Graph`, and the layers that held other layers."""

from collections.abc import Callable
from typing import Any

from keryx import layers, models
from keryx._core.errors import ArgumentError, StateError
from keryx.dialects import _generators, _report
from keryx.dialects._legacy_merge import branched, joining, Merge

_FIT = ("batch_size", "nb_epoch", "verbose", "callbacks", "validation_split",
        "validation_data", "shuffle", "class_weight", "sample_weight")  # fmt: skip
_GENERATOR = ("samples_per_epoch", "nb_epoch", "verbose", "callbacks",
              "validation_data", "nb_val_samples", "class_weight")  # fmt: skip


class Graph(models.Model):
    """A model whose inputs, nodes and outputs are added by name.

    Data are dicts of arrays, by the names of inputs and outputs together.

    Example:
        >>> import numpy as np
        >>> graph = Graph()
        >>> graph.add_input("x", input_shape=(3,))
        >>> graph.add_node(layers.Dense(2), name="a", input="x")
        >>> graph.add_output("y", input="a")
        >>> graph.compile("sgd", {"y": "mse"})
        >>> graph.predict({"x": np.ones((4, 3))})["y"].shape
        (4, 2)

    Args:
        name: Name; made up if `None`.
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name)
        self._named: dict[str, Any] = {}  # the tensors of inputs and nodes
        self._begins: dict[str, Any] = {}
        self._ends: dict[str, Any] = {}
        self.nodes: dict[str, Any] = {}

    # --- making it ------------------------------------------------------------------

    def add_input(
        self,
        name: str,
        input_shape: Any = None,
        batch_input_shape: Any = None,
        dtype: str = "float",
    ) -> None:
        """Adds an input; `dtype` is "float" or "int"."""
        kind = {"float": None, "int": "int32"}.get(dtype, dtype)
        shape = batch_input_shape or (None, *input_shape)
        tensor = layers.Input(batch_shape=tuple(shape), dtype=kind, name=name)
        self._begins[name] = self._keep(name, tensor)

    def add_node(
        self,
        layer: Any,
        name: str,
        input: str | None = None,
        inputs: Any = (),
        merge_mode: Any = "concat",
        concat_axis: int = -1,
        dot_axes: Any = -1,
        create_output: bool = False,
    ) -> None:
        """Adds a layer, called on one node or on several that are joined."""
        names = [input] if input else list(inputs)
        tensor = self._joined(names, merge_mode, concat_axis, dot_axes)
        layer.name = name
        self.nodes[name] = layer
        self._keep(name, layer(tensor))
        if create_output:
            self.add_output(name, input=name)

    def add_shared_node(
        self,
        layer: Any,
        name: str,
        inputs: Any = (),
        merge_mode: Any = None,
        concat_axis: int = -1,
        dot_axes: Any = -1,
        outputs: Any = (),
        create_output: bool = False,
    ) -> None:
        """Adds a layer that is called on each of several nodes.

        Its outputs are joined under `name`, or are nodes of their own, `outputs`.
        """
        layer.name = name
        self.nodes[name] = layer
        made = [layer(self._get(one)) for one in inputs]
        names = list(outputs) or [f"{name}_{i}" for i in range(len(made))]
        if merge_mode:
            made = [joining(merge_mode, concat_axis, dot_axes)(made)]
            names = [name]
        for one, tensor in zip(names, made, strict=True):
            self._keep(one, tensor)
            if create_output:
                self.add_output(one, input=one)

    def add_output(
        self,
        name: str,
        input: str | None = None,
        inputs: Any = (),
        merge_mode: Any = "concat",
        concat_axis: int = -1,
        dot_axes: Any = -1,
    ) -> None:
        """Makes a node, or several that are joined, an output of the model."""
        names = [input] if input else list(inputs)
        tensor = self._joined(names, merge_mode, concat_axis, dot_axes)
        self._ends[name] = layers.Activation("linear", name=f"{name}_output")(tensor)
        models.Model.__init__(self, self._begins, self._ends, name=self.name)
        self.output_names = sorted(self._ends)

    def _joined(self, names: list[str], mode: Any, axis: int, dot_axes: Any) -> Any:
        tensors = [self._get(name) for name in names]
        return (
            tensors[0] if len(tensors) == 1 else joining(mode, axis, dot_axes)(tensors)
        )

    def _keep(self, name: str, tensor: Any) -> Any:
        if name in self._named:
            raise ArgumentError(
                "Graph", "name", expected="a name of its own", got=f"a second {name!r}"
            )
        self._named[name] = tensor
        return tensor

    def _get(self, name: str) -> Any:
        if name not in self._named:
            raise ArgumentError(
                "Graph",
                "input",
                expected=f"a node among {list(self._named)}",
                got=name,
                fix="Add it first.",
            )
        return self._named[name]

    # --- using it -------------------------------------------------------------------

    def _parts(self, data: Any) -> tuple[Any, Any]:
        """Returns the inputs and the targets of a dict of arrays."""
        if not self._ends:
            raise StateError("Graph", expected="an output", got="none so far")
        x = {name: data[name] for name in self._begins}
        y = {name: data[name] for name in self._ends if name in data}
        return x, y or None

    def fit(self, data: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]  # dicts take the place of x and y
        """Trains on a dict of arrays; `validation_data` is one as well."""
        if not isinstance(data, dict):
            return super().fit(data, *args, **kwargs)
        given = _named(_FIT, args, kwargs)
        if isinstance(given.get("validation_data"), dict):
            given["validation_data"] = self._parts(given["validation_data"])
        return super().fit(*self._parts(data), **{"nb_epoch": 10, **given})

    def evaluate(self, data: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]  # as above
        """Returns the loss on a dict of arrays."""
        given = _named(("batch_size", "verbose"), args, kwargs)
        return super().evaluate(*self._parts(data), **{"verbose": 0, **given})

    def predict(self, data: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]  # as above
        """Returns a dict of arrays by the names of the outputs."""
        given = _named(("batch_size", "verbose"), args, kwargs)
        return super().predict(self._parts(data)[0], **{"verbose": 0, **given})

    def train_on_batch(self, data: Any, **kwargs: Any) -> Any:  # type: ignore[override]  # as above
        """Makes one gradient update with a dict of arrays."""
        return super().train_on_batch(*self._parts(data), **_named((), (), kwargs))

    def test_on_batch(self, data: Any, **kwargs: Any) -> Any:  # type: ignore[override]  # as above
        """Returns the loss on one dict of arrays."""
        return super().test_on_batch(*self._parts(data), **_named((), (), kwargs))

    def predict_on_batch(self, data: Any) -> Any:
        """Returns a dict of the outputs for one dict of arrays."""
        return self.predict(data, batch_size=2**31)

    def fit_generator(self, generator: Any, *args: Any, **kwargs: Any) -> Any:
        """Trains on a source of dicts of arrays."""
        given = _named(_GENERATOR, args, kwargs)
        if isinstance(given.get("validation_data"), dict):
            given["validation_data"] = self._parts(given["validation_data"])
        train = _generators.fit(self)
        return train((self._batch(item) for item in generator), **given)

    def _batch(self, item: Any) -> Any:
        data, weight = item if isinstance(item, tuple) else (item, None)
        x, y = self._parts(data)
        return (x, y) if weight is None else (x, y, weight)


def _named(
    order: tuple[str, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Names positional arguments; leaves out weights in an empty dict."""
    given = {**dict(zip(order, args, strict=False)), **kwargs}
    return {k: v for k, v in given.items() if not (isinstance(v, dict) and not v)}


# --- layers that held others ----------------------------------------------------------


def Siamese(
    layer: Any,
    inputs: Any,
    merge_mode: Any = "concat",
    concat_axis: int = 1,
    dot_axes: Any = -1,
    **options: Any,
) -> Any:
    """Returns a model that calls one layer on each branch and joins the results.

    Args:
        layer: The layer that is shared.
        inputs: Branches: layers or models, each with an input of its own.
        merge_mode: How the results are joined, as in `merge`.
        concat_axis: For "concat".
        dot_axes: For "dot".
        options: Settings without a meaning today.
    """
    _report.note("Siamese(layer, [...])", "[layer(a), layer(b)], joined")
    join = joining(merge_mode, concat_axis, dot_axes)
    return branched(list(inputs), lambda made: join([layer(one) for one in made]))


def LambdaMerge(layers: Any, function: Callable[..., Any], **options: Any) -> Any:
    """Returns a model that joins branches by a function of the list of them."""
    return Merge(layers, mode=function, **options)


def AutoEncoder(
    encoder: Any,
    decoder: Any,
    output_reconstruction: bool = True,
    weights: Any = None,
    **options: Any,
) -> Any:
    """Returns a model of two parts in a row.

    Args:
        encoder: Layer or model.
        decoder: Layer or model.
        output_reconstruction: Whether the decoder's output is the model's; else the
            encoder alone is returned.
        weights: Values to begin with.
        options: Settings without a meaning today.
    """
    _report.note("AutoEncoder(encoder, decoder)", "Sequential([encoder, decoder])")
    if not output_reconstruction:
        return encoder
    model = models.Sequential([encoder, decoder])
    if weights is not None:
        model.set_weights(weights)
    return model
