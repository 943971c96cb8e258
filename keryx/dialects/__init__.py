"""Programs and files of every Keras, read in today's terms.

Importing this costs next to nothing: the tables are loaded by the first old spelling.
"""

from typing import Any

from ._load import install as install, load as _load, open_module as open_module

_LATER = {
    "counted": "_report",
    "detect": "_detect",
    "DialectWarning": "_report",
    "Era": "_era",
    "forget": "_report",
    "in_force": "_era",
    "legacy_module": "_modules",
    "Rewrite": "_report",
    "rewrites": "_report",
    "set_era": "_era",
    "translate_config": "_configs",
    "translate_training": "_configs_training",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(_load(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
