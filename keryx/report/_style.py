"""How figures look: colours, sizes, and drawings that follow the page's colours."""

import io
import re
from typing import Any

# What is drawn in these colours follows the light or dark theme of the page.
INK, MUTED, GRID, PAPER = "#1b2430", "#5f6b7a", "#dfe4eb", "#ffffff"
BLUE, RED = "#2f6fde", "#d6492a"
# Okabe and Ito's colours, told apart by colour-blind readers as well; yellow left out.
SERIES = (BLUE, RED, "#00956b", "#b5651d", "#8e5fc4", "#0f9bb8", "#c74f93", "#6b7785")
THEME = {INK: "--ink", MUTED: "--muted", GRID: "--grid", PAPER: "--paper"}
THEME |= {BLUE: "--blue", RED: "--red"}

_PARTS = "figure|axes|patch|line2d|text|legend|xtick|ytick|matplotlib|[A-Z]\\w*"
_IDS = rf' id="(?:{_PARTS})[._][\w.]*"'


def new_figure(width: float, height: float, columns: int = 1) -> tuple[Any, list[Any]]:
    """Returns a figure, in inches, and its axes; no state of `pyplot` is touched."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor=PAPER)
    axes = figure.subplots(1, columns, squeeze=False)[0]
    for one in axes:
        _dress(one)
    return figure, list(axes)


def _dress(axes: Any) -> None:
    axes.set_facecolor("none")
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, length=0, labelsize=9)
    for side, spine in axes.spines.items():
        spine.set_color(GRID)
        spine.set_visible(side in ("left", "bottom"))


def label(axes: Any, x: str, y: str, title: str = "") -> None:
    """Names the axes; text is taken as it is, "$" included."""
    axes.set_xlabel(x, color=MUTED, fontsize=9.5, parse_math=False)
    axes.set_ylabel(y, color=MUTED, fontsize=9.5, parse_math=False)
    if title:
        style: dict[str, Any] = {"color": INK, "fontsize": 11, "parse_math": False}
        axes.set_title(title, loc="left", fontweight="bold", **style)


def legend(axes: Any, **options: Any) -> None:
    """Draws a legend without a frame."""
    box = axes.legend(frameon=False, fontsize=9, labelcolor=INK, **options)
    for text in box.get_texts():
        text.set_parse_math(False)


def to_svg(figure: Any, alternative: str) -> str:
    """Returns a figure as SVG to put into a page, whose fonts and colours it takes.

    Args:
        figure: The figure.
        alternative: What it shows, in words, for those who do not see it.
    """
    import matplotlib

    from keryx.report._html import escape

    target = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": alternative}):
        figure.savefig(target, format="svg", transparent=True, metadata={"Date": None})
    text = target.getvalue()
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(_IDS, "", body)
    body = re.sub(r"font: ([^;\"]*?\d+px) [^;\"]*", r"font: \1 var(--sans)", body)
    for color, variable in THEME.items():
        body = body.replace(color, f"var({variable})")
    start = f'<svg role="img" aria-label="{escape(alternative)}"'
    return re.sub(r"\s*\n\s*", "\n", body.replace("<svg", start, 1)).strip()
