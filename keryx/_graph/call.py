"""How a layer is called: prepare the inputs, build, compute, carry masks and losses."""

import functools
import inspect
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import scope, tree
from keryx._core.dtypes import default_float, is_float
from keryx._core.errors import ShapeError
from keryx._core.op import find_symbolic
from keryx._core.text import is_text, texts
from keryx._core.variable import Variable
from keryx._graph import building, masks, trace
from keryx._graph.node import Node
from keryx._graph.spec import check_inputs


class Signature(NamedTuple):
    """What the library needs to know of a layer's `call` method."""

    names: tuple[str, ...]
    training: bool
    training_default: Any
    masks: tuple[str, ...]
    open: bool


@functools.lru_cache(maxsize=4096)
def signature(function: Any) -> Signature:
    """Returns the signature of an unbound `call` method."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    names = tuple(
        p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    )
    default = next((p.default for p in parameters if p.name == "training"), None)
    return Signature(
        names,
        "training" in names,
        None if default is inspect.Parameter.empty else default,
        tuple(n for n in names if n == "mask" or n.endswith("_mask")),
        any(p.kind is p.VAR_KEYWORD for p in parameters),
    )


def call(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Calls a layer on arrays, or records the call on symbolic tensors."""
    if find_symbolic((args, kwargs)) is not None:
        return record(layer, args, kwargs)
    with scope.ensured() as here:
        outermost = not here.names
        outputs = _compute(layer, here, args, kwargs)
        if outermost and here.key is None:
            layer._losses = here.losses
        return outputs


