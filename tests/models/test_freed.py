"""A model is freed as soon as nobody holds it, without Python's collector."""

import contextlib
import gc
import weakref

import numpy as np
import pytest

import keryx as K
from keryx import layers as L
from keryx.callbacks import Callback, EarlyStopping, History, ModelCheckpoint

X = np.random.default_rng(0).normal(size=(64, 6, 4)).astype("float32")
FLAT = X[:, 0]
Y = np.eye(3, dtype="float32")[np.arange(64) % 3]


@pytest.fixture(autouse=True)
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def row():
    return K.Sequential([L.Input((4,)), L.Dense(5, activation="relu"), L.Dense(3)])


def unbuilt():
    return K.Sequential([L.Dense(5), L.Dense(3)])


def grown():
    model = K.Sequential()
    model.add(L.Dense(5, input_shape=(4,)))
    model.add(L.Dense(7))
    model.pop()
    model.add(L.Dense(3))
    return model


def recurrent():
    return K.Sequential(
        [L.Input((6, 4)), L.LSTM(5, dropout=0.1, return_sequences=True), L.LSTM(4)]
        + [L.BatchNormalization(), L.Dropout(0.2), L.Dense(3)]
    )


def wrapped():
    inner = L.Bidirectional(L.GRU(3, return_sequences=True))
    return K.Sequential(
        [L.Input((6, 4)), inner, L.TimeDistributed(L.Dense(2)), L.Flatten(), L.Dense(3)]
    )


def branches():
    left, right = L.Input((4,)), L.Input((4,))
    shared = L.Dense(5)
    both = L.Concatenate()([shared(left), shared(right)])
    return K.Model([left, right], [L.Dense(3)(both), L.Dense(3)(both)])


def computed():
    inputs = L.Input((4,))
    return K.Model(inputs, L.Dense(3)(inputs * 2 + K.ops.exp(L.Dense(4)(inputs))))


def chained():
    inputs = L.Input((4,))
    shared = L.Dense(4)
    return K.Model(inputs, L.Dense(3)(shared(shared(shared(inputs)))))


def nested():
    inputs = L.Input((4,))
    inner = K.Sequential([L.Input((4,)), L.Dense(4)])
    return K.Model(inputs, K.Sequential([L.Dense(3)])(inner(inner(inputs))))


def subclassed():
    class Own(K.Model):
        def __init__(self):
            super().__init__()
            self.first, self.last = L.Dense(5), L.Dense(3)

        def call(self, inputs):
            return self.last(self.first(inputs))

    return Own()


def stepping():
    class Own(K.Model):
        def train_step(self, state, data):
            return super().train_step(state, data)

        def test_step(self, data):
            x, y = data
            loss = self.compute_loss(x, y, self(x))
            return {"loss": loss}

        def predict_step(self, x):
            return self(x)

    inputs = L.Input((4,))
    return Own(inputs, L.Dense(3)(inputs))


MODELS = [row, unbuilt, grown, recurrent, wrapped, branches, computed, chained]
MODELS += [nested, subclassed, stepping]


def data(model):
    if model._graph is None:
        return FLAT, Y
    inputs = [X if len(start.shape) == 3 else FLAT for start in model._graph.starts]
    return (inputs, [Y, Y]) if len(inputs) == 2 else (inputs[0], Y)


def fitted(model, **options):
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(*data(model), batch_size=16, epochs=2, verbose=0, **options)
    return model


def parts(model):
    """Returns weak references to a model, its layers and its variables."""
    below = [part for layer in model.layers for part in (layer, *layer.variables)]
    return [weakref.ref(part) for part in (model, *below)]


def left(references):
    return [type(part()).__name__ for part in references if part() is not None]


@pytest.mark.parametrize("make", MODELS)
def test_a_model_that_was_made_is_freed(make):
    found = parts(make())

    assert left(found) == []


@pytest.mark.parametrize("make", MODELS)
def test_a_model_that_was_compiled_is_freed(make):
    model = make()
    model.compile("adam", "mse", metrics=["mae"])
    assert model.metrics is not None
    found = parts(model)
    del model

    assert left(found) == []


@pytest.mark.parametrize("make", MODELS)
def test_a_model_that_was_trained_is_freed(make):
    found = parts(fitted(make()))

    assert left(found) == []


def evaluate(model):
    model.evaluate(*data(model), verbose=0)


def predict(model):
    model.predict(data(model)[0], verbose=0)
    model.predict(data(model)[0], verbose=0)


def call(model):
    for _ in range(3):
        model(data(model)[0])


def inspect(model):
    model.summary(print_fn=lambda text: None)
    assert model.layers[-1].output is not None


@pytest.mark.parametrize("use", [evaluate, predict, call, inspect])
@pytest.mark.parametrize("make", [row, recurrent, branches, nested, stepping])
def test_a_model_that_was_used_is_freed(make, use):
    model = fitted(make())
    use(model)
    found = parts(model)
    del model

    assert left(found) == []


