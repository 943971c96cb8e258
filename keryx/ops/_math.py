"""Fourier transforms, segments and distances.

Complex numbers are pairs of arrays (real, imaginary) here, as in Keras.
"""

from collections.abc import Callable
from typing import Any, cast, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx.ops._make import as_array, as_float, named

Pair = tuple[jax.Array, jax.Array]


class Segments(Protocol):
    """An operation that reduces each segment of the first axis."""

    __name__: str

    def __call__(
        self,
        data: Any,
        segment_ids: Any,
        num_segments: int | None = None,
        sorted: bool = False,
    ) -> jax.Array: ...


def _segments(function: Callable[..., Any], doc: str) -> Segments:
    def call(
        data: Any,
        segment_ids: Any,
        num_segments: int | None = None,
        sorted: bool = False,
    ) -> Any:
        ids = as_array(segment_ids)
        if ids.ndim != 1:
            raise ShapeError(
                function.__name__,
                expected="`segment_ids` with one axis",
                got=f"shape {ids.shape}",
            )
        return function(as_array(data), ids, num_segments, indices_are_sorted=sorted)

    doc = f"""{doc}

    Args:
        data: Array.
        segment_ids: Segment of each slice along the first axis, `(slices,)`.
        num_segments: How many segments there are, which a compiled function has to
            know; as many as occur if `None`.
        sorted: Whether the ids are in ascending order, which is faster.
    """
    return cast(Segments, named(call, function.__name__, doc))


segment_sum = _segments(jax.ops.segment_sum, "Sum of each segment; 0 of an empty one.")
segment_prod = _segments(
    jax.ops.segment_prod, "Product of each segment; 1 of an empty one."
)
segment_max = _segments(
    jax.ops.segment_max, "Largest of each segment; -inf of an empty one."
)
segment_min = _segments(
    jax.ops.segment_min, "Smallest of each segment; +inf of an empty one."
)


@op
def cdist(x: Any, y: Any) -> jax.Array:
    """Euclidean distances of each row of `x` to each row of `y`.

    Example:
        >>> cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])
        Array([[5., 1.]], dtype=float32)

    Shapes:
        x:       `(..., n, features)`
        y:       `(..., m, features)`
        outputs: `(..., n, m)`
    """
    difference = as_float(x)[..., :, None, :] - as_float(y)[..., None, :, :]
    return jnp.sqrt(jnp.sum(jnp.square(difference), axis=-1))


@op
def polar(abs_: Any, angle: Any) -> jax.Array:
    """Complex numbers of these sizes and angles (radians)."""
    size, turn = as_float(abs_), as_float(angle)
    return jax.lax.complex(size * jnp.cos(turn), size * jnp.sin(turn))


def _joined(x: Any) -> jax.Array:
    real, imaginary = (as_float(part) for part in x)
    return jax.lax.complex(real, imaginary)


def _parts(x: jax.Array) -> Pair:
    return jnp.real(x), jnp.imag(x)


@op
def fft(x: Any) -> Pair:
    """Fourier transform along the last axis."""
    return _parts(jnp.fft.fft(_joined(x)))


@op
def fft2(x: Any) -> Pair:
    """Fourier transform along the last two axes."""
    return _parts(jnp.fft.fft2(_joined(x)))


@op
def ifft2(x: Any) -> Pair:
    """Inverse of `fft2`."""
    return _parts(jnp.fft.ifft2(_joined(x)))


@op
def rfft(x: Any, fft_length: int | None = None) -> Pair:
    """Fourier transform of real numbers along the last axis, frequencies ≥ 0.

    Args:
        x: Array; cut or filled up with zeros to `fft_length`.
        fft_length: Number of samples; that of `x` if `None`.
    """
    return _parts(jnp.fft.rfft(as_float(x), n=fft_length))


@op
def irfft(x: Any, fft_length: int | None = None) -> jax.Array:
    """Inverse of `rfft`; `fft_length` is `2 · (frequencies - 1)` if `None`."""
    return jnp.fft.irfft(_joined(x), n=fft_length)


