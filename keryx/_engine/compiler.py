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
from typing import Any

import jax
from jax.extend.core import jaxprs_in_params

from keryx.ops._recurrence import WRITTEN_OUT

LIMIT = 1_000_000  # bytes of all arrays of a loop
SETTING = "xla_cpu_small_while_loop_byte_threshold"
LEVEL = "xla_backend_optimization_level"


def prepare() -> None:
    """Raises the limit, unless the environment has settings of this kind already."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        option = f"--xla_backend_extra_options={SETTING}={LIMIT}"
        os.environ["XLA_FLAGS"] = f"{flags} {option}".strip()


def options(traced: Any) -> dict[str, Any]:
    """Returns the settings for one traced program."""
    on_cpu = jax.default_backend() == "cpu"
    quick = on_cpu and _has_scope(traced.jaxpr.jaxpr, WRITTEN_OUT)
    return {LEVEL: 1} if quick else {}


def _has_scope(jaxpr: Any, name: str) -> bool:
    """Tells whether some operation of a program is in a scope of that name."""
    inner = (jaxprs_in_params(eqn.params) for eqn in jaxpr.eqns)
    return any(name in str(eqn.source_info.name_stack) for eqn in jaxpr.eqns) or any(
        _has_scope(one, name) for found in inner for one in found
    )
