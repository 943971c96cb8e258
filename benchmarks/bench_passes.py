"""Time of steps of optimizers, bias with relu, and small products, in a compiled loop.

    python benchmarks/bench_passes.py --cases adam relu --repeats 9

Prints one JSON line per case and form: median and spread of the runs, which are
interleaved over the forms. `xla` is the plain formula, `chosen` what `keryx` does.
"""

import argparse
import json
import statistics

import jax
import jax.numpy as jnp
from bench_pool import measure

from keryx.activations import relu
from keryx.layers._spatial import activate
from keryx.ops._product_rules import product
from keryx.optimizers import Adam, RMSprop
from keryx.optimizers._rule import Rule
from keryx.optimizers._state import ALL_GRADIENTS

PARAMETERS = 3_600_000
HYPER = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "rho": 0.9}
HYPER |= {"learning_rate": 1e-3, "step_size": 1e-3, ALL_GRADIENTS: [0.0]}


def draw(*shape):
    return jax.random.normal(jax.random.key(sum(shape)), shape)


def updating(optimizer, *names):
    """Returns the first state and steps along a fixed gradient."""
    hyper = {name: jnp.asarray(value) for name, value in HYPER.items()}
    grad = draw(PARAMETERS)

    def step(replace, state, _):
        param, *slots = state
        slots = dict(zip(names, slots, strict=True))
        param, slots = replace(optimizer, grad, param, slots, hyper)
        return (param, *(slots[name] for name in names))

    forms = {"xla": Rule.replace, "chosen": type(optimizer).replace}
    state = (draw(PARAMETERS), *(jnp.ones(PARAMETERS) for _ in names))
    return state, {
        name: lambda state, i, replace=replace: step(replace, state, i)
        for name, replace in forms.items()
    }


class Bias:
    """A bias as layers have it."""

    def __init__(self, value):
        self.value = value


def rectifying(*shape):
    """Returns inputs and steps through a bias with relu, and back."""
    bias = draw(shape[-1])
    forms = {
        "xla": lambda x, b: jax.nn.relu(x + b),
        "chosen": lambda x, b: activate(x, Bias(b), relu),
    }

    def step(form, state):
        x, g, _ = state
        y, pull = jax.vjp(form, x, bias)
        return y, *pull(g)

    x = draw(*shape)
    return (x, x, bias), {
        name: lambda state, _, form=form: step(form, state)
        for name, form in forms.items()
    }


def multiplying(rows, inputs, outputs):
    """Returns a kernel and steps along the gradient of a product's square."""
    x = draw(rows, inputs)
    forms = {"xla": jnp.matmul, "chosen": product}

    def step(form, kernel):
        return kernel - 1e-6 * jax.grad(lambda w: jnp.sum(form(x, w) ** 2))(kernel)

    return draw(inputs, outputs), {
        name: lambda w, _, form=form: step(form, w) for name, form in forms.items()
    }


CASES = {
    "adam": lambda: updating(Adam(), "momentum", "velocity"),
    "rmsprop": lambda: updating(RMSprop(), "velocity"),
    "relu": lambda: rectifying(32, 26, 26, 32),
    "relu_dense": lambda: rectifying(128, 512),
    "product_small": lambda: multiplying(10, 8, 12),
    "product_larger": lambda: multiplying(32, 32, 32),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=CASES)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--loops", type=int, default=20)
    args = parser.parse_args()
    for case in args.cases:
        x, steps = CASES[case]()
        loops = args.loops * (100 if case.startswith("product") else 1)
        first, times = measure(x, steps, loops, args.repeats)
        for name, values in times.items():
            quartiles = statistics.quantiles(values, n=4)
            line = {
                "benchmark": "passes",
                "device": jax.devices()[0].device_kind,
                "jax": jax.__version__,
                "case": case,
                "args": {"repeats": args.repeats, "loops": loops},
                "form": name,
                "first_s": round(first[name], 3),
                "median_us": round(statistics.median(values) * 1e3, 2),
                "iqr_us": round((quartiles[2] - quartiles[0]) * 1e3, 2),
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
