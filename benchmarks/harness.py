"""Times the same work in keryx and in Keras, each in a process of its own, in turn.

A benchmark script names its work and calls `main`. Every side starts from the same
weights and takes the same batches in the same order; its result is compared before its
time counts. The first run, which compiles, is timed apart from the steady state.

    python benchmarks/bench_mlp_small.py            # all sides, one JSON line
    python benchmarks/bench_mlp_small.py --repeats 9

Sides that are not installed are left out and named in the line.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

RESULTS = Path(__file__).parent / "results"
SIDES = ("keryx", "keras-jax", "keras-tensorflow")
PACKAGES = ("keryx", "keras", "jax", "tensorflow", "numpy")


# Seconds after which a slow side is not repeated further, once it ran three times.
PATIENCE = 8.0


class Work(NamedTuple):
    """What is timed.

    Attributes:
        name: Name of the benchmark, and of its file in `results/`.
        make: `make(library, steps_per_execution) -> run`; `run()` does the work once
            and returns a number that all sides must agree on.
        tolerance: Relative difference of that number that counts as agreement.
        executions: Values of `steps_per_execution` that Keras may choose from.
    """

    name: str
    make: Callable[[Any, int], Callable[[], float]]
    tolerance: float = 1e-3
    executions: tuple[int, ...] = (1, 32)


def library_of(side: str) -> Any:
    """Returns the library of a side, on its backend."""
    if side == "keryx":
        import keryx

        return keryx
    os.environ["KERAS_BACKEND"] = side.removeprefix("keras-")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    return keras


def measure(work: Work, side: str, execution: int, repeats: int) -> dict[str, Any]:
    """Runs one side in this process: the first run, then the steady state."""
    library = library_of(side)
    start = time.perf_counter()
    run = work.make(library, execution)
    value = run()
    first = time.perf_counter() - start
    times: list[float] = []
    while len(times) < repeats and (len(times) < 3 or sum(times) < PATIENCE):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    quartiles = statistics.quantiles(times, n=4)
    return {
        "repeats": len(times),
        "first_s": first,
        "median_s": statistics.median(times),
        "iqr_s": quartiles[2] - quartiles[0],
        "value": float(value),
    }


def child(
    script: str, side: str, execution: int, repeats: int
) -> dict[str, Any] | None:
    """Measures one side in a new process; `None` if it cannot run here."""
    command = [sys.executable, script, "--side", side, "--execution", str(execution)]
    # keryx's and JAX's caches of compiled programs would hide what a first run costs.
    environment = {**os.environ, "KERYX_COMPILATION_CACHE": "off"}
    done = subprocess.run(
        [*command, "--repeats", str(repeats)],
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode:
        print(f"{side}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def compare(work: Work, script: str, repeats: int, rounds: int) -> dict[str, Any]:
    """Measures all sides, in turn, as often as `rounds`; keeps each side's medians."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for side in SIDES:
            for execution in (1,) if side == "keryx" else work.executions:
                found = child(script, side, execution, repeats)
                if found is not None:
                    label = side if side == "keryx" else f"{side}/{execution}"
                    runs.setdefault(label, []).append(found)
    return {label: summarize(found) for label, found in runs.items()}


def summarize(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the median over rounds of each number."""
    return {
        key: float(f"{statistics.median(run[key] for run in found):.6g}")
        for key in found[0]
    }


def line(
    work: Work, sides: dict[str, Any], repeats: int, rounds: int
) -> dict[str, Any]:
    """Returns the benchmark's line for `results/`, with ratios to the best rival."""
    ours = sides["keryx"]
    rivals = {label: side for label, side in sides.items() if label != "keryx"}
    for label, side in rivals.items():
        np.testing.assert_allclose(
            side["value"], ours["value"], rtol=work.tolerance, err_msg=label
        )
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    best = {
        key: min((side[key] for side in rivals.values()), default=float("nan"))
        for key in ("first_s", "median_s")
    }
    return {
        "benchmark": work.name,
        "date": datetime.date.today().isoformat(),
        "device": f"cpu, {os.cpu_count()} cores, {platform.machine()}",
        "python": platform.python_version(),
        "versions": versions,
        "repeats": repeats,
        "rounds": rounds,
        "load": round(os.getloadavg()[0], 2),
        **sides,
        "times_faster": {
            "first": round(best["first_s"] / ours["first_s"], 2),
            "steady": round(best["median_s"] / ours["median_s"], 2),
        },
    }


def main(work: Work) -> None:
    """Runs a benchmark from the command line."""
    parser = argparse.ArgumentParser(description=work.name)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=SIDES, help="measure one side, here")
    parser.add_argument("--execution", type=int, default=1)
    parser.add_argument("--executions", type=int, nargs="*", help="Keras's choices")
    options = parser.parse_args()
    if options.executions:
        work = work._replace(executions=tuple(options.executions))
    if options.side:
        found = measure(work, options.side, options.execution, options.repeats)
        print(json.dumps(found))
        return
    sides = compare(work, sys.argv[0], options.repeats, options.rounds)
    row = line(work, sides, options.repeats, options.rounds)
    print(json.dumps(row))
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{work.name}.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")


def same_weights(model: Any) -> None:
    """Gives a model the same weights in every library."""
    rng = np.random.default_rng(0)
    weights = []
    for old in model.get_weights():
        scale = (6.0 / max(sum(old.shape[-2:]), 1)) ** 0.5 if old.ndim > 1 else 0.0
        weights.append(rng.uniform(-scale, scale, old.shape).astype("float32"))
    model.set_weights(weights)


def fitting(
    model: Any, x: Any, y: Any, *, reset: bool = True, **options: Any
) -> Callable[[], float]:
    """Returns a run of `fit` that always starts from the same weights."""
    same_weights(model)
    start = model.get_weights()

    def run() -> float:
        if reset:
            model.set_weights(start)
        history = model.fit(x, y, shuffle=False, verbose=0, **options)
        return float(history.history["loss"][0])

    return run
