"""The `keryx` command."""

import contextlib
import io
import re

import numpy as np
import pytest
from PIL import Image

from keryx import layers, Sequential
from keryx.cli import main
from keryx.cli._classify import classify, read_image
from keryx.cli._demo import load_digits


class Outcome:
    """What one command printed, and its exit status."""

    def __init__(self, *argv):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            self.status = main([str(word) for word in argv])
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A short demonstration."""
    folder = tmp_path_factory.mktemp("demo") / "new" / "folder"
    return folder, Outcome("demo", "--out", folder, "--epochs", 3, "--seed", 1)


@pytest.fixture
def picker():
    """A model of 4 × 4 images that says how bright the top and the bottom are."""
    model = Sequential(
        [
            layers.Input((4, 4, 1)),
            layers.Flatten(),
            layers.Dense(2, use_bias=False, activation="softmax"),
        ]
    )
    half = np.repeat([[1.0, 0.0], [0.0, 1.0]], 8, axis=0)
    model.set_weights([half])
    return model


def test_demo_succeeds_and_says_how_well_it_does(demo):
    _, outcome = demo

    accuracy = re.search(r"^test accuracy: (0\.\d+|1\.0+)$", outcome.out, re.M)

    assert outcome.status == 0
    assert float(accuracy[1]) > 0.5
    assert re.search(r"Done in \d+\.\d s", outcome.out)


def test_demo_writes_a_page_a_model_and_a_picture(demo):
    folder, outcome = demo

    assert sorted(path.name for path in folder.iterdir()) == [
        "digit.png",
        "index.html",
        "model.keras",
    ]
    assert "outputs of the loaded model equal those of the trained one" in outcome.out
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Learning curves" in page
    assert "Confusion matrix" in page


def test_demo_classifies_its_picture_as_the_command_does(demo):
    folder, outcome = demo

    again = Outcome("classify", folder / "model.keras", folder / "digit.png")

    said = re.search(r"the loaded model says (\d), (\d+\.\d)% sure", outcome.out)
    name, share = re.match(r"(\d) +(\d+\.\d+)%", again.out).groups()
    assert name == said[1]
    assert float(share) == pytest.approx(float(said[2]), abs=0.1)


def test_picture_of_the_demo_holds_the_digit_exactly(demo):
    pixels = read_image(demo[0] / "digit.png", (8, 8), 1) / 255

    np.testing.assert_allclose(pixels, load_digits().x_test[0], atol=0.5 / 255)


def test_digits_are_held_out_evenly_and_once():
    data = load_digits()

    counts = np.bincount(data.y_test)
    rows = np.concatenate([data.x, data.x_valid, data.x_test]).reshape(1797, 64)
    assert counts.min() >= 35
    assert counts.max() <= 37
    from sklearn.datasets import load_digits as original

    both = [np.sort(r.sum(axis=1)) for r in (rows, original().data / 16)]
    np.testing.assert_allclose(*both, rtol=1e-6)


def test_summary_prints_the_layers_of_a_file(demo):
    outcome = Outcome("summary", demo[0] / "model.keras")

    assert outcome.status == 0
    assert 'Model: "digits"' in outcome.out
    assert "Total params: 21,770" in outcome.out


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P", "RGBA"])
def test_images_of_every_kind_are_read(tmp_path, picker, mode):
    shades = np.zeros((40, 20), np.uint8)
    shades[:20] = 255
    Image.fromarray(shades).convert(mode).save(tmp_path / "top.png")

    best, other = classify(picker, tmp_path / "top.png", ["top", "bottom"])

    assert (best.name, other.name) == ("top", "bottom")
    assert best.confidence == pytest.approx(1 / (1 + np.exp(-8.0)), rel=1e-5)


def test_light_and_dark_can_be_swapped(tmp_path, picker):
    shades = np.zeros((4, 4), np.uint8)
    shades[:2] = 255
    Image.fromarray(shades).save(tmp_path / "top.png")

    best = classify(picker, tmp_path / "top.png", ["top", "bottom"], invert=True)[0]

    assert best.name == "bottom"


def test_model_without_images_cannot_classify_them(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "x.png")
    model = Sequential([layers.Input((5,)), layers.Dense(2)])

    with pytest.raises(ValueError, match=r"shape \(batch, height, width\)"):
        classify(model, tmp_path / "x.png")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["summary", "{tmp}/none.keras"], "none.keras"),
        (["summary", "{tmp}/text.txt"], "text.txt"),
        (["classify", "{model}", "{tmp}/none.png"], "none.png"),
        (["classify", "{model}", "{tmp}/text.txt"], "expected an image"),
        (["classify", "{model}", "{image}", "--names", "a,b"], "10 names"),
        (["demo", "--out", "{tmp}/text.txt/below"], "Give another one with `--out`"),
        (["demo", "--epochs", "0"], "must be 1 or more"),
        (["demo", "--out", "{tmp}", "--seed", "-1"], "seed"),
        (["dance"], "invalid choice: 'dance'"),
        ([], "usage: keryx"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:1]),
)
def test_wrong_use_is_told_and_ends_with_status_two(demo, tmp_path, argv, message):
    (tmp_path / "text.txt").write_text("no image, no model")
    places = {
        "tmp": tmp_path,
        "model": demo[0] / "model.keras",
        "image": demo[0] / "digit.png",
    }

    outcome = Outcome(*(word.format(**places) for word in argv))

    assert outcome.status == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_version_is_printed():
    from keryx import __version__

    outcome = Outcome("--version")

    assert (outcome.status, outcome.out) == (0, f"keryx {__version__}\n")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_demo_reaches_its_accuracy(tmp_path, seed):
    outcome = Outcome("demo", "--out", tmp_path, "--seed", seed)

    accuracy = float(re.search(r"test accuracy: (\S+)", outcome.out)[1])

    assert accuracy >= 0.98
