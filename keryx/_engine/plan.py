"""How many steps one call of a program runs."""

import math
from dataclasses import dataclass

# Seconds between two sights of a live progress bar.
REFRESH = 0.2


@dataclass
class Plan:
    """Chooses the length of the next call from the time the last ones took.

    Attributes:
        every: The finest moment that somebody wants to see: "epoch", "chunk" (a live
            progress bar) or "batch".
        reason: Who wants it, in words.
        step_seconds: Measured time of a step; 0 before the first measurement.
        room: Most epochs that one call may run; 1 if somebody looks between them.
        eager: Whether steps run uncompiled.
        between: Who looks between two epochs, in words; "" for nobody.
        streamed: Whether batches come from outside while others run.
    """

    every: str = "epoch"
    reason: str = "nothing looks inside an epoch"
    step_seconds: float = 0.0
    room: int = 1
    eager: bool = False
    between: str = ""
    streamed: bool = False

    def epochs(self, left: int, steps: int | None) -> int:
        """Returns how many of the `left` epochs of so many steps to run next."""
        if self.room == 1 or not self.step_seconds or not steps:
            return 1
        fitting = int(REFRESH / (self.step_seconds * steps))
        return max(1, min(fitting, left, self.room))

    def steps(self, left: int) -> int:
        """Returns how many of the `left` steps of this epoch to run next."""
        if self.every == "batch":
            return 1
        if self.every == "epoch":
            return left
        if not self.step_seconds:
            return min(left, max(1, left // 50))
        wanted = max(1, math.ceil(REFRESH / self.step_seconds))
        return left if wanted * 1.5 >= left else wanted

    def measured(self, steps: int, seconds: float) -> None:
        """Takes in how long a call took; recent calls count for more."""
        each = seconds / max(steps, 1)
        old = self.step_seconds
        self.step_seconds = 0.5 * (old + each) if old else each

    def words(self) -> str:
        """Says what the plan is and why."""
        if self.eager:
            return "single steps in Python, nothing compiled: `run_eagerly` is on"
        if self.every == "batch":
            return f"single batches per call: {self.reason}"
        if self.streamed:
            return f"as many batches per call as were loaded: {self.reason}"
        unit = "whole epochs" if self.every == "epoch" else "pieces of an epoch"
        if self.room > 1:
            return f"{unit} per call, or several if short: {self.reason}"
        between = f", {self.between} between two" if self.between else ""
        return f"{unit} per call: {self.reason}{between}"
