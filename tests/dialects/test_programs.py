"""Programs of every era run unmodified, and what they compute is right."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).with_name("programs")
# Runs a program as `keryx run` does, then says what was translated.
RUN = """
import sys
from keryx.cli import main
status = main(["run", sys.argv[1]])
from keryx.dialects import counted
print("translated", counted())
sys.exit(status)
"""


def near(value, error):
    """A check that a number is one."""
    return lambda words: abs(float(words) - value) <= error


def below(limit):
    return lambda words: float(words) < limit


def above(limit):
    return lambda words: float(words) > limit


def exactly(text):
    return lambda words: words == text


# By program: the era it is read in, and a check of each line that it prints.
EXPECTED = {
    "keras0_merge": (
        "Keras 1",
        {
            "parameters": exactly(str(8 * 4 + 8 * 3 + 17)),
            "accuracy": above(0.9),
            "by hand": above(0.9),
        },
    ),
    "keras1_digits": (
        "Keras 1",
        {
            "shape": exactly("(None, 12, 8, 8)"),
            "keys": exactly("acc loss val_acc val_loss"),
            "accuracy": above(0.85),
        },
    ),
    "keras1_lstm": ("Keras 1", {"error": below(1e-6), "accuracy": above(0.95)}),
    "keras2_two_tasks": (
        "Keras 2",
        {
            "keys": exactly(
                "large_acc large_loss loss total_loss "
                "val_large_acc val_large_loss val_loss val_total_loss"
            ),
            "mse": below(0.02),
            "accuracy": above(0.85),
        },
    ),
    "keras2_custom_layer": (
        "Keras 2",
        {
            "error": below(1e-4),
            "loss": below(1e-6),
            "metric": below(1e-5),
            "keys": exactly("largest_error loss"),
        },
    ),
    "keras2_callbacks": (
        "Keras 2",
        {
            "f1": above(0.95),
            "kept": exactly("True"),
            "rate": near(0.001, 1e-8),
            "same": below(1e-6),
            "accuracy": above(0.93),
            "columns": exactly(
                "epoch,acc,loss,soft_accuracy,val_acc,val_f1,val_loss,val_soft_accuracy"
            ),
        },
    ),
    # Of 64 points, each a coin, 44 at first; the digits are ten kinds.
    "keras2_vae": (
        "Keras 2",
        {"first": above(30), "last": below(28), "neighbours": above(0.4)},
    ),
    "tf_training_loop": (
        "tf.keras",
        {"loss": below(0.3), "accuracy": above(0.85), "updates": exactly("66")},
    ),
    "tf_preprocessing": (
        "tf.keras",
        {
            "mean": below(1e-5),
            "deviation": below(1e-4),
            "rescaled": near(0.2, 1e-6),
            "mse": below(1e-3),
        },
    ),
    "keras3_ops": (
        "Keras 3",
        {
            "mse": below(2e-3),
            "same": below(1e-6),
            "seeded": exactly("True False"),
            "softmax": near(1, 1e-6),
            "einsum": exactly("(2, 3)"),
        },
    ),
    "keras3_stateless": ("Keras 3", {"loss": below(0.3), "accuracy": above(0.85)}),
    "keras3_train_step": (
        "Keras 3",
        {"loss": below(1e-6), "kernel": below(1e-3), "bias": below(1e-3)},
    ),
}
LATER: dict[str, str] = {}


def marked(name):
    reason = LATER.get(name)
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(name, marks=marks)


def told(printed):
    """The lines of a program by what they begin with."""
    found = {}
    for line in printed.splitlines():
        for name in (*WORDS, "translated"):
            if line.startswith(f"{name} "):
                found[name] = line.removeprefix(f"{name} ")
    return found


WORDS = sorted({name for _, lines in EXPECTED.values() for name in lines}, key=len)


@pytest.mark.parametrize("name", [marked(name) for name in EXPECTED])
def test_program_computes_what_is_right(name, tmp_path):
    era, lines = EXPECTED[name]
    env = os.environ | {"KERYX_HOME": str(tmp_path), "MPLBACKEND": "agg"}
    words = [sys.executable, "-c", RUN, str(PROGRAMS / f"{name}.py")]

    ran = subprocess.run(
        words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    printed = told(ran.stdout)
    assert printed.keys() == {*lines, "translated"}, ran.stdout
    wrong = {
        key: printed[key] for key, holds in lines.items() if not holds(printed[key])
    }
    assert not wrong
    assert f"read as {era}" in ran.stderr
    translates = {"Keras 1": True, "Keras 3": False}
    assert translates.get(era) in (None, printed["translated"] != "0")


def test_every_program_is_run():
    assert {path.stem for path in PROGRAMS.glob("*.py")} == EXPECTED.keys()
