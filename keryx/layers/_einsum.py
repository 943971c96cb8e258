"""The affine map that an equation describes."""

from typing import Any, NamedTuple, Unpack

import jax
import jax.numpy as jnp

from keryx import activations, constraints, initializers, regularizers
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import Layer, WeightOptions


class Equation(NamedTuple):
    """The parts of `"inputs,kernel->outputs"`.

    Attributes:
        inputs: Letters of the inputs' axes, without the ellipsis.
        kernel: Letters of the kernel's axes.
        outputs: Letters of the outputs' axes, without the ellipsis.
        ellipsis: Where it is: "left", "right" or "none".
    """

    inputs: str
    kernel: str
    outputs: str
    ellipsis: str


def parse(equation: str) -> Equation | None:
    """Returns the parts of an equation, or `None` if it has none of the three forms."""
    sides = equation.replace(" ", "").split("->")
    terms = [*sides[0].split(","), *sides[1:]]
    if len(sides) != 2 or len(terms) != 3:
        return None
    inputs, kernel, outputs = terms
    places = {_ellipsis(inputs), _ellipsis(outputs)}
    letters = [term.replace("...", "") for term in terms]
    known = set(letters[0]) | set(letters[1])
    clean = all(t.isalpha() and len(set(t)) == len(t) for t in letters)
    sound = clean and "..." not in kernel and len(places) == 1
    if not sound or not set(letters[2]) <= known or None in places:
        return None
    return Equation(letters[0], letters[1], letters[2], str(places.pop()))


def _ellipsis(term: str) -> str | None:
    if "..." not in term:
        return "none"
    sides = {(True, False): "left", (False, True): "right"}
    return sides.get((term.startswith("..."), term.endswith("...")))


class EinsumDense(Layer):
    """Affine map of any axes: `activation(einsum(equation, inputs, kernel) + bias)`.

    Example:
        >>> import numpy as np
        >>> layer = EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d")
        >>> layer(np.ones((2, 5, 3))).shape
        (2, 5, 6)

    Args:
        equation: `"inputs,kernel->outputs"` in letters, as `numpy.einsum` reads it.
            Both inputs and outputs may begin, or end, with `...`.
        output_shape: Shape of one output sample; `None` where the inputs say it. Axes
            under `...` are left out.
        activation: Elementwise function of the output; `None` leaves it as it is.
        bias_axes: Letters of the outputs' axes along which the bias varies; `None` for
            no bias.
        kernel_initializer: Makes the kernel.
        bias_initializer: Makes the bias.
        kernel_regularizer: Penalty of the kernel.
        bias_regularizer: Penalty of the bias.
        kernel_constraint: Projection of the kernel after each update.
        bias_constraint: Projection of the bias.
        activity_regularizer: Penalty of the output.

    Shapes:
        inputs, kernel, outputs: as the equation says
        bias: the outputs' from the first of `bias_axes` on, 1 at the other letters

    Raises:
        ArgumentError: If `equation` is not of the form, or `bias_axes` not in it.
        ShapeError: On the first call, if the inputs do not fit the equation, or leave a
            size of the kernel open.
    """

    def __init__(
        self,
        equation: str,
        output_shape: Any,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        *,
        activity_regularizer: Any = None,
        **options: Unpack[WeightOptions],
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.equation = equation
        self.output_shape = (
            (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        )
        self.activation = activations.get(activation)
        self.bias_axes = bias_axes
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self._form = self._parsed()

    def _parsed(self) -> Equation:
        form = parse(self.equation)
        if form is None:
            raise ArgumentError(
                self,
                "equation",
                expected='of the form "ab,bc->ac", "...ab,bc->...ac" or '
                '"ab...,bc->ac...", with letters that the left side has',
                got=self.equation,
            )
        if not set(self.bias_axes or "") <= set(form.outputs):
            raise ArgumentError(
                self,
                "bias_axes",
                expected=f"letters of the outputs, {form.outputs!r}",
                got=self.bias_axes,
            )
        return form

    def build(self, input_shape: Shape) -> None:
        sizes = self._sizes(input_shape)
        missing = [letter for letter in self._form.kernel if sizes.get(letter) is None]
        if missing:
            raise ShapeError(
                describe(self),
                expected=f"a size for the kernel's axes {', '.join(missing)} of "
                f"{self.equation!r}",
                got=f"inputs {input_shape} and output_shape={self.output_shape}",
                fix="Give it in `output_shape`, or in the shape of the inputs.",
            )
        self._kept = sizes
        self.kernel = self.add_weight(
            [sizes[letter] for letter in self._form.kernel], role="kernel"
        )
        self.bias = None
        if self.bias_axes:
            self.bias = self.add_weight(self._bias_shape(input_shape), role="bias")

    def _sizes(self, input_shape: Shape) -> dict[str, int | None]:
        """Returns the size of every letter, from the inputs and `output_shape`."""
        form = self._form
        free = len(input_shape) - len(form.inputs)
        if free < 0 or (free and form.ellipsis == "none"):
            raise self._misfit(input_shape)
        start = free if form.ellipsis == "left" else 0
        sizes: dict[str, int | None] = dict(
            zip(form.inputs, input_shape[start:], strict=False)
        )
        given = zip(reversed(form.outputs), reversed(self.output_shape), strict=False)
        for letter, size in given:
            if size is not None and sizes.get(letter, size) not in (size, None):
                raise self._misfit(input_shape)
            sizes[letter] = size if size is not None else sizes.get(letter)
        return sizes

    def _bias_shape(self, input_shape: Shape) -> list[int | None]:
        form, axes = self._form, set(self.bias_axes or "")
        first = min(form.outputs.index(letter) for letter in axes)
        shape = [self._kept[a] if a in axes else 1 for a in form.outputs[first:]]
        free = len(input_shape) - len(form.inputs) if form.ellipsis == "right" else 0
        return [*shape, *[1] * free]

    def _misfit(self, shape: Shape) -> ShapeError:
        return ShapeError(
            describe(self),
            expected=f"inputs that fit {self.equation!r} and "
            f"output_shape={self.output_shape}",
            got=f"{shape}",
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        now = self._sizes(inputs.shape)
        form = self._form
        for letter in set(form.kernel) & set(form.inputs):
            if now[letter] != self._kept[letter]:
                raise self._misfit(inputs.shape)
        outputs = jnp.einsum(self.equation, inputs, self.kernel.value)
        if self.bias is not None:
            outputs = outputs + self.bias.value
        activated: jax.Array = self.activation(outputs)
        return activated
