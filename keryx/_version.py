"""The version of keryx."""

__version__ = "0.1.0"


def version() -> str:
    """Returns the version of keryx."""
    return __version__
