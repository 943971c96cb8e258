"""Pictures in old spellings."""

import numpy as np
import pytest
from PIL import Image

from keryx import layers, Sequential
from keryx.dialects import DialectWarning, legacy_module, set_era
from keryx.preprocessing import image
from keryx.preprocessing.image import ImageDataGenerator

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects.DialectWarning")


@pytest.fixture
def keras_1():
    set_era("1")
    yield
    set_era(None)


@pytest.fixture
def path(tmp_path):
    Image.new("RGB", (3, 2)).save(tmp_path / "p.png")
    return tmp_path / "p.png"


@pytest.mark.parametrize(
    ("args", "given", "mode", "size"),
    [
        ((True,), {}, "L", (3, 2)),
        ((False,), {}, "RGB", (3, 2)),
        ((), {"grayscale": True}, "L", (3, 2)),
        ((True, (5, 4)), {}, "L", (4, 5)),
        ((False, "rgba", (5, 4)), {}, "RGBA", (4, 5)),
        ((False, (5, 4), "bilinear"), {}, "RGB", (4, 5)),
        ((), {"grayscale": False, "color_mode": "grayscale"}, "L", (3, 2)),
    ],
    ids=["grey", "colours", "named", "size", "mode", "how", "both"],
)
def test_load_img_with_grayscale(path, args, given, mode, size):
    picture = image.load_img(path, *args, **given)

    assert (picture.mode, picture.size) == (mode, size)


@pytest.mark.parametrize("given", [{"dim_ordering": "th"}, {"data_format": "th"}],
                         ids=str)  # fmt: skip
def test_layouts_of_keras_1(given):
    assert image.img_to_array(Image.new("RGB", (3, 2)), **given).shape == (3, 2, 3)
    assert ImageDataGenerator(**given).data_format == "channels_first"


def test_inputs_were_called_by_a_capital():
    x = np.zeros((3, 2, 2, 1))
    generator = ImageDataGenerator(featurewise_center=True)

    generator.fit(X=x)

    assert next(generator.flow(X=x, y=[1, 2, 3]))[0].shape == x.shape


def test_a_call_is_shown_as_that_of_its_object():
    with pytest.warns(DialectWarning, match=r"`ImageDataGenerator\.flow\(x="):
        ImageDataGenerator().flow(X=np.zeros((3, 2, 2, 1)))


def test_iterators_count_as_they_did(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()

    flow = ImageDataGenerator().flow_from_directory(tmp_path)

    assert (flow.nb_class, flow.nb_sample) == (2, 0)


def test_values_of_a_table_were_other():
    table = {"filename": ["a.png"], "age": [3]}

    flow = ImageDataGenerator().flow_from_dataframe(
        table, y_col="age", class_mode="other", has_ext=True, validate_filenames=False
    )

    assert flow.class_mode == "raw"


def test_the_matrix_of_a_transform():
    old = legacy_module("keras.preprocessing.image")
    picture = np.arange(6.0).reshape(1, 2, 3)

    moved = old.apply_transform(picture, np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1]]))

    np.testing.assert_array_equal(moved, [[[1, 2, 2], [4, 5, 5]]])


@pytest.mark.usefixtures("keras_1")
def test_shear_came_in_radians():
    generator = ImageDataGenerator(shear_range=np.pi / 6)

    assert generator.shear_range == pytest.approx(30)


@pytest.mark.usefixtures("keras_1")
def test_samples_were_centred_pixel_by_pixel():
    picture = np.random.default_rng(0).random((2, 3, 4))

    centred = ImageDataGenerator(samplewise_center=True).standardize(picture)

    np.testing.assert_allclose(centred, picture - picture.mean(-1, keepdims=True))


def test_an_epoch_may_have_more_samples_than_there_are_pictures():
    model = Sequential([layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    flow = ImageDataGenerator().flow(
        np.zeros((6, 2, 2, 1)), np.zeros(6), batch_size=2, seed=1
    )

    model.fit_generator(flow, samples_per_epoch=10, nb_epoch=2, verbose=0)

    # Batches are made ahead of their use.
    assert flow.total_batches_seen >= 10
    assert int(model.optimizer.iterations.numpy()) == 10
