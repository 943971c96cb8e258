"""`weights=[arrays]`: values that a layer starts with."""

from typing import Any


def start_with(layer: Any, arrays: list[Any]) -> None:
    """Sets a layer's weights as soon as it has any.

    Args:
        layer: A layer that was just made.
        arrays: Its weights, in the order of `get_weights`.
    """
    if layer.built:
        layer.set_weights(arrays)
        return
    build = layer._build_with

    def build_and_set(shapes: dict[str, Any]) -> None:
        # It is there for one call: what stays on the layer counts as its structure.
        layer.__dict__.pop("_build_with", None)
        build(shapes)
        layer.set_weights(arrays)

    layer.__dict__["_build_with"] = build_and_set
