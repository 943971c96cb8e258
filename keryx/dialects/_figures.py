"""Figures of a program that has no screen: `show()` writes them to files."""

import functools
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from keryx.dialects._neighbours_patch import replace

BACKEND = "MPLBACKEND"
# Backends of matplotlib that draw without a window.
FILES = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")


def is_headless() -> bool:
    """Tells whether there is no screen to show a figure on."""
    if sys.platform in ("win32", "darwin"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def choose_backend() -> None:
    """Has matplotlib draw without windows where there can be none."""
    chosen = os.environ.get(BACKEND, "").lower()
    if is_headless() and chosen not in FILES and not chosen.startswith("module://"):
        os.environ[BACKEND] = "agg"


def keep_windows_closed(matplotlib: ModuleType) -> None:
    """Has `matplotlib.use` take "agg" for a backend with windows, without a screen."""
    usual = matplotlib.use

    @functools.wraps(usual)
    def use(backend: str, **options: Any) -> Any:
        draws = backend.lower() in FILES or backend.startswith("module://")
        return usual(backend if draws or not is_headless() else "agg", **options)

    replace(matplotlib, "use", use)


class Shown:
    """Writes the figures of one program as it shows them, numbered through.

    Args:
        stem: What the names of the files begin with.
    """

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.count = 0

    def patch(self, pyplot: ModuleType) -> None:
        """Puts `show` of this object in place of matplotlib's."""
        usual = pyplot.show

        def show(*args: Any, **kwargs: Any) -> Any:
            if pyplot.get_backend().lower() not in FILES:
                return usual(*args, **kwargs)
            return self.save_all(pyplot)

        replace(pyplot, "show", show)

    def save_all(self, pyplot: Any) -> None:
        """Writes all open figures to the working folder, says where, closes them."""
        for number in pyplot.get_fignums():
            self.count += 1
            path = Path(f"{self.stem}-{self.count}.png")
            pyplot.figure(number).savefig(path)
            print(f"keryx run: figure saved as {path}", file=sys.stderr, flush=True)
        pyplot.close("all")
