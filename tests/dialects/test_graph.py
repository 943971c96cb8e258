"""Models of Keras 0 that were no row of layers."""

import numpy as np
import pytest

from keryx import layers, models, optimizers, utils
from keryx._core.errors import ArgumentError, StateError
from keryx.dialects import legacy_module

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
DATA = {"a": X, "b": 2 * X, "y": X[:, :2], "z": X[:, :2]}


def graph():
    utils.set_random_seed(0)
    model = models.Graph()
    model.add_input("a", input_shape=(3,))
    model.add_input(name="b", input_shape=(3,))
    model.add_shared_node(
        layers.Dense(4), name="both", inputs=["a", "b"], merge_mode="sum"
    )
    model.add_node(layers.Dense(2), name="joined", inputs=["both", "a"])
    model.add_output("y", input="joined")
    model.add_output("z", inputs=["joined", "joined"], merge_mode="mul")
    return model


def test_a_graph_computes_what_its_nodes_say():
    model = graph()

    outputs = model.predict({"a": X, "b": 2 * X})

    (kernel, bias), (last, end) = (
        model.nodes[name].get_weights() for name in ("both", "joined")
    )
    both = X @ kernel + bias + 2 * X @ kernel + bias
    joined = np.concatenate([both, X], -1) @ last + end
    np.testing.assert_allclose(outputs["y"], joined, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(outputs["z"], joined**2, rtol=1e-4, atol=1e-5)


def test_a_graph_is_trained_on_dicts():
    model = graph()
    model.compile(optimizers.SGD(0.001), {"y": "mse", "z": "mse"})

    history = model.fit(DATA, nb_epoch=2, verbose=0, validation_data=DATA)

    assert set(history.history) == {
        f"{part}{name}" for part in ("", "val_") for name in
        ("loss", "y_loss", "z_loss")
    }  # fmt: skip
    before = model.evaluate(DATA)[0]
    assert before == pytest.approx(history.history["val_loss"][-1], rel=1e-5)
    assert model.train_on_batch(DATA)[0] == pytest.approx(before, rel=1e-5)
    assert model.test_on_batch(DATA)[0] < before


def test_a_graph_is_trained_on_a_source_of_dicts():
    model = graph()
    model.compile("sgd", {"y": "mse", "z": "mse"})

    def source():
        while True:
            yield {name: array[:4] for name, array in DATA.items()}

    model.fit_generator(source(), samples_per_epoch=8, nb_epoch=1, verbose=0)

    assert int(model.optimizer.iterations) == 2


def test_a_node_that_is_not_there():
    with pytest.raises(ArgumentError, match="a node among"):
        graph().add_node(layers.Dense(2), name="c", input="nothing")
    with pytest.raises(ArgumentError, match="a second 'a'"):
        graph().add_input("a", input_shape=(3,))


def test_a_graph_without_an_output():
    with pytest.raises(StateError, match="an output"):
        models.Graph().predict({})


def branches():
    return [models.Sequential([layers.Dense(2, input_dim=3)]) for _ in range(2)]


def test_siamese_branches_share_a_layer():
    first, second = branches()
    shared = layers.Dense(4)
    model = models.Sequential()
    model.add(layers.Siamese(shared, [first, second], merge_mode="concat"))

    found = model.predict([X, X + 1], verbose=0)

    kernel, bias = shared.get_weights()
    rows = [first.predict(X, verbose=0), second.predict(X + 1, verbose=0)]
    expected = np.concatenate([row @ kernel + bias for row in rows], 1)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_branches_joined_by_a_function():
    first, second = branches()
    model = models.Sequential()
    model.add(layers.LambdaMerge([first, second], lambda pair: pair[0] - pair[1]))

    found = model.predict([X, X], verbose=0)

    expected = first.predict(X, verbose=0) - second.predict(X, verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("whole", "size"), [(True, 3), (False, 2)])
def test_an_autoencoder_gives_the_code_or_the_picture(whole, size):
    encoder, decoder = layers.Dense(2, input_dim=3), layers.Dense(3)
    made = layers.AutoEncoder(encoder, decoder, output_reconstruction=whole)

    model = models.Sequential()
    model.add(made)

    assert model.predict(X, verbose=0).shape == (8, size)


def test_containers_are_models():
    containers = legacy_module("keras.layers.containers")

    assert containers.Sequential is models.Sequential
    assert containers.Graph is models.Graph
