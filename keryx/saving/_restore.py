"""Arrays back into variables: all of them, or a message that says which do not fit."""

import difflib
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from keryx._core.dtypes import is_float
from keryx._core.errors import FileError, KeryxWarning
from keryx._core.place import blank, given_up
from keryx._core.variable import Variable

Array = np.ndarray[Any, Any]
SHOWN = 8


class Stored(NamedTuple):
    """An array in a file, not read yet.

    Attributes:
        shape: Its shape.
        dtype: Its element type.
        read: Reads it.
        certain: Whether reading it cannot find that it is damaged.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[], Array]
    certain: bool = False


@dataclass
class Plan:
    """What goes where, and what does not fit.

    Attributes:
        stored: The arrays of the file by name.
        pairs: Variables and the names of their arrays.
        missing: Names, with what the model needs there.
        mismatched: Names, with the shapes of both sides.
        used: Names of arrays that are spoken for.
    """

    stored: Mapping[str, Stored]
    pairs: list[tuple[Variable, str]] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    mismatched: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def add(self, name: str, variable: Variable) -> None:
        """Notes that the array `name` belongs to a variable."""
        shape = f"{variable.path}, shape {variable.shape}"
        found = self.stored.get(name)
        if found is None:
            self.missing[name] = shape
            return
        self.used.add(name)
        if found.shape != variable.shape:
            self.mismatched.append(
                f"{name!r} ({variable.path}): the model has shape {variable.shape}, "
                f"the file {found.shape}"
            )
        elif not _castable(found.dtype, variable.dtype):
            self.mismatched.append(
                f"{name!r} ({variable.path}): the model has {variable.dtype}, "
                f"the file {found.dtype}"
            )
        else:
            self.pairs.append((variable, name))

    def fits(self) -> bool:
        """Tells whether nothing is missing or of another shape."""
        return not self.missing and not self.mismatched

    def unexpected(self) -> list[str]:
        """Returns the names of arrays that no variable takes."""
        return [name for name in self.stored if name not in self.used]

    def assign(self, *, fresh: bool = False) -> None:
        """Sets the variables, with one array of the file in memory at a time.

        Arrays that may turn out to be damaged are read twice, so that nothing is set
        if one of them is.

        Args:
            fresh: Whether nobody uses the variables yet. Then each gives up its value
                before it gets the new one, and nothing is read twice.
        """
        if not fresh:
            for _, name in self.pairs:
                if not self.stored[name].certain:
                    self.stored[name].read()
        for variable, name in self.pairs:
            if fresh:
                variable.adopt(blank((), variable.dtype))
                _set(variable, self.stored[name])
            else:
                variable.assign(self.stored[name].read())


def _set(variable: Variable, stored: Stored) -> None:
    """Gives a variable that has no value yet the one of the file."""
    variable.adopt(given_up(stored.read(), variable.dtype))


def _castable(source: np.dtype[Any], target: str) -> bool:
    """Tells whether numbers keep their meaning when they change their type."""
    return _rank(source) <= _rank(jnp.dtype(target))


def _rank(dtype: np.dtype[Any]) -> int:
    """Returns 0 for booleans and integers, 1 for floats, 2 for complex numbers."""
    return 2 if dtype.kind == "c" else int(is_float(dtype))


def complain(plan: Plan, where: str, model: Any, *, skip_mismatch: bool) -> None:
    """Says what does not fit, if anything.

    Raises:
        FileError: If something does not, unless `skip_mismatch`: then it is a warning.
    """
    unexpected = plan.unexpected()
    if plan.fits() and not unexpected:
        return
    count = len(plan.pairs) + len(plan.missing) + len(plan.mismatched)
    error = FileError(
        f"weights in {where}",
        expected=f"the {count} arrays of model {model.name!r}",
        got=f"{len(plan.missing)} missing, {len(unexpected)} unexpected, "
        f"{len(plan.mismatched)} of another shape or type",
        fix="\n".join([*_lists(plan, unexpected), _advice(model, skip_mismatch)]),
    )
    if not skip_mismatch:
        raise error
    warnings.warn(str(error), KeryxWarning, stacklevel=6)


def _lists(plan: Plan, unexpected: list[str]) -> list[str]:
    missing = [
        f"{name!r} ({what}){_nearest(name, unexpected)}"
        for name, what in plan.missing.items()
    ]
    needless = [f"{name!r}{_nearest(name, plan.missing)}" for name in unexpected]
    rows = (
        ("Not in the file", missing),
        ("Not in the model", needless),
        ("Different", plan.mismatched),
    )
    return [f"{title}: {_some(items)}." for title, items in rows if items]


def _some(items: list[str]) -> str:
    rest = f"; and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return "; ".join(items[:SHOWN]) + rest


def _nearest(name: str, others: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(others)[:200], n=1, cutoff=0.7)
    return f", nearest {close[0]!r}" if close else ""


def _advice(model: Any, skip_mismatch: bool) -> str:
    if skip_mismatch:
        return "All other arrays were loaded."
    if not model.built:
        return (
            "The model has no weights yet: call it on data first, or give an `Input`."
        )
    return "Build the same model as was saved, or load what fits: `skip_mismatch=True`."
