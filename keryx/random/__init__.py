"""Random numbers from one seed, and the generators that layers hold."""

from ._draws import (
    beta as beta,
    binomial as binomial,
    categorical as categorical,
    dropout as dropout,
    gamma as gamma,
    normal as normal,
    randint as randint,
    shuffle as shuffle,
    truncated_normal as truncated_normal,
    uniform as uniform,
)
from ._seed import (
    key_of as key_of,
    make_generator as make_generator,
    run_seed as run_seed,
    SeedGenerator as SeedGenerator,
    set_random_seed as set_random_seed,
)
