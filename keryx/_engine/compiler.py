"""Settings of XLA's compiler: one for the process, read when JAX first computes, and
one for each program.

XLA compiles a loop over small arrays into a single function instead of a list of
operations that are started one by one. Its limit for the arrays' sizes, 1 KiB by
default, leaves out most networks that train in microseconds. Measured on two cores,
microseconds a step of batch 1: LSTM(32) of one step 7.2 before and 5.1 after, of five
steps 23 and 8; networks above the limit, and all those measured below it, are no
slower.

Steps of recurrent layers that are written out make one long function, on which LLVM
spends most of the time of a first fit; less thorough optimization halves that. Measured
for LSTM(32) of five steps, batch 1: first fit 1.10 s before and 0.66 after, 8.0 and 7.2
µs a step. Networks of small dense layers, whose inner loops only LLVM's last level
unrolls, take twice as long a step with it.
"""

import os
from collections import Counter
from typing import Any, NamedTuple

import jax
from jax.extend.core import jaxprs_in_params

from keryx.ops._recurrence import WRITTEN_OUT
from keryx.ops._tiles import convolution_p, gradient_p

LIMIT = 1_000_000  # bytes of all arrays of a loop
SETTING = "xla_cpu_small_while_loop_byte_threshold"
LEVEL = "xla_backend_optimization_level"
# Names of operations that are matrix products or convolutions.
XLA = "dot_general", "conv_general_dilated"
TILES = convolution_p.name, gradient_p.name


def prepare() -> None:
    """Raises the limit, unless the environment has settings of this kind already."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        option = f"--xla_backend_extra_options={SETTING}={LIMIT}"
        os.environ["XLA_FLAGS"] = f"{flags} {option}".strip()


class Contents(NamedTuple):
    """What a traced program consists of, as far as it matters here.

    Attributes:
        xla: Matrix products and convolutions that XLA computes.
        tiles: Those that the processor's tile unit computes.
        written_out: Whether it has recurrent steps one after another.
    """

    xla: int
    tiles: int
    written_out: bool


def contents_of(traced: Any) -> Contents:
    """Looks through all operations of a traced program."""
    found: Counter[str] = Counter()
    written_out = False
    waiting = [traced.jaxpr.jaxpr]
    while waiting:
        for eqn in waiting.pop().eqns:
            found[eqn.primitive.name] += 1
            written_out = written_out or WRITTEN_OUT in str(eqn.source_info.name_stack)
            waiting += jaxprs_in_params(eqn.params)
    xla, tiles = (sum(found[name] for name in names) for names in (XLA, TILES))
    return Contents(xla, tiles, written_out)


def options(contents: Contents) -> dict[str, Any]:
    """Returns the settings for a program."""
    return {LEVEL: 1} if _on_cpu() and contents.written_out else {}


def forms(contents: Contents) -> tuple[str, ...]:
    """Says in words how a program computes."""
    xla, tiles, written_out = contents
    lines = []
    if tiles:
        lines.append(
            f"Of {xla + tiles} matrix products and convolutions in it {tiles} run on "
            f"the processor's tile unit, {xla} in XLA."
        )
    elif xla:
        lines.append(f"The {xla} matrix products and convolutions in it run in XLA.")
    elif _on_cpu():
        lines.append(
            "No matrix products are in it: small ones are sums, so that the loop can "
            "be one function."
        )
    if written_out:
        lines.append("Recurrent steps are written out one after another.")
    return tuple(lines)


def _on_cpu() -> bool:
    return jax.default_backend() == "cpu"
