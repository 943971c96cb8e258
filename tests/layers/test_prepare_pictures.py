"""Layers that prepare pictures: when they work, on what, and what they draw."""

import numpy as np
import pytest

from keryx import layers, models, ops, random
from keryx._core.errors import ArgumentError, ShapeError, StateError
from keryx.dialects._legacy_pictures import RandomHeight, RandomWidth

RNG = np.random.default_rng(1)
X = (RNG.random((4, 6, 8, 3)) * 255).astype("float32")
RANDOM = {
    "RandomBrightness": {"factor": 0.5},
    "RandomColorDegeneration": {"factor": 0.9},
    "RandomColorJitter": {"brightness_factor": 0.2, "hue_factor": 0.5},
    "RandomContrast": {"factor": 0.9},
    "RandomErasing": {"factor": (1.0, 1.0), "scale": (0.2, 0.3)},
    "RandomFlip": {"mode": "vertical"},
    "RandomGaussianBlur": {"factor": (1.0, 1.0), "sigma": (0.5, 2.0)},
    "RandomGrayscale": {"factor": 0.5},
    "RandomHue": {"factor": (0.5, 1.0)},
    "RandomInvert": {},
    "RandomPosterization": {"factor": 4},
    "RandomRotation": {"factor": 0.3},
    "RandomSaturation": {"factor": (0.1, 0.9)},
    "RandomSharpness": {"factor": 0.9},
    "RandomShear": {"x_factor": 0.5, "y_factor": 0.3},
    "RandomTranslation": {"height_factor": 0.3, "width_factor": 0.3},
    "RandomZoom": {"height_factor": 0.5},
    "Solarization": {"addition_factor": 0.4, "threshold_factor": 0.9},
}


def made(name, **more):
    return getattr(layers, name)(**RANDOM[name], **more)


@pytest.mark.parametrize("name", RANDOM)
def test_random_layers_rest_when_not_training(name):
    np.testing.assert_array_equal(made(name)(X, training=False), X)


@pytest.mark.parametrize("name", RANDOM)
def test_a_seed_determines_the_pictures(name):
    first, second = made(name, seed=3), made(name, seed=3)

    y = np.asarray(first(X))

    np.testing.assert_array_equal(y, second(X))
    assert np.isfinite(y).all()
    assert not np.array_equal(y, np.asarray(first(X)))


@pytest.mark.parametrize("name", RANDOM)
def test_a_call_does_what_its_draws_say_for_each_picture(name):
    first, second = made(name, seed=3), made(name, seed=3)
    drawn = second.get_random_transformation(X)

    y = first(X)

    np.testing.assert_allclose(y, second.transform_images(X, drawn), atol=1e-3)


@pytest.mark.parametrize("name", sorted(set(RANDOM) - {"RandomErasing"}))
def test_channels_may_come_first(name):
    last, first = made(name, seed=3), made(name, seed=3, data_format="channels_first")

    y = np.moveaxis(np.asarray(first(np.moveaxis(X, -1, 1))), 1, -1)

    np.testing.assert_allclose(y, last(X), atol=1e-3)


@pytest.mark.parametrize("name", ["RandomCrop", "CenterCrop", "Resizing"])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("size", [(3, 5), (9, 5)], ids=str)
def test_sizes_are_as_asked_for(name, training, size):
    layer = getattr(layers, name)(*size)

    assert layer(X, training=training).shape == (4, *size, 3)
    assert layer(X[0], training=training).shape == (*size, 3)
    assert layer(layers.Input((None, None, 3))).shape == (None, *size, 3)


def test_crops_lie_anywhere_in_each_picture():
    place = np.arange(30.0).reshape(1, 5, 6, 1).repeat(300, 0)

    corners = np.asarray(layers.RandomCrop(3, 4, seed=1)(place))[:, 0, 0, 0]

    rows, columns = np.divmod(corners, 6)
    assert set(rows) == {0, 1, 2}
    assert set(columns) == {0, 1, 2}
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.2


def test_half_of_the_pictures_are_flipped():
    x = np.array([[[[0.0], [1.0]]]]).repeat(1000, 0)

    y = np.asarray(layers.RandomFlip("horizontal", seed=1)(x))[:, 0, 0, 0]

    assert abs(y.mean() - 0.5) < 0.05


def test_erased_rectangles_have_the_areas_asked_for():
    layer = layers.RandomErasing((1.0, 1.0), (0.25, 0.49), fill_value=1.0, seed=1)

    y = np.asarray(layer(np.zeros((200, 20, 20, 1))))

    areas = y.mean((1, 2, 3))
    assert 0.25 <= areas.min() < 0.3
    assert 0.4 < areas.max() <= 0.49  # whole pixels: 13 of 20 at most


def test_blur_is_the_operation_with_the_drawn_deviations():
    layer = layers.RandomGaussianBlur((1.0, 1.0), (3, 5), (0.5, 2.0), seed=1)
    drawn = layer.get_random_transformation(X)

    y = layer.transform_images(X, drawn)

    for one, picture, sigma in zip(y, X, drawn["blur_factor"], strict=True):
        expected = ops.image.gaussian_blur(picture, (3, 5), sigma)
        np.testing.assert_allclose(one, expected, rtol=1e-4)


