"""`predict` with VGG16 of random weights: 1 and 16 photographs of 224 × 224."""

import numpy as np
import pytorch
from harness import main, same_weights, Work
from libraries import TORCH_IMAGES
from weights import RELU

# Convolutions per block, and their filters.
BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))


def keras(side):
    layers = side.library.layers
    parts = [layers.Input(side.data.shape[1:])]
    for count, filters in BLOCKS:
        for _ in range(count):
            parts += [layers.Conv2D(filters, 3, padding="same", activation="relu")]
        parts += [layers.MaxPooling2D()]
    model = side.library.Sequential(
        [
            *parts,
            layers.Flatten(),
            layers.Dense(4096, activation="relu"),
            layers.Dense(4096, activation="relu"),
            layers.Dense(1000, activation="softmax"),
        ]
    )
    model.compile(**side.options)
    same_weights(model, RELU)
    return lambda: float(model.predict(side.data, batch_size=16, verbose=0)[0].max())


def torch(side):
    nn, photos = side.library.nn, pytorch.tensor(side, side.data)
    parts, channels = [], 3
    for count, filters in BLOCKS:
        for _ in range(count):
            parts += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        parts += [nn.MaxPool2d(2)]
    pixels = (side.data.shape[1] // 32) ** 2
    model = nn.Sequential(
        *parts,
        *(nn.Flatten(), nn.Linear(512 * pixels, 4096), nn.ReLU()),
        *(nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000), nn.Softmax(-1)),
    )
    model = pytorch.prepared(side, model, photos[:1], RELU).eval()

    def run():
        with side.library.inference_mode():
            return float(model(photos).numpy()[0].max())

    return run


def work(count):
    """Returns the work of predicting so many photographs."""

    def data(side):
        size = side.pick(224, 32)
        return np.random.default_rng(0).random((count, size, size, 3), "float32")

    words = f"`predict` of {count} photograph{'s' * (count > 1)}, VGG16 at 224 × 224"
    makes = {"keras": keras, "torch": torch}
    found = Work(f"vgg16_{count}", words, makes, data, torch=TORCH_IMAGES)
    return found._replace(executions=(1,), repeats=3)


if __name__ == "__main__":
    main(work(1), work(16))
