"""One seed governs everything; each use derives its own from it by name.

A name is used again when a script builds the same model twice, so a name's seed also
depends on how often it was used since seeding. Nothing else is counted.
"""

import hashlib
import random
from typing import Any

import jax
import numpy as np

from keryx._core import check, scope
from keryx._core.configurable import Configurable
from keryx._core.variable import Variable


class _Root:
    """The seed of the process, and how often each name has been used since it was set.

    While the user has set none, the seed is read off NumPy's global generator, so that
    a script's `numpy.random.seed(7)` governs keryx too.
    """

    def __init__(self) -> None:
        self.seed: bytes | None = None
        self.peeked = b""
        self.uses: dict[str, int] = {}

    def set(self, seed: int) -> None:
        self.seed = seed.to_bytes(8, "little")
        self.uses = {}

    def get(self) -> bytes:
        if self.seed is not None:
            return self.seed
        name, words, position, *_ = np.random.get_state(legacy=True)
        peeked = hashlib.blake2b(
            np.asarray(words).tobytes() + str((name, position)).encode(), digest_size=8
        ).digest()
        if peeked != self.peeked:
            self.peeked, self.uses = peeked, {}
        return peeked


_root = _Root()


def set_random_seed(seed: int) -> None:
    """Seeds Python's, NumPy's and keryx's random numbers: same seed, same bits.

    Everything that a script draws from here on is determined: weights, shuffling,
    dropout, splits.

    Args:
        seed: Any integer from 0 to 2³² - 1.

    Raises:
        ArgumentError: If it is not.
    """
    check.in_interval(seed, 0, 2**32 - 1, "seed", "set_random_seed")
    random.seed(seed)
    np.random.seed(seed)
    _root.set(int(seed))


def derive(*parts: Any) -> int:
    """Returns a 63-bit seed that is a pure function of `parts`."""
    text = "\x1f".join(str(part) for part in parts)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def seed_for(name: str) -> int:
    """Returns the seed of the next thing called `name`."""
    root = _root.get()
    use = _root.uses.get(name, 0)
    _root.uses[name] = use + 1
    return derive(root.hex(), name, use)


def run_seed() -> int:
    """Returns the seed of one run of `fit`.

    Draws once from NumPy's global generator, so that runs follow each other in a
    sequence that `numpy.random.seed` determines.
    """
    seed = seed_for("run")
    np.random.random()
    _root.get()  # takes note of the draw, so that the same seed set again is news
    return seed


def make_generator(seed: Any, name: str = "generator") -> np.random.Generator:
    """Returns NumPy's generator for a seed: an integer, a `SeedGenerator` or `None`."""
    if isinstance(seed, SeedGenerator):
        seed = derive(*np.asarray(seed.next_state()).tolist())
    return np.random.Generator(
        np.random.Philox(seed_for(name) if seed is None else int(seed))
    )


class SeedGenerator(Configurable):
    """A source of random keys that a layer holds.

    In a compiled run its keys derive from the run's seed, the step, its place in the
    model and the number of draws within the step; so they never depend on how often
    the model was called before. Outside, each draw counts its state up.

    Example:
        >>> source = SeedGenerator(seed=1)
        >>> bool((source.next() == source.next()).all())
        False

    Args:
        seed: An integer, for draws independent of the global seed.
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        self.seed = seed
        self.name = name or "seed_generator"
        first = seed_for("seed_generator") if seed is None else int(seed)
        value = np.array([first & 0xFFFFFFFF, 0], np.uint32)
        self.state = Variable(
            value,
            dtype="uint32",
            trainable=False,
            autocast=False,
            name="seed_generator_state",
            path=f"{self.name}/seed_generator_state",
        )

    def next_state(self) -> np.ndarray[Any, Any]:
        """Returns the state as two integers and counts it up."""
        state = self.state.numpy()
        self.state.adopt(jax.numpy.asarray(state + np.array([0, 1], np.uint32)))
        return state

    def next(self, ordered: bool = True) -> jax.Array:
        """Returns the next key, as JAX's raw pair of words."""
        here = scope.current()
        if here is not None and here.key is None and id(self.state) in here.values:
            # A run whose caller holds the states, such as `stateless_call`.
            state = self.state.value
            self.state.assign(state + jax.numpy.array([0, 1], state.dtype))
            return state
        if here is None or here.key is None:
            with jax.ensure_compile_time_eval():
                return jax.numpy.asarray(self.next_state())
        draw = here.draws.get(id(self), 0)
        here.draws[id(self)] = draw + 1
        if self.seed is None:
            place = here.slots.get(id(self), len(here.slots))
            root = jax.random.fold_in(here.key, place)
        else:
            root = jax.random.fold_in(jax.random.PRNGKey(self.seed), here.step)
        return jax.random.fold_in(root, draw)


def key_of(seed: Any) -> jax.Array:
    """Returns the key that a `seed` argument means.

    Args:
        seed: A `SeedGenerator` gives its next key; an integer its own, always the same;
            `None` one that follows from the run or the global seed.
    """
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is not None:
        number = isinstance(seed, int | np.integer)
        return jax.random.PRNGKey(int(seed)) if number else seed
    here = scope.current()
    if here is None or here.key is None:
        return jax.random.PRNGKey(seed_for("key") & 0xFFFFFFFF)
    draw = here.draws.get(0, 0)
    here.draws[0] = draw + 1
    return jax.random.fold_in(jax.random.fold_in(here.key, 2**31 - 1), draw)
