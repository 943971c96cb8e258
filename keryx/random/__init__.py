"""Random numbers from one seed, and the generators that layers hold."""

from ._seed import (
    key_of as key_of,
    make_generator as make_generator,
    run_seed as run_seed,
    SeedGenerator as SeedGenerator,
    set_random_seed as set_random_seed,
)
