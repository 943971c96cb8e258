"""What besides inputs and kernel determines a convolution."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

Pair = tuple[int, int]


class Geometry(NamedTuple):
    """What besides the two arrays determines a convolution; one entry per axis."""

    strides: tuple[int, ...]
    padding: tuple[Pair, ...]
    base: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int = 1

    @property
    def rank(self) -> int:
        return len(self.strides)

    @property
    def is_dense(self) -> bool:
        """Whether it has no strides, no dilations and no groups."""
        return {*self.strides, *self.base, *self.dilation, self.groups} == {1}

    def is_tiling(self, taps: Sequence[int]) -> bool:
        """Whether the kernel meets each input once, without zeros or groups."""
        zeros = {*itertools.chain.from_iterable(self.padding)} != {0}
        rest = {*self.base, *self.dilation, self.groups} != {1}
        return self.strides == tuple(taps) and not zeros and not rest

    def output_size(self, size: Sequence[int], taps: Sequence[int]) -> tuple[int, ...]:
        """Returns the output's spatial shape."""
        axes = zip(
            size,
            taps,
            self.strides,
            self.padding,
            self.base,
            self.dilation,
            strict=True,
        )
        return tuple(
            max(0, ((n - 1) * b + 1 + sum(pad) - (k - 1) * d - 1) // s + 1)
            for n, k, s, pad, b, d in axes
        )

    def adjoint(self, size: Sequence[int], taps: Sequence[int]) -> "Geometry":
        """Returns the convolution that maps the output's gradient to the input's."""
        padding = []
        for n, o, k, s, (low, _), b, d in zip(
            size,
            self.output_size(size, taps),
            taps,
            self.strides,
            self.padding,
            self.base,
            self.dilation,
            strict=True,
        ):
            before = (k - 1) * d - low
            after = (n - 1) * b + (k - 1) * d - (o - 1) * s - before
            padding.append((before, after))
        return self._replace(
            strides=self.base, base=self.strides, padding=tuple(padding)
        )
