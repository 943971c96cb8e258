"""`tf.GradientTape`: derivatives of what a `with` block computed."""

import contextlib
import gc
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, StateError
from keryx._core.variable import Variable
from keryx.dialects.tensorflow import _recorder
from keryx.dialects.tensorflow._backward import pull_back, Slice


class UnconnectedGradients:
    """What the gradient is for sources that the target does not depend on."""

    NONE, ZERO = "none", "zero"


class GradientTape:
    """Notes what a `with` block computes, and differentiates it afterwards.

    Every operation of the block counts: layers, losses, `tf` and `keryx.ops` functions,
    operators, and `jax.numpy`. Arrays stay plain arrays. The gradient runs the noted
    steps again as a function of the sources and applies `jax.vjp` to it; from the
    second time that the same steps occur it is one compiled program. Inside of a
    compiled run, such as the `train_step` of a model, it is a part of that program.
    Tapes may be nested, for derivatives of derivatives.

    Example:
        >>> x = jnp.float32(3.0)
        >>> with GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> float(tape.gradient(y, x))
        6.0

    Args:
        persistent: Whether more than one gradient may be asked for.
        watch_accessed_variables: Whether trainable variables are sources unasked.

    Departs from TensorFlow: arrays are sources whether watched or not; the value of a
    variable that counts is the one it has when its gradient is first asked for, so ask
    before an optimizer changes it; `while_loop` has no gradient (`tf.scan` and
    `tf.map_fn` do) in compiled functions; what NumPy or Python computes leaves no
    trace, nor does a variable that a `custom_gradient` reads.
    """

    def __init__(
        self, persistent: bool = False, watch_accessed_variables: bool = True
    ) -> None:
        self._persistent = bool(persistent)
        self._all = bool(watch_accessed_variables)
        self._recorder: Any = None
        self._context: Any = None
        self._used = False
        # Ids of watched variables and arrays → what keeps them, and so the id, alive.
        self._watched: dict[int, Any] = {}
        # Ids of variables → (variable, array that was its value).
        self._held: dict[int, Any] = {}
        self._steps: list[Any] = []

    def __enter__(self) -> "GradientTape":
        if self._context is not None:
            raise self._error("a block that is not entered twice", "a tape that runs")
        self._recorder, self._context = _recorder.start()
        return self

    def __exit__(self, *error: Any) -> None:
        _recorder.stop(self._context)
        self._context = None
        self._steps += self._recorder.steps

    def watch(self, tensor: Any) -> None:
        """Makes a tensor or variable, or nested ones, sources of gradients."""
        for leaf in jax.tree.leaves(tensor):
            self._watched[id(leaf)] = leaf

    def watched_variables(self) -> tuple[Variable, ...]:
        """Returns the trainable variables that the block read."""
        read = {id(x) for step in self._noted() for x in step.inputs}
        return tuple(
            thing
            for thing in gc.get_objects()
            if isinstance(thing, Variable)
            and thing.trainable
            and id(self._value(thing)) in read
        )

    @contextlib.contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Notes nothing inside of this `with` statement."""
        with _recorder.paused(self._recorder):
            yield

    def reset(self) -> None:
        """Forgets what was noted."""
        self._steps, self._held = [], {}
        self._recorder.steps.clear()

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = "none",
    ) -> Any:
        """Derivatives of the sum of `target`'s elements.

        Args:
            target: What was computed in the block; one tensor or nested ones.
            sources: Tensors and variables, nested.
            output_gradients: Weights of the elements of `target`; ones if `None`.
            unconnected_gradients: "none" or "zero": the gradient for sources that the
                target does not depend on.

        Returns:
            Gradients, nested like `sources`.

        Raises:
            StateError: If the tape gave its gradient and is not `persistent`.
        """
        unconnected = check.one_of(
            unconnected_gradients,
            ("none", "zero"), "unconnected_gradients", "GradientTape.gradient",
        )  # fmt: skip
        targets = jax.tree.leaves(target)
        weights = jax.tree.leaves(output_gradients)
        if weights and len(weights) != len(targets):
            raise ArgumentError(
                "GradientTape.gradient", "output_gradients",
                expected=f"nested like `target`, with {len(targets)} arrays",
                got=f"{len(weights)} arrays",
            )  # fmt: skip
        part, places = self._slice(targets, jax.tree.leaves(sources))
        with _recorder.paused(self._recorder):
            found = pull_back(part, weights)
            flat = [None if at is None else found[at] for at in places]
            if unconnected == "zero":
                flat = [
                    jnp.zeros_like(_array(source)) if grad is None else grad
                    for grad, source in zip(flat, jax.tree.leaves(sources), strict=True)
                ]
        return jax.tree.unflatten(jax.tree.structure(sources), flat)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: Any = "none",
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """Derivatives of each element of `target`.

        Shapes:
            target: `(...)`
            result: `(..., the source's own shape)`, nested like `sources`
        """
        part, places = self._slice([target], jax.tree.leaves(sources))
        with _recorder.paused(self._recorder):
            nudges = part.nudges()
            found = jax.jacrev(lambda x: part.replay(part.constants, x)[0])(nudges)
        flat = [None if at is None else found[at] for at in places]
        return jax.tree.unflatten(jax.tree.structure(sources), flat)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: Any = "none",
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """Derivatives of each sample of `target` by the same sample of `source`.

        Shapes:
            target: `(batch, ...)`
            source: `(batch, ---)`
            result: `(batch, ..., ---)`
        """
        full = self.jacobian(target, source)
        if full is None:
            return None
        rank = np.ndim(_array(target))
        return jnp.moveaxis(jnp.diagonal(full, axis1=0, axis2=rank), -1, 0)

    # --- inside -------------------------------------------------------------------

    def _noted(self) -> list[Any]:
        running = self._recorder.steps if self._context is not None else []
        return self._steps + running

    def _slice(
        self, targets: list[Any], sources: list[Any]
    ) -> tuple[Slice, list[int | None]]:
        """Returns the steps that matter, and each source's place in them."""
        if self._recorder is None:
            raise self._error("what to differentiate", "a tape without a `with` block")
        if self._used and not self._persistent:
            raise self._error(
                "one gradient", "a second one",
                "Make it `GradientTape(persistent=True)`.",
            )  # fmt: skip
        self._used = True
        arrays = [self._value(source) for source in sources]
        wanted = [self._counts(x) for x in sources]
        known = [a for a, use in zip(arrays, wanted, strict=True) if use]
        part = Slice(self._noted(), [self._value(t) for t in targets], known)
        if not self._persistent:
            self._steps = []
        places: Any = [
            part.place.get(id(a)) if use else None
            for a, use in zip(arrays, wanted, strict=True)
        ]
        return part, places

    def _counts(self, source: Any) -> bool:
        """Tells whether derivatives by a source are given."""
        kind = self._value(source).dtype
        if not jnp.issubdtype(kind, jnp.inexact):
            return False
        if isinstance(source, Variable) and id(source) not in self._watched:
            return self._all and source.trainable
        return True

    def _value(self, thing: Any) -> Any:
        """Returns the array that a variable is in this tape; an array itself."""
        if not isinstance(thing, Variable):
            return _array(thing)
        if id(thing) not in self._held:
            self._held[id(thing)] = thing, thing.value
        return self._held[id(thing)][1]

    def _error(self, expected: str, got: str, fix: str = "") -> StateError:
        return StateError("GradientTape", expected=expected, got=got, fix=fix)


def _array(value: Any) -> Any:
    """Returns an array as it is, by its identity; anything else as an array."""
    if isinstance(value, Variable):
        return value.value
    return value if isinstance(value, jax.Array) else jnp.asarray(value)
