"""The page that holds a report."""

import html.parser
import re

import numpy as np
import pytest

from keryx import layers, Model, Sequential
from keryx.report import write_report

RNG = np.random.default_rng(0)
SAMPLES = 24


class Page(html.parser.HTMLParser):
    """Notes the tags of a page with their attributes, and its text."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    def words(self):
        return " ".join(" ".join(self.text).split())


def make(shape, outputs, activation, loss, metrics=("accuracy",)):
    model = Sequential(
        [
            layers.Input(shape),
            layers.Flatten(),
            layers.Dense(outputs, activation=activation),
        ],
        name="small",
    )
    model.compile("sgd", loss, metrics=list(metrics))
    return model


def trained(model, x, y):
    return model.fit(x, y, epochs=2, validation_split=0.25, verbose=0)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report on images of three classes, and what it is about."""
    x = RNG.uniform(size=(SAMPLES, 6, 6, 1)).astype("float32")
    y = np.arange(SAMPLES) % 3
    model = make((6, 6, 1), 3, "softmax", "sparse_categorical_crossentropy")
    history = trained(model, x, y)
    folder = tmp_path_factory.mktemp("report")
    names = ["<script>alert(1)</script>", 'a "b"', "c & d"]
    path = write_report(folder, model, history, x, y, class_names=names, title="T <i>")
    return path, model, x, y


def test_page_has_all_that_was_promised(report):
    page = Page(report[0])

    titles = re.findall(
        "Learning curves|Confusion matrix|ROC|Worst mistakes|Class by class|Model",
        page.words(),
    )
    assert len(set(titles)) == 6
    assert len(page.all("svg")) == 4  # two curves, the matrix, the ROC


def test_page_says_how_many_answers_are_right(report):
    path, model, x, y = report

    right = int((model.predict(x, verbose=0).argmax(axis=1) == y).sum())

    words = Page(path).words()
    assert f"{right} of {SAMPLES} answers are right." in words
    assert f"Test accuracy {right / SAMPLES:.2%}" in words


def test_page_fetches_nothing(report):
    page = Page(report[0])

    addresses = [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in ("src", "href", "xlink:href", "action", "data")
    ]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert not page.all("script")
    assert not page.all("link")


def test_hostile_names_stay_text(report):
    source = report[0].read_text(encoding="utf-8")

    assert "<script" not in source
    assert "<i>" not in source
    assert "&lt;script&gt;alert(1)" in source


def test_everything_seen_is_also_said(report):
    page = Page(report[0])

    assert all(image["alt"] for image in page.all("img"))
    drawings = page.all("svg")
    assert all(d["role"] == "img" and d["aria-label"] for d in drawings)
    assert page.all("html")[0]["lang"] == "en"
    assert all(cell["scope"] in ("col", "row") for cell in page.all("th"))


def test_drawings_take_the_colours_of_the_theme(report):
    source = report[0].read_text(encoding="utf-8")

    drawn = source[source.index("<svg") :]
    assert "var(--ink)" in drawn
    assert "#1b2430" not in drawn


def test_there_is_a_picture_for_each_of_the_worst_mistakes(report):
    path, model, x, y = report

    wrong = int((model.predict(x, verbose=0).argmax(axis=1) != y).sum())

    assert len(Page(path).all("img")) == min(wrong, 12) > 0


@pytest.mark.parametrize(
    ("outputs", "activation", "loss", "y", "expected"),
    [
        (1, "sigmoid", "binary_crossentropy", np.arange(SAMPLES) % 2, "Worst mistakes"),
        (2, "softmax", "categorical_crossentropy", np.eye(2)[np.arange(SAMPLES) % 2],
         "The area under the curve is"),
        (1, None, "mse", RNG.normal(size=SAMPLES), "Root mean square error"),
        (3, "sigmoid", "binary_crossentropy", np.ones((SAMPLES, 3)), "Learning curves"),
    ],
    ids=["binary", "one-hot", "numbers", "many labels"],
)  # fmt: skip
def test_other_questions_have_pages_too(
    tmp_path, outputs, activation, loss, y, expected
):
    x = RNG.normal(size=(SAMPLES, 4))
    model = make((4,), outputs, activation, loss, ())
    history = trained(model, x, y)

    page = Page(write_report(tmp_path, model, history, x, y))

    assert expected in page.words()


def test_model_of_several_outputs_has_curves_and_layers(tmp_path):
    x = layers.Input((3,))
    model = Model(x, [layers.Dense(1, name="p")(x), layers.Dense(2, name="q")(x)])
    model.compile("sgd", "mse")
    data, targets = np.zeros((8, 3)), [np.zeros((8, 1)), np.zeros((8, 2))]
    history = model.fit(data, targets, verbose=0)

    words = Page(write_report(tmp_path, model, history, data, targets)).words()

    assert "Learning curves" in words
    assert "tested on 8 samples" in words


def test_report_without_history_or_mistakes(tmp_path):
    model = make((2,), 2, None, "sparse_categorical_crossentropy")
    model.layers[-1].set_weights([np.eye(2), np.zeros(2)])
    x = np.array([[5.0, 0.0], [0.0, 5.0]])

    words = Page(write_report(tmp_path, model, None, x, np.array([0, 1]))).words()

    assert "Learning curves" not in words
    assert "There are none: all is right." in words


def test_folder_that_cannot_be_made_is_an_error(tmp_path, report):
    (tmp_path / "file").write_text("")
    _, model, x, y = report

    with pytest.raises(OSError, match="expected a folder that can be made"):
        write_report(tmp_path / "file" / "below", model, None, x, y)


def test_old_page_survives_a_failed_report(tmp_path, report):
    (tmp_path / "index.html").write_text("old")
    _, model, x, y = report

    with pytest.raises(ValueError, match="3 names, one per class"):
        write_report(tmp_path, model, None, x, y, class_names=["a"])

    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert (tmp_path / "index.html").read_text() == "old"
