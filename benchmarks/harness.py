"""Times the same work in keryx and its rivals, each in a process of its own, in turn.

A benchmark script names its work and calls `main`. Every side starts from the same
weights and takes the same batches in the same order; its result is compared before its
time counts. The first run, which compiles, is timed apart from the steady state. Of a
rival's options (`steps_per_execution`, XLA, threads) all are tried in the first round
and the fastest one in the others.

    keryx bench mlp_small                           # all sides, and a table
    python benchmarks/bench_mlp_small.py            # all sides, one JSON line
    python benchmarks/bench_mlp_small.py --repeats 9 --sides keryx torch
    python benchmarks/bench_mlp_small.py --short    # seconds, to see that sides agree

Sides that are not installed, fail, or disagree are left out and named in the line.
Short runs and runs of chosen sides are only printed; others are added to `results/`.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from libraries import choices, label_of, load, missing, Options, SIDES, TORCH, versions
from table import best, figure, RESULTS
from weights import fitting as fitting, same_weights as same_weights

Found = dict[str, Any]
# A run does the work once and returns a number that all sides must agree on.
Run = Callable[[], float]

# Seconds after which a slow side is not repeated further.
PATIENCE = 8.0
# Seconds after which a process is ended, and its side left out.
LIMIT = 600.0


class Side(NamedTuple):
    """One library that is to do the work.

    Attributes:
        name: Its name, a key of `SIDES`.
        options: Which of its options to use, for `compile` in Keras.
        short: Whether to do little, to see that it works.
        comparing: Whether the run is for comparison alone: all that makes libraries
            differ (dropout, optimizers with other formulas) is to be left out.
        library: The module, once it is loaded.
        data: What the work's `data` gave.
    """

    name: str
    options: Options
    short: bool = False
    comparing: bool = False
    library: Any = None
    data: Any = None

    def pick(self, full: Any, short: Any) -> Any:
        """Returns a size, by whether the run is short."""
        return short if self.short or self.comparing else full


def seconds(work: "Work", side: Side, repeats: int) -> Found:
    """Times the first run, from making the model on, and then the steady state."""
    side = side._replace(library=load(side.name, side.options), data=work.data(side))
    make = work.makes[SIDES[side.name].family]
    start = time.perf_counter()
    run = make(side)
    value = run()
    first = time.perf_counter() - start
    times: list[float] = []
    while not times or (len(times) < repeats and sum(times) < PATIENCE):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    if work.apart:
        side = side._replace(comparing=True)
        value = make(side._replace(data=work.data(side)))()
    return {"first_s": first, **spread(times), "value": float(value)}


def spread(times: list[float]) -> Found:
    """Returns how many times there are, their median, and the quartiles' distance."""
    quartiles = statistics.quantiles(times, n=4) if len(times) > 1 else times * 3
    return {
        "repeats": len(times),
        "median_s": statistics.median(times),
        "iqr_s": quartiles[2] - quartiles[0],
    }


class Work(NamedTuple):
    """What is measured.

    Attributes:
        name: Name of the benchmark, and of its file in `results/`.
        words: What the table calls it.
        makes: `make(side) -> run` per family of libraries: `keras` (keryx and Keras),
            `torch`, `sklearn`, `jax`.
        data: `data(side)` returns what `side.data` will be; it is not timed.
        tolerance: Relative difference of the runs' numbers that counts as agreement.
        executions: Values of `steps_per_execution` that Keras may choose from; none if
            the model is not compiled.
        torch: Options that PyTorch may choose from.
        apart: Whether the sides are compared by a run of its own, `side.comparing`.
        repeats: How often a process repeats the run, if the command does not say.
        rounds: How often each side has its turn, if the command does not say.
        measure: What a process does; returns its numbers.
        key: Which of them counts; smaller is better.
    """

    name: str
    words: str
    makes: Mapping[str, Any]
    data: Callable[[Side], Any] = lambda side: None
    tolerance: float = 1e-3
    executions: tuple[int, ...] = (1, 32)
    torch: tuple[Options, ...] = TORCH
    apart: bool = False
    repeats: int = 7
    rounds: int = 3
    measure: Callable[["Work", Side, int], Found] = seconds
    key: str = "median_s"


class Failed(Exception):
    """A side that cannot do the work; the message says why."""


def child(work: Work, side: Side, repeats: int) -> Found:
    """Measures one side in a new process.

    Raises:
        Failed: If it cannot do the work.
    """
    command = [sys.executable, sys.argv[0], "--work", work.name, "--measure", side.name]
    command += ["--options", json.dumps(side.options), "--repeats", str(repeats)]
    # keryx's and JAX's caches of compiled programs would hide what a first run costs.
    environment = {**os.environ, "KERYX_COMPILATION_CACHE": "off"}
    command += ["--short"] * side.short
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=LIMIT
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"it took more than {LIMIT:.0f} s") from None
    if done.returncode:
        raise Failed((done.stderr.strip().splitlines() or ["it crashed"])[-1])
    found: Found = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def plan(work: Work, arguments: argparse.Namespace) -> Iterator[Side]:
    """Yields all sides and options of a work that are wanted and installed."""
    for name, source in SIDES.items():
        chosen = name in (arguments.sides or SIDES)
        if source.family in work.makes and chosen and not missing(name):
            found = choices(name, work.executions, work.torch)
            if name == "torch" and arguments.compile:
                found += ({"compile": True},)
            for options in found[-1:] if arguments.short else found:
                yield Side(name, options, arguments.short)


