"""Pictures and their batches are those of Keras's own, now unmaintained, module."""

import inspect

import keras
import keras.src.legacy.preprocessing.image as legacy
import numpy as np
import pytest
from PIL import Image

from keryx import utils
from keryx.preprocessing import image

pytestmark = [
    pytest.mark.filterwarnings("ignore:This ImageDataGenerator specifies:UserWarning"),
    # The module asks SciPy for a name of old.
    pytest.mark.filterwarnings("ignore:Please import:DeprecationWarning"),
]
AXES = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}


@pytest.fixture
def pictures():
    drawn = np.random.default_rng(3).random((7, 8, 8, 3)) * 255
    return drawn.astype("float32")


@pytest.fixture
def folder(tmp_path):
    """Two classes of pictures, some of them further down, and a file that is none."""
    draw = np.random.default_rng(5)
    for place in ("dogs", "cats", "cats/old", "none"):
        (tmp_path / place).mkdir()
    for i, place in enumerate(("dogs", "dogs", "dogs", "cats", "cats", "cats/old")):
        levels = draw.integers(0, 256, (9, 7, 3), dtype="uint8")
        Image.fromarray(levels).save(tmp_path / place / f"{i}.png")
    (tmp_path / "cats" / "notes.txt").write_text("of no use")
    return tmp_path


def arguments(function):
    found = inspect.signature(function).parameters.values()
    return [(p.name, p.default) for p in found]


@pytest.mark.parametrize(
    "name", ["load_img", "img_to_array", "array_to_img", "save_img"]
)
def test_helpers_take_the_arguments_of_keras(name):
    assert arguments(getattr(utils, name)) == arguments(getattr(keras.utils, name))
    assert getattr(utils, name) is getattr(image, name)


@pytest.mark.parametrize(
    "name",
    [
        "ImageDataGenerator", "ImageDataGenerator.flow", "ImageDataGenerator.fit",
        "ImageDataGenerator.flow_from_directory", "DirectoryIterator", "Iterator",
        "ImageDataGenerator.random_transform", "NumpyArrayIterator",
        "DataFrameIterator", "apply_affine_transform", "apply_channel_shift",
        "apply_brightness_shift", "random_rotation", "random_shift", "random_shear",
        "random_zoom", "random_channel_shift", "random_brightness", "flip_axis",
    ],
)  # fmt: skip
def test_legacy_parts_take_the_arguments_of_keras(name):
    ours, theirs = image, legacy
    for part in name.split("."):
        ours, theirs = getattr(ours, part), getattr(theirs, part)

    assert arguments(ours) == arguments(theirs)


