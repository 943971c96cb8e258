"""Layers and operations that prepare data give Keras 3's numbers."""

import inspect

import keras
import numpy as np
import pytest

from keryx import layers, models, ops

RNG = np.random.default_rng(3)
X = (RNG.random((3, 8, 6, 3)) * 255).astype("float32")
FIRST = "channels_first"
# Layer and arguments; what is random is drawn by Keras.
RANDOM = [
    ("RandomFlip", {"mode": "horizontal"}),
    ("RandomFlip", {}),
    ("RandomRotation", {"factor": 0.2}),
    ("RandomRotation", {"factor": (0.1, 0.3), "fill_mode": "constant",
                        "fill_value": 3.0, "interpolation": "nearest"}),
    ("RandomZoom", {"height_factor": 0.3}),
    ("RandomZoom", {"height_factor": (-0.3, 0.4), "width_factor": 0.2,
                    "fill_mode": "nearest"}),
    ("RandomTranslation", {"height_factor": 0.3, "width_factor": (-0.1, 0.4),
                           "fill_mode": "wrap"}),
    ("RandomShear", {"x_factor": 0.3, "y_factor": 0.2}),
    ("RandomContrast", {"factor": 0.3}),
    ("RandomBrightness", {"factor": 0.3}),
    ("RandomColorDegeneration", {"factor": 0.4}),
    ("RandomSaturation", {"factor": (0.1, 0.5)}),
    ("RandomHue", {"factor": 0.4}),
    ("RandomGrayscale", {}),
    ("RandomInvert", {}),
    ("Solarization", {"addition_factor": 0.3, "threshold_factor": 0.6}),
    ("RandomSharpness", {"factor": 0.9}),
    ("RandomPosterization", {"factor": 4}),
    ("RandomErasing", {}),
]  # fmt: skip
FIXED = [
    ("Resizing", {"height": 5, "width": 9}),
    ("Resizing", {"height": 5, "width": 9, "pad_to_aspect_ratio": True}),
    ("Resizing", {"height": 5, "width": 3, "crop_to_aspect_ratio": True,
                  "interpolation": "bicubic", "antialias": True}),
    ("CenterCrop", {"height": 5, "width": 3}),
    ("CenterCrop", {"height": 3, "width": 9}),
    ("AutoContrast", {}),
    ("Rescaling", {"scale": 2.0, "offset": [1, 2, 3]}),
    ("Equalization", {"bins": 16}),
    ("Normalization", {"mean": [1.0, 2, 3], "variance": [1.0, 4, 9]}),
    ("Normalization", {"mean": 2.0, "variance": 4.0, "axis": None}),
    ("Discretization", {"bin_boundaries": [1.0, 200.0], "output_mode": "one_hot"}),
    ("Discretization", {"bin_boundaries": [1.0, 200.0], "output_mode": "count"}),
]  # fmt: skip
MORE = ["MixUp", "Pipeline", "RandomColorJitter", "RandomCrop", "RandomGaussianBlur"]
NAMES = sorted({name for name, _ in [*RANDOM, *FIXED]} | set(MORE))


def same(ours, theirs, atol=1e-3):
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=atol)


def parameters(cls):
    found = inspect.signature(cls.__init__).parameters.values()
    return [(p.name, p.default) for p in found if p.kind is not p.VAR_KEYWORD]


@pytest.mark.parametrize("name", NAMES)
def test_constructors_take_the_arguments_of_keras(name):
    ours, theirs = getattr(layers, name), getattr(keras.layers, name)

    assert parameters(ours) == parameters(theirs)


@pytest.mark.parametrize(("name", "options"), [*RANDOM, *FIXED], ids=str)
def test_configurations_go_both_ways(name, options):
    ours, theirs = getattr(layers, name)(**options), getattr(keras.layers, name)
    known = {k: v for k, v in theirs(**options).get_config().items() if k != "name"}

    back = theirs.from_config(ours.get_config())
    again = type(ours).from_config(theirs(**options).get_config())

    assert {k: v for k, v in back.get_config().items() if k in options} == {
        k: v for k, v in known.items() if k in options
    }
    assert set(ours.get_config()) - {"seed"} == {*known, "name"} - {"seed"}
    assert type(again) is type(ours)


@pytest.mark.parametrize(("name", "options"), RANDOM, ids=str)
def test_random_layers_do_what_keras_does_with_its_draws(name, options):
    theirs = getattr(keras.layers, name)(**options)
    drawn = theirs.get_random_transformation(X, training=True)

    changed = getattr(layers, name)(**options).transform_images(X, drawn)

    same(changed, theirs.transform_images(X, drawn, training=True))


@pytest.mark.parametrize(("name", "options"), RANDOM[:8], ids=str)
def test_draws_have_the_law_of_keras(name, options):
    pictures = np.zeros((2000, 8, 6, 1), "float32")
    made = [
        lib.get_random_transformation(pictures, training=True)
        for lib in (getattr(m, name)(**options, seed=5) for m in (layers, keras.layers))
    ]
    parts = {
        "RandomFlip": ["flips"],
        "RandomRotation": ["angle"],
        "RandomZoom": ["height_zoom", "width_zoom"],
        "RandomTranslation": ["translations"],
        "RandomShear": ["shear_factor"],
    }[name]

    for part in parts:
        ours, theirs = (np.asarray(d[part], "float64") for d in made)
        assert ours.shape == theirs.shape
        spread = theirs.std(0).max() + 1e-6
        points = [0.0, 0.25, 0.75, 1.0]
        np.testing.assert_allclose(
            np.quantile(ours, points, axis=0),
            np.quantile(theirs, points, axis=0),
            atol=0.15 * spread,
        )


