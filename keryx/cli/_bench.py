"""`keryx bench`: times keryx against the libraries that are installed."""

import argparse
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from keryx._core.errors import FileError, UnknownNameError

FOLDER = Path(__file__).parents[2] / "benchmarks"
# What a benchmark says when a side has its turn.
STEP = re.compile(r"\[(\d+)/(\d+)\] (.*)")
FAILURE = 1

Row = dict[str, Any]


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "bench", help="time keryx against Keras, PyTorch and scikit-learn"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="which benchmarks (default: all)"
    )
    parser.add_argument(
        "--short", action="store_true", help="do little, and keep no results"
    )
    parser.add_argument(
        "--repeats", type=int, metavar="N", help="how often a process repeats the work"
    )
    parser.add_argument(
        "--rounds", type=int, metavar="N", help="how often each library has its turn"
    )
    parser.add_argument(
        "--sides", metavar="SIDE,…", help="only these libraries; keeps no results"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    scripts = find(options.names)
    rows, failures = measure(scripts, arguments(options))
    if rows:
        show(rows)
    for failure in failures:
        print(failure, file=sys.stderr)
    return FAILURE if failures else 0


def find(names: Sequence[str]) -> dict[str, Path]:
    """Returns the files of benchmarks, of all if none is named.

    Raises:
        FileError: If this installation has no benchmarks.
        UnknownNameError: If a name is not one of theirs.
    """
    known = {
        path.stem.removeprefix("bench_"): path
        for path in sorted(FOLDER.glob("bench_*.py"))
        # The others measure parts of keryx, each in a way of its own.
        if "Work" in path.read_text(encoding="utf-8")
    }
    if not known:
        raise FileError(
            f"folder {str(FOLDER)!r}",
            expected="the benchmarks of keryx's repository",
            got="none",
            fix="Run `keryx bench` in a clone that is installed by `pip install -e .`.",
        )
    for name in names:
        if name not in known:
            raise UnknownNameError("benchmark", name, known)
    return {name: known[name] for name in names or known}


def arguments(options: argparse.Namespace) -> list[str]:
    """Returns the arguments of each benchmark."""
    words = ["--short"] if options.short else []
    for name in ("repeats", "rounds"):
        if getattr(options, name) is not None:
            words += [f"--{name}", str(getattr(options, name))]
    return words + (["--sides", *options.sides.split(",")] if options.sides else [])


def measure(
    scripts: dict[str, Path], words: Sequence[str]
) -> tuple[list[Row], list[str]]:
    """Runs benchmarks and shows how far they are; returns their lines and failures."""
    from rich.console import Console
    from rich.progress import Progress

    rows, failures = [], []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        whole = progress.add_task("all", total=len(scripts))
        bar = progress.add_task("")

        def tell(step: re.Match[str]) -> None:
            place, total, side = step.groups()
            done = int(place) - 1
            progress.update(bar, completed=done, total=int(total), description=side)

        for name, script in scripts.items():
            found, failure = measure_one(script, words, tell)
            rows += found
            failures += [f"{name}: {failure}"] * bool(failure)
            progress.advance(whole)
    return rows, failures


def measure_one(
    script: Path, words: Sequence[str], tell: Callable[[re.Match[str]], None]
) -> tuple[list[Row], str]:
    """Runs one benchmark; returns its lines and what went wrong, if anything did."""
    command = [sys.executable, str(script), *words]
    said = "it ended without a word"
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stderr:
            if step := STEP.match(line.strip()):
                tell(step)
            else:
                said = line.strip() or said
        rows = [json.loads(line) for line in process.stdout if line.startswith("{")]
    return rows, said if process.returncode else ""


def show(rows: list[Row]) -> None:
    """Prints the table, and which libraries are not in it."""
    from rich.console import Console
    from rich.markdown import Markdown

    table: str = runpy.run_path(str(FOLDER / "table.py"))["markdown"](rows)
    console = Console()
    if console.is_terminal:
        console.print(Markdown(table))
    else:
        print(table)
    absent = {f"{side}: {why}" for row in rows for side, why in row["left_out"].items()}
    for reason in sorted(absent):
        print(f"left out: {reason}")
