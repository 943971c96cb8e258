"""Tables of embeddings, for the projector of TensorBoard."""

from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError
from keryx._core.files import replacing
from keryx.layers import Embedding

CONFIG = "projector_config.pbtxt"


def embeddings(model: Any) -> list[Embedding]:
    """Returns the layers of a model that are embeddings."""
    return [layer for layer in model.layers if isinstance(layer, Embedding)]


def write_config(folder: Path, model: Any, metadata: Any, owner: object) -> None:
    """Tells the projector which tables there will be, and what their rows are called.

    Args:
        folder: Where.
        model: The model.
        metadata: Path of a file with a line for each row: one for all layers, or by
            the layers' names.
        owner: Who asks.

    Raises:
        ArgumentError: If a name in `metadata` is that of no such layer.
    """
    names = [layer.name for layer in embeddings(model)]
    unknown = [n for n in metadata if n not in names] if _by_name(metadata) else []
    if unknown:
        raise ArgumentError(
            owner,
            "embeddings_metadata",
            expected=f"paths by names of `Embedding` layers among {names}",
            got=unknown,
        )
    folder.mkdir(parents=True, exist_ok=True)
    parts = [_entry(n, metadata.get(n) if _by_name(metadata) else metadata)
             for n in names]  # fmt: skip
    (folder / CONFIG).write_text("".join(parts), encoding="utf-8")


def write_tables(folder: Path, model: Any) -> None:
    """Writes the vectors of each layer, a row for each id, over those before."""
    for layer in embeddings(model):
        path = folder / _table(layer.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as part:
            rows = np.asarray(layer.embeddings.numpy(), np.float32)
            np.savetxt(part, rows, fmt="%.9g", delimiter="\t")


def _by_name(metadata: Any) -> bool:
    return isinstance(metadata, dict)


def _table(name: str) -> str:
    return f"train/{name.replace('/', '-')}.tsv"


def _entry(name: str, metadata: Any) -> str:
    """Returns what the projector reads of a layer."""
    lines = [f"tensor_name: {_quoted(name)}", f"tensor_path: {_quoted(_table(name))}"]
    if metadata is not None:
        lines.append(f"metadata_path: {_quoted(metadata)}")
    return "".join(["embeddings {\n", *(f"  {line}\n" for line in lines), "}\n"])


def _quoted(text: Any) -> str:
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
