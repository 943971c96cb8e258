"""Time of a convolution's three passes inside a compiled loop, in each known form.

    python benchmarks/bench_conv.py --shapes mnist deeper --repeats 9

Prints one JSON line per shape, pass and form: median and spread of the runs, which are
interleaved over the forms, and the speed counted as if computed directly. `jax` is
XLA's own convolution with JAX's gradients; `canonical` its gradients as convolutions in
the order NHWC, HWIO; `chosen` what `keryx.ops.conv` does. All are checked equal first.
"""

import argparse
import functools
import json
import math
import statistics
import time
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from keryx.ops import _conv_forms as forms
from keryx.ops._conv_forms import adjoint_kernel
from keryx.ops._conv_geometry import Geometry
from keryx.ops._convolve import convolve, FORWARD, KERNEL_GRADIENT, kernel_gradient


class Case(NamedTuple):
    """One convolution: inputs, kernel, strides, and whether it is padded to `same`."""

    inputs: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: int = 1
    same: bool = True
    dilation: int = 1


SHAPES = {
    "mnist": Case((32, 28, 28, 1), (3, 3, 1, 32), same=False),
    "deeper": Case((32, 13, 13, 32), (3, 3, 32, 64), same=False),
    "deepest": Case((32, 11, 11, 64), (3, 3, 64, 64), same=False),
    "wide": Case((100, 28, 28, 1), (5, 5, 1, 32)),
    "wider": Case((100, 28, 28, 32), (5, 5, 32, 32)),
    "kaggle": Case((100, 14, 14, 32), (3, 3, 32, 64)),
    "kaggle2": Case((100, 14, 14, 64), (3, 3, 64, 64)),
    "cifar": Case((32, 32, 32, 3), (3, 3, 3, 32)),
    "cifar2": Case((32, 32, 32, 32), (3, 3, 32, 32)),
    "lenet": Case((32, 12, 12, 6), (5, 5, 6, 16), same=False),
    "cifar_deep": Case((32, 8, 8, 128), (3, 3, 128, 128)),
    "first": Case((16, 32, 32, 3), (5, 5, 3, 16)),
    "resnet": Case((32, 14, 14, 16), (3, 3, 16, 16)),
    "image": Case((1, 14, 14, 512), (3, 3, 512, 512)),
    "tabular": Case((32, 60, 8), (3, 8, 16), same=False),
    "vgg": Case((4, 56, 56, 256), (3, 3, 256, 256)),
    "vgg_late": Case((4, 14, 14, 512), (3, 3, 512, 512)),
    "strided": Case((32, 28, 28, 32), (3, 3, 32, 64), strides=2),
    "resnet_1x1": Case((8, 28, 28, 256), (1, 1, 256, 128), strides=2),
    "dilated": Case((16, 28, 28, 32), (3, 3, 32, 32), dilation=2),
    "text": Case((32, 400, 50), (3, 50, 250), same=False),
    "volume": Case((8, 16, 16, 16, 16), (3, 3, 3, 16, 32)),
}


def geometry_of(case: Case) -> Geometry:
    """Returns the case's geometry, padded as Keras pads."""
    rank = len(case.inputs) - 2
    reach = [(k - 1) * case.dilation + 1 for k in case.kernel[:-2]]
    same = lax.padtype_to_pads(case.inputs[1:-1], reach, (case.strides,) * rank, "SAME")
    return Geometry(
        strides=(case.strides,) * rank,
        padding=tuple(map(tuple, same)) if case.same else ((0, 0),) * rank,
        base=(1,) * rank,
        dilation=(case.dilation,) * rank,
    )


def applies(name: str, case: Case, geometry: Geometry, kernel) -> bool:
    """Whether a form can compute the case."""
    if name == "winograd":
        return kernel[:-2] == (3, 3) and geometry.is_dense
    if name == "pointwise":
        return math.prod(kernel[:-2]) == 1
    if name == "columns":
        return set(geometry.strides) == {1} and math.prod(case.inputs[1:-1]) < 5000
    if name == "phases":
        return max(geometry.base) > 1
    if name == "gradient_rows":
        return geometry.strides[-1] == 1
    return name not in ("adjoint", "grouped")


def forward_ways(case: Case, geometry: Geometry, x, kernel, grad):
    """Returns the convolution's arguments and its forms, the reference first."""
    table = {"jax": forms.plain}
    for name, form in FORWARD.items():
        if applies(name, case, geometry, case.kernel):
            table[name] = form
    table["chosen"] = convolve
    ways = {n: functools.partial(f, geometry=geometry) for n, f in table.items()}
    return (x, kernel), ways


