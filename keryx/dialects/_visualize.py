"""Drawing models, as `keras.utils.visualize_util` did."""

from typing import Any

from keryx.utils import model_to_dot, plot_model


def plot(
    model: Any,
    to_file: Any = "model.png",
    show_shapes: bool = False,
    show_layer_names: bool = True,
    recursive: bool = True,
) -> Any:
    """Draws a model to a file; see `keryx.utils.plot_model`.

    Args:
        model: The model.
        to_file: Path of the picture.
        show_shapes: Whether to write shapes.
        show_layer_names: Whether to write names of layers.
        recursive: Whether models inside the model are drawn in full.
    """
    return plot_model(
        model,
        to_file,
        show_shapes,
        show_layer_names=show_layer_names,
        expand_nested=recursive,
    )


def to_graph(model: Any, show_shape: bool = False, **options: Any) -> Any:
    """Returns a model as a graph; see `keryx.utils.model_to_dot`.

    Args:
        model: The model.
        show_shape: Whether to tell shapes.
        options: Options of Graphviz, of which `rankdir` is used.
    """
    rankdir = options.get("rankdir", "TB")
    return model_to_dot(model, show_shape, rankdir=rankdir, expand_nested=True)
