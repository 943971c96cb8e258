"""The programs about sequences run, and learn what their texts say they learn."""

import re
import runpy
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "sequences"
ALPHABET = " ".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a program of the folder; returns what it prints."""
    monkeypatch.syspath_prepend(FOLDER)

    def start(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
        return capsys.readouterr().out

    yield start
    sys.modules.pop("alphabet", None)


def accuracy(printed):
    """Returns the accuracy that a program prints, in percent."""
    return float(re.search(r"accuracy[^:]*: (\S+)%", printed)[1])


@pytest.mark.parametrize("name", ["one_letter", "window"])
def test_sequences_of_one_step_are_learnt_poorly(run, name):
    printed = run(name)
    assert 60 < accuracy(printed) < 96
    assert "(wrong: " in printed


def test_time_steps_are_learnt_wholly(run):
    assert accuracy(run("time_steps")) == 100


def test_one_batch_is_learnt_wholly_in_any_order(run):
    printed = run("one_batch")
    asked, answered = printed.splitlines()[-2:]
    assert accuracy(printed) == 100
    assert [ord(b) - ord(a) for a, b in zip(asked, answered, strict=True)] == [1] * 20


def test_stateful_network_recites_the_alphabet_but_cannot_begin_at_k(run):
    printed = run("stateful")
    assert accuracy(printed) == 100
    assert printed.splitlines()[-3:] == [ALPHABET, "from K, cold:", "K B C D E F"]


@pytest.mark.parametrize(
    ("epochs", "least"), [(40, 60), pytest.param(500, 98, marks=pytest.mark.slow)]
)
def test_padded_runs_of_letters_are_learnt(run, epochs, least):
    printed = run("variable_length", "--epochs", epochs)
    assert accuracy(printed) >= least
    assert len(re.findall(r"^[A-Z]{1,5} -> [A-Z]", printed, re.MULTILINE)) == 20


def test_characters_are_written_and_drawn(run, tmp_path):
    printed = run("characters", "--quick", "--out", tmp_path, "--characters", 50)
    text = (tmp_path / "sample.txt").read_text(encoding="utf-8")
    assert text.startswith("The ")
    assert len(text) == len("The ") + 50 + len("\n")
    assert text in printed
    for name in ("history.png", "sample.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_characters_learn_words(run, tmp_path):
    printed = run("characters", "--out", tmp_path)
    words = re.findall(r"[a-z]+", (tmp_path / "sample.txt").read_text(encoding="utf-8"))
    reference = set(re.findall(r"[a-z]+", manual()))
    assert sum(word in reference for word in words) > 0.85 * len(words)
    assert float(re.findall(r"val_accuracy: (\S+)", printed)[-1]) > 0.55


def manual():
    """Returns the text that the network learns."""
    from pydoc_data.topics import topics

    return "\n".join(topics.values())
