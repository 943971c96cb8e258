"""Starting anew within one process."""

import gc

from keryx._graph import naming


def clear_session(free_memory: bool = True) -> None:
    """Starts the numbers of made-up names again: the next `Dense` is `dense`.

    Compiled programs are kept: they hold no weights, and the next model of the same
    architecture uses them.

    Args:
        free_memory: Whether to free the memory of models that nothing refers to.
    """
    naming.reset()
    if free_memory:
        gc.collect()
