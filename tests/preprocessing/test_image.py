"""Pictures: files, changes, and batches for training."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

import keryx
from keryx import layers, optimizers, Sequential
from keryx._core.errors import (
    ArgumentError,
    DataError,
    FileError,
    KeryxWarning,
    ShapeError,
)
from keryx.preprocessing import image
from keryx.preprocessing.image import ImageDataGenerator

LAST = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}


@pytest.fixture
def pictures():
    return np.random.default_rng(1).random((6, 9, 7, 2)).astype("float32")


@pytest.fixture
def folder(tmp_path):
    for i, place in enumerate(("a", "a", "b", "b", "b")):
        (tmp_path / place).mkdir(exist_ok=True)
        level = np.full((4, 4, 3), 40 * i, "uint8")
        Image.fromarray(level).save(tmp_path / place / f"{i}.png")
    return tmp_path


# --- files ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["p.png", "p.bmp", "p.tiff"])
def test_a_picture_is_read_as_it_was_saved(tmp_path, name):
    levels = np.random.default_rng(0).integers(0, 256, (5, 4, 3))

    image.save_img(tmp_path / name, levels, scale=False)

    read = image.img_to_array(image.load_img(tmp_path / name))
    np.testing.assert_array_equal(read, levels)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_failed_save_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "p.png"
    image.save_img(path, np.zeros((2, 2, 1)))
    before = path.read_bytes()

    with pytest.raises(TypeError):
        image.save_img(path, np.ones((2, 2, 1)), compress_level="none")

    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_opacity_is_left_out_of_jpeg_with_a_warning(tmp_path):
    with pytest.warns(KeryxWarning, match="opacity"):
        image.save_img(tmp_path / "p.jpg", np.zeros((2, 2, 4)))

    with Image.open(tmp_path / "p.jpg") as saved:
        assert saved.mode == "RGB"


def test_unknown_ending_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"p\.xyz.*png"):
        image.save_img(tmp_path / "p.xyz", np.zeros((2, 2, 1)))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n\0\0"])
def test_error_of_a_broken_file_names_it(tmp_path, content):
    path = tmp_path / "broken.png"
    path.write_bytes(content)

    with pytest.raises(FileError, match=r"broken\.png.*expected a picture"):
        image.load_img(path)


def test_error_of_a_file_cut_off_names_it(tmp_path):
    path = tmp_path / "half.png"
    levels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype="uint8")
    Image.fromarray(levels).save(path)
    path.write_bytes(path.read_bytes()[:2000])

    with pytest.raises(FileError, match=r"half\.png"):
        image.load_img(path, target_size=(4, 4))


def test_a_missing_file_is_pythons_own_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.png"):
        image.load_img(tmp_path / "none.png")


@pytest.mark.parametrize("limit", [60, 30])  # where Pillow warns, and where it raises
def test_a_picture_of_too_many_pixels_is_refused(tmp_path, monkeypatch, limit):
    path = tmp_path / "bomb.png"
    Image.new("L", (10, 10)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)

    with pytest.raises(FileError, match=r"bomb\.png.*at most \d+ pixels, but got 100"):
        image.load_img(path)


def test_a_large_picture_is_refused_whatever_becomes_of_warnings(tmp_path, monkeypatch):
    path = tmp_path / "bomb.png"
    Image.new("L", (10, 10)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 60)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(FileError, match="at most 60 pixels"):
            image.load_img(path)


def test_postscript_is_refused(tmp_path):
    path = tmp_path / "program.png"
    Image.new("RGB", (3, 3)).save(path, format="EPS")

    with pytest.raises(FileError, match="PostScript"):
        image.load_img(path)


def test_pictures_are_listed_in_order(folder):
    (folder / "a" / "x.txt").write_text("")

    found = image.list_pictures(folder, "png|jpg")

    assert [path[-7:] for path in found] == [
        f"/{place}/{i}.png"[-7:] for i, place in enumerate("aabbb")
    ]


# --- changes --------------------------------------------------------------------------


def ramp(height, width):
    """A picture whose two channels are the numbers of its rows and columns."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows, columns], axis=-1).astype("float64")


