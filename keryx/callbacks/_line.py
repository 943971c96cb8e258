"""The lines of a progress bar, cut to the width of the terminal."""

from typing import Any, NamedTuple

import numpy as np

SHORTEST_BAR = 5
GAP = " - "


class Line(NamedTuple):
    """What a progress bar says.

    Attributes:
        steps: Steps done, such as "12/76".
        done: Fraction of the steps, or `None` if their number is unknown.
        time: Time left, or taken.
        pace: Time of a step, or "".
        logs: Names and values, each like "loss: 0.5".
    """

    steps: str
    done: float | None
    time: str
    pace: str
    logs: list[str]


def value_text(value: Any) -> str:
    """Returns a value with four decimals, in powers of ten if it is small.

    Example:
        >>> value_text(0.51234), value_text(1e-4), value_text([1.0, 2.0])
        ('0.5123', '1.0000e-04', '1.5000')
    """
    try:
        mean = float(np.mean(value))
    except (TypeError, ValueError):
        return str(value)
    return f"{mean:.4f}" if abs(mean) > 1e-3 else f"{mean:.4e}"


def head(line: Line, width: int, glyphs: tuple[str, str]) -> str:
    """Returns a line without its logs, its bar `width` characters long."""
    bar = ""
    if line.done is not None and width:
        filled = int(width * min(max(line.done, 0.0), 1.0))
        bar = glyphs[0] * filled + glyphs[1] * (width - filled)
    return " ".join(part for part in (line.steps, bar, line.time, line.pace) if part)


def bar_width(line: Line, room: int, wanted: int, taken: int) -> int:
    """Returns how long a bar may be beside `taken` other characters; 0 for none."""
    free = min(wanted, room - taken - 1)
    return free if free >= min(SHORTEST_BAR, wanted) else 0


def live(line: Line, room: int, wanted: int, glyphs: tuple[str, str]) -> str:
    """Returns one line of at most `room` characters: first the bar gives way."""
    logs = "".join(GAP + log for log in line.logs)
    taken = len(head(line, 0, glyphs)) + len(logs)
    text = head(line, bar_width(line, room, wanted, taken), glyphs) + logs
    return cut(text, room, glyphs)


def final(line: Line, room: int, wanted: int, glyphs: tuple[str, str]) -> list[str]:
    """Returns everything there is to say, in lines of at most `room` characters."""
    width = bar_width(line, room, wanted, len(head(line, 0, glyphs)))
    lines = [head(line, width, glyphs)]
    for log in line.logs:
        if len(lines[-1]) + len(GAP) + len(log) <= room:
            lines[-1] += GAP + log
        else:
            lines.append("  " + log)
    return [cut(text, room, glyphs) for text in lines]


def cut(text: str, room: int, glyphs: tuple[str, str]) -> str:
    """Returns at most `room` characters of a text, the last an ellipsis if some go."""
    if len(text) <= room:
        return text
    return text[: max(room - 1, 0)] + ("…" if glyphs[0] != "=" else ".")


def painted(text: str, line: Line) -> str:
    """Returns a line with a bold count and a bar in green and grey."""
    if not text.startswith(line.steps):
        return text
    rest = text.removeprefix(line.steps)
    start = rest.find("━")
    if line.done is not None and start >= 0:
        end = rest.rfind("━") + 1
        middle = start + int((end - start) * min(max(line.done, 0.0), 1.0))
        green, grey = rest[start:middle], rest[middle:end]
        bar = f"\x1b[32m{green}\x1b[37m{grey}\x1b[0m"
        rest = rest[:start] + bar + rest[end:]
    return f"\x1b[1m{line.steps}\x1b[0m{rest}"
