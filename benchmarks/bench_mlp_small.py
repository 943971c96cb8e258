"""The 8-12-8-1 network on 768 rows, batch 10, 150 epochs: dispatch is all there is."""

import numpy as np
import pytorch
from harness import fitting, main, Work
from weights import drawn


def data(side):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(768, 8)).astype("float32")
    return x, (x[:, :1] + x[:, 1:2] > 0).astype("float32")


def keras(side):
    layers = side.library.layers
    model = side.library.Sequential(
        [
            layers.Input((8,)),
            layers.Dense(12, activation="relu"),
            layers.Dense(8, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], **side.options)
    return fitting(model, *side.data, batch_size=10, epochs=side.pick(150, 2))


def torch(side):
    nn, optim = side.library.nn, side.library.optim
    x, y = (pytorch.tensor(side, array) for array in side.data)
    model = nn.Sequential(
        *(nn.Linear(8, 12), nn.ReLU(), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 1))
    )
    model = pytorch.prepared(side, model, x[:1])
    optimizer = optim.Adam(model.parameters(), eps=1e-7, fused=True)
    epochs, loss = side.pick(150, 2), nn.BCEWithLogitsLoss()
    return pytorch.training(model, loss, optimizer, x, y, batch_size=10, epochs=epochs)


def sklearn(side):
    from sklearn.neural_network import MLPClassifier

    (x, y), epochs = side.data, side.pick(150, 2)
    model = MLPClassifier(
        (12, 8),
        alpha=0.0,
        batch_size=10,
        epsilon=1e-7,
        max_iter=epochs,
        n_iter_no_change=epochs,
        shuffle=False,
        tol=0.0,
        warm_start=True,
    )
    model.partial_fit(x[:10], y[:10, 0], classes=[0.0, 1.0])
    weights = drawn([(8, 12), (12,), (12, 8), (8,), (8, 1), (1,)])

    def run():
        # A warm start begins with these, and with an optimizer of its own.
        model.coefs_ = [kernel.copy() for kernel in weights[::2]]
        model.intercepts_ = [bias.copy() for bias in weights[1::2]]
        model.loss_curve_ = []
        return model.fit(x, y[:, 0]).loss_curve_[0]

    return run


if __name__ == "__main__":
    words = "8-12-8-1, 768 rows, batch 10, 150 epochs"
    makes = {"keras": keras, "torch": torch, "sklearn": sklearn}
    main(Work("mlp_small", words, makes, data))
