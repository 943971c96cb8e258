"""How long steps take, and durations in words."""

import time


class StepClock:
    """Measures steps that are reported now and then, several at a time.

    The first report, which contains the time to compile, counts only until there is a
    second.
    """

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.first = self.last = (0, self.start)

    def began(self, seconds: float) -> None:
        """Notes that the beginning was `seconds` ago."""
        self.start = time.perf_counter() - seconds
        self.first = self.last = (0, self.start)

    def saw(self, count: int) -> None:
        """Notes that `count` steps are done now."""
        if count <= self.last[0]:
            return
        self.last = (count, time.perf_counter())
        if not self.first[0]:
            self.first = self.last

    def elapsed(self) -> float:
        """Returns the seconds since the beginning."""
        return time.perf_counter() - self.start

    def step_seconds(self) -> float | None:
        """Returns the mean time of a step; `None` before the first."""
        (count, at), (from_count, since) = self.last, self.first
        if not count:
            return None
        if count == from_count:
            from_count, since = 0, self.start
        return (at - since) / (count - from_count)


def duration(seconds: float) -> str:
    """Returns a duration as people read it.

    Example:
        >>> duration(9.4), duration(75), duration(3700)
        ('9s', '1:15', '1:01:40')
    """
    if seconds <= 60:
        return f"{seconds:.0f}s"
    minutes, rest = divmod(int(seconds), 60)
    if seconds <= 3600:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def pace(seconds: float, unit: str) -> str:
    """Returns the time of one step.

    Example:
        >>> pace(0.0123, "step"), pace(3.0, "epoch"), pace(4e-6, "step")
        ('12ms/step', '3s/epoch', '4us/step')
    """
    if seconds >= 1:
        return f"{seconds:.0f}s/{unit}"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms/{unit}"
    return f"{seconds * 1e6:.0f}us/{unit}"
