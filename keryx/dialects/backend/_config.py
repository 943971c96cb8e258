"""Settings that old programs read and write through `keras.backend`."""

import contextlib
import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from keryx import config, utils
from keryx._core import check, scope
from keryx._core.config import DATA_FORMATS, standardize_data_format
from keryx.dialects._era import Era, in_force
from keryx.layers import Input

ORDERINGS = {"tf": "channels_last", "th": "channels_first"}


@dataclass
class Settings:
    """Current values; read and written through the functions of this module only."""

    phase: int | None = None
    legacy_weight_ordering: bool = False
    uids: Counter[str] = field(default_factory=Counter)


_settings = Settings()


def era_is_1() -> bool:
    """Tells whether the program was written for Keras 1, whose losses swap arguments.

    Example:
        >>> era_is_1()
        False
    """
    return in_force() is Era.K1


def backend() -> str:
    """Returns "tensorflow": the answer that makes old programs use its conventions."""
    return "tensorflow"


def cast_to_floatx(x: Any) -> Any:
    """Returns `x` in the default float type: NumPy for what NumPy holds.

    Example:
        >>> cast_to_floatx([1, 2])
        array([1., 2.], dtype=float32)
    """
    if hasattr(x, "dtype") and not isinstance(x, np.ndarray | np.generic):
        from keryx import ops

        return ops.cast(x, config.floatx())
    return np.asarray(x, dtype=config.floatx())


def normalize_data_format(value: str | None) -> str:
    """Returns `value` in lower case, or the global order of axes for `None`.

    Raises:
        ArgumentError: If it is neither "channels_last" nor "channels_first".
    """
    return standardize_data_format(value)


def image_dim_ordering() -> str:
    """Returns where images have their channels, in Keras 1's words: "tf" or "th"."""
    return {new: old for old, new in ORDERINGS.items()}[config.image_data_format()]


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Sets the order of axes in Keras 1's words.

    Raises:
        ArgumentError: If `dim_ordering` is neither "tf" nor "th".
    """
    known = (*ORDERINGS, *DATA_FORMATS)
    owner = "set_image_dim_ordering"
    name = check.one_of(dim_ordering, known, "dim_ordering", owner)
    config.set_image_data_format(ORDERINGS.get(name, name))


def get_uid(prefix: str = "") -> int:
    """Returns how often it was asked for `prefix`, this time included."""
    _settings.uids[prefix] += 1
    return _settings.uids[prefix]


def reset_uids() -> None:
    """Starts the counts of `get_uid` again."""
    _settings.uids.clear()


def clear_session() -> None:
    """Starts made-up names, counts and the learning phase again."""
    from keryx.dialects.backend._session import get_session

    _settings.phase = None
    reset_uids()
    get_session.cache_clear()
    utils.clear_session()


def manual_variable_initialization(value: bool) -> None:
    """Does nothing: variables have their values from the start."""


def v1_variable_initialization() -> None:
    """Does nothing: variables have their values from the start."""


def legacy_weight_ordering() -> bool:
    """Returns what `set_legacy_weight_ordering` was given."""
    return _settings.legacy_weight_ordering


def set_legacy_weight_ordering(value: bool) -> None:
    """Accepted for old programs; weights are always in today's order."""
    _settings.legacy_weight_ordering = bool(value)


# --- the learning phase -----------------------------------------------------------


@functools.cache
def phase_symbol() -> Any:
    """Returns the symbolic tensor that stands for the learning phase."""
    return Input(batch_shape=(), dtype="int32", name="keras_learning_phase")


def learning_phase() -> Any:
    """Returns whether layers behave as in training: 1, 0, or a stand-in for either.

    Inside a layer's `call` it is a number that follows the run; outside it is a
    symbolic tensor, for `in_train_phase` and as an input of `function`.
    """
    if _settings.phase is not None:
        return _settings.phase
    return phase_symbol() if scope.current() is None else phase_now()


def phase_now() -> int:
    """Returns the learning phase of the run in progress; 0 outside of one."""
    if _settings.phase is not None:
        return _settings.phase
    here = scope.current()
    return int(bool(here.training)) if here is not None else 0


def set_learning_phase(value: Any) -> None:
    """Fixes the learning phase for functions of the backend.

    Departs from Keras: `fit` and `predict` still tell their layers the truth.

    Raises:
        ArgumentError: If `value` is neither 0 nor 1.
    """
    if value is phase_symbol():
        return
    value = check.one_of(value, (0, 1), "value", "set_learning_phase")
    _settings.phase = int(value)


@contextlib.contextmanager
def learning_phase_scope(value: Any) -> Iterator[None]:
    """Fixes the learning phase for the block of a `with` statement."""
    before = _settings.phase
    set_learning_phase(value)
    try:
        yield
    finally:
        _settings.phase = before
