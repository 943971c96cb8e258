"""`keryx inspect`: what a file holds, without building anything from it."""

import argparse
import math
from typing import Any

from keryx.saving import examine

SHOWN = 40


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "inspect", help="say what the file of a model or of weights holds"
    )
    parser.add_argument("file", metavar="FILE", help="a file of any version of Keras")
    parser.add_argument("--all", action="store_true", help="list all arrays")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    from rich.console import Console
    from rich.markup import escape

    facts = examine(options.file)
    console = Console(soft_wrap=True)
    console.print(f"[bold]{escape(str(options.file))}[/bold]: {facts.kind}")
    for name, value in (
        ("Keras", facts.version),
        ("backend", facts.backend),
        ("optimizer", facts.optimizer),
        ("parameters", f"{facts.parameters:,}"),
        ("custom objects", ", ".join(facts.custom) or "none"),
    ):
        console.print(f"{name + ':':<16}{escape(value or 'not said')}")
    if facts.layers:
        console.print(_layers(facts.layers))
    shown = facts.arrays if options.all else facts.arrays[:SHOWN]
    if shown:
        console.print(_arrays(shown))
    if len(shown) < len(facts.arrays):
        rest = len(facts.arrays) - len(shown)
        console.print(f"and {rest} more arrays (--all lists them)")
    for sentence in facts.suspicious:
        console.print(f"[bold red]suspicious:[/bold red] {escape(sentence)}")
    return 0


def _layers(rows: Any) -> Any:
    table = _table("Layer", "Class", "Settings", "Parameters")
    for row in rows:
        count = "" if row.parameters is None else f"{row.parameters:,}"
        _add(table, "  " * row.depth + row.name, row.kind, row.settings, count)
    return table


def _arrays(rows: Any) -> Any:
    table = _table("Array", "Shape", "Type", "Elements")
    for row in rows:
        _add(table, row.name, str(row.shape), row.dtype, f"{math.prod(row.shape):,}")
    return table


def _table(*titles: str) -> Any:
    from rich.table import Table

    table = Table()
    for title in titles:
        right = title in ("Parameters", "Elements")
        table.add_column(title, justify="right" if right else "left", overflow="fold")
    return table


def _add(table: Any, *cells: str) -> None:
    from rich.markup import escape

    table.add_row(*(escape(cell) for cell in cells))
