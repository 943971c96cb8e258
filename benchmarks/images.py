"""What the benchmarks of convolutions share: training with SGD, batch 32, one epoch."""

from typing import Any

import pytorch
from harness import fitting, Work
from libraries import TORCH_IMAGES
from networks import labelled
from weights import RELU


def digits(name: str, words: str, network: Any, network_torch: Any) -> Work:
    """Returns the work of training a network on 12,000 images of 28 × 28."""

    def data(side):
        return labelled(side.pick(12_000, 320), 28, 28, 1)

    def keras(side):
        model = network(side.library)
        model.compile(
            side.library.optimizers.SGD(0.01, momentum=0.9),
            "categorical_crossentropy",
            metrics=["accuracy"],
            **side.options,
        )
        return fitting(model, *side.data, gain=RELU, batch_size=32, epochs=1)

    def torch(side):
        x, y = (pytorch.tensor(side, array) for array in side.data)
        model = pytorch.prepared(side, network_torch(side.library), x[:1], RELU)
        sgd, loss = side.library.optim.SGD, side.library.nn.CrossEntropyLoss()
        optimizer = sgd(model.parameters(), lr=0.01, momentum=0.9, fused=True)
        return pytorch.training(
            model, loss, optimizer, x, y.argmax(1), batch_size=32, epochs=1
        )

    makes = {"keras": keras, "torch": torch}
    # After hundreds of steps rounding alone tells the sides apart: compared after ten.
    return Work(name, words, makes, data, torch=TORCH_IMAGES, apart=True)