def record(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Notes a call in the graph; returns symbolic outputs of the inferred shapes."""
    kwargs = {name: value for name, value in kwargs.items() if value is not None}
    if type(layer).compute_output_spec is type(layer)._inferring_spec:
        spec = infer_spec(layer, args, kwargs)
    else:
        ensure_built(layer, args, kwargs)
        spec = layer.compute_output_spec(*args, **kwargs)
    node = Node(layer, args, kwargs)
    outputs = node.outputs_like(spec)
    layer._nodes.add(node)
    return outputs


def infer_spec(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Returns the shapes and types that a call would give, without recording it."""
    custom = _custom_output_spec(layer, args, kwargs)
    if not layer.built:
        ensure_built(layer, args, kwargs)
    return custom or trace.infer(
        functools.partial(_abstract, layer), args, kwargs, where=describe(layer)
    )


def _abstract(layer: Any, *args: Any, **kwargs: Any) -> Any:
    here = scope.current()
    assert here is not None
    if building.in_progress(layer):  # its `build` has entered its name already
        here.names.pop()
    return _compute(layer, here, args, kwargs)


def _custom_output_spec(layer: Any, args: Any, kwargs: Any) -> Any:
    """Returns what a user's own `compute_output_shape` says, or `None`."""
    method = type(layer).compute_output_shape
    if method is type(layer)._inferring or len(args) != 1:
        return None
    ensure_built(layer, args, kwargs)
    shape = layer.compute_output_shape(shapes_of(args[0]))
    if shape and all(isinstance(size, int | type(None)) for size in shape):
        return trace.Spec(tuple(shape), layer.compute_dtype)
    return None


def describe(layer: Any) -> str:
    """Returns how messages name a layer: its path and class."""
    here = scope.current()
    names = list(here.names) if here else []
    names = names if names and names[-1] == layer.name else [*names, layer.name]
    return f"layer {'/'.join(names)!r} ({type(layer).__name__})"


def shapes_of(value: Any) -> Any:
    """Returns the shapes of nested arrays or symbolic tensors, nested alike."""
    if hasattr(value, "shape"):
        return tuple(value.shape)
    if isinstance(value, dict):
        return {key: shapes_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(shapes_of(item) for item in value)
    return None


def _compute(layer: Any, here: scope.Scope, args: Any, kwargs: Any) -> Any:
    """Runs `layer.call` on arrays inside the scope `here`."""
    form = signature(type(layer).call)
    args = tuple(_prepare(layer, arg) for arg in args)
    kwargs = {name: _prepare(layer, arg) for name, arg in kwargs.items()}
    if not layer.built:
        ensure_built(layer, args, kwargs)
    first = args[0] if args else next(iter(kwargs.values()), None)
    given = _add_masks(form, args, kwargs)
    outer = here.training, here.cast, here.building
    here.building = False
    here.training = _add_training(form, args, given, here.training)
    policy = layer.dtype_policy
    mixed = policy.compute_dtype != policy.variable_dtype
    here.cast = policy.compute_dtype if mixed else None
    here.names.append(layer.name)
    try:
        if layer.input_spec is not None:
            check_inputs(layer, _flat_shapes(first))
        outputs = layer.call(*args, **given)
    except Exception as error:
        _explain(error, here, layer, args)
        raise
    finally:
        here.names.pop()
        here.training, here.cast, here.building = outer
    _carry_mask(layer, first, given.get("mask"), outputs)
    if layer.activity_regularizer is not None:
        for output in jax.tree.leaves(outputs):
            # As a mean over the batch, so that its size does not change the balance.
            summed = layer.sums_penalty or not output.ndim
            batch = 1 if summed else output.shape[0]
            here.losses.append(layer.activity_regularizer(output) / batch)
    return outputs


def _explain(error: Exception, here: scope.Scope, layer: Any, args: Any) -> None:
    """Notes in an error, once, which layer it comes from and what it was given."""
    if not getattr(error, "_keryx_noted", False):
        path = "/".join(here.names)
        shapes = ", ".join(str(shapes_of(arg)) for arg in args)
        error.add_note(
            f"In layer {path!r} ({type(layer).__name__}), called with {shapes}."
        )
        error._keryx_noted = True  # type: ignore[attr-defined]


def _prepare(layer: Any, value: Any) -> Any:
    """Turns arrays into JAX's, floats into the layer's compute type."""
    if layer.takes_text and _is_one_text(value):
        return texts(value)
    if isinstance(value, list | tuple) and not _numbers(value):
        return type(value)(_prepare(layer, item) for item in value)
    if isinstance(value, dict):
        return {key: _prepare(layer, item) for key, item in value.items()}
    if isinstance(value, Variable):
        return value
    array = value
    if not isinstance(value, jax.Array):
        if isinstance(value, list | tuple) or hasattr(value, "__array__"):
            host = np.asarray(value)
            # Without a type for whole numbers, which are narrowed without a warning.
            floats = default_float(host) if is_float(host.dtype) else None
            array = jnp.asarray(host, dtype=floats)
        else:
            return value
    if layer.autocast and is_float(array.dtype):
        compute = layer.compute_dtype
        if array.dtype != compute:
            cast = array.astype(compute)
            mask = masks.get(value)
            if mask is not None:
                masks.put(cast, mask)
            return cast
    return array


def _is_one_text(value: Any) -> bool:
    """Tells whether a value is one array of text, rather than several."""
    several = isinstance(value, list | tuple) and any(
        hasattr(v, "shape") for v in value
    )
    return not several and is_text(value)


def _numbers(value: Any) -> bool:
    """Tells whether a nested list holds numbers, so that it means one array."""
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return isinstance(value, int | float)


def _flat_shapes(value: Any) -> list[Any]:
    found = trace_leaves(value)
    return [tuple(item.shape) for item in found if hasattr(item, "shape")]


def trace_leaves(value: Any) -> list[Any]:
    """Returns nested arrays or symbolic tensors as a flat list."""
    return list(tree.walk(value))


def _add_masks(form: Signature, args: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Fills the mask arguments that the caller left out from the inputs' own masks."""
    given = dict(kwargs)
    for name in form.masks:
        if given.get(name) is not None or form.names.index(name) < len(args):
            continue
        source = form.names[0] if name == "mask" else name.removesuffix("_mask")
        if source in form.names[: len(args)]:
            value = args[form.names.index(source)]
        else:
            value = kwargs.get(source)
        found = masks.get_all(value) if value is not None else None
        if any(mask is not None for mask in tree.leaves(found)):
            given[name] = found
    return given


def _add_training(form: Signature, args: Any, given: Any, outer: Any) -> Any:
    """Settles what `training` is in this call and hands it to `call` if it asks."""
    place = form.names.index("training") if form.training else len(args)
    asked = args[place] if place < len(args) else given.get("training")
    training = asked if asked is not None else outer
    if training is None:
        training = form.training_default
    if form.training and place >= len(args):
        given["training"] = training
    elif not form.training and not form.open:
        given.pop("training", None)
    return training


def _carry_mask(layer: Any, inputs: Any, mask: Any, outputs: Any) -> None:
    """Gives the outputs the mask that `compute_mask` makes of the inputs' masks."""
    if not layer.supports_masking:
        return
    if mask is None and inputs is not None:
        mask = masks.get_all(inputs)
    if all(leaf is None for leaf in tree.leaves(mask)) and not layer.makes_mask:
        return
    masks.put_all(outputs, layer.compute_mask(inputs, mask))


def ensure_built(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Calls `build` on the first call, with the shapes that its signature asks for."""
    if layer.built or building.in_progress(layer):
        return
    form = signature(type(layer).call)
    values = {**dict(zip(form.names, args, strict=False)), **kwargs}
    tensors = {n: v for n, v in values.items() if shapes_of(v) is not None}
    wanted = _build_arguments(type(layer).build)
    by_name = {f"{name}_shape": value for name, value in tensors.items()}
    if set(wanted) & set(by_name) and len(wanted) > 1:
        shapes = {name: shapes_of(by_name[name]) for name in wanted if name in by_name}
    elif tensors and wanted:
        shapes = {wanted[0]: shapes_of(next(iter(tensors.values())))}
    else:
        shapes = {}
    with scope.ensured() as here:
        here.names.append(layer.name)
        try:
            layer._build_with(shapes)
        except Exception as error:
            _explain(error, here, layer, args)
            raise
        finally:
            here.names.pop()


@functools.lru_cache(maxsize=4096)
def _build_arguments(function: Any) -> tuple[str, ...]:
    return tuple(
        p.name
        for p in list(inspect.signature(function).parameters.values())[1:]
        if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    )


def require_ndim(
    layer: Any, shape: Any, ndim: int, expected: str, fix: str = ""
) -> None:
    """Checks the rank of an input.

    Raises:
        ShapeError: If `shape` has another number of axes.
    """
    if len(shape) != ndim:
        raise ShapeError(describe(layer), expected=expected, got=str(shape), fix=fix)
