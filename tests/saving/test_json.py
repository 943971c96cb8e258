"""Architectures as text: JSON, and YAML of plain data alone."""

import builtins
import json

import keras
import pytest

from keryx import layers, models, saving
from keryx._core.errors import FileError, UnknownNameError
from keryx._core.hook import Hook


def make_model():
    x = layers.Input((4,))
    y = layers.Dense(3, activation="tanh", name="a")(x)
    return models.Model(x, layers.Dense(2)(layers.Add()([y, layers.Dense(3)(x)])))


def test_json_gives_an_equal_model():
    model = make_model()

    other = models.model_from_json(model.to_json())

    assert other.get_config() == model.get_config()


def test_keras_reads_our_json_and_we_read_theirs():
    model = make_model()

    theirs = keras.models.model_from_json(model.to_json())
    again = models.model_from_json(theirs.to_json())

    assert theirs.count_params() == model.count_params()
    assert [layer.name for layer in again.layers] == [
        layer.name for layer in model.layers
    ]


def test_options_go_to_the_writer_of_json():
    text = make_model().to_json(indent=2)

    assert text.startswith('{\n  "')


def test_configuration_gives_a_model():
    model = make_model()

    other = models.model_from_config(json.loads(model.to_json()))

    assert other.count_params() == model.count_params()


def test_custom_classes_are_passed():
    class Mine(layers.Dense):
        pass

    model = models.Sequential([layers.Input((2,)), Mine(3)])

    other = models.model_from_json(model.to_json(), {"Mine": Mine})

    assert type(other.layers[0]) is Mine
    with pytest.raises(UnknownNameError, match="Mine"):
        models.model_from_json(model.to_json())


def test_older_configurations_are_translated(monkeypatch):
    today = json.loads(make_model().to_json())
    seen = []

    def config(config, version, backend):
        seen.append((version, backend))
        return today, ["one note"]

    monkeypatch.setattr(Hook, "config", config)
    old = {"class_name": "Model", "config": {}, "keras_version": "2.0.8"}

    model = models.model_from_json(json.dumps({**old, "backend": "theano"}))

    assert seen == [("2.0.8", "theano")]
    assert saving.conversions(model) == ["one note"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected JSON"),
        ("[" * 100_000, "expected JSON"),
        ("[1]", "configuration of a model, but got a list"),
        ('{"module": "keras.layers", "class_name": "Dense", "config": {"units": 1}}',
         "but got a Dense"),
    ],
    ids=["damaged", "deep", "list", "layer"],
)  # fmt: skip
def test_other_text_is_refused(text, message):
    with pytest.raises(FileError, match=message):
        models.model_from_json(text)


def test_yaml_gives_an_equal_model():
    pytest.importorskip("yaml")
    model = make_model()

    other = models.model_from_yaml(model.to_yaml())

    assert other.get_config() == model.get_config()


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['true']",
        "a: !<tag:yaml.org,2002:python/name:os.system>",
        "%TAG ! tag:yaml.org,2002:python/\n---\n!object/apply:os.system ['true']",
    ],
)
def test_yaml_with_python_objects_is_refused(text):
    pytest.importorskip("yaml")

    with pytest.raises(FileError, match="model_from_yaml"):
        models.model_from_yaml(text)


def test_without_pyyaml_the_way_out_is_said(monkeypatch):
    real = builtins.__import__

    def imports(name, *args, **kwargs):
        if name == "yaml":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", imports)

    with pytest.raises(FileError, match="turn the YAML into"):
        models.model_from_yaml("a: 1")
