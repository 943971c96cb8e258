"""The convolution that all others are made of, with gradients that are fast on CPU."""

import functools
import itertools
import math
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jax import lax

from keryx.ops import _conv_forms as forms, _conv_rules as rules, _tiles
from keryx.ops._conv_forms import adjoint_kernel
from keryx.ops._conv_geometry import Geometry
from keryx.ops._winograd import winograd, winograd_kernel

Forward = Callable[[jax.Array, jax.Array, Geometry], jax.Array]
KernelGradient = Callable[[jax.Array, jax.Array, Geometry, Sequence[int]], jax.Array]


def convolve(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """Returns the convolution of channels-last inputs, in the fastest known way.

    On CPU it can be differentiated in reverse mode, to any order; in every mode where
    the tile unit computes it.

    Args:
        x: Inputs, `(batch, *space, channels)`.
        kernel: Weights of the same type, `(*taps, channels / groups, filters)`.
        geometry: Strides, zeros around and between, groups.
    """
    if rules.is_plain(x, kernel) or 0 in x.shape:
        return forms.plain(x, kernel, geometry)
    if geometry.groups == x.shape[-1] > 1 and set(geometry.base) == {1}:
        taps = kernel.shape[:-2]
        return depthwise(x, kernel.reshape(*taps, x.shape[-1], -1), geometry)
    if geometry.is_tiling(kernel.shape[:-2]):
        return forms.tiled(x, kernel, geometry)
    if _tiles.suits(x.shape, kernel.shape, geometry, x.dtype):
        return _tiles.convolve(x, kernel, geometry)
    y: jax.Array = _convolve(x, kernel, geometry)
    return y


def depthwise(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """Returns the convolution of each channel with its own filters.

    Args:
        x: Inputs, `(batch, *space, channels)`.
        kernel: Weights of the same type, `(*taps, channels, multiplier)`.
        geometry: Strides, zeros around; as many groups as channels.
    """
    *taps, channels, multiplier = kernel.shape
    if rules.is_plain(x, kernel) or channels == 1 or 0 in x.shape:
        flat = kernel.reshape(*taps, 1, channels * multiplier)
        return convolve(x, flat, geometry)
    return forms.shifts(x, kernel, geometry)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
@functools.partial(jax.jit, static_argnums=2, inline=True)
def _convolve(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    name = rules.forward_form(x.shape, kernel.shape, geometry, x.dtype)
    return FORWARD[name](x, kernel, geometry)


def _save(
    x: jax.Array, kernel: jax.Array, geometry: Geometry
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    return _convolve(x, kernel, geometry), (x, kernel)


@functools.partial(jax.jit, static_argnums=0, inline=True)
def _pull_back(
    geometry: Geometry, saved: tuple[jax.Array, jax.Array], grad: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Both gradients, made of what can be differentiated again."""
    x, kernel = saved
    taps = kernel.shape[:-2]
    back = geometry.adjoint(x.shape[1:-1], taps)
    x_grad = _convolve(grad, adjoint_kernel(kernel, geometry.groups), back)
    return x_grad, kernel_gradient(x, grad, geometry, taps)


_convolve.defvjp(_save, _pull_back)


def phases(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """Convolution of inputs with zeros between, skipping them; without dilation.

    Outputs that fall on the same remainder see the same taps: one smaller convolution
    for each remainder.
    """
    taps, size, base = kernel.shape[:-2], x.shape[1:-1], geometry.base
    rank, ones = range(geometry.rank), (1,) * geometry.rank
    out = geometry.output_size(size, taps)
    counts = [-(-((out[i] - 1) * geometry.strides[i] + 1) // base[i]) for i in rank]
    parts = []
    for phase in itertools.product(*map(range, base)):
        # The first tap that meets an input, and the zeros before that input.
        reach = [geometry.padding[i][0] - phase[i] for i in rank]
        lows = [reach[i] // base[i] for i in rank]
        steps = zip(reach, base, strict=True)
        part = kernel[*(slice(r % b, None, b) for r, b in steps)]
        if 0 in part.shape:
            parts.append(jnp.zeros((len(x), *counts, kernel.shape[-1]), x.dtype))
            continue
        padding = tuple(
            (lows[i], counts[i] + part.shape[i] - 1 - size[i] - lows[i]) for i in rank
        )
        one = Geometry(ones, padding, ones, ones, geometry.groups)
        parts.append(_convolve(x, part, one))
    whole = forms.interleave(parts, base)
    return forms.window(whole, (0,) * len(taps), out, geometry.strides)


def grouped(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """Convolution of one group of channels after the other."""
    groups, alone = geometry.groups, geometry._replace(groups=1)
    x = x.reshape(*x.shape[:-1], groups, -1)
    kernel = kernel.reshape(*kernel.shape[:-1], groups, -1)

    def convolve_group(x: jax.Array, kernel: jax.Array) -> jax.Array:
        y: jax.Array = _convolve(x, kernel, alone)
        return y

    y = jax.vmap(convolve_group, in_axes=-2, out_axes=-2)(x, kernel)
    return y.reshape(*y.shape[:-2], -1)


def adjoint_gradient(
    x: jax.Array, grad: jax.Array, geometry: Geometry, taps: Sequence[int]
) -> jax.Array:
    """Kernel gradient with the inputs and the outputs' gradient exchanged; stride 1."""
    back = geometry.adjoint(x.shape[1:-1], taps)
    return adjoint_kernel(kernel_gradient(grad, x, back, taps), geometry.groups)


def kernel_gradient(
    x: jax.Array, grad: jax.Array, geometry: Geometry, taps: Sequence[int]
) -> jax.Array:
    """Returns the sum over samples and positions of inputs times gradients, per tap."""
    shape = (*taps, x.shape[-1] // geometry.groups, grad.shape[-1])
    name = rules.kernel_form(x.shape, shape, geometry, x.dtype)
    form = KERNEL_GRADIENT[name]
    if not name.endswith("_rows"):
        return form(x, grad, geometry, taps)
    copied, whole = (x, grad) if name == "input_rows" else (grad, x)
    positions = math.prod(copied.shape[1:-2]) * whole.shape[-2]
    per_sample = positions * taps[-1] * copied.shape[-1] * x.dtype.itemsize
    samples = rules.samples_at_once(len(x), per_sample)
    if samples == len(x):
        return form(x, grad, geometry, taps)

    def add(
        total: jax.Array, part: tuple[jax.Array, jax.Array]
    ) -> tuple[jax.Array, None]:
        return total + form(*part, geometry, taps), None

    parts = (
        x.reshape(-1, samples, *x.shape[1:]),
        grad.reshape(-1, samples, *grad.shape[1:]),
    )
    return lax.scan(add, jnp.zeros(shape, x.dtype), parts)[0]


FORWARD: dict[str, Forward] = {
    "native": forms.native,
    "pointwise": forms.pointwise,
    "patches": forms.patches,
    "columns": forms.columns,
    "winograd": winograd,
    "phases": phases,
    "grouped": grouped,
}
KERNEL_GRADIENT: dict[str, KernelGradient] = {
    "input_rows": forms.input_rows,
    "gradient_rows": forms.gradient_rows,
    "winograd": winograd_kernel,
    "adjoint": adjoint_gradient,
    "canonical": forms.canonical,
}
