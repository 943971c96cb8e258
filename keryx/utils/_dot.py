"""A model as text in Graphviz's language."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from keryx._core import check
from keryx._core.hook import hooked
from keryx.utils import _diagram_paint as _paint
from keryx.utils._diagram import Box, describe, Diagram, Options
from keryx.utils._diagram_layout import DIRECTIONS, lay_out

STYLES = tuple(_paint.BENDS)


class Dot:
    """A graph in Graphviz's language, which keryx can draw by itself.

    It has those methods of `pydot.Dot` that programs call on what `model_to_dot`
    returns.

    Args:
        diagram: The boxes and lines.
        rankdir: Direction of flow.
        dpi: Pixels per inch of pictures.
        splines: How lines run.
        cluster: Whether it is a part of another graph.
    """

    def __init__(
        self,
        diagram: Diagram,
        rankdir: str = "TB",
        dpi: float = 200,
        splines: str = "ortho",
        cluster: bool = False,
    ) -> None:
        self.diagram = diagram
        self.rankdir, self.dpi, self.splines = rankdir, dpi, splines
        self.cluster = cluster

    def to_string(self) -> str:
        """Returns the text."""
        if self.cluster:
            body = "\n".join(_body(self.diagram, "", ""))
            return f"{_cluster_head(self.diagram, '')}\n{body}\n}}\n"
        return to_text(self.diagram, self.rankdir, self.dpi, self.splines)

    __str__ = to_string

    def write(self, path: Any, prog: Any = None, format: str = "raw") -> bool:
        """Writes the text to a file; for another format, a picture.

        Args:
            path: Path of the file.
            prog: Accepted.
            format: "raw" or "dot" for the text; else as for `create`.
        """
        if format.lower() in ("raw", "dot"):
            Path(path).write_text(self.to_string(), "utf-8")
        else:
            Path(path).write_bytes(self.create(prog, format))
        return True

    def create(self, prog: Any = None, format: str = "png") -> bytes:
        """Returns the bytes of a picture.

        Args:
            prog: Accepted.
            format: "png", "svg", "pdf" or another one that Matplotlib writes.

        Raises:
            ArgumentError: If it does not.
        """
        if format.lower() in ("raw", "dot"):
            return self.to_string().encode()
        return picture(self.diagram, self.rankdir, self.dpi, self.splines, format)

    def create_png(self, prog: Any = None) -> bytes:
        """Returns the bytes of a PNG picture."""
        return self.create(prog, "png")

    def create_svg(self, prog: Any = None) -> bytes:
        """Returns the bytes of an SVG picture."""
        return self.create(prog, "svg")

    def write_png(self, path: Any, prog: Any = None) -> bool:
        """Writes a PNG picture."""
        return self.write(path, prog, "png")

    def write_svg(self, path: Any, prog: Any = None) -> bool:
        """Writes an SVG picture."""
        return self.write(path, prog, "svg")

    def write_pdf(self, path: Any, prog: Any = None) -> bool:
        """Writes a PDF file."""
        return self.write(path, prog, "pdf")


@hooked
def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Any:
    """Returns a model as a graph in Graphviz's language.

    Example:
        >>> from keryx import layers, models
        >>> model = models.Sequential([layers.Input((3,)), layers.Dense(2, name="out")])
        >>> print(model_to_dot(model).to_string().splitlines()[0])
        digraph {

    Args:
        model: The model.
        show_shapes: Whether to tell shapes of inputs and outputs.
        show_dtype: Whether to tell element types of outputs.
        show_layer_names: Whether to tell names of layers.
        rankdir: Direction of flow: "TB", "LR", "BT" or "RL".
        expand_nested: Whether models inside the model are shown in full.
        dpi: Pixels per inch of pictures.
        subgraph: Whether to return a cluster, to be put into another graph.
        show_layer_activations: Whether to tell activations.
        show_trainable: Whether to tell which layers are trained.
        splines: How lines run: "ortho", "curved", "spline", "polyline" or "line".

    Returns:
        A `pydot.Dot` (`pydot.Cluster` with `subgraph`) if pydot is installed; else an
        object with its methods `to_string`, `write` and `create`.

    Raises:
        ArgumentError: If `rankdir` or `splines` is unknown.
    """
    options = Options(
        show_shapes,
        show_dtype,
        show_layer_names,
        show_layer_activations,
        show_trainable,
        expand_nested,
    )
    rankdir = check.one_of(rankdir, DIRECTIONS, "rankdir", "model_to_dot")
    splines = check.one_of(splines, STYLES, "splines", "model_to_dot")
    dot = Dot(describe(model, options), rankdir, dpi, splines, subgraph)
    try:
        import pydot  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return dot
    text = dot.to_string()
    (read,) = pydot.graph_from_dot_data(f"digraph {{\n{text}}}" if subgraph else text)
    return read.get_subgraphs()[0] if subgraph else read


def picture(
    diagram: Diagram, rankdir: str, dpi: float, splines: str, kind: str
) -> bytes:
    """Returns the bytes of a picture of a diagram.

    Raises:
        ArgumentError: If Matplotlib writes no such kind of file.
    """
    import io

    ruler = _paint.Ruler()
    figure = _paint.paint(lay_out(diagram, ruler.box, rankdir), ruler, splines)
    known = figure.canvas.get_supported_filetypes()
    kind = check.one_of(kind, (*known, "dot"), "format", "picture of a model")
    target = io.BytesIO()
    limit = _paint.LARGEST / max(figure.get_size_inches())
    figure.savefig(target, format=kind, dpi=min(dpi, limit))
    return target.getvalue()


# --- text -----------------------------------------------------------------------------


def to_text(diagram: Diagram, rankdir: str, dpi: float, splines: str) -> str:
    """Returns a diagram in Graphviz's language."""
    head = [
        "digraph {",
        f"  graph [rankdir={rankdir}, dpi={dpi:g}, splines={splines}, compound=true];",
        '  node [shape=plaintext, fontname="Helvetica", fontsize=10];',
        '  edge [color="#7f8a99", arrowsize=0.7];',
    ]
    return "\n".join([*head, *_body(diagram, "", "  "), "}", ""])


def _body(diagram: Diagram, prefix: str, indent: str) -> Iterator[str]:
    for i, box in enumerate(diagram.boxes):
        name = f"{prefix}{i}"
        if box.inner is None:
            yield f"{indent}n{name} [label=<{_label(box)}>];"
            continue
        yield f"{indent}{_cluster_head(box.inner, name)}"
        yield from _body(box.inner, f"{name}_", f"{indent}  ")
        yield f"{indent}}}"
    for line in diagram.lines:
        source = _leaving(diagram, line.source, line.output, prefix)
        for target in _entering(diagram, line.target, line.input, prefix):
            yield f"{indent}{source} -> {target};"


def _cluster_head(diagram: Diagram, name: str) -> str:
    title = diagram.title.replace("\\", "\\\\").replace('"', '\\"')
    return f'subgraph cluster_{name} {{ label="{title}"; style=dashed;'


def _leaving(diagram: Diagram, box: int, output: int, prefix: str) -> str:
    """Returns the node that a line leaves, inside of a cluster if need be."""
    inner = diagram.boxes[box].inner
    if inner is None or not inner.exits:
        return f"n{prefix}{box}"
    place, output = inner.exits[min(output, len(inner.exits) - 1)]
    return _leaving(inner, place, output, f"{prefix}{box}_")


def _entering(diagram: Diagram, box: int, number: int, prefix: str) -> list[str]:
    """Returns the nodes that a line enters."""
    inner = diagram.boxes[box].inner
    if inner is None or not inner.entries:
        return [f"n{prefix}{box}"]
    places = inner.entries[min(number, len(inner.entries) - 1)]
    return [
        node
        for place in places
        for node in _entering(inner, place, 0, f"{prefix}{box}_")
    ]


def _label(box: Box) -> str:
    """Returns a box as a table in Graphviz's kind of HTML."""
    color = _paint.color(box.base)
    name = f" {escape(box.name)}" if box.name else ""
    rows = [
        f'<tr><td colspan="2" bgcolor="{_paint.tint(color, 0.14)}">'
        f"<b>{escape(box.kind)}</b>{name}</td></tr>"
    ]
    rows += [
        f'<tr><td align="left" border="0">{escape(word)}</td>'
        f'<td align="left" border="0">{escape(value)}</td></tr>'
        for word, value in box.rows
    ]
    table = f'<table border="1" cellborder="0" cellspacing="0" color="{color}">'
    return f"{table}{''.join(rows)}</table>"
