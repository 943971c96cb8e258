"""A picture of a model: its layers, and how they are connected."""

import sys
from pathlib import Path
from typing import Any

from keryx._core import check, files
from keryx._core.errors import ArgumentError
from keryx._core.hook import hooked
from keryx.utils._diagram import describe, Options
from keryx.utils._diagram_layout import DIRECTIONS
from keryx.utils._dot import Dot, STYLES


@hooked
def plot_model(
    model: Any,
    to_file: Any = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Any:
    """Draws a model's layers, and how they are connected, to a file.

    Each layer is one box, however often it is called, unless it is called on what it
    gave itself: then each call is one.

    Example:
        >>> from keryx import layers, models
        >>> model = models.Sequential([layers.Input((3,)), layers.Dense(2)])
        >>> plot_model(model, "model.svg", show_shapes=True)  # doctest: +SKIP

    Args:
        model: The model.
        to_file: Path of the picture, whose ending says what kind: `.png`, `.svg`,
            `.pdf` and others that Matplotlib writes; or `.dot` for Graphviz's text.
        show_shapes: Whether to write shapes of inputs and outputs.
        show_dtype: Whether to write element types of outputs.
        show_layer_names: Whether to write names of layers.
        rankdir: Direction of flow: "TB" from top to bottom, "LR" from left to right,
            "BT" and "RL" the other way round.
        expand_nested: Whether to draw models inside the model in full, each in a frame.
        dpi: Pixels per inch; fewer where a side of the picture would have more than
            32768.
        show_layer_activations: Whether to write activations.
        show_trainable: Whether to write which layers are trained.
        splines: How lines run: "ortho" with right angles, "curved" or "spline",
            "polyline" or "line".

    Returns:
        In a notebook, the picture; else `None`.

    Raises:
        ArgumentError: If `rankdir`, `splines` or the ending of `to_file` is unknown, or
            `dpi` is not positive.

    Departs from Keras: Graphviz is not needed, and a model that is not built is drawn
    without shapes.
    """
    path = Path(to_file)
    options = Options(
        show_shapes,
        show_dtype,
        show_layer_names,
        show_layer_activations,
        show_trainable,
        expand_nested,
    )
    rankdir = check.one_of(rankdir, DIRECTIONS, "rankdir", "plot_model")
    splines = check.one_of(splines, STYLES, "splines", "plot_model")
    if not dpi > 0:
        raise ArgumentError("plot_model", "dpi", expected="positive", got=dpi)
    dot = Dot(describe(model, options), rankdir, dpi, splines)
    kind = path.suffix.lower().removeprefix(".") or "png"
    data = dot.create(format="dot" if kind == "gv" else kind)
    with files.replacing(path) as part:
        part.write_bytes(data)
    return _shown(path)


def _shown(path: Path) -> Any:
    """Returns a picture for a notebook to show, if one is running."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return None
    from IPython import display  # type: ignore[import-not-found,unused-ignore]

    kind = path.suffix.lower()
    if kind == ".svg":
        return display.SVG(filename=str(path))
    shows = kind in ("", ".png", ".jpg", ".jpeg")
    return display.Image(filename=str(path)) if shows else None
