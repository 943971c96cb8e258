"""What other Kerases have and keryx not yet: imports succeed, uses say so."""

from typing import Any, NoReturn

from keryx._core.errors import StateError
from keryx.dialects._tables_modules import NAMES

# Parts around Keras that are about TensorFlow's own things.
_NEEDS_TENSORFLOW = (
    "DenseFeatures", "SequenceFeatures", "SidecarEvaluator", "DatasetCreator",
    "model_to_estimator",
)  # fmt: skip
_TENSORFLOW = "It works on feature columns, clusters or estimators of TensorFlow's."


class Absent:
    """Stands for a class or a function that does not exist.

    Args:
        name: Its name.
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def __mro_entries__(self, bases: tuple[Any, ...]) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise StateError(
            f"`{self.__name__}`",
            expected="something that keryx has",
            got="a part of Keras that does not exist in keryx yet",
            fix=_TENSORFLOW if self.__name__ in _NEEDS_TENSORFLOW else "",
        )

    def __repr__(self) -> str:
        return f"<{self.__name__}: not in keryx yet>"


def __getattr__(name: str) -> Absent:
    places = {place for rows in NAMES.values() for place in rows.values()}
    if f"._absent:{name}" in places:
        return Absent(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
