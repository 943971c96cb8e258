"""Time of pooling and of dropout's mask, forward and backward, in a compiled loop.

    python benchmarks/bench_pool.py --shapes baseline overlapping --repeats 9

Prints one JSON line per shape and form: median and spread of the runs, which are
interleaved over the forms. `xla` is XLA's own window reduction with JAX's gradient,
`chosen` what `keryx.ops` does; `threefry` and `hash` are ways to draw a keep mask. The
pools' gradients are checked equal first.
"""

import argparse
import functools
import json
import statistics
import time
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from keryx.ops import _pool_forms as forms
from keryx.ops._hash import keep_mask
from keryx.ops._pool import average_pool, max_pool
from keryx.ops._pool_forms import Windows


class Case(NamedTuple):
    """One pooling: its kind, inputs, window, stride and padding."""

    kind: str
    inputs: tuple[int, ...]
    pool: int = 2
    strides: int = 2
    padding: str = "valid"


SHAPES = {
    "baseline": Case("max", (32, 26, 26, 32)),
    "deeper": Case("max", (32, 9, 9, 64)),
    "kaggle": Case("max", (100, 28, 28, 32)),
    "overlapping": Case("max", (32, 28, 28, 32), 3, 2, "same"),
    "inception": Case("max", (32, 14, 14, 64), 3, 1, "same"),
    "text": Case("max", (32, 500, 128), 100, 100),
    "average": Case("average", (32, 26, 26, 32)),
    "average_same": Case("average", (32, 14, 14, 64), 3, 1, "same"),
    "dropout": Case("dropout", (100, 14, 14, 32)),
}


def pools(case: Case):
    """Returns the forms of a pooling, the reference first."""
    rank = len(case.inputs) - 2
    sizes = (case.pool,) * rank, (case.strides,) * rank
    pairs = lax.padtype_to_pads(case.inputs[1:-1], *sizes, case.padding.upper())
    windows = Windows(case.inputs[1:-1], *sizes, tuple(map(tuple, pairs)))
    options = {
        "pool_size": case.pool,
        "strides": case.strides,
        "padding": case.padding,
    }
    if case.kind == "max":
        table = {"xla": forms.plain_max}
        if np.prod(windows.pool) <= 32:
            table["index_map"] = forms.indexed_max
        if windows.is_tiling:
            table["tiles"] = forms.tiled_max
        ways = {n: functools.partial(f, windows=windows) for n, f in table.items()}
        return ways | {"chosen": functools.partial(max_pool, **options)}
    real = windows.real().astype(np.float32)
    return {
        "xla": lambda x: forms.plain_sum(x, windows) / real,
        "slices": lambda x: forms.shifted_sum(x, windows) / real,
        "chosen": functools.partial(average_pool, **options),
    }


def threefry(key, shape, rate):
    """A keep mask from JAX's default generator."""
    return jax.random.bernoulli(key, 1 - rate, shape)


def steps_of(case: Case):
    """Returns the first state and each form's step from state to state."""
    x = jax.random.normal(jax.random.key(0), case.inputs)
    if case.kind == "dropout":

        def drop(mask, x, step):
            key = jax.random.fold_in(jax.random.key(1), step)
            return jnp.where(mask(key, x.shape, 0.25), x, 0.5 * x)

        masks = {"threefry": threefry, "hash": keep_mask}
        return x, {name: functools.partial(drop, mask) for name, mask in masks.items()}

    def descend(pool, x, step):
        y, pull_back = jax.vjp(pool, x)
        return x - 1e-9 * pull_back(y)[0]

    table = pools(case)
    expected = jax.grad(lambda x: jnp.sum(table["xla"](x) ** 2))(x)
    for name, pool in table.items():
        found = jax.grad(lambda x, pool=pool: jnp.sum(pool(x) ** 2))(x)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5, err_msg=name)
    return x, {name: functools.partial(descend, pool) for name, pool in table.items()}


def measure(x, steps, loops: int, repeats: int):
    """Returns per form the first run's seconds and milliseconds of all other runs."""
    runs, first, times = {}, {}, {name: [] for name in steps}
    for name, step in steps.items():
        runs[name] = jax.jit(
            lambda x, step=step: lax.fori_loop(0, loops, lambda i, x: step(x, i), x)
        )
        start = time.perf_counter()
        jax.block_until_ready(runs[name](x))
        first[name] = time.perf_counter() - start
    for _ in range(repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            jax.block_until_ready(run(x))
            times[name].append((time.perf_counter() - start) / loops * 1e3)
    return first, times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shapes", nargs="+", default=list(SHAPES), choices=SHAPES)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--loops", type=int, default=8)
    args = parser.parse_args()
    for shape in args.shapes:
        x, steps = steps_of(SHAPES[shape])
        first, times = measure(x, steps, args.loops, args.repeats)
        for name, values in times.items():
            quartiles = statistics.quantiles(values, n=4)
            line = {
                "benchmark": "pool",
                "device": jax.devices()[0].device_kind,
                "jax": jax.__version__,
                "shape": shape,
                "args": SHAPES[shape]._asdict() | {"repeats": args.repeats},
                "form": name,
                "first_s": round(first[name], 3),
                "median_ms": round(statistics.median(values), 3),
                "iqr_ms": round(quartiles[2] - quartiles[0], 3),
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
