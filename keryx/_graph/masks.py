"""Which samples of a sequence are real: a mask that travels beside its array.

A traced array takes no attributes, so masks are kept in the scope of the run. What
leaves the outermost call as a concrete array carries its mask as an attribute.
"""

from typing import Any

import jax

from keryx._core import scope, tree


def get(array: Any) -> Any:
    """Returns the mask of an array, or `None`."""
    here = scope.current()
    if here is not None:
        held = here.masks.get(id(array))
        if held is not None and held[0] is array:
            return held[1]
    return getattr(array, "_keras_mask", None)


def put(array: Any, mask: Any) -> None:
    """Attaches a mask to an array."""
    here = scope.current()
    if here is not None:
        here.masks[id(array)] = (array, mask)
    if not isinstance(array, jax.core.Tracer) and isinstance(array, jax.Array):
        array._keras_mask = mask  # type: ignore[attr-defined]


def get_all(arrays: Any) -> Any:
    """Returns the masks of nested arrays, nested alike."""
    return tree.map_leaves(get, arrays)


def put_all(arrays: Any, masks: Any) -> None:
    """Attaches masks to nested arrays; a single mask is every array's."""
    flat = tree.leaves(arrays)
    given = tree.leaves(masks) if tree.is_nested(masks) else [masks] * len(flat)
    for array, mask in zip(flat, given, strict=False):
        if array is not None and mask is not None:
            put(array, mask)
