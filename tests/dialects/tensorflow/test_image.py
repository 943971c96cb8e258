"""`tf.image`, files and text against Pillow, colorsys and Python."""

import colorsys
import io

import numpy as np
import pytest
from PIL import Image

import keryx.dialects.tensorflow as tf

RGB = np.random.default_rng(0).integers(0, 256, (6, 5, 3)).astype("uint8")
X = (RGB / 255).astype("float32")


def test_resize_to_twice_the_size_repeats_or_mixes():
    x = np.array([0.0, 4.0], np.float32).reshape(1, 2, 1)

    nearest = tf.image.resize(x, (1, 4), method="nearest")
    linear = tf.image.resize(x, (1, 4))

    assert nearest.ravel().tolist() == [0, 0, 4, 4]
    assert linear.ravel().tolist() == [0, 1, 3, 4]


def test_resize_keeps_the_ratio_and_pads():
    assert tf.image.resize(X, (12, 12), preserve_aspect_ratio=True).shape == (12, 10, 3)
    assert tf.image.resize_with_pad(X, 12, 12).shape == (12, 12, 3)
    assert tf.image.resize(RGB, (3, 3)).dtype == tf.float32


def test_crops_and_pads_are_slices():
    np.testing.assert_array_equal(
        tf.image.resize_with_crop_or_pad(RGB, 4, 7)[:, 1:6], RGB[1:5]
    )
    np.testing.assert_array_equal(tf.image.central_crop(RGB, 0.5), RGB[1:5, 1:4])
    np.testing.assert_array_equal(
        tf.image.crop_to_bounding_box(RGB, 1, 2, 3, 2), RGB[1:4, 2:4]
    )
    np.testing.assert_array_equal(
        tf.image.pad_to_bounding_box(RGB, 1, 0, 8, 5)[1:7], RGB
    )


def test_flips_turn_axes():
    np.testing.assert_array_equal(tf.image.flip_left_right(RGB), RGB[:, ::-1])
    np.testing.assert_array_equal(tf.image.flip_up_down(RGB), RGB[::-1])
    np.testing.assert_array_equal(tf.image.rot90(RGB), np.rot90(RGB))


def test_random_flip_tosses_a_coin_for_each_image():
    tf.random.set_seed(0)
    batch = np.stack([RGB] * 200)

    flipped = np.asarray(tf.image.random_flip_left_right(batch))

    changed = (flipped != batch).any((1, 2, 3))
    assert 0.35 < changed.mean() < 0.65
    np.testing.assert_array_equal(flipped[changed][0], RGB[:, ::-1])


def test_random_crop_is_a_part():
    crop = np.asarray(tf.image.random_crop(RGB, (2, 2, 3)))

    parts = np.lib.stride_tricks.sliding_window_view(RGB, (2, 2, 3)).reshape(
        -1, 2, 2, 3
    )
    assert (parts == crop).all((1, 2, 3)).any()


def test_standardized_image_has_mean_0_and_variance_1():
    y = np.asarray(tf.image.per_image_standardization(RGB))

    np.testing.assert_allclose([y.mean(), y.std()], [0, 1], atol=1e-5)
    flat = tf.image.per_image_standardization(np.ones((2, 2, 1)))
    assert np.asarray(flat).tolist() == np.zeros((2, 2, 1)).tolist()


@pytest.mark.parametrize(
    ("value", "start", "end", "expected"),
    [(255, "uint8", "float32", 1.0), (0.5, "float32", "uint8", 127),
     (1.0, "float32", "uint8", 255), (200, "uint8", "uint16", 51200)],
)  # fmt: skip
def test_convert_image_dtype_keeps_the_range(value, start, end, expected):
    y = tf.image.convert_image_dtype(np.array([value], start), end)

    assert y.dtype == end
    np.testing.assert_allclose(y, [expected])


def test_colours_convert_as_in_colorsys():
    hsv = np.asarray(tf.image.rgb_to_hsv(X))

    expected = [colorsys.rgb_to_hsv(*map(float, pixel)) for pixel in X.reshape(-1, 3)]
    np.testing.assert_allclose(hsv.reshape(-1, 3), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(tf.image.hsv_to_rgb(hsv), X, rtol=1e-4, atol=1e-5)


def test_adjustments_without_effect_return_the_image():
    for same in (
        tf.image.adjust_brightness(RGB, 0.0),
        tf.image.adjust_contrast(RGB, 1.0),
        tf.image.adjust_saturation(RGB, 1.0),
        tf.image.adjust_hue(RGB, 1.0),
        tf.image.random_brightness(RGB, 0.0),
    ):
        assert same.dtype == tf.uint8
        np.testing.assert_allclose(np.asarray(same, int), RGB, atol=1)


def test_grayscale_weighs_the_colours():
    grey = tf.image.rgb_to_grayscale(X)

    np.testing.assert_allclose(grey[..., 0], X @ [0.2989, 0.587, 0.114], rtol=1e-5)
    assert tf.image.grayscale_to_rgb(grey).shape == X.shape


# --- files ----------------------------------------------------------------------------


def test_images_are_read_from_files(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "a.png")

    data = tf.io.read_file(str(tmp_path / "a.png"))

    np.testing.assert_array_equal(tf.io.decode_png(data, channels=3), RGB)
    decoded = tf.image.decode_image(data, dtype=tf.float32)
    np.testing.assert_allclose(decoded, X, rtol=1e-6)
    assert tf.image.decode_jpeg(data, channels=1).shape == (6, 5, 1)


def test_encoded_image_is_decoded_to_itself():
    data = tf.io.encode_png(RGB)

    assert Image.open(io.BytesIO(data.numpy())).size == (5, 6)
    np.testing.assert_array_equal(tf.io.decode_image(data), RGB)


def test_other_bytes_are_no_image():
    with pytest.raises(ValueError, match="JPEG, PNG, GIF or BMP"):
        tf.io.decode_image(b"text")


def test_gfile_is_pythons_files(tmp_path):
    path = str(tmp_path / "x" / "a.txt")

    tf.io.write_file(path, "hello")

    assert tf.io.gfile.exists(path)
    assert tf.io.gfile.glob(str(tmp_path / "x" / "*")) == [path]
    with tf.io.gfile.GFile(path) as file:
        assert file.read() == "hello"


# --- text -----------------------------------------------------------------------------


def test_text_of_the_guides_is_cleaned():
    reviews = tf.constant(["Good <br />film!", "BAD."])

    lower = tf.strings.lower(reviews)
    plain = tf.strings.regex_replace(lower, "<br />", " ")
    clean = tf.strings.regex_replace(plain, "[[:punct:]]", "")

    assert clean.numpy().tolist() == [b"good  film", b"bad"]
    assert tf.strings.split("a b").numpy().tolist() == [b"a", b"b"]
    assert tf.strings.join(["a", ["b", "c"]], "-").numpy().tolist() == [b"a-b", b"a-c"]
    assert tf.strings.length("åb").numpy() == 3
    assert tf.strings.length("åb", unit="UTF8_CHAR").numpy() == 2
    assert tf.strings.to_number(["1.5", "2"]).numpy().tolist() == [1.5, 2.0]
    assert tf.strings.substr("keras", 1, 3).numpy() == b"era"
    assert tf.strings.reduce_join(["a", "b"], separator=",").numpy() == b"a,b"
    assert tf.strings.regex_full_match(["ab", "b"], "a.*").numpy().tolist() == [
        True,
        False,
    ]
