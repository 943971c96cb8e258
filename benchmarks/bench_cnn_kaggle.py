"""Four padded convolutions and dropout, 6,000 images, batch 100, RMSprop: 1 epoch."""

import pytorch
from harness import fitting, main, Work
from libraries import TORCH_IMAGES
from networks import labelled
from weights import RELU

RATES = 0.25, 0.25, 0.5


def data(side):
    return labelled(side.pick(6_000, 300), 28, 28, 1)


def keras(side):
    layers = side.library.layers
    first, second, third = (0, 0, 0) if side.comparing else RATES
    model = side.library.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(first),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2, strides=2),
            layers.Dropout(second),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(third),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        "sgd" if side.comparing else "rmsprop",
        "categorical_crossentropy",
        metrics=["accuracy"],
        **side.options,
    )
    return fitting(model, *side.data, gain=RELU, batch_size=100, epochs=1)


def torch(side):
    nn, optim = side.library.nn, side.library.optim
    first, second, third = (0, 0, 0) if side.comparing else RATES
    x, y = (pytorch.tensor(side, array) for array in side.data)
    model = nn.Sequential(
        *(nn.Conv2d(1, 32, 5, padding="same"), nn.ReLU()),
        *(nn.Conv2d(32, 32, 5, padding="same"), nn.ReLU()),
        *(nn.MaxPool2d(2), nn.Dropout(first)),
        *(nn.Conv2d(32, 64, 3, padding="same"), nn.ReLU()),
        *(nn.Conv2d(64, 64, 3, padding="same"), nn.ReLU()),
        *(nn.MaxPool2d(2), nn.Dropout(second), nn.Flatten()),
        *(nn.Linear(3136, 256), nn.ReLU(), nn.Dropout(third), nn.Linear(256, 10)),
    )
    model = pytorch.prepared(side, model, x[:1], RELU)
    weights, loss = model.parameters(), nn.CrossEntropyLoss()
    sgd = optim.SGD(weights, lr=0.01) if side.comparing else None
    optimizer = sgd or optim.RMSprop(weights, lr=1e-3, alpha=0.9, eps=1e-7)
    return pytorch.training(
        model, loss, optimizer, x, y.argmax(1), batch_size=100, epochs=1
    )


if __name__ == "__main__":
    words = "Conv32×2-pool-Conv64×2-pool-Dense256-10 with dropout, 6,000 images, "
    makes = {"keras": keras, "torch": torch}
    works = Work("cnn_kaggle", words + "batch 100, one epoch", makes, data)
    main(works._replace(torch=TORCH_IMAGES, apart=True))
