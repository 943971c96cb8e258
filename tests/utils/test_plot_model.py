"""Pictures of models: what is in them, and where."""

import inspect
import re
import sys
import types

import keras
import numpy as np
import pytest

from keryx import layers, models, ops, utils
from keryx._core.errors import ArgumentError
from keryx.utils._diagram import describe, Options
from keryx.utils._diagram_layout import lay_out
from keryx.utils._diagram_order import ranked
from keryx.utils._diagram_place import fitted

SIZE = (80.0, 20.0)


def row():
    return models.Sequential(
        [layers.Input((3,)), layers.Dense(2, "tanh", name="in"), layers.Dense(1)]
    )


def branched(shared):
    """Two inputs, a shared layer, branches of different length, and their sum."""
    a, b = layers.Input((4,), name="a"), layers.Input((4,), name="b")
    left = layers.Dense(4)(layers.Dense(4)(shared(a)))
    return models.Model([a, b], layers.Add(name="sum")([left, shared(b), a]))


def nested():
    x = layers.Input((4,))
    inner = models.Model(x, [layers.Dense(2)(x), layers.Dense(3)(x)], name="inner")
    y = layers.Input((4,))
    return models.Model(y, layers.Concatenate()(inner(y)))


def picture(model, direction="TB", **options):
    return lay_out(describe(model, Options(**options)), lambda box: SIZE, direction)


def overlap(one, other):
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


MODELS = {
    "row": row,
    "branched": lambda: branched(layers.Dense(4)),
    "nested": nested,
}


@pytest.mark.parametrize("name", ["plot_model", "model_to_dot"])
def test_arguments_are_those_of_keras(name):
    def arguments(function):
        found = inspect.signature(function).parameters.values()
        return [(p.name, p.default) for p in found if p.kind is not p.VAR_KEYWORD]

    ours, theirs = getattr(utils, name), getattr(keras.utils, name)

    assert arguments(ours) == arguments(theirs)


@pytest.mark.parametrize(
    ("ending", "start"),
    [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("dot", b"digraph")],
)
def test_the_ending_says_what_kind_of_file_it_is(tmp_path, ending, start):
    path = tmp_path / f"model.{ending}"

    utils.plot_model(row(), path, dpi=30)

    assert path.read_bytes().startswith(start)


def test_boxes_tell_what_is_asked_for():
    model = row()
    model.layers[0].trainable = False
    options = Options(True, True, True, True, True)

    first, last = describe(model, options).boxes

    assert (first.kind, first.name) == ("Dense", "in")
    assert dict(first.rows) == {
        "activation": "tanh",
        "input": "(None, 3)",
        "output": "(None, 2)",
        "dtype": "float32",
        "trainable": "no",
    }
    assert dict(last.rows)["trainable"] == "yes"


def test_a_shared_layer_is_one_box():
    found = describe(branched(layers.Dense(4, name="both")), Options(names=True))

    both = [i for i, box in enumerate(found.boxes) if box.name == "both"]

    assert len(both) == 1
    assert sorted(line.source for line in found.lines if line.target in both) == [0, 1]
    assert dict(found.boxes[both[0]].rows) == {"calls": "2"}


def test_a_layer_called_on_its_own_output_is_a_box_for_each_call():
    x, layer = layers.Input((4,)), layers.Dense(4)

    found = describe(models.Model(x, layer(layer(x))), Options())

    assert [box.kind for box in found.boxes] == ["InputLayer", "Dense", "Dense"]
    assert [(line.source, line.target) for line in found.lines] == [(0, 1), (1, 2)]


def test_operations_have_boxes_of_their_own():
    x = layers.Input((4,))

    found = describe(models.Model(x, ops.exp(x) * 2.0), Options())

    assert [box.kind for box in found.boxes] == ["InputLayer", "Exp", "Multiply"]


def test_a_model_that_is_not_built_is_drawn_without_shapes():
    model = models.Sequential([layers.Dense(2), layers.Dense(1)])

    found = describe(model, Options(shapes=True))

    assert len(found.boxes) == 2
    assert len(found.lines) == 1


@pytest.mark.parametrize("direction", ["TB", "BT", "LR", "RL"])
@pytest.mark.parametrize("name", list(MODELS))
def test_boxes_lie_apart_and_inside_of_the_picture(name, direction):
    found = picture(MODELS[name](), direction, nested=True)
    places = [place for place, _ in found.boxes]

    pairs = [(a, b) for i, a in enumerate(places) for b in places[:i]]

    assert not any(overlap(a, b) for a, b in pairs)
    assert min(min(p.x, p.y) for p in places) >= 0
    assert max(p.x + p.width for p in places) <= found.width + 1e-6
    assert max(p.y + p.height for p in places) <= found.height + 1e-6


