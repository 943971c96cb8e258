"""Each old call is warned of once per place, in today's words."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

from keryx import layers
from keryx._core.errors import KeryxWarning
from keryx.dialects import counted, DialectWarning, forget, rewrites


@pytest.fixture(autouse=True)
def _fresh():
    forget()
    yield
    forget()


def test_the_warning_has_the_call_in_both_spellings():
    with pytest.warns(DialectWarning) as caught:
        layers.Dense(output_dim=64, init="uniform")

    assert str(caught[0].message) == (
        "`Dense(output_dim=64, init='uniform')` is written "
        "`Dense(units=64, kernel_initializer='uniform')` today."
    )
    assert caught[0].filename == __file__


def test_a_place_is_warned_of_once_and_counted_every_time():
    with pytest.warns(DialectWarning) as caught:
        made = [layers.Dense(output_dim=64) for _ in range(3)]

    assert (len(made), len(caught)) == (3, 1)
    assert counted() == 3
    assert len(rewrites()) == 1


def test_the_record_knows_file_and_line():
    with pytest.warns(DialectWarning):
        layers.Dropout(p=0.5)

    (rewrite,) = rewrites()
    assert rewrite.file == __file__
    with open(__file__, encoding="utf-8") as text:
        assert "layers.Dropout(p=0.5)" in text.readlines()[rewrite.line - 1]
    assert (rewrite.old, rewrite.new) == ("Dropout(p=0.5)", "Dropout(rate=0.5)")


def test_long_values_are_left_out():
    with pytest.warns(DialectWarning, match=r"Dense\(2, weights=\[\.\.\.\]\)"):
        layers.Dense(2, weights=[np.ones((1000, 2))])


def test_it_can_be_made_an_error():
    assert issubclass(DialectWarning, KeryxWarning)

    with warnings.catch_warnings():
        warnings.simplefilter("error", DialectWarning)
        with pytest.raises(DialectWarning, match="output_dim"):
            layers.Dense(output_dim=2)


CLEAN = """
import sys
import keryx
from keryx import dialects, layers, optimizers
layers.Dense(3, activation="relu", kernel_initializer="uniform")
optimizers.Adam(learning_rate=0.1).iterations
hasattr(layers.Dense(3), "nothing_of_the_kind")
loaded = [m for m in sys.modules if m.startswith("keryx.dialects.")]
print(sorted(loaded), dialects.counted())
"""


def test_a_program_in_todays_spelling_loads_no_table():
    done = subprocess.run(
        [sys.executable, "-c", CLEAN], capture_output=True, text=True, check=True
    )

    names = [f"keryx.dialects.{name}" for name in ("_load", "_names", "_serve")]
    assert done.stdout.strip() == f"{names} 0"
    assert done.stderr == ""