def validated(path):
    return fitted(row(), validation_data=(FLAT, Y))


def split(path):
    return fitted(row(), validation_split=0.2)


def watched(path):
    stop = EarlyStopping("loss", patience=5, restore_best_weights=True)
    best = ModelCheckpoint(path / "best.keras", "loss", save_best_only=True)
    return fitted(row(), callbacks=[stop, best])


def called_back(path):
    class Each(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.last = self.model.get_weights()

    return fitted(row(), callbacks=[Each()])


def generated(path):
    model = row()
    model.compile("adam", "mse")
    model.fit(((FLAT, Y) for _ in range(6)), steps_per_epoch=3, epochs=2, verbose=0)
    return model


def by_batches(path):
    model = row()
    model.compile("adam", "mse")
    for _ in range(3):
        model.train_on_batch(FLAT, Y)
        model.test_on_batch(FLAT, Y)
    return model


def eagerly(path):
    model = row()
    model.compile("adam", "mse", run_eagerly=True)
    model.fit(FLAT, Y, epochs=1, verbose=0)
    return model


def stepped(path):
    model = recurrent()
    model.step(X[:, :2])
    return model


def loaded(path):
    fitted(row()).save(path / "model.keras")
    return fitted(K.models.load_model(path / "model.keras"))


def loaded_graph(path):
    branches().save(path / "model.keras")
    return K.models.load_model(path / "model.keras")


def loaded_weights(path):
    model = row()
    model.save_weights(path / "model.weights.h5")
    model.load_weights(path / "model.weights.h5")
    return model


def cloned(path):
    return fitted(K.models.clone_model(fitted(branches())))


def looked_into(path):
    model = fitted(row())
    look = K.backend.function([model.input], [model.layers[0].output])
    look([FLAT])
    return model


def described(path):
    return K.models.model_from_json(branches().to_json())


def cut(path):
    whole = fitted(row())
    model = K.Model(whole.inputs, whole.layers[0].output)
    model.predict(FLAT)
    return model


def trained_again(path):
    model = fitted(row())
    model.layers[0].trainable = False
    return fitted(model)


STORIES = [validated, split, watched, called_back, generated, by_batches, eagerly]
STORIES += [stepped, loaded, loaded_graph, loaded_weights, cloned, described]
STORIES += [looked_into, cut, trained_again]


@pytest.mark.parametrize("story", STORIES)
def test_a_model_with_a_story_is_freed(story, tmp_path):
    found = parts(story(tmp_path))

    assert left(found) == []


def test_a_model_is_freed_although_training_failed():
    model = row()
    model.compile("adam", "mse")
    with contextlib.suppress(Exception):
        model.fit(FLAT, Y[:, :2], verbose=0)
    found = parts(model)
    del model

    assert left(found) == []


def test_memory_does_not_grow_with_models():
    def arrays():
        return sum(type(thing).__name__ == "ArrayImpl" for thing in gc.get_objects())

    fitted(row())
    before = arrays()

    for _ in range(3):
        fitted(row())

    assert arrays() == before


# --- what does not keep a model is there all the same --------------------------------


def test_a_history_keeps_its_model():
    history = row_history()

    assert history.model.count_params() == 43
    assert history.model.history is history


def row_history():
    model = row()
    model.compile("adam", "mse")
    return model.fit(FLAT, Y, epochs=2, verbose=0)


def test_a_model_keeps_what_its_history_says():
    class Noted(History):
        def on_train_end(self, logs=None):
            super().on_train_end(logs)
            self.noted = True

    model = fitted(row(), callbacks=[Noted()])

    assert model.history.epoch == [0, 1]
    assert len(model.history.history["loss"]) == 2
    assert model.history.noted
    assert model.history.model is model


def test_a_dropped_output_is_there_when_asked_for():
    layer = L.Dense(3)
    name = layer(L.Input((4,))).name

    output = layer.output

    assert (output.shape, output.name) == ((None, 3), name)
    assert layer.output is output
    assert output.node.function is layer


def test_a_model_can_be_made_from_dropped_tensors():
    layer = L.Dense(3)
    layer(L.Dense(5)(L.Input((4,))))

    model = K.Model(layer.input.node.function.input, layer.output)

    assert model(FLAT).shape == (64, 3)


def test_calls_in_a_model_last_as_long_as_the_model():
    shared = L.Dense(4)
    inputs = L.Input((4,))
    model = K.Model(inputs, shared(shared(inputs)))

    assert len(shared._nodes.of(shared)) == 2
    assert shared._nodes.of(shared)[1].outputs is model.output


def test_a_tensor_alone_keeps_where_it_comes_from():
    def made():
        inputs = L.Input((4,))
        return inputs, L.Dense(3)(L.Dense(5)(inputs))

    model = K.Model(*made())

    assert [layer.name.split("_")[0] for layer in model.layers[1:]] == ["dense"] * 2
