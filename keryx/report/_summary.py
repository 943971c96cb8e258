"""The table that `model.summary()` prints."""

import re
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx.report import _table
from keryx.report._rows import is_branched, make_rows, Row

# Where columns end, as shares of the width; rows of layers, and other graphs.
ROW_ENDS = (0.45, 0.79, 1.0)
GRAPH_ENDS = (0.3, 0.56, 0.73, 1.0)
WIDEST = {3: 88, 4: 98}


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], object] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Prints a model's layers, their output shapes and parameter counts as a table.

    Args:
        model: The model.
        line_length: Width of the table, in characters; from the terminal if `None`.
        positions: Where each column ends, as shares of the width or in characters.
        print_fn: Takes the whole text, once; `print` if `None`.
        expand_nested: Whether to list the layers of models inside the model.
        show_trainable: Whether to add a column that tells which layers are trained.
        layer_range: First and last layer to list, as names or patterns of names.

    Raises:
        ArgumentError: If `layer_range` is no pair of names that the model has, or there
            is not one position per column.
    """
    text = summarize(
        model, line_length, positions, expand_nested, show_trainable, layer_range
    )
    if print_fn is not None:
        print_fn(text + "\n")
    else:
        print(_printable(text))


def summarize(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> str:
    """Returns what `print_summary` prints."""
    connected = is_branched(model)
    rows = make_rows(model, expand_nested)
    if layer_range is not None:
        rows = _between(rows, layer_range)
    titles = ["Layer (type)", "Output Shape", "Param #"]
    titles += ["Connected to"] if connected else []
    titles += ["Trainable"] if show_trainable else []
    columns = _columns(titles, line_length, positions)
    cells = [_cells(row, connected, show_trainable) for row in rows]
    return "\n".join(
        [f'Model: "{model.name}"', _table.draw(columns, cells), *totals(model)]
    )


def _printable(text: str) -> str:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return text.translate(_table.PLAIN)
    return text


def _columns(
    titles: list[str], line_length: int | None, positions: Sequence[float] | None
) -> list[_table.Column]:
    """Gives the titles their widths."""
    plain = [title for title in titles if title != "Trainable"]
    if line_length is None:
        available = shutil.get_terminal_size().columns - 4
        line_length = max(min(available, WIDEST[len(plain)]), 40)
    check.positive_int(line_length, "line_length", "summary")
    ends = list(positions) if positions else _default_ends(titles, plain)
    if len(ends) != len(titles):
        raise ArgumentError(
            "summary",
            "positions",
            expected=f"{len(titles)} numbers, one for the end of each column",
            got=positions,
        )
    scale = line_length - 1 if ends[-1] <= 1 else 1
    stops = [0, *(round(end * scale) for end in ends)]
    widths = [max(b - a - 1, 6) for a, b in zip(stops, stops[1:], strict=False)]
    return [
        _table.Column(title, width, right=title == "Param #")
        for title, width in zip(titles, widths, strict=True)
    ]


def _default_ends(titles: list[str], plain: list[str]) -> list[float]:
    ends = list(ROW_ENDS if len(plain) == 3 else GRAPH_ENDS)
    if len(titles) == len(plain):
        return ends
    return [*(end * 0.84 for end in ends), 1.0]


def _cells(row: Row, connected: bool, show_trainable: bool) -> list[str]:
    name = "   " * row.depth + ("└ " if row.depth else "") + f"{row.name} ({row.kind})"
    params = "0 (unbuilt)" if row.params is None else f"{row.params:,}"
    cells = [name, row.shape, params]
    cells += [row.source or "-"] if connected else []
    if show_trainable:
        cells.append({True: "Y", False: "N", None: "-"}[row.trainable])
    return cells


def _between(rows: list[Row], layer_range: Sequence[str]) -> list[Row]:
    """Returns the lines from the first layer named to the last one."""
    patterns = list(layer_range)
    found = [
        [i for i, row in enumerate(rows) if re.fullmatch(pattern, row.name)]
        for pattern in patterns
    ]
    if len(patterns) != 2 or not all(found):
        raise ArgumentError(
            "summary",
            "layer_range",
            expected=f"two of the names {[row.name for row in rows]}, or patterns",
            got=layer_range,
        )
    first, last = found
    return rows[min(first[0], last[0]) : max(first[-1], last[-1]) + 1]


def totals(model: Any) -> list[str]:
    """Returns the lines below the table: numbers of parameters and their memory."""
    trained, fixed = model.trainable_weights, model.non_trainable_weights
    optimizer: Any = getattr(model, "optimizer", None)
    slots = list(optimizer.variables) if getattr(optimizer, "built", False) else []
    lines = {
        "Total": [*trained, *fixed, *slots],
        "Trainable": trained,
        "Non-trainable": fixed,
    }
    if slots:
        lines["Optimizer"] = slots
    return [f" {title} params: {_size(found)}" for title, found in lines.items()]


def _size(variables: Sequence[Any]) -> str:
    """Returns the number of parameters and the memory that they take."""
    count = sum(variable.size for variable in variables)
    size = float(sum(v.size * jnp.dtype(v.dtype).itemsize for v in variables))
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024 or unit == "TB":
            break
        size /= 1024
    return f"{count:,} ({size:.2f} {unit})"
