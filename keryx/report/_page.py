"""The page that holds a report: one file, nothing to fetch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import jax

from keryx._version import __version__
from keryx.report._css import CSS
from keryx.report._curves import spoken
from keryx.report._html import escape, tag

# Names of metrics that are shares, shown in percent.
SHARES = ("accuracy", "acc", "precision", "recall")


def page(
    title: str, subtitle: str, metrics: Mapping[str, Any], parts: Sequence[str]
) -> str:
    """Returns the page.

    Args:
        title: Its heading.
        subtitle: A line below it.
        metrics: Numbers to show first, by name.
        parts: The rest, as HTML.
    """
    # The policy makes sure of it: whatever a name contains, the page loads and runs
    # nothing.
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        tag("title", escape(title)),
        f"<style>{CSS}</style>",
    ]
    top = tag("h1", escape(title)) + tag("p", escape(subtitle), class_="note")
    body = [
        tag("header", top + _cards(metrics)),
        tag("main", "\n".join(part for part in parts if part)),
        tag("footer", tag("p", escape(_origin()))),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n'
        + tag("head", "\n".join(head))
        + "\n"
        + tag("body", "\n".join(body))
        + "\n</html>\n"
    )


def _cards(metrics: Mapping[str, Any]) -> str:
    """Returns the numbers that matter, shares before the loss."""
    ordered = sorted(metrics, key=lambda name: (not _is_share(name), name == "loss"))
    cards = []
    for i, name in enumerate(ordered):
        words = spoken(f"test_{name}")
        inside = tag("dt", escape(words)) + tag(
            "dd", escape(_number(name, float(metrics[name])))
        )
        cards.append(
            f'<div class="first">{inside}</div>' if i == 0 else tag("div", inside)
        )
    return tag("dl", "\n".join(cards), class_="cards") if cards else ""


def _is_share(name: str) -> bool:
    return any(part in SHARES for part in name.lower().split("_"))


def _number(name: str, value: float) -> str:
    return f"{value:.2%}" if _is_share(name) and 0 <= value <= 1 else f"{value:.4g}"


def _origin() -> str:
    when = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")
    device = jax.devices()[0]
    kind = device.device_kind if device.platform != "cpu" else "CPU"
    return f"keryx {__version__} · JAX {jax.__version__} on {kind} · {when}"