def input_ways(case: Case, geometry: Geometry, x, kernel, grad):
    """Returns the input gradient's arguments and its forms, the reference first."""
    back = geometry.adjoint(case.inputs[1:-1], case.kernel[:-2])

    def by_jax(grad, kernel):
        plain = lambda x: forms.plain(x, kernel, geometry)
        return jax.linear_transpose(plain, x)(grad)[0]

    def turned(form):
        return lambda grad, kernel: form(grad, adjoint_kernel(kernel, 1), back)

    table = {"jax": by_jax}
    for name, form in FORWARD.items():
        if applies(name, case._replace(inputs=grad.shape), back, case.kernel):
            table["canonical" if name == "native" else name] = turned(form)
    return (grad, kernel), table | {"chosen": turned(convolve)}


def kernel_ways(case: Case, geometry: Geometry, x, kernel, grad):
    """Returns the kernel gradient's arguments and its forms, the reference first."""
    taps = case.kernel[:-2]

    def by_jax(x, grad):
        plain = lambda kernel: forms.plain(x, kernel, geometry)
        return jax.linear_transpose(plain, kernel)(grad)[0]

    table = {}
    for name, form in KERNEL_GRADIENT.items():
        if applies(name, case, geometry, case.kernel):
            table[name] = form
    table["chosen"] = kernel_gradient
    ways = {
        name: functools.partial(form, geometry=geometry, taps=taps)
        for name, form in table.items()
    }
    return (x, grad), {"jax": by_jax, **ways}


PASSES = {
    "forward": forward_ways,
    "input_gradient": input_ways,
    "kernel_gradient": kernel_ways,
}


def ways(case: Case, direction: str):
    """Returns the pass's arguments and its forms, the reference first."""
    geometry = geometry_of(case)
    x, kernel = (
        jax.random.normal(jax.random.key(i), shape)
        for i, shape in enumerate((case.inputs, case.kernel))
    )
    return PASSES[direction](
        case, geometry, x, kernel, forms.plain(x, kernel, geometry) + 1
    )


def looped(function, args, loops: int):
    """Returns `function` run in a compiled loop, each time on slightly other inputs."""
    shape = jax.eval_shape(function, *args)

    @jax.jit
    def run(first, *rest):
        def step(_, last):
            return function(first + 1e-20 * last.ravel()[0], *rest)

        return lax.fori_loop(0, loops, step, jnp.zeros(shape.shape, shape.dtype))

    return run


def measure(case: Case, direction: str, skip, loops: int, repeats: int):
    """Returns per form the first run's seconds and milliseconds of all other runs."""
    args, table = ways(case, direction)
    runs, first, times, expected = {}, {}, {}, None
    for name, function in table.items():
        if name in skip:
            continue
        runs[name], start = looped(function, args, loops), time.perf_counter()
        found = np.asarray(jax.block_until_ready(runs[name](*args)))
        first[name], times[name] = time.perf_counter() - start, []
        expected = found if expected is None else expected
        error = np.abs(found - expected).max() / np.abs(expected).max()
        assert error < 1e-4, (name, error)
    for _ in range(repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            jax.block_until_ready(run(*args))
            times[name].append((time.perf_counter() - start) / loops * 1e3)
    return first, times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shapes", nargs="+", default=list(SHAPES), choices=SHAPES)
    parser.add_argument("--passes", nargs="+", default=list(PASSES), choices=PASSES)
    parser.add_argument("--skip", nargs="*", default=[], help="forms to leave out")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--loops", type=int, default=4)
    args = parser.parse_args()
    for shape in args.shapes:
        case = SHAPES[shape]
        for direction in args.passes:
            first, times = measure(case, direction, args.skip, args.loops, args.repeats)
            outputs = geometry_of(case).output_size(case.inputs[1:-1], case.kernel[:-2])
            work = 2 * case.inputs[0] * math.prod(outputs) * math.prod(case.kernel)
            for name, values in times.items():
                quartiles = statistics.quantiles(values, n=4)
                line = {
                    "benchmark": "conv",
                    "device": jax.devices()[0].device_kind,
                    "jax": jax.__version__,
                    "shape": shape,
                    "args": case._asdict() | {"repeats": args.repeats},
                    "pass": direction,
                    "form": name,
                    "first_s": round(first[name], 3),
                    "median_ms": round(statistics.median(values), 3),
                    "iqr_ms": round(quartiles[2] - quartiles[0], 3),
                    "gflops": round(work / statistics.median(values) / 1e6, 1),
                }
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
