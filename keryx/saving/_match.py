"""Which array of a file by layers belongs to which variable of a model."""

import difflib
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from keryx import layers as layer_package
from keryx._core.errors import FileError
from keryx._core.variable import Variable
from keryx._graph import trace, walk
from keryx._graph.layer import Layer
from keryx.saving import _legacy_arrays
from keryx.saving._legacy_h5 import Era, Row, Saved, TOP
from keryx.saving._restore import Plan, SHOWN, Stored

Rows = list[Row]
# Layers between a `Flatten` and a `Dense` that leave the order of features alone.
_TRANSPARENT = (layer_package.Dropout, layer_package.Activation)


class Match(NamedTuple):
    """Arrays for a model's variables.

    Attributes:
        plan: What goes where.
        notes: A sentence for each conversion.
    """

    plan: Plan
    notes: list[str]


class Part(NamedTuple):
    """A layer, or the model's own weights, and the arrays for it."""

    layer: Any
    saved: Saved


def match(
    model: Any, saved: Sequence[Saved], era: Era, where: str, *, by_name: bool = False
) -> Match:
    """Returns which arrays go into which of a model's variables.

    Args:
        model: The model.
        saved: What the file has, by layer, in its order.
        era: Who wrote the file.
        where: How messages name it.
        by_name: Whether layers are found by name; those that the file does not have
            stay as they are. Otherwise the order decides.

    Raises:
        FileError: If the model and the file do not have as many layers with weights.
    """
    pairs = _by_name(model, saved) if by_name else _in_order(model, saved, where)
    plan, notes = Plan({}), []
    stored: dict[str, Stored] = plan.stored  # type: ignore[assignment]  # made here
    moved = False
    for part in pairs:
        found = _fitted(part, era)
        notes += found.notes
        moved = moved or found.moved
        for name, variable, array in found.rows:
            _enter(plan, stored, f"{part.saved.name}/{name}", variable, array)
    if moved:
        notes += _after_flatten(model, plan, stored)
    return Match(plan, notes)


def _enter(
    plan: Plan,
    stored: dict[str, Stored],
    name: str,
    variable: Variable | None,
    array: Stored | None,
) -> None:
    """Notes an array and a variable that belong together, either of which may lack."""
    while name in stored:
        name += "'"
    if array is not None:
        stored[name] = array
    if variable is not None:
        plan.add(name, variable)


# --- layers -----------------------------------------------------------------------


def _with_weights(model: Any) -> list[Any]:
    return [layer for layer in model.layers if layer.weights]


def _own(model: Any) -> list[Variable]:
    return walk.own_variables(model)


def _by_name(model: Any, saved: Sequence[Saved]) -> list[Part]:
    """Pairs the layers that the file has; what else the file has is ignored."""
    found = {layer.name: layer for layer in _with_weights(model)}
    return [Part(found[one.name], one) for one in saved if one.name in found]


def _in_order(model: Any, saved: Sequence[Saved], where: str) -> list[Part]:
    top = [one for one in saved if one.name == TOP]
    rest = [one for one in saved if one.name != TOP]
    layers = _with_weights(model)
    names = {layer.name: layer for layer in layers}
    if len(layers) != len(rest):
        layers = _flattened(layers)
    if len(layers) != len(rest):
        raise _unequal(model, rest, where)
    if set(names) == {one.name for one in rest} and len(names) == len(rest):
        # The order of layers that do not depend on each other is not the same in all
        # versions.
        pairs = [Part(names[one.name], one) for one in rest]
    else:
        pairs = [Part(*pair) for pair in zip(layers, rest, strict=True)]
    if top or _own(model):
        pairs.append(Part(model, top[0] if top else Saved(TOP, [])))
    return pairs


def _flattened(layers: Sequence[Any]) -> list[Any]:
    """Returns the layers with those of nested models in the models' places."""
    flat: list[Any] = []
    for layer in layers:
        is_model = hasattr(layer, "compile_from_config")
        flat += _flattened(_with_weights(layer)) if is_model else [layer]
    return flat


def _unequal(model: Any, saved: Sequence[Saved], where: str) -> FileError:
    ours = [layer.name for layer in _with_weights(model)]
    theirs = [one.name for one in saved]
    missing = [name for name in ours if name not in theirs]
    needless = [name for name in theirs if name not in ours]
    fix = [
        f"Not in the file: {_listed(missing, needless)}." if missing else "",
        f"Not in the model: {_listed(needless, missing)}." if needless else "",
        "The model has no weights yet: call it on data first, or give an `Input`."
        if not model.built
        else "Build the same model as was saved, or load what has the same name: "
        "`by_name=True`.",
    ]
    return FileError(
        f"weights in {where}",
        expected=f"those of the {len(ours)} layers with weights of model "
        f"{model.name!r}",
        got=f"those of {len(theirs)}",
        fix="\n".join(line for line in fix if line),
    )


def _listed(names: Sequence[str], others: Sequence[str]) -> str:
    shown = []
    for name in names[:SHOWN]:
        close = difflib.get_close_matches(name, list(others)[:200], n=1, cutoff=0.7)
        shown.append(f"{name!r}" + (f", nearest {close[0]!r}" if close else ""))
    rest = f"; and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return "; ".join(shown) + rest


# --- arrays within a layer --------------------------------------------------------


