"""The 3072-1000-500-100 network on 10,000 rows, batch 32, SGD: one epoch."""

import pytorch
from harness import fitting, main, Work
from networks import labelled


def data(side):
    return labelled(side.pick(10_000, 640), 32, 32, 3, classes=100)


def keras(side):
    layers = side.library.layers
    model = side.library.Sequential(
        [
            layers.Input((32, 32, 3)),
            layers.Flatten(),
            layers.Dense(1000, activation="relu"),
            layers.Dense(500, activation="relu"),
            layers.Dense(100, activation="softmax"),
        ]
    )
    model.compile(
        "sgd", "categorical_crossentropy", metrics=["accuracy"], **side.options
    )
    return fitting(model, *side.data, batch_size=32, epochs=1)


def torch(side):
    nn, optim = side.library.nn, side.library.optim
    x, y = (pytorch.tensor(side, array) for array in side.data)
    model = nn.Sequential(
        *(nn.Flatten(), nn.Linear(3072, 1000), nn.ReLU()),
        *(nn.Linear(1000, 500), nn.ReLU(), nn.Linear(500, 100)),
    )
    model = pytorch.prepared(side, model, x[:1])
    optimizer, loss = (
        optim.SGD(model.parameters(), lr=0.01, fused=True),
        nn.CrossEntropyLoss(),
    )
    return pytorch.training(
        model, loss, optimizer, x, y.argmax(1), batch_size=32, epochs=1
    )


if __name__ == "__main__":
    words = "3072-1000-500-100, 10,000 rows, batch 32, one epoch"
    main(Work("mlp_wide", words, {"keras": keras, "torch": torch}, data))