@pytest.mark.parametrize("kind", ["float32", "uint8"])
@pytest.mark.parametrize(("name", "options"), FIXED, ids=str)
def test_layers_without_chance_give_keras_numbers(name, options, kind):
    picture = X[0].astype(kind)

    ours = getattr(layers, name)(**options)(picture)

    same(ours, getattr(keras.layers, name)(**options)(picture))


@pytest.mark.parametrize("axis", [-1, 1, (1, 2), None], ids=str)
def test_normalization_adapts_as_in_keras(axis):
    data = RNG.normal(3, 2, (7, 3, 4)).astype("float32")
    ours, theirs = layers.Normalization(axis=axis), keras.layers.Normalization(axis)

    ours.adapt(data)
    theirs.adapt(data)

    same(ours(data), theirs(data), 1e-5)
    assert [w.shape for w in ours.weights] == [w.shape for w in theirs.weights]


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("epsilon", [0.1, 0.01])
def test_discretization_finds_the_boundaries_of_keras(parts, epsilon):
    data = np.array_split(RNG.normal(size=1500), parts)
    ours = layers.Discretization(num_bins=5, epsilon=epsilon)
    theirs = keras.layers.Discretization(num_bins=5, epsilon=epsilon)

    ours.adapt(iter(data))
    for part in data:
        theirs.update_state(part)
    theirs.finalize_state()

    np.testing.assert_allclose(ours.bin_boundaries, theirs.bin_boundaries, rtol=1e-5)


def test_files_go_both_ways(tmp_path):
    data = RNG.normal(3, 2, (20, 3)).astype("float32")
    scale = layers.Normalization()
    scale.adapt(data)
    bins = layers.Discretization(num_bins=3)
    bins.adapt(data)
    ours = models.Sequential([layers.Input((3,)), scale, bins])
    path = str(tmp_path / "ours.keras")
    ours.save(path)

    theirs = keras.models.load_model(path)
    theirs.save(str(tmp_path / "theirs.keras"))
    again = models.load_model(tmp_path / "theirs.keras")

    same(theirs.layers[0](data), scale(data), 1e-5)
    same(theirs.layers[1](data), bins(data))
    same(again.layers[0](data), scale(data), 1e-5)
    assert again.layers[1].bin_boundaries == bins.bin_boundaries


IMAGES = X / 255
MATRIX = np.array([[1, 0.2, -0.4, 0.1, 0.9, 0.7, 0, 0]] * 3, "float32")
CORNERS = np.array([[0, 0], [5, 0], [0, 7], [5, 7]], "float32")
MOVED = CORNERS + np.array(
    [[0.5, 0.2], [-0.3, 0.4], [0.1, -1], [-0.6, -0.3]], "float32"
)
OPS = [
    *[("resize", {"size": (5, 9), "interpolation": name})
      for name in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")],
    ("resize", {"size": (3, 7), "antialias": True, "pad_to_aspect_ratio": True}),
    ("resize", {"size": (12, 3), "crop_to_aspect_ratio": True}),
    *[("affine_transform", {"transform": MATRIX, "fill_mode": mode, "fill_value": 0.5})
      for mode in ("constant", "nearest", "wrap", "mirror", "reflect")],
    ("affine_transform", {"transform": MATRIX, "interpolation": "nearest"}),
    ("perspective_transform", {"start_points": np.stack([CORNERS] * 3),
                               "end_points": np.stack([MOVED] * 3)}),
    ("rgb_to_grayscale", {}),
    ("rgb_to_hsv", {}),
    ("hsv_to_rgb", {}),
    ("pad_images", {"top_padding": 1, "left_padding": 2, "target_height": 12,
                    "target_width": 9}),
    ("crop_images", {"bottom_cropping": 1, "left_cropping": 2, "target_height": 4,
                     "target_width": 3}),
    ("extract_patches", {"size": (2, 3), "strides": 1, "padding": "same"}),
    ("extract_patches", {"size": 2, "strides": 2, "dilation_rate": 1}),
    ("sobel_edges", {}),
]  # fmt: skip


@pytest.mark.parametrize("data_format", ["channels_last", FIRST])
@pytest.mark.parametrize(("name", "options"), OPS, ids=lambda v: str(v)[:40])
def test_operations_give_keras_numbers(name, options, data_format):
    images = np.moveaxis(IMAGES, -1, 1) if data_format == FIRST else IMAGES

    ours = getattr(ops.image, name)(images, data_format=data_format, **options)

    theirs = getattr(keras.ops.image, name)(images, data_format=data_format, **options)
    same(ours, theirs, 1e-4)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("mode", ["constant", "reflect"])
def test_map_coordinates_gives_keras_numbers(order, mode):
    places = (RNG.random((4, 9)) * 7 - 0.5).astype("float32")

    ours = ops.image.map_coordinates(IMAGES, places, order, mode, 0.5)

    same(ours, keras.ops.image.map_coordinates(IMAGES, places, order, mode, 0.5), 1e-5)


def test_ssim_gives_keras_numbers():
    image = np.tile(IMAGES, (1, 2, 3, 1))

    same(ops.image.ssim(image, 0.9 * image), keras.ops.image.ssim(image, 0.9 * image))


PUBLIC = [name for name in dir(ops.image) if not name.startswith("_")]


@pytest.mark.parametrize("name", PUBLIC)
def test_operations_take_the_arguments_of_keras(name):
    ours, theirs = getattr(ops.image, name), getattr(keras.ops.image, name)

    found = [
        [(p.name, p.default) for p in inspect.signature(f).parameters.values()]
        for f in (ours, theirs)
    ]
    assert found[0] == found[1]