def test_a_picture_that_is_not_square_turns_about_its_centre():
    turned = image.apply_affine_transform(ramp(21, 11), theta=33, **LAST)

    np.testing.assert_allclose(turned[10, 5], [10, 5])


@pytest.mark.parametrize(("name", "moved"), [("height", [3, 0]), ("width", [0, 3])])
def test_shifts_move_along_the_axis_they_are_called_by(name, moved):
    generator = ImageDataGenerator(**{f"{name}_shift_range": [3]})

    changed = generator.random_transform(ramp(21, 21), seed=0)

    np.testing.assert_allclose(abs(changed - ramp(21, 21))[10, 10], moved)


@pytest.mark.parametrize(("given", "axis"), [((0, 0.2), 0), ((0.2, 0), 1)])
def test_random_shift_moves_sideways_by_its_first_range(given, axis):
    changed = image.random_shift(ramp(31, 31), *given, **LAST)

    moved = (changed - ramp(31, 31))[15, 15]
    assert moved[axis] != 0
    assert moved[1 - axis] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("shape", [(1, 5, 1), (5, 1, 3), (1, 1, 1)], ids=str)
@pytest.mark.parametrize("mode", ["nearest", "constant", "reflect", "wrap"])
def test_thin_pictures_are_interpolated_as_by_scipy(shape, mode):
    picture = np.random.default_rng(2).random(shape)
    turn = np.deg2rad(25)
    # Of rows and columns, hence the transpose of the matrix of x and y.
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    centre = np.array(shape[:2]) / 2 - 0.5

    turned = image.apply_affine_transform(picture, theta=25, **LAST, fill_mode=mode)

    expected = [
        ndimage.affine_transform(
            channel, matrix, centre - matrix @ centre, order=1, mode=mode
        )
        for channel in np.moveaxis(picture, -1, 0)
    ]
    np.testing.assert_allclose(turned, np.stack(expected, -1), rtol=1e-6, atol=1e-9)


def test_axes_may_be_anywhere(pictures):
    first = np.moveaxis(pictures[0], -1, 0)

    turned = image.apply_affine_transform(first, theta=20)

    expected = image.apply_affine_transform(pictures[0], theta=20, **LAST)
    np.testing.assert_array_equal(turned, np.moveaxis(expected, -1, 0))