def test_equalization_treats_each_picture_alone():
    layer = layers.Equalization()

    np.testing.assert_array_equal(layer(X)[1], layer(X[1]))


def test_mixed_labels_weigh_as_the_pictures():
    images = np.arange(5.0).reshape(5, 1, 1, 1) * np.ones((5, 2, 2, 1))
    data = {"images": images, "labels": np.eye(5)}

    mixed = layers.MixUp(alpha=1.0, seed=2)(data)

    expected = np.asarray(mixed["labels"]) @ np.arange(5.0)
    np.testing.assert_allclose(mixed["images"][:, 0, 0, 0], expected, rtol=1e-5)
    assert (np.asarray(mixed["labels"]).max(1) < 0.99).any()


def test_masks_move_with_the_pictures():
    masks = (RNG.random((4, 6, 8, 1)) * 3).astype("int32")
    data = {"images": masks.astype("float32"), "segmentation_masks": masks}
    layer = layers.RandomRotation(0.3, interpolation="nearest", seed=4)

    found = layer({**data, "labels": np.arange(4)})

    np.testing.assert_array_equal(found["images"], found["segmentation_masks"])
    assert found["labels"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["RandomBrightness", "RandomGrayscale"])
def test_whole_numbers_stay_whole(name):
    assert made(name)(X.astype("uint8")).dtype == "uint8"


def test_a_model_draws_anew_in_each_step_and_rests_in_prediction():
    random.set_random_seed(5)
    x = np.array([[[[0.0], [1.0]]]], "float32").repeat(8, 0)
    flip = layers.RandomFlip("horizontal")
    model = models.Sequential([layers.Input((1, 2, 1)), flip])
    model.compile("sgd", "mse")

    losses = model.fit(x, x, epochs=6, batch_size=8, verbose=0).history["loss"]

    assert len(set(losses)) > 1
    assert all((8 * loss) % 1 == 0 for loss in losses)
    np.testing.assert_array_equal(model.predict(x, verbose=0), x)


def test_whole_pipelines_train_and_save(tmp_path):
    steps = [layers.Rescaling(1 / 255), made("RandomRotation"), made("RandomZoom")]
    model = models.Sequential(
        [layers.Pipeline([*steps, layers.RandomCrop(4, 4)]), layers.Flatten(),
         layers.Dense(1)]
    )  # fmt: skip
    model.compile("sgd", "mse")
    model.fit(X, np.ones((4, 1)), epochs=2, batch_size=3, verbose=0)

    model.save(tmp_path / "model.keras")
    again = models.load_model(tmp_path / "model.keras")

    np.testing.assert_allclose(
        again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5
    )


@pytest.mark.parametrize(("cls", "axis"), [(RandomHeight, 1), (RandomWidth, 2)])
def test_random_sizes_work_outside_of_compiled_training(cls, axis):
    layer = cls((0.1, 1.0), seed=1)

    sizes = {layer(X, training=True).shape[axis] for _ in range(8)}

    assert len(sizes) > 1
    assert all(X.shape[axis] <= size <= 2 * X.shape[axis] for size in sizes)
    assert layer(X, training=False).shape == X.shape


def test_random_sizes_are_refused_in_compiled_training():
    model = models.Sequential(
        [layers.Input((6, 8, 3)), RandomHeight(0.5), layers.GlobalAveragePooling2D()]
    )
    model.compile("sgd", "mse")

    with pytest.raises(StateError, match="RandomZoom"):
        model.fit(X, X[:, 0, 0], verbose=0)


MISTAKES = {
    "a factor too large": (
        lambda: layers.RandomRotation(1.5), ArgumentError, r"a number in \[-1, 1\]"
    ),
    "an unknown mode": (
        lambda: layers.RandomFlip("diagonal"), ArgumentError, "'vertical'"
    ),
    "an unknown fill": (
        lambda: layers.RandomZoom(0.1, fill_mode="reflected"),
        ArgumentError,
        "Did you mean 'reflect'",
    ),
    "a range upside down": (
        lambda: layers.AutoContrast((1, 0)), ArgumentError, "the smaller one first"
    ),
    "crop and pad": (
        lambda: layers.Resizing(2, 2, "bilinear", True, True),
        ArgumentError,
        "crop_to_aspect_ratio",
    ),
    "no channels": (
        lambda: layers.RandomFlip()(X[0, 0]), ShapeError, "add its axis"
    ),
    "boxes": (
        lambda: layers.RandomFlip()({"images": X, "bounding_boxes": {}}),
        ArgumentError,
        "bounding_boxes",
    ),
    "gray pictures": (
        lambda: layers.RandomHue(0.1)(X[..., :1]), ShapeError, "three channels"
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_explained(mistake):
    do, error, words = MISTAKES[mistake]

    with pytest.raises(error, match=words):
        do()
