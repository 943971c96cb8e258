"""Data sets from folders. Orders and numbers in tables are those of Keras 3.15.1."""

import inspect

import keras
import numpy as np
import pytest

import keryx
from keryx import layers, utils
from keryx.preprocessing import _pictures

PIL = pytest.importorskip("PIL.Image")
CLASSES = {"b": 5, "a": 4, "c/inside": 4}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder with 13 pictures of three classes, each of one value."""
    root = tmp_path_factory.mktemp("pictures")
    value = 0
    for name, count in CLASSES.items():
        (root / name).mkdir(parents=True)
        for i in range(count):
            value += 10
            pixels = np.full((4 + i, 6, 3), value, "uint8")
            PIL.fromarray(pixels).save(root / name / f"p{i}.png")
    (root / "a" / "notes.md").write_text("no picture")
    return root


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    root = tmp_path_factory.mktemp("texts")
    for name in ("neg", "pos"):
        (root / name).mkdir()
        for i in range(3):
            (root / name / f"{i}.txt").write_text(f"text {name} {i} é", "utf-8")
    return root


def read(root, **options):
    options = {"image_size": (4, 6), "verbose": False, "batch_size": 4, **options}
    return utils.image_dataset_from_directory(root, **options)


def names(data, root):
    return [path.removeprefix(f"{root}/") for path in data.file_paths]


@pytest.mark.parametrize(
    "name",
    ["image_dataset_from_directory", "text_dataset_from_directory", "split_dataset"],
)
def test_signatures_are_those_of_keras(name):
    ours, theirs = (
        [(p.name, p.default) for p in inspect.signature(f).parameters.values()]
        for f in (getattr(utils, name), getattr(keras.utils, name))
    )

    assert ours == theirs


def test_classes_are_folders_in_order(pictures):
    data = read(pictures, shuffle=False)

    assert data.class_names == ["a", "b", "c"]
    assert names(data, pictures)[:5] == [*(f"a/p{i}.png" for i in range(4)), "b/p0.png"]
    labels = np.concatenate([labels for _, labels in data])
    assert labels.tolist() == [0] * 4 + [1] * 5 + [2] * 4
    assert len(data) == 4


def test_a_seed_gives_the_order_of_keras(pictures):
    order = np.arange(13)
    np.random.RandomState(3).shuffle(order)
    whole = names(read(pictures, shuffle=False), pictures)

    parts = [
        names(read(pictures, seed=3, validation_split=0.3, subset=s), pictures)
        for s in ("training", "validation")
    ]

    assert parts[0] + parts[1] == [whole[i] for i in order]
    assert len(parts[1]) == 3


def test_each_pass_has_an_order_of_its_own(pictures):
    data = read(pictures, seed=1)

    passes = [np.concatenate([x[:, 0, 0, 0] for x, _ in data]) for _ in range(2)]

    assert sorted(passes[0].tolist()) == sorted(passes[1].tolist())
    assert passes[0].tolist() != passes[1].tolist()


def test_pixels_and_labels_stay_together(pictures):
    for x, y in read(pictures, seed=1):
        value = np.asarray(x)[:, 0, 0, 0]
        assert np.where(value <= 50, 1, np.where(value <= 90, 0, 2)).tolist() == (
            y.tolist()
        )


@pytest.mark.parametrize(
    ("options", "shape", "kind"),
    [
        ({"label_mode": "int"}, (4,), "int32"),
        ({"label_mode": "categorical"}, (4, 3), "float32"),
        ({"label_mode": "binary", "class_names": ["a", "b"]}, (4, 1), "float32"),
        ({"labels": list(range(13))}, (4,), "int32"),
    ],
    ids=str,
)
def test_labels_have_the_form_that_is_asked_for(pictures, options, shape, kind):
    _, labels = next(iter(read(pictures, **options)))

    assert (labels.shape, labels.dtype) == (shape, kind)


@pytest.mark.parametrize("options", [{"labels": None}, {"label_mode": None}], ids=str)
def test_there_may_be_no_labels(pictures, options):
    assert next(iter(read(pictures, **options))).shape == (4, 4, 6, 3)


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({"color_mode": "grayscale"}, (4, 4, 6, 1)),
        ({"color_mode": "rgba"}, (4, 4, 6, 4)),
        ({"data_format": "channels_first"}, (4, 3, 4, 6)),
        ({"batch_size": None}, (4, 6, 3)),
        ({"crop_to_aspect_ratio": True}, (4, 4, 6, 3)),
    ],
    ids=str,
)
def test_pictures_have_the_form_that_is_asked_for(pictures, options, shape):
    assert next(iter(read(pictures, **options)))[0].shape == shape


# A line of pixels in 5, and in 3, as TensorFlow's `resize` makes it of these four.
LINE = np.array([10.0, 20.0, 50.0, 40.0], "float32")
SIZES = [
    ("nearest", 5, [10, 20, 50, 50, 40]),
    ("bilinear", 5, [10, 17, 35, 47, 40]),
    ("bilinear", 3, [11.666667, 35, 41.666667]),
    ("area", 3, [12.5, 35, 42.5]),
    ("area", 2, [15, 45]),
]


@pytest.mark.parametrize(("method", "size", "expected"), SIZES, ids=str)
def test_pictures_are_resized_by_the_textbook(method, size, expected):
    made = _pictures.resized(LINE[None, :, None], (1, size), method)

    np.testing.assert_allclose(made[0, :, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("method", _pictures.METHODS)
def test_a_plain_picture_stays_plain(method):
    made = _pictures.resized(np.full((3, 5, 1), 7, "float32"), (8, 4), method)

    np.testing.assert_allclose(made, 7, rtol=1e-5)


def test_borders_are_black():
    made = _pictures.padded(np.ones((2, 2, 1), "float32"), (4, 8), "bilinear")

    assert made[..., 0].sum(axis=0).tolist() == [0, 0, 4, 4, 4, 4, 0, 0]


def test_pictures_train_a_model(pictures):
    utils.set_random_seed(0)
    model = keryx.Sequential(
        [layers.Input((4, 6, 3)), layers.Flatten(), layers.Dense(3, "softmax")]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    data = read(pictures, seed=0).map(lambda x, y: (x / 255, y)).cache().prefetch(2)

    fit = model.fit(data, epochs=9, validation_data=data.take(1), verbose=0)

    assert fit.history["loss"][-1] < fit.history["loss"][0]
    assert model.predict(data, verbose=0).shape == (13, 3)


# Texts


def test_texts_are_read_and_cut(texts):
    data = utils.text_dataset_from_directory(
        texts, shuffle=False, label_mode="binary", max_length=9, batch_size=4
    )

    words, labels = next(iter(data))

    assert words.tolist() == ["text neg "] * 3 + ["text pos "]
    assert words.numpy()[0] == b"text neg "
    assert labels.tolist() == [[0.0], [0.0], [0.0], [1.0]]


def test_texts_train_a_model(texts):
    data = utils.text_dataset_from_directory(texts, verbose=False, batch_size=2)
    vectorize = layers.TextVectorization(output_mode="multi_hot")
    vectorize.adapt(data.map(lambda x, y: x))
    model = keryx.Sequential([vectorize, layers.Dense(1)])
    model.compile("sgd", "mse")

    history = model.fit(data, verbose=0).history

    assert vectorize.get_vocabulary()[:3] == ["[UNK]", "é", "text"]
    assert np.isfinite(history["loss"]).all()


# Steps


def numbers(data):
    return [np.asarray(x).tolist() for x in data]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (lambda d: d.batch(2), [[0, 1], [2, 3], [4]]),
        (lambda d: d.batch(2, drop_remainder=True), [[0, 1], [2, 3]]),
        (lambda d: d.batch(2).unbatch(), [0, 1, 2, 3, 4]),
        (lambda d: d.skip(3), [3, 4]),
        (lambda d: d.take(2).repeat(2), [0, 1, 0, 1]),
        (lambda d: d.repeat().take(7), [0, 1, 2, 3, 4, 0, 1]),
        (lambda d: d.concatenate(d.take(1)), [0, 1, 2, 3, 4, 0]),
        (lambda d: d.filter(lambda x: x % 2 == 0), [0, 2, 4]),
        (lambda d: d.map(lambda x: x * 2), [0, 2, 4, 6, 8]),
    ],
    ids=["batch", "whole", "unbatch", "skip", "repeat", "endless", "concatenate",
         "filter", "map"],
)  # fmt: skip
def test_steps_give_the_elements_they_say(step, expected):
    data, _ = utils.split_dataset(np.arange(5), left_size=1.0)

    made = step(data)

    assert numbers(made) == expected
    assert made.cardinality() in (len(expected), -2)


def test_shuffling_gives_all_elements_in_another_order():
    data, _ = utils.split_dataset(np.arange(20), left_size=20)

    mixed = numbers(data.shuffle(8, seed=1))

    assert sorted(mixed) == list(range(20))
    assert mixed != sorted(mixed)


def test_cached_elements_are_computed_once():
    calls = []
    data, _ = utils.split_dataset(np.arange(3), left_size=3)
    cached = data.map(lambda x: calls.append(1) or x).cache()

    first, second = numbers(cached), numbers(cached)

    assert first == second == [0, 1, 2]
    assert len(calls) == 3


SPLITS = [
    ({"left_size": 0.7}, range(7), range(7, 10)),
    ({"right_size": 3}, range(7), range(7, 10)),
    ({"left_size": 2, "right_size": 3}, range(2), range(7, 10)),
    ({"left_size": 3, "right_size": 2, "shuffle": True, "seed": 1}, [6, 8, 9], [1, 2]),
]


@pytest.mark.parametrize(("options", "left", "right"), SPLITS, ids=str)
def test_data_sets_are_split_as_by_keras(options, left, right):
    parts = utils.split_dataset(np.arange(10), **options)

    assert [numbers(part) for part in parts] == [list(left), list(right)]


# Mistakes

FOLDER = "image_dataset_from_directory"
MISTAKES = [
    ({"validation_split": 0.3, "seed": 1}, "given with `validation_split`"),
    ({"validation_split": 0.3, "subset": "training"}, "so that the parts share none"),
    ({"validation_split": 0.01, "subset": "both", "seed": 1}, "leaves files in both"),
    ({"label_mode": "binary"}, "unless there are two classes"),
    ({"labels": [1, 2]}, "one for each of 13 files"),
    ({"labels": "x"}, '"inferred", a list or None'),
    ({"labels": None, "class_names": ["a"]}, "left out unless"),
    ({"class_names": ["a", "x"]}, r"among \['a', 'b', 'c'\], but got \['x'\]"),
    ({"color_mode": "x"}, "must be one of 'rgb'"),
    ({"interpolation": "x"}, "must be one of 'bilinear'"),
    ({"label_mode": "x"}, "must be one of 'int'"),
    ({"batch_size": 0}, "must be a positive integer"),
]


@pytest.mark.parametrize(("options", "message"), MISTAKES, ids=[m for _, m in MISTAKES])
def test_mistakes_are_named(pictures, options, message):
    with pytest.raises(ValueError, match=message):
        read(pictures, **options)


def test_folders_without_files_are_named(tmp_path):
    with pytest.raises(ValueError, match="expected a folder"):
        read(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="expected files that end in .bmp"):
        read(tmp_path)


def test_files_that_are_no_pictures_are_named(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").write_bytes(b"no picture")

    with pytest.raises(ValueError, match=r"x\.png: expected a picture"):
        next(iter(read(tmp_path)))