@pytest.mark.parametrize(
    ("function", "given"),
    [
        (image.random_rotation, {"rg": 30}),
        (image.random_shear, {"intensity": 20}),
        (image.random_zoom, {"zoom_range": (0.5, 1.5)}),
        (image.random_shift, {"wrg": 0.3, "hrg": 0.3}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_random_changes_follow_the_global_seed(pictures, function, given):
    results = []
    for seed in (3, 3, 4):
        np.random.seed(seed)
        results.append(function(pictures[0], **given, **LAST))

    np.testing.assert_array_equal(results[0], results[1])
    assert not np.array_equal(results[0], results[2])


def test_levels_stay_within_a_picture_s_own(pictures):
    shifted = image.random_channel_shift(pictures[0], 5.0, channel_axis=2)

    assert shifted.min() >= pictures[0].min()
    assert shifted.max() <= pictures[0].max()


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: image.apply_affine_transform(np.ones((3, 3))), "one picture"),
        (lambda: image.img_to_array(np.ones(3)), "2 or 3 axes"),
        (lambda: image.array_to_img(np.ones((3, 3, 2))), "1, 3 or 4 channels"),
        (lambda: ImageDataGenerator().apply_transform(np.ones((3, 3)), {}), "three"),
    ],
    ids=["affine", "to array", "to picture", "transform"],
)
def test_wrong_shapes_are_errors(call, match):
    with pytest.raises(ShapeError, match=match):
        call()


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"zoom_range": [1, 2, 3]}, "zoom_range.*two numbers"),
        ({"brightness_range": 2}, "brightness_range.*two numbers"),
        ({"validation_split": 1}, "validation_split"),
        ({"fill_mode": "neares"}, "Did you mean 'nearest'"),
        ({"data_format": "last"}, "data_format"),
        ({"interpolation_order": 9}, "interpolation_order"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_wrong_settings_are_errors(given, match):
    with pytest.raises(ArgumentError, match=match):
        ImageDataGenerator(**given)


# --- standards ------------------------------------------------------------------------


def test_standardize_leaves_its_argument_alone(pictures):
    before = pictures.copy()

    ImageDataGenerator(
        rescale=2.0, samplewise_std_normalization=True
    ).standardize(pictures[0])  # fmt: skip

    np.testing.assert_array_equal(pictures, before)


def test_means_may_be_set_by_hand(pictures):
    generator = ImageDataGenerator(featurewise_center=True)
    generator.mean = [0.25, 0.5]

    standard = generator.standardize(pictures[0])

    np.testing.assert_allclose(standard, pictures[0] - [0.25, 0.5], rtol=1e-5)
    assert standard.dtype == np.float32


def test_whitened_levels_are_independent():
    x = np.random.default_rng(0).normal(size=(200, 2, 2, 1)) @ [[3.0]]
    x[:, 0] += x[:, 1]
    generator = ImageDataGenerator(zca_whitening=True, dtype="float64")

    generator.fit(x)

    white = generator.standardize(x).reshape(200, 4)
    np.testing.assert_allclose(white.T @ white / 200, np.eye(4), atol=1e-3)


def test_statistics_that_were_not_measured_are_warned_of(pictures):
    generator = ImageDataGenerator(featurewise_center=True)

    with pytest.warns(KeryxWarning, match=r"featurewise_center.*fit\(pictures\)"):
        standard = generator.standardize(pictures[0])

    np.testing.assert_array_equal(standard, pictures[0])


# --- batches --------------------------------------------------------------------------


def changing(**given):
    return ImageDataGenerator(rotation_range=90, zoom_range=0.3, **given)


def test_threads_change_nothing(pictures):
    flows = [changing().flow(pictures, batch_size=2, seed=1) for _ in range(2)]

    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(flows[0].__getitem__, reversed(range(3))))[::-1]

    for i, batch in enumerate(together):
        np.testing.assert_array_equal(batch, flows[1][i])


def test_next_goes_through_the_batches_of_one_pass_after_another(pictures):
    flow, other = (changing().flow(pictures, batch_size=4, seed=1) for _ in range(2))

    for _ in range(3):
        for i in range(len(other)):
            np.testing.assert_array_equal(next(flow), other[i])
        other.on_epoch_end()


def test_each_pass_has_an_order_of_its_own():
    flow = ImageDataGenerator().flow(np.arange(50.0).reshape(50, 1, 1, 1), seed=1)
    orders = []
    for _ in range(2):
        orders.append([float(p) for i in range(2) for p in flow[i].ravel()])
        flow.on_epoch_end()

    assert sorted(orders[0]) == sorted(orders[1]) == list(range(50))
    assert orders[0] != orders[1]


def test_a_reset_begins_with_the_first_batch():
    flow = ImageDataGenerator().flow(
        np.arange(5.0).reshape(5, 1, 1, 1), batch_size=2, shuffle=False
    )
    next(flow)

    flow.reset()

    assert next(flow).ravel().tolist() == [0, 1]


def test_pictures_and_masks_of_one_seed_stay_together(pictures):
    flows = [
        changing(horizontal_flip=True).flow(x, batch_size=2, seed=9)
        for x in (pictures, pictures + 10)
    ]

    for _ in range(4):
        x, mask = (next(flow) for flow in flows)
        np.testing.assert_allclose(x + 10, mask, rtol=1e-6)


