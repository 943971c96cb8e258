"""What callbacks are told of a run, and of a batch, besides its logs."""

from typing import Any

from keryx._core.hook import Hook, missing
from keryx.callbacks._names import AliasDict


class RunParams(dict[str, Any]):
    """`verbose`, `epochs` and `steps` of a run, and more for those that ask.

    Example:
        >>> params = RunParams(epochs=3).tell(samples=60, batch_size=32)
        >>> params, params.batch_size
        ({'epochs': 3}, 32)
        >>> params["samples"]
        60

    Attributes:
        samples: Rows of an epoch; `None` if not known.
        batch_size: Rows of a batch; `None` if not known.
        metrics: Names of the logs of an epoch.
        do_validation: Whether there is validation.
    """

    samples: int | None = None
    batch_size: int | None = None
    metrics: tuple[str, ...] = ()
    do_validation = False

    __getattr__ = missing

    def tell(self, **facts: Any) -> "RunParams":
        """Sets attributes; returns the same object."""
        vars(self).update(facts)
        return self

    def __missing__(self, key: str) -> Any:
        if not hasattr(dict, key) and hasattr(self, key):
            return getattr(self, key)
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the value of a key, an older one too, else `default`."""
        try:
            return self[key]
        except KeyError:
            return default

    def rows(self, batch: int) -> int | None:
        """Returns how many samples a batch of an epoch has."""
        if self.batch_size is None or self.samples is None:
            return self.batch_size
        return max(min(self.batch_size, self.samples - batch * self.batch_size), 0)


class BatchLogs(AliasDict):
    """The logs of a batch, which answer to `batch` and `size` as well.

    Example:
        >>> logs = BatchLogs({"loss": 0.5}, 2, RunParams().tell(batch_size=32))
        >>> logs, logs["batch"], logs.get("size")
        ({'loss': 0.5}, 2, 32)

    Args:
        logs: Values by name.
        batch: Number of the batch, from 0.
        params: What is known of the run.
    """

    def __init__(self, logs: dict[str, Any], batch: int, params: Any) -> None:
        super().__init__(logs)
        rows = params.rows(batch) if isinstance(params, RunParams) else None
        self._facts = {"batch": batch, "size": rows}
        if "batch logs" in Hook.manners:  # Keras 1 and 2 had both among the values
            self.update({k: v for k, v in self._facts.items() if v is not None})

    def values_alone(self) -> dict[str, Any]:
        """Returns the logs without what is no value of the batch."""
        facts = self._facts
        return {k: v for k, v in self.items() if k not in facts or v is not facts[k]}

    def __missing__(self, key: str) -> Any:
        if self._facts.get(key) is not None:
            return self._facts[key]
        return super().__missing__(key)
