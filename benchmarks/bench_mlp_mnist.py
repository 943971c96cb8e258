"""The 784-512-10 network on 60,000 rows, batch 128, RMSprop: 5 epochs."""

import pytorch
from harness import fitting, main, Work
from networks import labelled, wide, wide_torch


def data(side):
    return labelled(side.pick(60_000, 1_280), 784)


def keras(side):
    model = wide(side.library)
    model.compile(
        "sgd" if side.comparing else "rmsprop",
        "categorical_crossentropy",
        metrics=["accuracy"],
        **side.options,
    )
    return fitting(model, *side.data, batch_size=128, epochs=side.pick(5, 1))


def torch(side):
    x, y = (pytorch.tensor(side, array) for array in side.data)
    model = pytorch.prepared(side, wide_torch(side.library), x[:1])
    # PyTorch adds epsilon outside the root: its RMSprop ends elsewhere.
    optim, weights = side.library.optim, model.parameters()
    sgd = optim.SGD(weights, lr=0.01) if side.comparing else None
    optimizer = sgd or optim.RMSprop(weights, lr=1e-3, alpha=0.9, eps=1e-7)
    loss, epochs = side.library.nn.CrossEntropyLoss(), side.pick(5, 1)
    return pytorch.training(
        model, loss, optimizer, x, y.argmax(1), batch_size=128, epochs=epochs
    )


if __name__ == "__main__":
    words = "784-512-10, 60,000 rows, batch 128, 5 epochs"
    makes = {"keras": keras, "torch": torch}
    main(Work("mlp_mnist", words, makes, data, apart=True))