def test_the_global_seed_governs_what_has_none(pictures):
    batches = []
    for seed in (5, 5, 6):
        keryx.utils.set_random_seed(seed)
        batches.append(next(changing().flow(pictures)))

    np.testing.assert_array_equal(batches[0], batches[1])
    assert not np.array_equal(batches[0], batches[2])


@pytest.mark.parametrize("name", ["random_transform", "standardize"])
def test_methods_of_a_subclass_are_used(pictures, name):
    own = type("Own", (ImageDataGenerator,), {name: lambda self, x: x * 0 + 7})

    batch = next(own().flow(pictures))

    assert (batch == 7).all()


def test_an_iterator_may_make_batches_of_its_own(pictures):
    class Own(image.NumpyArrayIterator):
        def _get_batches_of_transformed_samples(self, index_array):
            return self.x[index_array] * 2

    flow = Own(pictures, None, ImageDataGenerator(), batch_size=6)

    np.testing.assert_array_equal(flow[0], pictures * 2)


def test_changed_pictures_are_left_in_a_folder(tmp_path, pictures):
    flow = ImageDataGenerator().flow(
        pictures[..., :1], save_to_dir=tmp_path, save_prefix="x", save_format="bmp"
    )

    next(flow)

    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name[:4] for name in names] == [f"x_{i}_" for i in range(6)]
    assert all(name.endswith(".bmp") for name in names)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda f, x: f.flow(x[0]), DataError, "4 axes"),
        (lambda f, x: f.flow(x[..., 0]), DataError, r"x\[\.\.\., None\]"),
        (lambda f, x: f.flow(x, x[:2]), DataError, "y.*6 pictures"),
        (lambda f, x: f.flow((x, [x[:1]])), DataError, r"x\[1\]\[0\]"),
        (lambda f, x: f.flow(x, subset="test"), ArgumentError, "'training'"),
        (lambda f, x: f.flow(x, batch_size=0), ArgumentError, "batch_size"),
        (lambda f, x: f.flow(x, save_to_dir="none"), ArgumentError, "folder"),
        (lambda f, x: f.flow(x, range(6), subset="training"), DataError, "shuffled"),
        (lambda f, x: f.flow(x)[4], IndexError, "from 0 to 0"),
        (lambda f, x: next(f.flow(x[:0])), DataError, "got none"),
        (lambda f, x: f.fit(x[0]), DataError, "4 axes"),
    ],
    ids=["x", "grey", "y", "more", "subset", "size", "save", "split", "index",
         "empty", "fit"],
)  # fmt: skip
def test_mistakes_are_explained(pictures, call, error, match):
    with pytest.raises(error, match=match):
        call(ImageDataGenerator(validation_split=0.3), pictures)


def test_pictures_in_the_other_layout_are_warned_of():
    with pytest.warns(KeryxWarning, match="32 channels.*channels_last"):
        ImageDataGenerator().flow(np.zeros((2, 3, 32, 32)))


# --- folders --------------------------------------------------------------------------


def flow_of(folder, **given):
    return ImageDataGenerator().flow_from_directory(
        folder, (4, 4), shuffle=False, **given
    )


def test_what_was_found_is_said(folder, capsys):
    flow_of(folder)

    assert capsys.readouterr().out == "Found 5 images belonging to 2 classes.\n"


def test_nothing_is_said_without_interactive_logging(folder, capsys):
    keryx.utils.disable_interactive_logging()
    try:
        flow_of(folder)
    finally:
        keryx.utils.enable_interactive_logging()

    assert capsys.readouterr().out == ""


def test_classes_have_the_order_that_is_given(folder):
    flow = flow_of(folder, classes=["b", "a"], class_mode="sparse")

    x, y = flow[0]
    assert flow.class_indices == {"b": 0, "a": 1}
    assert y.tolist() == [0, 0, 0, 1, 1]
    assert x[:, 0, 0, 0].tolist() == [80, 120, 160, 0, 40]


