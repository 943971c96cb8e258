"""Where progress is written: a live terminal, a notebook, or a file or pipe."""

import os
import shutil
import sys
from typing import Any

from keryx._core import config

# Notebooks have no columns; what is longer is wrapped by the browser.
NOTEBOOK_COLUMNS = 160


def stream() -> Any:
    """Returns the stream that is written to."""
    return sys.stdout


def is_notebook() -> bool:
    """Tells whether the output goes to a notebook's cell."""
    return type(stream()).__module__.partition(".")[0] == "ipykernel"


def is_terminal() -> bool:
    """Tells whether the output goes to a terminal on which lines can be redrawn."""
    isatty = getattr(stream(), "isatty", None)
    if os.environ.get("TERM") == "dumb" or os.environ.get("CI"):
        return False
    return bool(isatty and isatty()) or "PYCHARM_HOSTED" in os.environ


def is_live() -> bool:
    """Tells whether a progress bar can move."""
    if not config.is_interactive_logging_enabled():
        return False
    return is_notebook() or is_terminal()


def columns() -> int:
    """Returns the width of the terminal, in characters."""
    if is_notebook():
        return NOTEBOOK_COLUMNS
    try:
        return os.get_terminal_size(stream().fileno()).columns or 80
    except (AttributeError, OSError, ValueError):
        return shutil.get_terminal_size().columns


def has_colors() -> bool:
    """Tells whether colours are welcome; see https://no-color.org."""
    return "NO_COLOR" not in os.environ


def glyphs() -> tuple[str, str]:
    """Returns what the done and the open part of a bar are drawn with."""
    encoding = getattr(stream(), "encoding", None) or "utf-8"
    try:
        "━─…".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return "=", "."
    return ("━", "━") if has_colors() else ("━", "─")


def write(text: str) -> None:
    """Writes at once; does nothing where there is no output, as in `pythonw`."""
    if stream() is not None:
        stream().write(text)
        stream().flush()


def say(text: str) -> None:
    """Writes a line of its own; a live bar that stands in the way is cleared first."""
    if is_live() and is_terminal():
        text = "\r\x1b[K" + text
    elif is_live():
        text = "\n" + text
    write(text + "\n")
