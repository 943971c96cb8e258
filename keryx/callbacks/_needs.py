"""What a callback needs of a run, read from the hooks that its class overrides."""

from collections.abc import Iterator, Mapping
from typing import Any

from keryx.callbacks._callback import Callback, EVERY, HOOKS

BATCH_HOOKS = {
    "every": (
        "on_batch_begin",
        "on_batch_end",
        "on_train_batch_begin",
        "on_train_batch_end",
    ),
    "every_test": ("on_test_batch_begin", "on_test_batch_end"),
    "every_predict": ("on_predict_batch_begin", "on_predict_batch_end"),
}
EPOCH_HOOKS = ("on_epoch_begin", "on_epoch_end")
LOG_HOOKS = tuple(name for name in HOOKS if name.endswith("_end"))


def namespaces(callback: Any) -> Iterator[Mapping[str, Any]]:
    """Yields the attributes of a callback, its class and the classes above, in order.

    `Callback` itself is left out: what it defines, nobody wrote.
    """
    yield getattr(callback, "__dict__", {})
    for cls in type(callback).__mro__:
        if cls not in (Callback, object):
            yield vars(cls)


def every(callback: Any, what: str = "every") -> str:
    """Returns the finest moment that a callback has to be called at.

    The most derived class that either declares it or overrides a hook of batches
    decides; its declaration comes first.

    Args:
        callback: The callback.
        what: Name of the attribute: "every" for training, "every_test" or
            "every_predict".
    """
    for names in namespaces(callback):
        # A user's attribute of this name may mean anything, such as a number of epochs.
        if isinstance(names.get(what), str) and names[what] in EVERY:
            return str(names[what])
        if any(hook in names for hook in BATCH_HOOKS[what]):
            return "batch"
    return "epoch"


def patient(callback: Any) -> bool:
    """Tells whether a callback may be told of epochs when several of them are over.

    The most derived class that either declares it or overrides a hook of epochs
    decides.
    """
    for names in namespaces(callback):
        if isinstance(names.get("patient"), bool):
            return bool(names["patient"])
        if any(hook in names for hook in EPOCH_HOOKS):
            return False
    return True


def reads_logs(callback: Any) -> bool:
    """Tells whether a callback looks at the values of logs."""
    for names in namespaces(callback):
        if isinstance(names.get("reads_logs"), bool):
            return bool(names["reads_logs"])
        if any(hook in names for hook in LOG_HOOKS):
            return True
    return False


def finest(moments: list[str]) -> str:
    """Returns the finest of some moments, "epoch" for none."""
    return max(moments, key=EVERY.index, default="epoch")