@pytest.mark.parametrize(("follow", "count"), [(False, 5), (True, 7)])
def test_links_to_folders_are_followed_when_asked(folder, tmp_path_factory, follow,
                                                  count):  # fmt: skip
    other = tmp_path_factory.mktemp("other")
    for name in ("x.png", "y.png"):
        Image.new("RGB", (2, 2)).save(other / name)
    (folder / "a" / "more").symlink_to(other)
    (folder / "a" / "round").symlink_to(folder / "a")  # leads round in a circle

    assert flow_of(folder, follow_links=follow).samples == count


def test_a_broken_file_in_a_folder_is_named(folder):
    (folder / "a" / "1.png").write_bytes(b"nothing")

    with pytest.raises(FileError, match=r"a/1\.png"):
        next(flow_of(folder))


def test_a_missing_folder_is_pythons_own_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        flow_of(tmp_path / "nowhere")


def test_more_than_two_classes_are_not_binary(folder):
    (folder / "c").mkdir()

    with pytest.raises(DataError, match="two classes.*3"):
        flow_of(folder, class_mode="binary")


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ({"x_col": "path"}, ArgumentError, r"x_col.*\['filename', 'class'\]"),
        ({"class_mode": "raw", "y_col": "z"}, ArgumentError, "y_col"),
        ({"y_col": "class"}, DataError, r"y_col 'class'.*int.*\n.*astype"),
        ({"weight_col": "filename", "class_mode": None}, DataError, "numbers"),
    ],
    ids=["x", "y", "numbers", "weights"],
)
def test_wrong_columns_are_explained(folder, given, error, match):
    table = {"filename": ["a/0.png", "b/2.png"], "class": [1, 2]}

    with pytest.raises(error, match=match):
        ImageDataGenerator().flow_from_dataframe(table, folder, **given)


def test_rows_without_a_file_are_left_out_with_a_warning(folder):
    table = {"filename": ["a/0.png", "b/9.png"], "class": ["a", "b"]}

    with pytest.warns(KeryxWarning, match=r"1 of 2 rows.*b/9\.png"):
        flow = ImageDataGenerator().flow_from_dataframe(table, folder)

    assert flow.filenames == ["a/0.png"]


# --- training -------------------------------------------------------------------------


def bright_or_dark():
    """Pictures, and whether they are bright."""
    draw = np.random.default_rng(0)
    y = np.arange(40) % 2
    return draw.random((40, 4, 4, 1)) + y[:, None, None, None], y


def small_model():
    model = Sequential([layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    model.compile(optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.parametrize("workers", [1, 3])
def test_a_model_trains_on_changed_pictures(workers):
    x, y = bright_or_dark()
    generator = ImageDataGenerator(rotation_range=20, validation_split=0.2)
    train, held_out = (
        generator.flow(x, y, batch_size=8, seed=1, subset=subset)
        for subset in ("training", "validation")
    )
    train.workers = workers

    history = small_model().fit(train, epochs=15, validation_data=held_out, verbose=0)

    assert history.history["val_accuracy"][-1] > 0.8
    assert train.total_batches_seen == 15 * 4


def test_training_repeats_itself_whatever_the_workers():
    x, y = bright_or_dark()
    losses = []
    for workers in (1, 3):
        keryx.utils.set_random_seed(1)
        flow = ImageDataGenerator(rotation_range=90).flow(x, y, batch_size=8)
        flow.workers = workers
        losses.append(small_model().fit(flow, epochs=2, verbose=0).history["loss"])

    assert losses[0] == losses[1]


def test_predictions_come_in_the_order_of_files(folder):
    model = Sequential([layers.Flatten(), layers.Dense(1, kernel_initializer="ones")])
    flow = flow_of(folder, batch_size=2, class_mode=None)

    predicted = model.predict(flow, verbose=0)

    np.testing.assert_allclose(predicted[:, 0], 48 * 40.0 * np.arange(5))
