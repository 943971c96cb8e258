"""Axes regrouped as a pattern says."""

import math
import re
from typing import Any

import jax

from keryx._core.errors import ArgumentError
from keryx._core.op import op
from keryx.ops._make import as_array

Groups = list[list[str]]


@op
def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> jax.Array:
    """Names axes, then orders, splits and joins them.

    Example:
        >>> images = jax.numpy.zeros((5, 4, 6, 3))
        >>> rearrange(images, "batch h w c -> batch c (h w)").shape
        (5, 3, 24)
        >>> rearrange(images, "b (h h2) w c -> b h w (h2 c)", h2=2).shape
        (5, 2, 6, 6)

    Args:
        tensor: Array.
        pattern: Axes before and after `->`; those in parentheses are one axis, the last
            name running fastest. `1` is an axis of size 1, `...` any further axes.
        **axes_lengths: Sizes of axes that the array does not tell.

    Raises:
        ArgumentError: If the two sides have different names, or the array does not fit.

    Source:
        Rogozhnikov, "Einops: Clear and Reliable Tensor Manipulations with Einstein-like
        Notation" (ICLR 2022), section 3.
    """
    x = as_array(tensor)
    before, after = _sides(pattern, x.ndim)
    sizes = dict(axes_lengths)
    for group, size in zip(before, x.shape, strict=True):
        _solve(group, size, sizes, pattern)
    names = [name for group in before for name in group]
    order = [names.index(name) for group in after for name in group]
    split = x.reshape([sizes[name] for name in names]).transpose(order)
    return split.reshape([math.prod(sizes[name] for name in group) for group in after])


def _sides(pattern: str, ndim: int) -> tuple[Groups, Groups]:
    """Returns the groups of names of both sides, `...` spelled out."""
    left, arrow, right = pattern.partition("->")
    before = _groups(left)
    dots = [f"...{i}" for i in range(ndim - len(before) + 1)]
    sides = [_with_dots(side, dots) for side in (before, _groups(right))]
    names = [sorted(name for group in side for name in group) for side in sides]
    repeated = len(set(names[0])) < len(names[0])
    if not arrow or repeated or names[0] != names[1] or len(sides[0]) != ndim:
        raise ArgumentError(
            "rearrange",
            "pattern",
            expected=f"the same names on both sides of `->`, {ndim} axes on the left",
            got=pattern,
        )
    return sides[0], sides[1]


def _groups(side: str) -> Groups:
    tokens = re.findall(r"\([^()]*\)|\.\.\.|\w+", side)
    groups = [token.strip("()").split() for token in tokens]
    return [[name for name in group if name != "1"] for group in groups]


def _with_dots(groups: Groups, dots: list[str]) -> Groups:
    spelled: Groups = []
    for group in groups:
        if group == ["..."]:
            spelled.extend([dot] for dot in dots)
        else:
            spelled.append([n for g in group for n in (dots if g == "..." else [g])])
    return spelled


def _solve(group: list[str], size: int, sizes: dict[str, int], pattern: str) -> None:
    """Fills in the one size of a group that is not known, and checks the others."""
    known = math.prod(sizes[name] for name in group if name in sizes)
    unknown = [name for name in group if name not in sizes]
    fits = size % known == 0 if len(unknown) == 1 else size == known and not unknown
    if not known or not fits:
        raise ArgumentError(
            "rearrange",
            "pattern",
            expected=f"a group {group} whose sizes multiply to {size}",
            got=pattern,
            fix="Give the sizes that are missing, such as `rearrange(x, ..., h2=2)`.",
        )
    if unknown:
        sizes[unknown[0]] = size // known
