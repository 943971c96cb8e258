"""Profiles some of the batches of a run, for the profiler of TensorBoard."""

from pathlib import Path
from typing import Any

import jax

from keryx._core.errors import ArgumentError


class Trace:
    """Records what the device and the program do from one batch to another.

    Args:
        batches: First and last batch, from 1, both included; (0, 0) for none.
        folder: Where the record goes.
    """

    def __init__(self, batches: tuple[int, int], folder: Path) -> None:
        self.first, self.last = batches
        self.folder = folder
        self._on = False

    def before(self, batch: int) -> None:
        """Starts before the first batch."""
        if batch == self.first and not self._on:
            jax.profiler.start_trace(str(self.folder))
            self._on = True

    def after(self, batch: int) -> None:
        """Stops after the last batch."""
        if batch >= self.last:
            self.stop()

    def stop(self) -> None:
        """Stops, and writes the record."""
        if self._on:
            self._on = False
            jax.profiler.stop_trace()


def span(value: Any, owner: object) -> tuple[int, int]:
    """Returns the first and last batch that `profile_batch` means.

    Example:
        >>> span(2, None), span("10, 20", None), span(0, None)
        ((2, 2), (10, 20), (0, 0))

    Raises:
        ArgumentError: If it is neither a number from 0, nor two from 1 in order.
    """
    parts = value.split(",") if isinstance(value, str) else value
    try:
        found = [int(part) for part in parts] if isinstance(parts, tuple | list) else [
            int(parts)
        ]  # fmt: skip
    except (TypeError, ValueError):
        found = []
    if found == [0]:
        return 0, 0
    if len(found) not in (1, 2) or not 1 <= found[0] <= found[-1]:
        raise ArgumentError(
            owner,
            "profile_batch",
            expected="0, the number of a batch from 1, or the first and last of some",
            got=value,
        )
    return found[0], found[-1]