@pytest.mark.parametrize(
    ("direction", "axis", "sign"),
    [("TB", 1, 1), ("BT", 1, -1), ("LR", 0, 1), ("RL", 0, -1)],
)
def test_lines_flow_in_the_direction_that_is_asked_for(direction, axis, sign):
    found = picture(branched(layers.Dense(4)), direction)

    for route in found.routes:
        steps = np.diff(np.array(route.points)[:, axis]) * sign
        assert (steps >= -1e-9).all()
        assert steps.sum() > 0


@pytest.mark.parametrize("name", list(MODELS))
def test_lines_end_at_boxes_and_pass_none(name):
    found = picture(MODELS[name]())
    for route in found.routes:
        (x, y), (a, b) = route.points[0], route.points[-1]

        assert any(
            p.x <= x <= p.x + p.width and abs(p.y + p.height - y) < 1e-6
            for p, _ in found.boxes
        )
        assert any(
            p.x <= a <= p.x + p.width and abs(p.y - b) < 1e-6 for p, _ in found.boxes
        )
        inside = [
            (p, point)
            for p, _ in found.boxes
            for point in route.points
            if p.x < point[0] < p.x + p.width and p.y < point[1] < p.y + p.height
        ]
        assert not inside


def test_a_row_of_layers_is_straight():
    found = picture(row())

    assert len({place.x for place, _ in found.boxes}) == 1
    assert all(len({x for x, _ in route.points}) == 1 for route in found.routes)


def test_a_model_inside_has_a_frame_round_its_boxes():
    found = picture(nested(), nested=True)

    ((frame, title),) = found.frames
    inside = [place for place, _ in found.boxes if overlap(place, frame)]

    assert title == "inner (Functional)"
    assert len(inside) == 3
    assert all(frame.y < place.y for place in inside)


def test_crossings_are_avoided():
    # Two rows of two, joined crosswise.
    found = ranked(4, [(0, 3), (1, 2)], [(0, 0)] * 2, set(), set())

    first, second = found.ranks

    assert [{0: 3, 1: 2}[box] for box in first] == second


def test_places_are_the_closest_that_keep_their_distance():
    # The first two want to be at 0, the third far away.
    found = fitted([(0.0, 1.0), (0.0, 1.0), (50.0, 1.0)], [10.0, 10.0])

    assert found == pytest.approx([-5.0, 5.0, 50.0])


@pytest.mark.parametrize("style", ["ortho", "curved", "spline", "polyline", "line"])
def test_every_style_of_line_is_drawn(tmp_path, style):
    path = tmp_path / "model.svg"

    utils.plot_model(branched(layers.Dense(4)), path, splines=style)

    assert path.stat().st_size > 1000


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"rankdir": "up"}, "rankdir"),
        ({"splines": "wavy"}, "splines"),
        ({"dpi": 0}, "dpi"),
        ({"to_file": "model.exe"}, "exe"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_wrong_arguments_are_named(given, match, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ArgumentError, match=match):
        utils.plot_model(row(), **given)


def test_a_notebook_gets_the_picture(tmp_path, monkeypatch):
    display = types.SimpleNamespace(Image=lambda filename: ("shown", filename))
    shell = types.SimpleNamespace(get_ipython=lambda: object(), display=display)
    monkeypatch.setitem(sys.modules, "IPython", shell)
    path = tmp_path / "model.png"

    assert utils.plot_model(row(), path, dpi=30) == ("shown", str(path))


def test_graphviz_gets_a_node_for_each_box_and_an_edge_for_each_line():
    text = utils.model_to_dot(nested(), expand_nested=True).to_string()

    nodes = re.findall(r"^ *(n[\d_]+) \[label=", text, re.MULTILINE)
    edges = re.findall(r"(n[\d_]+) -> (n[\d_]+);", text)

    assert len(nodes) == 5
    assert "subgraph cluster_1 {" in text
    assert len(edges) == 5
    assert {name for edge in edges for name in edge} == set(nodes)
    assert text.count("{") == text.count("}")


def test_names_are_safe_in_graphviz():
    model = models.Sequential([layers.Input((1,)), layers.Dense(1, name="a<b&c")])

    assert "a&lt;b&amp;c" in utils.model_to_dot(model).to_string()


def test_a_graph_is_written_and_drawn(tmp_path):
    dot = utils.model_to_dot(row(), dpi=30)

    dot.write(tmp_path / "a.dot")
    dot.write_png(tmp_path / "a.png")

    assert (tmp_path / "a.dot").read_text() == dot.to_string()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in dot.create(prog="dot", format="svg")


def test_a_part_of_a_graph_is_a_cluster():
    text = utils.model_to_dot(row(), subgraph=True).to_string()

    assert text.startswith("subgraph cluster_")


def test_pydot_reads_the_text_where_it_is_installed(monkeypatch):
    pydot = types.SimpleNamespace(graph_from_dot_data=lambda text: [("read", text)])
    monkeypatch.setitem(sys.modules, "pydot", pydot)

    word, text = utils.model_to_dot(row())

    assert word == "read"
    assert text.startswith("digraph {")
