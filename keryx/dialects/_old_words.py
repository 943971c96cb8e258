"""Configurations that answer to the words of older eras."""

from typing import Any

from keryx.dialects import _report
from keryx.dialects._rules import Rename
from keryx.dialects._tables_layers import EVERY
from keryx.dialects._tables_training import OPTIMIZERS

TODAY: dict[str, tuple[str, ...]] = {
    row.old: (row.new,) if isinstance(row.new, str) else row.new
    for row in (*OPTIMIZERS, *EVERY)
    if isinstance(row, Rename)
}


class OldWords(dict[str, Any]):
    """A configuration in the words of today, which is read in older ones as well.

    Example:
        >>> import warnings
        >>> config = OldWords(learning_rate=0.5)
        >>> with warnings.catch_warnings(action="ignore"):
        ...     config["lr"], config.get("lr"), "lr" in config, config
        (0.5, 0.5, True, {'learning_rate': 0.5})
    """

    def __missing__(self, key: str) -> Any:
        today = self._today(key)
        if today is None:
            raise KeyError(key)
        _report.note(f"get_config()[{key!r}]", f"get_config()[{today!r}]")
        return self[today]

    def _today(self, key: object) -> str | None:
        """Returns the word of today among the keys that an older one means."""
        words = TODAY.get(key, ()) if isinstance(key, str) else ()
        return next((word for word in words if dict.__contains__(self, word)), None)

    def __contains__(self, key: object) -> bool:
        return dict.__contains__(self, key) or self._today(key) is not None

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the value for a key in any words, else `default`."""
        try:
            return self[key]
        except KeyError:
            return default

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return dict, (dict(self),)


def worded(config: Any) -> Any:
    """Returns a configuration that answers to older words."""
    return OldWords(config) if type(config) is dict else config
