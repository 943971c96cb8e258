"""Small colour photographs of a hundred kinds of things."""

from keryx._core import check
from keryx.datasets import _cifar, _kept

FOLDER = "cifar-100-python"
ARCHIVE = "cifar-100-python.tar.gz"
DIGEST = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"


def load_data(label_mode: str = "fine") -> _kept.Split:
    """Returns 50000 training and 10000 test photographs of a hundred kinds of things.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, y_train.shape  # doctest: +SKIP
        ((50000, 32, 32, 3), (50000, 1))

    Args:
        label_mode: "fine" for a hundred classes, "coarse" for the twenty groups that
            they are in.

    Shapes:
        x: `(n, 32, 32, 3)`, uint8; `(n, 3, 32, 32)` if channels come first
        y: `(n, 1)`, int64

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        ArgumentError: If `label_mode` is neither.
        FileError: If the files cannot be had, or are damaged or unsafe.

    Source:
        Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009).
    """
    mode = check.one_of(label_mode, ("fine", "coarse"), "label_mode", "load_data")
    folder = _cifar.kept_folder(FOLDER, ARCHIVE, DIGEST)
    train = _cifar.load(folder, ["train"], f"{mode}_labels", "int64")
    return train, _cifar.load(folder, ["test"], f"{mode}_labels", "int64")
