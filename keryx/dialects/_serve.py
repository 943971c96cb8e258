"""Serving `keras` and its kin: as much of it as every program loads."""

from keryx.dialects._load import load


def install(era: str | None = None, *, tensorflow: bool | None = None) -> None:
    """Serves `keras` and its kin from keryx, in this process, from now on.

    Every path that a module of any Keras had can be imported then, and gives keryx's
    own modules and classes. Names of other packages that have gone since, such as
    `numpy.float`, are there again, with a warning where they are used.

    Example:
        >>> import keryx
        >>> keryx.install()
        >>> from keras.layers.core import Dense
        >>> Dense is keryx.layers.Dense
        True
        >>> keryx.uninstall()

    Args:
        era: How calls are read that meant different things: "1", "2", "tf" or "3";
            `None` for today's meaning.
        tensorflow: Whether to serve `tensorflow` as well. If `None`, that is done where
            the real one is not installed.

    Raises:
        ArgumentError: If `era` is none of these.
    """
    load("_alias").install(era, tensorflow=tensorflow)


def uninstall() -> None:
    """Takes back what `install` did; what was imported so far stays usable."""
    load("_alias").uninstall()