@pytest.mark.parametrize("mode", ["nearest", "constant", "reflect", "wrap"])
@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize(
    "moves",
    [
        {"theta": 30},
        {"tx": 2.5, "ty": -1},
        {"shear": 20},
        {"zx": 0.5, "zy": 1.7},
        {"theta": -100, "tx": 9, "ty": 0.3, "shear": -7, "zx": 2.0, "zy": 0.8},
    ],
    ids=lambda moves: "+".join(moves),
)
def test_affine_transform_of_a_square(pictures, mode, order, moves):
    given = {**moves, **AXES, "fill_mode": mode, "cval": 9.0, "order": order}

    moved = image.apply_affine_transform(pictures[0], **given)

    expected = legacy.apply_affine_transform(pictures[0], **given)
    assert moved.dtype == expected.dtype
    np.testing.assert_allclose(moved, expected, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("stretch", [1.0, 3.0])
def test_brightness(pictures, scale, stretch):
    picture = pictures[0] * stretch - (stretch - 1) * 100

    changed = image.apply_brightness_shift(picture, 0.7, scale)

    expected = legacy.apply_brightness_shift(picture, 0.7, scale)
    np.testing.assert_allclose(changed, expected, rtol=1e-5, atol=1e-4)


def test_channel_shift(pictures):
    changed = image.apply_channel_shift(pictures[0], 40.0, channel_axis=2)

    expected = legacy.apply_channel_shift(pictures[0], 40.0, channel_axis=2)
    np.testing.assert_allclose(changed, expected, rtol=1e-6)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16", "F"])
def test_pictures_become_arrays(mode, data_format):
    picture = Image.new(mode, (3, 2))

    array = image.img_to_array(picture, data_format)

    expected = keras.utils.img_to_array(picture, data_format)
    assert array.dtype == expected.dtype
    np.testing.assert_array_equal(array, expected)
    np.testing.assert_array_equal(array.shape, expected.shape)


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("top", [1.0, 255.0, 900.0])
def test_arrays_become_pictures(scale, channels, top):
    levels = np.random.default_rng(1).random((4, 5, channels)) * top

    picture = image.array_to_img(levels, scale=scale)

    expected = keras.utils.array_to_img(levels, scale=scale)
    assert picture.mode == expected.mode
    np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("how", ["nearest", "bilinear", "lanczos"])
@pytest.mark.parametrize("size", [None, (4, 4), (12, 3)], ids=str)
def test_files_become_pictures(folder, size, how, keep):
    path = folder / "dogs" / "0.png"
    given = {"target_size": size, "interpolation": how, "keep_aspect_ratio": keep}

    picture = image.load_img(path, color_mode="grayscale", **given)

    expected = keras.utils.load_img(path, color_mode="grayscale", **given)
    np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


RECIPES = {
    "moves": {"rotation_range": 40, "shear_range": 10, "zoom_range": [0.5, 1.2]},
    "flips": {"horizontal_flip": True, "vertical_flip": True, "rescale": 1 / 255},
    "levels": {"channel_shift_range": 60.0, "brightness_range": (0.4, 1.5)},
    "samples": {"samplewise_std_normalization": True, "zoom_range": 0.2},
    "features": {"featurewise_std_normalization": True, "rescale": 0.1},
    "whitened": {"zca_whitening": True, "zca_epsilon": 1e-2},
    "constant": {"rotation_range": 90, "fill_mode": "constant", "cval": 3.0},
    "splines": {"rotation_range": 90, "interpolation_order": 3},
    "own": {"preprocessing_function": lambda x: x[::-1] + 1, "rescale": 2.0},
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_batches_of_a_seed(pictures, recipe):
    flows = []
    for module in (image, legacy):
        generator = module.ImageDataGenerator(**RECIPES[recipe])
        generator.fit(pictures)
        flows.append(generator.flow(pictures, np.arange(7), batch_size=3, seed=11))

    for _ in range(5):  # beyond the first pass
        (x, y), (expected, expected_y) = (next(flow) for flow in flows)
        np.testing.assert_array_equal(y, expected_y)
        assert x.dtype == expected.dtype
        np.testing.assert_allclose(x, expected, rtol=1e-4, atol=2e-3)


def test_channels_first(pictures):
    first = pictures.transpose(0, 3, 1, 2)
    made = [
        module.ImageDataGenerator(
            rotation_range=30, data_format="channels_first", horizontal_flip=True
        ).random_transform(first[0], seed=4)
        for module in (image, legacy)
    ]

    np.testing.assert_allclose(*made, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("shifts", [0.3, 2.0, 3, [1, 4]], ids=str)
def test_draws_are_those_of_keras_but_for_what_is_up_and_what_sideways(shifts):
    given = {"height_shift_range": shifts, "width_shift_range": 0.5, "zoom_range": 0.1}
    ours, theirs = (
        module.ImageDataGenerator(**given).get_random_transform((8, 9, 3), seed=2)
        for module in (image, legacy)
    )

    ours["tx"], ours["ty"] = ours["ty"], ours["tx"]
    assert ours == pytest.approx(theirs)


@pytest.mark.parametrize("recipe", ["features", "whitened"])
def test_what_fit_measures(pictures, recipe):
    ours, theirs = (
        module.ImageDataGenerator(**RECIPES[recipe]) for module in (image, legacy)
    )
    ours.fit(pictures, augment=True, rounds=2, seed=3)
    theirs.fit(pictures, augment=True, rounds=2, seed=3)

    for name in ("mean", "std", "zca_whitening_matrix"):
        found, expected = getattr(ours, name), getattr(theirs, name)
        assert (found is None) == (expected is None)
        if expected is not None:
            assert found.shape == expected.shape
            np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


MODES = ["categorical", "sparse", "input", None]


@pytest.mark.parametrize("subset", [None, "training", "validation"])
@pytest.mark.parametrize("class_mode", MODES, ids=str)
def test_folders(folder, capsys, class_mode, subset):
    flows = [
        module.ImageDataGenerator(
            validation_split=0.4, horizontal_flip=True
        ).flow_from_directory(
            str(folder), (5, 6), class_mode=class_mode, batch_size=3, seed=2,
            subset=subset,
        )
        for module in (image, legacy)
    ]  # fmt: skip
    ours, theirs = flows

    for name in ("filenames", "class_indices", "samples", "n", "image_shape"):
        assert getattr(ours, name) == getattr(theirs, name)
    np.testing.assert_array_equal(ours.classes, theirs.classes)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == lines[1]
    for found, expected in zip(_parts(ours), _parts(theirs), strict=True):
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def _parts(flow):
    batch = next(flow)
    return batch if isinstance(batch, tuple) else (batch,)


@pytest.fixture
def table():
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(
        {
            "file": ["cats/3.png", "dogs/0.png", "gone.png", "cats/4.png"],
            "class": ["cat", "dog", "dog", "cat"],
            "tags": [["old", "red"], ["red"], ["old"], ["new"]],
            "age": [1.5, 2.0, 3.0, 0.5],
            "height": [1, 2, 3, 4],
        }
    )


COLUMNS = {
    "categorical": {},
    "sparse": {"class_mode": "sparse"},
    "binary": {"class_mode": "binary"},
    "several": {"y_col": "tags"},
    "chosen": {"classes": ["dog"], "class_mode": "sparse"},
    "raw": {"class_mode": "raw", "y_col": "age"},
    "raw columns": {"class_mode": "raw", "y_col": ["age", "height"]},
    "outputs": {"class_mode": "multi_output", "y_col": ["age", "height"]},
    "nothing": {"class_mode": None},
    "weights": {"weight_col": "age", "class_mode": "sparse"},
    "part": {"subset": "validation"},
}


@pytest.mark.filterwarnings("ignore:.*(left out|will be ignored):UserWarning")
@pytest.mark.parametrize("columns", COLUMNS)
def test_tables(folder, table, capsys, columns):
    ours, theirs = (
        module.ImageDataGenerator(validation_split=0.7).flow_from_dataframe(
            table, str(folder), "file", target_size=(4, 4), shuffle=False,
            **COLUMNS[columns],
        )
        for module in (image, legacy)
    )  # fmt: skip

    assert ours.filenames == theirs.filenames
    assert getattr(ours, "class_indices", {}) == getattr(theirs, "class_indices", {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == lines[1]
    for found, expected in zip(_parts(ours), _parts(theirs), strict=True):
        np.testing.assert_array_equal(found, expected)
