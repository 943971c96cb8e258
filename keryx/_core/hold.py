"""References that would close a circle, and so would keep both ends for long."""

import weakref
from typing import Any


class Hold:
    """A hold on an object that refers back to the holder, without a circle.

    It keeps all that is in the object's `__dict__`; what refers back is in slots of its
    class. So object and holder are freed at once when nobody else holds them, and an
    object that nobody held is made again when it is asked for.

    Args:
        thing: The object.
    """

    def __init__(self, thing: Any) -> None:
        self._living = weakref.ref(thing)
        self._class: Any = type(thing)
        self._rest = vars(thing)

    def get(self, **back: Any) -> Any:
        """Returns the object.

        Args:
            back: What its slots refer to, should it be made again.
        """
        thing = self._living()
        if thing is None:
            thing = self._class.__new__(self._class)
            thing.__dict__ = self._rest
            for name, value in back.items():
                setattr(thing, name, value)
            self._living = weakref.ref(thing)
        return thing

    def __getstate__(self) -> tuple[Any]:
        return (self.get(),)

    def __setstate__(self, state: tuple[Any]) -> None:
        self.__init__(*state)  # type: ignore[misc]
