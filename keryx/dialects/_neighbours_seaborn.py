"""What seaborn did otherwise."""

import functools
from types import ModuleType
from typing import Any

import numpy as np

from keryx.dialects import _report
from keryx.dialects._neighbours_patch import replace


def change(seaborn: ModuleType) -> None:
    """Lets `countplot` take one series first, as it did."""
    count = seaborn.countplot

    @functools.wraps(count)
    def countplot(*args: Any, **kwargs: Any) -> Any:
        named = not kwargs.keys().isdisjoint(("x", "y", "data"))
        if len(args) == 1 and not named and np.ndim(args[0]) == 1:
            _report.note("seaborn.countplot(series)", "seaborn.countplot(x=series)")
            return count(x=args[0], **kwargs)
        return count(*args, **kwargs)

    replace(seaborn, "countplot", countplot)
