"""The arrays of a file, named as by `_layout`, back into a model."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from keryx._core.errors import FileError, KeryxWarning
from keryx.optimizers import Optimizer
from keryx.saving._layout import Place, places
from keryx.saving._restore import Array, complain, Plan, Stored

# What older files hold besides the weights: generators' states and metrics.
_OTHER = frozenset(("seed_generator", "metrics", "_metrics"))
# A layer that reads its own arrays may read this many bytes, or 16 times its size.
_FREE = 64 * 2**20


def arrays(place: Place) -> dict[str, Any]:
    """Returns the arrays of a part of a model by their names in its group.

    They are variables where the part does not write itself, to be read one by one.
    """
    if place.writes_itself():
        store: dict[str, Any] = {}
        place.owner.save_own_variables(store)
        return store
    return {str(i): variable for i, variable in enumerate(place.variables())}


def put_back(
    model: Any,
    stored: Mapping[str, Stored],
    where: str,
    *,
    skip_mismatch: bool = False,
    whole: bool = False,
) -> None:
    """Sets a model's variables to the arrays of a file.

    Args:
        model: The model; nothing of it changes unless everything fits.
        stored: The arrays by path.
        where: How messages name the file.
        skip_mismatch: Whether to warn, and go on, if something does not fit.
        whole: Whether the model was made from the same file: nobody uses it yet, and
            its optimizer must be the one that was saved.

    Raises:
        FileError: If an array is missing, of another shape, or belongs nowhere.
    """
    plan = Plan(stored)
    own = []
    for place in places(model):
        if isinstance(place.owner, Optimizer):
            _add_optimizer(plan, place, where, whole and place.path == "optimizer")
        elif place.writes_itself():
            own.append(_own(plan, place, where))
        else:
            _add_layer(plan, place)
    plan.used |= {name for name in plan.stored if _is_other(name, plan)}
    complain(plan, where, model, skip_mismatch=skip_mismatch)
    _assign(plan, model, own, fresh=whole)


def _add_layer(plan: Plan, place: Place) -> None:
    for i, variable in enumerate(place.variables()):
        plan.add(f"{place.group}/{i}", variable)
    for name, state in place.generators().items():
        found = plan.stored.get(name)
        if found is not None and found.shape == state.shape:
            plan.add(name, state)


def _add_optimizer(plan: Plan, place: Place, where: str, strict: bool) -> None:
    """Adds an optimizer's state, or, if it is another's, leaves the optimizer new."""
    numbers = _under(plan, place.group)
    variables = place.variables()
    if len(numbers) == _before_building(variables):
        variables = variables[: len(numbers)]
    trial = Plan({name: plan.stored[name] for name in numbers})
    for i, variable in enumerate(variables):
        trial.add(f"{place.group}/{i}", variable)
    fits = trial.fits() and not trial.unexpected()
    if numbers and (strict or fits):
        plan.pairs += trial.pairs
        plan.missing |= trial.missing
        plan.mismatched += trial.mismatched
        plan.used |= trial.used
        return
    plan.used |= set(numbers)
    if numbers:
        warnings.warn(
            f"The optimizer's state in {where} is of another optimizer, or for other "
            f"weights: {place.owner.name!r} starts anew.",
            KeryxWarning,
            stacklevel=6,
        )


def _before_building(variables: list[Any]) -> int:
    """Returns how many variables an optimizer has before it knows the weights."""
    return sum(v.path.endswith(("/iteration", "/learning_rate")) for v in variables[:2])


def _under(plan: Plan, group: str) -> list[str]:
    return [name for name in plan.stored if name.startswith(f"{group}/")]


def _is_other(name: str, plan: Plan) -> bool:
    """Tells whether an array is something else than a weight of this model."""
    groups = name.split("/")[:-1]
    nested = "optimizer" in groups and name not in plan.used
    return nested or not _OTHER.isdisjoint(groups)


def _own(plan: Plan, place: Place, where: str) -> tuple[Any, dict[str, Stored]]:
    """Returns a layer that reads its own arrays, and what it may read.

    Raises:
        FileError: If that is far more than the layer has.
    """
    names = _under(plan, place.group)
    plan.used |= set(names)
    start = len(place.group) + 1
    store = {name[start:]: plan.stored[name] for name in names}
    size = sum(_size(array) for array in store.values())
    if size > _FREE + 16 * sum(v.numpy().nbytes for v in place.variables()):
        raise FileError(
            f"{where}, {place.group!r}",
            expected="arrays of about the size of the layer's",
            got=f"{size} bytes",
        )
    return place.owner, store


def _size(array: Stored) -> int:
    count = 1
    for axis in array.shape:
        count *= axis
    return count * array.dtype.itemsize


def _assign(
    plan: Plan, model: Any, own: list[tuple[Any, dict[str, Stored]]], *, fresh: bool
) -> None:
    """Sets the variables; undoes it if a layer fails to read its own arrays."""
    stores: list[tuple[Callable[..., None], dict[str, Array]]] = [
        (owner.load_own_variables, {name: a.read() for name, a in store.items()})
        for owner, store in own
    ]
    kept = model.variables if stores and not fresh else []
    before = [(v, v.numpy()) for v in kept]
    plan.assign(fresh=fresh)
    try:
        for load_own, arrays in stores:
            load_own(arrays)
    except BaseException:
        for variable, value in before:
            variable.assign(value)
        raise