Pair = tuple[str, Variable | None, Stored | None]


class _Fitted(NamedTuple):
    rows: list[Pair]
    notes: list[str]
    moved: bool = False


def _fitted(part: Part, era: Era) -> _Fitted:
    """Pairs a layer's variables with arrays, in the order that fits best."""
    if part.saved.name == TOP:
        return _Fitted(_zipped(_own(part.layer), part.saved.rows), [])
    options = [
        _arranged(part, era, now=now, old=old)
        for old in (False, True)
        for now in (True, False)
    ]
    return max(options, key=_score)


def _score(found: _Fitted) -> tuple[int, int]:
    """Returns how many shapes agree, and how many names do."""
    pairs = [(n, v, a) for n, v, a in found.rows if v is not None and a is not None]
    shapes = sum(v.shape == a.shape for _, v, a in pairs)
    names = sum(_role(name) == v.name for name, v, _ in pairs)
    return shapes - abs(len(found.rows) - len(pairs)), names


def _role(name: str) -> str:
    return name.rpartition("/")[2].partition(":")[0]


def _arranged(part: Part, era: Era, *, now: bool, old: bool) -> _Fitted:
    """Pairs variables and arrays as one way of writing them would have it.

    The file has the trainable arrays of all layers inside first, then all others.
    """
    units = list(_units(part.layer))
    rows = list(part.saved.rows)
    shares = _shares(units, rows, era, now=now, old=old)
    pairs: list[Pair] = []
    notes, moved = [], False
    for unit, share in zip(units, shares, strict=True):
        made = _legacy_arrays.convert(unit, share, era)
        order = _legacy_arrays.own_order(unit.weights, now=now)
        pairs += _zipped(order, made.rows)
        notes += made.notes
        moved = moved or made.flipped_layout
    rest = rows[sum(len(share) for share in shares) :]
    pairs += [(name, None, array) for name, array in rest]
    return _Fitted(pairs, notes, moved)


def _shares(
    units: Sequence[Any], rows: Rows, era: Era, *, now: bool, old: bool
) -> list[Rows]:
    """Returns the arrays of each of the layers inside of one."""
    if len(units) == 1:
        return [rows]
    shares: list[Rows] = [[] for _ in units]
    rest = iter(rows)
    for wanted in (True, False):
        for unit, share in zip(units, shares, strict=True):
            share += itertools.islice(rest, _size(unit, era, wanted, now, old))
    return shares


def _size(unit: Any, era: Era, wanted: bool, now: bool, old: bool) -> int:
    """Returns how many arrays of a kind, trainable or not, a file has for a layer."""
    weights = unit.weights
    kinds = [v.trainable if now else v.born_trainable for v in weights]
    if all(kind == kinds[0] for kind in kinds):
        return _legacy_arrays.count(unit, era, old=old) if kinds[0] == wanted else 0
    return kinds.count(wanted)


def _units(layer: Any) -> Iterator[Any]:
    """Yields the layers inside that have weights of their own."""
    if not layer.weights:
        return
    inside = layer._sublayers()
    own = walk.own_variables(layer)
    if own or not inside or hasattr(layer, "cell"):
        yield layer
        return
    for below in inside:
        yield from _units(below)


def _zipped(variables: Sequence[Variable], rows: Rows) -> list[Pair]:
    pairs: list[Pair] = []
    for i in range(max(len(variables), len(rows))):
        variable = variables[i] if i < len(variables) else None
        name, array = rows[i] if i < len(rows) else (None, None)
        if name is None:
            name = variable.name if variable is not None else str(i)
        pairs.append((name, variable, array))
    return pairs


# --- dense layers after a change of layout ----------------------------------------


def _after_flatten(model: Any, plan: Plan, stored: dict[str, Stored]) -> list[str]:
    """Brings the rows of dense kernels behind a `Flatten` into today's order."""
    notes = []
    kernels = {id(variable): name for variable, name in plan.pairs}
    for layer in walk.all_layers(model, Layer):
        space = _flattened_space(layer)
        name = kernels.get(id(getattr(layer, "kernel", None)))
        if space is None or name is None:
            continue
        stored[name] = _legacy_arrays.permuted_rows(stored[name], space)
        notes.append(
            f"layer {layer.name!r}: rows put in the order of inputs of shape {space} "
            "flattened with the channels last."
        )
    return notes


def _flattened_space(layer: Any) -> tuple[int, ...] | None:
    """Returns the shape that was flattened before a dense layer, if one was."""
    if not isinstance(layer, layer_package.Dense):
        return None
    tensor = _input_of(layer)
    while tensor is not None and tensor.node is not None:
        made_by = tensor.node.function
        tensor = _input_of(made_by)
        if isinstance(made_by, layer_package.Flatten):
            shape = tensor.shape[1:] if tensor is not None else ()
            return shape if len(shape) > 1 and None not in shape else None
        if not isinstance(made_by, _TRANSPARENT):
            return None
    return None


def _input_of(layer: Any) -> Any:
    """Returns the symbolic tensor that a layer was called on, if it was."""
    nodes = layer._nodes.of(layer) if isinstance(layer, Layer) else []
    if not nodes:
        return None
    tensors = trace.symbols((nodes[0].args, nodes[0].kwargs))
    return tensors[0] if tensors else None
