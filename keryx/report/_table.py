"""Tables of text: cells wrapped at spaces, drawn with lines between them."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple


class Column(NamedTuple):
    """Heading and inner width of a column, and whether it is aligned to the right."""

    title: str
    width: int
    right: bool = False


# Left end, filling, junction and right end of a line: above the heading, below it,
# between the rows, below them.
LINES = ("┏━┳┓", "┡━╇┩", "├─┼┤", "└─┴┘")
BARS = ("┃", "│")
# What terminals without these characters show instead.
PLAIN = str.maketrans("┏━┳┓┡╇┩├─┼┤└┴┘┃│…", "+=++++++-+++++||~")


def draw(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    """Returns a table.

    Example:
        >>> print(draw([Column("a", 5), Column("n", 4, right=True)], [("x", "1")]))
        ┏━━━━━┳━━━━┓
        ┃ a   ┃  n ┃
        ┡━━━━━╇━━━━┩
        │ x   │  1 │
        └─────┴────┘

    Args:
        columns: Headings and widths, in characters.
        rows: Text of the cells; what is too wide is wrapped.
    """
    top, below, between, end = (_line(columns, pieces) for pieces in LINES)
    heavy, light = BARS
    parts = [top, *_cells(columns, [c.title for c in columns], heavy), below]
    for i, row in enumerate(rows):
        parts += [between] if i else []
        parts += _cells(columns, row, light)
    return "\n".join([*parts, end])


def _line(columns: Sequence[Column], pieces: str) -> str:
    left, fill, junction, right = tuple(pieces)
    return left + junction.join(fill * column.width for column in columns) + right


def _cells(columns: Sequence[Column], texts: Sequence[str], bar: str) -> list[str]:
    """Returns the lines of one row."""
    wrapped = [
        wrap(text, column.width - 2)
        for text, column in zip(texts, columns, strict=True)
    ]
    lines = []
    for pieces in zip_longest(*wrapped, fillvalue=""):
        padded = (
            piece.rjust(column.width - 2)
            if column.right
            else piece.ljust(column.width - 2)
            for piece, column in zip(pieces, columns, strict=True)
        )
        lines.append(bar + bar.join(f" {piece} " for piece in padded) + bar)
    return lines


def wrap(text: str, width: int) -> list[str]:
    """Breaks a text at spaces; a word that is too long itself ends in "…".

    Example:
        >>> wrap("batch_normalization (BatchNormalization)", 20)
        ['batch_normalization', '(BatchNormalization)']
        >>> wrap("a_very_long_name", 8)
        ['a_very_…']
    """
    indent = text[: len(text) - len(text.lstrip())]
    lines, line = [], indent
    for word in text.split():
        word = word if len(word) <= width else word[: max(width - 1, 0)] + "…"
        if line.strip() and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line.strip() else line + word
    return [*lines, line] if line.strip() or not lines else lines
