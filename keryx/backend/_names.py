"""Numbers for names."""

from keryx._graph import naming


def get_uid(prefix: str = "") -> int:
    """Returns how often it was asked for this prefix, this time included.

    Example:
        >>> get_uid("block_of_mine"), get_uid("block_of_mine")
        (1, 2)
    """
    return naming.uid(prefix)
