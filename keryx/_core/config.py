"""The few settings that Keras's API makes global: float type, epsilon, axis order."""

from dataclasses import dataclass

from keryx._core import check


@dataclass
class Settings:
    """Current values; read and written through the functions of this module only."""

    floatx: str = "float32"
    epsilon: float = 1e-7
    image_data_format: str = "channels_last"
    interactive_logging: bool = True


_settings = Settings()
FLOATS = ("float16", "bfloat16", "float32", "float64")
DATA_FORMATS = ("channels_last", "channels_first")


def floatx() -> str:
    """Returns the name of the default float type.

    Example:
        >>> floatx()
        'float32'
    """
    return _settings.floatx


def set_floatx(value: str) -> None:
    """Sets the default float type of weights and data.

    Raises:
        ArgumentError: If `value` is not one of the four float types.
    """
    _settings.floatx = check.one_of(value, FLOATS, "value", "set_floatx")


def epsilon() -> float:
    """Returns the small number that keeps logarithms and divisions finite.

    Example:
        >>> epsilon()
        1e-07
    """
    return _settings.epsilon


def set_epsilon(value: float) -> None:
    """Sets the number that `epsilon` returns."""
    _settings.epsilon = float(value)


def image_data_format() -> str:
    """Returns where images have their channels: "channels_last" or "channels_first".

    Example:
        >>> image_data_format()
        'channels_last'
    """
    return _settings.image_data_format


def set_image_data_format(data_format: str) -> None:
    """Sets the default of every `data_format` argument.

    Raises:
        ArgumentError: If it is neither "channels_last" nor "channels_first".
    """
    _settings.image_data_format = check.one_of(
        data_format, DATA_FORMATS, "data_format", "set_image_data_format"
    )


def standardize_data_format(data_format: str | None) -> str:
    """Returns `data_format`, or the global default for `None`.

    Raises:
        ArgumentError: If it is neither "channels_last" nor "channels_first".
    """
    if data_format is None:
        return image_data_format()
    return str(check.one_of(data_format, DATA_FORMATS, "data_format", "layer"))


def is_interactive_logging_enabled() -> bool:
    """Returns whether progress is drawn as a live bar rather than as lines of a log."""
    return _settings.interactive_logging


def enable_interactive_logging() -> None:
    """Draws progress as a live bar (the default)."""
    _settings.interactive_logging = True


def disable_interactive_logging() -> None:
    """Writes progress as lines of a log."""
    _settings.interactive_logging = False