def compare(work: Work, arguments: argparse.Namespace) -> tuple[Found, dict[str, str]]:
    """Measures all sides in turn; returns each one's medians, and who is left out."""
    rounds = arguments.rounds or (1 if arguments.short else work.rounds)
    repeats = arguments.repeats or (1 if arguments.short else work.repeats)
    sides = {label_of(side.name, side.options): side for side in plan(work, arguments)}
    left_out = {
        name: f"{missing(name)} is not installed"
        for name, source in SIDES.items()
        if source.family in work.makes and missing(name)
    }
    total = len(sides) + (rounds - 1) * len({side.name for side in sides.values()})
    count, runs = 0, dict[str, list[Found]]()
    for _ in range(rounds):
        for label, side in sides.items():
            count += 1
            tell(f"[{count}/{total}] {work.name}: {label}")
            try:
                runs.setdefault(label, []).append(child(work, side, repeats))
            except Failed as error:
                left_out[label] = str(error)
                tell(f"{label} is left out: {error}")
        runs = {label: found for label, found in runs.items() if found}
        for label, why in disagreeing(work, runs).items():
            time = runs.pop(label)[-1][work.key]
            left_out[label] = f"{why} ({time:.3g} {work.key.split('_')[-1]})"
            tell(f"{label} is left out: it {left_out[label]}")
        sides = fastest(work, sides, runs)
    return {label: summarize(found) for label, found in runs.items()}, left_out


def tell(message: str) -> None:
    """Prints a line about progress."""
    print(message, file=sys.stderr, flush=True)


def disagreeing(work: Work, runs: dict[str, list[Found]]) -> dict[str, str]:
    """Returns the sides whose number is not that of the first one, keryx, and why.

    Raises:
        SystemExit: If there is no side left to compare with.
    """
    values = {label: found[-1].get("value") for label, found in runs.items()}
    first, expected = next(iter(values.items()), ("", None))
    wrong = {
        label: f"computed {value:.6g}, but {first} {expected:.6g}"
        for label, value in values.items()
        if None not in (value, expected)
        and not abs(value - expected) <= work.tolerance * abs(expected)
    }
    if not values or first in wrong or len(wrong) == len(values) - 1 > 0:
        reasons = "; ".join(f"{label} {why}" for label, why in wrong.items())
        raise SystemExit(f"{work.name}: no sides agree. {reasons}")
    return wrong


def fastest(
    work: Work, sides: dict[str, Side], runs: dict[str, list[Found]]
) -> dict[str, Side]:
    """Returns the best choice of options of each side."""
    chosen: dict[str, str] = {}
    for label in runs:
        name = label.split("/")[0]
        old = chosen.setdefault(name, label)
        if runs[label][0][work.key] < runs[old][0][work.key]:
            chosen[name] = label
    return {label: sides[label] for label in chosen.values()}


def summarize(found: list[Found]) -> Found:
    """Returns the median over rounds of each number."""
    return {
        key: float(f"{statistics.median(run[key] for run in found):.6g}")
        for key in found[0]
    } | {"rounds": len(found)}


def device() -> str:
    """Returns what computed, in words."""
    import jax

    platform_name = jax.devices()[0].platform
    return f"{platform_name}, {os.cpu_count()} cores, {platform.machine()}"


def line(work: Work, sides: Found, left_out: dict[str, str], load: float) -> Found:
    """Returns the benchmark's line for `results/`, with ratios to the best rivals."""
    row = {
        "benchmark": work.name,
        "work": work.words,
        "date": datetime.date.today().isoformat(),
        "device": device(),
        "python": platform.python_version(),
        "versions": versions(),
        "load": round(load, 2),
        "key": work.key,
        **sides,
        "left_out": left_out,
    }
    row["times_faster"] = {
        rival: {
            word: round(figure(row, label, key) / ours[key], 2)
            for word, key in (("first", "first_s"), ("steady", "median_s"))
            if key in ours and (label := best(row, rival, key))
        }
        for rival in ("keras", "torch", "sklearn", "jax")
        if (ours := sides.get("keryx")) and best(row, rival)
    }
    return row


def parse(works: Mapping[str, Work]) -> argparse.Namespace:
    """Returns the arguments of the command line."""
    parser = argparse.ArgumentParser(description=", ".join(works))
    parser.add_argument("--short", action="store_true", help="do little, keep nothing")
    parser.add_argument("--repeats", type=int, help="runs of each process")
    parser.add_argument("--rounds", type=int, help="turns of each side")
    parser.add_argument("--sides", nargs="+", choices=SIDES, help="only these")
    parser.add_argument(
        "--compile", action="store_true", help="try torch.compile too: minutes"
    )
    parser.add_argument("--work", choices=works, help="only this")
    parser.add_argument("--measure", choices=SIDES, help="measure one side, here")
    parser.add_argument("--options", type=json.loads, default={}, help="of that side")
    return parser.parse_args()


def main(*works: Work) -> None:
    """Runs the benchmarks of a script from the command line."""
    table = {work.name: work for work in works}
    arguments = parse(table)
    for work in [table[arguments.work]] if arguments.work else works:
        if arguments.measure:
            side = Side(arguments.measure, arguments.options, arguments.short)
            print(json.dumps(work.measure(work, side, arguments.repeats or 1)))
            continue
        load = os.getloadavg()[0]
        row = line(work, *compare(work, arguments), load)
        print(json.dumps(row), flush=True)
        if not (arguments.short or arguments.sides):
            RESULTS.mkdir(exist_ok=True)
            with (RESULTS / f"{work.name}.jsonl").open("a") as file:
                file.write(json.dumps(row) + "\n")