@op
def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> jax.Array:
    """All windows of the last axis that begin at multiples of the stride.

    Example:
        >>> extract_sequences([0, 1, 2, 3, 4], 3, 2)
        Array([[0, 1, 2],
               [2, 3, 4]], dtype=int32)

    Shapes:
        x:       `(..., time)`
        outputs: `(..., windows, sequence_length)`
    """
    x = as_array(x)
    length = check.positive_int(sequence_length, "sequence_length", "extract_sequences")
    stride = check.positive_int(sequence_stride, "sequence_stride", "extract_sequences")
    starts = np.arange(0, x.shape[-1] - length + 1, stride)
    return jnp.take(x, starts[:, None] + np.arange(length), axis=-1)


def _window(window: Any, length: int, fft_length: int, owner: str) -> jax.Array:
    """Returns a window, in the middle of `fft_length` points."""
    if isinstance(window, str):
        window = check.one_of(window, ("hann", "hamming"), "window", owner)
        mean = 0.5 if window == "hann" else 0.54
        turn = 2 * np.pi * np.arange(length) / length
        window = np.float32(mean - (1 - mean) * np.cos(turn))
    if window is None:
        return jnp.ones(fft_length)
    window = as_float(window)
    if window.shape != (length,):
        raise ShapeError(owner, expected=f"a window ({length},)", got=window.shape)
    before = (fft_length - length) // 2
    return jnp.pad(window, (before, fft_length - length - before))


@op
def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> Pair:
    """Fourier transforms of windows that slide along the last axis.

    Args:
        x: Signal, `(..., time)`.
        sequence_length: Length of the window, in samples.
        sequence_stride: Samples from one window to the next.
        fft_length: Samples of each transform; the window lies in their middle.
        window: "hann", "hamming", weights `(sequence_length,)`, or `None`: then
            all `fft_length` samples count alike.
        center: Whether window `i` has its middle at sample `i · sequence_stride`; the
            signal is then mirrored at both ends.

    Returns:
        Real and imaginary part, `(..., windows, fft_length // 2 + 1)`.
    """
    x = as_float(x)
    weights = _window(window, sequence_length, fft_length, "stft").astype(x.dtype)
    if center:
        half = fft_length // 2
        x = jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(half, half)], mode="reflect")
    frames = extract_sequences(x, fft_length, sequence_stride)
    return rfft(frames * weights)


@op
def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> jax.Array:
    """The signal whose `stft` is nearest to `x`; inverse of `stft`.

        sum of window · frame / sum of window²,   over the windows at each sample

    Args:
        x: Real and imaginary part, `(..., windows, fft_length // 2 + 1)`.
        sequence_length: As given to `stft`.
        sequence_stride: As given to `stft`.
        fft_length: As given to `stft`.
        length: Samples of the signal; as many as the windows reach if `None`.
        window: As given to `stft`.
            # Departs from Keras: which for `None` returns the signal times
            # `fft_length / sequence_stride`.
        center: As given to `stft`.

    Source:
        Griffin and Lim, "Signal Estimation from Modified Short-Time Fourier
        Transform" (1984), equation 6.
    """
    frames = irfft(x, fft_length)
    weights = _window(window, sequence_length, fft_length, "istft").astype(frames.dtype)
    summed = _overlapped(frames * weights, sequence_stride)
    power = jnp.broadcast_to(jnp.square(weights), frames.shape[-2:])
    power = _overlapped(power, sequence_stride)
    signal = summed / jnp.where(power > 1e-10, power, 1)
    start = fft_length // 2 if center else 0
    if length is not None:
        end = start + length
    else:
        end = signal.shape[-1] - (fft_length // 2 if center else 0)
    return signal[..., start:end]


def _overlapped(frames: jax.Array, stride: int) -> jax.Array:
    """Adds frames up, each `stride` samples after the one before."""
    count, size = frames.shape[-2:]
    places = np.arange(count)[:, None] * stride + np.arange(size)
    total = jnp.zeros((*frames.shape[:-2], (count - 1) * stride + size), frames.dtype)
    return total.at[..., places].add(frames)
