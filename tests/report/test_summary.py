"""The table that `summary` prints."""

import io

import numpy as np
import pytest

from keryx import layers, Model, Sequential
from keryx.report import _table, print_summary, summarize


@pytest.fixture
def row():
    return Sequential(
        [layers.Input((4,)), layers.Dense(3, name="a"), layers.Dense(2, name="b")]
    )


def branched():
    x = layers.Input((4,), name="x")
    shared = layers.Dense(4, name="shared")
    return Model(x, layers.Add(name="sum")([shared(x), shared(shared(x))]))


def body(text):
    """Returns the cells of the lines between the heading and the totals."""
    lines = [line for line in text.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


def test_every_layer_has_its_shape_and_parameter_count(row):
    assert body(summarize(row)) == [
        ["a (Dense)", "(None, 3)", "15"],
        ["b (Dense)", "(None, 2)", "8"],
    ]


def test_totals_count_parameters_and_their_bytes(row):
    row.get_layer("a").trainable = False

    text = summarize(row)

    assert " Total params: 23 (92.00 B)" in text
    assert " Trainable params: 8 (32.00 B)" in text
    assert " Non-trainable params: 15 (60.00 B)" in text
    assert "Optimizer" not in text


def test_optimizer_parameters_are_listed_once_they_exist(row):
    row.compile("adam", "mse")
    row.fit(np.zeros((4, 4)), np.zeros((4, 2)), verbose=0)

    text = summarize(row)

    # Two moments of each of 23 weights, the step and the learning rate.
    assert " Optimizer params: 48 (" in text
    assert " Total params: 71 (" in text


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_memory_follows_the_element_type(dtype):
    model = Sequential([layers.Input((1024,)), layers.Dense(1024, dtype=dtype)])

    size = 1024 * 1025 * (4 if dtype == "float32" else 2) / 2**20

    assert f"1,049,600 ({size:.2f} MB)" in summarize(model)


def test_layers_without_weights_yet_are_called_unbuilt():
    text = summarize(Sequential([layers.Dense(3, name="a"), layers.Flatten(name="b")]))

    assert body(text) == [["a (Dense)", "?", "0 (unbuilt)"], ["b (Flatten)", "?", "0"]]


def test_subclassed_model_shows_shapes_after_its_first_call():
    class Two(Model):
        def __init__(self):
            super().__init__()
            self.first, self.second = layers.Dense(3), layers.Dense(1)

        def call(self, x):
            return self.second(self.first(x))

    model = Two()
    model(np.ones((5, 2)))

    assert [cells[1:] for cells in body(summarize(model))] == [
        ["(5, 3)", "9"],
        ["(5, 1)", "4"],
    ]


def test_shared_layer_is_one_row_connected_to_all_its_inputs():
    text = summarize(branched(), line_length=140)

    assert body(text) == [
        ["x (InputLayer)", "(None, 4)", "0", "-"],
        ["shared (Dense)", "(None, 4)", "20", "x[0][0], x[0][0], shared[1][0]"],
        ["sum (Add)", "(None, 4)", "0", "shared[0][0], shared[2][0]"],
    ]


def test_operations_of_a_graph_are_rows_with_names_of_their_own():
    x = layers.Input((3,), name="x")

    text = summarize(Model(x, [x * 2, (x * 3)[:, :1]]), line_length=100)

    names = [cells[0] for cells in body(text)]
    assert names[1:] == [
        "multiply (Multiply)",
        "multiply_1 (Multiply)",
        "get_item (GetItem)",
    ]


def test_nested_models_can_be_listed_layer_by_layer():
    inner = Sequential([layers.Input((4,)), layers.Dense(2, name="deep")], name="inner")
    outer = Sequential([layers.Input((4,)), inner], name="outer")

    rows = body(summarize(outer, expand_nested=True))

    assert rows == [
        ["inner (Sequential)", "(None, 2)", "10"],
        ["└ deep (Dense)", "(None, 2)", "10"],
    ]


def test_trainable_column_tells_frozen_layers(row):
    row.get_layer("a").trainable = False

    rows = body(summarize(row, show_trainable=True))

    assert [cells[-1] for cells in rows] == ["N", "Y"]


def test_layer_range_takes_patterns_and_both_ends(row):
    row.add(layers.Dense(1, name="c"))

    assert len(body(summarize(row, layer_range=["b", "[c]"]))) == 2


def test_wrong_layer_range_names_the_layers(row):
    with pytest.raises(ValueError, match=r"two of the names \['a', 'b'\]"):
        row.summary(layer_range=["a", "z"])


def test_wrong_number_of_positions_is_an_error(row):
    with pytest.raises(ValueError, match="3 numbers, one for the end of each column"):
        row.summary(positions=[0.5, 1.0])


@pytest.mark.parametrize("length", [50, 66, 121])
def test_no_line_is_longer_than_asked_for(length):
    lines = summarize(branched(), line_length=length).splitlines()

    assert max(len(line) for line in lines if line[0] in "┏│") == length


def test_positions_may_be_given_in_characters(row):
    line = summarize(row, positions=[20, 40, 50]).splitlines()[1]

    assert [line.index("┳"), line.rindex("┳"), line.index("┓")] == [20, 40, 50]


def test_print_fn_gets_the_whole_text_once(row):
    texts = []

    row.summary(print_fn=texts.append)

    assert texts == [summarize(row) + "\n"]


def test_terminals_without_box_characters_get_plain_ones(row, monkeypatch):
    target = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", target)

    print_summary(row)

    target.seek(0)
    assert "| a (Dense)" in target.read()


def test_plain_characters_replace_all_that_tables_use():
    used = set("".join((*_table.LINES, *_table.BARS, "…└")))

    assert used <= {chr(code) for code in _table.PLAIN}
    assert all(ord(str(chr(c))) < 128 for c in _table.PLAIN.values())
