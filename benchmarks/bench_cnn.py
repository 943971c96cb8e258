"""Conv32-pool-Dense100-10 on 12,000 images of 28×28, batch 32: one epoch."""

from harness import main
from images import digits


def network(library):
    layers = library.layers
    return library.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(100, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def network_torch(torch):
    nn = torch.nn
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(5408, 100), nn.ReLU(), nn.Linear(100, 10)),
    )


if __name__ == "__main__":
    words = "Conv32-pool-Dense100-10, 12,000 images, batch 32, one epoch"
    main(digits("cnn", words, network, network_torch))
