"""Every layer passes every check."""

import importlib.util
import inspect
from pathlib import Path

import numpy as np
import pytest

from keryx import layers

_spec = importlib.util.spec_from_file_location(
    "conformance_check", Path(__file__).with_name("check.py")
)
check = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check)

RNG = np.random.default_rng(0)


def drawn(*shape):
    return RNG.normal(size=shape).astype("float32")


F, S, I, V = drawn(3, 4), drawn(3, 6, 4), drawn(2, 6, 6, 4), drawn(2, 4, 4, 4, 2)
IDS = np.array([[1, 2, 0], [3, 3, 1]], "int32")
P = np.abs(drawn(2, 6, 5, 3))
EINSUM = {"equation": "abc,cd->abd", "output_shape": (None, 6), "bias_axes": "d"}
# Layer, arguments, inputs.
TABLE = [
    ("Activation", {"activation": "gelu"}, F),
    ("ActivityRegularization", {"l2": 0.1}, F),
    ("AdaptiveAveragePooling1D", {"output_size": 3}, S),
    ("AdaptiveAveragePooling2D", {"output_size": 3}, I),
    ("AdaptiveAveragePooling3D", {"output_size": 2}, V),
    ("AdaptiveMaxPooling1D", {"output_size": 3}, S),
    ("AdaptiveMaxPooling2D", {"output_size": 3}, I),
    ("AdaptiveMaxPooling3D", {"output_size": 2}, V),
    ("Add", {}, [F, drawn(3, 4)]),
    ("AlphaDropout", {"rate": 0.3}, F),
    ("Average", {}, [F, drawn(3, 4)]),
    ("AveragePooling1D", {}, S),
    ("AveragePooling2D", {}, I),
    ("AveragePooling3D", {}, V),
    ("BatchNormalization", {}, S),
    ("CategoryEncoding", {"num_tokens": 4}, IDS),
    ("Concatenate", {"axis": 1}, [F, drawn(3, 2)]),
    ("Conv1D", {"filters": 3, "kernel_size": 2}, S),
    ("Conv1DTranspose", {"filters": 3, "kernel_size": 2}, S),
    ("Conv2D", {"filters": 3, "kernel_size": 2}, I),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 2}, I),
    ("Conv3D", {"filters": 3, "kernel_size": 2}, V),
    ("Conv3DTranspose", {"filters": 3, "kernel_size": 2}, V),
    ("Cropping1D", {}, S),
    ("Cropping2D", {"cropping": 1}, I),
    ("Cropping3D", {}, V),
    ("Dense", {"units": 3, "activation": "tanh"}, F),
    ("DepthwiseConv1D", {"kernel_size": 2}, S),
    ("DepthwiseConv2D", {"kernel_size": 2}, I),
    ("Dot", {"axes": 1, "normalize": True}, [F, drawn(3, 4)]),
    ("Dropout", {"rate": 0.3}, F),
    ("ELU", {}, F),
    ("EinsumDense", EINSUM, S),
    ("Embedding", {"input_dim": 4, "output_dim": 2, "mask_zero": True}, IDS),
    ("Flatten", {}, S),
    ("GaussianDropout", {"rate": 0.3}, F),
    ("GaussianNoise", {"stddev": 0.3}, F),
    ("GlobalAveragePooling1D", {}, S),
    ("GlobalAveragePooling2D", {}, I),
    ("GlobalAveragePooling3D", {}, V),
    ("GlobalMaxPooling1D", {}, S),
    ("GlobalMaxPooling2D", {}, I),
    ("GlobalMaxPooling3D", {}, V),
    ("GroupNormalization", {"groups": 2}, S),
    ("Identity", {}, F),
    ("Lambda", {"function": "tanh"}, F),
    ("LayerNormalization", {}, S),
    ("LeakyReLU", {}, F),
    ("Masking", {}, S),
    ("MaxPooling1D", {}, S),
    ("MaxPooling2D", {}, I),
    ("MaxPooling3D", {}, V),
    ("Maximum", {}, [F, drawn(3, 4)]),
    ("Minimum", {}, [F, drawn(3, 4)]),
    ("Multiply", {}, [F, drawn(3, 4)]),
    ("PReLU", {}, F),
    ("Permute", {"dims": (2, 1)}, S),
    ("RMSNormalization", {}, S),
    ("ReLU", {}, F),
    ("RepeatVector", {"n": 2}, F),
    ("Reshape", {"target_shape": (2, -1)}, F),
    ("SeparableConv1D", {"filters": 3, "kernel_size": 2}, S),
    ("SeparableConv2D", {"filters": 3, "kernel_size": 2}, I),
    ("Softmax", {}, F),
    ("SpatialDropout1D", {"rate": 0.3}, S),
    ("SpatialDropout2D", {"rate": 0.3}, I),
    ("SpatialDropout3D", {"rate": 0.3}, V),
    ("SpectralNormalization", {"layer": layers.Dense}, F),
    ("Subtract", {}, [F, drawn(3, 4)]),
    ("UnitNormalization", {}, S),
    ("UpSampling1D", {}, S),
    ("UpSampling2D", {}, I),
    ("UpSampling3D", {}, V),
    ("Wrapper", {"layer": layers.Dense}, F),
    ("ZeroPadding1D", {}, S),
    ("ZeroPadding2D", {}, I),
    ("ZeroPadding3D", {}, V),
    ("Bidirectional", {"layer": layers.LSTM}, S),
    ("ConvLSTM1D", {"filters": 2, "kernel_size": 2}, drawn(2, 3, 4, 2)),
    ("ConvLSTM2D", {"filters": 2, "kernel_size": 2}, drawn(2, 3, 4, 4, 2)),
    ("ConvLSTM3D", {"filters": 2, "kernel_size": 2}, drawn(2, 3, 3, 3, 3, 2)),
    ("GRU", {"units": 3}, S),
    ("LSTM", {"units": 3}, S),
    ("SimpleRNN", {"units": 3}, S),
    ("TimeDistributed", {"layer": layers.Dense}, S),
    ("HashedCrossing", {"num_bins": 9}, [IDS[:, :1], IDS[:, 1:2]]),
    ("Hashing", {"num_bins": 9, "salt": 3}, IDS),
    ("IntegerLookup", {"vocabulary": [1, 3], "num_oov_indices": 2}, IDS),
    ("AutoContrast", {"value_range": (-3, 3)}, P),
    ("CenterCrop", {"height": 3, "width": 5}, P),
    ("Discretization", {"bin_boundaries": [-1.0, 0.5], "output_mode": "one_hot"}, F),
    ("Equalization", {"value_range": (-3, 3), "bins": 8}, IDS[..., None, None]),
    ("MixUp", {}, P),
    ("Normalization", {"axis": 1}, S),
    ("Pipeline", {"layers": layers.Rescaling}, F),
    ("RandomBrightness", {"factor": 0.2}, P),
    ("RandomColorDegeneration", {"factor": 0.2}, P),
    ("RandomColorJitter", {"hue_factor": 0.2, "contrast_factor": 0.1}, P),
    ("RandomContrast", {"factor": 0.2}, P),
    ("RandomCrop", {"height": 3, "width": 5}, P),
    ("RandomErasing", {}, P),
    ("RandomFlip", {}, P),
    ("RandomGaussianBlur", {}, P),
    ("RandomGrayscale", {}, P),
    ("RandomHue", {"factor": 0.2}, P),
    ("RandomInvert", {}, P),
    ("RandomPosterization", {"factor": 4}, P),
    ("RandomRotation", {"factor": 0.2}, P),
    ("RandomSaturation", {"factor": 0.2}, P),
    ("RandomSharpness", {"factor": 0.2}, P),
    ("RandomShear", {"x_factor": 0.2}, P),
    ("RandomTranslation", {"height_factor": 0.2, "width_factor": 0.1}, P),
    ("RandomZoom", {"height_factor": 0.2}, P),
    ("Rescaling", {"scale": 2.0, "offset": 1.0}, F),
    ("Resizing", {"height": 3, "width": 9}, P),
    ("Solarization", {"addition_factor": 0.2, "threshold_factor": 0.4}, P),
]


def maker(name, options):
    """Returns a function that makes the layer, with a layer of its own inside."""
    if name == "Lambda":
        from keryx.activations import tanh

        options = {"function": tanh}

    def make():
        given = dict(options)
        if "layer" in given:
            given["layer"] = given["layer"](3, name="inner")
        if "layers" in given:
            given["layers"] = [given["layers"](3, name="inner")]
        return getattr(layers, name)(**given, name="layer")

    return make


@pytest.mark.parametrize(
    ("name", "options", "inputs"), TABLE, ids=lambda v: str(v)[:30]
)
def test_layer_passes_all_checks(name, options, inputs):
    check.check_layer(maker(name, options), inputs)


def test_the_table_has_every_layer():
    classes = filter(inspect.isclass, vars(layers).values())
    public = {thing.__name__ for thing in classes if issubclass(thing, layers.Layer)}

    # Cells take states besides inputs; RNN takes a cell. They have tests of their own.
    cells = {"GRUCell", "LSTMCell", "RNN", "SimpleRNNCell", "StackedRNNCells"}
    text = {"StringLookup", "TextVectorization"}
    assert public - {"Layer", "InputLayer"} - cells - text == {
        name for name, _, _ in TABLE
    }
