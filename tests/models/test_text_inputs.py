"""Models whose inputs are text or categories."""

import numpy as np
import pytest

import keryx
from keryx import layers, saving

TEXTS = ["the cat sat", "a dog", "the dog sat on the cat", "x"]
TARGETS = np.array([0, 1, 0, 1])


def vectorizer(**options):
    layer = layers.TextVectorization(**options)
    layer.adapt(TEXTS)
    return layer


def model_of_text(start=()):
    return keryx.Sequential(
        [
            *start,
            vectorizer(output_sequence_length=4),
            layers.Embedding(20, 2),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


@pytest.fixture(scope="module")
def model():
    made = model_of_text()
    made.compile("sgd", "binary_crossentropy")
    made.fit(TEXTS, TARGETS, verbose=0)
    return made


@pytest.mark.parametrize(
    "given",
    [TEXTS, np.array(TEXTS), np.array(TEXTS, object)[:, None]],
    ids=["list", "array", "column"],
)
def test_text_is_predicted_as_its_numbers_are(model, given):
    numbers = model.layers[0](TEXTS)
    rest = keryx.Sequential([layers.Input((4,), dtype="int32"), *model.layers[1:]])

    outputs = model.predict(given, verbose=0)

    np.testing.assert_allclose(outputs, rest.predict(numbers, verbose=0), rtol=1e-6)


def test_a_model_is_called_with_text(model):
    outputs = model(TEXTS)

    np.testing.assert_allclose(outputs, model.predict(TEXTS, verbose=0), rtol=1e-6)


def test_training_is_that_on_numbers():
    keryx.utils.set_random_seed(3)
    of_text = model_of_text()
    of_text.predict(TEXTS, verbose=0)
    rest = keryx.Sequential([layers.Input((4,), dtype="int32"), *of_text.layers[1:]])
    numbers, before = of_text.layers[0](TEXTS), of_text.get_weights()

    of_text.compile("sgd", "mse")
    first = of_text.fit(TEXTS, TARGETS, epochs=2, shuffle=False, verbose=0).history
    of_text.set_weights(before)
    rest.compile("sgd", "mse")
    second = rest.fit(numbers, TARGETS, epochs=2, shuffle=False, verbose=0).history

    np.testing.assert_allclose(first["loss"], second["loss"], rtol=1e-6)


def test_batches_of_text_are_streamed(model):
    def batches():
        for start in (0, 2):
            yield np.array(TEXTS[start : start + 2]), TARGETS[start : start + 2]

    whole = model.evaluate(TEXTS, TARGETS, batch_size=2, verbose=0)

    assert model.evaluate(batches(), verbose=0) == pytest.approx(whole, rel=1e-6)


def test_text_and_numbers_are_inputs_of_one_graph():
    text = layers.Input((1,), dtype="string", name="text")
    code = layers.Input((1,), dtype="int64", name="code")
    parts = [
        vectorizer(output_mode="multi_hot")(text),
        layers.IntegerLookup(vocabulary=[5, 7], output_mode="one_hot")(code),
        layers.CategoryEncoding(6)(layers.Hashing(6)(code)),
    ]
    model = keryx.Model([text, code], layers.Concatenate()(parts))
    codes = np.array([5, 7, 9, 1])

    outputs = model.predict({"text": np.array(TEXTS), "code": codes}, verbose=0)

    expected = [
        vectorizer(output_mode="multi_hot")(TEXTS),
        np.eye(3)[[1, 2, 0, 0]],
        np.eye(6)[np.asarray(layers.Hashing(6)(codes))],
    ]
    np.testing.assert_array_equal(outputs, np.concatenate(expected, axis=1))
    assert model.output_shape == (None, 8 + 3 + 6)


def test_integers_that_differ_in_the_vocabulary_are_other_programs():
    outputs = [
        keryx.Sequential(
            [layers.Input((1,), dtype="int32"), layers.IntegerLookup(vocabulary=words)]
        ).predict(np.array([[3], [4]]), verbose=0)
        for words in ([3, 4], [4, 3])
    ]

    assert [o.ravel().tolist() for o in outputs] == [[1, 2], [2, 1]]


def test_text_for_two_layers_is_refused():
    text = layers.Input((1,), dtype="string")
    lookup = layers.StringLookup(vocabulary=["a"])
    both = layers.Concatenate()([lookup(text), layers.Hashing(5)(text)])
    model = keryx.Model(text, both)

    with pytest.raises(ValueError, match=r"(?s)goes to one layer.*Apply these"):
        model.predict(np.array(["a"]), verbose=0)


def test_text_for_a_model_of_numbers_is_refused():
    model = keryx.Sequential([layers.Input((3,)), layers.Dense(2)])

    with pytest.raises(ValueError, match="expected numbers"):
        model.predict(np.array(["a"]), verbose=0)


# Files


@pytest.mark.parametrize("mode", ["int", "tf_idf"])
@pytest.mark.parametrize("zipped", [True, False], ids=["file", "folder"])
def test_vocabularies_are_saved_and_loaded(tmp_path, mode, zipped):
    last = layers.Embedding(20, 2) if mode == "int" else layers.Dense(2)
    model = keryx.Sequential(
        [layers.Input((1,), dtype="string"), vectorizer(output_mode=mode), last]
    )
    path = tmp_path / ("model.keras" if zipped else "model")

    saving.save_model(model, path, **({} if zipped else {"zipped": False}))
    again = saving.load_model(path)

    assert again.layers[0].get_vocabulary() == model.layers[0].get_vocabulary()
    np.testing.assert_array_equal(
        again.predict(TEXTS, verbose=0), model.predict(TEXTS, verbose=0)
    )


def test_words_with_line_ends_are_saved_in_the_configuration(tmp_path):
    layer = layers.TextVectorization(split="character", standardize=None)
    layer.adapt(["a\nb"])
    model = keryx.Sequential([layers.Input((1,), dtype="string"), layer])

    saving.save_model(model, tmp_path / "model.keras")
    again = saving.load_model(tmp_path / "model.keras")

    assert again.layers[0].get_vocabulary() == layer.get_vocabulary()
    assert "\n" in layer.get_vocabulary()


def test_files_without_room_for_vocabularies_are_refused(tmp_path):
    model = keryx.Sequential([layers.Input((1,), dtype="string"), vectorizer()])

    with pytest.raises(ValueError, match=r"(?s)without adapted vocabularies.*`.keras`"):
        saving.save_model(model, tmp_path / "model.h5")
