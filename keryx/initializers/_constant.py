"""Initializers that draw nothing."""

from typing import Any

import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, ShapeError
from keryx.initializers._initializer import Array, Initializer, Shape


class Zeros(Initializer):
    """Fills a weight with zeros.

    Example:
        >>> Zeros()((2,))
        array([0., 0.], dtype=float32)
    """

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        return np.zeros(shape, np.float32)


class Ones(Initializer):
    """Fills a weight with ones.

    Example:
        >>> Ones()((2,))
        array([1., 1.], dtype=float32)
    """

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        return np.ones(shape, np.float32)


class Constant(Initializer):
    """Fills a weight with a given value.

    Example:
        >>> Constant([1.0, 2.0])((2, 2)).tolist()
        [[1.0, 2.0], [1.0, 2.0]]

    Args:
        value: A number, or an array (or nested lists) that broadcasts to the weight.

    Raises:
        ShapeError: On the call, if `value` does not broadcast to the weight's shape.
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        value = np.asarray(self.value)
        try:
            return np.broadcast_to(value, shape).copy()
        except ValueError:
            raise ShapeError(
                "`Constant`",
                expected=f"a value that broadcasts to shape {shape}",
                got=f"one of shape {value.shape}",
            ) from None


class Identity(Initializer):
    """Ones on the diagonal of a matrix, zeros elsewhere.

    Example:
        >>> Identity(gain=2.0)((2, 3)).tolist()
        [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]

    Args:
        gain: The value on the diagonal.

    Shapes:
        weight: `(rows, columns)`

    Raises:
        ShapeError: On the call, if the weight is not a matrix.

    Source:
        Le et al., "A Simple Way to Initialize Recurrent Networks of Rectified Linear
        Units" (arXiv:1504.00941). Departs from Keras: `get_config` holds the gain.
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        if len(shape) != 2:
            raise ShapeError(
                "`Identity`", expected="a weight of two axes", got=f"shape {shape}"
            )
        return self.gain * np.eye(*shape, dtype=np.float32)


class STFT(Initializer):
    """Kernels of a convolution that computes a short-time Fourier transform.

        kernel[n, 0, k] = window[n] cos(2π k n / N)     side "real"
                         -window[n] sin(2π k n / N)     side "imag"
        N = 2 (frequencies - 1)

    The window is divided by the root of the sum of its squares (scaling "density") or
    by its sum ("spectrum").

    Example:
        >>> STFT("real", window=None)((2, 1, 2)).reshape(2, 2).round(3).tolist()
        [[1.0, 1.0], [1.0, -1.0]]

    Args:
        side: Which part of the transform: "real" or "imag".
        window: Name of a window in `scipy.signal.windows`, its values, or `None`.
        scaling: "density", "spectrum", or `None` to leave the window as it is.
        periodic: Whether a named window continues periodically.

    Shapes:
        weight: `(time, 1, frequencies)`

    Raises:
        ArgumentError: If an argument is none of its options.
        ShapeError: On the call, if the weight has another shape, or the window
            another length.
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        self.side = check.one_of(side, ("real", "imag"), "side", self)
        options = ("density", "spectrum", None)
        self.scaling = check.one_of(scaling, options, "scaling", self)
        if isinstance(window, str):
            _named_window(window, 1, periodic)
        elif window is not None:
            window = np.asarray(window).tolist()
        self.window = window
        self.periodic = periodic

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        if len(shape) != 3 or shape[1] != 1 or shape[2] < 2:
            raise ShapeError(
                "`STFT`",
                expected="a weight of shape (time, 1, frequencies), 2 or more of these",
                got=shape,
            )
        times, _, frequencies = shape
        # Whole turns are taken off as integers: large angles would lose digits.
        turns = np.outer(np.arange(times), np.arange(frequencies))
        period = 2 * (frequencies - 1)
        angle = 2 * np.pi * (turns % period) / period
        wave = np.cos(angle) if self.side == "real" else -np.sin(angle)
        return (self._scaled_window(times)[:, None] * wave)[:, None, :]

    def _scaled_window(self, times: int) -> Array:
        if self.window is None:
            return np.ones(times)
        if isinstance(self.window, str):
            window = _named_window(self.window, times, self.periodic)
        else:
            window = np.asarray(self.window, np.float64)
        if window.shape != (times,):
            raise ShapeError(
                "`STFT`", expected=f"a window of shape ({times},)", got=window.shape
            )
        if self.scaling == "density":
            window = window / np.sqrt(np.sum(window**2))
        elif self.scaling == "spectrum":
            window = window / np.sum(window)
        return window


def _named_window(name: str, times: int, periodic: bool) -> Array:
    """SciPy's window of that name."""
    from scipy import signal  # type: ignore[import-untyped]  # ships no types

    try:
        window: Array = signal.get_window(name, times, fftbins=periodic)
    except ValueError:
        raise ArgumentError(
            "STFT",
            "window",
            expected="a window of `scipy.signal.windows` that needs no settings",
            got=name,
        ) from None
    return window
