"""Five-fold cross-validation of the deeper network: a new model for each fold."""

import numpy as np
import pytorch
from harness import main, same_weights, Work
from libraries import TORCH_IMAGES
from networks import deeper, deeper_torch, labelled
from sklearn.model_selection import KFold
from weights import RELU


def data(side):
    x, y = labelled(side.pick(12_000, 320), 28, 28, 1)
    folds = KFold(5, shuffle=True, random_state=1).split(x)
    return x, y, [(train, test) for train, test in folds]


def keras(side):
    x, y, folds = side.data

    def score(train, test):
        model = deeper(side.library)
        model.compile(
            side.library.optimizers.SGD(0.01, momentum=0.9),
            "categorical_crossentropy",
            metrics=["accuracy"],
            **side.options,
        )
        same_weights(model, RELU)
        options = {"batch_size": 32, "epochs": side.pick(2, 1), "shuffle": False}
        model.fit(x[train], y[train], verbose=0, **options)
        return model.evaluate(x[test], y[test], verbose=0)[0]

    return lambda: float(np.mean([score(*fold) for fold in folds]))


def torch(side):
    x, y = (pytorch.tensor(side, array) for array in side.data[:2])
    torch, loss = side.library, side.library.nn.CrossEntropyLoss()

    def score(train, test):
        model = pytorch.prepared(side, deeper_torch(torch), x[:1], RELU)
        optimizer = torch.optim.SGD(
            model.parameters(), lr=0.01, momentum=0.9, fused=True
        )
        pytorch.training(
            *(model, loss, optimizer, x[train], y[train].argmax(1)),
            batch_size=32,
            epochs=side.pick(2, 1),
        )()
        model.eval()
        with torch.inference_mode():
            return float(loss(model(x[test]), y[test]))

    return lambda: float(np.mean([score(*fold) for fold in side.data[2]]))


if __name__ == "__main__":
    words = "five-fold cross-validation of three convolutions, 2 epochs, anew per fold"
    makes = {"keras": keras, "torch": torch}
    works = Work("cross_validation", words, makes, data, torch=TORCH_IMAGES, apart=True)
    main(works._replace(repeats=3, rounds=2))
